"""Finding out what a sheet holds: by its headings, whatever its name and wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.model.values import near
from readiness.profile.workbook import layout
from readiness.profile.workbook.layout import plain
from readiness.profile.workbook.opening import Grid
from readiness.profile.workbook.places import Place, Remarks


@dataclass(slots=True)
class Table:
    """A sheet whose headings are known.

    Attributes:
        at: The number of each column by its key.
        headings: As they stand in the sheet.
    """

    grid: Grid
    kind: str
    row: int
    at: dict[str, int]
    headings: dict[str, str]

    def place(self, row: int, key: str = "") -> Place:
        """Return where a value stands."""
        return Place(self.grid.name, row, self.headings.get(key, ""))


def find_table(grid: Grid, remarks: Remarks) -> Table | None:
    """Return a sheet with its headings: the row that has the most of one kind."""
    best: tuple[int, int, str] | None = None
    for row, cells in grid.rows.items():
        if row > 15 and plain(grid.name) != "instructions":
            break
        said = {plain(cell.value) for cell in cells.values()}
        for kind, columns in layout.TABLES.items():
            known = {plain(column.heading) for column in columns}
            least = 3 if kind != "facts" else 2
            found = len(said & known)
            if found >= min(least, len(known)) and (best is None or found > best[0]):
                best = found, row, kind
    if best is None:
        return None
    _, row, kind = best
    keys = {plain(column.heading): column.key for column in layout.TABLES[kind]}
    table = Table(grid, kind, row, {}, {})
    for number, cell in grid.rows[row].items():
        heading = plain(cell.value)
        key = keys.get(heading)
        if kind == "facts" and (earlier := layout.EARLIER.fullmatch(heading)):
            key = f"{earlier[1]}_{earlier[2]}"
        if key is None:
            _unread_column(remarks, table, number, str(cell.value), list(keys))
        elif key in table.at:
            what = f"the heading '{cell.value}' stands over two columns"
            remarks.say(Place(grid.name, row), what, "keep one of them")
        else:
            table.at[key] = number
            table.headings[key] = str(cell.value).strip()
    needed = {"facts": "reference", "standards": "id"}.get(kind)
    if needed is not None and needed not in table.at:
        heading = next(c.heading for c in layout.TABLES[kind] if c.key == needed)
        help = "put it back: the rows are told apart by it"
        remarks.say(Place(grid.name, row), f"the column '{heading}' is missing", help)
    beyond = set(grid.rows[row])
    strays = {
        number
        for after, cells in grid.rows.items()
        if after > row
        for number in cells
        if number not in beyond
    }
    for number in sorted(strays):
        _unread_column(remarks, table, number, "", list(keys))
    return table


def _unread_column(
    remarks: Remarks, table: Table, number: int, heading: str, known: list[str]
) -> None:
    """Say of a column that is not read what it holds."""
    grid, row = table.grid, table.row
    held = sum(number in cells for at, cells in grid.rows.items() if at > row)
    if not held or table.kind == "contents":
        return
    help = near(plain(heading), known)
    if help:
        what = f"no column is called '{heading}'"
        remarks.say(Place(grid.name, row), what, help)
        return
    named = f"column '{heading}'" if heading else f"a column without a heading ({number})"
    cells = f"{held} {'cell' if held == 1 else 'cells'}"
    remarks.words.append(f"  sheet {grid.name}: {named} is not read ({cells})")
