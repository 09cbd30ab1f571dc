"""The published schemas of outputs: what commands write is of them, and nothing else is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import hostile
import pytest
from conftest import Run
from jsonschema import Draft7Validator
from lantern import House, page
from test_report import northmoor

from readiness.model.finding import Report
from readiness.render import drawing
from readiness.render import json as as_json
from readiness.resources import shipped_rules, shipped_scenarios
from readiness.schema import OUTPUTS

FOLDER = Path(__file__).resolve().parent.parent / "schema"
SCENARIOS = sorted(path.name for path in shipped_scenarios().iterdir() if path.is_dir())

__all__ = ["northmoor"]  # a fixture


@cache
def validator(name: str) -> Draft7Validator:
    text = (FOLDER / f"{name}.schema.json").read_text("utf-8")
    return Draft7Validator(json.loads(text))


def faults(name: str, data: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error in validator(name).iter_errors(data)
    ]


@pytest.fixture(scope="module")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(run: Run, cache_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command, with a cache that these tests share."""
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(cache_folder))
    return run


def written(run: Run, command: str, *args: str | Path) -> Any:
    books = ("--old-rules", "--new-rules") if command == "diff" else ("--rules",)
    chosen = [word for option in books for word in (option, shipped_rules())]
    ran = run(command, *args, *chosen, "--format", "json")
    assert ran.code in (0, 1), ran.err
    return json.loads(ran.out)


# ---- what is written is valid ----


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_check_is_valid(run: Run, scenario: str) -> None:
    data = written(run, "check", shipped_scenarios() / scenario)
    assert len(data["findings"]) == data["totals"]["all"]
    assert faults("check-output", data) == []


@pytest.mark.parametrize("command", ["settle", "plan", "claims"])
@pytest.mark.parametrize("scenario", ["ashmere", "northmoor", "fenhurst", "hollowmere"])
def test_what_is_asked_planned_and_claimed_is_valid(run: Run, scenario: str, command: str) -> None:
    data = written(run, command, shipped_scenarios() / scenario)
    assert faults(f"{command}-output", data) == []


@pytest.mark.parametrize("framework", ["area-send", "ilacs", "jtai", "youth-justice"])
def test_every_drill_is_valid(run: Run, framework: str) -> None:
    asked = ("--framework", framework, "--notified", "2026-11-02")
    data = written(run, "drill", shipped_scenarios() / "northmoor", *asked)
    assert faults("drill-output", data) == []


def test_what_is_supposed_is_valid(run: Run) -> None:
    supposed = ("--set", "local_offer.published=no", "--unlock")
    data = written(run, "what-if", shipped_scenarios() / "fenhurst", *supposed)
    assert data["changes"]
    assert data["unlocks"]
    assert faults("what-if-output", data) == []


def test_both_kinds_of_comparison_are_valid(run: Run, house: House) -> None:
    two = [shipped_scenarios() / name for name in ("larkwater", "wychford")]
    proved = written(run, "diff", *two)
    assert proved["proved"]
    assert proved["changes"]
    assert faults("diff-output", proved) == []
    result = house.write("result.json", json.dumps(written(run, "check", two[0])))
    told = written(run, "diff", result, two[1])
    assert not told["proved"]
    assert told["changes"]
    assert faults("diff-output", told) == []


@pytest.mark.parametrize("more", [(), ("--gaps",)])
def test_what_is_checked_is_valid(run: Run, more: tuple[str, ...]) -> None:
    data = written(run, "rules", "coverage", *more)
    assert data["frameworks"]
    assert faults("coverage-output", data) == []


def test_what_an_edit_changes_is_valid(run: Run, house: House) -> None:
    shutil.copytree(house.rules, house.folder / "old")
    (house.rules / "lantern/light/LAN-02.yaml").unlink()
    house.write("rules/lantern/light/LAN-09.yaml", page("LAN-09", "{fact: lamp.lit, is: yes}"))
    house.edit("rules/lantern/light/LAN-03.yaml", ("is: yes", "is: no"))
    ran = run("rules", "impact", "old", "--profiles", "profile.yaml", "--format", "json")
    data = json.loads(ran.out)
    assert {change["state"] for change in data["changes"]} == {"added", "changed", "removed"}
    assert data["councils"][0]["flips"]
    assert faults("impact-output", data) == []


def test_hostile_text_and_small_counts_are_valid_too(run: Run, house: House) -> None:
    hostile.write(house)
    for name, args in {
        "check-output": ("check", "profile.yaml"),
        "settle-output": ("settle", "profile.yaml"),
        "plan-output": ("plan", "profile.yaml"),
        "claims-output": ("claims", "profile.yaml"),
    }.items():
        for more in ((), ("--show-small-counts",)):
            ran = run(*args, *more, "--format", "json")
            assert faults(name, json.loads(ran.out)) == []


# ---- and nothing else is ----


def objects(data: Any) -> Iterator[dict[str, Any]]:
    """Yield each object inside data."""
    if isinstance(data, dict):
        yield data
        for value in data.values():
            yield from objects(value)
    elif isinstance(data, list):
        for value in data:
            yield from objects(value)


