"""From a folder of YAML to a checked rulebook, or every problem at once.

Reading happens in two passes: first each page by itself, then what pages say of each other. The
second pass runs only when the first found nothing, so that one mistake is reported once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel

from readiness.errors import InvalidInput, InvalidRulebook, Problem
from readiness.model.conditions import Condition, FindingHas, FindingIs, leaves, thresholds_of
from readiness.model.expectation import (
    Benchmarks,
    Expectation,
    Framework,
    IssueList,
    RulebookPage,
    Source,
    Threshold,
)
from readiness.model.facts import Dimension, Fact, Unit, Vocabulary
from readiness.model.values import near
from readiness.model.vocabulary import NUMERIC_TYPES, Basis, FactType
from readiness.pages import check
from readiness.rulebook.cache import Cache
from readiness.rulebook.conditions import Scope, read_condition
from readiness.rulebook.rulebook import Conditions, Rulebook
from readiness.yaml_reader import Document, Path, read_bytes, read_text

_SINGLE = ("rulebook.yaml", "sources.yaml", "units.yaml", "dimensions.yaml")
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
    build = _Build(folder, origin, key[:12], trusted=kept is not None)
    if kept is not None:
        build.documents = {name: _kept(name, data) for name, data in kept.items()}
    else:
        for name, content in raw.items():
            build.read(name, content)
    rulebook = build.finish()
    if cache and kept is None:
        cache.put(key, {name: page.data for name, page in build.documents.items()})
    return rulebook


def _kept(name: str, data: dict[str, Any]) -> Document:
    """Return a page that was read and found right before; nothing will point into it."""
    return replace(read_text("kept: yes", name), data=data)


def _read_files(folder: FilePath, origin: str) -> dict[str, bytes]:
    """Return the YAML files of a folder by their path below it, in order of path."""
    if not (folder / "rulebook.yaml").is_file():
        what = "does not hold 'rulebook.yaml'" if folder.is_dir() else "is not a folder"
        raise InvalidRulebook([Problem(origin, 0, 0, what, "name the folder of a rulebook")])
    problems: list[Problem] = []
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in PurePosixPath(name).parts):
            continue
        if path.suffix == ".yml":
            problems.append(Problem(f"{origin}/{name}", 0, 0, "is not read", "name it .yaml"))
        if path.suffix != ".yaml":
            continue
        try:
            if path.stat().st_size > 5_000_000:
                raise OSError("it is larger than 5 MB")
            found[name] = path.read_bytes()
        except OSError as error:
            reason = error.strerror or str(error)
            problems.append(Problem(f"{origin}/{name}", 0, 0, f"cannot be read: {reason}"))
    if problems:
        raise InvalidRulebook(problems)
    return found


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
        if not self.trusted:
            _Checks(self, rulebook).run()
            self._stop()
        conditions = {id: self._conditions(e, rulebook) for id, e in rulebook.expectations.items()}
        self._stop()
        whole = parts.rulebook(self, {id: c for id, c in conditions.items() if c is not None})
        if not self.trusted:
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
                self.problems.append(Problem(place, 0, 0, "is missing", "add the file"))
        for name, page in self.documents.items():
            self._page(name, page, parts)
        return parts

    def _page(self, name: str, page: Document, parts: _Parts) -> None:
        steps = PurePosixPath(name).parts
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
                    parts.issues.append(issues)
                    self.where["issues", issues.framework] = (page, ())
            case (_, "framework.yaml"):
                if framework := check(Framework, page.data, page, (), self.problems):
                    self._add("framework", framework.id, framework, page, (), parts.frameworks)
            case (_, _, _):
                if expectation := check(Expectation, page.data, page, (), self.problems):
                    self._add(
                        "expectation", expectation.id, expectation, page, (), parts.expectations
                    )
                    parts.files[expectation.id] = name
            case _:
                self.problems.append(
                    Problem(
                        page.source,
                        0,
                        0,
                        "this file has no place in a rulebook",
                        "an expectation stands in <framework>/<criterion>/<ID>.yaml",
                    )
                )

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
                    ("expect",),
                    f"findings rest on each other in a circle: {' -> '.join(cycle)}",
                    "take one of them out of the circle",
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
    issues: list[IssueList] = field(default_factory=list)
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
            issues=tuple(self.issues),
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

    def run(self) -> None:
        for fact in self.rulebook.facts.values():
            self._fact(fact)
        for framework in self.rulebook.frameworks.values():
            page, _ = self.build.where["framework", framework.id]
            if PurePosixPath(page.source).parent.name != framework.id:
                self._say(page, ("id",), f"the id '{framework.id}' is not the folder's name")
            for number, edition in enumerate(framework.editions):
                self._source(page, ("editions", number, "source"), edition.source)
        for issues in self.rulebook.issues:
            page, _ = self.build.where["issues", issues.framework]
            self._one_of(page, ("framework",), issues.framework, self.rulebook.frameworks)
        for number, benchmarks in enumerate(self.rulebook.benchmarks):
            page, _ = self.build.where["benchmarks", str(number)]
            self._source(page, ("source",), benchmarks.source)
            for place, figure in enumerate(benchmarks.figures):
                path = ("figures", place, "fact")
                self._one_of(page, path, figure.fact, self.rulebook.facts)
        for expectation in self.rulebook.expectations.values():
            self._expectation(expectation)

    def _say(self, page: Document, path: Path, message: str, help: str = "") -> None:
        self.build.problems.append(page.problem(path, message, help))

    def _one_of(self, page: Document, path: Path, id: str, known: Iterable[str]) -> bool:
        words = list(known)
        if id in words:
            return True
        few = f"there are: {', '.join(words)}" if len(words) <= 12 else ""
        self._say(page, path, f"there is no '{id}'", near(id, words, few))
        return False

    def _source(self, page: Document, path: Path, id: str) -> None:
        self._one_of(page, path, id, self.sources)

    def _fact(self, fact: Fact) -> None:
        page, path = self.build.where["fact", fact.id]
        if fact.type in {FactType.COUNT, FactType.SHARE, FactType.SURVEY}:
            if fact.of is None:
                self._say(page, path, f"'{fact.id}' needs 'of': what is counted")
            else:
                self._one_of(page, (*path, "of"), fact.of, self.rulebook.units)
        elif fact.type is FactType.LIST:
            if fact.of is not None:
                self._one_of(page, (*path, "of"), fact.of, self.rulebook.vocabularies)
        elif fact.of is not None:
            self._say(page, (*path, "of"), f"a {fact.type.value} has no 'of'")
        if fact.for_each is not None:
            self._one_of(page, (*path, "for_each"), fact.for_each, self.rulebook.dimensions)
        if (fact.type is FactType.CHOICE) != bool(fact.values):
            self._say(page, path, "'values' belongs to a choice, and a choice needs it")
        for value in _YES_NO_WORDS.intersection(fact.values):
            self._say(page, (*path, "values"), f"a choice cannot have the value '{value}'")
        if fact.ordered and fact.type is not FactType.CHOICE:
            self._say(page, (*path, "ordered"), "only a choice is ordered")
        if fact.better and fact.type not in NUMERIC_TYPES | {FactType.SURVEY}:
            self._say(page, (*path, "better"), f"a {fact.type.value} has no better and worse")
        if fact.published_as is not None:
            path = (*path, "published_as", "release")
            self._source(page, path, fact.published_as.release)

    def _expectation(self, e: Expectation) -> None:
        page, _ = self.build.where["expectation", e.id]
        file = PurePosixPath(page.source)
        if file.stem != e.id:
            self._say(
                page, ("id",), f"the id '{e.id}' is not the file's name", f"name it {e.id}.yaml"
            )
        frameworks = self.rulebook.frameworks
        if self._one_of(page, ("framework",), e.framework, frameworks):
            self._one_of(page, ("criterion",), e.criterion, frameworks[e.framework].criteria)
        if file.parent.name != e.criterion or file.parent.parent.name != e.framework:
            self._say(
                page,
                ("criterion",),
                f"the page stands in {file.parent.parent.name}/{file.parent.name}",
                f"move it to {e.framework}/{e.criterion}",
            )
        everywhere = [f"{f.id}/{c}" for f in frameworks.values() for c in f.criteria]
        for number, place in enumerate(e.also):
            self._one_of(page, ("also", number), place, everywhere)
        for number, citation in enumerate(e.citations):
            self._source(page, ("citations", number, "source"), citation.source)
        for number, code in enumerate(e.issues):
            self._one_of(page, ("issues", number), code, self.codes)
        if e.affected is not None:
            known = self._one_of(page, ("affected",), e.affected, self.rulebook.facts)
            counts = {FactType.COUNT, FactType.SHARE}
            if known and self.rulebook.facts[e.affected].type not in counts:
                self._say(page, ("affected",), f"'{e.affected}' does not count anybody")
        for name, threshold in e.thresholds.items():
            self._threshold(page, e, name, threshold)

    def _threshold(self, page: Document, e: Expectation, name: str, threshold: Threshold) -> None:
        path: Path = ("thresholds", name)
        if threshold.source is not None:
            self._source(page, (*path, "source"), threshold.source)
        if threshold.by is not None:
            self._one_of(page, (*path, "by", "fact"), threshold.by.fact, self.rulebook.facts)
        if threshold.basis is Basis.LOCAL:
            return
        for problem in _gaps_and_overlaps(threshold, e.in_force.start, e.in_force.until):
            self._say(page, (*path, "values"), problem)


def _gaps_and_overlaps(
    threshold: Threshold, start: date | None, until: date | None
) -> Iterator[str]:
    """Say where a threshold's history leaves a day of the rule's life with no or two values."""
    bands = {value.below for value in threshold.values}
    for band in sorted(bands, key=lambda below: (below is None, below)):
        history = sorted(
            (value for value in threshold.values if value.below == band),
            key=lambda value: value.start,
        )
        if start is not None and history[0].start > start:
            yield f"there is no value from {start} to {history[0].start - timedelta(days=1)}"
        for earlier, later in pairwise(history):
            if earlier.start == later.start:
                yield f"two values begin on {later.start}"
            elif earlier.until is not None and earlier.until >= later.start:
                yield f"two values hold on {later.start}"
            elif earlier.until is not None and earlier.until + timedelta(days=1) < later.start:
                yield f"there is no value between {earlier.until} and {later.start}"
        last = history[-1].until
        if last is not None and (until is None or last < until):
            yield f"there is no value after {last}"


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
    cycles: list[tuple[str, ...]] = []
    for start in upstream:
        trail: list[str] = []
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            id, leaving = stack.pop()
            if leaving:
                trail.pop()
                done.add(id)
            elif id in trail:
                cycles.append((*trail[trail.index(id) :], id))
                return cycles
            elif id not in done:
                trail.append(id)
                stack.append((id, True))
                stack.extend((other, False) for other in reversed(upstream.get(id, ())))
    return cycles
