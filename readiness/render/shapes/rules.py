"""The JSON of `rules coverage` and `rules impact`."""

from __future__ import annotations

from typing import Literal, TypedDict

from readiness.analysis.changes.rulebook_diff import Effect
from readiness.analysis.changes.rulebook_diff import State as PageState
from readiness.analysis.pages.coverage import Group, State
from readiness.model.vocabulary import Confidence, Reason, Verdict
from readiness.render.shapes.forms import Day

StateCounts = dict[State | Literal["all"], int]

# ---- coverage --------------------------------------------------------------------------------


class BookData(TypedDict):
    """Which rulebook it is.

    Attributes:
        id: As the rulebook names itself.
        hash: Of all its pages: the same pages have the same hash.
    """

    id: str
    hash: str


class CoverageItemData(TypedDict):
    """A duty, line of enquiry, heading, item of an information request or issue code.

    Attributes:
        group: Which of these it is.
        id: Its id.
        what: In words.
        at: Where it is written.
        state: How much of it the rulebook checks.
        checked_by: Expectations that check it.
        facts: Facts that an item of an information request shows.
        why_not: Why no rule checks it, or which part of it none does.
        prompt: A question for people to answer where no rule can.
    """

    group: Group
    id: str
    what: str
    at: str | None
    state: State
    checked_by: list[str]
    facts: list[str]
    why_not: str | None
    prompt: str | None


class FrameworkCoverageData(TypedDict):
    """What is checked of one framework.

    Attributes:
        id: Its id.
        title: In words.
        counts: Its items by group and by how much is checked.
        citations: Citations of its expectations by how sure the authors are.
        items: Each item; with --gaps those that are not checked whole.
    """

    id: str
    title: str
    counts: dict[Group, StateCounts]
    citations: dict[Confidence | Literal["all"], int]
    items: list[CoverageItemData]


class LaterEditionData(TypedDict):
    """A source of which there is a later text that nobody has read.

    Attributes:
        source: Its id.
        title: In words.
        edition: The edition that was read.
        why: In words.
        named_by: Expectations in force that cite it.
    """

    source: str
    title: str
    edition: Day
    why: str
    named_by: list[str]


class DueData(TypedDict):
    """An expectation that somebody should read against its sources again.

    Attributes:
        id: The expectation.
        on: The day from which it is due.
        why: In words.
    """

    id: str
    on: Day
    why: str


class ReviewData(TypedDict):
    """When pages are read against their sources again.

    Attributes:
        policy: How often, and why; null where the rulebook does not say.
        asked: How many expectations are to be read again at all.
        due: Those that are due.
        next_due: The day on which the next one is.
    """

    policy: str | None
    asked: int
    due: list[DueData]
    next_due: Day | None


class CoverageData(TypedDict):
    """What a rulebook checks and what not.

    Attributes:
        schema_version: Which version of this format it is. Keys may be added within one.
        as_of: The day on which it is so.
        rulebook: Which rulebook it is.
        totals: Items of all frameworks by group and by how much is checked.
        frameworks: Each framework.
        later_editions: Sources of which there is a later text.
        review: When pages are read against their sources again.
    """

    schema_version: Literal[1]
    as_of: Day
    rulebook: BookData
    totals: dict[Group, StateCounts]
    frameworks: list[FrameworkCoverageData]
    later_editions: list[LaterEditionData]
    review: ReviewData


# ---- impact ----------------------------------------------------------------------------------


class EditedBookData(TypedDict):
    """One of two rulebooks.

    Attributes:
        id: As the rulebook names itself.
        origin: The folder or revision that it is read from.
        hash: Of all its pages: the same pages have the same hash.
        expectations: How many it has.
    """

    id: str
    origin: str
    hash: str
    expectations: int


class EditData(TypedDict):
    """One difference in a page.

    Attributes:
        what: What differs.
        old: How it was, in words; null where it is new.
        new: How it is, in words; null where it is gone.
        effect: What the difference can do.
    """

    what: str
    old: str | None
    new: str | None
    effect: Effect


