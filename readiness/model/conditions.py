"""Conditions: the closed, typed vocabulary in which expectations are written.

A condition is a tree. Its leaves are *atoms*, which look at the profile and are worked out in
Python; everything above them (`All`, `AtLeast`, `Not`, what other findings say) is worked out by
the engine. All nodes are frozen and hashable, so that a leaf written in twenty rules is worked out
once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from functools import cache
from typing import Literal

from msgspec import Struct

from readiness.calendar import Duration, YearlyDay
from readiness.model.facts import FactRef
from readiness.model.values import Value
from readiness.model.vocabulary import Place, StrEnum, Verdict


class Op(StrEnum):
    """Comparisons."""

    IS = "is"
    IS_NOT = "is_not"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    BETWEEN = "between"
    ONE_OF = "one_of"
    INCLUDES = "includes"
    INCLUDES_ALL = "includes_all"


class DateOp(StrEnum):
    """Comparisons of days."""

    WITHIN = "within"
    BEFORE = "before"
    AFTER = "after"
    ON_OR_BEFORE = "on_or_before"
    ON_OR_AFTER = "on_or_after"


# ---- operands ---------------------------------------------------------------------------------


class Fixed(Struct, frozen=True, cache_hash=True):
    """A value written in the condition itself."""

    value: Value


class ThresholdRef(Struct, frozen=True, cache_hash=True):
    """A dated value of a rule's own `thresholds`."""

    rule: str
    name: str


class FactOperand(Struct, frozen=True, cache_hash=True):
    """Another fact, or an earlier value of a series."""

    fact: FactRef
    ago: Duration | None = None


Operand = Fixed | ThresholdRef | FactOperand


class AsOf(Enum):
    """The evaluation date."""

    AS_OF = "as_of"


AS_OF = AsOf.AS_OF


class Yearly(Struct, frozen=True, cache_hash=True):
    """A day that comes every year: the latest up to the evaluation date, or the coming one."""

    day: YearlyDay
    coming: bool = False


class DateTerm(Struct, frozen=True, cache_hash=True):
    """A day, moved by a duration where `step` is given (`back` moves it earlier)."""

    base: date | AsOf | FactRef | Yearly
    step: Duration | ThresholdRef | None = None
    back: bool = False


# ---- atoms ------------------------------------------------------------------------------------


class Compare(Struct, frozen=True, cache_hash=True):
    """A fact against one or more operands."""

    fact: FactRef
    op: Op
    operands: tuple[Operand, ...]


class Overlaps(Struct, frozen=True, cache_hash=True):
    """Two lists of one vocabulary share at least `by` terms."""

    fact: FactRef
    other: FactRef
    by: int


class DateIs(Struct, frozen=True, cache_hash=True):
    """A day against another, or within a duration before the evaluation date."""

    subject: DateTerm
    op: DateOp
    operand: DateTerm | Duration | ThresholdRef


class NoWorseThan(Struct, frozen=True, cache_hash=True):
    """A fact against the newest comparable published figure of a place.

    Attributes:
        by: How much worse is still accepted, in percentage points or the fact's own unit.
    """

    fact: FactRef
    place: Place
    by: Fixed | ThresholdRef | None


class Stable(Struct, frozen=True, cache_hash=True):
    """No XmR rule fires among the last `look_at` of at least `points` points."""

    fact: FactRef
    points: int
    look_at: int


class Trend(Struct, frozen=True, cache_hash=True):
    """An XmR run of seven says that the series is worsening or improving (or is not)."""

    fact: FactRef
    direction: Literal["worsening", "improving"]
    holds: bool


class Change(Struct, frozen=True, cache_hash=True):
    """The newest value less the value `over` earlier, against operands.

    Attributes:
        measure: `rise`, `fall` or `size` (whichever way).
        relative: As a share of the earlier value instead of in the fact's own unit.
    """

    fact: FactRef
    over: Duration
    measure: Literal["rise", "fall", "size"]
    relative: bool
    op: Op
    operands: tuple[Operand, ...]


