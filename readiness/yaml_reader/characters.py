"""Characters that cannot be seen, mislead the parser, or do not belong in a text file."""

from __future__ import annotations

import re
import unicodedata

CURLY = "“”„‟‘’‚‛"

# Spaces other than the ordinary one, and characters without width; for use inside brackets.
ODD_SET = "\u00a0\u00ad\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff"
ODD = re.compile(f"[{ODD_SET}]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Return a text that can be printed safely."""
    return CONTROL.sub("\ufffd", text)


def named(character: str) -> str:
    """Return how to speak of a character that cannot be seen, with its article."""
    name = unicodedata.name(character, "control character").lower()
    return f"{'an' if name[0] in 'aeio' else 'a'} {name} (U+{ord(character):04X})"
