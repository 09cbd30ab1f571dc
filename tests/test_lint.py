"""Lint: each rule of style speaks where it should and nowhere else; what a command does with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import Run
from lantern import FILES, SOURCES, House

from readiness.analysis.pages.style import RULES, Linted
from readiness.app.choice import RulebookChoice
from readiness.app.editing import lint
from readiness.resources import shipped_rules

FILE = "lantern/light/LAN-01.yaml"

PAGE = """\
id: LAN-01
title: Every visit of the keeper is made on time
framework: lantern
criterion: light
kind: duty
force: must
theme: lamps
holder: local_authority
owner: Keeper of the lamps
in_force: {from: 2010-01-01}
citations:
  - {source: lamp-act, at: section 1, confidence: verified}
why: Children who wait in the dark do not sleep.
ask: How many visits were late last week, and whose were they?
applies_when: {fact: lamp.children, more_than: 0}
expect: {fact: lamp.on_time, at_least: {threshold: on_time}}
thresholds:
  on_time:
    basis: standard
    source: lamp-code
    because: The code of the keepers says so.
    values:
      - {from: 2012-01-01, value: 100%}
      - {from: 2010-01-01, until: 2011-12-31, value: 90%}
severity: high
severity_because: A statutory limit, and a child is left alone.
evidence:
  - The log of the lamps
first_step: List the visits that were late.
actions:
  - {do: Visit the oldest first., owner: Keeper of the lamps, within: 4 weeks}
  - {do: Agree who goes when the keeper is ill., owner: Head of lamps, within: 3 months}
issues: [late-visits]
examples:
  - name: all in time
    given: {lamp.children: 4, lamp.on_time: 40/40}
    verdict: met
  - name: one late
    given: {lamp.children: 4, lamp.on_time: 39/40}
    verdict: not_met
  - name: no log
    given: {lamp.children: 4}
    verdict: unknown
    because: missing
"""

SECOND = (
    PAGE.replace("LAN-01", "LAN-02")
    .replace("Every visit of the keeper is made on time", "The light is seen by whoever needs it")
    .replace("Children who wait in the dark do not sleep", "A light that nobody sees is of no use")
    .replace("How many visits were late last week, and whose", "Who saw no light, and why")
    .replace("List the visits that were late", "Ask in the hall who saw it")
    .replace("lamp.on_time", "lamp.late")
    .replace("lamp-act, at: section 1", "lamp-note, at: page 1")
    .replace("    basis: standard\n    source: lamp-code\n", "    basis: policy\n")
)

CODE = """\
lamp-code:
  title: Code of the keepers
  short: Code
  kind: guidance
  edition: 2009-01-01
  from: 2009-01-01
lamp-note:
  title: Note of the keepers
  short: Note
  kind: guidance
  edition: 2009-02-01
  from: 2009-02-01
"""

TIDY_FACTS = """\
lamp.children:
  title: Children in the house
  type: count
  of: children
  goes_stale_after: 12 months
  definition: Children who slept there.
  ask: How many children slept there?
lamp.on_time:
  title: Visits made on time
  type: share
  of: visits
  goes_stale_after: 15 months
  definition: Visits made within a day, over all visits.
  ask: How many visits were made on time?
lamp.late:
  title: Children put to bed late
  type: share
  of: children
  goes_stale_after: 15 months
  definition: Children in bed after eight, over all children.
  ask: How many children were late?
"""

COVERAGE = "visits:\n  what: A visit to every child on time\n  checked_by: [LAN-01, LAN-02]\n"


@pytest.fixture
def tidy(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a house in whose rulebook there is nothing to complain of."""
    monkeypatch.chdir(house.folder)
    for name in FILES:
        if name.count("/") == 2 or name.startswith("benchmarks"):
            (house.rules / name).unlink()
    house.write("rules/facts/lamps.yaml", TIDY_FACTS)
    house.write("rules/sources.yaml", SOURCES.split("lamp-stats:")[0] + CODE)
    house.write("rules/lantern/coverage.yaml", COVERAGE)
    house.write(f"rules/{FILE}", PAGE)
    house.write("rules/lantern/light/LAN-02.yaml", SECOND)
    return house


def linted(*targets: str) -> Linted:
    return lint(targets, book=RulebookChoice(Path("rules"), cache=False))


def test_the_tidy_house_is_tidy(tidy: House) -> None:
    assert linted().complaints == ()


class Case(NamedTuple):
    """A change of the tidy house, and where which rule speaks of it."""

    rule: str
    file: str
    old: str
    new: str
    underlined: str
    says: str


FACT_FILE = "facts/lamps.yaml"

