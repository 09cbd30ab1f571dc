"""What a report draws, as plain data: the very points, figures and limits of its charts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from readiness.analysis.findings.drawn import drawn
from readiness.model.finding import Beside, Finding, Position, SeriesShown, Timely
from readiness.model.values import amount

if TYPE_CHECKING:
    from readiness.render.shapes.check import (
        BesideData,
        ChartsData,
        PositionData,
        SeriesData,
        TimelinessData,
    )

PER_CENT = "per cent"


def charts_data(findings: Iterable[Finding]) -> ChartsData:
    """Return what is drawn of findings that were made to be drawn, each thing once."""
    once = drawn(findings)
    return {
        "series": [_series(one, ids) for one, ids in once.series],
        "positions": [_position(one, ids) for one, ids in once.positions],
        "timeliness": [_timely(one, ids) for one, ids in once.timely],
    }


def _series(one: SeriesShown, findings: tuple[str, ...]) -> SeriesData:
    limits = one.limits
    return {
        "fact": one.fact,
        "member": one.member,
        "title": one.title,
        "unit": one.unit,
        "better": one.better,
        "findings": list(findings),
        "points": [
            {
                "period": point.period,
                "text": point.text,
                "value": None if point.at is None else _level(point.at, one.unit),
            }
            for point in one.points
        ],
        "limits": limits
        and {
            "average": _level(limits.mean, one.unit),
            "lower": _level(limits.lower, one.unit),
            "upper": _level(limits.upper, one.unit),
            "text": limits.words,
        },
        "charted": one.charted,
        "signals": list(one.signals),
    }


def _position(one: Position, findings: tuple[str, ...]) -> PositionData:
    return {
        "fact": one.fact,
        "member": one.member,
        "title": one.title,
        "unit": one.unit,
        "better": one.better,
        "findings": list(findings),
        "value": _level(one.at, one.unit),
        "text": one.text,
        "period": one.period,
        "beside": [_beside(figure, one.unit) for figure in one.beside],
    }


def _beside(one: Beside, unit: str) -> BesideData:
    return {
        "place": one.place,
        "value": _level(one.at, unit),
        "text": one.text,
        "period": one.period,
        "source": one.source,
        "among": [_level(at, unit) for at in one.among],
    }


def _timely(one: Timely, findings: tuple[str, ...]) -> TimelinessData:
    return {
        "fact": one.fact,
        "member": one.member,
        "title": one.title,
        "findings": list(findings),
        "value": None if one.at is None else _level(one.at, PER_CENT),
        "text": one.text,
        "period": one.period,
        "missed": one.missed,
        "overdue_title": one.overdue_title,
        "overdue": one.overdue,
    }


def _level(at: Fraction, unit: str) -> str:
    """Return where something lies, as a decimal number in its unit."""
    return amount(round(at * 100 if unit == PER_CENT else at, 4)).replace(",", "")
