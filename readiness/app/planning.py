"""The improvement plan of a profile: its actions, what is proposed beside them, and its check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from readiness.analysis.findings.build import LISTED, findings, rulebook_shown
from readiness.analysis.plan.actions import Actions
from readiness.analysis.plan.check import check_plan
from readiness.analysis.plan.claims import ledger_of
from readiness.app.checking import Selection, evaluated
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.engine.evaluate import Evaluation
from readiness.errors import Problem
from readiness.model.actions import Action, ActionPlan, PlanCheck
from readiness.model.claims import ClaimsReport
from readiness.model.disclosure import Disclosure
from readiness.profile.plan_file import Place, plan_places


def action_plan(
    path: Path,
    *,
    today: Callable[[], date],
    book: RulebookChoice = NEAREST,
    as_of: date | None = None,
    selection: Selection | None = None,
    show_small_counts: bool = False,
) -> ActionPlan:
    """Return the plan of a profile as actions, with those that rule pages propose, and its check.

    The check is of the whole plan, whatever is selected.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
        UsageError: If there is no such framework.
    """
    selection = selection or Selection()
    evaluation, day_from = evaluated(path, today, book, as_of, selection.framework)
    return plan_of(evaluation, day_from, path, selection, Disclosure(show_small_counts))


def plan_of(
    evaluation: Evaluation, day_from: str, path: Path, selection: Selection, disclosure: Disclosure
) -> ActionPlan:
    """Return the plan of an evaluation whose profile stands at a path."""
    wanted = findings(evaluation, disclosure, selection, LISTED)
    actions = Actions(evaluation, disclosure, wanted)
    places = plan_places(path)
    check = check_plan(evaluation, disclosure)
    profile, rulebook = evaluation.situation.profile, evaluation.rulebook
    return ActionPlan(
        council=profile.council.name,
        code=profile.council.code,
        as_of=evaluation.situation.as_of,
        as_of_from=day_from,
        rulebook=rulebook_shown(rulebook),
        selected=selection.words(),
        planned=tuple(_placed(actions.planned(), places)),
        proposed=tuple(actions.proposed()),
        check=check,
        problems=tuple(_problems(check, places)),
        small_counts_shown=disclosure.show_small,
    )


def _placed(actions: Iterable[Action], places: dict[str, Place]) -> Iterable[Action]:
    for action in actions:
        yield replace(action, place=str(places[action.id])) if action.id in places else action


def _problems(check: PlanCheck, places: dict[str, Place]) -> Iterable[Problem]:
    """Yield the faults of a plan, each with its place in the profile."""
    for fault in check.faults:
        yield places[fault.entry].problem(fault.key, fault.message, fault.help)


def claims(
    path: Path,
    *,
    today: Callable[[], date],
    book: RulebookChoice = NEAREST,
    as_of: date | None = None,
    show_small_counts: bool = False,
) -> ClaimsReport:
    """Return what a profile claims beside what is held and found.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
    """
    return claims_of(*evaluated(path, today, book, as_of), Disclosure(show_small_counts))


def claims_of(evaluation: Evaluation, day_from: str, disclosure: Disclosure) -> ClaimsReport:
    """Return what the profile of an evaluation claims beside what is held and found."""
    profile = evaluation.situation.profile
    return ClaimsReport(
        council=profile.council.name,
        code=profile.council.code,
        as_of=evaluation.situation.as_of,
        as_of_from=day_from,
        ledger=ledger_of(evaluation, disclosure),
        small_counts_shown=disclosure.show_small,
    )
