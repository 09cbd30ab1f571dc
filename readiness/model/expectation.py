"""An expectation: one page that says what law or a framework asks, and how to tell."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from readiness.calendar import Duration, plus
from readiness.model.facts import Day, DurationText, Page
from readiness.model.values import Unfit, near
from readiness.model.vocabulary import (
    Basis,
    Confidence,
    Depth,
    Force,
    Holder,
    Kind,
    Severity,
    Verdict,
)


def _commencement(raw: Any) -> Any:
    return None if raw == "not_commenced" else raw


class InForce(Page):
    """When an expectation binds.

    Attributes:
        start: First day, or None for a duty enacted but not commenced.
        until: Last day, which counts.
        enacted: Day the Act was passed, for what is not commenced.
        checked_on: Day on which somebody last looked for a commencement.
    """

    start: Annotated[Day | None, BeforeValidator(_commencement)] = Field(alias="from")
    until: Day | None = None
    enacted: Day | None = None
    checked_on: Day | None = None

    @model_validator(mode="after")
    def _ordered(self) -> InForce:
        if self.start and self.until and self.until < self.start:
            raise Unfit("'until' comes before 'from'", "'until' is the last day", "until")
        if self.start is None and (self.enacted is None or self.checked_on is None):
            raise Unfit(
                "what is not commenced needs 'enacted' and 'checked_on'",
                "write {from: not_commenced, enacted: 2026-04-29, checked_on: 2026-11-01}",
            )
        return self

    @property
    def bounds(self) -> tuple[date | None, date | None]:
        """First and last day."""
        return self.start, self.until


class Citation(Page):
    """Where it is written: a source of `sources.yaml`, and the place in it.

    Attributes:
        source: Source id of `sources.yaml`.
        at: The place in it, such as regulation 13(2).
        confidence: How sure the authors are of it.
        note: What a reader should know of this citation.
    """

    source: str
    at: str
    confidence: Confidence
    note: str | None = None


class DatedValue(Page):
    """A threshold's value from a day on; raw until the type of its fact is known.

    Attributes:
        start: First day of the value.
        until: Last day, which counts; left out where it holds on, or until the next one.
        value: The value, written as its fact is: 100%, 12 weeks, 15.
        below: For a size band: it holds for sizes below this.
    """

    start: Day = Field(alias="from")
    until: Day | None = None
    value: Any
    below: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> DatedValue:
        if self.until and self.until < self.start:
            raise Unfit("'until' comes before 'from'", "'until' is the last day", "until")
        return self


class OwnValue(DatedValue):
    """A threshold's value that an overlay put in place of the rulebook's.

    Attributes:
        basis: What it rests on, which is never law.
        because: Why this number, and who agreed it.
        source: Source id of a national figure or named standard.
        overlay: Id of the overlay.
    """

    basis: Basis
    because: str
    source: str | None = None
    overlay: str


class SizeOf(Page):
    """The fact that decides the size band of a threshold, or its value so long ago.

    Attributes:
        fact: The fact that gives the size.
        ago: Take its value so long ago.
    """

    fact: str
    ago: DurationText | None = None


class Threshold(Page):
    """A dated number and what it rests on.

    Attributes:
        basis: Law, a dated national figure, a named standard, our policy choice, or the council's
            own.
        values: History of values; absent for a local standard.
        by: Fact whose size picks the band (`below` on the values).
        ask: For a local standard, the question to the council.
        because: Why a policy choice is defensible.
        source: Source id of a national figure or named standard.
    """

    basis: Basis
    values: tuple[DatedValue, ...] = ()
    by: SizeOf | None = None
    ask: str | None = None
    because: str | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Threshold:
        if self.basis is Basis.LOCAL:
            if not self.ask:
                message = "a local standard needs 'ask': the question to the council"
                raise Unfit(message, "such as 'ask: What maximum has your board agreed?'")
            if self.values:
                message = "a local standard has no values: each council sets its own"
                raise Unfit(message, "take 'values' away, or choose another basis", "values")
        elif not self.values:
            message = f"a threshold based on {self.basis.words} needs 'values'"
            raise Unfit(
                message, "add 'values:' with lines such as '- {from: 2014-09-01, value: 5}'"
            )
        if self.basis is Basis.POLICY and not self.because:
            message = "a policy choice needs 'because': why the number is defensible"
            raise Unfit(message, "add 'because:', or use 'basis: local' if there is no good reason")
        if self.basis in {Basis.NATIONAL, Basis.STANDARD} and not self.source:
            message = f"a threshold based on a {self.basis.words} needs 'source'"
            raise Unfit(message, "add 'source:' with an id of sources.yaml")
        bands = {value.below for value in self.values}
        if self.by is None and bands - {None}:
            message = "bands ('below') need 'by': the fact that gives the size"
            raise Unfit(message, "add 'by: {fact: …}', or take 'below' away")
        if self.by is not None and bands <= {None}:
            message = "'by' gives a size, but no value says for which sizes it holds"
            raise Unfit(message, "add 'below: 100' to a value, or take 'by' away", "by")
        if bands and None not in bands:
            message = f"there is no value for a size of {max(filter(None, bands))} or more"
            raise Unfit(message, "add a value without 'below'", "values")
        return self

    def rests_on(self, value: DatedValue) -> tuple[Basis, str | None]:
        """Return what one of its values rests on, with the source if one is named."""
        if isinstance(value, OwnValue):
            return value.basis, value.source
        return self.basis, self.source


class Action(Page):
    """Something to do, who does it, and by when.

    Attributes:
        do: What to do, as an instruction.
        owner: The role that does it.
        within: How soon, such as 4 weeks.
    """

    do: str
    owner: str
    within: DurationText


class Example(Page):
    """A small council and the verdict that it must get: documentation and test at once.

    Attributes:
        name: What is special in it, in a few words.
        given: Facts, and any of `as_of`, `findings`, `benchmarks`, `evidence`, `plan`, `standards`.
        verdict: The verdict that it must get.
        because: The leading reason, for unknown and not applicable.
        as_of: The evaluation date; otherwise that of the rulebook's examples.
    """

    name: str
    given: dict[str, Any]
    verdict: Verdict
    because: str | None = None
    as_of: Day | None = None


_COMMENCED = (Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN)
"""Verdicts of which every page has an example; what is not commenced is not applicable."""


class Expectation(Page):
    """What the law or a framework asks, as one statement that is true or false of an area.

    `applies_when` and `expect` stay raw here; `readiness.rulebook.conditions` reads them.

    Attributes:
        id: Stable for ever and never reused; also the name of the file.
        title: The statement that is true or false of an area.
        framework: The framework in whose folder the page stands.
        criterion: The heading of the framework, by its id.
        also: Criteria of other frameworks that ask the same, as framework/criterion.
        kind: duty (law), evidence (can it be shown), impact (is it better for children), signal (of
            risk).
        force: For a duty: must where law binds, should where guidance is to be regarded.
        theme: What it is about, in one word that other pages use too.
        holder: The organisation that holds the duty.
        owner: The role that would answer for it.
        depth: essential for the first hour, else full.
        in_force: When it binds.
        citations: Where it is written.
        why: Why it matters to children, in a sentence or two.
        ask: The question that an inspector would put.
        applies_when: For whom it is asked; where it does not hold, the expectation does not apply.
        expect: What must be so; the expectation is met where it holds.
        affected: The fact that counts who is affected by a gap.
        thresholds: The numbers and periods of the condition, by name.
        severity: How serious a gap would be.
        severity_because: Why; for example how often inspectors required it.
        evidence: What to have ready.
        first_step: What to do first about a gap.
        actions: Recommended actions.
        issues: Issue codes of inspectors that it answers to.
        examples: Small councils and their verdicts: at least one met, one not met, one unknown.
        note: What a reader should know beside the rest.
        reviewed: Day on which somebody last read the page against its sources.
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")
    title: str
    framework: str
    criterion: str
    also: tuple[str, ...] = ()
    kind: Kind
    force: Force | None = None
    theme: str
    holder: Holder
    owner: str
    depth: Depth = Depth.FULL
    in_force: InForce
    citations: tuple[Citation, ...] = Field(min_length=1)
    why: str
    ask: str
    applies_when: Any = None
    expect: Any
    affected: str | None = None
    thresholds: dict[str, Threshold] = Field(default_factory=dict)
    severity: Severity
    severity_because: str
    evidence: tuple[str, ...] = Field(min_length=1)
    first_step: str
    actions: tuple[Action, ...] = Field(min_length=1)
    issues: tuple[str, ...] = ()
    examples: tuple[Example, ...] = Field(min_length=1)
    reviewed: Day | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Expectation:
        if self.kind is Kind.DUTY and self.force is None:
            raise Unfit("a duty needs 'force'", "add 'force: must', or should for guidance", "kind")
        if self.kind is not Kind.DUTY and self.force is not None:
            raise Unfit("only a duty has 'force'", "take 'force' away", "force")
        return self

    @field_validator("examples")
    @classmethod
    def _examples_cover(
        cls, examples: tuple[Example, ...], info: ValidationInfo
    ) -> tuple[Example, ...]:
        span = info.data.get("in_force")
        commenced = span is None or span.start is not None
        needed = _COMMENCED if commenced else (Verdict.NOT_APPLICABLE,)
        shown = {example.verdict for example in examples}
        lacking = [verdict.value for verdict in needed if verdict not in shown]
        if lacking:
            message = f"no example is {', none is '.join(lacking)}"
            raise Unfit(message, f"add an example with 'verdict: {lacking[0]}'")
        return examples


