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

from dataclasses import dataclass, field
from datetime import date

from readiness.calendar import Duration, Unit
from readiness.errors import UsageError
from readiness.model.values import near
from readiness.returns.records.conditions import (
    All,
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
    Some,
)
from readiness.returns.records.load import Clock, Metric, Return

PART, REST, OUTSIDE = "part", "rest", "outside"
LEFT_OUT = "left out: "
NO_REGIME = "regime not recorded"
NO_WORKING_DAYS = "the bank holidays of its year are not known"
WORKING_DAYS = "working_days"
"""The table of days: each `day`, and how many working days in England lie up to it (`number`)."""


def metric_sql(metric: Metric, definition: Return, moment: Moment) -> str:
    """Return a metric as SQL for DuckDB: rows of `member`, `class` and `n`.

    For an answer: one row of `answer`.
    """
    if metric.answer is not None:
        element = metric.answer
        return f"SELECT {element.name} AS answer\nFROM {element.table}"
    query = _Query(definition, metric.counts, moment)
    return query.classes(metric)


def in_dialect(sql: str, dialect: str) -> str:
    """Return DuckDB's SQL in another dialect.

    Raises:
        UsageError: sqlglot is not installed, or knows no such dialect.
    """
    if dialect == "duckdb":
        return sql
    try:
        import sqlglot
        from sqlglot.dialects.dialect import Dialect
    except ImportError:
        message = f"SQL for {dialect} needs sqlglot; install it with: pip install"
        raise UsageError(f"{message} 'readiness[warehouse]'") from None
    known = sorted(name for name in Dialect.classes if name)
    if dialect not in known:
        help = near(dialect, known, f"there are: {', '.join(known)}")
        raise UsageError(f"there is no dialect '{dialect}'; {help}")
    (written,) = sqlglot.transpile(sql, read="duckdb", write=dialect, pretty=True)
    return written


def literal(day: date) -> str:
    """Return a day as SQL."""
    return f"DATE '{day.isoformat()}'"


def text(words: str) -> str:
    """Return text as SQL."""
    return "'" + words.replace("'", "''") + "'"


@dataclass(slots=True)
class _Query:
    """One query on its way: what it joins, and its expressions."""

    definition: Return
    base: str
    moment: Moment
    joins: list[str] = field(default_factory=list)
    joined: set[str] = field(default_factory=set)
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.joined.add(self.base)

    def classes(self, metric: Metric) -> str:
        """Return the whole query of a metric."""
        cases = self._cases(metric)
        once: dict[str, str] = {}
        for when, what in cases:
            once.setdefault(when, what)
        lines = "\n".join(f"      WHEN {when} THEN {text(what)}" for when, what in once.items())
        member = "CAST(NULL AS VARCHAR(100))"
        if metric.members is not None:
            named = "".join(
                f" WHEN {self.test(condition)} THEN {text(name)}"
                for name, condition in metric.members.items()
            )
            member = f"CASE{named} END"
        limited = metric.part is not None or metric.limits
        rest = REST if limited else PART
        case = f"CASE\n{lines}\n      ELSE {text(rest)}\n    END" if lines else text(rest)
        joins = "".join(f"\n  {join}" for join in self.joins)
        return (
            "SELECT classed.member, classed.class, COUNT(*) AS n\n"
            "FROM (\n"
            f"  SELECT\n    {member} AS member,\n    {case} AS class\n"
            f"  FROM {self.base}{joins}\n"
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
            if isinstance(term, Element)
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
        return f"{element.table}.{element.name}"

    def day(self, term: DateTerm) -> str:
        """Return a day, of a row or fixed."""
        return literal(term.on(self.moment)) if isinstance(term, FixedDay) else self.column(term)

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
            on = f"{table}.{key} = {below}.{key}"
        else:
            above = tables[table].of
            assert above is not None
            self._join(above)
            key = tables[above].key
            on = f"{table}.{key} = {above}.{key}"
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
            case Known(element):
                return f"({self.column(element)} IS NOT NULL)"
            case Compare(element, sign, term):
                column, other = self.column(element), self.day(term)
                known = [f"{column} IS NOT NULL"]
                known += [f"{other} IS NOT NULL"] if isinstance(term, Element) else []
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
            case Some(table, where):
                return self._some(table, where)

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
        return self._extra(
            f"LEFT JOIN {WORKING_DAYS} AS {{alias}} ON {{alias}}.day = {day}", "{alias}.number"
        )

    def _some(self, table: str, where: Condition) -> str:
        """Return whether a row of a module below fulfils a condition.

        By a join: not every dialect has EXISTS among the columns of a query.
        """
        above = self.definition.tables[table].of
        assert above is not None
        self._join(above)
        key = self.definition.tables[above].key
        inner = _Query(self.definition, table, self.moment)
        rows = f"(SELECT DISTINCT {table}.{key} FROM {table} WHERE {inner.test(where)})"
        found = self._extra(
            f"LEFT JOIN {rows} AS {{alias}} ON {{alias}}.{key} = {above}.{key}", f"{{alias}}.{key}"
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
    return term.name if isinstance(term, Element) else "the day of the return"


def _not_recorded(term: DateTerm) -> str:
    return f"{LEFT_OUT}{_name(term)} is not recorded"
