"""Which page has which schema: making them from a rulebook, and their text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from readiness.analysis.pages.scenarios import ScenarioPage
from readiness.model.expectation import (
    Benchmarks,
    Citation,
    Coverage,
    DatedValue,
    Edition,
    Example,
    Expectation,
    Figure,
    Framework,
    InForce,
    IssueList,
    Question,
    Request,
    RulebookPage,
    SizeOf,
    Source,
    Threshold,
)
from readiness.model.facts import Dimension, Fact, PublishedAs, Service, Unit, Vocabulary
from readiness.model.overlay import ChangePage, OverlayPage, ThresholdChange
from readiness.model.profile import (
    Acceptance,
    Claim,
    CouncilHeader,
    EvidenceItem,
    PlanEntry,
    SelfEvaluation,
    ShowsIn,
    Standard,
)
from readiness.model.vocabulary import Basis
from readiness.profile.load import KEYS
from readiness.returns.records.pages import MetricPage, ReturnPage, TogetherPage
from readiness.rulebook.formats import FORMAT
from readiness.rulebook.rulebook import Rulebook
from readiness.schema.conditions import add_conditions
from readiness.schema.facts import Facts, context
from readiness.schema.models import TEXT, Models, Overrides, Schema, described, ref, words_of
from readiness.schema.outputs import OUTPUTS, output_schema
from readiness.schema.words import BASIC, definitions

DRAFT = "http://json-schema.org/draft-07/schema#"
MOST = 1_000_000
"""Bytes that a schema may have, so that editors stay quick."""

_LENGTHS = (500, 200, 100, 0, -1)
"""How many letters of a fact's definition its help may have, until a schema fits; at last none."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page.

    Attributes:
        title: What it is, in words.
        where: Pages of this kind, as patterns below the repository.
        make: Makes its schema.
    """

    title: str
    where: tuple[str, ...]
    make: Callable[[_Maker], Schema]


def schemas(rulebook: Rulebook) -> dict[str, str]:
    """Return the text of each schema by its file's name.

    Only what a schema refers to is part of it. Where it would be too large, the help says less of
    each fact.
    """
    pages = {name: _fitting(kind, rulebook) for name, kind in SCHEMAS.items()}
    outputs = {name: _written(*output_schema(name)) for name in OUTPUTS}
    return {f"{name}.schema.json": text for name, text in {**pages, **outputs}.items()}


def _fitting(kind: Kind, rulebook: Rulebook) -> str:
    text = ""
    for length in _LENGTHS:
        text = _text(kind, rulebook, length)
        if len(text.encode()) <= MOST:
            break
    return text


def _text(kind: Kind, rulebook: Rulebook, length: int) -> str:
    maker = _Maker(rulebook, length)
    return _written({"title": kind.title, **kind.make(maker)}, maker.definitions)


def _written(whole: Schema, definitions: Mapping[str, Schema]) -> str:
    """Return the text of a schema with those definitions that it refers to."""
    used = _used(whole, definitions)
    head = {"$schema": DRAFT, **whole}
    parts = {name: definitions[name] for name in sorted(used)}
    return f'{{{_lines(head)},\n"definitions":{{{_lines(parts)}}}}}\n'


def _lines(group: Schema) -> str:
    """Return the keys of a group and what they hold, one on a line, so that a change is seen."""
    return ",".join(f"\n{_compact(key)}:{_compact(held)}" for key, held in group.items())


def _compact(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _used(whole: Schema, known: Mapping[str, Schema]) -> set[str]:
    """Return the names of the definitions that a schema refers to, at first or second hand."""
    used: set[str] = set()
    stack: list[Any] = [whole]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            name = str(here.get("$ref", "")).removeprefix("#/definitions/")
            if name and name not in used:
                used.add(name)
                stack.append(known[name])
            stack.extend(here.values())
        elif isinstance(here, list):
            stack.extend(here)
    return used


class _Maker:
    """Makes the schemas of one rulebook."""

    def __init__(self, rulebook: Rulebook, length: int) -> None:
        self.rulebook = rulebook
        self.length = length
        self.definitions: dict[str, Schema] = {**BASIC, **definitions(rulebook)}
        self.models = Models(_OVERRIDES, self.definitions)

    def page(self, model: type[BaseModel]) -> Schema:
        """Return the schema of a page that is one model."""
        return self.models.whole(model)

    def entries(self, model: type[BaseModel], what: str, hidden: str | None = None) -> Schema:
        """Return the schema of a page whose keys are ids."""
        return {
            "description": f"Each key is the id of a {what}.",
            "type": "object",
            "additionalProperties": self.models.ref(model, hidden),
        }

    def expectation(self) -> Schema:
        """Return the schema of an expectation's page."""
        add_conditions(self.rulebook, self.definitions)
        self._given()
        return self.page(Expectation)

    def change(self) -> Schema:
        """Return the schema of a change page of an overlay."""
        self._given()
        return self.page(ChangePage)

    def _given(self) -> None:
        """Define what an example gives: facts, and what may stand beside them."""
        Facts(self.rulebook, self.definitions, min(0, self.length)).group()
        facts = self.definitions["facts"]["properties"]
        findings = {
            "description": "The verdicts of expectations that this one rests on; others: the rest.",
            "type": "object",
            "propertyNames": {"anyOf": [ref("expectation"), {"enum": ["others"]}]},
            "additionalProperties": ref("verdict"),
        }
        beside: dict[str, Schema] = {
            "as_of": described(ref("day"), "The evaluation date of this example."),
            "findings": findings,
            "benchmarks": context(),
            **{key: self.section(key) for key in ("evidence", "plan", "standards")},
        }
        self.definitions["given"] = {
            "description": "Facts as a profile states them, and what stands beside them.",
            "type": "object",
            "properties": {**facts, **beside},
            "additionalProperties": False,
        }

    def section(self, key: str) -> Schema:
        """Return the schema of a section of a profile."""
        models = self.models
        self.definitions["standard"] = {"anyOf": [models.ref(Standard), {"enum": ["none"]}]}
        standard = ref("standard")
        local = {
            f"{e.id}.{name}": threshold.ask or ""
            for e in self.rulebook.expectations.values()
            for name, threshold in e.thresholds.items()
            if threshold.basis is Basis.LOCAL
        }
        made: dict[str, Callable[[], Schema]] = {
            "council": lambda: models.ref(CouncilHeader),
            "as_of": lambda: ref("day"),
            "facts": lambda: Facts(self.rulebook, self.definitions, self.length).group(),
            "evidence": lambda: {
                "type": "object",
                "additionalProperties": models.ref(EvidenceItem),
            },
            "standards": lambda: {
                "type": "object",
                "properties": {
                    name: described(standard, ask) if self.length > 0 else standard
                    for name, ask in local.items()
                },
                "additionalProperties": False,
            },
            "plan": lambda: {"type": "array", "items": models.ref(PlanEntry)},
            "self_evaluation": lambda: models.ref(SelfEvaluation),
            "acceptances": lambda: {"type": "array", "items": models.ref(Acceptance)},
            "context": context,
        }
        return described(made[key](), _SECTIONS[key])

    def profile(self) -> Schema:
        """Return the schema of a profile, or of one file of it."""
        return {
            "description": "What an area knows, how it knows it and what it plans.",
            "type": "object",
            "properties": {key: self.section(key) for key in KEYS},
            "additionalProperties": False,
        }


