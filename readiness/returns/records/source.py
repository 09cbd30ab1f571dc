"""Files of a return: which is which, their hashes, and what is refused before it is opened."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import Path

from readiness.errors import InvalidProfile, Problem
from readiness.files import too_large
from readiness.model.values import near
from readiness.returns.records.pages import TablePage

LARGEST_FILE = 1_000_000_000
"""Bytes of one file; the largest of a council has some millions, and one of all England 700."""

_CHUNK = 1 << 20


class Format(Enum):
    """How a file is written, by its first bytes."""

    XML = "xml"
    WORKBOOK = "workbook"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a return.

    Attributes:
        name: Its own name, without folders: all that is said of where it came from.
        shown: Path as the user knows it.
        digest: First 12 hexadecimal digits of the SHA-256 of its content.
        utf_8: Whether it is UTF-8 throughout.
    """

    path: Path
    name: str
    shown: str
    format: Format
    digest: str
    utf_8: bool

    @property
    def told(self) -> str:
        """The file and its hash, for a fact's source."""
        return f"{self.name} (SHA-256 {self.digest})"

    def problem(self, message: str, help: str = "", line: int = 0) -> Problem:
        """Return a problem of this file."""
        return Problem(self.shown, line, 0, message, help)


@dataclass(slots=True)
class Taken:
    """What a reader took from the files, beside the rows.

    Attributes:
        files: Files that were read, for each module.
        notes: What somebody should know of how they were read, in a line each.
        dated: A day that a file name gives.
    """

    files: dict[str, tuple[File, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    dated: date | None = None


def find(paths: Iterable[Path]) -> list[File]:
    """Return the files named, and those in the folders named.

    Raises:
        InvalidProfile: A file is not there, cannot be read, or is of no form that is read.
    """
    found: list[File] = []
    problems: list[Problem] = []
    for path in _each(paths, problems):
        try:
            found.append(_inspect(path))
        except InvalidProfile as error:
            problems.extend(error.problems)
        except OSError as error:
            message = f"this file cannot be read: {error.strerror or 'unknown'}"
            problems.append(Problem(path.as_posix(), 0, 0, message, "check the path"))
    if problems:
        raise InvalidProfile(problems)
    return found


def _each(paths: Iterable[Path], problems: list[Problem]) -> list[Path]:
    each: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = [
                p for p in path.iterdir() if p.is_file() and not p.name.startswith((".", "~$"))
            ]
            each.update(dict.fromkeys(sorted(inside)))
            if not inside:
                problems.append(Problem(path.as_posix(), 0, 0, "there is no file in this folder"))
        elif path.exists():
            each[path] = None
        else:
            message = "there is no such file or folder"
            problems.append(Problem(path.as_posix(), 0, 0, message, "check the spelling"))
    return list(each)


def _inspect(path: Path) -> File:
    """Return a file after reading through it once.

    Raises:
        InvalidProfile: It is of no form that is read, or too large.
    """
    if what := too_large(path, LARGEST_FILE):
        help = "give the return of one council at a time"
        raise InvalidProfile([Problem(path.as_posix(), 0, 0, what, help)])
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf_8, nothing, zeros, head = True, True, False, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            head = head or chunk[:512]
            nothing = False
            digest.update(chunk)
            zeros = zeros or b"\0" in chunk
            if utf_8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf_8 = False
        if utf_8:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                utf_8 = False
    shown = path.as_posix()
    problem, help = "", ""
    kind = Format.CSV
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if nothing:
        problem, help = "the file is empty", "export it again"
    elif head.startswith(b"PK"):
        kind = Format.WORKBOOK
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        problem = "this is an old workbook (.xls), or one with a password"
        help = "save it as .xlsx without a password"
    elif start.startswith(b"<") or head.startswith((b"\xff\xfe<", b"\xfe\xff\0<")):
        kind = Format.XML
    elif zeros:
        problem = "this is neither text nor a workbook"
        help = "save it as CSV (UTF-8), XML or .xlsx"
    if problem:
        raise InvalidProfile([Problem(shown, 0, 0, problem, help)])
    return File(path, path.name, shown, kind, digest.hexdigest()[:12], utf_8)


# ---- headings ----

_DROPPED = re.compile(r"[^0-9a-z]+")


def plain(heading: str) -> str:
    """Return a heading without what varies: case, spaces, dashes, quotes, brackets, marks.

    >>> plain("SEN Setting \\u2013 Establishment  type")
    'sensettingestablishmenttype'
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKD", heading).casefold())


def words_of(name: str) -> list[str]:
    """Return the words and numbers of a name, without what varies.

    >>> words_of("List_10 – Adoption")
    ['list', '10', 'adoption']
    """
    known = unicodedata.normalize("NFKD", name).casefold()
    return [word for word in _DROPPED.split(known) if word]


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the columns of a module stand among the headings of a file.

    Attributes:
        places: Positions of `own`, `up` and elements, from 0.
        lacking: Elements without a column, each with the heading that may be meant.
    """

    places: Mapping[str, int]
    lacking: Mapping[str, str]

    @staticmethod
    def of(page: TablePage, above: TablePage | None, headings: Sequence[str]) -> Headings:
        """Return where things stand; the first of several names that fit counts."""
        at: dict[str, int] = {}
        for number, heading in enumerate(headings):
            at.setdefault(plain(heading), number)
        names: dict[str, tuple[str, ...]] = {}
        if page.key is not None:
            names["own"] = (page.key, *page.key_also)
        if above is not None and above.key is not None:
            names["up"] = (above.key, *page.of_also)
        for name, element in page.elements.items():
            names[name] = (name, *element.also)
        places: dict[str, int] = {}
        lacking: dict[str, str] = {}
        for name, spellings in names.items():
            found = [at[p] for spelling in spellings if (p := plain(spelling)) in at]
            if found:
                places[name] = found[0]
        taken = set(places.values())
        free = [h for n, h in enumerate(headings) if n not in taken and h.strip()]
        for name, spellings in names.items():
            if name not in places:
                guesses = (near(spelling, free) for spelling in spellings)
                lacking[name] = next((guess for guess in guesses if guess), "")
        return Headings(places, lacking)

    @property
    def fit(self) -> int:
        """How many columns were found."""
        return len(self.places)
