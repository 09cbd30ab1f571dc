"""The same definitions on a real Spark session: every figure of every return is the same.

Left out where pyspark is not installed: it is several hundred megabytes and needs Java.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.any_return import write_any
from benchmarks.spark import Compared, compare, start
from readiness.resources import shipped_rules
from readiness.returns.records.conditions import Moment
from readiness.returns.records.load import load_return
from readiness.returns.records.script import script
from readiness.rulebook.rulebook import Rulebook

DAY = date(2026, 3, 31)
KINDS = sorted(path.stem for path in (shipped_rules() / "metrics").glob("*.yaml"))


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="pyspark is not installed (the extra 'spark')")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, which is not installed")
    started = start()
    yield started
    started.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_spark_counts_as_duckdb_does(
    shipped: Rulebook, session: Any, tmp_path: Path, kind: str
) -> None:
    definition = load_return(kind, shipped)
    files = write_any(definition, DAY, tmp_path / "files", 5_000)
    compared = compare(definition, files, session, tmp_path, DAY)
    assert compared.differ == []
    given = set(compared.all)
    in_a_month = {(one[0], one[-1]) for one in given}  # of a series, whose members are its months
    for metric in definition.metrics:
        if metric.wrong_rows is None and metric.answer is None:
            wanted = {"part", "rest"} if metric.part is not None or metric.limits else {"part"}
            if metric.months is not None:
                assert {(metric.fact, which) for which in wanted} <= in_a_month, metric.fact
                continue
            for ref in metric.refs():
                member = str(ref.member)
                assert {(metric.fact, member, which) for which in wanted} <= given, ref


def test_the_example_of_the_guide(
    shipped: Rulebook,
    session: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "warehouse.md").read_text(encoding="utf-8")
    code = re.search(r"<!-- spark -->\n```python\n(.+?)```", guide, re.DOTALL)
    rows = re.search(r"<!-- rows -->\n```text\n(.+?)```", guide, re.DOTALL)
    assert code is not None
    assert rows is not None
    definition = load_return("area-send-annex-a", shipped)
    printed = script(definition, Moment.of(DAY, definition.page.year), "spark")
    (tmp_path / "lists.sql").write_text(printed, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(code[1], {"spark": session})
    assert capsys.readouterr().out == rows[1]


def test_a_difference_is_told() -> None:
    compared = Compared({("f", "m", "part"): 2, ("g",): True}, {("f", "m", "part"): 1})
    assert compared.differ == ["f / m / part: DuckDB 2, Spark 1", "g: DuckDB True, Spark None"]
