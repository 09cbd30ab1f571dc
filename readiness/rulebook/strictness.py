"""Which of two thresholds is the stricter one: known from how a condition compares with it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

from readiness.calendar import Duration
from readiness.model.conditions import (
    All,
    AtLeast,
    Change,
    Compare,
    Condition,
    DateIs,
    DateOp,
    DateTerm,
    Evidenced,
    Leaf,
    Not,
    NoWorseThan,
    Op,
    ThresholdRef,
)
from readiness.model.facts import Fact
from readiness.model.values import magnitude
from readiness.rulebook.conditions import threshold_value
from readiness.rulebook.rulebook import Conditions


class Stricter(Enum):
    """Which way a threshold becomes harder to meet."""

    HIGHER = "higher"
    LOWER = "lower"

    @property
    def other(self) -> Stricter:
        """The opposite way."""
        return Stricter.LOWER if self is Stricter.HIGHER else Stricter.HIGHER


_OPS: dict[Op, tuple[Stricter, ...]] = {
    Op.AT_LEAST: (Stricter.HIGHER,),
    Op.MORE_THAN: (Stricter.HIGHER,),
    Op.AT_MOST: (Stricter.LOWER,),
    Op.LESS_THAN: (Stricter.LOWER,),
    Op.BETWEEN: (Stricter.HIGHER, Stricter.LOWER),
}
"""For each comparison with an order, the stricter way of each of its operands."""

_LATEST = {
    DateOp.BEFORE: True,
    DateOp.ON_OR_BEFORE: True,
    DateOp.AFTER: False,
    DateOp.ON_OR_AFTER: False,
}
"""Whether a comparison of days sets the latest day, or else the earliest."""


def stricter_way(conditions: Conditions, name: str) -> Stricter | None:
    """Return which way a threshold is stricter, or None where that cannot be said.

    It cannot be said where a threshold is compared for equality, where it decides to whom the
    expectation applies, or where it is used in two ways that pull against each other.
    """
    if conditions.applies_when is not None and any(_ways(conditions.applies_when, name, False)):
        return None
    found = set(_ways(conditions.expect, name, False))
    return found.pop() if len(found) == 1 else None


def _ways(node: Condition, name: str, turned: bool) -> Iterator[Stricter | None]:
    """Yield, for each use of a threshold, which way it is stricter.

    Args:
        turned: Whether an odd number of `not` stands above.
    """
    if isinstance(node, (All, AtLeast)):
        for child in node.children:
            yield from _ways(child, name, turned)
    elif isinstance(node, Not):
        yield from _ways(node.child, name, not turned)
    else:
        for way in _leaf(node, name):
            yield way.other if way is not None and turned else way


def _leaf(leaf: Leaf, name: str) -> Iterator[Stricter | None]:
    if isinstance(leaf, (Compare, Change)):
        ways = _OPS.get(leaf.op, ())
        for number, operand in enumerate(leaf.operands):
            if _is(operand, name):
                yield ways[number] if number < len(ways) else None
    elif isinstance(leaf, NoWorseThan):
        yield from [Stricter.LOWER] * _is(leaf.by, name)
    elif isinstance(leaf, Evidenced):
        yield from [Stricter.LOWER] * _is(leaf.within, name)
    elif isinstance(leaf, DateIs):
        yield from _days(leaf, name)


def _days(leaf: DateIs, name: str) -> Iterator[Stricter | None]:
    latest = _LATEST.get(leaf.op)
    if _is(leaf.operand, name):
        yield Stricter.LOWER  # within a shorter time
    if isinstance(leaf.operand, DateTerm) and _is(leaf.operand.step, name):
        # The later the day that something must come before, the more room there is.
        yield _moved(leaf.operand, Stricter.LOWER if latest else Stricter.HIGHER)
    if _is(leaf.subject.step, name):
        way = Stricter.HIGHER if latest else Stricter.LOWER
        yield None if latest is None else _moved(leaf.subject, way)


def _moved(term: DateTerm, way: Stricter) -> Stricter:
    return way.other if term.back else way


def _is(operand: object, name: str) -> bool:
    return isinstance(operand, ThresholdRef) and operand.name == name


def compare(new: Any, old: Any, fact: Fact | None, way: Stricter) -> int:
    """Return 1 where a new value is stricter than an old one, 0 where it is the same, else -1.

    Args:
        new: As written on a page.
        old: As written on a page.
        fact: As which both are read; None for durations.

    Raises:
        ValueError: If they cannot be compared, such as weeks with months.
    """
    after, before = threshold_value(new, fact), threshold_value(old, fact)
    if after == before:
        return 0
    if isinstance(after, Duration) and isinstance(before, Duration):
        higher = after > before
    else:
        assert fact is not None
        more, less = magnitude(after, fact), magnitude(before, fact)
        if more is None or less is None:
            raise ValueError("a share of no cases is no threshold")
        higher = more > less
        if more == less:
            return 0
    return 1 if higher is (way is Stricter.HIGHER) else -1
