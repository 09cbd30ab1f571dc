"""What the rulebook checks and what it does not, as text and as JSON."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from readiness.analysis.pages.coverage import GROUPS, CoverageReport, FrameworkCoverage, Item, State
from readiness.calendar import long_date, short_date
from readiness.model.vocabulary import Confidence
from readiness.render.pages.rulebook import which
from readiness.render.plain import indented
from readiness.render.text import hang
from readiness.render.visible import in_lines
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.wording import few

if TYPE_CHECKING:
    from readiness.render.shapes.rules import (
        CoverageData,
        FrameworkCoverageData,
        StateCounts,
    )

MEANINGS = {
    State.CHECKED: "one or more expectations check all of it",
    State.PART: "expectations check some of it; what no rule checks is said beside it",
    State.ASKED: "no rule can check it; there is a question for people to answer, and why",
    State.NOT_CHECKED: "no rule checks it, and nobody is asked; the reason is said beside it",
}
"""What each state means, for somebody who meets it for the first time."""


def render(rulebook: Rulebook, report: CoverageReport, gaps: bool = False) -> str:
    """Return what is checked: counts, what it rests on, then every item.

    Args:
        gaps: Of the items only those that are not wholly checked.
    """
    return in_lines(_lines(rulebook, report, gaps))


def _lines(rulebook: Rulebook, report: CoverageReport, gaps: bool) -> Iterator[str]:
    yield from hang("Coverage of ", f"{which(rulebook)}, at {long_date(report.as_of)}")
    yield ""
    for state, meaning in MEANINGS.items():
        yield from hang(f"  {state:<18}", meaning)
    yield ""
    yield _row("", [*State, "all"])
    for framework in report.frameworks:
        yield f"{framework.title} ({framework.id})"
        yield from _counts({group: framework.counts(group) for group in GROUPS})
    if len(report.frameworks) > 1:
        yield "In all"
        yield from _counts({group: in_all(report, group) for group in GROUPS})
    yield ""
    yield from _citations(report)
    yield ""
    yield from _outdated(report)
    yield ""
    yield from _due(rulebook, report)
    for framework in report.frameworks:
        yield ""
        yield from _items(framework, gaps)


def in_all(report: CoverageReport, group: Any = None) -> Counter[State]:
    """Return how many items of all frameworks are in each state."""
    total: Counter[State] = Counter()
    for framework in report.frameworks:
        total.update(framework.counts(group))
    return total


def _counts(groups: Mapping[str, Counter[State]]) -> Iterator[str]:
    listed = {group: counts for group, counts in groups.items() if counts}
    for group, counts in listed.items():
        yield _row(f"  {group}", [*(counts[state] for state in State), counts.total()])
    if not listed:
        yield "  nothing is listed"


def _row(label: str, cells: list[Any]) -> str:
    widths = [len(state) + 2 for state in State] + [6]
    shown = "".join(f"{cell!s:>{w}}" for cell, w in zip(cells, widths, strict=True))
    return f"{label:<30}{shown}".rstrip()


def _citations(report: CoverageReport) -> Iterator[str]:
    yield "CITATIONS by how they were read"
    total: Counter[Confidence] = Counter()
    for framework in report.frameworks:
        total.update(framework.citations)
        yield _confidence(framework.id, framework.citations)
    if len(report.frameworks) > 1:
        yield _confidence("in all", total)


def _confidence(label: str, counts: Mapping[Confidence, int]) -> str:
    parts = ", ".join(f"{counts.get(each, 0)} {each}" for each in Confidence)
    return f"  {label:<16}{sum(counts.values()):>5}: {parts}"


def _outdated(report: CoverageReport) -> Iterator[str]:
    count = len({id for source in report.outdated for id in source.cited_by})
    sources = len(report.outdated)
    yield f"SOURCES with a later text that was not read: {sources}; {count} expectations name them"
    for source in report.outdated:
        edition = f"edition of {short_date(source.edition)}"
        yield from hang(f"  {source.id}  ", f"{source.title} ({edition}): {source.why}")
        yield from hang("    named by ", few(source.cited_by))


def _due(rulebook: Rulebook, report: CoverageReport) -> Iterator[str]:
    review = rulebook.page.review
    if review is None:
        yield "DUE FOR REVIEW: the rulebook names no periods ('review' in rulebook.yaml)"
        return
    yield f"DUE FOR REVIEW: {len(report.due)} of {report.reviewed} expectations"
    yield from hang("  policy choice: ", review.because)
    for due in report.due:
        yield from hang(f"  {due.id}  ", f"since {short_date(due.on)} ({due.why})")
    if not report.due and report.next_due is not None:
        yield f"  the next is due on {long_date(report.next_due)}"


def _items(framework: FrameworkCoverage, gaps: bool) -> Iterator[str]:
    yield f"{framework.title} ({framework.id})"
    for group in GROUPS:
        inside = [item for item in framework.items if item.group == group]
        shown = [item for item in inside if not gaps or item.state is not State.CHECKED]
        if inside:
            few_of = f"{len(shown)} of {len(inside)}, not wholly checked" if gaps else len(inside)
            yield f"  {group}: {few_of}"
        for item in shown:
            yield from _item(item)


def _item(item: Item) -> Iterator[str]:
    place = f" ({item.at})" if item.at else ""
    yield f"    {item.id}: {item.state}"
    yield from _wrapped(f"{item.what}{place}")
    if item.checked_by:
        by = "read by" if item.facts else "by"
        yield from _wrapped(f"{by} {few(item.checked_by)}")
    if item.prompt:
        yield from _wrapped(f"For people to answer: {item.prompt}")
    if item.why_not:
        yield from _wrapped(f"{why_label(item)}: {item.why_not}")


def why_label(item: Item) -> str:
    """Return what stands before the reason why something is not checked."""
    return "What no rule checks" if item.checked_by else "No rule checks this"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)


# ---- JSON -------------------------------------------------------------------------------------


def render_json(rulebook: Rulebook, report: CoverageReport, gaps: bool = False) -> str:
    """Return what is checked as JSON: stable keys, no clock, one newline at the end."""
    review = rulebook.page.review
    content: CoverageData = {
        "schema_version": 1,
        "as_of": report.as_of.isoformat(),
        "rulebook": {"id": rulebook.page.id, "hash": rulebook.hash},
        "totals": {group: _state_data(in_all(report, group)) for group in GROUPS},
        "frameworks": [_framework_data(framework, gaps) for framework in report.frameworks],
        "later_editions": [
            {
                "source": source.id,
                "title": source.title,
                "edition": source.edition.isoformat(),
                "why": source.why,
                "named_by": list(source.cited_by),
            }
            for source in report.outdated
        ],
        "review": {
            "policy": review.because if review else None,
            "asked": report.reviewed,
            "due": [{"id": due.id, "on": due.on.isoformat(), "why": due.why} for due in report.due],
            "next_due": report.next_due.isoformat() if report.next_due else None,
        },
    }
    return indented(content) + "\n"


def _framework_data(framework: FrameworkCoverage, gaps: bool) -> FrameworkCoverageData:
    return {
        "id": framework.id,
        "title": framework.title,
        "counts": {group: _state_data(framework.counts(group)) for group in GROUPS},
        "citations": {
            **{each: framework.citations.get(each, 0) for each in Confidence},
            "all": sum(framework.citations.values()),
        },
        "items": [
            {
                "group": item.group,
                "id": item.id,
                "what": item.what,
                "at": item.at,
                "state": item.state,
                "checked_by": list(item.checked_by),
                "facts": list(item.facts),
                "why_not": item.why_not,
                "prompt": item.prompt,
            }
            for item in framework.items
            if not gaps or item.state is not State.CHECKED
        ],
    }


def _state_data(counts: Counter[State]) -> StateCounts:
    return {**{state: counts[state] for state in State}, "all": counts.total()}
