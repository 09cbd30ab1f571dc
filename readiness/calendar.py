"""Dates as law and statistics use them: durations, working days, yearly days and periods.

Everything here is pure and takes the date as an argument; nothing reads the clock. A duration keeps
the unit in which it was written: 20 weeks, 140 days and 5 months are three different statements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache, total_ordering

from msgspec import Struct

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class _Word(str, Enum):
    """A member of a closed list that prints as the word that people write."""

    def __str__(self) -> str:
        return str(self.value)


class UnitMismatch(ValueError):
    """Two durations of different units were compared."""


class BankHolidaysUnknown(ValueError):
    """Working days were asked for in a year whose bank holidays are not on the list.

    Attributes:
        year: The year that is not on the list.
    """

    def __init__(self, year: int, first: int, last: int) -> None:
        super().__init__(
            f"the bank holidays of {year} are not on the list, which holds {first} to {last}; "
            "working days of that year cannot be counted"
        )
        self.year = year


# Durations


class Unit(_Word):
    """The unit of a duration; units are never converted into each other."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    WORKING_DAYS = "working days"


_DURATION = re.compile(
    r"([0-9]{1,12}(?:\.[0-9]{1,12}|/0*[1-9][0-9]{0,11})?)\s*([a-z]+(?:\s+[a-z]+)*)?",
    re.IGNORECASE | re.ASCII,
)


@total_ordering
@dataclass(frozen=True)  # without slots: read quicker from a kept rulebook
class Duration:
    """A length of time in the unit in which it was written.

    Two durations are equal when amount and unit are. To ask which is longer, they must have one
    unit, else UnitMismatch: a wait of 61 weeks is neither more nor less than "14 months".

    Attributes:
        amount: How many units, exactly; not negative.
        unit: What is counted.
    """

    amount: Fraction
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount.numerator < 0:
            raise ValueError("a duration is not negative")

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, text: str) -> Duration:
        """Return the duration that a text such as `14 weeks` or `15 working days` names.

        Raises:
            ValueError: The text is not a number and a unit.

        >>> Duration.parse("10.5 weeks")
        Duration(amount=Fraction(21, 2), unit=<Unit.WEEKS: 'weeks'>)
        """
        match = _DURATION.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                f"'{text}' is not a duration: write a number and a unit, "
                "such as 14 weeks or 15 working days"
            )
        amount, name = match.groups(default="")
        word = " ".join(name.lower().split())
        try:
            unit = Unit(word if word.endswith("s") else word + "s")
        except ValueError:
            raise ValueError(
                f"'{text}': a duration needs a unit: days, weeks, months, years or working days"
            ) from None
        return cls(Fraction(amount), unit)

    def __str__(self) -> str:
        unit = self.unit.value
        return f"{_decimal(self.amount)} {unit[:-1] if self.amount == 1 else unit}"

    def __lt__(self, other: Duration) -> bool:
        if not isinstance(other, Duration):
            return NotImplemented
        self._check_unit(other)
        return self.amount < other.amount

    def _check_unit(self, other: Duration) -> None:
        if self.unit is not other.unit:
            raise UnitMismatch(
                f"{self} and {other} cannot be compared: "
                f"{self.unit} are never converted into {other.unit}"
            )


def _decimal(amount: Fraction) -> str:
    """Return the exact amount as a decimal of at most nine places, else as a fraction."""
    top, bottom = amount.as_integer_ratio()
    for places in range(10):
        scaled, left = divmod(top * 10**places, bottom)
        if not left:
            whole, rest = divmod(scaled, 10**places)
            return f"{whole}.{rest:0{places}}" if places else str(whole)
    return str(amount)


def plus(day: date, duration: Duration) -> date:
    """Return the day that lies `duration` after `day`; `day` itself is day 0.

    Days and weeks of 7 days are calendar days: a bank holiday does not move the result. Months and
    years lead to the same day of the month, or to the month's last day where it has no such day.
    Working days leave out weekends and bank holidays in England.

    Raises:
        BankHolidaysUnknown: Working days would be counted in a year that is not on the list.
        ValueError: The duration is not a whole number of days, months or years, or the result lies
            outside the years 1 to 9999.

    Source:
        Interpretation Act 1978, Schedule 1 ("month" means calendar month), read with the rule that
        a period of months ends on the corresponding date of the last month.

    >>> plus(date(2026, 1, 5), Duration.parse("20 weeks"))  # a bank holiday, and it stays there
    datetime.date(2026, 5, 25)
    >>> plus(date(2026, 1, 31), Duration.parse("1 month"))
    datetime.date(2026, 2, 28)
    >>> plus(date(2026, 4, 2), Duration.parse("1 working day"))  # over the Easter weekend
    datetime.date(2026, 4, 7)
    """
    return _step(day, duration, 1)


