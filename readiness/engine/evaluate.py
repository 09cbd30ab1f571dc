"""Evaluating a rulebook for one profile on one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from readiness.calendar import in_force
from readiness.engine.atoms import Answer, answer_to
from readiness.engine.builtin import Builtin
from readiness.engine.compile import Compiled, Property, Rails
from readiness.engine.program import Engine
from readiness.engine.situation import Situation
from readiness.logic import Truth
from readiness.model.conditions import (
    Atom,
    Condition,
    Evidenced,
    FindingHas,
    FindingIs,
    Known,
    facts_of,
    thresholds_of,
)
from readiness.model.expectation import InForce
from readiness.model.facts import FactRef
from readiness.model.profile import CouncilHeader, Profile
from readiness.model.vocabulary import Reason, Verdict
from readiness.rulebook.rulebook import Rulebook


class Given(Struct, frozen=True):
    """Everything that a check puts into the program: answers of atoms, and their literals."""

    situation: Situation
    answers: Mapping[Atom, Answer]
    literals: frozenset[int]


class Evaluation(Struct, frozen=True):
    """What follows for one profile on one day."""

    rulebook: Rulebook
    compiled: Compiled
    given: Given
    holds: frozenset[int]

    @property
    def situation(self) -> Situation:
        """The profile on the day."""
        return self.given.situation

    def verdict(self, id: str) -> Verdict:
        """Return an expectation's verdict."""
        for verdict, literal in self.compiled.verdicts[id].items():
            if literal in self.holds:
                return verdict
        return Verdict.UNKNOWN

    def truth(self, condition: Condition) -> Truth:
        """Return what a condition came to."""
        return truth_of(self.compiled.nodes[condition], self.holds)

    def answer(self, atom: Atom) -> Answer:
        """Return what the profile answered to an atom."""
        return self.given.answers[atom]


def truth_of(rails: Rails, holds: frozenset[int]) -> Truth:
    """Return what a node came to, from the literals that hold."""
    if rails.true in holds:
        return Truth.TRUE
    if rails.false in holds:
        return Truth.FALSE
    return Truth.NOT_APPLICABLE if rails.neutral in holds else Truth.UNKNOWN


class Silence:
    """What a profile that says nothing answers on a day, worked out once for many profiles.

    An atom of whose facts a profile says nothing gets the answer that silence gets; so checking
    many profiles that say little costs little.
    """

    def __init__(self, rulebook: Rulebook, compiled: Compiled, as_of: date) -> None:
        self.situation = Situation(rulebook, Profile(CouncilHeader(name="?")), as_of)
        self._answers = {atom: answer_to(self.situation, atom) for atom in compiled.atoms}
        self._reads: dict[Atom, tuple[FactRef, ...]] = {}
        for atom in compiled.atoms:
            thresholds = (
                rulebook.expectations[t.rule].thresholds[t.name] for t in thresholds_of(atom)
            )
            sizes = (FactRef(one.by.fact) for one in thresholds if one.by is not None)
            self._reads[atom] = (*facts_of(atom), *sizes)

    def covers(self, profile: Profile, atom: Atom) -> bool:
        """Whether a profile says nothing of what an atom reads.

        A threshold may be the council's own, so that with standards it is worked out.
        """
        if profile.standards and thresholds_of(atom):
            return False
        return not any(ref in profile.facts for ref in self._reads[atom])

    def answer(self, profile: Profile, atom: Atom) -> Answer | None:
        """Return the answer to an atom where a profile says nothing of it, else None."""
        return self._answers[atom] if self.covers(profile, atom) else None


def ask(
    rulebook: Rulebook,
    compiled: Compiled,
    profile: Profile,
    as_of: date,
    silence: Silence | None = None,
) -> Given:
    """Return what a profile answers on a day.

    Args:
        silence: Answers of silence on the same day, where many profiles are asked.
    """
    if silence is None:
        situation = Situation(rulebook, profile, as_of)
        answers = {atom: answer_to(situation, atom) for atom in compiled.atoms}
    else:
        situation = silence.situation.of(profile)
        answers = {
            atom: silence.answer(profile, atom) or answer_to(situation, atom)
            for atom in compiled.atoms
        }
    literals: set[int] = set()
    for atom, answer in answers.items():
        _put(literals, compiled.atoms[atom], answer.truth)
    for id in compiled.in_force:
        _put_in_force(literals, rulebook, compiled, id, as_of)
    for (id, property), rails in compiled.has.items():
        _put(literals, rails, has_property(situation, id, property))
    return Given(situation, answers, frozenset(literals))


