"""What was changed in the workbook of a plan, or every problem at once.

Rows are known by their ids, columns by their headings and sheets by the columns that they hold. The
hidden sheet says what each action said when the workbook was written, so that a change is told from
what merely differs from the profile of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from readiness.errors import InvalidProfile, Problem
from readiness.model.actions import PROPOSED
from readiness.model.values import near
from readiness.model.vocabulary import PlanStatus
from readiness.profile.workbook import plan_layout as layout
from readiness.profile.workbook.cells import as_day, share_of, text_of
from readiness.profile.workbook.layout import plain
from readiness.profile.workbook.opening import Grid, Read, open_workbook

_HEADINGS = {plain(column.heading): column for column in layout.COLUMNS}
_NEEDED = ("id", *layout.EDITED)
_DAYS = ("due", "by")
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a spreadsheet that shows a date as a number."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an action said when the workbook was written; empty text for what it did not say."""

    proposed: bool
    do: str
    addresses: tuple[str, ...]
    fact: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that says something else than it did.

    Attributes:
        value: As a profile writes it: a day, or words.
        at: The cell, in words.
    """

    id: str
    key: str
    value: date | str
    at: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A workbook that came back.

    Attributes:
        changes: The cells that changed, by action and key.
        ignored: What was changed and does not come back, in words.
    """

    council: str
    code: str
    recorded: Mapping[str, Recorded]
    changes: Mapping[str, Mapping[str, Change]]
    ignored: tuple[str, ...]


def read_plan(path: Path) -> Returned:
    """Return what was changed in the workbook of a plan.

    Raises:
        InvalidProfile: With every problem found.
        UsageError: openpyxl is not installed.
    """
    return _Reader(path.as_posix(), open_workbook(path)).read()


