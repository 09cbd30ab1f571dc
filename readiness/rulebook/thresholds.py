"""Looking up thresholds: as which fact they are read, and which values count on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from readiness.calendar import Period, in_force
from readiness.model.conditions import Change, Compare, NoWorseThan, ThresholdRef
from readiness.model.expectation import DatedValue, Threshold
from readiness.model.facts import Fact
from readiness.model.values import Value
from readiness.model.vocabulary import Basis
from readiness.rulebook.conditions import change_fact, threshold_value
from readiness.rulebook.rulebook import Rulebook


class Limit(Struct, frozen=True):
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
    leaf = rulebook.conditions[rule].compared.get(name)
    if isinstance(leaf, (Compare, NoWorseThan)):
        return rulebook.fact(leaf.fact)
    if isinstance(leaf, Change):
        return change_fact(rulebook.fact(leaf.fact), leaf.relative)
    return None


def limits(
    ref: ThresholdRef,
    threshold: Threshold,
    fact: Fact | None,
    as_of: date,
    period: Period | None,
    size: Fraction | None,
) -> tuple[Limit, ...]:
    """Return the value that counts on a day, or more where the fact's period straddles a change.

    The value at the evaluation date counts; where the fact's period began before that value did,
    every value that was in force on a day of the period.

    Args:
        fact: As which values are read; None for durations.
        size: The size that picks a band, for a banded threshold.
    """
    band = _band(threshold, size)
    lives = lives_of(value for value in threshold.values if value.below == band)
    now = [value for value, until in lives if in_force(value.start, until, as_of)]
    if not now:
        return ()
    chosen = now
    if period is not None and period.start < now[0].start:
        last = min(period.end, as_of)
        during = [v for v, until in lives if v.start <= last and until >= period.start]
        chosen = during or now
    return tuple(_limits(ref, threshold, chosen, fact))


def lives_of(values: Iterable[DatedValue]) -> list[tuple[DatedValue, date]]:
    """Return each value with its last day: its own, or the day before the next value begins."""
    history = sorted(values, key=lambda value: value.start)
    ends = [later.start - timedelta(days=1) for later in history[1:]] + [date.max]
    return [
        (value, end if value.until is None else min(value.until, end))
        for value, end in zip(history, ends, strict=False)
    ]


def _limits(
    ref: ThresholdRef, threshold: Threshold, values: list[DatedValue], fact: Fact | None
) -> Iterator[Limit]:
    for value in values:
        basis, source = threshold.rests_on(value)
        yield Limit(ref.name, threshold_value(value.value, fact), basis, value.start, source)


def _band(threshold: Threshold, size: Fraction | None) -> int | None:
    """Return the band that a size falls into: the smallest `below` that is above it, else None."""
    if size is None:
        return None
    bands = sorted({value.below for value in threshold.values if value.below is not None})
    return next((below for below in bands if size < below), None)
