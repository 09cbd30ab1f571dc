"""Files: none is written half, and none is read that is too large."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from readiness.errors import UsageError


def too_large(file: Path, most: int) -> str:
    """Return in words that a file has more bytes than are read, or nothing where it has not.

    Raises:
        OSError: Its size cannot be told.
    """
    size = file.stat().st_size
    return f"{size:,} bytes are more than the {most:,} that are read" if size > most else ""


def replace_file(file: Path, content: bytes) -> None:
    """Write a file: beside its place first, and then into it by a new name.

    Raises:
        UsageError: The file cannot be written; what stood there still does.
    """
    part = file.parent / f".{file.name}.{os.getpid()}.part"
    try:
        part.write_bytes(content)
        part.replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{file.as_posix()} cannot be written: {reason}") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
