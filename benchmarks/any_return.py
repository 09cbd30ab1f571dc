"""A made-up return of any page of `rules/metrics/`: CSV files, with what goes wrong in such files.

No child is in it. Days lie where a metric turns: at the ends of its year and so long before them as
the page says anywhere, or so long after another day of the row, or a day beside that. The same
numbers give the same files.
"""

from __future__ import annotations

import contextlib
import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path

from readiness.calendar import BankHolidaysUnknown, Duration, minus, plus
from readiness.returns.records.conditions import Moment
from readiness.returns.records.load import Return
from readiness.returns.records.pages import ElementPage, Kind, TablePage

YEARLY = ((2, 15), (3, 31))
NEAR = (-1, 0, 0, 1, 2)
STRANGE = ("", "", "", "31/02/2025", "01/01/1900", "unknown")


@dataclass(slots=True)
class Row:
    """A row: its key, its cells, and the days in it and above it."""

    key: str
    cells: dict[str, str]
    days: list[date]


def write_any(definition: Return, day: date, folder: Path, rows: int, seed: int = 7) -> list[Path]:
    """Write a return: so many rows of each module that stands below none."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = Moment.of(day, definition.page.year)
    author = Author(
        definition, moment, [*dict.fromkeys(lengths(definition.metrics))], random.Random(seed)
    )
    made: dict[str, list[Row]] = {}
    paths = []
    for table, page in definition.in_files.items():
        above = definition.tables[page.of].key if page.of is not None else None
        ups = author.ups(page, made[page.of] if page.of is not None else (), rows)
        made[table] = [author.row(table, above, up, n) for n, up in enumerate(ups, 1)]
        paths.append(folder / f"{table}.csv")
        with paths[-1].open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, list(made[table][0].cells), lineterminator="\n")
            writer.writeheader()
            writer.writerows(row.cells for row in made[table])
    return paths


@dataclass(slots=True)
class Author:
    """Makes up rows."""

    definition: Return
    moment: Moment
    lengths: Sequence[Duration]
    rng: random.Random

    def ups(self, page: TablePage, above: Sequence[Row], rows: int) -> Iterator[Row | None]:
        """Yield for each row of a module the one above it."""
        if page.of is None:
            yield from [None] * (1 if page.single else rows)
            return
        for up in above:
            yield from [up] * self.rng.choice((0, 1, 1, 2) if page.at_most_one else (0, 1, 2, 4))
        yield Row("of nobody", {}, [])

    def row(self, table: str, above: str | None, up: Row | None, number: int) -> Row:
        """Return a row."""
        page = self.definition.tables[table]
        row = Row(f"{table}-{number}", {}, [*up.days] if up is not None else [])
        if above is not None and up is not None:
            row.cells[above] = up.key
        if page.key is not None:
            row.cells[page.key] = row.key
        for name, element in page.elements.items():
            row.cells[name] = self.cell(table, name, element, row)
        return row

    def cell(self, table: str, name: str, element: ElementPage, row: Row) -> str:
        """Return a cell; one in eight is empty, or filled with something else."""
        one, page = f"{table}.{name}", self.definition.page
        if one == page.day:
            return self.moment.day.isoformat()
        if page.collection is not None and one == page.collection.element:
            return page.collection.says
        if self.rng.random() < 1 / 8:
            return self.rng.choice(STRANGE)
        if element.type is Kind.DATE:
            day = self.day(row.days)
            row.days.append(day)
            return day.isoformat()
        if element.type is Kind.NUMBER:
            return str(self.rng.choice((-1, 0, 0, 1, 2, 40, 41)))
        if element.type is Kind.TEXT:
            words = ("1", "2", "3", *element.blank_as)
            return row.key if element.personal else self.rng.choice(words)
        code = self.rng.choice(element.codes or ("yes", "no"))
        return f"a) {code}: in words" if element.lettered and self.rng.random() < 1 / 2 else code

    def day(self, others: Sequence[date]) -> date:
        """Return a day on which something turns, or any other, mostly of the last 500."""
        rng, moment = self.rng, self.moment
        near, length = timedelta(days=rng.choice(NEAR)), rng.choice(self.lengths)
        fixed = rng.choice((moment.day, moment.year.start, moment.year.end))
        which = rng.choices(("any", "ends", "ago", "apart", "yearly"), (8, 3, 4, 7, 1))[0]
        if which == "ends":
            return fixed + near
        if which == "ago":
            return minus(fixed, length) + near
        if which == "apart" and others:
            with contextlib.suppress(BankHolidaysUnknown):
                return plus(rng.choice((others[-1], rng.choice(others))), length) + near
        if which == "yearly":
            return date(moment.year.end.year, *rng.choice(YEARLY))
        return moment.day - timedelta(days=rng.randrange(rng.choice((500, 500, 500, 9_000))))


def lengths(said: object) -> Iterator[Duration]:
    """Yield every length of time in a definition."""
    if isinstance(said, Duration):
        yield said
    elif isinstance(said, Mapping):
        yield from lengths(tuple(said.values()))
    elif isinstance(said, tuple):
        for one in said:
            yield from lengths(one)
    elif is_dataclass(said):
        for each in fields(said):
            yield from lengths(getattr(said, each.name))