class Known(Struct, frozen=True, cache_hash=True):
    """A usable value is held."""

    fact: FactRef


class Evidenced(Struct, frozen=True, cache_hash=True):
    """Dated evidence of `kinds` independent kinds stands behind the fact."""

    fact: FactRef
    within: Duration | ThresholdRef | None
    kinds: int


Atom = Compare | Overlaps | DateIs | NoWorseThan | Stable | Trend | Change | Known | Evidenced

# ---- worked out by the engine -----------------------------------------------------------------


class FindingIs(Struct, frozen=True, cache_hash=True):
    """Another expectation's verdict is one of these."""

    id: str
    verdicts: tuple[Verdict, ...]


class FindingHas(Struct, frozen=True, cache_hash=True):
    """Where another expectation's verdict is one of these, it is planned, known or evidenced."""

    id: str
    verdicts: tuple[Verdict, ...]
    has: Literal["planned", "known", "evidenced"]


Leaf = Atom | FindingIs | FindingHas


class Family(Struct, frozen=True, cache_hash=True):
    """Where the children of a node come from: a dimension's members, or a group of findings."""

    label: str
    members: tuple[str, ...]


class All(Struct, frozen=True, cache_hash=True):
    """Every child holds."""

    children: tuple[Condition, ...]
    family: Family | None = None


class AtLeast(Struct, frozen=True, cache_hash=True):
    """At least `need` children hold; `any` is one of them."""

    need: int
    children: tuple[Condition, ...]
    family: Family | None = None


class Not(Struct, frozen=True, cache_hash=True):
    """The child does not hold."""

    child: Condition


Condition = Leaf | All | AtLeast | Not

ATOMS = (Compare, Overlaps, DateIs, NoWorseThan, Stable, Trend, Change, Known, Evidenced)


def leaves(condition: Condition) -> list[Leaf]:
    """Return the leaves of a condition, in the order written, each once."""
    found: dict[Leaf, None] = {}
    stack: list[Condition] = [condition]
    while stack:
        node = stack.pop()
        if isinstance(node, (All, AtLeast)):
            stack.extend(reversed(node.children))
        elif isinstance(node, Not):
            stack.append(node.child)
        else:
            found[node] = None
    return list(found)


@cache
def facts_of(leaf: Condition) -> tuple[FactRef, ...]:
    """Return the facts that a leaf reads, the main one first."""
    if isinstance(leaf, Overlaps):
        return (leaf.fact, leaf.other)
    if isinstance(leaf, DateIs):
        terms = (leaf.subject, leaf.operand)
        return tuple(
            t.base for t in terms if isinstance(t, DateTerm) and isinstance(t.base, FactRef)
        )
    if isinstance(leaf, (Compare, Change)):
        others = (o.fact for o in leaf.operands if isinstance(o, FactOperand))
        return (leaf.fact, *(ref for ref in others if ref != leaf.fact))
    if isinstance(leaf, (NoWorseThan, Stable, Trend, Known, Evidenced)):
        return (leaf.fact,)
    return ()


def facts_in(leaves: Iterable[Leaf]) -> tuple[FactRef, ...]:
    """Return the facts that leaves read, in the order written, each once."""
    return tuple(dict.fromkeys(ref for leaf in leaves for ref in facts_of(leaf)))


@cache
def thresholds_of(leaf: Condition) -> tuple[ThresholdRef, ...]:
    """Return the thresholds that a leaf compares with."""
    candidates: list[object] = []
    if isinstance(leaf, (Compare, Change)):
        candidates = list(leaf.operands)
    elif isinstance(leaf, DateIs):
        candidates = [leaf.operand, leaf.subject.step]
        if isinstance(leaf.operand, DateTerm):
            candidates.append(leaf.operand.step)
    elif isinstance(leaf, NoWorseThan):
        candidates = [leaf.by]
    elif isinstance(leaf, Evidenced):
        candidates = [leaf.within]
    return tuple(found for found in candidates if isinstance(found, ThresholdRef))
