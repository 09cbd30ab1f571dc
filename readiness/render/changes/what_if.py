"""What would follow from what is supposed: side by side, as text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from readiness.analysis.unknowns.whatif import Imagined, Unlock
from readiness.calendar import long_date
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.finding import Finding
from readiness.model.vocabulary import Verdict
from readiness.render.plain import head_data, indented, rulebook_data, totals_data
from readiness.render.text import book_lines, found_words, hang
from readiness.render.visible import in_lines
from readiness.rulebook.wording import few

if TYPE_CHECKING:
    from readiness.render.shapes.commands import (
        FollowingSideData,
        WhatIfData,
    )

MOST_UNLOCKS = 15

NO_FORECAST = (
    "This is arithmetic over the rules. It says what would follow if the facts were so; it does "
    "not say that they will be, and it is no forecast of a grade or of what inspectors would find."
)

_ORDER = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)


def render(imagined: Imagined, *, everything: bool = False) -> str:
    """Return what would follow, as text."""
    return in_lines(_lines(imagined, everything))


def _lines(imagined: Imagined, everything: bool) -> Iterator[str]:
    if imagined.small_counts_shown:
        yield SMALL_COUNTS_SHOWN
    code = f" ({imagined.code})" if imagined.code else ""
    yield f"{imagined.council}{code}: what if, at {long_date(imagined.as_of)}"
    yield from book_lines(imagined.rulebook)
    if imagined.selected:
        yield f"Shown: {imagined.selected}"
    yield ""
    yield from hang("  ", NO_FORECAST)
    if imagined.said:
        yield ""
        yield "SUPPOSED"
    for said in imagined.said:
        yield from hang("  - ", said)
    for notice in imagined.notices:
        yield from hang("  ! ", notice)
    yield from _addresses(imagined)
    yield ""
    before, after = imagined.totals
    yield f"  {'':<18}{'now':>6}{'then':>7}"
    for name in ("not_met", "unknown", "met", "not_applicable", "all"):
        words = "not known" if name == "unknown" else name.replace("_", " ")
        yield f"  {words:<18}{getattr(before, name):>6}{getattr(after, name):>7}"
    yield ""
    if not imagined.changes:
        yield "No verdict would be another."
    else:
        yield f"VERDICTS THAT WOULD BE OTHERS: {len(imagined.changes)}"
    for old, new in zip(imagined.old, imagined.new, strict=True):
        yield ""
        yield from _pair(old, new)
    if imagined.unlocks is not None:
        yield from _unlocks(imagined, everything)


def _addresses(imagined: Imagined) -> Iterator[str]:
    """Say what the entries are for, and how that would then stand: an aim may fall short of it."""
    if not imagined.addresses:
        return
    yield ""
    yield "WHAT THEY ARE FOR"
    for one in imagined.addresses:
        same = one.now is one.then
        stands = f"still {one.then.words}" if same else f"{one.now.words}, then {one.then.words}"
        yield from hang(f"  {one.entry}  ", f"{one.id} {imagined.titles[one.id]}: {stands}")


def _pair(old: Finding, new: Finding) -> Iterator[str]:
    yield from hang(f"  {old.id}  ", old.title)
    yield from hang("    now    ", _said(old))
    yield from hang("    then   ", _said(new))


def _said(finding: Finding) -> str:
    why = f" ({finding.reasons[0].words})" if finding.reasons else ""
    found = [f"{one.title}: {found_words(one)}" for one in finding.found[:2]]
    held = f": {'; '.join(found)}" if found else ""
    return f"{finding.verdict.words}{why}{held}"


def _unlocks(imagined: Imagined, everything: bool) -> Iterator[str]:
    found = imagined.unlocks or ()
    yield ""
    if not found:
        yield "SINGLE FACTS THAT UNLOCK MOST: no fact alone would turn anything into met"
        return
    shown = found if everything else found[:MOST_UNLOCKS]
    first = f"; the first {len(shown)}" if len(shown) < len(found) else ""
    yield (
        f"SINGLE FACTS THAT UNLOCK MOST: {len(found)}, each of which alone would turn something "
        f"into met{first}"
    )
    for number, one in enumerate(shown, 1):
        yield ""
        yield from _unlock(number, one, imagined.titles)


def _unlock(number: int, one: Unlock, titles: dict[str, str]) -> Iterator[str]:
    yield from hang(f"  {number:>2}. ", one.title)
    yield from hang("      now    ", one.now or "no usable value")
    yield from hang("      if     ", f"{one.supposed}, or another value that does as much")
    single = one.met[0] if len(one.met) == 1 else None
    met = f"{single} {titles[single]}" if single else few(list(one.met), 8, 8)
    yield from hang("      met    ", f"{len(one.met)}: {met}")
    if one.lost:
        yield from hang("      but    ", f"no longer met: {few(list(one.lost), 8, 8)}")
    yield f"      fact   {one.ref}"


def render_json(imagined: Imagined) -> str:
    """Return what would follow as JSON: stable keys, no clock, no paths."""
    now, then = imagined.totals
    content: WhatIfData = {
        **head_data(imagined.council, imagined.code, imagined.as_of),
        "rulebook": rulebook_data(imagined.rulebook),
        "selected": imagined.selected,
        "note": NO_FORECAST,
        "supposed": list(imagined.said),
        "addresses": [
            {"entry": one.entry, "id": one.id, "now": one.now, "then": one.then}
            for one in imagined.addresses
        ],
        "notices": list(imagined.notices),
        "totals": {"now": totals_data(now), "then": totals_data(then)},
        "changes": [
            {"id": old.id, "title": old.title, "now": _data(old), "then": _data(new)}
            for old, new in zip(imagined.old, imagined.new, strict=True)
        ],
        "unlocks": None
        if imagined.unlocks is None
        else [
            {
                "fact": one.ref.id,
                "member": one.ref.member,
                "title": one.title,
                "now": one.now,
                "supposed": one.supposed,
                "met": list(one.met),
                "no_longer_met": list(one.lost),
            }
            for one in imagined.unlocks
        ],
        "small_counts_shown": imagined.small_counts_shown,
    }
    return indented(content) + "\n"


def _data(finding: Finding) -> FollowingSideData:
    return {
        "verdict": finding.verdict,
        "reason": finding.reason,
        "found": [
            {"fact": one.fact, "member": one.member, "text": one.text, "period": one.period}
            for one in finding.found
        ],
    }
