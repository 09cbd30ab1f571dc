"""Errors of syntax in plain English: what PyYAML says, and what we say instead.

Nothing here is needed for a file without such an error, so it is loaded with the first one.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from readiness.yaml_reader.builder import Builder
from readiness.yaml_reader.characters import CURLY, ODD_SET
from readiness.yaml_reader.messages import (
    AFTER_BRACKET,
    AFTER_QUOTE,
    BAD_INDENTATION,
    COMPLEX_KEY,
    CURLY_QUOTES,
    ESCAPE,
    INNER_COLON,
    INNER_LIST,
    LOOSE_TEXT,
    MISSING_COMMA,
    MIXED,
    NO_COLON,
    NO_KEY,
    NO_SPACE,
    NO_VALUE_HELP,
    OPEN_QUOTE,
    QUESTION,
    QUOTES,
    RUNS_ON,
    SECOND_DOCUMENT,
    TAB,
    TWO_COMMAS,
    Fault,
    cannot_begin,
    odd_here,
)
from readiness.yaml_reader.source import Span

_KEY_WITHOUT_SPACE = re.compile(r"[ \-]*[\w.\-]+:(?=[^\s/])")
_ODD_CAUSE = re.compile(rf"[:\-][ ]*(?=[{ODD_SET}])")
_CURLY_CAUSE = re.compile(rf"(?:^[ \-]*|: +|[\[{{] *)(?=[{CURLY}])")
_SIMPLE_HEAD = re.compile(r"[ \-]*[^\s:]+")
_BAD_ESCAPE = re.compile(r"\\U(?!000|0010)[0-9A-Fa-f]{8}")

# Where the parser says this (of its context and problem), we say that, at its start.
_AT_START: tuple[tuple[str, Fault], ...] = (
    ("scanning a quoted scalar", OPEN_QUOTE),
    ("scanning an alias", cannot_begin("*")),
    ("scanning an anchor", cannot_begin("&")),
    ("scanning a directive", cannot_begin("%")),
    (" a tag", cannot_begin("!")),
    ("undefined tag handle", cannot_begin("!")),
    ("sequence entries are not allowed", INNER_LIST),
    ("mapping keys are not allowed", COMPLEX_KEY),
)


def note(error: Exception, builder: Builder) -> None:
    """Add an error of the parser to the problems, unless one of them has caused it.

    Raises:
        Stop: There are too many problems.
    """
    page = builder.page
    if not isinstance(error, yaml.MarkedYAMLError):
        page.add(*_unmarked(page.text))
        return
    line, span, fault = _explain(error, builder)
    before = page.problems[-1] if page.problems else None
    if before and before.help == NO_VALUE_HELP and before.line == line + 1:
        page.problems.pop()  # reading stopped before the value
    said = {problem.line - 1 for problem in page.problems}
    if not (said & {line, span[0]} or page.derailed & {line, line - 1, span[0]}):
        page.add(span, *fault)


def _unmarked(text: str) -> tuple[Span, str, str]:
    """Return what to say of an error that the parser gives no place."""
    bad = _BAD_ESCAPE.search(text)
    at = bad.start() if bad else 0
    line = text.count("\n", 0, at)
    column = at - (text.rfind("\n", 0, at) + 1)
    return (
        (line, column, 10 if bad else 1),
        "this escape is no character" if bad else "this is not YAML that can be read",
        "use single quotes, in which a backslash is a backslash",
    )


def _explain(error: yaml.MarkedYAMLError, builder: Builder) -> tuple[int, Span, Fault]:
    """Return the line where parsing stopped, the place to point at, and what to say."""
    said = f"{error.context or ''}: {error.problem or ''}"
    mark: Any = error.problem_mark
    start: Any = error.context_mark or mark
    span, fault = _hidden_cause(mark, start, builder) or _cause(said, mark, start, builder)
    return mark.line, span, fault


def _hidden_cause(mark: Any, start: Any, builder: Builder) -> tuple[Span, Fault] | None:
    """Return what misled the parser before the place where it stopped, if that can be seen."""
    lines, last = builder.lines, builder.last
    for number in dict.fromkeys((start.line, mark.line)):
        if builder.page.odd and (odd := _ODD_CAUSE.search(lines[number])):
            at = odd.end()
            return (number, at, 1), odd_here(lines[number][at])
    curly = _CURLY_CAUSE.search(lines[mark.line], 0, mark.column)
    if curly:
        return (mark.line, curly.end(), 1), CURLY_QUOTES
    if last is not None and last.style in ("'", '"'):
        begun, end = last.start_mark, last.end_mark
        if begun.line < end.line and (end.line, end.column) == (mark.line, mark.column):
            return (begun.line, begun.column, 1), Fault(
                f"this quote is not closed on its line: the text runs on to line {end.line + 1}",
                OPEN_QUOTE.help,
            )
    return None


def _cause(said: str, mark: Any, start: Any, builder: Builder) -> tuple[Span, Fault]:
    lines = builder.lines
    here, there = (mark.line, mark.column, 1), (start.line, start.column, 1)
    for words, fault in _AT_START:
        if words in said:
            return there, fault
    if "double-quoted scalar" in said:
        return (mark.line, max(0, mark.column - 1), 2), ESCAPE
    if "block scalar" in said:
        return there, cannot_begin(lines[start.line][start.column])
    if "cannot start any token" in said:
        character = lines[mark.line][mark.column : mark.column + 1]
        return here, TAB if character == "\t" else cannot_begin(character)
    if "mapping values are not allowed" in said:
        return _colon(mark, builder)
    if "could not find expected ':'" in said:
        return _colonless(lines, start.line, start.column)
    found = said.rpartition(" '")[2].rstrip("'")
    if found == ":" and "node content" in said:
        return here, NO_KEY
    if "expected ',' or" in said or (builder.frame.flow and found not in ("]", "}", ",")):
        return _unclosed(found.replace("<stream end>", ""), mark, start, builder)
    if found in ("]", "}") or (found == "," and "<block end>" in said):
        return here, Fault(f"this '{found}' closes nothing", QUOTES)
    if found == ",":
        return here, TWO_COMMAS if builder.frame.flow else cannot_begin(",")
    if found == "<document end>":
        return here, SECOND_DOCUMENT
    if "<document start>" in said:
        second = any(line.startswith("...") for line in lines[: mark.line])
        return here, SECOND_DOCUMENT if second else BAD_INDENTATION
    if "<block end>" in said:
        return here, _block_end(found, lines[mark.line][: mark.column].rstrip())
    return here, Fault(f"this is not YAML that can be read: {said.strip(': ')}", QUOTES)


def _block_end(found: str, before: str) -> Fault:
    """Return what to say of something that does not belong where it stands."""
    if found in ("?", "-"):
        return MIXED
    if found == ":":
        return NO_KEY
    if found.endswith(" start>"):
        return BAD_INDENTATION
    if before.endswith(("'", '"')):
        return AFTER_QUOTE
    return AFTER_BRACKET if before.endswith(("]", "}")) else LOOSE_TEXT


def _colonless(lines: tuple[str, ...], line: int, column: int) -> tuple[Span, Fault]:
    """Return what to say of a line that should be a key with a value."""
    joined = _KEY_WITHOUT_SPACE.match(lines[line])
    if joined and joined.end() > column:
        return (line, joined.end() - 1, 1), NO_SPACE
    return (line, column, max(1, len(lines[line].rstrip()) - column)), NO_COLON


def _colon(mark: Any, builder: Builder) -> tuple[Span, Fault]:
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
            return (mark.line, width, max(1, mark.column - width)), RUNS_ON
    return (mark.line, mark.column, 1), INNER_COLON


def _unclosed(found: str, mark: Any, start: Any, builder: Builder) -> tuple[Span, Fault]:
    """Return what to say of a bracket that is open where something else stands."""
    lines = builder.lines
    if found == "?":
        return (mark.line, mark.column, 1), QUESTION
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
        return (mark.line, mark.column, 1), Fault(
            f"this '{found}' cannot close the '{bracket}' of line {line + 1}",
            f"write '{closing}'",
        )
    if mark.line == line and found:
        return (mark.line, mark.column, 1), MISSING_COMMA
    return (line, column, 1), Fault(
        f"this '{bracket}' is never closed",
        f"add the missing '{closing}'"
        + (f", or the comma that is missing before line {mark.line + 1}" if found else ""),
    )
