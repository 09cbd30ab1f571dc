"""Metric definitions: read, checked, compiled; on a fictional return of lighthouses and visits."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.calendar import Period, working_days_between
from readiness.errors import ExitCode, InvalidRulebook, UsageError
from readiness.model.facts import FactRef
from readiness.model.values import share_from_counts
from readiness.model.vocabulary import EvidenceKind
from readiness.profile.load import load_profile
from readiness.resources import shipped_rules
from readiness.returns.records.conditions import Moment
from readiness.returns.records.load import kinds, load_return
from readiness.returns.records.read import Reading, read_return
from readiness.returns.records.script import script
from readiness.returns.records.sql import NO_WORKING_DAYS
from readiness.returns.records.store import working_days
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.rulebook import Rulebook

FACTS = """\
visits.on_time:
  title: Visits made in time
  type: share
  of: visits
  cadence: calendar year
  definition: Visits in time, over all visits.
repairs.on_time:
  title: Repairs in time
  type: share
  of: visits
  for_each: shore
  definition: Repairs within so many working days.
visits.all:
  title: Visits
  type: count
  of: visits
  definition: All visits.
keeper.there:
  title: A keeper is there
  type: yes_no
  definition: Somebody is.
"""

PAGE = """\
id: visits
title: Visits to lighthouses
serves: []
year: calendar year
day: top.Day
tables:
  top:
    title: Top
    element: Top
    single: yes
    elements:
      Day: {type: date, later: yes}
      Keeper: {type: flag}
  house:
    title: Houses
    element: House
    key: houseid
    elements:
      Kind: {type: code, codes: [rock, shore]}
  visit:
    title: Visits
    element: Visit
    of: house
    elements:
      Asked: {type: date}
      Made: {type: date}
      Tries: {type: number}
      Found: {type: text, may_be_blank: yes}
conditions:
  on_rock: {element: Kind, is: rock}
metrics:
  - fact: visits.on_time
    counts: visit
    clock: {from: Asked, to: Made}
    limits:
      - {when: {condition: on_rock}, at_most: 6 weeks}
      - {when: {element: Kind, is: shore}, less_than: 10 days}
  - fact: repairs.on_time
    at: day
    counts: visit
    clock: {from: Asked, to: Made}
    members:
      north: {element: Tries, is: 1}
      south: {element: Tries, one_of: [2, 3]}
    limit: {at_most: 10 working days}
  - fact: visits.all
    at: day
    counts: visit
    part: {element: Found, is: light}
  - {fact: keeper.there, at: day, answer: Keeper}
