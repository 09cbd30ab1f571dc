"""Made-up SEN2 returns for tests: a tree of rows, and the three ways of writing it.

Rows hold text, as files do. A row is a module, its elements by name, and the rows below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

DAY = "2025-01-16"

KEYS = {
    "person": "persontableid",
    "requests": "requeststableid",
    "assessment": "assessmenttableid",
    "namedplan": "namedplantableid",
    "activeplans": "activeplanstableid",
    "placementdetail": "placementdetailtableid",
}
ABOVE = {
    "requests": "person",
    "assessment": "requests",
    "namedplan": "assessment",
    "activeplans": "requests",
    "placementdetail": "activeplans",
}
TAGS = {
    "person": "Person",
    "requests": "Requests",
    "assessment": "Assessment",
    "namedplan": "NamedPlan",
    "activeplans": "ActivePlans",
    "placementdetail": "PlacementDetail",
}
ELEMENTS = {
    "person": ("Surname", "UPN"),
    "requests": ("ReceivedDate", "RequestOutcomeDate", "RequestOutcome", "Exported"),
    "assessment": ("AssessmentOutcome", "AssessmentOutcomeDate", "Week20"),
    "namedplan": ("StartDate",),
    "activeplans": (
        "ReviewMeeting",
        "LastReview",
        "PhaseTransferDueDate",
        "PhaseTransferFinalDate",
    ),
    "placementdetail": ("SENsetting", "LeavingDate"),
}
HEADINGS = {
    "Surname": "Surname",
    "UPN": "UPN - Unique Pupil Number",
    "ReceivedDate": "Date request was received",
    "RequestOutcomeDate": "Request Outcome Date",
    "RequestOutcome": "Request Outcome",
    "Exported": "Exported - Child or young person moves out of LA before assessment is completed",
    "AssessmentOutcome": "Assessment Outcome - Decision to issue EHC plan",
    "AssessmentOutcomeDate": "Assessment Outcome Date",
    "Week20": "Twenty week time limit exceptions apply",
    "StartDate": "EHC Plan Start Date",
    "ReviewMeeting": "Annual Review Meeting Date",
    "LastReview": "EHC Plan Review Decisions Date",
    "PhaseTransferDueDate": "Phase transfer review - due date for any amended plan",
    "PhaseTransferFinalDate": "Phase transfer review - final plan date",
    "SENsetting": "SEN Setting – Establishment type",
    "LeavingDate": "Placement Leaving Date",
}
TITLES = {
    "person": "Person Record",
    "requests": "Requests Records",
    "assessment": "Assessments Records",
    "namedplan": "Named Plan Records",
    "activeplans": "Active Plan Records",
    "placementdetail": "Placement Detail Records",
}


@dataclass
class Row:
    """A row of a module, and those below it."""

    table: str
    cells: Mapping[str, str]
    below: Sequence[Row] = field(default_factory=list)


def person(*requests: Row, upn: str = "", surname: str = "Zzyzx") -> Row:
    """Return a person."""
    return Row("person", {"UPN": upn, "Surname": surname}, requests)


def request(received: str, outcome: str, *below: Row, on: str = "", exported: str = "") -> Row:
    """Return a request."""
    cells = {"ReceivedDate": received, "RequestOutcome": outcome, "RequestOutcomeDate": on}
    return Row("requests", {**cells, "Exported": exported}, below)


def assessment(outcome: str, on: str, *below: Row, week20: str = "0") -> Row:
    """Return an assessment."""
    cells = {"AssessmentOutcome": outcome, "AssessmentOutcomeDate": on, "Week20": week20}
    return Row("assessment", cells, below)


def named_plan(start: str) -> Row:
    """Return a named plan."""
    return Row("namedplan", {"StartDate": start})


def active(
    meeting: str = "", decision: str = "", *below: Row, due: str = "", final: str = ""
) -> Row:
    """Return a plan in force."""
    cells = {"ReviewMeeting": meeting, "LastReview": decision}
    return Row(
        "activeplans",
        {**cells, "PhaseTransferDueDate": due, "PhaseTransferFinalDate": final},
        below,
    )


def placement(setting: str, leaving: str = "") -> Row:
    """Return a placement."""
    return Row("placementdetail", {"SENsetting": setting, "LeavingDate": leaving})


def xml_of(rows: Sequence[Row], day: str = DAY, header: str = "") -> str:
    """Return the message."""

    def write(row: Row) -> Iterator[str]:
        yield f"<{TAGS[row.table]}>"
        for name, cell in row.cells.items():
            if cell:
                yield f"<{name}>{escape(cell)}</{name}>"
        for one in row.below:
            yield from write(one)
        yield f"</{TAGS[row.table]}>"

    inside = "\n".join(line for row in rows for line in write(row))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Message>\n<Header><CollectionDetails>'
        f"<Collection>SEN2</Collection><ReferenceDate>{day}</ReferenceDate></CollectionDetails>"
        f"<Source><LEA>999</LEA></Source>{header}</Header>\n<Persons>\n{inside}\n</Persons>\n</Message>\n"
    )


def tables_of(rows: Sequence[Row]) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each module with keys, as a set of CSV files holds them."""
    tables: dict[str, list[dict[str, str]]] = {table: [] for table in TAGS}

    def add(row: Row, above: str) -> None:
        own = f"{row.table[:2]}{len(tables[row.table]) + 1}"
        keys = {KEYS[row.table]: own}
        if row.table in ABOVE:
            keys[KEYS[ABOVE[row.table]]] = above
        tables[row.table].append({**keys, **row.cells})
        for one in row.below:
            add(one, own)

    for row in rows:
        add(row, "")
    return tables


