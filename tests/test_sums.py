"""No hidden count of the dictionary can be worked out: every sum and every family is attacked.

Whatever facts the rulebook declares to add up are given small numbers that do. An attacker sees
each of them as a report shows it and knows the sums. A hidden number is safe when there is another
world that looks the same and in which it is another number: the test has to find one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import NamedTuple

import pytest
from shipped import shipped_rulebook

from readiness.analysis.findings.sums import guarded, told_as, told_by_sums
from readiness.calendar import Cadence, Period, period_of
from readiness.engine.situation import Situation
from readiness.model.disclosure import Disclosure, is_small
from readiness.model.facts import SPANS, FactRef, Sum
from readiness.model.profile import CouncilHeader, Entry, Point, Profile, State
from readiness.model.values import Value, share_from_counts
from readiness.model.vocabulary import FactType
from readiness.rulebook.rulebook import Rulebook

TODAY = date(2026, 3, 31)
YEAR = period_of("2025-26")
PERIODS = {
    Cadence.CALENDAR_YEAR: period_of("2025"),
    Cadence.FINANCIAL_YEAR: YEAR,
    Cadence.AT_31_MARCH: Period(TODAY, TODAY),
    Cadence.QUARTER: period_of("2026-Q1"),
}
WORLDS = 12
"""Worlds that are made of each group."""

BOOK = shipped_rulebook()


class Cell(NamedTuple):
    """A number: a count, or the numerator or denominator of a share, in a period."""

    ref: FactRef
    period: Period
    side: str = ""


class Equation(NamedTuple):
    """What is equal; of an inequality the left is larger, by a number that is shown nowhere."""

    left: tuple[Cell, ...]
    right: tuple[Cell, ...]
    more: bool = False


World = dict[Cell, int]


def groups(book: Rulebook) -> list[frozenset[str]]:
    """Return the facts that hang together by sums, and each family of counts of people."""
    found: list[set[str]] = []
    for sum in book.sums():
        found.append({term.fact for term in (sum.whole, *sum.parts) if term.fact})
    found += [{fact.id, *fact.flows} for fact in book.facts.values() if fact.flows]
    for fact in book.facts.values():
        if fact.for_each is not None and fact.type in (FactType.COUNT, FactType.SHARE):
            found.append({fact.id})
    joined: list[set[str]] = []
    for facts in found:
        apart = [other for other in joined if not other & facts]
        joined = [*apart, facts.union(*(other for other in joined if other & facts))]
    return sorted((frozenset(facts) for facts in joined), key=min)


GROUPS = groups(BOOK)
SPANNED = {
    fact
    for sum in BOOK.sums()
    for term in sum.parts
    if term.side in SPANS
    for fact in (sum.whole.fact, term.fact)
}
"""Facts in sums over time."""


@cache
def periods(fact: str) -> tuple[Period, ...]:
    """Return the periods for which a fact is held."""
    cadence = BOOK.facts[fact].cadence
    if cadence is Cadence.MONTH:
        return YEAR.split(1)
    if fact in SPANNED and cadence is Cadence.QUARTER:
        return YEAR.split(3)
    if fact in SPANNED and cadence is not Cadence.AT_31_MARCH:
        return (YEAR,)
    return (PERIODS.get(cadence, Period(TODAY, TODAY)) if cadence else Period(TODAY, TODAY),)


@dataclass
class Group:
    """The numbers of some facts, and what a reader knows of them."""

    facts: frozenset[str]
    cells: list[Cell] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)

    def __post_init__(self) -> None:
        for id in sorted(self.facts):
            share = BOOK.facts[id].type is FactType.SHARE
            for ref in BOOK.refs(id):
                for period in periods(id):
                    sides = ("of", "in") if share else ("",)
                    self.cells += [Cell(ref, period, side) for side in sides]
        for sum in BOOK.sums():
            if sum.whole.fact in self.facts:
                self.equations += self._sum(sum)
        for fact in BOOK.facts.values():
            if fact.flows is not None and fact.id in self.facts:
                stock, came, went = (FactRef(id) for id in (fact.id, *fact.flows))
                for before, month in zip(YEAR.split(1), YEAR.split(1)[1:], strict=False):
                    left = (Cell(stock, before), Cell(came, month))
                    self.equations.append(Equation(left, (Cell(stock, month), Cell(went, month))))
        for cell in self.cells:
            if cell.side == "in":
                self.equations.append(Equation((cell._replace(side="of"),), (cell,), True))

    def _sum(self, sum: Sum) -> Iterator[Equation]:
        more = any(not term.fact for term in sum.parts)
        family = BOOK.facts[sum.whole.fact].for_each
        series = all(len(periods(t.fact)) > 1 for t in (sum.whole, *sum.parts) if t.fact)
        for ref in BOOK.refs(sum.whole.fact):
            # Where all are series, it is so in each month; else what is held now adds up.
            for number in range(-len(periods(sum.whole.fact)) if series else -1, 0):
                right: list[Cell] = []
                for term in (one for one in sum.parts if one.fact):
                    same = family is not None and BOOK.facts[term.fact].for_each == family
                    refs = [FactRef(term.fact, ref.member)] if same else BOOK.refs(term.fact)
                    every = periods(term.fact)
                    whole_year = term.side in SPANS and not self._on_a_day(sum)
                    at = every if whole_year else (every[number],)
                    side = "" if term.side in SPANS else term.side
                    right += [Cell(one, period, side) for one in refs for period in at]
                at_whole = periods(sum.whole.fact)[number]
                yield Equation((Cell(ref, at_whole, sum.whole.side),), tuple(right), more)

    def _on_a_day(self, sum: Sum) -> bool:
        """Whether a sum is of a day, to which the months up to it say nothing but the last."""
        (period, *_) = periods(sum.whole.fact)
        return period.start == period.end

    def world(self, luck: random.Random) -> World:
        """Return numbers for which as many of the equations hold as can be."""
        most = luck.choice([3, 8, 30])
        world = {cell: luck.randint(0, most) for cell in self.cells}
        for _ in range(4):
            for left, right, more in luck.sample(self.equations, len(self.equations)):
                total = sum(world[cell] for cell in right)
                if len(left) == 1:
                    world[left[0]] = max(world[left[0]], total) if more else total
                else:
                    world[left[1]] = max(0, total - world[left[0]])
                    world[right[1]] += max(0, sum(world[c] for c in left) - total)
        for cell in self.cells:
            if cell.side == "in":
                world[cell] = min(world[cell], world[cell._replace(side="of")])
        return world

    def value(self, world: Mapping[Cell, int], ref: FactRef, period: Period) -> Value:
        """Return a fact's value in a world."""
        if BOOK.fact(ref).type is FactType.COUNT:
            return world[Cell(ref, period)]
        return share_from_counts(world[Cell(ref, period, "in")], world[Cell(ref, period, "of")])

    def shown(self, world: Mapping[Cell, int], ref: FactRef, period: Period) -> str:
        """Return how a fact is shown where it is not withheld."""
        fact = BOOK.fact(ref)
        value = self.value(world, ref, period)
        return Disclosure().value(value, fact, BOOK.unit_of(fact)).text

    def withheld(self, world: World) -> frozenset[str]:
        """Return the facts of which a report of this world shows nothing."""
        entries: dict[FactRef, tuple[Entry, ...]] = {}
        for ref in dict.fromkeys(cell.ref for cell in self.cells):
            points = tuple(
                Point(State.VALUE, self.value(world, ref, period), None, period)
                for period in periods(ref.id)
            )
            entries[ref] = (Entry(ref, points, len(points) > 1),)
        profile = Profile(CouncilHeader(name="Vale"), TODAY, entries, {})
        return told_by_sums(Situation(BOOK, profile, TODAY), Disclosure())


