"""The shipped rulebook: every page's examples, and the habits of the house."""

from __future__ import annotations

from datetime import date

import pytest
from shipped import shipped_compiled, shipped_rulebook

from readiness.analysis.pages.examples import ExampleResult, run_examples
from readiness.calendar import in_force
from readiness.engine.evaluate import out_of_force
from readiness.model.vocabulary import Depth, Kind, Severity
from readiness.rulebook.chaining import upstream_of

RULEBOOK = shipped_rulebook()
RESULTS = list(run_examples(RULEBOOK, shipped_compiled(), RULEBOOK.expectations))
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


def test_what_is_only_proposed_is_no_duty() -> None:
    proposed = {"white-paper-2026", "reform-plans-2025"}
    duties = [e for e in RULEBOOK.expectations.values() if e.kind is Kind.DUTY]
    assert [e.id for e in duties if {c.source for c in e.citations} <= proposed] == []


def test_severities_are_used() -> None:
    assert {e.severity for e in RULEBOOK.expectations.values()} >= {Severity.HIGH, Severity.MEDIUM}


def test_some_findings_rest_on_others() -> None:
    assert any(upstream_of(RULEBOOK).values())