class PageChangeData(TypedDict):
    """What became of a page, or of an entry of one.

    Attributes:
        kind: What it is: an expectation, a fact, a source and so on.
        id: Its id, in the new rulebook where it is there.
        title: In words.
        state: What became of it.
        was: Its id before, where it was renamed.
        effects: What the change can do.
        edits: What differs.
    """

    kind: str
    id: str
    title: str
    state: PageState
    was: str | None
    effects: list[Effect]
    edits: list[EditData]


class RestsData(TypedDict):
    """An expectation that was not edited and rests on pages that were.

    Attributes:
        id: The expectation.
        on: What it rests on.
    """

    id: str
    on: list[str]


class ImpactCountsData(TypedDict):
    """How many verdicts stay and how many do not.

    Attributes:
        before: Verdicts by the old rulebook.
        after: Verdicts by the new one.
        compared: Verdicts of expectations that are in both.
        unchanged: Of those, verdicts that stay.
        changed: Of those, verdicts that change.
        new: Verdicts of expectations that are new.
        gone: Verdicts of expectations that are gone.
    """

    before: int
    after: int
    compared: int
    unchanged: int
    changed: int
    new: int
    gone: int


class ImpactTotalsData(ImpactCountsData):
    """How many verdicts stay and how many do not, over all councils.

    Attributes:
        councils: How many councils were looked at.
        before: Verdicts by the old rulebook.
        after: Verdicts by the new one.
        compared: Verdicts of expectations that are in both.
        unchanged: Of those, verdicts that stay.
        changed: Of those, verdicts that change.
        new: Verdicts of expectations that are new.
        gone: Verdicts of expectations that are gone.
    """

    councils: int


class VerdictData(TypedDict):
    """A verdict with its leading reason.

    Attributes:
        verdict: What is so.
        reason: Why, where it is unknown or not applicable.
    """

    verdict: Verdict
    reason: Reason | None


class FlipFoundData(TypedDict):
    """What is held of a fact.

    Attributes:
        fact: Its id.
        member: Which member of a family; null where the fact has none.
        text: In words.
    """

    fact: str
    member: str | None
    text: str


class FlipData(TypedDict):
    """A verdict that the edit changes, brings or takes away.

    Attributes:
        id: The expectation.
        title: What is expected.
        was: Its id before, where it was renamed.
        old: What was said; null for a new expectation.
        new: What is said; null for one that is gone.
        because: What of the edit does it.
        found: What is held of the facts that it reads.
    """

    id: str
    title: str
    was: str | None
    old: VerdictData | None
    new: VerdictData | None
    because: list[str]
    found: list[FlipFoundData]


class CouncilImpactData(TypedDict):
    """What the edit changes for one council.

    Attributes:
        profile: Its folder or file.
        council: Its name.
        as_of: The day on which it is looked at.
        counts: How many verdicts stay.
        flips: Verdicts that do not.
        scenario_would_fail: What a scenario expects and would no longer get.
        unreadable: Why a rulebook cannot read the profile; there are no verdicts then.
        unreadable_by: Which of the two cannot; null where both can.
    """

    profile: str
    council: str
    as_of: Day
    counts: ImpactCountsData
    flips: list[FlipData]
    scenario_would_fail: list[str]
    unreadable: list[str]
    unreadable_by: Literal["old", "new"] | None


class ImpactData(TypedDict):
    """What an edit of a rulebook changes: pages, verdicts, and what rests on them.

    Attributes:
        schema_version: Which version of this format it is. Keys may be added within one.
        as_of: The day on which it is looked at.
        old: The rulebook before.
        new: The rulebook now.
        changes: What became of each page that differs.
        rests_on_changes: Expectations that were not edited and rest on what was.
        totals: How many verdicts stay, over all councils.
        councils: Each council.
        small_counts_shown: Whether counts of people from 1 to 5 are shown, for the council's own
            use.
    """

    schema_version: Literal[1]
    as_of: Day
    old: EditedBookData
    new: EditedBookData
    changes: list[PageChangeData]
    rests_on_changes: list[RestsData]
    totals: ImpactTotalsData
    councils: list[CouncilImpactData]
    small_counts_shown: bool
