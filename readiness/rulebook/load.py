"""From a folder of YAML to a checked rulebook, or every problem at once.

Reading happens in three passes: each page by itself; the fact dictionary; then expectations and
what pages say of each other. A pass runs only when those before it found nothing, so that one
mistake is reported once.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Mapping
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


_READ_ELSEWHERE = frozenset({"metrics"})
"""Folders whose pages no check needs: only the commands that read returns read them."""


def load_rulebook(folder: FilePath, origin: str, cache: Cache | None = None) -> Rulebook:
    """Return the rulebook in a folder.

    Args:
        folder: Folder that holds `rulebook.yaml`.
        origin: The folder as the user knows it, for messages and reports.
        cache: Where pages read before are kept; None reads them all again.

    Raises:
        InvalidRulebook: With every problem found.
    """
    return load_with(folder, origin, cache, _nothing)[0]


def load_with(
    folder: FilePath, origin: str, cache: Cache | None, make: Callable[[Rulebook], T]
) -> tuple[Rulebook, T]:
    """Return the rulebook in a folder and what is made of it, which is kept with it.

    Args:
        make: Works something out from the rulebook alone; always the same function.

    Raises:
        InvalidRulebook: With every problem found.
    """
    seen = Seen.of(folder)
    raw: dict[str, bytes] | None = None
    key = cache.key_of(seen) if cache else None
    if key is None:
        raw = _read_files(folder, origin, seen)
        key = _digest(raw)
    about: dict[str, Any] = {"folder": folder, "origin": origin, "hash": key[:12]}
    kept = cache.get(key) if cache else None
    if kept is not None:
        with contextlib.suppress(KeyError, TypeError):  # what was kept is something else
            made: T = kept.pop(_MADE)
            rulebook = Rulebook(**kept, **about)
            if raw and cache:
                cache.note(seen, key)
            return rulebook, made
    rulebook = _read(raw or _read_files(folder, origin, seen), folder, origin, key[:12])
    made = make(rulebook)
    if cache:
        read = {field.name: getattr(rulebook, field.name) for field in fields(rulebook)}
        cache.put(key, {name: read[name] for name in read if name not in about} | {_MADE: made})
        cache.note(seen, key)
    return rulebook, made


def _read(raw: Mapping[str, bytes], folder: FilePath, origin: str, hash: str) -> Rulebook:
    problems: list[Problem] = []
    misread: list[Misread] = []
    documents = _documents(raw, origin, problems, misread)
    pages = read_pages(documents, origin, problems)
    _stop(with_others(misread, problems))
    rulebook = pages.rulebook(folder, origin, hash)
    Checks(rulebook, pages.where, problems).dictionary()
    _stop(problems)
    rulebook = _with_conditions(rulebook, pages.where, problems)
    checks = Checks(rulebook, pages.where, problems)
    checks.references()
    checks.conditions()
    _stop(problems)
    return rulebook


def _stop(problems: list[Problem]) -> None:
    if problems:
        raise InvalidRulebook(problems)


# ---- files ------------------------------------------------------------------------------------


def _read_files(folder: FilePath, origin: str, seen: Seen) -> dict[str, bytes]:
    """Return the YAML files of a folder by their path below it, in order of path."""
    if not (folder / "rulebook.yaml").is_file():
        what = (
            "this folder holds no 'rulebook.yaml'" if folder.is_dir() else "there is no such folder"
        )
        help = "name the folder of a rulebook, the one in which rulebook.yaml stands"
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


def _digest(raw: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over names and contents of files, in hexadecimal digits."""
    digest = hashlib.sha256()
    for name, content in raw.items():
        digest.update(f"{len(name)}:{name}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def _documents(
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


def _with_conditions(rulebook: Rulebook, where: Places, problems: list[Problem]) -> Rulebook:
    """Return a rulebook with the conditions that could be read."""
    read = {
        id: _conditions(e, rulebook, where["expectation", id][0], problems)
        for id, e in rulebook.expectations.items()
    }
    return replace(rulebook, conditions={id: c for id, c in read.items() if c is not None})


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
