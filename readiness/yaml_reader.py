"""Read rule pages and profiles: strict YAML that keeps the place of every key and value.

YAML reads some ordinary text as something else: `no` as false, `20:00` as 1200, `012` as 10, and
the second of two equal keys in place of the first. Here such text is refused, with its place and
what to write instead, and so is everything that pages do not need (anchors, tags, directives,
several documents). Everything wrong in a file is reported at once.

    read_file, read_bytes, read_text
      -> _Source     the text by lines; problems that are seen without parsing it
      -> _Builder    events of PyYAML into data and places; structure is checked here
           _resolve  what a scalar without quotes means
           _explain  errors of syntax in plain English

The parser written in C is tried first. Whenever it objects, or anything at all is wrong, the one
written in Python reads the file again and its answer stands, so that messages are the same on
every computer.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any, NamedTuple, NoReturn

import yaml
from yaml import events

from readiness.errors import InvalidInput, Problem

Path = tuple[str | int, ...]
Scalar = str | int | Decimal | bool | date

MAX_SIZE = 5_000_000  # bytes, or characters of a text
MAX_DEPTH = 40
MAX_NODES = 500_000
MAX_PROBLEMS = 1_000
MAX_DIGITS = 18

_FAST_LOADER: Any = getattr(yaml, "CSafeLoader", None)

_Span = tuple[int, int, int]  # line and column, both from 0, and length on that line

_CURLY = "“”„‟‘’‚‛"
_ODD_SET = (
    "\u00a0\u00ad\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff"
)
_ODD = re.compile(f"[{_ODD_SET}]")
_ODD_START = re.compile(rf"(?:-|[\w.\-]+:)?(?=[{_ODD_SET}])")
_ODD_INDENT = re.compile(rf"^[ \t{_ODD_SET}]*[\t{_ODD_SET}][ \t{_ODD_SET}]*", re.MULTILINE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_CONTROL_BYTE = re.compile(b"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LOST = re.compile(r" #[^\s]")
_EXPLICIT_KEY = re.compile(r"^[ \-]*\?|[\[{,:]\s*\?", re.MULTILINE)
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_COLON = re.compile(r"\s*:")
_ONLY_LOST = re.compile(r":?\s+#\S")
_BAD_ESCAPE = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")


class _Node(NamedTuple):
    """Where one value stands, and the values inside it."""

    span: _Span
    key: _Span | None
    quoted: bool
    parts: dict[str | int, _Node] | None


class _Fault(NamedTuple):
    message: str
    help: str


class _Stop(Exception):
    """The rest of the file is not worth reading."""


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
    _root: _Node = field(repr=False)

    def has(self, path: Path) -> bool:
        """Return whether there is a value at this path."""
        return self._nearest(path)[1]

    def was_quoted(self, path: Path) -> bool:
        """Return whether the scalar at this path was written in quotes or as a block."""
        node, found = self._nearest(path)
        return found and node.quoted

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

    def _nearest(self, path: Path) -> tuple[_Node, bool]:
        node = self._root
        for step in path:
            inner = node.parts.get(step) if node.parts else None
            if inner is None:
                return node, False
            node = inner
        return node, True


def read_file(path: FilePath, source: str | None = None) -> Document:
    """Return the file as a document; no more than 5 MB of it are ever read.

    Args:
        path: The file.
        source: How to name it in messages; the path when not given.

    Raises:
        InvalidInput: Everything that is wrong with it, also when it cannot be opened.
    """
    name = path.as_posix() if source is None else source
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        fault = _unopened(path, error)
        raise InvalidInput([Problem(name, 0, 0, *fault)]) from error
    return read_bytes(raw, name)


def _unopened(path: FilePath, error: OSError | ValueError) -> _Fault:
    try:
        folder = path.is_dir()
    except (OSError, ValueError):
        folder = False
    if folder:
        return _Fault("this is a folder, not a file", "name a file inside it")
    if isinstance(error, (FileNotFoundError, NotADirectoryError, ValueError)):
        return _Fault("there is no such file", "check the spelling of the path")
    if isinstance(error, PermissionError):
        return _Fault(
            "this file may not be read by you",
            "close it in other programs, or ask its owner to let you read it",
        )
    return _Fault(f"this file cannot be read: {error.strerror or error}", "check the path")


def read_bytes(raw: bytes, source: str) -> Document:
    """Return UTF-8 bytes as a document; a byte order mark is allowed.

    Raises:
        InvalidInput: Everything that is wrong with them.
    """
    if len(raw) > MAX_SIZE:
        raise _too_large(source)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _whole_file(source, "this file is saved as UTF-16", "save it as UTF-8")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if _CONTROL_BYTE.search(raw):
            raise _not_text(source) from error
        raise InvalidInput([_undecoded(raw, error.start, source)]) from error
    return read_text(text, source)


def _undecoded(raw: bytes, at: int, source: str) -> Problem:
    lines = _unified(raw[:at].decode("utf-8")).split("\n")
    rest = re.split(b"[\r\n]", raw[at:], maxsplit=1)[0].decode("cp1252", "replace")
    shown = bytes([raw[at]]).decode("cp1252", "replace")
    return Problem(
        source,
        len(lines),
        len(lines[-1]) + 1,
        f"byte 0x{raw[at]:02X} is not UTF-8 text; it looks like '{shown}' in Windows-1252",
        "save the file as UTF-8",
        _shown(lines[-1] + rest),
    )


def read_text(text: str, source: str) -> Document:
    """Return a text as a document.

    Args:
        text: The text; lines may end in LF, CRLF or CR.
        source: How to name it in messages, with forward slashes.

    Raises:
        InvalidInput: Everything that is wrong with it, in order of place; after a thousand
            problems, or an error of syntax, the rest of the text is not read.
    """
    if len(text) > MAX_SIZE:
        raise _too_large(source)
    if "\0" in text:
        raise _not_text(source)
    page = _Source(text, source)
    try:
        page.inspect()
        builder = _Builder(page)
        if _FAST_LOADER is not None and page.is_ordinary() and builder.try_to_read(_FAST_LOADER):
            return builder.document()
        builder = _Builder(page)
        builder.read_to_the_end(yaml.SafeLoader)
    except _Stop:
        raise InvalidInput(page.problems) from None
    if page.problems:
        raise InvalidInput(page.problems)
    return builder.document()


def _whole_file(source: str, message: str, help: str) -> InvalidInput:
    return InvalidInput([Problem(source, 0, 0, message, help)])


def _too_large(source: str) -> InvalidInput:
    return _whole_file(source, "this file is larger than 5 MB", "split it into smaller files")


def _not_text(source: str) -> InvalidInput:
    return _whole_file(
        source,
        "this is not a text file",
        "name a YAML file; workbooks, PDFs and Word files cannot be read here",
    )


def _unified(text: str) -> str:
    """Return a text without byte order mark, in which lines end in LF."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _shown(text: str) -> str:
    """Return a text that can be printed safely."""
    return _CONTROL.sub("\ufffd", text)


