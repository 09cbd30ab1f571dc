"""The JSON of `settle`, `plan`, `claims`, `drill`, `diff` and `what-if`."""

from __future__ import annotations

from typing import Literal, TypedDict

from readiness.analysis.changes.compare import Aspect, FactorKind
from readiness.analysis.drill import Held
from readiness.analysis.unknowns.needs import ThingKind
from readiness.model.vocabulary import (
    Confidence,
    Holder,
    Kind,
    Reason,
    Severity,
    Verdict,
)
from readiness.render.shapes.check import ClaimCountsData, ClaimData, PlanCheckData
from readiness.render.shapes.forms import ActionStatus, Day
from readiness.render.shapes.shared import CouncilData, HeadData, RulebookData, TotalsData

# ---- settle ----------------------------------------------------------------------------------


class SettleTotalsData(TypedDict):
    """What is not known, and what would settle it.

    Attributes:
        unknown: Expectations that are not known.
        settled_by_answers: Of those, how many answers would settle for certain.
        not_settled: Of those, how many no answer would settle for certain.
        requests: Things to ask for.
        smallest: Whether no smaller set of things would settle as many.
    """

    unknown: int
    settled_by_answers: int
    not_settled: int
    requests: int
    smallest: bool


class ThingData(TypedDict):
    """Something that somebody can bring.

    Attributes:
        kind: What kind of thing it is.
        id: The fact, item or standard.
    """

    kind: ThingKind
    id: str


class StepData(TypedDict):
    """A step: things to ask for together.

    Attributes:
        things: What to ask for.
        settles: Expectations that this step settles.
        settled_by_then: How many are settled once it is done.
    """

    things: list[ThingData]
    settles: list[str]
    settled_by_then: int


class HeldData(TypedDict):
    """What is held already.

    Attributes:
        text: In words.
        period: Its period.
    """

    text: str
    period: str | None


class RequestData(ThingData):
    """A request to one holder.

    Attributes:
        kind: What kind of thing it is.
        id: The fact, item or standard.
        holder: Who can answer; null where the dictionary does not say.
        owner: Whom to ask there; null where that is not known.
        title: In words.
        members: Which members of a family it is about.
        ask: The question.
        answer: How to answer it.
        accepts: Kinds of evidence that count.
        because: Why it is open, in words.
        held: What is held already.
        settles_alone: Expectations that it settles by itself.
        settles_with_others: Expectations that it settles together with other things.
        may_settle: Expectations that some answers would settle and others not.
        step: The step that it is part of; null where it is part of none.
    """

    holder: Holder | None
    owner: str | None
    title: str
    members: list[str]
    ask: str
    answer: str
    accepts: list[str]
    because: list[str]
    held: list[HeldData]
    settles_alone: list[str]
    settles_with_others: list[str]
    may_settle: list[str]
    step: int | None


class MayData(TypedDict):
    """What one thing alone may bring.

    Attributes:
        thing: The thing.
        verdicts: What the expectation may be once it is there.
    """

    thing: ThingData
    verdicts: list[Verdict]


class WaitingData(TypedDict):
    """An expectation that is not known, and what would settle it.

    Attributes:
        id: The expectation.
        title: What is expected.
        smallest_sets: Sets of things, each enough to settle it, with nothing that could be left
            out; empty where no answers would settle it.
        searched: Whether smaller sets were looked for.
        may: What single things may bring, where they do not settle it.
        why_not: Why no answers would settle it for certain.
    """

    id: str
    title: str
    smallest_sets: list[list[ThingData]]
    searched: bool
    may: list[MayData]
    why_not: list[Reason]


class SettleData(HeadData):
    """What to ask for, and of whom, so that what is not known can be decided.

    Attributes:
        totals: What is not known, and how much of it answers would settle.
        steps: What to ask for first: each step settles as much as it can with as little.
        requests: Each thing to ask for, with whom.
        expectations: Each expectation that is not known.
    """

    rulebook: RulebookData
    selected: str
    totals: SettleTotalsData
    steps: list[StepData]
    requests: list[RequestData]
    expectations: list[WaitingData]
    small_counts_shown: bool


