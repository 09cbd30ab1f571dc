"""What the workbook looks like: sheets, their columns, and the words that stand for states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from readiness.model.profile import State
from readiness.model.vocabulary import EvidenceKind, Holder, PlanStatus

Kind = Literal["label", "text", "number", "date", "percent", "closed"]
"""How a cell is written: `label` and `closed` are not to be edited; `closed` asks for nothing."""

CLOSED = "–"
"""Stands in a cell that a row does not need, so that colour alone does not say it."""

NO_EARLIER = "none"
"""Stands in the first earlier period of a series that has no earlier one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    Attributes:
        key: What it is called in the data of a profile, or between writer and reader.
        width: In characters.
        given: Whether the workbook says it, so that it is not to be edited.
        choices: Words to choose from, where there are no others.
        hint: Shown beside a cell that is being edited.
    """

    key: str
    heading: str
    width: int
    given: bool = False
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and what may be written there.

    Attributes:
        kind: How it is written; None as the column says.
    """

    value: str | int | Decimal | date | None = None
    kind: Kind | None = None
    choices: tuple[str, ...] = ()
    hint: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet, ready to be written.

    Attributes:
        asked: Who fills it.
        intro: The line above the headings.
        spare: How many empty rows follow, to be filled.
        frozen: Columns that stay in sight.
    """

    name: str
    asked: str
    intro: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...] = ()
    spare: int = 0
    frozen: int = 2
    questions: int = field(default=0)


# ---- sheets of facts ----

REFERENCE = Column("reference", "Reference", 24, given=True, kind="label")
WHAT = Column("what", "What", 34, given=True, kind="label")
FIRST = Column("first", "First hour", 7, given=True, kind="label")
QUESTION = Column("question", "Question", 36, given=True, kind="label")
COUNTS = Column("counts", "What counts", 56, given=True, kind="label")
HOW = Column("how", "How to answer", 26, given=True, kind="label")
ASK = Column("ask", "Who may know", 20, given=True, kind="label")
ANSWER = Column("answer", "Answer", 15)
PART = Column("numerator", "How many", 9, kind="number")
WHOLE = Column("denominator", "Out of", 9, kind="number")
RESPONDENTS = Column("respondents", "How many answered", 10, kind="number")
ASKED = Column("asked", "How many were asked", 10, kind="number")
NO_ANSWER = Column(
    "no_answer",
    "No answer because",
    14,
    hint="Where there is no answer, choose why. Leave it empty where nobody has looked yet.",
)
REASON = Column("reason", "Reason", 22, hint="Say in a few words why there is no answer.")
PERIOD = Column(
    "period",
    "Period",
    14,
    hint="2025 (a year), 2025-26, 2025-Q1, 2025-03, a day such as 2026-03-31, or two days such as "
    "2025-09-01/2026-08-31.",
)
DATE = Column("dated", "True on", 12, kind="date", hint="The day on which the answer was true.")
BY = Column("by", "Who says so (role)", 18, hint="A role, such as Head of SEND; no names.")
SOURCE = Column("source", "Where from", 18, hint="The system, file or report it was taken from.")
EVIDENCE = Column(
    "evidence",
    "Evidence",
    24,
    hint="Title of the item that shows it, one a line, or: none. An item on the sheet Evidence "
    "needs no kind and date here.",
)
EVIDENCE_KIND = Column(
    "evidence_kind",
    "Kind of evidence",
    15,
    choices=tuple(EvidenceKind),
    hint="What kind of item it is.",
)
EVIDENCE_DATE = Column("evidence_dated", "Evidence dated", 12, kind="date", hint="Its date.")
NOTE = Column("note", "Note", 24, hint="Anything a reader should know. Nothing about one child.")

ABOUT = (DATE, BY, SOURCE, EVIDENCE, EVIDENCE_KIND, EVIDENCE_DATE, NOTE)
FACT_COLUMNS = (
    REFERENCE, WHAT, FIRST, QUESTION, COUNTS, HOW, ASK, ANSWER, PART, WHOLE, RESPONDENTS, ASKED,
    NO_ANSWER, REASON, PERIOD, *ABOUT,
)  # fmt: skip


def earlier(number: int) -> tuple[Column, Column]:
    """Return the columns of an earlier period and its figure, the latest of them first."""
    hint = f"Another period of the same kind, or: {NO_EARLIER}."
    figure = "Its figure, such as 42, 312/480, 46.4% or 14 weeks; or why there is none."
    return (
        Column(f"period_{number}", f"Earlier period {number}", 11, hint=hint),
        Column(f"figure_{number}", f"Earlier figure {number}", 12, hint=figure),
    )


EARLIER = re.compile(r"earlier (period|figure) (\d{1,3})")

STATE_WORDS: Mapping[State, str] = {
    State.UNKNOWN: "unknown",
    State.NOT_APPLICABLE: "not applicable",
    State.NOT_COLLECTED: "not collected",
    State.SUPPRESSED: "suppressed",
    State.UNREADABLE: "cannot be read",
}
"""What may stand instead of an answer, in the words of the workbook."""

HEADER = {
    "council.name": ("Name of the council", "words"),
    "council.code": ("Its ONS code", "E and eight figures, such as E06000001"),
    "council.kind": ("What kind of council it is", "county, unitary, metropolitan, london borough"),
    "council.region": ("Its region", "such as north-east"),
    "council.icbs": ("Its integrated care boards", "one a line"),
    "as_of": ("Day on which readiness is looked at", "a date; empty for today"),
    "has_plan": (
        "Is there an improvement plan?",
        "no says that there is none; empty says nothing; entries go to the sheet Plan",
    ),
    "self_evaluation.dated": ("Date of the council's self-evaluation", "a date"),
}
"""What the sheet about the council asks, with how to answer."""

# ---- the other sheets ----

EVIDENCE_COLUMNS = (
    Column("id", "Evidence id", 20, hint="A short name of your own; empty makes one."),
    Column("title", "Title of the item", 44),
    Column("kind", "Kind of item", 18, choices=tuple(EvidenceKind)),
    Column("dated", "Date of the item", 14, kind="date"),
    Column("holder", "Held by", 22, choices=tuple(holder.words for holder in Holder)),
    Column("serves", "Answers requests", 24, hint="Items such as area-send/ax-10, one a line."),
    Column("ready_in", "Ready in", 12, hint="A length of time, such as 2 days."),
    Column("note", "Note on the item", 40),
)
STANDARD_COLUMNS = (
    Column("id", "Standard", 24, given=True, kind="label"),
    Column("rule", "What it is for", 44, given=True, kind="label"),
    Column("question", "Question to the council", 52, given=True, kind="label"),
    Column("how", "How to write it", 24, given=True, kind="label"),
    Column("value", "What was agreed", 16),
    Column("agreed_by", "Agreed by", 28, hint="The board or meeting that agreed it."),
    Column("dated", "Agreed on", 14, kind="date"),
    Column(
        "none",
        "None agreed",
        12,
        choices=("none",),
        hint="Choose none where leaders have looked and agreed no such standard.",
    ),
)
PLAN_COLUMNS = (
    Column("id", "Plan id", 10, hint="A short name of your own, such as P-04."),
    Column("addresses", "Expectations it addresses", 24, hint="Ids such as SEND-EHC-001."),
    Column("do", "What will be done", 50),
    Column("owner", "Owner (role)", 26, hint="A role; no names."),
    Column("due", "Due", 13, kind="date"),
    Column("fact", "Shows in: reference", 26, hint="Reference of the fact in which it will show."),
    Column("for", "Shows in: of which", 16, hint="One member of a family, such as autism."),
    Column("words", "Shows in: words", 30, hint="Or in words, where no fact will show it."),
    Column("reaches", "Reaches", 12, hint="The value to reach, such as 70%."),
    Column("by", "Reaches it by", 13, kind="date"),
    Column("status", "Where it stands", 14, choices=tuple(PlanStatus)),
)
CLAIM_COLUMNS = (
    Column("fact", "Claim about: reference", 30, hint="Reference of a fact, or else a criterion."),
    Column("for", "Claim about: of which", 18, hint="One member of a family, such as autism."),
    Column("value", "Claimed value", 16),
    Column("period", "Claimed period", 16),
    Column("criterion", "Claim about: criterion", 36, hint="Such as area-send/needs-identified."),
    Column("rated", "Rated", 20),
    Column("said_in", "Said in", 24, hint="Where it is not the self-evaluation: the strategy."),
)
ACCEPTANCE_COLUMNS = (
    Column("expectation", "Expectation accepted", 22, hint="Its id, such as SEND-AR-001."),
    Column("by", "Accepted by (role)", 28),
    Column("reason", "Why it is accepted", 60),
    Column("until", "Last day", 14, kind="date"),
)
FIGURE_COLUMNS = (
    Column("reference", "Figure of", 34, given=True, kind="label"),
    Column("place", "Place", 14, given=True, kind="label"),
    Column("values", "Published", 24, given=True, kind="label"),
    Column("withheld", "Neighbours without a figure", 14, given=True, kind="label"),
    Column("period", "Of period", 24, given=True, kind="label"),
    Column("published", "Day of publication", 16, given=True, kind="date"),
    Column("source", "Release", 24, given=True, kind="label"),
)
CONTENTS_COLUMNS = (
    Column("sheet", "Sheet", 34, given=True, kind="label"),
    Column("asked", "Who fills it", 44, given=True, kind="label"),
    Column("questions", "Rows to fill", 12, given=True, kind="label"),
)

TABLES: Mapping[str, tuple[Column, ...]] = {
    "facts": FACT_COLUMNS,
    "evidence": EVIDENCE_COLUMNS,
    "standards": STANDARD_COLUMNS,
    "plan": PLAN_COLUMNS,
    "claims": CLAIM_COLUMNS,
    "acceptances": ACCEPTANCE_COLUMNS,
    "context": FIGURE_COLUMNS,
    "contents": CONTENTS_COLUMNS,
}
"""Every kind of sheet, told from the others by its headings."""


def plain(heading: object) -> str:
    """Return a heading without what people change in one: case, spaces and signs."""
    return " ".join(re.findall(r"[a-z0-9]+", str(heading).casefold()))
