"""The improvement plan as actions, and what rule pages propose for gaps that none addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from readiness.analysis.findings.expected import Expected
from readiness.analysis.plan.check import addressed
from readiness.analysis.plan.effects import MEASURING, Effects
from readiness.calendar import plus
from readiness.engine.evaluate import Evaluation
from readiness.logic import Truth
from readiness.model.actions import PROPOSED, Action, Addressed, Measure
from readiness.model.conditions import Compare, Fixed, Leaf, Op, ThresholdRef, facts_of
from readiness.model.disclosure import Disclosure
from readiness.model.expectation import Action as PageAction
from readiness.model.expectation import Expectation
from readiness.model.finding import Finding
from readiness.model.profile import PlanEntry, ShowsIn
from readiness.model.values import Judgement, Survey, Value
from readiness.model.vocabulary import NUMERIC_TYPES, FactType, Verdict
from readiness.profile.data import value_data

_AIMS = (Op.AT_LEAST, Op.AT_MOST, Op.IS)
_AIMED = NUMERIC_TYPES | {FactType.SURVEY, FactType.YES_NO, FactType.CHOICE}
"""Types of fact for which a profile may write an aim."""


class Actions:
    """Makes actions of plan entries and of rule pages.

    Args:
        findings: The findings whose actions are wanted, in order of priority.
    """

    def __init__(
        self, evaluation: Evaluation, disclosure: Disclosure, findings: Sequence[Finding]
    ) -> None:
        self.evaluation = evaluation
        self.rulebook = evaluation.rulebook
        self.situation = evaluation.situation
        self.profile = evaluation.situation.profile
        self.findings = {finding.id: finding for finding in findings}
        self.effects = Effects(evaluation, disclosure)
        self.expected = Expected(evaluation)

    def planned(self) -> Iterator[Action]:
        """Yield the plan's own entries that address a finding which is wanted, or none at all."""
        for entry in self.profile.plan or ():
            if not entry.addresses or any(id in self.findings for id in entry.addresses):
                yield Action(
                    entry.id,
                    entry.do,
                    entry.owner,
                    entry.due,
                    entry.status.value,
                    entry.overdue(self.situation.as_of),
                    tuple(map(self._addressed, entry.addresses)),
                    self._measure(entry),
                )

    def proposed(self) -> Iterator[Action]:
        """Yield what rule pages propose for gaps that no open action addresses, worst first.

        A gap that a named person accepted is left alone.
        """
        taken = {entry.id for entry in self.profile.plan or ()}
        open = {id for entry in self.profile.plan or () if entry.open for id in entry.addresses}
        for finding in self.findings.values():
            accepted = finding.acceptance is not None and not finding.acceptance.lapsed
            if finding.verdict is not Verdict.NOT_MET or finding.id in open or accepted:
                continue
            e = self.rulebook.expectations[finding.id]
            about, measure = (self._addressed(e.id),), self._asked(e)
            for number, action in enumerate(e.actions, 1):
                yield Action(
                    _free(f"{e.id}-{number}", taken),
                    action.do,
                    action.owner,
                    self._due(action),
                    PROPOSED,
                    False,
                    about,
                    measure,
                )

    def _due(self, action: PageAction) -> date | None:
        try:
            return plus(self.situation.as_of, action.within)
        except ValueError:  # beyond the last bank holidays known
            return None

    def _addressed(self, id: str) -> Addressed:
        finding = self.findings.get(id)
        affected = finding.affected if finding else None
        words = affected.words if affected else None
        return addressed(self.evaluation, self.rulebook.expectations[id], words)

    # ---- measures ----

    def _measure(self, entry: PlanEntry) -> Measure | None:
        shows = entry.shows_in
        if shows is None or isinstance(shows, str):
            return Measure(None, shows, None, None, None) if shows else None
        return self._shown(shows, entry.addresses)

    def _shown(self, shows: ShowsIn, ids: Sequence[str]) -> Measure:
        title = self.rulebook.fact_title(shows.ref)
        now = self.effects.effect(shows, ids).found or None
        reaches = as_written(shows.reaches)
        return Measure(shows.fact, title, reaches, shows.by, now, shows.member)

    def _asked(self, e: Expectation) -> Measure | None:
        """Return the fact of an expectation in which its gap shows, with what is asked of it.

        The first that is missed counts; one that measures comes before one that does not.
        """
        asked = [leaf for leaf in self.rulebook.conditions[e.id].asked if facts_of(leaf)]
        if not asked:
            return None
        leaf = min(asked, key=self._rank)
        aim = self._aim(leaf)
        reaches = None if aim is None or isinstance(aim, (Survey, Judgement)) else value_data(aim)
        return self._shown(ShowsIn(fact=facts_of(leaf)[0].id, reaches=reaches), (e.id,))

    def _rank(self, leaf: Leaf) -> tuple[bool, bool]:
        fact = self.rulebook.fact(facts_of(leaf)[0])
        missed = self.evaluation.truth(leaf) is Truth.FALSE
        return not missed, fact.type not in MEASURING

    def _aim(self, leaf: Leaf) -> Value | None:
        """Return what a leaf asks of its fact, where that is one value."""
        if not isinstance(leaf, Compare) or leaf.op not in _AIMS or len(leaf.operands) != 1:
            return None
        if self.rulebook.fact(leaf.fact).type not in _AIMED:
            return None
        operand = leaf.operands[0]
        if isinstance(operand, Fixed):
            return operand.value
        if not isinstance(operand, ThresholdRef):
            return None
        values = {limit.value for limit in self.expected.look_up(operand)}
        return values.pop() if len(values) == 1 else None


def as_written(raw: Any) -> str | None:
    """Return an aim as a profile writes it."""
    if raw is None:
        return None
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return f"{raw:f}" if isinstance(raw, Decimal) else str(raw)


def _free(id: str, taken: set[str]) -> str:
    """Return an id that no entry of the plan has."""
    again, free = 1, id
    while free in taken:
        again += 1
        free = f"{id}-{again}"
    return free
