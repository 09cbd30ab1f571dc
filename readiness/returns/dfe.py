"""Reading what the Department for Education publishes of every council, as CSV files.

Nothing here knows any single fact: the dictionary says of each in which file and columns its
figure stands (`published_as`), and one reader serves all of them. Each file is read once, for all
areas and all facts.

A marker in a number column never becomes a number: `x`, `-` and an empty cell are not collected,
`c` and `low` are suppressed, `u` is unreliable, `z` is not applicable.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path

from readiness.calendar import Cadence, Period, period_of
from readiness.errors import InvalidProfile, Problem, UsageError
from readiness.files import too_large
from readiness.model.facts import Fact, FactRef, PublishedAs
from readiness.model.profile import Point, State
from readiness.model.values import Unfit, Value, near, parse, share_from_counts
from readiness.model.vocabulary import Council, FactType, Place, Region

LARGEST_FILE = 100_000_000
"""Bytes of one file; the largest that is published has some millions."""

ENGLAND = Place.ENGLAND.value
"""The key of England's figures; a region's is its id, an area's its DfE code."""


@dataclass(frozen=True, slots=True)
class Area:
    """A council as the newest row of its files names it.

    Attributes:
        code: DfE code of three digits, which an area keeps through the years.
        ons: ONS code, which changes when a boundary does.
    """

    code: str
    name: str
    ons: str | None
    region: Region | None


@dataclass(frozen=True, slots=True)
class Published:
    """What the files of a folder say.

    Attributes:
        areas: By DfE code.
        figures: For each fact and place one point a period, oldest first. Periods for which no
            place has a figure are left out. The note of a point with a value says what is
            particular about it.
        missing: Files that are not in the folder, each with the facts that it would fill.
        empty: Facts whose file is there but holds no figure of theirs.
    """

    areas: Mapping[str, Area]
    figures: Mapping[str, Mapping[str, tuple[Point, ...]]]
    missing: Mapping[str, tuple[str, ...]]
    empty: tuple[str, ...]

    def area(self, code: str) -> Area:
        """Return the area with a DfE code (302) or an ONS code (E09000003).

        Raises:
            UsageError: With the nearest codes and names.
        """
        asked = code.strip().upper()
        if asked in self.areas:
            return self.areas[asked]
        for area in self.areas.values():
            if area.ons == asked:
                return area
        raise UsageError(f"no area in these files has the code '{code}'; {self._near(code)}")

    def current(self) -> list[str]:
        """Return the codes of areas with a figure of the newest period of any fact, in order.

        An area that was dissolved has none; its last figures stay in the files.
        """
        held: set[str] = set()
        for places in self.figures.values():
            last = [points[-1] for points in places.values()]
            newest = max((p.period.end for p in last if p.period is not None), default=None)
            for code, points in places.items():
                point = points[-1]
                if point.state is State.VALUE and point.period and point.period.end == newest:
                    held.add(code)
        return [code for code in self.areas if code in held]

    def _near(self, code: str) -> str:
        asked = code.strip().casefold()
        names = {area.name.casefold(): area for area in self.areas.values()}
        ons = {area.ons.casefold(): area for area in self.areas.values() if area.ons}
        found = [area for name, area in names.items() if len(asked) > 2 and asked in name]
        for keys in (names, ons, dict(self.areas)):
            found += [keys[key] for key in get_close_matches(asked, list(keys), n=3, cutoff=0.6)]
        if found:
            few = list(dict.fromkeys(found))[:3]
            return ", ".join(f"{area.code} is {area.name}" for area in few)
        return "give a DfE code such as 302, or an ONS code such as E09000003"


@dataclass(frozen=True, slots=True)
class Reference:
    """What is known of councils beside their figures; any of it may be missing.

    Attributes:
        kinds: Type of council by DfE code.
        neighbours: The ten statistical neighbours by DfE code, nearest first.
    """

    kinds: Mapping[str, Council] = field(default_factory=dict)
    neighbours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_published(folder: Path, facts: Iterable[Fact]) -> Published:
    """Return what the CSV files of a folder say of every area.

    Args:
        facts: The dictionary; those without `published_as` are passed over.

    Raises:
        InvalidProfile: With every problem found: no such folder, none of the files, a file that
            is not UTF-8, a column that is not there, text where a number belongs.
    """
    dictionary = list(published_facts(facts))
    by_file: dict[str, list[Fact]] = {}
    for fact in dictionary:
        if fact.published_as is not None:
            by_file.setdefault(fact.published_as.file, []).append(fact)
    if not folder.is_dir():
        raise InvalidProfile(
            [Problem(folder.as_posix(), 0, 0, "there is no such folder", "name the folder")]
        )
    build = _Build()
    missing: dict[str, tuple[str, ...]] = {}
    for name, wanted in sorted(by_file.items()):
        path = folder / f"{name}.csv"
        if path.is_file():
            build.read(path, wanted)
        else:
            missing[path.name] = tuple(fact.id for fact in wanted)
    if missing and len(missing) == len(by_file):
        help = f"it should hold files such as {', '.join(list(missing)[:3])}"
        problem = Problem(folder.as_posix(), 0, 0, "no published file is in this folder", help)
        raise InvalidProfile([problem])
    if build.faults.problems:
        raise InvalidProfile(build.faults.all())
    return build.finish([fact.id for fact in dictionary], missing)


