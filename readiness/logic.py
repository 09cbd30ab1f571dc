"""Logic with doubt: true, false, unknown, and not applicable.

True, false and unknown are strong Kleene logic: unknown only where the answer could still go either
way. *Not applicable* is neutral: it counts as true in `all`, as false in `any` and `k of n`, and a
node all of whose children are not applicable is not applicable itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum


class Truth(Enum):
    """The answer of one condition."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"

    @classmethod
    def of(cls, value: bool) -> Truth:
        """Return TRUE or FALSE."""
        return cls.TRUE if value else cls.FALSE


def negated(truth: Truth) -> Truth:
    """Return the answer of "not so"; doubt stays doubt, and what does not apply still does not."""
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}.get(truth, truth)


def all_of(truths: Sequence[Truth]) -> Truth:
    """Return whether all hold, of those that apply."""
    if Truth.FALSE in truths:
        return Truth.FALSE
    if Truth.UNKNOWN in truths:
        return Truth.UNKNOWN
    return Truth.TRUE if Truth.TRUE in truths else Truth.NOT_APPLICABLE


def at_least(need: int, truths: Sequence[Truth]) -> Truth:
    """Return whether so many hold."""
    hold, open = truths.count(Truth.TRUE), truths.count(Truth.UNKNOWN)
    if hold >= need:
        return Truth.TRUE
    if Truth.TRUE not in truths and Truth.FALSE not in truths:  # nothing is known to apply
        return Truth.UNKNOWN if open else Truth.NOT_APPLICABLE
    return Truth.UNKNOWN if hold + open >= need else Truth.FALSE
