"""From a folder of YAML to a checked rulebook, or every problem at once.

Reading happens in three passes: each page by itself; the fact dictionary; then expectations and
what pages say of each other. A pass runs only when those before it found nothing, so that one
mistake is reported once.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel

from readiness.calendar import Period, long_date
from readiness.errors import InvalidInput, InvalidRulebook, Problem
from readiness.model.conditions import Condition, FindingHas, FindingIs, leaves, thresholds_of
from readiness.model.expectation import (
    Benchmarks,
    Expectation,
    Figure,
    Framework,
    InForce,
    IssueList,
    RulebookPage,
    Source,
    Threshold,
)
from readiness.model.facts import Dimension, Fact, Unit, Vocabulary
from readiness.model.values import Unfit, near
from readiness.model.vocabulary import NUMERIC_TYPES, FactType, Place, Region
from readiness.pages import check
from readiness.rulebook.cache import Cache
from readiness.rulebook.conditions import Scope, parse_operand, read_condition
from readiness.rulebook.rulebook import Conditions, Rulebook
from readiness.yaml_reader import MAX_SIZE, Document, Path, read_bytes, read_text

_FOLDERS = frozenset({"facts", "vocabularies", "benchmarks", "issues"})
_SINGLE = ("rulebook.yaml", "sources.yaml", "units.yaml", "dimensions.yaml")
_PLACES = (Place.ENGLAND.value, *(region.value for region in Region))
_SIZES = frozenset({FactType.COUNT, FactType.NUMBER, FactType.RATE})
_YES_NO_WORDS = frozenset({"yes", "no", "true", "false", "on", "off", "unknown"})


def load_rulebook(folder: FilePath, origin: str, cache: Cache | None = None) -> Rulebook:
    """Return the rulebook in a folder.

    Args:
        folder: Folder that holds `rulebook.yaml`.
        origin: The folder as the user knows it, for messages and reports.
        cache: Where pages read before are kept; None reads them all again.

    Raises:
        InvalidRulebook: With every problem found.
    """
    raw = _read_files(folder, origin)
    digest = hashlib.sha256()
    for name, content in raw.items():
        digest.update(f"{len(name)}:{name}:{len(content)}:".encode())
        digest.update(content)
    key = digest.hexdigest()
    kept = cache.get(key) if cache else None
    if kept is not None:
        with contextlib.suppress(Exception):  # what was kept does not fit: read it again
            build = _Build(folder, origin, key[:12], trusted=True)
            blank = read_text("kept: yes", "")  # what was found right before is not pointed into
            build.documents = {n: replace(blank, source=n, data=d) for n, d in kept.items()}
            return build.finish()
    build = _Build(folder, origin, key[:12], trusted=False)
    for name, content in raw.items():
        build.read(name, content)
    rulebook = build.finish()
    if cache:
        cache.put(key, {name: page.data for name, page in build.documents.items()})
    return rulebook


def _read_files(folder: FilePath, origin: str) -> dict[str, bytes]:
    """Return the YAML files of a folder by their path below it, in order of path."""
    if not (folder / "rulebook.yaml").is_file():
        what = (
            "this folder holds no 'rulebook.yaml'" if folder.is_dir() else "there is no such folder"
        )
        help = "name the folder of a rulebook, the one in which rulebook.yaml stands"
        raise InvalidRulebook([Problem(origin, 0, 0, what, help)])
    problems: list[Problem] = []
    found: dict[str, bytes] = {}
    for name in sorted(_names(folder)):
        path = PurePosixPath(name)
        ending = path.suffix.lower()
        if ending not in {".yaml", ".yml"} or any(part.startswith(".") for part in path.parts):
            continue
        if path.suffix != ".yaml":
            message = f"files that end in '{path.suffix}' are not read"
            help = f"name it {path.stem}.yaml"
            problems.append(Problem(f"{origin}/{name}", 0, 0, message, help))
            continue
        try:
            with (folder / name).open("rb") as file:
                found[name] = file.read(MAX_SIZE + 1)
        except OSError as error:
            message = f"this file cannot be read: {error.strerror or error}"
            help = "check that it is a file which you may read"
            problems.append(Problem(f"{origin}/{name}", 0, 0, message, help))
    if problems:
        raise InvalidRulebook(problems)
    return found


def _names(folder: FilePath) -> Iterator[str]:
    """Yield the path of each file below a folder, with forward slashes."""
    for place, _, files in os.walk(folder):
        inside = FilePath(place).relative_to(folder).as_posix()
        yield from (file if inside == "." else f"{inside}/{file}" for file in files)


@dataclass(slots=True)
class _Build:
    """A rulebook on its way, and what is wrong with it."""

    folder: FilePath
    origin: str
    hash: str
    trusted: bool
    documents: dict[str, Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    where: dict[tuple[str, str], tuple[Document, Path]] = field(default_factory=dict)

    def read(self, name: str, content: bytes) -> None:
        try:
            self.documents[name] = read_bytes(content, f"{self.origin}/{name}")
        except InvalidInput as error:
            self.problems.extend(error.problems)

    def finish(self) -> Rulebook:
        """Return the rulebook.

        Raises:
            InvalidRulebook: With every problem found.
        """
        parts = self._pages()
        self._stop()
        rulebook = parts.rulebook(self)
        checks = _Checks(self, rulebook)
        if not self.trusted:
            checks.dictionary()
            self._stop()
        conditions = {id: self._conditions(e, rulebook) for id, e in rulebook.expectations.items()}
        whole = parts.rulebook(self, {id: c for id, c in conditions.items() if c is not None})
        if not self.trusted:
            checks.references()
            self._unused_thresholds(whole)
            self._cycles(whole)
        self._stop()
        return whole

    def _stop(self) -> None:
        if self.problems:
            raise InvalidRulebook(self.problems)

    # ---- pages ----

    def _pages(self) -> _Parts:
        parts = _Parts()
        for name in _SINGLE:
            if name not in self.documents and not self.problems:
                place = f"{self.origin}/{name}"
                help = "add it; {} alone says that there is nothing to say"
                self.problems.append(Problem(place, 0, 0, "this file is missing", help))
        for name, page in self.documents.items():
            self._page(name, page, parts)
        return parts

    def _page(self, name: str, page: Document, parts: _Parts) -> None:
        steps = PurePosixPath(name).parts
        nested = len(steps) == 3 and steps[0] not in _FOLDERS
        if "expect" in page.data and not nested:
            self._misplaced(page, page.problem(("expect",), "", key=True))
            return
        match steps:
            case ("rulebook.yaml",):
                parts.page = check(RulebookPage, page.data, page, (), self.problems)
            case ("sources.yaml",):
                self._entries(Source, page, "source", parts.sources)
            case ("units.yaml",):
                self._entries(Unit, page, "unit", parts.units)
            case ("dimensions.yaml",):
                self._entries(Dimension, page, "dimension", parts.dimensions)
            case ("vocabularies", _):
                self._entries(Vocabulary, page, "vocabulary", parts.vocabularies)
            case ("facts", _):
                self._entries(Fact, page, "fact", parts.facts, id_key="id")
            case ("benchmarks", _):
                if found := check(Benchmarks, page.data, page, (), self.problems):
                    parts.benchmarks.append(found)
                    self.where["benchmarks", str(len(parts.benchmarks) - 1)] = (page, ())
            case ("issues", _):
                if issues := check(IssueList, page.data, page, (), self.problems):
                    self._add("issue list", issues.framework, issues, page, (), parts.issues)
            case (folder, "framework.yaml"):
                framework = check(Framework, page.data, page, (), self.problems)
                if framework and self._named(page, framework.id, folder, "folder"):
                    self._add("framework", framework.id, framework, page, (), parts.frameworks)
            case (_, _, file) if nested:
                expectation = check(Expectation, page.data, page, (), self.problems)
                stem = file.removesuffix(".yaml")
                if expectation and self._named(page, expectation.id, stem, "file"):
                    self._add(
                        "expectation", expectation.id, expectation, page, (), parts.expectations
                    )
                    parts.files[expectation.id] = name
            case _:
                self._misplaced(page, Problem(page.source, 0, 0, ""))

    def _misplaced(self, page: Document, at: Problem) -> None:
        ids = [str(page.data.get(key, "…")) for key in ("framework", "criterion", "id")]
        what, help = "file", "facts stand in facts/, expectations in <framework>/<criterion>/"
        if "expect" in page.data:
            what, help = "expectation", f"move it to {'/'.join(ids)}.yaml"
        self.problems.append(
            replace(at, message=f"this {what} has no place in this folder", help=help)
        )

    def _named(self, page: Document, id: str, name: str, what: str) -> bool:
        """Return whether a page's id is the name of its file or folder."""
        if id != name:
            help = f"write 'id: {name}', or rename the {what}"
            message = f"the id '{id}' is not the {what}'s name"
            self.problems.append(page.problem(("id",), message, help))
        return id == name

    def _entries(
        self,
        model: type[Any],
        page: Document,
        what: str,
        into: dict[str, Any],
        id_key: str | None = None,
    ) -> None:
        """Read a page whose keys are ids."""
        for id, data in page.data.items():
            more = {id_key: id} if id_key else {}
            entry: BaseModel | None = check(model, data, page, (id,), self.problems, **more)
            if entry is not None:
                self._add(what, id, entry, page, (id,), into)

    def _add(
        self, what: str, id: str, entry: Any, page: Document, path: Path, into: dict[str, Any]
    ) -> None:
        if id in into:
            first, place = self.where[what, id]
            at = first.problem(place, "", key=True)
            self.problems.append(
                page.problem(
                    path or ("id",),
                    f"the {what} '{id}' is defined twice",
                    f"it stands already in {at.file}:{at.line}",
                    key=bool(path),
                )
            )
            return
        into[id] = entry
        self.where[what, id] = (page, path)

    # ---- conditions ----

    def _conditions(self, expectation: Expectation, rulebook: Rulebook) -> Conditions | None:
        page, _ = self.where["expectation", expectation.id]
        seen: set[Problem] = set()

        def report(path: Path, message: str, help: str, key: bool) -> None:
            problem = page.problem(path, message, help, key=key)
            if problem not in seen:
                seen.add(problem)
                self.problems.append(problem)

        scope = Scope(
            expectation.id,
            rulebook.facts,
            rulebook.dimensions,
            rulebook.vocabularies,
            rulebook.expectations,
            report,
        )
        applies: Condition | None = None
        if expectation.applies_when is not None:
            applies = read_condition(expectation.applies_when, ("applies_when",), scope)
        expect = read_condition(expectation.expect, ("expect",), scope)
        return Conditions(applies, expect) if expect is not None else None

    def _unused_thresholds(self, rulebook: Rulebook) -> None:
        for id, conditions in rulebook.conditions.items():
            used = {
                threshold.name
                for condition in (conditions.applies_when, conditions.expect)
                if condition is not None
                for leaf in leaves(condition)
                for threshold in thresholds_of(leaf)
            }
            page, _ = self.where["expectation", id]
            for name in rulebook.expectations[id].thresholds:
                if name not in used:
                    self.problems.append(
                        page.problem(
                            ("thresholds", name),
                            f"the threshold '{name}' is not used",
                            f"write {{threshold: {name}}} in the condition, or take it away",
                            key=True,
                        )
                    )

    def _cycles(self, rulebook: Rulebook) -> None:
        for cycle in find_cycles(upstream_of(rulebook)):
            page, _ = self.where["expectation", cycle[0]]
            self.problems.append(
                page.problem(
                    (_where_resting(rulebook.conditions[cycle[0]], cycle[1]),),
                    f"'{cycle[0]}' rests on its own finding"
                    if len(cycle) == 2
                    else f"findings rest on each other in a circle: {' -> '.join(cycle)}",
                    "a finding may rest only on findings that do not rest on it",
                    key=True,
                )
            )


