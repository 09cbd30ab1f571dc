"""SEN2 returns in three forms: figures as plain Python gives them, and every row accounted for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.calendar import long_date
from readiness.returns.records.load import Return
from readiness.returns.records.read import Reading, read_return
from readiness.rulebook.rulebook import Rulebook
from returns.sen2 import (
    Row,
    active,
    assessment,
    named_plan,
    person,
    placement,
    request,
    write_csv,
    write_workbook,
    xml_of,
)
from returns.sen2_oracle import Result, figures, settle

CENSUS = date(2025, 1, 16)


# ---- what may be in a return ----

_INTERESTING = [
    *(CENSUS - timedelta(days=n) for n in (0, 1, 28, 29, 42, 43, 140, 141, 210, 211, 364, 365)),
    *(CENSUS - timedelta(days=n) for n in (366, 700, 731, 732, 1500)),
    *(date(2024, 1, 1) + timedelta(days=n) for n in (-1, 0, 1, 42, 43, 112, 140, 365)),
    *(date(2024, 2, 15), date(2024, 2, 29), date(2024, 3, 31), date(2023, 12, 31)),
]
_WRONG = ["2023-02-29", "31/02/2024", "soon", "1024-05-06", "2031-01-01", "45292"]


@st.composite
def days(draw: st.DrawFn) -> str:
    """Return a day as files have it, nothing, or something that is no usable day."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return ""
    if kind == 1:
        return draw(st.sampled_from(_WRONG))
    day = draw(st.sampled_from(_INTERESTING))
    form = draw(st.sampled_from(("%Y-%m-%d", "%Y-%b-%d 00:00:00", "%d/%m/%Y", " %Y-%m-%d ")))
    return day.strftime(form)


outcomes = st.sampled_from(["Y", "Y", "Y", "N", "A", "W", "H", "y", "", "Q"])
flags = st.sampled_from(["0", "0", "1", "true", "False", "", "perhaps"])


@st.composite
def persons(draw: st.DrawFn) -> Row:
    def below_assessment() -> list[Row]:
        return [named_plan(draw(days()))] if draw(st.booleans()) else []

    requests = []
    for _ in range(draw(st.integers(0, 2))):
        below: list[Row] = []
        if draw(st.booleans()):
            below.append(
                assessment(draw(outcomes), draw(days()), *below_assessment(), week20=draw(flags))
            )
        if draw(st.booleans()):
            settings_of = st.sampled_from(["", "EHE", "NEET", "XXX"])
            places = [placement(draw(settings_of), draw(days()))] * draw(st.integers(0, 2))
            below.append(
                active(draw(days()), draw(days()), *places, due=draw(days()), final=draw(days()))
            )
        exported = draw(st.sampled_from(["", "", "0", "302"]))
        requests.append(
            request(draw(days()), draw(outcomes), *below, on=draw(days()), exported=exported)
        )
    return person(*requests, upn=draw(st.sampled_from(["", "", "Z1", "Z2"])))


EVERYTHING = person(
    request(
        "2024-05-01", "Y", assessment("Y", "2024-08-01", named_plan("2024-08-01")), on="2024-06-01"
    ),
    request(
        "2020-05-01",
        "H",
        assessment("H", "", named_plan("2020-09-01"), week20="0"),
        active("2024-05-01", "2024-05-20", placement("EHE"), due="2024-02-15", final="2024-02-15"),
    ),
    upn="Z0",
)
"""A person with something in every element, without whom some figures could not be given."""


def told(reading: Reading) -> dict[str, Result]:
    """Return the figures of a reading in the oracle's form."""
    results = {}
    for figure in reading.figures:
        result = results[str(figure.ref)] = Result(figure.numerator or 0, figure.denominator or 0)
        result.left_out.update(figure.left_out)
    return results


