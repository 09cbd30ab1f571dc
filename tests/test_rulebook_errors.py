"""Mistakes in a rulebook: each is pointed at, says what to do, and is reported once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lantern import COVERAGE, FILES, FRAMEWORK, ISSUES, House, page

from readiness.errors import ExitCode, InvalidRulebook, Problem
from readiness.rulebook.chaining import find_cycles

VISITS = "lantern/light/LAN-01.yaml"
SEEN = "lantern/light/LAN-02.yaml"
LIT = "lantern/light/LAN-03.yaml"
WAIT = "lantern/warmth/LAN-04.yaml"
RESTS = "lantern/warmth/LAN-05.yaml"
LATE = "lantern/warmth/LAN-06.yaml"
FACTS = "facts/lamps.yaml"
STATS = "benchmarks/lamp-stats-2025.yaml"

ON_TIME = "{fact: lamp.on_time, at_least: {threshold: on_time}}"
LAMP_LIT = "{fact: lamp.lit, is: yes}"
HISTORY = "- {from: 2010-01-01, value: 100%}"
DATES = "each value holds from its 'from' to its 'until' or the next 'from'"


def problems(house: House) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRulebook) as refused:
        house.rulebook()
    assert refused.value.exit_code is ExitCode.RULEBOOK
    for problem in refused.value.problems:
        points_into_its_file(house.folder, problem)
    return refused.value.problems


def points_into_its_file(folder: Path, problem: Problem) -> None:
    """Check that the line shown is the line of the file, and that the caret stands under it."""
    if problem.line:
        lines = (folder / problem.file).read_text(encoding="utf-8-sig").split("\n")
        assert problem.text == lines[problem.line - 1].rstrip("\r")
        assert problem.column + problem.length - 1 <= len(problem.text)
        assert str(problem).startswith(f"{problem.file}:{problem.line}:{problem.column}: ")
    assert problem.message
    assert not problem.message.endswith(".")


def underlined(problem: Problem) -> str:
    return problem.text[problem.column - 1 : problem.column - 1 + problem.length]


# file, what stands there, what is written instead, what is underlined, message, help
MISTAKES = {
    "no colon": (
        VISITS, "kind: duty", "kind duty", "kind duty", "this line has no colon", "write 'key: v"),
    "open brace": (
        VISITS, ON_TIME, ON_TIME[:-1], "{", "this '{' is never closed", "add the missing '}'"),
    "unknown key": (
        VISITS, "thresholds:", "threshhold:", "threshhold",
        "unknown key 'threshhold'", "did you mean 'thresholds'?"),
    "unknown key instead of one that must be there": (
        VISITS, "    basis: law", "    basiss: law", "basiss",
        "unknown key 'basiss'", "did you mean 'basis'?"),
    "unknown key in a list": (
        VISITS, "value: 100%", "vaule: 100%", "vaule",
        "unknown key 'vaule'", "did you mean 'value'?"),
    "unknown key like no other": (
        VISITS, "basis: law", "basis: law\n    colour: red", "colour", "unknown key 'colour'",
        "the keys here are: basis, values, by, ask, because, source"),
    "missing key": (
        VISITS, "why: Children sleep better with a light.\n", "", "id", "'why' is missing",
        "add 'why:'"),
    "missing key in a citation": (
        VISITS, ", confidence: verified", "", "{source: lamp-act, at: section 1}",
        "'confidence' is missing", "add 'confidence:'"),
    "word of a closed list": (
        VISITS, "severity: high", "severity: hihg", "hihg",
        "'hihg' is not one of: critical, high, medium, low", "did you mean 'high'?"),
    "one word for a list": (
        VISITS, "[late-visits]", "late-visits", "late-visits",
        "this takes a list", "begin each item with '- '"),
    "list for text": (
        VISITS, "theme: lamps", "theme: [lamps]", "[lamps]",
        "this takes text, not a list or a group of keys", "write it on one line"),
    "yes for text": (
        VISITS, "theme: lamps", "theme: no", "no", "no is not text", "put it in quotes"),
    "number for text": (
        VISITS, "theme: lamps", "theme: 12", "12", "'12' is not text", "put it in quotes"),
    "day for a group": (
        VISITS, "in_force: {from: 2010-01-01}", "in_force: 2010-01-01", "2010-01-01",
        "this takes a group of keys", "put its keys on lines of their own"),
    "31 February": (
        VISITS, "in_force: {from: 2010-01-01}", "in_force: {from: 2010-02-31}", "2010-02-31",
        "'2010-02-31' is not a date: February 2010 has 28 days", "write a day that exists"),
    "no day at all": (
        VISITS, "in_force: {from: 2010-01-01}", "in_force: {from: soon}", "soon",
        "'soon' is not a date", "write a day as 2026-10-31"),
    "start as a number": (
        VISITS, "in_force: {from: 2010-01-01}", "in_force: {from: 0}", "0",
        "'0' is not a date", "write a day as 2026-10-31"),
    "not commenced, and never looked": (
        VISITS, "in_force: {from: 2010-01-01}", "in_force: {from: not_commenced}", "in_force",
        "what is not commenced needs 'enacted' and 'checked_on'", "enacted: 2026-04-29"),
    "duration without a unit": (
        VISITS, "within: 4 weeks", "within: 4", "4",
        "'4': a duration needs a unit: days, weeks, months, years or working days", "12 weeks"),
    "duration in an unknown unit": (
        VISITS, "within: 4 weeks", "within: 4 wks", "4 wks",
        "'4 wks': a duration needs a unit: days, weeks, months, years or working days", "12 weeks"),
    "other format": (
        "rulebook.yaml", "format: 1", "format: 2", "2",
        "this is of format 2; this version of readiness reads format 1",
        "bring readiness up to date"),
    "duty without force": (
        VISITS, "force: must\n", "", "duty", "a duty needs 'force'", "add 'force: must'"),
    "force without duty": (
        SEEN, "kind: impact", "kind: impact\nforce: must", "must",
        "only a duty has 'force'", "take 'force' away"),
    "id that is none": (
        VISITS, "id: LAN-01", "id: lan_01", "lan_01", "'lan_01' is not an id",
        "such as SEND-EHC-001"),
    "id that is not the file's name": (
        VISITS, "id: LAN-01", "id: LAN-11", "LAN-11",
        "the id 'LAN-11' is not the file's name", "write 'id: LAN-01', or rename the file"),
    "framework that is not the folder's name": (
        "lantern/framework.yaml", "id: lantern", "id: lamp", "lamp",
        "the id 'lamp' is not the folder's name", "write 'id: lantern', or rename the folder"),
    "coverage by an unknown expectation": (
        "lantern/coverage.yaml", "checked_by: [LAN-01]\nv", "checked_by: [LAN-99]\nv", "LAN-99",
        "no expectation is called 'LAN-99'", "there are: LAN-01"),
    "coverage that says nothing": (
        "lantern/coverage.yaml", "  why_not: Nobody counts it.\n", "", "lamp-oil",
        "this says neither what checks it nor why nothing does", "add 'checked_by: [ID]'"),
    "key that is there twice": (
        FACTS, "lamp.children:", "lamp.lit:", "lamp.lit",
        "the key 'lamp.lit' is here twice: the first is on line 1", "keep one of them"),
    "id inside a fact": (
        FACTS, "lamp.lit:\n", "lamp.lit:\n  id: x\n", "id", "'id' is not written here",
        "take this"),
    "a fact of one word": (
        FACTS, "lamp.lit:\n", "lamp.lux: 3\nlamp.lit:\n", "3",
        "this takes a group of keys", "such as 'title: …'"),
    "unknown unit": (
        FACTS, "of: visits", "of: visit", "visit", "no unit is called 'visit'",
        "did you mean 'visits'?"),
    "unknown vocabulary": (
        FACTS, "of: worries", "of: worrys", "worrys",
        "no vocabulary is called 'worrys'", "did you mean 'worries'?"),
    "unknown dimension of a fact": (
        FACTS, "for_each: room", "for_each: romo", "romo",
        "no dimension is called 'romo'", "did you mean 'room'?"),
    "count of nothing": (
        FACTS, "  of: children\n", "", "lamp.children",
        "'lamp.children' does not say what is counted", "add 'of:'"),
    "date of something": (
        FACTS, "type: date\n", "type: date\n  of: lamps\n", "lamps", "a date has no 'of'",
        "take it away"),
    "choice of nothing": (
        FACTS, "  values: [poor, fair, fine]\n", "", "lamp.grade",
        "'lamp.grade' does not say what the choices are", "add 'values: [this, that]'"),
    "choice between yes and no": (
        FACTS, "[poor, fair, fine]", "[poor, 'no', fine]", "'no'",
        "a choice cannot have the value 'no'", "use another word"),
    "better of a text": (
        FACTS, "type: text\n", "type: text\n  better: higher\n", "higher",
        "a text has no better and worse", "take 'better' away"),
    "unknown release": (
        FACTS, "release: lamp-stats", "release: lamp-stat", "lamp-stat",
        "no source is called 'lamp-stat'", "did you mean 'lamp-stats'?"),
    "unknown source": (
        VISITS, "source: lamp-act", "source: lamp-acts", "lamp-acts",
        "no source is called 'lamp-acts'", "did you mean 'lamp-act'?"),
    "unknown framework": (
        VISITS, "framework: lantern", "framework: lantren", "lantren",
        "no framework is called 'lantren'", "did you mean 'lantern'?"),
    "unknown criterion": (
        VISITS, "criterion: light", "criterion: lihgt", "lihgt",
        "no criterion is called 'lihgt'", "did you mean 'light'?"),
    "unknown criterion elsewhere": (
        VISITS, "kind: duty", "also: [lantern/warmht]\nkind: duty", "lantern/warmht",
        "no criterion is called 'lantern/warmht'", "did you mean 'lantern/warmth'?"),
    "unknown issue": (
        VISITS, "[late-visits]", "[late-visit]", "late-visit",
        "no issue is called 'late-visit'", "did you mean 'late-visits'?"),
    "unknown fact": (
        VISITS, ON_TIME, ON_TIME.replace("on_time,", "ontime,"), "lamp.ontime",
        "no fact is called 'lamp.ontime'", "did you mean 'lamp.on_time'?"),
    "unknown fact like no other": (
        LIT, LAMP_LIT, "{fact: stove.hot, is: yes}", "stove.hot",
        "no fact is called 'stove.hot'", "readiness facts list"),
    "unknown threshold": (
        VISITS, "{threshold: on_time}", "{threshold: ontime}", "ontime",
        "no threshold is called 'ontime'", "did you mean 'on_time'?"),
    "unknown dimension": (
        SEEN, "every: room", "every: rooms", "rooms",
        "no dimension is called 'rooms'", "did you mean 'room'?"),
    "unknown member": (
        LIT, LAMP_LIT, "{fact: room.seen, for: atic, at_least: 50%}", "atic",
        "no room is called 'atic'", "did you mean 'attic'?"),
    "no member": (
        LIT, LAMP_LIT, "{fact: room.seen, at_least: 50%}", "room.seen",
        "'room.seen' holds one value for each room", "put it inside 'every: room'"),
    "member of no family": (
        LIT, LAMP_LIT, "{fact: lamp.lit, for: attic, is: yes}", "attic",
        "'lamp.lit' is not held for each of anything", "take 'for' away"),
    "same test for each": (
        SEEN, "{fact: room.seen, at_least: {threshold: seen}}", LAMP_LIT, LAMP_LIT,
        "the test is the same for each room", "it needs a fact that is held for each room"),
    "unknown expectation": (
        RESTS, "finding: LAN-01", "finding: LAN-1", "LAN-1",
        "no expectation is called 'LAN-1'", "did you mean 'LAN-01'?"),
    "resting on doubt": (
        RESTS, "is: [met]", "is: [unknown]", "[unknown]",
        "a rule cannot rest on another being unknown", "name met, not_met or not_applicable"),
    "unknown verdict": (
        RESTS, "is: [met]", "is: [mett]", "[mett]", "'mett' is not a verdict",
        "did you mean 'met'?"),
    "no condition": (
        VISITS, "{fact: lamp.children, more_than: 0}", "yes", "yes",
        "a condition is a group of keys", "such as {fact:"),
    "unknown form": (
        LIT, "{fact: lamp.lit", "{fcat: lamp.lit", "fcat",
        "'fcat' does not begin a condition", "did you mean 'fact'?"),
    "unknown test": (
        LIT, LAMP_LIT, "{fact: lamp.score, at_leest: 1}", "at_leest",
        "'at_leest' is not a test", "did you mean 'at_least'?"),
    "test that does not fit": (
        LIT, "is: yes}", "at_least: yes}", "at_least",
        "'at_least' does not fit 'lamp.lit', which is a yes_no",
        "what fits: evidenced, is, is_not"),
    "no test": (LIT, ", is: yes}", "}", "{fact: lamp.lit}", "what is asked of 'lamp.lit'?",
    "is_not"),
    "two tests": (
        LIT, LAMP_LIT, "{fact: lamp.score, at_least: 1, at_most: 3}", "at_most",
        "one test at a time", "join two tests with 'all'"),
    "yes in quotes": (
        LIT, "is: yes}", "is: 'yes'}", "'yes'", "'yes' in quotes is text", "take the quotes away"),
    "share without its sign": (
        SEEN, "value: 50%", "value: 0.464", "0.464", "0.464 could be a share or a percentage",
        "write 46.4%"),
    "percentage without its sign": (
        SEEN, "value: 50%", "value: 46.4", "46.4", "46.4 could be a share or a percentage",
        "write 46.4%"),
    "more than the whole": (
        SEEN, "value: 50%", "value: 146%", "146%", "146% is more than the whole",
        "between 0% and 100%"),
    "other unit": (
        LIT, LAMP_LIT, "{fact: lamp.wait, at_most: 3 months}", "3 months",
        "'3 months' is in months; this fact is in weeks", "never converted"),
    "facts of different types": (
        LIT, LAMP_LIT, "{fact: lamp.wait, at_most: {fact: lamp.score}}", "lamp.score",
        "a duration cannot be compared with 'lamp.score', a number", "of one type and unit"),
    "word of no vocabulary": (
        LIT, LAMP_LIT, "{fact: lamp.worries, includes: nois}", "nois",
        "'nois' is not in the vocabulary 'worries'", "did you mean 'noise'?"),
    "affected by nobody": (
        LATE, "affected: lamp.late", "affected: lamp.name", "lamp.name",
        "'lamp.name' does not count anybody", "name a count"),
    "policy without because": (
        SEEN, "    because: Half is the least that anybody would call light.\n", "", "seen",
        "a policy choice needs 'because': why the number is defensible", "basis: local"),
    "local without ask": (
        WAIT, "    ask: What is the longest wait that your board has agreed?\n", "", "longest",
        "a local standard needs 'ask': the question to the council", "such as 'ask:"),
    "local with values": (
        WAIT, "    ask:", "    values: [{from: 2010-01-01, value: 3 weeks}]\n    ask:",
        "[{from: 2010-01-01, value: 3 weeks}]",
        "a local standard has no values: each council sets its own", "take 'values' away"),
    "law without values": (
        VISITS, f"    values:\n      {HISTORY}\n", "", "on_time",
        "a threshold based on law needs 'values'", "add 'values:'"),
    "standard without source": (
        SEEN, "basis: policy", "basis: standard", "seen",
        "a threshold based on a named standard needs 'source'", "sources.yaml"),
    "band without by": (
        VISITS, "value: 100%}", "value: 100%, below: 10}", "on_time",
        "bands ('below') need 'by': the fact that gives the size", "add 'by: {fact: …}'"),
    "by without band": (
        VISITS, "basis: law", "basis: law\n    by: {fact: lamp.children}", "{fact: lamp.children}",
        "'by' gives a size, but no value says for which sizes it holds", "add 'below: 100'"),
    "unused threshold": (
        VISITS, "{threshold: on_time}", "100%", "on_time",
        "the threshold 'on_time' is not used", "write {threshold: on_time} in the condition"),
    "value that ends before it begins": (
        VISITS, HISTORY, "- {from: 2010-01-01, until: 2009-12-31, value: 100%}", "2009-12-31",
        "'until' comes before 'from'", "'until' is the last day"),
    "two values on a day": (
        VISITS, HISTORY, "- {from: 2010-01-01, until: 2015-06-30, value: 90%}\n"
        "      - {from: 2015-06-30, value: 100%}", "2015-06-30",
        "two values hold on 30 June 2015", DATES),
    "two values from one day": (
        VISITS, HISTORY, f"{HISTORY}\n      - {{from: 2010-01-01, value: 90%}}", "2010-01-01",
        "two values begin on 1 January 2010", DATES),
    "days without a value": (
        VISITS, HISTORY, "- {from: 2010-01-01, until: 2015-06-30, value: 90%}\n"
        "      - {from: 2015-07-02, value: 100%}", "2015-07-02",
        "there is no value between 30 June 2015 and 2 July 2015", DATES),
    "no value at first": (
        VISITS, HISTORY, "- {from: 2010-01-02, value: 100%}", "2010-01-02",
        "there is no value from 1 January 2010 to 1 January 2010", DATES),
    "no value at last": (
        VISITS, HISTORY, "- {from: 2010-01-01, until: 2015-06-30, value: 100%}", "2010-01-01",
        "there is no value after 30 June 2015", DATES),
    "no example of a verdict": (
        VISITS, "verdict: unknown", "verdict: met", "examples",
        "no example is unknown", "add an example with 'verdict: unknown'"),
    "too few examples": (
        VISITS, "  - {name: nothing held, given: {}, verdict: unknown}\n", "", "examples",
        "no example is unknown", "add an example"),
    "example of no verdict": (
        VISITS, "verdict: unknown", "verdict: unkown", "unkown",
        "'unkown' is not one of: met, not_met, unknown, not_applicable", "did you mean 'unknown'?"),
    "figure of an unknown fact": (
        STATS, "fact: lamp.on_time", "fact: lamp.on_tme", "lamp.on_tme",
        "no fact is called 'lamp.on_tme'", "did you mean 'lamp.on_time'?"),
    "figure of nowhere": (
        STATS, "place: england", "place: engalnd", "engalnd",
        "no place is called 'engalnd'", "did you mean 'england'?"),
    "figure without its sign": (
        STATS, "value: 60%", "value: 0.6", "0.6", "0.6 could be a share or a percentage",
        "write 60%"),
    "figure of no period": (
        STATS, '"2024"', '"2024 or so"', '"2024 or so"', "'2024 or so' is not a period", "2025-Q1"),
    "dimension without members": (
        "dimensions.yaml", "    hall: Great hall\n    attic: Attic\n    cellar: Cellar\n",
        "    {}\n",
        "members", "'members' needs at least 1 item", ""),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_pointed_at_once(
    house: House, mistake: tuple[str, str, str, str, str, str]
) -> None:
    file, old, new, where, message, help = mistake
    house.edit(f"rules/{file}", (old, new))
    (problem,) = problems(house)
    assert (problem.file, underlined(problem)) == (f"rules/{file}", where)
    assert problem.message.startswith(message)
    assert help in problem.help


BANDS = (
    (VISITS, ("basis: law", "basis: law\n    by: {fact: FACT}")),
    (VISITS, (HISTORY, "- {from: 2010-01-01, below: 10, value: 90%}\n      " + HISTORY)),
)


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ("lamp.childrn", "no fact is called 'lamp.childrn'"),
        ("lamp.name", "'lamp.name' does not give one size for the whole area"),
        ("room.seen", "'room.seen' does not give one size for the whole area"),
    ],
)
def test_the_size_of_a_band_is_a_number(house: House, fact: str, message: str) -> None:
    for file, (old, new) in BANDS:
        house.edit(f"rules/{file}", (old, new.replace("FACT", fact)))
    (problem,) = problems(house)
    assert (problem.message, underlined(problem)) == (message, fact)


def test_bands_leave_no_size_out(house: House) -> None:
    for file, (old, new) in BANDS:
        house.edit(f"rules/{file}", (old, new.replace("FACT", "lamp.children")))
    assert house.rulebook().expectations["LAN-01"].thresholds["on_time"].by
    house.edit(f"rules/{VISITS}", ("\n      " + HISTORY, ""))
    (problem,) = problems(house)
    assert problem.message == "there is no value for a size of 10 or more"


# ---- files and folders


def move(house: House, old: str, new: str) -> None:
    house.write(f"rules/{new}", (house.rules / old).read_bytes())
    (house.rules / old).unlink()


@pytest.mark.parametrize(
    ("new", "where", "message", "help"),
    [
        ("lantern/warmth/LAN-01.yaml", "light",
         "this page stands in the folder lantern/warmth", "move it to lantern/light"),
        ("lantern/hall/LAN-01.yaml", "light",
         "this page stands in the folder lantern/hall", "move it to lantern/light"),
        ("lamps/light/LAN-01.yaml", "lantern",
         "this page stands in the folder lamps/light", "move it to lantern/light"),
        ("lantern/LAN-01.yaml", "expect",
         "this expectation has no place in this folder", "move it to lantern/light/LAN-01.yaml"),
        ("lantern/light/old/LAN-01.yaml", "expect",
         "this expectation has no place in this folder", "move it to lantern/light/LAN-01.yaml"),
        ("facts/LAN-01.yaml", "expect",
         "this expectation has no place in this folder", "move it to lantern/light/LAN-01.yaml"),
    ],
)  # fmt: skip
def test_a_page_in_the_wrong_folder(
    house: House, new: str, where: str, message: str, help: str
) -> None:
    move(house, VISITS, new)
    (problem,) = problems(house)
    assert (problem.file, underlined(problem)) == (f"rules/{new}", where)
    assert (problem.message, problem.help) == (message, help)


def test_a_file_that_belongs_nowhere(house: House) -> None:
    house.write("rules/notes.yaml", "remember: the matches\n")
    (problem,) = problems(house)
    assert problem.file == "rules/notes.yaml"
    assert problem.message == "this file has no place in this folder"


@pytest.mark.parametrize("ending", ["yml", "YML", "YAML"])
def test_a_file_with_another_ending_is_not_passed_over(house: House, ending: str) -> None:
    move(house, LIT, f"lantern/light/LAN-03.{ending}")
    (problem,) = problems(house)
    assert problem.message == f"files that end in '.{ending}' are not read"
    assert problem.help == "name it LAN-03.yaml"


def test_hidden_folders_and_other_files_are_left_alone(house: House) -> None:
    house.write("rules/.git/config.yaml", "not ours")
    house.write("rules/README.md", "Rules of the lamps")
    assert len(house.rulebook().expectations) == 6


@pytest.mark.parametrize(
    ("name", "text", "what", "first"),
    [
        ("lantern/warmth/LAN-01.yaml", FILES[VISITS],
         "the expectation 'LAN-01'", "rules/lantern/light/LAN-01.yaml:1"),
        ("facts/more.yaml", "lamp.lit: {title: x, type: yes_no, definition: y}\n",
         "the fact 'lamp.lit'", "rules/facts/lamps.yaml:1"),
        ("issues/more.yaml", ISSUES, "the issue list 'lantern'", "rules/issues/lantern.yaml:1"),
        ("vocabularies/zz.yaml", "worries: {title: x, terms: {}}\n",
         "the vocabulary 'worries'", "rules/vocabularies/worries.yaml:1"),
    ],
)  # fmt: skip
def test_the_same_id_in_two_files_shows_both(
    house: House, name: str, text: str, what: str, first: str
) -> None:
    house.write(f"rules/{name}", text)
    (problem,) = problems(house)
    assert problem.message == f"{what} is defined twice"
    assert (problem.file, problem.help) == (f"rules/{name}", f"it stands already in {first}")


def test_a_framework_copied_to_another_folder(house: House) -> None:
    house.write("rules/stove/framework.yaml", FRAMEWORK)
    (problem,) = problems(house)
    assert problem.message == "the id 'lantern' is not the folder's name"


def test_coverage_of_no_framework(house: House) -> None:
    house.write("rules/stove/coverage.yaml", COVERAGE)
    (problem,) = problems(house)
    assert problem.message == "there is no framework in the folder 'stove'"
    assert problem.file == "rules/stove/coverage.yaml"


@pytest.mark.parametrize("name", ["sources.yaml", "units.yaml", "dimensions.yaml"])
def test_a_missing_file(house: House, name: str) -> None:
    (house.rules / name).unlink()
    (problem,) = problems(house)
    assert (problem.file, problem.message) == (f"rules/{name}", "this file is missing")


def test_a_folder_that_is_no_rulebook(house: House) -> None:
    (house.rules / "rulebook.yaml").unlink()
    (problem,) = problems(house)
    assert (problem.file, problem.message) == ("rules", "this folder holds no 'rulebook.yaml'")
    empty = House(house.folder / "empty")
    empty.rules.mkdir(parents=True)
    assert [p.message for p in problems(empty)] == ["this folder holds no 'rulebook.yaml'"]
    nowhere = House(house.folder / "nowhere")
    assert [p.message for p in problems(nowhere)] == ["there is no such folder"]


def big() -> bytes:
    return b"why: so\n" * 700_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: b"", "the file is empty"),
        (lambda: b"# nothing yet\n", "the file is empty"),
        (lambda: b"- a\n- b\n", "a file must hold keys with values"),
        (lambda: b"\x00\x01\x02PK", "this is not a text file"),
        (lambda: "title: café".encode("cp1252"), "byte 0xE9 is not UTF-8 text"),
        (lambda: "title: cafe".encode("utf-16"), "this file is saved as UTF-16"),
        (big, "this file is larger than 5 MB"),
    ],
    ids=["empty", "comment", "list", "binary", "Windows-1252", "UTF-16", "large"],
)
def test_a_file_that_is_no_page(house: House, content: Callable[[], bytes], message: str) -> None:
    file = house.write(f"rules/{LIT}", content())
    with pytest.raises(InvalidRulebook) as refused:
        house.rulebook()
    (problem,) = refused.value.problems
    assert problem.file == f"rules/{LIT}"
    assert problem.message.startswith(message)
    assert problem.help
    file.unlink()


def test_a_file_that_may_not_be_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(self: Path, *args: Any, **kwargs: Any) -> Any:
        if self.name == "LAN-03.yaml":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidRulebook) as refused:
        house.rulebook()
    (problem,) = refused.value.problems
    assert problem.message == "this file cannot be read: Permission denied"


def test_aliases_are_refused_however_few(house: House) -> None:
    house.write(f"rules/{LIT}", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
    assert {p.message for p in problems(house)} == {
        "text cannot begin with '&': YAML's anchors are not used here",
        "text cannot begin with '*': YAML's aliases are not used here",
    }


# ---- circles


def rest(house: House, file: str, id: str, *others: str) -> None:
    both = ", ".join(f"{{finding: {other}, is: [met]}}" for other in others)
    house.write(f"rules/{file}", page(id, f"{{all: [{both}, {LAMP_LIT}]}}"))


def test_a_circle_of_findings_is_printed(house: House) -> None:
    house.edit(
        f"rules/{VISITS}", (ON_TIME, f"{{all: [{ON_TIME}, {{finding: LAN-05, is: [met]}}]}}")
    )
    (problem,) = problems(house)
    assert problem.message == (
        "findings rest on each other in a circle: LAN-01 -> LAN-05 -> LAN-01"
    )
    assert (problem.file, underlined(problem)) == (f"rules/{VISITS}", "expect")
    assert problem.help == "a finding may rest only on findings that do not rest on it"


def test_a_circle_through_what_it_applies_to(house: House) -> None:
    house.edit(
        f"rules/{VISITS}",
        ("{fact: lamp.children, more_than: 0}", "{finding: LAN-05, is: [met]}"),
    )
    (problem,) = problems(house)
    assert underlined(problem) == "applies_when"


def test_an_expectation_that_rests_on_itself(house: House) -> None:
    house.edit(f"rules/{RESTS}", ("finding: LAN-01", "finding: LAN-05"))
    (problem,) = problems(house)
    assert problem.message == "'LAN-05' rests on its own finding"


def test_every_circle_is_shown(house: House) -> None:
    house.edit(
        f"rules/{VISITS}", (ON_TIME, f"{{all: [{ON_TIME}, {{finding: LAN-05, is: [met]}}]}}")
    )
    rest(house, LIT, "LAN-03", "LAN-04")
    house.write(f"rules/{WAIT}", page("LAN-04", "{finding: LAN-03, is: [met]}", criterion="warmth"))
    assert [p.message.rpartition(": ")[2] for p in problems(house)] == [
        "LAN-01 -> LAN-05 -> LAN-01",
        "LAN-03 -> LAN-04 -> LAN-03",
    ]


def test_circles_behind_circles() -> None:
    upstream = {
        "A": ("B", "A"),
        "B": ("C",),
        "C": ("B", "D"),
        "D": (),
        "E": ("D", "F"),
        "F": ("E",),
    }
    assert find_cycles(upstream) == [("B", "C", "B"), ("A", "A"), ("E", "F", "E")]
    assert find_cycles({"A": ("B", "C"), "B": ("D",), "C": ("D",), "D": ()}) == []


# ---- many at once


def test_three_mistakes_in_the_form_of_pages(house: House) -> None:
    house.edit(
        f"rules/{VISITS}", ("severity: high", "severity: hihg"), ("basis: law", "basis: lore")
    )
    house.edit(f"rules/{FACTS}", ("of: visits", "fo: visits"))
    assert [(p.file, p.line, underlined(p)) for p in problems(house)] == [
        (f"rules/{FACTS}", 19, "fo"),
        (f"rules/{VISITS}", 19, "lore"),
        (f"rules/{VISITS}", 23, "hihg"),
    ]


def test_mistakes_in_what_pages_say_of_each_other(house: House) -> None:
    house.edit(
        f"rules/{VISITS}", ("source: lamp-act", "source: lamp-atc"), ("[late-visits]", "[late]")
    )
    house.edit(f"rules/{SEEN}", ("every: room", "every: rooms"))
    house.edit(f"rules/{WAIT}", ("{threshold: longest}", "12 weeks"))
    house.edit(f"rules/{RESTS}", ("finding: LAN-01", "finding: LAN-05"))
    assert [(p.file, p.message) for p in problems(house)] == [
        (f"rules/{VISITS}", "no source is called 'lamp-atc'"),
        (f"rules/{VISITS}", "no issue is called 'late'"),
        (f"rules/{SEEN}", "no dimension is called 'rooms'"),
        (f"rules/{WAIT}", "the threshold 'longest' is not used"),
        (f"rules/{RESTS}", "'LAN-05' rests on its own finding"),
    ]


def test_a_fact_that_is_wrong_is_not_a_fact_that_is_missing(house: House) -> None:
    house.edit(f"rules/{FACTS}", ("type: share\n  of: visits", "type: shares\n  of: visits"))
    (problem,) = problems(house)
    assert underlined(problem) == "shares"


def test_the_message_in_full(house: House) -> None:
    house.edit(f"rules/{VISITS}", ("thresholds:", "threshhold:"))
    assert str(problems(house)[0]) == (
        "rules/lantern/light/LAN-01.yaml:17:1: unknown key 'threshhold'\n"
        "  17 | threshhold:\n"
        "     | ^^^^^^^^^^ help: did you mean 'thresholds'?"
    )


def test_a_long_line_is_cut_around_the_mistake(house: House) -> None:
    house.edit(f"rules/{VISITS}", ("theme: lamps", f"theme: [{'lamp, ' * 40}lamp]"))
    _, line, caret = str(problems(house)[0]).split("\n")
    assert len(line) <= 110
    assert line.endswith("…")
    assert caret.index("^") == line.index("[")


def test_windows_line_ends_and_a_byte_order_mark(house: House) -> None:
    text = FILES[LIT].replace("\n", "\r\n").replace("severity: medium", "severity: midium")
    house.write(f"rules/{LIT}", b"\xef\xbb\xbf" + text.encode())
    (problem,) = problems(house)
    assert (problem.line, underlined(problem)) == (15, "midium")


def test_services_ask_for_facts_that_there_are_each_once(house: House) -> None:
    house.write(
        "rules/services.yaml",
        "keepers: {title: Keepers, asks: [lamp, rom]}\n"
        "walkers: {title: Walkers of the house, asks: [lamp, room.seen]}\n",
    )
    with pytest.raises(InvalidRulebook) as caught:
        house.rulebook()
    first, second = caught.value.problems
    assert (first.line, first.message, first.help) == (
        1,
        "no fact begins with 'rom'",
        "did you mean 'room'?",
    )
    assert (second.line, second.message) == (2, "'lamp' is asked of 'keepers' already")


def test_the_longest_beginning_says_which_service_is_asked(house: House) -> None:
    house.write(
        "rules/services.yaml",
        "keepers: {title: Keepers, asks: [lamp]}\nclock: {title: Clock, asks: [lamp.wait]}\n",
    )
    rulebook = house.rulebook()
    asked = [
        rulebook.service_of(rulebook.facts[id]) for id in ("lamp.lit", "lamp.wait", "room.seen")
    ]
    assert asked == ["keepers", "clock", None]