@dataclass(slots=True)
class _Parts:
    """The pages of a rulebook, read but not yet checked against each other."""

    page: RulebookPage | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    frameworks: dict[str, Framework] = field(default_factory=dict)
    issues: dict[str, IssueList] = field(default_factory=dict)
    benchmarks: list[Benchmarks] = field(default_factory=list)
    expectations: dict[str, Expectation] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def rulebook(
        self, build: _Build, conditions: Mapping[str, Conditions] | None = None
    ) -> Rulebook:
        assert self.page is not None
        return Rulebook(
            page=self.page,
            folder=build.folder,
            origin=build.origin,
            hash=build.hash,
            sources=self.sources,
            units=self.units,
            dimensions=self.dimensions,
            vocabularies=self.vocabularies,
            facts=self.facts,
            frameworks=self.frameworks,
            issues=tuple(self.issues.values()),
            benchmarks=tuple(self.benchmarks),
            expectations=dict(sorted(self.expectations.items())),
            conditions=conditions or {},
            files=self.files,
        )


class _Checks:
    """What pages say of each other."""

    def __init__(self, build: _Build, rulebook: Rulebook) -> None:
        self.build = build
        self.rulebook = rulebook
        self.sources = rulebook.sources
        self.codes = rulebook.issue_codes()

    def dictionary(self) -> None:
        """Check the facts, on which everything else rests."""
        for fact in self.rulebook.facts.values():
            self._fact(fact)

    def references(self) -> None:
        """Check what the other pages name."""
        for framework in self.rulebook.frameworks.values():
            page, _ = self.build.where["framework", framework.id]
            for number, edition in enumerate(framework.editions):
                self._source(page, ("editions", number, "source"), edition.source)
        first: dict[str, str] = {}
        for issues in self.rulebook.issues:
            page, _ = self.build.where["issue list", issues.framework]
            for code in issues.codes:
                if first.setdefault(code, page.source) != page.source:
                    help = f"it stands already in {first[code]}"
                    self._say(page, ("codes", code), f"the issue '{code}' is defined twice", help)
            frameworks = self.rulebook.frameworks
            self._one_of(page, ("framework",), "framework", issues.framework, frameworks)
        for number, benchmarks in enumerate(self.rulebook.benchmarks):
            page, _ = self.build.where["benchmarks", str(number)]
            self._source(page, ("source",), benchmarks.source)
            for place, figure in enumerate(benchmarks.figures):
                self._figure(page, ("figures", place), figure)
        for expectation in self.rulebook.expectations.values():
            self._expectation(expectation)

    def _figure(self, page: Document, path: Path, figure: Figure) -> None:
        self._one_of(page, (*path, "place"), "place", figure.place, _PLACES)
        if not self._one_of(page, (*path, "fact"), "fact", figure.fact, self.rulebook.facts):
            return
        fact = self.rulebook.facts[figure.fact]
        if fact.for_each is not None:
            members = self.rulebook.dimensions[fact.for_each].members
            self._one_of(page, (*path, "member"), fact.for_each, figure.member or "", members)
        elif figure.member is not None:
            message = f"'{fact.id}' is not held for each of anything"
            self._say(page, (*path, "member"), message, "take 'member' away")
        try:
            parse_operand(fact, figure.value)
        except Unfit as error:
            self._say(page, (*path, "value"), str(error), error.help)
        try:
            Period.parse(figure.period, fact.cadence)
        except ValueError as error:
            self._say(page, (*path, "period"), str(error), 'such as "2024" or 2025-Q1')

    def _say(
        self, page: Document, path: Path, message: str, help: str, *, key: bool = False
    ) -> None:
        self.build.problems.append(page.problem(path, message, help, key=key))

    def _one_of(self, page: Document, path: Path, what: str, id: str, known: Iterable[str]) -> bool:
        words = list(known)
        if id in words:
            return True
        few = f"there are: {', '.join(words)}" if len(words) <= 12 else _WHERE.get(what, "")
        self._say(page, path, f"no {what} is called '{id}'", near(id, words, few))
        return False

    def _source(self, page: Document, path: Path, id: str) -> None:
        self._one_of(page, path, "source", id, self.sources)

    def _fact(self, fact: Fact) -> None:
        page, path = self.build.where["fact", fact.id]
        kind = fact.type.value.replace("_", "/")
        if fact.type in {FactType.COUNT, FactType.SHARE, FactType.SURVEY}:
            if fact.of is None:
                message = f"'{fact.id}' does not say what is counted"
                self._say(page, path, message, "add 'of:' with an id of units.yaml", key=True)
            else:
                self._one_of(page, (*path, "of"), "unit", fact.of, self.rulebook.units)
        elif fact.type is FactType.LIST:
            if fact.of is not None:
                words = self.rulebook.vocabularies
                self._one_of(page, (*path, "of"), "vocabulary", fact.of, words)
        elif fact.of is not None:
            help = "take it away: only counts, shares, surveys and lists have it"
            self._say(page, (*path, "of"), f"a {kind} has no 'of'", help)
        if fact.for_each is not None:
            dimensions = self.rulebook.dimensions
            self._one_of(page, (*path, "for_each"), "dimension", fact.for_each, dimensions)
        if fact.type is FactType.CHOICE and not fact.values:
            help = "add 'values: [this, that]'"
            self._say(page, path, f"'{fact.id}' does not say what the choices are", help, key=True)
        if fact.type is not FactType.CHOICE and fact.values:
            help = "take 'values' away, or write 'type: choice'"
            self._say(page, (*path, "values"), f"a {kind} has no 'values'", help)
        for number, value in enumerate(fact.values):
            if value in _YES_NO_WORDS:
                message = f"a choice cannot have the value '{value}'"
                self._say(page, (*path, "values", number), message, "use another word")
        if fact.ordered and fact.type is not FactType.CHOICE:
            help = "take 'ordered' away"
            self._say(page, (*path, "ordered"), "only a choice is ordered", help)
        if fact.better and fact.type not in NUMERIC_TYPES | {FactType.SURVEY}:
            help = "take 'better' away"
            self._say(page, (*path, "better"), f"a {kind} has no better and worse", help)
        if fact.published_as is not None:
            self._source(page, (*path, "published_as", "release"), fact.published_as.release)
            if fact.cadence is None:
                help = "add 'cadence', such as calendar year"
                self._say(page, path, "a published fact needs the meaning of its years", help)

    def _expectation(self, e: Expectation) -> None:
        page, _ = self.build.where["expectation", e.id]
        *_, framework, criterion, _ = PurePosixPath(page.source).parts
        frameworks = self.rulebook.frameworks
        if (
            self._one_of(page, ("framework",), "framework", e.framework, frameworks)
            and self._one_of(
                page, ("criterion",), "criterion", e.criterion, frameworks[e.framework].criteria
            )
            and (framework, criterion) != (e.framework, e.criterion)
        ):
            key = "framework" if framework != e.framework else "criterion"
            message = f"this page stands in the folder {framework}/{criterion}"
            self._say(page, (key,), message, f"move it to {e.framework}/{e.criterion}")
        everywhere = [f"{f.id}/{c}" for f in frameworks.values() for c in f.criteria]
        for number, place in enumerate(e.also):
            self._one_of(page, ("also", number), "criterion", place, everywhere)
        for number, citation in enumerate(e.citations):
            self._source(page, ("citations", number, "source"), citation.source)
        for number, code in enumerate(e.issues):
            self._one_of(page, ("issues", number), "issue", code, self.codes)
        if e.affected is not None:
            facts = self.rulebook.facts
            known = self._one_of(page, ("affected",), "fact", e.affected, facts)
            if known and facts[e.affected].type not in {FactType.COUNT, FactType.SHARE}:
                help = "name a count, or a share of people"
                self._say(page, ("affected",), f"'{e.affected}' does not count anybody", help)
        for name, threshold in e.thresholds.items():
            self._threshold(page, e, name, threshold)

    def _threshold(self, page: Document, e: Expectation, name: str, threshold: Threshold) -> None:
        path: Path = ("thresholds", name)
        if threshold.source is not None:
            self._source(page, (*path, "source"), threshold.source)
        if threshold.by is not None:
            by, facts = (*path, "by", "fact"), self.rulebook.facts
            if self._one_of(page, by, "fact", threshold.by.fact, facts):
                fact = facts[threshold.by.fact]
                if fact.type not in _SIZES or fact.for_each is not None:
                    message = f"'{fact.id}' does not give one size for the whole area"
                    self._say(page, by, message, "name a count, number or rate that is no family")
        for number, problem in _gaps_and_overlaps(threshold, e.in_force):
            help = "each value holds from its 'from' to its 'until' or the next 'from'"
            self._say(page, (*path, "values", number, "from"), problem, help)


