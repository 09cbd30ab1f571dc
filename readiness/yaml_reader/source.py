"""A text by lines, and the problems that are seen without parsing it."""

from __future__ import annotations

import re
from typing import NoReturn

from readiness.errors import Problem
from readiness.yaml_reader.characters import CONTROL, ODD, ODD_SET, named, printable
from readiness.yaml_reader.messages import CONFLICT

MAX_PROBLEMS = 1_000

Span = tuple[int, int, int]  # line and column, both from 0, and length on that line

_CONFLICT = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)
_LOST = re.compile(r" #[^\s]")
_EXPLICIT_KEY = re.compile(r"^[ \-]*\?|[\[{,:]\s*\?", re.MULTILINE)
_ODD_INDENT = rf"(?m)^[ \t{ODD_SET}]*[\t{ODD_SET}][ \t{ODD_SET}]*"  # compiled when needed


class Stop(Exception):
    """The rest of the file is not worth reading."""


def unified(text: str) -> str:
    """Return a text without byte order mark, in which lines end in LF."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


class Source:
    """A text by lines, and the problems that are seen without parsing it.

    Each repair keeps every other character in its place, so that parsing can go on as the
    writer meant it.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.text = unified(text)
        self.lines = tuple(printable(self.text).split("\n"))
        self.problems: list[Problem] = []
        self.spoilt: set[int] = set()  # lines of which nothing more is said
        self.derailed: set[int] = set()  # lines that may make the next one unreadable
        self.odd = False  # holds spaces or invisible characters other than the ordinary space
        self.lost = False  # may hold text that is lost after ` #`
        self.explicit = False  # may hold `? key`

    def add(self, span: Span, message: str, help: str) -> None:
        """Note a problem; stop the reading after the thousandth."""
        line, column, length = span
        if line in self.spoilt:
            return
        shown = self.lines[line]
        place = (self.name, line + 1, column + 1)
        self.problems.append(Problem(*place, message, help, shown, max(1, length)))
        if len(self.problems) >= MAX_PROBLEMS:
            self.stop(
                (line, column + length, 1),
                f"more than {MAX_PROBLEMS:,} problems: the rest was not read",
                "",
            )

    def stop(self, span: Span, message: str, help: str) -> NoReturn:
        """Note a problem after which reading makes no sense.

        Raises:
            Stop: Always.
        """
        line, column, length = span
        shown = self.lines[line]
        self.problems.append(
            Problem(self.name, line + 1, column + 1, message, help, shown, max(1, length))
        )
        raise Stop

    def inspect(self) -> None:
        """Find and repair what would mislead the parser."""
        if (conflict := _CONFLICT.search(self.text)) is not None:
            line = self.text.count("\n", 0, conflict.start())
            self.stop((line, 0, len(conflict[0])), *CONFLICT)
        controls = self._controls() if CONTROL.search(self.text) else set()
        self.odd = not self.text.isascii() and ODD.search(self.text) is not None
        if self.odd or "\t" in self.text:
            self._indentation()
        self._directives()
        self.spoilt |= controls
        self.lost = _LOST.search(self.text) is not None
        self.explicit = "?" in self.text and _EXPLICIT_KEY.search(self.text) is not None

    def is_ordinary(self) -> bool:
        """Return whether both parsers may be trusted to read the text alike."""
        return not (self.problems or self.odd or self.explicit or "\t" in self.text)

    def _controls(self) -> set[int]:
        found = set()
        for number, line in enumerate(self.text.split("\n")):
            for match in CONTROL.finditer(line):
                found.add(number)
                self.add(
                    (number, match.start(), 1),
                    f"{named(match[0])} stands here, which text files may not hold",
                    "delete it",
                )
        self.derailed |= found
        self.text = CONTROL.sub(" ", self.text)
        return found

    def _indentation(self) -> None:
        odd_indent = re.compile(_ODD_INDENT)
        for number, line in enumerate(self.text.split("\n")):
            match = odd_indent.match(line)
            if match and match.end() < len(line):
                indent = match[0].lstrip(" ")
                name = "a tab" if indent[0] == "\t" else named(indent[0])
                self.derailed.add(number)
                self.add(
                    (number, match.end() - len(indent), len(indent.rstrip(" "))),
                    f"{name} stands in the indentation of this line",
                    "indent with ordinary spaces, two for each level",
                )
        text = odd_indent.sub(lambda match: " " * len(match[0]), self.text)
        if "\t" in text:  # at the end of a line a tab does no harm
            lines = text.split("\n")
            text = "\n".join(line.rstrip(" \t").ljust(len(line)) for line in lines)
        self.text = text

    def _directives(self) -> None:
        start = 0
        for number, line in enumerate(self.lines):
            if line.startswith("%"):
                self.add(
                    (number, 0, len(line)),
                    "lines that begin with % are not used here",
                    "delete the line",
                )
                self.text = f"{self.text[:start]}#{self.text[start + 1 :]}"
            elif line.strip() and not line.lstrip().startswith("#"):
                return
            start += len(line) + 1
