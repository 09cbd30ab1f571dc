"""The JSON of `readiness check`."""

from __future__ import annotations

from typing import TypedDict

from readiness.model.actions import Fault
from readiness.model.claims import Leaning, Match
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
from readiness.render.shapes.forms import Day, Hidden, Level, State
from readiness.render.shapes.shared import HeadData, RulebookData, TotalsData

# ---- a finding -------------------------------------------------------------------------------

_From = TypedDict("_From", {"from": "Day | None"})


class OperandData(_From):
    """A threshold or published figure that a fact was compared with.

    Attributes:
        name: The name of the threshold in its rule, or of the figure.
        value: As the rule writes it.
        unit: What is counted or measured.
        basis: What the threshold rests on.
        from: First day on which it holds.
        source: Id of the source that sets or publishes it.
    """

    name: str
    value: str
    unit: str | None
    basis: Basis | str
    source: str | None


class ExpectedData(TypedDict):
    """What is expected.

    Attributes:
        text: In words, with the thresholds of the day.
        operands: What facts were compared with.
    """

    text: str
    operands: list[OperandData]


class LeftOutData(TypedDict):
    """Cases that could not be counted.

    Attributes:
        reason: Why not.
        count: How many.
    """

    reason: str
    count: int | Hidden


class FoundData(TypedDict):
    """What is held of one fact.

    Attributes:
        fact: Id of the fact in the dictionary.
        member: Which member of a family the value is of; null where the fact has none.
        value: The value; null where none is held or it is not shown.
        numerator: Of a share, the count above the line.
        denominator: Of a share, the count below the line.
        period: What time it is of, in words.
        dated: The last day that it speaks of.
        source: Where it comes from, in words.
        state: Whether it can be used; else why not.
        title: Title of the fact.
        text: The value in words, with numerator and denominator.
        england: The comparable figure for England with its period.
        worse_than_england: Whether the value is worse; null where it cannot be said.
        distance: How far the value is from the limit that it misses.
        place: File and line, where the profile speaks of the fact in more than one place.
        note: What the profile adds.
        region: The comparable figure for the region with its period.
        neighbours: The median of the statistical neighbours, and how many the value lies above
            and below.
        earlier: The earlier value that it is held against, with its period.
        left_out: Cases that could not be counted, by reason.
    """

    fact: str
    member: str | None
    value: str | None
    numerator: int | Hidden | None
    denominator: int | Hidden | None
    period: str | None
    dated: Day | None
    source: str | None
    state: State
    title: str
    text: str
    england: str | None
    worse_than_england: bool | None
    distance: str | None
    place: str | None
    note: str | None
    region: str | None
    neighbours: str | None
    earlier: str | None
    left_out: list[LeftOutData]


class MemberData(TypedDict):
    """One member of a family inside a finding.

    Attributes:
        member: Its id.
        verdict: What is so of this member.
        found: What is held of it, in words.
        title: In words.
        facts: Ids of the facts that it speaks of.
        family: What it is a member of, in words.
    """

    member: str
    verdict: Verdict
    found: str
    title: str
    facts: list[str]
    family: str


class AffectedData(TypedDict):
    """Who is affected by a gap, or how many things of another kind are behind it.

    Attributes:
        count: How many.
        of: Of how many.
        unit: What is counted.
        persons: Whether people are counted, not visits or complaints.
        group: The member of a family that is counted, where those of several cannot be added up.
        groups: In how many members of the family somebody is behind the gap.
        left_out: In how many more, not counted here because few are behind it there.
    """

    count: int | Hidden
    of: int | Hidden | None
    unit: str
    persons: bool
    group: str | None
    groups: int
    left_out: int


class KnownData(TypedDict):
    """What do you know: the values that can be used.

    Attributes:
        text: In words, with periods.
        facts: Ids of their facts.
    """

    text: str
    facts: list[str]


class EvidencedData(TypedDict):
    """How do you know it: an item of evidence.

    Attributes:
        id: Its id in the profile.
        title: In words.
        kind: What kind of item it is.
        dated: Its day.
        holder: Who holds it.
        stale: Whether it is too old for what it is to show.
    """

    id: str
    title: str
    kind: EvidenceKind
    dated: Day | None
    holder: Holder
    stale: bool


class PlannedData(TypedDict):
    """What are your plans: an entry of the improvement plan.

    Attributes:
        id: Its id in the profile.
        do: What is to be done.
        owner: Who leads on it.
        due: Day by which it is to be done.
        status: Where it stands.
        shows_in: Where its effect will show, in words.
        overdue: Whether its day is past and it is not done.
    """

    id: str
    do: str
    owner: str | None
    due: Day | None
    status: PlanStatus
    shows_in: str | None
    overdue: bool


