"""The format of rule files: which one is read here, and how older ones become it.

A format is a whole number in `rulebook.yaml` and `overlay.yaml`. It changes only when pages that
were right would be read otherwise, or not at all. Each change brings a migration with it, which
turns the pages of one format into those of the next; there has been none yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from readiness.errors import Problem
from readiness.yaml_reader import Document

FORMAT = 1
"""The format that is read here."""


@dataclass(frozen=True, slots=True)
class Migration:
    """How pages of one format become pages of the next.

    Attributes:
        says: What changes, in one sentence, for those who own the pages.
        edit: Takes the path of a page below its folder and the page, which it changes in place;
            it leaves alone what is already as it should be.
    """

    says: str
    edit: Callable[[str, MutableMapping[str, Any]], None]


def rename_key(page: Any, old: str, new: str) -> None:
    """Give a key of a page, or of a group in it, another name; place and comments stay.

    Args:
        page: A group of keys as ruamel.yaml reads it.
    """
    if old not in page:
        return
    place = list(page).index(old)
    comments = page.ca.items.pop(old, None)
    page.insert(place, new, page.pop(old))
    if comments is not None:
        page.ca.items[new] = comments


MIGRATIONS: Mapping[int, Migration] = {}
"""For each older format the migration to the next."""


def check_format(page: Document | None, origin: str, problems: list[Problem]) -> None:
    """Check that pages are of the format that is read here, and say the exact edit where not.

    Args:
        page: `rulebook.yaml` or `overlay.yaml`.
        origin: The folder as the user knows it.
    """
    if page is None or not isinstance(page.data, dict):
        return
    known = f"'format: {FORMAT}'"
    if "format" not in page.data:
        problems.append(page.problem((), "this does not say its format", f"add {known}"))
        return
    given = page.data["format"]
    if given == FORMAT and not isinstance(given, bool):
        return
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        message, help = "a format is a whole number", f"write {known}"
        if isinstance(given, int) and not isinstance(given, bool):
            message = f"there is no format {given}"
    elif given > FORMAT:
        message = f"this is of format {given}; this version of readiness reads format {FORMAT}"
        help = "bring readiness up to date: what is written here is newer than it"
    elif all(step in MIGRATIONS for step in range(given, FORMAT)):
        message = f"this is of format {given}, which is older than format {FORMAT}"
        help = f"run: readiness rules migrate {origin}"
    else:
        message = f"this is of format {given}, which is read no more"
        help = f"write the pages in format {FORMAT}, then {known}"
    problems.append(page.problem(("format",), message, help))
