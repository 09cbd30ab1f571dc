"""What a reader learns who may ask often: aims, claims, guesses and pairs of checks are no oracle.

Where two profiles differ only in which small count they hold, and no verdict does, every output is
the same to the byte.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run
from lantern import House, page

from readiness.model.disclosure import FEW, NOT_SHOWN

HEAD = "council: {name: Lampton}\nas_of: 2026-01-01\nfacts:\n"
ASKED = (
    ("check", "--all"),
    ("check", "--format", "json"),
    ("check", "--format", "html"),
    ("plan", "--check"),
    ("plan", "--format", "json"),
    ("claims",),
)

SMALL = {
    "lamp.children": ("{n}", ["0", "1", "2", "3", "4", "5", "6"]),
    "lamp.late": ("{n}/80", ["0%", "1%", "2%", "3%", "4%", "5%", "6%"]),
    "lamp.on_time": ("{rest}/80", ["93%", "94%", "95%", "96%", "97%", "98%", "99%"]),
    "lamp.views": (
        "{{value: {n}/20, respondents: 20, asked: 30}}",
        ["5%", "10%", "15%", "20%", "25%"],
    ),
    "room.seen": ("{{attic: {n}/80, hall: 40/80}}", ["1%", "2%", "3%", "4%", "5%", "6%"]),
}


@pytest.mark.parametrize("fact", SMALL)
def test_aims_and_claims_do_not_bisect_a_small_count(house: House, run: Run, fact: str) -> None:
    held, aims = SMALL[fact]
    member = ", for: attic" if fact == "room.seen" else ""
    plan, claims = "plan:\n", "self_evaluation:\n  dated: 2025-12-01\n  claims:\n"
    for number, aim in enumerate(aims):
        shows = f"{{fact: {fact}{member}, reaches: {aim}, by: 2025-12-31}}"
        head = "addresses: [LAN-03], do: x, owner: y, due: 2025-06-30"
        plan += f"  - {{id: D-{number}, {head}, shows_in: {shows}, status: done}}\n"
        plan += f"  - {{id: O-{number}, {head}, shows_in: {shows}, status: on track}}\n"
        claims += f"    - {{fact: {fact}{member}, value: {aim}}}\n"
    told = set[tuple[str, ...]]()
    for n in range(1, 6):
        facts = f"  {fact}: {held.format(n=n, rest=80 - n)}\n"
        house.write("profile.yaml", HEAD + facts + plan + claims)
        told.add(tuple(run(one, "profile.yaml", *more).out for one, *more in ASKED))
    assert len(told) == 1
    assert all(told.pop())


def test_an_aim_that_any_small_count_misses_is_missed(house: House, run: Run) -> None:
    entry = (
        "plan:\n  - {id: P-1, addresses: [LAN-03], do: x, owner: y, due: 2025-06-30, status: done, "
        "shows_in: {fact: lamp.children, reaches: AIM, by: 2025-12-31}}\n"
    )
    for aim, words in (
        ("0", "missed its own measure"),
        ("3", "is of few people, and an answer would tell it"),
    ):
        text = f"{HEAD}  lamp.children: 4\n{entry.replace('AIM', aim)}"
        house.write("profile.yaml", text)
        assert words in " ".join(run("plan", "profile.yaml", "--check").out.split())


@pytest.mark.parametrize("claimed", ["3", "{n}/80", "3/4"])
def test_a_claim_of_few_is_not_told_by_how_far_it_is_out(
    house: House, run: Run, claimed: str
) -> None:
    fact, held = ("lamp.children", "12") if claimed == "3" else ("lamp.late", "20/80")
    told = set()
    for n in (2, 3):
        value = claimed.replace("3", str(n)).replace("{n}", str(n))
        text = f"  dated: 2025-12-01\n  claims:\n    - {{fact: {fact}, value: {value}}}\n"
        house.write("profile.yaml", f"{HEAD}  {fact}: {held}\nself_evaluation:\n{text}")
        told.add(run("claims", "profile.yaml").out)
    assert len(told) == 1
    assert "contradicted, " in told.pop()


@pytest.mark.parametrize(
    ("expect", "held", "words"),
    [
        ("at_least: 90%", "75%", "all but fewer than 6 of 20 children; 20 answered of 30 asked"),
        ("at_least: 90%", "90%", "all but fewer than 6 of 20 children; 20 answered of 30 asked"),
        ("at_least: 94%", "95%", "a figure that is not shown"),  # 19 of 20, and no other
        ("at_least: 9%", "5%", "a figure that is not shown"),  # 1 of 20
        ("at_least: 94%", "70%", "70%; 20 answered of 30 asked"),
    ],
)
def test_a_survey_is_not_told_by_its_verdict(
    house: House, run: Run, expect: str, held: str, words: str
) -> None:
    house.write(
        "rules/lantern/light/LAN-09.yaml", page("LAN-09", f"{{fact: lamp.views, {expect}}}")
    )
    facts = f"  lamp.views: {{value: {held}, respondents: 20, asked: 30}}\n"
    house.write("profile.yaml", HEAD + facts)
    report = json.loads(run("check", "profile.yaml", "--format", "json").out)
    finding = next(f for f in report["findings"] if f["id"] == "LAN-09")
    assert finding["verdict"] in ("met", "not_met")
    assert finding["known"]["text"].startswith(f"Children who like the lamp: {words}")


def test_two_limits_of_one_rule_do_not_leave_one_count(house: House, run: Run) -> None:
    expect = "{any: [{fact: lamp.children, at_most: LEAST}, {fact: lamp.children, more_than: 3}]}"
    shown = {}
    for least in (1, 2):
        text = page("LAN-09", expect.replace("LEAST", str(least)))
        house.write("rules/lantern/light/LAN-09.yaml", text)
        house.write("profile.yaml", HEAD + "  lamp.children: 3\n")
        report = json.loads(run("check", "profile.yaml", "--format", "json").out)
        finding = next(f for f in report["findings"] if f["id"] == "LAN-09")
        assert finding["verdict"] == "not_met"
        shown[least] = finding["found"][0]["value"]
    assert shown == {1: FEW, 2: NOT_SHOWN}


@pytest.mark.parametrize(
    ("expect", "before", "numerator"),
    [
        ("{change: {over: 1 year, as: fall}, at_most: 30%}", "26/80", None),
        ("{change: {over: 1 year, as: fall}, at_most: 30%}", "27/80", FEW),
        ("{no_worse_than: {benchmark: england}}", "26/80", None),
    ],
)
def test_a_change_or_a_published_figure_is_a_limit_too(
    house: House, run: Run, expect: str, before: str, numerator: str | None
) -> None:
    """One of 80 may be the only small count of which the verdict is so."""
    fact = house.rules / "facts/lamps.yaml"
    text = fact.read_text(encoding="utf-8").replace(
        "  better: lower\n  definition: Children in bed",
        "  better: lower\n  cadence: calendar year\n"
        "  published_as: {release: lamp-stats, file: lamps, column: late}\n"
        "  definition: Children in bed",
    )
    fact.write_text(text, encoding="utf-8")
    figure = '  - {fact: lamp.late, place: england, period: "2024", value: 2%}\n'
    stats = house.rules / "benchmarks/lamp-stats-2025.yaml"
    stats.write_text(stats.read_text(encoding="utf-8") + figure, encoding="utf-8")
    house.write(
        "rules/lantern/light/LAN-09.yaml", page("LAN-09", f"{{fact: lamp.late, {expect[1:-1]}}}")
    )
    house.write("profile.yaml", f"{HEAD}  lamp.late: {{series: {{2024: {before}, 2025: 1/80}}}}\n")
    report = json.loads(run("check", "profile.yaml", "--format", "json").out)
    finding = next(f for f in report["findings"] if f["id"] == "LAN-09")
    assert finding["verdict"] in ("met", "not_met")
    assert finding["found"][0]["numerator"] == numerator


# ---- sums that hold in one of two checks ------------------------------------------------------


@pytest.fixture
def broken(house: House) -> Path:
    """Return a profile in which a total less its other members is a small count."""
    house.write(
        "rules/facts/sums.yaml",
        "lamp.broken:\n  title: Broken\n  type: count\n  of: children\n  sums: [room.broken]\n"
        "  definition: All.\n"
        "room.broken:\n  title: Broken, by room\n  type: count\n  of: children\n"
        "  for_each: room\n  definition: In each.\n",
    )
    expect = (
        "{all: [{fact: lamp.lit, is: yes}, {fact: lamp.broken, more_than: 9}, "
        "{every: room, satisfies: {fact: room.broken, at_least: 0}}]}"
    )
    house.write("rules/lantern/light/LAN-08.yaml", page("LAN-08", expect))
    facts = "  lamp.lit: yes\n  lamp.broken: 73\n  room.broken: {hall: 20, attic: 3, cellar: 50}\n"
    return house.write("profile.yaml", HEAD + facts)


@pytest.mark.parametrize("guess", ["9", "unknown"])
def test_a_guess_does_not_bring_back_what_a_sum_withholds(
    broken: Path, run: Run, guess: str
) -> None:
    supposed = ("--set", "lamp.lit=no", "--set", f"room.broken[attic]={guess}")
    for form in ("text", "json"):
        shown = run("what-if", "profile.yaml", *supposed, "--format", form).out
        assert "73 children" in shown
        assert "20 children" not in shown


def test_two_checks_side_by_side_withhold_what_one_of_them_does(
    broken: Path, house: House, run: Run
) -> None:
    expect = "{every: room, satisfies: {fact: room.broken, at_least: 0}}"
    house.write("rules/lantern/light/LAN-09.yaml", page("LAN-09", expect))
    text = broken.read_text(encoding="utf-8")
    house.write("new.yaml", text.replace("attic: 3", "attic: unknown").replace("73", "74"))
    for form in ("text", "json"):
        shown = run("diff", "profile.yaml", "new.yaml", "--format", form).out
        assert "LAN-09" in shown
        assert "20 children" not in shown
