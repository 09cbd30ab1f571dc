"""Figures of a return as a part of a profile, and in lines for whoever runs the command.

The part holds true values, as every profile does. The lines go through disclosure control: a small
count of children shows as "fewer than 6", and so do rows that were left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from readiness.calendar import Period, long_date, period_of
from readiness.model.disclosure import FEW, SMALL, SMALL_COUNTS_SHOWN, Disclosure, is_small
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import Entry, EvidenceItem, Point, State
from readiness.model.values import Share, percent
from readiness.model.vocabulary import FactType
from readiness.returns.records.figures import Figure
from readiness.returns.records.read import Reading
from readiness.returns.records.store import Module, Rows
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
    for ref, entry in part.facts.items():
        fact = rulebook.facts[ref.id]
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


# ---- lines ----


def summary(reading: Reading, rulebook: Rulebook, *, show_small: bool = False) -> tuple[str, ...]:
    """Return what was read, what it gives, what was left out, and what it cannot give and why."""
    return tuple(_Lines(reading, rulebook, Disclosure(show_small)).all())


@dataclass(frozen=True, slots=True)
class _Lines:
    reading: Reading
    rulebook: Rulebook
    disclosure: Disclosure

    def all(self) -> Iterator[str]:
        reading = self.reading
        page, moment = reading.definition.page, reading.moment
        if self.disclosure.show_small:
            yield SMALL_COUNTS_SHOWN
        whose = f" of council {reading.council}" if reading.council else ""
        yield f"{page.title}{whose}: {long_date(moment.day)}, and the year {moment.year}"
        yield from (f"  note: {note}" for note in reading.notes)
        yield "Read"
        for name, module in reading.modules.items():
            yield from self._module(name, module)
        figures: dict[str, list[Figure]] = {figure.ref.id: [] for figure in reading.figures}
        for figure in reading.figures:
            figures[figure.ref.id].append(figure)
        together = page.told_together
        if together is not None and (told := [f for f in together.facts if f in figures]):
            yield f"{together.title}. {together.because}"
            for fact in told:
                yield from self._figures(figures.pop(fact))
        yield "Other figures" if together else "Figures"
        for group in figures.values():
            yield from self._figures(group)
        if reading.cannot:
            yield "Cannot be given by these files"
            for one in reading.cannot:
                yield f"  {one.fact}: {one.why}"

    def _module(self, name: str, module: Module) -> Iterator[str]:
        title = self.reading.definition.tables[name].title
        lost = list(module.left_out.items())
        told = f"{module.read:,} {'row' if module.read == 1 else 'rows'}"
        if any(self._hides(rows.count) for _, rows in lost):
            told = "rows read, and some left out"
        elif lost:
            told += f", {module.used:,} of them used"
        elif self._hides(module.read) and not self.reading.definition.tables[name].single:
            told = f"{FEW} rows"
        yield f"  {title} ({name}): {told}"
        for reason, rows in lost:
            yield f"    left out: {self._rows(rows)}: {reason}"
        for (element, fault), rows in module.unread.items():
            yield f"    not recorded: {self._rows(rows)}: {element} {fault}"
        for element, guess in module.lacking.items():
            yield f"    no column {element}{f'; {guess}' if guess else ''}"

    def _hides(self, count: int) -> bool:
        return isinstance(self.disclosure.count(count, None), str)

    def _rows(self, rows: Rows) -> str:
        """Return how many rows; which ones only where small counts may be shown."""
        if self._hides(rows.count):
            return f"{FEW} rows"
        told = f"{rows.count:,} {'row' if rows.count == 1 else 'rows'}"
        if not self.disclosure.show_small or not rows.first:
            return told
        more = ", …" if rows.count > len(rows.first) else ""
        return f"{told} ({', '.join(map(str, rows.first))}{more})"

    def _figures(self, group: list[Figure]) -> Iterator[str]:
        """Yield the lines of one fact, or of all members of a family."""
        fact = self.rulebook.facts[group[0].ref.id]
        unit = self.rulebook.unit_of(fact)
        withheld = self._withheld(group)
        for number, figure in enumerate(group):
            shown = self.disclosure.value(figure.value, fact, unit).text
            if number in withheld:
                shown = "not shown, because it would tell a small count"
            elif fact.type is FactType.COUNT and figure.denominator != figure.numerator:
                assert unit is not None
                part, whole = self.disclosure.part(
                    figure.numerator or 0, figure.denominator or 0, unit
                )
                shown = f"{part} of {whole} {unit.many} looked at"
            title = self.rulebook.fact_title(figure.ref)
            yield f"  {figure.ref}: {shown} ({figure.period}): {title}"
        for reason, count in group[0].left_out.items():
            yield f"    left out: {self._rows(Rows(count))}: {reason}"

    def _withheld(self, group: list[Figure]) -> set[int]:
        """Return which figures would, beside others, tell a small count.

        Those that leave out a small number of the rows that another figure counts whole; and of a
        family, whose members may add up to another figure, so many that no small one is alone.
        """
        if self.disclosure.show_small:
            return set()
        first = group[0]
        beside = [f for f in self.reading.figures if f.ref.id != first.ref.id]
        left = [count for count in first.left_out.values() if self._hides(count)]
        if left and any(f.base == first.base and f.left_out != first.left_out for f in beside):
            return set(range(len(group)))
        if len(group) == 1 or isinstance(first.value, Share):
            return set()
        return withheld([figure.numerator or 0 for figure in group])


def withheld(counts: list[int]) -> set[int]:
    """Return which of counts that add up to a known total must be withheld beside the small ones.

    A small count is hidden anyway. Where the hidden ones could only be what they are, the smallest
    of the others goes too, until they could be something else.

    >>> sorted(withheld([3, 20, 40]))
    [1]
    """
    small = [n for n, count in enumerate(counts) if is_small(count)]
    others = sorted((n for n, count in enumerate(counts) if count >= SMALL), key=counts.__getitem__)
    if not small or _ways(len(small), sum(counts[n] for n in small)) > 1:
        return set()
    return set(others[:1])


def _ways(parts: int, total: int) -> int:
    """Return in how many ways so many counts of 1 to 5 add up to a total."""
    if parts == 0:
        return int(total == 0)
    return sum(_ways(parts - 1, total - one) for one in range(1, SMALL))