"""

RULES = {
    "rulebook.yaml": "id: l\ntitle: L\nformat: 1\nexamples_as_of: 2025-11-01\n",
    "sources.yaml": "{}\n",
    "units.yaml": "visits: {one: visit, many: visits, people: no}\n",
    "dimensions.yaml": "shore: {title: Shore, members: {north: North, south: South}}\n",
    "facts/visits.yaml": FACTS,
    "metrics/visits.yaml": PAGE,
}


def rules(folder: Path, page: str = PAGE) -> Rulebook:
    """Write a rulebook and return it."""
    for name, text in {**RULES, "metrics/visits.yaml": page}.items():
        path = folder / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_rulebook(folder / "rules", "rules")


def visit(asked: object, made: object, tries: object = 1, found: str = "") -> str:
    """Return a visit."""
    cells = {"Asked": asked, "Made": made, "Tries": tries, "Found": found}
    inside = "".join(f"<{n}>{c}</{n}>" for n, c in cells.items() if c not in ("", None))
    return f"<Visit>{inside}</Visit>"


def read(folder: Path, *houses: tuple[str, list[str]], day: str = "2026-06-30") -> Reading:
    """Return what a message says."""
    inside = "".join(
        f"<House><Kind>{kind}</Kind>{''.join(visits)}</House>" for kind, visits in houses
    )
    path = folder / "visits.xml"
    path.write_text(f"<All><Top><Day>{day}</Day><Keeper>no</Keeper></Top>{inside}</All>")
    rulebook = rules(folder)
    return read_return(load_return("visits", rulebook), [path], rulebook.facts)


def told(reading: Reading, fact: str) -> list[tuple[int | None, int | None, dict[str, int]]]:
    """Return numerator, denominator and what was left out of each figure of a fact."""
    figures = [figure for figure in reading.figures if figure.ref.id == fact]
    return [(f.numerator, f.denominator, dict(f.left_out)) for f in figures]


def test_the_first_limit_that_fits_counts_and_none_is_never_on_time(tmp_path: Path) -> None:
    start = date(2026, 1, 5)
    made = [start + timedelta(days=n) for n in (9, 10, 42, 43, -1)]
    visits = [visit(start, day) for day in made] + [visit(start, ""), visit("", start)]
    reading = read(tmp_path, ("rock", visits), ("shore", visits), ("Sea", visits))
    left_out = {
        "Asked is not recorded": 3,
        "Made is not recorded": 3,
        "Made is before Asked": 3,
        "regime not recorded": 4,
    }
    assert told(reading, "visits.on_time") == [(4, 8, left_out)]


def test_a_part_of_a_count_and_an_answer(tmp_path: Path) -> None:
    visits = [visit("2026-01-05", "", 1, "light"), visit("2026-01-05", "", 1, "dark")]
    reading = read(tmp_path, ("rock", visits))
    assert told(reading, "visits.all") == [(1, 2, {})]
    (keeper,) = [figure for figure in reading.figures if figure.ref.id == "keeper.there"]
    assert (keeper.value, keeper.denominator) == (False, None)
    assert reading.modules["house"].used == 1


@settings(deadline=None, max_examples=8)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2023, 12, 1), date(2026, 6, 30)),
            st.integers(-3, 40),
            st.sampled_from([1, 2, 3, 4]),
        ),
        min_size=1,
        max_size=15,
    )
)
def test_working_days_are_those_of_the_calendar(
    tmp_path_factory: pytest.TempPathFactory, cases: list[tuple[date, int, int]]
) -> None:
    ends = [min(start + timedelta(days=days), date(2026, 6, 30)) for start, days, _ in cases]
    visits = [visit(start, end, tries) for (start, _, tries), end in zip(cases, ends, strict=True)]
    reading = read(tmp_path_factory.mktemp("visits"), ("rock", visits))
    expected = {"north": [0, 0], "south": [0, 0]}
    order = nobody = 0
    for (start, _, tries), end in zip(cases, ends, strict=True):
        if end < start:
            order += 1
        elif tries == 4:
            nobody += 1
        else:
            counts = expected["north" if tries == 1 else "south"]
            counts[0] += working_days_between(start, end) <= 10
            counts[1] += 1
    left_out = {"Made is before Asked": order, "regime not recorded": nobody}
    assert told(reading, "repairs.on_time") == [
        (part, whole, {reason: n for reason, n in left_out.items() if n})
        for part, whole in expected.values()
    ]


def test_working_days_beyond_the_known_years_are_left_out(tmp_path: Path) -> None:
    last = max(day for day, _ in working_days())
    visits = [visit(last, last + timedelta(days=1)), visit("2026-01-05", "2026-01-06")]
    reading = read(tmp_path, ("rock", visits), day=f"{last.year + 2}-01-01")
    north, _ = told(reading, "repairs.on_time")
    assert north == (1, 1, {NO_WORKING_DAYS: 1})


def test_a_weekend_of_a_year_that_is_not_known_is_left_out(tmp_path: Path) -> None:
    visits = [visit("2011-01-01", "2012-01-05"), visit("2026-01-05", "2026-01-06")]
    north, _ = told(read(tmp_path, ("rock", visits)), "repairs.on_time")
    assert north == (1, 1, {NO_WORKING_DAYS: 1})


def test_the_year_of_a_return_is_the_last_that_had_ended() -> None:
    from readiness.calendar import Cadence

    def year(day: date, cadence: Cadence) -> str:
        return str(Moment.of(day, cadence).year)

    assert year(date(2025, 1, 16), Cadence.CALENDAR_YEAR) == "2024"
    assert year(date(2024, 12, 31), Cadence.CALENDAR_YEAR) == "2024"
    assert year(date(2024, 12, 30), Cadence.CALENDAR_YEAR) == "2023"
    assert year(date(2024, 3, 31), Cadence.FINANCIAL_YEAR) == "Apr 2023 to Mar 2024"
    assert year(date(2024, 3, 30), Cadence.FINANCIAL_YEAR) == "Apr 2022 to Mar 2023"
    assert year(date(2024, 9, 1), Cadence.ACADEMIC_YEAR) == "Sep 2023 to Aug 2024"


# ---- the pages ----


def test_every_page_of_the_rulebook_can_be_used(shipped: Rulebook) -> None:
    assert "sen2" in kinds(shipped)
    for kind in kinds(shipped):
        assert load_return(kind, shipped).metrics


def test_a_rulebook_is_read_without_them(tmp_path: Path) -> None:
    whole = rules(tmp_path, "id: [this is no page\n")
    (tmp_path / "rules" / "metrics" / "visits.yaml").unlink()
    assert load_rulebook(tmp_path / "rules", "rules").hash == whole.hash


BROKEN = {
    "an unknown fact": ("fact: visits.all", "fact: visits.al", "unknown fact 'visits.al'"),
    "an unknown element": ("element: Found,", "element: Fond,", "no element here is called 'Fond'"),
    "an unknown code": ("is: rock", "is: cliff", "'cliff' is no code of Kind"),
    "an unknown condition": ("condition: on_rock", "condition: rock", "condition is called 'rock'"),
    "an unknown module": (
        "counts: visit\n    part",
        "counts: visits\n    part",
        "no module 'visits'",
    ),
    "an unknown member": ("north: {", "east: {", "no shore is called 'east'"),
    "an unknown test": ("is: light", "has: light", "this is no test of an element"),
    "two tests": ("is: light", "is: light, known: yes", "an element takes exactly one test"),
    "no date": ("to: Made", "to: Found", "'Found' is a text, and this takes a date"),
    "months of a row": ("6 weeks", "2 months", "this takes a number of days"),
    "half a day": ("6 weeks", "0.5 weeks", "this takes a whole number"),
    "no limit": ("at_most: 6 weeks", "in: 6 weeks", "takes exactly one limit"),
    "a share without part": (
        "    limit: {at_most: 10 working days}\n",
        "",
        "a share needs a numerator",
    ),
    "a limit without a clock": (
        "    at: day\n    counts: visit\n    clock: {from: Asked, to: Made}\n",
        "    at: day\n    counts: visit\n",
        "a limit needs a clock",
    ),
    "a fact counted twice": ("fact: visits.all", "fact: visits.on_time", "is counted twice"),
    "no family": ("    members:\n      north:", "    among:\n      north:", "this is no condition"),
    "a condition on itself": (
        "on_rock: {element: Kind, is: rock}",
        "on_rock: {condition: on_rock}",
        "rests on itself",
    ),
    "several of a row below": (
        "counts: visit\n    part: {element: Found",
        "counts: house\n    part: {element: Found",
        "a row of 'house' may have several of 'visit'",
    ),
    "a module after its rows": ("of: house", "of: visit", "no module above is called 'visit'"),
    "codes of no code": ("{type: number}", "{type: number, codes: [x]}", "codes are for elements"),
    "another id": ("id: visits", "id: visit", "is not the file's name"),
    "an unknown item": (
        "serves: []",
        "serves: [area-send/ax-99]",
        "no information-request item",
    ),
    "no year": ("year: calendar year", "year: month", "a return covers a year"),
    "working days in a condition": (
        "{element: Found, is: light}",
        "{from: Asked, to: Made, at_most: 3 working days}",
        "working days are counted in limits only",
    ),
    "an unknown key": ("    of: house", "    off: house", "unknown key 'off'"),
    "months of a year": (
        "fact: visits.on_time\n    counts: visit\n",
        "fact: visits.on_time\n    months: 12\n    counts: visit\n",
        "'months' goes without",
    ),
    "months of what has none": (
        "fact: visits.all\n    at: day",
        "fact: visits.all\n    months: 12",
        "'visits.all' is not measured by the month",
    ),
    "thirteen months": ("fact: visits.all\n    at: day", "fact: visits.all\n    months: 13", "12"),
    "steps with elements": (
        "    of: house\n    elements:",
        "    of: house\n    steps: {}\n    elements:",
        "steps have elements of their own",
    ),
    "no elements": (
        "    key: houseid\n    elements:\n      Kind: {type: code, codes: [rock, shore]}\n",
        "    key: houseid\n",
        "a module has elements",
    ),
    "steps of another module": (
        "conditions:\n",
        """\
  again:
    title: Again
    of: house
    steps:
      begins: {element: Day}
      then: {element: Made}
      ends: {element: Asked}
      due:
        - {when: {element: Number, at_least: 1}, within: 1 month}