_WHERE = {
    "source": "add it to sources.yaml",
    "fact": "see: readiness facts list",
    "unit": "add it to units.yaml",
    "issue": "see the pages in issues/",
    "criterion": "see framework.yaml",
    "vocabulary": "see the pages in vocabularies/",
    "dimension": "add it to dimensions.yaml",
}
"""Where to look for an id that is not there, when there are too many to list."""


def _gaps_and_overlaps(threshold: Threshold, bound: InForce) -> Iterator[tuple[int, str]]:
    """Say where a threshold's history leaves a day of the rule's life with no or two values.

    Returns:
        The number of the value at fault, and what is wrong.
    """
    for band in dict.fromkeys(value.below for value in threshold.values):
        history = sorted(
            ((n, value) for n, value in enumerate(threshold.values) if value.below == band),
            key=lambda pair: pair[1].start,
        )
        (first, start), (last, end) = history[0], history[-1]
        if bound.start is not None and start.start > bound.start:
            before = long_date(start.start - timedelta(days=1))
            yield first, f"there is no value from {long_date(bound.start)} to {before}"
        for (_, earlier), (number, later) in pairwise(history):
            if earlier.start == later.start:
                yield number, f"two values begin on {long_date(later.start)}"
            elif earlier.until is None:
                continue
            elif earlier.until >= later.start:
                yield number, f"two values hold on {long_date(later.start)}"
            elif earlier.until + timedelta(days=1) < later.start:
                days = f"{long_date(earlier.until)} and {long_date(later.start)}"
                yield number, f"there is no value between {days}"
        if end.until is not None and (bound.until is None or end.until < bound.until):
            yield last, f"there is no value after {long_date(end.until)}"


