"""Which rulebook is used, and looking things up in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from readiness.app.choice import NEAREST, RulebookChoice
from readiness.engine.compile import Compiled, compile_rulebook
from readiness.errors import UsageError
from readiness.model.values import near
from readiness.resources import shipped_rules
from readiness.rulebook.cache import Cache, default_folder
from readiness.rulebook.load import load_with
from readiness.rulebook.rulebook import Rulebook


def open_rulebook(book: RulebookChoice = NEAREST) -> Rulebook:
    """Return the rulebook to use: the folder named, the nearest `rules/`, or the packaged one.

    Raises:
        InvalidRulebook: With every problem found.
    """
    return compiled_rulebook(book)[0]


def compiled_rulebook(book: RulebookChoice = NEAREST) -> tuple[Rulebook, Compiled]:
    """Return the rulebook to use with its program.

    Raises:
        InvalidRulebook: With every problem found.
    """
    return rulebook_in(*chosen(book), cached=book.cache, overlays=book.overlays)


def rulebook_in(
    folder: Path, origin: str, *, cached: bool = True, overlays: Sequence[Path] = ()
) -> tuple[Rulebook, Compiled]:
    """Return the rulebook in a folder with its program.

    Args:
        origin: The folder as the user knows it.
        cached: Whether pages read before may be taken from the cache.
        overlays: Folders to lay over it, in order.

    Raises:
        InvalidRulebook: With every problem found.
    """
    cache = Cache(default_folder()) if cached else None
    return load_with(folder, origin, cache, compile_rulebook, named(overlays))


def named(overlays: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return folders of overlays, and how to name them."""
    return [(overlay, overlay.as_posix()) for overlay in overlays]


def chosen(book: RulebookChoice) -> tuple[Path, str]:
    """Return the folder of a rulebook, and how to name it."""
    if book.folder is not None:
        return book.folder, book.folder.as_posix()
    return _nearest_rules(Path.cwd()) or (shipped_rules(), "packaged")


def cache_of(book: RulebookChoice) -> Cache | None:
    """Return where rulebooks read before are kept, if that is wanted."""
    return Cache(default_folder()) if book.cache else None


def _nearest_rules(here: Path) -> tuple[Path, str] | None:
    """Return the nearest `rules/` folder at or above a folder, and how to name it."""
    for up, folder in enumerate((here, *here.parents)):
        rules = folder / "rules"
        if (rules / "rulebook.yaml").is_file():
            return rules, "../" * up + "rules"
    return None


def known_framework(rulebook: Rulebook, id: str | None) -> None:
    """Check that a framework exists, where one is named.

    Raises:
        UsageError: With the nearest id.
    """
    if id is not None and id not in rulebook.frameworks:
        known = list(rulebook.frameworks)
        help = near(id, known, f"there are: {', '.join(known)}")
        raise UsageError(f"there is no framework '{id}'; {help}")


def known_expectation(rulebook: Rulebook, id: str) -> None:
    """Check that an expectation exists.

    Raises:
        UsageError: With the nearest id.
    """
    if id not in rulebook.expectations:
        help = near(id, list(rulebook.expectations), "see: readiness rules list")
        raise UsageError(f"there is no expectation '{id}'; {help}")


def known_fact(rulebook: Rulebook, id: str) -> None:
    """Check that a fact exists.

    Raises:
        UsageError: With the nearest id.
    """
    if id not in rulebook.facts:
        help = near(id, list(rulebook.facts), "see: readiness facts list")
        raise UsageError(f"there is no fact '{id}'; {help}")