# ---- plan ------------------------------------------------------------------------------------


class AddressedData(TypedDict):
    """An expectation that an action addresses.

    Attributes:
        id: The expectation.
        title: What is expected.
        verdict: What is so.
        severity: How serious a gap is.
        kind: What kind of expectation it is.
        holder: Who holds the duty, or would have to answer.
        citation: Where it is written.
        affected: Who is affected, in words.
    """

    id: str
    title: str
    verdict: Verdict
    severity: Severity
    kind: Kind
    holder: Holder
    citation: str
    affected: str | None


class MeasureData(TypedDict):
    """How the effect of an action will show.

    Attributes:
        fact: Id of the fact; null where it is said in words.
        member: Which member of a family; null for every one, or where the fact has none.
        text: Title of the fact, or the words.
        reaches: The aim.
        by: Day by which the aim is to be reached.
        now: What is held of the fact.
    """

    fact: str | None
    member: str | None
    text: str
    reaches: str | None
    by: Day | None
    now: str | None


class ActionData(TypedDict):
    """One action.

    Attributes:
        id: Its id in the profile; of a proposed one, made of the expectation's.
        proposed: Whether a rule page proposes it and nobody has taken it on.
        do: What is to be done.
        owner: Who leads on it.
        due: Day by which it is to be done.
        status: Where it stands.
        overdue: Whether its day is past and it is not done.
        severity: The severity of the worst gap that it addresses; null where it addresses none.
        addresses: What it addresses.
        shows_in: How its effect will show; null where nothing is said.
        place: File and line of the entry.
    """

    id: str
    proposed: bool
    do: str
    owner: str | None
    due: Day | None
    status: ActionStatus
    overdue: bool
    severity: Severity | None
    addresses: list[AddressedData]
    shows_in: MeasureData | None
    place: str | None


class PlanData(HeadData):
    """The improvement plan as actions, and what rule pages propose for other gaps.

    Attributes:
        planned: Actions of the plan.
        proposed: What rule pages propose for gaps that no action addresses.
        check: What the check of the plan says.
    """

    rulebook: RulebookData
    selected: str
    planned: list[ActionData]
    proposed: list[ActionData]
    check: PlanCheckData
    small_counts_shown: bool


# ---- claims ----------------------------------------------------------------------------------


class ClaimsData(HeadData):
    """What a council claims of itself beside the facts.

    Attributes:
        dated: Day of the self-evaluation.
        counts: Claims by what came of them.
        claims: Each claim, in the order in which they are made.
    """

    dated: Day | None
    counts: ClaimCountsData
    claims: list[ClaimData]
    small_counts_shown: bool


# ---- drill -----------------------------------------------------------------------------------


class DrillTotalsData(TypedDict):
    """Items of the information request by how they stand on the day they are due; they add up.

    Attributes:
        held: Ready to be handed over.
        late: Held, and not ready in time.
        stale: Held, and too old by then.
        not_held: Not held.
        all: Every item.
    """

    held: int
    late: int
    stale: int
    not_held: int
    all: int


class DrillStepData(TypedDict):
    """A dated step of the inspection.

    Attributes:
        id: Its id in the framework.
        title: What happens.
        day: The day; null where it cannot be worked out.
        counted: How the day is counted.
        confidence: How sure the authors of the rulebook are of it.
        note: What else is to be known.
        wants: Items of the information request that are due by then.
        why_no_day: Why there is no day.
    """

    id: str
    title: str
    day: Day | None
    counted: str
    confidence: Confidence
    note: str | None
    wants: list[str]
    why_no_day: str | None


