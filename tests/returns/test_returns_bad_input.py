"""Bad returns: a clear error or a counted exclusion, nothing lost, no child in any word."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from lantern import House

from readiness.errors import InvalidProfile
from readiness.resources import shipped_rules
from readiness.returns.records import source, store, xml_message
from readiness.returns.records.fragment import to_yaml
from readiness.returns.records.lines import summary
from readiness.returns.records.load import Return
from readiness.returns.records.read import Reading, read_return
from readiness.rulebook.rulebook import Rulebook
from returns.sen2 import (
    Row,
    active,
    assessment,
    csv_of,
    named_plan,
    person,
    placement,
    request,
    write_csv,
    write_workbook,
    xml_of,
)

Read = Callable[..., Reading]

SECRET = "Zzyzx"
UPN = "Z987654321012"


def child(*more: Row) -> Row:
    """Return a child whose name and number must never be seen again."""
    plan = assessment("Y", "2024-08-01", named_plan("2024-08-01"))
    one = request("2024-05-01", "Y", plan, active("2024-09-01"), on="2024-06-01")
    return person(one, *more, upn=UPN, surname=SECRET)


@pytest.fixture
def read(shipped: Rulebook, sen2: Return) -> Read:
    def read(*paths: Path, as_of: date | None = None, council: str | None = None) -> Reading:
        return read_return(sen2, paths, shipped.facts, as_of=as_of, council=council)

    return read


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def said(error: pytest.ExceptionInfo[InvalidProfile]) -> str:
    """Return an error's words, after checking that they show no child."""
    words = str(error.value)
    assert SECRET not in words
    assert UPN not in words
    return words


# ---- messages ----

WHOLE = xml_of([child()])

MESSAGES: dict[str, tuple[str | bytes, str]] = {
    "cut short": (WHOLE[: WHOLE.index("</Requests>")], "the message ends too early"),
    "cut in a tag": (WHOLE[: WHOLE.index("</Assessment>") + 5], "the message ends too early"),
    "mismatched": (WHOLE.replace("</NamedPlan>", "</Named>"), "this is not XML: mismatched tag"),
    "an entity bomb": (
        WHOLE.replace("<Message>", '<!DOCTYPE m [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><Message>'),
        "the message declares a document type",
    ),
    "an external entity": (
        WHOLE.replace("<Message>", '<!DOCTYPE m SYSTEM "file:///etc/passwd"><Message>'),
        "the message declares a document type",
    ),
    "an undeclared entity": (WHOLE.replace(SECRET, "&who;"), "undefined entity"),
    "another return": (
        "<Message><Children><Child><UPN>Z1</UPN></Child></Children></Message>",
        "no module of the SEN2 person-level return is in this message",
    ),
    "another collection": (WHOLE.replace(">SEN2<", ">CIN<"), "its header names another collection"),
    "an unknown encoding": (WHOLE.replace("UTF-8", "x-klingon"), "encoding that cannot be read"),
    "not UTF-8": (
        WHOLE.encode().replace(SECRET.encode(), b"Zzyzx\xe9"),
        "this is not XML: not well-formed (invalid token)",
    ),
    "too deep": (
        WHOLE.replace(SECRET, "<x>" * 60 + "</x>" * 60),
        "elements are nested more than 40 deep",
    ),
    "no day": (
        WHOLE.replace("<ReferenceDate>2025-01-16</ReferenceDate>", ""),
        "the day of the return is not known",
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_cannot_be_used_is_told_why(read: Read, tmp_path: Path, name: str) -> None:
    content, expected = MESSAGES[name]
    path = write(tmp_path / "sen2.xml", content)
    with pytest.raises(InvalidProfile) as error:
        read(path)
    assert expected in said(error)


def test_an_encoding_that_a_message_declares_is_used(read: Read, tmp_path: Path) -> None:
    text = WHOLE.replace("UTF-8", "windows-1252").replace(SECRET, "Zoë’s")
    reading = read(write(tmp_path / "a.xml", text.encode("windows-1252")))
    assert reading.modules["requests"].used == 1
    reading = read(write(tmp_path / "b.xml", WHOLE.replace("UTF-8", "UTF-16").encode("utf-16")))
    assert reading.modules["requests"].used == 1


def test_what_stands_in_the_wrong_place_is_counted(read: Read, tmp_path: Path) -> None:
    text = WHOLE.replace("</Person>", "<ActivePlans><LastReview/></ActivePlans></Person>")
    module = read(write(tmp_path / "sen2.xml", text)).modules["activeplans"]
    (reason,) = module.left_out
    assert reason == "it stands in the wrong place in the message"
    assert (module.read, module.used, module.left_out[reason].count) == (2, 1, 1)


def test_an_element_that_comes_twice_is_said(read: Read, tmp_path: Path) -> None:
    once = "<ReceivedDate>2024-05-01</ReceivedDate>"
    reading = read(write(tmp_path / "sen2.xml", WHOLE.replace(once, once * 2)))
    assert "ReceivedDate comes twice in one row" in " ".join(reading.notes)


# ---- days ----


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("29/02/2023", "is not a date"),
        ("2024-13-01", "is not a date"),
        ("in May", "is not a date"),
        ("45292", "is not a date"),
        ("0024-05-01", "lies before 1980"),
        ("2025-01-17", "lies after the day of the return"),
        ("29/02/2024", None),
        ("2024-02-29T00:00:00", None),
        ("29 Feb 2024", None),
        ("29 February 2024", None),
        ("2025-01-16", None),
    ],
)
def test_days_are_read_or_counted(read: Read, tmp_path: Path, cell: str, fault: str | None) -> None:
    path = tmp_path / "sen2.xml"
    reading = read(write(path, xml_of([child(request(cell, "A"))])))
    module = reading.modules["requests"]
    assert module.used == 2
    faults = {key: rows.count for key, rows in module.unread.items()}
    assert faults == ({("ReceivedDate", fault): 1} if fault else {})
    received = next(f for f in reading.figures if f.ref.id == "ehcp.requests_in_year")
    assert received.left_out == ({"ReceivedDate is not recorded": 1} if fault else {})