def minus(day: date, duration: Duration) -> date:
    """Return the day that lies `duration` before `day`, by the rules of `plus`.

    Raises:
        BankHolidaysUnknown: Working days would be counted in a year that is not on the list.
        ValueError: As for `plus`.

    >>> minus(date(2026, 10, 31), Duration.parse("12 months"))
    datetime.date(2025, 10, 31)
    """
    return _step(day, duration, -1)


def _step(day: date, duration: Duration, sign: int) -> date:
    if duration.unit is Unit.WORKING_DAYS:
        return _step_working_days(day, _whole(duration), sign)
    if duration.unit in (Unit.DAYS, Unit.WEEKS):
        return _step_days(day, sign * _whole(duration, 7 if duration.unit is Unit.WEEKS else 1))
    months = day.year * 12 + day.month - 1 + sign * _months(duration)
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        raise _outside(day)
    return date(year, month + 1, min(day.day, _month_length(year, month + 1)))


def _step_days(day: date, days: int) -> date:
    ordinal = day.toordinal() + days
    if not 1 <= ordinal <= date.max.toordinal():
        raise _outside(day)
    return date.fromordinal(ordinal)


def _step_working_days(day: date, count: int, sign: int) -> date:
    while count:
        day = _step_days(day, sign)
        count -= is_working_day(day)
    return day


def _months(duration: Duration) -> int:
    """Return how many calendar months to step for a whole number of months or years."""
    return _whole(duration) * (12 if duration.unit is Unit.YEARS else 1)


def _whole(duration: Duration, steps: int = 1) -> int:
    """Return the duration in steps of which its unit has `steps`.

    Raises:
        ValueError: That is not a whole number.
    """
    whole, rest = divmod(duration.amount.numerator * steps, duration.amount.denominator)
    if rest:
        unit = "days" if duration.unit is Unit.WEEKS else duration.unit
        raise ValueError(f"a date cannot move by {duration}: that is not a whole number of {unit}")
    return whole


def _outside(day: date) -> ValueError:
    return ValueError(f"counting from {long_date(day)} leads outside the years 1 to 9999")


