"""Sums between the facts of a profile: which figures would tell a small count that another hides.

The rulebook says which facts add up to which; `model.withholding` finds what to withhold. A fact is
withheld as a whole: a series with it, and what is held of it for other periods.
"""

from __future__ import annotations

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


@lru_cache(maxsize=2)  # findings, claims and the effects of a plan ask of the same area
def told_by_sums(situation: Situation, disclosure: Disclosure) -> frozenset[str]:
    """Return the facts, written as references, that must not be shown beside what is hidden."""
    if disclosure.show_small:
        return frozenset()
    rulebook, figures = situation.rulebook, Figures()
    held: dict[str, list[Period | None]] = {}
    for fact in rulebook.in_sums():
        unit = rulebook.unit_of(rulebook.facts[fact])
        if unit is None or unit.people:
            for ref in rulebook.refs(fact):
                held[str(ref)] = list(_take_all(figures, ref, situation))
    add_sums(figures, rulebook, held)
    return figures.withheld()


def _take_all(figures: Figures, ref: FactRef, situation: Situation) -> Iterator[Period | None]:
    """Take in what is held of a fact now, and for each period; yield the periods."""
    name, held = str(ref), situation.held(ref)
    entry, now = held[0].entry, held[0].point
    if len(held) > 1 or entry is None or now is None:
        return
    _take(figures, name, name, now.value)
    yield None
    for point in entry.points:
        if point.period is not None:
            at = at_period(name, point.period)
            _take(figures, at, name, point.value)
            yield point.period
            if point is now:
                for side in ("", " of", " in"):
                    figures.adds_up(f"{name}{side}", f"{at}{side}")


def _take(figures: Figures, name: str, figure: str, value: Value | None) -> None:
    share = share_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        figures.count(name, value, figure)
    elif isinstance(share, Share) and share.numerator is not None and share.denominator is not None:
        figures.share(name, share.numerator, share.denominator, figure)


def guarded(situation: Situation, disclosure: Disclosure) -> Disclosure:
    """Return a rule of disclosure that withholds them, with every member of their family."""
    told = frozenset(ref.partition("[")[0] for ref in told_by_sums(situation, disclosure))
    return msgspec.structs.replace(disclosure, telling=disclosure.telling | told)
