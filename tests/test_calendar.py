"""Durations, working days, yearly days and periods."""

from __future__ import annotations

import doctest
import json
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness import calendar
from readiness.calendar import (
    BankHolidaysUnknown,
    Cadence,
    Duration,
    Period,
    PeriodKind,
    Unit,
    UnitMismatch,
    YearlyDay,
    in_force,
    is_working_day,
    kind_of,
    long_date,
    minus,
    period_of,
    plus,
    short_date,
    step_back,
    working_days_between,
)

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
known_days = st.dates(date(2013, 1, 1), date(2027, 12, 31))
amounts = st.fractions(min_value=0, max_value=10_000, max_denominator=1_000)
durations = st.builds(Duration, amounts, st.sampled_from(Unit))


def whole(unit: Unit, most: int = 500) -> st.SearchStrategy[Duration]:
    return st.builds(lambda n: Duration(Fraction(n), unit), st.integers(0, most))


def test_the_examples_of_the_documentation_hold() -> None:
    outcome = doctest.testmod(calendar)
    assert outcome.attempted > 10
    assert outcome.failed == 0


# Durations


@pytest.mark.parametrize(
    ("text", "amount", "unit", "shown"),
    [
        ("14 weeks", 14, Unit.WEEKS, "14 weeks"),
        ("1 week", 1, Unit.WEEKS, "1 week"),
        ("1 weeks", 1, Unit.WEEKS, "1 week"),
        ("10.5 weeks", Fraction(21, 2), Unit.WEEKS, "10.5 weeks"),
        ("10.50 weeks", Fraction(21, 2), Unit.WEEKS, "10.5 weeks"),
        ("31/3 weeks", Fraction(31, 3), Unit.WEEKS, "31/3 weeks"),
        ("0 days", 0, Unit.DAYS, "0 days"),
        ("0.05 years", Fraction(1, 20), Unit.YEARS, "0.05 years"),
        ("  3  Months ", 3, Unit.MONTHS, "3 months"),
        ("15 working days", 15, Unit.WORKING_DAYS, "15 working days"),
        ("1 working  day", 1, Unit.WORKING_DAYS, "1 working day"),
        ("2years", 2, Unit.YEARS, "2 years"),
    ],
)
def test_durations_are_read_and_shown(text: str, amount: Fraction, unit: Unit, shown: str) -> None:
    duration = Duration.parse(text)
    assert (duration.amount, duration.unit) == (amount, unit)
    assert str(duration) == shown


@pytest.mark.parametrize("text", ["14", "14 wks", "14 fortnights", "3 working weeks", "1 s"])
def test_a_duration_without_a_unit_is_told_the_units(text: str) -> None:
    with pytest.raises(ValueError, match="needs a unit: days, weeks, months, years or working"):
        Duration.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "weeks",
        "-3 weeks",
        "ten weeks",
        "1e3 days",
        "1/0 days",
        "1,000 days",
        "1. days",
        "٣ days",
    ],
)
def test_what_is_not_a_duration_is_told_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration: write a number and a unit, such as"):
        Duration.parse(text)


def test_a_duration_is_not_negative() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Duration(Fraction(-1), Unit.DAYS)


