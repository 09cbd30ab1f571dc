"""Figures of a return as a part of a profile. It holds true values, as every profile does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from readiness.calendar import Period, long_date, period_of
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import Entry, EvidenceItem, Point, State
from readiness.model.values import Share, percent
from readiness.returns.records.read import Reading
from readiness.rulebook.rulebook import Rulebook

SOURCES = "; "
"""What stands between the files of a source."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a profile: facts, and the evidence item that they rest on."""

    facts: Mapping[FactRef, Entry]
    evidence: Mapping[str, EvidenceItem]


def part_of(reading: Reading) -> Part:
    """Return what a reading adds to a profile."""
    page, day = reading.definition.page, reading.moment.day
    id = f"{page.id}-{day.year}"
    files = ", ".join(file.told for file in reading.files)
    item = EvidenceItem(
        title=f"{page.title}, {long_date(day)}",
        kind=page.kind,
        dated=day,
        serves=page.serves,
        note=f"Read from {files}.",
    )
    entries = {
        figure.ref: Entry(
            figure.ref,
            (Point(State.VALUE, figure.value, period=figure.period),),
            evidence=(id,),
            source=SOURCES.join(figure.files),
            note=figure.metric.note,
            left_out=tuple(figure.left_out.items()),
        )
        for figure in reading.figures
    }
    return Part(entries, {id: item})


# ---- YAML ----


def to_yaml(reading: Reading, rulebook: Rulebook, as_of: date | None = None) -> str:
    """Return a reading as YAML, the same every time: a part of a profile.

    Args:
        as_of: Evaluation date to write into it.
    """
    page, part = reading.definition.page, part_of(reading)
    lines = [
        f"# From the {page.title}, {long_date(reading.moment.day)}: a part of a profile, which",
        "# lies beside the file that says whose it is. Small counts stand as they are: keep it as",
        "# you keep the return.",
    ]
    lines += [f"as_of: {as_of.isoformat()}"] if as_of else []
    lines.append("facts:")
    last = ""
    order = list(dict.fromkeys(ref.id for ref in part.facts))
    for ref in sorted(part.facts, key=lambda ref: order.index(ref.id)):
        entry, fact = part.facts[ref], rulebook.facts[ref.id]
        if ref.id != last:
            lines += [f"  # {fact.title}", f"  {ref.id}:"]
        last = ref.id
        lines += [f"    {ref.member}:"] if ref.member else []
        lines += _entry(entry, fact, "      " if ref.member else "    ")
    lines.append("evidence:")
    for id, item in part.evidence.items():
        lines += [
            f"  {id}:",
            f"    title: {_text(item.title)}",
            f"    kind: {item.kind}",
            f"    dated: {item.dated.isoformat()}",
            f"    serves: [{', '.join(item.serves)}]",
            f"    note: {_text(item.note or '')}",
        ]
    return "\n".join(lines) + "\n"


def _entry(entry: Entry, fact: Fact, indent: str) -> Iterator[str]:
    (point,) = entry.points
    value = point.value
    if isinstance(value, Share):
        yield f"{indent}numerator: {value.numerator}"
        aside = f"  # {percent(value.value)}" if value.value is not None else ""
        yield f"{indent}denominator: {value.denominator}{aside}"
    else:
        shown = ("yes" if value else "no") if isinstance(value, bool) else str(value)
        yield f"{indent}value: {shown}"
    assert point.period is not None
    yield f"{indent}period: {_period(point.period, fact)}"
    if entry.left_out:
        yield f"{indent}left_out:"
        yield from (f"{indent}  {_text(reason)}: {count}" for reason, count in entry.left_out)
    yield f"{indent}source: {_text(entry.source or '')}"
    yield f"{indent}evidence: [{', '.join(entry.evidence or ())}]"
    if entry.note is not None:
        yield f"{indent}note: {_text(entry.note)}"


def _period(period: Period, fact: Fact) -> str:
    year = str(period.end.year)
    if period_of(year, fact.cadence) == period:
        return year
    return f"{period.start.isoformat()}/{period.end.isoformat()}"


def _text(words: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in words)
    return json.dumps(shown, ensure_ascii=False)
