"""What would settle a condition that is not known: things that somebody can bring.

A *thing* is what one person can be asked for: a fact (all members of a family together), the
evidence behind a fact, a standard that the council sets itself, the plan, or a published figure. A
condition may need several. Some doubts nobody can settle by answering, such as too few cases.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from readiness.analysis.unknowns.possible import needs_series, possible_entries
from readiness.engine.atoms import Answer, answer_to
from readiness.engine.compile import Property, Rails
from readiness.engine.evaluate import Evaluation, answers_behind, has_property
from readiness.engine.situation import NEUTRAL, Situation
from readiness.logic import Truth
from readiness.model.conditions import (
    Atom,
    Evidenced,
    Known,
    NoWorseThan,
    facts_of,
    thresholds_of,
)
from readiness.model.expectation import SizeOf
from readiness.model.facts import FactRef
from readiness.model.profile import Entry
from readiness.model.vocabulary import Basis, Reason, StrEnum


class ThingKind(StrEnum):
    """What somebody can bring."""

    FACT = "fact"
    EVIDENCE = "evidence"
    STANDARD = "standard"
    PLAN = "plan"
    FIGURE = "published figure"


class Thing(NamedTuple):
    """Something that somebody can bring.

    Attributes:
        id: The fact; `ID.name` of a standard; "plan"; the fact and place of a published figure.
    """

    kind: ThingKind
    id: str


PLAN = Thing(ThingKind.PLAN, "plan")

Question = Atom | tuple[str, Property]
"""What a profile answers: a condition, or whether something is planned for, known, evidenced."""

_EVIDENCE = frozenset({Reason.NO_EVIDENCE, Reason.STALE_EVIDENCE, Reason.ONE_KIND_ONLY})

_BY_ANSWERING = frozenset(Reason) - {Reason.RULE_ERROR, Reason.TOO_FEW_CASES}


class Doubt(NamedTuple):
    """Why a question is still open.

    Attributes:
        things: What has to be brought next; empty where nothing that is brought would help.
        refs: For each fact among them, which members.
        reasons: Why it is open.
    """

    things: frozenset[Thing]
    refs: frozenset[FactRef]
    reasons: tuple[Reason, ...]


Supposed = Mapping[FactRef, int]
"""For some facts, which of the answers that could come is supposed, by its number."""


class Questions:
    """Answers questions as they stand, and as they would stand if things were brought."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.situation = evaluation.situation
        self.rulebook = evaluation.rulebook
        self.readers = _readers(evaluation)
        self._entries: dict[FactRef, tuple[tuple[Entry, ...], ...]] = {}
        self._answers: dict[tuple[Question, tuple[tuple[FactRef, int], ...]], Truth | Doubt] = {}
        self._reads: dict[Question, frozenset[FactRef]] = {}

    def rails(self, question: Question) -> Rails:
        """Return the literals of a question."""
        compiled = self.evaluation.compiled
        return compiled.has[question] if isinstance(question, tuple) else compiled.atoms[question]

    def open_to_values(self, ref: FactRef) -> bool:
        """Whether no single answer to a fact is held, so that bringing one brings a value."""
        held = self.situation.held(ref)
        return len([one for one in held if one.reason is None or one.reason in NEUTRAL]) != 1

    def entries(self, ref: FactRef) -> tuple[tuple[Entry, ...], ...]:
        """Return what a profile could come to say of a fact."""
        if ref not in self._entries:
            self._entries[ref] = (
                possible_entries(self.situation, ref, self.readers.get(ref, ()))
                if self.open_to_values(ref)
                else ()
            )
        return self._entries[ref]

    def reads(self, question: Question) -> frozenset[FactRef]:
        """Return every fact on which the answer to a question may depend."""
        if question not in self._reads:
            refs: Iterable[FactRef]
            if isinstance(question, tuple):
                id, property = question
                refs = self.rulebook.conditions[id].asked_facts if property != "planned" else ()
            else:
                refs = _facts_behind(self.evaluation, question)
            self._reads[question] = frozenset(refs)
        return self._reads[question]

    def answer(self, question: Question, supposed: Supposed) -> Truth | Doubt:
        """Return the answer to a question if facts were answered so, or why it is still open."""
        reads = self.reads(question)
        mine = tuple(sorted((ref, n) for ref, n in supposed.items() if ref in reads))
        key = question, mine
        if key not in self._answers:
            said = {ref: self.entries(ref)[n] for ref, n in mine}
            situation = self.situation.supposing(said) if said else self.situation
            self._answers[key] = self._ask(question, situation)
        return self._answers[key]

    def may_turn(self, question: Question) -> bool:
        """Whether an answer to a fact may change what a question comes to for certain now.

        Somebody looked in vain, and then a value comes; there is no evidence, and then no case to
        have evidence of; or of two sources that had it together one turns out to be wrong.
        """
        if isinstance(question, tuple):
            return any(self.may_turn(part) for part in self._parts(question))
        undecided = self._undecided(question)
        if not undecided or isinstance(now := self.answer(question, {}), Doubt):
            return False
        return any(
            self.answer(question, {ref: number}) != now
            for ref in undecided
            for number in range(len(self.entries(ref)))
        )

    def _undecided(self, question: Question) -> frozenset[FactRef]:
        return frozenset(ref for ref in self.reads(question) if self.open_to_values(ref))

    def _parts(self, question: tuple[str, Property]) -> Sequence[Atom]:
        """Return what is asked of each fact behind an expectation; nothing of its plan."""
        id, property = question
        if property == "planned":
            return ()
        return [
            Known(ref) if property == "known" else Evidenced(ref, None, 1)
            for ref in self.rulebook.conditions[id].asked_facts
        ]

    def truth(self, question: Question, situation: Situation) -> Truth:
        """Return the answer to a question in another situation."""
        found = self._ask(question, situation)
        return Truth.UNKNOWN if isinstance(found, Doubt) else found

    def _ask(self, question: Question, situation: Situation) -> Truth | Doubt:
        if not isinstance(question, tuple):
            answer = answer_to(situation, question)
            unknown = answer.truth is Truth.UNKNOWN
            return self._doubt(question, answer, situation) if unknown else answer.truth
        id, property = question
        truth = has_property(situation, id, property)
        if truth is not Truth.UNKNOWN:
            return truth
        if property == "planned":
            return Doubt(frozenset({PLAN}), frozenset(), (Reason.MISSING,))
        asked = self._parts(question)
        answers = zip(asked, answers_behind(situation, id, property), strict=True)
        doubts = [self._doubt(a, b, situation) for a, b in answers if b.truth is Truth.UNKNOWN]
        return Doubt(
            frozenset().union(*(doubt.things for doubt in doubts)),
            frozenset().union(*(doubt.refs for doubt in doubts)),
            tuple(dict.fromkeys(reason for doubt in doubts for reason in doubt.reasons)),
        )

    def _doubt(self, atom: Atom, answer: Answer, situation: Situation) -> Doubt:
        things: set[Thing] = set()
        refs: set[FactRef] = set()
        reasons = set(answer.reasons)
        if Reason.NO_STANDARD in reasons:
            for ref in thresholds_of(atom):
                name = f"{ref.rule}.{ref.name}"
                local = (
                    self.rulebook.expectations[ref.rule].thresholds[ref.name].basis is Basis.LOCAL
                )
                if local and name not in self.situation.profile.standards:
                    things.add(Thing(ThingKind.STANDARD, name))
        if Reason.NO_BENCHMARK in reasons and isinstance(atom, NoWorseThan):
            things.add(Thing(ThingKind.FIGURE, f"{atom.fact}, {atom.place.words}"))
        behind = isinstance(atom, Evidenced) and bool(reasons & _EVIDENCE)
        for fact in answer.unsettled:
            by_value = reasons <= _BY_ANSWERING or self._is_small_survey(fact, situation)
            if behind or by_value:
                kind = ThingKind.EVIDENCE if behind else ThingKind.FACT
                things.add(Thing(kind, fact.id))
                refs.add(fact)
        return Doubt(frozenset(things), frozenset(refs), answer.reasons)

    def _is_small_survey(self, ref: FactRef, situation: Situation) -> bool:
        """Whether too few people answered, which another survey can put right."""
        return any(one.reason is Reason.TOO_FEW_CASES for one in situation.held(ref))

    def _is_final(self, question: Question, doubt: Doubt, supposed: Supposed) -> bool:
        """Whether nothing more can be brought against a doubt that supposed answers leave.

        There are too few cases for a comparison, or a rule compares with durations of two units.
        """
        return all(thing.kind is ThingKind.FACT for thing in doubt.things) and all(
            ref in supposed and not self._over_time(question, ref) for ref in doubt.refs
        )

    def _over_time(self, question: Question, ref: FactRef) -> bool:
        """Whether a question looks at earlier values of a fact, which no answer here supposes."""
        if isinstance(question, tuple):
            return False
        sizes = _sizes(self.evaluation, question)
        earlier = any(size.ago and size.fact == ref.id for size in sizes)
        return earlier or needs_series(question, ref)

    def needs(
        self, question: Question
    ) -> tuple[frozenset[Thing], frozenset[FactRef], frozenset[Reason]]:
        """Return all that a question may need, whatever is answered on the way.

        Returns:
            Things, the facts among them with their members, and the reasons of doubts to which some
            answers lead and which nobody can settle by answering.
        """
        things: set[Thing] = set()
        refs: set[FactRef] = set()
        final: set[Reason] = set()
        stack: list[Supposed] = [{}]
        seen: set[tuple[tuple[FactRef, int], ...]] = set()
        while stack:
            supposed = stack.pop()
            found = self.answer(question, supposed)
            if isinstance(found, Doubt):
                if self._is_final(question, found, supposed):
                    final.update(found.reasons)
                    continue
                things |= found.things
                refs |= found.refs
                following = found.refs - supposed.keys()
            elif not supposed and self.may_turn(question):
                following = self._undecided(question)
            else:
                continue
            for ref in following:
                for number in range(len(self.entries(ref))):
                    further = {**supposed, ref: number}
                    key = tuple(sorted(further.items()))
                    if key not in seen and len(further) <= _MOST_TOGETHER:
                        seen.add(key)
                        stack.append(further)
        return frozenset(things), frozenset(refs), frozenset(final)

    def ends(
        self, question: Question, supposed: Supposed, brought: Container[Thing]
    ) -> tuple[Truth, ...]:
        """Return what a question may come to once things are brought and facts answered so.

        What has no value to suppose (evidence, a standard, the plan, a published figure, earlier
        points of a series) may turn out either way. UNKNOWN means that something is still lacking.
        """
        found = self.answer(question, supposed)
        if not isinstance(found, Doubt):
            return (found,)
        supposing = all(ref in supposed or not self.entries(ref) for ref in found.refs)
        final = self._is_final(question, found, supposed)
        if final or not supposing or not all(t in brought for t in found.things):
            return (Truth.UNKNOWN,)
        neutral = (Truth.NOT_APPLICABLE,) if self.rails(question).neutral is not None else ()
        return (Truth.TRUE, Truth.FALSE, *neutral)


_MOST_TOGETHER = 3
"""Facts of one condition that are supposed together; no form of condition reads more."""


def _facts_behind(evaluation: Evaluation, atom: Atom) -> Iterator[FactRef]:
    """Yield the facts that an atom reads, and those whose size picks its thresholds."""
    yield from facts_of(atom)
    yield from (FactRef(size.fact) for size in _sizes(evaluation, atom))


def _sizes(evaluation: Evaluation, atom: Atom) -> Iterator[SizeOf]:
    """Yield what picks the size bands of an atom's thresholds."""
    for ref in thresholds_of(atom):
        size = evaluation.rulebook.expectations[ref.rule].thresholds[ref.name].by
        if size is not None:
            yield size


def _readers(evaluation: Evaluation) -> Mapping[FactRef, list[Atom]]:
    """Return the atoms that read each fact, where one value of it is looked at."""
    found: dict[FactRef, list[Atom]] = {}
    for atom in evaluation.compiled.atoms:
        for ref in dict.fromkeys(_facts_behind(evaluation, atom)):
            if not needs_series(atom, ref):
                found.setdefault(ref, []).append(atom)
    return found
