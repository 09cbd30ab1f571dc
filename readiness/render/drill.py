"""A drill for the day of the call: as text, as one printable page, as a calendar, and as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from readiness.analysis.drill import Drill, Held, Item, Step, working_days_left
from readiness.calendar import long_date, short_date, weekday
from readiness.model.vocabulary import Confidence
from readiness.render.calendar_file import Event, calendar_file
from readiness.render.plain import indented
from readiness.render.site.html import Markup, document
from readiness.render.text import hang
from readiness.render.visible import in_lines

if TYPE_CHECKING:
    from readiness.render.shapes.commands import (
        DrillData,
        DrillItemData,
    )

_SURE = {
    Confidence.VERIFIED: "verified",
    Confidence.SECONDARY: "from others' accounts",
    Confidence.MEMORY: "from memory",
}

_READING = (Held.NOT_HELD, Held.STALE, Held.LATE, Held.READY)
"""The order in which a reader needs to see the items."""


def _day(day: date | None) -> str:
    return "not known" if day is None else f"{weekday(day)[:3]} {short_date(day)}"


def heading(drill: Drill) -> str:
    """Return what the drill is of."""
    kind = f", {drill.kind_title[0].lower()}{drill.kind_title[1:]}" if drill.kind_title else ""
    return f"{drill.title}{kind}"


def _council(drill: Drill) -> str:
    return f"{drill.council} ({drill.code})" if drill.code else drill.council


def summary(drill: Drill) -> str:
    """Return how the information request stands, in one line that adds up."""
    counts = [f"{len(drill.of(state))} {state.words}" for state in Held]
    return f"{', '.join(counts)}; {len(drill.items)} in all"


def partners(drill: Drill) -> str:
    """Return from whom items have to come, with how many of them are ready."""
    by: dict[str, list[Item]] = {}
    for item in drill.items:
        if item.partner:
            by.setdefault(item.holder.words, []).append(item)
    said = [
        f"{who} {sum(item.state is Held.READY for item in items)} of {len(items)}"
        for who, items in by.items()
    ]
    return ", ".join(said)


def _due_groups(drill: Drill) -> Iterator[tuple[date | None, list[Item]]]:
    """Yield items by the day they are due, soonest first, the worst first in each."""

    def order(item: Item) -> tuple[Any, ...]:
        return item.due is None, item.due or drill.notified, _READING.index(item.state)

    for due, items in groupby(sorted(drill.items, key=order), key=lambda item: item.due):
        yield due, list(items)


def _due_words(drill: Drill, due: date | None) -> str:
    if due is None:
        return "No day known"
    left = working_days_left(drill.notified, due)
    days = "" if left is None else f", {left} working {'day' if left == 1 else 'days'} after notice"
    return f"Due {_day(due)}{days}"


# ---- text ----------------------------------------------------------------------------------------


def render(drill: Drill) -> str:
    """Return a drill as text."""
    return in_lines(_lines(drill))


def _lines(drill: Drill) -> Iterator[str]:
    yield f"{_council(drill)}: the day of the call"
    yield heading(drill)
    told = f"{weekday(drill.notified)} {long_date(drill.notified)}"
    yield f"Notified: {told}" + (f"; edition: {drill.edition}" if drill.edition else "")
    yield ""
    for notice in drill.notices:
        yield from hang("  ! ", notice)
    yield ""
    yield "TIMETABLE (working days in England, unless it says otherwise)"
    for step in drill.steps:
        yield ""
        unsure = (
            f"  [{_SURE[step.confidence]}]" if step.confidence is not Confidence.VERIFIED else ""
        )
        yield f"  {_day(step.day):<16}  {step.counted if len(step.counted) < 20 else ''}{unsure}"
        yield from hang("    ", step.title)
        if len(step.counted) >= 20:
            yield from hang("    ", step.counted)
        if step.why_not:
            yield from hang("    ! ", step.why_not)
        if step.note:
            yield from hang("    ", f"({step.note})")
    yield ""
    yield f"INFORMATION REQUEST: {summary(drill)}"
    if who := partners(drill):
        yield from hang("  ", f"Ready from partners: {who}")
    for due, items in _due_groups(drill):
        yield ""
        yield f"  {_due_words(drill, due)}"
        for item in items:
            yield ""
            yield from hang(f"    {item.state.words.upper()}  ", f"{item.title}")
            who = item.holder.words
            yield from hang("      ", f"{item.id}; {who}; {item.said}")
            if item.by is not None:
                more = f" (and {item.others} more)" if item.others else ""
                yield from hang("      ", f"by {item.by.title}{more}")


# ---- one printable page --------------------------------------------------------------------------

STYLE = """\
:root { color-scheme: light; }
body { font: 1rem/1.4 Arial, Helvetica, sans-serif; color: #0b0c0c; background: #fff;
  margin: 0 auto; max-width: 68rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 1.2rem 0 .3rem; }
