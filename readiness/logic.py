"""Logic with doubt: true, false, unknown, and not applicable.

True, false and unknown are strong Kleene logic: unknown only where the answer could still go either
way. *Not applicable* is neutral: it counts as true in `all`, as false in `any` and `k of n`, and a
node all of whose children are not applicable is not applicable itself.
"""

from __future__ import annotations

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
