"""The checks of a return: findings about the return itself, not about the council's work.

A check looks at every row of a module, also at those that no figure counts. What it finds is row
numbers and names of elements: nothing that stands in a cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from readiness.returns.records.conditions import Moment
from readiness.returns.records.load import Check, Return
from readiness.returns.records.sql import Query, text
from readiness.returns.records.store import UNUSABLE, Module, Store

OWN_USE = (
    "FOR THE COUNCIL'S OWN USE ONLY, not for sharing: row numbers lead to children in the return"
)
"""The first line of a file of rows."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The rows that break a check, by their numbers in the file."""

    check: Check
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A check that could not be made, and why."""

    check: Check
    why: str


def run_checks(
    store: Store, definition: Return, moment: Moment
) -> tuple[list[Broken], list[NotChecked]]:
    """Return what every check finds in a settled store, in the order of the page."""
    broken: list[Broken] = []
    not_checked: list[NotChecked] = []
    with store.checking():
        for check in definition.checks:
            why = next(_lacking(check, definition, store.modules), None)
            if why is not None:
                not_checked.append(NotChecked(check, why))
            else:
                rows = store.run(_sql(check, definition, moment))
                broken.append(Broken(check, tuple(line for (line,) in rows)))
    return broken, not_checked


def _lacking(check: Check, definition: Return, modules: Mapping[str, Module]) -> Iterator[str]:
    """Yield each reason for which a check cannot be made."""
    needs = list(check.needs())
    for table in dict.fromkeys([check.page.of, *(need.table for need in needs)]):
        if table not in modules:
            yield f"the module {table} is not there"
    lacking = [n for n in needs if n.table in modules and n.name in modules[n.table].lacking]
    if check.unusable and len(lacking) < len(check.unusable):
        return  # of a column that is not there nothing is unusable
    for need in lacking:
        yield f"{need.table} has no column {definition.tables[need.table].told(need.name)}"


def _sql(check: Check, definition: Return, moment: Moment) -> str:
    """Return the numbers of the rows that break a check, as SQL."""
    of = check.page.of
    if check.unusable:
        names = ", ".join(text(element.name) for element in check.unusable)
        why = ", ".join(text(fault.value) for fault in check.because)
        because = f" AND fault IN ({why})" if why else ""
        return (
            f"SELECT DISTINCT line FROM {UNUSABLE} WHERE module = {text(of)} "
            f"AND element IN ({names}){because} ORDER BY line"
        )
    if check.twice:
        names = ", ".join(f"lower(CAST({element.name} AS VARCHAR))" for element in check.twice)
        known = " AND ".join(f"{element.name} IS NOT NULL" for element in check.twice)
        return (
            f"SELECT line FROM {of} WHERE {known} "
            f"QUALIFY count(*) OVER (PARTITION BY {names}) > 1 ORDER BY line"
        )
    query = Query(definition, of, moment)
    tests = [query.test(check.when)] if check.when is not None else []
    if check.by is not None and check.also is not None:
        there = Query(definition, check.also.table, moment)
        where = there.test(check.where) if check.where is not None else "TRUE"
        column = f"lower({there.column(check.also)})"
        source = " ".join((check.also.table, *there.joins))
        tests.append(
            f"lower({query.column(check.by)}) IN (SELECT {column} FROM {source} "
            f"WHERE {column} IS NOT NULL AND {where})"
        )
    empty = [
        f"({query.column(element)} IS NULL AND {of}.line NOT IN (SELECT line FROM {UNUSABLE} "
        f"WHERE module = {text(of)} AND element = {text(element.name)}))"
        for element in check.missing
    ]
    tests += [f"({' OR '.join(empty)})"] if empty else []
    source = " ".join((of, *query.joins))
    return f"SELECT DISTINCT {of}.line FROM {source} WHERE {' AND '.join(tests)} ORDER BY 1"


def rows_file(broken: Iterable[Broken]) -> str:
    """Return which rows break which check, as CSV below a line that says whose it is."""
    made = io.StringIO()
    made.write(f"{OWN_USE}\n")
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(["module", "row", "check", "elements", "what"])
    for one in broken:
        page = one.check.page
        what = f"to look at: {page.title}" if page.query else page.title
        for line in one.lines:
            writer.writerow([page.of, line, page.id, " ".join(one.check.shows), what])
    return made.getvalue()
