"""Rows in DuckDB: taken in as text, made typed, and each used or left out with a reason.

    stage     every reader hands over rows of text; a CSV file is read by DuckDB itself
    settle    text becomes dates, codes and flags; rows that are the same become one; rows that
              refer to nothing, or that are one too many, are left out
    run       the metrics' SQL, over tables named as the modules of the return

For each module: rows read = rows used + rows left out, by reason. Nothing of a row leaves the
store but its number. DuckDB works in memory, within a limit, and may write no temporary file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from readiness.calendar import BankHolidaysUnknown, Unit, is_working_day
from readiness.errors import InternalError, InvalidProfile, Problem, UsageError
from readiness.returns.records.conditions import Moment
from readiness.returns.records.load import Return, Steps
from readiness.returns.records.pages import ElementPage, Fault, Kind, TablePage
from readiness.returns.records.sql import WORKING_DAYS, literal, steps_sql, text

if TYPE_CHECKING:
    import duckdb

MEMORY = "400MB"
"""Most that DuckDB may take; a return of all England fits."""

BATCH = 5_000
"""Rows that are handed over at a time."""

SHOWN = 5
"""How many row numbers are kept of rows that have the same fault."""

OTHER_COLUMNS = "it has other columns than the first line"

_FIRST = 2
"""The line on which the rows of a CSV file begin."""

_MAX_REJECTED = 1_000
"""Rows with other columns than the first line, beyond which a file is not what it seems."""

FORMATS = (
    "%Y-%b-%d %H:%M:%S",
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%b-%d",
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d-%m-%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
)
"""How days are written in returns, exports and spreadsheets; day before month.

