"""Where values stand in a workbook, for the reader of profiles and for messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from readiness.errors import Problem
from readiness.yaml_reader import Document, Path
from readiness.yaml_reader.document import Node


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: a sheet, a row from 1, and the heading of its column."""

    sheet: str
    row: int = 0
    heading: str = ""

    def __str__(self) -> str:
        parts = [f"sheet {self.sheet}"]
        parts += [f"row {self.row}"] if self.row else []
        parts += [f"'{self.heading}'"] if self.heading else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class SheetDocument(Document):
    """A workbook as the document that the reader of profiles takes.

    Attributes:
        places: Where the value at each path stands.
    """

    places: Mapping[Path, Place] = field(default_factory=dict)

    def was_quoted(self, path: Path) -> bool:
        """Return True: what stands in a cell for text is text."""
        return True

    def line_of(self, path: Path) -> int:
        """Return the row of the value at this path."""
        return self._place(path).row

    def place_of(self, path: Path) -> str:
        """Return the file, sheet and row of the value at this path."""
        place = replace(self._place(path), heading="")
        return f"{self.source.rpartition('/')[2]}, {place}"

    def problem(self, path: Path, message: str, help: str = "", *, key: bool = False) -> Problem:
        """Return a problem that points at the cell of the value at this path."""
        return problem_at(self.source, self._place(path), message, help)

    def _place(self, path: Path) -> Place:
        """Return the place of the value at this path, or of the nearest around it."""
        sizes = range(len(path), -1, -1)
        return next(self.places[path[:n]] for n in sizes if path[:n] in self.places)


def problem_at(source: str, place: Place, message: str, help: str = "") -> Problem:
    """Return a problem at a place of a workbook."""
    return Problem(source, place.row, 0, message, help, at=str(place))


@dataclass(slots=True)
class Remarks:
    """What is wrong with a workbook, and what else its sender should know.

    Attributes:
        words: Lines that are no errors.
    """

    source: str
    problems: list[Problem] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def say(self, place: Place, message: str, help: str = "") -> None:
        """Note a problem."""
        self.problems.append(problem_at(self.source, place, message, help))


NOWHERE = Node((0, 0, 0), None, False, None)
"""The root of a document that is no text."""
