"""A plan as a workbook: tables with filters, and the columns that can be brought back.

Equal plans make equal files. Nothing is protected, so that rows can be sorted; what comes back is
recognised by the id of each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from readiness.errors import UsageError
from readiness.model.actions import PROPOSED as NOT_AGREED
from readiness.model.actions import Action, ActionPlan
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.vocabulary import PlanStatus
from readiness.profile.workbook.layout import Column
from readiness.profile.workbook.plan_layout import (
    COLUMNS,
    EDITED,
    EXPORTED,
    FORMAT,
    LISTS,
    PLAN,
    PROPOSED,
    RECORD,
    harmless,
)
from readiness.profile.workbook.template import LINE, LONGEST, TALLEST, lines_in, new_file
from readiness.render.plan.words import (
    affected_words,
    citation_words,
    fault_lines,
    gap_words,
    load_words,
    rulebook_words,
    summary,
    title,
)
from readiness.render.visible import visible

_HEAD = 2
"""Row of the headings, from 0: above it stand a title and what the columns are."""

_DAY = "d mmm yyyy"

_WIDE = 76
"""Characters of a line on the first sheet."""

_INSTRUCTIONS = (
    (
        "What this is",
        (
            "The improvement plan, one action a row, and beside it what the rule pages propose for "
            "gaps that no open action addresses. Nothing in it is a mark or a grade.",
        ),
    ),
    (
        "What can be changed and brought back",
        (
            "Status, Owner, Due, Aim and Aim reached by: the columns with yellow headings. Write "
            "owners as roles. Dates are dates: 31/03/2027.",
            "To take on a proposed action, choose another status for it than 'proposed'. It "
            "becomes an entry of the plan with the id that stands here.",
            "To end an action, set its status to done or stopped; do not delete its row. Rows may "
            "be sorted and filtered, and columns moved or hidden.",
            "The other columns are worked out from the profile and the rulebook. What is changed "
            "there does not come back, and the import says so.",
        ),
    ),
    (
        "How it comes back",
        (
            "Save the workbook, and run: readiness plan PROFILE --import THIS-FILE. It shows each "
            "change, and writes the plan of the profile; with --dry-run it only shows them.",
            "If the plan was changed in the profile and here since this workbook was written, "
            "nothing is written: each clash is named with its row and its line.",
        ),
    ),
)


def render(plan: ActionPlan) -> bytes:
    """Return the bytes of the workbook.

    Raises:
        UsageError: XlsxWriter is not installed, or a text is too long for a cell.
    """
    out, file = new_file(visible(title(plan)))
    writer = _Writer(file, plan)
    writer.read_me()
    writer.table(PLAN, plan.planned)
    writer.table(PROPOSED, plan.proposed)
    writer.check()
    writer.hidden()
    file.close()
    return out.getvalue()


class _Writer:
    def __init__(self, file: Any, plan: ActionPlan) -> None:
        self.file = file
        self.plan = plan
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        owners = [action.owner for action in (*plan.planned, *plan.proposed) if action.owner]
        self.owners = sorted(set(owners), key=str.casefold)

    def format(self, **properties: Any) -> Any:
        """Return a format, the same one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}
            self.formats[key] = self.file.add_format({**base, **properties})
        return self.formats[key]

    def text(self, page: Any, row: int, at: int, text: str, look: Any) -> None:
        """Write a text that stays a text."""
        shown = harmless(visible(text.replace("\t", " ")))
        if len(shown) > LONGEST:
            raise UsageError(
                f"sheet {page.get_name()}, row {row + 1}: {len(shown):,} characters are too many "
                f"for a cell, which holds {LONGEST:,}; shorten the text in the profile"
            )
        if shown:
            page.write_string(row, at, shown, look)
        else:
            page.write_blank(row, at, None, look)

    # ---- read me, check ----

    def read_me(self) -> None:
        """Write the first sheet: what this is, in counts, and what to do with it."""
        page = self.file.add_worksheet("Read me")
        page.set_column(0, 0, _WIDE)
        plain = self.format()
        heading = self.format(bold=True, font_size=12)
        self.text(page, 0, 0, title(self.plan), self.format(bold=True, font_size=16))
        page.set_row(0, 2 * LINE)
        row = 1
        if self.plan.small_counts_shown:
            self.text(page, row, 0, SMALL_COUNTS_SHOWN, self.format(bold=True))
            row += 1
        for line in summary(self.plan):
            row = self._line(page, row, line, plain)
        for name, lines in _INSTRUCTIONS:
            row += 1
            self.text(page, row, 0, name, heading)
            row += 1
            for line in lines:
                row = self._line(page, row, line, plain)
        self._line(page, row + 1, rulebook_words(self.plan), self.format(font_color="#595959"))
        self._paper(page, "portrait")

    def _line(self, page: Any, row: int, line: str, look: Any) -> int:
        self.text(page, row, 0, line, look)
        page.set_row(row, LINE * lines_in(line, _WIDE))
        return row + 1

    def check(self) -> None:
        """Write what is to be mended in the plan, and the gaps by severity."""
        page = self.file.add_worksheet("Check")
        for at, width in enumerate((22, 90, 60, 24)):
            page.set_column(at, at, width)
        bold, plain = self.format(bold=True, font_size=12, text_wrap=False), self.format()
        boxed, head = self.format(border=1), self.format(border=1, bold=True, bg_color="#D9D9D9")
        check = self.plan.check
        to_mend = len({fault.entry for fault in check.faults})
        line = f"What to mend in the plan: {to_mend} of {check.entries} actions"
        self.text(page, 0, 0, line, self.format(bold=True, font_size=14, text_wrap=False))
        row = 1
        for line in fault_lines(check):
            page.merge_range(row, 0, row, 2, "", plain)
            self.text(page, row, 0, line, plain)
            page.set_row(row, LINE * lines_in(line, 170))
            row += 1
        if check.faults:
            row += 1
            for at, name in enumerate(("Action", "What is wrong", "What to do", "Where")):
                self.text(page, row, at, name, head)
            page.autofilter(row, 0, row + len(check.faults), 3)
            for fault, problem in zip(check.faults, self.plan.problems, strict=True):
                row += 1
                where = f"{problem.file.rpartition('/')[2]}, line {problem.line}"
                for at, cell in enumerate((fault.entry, fault.message, fault.help, where)):
                    self.text(page, row, at, cell, boxed)
                tall = max(lines_in(fault.message, 90), lines_in(fault.help, 60))
                page.set_row(row, min(TALLEST, LINE * tall))
        row += 2
        self.text(page, row, 0, "Gaps by severity", bold)
        row += 1
        for gap in check.gaps:
            page.merge_range(row, 0, row, 2, "", plain)
            self.text(page, row, 0, gap_words(gap), plain)
            row += 1
        if check.loads:
            row += 1
            self.text(page, row, 0, "Most due in one week, for information", bold)
            for load in check.loads:
                row += 1
                page.merge_range(row, 0, row, 2, "", plain)
                self.text(page, row, 0, load_words(load), plain)
        self._paper(page, "landscape")

    # ---- tables ----

    def table(self, name: str, actions: Sequence[Action]) -> None:
        """Write a sheet of actions."""
        page = self.file.add_worksheet(name)
        head = title(self.plan) if name == PLAN else "Proposed by rule pages; agreed by nobody yet"
        self.text(page, 0, 0, head, self.format(bold=True, font_size=14, text_wrap=False))
        line = "Yellow headings: what is changed there comes back with readiness plan --import."
        if name == PROPOSED:
            line += " Choose a status to take an action on."
        self.text(page, 1, 0, line, self.format(text_wrap=False, font_color="#595959"))
        for at, column in enumerate(COLUMNS):
            page.set_column(at, at, column.width)
        last = _HEAD + max(1, len(actions))
        if actions:
            page.add_table(
                _HEAD,
                0,
                last,
                len(COLUMNS) - 1,
                {
                    "name": name,
                    "style": "Table Style Light 1",
                    "banded_rows": False,
                    "columns": [
                        {"header": c.heading, "header_format": self._heading(c)} for c in COLUMNS
                    ],
                },
            )
        for at, column in enumerate(COLUMNS):
            page.write_string(_HEAD, at, column.heading, self._heading(column))
        page.set_row(_HEAD, 2.2 * LINE)
        if not actions:
            self.text(page, _HEAD + 1, 1, "None.", self.format(text_wrap=False))
        for row, action in enumerate(actions, _HEAD + 1):
            self._row(page, row, action)
        if actions:
            self._choices(page, last, name)
        page.freeze_panes(_HEAD + 1, 2)
        page.repeat_rows(_HEAD)
        page.print_area(0, 0, last, len(COLUMNS) - 2)  # the id of the fact is for the import
        page.ignore_errors({"number_stored_as_text": f"A1:P{last + 1}"})
        page.set_zoom(90)
        self._paper(page, "landscape")

    def _heading(self, column: Column) -> Any:
        colour = "#FFF2CC" if column.key in EDITED else "#D9D9D9"
        return self.format(bold=True, border=1, valign="vcenter", bg_color=colour)

    def _row(self, page: Any, row: int, action: Action) -> None:
        tall = 1
        for at, (column, value) in enumerate(zip(COLUMNS, cells_of(action), strict=True)):
            late = {"font_color": "#B10E1E", "bold": True} if action.overdue else {}
            if isinstance(value, date):
                more = late if column.key == "due" else {}
                look = self.format(border=1, num_format=_DAY, align="left", **more)
                page.write_datetime(row, at, value, look)
            elif column.kind == "date":
                page.write_blank(
                    row, at, None, self.format(border=1, num_format=_DAY, align="left")
                )
            elif value:
                small = {"font_size": 8} if column.key == "fact" else {}
                bold = {"bold": True} if column.key == "id" else {}
                look = self.format(border=1, num_format="@", **small, **bold)
                self.text(page, row, at, value, look)
                tall = max(tall, lines_in(value, column.width))
            else:
                page.write_blank(row, at, None, self.format(border=1, num_format="@"))
        page.set_row(row, min(TALLEST, LINE * tall))

    def _choices(self, page: Any, last: int, name: str) -> None:
        """Offer words to choose from, and say what a date is."""
        statuses = [status.value for status in PlanStatus]
        statuses = [NOT_AGREED, *statuses] if name == PROPOSED else statuses
        for at, column in enumerate(COLUMNS):
            if column.key not in EDITED:
                continue
            options: dict[str, Any] = {"validate": "any"}
            if column.key == "status":
                options = {
                    "validate": "list",
                    "source": statuses,
                    "error_title": "Please choose from the list",
                    "error_message": f"One of: {', '.join(statuses)}",
                }
            elif column.key == "owner" and self.owners:
                source = f"='{LISTS}'!$A$2:$A${len(self.owners) + 1}"
                options = {"validate": "list", "source": source, "show_error": False}
            elif column.kind == "date":
                options = {
                    "validate": "date",
                    "criteria": ">=",
                    "value": date(1990, 1, 1),
                    "error_title": "A date, please",
                    "error_message": "Write a date such as 31/03/2027.",
                }
            options |= {"input_title": column.heading, "input_message": column.hint}
            page.data_validation(_HEAD + 1, at, last, at, options)

    @staticmethod
    def _paper(page: Any, orientation: str) -> None:
        page.set_paper(8 if orientation == "landscape" else 9)
        if orientation == "landscape":
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_margins(0.4, 0.4, 0.5, 0.5)
        page.set_footer("&L&A&RPage &P of &N")

    # ---- what is not to be seen ----

    def hidden(self) -> None:
        """Write owners to choose from, and what each action said, to tell later what changed."""
        page = self.file.add_worksheet(LISTS)
        plain = self.format(text_wrap=False, num_format="@")
        page.write_string(0, 0, "Owners", plain)
        for row, owner in enumerate(self.owners, 1):
            self.text(page, row, 0, owner, plain)
        page.hide()
        page = self.file.add_worksheet(EXPORTED)
        day = self.plan.as_of.isoformat()
        for at, word in enumerate((FORMAT, self.plan.council, self.plan.code or "", day)):
            self.text(page, 0, at, word, plain)
        for at, name in enumerate(RECORD):
            page.write_string(1, at, name, plain)
        pairs = [(PLAN, a) for a in self.plan.planned] + [(PROPOSED, a) for a in self.plan.proposed]
        for row, (sheet, action) in enumerate(pairs, 2):
            for at, word in enumerate(record_of(sheet, action)):
                self.text(page, row, at, word, plain)
        page.very_hidden()


