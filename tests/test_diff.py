"""What changed between two checks: every change has a cause, and every cause is proved."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from generate import Case, build_profile, cases, make_profile, modest, placeless, randoms
from hypothesis import given
from lantern import House

from readiness.analysis.changes import earlier
from readiness.analysis.changes.compare import (
    Aspect,
    Cause,
    Change,
    Comparison,
    Factor,
    FactorKind,
    compare,
    said,
)
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.model.profile import Profile
from readiness.render.changes.diff import render, render_json


def changes_of(comparison: Comparison, id: str) -> list[Change]:
    return [change for change in comparison.changes if change.id == id]


def kinds(change: Change) -> list[list[FactorKind]]:
    return [[factor.kind for factor in cause.factors] for cause in change.causes]


def of_house(house: House, as_of: date | None = None) -> Evaluation:
    rulebook = house.rulebook()
    profile = house.load()
    day = as_of or profile.as_of
    assert day
    return evaluate(rulebook, compile_rulebook(rulebook), profile, day)


# ---- made-up councils ----------------------------------------------------------------------------


def mixed(old: Profile, new: Profile, factors: Iterable[Factor]) -> Profile:
    """Return the old profile with what some factors are about taken from the new one."""
    profile = old
    for factor in factors:
        if factor.kind is FactorKind.FACT:
            facts = {ref: said for ref, said in profile.facts.items() if ref != factor.ref}
            if factor.ref in new.facts:
                facts[factor.ref] = new.facts[factor.ref]
            profile = replace(profile, facts=facts)
        elif factor.kind is FactorKind.EVIDENCE:
            items = {id: item for id, item in profile.evidence.items() if id != factor.id}
            if factor.id in new.evidence:
                items[factor.id] = new.evidence[factor.id]
            profile = replace(profile, evidence=items)
        elif factor.kind is FactorKind.STANDARD:
            standards = {n: s for n, s in profile.standards.items() if n != factor.id}
            if factor.id in new.standards:
                standards[factor.id] = new.standards[factor.id]
            profile = replace(profile, standards=standards)
        elif factor.kind is FactorKind.FIGURES:
            context = {ref: f for ref, f in profile.context.items() if ref != factor.ref}
            if factor.ref in new.context:
                context[factor.ref] = new.context[factor.ref]
            profile = replace(profile, context=context)
        elif factor.kind is FactorKind.PLAN:
            profile = replace(profile, plan=new.plan)
        elif factor.kind is FactorKind.PROFILE_DAY:
            profile = replace(profile, as_of=new.as_of)
        elif factor.kind is FactorKind.REGION:
            profile = replace(profile, council=new.council)
    return profile


@given(cases(most=4), randoms())
@modest(25)
def test_every_change_has_a_cause_and_playing_it_again_proves_it(case: Case, random: Any) -> None:
    compiled = compile_rulebook(case.rulebook)
    other = placeless(build_profile(make_profile(random, case.rulebook), case.rulebook))
    later = date(2027, 6, 30)
    old = evaluate(case.rulebook, compiled, case.profile, case.as_of)
    new = evaluate(case.rulebook, compiled, other, later)
    for change in compare(old, new).changes:
        assert change.causes
        for cause in change.causes:
            assert cause.factors
            if change.aspect not in (Aspect.VERDICT, Aspect.REASON):
                continue
            day = later if Factor(FactorKind.DATE) in cause.factors else case.as_of
            profile = mixed(case.profile, other, cause.factors)
            again = evaluate(case.rulebook, compiled, profile, day)
            assert said(again, change.id) == said(new, change.id)


@given(cases(most=6))
@modest(25)
def test_nothing_changes_between_a_check_and_itself(case: Case) -> None:
    compiled = compile_rulebook(case.rulebook)
    one = evaluate(case.rulebook, compiled, case.profile, case.as_of)
    comparison = compare(one, one)
    assert comparison.factors == ()
    assert comparison.changes == ()


@given(cases(most=4), randoms())
@modest(15)
def test_each_verdict_that_differs_is_a_change(case: Case, random: Any) -> None:
    compiled = compile_rulebook(case.rulebook)
    other = placeless(build_profile(make_profile(random, case.rulebook), case.rulebook))
    old = evaluate(case.rulebook, compiled, case.profile, case.as_of)
    new = evaluate(case.rulebook, compiled, other, case.as_of)
    comparison = compare(old, new)
    changed = {c.id for c in comparison.changes if c.aspect is Aspect.VERDICT}
    assert changed == {
        id for id in case.rulebook.expectations if old.verdict(id) is not new.verdict(id)
    }
    assert render(comparison) == render(compare(old, new))
    assert json.loads(render_json(comparison))["proved"] is True


# ---- each kind of cause --------------------------------------------------------------------------


def after_edit(house: House, *edits: tuple[str, str]) -> Comparison:
    old = of_house(house)
    house.edit("profile.yaml", *edits)
    return compare(old, of_house(house))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("lamp.lit: yes", "lamp.lit: no", "corrected"),
        ("  lamp.lit: yes\n", "", "no longer held"),
        ("lamp.lit: yes", "lamp.lit: unknown", "no longer known"),
        ("lamp.lit: yes", "lamp.lit: {value: no, dated: 2026-01-01}", "corrected"),
        ("lamp.lit: yes", "lamp.lit: {conflicting: [yes, no]}", "sources now disagree"),
    ],
)
def test_a_fact_is_a_cause(house: House, old: str, new: str, words: str) -> None:
    comparison = after_edit(house, (old, new))
    (change,) = changes_of(comparison, "LAN-03")
    assert change.causes == (Cause((Factor(FactorKind.FACT, "lamp.lit"),)),)
    assert words in render(comparison)


def test_newer_figures_are_told_from_a_correction(house: House) -> None:
    text = "lamp.on_time: {numerator: 60, denominator: 90, period: 2025, evidence: [log]}"
    better = "lamp.on_time: {numerator: 90, denominator: 90, period: %s, evidence: [log]}"
    assert "corrected" in render(after_edit(house, (text, better % "2025")))
    house.edit("profile.yaml", (better % "2025", text.replace("2025", "2024")))
    assert "newer figures" in render(
        after_edit(house, (text.replace("2025", "2024"), better % "2025"))
    )


def test_the_passing_of_time_is_a_cause(house: House) -> None:
    comparison = compare(of_house(house), of_house(house, date(2027, 6, 1)))
    (change,) = [c for c in changes_of(comparison, "LAN-01") if c.aspect is Aspect.VERDICT]
    assert kinds(change) == [[FactorKind.DATE]]
    assert "too old by then: Visits made on time" in render(comparison)


def test_a_standard_is_a_cause(house: House) -> None:
    comparison = after_edit(
        house,
        (
            "plan:\n",
            "standards:\n  LAN-04.longest: {value: 10 weeks, agreed_by: Board, dated: 2025-11-01}\n"
            "plan:\n",
        ),
    )
    (change,) = changes_of(comparison, "LAN-04")
    assert change.causes == (Cause((Factor(FactorKind.STANDARD, "LAN-04.longest"),)),)
    shown = " ".join(render(comparison).split())
    assert "not set, then 10 weeks, agreed 1 November 2025 by Board" in shown


def test_an_edit_of_the_rulebook_is_a_cause(house: House) -> None:
    old = of_house(house)
    house.edit("rules/lantern/light/LAN-03.yaml", ("is: yes}", "is: no}"))
    comparison = compare(old, of_house(house))
    (change,) = changes_of(comparison, "LAN-03")
    assert kinds(change) == [[FactorKind.RULES]]
    assert "the rulebook: expected" in render(comparison)


def test_a_finding_upstream_is_followed_to_what_changed(house: House) -> None:
    comparison = after_edit(
        house, ("numerator: 60, denominator: 90", "numerator: 90, denominator: 90")
    )
    (change,) = changes_of(comparison, "LAN-05")
    assert change.causes == (Cause((Factor(FactorKind.FACT, "lamp.on_time"),)),)


def test_what_only_happens_together_is_said_to(house: House) -> None:
    from lantern import page

    expect = "{any: [{fact: lamp.lit, is: yes}, {fact: lamp.children, more_than: 50}]}"
    house.write("rules/lantern/light/LAN-07.yaml", page("LAN-07", expect))
    comparison = after_edit(
        house, ("lamp.lit: yes", "lamp.lit: no"), ("lamp.children: 80", "lamp.children: 20")
    )
    (change,) = changes_of(comparison, "LAN-07")
    together = {Factor(FactorKind.FACT, "lamp.lit"), Factor(FactorKind.FACT, "lamp.children")}
    assert [set(cause.factors) for cause in change.causes] == [together]
    assert "only together:" in render(comparison)


def test_an_acceptance_lapses_because_time_passes(house: House) -> None:
    text = house.profile.read_text(encoding="utf-8")
    accepted = (
        "acceptances:\n  - {expectation: LAN-06, by: Director, reason: Oil is short, "
        "until: 2026-02-01}\n"
    )
    house.write("profile.yaml", text + accepted)
    comparison = compare(of_house(house), of_house(house, date(2026, 2, 2)))
    (change,) = [c for c in comparison.changes if c.aspect is Aspect.ACCEPTANCE]
    assert (change.id, change.old, change.new) == ("LAN-06", "accepted", "acceptance lapsed")
    assert kinds(change) == [[FactorKind.DATE]]
    (plan,) = [
        c
        for c in compare(of_house(house), of_house(house, date(2026, 7, 1))).changes
        if c.aspect is Aspect.PLAN
    ]
    assert (plan.id, plan.old, plan.new) == ("LAN-01", "planned", "its plan is overdue")


def test_an_expectation_comes_goes_and_is_renamed(house: House) -> None:
    old = of_house(house)
    file = house.rules / "lantern" / "light" / "LAN-03.yaml"
    house.write(
        "rules/lantern/light/LAN-33.yaml",
        file.read_text(encoding="utf-8").replace("id: LAN-03", "id: LAN-33"),
    )
    file.unlink()
    assert compare(old, of_house(house)).changes == ()
    house.edit("rules/lantern/light/LAN-33.yaml", ("What LAN-03 asks is so", "Another thing"))
    found = compare(old, of_house(house)).changes
    assert {(c.id, c.aspect) for c in found} == {
        ("LAN-03", Aspect.REMOVED),
        ("LAN-33", Aspect.ADDED),
    }
    assert all(c.causes for c in found)


# ---- the command ---------------------------------------------------------------------------------


def test_command_ends_with_whether_anything_changed(run: Run, house: House) -> None:
    assert run("diff", "profile.yaml").code == 0
    assert "Nothing changed" in run("diff", "profile.yaml").out
    changed = run("diff", "profile.yaml", "--new-as-of", "2027-06-01")
    assert changed.code == 1
    assert "LAN-01" in changed.out


def test_small_counts_stay_hidden(run: Run, house: House) -> None:
    text = house.profile.read_text(encoding="utf-8")
    house.write("other.yaml", text.replace("lamp.late: 20/80", "lamp.late: 4/80"))
    for form in ("text", "json"):
        shown = run("diff", "profile.yaml", "other.yaml", "--format", form).out
        assert "4 of 80" not in shown
        assert "fewer than 6 of 80" in " ".join(shown.split())
    assert "4 of 80" in run("diff", "profile.yaml", "other.yaml", "--show-small-counts").out


def test_results_of_earlier_checks_claim_no_cause(run: Run, house: House) -> None:
    house.write("old.json", run("check", "profile.yaml", "--format", "json").out)
    house.edit("profile.yaml", ("lamp.lit: yes", "lamp.lit: no"))
    assert run("diff", "old.json", "old.json").code == 0
    shown = run("diff", "old.json", "profile.yaml")
    assert shown.code == 1
    assert "no cause is proved" in shown.out
    assert "lamp.lit: yes, then no" in shown.out
    assert (
        json.loads(run("diff", "old.json", "profile.yaml", "--format", "json").out)["proved"]
        is False
    )


def test_a_result_in_which_sources_disagree_shows_what_each_says(run: Run, house: House) -> None:
    house.write("old.json", run("check", "profile.yaml", "--format", "json").out)
    house.edit("profile.yaml", ("lamp.lit: yes", "lamp.lit: {conflicting: [no, yes]}"))
    assert "lamp.lit: yes, then no and yes" in run("diff", "old.json", "profile.yaml").out


def test_results_of_earlier_checks_are_counted_and_named(run: Run, house: House) -> None:
    house.write("old.json", run("check", "profile.yaml", "--format", "json").out)
    house.edit("profile.yaml", ("Lampton", "Lanternham"), ("lamp.lit: yes", "lamp.lit: unknown"))
    shown = run("diff", "old.json", "profile.yaml", "--new-as-of", "2026-01-02").out
    assert shown.startswith("Lampton and Lanternham: what changed from 1 January 2026 to 2 January")
    assert "! These are checks of two councils" in shown
    assert shown.count("the date: 1 January 2026, then 2 January 2026") == 1
    totals = json.loads((house.folder / "old.json").read_text("utf-8"))["totals"]
    assert f"  {'met':<18}{totals['met']:>6}{totals['met'] - 1:>6}\n" in shown
    assert "was met, is unknown (it was asked for and is not known)" in shown


@pytest.mark.parametrize("text", ["{", "[]", '{"findings": 3}', '{"council": null}'])
def test_what_is_no_result_is_refused(run: Run, house: House, text: str) -> None:
    house.write("broken.json", text)
    shown = run("diff", "broken.json", "profile.yaml")
    assert shown.code == 4
    assert "this is no result of a check" in shown.err


def test_a_result_that_is_too_large_is_refused(
    run: Run, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write("old.json", run("check", "profile.yaml", "--format", "json").out)
    monkeypatch.setattr(earlier, "LARGEST_RESULT", 100)
    shown = run("diff", "old.json", "profile.yaml")
    assert shown.code == 4
    assert "are more than the 100 that are read" in shown.err


def test_a_result_that_is_not_there_is_said(run: Run) -> None:
    shown = run("diff", Path("nowhere.json"), "profile.yaml")
    assert shown.code == 4
    assert "nowhere.json" in shown.err
