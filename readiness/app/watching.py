"""Looking at rule pages again each time that one is saved.

The folder is looked at a few times a second: that needs no library, and works on every system and
on shared drives. Only files that changed are read again, and only the examples of pages that
changed are run, unless what changed is a page on which others rest.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from readiness.analysis.pages.style import Linted
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.editing import Desk, Trials, lint_desk, try_desk
from readiness.errors import InvalidRulebook, UsageError
from readiness.rulebook.cache import Seen
from readiness.rulebook.reading import is_page

PAUSE = 0.15
"""Seconds between two looks."""

Stamp = list[int]
"""What the file system says of a file: its size, when it changed, and which file it is."""

_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Changed:
    """Files that were saved, added, renamed or taken away; none at first."""

    files: tuple[str, ...]


Sight = Changed | Linted | Trials | InvalidRulebook
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
    desk = Desk.of(book)
    desk.files_of(targets)
    stamps = stamps_of(desk.folder)
    yield Changed(())
    yield from _look(desk, targets, None)
    desk.cache = None  # from now on it is quicker to read what changed than to keep the whole
    while True:
        before, stamps = stamps, _next(desk.folder, stamps, wait)
        names = {n for n in {*before, *stamps} if before.get(n) != stamps.get(n)}
        yield Changed(tuple(sorted(f"{desk.origin}/{name}" for name in names)))
        try:
            desk.refresh()
        except InvalidRulebook as error:  # such as a file that is open elsewhere
            yield error
            continue
        yield from _look(desk, targets, names)


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


def _next(folder: Path, before: Mapping[str, Stamp], wait: Callable[[], None]) -> dict[str, Stamp]:
    """Return how the files are after the next change, once they have come to rest."""
    now = dict(before)
    while now == before:
        wait()
        now = stamps_of(folder)
    while True:  # editors write in several steps
        wait()
        later = stamps_of(folder)
        if later == now:
            return now
        now = later


def stamps_of(folder: Path) -> dict[str, Stamp]:
    """Return a stamp of each rule file of a folder, by its path below it."""
    return {name: stamp for name, *stamp in Seen.of(folder).files if name.endswith(_ENDINGS)}