CASES = [
    Case("title-statement", FILE, "Every visit of the keeper is made", "Visits should be made",
         "Visits should be made on time", "'should' asks for something"),
    Case("title-statement", FILE, "Every visit of the keeper is made on time", "Visits on time",
         "Visits on time", "this title is a heading"),
    Case("title-statement", FILE, "is made on time", "is made on time.",
         "Every visit of the keeper is made on time.", "a title has no '.' at its end"),
    Case("title-statement", FILE, "Every visit of the keeper is made on time",
         "Are all visits made on time?", "Are all visits made on time?", "asks a question"),
    Case("too-long", FILE, "is made on time", "is made on time" + " and with care" * 9,
         "Every visit of the keeper is made on time" + " and with care" * 9,
         "this has 167 characters: at most 120"),
    Case("question", FILE, "whose were they?", "whose.",
         "How many visits were late last week, and whose.", "does not end in '?'"),
    Case("sentence", FILE, "do not sleep.", "do not sleep",
         "Children who wait in the dark do not sleep", "this sentence does not end"),
    Case("sentence", FILE, "oldest first.", "oldest first", "Visit the oldest first", "not end"),
    Case("reason", FILE, "A statutory limit, and a child is left alone.", "It is serious.",
         "It is serious.", "'severity_because' gives no reason"),
    Case("act", FILE, "List the visits that were late.", "The visits are looked at.",
         "The visits are looked at.", "this does not say what to do"),
    Case("act", FILE, "Visit the oldest first.", "Visiting the oldest first.",
         "Visiting the oldest first.", "this does not say what to do"),
    Case("owner", FILE, "owner: Head of lamps", "owner: Everybody", "Everybody", "is no one role"),
    Case("action-time", FILE, "within: 3 months", "within: 3 years", "3 years",
         "'3 years' is no time for an action"),
    Case("action-time", FILE, "within: 3 months", "within: 0 days", "0 days", "no time"),
    Case("actions", FILE, "  - {do: Agree who goes when the keeper is ill., owner: Head of lamps, "
         "within: 3 months}\n", "", "actions", "there is one action only"),
    Case("source-time", "sources.yaml", "  edition: 2009-01-01\n  from: 2009-01-01",
         "  edition: 2009-01-01\n  from: 2009-01-01\n  until: 2011-12-31", "2012-01-01",
         "this value begins after 'lamp-code' ended"),
    Case("source-time", "sources.yaml", "  edition: 2010-01-01\n  from: 2010-01-01",
         "  edition: 2010-01-01\n  from: 2010-01-01\n  until: 2024-12-31", "citations",
         "every source cited has ended"),
    Case("bare-number", FILE, "expect: {fact: lamp.on_time, at_least: {threshold: on_time}}",
         "expect: {all: [{fact: lamp.on_time, at_least: {threshold: on_time}}, "
         "{fact: lamp.children, at_most: 9}]}", "expect", "a number for 'lamp.children'"),
    Case("example-name", FILE, "name: one late", "name: All in time", "All in time",
         "another example has this name"),
    Case("example-reason", FILE, "    because: missing\n", "", "unknown", "says why"),
    Case("word", FILE, "Children who wait", "Clients who wait",
         "Clients who wait in the dark do not sleep.", "'Clients' is not a word of ours"),
    Case("word", FILE, "The log of the lamps", "The log, lists etc.", "The log, lists etc.",
         "'etc.' is not a word of ours"),
    Case("spelling", FILE, "and a child", "and the behavior of a child",
         "A statutory limit, and the behavior of a child is left alone.", "American spelling"),
    Case("spelling", FILE, "Agree who goes", "Organize who goes",
         "Organize who goes when the keeper is ill.", "'Organize' is American spelling"),
    Case("pasted", FILE, "in the dark", "in\u00a0the dark",
         "Children who wait in\u00a0the dark do not sleep.", "no keyboard has (U+00A0)"),
    Case("TODO", FILE, "Children who wait in the dark do not sleep.", "TODO what it means.",
         "TODO what it means.", "'why' waits for its author"),
    Case("TODO", FILE, "  - The log of the lamps", "  - TODO what is shown", "TODO what is shown",
         "'evidence' waits for its author"),
    Case("fact-question", FACT_FILE, "  ask: How many children slept there?\n", "",
         "lamp.children", "'lamp.children' has no question"),
    Case("fact-question", FACT_FILE, "slept there?", "slept there", "How many children slept there",
         "does not end in '?'"),
    Case("fact-definition", FACT_FILE, "Children who slept there.", "Children who slept there",
         "Children who slept there", "this sentence does not end"),
    Case("fact-age", FACT_FILE, "  goes_stale_after: 12 months\n", "", "lamp.children",
         "'lamp.children' never goes stale"),
    Case("fact-prefix", FACT_FILE, "lamp.children:",
         "lamp.late.most:\n  title: x\n  type: date\n  definition: x.\n  ask: x?\n"
         "  published_as: {release: lamp-code, file: x, column: x}\n  cadence: calendar year\n"
         "lamp.children:", "lamp.late.most",
         "'lamp.late.most' begins with the name of another fact, 'lamp.late'"),
    Case("orphan-fact", FACT_FILE, "lamp.children:",
         "lamp.oil:\n  title: Oil\n  type: yes_no\n  definition: There is oil.\n  "
         "ask: Is there oil?\nlamp.children:", "lamp.oil", "nothing rests on 'lamp.oil'"),
    Case("orphan-issue", "issues/lantern.yaml", "codes:\n",
         "codes:\n  dark-hall: {title: Dark, area: light, definition: It is dark.}\n", "dark-hall",
         "no expectation carries 'dark-hall'"),
    Case("orphan-source", "sources.yaml", "lamp-code:", "oil-act: {title: Oil Act, short: Oil, "
         "kind: act, edition: 2001-01-01, from: 2001-01-01}\nlamp-code:", "oil-act",
         "nothing cites 'oil-act'"),
    Case("same-text", "lantern/light/LAN-02.yaml", "Who saw no light, and why were they?",
         "How many visits were late last week, and whose were they?",
         "How many visits were late last week, and whose were they?", "is that of LAN-01"),
    Case("coverage", "lantern/coverage.yaml", ", LAN-02", "", "LAN-02",
         "no coverage.yaml names LAN-02"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case.rule}" for n, case in enumerate(CASES)])
def test_a_rule_of_style_speaks(tidy: House, case: Case) -> None:
    tidy.edit(f"rules/{case.file}", (case.old, case.new))
    (said,) = linted().complaints
    problem = said.problem
    shown = problem.text[problem.column - 1 : problem.column - 1 + problem.length]
    assert (said.rule, shown) == (case.rule, case.underlined)
    assert case.says in problem.message
    assert problem.help
    assert said.level is RULES[case.rule].level


def test_four_actions_are_too_many(tidy: House) -> None:
    more = "  - {do: Buy oil., owner: Keeper of the lamps, within: 4 weeks}\n"
    tidy.edit(f"rules/{FILE}", ("issues: [late", f"{more * 2}issues: [late"))
    assert [c.rule for c in linted().complaints] == ["actions"]


def test_two_pages_with_one_test(tidy: House) -> None:
    tidy.edit(
        "rules/lantern/light/LAN-02.yaml", ("lamp.late", "lamp.on_time"), ("policy", "standard")
    )
    tidy.edit("rules/lantern/light/LAN-02.yaml", ("because:", "source: lamp-code\n    because:"))
    rules = [complaint.rule for complaint in linted().complaints]
    assert sorted(rules) == ["orphan-fact", "same-test"]


NOTHING_WRONG = [
    ("Every visit of the keeper is made on time", "What a child must be told is told on time"),
    (
        "Every visit of the keeper is made on time",
        "No visit ought to be missed, and none is",
    ),
    ("List the visits that were late.", "Ring those who were not visited."),
    ("Visit the oldest first.", "Bring the oldest lamp first."),
    ("owner: Head of lamps", "owner: Team manager"),
    ("within: 3 months", "within: 12 months"),
    ("Children who wait", "Children of tenanted houses who wait"),
    ("The log of the lamps", "The programme of the centre, with colours"),
    ("in the dark", "in the café"),
]


@pytest.mark.parametrize(("old", "new"), NOTHING_WRONG)
def test_a_rule_of_style_is_silent(tidy: House, old: str, new: str) -> None:
    tidy.edit(f"rules/{FILE}", (old, new))
    assert linted().complaints == ()


def test_nought_needs_no_basis(tidy: House) -> None:
    test = "{fact: lamp.on_time, at_least: {threshold: on_time}}"
    both = f"{{all: [{test}, {{fact: lamp.late, is: 0%}}]}}"
    tidy.edit(f"rules/{FILE}", (f"expect: {test}", f"expect: {both}"))
    assert linted().complaints == ()


def test_a_fact_that_no_service_is_asked_for(tidy: House) -> None:
    tidy.write("rules/services.yaml", "keeper: {title: Lamp keeper, asks: [lamp.on_time]}\n")
    others = tidy.rulebook().facts.keys() - {"lamp.on_time"}
    said = [str(c) for c in linted().complaints if c.rule == "unasked-fact"]
    assert others
    assert len(said) == len(others)
    assert "help: add 'lamp' to 'asks:' of a service in services.yaml" in said[0]
    tidy.write("rules/services.yaml", "keeper: {title: Lamp keeper, asks: [lamp]}\n")
    assert linted().complaints == ()


def test_every_rule_of_style_has_a_case_a_reason_and_a_line_in_the_docs() -> None:
    tried = {case.rule for case in CASES} | {"same-test", "unasked-fact"}
    assert RULES.keys() - tried == set()
    docs = Path(__file__).resolve().parents[1] / "docs" / "writing-rules.md"
    text = docs.read_text(encoding="utf-8")
    for rule in RULES.values():
        assert rule.because.endswith(".")
        assert f"| `{rule.name}` | " in text, rule.name
        assert rule.because.rstrip(".") in text, rule.name


def test_the_shipped_rulebook_is_clean() -> None:
    found = lint(book=RulebookChoice(shipped_rules(), cache=False))
    assert [str(complaint) for complaint in found.complaints] == []


# ---- broken pages beside whole ones


def test_one_broken_page_does_not_hide_the_style_of_another(tidy: House) -> None:
    tidy.edit(f"rules/{FILE}", ("severity: high", "severity: hihg"))
    tidy.edit("rules/lantern/light/LAN-02.yaml", ("and why were they?", "and why."))
    found = linted()
    assert [(c.level, c.rule) for c in found.complaints] == [("error", ""), ("style", "question")]
    assert not found.whole


def test_what_waits_in_a_page_is_said_beside_what_is_wrong_in_another(tidy: House) -> None:
    tidy.edit(f"rules/{FILE}", ("kind: duty", "kind duty"))
    tidy.edit("rules/lantern/light/LAN-02.yaml", ("and why were they?", "and TODO why?"))
    assert [c.rule for c in linted().complaints] == ["", "TODO"]


def test_facts_that_are_wrong_stop_what_rests_on_them(tidy: House) -> None:
    tidy.edit(f"rules/{FACT_FILE}", ("type: count", "type: cuont"))
    tidy.edit(f"rules/{FILE}", ("lamp.on_time", "lamp.ontime"))
    (said,) = linted().complaints
    assert said.problem.message.startswith("'cuont' is not one of")


# ---- the command


def test_exit_codes(tidy: House, run: Run) -> None:
    assert run("rules", "lint").out == "0 errors, 0 matters of style in 11 files (2 expectations)\n"
    tidy.edit(f"rules/{FILE}", ("whose were they?", "whose."))
    ran = run("rules", "lint")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("0 errors, 1 matter of style in 11 files (2 expectations)\n")
    assert "this is no question: it does not end in '?' [question]" in ran.out
    assert run("rules", "lint", "--strict").code == 3
    tidy.edit(f"rules/{FILE}", ("severity: high", "severity: hihg"))
    ran = run("rules", "lint")
    assert (ran.code, ran.err) == (3, "")
    assert ran.out.startswith(f"rules/{FILE}:25:11: 'hihg' is not one of")
    assert "What all pages together lack is looked into when they can all be read." in ran.out


def test_only_what_is_named_is_spoken_of(tidy: House, run: Run) -> None:
    tidy.edit(f"rules/{FILE}", ("whose were they?", "whose."))
    tidy.edit("rules/lantern/light/LAN-02.yaml", ("and why were they?", "and why."))
    for target, file in (
        ("LAN-01", FILE),
        (f"rules/{FILE}", FILE),
        ("LAN-02", "lantern/light/LAN-02.yaml"),
    ):
        said = run("rules", "lint", target).out
        assert re.findall(r"^(\S+?):\d", said, re.MULTILINE) == [f"rules/{file}"]
    assert len(re.findall(r"\[question\]", run("rules", "lint", "rules/lantern").out)) == 2
    assert "0 matters of style in 1 file (0" in run("rules", "lint", "rules/facts").out


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("LAN-1", "did you mean 'LAN-01'?"),
        ("profile.yaml", "is not in the rulebook rules"),
        ("rules/empty", "holds no file of the rulebook"),
        ("rules/nowhere", "there is no expectation, file or folder"),
    ],
)
def test_a_target_that_is_none(tidy: House, run: Run, target: str, said: str) -> None:
    (tidy.rules / "empty").mkdir()
    for command in ("lint", "test", "fmt"):
        ran = run("rules", command, target)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


def test_a_broken_page_can_be_named_by_its_id(tidy: House, run: Run) -> None:
    tidy.edit(f"rules/{FILE}", ("kind: duty", "kind duty"))
    ran = run("rules", "lint", "LAN-01")
    assert ran.code == 3
    assert "this line has no colon" in ran.out


def test_no_rulebook_at_all(tmp_path: Path, run: Run) -> None:
    ran = run("rules", "lint", "--rules", str(tmp_path / "nothing"))
    assert (ran.code, ran.out) == (3, "")
    assert "there is no such folder" in ran.err
