"""What would follow from what is supposed: the same arithmetic as a check, and no more."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from conftest import Run
from generate import Case, cases, modest
from hypothesis import given
from lantern import House

from readiness.analysis.unknowns.whatif import followed, supposing, unlocks
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import evaluate
from readiness.model.disclosure import Disclosure
from readiness.model.profile import Entry, Point, State
from readiness.model.vocabulary import Verdict


@given(cases())
@modest(20)
def test_supposing_nothing_changes_nothing(case: Case) -> None:
    compiled = compile_rulebook(case.rulebook)
    old = evaluate(case.rulebook, compiled, case.profile, case.as_of)
    new = evaluate(case.rulebook, compiled, supposing(case.profile, {}, {}), case.as_of)
    assert list(followed(old, new)) == []
    assert old.holds == new.holds


@given(cases(most=4))
@modest(15)
def test_what_a_single_fact_unlocks_is_what_a_check_then_says(case: Case) -> None:
    from readiness.analysis.unknowns.whatif import _Unlocking

    compiled = compile_rulebook(case.rulebook)
    old = evaluate(case.rulebook, compiled, case.profile, case.as_of)
    ids = list(case.rulebook.expectations)
    search = _Unlocking(old, ids)
    for one in unlocks(old, ids, Disclosure()):
        values = search._by_pattern(one.ref, search.reading[one.ref]).values()
        outcomes: list[tuple[Any, Any]] = []
        for value in values:
            entry = Entry(one.ref, (Point(State.VALUE, value),), dated=case.as_of)
            day = replace(case.profile, as_of=case.as_of)
            new = evaluate(
                case.rulebook, compiled, supposing(day, {one.ref: entry}, {}), case.as_of
            )
            met = {c.id for c in followed(old, new) if c.new is Verdict.MET}
            lost = {c.id for c in followed(old, new) if c.old is Verdict.MET}
            outcomes.append((met, lost))
        if case.profile.as_of == case.as_of:
            assert (set(one.met), set(one.lost)) in outcomes
            best = max(len(met) - len(lost) for met, lost in outcomes)
            assert len(one.met) - len(one.lost) == best


def test_a_command_without_anything_supposed_is_the_check(run: Run) -> None:
    checked = json.loads(run("check", "profile.yaml", "--format", "json").out)
    shown = run("what-if", "profile.yaml", "--format", "json")
    assert shown.code == 0
    data = json.loads(shown.out)
    assert data["changes"] == []
    assert data["totals"]["now"] == data["totals"]["then"] == checked["totals"]


def test_facts_members_and_standards_are_supposed(run: Run) -> None:
    shown = run(
        "what-if",
        "profile.yaml",
        "--set",
        "lamp.on_time=100%",
        "--set",
        "room.seen[attic]=20/30",
        "--set",
        "room.seen[cellar]=6/6",
        "--standard",
        "LAN-04.longest=10 weeks",
        "--format",
        "json",
    )
    assert shown.code == 0
    changes = {
        c["id"]: (c["now"]["verdict"], c["then"]["verdict"])
        for c in json.loads(shown.out)["changes"]
    }
    assert changes == {
        "LAN-01": ("not_met", "met"),
        "LAN-02": ("not_met", "met"),
        "LAN-04": ("unknown", "not_met"),
        "LAN-05": ("not_met", "met"),
    }


def test_a_plan_entry_that_is_done_reaches_what_it_says(run: Run, house: House) -> None:
    house.edit("profile.yaml", ("reaches: 90%", "reaches: 100%"))
    shown = run("what-if", "profile.yaml", "--complete", "P-1")
    assert shown.code == 0
    assert "plan entry P-1 is done: Buy a second lamp" in shown.out
    assert "Visits made on time (lamp.on_time): 100%" in shown.out
    assert "  P-1  LAN-01 Every visit is made on time: not met, then met\n" in shown.out
    assert "no forecast of a grade" in " ".join(shown.out.split())


def test_an_aim_that_falls_short_is_said_to(run: Run, house: House) -> None:
    shown = run("what-if", "profile.yaml", "--complete", "P-1")
    assert "  P-1  LAN-01 Every visit is made on time: still not met\n" in shown.out
    data = json.loads(run("what-if", "profile.yaml", "--complete", "P-1", "--format", "json").out)
    stands = {"entry": "P-1", "id": "LAN-01", "now": "not_met", "then": "not_met"}
    assert data["addresses"] == [stands]
    assert "WHAT THEY ARE FOR" not in run("what-if", "profile.yaml", "--set", "lamp.lit=no").out


def test_an_action_for_one_member_reaches_that_member_alone(run: Run, house: House) -> None:
    house.edit(
        "profile.yaml",
        ("fact: lamp.on_time, reaches: 90%", "fact: room.seen, for: attic, reaches: 80%"),
    )
    shown = run("what-if", "profile.yaml", "--complete", "P-1")
    assert "Children who saw the light (Attic) (room.seen[attic]): 80%" in shown.out
    assert "(room.seen[hall]): 80%" not in shown.out


def test_a_plan_entry_without_a_measure_changes_no_fact(run: Run, house: House) -> None:
    house.edit(
        "profile.yaml",
        (
            "shows_in: {fact: lamp.on_time, reaches: 90%, by: 2026-12-31}",
            "shows_in: Children sleep better",
        ),
    )
    assert "changes no fact" in " ".join(
        run("what-if", "profile.yaml", "--complete", "P-1").out.split()
    )


def test_a_series_keeps_its_history(run: Run, house: House) -> None:
    from lantern import page

    house.write(
        "rules/lantern/light/LAN-08.yaml",
        page("LAN-08", "{fact: lamp.rate, change: {over: 1 year, as: rise}, at_most: 5}"),
    )
    house.edit(
        "profile.yaml",
        ("  lamp.lit: yes", "  lamp.lit: yes\n  lamp.rate: {series: {2024: 10, 2025: 20}}"),
    )
    shown = run("what-if", "profile.yaml", "--set", "lamp.rate=12", "--format", "json")
    (change,) = json.loads(shown.out)["changes"]
    assert (change["id"], change["now"]["verdict"], change["then"]["verdict"]) == (
        "LAN-08",
        "not_met",
        "met",
    )


@pytest.mark.parametrize(
    ("args", "messages"),
    [
        (("--set", "lamp.lti=yes"), ["--set lamp.lti=yes:1:1", "did you mean 'lamp.lit'?"]),
        (("--set", "lamp.on_time=46"), ["--set lamp.on_time=46:1:15", "write 46%"]),
        (("--set", "lamp.lit"), ["--set lamp.lit: this names no value"]),
        (("--set", "room.seen[loft]=1/2"), ["no room is called 'loft'"]),
        (("--set", "lamp.lit=[yes"), ["--set lamp.lit=[yes"]),
        (("--set", "lamp.lit=yes", "--set", "lamp.lit=no"), ["supposed twice"]),
        (
            ("--set", "lamp.lit=maybe", "--standard", "LAN-04.longest=ten"),
            ["lamp.lit=maybe", "LAN-04.longest=ten"],
        ),
        (("--standard", "LAN-01.on_time=90%"), ["is not the council's to set"]),
    ],
)
def test_errors_point_at_the_argument(run: Run, args: tuple[str, ...], messages: list[str]) -> None:
    shown = run("what-if", "profile.yaml", *args)
    assert shown.code == 4
    assert [message for message in messages if message not in shown.err] == []


def test_a_plan_entry_that_is_not_there_is_said(run: Run) -> None:
    shown = run("what-if", "profile.yaml", "--complete", "P-11")
    assert shown.code == 2
    assert "did you mean 'P-1'?" in shown.err


def test_single_facts_that_unlock_most(run: Run) -> None:
    data = json.loads(run("what-if", "profile.yaml", "--unlock", "--format", "json").out)
    first = data["unlocks"][0]
    assert (first["fact"], first["supposed"], first["met"]) == (
        "lamp.on_time",
        "100%",
        ["LAN-01", "LAN-05"],
    )
    shown = run("what-if", "profile.yaml", "--unlock").out
    assert "SINGLE FACTS THAT UNLOCK MOST" in shown


def test_small_counts_stay_hidden(run: Run, house: House) -> None:
    house.edit("profile.yaml", ("lamp.late: 20/80", "lamp.late: 3/80"))
    for form in ("text", "json"):
        shown = run(
            "what-if", "profile.yaml", "--set", "lamp.late=4/80", "--unlock", "--format", form
        )
        assert "4 of 80" not in shown.out
        assert "3 of 80" not in shown.out
