"""Writing to the terminal and to files."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.errors import InvalidInput, UsageError
from readiness.files import replace_file

if TYPE_CHECKING:
    from readiness.render.machine.results import Results

MACHINES = ("junit", "sarif")
"""Formats in which pipelines are told of results."""


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


def write_results(results: Results, form: str, output: Path | None = None) -> None:
    """Write results in one of `MACHINES`; files below this folder are named from it.

    Raises:
        UsageError: The file cannot be written.
    """
    from importlib import import_module

    renderer = import_module(f"readiness.render.machine.{form}")
    write(renderer.render(results.named_from(Path.cwd())), output)


@contextlib.contextmanager
def problems_told(form: str, output: Path | None = None) -> Iterator[None]:
    """Write what is wrong with an input in the format that was asked for, beside saying it."""
    try:
        yield
    except InvalidInput as error:
        if form in MACHINES:
            from readiness.render.machine.results import of_problems

            write_results(of_problems(error.problems, "readiness"), form, output)
        raise


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
