"""What is expected: conditions in words, with the thresholds and figures that they compare with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.engine.evaluate import Evaluation
from readiness.engine.situation import benchmark_value
from readiness.model.conditions import ATOMS, Leaf, ThresholdRef, facts_of, thresholds_of
from readiness.model.facts import Fact
from readiness.model.finding import OperandShown
from readiness.model.profile import ContextFigure
from readiness.model.values import amount, percent, show_threshold
from readiness.model.vocabulary import Basis, FactType, Place
from readiness.rulebook.thresholds import Limit
from readiness.rulebook.wording import Wording, show_limit


class Expected:
    """Shows what conditions ask for on the day.

    Attributes:
        wording: Writes conditions in words.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.situation = evaluation.situation
        self.rulebook = evaluation.rulebook
        self.wording = Wording(self.rulebook, self.look_up)
        self.looked_up: dict[ThresholdRef, list[Limit]] = {}
        self.otherwise: dict[ThresholdRef, Sequence[Limit]] = {}
        for atom, answer in evaluation.given.answers.items():
            for ref in thresholds_of(atom):
                counted = self.looked_up.setdefault(ref, [])
                counted.extend(
                    limit
                    for limit in answer.limits
                    if limit.name == ref.name and limit not in counted
                )

    def look_up(self, ref: ThresholdRef) -> Sequence[Limit]:
        """Return the values of a threshold that counted, or that count on the day."""
        if self.looked_up.get(ref):
            return self.looked_up[ref]
        if ref not in self.otherwise:
            self.otherwise[ref] = self._on_the_day(ref)
        return self.otherwise[ref]

    def _on_the_day(self, ref: ThresholdRef) -> Sequence[Limit]:
        """Return the values of a threshold that count on the day."""
        threshold = self.rulebook.expectations[ref.rule].thresholds[ref.name]
        if threshold.basis is Basis.LOCAL:
            return self.situation.own_standard(ref)
        return () if threshold.by is not None else self.situation.standing(ref)

    def operands(self, leaves: Sequence[Leaf]) -> tuple[OperandShown, ...]:
        """Return the thresholds and figures that leaves compare with, each once."""
        return tuple(dict.fromkeys(one for leaf in leaves for one in self._operands_of(leaf)))

    def _operands_of(self, leaf: Leaf) -> Iterator[OperandShown]:
        for ref in thresholds_of(leaf):
            fact = self.situation.threshold_fact(ref)
            for limit in self.look_up(ref):
                unit = fact.unit if fact else None
                value = show_limit(self.rulebook, ref.rule, limit)
                yield OperandShown(
                    limit.name,
                    value,
                    unit,
                    limit.basis,
                    limit.start,
                    self._limit_source(ref, limit),
                )
        if isinstance(leaf, ATOMS):
            for figure in self.evaluation.answer(leaf).figures:
                fact = self.rulebook.fact(facts_of(leaf)[0])
                yield OperandShown(
                    figure.place.value,
                    show_figure(figure, fact),
                    fact.unit,
                    "benchmark",
                    figure.period.end,
                    figure.source,
                )

    def _limit_source(self, ref: ThresholdRef, limit: Limit) -> str | None:
        if limit.source is not None or limit.basis is not Basis.LAW:
            return limit.source
        return self.rulebook.expectations[ref.rule].citations[0].source


def show_figure(figure: ContextFigure, fact: Fact) -> str:
    """Return a published figure in words; for neighbours their median."""
    if figure.place is Place.NEIGHBOURS:
        middle = benchmark_value(figure, fact)
        text = percent(middle) if fact.type is FactType.SHARE else amount(middle)
        return f"{text} (median of {len(figure.values)})"
    return show_threshold(figure.values[0], fact)
