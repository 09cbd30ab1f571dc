"""Laying overlays over a rulebook: what they add, what they change, and what they may not.

An overlay adds what is new and makes stricter what is there. It takes nothing away: what decides a
verdict of the rulebook (`expect`, `applies_when`, `in_force`, citations) is not its to change, and
a value that rests on law, on a national figure or on a named standard is never loosened. The
verdict of an expectation that no overlay names, and that rests on none that one names, stays as it
was. Overlays are worked into the pages as they were read: no page of the rulebook is read again.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Any, TypeVar

from readiness.calendar import long_date
from readiness.errors import InvalidRulebook, Problem
from readiness.model.expectation import DatedValue, Expectation, OwnValue, Threshold
from readiness.model.overlay import ChangePage, OverlayPage, ThresholdChange
from readiness.model.values import Unfit, near
from readiness.model.vocabulary import Basis
from readiness.pages import check
from readiness.rulebook.cache import Cache, Seen, made_by
from readiness.rulebook.checks import Checks
from readiness.rulebook.conditions import threshold_value
from readiness.rulebook.formats import check_format
from readiness.rulebook.load import (
    digest_of,
    load_with,
    read_documents,
    read_files,
    with_conditions,
)
from readiness.rulebook.reading import Pages, Places, read_some
from readiness.rulebook.rulebook import Agreed, Change, Folder, Rulebook
from readiness.rulebook.strictness import Stricter, compare, stricter_way
from readiness.rulebook.thresholds import Limit, fact_of, lives_of
from readiness.rulebook.wording import show_limit
from readiness.yaml_reader import Document, Misread, Path, with_others

T = TypeVar("T")

_ADDED = ("sources", "units", "dimensions", "vocabularies", "facts", "expectations")
"""What an overlay may add; the name of the attribute of a rulebook that holds it."""

_WHAT = {
    "sources": "source",
    "units": "unit",
    "dimensions": "dimension",
    "vocabularies": "vocabulary",
    "facts": "fact",
    "expectations": "expectation",
}

_ELSEWHERE = {
    "acceptances.yaml": "an acceptance is one council's: it stands in its profile",
    "standards.yaml": "a standard stands under 'standards' in changes/<ID>.yaml",
    "rulebook.yaml": "an overlay has overlay.yaml instead",
}
"""Files that people look for in an overlay, and where what they hold belongs."""

_CHANGED = frozenset({"owner", "actions", "thresholds", "standards"})

_MAY = (
    "an overlay may change 'owner', and add 'actions', stricter 'thresholds' and local 'standards'"
)


@dataclass(slots=True)
class _Overlay:
    """One overlay, read."""

    page: OverlayPage | None = None
    document: Document | None = None
    pages: Pages = field(default_factory=Pages)
    changes: list[tuple[str, Document, ChangePage]] = field(default_factory=list)


def load_laid_over(
    folder: FilePath,
    origin: str,
    cache: Cache | None,
    make: Callable[[Rulebook], T],
    overlays: Sequence[tuple[FilePath, str]],
) -> tuple[Rulebook, T]:
    """Return a rulebook with overlays laid over it, and what is made of it.

    The rulebook comes from the cache where it can, and so does the whole where it was kept before.

    Args:
        folder: Folder of the rulebook.
        origin: The folder as the user knows it.
        cache: Where pages read before are kept; None reads them all again.
        make: Works something out from the rulebook alone; always the same function.
        overlays: The folder of each overlay, and how to name it.

    Raises:
        InvalidRulebook: With every problem found.
    """
    files = [read_files(at, name, Seen.of(at), "overlay.yaml") for at, name in overlays]
    digests = [digest_of(raw) for raw in files]
    laid_over = tuple(
        Folder(at, name, digest[:12]) for (at, name), digest in zip(overlays, digests, strict=True)
    )
    about: dict[str, Any] = {"folder": folder, "origin": origin, "laid_over": laid_over}
    known = cache.key_of(Seen.of(folder)) if cache else None
    base = None if known else load_with(folder, origin, cache, make)[0]
    key = _combined(base.hash if base else (known or "")[:12], digests)
    kept = cache.get(key) if cache else None
    if kept is not None:
        with contextlib.suppress(KeyError, TypeError):  # what was kept is something else
            found: T = kept.pop(made_by(make))
            return Rulebook(**kept, **about, hash=key[:12]), found
    base = base or load_with(folder, origin, cache, make)[0]
    rulebook = replace(_lay_over(base, files, laid_over), hash=key[:12])
    made = make(rulebook)
    if cache:
        whole = {one.name: getattr(rulebook, one.name) for one in fields(rulebook)}
        away = {*about, "hash"}
        cache.put(
            key, {name: whole[name] for name in whole if name not in away} | {made_by(make): made}
        )
    return rulebook, made


def _combined(base: str, overlays: Sequence[str]) -> str:
    """Return a hash of a rulebook and its overlays, in hexadecimal digits."""
    return hashlib.sha256(" ".join([base, *overlays]).encode()).hexdigest()


def _lay_over(
    base: Rulebook, files: Sequence[Mapping[str, bytes]], laid_over: tuple[Folder, ...]
) -> Rulebook:
    """Return a rulebook with overlays laid over it.

    Args:
        files: The files of each overlay, in the order of the command line.
        laid_over: The folder of each.

    Raises:
        InvalidRulebook: With every problem found.
    """
    problems: list[Problem] = []
    misread: list[Misread] = []
    overlays = [
        _read(raw, place.origin, problems, misread)
        for raw, place in zip(files, laid_over, strict=True)
    ]
    _stop(with_others(misread, problems))
    _check_names(base, overlays, problems)
    _stop(problems)
    added = Pages()
    book = _with_additions(base, overlays, added.where, problems)
    _stop(problems)
    Checks(book, added, problems).dictionary()
    _stop(problems)
    book = with_conditions(book, added, problems)
    checks = Checks(book, added, problems)
    checks.expectations()
    checks.conditions()
    _stop(problems)
    laying = _Changes(book, problems)
    for number, overlay in enumerate(overlays):
        laying.add(number, overlay)
    _stop(problems)
    pages = tuple(overlay.page for overlay in overlays if overlay.page is not None)
    return replace(laying.rulebook(), overlays=pages, laid_over=laid_over)


# ---- reading ----------------------------------------------------------------------------------


def _stop(problems: list[Problem]) -> None:
    if problems:
        raise InvalidRulebook(problems)


def _read(
    raw: Mapping[str, bytes], origin: str, problems: list[Problem], misread: list[Misread]
) -> _Overlay:
    overlay = _Overlay()
    additions: dict[str, Document] = {}
    documents = read_documents(raw, origin, problems, misread)
    before = len(problems)
    check_format(documents.get("overlay.yaml"), origin, problems)
    if len(problems) > before:  # what else is said of pages of another format would be no help
        return overlay
    for name, page in documents.items():
        steps = PurePosixPath(name).parts
        match steps:
            case ("overlay.yaml",):
                overlay.page = check(OverlayPage, page.data, page, (), problems)
                overlay.document = page
            case ("changes", _):
                if change := _change(name, page, problems):
                    overlay.changes.append((name, page, change))
            case ("sources.yaml" | "units.yaml" | "dimensions.yaml",):
                additions[name] = page
            case ("facts" | "vocabularies", _):
                additions[name] = page
            case (folder, _, _) if folder not in {"changes", "benchmarks", "issues"}:
                additions[name] = page
            case _:
                help = _ELSEWHERE.get(
                    steps[-1],
                    "own expectations stand in <framework>/<criterion>/, changes in changes/<ID>",
                )
                message = "this file has no place in an overlay"
                problems.append(Problem(page.source, 0, 0, message, help))
    overlay.pages = read_some(additions, problems)
    return overlay


def _change(name: str, page: Document, problems: list[Problem]) -> ChangePage | None:
    """Return a change page, after saying of each key that only a rulebook has why it is refused."""
    own = {f.alias or key for key, f in Expectation.model_fields.items()}
    kept = own - ChangePage.model_fields.keys()
    for key in page.data:
        if key in kept:
            message = f"'{key}' is the rulebook's: no overlay changes it"
            help = f"{_MAY}; for anything else write an expectation of its own"
            if key == "id":
                message, help = "a change page has no 'id'", "write 'expectation:' and the id"
            problems.append(page.problem((key,), message, help, key=True))
    data = {key: value for key, value in page.data.items() if key not in kept}
    if "id" in page.data or (len(data) < len(page.data) and not data.keys() & _CHANGED):
        return None  # what is refused was all that it is about
    change = check(ChangePage, data, page, (), problems)
    stem = PurePosixPath(name).stem
    if change is not None and change.expectation != stem:
        message = f"this page changes '{change.expectation}', which is not the file's name"
        help = f"name it changes/{change.expectation}.yaml"
        problems.append(page.problem(("expectation",), message, help))
    return change


# ---- what is added ----------------------------------------------------------------------------


def _check_names(base: Rulebook, overlays: list[_Overlay], problems: list[Problem]) -> None:
    """Check that overlays can be told apart, from each other and from the rulebook."""
    first: dict[str, Document] = {}
    steps = {id.split(".")[0] for id in base.facts}
    for overlay in overlays:
        assert overlay.page is not None
        assert overlay.document is not None
        id, document = overlay.page.id, overlay.document
        if id in first:
            help = f"it is the id of {first[id].source} too; each overlay is laid over once"
            problems.append(document.problem(("id",), f"the overlay '{id}' is named twice", help))
        first.setdefault(id, document)
        if id in steps:
            message = f"facts of the rulebook begin with '{id}.'"
            help = "choose another word, such as the name of the council"
            problems.append(document.problem(("id",), message, help))
        for what, prefix in (("expectation", overlay.page.prefix), ("fact", f"{id}.")):
            for (kind, own), (page, path) in overlay.pages.where.items():
                if kind == what and not own.startswith(prefix):
                    message = f"the {what} '{own}' does not begin with {prefix}"
                    help = f"the ids of this overlay's own {what}s do, so that no other can clash"
                    key = what == "fact"
                    problems.append(page.problem(path or ("id",), message, help, key=key))


def _with_additions(
    base: Rulebook, overlays: list[_Overlay], where: Places, problems: list[Problem]
) -> Rulebook:
    """Return a rulebook with all that overlays add, before it is checked.

    Args:
        where: Takes where each addition stands.
    """
    merged: dict[str, Any] = {name: dict(getattr(base, name)) for name in _ADDED}
    added: dict[str, int] = {}
    files = dict(base.files)
    for number, overlay in enumerate(overlays):
        for name in _ADDED:
            what, into = _WHAT[name], merged[name]
            for id, thing in getattr(overlay.pages, name).items():
                page, path = overlay.pages.where[what, id]
                place: Path = path or ("id",)
                if id in getattr(base, name):
                    message = f"the rulebook has the {what} '{id}' already"
                    help = "an overlay adds what is new: give it another id"
                    problems.append(page.problem(place, message, help, key=bool(path)))
                elif into.get(id, thing) != thing:
                    help = _otherwise(*where[what, id])
                    message = f"two overlays define the {what} '{id}' in different ways"
                    problems.append(page.problem(place, message, help, key=bool(path)))
                elif id not in into:
                    into[id] = thing
                    where[what, id] = page, path
                    if name == "expectations":
                        added[id] = number
        files.update(overlay.pages.files)
    merged["expectations"] = dict(sorted(merged["expectations"].items()))
    return replace(base, **merged, files=files, added=added)


def _otherwise(page: Document, path: Path) -> str:
    at = page.problem(path, "", key=True)
    return f"it stands otherwise in {at.file}:{at.line}; keep one of them"


# ---- what is changed --------------------------------------------------------------------------


class _Changes:
    """Applies change pages, one after the other."""

    def __init__(self, book: Rulebook, problems: list[Problem]) -> None:
        self.book = book
        self.problems = problems
        self.expectations = dict(book.expectations)
        self.changes: dict[str, tuple[Change, ...]] = {}
        self.standards: dict[str, Agreed] = {}
        self.first: dict[tuple[str, str], tuple[object, Document, Path]] = {}

    def rulebook(self) -> Rulebook:
        """Return the rulebook with the changes."""
        return replace(
            self.book,
            expectations=self.expectations,
            changes=self.changes,
            standards=self.standards,
        )

    def add(self, number: int, overlay: _Overlay) -> None:
        """Apply the change pages of an overlay."""
        assert overlay.page is not None
        for file, document, change in overlay.changes:
            id = change.expectation
            e = self.expectations.get(id)
            if e is None:
                help = near(id, list(self.expectations), "see: readiness rules list")
                self._say(document, ("expectation",), f"no expectation is called '{id}'", help)
                continue
            more: dict[str, Any] = {}
            if change.owner and self._alone(document, id, ("owner",), change.owner):
                more["owner"] = change.owner
            new = [action for action in change.actions if action not in e.actions]
            if new:
                more["actions"] = (*e.actions, *new)
            if change.thresholds and self._alone(
                document, id, ("thresholds",), (change.thresholds, change.examples)
            ):
                more["thresholds"] = {
                    **e.thresholds,
                    **self._thresholds(e, change, document, overlay.page.id),
                }
                more["examples"] = change.examples
            self._standards(e, number, file, document, change)
            self.expectations[id] = e.model_copy(update=more)
            self.changes[id] = (*self.changes.get(id, ()), Change(number, file, change))

    def _say(self, page: Document, path: Path, message: str, help: str, key: bool = False) -> None:
        self.problems.append(page.problem(path, message, help, key=key))

    def _alone(self, document: Document, id: str, path: Path, content: object) -> bool:
        """Return whether nothing was said of this before; say so where it was said otherwise."""
        key = (id, ".".join(str(step) for step in path))
        if key not in self.first:
            self.first[key] = content, document, path
            return True
        before, page, place = self.first[key]
        if before != content:
            message = f"two overlays change the {path[-1]} of {id} in different ways"
            if path[0] == "standards":
                message = f"two overlays set the standard '{path[-1]}' of {id} in different ways"
            self._say(document, path, message, _otherwise(page, place), key=True)
        return False

    # ---- standards ----

    def _standards(
        self, e: Expectation, number: int, file: str, document: Document, change: ChangePage
    ) -> None:
        for name, standard in change.standards.items():
            path: Path = ("standards", name)
            threshold = self._named(e, name, document, path)
            if threshold is None:
                continue
            if threshold.basis is not Basis.LOCAL:
                message = f"'{name}' is no local standard: it rests on {threshold.basis.words}"
                self._say(document, path, message, "ask for more under 'thresholds'", key=True)
                continue
            try:
                threshold_value(standard.value, fact_of(self.book, e.id, name))
            except ValueError as error:
                help = error.help if isinstance(error, Unfit) else "write 12 weeks"
                self._say(document, (*path, "value"), str(error), help)
                continue
            if self._alone(document, e.id, path, standard):
                line = document.problem(path, "", key=True).line
                self.standards[f"{e.id}.{name}"] = Agreed(number, file, line, standard)

    def _named(self, e: Expectation, name: str, document: Document, path: Path) -> Threshold | None:
        threshold = e.thresholds.get(name)
        if threshold is None:
            known = list(e.thresholds)
            otherwise = f"it has: {', '.join(known)}" if known else "it has no thresholds"
            message = f"{e.id} has no threshold '{name}'"
            self._say(document, path, message, near(name, known, otherwise), key=True)
        return threshold

    # ---- thresholds ----

    def _thresholds(
        self, e: Expectation, change: ChangePage, document: Document, overlay: str
    ) -> dict[str, Threshold]:
        """Return the thresholds that change, with the overlay's values among those of before."""
        found = {}
        for name, tighter in change.thresholds.items():
            path: Path = ("thresholds", name)
            threshold = self._named(e, name, document, path)
            if threshold is None:
                continue
            if threshold.basis is Basis.LOCAL:
                message = f"'{name}' is a local standard: the rulebook has no values for it"
                help = "write what was agreed under 'standards'"
                self._say(document, path, message, help, key=True)
                continue
            if tighter.source is not None and tighter.source not in self.book.sources:
                help = near(tighter.source, list(self.book.sources), "add it to sources.yaml")
                place = (*path, "source")
                self._say(document, place, f"no source is called '{tighter.source}'", help)
            way = stricter_way(self.book.conditions[e.id], name)
            if way is None:
                message = f"it cannot be said which way '{name}' of {e.id} is stricter"
                help = "leave it, and write an expectation of the overlay's own"
                self._say(document, path, message, help, key=True)
            elif self._fits(threshold, tighter, document, path):
                self._guard(e, name, threshold, tighter, way, document)
                because = tighter.because or change.because
                found[name] = _overlaid(threshold, tighter, because, overlay)
        return found

    def _fits(
        self, threshold: Threshold, tighter: ThresholdChange, document: Document, path: Path
    ) -> bool:
        """Return whether an overlay's values can stand beside each other and in the bands."""
        before = len(self.problems)
        bands = {value.below for value in threshold.values}
        for number, value in enumerate(tighter.values):
            if value.below not in bands:
                sizes = ", ".join(str(below) for below in sorted(b for b in bands if b))
                help = f"its bands are below {sizes}, and above" if sizes else "take 'below' away"
                place = (*path, "values", number, "below")
                message = f"the rulebook has no band below {value.below}"
                self._say(document, place, message, help)
        for band in bands:
            history = sorted(
                ((n, value) for n, value in enumerate(tighter.values) if value.below == band),
                key=lambda pair: pair[1].start,
            )
            for (_, earlier), (number, later) in pairwise(history):
                until = earlier.until or earlier.start
                if until >= later.start:
                    place = (*path, "values", number, "from")
                    message = f"two values hold on {long_date(later.start)}"
                    help = "each value holds from its 'from' to its 'until' or the next 'from'"
                    self._say(document, place, message, help)
        return len(self.problems) == before

    def _guard(
        self,
        e: Expectation,
        name: str,
        threshold: Threshold,
        tighter: ThresholdChange,
        way: Stricter,
        document: Document,
    ) -> None:
        """Refuse a value that cannot be compared, or that is looser than one that is not ours."""
        fact = fact_of(self.book, e.id, name)
        for number, old, new, day in _meeting(threshold, tighter):
            place: Path = ("thresholds", name, "values", number, "value")
            try:
                order = compare(new.value, old.value, fact, way)
                asked, given = (
                    show_limit(
                        self.book, e.id, Limit(name, threshold_value(v, fact), Basis.LAW, day)
                    )
                    for v in (old.value, new.value)
                )
            except ValueError as error:
                help = error.help if isinstance(error, Unfit) else f"write it as {old.value} is"
                self._say(document, place, str(error), help)
                return
            basis, _ = threshold.rests_on(old)
            if order < 0 and basis is not Basis.POLICY:
                message = (
                    f"{given} is looser than {asked}, which rests on {basis.words} "
                    f"on {long_date(day)}"
                )
                more = "more" if way is Stricter.HIGHER else "less"
                help = f"an overlay may ask for {more} than that, never for {_OPPOSITE[more]}"
                self._say(document, place, message, help)
                return


