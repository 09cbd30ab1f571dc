"""Which rulebook somebody asked for; light, so that every command can name it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RulebookChoice:
    """A rulebook as it was asked for.

    Attributes:
        folder: The folder named; None for the nearest `rules/`, else the packaged one.
        cache: Whether pages read before may be taken from the cache.
        overlays: Folders to lay over it, in order.
    """

    folder: Path | None = None
    cache: bool = True
    overlays: tuple[Path, ...] = ()


NEAREST = RulebookChoice()
"""The nearest `rules/`, else the packaged rulebook."""