_SECTIONS = {
    "council": "Whose profile it is.",
    "as_of": "The evaluation date, where no other is named.",
    "facts": "What is known. Keys may be dotted or nested; unknown says that somebody looked.",
    "evidence": "Dated items that somebody can hand over, by id.",
    "standards": "What the council has agreed where a rule asks it; none where it has agreed none.",
    "plan": "The improvement plan; [] says that there is none.",
    "self_evaluation": "What the council says of itself.",
    "acceptances": "Decisions to live with a gap: by whom, why, and until which day.",
    "context": "Published figures to compare with, as 'profile fill' writes them.",
}

_LIST_OF = {name: {"type": "array", "items": ref(name)} for name in
            ("expectation", "fact", "issue", "place", "request")}  # fmt: skip
_VALUE = described(ref("scalar"), "Read as its fact is: 100%, 12 weeks, 15.")

_OVERRIDES: Overrides = {
    (InForce, "start"): {"anyOf": [ref("day"), {"enum": ["not_commenced"]}]},
    (Citation, "source"): ref("source"),
    (DatedValue, "value"): _VALUE,
    (SizeOf, "fact"): ref("fact"),
    (Threshold, "source"): ref("source"),
    (Example, "given"): ref("given"),
    (Example, "because"): ref("reason"),
    (Expectation, "framework"): ref("framework"),
    (Expectation, "criterion"): ref("criterion"),
    (Expectation, "also"): _LIST_OF["place"],
    (Expectation, "theme"): ref("theme"),
    (Expectation, "applies_when"): ref("condition"),
    (Expectation, "expect"): ref("condition"),
    (Expectation, "affected"): ref("counted_fact"),
    (Expectation, "issues"): _LIST_OF["issue"],
    (Edition, "source"): ref("source"),
    (Request, "shows"): _LIST_OF["fact"],
    (Coverage, "checked_by"): _LIST_OF["expectation"],
    (Question, "answered_by"): _LIST_OF["expectation"],
    (Figure, "fact"): ref("fact"),
    (Figure, "place"): ref("area"),
    (Figure, "member"): ref("member"),
    (Figure, "value"): _VALUE,
    (Benchmarks, "source"): ref("source"),
    (IssueList, "framework"): ref("framework"),
    (Fact, "of"): {"anyOf": [ref("unit"), ref("vocabulary")]},
    (Fact, "for_each"): ref("dimension"),
    (Fact, "overdue"): ref("fact"),
    (PublishedAs, "release"): ref("source"),
    (PublishedAs, "answers"): {"type": "object", "additionalProperties": ref("scalar")},
    (EvidenceItem, "serves"): _LIST_OF["request"],
    (Standard, "value"): _VALUE,
    (PlanEntry, "addresses"): _LIST_OF["expectation"],
    (ShowsIn, "fact"): ref("fact"),
    (ShowsIn, "reaches"): ref("scalar"),
    (Claim, "fact"): ref("fact"),
    (Claim, "value"): {},
    (Claim, "period"): {"type": ["string", "integer"]},
    (Claim, "criterion"): ref("place"),
    (Acceptance, "expectation"): ref("expectation"),
    (CouncilHeader, "code"): {
        "type": "string",
        "pattern": "^E[0-9]{8}$",
        "patternErrorMessage": "the code of a council, such as E06000001",
    },
    (ScenarioPage, "verdicts"): {
        "type": "object",
        "propertyNames": ref("expectation"),
        "additionalProperties": ref("said"),
    },
    (ScenarioPage, "first"): _LIST_OF["expectation"],
    (OverlayPage, "format"): {"enum": [FORMAT]},
    (RulebookPage, "format"): {"enum": [FORMAT]},
    (ThresholdChange, "basis"): words_of(
        {basis.value: basis.words for basis in (Basis.POLICY, Basis.NATIONAL, Basis.STANDARD)}
    ),
    (ThresholdChange, "source"): ref("source"),
    (ChangePage, "expectation"): ref("expectation"),
    (Source, "url"): TEXT,
    (ReturnPage, "serves"): _LIST_OF["request"],
    (MetricPage, "fact"): ref("fact"),
    (TogetherPage, "facts"): _LIST_OF["fact"],
}
"""What a key holds, where its class says less than the rulebook knows."""

