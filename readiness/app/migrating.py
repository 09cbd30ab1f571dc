"""Bringing the pages of a rulebook or an overlay to the format that is read now."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import chosen, open_rulebook
from readiness.errors import InvalidInput, InvalidRulebook, Problem
from readiness.rulebook import formats
from readiness.rulebook.cache import Seen
from readiness.rulebook.layout import comment_keeper, written_by
from readiness.rulebook.load import read_files
from readiness.yaml_reader import read_bytes
from readiness.yaml_reader.source import unified


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration comes to.

    Attributes:
        origin: The folder as the user knows it.
        start: The format that the pages were of.
        says: What each step changed, in order.
        pages: The new text of each page that changes, by its path below the folder.
    """

    folder: Path
    origin: str
    start: int
    says: tuple[str, ...]
    pages: dict[str, str]


def migrate(folder: Path | None, *, book: RulebookChoice = NEAREST) -> Migrated:
    """Return the pages of a folder in the format that is read now; nothing is written.

    They are read before they are returned, so that what is written afterwards can be used.

    Args:
        folder: Folder of a rulebook or an overlay; None for the rulebook that is asked for.
        book: The rulebook that an overlay is laid over.

    Raises:
        InvalidRulebook: If the pages cannot be migrated, or not be used afterwards.
        UsageError: If the library that keeps comments is not installed.
    """
    place, origin = (folder, folder.as_posix()) if folder is not None else chosen(book)
    mark = "overlay.yaml" if (place / "overlay.yaml").is_file() else "rulebook.yaml"
    raw = read_files(place, origin, Seen.of(place), mark)
    start = _start(raw[mark], f"{origin}/{mark}", origin)
    if start == formats.FORMAT:
        return Migrated(place, origin, start, (), {})
    steps = [formats.MIGRATIONS[number] for number in range(start, formats.FORMAT)]
    pages: dict[str, str] = {}
    problems: list[Problem] = []
    for name, content in raw.items():
        try:
            read_bytes(content, f"{origin}/{name}")
        except InvalidInput as error:
            problems.extend(error.problems)
            continue
        new = _edited(name, content, steps, is_mark=name == mark)
        if new is not None:
            pages[name] = new
    if problems:
        raise InvalidRulebook(problems)
    _try_out(raw, pages, mark, origin, book)
    return Migrated(place, origin, start, tuple(step.says for step in steps), pages)


def _start(raw: bytes, name: str, origin: str) -> int:
    """Return the format that a folder is of.

    Raises:
        InvalidRulebook: If it is none that can become the one that is read now.
    """
    page = read_bytes(raw, name)
    problems: list[Problem] = []
    formats.check_format(page, origin, problems)
    start = page.data.get("format")
    if problems and not (
        type(start) is int
        and 1 <= start < formats.FORMAT
        and all(step in formats.MIGRATIONS for step in range(start, formats.FORMAT))
    ):
        raise InvalidRulebook(problems)
    return int(start)


def _edited(
    name: str, content: bytes, steps: list[formats.Migration], *, is_mark: bool
) -> str | None:
    """Return a page after all steps, or None where they leave it as it is; comments stay."""
    writer = comment_keeper()
    page = writer.load(unified(content.decode("utf-8")))
    before = written_by(writer, page)
    for step in steps:
        step.edit(name, page)
    if is_mark:
        page["format"] = formats.FORMAT
    after = written_by(writer, page)
    return None if after == before else after


def _try_out(
    raw: dict[str, bytes], pages: dict[str, str], mark: str, origin: str, book: RulebookChoice
) -> None:
    """Read the new pages as they will be.

    Raises:
        InvalidRulebook: If they cannot be used; the problems name the folder as the user knows it.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, content in raw.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(pages[name].encode() if name in pages else content)
        fresh = replace(book, cache=False)
        try:
            if mark == "overlay.yaml":
                open_rulebook(replace(fresh, overlays=(*book.overlays, folder)))
            else:
                open_rulebook(replace(fresh, folder=folder))
        except InvalidRulebook as error:
            shown = folder.as_posix()
            raise InvalidRulebook(
                replace(problem, file=problem.file.replace(shown, origin, 1))
                for problem in error.problems
            ) from None
