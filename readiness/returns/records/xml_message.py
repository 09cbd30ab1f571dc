"""A return as one XML message, read as a stream: of the file no more than some rows are held.

A message may be one line, so a row is numbered by how many of its module came before it.

A message that declares a document type is refused: a return never does, and entities, which unfold
into other text or fetch other files, can be declared in no other way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from readiness.errors import InvalidProfile, Problem
from readiness.returns.records.load import Return
from readiness.returns.records.source import File, Taken, plain
from readiness.returns.records.store import BATCH, SHOWN, Rows, Store

_CHUNK = 1 << 16
_MAX_DEPTH = 40
_MAX_PIECE = 1 << 20
"""Bytes of a start tag, a comment or a declaration, which the parser holds until it ends."""

_MAX_NAMES = 10_000
"""Different names of elements, of which each is kept; a return has about a hundred."""

_MAX_TEXT = 200
"""Characters that are kept of an element: more than any date or code has."""

_CUT_SHORT = frozenset({3, 5, 20})
"""expat's numbers for a message that ends too early: it is empty, or a tag or section is open."""

_UNKNOWN_ENCODING = frozenset({18, 19})


def read_xml(file: File, store: Store) -> Taken:
    """Take the rows of a message into a store.

    Raises:
        InvalidProfile: It is not XML, ends too early, declares a document type, or holds no module
            of the return.
    """
    parser: Any = expat.ParserCreate()
    parser.buffer_text = True
    reader = _Reader(store)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        with file.path.open("rb") as opened:
            given = 0
            while chunk := opened.read(_CHUNK):
                parser.Parse(chunk, False)
                given += len(chunk)
                if given - parser.CurrentByteIndex > _MAX_PIECE:
                    message = f"a tag or comment here is longer than {_MAX_PIECE:,} bytes"
                    raise _Refused(message, "export it again")
            parser.Parse(b"", True)
    except _Refused as refused:
        problem = file.problem(str(refused), refused.help, parser.CurrentLineNumber)
        raise InvalidProfile([problem]) from None
    except expat.ExpatError as error:
        raise InvalidProfile([_not_xml(file, error)]) from None
    except (LookupError, ValueError):
        raise InvalidProfile([file.problem(*_ENCODING, 1)]) from None
    reader.finish()
    return _taken(file, store, reader)


_ENCODING = ("the message is in an encoding that cannot be read", "save it as UTF-8")


def _not_xml(file: File, error: expat.ExpatError) -> Problem:
    """Return what is wrong with a message; expat's words quote nothing of it."""
    if error.code in _UNKNOWN_ENCODING:
        return file.problem(*_ENCODING, 1)
    if error.code in _CUT_SHORT:
        help = "it was cut short: export it again; nothing of it was used"
        return file.problem("the message ends too early", help, error.lineno)
    why = expat.ErrorString(error.code)
    help = "export it again; nothing of it was used"
    return file.problem(f"this is not XML: {why}", help, error.lineno)


def _taken(file: File, store: Store, reader: _Reader) -> Taken:
    """Return what was taken, after checking that it is of this return."""
    tables = store.definition.tables
    found = [table for table in tables if reader.counts[table] or reader.misplaced[table]]
    if all(tables[table].single for table in found):
        wanted = next(page.element for page in tables.values() if not page.single)
        message = f"no module of the {store.definition.page.title} is in this message"
        help = f"it begins with <{reader.root}>, and should hold <{wanted}> elements"
        raise InvalidProfile([file.problem(message, help)])
    for table in found:
        module = store.module(table)
        module.files = (file.told,)
        rows = Rows(reader.misplaced[table], tuple(reader.misplaced_at.get(table, ())))
        module.leave_out("it stands in the wrong place in the message", rows)
    taken = Taken(dict.fromkeys(found, (file,)))
    for (table, name), count in sorted(reader.twice.items()):
        said = f"{tables[table].title}: {name} comes twice in one row; the first counts"
        taken.notes.append(f"{said} (rows: {count})" if count > SHOWN else said)
    for name in sorted(reader.seen):
        why = store.definition.page.not_read[name]
        taken.notes.append(f"{name} is in the message and is not read: {why}")
    return taken


class _Refused(Exception):
    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


@dataclass(slots=True)
class _Row:
    """A row that is being read, or a place in which nothing is.

    Attributes:
        leaves: Where the elements of its module stand in `values`.
        below: The modules below it, by the name of their element.
    """

    table: str
    leaves: Mapping[str, int]
    below: Mapping[str, str]
    values: list[Any] = field(default_factory=list)


_OTHER, _LEAF, _ROW, _LONE_ROW = range(4)