def _where_resting(conditions: Conditions, id: str) -> str:
    """Return the key of the condition that rests on another expectation."""
    resting = (FindingIs, FindingHas)
    found = [leaf.id for leaf in leaves(conditions.expect) if isinstance(leaf, resting)]
    return "expect" if id in found else "applies_when"


def upstream_of(rulebook: Rulebook) -> dict[str, tuple[str, ...]]:
    """Return, for each expectation, those whose verdicts it rests on, in order of id."""

    def ids(conditions: Conditions) -> set[str]:
        both = [c for c in (conditions.applies_when, conditions.expect) if c is not None]
        return {
            leaf.id
            for condition in both
            for leaf in leaves(condition)
            if isinstance(leaf, (FindingIs, FindingHas))
        }

    return {id: tuple(sorted(ids(c))) for id, c in sorted(rulebook.conditions.items())}


def find_cycles(upstream: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return one cycle for each knot of expectations that rest on each other, first id repeated."""
    done: set[str] = set()
    knotted: set[str] = set()
    cycles: list[tuple[str, ...]] = []
    for start in upstream:
        trail: list[str] = []
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            id, leaving = stack.pop()
            if leaving:
                done.add(trail.pop())
            elif id in trail:
                cycle = trail[trail.index(id) :]
                if knotted.isdisjoint(cycle):
                    cycles.append((*cycle, id))
                knotted.update(cycle)
            elif id not in done:
                trail.append(id)
                stack.append((id, True))
                stack.extend((other, False) for other in reversed(upstream.get(id, ())))
    return cycles
