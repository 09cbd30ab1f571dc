"""The included councils against what is written for them."""

from __future__ import annotations

from pathlib import Path

from readiness.analysis.pages.scenarios import ScenarioResult, run_scenario, scenario_folders
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import compiled_rulebook
from readiness.errors import UsageError
from readiness.resources import shipped_scenarios


def included() -> list[Path]:
    """Return the folders of the scenarios that ship with the package."""
    return scenario_folders(shipped_scenarios())


def run_scenarios(
    folders: tuple[Path, ...], *, book: RulebookChoice = NEAREST
) -> list[ScenarioResult]:
    """Run the scenarios in the folders named, or those that ship with the package.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
        UsageError: Where there is no scenario.
    """
    rulebook, compiled = compiled_rulebook(book)
    found = [
        folder for root in folders or (shipped_scenarios(),) for folder in scenario_folders(root)
    ]
    if not found:
        raise UsageError("no scenario.yaml is there")
    return [run_scenario(folder, rulebook, compiled) for folder in found]
