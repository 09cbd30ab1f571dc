"""Several sources into one profile: what agrees is joined, what disagrees is shown.

Nothing is chosen. Two values of one fact for one period stand side by side, each with its source,
as the profile format has it: an expectation is unknown only where its verdict depends on which of
them is right. Values of one fact for different periods make one series. Where the format has no
room for two answers (a standard, a plan entry, the self-evaluation), that is an error which names
both sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, TypeVar

from msgspec import structs

from readiness.calendar import PeriodKind, kind_of
from readiness.errors import InvalidProfile, Problem
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import (
    Acceptance,
    ContextFigure,
    CouncilHeader,
    Entry,
    EvidenceItem,
    PlanEntry,
    Point,
    Profile,
    SelfEvaluation,
    Standard,
    State,
)
from readiness.model.values import Share, Value
from readiness.model.vocabulary import NUMERIC_TYPES, StrEnum
from readiness.profile.data import exact_decimal, period_keys
from readiness.profile.load import NOBODY

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says.

    Attributes:
        name: The source as the user knows it: a file or folder.
        words: What its reader says of it, in lines.
    """

    name: str
    profile: Profile
    words: tuple[str, ...] = ()


class Outcome(StrEnum):
    """What became of a statement of a fact."""

    ADDED = "added"
    AGREES = "agrees"
    CONFLICTS = "conflicts"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Merged:
    """One profile from several sources.

    Attributes:
        tallies: For each source how many of its statements came to what.
        conflicts: Facts of which two sources give different values.
        notices: What else a reader should know, in lines.
    """

    profile: Profile
    tallies: tuple[tuple[str, Mapping[Outcome, int]], ...]
    conflicts: Mapping[FactRef, tuple[Entry, ...]]
    notices: tuple[str, ...]


def merge(sources: Sequence[Said], facts: Mapping[str, Fact]) -> Merged:
    """Return the profile that sources make together, in their order.

    Raises:
        InvalidProfile: With every contradiction that a profile cannot show, and where no source
            says whose profile it is.
    """
    build = _Build(facts)
    for number, source in enumerate(sources):
        build.add(number, source)
    return build.finish(sources)


@dataclass(slots=True)
class _Kept:
    """A statement that the profile will hold, and the sources that it is of."""

    entry: Entry
    sources: frozenset[int]


