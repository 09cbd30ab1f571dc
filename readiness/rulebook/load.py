"""From a folder of YAML to a checked rulebook, or every problem at once.

Reading happens in three passes: each page by itself; the fact dictionary; then expectations and
what pages say of each other. What is wrong in a page on which others rest ends the reading with
its pass, so that one mistake is reported once; an expectation that cannot be read is left out of
the passes that follow.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from readiness.errors import InvalidInput, InvalidRulebook, Problem
from readiness.model.conditions import Condition
from readiness.model.expectation import Expectation
from readiness.rulebook.cache import Cache, Seen, made_by
from readiness.rulebook.conditions import Scope, read_condition
from readiness.rulebook.formats import check_format
from readiness.rulebook.rulebook import Conditions, Rulebook
from readiness.yaml_reader import (
    MAX_SIZE,
    Document,
    Misread,
    Path,
    read_bytes,
    with_others,
)

if TYPE_CHECKING:
    from readiness.rulebook.reading import Kept, Pages

T = TypeVar("T")

Read = Callable[[bytes, str], Document]
"""Makes a document of bytes, named as the second argument says; raises InvalidInput."""


def _nothing(_: Rulebook) -> None:
    """Make nothing of a rulebook."""


_READ_ELSEWHERE = frozenset({"metrics"})
"""Folders whose pages no check needs: only the commands that read returns read them."""


def load_rulebook(
    folder: FilePath,
    origin: str,
    cache: Cache | None = None,
    overlays: Sequence[tuple[FilePath, str]] = (),
) -> Rulebook:
    """Return the rulebook in a folder.

    Args:
        folder: Folder that holds `rulebook.yaml`.
        origin: The folder as the user knows it, for messages and reports.
        cache: Where pages read before are kept; None reads them all again.
        overlays: Folders to lay over the rulebook, and how to name them.

    Raises:
        InvalidRulebook: With every problem found.
    """
    return load_with(folder, origin, cache, _nothing, overlays)[0]


def load_with(
    folder: FilePath,
    origin: str,
    cache: Cache | None,
    make: Callable[[Rulebook], T],
    overlays: Sequence[tuple[FilePath, str]] = (),
) -> tuple[Rulebook, T]:
    """Return the rulebook in a folder and what is made of it, which is kept with it.

    Args:
        make: Works something out from the rulebook alone; always the same function.
        overlays: Folders to lay over the rulebook, and how to name them.

    Raises:
        InvalidRulebook: With every problem found.
    """
    if overlays:
        from readiness.rulebook.overlays import load_laid_over

        return load_laid_over(folder, origin, cache, make, overlays)
    seen = Seen.of(folder)
    key = cache.key_of(seen) if cache else None
    if cache and key is not None and (kept := _kept(cache, key, folder, origin, make)):
        return kept
    reading, made = read_rulebook(read_files(folder, origin, seen), folder, origin, cache, make)
    if reading.problems or reading.rulebook is None or made is None:
        raise InvalidRulebook(reading.problems)
    if cache:
        cache.note(seen, reading.key)
    return reading.rulebook, made[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read of a rulebook, and everything wrong in it.

    Attributes:
        rulebook: Everything that could be read; None where something is wrong on which all pages
            rest, such as the facts.
        problems: Everything wrong; where there is anything, the rulebook is for looking at alone.
        key: Hash of the files that were read.
    """

    rulebook: Rulebook | None
    problems: tuple[Problem, ...]
    key: str


def read_rulebook(
    raw: Mapping[str, bytes],
    folder: FilePath,
    origin: str,
    cache: Cache | None,
    make: Callable[[Rulebook], T],
    read: Read = read_bytes,
    pages: Kept | None = None,
) -> tuple[Reading, tuple[T] | None]:
    """Return what the files of a rulebook say and, where nothing is wrong, what is made of it.

    Args:
        raw: The files by their path below the folder.
        cache: Where rulebooks without a problem are kept.
        make: Works something out from the rulebook alone; always the same function.
        read: Makes a document of a file's bytes, named as the second argument says.
        pages: What was read before, for documents that `read` gives again.
    """
    key = digest_of(raw)
    if cache and (kept := _kept(cache, key, folder, origin, make)):
        return Reading(kept[0], (), key), (kept[1],)
    reading = _reading(raw, folder, origin, key, read, pages)
    rulebook = reading.rulebook
    if rulebook is None or reading.problems:
        return reading, None
    made = make(rulebook)
    if cache:
        whole = {field.name: getattr(rulebook, field.name) for field in fields(rulebook)}
        cache.put(key, {n: whole[n] for n in whole if n not in _ABOUT} | {made_by(make): made})
    return reading, (made,)


_ABOUT = ("folder", "origin", "hash")
"""What says of a rulebook where it was found, and is not kept."""


def _kept(
    cache: Cache, key: str, folder: FilePath, origin: str, make: Callable[[Rulebook], T]
) -> tuple[Rulebook, T] | None:
    """Return the rulebook that is kept under a key, with what was made of it; or None."""
    kept = cache.get(key)
    if kept is not None:
        with contextlib.suppress(KeyError, TypeError):  # what was kept is something else
            made: T = kept.pop(made_by(make))
            return Rulebook(**kept, folder=folder, origin=origin, hash=key[:12]), made
    return None


