"""The workbook of an improvement plan: its sheets and columns, which writer and reader share."""

from __future__ import annotations

from readiness.profile.workbook.layout import Column

PLAN = "Plan"
PROPOSED = "Proposed"
EXPORTED = "As exported"
LISTS = "Lists"
FORMAT = "readiness plan 1"
"""What the hidden sheet begins with, so that another workbook is not taken for one of these."""

EDITED = ("status", "owner", "due", "reaches", "by")
"""The columns that come back."""

COLUMNS = (
    Column("id", "Id", 15, given=True, kind="label"),
    Column("do", "What will be done", 38, given=True),
    Column("status", "Status", 12, hint="Choose where the action stands."),
    Column("owner", "Owner", 20, hint="A role; no names. Choose one, or write another."),
    Column("due", "Due", 12, kind="date", hint="A date such as 31/03/2027."),
    Column("severity", "Severity of gap", 9, given=True),
    Column("addresses", "Addresses", 15, given=True),
    Column("titles", "What is expected", 36, given=True),
    Column("holders", "Held by", 13, given=True),
    Column("citations", "Written in", 24, given=True),
    Column("measure", "Impact shows in", 26, given=True),
    Column("reaches", "Aim", 9, hint="The value to reach, such as 70%, 0 or 14 weeks."),
    Column("by", "Aim reached by", 12, kind="date", hint="The day on which it should show."),
    Column("now", "Where it is now", 20, given=True),
    Column("affected", "Who is affected", 19, given=True),
    Column("fact", "Fact", 26, given=True),
)

RECORD = ("id", "sheet", "do", "status", "owner", "due", "addresses", "fact", "reaches", "by")
"""The columns of the hidden sheet: what each action said when the workbook was written."""

SIGNS = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, even when it is saved as CSV.

    >>> harmless("=1+1"), harmless("Head of SEND")
    ("'=1+1", 'Head of SEND')
    """
    return f"'{text}" if text.lstrip("'").startswith(SIGNS) else text


def as_it_was(text: str) -> str:
    """Return the text that `harmless` was given."""
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(SIGNS) else text