def ask_some(situation: Situation, compiled: Compiled, ids: Iterable[str]) -> Given:
    """Return what a profile answers to some expectations.

    Args:
        ids: Of the expectations, and of all on whose verdicts they rest.
    """
    rulebook, as_of = situation.rulebook, situation.as_of
    literals: set[int] = set()
    answers: dict[Atom, Answer] = {}
    for id in ids:
        _put_in_force(literals, rulebook, compiled, id, as_of)
        for leaf in rulebook.conditions[id].leaves:
            if isinstance(leaf, FindingHas):
                rails = compiled.has[leaf.id, leaf.has]
                _put(literals, rails, has_property(situation, leaf.id, leaf.has))
            elif not isinstance(leaf, FindingIs) and leaf not in answers:
                answers[leaf] = answer_to(situation, leaf)
                _put(literals, compiled.atoms[leaf], answers[leaf].truth)
    return Given(situation, answers, frozenset(literals))


def ask_one(
    situation: Situation, compiled: Compiled, id: str, others: Mapping[str, Verdict]
) -> Given:
    """Return what a profile answers to one expectation, with the verdicts of others given."""
    given = ask_some(situation, compiled, [id])
    verdicts = {
        compiled.verdicts[other][verdict]
        for other, verdict in others.items()
        if verdict is not Verdict.UNKNOWN
    }
    return replace(given, literals=given.literals | verdicts)


def _put_in_force(
    literals: set[int], rulebook: Rulebook, compiled: Compiled, id: str, as_of: date
) -> None:
    bound = out_of_force(rulebook.expectations[id].in_force, as_of) is None
    _put(literals, compiled.in_force[id], Truth.of(bound))


def _put(literals: set[int], rails: Rails, truth: Truth) -> None:
    if truth is Truth.TRUE:
        literal = rails.true
    elif truth is Truth.FALSE:
        literal = rails.false
    else:
        literal = rails.neutral if truth is Truth.NOT_APPLICABLE else None
    if literal is not None:
        literals.add(literal)


def out_of_force(span: InForce, as_of: date) -> Reason | None:
    """Return why an expectation does not bind on a day, or None where it does."""
    if span.start is None:
        return Reason.NOT_COMMENCED
    return None if in_force(span.start, span.until, as_of) else Reason.NOT_IN_FORCE


def has_property(situation: Situation, id: str, property: Property) -> Truth:
    """Return whether an expectation is planned for, known, or evidenced."""
    profile = situation.profile
    if property == "planned":
        if profile.plan is None:
            return Truth.UNKNOWN
        return Truth.of(any(p.plans(situation.as_of) for p in profile.plans_for(id)))
    truths = {answer.truth for answer in answers_behind(situation, id, property)}
    for truth in (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE):
        if truth in truths:
            return truth
    return Truth.NOT_APPLICABLE


def answers_behind(
    situation: Situation, id: str, property: Literal["known", "evidenced"]
) -> list[Answer]:
    """Return, for each fact that an expectation reads, whether it is known or evidenced."""
    return [
        answer_to(situation, Known(ref) if property == "known" else Evidenced(ref, None, 1))
        for ref in situation.rulebook.conditions[id].asked_facts
    ]


def conclude(
    rulebook: Rulebook, compiled: Compiled, given: Given, engine: Engine | None = None
) -> Evaluation:
    """Return what follows from what is given."""
    holds = (engine or Builtin()).run(compiled.program, given.literals)
    return Evaluation(rulebook, compiled, given, holds)


def evaluate(rulebook: Rulebook, compiled: Compiled, profile: Profile, as_of: date) -> Evaluation:
    """Return what follows for a profile on a day, by the built-in engine."""
    return conclude(rulebook, compiled, ask(rulebook, compiled, profile, as_of))
