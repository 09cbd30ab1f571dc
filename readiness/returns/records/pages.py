"""What a return's page says: its modules and elements, and how its facts are counted."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from readiness.calendar import Cadence
from readiness.model.facts import Page
from readiness.model.values import Unfit
from readiness.model.vocabulary import EvidenceKind, StrEnum


class Kind(StrEnum):
    """What an element holds."""

    DATE = "date"
    FLAG = "flag"
    CODE = "code"
    NUMBER = "number"
    TEXT = "text"


class At(StrEnum):
    """What a figure is of: the year of the return, or its day."""

    YEAR = "year"
    DAY = "day"


class ElementPage(Page):
    """An element of a module.

    Attributes:
        also: Other names and headings under which it comes.
        codes: Allowed codes; anything else is counted as unreadable.
        later: Whether a date may lie after the day of the return.
        blank_as: Words that mean the same as an empty cell.
        may_be_blank: Whether "empty in every row" says something; else nothing that rests on the
            element can be given then.
        personal: Whether it names a child: used to find rows that are the same, then dropped.
    """

    type: Kind
    also: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    later: bool = False
    blank_as: tuple[str, ...] = ()
    may_be_blank: bool = False
    personal: bool = False

    @model_validator(mode="after")
    def _has_codes(self) -> ElementPage:
        if bool(self.codes) != (self.type is Kind.CODE):
            raise Unfit("codes are for elements of the type code", "add or take away 'codes'")
        return self


class TablePage(Page):
    """A module of a return: one table.

    Attributes:
        element: Its element in an XML message.
        sheet: The words above its rows in a workbook.
        key: Column that names a row, for the rows of modules below it.
        key_also: Other names of that column.
        of: The module above, to whose key each row refers.
        of_also: Other names of the column that refers to it.
        at_most_one: Whether a row above has at most one row here; others are left out.
        same_when: Elements by which rows under one row above are the same; such rows are merged.
        single: Whether it is one record, which may stand anywhere in a message.
    """

    title: str
    element: str | None = None
    sheet: str | None = None
    key: str | None = None
    key_also: tuple[str, ...] = ()
    of: str | None = None
    of_also: tuple[str, ...] = ()
    at_most_one: bool = False
    same_when: tuple[str, ...] = ()
    single: bool = False
    elements: dict[str, ElementPage] = Field(min_length=1)


class LeaveOutPage(Page):
    """Rows that are not counted, and why."""

    reason: str
    when: Any


class ClockPage(Page):
    """The first and the last day of what is timed."""

    from_: Any = Field(alias="from")
    to: Any


class MetricPage(Page):
    """How one fact is counted; the head of each page explains the keys."""

    fact: str
    at: At = At.YEAR
    counts: str | None = None
    among: Any = None
    dated_by: str | None = None
    leave_out: tuple[LeaveOutPage, ...] = ()
    clock: ClockPage | None = None
    limit: dict[str, Any] | None = None
    limits: tuple[dict[str, Any], ...] = ()
    members: dict[str, Any] = Field(default_factory=dict)
    part: Any = None
    answer: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> MetricPage:
        if (self.counts is None) == (self.answer is None):
            raise Unfit("a metric counts rows of a module, or reads an answer", "name one of them")
        limited = [name for name in ("limit", "limits", "part") if getattr(self, name)]
        if len(limited) > 1:
            raise Unfit("the numerator is given twice", f"keep one of: {', '.join(limited)}")
        if (self.limit or self.limits) and self.clock is None:
            raise Unfit("a limit needs a clock", "add 'clock: {from: …, to: …}'")
        return self


class CollectionPage(Page):
    """The element that says which return a file is, and what it says."""

    element: str
    is_: str = Field(alias="is")


class TogetherPage(Page):
    """Facts that are told together, because one alone would mislead."""

    title: str
    because: str
    facts: tuple[str, ...]


class ReturnPage(Page):
    """A return.

    Attributes:
        kind: Kind of evidence that it is.
        serves: Information-request items that it helps to answer.
        year: Which year its figures are of: the last that had ended on its day.
        day: Element that holds its day.
        council: Element that holds the council's code.
        unused: Modules that no metric looks at, and that are passed over without a word.
        conditions: Conditions that several metrics use.
    """

    id: str
    title: str
    kind: EvidenceKind = EvidenceKind.STATUTORY_RETURN
    serves: tuple[str, ...] = ()
    year: Cadence
    day: str | None = None
    council: str | None = None
    collection: CollectionPage | None = None
    unused: tuple[str, ...] = ()
    tables: dict[str, TablePage] = Field(min_length=1)
    conditions: dict[str, Any] = Field(default_factory=dict)
    told_together: TogetherPage | None = None
    metrics: tuple[MetricPage, ...] = Field(min_length=1)