class _Reader:
    """Handlers of a parser, and what they have seen."""

    def __init__(self, store: Store) -> None:
        self.store = store
        tables = store.definition.tables
        self.names = {table: list(page.elements) for table, page in tables.items()}
        self.leaves = {
            table: {
                plain(spelling): place
                for place, (name, element) in enumerate(page.elements.items(), 3)
                for spelling in (*element.also, name)
            }
            for table, page in tables.items()
        }
        self.tags = {plain(page.element): table for table, page in tables.items() if page.element}
        self.below: dict[str | None, dict[str, str]] = {}
        for tag, table in self.tags.items():
            self.below.setdefault(tables[table].of, {})[tag] = table
        self.single = _single(store.definition)
        self.plain: dict[str, str] = {}
        self.open: list[int] = []
        self.rows: list[_Row] = []
        self.words: list[str] | None = None
        self.leaf: tuple[_Row, int] | None = None
        self.batches: dict[str, list[list[Any]]] = {table: [] for table in tables}
        self.counts: Counter[str] = Counter()
        self.misplaced: Counter[str] = Counter()
        self.misplaced_at: dict[str, list[int]] = {}
        self.twice: Counter[tuple[str, str]] = Counter()
        self.root = ""
        self.not_read = {plain(name): name for name in store.definition.page.not_read}
        self.seen: set[str] = set()
        self.alone: dict[str, _Row] = {}
        for table in self.single.values():
            empty = [1, None, None, *[None] * len(self.names[table])]
            self.alone[table] = _Row(table, self.leaves[table], {}, empty)

    def refuse(self, *_: object) -> None:
        """Refuse a document type."""
        help = "a return never does; export it again from the case system"
        raise _Refused(
            "the message declares a document type (<!DOCTYPE …>), which is refused", help
        )

    def start(self, tag: str, _: object) -> None:
        """Begin an element."""
        key = self.plain.get(tag)
        if key is None:
            if len(self.plain) >= _MAX_NAMES:
                message = f"the message has more than {_MAX_NAMES:,} different elements"
                raise _Refused(message, "check which file was given")
            key = self.plain[tag] = plain(tag.rpartition(":")[2])
        if len(self.open) >= _MAX_DEPTH:
            raise _Refused(f"elements are nested more than {_MAX_DEPTH} deep", "export it again")
        if not self.open:
            self.root = tag if len(tag) <= 40 else "…"
        self.words = None
        here = self.rows[-1] if self.rows else None
        below = here.below if here else self.below.get(None, {})
        if key in below and below[key] not in self.alone:
            row = self._begin(below[key], here)
            if key in row.leaves:  # a row that is one element, and holds nothing else
                self.leaf, self.words = (row, row.leaves[key]), []
            self.open.append(_LONE_ROW if key in row.leaves else _ROW)
        elif here is None and key in self.single:
            row = self.alone[self.single[key]]
            self._leaf(row, row.leaves[key])
        elif here is not None and key in here.leaves:
            self._leaf(here, here.leaves[key])
        elif key in self.tags and self.tags[key] not in self.alone:
            table = self.tags[key]
            self.misplaced[table] += 1
            lines = self.misplaced_at.setdefault(table, [])
            if len(lines) < SHOWN:
                lines.append(self.counts[table] + self.misplaced[table])
            self.rows.append(_Row("", {}, {}))
            self.open.append(_ROW)
        else:
            if key in self.not_read:
                self.seen.add(self.not_read[key])
            self.open.append(_OTHER)

    def _begin(self, table: str, above: _Row | None) -> _Row:
        self.counts[table] += 1
        own = str(self.counts[table])
        up = above.values[1] if above else None
        values = [self.counts[table], own, up, *[None] * len(self.names[table])]
        self.rows.append(_Row(table, self.leaves[table], self.below.get(table, {}), values))
        return self.rows[-1]

    def _leaf(self, row: _Row, place: int) -> None:
        self.leaf, self.words = (row, place), []
        self.open.append(_LEAF)

    def characters(self, words: str) -> None:
        """Take the text of an element; of a long one the beginning."""
        if self.words is not None and len(self.words) < _MAX_TEXT:
            self.words.append(words[:_MAX_TEXT])

    def end(self, _: str) -> None:
        """End an element."""
        kind = self.open.pop()
        if kind in (_LEAF, _LONE_ROW):
            self._end_leaf()
        if kind in (_ROW, _LONE_ROW):
            row = self.rows.pop()
            if row.table:
                self._emit(row)

    def _end_leaf(self) -> None:
        words = "".join(self.words or ()).strip()[:_MAX_TEXT]
        self.words = None
        if not words or self.leaf is None:
            return
        row, place = self.leaf
        if row.values[place] is None:
            row.values[place] = words
            self.counts[row.table] += row.table in self.alone
        else:
            self.twice[row.table, self.names[row.table][place - 3]] += 1

    def _emit(self, row: _Row) -> None:
        batch = self.batches[row.table]
        batch.append(row.values)
        if len(batch) >= BATCH:
            self.store.add(row.table, batch)
            batch.clear()

    def finish(self) -> None:
        """Hand over what is left."""
        for table, row in self.alone.items():
            if self.counts[table]:
                self._emit(row)
        for table, batch in self.batches.items():
            self.store.add(table, batch)
            batch.clear()


def _single(definition: Return) -> dict[str, str]:
    """Return the elements of modules of one record, which may stand anywhere above the rows."""
    return {
        plain(spelling): table
        for table, page in definition.tables.items()
        if page.single
        for name, element in page.elements.items()
        for spelling in (*element.also, name)
    }
