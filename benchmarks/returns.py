"""Time and memory of reading SEN2 returns: one council's, and one of all England's size.

    python -m benchmarks.returns [--council] [--england] [--runs 3] [FOLDER]

Makes the data (or takes those that are in FOLDER already). Reads one council's 5,000 persons from
XML, from CSV and from a workbook, as a process of its own, start included; and England's 150,000
requests and 700,000 plans from CSV, beside pandas and plain Python, which work out twelve of the
same figures (we work out all). Figures must agree, else it ends with 1.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from benchmarks.process import ROOT, run
from benchmarks.sen2_data import ENGLAND, write_csv, write_xml

PREFIX = "Blade-Export_20-01-2025_"
DAY = date(2025, 1, 20)
"""The day in the files' names, which is the day of the return where no header says another."""


def _path(folder: Path, table: str) -> Path:
    return folder / f"{PREFIX}{table}.csv"


def by_readiness(folder: Path) -> dict[str, Any]:
    """Return the figures as we work them out."""
    from readiness.app.rulebooks import open_rulebook
    from readiness.returns.records.load import load_return
    from readiness.returns.records.read import read_return

    rulebook = open_rulebook()
    reading = read_return(load_return("sen2", rulebook), [folder], rulebook.facts)
    return {str(f.ref): [f.numerator, f.denominator] for f in reading.figures}


def by_pandas(folder: Path) -> dict[str, Any]:
    """Return twelve figures by pandas."""
    import pandas as pd

    form = "%Y-%b-%d %H:%M:%S"

    def read(table: str, keys: list[str], days: list[str], others: list[str]) -> Any:
        frame = pd.read_csv(_path(folder, table), usecols=[*keys, *days, *others], dtype=str)
        for day in days:
            frame[day] = pd.to_datetime(frame[day], format=form)
        return frame

    requests = read(
        "requests",
        ["requeststableid"],
        ["receiveddate", "requestoutcomedate"],
        ["requestoutcome"],
    )
    assessment = read(
        "assessment",
        ["assessmenttableid", "requeststableid"],
        ["assessmentoutcomedate"],
        ["assessmentoutcome", "week20"],
    )
    plans = read("namedplan", ["assessmenttableid"], ["startdate"], [])
    active = read("activeplans", ["requeststableid"], ["reviewmeeting", "lastreview"], [])
    cases = requests.merge(assessment, on="requeststableid", how="left")
    held = active.merge(cases, on="requeststableid", how="left")
    held = held.merge(plans, on="assessmenttableid", how="left")
    received, asked = cases.receiveddate, cases.requestoutcome
    of_year = received.dt.year == 2024
    decided = cases[of_year & asked.isin(["Y", "N"])]
    issued = cases[(cases.assessmentoutcome == "Y") & (cases.assessmentoutcomedate.dt.year == 2024)]
    took = (issued.assessmentoutcomedate - issued.receiveddate).dt.days
    plain = issued.week20 == "0"
    waits = cases[
        ~asked.isin(["N", "W"])
        & ~cases.assessmentoutcome.isin(["N", "W", "H"])
        & ~((cases.assessmentoutcome == "Y") & cases.assessmentoutcomedate.notna())
        & ~((asked == "H") & cases.assessmentoutcome.isna())
    ]
    age = (pd.Timestamp(DAY) - waits.receiveddate).dt.days
    due = held[held.startdate <= pd.Timestamp(2023, 12, 31)]
    both = held[held.reviewmeeting.notna() & held.lastreview.notna()]
    both = both[both.lastreview >= both.reviewmeeting]
    last = held.lastreview.fillna(held.startdate)
    year_before = pd.Timestamp(DAY.replace(year=DAY.year - 1))
    return _figures(
        int(of_year.sum()),
        ((decided.requestoutcomedate - decided.receiveddate).dt.days <= 42).sum(),
        len(decided),
        len(issued),
        ((took <= 140) & plain).sum(),
        plain.sum(),
        (took <= 140).sum(),
        (took > 365).sum(),
        len(waits),
        (age > 140).sum(),
        len(held),
        len(due),
        (due.reviewmeeting.dt.year == 2024).sum(),
        ((both.lastreview - both.reviewmeeting).dt.days <= 28).sum(),
        len(both),
        (last < year_before).sum(),
        (held.startdate.notna() | held.lastreview.notna()).sum(),
    )


