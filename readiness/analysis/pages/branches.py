"""Which branches of a page's conditions its examples turn on, and which nobody has tried.

A *branch* is a part of `applies_when` or `expect` that is not made of other parts: a comparison, a
test of a date, what another finding came to, or a group of findings. The test inside `every`,
`some` or `of_each` is one branch, whatever the number of members. Each branch has two *sides*: it
holds, or it fails.

An example *turns on* a side when the branch comes out on that side, the example's verdict is
definite, and the verdict would be another one if this branch alone had come out on the other side
(for one member, inside a family). So a branch that is masked by others, such as one of two
alternatives that both hold, is not tried by that example. Engineers know the idea as modified
condition/decision coverage.

A *dated value* of a threshold, in each of its size bands, is tried by an example that turns on a
branch which was compared with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from readiness.analysis.pages.examples import Tried
from readiness.calendar import short_date
from readiness.engine.evaluate import Evaluation, out_of_force
from readiness.errors import Problem
from readiness.logic import Truth, all_of, at_least, negated
from readiness.model.conditions import ATOMS, All, AtLeast, Condition, Not, ThresholdRef
from readiness.model.vocabulary import Basis, Verdict
from readiness.rulebook.conditions import threshold_value
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.thresholds import Limit, fact_of, limits
from readiness.rulebook.wording import Wording, show_limit
from readiness.yaml_reader import Document, Path

Spot = tuple[int, ...]
"""A node of a page's conditions: 0 for `applies_when` or 1 for `expect`, then child by child."""

