"""What the rulebook checks and what not: counts that reconcile, later texts, and what to reread."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from conftest import Run
from lantern import House
from shipped import shipped_rulebook

from readiness.analysis.pages.coverage import GROUPS, State, coverage_report
from readiness.errors import InvalidRulebook
from readiness.model.vocabulary import Confidence

RULEBOOK = shipped_rulebook()
DAY = date(2026, 11, 23)
REVIEW = """\
review:
  since: 2026-01-01
  verified: 24 months
  secondary: 12 months
  memory: 6 months
  not_commenced: 3 months
  because: We chose so.
"""


def test_what_is_checked_and_what_is_not(run: Run) -> None:
    ran = run("rules", "coverage", "--framework", "lantern", "--as-of", "2026-01-01")
    assert ran.code == 0
    head, listed = ran.out.split("The lantern framework (lantern)\n", 2)[0::2]
    assert head.startswith("Coverage of rulebook lantern (rules, ")
    assert listed.splitlines() == [
        "  duties and lines of enquiry: 3",
        "    visits: checked",
        "      A visit to every child on time (Lantern Act s.1)",
        "      by LAN-01",
        "    visits-welcome: checked in part",
        "      A visit that the child was glad of",
        "      by LAN-01",
        "      What no rule checks: Whether a child was glad is for a person to hear.",
        "    lamp-oil: not checked",
        "      Enough oil",
        "      No rule checks this: Nobody counts it.",
        "  headings in use: 2",
        "    light: checked",
        "      There is light",
        "      by LAN-01, LAN-02, LAN-03",
        "    warmth: checked",
        "      There is warmth",
        "      by LAN-04, LAN-05, LAN-06",
        "  information request: 1",
        "    ax-1: not checked",
        "      The log of the lamps",
        "  issue codes: 1",
        "    late-visits: checked",
        "      Visits are late",
        "      by LAN-01",
    ]


def test_gaps_are_all_that_is_not_wholly_checked(run: Run) -> None:
    ran = run("rules", "coverage", "--gaps", "--as-of", "2026-01-01")
    assert "    visits-welcome: checked in part" in ran.out
    assert "    visits: checked" not in ran.out
    assert "  duties and lines of enquiry: 2 of 3, not wholly checked" in ran.out


def test_a_question_for_people_is_asked_and_not_called_a_gap_of_rules(
    house: House, run: Run
) -> None:
    house.edit(
        "rules/lantern/coverage.yaml",
        (
            "  why_not: Nobody counts it.\n",
            "  why_not: Nobody counts it.\n  prompt: Is there oil?\n",
        ),
    )
    ran = run("rules", "coverage", "--gaps")
    assert (
        "    lamp-oil: asked of people\n      Enough oil\n      For people to answer: Is there oil?"
        in ran.out
    )


def test_an_item_of_the_information_request_is_checked_by_those_who_read_what_it_shows(
    house: House, run: Run
) -> None:
    item = "ax-1: {title: The log of the lamps, holder: local_authority, confidence: verified"
    house.edit("rules/lantern/framework.yaml", (item, f"{item}, shows: [lamp.on_time]"))
    ran = run("rules", "coverage", "--format", "json")
    items = json.loads(ran.out)["frameworks"][0]["items"]
    (found,) = [one for one in items if one["id"] == "ax-1"]
    assert (found["state"], found["checked_by"]) == ("checked", ["LAN-01"])
    assert "  seen in: lantern/ax-1\n" in run("facts", "show", "lamp.on_time").out
    house.edit("rules/lantern/framework.yaml", ("shows: [lamp.on_time]", "shows: [lamp.name]"))
    ran = run("rules", "coverage", "--gaps")
    assert "    ax-1: not checked" in ran.out, "no expectation reads the lamp's name"
    house.edit("rules/lantern/framework.yaml", ("lamp.name", "lamp.nme"))
    with pytest.raises(InvalidRulebook, match=r"no fact is called 'lamp.nme'"):
        house.rulebook()


def test_counts_reconcile() -> None:
    report = coverage_report(RULEBOOK, DAY)
    for framework in report.frameworks:
        book = RULEBOOK.frameworks[framework.id]
        listed = {group: framework.counts(group).total() for group in GROUPS}
        assert listed["duties and lines of enquiry"] == len(RULEBOOK.coverage[framework.id])
        assert listed["information request"] == len(book.requests)
        assert sum(listed.values()) == framework.counts().total() == len(framework.items)
        own = [e for e in RULEBOOK.expectations.values() if e.framework == framework.id]
        assert sum(framework.citations.values()) == sum(len(e.citations) for e in own)
    cited = sum(sum(f.citations.values()) for f in report.frameworks)
    assert cited == sum(len(e.citations) for e in RULEBOOK.expectations.values())


def test_each_state_is_earned() -> None:
    for framework in coverage_report(RULEBOOK, DAY).frameworks:
        for item in framework.items:
            assert (item.state in (State.CHECKED, State.PART)) is bool(item.checked_by), item.id
            if item.state is State.ASKED:
                assert item.prompt, item.id
            if item.state in (State.PART, State.ASKED, State.NOT_CHECKED):
                assert item.why_not, f"{framework.id} {item.id} does not say why"


def test_headings_of_other_days_are_left_out(house: House, run: Run) -> None:
    light = "light: {title: There is light, confidence: verified"
    house.edit("rules/lantern/framework.yaml", (light, f"{light}, until: 2026-01-01"))
    shown = [run("rules", "coverage", "--as-of", f"2026-01-0{day}").out for day in (1, 2)]
    assert "headings in use: 2" in shown[0]
    assert "headings in use: 1" in shown[1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("read: 2005-01-01", "what is cited was read in the edition of 1 January 2005"),
        ("until: 2025-12-31", "in use until 31 December 2025 only"),
        ("next_edition: {on: 2025-12-31}", "a later edition was expected by 31 December 2025"),
        (
            "next_edition: {on: 2026-01-01, seen: yes, note: By post.}",
            "a later edition is out since 1 January 2026 (By post)",
        ),
        ("next_edition: {on: 2026-01-02, seen: yes}", None),
        ("until: 2026-01-01", None),
    ],
)
def test_a_later_text_that_nobody_read(house: House, run: Run, line: str, said: str | None) -> None:
    house.edit("rules/sources.yaml", ("  from: 2010-01-01\n", f"  from: 2010-01-01\n  {line}\n"))
    ran = run("rules", "coverage", "--as-of", "2026-01-01", "--format", "json")
    later = json.loads(ran.out)["later_editions"]
    assert [one["why"] for one in later] == ([said] if said else [])
    assert all(len(one["named_by"]) == 6 for one in later)


@pytest.mark.parametrize(
    ("as_of", "more", "confidence", "due"),
    [
        ("2026-06-30", "", "memory", []),
        ("2026-07-01", "", "memory", ["LAN-03"]),
        ("2026-07-01", "", "secondary", []),
        ("2027-01-01", "", "secondary", ["LAN-03"]),
        ("2026-07-01", "reviewed: 2026-02-01\n", "memory", []),
        ("2026-08-01", "reviewed: 2026-02-01\n", "memory", ["LAN-03"]),
    ],
)
def test_a_page_is_due_by_its_weakest_citation(
    house: House, run: Run, as_of: str, more: str, confidence: str, due: list[str]
) -> None:
    house.edit("rules/rulebook.yaml", ("format: 1\n", f"format: 1\n{REVIEW}"))
    house.edit(
        "rules/lantern/light/LAN-03.yaml",
        ("confidence: verified", f"confidence: {confidence}"),
        ("severity: medium\n", f"{more}severity: medium\n"),
    )
    review = _review(run, as_of)
    assert [one["id"] for one in review["due"]] == due
    assert review["asked"] == 6
    assert review["policy"] == "We chose so."


def test_a_duty_that_waits_is_looked_for_each_quarter(house: House, run: Run) -> None:
    house.edit("rules/rulebook.yaml", ("format: 1\n", f"format: 1\n{REVIEW}"))
    house.edit(
        "rules/lantern/light/LAN-03.yaml",
        (
            "in_force: {from: 2010-01-01}",
            "in_force: {from: not_commenced, enacted: 2025-01-01, checked_on: 2026-01-15}",
        ),
        ("given: {}, verdict: unknown", "given: {}, verdict: not_applicable"),
    )
    assert _review(run, "2026-04-14")["next_due"] == "2026-04-15"
    (due,) = _review(run, "2026-04-15")["due"]
    assert due["why"] == "commencement looked for on 2026-01-15: every 3 months"


def test_without_periods_nothing_is_due(run: Run) -> None:
    assert _review(run, "2099-01-01") == {"policy": None, "asked": 0, "due": [], "next_due": None}


def test_a_period_that_is_not_whole_is_refused(house: House) -> None:
    review = REVIEW.replace("6 months", "1.5 months")
    house.edit("rules/rulebook.yaml", ("format: 1\n", f"format: 1\n{review}"))
    with pytest.raises(InvalidRulebook, match="is not a whole period"):
        house.rulebook()


def _review(run: Run, as_of: str) -> Any:
    return json.loads(run("rules", "coverage", "--as-of", as_of, "--format", "json").out)["review"]


def test_confidence_words_are_those_of_the_vocabulary(run: Run) -> None:
    data = json.loads(run("rules", "coverage", "--format", "json").out)
    assert data["frameworks"][0]["citations"] == {
        **{each.value: 0 for each in Confidence},
        "verified": 6,
        "all": 6,
    }
