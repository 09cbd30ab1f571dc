"""A profile as plain data: what `profile.load` reads, the other way round.

The YAML that is written and the cells of a workbook are both made from this, so that there is one
place which knows how each value is said. Reading it back gives an equal profile; only the places of
statements (file and line) are others.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from readiness.calendar import Cadence, Duration, Period, period_of
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import ContextFigure, Entry, Point, Profile
from readiness.model.values import Judgement, NotYet, Share, Survey, Value
from readiness.model.vocabulary import Place
from readiness.profile.load import NOBODY


class Plain(str):
    """Text that YAML takes as it stands, without quotes: `46.4%`, `14 weeks`, `unknown`."""

    __slots__ = ()


Data = dict[str, Any]


def profile_data(profile: Profile, facts: Mapping[str, Fact]) -> Data:
    """Return a profile as data, with only the sections that say something.

    Args:
        facts: The dictionary by which the facts of the profile are read.
    """
    sections: Data = {
        "council": page_data(profile.council) if profile.council != NOBODY else None,
        "as_of": profile.as_of,
        "facts": facts_data(profile.facts, facts) or None,
        "evidence": {id: page_data(item) for id, item in profile.evidence.items()} or None,
        "standards": {
            name: Plain("none") if standard is None else page_data(standard)
            for name, standard in profile.standards.items()
        }
        or None,
        "plan": None if profile.plan is None else [page_data(entry) for entry in profile.plan],
        "self_evaluation": profile.self_evaluation and page_data(profile.self_evaluation),
        "acceptances": [page_data(one) for one in profile.acceptances] or None,
        "context": context_data(profile.context, facts) or None,
    }
    return {key: value for key, value in sections.items() if value is not None}


def page_data(page: Any) -> Data:
    """Return a page such as an evidence item or a plan entry as data, without what it lacks."""
    made: Data = {}
    for name, field in type(page).model_fields.items():
        value = getattr(page, name)
        if value is not None and (field.is_required() or value != field.get_default()):
            made[field.alias or name] = _plain(value)
    return made


def _plain(value: Any) -> Any:
    """Return what a field holds as data."""
    if hasattr(type(value), "model_fields"):
        return page_data(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Duration):
        return Plain(value)
    return str(value) if isinstance(value, str) else value


# ---- facts ----


def facts_data(entries: Mapping[FactRef, tuple[Entry, ...]], facts: Mapping[str, Fact]) -> Data:
    """Return the facts of a profile as data; members of a family stand below it."""
    made: Data = {}
    for ref, said in entries.items():
        fact = facts[ref.id]
        statements = [entry_data(fact, entry) for entry in said]
        value = statements[0] if len(statements) == 1 else {"conflicting": statements}
        if ref.member is None:
            made[ref.id] = value
        else:
            made.setdefault(ref.id, {})[ref.member] = value
    return made


def entry_data(fact: Fact, entry: Entry) -> Data:
    """Return one statement of a fact in its long form."""
    made: Data = {}
    if entry.series:
        made["series"] = {point.key or "": _in_series(point) for point in entry.points}
    else:
        (point,) = entry.points
        made.update(_said(point))
        if point.period is not None:
            made["period"] = Plain(period_text(point.period, fact.cadence))
    if entry.dated is not None:
        made["dated"] = entry.dated
    if entry.source is not None:
        made["source"] = entry.source
    if entry.evidence is not None:
        made["evidence"] = list(entry.evidence) or Plain("none")
    if entry.note is not None:
        made["note"] = entry.note
    if entry.left_out:
        made["left_out"] = dict(entry.left_out)
    return made


def _in_series(point: Point) -> Any:
    said = _said(point)
    return said["value"] if said.keys() == {"value"} else said


def _said(point: Point) -> Data:
    """Return a value, or what stands instead of it."""
    value = point.value
    if value is None:
        return {point.state.value: point.note if point.note is not None else True}
    if isinstance(value, Judgement):
        parts = {"stands": value.stands and value.stands.value, "by": value.by}
        return {key: part for key, part in parts.items() if part is not None}
    if isinstance(value, Survey):
        made: Data = {"value": value_data(value.share)}
        if value.respondents != value.share.denominator:
            made["respondents"] = value.respondents
        if value.asked is not None:
            made["asked"] = value.asked
        return made
    return {"value": value_data(value)}


def value_data(value: Value) -> Any:
    """Return a value in its short form."""
    if isinstance(value, Share):
        if value.denominator is not None:
            return Plain(f"{value.numerator}/{value.denominator}")
        assert value.value is not None
        return Plain(f"{exact_decimal(value.value * 100)}%")
    if isinstance(value, Duration):
        return Plain(value)
    if isinstance(value, NotYet):
        return Plain("not_yet")
    if isinstance(value, tuple):
        return list(value)
    assert not isinstance(value, (Survey, Judgement))
    return value


def exact_decimal(number: Fraction) -> str:
    """Write a number that was given in decimal figures, exactly."""
    top, bottom = number.as_integer_ratio()
    places = 0
    while bottom > 1 and places < 400:
        places += 1
        top, bottom = Fraction(top * 10, bottom).as_integer_ratio()
    digits = f"{top:0{places + 1}}"
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def period_text(period: Period, cadence: Cadence | None) -> str:
    """Return the shortest text that names a period."""
    return period_key(period, cadence) or f"{period.start.isoformat()}/{period.end.isoformat()}"


def period_key(period: Period, cadence: Cadence | None) -> str | None:
    """Return the key under which a period may stand in a series, or None where it has none."""
    return next(period_keys(period, cadence), None)


def period_keys(period: Period, cadence: Cadence | None) -> Iterator[str]:
    """Yield the keys that name a period, the shortest first."""
    year, month = period.end.year, period.end.month
    quarter, rest = divmod(month, 3)
    keys = [f"{year}", f"{year - 1}-{year % 100:02}", f"{year}-{(year + 1) % 100:02}"]
    if not rest:
        keys.append(f"{year}-Q{quarter}")
    for key in (*keys, f"{year}-{month:02}"):
        with contextlib.suppress(ValueError):
            if period_of(key, cadence) == period:
                yield key


# ---- published figures ----


def context_data(
    context: Mapping[FactRef, tuple[ContextFigure, ...]], facts: Mapping[str, Fact]
) -> Data:
    """Return published figures as data."""
    made: Data = {}
    for ref, figures in context.items():
        listed = [dict(_figure(facts[ref.id], ref.member, figure)) for figure in figures]
        made.setdefault(ref.id, []).extend(listed)
    return made


def _figure(fact: Fact, member: str | None, figure: ContextFigure) -> Iterator[tuple[str, Any]]:
    yield "place", figure.place.value
    if member is not None:
        yield "for", member
    if figure.place is Place.NEIGHBOURS:
        yield "values", [_read_value(value) for value in figure.values]
        if figure.withheld:
            yield "withheld", figure.withheld
    else:
        yield "value", _read_value(figure.values[0])
    yield "period", Plain(period_text(figure.period, fact.cadence))
    yield "published", figure.published
    yield "source", figure.source


def _read_value(value: Value) -> Any:
    return value_data(value.share if isinstance(value, Survey) else value)
