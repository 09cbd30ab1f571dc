"""Where things lie in the drawings of a report: plain numbers, worked out without a float.

Every drawing is there twice: as lines, and as words or a table beside it that say the same.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from readiness.model.finding import Position, SeriesShown, Timely, Totals
from readiness.model.values import amount, percent
from readiness.model.vocabulary import Place

WIDTH = 600
"""Width of the bar of verdicts in its own units; a page scales it."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 572, 12, 160
_APART = 15
"""How far apart words are at least that are written at levels."""
_STRIP_LEFT, _STRIP_RIGHT = 10, 230


class Segment(NamedTuple):
    """A part of the bar of verdicts."""

    name: str
    size: int
    x: str
    width: str


class Mark(NamedTuple):
    """A point of a chart; `far` where it lies outside the limits."""

    x: str
    y: str
    far: bool


class Line(NamedTuple):
    """A level line of a chart from where it begins, with what is written at its end."""

    name: str
    x: str
    y: str
    text: str
    text_y: str


class Trend(NamedTuple):
    """A chart of values over time.

    Attributes:
        paths: The points that follow each other without a gap, as the lines through them.
    """

    paths: tuple[str, ...]
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    first: str
    last: str


class Strip(NamedTuple):
    """A council's figure among others, on one line from nothing to the highest, or to all."""

    council: str
    england: str | None
    region: str | None
    neighbours: str | None
    among: tuple[str, ...]


def bar(totals: Totals) -> tuple[Segment, ...]:
    """Return the bar of verdicts, worst first."""
    counts = (
        ("not met", totals.not_met),
        ("not known", totals.unknown),
        ("met", totals.met),
        ("not applicable", totals.not_applicable),
    )
    x = Fraction()
    made = []
    for name, count in counts:
        width = Fraction(WIDTH * count, max(1, totals.all))
        made.append(Segment(name, count, _number(x), _number(width)))
        x += width
    return tuple(made)


def trend(series: SeriesShown) -> Trend | None:
    """Return the chart of a series; None where fewer than two of its points are shown."""
    points = [point.at for point in series.points]
    held = [at for at in points if at is not None]
    if len(held) < 2:
        return None
    limits = series.limits
    levels = [*held, *([limits.lower, limits.upper] if limits else [])]
    low, high = min(levels), max(levels)
    step = Fraction(_RIGHT - _LEFT, len(points) - 1)

    def y(at: Fraction) -> Fraction:
        return _scaled(at, low, high, _BOTTOM, _TOP)

    marks: list[Mark] = []
    paths: list[list[str]] = [[]]
    for number, at in enumerate(points):
        if at is None:
            paths.append([])
            continue
        x, height = _number(_LEFT + number * step), _number(y(at))
        recent = limits is not None and number >= len(points) - series.charted
        far = recent and limits is not None and not limits.lower <= at <= limits.upper
        marks.append(Mark(x, height, far))
        paths[-1].append(f"{x},{height}")
    return Trend(
        tuple(" ".join(path) for path in paths if len(path) > 1),
        tuple(marks),
        tuple(_lines(series, _LEFT + step * max(0, len(points) - series.charted), low, high, y)),
        series.points[0].period,
        series.points[-1].period,
    )


def _lines(
    series: SeriesShown,
    start: Fraction,
    low: Fraction,
    high: Fraction,
    y: Callable[[Fraction], Fraction],
) -> list[Line]:
    """Return the limits and average of a chart, or its highest and lowest value without them."""
    limits = series.limits
    if limits is not None:
        named = [("upper", limits.upper), ("average", limits.mean), ("lower", limits.lower)]
    else:
        start = Fraction(_LEFT)
        named = [("highest", high), ("lowest", low)] if low < high else [("always", high)]
    made = []
    above = Fraction(-_APART)
    for name, level in named:
        above = max(y(level) + 4, above + _APART)
        text = f"{name} {_shown(level, series.unit)}"
        made.append(Line(name, _number(start), _number(y(level)), text, _number(above)))
    return made


def strip(position: Position) -> Strip:
    """Return where a council's figure lies among others."""
    beside = {one.place: one for one in position.beside}
    levels = [position.at, *(one.at for one in position.beside)]
    levels += [at for one in position.beside for at in one.among]
    whole = position.unit == "per cent" and max(levels) > Fraction(1, 2)
    low, high = min(Fraction(), *levels), Fraction(1) if whole else max(levels)

    def x(at: Fraction) -> str:
        return _number(_scaled(at, low, high, _STRIP_LEFT, _STRIP_RIGHT))

    def of(place: Place) -> str | None:
        return x(beside[place].at) if place in beside else None

    neighbours = beside.get(Place.NEIGHBOURS)
    return Strip(
        x(position.at),
        of(Place.ENGLAND),
        of(Place.REGION),
        of(Place.NEIGHBOURS),
        tuple(x(at) for at in neighbours.among) if neighbours else (),
    )


def reach(timely: Timely) -> str | None:
    """Return the width of a bar that is 100 wide where the share is all."""
    return None if timely.at is None else _number(timely.at * 100)


def _scaled(at: Fraction, low: Fraction, high: Fraction, start: int, end: int) -> Fraction:
    """Return where a level lies between two ends; in the middle where all levels are the same."""
    part = (at - low) / (high - low) if high > low else Fraction(1, 2)
    return start + part * (end - start)


def _number(value: Fraction) -> str:
    return amount(round(value, 1)).replace(",", "")


def _shown(level: Fraction, unit: str) -> str:
    return percent(level) if unit == "per cent" else amount(round(level, 1))