def _name(character: str) -> str:
    """Return how to speak of a character that cannot be seen, with its article."""
    name = unicodedata.name(character, "control character").lower()
    return f"{'an' if name[0] in 'aeio' else 'a'} {name} (U+{ord(character):04X})"


class _Source:
    """A text by lines, and the problems that are seen without parsing it.

    Each repair keeps every other character in its place, so that parsing can go on as the
    writer meant it.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.text = _unified(text)
        self.lines = tuple(_shown(self.text).split("\n"))
        self.problems: list[Problem] = []
        self.spoilt: set[int] = set()  # lines of which nothing more is said
        self.derailed: set[int] = set()  # lines that may make the next one unreadable
        self.odd = False  # holds spaces or invisible characters other than the ordinary space
        self.lost = False  # may hold text that is lost after ` #`
        self.explicit = False  # may hold `? key`

    def add(self, span: _Span, message: str, help: str) -> None:
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

    def stop(self, span: _Span, message: str, help: str) -> NoReturn:
        """Note a problem after which reading makes no sense.

        Raises:
            _Stop: Always.
        """
        line, column, length = span
        shown = self.lines[line]
        self.problems.append(
            Problem(self.name, line + 1, column + 1, message, help, shown, max(1, length))
        )
        raise _Stop

    def inspect(self) -> None:
        """Find and repair what would mislead the parser."""
        controls = self._controls() if _CONTROL.search(self.text) else set()
        self.odd = not self.text.isascii() and _ODD.search(self.text) is not None
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
            for match in _CONTROL.finditer(line):
                found.add(number)
                self.add(
                    (number, match.start(), 1),
                    f"{_name(match[0])} stands here, which text files may not hold",
                    "delete it",
                )
        self.derailed |= found
        self.text = _CONTROL.sub(" ", self.text)
        return found

    def _indentation(self) -> None:
        for number, line in enumerate(self.text.split("\n")):
            match = _ODD_INDENT.match(line)
            if match and match.end() < len(line):
                indent = match[0].lstrip(" ")
                name = "a tab" if indent[0] == "\t" else _name(indent[0])
                self.derailed.add(number)
                self.add(
                    (number, match.end() - len(indent), len(indent.rstrip(" "))),
                    f"{name} stands in the indentation of this line",
                    "indent with ordinary spaces, two for each level",
                )
        text = _ODD_INDENT.sub(lambda match: " " * len(match[0]), self.text)
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


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being read."""

    mapping: bool
    flow: bool  # in braces or brackets
    line: int
    column: int
    as_key: bool  # it stands where a key should
    data: Any
    parts: dict[str | int, _Node] = field(default_factory=dict)
    key: str | None = None  # of a mapping: its value comes next
    key_span: _Span = (0, 0, 1)
    keep: bool = True  # the key is a good one
    width: int = 1  # of the first key
    cut: bool = False  # it was said that a comma split a text here
    sentence: bool = False  # the first item in brackets looks like the start of a sentence


