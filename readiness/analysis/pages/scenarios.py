"""Scenarios: synthetic councils with the verdicts that they must get, as regression tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from readiness.analysis.findings.build import findings
from readiness.engine.compile import Compiled
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.errors import InvalidProfile, Problem
from readiness.model.disclosure import Disclosure
from readiness.model.facts import Day, Page
from readiness.model.finding import Finding, Totals
from readiness.model.values import near
from readiness.model.vocabulary import Reason, Verdict
from readiness.pages import check
from readiness.profile.load import load_profile
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import Document, read_file

FIRST = 5
"""Among how many first findings the ids of `first:` must be."""


class ScenarioPage(Page):
    """`scenario.yaml`: the story, and the verdicts that must follow.

    Attributes:
        title: What sort of council it is.
        story: What happened there, in three sentences.
        as_of: The evaluation date.
        verdicts: A verdict, or `{verdict: reason}`, for each expectation that the story is about.
            One that is not named is not tested, so that a new rule breaks no scenario.
        totals: How many findings of each verdict there must be.
        first: Ids that must be among the first five findings.
    """

    title: str
    story: str
    as_of: Day
    verdicts: dict[str, Any]
    totals: dict[str, int] | None = None
    first: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What became of a scenario."""

    name: str
    checked: int
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as written."""
        return not self.differences


def scenario_folders(root: FilePath) -> list[FilePath]:
    """Return the scenario folders at or below a folder."""
    if (root / "scenario.yaml").is_file():
        return [root]
    return sorted(path.parent for path in root.glob("*/scenario.yaml"))


def load_scenario(folder: FilePath, rulebook: Rulebook) -> ScenarioPage:
    """Return a scenario's page.

    Raises:
        InvalidProfile: With every problem found.
    """
    page, document = scenario_page(folder)
    problems: list[Problem] = []
    for id, word in page.verdicts.items():
        if id not in rulebook.expectations:
            help = near(id, list(rulebook.expectations))
            message = f"no expectation is called '{id}'"
            problems.append(document.problem(("verdicts", id), message, help, key=True))
        else:
            verdict, reason = said(word)
            if verdict not in list(Verdict) or reason not in (None, *Reason):
                problems.append(document.problem(("verdicts", id), f"'{word}' is not a verdict"))
    if problems:
        raise InvalidProfile(problems)
    return page


def scenario_page(folder: FilePath) -> tuple[ScenarioPage, Document]:
    """Return a scenario's page, whatever the rulebook holds, and where it stands.

    Raises:
        InvalidProfile: With every problem found.
    """
    file = folder / "scenario.yaml"
    document = read_file(file, file.as_posix())
    problems: list[Problem] = []
    page = check(ScenarioPage, document.data, document, (), problems)
    if page is None:
        raise InvalidProfile(problems)
    return page, document


def run_scenario(folder: FilePath, rulebook: Rulebook, compiled: Compiled) -> ScenarioResult:
    """Return how a scenario came out.

    Raises:
        InvalidProfile: If its page or profile cannot be used.
    """
    page = load_scenario(folder, rulebook)
    profile = load_profile(folder, rulebook)
    evaluation = evaluate(rulebook, compiled, profile, page.as_of)
    return scenario_result(folder.name, page, evaluation)


def scenario_result(name: str, page: ScenarioPage, evaluation: Evaluation) -> ScenarioResult:
    """Return how an evaluation compares with what a scenario expects."""
    made = findings(evaluation, Disclosure())
    return ScenarioResult(name, len(page.verdicts), tuple(_differences(page, made)))


def said(word: Any) -> tuple[str, str | None]:
    """Return the verdict and reason of `met` or `{unknown: missing}`."""
    if isinstance(word, Mapping) and len(word) == 1:
        verdict, reason = next(iter(word.items()))
        return str(verdict), str(reason)
    return str(word), None


def _differences(page: ScenarioPage, made: tuple[Finding, ...]) -> Iterator[str]:
    by_id = {finding.id: finding for finding in made}
    for id, word in page.verdicts.items():
        verdict, reason = said(word)
        got = by_id[id]
        if got.verdict != verdict or reason not in (None, got.reason):
            wanted = f"{verdict} ({reason})" if reason else verdict
            because = f" ({got.reason})" if got.reason else ""
            yield f"{id}: expected {wanted}, got {got.verdict}{because}"
    totals = Totals.of(made)
    for name, wanted_count in (page.totals or {}).items():
        count = getattr(totals, name, None)
        if count != wanted_count:
            yield f"totals: expected {wanted_count} {name}, got {count}"
    first = [finding.id for finding in made[:FIRST]]
    for id in page.first:
        if id not in first:
            yield f"first: {id} is not among {', '.join(first)}"
