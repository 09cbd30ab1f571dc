"""A rulebook as it stood at a revision of the git repository that holds it.

Git is run without a shell and only asked to read. What it holds is taken as it was committed,
byte by byte, and written to a temporary folder that is gone when the rulebook has been read.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from readiness.app.choice import RulebookChoice
from readiness.app.rulebooks import chosen, named, rulebook_in
from readiness.engine.compile import Compiled, compile_rulebook
from readiness.errors import UsageError
from readiness.rulebook.cache import Cache, Seen, default_folder
from readiness.rulebook.load import load_with
from readiness.rulebook.rulebook import Rulebook

_SECONDS = 60
"""After which a git that does not answer is given up."""


@dataclass(frozen=True, slots=True)
class _ByContent(Cache):
    """A cache that takes no note of where pages stood: a temporary folder is not seen again."""

    def note(self, seen: Seen, key: str) -> None:
        """Keep nothing."""


def working(book: RulebookChoice) -> Path:
    """Return the folder of the working rulebook, as the user knows it where it is not packaged."""
    folder, origin = chosen(book)
    return folder if origin == "packaged" else Path(origin)


def rulebook_named(name: str, book: RulebookChoice) -> tuple[Rulebook, Compiled]:
    """Return the rulebook of a folder, of a folder's `rules/`, or of a revision.

    Args:
        book: The working rulebook, which a revision is of, and what to lay over either.

    Raises:
        UsageError: If there is no such folder or revision.
        InvalidRulebook: With every problem found.
    """
    for folder in (Path(name), Path(name, "rules")):
        if (folder / "rulebook.yaml").is_file():
            return rulebook_in(folder, folder.as_posix(), cached=book.cache, overlays=book.overlays)
    here = working(book)
    if not here.is_dir():
        raise UsageError(f"{here.as_posix()}: there is no such folder")
    return rulebook_at(name, here, cached=book.cache, overlays=book.overlays)


def rulebook_at(
    revision: str, folder: Path, *, cached: bool = True, overlays: Sequence[Path] = ()
) -> tuple[Rulebook, Compiled]:
    """Return the rulebook that a folder held at a revision, with its program.

    Args:
        revision: Whatever git takes for a commit: a branch, a tag, `HEAD~3`, a hash.
        folder: The rulebook's folder today, inside a repository.
        cached: Whether pages read before may be taken from the cache.
        overlays: Folders to lay over it, in order, as they are today.

    Raises:
        UsageError: If git is missing, the folder is in no repository, or there is no such revision
            or no rulebook in it.
        InvalidRulebook: With every problem found; its files are named as `REVISION:path`.
    """
    if shutil.which("git") is None:
        raise UsageError(
            f"git is not installed, and '{revision}' is no folder of a rulebook; "
            "install git, or name two folders"
        )
    inside = _ask(folder, "rev-parse", "--show-prefix")
    if inside is None:
        raise UsageError(
            f"'{revision}' is no folder of a rulebook, and {folder.as_posix()} is in no git "
            "repository in which to look it up; name two folders"
        )
    prefix = os.fsdecode(inside).strip("\n")
    commit = None
    if not revision.startswith("-"):
        commit = _ask(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if commit is None:
        raise UsageError(
            f"'{revision}' is neither a folder of a rulebook nor a revision of the git repository "
            f"around {folder.as_posix()}; a revision is a branch, a tag, HEAD~3 or a hash"
        )
    origin = f"{revision}:{prefix.rstrip('/') or '.'}"
    files = list(_files(folder, commit.decode("ascii").strip(), prefix))
    if "rulebook.yaml" not in {path.as_posix() for path, _ in files}:
        raise UsageError(f"{origin} held no rulebook: there was no 'rulebook.yaml'")
    with tempfile.TemporaryDirectory(prefix="readiness-") as made:
        for path, content in files:
            target = Path(made, *path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        cache = _ByContent(default_folder()) if cached else None
        return load_with(Path(made), origin, cache, compile_rulebook, named(overlays))


def _files(folder: Path, commit: str, prefix: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield the path below the rulebook's folder and the content of each page at a commit."""
    listed = _ask(folder, "ls-tree", "-r", "-z", "--full-tree", commit, "--", prefix or ".") or b""
    found: list[tuple[PurePosixPath, bytes]] = []
    for entry in filter(None, listed.split(b"\0")):
        about, _, name = entry.partition(b"\t")
        mode, kind, object = about.split()
        path = PurePosixPath(os.fsdecode(name))
        if kind == b"blob" and mode != b"120000" and path.suffix.lower() in (".yaml", ".yml"):
            found.append((path.relative_to(prefix), object))
    objects = b"".join(object + b"\n" for _, object in found)
    answer = _ask(folder, "cat-file", "--batch", given=objects) or b""
    start = 0
    for path, object in found:
        end = answer.index(b"\n", start)
        head = answer[start:end].split()
        if len(head) != 3 or head[0] != object:
            raise UsageError(f"git cannot read {path} at {commit[:12]}")
        size = int(head[2])
        yield path, answer[end + 1 : end + 1 + size]
        start = end + size + 2


def _ask(folder: Path, *args: str, given: bytes = b"") -> bytes | None:
    """Return what git answers in a folder, or None where it says no.

    Raises:
        UsageError: If git cannot be run, or refuses to look into the repository.
    """
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        ran = subprocess.run(
            ["git", "--no-replace-objects", *args],
            cwd=folder,
            env=environment,
            input=given,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise UsageError(f"git cannot be asked: {error}") from None
    if ran.returncode == 0:
        return ran.stdout
    said = ran.stderr.decode("utf-8", "replace")
    if "dubious ownership" in said:
        raise UsageError(
            "git does not trust this repository, because somebody else owns it; "
            "see 'safe.directory' in 'git help config', or name two folders"
        )
    return None
