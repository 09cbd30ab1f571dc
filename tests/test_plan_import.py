"""A plan that comes back from its workbook: what is taken, what clashes, and what stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lantern import House, build
from test_plan import HOSTILE

from readiness.errors import InvalidProfile
from readiness.profile.plan_file import Edit, edited, entry_lines, plan_places
from readiness.yaml_reader import read_bytes

Edits = Callable[[Any], None]

HEADINGS = 3


def out(run: Run) -> None:
    assert run("plan", "profile.yaml", "--format", "xlsx", "--output", "plan.xlsx").code == 0


def edit(house: House, change: Edits) -> None:
    """Open the workbook as somebody does in a spreadsheet, change it, and save it."""
    file = house.folder / "plan.xlsx"
    book = openpyxl.load_workbook(file)
    change(book)
    book.save(file)


def cell(book: Any, id: str, heading: str, sheet: str = "Plan") -> Any:
    page = book[sheet]
    columns = {one.value: one.column for one in page[HEADINGS]}
    row = next(row for row in page.iter_rows(min_row=HEADINGS + 1) if row[0].value == id)
    return page.cell(row[0].row, columns[heading])


def put(id: str, heading: str, value: Any, sheet: str = "Plan") -> Edits:
    def change(book: Any) -> None:
        cell(book, id, heading, sheet).value = value

    return change


def back(run: Run, *options: str) -> Any:
    return run("plan", "profile.yaml", "--import", "plan.xlsx", *options)


def lines(house: House) -> list[str]:
    return house.profile.read_text(encoding="utf-8").splitlines()


# ---- what comes back


@pytest.mark.parametrize(
    ("heading", "value", "old", "new"),
    [
        ("Status", "done", "status: on track", "status: done"),
        ("Status", "  At Risk ", "status: on track", "status: at risk"),
        ("Owner", "Head of lamps: acting", "Keeper of the lamps", '"Head of lamps: acting"'),
        ("Owner", "'=Head", "Keeper of the lamps", '"=Head"'),
        ("Due", date(2026, 7, 31), "due: 2026-06-30", "due: 2026-07-31"),
        ("Due", "31/07/2026", "due: 2026-06-30", "due: 2026-07-31"),
        ("Due", 46234, "due: 2026-06-30", "due: 2026-07-31"),
        ("Aim", "85%", "reaches: 90%", "reaches: 85%"),
        ("Aim reached by", date(2027, 1, 31), "by: 2026-12-31", "by: 2027-01-31"),
    ],
)
def test_one_change_is_one_value(
    house: House, run: Run, heading: str, value: Any, old: str, new: str
) -> None:
    before = house.profile.read_text(encoding="utf-8")
    out(run)
    edit(house, put("P-1", heading, value))
    ran = back(run, "--dry-run")
    assert (ran.code, ran.err) == (0, "")
    assert house.profile.read_text(encoding="utf-8") == before
    ran = back(run)
    assert ran.out.splitlines()[-1] == "changed: profile.yaml"
    head, _, tail = before.rpartition(old)
    assert house.profile.read_text(encoding="utf-8") == head + new + tail
    assert "already" in back(run).out


def test_an_aim_of_one_member_comes_back(house: House, run: Run) -> None:
    house.edit(
        "profile.yaml", ("fact: lamp.on_time, reaches", "fact: room.seen, for: attic, reaches")
    )
    out(run)
    edit(house, put("P-1", "Aim", "85%"))
    assert back(run).code == 0
    text = house.profile.read_text(encoding="utf-8")
    assert "{fact: room.seen, for: attic, reaches: 85%, by: 2026-12-31}" in text


def test_nothing_changed_is_nothing_written(house: House, run: Run) -> None:
    before = house.profile.read_bytes()
    out(run)
    edit(house, lambda book: None)
    assert back(run).out == "Nothing in the plan changes.\n"
    assert house.profile.read_bytes() == before


@pytest.mark.parametrize("text", [*HOSTILE, "'=1", "''x"], ids=range(len(HOSTILE) + 2))
def test_hostile_text_comes_back_as_it_was(house: House, run: Run, text: str) -> None:
    said = json.dumps(text)
    house.edit(
        "profile.yaml",
        ("do: Buy a second lamp\n    owner: Keeper of the lamps", f"do: {said}\n    owner: {said}"),
    )
    before = house.profile.read_bytes()
    out(run)
    edit(house, put("P-1", "Status", "late"))
    assert back(run).out.splitlines() == [
        "P-1: status 'on track' -> 'late'",
        "changed: profile.yaml",
    ]
    assert house.profile.read_bytes() == before.replace(b"status: on track", b"status: late")


def test_columns_may_move_and_rows_be_sorted(house: House, run: Run) -> None:
    out(run)

    def change(book: Any) -> None:
        page = book["Plan"]
        page.title = "Ours"
        for row in page.iter_rows(min_row=HEADINGS):
            values = [one.value for one in row]
            for one, value in zip(row, reversed(values), strict=True):
                one.value = value
        columns = {one.value: one.column for one in page[HEADINGS]}
        page.cell(HEADINGS + 1, columns["Status"]).value = "late"

    edit(house, change)
    assert "P-1: status 'on track' -> 'late'" in back(run).out


def test_a_proposed_action_is_taken_on(house: House, run: Run) -> None:
    out(run)

    def change(book: Any) -> None:
        put("LAN-06-1", "Status", "not started", "Proposed")(book)
        put("LAN-06-1", "Due", date(2026, 3, 31), "Proposed")(book)
        put("LAN-05-1", "Owner", "Somebody", "Proposed")(book)

    edit(house, change)
    ran = back(run)
    assert "LAN-06-1: taken on; Keeper of the lamps, due 31 March 2026; not started" in ran.out
    assert "LAN-05-1 is still proposed" in ran.out
    assert lines(house)[-7:] == [
        "  - id: LAN-06-1",
        "    addresses: [LAN-06]",
        "    do: Light the lamp",
        "    owner: Keeper of the lamps",
        "    due: 2026-03-31",
        "    shows_in: {fact: lamp.late}",
        "    status: not started",
    ]
    assert [entry.id for entry in house.load().plan or ()] == ["P-1", "LAN-06-1"]
    assert "LAN-06-1 is in the plan already" in back(run).out


@pytest.mark.parametrize("plan", ["plan: []\n", ""])
def test_the_first_entry_of_a_plan(house: House, run: Run, plan: str) -> None:
    text = house.profile.read_text(encoding="utf-8").split("plan:\n")[0]
    house.write("profile.yaml", text + plan)
    out(run)
    edit(house, put("LAN-06-1", "Status", "on track", "Proposed"))
    assert back(run).code == 0
    assert [entry.id for entry in house.load().plan or ()] == ["LAN-06-1"]


def test_in_a_folder_only_the_file_of_the_plan_changes(house: House, run: Run) -> None:
    head, plan = house.profile.read_text(encoding="utf-8").split("plan:\n")
    house.write("all/council.yaml", head)
    house.write("all/plan.yaml", f"# Ours\nplan:\n{plan}# The end\n")
    run("plan", "all", "--format", "xlsx", "--output", "plan.xlsx")

    def change(book: Any) -> None:
        put("P-1", "Owner", "Head of lamps")(book)
        put("LAN-06-1", "Status", "on track", "Proposed")(book)

    edit(house, change)
    ran = run("plan", "all", "--import", "plan.xlsx")
    assert ran.out.splitlines()[-1] == "changed: all/plan.yaml"
    assert (house.folder / "all/council.yaml").read_text(encoding="utf-8") == head
    text = (house.folder / "all/plan.yaml").read_text(encoding="utf-8")
    assert text.startswith("# Ours\nplan:\n")
    assert text.endswith("status: on track\n# The end\n")
    assert "owner: Head of lamps\n" in text


def test_what_does_not_come_back_is_named(house: House, run: Run) -> None:
    out(run)
    edit(house, put("P-1", "What will be done", "Buy two"))
    assert "not taken: sheet Plan, row 4: 'What will be done' of P-1 was changed" in back(run).out


# ---- what is refused


def twice(book: Any) -> None:
    page = book["Plan"]
    for at, one in enumerate(page[4], 1):
        page.cell(5, at).value = one.value


def no_id(book: Any) -> None:
    book["Plan"].cell(6, 3).value = "on track"


def gone(book: Any) -> None:
    for one in book["Plan"][4]:
        one.value = None


def heading(new: str) -> Edits:
    def change(book: Any) -> None:
        cell(book, "P-1", "Owner").parent.cell(HEADINGS, 4).value = new

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("P-1", "Id", "P-11"), "sheet Plan, row 4, 'Id': no action of this workbook is called"),
        (put("P-1", "Due", "end of March"), "row 4, 'Due': 'end of March' is not a date"),
        (put("P-1", "Due", "31/02/2026"), "row 4, 'Due': '31/02/2026' is not a date"),
        (put("P-1", "Due", 7), "row 4, 'Due': '1900-01-07' is not a date"),
        (put("P-1", "Due", None), "row 4, 'Due': this cell of P-1 is empty, and was not"),
        (put("P-1", "Owner", "=A1"), "row 4, 'Owner': a formula stands here, for P-1"),
        (put("P-1", "Status", "finished"), "row 4, 'Status': 'finished' is no status"),
        (put("P-1", "Status", "proposed"), "row 4, 'Status': 'proposed' is no status"),
        (put("P-1", "Aim", "soon"), "row 4, 'Aim': the aim of P-1: 'soon' is not a share"),
        (put("P-1", "Aim", 0.5), "row 4, 'Aim': the aim of P-1: 0.5 could be a share"),
        (heading("Who"), "sheet Plan, row 3: the heading 'Owner' is not there"),
        (heading("Status"), "sheet Plan, row 3, 'Status': this heading stands twice"),
        (twice, "sheet Plan, row 5, 'Id': 'P-1' stands here and in sheet Plan, row 4"),
        (no_id, "sheet Plan, row 6, 'Id': this row has no id"),
        (gone, "sheet Plan: the row of 'P-1' is not there any more"),
        (put("LAN-05-1", "Aim", "3", "Proposed"), "this action has no fact for which an aim can"),
        (lambda book: book.remove(book["As exported"]), "this is no workbook of a plan"),
    ],
)
def test_what_cannot_be_taken_back(house: House, run: Run, change: Edits, said: str) -> None:
    before = house.profile.read_bytes()
    out(run)
    edit(house, change)
    ran = back(run)
    assert ran.code == 4
    assert said in ran.err
    assert "help: " in ran.err
    assert house.profile.read_bytes() == before


def test_everything_wrong_is_said_at_once(house: House, run: Run) -> None:
    out(run)

    def change(book: Any) -> None:
        put("P-1", "Due", "soon")(book)
        put("P-1", "Status", "finished")(book)

    edit(house, change)
    ran = back(run)
    assert "'soon' is not a date" in ran.err
    assert "'finished' is no status" in ran.err


def test_a_plan_changed_on_both_sides(house: House, run: Run) -> None:
    out(run)
    edit(house, put("P-1", "Owner", "Head of lamps"))
    house.edit("profile.yaml", ("    owner: Keeper of the lamps", "    owner: Lamplighter"))
    ran = back(run)
    assert ran.code == 4
    assert "sheet Plan, row 4, 'Owner': the owner of P-1 was changed on both sides" in ran.err
    assert "'Head of lamps' here, 'Lamplighter' in the profile (profile.yaml, line 17)" in ran.err
    house.edit("profile.yaml", ("Lamplighter", "Head of lamps"))
    assert "P-1: owner is 'Head of lamps' already" in back(run).out


def test_other_changes_of_the_profile_stay(house: House, run: Run) -> None:
    out(run)
    edit(house, put("P-1", "Owner", "Head of lamps"))
    house.edit("profile.yaml", ("status: on track", "status: late"))
    assert back(run).code == 0
    (entry,) = house.load().plan or ()
    assert (entry.owner, entry.status.value) == ("Head of lamps", "late")


def test_an_action_that_is_no_longer_planned(house: House, run: Run) -> None:
    out(run)
    edit(house, put("P-1", "Owner", "Head of lamps"))
    house.edit("profile.yaml", ("id: P-1", "id: P-2"))
    assert "P-1 is no longer in the plan of the profile" in back(run).err


def test_the_plan_of_another_council(house: House, run: Run) -> None:
    out(run)
    house.edit("profile.yaml", ("name: Lampton", "name: Wickton"))
    ran = back(run)
    assert (ran.code, "this is the plan of Lampton, the profile is Wickton's" in ran.err) == (
        4,
        True,
    )


def test_a_file_that_is_no_workbook(house: House, run: Run) -> None:
    house.write("plan.xlsx", b"not a workbook")
    assert back(run).code == 4
    assert run("plan", "profile.yaml", "--import", "plan.xlsx", "--check").code == 2


# ---- changing a plan in place


LAYOUTS = {
    "block": """\
