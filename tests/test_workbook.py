"""The workbook: what goes in comes out, what is wrong is pointed at, and nothing is lost."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from lantern import House
from said import bare, profiles
from shipped import shipped_rulebook

from readiness.errors import ExitCode, InvalidProfile
from readiness.model.facts import FactRef
from readiness.model.profile import ShowsIn, State
from readiness.model.values import Share, share_from_counts
from readiness.model.vocabulary import Depth, EvidenceKind, Holder
from readiness.profile.load import load_profile, read_profile
from readiness.profile.workbook import layout, opening
from readiness.profile.workbook.cells import as_day
from readiness.profile.workbook.opening import Grid, Read
from readiness.profile.workbook.reading import FromWorkbook, read_grids, read_workbook
from readiness.profile.workbook.sheets import Choice, Workbook, make
from readiness.profile.workbook.template import write_workbook
from readiness.profile.write import to_yaml
from readiness.resources import shipped_scenarios
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_text

SCENARIOS = sorted(path.name for path in shipped_scenarios().iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    return shipped_rulebook()


@pytest.fixture(scope="module")
def lantern(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    from lantern import build

    return build(tmp_path_factory.mktemp("house")).rulebook()


def grids(workbook: Workbook) -> Iterator[Grid]:
    """Yield the sheets of a workbook as they are read back from its file."""
    for sheet in workbook.sheets:
        rows: dict[int, dict[int, Read]] = {
            2: {at: Read(column.heading) for at, column in enumerate(sheet.columns, 1)}
        }
        for number, cells in enumerate(sheet.rows, 3):
            rows[number] = {
                at: Read(float(value) if isinstance(value, Decimal) else value)
                for at, column in enumerate(sheet.columns, 1)
                if column.key in cells and (value := cells[column.key].value) not in (None, "")
            }
        yield Grid(sheet.name, rows, ())


# ---- what goes in comes out


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_comes_back(name: str, shipped: Rulebook) -> None:
    profile = bare(load_profile(shipped_scenarios() / name, shipped))
    workbook = make(shipped, Choice(), profile)
    assert workbook.left_out == ()
    assert bare(read_grids("x.xlsx", grids(workbook), shipped).profile) == profile
    text = to_yaml(profile, shipped.facts)
    assert bare(read_profile([read_text(text, "x.yaml")], shipped)) == profile


def test_a_scenario_comes_back_from_a_file(tmp_path: Path, shipped: Rulebook) -> None:
    profile = load_profile(shipped_scenarios() / "northmoor", shipped)
    path = tmp_path / "northmoor.xlsx"
    path.write_bytes(write_workbook(make(shipped, Choice(), profile)))
    read = read_workbook(path, shipped)
    assert bare(read.profile) == bare(profile)
    # every row of a sheet is answered or empty, and the summary says how many
    assert "  sheet Police: 1 row; 1 answered, 0 left empty" in read.words
    ref = FactRef("health.wait_median", "autism")
    assert "northmoor.xlsx, sheet ICB, row " in read.profile.facts[ref][0].place


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_a_profile_says_comes_back(data: st.DataObject, lantern: Rulebook) -> None:
    profile = data.draw(profiles(lantern))
    text = to_yaml(profile, lantern.facts)
    assert bare(read_profile([read_text(text, "x.yaml")], lantern)) == profile
    workbook = make(lantern, Choice(), profile)
    assert bare(read_grids("x.xlsx", grids(workbook), lantern).profile) == profile


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_whatever_a_profile_says_comes_back_from_a_file(
    data: st.DataObject, lantern: Rulebook, tmp_path_factory: pytest.TempPathFactory
) -> None:
    profile = data.draw(profiles(lantern))
    path = tmp_path_factory.mktemp("file") / "x.xlsx"
    path.write_bytes(write_workbook(make(lantern, Choice(), profile)))
    assert bare(read_workbook(path, lantern).profile) == profile


def test_an_empty_template_says_nothing(house: House, tmp_path: Path) -> None:
    rulebook = house.rulebook()
    path = tmp_path / "empty.xlsx"
    path.write_bytes(write_workbook(make(rulebook, Choice())))
    read = read_workbook(path, rulebook)
    assert read.profile.facts == {}
    assert read.profile.plan is None
    assert "  sheet Other questions: 21 rows; 0 answered, 21 left empty" in read.words


def test_equal_workbooks_are_equal_files(lantern: Rulebook) -> None:
    assert write_workbook(make(lantern, Choice())) == write_workbook(make(lantern, Choice()))


# ---- who is asked


def test_each_service_and_partner_has_a_sheet(shipped: Rulebook) -> None:
    workbook = make(shipped, Choice())
    names = [sheet.name for sheet in workbook.sheets]
    assert {"Care leavers", "Workforce", "ICB", "Police", "Youth justice service"} <= set(names)
    assert "Other questions" not in names, "every fact of the council is asked of a service"
    asked = [sheet for sheet in workbook.sheets if sheet.name in workbook.asking]
    refs = [row["reference"].value for sheet in asked for row in sheet.rows]
    members = [
        ref
        for fact in shipped.facts.values()
        for ref in (
            [fact.id] if fact.for_each is None else shipped.dimensions[fact.for_each].members
        )
    ]
    assert len(refs) == len(set(refs)) == len(members)


def test_a_partner_gets_its_own_questions_alone(shipped: Rulebook) -> None:
    workbook = make(shipped, Choice(holder=Holder.ICB))
    assert [sheet.name for sheet in workbook.sheets] == ["Council", "ICB", "Evidence"]
    for row in workbook.sheets[1].rows:
        id = str(row["reference"].value).partition("[")[0]
        assert shipped.facts[id].holder is Holder.ICB


def test_essential_depth_asks_less(shipped: Rulebook) -> None:
    full, first = make(shipped, Choice()), make(shipped, Choice(depth=Depth.ESSENTIAL))
    count = [sum(sheet.questions for sheet in book.sheets) for book in (full, first)]
    assert 0 < count[1] < count[0] / 3
    send = make(shipped, Choice(frameworks=("area-send",)))
    assert "Care leavers" not in send.asking


def test_what_a_choice_leaves_out_is_said(lantern: Rulebook, house: House) -> None:
    workbook = make(lantern, Choice(holder=Holder.POLICE), house.load())
    assert "lamp.lit" in workbook.left_out


# ---- what the file is like


def _part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return parts.read(name).decode("utf-8")


def test_text_is_never_a_formula(lantern: Rulebook, house: House) -> None:
    profile = house.load()
    ref = FactRef("lamp.lit")
    entry = replace(profile.facts[ref][0], note='=HYPERLINK("http://x")', source="+cmd")
    said = replace(profile, facts={**profile.facts, ref: (entry,)})
    content = write_workbook(make(lantern, Choice(), said))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for row in book["Other questions"].iter_rows() for cell in row]
    (written,) = [cell for cell in cells if cell.value == '=HYPERLINK("http://x")']
    assert written.data_type == "s"
    assert written.quotePrefix


def test_sheets_are_made_to_be_filled(lantern: Rulebook) -> None:
    content = write_workbook(make(lantern, Choice()))
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Other questions"]
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref is not None
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    headings = {cell.value: at for at, cell in enumerate(sheet[2])}
    row = next(cells for cells in sheet.iter_rows(min_row=3) if cells[0].value == "lamp.lit")
    assert row[0].protection.locked
    assert not row[headings["Answer"]].protection.locked
    assert row[headings["How many"]].value == layout.CLOSED
    checks = {str(check.promptTitle): check for check in sheet.data_validations.dataValidation}
    assert checks["Kind of evidence"].formula1 == f'"{",".join(EvidenceKind)}"'
    lists = [check.formula1 for check in sheet.data_validations.dataValidation]
    assert '"yes,no,unknown"' in lists
    assert '"poor,fair,fine"' in lists
    instructions = [cell.value for (cell,) in book["Instructions"].iter_rows(max_col=1)]
    assert "How to fill a sheet" in instructions


# ---- how people fill it

Edit = Callable[[Any], None]
Fill = Callable[..., FromWorkbook]


@pytest.fixture
def fill(tmp_path: Path, lantern: Rulebook) -> Fill:
    """Return a function that edits the blank workbook and reads it."""
    content = write_workbook(make(lantern, Choice()))

    def fill(*edits: Edit) -> FromWorkbook:
        book = openpyxl.load_workbook(io.BytesIO(content))
        for edit in edits:
            edit(book)
        path = tmp_path / "filled.xlsx"
        book.save(path)
        return read_workbook(path, lantern)

    return fill


def put(book: Any, ref: str, heading: str, value: Any, sheet: str = "Other questions") -> Any:
    """Write into the row of a reference, and return the cell."""
    page = book[sheet]
    at = next(cell.column for cell in page[2] if cell.value == heading)
    row = next(cells[0].row for cells in page.iter_rows(min_row=3) if cells[0].value == ref)
    cell = page.cell(row, at)
    cell.value = value
    return cell


def answers(ref: str, **cells: Any) -> Edit:
    """Return an edit that fills the row of a fact."""
    headings = {
        column.key: column.heading
        for column in (*layout.FACT_COLUMNS, *layout.earlier(1), *layout.earlier(2))
    }

    def edit(book: Any) -> None:
        for key, value in cells.items():
            put(book, ref, headings[key], value)

    return edit


def test_answers_of_every_kind(fill: Fill) -> None:
    facts = fill(
        answers("lamp.lit", answer="Yes", by="Keeper", source="Log", note="seen", reason="dark"),
        answers("lamp.children", answer="1,080", dated="31/10/2026"),
        answers("lamp.on_time", numerator=60, denominator="90", period="2025 "),
        answers("lamp.late", answer="25%", period="1 Sep 2025 to 31 Aug 2026"),
        answers("lamp.wait", answer=14.5, dated=datetime(2026, 10, 31)),  # noqa: DTZ001
        answers("lamp.checked", answer="not yet"),
        answers("lamp.grade", answer="Fine"),
        answers("lamp.worries", answer="waits; noise"),
        answers("lamp.views", numerator=61, denominator=100, asked=300),
        answers("lamp.rate", answer=42.1, period="2025", period_1=2024, figure_1="suppressed: c"),
        answers("room.wait[hall]", no_answer="not applicable", reason="no hall"),
        answers("room.wait[attic]", answer="Unknown", reason="nobody counts"),
    ).profile.facts
    said = {str(ref): entry for ref, (entry,) in facts.items()}
    assert (said["lamp.lit"].source, said["lamp.lit"].note) == (
        "Keeper; Log", "seen; reason given: dark",
    )  # fmt: skip
    assert said["lamp.children"].points[0].value == 1080
    assert said["lamp.children"].dated == date(2026, 10, 31)
    assert said["lamp.on_time"].points[0].value == share_from_counts(60, 90)
    assert str(said["lamp.late"].points[0].period) == "Sep 2025 to Aug 2026"
    assert str(said["lamp.wait"].points[0].value) == "14.5 weeks"
    assert said["lamp.wait"].dated == date(2026, 10, 31)
    assert said["lamp.grade"].points[0].value == "fine"
    assert said["lamp.worries"].points[0].value == ("waits", "noise")
    first, second = said["lamp.rate"].points
    assert (first.key, first.state, first.note) == ("2024", State.SUPPRESSED, "c")
    assert (second.key, second.value) == ("2025", Decimal("42.1"))
    assert said["room.wait[hall]"].points[0].note == "no hall"
    assert said["room.wait[attic]"].points[0].state is State.UNKNOWN


def test_a_percentage_that_a_spreadsheet_made_a_number(fill: Fill) -> None:
    def edit(book: Any) -> None:
        put(book, "lamp.late", "Answer", 0.464).number_format = "0.0%"

    (entry,) = fill(edit).profile.facts[FactRef("lamp.late")]
    assert entry.points[0].value == Share(Fraction(464, 1000))


def test_evidence_named_in_a_row(fill: Fill) -> None:
    about = {"evidence_kind": "Audit", "evidence_dated": "1 October 2026"}
    profile = fill(
        answers("lamp.lit", answer="yes", evidence="Lamp audit", **about),
        answers("lamp.late", answer="25%", evidence="Lamp audit", **about),
        answers("lamp.rate", answer=2, evidence="none"),
    ).profile
    ((id, item),) = profile.evidence.items()
    assert (id, item.kind, item.dated) == ("lamp-audit-2026-10", "audit", date(2026, 10, 1))
    assert [entry.evidence for (entry,) in profile.facts.values()] == [(id,), (id,), ()]


def test_evidence_by_its_title(fill: Fill) -> None:
    def edit(book: Any) -> None:
        row = ("", "The log", "dashboard", "2026-01-31", "health provider")
        for at, value in enumerate(row, 1):
            book["Evidence"].cell(3, at).value = value

    profile = fill(edit, answers("lamp.lit", answer="yes", evidence="the log")).profile
    assert profile.facts[FactRef("lamp.lit")][0].evidence == ("the-log",)
    assert profile.evidence["the-log"].holder is Holder.HEALTH_PROVIDER


def test_rows_that_are_added_are_conflicts(fill: Fill) -> None:
    def edit(book: Any) -> None:
        page = book["Other questions"]
        row = page.max_row + 1
        page.cell(row, 1).value = "lamp.children"
        page.cell(row, next(c.column for c in page[2] if c.value == "Answer")).value = 90

    first, second = fill(edit, answers("lamp.children", answer=80)).profile.facts[
        FactRef("lamp.children")
    ]
    assert (first.points[0].value, second.points[0].value) == (80, 90)
    assert second.place.startswith("filled.xlsx, sheet Other questions, row ")
    assert second.at is not None
    assert second.place.endswith(f" {second.at[1]}")


def test_sheets_may_be_renamed_and_columns_moved(fill: Fill) -> None:
    def edit(book: Any) -> None:
        page = book["Other questions"]
        page.title = "Lamps (keeper)"
        page.insert_cols(3)
        page.cell(2, 3).value = "My remarks"
        page.cell(4, 3).value = "ask again"

    read = fill(answers("lamp.children", answer=80), edit)
    assert read.profile.facts[FactRef("lamp.children")][0].points[0].value == 80
    told = "\n".join(read.words)
    assert "sheet Lamps (keeper): column 'My remarks' is not read (1 cell)" in told
    assert "sheet Other questions (21 rows to fill) is not in it by that name" in told


def test_sheets_that_are_none_of_ours_are_named(fill: Fill) -> None:
    def edit(book: Any) -> None:
        book.create_sheet("Scratch").append(["one", "two"])

    assert any("sheet Scratch: not read" in line for line in fill(edit).words)


def test_the_plan_the_standards_and_the_council(fill: Fill) -> None:
    def edit(book: Any) -> None:
        put(book, "council.name", "Answer", "Lampton", "Council")
        put(book, "has_plan", "Answer", "no", "Council")
        put(book, "LAN-04.longest", "None agreed", "none", "Standards")

    profile = fill(edit).profile
    assert (profile.council.name, profile.plan) == ("Lampton", ())
    assert profile.standards == {"LAN-04.longest": None}


def test_words_and_numbers_are_known_as_people_write_them(fill: Fill) -> None:
    def edit(book: Any) -> None:
        put(book, "council.name", "Answer", "Lampton", "Council")
        put(book, "council.kind", "Answer", "Metropolitan", "Council")
        put(book, "council.region", "Answer", "Yorkshire and the Humber", "Council")
        page = book["Plan"]
        at = {cell.value: cell.column for cell in page[2]}
        for heading, value in {
            "Plan id": "P-1",
            "Expectations it addresses": "LAN-01",
            "What will be done": "Light it",
            "Shows in: reference": "lamp.children",
            "Reaches": "1,020",
            "Reaches it by": "1 May 2027",
        }.items():
            page.cell(3, at[heading]).value = value

    profile = fill(answers("lamp.lit", answer="Y"), edit).profile
    assert (profile.council.kind, profile.council.region) == (
        "metropolitan", "yorkshire-and-the-humber",
    )  # fmt: skip
    assert profile.plan is not None
    assert isinstance(profile.plan[0].shows_in, ShowsIn)
    assert profile.plan[0].shows_in.reaches == 1020
    assert profile.facts[FactRef("lamp.lit")][0].points[0].value is True


def test_a_council_without_a_name_is_pointed_at_in_its_own_row(fill: Fill) -> None:
    (problem,) = fails(fill, lambda book: put(book, "council.kind", "Answer", "county", "Council"))
    assert "sheet Council, row 3, 'Answer': 'name' is missing" in problem


def test_a_standard_that_is_a_number_has_the_unit_of_its_fact(fill: Fill) -> None:
    def edit(book: Any) -> None:
        put(book, "LAN-04.longest", "What was agreed", 12, "Standards")
        put(book, "LAN-04.longest", "Agreed by", "Board", "Standards")
        put(book, "LAN-04.longest", "Agreed on", "1 May 2025", "Standards")

    standard = fill(edit).profile.standards["LAN-04.longest"]
    assert standard is not None
    assert (standard.value, standard.dated) == ("12 weeks", date(2025, 5, 1))


def test_days_are_read_as_they_are_written_in_england() -> None:
    assert as_day("03/04/2026") == as_day("3 April 2026") == as_day("2026-04-03")
    assert as_day("3rd Apr 2026") == date(2026, 4, 3)
    assert as_day("29/02/2026") is as_day("3 Apri1 2026") is as_day("3/4/26") is None


def test_a_date_that_became_a_number(fill: Fill) -> None:
    def edit(book: Any) -> None:
        put(book, "lamp.checked", "Answer", 46326).number_format = "General"

    read = fill(edit)
    assert read.profile.facts[FactRef("lamp.checked")][0].points[0].value == date(2026, 10, 31)
    assert any("46326 is read as the date 2026-10-31" in line for line in read.words)


# ---- what is wrong is pointed at


def fails(fill: Fill, *edits: Edit) -> list[str]:
    with pytest.raises(InvalidProfile) as caught:
        fill(*edits)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("ref", "cells", "words"),
    [
        ("lamp.lit", {"answer": "perhaps"}, ["'Answer'", "'perhaps' is neither yes nor no"]),
        ("lamp.children", {"answer": "many"}, ["'Answer'", "'many' is not a count"]),
        ("lamp.on_time", {"numerator": 9, "denominator": 3}, ["larger than the whole"]),
        ("lamp.on_time", {"numerator": 9}, ["'denominator' is missing"]),
        ("lamp.late", {"answer": 0.5}, ["could be a share or a percentage", "write 50"]),
        ("lamp.late", {"answer": "81"}, ["could be a share or a percentage", "write 81%"]),
        ("lamp.children", {"no_answer": "n/a", "reason": "x"}, ["and 0 where there are none"]),
        ("lamp.checked", {"answer": "31/02/2026"}, ["'Answer'", "'31/02/2026' is not a date"]),
        ("lamp.lit", {"answer": "yes", "dated": "soon"}, ["'True on'", "'soon' is not a date"]),
        ("lamp.lit", {"answer": "yes", "no_answer": "unknown"}, ["given in two ways"]),
        ("lamp.lit", {"no_answer": "unknwon"}, ["did you mean 'unknown'?"]),
        ("lamp.lit", {"no_answer": "not applicable", "reason": "x"}, ["applies everywhere"]),
        ("lamp.lit", {"answer": "n/a", "reason": "x"}, ["'Answer'", "applies everywhere"]),
        ("room.wait[hall]", {"no_answer": "not applicable"}, ["say why it does not apply"]),
        ("lamp.grade", {"answer": "fien"}, ["is not one of: poor, fair, fine"]),
        ("lamp.lit", {"note": "a note alone"}, ["there is no value for 'lamp.lit'"]),
        ("lamp.lit", {"answer": "yes", "numerator": 3}, ["unknown key 'numerator'"]),
        ("lamp.lit", {"answer": "yes", "evidence": "Log"}, ["no item is called 'Log'"]),
        ("lamp.lit", {"answer": "yes", "evidence_kind": "audit"}, ["but no title"]),
        (
            "lamp.lit",
            {
                "answer": "yes",
                "evidence": "Log",
                "evidence_kind": "adit",
                "evidence_dated": "1/1/2026",
            },
            ["'Kind of evidence'", "did you mean 'audit'?"],
        ),
        ("lamp.rate", {"answer": 3, "period": "2025", "period_1": "2024"}, ["stands alone"]),
        ("lamp.rate", {"answer": 3, "period_1": "2024", "figure_1": "2"}, ["'Period'", "has none"]),
        (
            "lamp.rate",
            {"answer": 3, "period": "2025", "period_1": "2025", "figure_1": "2"},
            ["the period 2025 is given twice"],
        ),
        (
            "lamp.rate",
            {"answer": 3, "period": "2025", "period_1": "2024-Q4", "figure_1": "2"},
            ["are different kinds"],
        ),
        ("lamp.children", {"answer": 3, "period": "last year"}, ["'Period'", "'last year' is no"]),
        ("lamp.judged", {"answer": "nearly"}, ["'nearly' is not one of"]),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_pointed_at(
    fill: Fill, ref: str, cells: dict[str, Any], words: list[str]
) -> None:
    (problem,) = fails(fill, answers(ref, **cells))
    assert "filled.xlsx, sheet Other questions, row " in problem
    assert [word for word in words if word not in problem] == []


def test_everything_wrong_comes_at_once(fill: Fill) -> None:
    def edit(book: Any) -> None:
        page = book["Other questions"]
        page.cell(3, 1).value = "lamp.lti"
        answer = next(cell.column for cell in page[2] if cell.value == "Answer")
        page.cell(page.max_row + 1, answer).value = 1
        for at, value in enumerate(("P-1", "LAN-99"), 1):
            book["Plan"].cell(3, at).value = value
        put(book, "LAN-04.longest", "What was agreed", "twelve", "Standards")

    filled = answers("lamp.lit", answer="yes"), answers("lamp.late", answer="x")
    problems = "\n".join(fails(fill, *filled, edit))
    for words in (
        "row 3, 'Reference': no fact has the reference 'lamp.lti'\n  help: did you mean 'lamp.lit'",
        "'Reference': the row has an answer, but no reference",
        "sheet Plan, row 3: 'do' is missing",
        "sheet Standards, row 3: 'agreed_by' is missing",
        "'Answer': 'x' is not a share",
    ):
        assert words in problems


def test_what_is_wrong_is_told_sheet_by_sheet(fill: Fill) -> None:
    def edit(book: Any) -> None:
        book["Plan"].cell(3, 1).value = "P-1"
        book["Plan"].cell(40, 1).value = "P-2"
        book["Acceptances"].cell(4, 4).value = "soon"

    told = fails(fill, answers("lamp.lit", answer="perhaps"), edit)
    sheets = [one.partition("sheet ")[2].partition(",")[0] for one in told]
    assert sheets == sorted(sheets)
    assert {"Acceptances", "Other questions", "Plan"} == set(sheets)


def test_merged_cells_are_pointed_at(fill: Fill) -> None:
    def edit(book: Any) -> None:
        book["Other questions"].merge_cells("H4:H6")

    (problem,) = fails(fill, edit)
    assert "sheet Other questions, row 4: the cells H4:H6 are merged into one" in problem


def test_missing_and_doubled_headings(fill: Fill) -> None:
    def without(book: Any) -> None:
        book["Other questions"].cell(2, 1).value = None

    def doubled(book: Any) -> None:
        book["Other questions"].cell(2, 2).value = "Answer"

    def near_miss(book: Any) -> None:
        page = book["Other questions"]
        at = next(cell.column for cell in page[2] if cell.value == "Answer")
        page.cell(2, at).value = "Anwser"

    filled = answers("lamp.children", answer=80)
    assert any("the column 'Reference' is missing" in p for p in fails(fill, filled, without))
    assert any("stands over two columns" in p for p in fails(fill, filled, doubled))
    assert any("did you mean 'answer'?" in p for p in fails(fill, filled, near_miss))


def test_a_formula_gives_its_last_value(tmp_path: Path, lantern: Rulebook) -> None:
    path = tmp_path / "formula.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Lamps")
    for at, heading in enumerate(("Reference", "Answer", "Note")):
        page.write_string(0, at, heading)
    for row, (ref, value) in enumerate((("lamp.children", 80), ("lamp.rate", "#REF!")), 1):
        page.write_string(row, 0, ref)
        page.write_formula(row, 1, "=40*2", None, value)
    book.close()
    with pytest.raises(InvalidProfile) as caught:
        read_workbook(path, lantern)
    (problem,) = caught.value.problems
    assert "sheet Lamps, row 3, 'Answer': the cell holds a formula without a usable value" in str(
        problem
    )
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Lamps")
    for at, heading in enumerate(("Reference", "Answer", "Note")):
        page.write_string(0, at, heading)
    page.write_string(1, 0, "lamp.children")
    page.write_formula(1, 1, "=40*2", None, 80)
    book.close()
    read = read_workbook(path, lantern)
    assert read.profile.facts[FactRef("lamp.children")][0].points[0].value == 80
    assert any("row 2, 'Answer': a formula" in line for line in read.words)


# ---- files that could do harm


def _zip(path: Path, *parts: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts:
            file.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([("xl/vbaProject.bin", b"x")], "holds macros"),
        (
            [("xl/worksheets/sheet1.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>")],
            "declares entities",
        ),
        ([("xl/workbook.xml", b"<x>")], "the workbook is damaged"),
    ],
)
def test_a_workbook_that_could_do_harm(
    tmp_path: Path, lantern: Rulebook, parts: list[tuple[str, bytes]], words: str
) -> None:
    path = _zip(tmp_path / "x.xlsx", *parts)
    with pytest.raises(InvalidProfile, match=words):
        read_workbook(path, lantern)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,2\n", "this is not a workbook"),
        (b"PK\x03\x04 but no more", "this is not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 512, "an old .xls workbook"),
        (b"", "this is not a workbook"),
    ],
)
def test_files_that_are_no_workbooks(
    tmp_path: Path, lantern: Rulebook, content: bytes, words: str
) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(InvalidProfile, match=words):
        read_workbook(path, lantern)


def test_what_unpacks_to_too_much_is_not_read(
    tmp_path: Path, lantern: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _zip(tmp_path / "bomb.xlsx", ("xl/worksheets/sheet1.xml", b" " * 3_000_000))
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(opening, "LARGEST_CONTENT", 2_000_000)
    with pytest.raises(InvalidProfile, match="far larger than any workbook"):
        read_workbook(path, lantern)
    monkeypatch.setattr(opening, "LARGEST_FILE", 100)
    with pytest.raises(InvalidProfile, match="are more than the 100 that are read"):
        read_workbook(path, lantern)


def test_a_truncated_workbook(tmp_path: Path, lantern: Rulebook) -> None:
    content = write_workbook(make(lantern, Choice()))
    path = tmp_path / "x.xlsx"
    for size in (len(content) // 2, len(content) - 30):
        path.write_bytes(content[:size])
        with pytest.raises(InvalidProfile):
            read_workbook(path, lantern)


# ---- the commands


def test_template_and_back(house: House, run: Run) -> None:
    ran = run("profile", "template", "--filled", house.profile, "--output", "lamps.xlsx")
    assert (ran.code, ran.out) == (ExitCode.OK, "")
    assert "21 questions on 1 sheet: Other questions" in ran.err
    assert "readiness profile fill --from lamps.xlsx" in ran.err
    ran = run("profile", "fill", "--from", "lamps.xlsx", "--output", "back.yaml")
    assert ran.code == ExitCode.OK
    assert ran.err.endswith("Next: readiness check back.yaml\n")
    rulebook = house.rulebook()
    back = load_profile(house.folder / "back.yaml", rulebook)
    assert bare(back) == bare(load_profile(house.profile, rulebook))


def test_a_template_needs_a_name_and_something_to_ask(house: House, run: Run) -> None:
    assert "name it with --output" in run("profile", "template").err
    assert "ends in .xlsx" in run("profile", "template", "--output", "x.xls").err
    ran = run("profile", "template", "--holder", "police", "--output", "x.xlsx")
    assert (ran.code, "nothing is asked" in ran.err) == (ExitCode.USAGE, True)
    ran = run("profile", "template", "--framework", "lantren", "--output", "x.xlsx")
    assert "did you mean 'lantern'?" in ran.err
    assert not (house.folder / "x.xlsx").exists()


@pytest.mark.parametrize("library", ["xlsxwriter", "openpyxl"])
def test_the_extra_is_named_where_it_is_missing(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    assert run("profile", "template", "--output", "lamps.xlsx").code == ExitCode.OK
    monkeypatch.setitem(__import__("sys").modules, library, None)
    ran = (
        run("profile", "template", "--output", "x.xlsx")
        if library == "xlsxwriter"
        else run("profile", "fill", "--from", "lamps.xlsx")
    )
    assert ran.code == ExitCode.USAGE
    assert "readiness[excel]" in ran.err
