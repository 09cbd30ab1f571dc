"""XmR charts (statistical process control), as used in NHS England's "Making Data Count".

Limits are the mean plus and minus 2.66 mean moving ranges. Four rules tell special cause: a point
outside the limits; seven consecutive points on one side of the mean; seven consecutive points all
rising or all falling; two of three consecutive points in the outer third towards one limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct

RUN = 7
"""Points that make a run."""


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

    def signals(self, look_at: int) -> tuple[str, ...]:
        """Return the rules that fire at one of the last `look_at` points, in words."""
        first = len(self.points) - look_at
        rules = (
            ("a point outside the limits", self._outside()),
            (f"{RUN} points in a row on one side of the mean", self._one_side()),
            (f"{RUN} points in a row rising or falling", self._monotone()),
            ("2 of 3 points near one limit", self._near_limit()),
        )
        return tuple(words for words, ends in rules if any(end >= first for end in ends))

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

    def _outside(self) -> list[int]:
        mean, reach = self.mean, self.reach
        return [n for n, point in enumerate(self.points) if abs(point - mean) > reach]

    def _one_side(self) -> list[int]:
        mean = self.mean
        sides = [(point > mean) - (point < mean) for point in self.points]
        return [end for end in range(RUN - 1, len(sides)) if _same(sides[end - RUN + 1 : end + 1])]

    def _monotone(self) -> list[int]:
        steps = [(b > a) - (b < a) for a, b in pairwise(self.points)]
        return [
            end + 1 for end in range(RUN - 2, len(steps)) if _same(steps[end - RUN + 2 : end + 1])
        ]

    def _near_limit(self) -> list[int]:
        mean, edge = self.mean, self.reach * Fraction(2, 3)
        if not edge:
            return []
        high = [point - mean > edge for point in self.points]
        low = [mean - point > edge for point in self.points]
        return [
            end
            for end in range(2, len(self.points))
            if sum(high[end - 2 : end + 1]) >= 2 or sum(low[end - 2 : end + 1]) >= 2
        ]


def _same(signs: Sequence[int]) -> bool:
    return signs[0] != 0 and len(set(signs)) == 1
