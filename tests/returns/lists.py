"""Small returns about single children, written as files: workbooks of lists, CSV sets, messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

Cell = str | int | float | date | None
Rows = Sequence[Mapping[str, Cell]]

ILACS: Mapping[str, tuple[str, ...]] = {
    "List 1": ("Child Unique ID", "Date of Contact"),
    "List 4": (
        "Child Unique ID",
        "Date of Birth",
        "Continuous Assessment Start Date",
        "Child Seen During Continuous Assessment",
        "Continuous Assessment Date of Authorisation",
    ),
    "List 5": (
        "Child Unique ID",
        "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Was an Initial Child Protection Conference deemed unnecessary?",
        "Date of Initial Child Protection Conference",
        "Did the Initial Child Protection Conference Result in a Child Protection Plan",
    ),
    "List 7": (
        "Child Unique ID",
        "Child Protection Plan Start Date",
        "Date of the Last Statutory Visit",
        "Date of latest review conference",
        "Child Protection Plan End Date",
    ),
    "List 8": (
        "Child Unique ID",
        "Date of Birth",
        "Date Started to be Looked After",
        "Child's Legal Status",
        "Date of Latest Statutory Review",
        "Date of Last Social Work Visit",
        "Date of Last Health Assessment",
        "Date of Last Dental Check",
        "Date Ceased to be Looked After",
        "Start Date of Most Recent Placement",
    ),
    "List 9": (
        "Child Unique ID",
        "Date of Birth",
        "Eligibility Category",
        "Latest Pathway Plan Review Date",
        "Latest Date of Contact",
    ),
}
SEND: Mapping[str, tuple[str, ...]] = {
    "List_1": (
        "Unique ID",
        "UPN",
        "ULN",
        "Date of birth",
        "Gender",
        "Ethnicity",
        "Date initial EHC plan issued",
        "Date updated EHC plan issued",
        "Date EHC plan last reviewed",
        "SEN primary need",
        "Main education establishment – URN",
        "Main education establishment – phase",
        "Subsidiary education establishment – phase (dual registration)",
        "Elective home education",
        "Does the child or young person have a disability?",
    ),
    "List_2": (
        "Unique ID",
        "UPN",
        "ULN",
        "Date of birth",
        "Gender",
        "Ethnicity",
        "SEN primary need",
        "Main education establishment – URN",
        "Subsidiary education establishment – phase (dual registration)",
        "Does the child or young person have a disability?",
    ),
}


def workbook(path: Path, headings: Mapping[str, Sequence[str]], rows: Mapping[str, Rows]) -> Path:
    """Write a workbook: a sheet for each list that has rows, its headings in the first row."""
    made = openpyxl.Workbook(write_only=True)
    for title, each in rows.items():
        sheet = made.create_sheet(title)
        names = headings.get(title) or tuple(dict.fromkeys(name for row in each for name in row))
        sheet.append(list(names))
        for row in each:
            assert set(row) <= set(names), set(row) - set(names)
            sheet.append([row.get(name) for name in names])
    made.save(path)
    return path


SSDA903 = {
    "header": ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
    "episodes": ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC"),
    "oc2": (
        "CHILD",
        "DOB",
        "SDQ_SCORE",
        "SDQ_REASON",
        "CONVICTED",
        "HEALTH_CHECK",
        "IMMUNISATIONS",
        "TEETH_CHECK",
    ),
    "oc3": ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"),
    "uasc": ("CHILD", "SEX", "DOB", "DUC"),
    "reviews": ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
    "sw_episodes": ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"),
}


def csv_set(folder: Path, rows: Mapping[str, Rows], names: str = "{}.csv") -> list[Path]:
    """Write a set of CSV files, one for each module; days as a return has them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for module, each in rows.items():
        columns = SSDA903[module]
        lines = [",".join(columns)]
        for row in each:
            assert set(row) <= set(columns), set(row) - set(columns)
            lines.append(",".join(_written(row.get(column)) for column in columns))
        path = folder / names.format(module)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def _written(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else str(cell)


def element(tag: str, *inside: str, **leaves: object) -> str:
    """Return an element of a message: its leaves, and what stands inside it."""
    told = "".join(
        f"<{name}>{escape(str(value))}</{name}>" for name, value in leaves.items() if value
    )
    return f"<{tag}>{told}{''.join(inside)}</{tag}>"


def cin_message(*children: str, day: str = "2024-03-31", council: str = "999") -> str:
    """Return a census of children in need."""
    header = element(
        "Header",
        element("CollectionDetails", Collection="CIN", Year="2024", ReferenceDate=day),
        element("Source", LEA=council),
    )
    return element("Message", header, element("Children", *children))
