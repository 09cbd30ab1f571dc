"""Showing counts of people without pointing at any of them.

Counts of 1 to 5 show as "fewer than 6", and so does every figure from which one could be worked
out: the rest of a share, and its percentage. Verdicts are worked out on true values; only what is
shown passes through here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from readiness.model.facts import Fact, Unit
from readiness.model.values import Share, Survey, Value, amount, percent, show_threshold
from readiness.model.vocabulary import FactType

SMALL = 6
"""Counts below this, other than none, are not shown (the threshold of DfE's own releases)."""

FEW = f"fewer than {SMALL}"

NOT_SHOWN = "not shown"
"""A value that would reveal a small count."""

SMALL_COUNTS_SHOWN = "SMALL COUNTS ARE SHOWN: for the council's own use only, not for sharing"
"""The first line of whatever shows them."""


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

    @property
    def hidden(self) -> bool:
        """Whether a small count is hidden in it."""
        return self.value in (FEW, NOT_SHOWN)


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
            return self._survey(value, unit, beside)
        if isinstance(value, Share):
            return self._share(value, unit, beside)
        if fact.type is FactType.COUNT and isinstance(value, int):
            text = self.counted(value, unit)
            shown = self.count(value, unit)
            return Shown(text, shown if isinstance(shown, str) else amount(shown))
        text = show_threshold(value, fact)
        return Shown(text, text)

    def values(
        self,
        values: Iterable[Value | None],
        fact: Fact,
        unit: Unit | None,
        beside: Fraction | None = None,
    ) -> list[Shown | None]:
        """Return all that is said of one fact: no percentage tells a count that another hides."""
        shown = [None if v is None else self.value(v, fact, unit, beside) for v in values]
        if not any(one is not None and one.hidden for one in shown):
            return shown
        withheld = Shown("a percentage, not shown beside a small count", NOT_SHOWN)
        return [
            withheld if one and one.numerator is None and one.value.endswith("%") else one
            for one in shown
        ]

    def _share(self, share: Share, unit: Unit | None, beside: Fraction | None) -> Shown:
        numerator, denominator = share.numerator, share.denominator
        if share.value is None:
            return Shown("no cases", "no cases", numerator, denominator)
        value = percent(share.value, beside)
        if numerator is None or denominator is None:
            return Shown(value, value)
        noun = f" {unit.many}" if unit else ""
        text = f"{amount(numerator)} of {amount(denominator)}{noun} ({value})"
        return self._hidden(share, unit) or Shown(text, value, numerator, denominator)

    def _hidden(self, share: Share, unit: Unit | None) -> Shown | None:
        """Return a counted share without its small counts, or None where it has none."""
        noun = f" {unit.many}" if unit else ""
        whole = amount(share.denominator or 0)
        if self._hides(share.denominator, unit):
            return Shown(f"a share of {FEW}{noun}", NOT_SHOWN, None, FEW)
        if self._hides(share.numerator, unit):
            return Shown(f"{FEW} of {whole}{noun}", NOT_SHOWN, FEW, share.denominator)
        if self._hides(share.rest, unit):
            return Shown(f"all but {FEW} of {whole}{noun}", NOT_SHOWN, None, share.denominator)
        return None

    def _survey(self, survey: Survey, unit: Unit | None, beside: Fraction | None) -> Shown:
        """Return a survey's result; a percentage of few people is hidden as their count is."""
        share, answered = survey.share, survey.respondents
        inner = self._share(share, unit, beside)
        if share.numerator is None and share.value is not None:
            people = Share(share.value, round(share.value * answered), answered)
            inner = self._hidden(people, unit) or inner
        text = f"{inner.text}; {self.count(answered, unit)} answered"
        if survey.asked is not None and not self._hides(survey.asked - answered, unit):
            text += f" of {self.count(survey.asked, unit)} asked"
        return Shown(text, inner.value, inner.numerator, inner.denominator)

    def part(self, count: int, whole: int | None, unit: Unit) -> tuple[int | str, int | str | None]:
        """Return a count and the whole that it is part of, where neither tells the rest."""
        if whole is not None and not self._hides(whole, unit) and self._hides(whole - count, unit):
            return f"all but {FEW}", whole
        return self.count(count, unit), None if whole is None else self.count(whole, unit)

    def _hides(self, count: int | None, unit: Unit | None) -> bool:
        people = unit is None or unit.people
        return people and not self.show_small and is_small(count)
