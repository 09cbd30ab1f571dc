"""What every test has: a fictional house to break things in, and commands run in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lantern import House, build

from readiness.cli import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return a folder with the fictional rulebook and profile."""
    return build(tmp_path)


@pytest.fixture
def run(
    house: House, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Return a function that runs a command in the house, with a cache folder of its own."""
    monkeypatch.chdir(house.folder)
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(house.folder / "cache"))

    def run(*args: str | Path) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
        code = ended.value.code
        assert isinstance(code, int)
        shown = capsysbinary.readouterr()
        return Ran(code, shown.out.decode("utf-8"), shown.err.decode("utf-8"))

    return run
