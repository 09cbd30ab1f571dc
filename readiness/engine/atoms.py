"""Atoms: what a profile answers to each distinct leaf condition.

Every atom answers true, false, unknown (with reasons) or not applicable. Numbers, dates and lists
end here: what goes on to the engine is only which literals hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any, TypeVar

from readiness.calendar import (
    BankHolidaysUnknown,
    Duration,
    Period,
    PeriodKind,
    UnitMismatch,
    kind_of,
    long_date,
    minus,
    plus,
    step_back,
)
from readiness.engine.xmr import Chart
from readiness.logic import Truth
from readiness.model.conditions import (
    AsOf,
    Atom,
    Change,
    Compare,
    DateIs,
    DateOp,
    DateTerm,
    Evidenced,
    FactOperand,
    Fixed,
    Known,
    NoWorseThan,
    Op,
    Operand,
    Overlaps,
    Stable,
    ThresholdRef,
    Trend,
    Yearly,
)
from readiness.model.expectation import SizeOf
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import ContextFigure, Entry, Point, Profile, State, share_of
from readiness.model.values import (
    Judgement,
    NotYet,
    Share,
    Survey,
    Unfit,
    Value,
    magnitude,
)
from readiness.model.vocabulary import (
    REASON_ORDER,
    Basis,
    Better,
    FactType,
    Place,
    Reason,
)
from readiness.profile.facts import read_value
from readiness.rulebook.conditions import change_fact, threshold_value
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.thresholds import Limit, fact_of, limits

SMALLEST_SURVEY = 30
"""Respondents below which a survey says nothing (policy choice: area-send.md, as-i2-02)."""

_STEPS = {
    PeriodKind.MONTH: Duration.parse("1 month"),
    PeriodKind.QUARTER: Duration.parse("3 months"),
}

NEIGHBOURS_NEEDED = 6
"""Usable neighbours below which there is no comparison (of the ten of DfE's model)."""

OLDEST_BENCHMARK = Duration.parse("18 months")
"""How much older than the fact a published figure may be."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one place of a profile says of a fact, on the evaluation date.

    Attributes:
        value: The usable value; None where there is a reason why there is none.
        reason: Why there is no usable value.
        dated: Day on which it was true.
    """

    ref: FactRef
    entry: Entry | None = None
    point: Point | None = None
    value: Value | None = None
    reason: Reason | None = None
    dated: date | None = None

    @property
    def period(self) -> Period | None:
        """The period that the value is of."""
        return self.point.period if self.point else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the profile answers to an atom.

    Attributes:
        reasons: Why it is unknown or not applicable, leading reason first.
        unsettled: Facts that would settle it, where it is unknown.
        limits: Thresholds that were looked up.
        figures: Published figures that were compared with.
        detail: What else a reader should know, in words.
    """

    truth: Truth
    reasons: tuple[Reason, ...] = ()
    unsettled: tuple[FactRef, ...] = ()
    limits: tuple[Limit, ...] = ()
    figures: tuple[ContextFigure, ...] = ()
    detail: str = ""


class _Doubt(Exception):
    """An atom cannot be answered (or does not apply) for a reason."""

    def __init__(
        self,
        *reasons: Reason,
        unsettled: Iterable[FactRef] = (),
        detail: str = "",
        neutral: bool = False,
    ) -> None:
        super().__init__(*reasons)
        self.reasons = reasons
        self.unsettled = tuple(unsettled)
        self.detail = detail
        self.neutral = neutral


@dataclass(slots=True)
class _Notes:
    """What an atom looked up on its way to an answer."""

    limits: dict[Limit, None] = field(default_factory=dict)
    figures: dict[ContextFigure, None] = field(default_factory=dict)
    detail: list[str] = field(default_factory=list)


A = TypeVar("A", bound=Atom)


class Situation:
    """A profile on a day, seen through a rulebook; answers atoms."""

    def __init__(self, rulebook: Rulebook, profile: Profile, as_of: date) -> None:
        self.rulebook = rulebook
        self.profile = profile
        self.as_of = as_of
        self._held: dict[FactRef, tuple[Held, ...]] = {}
        self._threshold_facts: dict[ThresholdRef, Fact | None] = {}

    # ---- what is held ----

    def held(self, ref: FactRef) -> tuple[Held, ...]:
        """Return what the profile says of a fact, one for each place that says something."""
        if ref not in self._held:
            entries = self.profile.facts.get(ref, ())
            if len(entries) > 1:
                entries = tuple(sorted(entries, key=str))  # whatever file came first
            self._held[ref] = tuple(self._hold(ref, entry) for entry in entries) or (
                Held(ref, reason=Reason.MISSING),
            )
        return self._held[ref]

    def _hold(self, ref: FactRef, entry: Entry) -> Held:
        fact = self.rulebook.fact(ref)
        point = entry.current(self.as_of)
        dated = self._dated(entry, point)
        return Held(
            ref,
            entry,
            point,
            value=point.value,
            reason=self._why_unusable(fact, point, dated),
            dated=dated,
        )

    def _dated(self, entry: Entry, point: Point) -> date:
        """Return the day of a fact: end of period, own date, newest evidence, profile, today."""
        if point.period is not None:
            return point.period.end
        if isinstance(point.value, Judgement) and point.value.dated:
            return point.value.dated
        if entry.dated is not None:
            return entry.dated
        dates = [
            self.profile.evidence[id].dated
            for id in entry.evidence or ()
            if id in self.profile.evidence
        ]
        return max(dates) if dates else self.profile.as_of or self.as_of

    def _why_unusable(self, fact: Fact, point: Point, dated: date) -> Reason | None:
        by_state = _STATE_REASONS.get(point.state)
        if by_state is not None:
            return by_state
        value = point.value
        share = share_of(value)
        if share is not None and share.value is None:
            return Reason.NO_CASES
        if isinstance(value, Survey) and value.respondents < SMALLEST_SURVEY:
            return Reason.TOO_FEW_CASES
        if isinstance(value, Judgement) and not value.complete:
            return Reason.NEEDS_JUDGEMENT
        if fact.goes_stale_after is not None:
            try:
                if plus(dated, fact.goes_stale_after) < self.as_of:
                    return Reason.STALE
            except ValueError:
                return Reason.UNREADABLE
        return None

    # ---- answers ----

    def answer(self, atom: Atom) -> Answer:
        """Return what the profile answers to an atom; never raises."""
        notes = _Notes()
        try:
            truth = _WORK[type(atom)](self, atom, notes)
            reasons: tuple[Reason, ...] = ()
            unsettled: tuple[FactRef, ...] = ()
        except _Doubt as doubt:
            truth = Truth.NOT_APPLICABLE if doubt.neutral else Truth.UNKNOWN
            reasons = tuple(sorted(set(doubt.reasons), key=REASON_ORDER.__getitem__))
            unsettled = () if doubt.neutral else tuple(sorted(set(doubt.unsettled)))
            if doubt.detail:
                notes.detail.append(doubt.detail)
        except Exception as error:  # a rule must never end a check
            truth, reasons, unsettled = Truth.UNKNOWN, (Reason.RULE_ERROR,), ()
            notes.detail.append(f"{type(error).__name__} while working out the condition")
        return Answer(
            truth,
            reasons,
            unsettled,
            tuple(sorted(notes.limits, key=lambda limit: (limit.name, limit.start))),
            tuple(notes.figures),
            "; ".join(notes.detail),
        )

    def _over(self, ref: FactRef, test: Callable[[Held], Truth]) -> Truth:
        """Return what every usable statement of a fact agrees on.

        Raises:
            _Doubt: If none is usable, or they disagree.
        """
        held = self.held(ref)
        usable = [one for one in held if one.reason is None]
        neutral = [one for one in held if one.reason in _NEUTRAL]
        if not usable:
            if neutral and len(neutral) == len(held):
                raise _Doubt(*_reasons(neutral), neutral=True)
            raise _Doubt(*_reasons(o for o in held if o not in neutral), unsettled=[ref])
        answers: set[Truth] = set()
        doubts: list[_Doubt] = []
        for one in usable:
            try:
                answers.add(test(one))
            except _Doubt as doubt:
                doubts.append(doubt)
        if doubts:
            raise _together(doubts)
        if neutral or len(answers) > 1:
            raise _Doubt(Reason.CONFLICTING, unsettled=[ref])
        return answers.pop()

    def own_standard(self, ref: ThresholdRef) -> tuple[Limit, ...]:
        """Return the council's own standard for a threshold that asks for one, if it is set."""
        standard = self.profile.standards.get(f"{ref.rule}.{ref.name}")
        if standard is None:
            return ()
        value = threshold_value(standard.value, fact_of(self.rulebook, ref.rule, ref.name))
        return (Limit(ref.name, value, Basis.LOCAL, standard.dated, standard.agreed_by),)

    def _limits(self, ref: ThresholdRef, period: Period | None, notes: _Notes) -> tuple[Limit, ...]:
        """Return the values of a threshold that count.

        Raises:
            _Doubt: If there is none, or its size band is not known.
        """
        if ref not in self._threshold_facts:
            self._threshold_facts[ref] = fact_of(self.rulebook, ref.rule, ref.name)
        fact = self._threshold_facts[ref]
        threshold = self.rulebook.expectations[ref.rule].thresholds[ref.name]
        if threshold.basis is Basis.LOCAL:
            found = self.own_standard(ref)
            if not found:
                raise _Doubt(Reason.NO_STANDARD, detail=threshold.ask or "")
        else:
            sizes = self._sizes(threshold.by) if threshold.by else {None}
            bands = {limits(ref, threshold, fact, self.as_of, period, size) for size in sizes}
            if threshold.by and len(bands) > 1:
                raise _Doubt(Reason.CONFLICTING, unsettled=[FactRef(threshold.by.fact)])
            found = bands.pop()
            if not found:
                raise _Doubt(Reason.NO_STANDARD, detail="no value is in force on this date")
        notes.limits.update(dict.fromkeys(found))
        return found

    def _sizes(self, by: SizeOf) -> set[Fraction | None]:
        """Return the sizes that usable statements of a fact give."""
        ref = FactRef(by.fact)
        if by.ago is not None:
            return {magnitude(self._earlier(ref, by.ago), self.rulebook.fact(ref))}
        sizes: set[Fraction | None] = set()

        def take(one: Held) -> Truth:
            assert one.value is not None
            sizes.add(magnitude(one.value, self.rulebook.fact(ref)))
            return Truth.TRUE

        self._over(ref, take)
        return sizes

    def _operand_values(
        self, operand: Operand, fact: Fact, period: Period | None, notes: _Notes
    ) -> tuple[Value, ...]:
        """Return what an operand may be; two where the answer must hold for both."""
        if isinstance(operand, Fixed):
            return (operand.value,)
        if isinstance(operand, ThresholdRef):
            return tuple(limit.value for limit in self._limits(operand, period, notes))
        if operand.ago is not None:
            return (self._earlier(operand.fact, operand.ago),)
        values: list[Value] = []

        def take(one: Held) -> Truth:
            assert one.value is not None
            values.append(one.value)
            return Truth.TRUE

        self._over(operand.fact, take)
        return tuple(values)

    def _series(self, ref: FactRef) -> tuple[Point, ...]:
        """Return the points of a series whose periods had ended.

        Raises:
            _Doubt: If there is no single series.
        """
        held = self.held(ref)
        series = [one.entry for one in held if one.entry is not None and one.entry.series]
        if not series:
            neutral = [one for one in held if one.reason in _NEUTRAL]
            if neutral and len(neutral) == len(held):
                raise _Doubt(*_reasons(neutral), neutral=True)
            reasons = _reasons(held) or (Reason.TOO_FEW_POINTS,)
            raise _Doubt(*reasons, unsettled=[ref])
        if len(series) > 1:
            raise _Doubt(Reason.CONFLICTING, unsettled=[ref])
        if all(one.reason is Reason.STALE for one in held):
            raise _Doubt(Reason.STALE, unsettled=[ref])
        return tuple(
            p for p in series[0].points if p.period is not None and p.period.end <= self.as_of
        )

    def _point(self, ref: FactRef, key: str, points: Iterable[Point]) -> Value:
        point = next((p for p in points if p.key == key), None)
        if point is None:
            raise _Doubt(
                Reason.TOO_FEW_POINTS, unsettled=[ref], detail=f"no value is held for {key}"
            )
        if point.value is None:
            raise _Doubt(_STATE_REASONS[point.state], unsettled=[ref], detail=f"of {key}")
        share = share_of(point.value)
        if share is not None and share.value is None:
            raise _Doubt(Reason.NO_CASES, neutral=True, detail=f"of {key}")
        return point.value

    def earlier(self, ref: FactRef, ago: Duration) -> Value | None:
        """Return the value of a series so long before its newest, if it is held."""
        try:
            return self._earlier(ref, ago)
        except _Doubt:
            return None

    def _earlier(self, ref: FactRef, ago: Duration) -> Value:
        points = self._series(ref)
        if not points or points[-1].key is None:
            raise _Doubt(Reason.TOO_FEW_POINTS, unsettled=[ref])
        try:
            key = step_back(points[-1].key, ago)
        except ValueError as error:
            raise _Doubt(Reason.TOO_FEW_POINTS, unsettled=[ref], detail=str(error)) from None
        return self._point(ref, key, points)

    # ---- one kind of atom each ----

    def _compare(self, atom: Compare, notes: _Notes) -> Truth:
        fact = self.rulebook.fact(atom.fact)

        def test(one: Held) -> Truth:
            assert one.value is not None
            choices = [
                self._operand_values(operand, fact, one.period, notes) for operand in atom.operands
            ]
            answers = {
                self._holds(fact, atom.fact, one.value, atom.op, operands, notes)
                for operands in product(*choices)
            }
            if len(answers) > 1:
                straddles = any(isinstance(o, ThresholdRef) for o in atom.operands)
                reason = Reason.STRADDLES_CHANGE if straddles else Reason.CONFLICTING
                others = [o.fact for o in atom.operands if isinstance(o, FactOperand)]
                raise _Doubt(reason, unsettled=[atom.fact, *others])
            return Truth.of(answers.pop())

        return self._over(atom.fact, test)

    def _holds(
        self,
        fact: Fact,
        ref: FactRef,
        value: Value,
        op: Op,
        operands: tuple[Value, ...],
        notes: _Notes,
    ) -> bool:
        if op in (Op.INCLUDES, Op.INCLUDES_ALL):
            return self._includes(fact, ref, value, operands, notes)
        try:
            if op is Op.ONE_OF:
                return any(_same(fact, value, operand) for operand in operands)
            if op in (Op.IS, Op.IS_NOT):
                return _same(fact, value, operands[0]) is (op is Op.IS)
            return _ordered(fact, value, op, operands)
        except UnitMismatch as error:
            raise _Doubt(Reason.UNREADABLE, unsettled=[ref], detail=str(error)) from None

    def _includes(
        self, fact: Fact, ref: FactRef, value: Value, operands: tuple[Value, ...], notes: _Notes
    ) -> bool:
        terms, strange = self._terms(fact, value)
        lacking = {word for word in operands if word not in terms}
        if 0 < len(lacking) <= len(strange):
            raise _Doubt(
                Reason.UNREADABLE,
                unsettled=[ref],
                detail=f"not in the vocabulary: {', '.join(strange)}",
            )
        return not lacking

    def _terms(self, fact: Fact, value: Value) -> tuple[set[str], list[str]]:
        """Return the terms that a list names, and the words that are in no vocabulary."""
        assert isinstance(value, tuple)
        vocabulary = self.rulebook.vocabularies.get(fact.of or "")
        if vocabulary is None:
            return set(value), []
        settled = [(word, vocabulary.settle(word)) for word in value]
        return (
            {term for _, term in settled if term is not None},
            [word for word, term in settled if term is None],
        )

    def _overlaps(self, atom: Overlaps, notes: _Notes) -> Truth:
        facts = self.rulebook.fact(atom.fact), self.rulebook.fact(atom.other)
        lists: list[list[Value]] = [[], []]
        for number, ref in enumerate((atom.fact, atom.other)):
            into = lists[number]

            def take(one: Held, into: list[Value] = into) -> Truth:
                assert one.value is not None
                into.append(one.value)
                return Truth.TRUE

            self._over(ref, take)
        answers: set[Truth] = set()
        for first, second in product(*lists):
            terms, strange = self._terms(facts[0], first)
            others, unmatched = self._terms(facts[1], second)
            shared = terms & others
            words = ", ".join(sorted(shared)) or "nothing"
            notes.detail.append(f"in both: {words}")
            loose = [*strange, *unmatched]
            if loose:
                notes.detail.append(f"not in the vocabulary: {', '.join(loose)}")
            known = min(len(strange), len(others - shared))
            known_too = min(len(unmatched), len(terms - shared))
            neither = min(len(strange) - known, len(unmatched) - known_too)
            could = len(shared) + known + known_too + neither
            if len(shared) >= atom.by:
                answers.add(Truth.TRUE)
            elif loose and could >= atom.by:
                raise _Doubt(Reason.UNREADABLE, unsettled=[atom.fact, atom.other])
            else:
                answers.add(Truth.FALSE)
        if len(answers) > 1:
            raise _Doubt(Reason.CONFLICTING, unsettled=[atom.fact, atom.other])
        return answers.pop()

    def _no_worse_than(self, atom: NoWorseThan, notes: _Notes) -> Truth:
        fact = self.rulebook.fact(atom.fact)

        def test(one: Held) -> Truth:
            assert one.value is not None
            assert one.dated is not None
            share = share_of(one.value)
            base = share.denominator if share else None
            if fact.smallest_base and base is not None and base < fact.smallest_base:
                raise _Doubt(Reason.TOO_FEW_CASES, unsettled=[atom.fact])
            figure = self.benchmark(atom.fact, atom.place, one.dated)
            if figure is None:
                raise _Doubt(
                    Reason.NO_BENCHMARK,
                    detail=f"no comparable figure for {atom.place.words} is held",
                )
            notes.figures[figure] = None
            against = benchmark_value(figure, fact)
            mine = magnitude(one.value, fact)
            assert mine is not None
            worse = against - mine if fact.better is Better.HIGHER else mine - against
            margins = {
                _margin(value, fact)
                for value in (
                    self._operand_values(atom.by, fact, one.period, notes) if atom.by else ()
                )
            } or {Fraction()}
            answers = {worse <= margin for margin in margins}
            if len(answers) > 1:
                raise _Doubt(Reason.STRADDLES_CHANGE, unsettled=[atom.fact])
            return Truth.of(answers.pop())

        return self._over(atom.fact, test)

    def benchmark(self, ref: FactRef, place: Place, dated: date) -> ContextFigure | None:
        """Return the newest figure published by the evaluation date, at most 18 months older."""
        oldest = minus(dated, OLDEST_BENCHMARK)
        usable = [
            figure
            for figure in self._figures(ref)
            if figure.place is place
            and figure.published <= self.as_of
            and figure.period.end >= oldest
            and len(figure.values) >= (NEIGHBOURS_NEEDED if place is Place.NEIGHBOURS else 1)
        ]
        return max(usable, key=lambda f: (f.period.end, f.published), default=None)

    def _figures(self, ref: FactRef) -> Iterable[ContextFigure]:
        yield from self.profile.context.get(ref, ())
        fact = self.rulebook.fact(ref)
        region = self.profile.council.region
        for page in self.rulebook.benchmarks:
            for figure in page.figures:
                if (figure.fact, figure.member) != (ref.id, ref.member):
                    continue
                if figure.place == Place.ENGLAND.value:
                    place = Place.ENGLAND
                elif region is not None and figure.place == region.value:
                    place = Place.REGION
                else:
                    continue
                period = Period.parse(figure.period, fact.cadence)
                value = read_value(fact, figure.value)
                yield ContextFigure(place, (value,), period, page.published, page.source)

    def _chart(self, ref: FactRef, points: int) -> Chart:
        """Return the chart of the newest points, so many and without a gap.

        Older points do not enter it: a longer history never changes what a chart says of today.
        """
        fact = self.rulebook.fact(ref)
        series = self._series(ref)
        newest = series[-1].key if series else None
        step = _STEPS.get(kind_of(newest)) if newest is not None else None
        if newest is None or step is None:
            detail = "a chart needs monthly or quarterly points"
            raise _Doubt(Reason.TOO_FEW_POINTS, unsettled=[ref], detail=detail)
        held = {point.key: point.value for point in series}
        keys = [newest]
        while len(keys) < points:
            keys.append(step_back(keys[-1], step))
        values = [held.get(key) for key in reversed(keys)]
        numbers = [magnitude(value, fact) for value in values if value is not None]
        usable = tuple(number for number in numbers if number is not None)
        if len(usable) < points:
            detail = f"{len(usable)} of the last {points} points are held"
            raise _Doubt(Reason.TOO_FEW_POINTS, unsettled=[ref], detail=detail)
        return Chart(usable)

    def _stable(self, atom: Stable, notes: _Notes) -> Truth:
        signals = self._chart(atom.fact, atom.points).signals(atom.look_at)
        if signals:
            notes.detail.append(f"special cause: {', '.join(signals)}")
        return Truth.of(not signals)

    def _trend(self, atom: Trend, notes: _Notes) -> Truth:
        run = self._chart(atom.fact, 12).run()
        better = 1 if self.rulebook.fact(atom.fact).better is Better.HIGHER else -1
        wanted = better if atom.direction == "improving" else -better
        words = {0: "no run", better: "a run that improves", -better: "a run that worsens"}
        notes.detail.append(words[run])
        return Truth.of((run == wanted) is atom.holds)

    def _change(self, atom: Change, notes: _Notes) -> Truth:
        fact = self.rulebook.fact(atom.fact)
        points = self._series(atom.fact)
        if not points or points[-1].key is None:
            raise _Doubt(Reason.TOO_FEW_POINTS, unsettled=[atom.fact])
        newest = _margin(self._point(atom.fact, points[-1].key, points), fact)
        before = _margin(self._earlier(atom.fact, atom.over), fact)
        change = newest - before
        if atom.measure == "fall":
            change = -change
        elif atom.measure == "size":
            change = abs(change)
        if atom.relative:
            if not before:
                raise _Doubt(Reason.TOO_FEW_CASES, unsettled=[atom.fact])
            change /= before
        measured = change_fact(fact, atom.relative)
        choices = [
            self._operand_values(o, measured, points[-1].period, notes) for o in atom.operands
        ]
        answers = {
            _compare_magnitudes(change, atom.op, [_margin(v, measured) for v in operands])
            for operands in product(*choices)
        }
        if len(answers) > 1:
            raise _Doubt(Reason.STRADDLES_CHANGE, unsettled=[atom.fact])
        return Truth.of(answers.pop())

    def _known(self, atom: Known, notes: _Notes) -> Truth:
        held = self.held(atom.fact)
        if any(one.reason is None for one in held):
            return Truth.TRUE
        if all(one.reason is Reason.SAID_UNKNOWN for one in held):
            return Truth.FALSE
        return self._over(atom.fact, lambda one: Truth.TRUE)

    def _evidenced(self, atom: Evidenced, notes: _Notes) -> Truth:
        held = self.held(atom.fact)
        if all(one.reason in _NEUTRAL for one in held):
            raise _Doubt(*_reasons(held), neutral=True)
        entries = [one.entry for one in held if one.entry is not None]
        if not entries:
            raise _Doubt(Reason.MISSING, unsettled=[atom.fact])
        said = [entry.evidence for entry in entries if entry.evidence is not None]
        if not said:
            raise _Doubt(Reason.NO_EVIDENCE, unsettled=[atom.fact])
        ids = {id for evidence in said for id in evidence}
        if not ids:
            return Truth.FALSE
        items = [self.profile.evidence[id] for id in sorted(ids) if id in self.profile.evidence]
        items = [item for item in items if item.dated <= self.as_of]
        if atom.within is not None:
            spans = (
                [atom.within]
                if isinstance(atom.within, Duration)
                else [limit.value for limit in self._limits(atom.within, None, notes)]
            )
            span = spans[-1]
            assert isinstance(span, Duration)
            oldest = minus(self.as_of, span)
            items = [item for item in items if item.dated >= oldest]
            if not items:
                raise _Doubt(Reason.STALE_EVIDENCE, unsettled=[atom.fact])
        if len({item.kind for item in items}) >= atom.kinds:
            return Truth.TRUE
        reason = Reason.ONE_KIND_ONLY if items else Reason.NO_EVIDENCE
        raise _Doubt(reason, unsettled=[atom.fact])

    # ---- dates ----

    def _date_is(self, atom: DateIs, notes: _Notes) -> Truth:
        try:
            return self._date_answer(atom, notes)
        except BankHolidaysUnknown as error:
            raise _Doubt(Reason.MISSING, detail=str(error)) from None

    def _date_answer(self, atom: DateIs, notes: _Notes) -> Truth:
        subjects = self._days(atom.subject, notes)
        if isinstance(atom.operand, DateTerm):
            others: tuple[date | NotYet | Duration, ...] = self._days(atom.operand, notes)
            if atom.operand.step is not None or isinstance(atom.operand.base, Yearly):
                days = [long_date(day) for day in others if isinstance(day, date)]
                notes.detail.append(f"the day meant is {' or '.join(days)}")
        elif isinstance(atom.operand, ThresholdRef):
            values = [limit.value for limit in self._limits(atom.operand, None, notes)]
            others = tuple(v for v in values if isinstance(v, Duration))
        else:
            others = (atom.operand,)
        answers = {self._day_holds(day, atom.op, other) for day, other in product(subjects, others)}
        if len(answers) > 1:
            refs = [
                term.base
                for term in (atom.subject, atom.operand)
                if isinstance(term, DateTerm) and isinstance(term.base, FactRef)
            ]
            raise _Doubt(Reason.CONFLICTING, unsettled=refs)
        return Truth.of(answers.pop())

    def _day_holds(self, day: date | NotYet, op: DateOp, other: date | NotYet | Duration) -> bool:
        """Whether a day stands so to another; what has not happened yet never does."""
        if isinstance(day, NotYet) or isinstance(other, NotYet):
            return False
        if isinstance(other, Duration):
            return minus(self.as_of, other) <= day <= self.as_of
        if op is DateOp.BEFORE:
            return day < other
        if op is DateOp.AFTER:
            return day > other
        return day <= other if op is DateOp.ON_OR_BEFORE else day >= other

    def _days(self, term: DateTerm, notes: _Notes) -> tuple[date | NotYet, ...]:
        """Return the days that a term may mean.

        Raises:
            _Doubt: If the fact behind it is not usable.
        """
        base = term.base
        days: list[date | NotYet] = []
        if isinstance(base, FactRef):

            def take(one: Held) -> Truth:
                assert isinstance(one.value, (date, NotYet))
                days.append(one.value)
                return Truth.TRUE

            self._over(base, take)
        elif isinstance(base, AsOf):
            days.append(self.as_of)
        elif isinstance(base, Yearly):
            days.append(
                base.day.after(self.as_of) if base.coming else base.day.on_or_before(self.as_of)
            )
        else:
            days.append(base)
        if term.step is None:
            return tuple(days)
        step = term.step
        if isinstance(step, ThresholdRef):
            value = self._limits(step, None, notes)[-1].value
            assert isinstance(value, Duration)
            step = value
        move = minus if term.back else plus
        return tuple(day if isinstance(day, NotYet) else move(day, step) for day in days)


_STATE_REASONS: Mapping[State, Reason] = {
    State.UNKNOWN: Reason.SAID_UNKNOWN,
    State.NOT_APPLICABLE: Reason.SAID_NOT_APPLICABLE,
    State.SUPPRESSED: Reason.SUPPRESSED,
    State.NOT_COLLECTED: Reason.NOT_COLLECTED,
    State.UNREADABLE: Reason.UNREADABLE,
}

_NEUTRAL = frozenset({Reason.SAID_NOT_APPLICABLE, Reason.NO_CASES})

_WORK: Mapping[type[Any], Callable[[Situation, Any, _Notes], Truth]] = {
    Compare: Situation._compare,
    Overlaps: Situation._overlaps,
    DateIs: Situation._date_is,
    NoWorseThan: Situation._no_worse_than,
    Stable: Situation._stable,
    Trend: Situation._trend,
    Change: Situation._change,
    Known: Situation._known,
    Evidenced: Situation._evidenced,
}


def _reasons(held: Iterable[Held]) -> tuple[Reason, ...]:
    return tuple(one.reason for one in held if one.reason is not None)


def _together(doubts: list[_Doubt]) -> _Doubt:
    """Return the doubts about several statements of one fact as one, whatever their order."""
    firm = [doubt for doubt in doubts if not doubt.neutral] or doubts
    return _Doubt(
        *(reason for doubt in firm for reason in doubt.reasons),
        unsettled=[ref for doubt in firm for ref in doubt.unsettled],
        detail="; ".join(sorted({doubt.detail for doubt in firm} - {""})),
        neutral=all(doubt.neutral for doubt in doubts),
    )


def _same(fact: Fact, value: Value, other: Value) -> bool:
    if fact.type in {FactType.YES_NO, FactType.TEXT, FactType.CHOICE, FactType.DATE}:
        return value == other
    if isinstance(value, Duration) and isinstance(other, Duration):
        return not value < other and not other < value  # raises where the units differ
    return magnitude(value, fact) == magnitude(other, fact)


def _ordered(fact: Fact, value: Value, op: Op, operands: tuple[Value, ...]) -> bool:
    if isinstance(value, Duration):
        for operand in operands:
            assert isinstance(operand, Duration)
            _ = value < operand  # raises where the units differ
    mine = magnitude(value, fact)
    others = [magnitude(operand, fact) for operand in operands]
    assert mine is not None
    return _compare_magnitudes(mine, op, [other for other in others if other is not None])


def _compare_magnitudes(mine: Fraction, op: Op, others: list[Fraction]) -> bool:
    if op is Op.BETWEEN:
        return others[0] <= mine <= others[1]
    other = others[0]
    if op is Op.AT_LEAST:
        return mine >= other
    if op is Op.AT_MOST:
        return mine <= other
    return mine > other if op is Op.MORE_THAN else mine < other


def _margin(value: Value, fact: Fact) -> Fraction:
    margin = magnitude(value, fact)
    assert margin is not None
    return margin


def benchmark_value(figure: ContextFigure, fact: Fact) -> Fraction:
    """Return the figure to compare with: itself, or the median of the neighbours."""
    numbers = sorted(_margin(value, fact) for value in figure.values)
    middle = len(numbers) // 2
    return (numbers[middle] + numbers[~middle]) / 2


__all__ = ["Answer", "Held", "Share", "Situation", "Unfit", "benchmark_value"]
