"""What could be answered for a fact: one answer from each region that conditions tell apart.

The conditions of a rulebook cut the values of a fact at a few points: a threshold, a published
figure, another fact. All values between two neighbouring cuts get the same verdicts, so that a
handful of values stands for every one that could come.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from readiness.calendar import Duration, Unit, minus, plus
from readiness.engine.atoms import answer_to
from readiness.engine.situation import NEUTRAL, Doubt, NoneAgreed, Situation, benchmark_value
from readiness.model.conditions import (
    AS_OF,
    Atom,
    Change,
    Compare,
    DateIs,
    DateTerm,
    FactOperand,
    Fixed,
    NoWorseThan,
    Overlaps,
    Stable,
    ThresholdRef,
    Trend,
    Yearly,
    thresholds_of,
)
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import Entry, Point, State
from readiness.model.values import (
    NOT_YET,
    Judgement,
    Share,
    Survey,
    Value,
    magnitude,
)
from readiness.model.vocabulary import FactType, Reason, Stands

_MANY = 100
"""Cases or respondents of an answer that is supposed: enough for any comparison."""

_ANEW = frozenset({Reason.UNREADABLE, Reason.STRADDLES_CHANGE})
"""Doubts that a statement leaves by itself and another would not, in the unit of the rule, in words
of the vocabulary or of a period in which no threshold changed."""

_STEPS = (-2, -1, 0, 1, 2)


def possible_entries(
    situation: Situation, ref: FactRef, atoms: Sequence[Atom]
) -> tuple[tuple[Entry, ...], ...]:
    """Return what a profile could come to say of a fact, one for each region of its values.

    Where usable statements contradict each other, the answer is one of them: whoever decides which
    is right brings no other value. Otherwise, and where a condition can make nothing of one of
    them, it is a value of the fact's type or, where the dictionary allows it, that there is nothing
    to count.

    Args:
        atoms: The conditions that read the fact.
    """
    held = situation.held(ref)
    stated = [h.entry for h in held if h.entry and (h.reason is None or h.reason in NEUTRAL)]
    if len(stated) > 1 and not any(_asked_anew(situation, entry, atoms) for entry in stated):
        return tuple((entry,) for entry in stated)
    fact = situation.rulebook.fact(ref)
    evidence = next((h.entry.evidence for h in held if h.entry), None)
    dated = _newest_day(situation, ref, fact)
    points = [Point(State.VALUE, value) for value in possible_values(situation, ref, atoms)]
    if fact.may_not_apply:
        points.append(Point(State.NOT_APPLICABLE, note="does not apply"))
    return tuple((Entry(ref, (point,), dated=dated, evidence=evidence),) for point in points)


def _asked_anew(situation: Situation, entry: Entry, atoms: Iterable[Atom]) -> bool:
    """Return whether a condition can make nothing of a statement, were it the right one."""
    alone = situation.supposing({entry.ref: (entry,)})
    answers = [answer_to(alone, atom) for atom in atoms]
    return any(
        entry.ref in answer.unsettled and not _ANEW.isdisjoint(answer.reasons) for answer in answers
    )


def _newest_day(situation: Situation, ref: FactRef, fact: Fact) -> date:
    """Return the day of an answer: that of the newest published figure, where it is not too old."""
    days = [f.period.end for f in situation.figures(ref) if f.published <= situation.as_of]
    newest = max(days, default=situation.as_of)
    stale = fact.goes_stale_after
    if newest > situation.as_of or (stale and plus(newest, stale) < situation.as_of):
        return situation.as_of
    return newest


def possible_values(situation: Situation, ref: FactRef, atoms: Sequence[Atom]) -> tuple[Value, ...]:
    """Return values of a fact, one for each region that conditions tell apart."""
    fact = situation.rulebook.fact(ref)
    if fact.type is FactType.YES_NO:
        return (True, False)
    if fact.type is FactType.JUDGEMENT:
        return tuple(Judgement(stands, "somebody", situation.as_of, True) for stands in Stands)
    if fact.type is FactType.CHOICE:
        return fact.values
    cuts = _Cuts(situation, ref, fact)
    if fact.type is FactType.DATE:
        return (NOT_YET, *cuts.days(atoms))
    if fact.type is FactType.TEXT:
        return (*sorted(cuts.words(atoms)), "something else")
    if fact.type is FactType.LIST:
        return tuple(cuts.lists(atoms))
    return tuple(_values(fact, cuts.numbers(atoms), cuts.unit(atoms)))


def _values(fact: Fact, cuts: Iterable[Fraction], unit: Unit) -> Iterator[Value]:
    """Yield a value at each cut, and two in each gap between and beyond them."""
    if fact.type in (FactType.SHARE, FactType.SURVEY):
        inside = sorted({Fraction(0), Fraction(1), *(c for c in cuts if 0 <= c <= 1)})
        for number in [None, *_with_gaps(inside)]:
            counted = (0, 0) if number is None else (None, None)
            share = Share(number, *counted)
            answered = 0 if number is None else _MANY
            yield Survey(share, answered) if fact.type is FactType.SURVEY else share
        return
    ends = sorted(cuts) or [Fraction(1)]
    if fact.type is FactType.COUNT:
        near = {floor + step for c in ends for floor in (math.floor(c),) for step in _STEPS}
        yield from sorted(n for n in {0, *near, math.ceil(ends[-1]) + _MANY} if n >= 0)
        return
    around = [ends[0] - 2, ends[0] - 1, *_with_gaps(ends), ends[-1] + 1, ends[-1] + 2]
    for number in dict.fromkeys(around):
        if fact.type is not FactType.DURATION:
            yield Decimal(number.numerator) / Decimal(number.denominator)
        elif number >= 0:
            yield Duration(number, unit)


def _with_gaps(ends: Sequence[Fraction]) -> Iterator[Fraction]:
    yield ends[0]
    for low, high in pairwise(ends):
        yield from (low + (high - low) / 3, low + (high - low) * 2 / 3, high)


class _Cuts:
    """Where conditions cut the values of one fact."""

    def __init__(self, situation: Situation, ref: FactRef, fact: Fact) -> None:
        self.situation, self.ref, self.fact = situation, ref, fact

    def _of(self, operand: object) -> tuple[Value, ...]:
        """Return the values of an operand, or none where they are not known."""
        try:
            if isinstance(operand, Fixed):
                return (operand.value,)
            if isinstance(operand, ThresholdRef):
                return tuple(limit.value for limit in self.situation.limits(operand, None))
            if isinstance(operand, FactOperand) and operand.ago is None:
                return self.situation.values(operand.fact)
        except (Doubt, NoneAgreed):
            pass
        return ()

    def _compared(self, atoms: Iterable[Atom]) -> Iterator[Value]:
        """Yield what the fact is compared with, from either side."""
        for atom in atoms:
            if not isinstance(atom, Compare):
                continue
            if atom.fact != self.ref:
                yield from self._of(FactOperand(atom.fact))
            for operand in atom.operands:
                if operand != FactOperand(self.ref):
                    yield from self._of(operand)

    def numbers(self, atoms: Sequence[Atom]) -> set[Fraction]:
        """Return where comparisons, size bands and published figures cut."""
        found = {
            cut
            for value in self._compared(atoms)
            if not isinstance(value, (date, tuple))
            if (cut := _number(value, self.fact)) is not None
        }
        for atom in atoms:
            found |= set(self._bands(atom))
            if isinstance(atom, NoWorseThan):
                found |= set(self._published(atom))
        return found

    def _bands(self, atom: Atom) -> Iterator[Fraction]:
        for ref in thresholds_of(atom):
            threshold = self.situation.rulebook.expectations[ref.rule].thresholds[ref.name]
            if threshold.by is not None and threshold.by.fact == self.ref.id:
                yield from (Fraction(v.below) for v in threshold.values if v.below is not None)

    def _published(self, atom: NoWorseThan) -> Iterator[Fraction]:
        dated = _newest_day(self.situation, self.ref, self.fact)
        figure = self.situation.benchmark(self.ref, atom.place, dated)
        if figure is None:
            return
        against = benchmark_value(figure, self.fact)
        yield against
        for value in self._of(atom.by) if atom.by else ():
            margin = _number(value, self.fact)
            yield from (against - margin, against + margin) if margin is not None else ()

    def unit(self, atoms: Sequence[Atom]) -> Unit:
        """Return the unit in which durations are compared."""
        if self.fact.unit and self.fact.type is FactType.DURATION:
            return Unit(self.fact.unit)
        durations = [v for v in self._compared(atoms) if isinstance(v, Duration)]
        return durations[0].unit if durations else Unit.WEEKS

    def days(self, atoms: Sequence[Atom]) -> list[date]:
        """Return days on either side of every day at which a condition turns."""
        turns = {self.situation.as_of: 1}
        for atom in atoms:
            if isinstance(atom, DateIs):
                # Months and working days cannot be counted back to the very day.
                terms = [t for t in (atom.subject, atom.operand) if isinstance(t, DateTerm)]
                slack = 4 if any(term.step is not None for term in terms) else 1
                turns.update(dict.fromkeys(self._turns(atom), slack))
            elif isinstance(atom, Compare):
                days = [v for v in self._compared([atom]) if isinstance(v, date)]
                turns.update(dict.fromkeys(days, 1))
        near = {
            turn + timedelta(days=step)
            for turn, slack in turns.items()
            for step in range(-slack, slack + 1)
        }
        return sorted(near | {min(near) - timedelta(days=400), max(near) + timedelta(days=400)})

    def _turns(self, atom: DateIs) -> Iterator[date]:
        sides = [atom.subject, atom.operand]
        for mine, other in (sides, sides[::-1]):
            if not isinstance(mine, DateTerm) or mine.base != self.ref:
                continue
            for day in self._days(other):
                yield from self._moved(day, mine, undo=True)

    def _days(self, term: object) -> Iterator[date]:
        """Yield the days that the other side of a comparison may mean."""
        as_of = self.situation.as_of
        if isinstance(term, (Duration, ThresholdRef)):
            spans = (term,) if isinstance(term, Duration) else self._of(term)
            yield from (minus(as_of, span) for span in spans if isinstance(span, Duration))
            return
        assert isinstance(term, DateTerm)
        base = term.base
        if isinstance(base, FactRef):
            days: list[Value] = list(self._of(FactOperand(base)))
        elif isinstance(base, Yearly):
            days = [base.day.after(as_of) if base.coming else base.day.on_or_before(as_of)]
        else:
            days = [as_of if base is AS_OF else base]
        for day in days:
            if isinstance(day, date):
                yield from self._moved(day, term, undo=False)

    def _moved(self, day: date, term: DateTerm, *, undo: bool) -> Iterator[date]:
        if term.step is None:
            yield day
            return
        steps = (term.step,) if isinstance(term.step, Duration) else self._of(term.step)
        move = minus if term.back is not undo else plus
        for step in steps:
            if isinstance(step, Duration):
                try:
                    yield move(day, step)
                except ValueError:
                    continue  # beyond the calendar, or the bank holidays that are known

    def words(self, atoms: Sequence[Atom]) -> set[str]:
        """Return the words that a text or list is compared with."""
        found: set[str] = set()
        for value in self._compared(atoms):
            found.update(
                value if isinstance(value, tuple) else [value] if isinstance(value, str) else []
            )
        return found

    def lists(self, atoms: Sequence[Atom]) -> Iterator[tuple[str, ...]]:
        """Yield lists: of nothing, of everything, of all but one word, and of the first so many."""
        words = self.words(atoms)
        most = 0
        vocabulary = self.situation.rulebook.vocabularies.get(self.fact.of or "")
        for atom in atoms:
            if isinstance(atom, Overlaps):
                other = atom.other if atom.fact == self.ref else atom.fact
                for value in self._of(FactOperand(other)):
                    assert isinstance(value, tuple)
                    words.update(value)
                words.update(list(vocabulary.terms if vocabulary else ())[: atom.by])
                most = max(most, atom.by)
        whole = tuple(sorted(words))
        found = [(), whole, *(whole[:n] for n in range(1, most + 1))]
        found += [tuple(w for w in whole if w != left_out) for left_out in whole]
        yield from dict.fromkeys(found)


def _number(value: Value, fact: Fact) -> Fraction | None:
    try:
        return magnitude(value, fact)
    except (TypeError, ValueError):
        return None


def needs_series(atom: Atom, ref: FactRef) -> bool:
    """Whether a condition looks at earlier values of a fact, not only at the newest."""
    if isinstance(atom, Change):
        return atom.fact == ref
    if isinstance(atom, Compare):
        return any(isinstance(o, FactOperand) and o.ago and o.fact == ref for o in atom.operands)
    return isinstance(atom, (Stable, Trend)) and atom.fact == ref
