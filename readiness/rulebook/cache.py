"""Pages read before, kept in the user's cache folder under the hash of their contents.

Reading hundreds of YAML pages takes longer than evaluating them. What is kept is plain JSON; a
folder that cannot be written, or a file that is damaged, means no cache and never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from readiness.version import __version__


def default_folder() -> Path:
    """Return the folder in which this user's programs keep what they can make again.

    For a user without a home it is a folder that cannot be made.
    """
    home = Path(os.path.expanduser("~"))  # Path.home() would raise an error
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or home / ".cache"
    return Path(base if Path(base).is_absolute() else os.devnull, "readiness")


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of JSON files, one for each rulebook content, package version and Python version."""

    folder: Path

    def _file(self, key: str) -> Path:
        python = f"{sys.version_info.major}{sys.version_info.minor}"
        return self.folder / f"rulebook-{__version__}-py{python}-{key[:40]}.json"

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the pages kept under a key, or None."""
        try:
            checksum, _, text = self._file(key).read_text(encoding="utf-8").partition("\n")
            if checksum != _checksum(key, text):
                return None
            pages = json.loads(text, object_hook=_decode)
        except (OSError, ValueError, RecursionError):
            return None
        return pages if isinstance(pages, dict) else None

    def put(self, key: str, pages: dict[str, Any]) -> None:
        """Keep pages under a key; written beside and renamed, so that no half file is ever read."""
        with contextlib.suppress(OSError, ValueError):
            text = json.dumps(pages, default=_encode, separators=(",", ":"))
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
            try:
                with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                    file.write(f"{_checksum(key, text)}\n{text}")
                os.replace(name, self._file(key))
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise


def _checksum(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}:{text}".encode()).hexdigest()


def _encode(value: Any) -> dict[str, str]:
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"$number": str(value)}
    raise ValueError(f"{type(value).__name__} is not kept")


def _decode(value: dict[str, Any]) -> Any:
    if len(value) == 1:
        if "$date" in value:
            return date.fromisoformat(value["$date"])
        if "$number" in value:
            return Decimal(value["$number"])
    return value
