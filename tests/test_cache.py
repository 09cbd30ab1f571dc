"""The cache: the same bytes with it and without, and never in the way."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run
from lantern import FILES, House

from readiness.errors import InvalidRulebook
from readiness.rulebook import cache as caching
from readiness.rulebook import load
from readiness.rulebook.cache import Cache, default_folder
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.rulebook import Rulebook


def read(house: House) -> Rulebook:
    return load_rulebook(house.rules, "rules", Cache(house.folder / "cache"))


def kept(house: House) -> list[Path]:
    return sorted((house.folder / "cache").glob("*.pickle"))


@pytest.fixture
def never_parsed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function after which reading YAML is a failure."""

    def forbid() -> None:
        def fail(raw: bytes, source: str) -> None:
            raise AssertionError(f"{source} was read again")

        monkeypatch.setattr(load, "read_bytes", fail)

    return forbid


def test_what_was_kept_is_what_was_read(house: House, never_parsed: Callable[[], None]) -> None:
    first = read(house)
    (file,) = kept(house)
    assert file.name.startswith("rulebook-")
    assert file.suffix == ".pickle"
    never_parsed()
    assert read(house) == first


def test_what_one_function_makes_of_a_rulebook_is_not_taken_for_anothers(house: House) -> None:
    cache = Cache(house.folder / "cache")
    read(house)

    def count(rulebook: Rulebook) -> int:
        return len(rulebook.expectations)

    for _ in range(2):
        rulebook, counted = load.load_with(house.rules, "rules", cache, count)
        assert counted == len(rulebook.expectations)
    assert read(house) == rulebook


def test_a_hit_gives_the_same_bytes_as_a_miss(house: House, run: Run) -> None:
    for args in (
        ["check", "profile.yaml", "--format", "json"],
        ["check", "profile.yaml", "--all"],
        ["explain", "LAN-01", "profile.yaml"],
        ["rules", "list"],
        ["rules", "test"],
    ):
        without = run(*args, "--no-cache")
        assert run(*args) == without
        assert run(*args) == without
    assert len(list((house.folder / "cache").rglob("*.pickle"))) == 1


def _age(house: House, seconds: int = 60) -> None:
    """Make what was noted of the pages so much younger than the pages."""
    for note in (house.folder / "cache").glob("seen-*"):
        later = note.stat().st_mtime + seconds
        os.utime(note, (later, later))