def shape(held: dict[str, Any]) -> frozenset[str]:
    return frozenset(held)


def cut(data: Any) -> Any:
    """Return data with at most three of each list in it."""
    if isinstance(data, dict):
        return {key: cut(value) for key, value in data.items()}
    return [cut(value) for value in data[:3]] if isinstance(data, list) else data


@pytest.fixture(scope="module")
def some(northmoor: Report) -> str:
    """Return a check with few findings, and something of everything."""
    data = json.loads(as_json.render(northmoor))
    shapes = {shape(held) for held in objects(data)}
    findings: list[Any] = []
    for finding in data["findings"]:
        here = {shape(held) for held in objects(finding)}
        if not here <= {shape(held) for held in objects(findings)}:
            findings.append(finding)
    few = {**cut(data), "findings": [cut(finding) for finding in findings]}
    assert {shape(held) for held in objects(few)} == shapes
    return json.dumps(few)


@pytest.fixture
def small(some: str) -> Any:
    """Return the same, to be spoilt."""
    return json.loads(some)


def test_every_key_is_needed_and_no_other_is_known(small: Any) -> None:
    """In one object of each shape."""
    valid = validator("check-output").is_valid
    assert valid(small)
    for held in {shape(held): held for held in objects(small)}.values():
        for key in list(held):
            kept = held.pop(key)
            assert not valid(small), f"without {key}"
            held[key] = kept
        held["another"] = None
        assert not valid(small)
        del held["another"]
    assert valid(small)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verdict", "pass"),
        ("verdict", None),
        ("reason", "because"),
        ("severity", "urgent"),
        ("holder", "council"),
        ("kind", "risk"),
        ("force", "may"),
        ("found", None),
        ("affected", 3),
    ],
)
def test_a_word_that_is_none_is_refused(small: Any, key: str, value: Any) -> None:
    small["findings"][0][key] = value
    assert faults("check-output", small) != []


@pytest.mark.parametrize(("key", "value"), [("schema_version", 2), ("as_of", "31 October 2026")])
def test_another_version_or_day_is_refused(small: Any, key: str, value: Any) -> None:
    assert faults("check-output", {**small, key: value}) != []


@pytest.mark.parametrize("name", OUTPUTS)
def test_it_says_which_version_it_is_of(name: str) -> None:
    schema = validator(name).schema
    assert isinstance(schema, dict)
    assert schema["$id"] == f"urn:readiness:{name}:{OUTPUTS[name].version}"
    for shape in schema.get("oneOf", [schema]):
        version = shape["properties"]["schema_version"]
        assert version["enum"] == [OUTPUTS[name].version]


# ---- what is drawn ----


def test_what_is_drawn_is_what_the_report_draws(run: Run, northmoor: Report) -> None:
    charts = written(run, "check", shipped_scenarios() / "northmoor")["charts"]
    by_id = {finding.id: finding for finding in northmoor.findings}
    for told in charts["series"]:
        one = next(
            s for s in by_id[told["findings"][0]].series
            if (s.fact, s.member) == (told["fact"], told["member"])
        )  # fmt: skip
        scale = 100 if one.unit == "per cent" else 1
        for point, shown in zip(told["points"], one.points, strict=True):
            assert (point["value"] is None) == (shown.at is None)
            if shown.at is not None:
                assert abs(Fraction(point["value"]) - shown.at * scale) <= Fraction(1, 10_000)
        trend = drawing.trend(one)
        assert trend is None or len(trend.marks) == sum(
            p["value"] is not None for p in told["points"]
        )
        assert (told["limits"] is None) == (one.limits is None)
        assert told["signals"] == list(one.signals)
    positions = {(one.fact, one.member) for f in northmoor.findings for one in f.positions}
    assert {(one["fact"], one["member"]) for one in charts["positions"]} == positions
    assert charts["timeliness"]
    assert any(one["overdue"] for one in charts["timeliness"])


def test_a_hidden_value_is_hidden_in_what_is_drawn(run: Run, house: House) -> None:
    asked = page("LAN-07", "{fact: lamp.children, at_most: 100}")
    house.write("rules/lantern/light/LAN-07.yaml", asked)
    counts = {f"2025-{month:02}": 3 if month == 4 else 40 + month for month in range(1, 13)}
    series = ", ".join(f"{period}: {count}" for period, count in counts.items())
    house.edit("profile.yaml", ("lamp.children: 80", f"lamp.children: {{series: {{{series}}}}}"))
    ran = run("check", "profile.yaml", "--format", "json")
    drawn = json.loads(ran.out)["charts"]["series"][0]
    hidden = [point for point in drawn["points"] if point["value"] is None]
    assert [point["text"] for point in hidden] == ["fewer than 6 children"]
    assert (drawn["limits"], drawn["signals"]) == (None, [])
    own = json.loads(run("check", "profile.yaml", "--format", "json", "--show-small-counts").out)
    assert own["charts"]["series"][0]["points"][3]["value"] == "3"
    assert own["charts"]["series"][0]["limits"] is not None
    assert own["small_counts_shown"]
