"""From sheets of cells to a workbook file, the same bytes every time.

Every text is written as text, so that nothing in a profile becomes a formula. What is not to be
edited is protected without a password: protection is against slips, not against people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from io import BytesIO
from typing import Any

from readiness.errors import UsageError
from readiness.profile.workbook import layout
from readiness.profile.workbook.layout import CONTENTS_COLUMNS, Cell, Column, Sheet
from readiness.profile.workbook.sheets import Workbook

MADE = datetime(2000, 1, 1, tzinfo=timezone.utc)
"""Day of making that every workbook names, so that equal workbooks are equal files."""

LONGEST = 32767
"""Characters that a cell can hold."""

_PAPER = 230
"""Characters that fit legibly beside each other on a sheet of A3."""

LINE = 15
TALLEST = 409

_INSTRUCTIONS = (
    ("What this is", (
        "This workbook asks a council and its partners what they know about their services for "
        "children, how they know it and what they plan. Each service and each partner has a sheet. "
        "Fill yours and send the workbook back to whoever sent it. Nothing in it is a mark or a "
        "grade.",
    )),
    ("How to fill a sheet", (
        "1. Read the question and what counts: two people who count by it get the same number.",
        "2. Write the answer under 'Answer'. For a share, write the counts under 'How many' and "
        "'Out of'; write a percentage, with its sign, only where you have no counts.",
        "3. Say for which period ('Period') or on which day ('True on') the answer holds, who says "
        "so, and where it comes from.",
        "4. Name the evidence: something dated that you could hand over. Write 'none' if there is "
        "none. An empty cell says nothing.",
        "5. Where there is no answer, choose under 'No answer because' and give the reason. "
        "'unknown' says that somebody looked and does not know. A row left empty says that nobody "
        "has looked yet. Neither is taken for a failure.",
        "6. Earlier periods go to the right, the latest of them first, each with its figure. A "
        "figure there is written as 42, 312/480, 46.4% or 14 weeks.",
        "7. If two sources disagree, add a row at the end of the sheet with the same reference: "
        "both are kept and shown.",
    )),
    ("What not to write", (
        "Nothing about single children: no names, numbers of children, dates of birth or "
        "postcodes. Nothing about single members of staff: write roles.",
    )),
    ("How things are written", (
        "Dates: 31/10/2026, 31 October 2026 or 2026-10-31. Days come before months.",
        "Periods: 2025 (a year; a financial or academic year has the name of the year in which it "
        "ends), 2025-26, 2025-Q1, 2025-03, 2026-03-31 (a day), 2025-09-01/2026-08-31 (two days).",
        "Lists: one thing a line. Alt and Enter begins a new line in a cell.",
        "Cells with a dash (–) are not needed in that row. Cells that explain are protected, "
        "without a password. Columns may be widened or hidden, and rows may be filtered.",
    )),
)  # fmt: skip


def write_workbook(workbook: Workbook) -> bytes:
    """Return the bytes of a workbook file.

    Raises:
        UsageError: XlsxWriter is not installed, or a text is too long for a cell.
    """
    out, file = new_file(workbook.title)
    writer = _Writer(file)
    writer.instructions(workbook)
    for sheet in workbook.sheets:
        writer.sheet(sheet)
    file.close()
    return out.getvalue()


def new_file(title: str) -> tuple[BytesIO, Any]:
    """Return an empty workbook in which texts stay texts, and where it will be written.

    Raises:
        UsageError: XlsxWriter is not installed.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError(
            "workbooks need the extra 'excel'; install it with: pip install 'readiness[excel]'"
        ) from None
    out = BytesIO()
    file = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    file.set_properties({"title": title, "created": MADE})
    return out, file


