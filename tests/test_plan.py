"""The plan as actions, and the check of it."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from conftest import Run
from lantern import House

from readiness.app.planning import action_plan
from readiness.model.actions import ActionPlan, Fault
from readiness.model.vocabulary import PlanStatus
from readiness.render.markdown import escaped
from readiness.resources import shipped_scenarios

ENTRY = """\
  - id: P-1
    addresses: [LAN-01]
    do: Buy a second lamp
    owner: Keeper of the lamps
    due: 2026-06-30
    shows_in: {fact: lamp.on_time, reaches: 90%, by: 2026-12-31}
    status: on track
"""


def planned(house: House, plan: str, more: str = "") -> ActionPlan:
    """Return the plan of a profile whose entries are these."""
    text = house.profile.read_text(encoding="utf-8").split("plan:\n")[0]
    house.write("profile.yaml", f"{text}plan:\n{plan}{more}")
    return action_plan(house.profile, today=lambda: date(2026, 1, 1))


def faults(plan: ActionPlan) -> list[Fault]:
    return [fault.fault for fault in plan.check.faults]


# ---- actions


def test_an_entry_is_an_action(house: House, run: Run) -> None:
    (action,) = planned(house, ENTRY).planned
    assert (action.id, action.owner, action.due) == (
        "P-1",
        "Keeper of the lamps",
        date(2026, 6, 30),
    )
    assert (action.worst, action.holders, action.overdue) == ("high", "local authority", False)
    (about,) = action.addresses
    assert (about.id, about.citation, about.affected) == (
        "LAN-01",
        "Lamps Act, section 1",
        "30 of 90 visits",
    )
    assert action.measure is not None
    assert (action.measure.reaches, action.measure.now) == ("90%", "60 of 90 visits (66.7%), 2025")


def test_gaps_without_an_open_action_have_proposed_ones(house: House, run: Run) -> None:
    plan = planned(house, ENTRY)
    assert [action.id for action in plan.proposed] == ["LAN-02-1", "LAN-06-1", "LAN-05-1"]
    first = plan.proposed[0]
    assert (first.status, first.owner, first.due) == (
        "proposed",
        "Keeper of the lamps",
        date(2026, 1, 29),
    )
    assert first.measure is not None
    assert (first.measure.fact, first.measure.reaches) == ("room.seen", "50%")
    assert plan.proposed[2].measure is None, "it rests on another finding alone"


def test_an_action_that_is_done_leaves_its_gap_to_be_proposed_for(house: House, run: Run) -> None:
    plan = planned(house, ENTRY.replace("on track", "done").replace("P-1", "LAN-01-1"))
    assert plan.proposed[0].id == "LAN-01-1-2", "the id is taken"


def test_nothing_is_proposed_for_what_was_accepted(house: House, run: Run) -> None:
    accepted = "{expectation: LAN-06, by: Head of Lamps, reason: oil, until: 2026-01-01}"
    plan = planned(house, ENTRY, f"acceptances:\n  - {accepted}\n")
    assert [action.id for action in plan.proposed] == ["LAN-02-1", "LAN-05-1"]
    medium = next(gap for gap in plan.check.gaps if gap.severity == "medium")
    assert medium[1:] == (2, 0, 0, 1, 1)


# ---- the check


def test_a_sound_plan_has_no_faults(house: House, run: Run) -> None:
    assert faults(planned(house, ENTRY)) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("    owner: Keeper of the lamps\n", "", Fault.NO_OWNER),
        ("    due: 2026-06-30\n", "", Fault.NO_DUE),
        ("2026-06-30", "2025-12-31", Fault.OVERDUE),
        ("{fact: lamp.on_time, reaches: 90%, by: 2026-12-31}", "More light", Fault.WORDS_ONLY),
        (
            "    shows_in: {fact: lamp.on_time, reaches: 90%, by: 2026-12-31}\n",
            "",
            Fault.NO_MEASURE,
        ),
        ("{fact: lamp.on_time, reaches: 90%", "{fact: lamp.score, reaches: 5", Fault.NOT_READ),
        (", reaches: 90%", "", Fault.NO_AIM),
        (", by: 2026-12-31", "", Fault.NO_AIM),
        ("by: 2026-12-31", "by: 2025-12-31", Fault.AIM_MISSED),
        ("[LAN-01]", "[LAN-03]", Fault.NO_GAP),
        ("    addresses: [LAN-01]\n", "", Fault.NO_GAP),
    ],
)
def test_a_fault_of_an_open_action(
    house: House, run: Run, old: str, new: str, fault: Fault
) -> None:
    assert old in ENTRY
    plan = planned(house, ENTRY.replace(old, new))
    assert fault in faults(plan)
    assert {f: n for f, n, _ in plan.check.counts()}[fault] == 1


@pytest.mark.parametrize(
    ("addresses", "measure", "output"),
    [
        ("[LAN-03]", "{fact: lamp.lit, reaches: yes", False),  # evidence is what it asks for
        ("[LAN-03, LAN-06]", "{fact: lamp.lit, reaches: yes", True),  # read by evidence alone
        ("[LAN-06]", "{fact: lamp.lit, reaches: yes", True),  # yes or no, where a share is read
        ("[LAN-03, LAN-06]", "{fact: lamp.late, reaches: 5%", False),
        ("[LAN-01]", "{fact: lamp.late, reaches: 5%", False),  # another of its theme reads it
    ],
)
def test_what_was_done_is_no_impact(
    house: House, run: Run, addresses: str, measure: str, output: bool
) -> None:
    entry = ENTRY.replace("[LAN-01]", addresses)
    entry = entry.replace("{fact: lamp.on_time, reaches: 90%", measure)
    found = faults(planned(house, entry))
    assert (Fault.OUTPUT in found) is output
    assert Fault.NOT_READ not in found


@pytest.mark.parametrize(
    ("due", "aim", "by", "expected"),
    [
        ("2025-10-31", "60%", "2025-12-31", []),
        ("2025-10-31", "90%", "2025-12-31", [Fault.DONE_MISSED]),
        ("2025-10-31", "90%", "2026-12-31", []),  # its day is to come
        ("2026-01-01", "90%", "2025-12-31", [Fault.DONE_UNSEEN]),  # 2025 ended before it was due
    ],
)
def test_a_done_action_is_held_to_its_own_measure(
    house: House, run: Run, due: str, aim: str, by: str, expected: list[Fault]
) -> None:
    entry = ENTRY.replace("on track", "done").replace("2026-06-30", due)
    plan = planned(house, entry.replace("90%", aim).replace("2026-12-31", by))
    assert [fault for fault in faults(plan) if fault is not Fault.DONE_GAP] == expected
    if expected == [Fault.DONE_MISSED]:
        assert "aim 90% by 31 Dec 2025; found 60 of 90 visits (66.7%), 2025" in str(plan.problems)


def test_a_done_action_whose_gap_is_left(house: House, run: Run) -> None:
    assert Fault.DONE_GAP in faults(planned(house, ENTRY.replace("on track", "done")))
    both = ENTRY + ENTRY.replace("P-1", "P-2").replace("on track", "done")
    assert Fault.DONE_GAP not in faults(planned(house, both)), "another action is open for it"


def test_small_counts_do_not_show_in_faults(house: House, run: Run) -> None:
    entry = ENTRY.replace("[LAN-01]", "[LAN-06]").replace(
        "{fact: lamp.on_time, reaches: 90%, by: 2026-12-31}",
        "{fact: lamp.late, reaches: 1%, by: 2025-12-31}",
    )
    house.edit("profile.yaml", ("lamp.late: 20/80", "lamp.late: 4/80"))
    said = " ".join(str(problem) for problem in planned(house, entry).problems)
    assert "found fewer than 6 of 80 children" in said
    assert "4 of 80" not in said


def test_faults_point_at_the_entry(house: House, run: Run) -> None:
    (problem,) = planned(house, ENTRY.replace("2026-06-30", "2025-12-31")).problems
    assert problem.file == house.profile.as_posix()
    assert "due: 2025-12-31" in problem.text
    assert problem.text[problem.column - 1 :] == "2025-12-31"


def test_most_due_in_one_week_is_information_only(house: House, run: Run) -> None:
    plan = planned(house, ENTRY + ENTRY.replace("P-1", "P-2"))
    (load,) = plan.check.loads
    assert (load.owner, load.week, load.due, load.open) == (
        "Keeper of the lamps",
        date(2026, 6, 29),
        2,
        2,
    )
    assert faults(plan) == []


def test_a_plan_that_is_sound_and_whole_is_exit_0(house: House, run: Run) -> None:
    assert run("plan", "profile.yaml").code == 0
    ran = run("plan", "profile.yaml", "--check")
    assert ran.code == 1
    assert "GAPS WITH NO ACTION: 3, most severe first" in ran.out
    every = ENTRY.replace("[LAN-01]", "[LAN-01, LAN-02, LAN-05, LAN-06]")
    planned(house, every)
    assert run("plan", "profile.yaml", "--check").code == 0


@pytest.mark.parametrize("name", ["northmoor", "dunsmarch", "fenhurst"])
def test_counts_of_a_plan_add_up(name: str) -> None:
    path = shipped_scenarios() / name
    plan = action_plan(path, today=lambda: date(2026, 1, 1))
    check = plan.check
    assert len(plan.planned) == check.entries
    for gap in check.gaps:
        assert gap.gaps == gap.planned + gap.lacking + gap.accepted + gap.none
    assert sum(gap.none for gap in check.gaps) == len(check.without)
    assert {one.id for one in check.without} == {
        one.id for action in plan.proposed for one in action.addresses
    }
    assert len(plan.problems) == len(check.faults)
    for fault, count, of in check.counts():
        assert 0 <= count <= of, fault


def test_the_check_has_the_plan_in_its_json(house: House, run: Run) -> None:
    planned(house, ENTRY.replace("    owner: Keeper of the lamps\n", ""))
    content = json.loads(run("check", "profile.yaml", "--format", "json").out)
    assert content["plan_check"]["faults"][0]["fault"] == "no_owner"
    content = json.loads(run("plan", "profile.yaml", "--format", "json").out)
    assert content["check"]["faults"][0]["place"] == {
        "file": "profile.yaml",
        "line": 17,
        "column": 9,
    }
    assert content["planned"][0]["addresses"][0]["verdict"] == "not_met"


def test_a_profile_that_says_nothing_of_a_plan(house: House, run: Run) -> None:
    text = house.profile.read_text(encoding="utf-8").split("plan:\n")[0]
    house.write("profile.yaml", text)
    ran = run("plan", "profile.yaml", "--check")
    assert "The profile says nothing of a plan." in ran.out
    assert json.loads(run("check", "profile.yaml", "--format", "json").out)["plan_check"] is None
    for form in ("xlsx", "docx", "md"):
        assert run("plan", "profile.yaml", "--format", form, "-o", f"plan.{form}").code == 0


# ---- forms


HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% for x in ().__class__.__base__.__subclasses__() %}x{% endfor %}",
    "safe \u202egnp.exe then",
    "W" * 10_000,
    "[a](javascript:alert(1)) | `b` https://example.org",
    "&lt;b&gt; & ]]> <w:p/>",
)


def hostile(house: House, text: str) -> Path:
    said = json.dumps(text, ensure_ascii=True)
    entry = f"""\
  - id: {said}
    addresses: [LAN-01]
    do: {said}
    owner: {said}
    due: 2025-06-30
    shows_in: {said}
    status: late