SCHEMAS: Mapping[str, Kind] = {
    "rulebook": Kind(
        "Who the rulebook is", ("rules/rulebook.yaml",), lambda m: m.page(RulebookPage)
    ),
    "sources": Kind(
        "Sources that citations name",
        ("rules/sources.yaml",),
        lambda m: m.entries(Source, "source"),
    ),
    "units": Kind("What is counted", ("rules/units.yaml",), lambda m: m.entries(Unit, "unit")),
    "dimensions": Kind(
        "Members of fact families",
        ("rules/dimensions.yaml",),
        lambda m: m.entries(Dimension, "dimension"),
    ),
    "services": Kind(
        "Services of a council that are asked",
        ("rules/services.yaml",),
        lambda m: m.entries(Service, "service"),
    ),
    "vocabularies": Kind(
        "Controlled lists of words",
        ("rules/vocabularies/*.yaml",),
        lambda m: m.entries(Vocabulary, "vocabulary"),
    ),
    "questions": Kind(
        "What leaders should be able to answer",
        ("rules/questions.yaml",),
        lambda m: m.entries(Question, "question"),
    ),
    "facts": Kind(
        "The fact dictionary", ("rules/facts/*.yaml",), lambda m: m.entries(Fact, "fact", "id")
    ),
    "metrics": Kind(
        "How the facts of a return are counted",
        ("rules/metrics/*.yaml",),
        lambda m: m.page(ReturnPage),
    ),
    "benchmarks": Kind(
        "Published figures", ("rules/benchmarks/*.yaml",), lambda m: m.page(Benchmarks)
    ),
    "issues": Kind("Issue codes", ("rules/issues/*.yaml",), lambda m: m.page(IssueList)),
    "framework": Kind(
        "An inspection framework", ("rules/*/framework.yaml",), lambda m: m.page(Framework)
    ),
    "coverage": Kind(
        "What checks each duty and line of enquiry",
        ("rules/*/coverage.yaml",),
        lambda m: m.entries(Coverage, "duty"),
    ),
    "expectation": Kind("An expectation", ("rules/*/*/*.yaml",), lambda m: m.expectation()),
    "profile": Kind(
        "A council's profile",
        ("scenarios/*/profile.yaml", "scenarios/*/profile/*.yaml"),
        lambda m: m.profile(),
    ),
    "scenario": Kind(
        "A made-up council with the verdicts that it must get",
        ("scenarios/*/scenario.yaml",),
        lambda m: m.page(ScenarioPage),
    ),
    "overlay": Kind("Whose overlay it is", ("**/overlay.yaml",), lambda m: m.page(OverlayPage)),
    "overlay-change": Kind(
        "What an overlay changes in one expectation",
        ("**/changes/*.yaml",),
        lambda m: m.change(),
    ),
}
"""Every kind of page that people write, by the name of its schema."""
