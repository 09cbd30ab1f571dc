"""What would follow if some facts were otherwise: arithmetic over the rules, and no forecast.

A supposed statement takes the place of what the profile says of a fact. Every verdict is then
worked out anew by the same engine; nothing is said of whether the supposed will come true, nor of
what inspectors would make of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from msgspec import Struct, structs

from readiness.analysis.findings.sums import guarded
from readiness.analysis.unknowns.needs import Question, Questions
from readiness.analysis.unknowns.possible import possible_values
from readiness.analysis.unknowns.settle import rails_of
from readiness.calendar import Duration
from readiness.engine.builtin import Assumptions
from readiness.engine.evaluate import Evaluation
from readiness.logic import Truth
from readiness.model.disclosure import Disclosure
from readiness.model.facts import FactRef
from readiness.model.finding import Finding, RulebookShown, Totals
from readiness.model.profile import Entry, PlanEntry, Point, Profile, ShowsIn, Standard, State
from readiness.model.values import Share, Survey, Value, magnitude
from readiness.model.vocabulary import PlanStatus, Verdict
from readiness.profile.facts import read_value
from readiness.rulebook.chaining import upstream_of
from readiness.rulebook.rulebook import Rulebook


class Followed(Struct, frozen=True):
    """An expectation whose verdict would be another."""

    id: str
    old: Verdict
    new: Verdict


def followed(old: Evaluation, new: Evaluation) -> Iterator[Followed]:
    """Yield every verdict that would be another, in the order of the rulebook."""
    for id in old.rulebook.expectations:
        before, after = old.verdict(id), new.verdict(id)
        if before is not after:
            yield Followed(id, before, after)


# ---- supposing -----------------------------------------------------------------------------------


def supposing(
    profile: Profile,
    facts: Mapping[FactRef, Entry],
    standards: Mapping[str, Standard | None],
    done: Iterable[str] = (),
) -> Profile:
    """Return a profile in which some facts and standards are otherwise, and plan entries are done.

    What the profile says of evidence stays where the supposed names none. A single value supposed
    of a series is its newest point.
    """
    finished = set(done)
    plan = profile.plan
    if plan is not None and finished:
        plan = tuple(
            entry.model_copy(update={"status": PlanStatus.DONE}) if entry.id in finished else entry
            for entry in plan
        )
    said = dict(profile.facts)
    for ref, entry in facts.items():
        said[ref] = (_in_place_of(said.get(ref, ()), entry, profile.as_of),)
    return replace(profile, facts=said, standards={**profile.standards, **standards}, plan=plan)


def _in_place_of(held: Sequence[Entry], entry: Entry, as_of: date | None) -> Entry:
    evidence = entry.evidence
    if evidence is None:
        evidence = next((one.evidence for one in held if one.evidence is not None), None)
    series = next((one for one in held if one.series), None)
    if series is not None and not entry.series and as_of is not None:
        point = entry.points[0]
        current = series.current(as_of)
        points = tuple(
            structs.replace(point, period=one.period, key=one.key) if one is current else one
            for one in series.points
        )
        return replace(series, points=points, evidence=evidence)
    return replace(entry, evidence=evidence)


def reached(rulebook: Rulebook, entry: PlanEntry, as_of: date) -> dict[FactRef, Entry]:
    """Return the facts that a plan entry says will show its impact, as they would then be.

    Returns:
        Nothing where the entry names no fact, or no value that it reaches.
    """
    shows = entry.shows_in
    if not isinstance(shows, ShowsIn) or shows.reaches is None:
        return {}
    fact = rulebook.facts[shows.fact]
    value = read_value(fact, shows.reaches)
    if fact.type.value == "survey" and isinstance(value, Share):
        value = Survey(value, _ENOUGH)
    return {
        ref: Entry(ref, (Point(State.VALUE, value),), dated=as_of, place=f"plan entry {entry.id}")
        for ref in (rulebook.refs(fact.id) if shows.member is None else (shows.ref,))
    }


_ENOUGH = 100
"""People who are supposed to answer a survey, where only the share that is reached is named."""


# ---- which single facts unlock most --------------------------------------------------------------


class Unlock(Struct, frozen=True):
    """What one answer to one fact alone would turn.

    Attributes:
        now: What is held, in words; None where there is no usable value.
        supposed: The answer, in words, with small counts protected.
        met: Expectations that would then be met.
        lost: Expectations that are met and then would not be.
    """

    ref: FactRef
    title: str
    now: str | None
    supposed: str
    met: tuple[str, ...]
    lost: tuple[str, ...]


class Addresses(NamedTuple):
    """What a plan entry that is supposed to be done addresses, and how that would then stand."""

    entry: str
    id: str
    now: Verdict
    then: Verdict


class Imagined(Struct, frozen=True):
    """A check as it is and as it would be.

    Attributes:
        addresses: What the plan entries that are supposed to be done are for.
        old: Findings as they are, those whose verdict would be another.
        new: The same findings as they would be.
        said: What is supposed, in words.
        notices: What else a reader must know.
        unlocks: Single facts that would turn most, where that was asked for.
    """

    council: str
    code: str | None
    as_of: date
    rulebook: RulebookShown
    selected: str
    totals: tuple[Totals, Totals]
    changes: tuple[Followed, ...]
    old: tuple[Finding, ...]
    new: tuple[Finding, ...]
    said: tuple[str, ...]
    addresses: tuple[Addresses, ...]
    notices: tuple[str, ...]
    unlocks: tuple[Unlock, ...] | None
    titles: dict[str, str]
    small_counts_shown: bool


def unlocks(
    evaluation: Evaluation, wanted: Sequence[str], disclosure: Disclosure
) -> tuple[Unlock, ...]:
    """Return the single facts that turn most gaps and unknowns into met, most first.

    For each fact one answer is taken from each region that conditions tell apart, and the whole
    rulebook is worked out for each. Of answers that turn as many, the one nearest to what is held.

    Args:
        wanted: Ids of expectations that count, most important first.
    """
    open = [i for i in wanted if evaluation.verdict(i) in (Verdict.NOT_MET, Verdict.UNKNOWN)]
    search = _Unlocking(evaluation, wanted)
    guard = guarded(evaluation.situation, disclosure)
    refs = _facts_behind(evaluation, open)
    found = [one for ref in search.each(refs) if (one := search.best(ref, guard))]
    place = {id: number for number, id in enumerate(wanted)}
    found.sort(
        key=lambda one: (
            len(one.lost) - len(one.met),
            len(one.lost),
            min(place[id] for id in one.met),
            str(one.ref),
        )
    )
    return tuple(found)


def _facts_behind(evaluation: Evaluation, ids: Iterable[str]) -> list[FactRef]:
    """Return the facts that expectations read, and those on which they rest."""
    upstream = upstream_of(evaluation.rulebook)
    seen: dict[str, None] = dict.fromkeys(ids)
    stack = list(seen)
    while stack:
        for other in upstream[stack.pop()]:
            if other not in seen:
                seen[other] = None
                stack.append(other)
    return list(dict.fromkeys(r for i in seen for r in evaluation.rulebook.conditions[i].facts))


class _Unlocking:
    def __init__(self, evaluation: Evaluation, wanted: Sequence[str]) -> None:
        self.evaluation, self.wanted = evaluation, wanted
        self.questions = Questions(evaluation)
        self.reading: dict[FactRef, list[Question]] = {}
        for question in (*evaluation.compiled.atoms, *evaluation.compiled.has):
            for ref in self.questions.reads(question):
                self.reading.setdefault(ref, []).append(question)
        self.assumed = Assumptions(evaluation.compiled.program, ())
        self.met = {i: evaluation.compiled.verdicts[i][Verdict.MET] for i in wanted}
        self.now_met = {i for i in wanted if evaluation.verdict(i) is Verdict.MET}

    def each(self, refs: Sequence[FactRef]) -> Iterator[FactRef]:
        """Yield each fact, while everything is assumed that is given but what is read from it."""
        self.assumed.restart(self.evaluation.given.literals - self._read_from(refs))
        yield from self._each(refs)

    def _each(self, refs: Sequence[FactRef]) -> Iterator[FactRef]:
        """Halve the facts: what is read from the other half alone is assumed for all of a half.

        So everything is assumed a few times, and not once for each of two thousand facts.
        """
        if len(refs) <= 1:
            yield from refs
            return
        left, right = refs[: len(refs) // 2], refs[len(refs) // 2 :]
        of_left, of_right = self._read_from(left), self._read_from(right)
        given = self.evaluation.given.literals
        for half, others in ((left, of_right - of_left), (right, of_left - of_right)):
            self.assumed.assume(given & others)
            yield from self._each(half)
            self.assumed.withdraw()

    def _read_from(self, refs: Iterable[FactRef]) -> set[int]:
        """Return the literals of questions that read any of some facts."""
        return {
            literal
            for ref in refs
            for question in self.reading.get(ref, ())
            for literal in self.questions.rails(question)
            if literal is not None
        }

    def best(self, ref: FactRef, disclosure: Disclosure) -> Unlock | None:
        """Return the answer that turns most into met, or None where none turns anything.

        To be called while `each` is at the fact.
        """
        situation = self.evaluation.situation
        questions = self.reading.get(ref, [])
        values = self._by_pattern(ref, questions)
        rails = [self.questions.rails(question) for question in questions]
        best: tuple[int, int, Value, list[str], list[str]] | None = None
        for pattern, value in values.items():
            literals = [rails_of(one, truth) for one, truth in zip(rails, pattern, strict=True)]
            self.assumed.assume(literal for literal in literals if literal is not None)
            met = {i for i, literal in self.met.items() if literal in self.assumed.holds}
            self.assumed.withdraw()
            won = [i for i in self.wanted if i in met - self.now_met]
            lost = [i for i in self.wanted if i in self.now_met - met]
            if won and (best is None or (len(won) - len(lost), -len(lost)) > best[:2]):
                best = len(won) - len(lost), -len(lost), value, won, lost
        if best is None or best[0] <= 0:
            return None
        fact = situation.rulebook.fact(ref)
        unit = situation.rulebook.unit_of(fact)
        held = [h.value for h in situation.held(ref) if h.reason is None and h.value is not None]
        shown = [one for one in disclosure.values([*held, best[2]], fact, unit) if one is not None]
        return Unlock(
            ref,
            situation.rulebook.fact_title(ref),
            " and ".join(one.text for one in shown[:-1]) or None,
            shown[-1].text,
            tuple(best[3]),
            tuple(best[4]),
        )

    def _by_pattern(
        self, ref: FactRef, questions: Sequence[Question]
    ) -> dict[tuple[Truth, ...], Value]:
        """Return a value for each way in which the questions that read a fact may be answered."""
        situation = self.evaluation.situation
        fact = situation.rulebook.fact(ref)
        held = situation.held(ref)
        usable = [h.value for h in held if h.reason is None and h.value is not None]
        values = [
            value
            for value in possible_values(situation, ref, self.questions.readers.get(ref, ()))
            if not (isinstance(value, (Share, Survey)) and _empty(value))
        ]
        if usable:
            values.sort(key=lambda value: _apart(value, usable[0], fact))
        found: dict[tuple[Truth, ...], Value] = {}
        for value in values:
            said = _in_place_of(
                [h.entry for h in held if h.entry],
                Entry(ref, (Point(State.VALUE, value),), dated=situation.as_of),
                situation.as_of,
            )
            supposed = situation.supposing({ref: (said,)})
            pattern = tuple(self.questions.truth(q, supposed) for q in questions)
            found.setdefault(pattern, value)
        return found


def _empty(value: Share | Survey) -> bool:
    share = value.share if isinstance(value, Survey) else value
    return share.value is None


def _apart(value: Value, held: Value, fact: Any) -> Fraction:
    """Return how far a value lies from what is held; nothing where that cannot be said."""
    if isinstance(value, date) and isinstance(held, date):
        return Fraction(abs((value - held).days))
    if isinstance(value, Duration) and isinstance(held, Duration) and value.unit is not held.unit:
        return Fraction()
    try:
        mine, other = magnitude(value, fact), magnitude(held, fact)
    except (TypeError, ValueError):
        return Fraction()
    return Fraction() if mine is None or other is None else abs(mine - other)
