"""The day of the call: a timetable, and what of the information request is held."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from readiness.analysis.drill import Drill, drill
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import known_framework, open_rulebook
from readiness.errors import UsageError
from readiness.model.values import near
from readiness.profile.load import load_profile


def call(
    path: Path,
    framework: str,
    notified: date,
    *,
    kind: str | None = None,
    book: RulebookChoice = NEAREST,
) -> Drill:
    """Return the timetable of an inspection, and how a profile stands against it.

    Args:
        kind: A kind of inspection that the framework has; default: its first.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
        UsageError: For a framework without a timetable, or a kind that it does not have.
    """
    rulebook = open_rulebook(book)
    known_framework(rulebook, framework)
    page = rulebook.frameworks[framework]
    if not page.timeline:
        dated = [f.id for f in rulebook.frameworks.values() if f.timeline]
        raise UsageError(f"'{framework}' has no timetable; those that have: {', '.join(dated)}")
    if kind is not None and kind not in page.kinds:
        there = f"there are: {', '.join(page.kinds)}" if page.kinds else "it has one kind only"
        help = near(kind, list(page.kinds), there)
        raise UsageError(f"'{framework}' has no kind of inspection called '{kind}'; {help}")
    chosen = kind or next(iter(page.kinds), None)
    return drill(page, chosen, load_profile(path, rulebook), notified)