class Attack:
    """Looks for another world, by steps of one that keep all equations."""

    def __init__(self, group: Group, world: World) -> None:
        self.group, self.world = group, world
        self.gone = group.withheld(world)
        self.held = [e for e in group.equations if self._holds(e, world)]
        self.of: dict[Cell, list[Equation]] = {}
        for equation in self.held:
            for cell in (*equation.left, *equation.right):
                self.of.setdefault(cell, []).append(equation)
        self.tries = self.deepest = 0

    def _difference(self, equation: Equation, world: Mapping[Cell, int]) -> int:
        left, right = (sum(world[cell] for cell in side) for side in equation[:2])
        return left - right

    def _holds(self, equation: Equation, world: Mapping[Cell, int]) -> bool:
        difference = self._difference(equation, world)
        return difference >= 0 if equation.more else difference == 0

    def _looks_alike(self, cell: Cell, world: Mapping[Cell, int]) -> bool:
        if world[cell] < 0:
            return False
        if str(cell.ref) not in self.gone:
            return self.group.shown(world, cell.ref, cell.period) == self.group.shown(
                self.world, cell.ref, cell.period
            )
        # A count that alone is withheld is known not to be small.
        alone = len(periods(cell.ref.id)) == 1 and cell.side == ""
        return not (alone and is_small(world[cell]))

    def secrets(self) -> Iterator[tuple[str, Cell | Equation, int]]:
        """Yield each number that must not be known, and what it is."""
        people = {
            cell: (unit := BOOK.unit_of(BOOK.fact(cell.ref))) is None or unit.people
            for cell in self.group.cells
        }
        for cell in self.group.cells:
            if people[cell] and is_small(self.world[cell]):
                yield "number", cell, self.world[cell]
        for equation in self.held:
            if equation.more and all(people[c] for c in (*equation.left, *equation.right)):
                rest = self._difference(equation, self.world)
                if is_small(rest):
                    yield "others", equation, rest

    def safe(self, secret: Cell | Equation) -> bool:
        """Return whether a world that looks alike has another number there."""
        cells = [secret] if isinstance(secret, Cell) else [*secret.left, *secret.right]
        for self.deepest in (3, 6, 9, 14):
            self.tries = 0
            for step in (1, -1, 2, -2, 6, -6):
                for cell in cells:
                    after = {**self.world, cell: self.world[cell] + step}
                    if self._mend(after, {cell}, secret):
                        return True
        return False

    def _mend(self, world: World, moved: set[Cell], secret: Cell | Equation) -> bool:
        self.tries += 1
        if self.tries > 5_000 or len(moved) > self.deepest:
            return False
        wrong = next(
            (e for c in moved for e in self.of.get(c, ()) if not self._holds(e, world)), None
        )
        if wrong is None:
            other = (
                world[secret] != self.world[secret]
                if isinstance(secret, Cell)
                else self._difference(secret, world) != self._difference(secret, self.world)
            )
            return other and all(self._looks_alike(cell, world) for cell in moved)
        difference = self._difference(wrong, world)
        for cell in (*wrong.left, *wrong.right):
            if cell not in moved:
                step = -difference if cell in wrong.left else difference
                after = {**world, cell: world[cell] + step}
                if (
                    after[cell] >= 0
                    and (cell.side or self._looks_alike(cell, after))
                    and self._mend(after, moved | {cell}, secret)
                ):
                    return True
        return False