_OPPOSITE = {"more": "less", "less": "more"}


def _meeting(
    threshold: Threshold, tighter: ThresholdChange
) -> Iterator[tuple[int, DatedValue, DatedValue, date]]:
    """Yield each new value with each old one that it stands in for, and the first day of that.

    Yields:
        The number of the new value, the old value, the new value, the day.
    """
    for band in {value.below for value in threshold.values}:
        own = [value for value in tighter.values if value.below == band]
        old = list(lives_of(value for value in threshold.values if value.below == band))
        for new, until in lives_of(own):
            for value, end in old:
                if value.start <= until and new.start <= end:
                    number = tighter.values.index(new)
                    yield number, value, new, max(value.start, new.start)


def _overlaid(
    threshold: Threshold, tighter: ThresholdChange, because: str, overlay: str
) -> Threshold:
    """Return a threshold in which an overlay's values stand in for the others on their days."""
    values: list[DatedValue] = []
    for band in dict.fromkeys(value.below for value in threshold.values):
        own = lives_of(value for value in tighter.values if value.below == band)
        for value, end in lives_of(value for value in threshold.values if value.below == band):
            values += _left_of(value, end, own)
        for value, end in own:
            values.append(
                OwnValue.model_construct(
                    start=value.start,
                    until=None if end == date.max else end,
                    value=value.value,
                    below=value.below,
                    basis=tighter.basis,
                    because=because,
                    source=tighter.source,
                    overlay=overlay,
                )
            )
    values.sort(key=lambda value: (value.below is None, value.below or 0, value.start))
    return threshold.model_copy(update={"values": tuple(values)})


def _left_of(
    value: DatedValue, end: date, own: Sequence[tuple[DatedValue, date]]
) -> Iterator[DatedValue]:
    """Yield a value for each span of its life that no other value takes."""
    start = value.start
    for other, until in own:
        if other.start > end or until < start:
            continue
        if other.start > start:
            last = other.start - timedelta(days=1)
            yield value.model_copy(update={"start": start, "until": last})
        if until >= end:
            return
        start = until + timedelta(days=1)
    last_day = None if end == date.max else end
    yield value.model_copy(update={"start": start, "until": last_day})