def header_of(table: str) -> list[str]:
    """Return the columns of a module."""
    above = [KEYS[ABOVE[table]]] if table in ABOVE else []
    return [KEYS[table], *above, *ELEMENTS[table]]


def csv_of(table: str, rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ()) -> str:
    """Return a CSV file of a module, its columns in small letters as COLLECT has them."""
    columns = columns or header_of(table)
    lines = [",".join(column.lower() for column in columns)]
    lines += [",".join(_quoted(row.get(column, "")) for column in columns) for row in rows]
    return "\n".join(lines) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\n') else cell


def write_csv(folder: Path, rows: Sequence[Row], day: str = "16-01-2025") -> list[Path]:
    """Write the set of CSV files."""
    folder.mkdir(exist_ok=True)
    paths = []
    for table, content in tables_of(rows).items():
        path = folder / f"Blade-Export_{day}_{table}.csv"
        path.write_text(csv_of(table, content), encoding="utf-8")
        paths.append(path)
    return paths


def write_workbook(path: Path, rows: Sequence[Row], day: Any = DAY) -> Path:
    """Write the workbook: all modules one below the other, tied by person and request."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data Entry Template"
    sheet.append(["Header Record"])
    sheet.append(["Record Type", "Collection Name", "Reference Date", "LA Number"])
    sheet.append(["Header", "SEN2", day, 999])
    numbered: dict[str, list[list[Any]]] = {table: [] for table in TAGS}

    def add(row: Row, ids: tuple[int, ...]) -> None:
        if row.table in ("person", "requests"):
            ids = (*ids, len(numbered[row.table]) + 1)
        numbered[row.table].append([*ids, *(row.cells.get(n, "") for n in ELEMENTS[row.table])])
        for one in row.below:
            add(one, ids)

    for row in rows:
        add(row, ())
    for table, content in numbered.items():
        sheet.append([])
        sheet.append([TITLES[table]])
        sheet.append([*_ties(table), *(HEADINGS[name] for name in ELEMENTS[table])])
        for cells in content:
            sheet.append([cell if cell != "" else None for cell in cells])
    book.save(path)
    return path


def _ties(table: str) -> list[str]:
    person = "Person ID\n\n(This must match the relevant ID in the Person record table)"
    if table == "person":
        return ["Person ID\n\n(This must be a unique ID for each Person record)"]
    if table == "requests":
        own = "Requests record ID\n\n(This must be a unique ID for each Requests record)"
        return [person, own]
    return [person, "Requests record ID\n\n(This must match the relevant ID in the Requests table)"]
