"""Events of the parser into data and places; what is checked of their structure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events

from readiness.errors import Problem
from readiness.yaml_reader.characters import CONTROL, CURLY, ODD, ODD_SET, named
from readiness.yaml_reader.document import Document, Node
from readiness.yaml_reader.messages import (
    COMPLEX_KEY,
    CURLY_QUOTES,
    CUT_SENTENCE,
    HIDDEN,
    LOST_TEXT,
    MERGE_KEY,
    NO_ITEM,
    NO_KEY,
    NO_VALUE_HELP,
    QUESTION,
    SECOND_DOCUMENT,
    SPLIT_HELP,
    Fault,
    cannot_begin,
    odd_here,
    quote,
)
from readiness.yaml_reader.scalars import resolve
from readiness.yaml_reader.source import Source, Span, Stop

MAX_DEPTH = 40
MAX_NODES = 500_000

_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_THOUSANDS = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})+$")
_COLON = re.compile(r"\s*:")
_ONLY_LOST = re.compile(r":?\s+#\S")
_ODD_START = rf"(?:-|[\w.\-]+:)?(?=[{ODD_SET}])"  # compiled when needed, which is seldom


@dataclass(slots=True)
class Frame:
    """A mapping or list that is being read."""

    mapping: bool
    flow: bool  # in braces or brackets
    line: int
    column: int
    as_key: bool  # it stands where a key should
    data: Any
    parts: dict[str | int, Node] = field(default_factory=dict)
    key: str | None = None  # of a mapping: its value comes next
    key_span: Span = (0, 0, 1)
    keep: bool = True  # the key is a good one
    width: int = 1  # of the first key
    cut: bool = False  # it was said that a comma split a text here
    sentence: bool = False  # the first item in brackets looks like the start of a sentence


class Builder:
    """Makes data and places from the events of a parser, without recursion."""

    def __init__(self, page: Source) -> None:
        self.page = page
        self.lines = page.lines
        self.top = Frame(False, False, 0, 0, False, [])
        self.frame = self.top
        self.stack: list[Frame] = []
        self.nodes = 0
        self.documents = 0
        self.last: Any = None  # the scalar that was read last

    def document(self) -> Document:
        page = self.page
        return Document(page.name, self.top.data[0], page.lines, self.top.parts[0])

    def try_to_read(self, loader: Any) -> bool:
        """Read all events and return whether nothing is wrong; what is wrong is not kept.

        Raises:
            Stop: There are so many that another reading would not be worth its time.
        """
        try:
            self.read(loader)
        except yaml.YAMLError:
            pass
        except Stop:
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
            Stop: It is, and goes beyond a limit.
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

    def _start(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.page.stop((event.start_mark.line, event.start_mark.column, 3), *SECOND_DOCUMENT)

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

    def _too_many(self, event: Any) -> None:
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
        self.page.add((start.line, start.column, 1), *cannot_begin(mark or "!"))

    def _open(self, event: Any, *, mapping: bool) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._too_many(event)
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
        self.frame = Frame(mapping, flow, start.line, start.column, as_key, data)

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
        self, value: Any, span: Span, quoted: bool, parts: dict[str | int, Node] | None
    ) -> None:
        frame = self.frame
        if frame.mapping:
            if frame.keep and frame.key is not None:
                frame.data[frame.key] = value
                frame.parts[frame.key] = Node(span, frame.key_span, quoted, parts)
            frame.key = None
        else:
            frame.parts[len(frame.data)] = Node(span, None, quoted, parts)
            frame.data.append(value)

    def _alias(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._too_many(event)
        start, frame = event.start_mark, self.frame
        span = (start.line, start.column, max(1, event.end_mark.column - start.column))
        self.page.add(span, *cannot_begin("*"))
        if frame.mapping and frame.key is None:
            frame.key, frame.key_span, frame.keep = "", span, False
        else:
            self._place(None, span, False, None)

    def _scalar(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._too_many(event)
        if event.tag is not None or event.anchor is not None:
            self._properties(event)
        self.last = event
        start, end = event.start_mark, event.end_mark
        line, column = start.line, start.column
        text: str = event.value
        style: str = event.style or ""
        if style and style in "|>":
            length = self._header(style, line, column)
        elif end.line == line:
            length = end.column - column
        else:
            length = self._to_line_end(line, column)
        span = (line, column, length)
        frame = self.frame
        if style == '"' and (bad := CONTROL.search(text)):
            self.page.add(span, f"an escape in this text makes {named(bad[0])}", "take it out")
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
        value = resolve(text)
        if type(value) is Fault:
            self.page.add(span, *value)
        elif frame.flow and "?" in text:  # which the parser written in C lets pass
            self.page.add(span, *QUESTION)
        elif frame.flow and not frame.mapping:
            self._sentence(frame, text, span)
        if self.page.lost:
            self._lost(end.line, end.column)
        self._place(text if type(value) is Fault else value, span, False, None)

    def _header(self, style: str, line: int, column: int) -> int:
        """Return the length of the sign that begins a block of text."""
        header = _BLOCK_HEADER.match(self.lines[line], column)
        end = header.end() if header else column + 1
        if self.lines[line].startswith("#", end):  # which the parser written in C lets pass
            self.page.add((line, column, 1), *cannot_begin(style))
        return end - column

    def _key(self, frame: Frame, text: str, style: str, span: Span) -> None:
        if not frame.parts:
            frame.width = span[2]
        frame.key, frame.key_span = text, span
        fault: Fault | None = None
        if style in ("|", ">") or (self.page.explicit and self._is_explicit(span)):
            fault = COMPLEX_KEY
        elif not style:
            if not text:
                fault = NO_KEY
            elif text == "<<":
                fault = MERGE_KEY
            elif text[0] in CURLY or text[-1] in CURLY:
                fault = CURLY_QUOTES
            elif frame.flow and "?" in text:
                fault = QUESTION
        if fault is None and self.page.odd and (odd := ODD.search(text)):
            fault = odd_here(odd[0])
            at = self.lines[span[0]].find(odd[0], span[1])
            span = (span[0], max(at, span[1]), 1)
        if fault is None and text in frame.parts:
            first = frame.parts[text].key or span
            fault = Fault(
                f"the key {quote(text)} is here twice: the first is on line {first[0] + 1}",
                "keep one of them",
            )
        frame.keep = fault is None
        if fault is not None:
            self.page.add(span, *fault)

    def _is_explicit(self, span: Span) -> bool:
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

    def _nothing(self, frame: Frame, span: Span) -> None:
        """Note a key or a list item that has no value."""
        page = self.page
        if not frame.mapping:
            line, column = span[0], max(0, span[1] - 1)
            fault = HIDDEN if _ONLY_LOST.match(self.lines[line], column + 1) else NO_ITEM
            page.add((line, column, 1), *fault)
        elif frame.keep and frame.key is not None:
            line, column, length = frame.key_span
            shown, end = self.lines[line], column + length
            if frame.flow and not _COLON.match(shown, end):
                if not (frame.cut or frame.as_key):
                    page.add(*self._cut(frame.key, line, column, length))
                frame.cut = True
            elif _ONLY_LOST.match(shown, end):
                page.add(frame.key_span, *HIDDEN)
            else:
                page.add(frame.key_span, f"{quote(frame.key)} has no value", NO_VALUE_HELP)
        self._place("", span, False, None)

    def _cut(self, key: str, line: int, column: int, length: int) -> tuple[Span, str, str]:
        """Return what is wrong with a key in braces that is the rest of a value with a comma."""
        number = _THOUSANDS.search(self.lines[line][: column + length])
        if number:
            start, whole = number.start(), number[0]
            plain = whole.replace(",", "")
            return (
                (line, start, len(whole)),
                f"{quote(whole)} is cut at its comma",
                f"write {plain}",
            )
        return (line, column, length), f"{quote(key)} has no value", SPLIT_HELP

    def _sentence(self, frame: Frame, text: str, span: Span) -> None:
        """Note a list in brackets that looks like one sentence cut at its commas.

        Its first part begins with a capital (an abbreviation does not count) and has three words.
        """
        if not frame.data:
            words = text.split()
            frame.sentence = len(words) > 2 and words[0].istitle()
        elif frame.sentence and text[0].islower() and " " in text:
            frame.sentence = False
            self.page.add(span, *CUT_SENTENCE)

    def _lost(self, line: int, column: int) -> None:
        """Note text that is lost because ` #` begins a comment."""
        shown = self.lines[line]
        at = column
        while at < len(shown) and shown[at] == " ":
            at += 1
        if at > column and shown[at : at + 1] == "#" and shown[at + 1 : at + 2].strip():
            self.page.derailed.add(line)
            self.page.add((line, at, self._to_line_end(line, at)), *LOST_TEXT)

    def _ends(self, event: Any, text: str, quoted: bool) -> None:
        """Note spaces that are not spaces, or nothing to be seen, at the ends of a scalar."""
        start, end = event.start_mark, event.end_mark
        prefix = None if quoted else re.match(_ODD_START, text)
        skipped = prefix.end() if prefix else 0
        for line, column, character in (
            (start.line, start.column + skipped + quoted, text[skipped]),
            (end.line, end.column - 1 - quoted, text[-1]),
        ):
            if ODD.match(character) and self.lines[line].startswith(character, column):
                self.page.add((line, column, 1), *odd_here(character))
