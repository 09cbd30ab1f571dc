"""A second opinion on every finding, by recursion over the raw conditions of the rulebook.

It shares the answers of single facts (`answer_to`) and the reader of single leaves with the
product, and nothing else: families and groups are expanded here, and a node's truth is what all the
ways in which its doubts may be settled agree on. No clause, literal or counter is involved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from generate import scope_of
from msgspec import Struct
from msgspec.structs import fields

from readiness.analysis.findings.build import findings
from readiness.engine.atoms import Answer, answer_to
from readiness.engine.evaluate import Evaluation
from readiness.engine.situation import Situation
from readiness.logic import Truth
from readiness.model.conditions import (
    ATOMS,
    All,
    AtLeast,
    Atom,
    Condition,
    Evidenced,
    FindingHas,
    FindingIs,
    Known,
    Not,
    thresholds_of,
)
from readiness.model.disclosure import Disclosure
from readiness.model.facts import FactRef
from readiness.model.finding import Finding
from readiness.model.profile import Profile
from readiness.model.vocabulary import PlanStatus, Reason, Verdict
from readiness.rulebook.conditions import read_condition
from readiness.rulebook.rulebook import Rulebook

TRUE, FALSE, UNKNOWN, NEUTRAL = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN, Truth.NOT_APPLICABLE

SAID = {
    TRUE: Verdict.MET,
    FALSE: Verdict.NOT_MET,
    UNKNOWN: Verdict.UNKNOWN,
    NEUTRAL: Verdict.NOT_APPLICABLE,
}


# ---- trees --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something that the profile answers."""

    atom: Atom


@dataclass(frozen=True, slots=True)
class Other:
    """Something said of another expectation's verdict, or of one whose verdict is such."""

    id: str
    verdicts: frozenset[Verdict]
    has: str | None = None


@dataclass(frozen=True, slots=True)
class Flip:
    """The child does not hold."""

    child: Tree


@dataclass(frozen=True, slots=True)
class Count:
    """At least `need` children hold; without `need` all that apply do.

    Attributes:
        members: For a family, the member that each child is about.
    """

    need: int | None
    children: tuple[Tree, ...]
    members: tuple[str, ...] = ()


Tree = Leaf | Other | Flip | Count


