"""Every error a person can meet, and how it points at its cause.

    ReadinessError                  one line for the user, and an exit code
    ├── UsageError                  a wrong option, a missing engine or extra          exit 2
    ├── InvalidInput                a list of problems, each with its place and help
    │   ├── InvalidRulebook         a rule file or overlay that cannot be used         exit 3
    │   └── InvalidProfile          a profile, return or acceptance that cannot be used exit 4
    └── InternalError               a fault of ours: one line, never a traceback       exit 70

Invalid is not the same as broken: a rule file that cannot be used raises; a council that misses
an expectation is a finding and never an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process returns; documented in the README."""

    OK = 0
    GAPS = 1
    USAGE = 2
    RULEBOOK = 3
    PROFILE = 4
    UNKNOWNS = 5
    INTERNAL = 70


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one file, with the place and what to do about it.

    Attributes:
        file: Path as the user knows it, with forward slashes.
        line: Line number from 1; 0 when the problem is of the whole file.
        column: Column number from 1; 0 when the problem is of the whole line or file.
        message: What is wrong, in one sentence without a full stop.
        help: What to do about it; may be empty.
        text: The source line, without its line end; may be empty.
        length: How many characters the caret underlines.
        at: How the place is called where it is no line of a text, such as "row 12, 'Answer'".
    """

    file: str
    line: int
    column: int
    message: str
    help: str = ""
    text: str = ""
    length: int = 1
    at: str = ""

    def __str__(self) -> str:
        place = self.file
        if self.at:
            place += f", {self.at}"
        elif self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        head = f"{place}: {self.message}"
        if not self.text or not self.line:
            return f"{head}\n  help: {self.help}" if self.help else head
        shown, offset = _window(self.text, self.column)
        number = str(self.line)
        gutter = " " * len(number)
        caret = " " * offset + "^" * max(1, min(self.length, len(shown) - offset))
        note = f" help: {self.help}" if self.help else ""
        return f"{head}\n  {number} | {shown}\n  {gutter} | {caret}{note}"


def _window(text: str, column: int, width: int = 100) -> tuple[str, int]:
    """Return the part of a source line worth showing, and where the caret starts in it."""
    text = text.replace("\t", " ")
    start = max(0, column - 1)
    if len(text) <= width:
        return text, min(start, len(text))
    left = max(0, min(start - width // 3, len(text) - width))
    shown = text[left : left + width]
    if left:
        shown = "…" + shown[1:]
    if left + width < len(text):
        shown = shown[:-1] + "…"
    return shown, start - left


def _by_place(problem: Problem) -> tuple[str, str, Problem]:
    """Return what problems are ordered by: those of one sheet of a workbook stand together."""
    return problem.file, problem.at.partition(", row ")[0], problem


class ReadinessError(Exception):
    """Base of all errors that are for the user; `str()` is what the user reads."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL


class UsageError(ReadinessError):
    """The command cannot be run as asked."""

    exit_code = ExitCode.USAGE


class InternalError(ReadinessError):
    """A fault of the tool itself."""


class InvalidInput(ReadinessError):
    """Files that cannot be used; carries every problem found, in order of place."""

    exit_code = ExitCode.PROFILE

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems), key=_by_place))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InvalidRulebook(InvalidInput):
    """The rulebook or an overlay cannot be used."""

    exit_code = ExitCode.RULEBOOK


class InvalidProfile(InvalidInput):
    """The profile, a return or an acceptance cannot be used."""

    exit_code = ExitCode.PROFILE
