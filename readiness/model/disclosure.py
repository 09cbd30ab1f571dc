"""Showing counts of people without pointing at any of them.

Counts of 1 to 5 show as "fewer than 6", and so does every figure from which one could be worked
out: the rest of a share, its percentage, a percentage beside a count, and a hidden count that the
verdict and its limit would leave only one value. Verdicts are worked out on true values; only what
is shown passes through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from msgspec import Struct

from readiness.model.facts import Fact, Unit
from readiness.model.values import Share, Survey, Value, amount, percent, show_threshold
from readiness.model.vocabulary import FactType

SMALL = 6
"""Counts below this, other than none, are not shown (the threshold of DfE's own releases)."""

FEW = f"fewer than {SMALL}"

SOME = "some"
"""What shows of a part of so few that its size and that of its rest would both be small."""

NOT_SHOWN = "not shown"
"""A value that would reveal a small count."""

SMALL_COUNTS_SHOWN = "SMALL COUNTS ARE SHOWN: for the council's own use only, not for sharing"
"""The first line of whatever shows them."""


def is_small(count: int | None) -> bool:
    """Whether a count of people is one that is not shown."""
    return count is not None and 0 < count < SMALL


class Shown(Struct, frozen=True):
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


WITHHELD = Shown("a figure that is not shown, because it would point at few people", NOT_SHOWN)


class Disclosure(Struct, frozen=True):
    """The rule by which values are shown.

    Attributes:
        show_small: Show small counts as they are, for a council's own use only.
        telling: Ids of facts of which nothing is shown, because a sum would tell a small count.
    """

    show_small: bool = False
    telling: frozenset[str] = frozenset()

    def count(self, count: int, unit: Unit | None) -> int | str:
        """Return a count, or "fewer than 6" where it could point at a person."""
        return FEW if self._hides(count, unit) else count

    def _number(self, count: int, unit: Unit | None) -> str:
        shown = self.count(count, unit)
        return shown if isinstance(shown, str) else amount(shown)

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
        if fact.id in self.telling:
            return WITHHELD
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
        if self._is_some(share.numerator, share.denominator, unit):
            return Shown(f"{SOME} of {whole}{noun}", NOT_SHOWN, None, share.denominator)
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
        text = inner.text
        if share.denominator is None or not self._hides(answered - share.denominator, unit):
            text += f"; {self._number(answered, unit)} answered"
        if survey.asked is not None and not self._hides(survey.asked - answered, unit):
            text += f" of {self._number(survey.asked, unit)} asked"
        return Shown(text, inner.value, inner.numerator, inner.denominator)

    def part(self, count: int, whole: int | None, unit: Unit) -> tuple[int | str, int | str | None]:
        """Return a count and the whole that it is part of, where neither tells the rest."""
        if self._is_some(count, whole, unit):
            return SOME, whole
        if whole is not None and not self._hides(whole, unit) and self._hides(whole - count, unit):
            return f"all but {FEW}", whole
        return self.count(count, unit), None if whole is None else self.count(whole, unit)

    def alone(
        self,
        shown: Shown,
        value: Value | None,
        unit: Unit | None,
        answers: Callable[[Value], object],
    ) -> Shown:
        """Return what is shown, or nothing of it where tests of it leave one value alone.

        Args:
            answers: What would come of a value in the tests whose answers a reader sees.
        """
        if value is None or not shown.hidden or shown == WITHHELD or shown.denominator == FEW:
            return shown
        answer = answers(value)
        left = [one for one in self._alike(shown, value, unit) if answers(one) == answer]
        return WITHHELD if len(left) == 1 else shown

    def tells(
        self, shown: Shown, value: Value, unit: Unit | None, holds: Callable[[Value], bool]
    ) -> bool:
        """Return whether the answer of a test tells more of a hidden value than what is shown.

        Each answer may leave several values; those of several tests together leave one.
        """
        if not shown.hidden:
            return False
        if shown == WITHHELD or shown.denominator == FEW:
            return True
        return len({*map(holds, self._alike(shown, value, unit))}) != 1

    def _alike(self, shown: Shown, value: Value, unit: Unit | None) -> list[Value]:
        """Return all values that would be shown in the same words as a hidden one."""
        share = value.share if isinstance(value, Survey) else value
        if not isinstance(share, Share):
            return list(range(1, SMALL))
        whole = share.denominator
        if whole is None and isinstance(value, Survey):
            whole = value.respondents
        words = shown.text.split(";")[0]
        could = (Share(Fraction(n, whole), n, whole) for n in range(1, whole)) if whole else ()
        alike = [one for one in could if (told := self._hidden(one, unit)) and told.text == words]
        if isinstance(value, Survey):
            return [Survey(one, value.respondents, value.asked) for one in alike]
        return [*alike]

    def beside(
        self, shown: Shown, value: Value | None, unit: Unit | None, others: Iterable[Shown]
    ) -> Shown:
        """Return what is shown, or nothing of a percentage that tells a small count beside it.

        Args:
            others: What else is shown of the same unit.
        """
        share = value.share if isinstance(value, Survey) else value
        bare = isinstance(share, Share) and share.numerator is None and share.value is not None
        if not bare or shown.hidden or self.show_small or (unit is not None and not unit.people):
            return shown
        assert isinstance(share, Share)
        assert share.value is not None
        for other in others:
            if other.hidden:
                return WITHHELD
            counts = [n for n in (other.numerator, other.denominator) if isinstance(n, int)]
            counts += [int(plain)] if (plain := other.value.replace(",", "")).isdigit() else []
            for count in counts:
                part = round(share.value * count)
                if is_small(part) or is_small(count - part):
                    return WITHHELD
        return shown

    def _is_some(self, count: int | None, whole: int | None, unit: Unit | None) -> bool:
        """Return whether a part and its rest are small in a whole that is shown."""
        if count is None or whole is None or not SMALL <= whole < 2 * SMALL - 1:
            return False
        return self._hides(count, unit) or self._hides(whole - count, unit)

    def _hides(self, count: int | None, unit: Unit | None) -> bool:
        people = unit is None or unit.people
        return people and not self.show_small and is_small(count)