def from_condition(node: Condition) -> Tree:
    """Return the tree of a condition that the product has read."""
    if isinstance(node, ATOMS):
        return Leaf(node)
    if isinstance(node, FindingIs):
        return Other(node.id, frozenset(node.verdicts))
    if isinstance(node, FindingHas):
        return Other(node.id, frozenset(node.verdicts), node.has)
    if isinstance(node, Not):
        return Flip(from_condition(node.child))
    assert isinstance(node, (All, AtLeast))
    members: tuple[str, ...] = ()
    if node.family is not None and node.family.label != "finding":
        members = node.family.members
    need = node.need if isinstance(node, AtLeast) else None
    return Count(need, tuple(map(from_condition, node.children)), members)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the raw conditions of one expectation; `bound` says which member is meant."""

    rulebook: Rulebook
    id: str
    bound: Mapping[str, str]

    def tree(self, raw: Mapping[str, Any]) -> Tree:
        """Return the tree of a raw condition."""
        for key, need in (("all", None), ("any", 1)):
            if key in raw:
                children = tuple(map(self.tree, raw[key]))
                return children[0] if len(children) == 1 else Count(need, children)
        if "not" in raw:
            return Flip(self.tree(raw["not"]))
        if "of" in raw:
            return Count(raw["at_least"], tuple(map(self.tree, raw["of"])))
        for key, need in (("every", None), ("some", 1), ("of_each", raw.get("at_least"))):
            if key in raw and "satisfies" in raw:
                return self.family(raw[key], need, raw["satisfies"])
        if "finding" in raw:
            return Other(raw["finding"], frozenset(map(Verdict, raw["is"])))
        if "findings" in raw:
            return self.group(raw)
        leaf = read_condition(raw, (), scope_of(self.rulebook, self.id, self.bound))
        assert leaf is not None
        return from_condition(leaf)

    def family(self, dimension: str, need: int | None, satisfies: Mapping[str, Any]) -> Tree:
        members = tuple(self.rulebook.dimensions[dimension].members)
        children = [
            Reader(self.rulebook, self.id, {**self.bound, dimension: member}).tree(satisfies)
            for member in members
        ]
        return Count(need, tuple(children), members)

    def group(self, raw: Mapping[str, Any]) -> Tree:
        group = dict(raw["findings"])
        verdicts = frozenset(map(Verdict, group.pop("is")))
        ids = group.pop("ids", list(self.rulebook.expectations))
        picked = [
            id
            for id in ids
            if id != self.id
            and all(
                getattr(self.rulebook.expectations[id], key) == value
                for key, value in group.items()
            )
        ]
        has = raw.get("every")
        children = tuple(Other(id, verdicts, has) for id in picked)
        if has:
            return Count(None, children)
        if "at_least" in raw:
            return Count(raw["at_least"], children)
        return Flip(Count(raw["at_most"] + 1, children))


# ---- truth --------------------------------------------------------------------------------------


def definite(need: int | None, true: int, false: int) -> Truth:
    """Return the truth of a node whose children are settled; those in neither count are neutral."""
    if true + false == 0:
        return NEUTRAL
    return Truth.of(not false if need is None else true >= need)


def outcomes(doubts: int, neutral_too: int) -> Iterator[tuple[int, int]]:
    """Yield in how many ways, true and false, doubts may be settled; some may turn out neutral."""
    for neutral in range(neutral_too + 1):
        for true in range(doubts - neutral + 1):
            yield true, doubts - neutral - true


class Oracle:
    """A rulebook and a profile on a day, judged by recursion."""

    def __init__(self, rulebook: Rulebook, profile: Profile, as_of: date) -> None:
        self.rulebook = rulebook
        self.profile = profile
        self.as_of = as_of
        self.situation = Situation(rulebook, profile, as_of)
        self._answers: dict[Atom, Answer] = {}
        self._truths: dict[Tree, Truth] = {}
        self._trees: dict[str, tuple[Tree | None, Tree]] = {}

    def answer(self, atom: Atom) -> Answer:
        """Return what the profile answers."""
        if atom not in self._answers:
            self._answers[atom] = answer_to(self.situation, atom)
        return self._answers[atom]

    def trees(self, id: str) -> tuple[Tree | None, Tree]:
        """Return when an expectation applies, and what it expects."""
        if id not in self._trees:
            page = self.rulebook.expectations[id]
            reader = Reader(self.rulebook, id, {})
            applies = None if page.applies_when is None else reader.tree(page.applies_when)
            self._trees[id] = applies, reader.tree(page.expect)
        return self._trees[id]

    # ---- verdicts ----

    def truth(self, tree: Tree) -> Truth:
        """Return what a node comes to."""
        if tree not in self._truths:
            self._truths[tree] = self._truth(tree)
        return self._truths[tree]

    def _truth(self, tree: Tree) -> Truth:
        if isinstance(tree, Leaf):
            return self.answer(tree.atom).truth
        if isinstance(tree, Flip):
            inner = self.truth(tree.child)
            return {TRUE: FALSE, FALSE: TRUE}.get(inner, inner)
        if isinstance(tree, Other):
            return self._other(tree)
        truths = [self.truth(child) for child in tree.children]
        doubtful = [
            child for child, truth in zip(tree.children, truths, strict=True) if truth is UNKNOWN
        ]
        open_ended = [child for child in doubtful if not self.fine(child)]
        neutral_too = sum(map(self.may_be_neutral, open_ended))
        true, false = truths.count(TRUE), truths.count(FALSE)
        ways = {
            definite(tree.need, true + more_true + fine, false + more_false)
            for more_true, more_false in outcomes(len(open_ended), neutral_too)
            for fine in range(len(doubtful) - len(open_ended) + 1)
        }
        return ways.pop() if len(ways) == 1 else UNKNOWN

    def fine(self, tree: Tree) -> bool:
        """Return whether a node holds or does not apply, though it may be open which."""
        truth = self.truth(tree)
        if truth is not UNKNOWN:
            return truth is not FALSE
        if isinstance(tree, Other):
            return tree.has is not None and self.has(tree.id, tree.has) is TRUE
        return isinstance(tree, Count) and tree.need is None and all(map(self.fine, tree.children))

    def may_be_neutral(self, tree: Tree) -> bool:
        """Return whether a node could ever be not applicable, whatever a profile says."""
        if isinstance(tree, Other):
            return tree.has is not None and (tree.has != "planned" or len(tree.verdicts) < 3)
        if isinstance(tree, Flip):
            return self.may_be_neutral(tree.child)
        if isinstance(tree, Count):
            return all(map(self.may_be_neutral, tree.children))
        ids = {ref.id for ref in facts_in(tree)}
        for ref in thresholds_of(tree.atom):
            by = self.rulebook.expectations[ref.rule].thresholds[ref.name].by
            ids |= {by.fact} if by else set()
        facts = [self.rulebook.facts[id] for id in ids]
        return any(fact.may_not_apply or fact.type in ("share", "survey") for fact in facts)

    def _other(self, tree: Other) -> Truth:
        verdict = self.verdict(tree.id)
        has = None if tree.has is None else self.has(tree.id, tree.has)
        if has is not None and (has is NEUTRAL or len(tree.verdicts) == len(SAID) - 1):
            return has
        if verdict is Verdict.UNKNOWN:
            return UNKNOWN
        if has is None:
            return Truth.of(verdict in tree.verdicts)
        return has if verdict in tree.verdicts else NEUTRAL

    def has(self, id: str, what: str) -> Truth:
        """Return whether an expectation is planned for, or its facts known or evidenced."""
        if what == "planned":
            if self.profile.plan is None:
                return UNKNOWN
            return Truth.of(
                any(
                    id in one.addresses
                    and one.status not in (PlanStatus.DONE, PlanStatus.STOPPED)
                    and one.owner is not None
                    and one.shows_in is not None
                    and one.due is not None
                    and one.due >= self.as_of
                    for one in self.profile.plan
                )
            )
        truths = {self.answer(atom).truth for atom in self.behind(id, what)}
        for one in (FALSE, UNKNOWN, TRUE):
            if one in truths:
                return one
        return NEUTRAL

    def behind(self, id: str, what: str) -> list[Atom]:
        """Return what is asked of each fact that an expectation's own condition reads."""
        refs = {ref for leaf in _leaves(self.trees(id)[1]) for ref in facts_in(leaf)}
        return [Known(ref) if what == "known" else Evidenced(ref, None, 1) for ref in sorted(refs)]

    def verdict(self, id: str) -> Verdict:
        """Return an expectation's verdict."""
        applies, expect = self._parts(id)
        if applies in (FALSE, NEUTRAL) or expect is NEUTRAL:
            return Verdict.NOT_APPLICABLE
        return SAID[expect] if applies is TRUE else Verdict.UNKNOWN

    def out_of_force(self, id: str) -> Reason | None:
        """Return why an expectation does not bind on the day."""
        span = self.rulebook.expectations[id].in_force
        if span.start is None:
            return Reason.NOT_COMMENCED
        bound = span.start <= self.as_of and (span.until is None or self.as_of <= span.until)
        return None if bound else Reason.NOT_IN_FORCE

    def _parts(self, id: str) -> tuple[Truth, Truth]:
        """Return whether an expectation applies, and whether what it expects is so."""
        if self.out_of_force(id) is not None:
            return FALSE, UNKNOWN
        applies, expect = self.trees(id)
        return TRUE if applies is None else self.truth(applies), self.truth(expect)

    # ---- explanations ----

    def why(self, id: str) -> tuple[set[Reason], set[FactRef]]:
        """Return the reasons for an expectation's verdict, and the facts that would settle it."""
        verdict = self.verdict(id)
        out = self.out_of_force(id)
        if verdict in (Verdict.MET, Verdict.NOT_MET):
            return set(), set()
        if out is not None:
            return {out}, set()
        applies, expect = self.trees(id)
        applies_truth, _ = self._parts(id)
        reasons: set[Reason] = set()
        facts: set[FactRef] = set()
        if verdict is Verdict.NOT_APPLICABLE:
            if applies_truth in (FALSE, NEUTRAL):
                return {Reason.DOES_NOT_APPLY}, set()
            for leaf in _leaves(expect):
                if isinstance(leaf, Leaf):
                    reasons.update(self.answer(leaf.atom).reasons)
            return reasons or {Reason.DOES_NOT_APPLY}, set()
        for tree in (applies, expect):
            for why, more in self._open(tree) if tree is not None else ():
                reasons |= why
                facts |= more
        return {Reason.APPLICABILITY} if applies_truth is UNKNOWN else reasons, facts

    def _open(self, tree: Tree) -> Iterator[tuple[set[Reason], set[FactRef]]]:
        """Yield the unsettled inputs that lie under unknown nodes only."""
        if self.truth(tree) is not UNKNOWN:
            return
        if isinstance(tree, Leaf):
            yield set(self.answer(tree.atom).reasons), set(self.answer(tree.atom).unsettled)
        elif isinstance(tree, Flip):
            yield from self._open(tree.child)
        elif isinstance(tree, Count):
            for child in tree.children:
                yield from self._open(child)
        elif self.verdict(tree.id) is Verdict.UNKNOWN:
            yield {Reason.UPSTREAM}, set()
        elif tree.has == "planned":
            yield {Reason.MISSING}, set()
        else:
            for atom in self.behind(tree.id, str(tree.has)):
                yield from self._open(Leaf(atom))

    def members(self, id: str) -> list[tuple[str, Verdict]]:
        """Return the members of the outermost families, worst first."""
        order = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)
        found = [
            (member, SAID[self.truth(child)]) for member, child in _families(self.trees(id)[1])
        ]
        return sorted(found, key=lambda one: order.index(one[1]))

    def upstream(self, id: str) -> list[tuple[str, Verdict]]:
        """Return the expectations that this one rests on, with their verdicts."""
        ids = {
            leaf.id
            for tree in self.trees(id)
            if tree is not None
            for leaf in _leaves(tree)
            if isinstance(leaf, Other)
        }
        return [(other, self.verdict(other)) for other in sorted(ids)]


