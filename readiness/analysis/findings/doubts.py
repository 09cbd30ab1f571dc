"""Why a finding is not known or does not apply, and what would settle it."""

from __future__ import annotations

from msgspec import Struct

from readiness.engine.atoms import Answer
from readiness.engine.evaluate import Evaluation, answers_behind, out_of_force
from readiness.logic import Truth
from readiness.model.conditions import (
    ATOMS,
    All,
    AtLeast,
    Condition,
    FindingHas,
    FindingIs,
    Not,
)
from readiness.model.expectation import Expectation
from readiness.model.facts import FactRef
from readiness.model.finding import SettledBy
from readiness.model.vocabulary import REASON_ORDER, Reason, Verdict
from readiness.rulebook.rulebook import Rulebook


class Doubts(Struct):
    """Why something is not known, and for each fact that would settle it why it does not."""

    reasons: set[Reason] = set()
    facts: dict[FactRef, set[Reason]] = {}

    @property
    def ordered(self) -> tuple[Reason, ...]:
        """The reasons, leading reason first."""
        return tuple(sorted(self.reasons, key=REASON_ORDER.__getitem__))

    def add(self, answer: Answer) -> None:
        """Take in why an atom is not known."""
        self.reasons.update(answer.reasons)
        for ref in answer.unsettled:
            self.facts.setdefault(ref, set()).update(answer.reasons)


def doubts_of(evaluation: Evaluation, e: Expectation, verdict: Verdict) -> Doubts:
    """Return why an expectation is not known or not applicable, and what would settle it."""
    conditions = evaluation.rulebook.conditions[e.id]
    doubts = Doubts()
    if verdict is Verdict.UNKNOWN:
        applies = conditions.applies_when
        unclear = applies is not None and evaluation.truth(applies) is Truth.UNKNOWN
        if applies is not None:
            _unsettled(evaluation, applies, doubts)
        _unsettled(evaluation, conditions.expect, doubts)
        if unclear:
            doubts.reasons = {Reason.APPLICABILITY}
    elif verdict is Verdict.NOT_APPLICABLE:
        doubts.reasons = _why_not_applicable(evaluation, e)
    return doubts


def _unsettled(evaluation: Evaluation, node: Condition, doubts: Doubts) -> None:
    """Collect why a node is unknown from those of its children that are."""
    if evaluation.truth(node) is not Truth.UNKNOWN:
        return
    if isinstance(node, (All, AtLeast)):
        for child in node.children:
            _unsettled(evaluation, child, doubts)
    elif isinstance(node, Not):
        _unsettled(evaluation, node.child, doubts)
    elif isinstance(node, FindingHas) and evaluation.verdict(node.id) != Verdict.UNKNOWN:
        _unsettled_property(evaluation, node, doubts)
    elif isinstance(node, (FindingIs, FindingHas)):
        doubts.reasons.add(Reason.UPSTREAM)
    else:
        doubts.add(evaluation.answer(node))


def _unsettled_property(evaluation: Evaluation, node: FindingHas, doubts: Doubts) -> None:
    """Collect why it is not known whether a finding is planned for, known or evidenced."""
    if node.has == "planned":
        doubts.reasons.add(Reason.MISSING)  # the profile says nothing of plans
        return
    for answer in answers_behind(evaluation.situation, node.id, node.has):
        if answer.truth is Truth.UNKNOWN:
            doubts.add(answer)


def _why_not_applicable(evaluation: Evaluation, e: Expectation) -> set[Reason]:
    out = out_of_force(e.in_force, evaluation.situation.as_of)
    if out is not None:
        return {out}
    conditions = evaluation.rulebook.conditions[e.id]
    applies = conditions.applies_when
    if applies is not None and evaluation.truth(applies) in (
        Truth.FALSE,
        Truth.NOT_APPLICABLE,
    ):
        return {Reason.DOES_NOT_APPLY}
    answers = [evaluation.answer(leaf) for leaf in conditions.asked if isinstance(leaf, ATOMS)]
    found = {
        reason
        for answer in answers
        if answer.truth is Truth.NOT_APPLICABLE
        for reason in answer.reasons
    }
    return found or {Reason.DOES_NOT_APPLY}


def settled_by(rulebook: Rulebook, ref: FactRef, why: set[Reason]) -> SettledBy:
    """Return who could settle a fact, what to ask, and why the fact does not settle it."""
    fact = rulebook.fact(ref)
    title = rulebook.fact_title(ref)
    return SettledBy(
        ref.id,
        title,
        ref.member,
        fact.holder,
        fact.ask or f"{title}?",
        fact.accepts,
        tuple(sorted(why, key=REASON_ORDER.__getitem__)),
    )