class NextEdition(Page):
    """An edition that comes after the one cited.

    Attributes:
        on: Day on which it appeared or, by the publisher's timetable, is expected.
        seen: Whether somebody has seen that it exists.
        note: What a reader should know of it.
    """

    on: Day
    seen: bool = False
    note: str | None = None


class Source(Page):
    """An Act, regulation, code, framework or statistical release.

    Attributes:
        title: As published.
        short: A short name for reports.
        kind: What sort of document it is.
        edition: Day of the edition cited.
        read: Day of the edition whose text was read, where that is an earlier one.
        next_edition: A later edition, out or expected, that was not read.
        start: First day in force or use.
        until: Last day in force or use.
        url: Where it is published.
        note: What a reader should know of it.
    """

    title: str
    short: str
    kind: Literal[
        "act",
        "regulations",
        "statutory guidance",
        "guidance",
        "framework",
        "statistics",
        "report",
        "judgment",
        "decision",
    ]
    edition: Day
    read: Day | None = None
    start: Day = Field(alias="from")
    until: Day | None = None
    next_edition: NextEdition | None = None
    url: str | None = None
    note: str | None = None


class Criterion(Page):
    """A heading of a framework, spelled as published.

    Attributes:
        title: The heading as published.
        group: The part of the framework that it stands in.
        at: Where it stands.
        confidence: How sure the authors are of it.
        start: First day, where it came later than the framework.
        until: Last day, where it has gone.
    """

    title: str
    group: str | None = None
    at: str | None = None
    confidence: Confidence
    start: Day | None = Field(default=None, alias="from")
    until: Day | None = None


