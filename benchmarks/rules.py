"""Time to lint and to test the whole rulebook, and to answer after one page was saved.

    python -m benchmarks.rules [--runs 5]

Prints the median and the slowest of the runs, and the median of the processor's time, which a busy
machine stretches less: of `rules lint` and `rules test` as processes of
their own, with the pages read anew and from the cache; and of a watch, from a save until lint and
the page's examples are said, without the pauses between two looks.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.process import ROOT, run
from readiness.app.choice import RulebookChoice
from readiness.app.editing import Trials
from readiness.app.watching import PAUSE, Changed, watch

PAGE = "area-send/needs-identified/SEND-EHC-001.yaml"


Times = tuple[float, float]
"""Seconds on the clock, and of the processor."""


def command(name: str, cache: Path) -> Times:
    """Return the seconds that a command takes."""
    taken = run(["rules", name], cache, good={0})
    return taken.seconds, taken.processor


def saves(folder: Path, runs: int) -> list[Times]:
    """Return the seconds from each of so many saves to what is said of it."""
    page = folder / PAGE
    text = page.read_text(encoding="utf-8")
    taken: list[Times] = []
    state = {"saved": 0, "at": 0.0, "spent": 0.0}

    def wait() -> None:
        if len(taken) == state["saved"]:
            state["saved"] += 1
            page.write_text(f"{text}# save {state['saved']}\n", encoding="utf-8")
            state["at"], state["spent"] = time.perf_counter(), time.process_time()

    for seen in watch((), book=RulebookChoice(folder, cache=False), wait=wait):
        if isinstance(seen, Changed) and seen.files:
            state["changed"] = True
        elif isinstance(seen, Trials) and "changed" in state:
            now = time.perf_counter(), time.process_time()
            taken.append((now[0] - state["at"], now[1] - state["spent"]))
            if len(taken) == runs:
                return taken
    return taken


def show(what: str, times: list[Times]) -> None:
    """Print the median and the slowest of some times."""
    clock, spent = zip(*times, strict=True)
    print(
        f"{what:<32} median {statistics.median(clock):.2f} s, slowest {max(clock):.2f} s, "
        f"processor {statistics.median(spent):.2f} s"
    )


def several(runs: int, once: Callable[[], Times]) -> list[Times]:
    """Return the times of so many runs."""
    return [once() for _ in range(runs)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in ("lint", "test"):

            def anew(name: str = name) -> Times:
                shutil.rmtree(folder / "cache", ignore_errors=True)
                return command(name, folder / "cache")

            show(f"rules {name}, pages read anew", several(runs, anew))
            show(
                f"rules {name}, from the cache",
                several(runs, lambda n=name: command(n, folder / "cache")),
            )
        shutil.copytree(ROOT / "rules", folder / "rules")
        show("rules watch, after a save", saves(folder / "rules", runs))
        print(
            f"rules watch looks every {PAUSE} s, and once more to see that a file has come to rest"
        )


if __name__ == "__main__":
    main()
