"""What each return gives and what it cannot, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.returns.records.load import Metric, Return
from readiness.returns.records.pages import At
from readiness.rulebook.rulebook import Rulebook

_WHEN = {
    At.YEAR: "of the year",
    At.YEAR_END: "at the end of the year",
    At.DAY: "on the day of the return",
}


def facts_text(returns: Sequence[Return], rulebook: Rulebook) -> str:
    """Return the facts of some returns: given, from which elements; or not, and why."""
    return "\n".join((*_lines(returns, rulebook), ""))


def _lines(returns: Sequence[Return], rulebook: Rulebook) -> Iterator[str]:
    given: set[str] = set()
    never: set[str] = set()
    for definition in returns:
        yield f"{definition.page.title} ({definition.page.id})"
        yield "  gives"
        for metric in definition.metrics:
            given.add(metric.fact)
            for ref in metric.refs():
                yield f"    {ref}: {rulebook.fact_title(ref)}"
            yield f"      {_when(metric)}, from {_sources(metric, definition)}"
        if definition.page.not_given:
            yield "  cannot give"
        for one in definition.page.not_given:
            never.add(one.fact)
            yield f"    {one.fact}: {rulebook.facts[one.fact].title}"
            yield f"      because {one.why}"
        yield ""
    which = "this return" if len(returns) == 1 else "these returns"
    yield (
        f"Of {len(rulebook.facts):,} facts, {which} can give {len(given)}; of {len(never - given)} "
        "others it is said above why not; of the rest no return speaks."
    )


def _when(metric: Metric) -> str:
    return f"{metric.months} months" if metric.months is not None else _WHEN[metric.at]


def _sources(metric: Metric, definition: Return) -> str:
    """Return the modules and elements of the files on which a metric rests."""
    if metric.wrong_rows is not None:
        return f"the checks of {', '.join(metric.wrong_rows.values())}"
    names: dict[str, list[str]] = {}
    for table in (metric.counts, *(element.table for element in metric.needs)):
        if table in definition.in_files:
            names.setdefault(table, [])
    for element in metric.needs:
        if element.table in names and element.name not in names[element.table]:
            told = definition.tables[element.table].told(element.name)
            names[element.table] += [told] if told not in names[element.table] else []
    return "; ".join(
        f"{table} ({', '.join(elements)})" if elements else table
        for table, elements in names.items()
    )
