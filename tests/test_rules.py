"""The shipped rulebook: every page's examples, and the habits of the house."""

from __future__ import annotations

from datetime import date

import pytest

from readiness.analysis.examples import ExampleResult, run_examples
from readiness.calendar import Duration, in_force
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import out_of_force
from readiness.model.conditions import (
    Change,
    Compare,
    Condition,
    DateIs,
    Evidenced,
    Fixed,
    NoWorseThan,
    facts_of,
    leaves,
)
from readiness.model.expectation import IssueList
from readiness.model.values import magnitude
from readiness.model.vocabulary import NUMERIC_TYPES, Depth, FactType, Kind, Severity, Verdict
from readiness.resources import shipped_rules
from readiness.returns.records.load import kinds, load_return
from readiness.rulebook.chaining import upstream_of
from readiness.rulebook.load import load_rulebook

RULEBOOK = load_rulebook(shipped_rules(), "rules")
RESULTS = list(run_examples(RULEBOOK, compile_rulebook(RULEBOOK), RULEBOOK.expectations))
IDS = list(RULEBOOK.expectations)
ESSENTIALS = [e for e in RULEBOOK.expectations.values() if e.depth is Depth.ESSENTIAL]

FRAMEWORKS = (
    "send-law",
    "area-send",
    "ilacs",
    "workforce",
    "leadership",
    "youth-justice",
    "jtai",
    "thematic",
)


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: f"{r.id}: {r.example.name}")
def test_example(result: ExampleResult) -> None:
    assert result.passed, str(result)


def test_at_least_thirty_expectations_are_in_force_across_every_framework() -> None:
    day = date(2026, 11, 23)
    bound = [e for e in RULEBOOK.expectations.values() if out_of_force(e.in_force, day) is None]
    assert len(bound) >= 30
    assert {e.framework for e in bound} == set(FRAMEWORKS)


@pytest.mark.parametrize("id", IDS)
def test_numbers_in_what_is_expected_stand_under_thresholds(id: str) -> None:
    assert list(_bare_numbers(RULEBOOK.conditions[id].expect)) == []


def _bare_numbers(condition: Condition) -> list[str]:
    """Return what stands in a condition without a basis; nothing and none need none."""
    found: list[str] = []
    for leaf in leaves(condition):
        if isinstance(leaf, (Compare, Change)):
            fact = RULEBOOK.fact(leaf.fact)
            if fact.type in NUMERIC_TYPES | {FactType.SURVEY}:
                for operand in leaf.operands:
                    if isinstance(operand, Fixed) and magnitude(operand.value, fact) != 0:
                        found.append(f"{leaf.fact} {leaf.op} {operand.value}")
        elif isinstance(leaf, DateIs) and isinstance(leaf.operand, Duration):
            found.append(f"{leaf.subject.base} within {leaf.operand}")
        elif isinstance(leaf, Evidenced) and isinstance(leaf.within, Duration):
            found.append(f"{leaf.fact} evidenced within {leaf.within}")
        elif isinstance(leaf, NoWorseThan) and isinstance(leaf.by, Fixed):
            found.append(f"{leaf.fact} no worse than by {leaf.by.value}")
    return found


@pytest.mark.parametrize("id", IDS)
def test_page_says_what_a_reader_needs(id: str) -> None:
    e = RULEBOOK.expectations[id]
    assert not e.title.endswith("."), "a title is a heading"
    assert e.ask.endswith("?")
    assert e.why.endswith(".")
    assert 2 <= len(e.actions) <= 3
    assert all(action.do.endswith(".") for action in e.actions)
    assert e.evidence
    unknown = [x for x in e.examples if x.verdict is Verdict.UNKNOWN]
    if e.in_force.start is not None:
        assert any(x.because for x in unknown), "one example of unknown names its reason"