class _Builder:
    """Makes data and places from the events of a parser, without recursion."""

    def __init__(self, page: _Source) -> None:
        self.page = page
        self.lines = page.lines
        self.top = _Frame(False, False, 0, 0, False, [])
        self.frame = self.top
        self.stack: list[_Frame] = []
        self.nodes = 0
        self.documents = 0
        self.last: Any = None  # the scalar that was read last

    def document(self) -> Document:
        page = self.page
        return Document(page.name, self.top.data[0], page.lines, self.top.parts[0])

    def try_to_read(self, loader: Any) -> bool:
        """Read all events and return whether nothing is wrong; what is wrong is not kept.

        Raises:
            _Stop: There are so many that another reading would not be worth its time.
        """
        try:
            self.read(loader)
        except yaml.YAMLError:
            pass
        except _Stop:
            if self.nodes > MAX_NODES:
                raise
        else:
            if not self.page.problems:
                return True
        self.page.problems.clear()
        self.page.derailed.clear()
        return False

    def read(self, loader: Any) -> None:
        """Read all events.

        Raises:
            yaml.YAMLError: The text is not YAML.
            _Stop: It is, and goes beyond a limit.
        """
        for event in yaml.parse(self.page.text, loader):
            kind = type(event)
            if kind is events.ScalarEvent:
                self._scalar(event)
            elif kind is events.MappingStartEvent:
                self._open(event, mapping=True)
            elif kind is events.SequenceStartEvent:
                self._open(event, mapping=False)
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                self._close(event)
            elif kind is events.AliasEvent:
                self._alias(event)
            elif kind is events.DocumentStartEvent:
                self._start(event)
        self._check_top()

    def read_to_the_end(self, loader: Any) -> None:
        """Read all events; an error of syntax becomes a problem like any other."""
        page = self.page
        try:
            self.read(loader)
        except yaml.MarkedYAMLError as error:
            line, span, fault = _explain(error, self)
            before = page.problems[-1] if page.problems else None
            if before and before.help == _NO_VALUE_HELP and before.line == line + 1:
                page.problems.pop()  # reading stopped before the value
            said = {problem.line - 1 for problem in page.problems}
            if not (said & {line, span[0]} or page.derailed & {line, line - 1, span[0]}):
                page.add(span, *fault)
        except (yaml.YAMLError, ValueError, OverflowError):
            bad = _BAD_ESCAPE.search(page.text)
            at = bad.start() if bad else 0
            line = page.text.count("\n", 0, at)
            column = at - (page.text.rfind("\n", 0, at) + 1)
            page.add(
                (line, column, 10 if bad else 1),
                "this escape is no character" if bad else "this is not YAML that can be read",
                "use single quotes, in which a backslash is a backslash",
            )

    def _start(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.page.stop((event.start_mark.line, event.start_mark.column, 3), *_SECOND_DOCUMENT)

    def _check_top(self) -> None:
        page = self.page
        node = self.top.parts.get(0)
        if page.problems:
            return
        if node is None:
            page.problems.append(
                Problem(page.name, 0, 0, "the file is empty", "write its keys and values")
            )
        elif not isinstance(self.top.data[0], dict):
            page.add(
                node.span,
                "a file must hold keys with values",
                "write lines such as 'title: a text', with a space after the colon",
            )

    def _count(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            start = event.start_mark
            self.page.stop(
                (start.line, start.column, 1),
                f"this file holds more than {MAX_NODES:,} keys and values",
                "split it into smaller files",
            )

    def _to_line_end(self, line: int, column: int) -> int:
        return max(1, len(self.lines[line].rstrip()) - column)

    def _properties(self, event: Any) -> None:
        """Refuse a tag or an anchor."""
        start = event.start_mark
        mark = self.lines[start.line][start.column : start.column + 1]
        self.page.add((start.line, start.column, 1), *_cannot_begin(mark or "!"))

    def _open(self, event: Any, *, mapping: bool) -> None:
        self._count(event)
        if event.tag is not None or event.anchor is not None:
            self._properties(event)
        start = event.start_mark
        frame = self.frame
        if len(self.stack) >= MAX_DEPTH:
            self.page.stop(
                (start.line, start.column, 1),
                f"this is nested more than {MAX_DEPTH} levels deep",
                "check the brackets and the indentation",
            )
        as_key = frame.mapping and frame.key is None
        if as_key and not frame.as_key:
            self.page.add(
                (start.line, start.column, 1),
                "a key must be a plain word, not a list or a mapping",
                "put the text in quotes if it begins with a bracket",
            )
        frame.cut = False
        self.stack.append(frame)
        data: Any = {} if mapping else []
        flow = bool(event.flow_style)
        self.frame = _Frame(mapping, flow, start.line, start.column, as_key, data)

    def _close(self, event: Any) -> None:
        frame, end = self.frame, event.end_mark
        parent = self.frame = self.stack.pop()
        line, column = frame.line, frame.column
        if frame.as_key:
            parent.key, parent.key_span, parent.keep = "", (line, column, 1), False
            return
        if not frame.flow:
            length = frame.width
        elif end.line == line:
            length = end.column - column
        else:
            length = self._to_line_end(line, column)
        self._place(frame.data, (line, column, length), False, frame.parts)

    def _place(
        self, value: Any, span: _Span, quoted: bool, parts: dict[str | int, _Node] | None
    ) -> None:
        frame = self.frame
        if frame.mapping:
            if frame.keep and frame.key is not None:
                frame.data[frame.key] = value
                frame.parts[frame.key] = _Node(span, frame.key_span, quoted, parts)
            frame.key = None
        else:
            frame.parts[len(frame.data)] = _Node(span, None, quoted, parts)
            frame.data.append(value)

    def _alias(self, event: Any) -> None:
        self._count(event)
        start, frame = event.start_mark, self.frame
        span = (start.line, start.column, max(1, event.end_mark.column - start.column))
        self.page.add(span, *_cannot_begin("*"))
        if frame.mapping and frame.key is None:
            frame.key, frame.key_span, frame.keep = "", span, False
        else:
            self._place(None, span, False, None)

    def _scalar(self, event: Any) -> None:
        self._count(event)
        if event.tag is not None or event.anchor is not None:
            self._properties(event)
        self.last = event
        start, end = event.start_mark, event.end_mark
        line, column = start.line, start.column
        text: str = event.value
        style: str = event.style or ""
        if style in ("|", ">"):
            length = self._header(style, line, column)
        elif end.line == line:
            length = end.column - column
        else:
            length = self._to_line_end(line, column)
        span = (line, column, length)
        frame = self.frame
        if style == '"' and (bad := _CONTROL.search(text)):
            self.page.add(span, f"an escape in this text makes {_name(bad[0])}", "take it out")
        if frame.mapping and frame.key is None:
            self._key(frame, text, style, span)
            return
        if self.page.odd and text and style not in ("|", ">"):
            self._ends(event, text, bool(style))
        if not text and not style:
            if event.tag is not None or event.anchor is not None:
                self._place(None, span, False, None)
            elif frame is not self.top:
                self._nothing(frame, span)
            return
        frame.cut = False
        if style:
            self._place(text, span, True, None)
            return
        value = _resolve(text)
        if type(value) is _Fault:
            self.page.add(span, *value)
        elif frame.flow and "?" in text:  # which the parser written in C lets pass
            self.page.add(span, *_QUESTION)
        elif frame.flow and not frame.mapping:
            self._sentence(frame, text, span)
        if self.page.lost:
            self._lost(end.line, end.column)
        self._place(value, span, False, None)

    def _header(self, style: str, line: int, column: int) -> int:
        """Return the length of the sign that begins a block of text."""
        header = _BLOCK_HEADER.match(self.lines[line], column)
        end = header.end() if header else column + 1
        if self.lines[line].startswith("#", end):  # which the parser written in C lets pass
            self.page.add((line, column, 1), *_cannot_begin(style))
        return end - column

    def _key(self, frame: _Frame, text: str, style: str, span: _Span) -> None:
        if not frame.parts:
            frame.width = span[2]
        frame.key, frame.key_span = text, span
        fault: _Fault | None = None
        if style in ("|", ">") or (self.page.explicit and self._is_explicit(span)):
            fault = _COMPLEX_KEY
        elif not style:
            if not text:
                fault = _NO_KEY
            elif text == "<<":
                fault = _MERGE_KEY
            elif text[0] in _CURLY or text[-1] in _CURLY:
                fault = _CURLY_QUOTES
            elif frame.flow and "?" in text:
                fault = _QUESTION
        if fault is None and self.page.odd and (odd := _ODD.search(text)):
            fault = _odd_here(odd[0])
            at = self.lines[span[0]].find(odd[0], span[1])
            span = (span[0], max(at, span[1]), 1)
        if fault is None and text in frame.parts:
            first = frame.parts[text].key or span
            fault = _Fault(
                f"the key {_quote(text)} is here twice: the first is on line {first[0] + 1}",
                "keep one of them",
            )
        frame.keep = fault is None
        if fault is not None:
            self.page.add(span, *fault)

    def _is_explicit(self, span: _Span) -> bool:
        """Return whether the key follows a question mark, on its line or on one before."""
        number, column = span[0], span[1]
        line = self.lines[number]
        at = column - 1
        while at >= 0 and line[at] == " ":
            at -= 1
        if at >= 0:
            return line[at] == "?"
        number -= 1
        while number >= 0 and not self.lines[number].strip():
            number -= 1
        before = self.lines[number].rstrip() if number >= 0 else ""
        return before.strip(" -") == "?" and len(before) <= column

    def _nothing(self, frame: _Frame, span: _Span) -> None:
        """Note a key or a list item that has no value."""
        page = self.page
        if not frame.mapping:
            line, column = span[0], max(0, span[1] - 1)
            fault = _HIDDEN if _ONLY_LOST.match(self.lines[line], column + 1) else _NO_ITEM
            page.add((line, column, 1), *fault)
        elif frame.keep and frame.key is not None:
            line, column, length = frame.key_span
            shown, end = self.lines[line], column + length
            if frame.flow and not _COLON.match(shown, end):
                if not (frame.cut or frame.as_key):
                    page.add(frame.key_span, f"{_quote(frame.key)} has no value", _SPLIT_HELP)
                frame.cut = True
            elif _ONLY_LOST.match(shown, end):
                page.add(frame.key_span, *_HIDDEN)
            else:
                page.add(frame.key_span, f"{_quote(frame.key)} has no value", _NO_VALUE_HELP)
        self._place(None, span, False, None)

    def _sentence(self, frame: _Frame, text: str, span: _Span) -> None:
        """Note a list in brackets that looks like one sentence cut at its commas."""
        if not frame.data:
            frame.sentence = text[0].isupper() and " " in text
        elif frame.sentence and text[0].islower() and " " in text:
            frame.sentence = False
            self.page.add(span, *_CUT_SENTENCE)

    def _lost(self, line: int, column: int) -> None:
        """Note text that is lost because ` #` begins a comment."""
        shown = self.lines[line]
        at = column
        while at < len(shown) and shown[at] == " ":
            at += 1
        if at > column and shown[at : at + 1] == "#" and shown[at + 1 : at + 2].strip():
            self.page.derailed.add(line)
            self.page.add((line, at, self._to_line_end(line, at)), *_LOST_TEXT)

    def _ends(self, event: Any, text: str, quoted: bool) -> None:
        """Note spaces that are not spaces, or nothing to be seen, at the ends of a scalar."""
        start, end = event.start_mark, event.end_mark
        prefix = None if quoted else _ODD_START.match(text)
        skipped = prefix.end() if prefix else 0
        for line, column, character in (
            (start.line, start.column + skipped + quoted, text[skipped]),
            (end.line, end.column - 1 - quoted, text[-1]),
        ):
            if _ODD.match(character) and self.lines[line].startswith(character, column):
                self.page.add((line, column, 1), *_odd_here(character))


# What to say. Each is one sentence and the way out of it.

_QUOTES = "put the text in quotes, or on lines of its own below 'key: >-'"
_NO_VALUE_HELP = "write a value after the colon ([] for an empty list), or take the line away"
_NO_ITEM = _Fault("this list item is empty", "write a value after the dash, or take the line away")
_NO_KEY = _Fault("there is no key before this colon", "write a key, or put the text in quotes")
_SPLIT_HELP = (
    "inside braces a comma ends a value: put the text in quotes, or write it in block style, "
    "each key on a line of its own"
)
_CUT_SENTENCE = _Fault(
    "this looks like one sentence cut at a comma",
    "put the whole text in quotes, or write the list in block style, each item after a dash",
)
_LOST_TEXT = _Fault(
    "the text after ' #' is lost: it is read as a comment",
    "put the whole value in quotes; if it is a comment, put a space after the #",
)
_HIDDEN = _Fault(
    "there is no value here: everything after # is read as a comment",
    "put the value in quotes; if it is a comment, put a space after the # and give a value",
)
_MERGE_KEY = _Fault("merge keys (<<) are not used here", "write the keys out in full")
_COMPLEX_KEY = _Fault(
    "a key must be a plain word; keys that begin with '? ' are not used here",
    "write 'key: value', or put the text in quotes",
)
_CURLY_QUOTES = _Fault("these are curly quotes", "use straight ones: \" or '")
_SECOND_DOCUMENT = _Fault(
    "a second document starts here",
    "take the line '---' or '...' away, or put the second part in a file of its own",
)
_BAD_INDENTATION = _Fault(
    "the indentation of this line matches no line above it",
    "line it up with the other keys of its group, two spaces for each level",
)
_RUNS_ON = _Fault(
    "this line is indented further than the one above, so it is read as more of its text",
    "line it up with the key above; if it is text, put the whole text in quotes",
)
_MIXED = _Fault(
    "list items and keys stand side by side here",
    "write either only lines with '- ' or only lines with 'key: value' at one level",
)
_NO_COLON = _Fault(
    "this line has no colon",
    "write 'key: value'; if it goes on with the text above, indent it",
)
_NO_SPACE = _Fault("there is no space after this colon", "write 'key: value', with a space")
_INNER_COLON = _Fault("a colon followed by a space stands inside this text", _QUOTES)
_INNER_LIST = _Fault(
    "a list cannot begin on the line of its key",
    "write each item on a line of its own below the key, or put the text in quotes",
)
_OPEN_QUOTE = _Fault(
    "this quote is never closed",
    "add the closing quote; an apostrophe inside single quotes is written twice ('')",
)
_AFTER_QUOTE = _Fault(
    "there is text after the closing quote",
    "put the whole text in quotes; an apostrophe inside single quotes is written twice ('')",
)
_AFTER_BRACKET = _Fault("there is text after the closing bracket", _QUOTES)
_LOOSE_TEXT = _Fault(
    "this text belongs to nothing above it", "write 'key: value', or put the whole text in quotes"
)
_MISSING_COMMA = _Fault(
    "a comma is missing before this, or a text with a colon needs quotes",
    "put a comma between items, and quotes around a text that holds ': '",
)
_QUESTION = _Fault("a question mark inside braces or brackets needs quotes", _QUOTES)
_TWO_COMMAS = _Fault("there is nothing between these commas", "take one comma away")
_ESCAPE = _Fault(
    "a backslash in double quotes begins an escape, and this is none",
    "use single quotes, in which a backslash is a backslash",
)
_TAB = _Fault("a tab stands here", "write spaces, or put the text in quotes")


def _cannot_begin(mark: str) -> _Fault:
    """Return what is wrong with text that begins with a sign that YAML keeps for itself."""
    if mark in ">|":
        return _Fault(
            f"text on the line of its key cannot begin with '{mark}'",
            f"put the text in quotes; after '{mark}' or '{mark}-' it begins on the next line",
        )
    meaning = {"*": "aliases", "&": "anchors", "!": "tags", "%": "directives"}.get(mark)
    because = f": YAML's {meaning} are not used here" if meaning else ""
    return _Fault(
        f"text cannot begin with '{mark}'{because}",
        f"{'write it out in full, or ' if meaning else ''}put the text in quotes",
    )


def _odd_here(character: str) -> _Fault:
    return _Fault(
        f"{_name(character)} stands here, and cannot be seen", "delete it or type a space"
    )


def _quote(text: str) -> str:
    """Return the beginning of a text in quotes, for a message."""
    text = " ".join(_shown(text[:41]).split())
    return f"'{text}'" if len(text) <= 40 else f"'{text[:39]}…'"


# Scalars without quotes

_SPECIAL_START = frozenset("0123456789+-." + _CURLY)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_LIKE_A_NUMBER = re.compile(r"[-+.,:/_0-9A-Fa-fINinOoTtXxZz ]+")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_OTHER_DATE = re.compile(
    r"(?P<d>[0-9]{1,2})(?:(?P<s>[/.-])(?P<m>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4})"
    r"|/(?P<m2>[0-9]{1,2})/(?P<y2>[0-9]{2}))"
    r"|(?P<y3>[0-9]{4})(?P<s3>[/.-])(?P<m3>[0-9]{1,2})(?P=s3)(?P<d3>[0-9]{1,2})"
)
_TIMESTAMP = re.compile(
    r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[Tt][0-9]|[Tt ] *[0-9]{1,2}:[0-9]{2})[-+0-9:.Zz ]*"
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_YES_NO = _Fault(
    "{text} is not safe without quotes", "write yes or no, or put it in quotes if it is a word"
)
_NULL = _Fault(
    "{text} means that there is no value",
    "write a value or take the line away; put it in quotes if it is a word",
)
_WORDS: dict[str, bool | _Fault] = {
    **dict.fromkeys(("yes", "Yes", "true", "True"), True),
    **dict.fromkeys(("no", "No", "false", "False"), False),
    **dict.fromkeys(("on", "On", "ON", "off", "Off", "OFF", "YES", "NO", "TRUE", "FALSE"), _YES_NO),
    **dict.fromkeys(("null", "Null", "NULL", "~"), _NULL),
    "=": _Fault("{text} is a sign that YAML keeps for itself", "put it in quotes"),
}

_PLAINLY = "write {plain}, or put it in quotes if it is a code"
_IN_FULL = "write the number out in full, or put it in quotes if it is a code"


def _without(signs: str) -> Callable[[str], str]:
    return lambda text: text.translate(dict.fromkeys(map(ord, signs)))


def _unpadded(text: str) -> str:
    """Return a number without the zeros that lead it."""
    sign = "-" if text.startswith("-") else ""
    whole, point, rest = text.lstrip("+-").partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}{point}{rest}"


# What looks like a number and is refused: pattern, message, help, and how to write it instead.
_NUMBERS: tuple[tuple[re.Pattern[str], str, str, Callable[[str], str]], ...] = tuple(
    (re.compile(pattern), message, help, plain)
    for pattern, message, help, plain in (
        (r"[-+]?0[0-9]+(?:\.[0-9]+)?", "{text} begins with a zero", _PLAINLY, _unpadded),
        (r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", "{text} holds a thousands comma",
         "write {plain}, or put it in quotes if it is text", _without(",")),
        (r"[-+]?[0-9][0-9.]*_[0-9_.]*", "{text} holds an underscore", _PLAINLY, _without("_")),
        (r"[-+]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?",
         "{text} may be read as a time, a ratio or a number in base 60",
         "put it in quotes: '{plain}'", str),
        (r"[-+]?0[xXoObB][0-9A-Fa-f_]+", "{text} is a number as computers write it",
         "write it in ordinary figures, or put it in quotes if it is a code", str),
        (r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+", "{text} is read as a power of ten",
         _IN_FULL, str),
        (r"[-+]?\.[0-9]+", "{text} begins with a point", _PLAINLY, _unpadded),
        (r"[-+]?[0-9]+\.", "{text} ends with a point", _PLAINLY,
         lambda text: _unpadded(text[:-1])),
        (r"\+[0-9]+(?:\.[0-9]+)?", "{text} begins with a plus sign", _PLAINLY, _without("+")),
        (r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "{text} is not a number here",
         "write a number, or put it in quotes if it is text", str),
    )
)  # fmt: skip


def _resolve(text: str) -> Scalar | _Fault:
    """Return what a scalar without quotes means, or why it is not safe to say."""
    if text[0] not in _SPECIAL_START:
        word = _WORDS.get(text, text)
        return word if not isinstance(word, _Fault) else _filled(word, text)
    if text[0] in _CURLY:
        return _CURLY_QUOTES
    whole = _INTEGER.fullmatch(text)
    if whole or _DECIMAL.fullmatch(text):
        if len(text) - text.count("-") - text.count(".") > MAX_DIGITS:
            return _Fault(
                f"{_quote(text)} has more than {MAX_DIGITS} figures",
                "put it in quotes if it is a code",
            )
        return int(text) if whole else Decimal(text)
    iso = _ISO_DATE.fullmatch(text)
    if iso:
        return _day(text, int(iso[1]), int(iso[2]), int(iso[3]))
    if len(text) > 40 or not _LIKE_A_NUMBER.fullmatch(text):
        return text
    return _unsafe(text) or text


def _filled(fault: _Fault, text: str, plain: str = "") -> _Fault:
    return _Fault(
        fault.message.format(text=_quote(text), plain=plain), fault.help.format(plain=plain)
    )


def _unsafe(text: str) -> _Fault | None:
    """Return why a text that begins like a number or a date is refused, if it is."""
    for pattern, message, help, plain in _NUMBERS:
        if pattern.fullmatch(text):
            return _filled(_Fault(message, help), text, plain(text))
    moment = _TIMESTAMP.fullmatch(text)
    if moment:
        return _Fault(
            f"{_quote(text)} is a time of day, not only a date",
            f"write the day alone: {moment[1]}",
        )
    other = _OTHER_DATE.fullmatch(text)
    if other:
        return _other_date(text, other)
    return None


def _other_date(text: str, parts: re.Match[str]) -> _Fault:
    day, month = parts["d"] or parts["d3"], parts["m"] or parts["m2"] or parts["m3"]
    year = parts["y"] or parts["y3"] or f"20{parts['y2']}"
    meant = _day(text, int(year), int(month), int(day))
    example = meant.isoformat() if isinstance(meant, date) else "2026-10-31"
    return _Fault(
        f"{_quote(text)} is not a date as dates are written here",
        f"write dates as {example} (year-month-day), or put it in quotes if it is not a date",
    )


def _day(text: str, year: int, month: int, day: int) -> date | _Fault:
    if year < 1:
        reason = "there is no year 0000"
    elif not 1 <= month <= 12:
        reason = f"there is no month {month:02}"
    else:
        days = monthrange(year, month)[1]
        if 1 <= day <= days:
            return date(year, month, day)
        reason = f"{_MONTHS[month - 1]} {year} has {days} days"
    return _Fault(f"{_quote(text)} is not a date: {reason}", "write a day that exists")


# Errors of syntax

_KEY_WITHOUT_SPACE = re.compile(r"[ \-]*[\w.\-]+:(?=[^\s/])")
_ODD_CAUSE = re.compile(rf"[:\-][ ]*(?=[{_ODD_SET}])")
_CURLY_CAUSE = re.compile(rf"(?:^[ \-]*|: +|[\[{{] *)(?=[{_CURLY}])")
_SIMPLE_HEAD = re.compile(r"[ \-]*[^\s:]+")

# Where the parser says this (of its context and problem), we say that, at its start.
_AT_START: tuple[tuple[str, _Fault], ...] = (
    ("scanning a quoted scalar", _OPEN_QUOTE),
    ("scanning an alias", _cannot_begin("*")),
    ("scanning an anchor", _cannot_begin("&")),
    ("scanning a directive", _cannot_begin("%")),
    (" a tag", _cannot_begin("!")),
    ("undefined tag handle", _cannot_begin("!")),
    ("sequence entries are not allowed", _INNER_LIST),
    ("mapping keys are not allowed", _COMPLEX_KEY),
)


def _explain(error: yaml.MarkedYAMLError, builder: _Builder) -> tuple[int, _Span, _Fault]:
    """Return the line where parsing stopped, the place to point at, and what to say."""
    said = f"{error.context or ''}: {error.problem or ''}"
    mark: Any = error.problem_mark
    start: Any = error.context_mark or mark
    span, fault = _hidden_cause(mark, start, builder) or _cause(said, mark, start, builder)
    return mark.line, span, fault


def _hidden_cause(mark: Any, start: Any, builder: _Builder) -> tuple[_Span, _Fault] | None:
    """Return what misled the parser before the place where it stopped, if that can be seen."""
    lines, last = builder.lines, builder.last
    for number in dict.fromkeys((start.line, mark.line)):
        if builder.page.odd and (odd := _ODD_CAUSE.search(lines[number])):
            at = odd.end()
            return (number, at, 1), _odd_here(lines[number][at])
    curly = _CURLY_CAUSE.search(lines[mark.line], 0, mark.column)
    if curly:
        return (mark.line, curly.end(), 1), _CURLY_QUOTES
    if last is not None and last.style in ("'", '"'):
        begun, end = last.start_mark, last.end_mark
        if begun.line < end.line and (end.line, end.column) == (mark.line, mark.column):
            return (begun.line, begun.column, 1), _Fault(
                f"this quote is not closed on its line: the text runs on to line {end.line + 1}",
                _OPEN_QUOTE.help,
            )
    return None


def _cause(said: str, mark: Any, start: Any, builder: _Builder) -> tuple[_Span, _Fault]:
    lines = builder.lines
    here, there = (mark.line, mark.column, 1), (start.line, start.column, 1)
    for words, fault in _AT_START:
        if words in said:
            return there, fault
    if "double-quoted scalar" in said:
        return (mark.line, max(0, mark.column - 1), 2), _ESCAPE
    if "block scalar" in said:
        return there, _cannot_begin(lines[start.line][start.column])
    if "cannot start any token" in said:
        character = lines[mark.line][mark.column : mark.column + 1]
        return here, _TAB if character == "\t" else _cannot_begin(character)
    if "mapping values are not allowed" in said:
        return _colon(mark, builder)
    if "could not find expected ':'" in said:
        return _colonless(lines, start.line, start.column)
    found = said.rpartition(" '")[2].rstrip("'")
    if found == ":" and "node content" in said:
        return here, _NO_KEY
    if "expected ',' or" in said or (builder.frame.flow and found not in ("]", "}", ",")):
        return _unclosed(found.replace("<stream end>", ""), mark, start, builder)
    if found in ("]", "}") or (found == "," and "<block end>" in said):
        return here, _Fault(f"this '{found}' closes nothing", _QUOTES)
    if found == ",":
        return here, _TWO_COMMAS if builder.frame.flow else _cannot_begin(",")
    if found == "<document end>":
        return here, _SECOND_DOCUMENT
    if "<document start>" in said:
        second = any(line.startswith("...") for line in lines[: mark.line])
        return here, _SECOND_DOCUMENT if second else _BAD_INDENTATION
    if "<block end>" in said:
        return here, _block_end(found, lines[mark.line][: mark.column].rstrip())
    return here, _Fault(f"this is not YAML that can be read: {said.strip(': ')}", _QUOTES)


def _block_end(found: str, before: str) -> _Fault:
    """Return what to say of something that does not belong where it stands."""
    if found in ("?", "-"):
        return _MIXED
    if found == ":":
        return _NO_KEY
    if found.endswith(" start>"):
        return _BAD_INDENTATION
    if before.endswith(("'", '"')):
        return _AFTER_QUOTE
    return _AFTER_BRACKET if before.endswith(("]", "}")) else _LOOSE_TEXT


def _colonless(lines: tuple[str, ...], line: int, column: int) -> tuple[_Span, _Fault]:
    """Return what to say of a line that should be a key with a value."""
    joined = _KEY_WITHOUT_SPACE.match(lines[line])
    if joined and joined.end() > column:
        return (line, joined.end() - 1, 1), _NO_SPACE
    return (line, column, max(1, len(lines[line].rstrip()) - column)), _NO_COLON


def _colon(mark: Any, builder: _Builder) -> tuple[_Span, _Fault]:
    """Return what to say of a colon in a text that was not thought to be a key."""
    lines, last = builder.lines, builder.last
    if last is not None and not last.style and last.start_mark.line < last.end_mark.line:
        line, column = last.start_mark.line, last.start_mark.column
        if builder.frame is builder.top or _KEY_WITHOUT_SPACE.match(lines[line]):
            return _colonless(lines, line, column)
        if lines[line][:column].strip() and _SIMPLE_HEAD.fullmatch(
            lines[mark.line], 0, mark.column
        ):
            width = len(lines[mark.line]) - len(lines[mark.line].lstrip())
            return (mark.line, width, max(1, mark.column - width)), _RUNS_ON
    return (mark.line, mark.column, 1), _INNER_COLON


def _unclosed(found: str, mark: Any, start: Any, builder: _Builder) -> tuple[_Span, _Fault]:
    """Return what to say of a bracket that is open where something else stands."""
    lines = builder.lines
    if found == "?":
        return (mark.line, mark.column, 1), _QUESTION
    opened = next(
        (
            place
            for place in (start, builder.frame, *reversed(builder.stack))
            if lines[place.line][place.column : place.column + 1] in ("[", "{")
        ),
        builder.frame,
    )
    line, column = opened.line, opened.column
    bracket = lines[line][column : column + 1]
    closing = "]" if bracket == "[" else "}"
    if found in ("]", "}"):
        return (mark.line, mark.column, 1), _Fault(
            f"this '{found}' cannot close the '{bracket}' of line {line + 1}",
            f"write '{closing}'",
        )
    if mark.line == line and found:
        return (mark.line, mark.column, 1), _MISSING_COMMA
    return (line, column, 1), _Fault(
        f"this '{bracket}' is never closed",
        f"add the missing '{closing}'"
        + (f", or the comma that is missing before line {mark.line + 1}" if found else ""),
    )
