"""From conditions to one program of counting clauses.

Every node of a condition has up to three literals, its *rails*: known true, known false, not
applicable. An expectation's verdicts are literals too, so that findings can rest on findings. The
program depends on the rulebook alone, never on a council or a date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from readiness.engine.program import Clause, Program
from readiness.model.conditions import (
    ATOMS,
    All,
    AtLeast,
    Atom,
    Condition,
    FindingHas,
    FindingIs,
    Not,
    facts_of,
    thresholds_of,
)
from readiness.model.vocabulary import FactType, Verdict
from readiness.rulebook.chaining import upstream_of
from readiness.rulebook.rulebook import Conditions, Rulebook

Property = Literal["planned", "known", "evidenced"]

_SAID = (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)
"""Verdicts that can be derived; unknown is when none of them is."""


_MAY_HAVE_NO_CASES = frozenset({FactType.SHARE, FactType.SURVEY})
"""Types whose value may be 0 of 0."""


class Rails(NamedTuple):
    """The literals of a node; None where it can never be so.

    Attributes:
        fine: It holds or does not apply, where that can be known before which of the two it is.
    """

    true: int | None
    false: int | None
    neutral: int | None = None
    fine: int | None = None


class Compiled(Struct, frozen=True):
    """A program, and what its literals mean.

    Attributes:
        atoms: Every distinct atom with its rails.
        nodes: Every distinct condition with its rails, atoms included.
        in_force: For each expectation, whether it binds on the day.
        has: For an expectation and property that some rule asks for, its rails.
        verdicts: For each expectation its verdict literals.
    """

    program: Program
    atoms: Mapping[Atom, Rails]
    nodes: Mapping[Condition, Rails]
    in_force: Mapping[str, Rails]
    has: Mapping[tuple[str, Property], Rails]
    verdicts: Mapping[str, Mapping[Verdict, int]]


def compile_rulebook(rulebook: Rulebook) -> Compiled:
    """Return the program of a rulebook."""
    build = _Build(rulebook)
    for id in rulebook.expectations:
        build.declare(id)
    upstream = upstream_of(rulebook)
    for id in _in_order(upstream):
        build.expectation(id, rulebook.conditions[id])
    return build.finish()


def _in_order(upstream: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """Return expectations so that each follows those that it rests on."""
    from graphlib import TopologicalSorter

    sorter = TopologicalSorter({id: sorted(before) for id, before in upstream.items()})
    return sorter.static_order()


class _Build:
    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.names: list[str] = []
        self.clauses: list[Clause] = []
        self.atoms: dict[Atom, Rails] = {}
        self.nodes: dict[Condition, Rails] = {}
        self.in_force: dict[str, Rails] = {}
        self.has: dict[tuple[str, Property], Rails] = {}
        self.verdicts: dict[str, dict[Verdict, int]] = {}

    def finish(self) -> Compiled:
        program = Program(tuple(self.names), tuple(self.clauses))
        return Compiled(program, self.atoms, self.nodes, self.in_force, self.has, self.verdicts)

    # ---- literals and clauses ----

    def _literal(self, name: str) -> int:
        self.names.append(name)
        return len(self.names) - 1

    def _clause(self, head: int, need: int, body: Sequence[int]) -> None:
        """Add a clause; a literal that stands in its body twice counts twice."""
        distinct: dict[int, None] = {}
        for literal in body:
            if literal in distinct:
                twin = self._literal(f"{self.names[literal]} (again)")
                self.clauses.append(Clause(twin, 1, (literal,)))
                literal = twin
            distinct[literal] = None
        self.clauses.append(Clause(head, need, tuple(distinct)))

    def _when(self, name: str, need: int, body: Iterable[int | None]) -> int | None:
        """Return a literal that holds when `need` of `body` hold; None where it never can."""
        usable = [one for one in body if one is not None]
        if need > len(usable):
            return None
        if len(usable) == 1:
            return usable[0]
        head = self._literal(name)
        self._clause(head, need, usable)
        return head

    def _both(self, name: str, first: int | None, second: int | None) -> int | None:
        return self._when(name, 2, (first, second))

    # ---- expectations ----

    def declare(self, id: str) -> None:
        """Make the verdict literals of an expectation, so that others may name them."""
        self.verdicts[id] = {verdict: self._literal(f"{id} is {verdict}") for verdict in _SAID}
        self.in_force[id] = Rails(
            self._literal(f"{id} in force"), self._literal(f"{id} not in force")
        )

    def expectation(self, id: str, conditions: Conditions) -> None:
        """Add the clauses that derive an expectation's verdict."""
        applies = [self.in_force[id]]
        if conditions.applies_when is not None:
            applies.append(self.node(conditions.applies_when))
        expect = self.node(conditions.expect)
        verdict = self.verdicts[id]
        out = [rails.false for rails in applies] + [rails.neutral for rails in applies]
        self._verdict(verdict[Verdict.NOT_APPLICABLE], 1, [*out, expect.neutral])
        for outcome, said in ((Verdict.MET, expect.true), (Verdict.NOT_MET, expect.false)):
            body = [*(rails.true for rails in applies), said]
            self._verdict(verdict[outcome], len(body), body)

    def _verdict(self, head: int, need: int, body: Iterable[int | None]) -> None:
        usable = [one for one in body if one is not None]
        if need <= len(usable):
            self._clause(head, need, usable)

    # ---- nodes ----

    def _may_be_neutral(self, atom: Atom) -> bool:
        """Whether an atom can be not applicable: only through a fact that may have no cases."""
        facts = [self.rulebook.fact(ref) for ref in facts_of(atom)]
        for ref in thresholds_of(atom):
            size = self.rulebook.expectations[ref.rule].thresholds[ref.name].by
            facts += [self.rulebook.facts[size.fact]] if size else []
        return any(fact.may_not_apply or fact.type in _MAY_HAVE_NO_CASES for fact in facts)

    def node(self, condition: Condition) -> Rails:
        """Return the rails of a condition, made once."""
        if condition not in self.nodes:
            self.nodes[condition] = self._make(condition)
        return self.nodes[condition]

    def _make(self, condition: Condition) -> Rails:
        if isinstance(condition, ATOMS):
            number = len(self.atoms)
            rails = Rails(
                self._literal(f"atom {number} true"),
                self._literal(f"atom {number} false"),
                self._literal(f"atom {number} not applicable")
                if self._may_be_neutral(condition)
                else None,
            )
            self.atoms[condition] = rails
            return rails
        if isinstance(condition, Not):
            inner = self.node(condition.child)
            return Rails(inner.false, inner.true, inner.neutral)
        if isinstance(condition, FindingIs):
            inside, outside = self._finding(condition)
            return Rails(inside, outside)
        if isinstance(condition, FindingHas):
            return self._finding_has(condition)
        if isinstance(condition, All):
            return self._all([self.node(child) for child in condition.children])
        assert isinstance(condition, AtLeast)
        return self._at_least(condition.need, [self.node(c) for c in condition.children])

    def _finding(self, condition: FindingIs | FindingHas) -> tuple[int | None, int | None]:
        """Return the literals for "its verdict is one of these" and "it is another"."""
        literals = self.verdicts[condition.id]
        names = " or ".join(condition.verdicts)
        inside = [literals[v] for v in _SAID if v in condition.verdicts]
        outside = [literals[v] for v in _SAID if v not in condition.verdicts]
        return (
            self._when(f"{condition.id} is {names}", 1, inside),
            self._when(f"{condition.id} is not {names}", 1, outside),
        )

    def _finding_has(self, condition: FindingHas) -> Rails:
        key = (condition.id, condition.has)
        if key not in self.has:
            self.has[key] = Rails(
                self._literal(f"{condition.id} {condition.has}"),
                self._literal(f"{condition.id} not {condition.has}"),
                None
                if condition.has == "planned"
                else self._literal(f"{condition.id} cannot be {condition.has}"),
            )
        inside, outside = self._finding(condition)
        rails = self.has[key]
        if outside is None:  # it counts whatever its verdict is
            return rails
        return Rails(
            self._both(f"{condition.id} counts and {condition.has}", inside, rails.true),
            self._both(f"{condition.id} counts, not {condition.has}", inside, rails.false),
            self._when(f"{condition.id} does not count", 1, [outside, rails.neutral]),
            self._when(
                f"{condition.id} does not count, or {condition.has}",
                1,
                [outside, rails.neutral, rails.true],
            ),
        )

    def _all(self, children: list[Rails]) -> Rails:
        n = len(children)
        neutrals = [rails.neutral for rails in children]
        trues = [rails.true for rails in children]
        slots: list[int | None] = []
        for rails in children:
            slots += [rails.true, rails.neutral] if rails.fine is None else [rails.fine]
        fine = true = self._when("all hold or do not apply", n, slots)
        if None not in neutrals:  # else one child always applies
            true = self._both("all hold", fine, self._when("one holds", 1, trues))
        return Rails(
            true,
            self._when("one fails", 1, [rails.false for rails in children]),
            self._when("none applies", n, neutrals),
            fine if any(rails.fine is not None for rails in children) else None,
        )

    def _at_least(self, need: int, children: list[Rails]) -> Rails:
        n = len(children)
        neutrals = [rails.neutral for rails in children]
        trues = [rails.true for rails in children]
        falses = [rails.false for rails in children]
        short = n - need + 1
        false = self._when("too many fail or do not apply", short, [*falses, *neutrals])
        if None not in neutrals:  # else one child always applies
            applies = self._when("one applies", 1, [*trues, *falses])
            false = self._both("too few hold", false, applies)
        return Rails(
            self._when(f"{need} hold", need, trues),
            false,
            self._when("none applies", n, neutrals),
        )
