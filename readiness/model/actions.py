"""The improvement plan as actions, one a row, and what its check says of it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from msgspec import Struct

from readiness.errors import Problem
from readiness.model.finding import RulebookShown
from readiness.model.vocabulary import Holder, Kind, Severity, StrEnum, Verdict

PROPOSED = "proposed"
"""The status of an action that nobody has taken on yet."""


class Addressed(NamedTuple):
    """An expectation that an action addresses.

    Attributes:
        affected: Who is affected by the gap, in words.
    """

    id: str
    title: str
    verdict: Verdict
    severity: Severity
    kind: Kind
    holder: Holder
    citation: str
    affected: str | None


class Measure(NamedTuple):
    """How the impact of an action will show.

    Attributes:
        fact: Id of the fact; None where it is said in words.
        title: Title of the fact, or the words.
        reaches: The aim as a profile writes it.
        by: Day by which the aim is to be reached.
        now: What is held of the fact.
        member: The one member of a family; None for every one, or where there is no family.
    """

    fact: str | None
    title: str
    reaches: str | None
    by: date | None
    now: str | None
    member: str | None = None

    @property
    def words(self) -> str:
        """The measure in one line."""
        return self.title + (f" reaches {self.reaches}" if self.reaches else "")


class Action(Struct, frozen=True):
    """One action, planned or proposed.

    Attributes:
        status: Where it stands; `PROPOSED` where a rule page proposes it.
        place: File and line of the plan entry.
    """

    id: str
    do: str
    owner: str | None
    due: date | None
    status: str
    overdue: bool
    addresses: tuple[Addressed, ...]
    measure: Measure | None
    place: str = ""

    @property
    def proposed(self) -> bool:
        """Whether nobody has taken it on yet."""
        return self.status == PROPOSED

    @property
    def worst(self) -> Severity | None:
        """The severity of the worst gap that it addresses, if it addresses any."""
        gaps = [one for one in self.addresses if one.verdict is Verdict.NOT_MET]
        order = list(Severity)
        return min((one.severity for one in gaps), key=order.index, default=None)

    @property
    def holders(self) -> str:
        """Who holds what it addresses, in words."""
        return ", ".join(dict.fromkeys(one.holder.words for one in self.addresses))


class Fault(StrEnum):
    """What is wrong with an entry of a plan; the order is that of reading."""

    DONE_MISSED = "done_missed"
    OVERDUE = "overdue"
    AIM_MISSED = "aim_missed"
    DONE_GAP = "done_gap"
    DONE_UNSEEN = "done_unseen"
    NO_OWNER = "no_owner"
    NO_DUE = "no_due"
    NO_MEASURE = "no_measure"
    WORDS_ONLY = "words_only"
    NOT_READ = "not_read"
    OUTPUT = "output"
    NO_AIM = "no_aim"
    NO_GAP = "no_gap"

    @property
    def words(self) -> str:
        """The fault as a heading."""
        return _FAULT_WORDS[self]

    @property
    def of_done(self) -> bool:
        """Whether it is counted over actions that are done; else over those that are open."""
        return self in (Fault.DONE_MISSED, Fault.DONE_GAP, Fault.DONE_UNSEEN)


_FAULT_WORDS = {
    Fault.DONE_MISSED: "done, and their own measure was missed",
    Fault.OVERDUE: "overdue",
    Fault.AIM_MISSED: "the day for their effect is past, and the aim is missed",
    Fault.DONE_GAP: "done, and a gap is left that no open action addresses",
    Fault.DONE_UNSEEN: "done, and whether it helped cannot be told",
    Fault.NO_OWNER: "no owner",
    Fault.NO_DUE: "no due date",
    Fault.NO_MEASURE: "nothing in which the impact would show",
    Fault.WORDS_ONLY: "impact in words only: no measured impact",
    Fault.NOT_READ: "measured by a fact that has nothing to do with what is addressed",
    Fault.OUTPUT: "measures what was done, not what changed for children",
    Fault.NO_AIM: "a measure without an aim or a day for it",
    Fault.NO_GAP: "addresses no gap",
}


class PlanFault(NamedTuple):
    """One thing wrong with one entry of a plan.

    Attributes:
        key: Key of the entry that it is about.
    """

    fault: Fault
    entry: str
    key: str
    message: str
    help: str


class GapCount(NamedTuple):
    """Gaps of one severity, by what is planned for them; the parts add up to `gaps`.

    Attributes:
        planned: With an open action that has owner, day to come and a sign of impact.
        lacking: With open actions, each of which lacks one of these or is overdue.
        accepted: With no open action, and accepted by a named person.
        none: With none of these.
    """

    severity: Severity
    gaps: int
    planned: int
    lacking: int
    accepted: int
    none: int


class Load(NamedTuple):
    """The week in which most of an owner's open actions are due; information, never a fault.

    Attributes:
        week: Its Monday.
    """

    owner: str
    week: date
    due: int
    open: int


class PlanCheck(Struct, frozen=True):
    """What the check of a plan says.

    Attributes:
        written: Whether the profile says anything of a plan.
        open, done, stopped: Entries by status; they add up to all.
        without: Gaps with no open action that nobody accepted, worst first.
    """

    written: bool
    open: int
    done: int
    stopped: int
    faults: tuple[PlanFault, ...]
    gaps: tuple[GapCount, ...]
    without: tuple[Addressed, ...]
    loads: tuple[Load, ...]

    @property
    def entries(self) -> int:
        """Every entry of the plan."""
        return self.open + self.done + self.stopped

    @property
    def sound(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.faults and not self.without

    def counts(self) -> tuple[tuple[Fault, int, int], ...]:
        """Return each fault with how many entries have it, of how many that could."""
        return tuple(
            (fault, len({f.entry for f in self.faults if f.fault is fault}), self._of(fault))
            for fault in Fault
        )

    def _of(self, fault: Fault) -> int:
        return self.done if fault.of_done else self.open


class ActionPlan(Struct, frozen=True):
    """The improvement plan of an area: what it has, and what rule pages propose beside it.

    Attributes:
        problems: The faults of the check, each with its place in the profile.
    """

    council: str
    code: str | None
    as_of: date
    as_of_from: str
    rulebook: RulebookShown
    selected: str
    planned: tuple[Action, ...]
    proposed: tuple[Action, ...]
    check: PlanCheck
    problems: tuple[Problem, ...]
    small_counts_shown: bool
