"""From a folder of YAML to a checked rulebook, or every problem at once.

Reading happens in three passes: each page by itself; the fact dictionary; then expectations and
what pages say of each other. A pass runs only when those before it found nothing, so that one
mistake is reported once.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import Any, TypeVar

from readiness.errors import InvalidInput, InvalidRulebook, Problem
from readiness.model.conditions import Condition
from readiness.model.expectation import Expectation
from readiness.rulebook.cache import Cache, Seen
from readiness.rulebook.checks import Checks
from readiness.rulebook.conditions import Scope, read_condition
from readiness.rulebook.formats import check_format
from readiness.rulebook.reading import Places, read_pages
from readiness.rulebook.rulebook import Conditions, Rulebook
from readiness.yaml_reader import (
    MAX_SIZE,
    Document,
    Misread,
    Path,
    read_bytes,
    with_others,
)

T = TypeVar("T")

_MADE = "made"
"""Under which what is made of a rulebook is kept beside its fields."""


def _nothing(_: Rulebook) -> None:
    """Make nothing of a rulebook."""


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
    raw: dict[str, bytes] | None = None
    key = cache.key_of(seen) if cache else None
    if key is None:
        raw = read_files(folder, origin, seen)
        key = digest_of(raw)
    about: dict[str, Any] = {"folder": folder, "origin": origin, "hash": key[:12]}
    kept = cache.get(key) if cache else None
    if kept is not None:
        with contextlib.suppress(KeyError, TypeError):  # what was kept is something else
            made: T = kept.pop(_MADE)
            rulebook = Rulebook(**kept, **about)
            if raw and cache:
                cache.note(seen, key)
            return rulebook, made
    rulebook = _read(raw or read_files(folder, origin, seen), folder, origin, key[:12])
    made = make(rulebook)
    if cache:
        read = {field.name: getattr(rulebook, field.name) for field in fields(rulebook)}
        cache.put(key, {name: read[name] for name in read if name not in about} | {_MADE: made})
        cache.note(seen, key)
    return rulebook, made


def _read(raw: Mapping[str, bytes], folder: FilePath, origin: str, hash: str) -> Rulebook:
    problems: list[Problem] = []
    misread: list[Misread] = []
    documents = read_documents(raw, origin, problems, misread)
    wrong: list[Problem] = []
    check_format(documents.get("rulebook.yaml"), origin, wrong)
    stop(wrong)  # what else is said of pages of another format would be no help
    pages = read_pages(documents, origin, problems)
    stop(with_others(misread, problems))
    rulebook = pages.rulebook(folder, origin, hash)
    Checks(rulebook, pages.where, problems).dictionary()
    stop(problems)
    rulebook = with_conditions(rulebook, pages.where, problems)
    checks = Checks(rulebook, pages.where, problems)
    checks.references()
    checks.conditions()
    stop(problems)
    return rulebook


def stop(problems: list[Problem]) -> None:
    """Raise what was found, if anything was.

    Raises:
        InvalidRulebook: With every problem.
    """
    if problems:
        raise InvalidRulebook(problems)


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
        raise InvalidRulebook([Problem(origin, 0, 0, what, help)])
    problems: list[Problem] = []
    found: dict[str, bytes] = {}
    for name in seen.names:
        path = PurePosixPath(name)
        if path.suffix.lower() not in {".yaml", ".yml"}:
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
    raw: Mapping[str, bytes], origin: str, problems: list[Problem], misread: list[Misread]
) -> dict[str, Document]:
    """Return the documents in files by their path, but for those that are no YAML."""
    documents: dict[str, Document] = {}
    for name, content in raw.items():
        try:
            documents[name] = read_bytes(content, f"{origin}/{name}")
        except Misread as error:
            misread.append(error)
            documents[name] = error.document
        except InvalidInput as error:
            problems.extend(error.problems)
    return documents


# ---- conditions -------------------------------------------------------------------------------


def with_conditions(rulebook: Rulebook, where: Places, problems: list[Problem]) -> Rulebook:
    """Return a rulebook with the conditions that could be read, of the pages that stand somewhere.

    Those of other pages were read before and stay as they are.
    """
    read = {
        id: _conditions(e, rulebook, where["expectation", id][0], problems)
        for id, e in rulebook.expectations.items()
        if ("expectation", id) in where
    }
    found = {id: conditions for id, conditions in read.items() if conditions is not None}
    return replace(rulebook, conditions={**rulebook.conditions, **found})


def _conditions(
    expectation: Expectation, rulebook: Rulebook, page: Document, problems: list[Problem]
) -> Conditions | None:
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
    )
    applies: Condition | None = None
    if expectation.applies_when is not None:
        applies = read_condition(expectation.applies_when, ("applies_when",), scope)
    expect = read_condition(expectation.expect, ("expect",), scope)
    return Conditions(applies, expect) if expect is not None else None
