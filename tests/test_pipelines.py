"""What pipelines are told: valid SARIF and JUnit, each result at its line, no small counts."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import pytest
import yaml
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from lantern import PROFILE, House

from readiness.cli import main
from readiness.errors import Problem
from readiness.render.machine import junit, sarif
from readiness.render.machine.results import Check, Level, Outcome, Result, Results, of_problems

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")

TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
    "additionalProperties": False,
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
WHOLE = {"type": "integer", "minimum": 1}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "additionalProperties": False,
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "additionalProperties": False,
                                "properties": {
                                    "name": {"type": "string"},
                                    "version": {"type": "string"},
                                    "semanticVersion": {"pattern": r"^\d+\.\d+\.\d+"},
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "type": "object",
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "shortDescription": TEXT,
                                                "help": TEXT,
                                                "helpUri": {"pattern": "^https?://"},
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "additionalProperties": False,
                                                    "properties": {"level": LEVEL},
                                                },
                                            },
                                        },
                                    },
                                },
                            }
                        },
                    },
                    "automationDetails": {
                        "type": "object",
                        "additionalProperties": False,
                        "properties": {"id": {"type": "string"}},
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "properties": {"type": "object"},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "kind": {
                                    "enum": ["notApplicable", "pass", "fail", "review", "open",
                                             "informational"]
                                },
                                "level": LEVEL,
                                "message": TEXT,
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation"],
                                                "additionalProperties": False,
                                                "properties": {
                                                    "artifactLocation": {
                                                        "type": "object",
                                                        "additionalProperties": False,
                                                        "properties": {
                                                            "uri": {"pattern": r"^[!-~]+$"}
                                                        },
                                                    },
                                                    "region": {
                                                        "type": "object",
                                                        "required": ["startLine"],
                                                        "additionalProperties": False,
                                                        "properties": {
                                                            "startLine": WHOLE,
                                                            "startColumn": WHOLE,
                                                            "endColumn": WHOLE,
                                                        },
                                                    },
                                                },
                                            }
                                        },
                                    },
                                },
                                "partialFingerprints": {
                                    "type": "object",
                                    "additionalProperties": {"type": "string"},
                                },
                            },
                            # Section 3.27.9: a level says something of failures only.
                            "if": {"properties": {"kind": {"const": "fail"}}},
                            "then": {"properties": {"level": {"not": {"const": "none"}}}},
                            "else": {"properties": {"level": {"const": "none"}}},
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip
"""What readiness writes of the published schema of SARIF 2.1.0, and nothing beside it."""


def read_sarif(text: str) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(text)
    Draft7Validator(SARIF).validate(log)
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    prints = [result["partialFingerprints"][sarif.FINGERPRINT] for result in run["results"]]
    assert len(set(prints)) == len(prints)
    return dict(run)


def read_junit(text: str) -> list[ElementTree.Element]:
    """Return the tests of a report, after adding its numbers up."""
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "testsuites"
    for suites, cases in [
        (root, root.findall("*/testcase")),
        *((s, s.findall("testcase")) for s in root),
    ]:
        assert int(suites.attrib["tests"]) == len(cases)
        for name, tag in (("failures", "failure"), ("skipped", "skipped")):
            assert int(suites.attrib[name]) == sum(case.find(tag) is not None for case in cases)
    return root.findall("*/testcase")


# ---- a check ----------------------------------------------------------------------------------


def test_findings_stand_at_the_line_of_their_fact(house: House, run: Run) -> None:
    shown = run("check", "profile.yaml", "--format", "sarif")
    assert (shown.code, shown.err) == (1, "")
    told = {one["ruleId"]: one for one in read_sarif(shown.out)["results"]}
    lines = PROFILE.split("\n")
    where = told["LAN-01"]["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "profile.yaml"
    assert lines[where["region"]["startLine"] - 1].startswith("  lamp.on_time:")
    assert (told["LAN-01"]["kind"], told["LAN-01"]["level"]) == ("fail", "error")
    assert (told["LAN-04"]["kind"], told["LAN-04"]["level"]) == ("open", "none")
    assert lines[
        told["LAN-04"]["locations"][0]["physicalLocation"]["region"]["startLine"] - 1
    ].startswith("  lamp.wait:")
    resting = told["LAN-05"]["locations"][0]["physicalLocation"]["region"]
    assert resting == {"startLine": 1}, "it speaks of no fact"
    assert "LAN-03" not in told, "what is met is left out"


def test_findings_are_tests(house: House, run: Run) -> None:
    shown = run("check", "profile.yaml", "--format", "junit", "--output", "report.xml")
    assert (shown.code, shown.out) == (1, "")
    cases = read_junit((house.folder / "report.xml").read_text(encoding="utf-8"))
    by_id = {case.attrib["name"].split(":")[0]: case for case in cases}
    assert len(by_id) == 6
    failure = by_id["LAN-01"].find("failure")
    assert failure is not None
    assert "60 of 90 visits" in failure.attrib["message"]
    assert (by_id["LAN-01"].attrib["file"], by_id["LAN-01"].attrib["line"]) == ("profile.yaml", "6")
    assert by_id["LAN-04"].find("skipped") is not None
    assert len(by_id["LAN-03"]) == 0


def test_an_accepted_gap_is_still_a_gap(house: House, run: Run) -> None:
    accepted = "{expectation: LAN-01, by: Head, reason: oil, until: 2026-02-01}"
    house.write("profile.yaml", f"{PROFILE}acceptances:\n  - {accepted}\n")
    shown = run("check", "profile.yaml", "--format", "sarif", "--accepted-ok")
    (told,) = [one for one in read_sarif(shown.out)["results"] if one["ruleId"] == "LAN-01"]
    assert told["kind"] == "fail"
    assert "Accepted by Head, until 1 February 2026: oil" in told["message"]["text"]


@pytest.mark.parametrize("form", ["sarif", "junit"])
def test_small_counts_do_not_leak(house: House, run: Run, form: str) -> None:
    few = PROFILE.replace("lamp.late: 20/80", "lamp.late: 3/17").replace(
        "{numerator: 60, denominator: 90,", "{numerator: 86, denominator: 90,"
    )
    house.write("profile.yaml", few)
    out = run("check", "profile.yaml", "--format", form).out
    assert "fewer than 6" in out
    for small in ("3 of 17", "17.6", "86 of 90", "4 of 90", "95.6"):
        assert small not in out
    shown = run("check", "profile.yaml", "--format", form, "--show-small-counts").out
    assert "3 of 17" in shown
    assert "SMALL COUNTS ARE SHOWN" in shown


def test_a_result_is_known_again(house: House, run: Run) -> None:
    first = read_sarif(run("check", "profile.yaml", "--format", "sarif").out)
    house.write("profile.yaml", "# moved\n" + PROFILE.replace("numerator: 60", "numerator: 61"))
    second = read_sarif(run("check", "profile.yaml", "--format", "sarif").out)
    prints = [
        {one["ruleId"]: one["partialFingerprints"] for one in each["results"]}
        for each in (first, second)
    ]
    assert prints[0] == prints[1]
    assert first["results"] != second["results"]


def test_where_it_is_written_is_linked(house: House, run: Run) -> None:
    house.edit(
        "rules/sources.yaml", ("kind: act\n", "kind: act\n  url: https://law.example/lamps\n")
    )
    rules = read_sarif(run("check", "profile.yaml", "--format", "sarif").out)
    assert rules["tool"]["driver"]["rules"][0]["helpUri"] == "https://law.example/lamps"


def test_a_path_from_the_top_is_named_from_here(house: House, run: Run) -> None:
    shown = run("check", house.profile.resolve(), "--format", "sarif")
    files = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for one in read_sarif(shown.out)["results"]
    }
    assert files == {"profile.yaml"}


# ---- what cannot be used, and examples --------------------------------------------------------


@pytest.mark.parametrize("command", [["check", "profile.yaml"], ["rules", "test"]])
def test_mistakes_in_rules_are_told_at_their_line(
    house: House, run: Run, command: list[str]
) -> None:
    house.edit("rules/lantern/light/LAN-01.yaml", ("kind: duty", "kind: duti"))
    house.edit("rules/facts/lamps.yaml", ("type: yes_no", "type: yesno"))
    shown = run(*command, "--format", "sarif")
    assert shown.code == 3
    assert "kind: duti" in shown.err
    told = read_sarif(shown.out)["results"]
    places = [one["locations"][0]["physicalLocation"] for one in told]
    assert [place["artifactLocation"]["uri"] for place in places] == [
        "rules/facts/lamps.yaml",
        "rules/lantern/light/LAN-01.yaml",
    ]
    assert places[1]["region"] == {"startLine": 5, "startColumn": 7, "endColumn": 11}
    assert told[1]["message"]["text"].endswith("did you mean 'duty'?")
    cases = read_junit(run(*command, "--format", "junit").out)
    assert [case.attrib["line"] for case in cases] == ["3", "5"]


def test_mistakes_in_a_profile_are_told_in_the_file(house: House, run: Run) -> None:
    house.edit("profile.yaml", ("lamp.lit: yes", "lamp.lit: maybe"))
    shown = run("check", "profile.yaml", "--format", "junit", "-o", "out.xml")
    assert shown.code == 4
    (case,) = read_junit((house.folder / "out.xml").read_text(encoding="utf-8"))
    assert (case.attrib["file"], case.attrib["line"]) == ("profile.yaml", "4")


def test_examples_are_tests_at_their_line(house: House, run: Run) -> None:
    cases = read_junit(run("rules", "test", "LAN-03", "--format", "junit").out)
    assert [case.attrib["name"] for case in cases] == ["so", "not so", "nothing held"]
    page = house.edit("rules/lantern/light/LAN-03.yaml", ("verdict: not_met", "verdict: met"))
    house.write(
        "rules/lantern/light/LAN-03.yaml",
        page + "  - {name: another, given: {lamp.lit: no}, verdict: not_met}\n",
    )
    shown = run("rules", "test", "LAN-03", "--format", "sarif")
    assert shown.code == 1
    (told,) = read_sarif(shown.out)["results"]
    line = told["locations"][0]["physicalLocation"]["region"]["startLine"]
    assert "name: not so" in page.split("\n")[line - 1]
    assert told["message"]["text"] == "LAN-03, 'not so': expected met, got not_met"


@given(st.lists(st.tuples(st.text(), st.text(), st.text(), st.integers(0, 9)), max_size=5))
def test_whatever_is_told_is_well_formed(said: list[tuple[str, str, str, int]]) -> None:
    problems = [Problem(file, line, 1, message, help) for file, message, help, line in said]
    results = of_problems(problems, "x")
    assert len(read_junit(junit.render(results))) == len(said)
    run = json.loads(sarif.render(results))["runs"][0]
    assert len(run["results"]) == len(said)
    prints = [str(one["partialFingerprints"]) for one in run["results"]]
    assert len(set(prints)) == len(said)


@pytest.mark.parametrize("form", ["sarif", "junit"])
def test_what_lint_says_is_told_with_its_rule(house: House, run: Run, form: str) -> None:
    house.edit("rules/lantern/light/LAN-03.yaml", ("kind: evidence", "kind: evidenc"))
    shown = run("rules", "lint", "--format", form)
    assert (shown.code, shown.err) == (3, "")
    if form == "junit":
        assert any(case.attrib["name"] == "'evidenc' is not one of: duty, impact, signal, evidence"
                   for case in read_junit(shown.out))  # fmt: skip
        return
    log = read_sarif(shown.out)
    levels = {one["ruleId"]: one["level"] for one in log["results"]}
    assert levels.pop("cannot-be-used") == "error"
    assert set(levels.values()) == {"warning"}, "matters of style"
    helped = {rule["id"]: rule["help"]["text"] for rule in log["tool"]["driver"]["rules"]}
    assert all(helped[name] for name in levels)


def test_what_rests_on_a_rule_of_style_can_be_told() -> None:
    style = Check("title-is-a-statement", "A title is a statement", "So that it is true or false.",
                  Level.WARNING)  # fmt: skip
    problem = Problem("a b.yaml", 3, 2, "this is a question", "say what is so", "x: y?", 2)
    results = of_problems([problem], "readiness rules lint", lambda _: style)
    (one,) = read_sarif(sarif.render(results))["results"]
    assert (one["ruleId"], one["level"]) == ("title-is-a-statement", "warning")
    assert one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.yaml"


def test_a_file_elsewhere_is_a_whole_address() -> None:
    def uri(file: str) -> str:
        one = Result("x", Outcome.WRONG, Level.ERROR, "n", "g", "m", file, 1)
        check = Check("x", "t", "h")
        run = read_sarif(sarif.render(Results("t", (check,), (one,), {})))
        found: str = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"][
            "uri"
        ]
        return found

    assert uri("/home/a b/x.yaml") == "file:///home/a%20b/x.yaml"
    assert uri("C:/a/x.yaml") == "file:///C:/a/x.yaml"
    assert uri("../x.yaml") == "../x.yaml"


# ---- the guide --------------------------------------------------------------------------------

BLOCKS = re.findall(r"```yaml\n# (\S+)\n(.*?)```", GUIDE, re.DOTALL)


def commands_in(data: Any) -> list[str]:
    """Return each command line of readiness in a pipeline."""
    if isinstance(data, str):
        return [line for line in data.splitlines() if line.startswith("readiness ")]
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else []
    return [command for value in values for command in commands_in(value)]


@pytest.mark.parametrize(("name", "text"), BLOCKS)
def test_the_pipelines_of_the_guide_call_what_there_is(name: str, text: str) -> None:
    data = yaml.safe_load(text)
    found = commands_in(data)
    assert len(found) == 3
    for line in found:
        words = shlex.split(line)[1:]
        command: click.Command = main
        context = click.Context(main)
        while isinstance(command, click.Group):
            inner = command.get_command(context, words.pop(0))
            assert inner is not None, line
            command = inner
        command.make_context(command.name, words)  # it would refuse an option that is not there


def test_the_pipelines_of_the_guide_are_complete() -> None:
    by_name = {name: yaml.safe_load(text) for name, text in BLOCKS}
    github = by_name[".github/workflows/readiness.yaml"]
    steps = github["jobs"]["check"]["steps"]
    uses = [step["uses"] for step in steps if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", name) for name in uses)
    written = re.findall(r"--output (\S+)", GUIDE)
    read = [step["with"]["sarif_file"] for step in steps if "sarif_file" in step.get("with", {})]
    gitlab = by_name[".gitlab-ci.yml"]["readiness"]["artifacts"]["reports"]["junit"]
    assert sorted(read + gitlab) == sorted(written)
