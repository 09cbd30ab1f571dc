"""What would make unknown expectations definite: the smallest sets of things to ask for.

*To settle for certain*: a set of things settles an unknown expectation when, whatever the answers
turn out to be, its verdict is met, not met or not applicable. *May settle*: some answers make it
definite and others leave it open. A smallest set has nothing in it that could be left out.

What could be answered is taken from `possible`: one value from each region that conditions tell
apart. Answers of different things are taken to be independent of each other, so that "for certain"
is never said where it is not so. The engine works out every case; a set counts as settling only
when no combination of answers leaves the expectation unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from msgspec import Struct

from readiness.analysis.unknowns.needs import Doubt, Question, Questions, Thing, ThingKind
from readiness.engine.builtin import Assumptions
from readiness.engine.evaluate import Evaluation
from readiness.logic import Truth
from readiness.model.conditions import (
    All,
    AtLeast,
    Condition,
    FindingHas,
    FindingIs,
    Not,
)
from readiness.model.facts import FactRef
from readiness.model.finding import Finding, Found, SettledBy
from readiness.model.vocabulary import REASON_ORDER, SEVERITY_ORDER, Holder, Reason, Verdict

MOST_SEARCHED = 40
"""Answers of one expectation among which a smaller set is looked for; policy choice, for speed."""

_MOST_CASES = 2000
"""Combinations of answers tried for one set before it counts as not settling."""

_MOST_SETS = 64
"""Smaller sets that are looked at for one expectation."""

Things = frozenset[Thing]

_DEFINITE = frozenset({Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE})


class Waiting(Struct, frozen=True):
    """An unknown expectation, and what would settle it.

    Attributes:
        things: All that may be needed.
        refs: The facts among them, each with the members that are needed.
        sets: The smallest sets that settle it for certain, fewest things first; empty where no
            answers would.
        searched: Whether smaller sets were looked for; where so much is needed that they were not,
            the one set is enough and may not be the smallest.
        alone: For each thing that does not settle it by itself, the verdicts that it may bring.
        reasons: Why no answers would settle it for certain.
    """

    id: str
    things: Things
    refs: frozenset[FactRef]
    sets: tuple[Things, ...]
    searched: bool
    alone: Mapping[Thing, frozenset[Verdict]]
    reasons: tuple[Reason, ...]


class Ask(Struct, frozen=True):
    """One step: things to ask for together, and the expectations that are settled by then.

    Attributes:
        settles: Expectations that this step settles, with what was asked for before.
        after: How many expectations are settled after it.
    """

    things: tuple[Thing, ...]
    settles: tuple[str, ...]
    after: int


class Settlement(Struct, frozen=True):
    """What to ask for, in order, to make what is unknown definite.

    Attributes:
        waiting: Every unknown expectation that was asked about.
        steps: In order; together they settle all that can be settled for certain.
        smallest: Whether no smaller set of things would settle as many.
    """

    waiting: Mapping[str, Waiting]
    steps: tuple[Ask, ...]
    smallest: bool

    @property
    def things(self) -> tuple[Thing, ...]:
        """Everything to ask for, in order."""
        return tuple(thing for step in self.steps for thing in step.things)

    def settled_by(self, thing: Thing) -> tuple[str, ...]:
        """Return the expectations that a thing settles by itself."""
        alone = frozenset({thing})
        return tuple(id for id, w in self.waiting.items() if any(s <= alone for s in w.sets))

    def helped_by(self, thing: Thing) -> tuple[str, ...]:
        """Return the expectations that a thing settles together with others."""
        alone = frozenset({thing})
        return tuple(
            id
            for id, w in self.waiting.items()
            if any(thing in s for s in w.sets) and not any(s <= alone for s in w.sets)
        )


def settle(evaluation: Evaluation, wanted: Sequence[str], first: Container[str] = ()) -> Settlement:
    """Return what to ask for to settle expectations, what settles most for each thing asked first.

    Args:
        wanted: Ids of expectations, most important first; those that are known are left out.
        first: Ids that count before others, such as those of the framework that is asked about.
    """
    search = _Search(evaluation)
    unknown = [id for id in wanted if evaluation.verdict(id) is Verdict.UNKNOWN]
    waiting = {id: search.waiting(id) for id in unknown}
    options = {id: w.sets for id, w in waiting.items() if w.sets}
    chosen, exact = smallest_choice(options)
    searched = all(waiting[id].searched for id in options)
    return Settlement(waiting, tuple(_in_order(chosen, first)), exact and searched)


# ---- one expectation -----------------------------------------------------------------------------


class _Search:
    """Looks for the things that settle an expectation, by trying what could be answered."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.questions = Questions(evaluation)
        self._needs: dict[Question, tuple[Things, frozenset[FactRef], frozenset[Reason]]] = {}
        self._open: dict[str, dict[Question, None]] = {}
        # What holds now, and need not hold any longer once more is answered.
        asked: Iterable[Question] = chain(evaluation.compiled.atoms, evaluation.compiled.has)
        self.turning = {question for question in asked if self.questions.may_turn(question)}
        turned = {rail for question in self.turning for rail in self.questions.rails(question)}
        given = evaluation.given.literals - turned
        self.assumed = Assumptions(evaluation.compiled.program, given)

    def waiting(self, id: str) -> Waiting:
        questions = list(self._questions(id))
        things: set[Thing] = set()
        refs: set[FactRef] = set()
        final: set[Reason] = set()
        for question in questions:
            needed, behind, reasons = self._needs_of(question)
            things |= needed
            refs |= behind
            final |= reasons
        case = _Case(self, id, questions, frozenset(refs))
        whole = frozenset(things)
        searched = len(refs) + len(questions) <= MOST_SEARCHED
        settles = not final or (searched and case.settled(whole))
        sets: tuple[Things, ...] = ()
        if whole and settles:
            sets = tuple(case.smallest(whole)) if searched else (whole,)
        alone = {
            thing: ends
            for thing in (sorted(whole) if searched else ())
            if frozenset({thing}) not in sets
            if (ends := case.may_be(thing))
        }
        why = final if not sets else ()
        return Waiting(
            id,
            whole,
            frozenset(refs),
            sets,
            searched,
            alone,
            tuple(sorted(why, key=REASON_ORDER.__getitem__)),
        )

    def _needs_of(self, question: Question) -> tuple[Things, frozenset[FactRef], frozenset[Reason]]:
        if question not in self._needs:
            self._needs[question] = self.questions.needs(question)
        return self._needs[question]

    def _questions(self, id: str) -> dict[Question, None]:
        """Return the open questions on which an expectation's verdict rests, upstream included."""
        if id not in self._open:
            found: dict[Question, None] = {}
            conditions = self.evaluation.rulebook.conditions[id]
            for node in (conditions.applies_when, conditions.expect):
                if node is not None:
                    self._walk(node, found)
            self._open[id] = found
        return self._open[id]

    def _walk(self, node: Condition, found: dict[Question, None]) -> None:
        if isinstance(node, (All, AtLeast)):
            inner: dict[Question, None] = {}
            for child in node.children:
                self._walk(child, inner)
        elif isinstance(node, Not):
            inner = {}
            self._walk(node.child, inner)
        elif isinstance(node, (FindingIs, FindingHas)):
            inner = dict(self._questions(node.id))
            key = (node.id, node.has) if isinstance(node, FindingHas) else None
            if key is not None and self._is_open(key):
                inner[key] = None
        else:
            inner = {node: None} if self._is_open(node) else {}
        unknown = self.evaluation.truth(node) is Truth.UNKNOWN
        if unknown or not self.turning.isdisjoint(inner):
            found.update(inner)

    def _is_open(self, question: Question) -> bool:
        return question in self.turning or isinstance(self.questions.answer(question, {}), Doubt)


