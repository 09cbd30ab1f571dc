"""The rulebook as a documentation site in a folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path

from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import open_rulebook
from readiness.errors import UsageError
from readiness.render.site.files import site

_MARK = ".readiness-docs"
"""Stands in every folder made here, so that nobody's own files are ever overwritten."""


def document(folder: Path, as_of: date, *, book: RulebookChoice = NEAREST) -> int:
    """Write the site of a rulebook; a site that stood in the folder is replaced as a whole.

    Args:
        as_of: The day on which pages say what is in force and due.

    Returns:
        How many files were written.

    Raises:
        InvalidRulebook: With every problem found.
        UsageError: If the folder holds other files, or cannot be written.
    """
    rulebook = open_rulebook(book)
    if folder.exists() and not _ours(folder):
        raise UsageError(
            f"{folder.as_posix()} is there already and was not made by 'rules docs'; "
            "name a new folder with --output"
        )
    count = 0
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        try:
            new = made / "new"
            for path, text in site(rulebook, as_of):
                file = new / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text.encode("utf-8"))
                count += 1
            (new / _MARK).touch()
            if folder.exists():
                os.replace(folder, made / "old")
            os.replace(new, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{folder.as_posix()} cannot be written: {reason}") from None
    return count


def _ours(folder: Path) -> bool:
    """Whether a folder is empty or was made here."""
    if (folder / _MARK).is_file():
        return True
    with suppress(OSError):
        return not any(folder.iterdir())
    return False
