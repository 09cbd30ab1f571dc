"""Time of filling and checking every area of DfE's published files, from start to end.

    python benchmarks/batch.py FOLDER [--runs 5] [--results]

FOLDER holds the CSV files. Prints the median and the slowest of the runs, for one process and for
as many as there are processors; with --results each run also writes a result for each area.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(arguments: list[str], cache: str) -> float:
    """Return the seconds that a batch takes in a process of its own."""
    command = [sys.executable, "-c", "from readiness.cli import run; run()", "batch", *arguments]
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": cache},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return seconds


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--results", action="store_true")
    chosen = parser.parse_args()
    common = ["--all-areas", "--from", str(chosen.folder.resolve()), "--as-of", "2026-10-31"]
    print(f"{'':<14}{'median s':>10}{'slowest s':>11}")
    with tempfile.TemporaryDirectory() as temporary:
        if chosen.results:
            common += ["--output", str(Path(temporary, "results"))]
        run(common, temporary)
        for jobs in sorted({1, os.cpu_count() or 1}):
            times = [run([*common, "--jobs", str(jobs)], temporary) for _ in range(chosen.runs)]
            print(f"{f'{jobs} processes':<14}{statistics.median(times):>10.2f}{max(times):>11.2f}")


if __name__ == "__main__":
    main()
