"""Atoms: what a profile answers to each distinct leaf condition.

Every atom answers true, false, unknown (with reasons) or not applicable. Numbers, dates and lists
end here: what goes on to the engine is only which literals hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

from msgspec import Struct

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
from readiness.engine.situation import (
    Doubt,
    Held,
    NoneAgreed,
    Situation,
    benchmark_value,
    is_neutral,
    reasons_of,
    sure_magnitude,
)
from readiness.engine.xmr import Chart, Signal
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
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import ContextFigure, share_of
from readiness.model.values import NotYet, Value, magnitude
from readiness.model.vocabulary import REASON_ORDER, Basis, Better, FactType, Reason
from readiness.rulebook.conditions import change_fact
from readiness.rulebook.thresholds import Limit

_STEPS = {
    PeriodKind.MONTH: Duration.parse("1 month"),
    PeriodKind.QUARTER: Duration.parse("3 months"),
}


class Answer(Struct, frozen=True):
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


class _Notes(Struct):
    """What an atom looked up on its way to an answer."""

    limits: dict[Limit, None] = {}
    figures: dict[ContextFigure, None] = {}
    detail: list[str] = []


def answer_to(situation: Situation, atom: Atom) -> Answer:
    """Return what the profile answers to an atom; never raises."""
    notes = _Notes()
    try:
        truth = _WORK[type(atom)](situation, atom, notes)
        reasons: tuple[Reason, ...] = ()
        unsettled: tuple[FactRef, ...] = ()
    except NoneAgreed:
        truth, reasons, unsettled = Truth.FALSE, (), ()
        notes.detail.append("the council says that it has agreed no standard of its own")
    except Doubt as doubt:
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


def _over(situation: Situation, ref: FactRef, test: Callable[[Held], Truth]) -> Truth:
    """Return what every usable statement of a fact agrees on.

    Raises:
        Doubt: If none is usable, or they disagree.
    """
    answers: set[Truth] = set()
    doubts: list[Doubt] = []
    for one in situation.usable(ref):
        try:
            answers.add(test(one))
        except Doubt as doubt:
            doubts.append(doubt)
    if doubts:
        raise _together(doubts)
    if len(answers) > 1 or situation.contested(ref):
        raise Doubt(Reason.CONFLICTING, unsettled=[ref])
    return answers.pop()


def _together(doubts: list[Doubt]) -> Doubt:
    """Return the doubts about several statements of one fact as one, whatever their order."""
    firm = [doubt for doubt in doubts if not doubt.neutral] or doubts
    return Doubt(
        *(reason for doubt in firm for reason in doubt.reasons),
        unsettled=[ref for doubt in firm for ref in doubt.unsettled],
        detail="; ".join(sorted({doubt.detail for doubt in firm} - {""})),
        neutral=all(doubt.neutral for doubt in doubts),
    )


def _limits(
    situation: Situation, ref: ThresholdRef, period: Period | None, notes: _Notes
) -> tuple[Limit, ...]:
    """Return the values of a threshold that count, and note them."""
    found = situation.limits(ref, period)
    notes.limits.update(dict.fromkeys(found))
    return found


def _operand_values(
    situation: Situation, operand: Operand, period: Period | None, notes: _Notes
) -> tuple[Value, ...]:
    """Return what an operand may be; two where the answer must hold for both."""
    if isinstance(operand, Fixed):
        return (operand.value,)
    if isinstance(operand, ThresholdRef):
        return tuple(limit.value for limit in _limits(situation, operand, period, notes))
    if operand.ago is not None:
        return (situation.earlier(operand.fact, operand.ago),)
    return situation.values(operand.fact)


# ---- comparing -----------------------------------------------------------------------------------


def _compare(situation: Situation, atom: Compare, notes: _Notes) -> Truth:
    national = any(_is_national(situation, operand) for operand in atom.operands)

    def test(one: Held) -> Truth:
        assert one.value is not None
        if national:
            _check_base(situation, atom.fact, one.value)
        choices = [
            _operand_values(situation, operand, one.period, notes) for operand in atom.operands
        ]
        answers = {
            _holds(situation, atom.fact, one.value, atom.op, operands, notes)
            for operands in product(*choices)
        }
        if len(answers) > 1:
            straddles = any(isinstance(o, ThresholdRef) for o in atom.operands)
            reason = Reason.STRADDLES_CHANGE if straddles else Reason.CONFLICTING
            others = [o.fact for o in atom.operands if isinstance(o, FactOperand)]
            raise Doubt(reason, unsettled=[atom.fact, *others])
        return Truth.of(answers.pop())

    return _over(situation, atom.fact, test)


def _is_national(situation: Situation, operand: Operand) -> bool:
    """Return whether an operand is a national figure, so that a council is held against others."""
    if not isinstance(operand, ThresholdRef):
        return False
    threshold = situation.rulebook.expectations[operand.rule].thresholds[operand.name]
    return threshold.basis is Basis.NATIONAL


def _check_base(situation: Situation, ref: FactRef, value: Value) -> None:
    """Check that a value is of cases enough to be held against those of others.

    Raises:
        Doubt: It is of too few.
    """
    smallest = situation.rulebook.fact(ref).smallest_base
    share = share_of(value)
    base = share.denominator if share else None
    if smallest and base is not None and base < smallest:
        raise Doubt(Reason.TOO_FEW_CASES, unsettled=[ref])


def _holds(
    situation: Situation,
    ref: FactRef,
    value: Value,
    op: Op,
    operands: tuple[Value, ...],
    notes: _Notes,
) -> bool:
    """Return whether a value stands so to others.

    Raises:
        Doubt: If it cannot be compared with them.
    """
    fact = situation.rulebook.fact(ref)
    if op in (Op.INCLUDES, Op.INCLUDES_ALL):
        return _includes(situation, ref, value, operands, notes)
    try:
        if op is Op.ONE_OF:
            return any(_same(fact, value, operand) for operand in operands)
        if op in (Op.IS, Op.IS_NOT):
            return _same(fact, value, operands[0]) is (op is Op.IS)
        return _ordered(fact, value, op, operands)
    except UnitMismatch as error:
        raise Doubt(Reason.UNREADABLE, unsettled=[ref], detail=str(error)) from None


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
    others = [magnitude(operand, fact) for operand in operands]
    return compare_magnitudes(
        sure_magnitude(value, fact), op, [other for other in others if other is not None]
    )


def compare_magnitudes(mine: Fraction, op: Op, others: Sequence[Fraction]) -> bool:
    """Return whether a number stands so to others: to two for `between`, else to one."""
    if op is Op.BETWEEN:
        return others[0] <= mine <= others[1]
    other = others[0]
    if op is Op.AT_LEAST:
        return mine >= other
    if op is Op.AT_MOST:
        return mine <= other
    return mine > other if op is Op.MORE_THAN else mine < other


def _no_worse_than(situation: Situation, atom: NoWorseThan, notes: _Notes) -> Truth:
    fact = situation.rulebook.fact(atom.fact)

    def test(one: Held) -> Truth:
        assert one.value is not None
        assert one.dated is not None
        _check_base(situation, atom.fact, one.value)
        figure = situation.benchmark(atom.fact, atom.place, one.dated)
        if figure is None:
            raise Doubt(
                Reason.NO_BENCHMARK,
                detail=f"no comparable figure for {atom.place.words} is held",
            )
        notes.figures[figure] = None
        against = benchmark_value(figure, fact)
        mine = sure_magnitude(one.value, fact)
        worse = against - mine if fact.better is Better.HIGHER else mine - against
        margins = {
            sure_magnitude(value, fact)
            for value in (_operand_values(situation, atom.by, one.period, notes) if atom.by else ())
        } or {Fraction()}
        answers = {worse <= margin for margin in margins}
        if len(answers) > 1:
            raise Doubt(Reason.STRADDLES_CHANGE, unsettled=[atom.fact])
        return Truth.of(answers.pop())

    return _over(situation, atom.fact, test)


# ---- lists ---------------------------------------------------------------------------------------


def _includes(
    situation: Situation, ref: FactRef, value: Value, operands: tuple[Value, ...], notes: _Notes
) -> bool:
    terms, strange = _terms(situation, ref, value)
    lacking = [str(word) for word in operands if word not in terms]
    if 0 < len(lacking) <= len(strange):
        raise Doubt(
            Reason.UNREADABLE,
            unsettled=[ref],
            detail=f"not in the vocabulary: {', '.join(strange)}",
        )
    if lacking:
        notes.detail.append(f"not among them: {', '.join(lacking)}")
    return not lacking


def _overlaps(situation: Situation, atom: Overlaps, notes: _Notes) -> Truth:
    answers: set[Truth] = set()
    for first, second in product(situation.values(atom.fact), situation.values(atom.other)):
        terms, strange = _terms(situation, atom.fact, first)
        others, unmatched = _terms(situation, atom.other, second)
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
            raise Doubt(Reason.UNREADABLE, unsettled=[atom.fact, atom.other])
        else:
            answers.add(Truth.FALSE)
    if len(answers) > 1:
        raise Doubt(Reason.CONFLICTING, unsettled=[atom.fact, atom.other])
    return answers.pop()


def _terms(situation: Situation, ref: FactRef, value: Value) -> tuple[set[str], list[str]]:
    """Return the terms that a list names, and the words that are in no vocabulary."""
    assert isinstance(value, tuple)
    vocabulary = situation.rulebook.vocabularies.get(situation.rulebook.fact(ref).of or "")
    if vocabulary is None:
        return set(value), []
    settled = [(word, vocabulary.settle(word)) for word in value]
    return (
        {term for _, term in settled if term is not None},
        [word for word, term in settled if term is None],
    )


# ---- series --------------------------------------------------------------------------------------


def _stable(situation: Situation, atom: Stable, notes: _Notes) -> Truth:
    chart, periods = chart_of(situation, atom.fact, atom.points)
    signals = chart.signals(atom.look_at)
    if signals:
        words = [signal_words(signal, periods) for signal in signals]
        title = situation.rulebook.fact_title(atom.fact)
        notes.detail.append(f"{title}: {'; '.join(words)}. Chance alone seldom does that")
    return Truth.of(not signals)


def signal_words(signal: Signal, periods: Sequence[Period]) -> str:
    """Return which rule of an XmR chart fired, which way and when, in words.

    Args:
        periods: The period of each point of the chart.
    """
    count = signal.last - signal.first + 1
    when = f"{periods[signal.first]} to {periods[signal.last]}"
    if signal.rule == "outside":
        where = "above the upper" if signal.up else "below the lower"
        return f"{periods[signal.last]} lies {where} limit of the chart"
    if signal.rule == "one side":
        where = "above" if signal.up else "below"
        return f"{count} points in a row {where} the average of the chart ({when})"
    if signal.rule == "run":
        how = "higher" if signal.up else "lower"
        return f"{count} points in a row, each {how} than the one before ({when})"
    limit = "upper" if signal.up else "lower"
    return f"two of three points in a row near the {limit} limit of the chart ({when})"


def _trend(situation: Situation, atom: Trend, notes: _Notes) -> Truth:
    run = chart_of(situation, atom.fact, 12)[0].run()
    better = 1 if situation.rulebook.fact(atom.fact).better is Better.HIGHER else -1
    wanted = better if atom.direction == "improving" else -better
    title = situation.rulebook.fact_title(atom.fact)
    if run == 0:
        notes.detail.append(f"{title}: no run of seven points up or down")
    else:
        way, how = "upwards" if run > 0 else "downwards", "better" if run == better else "worse"
        notes.detail.append(f"{title}: a run of seven points or more {way}, which is {how}")
    return Truth.of((run == wanted) is atom.holds)


def chart_of(situation: Situation, ref: FactRef, points: int) -> tuple[Chart, tuple[Period, ...]]:
    """Return the chart of the newest points, so many and without a gap, and their periods.

    Older points do not enter it: a longer history never changes what a chart says of today.

    Raises:
        Doubt: If there are too few, or they are not monthly or quarterly.
    """
    fact = situation.rulebook.fact(ref)
    series = situation.series(ref)
    newest = series[-1].key if series else None
    step = _STEPS.get(kind_of(newest)) if newest is not None else None
    if newest is None or step is None:
        detail = "a chart needs monthly or quarterly points"
        raise Doubt(Reason.TOO_FEW_POINTS, unsettled=[ref], detail=detail)
    held = {point.key: point.value for point in series}
    keys = [newest]
    while len(keys) < points:
        keys.append(step_back(keys[-1], step))
    values = [held.get(key) for key in reversed(keys)]
    numbers = [magnitude(value, fact) for value in values if value is not None]
    usable = tuple(number for number in numbers if number is not None)
    if len(usable) < points:
        detail = f"{len(usable)} of the last {points} points are held"
        raise Doubt(Reason.TOO_FEW_POINTS, unsettled=[ref], detail=detail)
    when = {point.key: point.period for point in series}
    periods = tuple(period for key in reversed(keys) if (period := when[key]) is not None)
    return Chart(usable), periods


def _change(situation: Situation, atom: Change, notes: _Notes) -> Truth:
    fact = situation.rulebook.fact(atom.fact)
    newest, period = situation.newest(atom.fact)
    before = sure_magnitude(situation.earlier(atom.fact, atom.over), fact)
    change = sure_magnitude(newest, fact) - before
    if atom.measure == "fall":
        change = -change
    elif atom.measure == "size":
        change = abs(change)
    if atom.relative:
        if not before:
            raise Doubt(Reason.TOO_FEW_CASES, unsettled=[atom.fact])
        change /= before
    measured = change_fact(fact, atom.relative)
    choices = [_operand_values(situation, o, period, notes) for o in atom.operands]
    answers = {
        compare_magnitudes(change, atom.op, [sure_magnitude(v, measured) for v in operands])
        for operands in product(*choices)
    }
    if len(answers) > 1:
        raise Doubt(Reason.STRADDLES_CHANGE, unsettled=[atom.fact])
    return Truth.of(answers.pop())


# ---- what is known, and how ----------------------------------------------------------------------


def _known(situation: Situation, atom: Known, notes: _Notes) -> Truth:
    held = situation.held(atom.fact)
    if any(one.reason is None for one in held):
        return Truth.TRUE
    if all(one.reason is Reason.SAID_UNKNOWN for one in held):
        return Truth.FALSE
    return _over(situation, atom.fact, lambda one: Truth.TRUE)


def _evidenced(situation: Situation, atom: Evidenced, notes: _Notes) -> Truth:
    held = situation.held(atom.fact)
    if is_neutral(held):
        raise Doubt(*reasons_of(held), neutral=True)
    entries = [one.entry for one in held if one.entry is not None]
    if not entries:
        raise Doubt(Reason.MISSING, unsettled=[atom.fact])
    said = [entry.evidence for entry in entries if entry.evidence is not None]
    if not said:
        raise Doubt(Reason.NO_EVIDENCE, unsettled=[atom.fact])
    ids = {id for evidence in said for id in evidence}
    if not ids:
        return Truth.FALSE
    items = [
        situation.profile.evidence[id] for id in sorted(ids) if id in situation.profile.evidence
    ]
    items = [item for item in items if item.dated <= situation.as_of]
    if atom.within is not None:
        spans = (
            [atom.within]
            if isinstance(atom.within, Duration)
            else [limit.value for limit in _limits(situation, atom.within, None, notes)]
        )
        span = spans[-1]
        assert isinstance(span, Duration)
        oldest = minus(situation.as_of, span)
        items = [item for item in items if item.dated >= oldest]
        if not items:
            raise Doubt(Reason.STALE_EVIDENCE, unsettled=[atom.fact])
    if len({item.kind for item in items}) >= atom.kinds:
        return Truth.TRUE
    reason = Reason.ONE_KIND_ONLY if items else Reason.NO_EVIDENCE
    raise Doubt(reason, unsettled=[atom.fact])


# ---- dates ---------------------------------------------------------------------------------------


def _date_is(situation: Situation, atom: DateIs, notes: _Notes) -> Truth:
    try:
        return _date_answer(situation, atom, notes)
    except BankHolidaysUnknown as error:
        raise Doubt(Reason.MISSING, detail=str(error)) from None


def _date_answer(situation: Situation, atom: DateIs, notes: _Notes) -> Truth:
    subjects = _days(situation, atom.subject, notes)
    if all(isinstance(day, NotYet) for day in subjects):
        return Truth.FALSE  # whatever it would have been compared with
    if isinstance(atom.operand, DateTerm):
        others: tuple[date | NotYet | Duration, ...] = _days(situation, atom.operand, notes)
        if atom.operand.step is not None or isinstance(atom.operand.base, Yearly):
            days = [long_date(day) for day in others if isinstance(day, date)]
            notes.detail.append(f"the day meant is {' or '.join(days)}")
    elif isinstance(atom.operand, ThresholdRef):
        values = [limit.value for limit in _limits(situation, atom.operand, None, notes)]
        others = tuple(v for v in values if isinstance(v, Duration))
    else:
        others = (atom.operand,)
    answers = {
        _day_holds(situation, day, atom.op, other) for day, other in product(subjects, others)
    }
    if len(answers) > 1:
        refs = [
            term.base
            for term in (atom.subject, atom.operand)
            if isinstance(term, DateTerm) and isinstance(term.base, FactRef)
        ]
        raise Doubt(Reason.CONFLICTING, unsettled=refs)
    return Truth.of(answers.pop())


def _day_holds(
    situation: Situation, day: date | NotYet, op: DateOp, other: date | NotYet | Duration
) -> bool:
    """Whether a day stands so to another; what has not happened yet never does."""
    if isinstance(day, NotYet) or isinstance(other, NotYet):
        return False
    if isinstance(other, Duration):
        return minus(situation.as_of, other) <= day <= situation.as_of
    if op is DateOp.BEFORE:
        return day < other
    if op is DateOp.AFTER:
        return day > other
    return day <= other if op is DateOp.ON_OR_BEFORE else day >= other


def _days(situation: Situation, term: DateTerm, notes: _Notes) -> tuple[date | NotYet, ...]:
    """Return the days that a term may mean.

    Raises:
        Doubt: If the fact behind it is not usable.
    """
    base = term.base
    days: list[date | NotYet] = []
    if isinstance(base, FactRef):
        for value in situation.values(base):
            assert isinstance(value, (date, NotYet))
            days.append(value)
    elif isinstance(base, AsOf):
        days.append(situation.as_of)
    elif isinstance(base, Yearly):
        days.append(
            base.day.after(situation.as_of)
            if base.coming
            else base.day.on_or_before(situation.as_of)
        )
    else:
        days.append(base)
    step = term.step
    if step is None or all(isinstance(day, NotYet) for day in days):
        return tuple(days)
    if isinstance(step, ThresholdRef):
        value = _limits(situation, step, None, notes)[-1].value
        assert isinstance(value, Duration)
        step = value
    move = minus if term.back else plus
    return tuple(day if isinstance(day, NotYet) else move(day, step) for day in days)


_WORK: Mapping[type[Any], Callable[[Situation, Any, _Notes], Truth]] = {
    Compare: _compare,
    Overlaps: _overlaps,
    DateIs: _date_is,
    NoWorseThan: _no_worse_than,
    Stable: _stable,
    Trend: _trend,
    Change: _change,
    Known: _known,
    Evidenced: _evidenced,
}
