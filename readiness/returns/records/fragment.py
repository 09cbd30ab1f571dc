"""Figures of a return as a part of a profile. It holds true values, as every profile does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter

from readiness.calendar import long_date
from readiness.model.facts import FactRef
from readiness.model.profile import Entry, EvidenceItem, Point, Profile, State
from readiness.profile import write
from readiness.profile.load import NOBODY
from readiness.returns.records.figures import Figure
from readiness.returns.records.read import Reading
from readiness.rulebook.rulebook import Rulebook

SOURCES = "; "
"""What stands between the files of a source."""


WRONG_YEAR = "a wrong year?"
"""What ends the note of a part that may have been counted for the wrong year."""


def part_of(reading: Reading, as_of: date | None = None) -> Profile:
    """Return what a reading adds to a profile: facts, and the evidence item that they rest on.

    Args:
        as_of: Evaluation date to write into it.
    """
    page, day = reading.definition.page, reading.moment.day
    id = f"{page.id}-{day.year}"
    files = ", ".join(file.told for file in reading.files)
    item = EvidenceItem(
        title=f"{page.title}, {long_date(day)}",
        kind=page.kind,
        dated=day,
        serves=page.serves,
        note=f"Read from {files}.{_wrong_year(reading)}",
    )
    facts = {
        ref: (_entry(ref, list(figures), id),)
        for ref, figures in groupby(reading.figures, attrgetter("ref"))
    }
    return Profile(NOBODY, as_of, facts, {id: item})


def _wrong_year(reading: Reading) -> str:
    """Return what whoever gets the part should know, where it may be of the wrong year."""
    if reading.spread is None or reading.spread.likely is None:
        return ""
    year, likely = reading.moment.year, reading.spread.likely
    return f" Counted for the year {year}, but most of its cases ended in {likely}: {WRONG_YEAR}"


def _entry(ref: FactRef, figures: Sequence[Figure], evidence: str) -> Entry:
    """Return what a return says of a fact: one figure, or one for each month."""
    first = figures[0]
    points = (Point(State.VALUE, one.value, period=one.period, key=one.key) for one in figures)
    return Entry(
        ref,
        tuple(points),
        series=first.metric.months is not None,
        evidence=(evidence,),
        source=SOURCES.join(first.files),
        note=first.metric.note,
        left_out=tuple(first.left_out.items()),
    )


def to_yaml(reading: Reading, rulebook: Rulebook, as_of: date | None = None) -> str:
    """Return a reading as YAML, the same every time: a part of a profile."""
    title, day = reading.definition.page.title, long_date(reading.moment.day)
    head = (
        f"From the {title}, {day}: a part of a profile,",
        "which lies beside the file that says whose it is. Small counts stand as they are:",
        "keep it as you keep the return.",
    )
    return write.to_yaml(part_of(reading, as_of), rulebook.facts, head)
