"""Make this checkout ready to use, then do one job. It needs Python 3.10 or newer and nothing else.

    python3 bootstrap.py check [PROFILE] [OPTIONS]   check a council, by default an included one
    python3 bootstrap.py run COMMAND [OPTIONS]       any readiness command
    python3 bootstrap.py test [PYTEST OPTIONS]       the project's tests

On Windows: py bootstrap.py ...

Everything is installed into the folder .venv beside this file. Only on Debian, Ubuntu and their
relatives, and only as an administrator (root or sudo), may it also install system packages with
apt-get: what venv needs, and a C compiler for the rule engine. The option --no-system forbids that.

It returns what the command returns; 2 when the set-up failed, 130 when it was interrupted.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
RECORD = VENV / "bootstrap.json"  # empty while the set-up is under way
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
EXTRAS = {"check": [], "run": [], "test": ["test"]}  # what each job needs installed
INCLUDED_PROFILE = ROOT / "scenarios" / "northmoor"
SHOWN_LINES = 15  # of the output of a command that failed


class SetupError(Exception):
    """The set-up cannot go on; the text says why and what to do."""


@dataclass(frozen=True)
class Record:
    """What a finished set-up was made from.

    Attributes:
        place: The Python and the folder that .venv was made for; with others it is made anew.
        inputs: Hash of the files that decide what is installed.
        extras: Names of the optional dependencies that are installed.
        rete: Whether durable-rules is installed and proved.
        could: What the attempt to build durable-rules had: a compiler, leave to install one.
    """

    place: str
    inputs: str
    extras: list[str]
    rete: bool
    could: list[bool]


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks and return the exit code."""
    may_change_system = "--no-system" not in arguments
    job, *rest = [word for word in arguments if word != "--no-system"] or ["--help"]
    if job in ("-h", "--help"):
        print(__doc__)
        return 0
    if job not in EXTRAS:
        say(f"'{job}' is none of check, run, test; try --help")
        return 2
    if sys.version_info < (3, 10):
        say(f"Python 3.10 or newer is needed; {sys.executable} is {sys.version.split()[0]}")
        return 2
    try:
        set_up(EXTRAS[job], may_change_system)
        return do(job, rest)
    except (SetupError, OSError) as error:
        say(f"set-up failed: {error}")
        return 2
    except KeyboardInterrupt:
        say("interrupted; the same command starts again")
        return 130


def do(job: str, rest: Sequence[str]) -> int:
    """Run a job in the finished environment and return its exit code."""
    if job == "test":
        workers = [] if {"-n", "no:xdist", "--pdb"} & set(rest) else ["-n", "auto"]
        code = subprocess.call([PYTHON, "-m", "pytest", *workers, *rest], cwd=ROOT)
    elif job == "run":
        code = subprocess.call([BIN / "readiness", *rest])
    else:
        named = [] if rest and not rest[0].startswith("-") else [INCLUDED_PROFILE]
        code = subprocess.call([BIN / "readiness", "check", *named, *rest])
    return code if code >= 0 else 128 - code  # ended by a signal


def set_up(extras: Sequence[str], may_change_system: bool) -> None:
    """Make .venv what this checkout needs; at once when it is that already."""
    record = read_record()
    if record and is_current(record, extras, may_change_system):
        return
    say(
        f"setting up .venv for Python {sys.version.split()[0]}; the first time takes a minute or so"
    )
    if is_usable(record):
        extras = [*extras, *(record.extras if record else [])]
        RECORD.write_text("", encoding="utf-8")
    else:
        make_venv(may_change_system)
    extras = sorted(set(extras))
    install_project(extras)
    obstacle = build_rete(may_change_system)
    if obstacle:
        say(f"engine: builtin, because {obstacle}")
    else:
        say(f"engine: rete ({rete_requirement().replace('==', ' ')}), proved by import")
    write_record(
        Record(place(), inputs(), extras, not obstacle, [can_compile(), may_change_system])
    )


def is_current(record: Record, extras: Sequence[str], may_change_system: bool) -> bool:
    """Return whether .venv is what this checkout needs; starts no process except on macOS."""
    return (
        PYTHON.exists()
        and (record.place, record.inputs) == (place(), inputs())
        and set(extras) <= set(record.extras)
        and (record.rete or [can_compile(), may_change_system] <= record.could)
    )


def is_usable(record: Record | None) -> bool:
    """Return whether to install into the .venv that is there, rather than to make it anew."""
    if RECORD.exists() and (record is None or record.place != place()):
        return False
    if not PYTHON.exists():
        return False
    answer = run([PYTHON, "-I", "-c", "import pip, sys; print(sys.version)"])
    return answer.returncode == 0 and answer.stdout.split() == sys.version.split()


def make_venv(may_change_system: bool) -> None:
    """Make an empty .venv, in place of any that is there.

    Raises:
        SetupError: Python cannot make one here.
    """
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        administrator = as_administrator(may_ask=True) if may_change_system else None
        if administrator is None:
            raise SetupError(
                "this Python cannot make virtual environments. On Debian and Ubuntu an"
                f" administrator can mend that:\n"
                f"  sudo apt-get update && sudo apt-get install {package}"
            )
        obstacle = apt_get(administrator, [package], "to make .venv")
        if obstacle:
            raise SetupError(obstacle)
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    RECORD.write_text("", encoding="utf-8")
    base = getattr(sys, "_base_executable", None) or sys.executable  # .venv may be running this
    made = run([base, "-I", "-m", "venv", VENV])
    if made.returncode:
        raise SetupError(f"Python could not make .venv:\n{last_lines(made)}")


