"""Sums between the facts of a profile: which figures would tell a small count that another hides.

The rulebook says which facts add up to which (`sums`); `model.withholding` finds what to withhold.
"""

from __future__ import annotations

import msgspec

from readiness.engine.situation import Situation
from readiness.model.disclosure import Disclosure
from readiness.model.facts import FactRef
from readiness.model.profile import share_of
from readiness.model.values import Share
from readiness.model.withholding import Figures


def told_by_sums(situation: Situation, disclosure: Disclosure) -> frozenset[str]:
    """Return the facts, written as references, that must not be shown beside what is hidden."""
    if disclosure.show_small:
        return frozenset()
    rulebook, figures = situation.rulebook, Figures()
    for fact in dict.fromkeys(rulebook.in_sums()):
        unit = rulebook.unit_of(rulebook.facts[fact])
        if unit is None or unit.people:
            for ref in rulebook.refs(fact):
                _take(figures, ref, situation)
    for whole, parts in rulebook.sums():
        figures.adds_up(whole, *parts)
    return figures.withheld()


def _take(figures: Figures, ref: FactRef, situation: Situation) -> None:
    found = [one.value for one in situation.held(ref) if one.reason is None]
    value = found[0] if len(found) == 1 else None
    share = share_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        figures.count(str(ref), value)
    elif isinstance(share, Share) and share.numerator is not None and share.denominator is not None:
        figures.share(str(ref), share.numerator, share.denominator)


def guarded(situation: Situation, disclosure: Disclosure) -> Disclosure:
    """Return a rule of disclosure that withholds them, with every member of their family."""
    told = frozenset(ref.partition("[")[0] for ref in told_by_sums(situation, disclosure))
    return msgspec.structs.replace(disclosure, telling=disclosure.telling | told)
