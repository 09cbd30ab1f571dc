"""Looking up thresholds: as which fact they are read, and which values count on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from readiness.calendar import Period, in_force
from readiness.model.conditions import (
    Change,
    Compare,
    NoWorseThan,
    ThresholdRef,
    leaves,
    thresholds_of,
)
from readiness.model.expectation import DatedValue, Threshold
from readiness.model.facts import Fact
from readiness.model.values import Value
from readiness.model.vocabulary import Basis
from readiness.rulebook.conditions import change_fact, threshold_value
from readiness.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold's value on a day, and what it rests on.

    Attributes:
        start: First day of the value; for a council's own standard, the day it was agreed.
        source: Source id, or who agreed a council's own standard.
    """

    name: str
    value: Value
    basis: Basis
    start: date
    source: str | None = None


def fact_of(rulebook: Rulebook, rule: str, name: str) -> Fact | None:
    """Return the fact as which a threshold's values are read; None where they are durations."""
    conditions = rulebook.conditions[rule]
    for condition in (conditions.applies_when, conditions.expect):
        if condition is None:
            continue
        for leaf in leaves(condition):
            if any(found.name == name for found in thresholds_of(leaf)):
                if isinstance(leaf, (Compare, NoWorseThan)):
                    return rulebook.fact(leaf.fact)
                if isinstance(leaf, Change):
                    return change_fact(rulebook.fact(leaf.fact), leaf.relative)
                return None
    return None


def limits(
    ref: ThresholdRef,
    threshold: Threshold,
    fact: Fact | None,
    as_of: date,
    period: Period | None,
    size: Fraction | None,
) -> tuple[Limit, ...]:
    """Return the value that counts on a day, or two where the fact's period straddles a change.

    The value at the evaluation date counts; where the fact's period ended before that value began,
    the one in force when the period ended; where the period straddles the change, both.

    Args:
        fact: As which values are read; None for durations.
        size: The size that picks a band, for a banded threshold.
    """
    values = [value for value in threshold.values if _band(threshold, size) == value.below]
    now = [value for value in values if in_force(value.start, value.until, as_of)]
    if not now:
        return ()
    chosen = now
    if period is not None and period.end < now[0].start:
        then = [v for v in values if in_force(v.start, v.until, period.end)]
        chosen = then or now
    elif period is not None and period.straddles(now[0].start):
        chosen = [v for v in values if in_force(v.start, v.until, period.start)] + now
    return tuple(_limits(ref, threshold, chosen, fact))


def _limits(
    ref: ThresholdRef, threshold: Threshold, values: list[DatedValue], fact: Fact | None
) -> Iterator[Limit]:
    for value in values:
        yield Limit(
            ref.name,
            threshold_value(value.value, fact),
            threshold.basis,
            value.start,
            threshold.source,
        )


def _band(threshold: Threshold, size: Fraction | None) -> int | None:
    """Return the band that a size falls into: the smallest `below` that is above it, else None."""
    if size is None:
        return None
    bands = sorted({value.below for value in threshold.values if value.below is not None})
    return next((below for below in bands if size < below), None)
