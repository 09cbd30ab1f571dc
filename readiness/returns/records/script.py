"""All metrics of a return as one script of SQL, for a council's own warehouse."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from readiness.calendar import long_date
from readiness.model.facts import FactRef
from readiness.returns.records.conditions import Moment
from readiness.returns.records.load import Return
from readiness.returns.records.pages import ElementPage, Kind
from readiness.returns.records.sql import WORKING_DAYS, in_dialect, metric_sql
from readiness.returns.records.store import EARLIEST, working_days

_WIDTH = 99
_KINDS = {
    Kind.DATE: "date",
    Kind.FLAG: "true or false",
    Kind.CODE: "code",
    Kind.NUMBER: "whole number",
    Kind.TEXT: "text",
}


def script(definition: Return, moment: Moment, dialect: str) -> str:
    """Return the script: a comment that says which tables it reads, then one query a fact.

    Raises:
        UsageError: There is no such dialect, or sqlglot is not installed.
    """
    reads: set[tuple[str, str]] = set()
    queries: list[str] = []
    for metric in definition.metrics:
        if metric.wrong_rows is not None:
            queries += ["", f"-- {metric.fact} rests on checks of the files, and is no query"]
            continue
        said = metric_sql(metric, definition, moment)
        reads |= said.reads
        sql = in_dialect(said.text, dialect)
        queries += ["", f"-- {FactRef(metric.fact, metric.member)}", f"{sql};"]
    return "\n".join((*_head(definition, moment, reads), *queries)) + "\n"


def working_days_csv() -> str:
    """Return the table of working days, which some metrics read, as CSV."""
    rows = (f"{day.isoformat()},{so_far}" for day, so_far in working_days())
    return "\n".join(("day,so_far", *rows)) + "\n"


def _head(definition: Return, moment: Moment, reads: set[tuple[str, str]]) -> Iterator[str]:
    """Yield the comment: what the rows mean, and what each table and column has to hold."""
    day = long_date(moment.day)
    yield f"-- {definition.page.title}: {day}, and the year {moment.year}"
    for paragraph in (
        "A query gives rows of fact, member, class and n. The class part is the numerator, part "
        "and rest are the denominator; what is outside or left out counts in neither. The member "
        "of a series is its month, such as 2026-03.",
        "These are the tables that are read, with no row that refers to none of the table above "
        "it. NULL is what is not recorded, and what cannot be used: a code that is not named here, "
        f"a day before {long_date(EARLIEST)}, and a day after {day} where the column does not say "
        "that it may be later.",
    ):
        yield "--"
        yield from _comment(paragraph, "", "")
    for table in definition.order:
        columns = {name for of, name in reads if of == table}
        if columns:
            yield "--"
            yield from _comment(_rows(definition, table), f"{table}: ", "  ")
            for column, what in _columns(definition, table).items():
                if column in columns:
                    yield from _comment(what, f"  {column}: ", "    ")
    if any(table == WORKING_DAYS for table, _ in reads):
        yield "--"
        what = "each day, and the working days in England up to it: readiness returns working-days"
        yield from _comment(what, f"{WORKING_DAYS}: ", "  ")
        yield "--   day: date"
        yield "--   so_far: whole number"


def _comment(what: str, first: str, other: str) -> Iterator[str]:
    first, other = f"-- {first}", f"-- {other}"
    yield from textwrap.wrap(
        what, _WIDTH, initial_indent=first, subsequent_indent=other, break_on_hyphens=False
    )


def _above(definition: Return, table: str) -> str | None:
    above = definition.tables[table].of
    return None if above is None else definition.tables[above].key


def _rows(definition: Return, table: str) -> str:
    """Return what the rows of a table are."""
    page, above = definition.tables[table], _above(definition, table)
    if page.at_most_one:
        return f"{page.title}; at most one row for each {above}"
    one = ", ".join(filter(None, (above, *page.same_when)))
    return f"{page.title}; one row for each {one}" if page.same_when else page.title


def _columns(definition: Return, table: str) -> Mapping[str, str]:
    """Return the columns of a table, each with what it holds."""
    page, above = definition.tables[table], _above(definition, table)
    keys = {page.key: "names the row"} if page.key is not None else {}
    if above is not None:
        keys[above] = f"the row of {page.of} to which it belongs"
    return keys | {
        name: _holds(element, page.told(name), name) for name, element in page.elements.items()
    }


def _holds(element: ElementPage, told: str, name: str) -> str:
    """Return what the column of an element holds."""
    what = _KINDS[element.type]
    if element.codes:
        what += f" ({', '.join(element.codes)})"
    said = [what if told == name else f"{told}, {what}"]
    if element.type is Kind.DATE and element.later:
        said.append("may be later")
    if element.blank_as:
        said.append(f"NULL for {', '.join(element.blank_as)}")
    if element.must_be_readable:
        said.append("no row in which it is filled with something else")
    return "; ".join(said)
