"""How a page is laid out: the order of its keys, indentation, and where its prose is broken.

    keys          of an expectation in the order of `docs/rule-language.md`
    indentation   two spaces; items of a list two further than their key
    prose         after `>-` where it does not fit beside its key, broken at 100 columns
    blank lines   none in an expectation; elsewhere one at most; none at the ends
    comments      stay above the key, or behind the value, that they are about

Prose whose lines fit within 120 columns stays as its author broke it, so that a change of one word
is a change of one line. What a page says is never changed: whoever asks for another layout gets a
page that reads the same, or an error.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from readiness.errors import InternalError, UsageError
from readiness.model.expectation import Expectation
from readiness.yaml_reader import read_text
from readiness.yaml_reader.source import unified

WIDTH = 100
"""Columns at which prose is broken."""

MOST = 120
"""Columns that a line may have before its prose is broken anew."""

ORDER = tuple(field.alias or name for name, field in Expectation.model_fields.items())
"""The keys of an expectation, in the order of its page."""

_PROSE = "why|ask|severity_because|first_step|note|do|because|definition|why_not|what"
_BLOCK = re.compile(r"( *)((?:- )*)(?:[\w./-]+:)? ?([>|])([-+0-9]*)(?: #.*)?")
_BESIDE = re.compile(rf"( *)((?:- )*)({_PROSE}): ([^\s{{\[>|&*!#].*)")
_TOP = re.compile(r"[\w./-]+:(?: |$)")


def tidy(text: str, name: str) -> str:
    """Return a page in the layout of the house.

    Args:
        text: A page that can be read.
        name: How to name it in messages.

    Raises:
        InvalidInput: The page cannot be read.
        UsageError: The library that keeps comments is not installed.
    """
    before = read_text(text, name).data
    lines = _indented(text).rstrip("\n").split("\n")
    if "expect" in before:
        lines = _ordered(lines)
    lines = _spaced(lines, most=0 if "expect" in before else 1)
    tidied = "\n".join(line for part in _parts(lines) for line in _filled(part)) + "\n"
    if read_text(tidied, name).data != before:
        raise InternalError(f"{name} would not read the same in another layout; it is left alone")
    return tidied


def _indented(text: str) -> str:
    """Return a page with its indentation, brackets and quotes set right and its comments kept."""
    writer = comment_keeper()
    return written_by(writer, writer.load(unified(text)))


def comment_keeper() -> Any:
    """Return what reads a page and writes it again with its comments.

    Raises:
        UsageError: The library that keeps comments is not installed.
    """
    try:
        from ruamel.yaml import YAML
    except ImportError:
        what = "to lay pages out anew, the library ruamel.yaml must be installed"
        raise UsageError(f"{what}: pip install 'readiness[edit]'") from None
    writer = YAML()
    writer.preserve_quotes = True
    writer.brace_single_entry_mapping_in_flow_sequence = True
    writer.width = 1_000_000  # lines are broken below, and only those of prose
    writer.indent(mapping=2, sequence=4, offset=2)
    return writer


def written_by(writer: Any, page: Any) -> str:
    """Return the text of a page that was read with `comment_keeper`."""
    out = io.StringIO()
    writer.dump(page, out)
    return out.getvalue()


# ---- parts of a page --------------------------------------------------------------------------


def _parts(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of a page, those of a block of prose together with the line of its key."""
    number = 0
    while number < len(lines):
        head = _BLOCK.fullmatch(lines[number])
        end = number + 1
        if head:
            parent = len(head[1]) + len(head[2])
            while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > parent):
                end += 1
            while not lines[end - 1].strip():
                end -= 1
        yield list(lines[number:end])
        number = end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _ordered(lines: Sequence[str]) -> list[str]:
    """Return lines with the keys at the margin in order; what stands above a key goes with it."""
    head: list[str] = []
    blocks: list[tuple[str, list[str]]] = []
    above: list[str] = []
    for line in lines:
        if _TOP.match(line):
            if not blocks:
                head, above = above, []
            blocks.append((line.split(":")[0], [*above, line]))
            above = []
        elif line.startswith("#") or not line.strip():
            above.append(line)
        else:
            (blocks[-1][1] if blocks else head).extend([*above, line])
            above = []
    place = {key: number for number, key in enumerate(ORDER)}
    blocks.sort(key=lambda block: place.get(block[0], len(place)))
    return [*head, *(line for _, block in blocks for line in block), *above]


def _spaced(lines: Sequence[str], most: int) -> list[str]:
    """Return lines without spaces at their ends, and with so many blank ones in a row at most."""
    kept: list[str] = []
    for part in _parts(lines):
        if len(part) > 1 or part[0].strip():
            kept += [line.rstrip() for line in part]
        elif kept and (most and kept[-1]):
            kept.append("")
    while kept and not kept[-1]:
        kept.pop()
    return kept


# ---- prose ------------------------------------------------------------------------------------


def _filled(part: list[str]) -> list[str]:
    """Return a part of a page with its prose broken where a line is too long."""
    if max(map(len, part)) <= MOST:
        return part
    if len(part) > 1:
        return _filled_block(part)
    beside = _BESIDE.fullmatch(part[0])
    if beside is None or " #" in beside[4]:
        return part
    text = yaml.safe_load(beside[4])
    if not isinstance(text, str) or text != " ".join(text.split()):
        return part
    inside = " " * (len(beside[1]) + len(beside[2]) + 2)
    return [f"{beside[1]}{beside[2]}{beside[3]}: >-", *_broken(text.split(" "), inside)]


def _filled_block(part: list[str]) -> list[str]:
    head, *body = part
    inside = " " * min(_indent(line) for line in body if line)
    found = _BLOCK.fullmatch(head)
    if not found or found[3] != ">":
        return part
    if any(_indent(line) > len(inside) or "  " in line.strip() for line in body if line):
        return part  # lines of their own are meant, or spaces
    filled = [head]
    words: list[str] = []
    for line in [*body, ""]:
        if line:
            words += line.strip().split(" ")
        else:
            filled += _broken(words, inside) if words else []
            filled.append("")
            words = []
    return filled[:-1]


def _broken(words: Sequence[str], inside: str) -> list[str]:
    """Return words in lines of at most 100 columns."""
    lines: list[str] = []
    line = inside + words[0]
    for word in words[1:]:
        if len(line) + 1 + len(word) > WIDTH:
            lines.append(line)
            line = inside + word
        else:
            line += f" {word}"
    return [*lines, line]
