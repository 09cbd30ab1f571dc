"""What can be drawn: values over time with XmR limits, and values among published figures.

Nothing is drawn that is not shown in words: a value in which a small count is hidden has no place
on a chart, and a series that holds one has neither average nor limits, from which it could be
worked out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from readiness.analysis.findings.expected import show_figure
from readiness.analysis.findings.held import Holdings
from readiness.engine.atoms import chart_of, signal_words
from readiness.engine.situation import Doubt, Held, benchmark_value, sure_magnitude
from readiness.engine.xmr import Chart
from readiness.model.conditions import Compare, FactOperand, Leaf, Op, Stable, ThresholdRef
from readiness.model.facts import Fact, FactRef
from readiness.model.finding import (
    Beside,
    Finding,
    Found,
    LimitsShown,
    PointShown,
    Position,
    SeriesShown,
    Timely,
)
from readiness.model.profile import Point, share_of
from readiness.model.values import Value, amount, magnitude, percent
from readiness.model.vocabulary import NUMERIC_TYPES, Basis, FactType, Place, Reason, Verdict

CHARTED = 12
"""Points of an XmR chart, where no rule asks for another number."""

_LOOK_AT = 6
"""Newest points among which a signal is told, where no rule asks for another number."""

_COMPARABLE = NUMERIC_TYPES | {FactType.SURVEY}


class Charts:
    """Makes what can be drawn of the facts behind a finding."""

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings
        self.situation = holdings.situation
        self.rulebook = holdings.rulebook
        self.disclosure = holdings.disclosure

    # ---- over time ----

    def series(
        self, found: Mapping[FactRef, Sequence[Found]], leaves: Sequence[Leaf]
    ) -> Iterator[SeriesShown]:
        """Yield each fact that is held over time.

        Args:
            found: What is held of each fact. Where its value is shown in other words than the
                newest of the series would be, because more is hidden, there is no series.
            leaves: What is asked of the facts; a rule may look at more points than usual.
        """
        asked = {leaf.fact: leaf for leaf in leaves if isinstance(leaf, Stable)}
        for ref, told in found.items():
            if not any(entry.series for entry in self.holdings.profile.facts.get(ref, ())):
                continue
            with contextlib.suppress(Doubt):
                points = self.situation.series(ref)
                made = self._series(ref, points, asked.get(ref)) if len(points) > 1 else None
                if made is not None and [one.text for one in told] == [made.points[-1].text]:
                    yield made

    def _series(self, ref: FactRef, points: Sequence[Point], asked: Stable | None) -> SeriesShown:
        fact = self.rulebook.fact(ref)
        unit = self.rulebook.unit_of(fact)
        shown = self.disclosure.values([point.value for point in points], fact, unit)
        made: list[PointShown] = []
        hidden = False
        for point, told in zip(points, shown, strict=True):
            period = str(point.period)
            at: Fraction | None = None
            text = point.state.value.replace("_", " ")
            if told is not None and point.value is not None:
                text = told.text
                hidden = hidden or told.hidden
                at = None if told.hidden else magnitude(point.value, fact)
            made.append(PointShown(period, text, at))
        count, look_at = (asked.points, asked.look_at) if asked else (CHARTED, _LOOK_AT)
        limits: LimitsShown | None = None
        signals: tuple[str, ...] = ()
        if not hidden:
            with contextlib.suppress(Doubt):
                chart, periods = chart_of(self.situation, ref, count)
                limits = _limits(chart, fact)
                signals = tuple(signal_words(one, periods) for one in chart.signals(look_at))
        return SeriesShown(
            ref.id,
            ref.member,
            self.rulebook.fact_title(ref),
            _unit_words(fact, unit.many if unit else None),
            fact.better,
            tuple(made),
            limits,
            count if limits else 0,
            signals,
        )

    # ---- among others ----

    def positions(self, found: Iterable[Found]) -> Iterator[Position]:
        """Yield each value that can be shown among published figures."""
        for one in found:
            ref = FactRef(one.fact, one.member)
            fact = self.rulebook.fact(ref)
            unit = self.rulebook.unit_of(fact)
            if one.state != "value" or fact.type not in _COMPARABLE or one.place is not None:
                continue
            if next(self.situation.figures(ref), None) is None:
                continue
            value = self._plotted(ref, one)
            if value is not None and one.dated is not None:
                beside = tuple(self._beside(ref, fact, one))
                if beside:
                    yield Position(
                        one.fact,
                        one.member,
                        one.title,
                        _unit_words(fact, unit.many if unit else None),
                        fact.better,
                        one.text,
                        one.period,
                        value,
                        beside,
                    )

    def _plotted(self, ref: FactRef, one: Found) -> Fraction | None:
        """Return where a value lies on a chart; None where it cannot be used or is not shown."""
        held = self.situation.held(ref)
        if one.state != "value" or len(held) != 1 or held[0].value is None:
            return None
        told = self.disclosure.value(
            held[0].value, self.rulebook.fact(ref), self.rulebook.unit_of(self.rulebook.fact(ref))
        )
        if told.hidden or one.value is None or one.value != told.value:
            return None
        return magnitude(held[0].value, self.rulebook.fact(ref))

    def _beside(self, ref: FactRef, fact: Fact, one: Found) -> Iterator[Beside]:
        assert one.dated is not None
        for place in Place:
            figure = self.situation.benchmark(ref, place, one.dated)
            if figure is not None:
                among = sorted(sure_magnitude(value, fact) for value in figure.values)
                source = self.rulebook.sources.get(figure.source)
                yield Beside(
                    place,
                    show_figure(figure, fact),
                    str(figure.period),
                    source.short if source else figure.source,
                    benchmark_value(figure, fact),
                    tuple(among) if place is Place.NEIGHBOURS else (),
                )

    # ---- duties owed to all ----

    def timely(self, finding: Finding, leaves: Sequence[Leaf]) -> Iterator[Timely]:
        """Yield each share held that the law expects to be all, with what is overdue beside it."""
        if finding.verdict is Verdict.NOT_APPLICABLE:
            return
        for leaf in leaves:
            if not isinstance(leaf, Compare) or leaf.fact not in self.holdings.profile.facts:
                continue
            if not self._owed_to_all(leaf):
                continue
            fact = self.rulebook.fact(leaf.fact)
            overdue = FactRef(fact.overdue, leaf.fact.member) if fact.overdue else None
            refs = [leaf.fact, *([overdue] if overdue else [])]
            found = self.holdings.found(refs, leaves)
            late = found[overdue] if overdue else ()
            for held, one in zip(self.situation.held(leaf.fact), found[leaf.fact], strict=True):
                if one.state != "value":
                    continue
                yield Timely(
                    finding.id,
                    leaf.fact.id,
                    leaf.fact.member,
                    one.title,
                    one.text,
                    one.period,
                    self._plotted(leaf.fact, one),
                    self._missed(held, one),
                    late[0].title if late else None,
                    "; ".join(map(_overdue, late)) if late else None,
                )

    def _owed_to_all(self, leaf: Compare) -> bool:
        fact = self.rulebook.fact(leaf.fact)
        if fact.type is not FactType.SHARE or leaf.op is not Op.AT_LEAST:
            return False
        for operand in leaf.operands:
            if isinstance(operand, FactOperand) or not isinstance(operand, ThresholdRef):
                return False
            found = self.holdings.expected.look_up(operand)
            if not found or any(
                one.basis is not Basis.LAW or magnitude_of(one.value) != 1 for one in found
            ):
                return False
        return True

    def _missed(self, held: Held, one: Found) -> str | None:
        """Return how many did not have what is owed to all, where that is counted and shown."""
        share = share_of(held.value)
        if share is None or share.rest is None:
            return None
        unit = self.rulebook.unit_of(self.rulebook.fact(held.ref))
        if unit is None or not isinstance(one.numerator, int):
            return None
        return self.disclosure.counted(share.rest, unit)


def _overdue(one: Found) -> str:
    """Return what is held of those overdue; what is too old says so, because it is not of today."""
    if one.state == Reason.STALE.value:
        return ", ".join(part for part in (one.text, one.period, Reason.STALE.words) if part)
    return one.text


def magnitude_of(value: Value) -> Fraction | None:
    """Return a share as a number; None for what is no share."""
    share = share_of(value)
    return share.value if share else None


def _limits(chart: Chart, fact: Fact) -> LimitsShown:
    mean, reach = chart.mean, chart.reach
    lower = max(Fraction(), mean - reach)
    upper = mean + reach
    if fact.type is FactType.SHARE:
        upper = min(Fraction(1), upper)
    words = ", ".join(
        f"{name} {_number(value, fact)}"
        for name, value in (("average", mean), ("lower limit", lower), ("upper limit", upper))
    )
    return LimitsShown(mean, lower, upper, words)


def _number(value: Fraction, fact: Fact) -> str:
    if fact.type in (FactType.SHARE, FactType.SURVEY):
        return percent(value)
    return amount(round(value, 1))


def _unit_words(fact: Fact, counted: str | None) -> str:
    if fact.type in (FactType.SHARE, FactType.SURVEY):
        return "per cent"
    return fact.unit or counted or "number"
