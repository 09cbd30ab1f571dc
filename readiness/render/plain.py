"""What several JSON outputs say alike."""

from __future__ import annotations

from typing import Any

from readiness.model.finding import RulebookShown


def rulebook_data(book: RulebookShown) -> dict[str, Any]:
    """Return which rulebook was used as plain data."""
    return {
        "id": book.id,
        "hash": book.hash,
        "expectations": book.expectations,
        "overlays": [{"id": o.id, "title": o.title, "hash": o.hash} for o in book.overlays],
    }