class SettledByData(TypedDict):
    """A fact that would help to settle what is not known.

    Attributes:
        fact: Its id.
        member: Which member of a family; null where the fact has none.
        holder: Who can answer.
        ask: The question.
        accepts: Kinds of evidence that count.
        reasons: Why it is open.
    """

    fact: str
    member: str | None
    holder: Holder
    ask: str
    accepts: list[str]
    reasons: list[Reason]


class UpstreamData(TypedDict):
    """Another finding that this one rests on.

    Attributes:
        id: Its expectation.
        verdict: Its verdict.
    """

    id: str
    verdict: Verdict


class CitationData(TypedDict):
    """Where it is written.

    Attributes:
        source: Id of the source.
        title: Its title.
        at: The paragraph, section or regulation.
        edition: Day of the edition.
        confidence: How sure the authors of the rulebook are of it.
    """

    source: str
    title: str
    at: str
    edition: Day | None
    confidence: Confidence


class RecommendedData(TypedDict):
    """A recommended action.

    Attributes:
        do: What to do.
        owner: Who.
        within: How soon.
    """

    do: str
    owner: str
    within: str


class AcceptanceData(TypedDict):
    """A named person's decision to live with a gap. It never changes the verdict.

    Attributes:
        by: Who.
        reason: Why.
        until: The last day, or what the profile says in its place; null where nothing.
        lapsed: Whether it no longer holds on the evaluation date.
    """

    by: str
    reason: str
    until: str | None
    lapsed: bool


class FindingData(TypedDict):
    """One expectation's verdict for one area on one day, explained.

    Attributes:
        id: The expectation; ids are never used again for another.
        title: What is expected, as a statement that is true or false of an area.
        framework: Id of the framework that it is of.
        criterion: Id of the heading in that framework.
        also: Other frameworks and headings that ask the same, as framework/criterion.
        kind: What kind of expectation it is.
        force: For a duty: must where law binds, should where guidance is to be regarded.
        theme: A word for what it is about.
        holder: Who holds the duty, or would have to answer.
        owner: Who leads on it, as the rulebook sees it.
        depth: Whether it belongs to the first hour.
        severity: How serious a gap is: a policy choice of the rulebook.
        verdict: What is so.
        reason: The leading reason where it is unknown or not applicable; else null.
        reasons: Every reason, leading first.
        issues: Codes of what inspectors raise.
        expected: What is expected.
        found: What is held of each fact.
        members: For a family of facts, each member.
        affected: Who is affected by a gap; null where that is not counted.
        known: What is known.
        evidenced: How it is known.
        planned: What the plans are.
        settled_by: What would settle what is not known.
        upstream: Other findings that this one rests on, worst first.
        citations: Where it is written.
        first_step: What to do first.
        actions: What the rulebook recommends.
        acceptance: A decision to live with the gap; null where there is none.
        why: Why it matters to children.
        ask: What an inspector may ask.
        notes: What else a reader should know.
        applies_when: When it applies, with what is held of that; null where it always does.
    """

    id: str
    title: str
    framework: str
    criterion: str
    also: list[str]
    kind: Kind
    force: Force | None
    theme: str
    holder: Holder
    owner: str
    depth: Depth
    severity: Severity
    verdict: Verdict
    reason: Reason | None
    reasons: list[Reason]
    issues: list[str]
    expected: ExpectedData
    found: list[FoundData]
    members: list[MemberData]
    affected: AffectedData | None
    known: KnownData
    evidenced: list[EvidencedData]
    planned: list[PlannedData]
    settled_by: list[SettledByData]
    upstream: list[UpstreamData]
    citations: list[CitationData]
    first_step: str
    actions: list[RecommendedData]
    acceptance: AcceptanceData | None
    why: str
    ask: str
    notes: list[str]
    applies_when: str | None


class AcceptedData(AcceptanceData):
    """An acceptance, with the expectation that it is of.

    Attributes:
        expectation: Id of the expectation.
        by: Who.
        reason: Why.
        until: The last day, or what the profile says in its place; null where nothing.
        lapsed: Whether it no longer holds on the evaluation date.
    """

    expectation: str


# ---- claims ----------------------------------------------------------------------------------