p, ul { margin: .3rem 0; }
ul { padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { border-bottom: 1px solid #b1b4b6; padding: .25rem .5rem .25rem 0; text-align: left;
  vertical-align: top; }
td.day, td.who, td.sure { white-space: nowrap; }
th, td:first-child { overflow-wrap: normal; }
.not-held, .stale, .late { font-weight: bold; }
.not-held { color: #942514; }
.stale, .late { color: #7a3b00; }
.sure { color: #505a5f; }
@media (max-width: 40rem) {
  thead { position: absolute; left: -999rem; }
  tr, td { display: block; }
  td { border: 0; padding: 0; white-space: normal !important; }
  tr { border-bottom: 1px solid #b1b4b6; padding: .4rem 0; }
}
@media print {
  @page { size: A4; margin: 9mm; }
  body { font-size: 6.9pt; line-height: 1.15; max-width: none; padding: 0; }
  h1 { font-size: 11pt; }
  h2 { font-size: 8.5pt; margin: 1.5mm 0 .5mm; }
  p, ul { margin: .5mm 0; }
  th, td { padding: .2mm 1.5mm .2mm 0; }
  caption { padding: .3mm 0; }
  tr { break-inside: avoid; }
}
"""


def render_html(drill: Drill) -> str:
    """Return a drill as one page that needs nothing else and prints on one sheet."""
    title = f"The day of the call: {_council(drill)}, {heading(drill)}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>Notified {weekday(drill.notified)} {long_date(drill.notified)}. "
        f"Information request: {escape(summary(drill))}.",
        *([f"Ready from partners: {escape(who)}."] if (who := partners(drill)) else []),
        "</p>",
        "<ul>",
        *(f"<li>{escape(notice)}</li>" for notice in drill.notices),
        "</ul>",
        "<h2>Timetable</h2>",
        "<table>",
        '<thead><tr><th scope="col">Day</th><th scope="col">Counted</th>'
        '<th scope="col">Step</th><th scope="col">How sure</th></tr></thead>',
        "<tbody>",
        *(_row(step) for step in drill.steps),
        "</tbody>",
        "</table>",
        "<h2>Information request</h2>",
    ]
    for due, items in _due_groups(drill):
        parts += [
            "<table>",
            f"<caption>{escape(_due_words(drill, due))}</caption>",
            '<thead><tr><th scope="col">State</th><th scope="col">Item</th>'
            '<th scope="col">From</th><th scope="col">What is held</th></tr></thead>',
            "<tbody>",
            *(_item_row(item) for item in items),
            "</tbody>",
            "</table>",
        ]
    return document(title, STYLE, *map(Markup, parts))


def _row(step: Step) -> str:
    title = escape(step.title) + (f" <em>{escape(step.why_not)}</em>" if step.why_not else "")
    return (
        f'<tr><td class="day">{_day(step.day)}</td><td>{escape(_short(step.counted))}</td>'
        f'<td>{title}</td><td class="sure">{_SURE[step.confidence]}</td></tr>'
    )


def _short(counted: str) -> str:
    return re.sub(r": .*", " the report", counted) if " after: " in counted else counted


def _item_row(item: Item) -> str:
    state = item.state.value.replace("_", "-")
    said = item.said
    if item.by is not None:
        more = f" (and {item.others} more)" if item.others else ""
        said = f"{item.by.title}{more}; {said}"
    return (
        f'<tr><td class="{state}">{item.state.words}</td><td>{escape(item.title)}</td>'
        f'<td class="who">{item.holder.words}</td><td>{escape(said)}</td></tr>'
    )


# ---- calendar ------------------------------------------------------------------------------------


def render_calendar(drill: Drill) -> str:
    """Return the steps that have a day, and the days on which items are due, as a calendar file."""
    return calendar_file(f"{heading(drill)}: {drill.council}", _events(drill), drill.notified)


def _events(drill: Drill) -> Iterator[Event]:
    for step in drill.steps:
        if step.day is None:
            continue
        about = [f"{heading(drill)}: {step.counted}; {_SURE[step.confidence]}."]
        about += [step.note] if step.note else []
        items = [item for item in drill.items if item.step == step.id]
        about += [
            f"{item.state.words}: {item.title} ({item.holder.words})"
            for item in sorted(items, key=lambda item: _READING.index(item.state))
        ]
        unsure = "" if step.confidence is Confidence.VERIFIED else f" ({_SURE[step.confidence]})"
        yield Event(_uid(drill, step.id), step.day, step.title + unsure, "\n".join(about))


def _uid(drill: Drill, step: str) -> str:
    """Return an id that is the same for the same council, inspection and day of notification."""
    who = re.sub(r"[^a-z0-9]+", "-", (drill.code or drill.council).casefold()).strip("-")
    parts = (
        drill.framework,
        drill.kind or "any",
        step,
        f"{drill.notified:%Y%m%d}",
        who or "council",
    )
    return f"{'.'.join(parts)}@readiness.invalid"


# ---- JSON ----------------------------------------------------------------------------------------


def render_json(drill: Drill) -> str:
    """Return a drill as JSON: stable keys, no clock, no paths."""
    content: DrillData = {
        "schema_version": 1,
        "council": {"name": drill.council, "code": drill.code},
        "framework": drill.framework,
        "kind": drill.kind,
        "edition": drill.edition,
        "notified": drill.notified.isoformat(),
        "totals": {
            "held": len(drill.of(Held.READY)),
            "late": len(drill.of(Held.LATE)),
            "stale": len(drill.of(Held.STALE)),
            "not_held": len(drill.of(Held.NOT_HELD)),
            "all": len(drill.items),
        },
        "steps": [
            {
                "id": step.id,
                "title": step.title,
                "day": _iso(step.day),
                "counted": step.counted,
                "confidence": step.confidence,
                "note": step.note,
                "wants": list(step.wants),
                "why_no_day": step.why_not,
            }
            for step in drill.steps
        ],
        "requests": _items_data(drill.items),
        "notices": list(drill.notices),
    }
    return indented(content) + "\n"


def _items_data(items: Sequence[Item]) -> list[DrillItemData]:
    return [
        {
            "id": item.id,
            "title": item.title,
            "state": item.state,
            "holder": item.holder,
            "held_by_partner": item.partner,
            "due": _iso(item.due),
            "fresh_within": item.fresh_within,
            "confidence": item.confidence,
            "because": item.said,
            "evidence": None
            if item.by is None
            else {
                "id": item.by.id,
                "title": item.by.title,
                "dated": item.by.dated.isoformat(),
                "holder": item.by.holder,
                "fresh_until": _iso(item.by.goes_stale),
                "ready_in": item.by.ready_in,
                "ready": _iso(item.by.ready),
                "others": item.others,
            },
        }
        for item in items
    ]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