def check_rows(reading: Reading) -> None:
    """Check that every row is used or left out for a reason, in modules and in figures."""
    for module in reading.modules.values():
        assert module.read == module.used + sum(rows.count for rows in module.left_out.values())
    groups: dict[str, list[tuple[int, int, int]]] = {}
    for figure in reading.figures:
        if figure.denominator is not None:
            counts = (figure.denominator, sum(figure.left_out.values()), figure.outside)
            groups.setdefault(figure.ref.id, []).append(counts)
            metric = figure.metric
    for id, members in groups.items():
        metric = next(f.metric for f in reading.figures if f.ref.id == id)
        _, left_out, outside = members[0]
        counted = sum(denominator for denominator, _, _ in members)
        assert counted + left_out + outside == reading.modules[metric.counts].used, id


@settings(deadline=None, max_examples=12)
@given(st.lists(persons(), max_size=8))
def test_figures_are_those_of_plain_python(
    shipped: Rulebook, sen2: Return, people: list[Row]
) -> None:
    people = [EVERYTHING, *people]
    made = settle(people, CENSUS)
    expected = figures(made, CENSUS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        message = folder / "sen2.xml"
        message.write_text(xml_of(people), encoding="utf-8")
        files: list[Sequence[Path]] = [[message], write_csv(folder / "csv", people)]
        for paths in files:
            reading = read_return(sen2, paths, shipped.facts)
            assert reading.moment.day == CENSUS
            assert told(reading) == expected
            check_rows(reading)
            for table in ("person", "requests", "assessment", "activeplans", "placementdetail"):
                module = reading.modules[table]
                assert (module.read, module.used) == (made.read[table], made.used[table]), table


def at_every_limit() -> Iterator[Row]:
    """Yield persons whose days lie on each limit, and a day to either side."""

    def ago(days: int) -> str:
        return (CENSUS - timedelta(days=days)).isoformat()

    def after(days: int, start: date) -> str:
        return (start + timedelta(days=days)).isoformat()

    for days in (-1, 0, 41, 42, 43, 111, 112, 113, 139, 140, 141, 364, 365, 366):
        for received in (date(2023, 1, 1), date(2023, 12, 31), date(2024, 1, 1), date(2024, 8, 1)):
            for week20, outcome in (("0", "Y"), ("1", "Y"), ("0", "N")):
                taken = assessment(outcome, after(days, received), week20=week20)
                yield person(request(f"{received}", "Y", taken, on=after(days, received)))
    for days in (41, 42, 43, 139, 140, 141, 209, 210, 211, 363, 364, 365):
        for outcome, taken_by in (("A", ""), ("Y", "A"), ("H", "A"), ("H", ""), ("Y", "H")):
            below = [assessment(taken_by, "")] if taken_by else []
            yield person(request(ago(days), outcome, *below))
    for start in (
        "2022-12-31",
        "2023-01-15",
        "2023-01-16",
        "2023-01-17",
        "2023-12-31",
        "2024-01-01",
    ):
        for meeting in ("", "2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01"):
            for days in (-1, 0, 27, 28, 29):
                last = after(days, date.fromisoformat(meeting)) if meeting else ""
                plan = named_plan(start)
                case = request(
                    "2020-01-01",
                    "H",
                    assessment("H", "", plan),
                    active(meeting, last, placement("EHE", after(days, CENSUS)), due=meeting),
                )
                yield person(case)
    for last in (*map(ago, (27, 28, 29)), "2024-01-15", "2024-01-16", "2024-01-17", "2023-01-16"):
        for decision in (last, "", "2023-01-15"):
            case = request("2020-01-01", "H", assessment("H", "", named_plan("2023-01-15")))
            case.below = [*case.below, active(last, decision)]
            yield person(case)
    for due in ("2024-02-15", "2024-03-31", "2023-03-31", "2024-02-29"):
        for days in (-1, 0, 1):
            end = after(days, date.fromisoformat(due))
            yield person(request("2020-01-01", "H", active("", "", due=due, final=end)))


def test_figures_are_right_at_every_limit(shipped: Rulebook, sen2: Return, tmp_path: Path) -> None:
    people = [EVERYTHING, *at_every_limit()]
    path = tmp_path / "sen2.xml"
    path.write_text(xml_of(people), encoding="utf-8")
    reading = read_return(sen2, [path], shipped.facts)
    assert told(reading) == figures(settle(people, CENSUS), CENSUS)
    check_rows(reading)


@settings(deadline=None, max_examples=4)
@given(st.lists(persons(), max_size=5))
def test_a_workbook_says_the_same(shipped: Rulebook, sen2: Return, people: list[Row]) -> None:
    people = [EVERYTHING, *people]
    with tempfile.TemporaryDirectory() as name:
        path = write_workbook(Path(name) / "sen2.xlsx", people)
        reading = read_return(sen2, [path], shipped.facts)
    assert told(reading) == figures(settle(people, CENSUS), CENSUS)
    check_rows(reading)


def test_every_fact_carries_where_it_comes_from(
    shipped: Rulebook, sen2: Return, tmp_path: Path
) -> None:
    paths = write_csv(tmp_path / "csv", [EVERYTHING])
    reading = read_return(sen2, paths, shipped.facts)
    by_fact = {str(figure.ref): figure for figure in reading.figures}
    on_time = by_fact["ehcp.issued_on_time"]
    assert (on_time.numerator, on_time.denominator) == (1, 1)
    assert str(on_time.period) == "2024"
    names = [file.partition(" (SHA-256 ")[0] for file in on_time.files]
    assert names == [f"Blade-Export_16-01-2025_{t}.csv" for t in ("requests", "assessment")]
    assert all(
        len(file.partition("(SHA-256 ")[2]) == len("0123456789ab)") for file in on_time.files
    )
    waiting = by_fact["ehcp.open_over_20_weeks"]
    assert str(waiting.period) == f"at {long_date(CENSUS)}"


def test_a_child_in_no_regime_is_never_on_time(
    shipped: Rulebook, sen2: Return, tmp_path: Path
) -> None:
    plan = active("2024-05-01", "2024-05-02", due="2024-05-31", final="2024-01-01")
    rows = [EVERYTHING, person(request("2020-01-01", "H", plan))]
    path = tmp_path / "sen2.xml"
    path.write_text(xml_of(rows), encoding="utf-8")
    reading = read_return(sen2, [path], shipped.facts)
    moved = [f for f in reading.figures if f.ref.id == "ehcp.phase_transfers_on_time"]
    assert [(f.ref.member, f.numerator, f.denominator) for f in moved] == [
        ("february", 1, 1),
        ("march", 0, 0),
    ]
    assert {tuple(f.left_out.items()) for f in moved} == {(("regime not recorded", 1),)}


# ---- a partial return ----


def _without(paths: Sequence[Path], table: str) -> list[Path]:
    return [path for path in paths if not path.stem.endswith(f"_{table}")]


@pytest.mark.parametrize(
    ("table", "lost"),
    [
        ("assessment", "ehcp.issued_on_time"),
        ("activeplans", "ehcp.plans_in_force"),
        ("namedplan", "ehcp.reviews_overdue"),
        ("placementdetail", "ehe.with_plan"),
    ],
)
def test_a_module_that_is_not_there_costs_only_its_facts(
    shipped: Rulebook, sen2: Return, tmp_path: Path, table: str, lost: str
) -> None:
    paths = _without(write_csv(tmp_path / "csv", [EVERYTHING]), table)
    reading = read_return(sen2, paths, shipped.facts)
    given_by = {figure.ref.id for figure in reading.figures}
    assert "ehcp.requests_in_year" in given_by
    assert lost not in given_by
    why = {one.fact: one.why for one in reading.cannot}
    assert why[lost].startswith(f"the module {table} (")
    assert given_by.isdisjoint(why)
    assert len(given_by | set(why)) == len(sen2.metrics)


def test_without_persons_the_rest_is_read(shipped: Rulebook, sen2: Return, tmp_path: Path) -> None:
    paths = write_csv(tmp_path / "csv", [EVERYTHING])
    whole = read_return(sen2, paths, shipped.facts)
    part = read_return(sen2, _without(paths, "person"), shipped.facts)
    assert told(part) == told(whole)


def test_an_element_blank_in_every_row_says_nothing(
    shipped: Rulebook, sen2: Return, tmp_path: Path
) -> None:
    plan = active("2024-05-01", "2024-05-20", placement(""))
    path = tmp_path / "sen2.xml"
    path.write_text(xml_of([person(request("2020-05-01", "H", plan))]), encoding="utf-8")
    reading = read_return(sen2, [path], shipped.facts)
    why = {one.fact: one.why for one in reading.cannot}
    expected = "PhaseTransferDueDate is recorded in no row of activeplans"
    assert why["ehcp.phase_transfers_on_time"] == expected
    assert why["send.dmo_in_post"] == "DMO is recorded in no row of sen2"


def test_posts_stand_in_the_header(shipped: Rulebook, sen2: Return, tmp_path: Path) -> None:
    path = tmp_path / "sen2.xml"
    path.write_text(xml_of([EVERYTHING], header="<DMO>1</DMO><DCO>No</DCO><DSCO>n/a</DSCO>"))
    reading = read_return(sen2, [path], shipped.facts)
    answers = {f.ref.id: f.value for f in reading.figures if f.metric.answer}
    assert answers == {"send.dmo_in_post": True, "send.dco_in_post": False}
    assert "send.dsco_in_post" in {one.fact for one in reading.cannot}


def test_a_set_of_csv_files_may_have_a_header(
    shipped: Rulebook, sen2: Return, tmp_path: Path
) -> None:
    paths = write_csv(tmp_path / "csv", [EVERYTHING])
    header = tmp_path / "csv" / "Blade-Export_20-02-2025_sen2.csv"
    header.write_text(
        "sen2tableid,collection,year,referencedate,lea,dmo,dco\n"
        "1,SEN2,2025,2025-Jan-16 00:00:00,302,1,0\n"
    )
    reading = read_return(sen2, [*paths, header], shipped.facts, council="302")
    assert (reading.moment.day, reading.council, reading.notes) == (CENSUS, "302", ())
    answers = {f.ref.id: f.value for f in reading.figures if f.metric.answer}
    assert answers == {"send.dmo_in_post": True, "send.dco_in_post": False}
    why = {one.fact: one.why for one in reading.cannot}
    assert why == {"send.dsco_in_post": "sen2 has no column DSCO"}


# ---- rows that are the same ----


def _counts(reading: Reading, table: str) -> Iterator[tuple[str, int]]:
    for reason, rows in reading.modules[table].left_out.items():
        yield reason, rows.count


def test_a_request_that_comes_twice_counts_once(
    shipped: Rulebook, sen2: Return, tmp_path: Path
) -> None:
    first = person(request("2024-05-01", "Y", on="2024-05-02"), upn="Z7")
    plan = assessment("Y", "2024-08-01", named_plan("2024-08-01"))
    second = person(request("01/05/2024", "Y", plan, on="2024-05-02"), upn="Z7")
    path = tmp_path / "sen2.xml"
    path.write_text(xml_of([EVERYTHING, first, second]), encoding="utf-8")
    reading = read_return(sen2, [path], shipped.facts)
    results = told(reading)
    assert results["ehcp.requests_in_year"].part == 2
    assert results["ehcp.issued_in_year"].part == 2  # what stands below the second is kept
    same = "it is the same as an earlier row (by UPN)"
    assert dict(_counts(reading, "person")) == {same: 1}
    same = "it is the same as an earlier row (by ReceivedDate)"
    assert dict(_counts(reading, "requests")) == {same: 1}


def test_what_refers_to_nothing_is_left_out_and_counted(
    shipped: Rulebook, sen2: Return, tmp_path: Path
) -> None:
    paths = write_csv(tmp_path / "csv", [EVERYTHING])
    requests = next(path for path in paths if path.stem.endswith("_requests"))
    text = requests.read_text(encoding="utf-8")
    requests.write_text(text + "re90,pe90,2024-05-05,,A,\nre1,pe1,2024-05-06,,A,\n")
    reading = read_return(sen2, paths, shipped.facts)
    assert dict(_counts(reading, "requests")) == {
        "it belongs to no used row of Persons": 1,
        "its key is that of an earlier row": 1,
    }
    assert reading.modules["requests"].left_out["it belongs to no used row of Persons"].first == (
        4,
    )
    check_rows(reading)
