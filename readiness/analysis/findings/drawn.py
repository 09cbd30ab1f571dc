"""What a report draws, each thing once, with the findings that look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from readiness.model.finding import Finding, Position, SeriesShown, Timely

T = TypeVar("T", SeriesShown, Position, Timely)


class Drawn(NamedTuple):
    """What is drawn of findings.

    Attributes:
        series: What is held over time of a fact, with ids of findings; in order of priority.
        positions: Figures among published ones, with ids of findings; in order of priority.
        timely: Shares that are owed to all and held, the furthest from all first.
    """

    series: tuple[tuple[SeriesShown, tuple[str, ...]], ...]
    positions: tuple[tuple[Position, tuple[str, ...]], ...]
    timely: tuple[tuple[Timely, tuple[str, ...]], ...]


def drawn(findings: Iterable[Finding]) -> Drawn:
    """Return what is drawn of findings that were made to be drawn, in order of priority."""
    every = tuple(findings)
    timely = sorted(
        _once(every, lambda finding: finding.timely),
        key=lambda pair: (pair[0].at is None, pair[0].at or 0, pair[0].title),
    )
    return Drawn(
        _once(every, lambda finding: finding.series),
        _once(every, lambda finding: finding.positions),
        tuple(timely),
    )


def _once(
    findings: Iterable[Finding], of: Callable[[Finding], Iterable[T]]
) -> tuple[tuple[T, tuple[str, ...]], ...]:
    """Return what findings hold of each fact, once, with the ids of all that hold it."""
    found: dict[tuple[str, str | None], tuple[T, dict[str, None]]] = {}
    for finding in findings:
        for one in of(finding):
            found.setdefault((one.fact, one.member), (one, {}))[1][finding.id] = None
    return tuple((one, tuple(ids)) for one, ids in found.values())
