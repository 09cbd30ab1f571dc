"""Writing to the terminal and to files."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from readiness.errors import UsageError


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
    part = output.parent / f".{output.name}.{os.getpid()}.part"
    try:
        part.write_bytes(content)
        part.replace(output)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{output.as_posix()} cannot be written: {reason}") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder to write into, if it is not there.

    Raises:
        UsageError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{folder.as_posix()} cannot be made: {reason}") from None


def say(message: str) -> None:
    """Print a line that is not part of what was asked for."""
    sys.stderr.buffer.write(_utf_8(message + "\n"))
    sys.stderr.buffer.flush()
