"""The shipped rulebook: every page's examples, and the habits of the house."""

from __future__ import annotations

from datetime import date

import pytest

from readiness.analysis.examples import ExampleResult, run_examples
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import out_of_force
from readiness.model.vocabulary import Depth, Kind, Severity
from readiness.resources import shipped_rules
from readiness.rulebook.chaining import upstream_of
from readiness.rulebook.load import load_rulebook

RULEBOOK = load_rulebook(shipped_rules(), "rules")
RESULTS = list(run_examples(RULEBOOK, compile_rulebook(RULEBOOK), RULEBOOK.expectations))

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


def test_essentials_are_few_and_touch_every_criterion_of_send() -> None:
    essential = [
        e
        for e in RULEBOOK.expectations.values()
        if e.framework in SEND and e.depth is Depth.ESSENTIAL
    ]
    assert 25 <= len(essential) <= 40
    touched = {place for e in essential for place in (f"{e.framework}/{e.criterion}", *e.also)}
    asked = {f"{id}/{criterion}" for id in SEND for criterion in RULEBOOK.frameworks[id].criteria}
    assert asked - touched == set()


def test_what_is_only_proposed_is_no_duty() -> None:
    proposed = {"white-paper-2026", "reform-plans-2025"}
    duties = [e for e in RULEBOOK.expectations.values() if e.kind is Kind.DUTY]
    assert [e.id for e in duties if {c.source for c in e.citations} <= proposed] == []


def test_severities_are_used() -> None:
    assert {e.severity for e in RULEBOOK.expectations.values()} >= {Severity.HIGH, Severity.MEDIUM}


def test_some_findings_rest_on_others() -> None:
    assert any(upstream_of(RULEBOOK).values())
