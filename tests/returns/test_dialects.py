"""Metrics in the dialects of warehouses: what a script reads, and that it says the same in each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from conftest import Run
from sqlglot import exp

from benchmarks.any_return import write_any
from benchmarks.spark import Figures, said
from readiness.calendar import working_days_between
from readiness.errors import ExitCode
from readiness.resources import shipped_rules
from readiness.returns.records.load import Return, kinds, load_return
from readiness.returns.records.read import Settled, settled
from readiness.returns.records.script import script
from readiness.returns.records.sql import DIALECTS, WORKING_DAYS
from readiness.returns.records.store import working_days
from readiness.rulebook.rulebook import Rulebook

DAY = date(2026, 3, 31)
KINDS = sorted(path.stem for path in (shipped_rules() / "metrics").glob("*.yaml"))
SQL = ("returns", "read", "cin", "--rules", shipped_rules(), "--no-cache", "--dialect")


@dataclass
class MadeUp:
    """A made-up return, and what DuckDB says of it."""

    definition: Return
    settled: Settled
    figures: Figures


@pytest.fixture(scope="module", params=KINDS)
def made_up(
    request: pytest.FixtureRequest, shipped: Rulebook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MadeUp]:
    """Return a made-up return of each page."""
    definition = load_return(request.param, shipped)
    files = write_any(definition, DAY, tmp_path_factory.mktemp(request.param), 300)
    with settled(definition, files, day=DAY) as found:
        printed = script(definition, found.moment, "duckdb")
        yield MadeUp(definition, found, said(printed, found.store.run))


def test_every_page_is_looked_at(shipped: Rulebook) -> None:
    assert kinds(shipped) == KINDS


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_metric_says_the_same_in_every_dialect(made_up: MadeUp, dialect: str) -> None:
    """What is written in a dialect is read back from it, and counted."""
    definition = made_up.definition
    printed = script(definition, made_up.settled.moment, dialect)
    queries = [query for query in sqlglot.parse(printed, read=dialect) if query is not None]
    metrics = [metric for metric in definition.metrics if metric.wrong_rows is None]
    assert len(queries) == len(metrics) == printed.count(";\n")
    back = ";\n".join(query.sql("duckdb") for query in queries)
    back = back.replace("TEXT(MAX)", "TEXT")  # as T-SQL says it, and DuckDB does not
    assert said(back, made_up.settled.store.run) == made_up.figures
    assert {what[0] for what in made_up.figures} == {metric.fact for metric in metrics}
    if dialect in ("tsql", "fabric"):  # there is no such type
        assert "INTERVAL" not in printed


def test_the_comment_names_what_the_queries_read(made_up: MadeUp) -> None:
    """Every table and column, and no other."""
    printed = script(made_up.definition, made_up.settled.moment, "duckdb")
    named: set[tuple[str, str]] = set()
    table = ""
    for line in printed.splitlines():
        if found := re.match(r"-- (\w+): ", line):
            table = found[1]
        elif found := re.match(r"--   (\w+): ", line):
            named.add((table, found[1]))
    read: set[tuple[str, str]] = set()
    for query in sqlglot.parse(printed, read="duckdb"):
        assert query is not None
        names = {one.alias_or_name: one.name for one in query.find_all(exp.Table)}
        columns = query.find_all(exp.Column)
        read |= {(names[one.table], one.name) for one in columns if one.table in names}
    assert named == read
    assert {table for table, _ in read} <= {*made_up.definition.tables, WORKING_DAYS}


def test_the_guide_shows_the_comment_as_it_is_printed(run: Run) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "warehouse.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- printed -->\n```sql\n(.+?)```", guide, re.DOTALL)
    given = ("--rules", shipped_rules(), "--no-cache", "--dialect", "spark", "--day", "2026-03-31")
    ran = run("returns", "read", "area-send-annex-a", *given)
    assert shown is not None
    assert ran.out.startswith(shown[1] + "\n")
    for dialect in DIALECTS:
        assert f"`{dialect}`" in guide


def test_a_dialect_in_which_it_would_be_wrong(run: Run) -> None:
    ran = run(*SQL, "oracle", "--day", "2026-03-31")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "no dialect 'oracle'; there are: bigquery, databricks, duckdb" in ran.err


def test_a_day_before_which_working_days_are_not_known(run: Run) -> None:
    ran = run(*SQL, "tsql", "--day", "2040-03-31")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "no SQL for 31 March 2040: the bank holidays of 2040 are not on the list" in ran.err


# ---- working days


def test_the_table_of_working_days_holds_whole_years(run: Run, tmp_path: Path) -> None:
    days = dict(working_days())
    assert len(days) == max(days).toordinal() - min(days).toordinal() + 1  # without a gap
    assert (min(days).month, min(days).day, max(days).month, max(days).day) == (1, 1, 12, 31)
    start, end = date(2026, 4, 2), date(2026, 5, 26)
    assert days[end] - days[start] == working_days_between(start, end) == 34
    path = tmp_path / "days.csv"
    assert run("returns", "working-days", "--output", path).code == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "day,so_far"
    assert lines[1:] == [f"{day},{so_far}" for day, so_far in days.items()]
