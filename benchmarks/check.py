"""Time and memory of a whole check, from the start of the process to its end.

    python benchmarks/check.py [PROFILE] [--runs 15]

Prints the median and the slowest of the runs, with the pages read from the cache and read anew,
and the largest resident memory of any of them (the child process of the rete engine apart); then
the same for each other format, with the built-in engine.
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
MEASURED = (
    "import os, resource, sys\n"
    "from readiness.cli import main\n"
    "try:\n"
    "    main(args=sys.argv[1:])\n"
    "except SystemExit as ended:\n"
    "    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
    "    sys.stderr.write(f'peak {peak}\\n')\n"
    "    sys.stderr.flush()\n"
    "    os._exit(ended.code)  # as the program does\n"
)


def run(arguments: list[str], cache: str) -> tuple[float, float]:
    """Return seconds and megabytes of one check in a process of its own."""
    environment = {**os.environ, "XDG_CACHE_HOME": cache}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "check", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    peak = next(line for line in done.stderr.splitlines() if line.startswith("peak "))
    return seconds, int(peak.split()[1]) / 1024


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("profile", nargs="?", default="scenarios/northmoor")
    parser.add_argument("--runs", type=int, default=15)
    chosen = parser.parse_args()
    print(f"{'':<34}{'median s':>10}{'slowest s':>11}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as cache:
        run([chosen.profile], cache)
        rows = [
            (f"{engine}, {pages}", ["--engine", engine, *more])
            for engine in ("rete", "builtin")
            for pages, more in (("pages from the cache", []), ("pages read anew", ["--no-cache"]))
        ]
        for form in ("json", "html", "md", "docx"):
            output = str(Path(cache) / f"report.{form}")
            rows.append((form, ["--engine", "builtin", "--format", form, "--output", output]))
        for name, options in rows:
            runs = [run([chosen.profile, *options], cache) for _ in range(chosen.runs)]
            times = [seconds for seconds, _ in runs]
            peak = max(megabytes for _, megabytes in runs)
            print(f"{name:<34}{statistics.median(times):>10.3f}{max(times):>11.3f}{peak:>9.1f}")


if __name__ == "__main__":
    main()
