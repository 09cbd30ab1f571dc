"""What an overlay changes, in words: for each expectation what was there and what is there now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from readiness.calendar import short_date
from readiness.model.expectation import DatedValue, OwnValue, Threshold
from readiness.model.facts import Fact
from readiness.model.overlay import OverlayPage
from readiness.model.vocabulary import Basis
from readiness.render.text import hang
from readiness.render.visible import in_lines
from readiness.rulebook.conditions import threshold_value
from readiness.rulebook.rulebook import Change, Rulebook
from readiness.rulebook.strictness import Stricter, compare, stricter_way
from readiness.rulebook.thresholds import Limit, fact_of, lives_of
from readiness.rulebook.wording import show_limit

_PARTS = ("facts", "sources", "units", "dimensions", "vocabularies")
"""What an overlay may add beside expectations."""


def render(before: Rulebook, after: Rulebook) -> str:
    """Return what the last overlay of a rulebook changes.

    Args:
        before: The rulebook without that overlay.
    """
    return in_lines(_lines(before, after))


def _lines(before: Rulebook, after: Rulebook) -> Iterator[str]:
    number = len(after.overlays) - 1
    page, place = after.overlays[number], after.laid_over[number]
    yield from hang("", f"Overlay {page.id} ({place.origin}, {place.hash}): {page.title}")
    yield from hang("", f"laid over {before.named}, {len(before.expectations)} expectations")
    changes = {
        id: change
        for id, applied in after.changes.items()
        for change in applied
        if change.overlay == number
    }
    yield ""
    yield f"EXPECTATIONS CHANGED: {len(changes)}"
    for id, change in sorted(changes.items()):
        yield ""
        yield from _changed(before, after, id, change, page)
    own = [id for id in after.expectations if after.added.get(id) == number]
    yield ""
    yield f"EXPECTATIONS ADDED: {len(own)}"
    for id in own:
        e = after.expectations[id]
        yield from hang(f"  {id}  ", f"{e.title} ({e.severity} {e.kind}; {e.owner})")
    for part in _PARTS:
        new = [id for id in getattr(after, part) if id not in getattr(before, part)]
        if new:
            yield from hang(f"  {part}: ", ", ".join(new))
    same = len(before.expectations) - len(changes)
    yield ""
    yield f"{same} of {len(before.expectations)} expectations of the rulebook stay as they are."


def _changed(
    before: Rulebook, after: Rulebook, id: str, change: Change, page: OverlayPage
) -> Iterator[str]:
    old, new = before.expectations[id], after.expectations[id]
    yield from hang(f"  {id}  ", old.title)
    yield from hang("    because   ", change.page.because)
    if old.owner != new.owner:
        yield from hang("    owner     ", f"{old.owner} becomes {new.owner}")
    for name in change.page.thresholds:
        yield from _values(before, after, id, name, page)
    for name, standard in change.page.standards.items():
        fact = fact_of(after, id, name)
        value = threshold_value(standard.value, fact)
        shown = show_limit(after, id, Limit(name, value, Basis.LOCAL, standard.dated))
        yield from hang(
            "    standard  ",
            f"{name}: asked of each council becomes {shown}, agreed by {standard.agreed_by} on "
            f"{short_date(standard.dated)}",
        )
    for action in new.actions[len(old.actions) :]:
        yield from hang(
            "    action    ", f"added: {action.do} ({action.owner}, within {action.within})"
        )
    yield from hang("    page      ", change.file)


def _values(
    before: Rulebook, after: Rulebook, id: str, name: str, page: OverlayPage
) -> Iterator[str]:
    """Say of each stretch of time on which an overlay's value stands what stood there before."""
    threshold = before.expectations[id].thresholds[name]
    way = stricter_way(after.conditions[id], name)
    fact = fact_of(after, id, name)
    for value in after.expectations[id].thresholds[name].values:
        if not isinstance(value, OwnValue) or value.overlay != page.id:
            continue
        for old, start, end in _before(threshold, value):
            band = "" if threshold.by is None else f", where {threshold.by.fact} is "
            if threshold.by is not None:
                band += f"below {value.below}" if value.below else "as large or larger"
            span = f"from {short_date(start)}" + (f" to {short_date(end)}" if end else "")
            was = "no value" if old is None else _shown(before, id, name, threshold, old)
            now = _shown(after, id, name, threshold, value)
            yield from hang(
                "    threshold ",
                f"{name}{band}: {was} becomes {now} {span}{_how(old, value, fact, way)}",
            )


def _shown(book: Rulebook, id: str, name: str, threshold: Threshold, value: DatedValue) -> str:
    basis, _ = threshold.rests_on(value)
    read = threshold_value(value.value, fact_of(book, id, name))
    return f"{show_limit(book, id, Limit(name, read, basis, value.start))} ({basis.words})"


def _how(old: DatedValue | None, new: DatedValue, fact: Fact | None, way: Stricter | None) -> str:
    if old is None or way is None:
        return ""
    order = compare(new.value, old.value, fact, way)
    return {1: "; stricter", 0: "; the same", -1: "; looser than the policy choice"}[order]


def _before(
    threshold: Threshold, value: DatedValue
) -> Iterator[tuple[DatedValue | None, date, date | None]]:
    """Yield each value of before that another stands in for, with the days on which it does."""
    last = value.until or date.max
    day = value.start
    for old, end in lives_of(v for v in threshold.values if v.below == value.below):
        if end < day or old.start > last:
            continue
        if old.start > day:
            yield None, day, old.start - timedelta(days=1)
            day = old.start
        until = min(end, last)
        yield old, day, None if until == date.max else until
        if until == date.max or until == last:
            return
        day = until + timedelta(days=1)
    yield None, day, value.until
