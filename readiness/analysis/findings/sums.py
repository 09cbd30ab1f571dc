"""Sums between the facts of a profile: which figures would tell a small count that another hides.

The rulebook says which facts add up to which; `model.withholding` finds what to withhold. A fact
is withheld as a whole: a series with it, and what is held of it for other periods. Where sources
disagree on it, what each of them says is taken in and withheld by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from readiness.calendar import Period
from readiness.engine.situation import Situation
from readiness.model.disclosure import Disclosure
from readiness.model.facts import FactRef
from readiness.model.profile import share_of
from readiness.model.values import Share, Value
from readiness.model.withholding import Figures, at_period
from readiness.rulebook.sums import add_sums


def told_by_sums(situation: Situation, disclosure: Disclosure) -> frozenset[str]:
    """Return what must not be shown beside what is hidden, by the names of `told_as`."""
    return frozenset() if disclosure.show_small else _told(situation)


@lru_cache(maxsize=2)  # findings, claims and the effects of a plan ask of the same area
def _told(situation: Situation) -> frozenset[str]:
    rulebook, figures = situation.rulebook, Figures()
    held: dict[str, list[Period | None]] = {}
    for fact in rulebook.in_sums():
        unit = rulebook.unit_of(rulebook.facts[fact])
        if unit is None or unit.people:
            for ref in rulebook.refs(fact):
                held[str(ref)] = list(dict.fromkeys(_take_all(figures, ref, situation)))
    add_sums(figures, rulebook, held)
    return figures.withheld()


def told_as(ref: FactRef, number: int) -> str:
    """Return the name of what is held of a fact, or of what this one of several sources says."""
    return f"{ref}, source {number + 1}" if number else str(ref)


def _take_all(figures: Figures, ref: FactRef, situation: Situation) -> Iterator[Period | None]:
    """Take in what is held of a fact now, and for each period; yield the periods."""
    for number, held in enumerate(situation.held(ref)):
        entry, now = held.entry, held.point
        if entry is None or now is None:
            continue
        name = told_as(ref, number)
        _take(figures, name, name, now.value)
        _otherwise(figures, str(ref), name)
        yield None
        for point in entry.points:
            if point.period is not None:
                at = at_period(name, point.period)
                _take(figures, at, name, point.value)
                _otherwise(figures, at_period(str(ref), point.period), at)
                yield point.period
                if point is now:
                    for side in _SIDES:
                        figures.adds_up(f"{name}{side}", f"{at}{side}")


_SIDES = ("", " of", " in")


def _otherwise(figures: Figures, name: str, told: str) -> None:
    """Say that a number is told by this name too."""
    for side in _SIDES if told != name else ():
        figures.otherwise(f"{name}{side}", f"{told}{side}")


def _take(figures: Figures, name: str, figure: str, value: Value | None) -> None:
    share = share_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        figures.count(name, value, figure)
    elif isinstance(share, Share) and share.numerator is not None and share.denominator is not None:
        figures.share(name, share.numerator, share.denominator, figure)


def guarded(situation: Situation, disclosure: Disclosure, *others: Situation) -> Disclosure:
    """Return a rule of disclosure that withholds them, with every member of their family.

    Args:
        others: What is shown beside it, such as an earlier check: what would tell a small count in
            one of them is withheld in all.
    """
    told = frozenset[str]().union(*(told_by_sums(one, disclosure) for one in (situation, *others)))
    facts = frozenset(re.split(r"\[|,", name)[0] for name in told)
    return msgspec.structs.replace(disclosure, telling=disclosure.telling | facts)
