"""The shipped scenarios: one case for each verdict that a scenario's story is about."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped import shipped_compiled, shipped_rulebook

from readiness.analysis.findings.build import EVERYTHING, Extent, findings
from readiness.analysis.pages.scenarios import (
    load_scenario,
    said,
    scenario_folders,
    scenario_result,
)
from readiness.app.checking import Selection, make_report
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.model.disclosure import Disclosure
from readiness.model.vocabulary import Verdict
from readiness.profile.load import load_profile
from readiness.render.text import FIRST, render
from readiness.resources import shipped_scenarios

RULEBOOK = shipped_rulebook()
COMPILED = shipped_compiled()
FOLDERS = scenario_folders(shipped_scenarios())
PAGES = {folder.name: load_scenario(folder, RULEBOOK) for folder in FOLDERS}


def _evaluation(folder: Path) -> Evaluation:
    profile = load_profile(folder, RULEBOOK)
    return evaluate(RULEBOOK, COMPILED, profile, PAGES[folder.name].as_of)


EVALUATIONS = {folder.name: _evaluation(folder) for folder in FOLDERS}
FINDINGS = {
    name: {finding.id: finding for finding in findings(evaluation, Disclosure())}
    for name, evaluation in EVALUATIONS.items()
}


def _cases() -> list[tuple[str, str, str, str | None]]:
    return [
        (name, id, *said(expected))
        for name, page in PAGES.items()
        for id, expected in page.verdicts.items()
    ]


@pytest.mark.parametrize(("scenario", "id", "verdict", "reason"), _cases())
def test_verdict(scenario: str, id: str, verdict: str, reason: str | None) -> None:
    finding = FINDINGS[scenario][id]
    assert finding.verdict == verdict
    if reason is not None:
        assert finding.reason == reason


@pytest.mark.parametrize("name", PAGES)
def test_scenario_as_a_whole(name: str) -> None:
    assert scenario_result(name, PAGES[name], EVALUATIONS[name]).differences == ()


def _counts(scenario: str) -> dict[Verdict, int]:
    made = FINDINGS[scenario].values()
    return {verdict: sum(finding.verdict is verdict for finding in made) for verdict in Verdict}


def test_scenarios_differ_in_what_is_known_and_in_how_good_it_is() -> None:
    good, bad, unknown = _counts("ashmere"), _counts("northmoor"), _counts("fenhurst")
    assert good[Verdict.MET] > 0.8 * (good[Verdict.MET] + good[Verdict.NOT_MET])
    assert bad[Verdict.NOT_MET] > 0.5 * (bad[Verdict.MET] + bad[Verdict.NOT_MET])
    assert unknown[Verdict.UNKNOWN] > 0.6 * len(RULEBOOK.expectations)


def test_at_least_six_scenarios_decide_most_of_what_send_asks() -> None:
    send = [
        e.id for e in RULEBOOK.expectations.values() if e.framework in ("send-law", "area-send")
    ]
    decided = {
        name: sum(made[id].verdict is not Verdict.UNKNOWN for id in send) / len(send)
        for name, made in FINDINGS.items()
    }
    assert sum(share >= 0.75 for share in decided.values()) >= 6


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_story_is_told_in_three_sentences(folder: Path) -> None:
    assert PAGES[folder.name].story.count(".") == 3


@pytest.mark.parametrize("framework", [None, "area-send", "workforce"])
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_short_report_says_what_the_whole_one_would(folder: Path, framework: str | None) -> None:
    evaluation = EVALUATIONS[folder.name]
    whole, short = (
        make_report(evaluation, "profile", Selection(framework), Disclosure(), extent)
        for extent in (EVERYTHING, Extent(first=FIRST))
    )
    assert [f.id for f in short.findings] == [f.id for f in whole.findings]
    assert render(short) == render(whole)
