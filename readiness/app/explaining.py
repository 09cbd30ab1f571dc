"""One expectation, and with a profile one finding with its proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readiness.analysis.findings.build import finding_of
from readiness.app.checking import evaluation_date
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import compiled_rulebook, known_expectation
from readiness.engine.evaluate import evaluate
from readiness.model.disclosure import Disclosure
from readiness.model.finding import Finding
from readiness.profile.load import load_profile
from readiness.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Explained:
    """An expectation on a day and, where a profile was named, whose finding it is."""

    rulebook: Rulebook
    as_of: date
    council: str = ""
    finding: Finding | None = None


def explain(
    id: str,
    path: Path | None,
    *,
    today: Callable[[], date],
    book: RulebookChoice = NEAREST,
    as_of: date | None = None,
    show_small_counts: bool = False,
) -> Explained:
    """Return an expectation with its rulebook and, where a profile is named, its finding.

    Raises:
        UsageError: If there is no such expectation.
    """
    rulebook, compiled = compiled_rulebook(book)
    known_expectation(rulebook, id)
    if path is None:
        return Explained(rulebook, as_of or today())
    profile = load_profile(path, rulebook)
    day, _ = evaluation_date(as_of, profile, today)
    evaluation = evaluate(rulebook, compiled, profile, day)
    finding = finding_of(evaluation, id, Disclosure(show_small_counts))
    return Explained(rulebook, day, profile.council.name, finding)
