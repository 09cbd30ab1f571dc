"""The issue pages: complete, well formed and written once."""

from __future__ import annotations

import re

import pytest
from shipped import shipped_rulebook

from readiness.model.expectation import Issue

RULEBOOK = shipped_rulebook()
PAGES = {page.framework: page for page in RULEBOOK.issues}
ENTRIES = [
    pytest.param(name, code, issue, id=f"{name}-{code}")
    for name, page in PAGES.items()
    for code, issue in page.codes.items()
]
# Both kinds of inspection raise these; they are written once, on the page for Area SEND.
SHARED = {"multi-agency-working", "transition-to-adult-services"}
ILACS_AREAS = {
    "leadership",
    "quality-assurance",
    "workforce",
    "help-and-protection",
    "children-in-care",
    "care-leavers",
    "partnership",
}
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."


def test_every_code_of_both_taxonomies_is_there() -> None:
    area_send, ilacs = PAGES["area-send"].codes, PAGES["ilacs"].codes
    assert len(area_send) == 73
    assert len(ilacs.keys() | SHARED) == 89
    assert area_send.keys() >= SHARED


def test_a_code_stands_on_one_page_only() -> None:
    codes = [code for page in RULEBOOK.issues for code in page.codes]
    assert len(codes) == len(set(codes))


def test_definitions_are_unique() -> None:
    definitions = [issue.definition for page in RULEBOOK.issues for issue in page.codes.values()]
    assert len(definitions) == len(set(definitions))


def test_titles_are_unique() -> None:
    titles = list(RULEBOOK.issue_codes().values())
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(("framework", "code", "issue"), ENTRIES)
def test_an_entry_is_well_formed(framework: str, code: str, issue: Issue) -> None:
    areas = (
        RULEBOOK.frameworks[framework].criteria.keys() if framework == "area-send" else ILACS_AREAS
    )
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
    assert issue.area in areas
    assert issue.definition.endswith(".")
    assert issue.definition.count(".") == 1, "one sentence"
    assert not issue.title.endswith(".")


@pytest.mark.parametrize("framework", ["area-send", "ilacs"])
def test_the_source_carries_the_attribution(framework: str) -> None:
    assert PAGES[framework].source.endswith(ATTRIBUTION)
