"""What was read, what it gives and what it cannot give, in lines for whoever runs the command.

The lines go through disclosure control: a small count of children, of rows that were left out or of
rows that break a check shows as "fewer than 6", and what would tell one of these is withheld.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from readiness.calendar import Period, long_date
from readiness.model.disclosure import FEW, SMALL_COUNTS_SHOWN, Disclosure, is_small
from readiness.model.facts import Fact
from readiness.model.vocabulary import FactType
from readiness.model.withholding import Figures
from readiness.returns.records.checks import Broken
from readiness.returns.records.figures import Figure
from readiness.returns.records.read import Reading, Spread
from readiness.returns.records.store import Module, Rows
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.sums import add_sums

NOT_TOLD = "not shown, because it would tell a small count"


def summary(reading: Reading, rulebook: Rulebook, *, show_small: bool = False) -> tuple[str, ...]:
    """Return what was read, what it gives, what was left out, and what it cannot give and why."""
    gone = frozenset[str]() if show_small else _Beside(reading, rulebook).withheld()
    return tuple(_Lines(reading, rulebook, Disclosure(show_small), gone).all())


@dataclass(frozen=True, slots=True)
class _Lines:
    """Writes the lines.

    Attributes:
        gone: Figures that are withheld, by the names that `_Beside` gives them.
    """

    reading: Reading
    rulebook: Rulebook
    disclosure: Disclosure
    gone: frozenset[str]

    def all(self) -> Iterator[str]:
        reading = self.reading
        page, moment = reading.definition.page, reading.moment
        if self.disclosure.show_small:
            yield SMALL_COUNTS_SHOWN
        whose = f" of council {reading.council}" if reading.council else ""
        yield f"{page.title}{whose}: {long_date(moment.day)}, and the year {moment.year}"
        yield from (f"  note: {note}" for note in reading.notes)
        if reading.spread is not None:
            yield from self._spread(reading.spread)
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
        if page.not_given:
            yield f"What this return never holds, and why: readiness returns facts {page.id}"
        yield from self._checks()

    def _spread(self, spread: Spread) -> Iterator[str]:
        """Yield how the year was decided, what lies outside it, and which year is likelier."""
        page = self.reading.definition.page
        title = page.tables[spread.module].title
        year, day = self.reading.moment.year, long_date(self.reading.moment.day)
        yield f"  the year is {year}: the last that had ended on {day}, the day of the return"
        if spread.outside:
            rows = self._rows(Rows(spread.outside), f"{spread.module} outside")
            whole = f" of {spread.rows:,}" if self._tells_rows(spread) else ""
            yield f"  outside it: {rows}{whole} ({title}), which ended before it or began after it"
        if spread.later:
            rows = self._rows(Rows(spread.later), f"{spread.module} later")
            yield f"  after that day: {rows} ({title}) began; when they did is not used"
        if spread.likely is not None:
            right = f"{long_date(spread.likely.end)}, the last day of that year"
            what = f"check {page.day} in the file" if page.day else "check --day"
            yield f"  WRONG YEAR? Most ended in {spread.likely}: {what}; it may have to be {right}"

    def _tells_rows(self, spread: Spread) -> bool:
        """Whether all rows may be told beside those that lie outside."""
        module = self.reading.modules[spread.module]
        known = not {f"{spread.module} read", f"{spread.module} used"} & self.gone
        inside = spread.rows - spread.outside
        return known and not _is_vague(module) and not self._hides(inside)

    def _module(self, name: str, module: Module) -> Iterator[str]:
        title = self.reading.definition.tables[name].title
        lost = list(module.left_out.items())
        told = f"{module.read:,} {'row' if module.read == 1 else 'rows'}"
        if not self.disclosure.show_small and _is_vague(module):
            told = "rows read, and some left out"
        elif f"{name} read" in self.gone:
            told = NOT_TOLD
        elif lost:
            used = NOT_TOLD if f"{name} used" in self.gone else f"{module.used:,} of them used"
            told += f", {used}"
        elif self._hides(module.read) and not self.reading.definition.tables[name].single:
            told = f"{FEW} rows"
        yield f"  {title} ({name}): {told}"
        for reason, rows in lost:
            yield f"    left out: {self._rows(rows, f'{name} left {reason}')}: {reason}"
        page = self.reading.definition.tables[name]
        for (element, fault), rows in module.unread.items():
            shown = self._rows(rows, f"{name} unread {element} {fault}")
            yield f"    not recorded: {shown}: {page.told(element)} {fault}"
        for element, guess in module.lacking.items():
            yield f"    no column {page.told(element)}{f'; {guess}' if guess else ''}"

    def _hides(self, count: int) -> bool:
        return isinstance(self.disclosure.count(count, None), str)

    def _rows(self, rows: Rows, name: str) -> str:
        """Return how many rows; which ones only where small counts may be shown."""
        if self._hides(rows.count):
            return f"{FEW} rows"
        if name in self.gone:
            return NOT_TOLD
        told = f"{rows.count:,} {'row' if rows.count == 1 else 'rows'}"
        if not self.disclosure.show_small or not rows.first:
            return told
        more = ", …" if rows.count > len(rows.first) else ""
        return f"{told} ({', '.join(map(str, rows.first))}{more})"

    def _figures(self, group: list[Figure]) -> Iterator[str]:
        """Yield the lines of one fact, or of all members of a family."""
        fact = self.rulebook.facts[group[0].ref.id]
        if group[0].metric.months is not None:
            yield from self._months(group, fact)
        for number, figure in enumerate(group):
            if figure.metric.months is None:
                title = self.rulebook.fact_title(figure.ref)
                yield f"  {figure.ref}: {self._shown(figure, fact)} ({figure.period}): {title}"
            if figure.metric is not next((f.metric for f in group[number + 1 :]), None):
                for reason, count in figure.left_out.items():
                    rows = self._rows(Rows(count), _left(figure, reason))
                    yield f"    left out: {rows}: {reason}"

    def _months(self, group: list[Figure], fact: Fact) -> Iterator[str]:
        """Yield the lines of a series: what it is, and its months."""
        first, last = group[0], group[-1]
        span = Period(first.period.start, last.period.end)
        yield f"  {first.ref}: {len(group)} months ({span}): {self.rulebook.fact_title(first.ref)}"
        unit = self.rulebook.unit_of(fact)
        months = [self.disclosure.value(figure.value, fact, unit).value for figure in group]
        gone = any(figure.name in self.gone for figure in group)
        yield f"    {NOT_TOLD if gone else ', '.join(months)}"

    def _shown(self, figure: Figure, fact: Fact) -> str:
        """Return a figure in words."""
        unit = self.rulebook.unit_of(fact)
        if figure.name in self.gone:
            return NOT_TOLD
        if not _is_part(figure, fact):
            return self.disclosure.value(figure.value, fact, unit).text
        assert unit is not None
        part, whole = self.disclosure.part(figure.numerator or 0, figure.denominator or 0, unit)
        return f"{part} of {whole} {unit.many} looked at"

    def _checks(self) -> Iterator[str]:
        """Yield how many rows break which check, and which checks could not be made."""
        reading = self.reading
        if not reading.definition.checks:
            return
        found = [one for one in reading.broken if one.lines]
        yield "Checks of the return itself"
        for one in found:
            page = one.check.page
            rows = self._rows(Rows(len(one.lines), one.lines[:5]), f"check {page.id}")
            query = "to look at: " if page.query else ""
            yield f"  {page.id} ({page.of}): {rows}: {query}{page.title}"
        clean = len(reading.broken) - len(found)
        yield f"  {clean} of {len(reading.definition.checks)} checks found nothing"
        why: dict[str, list[str]] = {}
        for not_made in reading.not_checked:
            why.setdefault(not_made.why, []).append(not_made.check.page.id)
        for reason, ids in why.items():
            yield f"  not made, because {reason}: {', '.join(ids)}"


def _is_part(figure: Figure, fact: Fact) -> bool:
    """Return whether a count is shown as part of what was looked at."""
    return fact.type is FactType.COUNT and figure.denominator != figure.numerator


def _is_vague(module: Module) -> bool:
    """Return whether so few rows were left out that the rows read and used are not told."""
    return any(is_small(rows.count) for rows in module.left_out.values())


def _left(figure: Figure, reason: str) -> str:
    """Return the name of a count of rows that a figure leaves out."""
    return f"{figure.metric.fact} {figure.metric.member or ''} left {reason}"


# ---- what stands beside what ----


@dataclass(slots=True)
class _Beside:
    """Everything that the lines show, and the sums by which one could be worked out of others."""

    reading: Reading
    rulebook: Rulebook
    figures: Figures = field(default_factory=Figures)

    def withheld(self) -> frozenset[str]:
        """Return the names of the figures that are not shown."""
        for name, module in self.reading.modules.items():
            self._module(name, module)
        for one in self.reading.broken:
            self.figures.count(f"check {one.check.page.id}", len(one.lines))
        if (spread := self.reading.spread) is not None:
            outside, inside = f"{spread.module} outside", f"{spread.module} inside"
            self.figures.count(outside, spread.outside)
            self.figures.unseen(inside, spread.rows - spread.outside)
            self.figures.adds_up(f"{spread.module} used", outside, inside)
            self.figures.count(f"{spread.module} later", spread.later)
            cells = self._unread(spread.module, spread.begins.name)
            self.figures.adds_up(f"{spread.module} later", *cells)
        groups: dict[int, list[Figure]] = {}
        for figure in self.reading.figures:
            if figure.denominator is not None:
                groups.setdefault(id(figure.metric), []).append(figure)
        hidden: set[str] = set()
        for group in groups.values():
            if group[0].metric.wrong_rows is not None:
                hidden |= {figure.name for figure in group if self._tells_of_checks(figure)}
            self._metric(group)
        for one in self.reading.broken:
            self._check(one)
        self._sums_of_facts()
        return frozenset(hidden | self.figures.withheld())

    def _module(self, name: str, module: Module) -> None:
        """Rows read are rows used and left out; what cannot be read is why a row is left out."""
        take = self.figures.unseen if _is_vague(module) else self.figures.count
        if self.reading.definition.tables[name].single:
            take = self.figures.known
        take(f"{name} read", module.read)
        take(f"{name} used", module.used)
        left = {f"{name} left {reason}": rows for reason, rows in module.left_out.items()}
        for cell, rows in left.items():
            self.figures.count(cell, rows.count)
        self.figures.adds_up(f"{name} read", f"{name} used", *left)
        for (element, fault), rows in module.unread.items():
            self.figures.count(f"{name} unread {element} {fault}", rows.count)
        for element in self.reading.definition.tables[name].elements:
            unread = self._unread(name, element)
            self.figures.adds_up(f"{name} left {element} cannot be used", *unread)

    def _unread(self, table: str, *elements: str) -> list[str]:
        unread = self.reading.modules[table].unread if table in self.reading.modules else {}
        return [f"{table} unread {e} {fault}" for e, fault in unread if e in elements]

    def _metric(self, group: list[Figure]) -> None:
        """Rows used are rows counted, left out and not looked at."""
        first = group[0]
        metric, fact = first.metric, self.rulebook.facts[first.ref.id]
        unit = self.rulebook.unit_of(fact)
        wholes = []
        for figure in group:
            name, whole = figure.name, figure.denominator or 0
            part = figure.numerator or 0
            if unit is not None and not unit.people:
                self.figures.known(name, part)
                self.figures.known(f"{name} of", whole)
            elif fact.type is FactType.COUNT and not _is_part(figure, fact):
                self.figures.count(name, part)
                self.figures.unseen(f"{name} of", whole)
                self.figures.adds_up(f"{name} of", name)
            else:
                self.figures.share(name, part, whole)
                self.figures.unseen(name, part)
                self.figures.adds_up(name, f"{name} in")
            wholes.append(f"{name} of")
        if metric.wrong_rows is not None:
            for figure in group:
                table = metric.wrong_rows[figure.ref.member or ""]
                self.figures.adds_up(f"{table} read", f"{figure.name} of")
            return
        left = [_left(first, reason) for reason in first.left_out]
        for cell, count in zip(left, first.left_out.values(), strict=True):
            self.figures.count(cell, count)
        self._not_recorded(first)
        if metric.months is not None:
            return  # rows may count in several months; what these add up to, the dictionary says
        counted = sum(f.denominator or 0 for f in group) + sum(first.left_out.values())
        looked_at, used = f"looked at {first.base}", f"{metric.counts} used"
        self.figures.unseen(looked_at, counted)
        self.figures.adds_up(looked_at, *wholes, *left)
        if metric.among is None and metric.dated_by is None:
            self.figures.adds_up(used, looked_at)
        else:
            self.figures.unseen(f"not {looked_at}", first.outside)
            self.figures.adds_up(used, looked_at, f"not {looked_at}")
        if fact.type is FactType.COUNT and metric.members is not None:
            # Of a family that counts, the members together may well be known from elsewhere.
            self.figures.known(f"{first.ref.id} in all", sum(f.numerator or 0 for f in group))
            self.figures.adds_up(f"{first.ref.id} in all", *(figure.name for figure in group))

    def _not_recorded(self, first: Figure) -> None:
        """Rows without an element are those that a check finds, and those where it says nothing."""
        for element in first.metric.needs:
            empty = [
                f"check {one.check.page.id}"
                for one in self.reading.broken
                if one.check.missing == (element,) and one.check.when is None
            ]
            unread = self._unread(element.table, element.name)
            self.figures.adds_up(_left(first, f"{element.name} is not recorded"), *empty, *unread)

    def _check(self, one: Broken) -> None:
        """Rows with a cell that cannot be used are those that the module counts."""
        names = [element.name for element in one.check.unusable]
        if names:
            unread = self._unread(one.check.page.of, *names)
            self.figures.adds_up(f"check {one.check.page.id}", *unread)

    def _tells_of_checks(self, figure: Figure) -> bool:
        """Whether the rows that break any check would tell how many break a rare one."""
        assert figure.metric.wrong_rows is not None
        table = figure.metric.wrong_rows[figure.ref.member or ""]
        return any(
            is_small(len(one.lines)) and one.check.page.of == table and one.check.page.counts
            for one in self.reading.broken
        )

    def _sums_of_facts(self) -> None:
        held: dict[str, list[Period | None]] = {}
        for figure in self.reading.figures:
            held.setdefault(str(figure.ref), []).append(figure.period)
        add_sums(self.figures, self.rulebook, held)
