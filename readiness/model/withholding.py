"""Which figures to withhold so that no hidden count can be worked out from sums.

`disclosure` hides small counts one by one. A reader who knows that some of them add up to a figure
that is shown can subtract. Here is told what is shown and which sums hold, and found which other
figures must not be shown either. Whoever shows counts side by side asks here, and nowhere else.

A reader knows of a hidden count that it is 1 to 5, of a withheld figure that it is none or at least
6. A count is safe where, with all that, at least two values remain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

from msgspec import Struct

from readiness.calendar import Period
from readiness.model.disclosure import SMALL, is_small

_MOST_STEPS = 300
"""Steps after which a search gives up, and its count is taken to be unsafe."""

_MOST_ROUNDS = 100
"""Rounds of narrowing after which the same is done."""

_MOST_WAYS = 1000
"""Ways of putting together what disagreeing sources say of one sum that are looked through."""

_DEPTHS = (2, 4, 7)
"""How many other numbers may move with one, in a world that is close to the true one."""

_Sum = tuple[str, tuple[str, ...]]
"""A whole and its parts."""


def at_period(name: str, period: Period) -> str:
    """Return the name of a figure that is one of several over time."""
    return f"{name}@{period.start}/{period.end}"


class _Cell(Struct):
    """A number that stands in a sum.

    Attributes:
        figure: The figure with which it is shown or withheld; None where it never is shown.
        low: Least that a reader takes it for while its figure is shown.
        high: Most that a reader takes it for.
        secret: Whether it must not be worked out.
    """

    value: int
    figure: str | None
    low: int
    high: int
    secret: bool = False


class Figures(Struct):
    """Counts that are shown side by side, and the sums that hold between them."""

    _cells: dict[str, _Cell] = {}
    _sums: list[_Sum] = []
    _others: dict[str, list[str]] = {}
    _refused: set[str] = set()

    def count(self, name: str, value: int, figure: str | None = None) -> None:
        """Take in a count, which shows as "fewer than 6" where it is small.

        Args:
            figure: What is withheld with it, such as a whole series; it alone, where not given.
        """
        small = is_small(value)
        low, high = (1, SMALL - 1) if small else (value, value)
        self._cells[name] = _Cell(value, figure or name, low, high, small)

    def share(self, name: str, numerator: int, denominator: int, figure: str | None = None) -> None:
        """Take in a share, the figure `name`, as `name in`, `name rest` and `name of`.

        Args:
            figure: As for a count.
        """
        rest = denominator - numerator
        few = SMALL <= denominator < 2 * SMALL - 1 and (is_small(numerator) or is_small(rest))
        self.count(f"{name} of", denominator)
        for side, value in (("in", numerator), ("rest", rest)):
            self.count(f"{name} {side}", value)
            cell = self._cells[f"{name} {side}"]
            if is_small(denominator):
                cell.low, cell.high = 0, denominator
            elif few:
                cell.low, cell.high = 1, denominator - 1
            elif is_small(denominator - value):
                cell.low, cell.high = denominator - SMALL + 1, denominator - 1
        for side in ("in", "rest", "of"):
            self._cells[f"{name} {side}"].figure = figure or name
        self.adds_up(f"{name} of", f"{name} in", f"{name} rest")

    def unseen(self, name: str, value: int) -> None:
        """Take in a number that is not shown."""
        self._cells[name] = _Cell(value, None, 0, _BEYOND)

    def known(self, name: str, value: int) -> None:
        """Take in a number that a reader may have from elsewhere, where it is not small."""
        low, high = (1, SMALL - 1) if is_small(value) else (value, value)
        self._cells[name] = _Cell(value, None, low, high)

    def otherwise(self, name: str, other: str) -> None:
        """Say that sources disagree on a number, and that `other` is it too.

        A sum may hold of what either of them says.
        """
        self._others.setdefault(name, []).append(other)

    def adds_up(self, whole: str, *parts: str) -> None:
        """Say that parts add up to a whole. Where they do not, no reader can rely on it."""
        for one, *told in self._ways(whole, *parts) if parts else ():
            if self._cells[one].value == sum(self._cells[name].value for name in told):
                self._sums.append((one, tuple(told)))

    def part_of(self, whole: str, *parts: str) -> None:
        """Say that a whole is these parts and others, who are counted nowhere else."""
        for one, *told in self._ways(whole, *parts):
            others = self._cells[one].value - sum(self._cells[name].value for name in told)
            if others >= 0:
                name = f"{one} less {' and '.join(told)}"
                self._cells[name] = _Cell(others, None, 0, _BEYOND, is_small(others))
                self._sums.append((one, (name, *told)))

    def equal(self, left: tuple[str, ...], right: tuple[str, ...]) -> None:
        """Say that two sums are equal."""
        for names in self._ways(*left, *right):
            before, after = names[: len(left)], names[len(left) :]
            total = sum(self._cells[name].value for name in before)
            if total == sum(self._cells[name].value for name in after):
                both = f"{' and '.join(before)} together"
                self.unseen(both, total)
                self._sums += [(both, before), (both, after)]

    def _ways(self, *names: str) -> Iterator[tuple[str, ...]]:
        """Yield these numbers in each way in which sources tell them; none where one is missing.

        Where there are too many ways to look through, what sources disagree on is withheld.
        """
        told = [
            [n for n in (name, *self._others.get(name, ())) if n in self._cells] for name in names
        ]
        if prod(map(len, told)) <= _MOST_WAYS:
            yield from product(*told)
        else:
            figures = (self._cells[n].figure for ways in told if len(ways) > 1 for n in ways)
            self._refused |= {figure for figure in figures if figure is not None}

    def withheld(self) -> frozenset[str]:
        """Return the figures that must not be shown beside the hidden counts."""
        gone = set(self._refused)
        for group in self._groups():
            while (name := self._told(group, gone)) is not None:
                figure = self._next(name, group, gone)
                if figure is None:
                    break
                gone.add(figure)
        return frozenset(gone)

    def _groups(self) -> list[_Group]:
        """Return the cells that hang together by sums, where one of them is a secret."""
        sums_of: dict[str, list[int]] = {}
        for number, (whole, parts) in enumerate(self._sums):
            for name in (whole, *parts):
                sums_of.setdefault(name, []).append(number)
        groups, seen = [], set[str]()
        for start in sums_of:
            if start in seen:
                continue
            names, sums, waiting = dict[str, None](), dict[int, None](), [start]
            while waiting:
                name = waiting.pop()
                if name not in names:
                    names[name] = None
                    for number in sums_of[name]:
                        sums[number] = None
                        whole, parts = self._sums[number]
                        waiting += (whole, *parts)
            seen |= names.keys()
            if any(self._cells[name].secret for name in names):
                own = {name: tuple(self._sums[n] for n in sums_of[name]) for name in names}
                groups.append(_Group(tuple(self._sums[n] for n in sorted(sums)), own))
        return groups

    def _told(self, group: _Group, gone: set[str]) -> str | None:
        """Return a secret for which only its true value remains."""
        ranges = {name: self._range(name, gone) for name in group.sums_of}
        true = {name: self._cells[name].value for name in group.sums_of}
        holes = self._holes(group, gone)
        safe: set[str] = set()
        for name in group.sums_of:
            if not self._cells[name].secret or name in safe:
                continue
            low, high = ranges[name]
            others = [n for n in range(low, min(high, 2 * SMALL) + 1) if n != true[name]]
            others.sort(key=lambda n: abs(n - true[name]))
            search = _Search(true, group, holes)
            world = search.near(name, ranges)
            worlds = (search.world({**ranges, name: (other, other)}) for other in others)
            world = world or next((one for one in worlds if one is not None), None)
            if world is None:
                return name
            safe |= {one for one in world if world[one] != true[one]}
        return None

    def _range(self, name: str, gone: set[str]) -> tuple[int, int]:
        cell = self._cells[name]
        return (0, _BEYOND) if cell.figure in gone else (cell.low, cell.high)

    def _holes(self, group: _Group, gone: set[str]) -> frozenset[str]:
        """Return the cells that a reader knows not to be small: they would be shown as such."""
        return frozenset(
            name
            for name in group.sums_of
            if (cell := self._cells[name]).figure in gone
            and cell.figure == name
            and not cell.secret
        )

    def _next(self, told: str, group: _Group, gone: set[str]) -> str | None:
        """Return the figure to withhold next: beside the secret, and the least loss."""
        beside = {
            name
            for whole, parts in group.sums
            if told in (whole, *parts)
            for name in (whole, *parts)
        }
        wholes = {whole for whole, _ in group.sums}
        could = [
            (name not in beside, cell.value == 0, name in wholes, cell.value, name)
            for name in group.sums_of
            if (cell := self._cells[name]).figure is not None
            and cell.figure not in gone
            and cell.figure != self._cells[told].figure
            and not cell.secret
        ]
        return self._cells[min(could)[-1]].figure if could else None


_BEYOND = 10**9


class _Group(Struct, frozen=True):
    """Cells that hang together.

    Attributes:
        sums: The sums that hold between them.
        sums_of: The cells, each with the sums in which it stands.
    """

    sums: tuple[_Sum, ...]
    sums_of: Mapping[str, tuple[_Sum, ...]]


class _Search(Struct):
    """A search for numbers that fit all sums.

    Attributes:
        true: The numbers themselves.
        group: The sums.
        holes: Those that a reader knows not to be small.
    """

    true: Mapping[str, int]
    group: _Group
    holes: frozenset[str]
    steps: int = 0

    def near(self, name: str, ranges: Mapping[str, tuple[int, int]]) -> Mapping[str, int] | None:
        """Return a world that differs in one number and a few others by one; None, if none is."""
        for depth in _DEPTHS:
            for step in (1, -1):
                if self._may_be(name, self.true[name] + step, ranges):
                    found = self._mended({name: step}, depth, ranges)
                    if found is not None:
                        return found
        return None

    def _mended(
        self, moved: Mapping[str, int], depth: int, ranges: Mapping[str, tuple[int, int]]
    ) -> Mapping[str, int] | None:
        """Return a world in which these numbers are moved, and others so that all sums hold."""
        touching = (one for name in moved for one in self.group.sums_of[name])
        wrong = next((one for one in touching if self._difference(one, moved)), None)
        if wrong is None:
            return {name: value + moved.get(name, 0) for name, value in self.true.items()}
        whole, parts = wrong
        difference = self._difference(wrong, moved)
        for name in (whole, *parts) if depth else ():
            step = -difference if name == whole else difference
            if name not in moved and self._may_be(name, self.true[name] + step, ranges):
                found = self._mended({**moved, name: step}, depth - 1, ranges)
                if found is not None:
                    return found
        return None

    def _difference(self, one: _Sum, moved: Mapping[str, int]) -> int:
        whole, parts = one
        return moved.get(whole, 0) - sum(moved.get(part, 0) for part in parts)

    def _may_be(self, name: str, number: int, ranges: Mapping[str, tuple[int, int]]) -> bool:
        low, high = ranges[name]
        return low <= number <= high and not (name in self.holes and is_small(number))

    def world(self, ranges: Mapping[str, tuple[int, int]]) -> Mapping[str, int] | None:
        """Return such numbers within ranges; None, where there are none or it took too long."""
        self.steps += 1
        narrowed = self._narrow(dict(ranges))
        if narrowed is None or self.steps > _MOST_STEPS:
            return None
        open_ = [(high - low, name) for name, (low, high) in narrowed.items() if high > low]
        if not open_:
            return {name: low for name, (low, _) in narrowed.items()}
        _, name = min(open_)
        low, high = narrowed[name]
        true = self.true[name]
        tries = {*range(low, min(high, low + 2 * SMALL) + 1)}
        tries |= {n for n in range(true - SMALL, true + SMALL + 1) if low <= n <= high}
        # Another world is most often close to the true one.
        nearest = sorted(tries, key=lambda n: (abs(n - true), n))
        found = (self.world({**narrowed, name: (n, n)}) for n in nearest)
        return next((one for one in found if one is not None), None)

    def _narrow(self, ranges: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]] | None:
        """Return ranges without what no sum allows, or None where nothing is left of one."""
        changed, rounds = True, 0
        while changed:
            changed, rounds = False, rounds + 1
            if rounds > _MOST_ROUNDS:
                return None
            for whole, parts in self.group.sums:
                lows = sum(ranges[part][0] for part in parts)
                highs = sum(ranges[part][1] for part in parts)
                new = {whole: (lows, highs)}
                low, high = ranges[whole]
                for part in parts:
                    least, most = ranges[part]
                    new[part] = (low - (highs - most), high - (lows - least))
                for name, (least, most) in new.items():
                    kept = self._kept(name, max(ranges[name][0], least), min(ranges[name][1], most))
                    if kept[0] > kept[1]:
                        return None
                    changed = changed or kept != ranges[name]
                    ranges[name] = kept
        return ranges

    def _kept(self, name: str, low: int, high: int) -> tuple[int, int]:
        if name not in self.holes:
            return low, high
        return SMALL if is_small(low) else low, 0 if is_small(high) else high
