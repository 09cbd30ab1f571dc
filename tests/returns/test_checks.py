"""What a page of a return may say beyond SEN2's: checks, months from an element, rows below."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.calendar import Duration, minus, plus
from readiness.errors import ExitCode, InvalidProfile, InvalidRulebook
from readiness.returns.records.checks import OWN_USE, rows_file
from readiness.returns.records.lines import NOT_TOLD, summary
from readiness.returns.records.load import load_return
from readiness.returns.records.read import Reading, read_return
from readiness.returns.records.script import script
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.rulebook import Rulebook
from returns.test_metrics import RULES

FACTS = """\
boats.in_time:
  title: Boats mended in time
  type: share
  of: boats
  definition: Boats mended within three months, over all mended.
boats.often:
  title: Boats mended often
  type: count
  of: boats
  definition: Boats mended twice or more by the end of the year.
boats.painted:
  title: Boats painted
  type: share
  of: boats
  for_each: shore
  definition: Boats painted on each shore.
boats.wrong:
  title: Wrong rows
  type: share
  of: boats
  for_each: shore
  definition: Rows that break a check.
boats.floats:
  title: Boats that float
  type: share
  of: boats
  definition: Cannot be known.
"""

PAGE = """\
id: boats
title: Boats
year: financial year
asks_day: the day on which the boats were counted
tables:
  boat:
    title: Boats
    sheet: Boats
    files: [ship]
    key: boat
    same_when: [Name]
    elements:
      Name: {type: text, also: [Name of boat], personal: yes}
      Shore: {type: code, codes: [N1, S1], lettered: yes}
      Painted: {type: flag, lettered: yes}
      Sails: {type: number}
      Sunk: {type: date, may_be_blank: yes, must_be_readable: yes}
  mending:
    title: Mendings
    sheet: Mendings
    of: boat
    elements:
      Begun: {type: date}
      Ended: {type: date, may_be_blank: yes}
  wreck:
    title: Wrecks
    sheet: Wrecks
    elements:
      Wreck: {type: text, personal: yes}
      Found: {type: date, may_be_blank: yes}
metrics:
  - fact: boats.in_time
    at: day
    counts: mending
    among: {element: Ended, known: yes}
    part: {element: Ended, on_or_before: {day: Begun, plus: 3 months}}
  - fact: boats.often
    at: year_end
    counts: boat
    part:
      some: mending
      at_least: 2
      where: {element: Begun, on_or_before: {day: year_end}}
  - fact: boats.painted
    member: north
    at: day
    counts: boat
    among: {element: Shore, is: N1}
    leave_out:
      - {reason: Painted is not recorded, when: {element: Painted, known: no}}
    part: {element: Painted, is: yes}
  - fact: boats.painted
    member: south
    at: day
    counts: boat
    among: {element: Shore, is: S1}
    part: {element: Sails, at_least: 2}
  - fact: boats.wrong
    at: day
    wrong_rows: {north: boat, south: wreck}
not_given:
  - {fact: boats.floats, why: nobody looked}
checks:
  - {id: "1", of: boat, title: no name, missing: [Name]}
  - {id: "2", of: boat, title: the same name, twice: [Name]}
  - {id: "3", of: boat, title: no code, unusable: [Shore], because: [no_code]}
  - id: "4"
    of: boat
    title: many sails
    when: {element: Sails, more_than: 9}
    query: yes
    counts: no
  - id: "5"
    of: boat
    title: among the wrecks
    when: {element: Sunk, known: no}
    by: Name
    also_in: {element: wreck.Wreck, where: {element: Found, known: yes}}
  - {id: "6", of: mending, title: ended first, when: {element: Ended, before: Begun}}
  - id: "7"
    of: boat
    title: never mended
    when: {not: {some: mending, where: {element: Begun, known: yes}}}
  - id: "8"
    of: boat
    title: sunk without sails
    when: {element: Sunk, known: yes}
    missing: [Sails]
  - {id: "9", of: wreck, title: no day, unusable: [Found]}
"""


def book(folder: Path, page: str = PAGE, facts: str = FACTS) -> Rulebook:
    """Write a rulebook of boats and return it."""
    files = {**RULES, "facts/boats.yaml": facts, "metrics/boats.yaml": page}
    files["units.yaml"] += "boats: {one: boat, many: boats, people: yes}\n"
    for name, text in files.items():
        path = folder / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_rulebook(folder / "rules", "rules")


def write(folder: Path, name: str, *lines: str) -> Path:
    """Write a CSV file."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(folder: Path, *paths: Path, day: date | None = date(2026, 6, 30)) -> Reading:
    """Return what files of boats say."""
    rulebook = book(folder)
    return read_return(load_return("boats", rulebook), paths, rulebook.facts, day=day)


