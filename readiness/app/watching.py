"""Looking at rule pages again each time that one is saved.

The folder is looked at a few times a second: that needs no library, and works on every system and
on shared drives. Only files that changed are read again, and only the examples of pages that
changed are run, unless what changed is a page on which others rest. Where an overlay is laid over
the rulebook, both are looked at as a whole.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from readiness.analysis.pages.style import Linted
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.editing import Desk, Trials, lint, lint_desk, try_desk, try_examples
from readiness.app.rulebooks import named
from readiness.errors import InvalidRulebook, UsageError
from readiness.rulebook.cache import Seen
from readiness.rulebook.reading import is_page

PAUSE = 0.15
"""Seconds between two looks."""

Stamps = Mapping[tuple[str, str], list[int]]
"""What the file system says of files: their size, when they changed, and which files they are."""

_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Changed:
    """Files that were saved, added, renamed or taken away; none at first."""

    files: tuple[str, ...]


Sight = Changed | Linted | Trials | InvalidRulebook | UsageError
"""What there is to say: what changed, what lint says of it, and what became of examples."""


def watch(
    targets: tuple[str, ...] = (),
    *,
    book: RulebookChoice = NEAREST,
    wait: Callable[[], None] = lambda: time.sleep(PAUSE),
) -> Iterator[Sight]:
    """Yield what there is to say at first, and after each change.

    Args:
        targets: Ids, files or folders to speak of; all where nothing is named.
        wait: Passes the time between two looks; ends the watch by raising.

    Raises:
        InvalidRulebook: If there is no rulebook at first.
        UsageError: For a target that does not exist at first.
    """
    gc.enable()  # this is no short run
    desk, overlays = Desk.of(book), named(book.overlays)
    if not overlays:
        desk.files_of(targets)
    folders = {desk.origin: desk.folder, **{origin: folder for folder, origin in overlays}}
    stamps = stamps_of(folders)
    yield Changed(())
    if overlays:
        yield from _look_laid_over(targets, book)
    else:
        yield from _look(desk, targets, None)
        desk.cache = None  # from now on it is quicker to read what changed than to keep the whole
    while True:
        before, stamps = stamps, _next(folders, stamps, wait)
        changed = {one for one in {*before, *stamps} if before.get(one) != stamps.get(one)}
        yield Changed(tuple(sorted("/".join(one) for one in changed)))
        try:
            if overlays:
                yield from _look_laid_over(targets, book)
                continue
            desk.refresh()
        except (InvalidRulebook, UsageError) as error:  # such as a file that is open elsewhere
            yield error
            continue
        yield from _look(desk, targets, {name for _, name in changed})


def _look_laid_over(targets: tuple[str, ...], book: RulebookChoice) -> Iterator[Sight]:
    linted = lint(targets, book=book)
    yield linted
    if linted.whole:
        try:
            yield try_examples(targets, book=book)
        except InvalidRulebook as error:
            yield error


def _look(desk: Desk, targets: tuple[str, ...], changed: set[str] | None) -> Iterator[Sight]:
    try:
        wanted = desk.files_of(targets)
    except UsageError:  # it was renamed or taken away
        wanted = set(desk.raw)
    reading = desk.reading()
    yield lint_desk(desk, reading, wanted)
    if reading.rulebook is None or reading.problems:
        return
    if changed is not None and all(is_page(name) for name in changed):
        wanted &= changed
    try:
        yield try_desk(desk, reading.rulebook, wanted)
    except InvalidRulebook as error:
        yield error


def _next(folders: Mapping[str, Path], before: Stamps, wait: Callable[[], None]) -> Stamps:
    """Return how the files are after the next change, once they have come to rest."""
    now = before
    while now == before:
        wait()
        now = stamps_of(folders)
    while True:  # editors write in several steps
        wait()
        later = stamps_of(folders)
        if later == now:
            return now
        now = later


def stamps_of(folders: Mapping[str, Path]) -> Stamps:
    """Return a stamp of each rule file of folders, by the folder's name and its path below it."""
    return {
        (origin, name): stamp
        for origin, folder in folders.items()
        for name, *stamp in Seen.of(folder).files
        if name.endswith(_ENDINGS)
    }
