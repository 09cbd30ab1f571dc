"""The plan of a profile where it is written: where each entry stands, and changing it in place.

A change touches only the characters of the value that changes, so that comments, order and layout
stay. What comes of it is read again before anybody writes it: a text that would not say exactly
what was meant is refused, with the place to change by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from readiness.errors import InvalidInput, InvalidProfile, Problem
from readiness.profile.load import profile_files
from readiness.profile.write import quoted
from readiness.yaml_reader import Document, Path, read_bytes, read_file

ORDER = ("id", "addresses", "do", "owner", "due", "shows_in", "status")
"""The keys of an entry in the order in which they are written."""

_INNER = ("fact", "reaches", "by")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry of a plan stands."""

    file: FilePath
    document: Document
    path: Path

    @property
    def raw(self) -> Mapping[str, Any]:
        """The entry as it was read."""
        found: Mapping[str, Any] = _at(self.document, self.path)
        return found

    def problem(self, key: str, message: str, help: str) -> Problem:
        """Return a problem that points at a key of the entry."""
        return self.document.problem((*self.path, key), message, help)

    def __str__(self) -> str:
        return self.document.place_of(self.path)


def plan_places(path: FilePath) -> dict[str, Place]:
    """Return where each entry of a profile's plan stands, by its id.

    Raises:
        InvalidProfile: A file cannot be read.
    """
    places: dict[str, Place] = {}
    for file in profile_files(path):
        document = read_file(file, file.as_posix())
        plan = document.data.get("plan") if isinstance(document.data, dict) else None
        for number, entry in enumerate(plan if isinstance(plan, list) else ()):
            if isinstance(entry, dict) and "id" in entry:
                places.setdefault(str(entry["id"]), Place(file, document, ("plan", number)))
    return places


@dataclass(frozen=True, slots=True)
class Edit:
    """A new value for a key of an entry; `shows_in.reaches` and `shows_in.by` have a dot."""

    id: str
    key: str
    value: date | str | int | bool


