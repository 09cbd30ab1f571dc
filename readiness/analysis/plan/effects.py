"""Whether the impact of an action shows: its measure beside what is held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from readiness.analysis.findings.sums import guarded
from readiness.engine.atoms import compare_magnitudes
from readiness.engine.evaluate import Evaluation
from readiness.logic import Truth
from readiness.model.conditions import Compare, FindingHas, FindingIs, Op, facts_of
from readiness.model.disclosure import Disclosure, Shown
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import ShowsIn
from readiness.model.values import Value, magnitude
from readiness.model.vocabulary import NUMERIC_TYPES, Better, FactType, Kind
from readiness.profile.facts import read_value

MEASURING = NUMERIC_TYPES | {FactType.SURVEY, FactType.JUDGEMENT}
"""Types that say how much; the others say whether something was done, when, or what it was."""

_MOST = 4
"""How many members of a family are named."""

_WAYS = {
    Op.AT_LEAST: Op.AT_LEAST,
    Op.MORE_THAN: Op.AT_LEAST,
    Op.AT_MOST: Op.AT_MOST,
    Op.LESS_THAN: Op.AT_MOST,
}
_BETTER = {Better.HIGHER: Op.AT_LEAST, Better.LOWER: Op.AT_MOST}


class Effect(NamedTuple):
    """What is held of a measure, beside its aim.

    Attributes:
        reached: Unknown where nothing usable is held, or nothing says which way is better.
        found: What is held, in words.
        dated: Day of the oldest value that counted.
        few: Whether it is unknown because an answer would tell more of few people than is shown.
    """

    reached: Truth
    found: str
    dated: date | None
    few: bool


class Effects:
    """Reads measures of impact against a profile.

    Attributes:
        disclosure: The rule by which what is held is shown.
    """

    def __init__(self, evaluation: Evaluation, disclosure: Disclosure) -> None:
        self.rulebook = evaluation.rulebook
        self.situation = evaluation.situation
        self.disclosure = guarded(evaluation.situation, disclosure)
        self._facts: dict[str, frozenset[str]] = {}
        self._themes: dict[str, frozenset[str]] = {}

    def facts_behind(self, id: str) -> frozenset[str]:
        """Return the facts that an expectation rests on, through other findings too."""
        if id not in self._facts:
            own = {e} if (e := self.rulebook.expectations[id].affected) else set()
            for leaf in self.rulebook.conditions[id].asked:
                if isinstance(leaf, (FindingIs, FindingHas)):
                    own |= self.facts_behind(leaf.id)
                else:
                    own |= {ref.id for ref in facts_of(leaf)}
            self._facts[id] = frozenset(own)
        return self._facts[id]

    def facts_of_theme(self, id: str) -> frozenset[str]:
        """Return the facts on which the expectations of an expectation's theme rest."""
        theme = self.rulebook.expectations[id].theme
        if theme not in self._themes:
            inside = (e.id for e in self.rulebook.expectations.values() if e.theme == theme)
            self._themes[theme] = frozenset().union(*map(self.facts_behind, inside))
        return self._themes[theme]

    def is_output(self, fact: Fact, ids: Iterable[str]) -> bool:
        """Return whether a fact says what was done, and not what changed.

        The expectations that read it count, of those that an action addresses; where none of them
        does, all do. It says what was done where they ask for evidence alone while the action
        addresses one of impact too; and where it answers yes or no, or names a day, while one of
        impact has a fact that measures.
        """
        kinds = {id: self.rulebook.expectations[id].kind for id in ids}
        reading = [id for id in kinds if fact.id in self.facts_behind(id)] or list(kinds)
        if all(kinds[id] is Kind.EVIDENCE for id in reading) and Kind.IMPACT in kinds.values():
            return True
        return fact.type not in MEASURING and any(
            kinds[id] is Kind.IMPACT and self._measures(id) for id in reading
        )

    def _measures(self, id: str) -> bool:
        facts = self.rulebook.facts
        return any(facts[other].type in MEASURING for other in self.facts_behind(id))

    def way(self, fact: Fact, ids: Iterable[str]) -> Op | None:
        """Return whether more or less of a fact is asked for; None where nothing says so."""
        for id in ids:
            for leaf in self.rulebook.conditions[id].asked:
                if isinstance(leaf, Compare) and leaf.fact.id == fact.id and leaf.op in _WAYS:
                    return _WAYS[leaf.op]
        return _BETTER[fact.better] if fact.better else None

    def effect(self, shows: ShowsIn, ids: Iterable[str]) -> Effect:
        """Return what is held of a measure, beside its aim.

        Args:
            ids: The expectations that the action addresses.
        """
        fact = self.rulebook.facts[shows.fact]
        aim = None if shows.reaches is None else read_value(fact, shows.reaches)
        way = self.way(fact, ids)
        truths: list[Truth] = []
        words: list[str] = []
        days: list[date] = []
        refs = self.rulebook.refs(fact.id) if shows.member is None else (shows.ref,)
        alone, few = len(refs) == 1, False
        for ref in refs:
            for held in self.situation.held(ref):
                if held.value is None or held.reason is not None or held.entry is None:
                    if alone:
                        truths.append(Truth.UNKNOWN)
                    continue
                shown = self.disclosure.value(
                    held.value, fact, self.rulebook.unit_of(fact), _magnitude(aim, fact)
                )
                tells = self._tells(fact, way, held.value, aim, shown)
                few = few or tells
                truth = Truth.UNKNOWN if tells else _reached(fact, way, held.value, aim)
                truths.append(truth)
                if truth is not Truth.TRUE or alone:
                    named = "" if alone else self._member(ref)
                    words.append(named + shown.text + (f", {held.period}" if held.period else ""))
                if held.dated is not None:
                    days.append(held.dated)
        if Truth.FALSE in truths and (Truth.TRUE not in truths or not alone):
            reached = Truth.FALSE
        else:
            reached = Truth.TRUE if truths and set(truths) == {Truth.TRUE} else Truth.UNKNOWN
        more = f" and {len(words) - _MOST} more" if len(words) > _MOST else ""
        return Effect(
            reached,
            "; ".join(words[:_MOST]) + more,
            min(days, default=None),
            few and reached is Truth.UNKNOWN,
        )

    def _tells(
        self, fact: Fact, way: Op | None, value: Value, aim: Value | None, shown: Shown
    ) -> bool:
        """Return whether saying that an aim is reached, or missed, would tell a hidden value."""
        goal = _magnitude(aim, fact)
        if way is None or goal is None:
            return False

        def reached(value: Value) -> bool:
            return _reached(fact, way, value, aim) is Truth.TRUE

        return self.disclosure.tells(shown, value, self.rulebook.unit_of(fact), reached)

    def _member(self, ref: FactRef) -> str:
        dimension = self.rulebook.fact(ref).for_each
        assert dimension is not None
        assert ref.member is not None
        return f"{self.rulebook.dimensions[dimension].members[ref.member]}: "


def _reached(fact: Fact, way: Op | None, value: Value, aim: Value | None) -> Truth:
    if aim is None:
        return Truth.UNKNOWN
    mine, goal = _magnitude(value, fact), _magnitude(aim, fact)
    if mine is not None and goal is not None:
        if way is None:
            return Truth.UNKNOWN
        return Truth.of(bool(compare_magnitudes(mine, op=way, others=[goal])))
    if fact.type in (FactType.YES_NO, FactType.CHOICE):
        return Truth.of(value == aim)
    return Truth.UNKNOWN


def _magnitude(value: Value | None, fact: Fact) -> Fraction | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return magnitude(value, fact)
    except TypeError:
        return None