def _reading(
    raw: Mapping[str, bytes],
    folder: FilePath,
    origin: str,
    key: str,
    read: Read,
    kept: Kept | None,
) -> Reading:
    """Read pages by themselves, then the facts, then what pages say of each other.

    An expectation whose page is wrong hides nothing that is wrong elsewhere; what others say of it
    is taken to be right.
    """
    from readiness.rulebook.checks import Checks  # most checks take pages from the cache
    from readiness.rulebook.reading import is_page, read_pages

    problems: list[Problem] = []
    misread: list[Misread] = []
    documents = read_documents(raw, origin, problems, misread, read)
    other: list[Problem] = []
    check_format(documents.get("rulebook.yaml"), origin, other)
    if other:  # what else is said of pages of another format would be no help
        return Reading(None, tuple(other), key)
    pages = read_pages(documents, origin, problems, kept)
    problems = with_others(misread, problems)
    wrong = {problem.file for problem in problems}
    unread = {file for name in raw if (file := f"{origin}/{name}") in wrong and is_page(name)}
    if wrong - unread:
        return Reading(None, tuple(problems), key)
    for name, page in documents.items():
        if f"{origin}/{name}" in unread:
            pages.leave_out(PurePosixPath(name).stem, page.data.get("id"))
    pages.leave_out(*(PurePosixPath(file).stem for file in unread))
    rulebook = pages.rulebook(folder, origin, key[:12])
    before = len(problems)
    Checks(rulebook, pages, problems).dictionary()
    if len(problems) > before:
        return Reading(None, tuple(problems), key)
    rulebook = with_conditions(rulebook, pages, problems)
    checks = Checks(rulebook, pages, problems)
    checks.references()
    checks.conditions()
    return Reading(rulebook, tuple(problems), key)


# ---- files ------------------------------------------------------------------------------------


def read_files(
    folder: FilePath, origin: str, seen: Seen, mark: str = "rulebook.yaml"
) -> dict[str, bytes]:
    """Return the YAML files of a folder by their path below it, in order of path.

    Args:
        mark: The file by which such a folder is known.

    Raises:
        InvalidRulebook: If it is no such folder, or a file in it cannot be read.
    """
    if not (folder / mark).is_file():
        what = f"this folder holds no '{mark}'" if folder.is_dir() else "there is no such folder"
        kind = mark.removesuffix(".yaml")
        help = f"name the folder of the {kind}, the one in which {mark} stands"
        if mark == "overlay.yaml":
            help += "; a new one begins with that file: id, title and 'format: 1'"
        raise InvalidRulebook([Problem(origin, 0, 0, what, help)])
    problems: list[Problem] = []
    found: dict[str, bytes] = {}
    for name in seen.names:
        path = PurePosixPath(name)
        if path.suffix.lower() not in {".yaml", ".yml"} or path.parts[0] in _READ_ELSEWHERE:
            continue
        if path.suffix != ".yaml":
            message = f"files that end in '{path.suffix}' are not read"
            help = f"name it {path.stem}.yaml"
            problems.append(Problem(f"{origin}/{name}", 0, 0, message, help))
            continue
        try:
            with (folder / name).open("rb") as file:
                found[name] = file.read(MAX_SIZE + 1)
        except OSError as error:
            message = f"this file cannot be read: {error.strerror or error}"
            help = "check that it is a file which you may read"
            problems.append(Problem(f"{origin}/{name}", 0, 0, message, help))
    if problems:
        raise InvalidRulebook(problems)
    return found


def digest_of(raw: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over names and contents of files, in hexadecimal digits."""
    digest = hashlib.sha256()
    for name, content in raw.items():
        digest.update(f"{len(name)}:{name}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def read_documents(
    raw: Mapping[str, bytes],
    origin: str,
    problems: list[Problem],
    misread: list[Misread],
    read: Read | None = None,
) -> dict[str, Document]:
    """Return the documents in files by their path, but for those that are no YAML."""
    documents: dict[str, Document] = {}
    for name, content in raw.items():
        try:
            documents[name] = (read or read_bytes)(content, f"{origin}/{name}")
        except Misread as error:
            misread.append(error)
            documents[name] = error.document
        except InvalidInput as error:
            problems.extend(error.problems)
    return documents


# ---- conditions -------------------------------------------------------------------------------


def with_conditions(rulebook: Rulebook, pages: Pages, problems: list[Problem]) -> Rulebook:
    """Return a rulebook with the conditions that could be read, of the pages that stand somewhere.

    Those of other pages were read before and stay as they are.
    """
    read = {
        id: _conditions(e, rulebook, pages, problems)
        for id, e in rulebook.expectations.items()
        if ("expectation", id) in pages.where
    }
    found = {id: conditions for id, conditions in read.items() if conditions is not None}
    return replace(rulebook, conditions={**rulebook.conditions, **found})


def _conditions(
    expectation: Expectation, rulebook: Rulebook, pages: Pages, problems: list[Problem]
) -> Conditions | None:
    page, _ = pages.where["expectation", expectation.id]
    seen: set[Problem] = set()

    def report(path: Path, message: str, help: str, key: bool) -> None:
        problem = page.problem(path, message, help, key=key)
        if problem not in seen:
            seen.add(problem)
            problems.append(problem)

    scope = Scope(
        expectation.id,
        rulebook.facts,
        rulebook.dimensions,
        rulebook.vocabularies,
        rulebook.expectations,
        report,
        unread=frozenset(pages.unread),
    )
    applies: Condition | None = None
    if expectation.applies_when is not None:
        applies = read_condition(expectation.applies_when, ("applies_when",), scope)
    expect = read_condition(expectation.expect, ("expect",), scope)
    return Conditions(applies, expect) if expect is not None else None
