"""A council's profile from published statistics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec import structs

from readiness.calendar import Period
from readiness.model.expectation import Source
from readiness.model.facts import Fact, FactRef, PublishedAs
from readiness.model.profile import (
    NEIGHBOURS_NEEDED,
    ContextFigure,
    CouncilHeader,
    Entry,
    EvidenceItem,
    Point,
    Profile,
    State,
)
from readiness.model.values import Share, Value, magnitude
from readiness.model.vocabulary import NUMERIC_TYPES, EvidenceKind, FactType, Place
from readiness.returns.dfe import ENGLAND, Area, Published, Reference, published_facts

COMPARED = NUMERIC_TYPES - {FactType.COUNT}
"""Types that are set beside England's figure; a council's size says nothing beside England's, and
neither a count nor a number of which neither more nor fewer is better is anything else."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A profile from published statistics, and what to say of it in a few lines."""

    profile: Profile
    summary: tuple[str, ...]


def fill(
    published: Published,
    code: str,
    facts: Mapping[str, Fact],
    sources: Mapping[str, Source],
    *,
    reference: Reference | None = None,
    as_of: date | None = None,
    summary: bool = True,
) -> Filled:
    """Return the profile of one area.

    Args:
        code: DfE or ONS code.
        sources: Holds the release of every published fact; its edition is the day of publication.
        as_of: Evaluation date to write into the profile.
        summary: Whether to say what was filled and what was not.

    Raises:
        UsageError: If no area has the code.
    """
    reference = reference or Reference()
    area = published.area(code)
    neighbours = reference.neighbours.get(area.code, ())
    facts = {fact.id: fact for fact in published_facts(facts.values())}
    entries: dict[FactRef, tuple[Entry, ...]] = {}
    context: dict[FactRef, tuple[ContextFigure, ...]] = {}
    for id, places in published.figures.items():
        fact, ref = facts[id], FactRef.read(id)
        release = _published_as(fact)
        if release.of_neighbours is not None:
            extreme = _of_neighbours(fact, release, places, neighbours)
            if extreme is not None:
                entries[ref] = (extreme,)
            continue
        points = places.get(area.code, ())
        if points:
            entries[ref] = (_entry(fact, release, points),)
        edition = sources[release.release].edition
        figures = tuple(_context(fact, release, edition, places, area, neighbours))
        if figures:
            context[ref] = figures
    used = [_published_as(facts[str(ref)]) for ref in entries]
    profile = Profile(
        CouncilHeader(
            name=area.name, code=area.ons, kind=reference.kinds.get(area.code), region=area.region
        ),
        as_of,
        entries,
        dict(_evidence(used, sources)),
        context=context,
    )
    words = _summary(profile, published, area, reference) if summary else ()
    return Filled(profile, tuple(words))


def _published_as(fact: Fact) -> PublishedAs:
    assert fact.published_as is not None
    return fact.published_as


def _entry(fact: Fact, release: PublishedAs, points: Sequence[Point]) -> Entry:
    series = release.series and fact.type in NUMERIC_TYPES
    kept = points if series else points[-1:]
    notes = dict.fromkeys(p.note for p in kept if p.state is State.VALUE and p.note)
    plain = (structs.replace(p, note=None) if p.state is State.VALUE else p for p in kept)
    return Entry(
        FactRef.read(fact.id),
        tuple(plain) if series else tuple(structs.replace(p, key=None) for p in plain),
        series,
        evidence=(release.release,),
        source=f"{release.file}.csv",
        note="; ".join(notes) or None,
    )


def _of_neighbours(
    fact: Fact,
    release: PublishedAs,
    places: Mapping[str, Sequence[Point]],
    neighbours: Sequence[str],
) -> Entry | None:
    """Return the neighbours' lowest or highest figure of the newest period, if enough have one."""
    period = _newest(places)
    values = _values(fact, places, neighbours, period)
    if len(values) < NEIGHBOURS_NEEDED:
        return None
    extreme = (min if release.of_neighbours == "lowest" else max)(
        values, key=lambda value: magnitude(value, fact) or 0
    )
    few = (
        f"{len(values)} of {len(neighbours)} neighbours" if len(values) < len(neighbours) else None
    )
    return Entry(
        FactRef.read(fact.id),
        (Point(State.VALUE, extreme, None, period),),
        False,
        evidence=(release.release,),
        source=f"{release.file}.csv",
        note=few,
    )


def _evidence(
    used: Iterable[PublishedAs], sources: Mapping[str, Source]
) -> Iterator[tuple[str, EvidenceItem]]:
    """Yield one item for each release, naming the files that were read."""
    files: dict[str, dict[str, None]] = {}
    for published in used:
        files.setdefault(published.release, {})[f"{published.file}.csv"] = None
    for id, names in sorted(files.items()):
        source = sources[id]
        yield (
            id,
            EvidenceItem(
                title=source.title,
                kind=EvidenceKind.PUBLISHED_STATISTIC,
                dated=source.edition,
                note=f"Read from {', '.join(names)}.",
            ),
        )