def test_pages_that_did_not_change_are_not_even_opened(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(house)
    _age(house)
    monkeypatch.setattr(load, "read_files", None)
    assert read(house) == first


def test_pages_that_changed_just_before_are_hashed_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two changes in one tick of the clock leave the same times."""
    first = read(house)
    opened: list[object] = []
    read_files = load.read_files

    def noticed(folder: Path, origin: str, seen: caching.Seen) -> dict[str, bytes]:
        opened.append(folder)
        return read_files(folder, origin, seen)

    monkeypatch.setattr(load, "read_files", noticed)
    assert read(house) == first
    assert len(opened) == 1


def test_a_change_that_hides_its_day_and_size_is_seen(house: House) -> None:
    """What sets a file's day back cannot set back when the file system saw the change."""
    first = read(house)
    _age(house)
    page = house.rules / "units.yaml"
    before = page.stat()
    content = page.read_bytes()
    page.write_bytes(content.replace(b"one: lamp,", b"one: lump,"))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert page.stat().st_size == before.st_size
    if page.stat().st_ctime_ns == before.st_ctime_ns:
        pytest.skip("this file system does not say when it saw a change")
    assert read(house).hash != first.hash


@pytest.mark.parametrize("said", ["", "one", "one two three", "\xff"])
def test_a_note_that_cannot_be_read_is_none(house: House, said: str) -> None:
    first = read(house)
    _age(house)
    for note in (house.folder / "cache").glob("seen-*"):
        note.write_text(said, encoding="latin-1")
    assert read(house) == first


def test_no_cache_writes_nothing(house: House, run: Run) -> None:
    run("check", "profile.yaml", "--no-cache")
    assert not (house.folder / "cache").exists()


CHANGES: dict[str, Callable[[House], object]] = {
    "edited": lambda house: house.edit("rules/units.yaml", ("one: lamp,", "one: light,")),
    "edited in a comment": lambda house: house.edit(
        "rules/units.yaml", ("children:", "# x\nchildren:")
    ),
    "added": lambda house: house.write(
        "rules/facts/more.yaml", "lamp.new: {title: x, type: yes_no, definition: y}\n"
    ),
    "removed": lambda house: (house.rules / "benchmarks/lamp-stats-2025.yaml").unlink(),
    "renamed": lambda house: (house.rules / "facts/lamps.yaml").rename(
        house.rules / "facts/lights.yaml"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_of_any_file_is_seen(house: House, change: Callable[[House], object]) -> None:
    before = read(house)
    change(house)
    after = read(house)
    assert after.hash != before.hash
    assert len(kept(house)) == 2
    assert after == house.rulebook()


def test_content_that_moves_between_files_is_seen(house: House) -> None:
    before = read(house)
    house.write("rules/units.yaml", FILES["units.yaml"] + FILES["sources.yaml"])
    house.write("rules/sources.yaml", "")
    with pytest.raises(InvalidRulebook):
        read(house)
    house.write("rules/units.yaml", FILES["units.yaml"])
    house.write("rules/sources.yaml", FILES["sources.yaml"])
    assert read(house) == before


def test_what_is_invalid_is_not_kept(house: House) -> None:
    house.edit("rules/units.yaml", ("one: lamp,", "uno: lamp,"))
    for _ in range(2):
        with pytest.raises(InvalidRulebook) as refused:
            read(house)
        assert {problem.line for problem in refused.value.problems} == {3}
    assert not (house.folder / "cache").exists()


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "half": lambda content: content[: len(content) // 2],
    "one word": lambda content: content.replace(b"Great hall", b"Green hall", 1),
    "no pickle": lambda content: b"\x80\x81\xff",
    "nothing kept": lambda content: content.split(b"\n")[0] + b"\n",
    "more after it": lambda content: content + b"{}",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_no_cache(house: House, damage: Callable[[bytes], bytes]) -> None:
    first = read(house)
    (file,) = kept(house)
    file.write_bytes(damage(file.read_bytes()))
    assert read(house) == first
    assert kept(house) == [file]


@pytest.mark.parametrize(
    "what", [{}, {"facts": {}}, {"page": None, "colour": "red"}, {"rulebook": {"id": "other"}}]
)
def test_a_whole_file_that_does_not_fit_is_no_cache(house: House, what: dict[str, object]) -> None:
    first = read(house)
    cache, key = Cache(house.folder / "cache"), _key_of(house)
    cache.put(key, what)
    assert cache.get(key) == what
    assert read(house) == first


class Runs:
    """What runs code when it is read from a pickle that may name anything."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, ...]:
        return (os.mkdir, (str(self.file),))


def test_nobodys_code_runs(house: House) -> None:
    first = read(house)
    trap = house.folder / "trap"
    cache, key = Cache(house.folder / "cache"), _key_of(house)
    cache.put(key, {"page": Runs(trap)})
    assert cache.get(key) is None
    assert read(house) == first
    assert not trap.exists()


@pytest.mark.parametrize("named", [Path.home, pytest.raises, os.path.join, Run, House])
def test_only_data_of_a_rulebook_is_kept(house: House, named: object) -> None:
    cache = Cache(house.folder / "cache")
    cache.put("key", {"page": named})
    assert cache.get("key") is None


def _key_of(house: House) -> str:
    keys: list[str] = []

    class Listening(Cache):
        def get(self, key: str) -> None:
            keys.append(key)

    load_rulebook(house.rules, "rules", Listening(house.folder / "unused"))
    return keys[0]


def test_a_file_kept_for_other_pages_is_no_cache(house: House) -> None:
    first = read(house)
    (before,) = kept(house)
    house.edit("rules/units.yaml", ("one: lamp,", "one: light,"))
    second = read(house)
    after = next(file for file in kept(house) if file != before)
    after.write_bytes(before.read_bytes())
    assert read(house) == second != first


def test_another_version_has_its_own_file(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    read(house)
    monkeypatch.setattr(caching, "__version__", "99.0")
    read(house)
    assert len(kept(house)) == 2


def test_a_folder_that_cannot_be_written_is_no_cache(house: House) -> None:
    house.write("cache", "a file stands where the folder should")
    assert read(house) == house.rulebook()
    assert (house.folder / "cache").read_text(encoding="utf-8").startswith("a file")


@pytest.mark.parametrize("failing", ["mkstemp", "replace", "mkdir"])
def test_a_disk_that_fails_is_no_cache(
    house: House, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    owner = {"mkstemp": tempfile, "replace": os, "mkdir": Path}[failing]
    monkeypatch.setattr(owner, failing, fail)
    assert read(house) == house.rulebook()
    monkeypatch.undo()
    folder = house.folder / "cache"
    assert not folder.exists() or list(folder.iterdir()) == []


def test_nothing_is_said_of_a_cache_that_fails(house: House, run: Run) -> None:
    house.write("cache", "a file stands where the folder should")
    ran = run("check", "profile.yaml")
    assert (ran.code, ran.err) == (1, "")


def test_other_code_that_reads_pages_has_its_own_file(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(house)
    newer = house.write("newer.py", "")
    monkeypatch.setattr(caching, "_code", lambda: [newer])
    read(house)
    assert len(kept(house)) == 2


def test_the_cache_folder_is_the_users_own(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(house.folder))
    assert default_folder().name == "readiness"
    assert house.folder in default_folder().parents


@pytest.mark.parametrize("home", ["", "~", "elsewhere"])
def test_a_user_without_a_home_has_no_cache(
    house: House, monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    """An unknown home stays `~`; a relative folder would be in whatever folder one is in."""
    monkeypatch.chdir(house.folder)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, home)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    before = sorted(house.folder.rglob("*"))
    load_rulebook(house.rules, "rules", Cache(default_folder()))
    assert sorted(house.folder.rglob("*")) == before
