"""The JSON Schemas: fresh, small, explained; they take what the loader takes and show mistakes."""

from __future__ import annotations

import copy
import json
import re
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import Run
from generate import build_profile, build_rulebook, make_pages, make_profile
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from lantern import FILES, PROFILE, House, build
from pydantic import ValidationError
from shipped import shipped_rulebook

from readiness.app.schemas import out_of_date
from readiness.errors import InvalidInput
from readiness.rulebook.conditions import FORMS, KEYS, TESTS
from readiness.rulebook.rulebook import Rulebook
from readiness.schema import OUTPUTS, SCHEMAS, schemas
from readiness.schema.schemas import MOST
from readiness.yaml_reader import read_file, read_text

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "schema"
MAPPING = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))


def as_seen(data: Any, *, words: bool) -> Any:
    """Return data as an editor sees it: days are text, and `yes` is a truth or a word."""
    if isinstance(data, dict):
        return {key: as_seen(value, words=words) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [as_seen(value, words=words) for value in data]
    if isinstance(data, bool):
        return ("yes" if data else "no") if words else data
    if isinstance(data, date):
        return data.isoformat()
    return float(data) if isinstance(data, Decimal) else data


@cache
def made() -> dict[str, str]:
    return schemas(shipped_rulebook())


@cache
def shipped(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads(made()[f"{name}.schema.json"]))


def validators(rulebook: Rulebook) -> dict[str, Draft7Validator]:
    return {
        name.removesuffix(".schema.json"): Draft7Validator(json.loads(text))
        for name, text in schemas(rulebook).items()
    }


def faults(validator: Draft7Validator, data: Any) -> list[str]:
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for words in (False, True)
        for error in validator.iter_errors(as_seen(data, words=words))
    ]


# ---- the files --------------------------------------------------------------------------------


def test_they_are_up_to_date() -> None:
    assert out_of_date(made(), FOLDER) == [], "run: readiness rules schema"


@pytest.mark.parametrize("name", [*SCHEMAS, *OUTPUTS])
def test_it_is_a_small_schema_of_draft_7(name: str) -> None:
    text = made()[f"{name}.schema.json"]
    schema = json.loads(text)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema)
    assert len(text.encode()) <= MOST
    assert "$defs" not in text
    for reference in re.findall(r'"\$ref":"#/definitions/([^"]+)"', text):
        assert reference in schema["definitions"]
        assert not set("/~%") & set(reference)