plan:
  - id: P-1
    do: a  # said so
    due: 2026-01-01

  - id: P-2
    do: b
""",
    "at the edge": """\
plan:
- id: P-1
  do: a
# of the owner
  owner: X
- do: b
  id: P-2
""",
    "deep": """\
plan:
    -   id: P-1
        do: a
    -   id: P-2
        do: b
as_of: 2026-01-01
""",
    "flow": """\
plan:
  - {id: P-1, do: a, owner: 'X, Y'}
  - {id: P-2, do: b, shows_in: {fact: f}}
""",
    "nested": """\
plan:
  - id: P-1
    shows_in:
      fact: f
    do: a
  - {id: P-2, do: b}
""",
    "folded, without a last line end": """\
plan:
  - id: P-1
    do: >-
      a long
      text
    status: late
  - id: P-2
    do: b""",
}

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "owner": st.text("aZ :#'\"{}[]-=,é&*!|>%@`?", min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool),
    "due": st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    "status": st.sampled_from(["done", "not started"]),
}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
    data=st.data(),
)
def test_a_change_in_place_changes_nothing_else(
    tmp_path: Path, layout: str, end: str, mark: str, data: st.DataObject
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes((mark + LAYOUTS[layout].replace("\n", end)).encode())
    places = plan_places(file)
    keys = st.lists(
        st.tuples(st.sampled_from(["P-1", "P-2"]), st.sampled_from(sorted(VALUES))), unique=True
    )
    edits = [Edit(id, key, data.draw(VALUES[key])) for id, key in data.draw(keys)]
    before = read_bytes(file.read_bytes(), "plan").data
    added = data.draw(st.sampled_from([[], [{"id": "P-3", "do": "c: d", "addresses": ["A-1"]}]]))
    made = edited(places, edits, added, file)
    content = made.get(file, file.read_bytes())
    for edit in edits:
        next(e for e in before["plan"] if e["id"] == edit.id)[edit.key] = edit.value
    before["plan"] += added
    assert read_bytes(content, "plan").data == before
    text = content.decode()
    assert text.startswith(mark)
    assert end == "\n" or "\n" not in text.replace("\r\n", "")
    for comment in ("# said so", "# of the owner\n  owner"):
        if comment in LAYOUTS[layout]:
            assert comment.replace("\n", end) in text


def test_an_aim_beside_its_fact(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    for name, expected in (("flow", "{fact: f, reaches: 70%}"), ("nested", "      reaches: 70%\n")):
        file.write_text(LAYOUTS[name], encoding="utf-8")
        id = "P-2" if name == "flow" else "P-1"
        made = edited(plan_places(file), [Edit(id, "shows_in.reaches", "70%")], [], file)
        assert expected in made[file].decode()


def test_what_is_written_over_several_lines_is_left_for_people(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("plan:\n  - id: P-1\n    owner: one\n      two\n", encoding="utf-8")
    with pytest.raises(InvalidProfile, match="the owner of P-1 cannot be changed here"):
        edited(plan_places(file), [Edit("P-1", "owner", "X")], [], file)
    file.write_text("plan: [{id: P-1, do: a}]\n", encoding="utf-8")
    with pytest.raises(InvalidProfile, match="a plan in brackets cannot be added to"):
        edited(plan_places(file), [], [{"id": "P-2", "do": "b"}], file)


def test_a_new_entry_reads_back(tmp_path: Path) -> None:
    build(tmp_path)
    entry = {
        "id": "P: 1",
        "addresses": ["LAN-01"],
        "do": "yes",
        "owner": "no",
        "due": date(2026, 1, 1),
        "shows_in": {"fact": "lamp.on_time", "reaches": "90%"},
        "status": "on track",
    }
    text = "plan:\n" + "\n".join(entry_lines(entry)) + "\n"
    assert read_bytes(text.encode(), "plan").data["plan"] == [entry]
