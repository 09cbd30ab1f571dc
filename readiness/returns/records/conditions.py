"""The conditions that metrics are made of: read from a page, and checked against its elements.

Conditions are two-valued. A comparison with something that is not recorded is false, so that a row
is always in exactly one class, and `not` of such a comparison is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from readiness.calendar import (
    Cadence,
    Duration,
    Period,
    Unit,
    YearlyDay,
    minus,
    period_of,
    plus,
)
from readiness.model.values import near
from readiness.returns.records.pages import Kind, TablePage
from readiness.yaml_reader import Path

Report = Callable[[Path, str, str], None]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a return speaks of.

    Attributes:
        day: The day of the return, such as a census day.
        year: The last whole year that had ended by then.
    """

    day: date
    year: Period

    @staticmethod
    def of(day: date, cadence: Cadence) -> Moment:
        """Return the moment of a return, given which year it covers."""
        years = (period_of(str(year), cadence) for year in range(day.year + 1, 0, -1))
        return Moment(day, next(year for year in years if year.end <= day))

    def months(self, count: int) -> Iterator[Moment]:
        """Yield the same day with each of the first months of its year in the year's place."""
        for month in self.year.split(1)[:count]:
            yield Moment(self.day, month)


def year_with(day: date, cadence: Cadence) -> Period:
    """Return the year in which a day lies."""
    years = (period_of(str(year), cadence) for year in (day.year, day.year + 1))
    return next(year for year in years if year.start <= day <= year.end)


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a return, in its module."""

    table: str
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class FixedDay:
    """A day that is the same for every row.

    Attributes:
        base: `day`, `year_start` or `year_end`.
        sign: 1 for later, -1 for earlier.
    """

    base: str
    sign: int = 1
    by: Duration | None = None

    def on(self, moment: Moment) -> date:
        """Return the day."""
        days = {
            "day": moment.day,
            "year_start": moment.year.start,
            "year_end": moment.year.end,
        }
        day = days[self.base]
        if self.by is None:
            return day
        return plus(day, self.by) if self.sign > 0 else minus(day, self.by)


@dataclass(frozen=True, slots=True)
class Shifted:
    """A day so long before or after that of an element; months end where they are too short.

    Attributes:
        sign: 1 for later, -1 for earlier.
    """

    element: Element
    sign: int
    by: Duration


DateTerm = Element | FixedDay | Shifted
FIXED = ("day", "year_start", "year_end")


@dataclass(frozen=True, slots=True)
class Is:
    """An element holds one of these codes, words or answers."""

    element: Element
    values: tuple[str | bool | int, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number stands in an order (`<`, `>`, `<=`, `>=`) to another."""

    element: Element
    sign: str
    number: int


@dataclass(frozen=True, slots=True)
class Known:
    """An element is recorded."""

    element: Element


@dataclass(frozen=True, slots=True)
class Compare:
    """A date stands in an order (`<`, `>`, `<=`, `>=`) to another."""

    element: Element
    sign: str
    term: DateTerm


@dataclass(frozen=True, slots=True)
class InYear:
    """A date lies in the year of the return."""

    element: Element


@dataclass(frozen=True, slots=True)
class OnYearlyDay:
    """A date is this day of whatever year."""

    element: Element
    day: YearlyDay


@dataclass(frozen=True, slots=True)
class Lasts:
    """The time from one date to another; days, weeks of 7 days or working days."""

    start: DateTerm
    end: DateTerm
    sign: str
    limit: Duration


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Some:
    """At least one row, or so many rows, of a module below the row fulfil a condition.

    Attributes:
        different: Element of which different values are counted instead of rows.
    """

    table: str
    where: Condition
    at_least: int = 1
    different: Element | None = None


Condition = Is | Amount | Known | Compare | InYear | OnYearlyDay | Lasts | All | AnyOf | Not | Some

SIGNS = {"at_most": "<=", "less_than": "<", "at_least": ">=", "more_than": ">"}
_ORDERS = {"before": "<", "after": ">", "on_or_before": "<=", "on_or_after": ">="}
_TESTS = ("is", "one_of", "known", "in", "yearly", *_ORDERS, *SIGNS)


def elements_of(condition: Condition | DateTerm | None) -> Iterator[Element]:
    """Yield every element that a condition looks at, but for those inside `some`."""
    match condition:
        case Element():
            yield condition
        case Shifted(element) | Amount(element):
            yield element
        case Is(element) | Known(element) | InYear(element) | OnYearlyDay(element):
            yield element
        case Compare(element, _, term):
            yield element
            yield from elements_of(term)
        case Lasts(start, end):
            yield from elements_of(start)
            yield from elements_of(end)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from elements_of(part)
        case Not(part):
            yield from elements_of(part)


def somes_of(condition: Condition | DateTerm | None) -> Iterator[Some]:
    """Yield every `some` in a condition."""
    match condition:
        case Some():
            yield condition
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from somes_of(part)
        case Not(part):
            yield from somes_of(part)


