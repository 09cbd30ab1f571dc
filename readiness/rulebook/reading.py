"""From a rulebook's documents to its pages, each read by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel

from readiness.errors import Problem
from readiness.model.expectation import (
    Benchmarks,
    Coverage,
    Expectation,
    Framework,
    IssueList,
    Question,
    RulebookPage,
    Source,
)
from readiness.model.facts import Dimension, Fact, Service, Unit, Vocabulary
from readiness.pages import check
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import Document, Path

_FOLDERS = frozenset({"facts", "vocabularies", "benchmarks", "issues"})
_SINGLE = ("rulebook.yaml", "sources.yaml", "units.yaml", "dimensions.yaml")

Places = dict[tuple[str, str], tuple[Document, Path]]
"""For each thing, by its kind and id, the document and the place in it where it stands."""


@dataclass(slots=True)
class Pages:
    """The pages of a rulebook, read but not yet checked against each other.

    Attributes:
        files: For each expectation its file, below the rulebook's folder.
        unread: Ids of expectations whose pages are wrong.
    """

    page: RulebookPage | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    frameworks: dict[str, Framework] = field(default_factory=dict)
    issues: dict[str, IssueList] = field(default_factory=dict)
    benchmarks: list[Benchmarks] = field(default_factory=list)
    expectations: dict[str, Expectation] = field(default_factory=dict)
    coverage: dict[str, dict[str, Coverage]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    where: Places = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    def leave_out(self, *ids: object) -> None:
        """Leave out expectations whose pages are wrong; nobody is told that they are not there."""
        self.unread.update(id for id in ids if isinstance(id, str))
        for id in self.unread:
            self.expectations.pop(id, None)
            self.files.pop(id, None)

    def rulebook(self, folder: FilePath, origin: str, hash: str) -> Rulebook:
        """Return the rulebook of pages that were read without a problem, without conditions."""
        assert self.page is not None
        return Rulebook(
            page=self.page,
            folder=folder,
            origin=origin,
            hash=hash,
            sources=self.sources,
            units=self.units,
            dimensions=self.dimensions,
            vocabularies=self.vocabularies,
            facts=self.facts,
            frameworks=self.frameworks,
            issues=tuple(self.issues.values()),
            benchmarks=tuple(self.benchmarks),
            expectations=dict(sorted(self.expectations.items())),
            conditions={},
            coverage=self.coverage,
            files=self.files,
            services=self.services,
            questions=self.questions,
        )


def is_page(name: str) -> bool:
    """Return whether a file, by its path below the rulebook's folder, is for an expectation."""
    steps = PurePosixPath(name).parts
    return len(steps) == 3 and steps[0] not in _FOLDERS


Kept = dict[str, tuple[Document, Expectation]]
"""Expectations by their files, each with the document that it was read from."""


def read_pages(
    documents: Mapping[str, Document],
    origin: str,
    problems: list[Problem],
    kept: Kept | None = None,
) -> Pages:
    """Return what documents hold, after adding every problem to `problems`.

    Args:
        documents: The documents of a rulebook by their path below its folder.
        origin: The folder as the user knows it.
        kept: What was read before; a document that is still the same is not looked at again.
    """
    for name in _SINGLE:
        if name not in documents and not problems:
            help = "add it; {} alone says that there is nothing to say"
            problems.append(Problem(f"{origin}/{name}", 0, 0, "this file is missing", help))
    return read_some(documents, problems, kept)


def read_some(
    documents: Mapping[str, Document], problems: list[Problem], kept: Kept | None = None
) -> Pages:
    """Return what documents hold that need not be a whole rulebook.

    Args:
        documents: Documents by their path below their folder.
        kept: What was read before; a document that is still the same is not looked at again.
    """
    reader = _Reader(problems, {} if kept is None else kept)
    for name, page in documents.items():
        reader.read(name, page)
    return reader.pages


class _Reader:
    def __init__(self, problems: list[Problem], kept: Kept) -> None:
        self.problems = problems
        self.kept = kept
        self.pages = Pages()

    def read(self, name: str, page: Document) -> None:
        pages, steps = self.pages, PurePosixPath(name).parts
        nested = is_page(name)
        if "expect" in page.data and not nested:
            self._misplaced(page, page.problem(("expect",), "", key=True))
            return
        match steps:
            case ("rulebook.yaml",):
                pages.page = check(RulebookPage, page.data, page, (), self.problems)
            case ("sources.yaml",):
                self._entries(Source, page, "source", pages.sources)
            case ("units.yaml",):
                self._entries(Unit, page, "unit", pages.units)
            case ("dimensions.yaml",):
                self._entries(Dimension, page, "dimension", pages.dimensions)
            case ("services.yaml",):
                self._entries(Service, page, "service", pages.services)
            case ("questions.yaml",):
                self._entries(Question, page, "question", pages.questions)
            case ("vocabularies", _):
                self._entries(Vocabulary, page, "vocabulary", pages.vocabularies)
            case ("facts", _):
                self._entries(Fact, page, "fact", pages.facts, id_key="id")
            case ("benchmarks", _):
                if found := check(Benchmarks, page.data, page, (), self.problems):
                    pages.benchmarks.append(found)
                    pages.where["benchmarks", str(len(pages.benchmarks) - 1)] = (page, ())
            case ("issues", _):
                if issues := check(IssueList, page.data, page, (), self.problems):
                    self._add("issue list", issues.framework, issues, page, (), pages.issues)
            case (folder, "framework.yaml"):
                framework = check(Framework, page.data, page, (), self.problems)
                if framework and self._named(page, framework.id, folder, "folder"):
                    self._add("framework", framework.id, framework, page, (), pages.frameworks)
            case (folder, "coverage.yaml"):
                pages.where["coverage", folder] = (page, ())
                entries = pages.coverage.setdefault(folder, {})
                self._entries(Coverage, page, f"{folder} duty", entries)
            case (_, _, file) if nested:
                expectation = self._expectation(name, page)
                stem = file.removesuffix(".yaml")
                if expectation and self._named(page, expectation.id, stem, "file"):
                    self._add(
                        "expectation", expectation.id, expectation, page, (), pages.expectations
                    )
                    pages.files[expectation.id] = name
            case _:
                self._misplaced(page, Problem(page.source, 0, 0, ""))

    def _expectation(self, name: str, page: Document) -> Expectation | None:
        before = self.kept.get(name)
        if before is not None and before[0] is page:
            return before[1]
        expectation = check(Expectation, page.data, page, (), self.problems)
        if expectation is not None:
            self.kept[name] = page, expectation
        return expectation

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
            first, place = self.pages.where[what, id]
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
        self.pages.where[what, id] = (page, path)
