"""Checking a profile, and filling one from published figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import open_rulebook
from readiness.model.facts import Fact
from readiness.profile.load import load_profile, personal_looking, profile_files
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_file


def check_profile(path: Path, *, book: RulebookChoice = NEAREST) -> tuple[str, list[str]]:
    """Check that a profile can be read.

    Returns:
        A line that says what it holds, and a warning for each text that looks personal.

    Raises:
        InvalidProfile: With every problem found.
    """
    rulebook = open_rulebook(book)
    profile = load_profile(path, rulebook)
    warnings = [
        str(problem)
        for file in profile_files(path)
        for problem in personal_looking(read_file(file, file.as_posix()))
    ]
    facts = len(profile.facts)
    known = len([f for fact in rulebook.facts.values() for f in _members_of(rulebook, fact)])
    plan = "says nothing of a plan" if profile.plan is None else f"{len(profile.plan)} plan entries"
    summary = (
        f"{profile.council.name}: the profile can be used; {facts} of {known} facts are spoken of, "
        f"{len(profile.evidence)} evidence items, {plan}"
    )
    return summary, warnings


def _members_of(rulebook: Rulebook, fact: Fact) -> list[str]:
    if fact.for_each is None:
        return [fact.id]
    return list(rulebook.dimensions[fact.for_each].members)


def fill_profile(
    code: str,
    folder: Path,
    *,
    reference: Path | None = None,
    as_of: date | None = None,
    book: RulebookChoice = NEAREST,
) -> tuple[str, tuple[str, ...]]:
    """Fill the profile of one area from published statistics.

    Args:
        code: DfE or ONS code of the area.
        folder: Holds the CSV files of the releases.
        reference: Holds types of council and statistical neighbours; when not given, the folder
            `reference` beside `folder`, if there is one.

    Returns:
        The profile as YAML, and lines that say what was filled and what was not.

    Raises:
        InvalidProfile: With every problem found in the files.
        UsageError: If no area has the code.
    """
    from readiness.returns.dfe import read_published, read_reference
    from readiness.returns.fill import fill, to_yaml

    rulebook = open_rulebook(book)
    beside = folder.parent / "reference"
    if reference is None and beside.is_dir():
        reference = beside
    published = read_published(folder, rulebook.facts.values())
    known = read_reference(reference)
    filled = fill(published, code, rulebook.facts, rulebook.sources, reference=known, as_of=as_of)
    return to_yaml(filled.profile, rulebook.facts), filled.summary
