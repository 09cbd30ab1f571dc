"""Sums between the facts of the dictionary, as sums between figures.

The dictionary says what adds up to what (`sums`, `flows`). A fact may be held for several periods:
a sum holds in each of them, the months or quarters of a count add up to its year, and a count on
the last day of a month is that of the month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from readiness.calendar import Period
from readiness.model.facts import SPANS, FactRef, Sum, Term
from readiness.model.withholding import Figures, at_period
from readiness.rulebook.rulebook import Rulebook

Periods = Mapping[str, Sequence[Period | None]]
"""For each fact, written as a reference, the periods for which it is held; None for "now"."""


def add_sums(figures: Figures, rulebook: Rulebook, held: Periods) -> None:
    """Say which figures add up to which, now and in each period."""
    for sum in rulebook.sums():
        for ref in rulebook.refs(sum.whole.fact):
            for period in held.get(str(ref), ()):
                _add(figures, rulebook, sum, ref, period)
    for fact in rulebook.facts.values():
        if fact.flows is not None:
            came, went = fact.flows
            for month in held.get(fact.id, ()):
                if month is not None:
                    before = _month_before(month)
                    figures.equal(
                        (at_period(fact.id, before), at_period(came, month)),
                        (at_period(fact.id, month), at_period(went, month)),
                    )


def _add(
    figures: Figures, rulebook: Rulebook, sum: Sum, ref: FactRef, period: Period | None
) -> None:
    """Say it of a whole, or of one member where the whole is a family."""
    family = rulebook.facts[sum.whole.fact].for_each
    (whole,) = _names(sum.whole, ref, period)
    parts: list[str] = []
    for term in (one for one in sum.parts if one.fact):
        same = family is not None and rulebook.facts[term.fact].for_each == family
        refs = [FactRef(term.fact, ref.member)] if same else rulebook.refs(term.fact)
        parts += (name for one in refs for name in _names(term, one, period))
    if Term("") not in sum.parts:
        figures.adds_up(whole, *parts)
    elif parts:
        figures.part_of(whole, *parts)


def _names(term: Term, ref: FactRef, period: Period | None) -> list[str]:
    """Return the names of a figure: one, or of what adds up over time one for each month."""
    if term.side in SPANS:
        parts = _parts(period, SPANS[term.side]) if period is not None else ()
        return [at_period(str(ref), part) for part in parts]
    name = str(ref) if period is None else at_period(str(ref), period)
    return [f"{name} {term.side}".rstrip()]


def _parts(period: Period, months: int) -> tuple[Period, ...]:
    """Return the parts of a period; of a day the one that ends on it."""
    last = period.end + timedelta(days=1)
    if period.start == period.end and last.day == 1:
        return (_month_before(Period(last, last)),) if months == 1 else ()
    return period.split(months)


def _month_before(month: Period) -> Period:
    last = month.start - timedelta(days=1)
    return Period(last.replace(day=1), last)