class DrillEvidenceData(TypedDict):
    """The best item of evidence for an item of the request.

    Attributes:
        id: Its id in the profile.
        title: In words.
        dated: Its day.
        holder: Who holds it.
        fresh_until: Last day on which it is fresh enough; null where no age is too great.
        ready_in: How long it takes to get ready.
        ready: Day on which it can be handed over.
        others: How many other items answer the request too.
    """

    id: str
    title: str
    dated: Day
    holder: Holder
    fresh_until: Day | None
    ready_in: str | None
    ready: Day | None
    others: int


class DrillItemData(TypedDict):
    """An item of the information request.

    Attributes:
        id: Its id in the framework.
        title: What is asked for.
        state: How it stands on the day it is due.
        holder: Who has to hand it over.
        held_by_partner: Whether somebody other than the council holds it.
        due: The day it is due; null where it is not known.
        fresh_within: How old it may be.
        confidence: How sure the authors of the rulebook are of it.
        because: Why it stands so.
        evidence: What is held for it; null where nothing is.
    """

    id: str
    title: str
    state: Held
    holder: Holder
    held_by_partner: bool
    due: Day | None
    fresh_within: str | None
    confidence: Confidence
    because: str
    evidence: DrillEvidenceData | None


class DrillData(TypedDict):
    """The day of the call: each dated step, and what of the information request is held by then.

    Attributes:
        schema_version: Which version of this format it is. Keys may be added within one.
        council: Whose profile it is.
        framework: Id of the inspection framework.
        kind: Id of the kind of inspection.
        edition: The edition of the framework in force.
        notified: Day of the call.
        totals: Items of the information request by how they stand.
        steps: Each step, in order.
        requests: Each item of the information request.
        notices: What a reader must know beside the rest.
    """

    schema_version: Literal[1]
    council: CouncilData
    framework: str
    kind: str | None
    edition: str | None
    notified: Day
    totals: DrillTotalsData
    steps: list[DrillStepData]
    requests: list[DrillItemData]
    notices: list[str]


# ---- diff ------------------------------------------------------------------------------------


class SideData(TypedDict):
    """One of two checks.

    Attributes:
        council: Whose profile it is.
        as_of: Its evaluation date.
        rulebook: Which rulebook was used.
        totals: Its findings by verdict.
    """

    council: CouncilData
    as_of: Day
    rulebook: RulebookData
    totals: TotalsData


class FactorData(TypedDict):
    """One thing in which two checks differ.

    Attributes:
        kind: What kind of thing.
        id: Which one; null where there is only one of the kind.
        member: Which member of a family.
    """

    kind: FactorKind
    id: str | None
    member: str | None


class CauseData(TypedDict):
    """What, taken over by itself, gives the new answer.

    Attributes:
        only_together: Whether several things do so only together.
        factors: Those things.
        text: In words, a line each.
    """

    only_together: bool
    factors: list[FactorData]
    text: list[str]


class ChangeData(TypedDict):
    """One thing that changed of one expectation, and why.

    Attributes:
        id: The expectation.
        title: What is expected.
        aspect: What of it changed.
        old: How it was, in words.
        new: How it is, in words.
        old_verdict: The verdict before; null where the expectation was not there.
        new_verdict: The verdict now; null where the expectation is gone.
        causes: Each by itself gives the new answer, which was proved by playing it again.
    """

    id: str
    title: str
    aspect: Aspect
    old: str | None
    new: str | None
    old_verdict: Verdict | None
    new_verdict: Verdict | None
    causes: list[CauseData]


class DiffData(TypedDict):
    """What changed between two checks and what changed it.

    Attributes:
        schema_version: Which version of this format it is. Keys may be added within one.
        proved: Whether causes are proved by playing the checks again.
        old: The check before.
        new: The check now.
        factors: Everything in which the two differ.
        changes: What changed, and why.
        small_counts_shown: Whether counts of people from 1 to 5 are shown, for the council's own
            use.
    """

    schema_version: Literal[1]
    proved: Literal[True]
    old: SideData
    new: SideData
    factors: list[FactorData]
    changes: list[ChangeData]
    small_counts_shown: bool


