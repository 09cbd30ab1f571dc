"""The metrics of a return, run: figures, and what cannot be given and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from readiness.calendar import Cadence, Period, month_key, period_of
from readiness.model.facts import Fact, FactRef
from readiness.model.values import Value, share_from_counts
from readiness.model.vocabulary import FactType
from readiness.model.withholding import at_period
from readiness.returns.records.checks import Broken, NotChecked
from readiness.returns.records.conditions import Moment
from readiness.returns.records.load import Metric, Return
from readiness.returns.records.pages import At
from readiness.returns.records.sql import LEFT_OUT, OUTSIDE, PART, metric_sql
from readiness.returns.records.store import Module, Store


@dataclass(frozen=True, slots=True)
class Figure:
    """A fact, worked out: of a series by the month, one of its months.

    Attributes:
        numerator: Rows in the part; None for an answer.
        denominator: Rows that count; None for an answer.
        left_out: Rows that do not, by reason.
        outside: Rows that the metric does not look at.
        files: The files that it rests on, each with its hash.
    """

    ref: FactRef
    metric: Metric
    value: Value
    period: Period
    numerator: int | None = None
    denominator: int | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    outside: int = 0
    files: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The fact and its period, as sums name them."""
        return at_period(str(self.ref), self.period)

    @property
    def key(self) -> str | None:
        """The key of a month of a series."""
        return month_key(self.period) if self.metric.months is not None else None

    @property
    def base(self) -> tuple[object, ...]:
        """What two metrics that look at the same rows have in common."""
        metric = self.metric
        return metric.counts, metric.among, metric.dated_by, metric.at


@dataclass(frozen=True, slots=True)
class CannotSay:
    """A fact that the files of a return cannot give."""

    fact: str
    why: str


def work_out(
    store: Store,
    definition: Return,
    moment: Moment,
    facts: Mapping[str, Fact],
    broken: Sequence[Broken] = (),
    not_checked: Sequence[NotChecked] = (),
) -> tuple[list[Figure], list[CannotSay]]:
    """Return what a settled store says, in the order of the page.

    Args:
        broken: What the checks found.
        not_checked: The checks that could not be made.
    """
    figures: list[Figure] = []
    cannot: list[CannotSay] = []
    for metric in definition.metrics:
        why = next(_lacking(metric, definition, store.modules), None)
        if why is None and metric.answer is not None:
            rows = store.run(metric_sql(metric, definition, moment).text)
            answers = {answer for _, answer in rows if answer is not None}
            if len(answers) == 1:
                figures.append(_answer(metric, answers.pop(), moment, facts, store.modules))
            else:
                why = "its rows answer it differently" if answers else "it is not answered"
        elif why is None and metric.wrong_rows is not None:
            for member, table in metric.wrong_rows.items():
                ref = FactRef(metric.fact, member)
                said = _unchecked(table, not_checked, store.modules)
                if said is not None:
                    cannot.append(CannotSay(str(ref), said))
                else:
                    period = _period(metric, moment, facts[metric.fact])
                    module = store.modules[table]
                    figures.append(_wrong(ref, table, metric, module, period, broken))
        elif why is None:
            rows = store.run(metric_sql(metric, definition, moment).text)
            fact = facts[metric.fact]
            if metric.months is None:
                figures += _figures(metric, rows, moment, fact, store.modules)
            for at in moment.months(metric.months or 0):
                month = [(id, None, *row) for id, key, *row in rows if key == month_key(at.year)]
                figures += _figures(metric, month, at, fact, store.modules)
        if why is not None:
            cannot.append(CannotSay(metric.fact, why))
    return figures, cannot