class Edition(Page):
    """An edition of a framework, by date.

    Attributes:
        id: A short name of the edition.
        title: As published.
        source: Source id of the document.
        start: First day of use.
        until: Last day of use.
        note: What changed.
    """

    id: str
    title: str
    source: str
    start: Day = Field(alias="from")
    until: Day | None = None
    note: str | None = None


class Request(Page):
    """An item of an inspection's information request.

    Attributes:
        title: What is asked for.
        holder: The organisation that would hold it.
        confidence: How sure the authors are of it.
        fresh_within: How old it may be.
        shows: Facts whose values can be read in it.
        why_not: Why no fact is, or what part of it no fact shows.
    """

    title: str
    holder: Holder
    confidence: Confidence
    fresh_within: DurationText | None = None
    shows: tuple[str, ...] = ()
    why_not: str | None = None


class InspectionKind(Page):
    """A kind of inspection that a framework has, such as a short one.

    Attributes:
        title: As reports name it.
        confidence: How sure the authors are of it.
        note: What a reader should know of it.
    """

    title: str
    confidence: Confidence
    note: str | None = None


class Milestone(Page):
    """A dated step of an inspection.

    Attributes:
        title: What happens.
        day: How many days after notification, or after the step that `after` names.
        count: Which days are counted.
        after: The step from which days are counted.
        kinds: Kinds of inspection that have this step; empty for all of them.
        wants: Items of the information request that are due, or "the rest" of them.
        confidence: How sure the authors are of it.
        note: What a reader should know of it.
    """

    title: str
    day: int
    count: Literal["working days", "calendar days"] = "working days"
    after: str | None = None
    kinds: tuple[str, ...] = ()
    wants: tuple[str, ...] | Literal["the rest"] = ()
    confidence: Confidence
    note: str | None = None


class Outcome(Page):
    """A result that an inspection may have, and what follows from it.

    It is there to be read: nothing foretells which of them an area will have.

    Attributes:
        title: As published.
        follows: What follows from it.
        confidence: How sure the authors are of it.
        note: What a reader should know of it.
    """

    title: str
    follows: tuple[str, ...] = Field(min_length=1)
    confidence: Confidence
    note: str | None = None


class Coverage(Page):
    """A duty, paragraph or line of enquiry, and what the rulebook makes of it.

    Attributes:
        what: What it asks, in our words.
        at: Where it is written.
        checked_by: Expectations that check it.
        why_not: Why nothing checks it; beside `checked_by`, what part of it is left and why.
        prompt: A question for people to answer where no rule can.
    """

    what: str
    at: str | None = None
    checked_by: tuple[str, ...] = ()
    why_not: str | None = None
    prompt: str | None = None

    @model_validator(mode="after")
    def _said(self) -> Coverage:
        if not self.checked_by and not self.why_not:
            message = "this says neither what checks it nor why nothing does"
            raise Unfit(message, "add 'checked_by: [ID]', or 'why_not:' with the reason")
        return self