def by_plain_python(folder: Path) -> dict[str, Any]:
    """Return twelve figures by the standard library, a row at a time."""
    known: dict[str, date | None] = {"": None}

    def day(text: str) -> date | None:
        if text not in known:
            known[text] = datetime.strptime(text[:11], "%Y-%b-%d").date()  # noqa: DTZ007
        return known[text]

    def rows(table: str) -> Any:
        with _path(folder, table).open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader)
            for row in reader:
                yield dict(zip(header, row, strict=True))

    starts = {row["assessmenttableid"]: day(row["startdate"]) for row in rows("namedplan")}
    assessed = {
        row["requeststableid"]: (
            row["assessmentoutcome"],
            day(row["assessmentoutcomedate"]),
            row["week20"],
            starts.get(row["assessmenttableid"]),
        )
        for row in rows("assessment")
    }
    n = dict.fromkeys(range(17), 0)
    for row in rows("requests"):
        received, asked = day(row["receiveddate"]), row["requestoutcome"]
        outcome, issued, week20, _ = assessed.get(row["requeststableid"], ("", None, "", None))
        assert received is not None
        if received.year == 2024:
            n[0] += 1
            if asked in ("Y", "N"):
                decided = day(row["requestoutcomedate"])
                n[1] += decided is not None and (decided - received).days <= 42
                n[2] += 1
        if outcome == "Y" and issued is not None and issued.year == 2024:
            took = (issued - received).days
            n[3] += 1
            n[4] += took <= 140 and week20 == "0"
            n[5] += week20 == "0"
            n[6] += took <= 140
            n[7] += took > 365
        closed = asked in ("N", "W") or outcome in ("N", "W", "H")
        if not closed and not (outcome == "Y" and issued) and not (asked == "H" and not outcome):
            n[8] += 1
            n[9] += (DAY - received).days > 140
    year_before = DAY.replace(year=DAY.year - 1)
    for row in rows("activeplans"):
        start = assessed[row["requeststableid"]][3]
        meeting, last = day(row["reviewmeeting"]), day(row["lastreview"])
        n[10] += 1
        if start is not None and start <= date(2023, 12, 31):
            n[11] += 1
            n[12] += meeting is not None and meeting.year == 2024
        if meeting is not None and last is not None and last >= meeting:
            n[13] += (last - meeting).days <= 28
            n[14] += 1
        base = last or start
        n[15] += base is not None and base < year_before
        n[16] += base is not None
    return _figures(*n.values())


def _figures(*n: Any) -> dict[str, Any]:
    names = {
        "ehcp.requests_in_year": (0, 0),
        "ehcp.decided_in_6_weeks": (1, 2),
        "ehcp.issued_in_year": (3, 3),
        "ehcp.issued_on_time": (4, 5),
        "ehcp.issued_on_time_all": (6, 3),
        "ehcp.issued_over_a_year": (7, 3),
        "ehcp.requests_open": (8, 8),
        "ehcp.open_over_20_weeks": (9, 8),
        "ehcp.plans_in_force": (10, 10),
        "ehcp.reviews_due": (11, 11),
        "ehcp.review_held": (12, 11),
        "ehcp.review_decided_in_4_weeks": (13, 14),
        "ehcp.reviews_overdue": (15, 16),
    }
    return {name: [int(n[part]), int(n[whole])] for name, (part, whole) in names.items()}


CONTENDERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "readiness": by_readiness,
    "pandas": by_pandas,
    "plain-python": by_plain_python,
}


def _run(arguments: list[str]) -> tuple[float, str]:
    started = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(done.stderr)
    return seconds, done.stdout


def council(folder: Path, runs: int) -> None:
    """Print what one council's return takes, from the start of the process to its end."""
    one = folder / "one"
    if not one.is_dir():
        write_csv(one, 1_000, 4_000)
        write_xml(folder / "one.xml", 1_000, 4_000)
    print(f"{'one council, 5,000 persons':<30}{'median s':>10}{'slowest s':>11}{'peak MB':>9}")
    for name, path in (("XML", folder / "one.xml"), ("CSV", one)):
        given = ["returns", "read", "sen2", str(path), "-o", str(folder / "one.yaml")]
        every = [run(given, folder / "cache", good={0}) for _ in range(runs)]
        times, peak = [one.seconds for one in every], max(one.peak for one in every)
        middle = statistics.median(times)
        print(f"  {name:<28}{middle:>10.2f}{max(times):>11.2f}{peak:>9.0f}")


def england(folder: Path, runs: int) -> bool:
    """Print what a return of England's size takes, and return whether all figures agree."""
    data = folder / "england"
    if not data.is_dir():
        write_csv(data, *ENGLAND)
    print(f"{'England, from CSV':<30}{'best s':>10}{'CPU s':>11}{'peak MB':>9}")
    results: dict[str, dict[str, Any]] = {}
    for name in CONTENDERS:
        best: tuple[float, float, float] | None = None
        for _ in range(runs):
            seconds, said = _run(["-m", "benchmarks.returns", "--only", name, str(data)])
            told = json.loads(said)
            results[name] = told["figures"]
            here = (seconds, told["cpu"], told["peak"])
            best = here if best is None else min(best, here)
        assert best is not None
        print(f"  {name:<28}{best[0]:>10.2f}{best[1]:>11.2f}{best[2]:>9.0f}")
    ours = results["readiness"]
    wrong = [
        f"{name}: {fact}"
        for name, figures in results.items()
        for fact, counts in figures.items()
        if ours[fact] != counts
    ]
    print(f"figures that differ: {', '.join(wrong) or 'none'}")
    return not wrong


def only(name: str, folder: Path) -> None:
    """Run one contender and print its figures, memory and time of the processor."""
    import resource

    figures = CONTENDERS[name](folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps({"figures": figures, "peak": used.ru_maxrss / 1024, "cpu": cpu}))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--council", action="store_true")
    parser.add_argument("--england", action="store_true")
    parser.add_argument("--only", choices=CONTENDERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        only(given.only, given.folder)
        return
    both = not (given.council or given.england)
    with tempfile.TemporaryDirectory() as name:
        folder = given.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        agreed = True
        if given.council or both:
            council(folder, given.runs)
        if given.england or both:
            agreed = england(folder, given.runs)
    sys.exit(0 if agreed else 1)


if __name__ == "__main__":
    main()