"""
    planned(house, entry)
    return house.profile


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_only_text(house: House, run: Run, text: str) -> None:
    hostile(house, text)
    shown = text.replace("\u202e", "\ufffd")
    for form in ("xlsx", "docx", "md", "json"):
        ran = run("plan", "profile.yaml", "--format", form, "--output", f"plan.{form}")
        assert (ran.code, ran.err) == (0, ""), form

    book = openpyxl.load_workbook(house.folder / "plan.xlsx")
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert [c.coordinate for c in cells if c.data_type == "f" or c.hyperlink] == []
    texts = [str(c.value) for c in cells]
    assert any(shown in one for one in texts)
    assert [one for one in texts if one.startswith(("=", "+", "-", "@"))] == [], (
        "nor once it is saved as CSV"
    )

    parts = zipfile.ZipFile(house.folder / "plan.docx")
    root = ElementTree.fromstring(parts.read("word/document.xml"))
    words = "".join(root.itertext())
    assert words.count(shown) >= 3
    assert "49" not in words
    assert "\u202e" not in words

    for form in ("text", "md"):
        ran = run("plan", "profile.yaml", "--format", form)
        assert "\u202e" not in ran.out
        assert ("<script>" in ran.out) is (form == "text" and text.startswith("<script>"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b", r"a \| b"),
        ("<b>", r"\<b\>"),
        ("- item", r"\- item"),
        ("1. item", r"\1. item"),
        ("[x](javascript:y)", r"\[x\](javascript\:y)"),
        ("one\ntwo", "one two"),
    ],
)
def test_markdown_is_escaped(text: str, shown: str) -> None:
    assert escaped(text) == shown


@pytest.mark.parametrize("form", ["xlsx", "docx", "md", "json", "text"])
def test_equal_plans_are_equal_files(house: House, run: Run, form: str) -> None:
    first = house.folder / "first"
    second = house.folder / "second"
    for file in (first, second):
        assert run("plan", "profile.yaml", "--format", form, "-o", file.name).code == 0
    assert first.read_bytes() == second.read_bytes()
    if form in ("xlsx", "docx"):
        assert {info.date_time[0] for info in zipfile.ZipFile(first).infolist()} <= {1980, 2000}


def test_the_workbook_has_tables_choices_and_dates(house: House, run: Run) -> None:
    run("plan", "profile.yaml", "--format", "xlsx", "-o", "plan.xlsx")
    book: Any = openpyxl.load_workbook(house.folder / "plan.xlsx")
    visible = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert visible == ["Read me", "Plan", "Proposed", "Check"]
    sheet = book["Plan"]
    assert [table.ref for table in sheet.tables.values()] == ["A3:P4"]
    assert sheet.freeze_panes == "C4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet["E4"].is_date
    checks = {str(v.sqref): v for v in sheet.data_validations.dataValidation}
    assert checks["C4"].formula1 == f'"{",".join(status.value for status in PlanStatus)}"'
    assert checks["D4"].formula1 == "'Lists'!$A$2:$A$2"
    proposed = book["Proposed"].data_validations.dataValidation
    assert any(str(v.formula1).startswith('"proposed,') for v in proposed)


def test_a_council_may_restyle_the_document(house: House, run: Run) -> None:
    import docx

    assert run("plan", "profile.yaml", "--new-template", "own.docx").code == 0
    document: Any = docx.Document(str(house.folder / "own.docx"))
    document.paragraphs[0].insert_paragraph_before("Lampton Borough Council")
    document.save(str(house.folder / "own.docx"))
    options = ("--format", "docx", "--template", "own.docx", "--output", "plan.docx")
    assert run("plan", "profile.yaml", *options).code == 0
    made: Any = docx.Document(str(house.folder / "plan.docx"))
    assert made.paragraphs[0].text == "Lampton Borough Council"
    assert made.tables[0].cell(1, 1).text == "Buy a second lamp"


@pytest.mark.parametrize("field", ["{{ titel }}", "{{ title.__class__.__mro__ }}", "{% if %}"])
def test_a_template_that_cannot_be_filled(house: House, run: Run, field: str) -> None:
    import docx

    document: Any = docx.Document()
    document.add_paragraph(field)
    out = BytesIO()
    document.save(out)
    house.write("own.docx", out.getvalue())
    ran = run("plan", "profile.yaml", "--format", "docx", "--template", "own.docx", "-o", "p.docx")
    assert ran.code == 2
    assert ran.err.startswith("own.docx cannot be filled")
    assert not (house.folder / "p.docx").exists()


def test_a_template_that_is_none(house: House, run: Run) -> None:
    house.write("own.docx", b"not a document")
    ran = run("plan", "profile.yaml", "--format", "docx", "--template", "own.docx", "-o", "p.docx")
    assert (ran.code, ran.err.split(" (")[0]) == (2, "own.docx is no Word document")


def test_a_file_needs_a_name(house: House, run: Run) -> None:
    assert run("plan", "profile.yaml", "--format", "xlsx").code == 2
    assert run("plan", "profile.yaml", "--check", "--format", "xlsx", "-o", "x").code == 2
