"""Text that shows as what it is: nothing in it turns what follows around or cannot be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readiness.yaml_reader.characters import CONTROL

_TURNING = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
"""Characters that change the direction in which text around them is shown; for inside brackets."""

_MISLEADING = re.compile(f"{CONTROL.pattern}|[{_TURNING}]")


def visible(text: str) -> str:
    """Return a text without characters that change how the text around them is shown."""
    if text.isprintable():  # nearly all is, and this is told ten times as quickly
        return text
    return _MISLEADING.sub("\ufffd", text)


_BREAKS = re.compile(r"\s*[\r\n]\s*")


def in_lines(lines: Iterable[str]) -> str:
    """Return lines as a text to be read: each stays one line, whatever a profile says in it."""
    return "".join(f"{visible(_BREAKS.sub(' ', line))}\n" for line in lines)
