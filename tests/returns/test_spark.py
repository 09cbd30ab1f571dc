"""The same definitions on a real Spark session: every figure is the same.

Skipped where pyspark is not installed: it is several hundred megabytes and needs Java.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from readiness.returns.records.load import Return

pytest.importorskip("pyspark")


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from benchmarks.spark import start

    started = start()
    yield started
    started.stop()


def test_spark_counts_as_duckdb_does(sen2: Return, session: Any, tmp_path: Path) -> None:
    from benchmarks.sen2_data import CENSUS, write_csv
    from benchmarks.spark import on_duckdb, on_spark

    paths = write_csv(tmp_path / "csv", 300, 300)
    duckdb = on_duckdb(sen2, paths, CENSUS, tmp_path)
    assert on_spark(sen2, session, CENSUS, tmp_path) == duckdb
    assert sum(len(rows) for rows in duckdb.values()) > 60