def _leaves(tree: Tree) -> Iterator[Leaf | Other]:
    if isinstance(tree, Flip):
        yield from _leaves(tree.child)
    elif isinstance(tree, Count):
        for child in tree.children:
            yield from _leaves(child)
    else:
        yield tree


def _families(tree: Tree) -> Iterator[tuple[str, Tree]]:
    if isinstance(tree, Flip):
        yield from _families(tree.child)
    elif isinstance(tree, Count) and tree.members:
        yield from zip(tree.members, tree.children, strict=True)
    elif isinstance(tree, Count):
        for child in tree.children:
            yield from _families(child)


def facts_in(leaf: object) -> set[FactRef]:
    """Return the facts that are named anywhere in a leaf."""
    if isinstance(leaf, FactRef):
        return {leaf}
    if isinstance(leaf, tuple):
        return {ref for one in leaf for ref in facts_in(one)}
    if isinstance(leaf, Leaf):
        return facts_in(leaf.atom)
    if isinstance(leaf, Struct):
        return {ref for one in fields(leaf) for ref in facts_in(getattr(leaf, one.name))}
    return set()


# ---- comparing ----------------------------------------------------------------------------------


def disagreements(evaluation: Evaluation, found: tuple[Finding, ...] | None = None) -> list[str]:
    """Return in words where a finding, or the truth of a node, is not what the oracle says."""
    situation = evaluation.situation
    oracle = Oracle(evaluation.rulebook, situation.profile, situation.as_of)
    found = findings(evaluation, Disclosure()) if found is None else found
    said: list[str] = []

    def compare(what: str, product: object, oracle: object) -> None:
        if product != oracle:
            said.append(f"{what}: the product says {product}, the oracle {oracle}")

    for id, conditions in evaluation.rulebook.conditions.items():
        applies, expect = conditions.applies_when, conditions.expect
        read = None if applies is None else from_condition(applies), from_condition(expect)
        compare(f"{id} as read", read, oracle.trees(id))
    for node in evaluation.compiled.nodes:
        compare(f"{node}", evaluation.truth(node), oracle.truth(from_condition(node)))
    compare("ids", sorted(f.id for f in found), sorted(evaluation.rulebook.expectations))
    for finding in found:
        id = finding.id
        reasons, facts = oracle.why(id)
        ordered = tuple(reason for reason in Reason if reason in reasons)
        settling = [FactRef(one.fact, one.member) for one in finding.settled_by]
        compare(f"{id} verdict", finding.verdict, oracle.verdict(id))
        compare(f"{id} reason", finding.reason, ordered[0] if ordered else None)
        compare(f"{id} reasons", finding.reasons, ordered)
        compare(f"{id} settled by", sorted(settling), sorted(facts))
        members = [(one.member, one.verdict) for one in finding.members]
        compare(f"{id} members", members, oracle.members(id))
        compare(f"{id} upstream", sorted(finding.upstream), oracle.upstream(id))
    return said