class ClaimCountsData(TypedDict):
    """Counts of claims by what came of them.

    Attributes:
        agrees: Claims that are borne out.
        contradicts: Claims that are contradicted.
        over_confident: Of those, claims that say better than what is found.
        under_confident: Of those, claims that say worse.
        cannot_be_checked: Claims that nothing held speaks to.
        all: Every claim.
    """

    agrees: int
    contradicts: int
    over_confident: int
    under_confident: int
    cannot_be_checked: int
    all: int


class ClaimData(TypedDict):
    """One claim beside the facts.

    Attributes:
        said_in: Where it is claimed: the self-evaluation, or an entry of the plan.
        about: Id of a fact, or framework and criterion.
        member: Which member of a family; null where none is named.
        title: What it is about, in words.
        claimed: What is claimed, in words.
        found: What is held, in words.
        outcome: What came of comparing them.
        leaning: To which side a claim that is contradicted leans.
        how: How they were compared, or why they cannot be.
        source: Where what was found comes from.
        findings: For a rating, the findings of the criterion by verdict.
        gaps: For a rating, the worst gaps of the criterion.
    """

    said_in: str
    about: str
    member: str | None
    title: str
    claimed: str
    found: str
    outcome: Match
    leaning: Leaning | None
    how: str
    source: str | None
    findings: TotalsData | None
    gaps: list[str]


class LedgerData(TypedDict):
    """What a profile claims of itself, beside what is held.

    Attributes:
        dated: Day of the self-evaluation.
        counts: Claims by what came of them.
        claims: Each claim, in the order in which they are made.
    """

    dated: Day | None
    counts: ClaimCountsData
    claims: list[ClaimData]


# ---- the check of the plan -------------------------------------------------------------------


class EntriesData(TypedDict):
    """Entries of the plan by status; they add up.

    Attributes:
        open: Neither done nor stopped.
        done: Done.
        stopped: Stopped.
        all: Every entry.
    """

    open: int
    done: int
    stopped: int
    all: int


class FaultCountData(TypedDict):
    """How many entries have a fault.

    Attributes:
        fault: Which.
        text: In words.
        count: How many entries have it.
        of: Of how many that could.
    """

    fault: Fault
    text: str
    count: int
    of: int


class PlaceData(TypedDict):
    """Where something stands in a file.

    Attributes:
        file: Its name.
        line: Counted from 1.
        column: Counted from 1.
    """

    file: str
    line: int
    column: int


class FaultData(TypedDict):
    """What is wrong with one entry of the plan.

    Attributes:
        fault: Which fault it is.
        entry: Id of the entry.
        message: What is wrong.
        help: How to mend it.
        place: Where the entry stands, where that is known.
    """

    fault: Fault
    entry: str
    message: str
    help: str
    place: PlaceData | None


class GapCountData(TypedDict):
    """Gaps of one severity, by what is planned for them.

    Attributes:
        severity: Which.
        gaps: All of them.
        planned: With an open entry that has an owner, a day to come and a sign of its effect.
        lacking: With open entries, each of which lacks one of these or is overdue.
        accepted: With no open entry, and accepted by a named person.
        none: With none of these.
    """

    severity: Severity
    gaps: int
    planned: int
    lacking: int
    accepted: int
    none: int


class LoadData(TypedDict):
    """The week in which most of an owner's open entries are due; no fault.

    Attributes:
        owner: Who.
        week_of: The Monday of the week.
        due: How many are due in it.
        open: How many the owner has open.
    """

    owner: str
    week_of: Day | None
    due: int
    open: int


class PlanCheckData(TypedDict):
    """What the check of the plan says.

    Attributes:
        plan_is_written: Whether the profile says anything of a plan.
        entries: Entries by status.
        counts: How many entries have each fault.
        faults: Each fault of each entry.
        gaps: Gaps by severity and by what is planned for them.
        gaps_without_action: Ids of gaps with no open entry that nobody accepted, worst first.
        most_due_in_one_week: For each owner, the fullest week.
    """

    plan_is_written: bool
    entries: EntriesData
    counts: list[FaultCountData]
    faults: list[FaultData]
    gaps: list[GapCountData]
    gaps_without_action: list[str]
    most_due_in_one_week: list[LoadData]


# ---- charts ----------------------------------------------------------------------------------


class PointData(TypedDict):
    """One value of a series.

    Attributes:
        period: Its period, in words.
        text: The value in words, or why there is none.
        value: The value as a number; null where it is not shown or not held.
    """

    period: str
    text: str
    value: Level | None


