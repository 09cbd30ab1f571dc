"""What an edit changes, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readiness.analysis.changes.impact import CouncilImpact, Counts, Flip, Impact, Said
from readiness.analysis.changes.rulebook_diff import Effect, PageChange
from readiness.calendar import long_date
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.render.plain import indented
from readiness.render.text import FIRST, found_words, hang
from readiness.render.visible import in_lines
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.wording import few

if TYPE_CHECKING:
    from readiness.render.shapes.rules import (
        CouncilImpactData,
        EditedBookData,
        FlipData,
        ImpactCountsData,
        ImpactData,
        PageChangeData,
        VerdictData,
    )

_HEADINGS = {
    Effect.VERDICT: "CAN FLIP A VERDICT",
    Effect.REPORT: "CHANGES WHAT IS REPORTED, AND NO VERDICT",
    Effect.WORDING: "CHANGES WORDING ONLY",
}


def render(impact: Impact, small_counts_shown: bool = False) -> str:
    """Return what an edit changes: pages, verdicts, and what rests on them."""
    lines = [SMALL_COUNTS_SHOWN] if small_counts_shown else []
    lines += _lines(impact)
    return in_lines(lines)


def _lines(impact: Impact) -> Iterator[str]:
    yield from hang("Old: ", _which(impact.old))
    yield from hang("New: ", _which(impact.new))
    pages = len(impact.changes)
    yield ""
    if not pages:
        yield "No page differs."
    for effect, heading in _HEADINGS.items():
        inside = [change for change in impact.changes if effect in change.effects]
        if inside:
            yield f"{heading}: {len(inside)} of {pages} that differ"
            for change in inside:
                yield from _change(change, effect)
            yield ""
    if impact.rests:
        count = len(impact.rests)
        yield f"RESTS ON WHAT CAN FLIP A VERDICT: {count}"
        for id, on in impact.rests.items():
            title = impact.new.expectations[id].title
            yield from hang(f"  {id}  ", f"{title} (by {few(on)})")
        yield ""
    yield from _verdicts(impact)


def _which(rulebook: Rulebook) -> str:
    count = len(rulebook.expectations)
    return f"{rulebook.named}, {count} expectations"


def _change(change: PageChange, effect: Effect) -> Iterator[str]:
    was = f" (was {change.was})" if change.was else ""
    state = "" if change.state == "changed" else f": {change.state}{was}"
    title = "" if change.title == change.id else f" {change.title}"
    yield from hang("  ", f"{change.kind} {change.id}{title}{state}")
    for edit in change.of(effect):
        yield from hang("    ", str(edit))


def _verdicts(impact: Impact) -> Iterator[str]:
    total = len(impact.councils)
    if not total:
        yield "VERDICTS: no council was looked at; name some with --profiles"
        return
    touched = [c for c in impact.councils if c.flips or c.failing or c.unreadable]
    councils = "1 council" if total == 1 else f"{total} councils"
    yield from hang("VERDICTS: ", f"{len(touched)} of {councils} differ; {_counts(impact.counts)}")
    for council in touched:
        yield from _council(council)
    if not touched:
        yield "  every verdict stays as it was"


def _counts(counts: Counts) -> str:
    return (
        f"{counts.compared} verdicts compared, {counts.unchanged} unchanged, "
        f"{counts.changed} changed; {counts.new} new, {counts.gone} gone"
    )


def _council(council: CouncilImpact) -> Iterator[str]:
    head = f"{council.council} at {long_date(council.as_of)} ({council.name})"
    if council.unreadable:
        yield from hang("  ", f"{head}: the {council.by} rulebook cannot read the profile")
        for problem in council.unreadable[:FIRST]:
            yield from (f"    {line}" for line in problem.splitlines())
        if (more := len(council.unreadable) - FIRST) > 0:
            yield f"    and {more} more"
        return
    yield from hang("  ", f"{head}: {_counts(council.counts)}")
    for flip in council.flips:
        yield from _flip(flip)
    for said in council.failing:
        yield from hang("    scenario would fail: ", said)


def _flip(flip: Flip) -> Iterator[str]:
    was = f" (was {flip.was})" if flip.was else ""
    yield from hang(f"    {flip.id}{was}  ", flip.title)
    yield from hang("      ", f"{_said(flip.old)} -> {_said(flip.new)}")
    for because in flip.because:
        yield from hang("      because ", because)
    for found in flip.found:
        yield from hang("      found   ", f"{found.title}: {found_words(found)}")


def _said(said: Said | None) -> str:
    return "nothing" if said is None else str(said)


# ---- JSON -------------------------------------------------------------------------------------


def render_json(impact: Impact, small_counts_shown: bool = False) -> str:
    """Return what an edit changes as JSON: stable keys, no clock, one newline at the end."""
    content: ImpactData = {
        "schema_version": 1,
        "as_of": impact.as_of.isoformat(),
        "old": _book_data(impact.old),
        "new": _book_data(impact.new),
        "changes": [_change_data(change) for change in impact.changes],
        "rests_on_changes": [{"id": id, "on": list(on)} for id, on in impact.rests.items()],
        "totals": {"councils": len(impact.councils), **_counts_data(impact.counts)},
        "councils": [_council_data(council) for council in impact.councils],
        "small_counts_shown": small_counts_shown,
    }
    return indented(content) + "\n"


def _book_data(rulebook: Rulebook) -> EditedBookData:
    return {
        "id": rulebook.page.id,
        "origin": rulebook.origin,
        "hash": rulebook.hash,
        "expectations": len(rulebook.expectations),
    }


def _change_data(change: PageChange) -> PageChangeData:
    return {
        "kind": change.kind,
        "id": change.id,
        "title": change.title,
        "state": change.state,
        "was": change.was,
        "effects": [effect for effect in Effect if effect in change.effects],
        "edits": [
            {"what": e.what, "old": e.old, "new": e.new, "effect": e.effect} for e in change.edits
        ],
    }


def _counts_data(counts: Counts) -> ImpactCountsData:
    return {
        "before": counts.before,
        "after": counts.after,
        "compared": counts.compared,
        "unchanged": counts.unchanged,
        "changed": counts.changed,
        "new": counts.new,
        "gone": counts.gone,
    }


def _council_data(council: CouncilImpact) -> CouncilImpactData:
    return {
        "profile": council.name,
        "council": council.council,
        "as_of": council.as_of.isoformat(),
        "counts": _counts_data(council.counts),
        "flips": [_flip_data(flip) for flip in council.flips],
        "scenario_would_fail": list(council.failing),
        "unreadable": list(council.unreadable),
        "unreadable_by": None if council.by == "" else council.by,
    }


def _flip_data(flip: Flip) -> FlipData:
    return {
        "id": flip.id,
        "title": flip.title,
        "was": flip.was,
        "old": _said_data(flip.old),
        "new": _said_data(flip.new),
        "because": list(flip.because),
        "found": [
            {"fact": found.fact, "member": found.member, "text": found_words(found)}
            for found in flip.found
        ],
    }


def _said_data(said: Said | None) -> VerdictData | None:
    return None if said is None else {"verdict": said.verdict, "reason": said.reason}
