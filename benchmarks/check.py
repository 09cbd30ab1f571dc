"""Time and memory of a whole check, from the start of the process to its end.

    python -m benchmarks.check [PROFILE] [--runs 15]

Prints the median and the slowest of the runs, with the pages read from the cache and read anew,
and the largest resident memory of any of their processes; then the same for each other format,
with the built-in engine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from benchmarks.process import run


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("profile", nargs="?", default="scenarios/northmoor")
    parser.add_argument("--runs", type=int, default=15)
    chosen = parser.parse_args()
    print(f"{'':<34}{'median s':>10}{'slowest s':>11}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as cache:
        run(["check", chosen.profile], cache)
        rows = [
            (f"{engine}, {pages}", ["--engine", engine, *more])
            for engine in ("rete", "builtin")
            for pages, more in (("pages from the cache", []), ("pages read anew", ["--no-cache"]))
        ]
        for form in ("json", "html", "md", "docx"):
            output = str(Path(cache) / f"report.{form}")
            rows.append((form, ["--engine", "builtin", "--format", form, "--output", output]))
        for name, options in rows:
            runs = [run(["check", chosen.profile, *options], cache) for _ in range(chosen.runs)]
            times = [one.seconds for one in runs]
            peak = max(one.peak for one in runs)
            print(f"{name:<34}{statistics.median(times):>10.3f}{max(times):>11.3f}{peak:>9.1f}")


if __name__ == "__main__":
    main()
