"""Hidden counts that no sum tells: attacked by trying every number that fits what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readiness.model.disclosure import SMALL, is_small
from readiness.model.withholding import Figures


def family(counts: Sequence[int], total: bool = True) -> Figures:
    """Return members m0, m1, …, whose total is known."""
    figures = Figures()
    for number, count in enumerate(counts):
        figures.count(f"m{number}", count)
    if total:
        figures.known("all", sum(counts))
        figures.adds_up("all", *(f"m{n}" for n in range(len(counts))))
    return figures


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([3, 20, 40], {"m1"}),
        ([3, 40, 20], {"m2"}),
        ([1, 1, 20], {"m2"}),
        ([5, 5, 20], {"m2"}),
        ([2, 3, 20], set()),
        ([0, 6, 20], set()),
        ([4], set()),
        ([3, 0], set()),
        ([3, 0, 9], {"m2"}),
    ],
)
def test_a_small_member_of_a_family_is_not_left_alone(
    counts: list[int], expected: set[str]
) -> None:
    assert family(counts).withheld() == expected


def test_without_a_known_total_nothing_is_told() -> None:
    assert family([3, 20, 40], total=False).withheld() == frozenset()


def test_a_sum_that_does_not_hold_tells_nothing() -> None:
    figures = Figures()
    for name, count in {"all": 30, "a": 3, "b": 20}.items():
        figures.count(name, count)
    figures.adds_up("all", "a", "b")
    figures.adds_up("all", "a", "nothing of this name")
    assert figures.withheld() == frozenset()


def test_a_part_beside_two_wholes() -> None:
    figures = Figures()
    figures.count("issued", 38)
    figures.share("without exceptions", 15, 35)
    figures.share("with exception", 3, 38)
    figures.adds_up("issued", "without exceptions of", "with exception in")
    figures.adds_up("issued", "with exception of")
    assert figures.withheld() == {"without exceptions"}


@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=4),
    st.lists(st.integers(50, 90), min_size=5, max_size=5),
    st.booleans(),
)
def test_a_sum_tells_no_less_where_another_source_disagrees(
    counts: list[int], others: list[int], after: bool
) -> None:
    """What one source says adds up, whatever another says beside it, and whoever is named first.

    The other is so far away that nothing adds up by chance, which would withhold more.
    """
    alone = Figures()
    both = Figures()
    others[0] += 1000
    for number, count in enumerate([sum(counts), *counts]):
        name, first, second = f"n{number}", f"n{number}", f"n{number}, source 2"
        mine, theirs = (first, second) if after else (second, first)
        alone.count(name, count)
        both.count(mine, count)
        both.count(theirs, others[number])
        both.otherwise(name, second)
    names = [f"n{number}" for number in range(len(counts) + 1)]
    alone.adds_up(*names)
    both.adds_up(*names)
    assert bool(both.withheld()) is bool(alone.withheld())


def test_what_adds_up_by_chance_tells_too() -> None:
    figures = Figures()
    for name, count, other in (("all", 1, 51), ("a", 0, 50), ("b", 1, 50)):
        figures.count(name, count)
        figures.count(f"{name}, source 2", other)
        figures.otherwise(name, f"{name}, source 2")
    figures.adds_up("all", "a", "b")
    assert "a, source 2" in figures.withheld()  # 51 = 50 + 1, whoever meant it so


def test_too_many_ways_of_adding_up_are_withheld_unseen() -> None:
    figures = Figures()
    names = [f"n{number}" for number in range(8)]
    for name in names:
        figures.count(name, 40)
        for number in (2, 3):
            figures.count(f"{name}, source {number}", 40 + number)
            figures.otherwise(name, f"{name}, source {number}")
    figures.count("all", 400)
    figures.adds_up("all", *names)
    assert figures.withheld() == {
        name + more for name in names for more in ("", ", source 2", ", source 3")
    }


def test_what_was_not_looked_at_may_be_anything() -> None:
    figures = Figures()
    for name, count in {"used": 50, "counted": 40, "left out": 3}.items():
        figures.count(name, count)
    figures.unseen("outside", 7)
    figures.adds_up("used", "counted", "left out", "outside")
    assert figures.withheld() == frozenset()
    figures = Figures()
    for name, count in {"used": 43, "counted": 40, "left out": 3}.items():
        figures.count(name, count)
    figures.adds_up("used", "counted", "left out")
    assert figures.withheld() == {"counted"}


# ---- the attack

Sums = Mapping[str, tuple[str, ...]]


def could_be(value: int, gone: bool, most: int) -> list[int]:
    """Return what a reader takes a number for."""
    if gone:
        return [0, *range(SMALL, most + 1)]
    return list(range(1, SMALL)) if is_small(value) else [value]


def worlds(
    counts: Mapping[str, int], sums: Sums, gone: frozenset[str], most: int
) -> Iterator[dict[str, int]]:
    """Yield everything that fits what is shown and all sums."""
    names = list(counts)
    for values in product(*(could_be(counts[name], name in gone, most) for name in names)):
        world = dict(zip(names, values, strict=True))
        if all(world[whole] == sum(world[part] for part in parts) for whole, parts in sums.items()):
            yield world


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4), st.booleans())
@example([3, 8, 0, 7], True)
@example([1, 1, 1, 9], True)
@example([5, 5, 5, 5], False)
def test_two_families_with_a_total_in_common(counts: list[int], beside: bool) -> None:
    """Two ways to divide the same total, and a total of totals: none tells a small count."""
    a, b, c, d = counts
    values = {"a": a, "b": b, "c": c, "total": a + b + c}
    sums: dict[str, tuple[str, ...]] = {"total": ("a", "b", "c")}
    if beside:
        values |= {"d": d, "whole": a + b + c + d}
        sums["whole"] = ("total", "d")
    figures = Figures()
    for name, value in values.items():
        figures.count(name, value)
    for whole, parts in sums.items():
        figures.adds_up(whole, *parts)
    gone = figures.withheld()
    fits = list(worlds(values, sums, gone, 2 * max(values.values()) + SMALL))
    for name, value in values.items():
        if is_small(value):
            assert len({world[name] for world in fits}) > 1, (values, gone)
    assert not gone or any(is_small(value) for value in values.values())


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 9))
def test_a_share_beside_a_count_and_what_was_left_out(part: int, rest: int, left: int) -> None:
    figures = Figures()
    figures.count("used", part + rest + left)
    figures.share("share", part, part + rest)
    figures.count("left", left)
    figures.adds_up("used", "share of", "left")
    gone = figures.withheld()
    if is_small(left):
        whole = part + rest
        shown_whole = "share" not in gone and not is_small(whole)
        shown_used = "used" not in gone and not is_small(whole + left)
        assert not (shown_whole and shown_used), (part, rest, left)