class _Wrong(Exception):
    """A problem has been reported."""


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads conditions, and reports what is wrong in them.

    Attributes:
        named: Conditions that the page gives a name, as they are written.
        inside: Module to which elements are confined, inside `some`.
        home: Module in which an element is meant that stands in several.
    """

    tables: Mapping[str, TablePage]
    named: Mapping[str, Any]
    report: Report
    inside: str | None = None
    home: str | None = None

    def read(self, raw: Any, path: Path) -> Condition | None:
        """Return a condition, or None after reporting what is wrong."""
        try:
            return self._condition(raw, path, ())
        except _Wrong:
            return None

    def element(self, name: Any, path: Path, kind: Kind | None = None) -> Element | None:
        """Return the element of a name, or None after reporting what is wrong."""
        try:
            return self._element(name, path, kind)
        except _Wrong:
            return None

    def term(self, raw: Any, path: Path) -> DateTerm | None:
        """Return a date term, or None after reporting what is wrong."""
        try:
            return self._term(raw, path)
        except _Wrong:
            return None

    def limit(self, raw: Mapping[str, Any], path: Path) -> tuple[str, Duration] | None:
        """Return the sign and the length of a limit, or None after reporting what is wrong."""
        try:
            return self._limit(raw, path)
        except _Wrong:
            return None

    def _wrong(self, path: Path, message: str, help: str = "") -> _Wrong:
        self.report(path, message, help)
        return _Wrong()

    def _condition(self, raw: Any, path: Path, within: tuple[str, ...]) -> Condition:
        if not isinstance(raw, dict):
            raise self._wrong(path, "this takes a condition", "such as {element: E, known: yes}")
        match raw:
            case {"condition": str(name), **rest} if not rest:
                if name not in self.named:
                    help = near(name, list(self.named), "name it under 'conditions'")
                    raise self._wrong(path, f"no condition is called '{name}'", help)
                if name in within:
                    raise self._wrong(path, f"the condition '{name}' rests on itself")
                return self._condition(self.named[name], ("conditions", name), (*within, name))
            case {"all": list(parts), **rest} if not rest:
                return All(self._parts(parts, (*path, "all"), within))
            case {"any": list(parts), **rest} if not rest:
                return AnyOf(self._parts(parts, (*path, "any"), within))
            case {"not": part, **rest} if not rest:
                return Not(self._condition(part, (*path, "not"), within))
            case {"some": str(table), "where": where, **rest} if rest.keys() <= {
                "at_least",
                "different",
            }:
                number = rest.get("at_least", 1)
                if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                    raise self._wrong((*path, "at_least"), "this takes a number of rows")
                if table not in self.tables:
                    help = near(table, list(self.tables))
                    raise self._wrong((*path, "some"), f"there is no module '{table}'", help)
                inner = ConditionReader(self.tables, self.named, self.report, table)
                different = None
                if "different" in rest:
                    different = inner._element(rest["different"], (*path, "different"))
                test = inner._condition(where, (*path, "where"), within)
                return Some(table, test, number, different)
            case {"from": start, "to": end, **rest}:
                sign, limit = self._limit(rest, path)
                if limit.unit is Unit.WORKING_DAYS:
                    # A limit leaves out what lies beyond the known years; a condition could not.
                    help = "put it into 'limit', or into 'limits' with a condition"
                    raise self._wrong(path, "working days are counted in limits only", help)
                first, last = self._term(start, (*path, "from")), self._term(end, (*path, "to"))
                return Lasts(first, last, sign, limit)
            case {"element": name, **rest}:
                return self._test(name, rest, path)
        help = "a condition has one of: element, condition, all, any, not, some, from"
        raise self._wrong(path, "this is no condition", help)

    def _parts(self, raw: list[Any], path: Path, within: tuple[str, ...]) -> tuple[Condition, ...]:
        if not raw:
            raise self._wrong(path, "this needs at least one condition")
        return tuple(self._condition(one, (*path, at), within) for at, one in enumerate(raw))

    def _test(self, name: Any, rest: Mapping[str, Any], path: Path) -> Condition:
        if len(rest) != 1:
            help = f"one of: {', '.join(_TESTS)}"
            raise self._wrong(path, "an element takes exactly one test", help)
        ((test, value),) = rest.items()
        place = (*path, test)
        if test in ("is", "one_of"):
            element = self._element(name, (*path, "element"))
            values = value if test == "one_of" and isinstance(value, list) else [value]
            return Is(element, tuple(self._value(element, one, place) for one in values))
        if test == "known" and isinstance(value, bool):
            known = Known(self._element(name, (*path, "element")))
            return known if value else Not(known)
        if test in SIGNS:
            element = self._element(name, (*path, "element"), Kind.NUMBER)
            return Amount(element, SIGNS[test], int(self._value(element, value, place)))
        if test in (*_ORDERS, "in", "yearly"):
            element = self._element(name, (*path, "element"), Kind.DATE)
            if test in _ORDERS:
                return Compare(element, _ORDERS[test], self._term(value, place))
            if test == "in" and value == "year":
                return InYear(element)
            if test == "yearly":
                try:
                    return OnYearlyDay(element, YearlyDay.parse(str(value)))
                except ValueError as error:
                    raise self._wrong(place, str(error)) from None
        help = near(test, list(_TESTS), "known: yes or no; in: year")
        raise self._wrong(place, "this is no test of an element", help)

    def _value(self, element: Element, raw: Any, path: Path) -> str | bool | int:
        page = self.tables[element.table].elements[element.name]
        if element.kind is Kind.FLAG and isinstance(raw, bool):
            return raw
        if element.kind is Kind.NUMBER and isinstance(raw, int) and not isinstance(raw, bool):
            return raw
        if element.kind is Kind.CODE and isinstance(raw, (str, int)):
            if str(raw) in page.codes:
                return str(raw)
            help = near(str(raw), list(page.codes), f"there are: {', '.join(page.codes)}")
            raise self._wrong(path, f"'{raw}' is no code of {element.name}", help)
        if element.kind is Kind.TEXT and isinstance(raw, str):
            return raw
        help = "yes or no for a flag; a date takes before, after, in"
        raise self._wrong(path, f"this is no value of {element.name}, a {element.kind}", help)

    def _element(self, name: Any, path: Path, kind: Kind | None = None) -> Element:
        if not isinstance(name, str):
            raise self._wrong(path, "this takes the name of an element")
        table, _, own = name.rpartition(".")
        tables = [table] if table else [self.inside] if self.inside else list(self.tables)
        found = [t for t in tables if t in self.tables and own in self.tables[t].elements]
        if not found:
            known = [e for t in tables if t in self.tables for e in self.tables[t].elements]
            message = f"no element here is called '{name}'"
            raise self._wrong(path, message, near(own, known, "name it under 'tables'"))
        if len(found) > 1 and self.home in found:
            found = [self.home]
        if len(found) > 1:
            help = f"write {found[0]}.{own} or {found[1]}.{own}"
            raise self._wrong(path, f"'{own}' stands in several modules", help)
        if self.inside and found[0] != self.inside:
            raise self._wrong(path, f"'{name}' does not stand in {self.inside}")
        element = Element(found[0], own, self.tables[found[0]].elements[own].type)
        if kind is not None and element.kind is not kind:
            raise self._wrong(path, f"'{name}' is a {element.kind}, and this takes a {kind}")
        return element

    def _term(self, raw: Any, path: Path) -> DateTerm:
        if isinstance(raw, str) and raw not in FIXED:
            return self._element(raw, path, Kind.DATE)
        parts = {"day": raw} if isinstance(raw, str) else raw
        match parts:
            case {"day": base, **rest} if base in FIXED and len(rest) <= 1:
                for key, sign in (("plus", 1), ("minus", -1)):
                    if key in rest:
                        return FixedDay(base, sign, self._duration(rest[key], (*path, key)))
                if not rest:
                    return FixedDay(base)
            case {"day": str(name), **rest} if len(rest) == 1 and rest.keys() <= {"plus", "minus"}:
                ((way, by),) = ((str(key), value) for key, value in rest.items())
                element = self._element(name, (*path, "day"), Kind.DATE)
                duration = self._duration(by, (*path, way))
                if duration.unit is Unit.WORKING_DAYS:
                    help = "write a limit: {from: …, to: …, at_most: 20 working days}"
                    raise self._wrong((*path, way), "this takes no working days", help)
                return Shifted(element, 1 if way == "plus" else -1, duration)
        help = f"an element, or {{day: {' | '.join(FIXED)}, minus: 12 months}}"
        raise self._wrong(path, "this is no day", help)

    def _duration(self, raw: Any, path: Path) -> Duration:
        try:
            duration = Duration.parse(str(raw))
        except ValueError as error:
            raise self._wrong(path, str(error)) from None
        if duration.amount.denominator != 1:
            raise self._wrong(path, "this takes a whole number of days, weeks, months or years")
        return duration

    def _limit(self, raw: Mapping[str, Any], path: Path) -> tuple[str, Duration]:
        if len(raw) != 1 or next(iter(raw)) not in SIGNS:
            help = f"one of: {', '.join(SIGNS)}"
            raise self._wrong(path, "a length of time takes exactly one limit", help)
        ((key, value),) = raw.items()
        limit = self._duration(value, (*path, key))
        if limit.unit not in (Unit.DAYS, Unit.WEEKS, Unit.WORKING_DAYS):
            help = "months differ in length: write days, weeks or working days"
            raise self._wrong((*path, key), "this takes a number of days", help)
        return SIGNS[key], limit