@dataclass(slots=True)
class _Build:
    facts: Mapping[str, Fact]
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    council: CouncilHeader = NOBODY
    council_from: str = ""
    as_of: date | None = None
    entries: dict[FactRef, list[_Kept]] = field(default_factory=dict)
    conflicts: dict[FactRef, None] = field(default_factory=dict)
    tallies: list[tuple[str, Mapping[Outcome, int]]] = field(default_factory=list)
    evidence: dict[str, EvidenceItem] = field(default_factory=dict)
    standards: dict[str, Standard | None] = field(default_factory=dict)
    plan: dict[str, PlanEntry] | None = None
    evaluation: SelfEvaluation | None = None
    acceptances: dict[tuple[Any, ...], Acceptance] = field(default_factory=dict)
    context: dict[FactRef, dict[ContextFigure, None]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, number: int, source: Said) -> None:
        """Take in what one source says."""
        profile, name = source.profile, source.name
        self._header(profile.council, name)
        if self.as_of is None:
            self.as_of = profile.as_of
        elif profile.as_of not in (None, self.as_of):
            self.notices.append(
                f"{name}: its evaluation date {profile.as_of} gives way to {self.as_of}"
            )
        renamed = dict(self._evidence(profile.evidence, name))
        tally = dict.fromkeys(Outcome, 0)
        for ref, entries in profile.facts.items():
            for entry in entries:
                tally[self._fact(ref, number, _citing(entry, renamed), name)] += 1
        self.tallies.append((name, tally))
        for id, standard in profile.standards.items():
            self._once(f"the standard '{id}'", id, standard, self.standards, name)
        self._plan(profile.plan, name)
        if profile.self_evaluation is not None:
            held = {} if self.evaluation is None else {"": self.evaluation}
            self._once("the self-evaluation", "", profile.self_evaluation, held, name)
            self.evaluation = held[""]
        for acceptance in profile.acceptances:
            key = acceptance.expectation, acceptance.by, acceptance.reason, str(acceptance.until)
            self.acceptances.setdefault(key, acceptance)
        for ref, figures in profile.context.items():
            self.context.setdefault(ref, {}).update(dict.fromkeys(figures))

    def finish(self, sources: Sequence[Said]) -> Merged:
        """Return what was made.

        Raises:
            InvalidProfile: With every contradiction.
        """
        if self.council == NOBODY:
            help = "add 'council: {name: …}' to one of them, or --la with DfE's files"
            name = ", ".join(source.name for source in sources)
            self.problems.append(Problem(name, 0, 0, "no source says whose profile it is", help))
        if self.problems:
            raise InvalidProfile(self.problems)
        facts = {ref: tuple(one.entry for one in kept) for ref, kept in self.entries.items()}
        in_order = {id: number for number, id in enumerate(self.facts)}
        ordered = dict(sorted(facts.items(), key=lambda pair: in_order[pair[0].id]))
        profile = Profile(
            self.council,
            self.as_of,
            ordered,
            self.evidence,
            self.standards,
            None if self.plan is None else tuple(self.plan.values()),
            self.evaluation,
            tuple(self.acceptances.values()),
            {ref: tuple(figures) for ref, figures in self.context.items()},
        )
        conflicts = {ref: ordered[ref] for ref in ordered if ref in self.conflicts}
        return Merged(profile, tuple(self.tallies), conflicts, tuple(self.notices))

    # ---- whose it is ----

    def _header(self, council: CouncilHeader, name: str) -> None:
        if council == NOBODY:
            return
        mine = self.council
        if mine == NOBODY:
            self.council, self.council_from = council, name
            return
        if None not in (mine.code, council.code) and mine.code != council.code:
            message = (
                f"this is of {council.name} ({council.code}); "
                f"{self.council_from} is of {mine.name} ({mine.code})"
            )
            help = "take sources of one council only"
            self.problems.append(Problem(name, 0, 0, message, help))
            return
        if council.name.casefold() != mine.name.casefold():
            self.notices.append(f"{name}: its council is '{council.name}'; '{mine.name}' is kept")
        more = {
            key: getattr(council, key)
            for key in ("code", "kind", "region", "icbs")
            if not getattr(mine, key) and getattr(council, key)
        }
        self.council = mine.model_copy(update=more)

    # ---- facts ----

    def _fact(self, ref: FactRef, number: int, entry: Entry, name: str) -> Outcome:
        """Take in a statement, and return what became of it."""
        fact, kept = self.facts[ref.id], self.entries.setdefault(ref, [])
        others = [one for one in kept if number not in one.sources]
        for one in others:
            joined = _together(one.entry, entry, fact, name)
            if joined is not None:
                one.entry, more = joined
                one.sources |= {number}
                return Outcome.ADDED if more else Outcome.AGREES
        alone = not others
        valued = [one for one in others if _has_value(one.entry)] if _has_value(entry) else []
        kept.append(_Kept(entry, frozenset({number})))
        if alone:
            return Outcome.ADDED
        for one in kept:  # each says where it is from, so that a reader can tell them apart
            if one.entry.source is None:
                one.entry = replace(one.entry, source=one.entry.place or name)
        if not valued:
            return Outcome.BESIDE
        self.conflicts[ref] = None
        return Outcome.CONFLICTS

    # ---- what stands beside facts ----

    def _evidence(self, items: Mapping[str, EvidenceItem], name: str) -> Iterator[tuple[str, str]]:
        """Take in evidence items, and yield those that get another id because theirs is taken."""
        for id, item in items.items():
            free, number = id, 1
            while free in self.evidence and self.evidence[free] != item:
                number += 1
                free = f"{id}-{number}"
            self.evidence[free] = item
            if free != id:
                self.notices.append(f"{name}: its evidence item '{id}' is now '{free}'")
                yield id, free

    def _plan(self, plan: tuple[PlanEntry, ...] | None, name: str) -> None:
        if plan is None:
            return
        if self.plan is None:
            self.plan = {}
            self.first["the plan"] = name
        elif bool(self.plan) != bool(plan):
            other = self.first["the plan"]
            message = f"one of {other} and this says that there is no plan, the other has entries"
            self.problems.append(Problem(name, 0, 0, message, "take 'plan' out of one of them"))
            return
        for entry in plan:
            self._once(f"the plan entry '{entry.id}'", entry.id, entry, self.plan, name)

    def _once(self, what: str, id: str, value: T, into: dict[str, T], name: str) -> None:
        """Take in what a profile holds only once."""
        if id not in into:
            into[id] = value
            self.first[what] = name
        elif into[id] != value:
            help = "a profile has room for one of them: take it out of the other source"
            message = f"{what} differs from the one in {self.first[what]}"
            self.problems.append(Problem(name, 0, 0, message, help))


def _citing(entry: Entry, renamed: Mapping[str, str]) -> Entry:
    """Return a statement that cites evidence by the ids that it now has."""
    if not renamed or not entry.evidence:
        return entry
    return replace(entry, evidence=tuple(renamed.get(id, id) for id in entry.evidence))


def _has_value(entry: Entry) -> bool:
    return any(point.state is State.VALUE for point in entry.points)


# ---- two statements of one fact ----