@given(durations)
def test_a_duration_shown_reads_back(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@given(amounts, amounts, st.sampled_from(Unit))
def test_durations_of_one_unit_compare_by_amount(a: Fraction, b: Fraction, unit: Unit) -> None:
    one, two = Duration(a, unit), Duration(b, unit)
    assert (one < two, one <= two, one == two, one != two, one >= two, one > two) == (
        a < b,
        a <= b,
        a == b,
        a != b,
        a >= b,
        a > b,
    )
    assert (hash(one) == hash(two)) or one != two


@pytest.mark.parametrize(
    "compare",
    [
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
    ],
)
def test_which_of_two_units_is_longer_is_never_said(
    compare: Callable[[Duration, Duration], bool],
) -> None:
    with pytest.raises(UnitMismatch, match="1 week and 7 days cannot be compared"):
        compare(Duration.parse("1 week"), Duration.parse("7 days"))


def test_two_units_are_never_the_same_statement() -> None:
    assert Duration.parse("1 week") != Duration.parse("7 days")
    assert Duration.parse("2 weeks") == Duration.parse("2.0 weeks")


# Stepping


@pytest.mark.parametrize(
    ("day", "duration", "expected"),
    [
        (date(2026, 1, 5), "20 weeks", date(2026, 5, 25)),
        (date(2026, 1, 5), "140 days", date(2026, 5, 25)),
        (date(2026, 1, 5), "0 days", date(2026, 1, 5)),
        (date(2026, 1, 5), "3/7 weeks", date(2026, 1, 8)),
        (date(2026, 1, 31), "1 month", date(2026, 2, 28)),
        (date(2024, 1, 31), "1 month", date(2024, 2, 29)),
        (date(2100, 1, 31), "1 month", date(2100, 2, 28)),
        (date(2026, 8, 31), "6 months", date(2027, 2, 28)),
        (date(2026, 10, 15), "15 months", date(2028, 1, 15)),
        (date(2024, 2, 29), "1 year", date(2025, 2, 28)),
        (date(2024, 2, 29), "4 years", date(2028, 2, 29)),
        (date(2026, 12, 24), "1 working day", date(2026, 12, 29)),
        (date(2026, 12, 24), "0 working days", date(2026, 12, 24)),
        (date(2026, 10, 31), "1 working day", date(2026, 11, 2)),
        (date(2026, 10, 31), "0 working days", date(2026, 10, 31)),
        (date(2026, 1, 5), "45 working days", date(2026, 3, 9)),
        (date(2011, 12, 30), "1 working day", date(2012, 1, 3)),
        (date(2028, 12, 28), "1 working day", date(2028, 12, 29)),
    ],
)
def test_plus(day: date, duration: str, expected: date) -> None:
    assert plus(day, Duration.parse(duration)) == expected


@pytest.mark.parametrize(
    ("day", "duration", "expected"),
    [
        (date(2026, 5, 25), "20 weeks", date(2026, 1, 5)),
        (date(2026, 3, 31), "1 month", date(2026, 2, 28)),
        (date(2026, 1, 31), "2 months", date(2025, 11, 30)),
        (date(2024, 2, 29), "1 year", date(2023, 2, 28)),
        (date(2026, 4, 7), "1 working day", date(2026, 4, 2)),
        (date(2026, 11, 1), "1 working day", date(2026, 10, 30)),
    ],
)
def test_minus(day: date, duration: str, expected: date) -> None:
    assert minus(day, Duration.parse(duration)) == expected


@pytest.mark.parametrize(
    "duration", ["10.5 weeks", "0.5 days", "1.5 months", "1.5 years", "2.5 working days"]
)
@pytest.mark.parametrize("step", [plus, minus])
def test_a_date_moves_by_whole_steps(step: Callable[[date, Duration], date], duration: str) -> None:
    with pytest.raises(ValueError, match=f"cannot move by {duration}: that is not a whole number"):
        step(date(2026, 1, 5), Duration.parse(duration))


@pytest.mark.parametrize("unit", ["days", "weeks", "months", "years"])
def test_the_calendar_has_ends(unit: str) -> None:
    for amount in ("1", "999999999999"):
        with pytest.raises(ValueError, match="outside the years 1 to 9999"):
            plus(date.max, Duration.parse(f"{amount} {unit}"))
        with pytest.raises(ValueError, match="outside the years 1 to 9999"):
            minus(date.min, Duration.parse(f"{amount} {unit}"))


@given(days, whole(Unit.DAYS) | whole(Unit.WEEKS))
def test_calendar_steps_are_undone(day: date, duration: Duration) -> None:
    assert minus(plus(day, duration), duration) == day
    length = 7 if duration.unit is Unit.WEEKS else 1
    assert plus(day, duration) - day == timedelta(days=length * int(duration.amount))


@given(known_days.filter(is_working_day), whole(Unit.WORKING_DAYS, 200))
def test_working_day_steps_are_undone_and_counted(day: date, duration: Duration) -> None:
    later = minus(day, duration) if day.year > 2020 else plus(day, duration)
    first, last = sorted((day, later))
    assert plus(first, duration) == last
    assert minus(last, duration) == first
    assert working_days_between(first, last) == duration.amount
    assert working_days_between(last, first) == -duration.amount
    assert is_working_day(later)


@given(days, days, whole(Unit.MONTHS) | whole(Unit.YEARS, 100) | whole(Unit.DAYS))
def test_a_later_day_never_steps_to_an_earlier_one(a: date, b: date, duration: Duration) -> None:
    first, last = sorted((a, b))
    assert plus(first, duration) <= plus(last, duration)
    assert minus(first, duration) <= minus(last, duration)


@given(days, st.sampled_from(Unit), st.integers(0, 300), st.integers(0, 300))
def test_a_longer_duration_never_leads_to_an_earlier_day(
    day: date, unit: Unit, a: int, b: int
) -> None:
    if unit is Unit.WORKING_DAYS:
        day = day.replace(year=2012 + day.year % 15, day=min(day.day, 28))
    short, long = sorted((a, b))
    assert plus(day, Duration(Fraction(short), unit)) <= plus(day, Duration(Fraction(long), unit))


@given(days, whole(Unit.MONTHS))
def test_months_keep_the_day_or_end_the_month(day: date, duration: Duration) -> None:
    later = plus(day, duration)
    assert (later.year - day.year) * 12 + later.month - day.month == duration.amount
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_working_days_stop_at_the_ends_of_the_calendar() -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        plus(date.max, Duration.parse("1 working day"))
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        minus(date.min, Duration.parse("1 working day"))


# Working days


@pytest.mark.parametrize(
    "holiday",
    [
        date(2012, 1, 2),
        date(2012, 6, 4),
        date(2012, 6, 5),
        date(2015, 12, 28),
        date(2016, 12, 27),
        date(2017, 1, 2),
        date(2020, 5, 8),
        date(2020, 12, 28),
        date(2021, 12, 27),
        date(2021, 12, 28),
        date(2022, 1, 3),
        date(2022, 6, 2),
        date(2022, 6, 3),
        date(2022, 9, 19),
        date(2022, 12, 27),
        date(2023, 1, 2),
        date(2023, 5, 8),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 8, 31),
        date(2026, 12, 28),
        date(2027, 12, 27),
        date(2027, 12, 28),
    ],
)
def test_bank_holidays_are_not_working_days(holiday: date) -> None:
    assert not is_working_day(holiday)