def cells_of(action: Action) -> tuple[str | date | None, ...]:
    """Return the cells of an action, in the order of the columns."""
    measure = action.measure
    return (
        action.id,
        action.do,
        action.status,
        action.owner,
        action.due,
        action.worst.value if action.worst else "",
        "\n".join(one.id for one in action.addresses),
        "\n".join(one.title for one in action.addresses),
        action.holders,
        citation_words(action),
        _measure_words(action),
        measure.reaches if measure else None,
        measure.by if measure else None,
        measure.now if measure else None,
        affected_words(action),
        measure.fact if measure else None,
    )


def _measure_words(action: Action) -> str:
    if action.measure is None:
        return "to be agreed" if action.proposed else ""
    return action.measure.title if action.measure.fact else f"in words only: {action.measure.title}"


def record_of(sheet: str, action: Action) -> tuple[str, ...]:
    """Return what an action says, as text, for the hidden sheet."""
    measure = action.measure
    return (
        action.id,
        sheet,
        action.do,
        action.status,
        action.owner or "",
        action.due.isoformat() if action.due else "",
        "\n".join(one.id for one in action.addresses),
        (measure.fact or "") if measure else "",
        (measure.reaches or "") if measure else "",
        measure.by.isoformat() if measure and measure.by else "",
    )