def _together(old: Entry, new: Entry, fact: Fact, name: str) -> tuple[Entry, bool] | None:
    """Return two statements as one, and whether the new one adds periods; None if they differ."""
    if fact.type not in NUMERIC_TYPES or any(p.period is None for p in (*old.points, *new.points)):
        return None if old.series or new.series else _single(old, new)
    points = {point.period: point for point in old.points}
    added: list[Point] = []
    for point in new.points:
        held = points.get(point.period)
        both = point if held is None else _same(held, point)
        if both is None:
            return None
        points[point.period] = both
        if held is None:
            added.append(point)
    if len(points) == 1 and not (old.series or new.series):
        return _joined(old, new, tuple(points.values())), False
    keyed = _keyed([*points.values()], [*old.points, *new.points], fact)
    if keyed is None:
        return None
    entry = replace(_joined(old, new, keyed), series=True)
    if added and (new.source or name) != old.source:
        keys = [point.key for point in keyed if any(point.period == one.period for one in added)]
        span = keys[0] if len(keys) == 1 else f"{keys[0]} to {keys[-1]}"
        entry = replace(entry, note=_both(entry.note, f"{span}: {new.source or new.place or name}"))
    return entry, bool(added)


def _single(old: Entry, new: Entry) -> tuple[Entry, bool] | None:
    """Return two statements of one value each as one, where they say the same."""
    (one,), (other,) = old.points, new.points
    if None not in (one.period, other.period) and one.period != other.period:
        return None
    point = _same(one, other)
    if point is None:
        return None
    return _joined(old, new, (structs.replace(point, period=one.period or other.period),)), False


def _keyed(points: list[Point], given: list[Point], fact: Fact) -> tuple[Point, ...] | None:
    """Return points in order, each with its key, all of one kind; None where there is none."""
    kinds = [kind_of(point.key) for point in given if point.key is not None] or list(PeriodKind)
    for kind in dict.fromkeys(kinds):
        made: list[Point] = []
        for point in points:
            assert point.period is not None
            keys = period_keys(point.period, fact.cadence)
            key = next((key for key in keys if kind_of(key) is kind), None)
            if key is None:
                break
            made.append(structs.replace(point, key=key))
        else:
            return tuple(sorted(made, key=_end))
    return None


def _end(point: Point) -> date:
    return point.period.end if point.period is not None else date.min


def _joined(old: Entry, new: Entry, points: tuple[Point, ...]) -> Entry:
    """Return a statement that two sources make, with the evidence of both."""
    evidence: tuple[str, ...] | None = None
    if old.evidence is not None or new.evidence is not None:
        evidence = tuple(dict.fromkeys([*(old.evidence or ()), *(new.evidence or ())]))
    return replace(
        old,
        points=points,
        dated=max(filter(None, [old.dated, new.dated]), default=None),
        evidence=evidence,
        source=_both(old.source, new.source),
        note=_both(old.note, new.note),
        left_out=old.left_out or new.left_out,
    )


def _both(one: str | None, other: str | None) -> str | None:
    return "; ".join(dict.fromkeys(filter(None, [one, other]))) or None


def _same(one: Point, other: Point) -> Point | None:
    """Return the more exact of two points that say the same, or None where they differ."""
    if one.state is not other.state:
        return None
    if one.value is None or other.value is None:
        return one
    value = same_value(one.value, other.value)
    return None if value is None else structs.replace(one, value=value)


def same_value(one: Value, other: Value) -> Value | None:
    """Return the more exact of two values, one of which may be the other rounded; else None.

    >>> same_value(Decimal("42.13"), Decimal("42.1"))
    Decimal('42.13')
    """
    if one == other:
        return one
    if isinstance(one, Share) and isinstance(other, Share):
        if one.value is None or other.value is None or None not in (one.rest, other.rest):
            return None
        exact, rounded = (one, other) if one.numerator is not None else (other, one)
        if exact.value is None or rounded.value is None or exact.numerator is None:
            return None
        return exact if _rounds_to(exact.value * 100, rounded.value * 100) else None
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        finer, coarser = sorted((one, other), key=_places, reverse=True)
        return finer if _rounds_to(Fraction(finer), Fraction(coarser)) else None
    return None


def _places(number: Decimal) -> int:
    return len(exact_decimal(Fraction(number)).partition(".")[2])


def _rounds_to(exact: Fraction, rounded: Fraction) -> bool:
    """Whether a number is another one rounded to the decimal places that the other has."""
    places = len(exact_decimal(rounded).partition(".")[2])
    scaled = exact * 10**places
    whole = (Decimal(scaled.numerator) / Decimal(scaled.denominator)).quantize(
        Decimal(1), rounding=ROUND_HALF_UP
    )
    return Fraction(int(whole), 10**places) == rounded


def tally_words(name: str, tally: Mapping[Outcome, int]) -> str:
    """Return what became of a source's statements, in one line."""
    given = sum(tally.values())
    told = [f"{given} {'fact' if given == 1 else 'facts'} given"]
    told += [f"{tally[Outcome.ADDED]} added"]
    told += [f"{tally[Outcome.AGREES]} agreeing", f"{tally[Outcome.CONFLICTS]} conflicting"]
    if tally[Outcome.BESIDE]:
        told.append(f"{tally[Outcome.BESIDE]} kept beside what another source says without a value")
    return f"{name}: {told[0]}; {', '.join(told[1:])}"