def test_codes_and_answers_that_mean_nothing_are_counted(read: Read, tmp_path: Path) -> None:
    plan = assessment("Y", "2024-08-01", week20="maybe")
    rows = [child(), person(request("2024-05-01", "Z", plan))]
    modules = read(write(tmp_path / "sen2.xml", xml_of(rows))).modules
    outcome = modules["requests"].unread["RequestOutcome", "is not a code of this element"]
    week20 = modules["assessment"].unread["Week20", "is neither yes nor no"]
    assert (outcome.count, week20.count) == (1, 1)


# ---- CSV ----


def a_set(tmp_path: Path) -> dict[str, Path]:
    """Write a set of CSV files and return them by module."""
    return {path.stem.rpartition("_")[2]: path for path in write_csv(tmp_path / "csv", [child()])}


def test_headings_vary_and_are_found(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    text = files["assessment"].read_text(encoding="utf-8")
    text = text.replace("assessmentoutcomedate", "“Assessment – Outcome  (Date))”").replace(
        "assessmenttableid", "ASSESSMENT TABLE ID"
    )
    rows = [[*line.split(",")[::-1], "more"] for line in text.splitlines()]
    turned = "\r\n".join(";".join(row) for row in rows) + "\r\n\r\n"
    files["assessment"].write_bytes(b"\xef\xbb\xbf" + turned.encode())
    reading = read(*files.values())
    assert reading.modules["assessment"].used == 1
    issued = next(f for f in reading.figures if f.ref.id == "ehcp.issued_on_time")
    assert (issued.numerator, issued.denominator) == (1, 1)


def test_a_heading_that_is_nearly_right_is_asked_about(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    text = files["requests"].read_text(encoding="utf-8")
    files["requests"].write_text(text.replace("receiveddate", "recieveddate"), encoding="utf-8")
    reading = read(*files.values())
    why = {one.fact: one.why for one in reading.cannot}
    expected = "requests has no column ReceivedDate; did you mean 'recieveddate'?"
    assert why["ehcp.requests_in_year"] == expected
    assert "ehcp.plans_in_force" not in why


def test_a_column_that_ties_rows_must_be_there(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    for table, column in (("requests", "requeststableid"), ("assessment", "requeststableid")):
        text = files[table].read_text(encoding="utf-8")
        files[table].write_text(text.replace(column, "requestid"), encoding="utf-8")
    with pytest.raises(InvalidProfile) as error:
        read(*files.values())
    words = said(error)
    assert "'requeststableid' is missing, to which assessment, activeplans refer" in words
    assert "'requeststableid' is missing, which ties these rows to Requests" in words


def test_rows_of_another_width_are_counted_with_their_lines(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    lines = files["requests"].read_text(encoding="utf-8").splitlines()
    lines += ["re7,pe1,2024-05-03", "re8,pe1,soon,,A,", "re9,pe1,2024-05-03,,A,,x", ",,,,,"]
    files["requests"].write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    module = read(*files.values()).modules["requests"]
    reason = "it has other columns than the first line"
    assert (module.read, module.used, set(module.left_out)) == (4, 2, {reason})
    assert module.left_out[reason] == store.Rows(2, (3, 5))
    assert module.unread["ReceivedDate", "is not a date"].first == (4,)


def test_text_of_another_encoding_is_said(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    content = files["person"].read_bytes().replace(b"Zzyzx", b"Zo\xeb\x92s")
    files["person"].write_bytes(content + b"\npe2,short\npe3,,,,\npe4,,x,x\n")
    reading = read(*files.values())
    module = reading.modules["person"]
    assert (module.read, module.used) == (4, 2)
    assert [rows.first for rows in module.left_out.values()] == [(4, 6)]
    assert any("is not UTF-8" in note for note in reading.notes)


@pytest.mark.parametrize(("second", "why"), [("1", None), ("0", "its rows answer it differently")])
def test_a_second_row_of_what_is_one_is_no_crash(
    read: Read, tmp_path: Path, second: str, why: str | None
) -> None:
    path = tmp_path / "x_sen2.csv"
    path.write_text(
        f"collection,referencedate,dmo\nSEN2,2025-01-16,1\nSEN2,2025-01-16,{second}\n",
        encoding="utf-8",
    )
    reading = read(path)
    cannot = {one.fact: one.why for one in reading.cannot}
    assert cannot.get("send.dmo_in_post") == why
    assert [f.value for f in reading.figures] == ([] if why else [True])


def test_files_that_are_no_module_are_said(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    other = write(tmp_path / "csv" / "Blade-Export_16-01-2025_request.csv", "a,b\n1,2\n")
    reading = read(*files.values(), other)
    (note,) = [note for note in reading.notes if "not read" in note]
    assert note.endswith("request.csv; did you mean 'requests'?")
    with pytest.raises(InvalidProfile, match="this is no module of the return"):
        read(other)


def test_two_forms_at_once_are_refused(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    other = write(tmp_path / "sen2.xml", WHOLE)
    with pytest.raises(InvalidProfile, match=r"sen2.xml: this file and .*_person.csv are not one"):
        read(*files.values(), other)


def test_two_files_of_one_module_are_refused(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    again = write(tmp_path / "requests.csv", files["requests"].read_bytes())
    with pytest.raises(InvalidProfile, match="holds this module already"):
        read(*files.values(), again)


def test_a_file_that_never_fits_is_refused(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_MAX_REJECTED", 2)
    files = a_set(tmp_path)
    with files["requests"].open("a", encoding="utf-8") as file:
        file.write("short\n" * 3)
    with pytest.raises(InvalidProfile, match="more than 2 rows have other columns"):
        read(*files.values())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old workbook (.xls)"),
        (b"ab\0\0cd\0\0", "neither text nor a workbook"),
        (b"PK\x03\x04 but no zip", "this workbook cannot be opened"),
        ("persontableid,upn\n".encode("utf-16"), "neither text nor a workbook"),
    ],
)
def test_files_of_no_form_are_refused(
    read: Read, tmp_path: Path, content: bytes, expected: str
) -> None:
    path = write(tmp_path / "Blade-Export_16-01-2025_person.csv", content)
    with pytest.raises(InvalidProfile) as error:
        read(path)
    assert expected in said(error)


def test_everything_wrong_with_files_is_said_at_once(read: Read, tmp_path: Path) -> None:
    empty = write(tmp_path / "a_person.csv", b"")
    with pytest.raises(InvalidProfile) as error:
        read(empty, tmp_path / "none.xml")
    assert len(error.value.problems) == 2


def test_a_name_with_wildcards_is_one_name(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    odd = files["requests"].rename(tmp_path / "csv" / "a[1] it's_requests.csv")
    assert read(*{**files, "requests": odd}.values()).modules["requests"].used == 1


def test_the_day_comes_from_somewhere(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    plain = [path.rename(path.with_name(path.name.rpartition("_")[2])) for path in files.values()]
    with pytest.raises(InvalidProfile, match="give it with --day"):
        read(*plain)
    reading = read(*plain, as_of=date(2025, 1, 16))
    assert "16 January 2025 was given" in " ".join(reading.notes)


def test_a_return_of_another_council_is_refused(read: Read, tmp_path: Path) -> None:
    path = write(tmp_path / "sen2.xml", WHOLE)
    assert read(path, council="999").council == "999"
    with pytest.raises(InvalidProfile, match="of council 999, not of 302"):
        read(path, council="302")


def test_memory_is_bounded(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MEMORY", "1MB")
    with pytest.raises(InvalidProfile, match="do not fit into 1MB of memory") as error:
        read(write(tmp_path / "sen2.xml", xml_of([child()] * 3_000)))
    said(error)


def test_a_file_that_is_too_large_is_not_read(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "LARGEST_FILE", 1_000)
    large = write(tmp_path / "sen2.xml", WHOLE + " " * 1_000)
    size = large.stat().st_size
    with pytest.raises(InvalidProfile, match=f"{size:,} bytes are more than the 1,000") as error:
        read(large)
    said(error)


@pytest.mark.parametrize(
    "piece", ['<Person a="%s"/>', "<Person%s/>", "<!-- %s -->", "<?say %s?>", "</%s>"]
)
def test_what_the_parser_would_hold_is_bounded(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: str
) -> None:
    monkeypatch.setattr(xml_message, "_MAX_PIECE", 100_000)
    start, end = WHOLE.split("<Person>", 1)
    short, long = piece % ("x" * 20), piece % ("x" * 400_000)
    with pytest.raises(InvalidProfile, match="longer than 100,000 bytes"):
        read(write(tmp_path / "sen2.xml", start + long + "<Person>" + end))
    if piece.startswith(("<!", "<?")):
        assert read(write(tmp_path / "sen2.xml", start + short + "<Person>" + end)).figures


def test_a_long_text_is_no_long_piece(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_message, "_MAX_PIECE", 100_000)
    start, end = WHOLE.split("</Person>", 1)
    text = "<Note>" + "word " * 100_000 + "</Note>"
    path = write(tmp_path / "sen2.xml", start + text + "</Person>" + end)
    other = read(write(tmp_path / "other.xml", WHOLE))
    assert [one.value for one in read(path).figures] == [one.value for one in other.figures]


def test_names_of_elements_are_bounded(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_message, "_MAX_NAMES", 100)
    start, end = WHOLE.split("</Person>", 1)
    other = "".join(f"<Other{number}/>" for number in range(101))
    with pytest.raises(InvalidProfile, match="more than 100 different elements"):
        read(write(tmp_path / "sen2.xml", start + other + "</Person>" + end))


# ---- workbooks ----


def test_dates_of_a_workbook_come_in_every_form(read: Read, tmp_path: Path) -> None:
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

    for name, epoch in (("1900", None), ("1904", CALENDAR_MAC_1904)):
        path = write_workbook(tmp_path / f"{name}.xlsx", [child()] * 3, date(2025, 1, 16))
        book = openpyxl.load_workbook(path)
        if epoch is not None:
            book.epoch = epoch
        (sheet,) = book.worksheets
        heading = next(c for row in sheet for c in row if c.value == "Date request was received")
        day = date(2024, 5, 1)
        number_of: Any = to_excel
        forms = [day, number_of(day, epoch) if epoch else number_of(day), "01/05/2024"]
        for number, form in enumerate(forms, heading.row + 1):
            cell = sheet.cell(number, heading.column, form)
            cell.number_format = "General" if not isinstance(form, date) else "dd/mm/yyyy"
        book.save(path)
        reading = read(path)
        # One child, three times: the same day each time, so one request.
        assert reading.modules["requests"].used == 1
        received = next(f for f in reading.figures if f.ref.id == "ehcp.requests_in_year")
        assert (received.numerator, received.left_out) == (1, {})


def test_formulas_errors_and_merged_cells_are_counted(read: Read, tmp_path: Path) -> None:
    import openpyxl

    others = [person(request(f"2024-06-0{n}", "A")) for n in range(1, 4)]
    path = write_workbook(tmp_path / "sen2.xlsx", [child(), *others])
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    heading = next(c for row in sheet for c in row if c.value == "Date request was received")
    line, column = heading.row + 1, heading.column
    sheet.cell(line + 1, column, "=TODAY()")
    sheet.cell(line + 2, column, "#REF!")
    sheet.merge_cells(start_row=line, end_row=line, start_column=column, end_column=column + 1)
    sheet.cell(line + 3, column + 1).value = "2024-06-02"
    book.save(path)
    module = read(path).modules["requests"]
    assert module.used == 4
    assert {key: rows.first for key, rows in module.unread.items()} == {
        ("ReceivedDate", "is a formula without a saved value"): (line + 1,),
        ("ReceivedDate", "holds the error of a formula"): (line + 2,),
        ("RequestOutcomeDate", "is inside a merged cell"): (line,),
    }


def _repack(path: Path, change: Callable[[str, bytes], bytes], **more: bytes) -> Path:
    """Write a workbook again with its parts changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: change(name, old.read(name)) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, **more}.items():
            new.writestr(name, content)
    return path


def test_a_workbook_that_unfolds_without_end_is_refused(read: Read, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "sen2.xlsx", [child()])
    spaces = b" " * 60_000_000
    _repack(path, lambda name, old: old + spaces if name.endswith("sheet1.xml") else old)
    with pytest.raises(InvalidProfile, match="would unfold to"):
        read(path)


def test_a_workbook_with_a_document_type_is_refused(read: Read, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "sen2.xlsx", [child()])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'
    _repack(path, lambda _, old: old.replace(b"<worksheet", bomb, 1))
    with pytest.raises(InvalidProfile, match="declares a document type"):
        read(path)


def test_macros_are_not_run_and_do_not_matter(read: Read, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "sen2.xlsm", [child()])
    _repack(path, lambda _, old: old, **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 100})
    assert read(path).modules["requests"].used == 1


def test_a_zip_that_is_no_workbook_is_refused(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "sen2.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("requests.csv", "a,b\n")
    with pytest.raises(InvalidProfile, match="a zip file, but no workbook"):
        read(path)


def test_a_workbook_of_something_else_is_told_what_is_looked_for(
    read: Read, tmp_path: Path
) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Child", SECRET])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(InvalidProfile) as error:
        read(tmp_path / "other.xlsx")
    assert "a module begins below a title such as" in said(error)


# ---- no child in any output ----


@pytest.mark.parametrize("form", ["xml", "csv", "xlsx"])
@pytest.mark.parametrize("small", [True, False])
def test_no_child_is_in_any_output(
    read: Read, shipped: Rulebook, tmp_path: Path, form: str, small: bool
) -> None:
    places = [placement("EHE", "31/12/2024"), placement("ZZZ")]
    more = request("31/02/2024", "Q", active("1/1/1066", "", *places), exported="302")
    rows = [child(more), child(), person(request("", ""), surname=SECRET)]
    if form == "csv":
        paths = write_csv(tmp_path / "csv", rows)
    else:
        path = tmp_path / f"sen2.{form}"
        paths = [write(path, xml_of(rows)) if form == "xml" else write_workbook(path, rows)]
    reading = read(*paths)
    shown = to_yaml(reading, shipped) + "\n".join(summary(reading, shipped, show_small=small))
    for word in (SECRET, UPN, "31/02", "1066", "2024-05-01", "2024-08-01", "ZZZ", "1 May 2024"):
        assert word not in shown


def test_a_heading_is_never_quoted_where_a_child_may_stand(read: Read, tmp_path: Path) -> None:
    files = a_set(tmp_path)
    text = files["requests"].read_text(encoding="utf-8")
    files["requests"].write_text(text.split("\n", 1)[1], encoding="utf-8")  # without headings
    with pytest.raises(InvalidProfile) as error:
        read(*files.values())
    words = said(error)
    assert "2024-05-01" not in words
    assert "no column of Requests" in words


def test_csv_of_is_what_the_reader_expects() -> None:
    assert csv_of("namedplan", []) == "namedplantableid,assessmenttableid,startdate\n"


@pytest.mark.parametrize(
    "more", [("--rows", "rows.csv"), ("--la", "302"), ("--show-small-counts",)]
)
def test_sql_takes_no_option_of_a_reading(run: Run, house: House, more: tuple[str, ...]) -> None:
    ran = run("returns", "read", "cin", "--dialect", "spark", "--rules", shipped_rules(), *more)
    assert (ran.code, ran.out) == (2, "")
    assert f"--dialect prints SQL and counts nothing: leave out {more[0]}" in ran.err
    assert not (house.folder / "rows.csv").exists()
