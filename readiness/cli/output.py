"""Writing to the terminal and to files."""

from __future__ import annotations

import sys
from pathlib import Path

from readiness.files import replace_file


def _utf_8(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # a file's name may hold what is no character


def write(what: str | bytes, output: Path | None = None) -> None:
    """Print text, or write text or bytes to a file that is never half there.

    Raises:
        UsageError: The file cannot be written.
    """
    content = _utf_8(what) if isinstance(what, str) else what
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    replace_file(output, content)


def say(message: str) -> None:
    """Print a line that is not part of what was asked for."""
    sys.stderr.buffer.write(_utf_8(message + "\n"))
    sys.stderr.buffer.flush()
