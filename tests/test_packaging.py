"""What is installed, what is shipped, and what the front door says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import bootstrap
from readiness import __version__, resources
from readiness.errors import ExitCode

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def build(kind: str, folder: Path) -> Path:
    """Return a distribution of this checkout, built without the network."""
    code = f"import hatchling.build as b, sys; print(b.build_{kind}(sys.argv[1]))"
    name = subprocess.run(
        [sys.executable, "-c", code, folder], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return folder / name.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"))


def test_a_wheel_unpacked_in_an_empty_folder_finds_what_it_ships(
    wheel: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    empty = tmp_path / "empty"
    empty.mkdir()
    code = (
        "from readiness.resources import shipped_rules as r, shipped_scenarios as s;"
        "print(r(), s(), sep='\\n')"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=empty,
        env={**os.environ, "PYTHONPATH": str(site)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    shipped = site / "readiness" / "_shipped"
    assert [Path(line) for line in found] == [shipped / "rules", shipped / "scenarios"]
    assert (shipped / "rules" / "rulebook.yaml").is_file()


def test_a_wheel_ships_every_rule_and_scenario_and_nothing_else_beside_the_package(
    wheel: Path,
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for folder in ("rules", "scenarios"):
        there = {
            path.relative_to(ROOT).as_posix()
            for path in (ROOT / folder).rglob("*")
            if path.is_file()
        }
        prefix = "readiness/_shipped/"
        shipped = {name[len(prefix) :] for name in names if name.startswith(f"{prefix}{folder}/")}
        assert shipped == there
    information = f"readiness-{__version__}.dist-info"
    assert {name.split("/")[0] for name in names} == {"readiness", information}
    assert "readiness/py.typed" in names
    assert f"{information}/licenses/LICENSE" in names


def test_a_source_distribution_is_the_whole_project(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames()}
    wanted = {
        *("README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "bootstrap.py", ".ci/run"),
        *("readiness/resources.py", "rules/rulebook.yaml", "tests/test_packaging.py"),
    }
    assert wanted <= names
    assert not [name for name in names if name.startswith((".venv", ".git/", "dist"))]


def test_a_checkout_uses_its_own_rulebook() -> None:
    assert resources.shipped_rules() == ROOT / "rules"
    assert resources.shipped_scenarios() == ROOT / "scenarios"


def test_the_extra_all_holds_every_format_and_never_what_must_be_compiled() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    everything = re.findall(r'^all = \["readiness\[(.*)\]"\]$', text, re.MULTILINE)
    assert everything == ["data,edit,excel,reports,warehouse,word"]


def test_neither_python_nor_a_library_has_an_upper_bound() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">=3.10"' in text
    requirements = re.findall(r'^ *"?([\w-]+[<>=~!][^"]*)"', text, re.MULTILINE)
    assert "pydantic>=2.9" in requirements
    assert not [line for line in requirements if "<" in line or "~" in line]


@pytest.mark.parametrize("name", ["test", "checks", "engine", "build"])
def test_the_readme_holds_the_commands_that_are_run_from_it(name: str) -> None:
    assert README.count(f"<!-- ci: {name} -->\n```sh\n") == 1


def test_the_readme_names_only_files_that_exist() -> None:
    named = set(re.findall(r"\b(?:scenarios|tests|docs|benchmarks|schema)/[\w./-]*\w", README))
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("code", ExitCode)
def test_the_readme_explains_every_exit_code(code: ExitCode) -> None:
    assert f"| {code.value} |" in README


# The front door. Its set-up proper needs the package index, so these stop short of that.


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the front door takes for its checkout, with spaces in its path."""
    root = tmp_path / "a fresh copy"
    root.mkdir()
    venv = root / ".venv"
    (root / "pyproject.toml").write_text('rete = ["durable_rules==1.2.3"]\n', encoding="utf-8")
    monkeypatch.setattr(bootstrap, "ROOT", root)
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "RECORD", venv / bootstrap.RECORD.name)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "python")
    return root


def record(extras: list[str], *, rete: bool = True) -> bootstrap.Record:
    return bootstrap.Record(bootstrap.place(), bootstrap.inputs(), extras, rete, [False, False])


def finish(checkout: Path, extras: list[str]) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "python").touch()
    bootstrap.write_record(record(extras))


def test_a_finished_set_up_is_not_repeated(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finish(checkout, ["excel", "test"])
    bootstrap.set_up(["test"], may_change_system=False)
    assert capsys.readouterr().err == ""


def test_a_set_up_is_brought_up_to_date_when_its_inputs_or_extras_change(checkout: Path) -> None:
    finish(checkout, ["excel"])
    done = record(["excel"])
    assert bootstrap.is_current(done, ["excel"], False)
    assert not bootstrap.is_current(done, ["test"], False)
    (checkout / "pyproject.toml").write_text('rete = ["durable_rules==1.2.4"]\n', encoding="utf-8")
    assert not bootstrap.is_current(done, ["excel"], False)


def test_the_engine_is_tried_again_only_when_more_is_possible(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(checkout, [])
    monkeypatch.setattr(bootstrap, "can_compile", lambda: False)
    assert bootstrap.is_current(record([], rete=False), [], False)
    assert not bootstrap.is_current(record([], rete=False), [], True)
    monkeypatch.setattr(bootstrap, "can_compile", lambda: True)
    assert not bootstrap.is_current(record([], rete=False), [], False)
    assert bootstrap.is_current(record([], rete=True), [], False)


def test_a_set_up_that_was_interrupted_is_not_trusted(checkout: Path) -> None:
    finish(checkout, [])
    bootstrap.RECORD.write_text("", encoding="utf-8")
    assert bootstrap.read_record() is None
    assert not bootstrap.is_usable(None)


def test_an_environment_of_another_python_is_not_used(checkout: Path) -> None:
    finish(checkout, [])
    other = bootstrap.Record("3.9 elsewhere", bootstrap.inputs(), [], True, [True, True])
    assert not bootstrap.is_current(other, [], False)
    assert not bootstrap.is_usable(other)


def test_without_ensurepip_and_without_leave_it_says_what_to_run(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert bootstrap.main(["check", "--no-system"]) == 2
    message = capsys.readouterr().err
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"sudo apt-get install python{version}-venv" in message
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert bootstrap.main(["check"]) == 2
    assert "Python 3.10 or newer is needed" in capsys.readouterr().err


def test_an_unknown_job_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["chekc"]) == 2
    assert "'chekc' is none of check, run, test" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["--help"], ["-h", "--no-system"]])
def test_it_explains_itself(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(words) == 0
    assert "python3 bootstrap.py check" in capsys.readouterr().out
