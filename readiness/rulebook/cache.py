"""A rulebook read before, kept in the user's cache folder under the hash of its pages.

Reading hundreds of YAML pages takes longer than evaluating them. What is kept is a pickle that may
hold nothing but plain data and the classes of pages, conditions and programs: whatever else it
names is refused, so that reading it runs nobody's code. A folder that cannot be written, or a file
that is damaged, means no cache and never an error.

Even hashing hundreds of pages takes time. So the hash is kept too, beside what the file system says
of every file in the folder: name, size, days and times of change, number. While all of that is the
same and no file changed in the two seconds before it was noted, the pages are the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from pydantic import VERSION

from readiness.version import __version__

_PACKAGE = Path(__file__).parent.parent
_READ_BY = (
    "calendar.py",
    "pages.py",
    "yaml_reader",
    "model",
    "rulebook",
    "engine/compile.py",
    "engine/program.py",
)
"""What decides how pages are read: a change in it makes what was kept before another's."""

_CLASSES_OF = frozenset(
    {
        "readiness.calendar",
        "readiness.engine.compile",
        "readiness.engine.program",
        "readiness.model.conditions",
        "readiness.model.expectation",
        "readiness.model.facts",
        "readiness.model.overlay",
        "readiness.model.profile",
        "readiness.model.values",
        "readiness.model.vocabulary",
        "readiness.rulebook.rulebook",
    }
)
_PLAIN = frozenset({("datetime", "date"), ("decimal", "Decimal"), ("fractions", "Fraction")})


_SETTLED = 2_000_000_000
"""Nanoseconds within which a second change might leave a file's times as they were."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the file system says of every file below a folder.

    Attributes:
        files: Path below the folder with forward slashes, size, times of change, number; by path.
    """

    folder: Path
    files: tuple[tuple[str, int, int, int, int], ...]

    @classmethod
    def of(cls, folder: Path) -> Seen:
        """Look at a folder; of a file that cannot be looked at only the name is seen.

        Files and folders whose names begin with a point are not part of a rulebook.
        """
        found: list[tuple[str, int, int, int, int]] = []
        places = [(os.fspath(folder), "")]
        while places:
            place, above = places.pop()
            with contextlib.suppress(OSError), os.scandir(place) as entries:
                for entry in entries:
                    name = above + entry.name
                    if entry.name.startswith("."):
                        continue
                    if not entry.is_dir():
                        found.append((name, *_state(entry)))
                    elif not entry.is_symlink():
                        places.append((entry.path, f"{name}/"))
        return cls(folder, tuple(sorted(found)))

    @property
    def names(self) -> list[str]:
        """The paths of the files, in order."""
        return [name for name, *_ in self.files]

    @property
    def digest(self) -> str:
        """A hash of all that was seen."""
        return hashlib.sha256(repr(self.files).encode()).hexdigest()

    def settled(self, noted: int) -> bool:
        """Whether no file had changed shortly before a time, in nanoseconds."""
        newest = max((max(changed, moved) for _, _, changed, moved, _ in self.files), default=0)
        return newest < noted - _SETTLED


def _state(entry: os.DirEntry[str]) -> tuple[int, int, int, int]:
    try:
        it = entry.stat()
    except OSError:
        return (0, 0, 0, 0)
    return (it.st_size, it.st_mtime_ns, it.st_ctime_ns, it.st_ino)


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

    def key_of(self, seen: Seen) -> str | None:
        """Return the hash of a folder's pages, where they are certainly those of before."""
        try:
            file = self._note(seen)
            noted, key = file.read_text(encoding="ascii").split()
            return key if noted == seen.digest and seen.settled(file.stat().st_mtime_ns) else None
        except (OSError, ValueError):
            return None

    def note(self, seen: Seen, key: str) -> None:
        """Keep the hash of a folder's pages beside what was seen of them before they were read."""
        self._write(self._note(seen), f"{seen.digest} {key}\n".encode("ascii"))

    def _note(self, seen: Seen) -> Path:
        place = hashlib.sha256(os.fsencode(os.path.abspath(seen.folder))).hexdigest()
        return self.folder / f"seen-{place[:24]}.txt"

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
        """Keep data under a key."""
        with contextlib.suppress(pickle.PicklingError):
            content = pickle.dumps(what, protocol=5)
            self._write(self._file(key), _checksum(key, content) + b"\n" + content)

    def _write(self, file: Path, content: bytes) -> None:
        """Write beside and rename, so that no half file is ever read."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as part:
                    part.write(content)
                os.replace(name, file)
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


def made_by(make: Callable[..., Any]) -> str:
    """Return under which name what a function made of a rulebook is kept beside its fields.

    Functions that make different things never read each other's.
    """
    return f"made by {make.__module__}.{make.__qualname__}"


def _checksum(key: str, content: bytes) -> bytes:
    """Return what tells a damaged file, or one kept for other pages."""
    return f"{key} {crc32(content):08x}".encode()


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
