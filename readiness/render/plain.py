"""What several JSON outputs say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.model.finding import RulebookShown, Totals

if TYPE_CHECKING:
    from readiness.render.shapes.shared import RulebookData, TotalsData


def rulebook_data(book: RulebookShown) -> RulebookData:
    """Return which rulebook was used as plain data."""
    return {
        "id": book.id,
        "hash": book.hash,
        "expectations": book.expectations,
        "overlays": [{"id": o.id, "title": o.title, "hash": o.hash} for o in book.overlays],
    }


def totals_data(totals: Totals) -> TotalsData:
    """Return counts by verdict as plain data."""
    return {
        "met": totals.met,
        "not_met": totals.not_met,
        "unknown": totals.unknown,
        "not_applicable": totals.not_applicable,
        "all": totals.all,
    }
