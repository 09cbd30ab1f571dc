"""All metrics of a return as one script of SQL, for a council's own warehouse."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.calendar import long_date
from readiness.model.facts import FactRef
from readiness.returns.records.conditions import Moment
from readiness.returns.records.load import Return
from readiness.returns.records.pages import Kind
from readiness.returns.records.sql import in_dialect, metric_sql, steps_sql

_WORDS = {
    Kind.DATE: "date",
    Kind.FLAG: "true or false",
    Kind.CODE: "code",
    Kind.NUMBER: "whole number",
    Kind.TEXT: "text",
}


def script(definition: Return, moment: Moment, dialect: str) -> str:
    """Return the script: a comment that says which tables it needs, then one query a fact.

    Raises:
        UsageError: sqlglot is not installed, or knows no such dialect.
    """
    lines = [
        f"-- {definition.page.title}: {long_date(moment.day)}, and the year {moment.year}",
        "-- Each query counts rows by class: part is the numerator, part and rest the denominator.",
        "-- It needs these tables, without rows that are the same or that refer to nothing:",
        *_tables(definition),
    ]
    for name in definition.steps:
        view = f"CREATE VIEW {name} AS {steps_sql(name, definition, moment)}"
        lines += ["", f"-- {definition.tables[name].title}", f"{in_dialect(view, dialect)};"]
    for metric in definition.metrics:
        if metric.wrong_rows is not None:
            lines += ["", f"-- {metric.fact} rests on checks of the files, and is no query"]
            continue
        sql = in_dialect(metric_sql(metric, definition, moment), dialect)
        lines += ["", f"-- {FactRef(metric.fact, metric.member)}", f"{sql};"]
    return "\n".join(lines) + "\n"


def _tables(definition: Return) -> Iterator[str]:
    used = {metric.counts for metric in definition.metrics if metric.wrong_rows is None}
    used |= {element.table for metric in definition.metrics for element in metric.needs}
    needed = {above for table in used for above in definition.parents(table)}
    for name in definition.order:
        page = definition.tables[name]
        if name not in needed or name in definition.steps:
            continue
        above = definition.tables[page.of].key if page.of else None
        columns = [key for key in (page.key, above) if key]
        columns += [
            f"{element} ({_WORDS[one.type]})"
            for element, one in page.elements.items()
            if not one.personal
        ]
        yield f"--   {name}: {', '.join(columns)}"