class _Case:
    """One expectation with its open questions: what sets of things may make of it."""

    def __init__(
        self, search: _Search, id: str, questions: Sequence[Question], refs: Collection[FactRef]
    ) -> None:
        self.search = search
        self.questions = questions
        self.refs = sorted(refs, key=str)
        self.verdicts = search.evaluation.compiled.verdicts[id]
        self._settled: dict[Things, bool] = {}

    def settled(self, things: Things) -> bool:
        """Whether the expectation is definite whatever is answered for a set of things."""
        if not things:
            return False
        if things not in self._settled:
            ends = _Trial(self, things, enough={Verdict.UNKNOWN}).run()
            self._settled[things] = Verdict.UNKNOWN not in ends
        return self._settled[things]

    def smallest(self, things: Things) -> Iterator[Things]:
        """Yield the smallest sets inside one that settles, fewest things first."""
        found: set[Things] = set()
        seen: set[Things] = set()
        stack = [things]
        while stack and len(seen) < _MOST_SETS:
            one = stack.pop()
            if one in seen:
                continue
            seen.add(one)
            smaller = [one - {thing} for thing in sorted(one) if self.settled(one - {thing})]
            stack.extend(smaller)
            if not smaller:
                found.add(one)
        if not found:
            found.add(things)
        yield from sorted(found, key=lambda one: (len(one), sorted(one)))

    def may_be(self, thing: Thing) -> frozenset[Verdict]:
        """Return the verdicts that one thing alone may bring, for some answers if not for all."""
        ends = _Trial(self, frozenset({thing}), enough=set(_DEFINITE)).run()
        return frozenset(ends & _DEFINITE)