@pytest.mark.parametrize(
    "day",
    [
        date(2012, 5, 28),  # the spring holiday moved to June
        date(2020, 5, 4),  # the early May holiday moved to 8 May
        date(2022, 5, 30),  # the spring holiday moved to 2 June
        date(2025, 12, 24),
        date(2026, 8, 3),  # a holiday in Scotland only
        date(2026, 3, 17),  # a holiday in Northern Ireland only
    ],
)
def test_other_weekdays_are_working_days(day: date) -> None:
    assert is_working_day(day)


def test_the_list_of_bank_holidays_is_whole() -> None:
    content = json.loads(
        files("readiness").joinpath("bank_holidays.json").read_text(encoding="utf-8")
    )
    assert "GOV.UK" in content["source"]
    assert "Open Government Licence v3.0" in content["licence"]
    listed = [date.fromisoformat(day) for day in content["days"]]
    assert listed == sorted(set(listed))
    assert all(day.weekday() < 5 for day in listed)
    extra = {2012: 1, 2022: 2, 2023: 1}
    for year in range(content["known_from"], content["known_until"] + 1):
        assert len([day for day in listed if day.year == year]) == 8 + extra.get(year, 0)
        assert _easter_sunday(year) - timedelta(days=2) in listed
        assert _easter_sunday(year) + timedelta(days=1) in listed
    assert {day.year for day in listed} == set(
        range(content["known_from"], content["known_until"] + 1)
    )


def _easter_sunday(year: int) -> date:
    """Return Easter Sunday, for the years 1900 to 2099 only."""
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    if moon + sunday == 35 or (moon == 28 and sunday == 6 and year % 19 > 10):
        sunday -= 7
    return date(year, 3, 22) + timedelta(days=moon + sunday)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 4, 2), date(2026, 4, 2), 0),
        (date(2026, 4, 2), date(2026, 4, 6), 0),
        (date(2026, 4, 2), date(2026, 4, 7), 1),
        (date(2026, 4, 7), date(2026, 4, 2), -1),
        (date(2026, 4, 4), date(2026, 4, 5), 0),
        (date(2026, 10, 30), date(2026, 11, 2), 1),
        (date(2025, 12, 31), date(2026, 12, 31), 253),
        (date(2011, 12, 30), date(2012, 1, 3), 1),
    ],
)
def test_working_days_between(start: date, end: date, expected: int) -> None:
    assert working_days_between(start, end) == expected