def _lacking(metric: Metric, definition: Return, modules: Mapping[str, Module]) -> Iterator[str]:
    """Yield each reason for which a metric cannot be worked out."""
    if metric.wrong_rows is not None:
        return
    tables = dict.fromkeys([metric.counts, *(element.table for element in metric.needs)])
    for table in (table for table in tables if table not in definition.steps):
        title = definition.tables[table].title
        if table not in modules:
            yield f"the module {table} ({title}) is not there"
        elif not modules[table].used:
            yield f"the module {table} ({title}) holds no row that can be used"
    for element in metric.needs:
        module = modules.get(element.table)
        page = definition.tables[element.table].elements[element.name]
        if module is None or not module.used or page.may_be_blank:
            continue
        told = definition.tables[element.table].told(element.name)
        if element.name in module.lacking:
            guess = module.lacking[element.name]
            said = f"{element.table} has no column {told}"
            yield f"{said}; {guess}" if guess else said
        elif not module.held[element.name]:
            yield f"{told} is recorded in no row of {element.table}"


def _period(metric: Metric, moment: Moment, fact: Fact) -> Period:
    if metric.at is At.YEAR:
        return moment.year
    if metric.at is At.YEAR_END:
        return Period(moment.year.end, moment.year.end)
    if fact.cadence is Cadence.AT_JANUARY_CENSUS:
        return period_of(str(moment.day.year), fact.cadence)
    return Period(moment.day, moment.day)


def _files(metric: Metric, modules: Mapping[str, Module]) -> tuple[str, ...]:
    tables = [metric.counts, *(element.table for element in metric.needs)]
    return tuple(dict.fromkeys(file for table in tables for file in modules[table].files))


def _unchecked(
    table: str, not_checked: Sequence[NotChecked], modules: Mapping[str, Module]
) -> str | None:
    """Return why it cannot be said how many rows of a module break a check."""
    if table not in modules or not modules[table].read:
        return f"the module {table} is not there, or has no row"
    for one in not_checked:
        if one.check.page.of == table and one.check.page.counts:
            return f"check {one.check.page.id} could not be made: {one.why}"
    return None


def _wrong(
    ref: FactRef,
    table: str,
    metric: Metric,
    module: Module,
    period: Period,
    broken: Sequence[Broken],
) -> Figure:
    """Return the rows of a module that break a check that counts, over all rows read."""
    counting = [one for one in broken if one.check.page.of == table and one.check.page.counts]
    wrong = len({line for one in counting for line in one.lines})
    value = share_from_counts(wrong, module.read)
    return Figure(ref, metric, value, period, wrong, module.read, files=module.files)


def _answer(
    metric: Metric,
    answer: bool,
    moment: Moment,
    facts: Mapping[str, Fact],
    modules: Mapping[str, Module],
) -> Figure:
    period = _period(metric, moment, facts[metric.fact])
    files = _files(metric, modules)
    return Figure(FactRef(metric.fact), metric, answer, period, files=files)


def _figures(
    metric: Metric,
    rows: Iterable[tuple[Any, ...]],
    moment: Moment,
    fact: Fact,
    modules: Mapping[str, Module],
) -> Iterator[Figure]:
    """Yield the figure of a fact, or of each member of a family."""
    outside = sum(n for _, _, which, n in rows if which == OUTSIDE)
    left_out: dict[str, int] = {}
    for _, _, which, n in sorted(rows, key=lambda row: row[2]):
        if which.startswith(LEFT_OUT):
            reason = which.removeprefix(LEFT_OUT)
            left_out[reason] = left_out.get(reason, 0) + n
    for ref in metric.refs():
        mine = {which: n for _, member, which, n in rows if member == ref.member}
        numerator = mine.get(PART, 0)
        counted = (n for which, n in mine.items() if not which.startswith((OUTSIDE, LEFT_OUT)))
        denominator = sum(counted)
        value: Value = (
            numerator if fact.type is FactType.COUNT else share_from_counts(numerator, denominator)
        )
        yield Figure(
            ref,
            metric,
            value,
            _period(metric, moment, fact),
            numerator,
            denominator,
            left_out,
            outside,
            _files(metric, modules),
        )