def lines(reading: Reading) -> dict[str, tuple[int, ...]]:
    """Return the rows that break each check that found any."""
    return {one.check.page.id: one.lines for one in reading.broken if one.lines}


def told(reading: Reading) -> dict[str, tuple[int | None, int | None]]:
    """Return numerator and denominator of every figure."""
    return {str(f.ref): (f.numerator, f.denominator) for f in reading.figures}


BOATS = (
    "boat,Name of boat,Shore,Painted,Sails,Sunk",
    "1,Anna,a) N1: north,a) Yes,1,",
    "2,anna,N1 – north,b) No,12,",
    "3,,S1,,2,",
    "4,Bea,X9,yes,,01/05/2026",
    "5,Cleo,s1 - south,no,1,soon",
)
MENDINGS = (
    "boat,Begun,Ended",
    "1,30/11/2025,28/02/2026",
    "1,01/01/2026,02/04/2026",
    "2,02/01/2026,01/01/2026",
    "3,01/03/2026,",
    "3,01/04/2026,",
)
WRECKS = ("Wreck,Found", "ANNA,01/02/2026", "Bea,01/02/2026", "3,later")


@pytest.fixture
def boats(tmp_path: Path) -> Reading:
    """Return a reading of three files."""
    return read(
        tmp_path,
        write(tmp_path, "2026_ship (2).csv", *BOATS),
        write(tmp_path, "all-mending_2025.csv", *MENDINGS),
        write(tmp_path, "Wreck.csv", *WRECKS),
    )


def test_every_way_to_check(boats: Reading) -> None:
    assert lines(boats) == {
        "1": (4,),
        "2": (2, 3),
        "3": (5,),
        "4": (3,),
        "5": (2, 3),
        "6": (4,),
        "7": (5, 6),
        "8": (5,),
        "9": (4,),
    }
    assert not boats.not_checked


def test_every_way_to_count(boats: Reading) -> None:
    assert told(boats) == {
        "boats.in_time": (2, 3),
        "boats.often": (1, 4),
        "boats.painted[north]": (1, 2),
        "boats.painted[south]": (1, 1),
        "boats.wrong[north]": (5, 5),
        "boats.wrong[south]": (1, 3),
    }
    periods = {f.ref.id: str(f.period) for f in boats.figures}
    assert periods["boats.often"] == "at 31 March 2026"
    assert not boats.cannot
    never = [(one.fact, one.why) for one in boats.definition.page.not_given]
    assert never == [("boats.floats", "nobody looked")]


def test_a_row_that_must_be_read_is_left_out_when_it_cannot(boats: Reading) -> None:
    module = boats.modules["boat"]
    assert (module.read, module.used) == (5, 4)
    assert {why: rows.count for why, rows in module.left_out.items()} == {"Sunk cannot be used": 1}


def test_the_rows_file_names_rows_and_elements_and_nothing_else(boats: Reading) -> None:
    text = rows_file(boats.broken)
    first, *rest = text.splitlines()
    assert first == OWN_USE
    rows = list(csv.DictReader(rest))
    assert [(r["row"], r["elements"]) for r in rows if r["check"] == "3"] == [("5", "Shore")]
    assert [r["what"] for r in rows if r["check"] == "4"] == ["to look at: many sails"]
    assert len(rows) == sum(len(found) for found in lines(boats).values())
    for secret in ("anna", "bea", "cleo", "x9", "soon", "later"):
        assert secret not in text.lower()


def test_the_lines_hide_what_is_small(boats: Reading, tmp_path: Path) -> None:
    rulebook = book(tmp_path)
    hidden = "\n".join(summary(boats, rulebook))
    assert "  3 (boat): fewer than 6 rows: no code" in hidden
    assert f"boats.wrong[south]: {NOT_TOLD}" in hidden
    open_ = "\n".join(summary(boats, rulebook, show_small=True))
    assert "  4 (boat): 1 row (3): to look at: many sails" in open_
    assert "0 of 9 checks found nothing" in open_