class _Writer:
    def __init__(self, file: Any) -> None:
        self.file = file
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """Return a format, the same one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}
            self.formats[key] = self.file.add_format({**base, **properties})
        return self.formats[key]

    # ---- instructions ----

    def instructions(self, workbook: Workbook) -> None:
        """Write the first sheet: what to do, and which sheets there are."""
        page = self.file.add_worksheet("Instructions")
        widths = [column.width for column in CONTENTS_COLUMNS]
        for at, width in enumerate(widths):
            page.set_column(at, at, width)
        title = self.format(bold=True, font_size=16, text_wrap=False)
        page.write_string(0, 0, workbook.title[0].upper() + workbook.title[1:], title)
        row = 2
        for heading, lines in _INSTRUCTIONS:
            page.write_string(row, 0, heading, self.format(bold=True, font_size=12))
            row += 1
            for line in lines:
                text = self.format(border=0)
                page.merge_range(row, 0, row, len(widths) - 1, "", text)
                page.write_string(row, 0, line, text)
                page.set_row(row, LINE * lines_in(line, sum(widths) + 10))
                row += 1
            row += 1
        page.write_string(row, 0, "The sheets", self.format(bold=True, font_size=12))
        row += 1
        for at, column in enumerate(CONTENTS_COLUMNS):
            page.write_string(row, at, column.heading, self._heading(column))
        for sheet in workbook.sheets:
            row += 1
            page.write_url(row, 0, f"internal:'{sheet.name}'!A1", self._link(), sheet.name)
            page.write_string(row, 1, sheet.asked, self.format(border=1))
            rows = "as needed" if sheet.spare else str(sheet.questions or len(sheet.rows))
            page.write_string(row, 2, rows, self.format(border=1))
            page.set_row(row, LINE * lines_in(sheet.asked, CONTENTS_COLUMNS[1].width))
        self._paper(page, "portrait")
        page.protect("", {"format_columns": True, "format_rows": True})

    def _link(self) -> Any:
        return self.format(border=1, underline=1, font_color="#0B5394")

    # ---- sheets ----

    def sheet(self, sheet: Sheet) -> None:
        """Write a sheet."""
        page = self.file.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.intro, self.format(bold=True, text_wrap=False))
        for at, column in enumerate(sheet.columns):
            page.write_string(1, at, column.heading, self._heading(column))
            page.set_column(at, at, column.width)
        page.set_row(1, 2.5 * LINE)
        checks = _Checks()
        rows: list[Any] = [*sheet.rows, *({} for _ in range(sheet.spare))]
        for number, cells in enumerate(rows, 2):
            tall = 1
            for at, column in enumerate(sheet.columns):
                cell = cells.get(column.key, Cell())
                self._cell(page, number, at, column, cell, sheet.name)
                checks.add(number, at, column, cell)
                if isinstance(cell.value, str):
                    tall = max(tall, lines_in(cell.value, column.width))
            page.set_row(number, min(TALLEST, LINE * tall))
        last = len(rows) + 1
        for options in checks.all():
            page.data_validation(*options)
        page.freeze_panes(2, sheet.frozen)
        page.autofilter(1, 0, max(last, 2), len(sheet.columns) - 1)
        cells = f"A1:{_name(len(sheet.columns) - 1)}{last + 1}"
        page.ignore_errors({"number_stored_as_text": cells})
        page.set_zoom(90)
        width = sum(column.width for column in sheet.columns)
        self._paper(page, "landscape", wide=-(-width // _PAPER))
        page.repeat_rows(1)
        if sheet.frozen:
            page.repeat_columns(0, sheet.frozen - 1)
        page.protect(
            "",
            {
                "format_columns": True,
                "format_rows": True,
                "sort": True,
                "autofilter": True,
                "insert_rows": True,
                "select_locked_cells": True,
            },
        )

    @staticmethod
    def _paper(page: Any, orientation: str, wide: int = 1) -> None:
        page.set_paper(8 if orientation == "landscape" else 9)
        if orientation == "landscape":
            page.set_landscape()
        page.fit_to_pages(wide, 0)
        page.set_margins(0.4, 0.4, 0.5, 0.5)
        page.set_footer("&L&A&RPage &P of &N")

    def _heading(self, column: Column) -> Any:
        colours = {"bg_color": "#D9D9D9"} if column.given else {"bg_color": "#FFF2CC"}
        return self.format(bold=True, border=1, valign="vcenter", **colours)

    def _cell(self, page: Any, row: int, at: int, column: Column, cell: Cell, sheet: str) -> None:
        kind = cell.kind or column.kind
        look = self._look(column, kind, cell)
        value = cell.value
        if isinstance(value, date):
            page.write_datetime(row, at, value, look)
        elif isinstance(value, (int, Decimal)):
            page.write_number(row, at, float(value), look)
        elif isinstance(value, str) and value:
            if len(value) > LONGEST:
                raise UsageError(
                    f"sheet {sheet}, row {row + 1}, '{column.heading}': {len(value):,} characters "
                    f"are too many for a cell, which holds {LONGEST:,}; shorten the text"
                )
            page.write_string(row, at, value, look)
        else:
            page.write_blank(row, at, None, look)

    def _look(self, column: Column, kind: layout.Kind, cell: Cell) -> Any:
        """Return the format of a cell."""
        if kind == "label":
            small = column is layout.REFERENCE
            return self.format(
                border=1,
                bg_color="#F2F2F2",
                **({"font_size": 8} if small else {}),
                **({"num_format": "d mmm yyyy"} if column.kind == "date" else {}),
            )
        if column.given:
            date_form = {"num_format": "d mmm yyyy"} if isinstance(cell.value, date) else {}
            return self.format(border=1, bg_color="#F2F2F2", **date_form)
        if kind == "closed":
            return self.format(border=1, bg_color="#E7E6E6", align="center")
        more: dict[str, Any] = {}
        if kind == "date" and not isinstance(cell.value, str):
            more["num_format"] = "d mmm yyyy"
        elif kind == "number":
            more["num_format"] = "General"
        elif (kind == "text" and column.key not in ("value", "reaches")) or kind == "percent":
            more["num_format"] = "@"
        if isinstance(cell.value, str) and cell.value[:1] in ("=", "+", "-", "@", "\t", "\r", "'"):
            more["quote_prefix"] = True
        return self.format(border=1, locked=False, **more)


class _Checks:
    """What cells may hold: one check for all cells that are alike."""

    def __init__(self) -> None:
        self.cells: dict[tuple[Any, ...], list[tuple[int, int]]] = {}

    def add(self, row: int, at: int, column: Column, cell: Cell) -> None:
        """Note what a cell may hold."""
        kind = cell.kind or column.kind
        if column.given or kind in ("label", "closed"):
            return
        choices = cell.choices or column.choices
        key = (column.heading, kind, choices, cell.hint or column.hint, cell.whole)
        self.cells.setdefault(key, []).append((row, at))

    def all(self) -> Iterator[tuple[Any, ...]]:
        """Yield the arguments of each check."""
        for (heading, kind, choices, hint, whole), cells in self.cells.items():
            options = dict(self._options(kind, choices, whole))
            if not options and not hint:
                continue
            options = options or {"validate": "any"}
            options |= {"input_title": heading[:32]}
            if hint:
                options["input_message"] = hint[:255]
            options["multi_range"] = " ".join(_ranges(cells))
            row, at = cells[0]
            yield row, at, row, at, options

    @staticmethod
    def _options(
        kind: layout.Kind, choices: Sequence[str], whole: bool
    ) -> Iterator[tuple[str, Any]]:
        if choices and len(",".join(choices)) <= 255:
            yield "validate", "list"
            yield "source", list(choices)
            yield "error_title", "Please choose from the list"
            yield "error_message", f"One of: {', '.join(choices)}"[:255]
        elif whole:
            yield "validate", "integer"
            yield "criteria", ">="
            yield "value", 0
            yield "error_title", "A whole number, please"
            yield "error_message", "Write a whole number, such as 12, without words or commas."
        elif kind == "number":
            yield "validate", "decimal"
            yield "criteria", ">="
            yield "value", -(10**12)
            yield "error_title", "A number, please"
            yield "error_message", "Write the number alone; its unit stands under 'How to answer'."
        elif kind == "date":
            yield "validate", "date"
            yield "criteria", ">="
            yield "value", date(1990, 1, 1)
            yield "error_type", "warning"
            yield "error_title", "A date, please"
            yield (
                "error_message",
                "Write a date such as 31/10/2026. Answer Yes if words are meant.",
            )


def _ranges(cells: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield the cells of one column as ranges of rows."""
    ordered = sorted((at, row) for row, at in cells)
    start = end = ordered[0]
    for one in [*ordered[1:], (-1, -1)]:
        if one == (end[0], end[1] + 1):
            end = one
            continue
        first, last = f"{_name(start[0])}{start[1] + 1}", f"{_name(end[0])}{end[1] + 1}"
        yield first if first == last else f"{first}:{last}"
        start = end = one


def _name(at: int) -> str:
    """Return the letters of a column."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def lines_in(text: str, width: int) -> int:
    """Return about how many lines a text takes in a column."""
    return sum(max(1, -(-len(line) * 10 // (width * 11))) for line in text.split("\n"))