First the one of COLLECT's exports, which are the largest: each form that does not fit costs time.
"""

EARLIEST = date(1980, 1, 1)
"""A day before this is a slip of the keyboard, or an empty cell that a spreadsheet made a date."""

YES = ("1", "true", "yes", "y")
NO = ("0", "false", "no", "n")

WHICH = {
    Fault.NO_DATE: "is not a date",
    Fault.EARLY: "lies before 1980",
    Fault.LATER: "lies after the day of the return",
    Fault.NO_CODE: "is not a code of this element",
    Fault.NO_FLAG: "is neither yes nor no",
    Fault.NO_NUMBER: "is not a whole number",
}

CHECKED = "checked"
"""The schema in which checks see every row of a module, with its number as `line`."""

UNUSABLE = "unusable"
"""The table of cells that cannot be used: `module`, `element`, `fault` and `line`."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows that have something in common.

    Attributes:
        count: How many.
        first: Numbers of the first few, as they stand in the file.
    """

    count: int
    first: tuple[int, ...] = ()


@dataclass(slots=True)
class Module:
    """What became of the rows of one module.

    Attributes:
        files: Names of the files that it was read from.
        read: Rows read.
        used: Rows used.
        left_out: The others, by reason.
        unread: For each element and fault, the rows in which it counts as not recorded.
        lacking: Elements for which there is no column.
        held: In how many of the used rows each element is recorded.
    """

    files: tuple[str, ...] = ()
    read: int = 0
    used: int = 0
    left_out: dict[str, Rows] = field(default_factory=dict)
    unread: dict[tuple[str, str], Rows] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str, rows: Rows) -> None:
        """Note rows that are left out before they reach the store."""
        if rows.count:
            self.read += rows.count
            self.left_out[reason] = rows


class Store:
    """The rows of one return.

    Raises:
        UsageError: DuckDB is not installed.
    """

    def __init__(self, definition: Return) -> None:
        try:
            import duckdb
        except ImportError:
            message = "reading returns needs DuckDB; install it with: pip install 'readiness[data]'"
            raise UsageError(message) from None
        self.definition = definition
        self.modules: dict[str, Module] = {}
        self._waiting: dict[str, tuple[str, Path]] = {}
        self._line: dict[str, str] = {}
        self._error: type[Exception] = duckdb.Error
        self._no_memory: type[Exception] = duckdb.OutOfMemoryException
        self._db: duckdb.DuckDBPyConnection = duckdb.connect(
            config={
                "memory_limit": MEMORY,
                "temp_directory": "",
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell what DuckDB cannot do, without its words: they may quote a cell."""
        try:
            yield
        except self._no_memory:
            what = f"these files do not fit into {MEMORY} of memory"
            help = "give the return of one council at a time"
            raise InvalidProfile([Problem(self.definition.page.title, 0, 0, what, help)]) from None
        except self._error as error:
            raise InternalError(f"DuckDB failed with {type(error).__name__}") from None

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with self._telling():
            return self._db.execute(sql, list(parameters) or None).fetchall()

    # ---- taking in ----

    def module(self, table: str) -> Module:
        """Return what is known of a module, which is there from now on."""
        if table not in self.modules:
            self.modules[table] = Module()
            page = self.definition.tables[table]
            columns = "".join(f", {name} VARCHAR" for name in page.elements)
            self.run(f"CREATE TABLE stage_{table} (line INTEGER, own VARCHAR, up VARCHAR{columns})")
        return self.modules[table]

    def add(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Take in rows of text or None.

        Args:
            rows: Each the number by which somebody finds it, its own key, the key of the row above,
                and its elements in the order of the page.
        """
        if not rows:
            return
        self.module(table)
        columns = [list(column) for column in zip(*rows, strict=True)]
        kinds = ["INTEGER", *["VARCHAR"] * (len(columns) - 1)]
        values = ", ".join(f"unnest(${n}::{kind}[])" for n, kind in enumerate(kinds, 1))
        self.run(f"INSERT INTO stage_{table} SELECT {values}", columns)

    def add_csv(
        self,
        table: str,
        file: Path,
        width: int,
        delimiter: str,
        places: Mapping[str, int],
    ) -> None:
        """Take in a CSV file; its rows are read when they are wanted, one module at a time.

        Args:
            width: How many columns it has.
            places: Where `own`, `up` and elements stand, from 0; what is not there is left empty.
        """
        self.module(table)
        page = self.definition.tables[table]
        names = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
        cells = [
            f"NULLIF(trim(c{places[name]}), '')" if name in places else "NULL"
            for name in ("own", "up", *page.elements)
        ]
        # A name with a wildcard in it is one name.
        name = "".join(f"[{c}]" if c in "*?[" else c for c in str(file))
        source = (
            f"read_csv({text(name)}, auto_detect=false, header=true, delim={text(delimiter)}, "
            f"quote='\"', escape='\"', columns={{{names}}}, "
            "ignore_errors=true, store_rejects=true, rejects_table='rejects', "
            "rejects_scan='rejects_scan', null_padding=false, max_line_size=1000000)"
        )
        # No numbers yet: a file is read in several threads only where nothing counts its rows.
        nothing = f"coalesce({', '.join(f'c{n}' for n in range(width))}) IS NULL"
        sql = (
            f"INSERT INTO stage_{table} SELECT CASE WHEN {nothing} THEN 0 END, {', '.join(cells)} "
            f"FROM {source}"
        )
        self._waiting[table] = sql, file

    def _fetch(self, table: str) -> None:
        """Read the rows of a CSV file that is waiting, and number them as they stand in it.

        Raises:
            InvalidProfile: So many rows do not fit that the file cannot be what it seems.
        """
        if table not in self._waiting:
            return
        sql, file = self._waiting.pop(table)
        self.run(sql)
        rejected = self.run(
            "SELECT DISTINCT line FROM rejects WHERE trim(csv_line, ' \t\r\n') <> '' "
            f"ORDER BY line LIMIT {_MAX_REJECTED + 1}"
        )
        self.run("DROP TABLE rejects; DROP TABLE rejects_scan")
        module, lines = self.modules[table], [line for (line,) in rejected]
        if len(lines) > _MAX_REJECTED:
            what = f"more than {_MAX_REJECTED:,} rows have other columns than the first line"
            raise InvalidProfile([Problem(file.as_posix(), 0, 0, what, "export the module again")])
        module.leave_out(OTHER_COLUMNS, Rows(len(lines), tuple(lines[:SHOWN])))
        # A row stands one line lower for each that was rejected before it.
        steps = [(line - _FIRST - number, number) for number, line in enumerate(lines)]
        cases = " ".join(f"WHEN s.rowid < {at} THEN {number}" for at, number in steps)
        lower = f" + CASE {cases} ELSE {len(lines)} END" if lines else ""
        self._line[table] = f"(s.rowid + {_FIRST}{lower})"

    # ---- settling ----

    def first(self, table: str, element: str) -> str | None:
        """Return what the first row of a module holds, before anything is settled."""
        if table not in self.modules:
            return None
        self._fetch(table)
        rows = self.run(
            f"SELECT {element} FROM stage_{table} WHERE {element} IS NOT NULL "
            "ORDER BY rowid LIMIT 1"
        )
        return str(rows[0][0]) if rows else None

    def day_in(self, words: str) -> date | None:
        """Return the day that a text names, as it would be read in a row."""
        ((day,),) = self.run(f"SELECT {_as_date('?')}", [words])
        return day if isinstance(day, date) else None

    def settle(self, moment: Moment) -> None:
        """Make a typed table of each module, and account for every row.

        Args:
            moment: The day of the return, after which most dates may not lie, and its year.
        """
        self.run(f"CREATE SCHEMA {CHECKED}")
        self.run(
            f"CREATE TABLE {CHECKED}.{UNUSABLE} "
            "(module VARCHAR, element VARCHAR, fault VARCHAR, line INTEGER)"
        )
        self._calendar()
        for table in self.definition.order:
            if table in self.modules:
                self._settle(table, self.definition.tables[table], moment.day)
            else:
                self._empty(table)
        for table, steps in self.definition.steps.items():
            self._work_out(table, steps, moment)

    def _checked(self, table: str) -> None:
        """Make the view in which checks see every row of a module, also those left out."""
        keys = [f"{origin} AS {name}" for name, origin in self._keys(table)]
        names = [
            name
            for name, element in self.definition.tables[table].elements.items()
            if not element.personal or (table, name) in self.definition.checked
        ]
        columns = ", ".join(("line", *keys, *names))
        self.run(f"CREATE VIEW {CHECKED}.{table} AS SELECT {columns} FROM main.judged_{table}")

    @contextlib.contextmanager
    def checking(self) -> Iterator[None]:
        """Let names of modules stand for all their rows."""
        self.run(f"USE {CHECKED}")
        try:
            yield
        finally:
            self.run("USE main")

    def _keys(self, table: str) -> list[tuple[str, str]]:
        """Return the columns of a table that tie it to others, each with where it comes from."""
        page = self.definition.tables[table]
        keys = [(page.key, "id")] if page.key is not None else []
        above = self.definition.tables[page.of].key if page.of else None
        return [*keys, (above, "above")] if above is not None else keys

    def _empty(self, table: str) -> None:
        page = self.definition.tables[table]
        columns = [f"{name} INTEGER" for name, _ in self._keys(table)]
        columns += [
            f"{name} {_TYPES[element.type]}"
            for name, element in page.elements.items()
            if not element.personal
        ]
        self.run(f"CREATE TABLE {table} ({', '.join(columns)})")

    def _settle(self, table: str, page: TablePage, day: date) -> None:
        module = self.modules[table]
        self._fetch(table)
        reasons = _Reasons(self.definition, table)
        above = page.of if page.of in self.modules else None
        self._judge(table, page, above, day, reasons)
        self._unread(table, page, module, day)
        self.run(f"DROP TABLE stage_{table}")
        if page.at_most_one:
            self._at_most_one(table, reasons)
        if page.same_when:
            self._same(table, page, reasons)
        lost = self.run(
            f"SELECT fault, count(*), min(line, {SHOWN}) FROM judged_{table} GROUP BY fault "
            "ORDER BY fault"
        )
        for fault, count, lines in lost:
            module.read += count
            if fault:
                module.left_out[reasons.words[fault]] = Rows(count, tuple(lines))
            else:
                module.used = count
        plain = [name for name, element in page.elements.items() if not element.personal]
        columns = [f"{origin} AS {name}" for name, origin in self._keys(table)] + plain
        self.run(
            f"CREATE VIEW {table} AS SELECT {', '.join(columns)} FROM judged_{table} "
            "WHERE fault = 0"
        )
        if self.definition.checks:
            self._checked(table)
        if plain:
            counts = ", ".join(f"count({name})" for name in plain)
            (held,) = self.run(f"SELECT {counts} FROM {table}")
            module.held = dict(zip(plain, held, strict=True))

    def _work_out(self, table: str, steps: Steps, moment: Moment) -> None:
        """Note how many rows a module has that is in no file, where its days are there."""
        sources = [self.modules.get(event.element.table) for event in steps.events]
        if all(source is not None and source.used for source in sources):
            names = self.definition.tables[table].elements
            counts = ", ".join(f"count({name})" for name in names)
            rows = steps_sql(table, self.definition, moment, set())
            ((found, *held),) = self.run(f"SELECT count(*), {counts} FROM ({rows}) AS {table}")
            module = self.modules[table] = Module(read=found, used=found)
            module.held = dict(zip(names, held, strict=True))
            files = [file for source in sources if source for file in source.files]
            module.files = tuple(dict.fromkeys(files))

    def _has_below(self, table: str) -> bool:
        return any(other.of == table for other in self.definition.tables.values())

    def _judge(
        self, table: str, page: TablePage, above: str | None, day: date, reasons: _Reasons
    ) -> None:
        """Make a table of typed rows, each with what speaks against using it.

        `id` is a row's own, `line` where it stands in its file, which other rows may do too.
        `fault` is 0 for a row that is used; `same_as` is the row as which it counts for those below
        it: itself, or an earlier one that is the same.
        """
        typed = ", ".join(f"{_typed(e, name, day)} AS {name}" for name, e in page.elements.items())
        cases = []
        line = self._line.get(table, "s.line")
        own = "s.own" if self._has_below(table) else "NULL::VARCHAR"
        if self._has_below(table) and self._twice(f"stage_{table}", "own"):
            again = "row_number() OVER (PARTITION BY s.own ORDER BY s.rowid) > 1"
            cases.append(f"WHEN s.own IS NOT NULL AND {again} THEN {reasons.KEY}")
        if above is not None:
            cases.append(f"WHEN k.id IS NULL THEN {reasons.NOTHING_ABOVE}")
        for number, name in reasons.must_be_readable():
            element = page.elements[name]
            cell, made = _cell(element, name), _typed(element, name, day)
            cases.append(f"WHEN {cell} IS NOT NULL AND {made} IS NULL THEN {number}")
        fault = f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"
        known = (
            f"LEFT JOIN (SELECT own, same_as AS id FROM judged_{above} WHERE own IS NOT NULL "
            f"AND fault IN (0, {reasons.SAME})) AS k ON k.own = s.up"
        )
        self.run(
            f"CREATE TABLE judged_{table} AS SELECT s.rowid::INTEGER AS id, "
            f"{line}::INTEGER AS line, {own} AS own, "
            f"{'k.id' if above else 'NULL'}::INTEGER AS above, {typed}, "
            f"({fault})::UTINYINT AS fault, s.rowid::INTEGER AS same_as "
            f"FROM stage_{table} AS s {known if above else ''} WHERE s.line IS DISTINCT FROM 0"
        )

    def _at_most_one(self, table: str, reasons: _Reasons) -> None:
        """Leave out all but the first row below each row above."""
        if self._twice(f"judged_{table}", "above", "WHERE fault = 0"):
            first = f"SELECT min(id) FROM judged_{table} WHERE fault = 0 GROUP BY above"
            self.run(
                f"UPDATE judged_{table} SET fault = {reasons.SECOND} "
                f"WHERE fault = 0 AND above IS NOT NULL AND id NOT IN ({first})"
            )

    def _same(self, table: str, page: TablePage, reasons: _Reasons) -> None:
        """Make rows that are the same one row: the first, to which those below the others go."""
        columns = ", ".join(("above", *page.same_when))
        known = " AND ".join(f"{name} IS NOT NULL" for name in page.same_when)
        which = f"fault = 0 AND {known}"
        if self._twice(f"judged_{table}", f"({columns})", f"WHERE {which}"):
            same = " AND ".join(
                f"j.{name} IS NOT DISTINCT FROM f.{name}" for name in ("above", *page.same_when)
            )
            self.run(
                f"UPDATE judged_{table} AS j SET fault = {reasons.SAME}, same_as = f.first "
                f"FROM (SELECT {columns}, min(id) AS first FROM judged_{table} WHERE {which} "
                f"GROUP BY {columns}) AS f WHERE {same} AND j.fault = 0 AND j.id <> f.first"
            )
        for name in page.same_when:
            if page.elements[name].personal and (table, name) not in self.definition.checked:
                self.run(f"ALTER TABLE judged_{table} DROP COLUMN {name}")

    def _twice(self, source: str, column: str, where: str = "") -> bool:
        """Return whether a column holds something twice."""
        ((twice,),) = self.run(
            f"SELECT count({column}) > count(DISTINCT {column}) FROM {source} {where}"
        )
        return bool(twice)

    def _unread(self, table: str, page: TablePage, module: Module, day: date) -> None:
        """Note the cells that say nothing that can be used; few elements have any."""
        given = ", ".join(f"count({_cell(e, name)})" for name, e in page.elements.items())
        kept = ", ".join(f"count({name})" for name in page.elements)
        (before,) = self.run(f"SELECT {given} FROM stage_{table} AS s")
        (after,) = self.run(f"SELECT {kept} FROM judged_{table}")
        for (name, element), had, has in zip(page.elements.items(), before, after, strict=True):
            for fault, test in _faulty(element, name, day) if had > has else ():
                line = self._line.get(table, "s.line")
                ((count, lines),) = self.run(
                    f"SELECT count(*), min({line}, {SHOWN}) FROM stage_{table} AS s WHERE {test}"
                )
                if count:
                    module.unread[name, WHICH[fault]] = Rows(count, tuple(lines))
                if count and (table, name) in self.definition.checked:
                    self.run(
                        f"INSERT INTO {CHECKED}.{UNUSABLE} SELECT {text(table)}, {text(name)}, "
                        f"{text(fault.value)}, {line} FROM stage_{table} AS s WHERE {test}"
                    )

    def _calendar(self) -> None:
        """Make the table of working days, where a metric counts in them."""
        lengths = [limit.length for one in self.definition.metrics for limit in one.limits]
        lengths += [length for steps in self.definition.steps.values() for _, length in steps.due]
        if all(length.unit is not Unit.WORKING_DAYS for length in lengths):
            return
        self.run(f"CREATE TABLE {WORKING_DAYS} (day DATE, so_far INTEGER)")
        days, numbers = zip(*working_days(), strict=True)
        self.run(
            f"INSERT INTO {WORKING_DAYS} SELECT unnest($1::DATE[]), unnest($2::INTEGER[])",
            [list(days), list(numbers)],
        )


@dataclass(frozen=True, slots=True)
class _Reasons:
    """What may speak against a row, as numbers and in words."""

    definition: Return
    table: str
    KEY: ClassVar[int] = 1
    NOTHING_ABOVE: ClassVar[int] = 2
    SECOND: ClassVar[int] = 3
    SAME: ClassVar[int] = 4
    FIRST_UNREADABLE: ClassVar[int] = 5

    def must_be_readable(self) -> Iterator[tuple[int, str]]:
        """Yield the number of each element that speaks against its row when it cannot be used."""
        elements = self.definition.tables[self.table].elements.items()
        names = (name for name, element in elements if element.must_be_readable)
        yield from enumerate(names, self.FIRST_UNREADABLE)

    @property
    def words(self) -> Mapping[int, str]:
        """The words of each."""
        page = self.definition.tables[self.table]
        above = self.definition.tables[page.of].title if page.of else ""
        return {
            self.KEY: "its key is that of an earlier row",
            self.NOTHING_ABOVE: f"it belongs to no used row of {above}",
            self.SECOND: f"it is a second row for one of {above}",
            self.SAME: f"it is the same as an earlier row (by {', '.join(page.same_when)})",
            **{n: f"{name} cannot be used" for n, name in self.must_be_readable()},
        }


@cache
def working_days() -> tuple[tuple[date, int], ...]:
    """Return each day of years with known bank holidays, with the working days up to it."""
    so_far = 0
    found: list[tuple[date, int]] = []
    for year in range(EARLIEST.year, 2100):
        first = date(year, 1, 1)
        days = [first + timedelta(days=n) for n in range(366)]
        days = [day for day in days if day.year == year]
        try:
            works = [is_working_day(day) for day in days]
        except BankHolidaysUnknown:
            continue
        for day, work in zip(days, works, strict=True):
            so_far += work
            found.append((day, so_far))
    return tuple(found)


# ---- cells ----

_TYPES = {
    Kind.DATE: "DATE",
    Kind.FLAG: "BOOLEAN",
    Kind.CODE: "VARCHAR",
    Kind.NUMBER: "INTEGER",
    Kind.TEXT: "VARCHAR",
}


_LETTERED = r"^(?:[A-Za-z]{1,2}[0-9]?\)\s*)?(.*?)(?:\s*:.*|\s+[-\x{2013}]\s.*)?$"
"""The code in `f) U6: Foster placement`, `N1 - Abuse or neglect` or `b) No`."""


def _words(values: Sequence[str]) -> str:
    return ", ".join(text(value.lower()) for value in values)


def _cell(element: ElementPage, name: str) -> str:
    """Return a staged cell, empty where it holds a word for nothing."""
    column = f"s.{name}"
    if element.lettered:
        column = f"nullif(trim(regexp_extract({column}, {text(_LETTERED)}, 1)), '')"
    if not element.blank_as:
        return column
    return f"CASE WHEN lower({column}) NOT IN ({_words(element.blank_as)}) THEN {column} END"


def _as_date(column: str) -> str:
    formats = ", ".join(map(text, FORMATS))
    return f"TRY_STRPTIME({column}, [{formats}])::DATE"


def _typed(element: ElementPage, name: str, day: date) -> str:
    """Return a cell in the type of its element; empty where it cannot be used."""
    cell = _cell(element, name)
    if element.type is Kind.DATE:
        made = _as_date(cell)
        last = date(2100, 1, 1) if element.later else day
        within = f"BETWEEN {literal(EARLIEST)} AND {literal(last)}"
        return f"CASE WHEN {made} {within} THEN {made} END"
    if element.type is Kind.FLAG:
        yes, no = (f"lower({cell}) IN ({_words(which)})" for which in (YES, NO))
        return f"CASE WHEN {yes} THEN TRUE WHEN {no} THEN FALSE END"
    if element.type is Kind.CODE:
        same = ", ".join(f"{text(c.lower())}: {text(c)}" for c in element.codes)
        return f"MAP {{{same}}}[lower({cell})]"
    return f"TRY_CAST({cell} AS INTEGER)" if element.type is Kind.NUMBER else cell


def _faulty(element: ElementPage, name: str, day: date) -> Iterator[tuple[Fault, str]]:
    """Yield each fault that a cell may have, with the test of it."""
    cell = _cell(element, name)
    typed = _typed(element, name, day)
    unusable = f"{cell} IS NOT NULL AND {typed} IS NULL"
    if element.type is Kind.DATE:
        made = _as_date(cell)
        yield Fault.NO_DATE, f"{cell} IS NOT NULL AND {made} IS NULL"
        yield Fault.EARLY, f"{made} < {literal(EARLIEST)}"
        last = date(2100, 1, 1) if element.later else day
        yield Fault.LATER, f"{made} > {literal(last)}"
    elif element.type is Kind.FLAG:
        yield Fault.NO_FLAG, unusable
    elif element.type is Kind.CODE:
        yield Fault.NO_CODE, unusable
    elif element.type is Kind.NUMBER:
        yield Fault.NO_NUMBER, unusable
