"""What an overlay makes of a rulebook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import open_rulebook
from readiness.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class LaidOver:
    """A rulebook before and after one overlay was laid over it; it is the last of `after`."""

    before: Rulebook
    after: Rulebook


def lay_over(folder: Path, *, book: RulebookChoice = NEAREST) -> LaidOver:
    """Lay an overlay over a rulebook, and over the overlays that were asked for before it.

    Raises:
        InvalidRulebook: With every problem found, among them what no overlay may change.
    """
    after = open_rulebook(replace(book, overlays=(*book.overlays, folder)))
    return LaidOver(open_rulebook(book), after)