@pytest.mark.parametrize("id", list(RULEBOOK.facts))
def test_fact_can_be_asked_for(id: str) -> None:
    fact = RULEBOOK.facts[id]
    assert fact.ask, "the question to put to its holder"
    assert fact.ask.endswith("?")
    assert fact.definition.endswith(".")
    lasting = {FactType.DATE, FactType.YES_NO, FactType.LIST}
    assert fact.goes_stale_after is not None or fact.type in lasting


def test_no_fact_is_the_beginning_of_another() -> None:
    ids = set(RULEBOOK.facts)
    assert [id for id in ids if any(other.startswith(f"{id}.") for other in ids)] == []


def test_every_fact_is_used_published_or_counted() -> None:
    counted = {
        metric.fact for kind in kinds(RULEBOOK) for metric in load_return(kind, RULEBOOK).metrics
    }
    used = {
        ref.id
        for conditions in RULEBOOK.conditions.values()
        for leaf in conditions.leaves
        for ref in facts_of(leaf)
    }
    sizes = {
        threshold.by.fact
        for e in RULEBOOK.expectations.values()
        for threshold in e.thresholds.values()
        if threshold.by
    }
    named = {e.affected for e in RULEBOOK.expectations.values() if e.affected}
    loose = {
        fact.id
        for fact in RULEBOOK.facts.values()
        if fact.id not in used | sizes | named | counted and fact.published_as is None
    }
    assert loose == set()


SEND = ("send-law", "area-send")
FIRST_HOUR = (
    pytest.param(SEND, range(25, 41), id="send"),
    pytest.param(FRAMEWORKS[2:], range(30, 46), id="children's services"),
)
"""Whose essentials are read together, and how many of them a lead can answer at one sitting."""


@pytest.mark.parametrize(("frameworks", "few"), FIRST_HOUR)
def test_essentials_are_few(frameworks: tuple[str, ...], few: range) -> None:
    assert len([e for e in ESSENTIALS if e.framework in frameworks]) in few


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_essentials_touch_every_criterion_of_today(framework: str) -> None:
    """A heading of a past edition or theme has ended, and no lead needs an answer to it."""
    day = RULEBOOK.page.examples_as_of
    touched = {place for e in ESSENTIALS for place in (f"{e.framework}/{e.criterion}", *e.also)}
    asked = {
        f"{framework}/{id}"
        for id, criterion in RULEBOOK.frameworks[framework].criteria.items()
        if in_force(criterion.start or day, criterion.until, day)
    }
    assert asked
    assert asked - touched == set()


@pytest.mark.parametrize("page", RULEBOOK.issues, ids=lambda page: page.framework)
def test_every_issue_that_inspectors_raise_is_carried(page: IssueList) -> None:
    carried = {code for e in RULEBOOK.expectations.values() for code in e.issues}
    assert page.codes.keys() - carried == set()


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_every_expectation_stands_in_the_coverage(framework: str) -> None:
    named = {
        id
        for duties in RULEBOOK.coverage.values()
        for duty in duties.values()
        for id in duty.checked_by
    }
    inside = {e.id for e in RULEBOOK.expectations.values() if e.framework == framework}
    assert inside - named == set()


def test_what_is_only_proposed_is_no_duty() -> None:
    proposed = {"white-paper-2026", "reform-plans-2025"}
    duties = [e for e in RULEBOOK.expectations.values() if e.kind is Kind.DUTY]
    assert [e.id for e in duties if {c.source for c in e.citations} <= proposed] == []


def test_no_two_pages_ask_the_same() -> None:
    asked: dict[tuple[Condition | None, Condition], list[str]] = {}
    for id, conditions in RULEBOOK.conditions.items():
        asked.setdefault((conditions.applies_when, conditions.expect), []).append(id)
    assert [ids for ids in asked.values() if len(ids) > 1] == []


def test_severities_are_used() -> None:
    assert {e.severity for e in RULEBOOK.expectations.values()} >= {Severity.HIGH, Severity.MEDIUM}


def test_some_findings_rest_on_others() -> None:
    assert any(upstream_of(RULEBOOK).values())