def _context(
    fact: Fact,
    release: PublishedAs,
    edition: date,
    places: Mapping[str, Sequence[Point]],
    area: Area,
    neighbours: Sequence[str],
) -> Iterator[ContextFigure]:
    """Yield the newest figures of England, the region and the statistical neighbours."""
    if fact.type not in COMPARED or (fact.type is FactType.NUMBER and fact.better is None):
        return
    for place, key in ((Place.ENGLAND, ENGLAND), (Place.REGION, area.region)):
        usable = [point for point in places.get(key or "", ()) if _usable(point)]
        if usable:
            last = usable[-1]
            assert last.value is not None
            assert last.period is not None
            yield ContextFigure(place, (last.value,), last.period, edition, release.release)
    newest = _newest(places)
    values = _values(fact, places, neighbours, newest)
    if newest is not None and values:
        withheld = len(neighbours) - len(values)
        yield ContextFigure(
            Place.NEIGHBOURS, tuple(values), newest, edition, release.release, withheld
        )


def _values(
    fact: Fact,
    places: Mapping[str, Sequence[Point]],
    neighbours: Sequence[str],
    period: Period | None,
) -> list[Value]:
    """Return the neighbours' usable figures of a period, nearest neighbour first."""
    return [
        point.value
        for code in neighbours
        for point in places.get(code, ())
        if point.period == period
        and point.value is not None
        and _usable(point)
        and not _too_few(point.value, fact)
    ]


def _newest(places: Mapping[str, Sequence[Point]]) -> Period | None:
    """Return the newest period of which anybody has a figure."""
    periods = [points[-1].period for points in places.values()]
    return max((p for p in periods if p is not None), key=lambda p: p.end, default=None)


def _usable(point: Point) -> bool:
    """Whether a point can be compared with: a value, and not 0 of 0."""
    return point.state is State.VALUE and not (
        isinstance(point.value, Share) and point.value.value is None
    )


def _too_few(value: Value, fact: Fact) -> bool:
    """Whether a share rests on too few cases to be set beside others."""
    base = value.denominator if isinstance(value, Share) else None
    return base is not None and fact.smallest_base is not None and base < fact.smallest_base


# ---- what to say ----


def _summary(
    profile: Profile, published: Published, area: Area, reference: Reference
) -> Iterator[str]:
    newest = {str(ref): entry.points[-1] for ref, (entry,) in profile.facts.items()}
    asked = (
        len(published.figures)
        + len(published.empty)
        + sum(len(facts) for facts in published.missing.values())
    )
    filled = sum(point.state is State.VALUE for point in newest.values())
    yield f"{area.name} ({area.code}): {filled} of {asked} published facts have a figure"
    withheld: dict[str, list[str]] = {}
    for id, point in newest.items():
        if point.state is not State.VALUE:
            state = point.state.value.replace("_", " ")
            withheld.setdefault(f"{state} ({point.note})", []).append(id)
    for words, ids in sorted(withheld.items()):
        yield f"  {words}: {', '.join(ids)}"
    absent = [id for id, places in published.figures.items() if area.code not in places]
    if absent:
        yield f"  no row for this area: {', '.join(absent)}"
    if published.empty:
        yield f"  no figure in the file: {', '.join(published.empty)}"
    for file, facts in published.missing.items():
        yield f"  no file {file}, so nothing of: {', '.join(facts)}"
    few: dict[str, dict[str, None]] = {}
    for years, file in _fewer_years(profile, published, area):
        few.setdefault(years, {})[file] = None
    for years, files in few.items():
        yield f"  fewer years than others (was the area reorganised?), {years}: {', '.join(files)}"
    for id, item in profile.evidence.items():
        if profile.as_of is not None and item.dated > profile.as_of:
            yield f"  published after {profile.as_of.isoformat()}: {id}, {item.dated.isoformat()}"
    if not reference.neighbours:
        yield "  no statistical neighbours: name the folder of their file with --reference"
    elif area.code not in reference.neighbours:
        yield "  no statistical neighbours: their file does not hold this area"


def _fewer_years(profile: Profile, published: Published, area: Area) -> Iterator[tuple[str, str]]:
    """Yield the years of this area and of all, and the file, where the area lacks some."""
    for ref, (entry,) in profile.facts.items():
        places = published.figures[str(ref)]
        keys = sorted({point.key or "" for points in places.values() for point in points})
        mine = [point.key or "" for point in places.get(area.code, ())]
        if mine and (mine[0], mine[-1]) != (keys[0], keys[-1]):
            yield f"{_span(mine)} of {_span(keys)}", entry.source or ""


def _span(keys: Sequence[str]) -> str:
    return keys[0] if keys[0] == keys[-1] else f"{keys[0]} to {keys[-1]}"