class _Reader:
    def __init__(self, source: str, grids: list[Grid]) -> None:
        self.source = source
        self.grids = grids
        self.problems: list[Problem] = []
        self.ignored: list[str] = []
        self.changes: dict[str, dict[str, Change]] = {}
        self.seen: dict[str, str] = {}

    def read(self) -> Returned:
        """Return what changed."""
        hidden = next((grid for grid in self.grids if _begins(grid) == layout.FORMAT), None)
        if hidden is None:
            message = "this is no workbook of a plan: its hidden record is not there"
            help = "write one with: readiness plan PROFILE --format xlsx --output FILE"
            raise InvalidProfile([Problem(self.source, 0, 0, message, help)])
        recorded = dict(_recorded(hidden))
        first = hidden.rows[1]
        tables = [grid for grid in self.grids if grid is not hidden and self._table(grid, recorded)]
        if recorded and not tables and not self.problems:
            message = "no sheet with the columns of a plan is in this workbook"
            self.problems.append(Problem(self.source, 0, 0, message, "write it anew and copy over"))
        elif not self.problems:
            self._deleted(recorded)
        if self.problems:
            raise InvalidProfile(self.problems)
        names = [text_of(first[at]) if at in first else "" for at in (2, 3)]
        council, code = map(layout.as_it_was, names)
        return Returned(council, code, recorded, self.changes, tuple(self.ignored))

    def _say(self, at: str, row: int, message: str, help: str) -> None:
        self.problems.append(Problem(self.source, row, 0, message, help, at=at))

    def _table(self, grid: Grid, recorded: Mapping[str, Recorded]) -> bool:
        """Read a sheet of actions; return whether it is one."""
        head = next(
            (
                number
                for number, row in sorted(grid.rows.items())
                if sum(plain(text_of(cell)) in _HEADINGS for cell in row.values()) >= 4
            ),
            None,
        )
        if head is None:
            return False
        at: dict[str, int] = {}
        for number, cell in grid.rows[head].items():
            column = _HEADINGS.get(plain(text_of(cell)))
            if column is None:
                continue
            if column.key in at:
                place = f"sheet {grid.name}, row {head}, '{column.heading}'"
                self._say(place, head, "this heading stands twice", "take one of the columns out")
            at[column.key] = number
        lacking = [c.heading for c in layout.COLUMNS if c.key in _NEEDED and c.key not in at]
        if lacking:
            what = ", ".join(f"'{heading}'" for heading in lacking)
            place = f"sheet {grid.name}, row {head}"
            help = "columns may be moved and hidden, and keep their headings"
            self._say(place, head, f"the heading {what} is not there", help)
            return True
        for number, row in sorted(grid.rows.items()):
            if number > head:
                cells = {key: row[col] for key, col in at.items() if col in row}
                self._row(grid.name, number, cells, recorded)
        return True

    def _row(
        self, sheet: str, number: int, cells: Mapping[str, Read], recorded: Mapping[str, Recorded]
    ) -> None:
        place = f"sheet {sheet}, row {number}"
        if "id" not in cells:
            if any(key in cells for key in layout.EDITED):
                help = "an action is known by its id; new actions are added in the profile's plan"
                self._say(f"{place}, 'Id'", number, "this row has no id", help)
            return
        id = layout.as_it_was(text_of(cells["id"]))
        known = recorded.get(id)
        if known is None:
            help = near(id, list(recorded), "new actions are added in the profile's plan")
            message = f"no action of this workbook is called '{id}'"
            self._say(f"{place}, 'Id'", number, message, help)
            return
        if id in self.seen:
            message = f"'{id}' stands here and in {self.seen[id]}"
            self._say(f"{place}, 'Id'", number, message, "keep one of the rows")
            return
        self.seen[id] = place
        if "do" in cells and layout.as_it_was(text_of(cells["do"])) != known.do.strip():
            self.ignored.append(f"{place}: 'What will be done' of {id} was changed; change it in "
                                "the profile")  # fmt: skip
        for key in layout.EDITED:
            self._cell(id, key, cells.get(key), known, place, number)

    def _cell(
        self, id: str, key: str, cell: Read | None, known: Recorded, place: str, row: int
    ) -> None:
        """Note a cell that changed."""
        heading = next(c.heading for c in layout.COLUMNS if c.key == key)
        at = f"{place}, '{heading}'"
        before = known.values[key]
        if cell is None:
            if before:
                help = f"write it, or put '{before}' back; to take it away, edit the profile"
                self._say(at, row, f"this cell of {id} is empty, and was not", help)
            return
        if cell.formula:
            help = "copy the cell and paste it as a value"
            self._say(at, row, f"a formula stands here, for {id}", help)
            return
        value = self._value(key, cell, known, at, row)
        if value is None:
            return
        if (value.isoformat() if isinstance(value, date) else value) != before:
            self.changes.setdefault(id, {})[key] = Change(id, key, value, at)

    def _value(self, key: str, cell: Read, known: Recorded, at: str, row: int) -> date | str | None:
        text = layout.as_it_was(text_of(cell))
        if key in _DAYS:
            day = _day_of(cell, text)
            if day is None:
                help = "write a date such as 31/03/2027, days before months"
                self._say(at, row, f"'{text[:40]}' is not a date", help)
            return day
        if key == "status":
            words = [*([PROPOSED] if known.proposed else []), *(s.value for s in PlanStatus)]
            found = next((word for word in words if plain(word) == plain(text)), None)
            if found is None:
                help = near(text, words, f"choose one of: {', '.join(words)}")
                self._say(at, row, f"'{text[:40]}' is no status", help)
            return found
        if key == "reaches":
            if not known.fact and text != known.values[key]:
                help = "name the fact in which the impact shows in the profile first"
                self._say(at, row, "this action has no fact for which an aim can be set", help)
                return None
            share = share_of(cell)
            return share if isinstance(share, str) else text
        return text

    def _deleted(self, recorded: Mapping[str, Recorded]) -> None:
        gone = [id for id, one in recorded.items() if not one.proposed and id not in self.seen]
        for id in gone:
            at = f"sheet {layout.PLAN}"
            help = "put the row back; to end an action, set its status to 'stopped' or 'done'"
            self._say(at, 0, f"the row of '{id}' is not there any more", help)


def _begins(grid: Grid) -> str:
    cell = grid.rows.get(1, {}).get(1)
    return text_of(cell) if cell else ""


def _recorded(grid: Grid) -> Iterator[tuple[str, Recorded]]:
    """Yield what each action said when the workbook was written."""
    for number, row in sorted(grid.rows.items()):
        if number < 3:
            continue
        said = {
            key: layout.as_it_was(text_of(row[at])) if at in row else ""
            for at, key in enumerate(layout.RECORD, 1)
        }
        yield (
            said["id"],
            Recorded(
                said["sheet"] == layout.PROPOSED,
                said["do"],
                tuple(said["addresses"].split()),
                said["fact"],
                {key: said[key] for key in layout.EDITED},
            ),
        )


def _day_of(cell: Read, text: str) -> date | None:
    """Return a day, however a spreadsheet holds it; one that can be no day of a plan is none."""
    day: date | None
    if isinstance(cell.value, date):
        day = cell.value
    elif isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
        days = int(cell.value)
        day = _FIRST_DAY + timedelta(days) if 0 < days < 200_000 else None
    else:
        day = as_day(text)
    return day if day and 1990 <= day.year < 2200 else None
