"""The rulebook: everything that a check is measured against, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from readiness.model.conditions import Condition, Leaf, facts_in, leaves, thresholds_of
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
from readiness.model.facts import Dimension, Fact, FactRef, Service, Sum, Unit, Vocabulary

if TYPE_CHECKING:
    from readiness.model.overlay import ChangePage, OverlayPage
    from readiness.model.profile import Standard


class Folder(NamedTuple):
    """A folder that pages were read from.

    Attributes:
        origin: The folder as the user knows it, or "packaged".
        hash: First 12 hexadecimal digits of the SHA-256 over names and contents of its files.
    """

    path: Path
    origin: str
    hash: str


class Change(NamedTuple):
    """A change page that was applied.

    Attributes:
        overlay: The number of its overlay.
        file: Its file, below the overlay's folder.
    """

    overlay: int
    file: str
    page: ChangePage


class Agreed(NamedTuple):
    """A local standard that an overlay sets for every council that it is used for.

    Attributes:
        overlay: The number of its overlay.
        file: Its file, below the overlay's folder.
    """

    overlay: int
    file: str
    line: int
    standard: Standard


@dataclass(frozen=True)  # without slots: read quicker from a kept rulebook
class Conditions:
    """The conditions of one expectation, read.

    Attributes:
        asked: The leaves of what is expected, in the order written.
        leaves: Those, and then the leaves of when it applies.
        asked_facts: The facts that are asked about, in the order written, each once.
        facts: Those, and then the facts of when it applies.
        compared: For each threshold the first leaf that compares with it.
    """

    applies_when: Condition | None
    expect: Condition
    asked: tuple[Leaf, ...] = field(init=False, compare=False, repr=False)
    leaves: tuple[Leaf, ...] = field(init=False, compare=False, repr=False)
    asked_facts: tuple[FactRef, ...] = field(init=False, compare=False, repr=False)
    facts: tuple[FactRef, ...] = field(init=False, compare=False, repr=False)
    compared: Mapping[str, Leaf] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        asked = tuple(leaves(self.expect))
        before = tuple(leaves(self.applies_when)) if self.applies_when is not None else ()
        compared: dict[str, Leaf] = {}
        for leaf in (*before, *asked):
            for threshold in thresholds_of(leaf):
                compared.setdefault(threshold.name, leaf)
        object.__setattr__(self, "asked", asked)
        object.__setattr__(self, "leaves", asked + before)
        object.__setattr__(self, "asked_facts", facts_in(asked))
        object.__setattr__(self, "facts", facts_in(asked + before))
        object.__setattr__(self, "compared", compared)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A rulebook, read and checked.

    Attributes:
        folder: Where its files are.
        origin: The folder as the user knows it, or "packaged".
        hash: First 12 hexadecimal digits of the SHA-256 over names and contents of its files, and
            of those of its overlays.
        coverage: For each framework its duties and lines of enquiry, and what checks them.
        files: For each expectation its file, below the folder of the rulebook or overlay.
        services: Who in a council is asked, in the order of their sheets; may be empty.
        questions: What leaders should be able to answer, in the order of a briefing; may be empty.
        overlays: What was laid over the rulebook, in the order of the command line.
        laid_over: The folder of each overlay.
        added: For each expectation that an overlay adds, the number of the overlay.
        changes: For each expectation that overlays change, the pages that do so.
        standards: Local standards that overlays set, by `ID.threshold`.
    """

    page: RulebookPage
    folder: Path
    origin: str
    hash: str
    sources: Mapping[str, Source]
    units: Mapping[str, Unit]
    dimensions: Mapping[str, Dimension]
    vocabularies: Mapping[str, Vocabulary]
    facts: Mapping[str, Fact]
    frameworks: Mapping[str, Framework]
    issues: tuple[IssueList, ...]
    benchmarks: tuple[Benchmarks, ...]
    expectations: Mapping[str, Expectation]
    conditions: Mapping[str, Conditions]
    coverage: Mapping[str, Mapping[str, Coverage]]
    files: Mapping[str, str]
    services: Mapping[str, Service] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    overlays: tuple[OverlayPage, ...] = ()
    laid_over: tuple[Folder, ...] = ()
    added: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    standards: Mapping[str, Agreed] = field(default_factory=dict)

    @property
    def named(self) -> str:
        """Which rulebook this is, so that nobody checks another copy than they edit."""
        with_overlays = "".join(
            f", overlay {page.id} ({place.origin}, {place.hash})"
            for page, place in zip(self.overlays, self.laid_over, strict=True)
        )
        return f"{self.page.id} ({self.origin}, {self.hash}){with_overlays}"

    def page_of(self, id: str) -> tuple[Path, str]:
        """Return the file of an expectation's page, and how to name it."""
        number = self.added.get(id)
        if number is None:
            return self.folder / self.files[id], f"{self.origin}/{self.files[id]}"
        return self.in_overlay(number, self.files[id])

    def examples_of(self, id: str) -> tuple[Path, str]:
        """Return the file in which an expectation's examples stand, and how to name it."""
        for change in self.changes.get(id, ()):
            if change.page.thresholds:
                return self.in_overlay(change.overlay, change.file)
        return self.page_of(id)

    def in_overlay(self, number: int, file: str) -> tuple[Path, str]:
        """Return a file of an overlay, and how to name it."""
        place = self.laid_over[number]
        return place.path / file, f"{place.origin}/{file}"

    def fact(self, ref: FactRef) -> Fact:
        """Return the definition behind a reference."""
        return self.facts[ref.id]

    def fact_title(self, ref: FactRef) -> str:
        """Return the title of a fact, with its member where it is one of a family."""
        fact = self.facts[ref.id]
        if ref.member is None or fact.for_each is None:
            return fact.title
        return f"{fact.title} ({self.dimensions[fact.for_each].members[ref.member]})"

    def criterion_title(self, framework: str, criterion: str) -> str:
        """Return a criterion's heading as published."""
        return self.frameworks[framework].criteria[criterion].title

    def unit_of(self, fact: Fact) -> Unit | None:
        """Return what a count or share counts, if the dictionary says so."""
        return self.units.get(fact.of or "")

    def sums(self) -> Iterator[Sum]:
        """Yield each sum that the dictionary declares between facts."""
        for fact in self.facts.values():
            yield from (Sum.read(fact.id, text) for text in fact.sums)

    def in_sums(self) -> tuple[str, ...]:
        """Return every fact that stands in a sum, or in the flow of another."""
        facts: dict[str, None] = {}
        for sum in self.sums():
            facts.update(dict.fromkeys(term.fact for term in (sum.whole, *sum.parts) if term.fact))
        for fact in self.facts.values():
            if fact.flows is not None:
                facts.update(dict.fromkeys((fact.id, *fact.flows)))
        return tuple(facts)

    def refs(self, fact: str) -> tuple[FactRef, ...]:
        """Return a fact's references: one, or of a family one for each member."""
        dimension = self.facts[fact].for_each
        members = self.dimensions[dimension].members if dimension else ()
        return tuple(FactRef(fact, member) for member in members) or (FactRef(fact),)

    def service_of(self, fact: Fact) -> str | None:
        """Return the service of the council that is asked for a fact, if one is named."""
        asked = {start: id for id, service in self.services.items() for start in service.asks}
        steps = fact.id.split(".")
        beginnings = [".".join(steps[:size]) for size in range(len(steps), 0, -1)]
        return next((asked[start] for start in beginnings if start in asked), None)

    def issue_codes(self) -> dict[str, str]:
        """Return the title of each issue code."""
        return {code: issue.title for page in self.issues for code, issue in page.codes.items()}

    def request_items(self) -> set[str]:
        """Return every information-request item as `framework/item`."""
        return {f"{f.id}/{item}" for f in self.frameworks.values() for item in f.requests}
