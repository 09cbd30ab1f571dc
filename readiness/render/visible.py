"""Text that shows as what it is: nothing in it turns what follows around or cannot be seen."""

from __future__ import annotations

import re

from readiness.yaml_reader.characters import CONTROL

_TURNING = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
"""Characters that change the direction in which text around them is shown; for inside brackets."""

_MISLEADING = re.compile(f"{CONTROL.pattern}|[{_TURNING}]")


def visible(text: str) -> str:
    """Return a text without characters that change how the text around them is shown."""
    if text.isprintable():  # nearly all is, and this is told ten times as quickly
        return text
    return _MISLEADING.sub("\ufffd", text)