class LimitsData(TypedDict):
    """The limits of an XmR chart, within which ordinary movement stays.

    Attributes:
        average: The line in the middle.
        lower: The lower limit, not below nothing.
        upper: The upper limit; of a share, not above all.
        text: The three in words.
    """

    average: Level
    lower: Level
    upper: Level
    text: str


class SeriesData(TypedDict):
    """What is held of a fact over time.

    Attributes:
        fact: Id of the fact.
        member: Which member of a family; null where the fact has none.
        title: In words.
        unit: What the values count or measure; per cent for a share.
        better: Which way is better for children, where one is.
        findings: Expectations that look at it.
        points: The values, oldest first.
        limits: Of a chart over the newest points; null where there are too few, or where a value
            is not shown, since it could be worked out from them.
        charted: How many of the newest points the limits are of.
        signals: What the chart signals, in words: something changed, for better or worse.
    """

    fact: str
    member: str | None
    title: str
    unit: str
    better: Better | None
    findings: list[str]
    points: list[PointData]
    limits: LimitsData | None
    charted: int
    signals: list[str]


class BesideData(TypedDict):
    """A published figure beside a council's own. It is context, never a pass mark.

    Attributes:
        place: Whose figure it is.
        value: As a number; of the neighbours, their median.
        text: In words.
        period: Its period.
        source: Short title of the publication.
        among: Of the neighbours, each figure that is published, lowest first.
    """

    place: Place
    value: Level
    text: str
    period: str
    source: str
    among: list[Level]


class PositionData(TypedDict):
    """A council's figure among published ones.

    Attributes:
        fact: Id of the fact.
        member: Which member of a family; null where the fact has none.
        title: In words.
        unit: What the values count or measure; per cent for a share.
        better: Which way is better for children, where one is.
        findings: Expectations that look at it.
        value: The council's figure as a number.
        text: The council's figure in words.
        period: Its period.
        beside: The published figures: the newest by the evaluation date.
    """

    fact: str
    member: str | None
    title: str
    unit: str
    better: Better | None
    findings: list[str]
    value: Level
    text: str
    period: str | None
    beside: list[BesideData]


class TimelinessData(TypedDict):
    """A share that the law expects to be all, with what is overdue on the day.

    Attributes:
        fact: Id of the fact.
        member: Which member of a family; null where the fact has none.
        title: In words.
        findings: Expectations that ask for it.
        value: The share as a number, per cent; null where it is not shown.
        text: The share in words.
        period: Its period.
        missed: How many did not have it, in words; null where that is not counted or not shown.
        overdue_title: What is counted as overdue; null where the dictionary names no such count.
        overdue: How many are overdue, in words.
    """

    fact: str
    member: str | None
    title: str
    findings: list[str]
    value: Level | None
    text: str
    period: str | None
    missed: str | None
    overdue_title: str | None
    overdue: str | None


class ChartsData(TypedDict):
    """What the report draws, each thing once. Small counts are withheld here as everywhere.

    Attributes:
        series: Values over time, with XmR limits and signals.
        positions: The council's figures among those of England, the region and its neighbours.
        timeliness: Shares that the law expects to be all, with what is overdue beside them.
    """

    series: list[SeriesData]
    positions: list[PositionData]
    timeliness: list[TimelinessData]


# ---- all of it -------------------------------------------------------------------------------


class ThreeQuestionsData(TypedDict):
    """What is known, how it is known and what the plans are, counted over findings.

    Attributes:
        apply: Findings that apply.
        known: Of those, how many are met or not met.
        evidenced: Of what is known, how many name an item of evidence.
        gaps: Findings that are not met.
        planned: Gaps with an open entry that has an owner, a day to come and a sign of its effect.
        said_alone: Of what is met, how much rests on what was said, with no item of evidence.
    """

    apply: int
    known: int
    evidenced: int
    gaps: int
    planned: int
    said_alone: int


class CheckData(HeadData):
    """One readiness check: which expectations are met, and what is not known. No score, no grade.

    Attributes:
        totals: Findings by verdict.
        findings: Every finding, in order of reading: worst first.
        acceptances: Decisions to live with a gap.
        three_questions: What is known, how, and what is planned.
        claims: What the profile claims beside what is held; null where it claims nothing.
        plan_check: What the check of the plan says; null where the profile has no plan.
        charts: What the report draws.
    """

    rulebook: RulebookData
    totals: TotalsData
    findings: list[FindingData]
    acceptances: list[AcceptedData]
    three_questions: ThreeQuestionsData
    selected: str
    notices: list[str]
    small_counts_shown: bool
    claims: LedgerData | None
    plan_check: PlanCheckData | None
    charts: ChartsData
