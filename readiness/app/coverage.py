"""What the rulebook checks and what it does not."""

from __future__ import annotations

from datetime import date

from readiness.analysis.pages.coverage import CoverageReport, coverage_report
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import known_framework, open_rulebook
from readiness.rulebook.rulebook import Rulebook


def coverage(
    framework: str | None, as_of: date, *, book: RulebookChoice = NEAREST
) -> tuple[Rulebook, CoverageReport]:
    """Return a rulebook and what it checks on a day, of one framework or of all.

    Raises:
        InvalidRulebook: With every problem found.
        UsageError: If there is no such framework.
    """
    rulebook = open_rulebook(book)
    known_framework(rulebook, framework)
    return rulebook, coverage_report(rulebook, as_of, framework)
