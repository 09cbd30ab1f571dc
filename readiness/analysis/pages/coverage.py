"""What the rulebook checks and what not, what its citations are worth, and what to read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from readiness.analysis.pages.references import References, references
from readiness.calendar import Duration, in_force, long_date, plus
from readiness.model.expectation import Coverage, Expectation, Framework, Source
from readiness.model.vocabulary import Confidence, StrEnum
from readiness.rulebook.rulebook import Rulebook


class State(StrEnum):
    """How much of something the rulebook checks."""

    CHECKED = "checked"
    PART = "checked in part"
    ASKED = "asked of people"
    NOT_CHECKED = "not checked"


Group = Literal[
    "duties and lines of enquiry", "headings in use", "information request", "issue codes"
]
GROUPS: tuple[Group, ...] = (
    "duties and lines of enquiry",
    "headings in use",
    "information request",
    "issue codes",
)


@dataclass(frozen=True, slots=True)
class Item:
    """A duty, line of enquiry, heading, information-request item or issue code.

    Attributes:
        checked_by: Expectations that check it; of an information request, those whose facts it
            shows.
        facts: Facts that an information-request item shows.
        why_not: Why no rule checks it, or which part of it none does.
        prompt: A question for people to answer where no rule can.
    """

    group: Group
    id: str
    what: str
    at: str | None
    state: State
    checked_by: tuple[str, ...]
    facts: tuple[str, ...] = ()
    why_not: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, slots=True)
class FrameworkCoverage:
    """What is checked of one framework.

    Attributes:
        citations: How many citations of its own expectations are of each confidence.
    """

    id: str
    title: str
    items: tuple[Item, ...]
    citations: Mapping[Confidence, int]

    def counts(self, group: Group | None = None) -> Counter[State]:
        """Return how many items are in each state."""
        return Counter(item.state for item in self.items if group in (None, item.group))


@dataclass(frozen=True, slots=True)
class Outdated:
    """A source of which there is a text that nobody has read.

    Attributes:
        why: In words.
        cited_by: Expectations in force that cite it.
    """

    id: str
    title: str
    edition: date
    why: str
    cited_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """An expectation that somebody should read against its sources again.

    Attributes:
        on: The day from which it is due.
        why: In words.
    """

    id: str
    title: str
    on: date
    why: str


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """What a rulebook checks on a day, and what it rests on.

    Attributes:
        due: Expectations due for review by the day, longest first.
        reviewed: How many expectations were asked; 0 where the rulebook names no period.
        next_due: The next day on which one becomes due.
    """

    as_of: date
    frameworks: tuple[FrameworkCoverage, ...]
    outdated: tuple[Outdated, ...]
    due: tuple[Due, ...]
    reviewed: int
    next_due: date | None


def coverage_report(rulebook: Rulebook, as_of: date, wanted: str | None = None) -> CoverageReport:
    """Return what a rulebook checks on a day.

    Args:
        wanted: One framework only; None for all.
    """
    refs = references(rulebook)
    frameworks = [f for f in rulebook.frameworks.values() if wanted in (None, f.id)]
    ids = {f.id for f in frameworks}
    expectations = [
        e
        for e in rulebook.expectations.values()
        if ids.intersection((e.framework, *(place.partition("/")[0] for place in e.also)))
    ]
    dues = sorted(_dues(rulebook, expectations), key=lambda due: (due.on, due.id))
    later = [due.on for due in dues if due.on > as_of]
    return CoverageReport(
        as_of=as_of,
        frameworks=tuple(_framework(rulebook, refs, f, as_of) for f in frameworks),
        outdated=tuple(_outdated(rulebook, refs, as_of, {e.id for e in expectations})),
        due=tuple(due for due in dues if due.on <= as_of),
        reviewed=len(dues),
        next_due=min(later, default=None),
    )


# ---- what is checked --------------------------------------------------------------------------


def _framework(
    rulebook: Rulebook, refs: References, framework: Framework, as_of: date
) -> FrameworkCoverage:
    own = [e for e in rulebook.expectations.values() if e.framework == framework.id]
    return FrameworkCoverage(
        framework.id,
        framework.title,
        tuple(_items(rulebook, refs, framework, as_of)),
        Counter(citation.confidence for e in own for citation in e.citations),
    )


def _items(
    rulebook: Rulebook, refs: References, framework: Framework, as_of: date
) -> Iterator[Item]:
    for id, entry in rulebook.coverage.get(framework.id, {}).items():
        state = _state(entry)
        yield Item(
            GROUPS[0],
            id,
            entry.what,
            entry.at,
            state,
            entry.checked_by,
            (),
            entry.why_not,
            entry.prompt,
        )
    for id, criterion in framework.criteria.items():
        if not in_force(criterion.start or date.min, criterion.until, as_of):
            continue
        by = refs.criteria.get(f"{framework.id}/{id}", ())
        state = State.CHECKED if by else State.NOT_CHECKED
        yield Item(GROUPS[1], id, criterion.title, criterion.at, state, by)
    for id, request in framework.requests.items():
        read = tuple(fact for fact in request.shows if fact in refs.facts)
        users = dict.fromkeys(e for fact in read for e in refs.facts[fact])
        state = State.NOT_CHECKED
        if read:
            state = State.PART if request.why_not else State.CHECKED
        yield Item(
            GROUPS[2], id, request.title, None, state, tuple(users), request.shows, request.why_not
        )
    for page in rulebook.issues:
        if page.framework != framework.id:
            continue
        for code, issue in page.codes.items():
            by = refs.issues.get(code, ())
            state = State.CHECKED if by else State.NOT_CHECKED
            yield Item(GROUPS[3], code, issue.title, None, state, by)


def _state(entry: Coverage) -> State:
    """Return how much of a duty is checked."""
    if entry.checked_by:
        return State.PART if entry.why_not else State.CHECKED
    return State.ASKED if entry.prompt else State.NOT_CHECKED


# ---- what it rests on -------------------------------------------------------------------------


def _outdated(
    rulebook: Rulebook, refs: References, as_of: date, wanted: set[str]
) -> Iterator[Outdated]:
    """Yield the sources of which there is a text that nobody has read."""
    for id, source in rulebook.sources.items():
        cited = tuple(e for e in refs.sources.get(id, ()) if e in wanted)
        why = _why_outdated(source, as_of)
        if cited and why:
            yield Outdated(id, source.title, source.edition, why, cited)


def _why_outdated(source: Source, as_of: date) -> str | None:
    parts = []
    if source.read is not None:
        parts.append(f"what is cited was read in the edition of {long_date(source.read)}")
    if source.until is not None and source.until < as_of:
        parts.append(f"in use until {long_date(source.until)} only")
    later = source.next_edition
    if later is not None and later.on <= as_of:
        seen = "a later edition is out since" if later.seen else "a later edition was expected by"
        note = f" ({later.note.rstrip('.')})" if later.note else ""
        parts.append(f"{seen} {long_date(later.on)}{note}")
    return "; ".join(parts) or None


def _dues(rulebook: Rulebook, expectations: Iterable[Expectation]) -> Iterator[Due]:
    """Yield the day from which each expectation is due for review, and why."""
    review = rulebook.page.review
    if review is None:
        return
    periods: dict[Confidence, Duration] = {
        Confidence.VERIFIED: review.verified,
        Confidence.SECONDARY: review.secondary,
        Confidence.MEMORY: review.memory,
    }
    order = list(Confidence)
    for e in expectations:
        weakest = max((c.confidence for c in e.citations), key=order.index)
        read, period = e.reviewed or review.since, periods[weakest]
        on = plus(read, period)
        why = f"read on {read.isoformat()}; weakest citation {weakest}: every {period}"
        checked = e.in_force.checked_on
        if e.in_force.start is None and checked is not None:
            again = plus(checked, review.not_commenced)
            if again < on:
                on = again
                why = (
                    f"commencement looked for on {checked.isoformat()}: "
                    f"every {review.not_commenced}"
                )
        yield Due(e.id, e.title, on, why)
