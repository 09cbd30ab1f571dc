"""Showing counts of people without pointing at any of them.

Counts of 1 to 5 show as "fewer than 6", and so does every figure from which one could be worked
out: the rest of a share, and its percentage. Verdicts are worked out on true values; only what is
shown passes through here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from readiness.model.facts import Fact, Unit
from readiness.model.values import Share, Survey, Value, amount, percent, show_threshold
from readiness.model.vocabulary import FactType

SMALL = 6
"""Counts below this, other than none, are not shown (the threshold of DfE's own releases)."""

FEW = f"fewer than {SMALL}"


def is_small(count: int | None) -> bool:
    """Whether a count of people is one that is not shown."""
    return count is not None and 0 < count < SMALL


@dataclass(frozen=True, slots=True)
class Shown:
    """A value, ready to be read.

    Attributes:
        text: In words, with numerator and denominator where they are held.
        value: The value alone.
        numerator: A number, "fewer than 6", or None.
        denominator: As numerator.
    """

    text: str
    value: str
    numerator: int | str | None = None
    denominator: int | str | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The rule by which values are shown.

    Attributes:
        show_small: Show small counts as they are, for a council's own use only.
    """

    show_small: bool = False

    def count(self, count: int, unit: Unit | None) -> int | str:
        """Return a count, or "fewer than 6" where it could point at a person."""
        return FEW if self._hides(count, unit) else count

    def counted(self, count: int, unit: Unit | None) -> str:
        """Return a count with its noun."""
        shown = self.count(count, unit)
        if unit is None:
            return str(shown)
        noun = unit.many if isinstance(shown, str) else unit.noun(count)
        return f"{shown if isinstance(shown, str) else amount(shown)} {noun}"

    def value(
        self, value: Value, fact: Fact, unit: Unit | None, beside: Fraction | None = None
    ) -> Shown:
        """Return a value of a fact, ready to be read.

        Args:
            beside: A threshold as which a rounded value must not be shown.
        """
        if isinstance(value, Survey):
            inner = self._share(value.share, unit, beside)
            asked = "" if value.asked is None else f" of {amount(value.asked)} asked"
            text = f"{inner.text}; {amount(value.respondents)} answered{asked}"
            return Shown(text, inner.value, inner.numerator, inner.denominator)
        if isinstance(value, Share):
            return self._share(value, unit, beside)
        if fact.type is FactType.COUNT and isinstance(value, int):
            text = self.counted(value, unit)
            shown = self.count(value, unit)
            return Shown(text, shown if isinstance(shown, str) else amount(shown))
        text = show_threshold(value, fact)
        return Shown(text, text)

    def _share(self, share: Share, unit: Unit | None, beside: Fraction | None) -> Shown:
        numerator, denominator = share.numerator, share.denominator
        if share.value is None:
            return Shown("no cases", "no cases", numerator, denominator)
        if numerator is None or denominator is None:
            text = percent(share.value, beside)
            return Shown(text, text)
        noun = f" {unit.many}" if unit else ""
        whole = amount(denominator)
        if self._hides(denominator, unit):
            return Shown(f"a share of {FEW}{noun}", "not shown", None, FEW)
        if self._hides(numerator, unit):
            return Shown(f"{FEW} of {whole}{noun}", "not shown", FEW, denominator)
        if self._hides(share.rest, unit):
            return Shown(f"all but {FEW} of {whole}{noun}", "not shown", None, denominator)
        value = percent(share.value, beside)
        text = f"{amount(numerator)} of {whole}{noun} ({value})"
        return Shown(text, value, numerator, denominator)

    def _hides(self, count: int | None, unit: Unit | None) -> bool:
        people = unit is None or unit.people
        return people and not self.show_small and is_small(count)