def groups(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield each group of keys that names all of its keys."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False and schema.get("type") == "object":
            yield schema["properties"]
        for value in schema.values():
            yield from groups(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from groups(value)


@pytest.mark.parametrize("name", [*SCHEMAS, *OUTPUTS])
def test_every_key_is_explained(name: str) -> None:
    schema = json.loads(made()[f"{name}.schema.json"])
    definitions = schema["definitions"]
    for keys in groups(schema):
        for key, held in keys.items():
            target = held.get("$ref", "").removeprefix("#/definitions/")
            helped = held.get("description") or definitions.get(target, {}).get("description")
            elsewhere = target == "standard" or target.startswith(("group:", "fact:"))
            assert helped or elsewhere, f"{key}: explain it in the docstring of its class"


def test_facts_sources_and_codes_are_words_to_choose_from() -> None:
    rulebook = shipped_rulebook()
    known = json.loads(made()["expectation.schema.json"])["definitions"]
    assert known["fact"]["enum"] == list(rulebook.facts)
    assert len(known["fact"]["enumDescriptions"]) == len(rulebook.facts)
    assert known["source"]["enum"] == list(rulebook.sources)
    assert known["issue"]["enum"] == list(rulebook.issue_codes())
    assert known["framework"]["enum"] == list(rulebook.frameworks)
    assert known["dimension"]["enum"] == list(rulebook.dimensions)
    facts = json.loads(made()["profile.schema.json"])["definitions"]
    assert set(rulebook.facts) <= facts["facts"]["properties"].keys()
    for dimension in rulebook.dimensions:
        if f"each:{dimension}" in facts:
            members = rulebook.dimensions[dimension].members
            assert members.keys() <= facts[f"each:{dimension}"]["properties"].keys()


def test_a_case_is_told_without_words_to_choose_from() -> None:
    """An editor shows the help of each choice that it meets on its way, that of an `if` too."""

    def choices(schema: Any, *, inside: bool = False) -> int:
        if isinstance(schema, list):
            return sum(choices(part, inside=inside) for part in schema)
        if not isinstance(schema, dict):
            return 0
        own = inside and "enum" in schema
        below = ((inside or key == "if", value) for key, value in schema.items())
        return own + sum(choices(value, inside=within) for within, value in below)

    counted = {name: choices(json.loads(text)) for name, text in made().items()}
    assert not any(counted.values()), counted


def test_conditions_have_the_keys_of_their_reader() -> None:
    known = json.loads(made()["expectation.schema.json"])["definitions"]
    for form in FORMS:
        keys = known[f"{form}_condition"]["properties"]
        wanted = {"fact", "for", "change", *TESTS} if form == "fact" else {*KEYS[form]}
        assert keys.keys() == wanted
    assert list(known["condition"]["properties"]) == list(FORMS)
    chosen, order = known["condition"], []
    while "if" in chosen:
        order += chosen["if"]["required"]
        chosen = chosen["else"]
    assert order == list(FORMS), "forms are told apart in the order of the reader"


# ---- what is right is taken -------------------------------------------------------------------

PAGES = {
    file.relative_to(ROOT).as_posix(): name
    for name, kind in SCHEMAS.items()
    for pattern in kind.where
    if not pattern.startswith("**")
    for file in ROOT.glob(pattern)
    if name != "expectation" or not {"facts", "issues"} & set(file.parts)
}


@pytest.mark.parametrize("name", sorted(set(PAGES.values())))
def test_every_page_that_ships_is_valid(name: str) -> None:
    files = [file for file, kind in PAGES.items() if kind == name]
    wrong = {}
    for number, file in enumerate(files):
        seen = as_seen(read_file(ROOT / file).data, words=number % 2 == 0)
        if not shipped(name).is_valid(seen):
            wrong[file] = faults(shipped(name), read_file(ROOT / file).data)
    assert wrong == {}
    assert files


def test_the_documented_overlay_is_valid() -> None:
    text = (ROOT / "docs" / "overlays.md").read_text(encoding="utf-8")
    for name, page in re.findall(r"```yaml\n# (\S+)\n(.*?)```", text, re.DOTALL):
        folder = Path(name).parts[0].removesuffix(".yaml")
        kind = "overlay-change" if folder == "changes" else folder
        kind = "overlay" if name == "overlay.yaml" else kind
        data = read_text(page, name).data
        if kind == "facts":  # of the overlay itself
            data["lampton.welcome_visits"].pop("of")
        assert faults(shipped(kind), data) == []


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_generated_is_valid(seed: int) -> None:
    random = Random(seed)
    pages = make_pages(random, 12)
    rulebook = build_rulebook(pages)
    known = validators(rulebook)
    for name, page in pages.items():
        if name.count("/") == 2:
            assert faults(known["expectation"], page) == [], name
    for _ in range(3):
        profile = make_profile(random, rulebook)
        assert faults(known["profile"], profile) == []


SCALARS: list[Any] = [
    True, False, 3, 1, 12, -1, Decimal("46.4"), "46.4%", "312/480", "0/0", "12 weeks", "1 year",
    "15 working days", date(2026, 10, 31), "2026-10-31", "not_yet", "not_commenced", "as_of",
    "unknown", "none", "met", "not_met", "yes", "law", "policy", "duty", "high", "England", "a", "",
    [], ["a"], [1], {}, {"unknown": "so"}, {"value": 1}, {"value": True}, {"suppressed": "c"},
    {"series": {"2025": 12}}, {"threshold": "on_time"}, {"fact": "lamp.on_time", "is": "1/2"},
    {"fact": "lamp.lit", "is": True}, {"yearly": "15 February"}, "waiting", "waits", "fine",
    "lamp.lit", "lamp.on_time", "room.seen", "LAN-01", "lantern", "lamp-act", "12%", "5 points",
]  # fmt: skip
KEYS_TO_TRY = (
    "value", "period", "dated", "evidence", "unknown", "not_applicable", "conflicting", "by",
    "within", "at_least", "is", "fact", "for", "all", "any", "not", "threshold", "from", "until",
    "note", "attic", "hall", "lamp", "lamp.lit", "room.wait", "as_of", "findings", "plan", "every",
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, whole: dict[str, Any]) -> dict[str, Any]:
    """Draw a page in which one to three things are others, gone, added or renamed."""
    data = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        here: Any = data
        step: Any = draw(st.sampled_from(list(here)))
        while isinstance(here[step], (dict, list)) and here[step] and draw(st.integers(0, 3)):
            here = here[step]
            inside = list(here) if isinstance(here, dict) else range(len(here))
            step = draw(st.sampled_from(inside))
        what = draw(st.sampled_from(["other", "other", "gone", "added", "renamed"]))
        if what == "gone" or (what == "renamed" and isinstance(here, list)):
            del here[step]
        elif what == "added" and isinstance(here, dict):
            here[draw(st.sampled_from(KEYS_TO_TRY))] = copy.deepcopy(draw(st.sampled_from(SCALARS)))
        elif what == "renamed":
            here[draw(st.sampled_from(KEYS_TO_TRY))] = here.pop(step)
        else:
            here[step] = copy.deepcopy(draw(st.sampled_from(SCALARS)))
        if not data:
            return data
    return data


LANTERN = {name: read_text(text, name).data for name, text in FILES.items()}
LAMPTON = read_text(PROFILE, "profile.yaml").data


@cache
def lantern() -> tuple[Rulebook, dict[str, Draft7Validator]]:
    with tempfile.TemporaryDirectory() as folder:
        rulebook = build(Path(folder)).rulebook()
    return rulebook, validators(rulebook)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_profile_that_the_loader_takes_is_taken(data: st.DataObject) -> None:
    rulebook, known = lantern()
    profile = data.draw(mutated(LAMPTON))
    try:
        build_profile(profile, rulebook)
    except InvalidInput:
        return
    assert faults(known["profile"], profile) == []


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from([name for name in LANTERN if name.count("/") == 2]))
def test_an_expectation_that_the_loader_takes_is_taken(data: st.DataObject, name: str) -> None:
    _, known = lantern()
    page = data.draw(mutated({key: v for key, v in LANTERN[name].items() if key != "examples"}))
    page["examples"] = LANTERN[name]["examples"]
    if any(page.get(key) != LANTERN[name][key] for key in ("id", "framework", "criterion")):
        return
    for citation in page.get("citations", []) if isinstance(page.get("citations"), list) else []:
        if not isinstance(citation, dict) or citation.get("source") not in ("lamp-act",):
            return
    if page.get("affected") not in (None, "lamp.late") or page.get("issues", ["late-visits"]) != [
        "late-visits"
    ]:
        return
    try:
        build_rulebook({**LANTERN, name: page})
    except (InvalidInput, ValidationError):
        return
    assert faults(known["expectation"], page) == []


# ---- what is wrong is shown -------------------------------------------------------------------

EHC = "rules/area-send/needs-identified/SEND-EHC-001.yaml"
WRONG: dict[str, tuple[str, str, str, str]] = {
    "misspelt key": (EHC, "\nseverity:", "\nseverty:", "severty"),
    "missing key": (EHC, "\nseverity: high", "", "severity"),
    "misspelt fact": (EHC, "{fact: ehcp.issued_on_time, at", "{fact: ehcp.issued_in_time, at",
                      "ehcp.issued_in_time"),
    "misspelt source": (EHC, "source: send-regs-2014", "source: send-regs", "send-regs"),
    "misspelt criterion": (EHC, "needs-identified\n", "needs-identifed\n", "needs-identifed"),
    "misspelt framework": (EHC, "framework: area-send", "framework: areasend", "areasend"),
    "misspelt issue": (EHC, "ehcp-20-week-timeliness", "ehcp-20-weeks", "ehcp-20-weeks"),
    "wrong word": (EHC, "severity: high", "severity: serious", "serious"),
    "wrong verdict": (EHC, "verdict: not_met", "verdict: unmet", "unmet"),
    "wrong reason": (EHC, "because: missing", "because: mising", "mising"),
    "wrong basis": (EHC, "basis: law", "basis: statute", "statute"),
    "a day the wrong way": (EHC, "in_force: {from: 2014-09-01}", "in_force: {from: '1/9/2014'}",
                            "1/9/2014"),
    "a time without unit": (EHC, "within: 4 weeks", "within: 'a month'", "a month"),
    "a list that is none": (EHC, "issues: [ehcp-20-week-timeliness]", "issues: late", "late"),
    "a share as a number": (EHC, "ehcp.issued_on_time: 100%", "ehcp.issued_on_time: 1.0", "1.0"),
    "a fact in an example": (EHC, "given: {ehcp.issued_in_year: 40}", "given: {ehcp.issued: 40}",
                             "ehcp.issued"),
    "a test that does not fit": (EHC, "more_than: 0", "includes: 0", "includes"),
    "a test that is none": (EHC, "more_than: 0", "over: 0", "over"),
    "a value of another type": (EHC, "more_than: 0", "more_than: many", "many"),
    "no condition": (EHC, "applies_when: {fact: ehcp.issued_in_year, more_than: 0}",
                     "applies_when: {facts: x}", "facts"),
    "an unknown source key": ("rules/sources.yaml", "short: CFA 2014", "shrt: CFA 2014", "shrt"),
    "a type of fact": ("rules/facts/ehc.yaml", "type: share", "type: percentage", "percentage"),
    "a unit": ("rules/facts/ehc.yaml", "of: plans", "of: palns", "palns"),
    "a dimension": ("rules/facts/send-health.yaml", "for_each: health_service",
                    "for_each: health_servic", "health_servic"),
    "who checks": ("rules/area-send/coverage.yaml", "[SEND-EHC-001, ", "[SEND-EHC-01, ",
                   "SEND-EHC-01"),
    "a figure's fact": ("rules/benchmarks/dfe-cin.yaml", "cin.rereferral_share, place",
                        "cin.rereferal_share, place", "cin.rereferal_share"),
    "a place": ("rules/benchmarks/dfe-cin.yaml", "place: england", "place: UK", "UK"),
    "a scenario's verdict": ("scenarios/northmoor/scenario.yaml", "ILACS-HP-001: not_met",
                             "ILACS-HP-001: failed", "failed"),
    "a scenario's id": ("scenarios/northmoor/scenario.yaml", "ILACS-HP-001: not_met",
                        "ILACS-HP-01: not_met", "ILACS-HP-01"),
    "the format": ("rules/rulebook.yaml", "format: 1", "format: 2", "2"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG.values(), ids=list(WRONG))
def test_a_wrong_page_is_shown(case: tuple[str, str, str, str]) -> None:
    file, old, new, named = case
    text = (ROOT / file).read_text(encoding="utf-8")
    assert old in text
    data = read_text(text.replace(old, new, 1), file).data
    shown = list(shipped(PAGES[file]).iter_errors(as_seen(data, words=True)))
    assert shown
    told = [str(error.message) for error in shown]
    told += [str(error.message) for one in shown for error in one.context or ()]
    assert any(named in message for message in told), told


PROFILES: dict[str, str] = {
    "unknown key": "cuncil: {name: x}",
    "misspelt fact": "facts: {ehcp.issued_in_time: 12%}",
    "misspelt nested fact": "facts: {ehcp: {issued_in_time: 12%}}",
    "a share as a number": "facts: {ehcp.issued_on_time: 46.4}",
    "a count as text": "facts: {ehcp.issued_in_year: many}",
    "a wait in another unit": "facts: {health.wait_median: {slt: 14 months}}",
    "a wait without unit": "facts: {health.wait_median: {slt: 14}}",
    "no such member": "facts: {health.wait_median: {speech: 14 weeks}}",
    "a family's value alone": "facts: {health.wait_median: 14 weeks}",
    "an unknown key of a value": "facts: {ehcp.issued_on_time: {valu: 12%}}",
    "one statement in conflict": "facts: {ehcp.issued_on_time: {conflicting: [12%]}}",
    "a kind of evidence": "evidence: {x: {title: t, kind: memo, dated: 2026-01-01}}",
    "a plan without what is done": "plan: [{id: P-1}]",
    "a plan for nothing": "plan: [{id: P-1, do: x, addresses: [SEND-EHC-01]}]",
    "a status": "plan: [{id: P-1, do: x, status: ongoing}]",
    "a standard nobody asks for": "standards: {SEND-EHC-001.on_time: none}",
    "an acceptance without reason": "acceptances: [{expectation: SEND-EHC-001, by: x}]",
    "a council's code": "council: {name: x, code: '123'}",
    "a day": "as_of: soon",
}


@pytest.mark.parametrize("text", PROFILES.values(), ids=list(PROFILES))
def test_a_wrong_profile_is_shown(text: str) -> None:
    assert faults(shipped("profile"), read_text(text, "profile.yaml").data) != []


@pytest.mark.parametrize(
    "text",
    [
        "facts: {ehcp: {issued_on_time: 46.4%}}",
        "facts: {ehcp.issued_on_time: {numerator: 1, denominator: 2, evidence: none}}",
        "facts: {health.wait_median: unknown}",
        "facts: {health.wait_median: {slt: {value: 14 weeks}, dated: 2026-10-31}}",
        "facts: {health.wait_median: {unknown: nobody counts}}",
        "facts: {ehcp.issued_on_time: {conflicting: [12%, {value: 14%, source: x}]}}",
        "facts: {local_offer.published: yes}",
        "acceptances: [{expectation: SEND-EHC-001, by: x, reason: y, until: soon}]",
        "{}",
    ],
)
def test_short_and_long_forms_are_taken(text: str) -> None:
    assert faults(shipped("profile"), read_text(text, "profile.yaml").data) == []


# ---- the editor's mapping ---------------------------------------------------------------------


def _patterns(crossing: bool) -> dict[str, list[re.Pattern[str]]]:
    """Return what the editor matches pages with; whether `*` crosses folders is not agreed on."""
    star = ".*" if crossing else "[^/]*"
    return {
        Path(schema).name.removesuffix(".schema.json"): [
            re.compile(
                "(?:.*/)?" + re.escape(pattern.removeprefix("**/")).replace(r"\*", star) + "$"
            )
            for pattern in patterns
        ]
        for schema, patterns in MAPPING["yaml.schemas"].items()
    }


@pytest.mark.parametrize("crossing", [True, False])
def test_every_page_has_one_schema_in_the_editor(crossing: bool) -> None:
    patterns = _patterns(crossing)
    assert patterns.keys() == SCHEMAS.keys()
    mapped = {
        file: [n for n, known in patterns.items() if any(p.fullmatch(file) for p in known)]
        for file in [*PAGES, "lampton/overlay.yaml", "lampton/changes/SEND-EHC-001.yaml"]
    }
    wanted: dict[str, str] = {**PAGES, "lampton/overlay.yaml": "overlay"}
    wanted["lampton/changes/SEND-EHC-001.yaml"] = "overlay-change"
    assert {file: names for file, names in mapped.items() if names != [wanted[file]]} == {}


def test_every_yaml_file_that_ships_has_a_schema() -> None:
    files = [*(ROOT / "rules").rglob("*.yaml"), *(ROOT / "scenarios").rglob("*.yaml")]
    assert {file.relative_to(ROOT).as_posix() for file in files} - PAGES.keys() == set()


def test_the_mapping_names_schemas_that_are_there() -> None:
    for schema, patterns in MAPPING["yaml.schemas"].items():
        assert (ROOT / schema).is_file()
        assert patterns == list(SCHEMAS[Path(schema).name.removesuffix(".schema.json")].where)


# ---- the command ------------------------------------------------------------------------------


def test_they_are_written_and_checked(house: House, run: Run) -> None:
    first = run("rules", "schema", "--check")
    assert first.code == 1
    assert "schema/expectation.schema.json is not there" in first.out
    assert run("rules", "schema").out == f"{len(SCHEMAS) + len(OUTPUTS)} schemas are in schema\n"
    assert run("rules", "schema", "--check").code == 0
    assert b"lamp.lit" in (house.folder / "schema/expectation.schema.json").read_bytes()
    house.edit("rules/facts/lamps.yaml", ("lamp.lit:", "lamp.burning:"))
    for file in (house.rules / "lantern").rglob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("lamp.lit", "lamp.burning"))
    house.write("schema/other.schema.json", "{}")
    stale = run("rules", "schema", "--check", "--output", "schema")
    assert stale.code == 1
    assert "schema/profile.schema.json is out of date" in stale.out
    assert "schema/other.schema.json is of no page or output" in stale.out
    assert stale.out.endswith("run: readiness rules schema\n")


def test_an_overlays_words_are_known_too(house: House, run: Run) -> None:
    house.write("over/overlay.yaml", "id: lampton\ntitle: Lampton\nformat: 1\n")
    house.write("over/facts/oil.yaml", "lampton.oil: {title: o, type: yes_no, definition: d}\n")
    assert run("rules", "schema", "--overlay", "over", "-o", "made/schema").code == 0
    written = (house.folder / "made/schema/profile.schema.json").read_text(encoding="utf-8")
    assert "lampton.oil" in written


def test_a_folder_that_cannot_be_made(house: House, run: Run) -> None:
    shown = run("rules", "schema", "--output", "profile.yaml")
    assert shown.code == 2
    assert "profile.yaml cannot be made" in shown.err
