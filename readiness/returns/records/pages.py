"""What a return's page says: its modules and elements, and how its facts are counted."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from readiness.calendar import Cadence
from readiness.model.facts import DurationText, Page
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
    """What a figure is of: the year of the return, its last day, or the day of the return."""

    YEAR = "year"
    YEAR_END = "year_end"
    DAY = "day"


class Fault(StrEnum):
    """Why what stands in a cell cannot be used."""

    NO_DATE = "no_date"
    EARLY = "early"
    LATER = "later"
    NO_CODE = "no_code"
    NO_FLAG = "no_flag"
    NO_NUMBER = "no_number"


STEP_DAYS = ("Since", "Begun", "Next", "Until", "Due")
"""The days of a step."""


class ElementPage(Page):
    """An element of a module.

    Attributes:
        type: What it holds.
        also: Other names and headings under which it comes.
        codes: Allowed codes; anything else is counted as unreadable.
        later: Whether a date may lie after the day of the return.
        blank_as: Words that mean the same as an empty cell.
        may_be_blank: Whether "empty in every row" says something; else nothing that rests on the
            element can be given then.
        personal: Whether it names a child: used to find rows that are the same, then dropped.
        lettered: Whether a code may come with a letter before it and words behind it, as in
            `f) U6: Foster placement`; the code alone counts.
        must_be_readable: Whether a row in which it is filled but cannot be used is left out:
            "empty" says something else, such as that a case is still open.
    """

    type: Kind
    also: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    later: bool = False
    blank_as: tuple[str, ...] = ()
    may_be_blank: bool = False
    personal: bool = False
    lettered: bool = False
    must_be_readable: bool = False

    @model_validator(mode="after")
    def _has_codes(self) -> ElementPage:
        if bool(self.codes) != (self.type is Kind.CODE):
            raise Unfit("codes are for elements of the type code", "add or take away 'codes'")
        return self


class EventPage(Page):
    """Days that stand in a module.

    Attributes:
        element: The element that holds them.
        where: Which of its rows count; all, where nothing is said.
    """

    element: str
    where: Any = None


class DuePage(Page):
    """How long after a step the next one is due.

    Attributes:
        when: For which steps; the first that fits counts, and a step that none fits is due never.
        within: How long.
    """

    when: Any
    within: DurationText


class StepsPage(Page):
    """What is done again and again, such as reviews: each step, and when the next was due.

    Attributes:
        begins: Days on which it begins.
        by: Days by which it had begun, for what begins before the return does.
        then: Days on which it was done.
        ends: Days on which it ends.
        due: When the next is due.
    """

    begins: EventPage
    by: EventPage | None = None
    then: EventPage
    ends: EventPage
    due: tuple[DuePage, ...] = Field(min_length=1)


class TablePage(Page):
    """A module of a return: one table.

    Attributes:
        title: What its rows are.
        elements: The elements that metrics look at.
        element: Its element in an XML message.
        sheet: The words above its rows in a workbook.
        files: Other endings of the names of its CSV files than its own name.
        key: Column that names a row, for the rows of modules below it.
        key_also: Other names of that column.
        of: The module above, to whose key each row refers.
        of_also: Other names of the column that refers to it.
        at_most_one: Whether a row above has at most one row here; others are left out.
        same_when: Elements by which rows under one row above are the same; such rows are merged.
        single: Whether it is one record, which may stand anywhere in a message.
        steps: For a module that is in no file, what its rows are worked out from. They are the
            steps below a row above, each with these elements: `Since`, its day; `Begun`, the day
            on or by which it all began; `Number`, how many had been done by then, where the
            beginning is known; `Next`, the day of the next; `Until`, the end; `Due`, the last day
            on which the next is in time.
    """

    title: str
    element: str | None = None
    sheet: str | None = None
    files: tuple[str, ...] = ()
    key: str | None = None
    key_also: tuple[str, ...] = ()
    of: str | None = None
    of_also: tuple[str, ...] = ()
    at_most_one: bool = False
    same_when: tuple[str, ...] = ()
    single: bool = False
    steps: StepsPage | None = None
    elements: dict[str, ElementPage] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _has_steps(cls, page: Any) -> Any:
        if not isinstance(page, dict) or "steps" not in page:
            return page
        if "elements" in page:
            raise Unfit("steps have elements of their own", "take 'elements' away")
        elements = {name: {"type": "date", "may_be_blank": True} for name in STEP_DAYS}
        elements["Number"] = {"type": "number", "may_be_blank": True}
        return {**page, "elements": elements}

    @model_validator(mode="after")
    def _has_elements(self) -> TablePage:
        if not self.elements:
            raise Unfit("a module has elements", "name those that metrics look at under 'elements'")
        return self

    def told(self, name: str) -> str:
        """Return an element as people know it: by its heading, where it only stands in a sheet."""
        element = self.elements.get(name)
        known_by_heading = element is not None and element.also and self.element is None
        return f"'{element.also[0]}'" if element and known_by_heading else name


class LeaveOutPage(Page):
    """Rows that are not counted, and why.

    Attributes:
        reason: Why, in words that stand behind "left out".
        when: Which rows.
    """

    reason: str
    when: Any


class ClockPage(Page):
    """The first and the last day of what is timed.

    Attributes:
        start: The first day, which is not counted.
        end: The last day.
    """

    start: Any = Field(alias="from")
    end: Any = Field(alias="to")


class MetricPage(Page):
    """How one fact is counted.

    Attributes:
        fact: The fact that it gives.
        at: What the figure is of: the year of the return, its last day, or the return's day.
        months: For a fact measured by the month, how many months of the year are given, from its
            first on: 12, or fewer where what happened in the last is not decided on the day. Where
            the metric says "year", each of them is meant.
        counts: Module whose rows are counted, each once.
        among: Which rows are looked at.
        dated_by: Date by which a row belongs to the year; a row without it is left out.
        leave_out: Rows that are not counted; the first reason that fits is the one given.
        clock: The first and the last day of what is timed; the first is not counted.
        limit: What is in time.
        limits: The same, the first whose condition fits; a row that none fits is left out.
        members: For a family, the condition of each member, the first that fits counting.
        member: For a metric of one member of a family, which.
        part: Rows of the numerator, where no limit is given.
        wrong_rows: For the share of rows that break a check, each member and its module.
        answer: Element of the header that answers a yes/no fact.
        note: What a reader of the figure should know.
    """

    fact: str
    at: At = At.YEAR
    months: int | None = Field(default=None, ge=1, le=12)
    counts: str | None = None
    among: Any = None
    dated_by: str | None = None
    leave_out: tuple[LeaveOutPage, ...] = ()
    clock: ClockPage | None = None
    limit: dict[str, Any] | None = None
    limits: tuple[dict[str, Any], ...] = ()
    member: str | None = None
    members: dict[str, Any] = Field(default_factory=dict)
    part: Any = None
    answer: str | None = None
    wrong_rows: dict[str, str] = Field(default_factory=dict)
    note: str | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> MetricPage:
        if sum(map(bool, (self.counts, self.answer, self.wrong_rows))) != 1:
            what = "a metric counts rows of a module, or wrong rows, or reads an answer"
            raise Unfit(what, "name one of them")
        limited = [name for name in ("limit", "limits", "part") if getattr(self, name)]
        if len(limited) > 1:
            raise Unfit("the numerator is given twice", f"keep one of: {', '.join(limited)}")
        if self.member is not None and self.members:
            raise Unfit("'member' and 'members' say the same thing twice", "keep one of them")
        if (self.limit or self.limits) and self.clock is None:
            raise Unfit("a limit needs a clock", "add 'clock: {from: …, to: …}'")
        others = (self.leave_out, self.clock, self.members, self.at is not At.YEAR)
        if self.months is not None and any(others):
            # A row that is left out would be so in every month.
            help = "say under 'among' which rows are looked at"
            raise Unfit("'months' goes without 'at', 'leave_out', 'clock' and 'members'", help)
        return self


class AlsoInPage(Page):
    """Rows of another module that hold the same in an element.

    Attributes:
        element: The element of the other module.
        where: Which of its rows count; all, where nothing is said.
    """

    element: str
    where: Any = None


class CheckPage(Page):
    """Something that a row of a return should not be.

    Attributes:
        id: Name of the check, by which people speak of it.
        title: What is wrong, in words.
        of: Module whose rows are looked at, those that are left out among them.
        when: What is wrong; beside `missing` and `by`, the rows that are looked at.
        missing: Elements of which one is empty; a cell that cannot be used is not.
        twice: Elements that together stand in another row too; empty ones are no reason.
        by: Element that must not stand in another module too.
        also_in: The other module's element, for `by`.
        unusable: Elements that hold something that cannot be used.
        because: For what reasons it cannot; any, where none is named.
        shows: Elements to look at in the row; where there are none, those that the check names.
        query: Whether it may be right, and is to be looked at.
        counts: Whether a row that breaks it counts among the wrong rows of its module.
    """

    id: str
    title: str
    of: str
    when: Any = None
    missing: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    by: str | None = None
    also_in: AlsoInPage | None = None
    unusable: tuple[str, ...] = ()
    because: tuple[Fault, ...] = ()
    shows: tuple[str, ...] = ()
    query: bool = False
    counts: bool = True

    @model_validator(mode="after")
    def _looks_at_one_thing(self) -> CheckPage:
        if (self.by is None) != (self.also_in is None):
            raise Unfit("'by' and 'also_in' come together", "name both")
        ways = sum(map(bool, (self.missing, self.twice, self.by, self.unusable)))
        alone = self.when is not None and not (self.missing or self.by)
        if ways + alone != 1:
            raise Unfit("a check looks at one thing", "one of: when, missing, twice, by, unusable")
        if self.because and not self.unusable:
            raise Unfit("'because' says why something is unusable", "name it under 'unusable'")
        return self


class CollectionPage(Page):
    """The element that says which return a file is, and what it says.

    Attributes:
        element: The element.
        says: What it holds in this return.
    """

    element: str
    says: str = Field(alias="is")


class NotGivenPage(Page):
    """A fact that one would look for in a return, and that it cannot give.

    Attributes:
        fact: The fact.
        why: Why the return cannot give it.
    """

    fact: str
    why: str


class TogetherPage(Page):
    """Facts that are told together, because one alone would mislead.

    Attributes:
        title: The heading above them.
        because: Why one alone would mislead.
        facts: The facts, in the order in which they are told.
    """

    title: str
    because: str
    facts: tuple[str, ...]


class SpanPage(Page):
    """The rows by which it shows whether the figures are of the year that the return is of.

    Attributes:
        begins: Element that holds the day on which a row began.
        ends: Element that holds the day on which it ended; empty, where it has not.
    """

    begins: str
    ends: str


class ReturnPage(Page):
    """A return: its modules and elements, and how facts are counted from them.

    Attributes:
        id: The name of the file, and the word by which the return is asked for.
        title: The return's own name.
        kind: Kind of evidence that it is.
        serves: Information-request items that it helps to answer.
        year: Which year its figures are of: the last that had ended on its day.
        day: Element that holds its day.
        asks_day: For a return that does not hold its day: which day to give, in words.
        spans: Rows of which nearly all ought to lie in the year, for a return of cases that were
            open at some time in it.
        council: Element that holds the council's code.
        collection: The element that says which return a file is.
        unused: Modules that no metric looks at, and that are passed over without a word.
        not_read: Elements of a message that are passed over, each with the reason, which is told
            where they come.
        tables: The modules that metrics look at, each after the one above it.
        conditions: Conditions that several metrics use.
        told_together: Facts that are told together, because one alone would mislead.
        metrics: How each fact is counted.
        not_given: Facts that one would look for in the return, and that it cannot give.
        checks: What a row of the return should not be.
    """

    id: str
    title: str
    kind: EvidenceKind = EvidenceKind.STATUTORY_RETURN
    serves: tuple[str, ...] = ()
    year: Cadence
    day: str | None = None
    asks_day: str | None = None
    spans: SpanPage | None = None
    council: str | None = None
    collection: CollectionPage | None = None
    unused: tuple[str, ...] = ()
    not_read: dict[str, str] = Field(default_factory=dict)
    tables: dict[str, TablePage] = Field(min_length=1)
    conditions: dict[str, Any] = Field(default_factory=dict)
    told_together: TogetherPage | None = None
    checks: tuple[CheckPage, ...] = ()
    metrics: tuple[MetricPage, ...] = Field(min_length=1)
    not_given: tuple[NotGivenPage, ...] = ()