class _Trial:
    """Tries, one after another, what could be answered for a set of things."""

    def __init__(self, case: _Case, things: Things, enough: set[Verdict]) -> None:
        self.case, self.things, self.enough = case, things, enough
        self.asked = case.search.questions
        self.assumed = case.search.assumed
        self.found: set[Verdict] = set()
        self.left = _MOST_CASES
        self.supposed: dict[FactRef, int] = {}
        facts = {thing.id for thing in things if thing.kind is ThingKind.FACT}
        self.refs = [r for r in case.refs if r.id in facts and self.asked.entries(r)]
        place = {ref: number for number, ref in enumerate(self.refs, 1)}
        # A question is answered as soon as the last fact that it reads is supposed.
        self.due: list[list[Question]] = [[] for _ in range(len(self.refs) + 1)]
        for question in case.questions:
            reads = self.asked.reads(question)
            self.due[max((place[r] for r in reads if r in place), default=0)].append(question)

    def run(self) -> set[Verdict]:
        self._step(0)
        return self.found

    def _enough(self) -> bool:
        """Whether nothing more can be learned, or too much was tried."""
        if self.left <= 0:
            self.found.add(Verdict.UNKNOWN)
        return self.left <= 0 or self.found >= self.enough

    def _step(self, number: int) -> None:
        """Answer the questions that are due, each way that they may turn out, then go on."""
        self._answer(self.due[number], 0, number)

    def _answer(self, due: Sequence[Question], which: int, number: int) -> None:
        if self._enough():
            return
        if which < len(due):
            ends = self.asked.ends(due[which], self.supposed, self.things)
            for truth in ends:
                rails = self.asked.rails(due[which])
                self._with(rails_of(rails, truth), due, which + 1, number)
            return
        for verdict, literal in self.case.verdicts.items():
            if literal in self.assumed.holds:
                self.found.add(verdict)
                return
        if number == len(self.refs):
            self.found.add(Verdict.UNKNOWN)
            return
        ref = self.refs[number]
        tried: set[tuple[tuple[Truth, ...], ...]] = set()
        later = any(ref in self.asked.reads(q) for due in self.due[number + 2 :] for q in due)
        for entry in range(len(self.asked.entries(ref))):
            self.supposed[ref] = entry
            if not later:  # answers that no question tells apart are tried once
                pattern = tuple(
                    self.asked.ends(q, self.supposed, self.things) for q in self.due[number + 1]
                )
                if pattern in tried:
                    continue
                tried.add(pattern)
            self._step(number + 1)
        del self.supposed[ref]

    def _with(self, literal: int | None, due: Sequence[Question], which: int, number: int) -> None:
        self.left -= 1
        self.assumed.assume(() if literal is None else (literal,))
        self._answer(due, which, number)
        self.assumed.withdraw()


def rails_of(rails: Sequence[int | None], truth: Truth) -> int | None:
    """Return the literal by which a question is known to have come to something."""
    places = (Truth.TRUE, Truth.FALSE, Truth.NOT_APPLICABLE)
    return rails[places.index(truth)] if truth in places else None


# ---- all together --------------------------------------------------------------------------------

_MOST_CHOICES = 20_000
"""Choices among alternative sets that are tried before a good one is taken for the best."""


def smallest_choice(options: Mapping[str, Sequence[Things]]) -> tuple[dict[str, Things], bool]:
    """Choose a set for each expectation so that there are as few things as possible in all.

    Where each has one smallest set there is nothing to choose. Else every choice is tried that
    could still be better than the best so far, up to a limit.

    Returns:
        The choice, and whether it is the smallest for certain.
    """
    needed: set[Thing] = set()
    for sets in options.values():
        if len(sets) == 1:
            needed |= sets[0]
    undecided = [
        id for id, sets in options.items() if len(sets) > 1 and not any(s <= needed for s in sets)
    ]
    best: tuple[int, frozenset[Thing]] | None = None
    left = _MOST_CHOICES

    def try_all(number: int, held: frozenset[Thing]) -> None:
        nonlocal best, left
        left -= 1
        if left < 0 or (best is not None and len(held) >= best[0]):
            return
        if number == len(undecided):
            best = len(held), held
            return
        sets = options[undecided[number]]
        for one in sorted(sets, key=lambda one: (len(one - held), sorted(one))):
            try_all(number + 1, held | one)

    try_all(0, frozenset(needed))
    assert best is not None
    chosen = best[1]
    return {
        id: min((s for s in sets if s <= chosen), key=lambda s: (len(s), sorted(s)))
        for id, sets in options.items()
    }, left >= 0


