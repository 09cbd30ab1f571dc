"""XmR charts (statistical process control), as used in NHS England's "Making Data Count".

Limits are the mean plus and minus 2.66 mean moving ranges. Four rules tell special cause: a point
outside the limits; seven consecutive points on one side of the mean; seven consecutive points all
rising or all falling; two of three consecutive points in the outer third towards one limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Literal, NamedTuple

from msgspec import Struct

RUN = 7
"""Points that make a run."""


class Signal(NamedTuple):
    """A rule that fired.

    Attributes:
        up: Whether the points lie high, or rise.
        first: Number of the first point that it is about, from 0.
        last: Number of the last.
    """

    rule: Literal["outside", "one side", "run", "near limit"]
    up: bool
    first: int
    last: int


class Chart(Struct, frozen=True):
    """A chart over points in order of time."""

    points: tuple[Fraction, ...]

    @property
    def mean(self) -> Fraction:
        """The centre line."""
        return sum(self.points, Fraction()) / len(self.points)

    @property
    def reach(self) -> Fraction:
        """How far each limit lies from the mean."""
        moves = [abs(later - earlier) for earlier, later in pairwise(self.points)]
        return Fraction(266, 100) * sum(moves, Fraction()) / max(1, len(moves))

    def signals(self, look_at: int) -> tuple[Signal, ...]:
        """Return for each rule the latest time that it fires at one of the last `look_at` points.

        A run is told whole, from where it begins.
        """
        first = len(self.points) - look_at
        rules = (self._outside(), self._one_side(), self._monotone(), self._near_limit())
        fired = [max(signals, key=_last, default=None) for signals in rules]
        return tuple(one for one in fired if one is not None and one.last >= first)

    def run(self) -> int:
        """Return 1 where the series ends in a run upwards, -1 downwards, 0 where in neither.

        A run is seven consecutive points rising (falling), or seven above (below) the mean.
        """
        last = self.points[-RUN:]
        if len(last) < RUN:
            return 0
        mean = self.mean
        if all(b > a for a, b in pairwise(last)) or all(p > mean for p in last):
            return 1
        if all(b < a for a, b in pairwise(last)) or all(p < mean for p in last):
            return -1
        return 0

    def _outside(self) -> Iterable[Signal]:
        mean, reach = self.mean, self.reach
        return [
            Signal("outside", point > mean, n, n)
            for n, point in enumerate(self.points)
            if abs(point - mean) > reach
        ]

    def _one_side(self) -> Iterable[Signal]:
        mean = self.mean
        sides = [(point > mean) - (point < mean) for point in self.points]
        return [Signal("one side", up, first, last) for up, first, last in _runs(sides, RUN)]

    def _monotone(self) -> Iterable[Signal]:
        steps = [(b > a) - (b < a) for a, b in pairwise(self.points)]
        return [Signal("run", up, first, last + 1) for up, first, last in _runs(steps, RUN - 1)]

    def _near_limit(self) -> Iterable[Signal]:
        mean, edge = self.mean, self.reach * Fraction(2, 3)
        if not edge:
            return []
        far = [(point - mean > edge) - (mean - point > edge) for point in self.points]
        return [
            Signal("near limit", up, end - 2, end)
            for end in range(2, len(self.points))
            for up in (True, False)
            if far[end - 2 : end + 1].count(1 if up else -1) >= 2
        ]


def _last(signal: Signal) -> int:
    return signal.last


def _runs(signs: Sequence[int], least: int) -> Iterable[tuple[bool, int, int]]:
    """Yield each stretch of one sign that is long enough: whether upwards, first and last place."""
    first = 0
    for place, sign in enumerate(signs):
        if sign != signs[first]:
            first = place
        if sign and place - first + 1 >= least:
            yield sign > 0, first, place