def test_a_check_without_its_column_or_module_is_named(tmp_path: Path) -> None:
    boat = write(tmp_path, "boat.csv", "boat,Name,Shore,Sunk", "1,Anna,N1,")
    reading = read(tmp_path, boat)
    why = {one.check.page.id: one.why for one in reading.not_checked}
    assert set(why) == {"4", "5", "6", "7", "8", "9"}
    assert why["4"] == "boat has no column Sails"
    assert why["5"] == "the module wreck is not there"
    said = {one.fact: one.why for one in reading.cannot}
    assert said["boats.wrong[north]"] == "check 5 could not be made: the module wreck is not there"
    assert said["boats.wrong[south]"] == "the module wreck is not there, or has no row"
    assert "boats.wrong[north]" not in told(reading)


def test_the_day_must_be_given(tmp_path: Path) -> None:
    boat = write(tmp_path, "boat.csv", *BOATS)
    with pytest.raises(InvalidProfile) as error:
        read(tmp_path, boat, day=None)
    (problem,) = error.value.problems
    assert problem.message == "nothing in it says of which day it is: Boats"
    assert problem.help == "give it with --day YYYY-MM-DD: the day on which the boats were counted"


def test_the_command(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "isle"
    folder.mkdir()
    boat = write(folder, "boat.csv", *BOATS, *(f"{n},B{n},N1,yes,1," for n in range(6, 16)))
    book(folder)
    given = ("returns", "read", "boats", boat, "--rules", folder / "rules")
    refused = run(*given)
    assert refused.code == ExitCode.PROFILE
    assert "give it with --day" in refused.err
    ran = run(*given, "--day", "2026-06-30", "--rows", folder / "rows.csv")
    assert ran.code == ExitCode.OK, ran.err
    assert "Checks of the return itself" in ran.err
    assert OWN_USE not in ran.out + ran.err
    rows = (folder / "rows.csv").read_text(encoding="utf-8")
    assert rows.startswith(f"{OWN_USE}\nmodule,row,check,elements,what\n")
    assert "boat,4,1,Name,no name" in rows
    part = run(*given, "--day", "2026-06-30").out
    assert "boats.painted:\n    north:\n" in part


DAYS = st.dates(date(2023, 12, 1), date(2026, 6, 30))


@settings(deadline=None, max_examples=8)
@given(st.lists(st.tuples(DAYS, st.integers(-2, 190)), min_size=1, max_size=30))
def test_months_from_an_element_end_as_the_calendars_do(
    tmp_path_factory: pytest.TempPathFactory, cases: list[tuple[date, int]]
) -> None:
    folder = tmp_path_factory.mktemp("boats")
    ends = [
        *((begun, min(begun + timedelta(days=n), date(2026, 6, 30))) for begun, n in cases),
        *((begun, plus(begun, Duration.parse("3 months"))) for begun, _ in cases[:5]),
        (date(2023, 11, 30), date(2024, 2, 29)),
        (date(2024, 11, 30), date(2025, 3, 1)),
    ]
    ends = [(begun, ended) for begun, ended in ends if ended <= date(2026, 6, 30)]
    rows = [f"1,{begun:%d/%m/%Y},{ended:%d/%m/%Y}" for begun, ended in ends]
    reading = read(
        folder,
        write(folder, "boat.csv", *BOATS[:2]),
        write(folder, "mending.csv", MENDINGS[0], *rows),
    )
    in_time = sum(ended <= plus(begun, Duration.parse("3 months")) for begun, ended in ends)
    assert told(reading)["boats.in_time"] == (in_time, len(ends))


@pytest.mark.parametrize("length", ["6 months", "1 years", "6 weeks", "42 days"])
def test_a_day_before_an_element(tmp_path: Path, length: str) -> None:
    page = PAGE.replace("{day: Begun, plus: 3 months}", f"{{day: Begun, minus: {length}}}")
    rulebook = book(tmp_path, page)
    begun = date(2025, 8, 31)
    limit = minus(begun, Duration.parse(length))
    rows = [f"1,{begun:%d/%m/%Y},{limit + timedelta(days=n):%d/%m/%Y}" for n in (-1, 0, 1)]
    paths = [
        write(tmp_path, "boat.csv", *BOATS[:2]),
        write(tmp_path, "mending.csv", MENDINGS[0], *rows),
    ]
    reading = read_return(
        load_return("boats", rulebook), paths, rulebook.facts, day=date(2026, 6, 30)
    )
    assert told(reading)["boats.in_time"] == (2, 3)


@settings(deadline=None, max_examples=6)
@given(st.lists(st.lists(DAYS, max_size=4), min_size=1, max_size=6))
def test_rows_below_are_counted(
    tmp_path_factory: pytest.TempPathFactory, boats: Sequence[Sequence[date]]
) -> None:
    folder = tmp_path_factory.mktemp("boats")
    boat = [f"{n},B{n},N1,yes,1," for n, _ in enumerate(boats)]
    rows = [f"{n},{day:%d/%m/%Y}," for n, days in enumerate(boats) for day in days]
    reading = read(
        folder,
        write(folder, "boat.csv", BOATS[0], *boat),
        write(folder, "mending.csv", MENDINGS[0], "none,01/01/2026,", *rows, "0,01/06/2026,"),
    )
    often = sum(sum(day <= date(2026, 3, 31) for day in days) >= 2 for days in boats)
    assert told(reading)["boats.often"] == (often, len(boats))


@pytest.mark.parametrize("dialect", ["tsql", "spark", "snowflake", "postgres"])
def test_what_is_new_can_be_said_in_other_dialects(tmp_path: Path, dialect: str) -> None:
    import sqlglot

    from readiness.returns.records.conditions import Moment

    definition = load_return("boats", book(tmp_path))
    text = script(definition, Moment.of(date(2026, 6, 30), definition.page.year), dialect)
    parsed = sqlglot.parse(text, read=dialect)
    assert len([one for one in parsed if isinstance(one, sqlglot.exp.Select)]) == 4
    assert "-- boats.wrong rests on checks of the files" in text
    assert "HAVING" in text


BROKEN = {
    "no such module": ("of: wreck, title: no day", "of: wrack, title: no day", "no module 'wrack'"),
    "no such element": (
        "missing: [Name]",
        "missing: [Nam]",
        "no element here is called 'boat.Nam'",
    ),
    "two things": ("twice: [Name]", "twice: [Name], missing: [Name]", "looks at one thing"),
    "nothing": (", twice: [Name]", "", "a check looks at one thing"),
    "half of two lists": ("    by: Name\n", "", "'by' and 'also_in' come together"),
    "why of nothing": ("missing: [Name]}", "missing: [Name], because: [later]}", "'because' says"),
    "the same check": ('id: "2"', 'id: "1"', "there is another check '1'"),
    "several below": (
        "when: {element: Sails, more_than: 9}",
        "when: {element: Ended, known: no}",
        "may have several of 'mending'",
    ),
    "no rows": ("at_least: 2\n      where", "at_least: none\n      where", "a number of rows"),
    "working days from an element": ("plus: 3 months", "plus: 3 working days", "no working days"),
    "a number that is none": ("more_than: 9", "more_than: nine", "this is no value of Sails"),
    "an order of a flag": (
        "{element: Sails, at_least: 2}",
        "{element: Painted, at_least: 2}",
        "takes a number",
    ),
    "no such member": ("member: south", "member: east", "no shore is called 'east'"),
    "a member twice": ("member: south", "member: north", "is counted twice"),
    "a member and members": (
        "member: south",
        "member: south\n    members: {north: {element: Sails, known: yes}}",
        "twice",
    ),
    "rows of no check": (
        "south: wreck}",
        "south: mendin}",
        "no check looks at the rows of 'mendin'",
    ),
    "rows of no member": ("{north: boat,", "{east: boat,", "has no member 'east'"),
    "no day at all": ("asks_day: the day on which the boats were counted\n", "", "of which day"),
    "an unknown fact": ("fact: boats.floats", "fact: boats.float", "unknown fact 'boats.float'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_page_that_cannot_be_used_says_where(tmp_path: Path, name: str) -> None:
    old, new, expected = BROKEN[name]
    assert old in PAGE
    rulebook = book(tmp_path, PAGE.replace(old, new, 1))
    with pytest.raises(InvalidRulebook) as error:
        load_return("boats", rulebook)
    assert expected in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  type: count\n", "  type: count\n  sums: [boats.nothing]\n", "no fact is called"),
        (
            "  type: count\n",
            "  type: count\n  sums: [boats.in_time]\n",
            "'boats.in_time' is no number",
        ),
        (
            "  type: count\n",
            "  type: count\n  sums: [boats.often monthly]\n",
            "'boats.often monthly' is no number",
        ),
        ("  type: count\n", "  type: count\n  sums: [in = boats.often]\n", "in' is no number"),
        ("  type: share\n", "  type: share\n  sums: [boats.often]\n", "write 'in = …' or 'of = …'"),
        (
            "  type: count\n",
            "  type: count\n  flows: [boats.often, boats.often]\n",
            "is no count by the month",
        ),
    ],
)
def test_a_sum_of_what_is_no_number(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(InvalidRulebook, match=expected):
        book(tmp_path, facts=FACTS.replace(old, new, 1))