def _in_order(chosen: Mapping[str, Things], first: Container[str]) -> Iterator[Ask]:
    """Yield steps: always the things that settle most expectations for each thing asked for.

    Among equals fewer things come first, then those that help with most others, then the order in
    which expectations were given. What counts first goes before everything else.
    """
    lacking = {id: set(things) for id, things in chosen.items()}
    place = {id: number for number, id in enumerate(chosen)}
    by_thing: dict[Thing, dict[str, None]] = {}
    for id, things in chosen.items():
        for thing in things:
            by_thing.setdefault(thing, {})[id] = None
    done = 0

    def settled_by(bundle: Collection[Thing]) -> list[str]:
        touched = dict.fromkeys(id for thing in bundle for id in by_thing.get(thing, ()))
        return [id for id in touched if id in lacking and lacking[id] <= set(bundle)]

    def worth(bundle: Things, ids: Sequence[str]) -> tuple[float, float, int]:
        own = sum(id in first for id in ids)
        return -own / len(bundle), -len(ids) / len(bundle), len(bundle)

    def among_equals(bundle: Things) -> tuple[object, ...]:
        helped = sum(id in lacking for thing in bundle for id in by_thing[thing])
        return -helped, min(place[id] for id in gains[bundle]), sorted(bundle)

    gains: dict[Things, list[str]] = {}
    fresh: Iterable[str] = lacking
    while lacking:
        for things in {frozenset(lacking[id]) for id in fresh}:
            gains[things] = settled_by(things)

        worths = {bundle: worth(bundle, ids) for bundle, ids in gains.items()}
        most = min(worths.values())
        best = min((b for b, value in worths.items() if value == most), key=among_equals)
        settled = sorted(gains[best], key=place.__getitem__)
        for id in settled:
            del lacking[id]
        touched = {id for thing in best for id in by_thing.pop(thing)} & lacking.keys()
        for id in touched:
            lacking[id] -= best
        # A bundle gains more once one inside it needs less.
        changed = set().union(*(lacking[id] for id in touched))
        gains = {b: ids for b, ids in gains.items() if not b & best}
        fresh = [
            id for id in lacking if lacking[id] & changed or frozenset(lacking[id]) not in gains
        ]
        done += len(settled)
        yield Ask(tuple(sorted(best)), tuple(settled), done)


# ---- the short form, for a report ---------------------------------------------------------------


class Settling(Struct, frozen=True):
    """A fact that is needed, and the unknown findings that wait for it.

    Attributes:
        members: Members of a family that are needed; empty for a single fact.
        because: Why it is not settled.
        held: Values that are held and cannot be used, such as one that is too old.
        findings: Ids of the findings, worst first.
    """

    fact: str
    title: str
    holder: Holder
    ask: str
    accepts: tuple[str, ...]
    members: tuple[str, ...]
    because: tuple[Reason, ...]
    held: tuple[Found, ...]
    findings: tuple[str, ...]


def settling(findings: Iterable[Finding], framework: str | None = None) -> tuple[Settling, ...]:
    """Return the facts that unknown findings wait for, those with most findings first.

    Among facts with as many findings, the one whose worst finding is more severe comes first.

    Args:
        framework: The framework that is asked about: facts that its own findings wait for come
            before those that only findings of others wait for.
    """
    waiting: dict[str, dict[str, Finding]] = {}
    members: dict[str, dict[str, None]] = {}
    asks: dict[str, SettledBy] = {}
    held: dict[str, dict[Found, None]] = {}
    because: dict[str, set[Reason]] = {}
    for finding in findings:
        if finding.verdict is not Verdict.UNKNOWN:
            continue
        for found in finding.found:
            if found.value is not None and (found.state != "value" or found.place):
                held.setdefault(found.fact, {})[found] = None
        for one in finding.settled_by:
            asks.setdefault(one.fact, one)
            waiting.setdefault(one.fact, {})[finding.id] = finding
            because.setdefault(one.fact, set()).update(one.reasons)
            if one.member is not None:
                members.setdefault(one.fact, {})[one.member] = None

    def order(fact: str) -> tuple[int, int, int, str]:
        own = sum(finding.framework == framework for finding in waiting[fact].values())
        worst = min(SEVERITY_ORDER[finding.severity] for finding in waiting[fact].values())
        return -own, -len(waiting[fact]), worst, fact

    return tuple(
        Settling(
            fact,
            asks[fact].title.removesuffix(_member_suffix(asks[fact])),
            asks[fact].holder,
            asks[fact].ask,
            asks[fact].accepts,
            tuple(members.get(fact, ())),
            tuple(sorted(because[fact], key=REASON_ORDER.__getitem__)),
            tuple(held.get(fact, ())),
            tuple(waiting[fact]),
        )
        for fact in sorted(waiting, key=order)
    )


def _member_suffix(one: SettledBy) -> str:
    """Return the end of a title that names the member of a family."""
    return one.title[one.title.rfind(" (") :] if one.member is not None else ""
