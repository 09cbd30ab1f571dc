"""A file as data, with the place of everything in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from readiness.errors import InvalidInput, Problem
from readiness.yaml_reader.source import Span

Path = tuple[str | int, ...]


class Node(NamedTuple):
    """Where one value stands, and the values inside it."""

    span: Span
    key: Span | None
    quoted: bool
    parts: dict[str | int, Node] | None


class Misread(InvalidInput):
    """A file in which single keys or values are wrong.

    Attributes:
        document: The file with the text of what is wrong in its place, so that what else is wrong
            can be found at once; it is good for nothing else.
    """

    def __init__(self, problems: Iterable[Problem], document: Document) -> None:
        super().__init__(problems)
        self.document = document


def with_others(misread: Iterable[Misread], others: Iterable[Problem]) -> list[Problem]:
    """Return the problems of files that were misread, and others that stand on lines of their own.

    What is said of a line that could not be read would only repeat it.
    """
    first = [problem for error in misread for problem in error.problems]
    lines = {(problem.file, problem.line) for problem in first}
    return [*first, *(other for other in others if (other.file, other.line) not in lines)]


@dataclass(frozen=True, slots=True)
class Document:
    """A file as data, with the place of everything in it.

    Attributes:
        source: Path as the user knows it, with forward slashes.
        data: The mapping at the top: `dict` with keys that are always text, in the order of the
            file; `list`; and scalars (`str`, `int`, `Decimal`, `bool`, `date`).
        lines: The lines of the file, without line ends.
    """

    source: str
    data: Any
    lines: tuple[str, ...] = field(repr=False)
    _root: Node = field(repr=False)

    def has(self, path: Path) -> bool:
        """Return whether there is a value at this path."""
        return self._nearest(path)[1]

    def was_quoted(self, path: Path) -> bool:
        """Return whether the scalar at this path was written in quotes or as a block."""
        node, found = self._nearest(path)
        return found and node.quoted

    def line_of(self, path: Path) -> int:
        """Return the line, from 1, of the value at this path, or of the nearest around it."""
        return self._nearest(path)[0].span[0] + 1

    def place_of(self, path: Path) -> str:
        """Return the file and line of the value at this path, or of the nearest around it."""
        return f"{self.source.rpartition('/')[2]}, line {self.line_of(path)}"

    def problem(self, path: Path, message: str, help: str = "", *, key: bool = False) -> Problem:
        """Return a problem that points at the value at this path.

        Args:
            path: Keys and list positions from the top; where nothing stands there, the nearest
                value around it is pointed at.
            message: What is wrong, in one sentence without a full stop.
            help: What to do about it.
            key: Point at the key and not at its value, where there is a key.
        """
        node = self._nearest(path)[0]
        line, column, length = node.key if key and node.key else node.span
        return Problem(
            self.source, line + 1, column + 1, message, help, self.lines[line], max(1, length)
        )

    def _nearest(self, path: Path) -> tuple[Node, bool]:
        node = self._root
        for step in path:
            inner = node.parts.get(step) if node.parts else None
            if inner is None:
                return node, False
            node = inner
        return node, True