def install_project(extras: Sequence[str]) -> None:
    """Install this checkout, editable, with the extras named.

    Raises:
        SetupError: pip failed.
    """
    project = f".[{','.join(extras)}]" if extras else "."
    installed = pip("install", "--editable", project)
    if installed.returncode:
        raise SetupError(
            f"pip could not install the project:\n{last_lines(installed)}\n"
            "  help: pip must be able to reach its package index"
        )


def build_rete(may_change_system: bool) -> str:
    """Build durable-rules where that is possible; return what prevented it, or nothing."""
    if rete_works():
        return ""
    pip("uninstall", "--yes", "durable_rules")  # one that does not work must not stay
    if WINDOWS:
        return "durable-rules is not built on Windows"
    if not can_compile() and may_change_system:
        install_compiler()
    if not can_compile():
        return "there is no C compiler with the headers of this Python"
    # From Python 3.13 on the sources compile only with this definition, and a library that cannot
    # be imported, which pip would keep in its cache, counts as success: hence the proof.
    flags = f"{os.environ.get('CPPFLAGS', '')} -DPyEval_CallObject=PyObject_CallObject".strip()
    built = pip(
        *("install", "--no-cache-dir", "--use-pep517", "--no-binary", "durable_rules"),
        rete_requirement(),
        CPPFLAGS=flags,
    )
    if built.returncode:
        return f"durable-rules could not be built ({last_lines(built, 1).strip()})"
    if not rete_works():
        pip("uninstall", "--yes", "durable_rules")
        return "durable-rules was built but cannot be imported"
    return ""


def rete_works() -> bool:
    """Return whether the wanted durable-rules can be imported, tried in a process of its own."""
    proof = (
        "import durable_rules_engine; from importlib.metadata import version as v; print(v('{}'))"
    )
    name, version = rete_requirement().split("==")
    answer = run([PYTHON, "-I", "-c", proof.format(name)])
    return answer.returncode == 0 and answer.stdout.strip() == version


def rete_requirement() -> str:
    """Return the requirement on durable-rules of pyproject.toml, for example `name==1.0`.

    Raises:
        SetupError: It holds none.
    """
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r"durable_rules==[\w.]+", text)
    if found is None:
        raise SetupError("pyproject.toml does not say which durable_rules is wanted")
    return found.group()


def can_compile() -> bool:
    """Return whether a C compiler and the headers of this Python are present."""
    if WINDOWS:
        return False
    if sys.platform == "darwin" and run(["xcode-select", "-p"]).returncode:
        return False  # its compiler is a placeholder that opens a dialogue
    return find_compiler() is not None and has_headers()


def find_compiler() -> str | None:
    """Return the path of the C compiler that this Python would use."""
    words = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()
    return shutil.which(words[0])


def has_headers() -> bool:
    """Return whether the C headers of this Python are present."""
    return Path(sysconfig.get_config_var("INCLUDEPY") or "", "Python.h").is_file()


def install_compiler() -> None:
    """Install what is missing for a build, where that takes no password and can succeed."""
    packages = [] if find_compiler() else ["gcc", "libc6-dev"]
    if not has_headers():
        if sys.base_prefix != "/usr":
            return  # apt-get has headers for the system's Python only
        packages.append(f"python{sys.version_info[0]}.{sys.version_info[1]}-dev")
    administrator = as_administrator(may_ask=False)
    if administrator is not None:
        obstacle = apt_get(administrator, packages, "to build the rule engine")
        if obstacle:
            say(obstacle)


def as_administrator(may_ask: bool) -> list[str] | None:
    """Return what to write before apt-get; None where it is missing or we may not use it.

    Args:
        may_ask: Whether sudo may ask a person at a terminal for a password.
    """
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    if run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if may_ask and sys.stdin.isatty() else None


def apt_get(administrator: Sequence[str], packages: Sequence[str], purpose: str) -> str:
    """Install system packages; return what prevented it, or nothing."""
    say(f"installing {' '.join(packages)} with apt-get, {purpose}")
    command = [*administrator, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    command += ["-o", "DPkg::Lock::Timeout=120"]
    install = [*command, "install", "--yes", "--no-install-recommends", *packages]
    done = run(install)
    if done.returncode:  # the usual cause: the list of packages is missing or old
        updated = run([*command, "update"])
        done = run(install)
        if done.returncode:
            return f"apt-get failed:\n{last_lines(updated, 5)}\n{last_lines(done, 5)}"
    return ""


def pip(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run pip in .venv, with additions to the environment, and return what became of it."""
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    return run([PYTHON, "-I", "-m", "pip", *quiet, *arguments], **environment)


def run(command: Sequence[str | Path], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command here, silently, and return what became of it."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def last_lines(process: subprocess.CompletedProcess[str], count: int = SHOWN_LINES) -> str:
    """Return the end of what a command wrote, indented."""
    lines = [line for line in process.stdout.splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in lines[-count:])


def place() -> str:
    """Return the Python and the folder that .venv belongs to."""
    return f"{sys.version} {ROOT}"


def inputs() -> str:
    """Return a hash of the files that decide what is installed."""
    content = (ROOT / "pyproject.toml").read_bytes() + Path(__file__).read_bytes()
    return hashlib.sha256(content).hexdigest()


def read_record() -> Record | None:
    """Return the record of the last set-up; None when there was none or it did not finish."""
    try:
        return Record(**json.loads(RECORD.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_record(record: Record) -> None:
    """Write the record, which makes the set-up count as finished."""
    draft = RECORD.with_suffix(".new")
    draft.write_text(json.dumps(asdict(record)), encoding="utf-8")
    draft.replace(RECORD)


def say(message: str) -> None:
    """Tell the person; standard output is the command's own."""
    print(f"bootstrap: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
