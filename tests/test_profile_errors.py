"""Mistakes in a profile: each is pointed at, says what to do, and is reported once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from lantern import PROFILE, House

from readiness.errors import ExitCode, InvalidProfile, Problem
from readiness.model.facts import FactRef
from readiness.model.profile import State
from readiness.profile.load import load_profile

COUNCIL = "council: {name: Lampton, code: E06009901, kind: unitary, region: north-east}\n"
LIT = "lamp.lit: yes"
PERIODS = "'{}' is not a period: write a year (2025)"


def problems(house: House, path: Path | None = None) -> tuple[Problem, ...]:
    rulebook = house.rulebook()
    with pytest.raises(InvalidProfile) as refused:
        load_profile(path or house.profile, rulebook)
    assert refused.value.exit_code is ExitCode.PROFILE
    for problem in refused.value.problems:
        if problem.line:
            lines = Path(problem.file).read_text(encoding="utf-8-sig").split("\n")
            assert problem.text == lines[problem.line - 1].rstrip("\r")
            assert problem.column + problem.length - 1 <= len(problem.text)
        assert problem.message
        assert not problem.message.endswith(".")
    return refused.value.problems


def underlined(problem: Problem) -> str:
    return problem.text[problem.column - 1 : problem.column - 1 + problem.length]


# what stands there, what is written instead, what is underlined, message, help
MISTAKES = {
    "no colon": ("facts:", "facts", "facts", "this line has no colon", "write 'key: value'"),
    "unknown section": (
        "\nevidence:", "\nevidense:", "evidense", "unknown key 'evidense'",
        "did you mean 'evidence'?"),
    "nobody's": (COUNCIL, "", "as_of", "the profile does not say whose it is", "add 'council:"),
    "council as text": (
        COUNCIL, "council: Lampton\n", "Lampton", "this takes a group of keys", "'name: …'"),
    "council's code": (
        "E06009901", "E060", "E060", "'E060' is not the code of a council", "E06000001"),
    "council's kind": (
        "kind: unitary,", "kind: unitry,", "unitry",
        "'unitry' is not one of: county, unitary, metropolitan, london borough",
        "did you mean 'unitary'?"),
    "evaluation date in words": (
        "as_of: 2026-01-01", "as_of: today", "today", "'today' is not a date", "2026-10-31"),
    "31 February": (
        "as_of: 2026-01-01", "as_of: 2026-02-31", "2026-02-31",
        "'2026-02-31' is not a date: February 2026 has 28 days", "write a day that exists"),
    "unknown fact": (
        LIT, "lamp.lti: yes", "lamp.lti", "unknown fact 'lamp.lti'", "did you mean 'lamp.lit'?"),
    "unknown fact in capitals": (
        LIT, "Lamp.Lit: yes", "Lamp.Lit", "unknown fact 'Lamp.Lit'", "did you mean 'lamp.lit'?"),
    "unknown fact like no other": (
        LIT, "stove.hot: yes", "stove.hot", "unknown fact 'stove.hot'", "readiness facts list"),
    "unknown fact below a good one": (
        LIT, "lamp: {lti: yes}", "lti", "unknown fact 'lamp.lti'", "did you mean 'lamp.lit'?"),
    "yes in quotes": (
        LIT, "lamp.lit: 'yes'", "'yes'", "'yes' in quotes is text", "take the quotes away"),
    "YES": (LIT, "lamp.lit: YES", "YES", "'YES' is not safe without quotes", "write yes or no"),
    "1 for yes": (LIT, "lamp.lit: 1", "1", "'1' is neither yes nor no", "yes, no or unknown"),
    "nothing": (LIT, "lamp.lit:", "lamp.lit", "'lamp.lit' has no value", "write a value"),
    "left out without reasons": (
        "period: 2025, evidence", "left_out: 3, evidence", "3",
        "'left_out' takes reasons, each with a count", "such as {no date is recorded: 3}"),
    "left out in words": (
        "period: 2025, evidence", "left_out: {no date: some}, evidence", "some",
        "'some' is not a count", "write a whole number"),
    "share without its sign": (
        "20/80", "0.464", "0.464", "0.464 could be a share or a percentage", "write 46.4%"),
    "percentage without its sign": (
        "20/80", "46.4", "46.4", "46.4 could be a share or a percentage", "write 46.4%"),
    "more than all": ("20/80", "120%", "120%", "120% is more than the whole", "0% and 100%"),
    "part and whole exchanged": (
        "20/80", "80/20", "80/20", "80 of 20: the part is larger than the whole", "comes first"),
    "share in words": ("20/80", "most", "most", "'most' is not a share", "write 46.4% or"),
    "count in words": (
        "lamp.children: 80", "lamp.children: eighty", "eighty", "'eighty' is not a count", "12"),
    "count with a comma": (
        "lamp.children: 80", "lamp.children: '1,200'", "'1,200'", "'1,200' is not a count",
        "write 1200 without quotes or commas"),
    "count below none": (
        "lamp.children: 80", "lamp.children: -3", "-3", "a count cannot be negative", "0 or more"),
    "duration without a unit": (
        "14 weeks", "14", "14", "'14' is not a duration: it has no unit", "such as 14 weeks"),
    "duration in another unit": (
        "14 weeks", "3 months", "3 months", "'3 months' is in months; this fact is in weeks",
        "never converted"),
    "duration in no unit": (
        "14 weeks", "14 weaks", "14 weaks", "'14 weaks': a duration needs a unit", "14 weeks"),
    "half a share": (
        "denominator: 90, ", "", "{numerator: 60, period: 2025, evidence: [log]}",
        "'denominator' is missing", "add 'denominator:'"),
    "misspelt numerator": (
        "numerator:", "numerater:", "numerater", "unknown key 'numerater'",
        "did you mean 'numerator'?"),
    "numerator in words": (
        "numerator: 60", "numerator: sixty", "sixty", "'sixty' is not a count", "whole number"),
    "share given twice": (
        "numerator: 60", "value: 66%, numerator: 60", "66%", "the share is given twice",
        "keep numerator and denominator"),
    "period in words": (
        "period: 2025", "period: last year", "last year", PERIODS.format("last year"),
        "such as 2025-09-01/2026-08-31"),
    "period backwards": (
        "period: 2025", "period: 2025-12-31/2025-01-01", "2025-12-31/2025-01-01",
        "a period cannot end on 1 January 2025, before it starts", "2025-09-01/2026-08-31"),
    "unknown evidence": (
        "evidence: [log]", "evidence: [lgo]", "lgo", "no evidence item is called 'lgo'",
        "add it under 'evidence', or write none"),
    "number for evidence": (
        "evidence: [log]", "evidence: 3", "3", "'evidence' takes ids of evidence items", "or none"),
    "dated 31 February": (
        LIT, "lamp.lit: {value: yes, dated: 2025-02-31}", "2025-02-31",
        "'2025-02-31' is not a date: February 2025 has 28 days", "write a day that exists"),
    "dated in words": (
        LIT, "lamp.lit: {value: yes, dated: soon}", "soon", "'soon' is not a date", "2026-10-31"),
    "value and doubt": (
        LIT, "lamp.lit: {value: yes, unknown: so}", "{value: yes, unknown: so}",
        "'lamp.lit' is given in two ways: value, unknown", "keep one of them"),
    "no value": (
        LIT, "lamp.lit: {dated: 2025-01-01}", "{dated: 2025-01-01}",
        "there is no value for 'lamp.lit'", "give one of: value, unknown"),
    "it always applies": (
        LIT, "lamp.lit: {not_applicable: no lamps}", "no lamps", "'lamp.lit' applies everywhere",
        "write unknown if it is not known"),
    "it does not apply, and why?": (
        LIT, "room.wait: {attic: {not_applicable: yes}}", "yes", "say why it does not apply",
        "not_applicable: reason"),
    "one value for a family": (
        LIT, "room.wait: 3 weeks", "3 weeks", "'room.wait' holds one value for each room",
        "write {hall: …}, one for each room"),
    "unknown member": (
        LIT, "room.wait: {atic: 3 weeks}", "atic", "no room is called 'atic'",
        "did you mean 'attic'?"),
    "two kinds of period in a series": (
        LIT, "lamp.rate: {series: {2025-Q1: 1, 2025-03: 2}}", "2025-03",
        "'2025-03' and '2025-Q1' are different kinds", "use one kind of period in a series"),
    "fifth quarter": (
        LIT, "lamp.rate: {series: {2025-Q5: 1}}", "2025-Q5", PERIODS.format("2025-Q5"), "2025-Q1"),
    "words in a series": (
        LIT, "lamp.rate: {series: {2025-Q1: one}}", "one", "'one' is not a rate", "such as 42.1"),
    "empty series": (
        LIT, "lamp.rate: {series: {}}", "{}", "a series takes values by period", "2025-Q1: 42.1"),
    "period of a series": (
        LIT, "lamp.rate: {series: {2025-Q1: 1}, period: 2025}", "2025",
        "a series has its periods in its keys", "take 'period' away"),
    "series of yes and no": (
        LIT, "lamp.lit: {series: {2025-Q1: yes}}", "series", "unknown key 'series'",
        "the keys here are: value, unknown"),
    "unknown choice": (
        LIT, "lamp.grade: fien", "fien", "'fien' is not one of: poor, fair, fine",
        "did you mean 'fine'?"),
    "number for text": (LIT, "lamp.name: 7", "7", "'7' is not text", "put text in quotes"),
    "word for a list": (
        LIT, "lamp.worries: waiting", "waiting", "'waiting' is not a list", "[one thing, another"),
    "survey of nobody": (
        LIT, "lamp.views: 61%", "61%", "a survey result needs its respondents", "respondents: 212"),
    "more answers than questions": (
        LIT, "lamp.views: {value: 61%, respondents: 100, asked: 10}", "10",
        "more answered (100) than were asked (10)", "how many people the survey went to"),
    "survey that went to fewer than nobody": (
        LIT, "lamp.views: {value: 61%, respondents: 15, asked: -3}", "-3",
        "a count cannot be negative", "write 0 or more"),
    "survey without its sign": (
        LIT, "lamp.views: {value: 0.61, respondents: 100}", "0.61",
        "0.61 could be a share or a percentage", "write 61%"),
    "judgement in a word": (
        LIT, "lamp.judged: mostly", "mostly", "a judgement needs four parts", "{stands: mostly"),
    "judgement of no kind": (
        LIT, "lamp.judged: {stands: yes, by: Keeper}", "yes",
        "yes is not one of: not_yet, partly, mostly, fully", ""),
    "date in words": (
        LIT, "lamp.checked: January 2025", "January 2025", "'January 2025' is not a date",
        "write 2026-10-31, not_yet or unknown"),
    "date as spoken": (
        LIT, "lamp.checked: 31/12/2025", "31/12/2025", "'31/12/2025' is not a date as dates are",
        "write dates as 2025-12-31"),
    "conflict of one": (
        LIT, "lamp.lit: {conflicting: [yes]}", "{conflicting: [yes]}",
        "'conflicting' takes a list of two or more statements", "such as {conflicting: ["),
    "kind of evidence": (
        "statutory return", "statutory retrun", "statutory retrun",
        "'statutory retrun' is not one of: statutory return, published statistic",
        "did you mean 'statutory return'?"),
    "evidence of nothing": (
        "    title: The log of the lamps\n", "", "log", "'title' is missing", "add 'title:'"),
    "evidence not dated": (
        "    dated: 2025-12-20\n", "", "log", "'dated' is missing", "add 'dated:'"),
    "evidence that serves no request": (
        "lantern/ax-1", "lantern/ax-2", "lantern/ax-2",
        "no request item is called 'lantern/ax-2'", "did you mean 'lantern/ax-1'?"),
    "plan for an unknown expectation": (
        "addresses: [LAN-01]", "addresses: [LAN-1]", "LAN-1", "no expectation is called 'LAN-1'",
        "did you mean 'LAN-01'?"),
    "plan for one word": (
        "[LAN-01]", "LAN-01", "LAN-01", "this takes a list", "or write [one, two]"),
    "status": (
        "on track", "on trak", "on trak", "'on trak' is not one of: not started, on track",
        "did you mean 'on track'?"),
    "due in June": (
        "due: 2026-06-30", "due: June", "June", "'June' is not a date", "2026-10-31"),
    "plan that shows in nothing": (
        "{fact: lamp.on_time, reaches", "{fact: lamp.ontime, reaches", "lamp.ontime",
        "unknown fact 'lamp.ontime'", "did you mean 'lamp.on_time'?"),
    "plan that reaches nothing": (
        "reaches: 90%", "reaches: 0.9", "0.9", "0.9 could be a share or a percentage", "write 90%"),
    "misspelt reaches": (
        "reaches: 90%", "reches: 90%", "reches", "unknown key 'reches'", "did you mean 'reaches'?"),
    "plan that shows in a list": (
        "{fact: lamp.on_time, reaches: 90%, by: 2026-12-31}", "[lamp.on_time]", "[lamp.on_time]",
        "this takes text, not a list or a group of keys", "write it on one line"),
    "plan to do nothing": (
        "    do: Buy a second lamp\n", "", "id", "'do' is missing", "add 'do:'"),
}  # fmt: skip

# what is added at the end, and as above
ADDED = {
    "section twice": ("plan: []\n", "plan", "the key 'plan' is here twice", "keep one of them"),
    "standard in another unit": (
        "standards:\n  LAN-04.longest: {value: 3 months, agreed_by: Board, dated: 2025-01-01}\n",
        "3 months", "'3 months' is in months; this fact is in weeks", "give it in weeks"),
    "standard nobody asks for": (
        "standards:\n  LAN-04.longst: {value: 3 weeks, agreed_by: Board, dated: 2025-01-01}\n",
        "LAN-04.longst", "no rule asks for the standard 'LAN-04.longst'",
        "did you mean 'LAN-04.longest'?"),
    "standard of the law": (
        "standards:\n  LAN-01.on_time: {value: 90%, agreed_by: Board, dated: 2025-01-01}\n",
        "LAN-01.on_time", "'LAN-01.on_time' is not the council's to set: it rests on law",
        "take it away"),
    "standard nobody agreed": (
        "standards:\n  LAN-04.longest: {value: 12 weeks, dated: 2025-01-01}\n",
        "LAN-04.longest", "'agreed_by' is missing", "add 'agreed_by:'"),
    "standard as a value": (
        "standards:\n  LAN-04.longest: 12 weeks\n", "12 weeks", "this takes a group of keys",
        "such as 'value: …'"),
    "acceptance of nothing": (
        "acceptances:\n  - {expectation: LAN-9, by: Head, reason: so, until: 2026-02-01}\n",
        "LAN-9", "no expectation is called 'LAN-9'", "see: readiness rules list"),
    "acceptance without a reason": (
        "acceptances:\n  - {expectation: LAN-01, by: Head, until: 2026-02-01}\n",
        "{expectation: LAN-01, by: Head, until: 2026-02-01}", "'reason' is missing",
        "add 'reason:'"),
    "acceptance as a group": (
        "acceptances:\n  LAN-01: so\n", "LAN-01", "this takes a list", "write [] if there is none"),
    "claim about an unknown fact": (
        "self_evaluation:\n  dated: 2025-06-30\n  claims:\n    - {fact: lamp.ontime}\n",
        "lamp.ontime", "unknown fact 'lamp.ontime'", "did you mean 'lamp.on_time'?"),
    "claim about an unknown criterion": (
        "self_evaluation:\n  dated: 2025-06-30\n  claims:\n    - {criterion: lantern/lihgt}\n",
        "lantern/lihgt", "no criterion is called 'lantern/lihgt'", "did you mean 'lantern/light'?"),
    "acceptance for no reason": (
        "acceptances:\n  - {expectation: LAN-01, by: Head, reason: ' ', until: 2026-02-01}\n",
        "' '", "there is no text here", "write it, or take the line away"),
    "day as a number": (
        "self_evaluation: {dated: 0}\n", "0", "'0' is not a date", "write a day as 2026-10-31"),
    "day with an hour": (
        "self_evaluation: {dated: '2025-06-30T00:00:00'}\n", "'2025-06-30T00:00:00'",
        "'2025-06-30T00:00:00' is not a date", "write a day as 2026-10-31"),
    "claim about nothing": (
        "self_evaluation:\n  dated: 2025-06-30\n  claims:\n    - {rated: strength}\n",
        "{rated: strength}", "a claim is about a fact or about a criterion", "not both"),
    "figure of nowhere": (
        "context:\n  lamp.late: {place: engalnd, value: 6%, period: 2024, published: 2025-06-01, "
        "source: x}\n", "engalnd", "'engalnd' is not one of: england, region, neighbours",
        "did you mean 'england'?"),
    "figure without its sign": (
        "context:\n  lamp.late: {place: england, value: 6, period: 2024, published: 2025-06-01, "
        "source: x}\n", "6", "6 could be a share or a percentage", "write 6%"),
    "one figure for all neighbours": (
        "context:\n  lamp.late: {place: neighbours, values: 6%, period: 2024, "
        "published: 2025-06-01, source: x}\n", "6%", "'values' takes a list of figures",
        "one for each neighbour"),
    "neighbours without figures": (
        "context:\n  lamp.late: {place: neighbours, values: [], period: 2024, "
        "published: 2025-06-01, source: x}\n", "[]", "'values' takes a list of figures",
        "one for each neighbour"),
    "misspelt value": (
        "context:\n  lamp.late: {place: england, vlaue: 6%, period: 2024}\n",
        "vlaue", "unknown key 'vlaue'", "did you mean 'value'?"),
    "figure never published": (
        "context:\n  lamp.late: {place: england, value: 6%, period: 2024, published: soon, "
        "source: x}\n", "soon", "'soon' is not a date", "2025-06-26"),
    "some withheld": (
        "context:\n  lamp.late: {place: england, value: 6%, period: 2024, published: 2025-06-01, "
        "source: x, withheld: some}\n", "some", "'some' is not a count", "whole number"),
    "figure of an unknown member": (
        "context:\n  room.seen: {place: england, value: 6%, period: 2024, published: 2025-06-01, "
        "source: x, for: atic}\n", "atic", "no room is called 'atic'", "did you mean 'attic'?"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_pointed_at_once(
    house: House, mistake: tuple[str, str, str, str, str]
) -> None:
    old, new, where, message, help = mistake
    house.edit("profile.yaml", (old, new))
    (problem,) = problems(house)
    assert underlined(problem) == where
    assert problem.message.startswith(message)
    assert help in problem.help


@pytest.mark.parametrize("mistake", ADDED.values(), ids=ADDED.keys())
def test_a_mistake_in_a_section_that_is_added(
    house: House, mistake: tuple[str, str, str, str]
) -> None:
    added, where, message, help = mistake
    house.write("profile.yaml", PROFILE + added)
    (problem,) = problems(house)
    assert underlined(problem) == where
    assert problem.message.startswith(message)
    assert help in problem.help


def test_everything_wrong_is_said_at_once(house: House) -> None:
    house.edit(
        "profile.yaml",
        ("lamp.lit: yes", "lamp.lit: 'yes'"),
        ("14 weeks", "14"),
        ("kind: statutory return", "kind: statutory retrun"),
        ("addresses: [LAN-01]", "addresses: [LAN-1]"),
    )
    assert [(p.line, underlined(p)) for p in problems(house)] == [
        (4, "'yes'"),
        (8, "14"),
        (13, "statutory retrun"),
        (18, "LAN-1"),
    ]


def test_mistakes_in_several_files_are_said_at_once(house: House) -> None:
    house.write("p/a.yaml", COUNCIL + "as_of: soon\n")
    house.write("p/b.yaml", "facts:\n  lamp.lit: 'yes'\n")
    house.write("p/c.yaml", "plan:\n  - {id: P-1, do: x, addresses: [LAN-9]}\n")
    found = problems(house, house.folder / "p")
    assert [(Path(p.file).name, underlined(p)) for p in found] == [
        ("a.yaml", "soon"),
        ("b.yaml", "'yes'"),
        ("c.yaml", "LAN-9"),
    ]


# ---- several files


def test_header_keys_stand_in_one_file_only(house: House) -> None:
    house.write("p/a.yaml", PROFILE)
    house.write("p/b.yaml", "council: {name: Other}\nas_of: 2026-01-02\n")
    first = (house.folder / "p/a.yaml").as_posix()
    assert [(underlined(p), p.message, p.help) for p in problems(house, house.folder / "p")] == [
        (
            "council",
            "'council' is given twice",
            f"it stands already in {first}:1; keep one of them",
        ),
        ("as_of", "'as_of' is given twice", f"it stands already in {first}:2; keep one of them"),
    ]


def test_ids_of_evidence_plan_and_standards_are_given_once(house: House) -> None:
    standard = "standards:\n  LAN-04.longest: {value: 9 weeks, agreed_by: B, dated: 2025-01-01}\n"
    house.write("p/a.yaml", PROFILE + standard)
    house.write(
        "p/b.yaml",
        "evidence:\n  log: {title: x, kind: audit, dated: 2025-01-01}\n"
        "plan:\n  - {id: P-1, do: x}\n" + standard,
    )
    found = problems(house, house.folder / "p")
    assert [p.message for p in found] == [
        "the evidence item 'log' is given twice",
        "the plan entry 'P-1' is given twice",
        "the standard 'LAN-04.longest' is given twice",
    ]
    assert [p.help.split("a.yaml:")[1] for p in found] == [
        "11; keep one of them",
        "17; keep one of them",
        "25; keep one of them",
    ]


def test_the_same_fact_in_two_files_is_a_conflict_with_both_places(house: House, run: Run) -> None:
    house.write("p/a.yaml", PROFILE)
    house.write("p/b.yaml", "facts:\n  lamp.lit: no\n")
    profile = load_profile(house.folder / "p", house.rulebook())
    assert [entry.place for entry in profile.facts[FactRef("lamp.lit")]] == [
        "a.yaml, line 4",
        "b.yaml, line 2",
    ]
    ran = run("explain", "LAN-03", "p")
    assert ran.out.startswith("UNKNOWN")
    assert "sources disagree" in ran.out
    assert "yes (a.yaml, line 4)" in ran.out
    assert "no (b.yaml, line 2)" in ran.out


def test_dotted_and_nested_keys_are_the_same_fact(house: House) -> None:
    house.edit("profile.yaml", ("  lamp.lit: yes\n", "  lamp.lit: yes\n  lamp: {lit: no}\n"))
    entries = house.load().facts[FactRef("lamp.lit")]
    assert [entry.points[0].value for entry in entries] == [True, False]


@pytest.mark.parametrize("ending", ["yml", "YML", "YAML"])
def test_a_file_with_another_ending_is_not_passed_over(house: House, ending: str) -> None:
    house.write("p/a.yaml", PROFILE)
    house.write(f"p/b.{ending}", "facts: {lamp.lit: no}\n")
    (problem,) = problems(house, house.folder / "p")
    assert problem.message == f"files that end in '.{ending}' are not read"
    assert problem.help == "name it b.yaml"


def test_a_folder_without_a_profile(house: House) -> None:
    house.write("p/notes.txt", "Buy oil")
    house.write("q/scenario.yaml", "title: nothing yet\n")
    for folder in ("p", "q"):
        (problem,) = problems(house, house.folder / folder)
        assert problem.message == "no profile is in this folder"
        assert problem.help == "a profile is a .yaml file, or a folder of them"


def test_a_path_that_is_not_there(house: House) -> None:
    (problem,) = problems(house, house.folder / "nowhere.yaml")
    assert problem.message == "there is no such file or folder"
    assert problem.help.startswith("name a profile file, or a folder of them")


def test_a_folder_that_holds_a_scenario_means_its_profile(house: House) -> None:
    house.write("s/scenario.yaml", "title: x\n")
    house.write("s/profile.yaml", PROFILE)
    house.write("t/scenario.yaml", "title: x\n")
    house.write("t/profile/a.yaml", PROFILE)
    for folder in ("s", "t"):
        assert load_profile(house.folder / folder, house.rulebook()).council.name == "Lampton"


# ---- files that are no profile


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: b"", "the file is empty"),
        (lambda: b"# nothing yet\n", "the file is empty"),
        (lambda: b"- a\n- b\n", "a file must hold keys with values"),
        (lambda: b"PK\x03\x04\x00\x00", "this is not a text file"),
        (lambda: "council: {name: Café}".encode("cp1252"), "byte 0xE9 is not UTF-8 text"),
        (lambda: "council: {name: Cafe}".encode("utf-16"), "this file is saved as UTF-16"),
        (lambda: b"why: so\n" * 700_000, "this file is larger than 5 MB"),
        (lambda: b"a: b\n---\nc: d\n", "a second document starts here"),
    ],
    ids=["empty", "comment", "list", "binary", "Windows-1252", "UTF-16", "large", "two"],
)
def test_a_file_that_is_no_profile(
    house: House, content: Callable[[], bytes], message: str
) -> None:
    house.write("profile.yaml", content())
    with pytest.raises(InvalidProfile) as refused:
        load_profile(house.profile, house.rulebook())
    (problem,) = refused.value.problems
    assert problem.message.startswith(message)
    assert problem.help


def test_of_a_very_large_file_little_is_read(house: House) -> None:
    with house.profile.open("wb") as file:
        file.truncate(100_000_000)  # a hole: it takes no room on most disks
    (problem,) = problems(house)
    assert problem.message == "this file is larger than 5 MB"


def test_aliases_cannot_grow(house: House) -> None:
    lines = [
        "a: &a [x, x]",
        *(f"{b}: &{b} [*{a}, *{a}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
    ]
    house.write("profile.yaml", "\n".join(lines) + "\n")
    assert "YAML's anchors are not used here" in problems(house)[0].message


def test_a_file_that_may_not_be_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    rulebook = house.rulebook()

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidProfile) as refused:
        load_profile(house.profile, rulebook)
    (problem,) = refused.value.problems
    assert problem.message == "this file may not be read by you"


def test_windows_line_ends_and_a_byte_order_mark(house: House) -> None:
    expected = house.load()
    house.write("profile.yaml", b"\xef\xbb\xbf" + PROFILE.replace("\n", "\r\n").encode())
    assert house.load() == expected


# ---- what is no mistake


def test_one_broken_evidence_item_is_not_missed_where_it_is_cited(house: House) -> None:
    house.edit("profile.yaml", ("dated: 2025-12-20", "dated: soon"))
    assert [underlined(p) for p in problems(house)] == ["soon"]
    house.write(
        "profile.yaml",
        COUNCIL + "facts: {lamp.lit: {value: yes, evidence: [log]}}\nevidence: [log]\n",
    )
    assert [underlined(p) for p in problems(house)] == ["[log]"]


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("lamp.lit: unknown", State.UNKNOWN),
        ("lamp.lit: {unknown: nobody looked}", State.UNKNOWN),
        ("lamp.lit: {suppressed: c}", State.SUPPRESSED),
        ("lamp.lit: {not_collected: z}", State.NOT_COLLECTED),
        ("lamp.lit: {unreadable: '31/02/2026'}", State.UNREADABLE),
    ],
)
def test_markers_are_no_values(house: House, written: str, state: State) -> None:
    house.edit("profile.yaml", (LIT, written))
    (entry,) = house.load().facts[FactRef("lamp.lit")]
    assert entry.points[0].state is state
    assert entry.points[0].value is None


def test_it_may_not_apply_where_the_dictionary_says_so(house: House) -> None:
    house.edit("profile.yaml", (LIT, "room.wait: {attic: {not_applicable: there is no attic}}"))
    (entry,) = house.load().facts[FactRef("room.wait", "attic")]
    assert entry.points[0].state is State.NOT_APPLICABLE


def test_an_acceptance_with_a_bad_date_counts_as_lapsed_and_says_so(house: House, run: Run) -> None:
    house.write(
        "profile.yaml",
        PROFILE + "acceptances:\n  - {expectation: LAN-01, by: Head, reason: so, until: soon}\n",
    )
    ran = run("check", "profile.yaml", "--accepted-ok")
    assert ran.code == ExitCode.GAPS
    assert "counts as lapsed: 'soon' is not a day" in ran.out


GAP = "{expectation: LAN-01, by: Head, reason: so"
MET = "{expectation: LAN-03, by: Head, reason: so"
UNKNOWN = "{expectation: LAN-04, by: Head, reason: so"
HOLDS = "{expectation: LAN-01, by: Board, reason: so, until: 2026-01-01}"
LAPSES: dict[str, tuple[list[str], str | None]] = {
    "its last day counts": ([GAP + ", until: 2026-01-01}"], None),
    "a day later": (
        [GAP + ", until: 2025-12-31}"],
        "the acceptance of LAN-01 by Head lapsed on 31 December 2025; its gap is open again"),
    "another holds": (
        [GAP + ", until: 2025-12-31}", HOLDS],
        "the acceptance of LAN-01 by Head lapsed on 31 December 2025; "
        "that by Board holds until 1 January 2026"),
    "written before the one that lapsed": (
        [HOLDS, GAP + ", until: 2025-12-31}"],
        "the acceptance of LAN-01 by Head lapsed on 31 December 2025; "
        "that by Board holds until 1 January 2026"),
    "met": (
        [MET + ", until: 2025-12-31}"],
        "the acceptance of LAN-03 by Head lapsed on 31 December 2025; the expectation is met"),
    "not known": (
        [UNKNOWN + ", until: 2025-12-31}"],
        "the acceptance of LAN-04 by Head lapsed on 31 December 2025; "
        "whether its gap is still there is not known"),
    "no last day": (
        [GAP + "}"],
        "the acceptance of LAN-01 by Head counts as lapsed: it has no last day; "
        "its gap is open again"),
}  # fmt: skip


@pytest.mark.parametrize("case", LAPSES.values(), ids=list(LAPSES))
def test_a_lapse_is_announced_with_what_it_leaves(
    house: House, run: Run, case: tuple[list[str], str | None]
) -> None:
    accepted, notice = case
    lines = "".join(f"  - {one}\n" for one in accepted)
    house.write("profile.yaml", PROFILE + f"acceptances:\n{lines}")
    report = json.loads(run("check", "profile.yaml", "--format", "json").out)
    assert report["notices"] == ([notice] if notice else [])
    (shown,) = report["acceptances"]
    assert shown["lapsed"] is not (notice is None or "holds" in notice)
    verdict = next(f["verdict"] for f in report["findings"] if f["id"] == shown["expectation"])
    assert (
        verdict == {"LAN-01": "not_met", "LAN-03": "met", "LAN-04": "unknown"}[shown["expectation"]]
    )


def test_an_acceptance_without_a_last_day_is_shown_so(house: House, run: Run) -> None:
    house.write("profile.yaml", PROFILE + f"acceptances:\n  - {GAP}}}\n")
    report = json.loads(run("check", "profile.yaml", "--format", "json").out)
    assert report["acceptances"] == [
        {"expectation": "LAN-01", "by": "Head", "reason": "so", "until": None, "lapsed": True}
    ]
    assert "Head, without a last day: so (lapsed)" in run("check", "profile.yaml").out


def test_no_plan_is_not_silence(house: House) -> None:
    house.write("profile.yaml", COUNCIL)
    assert house.load().plan is None
    house.write("profile.yaml", COUNCIL + "plan: []\n")
    assert house.load().plan == ()


# ---- what looks personal


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("A123456789012", "a UPN"),
        ("943 476 5919", "an NHS number"),
        ("9434765919", "an NHS number"),
        ("NE99 1ZZ", "a postcode"),
        ("DOB 3/4/2015", "a date of birth"),
        ("a girl born 3 April 2015", "a date of birth"),
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        "    do: Buy a lamp for {}\n",
        "    do: Buy a lamp\n    # for {}\n",
        "    do: >-\n      Buy a lamp\n      for {}\n",
    ],
    ids=["value", "comment", "block"],
)
def test_personal_looking_text_is_warned_of_and_not_repeated(
    house: House, run: Run, text: str, what: str, place: str
) -> None:
    house.edit("profile.yaml", ("    do: Buy a second lamp\n", place.format(text)))
    ran = run("profile", "check", "profile.yaml")
    assert ran.code == ExitCode.OK
    assert f"this looks like {what}" in ran.err
    assert ran.err.startswith("warning: profile.yaml:")
    assert "take it out" in ran.err
    assert text not in ran.err + ran.out


def test_an_ordinary_profile_looks_like_nobody(run: Run) -> None:
    ran = run("profile", "check", "profile.yaml")
    assert ran.err == ""
    assert ran.out.startswith("Lampton: the profile can be used; ")
