"""A profile against the rulebook: a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.analysis.findings.build import EVERYTHING, Extent, Silent, findings, rulebook_shown
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import compiled_rulebook, known_framework
from readiness.calendar import long_date
from readiness.engine.evaluate import Evaluation, ask, evaluate
from readiness.engine.running import Choice, begin, start_rete
from readiness.model.disclosure import Disclosure
from readiness.model.expectation import Expectation
from readiness.model.finding import Finding, LeaderQuestion, Report
from readiness.model.profile import Acceptance, Profile
from readiness.model.vocabulary import SEVERITY_ORDER, Depth, Severity, Verdict
from readiness.profile.load import load_profile

if TYPE_CHECKING:
    from readiness.model.actions import PlanCheck
    from readiness.model.claims import Ledger


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a check is reported; everything is evaluated whatever is selected.

    Attributes:
        severity: The least severe that is still reported.
    """

    framework: str | None = None
    depth: Depth | None = None
    severity: Severity = Severity.LOW

    def __call__(self, finding: Finding | Expectation) -> bool:
        """Whether a finding, or that of an expectation, is reported."""
        inside = self.framework is None or any(
            place.split("/")[0] == self.framework for place in (finding.framework, *finding.also)
        )
        return (
            inside
            and (self.depth is not Depth.ESSENTIAL or finding.depth is Depth.ESSENTIAL)
            and SEVERITY_ORDER[finding.severity] <= SEVERITY_ORDER[self.severity]
        )

    def words(self) -> str:
        """Return what was selected, or nothing where everything is reported."""
        parts = []
        if self.framework is not None:
            parts.append(f"framework {self.framework}")
        if self.depth is Depth.ESSENTIAL:
            parts.append("essential depth")
        if self.severity is not Severity.LOW:
            parts.append(f"severity {self.severity} and above")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Checked:
    """A report, and what it is of.

    Attributes:
        notice: One line for stderr where durable-rules did not confirm it.
    """

    report: Report
    notice: str | None
    profile: Profile


def evaluation_date(
    as_of: date | None, profile: Profile, today: Callable[[], date]
) -> tuple[date, str]:
    """Return the evaluation date and where it came from."""
    if as_of is not None:
        return as_of, "--as-of"
    if profile.as_of is not None:
        return profile.as_of, "profile"
    return today(), "today"


def evaluated(
    path: Path,
    today: Callable[[], date],
    book: RulebookChoice,
    as_of: date | None,
    framework: str | None = None,
) -> tuple[Evaluation, str]:
    """Return what follows for a profile, and where the evaluation date came from.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
        UsageError: If there is no such framework.
    """
    rulebook, compiled = compiled_rulebook(book)
    known_framework(rulebook, framework)
    profile = load_profile(path, rulebook)
    day, day_from = evaluation_date(as_of, profile, today)
    return evaluate(rulebook, compiled, profile, day), day_from


def check(
    path: Path,
    *,
    today: Callable[[], date],
    book: RulebookChoice = NEAREST,
    as_of: date | None = None,
    selection: Selection | None = None,
    engine: Choice = "auto",
    show_small_counts: bool = False,
    extent: Extent = EVERYTHING,
) -> Checked:
    """Check a profile against a rulebook.

    Args:
        path: Profile file or folder, or a scenario.
        today: Gives today, where neither `as_of` nor the profile names a day.
        extent: How much is said of each finding.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
        UsageError: For an engine that is not installed, or a framework that does not exist.
    """
    selection = selection or Selection()
    child = start_rete(engine)
    try:
        rulebook, compiled = compiled_rulebook(book)
        known_framework(rulebook, selection.framework)
        if child is not None:
            child.prepare(compiled.program)
        profile = load_profile(path, rulebook)
        day, day_from = evaluation_date(as_of, profile, today)
        given = ask(rulebook, compiled, profile, day)
        derivation = begin(compiled.program, given.literals, child)
        evaluation = Evaluation(rulebook, compiled, given, derivation.literals)
        disclosure = Disclosure(show_small_counts)
        report = make_report(evaluation, day_from, selection, disclosure, extent)
        derived = derivation.finish()
    finally:
        if child is not None:
            child.close()
    return Checked(report, derived.notice, profile)


def make_report(
    evaluation: Evaluation,
    day_from: str,
    selection: Selection,
    disclosure: Disclosure,
    extent: Extent = EVERYTHING,
    silent: Silent | None = None,
) -> Report:
    """Return the report of an evaluation; without the check of the plan where not all is said.

    Args:
        silent: Findings of silence on the same day, where many profiles are checked.
    """
    rulebook, profile = evaluation.rulebook, evaluation.situation.profile
    as_of = evaluation.situation.as_of
    return Report(
        council=profile.council.name,
        code=profile.council.code,
        as_of=as_of,
        as_of_from=day_from,
        rulebook=rulebook_shown(rulebook),
        findings=findings(evaluation, disclosure, selection, extent, silent),
        criteria={
            f"{f.id}/{id}": c.title
            for f in rulebook.frameworks.values()
            for id, c in f.criteria.items()
        },
        frameworks={f.id: f.title for f in rulebook.frameworks.values()},
        selected=selection.words(),
        notices=tuple(_notices(evaluation)),
        small_counts_shown=disclosure.show_small,
        leaders=tuple(LeaderQuestion(q.ask, q.answered_by) for q in rulebook.questions.values()),
        framework=selection.framework,
        claims=_claims(evaluation, disclosure),
        plan_check=_plan_check(evaluation, disclosure) if extent.first is None else None,
    )


def _claims(evaluation: Evaluation, disclosure: Disclosure) -> Ledger | None:
    """Return what a profile claims beside what is held, where it claims anything."""
    own = evaluation.situation.profile.self_evaluation
    if own is None or not own.claims:
        return None
    from readiness.analysis.plan.claims import ledger_of

    return ledger_of(evaluation, disclosure)


def _plan_check(evaluation: Evaluation, disclosure: Disclosure) -> PlanCheck | None:
    if evaluation.situation.profile.plan is None:
        return None
    from readiness.analysis.plan.check import check_plan

    return check_plan(evaluation, disclosure)


_NOW = {
    Verdict.NOT_MET: "its gap is open again",
    Verdict.UNKNOWN: "whether its gap is still there is not known",
    Verdict.MET: "the expectation is met",
    Verdict.NOT_APPLICABLE: "the expectation does not apply",
}
"""What is so once an acceptance has lapsed, by the verdict of its expectation."""


def _notices(evaluation: Evaluation) -> Iterator[str]:
    """Say of each acceptance that has lapsed what that leaves."""
    acceptances, as_of = evaluation.situation.profile.acceptances, evaluation.situation.as_of
    for acceptance in acceptances:
        if acceptance.holds(as_of):
            continue
        id = acceptance.expectation
        holding = [a for a in acceptances if a.expectation == id and a.holds(as_of)]
        now = _NOW[evaluation.verdict(id)]
        if holding:
            now = f"that by {holding[-1].by} holds until {long_date(holding[-1].until)}"
        yield f"the acceptance of {id} by {acceptance.by} {_ended(acceptance)}; {now}"


def _ended(acceptance: Acceptance) -> str:
    if isinstance(acceptance.until, date):
        return f"lapsed on {long_date(acceptance.until)}"
    if acceptance.until is None:
        return "counts as lapsed: it has no last day"
    return f"counts as lapsed: '{acceptance.until}' is not a day"
