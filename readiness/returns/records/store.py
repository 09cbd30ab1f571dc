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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readiness.calendar import BankHolidaysUnknown, is_working_day
from readiness.errors import InternalError, InvalidProfile, Problem, UsageError
from readiness.returns.records.load import Return
from readiness.returns.records.pages import ElementPage, Kind, TablePage
from readiness.returns.records.sql import WORKING_DAYS, literal, text

if TYPE_CHECKING:
    import duckdb

MEMORY = "450MB"
"""Most that DuckDB may take; a return of all England fits."""

BATCH = 5_000
"""Rows that are handed over at a time."""

SHOWN = 5
"""How many row numbers are kept of rows that have the same fault."""

FORMATS = (
    "%Y-%m-%d",
    "%Y-%b-%d %H:%M:%S",
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
"""How days are written in returns, exports and spreadsheets; day before month."""

EARLIEST = date(1980, 1, 1)
"""A day before this is a slip of the keyboard, or an empty cell that a spreadsheet made a date."""

YES = ("1", "true", "yes", "y")
NO = ("0", "false", "no", "n")

WHICH = {
    "no_date": "is not a date",
    "early": "lies before 1980",
    "later": "lies after the day of the return",
    "no_code": "is not a code of this element",
    "no_flag": "is neither yes nor no",
    "no_number": "is not a whole number",
}


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
            self.run(f"CREATE TABLE stage_{table} (line BIGINT, own VARCHAR, up VARCHAR{columns})")
        return self.modules[table]

    def add(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Take in rows: line, own key, key of the row above, then each element, as text or None."""
        if not rows:
            return
        self.module(table)
        columns = [list(column) for column in zip(*rows, strict=True)]
        kinds = ["BIGINT", *["VARCHAR"] * (len(columns) - 1)]
        values = ", ".join(f"unnest(${n}::{kind}[])" for n, kind in enumerate(kinds, 1))
        self.run(f"INSERT INTO stage_{table} SELECT {values}", columns)

    def add_csv(
        self,
        table: str,
        file: Path,
        width: int,
        delimiter: str,
        encoding: str,
        places: Mapping[str, int],
    ) -> None:
        """Take in a CSV file.

        Args:
            width: How many columns it has.
            encoding: As DuckDB names it.
            places: Where `own`, `up` and elements stand, from 0; what is not there is left empty.
        """
        module = self.module(table)
        page = self.definition.tables[table]
        names = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
        cells = [
            f"NULLIF(trim(c{places[name]}), '')" if name in places else "NULL"
            for name in ("own", "up", *page.elements)
        ]
        anything = " OR ".join(f"NULLIF(trim(c{n}), '') IS NOT NULL" for n in range(width))
        # A name with a wildcard in it is one name.
        name = "".join(f"[{c}]" if c in "*?[" else c for c in str(file))
        source = (
            f"read_csv({text(name)}, auto_detect=false, header=true, delim={text(delimiter)}, "
            f"quote='\"', escape='\"', encoding={text(encoding)}, columns={{{names}}}, "
            "ignore_errors=true, store_rejects=true, rejects_table='rejects', "
            "rejects_scan='rejects_scan', null_padding=false, max_line_size=1000000)"
        )
        self.run(
            f"INSERT INTO stage_{table} SELECT line, {', '.join(cells)} "
            f"FROM (SELECT row_number() OVER () + 1 AS line, * FROM {source}) WHERE {anything}"
        )
        rejected = self.run(
            f"SELECT count(DISTINCT line), min(DISTINCT line, {SHOWN}) FROM rejects "
            "WHERE trim(csv_line, ' \t\r\n') <> ''"
        )
        count, lines = rejected[0]
        if count:
            rows = Rows(count, tuple(sorted(set(lines))))
            module.leave_out("not a row of the columns in the first line", rows)
        self.run("DROP TABLE rejects; DROP TABLE rejects_scan")

    # ---- settling ----

    def first(self, table: str, element: str) -> str | None:
        """Return what the first row of a module holds, before anything is settled."""
        if table not in self.modules:
            return None
        rows = self.run(
            f"SELECT {element} FROM stage_{table} WHERE {element} IS NOT NULL ORDER BY line LIMIT 1"
        )
        return str(rows[0][0]) if rows else None

    def day_in(self, words: str) -> date | None:
        """Return the day that a text names, as it would be read in a row."""
        ((day,),) = self.run(f"SELECT {_as_date('?')}", [words])
        return day if isinstance(day, date) else None

    def settle(self, day: date) -> None:
        """Make a typed table of each module, and account for every row.

        Args:
            day: The day of the return; most dates may not lie after it.
        """
        for table in self.definition.order:
            if table in self.modules:
                self._settle(table, self.definition.tables[table], day)
            else:
                self._empty(table)
        self._calendar()

    def _columns(self, page: TablePage) -> list[tuple[str, str]]:
        """Return the columns of a typed table that are not its elements, with their types."""
        above = self.definition.tables[page.of].key if page.of else None
        keys = [key for key in (page.key, above) if key is not None]
        return [(key, "BIGINT") for key in keys]

    def _empty(self, table: str) -> None:
        page = self.definition.tables[table]
        columns = self._columns(page)
        columns += [(n, _TYPES[e.type]) for n, e in page.elements.items() if not e.personal]
        described = ", ".join(f"{name} {kind}" for name, kind in columns)
        self.run(f"CREATE TABLE {table} ({described})")
        self.run(f"CREATE TABLE known_{table} (own VARCHAR, id BIGINT)")

    def _settle(self, table: str, page: TablePage, day: date) -> None:
        module = self.modules[table]
        typed = ", ".join(f"{_typed(e, name, day)} AS {name}" for name, e in page.elements.items())
        above = page.of if page.of in self.modules else None
        joined = f"LEFT JOIN known_{above} AS k ON k.own = s.up" if above else ""
        self.run(
            f"CREATE TABLE typed_{table} AS SELECT s.line, s.own, {'k.id' if above else 'NULL'}"
            f"::BIGINT AS above, {typed} FROM stage_{table} AS s {joined}"
        )
        self._unread(table, page, module, day)
        self.run(f"DROP TABLE stage_{table}")
        self._faults(table, page, above)
        lost = self.run(
            f"SELECT fault, count(*), min(line, {SHOWN}) FROM judged_{table} GROUP BY fault "
            "ORDER BY fault NULLS FIRST"
        )
        for fault, count, lines in lost:
            module.read += count
            if fault is None:
                module.used = count
            else:
                module.left_out[fault] = Rows(count, tuple(lines))
        own, up = page.key, self.definition.tables[page.of].key if page.of else None
        keys = [f"line AS {own}"] if own else []
        keys += [f"above AS {up}"] if up else []
        plain = [name for name, e in page.elements.items() if not e.personal]
        self.run(
            f"CREATE TABLE {table} AS SELECT {', '.join([*keys, *plain])} "
            f"FROM judged_{table} WHERE fault IS NULL"
        )
        self.run(
            f"CREATE TABLE known_{table} AS SELECT own, first AS id FROM judged_{table} "
            f"WHERE own IS NOT NULL AND (fault IS NULL OR first <> line)"
        )
        counts = ", ".join(f"count({name})" for name in plain)
        (held,) = self.run(f"SELECT {counts} FROM {table}") if plain else [()]
        module.held = dict(zip(plain, held, strict=True))
        self.run(f"DROP TABLE judged_{table}")

    def _unread(self, table: str, page: TablePage, module: Module, day: date) -> None:
        """Note the cells that say nothing that can be used; few elements have any."""
        given = ", ".join(f"count({_cell(e, name)})" for name, e in page.elements.items())
        kept = ", ".join(f"count({name})" for name in page.elements)
        (before,) = self.run(f"SELECT {given} FROM stage_{table} AS s")
        (after,) = self.run(f"SELECT {kept} FROM typed_{table}")
        for (name, element), had, has in zip(page.elements.items(), before, after, strict=True):
            for fault, test in _faulty(element, name, day) if had > has else ():
                ((count, lines),) = self.run(
                    f"SELECT count(*), min(s.line, {SHOWN}) FROM stage_{table} AS s WHERE {test}"
                )
                if count:
                    module.unread[name, WHICH[fault]] = Rows(count, tuple(lines))

    def _faults(self, table: str, page: TablePage, above: str | None) -> None:
        """Make a table with the fault of each row, and the first row that it is the same as."""
        fault = "NULL"
        if page.key is not None and self._twice(table, "own"):
            again = "row_number() OVER (PARTITION BY own ORDER BY line) > 1"
            words = text("its key is that of an earlier row")
            fault = f"CASE WHEN own IS NOT NULL AND {again} THEN {words} END"
        if above is not None:
            title = self.definition.tables[above].title
            words = text(f"it belongs to no used row of {title}")
            fault = f"COALESCE({fault}, CASE WHEN above IS NULL THEN {words} END)"
        self._judge(table, f"{fault}::VARCHAR AS fault, line AS first", f"typed_{table}", "one")
        if page.same_when:
            whole = ", ".join(("fault IS NULL", "above", *page.same_when))
            known = " AND ".join(f"{name} IS NOT NULL" for name in page.same_when)
            first = f"min(line) OVER (PARTITION BY {whole})"
            self._judge(
                table,
                f"fault, CASE WHEN fault IS NULL AND {known} THEN {first} ELSE line END AS first",
                f"one_{table}",
                "two",
            )
            same = f"it is the same as an earlier row (by {', '.join(page.same_when)})"
            what = f"CASE WHEN first <> line THEN {text(same)} ELSE fault END AS fault, first"
        else:
            self.run(f"ALTER TABLE one_{table} RENAME TO two_{table}")
            what = "fault, first"
        self._judge(table, what, f"two_{table}", "three")
        if page.at_most_one and self._twice(table, "above", f"three_{table}"):
            title = self.definition.tables[page.of or ""].title if page.of else ""
            words = text(f"a second row for one of {title}")
            nth = "row_number() OVER (PARTITION BY fault IS NULL, above ORDER BY line)"
            more = f"fault IS NULL AND above IS NOT NULL AND {nth} > 1"
            what = f"CASE WHEN {more} THEN {words} ELSE fault END AS fault, first"
        else:
            what = "fault, first"
        self._judge(table, what, f"three_{table}", "judged")

    def _judge(self, table: str, what: str, source: str, step: str) -> None:
        self.run(
            f"CREATE TABLE {step}_{table} AS SELECT * EXCLUDE (fault, first), {what} FROM {source}"
            if step != "one"
            else f"CREATE TABLE {step}_{table} AS SELECT *, {what} FROM {source}"
        )
        self.run(f"DROP TABLE {source}")

    def _twice(self, table: str, column: str, source: str | None = None) -> bool:
        """Return whether a column holds something twice."""
        ((twice,),) = self.run(
            f"SELECT count({column}) > count(DISTINCT {column}) FROM {source or f'typed_{table}'}"
        )
        return bool(twice)

    def _calendar(self) -> None:
        """Make the table of working days, where a metric counts in them."""
        if not any(
            limit.length.unit.value == "working days"
            for metric in self.definition.metrics
            for limit in metric.limits
        ):
            return
        self.run(f"CREATE TABLE {WORKING_DAYS} (day DATE, number INTEGER)")
        days, numbers = zip(*working_days(), strict=True)
        self.run(
            f"INSERT INTO {WORKING_DAYS} SELECT unnest($1::DATE[]), unnest($2::INTEGER[])",
            [list(days), list(numbers)],
        )


def working_days() -> Iterator[tuple[date, int]]:
    """Yield each day of the years whose bank holidays are known, with the working days up to it."""
    number = 0
    for year in range(EARLIEST.year, 2100):
        day = date(year, 1, 1)
        try:
            while day.year == year:
                number += is_working_day(day)
                yield day, number
                day += timedelta(days=1)
        except BankHolidaysUnknown:
            continue  # its weekends alone are of no use, and are overtaken by nothing


# ---- cells ----

_TYPES = {
    Kind.DATE: "DATE",
    Kind.FLAG: "BOOLEAN",
    Kind.CODE: "VARCHAR",
    Kind.NUMBER: "INTEGER",
    Kind.TEXT: "VARCHAR",
}


def _words(values: Sequence[str]) -> str:
    return ", ".join(text(value.lower()) for value in values)


def _cell(element: ElementPage, name: str) -> str:
    """Return a staged cell, empty where it holds a word for nothing."""
    column = f"s.{name}"
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


def _faulty(element: ElementPage, name: str, day: date) -> Iterator[tuple[str, str]]:
    """Yield each fault that a cell may have, with the test of it."""
    cell = _cell(element, name)
    typed = _typed(element, name, day)
    unusable = f"{cell} IS NOT NULL AND {typed} IS NULL"
    if element.type is Kind.DATE:
        made = _as_date(cell)
        yield "no_date", f"{cell} IS NOT NULL AND {made} IS NULL"
        yield "early", f"{made} < {literal(EARLIEST)}"
        last = date(2100, 1, 1) if element.later else day
        yield "later", f"{made} > {literal(last)}"
    elif element.type is Kind.FLAG:
        yield "no_flag", unusable
    elif element.type is Kind.CODE:
        yield "no_code", unusable
    elif element.type is Kind.NUMBER:
        yield "no_number", unusable