@pytest.mark.parametrize("facts", GROUPS, ids=min)
def test_no_hidden_number_of_the_dictionary_can_be_worked_out(facts: frozenset[str]) -> None:
    group = Group(facts)
    luck = random.Random(min(facts))
    for _ in range(WORLDS):
        attack = Attack(group, group.world(luck))
        for what, secret, number in attack.secrets():
            assert attack.safe(secret), (what, secret, number, sorted(attack.gone))


def test_every_family_of_people_is_attacked() -> None:
    attacked = frozenset().union(*GROUPS)
    for fact in BOOK.facts.values():
        if fact.for_each is not None and fact.type in (FactType.COUNT, FactType.SHARE):
            assert fact.id in attacked
    for sum in BOOK.sums():
        assert sum.whole.fact in attacked


def test_a_sum_tells_no_less_where_another_source_disagrees() -> None:
    """38 plans, 15 of 33 without exceptions: 5 had one, whatever is published beside it."""

    def said(id: str, *values: Value) -> tuple[FactRef, tuple[Entry, ...]]:
        ref = FactRef(id)
        points = [Point(State.VALUE, value, None, period_of("2025")) for value in values]
        return ref, tuple(Entry(ref, (point,)) for point in points)

    share = share_from_counts
    entries = dict(
        [
            said("ehcp.issued_in_year", 749, 38),
            said("ehcp.issued_on_time", share(300, 600), share(15, 33)),
            said("ehcp.issued_with_exception", share(5, 38)),
        ]
    )
    situation = Situation(BOOK, Profile(CouncilHeader(name="Vale"), TODAY, entries, {}), TODAY)
    told = told_by_sums(situation, Disclosure())
    withheld = {
        (ref.id, held.value)
        for ref in entries
        for number, held in enumerate(situation.held(ref))
        if told_as(ref, number) in told
    }
    assert withheld == {("ehcp.issued_on_time", share(15, 33))}
    assert guarded(situation, Disclosure()).telling == {"ehcp.issued_on_time"}
