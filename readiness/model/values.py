"""The values that facts and thresholds hold: exact, typed, and shown without lying.

Numbers are exact (`int`, `Fraction`, `Decimal`): a comparison never meets a rounding error, and a
rounded display never shows a value as equal to a threshold that it misses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from readiness.calendar import Duration, long_date
from readiness.model.vocabulary import FactType, Stands

if TYPE_CHECKING:
    from readiness.model.facts import Fact


class Share(Struct, frozen=True):
    """A part of a whole, exact.

    Attributes:
        value: The share, 0 to 1; None when there were no cases (0/0).
        numerator: Cases in the part, when counted.
        denominator: Cases in the whole, when counted.
    """

    value: Fraction | None
    numerator: int | None = None
    denominator: int | None = None

    @property
    def rest(self) -> int | None:
        """Cases outside the part, when counted."""
        if self.numerator is None or self.denominator is None:
            return None
        return self.denominator - self.numerator


class Survey(Struct, frozen=True):
    """A share of people who answered a survey."""

    share: Share
    respondents: int
    asked: int | None = None


class Judgement(Struct, frozen=True):
    """A named role's dated judgement of where something stands; parts may be missing."""

    stands: Stands | None
    by: str | None
    dated: date | None
    evidenced: bool

    @property
    def complete(self) -> bool:
        """Whether all four parts are held; without them nothing can be said."""
        return None not in (self.stands, self.by, self.dated) and self.evidenced


class NotYet(Struct, frozen=True):
    """A date fact for something that has definitely not happened."""


NOT_YET = NotYet()

Value = (
    bool
    | int
    | Decimal
    | Share
    | Duration
    | date
    | NotYet
    | str
    | tuple[str, ...]
    | Survey
    | Judgement
)


class Unfit(ValueError):
    """A raw value does not fit its type; carries the fix.

    Attributes:
        help: What to write instead.
        key: Key inside the raw mapping that is at fault, if one is.
    """

    def __init__(self, message: str, help: str = "", key: str | None = None) -> None:
        super().__init__(message)
        self.help = help
        self.key = key


_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s?%")
_RATIO = re.compile(r"(\d+)\s?/\s?(\d+)")


def parse(fact: Fact, raw: Any, *, quoted: bool = False) -> Value:
    """Return a raw value (as the YAML reader gives it) in the type of its fact.

    Raises:
        Unfit: With a message and the fix.
    """
    return _PARSERS[fact.type](fact, raw, quoted)


def share_from_counts(numerator: int, denominator: int) -> Share:
    """Return the share of two counts; 0 of 0 has no value.

    Raises:
        Unfit: If the part is larger than the whole, or one is negative.
    """
    if numerator < 0 or denominator < 0:
        raise Unfit("a count cannot be negative")
    if numerator > denominator:
        raise Unfit(
            f"{numerator} of {denominator}: the part is larger than the whole",
            "the numerator comes first, then the denominator",
        )
    value = Fraction(numerator, denominator) if denominator else None
    return Share(value, numerator, denominator)


def _yes_no(fact: Fact, raw: Any, quoted: bool) -> Value:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip().lower() in {"yes", "no", "true", "false"}:
        raise Unfit(f"'{raw}' in quotes is text", "take the quotes away")
    raise Unfit(f"{written(raw)} is neither yes nor no", "write yes, no or unknown")


def _count(fact: Fact, raw: Any, quoted: bool) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, int):
        help = "write a whole number, such as 12"
        if isinstance(raw, str) and re.fullmatch(r"\d{1,3}(,\d{3})+|\d+", raw):
            help = f"write {raw.replace(',', '')} without quotes or commas"
        raise Unfit(f"{written(raw)} is not a count", help)
    if raw < 0:
        raise Unfit("a count cannot be negative", "write 0 or more")
    return raw


def _share(fact: Fact, raw: Any, quoted: bool) -> Value:
    if isinstance(raw, str):
        text = raw.strip()
        if found := _PERCENT.fullmatch(text):
            value = Fraction(Decimal(found[1])) / 100
            if value > 1:
                raise Unfit(f"{text} is more than the whole", "a share lies between 0% and 100%")
            return Share(value)
        if found := _RATIO.fullmatch(text):
            return share_from_counts(int(found[1]), int(found[2]))
    if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool):
        percent = raw * 100 if 0 < raw < 1 else raw
        raise Unfit(
            f"{raw} could be a share or a percentage",
            f"write {_plain(percent)}%, or numerator/denominator such as 312/480",
        )
    raise Unfit(f"{written(raw)} is not a share", "write 46.4% or 312/480")


def _number(fact: Fact, raw: Any, quoted: bool) -> Value:
    if isinstance(raw, bool) or not isinstance(raw, (int, Decimal)):
        what = "rate" if fact.type is FactType.RATE else "number"
        raise Unfit(f"{written(raw)} is not a {what}", "write digits only, such as 42.1")
    return Decimal(raw)


def _duration(fact: Fact, raw: Any, quoted: bool) -> Value:
    try:
        if not isinstance(raw, str):
            raise ValueError(f"{written(raw)} is not a duration: it has no unit")
        value = Duration.parse(raw)
    except ValueError as error:
        example = fact.unit or "weeks"
        raise Unfit(str(error), f"write a number and a unit, such as 14 {example}") from None
    if fact.unit and value.unit.value != fact.unit:
        raise Unfit(
            f"'{raw}' is in {value.unit.value}; this fact is in {fact.unit}",
            f"give it in {fact.unit}: units are never converted into each other",
        )
    return value


def _date(fact: Fact, raw: Any, quoted: bool) -> Value:
    if isinstance(raw, date):
        return raw
    if raw == "not_yet":
        return NOT_YET
    raise Unfit(f"{written(raw)} is not a date", "write 2026-10-31, not_yet or unknown")


