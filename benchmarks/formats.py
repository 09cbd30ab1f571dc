"""Processor and wall time of every format of one council, each in a process of its own.

    python -m benchmarks.formats [PROFILE …] [--runs 5]

Prints for each format the least of the runs: seconds of processor (user and system, child processes
included) and of the clock; then their sums, and the same for the pack, which is every file for one
council in one process. Pages come from the cache. The seconds of the clock mean little on a machine
that is busy with something else.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.process import run

DAY = ("--framework", "area-send", "--notified", "2026-11-02")

COMMANDS = (
    *(("check", form) for form in ("text", "json", "html", "md", "docx")),
    *(("check", form) for form in ("junit", "sarif", "oscal")),
    *(("plan", form) for form in ("text", "md", "xlsx", "docx", "json", "oscal")),
    *(("drill", form) for form in ("html", "ics")),
)


def least(arguments: list[str], cache: str, runs: int) -> tuple[float, float]:
    """Return the least of some runs, of the processor and of the clock.

    Args:
        arguments: They end in the file or folder that must be there then.
    """
    every = [run(arguments, cache) for _ in range(runs)]
    if not Path(arguments[-1]).exists():
        raise SystemExit(f"{arguments[-1]} was not written")
    return min(one.processor for one in every), min(one.seconds for one in every)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("profiles", nargs="*", default=["scenarios/northmoor", "scenarios/ashmere"])
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        run(["check", chosen.profiles[0], "--output", str(Path(made, "first"))], made)
        for profile in chosen.profiles:
            print(f"{profile:<24}{'processor s':>13}{'clock s':>10}")
            sums = [0.0, 0.0]
            for command, form in COMMANDS:
                more = DAY if command == "drill" else ()
                output = str(Path(made, f"{command}.{form}"))
                given = [command, profile, *more, "--format", form, "--output", output]
                figures = least(given, made, chosen.runs)
                sums = [total + one for total, one in zip(sums, figures, strict=True)]
                _row(f"{command} {form}", *figures)
            _row(f"{len(COMMANDS)} processes", *sums)
            given = ["pack", profile, *DAY, "--output", str(Path(made, "pack"))]
            _row("pack, area-send", *least(given, made, chosen.runs))
            given = ["pack", profile, "--output", str(Path(made, "whole"))]
            _row("pack, everything", *least(given, made, chosen.runs))
            print()


def _row(name: str, processor: float, seconds: float) -> None:
    print(f"  {name:<22}{processor:>13.2f}{seconds:>10.2f}", flush=True)


if __name__ == "__main__":
    main()
