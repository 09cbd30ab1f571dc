"""The Annex A lists of ILACS and of Area SEND: figures as plain Python gives them, and checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.calendar import Duration, minus, working_days_between
from readiness.errors import InvalidProfile
from readiness.returns.records.checks import rows_file
from readiness.returns.records.fragment import to_yaml
from readiness.returns.records.lines import summary
from readiness.returns.records.load import load_return
from readiness.returns.records.read import Reading, read_return
from readiness.rulebook.rulebook import Rulebook
from returns.lists import ILACS, SEND, Cell, Rows, workbook

DAY = date(2026, 3, 16)
Read = Callable[..., Reading]


@pytest.fixture
def ilacs(shipped: Rulebook, tmp_path: Path) -> Read:
    """Return a function that writes lists and reads them."""
    return lambda **lists: read_lists(shipped, tmp_path / "lists.xlsx", "ilacs-annex-a", lists)


@pytest.fixture
def send(shipped: Rulebook, tmp_path: Path) -> Read:
    """Return a function that writes lists and reads them."""
    return lambda **lists: read_lists(shipped, tmp_path / "lists.xlsx", "area-send-annex-a", lists)


def read_lists(shipped: Rulebook, path: Path, kind: str, lists: dict[str, Rows]) -> Reading:
    headings = ILACS if kind.startswith("ilacs") else SEND
    sheets = lists
    if headings is ILACS:
        sheets = {name.replace("_", " ").title(): rows for name, rows in lists.items()}
    workbook(path, headings, sheets)
    return read_return(load_return(kind, shipped), [path], shipped.facts, day=DAY)


def ago(**length: int) -> date:
    ((unit, amount),) = length.items()
    return minus(DAY, Duration.parse(f"{amount} {unit.replace('_', ' ')}"))


def figures(reading: Reading) -> dict[str, tuple[int | None, int | None]]:
    return {str(f.ref): (f.numerator, f.denominator) for f in reading.figures}


def found(reading: Reading) -> dict[str, tuple[int, ...]]:
    return {one.check.page.id: one.lines for one in reading.broken if one.lines}


def check_rows(reading: Reading) -> None:
    """Check that rows read are rows used and left out, and that every figure accounts for all."""
    for module in reading.modules.values():
        assert module.read == module.used + sum(rows.count for rows in module.left_out.values())
    seen: Counter[int] = Counter()
    for figure in reading.figures:
        if figure.metric.wrong_rows is None and figure.denominator is not None:
            seen[id(figure.metric)] += figure.denominator
    for figure in reading.figures:
        if id(figure.metric) in seen:
            counted = seen[id(figure.metric)] + sum(figure.left_out.values()) + figure.outside
            assert counted == reading.modules[figure.metric.counts].used, figure.ref


# ---- ILACS


def in_care(id: int, **cells: Cell) -> dict[str, Cell]:
    names = {
        "born": "Date of Birth",
        "start": "Date Started to be Looked After",
        "legal": "Child's Legal Status",
        "review": "Date of Latest Statutory Review",
        "visit": "Date of Last Social Work Visit",
        "health": "Date of Last Health Assessment",
        "end": "Date Ceased to be Looked After",
    }
    return {"Child Unique ID": id, **{names[name]: cell for name, cell in cells.items()}}


days = st.one_of(
    st.none(),
    st.sampled_from(
        [
            *(DAY - timedelta(days=n) for n in (0, 7, 8, 28, 29, 30, 42, 43, 181, 182, 183)),
            *(ago(months=n) for n in (3, 6, 12)),
            *(ago(months=n) - timedelta(days=1) for n in (3, 6, 12)),
            *(date(2024, 2, 29), date(2020, 1, 1), DAY + timedelta(days=1)),
        ]
    ),
)
births = st.sampled_from([None, ago(years=5), ago(years=5) + timedelta(days=1), date(2015, 6, 1)])
legal = st.sampled_from(["C2: FCO", "c) V3: Agreed series", "V4", "odd", None])
children = st.fixed_dictionaries(
    {
        "born": births,
        "start": days,
        "legal": legal,
        "review": days,
        "visit": days,
        "health": days,
        "end": st.sampled_from([None, None, DAY + timedelta(days=9), DAY, "soon"]),
    }
)


def usable(cell: Cell) -> date | None:
    return cell if isinstance(cell, date) and cell <= DAY else None


def expected_of_care(rows: Sequence[dict[str, Cell]]) -> dict[str, tuple[int, int]]:
    """Return the figures of List 8 in plain Python."""
    counts = dict.fromkeys(("reviews", "visits", "under_5", "from_5"), (0, 0))

    def add(name: str, part: bool) -> None:
        counts[name] = (counts[name][0] + part, counts[name][1] + 1)

    for row in rows:
        if row["end"] in (DAY, "soon") or row["legal"] in ("c) V3: Agreed series", "V4"):
            continue
        start, review, visit, health, born = (
            usable(row[name]) for name in ("start", "review", "visit", "health", "born")
        )
        if start or review:
            late = start is not None and working_days_between(start, DAY) > 20
            add("reviews", review < ago(months=6) if review else late)
        if start or visit:
            waits = visit or start
            assert waits is not None
            add("visits", (DAY - waits).days > (42 if visit else 7))
        if born is not None and start is not None:
            months = 6 if born > ago(years=5) else 12
            if start <= ago(months=months):
                name = "under_5" if months == 6 else "from_5"
                add(name, health is not None and health >= ago(months=months))
    return counts


SURE: dict[str, Cell] = {
    "born": date(2015, 6, 1),
    "start": date(2020, 1, 1),
    "legal": "C2",
    "review": DAY,
    "visit": DAY,
    "health": DAY,
    "end": None,
}
"""A child with something in every element, so that none is empty in every row."""


@settings(deadline=None, max_examples=12)
@given(st.lists(children, max_size=12))
def test_who_is_overdue_in_care(
    shipped: Rulebook, tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Cell]]
) -> None:
    rows = [SURE, *rows]
    path = tmp_path_factory.mktemp("lists") / "lists.xlsx"
    lists: dict[str, Rows] = {"list_8": [in_care(n, **row) for n, row in enumerate(rows, 1)]}
    reading = read_lists(shipped, path, "ilacs-annex-a", lists)
    check_rows(reading)
    given = figures(reading)
    expected = expected_of_care(rows)
    assert given["cla.reviews_overdue"] == expected["reviews"]
    assert given["cla.unvisited_six_weeks"] == expected["visits"]
    assert given["cla_health.review_on_time[under_5]"] == expected["under_5"]
    assert given["cla_health.review_on_time[from_5]"] == expected["from_5"]
    odd = tuple(n for n, row in enumerate(rows, 2) if row["end"] == "soon")
    later = tuple(
        n
        for n, row in enumerate(rows, 2)
        if row["end"] == "soon"
        or any(isinstance(c, date) and c > DAY for name, c in row.items() if name != "end")
    )
    assert found(reading).get("L8-04", ()) == later
    assert sum(rows.count for rows in reading.modules["list_8"].left_out.values()) == len(odd)


assessments = st.fixed_dictionaries(
    {
        "Date of Birth": st.sampled_from([None, date(2015, 6, 1), DAY, DAY + timedelta(days=60)]),
        "Continuous Assessment Start Date": st.just(ago(months=9)),
        "Continuous Assessment Date of Authorisation": days,
        "Child Seen During Continuous Assessment": st.sampled_from(["a) Yes", "b) No", None, "?"]),
    }
)


@settings(deadline=None, max_examples=10)
@given(st.lists(assessments, max_size=8))
def test_whether_children_were_seen(
    shipped: Rulebook, tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Cell]]
) -> None:
    born, started, authorised, seen = (
        "Date of Birth",
        "Continuous Assessment Start Date",
        "Continuous Assessment Date of Authorisation",
        "Child Seen During Continuous Assessment",
    )
    sure: dict[str, Cell] = {born: date(2015, 6, 1), started: ago(months=9)}
    rows = [{**sure, authorised: DAY, seen: "a) Yes"}, *rows]
    path = tmp_path_factory.mktemp("lists") / "lists.xlsx"
    lists: dict[str, Rows] = {
        "list_4": [{"Child Unique ID": n, **row} for n, row in enumerate(rows)]
    }
    reading = read_lists(shipped, path, "ilacs-annex-a", lists)
    check_rows(reading)
    part = whole = unborn = 0
    for row in rows:
        ended, birth = row[authorised], row[born]
        if isinstance(ended, date) and ago(months=6) <= ended <= DAY:
            early = isinstance(birth, date) and birth > ended
            unborn += early
            whole += not early
            part += not early and row[seen] == "a) Yes"
    (figure,) = (f for f in reading.figures if f.ref.id == "assessments.child_seen")
    assert (figure.numerator, figure.denominator) == (part, whole)
    assert sum(figure.left_out.values()) == unborn


def test_help_and_protection(ilacs: Read) -> None:
    start, authorised = (
        "Continuous Assessment Start Date",
        "Continuous Assessment Date of Authorisation",
    )
    seen = "Child Seen During Continuous Assessment"
    strategy = "Strategy discussion initiating Section 47 Enquiry Start Date"
    needless = "Was an Initial Child Protection Conference deemed unnecessary?"
    conference = "Date of Initial Child Protection Conference"
    plan, ended = "Child Protection Plan Start Date", "Child Protection Plan End Date"
    review, visit = "Date of latest review conference", "Date of the Last Statutory Visit"
    id = "Child Unique ID"
    late, just = ago(working_days=46), ago(working_days=45)
    reading = ilacs(
        list_4=[
            {id: 1, start: late},
            {id: 2, start: just},
            {id: 3, start: late, authorised: DAY, seen: "a) Yes"},
            {id: 4, start: DAY, authorised: late},
            {id: 1, start: late},
        ],
        list_5=[
            {id: 1, strategy: ago(working_days=16), needless: "No"},
            {id: 2, strategy: ago(working_days=15), needless: "b) No"},
            {id: 3, strategy: ago(working_days=16), needless: "a) Yes"},
            {id: 4, strategy: ago(working_days=16)},
            {id: 5, strategy: ago(working_days=16), needless: "No", conference: DAY},
        ],
        list_7=[
            {id: 1, plan: ago(months=4), visit: DAY},
            {id: 2, plan: ago(months=3), visit: DAY},
            {id: 3, plan: ago(months=9), review: ago(months=6), visit: DAY},
            {id: 4, plan: ago(months=9), review: ago(months=6) - timedelta(days=1), visit: DAY},
            {id: 5, plan: ago(months=9), ended: DAY, visit: DAY},
        ],
    )
    check_rows(reading)
    given = figures(reading)
    assert given["assessments.open_past_45_working_days"] == (1, 2)
    assert given["enquiries.conferences_overdue"] == (1, 2)
    assert given["cp.reviews_overdue"] == (2, 4)
    assert given["annex_a.rows_wrong[list_4]"] == (3, 5)
    assert given["annex_a.rows_wrong[list_5]"] == (2, 5)
    broken = found(reading)
    assert broken["L4-02"] == (2, 6)
    assert broken["L4-05"] == (5,)
    assert broken["L4-06"] == (5,)
    assert broken["L5-06"] == (2, 5)
    assert broken["L7-07"] == (2,)
    overdue = next(f for f in reading.figures if f.ref.id == "enquiries.conferences_overdue")
    assert overdue.left_out == {"whether a conference was needed is not recorded": 1}


def test_care_leavers_and_two_lists_that_exclude_each_other(ilacs: Read) -> None:
    id, kind, plan = "Child Unique ID", "Eligibility Category", "Latest Pathway Plan Review Date"
    reading = ilacs(
        list_8=[in_care(3, **SURE), in_care(4, **{**SURE, "end": DAY})],
        list_9=[
            {id: 1, kind: "b) Former relevant child", plan: ago(months=6)},
            {id: 2, kind: "Relevant child", plan: ago(months=6) - timedelta(days=1)},
            {id: 3, kind: "b) Former relevant child"},
            {id: 4, kind: "b) Former relevant child", plan: DAY},
            {id: 5, kind: "c) Qualifying care leaver"},
            {id: 6, kind: "who knows"},
            {id: None, kind: "Relevant child", plan: "29/02/2023"},
        ],
    )
    check_rows(reading)
    assert figures(reading)["care_leavers.pathway_plans_overdue"] == (3, 5)
    broken = found(reading)
    assert broken["L9-01"] == (8,)
    assert broken["L9-03"] == (8,)
    assert broken["L9-04"] == (4,)
    assert broken["L9-05"] == (7,)
    assert broken["L9-06"] == (4,)


def test_lists_never_say_what_was_on_time_in_a_year(shipped: Rulebook) -> None:
    for kind in ("ilacs-annex-a", "area-send-annex-a"):
        definition = load_return(kind, shipped)
        assert {metric.at.value for metric in definition.metrics} == {"day"}
        for metric in definition.metrics:
            assert shipped.facts[metric.fact].cadence is None, metric.fact


# ---- Area SEND


def plan(id: str, **cells: Cell) -> dict[str, Cell]:
    names = {
        "upn": "UPN",
        "uln": "ULN",
        "born": "Date of birth",
        "sex": "Gender",
        "ethnicity": "Ethnicity",
        "first": "Date initial EHC plan issued",
        "newest": "Date updated EHC plan issued",
        "review": "Date EHC plan last reviewed",
        "need": "SEN primary need",
        "school": "Main education establishment – URN",
        "second": "Subsidiary education establishment – phase (dual registration)",
        "home": "Elective home education",
        "disabled": "Does the child or young person have a disability?",
    }
    return {"Unique ID": id, **{names[name]: cell for name, cell in cells.items()}}


WELL: dict[str, Cell] = {
    "born": ago(years=10),
    "sex": 1,
    "ethnicity": "WBRI",
    "first": ago(months=30),
    "newest": ago(months=20),
    "review": ago(months=10),
    "need": "ASD",
    "school": 123456,
    "home": "No",
    "disabled": "Yes",
}
SUPPORTED = {
    name: cell for name, cell in WELL.items() if name not in ("first", "newest", "review", "home")
}


def test_plans(send: Read) -> None:
    reading = send(
        List_1=[
            plan("a", upn="U1", **WELL),
            plan("b", upn="U2", **{**WELL, "review": ago(months=12), "home": "Yes"}),
            plan("c", upn="U3", **{**WELL, "review": ago(months=12) - timedelta(days=1)}),
            plan("d", upn="U4", **{**WELL, "review": None, "newest": None}),
            plan("e", upn="U5", **{**WELL, "review": None, "first": None}),
            plan("f", upn="U6", **{**WELL, "review": ago(months=25)}),
        ]
    )
    check_rows(reading)
    given = figures(reading)
    assert given["ehcp.reviews_overdue"] == (3, 5)
    assert given["reviews.untouched_two_years"] == (1, 5)
    assert given["ehe.with_plan"] == (1, 6)
    why = {one.fact: one.why for one in reading.cannot}
    assert (
        why["send.list_rows_wrong[sen_support]"] == "the module list_2 is not there, or has no row"
    )


WRONG: dict[str, dict[str, Cell]] = {
    "101a": {"born": None},
    "101b": {"sex": None},
    "101c": {"ethnicity": None},
    "101d": {"need": None},
    "102a": {"born": ago(years=25)},
    "102b": {"born": ago(years=26)},
    "103": {"disabled": None},
    "105a": {"born": DAY + timedelta(days=1)},
    "105b": {"first": DAY + timedelta(days=1)},
    "105c": {"newest": DAY + timedelta(days=1)},
    "105d": {"review": DAY + timedelta(days=1)},
    "106a": {"first": ago(months=19)},
    "106b": {"first": ago(months=9), "newest": ago(months=8)},
    "107": {"upn": None},
    "108a": {"school": None},
    "108b": {"school": None, "second": "2"},
    "121": {"need": "XYZ"},
    "123": {"first": "31/02/2024"},
}


def test_each_published_check_of_plans_finds_its_row_and_no_other(send: Read) -> None:
    rows = [plan("well", upn="U", **WELL)]
    for n, cells in enumerate(WRONG.values()):
        rows.append(plan(f"x{n}", **{"upn": f"X{n}", **WELL, **cells}))
    first = len(rows) + 2
    rows += [plan("twice", upn="Z1", **WELL), plan("again", upn="z1", **WELL)]
    rows += [plan("same", upn="Y1", **WELL), plan("same", upn="Y2", **WELL)]
    rows += [plan("both", upn="B1", **WELL)]
    reading = send(List_1=rows, List_2=[plan("other", upn="B1", **SUPPORTED)])
    expected: dict[str, tuple[int, ...]] = {id: (n,) for n, id in enumerate(WRONG, 3)}
    expected["109"] = (first, first + 1)
    expected["120"] = (first + 2, first + 3)
    expected["122"] = (first + 4,)
    assert found(reading) == expected
    assert {one.check.page.id for one in reading.not_checked} == {"104", "112"}
    counting = {"101d", "102b", "105a", "105b", "105c", "105d", "106a", "107", "108a", "108b"}
    wrong = len(counting) + len(expected["109"]) + len(expected["120"])
    assert figures(reading)["send.list_rows_wrong[ehc_plan]"] == (wrong, len(rows))


def test_each_published_check_of_support(send: Read) -> None:
    cells = {
        f"2{id[1:]}": cell
        for id, cell in WRONG.items()
        if id[1:] in {"01a", "01b", "01c", "01d", "02a", "02b", "03", "05a", "07", "08a", "08b"}
    }
    rows = [plan("well", upn="U", **SUPPORTED)]
    rows += [
        plan(f"x{n}", **{"upn": f"X{n}", **SUPPORTED, **cell})
        for n, cell in enumerate(cells.values())
    ]
    rows += [plan("one", upn="Z", **SUPPORTED), plan("two", upn="Z", **SUPPORTED)]
    reading = send(List_2=rows)
    expected = {id: (n,) for n, id in enumerate(cells, 3)}
    assert found(reading) == {**expected, "209": (len(rows), len(rows) + 1)}


def test_the_checks_are_the_thirty_one_that_are_published(shipped: Rulebook) -> None:
    ids = {check.page.id for check in load_return("area-send-annex-a", shipped).checks}
    first = {"101a", "101b", "101c", "101d", "102a", "102b", "103", "104", "105a", "105b", "105c"}
    first |= {"105d", "106a", "106b", "107", "108a", "108b", "109", "112"}
    second = {"201a", "201b", "201c", "201d", "202a", "202b", "203", "205a", "207", "208a", "208b"}
    published = first | second | {"209"}
    assert len(published) == 31
    assert published <= ids


def test_columns_that_a_council_adds_are_checked(shipped: Rulebook, tmp_path: Path) -> None:
    names = (*SEND["List_1"], "Case-worker", "Date of death")
    rows = [
        {**plan("a", upn="A", **WELL), "Case-worker": "Somebody"},
        {**plan("b", upn="B", **WELL), "Date of death": DAY},
    ]
    path = workbook(tmp_path / "l.xlsx", {"List_1": names}, {"List_1": rows})
    reading = read_return(load_return("area-send-annex-a", shipped), [path], shipped.facts, day=DAY)
    assert found(reading) == {"104": (3,), "112": (3,)}


# ---- what varies, and what is wrong


@pytest.mark.parametrize("sheet", ["List 8", "List_8", "list 8 - CLA", "LIST 8 – Children in care"])
def test_names_of_sheets_and_headings_may_vary(
    shipped: Rulebook, tmp_path: Path, sheet: str
) -> None:
    row = in_care(1, **SURE)
    old = {
        "Child's Legal Status": "Child’s Legal Status ",
        "Date of Last Social Work Visit": "date of last  social work visit)",
    }
    row = {old.get(name, name): cell for name, cell in row.items()}
    row = {"Extra": "x", **dict(reversed(row.items()))}
    path = workbook(tmp_path / "l.xlsx", {}, {"Notes": [{"Read me": "first"}], sheet: [row]})
    reading = read_return(load_return("ilacs-annex-a", shipped), [path], shipped.facts, day=DAY)
    assert figures(reading)["cla.unvisited_six_weeks"] == (0, 1)
    assert reading.modules.keys() == {"list_8"}


def test_list_10_is_not_list_1(ilacs: Read) -> None:
    reading = ilacs(list_10=[{"Child Unique ID": 1, "Date the Child Entered Care": DAY}])
    assert reading.modules.keys() == {"list_10"}


def test_days_as_text_and_as_numbers(ilacs: Read) -> None:
    serial = (ago(months=7) - date(1899, 12, 30)).days
    reading = ilacs(
        list_8=[
            in_care(1, **{**SURE, "review": ago(months=7).strftime("%d/%m/%Y")}),
            in_care(2, **{**SURE, "review": serial}),
            in_care(3, **{**SURE, "review": "29/02/2025"}),
            in_care(4, **SURE),
        ]
    )
    assert figures(reading)["cla.reviews_overdue"] == (3, 4)
    assert found(reading)["L8-04"] == (4,)
    assert "L8-07" not in found(reading)


def test_a_heading_that_is_nearly_right_is_asked_about(shipped: Rulebook, tmp_path: Path) -> None:
    row = {
        ("Date of Last Socal Work Visit" if "Visit" in n else n): c
        for n, c in in_care(1, **SURE).items()
    }
    path = workbook(tmp_path / "l.xlsx", {}, {"List 8": [row]})
    reading = read_return(load_return("ilacs-annex-a", shipped), [path], shipped.facts, day=DAY)
    why = {one.fact: one.why for one in reading.cannot}
    assert why["cla.unvisited_six_weeks"] == (
        "list_8 has no column 'Date of Last Social Work Visit'; "
        "did you mean 'Date of Last Socal Work Visit'?"
    )
    assert "cla.reviews_overdue" in figures(reading)
    assert why["annex_a.rows_wrong[list_8]"].startswith("check L8-06 could not be made")


def test_a_workbook_without_a_list_is_refused(shipped: Rulebook, tmp_path: Path) -> None:
    path = workbook(tmp_path / "l.xlsx", {}, {"Sheet1": [{"a": 1, "b": 2}]})
    with pytest.raises(InvalidProfile, match="no module of the ILACS Annex A lists"):
        read_return(load_return("ilacs-annex-a", shipped), [path], shipped.facts, day=DAY)


def test_a_workbook_that_was_cut_short_is_refused(shipped: Rulebook, tmp_path: Path) -> None:
    path = workbook(tmp_path / "l.xlsx", ILACS, {"List 8": [in_care(1, **SURE)]})
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(InvalidProfile, match="cannot be opened"):
        read_return(load_return("ilacs-annex-a", shipped), [path], shipped.facts, day=DAY)


def test_formulas_without_a_value_are_counted(shipped: Rulebook, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "l.xlsx", ILACS, {"List 8": [in_care(1, **SURE), in_care(2, **SURE)]}
    )
    book = openpyxl.load_workbook(path)
    place = ILACS["List 8"].index("Date of Latest Statutory Review") + 1
    book["List 8"].cell(3, place).value = "=TODAY()"
    book.save(path)
    reading = read_return(load_return("ilacs-annex-a", shipped), [path], shipped.facts, day=DAY)
    unread = reading.modules["list_8"].unread
    assert unread["LatestReview", "is a formula without a saved value"].first == (3,)


def test_no_value_of_a_child_leaves_the_store(shipped: Rulebook, ilacs: Read) -> None:
    secret = {**SURE, "review": "zzsecret", "legal": "zzlegal"}
    rows = [{**in_care(1, **secret), "Child Unique ID": "zzname"}] * 2
    reading = ilacs(list_8=rows)
    texts = [
        to_yaml(reading, shipped),
        rows_file(reading.broken),
        *summary(reading, shipped),
        *summary(reading, shipped, show_small=True),
    ]
    assert "zz" not in "\n".join(texts)


def test_a_day_before_which_working_days_are_not_known_is_said(
    shipped: Rulebook, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "lists.xlsx", ILACS, {"List 8": [in_care(1)]})
    definition = load_return("ilacs-annex-a", shipped)
    with pytest.raises(
        InvalidProfile, match="the bank holidays of 2040 are not on the list"
    ) as said:
        read_return(definition, [path], shipped.facts, day=date(2040, 3, 31))
    assert "the day of the return is 31 March 2040" in str(said.value)


@pytest.mark.parametrize("name", ["list_1.csv", "Area List 1 (2).csv", "send-list-1_2026.csv"])
def test_lists_as_csv_are_known_by_their_numbers(
    shipped: Rulebook, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text("Unique ID,Elective home education\n1,yes\n2,no\n", encoding="utf-8")
    definition = load_return("area-send-annex-a", shipped)
    reading = read_return(definition, [path], shipped.facts, day=DAY)
    assert figures(reading)["ehe.with_plan"] == (1, 2)