def scalar(value: Any) -> str:
    """Return a value as YAML."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (date, int)):
        return value.isoformat() if isinstance(value, date) else str(value)
    text = str(value)
    return text if _AIM.fullmatch(text) else quoted(text)


_AIM = re.compile(r"\d+(?:\.\d+)?%?|\d+/\d+|\d+(?:\.\d+)? [a-z]+(?: [a-z]+)?")
"""Aims that need no quotes: numbers, percentages, counts and durations."""


def edited(
    places: Mapping[str, Place],
    edits: Sequence[Edit],
    added: Sequence[Mapping[str, Any]],
    path: FilePath,
) -> dict[FilePath, bytes]:
    """Return the new content of each file that changes.

    Args:
        added: New entries, which go to the end of the plan.
        path: The profile, for a plan that is its first.

    Raises:
        InvalidProfile: A place cannot be changed so that nothing else does.
    """
    texts: dict[FilePath, _Text] = {}
    problems: list[Problem] = []
    for edit in edits:
        place = places[edit.id]
        text = texts.setdefault(place.file, _Text(place.file, place.document))
        if not text.prepare(place, edit):
            key = edit.key.replace(".", " ")
            message = (
                f"the {key} of {edit.id} cannot be changed here without touching anything else"
            )
            problems.append(place.problem(edit.key.split(".")[0], message, "change it by hand"))
    for text in texts.values():
        text.change()
    if problems:
        raise InvalidProfile(problems)
    if added:
        file = _end_of_plan(places, path)
        if file not in texts:
            texts[file] = _Text(file, read_file(file, file.as_posix()) if file.exists() else None)
        texts[file].append(added)
    return {file: text.bytes() for file, text in texts.items()}


def _end_of_plan(places: Mapping[str, Place], path: FilePath) -> FilePath:
    """Return the file whose plan goes on, or the one that will hold the first."""
    files = profile_files(path)
    holding = [file for file in files if any(place.file == file for place in places.values())]
    if holding:
        return holding[-1]
    saying = [file for file in files if "plan" in read_file(file, file.as_posix()).data]
    if saying or (len(files) == 1 and files[0] in (path, path / "profile.yaml")):
        return saying[-1] if saying else files[0]
    return files[0].parent / "plan.yaml"


class _Text:
    """The text of one file, changed from its end to its beginning so that places stay true."""

    def __init__(self, file: FilePath, document: Document | None) -> None:
        self.file = file
        raw = file.read_bytes().decode("utf-8") if document is not None else ""
        self.mark = "\ufeff" if raw.startswith("\ufeff") else ""
        found = re.search(r"\r\n|\r|\n", raw)
        self.end = found[0] if found else "\n"
        self.lines = re.split(r"\r\n|\r|\n", raw.removeprefix("\ufeff"))
        self.ends = [*re.findall(r"\r\n|\r|\n", raw), ""]
        self.changes: list[tuple[int, int, int, int, str]] = []  # row, column, rank, length, text

    def bytes(self) -> bytes:
        """Return the file's new content."""
        body = "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))
        return (self.mark + body).encode("utf-8")

    def prepare(self, place: Place, edit: Edit) -> bool:
        """Note a change; return whether it can be made in place."""
        keys = tuple(edit.key.split("."))
        order = ORDER if len(keys) == 1 else _INNER
        path, text = (*place.path, *keys), scalar(edit.value)
        if place.document.has(path):
            at = place.document.problem(path, "")
            if not self._is_whole(place.document, path):
                return False
            rank = order.index(keys[-1])
            self.changes.append((at.line - 1, at.column - 1, rank, at.length, text))
            return True
        return self._prepare_key(place.document, path, text, order)

    def _is_whole(self, document: Document, path: Path) -> bool:
        """Whether all that is written of a value stands on one line."""
        at = document.problem(path, "")
        shown = self.lines[at.line - 1][at.column - 1 : at.column - 1 + at.length]
        try:
            alone = read_bytes(f"key: {shown}\n".encode(), "value")
        except InvalidInput:
            return False
        return bool(alone.data["key"] == _at(document, path))

    def _prepare_key(self, document: Document, path: Path, text: str, order: Sequence[str]) -> bool:
        """Note a key that is not there yet: before the next one in order, else after the first."""
        *above, last = path
        inside, key = tuple(above), str(last)
        here = _at(document, inside)
        first = (*inside, next(iter(here)))
        value = document.problem(first, "")
        opened = document.problem(inside, "")
        rank = order.index(key)
        if self.lines[opened.line - 1][opened.column - 1] == "{":
            if not self._is_whole(document, first):
                return False
            end = value.column - 1 + value.length
            self.changes.append((value.line - 1, end, rank, 0, f", {key}: {text}"))
            return True
        later = [k for k in order[rank + 1 :] if k in here and k != first[-1]]
        if later:
            row = document.problem((*inside, later[0]), "", key=True).line - 1
            while self.lines[row - 1].lstrip().startswith("#"):  # which is of the next key
                row -= 1
        elif self._is_whole(document, first):
            row = value.line
        else:
            return False
        indent = " " * (document.problem(first, "", key=True).column - 1)
        self.changes.append((row, -1, rank, 0, f"{indent}{key}: {text}"))
        return True

    def change(self) -> None:
        """Make the changes that were noted, the last first, so that places stay true."""
        for row, column, _, length, text in sorted(self.changes, reverse=True):
            if column < 0:
                self._insert(row, [text])
            else:
                line = self.lines[row]
                self.lines[row] = line[:column] + text + line[column + length :]
        self.changes.clear()

    def _insert(self, row: int, lines: Sequence[str]) -> None:
        self.lines[row:row] = lines
        self.ends[row:row] = [self.end] * len(lines)
        if row and not self.ends[row - 1]:
            self.ends[row - 1] = self.end

    def append(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Write entries at the end of the plan."""
        document = read_bytes(self.bytes(), self.file.as_posix()) if any(self.lines) else None
        data = document.data if document is not None else {}
        new = [line for entry in entries for line in entry_lines(entry)]
        if document is None or "plan" not in data:
            row = len(self.lines) - (1 if self.lines and not self.lines[-1] else 0)
            new = ["plan:", *new]
        elif not data["plan"]:
            at = document.problem(("plan",), "")
            row = at.line
            line = self.lines[row - 1]
            self.lines[row - 1] = (
                line[: at.column - 1] + line[at.column - 1 + at.length :]
            ).rstrip()
        else:
            start = document.problem(("plan", len(data["plan"]) - 1), "")
            dash = self.lines[start.line - 1].find("-")
            if self.lines[start.line - 1][:dash].strip() or dash < 0:
                raise InvalidProfile([
                    document.problem(("plan",), "a plan in brackets cannot be added to",
                                     "begin each entry with '- ' on a line of its own")
                ])  # fmt: skip
            row = self._end_of(start.line - 1, dash)
            new = [" " * (dash - 2) + line if dash >= 2 else line[2 - dash :] for line in new]
        self._insert(row, new)

    def _end_of(self, row: int, indent: int) -> int:
        """Return the row after an item of a list that begins in a row, without what trails it."""
        end = row + 1
        for number in range(row + 1, len(self.lines)):
            line = self.lines[number]
            if not line.strip():
                continue
            if len(line) - len(line.lstrip(" ")) <= indent:
                break
            end = number + 1
        return end


def _at(document: Document, path: Path) -> Any:
    here: Any = document.data
    for step in path:
        here = here[step]
    return here


def entry_lines(entry: Mapping[str, Any]) -> list[str]:
    """Return a plan entry as lines of YAML, below `plan:`."""
    lines: list[str] = []
    for key in ORDER:
        if (value := entry.get(key)) is None:
            continue
        if key == "addresses":
            text = f"[{', '.join(map(quoted, value))}]"
        elif key == "shows_in" and isinstance(value, Mapping):
            inner = (f"{k}: {scalar(value[k])}" for k in _INNER if value.get(k) is not None)
            text = f"{{{', '.join(inner)}}}"
        else:
            text = scalar(value)
        lines.append(f"    {key}: {text}")
    lines[0] = "  - " + lines[0].lstrip()
    return lines
