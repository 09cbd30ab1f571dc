"""What an edit of the rulebook changes, before it is merged."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Literal

from readiness.analysis.changes.impact import CouncilImpact, Counts, Impact, downstream, outcome
from readiness.analysis.changes.rulebook_diff import Effect, PageChange, compare
from readiness.analysis.pages.scenarios import (
    load_scenario,
    scenario_folders,
    scenario_page,
    scenario_result,
)
from readiness.app.checking import evaluation_date
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.revisions import rulebook_named, working
from readiness.app.rulebooks import compiled_rulebook
from readiness.engine.compile import Compiled
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.errors import InvalidProfile, UsageError
from readiness.model.disclosure import Disclosure
from readiness.profile.load import load_profile
from readiness.resources import shipped_rules, shipped_scenarios
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import MAX_SIZE


def impact(
    old: str,
    new: str | None,
    *,
    today: Callable[[], date],
    profiles: tuple[Path, ...] = (),
    book: RulebookChoice = NEAREST,
    as_of: date | None = None,
    show_small_counts: bool = False,
) -> Impact:
    """Return what changes from one rulebook to another.

    Args:
        old: A folder, or a revision of the repository that holds the working rulebook.
        new: The same; None for the working rulebook.
        profiles: Profiles, scenarios and folders of either, looked at beside the scenarios that
            stand next to the working rulebook.

    Raises:
        UsageError: If there is no such folder or revision, or a folder holds no profile.
        InvalidRulebook: If either rulebook cannot be used.
        InvalidProfile: If neither rulebook can read a profile.
    """
    sides = rulebook_named(old, book), compiled_rulebook(book)
    if new is not None:
        sides = sides[0], rulebook_named(new, book)
    (before, _), (after, _) = sides
    day = as_of or today()
    changes = compare(before, after, day)
    disclosure = Disclosure(show_small_counts)
    councils = tuple(
        _council(path, sides, changes, disclosure, as_of, today)
        for path in _paths(working(book), profiles)
    )
    return Impact(before, after, day, changes, councils, downstream(after, changes))


Side = tuple[Rulebook, Compiled]
"""One of the two rulebooks, with its program."""


def _paths(rules: Path, profiles: tuple[Path, ...]) -> list[Path]:
    """Return every council to look at: scenarios, then the profiles named.

    Raises:
        UsageError: If a path holds no profile.
    """
    packaged = rules.resolve() == shipped_rules()
    beside = shipped_scenarios() if packaged else rules.parent / "scenarios"
    found = scenario_folders(beside)
    for path in profiles:
        inside = _profiles_in(path)
        if not inside:
            help = "name a profile, a scenario, or a folder of them"
            raise UsageError(f"{path.as_posix()} holds no profile; {help}")
        found += inside
    return list(dict.fromkeys(found))


def _profiles_in(path: Path) -> list[Path]:
    """Return the profiles at a path: itself, or those in it.

    A folder in which one file names its council is one profile; where several do, each is one.
    """
    if not path.is_dir() or (path / "scenario.yaml").is_file():
        return [path]
    files = sorted(path.glob("*.yaml"))
    headed = [file for file in files if _names_council(file)]
    if len(headed) == 1:
        return [path]
    inside = [_profiles_in(folder) for folder in sorted(path.iterdir()) if folder.is_dir()]
    return headed + [profile for found in inside for profile in found]


_HEADER = re.compile(rb"^council:", re.MULTILINE)


def _names_council(file: Path) -> bool:
    with file.open("rb") as opened:
        return _HEADER.search(opened.read(MAX_SIZE)) is not None


def _council(
    path: Path,
    sides: tuple[Side, Side],
    changes: tuple[PageChange, ...],
    disclosure: Disclosure,
    as_of: date | None,
    today: Callable[[], date],
) -> CouncilImpact:
    old = _evaluate(path, sides[0], as_of, today)
    new = _evaluate(path, sides[1], as_of, today)
    if isinstance(new, InvalidProfile):
        if isinstance(old, InvalidProfile):
            raise new
        return _unreadable(path, "new", new, old)
    if isinstance(old, InvalidProfile):
        return _unreadable(path, "old", old, new)
    found = outcome(old, new, changes, disclosure)
    return CouncilImpact(
        _named(path),
        new.situation.profile.council.name,
        new.situation.as_of,
        found.counts,
        found.flips,
        _failing(path, old, new) if any(c.effects - {Effect.WORDING} for c in changes) else (),
    )


def _unreadable(
    path: Path, by: Literal["old", "new"], error: InvalidProfile, other: Evaluation
) -> CouncilImpact:
    """Return a council that one rulebook cannot read, such as for a standard only the other has."""
    said = tuple(str(problem) for problem in error.problems)
    situation = other.situation
    name = situation.profile.council.name
    return CouncilImpact(_named(path), name, situation.as_of, Counts(), (), (), said, by)


def _named(path: Path) -> str:
    """Return a council's folder or file as its reader knows it, not where the machine keeps it."""
    if path.is_absolute():
        here = Path.cwd()
        path = path.relative_to(here) if here in path.parents else Path(*path.parts[-2:])
    return path.as_posix()


def _evaluate(
    path: Path, side: Side, as_of: date | None, today: Callable[[], date]
) -> Evaluation | InvalidProfile:
    """Return a council by one rulebook; a scenario always on its own day."""
    rulebook, compiled = side
    try:
        profile = load_profile(path, rulebook)
        if (path / "scenario.yaml").is_file():
            day = scenario_page(path)[0].as_of
        else:
            day, _ = evaluation_date(as_of, profile, today)
    except InvalidProfile as error:
        return error
    return evaluate(rulebook, compiled, profile, day)


def _failing(path: Path, old: Evaluation, new: Evaluation) -> tuple[str, ...]:
    """Return what a scenario expects and gets by the old rulebook only."""
    if not (path / "scenario.yaml").is_file():
        return ()

    def differences(evaluation: Evaluation) -> tuple[str, ...]:
        try:
            page = load_scenario(path, evaluation.rulebook)
        except InvalidProfile as error:
            return tuple(problem.message for problem in error.problems)
        return scenario_result(path.name, page, evaluation).differences

    failing = differences(new)
    before = set(differences(old)) if failing else ()
    return tuple(said for said in failing if said not in before)
