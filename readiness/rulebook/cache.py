"""A rulebook read before, kept in the user's cache folder under the hash of its pages.

Reading hundreds of YAML pages takes longer than evaluating them. What is kept is a pickle that may
hold nothing but plain data and the classes of pages and conditions: whatever else it names is
refused, so that reading it runs nobody's code. A folder that cannot be written, or a file that is
damaged, means no cache and never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import VERSION

from readiness.version import __version__

_PACKAGE = Path(__file__).parent.parent
_READ_BY = ("calendar.py", "pages.py", "yaml_reader", "model", "rulebook")
"""What decides how pages are read: a change in it makes what was kept before another's."""

_CLASSES_OF = frozenset(
    {
        "readiness.calendar",
        "readiness.model.conditions",
        "readiness.model.expectation",
        "readiness.model.facts",
        "readiness.model.values",
        "readiness.model.vocabulary",
        "readiness.rulebook.rulebook",
    }
)
_PLAIN = frozenset({("datetime", "date"), ("decimal", "Decimal"), ("fractions", "Fraction")})


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
    """A folder with one file for each rulebook content and each reader of it."""

    folder: Path

    def _file(self, key: str) -> Path:
        return self.folder / f"rulebook-{__version__}-{_reader()}-{key[:40]}.pickle"

    def get(self, key: str) -> dict[str, Any] | None:
        """Return what is kept under a key, or None."""
        try:
            checksum, _, content = self._file(key).read_bytes().partition(b"\n")
            if checksum != _checksum(key, content):
                return None
            kept = _DataOnly(io.BytesIO(content)).load()
        except Exception:  # whatever is wrong with it, the pages can be read again
            return None
        return kept if isinstance(kept, dict) else None

    def put(self, key: str, what: dict[str, Any]) -> None:
        """Keep data under a key; written beside and renamed, so that no half file is ever read."""
        with contextlib.suppress(OSError, pickle.PicklingError):
            content = pickle.dumps(what, protocol=5)
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_checksum(key, content) + b"\n" + content)
                os.replace(name, self._file(key))
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise


class _DataOnly(pickle.Unpickler):
    """Reads a pickle that names only classes of pages and conditions, and plain values."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN or module in _CLASSES_OF:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not kept")


def _checksum(key: str, content: bytes) -> bytes:
    digest = hashlib.sha256(key.encode())
    digest.update(content)
    return digest.hexdigest().encode()


def _reader() -> str:
    """Return a short hash of what reads pages: Python, pydantic and our own code."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {VERSION}".encode())
    for file in sorted(_code()):
        state = file.stat()
        digest.update(f"{file.name} {state.st_size} {state.st_mtime_ns}".encode())
    return digest.hexdigest()[:12]


def _code() -> Iterable[Path]:
    for name in _READ_BY:
        place = _PACKAGE / name
        yield from place.glob("*.py") if place.is_dir() else [place]
