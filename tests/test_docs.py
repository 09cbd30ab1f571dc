"""What the documentation promises is there, and what is there is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from shipped import shipped_rulebook

from readiness.app.checking import check
from readiness.app.choice import RulebookChoice
from readiness.cli import main
from readiness.errors import ExitCode
from readiness.model.conditions import DateOp, Op
from readiness.model.facts import Fact, PublishedAs
from readiness.model.vocabulary import EvidenceKind, FactType, Reason
from readiness.profile.load import KEYS, read_profile
from readiness.render.text import render
from readiness.rulebook.conditions import FORMS, SELECTORS
from readiness.yaml_reader import read_text

FROM_DATA = {"id", "cadence", "published_as"}
"""Keys of a fact that are no author's to choose: its name, and what ties it to a publication."""

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LANGUAGE = (ROOT / "docs" / "rule-language.md").read_text(encoding="utf-8")
PROFILE = (ROOT / "docs" / "profile.md").read_text(encoding="utf-8")
READING = (ROOT / "docs" / "reading-a-check.md").read_text(encoding="utf-8")


def _commands(group: click.Group, path: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}"


@pytest.mark.parametrize("command", list(_commands(main)))
def test_command_is_in_the_readme(command: str) -> None:
    assert re.search(rf"`(?:readiness )?{command}\b", README)


def test_every_command_in_the_readme_exists() -> None:
    section = README.split("## Commands")[1].split("\n## ")[0]
    named = re.findall(r"^\| `readiness ([a-z-]+(?: [a-z-]+)?)", section, re.MULTILINE)
    known = set(_commands(main))
    assert named
    assert [name for name in named if name not in known] == []


@pytest.mark.parametrize("code", list(ExitCode), ids=str)
def test_exit_code_is_in_the_readme(code: ExitCode) -> None:
    assert f"\n| {code.value} | " in README


@pytest.mark.parametrize("form", [*FORMS, *Op, *DateOp, *SELECTORS])
def test_form_of_condition_is_in_the_rule_language(form: str) -> None:
    assert re.search(rf"\b{form}\b", LANGUAGE)


@pytest.mark.parametrize("key", sorted(Fact.model_fields.keys() - FROM_DATA))
def test_key_of_a_fact_is_in_the_rule_language(key: str) -> None:
    facts = LANGUAGE.split("## Facts")[1].split("\n## ")[0]
    assert f"`{key}`" in facts


@pytest.mark.parametrize("reason", list(Reason))
def test_reason_is_in_the_rule_language(reason: Reason) -> None:
    assert f"`{reason}`" in LANGUAGE


@pytest.mark.parametrize("key", KEYS)
def test_section_is_in_the_profile(key: str) -> None:
    assert key in PROFILE


@pytest.mark.parametrize("word", [*(t.replace("_", " ") for t in FactType), *EvidenceKind])
def test_word_is_in_the_profile(word: str) -> None:
    assert word.replace("yes no", "yes or no") in PROFILE


def test_example_profile_can_be_read() -> None:
    found = re.search(r"```yaml\n(.*?)```", PROFILE, re.DOTALL)
    assert found
    rulebook = shipped_rulebook()
    profile = read_profile([read_text(found[1], "docs/profile.md")], rulebook)
    assert profile.council.name == "Northmoor"


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README + LANGUAGE + READING))
def test_link_leads_somewhere(link: str) -> None:
    if not link.startswith("https://"):
        assert any((folder / link).exists() for folder in (ROOT, ROOT / "docs"))


def test_sample_in_the_readme_is_what_a_check_prints() -> None:
    sample = README.split("<!-- sample -->\n```text\n")[1].split("\n```")[0]
    checked = check(
        ROOT / "scenarios" / "northmoor",
        today=lambda: date(2026, 1, 1),
        book=RulebookChoice(ROOT / "rules", cache=False),
        engine="builtin",
    )
    printed = iter([_counts_apart(line) for line in render(checked.report).splitlines()])
    shown = [_counts_apart(line) for line in sample.splitlines() if line.strip() not in ("", "…")]
    assert [line for line in shown if line not in printed] == []


def _counts_apart(line: str) -> str:
    """Return a line without its counts, which change with every rule that is added."""
    return re.sub(r"\d+", "#", line)


def test_published_facts_name_their_release() -> None:
    rulebook = shipped_rulebook()
    published = [f for f in rulebook.facts.values() if isinstance(f.published_as, PublishedAs)]
    assert published
    assert all(f.cadence is not None for f in published), "a year key needs its meaning"