def _month_length(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


# Working days


def is_working_day(day: date) -> bool:
    """Return whether a day is neither at a weekend nor a bank holiday in England.

    Raises:
        BankHolidaysUnknown: The day is a weekday of a year that is not on the list.

    Source:
        Banking and Financial Dealings Act 1971, section 1 and Schedule 1; Good Friday and Christmas
        Day by common law. Days as listed by GOV.UK for England and Wales (`bank_holidays.json`);
        a day proclaimed after the list was compiled is not on it.

    >>> is_working_day(date(2026, 12, 28))  # in place of Boxing Day, a Saturday
    False
    """
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start`, up to and including `end`.

    The first day is not counted, so that a task begun and ended on one day took 0 working days.
    Where `end` is before `start`, the days are counted the other way round and are negative.

    Raises:
        BankHolidaysUnknown: A weekday to be counted is of a year that is not on the list.

    Source:
        As for `is_working_day`.

    >>> working_days_between(date(2026, 4, 2), date(2026, 4, 7))
    1
    """
    if end < start:
        return -working_days_between(end, start)
    weekdays = _weekdays_up_to(end) - _weekdays_up_to(start)
    if not weekdays:
        return 0
    first = _step_days(start, (1, 1, 1, 1, 3, 2, 1)[start.weekday()])
    last = _step_days(end, -max(0, end.weekday() - 4))
    return weekdays - sum(
        first <= holiday <= last
        for year in range(first.year, last.year + 1)
        for holiday in _bank_holidays(year)
    )


def _weekdays_up_to(day: date) -> int:
    """Return how many days are Monday to Friday from 1 January of year 1, a Monday, to `day`."""
    weeks, days = divmod(day.toordinal(), 7)
    return weeks * 5 + min(days, 5)


def _bank_holidays(year: int) -> frozenset[date]:
    """Return the year's bank holidays, all of them weekdays.

    Raises:
        BankHolidaysUnknown: The year is not on the list.
    """
    known = _bank_holidays_by_year()
    try:
        return known[year]
    except KeyError:
        raise BankHolidaysUnknown(year, min(known), max(known)) from None


@cache
def _bank_holidays_by_year() -> dict[int, frozenset[date]]:
    """Return the packaged list, read the first time that working days are asked for."""
    import json
    from importlib.resources import files

    packaged = files("readiness").joinpath("bank_holidays.json").read_text(encoding="utf-8")
    content = json.loads(packaged)
    days = [date.fromisoformat(day) for day in content["days"]]
    years = range(content["known_from"], content["known_until"] + 1)
    return {year: frozenset(day for day in days if day.year == year) for year in years}


# Days that come every year


class YearlyDay(Struct, frozen=True):
    """A day that comes every year, such as 15 February.

    Attributes:
        month: 1 to 12.
        day: 1 to the length of the month; not 29 February.
    """

    month: int
    day: int

    def __post_init__(self) -> None:
        if (self.month, self.day) == (2, 29):
            raise ValueError(
                "29 February does not come every year: write 28 February or 1 March instead"
            )
        if not 1 <= self.month <= 12:
            raise ValueError(f"there is no month {self.month}")
        if not 1 <= self.day <= _month_length(2001, self.month):
            raise ValueError(f"there is no {self}")

    @classmethod
    def parse(cls, text: str) -> YearlyDay:
        """Return the day that a text such as `15 February` or `15 Feb` names.

        Raises:
            ValueError: The text is not a day and a month, or no such day comes every year.
        """
        match = re.fullmatch(r"([0-9]{1,2})\s+([a-z]+)", text.strip().lower(), re.ASCII)
        for number, name in enumerate(_MONTHS, start=1):
            if match and match[2] in (name.lower(), name[:3].lower()):
                return cls(number, int(match[1]))
        raise ValueError(f"'{text}' is not a day of the year: write it like 15 February")

    def __str__(self) -> str:
        return f"{self.day} {_MONTHS[self.month - 1]}"

    def on_or_before(self, as_of: date) -> date:
        """Return the latest such day up to and including `as_of`."""
        here = date(as_of.year, self.month, self.day)
        return here if here <= as_of else minus(here, _ONE_YEAR)

    def after(self, as_of: date) -> date:
        """Return the first such day after `as_of`, never `as_of` itself."""
        here = date(as_of.year, self.month, self.day)
        return here if here > as_of else plus(here, _ONE_YEAR)


_ONE_YEAR = Duration(Fraction(1), Unit.YEARS)


# Periods


class Cadence(_Word):
    """How often a fact is measured, and so which days a bare year stands for."""

    CALENDAR_YEAR = "calendar year"
    FINANCIAL_YEAR = "financial year"
    ACADEMIC_YEAR = "academic year"
    AT_31_MARCH = "at 31 March"
    AT_30_SEPTEMBER = "at 30 September"
    AT_JANUARY_CENSUS = "at January census"
    TERM = "term"
    QUARTER = "quarter"
    MONTH = "month"


class PeriodKind(_Word):
    """The form of a period's key."""

    YEAR = "year"
    SPLIT_YEAR = "split year"
    QUARTER = "quarter"
    MONTH = "month"


class Period(Struct, frozen=True):
    """The days from `start` to `end`; both count.

    Raises:
        ValueError: `end` is before `start`.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(
                f"a period cannot end on {long_date(self.end)}, "
                f"before it starts on {long_date(self.start)}"
            )

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, text: str, cadence: Cadence | None = None) -> Period:
        """Return the period that a text names.

        The text is two dates (`2025-09-01/2026-08-31`), one day (`2026-03-31`) or a key, which
        `period_of` reads.

        Raises:
            ValueError: The text is none of these, or the period ends before it starts.
        """
        if "/" in text:
            start, _, end = text.partition("/")
            return cls(_iso_date(start.strip()), _iso_date(end.strip()))
        if text.count("-") == 2:
            day = _iso_date(text.strip())
            return cls(day, day)
        return period_of(text, cadence)

    def split(self, months: int) -> tuple[Period, ...]:
        """Return the parts of so many months of which it is made; none, where it is not."""
        first, last = (day.year * 12 + day.month - 1 for day in (self.start, self.end))
        parts = tuple(
            _months_from(index // 12, index % 12 + 1, months)
            for index in range(first, last + 1, months)
        )
        return parts if (parts[0].start, parts[-1].end) == (self.start, self.end) else ()

    def __str__(self) -> str:
        if self.start == self.end:
            return f"at {long_date(self.end)}"
        if self.start.day > 1 or self.end.day < _month_length(self.end.year, self.end.month):
            return f"{short_date(self.start)} to {short_date(self.end)}"
        if self.start.year != self.end.year or (self.start.month, self.end.month) != (1, 12):
            first, last = _month_name(self.start), _month_name(self.end)
            return first if first == last else f"{first} to {last}"
        return str(self.end.year)


_KEY = re.compile(
    r"(?P<year>[12][0-9]{3})(?:-(?:Q(?P<quarter>[1-4])|(?P<two>[0-9]{2})))?", re.ASCII
)
_MONTHS_IN = {
    PeriodKind.YEAR: 12,
    PeriodKind.SPLIT_YEAR: 12,
    PeriodKind.QUARTER: 3,
    PeriodKind.MONTH: 1,
}
_SNAPSHOTS = {
    Cadence.AT_31_MARCH: YearlyDay(3, 31),
    Cadence.AT_30_SEPTEMBER: YearlyDay(9, 30),
    Cadence.AT_JANUARY_CENSUS: YearlyDay(1, 31),
}


def kind_of(key: str) -> PeriodKind:
    """Return the form of a key: `2025`, `2025-26`, `2025-Q1` or `2025-03`.

    Raises:
        ValueError: The key has none of these forms, or is one of `2000-01` to `2011-12`, which
            could be a month or a year.
    """
    return _read_key(key)[0]


@lru_cache(maxsize=1024)
def period_of(key: str, cadence: Cadence | None = None) -> Period:
    """Return the period that a key stands for.

    `2025` is the calendar year, or with the cadence "financial year" or "academic year" the year
    that ends on 31 March or 31 August 2025. `2025-26` is the financial year to 31 March 2026, or
    the academic year to 31 August 2026. With an "at …" cadence both are one day: that day of the
    year 2025, or the one such day from April 2025 to March 2026. The January census counts as
    31 January, so that no date is before the census. `2025-Q1` is January to March 2025, `2025-03`
    is March 2025.

    Raises:
        ValueError: As for `kind_of`; the message lists the forms.

    >>> str(period_of("2025-26"))
    'Apr 2025 to Mar 2026'
    >>> str(period_of("2025-26", Cadence.ACADEMIC_YEAR))
    'Sep 2025 to Aug 2026'
    >>> str(period_of("2025", Cadence.AT_31_MARCH))
    'at 31 March 2025'
    """
    kind, index = _read_key(key)
    length = _MONTHS_IN[kind]
    year, month = divmod(index * length, 12)
    if kind is PeriodKind.SPLIT_YEAR:
        # From here on a split year and a bare year name the year by its end.
        year += 1
    elif kind is not PeriodKind.YEAR:
        return _months_from(year, month + 1, length)
    if cadence in _SNAPSHOTS:
        last = date(year, 3 if kind is PeriodKind.SPLIT_YEAR else 12, 31)
        day = _SNAPSHOTS[cadence].on_or_before(last)
        return Period(day, day)
    if cadence is Cadence.ACADEMIC_YEAR:
        return _months_from(year - 1, 9, length)
    if cadence is Cadence.FINANCIAL_YEAR or kind is PeriodKind.SPLIT_YEAR:
        return _months_from(year - 1, 4, length)
    return _months_from(year, 1, length)


def month_key(month: Period) -> str:
    """Return the key of a period that is a month."""
    return f"{month.start:%Y-%m}"


def step_back(key: str, duration: Duration) -> str:
    """Return the key of the same kind that lies `duration` earlier.

    Raises:
        ValueError: The key cannot be read, the duration is not a whole number of the key's periods
            (in months or years), or the earlier key could be a month or a year.

    >>> step_back("2025-03", Duration.parse("3 months"))
    '2024-12'
    >>> step_back("2025-Q1", Duration.parse("1 year"))
    '2024-Q1'
    """
    kind, index = _read_key(key)
    if duration.unit not in (Unit.MONTHS, Unit.YEARS):
        raise ValueError(f"{key} cannot be moved back by {duration}: write it in months or years")
    back, rest = divmod(_months(duration), _MONTHS_IN[kind])
    if rest:
        raise ValueError(
            f"{key} cannot be moved back by {duration}: "
            f"that is not a whole number of periods of {_MONTHS_IN[kind]} months"
        )
    earlier = _write_key(kind, index - back)
    _read_key(earlier)
    return earlier


def _read_key(key: str) -> tuple[PeriodKind, int]:
    """Return a key's kind, and how many periods of that length lie before it since year 0."""
    match = _KEY.fullmatch(key.strip())
    if match is None:
        raise _not_a_key(key)
    year = int(match["year"])
    if match["quarter"]:
        return PeriodKind.QUARTER, year * 4 + int(match["quarter"]) - 1
    if not match["two"]:
        return PeriodKind.YEAR, year
    two = int(match["two"])
    is_month, is_split = 1 <= two <= 12, two == (year + 1) % 100
    if is_month and is_split:
        raise ValueError(
            f"'{key}' could be {_MONTHS[two - 1]} {year} or the year {year} to {year + 1}: "
            "give a period as two dates, or leave it out of a series"
        )
    if is_month:
        return PeriodKind.MONTH, year * 12 + two - 1
    if is_split:
        return PeriodKind.SPLIT_YEAR, year
    raise _not_a_key(key)


def _not_a_key(key: str) -> ValueError:
    return ValueError(
        f"'{key}' is not a period: write a year (2025), a year to March or August (2025-26), "
        "a quarter of the calendar year (2025-Q1) or a month (2025-03)"
    )


def _write_key(kind: PeriodKind, index: int) -> str:
    year, part = divmod(index, 12 // _MONTHS_IN[kind])
    if kind is PeriodKind.YEAR:
        return f"{year:04}"
    if kind is PeriodKind.SPLIT_YEAR:
        return f"{year:04}-{(year + 1) % 100:02}"
    return f"{year:04}-Q{part + 1}" if kind is PeriodKind.QUARTER else f"{year:04}-{part + 1:02}"


def _months_from(year: int, month: int, months: int) -> Period:
    """Return the period of so many whole months from the first of a month."""
    last_year, last_month = divmod(year * 12 + month - 1 + months - 1, 12)
    last_month += 1
    last_day = _month_length(last_year, last_month)
    return Period(date(year, month, 1), date(last_year, last_month, last_day))


def _iso_date(text: str) -> date:
    """Return the date written as YYYY-MM-DD, and in no other way.

    Raises:
        ValueError: It is not, or there is no such day.
    """
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"'{text}' is not a date: write it as year-month-day, such as 2026-03-31")


# Law in force, and dates in words


def in_force(from_: date, until: date | None, on: date) -> bool:
    """Return whether law that runs from `from_` to `until` is in force on a day; both ends count.

    Args:
        from_: First day in force.
        until: Last day in force; None for law without an end.
        on: The day that is asked about.

    Source:
        Interpretation Act 1978, section 4: a provision comes into force at the beginning of the
        day named.

    >>> in_force(date(2020, 5, 1), date(2020, 9, 24), date(2020, 9, 24))
    True
    """
    return from_ <= on and (until is None or on <= until)


def long_date(day: date) -> str:
    """Return a date like `31 October 2026`, whatever the locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    """Return the day of the week, whatever the locale.

    >>> weekday(date(2026, 11, 2))
    'Monday'
    """
    return _WEEKDAYS[day.weekday()]


def short_date(day: date) -> str:
    """Return a date like `31 Oct 2026`, whatever the locale."""
    return f"{day.day} {_month_name(day)}"


def _month_name(day: date) -> str:
    """Return the month of a date, like `Oct 2026`."""
    return f"{_MONTHS[day.month - 1][:3]} {day.year}"
