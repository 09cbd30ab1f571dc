"""What to ask for, and of whom, to settle what is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from readiness.analysis.findings.build import LISTED, findings, rulebook_shown
from readiness.analysis.unknowns.asking import Settled, requests, unsettled
from readiness.analysis.unknowns.settle import settle
from readiness.app.checking import Selection, evaluated
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.engine.evaluate import Evaluation
from readiness.model.disclosure import Disclosure
from readiness.model.finding import Finding
from readiness.model.vocabulary import Verdict


def settled(
    path: Path,
    *,
    today: Callable[[], date],
    book: RulebookChoice = NEAREST,
    as_of: date | None = None,
    selection: Selection | None = None,
    show_small_counts: bool = False,
) -> Settled:
    """Return what would settle what a profile leaves unknown.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
        UsageError: For a framework that does not exist.
    """
    selection = selection or Selection()
    evaluation, day_from = evaluated(path, today, book, as_of, selection.framework)
    return settled_of(evaluation, day_from, selection, Disclosure(show_small_counts))


def settled_of(
    evaluation: Evaluation, day_from: str, selection: Selection, disclosure: Disclosure
) -> Settled:
    """Return what would settle what an evaluation leaves unknown."""
    profile, rulebook = evaluation.situation.profile, evaluation.rulebook

    def wanted(finding: Finding) -> bool:
        return finding.verdict is Verdict.UNKNOWN and selection(finding)

    unknown = findings(evaluation, disclosure, wanted, LISTED)
    own = {f.id for f in unknown if selection.framework in (None, f.framework)}
    settlement = settle(evaluation, [f.id for f in unknown], own)
    return Settled(
        profile.council.name,
        profile.council.code,
        evaluation.situation.as_of,
        day_from,
        rulebook_shown(rulebook),
        selection.words(),
        unknown,
        settlement,
        tuple(requests(evaluation, settlement, unknown)),
        tuple(unsettled(settlement)),
        disclosure.show_small,
    )
