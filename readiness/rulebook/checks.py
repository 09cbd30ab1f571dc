"""Checks of a rulebook's pages against each other, once each is right by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from pathlib import PurePosixPath

from readiness.calendar import Cadence, Period, long_date
from readiness.errors import Problem
from readiness.model.conditions import FindingHas, FindingIs
from readiness.model.expectation import Coverage, Expectation, Figure, InForce, Threshold
from readiness.model.facts import Fact, Sum, Term
from readiness.model.values import Unfit, near
from readiness.model.vocabulary import NUMERIC_TYPES, OWN, FactType, Place, Region
from readiness.rulebook.chaining import find_cycles, upstream_of
from readiness.rulebook.conditions import parse_operand
from readiness.rulebook.reading import Pages
from readiness.rulebook.rulebook import Conditions, Rulebook
from readiness.yaml_reader import Document, Path

_PLACES = (Place.ENGLAND.value, *(region.value for region in Region))
_SIZES = frozenset({FactType.COUNT, FactType.NUMBER, FactType.RATE})
_YES_NO_WORDS = frozenset({"yes", "no", "true", "false", "on", "off", "unknown"})


class Checks:
    """Adds to `problems` what is wrong between the pages of a rulebook.

    Attributes:
        where: Where each thing stands; what stands nowhere was checked before, and is only there
            for others to name.
    """

    def __init__(self, rulebook: Rulebook, pages: Pages, problems: list[Problem]) -> None:
        self.rulebook = rulebook
        self.where = pages.where
        self.unread = pages.unread
        self.problems = problems
        self.codes = rulebook.issue_codes()

    def dictionary(self) -> None:
        """Check the facts, on which everything else rests."""
        for fact in self.rulebook.facts.values():
            if ("fact", fact.id) in self.where:
                self._fact(fact)

    def references(self) -> None:
        """Check what the other pages name."""
        for framework in self.rulebook.frameworks.values():
            page, _ = self.where["framework", framework.id]
            for number, edition in enumerate(framework.editions):
                self._source(page, ("editions", number, "source"), edition.source)
            for key, request in framework.requests.items():
                for number, id in enumerate(request.shows):
                    at = ("requests", key, "shows", number)
                    self._one_of(page, at, "fact", id, self.rulebook.facts)
        for id in self.rulebook.expectations:
            if id.startswith(f"{OWN}-"):
                page, _ = self.where["expectation", id]
                message = f"ids that begin with {OWN}- are kept for overlays"
                self._say(page, ("id",), message, "begin it with the framework's letters")
        first: dict[str, str] = {}
        for issues in self.rulebook.issues:
            page, _ = self.where["issue list", issues.framework]
            for code in issues.codes:
                if first.setdefault(code, page.source) != page.source:
                    help = f"it stands already in {first[code]}"
                    self._say(page, ("codes", code), f"the issue '{code}' is defined twice", help)
            frameworks = self.rulebook.frameworks
            self._one_of(page, ("framework",), "framework", issues.framework, frameworks)
        for number, benchmarks in enumerate(self.rulebook.benchmarks):
            page, _ = self.where["benchmarks", str(number)]
            self._source(page, ("source",), benchmarks.source)
            for place, figure in enumerate(benchmarks.figures):
                self._figure(page, ("figures", place), figure)
        self._services()
        self.expectations()
        for id, duties in self.rulebook.coverage.items():
            self._coverage(id, duties)
        for id, question in self.rulebook.questions.items():
            page, _ = self.where["question", id]
            for number, answer in enumerate(question.answered_by):
                path: Path = (id, "answered_by", number)
                self._one_of(page, path, "expectation", answer, self.rulebook.expectations)

    def expectations(self) -> None:
        """Check what expectations name."""
        for expectation in self.rulebook.expectations.values():
            if ("expectation", expectation.id) in self.where:
                self._expectation(expectation)

    def _services(self) -> None:
        """Check that services ask for facts that there are, each for its own."""
        first: dict[str, str] = {}
        for id, service in self.rulebook.services.items():
            page, _ = self.where["service", id]
            for number, start in enumerate(service.asks):
                at = (id, "asks", number)
                if not any(f == start or f.startswith(f"{start}.") for f in self.rulebook.facts):
                    starts = sorted({fact.split(".")[0] for fact in self.rulebook.facts})
                    help = near(start, starts, "name the beginning of ids, such as 'ehcp'")
                    self._say(page, at, f"no fact begins with '{start}'", help)
                elif first.setdefault(start, id) != id:
                    help = "each fact is asked of one service"
                    self._say(page, at, f"'{start}' is asked of '{first[start]}' already", help)

    def conditions(self) -> None:
        """Check what conditions make of their thresholds and of each other."""
        self._unused_thresholds()
        self._cycles()

    def _coverage(self, framework: str, duties: Mapping[str, Coverage]) -> None:
        page, _ = self.where["coverage", framework]
        if framework not in self.rulebook.frameworks:
            help = f"write {framework}/framework.yaml, or move this file to its framework's folder"
            self._say(page, (), f"there is no framework in the folder '{framework}'", help)
        for key, duty in duties.items():
            for number, id in enumerate(duty.checked_by):
                at = (key, "checked_by", number)
                known = [*self.rulebook.expectations, *self.unread]
                self._one_of(page, at, "expectation", id, known)

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
        self.problems.append(page.problem(path, message, help, key=key))

    def _one_of(self, page: Document, path: Path, what: str, id: str, known: Iterable[str]) -> bool:
        words = list(known)
        if id in words:
            return True
        few = f"there are: {', '.join(words)}" if len(words) <= 12 else _WHERE.get(what, "")
        self._say(page, path, f"no {what} is called '{id}'", near(id, words, few))
        return False

    def _source(self, page: Document, path: Path, id: str) -> None:
        self._one_of(page, path, "source", id, self.rulebook.sources)

    def _sum(self, page: Document, path: Path, fact: Fact, text: str) -> None:
        sum = Sum.read(fact.id, text)
        if fact.type is FactType.COUNT and fact.for_each is not None:
            help = "say at the total what adds up to it"
            self._say(page, path, "a family of counts has no one total", help)
            return
        self._term(page, path, sum.whole, "write 'in = …' or 'of = …' for a share, and no '=' else")
        for term in sum.parts:
            if term.fact and self._one_of(page, path, "fact", term.fact, self.rulebook.facts):
                help = "write a count alone, and of a share 'ID in' or 'ID of'"
                self._term(page, path, term, help)

    def _term(self, page: Document, path: Path, term: Term, help: str) -> None:
        fact = self.rulebook.facts[term.fact]
        spans = {Cadence.MONTH: "monthly", Cadence.QUARTER: "quarterly"}
        count = ["", spans.get(fact.cadence)] if fact.cadence is not None else [""]
        sides = {FactType.COUNT: count, FactType.SHARE: ["in", "of"]}.get(fact.type, [])
        if term.side not in sides:
            told = f"{term.fact} {term.side}".rstrip()
            self._say(page, path, f"'{told}' is no number", help)

    def _flows(self, page: Document, path: Path, fact: Fact) -> None:
        for id in (fact.id, *(fact.flows or ())):
            if not self._one_of(page, path, "fact", id, self.rulebook.facts):
                continue
            flow = self.rulebook.facts[id]
            if (
                flow.type is not FactType.COUNT
                or flow.cadence is not Cadence.MONTH
                or flow.for_each
            ):
                help = "name those who came, and those who went"
                self._say(page, path, f"'{id}' is no count by the month", help)

    def _overdue(self, page: Document, path: Path, fact: Fact) -> None:
        """Check that what is overdue beside a share of what was in time is a count of its own."""
        count = self.rulebook.facts.get(fact.overdue or "")
        if count is None:
            self._one_of(page, path, "fact", fact.overdue or "", self.rulebook.facts)
        elif fact.type is not FactType.SHARE or count.type is not FactType.COUNT:
            help = "name the count of what is overdue, beside the share of what was in time"
            self._say(page, path, f"'{fact.overdue}' is not a count beside a share", help)
        elif fact.for_each != count.for_each:
            help = "both are of the same family, or of none"
            self._say(page, path, f"'{fact.overdue}' is not of the same family", help)

    def _fact(self, fact: Fact) -> None:
        page, path = self.where["fact", fact.id]
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
        for number, text in enumerate(fact.sums):
            self._sum(page, (*path, "sums", number), fact, text)
        if fact.flows is not None:
            self._flows(page, (*path, "flows"), fact)
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
        if fact.overdue is not None:
            self._overdue(page, (*path, "overdue"), fact)
        if fact.published_as is not None:
            self._source(page, (*path, "published_as", "release"), fact.published_as.release)
            family = self.rulebook.dimensions.get(fact.for_each or "")
            for member in fact.published_as.members:
                place = (*path, "published_as", "members", member)
                self._one_of(page, place, "member", member, family.members if family else ())
            if fact.cadence is None:
                help = "add 'cadence', such as calendar year"
                self._say(page, path, "a published fact needs the meaning of its years", help)

    def _expectation(self, e: Expectation) -> None:
        page, _ = self.where["expectation", e.id]
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

    def _unused_thresholds(self) -> None:
        for id, conditions in self.rulebook.conditions.items():
            if ("expectation", id) not in self.where:
                continue
            page, _ = self.where["expectation", id]
            for name in self.rulebook.expectations[id].thresholds:
                if name not in conditions.compared:
                    message = f"the threshold '{name}' is not used"
                    help = f"write {{threshold: {name}}} in the condition, or take it away"
                    self._say(page, ("thresholds", name), message, help, key=True)

    def _cycles(self) -> None:
        for cycle in find_cycles(upstream_of(self.rulebook)):
            page, _ = self.where["expectation", cycle[0]]
            key = _where_resting(self.rulebook.conditions[cycle[0]], cycle[1])
            message = f"findings rest on each other in a circle: {' -> '.join(cycle)}"
            if len(cycle) == 2:
                message = f"'{cycle[0]}' rests on its own finding"
            help = "a finding may rest only on findings that do not rest on it"
            self._say(page, (key,), message, help, key=True)


_WHERE = {
    "source": "add it to sources.yaml",
    "fact": "see: readiness facts list",
    "unit": "add it to units.yaml",
    "issue": "see the pages in issues/",
    "criterion": "see framework.yaml",
    "expectation": "see: readiness rules list",
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
    found = [leaf.id for leaf in conditions.asked if isinstance(leaf, resting)]
    return "expect" if id in found else "applies_when"