def _choice(fact: Fact, raw: Any, quoted: bool) -> Value:
    if isinstance(raw, str) and raw in fact.values:
        return raw
    raise Unfit(f"{written(raw)} is not one of: {', '.join(fact.values)}", near(raw, fact.values))


def _text(fact: Fact, raw: Any, quoted: bool) -> Value:
    if isinstance(raw, str) and raw.strip():
        return raw
    raise Unfit(f"{written(raw)} is not text", "put text in quotes")


def _list(fact: Fact, raw: Any, quoted: bool) -> Value:
    if not isinstance(raw, list):
        raise Unfit(f"{written(raw)} is not a list", "write [one thing, another thing]")
    for number, item in enumerate(raw):
        if not isinstance(item, str):
            raise Unfit(f"item {number + 1}, {written(item)}, is not text", "put it in quotes")
    return tuple(raw)


def _survey(fact: Fact, raw: Any, quoted: bool) -> Value:
    raise Unfit(
        "a survey result needs its respondents",
        "write {value: 61%, respondents: 212, asked: 900, dated: 2026-05-01}",
    )


def _judgement(fact: Fact, raw: Any, quoted: bool) -> Value:
    raise Unfit(
        "a judgement needs four parts",
        "write {stands: mostly, by: Head of SEND, dated: 2026-05-01, evidence: [item]}",
    )


_PARSERS: Mapping[FactType, Callable[[Fact, Any, bool], Value]] = {
    FactType.YES_NO: _yes_no,
    FactType.COUNT: _count,
    FactType.SHARE: _share,
    FactType.RATE: _number,
    FactType.NUMBER: _number,
    FactType.DURATION: _duration,
    FactType.DATE: _date,
    FactType.CHOICE: _choice,
    FactType.TEXT: _text,
    FactType.LIST: _list,
    FactType.SURVEY: _survey,
    FactType.JUDGEMENT: _judgement,
}


def magnitude(value: Value, fact: Fact) -> Fraction | None:
    """Return what a value is compared by, or None where there is nothing to compare (0 of 0).

    Shares are 0 to 1; durations are in their own unit; ordered choices and judgements are the place
    in their order, from 0.
    """
    if isinstance(value, Share):
        return value.value
    if isinstance(value, Survey):
        return value.share.value
    if isinstance(value, Duration):
        return Fraction(value.amount)
    if isinstance(value, Judgement):
        return None if value.stands is None else Fraction(list(Stands).index(value.stands))
    if isinstance(value, str) and fact.ordered:
        return Fraction(fact.values.index(value))
    if isinstance(value, (int, Decimal)):
        return Fraction(value)
    raise TypeError(f"{value!r} has no magnitude")


def nearest(word: object, words: Sequence[str]) -> list[str]:
    """Return the word that is nearly the same, or nothing."""
    from difflib import get_close_matches

    plain = {other.casefold(): other for other in reversed(words)}
    close = get_close_matches(str(word).casefold(), list(plain), n=1, cutoff=0.75)
    return [plain[one] for one in close]


def near(word: object, words: Sequence[str], otherwise: str = "") -> str:
    """Return "did you mean 'x'?" for a near miss only."""
    close = nearest(word, words)
    return f"did you mean '{close[0]}'?" if close else otherwise


def written(raw: Any) -> str:
    """Return a raw value as a message names it."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, Mapping):
        return "a group of keys"
    if isinstance(raw, list):
        return "a list"
    text = str(raw)
    return f"'{text if len(text) <= 40 else text[:39] + '…'}'"


def _plain(number: int | Decimal | Fraction) -> str:
    """Write a number without exponent or trailing zeros, up to six places."""
    if isinstance(number, Fraction):
        number = Decimal(number.numerator) / Decimal(number.denominator)
        number = round(number, 6)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Fraction, beside: Fraction | None = None) -> str:
    """Show a share as a percentage with one decimal place, or as many as tell it from `beside`.

    >>> percent(Fraction(312, 480))
    '65%'
    >>> percent(Fraction(9999, 10000), beside=Fraction(1))
    '99.99%'
    """
    for places in range(1, 7):
        rounded = _percent(value, places)
        if beside is None or value == beside or rounded != _percent(beside, places):
            return f"{_plain(rounded)}%"
    assert beside is not None
    side = "just under" if value < beside else "just over"
    return f"{side} {_plain(_percent(beside, 6))}%"


def _percent(share: Fraction, places: int) -> Decimal:
    """Return a share as a percentage rounded as people do: a half goes up."""
    top, bottom = share.as_integer_ratio()
    return Decimal((200 * 10**places * top + bottom) // (2 * bottom)).scaleb(-places)


def amount(number: int | Decimal | Fraction) -> str:
    """Show a number with thousands separated by commas."""
    text = _plain(number)
    whole, _, rest = text.partition(".")
    sign = "-" if whole.startswith("-") else ""
    shown = f"{sign}{int(whole.lstrip('-')):,}"
    return f"{shown}.{rest}" if rest else shown


def show_threshold(value: Value, fact: Fact) -> str:
    """Show a value that is not about children: a threshold, a date, a choice."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Share):
        return "no cases" if value.value is None else percent(value.value)
    if isinstance(value, NotYet):
        return "not yet"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, (int, Decimal)):
        unit = f" {fact.unit}" if fact.unit and fact.type is not FactType.COUNT else ""
        return amount(value) + unit
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, Survey):
        return show_threshold(value.share, fact)
    if isinstance(value, Judgement):
        return "not judged" if value.stands is None else value.stands.value.replace("_", " ")
    if isinstance(value, str) and fact.type is FactType.CHOICE:
        return value.replace("_", " ")
    return str(value)
