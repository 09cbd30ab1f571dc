"""A command in a process of its own, start and end included: what it takes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Container, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = "from readiness.cli import run; run()"


class Taken(NamedTuple):
    """What a process took.

    Attributes:
        seconds: On the clock.
        processor: Seconds of the processor, of the process and of those that it waited for.
        peak: Most memory that one of these held, in MB.
    """

    seconds: float
    processor: float
    peak: float


def run(
    arguments: Sequence[str], cache: Path | str, good: Container[int] = frozenset({0, 1})
) -> Taken:
    """Return what a command takes.

    Args:
        cache: Folder in which it finds and leaves what it keeps.
        good: Exit codes of a run that counts; with any other the benchmark ends.
    """
    with tempfile.TemporaryFile() as told:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *arguments],
            cwd=ROOT,
            env={**os.environ, "XDG_CACHE_HOME": str(cache)},
            stdout=told,
            stderr=told,
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in good:
            told.seek(0)
            raise SystemExit(told.read().decode())
    return Taken(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