class ResultCouncilData(TypedDict):
    """Whose result it is.

    Attributes:
        name: As the profile named it.
    """

    name: str


class ResultRulebookData(TypedDict):
    """Which rulebook was used.

    Attributes:
        hash: Of all its pages: the same pages have the same hash.
    """

    hash: str


class ResultData(TypedDict):
    """A result that was kept.

    Attributes:
        council: Whose result it is.
        as_of: Its evaluation date.
        rulebook: Which rulebook was used.
        expectations: How many findings it has.
    """

    council: ResultCouncilData
    as_of: str
    rulebook: ResultRulebookData
    expectations: int


class ResultChangeData(TypedDict):
    """An expectation of which two results say different things.

    Attributes:
        id: The expectation.
        title: What is expected.
        old: What was said, in words.
        new: What is said, in words.
        differs: What differs beside it; no cause, because nothing can be played again.
    """

    id: str
    title: str
    old: str
    new: str
    differs: list[str]


class ResultsDiffData(TypedDict):
    """What changed between two results, at least one of which is only its JSON.

    Attributes:
        schema_version: Which version of this format it is. Keys may be added within one.
        proved: Whether causes are proved by playing the checks again.
        old: The result before.
        new: The result now.
        changes: What changed.
    """

    schema_version: Literal[1]
    proved: Literal[False]
    old: ResultData
    new: ResultData
    changes: list[ResultChangeData]


# ---- what-if ---------------------------------------------------------------------------------


class NowThenData(TypedDict):
    """Findings by verdict, as it is and as it would be.

    Attributes:
        now: As it is.
        then: As it would be.
    """

    now: TotalsData
    then: TotalsData


class FollowingFoundData(TypedDict):
    """What is held of a fact.

    Attributes:
        fact: Its id.
        member: Which member of a family; null where the fact has none.
        text: In words.
        period: Its period.
    """

    fact: str
    member: str | None
    text: str
    period: str | None


class FollowingSideData(TypedDict):
    """A finding as it is, or as it would be.

    Attributes:
        verdict: What is so.
        reason: The leading reason where it is unknown or not applicable; else null.
        found: What is held of each fact.
    """

    verdict: Verdict
    reason: Reason | None
    found: list[FollowingFoundData]


class FollowingData(TypedDict):
    """A verdict that would be another.

    Attributes:
        id: The expectation.
        title: What is expected.
        now: As it is.
        then: As it would be.
    """

    id: str
    title: str
    now: FollowingSideData
    then: FollowingSideData


class UnlockData(TypedDict):
    """What one answer to one fact alone would turn.

    Attributes:
        fact: Its id.
        member: Which member of a family; null where the fact has none.
        title: In words.
        now: What is held; null where there is no usable value.
        supposed: The answer.
        met: Expectations that would then be met.
        no_longer_met: Expectations that are met and then would not be.
    """

    fact: str
    member: str | None
    title: str
    now: str | None
    supposed: str
    met: list[str]
    no_longer_met: list[str]


class AddressesData(TypedDict):
    """What a plan entry that is supposed to be done is for.

    Attributes:
        entry: The plan entry.
        id: The expectation that it addresses.
        now: As it is.
        then: As it would be.
    """

    entry: str
    id: str
    now: Verdict
    then: Verdict


class WhatIfData(HeadData):
    """What would follow from what is supposed. It is arithmetic over the rules, and no forecast.

    Attributes:
        note: What it is, and what it is not.
        supposed: What is supposed, in words.
        addresses: What the plan entries that are supposed to be done are for.
        totals: Findings by verdict, as it is and as it would be.
        changes: Verdicts that would be others.
        unlocks: Single facts that would turn most; null where that was not asked for.
    """

    rulebook: RulebookData
    selected: str
    note: str
    supposed: list[str]
    addresses: list[AddressesData]
    notices: list[str]
    totals: NowThenData
    changes: list[FollowingData]
    unlocks: list[UnlockData] | None
    small_counts_shown: bool