_SIDES = (Truth.TRUE, Truth.FALSE)
_SAID = {Truth.TRUE: "holding", Truth.FALSE: "failing"}
_OTHER = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch, and where it stands.

    Attributes:
        path: Where it is written in the page.
        spots: Its nodes: one, or one for each member of a family.
        family: The dimension inside whose members it is one of, if any.
    """

    path: Path
    spots: tuple[Spot, ...]
    family: str | None


def branches_of(rulebook: Rulebook, id: str) -> Iterator[Branch]:
    """Yield the branches of a page, in the order written."""
    e, conditions = rulebook.expectations[id], rulebook.conditions[id]
    if conditions.applies_when is not None:
        yield from _branches(e.applies_when, [((0,), conditions.applies_when)], ("applies_when",))
    yield from _branches(e.expect, [((1,), conditions.expect)], ("expect",))


def _branches(
    raw: Mapping[str, Any],
    nodes: list[tuple[Spot, Condition]],
    path: Path,
    family: str | None = None,
) -> Iterator[Branch]:
    """Walk a condition as it is written, and what was read from it, side by side."""
    listed = next((key for key in ("all", "any", "of") if key in raw), None)
    each = next((key for key in ("every", "some", "of_each") if key in raw), None)
    if "findings" in raw:
        listed = each = None
    if listed:
        alone = len(raw[listed]) == 1 and listed != "of"  # it is read as what stands in it
        for number, part in enumerate(raw[listed]):
            inside = nodes if alone else [_child(node, number) for node in nodes]
            yield from _branches(part, inside, (*path, listed, number), family)
    elif each:
        inside = [_child(node, n) for node in nodes for n in range(_width(node[1]))]
        yield from _branches(raw["satisfies"], inside, (*path, "satisfies"), raw[each])
    elif "not" in raw:
        inside = [_child(node, 0) for node in nodes]
        yield from _branches(raw["not"], inside, (*path, "not"), family)
    else:
        yield Branch(path, tuple(spot for spot, _ in nodes), family)


def _children(node: Condition) -> tuple[Condition, ...]:
    if isinstance(node, (All, AtLeast)):
        return node.children
    return (node.child,) if isinstance(node, Not) else ()


def _width(node: Condition) -> int:
    return len(_children(node))


def _child(node: tuple[Spot, Condition], number: int) -> tuple[Spot, Condition]:
    spot, condition = node
    return (*spot, number), _children(condition)[number]


def node_at(root: Condition, steps: Spot) -> Condition:
    """Return the node that stands so many children down."""
    for step in steps:
        root = _children(root)[step]
    return root


# ---- what an example turns on -----------------------------------------------------------------


def turned_on(tried: Tried, branches: Sequence[Branch]) -> Iterator[tuple[Branch, Truth, Spot]]:
    """Yield each branch that an example turns on, with its side and the node that decides."""
    evaluation, id = tried.evaluation, tried.result.id
    e = evaluation.rulebook.expectations[id]
    verdict = tried.result.verdict
    if verdict is Verdict.UNKNOWN or not tried.result.passed:
        return
    if out_of_force(e.in_force, evaluation.situation.as_of) is not None:
        return
    conditions = evaluation.rulebook.conditions[id]
    applies = conditions.applies_when
    roots = (applies, conditions.expect)
    before = [Truth.TRUE if root is None else evaluation.truth(root) for root in roots]
    for branch in branches:
        for spot in branch.spots:
            part, steps = spot[0], spot[1:]
            root = roots[part]
            assert root is not None
            side = evaluation.truth(node_at(root, steps))
            if side in _OTHER:
                after = list(before)
                after[part] = _with(evaluation, root, steps, _OTHER[side])
                if _verdict(after[0], after[1]) is not verdict:
                    yield branch, side, spot


def _with(evaluation: Evaluation, node: Condition, steps: Spot, answer: Truth) -> Truth:
    """Return what a node comes to where one below it, and nothing else, is answered otherwise."""
    if not steps:
        return answer
    children = _children(node)
    truths = [evaluation.truth(child) for child in children]
    truths[steps[0]] = _with(evaluation, children[steps[0]], steps[1:], answer)
    if isinstance(node, Not):
        return negated(truths[0])
    return at_least(node.need, truths) if isinstance(node, AtLeast) else all_of(truths)


def _verdict(applies: Truth, expect: Truth) -> Verdict:
    """Return the verdict of a page that is in force."""
    if applies is Truth.UNKNOWN:
        return Verdict.UNKNOWN
    if applies is not Truth.TRUE or expect is Truth.NOT_APPLICABLE:
        return Verdict.NOT_APPLICABLE
    return {
        Truth.TRUE: Verdict.MET,
        Truth.FALSE: Verdict.NOT_MET,
        Truth.UNKNOWN: Verdict.UNKNOWN,
    }[expect]


# ---- the whole --------------------------------------------------------------------------------


class Untried(NamedTuple):
    """A side of a branch, or a value, on which no example of a page turns, and where it stands."""

    id: str
    path: Path
    message: str
    help: str

    def at(self, page: Document) -> Problem:
        """Return it with its place in its page."""
        return page.problem(self.path, self.message, self.help)


@dataclass(slots=True)
class Tally:
    """What the examples of pages turn on.

    Attributes:
        pages: Pages looked at; those not commenced have no branch that could be tried.
        not_commenced: How many pages were left out because of that.
        sides: Sides of all branches: twice as many as branches.
        values: Dated values of thresholds, in each size band.
        untried: Each side and value on which no example turns.
    """

    pages: int = 0
    not_commenced: int = 0
    sides: int = 0
    sides_tried: int = 0
    values: int = 0
    values_tried: int = 0
    untried: list[Untried] = field(default_factory=list)

    def add(self, rulebook: Rulebook, id: str, tried: Iterable[Tried]) -> None:
        """Take in the examples of a page."""
        e = rulebook.expectations[id]
        if e.in_force.start is None:
            self.not_commenced += 1
            return
        self.pages += 1
        branches = list(branches_of(rulebook, id))
        seen: set[tuple[Branch, Truth]] = set()
        compared: set[tuple[str, date, object]] = set()
        roots = (rulebook.conditions[id].applies_when, rulebook.conditions[id].expect)
        for one in tried:
            for branch, side, spot in turned_on(one, branches):
                seen.add((branch, side))
                root = roots[spot[0]]
                assert root is not None
                node = node_at(root, spot[1:])
                if isinstance(node, Not):  # `known: no`
                    node = node.child
                if isinstance(node, ATOMS):
                    used = one.evaluation.answer(node).limits
                    compared |= {(limit.name, limit.start, limit.value) for limit in used}
        self._sides(rulebook, id, branches, seen)
        self._values(rulebook, id, compared)

    def _sides(
        self,
        rulebook: Rulebook,
        id: str,
        branches: Sequence[Branch],
        seen: set[tuple[Branch, Truth]],
    ) -> None:
        self.sides += 2 * len(branches)
        self.sides_tried += len(seen)
        for branch in branches:
            lacking = [side for side in _SIDES if (branch, side) not in seen]
            if lacking:
                how = " or ".join(
                    "holding" if side is Truth.TRUE else "failing" for side in lacking
                )
                words = words_of(rulebook, id, branch)
                message = f"no example turns on this {how}: {words}"
                help = "add one whose verdict would be another if this alone came out otherwise"
                self.untried.append(Untried(id, branch.path, message, help))

    def _values(
        self,
        rulebook: Rulebook,
        id: str,
        compared: set[tuple[str, date, object]],
    ) -> None:
        for name, threshold in rulebook.expectations[id].thresholds.items():
            fact = fact_of(rulebook, id, name)
            for number, dated in enumerate(threshold.values):
                value = threshold_value(dated.value, fact)
                self.values += 1
                if (name, dated.start, value) in compared:
                    self.values_tried += 1
                    continue
                limit = Limit(name, value, threshold.basis, dated.start)
                shown = show_limit(rulebook, id, limit)
                band = f", for a size below {dated.below:,}" if dated.below else ""
                since = f"{shown} from {short_date(dated.start)}{band}"
                message = f"no example turns on this value of '{name}': {since}"
                help = "add one of that time and size in which it alone decides; set 'as_of'"
                path: Path = ("thresholds", name, "values", number)
                self.untried.append(Untried(id, path, message, help))


def words_of(rulebook: Rulebook, id: str, branch: Branch) -> str:
    """Return a branch in words; inside a family, of all members together."""
    e, conditions = rulebook.expectations[id], rulebook.conditions[id]
    day = rulebook.page.examples_as_of

    def look_up(ref: ThresholdRef) -> Sequence[Limit] | None:
        threshold = e.thresholds[ref.name]
        if threshold.basis is Basis.LOCAL or threshold.by is not None:
            return None
        return limits(ref, threshold, fact_of(rulebook, id, ref.name), day, None, None)

    spot = branch.spots[0]
    root = (conditions.applies_when, conditions.expect)[spot[0]]
    assert root is not None
    return Wording(rulebook, look_up).words(node_at(root, spot[1:]), branch.family)
