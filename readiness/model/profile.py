"""The council profile: what an area knows, how it knows it, and what it plans."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from msgspec import Struct
from pydantic import Field, field_validator

from readiness.calendar import Period
from readiness.model.facts import Day, DurationText, FactRef, Page, Text
from readiness.model.values import Share, Survey, Unfit, Value
from readiness.model.vocabulary import (
    Council,
    EvidenceKind,
    Holder,
    Place,
    PlanStatus,
    Region,
    StrEnum,
)

NEIGHBOURS_NEEDED = 6
"""Usable neighbours below which there is no comparison (of the ten of DfE's model)."""


class State(StrEnum):
    """What a profile says of a fact."""

    VALUE = "value"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    SUPPRESSED = "suppressed"
    NOT_COLLECTED = "not_collected"
    UNREADABLE = "unreadable"


class Point(Struct, frozen=True):
    """One value of a fact, or why there is none.

    Attributes:
        note: The reason or marker that came instead of a value.
        key: Key of a series, such as `2025-Q1`.
    """

    state: State
    value: Value | None = None
    note: str | None = None
    period: Period | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one place of a profile says of one fact.

    Attributes:
        points: One, or those of a series by end of period.
        series: Whether it was given as a series.
        dated: Day on which the value was true, if said.
        evidence: Ids of evidence items; None where the profile is silent, empty where it says none.
        left_out: Cases that could not be counted, by reason, each with how many there are.
        place: File and line, for showing both sides of a conflict.
        at: The file as it was named, and the line.
    """

    ref: FactRef
    points: tuple[Point, ...]
    series: bool = False
    dated: date | None = None
    evidence: tuple[str, ...] | None = None
    source: str | None = None
    note: str | None = None
    left_out: tuple[tuple[str, int], ...] = ()
    place: str = ""
    at: tuple[str, int] | None = field(default=None, compare=False)

    def current(self, as_of: date) -> Point:
        """Return the newest point whose period had ended, or the oldest where none had."""
        if not self.series:
            return self.points[0]
        ended = [p for p in self.points if p.period is None or p.period.end <= as_of]
        return ended[-1] if ended else self.points[0]


class CouncilHeader(Page):
    """Who the profile is of.

    Attributes:
        name: The council's name.
        code: Its code in national statistics, such as E06000001.
        kind: What type of council it is.
        region: The English region that it lies in.
        icbs: The integrated care boards that it works with.
    """

    name: Text
    code: str | None = None
    kind: Council | None = None
    region: Region | None = None
    icbs: tuple[str, ...] = ()

    @field_validator("code")
    @classmethod
    def _is_a_code(cls, code: str | None) -> str | None:
        if code is not None and not re.fullmatch(r"E[0-9]{8}", code):
            raise Unfit(f"'{code}' is not the code of a council", "such as E06000001")
        return code


class EvidenceItem(Page):
    """A dated item that somebody can hand over.

    Attributes:
        title: What it is.
        kind: What kind of evidence it is; two kinds are independent of each other.
        dated: The day that it is of.
        holder: The organisation that holds it.
        serves: Information-request items that it answers, as `framework/item`.
        ready_in: How long it takes to produce.
        note: What a reader should know of it.
    """

    title: Text
    kind: EvidenceKind
    dated: Day
    holder: Holder = Holder.LOCAL_AUTHORITY
    serves: tuple[str, ...] = ()
    ready_in: DurationText | None = None
    note: Text | None = None


class Standard(Page):
    """A council's own agreed standard, for a threshold that the rulebook leaves to it.

    Attributes:
        value: The value, written as its fact is: 100%, 12 weeks, 15.
        agreed_by: Who agreed it.
        dated: The day on which it was agreed.
    """

    value: Any
    agreed_by: Text
    dated: Day


class ShowsIn(Page):
    """The fact in which an action's impact will show.

    Attributes:
        fact: The fact in which it will show.
        member: The one member of a family, such as a service; without it, every member.
        reaches: The value that it is to reach.
        by: By when.
    """

    fact: str
    member: str | None = Field(default=None, alias="for")
    reaches: Any = None
    by: Day | None = None

    @property
    def ref(self) -> FactRef:
        """The fact, or the one member of it."""
        return FactRef(self.fact, self.member)


class PlanEntry(Page):
    """One action of the improvement plan; what it lacks is a finding, never an error.

    Attributes:
        id: A short name, such as P-04.
        addresses: Ids of the expectations that it is about.
        do: What is done.
        owner: The role that does it.
        due: The day by which it is done.
        shows_in: How its impact will show: a fact with its value and day, or words.
        status: Where it stands.
    """

    id: Text
    addresses: tuple[str, ...] = ()
    do: Text
    owner: Text | None = None
    due: Day | None = None
    shows_in: ShowsIn | Text | None = None
    status: PlanStatus = PlanStatus.NOT_STARTED

    @property
    def open(self) -> bool:
        """Whether work is still to be done."""
        return self.status not in {PlanStatus.DONE, PlanStatus.STOPPED}

    def overdue(self, as_of: date) -> bool:
        """Whether it is open and its due date has passed."""
        return self.open and self.due is not None and self.due < as_of

    def plans(self, as_of: date) -> bool:
        """Whether it is a plan: open, owned, with a due date not past, and a measure of impact."""
        return (
            self.open
            and self.owner is not None
            and self.due is not None
            and self.due >= as_of
            and self.shows_in is not None
        )


class Claim(Page):
    """Something that a council says of itself.

    Attributes:
        fact: The fact that it is about.
        member: The member of a family that it is about, such as one service.
        value: What it says of the fact.
        period: The period that it is of.
        criterion: The criterion that it is about, as framework/criterion.
        rated: How the council rates itself.
        said_in: Document that says it, where it is another than the self-evaluation.
    """

    fact: str | None = None
    member: str | None = Field(default=None, alias="for")
    value: Any = None
    period: Any = None
    criterion: str | None = None
    rated: Text | None = None
    said_in: Text | None = None


class SelfEvaluation(Page):
    """The council's own evaluation, dated.

    Attributes:
        dated: The day that it is of.
        claims: What it says.
    """

    dated: Day
    claims: tuple[Claim, ...] = ()


class Acceptance(Page):
    """A named person's dated decision to live with a gap; it never hides the verdict.

    Attributes:
        expectation: Id of the expectation whose gap is accepted.
        by: The person or role that decided.
        reason: Why.
        until: Last day, which counts; anything that is not a day counts as lapsed.
    """

    expectation: str
    by: Text
    reason: Text
    until: Any = None

    def holds(self, as_of: date) -> bool:
        """Whether the acceptance has not lapsed."""
        return isinstance(self.until, date) and as_of <= self.until


class ContextFigure(Struct, frozen=True):
    """A published figure to compare with.

    Attributes:
        values: One figure, or those of the neighbours that could be used.
        withheld: Neighbours whose figure was suppressed or missing.
        published: Day of publication.
    """

    place: Place
    values: tuple[Value, ...]
    period: Period
    published: date
    source: str
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that an area says of itself.

    Attributes:
        plan: None where the profile is silent, empty where it says that there is none.
        context: Position against England, region and neighbours, written by `profile fill`.
    """

    council: CouncilHeader
    as_of: date | None = None
    facts: Mapping[FactRef, tuple[Entry, ...]] = field(default_factory=dict)
    evidence: Mapping[str, EvidenceItem] = field(default_factory=dict)
    standards: Mapping[str, Standard | None] = field(default_factory=dict)
    plan: tuple[PlanEntry, ...] | None = None
    self_evaluation: SelfEvaluation | None = None
    acceptances: tuple[Acceptance, ...] = ()
    context: Mapping[FactRef, tuple[ContextFigure, ...]] = field(default_factory=dict)

    def plans_for(self, expectation: str) -> tuple[PlanEntry, ...]:
        """Return the plan entries that address an expectation."""
        return tuple(entry for entry in self.plan or () if expectation in entry.addresses)


def share_of(value: Value | None) -> Share | None:
    """Return the share in a value that has one."""
    if isinstance(value, Share):
        return value
    return value.share if isinstance(value, Survey) else None
