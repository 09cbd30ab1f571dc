"""A metric as SQL.

The SQL is plain: joins, CASE, comparisons, counts. It is written for DuckDB, and sqlglot turns it
into other dialects. Rows are put into classes, and the classes counted:

    part                  in the numerator
    rest                  in the denominator only
    outside               not looked at
    left out: REASON      not counted, and why

So every row of the module counted is in exactly one class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from readiness.calendar import Duration, Unit, month_key
from readiness.errors import UsageError
from readiness.model.values import near
from readiness.returns.records.conditions import (
    All,
    Amount,
    AnyOf,
    Compare,
    Condition,
    DateTerm,
    Element,
    FixedDay,
    InYear,
    Is,
    Known,
    Lasts,
    Moment,
    Not,
    OnYearlyDay,
    Shifted,
    Some,
)
from readiness.returns.records.load import Clock, Event, Metric, Return, Steps
from readiness.returns.records.pages import Kind

if TYPE_CHECKING:
    from sqlglot import exp

PART, REST, OUTSIDE = "part", "rest", "outside"
LEFT_OUT = "left out: "
NO_REGIME = "regime not recorded"
NO_WORKING_DAYS = "the bank holidays of its year are not known"
WORKING_DAYS = "working_days"
"""The table of days: each `day`, and how many working days in England lie up to it (`so_far`)."""

DIALECTS = (
    "bigquery",
    "databricks",
    "duckdb",
    "fabric",
    "postgres",
    "redshift",
    "snowflake",
    "spark",
    "tsql",
)
"""Those in which sqlglot says all that is written here. It writes others, such as Oracle's, with
functions that they do not have, and without a word."""


@dataclass(frozen=True, slots=True)
class MetricSql:
    """A metric as SQL for DuckDB.

    Attributes:
        text: The query. It gives rows of `fact`, `member`, `class` and `n`; for an answer one row
            of `fact` and `answer`.
        reads: Every column that it reads, each as its table and its name.
    """

    text: str
    reads: frozenset[tuple[str, str]]


def metric_sql(metric: Metric, definition: Return, moment: Moment) -> MetricSql:
    """Return a metric as SQL. In the rows of a series the member is the key of the month."""
    if metric.months is not None:
        months = [Query(definition, metric.counts, at) for at in moment.months(metric.months)]
        each = [query.classes(metric, month_key(query.moment.year)) for query in months]
        return MetricSql("\nUNION ALL\n".join(each), frozenset(months[0].reads))
    query = Query(definition, metric.counts, moment)
    if metric.answer is None:
        return MetricSql(query.classes(metric, metric.member), frozenset(query.reads))
    answer = query.column(metric.answer)
    answered = f"SELECT {text(metric.fact)} AS fact, {answer} AS answer\nFROM {metric.counts}"
    return MetricSql(answered, frozenset(query.reads))


def steps_sql(table: str, definition: Return, moment: Moment, reads: set[tuple[str, str]]) -> str:
    """Return the rows of a module of steps as SQL for DuckDB.

    The days are put in order for each row above: an end before a beginning of the same day, and a
    beginning before what was done on it. What follows a beginning is one run.

    Args:
        reads: Takes in every column that is read.
    """
    above = definition.tables[table].of
    assert above is not None
    key = definition.tables[above].key
    events = "\nUNION ALL ".join(_events(definition.steps[table], key, definition, moment, reads))
    due, joins = _due(table, definition, moment, reads)
    run = "PARTITION BY numbered.up, numbered.run"
    # There is no day that is not known; but dialects differ in where they would put it.
    order = "ORDER BY {0}.day NULLS FIRST, {0}.kind NULLS FIRST ROWS BETWEEN"
    in_order = f"{run} {order.format('numbered')}"
    columns = ", ".join(f"{table}.{name}" for name in ("Since", "Begun", "Next", "Until"))
    return (
        f"SELECT {table}.up AS {key}, {columns}, {due} AS Due, {table}.Number\n"
        "FROM (\n"
        "SELECT numbered.up, numbered.run, numbered.kind, numbered.day AS Since,\n"
        f"  MIN(CASE WHEN numbered.kind = 1 THEN numbered.day END) OVER ({run}) AS Begun,\n"
        f"  MIN(CASE WHEN numbered.kind = 2 THEN numbered.day END) OVER ({in_order} "
        "1 FOLLOWING AND UNBOUNDED FOLLOWING) AS Next,\n"
        f"  MAX(CASE WHEN numbered.kind = 0 THEN numbered.day END) OVER ({run}) AS Until,\n"
        f"  CASE WHEN MAX(numbered.known) OVER ({run}) = 1 THEN "
        f"SUM(CASE WHEN numbered.kind = 2 THEN 1 ELSE 0 END) OVER ({in_order} "
        "UNBOUNDED PRECEDING AND CURRENT ROW) END AS Number\n"
        "FROM (\n"
        "SELECT events.up, events.day, events.kind, events.known,\n"
        "  SUM(CASE WHEN events.kind = 1 THEN 1 ELSE 0 END) OVER (PARTITION BY events.up "
        f"{order.format('events')} UNBOUNDED PRECEDING AND CURRENT ROW) AS run\n"
        f"FROM (\n{events}\n) AS events\n"
        ") AS numbered\n"
        f") AS {table}\n{joins}"
        f"WHERE {table}.kind > 0 AND {table}.run > 0"
    )


def _events(
    steps: Steps, key: str | None, definition: Return, moment: Moment, reads: set[tuple[str, str]]
) -> Iterator[str]:
    """Yield queries for the days of steps by `kind`: 0 ends it, 1 begins it, 2 is done in it.

    Args:
        key: The key of the rows below which they are.
    """

    def days(event: Event, kind: int, known: int = 0) -> str:
        query = Query(definition, event.element.table, moment, reads=reads)
        day, up = query.column(event.element), query.named(event.element.table, key)
        test = f" AND {query.test(event.where)}" if event.where is not None else ""
        joins = " ".join((event.element.table, *query.joins))
        return (
            f"SELECT {up} AS up, {day} AS day, {kind} AS kind, {known} AS known "
            f"FROM {joins} WHERE {day} IS NOT NULL{test}"
        )

    begins = days(steps.begins, 1, 1)
    yield from (days(steps.ends, 0), begins, days(steps.then, 2))
    if steps.by is not None:
        first = "SELECT days.up, MIN(days.day) AS day FROM ({}) AS days GROUP BY days.up"
        yield (
            "SELECT early.up, early.day, 1 AS kind, 0 AS known "
            f"FROM ({first.format(days(steps.by, 1))}) AS early "
            f"LEFT JOIN ({first.format(begins)}) AS begun ON begun.up = early.up "
            "WHERE begun.day IS NULL OR begun.day > early.day"
        )


def _due(
    table: str, definition: Return, moment: Moment, reads: set[tuple[str, str]]
) -> tuple[str, str]:
    """Return the day on which the next step is due, and the joins that it needs."""
    query = Query(definition, table, moment, reads=reads)
    cases, joins = "", ""
    for when, length in definition.steps[table].due:
        cases += f" WHEN {query.test(when)} THEN "
        if length.unit is Unit.WORKING_DAYS:
            last = f"days_{length.amount.numerator}"
            joins += (
                f"LEFT JOIN {WORKING_DAYS} AS from_{last} ON from_{last}.day = {table}.Since\n"
                f"LEFT JOIN (SELECT of_{last}.so_far, MIN(of_{last}.day) AS day "
                f"FROM {WORKING_DAYS} AS of_{last} GROUP BY of_{last}.so_far) AS {last} "
                f"ON {last}.so_far = from_{last}.so_far + {length.amount.numerator}\n"
            )
            reads |= {(WORKING_DAYS, "day"), (WORKING_DAYS, "so_far")}
            cases += f"{last}.day"
        else:
            cases += query.day(Shifted(Element(table, "Since", Kind.DATE), 1, length))
    return f"CASE{cases} END", joins


def in_dialect(sql: str, dialect: str) -> str:
    """Return DuckDB's SQL in another dialect.

    Raises:
        UsageError: It is not one of `DIALECTS`, or sqlglot is not installed.
    """
    if dialect not in DIALECTS:
        help = near(dialect, DIALECTS, f"there are: {', '.join(DIALECTS)}")
        raise UsageError(f"there is no dialect '{dialect}'; {help}")
    if dialect == "duckdb":
        return sql
    try:
        import sqlglot
    except ImportError:
        message = f"SQL for {dialect} needs sqlglot; install it with: pip install"
        raise UsageError(f"{message} 'readiness[warehouse]'") from None
    said = sqlglot.parse_one(sql, read="duckdb").transform(_moved)
    return said.sql(dialect, pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)


def _moved(node: exp.Expression) -> exp.Expression:
    """Return `day + INTERVAL 3 MONTH` as the function that adds it; T-SQL has no such intervals."""
    from sqlglot import exp

    if isinstance(node, (exp.Add, exp.Sub)) and isinstance(node.expression, exp.Interval):
        interval = node.expression
        amount = int(interval.name) * (-1 if isinstance(node, exp.Sub) else 1)
        return exp.DateAdd(
            this=node.this, expression=exp.Literal.number(amount), unit=interval.unit
        )
    return node


def literal(day: date) -> str:
    """Return a day as SQL."""
    return f"DATE '{day.isoformat()}'"


def text(words: str) -> str:
    """Return text as SQL."""
    return "'" + words.replace("'", "''") + "'"


@dataclass(slots=True)
class Query:
    """One query on its way: what it joins, and its expressions."""

    definition: Return
    base: str
    moment: Moment
    joins: list[str] = field(default_factory=list)
    joined: set[str] = field(default_factory=set)
    reads: set[tuple[str, str]] = field(default_factory=set)
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.joined.add(self.base)

    def classes(self, metric: Metric, member: str | None) -> str:
        """Return the whole query of a metric.

        Args:
            member: What its rows are of, where it is not a metric of all members.
        """
        cases = self._cases(metric)
        once: dict[str, str] = {}
        for when, what in cases:
            once.setdefault(when, what)
        lines = "\n".join(f"      WHEN {when} THEN {text(what)}" for when, what in once.items())
        named_by = "CAST(NULL AS VARCHAR)" if member is None else text(member)
        if metric.members is not None:
            named = "".join(
                f" WHEN {self.test(condition)} THEN {text(name)}"
                for name, condition in metric.members.items()
            )
            named_by = f"CASE{named} END"
        limited = metric.part is not None or metric.limits
        rest = REST if limited else PART
        case = f"CASE\n{lines}\n      ELSE {text(rest)}\n    END" if lines else text(rest)
        joins = "".join(f"\n  {join}" for join in self.joins)
        return (
            f"SELECT {text(metric.fact)} AS fact, classed.member, classed.class, COUNT(*) AS n\n"
            "FROM (\n"
            f"  SELECT\n    {named_by} AS member,\n    {case} AS class\n"
            f"  FROM {self._source()}{joins}\n"
            ") AS classed\n"
            "GROUP BY classed.member, classed.class"
        )

    def _cases(self, metric: Metric) -> list[tuple[str, str]]:
        """Return when a row is in which class, the first that fits counting."""
        cases: list[tuple[str, str]] = []
        if metric.among is not None:
            cases.append((f"NOT {self.test(metric.among)}", OUTSIDE))
        if metric.dated_by is not None:
            day, year = self.column(metric.dated_by), self.moment.year
            cases.append((f"{day} IS NULL", _not_recorded(metric.dated_by)))
            within = f"{day} BETWEEN {literal(year.start)} AND {literal(year.end)}"
            cases.append((f"NOT {within}", OUTSIDE))
        cases += [(self.test(when), LEFT_OUT + why) for why, when in metric.leave_out]
        if metric.clock is not None:
            cases += self._clock_fails(metric.clock, metric)
        if metric.members is not None:
            fits = " OR ".join(self.test(when) for when in metric.members.values())
            cases.append((f"NOT ({fits})", LEFT_OUT + NO_REGIME))
        if metric.limits:
            assert metric.clock is not None
            cases += self._limited(metric)
        elif metric.part is not None:
            cases.append((self.test(metric.part), PART))
        return cases

    def _clock_fails(self, clock: Clock, metric: Metric) -> list[tuple[str, str]]:
        start, end = self.day(clock.start), self.day(clock.end)
        cases = [
            (f"{column} IS NULL", _not_recorded(term))
            for term, column in ((clock.start, start), (clock.end, end))
            if not isinstance(term, FixedDay)
        ]
        order = f"{LEFT_OUT}{_name(clock.end)} is before {_name(clock.start)}"
        cases.append((f"{end} < {start}", order))
        if any(limit.length.unit is Unit.WORKING_DAYS for limit in metric.limits):
            taken = self._taken(clock.start, clock.end, Unit.WORKING_DAYS)
            cases.append((f"{taken} IS NULL", LEFT_OUT + NO_WORKING_DAYS))
        return cases

    def _limited(self, metric: Metric) -> list[tuple[str, str]]:
        """Return the classes by limit: of several the first whose condition fits."""
        clock, cases = metric.clock, []
        assert clock is not None
        for limit in metric.limits:
            when = "" if limit.when is None else f"{self.test(limit.when)} AND "
            taken = self._taken(clock.start, clock.end, limit.length.unit)
            inside = f"{taken} {limit.sign} {_days(limit.length)}"  # both days are known by now
            cases.append((f"{when}{inside}", PART))
            if limit.when is not None:
                cases.append((self.test(limit.when), REST))
        if all(limit.when is not None for limit in metric.limits):
            cases.append(("1 = 1", LEFT_OUT + NO_REGIME))
        return cases

    # ---- expressions ----

    def column(self, element: Element) -> str:
        """Return an element's column, after joining its module."""
        self._join(element.table)
        return self.named(element.table, element.name)

    def _source(self) -> str:
        """Return the module counted: its table, or the query that works it out."""
        if self.base not in self.definition.steps:
            return self.base
        return f"({steps_sql(self.base, self.definition, self.moment, self.reads)}) AS {self.base}"

    def named(self, table: str, name: str | None) -> str:
        """Return a column, and note that it is read."""
        assert name is not None  # a module to which others refer has a key
        if table not in self.definition.steps:
            self.reads.add((table, name))
        return f"{table}.{name}"

    def day(self, term: DateTerm) -> str:
        """Return a day, of a row or fixed."""
        match term:
            case FixedDay():
                return literal(term.on(self.moment))
            case Shifted(element, sign, by):
                months = by.unit in (Unit.MONTHS, Unit.YEARS)
                amount = by.amount.numerator * (12 if by.unit is Unit.YEARS else 1)
                length = f"{amount} MONTH" if months else f"{_days(by)} DAY"
                moved = f"{self.column(element)} {'+' if sign > 0 else '-'} INTERVAL {length}"
                return f"CAST({moved} AS DATE)"
            case Element():
                return self.column(term)

    def _join(self, table: str) -> None:
        """Join a module, by way of those between it and the module counted."""
        if table in self.joined:
            return
        tables = self.definition.tables
        up = list(self.definition.parents(self.base))
        if table in up:  # above: by way of the module below it
            below = up[up.index(table) - 1]
            self._join(below)
            key = tables[table].key
            on = f"{self.named(table, key)} = {self.named(below, key)}"
        else:
            above = tables[table].of
            assert above is not None
            self._join(above)
            key = tables[above].key
            on = f"{self.named(table, key)} = {self.named(above, key)}"
        self.joins.append(f"LEFT JOIN {table} ON {on}")
        self.joined.add(table)

    def test(self, condition: Condition) -> str:
        """Return a condition as a test that is true or false, never neither."""
        match condition:
            case Is(element, values):
                column = self.column(element)
                wanted = ", ".join(map(_value, values))
                one_of = f"= {wanted}" if len(values) == 1 else f"IN ({wanted})"
                return f"({column} IS NOT NULL AND {column} {one_of})"
            case Amount(element, sign, number):
                column = self.column(element)
                return f"({column} IS NOT NULL AND {column} {sign} {number})"
            case Known(element):
                return f"({self.column(element)} IS NOT NULL)"
            case Compare(element, sign, term):
                column, other = self.column(element), self.day(term)
                known = [f"{column} IS NOT NULL"]
                known += [] if isinstance(term, FixedDay) else [f"{other} IS NOT NULL"]
                return f"({' AND '.join(known)} AND {column} {sign} {other})"
            case InYear(element):
                column, year = self.column(element), self.moment.year
                within = f"{column} BETWEEN {literal(year.start)} AND {literal(year.end)}"
                return f"({column} IS NOT NULL AND {within})"
            case OnYearlyDay(element, yearly):
                column = self.column(element)
                month = f"EXTRACT(MONTH FROM {column}) = {yearly.month}"
                day = f"EXTRACT(DAY FROM {column}) = {yearly.day}"
                return f"({column} IS NOT NULL AND {month} AND {day})"
            case Lasts(start, end, sign, length):
                return self._within(start, end, sign, length)
            case All(parts):
                return f"({' AND '.join(map(self.test, parts))})"
            case AnyOf(parts):
                return f"({' OR '.join(map(self.test, parts))})"
            case Not(part):
                return f"(NOT {self.test(part)})"
            case Some():
                return self._some(condition)

    def _within(self, start: DateTerm, end: DateTerm, sign: str, length: Duration) -> str:
        taken = self._taken(start, end, length.unit)
        return f"({taken} IS NOT NULL AND {taken} {sign} {_days(length)})"

    def _taken(self, start: DateTerm, end: DateTerm, unit: Unit) -> str:
        """Return how many days or working days lie from one day to another."""
        if unit is not Unit.WORKING_DAYS:
            return f"DATE_DIFF('day', {self.day(start)}, {self.day(end)})"
        return f"({self._number(end)} - {self._number(start)})"

    def _number(self, term: DateTerm) -> str:
        """Return how many working days lie up to a day."""
        day = self.day(term)
        self.reads |= {(WORKING_DAYS, "day"), (WORKING_DAYS, "so_far")}
        return self._extra(
            f"LEFT JOIN {WORKING_DAYS} AS {{alias}} ON {{alias}}.day = {day}", "{alias}.so_far"
        )

    def _some(self, some: Some) -> str:
        """Return whether so many rows of a module below fulfil a condition.

        By a join: not every dialect has EXISTS among the columns of a query.
        """
        table = some.table
        above = self.definition.tables[table].of
        assert above is not None
        self._join(above)
        key = self.definition.tables[above].key
        inner = Query(self.definition, table, self.moment, reads=self.reads)
        test, refers = inner.test(some.where), inner.named(table, key)
        source = " ".join((table, *inner.joins))
        rows = f"(SELECT DISTINCT {refers} FROM {source} WHERE {test})"
        if some.at_least > 1:
            what = "*" if some.different is None else f"DISTINCT {inner.column(some.different)}"
            rows = (
                f"(SELECT {refers} FROM {source} WHERE {test} GROUP BY {refers} "
                f"HAVING COUNT({what}) >= {some.at_least})"
            )
        found = self._extra(
            f"LEFT JOIN {rows} AS {{alias}} ON {{alias}}.{key} = {self.named(above, key)}",
            f"{{alias}}.{key}",
        )
        return f"({found} IS NOT NULL)"

    def _extra(self, join: str, column: str) -> str:
        """Join something once, under a name of its own, and return a column of it."""
        if join not in self.extra:
            self.extra[join] = f"joined_{len(self.extra) + 1}"
            self.joins.append(join.format(alias=self.extra[join]))
        return column.format(alias=self.extra[join])


def _value(value: str | bool | int) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, int) else text(value)


def _days(length: Duration) -> int:
    return length.amount.numerator * (7 if length.unit is Unit.WEEKS else 1)


def _name(term: DateTerm) -> str:
    match term:
        case Element():
            return term.name
        case Shifted(element):
            return f"the day counted from {element.name}"
    return "the day of the return"


def _not_recorded(term: DateTerm) -> str:
    element = term.element if isinstance(term, Shifted) else term
    return f"{LEFT_OUT}{_name(element)} is not recorded"
