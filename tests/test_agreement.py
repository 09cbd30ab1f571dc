"""The product agrees with an oracle that shares nothing with it but the answers of single facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from agreement_run import generated, run
from generate import (
    Case,
    build_profile,
    build_rulebook,
    cases,
    expectation,
    make_pages,
    make_profile,
    modest,
    placeless,
    read_pages,
    read_profile_text,
    rulebook_pages,
)
from hypothesis import given
from oracle import Oracle, disagreements

from readiness.analysis.findings.build import findings
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.engine.rete import rete_available
from readiness.logic import Truth
from readiness.model.disclosure import Disclosure
from readiness.model.finding import Finding
from readiness.model.vocabulary import Reason, Verdict

DAY = date(2026, 10, 31)


def checked(case: Case) -> Evaluation:
    return evaluate(case.rulebook, compile_rulebook(case.rulebook), case.profile, case.as_of)


@given(cases())
@modest(120)
def test_findings_are_what_the_oracle_says(case: Case) -> None:
    """Verdicts, the truth of every node, reasons, members, what settles it, what it rests on."""
    assert disagreements(checked(case)) == []


def test_many_seeds_agree() -> None:
    figures = run(evaluations=500, with_rete=0, first_seed=1_000_000)
    assert figures.wrong == []
    assert set(figures.verdicts) == set(Verdict)


@pytest.mark.skipif(not rete_available(), reason="durable-rules is not installed")
def test_durable_rules_agrees() -> None:
    figures = run(evaluations=150, with_rete=150, first_seed=2_000_000)
    assert figures.rete == 150
    assert figures.wrong == []


def test_what_is_generated_is_broad() -> None:
    """Every kind of atom comes to every answer that it can, for nearly every reason."""
    answers: set[tuple[str, Truth]] = set()
    reasons: set[Reason] = set()
    for number, (_, evaluation) in enumerate(generated(0)):
        if number == 600:
            break
        for atom, answer in evaluation.given.answers.items():
            answers.add((type(atom).__name__, answer.truth))
            reasons.update(answer.reasons)
    kinds = {kind for kind, _ in answers}
    assert len(kinds) == 9
    definite = {Truth.TRUE, Truth.FALSE, Truth.UNKNOWN}
    assert {(kind, truth) for kind in kinds for truth in definite} <= answers
    upstream = {Reason.APPLICABILITY, Reason.UPSTREAM, Reason.DOES_NOT_APPLY}
    out = {Reason.NOT_IN_FORCE, Reason.NOT_COMMENCED}
    assert set(Reason) - reasons == upstream | out | {Reason.RULE_ERROR}


# ---- the reader ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_what_is_written_is_what_is_read(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    pages = make_pages(random, 8)
    built, read = build_rulebook(pages), read_pages(pages, tmp_path / "rules")
    assert read.conditions == built.conditions
    assert read.expectations == built.expectations
    data = make_profile(random, built)
    profile = read_profile_text(data, tmp_path, read)
    assert placeless(profile) == placeless(build_profile(data, built))
    assert disagreements(evaluate(read, compile_rulebook(read), profile, DAY)) == []


@given(cases(most=4))
@modest(15)
def test_files_and_data_come_to_the_same_findings(case: Case) -> None:
    with TemporaryDirectory() as folder:
        rulebook = read_pages(case.pages, Path(folder) / "rules")
        profile = placeless(read_profile_text(case.data, Path(folder), rulebook))
    read = evaluate(rulebook, compile_rulebook(rulebook), profile, case.as_of)
    assert findings(read, Disclosure()) == findings(checked(case), Disclosure())


# ---- cases that were wrong once, and borders that chance seldom meets ---------------------------


def finding(expectations: list[dict[str, Any]], facts: dict[str, Any], **more: Any) -> Finding:
    """Return the finding of the last expectation, after the oracle has agreed to all of them."""
    rulebook = build_rulebook(rulebook_pages(*expectations))
    data = {"council": {"name": "Northmoor"}, "facts": facts, **more}
    evaluation = evaluate(rulebook, compile_rulebook(rulebook), build_profile(data, rulebook), DAY)
    assert disagreements(evaluation) == []
    last = expectations[-1]["id"]
    return next(f for f in findings(evaluation, Disclosure()) if f.id == last)


OPEN = {"fact": "cases.open", "at_most": 5}
LATE = {"fact": "cases.late", "at_most": 5}
PUBLISHED = {"fact": "offer.published", "is": True}


def test_the_same_test_may_decide_whether_it_applies_and_whether_it_is_met() -> None:
    page = expectation("X-01", OPEN, applies_when=OPEN)
    assert finding([page], {"cases.open": 1}).verdict is Verdict.MET
    opposite = expectation("X-01", {"not": OPEN}, applies_when=OPEN)
    assert finding([opposite], {"cases.open": 1}).verdict is Verdict.NOT_MET


def test_a_condition_and_its_opposite_in_one_count() -> None:
    both = expectation("X-01", {"all": [LATE, {"not": LATE}]})
    assert finding([both], {"cases.late": 1}).verdict is Verdict.NOT_MET
    assert finding([both], {}).verdict is Verdict.UNKNOWN
    none = {"cases.late": {"not_applicable": "no such cases"}}
    assert finding([both], none).verdict is Verdict.NOT_APPLICABLE


def test_a_doubt_that_cannot_change_the_count_does_not_make_it_unknown() -> None:
    """Two of two: one does not apply, and the other always does, so there can never be two."""
    page = expectation("X-01", {"at_least": 2, "of": [LATE, PUBLISHED]})
    facts = {"cases.late": {"not_applicable": "no such cases"}}
    assert finding([page], facts).verdict is Verdict.NOT_MET


def test_a_doubt_that_may_turn_out_not_to_apply_stays_a_doubt() -> None:
    reviewed = {"fact": "offer.reviewed", "is": True}
    page = expectation("X-01", {"at_least": 2, "of": [LATE, reviewed]})
    facts = {"cases.late": {"not_applicable": "no such cases"}}
    assert finding([page], facts).verdict is Verdict.UNKNOWN


def test_a_group_leaves_out_the_expectation_that_asks() -> None:
    asks = {"findings": {"theme": "low", "is": ["not_met"]}, "at_least": 1}
    pages = [expectation("X-01", OPEN), expectation("X-02", asks)]
    made = finding(pages, {"cases.open": 9})
    assert made.verdict is Verdict.MET
    assert [id for id, _ in made.upstream] == ["X-01"]


def every(what: str) -> dict[str, Any]:
    return {"findings": {"ids": ["X-01"], "is": ["not_met"]}, "every": what}


PLAN = {
    "id": "P-1",
    "addresses": ["X-01"],
    "do": "Do it.",
    "owner": "Head",
    "due": DAY,
    "shows_in": "audits",
}


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ([PLAN], Verdict.MET),
        ([], Verdict.NOT_MET),
        ([{**PLAN, "due": date(2026, 10, 30)}], Verdict.NOT_MET),
        ([{**PLAN, "status": "done"}], Verdict.NOT_MET),
        ([{**PLAN, "addresses": []}], Verdict.NOT_MET),
        ([{key: PLAN[key] for key in PLAN if key != "owner"}], Verdict.NOT_MET),
        ([{key: PLAN[key] for key in PLAN if key != "due"}], Verdict.NOT_MET),
        ([{key: PLAN[key] for key in PLAN if key != "shows_in"}], Verdict.NOT_MET),
    ],
)
def test_every_gap_is_planned_for(plan: list[dict[str, Any]], expected: Verdict) -> None:
    pages = [expectation("X-01", OPEN), expectation("X-02", every("planned"))]
    assert finding(pages, {"cases.open": 9}, plan=plan).verdict is expected
    assert finding(pages, {"cases.open": 1}, plan=plan).verdict is Verdict.NOT_APPLICABLE
    assert finding(pages, {}, plan=plan).reasons == (Reason.UPSTREAM,)


def test_a_profile_that_says_nothing_of_plans_is_not_one_without() -> None:
    pages = [expectation("X-01", OPEN), expectation("X-02", every("planned"))]
    made = finding(pages, {"cases.open": 9})
    assert (made.verdict, made.reasons) == (Verdict.UNKNOWN, (Reason.MISSING,))
    assert made.upstream == (("X-01", Verdict.NOT_MET),)


def test_every_gap_is_evidenced() -> None:
    pages = [expectation("X-01", OPEN), expectation("X-02", every("evidenced"))]
    assert finding(pages, {"cases.open": {"value": 9, "evidence": "none"}}).verdict == "not_met"
    silent = finding(pages, {"cases.open": 9})
    assert (silent.verdict, silent.reasons) == (Verdict.UNKNOWN, (Reason.NO_EVIDENCE,))
    assert [one.fact for one in silent.settled_by] == ["cases.open"]


def test_a_gap_that_rests_on_no_fact_is_neither_known_nor_not() -> None:
    chained = expectation("X-01", {"finding": "X-00", "is": ["met"]})
    pages = [expectation("X-00", OPEN), chained, expectation("X-02", every("known"))]
    assert finding(pages, {"cases.open": 9}).verdict is Verdict.NOT_APPLICABLE


def test_a_size_that_does_not_apply_makes_the_comparison_not_apply() -> None:
    banded = {
        "basis": "policy",
        "because": "Small councils swing.",
        "by": {"fact": "cases.late"},
        "values": [
            {"from": date(2010, 1, 1), "value": 5, "below": 10},
            {"from": date(2010, 1, 1), "value": 9},
        ],
    }
    condition = {"fact": "cases.open", "at_most": {"threshold": "limit"}}
    page = expectation("X-01", condition, thresholds={"limit": banded})
    made = finding([page], {"cases.open": 7, "cases.late": {"not_applicable": "none"}})
    assert (made.verdict, made.reason) == (Verdict.NOT_APPLICABLE, Reason.SAID_NOT_APPLICABLE)


def test_the_earlier_value_of_another_fact_is_shown_too() -> None:
    condition = {"fact": "cases.open", "at_most": {"fact": "cases.late", "ago": "1 year"}}
    facts = {"cases.open": 5, "cases.late": {"series": {"2024": 4, "2025": 9}}}
    made = finding([expectation("X-01", condition)], facts)
    assert made.verdict is Verdict.NOT_MET
    assert [one.fact for one in made.found] == ["cases.open", "cases.late"]


@pytest.mark.parametrize(
    ("span", "verdict", "reason"),
    [
        ({"from": DAY}, Verdict.MET, None),
        ({"from": date(2026, 11, 1)}, Verdict.NOT_APPLICABLE, Reason.NOT_IN_FORCE),
        ({"from": date(2014, 9, 1), "until": DAY}, Verdict.MET, None),
        (
            {"from": date(2014, 9, 1), "until": date(2026, 10, 30)},
            Verdict.NOT_APPLICABLE,
            Reason.NOT_IN_FORCE,
        ),
        (
            {"from": "not_commenced", "enacted": date(2026, 4, 29), "checked_on": DAY},
            Verdict.NOT_APPLICABLE,
            Reason.NOT_COMMENCED,
        ),
    ],
)
def test_in_force(span: dict[str, Any], verdict: Verdict, reason: Reason | None) -> None:
    made = finding([expectation("X-01", OPEN, in_force=span)], {"cases.open": 1})
    assert (made.verdict, made.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("applies", "verdict", "reasons"),
    [
        (1, Verdict.UNKNOWN, (Reason.MISSING,)),
        (9, Verdict.NOT_APPLICABLE, (Reason.DOES_NOT_APPLY,)),
        ({"not_applicable": "none"}, Verdict.NOT_APPLICABLE, (Reason.DOES_NOT_APPLY,)),
        ("unknown", Verdict.UNKNOWN, (Reason.APPLICABILITY,)),
    ],
)
def test_applicability(applies: Any, verdict: Verdict, reasons: tuple[Reason, ...]) -> None:
    page = expectation("X-01", OPEN, applies_when=LATE)
    made = finding([page], {"cases.late": applies})
    assert (made.verdict, made.reasons) == (verdict, reasons)


def test_what_expects_nothing_is_not_applicable_whether_or_not_it_applies() -> None:
    page = expectation("X-01", LATE, applies_when=OPEN)
    made = finding([page], {"cases.late": {"not_applicable": "none"}})
    assert (made.verdict, made.reasons) == (
        Verdict.NOT_APPLICABLE,
        (Reason.SAID_NOT_APPLICABLE,),
    )


def test_the_oracle_would_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """An oracle that is itself wrong disagrees: the comparison is not empty."""
    rulebook = build_rulebook(rulebook_pages(expectation("X-01", {"not": OPEN})))
    data = {"council": {"name": "Northmoor"}, "facts": {"cases.open": 1}}
    profile = build_profile(data, rulebook)
    evaluation = evaluate(rulebook, compile_rulebook(rulebook), profile, DAY)
    assert disagreements(evaluation) == []
    monkeypatch.setattr(Oracle, "verdict", lambda self, id: Verdict.MET)
    assert disagreements(evaluation) != []