conditions:
""",
        "'Day' stands neither in 'house' nor right below it",
    ),
    "different values of nothing": (
        "part: {element: Found, is: light}",
        "part: {some: visit, where: {element: Tries, is: 1}, at_least: 2, different: Trees}",
        "no element here is called 'Trees'",
    ),
    "a span over two modules": (
        "day: top.Day\n",
        "day: top.Day\nspans: {begins: Day, ends: Made}\n",
        "a row begins and ends in one module",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_page_that_cannot_be_used_says_where(tmp_path: Path, name: str) -> None:
    old, new, expected = BROKEN[name]
    assert old in PAGE
    rulebook = rules(tmp_path, PAGE.replace(old, new, 1))
    with pytest.raises(InvalidRulebook) as error:
        load_return("visits", rulebook)
    assert expected in str(error.value)
    assert all(p.file == "rules/metrics/visits.yaml" and p.line for p in error.value.problems)


def test_no_such_return(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="describes no return 'visit'; did you mean 'visits'"):
        load_return("visit", rules(tmp_path))


# ---- other dialects ----


def test_a_dialect_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    definition = load_return("visits", rules(tmp_path))
    moment = Moment.of(date(2025, 1, 16), definition.page.year)
    with pytest.raises(UsageError, match="no dialect 'tsq'; did you mean 'tsql'"):
        script(definition, moment, "tsq")
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    with pytest.raises(UsageError, match=r"pip install 'readiness\[warehouse\]'"):
        script(definition, moment, "tsql")
    assert "DATE_DIFF('day'" in script(definition, moment, "duckdb")


# ---- the command ----


@pytest.fixture
def isle(tmp_path: Path) -> Path:
    """Return a folder apart from the house in which commands run."""
    folder = tmp_path / "isle"
    folder.mkdir()
    return folder


def message(folder: Path) -> Path:
    """Write a message with a house of each kind and return its name."""
    read(folder, ("rock", [visit("2026-01-05", "2026-01-06")] * 7), ("shore", [visit("", "")]))
    return folder / "visits.xml"


def test_the_command_writes_a_part_of_a_profile(run: Run, isle: Path) -> None:
    path = message(isle)
    given = ("--rules", isle / "rules", "--no-cache")
    out = isle / "profile" / "visits.yaml"
    out.parent.mkdir()
    ran = run("returns", "read", "visits", path, *given, "--output", out)
    assert (ran.code, ran.out) == (0, "")
    assert "visits.on_time: 7 of 7 visits (100%) (2025)" in ran.err
    assert run("returns", "read", "visits", path, *given).out == out.read_text(encoding="utf-8")
    (out.parent / "council.yaml").write_text("council: {name: Isle}\n", encoding="utf-8")
    profile = load_profile(out.parent, load_rulebook(isle / "rules", "rules"))
    (entry,) = profile.facts[FactRef("visits.on_time")]
    assert entry.points[0].value == share_from_counts(7, 7)
    assert entry.left_out == (("Asked is not recorded", 1),)
    assert entry.evidence == ("visits-2026",)
    assert (entry.source or "").startswith("visits.xml (SHA-256 ")
    (item,) = profile.evidence.values()
    assert (item.kind, item.dated) == (EvidenceKind.STATUTORY_RETURN, date(2026, 6, 30))
    (shore,) = profile.facts[FactRef("repairs.on_time", "north")]
    assert shore.points[0].period == Period(date(2026, 6, 30), date(2026, 6, 30))


def test_small_counts_are_shown_only_when_asked_for(run: Run, isle: Path) -> None:
    path = message(isle)
    given = ("returns", "read", "visits", path, "--rules", isle / "rules", "--no-cache")
    plain, open_ = run(*given).err, run(*given, "--show-small-counts").err
    assert "left out: fewer than 6 rows: Asked is not recorded" in plain
    assert "left out: 1 row: Asked is not recorded" in open_
    assert open_.startswith("SMALL COUNTS ARE SHOWN")


def test_the_command_prints_sql(run: Run, isle: Path) -> None:
    rules(isle)
    given = ("--rules", isle / "rules", "--no-cache")
    ran = run("returns", "read", "visits", "--dialect", "tsql", "--as-of", "2026-06-30", *given)
    assert ran.code == 0
    assert "-- visits.on_time" in ran.out
    assert "DATEDIFF(DAY, visit.Asked, visit.Made) <= 42" in ran.out
    assert "30 June 2026, and the year 2025" in ran.out


def test_what_the_command_cannot_do(run: Run, isle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = message(isle)
    given = ("--rules", isle / "rules", "--no-cache")
    assert run("returns", "read", "visits", *given).code == ExitCode.USAGE
    assert run("returns", "read", "visit", path, *given).code == ExitCode.USAGE
    ran = run("returns", "read", "visits", isle / "none.xml", *given)
    assert (ran.code, ran.out) == (ExitCode.PROFILE, "")
    path.write_text("<All>", encoding="utf-8")
    assert run("returns", "read", "visits", path, *given).code == ExitCode.PROFILE
    monkeypatch.setitem(sys.modules, "duckdb", None)
    ran = run("returns", "read", "visits", path, *given)
    assert ran.code == ExitCode.USAGE
    assert "pip install 'readiness[data]'" in ran.err
    rules(isle, PAGE.replace("of: house", "off: house"))
    assert run("returns", "read", "visits", path, *given).code == ExitCode.RULEBOOK


def test_the_command_lists_what_returns_give_and_what_not(run: Run, shipped: Rulebook) -> None:
    """Every fact of every page stands there, given or not, and never both in one return."""
    rules = ("--rules", str(shipped_rules()))
    result = run("returns", "facts", *rules)
    assert result.code == ExitCode.OK
    for kind in kinds(shipped):
        definition = load_return(kind, shipped)
        told = run("returns", "facts", kind, *rules).out
        assert told.startswith(f"{definition.page.title} ({kind})\n")
        given_by, _, never = told.partition("  cannot give\n")
        for metric in definition.metrics:
            for ref in metric.refs():
                assert f"    {ref}: {shipped.fact_title(ref)}\n" in given_by
                assert f"    {ref}: {shipped.fact_title(ref)}\n" in result.out
        for one in definition.page.not_given:
            assert f"    {one.fact}: " in never
            assert f"      because {one.why}\n" in never
            assert f"    {one.fact}: " not in given_by
    months = "Referrals received in the month\n      12 months, from need (CINreferralDate)\n"
    assert f"    activity.referrals_received: {months}" in result.out
    assert run("returns", "facts", "nothing", *rules).code == ExitCode.USAGE