@given(known_days, st.integers(0, 400))
def test_working_days_are_counted_as_one_by_one(start: date, length: int) -> None:
    after = [start + timedelta(days=n) for n in range(1, length + 1)]
    end = start + timedelta(days=length)
    if end.year <= 2028:
        assert working_days_between(start, end) == sum(map(is_working_day, after))


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda: is_working_day(date(2029, 1, 2)), 2029),
        (lambda: is_working_day(date(2011, 12, 30)), 2011),
        (lambda: plus(date(2028, 12, 29), Duration.parse("1 working day")), 2029),
        (lambda: plus(date(2026, 1, 5), Duration.parse("999999999999 working days")), 2029),
        (lambda: minus(date(2012, 1, 3), Duration.parse("1 working day")), 2011),
        (lambda: working_days_between(date(2028, 12, 1), date(2029, 1, 2)), 2029),
        (lambda: working_days_between(date(2011, 12, 29), date(2012, 1, 3)), 2011),
    ],
)
def test_unknown_bank_holidays_are_said(ask: Callable[[], object], year: int) -> None:
    with pytest.raises(BankHolidaysUnknown, match=f"of {year} are not on the list") as caught:
        ask()
    assert caught.value.year == year


def test_weekends_need_no_list() -> None:
    assert not is_working_day(date(2040, 1, 1))
    assert working_days_between(date(2039, 12, 31), date(2040, 1, 1)) == 0


