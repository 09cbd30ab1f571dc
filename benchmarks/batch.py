"""Time of filling and checking every area of DfE's published files, from start to end.

    python -m benchmarks.batch FOLDER [--runs 5] [--results]

FOLDER holds the CSV files. Prints the median and the slowest of the runs, for one process and for
as many as there are processors; with --results each run also writes a result for each area.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from benchmarks.process import run


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
        run(["batch", *common], temporary)
        for jobs in sorted({1, os.cpu_count() or 1}):
            given = ["batch", *common, "--jobs", str(jobs)]
            times = [run(given, temporary).seconds for _ in range(chosen.runs)]
            print(f"{f'{jobs} processes':<14}{statistics.median(times):>10.2f}{max(times):>11.2f}")


if __name__ == "__main__":
    main()