def published_facts(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield the facts that are published; of a family each member that is, as a fact of its own."""
    for fact in facts:
        published = fact.published_as
        if published is not None and fact.for_each is None:
            yield fact
        elif published is not None:
            for member, more in published.members.items():
                own = published.model_copy(update={"where": {**published.where, **more}})
                id = str(FactRef(fact.id, member))
                yield fact.model_copy(update={"id": id, "for_each": None, "published_as": own})


def read_reference(folder: Path | None) -> Reference:
    """Return types of council and statistical neighbours, from the files that are there.

    Args:
        folder: Holds `la_lookup.csv`, and `stat_neighbours_2025.csv` or a later year's; None for
            no folder.

    Raises:
        InvalidProfile: With every problem found, also where the folder does not exist.
    """
    if folder is None:
        return Reference()
    if not folder.is_dir():
        problem = Problem(folder.as_posix(), 0, 0, "there is no such folder", "name the folder")
        raise InvalidProfile([problem])
    faults = _Faults()
    kinds: dict[str, Council] = {}
    neighbours: dict[str, tuple[str, ...]] = {}
    lookup = folder / "la_lookup.csv"
    if lookup.is_file():
        for _, (code, kind) in _columns(lookup, ("la_code", "ons_la_type"), faults):
            if kind in _KINDS:
                kinds[code] = _KINDS[kind]
    models = sorted(folder.glob("stat_neighbours_20[0-9][0-9].csv"))
    if models:
        wanted = ("old_la_code", *(f"SN_{number}" for number in range(1, 11)))
        for _, (code, *others) in _columns(models[-1], wanted, faults):
            neighbours[code] = tuple(other for other in others if other.isdigit())
    if faults.problems:
        raise InvalidProfile(faults.all())
    return Reference(kinds, neighbours)


_KINDS = {
    "County": Council.COUNTY,
    "Unitary Authority": Council.UNITARY,
    "Metropolitan District": Council.METROPOLITAN,
    "London Borough": Council.LONDON_BOROUGH,
}


# ---- what is wrong ----


class _Unusable(Exception):
    """A problem has been noted; nothing more of this file can be read."""


@dataclass(slots=True)
class _Faults:
    """Problems: of many alike in one column of a file the first, and how many more there are."""

    problems: dict[tuple[str, str], Problem] = field(default_factory=dict)
    more: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, kind: str, problem: Problem) -> None:
        """Note a problem; those of one kind and file count as one."""
        key = problem.file, kind
        if key in self.problems:
            self.more[key] = self.more.get(key, 0) + 1
        else:
            self.problems[key] = problem

    def all(self) -> Iterator[Problem]:
        """Yield one problem for each kind and file."""
        for key, problem in self.problems.items():
            lines = self.more.get(key, 0)
            tail = f" (and on {lines} more {'line' if lines == 1 else 'lines'})" if lines else ""
            message = problem.message + tail
            yield Problem(problem.file, problem.line, problem.column, message, problem.help)


# ---- CSV ----


def _rows(path: Path, faults: _Faults) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV file with their line numbers, the header first."""
    name = path.as_posix()
    try:
        if what := too_large(path, LARGEST_FILE):
            help = "keep the rows of England, regions and local authorities"
            faults.add("file", Problem(name, 0, 0, what, help))
            raise _Unusable
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            width = 0
            for row in reader:
                if not any(row):
                    continue
                if not width:
                    width = len(row)
                    yield reader.line_num, [cell.strip() for cell in row]
                elif len(row) != width:
                    message = f"this row has {len(row)} cells, the header {width}"
                    help = "was the file changed by hand? take the published one"
                    faults.add("width", Problem(name, reader.line_num, 0, message, help))
                else:
                    yield reader.line_num, row
            if not width:
                faults.add("file", Problem(name, 0, 0, "the file is empty"))
    except UnicodeDecodeError:
        line = _line_not_utf8(path)
        help = "save the file as UTF-8"
        faults.add("file", Problem(name, line, 0, "this line is not UTF-8 text", help))
        raise _Unusable from None
    except csv.Error as error:
        help = "was the file changed by hand? take the published one"
        message = f"this is not CSV: {error}"
        faults.add("file", Problem(name, reader.line_num, 0, message, help))
        raise _Unusable from None
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        faults.add("file", Problem(name, 0, 0, message))
        raise _Unusable from None


def _line_not_utf8(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 0


def _places(
    path: Path, header: Sequence[str], wanted: Mapping[str, str], faults: _Faults
) -> dict[str, int]:
    """Return where the wanted columns stand.

    Args:
        wanted: Columns, each with what reads it, for the message.
    """
    at = {name: number for number, name in enumerate(header)}
    lacking = [name for name in wanted if name not in at]
    for name in lacking:
        use = f", which {wanted[name]} reads," if wanted[name] else ""
        message = f"the column '{name}'{use} is missing"
        help = near(name, list(at), "take the published file, with its header in line 1")
        faults.add(f"header {name}", Problem(path.as_posix(), 1, 0, message, help))
    if lacking:
        raise _Unusable
    return at


def _columns(
    path: Path, wanted: tuple[str, ...], faults: _Faults
) -> Iterator[tuple[int, list[str]]]:
    """Yield some columns of a CSV file, in the order asked."""
    try:
        rows = _rows(path, faults)
        first = next(rows, None)
        if first is not None:
            at = _places(path, first[1], dict.fromkeys(wanted, ""), faults)
            for line, row in rows:
                yield line, [row[at[name]].strip() for name in wanted]
    except _Unusable:
        return


# ---- cells ----

_MARKERS = {
    "": (State.NOT_COLLECTED, "empty"),
    "-": (State.NOT_COLLECTED, "-"),
    "x": (State.NOT_COLLECTED, "x"),
    "z": (State.NOT_APPLICABLE, "z, not applicable"),
    "c": (State.SUPPRESSED, "c"),
    "low": (State.SUPPRESSED, "low"),
    "u": (State.UNREADABLE, "u, unreliable"),
}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_DIGITS = 15
"""More figures than these are noise of a number that was kept in binary."""


class _Text(Exception):
    """A cell of a number column holds neither a number nor a marker."""

    def __init__(self, text: str, at: int) -> None:
        super().__init__(text)
        self.text = text
        self.at = at


def _number(text: str, at: int) -> Decimal | Point:
    """Return the number in a cell, or the point that its marker stands for."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        number = Decimal(text)
        if len(number.as_tuple().digits) > _DIGITS:
            number = Decimal(repr(float(text)))
        return Decimal(f"{number:f}")
    marker = _MARKERS.get(text.lower())
    if marker is None:
        raise _Text(text, at)
    return Point(marker[0], note=marker[1])


def _sum(row: Sequence[str], places: Sequence[int]) -> Decimal | Point:
    total = Decimal()
    for at in places:
        number = _number(row[at], at)
        if isinstance(number, Point):
            return number
        total += number
    return total


@dataclass(frozen=True, slots=True)
class _Measure:
    """How one fact is read from a row, or from two: one of the part and one of the whole."""

    fact: Fact
    where: tuple[tuple[int, str], ...]
    whole_where: tuple[tuple[int, str], ...]
    column: int | None
    numerator: tuple[int, ...]
    denominator: tuple[int, ...]

    @staticmethod
    def of(fact: Fact, published: PublishedAs, at: Mapping[str, int]) -> _Measure:
        """Return the measure, given where the columns stand."""
        return _Measure(
            fact,
            _picking(published.where, at),
            _picking({**published.where, **published.denominator_where}, at),
            None if published.column is None else at[published.column],
            tuple(at[name] for name in published.numerator),
            tuple(at[name] for name in published.denominator),
        )

    @property
    def in_two_rows(self) -> bool:
        """Whether the whole stands in a row of its own."""
        return self.where != self.whole_where

    def fits(self, row: Sequence[str]) -> bool:
        """Whether a row is one of this fact's."""
        return all(row[at].strip() == value for at, value in self.where)

    def fits_whole(self, row: Sequence[str]) -> bool:
        """Whether a row is the whole of one of this fact's."""
        return all(row[at].strip() == value for at, value in self.whole_where)

    def point(self, row: Sequence[str], whole: Decimal | Point | None = None) -> Point:
        """Return what a row says.

        Args:
            whole: The whole, where it stands in another row.

        Raises:
            _Text: For text in a number column.
        """
        try:
            return self._point(row, whole)
        except Unfit as error:
            return Point(State.UNREADABLE, note=str(error))

    def whole(self, row: Sequence[str]) -> Decimal | Point:
        """Return the whole in a row.

        Raises:
            _Text: For text in a number column.
        """
        return _sum(row, self.denominator)

    def _point(self, row: Sequence[str], whole: Decimal | Point | None) -> Point:
        fact, column = self.fact, self.column
        if fact.type in (FactType.YES_NO, FactType.CHOICE) and column is not None:
            return self._answer(row[column].strip())
        counts = None
        if self.numerator:
            whole = self.whole(row) if whole is None else whole
            counts = self._counts(row, whole)
            hidden = isinstance(whole, Point) and whole.state is State.SUPPRESSED
            if hidden or counts.state is State.VALUE:
                return counts
        if column is None:
            assert counts is not None
            return self._allowed(counts)
        number = _number(row[column], column)
        if isinstance(number, Point):
            return self._allowed(counts or number)
        return Point(State.VALUE, self._value(number))

    def _counts(self, row: Sequence[str], denominator: Decimal | Point) -> Point:
        if isinstance(denominator, Point):
            return denominator
        numerator = _sum(row, self.numerator)
        if isinstance(numerator, Point):
            return numerator
        if numerator % 1 or denominator % 1:
            return Point(State.UNREADABLE, note="not in whole numbers")
        return Point(State.VALUE, share_from_counts(int(numerator), int(denominator)))

    def _answer(self, word: str) -> Point:
        """Return what a published word means; a word without a meaning is no answer."""
        published = self.fact.published_as
        assert published is not None
        if word not in published.answers:
            return Point(State.NOT_COLLECTED, note=_words(word) or "empty")
        plain = word.casefold() in {"yes", "no"} or self.fact.type is FactType.CHOICE
        note = None if plain else f"published as {_words(word)}"
        return Point(State.VALUE, parse(self.fact, published.answers[word]), note)

    def _value(self, number: Decimal) -> Value:
        fact = self.fact
        if fact.type is FactType.COUNT:
            return parse(fact, int(number) if not number % 1 else number)
        if fact.type is FactType.SHARE:
            if number < 0:
                raise Unfit("a share cannot be negative")
            return parse(fact, f"{number:f}%")
        if fact.type is FactType.DURATION:
            return parse(fact, f"{number:f} {fact.unit}")
        return parse(fact, number)

    def _allowed(self, point: Point) -> Point:
        """Return a withheld figure as this fact may have it."""
        if point.state is State.NOT_APPLICABLE and not self.fact.may_not_apply:
            return Point(State.NOT_COLLECTED, note="z")
        return point


def _picking(where: Mapping[str, str], at: Mapping[str, int]) -> tuple[tuple[int, str], ...]:
    return tuple((at[name], value) for name, value in where.items())


# ---- rows ----


_PERIOD = re.compile(r"(\d{4})(?:-?(\d{2}))?(?: \([^)]*\))?")
_SLASH = re.compile(r"\s*/\s*")


def _key(text: str) -> str:
    """Return the key of a period as published: `2024`, `202425`, `2024-25 (OT)`.

    Raises:
        ValueError: The text is no year.
    """
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, second = match.groups()
    if second is None:
        return str(year)
    if int(second) != (int(year) + 1) % 100:
        raise ValueError(text)
    return f"{year}-{second}"


_AMBIGUOUS = range(2000, 2012)
"""First years of split years such as 2011-12 that read like a month, so that no key can name them;
they lie too far back to matter."""


_NO_WHOLE = Point(State.NOT_COLLECTED, note="no row of the whole")


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is being read, and where its problems go."""

    path: Path
    header: list[str]
    faults: _Faults

    @contextmanager
    def numbers_in(self, line: int) -> Iterator[None]:
        """Note text in a number column of this line as a problem, and go on."""
        try:
            yield
        except _Text as error:
            name = self.header[error.at]
            message = f"'{error.text}' in the column '{name}' is not a number"
            help = "numbers, or one of the markers x z c u low -"
            problem = Problem(self.path.as_posix(), line, 0, message, help)
            self.faults.add(f"text {name}", problem)

    def twice(self, fact: Fact, place: str, key: str, line: int) -> None:
        """Note a second row for a place and period that says something else."""
        message = f"a second row of {fact.id} for {place} in {key}, with another figure"
        help = "the fact's 'where' must pick one row for each place and period"
        problem = Problem(self.path.as_posix(), line, 0, message, help)
        self.faults.add(f"twice {fact.id}", problem)


@dataclass(slots=True)
class _Build:
    """Figures on their way, and what is wrong with their files."""

    faults: _Faults = field(default_factory=_Faults)
    figures: dict[str, dict[str, dict[str, Point]]] = field(default_factory=dict)
    joint: set[tuple[str, str, str]] = field(default_factory=set)
    areas: dict[str, tuple[tuple[bool, str, bool], Area]] = field(default_factory=dict)
    periods: dict[tuple[str, Cadence | None], Period] = field(default_factory=dict)

    def read(self, path: Path, facts: Sequence[Fact]) -> None:
        """Take in what one file says of some facts."""
        try:
            rows = _rows(path, self.faults)
            first = next(rows, None)
            if first is not None:
                self._read(path, first[1], rows, facts)
        except _Unusable:
            return

    def _read(
        self,
        path: Path,
        header: list[str],
        rows: Iterator[tuple[int, list[str]]],
        facts: Sequence[Fact],
    ) -> None:
        layout = _LONG if "time_period" not in header and "period" in header else _WIDE
        wanted = dict.fromkeys(layout.columns, "")
        for fact in facts:
            assert fact.published_as is not None
            wanted.update((name, fact.id) for name in fact.published_as.columns)
        at = _places(path, header, wanted, self.faults)
        measures = [_Measure.of(f, f.published_as, at) for f in facts if f.published_as is not None]
        for fact in facts:
            self.figures.setdefault(fact.id, {})
        file = _File(path, header, self.faults)
        parts: list[tuple[_Measure, _Whom, str, int, list[str]]] = []
        wholes: dict[tuple[str, tuple[str, ...], str], Decimal | Point] = {}
        for line, row in rows:
            mine = [measure for measure in measures if measure.fits(row)]
            of_whole = [m for m in measures if m.in_two_rows and m.fits_whole(row)]
            if not mine and not of_whole:
                continue
            text = row[at[layout.period]].strip()
            try:
                key = _key(text)
            except ValueError:
                message = f"'{text}' in the column '{layout.period}' is no year"
                help = "such as 2024, or 202425 for 2024-25"
                self.faults.add("period", Problem(path.as_posix(), line, 0, message, help))
                continue
            if "-" in key and int(key[:4]) in _AMBIGUOUS:
                continue
            whom = layout.whom(row, at)
            if whom is None:
                continue
            for area in whom.areas:
                self._meet(area, key, whom.together is not None)
            for measure in of_whole:
                with file.numbers_in(line):
                    whole = measure.whole(row)
                    if wholes.setdefault((measure.fact.id, whom.places, key), whole) != whole:
                        file.twice(measure.fact, whom.places[0], key, line)
            for measure in mine:
                if measure.in_two_rows:
                    parts.append((measure, whom, key, line, row))
                    continue
                with file.numbers_in(line):
                    self._add(measure.fact, whom, key, measure.point(row), file, line)
        for measure, whom, key, line, row in parts:
            found = wholes.get((measure.fact.id, whom.places, key), _NO_WHOLE)
            with file.numbers_in(line):
                self._add(measure.fact, whom, key, measure.point(row, found), file, line)

    def _meet(self, area: Area, key: str, joint: bool) -> None:
        """Remember an area as its newest row of its own names it."""
        rank = (not joint, key, area.ons is not None)
        if area.code not in self.areas or self.areas[area.code][0] < rank:
            self.areas[area.code] = rank, area

    def _add(self, fact: Fact, whom: _Whom, key: str, point: Point, file: _File, line: int) -> None:
        together = whom.together
        if together is not None and point.state is State.VALUE:
            point = (
                Point(State.NOT_COLLECTED, note=together)
                if fact.type is FactType.COUNT
                else Point(point.state, point.value, together)
            )
        point = Point(point.state, point.value, point.note, self._period(key, fact.cadence), key)
        for place in whom.places:
            held = self.figures[fact.id].setdefault(place, {})
            mark = fact.id, place, key
            if key not in held or (mark in self.joint and together is None):
                held[key] = point
                self.joint.discard(mark)
                if together is not None:
                    self.joint.add(mark)
            elif together is None and held[key] != point:
                file.twice(fact, place, key, line)

    def _period(self, key: str, cadence: Cadence | None) -> Period:
        known = self.periods.get((key, cadence))
        if known is None:
            known = self.periods[key, cadence] = period_of(key, cadence)
        return known

    def finish(self, ids: Sequence[str], missing: Mapping[str, tuple[str, ...]]) -> Published:
        """Return what was read, in the order of the dictionary."""
        read = {id: _in_order(self.figures[id]) for id in ids if id in self.figures}
        return Published(
            {code: area for code, (_, area) in sorted(self.areas.items())},
            {id: places for id, places in read.items() if places},
            missing,
            tuple(id for id, places in read.items() if not places),
        )


def _in_order(places: Mapping[str, Mapping[str, Point]]) -> dict[str, tuple[Point, ...]]:
    """Return the points of each place by period, without periods in which nobody has a figure."""
    used = {
        key
        for points in places.values()
        for key, point in points.items()
        if point.state is State.VALUE
    }

    def end(point: Point) -> date:
        return point.period.end if point.period else date.min

    return {
        place: kept
        for place, points in places.items()
        if (kept := tuple(sorted((p for k, p in points.items() if k in used), key=end)))
    }


# ---- the two layouts ----


@dataclass(frozen=True, slots=True)
class _Whom:
    """Whom a row is of.

    Attributes:
        places: Keys of its places: more than one where areas were published together.
        together: Says so, for the reader of the profile.
    """

    places: tuple[str, ...]
    areas: tuple[Area, ...] = ()
    together: str | None = None


class _Wide:
    """Explore education statistics: a row for each period and place, a column for each figure."""

    period = "time_period"
    columns = (
        "time_period",
        "geographic_level",
        "region_name",
        "old_la_code",
        "new_la_code",
        "la_name",
    )

    @staticmethod
    def whom(row: Sequence[str], at: Mapping[str, int]) -> _Whom | None:
        """Return whom a row is of, or None for places that nobody asks for."""
        level = row[at["geographic_level"]].strip()
        if level == "National":
            return _Whom((ENGLAND,))
        region = _region(row[at["region_name"]])
        if level == "Regional":
            plain = region is not None and _slug(row[at["region_name"]]) == region.value
            return _Whom((region.value,)) if region is not None and plain else None
        code = row[at["old_la_code"]].strip()
        if level != "Local authority" or not code[:1].isdigit():
            return None
        codes = _SLASH.split(code)
        ons, names = row[at["new_la_code"]].strip(), _words(row[at["la_name"]])
        if len(codes) == 1:
            return _Whom((code,), (Area(code, names, _ons(ons), region),))
        all_ons, all_names = _SLASH.split(ons), _SLASH.split(names)
        if not len(codes) == len(all_ons) == len(all_names):
            all_ons, all_names = [""] * len(codes), [names] * len(codes)
        areas = tuple(
            Area(one, name, _ons(its_ons), region)
            for one, its_ons, name in zip(codes, all_ons, all_names, strict=True)
        )
        together = f"published for {' and '.join(_SLASH.split(names))} together"
        return _Whom(tuple(codes), areas, together)


class _Long:
    """Local authority interactive tool: one figure a row; England and regions among the areas."""

    period = "period"
    columns = ("period", "la_code", "la_name")

    @staticmethod
    def whom(row: Sequence[str], at: Mapping[str, int]) -> _Whom | None:
        """Return whom a row is of, or None for places that nobody asks for."""
        code, name = row[at["la_code"]].strip(), _words(row[at["la_name"]])
        slug = _slug(name)
        if slug == ENGLAND:
            return _Whom((ENGLAND,))
        if slug in _REGIONS:
            return _Whom((slug,))
        if not code.isdigit() or slug.startswith("london-("):
            return None
        return _Whom((code,), (Area(code, name, None, None),))


_WIDE, _LONG = _Wide(), _Long()
_REGIONS = {region.value for region in Region}


def _words(text: str) -> str:
    """Return the printable words of a cell, with single spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _slug(name: str) -> str:
    return "-".join(name.casefold().split())


def _region(name: str) -> Region | None:
    """Return the region that a published name stands for; Inner and Outer London are London."""
    slug = _slug(name)
    if slug in {"inner-london", "outer-london"}:
        return Region.LONDON
    return Region(slug) if slug in _REGIONS else None


def _ons(text: str) -> str | None:
    return text if re.fullmatch(r"E\d{8}", text) else None