class Framework(Page):
    """A body of expectations: editions, criteria, outcomes, timeline and information request.

    Attributes:
        id: Also the name of its folder.
        title: As reports name it.
        editions: Its editions by date.
        criteria: Its headings, by id.
        requests: Items of its information request, by id.
        kinds: Kinds of inspection by id, the usual one first; empty where there is one only.
        timeline: Its steps from notification, by id.
        outcomes: Results that an inspection may have, by id.
    """

    id: str
    title: str
    editions: tuple[Edition, ...] = Field(min_length=1)
    criteria: dict[str, Criterion] = Field(min_length=1)
    requests: dict[str, Request] = Field(default_factory=dict)
    kinds: dict[str, InspectionKind] = Field(default_factory=dict)
    timeline: dict[str, Milestone] = Field(default_factory=dict)
    outcomes: dict[str, Outcome] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _timeline_fits(self) -> Framework:
        rest = [id for id, step in self.timeline.items() if step.wants == "the rest"]
        if len(rest) > 1:
            message = f"'the rest' is wanted twice: {', '.join(rest)}"
            raise Unfit(message, "only one step can want the rest", "timeline")
        before: set[str] = set()
        for id, step in self.timeline.items():
            wants = () if step.wants == "the rest" else step.wants
            for what, named, known in (
                ("kind", step.kinds, self.kinds.keys()),
                ("request item", wants, self.requests.keys()),
                ("step before it", (step.after,) if step.after else (), before),
            ):
                for name in named:
                    if name not in known:
                        help = near(name, list(known), f"there are: {', '.join(known) or 'none'}")
                        raise Unfit(f"{id}: no {what} is called '{name}'", help, "timeline")
            before.add(id)
        return self


class Issue(Page):
    """What inspectors really raise: a code of the taxonomy.

    Attributes:
        title: In a few words.
        area: The part of the work that it belongs to.
        definition: What counts as this issue.
    """

    title: str
    area: str
    definition: str


class Question(Page):
    """A question that leaders should be able to answer, and the expectations that answer it.

    Attributes:
        ask: The question, as a lead member would put it.
        answered_by: The expectations whose findings answer it, in that order.
    """

    ask: str
    answered_by: tuple[str, ...] = Field(min_length=1)


class IssueList(Page):
    """The issue taxonomy of one framework.

    Attributes:
        framework: The framework whose inspectors raise them.
        source: What they were read from, in words.
        codes: The issues, by code.
    """

    framework: str
    source: str
    codes: dict[str, Issue]


class Figure(Page):
    """A published figure for a place and period.

    Attributes:
        fact: The fact that measures the same.
        place: england, or a region.
        period: The period as text, such as "2024".
        value: The figure, written as its fact is.
        member: For a family, which member.
    """

    fact: str
    place: str
    period: str
    value: Any
    member: str | None = None


class Benchmarks(Page):
    """Figures of one statistical release: context, never a pass mark unless a rule says why.

    Attributes:
        source: Source id of the release.
        published: Day of publication.
        figures: The figures.
    """

    source: str
    published: Day
    figures: tuple[Figure, ...]


class Review(Page):
    """How long a page may stand before somebody reads it again: a policy choice.

    Attributes:
        since: Day on which every page was last read, where a page does not say its own.
        verified: Period for pages all of whose citations are verified.
        secondary: Period for pages with a citation known through others.
        memory: Period for pages with a citation from memory.
        not_commenced: Period after which a commencement is looked for again.
        because: Why these periods.
    """

    since: Day
    verified: DurationText
    secondary: DurationText
    memory: DurationText
    not_commenced: DurationText
    because: str

    @field_validator("verified", "secondary", "memory", "not_commenced")
    @classmethod
    def _whole(cls, period: Duration, info: ValidationInfo) -> Duration:
        try:
            plus(info.data.get("since", date(2000, 1, 1)), period)
        except ValueError:
            raise Unfit(f"'{period}' is not a whole period", "such as 6 months") from None
        return period


class RulebookPage(Page):
    """`rulebook.yaml`: who the rulebook is.

    Attributes:
        id: The name by which reports know the rulebook.
        title: What it is, as a heading.
        format: The format of its files.
        examples_as_of: The evaluation date of examples that name none.
        review: How long a page may stand before somebody reads it again.
    """

    id: str
    title: str
    format: int
    examples_as_of: Day
    review: Review | None = None
