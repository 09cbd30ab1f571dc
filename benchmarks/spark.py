"""Every metric of the SEN2 return on Spark, in local mode, beside DuckDB.

    pip install pyspark duckdb sqlglot          # and Java 17
    python -m benchmarks.spark [FILES…] [--requests 1000 --plans 4000]

The rows are settled by DuckDB, written as Parquet, and counted by both from the same definitions,
Spark's SQL by way of sqlglot. Prints what each takes; ends with 1 if a single figure differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.sen2_data import write_csv
from readiness.app.rulebooks import open_rulebook
from readiness.returns.records.conditions import Moment
from readiness.returns.records.csv_set import read_csv_set
from readiness.returns.records.load import Return, load_return
from readiness.returns.records.source import Format, find
from readiness.returns.records.sql import in_dialect, metric_sql
from readiness.returns.records.store import Store
from readiness.returns.records.xml_message import read_xml

Rows = dict[str, set[tuple[Any, ...]]]
"""For each fact the rows that its query gives."""


def on_duckdb(definition: Return, paths: Sequence[Path], day: date, parquet: Path) -> Rows:
    """Return what DuckDB counts, and write each module as Parquet for somebody else to count."""
    files = find(paths)
    moment = Moment.of(day, definition.page.year)
    with Store(definition) as store:
        if files[0].format is Format.XML:
            read_xml(files[0], store)
        else:
            read_csv_set(files, store)
        store.settle(moment)
        for table in definition.order:
            store.run(f"COPY {table} TO '{(parquet / table).as_posix()}.parquet' (FORMAT parquet)")
        return {
            metric.fact: set(store.run(metric_sql(metric, definition, moment)))
            for metric in definition.metrics
        }


def on_spark(definition: Return, session: Any, day: date, parquet: Path) -> Rows:
    """Return what Spark counts."""
    moment = Moment.of(day, definition.page.year)
    for table in definition.order:
        session.read.parquet(f"{(parquet / table).as_posix()}.parquet").createOrReplaceTempView(
            table
        )
    return {
        metric.fact: {
            tuple(row)
            for row in session.sql(
                in_dialect(metric_sql(metric, definition, moment), "spark")
            ).collect()
        }
        for metric in definition.metrics
    }


def start() -> Any:
    """Return a Spark session in this process's machine."""
    from pyspark.sql import SparkSession

    return (
        SparkSession.builder.master("local[2]")
        .appName("readiness")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )


def main() -> None:
    """Count with both, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--day", type=date.fromisoformat, default=date(2025, 1, 16))
    parser.add_argument("--requests", type=int, default=1_000)
    parser.add_argument("--plans", type=int, default=4_000)
    given = parser.parse_args()
    definition = load_return("sen2", open_rulebook())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = given.files or write_csv(folder / "csv", given.requests, given.plans)
        started = time.perf_counter()
        duckdb = on_duckdb(definition, files, given.day, folder)
        print(f"DuckDB, with reading: {time.perf_counter() - started:.1f} s")
        session = start()
        started = time.perf_counter()
        spark = on_spark(definition, session, given.day, folder)
        print(f"Spark {session.version}: {time.perf_counter() - started:.1f} s")
        session.stop()
    rows = sum(map(len, duckdb.values()))
    wrong = [fact for fact in duckdb if duckdb[fact] != spark[fact]]
    print(f"{len(duckdb)} facts, {rows} classes counted; different: {', '.join(wrong) or 'none'}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
