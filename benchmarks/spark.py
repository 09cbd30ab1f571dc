"""Every metric of every return on Spark, in local mode, beside DuckDB.

    pip install 'readiness[data,excel,spark,warehouse]'         # and Java 17
    python -m benchmarks.spark                                  # made-up returns of every page
    python -m benchmarks.spark ssda903 FOLDER --day 2020-03-31  # a return of one's own

The rows are settled by DuckDB and written as Parquet. Then both run the scripts that
`readiness returns read --dialect` prints, each in its own dialect. A figure is what a script says:
how many rows are in one class of a fact (numerator, only in the denominator, left out for a reason,
or not looked at), for each member of a family; or an answer. Prints every figure that differs, and
ends with 1 if one does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.any_return import write_any
from readiness.app.rulebooks import open_rulebook
from readiness.returns.records.load import Return, kinds, load_return
from readiness.returns.records.read import settled
from readiness.returns.records.script import script, working_days_csv
from readiness.returns.records.sql import WORKING_DAYS

Figures = dict[tuple[str, ...], object]
"""What a script says: for each fact, member and class how many rows, or for a fact its answer."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The figures of one return, from both."""

    duckdb: Figures
    spark: Figures

    @property
    def all(self) -> Sequence[tuple[str, ...]]:
        """Every figure that one of them gives."""
        return sorted(self.duckdb.keys() | self.spark.keys())

    @property
    def differ(self) -> list[str]:
        """The figures that differ, in words."""
        return [
            f"{' / '.join(filter(None, one))}: DuckDB {self.duckdb.get(one)}, "
            f"Spark {self.spark.get(one)}"
            for one in self.all
            if self.duckdb.get(one) != self.spark.get(one)
        ]


def compare(
    definition: Return, paths: Sequence[Path], session: Any, folder: Path, day: date | None = None
) -> Compared:
    """Count one return with both.

    Args:
        folder: Where the rows may lie meanwhile, as Parquet.
    """
    with settled(definition, paths, day=day) as found:
        for table in definition.order:
            rows = (folder / f"{table}.parquet").as_posix()
            found.store.run(f"COPY {table} TO '{rows}' (FORMAT parquet)")
            session.read.parquet(rows).createOrReplaceTempView(table)
        days = folder / f"{WORKING_DAYS}.csv"
        days.write_text(working_days_csv(), encoding="utf-8")
        read = session.read.csv(days.as_posix(), header=True, schema="day DATE, so_far INT")
        read.createOrReplaceTempView(WORKING_DAYS)
        duckdb = said(script(definition, found.moment, "duckdb"), found.store.run)
    spark = said(script(definition, found.moment, "spark"), lambda sql: session.sql(sql).collect())
    return Compared(duckdb, spark)


def said(printed: str, run: Callable[[str], Iterable[Sequence[Any]]]) -> Figures:
    """Return what the queries of a script give."""
    figures: Figures = {}
    for query in printed.split(";\n"):
        if "SELECT" in query:
            for *what, value in run(query):
                figures[tuple(map(str, what))] = value
    return figures


def start() -> Any:
    """Return a Spark session in this process's machine."""
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .appName("readiness")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def main() -> None:
    """Count with both, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", nargs="?", help="a page of rules/metrics; all, where none is named")
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--day", type=date.fromisoformat)
    parser.add_argument("--rows", type=int, default=5_000, help="of a made-up return")
    given = parser.parse_args()
    rulebook, session = open_rulebook(), start()
    agree = every = 0
    for kind in [given.kind] if given.kind else kinds(rulebook):
        definition = load_return(kind, rulebook)
        with tempfile.TemporaryDirectory() as name:
            folder, day = Path(name), given.day
            files = given.files
            if not files:
                day = day or date(2026, 3, 31)
                files = write_any(definition, day, folder / "files", given.rows)
            started = time.perf_counter()
            compared = compare(definition, files, session, folder, day)
            took = time.perf_counter() - started
        facts = {what[0] for what in compared.all}
        print(f"{kind}: {len(facts)} facts, {len(compared.all)} figures, {took:.1f} s", end="")
        print("; all agree" if not compared.differ else "")
        for line in compared.differ:
            print(f"  {line}")
        every += len(compared.all)
        agree += len(compared.all) - len(compared.differ)
    print(f"{agree} of {every} figures agree (DuckDB, Spark {session.version})")
    session.stop()
    sys.exit(0 if agree == every else 1)


if __name__ == "__main__":
    main()
