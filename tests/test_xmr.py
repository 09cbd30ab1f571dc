"""XmR charts: each rule at its border, and what no chart may depend on."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.engine.xmr import RUN, Chart

OUTSIDE = "outside"
ONE_SIDE = "one side"
MONOTONE = "run"
NEAR = "near limit"


def fired(made: Chart, look_at: int) -> set[str]:
    return {signal.rule for signal in made.signals(look_at)}


def chart(*points: int | Fraction) -> Chart:
    return Chart(tuple(Fraction(point) for point in points))


def test_the_limits_are_266_hundredths_of_the_mean_moving_range_away() -> None:
    made = chart(10, 12, 10, 14)  # moves of 2, 2 and 4
    assert made.mean == Fraction(23, 2)
    assert made.reach == Fraction(266, 100) * Fraction(8, 3)


def test_a_single_point_has_no_reach() -> None:
    assert chart(7).reach == 0
    assert chart(7).signals(1) == ()


FLAT = (10,) * 12
SAW = (10, 12) * 6


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param(FLAT, (), id="never moves"),
        pytest.param(SAW, (), id="up and down within the limits"),
        pytest.param((*SAW, 30), (OUTSIDE,), id="one far above"),
        pytest.param((*SAW, -8), (OUTSIDE,), id="one far below"),
        pytest.param((10, 12, 10, 12, 10, *(13, 14) * 4), (ONE_SIDE,), id="8 above the mean"),
        pytest.param((10, 9, 8, 7, 6, 5, 4, 5, 6, 7, 8, 9, 10), (MONOTONE,), id="7 rising"),
        pytest.param((4, 5, 6, 7, 8, 9, 10, 9, 8, 7, 6, 5, 4), (MONOTONE,), id="7 falling"),
        pytest.param((9, 4, 5, 6, 7, 8, 9, 4, 9, 4, 9, 4), (), id="6 rising"),
        pytest.param((*SAW, 16, 16), (NEAR,), id="2 in the upper outer third"),
        pytest.param((*SAW, 6, 6), (NEAR,), id="2 in the lower outer third"),
        pytest.param((*SAW, *SAW, 16, 12, 16), (NEAR,), id="2 of 3 in the upper outer third"),
        pytest.param((*SAW, *SAW, 16, 12, 6), (), id="one near each limit"),
    ],
)
def test_rules_fire(points: tuple[int, ...], expected: tuple[str, ...]) -> None:
    rules = fired(chart(*points), 7)
    assert set(expected) <= rules
    assert expected or not rules


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param((*SAW, 30), (OUTSIDE, True, 12, 12), id="far above"),
        pytest.param((*SAW, -8), (OUTSIDE, False, 12, 12), id="far below"),
        pytest.param((10, 12, 10, 12, 10, *(13, 14) * 4), (ONE_SIDE, True, 5, 12), id="8 high"),
        pytest.param((20, 18, 20, 18, 20, *(7, 6) * 4), (ONE_SIDE, False, 5, 12), id="8 low"),
        pytest.param((10, 9, 8, 7, 6, 5, 4, 3, 5), (MONOTONE, False, 0, 7), id="8 falling"),
        pytest.param((4, 3, 4, 5, 6, 7, 8, 9, 5), (MONOTONE, True, 1, 7), id="7 rising"),
        pytest.param((*SAW, 6, 6), (NEAR, False, 11, 13), id="2 of 3 near the lower limit"),
        pytest.param((*SAW, 16, 16), (NEAR, True, 11, 13), id="2 of 3 near the upper limit"),
    ],
)
def test_a_signal_says_which_way_and_where(
    points: tuple[int, ...], expected: tuple[str, bool, int, int]
) -> None:
    assert expected in chart(*points).signals(len(points))


def test_a_signal_counts_only_among_the_last_points() -> None:
    early = chart(30, *SAW)
    assert OUTSIDE in fired(early, 13)
    assert OUTSIDE not in fired(early, 12)


def test_a_run_that_ends_before_the_last_points_does_not_count() -> None:
    falling = (20, 18, 16, 14, 12, 10, 8, 14, 13, 15, 13, 15, 14)
    assert MONOTONE in fired(chart(*falling), 7)
    assert MONOTONE not in fired(chart(*falling), 6)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((0, 1, 2, 3, 4, 5, 6), 1),
        ((6, 5, 4, 3, 2, 1, 0), -1),
        ((0, 1, 2, 3, 4, 5), 0),
        ((0, 1, 2, 3, 3, 4, 5), 0),
        ((0, 0, 0, 0, 0, 9, 8, 9, 8, 9, 8, 9), 1),
        ((9, 9, 9, 9, 9, 0, 1, 0, 1, 0, 1, 0), -1),
        ((5, 5, 5, 5, 5, 5, 5), 0),
        ((0, 1, 2, 3, 4, 5, 6, 0), 0),
    ],
)
def test_a_run_is_seven_points_at_the_end(points: tuple[int, ...], expected: int) -> None:
    assert chart(*points).run() == expected


SERIES = st.lists(st.integers(-50, 50), min_size=1, max_size=30)


@given(SERIES, st.integers(1, 12))
def test_upside_down_the_same_rules_fire(points: list[int], look_at: int) -> None:
    over, under = chart(*points), chart(*(-point for point in points))
    turned = tuple(signal._replace(up=not signal.up) for signal in under.signals(look_at))
    assert over.signals(look_at) == turned
    assert over.run() == -under.run()


@given(SERIES, st.integers(1, 12), st.integers(-20, 20), st.integers(1, 9))
def test_unit_and_origin_do_not_matter(
    points: list[int], look_at: int, origin: int, unit: int
) -> None:
    moved = chart(*(Fraction(point + origin, unit) for point in points))
    assert moved.signals(look_at) == chart(*points).signals(look_at)
    assert moved.run() == chart(*points).run()


@given(SERIES, st.integers(1, 11))
def test_looking_further_back_only_adds_signals(points: list[int], look_at: int) -> None:
    made = chart(*points)
    assert set(made.signals(look_at)) <= set(made.signals(look_at + 1))


@given(SERIES)
def test_a_run_is_a_signal(points: list[int]) -> None:
    made = chart(*points)
    if made.run():
        assert {ONE_SIDE, MONOTONE} & fired(made, 1)
        assert len(points) >= RUN
