"""A finding: one expectation's verdict for one area on one date, explained.

Everything here is ready to be shown: small counts of people have passed through `disclosure`.
Flat parts are named tuples, because making classes of the other kind would slow down every start.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from readiness.model.disclosure import SOME
from readiness.model.values import amount
from readiness.model.vocabulary import (
    Basis,
    Better,
    Confidence,
    Depth,
    EvidenceKind,
    Force,
    Holder,
    Kind,
    Place,
    PlanStatus,
    Reason,
    Severity,
    Verdict,
)

if TYPE_CHECKING:
    from readiness.model.actions import PlanCheck
    from readiness.model.claims import Ledger


class OperandShown(NamedTuple):
    """A threshold or published figure that a fact was compared with."""

    name: str
    value: str
    unit: str | None
    basis: Basis | str
    start: date | None
    source: str | None


class Found(NamedTuple):
    """What is held of one fact.

    Attributes:
        text: In words, with numerator and denominator.
        note: What the profile adds to the value.
        state: "value", or the reason why there is no usable one.
        england: The comparable figure for England with its period, if one is published.
        worse_than_england: Whether the value is worse; None where it cannot be said.
        distance: How far the value is from the limit that it misses.
        place: File and line, where the profile speaks of the fact in more than one place.
        region: The comparable figure for the region with its period.
        neighbours: The median of the statistical neighbours, how many of them the value lies above
            and below, and the period; or that too few of them have a figure.
        earlier: The earlier value that it is held against, with its period, in words.
        left_out: Cases that could not be counted, by reason, each with how many there are.
    """

    fact: str
    title: str
    member: str | None
    text: str
    value: str | None
    numerator: int | str | None
    denominator: int | str | None
    period: str | None
    dated: date | None
    source: str | None
    note: str | None
    state: str
    england: str | None
    worse_than_england: bool | None
    distance: str | None
    place: str | None
    region: str | None = None
    neighbours: str | None = None
    earlier: str | None = None
    left_out: tuple[tuple[str, int | str], ...] = ()


class Member(NamedTuple):
    """One member of a family inside a finding.

    Attributes:
        found: What is held, in words.
        facts: The ids of the facts that it speaks of.
        family: What it is a member of.
    """

    member: str
    title: str
    verdict: Verdict
    found: str
    facts: tuple[str, ...]
    family: str


class Affected(Struct, frozen=True):
    """Who is affected by a gap, or how many things of another kind are behind it.

    Attributes:
        persons: Whether what is counted is people, not visits or complaints.
        group: The member of a family that it is counted in, where the counts of several cannot be
            added up.
        groups: In how many members of the family somebody is behind the gap.
        left_out: In how many more, which are not counted here because few are behind it there.
    """

    count: int | str
    of: int | str | None
    unit: str
    persons: bool = True
    group: str | None = None
    groups: int = 1
    left_out: int = 0

    @property
    def words(self) -> str:
        """Who is affected, with thousands set apart."""
        parts = [self.count] if self.count == self.of else [self.count, self.of]
        counts = [n if isinstance(n, str) else amount(n) for n in parts if n]
        words = f"{' of '.join(counts)} {self.unit}"
        if self.count == SOME:
            words += "; how many is not shown, because it would point at few"
        if self.group is not None:
            return f"{words} ({self.group}); the most in any one of {self.groups} groups"
        if self.groups > 1:
            words += f" in the {self.groups} groups that miss it"
        if self.left_out:
            words += f"; not counted here: {self.left_out} more, in which few are"
        return words


class EvidenceShown(NamedTuple):
    """An evidence item behind a finding."""

    id: str
    title: str
    kind: EvidenceKind
    dated: date
    holder: Holder
    stale: bool


class Planned(NamedTuple):
    """A plan entry that addresses a finding."""

    id: str
    do: str
    owner: str | None
    due: date | None
    status: PlanStatus
    shows_in: str | None
    overdue: bool

    @property
    def faults(self) -> list[str]:
        """Why it does not cover a gap, in words; nothing where it does."""
        if self.status in {PlanStatus.DONE, PlanStatus.STOPPED}:
            return [f"it is {self.status.value}"]
        faults = {
            "it has no owner": not self.owner,
            "it has no due date": not self.due,
            "it names no sign of its effect": not self.shows_in,
            "it is overdue": self.overdue,
        }
        return [fault for fault, there in faults.items() if there]


class SettledBy(NamedTuple):
    """What would turn an unknown into a verdict, and who holds it."""

    fact: str
    title: str
    member: str | None
    holder: Holder
    ask: str
    accepts: tuple[str, ...]
    reasons: tuple[Reason, ...]


class CitationShown(NamedTuple):
    """Where it is written."""

    source: str
    title: str
    short: str
    at: str
    edition: date
    confidence: Confidence
    url: str | None = None


class ActionShown(NamedTuple):
    """A recommended action."""

    do: str
    owner: str
    within: str


class AcceptanceShown(NamedTuple):
    """Somebody's decision to live with a gap, and whether it still holds.

    Attributes:
        until: The last day, or what is written in its place; None where nothing is.
    """

    by: str
    reason: str
    until: str | None
    lapsed: bool


class PointShown(NamedTuple):
    """One value of a series.

    Attributes:
        at: Where it lies on a chart; None where it is not shown or not held.
    """

    period: str
    text: str
    at: Fraction | None


class LimitsShown(NamedTuple):
    """The average of an XmR chart and its limits, as they are drawn and as they are said."""

    mean: Fraction
    lower: Fraction
    upper: Fraction
    words: str


class SeriesShown(NamedTuple):
    """What is held of a fact over time.

    Attributes:
        unit: What is counted or measured, for the axis.
        better: Which way is better for children, where one is.
        limits: Of an XmR chart over the newest points, where one can be made and shown.
        charted: How many of the newest points the limits are of.
        signals: Which rules of the chart fire, in words.
    """

    fact: str
    member: str | None
    title: str
    unit: str
    better: Better | None
    points: tuple[PointShown, ...]
    limits: LimitsShown | None
    charted: int
    signals: tuple[str, ...]


class Beside(NamedTuple):
    """A published figure beside a council's own.

    Attributes:
        at: Where it lies on a chart; for the neighbours their median.
        among: The figures of the neighbours, lowest first.
    """

    place: Place
    text: str
    period: str
    source: str
    at: Fraction
    among: tuple[Fraction, ...] = ()


class Position(NamedTuple):
    """A council's figure among the published figures of others.

    Attributes:
        unit: What is counted or measured, for the axis.
    """

    fact: str
    member: str | None
    title: str
    unit: str
    better: Better | None
    text: str
    period: str | None
    at: Fraction
    beside: tuple[Beside, ...]


class Timely(NamedTuple):
    """A share held that the law expects to be all, with what is overdue on the day beside it.

    Attributes:
        finding: Id of the finding that it belongs to.
        at: Where it lies between 0 and 1; None where it is not shown.
        missed: How many did not have it, where that is counted and shown.
        overdue_title: What is counted as overdue today, where the dictionary names it.
        overdue: That count in words.
    """

    finding: str
    fact: str
    member: str | None
    title: str
    text: str
    period: str | None
    at: Fraction | None
    missed: str | None
    overdue_title: str | None
    overdue: str | None


class Step(NamedTuple):
    """One line of the proof: a condition, what it came to, and what was found for it."""

    depth: int
    text: str
    truth: str
    found: str


class Finding(Struct, frozen=True):
    """One expectation's verdict, with everything that explains it.

    Attributes:
        details: What else is to be known of what was found, in words.
        notes: What the rule itself adds.
        steps: The proof, where it was asked for.
        applies: When it applies, and what was found for that; empty where it always does.
        said_alone: Whether a pass rests on what was said, with no item of evidence behind it.
        series: What is held over time of its facts, where it was asked for.
        positions: Its facts among published figures, where they were asked for.
        timely: Shares of it that the law expects to be all, where they were asked for.
    """

    id: str
    title: str
    framework: str
    criterion: str
    also: tuple[str, ...]
    kind: Kind
    force: Force | None
    theme: str
    holder: Holder
    owner: str
    depth: Depth
    severity: Severity
    verdict: Verdict
    reason: Reason | None
    reasons: tuple[Reason, ...]
    issues: tuple[str, ...]
    expected: str
    operands: tuple[OperandShown, ...]
    found: tuple[Found, ...]
    members: tuple[Member, ...]
    affected: Affected | None
    known: str
    known_facts: tuple[str, ...]
    evidenced: tuple[EvidenceShown, ...]
    planned: tuple[Planned, ...]
    settled_by: tuple[SettledBy, ...]
    upstream: tuple[tuple[str, Verdict], ...]
    citations: tuple[CitationShown, ...]
    first_step: str
    actions: tuple[ActionShown, ...]
    acceptance: AcceptanceShown | None
    why: str
    ask: str
    details: tuple[str, ...]
    notes: tuple[str, ...]
    steps: tuple[Step, ...]
    applies: str = ""
    said_alone: bool = False
    series: tuple[SeriesShown, ...] = ()
    positions: tuple[Position, ...] = ()
    timely: tuple[Timely, ...] = ()

    @property
    def is_gap(self) -> bool:
        """Whether the expectation is missed."""
        return self.verdict is Verdict.NOT_MET

    @property
    def has_plan(self) -> bool:
        """Whether an open, owned and dated action with a measure of impact addresses it."""
        return any(not plan.faults for plan in self.planned)


class Totals(Struct, frozen=True):
    """Counts of findings by verdict; they add up."""

    met: int
    not_met: int
    unknown: int
    not_applicable: int

    @property
    def all(self) -> int:
        """Every finding."""
        return self.met + self.not_met + self.unknown + self.not_applicable

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> Totals:
        """Count findings."""
        by: Mapping[Verdict, int] = {
            verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict
        }
        return cls(*(by[verdict] for verdict in Verdict))


class ThreeQuestions(NamedTuple):
    """What is known, how it is known and what the plans are, counted over findings.

    Attributes:
        apply: Findings that apply.
        known: Of those, how many are met or not met.
        evidenced: Of what is known, how many name an item of evidence.
        gaps: Findings that are not met.
        planned: Gaps with an open plan entry that has an owner, a day to come and a sign of impact.
        said_alone: Of what is met, how much rests on what was said, with no item of evidence.

    Source:
        The questions of self-evaluation in the framework for inspecting children's services.
    """

    apply: int
    known: int
    evidenced: int
    gaps: int
    planned: int
    said_alone: int

    @property
    def met(self) -> int:
        """Findings that are met."""
        return self.known - self.gaps

    @classmethod
    def of(cls, findings: tuple[Finding, ...]) -> ThreeQuestions:
        """Count findings."""
        apply = [f for f in findings if f.verdict is not Verdict.NOT_APPLICABLE]
        known = [f for f in apply if f.verdict is not Verdict.UNKNOWN]
        gaps = [f for f in known if f.verdict is Verdict.NOT_MET]
        return cls(
            len(apply),
            len(known),
            sum(bool(f.evidenced) for f in known),
            len(gaps),
            sum(f.has_plan for f in gaps),
            sum(f.said_alone for f in known),
        )


class OverlayShown(NamedTuple):
    """An overlay that was laid over the rulebook."""

    id: str
    title: str
    origin: str
    hash: str


class RulebookShown(NamedTuple):
    """Which rulebook was used, with its overlays; the hash covers them."""

    id: str
    origin: str
    hash: str
    expectations: int
    overlays: tuple[OverlayShown, ...] = ()

    @property
    def passed_on(self) -> str:
        """Which rulebook it is, for what is passed on: no path of a machine goes along."""
        with_overlays = "".join(f", overlay {one.id} ({one.hash})" for one in self.overlays)
        folder = self.origin.rstrip("/").rsplit("/", 1)[-1]
        return f"{self.id} ({folder}, {self.hash}){with_overlays}"


class LeaderQuestion(NamedTuple):
    """A question that leaders should be able to answer, and the findings that answer it."""

    ask: str
    findings: tuple[str, ...]


class Report(Struct, frozen=True):
    """One readiness check: the findings in order of priority, and what they are of.

    Attributes:
        as_of_from: Where the evaluation date came from: "--as-of", "profile" or "today".
        selected: What the findings were narrowed to, in words; empty where they are all there.
        framework: The framework that they were narrowed to, if one was named.
        notices: What the reader must know beside the findings, such as a lapsed acceptance.
        leaders: What leaders should be able to answer, in the order of a briefing.
        claims: What the profile claims beside what is held; None where it claims nothing.
        plan_check: What the check of the whole plan says; None where it was not asked for, or the
            profile has no plan.
    """

    council: str
    code: str | None
    as_of: date
    as_of_from: str
    rulebook: RulebookShown
    findings: tuple[Finding, ...]
    criteria: Mapping[str, str]
    frameworks: Mapping[str, str]
    selected: str
    notices: tuple[str, ...]
    small_counts_shown: bool
    leaders: tuple[LeaderQuestion, ...] = ()
    framework: str | None = None
    claims: Ledger | None = None
    plan_check: PlanCheck | None = None

    @property
    def totals(self) -> Totals:
        """Counts by verdict."""
        return Totals.of(self.findings)

    @property
    def questions(self) -> ThreeQuestions:
        """What is known, how, and what is planned."""
        return ThreeQuestions.of(self.findings)

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """Return the findings of one verdict, in order of priority."""
        return tuple(finding for finding in self.findings if finding.verdict is verdict)
