"""What changed between two checks: as text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readiness.analysis.changes.causes import CauseWords
from readiness.analysis.changes.compare import Aspect, Cause, Change, Comparison, Factor, FactorKind
from readiness.analysis.changes.earlier import Differences, EarlierResult
from readiness.analysis.findings.build import rulebook_shown
from readiness.calendar import long_date
from readiness.engine.evaluate import Evaluation
from readiness.model.disclosure import SMALL_COUNTS_SHOWN, Disclosure
from readiness.model.vocabulary import Verdict
from readiness.render.plain import indented, rulebook_data
from readiness.render.text import book_lines, hang
from readiness.render.visible import in_lines

if TYPE_CHECKING:
    from readiness.render.shapes.commands import (
        CauseData,
        DiffData,
        FactorData,
        ResultData,
        ResultsDiffData,
        SideData,
    )

_ORDER = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)

_HEADINGS = {
    Aspect.VERDICT: "VERDICTS THAT CHANGED",
    Aspect.ADDED: "EXPECTATIONS THAT ARE NEW",
    Aspect.REMOVED: "EXPECTATIONS THAT ARE GONE",
    Aspect.REASON: "STILL THE SAME VERDICT, FOR ANOTHER REASON",
    Aspect.ACCEPTANCE: "ACCEPTANCES",
    Aspect.PLAN: "PLANS FOR GAPS",
}

_KINDS = {
    FactorKind.FACT: "what is said of facts",
    FactorKind.EVIDENCE: "evidence items",
    FactorKind.PLAN: "the plan",
    FactorKind.STANDARD: "the council's own standards",
    FactorKind.FIGURES: "published figures",
    FactorKind.REGION: "the region",
    FactorKind.PROFILE_DAY: "the profile's own day",
    FactorKind.ACCEPTANCE: "acceptances",
    FactorKind.RULES: "the rulebook",
    FactorKind.DATE: "the date",
}


def _counts(evaluation: Evaluation) -> dict[Verdict, int]:
    verdicts = [evaluation.verdict(id) for id in evaluation.rulebook.expectations]
    return {verdict: verdicts.count(verdict) for verdict in _ORDER}


# ---- text ----------------------------------------------------------------------------------------


def render(comparison: Comparison, *, show_small_counts: bool = False) -> str:
    """Return a comparison as text."""
    words = CauseWords(comparison, Disclosure(show_small_counts))
    lines = [SMALL_COUNTS_SHOWN] if show_small_counts else []
    return in_lines([*lines, *_lines(comparison, words)])


def _lines(comparison: Comparison, words: CauseWords) -> Iterator[str]:
    old, new = comparison.old, comparison.new
    names = [side.situation.profile.council.name for side in (old, new)]
    days = [long_date(side.situation.as_of) for side in (old, new)]
    who = names[1] if names[0] == names[1] else f"{names[0]} and {names[1]}"
    yield f"{who}: what changed from {days[0]} to {days[1]}"
    for side, label in ((old, "old"), (new, "new")):
        for line in book_lines(rulebook_shown(side.rulebook)):
            yield f"  {label}: {line.lstrip()}"
    yield ""
    yield from hang("  In what the two checks differ: ", _differs(comparison))
    if not comparison.changes:
        yield ""
        yield "Nothing changed: every verdict, reason, acceptance and plan for a gap is as it was."
        return
    yield ""
    before, after = _counts(old), _counts(new)
    yield f"  {'':<18}{'old':>6}{'new':>6}"
    for verdict in _ORDER:
        yield f"  {verdict.words:<18}{before[verdict]:>6}{after[verdict]:>6}"
    yield f"  {'all':<18}{sum(before.values()):>6}{sum(after.values()):>6}"
    yield ""
    yield from hang(
        "  ",
        "Each cause is proved: the old check with that alone taken from the new one gives the new "
        "answer. Where it says 'only together', nothing less does.",
    )
    for aspect, heading in _HEADINGS.items():
        changes = [change for change in comparison.changes if change.aspect is aspect]
        if changes:
            yield ""
            yield f"{heading}: {len(changes)}"
        for change in _ordered(changes):
            yield ""
            yield from _change(comparison, change, words)


def _differs(comparison: Comparison) -> str:
    counts: dict[FactorKind, int] = {}
    for factor in comparison.factors:
        counts[factor.kind] = counts.get(factor.kind, 0) + 1
    said = [
        _KINDS[kind] + (f" ({count})" if count > 1 or kind is FactorKind.FACT else "")
        for kind, count in counts.items()
    ]
    return ", ".join(said) or "nothing"


def _ordered(changes: list[Change]) -> list[Change]:
    """Return changes with those that got worse first."""
    rank = {Verdict.NOT_MET: 0, Verdict.UNKNOWN: 1, Verdict.NOT_APPLICABLE: 2, Verdict.MET: 3}
    return sorted(changes, key=lambda c: (rank[c.verdicts[1]] if c.verdicts[1] else 0, c.id))


def _change(comparison: Comparison, change: Change, words: CauseWords) -> Iterator[str]:
    yield from hang(f"  {change.id}  ", title_of(comparison, change.id))
    if change.old and change.new:
        yield from hang("    ", f"was {change.old}, is {change.new}")
    for number, cause in enumerate(change.causes):
        lead = "because" if number == 0 else "as well"
        said = words.cause(change, cause)
        if len(cause.factors) > 1:
            yield f"    {lead:<9} only together:"
            for line in said:
                yield from hang("              - ", line)
        else:
            for line in said:
                yield from hang(f"    {lead:<9} ", line)
                lead = ""
        if number == 2 and len(change.causes) > 3:
            yield f"    {'':<9} and {len(change.causes) - 3} more, each of which would do it too"
            break


def title_of(comparison: Comparison, id: str) -> str:
    """Return the title of an expectation, as it is now or as it was."""
    for side in (comparison.new, comparison.old):
        if id in side.rulebook.expectations:
            return side.rulebook.expectations[id].title
    return id


def render_results(differences: Differences) -> str:
    """Return a comparison of two results as text."""
    return in_lines(_result_lines(differences))


def _result_lines(differences: Differences) -> Iterator[str]:
    old, new = differences.old, differences.new
    who = new.council if old.council == new.council else f"{old.council} and {new.council}"
    yield f"{who}: what changed from {long_date(old.as_of)} to {long_date(new.as_of)}"
    if old.council != new.council:
        yield "  ! These are checks of two councils: what differs between them has not changed."
    for line in differences.shared:
        yield f"  {line}"
    yield ""
    yield from hang(
        "  ",
        "At least one of the two is the result of an earlier check, without its profile. Nothing "
        "can be played again, so no cause is proved: below each change stands what differs.",
    )
    yield ""
    yield f"  {'':<18}{'old':>6}{'new':>6}"
    for verdict in _ORDER:
        before, after = (
            sum(finding.verdict == verdict for finding in side.findings.values())
            for side in (old, new)
        )
        yield f"  {verdict.words:<18}{before:>6}{after:>6}"
    yield f"  {'all':<18}{len(old.findings):>6}{len(new.findings):>6}"
    yield ""
    yield f"CHANGES: {len(differences.changes)}"
    for change in differences.changes:
        yield ""
        yield from hang(f"  {change.id}  ", change.title)
        yield from hang("    ", f"was {change.old}, is {change.new}")
        for line in change.differs:
            if line not in differences.shared:  # which is said above, once
                yield from hang("    differs   ", line)


# ---- JSON ----------------------------------------------------------------------------------------


def render_json(comparison: Comparison, *, show_small_counts: bool = False) -> str:
    """Return a comparison as JSON: stable keys, no clock, no paths."""
    words = CauseWords(comparison, Disclosure(show_small_counts))
    content: DiffData = {
        "schema_version": 1,
        "proved": True,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "factors": [_factor(factor) for factor in comparison.factors],
        "changes": [
            {
                "id": change.id,
                "title": title_of(comparison, change.id),
                "aspect": change.aspect,
                "old": change.old or None,
                "new": change.new or None,
                "old_verdict": change.verdicts[0],
                "new_verdict": change.verdicts[1],
                "causes": [_cause(change, cause, words) for cause in change.causes],
            }
            for change in comparison.changes
        ],
        "small_counts_shown": show_small_counts,
    }
    return indented(content) + "\n"


def _cause(change: Change, cause: Cause, words: CauseWords) -> CauseData:
    return {
        "only_together": len(cause.factors) > 1,
        "factors": [_factor(factor) for factor in cause.factors],
        "text": list(words.cause(change, cause)),
    }


def _factor(factor: Factor) -> FactorData:
    return {"kind": factor.kind, "id": factor.id or None, "member": factor.member}


def _side(evaluation: Evaluation) -> SideData:
    situation, book = evaluation.situation, evaluation.rulebook
    council = situation.profile.council
    counts = _counts(evaluation)
    return {
        "council": {"name": council.name, "code": council.code},
        "as_of": situation.as_of.isoformat(),
        "rulebook": rulebook_data(rulebook_shown(book)),
        "totals": {
            "not_met": counts[Verdict.NOT_MET],
            "unknown": counts[Verdict.UNKNOWN],
            "met": counts[Verdict.MET],
            "not_applicable": counts[Verdict.NOT_APPLICABLE],
            "all": sum(counts.values()),
        },
    }


def render_results_json(differences: Differences) -> str:
    """Return a comparison of two results as JSON."""
    content: ResultsDiffData = {
        "schema_version": 1,
        "proved": False,
        "old": _result(differences.old),
        "new": _result(differences.new),
        "changes": [
            {
                "id": change.id,
                "title": change.title,
                "old": change.old,
                "new": change.new,
                "differs": list(change.differs),
            }
            for change in differences.changes
        ],
    }
    return indented(content) + "\n"


def _result(result: EarlierResult) -> ResultData:
    return {
        "council": {"name": result.council},
        "as_of": result.as_of.isoformat(),
        "rulebook": {"hash": result.rulebook},
        "expectations": len(result.findings),
    }