# Yearly days


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [("15 February", 2, 15), ("1 mar", 3, 1), (" 31  December ", 12, 31), ("05 May", 5, 5)],
)
def test_yearly_days_are_read(text: str, month: int, day: int) -> None:
    assert YearlyDay.parse(text) == YearlyDay(month, day)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("29 February", "write 28 February or 1 March instead"),
        ("31 June", "there is no 31 June"),
        ("0 June", "there is no 0 June"),
        ("15/02", "write it like 15 February"),
        ("February 15", "write it like 15 February"),
        ("15 Smarch", "write it like 15 February"),
        ("", "write it like 15 February"),
    ],
)
def test_what_is_not_a_yearly_day_is_told_why(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        YearlyDay.parse(text)


def test_there_is_no_thirteenth_month() -> None:
    with pytest.raises(ValueError, match="no month 13"):
        YearlyDay(13, 1)


@pytest.mark.parametrize(
    ("as_of", "latest", "coming"),
    [
        (date(2026, 2, 14), date(2025, 2, 15), date(2026, 2, 15)),
        (date(2026, 2, 15), date(2026, 2, 15), date(2027, 2, 15)),
        (date(2026, 2, 16), date(2026, 2, 15), date(2027, 2, 15)),
    ],
)
def test_the_latest_and_the_coming_day(as_of: date, latest: date, coming: date) -> None:
    day = YearlyDay.parse("15 February")
    assert day.on_or_before(as_of) == latest
    assert day.after(as_of) == coming


def test_yearly_days_at_the_ends_of_the_calendar() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        YearlyDay(2, 15).on_or_before(date.min)
    with pytest.raises(ValueError, match="outside the years"):
        YearlyDay(2, 15).after(date.max)


@given(days, days)
def test_yearly_days_surround_the_date(some: date, as_of: date) -> None:
    if (some.month, some.day) == (2, 29):
        return
    day = YearlyDay(some.month, some.day)
    latest, coming = day.on_or_before(as_of), day.after(as_of)
    assert latest <= as_of < coming
    assert 365 <= (coming - latest).days <= 366
    assert YearlyDay.parse(str(day)) == day


# Periods


@pytest.mark.parametrize(
    ("key", "cadence", "expected"),
    [
        ("2025", None, "2025-01-01/2025-12-31"),
        ("2025", Cadence.CALENDAR_YEAR, "2025-01-01/2025-12-31"),
        ("2025", Cadence.FINANCIAL_YEAR, "2024-04-01/2025-03-31"),
        ("2025", Cadence.ACADEMIC_YEAR, "2024-09-01/2025-08-31"),
        ("2025", Cadence.AT_31_MARCH, "2025-03-31/2025-03-31"),
        ("2025", Cadence.AT_30_SEPTEMBER, "2025-09-30/2025-09-30"),
        ("2025", Cadence.AT_JANUARY_CENSUS, "2025-01-31/2025-01-31"),
        ("2025", Cadence.TERM, "2025-01-01/2025-12-31"),
        ("2025-26", None, "2025-04-01/2026-03-31"),
        ("2025-26", Cadence.FINANCIAL_YEAR, "2025-04-01/2026-03-31"),
        ("2025-26", Cadence.ACADEMIC_YEAR, "2025-09-01/2026-08-31"),
        ("2025-26", Cadence.AT_31_MARCH, "2026-03-31/2026-03-31"),
        ("2025-26", Cadence.AT_30_SEPTEMBER, "2025-09-30/2025-09-30"),
        ("2025-26", Cadence.AT_JANUARY_CENSUS, "2026-01-31/2026-01-31"),
        ("1999-00", None, "1999-04-01/2000-03-31"),
        ("2012-13", None, "2012-04-01/2013-03-31"),
        ("2025-Q1", None, "2025-01-01/2025-03-31"),
        ("2025-Q4", Cadence.FINANCIAL_YEAR, "2025-10-01/2025-12-31"),
        ("2025-03", None, "2025-03-01/2025-03-31"),
        ("2024-02", Cadence.MONTH, "2024-02-01/2024-02-29"),
        ("2025-12", None, "2025-12-01/2025-12-31"),
        ("2012-12", None, "2012-12-01/2012-12-31"),
    ],
)
def test_keys_stand_for_periods(key: str, cadence: Cadence | None, expected: str) -> None:
    assert period_of(key, cadence) == Period.parse(expected)
    assert Period.parse(key, cadence) == period_of(key, cadence)


@pytest.mark.parametrize(
    "key",
    ["2025-27", "2025-25", "2025-00", "2025-13", "2025-Q5", "2025-Q0", "2025-q1", "25", "20256",
     "2025/26", "2025-2026", "0999", "spring 2025", "", "٢٠٢٥"],
)  # fmt: skip
def test_what_is_not_a_key_is_told_the_forms(key: str) -> None:
    for read in (period_of, kind_of):
        with pytest.raises(ValueError, match=r"2025\).*2025-26\).*2025-Q1\).*2025-03\)"):
            read(key)


@pytest.mark.parametrize("key", ["2000-01", "2008-09", "2011-12"])
def test_a_key_that_could_be_a_month_or_a_year_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=f"'{key}' could be .* or the year {key[:4]} to"):
        period_of(key)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("2025", PeriodKind.YEAR),
        ("2025-26", PeriodKind.SPLIT_YEAR),
        ("2025-Q3", PeriodKind.QUARTER),
        ("2025-03", PeriodKind.MONTH),
    ],
)
def test_keys_have_kinds(key: str, kind: PeriodKind) -> None:
    assert kind_of(key) is kind


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2025-09-01/2026-08-31", "Sep 2025 to Aug 2026"),
        ("2025-01-01/2025-12-31", "2025"),
        ("2025-01-01/2026-12-31", "Jan 2025 to Dec 2026"),
        ("2025-Q1", "Jan 2025 to Mar 2025"),
        ("2025-02", "Feb 2025"),
        ("2025-02-01/2025-02-27", "1 Feb 2025 to 27 Feb 2025"),
        ("2025-09-01/2025-10-14", "1 Sep 2025 to 14 Oct 2025"),
        ("2025-09-02/2025-10-31", "2 Sep 2025 to 31 Oct 2025"),
        ("2026-03-31", "at 31 March 2026"),
        ("2026-03-31 / 2026-03-31", "at 31 March 2026"),
    ],
)
def test_periods_are_shown_in_words(text: str, shown: str) -> None:
    assert str(Period.parse(text)) == shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-08-31/2025-09-01", "cannot end on 1 September 2025, before it starts"),
        ("2025-02-30/2025-03-31", "'2025-02-30' is not a date: write it as year-month-day"),
        ("2025-09/2026-08", "'2025-09' is not a date"),
        ("2025-09-01/", "'' is not a date"),
        ("31-03-2026", "'31-03-2026' is not a date"),
        ("20250901/20260831", "'20250901' is not a date"),
    ],
)
def test_what_is_not_a_period_is_told_why(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Period.parse(text)


@given(days, days)
def test_periods_read_back(a: date, b: date) -> None:
    first, last = sorted((a, b))
    period = Period.parse(f"{first}/{last}")
    assert (period.start, period.end) == (first, last)
    if first != last:
        with pytest.raises(ValueError, match="cannot end"):
            Period(last, first)


@pytest.mark.parametrize(
    ("key", "duration", "expected"),
    [
        ("2025-03", "3 months", "2024-12"),
        ("2025-03", "1 year", "2024-03"),
        ("2025-03", "0 months", "2025-03"),
        ("2025", "1 year", "2024"),
        ("2025", "24 months", "2023"),
        ("2025-26", "1 year", "2024-25"),
        ("2000", "1 year", "1999"),
        ("2025-Q1", "3 months", "2024-Q4"),
        ("2025-Q1", "1 year", "2024-Q1"),
    ],
)
def test_step_back(key: str, duration: str, expected: str) -> None:
    assert step_back(key, Duration.parse(duration)) == expected


@pytest.mark.parametrize(
    ("key", "duration", "message"),
    [
        ("2025", "3 months", "not a whole number of periods of 12 months"),
        ("2025-26", "18 months", "not a whole number of periods of 12 months"),
        ("2025-Q1", "1 month", "not a whole number of periods of 3 months"),
        ("2025-03", "4 weeks", "write it in months or years"),
        ("2025-03", "1.5 months", "not a whole number of months"),
        ("2012-12", "1 year", "'2011-12' could be"),
        ("2025", "3000 years", "is not a period"),
        ("2025-27", "1 year", "is not a period"),
    ],
)
def test_a_step_that_does_not_divide_is_refused(key: str, duration: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        step_back(key, Duration.parse(duration))


years = st.integers(2040, 2090)
keys = st.one_of(
    years.map(str),
    years.map(lambda year: f"{year}-{year % 100 + 1}"),
    st.builds("{}-Q{}".format, years, st.integers(1, 4)),
    st.builds("{}-{:02}".format, years, st.integers(1, 12)),
)
LENGTH = {
    PeriodKind.YEAR: 12,
    PeriodKind.SPLIT_YEAR: 12,
    PeriodKind.QUARTER: 3,
    PeriodKind.MONTH: 1,
}


@given(keys, st.integers(0, 20))
def test_stepping_back_is_undone_by_adding(key: str, periods: int) -> None:
    duration = Duration(Fraction(periods * LENGTH[kind_of(key)]), Unit.MONTHS)
    earlier = step_back(key, duration)
    assert kind_of(earlier) is kind_of(key)
    assert plus(period_of(earlier).start, duration) == period_of(key).start
    if periods == 1:
        assert period_of(earlier).end + timedelta(days=1) == period_of(key).start


@given(keys, st.integers(0, 10), st.integers(0, 10))
def test_steps_back_add_up(key: str, a: int, b: int) -> None:
    length = LENGTH[kind_of(key)]
    one, two, both = (Duration(Fraction(n * length), Unit.MONTHS) for n in (a, b, a + b))
    assert step_back(step_back(key, one), two) == step_back(key, both)


@given(keys, st.sampled_from(Cadence))
def test_every_key_has_a_period_for_every_cadence(key: str, cadence: Cadence) -> None:
    period = period_of(key, cadence)
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    assert period.start == period.end or months == LENGTH[kind_of(key)]


# Law in force, and dates in words


@pytest.mark.parametrize(
    ("on", "until", "expected"),
    [
        (date(2020, 4, 30), date(2020, 9, 24), False),
        (date(2020, 5, 1), date(2020, 9, 24), True),
        (date(2020, 9, 24), date(2020, 9, 24), True),
        (date(2020, 9, 25), date(2020, 9, 24), False),
        (date(2020, 9, 25), None, True),
        (date(2020, 4, 30), None, False),
    ],
)
def test_in_force(on: date, until: date | None, expected: bool) -> None:
    assert in_force(date(2020, 5, 1), until, on) is expected


def test_dates_in_words() -> None:
    assert long_date(date(2026, 10, 31)) == "31 October 2026"
    assert long_date(date(2026, 2, 1)) == "1 February 2026"
    assert short_date(date(2026, 10, 31)) == "31 Oct 2026"
    assert short_date(date(2026, 9, 1)) == "1 Sep 2026"


def test_words_print_as_people_write_them() -> None:
    assert f"{Unit.WORKING_DAYS}" == str(Unit("working days")) == "working days"
    assert f"{Cadence('at January census')}" == "at January census"
    assert {str(kind) for kind in PeriodKind} == {"year", "split year", "quarter", "month"}
