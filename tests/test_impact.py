"""What an edit of the rulebook changes: in words, in verdicts, from folders and from git."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lantern import FILES, PROFILE, House, build, page
from shipped import shipped_rulebook

from readiness.analysis.changes.impact import outcome
from readiness.analysis.changes.rulebook_diff import Effect, PageChange, compare
from readiness.app import revisions
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.errors import UsageError
from readiness.model.disclosure import Disclosure
from readiness.model.expectation import Expectation
from readiness.model.facts import Fact
from readiness.profile.load import read_profile
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_text

DAY = date(2026, 1, 1)


def differences(house: House, *edits: tuple[str, str, str]) -> dict[str, PageChange]:
    """Return what differs after edits, by id."""
    old = house.rulebook()
    for name, before, after in edits:
        house.edit(f"rules/{name}", (before, after))
    changes = compare(old, house.rulebook(), DAY)
    assert len({(change.kind, change.id) for change in changes}) == len(changes)
    return {change.id: change for change in changes}


# ---- pages in words

LAN_01, LAN_04 = "lantern/light/LAN-01.yaml", "lantern/warmth/LAN-04.yaml"
VALUE = "- {from: 2010-01-01, value: 100%}"

EDITS = {
    "a threshold from a day on": (
        (LAN_01, VALUE, f"{VALUE}\n      - {{from: 2027-04-01, value: 90%}}"),
        'threshold on_time: "at least 100% from 1 January 2010" became '
        '"at least 90% from 1 April 2027"',
        Effect.VERDICT,
    ),
    "a threshold's value": (
        (LAN_01, "value: 100%", "value: 95%"),
        'threshold on_time: "at least 100% from 1 January 2010" became '
        '"at least 95% from 1 January 2010"',
        Effect.VERDICT,
    ),
    "a threshold's basis": (
        (LAN_01, "basis: law", "basis: standard\n    source: lamp-act"),
        'basis of threshold on_time: "law" became "standard"',
        Effect.REPORT,
    ),
    "a council's own standard that becomes law": (
        (
            LAN_04,
            "basis: local\n    ask: What is the longest wait that your board has agreed?",
            "basis: law\n    values: [{from: 2010-01-01, value: 12 weeks}]",
        ),
        'threshold longest: added "at most 12 weeks from 1 January 2010"',
        Effect.VERDICT,
    ),
    "a comparison": (
        (LAN_01, "at_least: {th", "more_than: {th"),
        'expected: "Visits made on time: all (law)" became '
        '"Visits made on time: more than 100% (law)"',
        Effect.VERDICT,
    ),
    "when it applies": (
        (LAN_01, "more_than: 0", "more_than: 5"),
        'applies when: "Children in the house: more than 0" became '
        '"Children in the house: more than 5"',
        Effect.VERDICT,
    ),
    "when it no longer says so": (
        (LAN_01, "applies_when: {fact: lamp.children, more_than: 0}\n", ""),
        'applies when: "Children in the house: more than 0" was taken away',
        Effect.VERDICT,
    ),
    "days in force": (
        (LAN_01, "in_force: {from: 2010-01-01}", "in_force: {from: 2010-01-01, until: 2026-03-31}"),
        'in force: "from 1 January 2010" became "from 1 January 2010 to 31 March 2026"',
        Effect.VERDICT,
    ),
    "severity": (
        (LAN_01, "severity: high", "severity: low"),
        'severity: "high" became "low"',
        Effect.REPORT,
    ),
    "kind": (
        (LAN_04, "kind: impact", "kind: evidence"),
        'kind: "impact" became "evidence"',
        Effect.REPORT,
    ),
    "holder": (
        (LAN_01, "holder: local_authority", "holder: icb"),
        'holder: "local_authority" became "icb"',
        Effect.REPORT,
    ),
    "owner": (
        (LAN_01, "owner: Keeper of the lamps\nin", "owner: Housekeeper\nin"),
        'owner: "Keeper of the lamps" became "Housekeeper"',
        Effect.REPORT,
    ),
    "a citation's confidence": (
        (LAN_01, "confidence: verified", "confidence: memory"),
        'citation: "source lamp-act; at section 1; confidence verified" became '
        '"source lamp-act; at section 1; confidence memory"',
        Effect.REPORT,
    ),
    "the title": (
        (LAN_01, "title: Every visit is made on time", "title: Visits are made on time"),
        'title: "Every visit is made on time" became "Visits are made on time"',
        Effect.WORDING,
    ),
    "the question": (
        (LAN_01, "ask: Who lights the lamp?", "ask: Who lit it?"),
        'inspector\'s question: "Who lights the lamp?" became "Who lit it?"',
        Effect.WORDING,
    ),
    "the first step": (
        (LAN_01, "first_step: Look for the matches.", "first_step: Look."),
        'first step: "Look for the matches." became "Look."',
        Effect.WORDING,
    ),
    "an action's time": (
        (LAN_01, "within: 4 weeks", "within: 2 weeks"),
        'recommended action: "do Light the lamp; owner Keeper of the lamps; within 4 weeks" '
        'became "do Light the lamp; owner Keeper of the lamps; within 2 weeks"',
        Effect.WORDING,
    ),
    "an example": (
        (LAN_01, "{name: nothing held, given: {}", "{name: nothing, given: {}"),
        'example: added "name nothing; verdict unknown"',
        Effect.WORDING,
    ),
    "a fact's definition": (
        ("facts/lamps.yaml", "definition: Somebody saw it burn.", "definition: It burned."),
        'definition, by which councils count: "Somebody saw it burn." became "It burned."',
        Effect.REPORT,
    ),
    "a fact that goes stale sooner": (
        ("facts/lamps.yaml", "goes_stale_after: 15 months", "goes_stale_after: 3 months"),
        'goes stale after: "15 months" became "3 months"',
        Effect.VERDICT,
    ),
    "a choice": (
        ("facts/lamps.yaml", "values: [poor, fair, fine]", "values: [poor, fine]"),
        'choice: "fair" was taken away',
        Effect.VERDICT,
    ),
    "a published figure": (
        ("benchmarks/lamp-stats-2025.yaml", "value: 60%", "value: 61%"),
        'value: "60%" became "61%"',
        Effect.VERDICT,
    ),
    "an edition of a framework": (
        ("lantern/framework.yaml", "title: First edition", "title: Renewed edition"),
        'edition 1, title: "First edition" became "Renewed edition"',
        Effect.REPORT,
    ),
    "an item of the information request": (
        ("lantern/framework.yaml", "The log of the lamps", "The log"),
        'requests ax-1, title: "The log of the lamps" became "The log"',
        Effect.REPORT,
    ),
    "a term": (
        ("vocabularies/worries.yaml", "cold: [draughts]", "cold: []"),
        'term cold: "draughts" became "none"',
        Effect.VERDICT,
    ),
    "an issue's definition": (
        ("issues/lantern.yaml", "Visits come after a day.", "Visits are late."),
        'definition: "Visits come after a day." became "Visits are late."',
        Effect.WORDING,
    ),
    "why nothing is checked": (
        ("lantern/coverage.yaml", "Nobody counts it.", "Nobody can."),
        'what is left, and why: "Nobody counts it." became "Nobody can."',
        Effect.WORDING,
    ),
    "the rulebook's own title": (
        ("rulebook.yaml", "title: The lantern rulebook", "title: Lanterns"),
        'title: "The lantern rulebook" became "Lanterns"',
        Effect.REPORT,
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_said_in_words_with_what_it_can_do(house: House, name: str) -> None:
    edit, words, effect = EDITS[name]
    (change,) = differences(house, edit).values()
    said = {str(each): each.effect for each in change.edits}
    assert said[words] is effect
    assert change.state == "changed"


def test_a_duty_that_waits_for_commencement(house: House) -> None:
    changes = differences(
        house,
        (
            LAN_01,
            "in_force: {from: 2010-01-01}",
            "in_force: {from: not_commenced, enacted: 2025-01-01, checked_on: 2025-06-01}",
        ),
        (LAN_01, "given: {}, verdict: unknown", "given: {}, verdict: not_applicable"),
    )
    edit = changes["LAN-01"].of(Effect.VERDICT)[0]
    assert str(edit) == (
        'in force: "from 1 January 2010" became "enacted, not commenced (checked on 1 June 2025)"'
    )


@pytest.mark.parametrize("model", [Expectation, Fact])
def test_every_field_of_a_page_is_compared(house: House, model: type[Any]) -> None:
    """A field that is added to the model later cannot be left out of what differs."""
    rulebook = house.rulebook()
    pages: Any = rulebook.expectations if model is Expectation else rulebook.facts
    id = "LAN-01" if model is Expectation else "lamp.on_time"
    apart = {"id", "expect", "applies_when"}  # conditions are compared as they were read
    for field in model.model_fields.keys() - apart:
        was = getattr(pages[id], field)
        other: Any = {} if isinstance(was, dict) else () if isinstance(was, tuple) else "another"
        if field in ("in_force", "published_as"):
            continue  # models of their own: tested above
        if not was and isinstance(was, tuple):
            other = ("another",)
        changed = pages[id].model_copy(update={field: other})
        new = {**pages, id: changed}
        kind = "expectations" if model is Expectation else "facts"
        changes = compare(rulebook, _with(rulebook, kind, new), DAY)
        assert [change.id for change in changes] == [id], field
        assert changes[0].edits, field


def _with(rulebook: Rulebook, name: str, pages: Any) -> Rulebook:
    return replace(rulebook, **{name: pages})


def test_nothing_differs_from_itself() -> None:
    rulebook = shipped_rulebook()
    assert compare(rulebook, rulebook, DAY) == ()


def test_pages_come_and_go_and_change_their_names(house: House) -> None:
    old = house.rulebook()
    house.write("rules/lantern/light/LAN-09.yaml", page("LAN-09", "{fact: lamp.lit, is: yes}"))
    (house.rules / "lantern/light/LAN-02.yaml").unlink()
    text = (house.rules / "lantern/light/LAN-03.yaml").read_text(encoding="utf-8")
    (house.rules / "lantern/light/LAN-03.yaml").unlink()
    house.write("rules/lantern/light/LAN-30.yaml", text.replace("id: LAN-03", "id: LAN-30"))
    changes = {c.id: (c.state, c.was) for c in compare(old, house.rulebook(), DAY)}
    assert changes == {
        "LAN-02": ("removed", None),
        "LAN-09": ("added", None),
        "LAN-30": ("renamed", "LAN-03"),
    }


def test_a_page_that_is_renamed_with_its_thresholds_is_the_same_page(house: House) -> None:
    old = house.rulebook()
    text = (house.rules / LAN_04).read_text(encoding="utf-8").replace("id: LAN-04", "id: LAN-40")
    (house.rules / LAN_04).unlink()
    house.write("rules/lantern/warmth/LAN-40.yaml", text)
    (change,) = compare(old, house.rulebook(), DAY)
    assert (change.state, change.was, change.edits) == ("renamed", "LAN-04", ())


def test_conditions_that_read_alike_are_told_apart_by_what_they_read(house: House) -> None:
    facts = FILES["facts/lamps.yaml"]
    twin = "lamp.burning:\n  title: The lamp is lit\n  type: yes_no\n  definition: Seen to burn.\n"
    house.write("rules/facts/lamps.yaml", facts + twin)
    changes = differences(
        house, ("lantern/light/LAN-03.yaml", "fact: lamp.lit", "fact: lamp.burning")
    )
    (edit,) = changes["LAN-03"].edits
    assert edit.old == "The lamp is lit: yes [lamp.lit]"
    assert edit.new == "The lamp is lit: yes [lamp.burning]"


# ---- verdicts

POOL = [
    (LAN_01, "value: 100%", "value: 60%"),
    (LAN_01, "more_than: 0", "more_than: 100"),
    (LAN_01, "in_force: {from: 2010-01-01}", "in_force: {from: 2026-06-01}"),
    ("lantern/light/LAN-02.yaml", "value: 50%", "value: 30%"),
    ("lantern/light/LAN-02.yaml", "every: room", "some: room"),
    ("lantern/light/LAN-03.yaml", "is: yes", "is: no"),
    ("lantern/warmth/LAN-05.yaml", "is: [met]", "is: [not_met]"),
    ("lantern/warmth/LAN-06.yaml", "less_than: 10%", "less_than: 30%"),
    ("lantern/warmth/LAN-06.yaml", "severity: medium", "severity: low"),
    ("facts/lamps.yaml", "goes_stale_after: 15 months", "goes_stale_after: 1 day"),
    ("facts/lamps.yaml", "title: The lamp is lit", "title: A lamp is lit"),
    ("vocabularies/worries.yaml", "waiting: [waits, delay]", "waiting: [waits]"),
    ("benchmarks/lamp-stats-2025.yaml", "value: 60%", "value: 80%"),
]
"""Edits that can be made together, of which some flip verdicts."""

MORE = {
    "LAN-11": "{fact: lamp.on_time, no_worse_than: {benchmark: england}}",
    "LAN-12": "{fact: lamp.worries, overlaps: {fact: lamp.plan, by: 1}}",
    "LAN-13": "{findings: {ids: [LAN-01], is: [met, not_met]}, every: known}",
}
"""Pages whose verdicts rest on figures, on the words of lists and on what others know."""


@cache
def _edited(folder: Path, chosen: frozenset[int]) -> Rulebook:
    house = build(folder)
    for id, expect in MORE.items():
        house.write(f"rules/lantern/light/{id}.yaml", page(id, expect))
    for number in sorted(chosen):
        name, before, after = POOL[number]
        house.edit(f"rules/{name}", (before, after))
    return house.rulebook()


def _evaluate(rulebook: Rulebook, text: str) -> Evaluation:
    profile = read_profile([read_text(text, "profile.yaml")], rulebook)
    return evaluate(rulebook, compile_rulebook(rulebook), profile, DAY)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    chosen=st.frozensets(st.integers(0, len(POOL) - 1)),
    lit=st.sampled_from(["yes", "no", "unknown"]),
    late=st.integers(0, 40),
)
def test_every_flip_is_real_and_has_its_cause(
    tmp_path: Path, chosen: frozenset[int], lit: str, late: int
) -> None:
    text = PROFILE.replace("lamp.lit: yes", f"lamp.lit: {lit}")
    lists = "  lamp.worries: [delay]\n  lamp.plan: [waiting]\n"
    text = text.replace("  lamp.late: 20/80\n", f"  lamp.late: {late}/80\n{lists}")
    old, new = (_evaluate(_edited(tmp_path, each), text) for each in (frozenset(), chosen))
    changes = compare(old.rulebook, new.rulebook, DAY)
    found = outcome(old, new, changes, Disclosure())
    real = {
        id: (old.verdict(id), new.verdict(id))
        for id in new.rulebook.expectations
        if old.verdict(id) is not new.verdict(id)
    }
    shown = {
        flip.id: (flip.old.verdict, flip.new.verdict)
        for flip in found.flips
        if flip.old is not None and flip.new is not None
    }
    assert shown == real
    assert all(flip.because for flip in found.flips)
    counts = found.counts
    assert (counts.changed, counts.compared) == (len(real), len(new.rulebook.expectations))
    touched = {Path(POOL[number][0]).stem for number in chosen} - {
        "lamps",
        "worries",
        "lamp-stats-2025",
    }
    assert touched == {change.id for change in changes if change.kind == "expectation"}
    assert chosen or not changes


def test_a_flip_says_what_flipped_it_and_what_is_held(house: House, run: Run) -> None:
    shutil.copytree(house.rules, house.folder / "old")
    house.edit(f"rules/{LAN_01}", ("value: 100%", "value: 60%"))
    ran = run("rules", "impact", "old", "rules", "--profiles", "profile.yaml")
    assert ran.code == 1
    assert (
        "    LAN-01  Every visit is made on time\n"
        "      not met -> met\n"
        '      because threshold on_time: "at least 100% from 1 January 2010" became "at least 60% '
        "from 1\n"
        '              January 2010"\n'
        "      found   Visits made on time: 60 of 90 visits (66.7%), 2025; England 60% (2024)\n"
    ) in ran.out
    assert "because it rests on LAN-01, which was not met and is met" in ran.out
    assert (
        "RESTS ON WHAT CAN FLIP A VERDICT: 1\n  LAN-05  What LAN-05 asks is so (by LAN-01)"
        in ran.out
    )
    assert "6 verdicts compared, 4 unchanged, 2 changed; 0 new, 0 gone" in ran.out


def test_wording_stands_apart_and_flips_nothing(house: House, run: Run) -> None:
    shutil.copytree(house.rules, house.folder / "old")
    house.edit(f"rules/{LAN_01}", ("title: Every", "title: Each"))
    ran = run("rules", "impact", "old", "--profiles", "profile.yaml")
    assert ran.code == 0
    assert "CHANGES WORDING ONLY: 1 of 1 that differ" in ran.out
    assert "CAN FLIP" not in ran.out
    assert "every verdict stays as it was" in ran.out


def test_counts_reconcile_in_the_json(house: House, run: Run) -> None:
    shutil.copytree(house.rules, house.folder / "old")
    (house.rules / "lantern/light/LAN-02.yaml").unlink()
    house.write("rules/lantern/light/LAN-09.yaml", page("LAN-09", "{fact: lamp.lit, is: yes}"))
    house.edit("rules/lantern/light/LAN-03.yaml", ("is: yes", "is: no"))
    ran = run("rules", "impact", "old", "--profiles", "profile.yaml", "--format", "json")
    assert ran.code == 1
    data = json.loads(ran.out)
    assert data["totals"] == {
        "councils": 1,
        "before": 6,
        "after": 6,
        "compared": 5,
        "unchanged": 4,
        "changed": 1,
        "new": 1,
        "gone": 1,
    }
    flips = {flip["id"]: flip for flip in data["councils"][0]["flips"]}
    assert flips["LAN-09"]["old"] is None
    assert flips["LAN-02"]["new"] is None
    assert flips["LAN-03"]["old"]["verdict"] == "met"
    assert flips["LAN-03"]["new"]["verdict"] == "not_met"


def test_a_scenario_says_what_it_would_no_longer_get(house: House, run: Run) -> None:
    house.write("scenarios/dark/profile.yaml", PROFILE)
    story = "title: Dark\nstory: It is dark.\nas_of: 2026-01-01\n"
    house.write("scenarios/dark/scenario.yaml", story + "verdicts: {LAN-03: met, LAN-01: met}\n")
    shutil.copytree(house.rules, house.folder / "old")
    house.edit("rules/lantern/light/LAN-03.yaml", ("is: yes", "is: no"))
    ran = run("rules", "impact", "old")
    assert ran.code == 1
    assert "scenario would fail: LAN-03: expected met, got not_met" in ran.out
    assert "LAN-01: expected" not in ran.out, "it failed before the edit too"
    (house.rules / "lantern/light/LAN-03.yaml").unlink()
    assert (
        "scenario would fail: no expectation is called 'LAN-03'"
        in run("rules", "impact", "old").out
    )


def test_a_profile_that_the_new_rulebook_cannot_read(house: House, run: Run) -> None:
    shutil.copytree(house.rules, house.folder / "old")
    house.edit("rules/facts/lamps.yaml", ("lamp.name:", "lamp.label:"))
    house.edit("profile.yaml", ("  lamp.lit: yes", "  lamp.lit: yes\n  lamp.name: Old"))
    ran = run("rules", "impact", "old", "--profiles", "profile.yaml")
    assert ran.code == 1
    assert "the new rulebook cannot read the profile" in ran.out
    assert "unknown fact 'lamp.name'" in ran.out
    back = run("rules", "impact", "rules", "old", "--profiles", "profile.yaml")
    assert back.code == 1
    assert "the old rulebook cannot read the profile" in back.out
    house.edit("profile.yaml", ("lamp.name: Old", "lamp.nothing: Old"))
    assert run("rules", "impact", "old", "--profiles", "profile.yaml").code == 4


def test_folders_of_profiles(house: House, run: Run) -> None:
    house.write("many/one.yaml", PROFILE)
    house.write("many/two.yaml", PROFILE.replace("Lampton", "Wick"))
    house.write("many/three/head.yaml", "council: {name: Oil}\nas_of: 2026-01-01\n")
    house.write("many/three/facts.yaml", "facts: {lamp.lit: yes}\n")
    ran = run("rules", "impact", "rules", "rules", "--profiles", "many", "--format", "json")
    names = [council["council"] for council in json.loads(ran.out)["councils"]]
    assert names == ["Lampton", "Wick", "Oil"]
    house.write("none/readme.txt", "")
    ran = run("rules", "impact", "rules", "rules", "--profiles", "none")
    assert (ran.code, ran.err) == (
        2,
        "none holds no profile; name a profile, a scenario, or a folder of them\n",
    )


def test_small_counts_are_not_shown(house: House, run: Run) -> None:
    shutil.copytree(house.rules, house.folder / "old")
    house.edit("profile.yaml", ("lamp.late: 20/80", "lamp.late: 3/80"))
    house.edit("rules/lantern/warmth/LAN-06.yaml", ("less_than: 10%", "less_than: 1%"))
    args = ("rules", "impact", "old", "--profiles", "profile.yaml")
    hidden, shown = run(*args), run(*args, "--show-small-counts")
    assert "fewer than 6 of 80 children" in hidden.out
    assert "3 of 80 children" not in hidden.out
    assert "3 of 80 children" in shown.out


# ---- git


@pytest.fixture
def repository(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a house whose rulebook is committed twice, the second time with an edit."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(house.folder / "nothing"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(house.folder.parent))
    _git(house, "init", "--quiet", "--initial-branch", "main")
    _commit(house)
    house.edit(f"rules/{LAN_01}", ("value: 100%", "value: 60%"))
    _commit(house)
    return house


def _git(house: House, *args: str) -> None:
    who = ("-c", "user.name=Keeper", "-c", "user.email=keeper@example.org")
    subprocess.run(["git", *who, *args], cwd=house.folder, check=True, timeout=60)


def _commit(house: House) -> None:
    _git(house, "add", "rules", "profile.yaml")
    _git(house, "commit", "--quiet", "--message", "A state")


def test_edits_that_are_not_committed(repository: House, run: Run) -> None:
    args = ("--profiles", "profile.yaml")
    assert run("rules", "impact", *args).code == 0
    repository.edit(f"rules/{LAN_01}", ("value: 60%", "value: 70%"))
    ran = run("rules", "impact", *args)
    assert ran.code == 1
    assert ran.out.startswith("Old: lantern (HEAD:rules, ")
    assert '"at least 60% from 1 January 2010" became "at least 70% from 1 January' in ran.out


def test_two_revisions(repository: House, run: Run) -> None:
    ran = run("rules", "impact", "HEAD~1", "main", "--profiles", "profile.yaml")
    assert ran.code == 1
    assert '"at least 100% from 1 January 2010" became "at least 60% from 1 January' in ran.out
    assert run("rules", "impact", "main", ".").code == 0


def test_a_check_beside_one_by_an_older_revision(repository: House, run: Run) -> None:
    ran = run("diff", "profile.yaml", "--old-rules", "HEAD~1", "--format", "json")
    assert ran.code == 1
    (change,) = [one for one in json.loads(ran.out)["changes"] if one["id"] == "LAN-01"]
    assert (change["old_verdict"], change["new_verdict"]) == ("not_met", "met")
    assert [f["kind"] for cause in change["causes"] for f in cause["factors"]] == ["rulebook"]
    assert run("diff", "profile.yaml", "--old-rules", "HEAD", "--new-rules", "rules").code == 0
    ran = run("diff", "profile.yaml", "--old-rules", "HEAD~9")
    assert (ran.code, ran.out) == (2, "")
    assert "'HEAD~9' is neither a folder of a rulebook nor a revision" in ran.err


def test_a_profile_that_an_older_rulebook_cannot_read(repository: House, run: Run) -> None:
    fact = "lamp.new:\n  title: New\n  type: yes_no\n  definition: It is new.\n"
    repository.write("rules/facts/new.yaml", fact)
    repository.edit("profile.yaml", ("  lamp.lit: yes", "  lamp.lit: yes\n  lamp.new: yes"))
    ran = run("diff", "profile.yaml", "--old-rules", "HEAD")
    assert ran.code == 4
    assert "unknown fact 'lamp.new' (read by the rulebook HEAD)" in ran.err


def test_an_earlier_result_beside_a_check_by_a_revision(repository: House, run: Run) -> None:
    repository.write("then.json", run("check", "profile.yaml", "--format", "json").out)
    assert run("diff", "then.json", "profile.yaml", "--new-rules", "HEAD").code == 0
    assert run("diff", "then.json", "profile.yaml", "--new-rules", "HEAD~1").code == 1


def test_what_is_committed_is_read_byte_by_byte(repository: House, run: Run) -> None:
    """Attributes that leave files out of archives do not make pages vanish."""
    repository.write(".gitattributes", "*.yaml export-ignore\n")
    _git(repository, "add", ".gitattributes")
    _commit_all = ("commit", "--quiet", "--message", "Attributes")
    _git(repository, *_commit_all)
    ran = run("rules", "impact", "HEAD", "--format", "json")
    data = json.loads(ran.out)
    assert data["changes"] == []
    assert data["old"]["hash"] == data["new"]["hash"]


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("nowhere", "'nowhere' is neither a folder of a rulebook nor a revision"),
        ("HEAD~9", "'HEAD~9' is neither"),
        ("HEAD:rules", "'HEAD:rules' is neither"),
        ("a\nb", "is neither"),
    ],
)
def test_no_such_revision(repository: House, run: Run, revision: str, said: str) -> None:
    ran = run("rules", "impact", revision)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_revision_is_never_taken_for_an_option(repository: House) -> None:
    with pytest.raises(UsageError, match="is neither"):
        revisions.rulebook_at("--output=x", repository.rules)


def test_a_revision_before_the_rulebook(repository: House, run: Run) -> None:
    _git(repository, "checkout", "--quiet", "--orphan", "empty")
    _git(repository, "rm", "--quiet", "-r", "--cached", "rules")
    _git(repository, "commit", "--quiet", "--message", "Nothing but a profile")
    ran = run("rules", "impact", "empty")
    assert (ran.code, ran.err) == (
        2,
        "empty:rules held no rulebook: there was no 'rulebook.yaml'\n",
    )


def test_a_revision_whose_rulebook_is_wrong_names_it(repository: House, run: Run) -> None:
    repository.edit(f"rules/{LAN_01}", ("thresholds:", "threshhold:"))
    _commit(repository)
    repository.edit(f"rules/{LAN_01}", ("threshhold:", "thresholds:"))
    ran = run("rules", "impact")
    assert ran.code == 3
    assert ran.err.startswith("HEAD:rules/lantern/light/LAN-01.yaml:17:1: unknown key 'threshhold'")


def test_no_repository(house: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(house.folder.parent))
    ran = run("rules", "impact", "main")
    assert ran.code == 2
    assert "'main' is no folder of a rulebook, and rules is in no git repository" in ran.err


def test_no_git(house: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    ran = run("rules", "impact", "main")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("git is not installed, and 'main' is no folder of a rulebook")
