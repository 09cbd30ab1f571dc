"""What a scalar without quotes means, and which of them are not safe to read."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from readiness.yaml_reader.characters import CURLY
from readiness.yaml_reader.messages import CURLY_QUOTES, Fault, quote

MAX_DIGITS = 18

Scalar = str | int | Decimal | bool | date

_SPECIAL_START = frozenset("0123456789+-." + CURLY)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_LIKE_A_NUMBER = re.compile(r"[-+.,:/_0-9A-Fa-fINinOoTtXxZz ]+")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_YES_NO = Fault(
    "{text} is not safe without quotes", "write yes or no, or put it in quotes if it is a word"
)
_NULL = Fault(
    "{text} means that there is no value",
    "write a value or take the line away; put it in quotes if it is a word",
)
_WORDS: dict[str, bool | Fault] = {
    **dict.fromkeys(("yes", "Yes", "true", "True"), True),
    **dict.fromkeys(("no", "No", "false", "False"), False),
    **dict.fromkeys(("on", "On", "ON", "off", "Off", "OFF", "YES", "NO", "TRUE", "FALSE"), _YES_NO),
    **dict.fromkeys(("null", "Null", "NULL", "~"), _NULL),
    "=": Fault("{text} is a sign that YAML keeps for itself", "put it in quotes"),
}

_PLAINLY = "write {plain}, or put it in quotes if it is a code"
_IN_FULL = "write the number out in full, or put it in quotes if it is a code"


def _without(signs: str) -> Callable[[str], str]:
    return lambda text: text.translate(dict.fromkeys(map(ord, signs)))


def _unpadded(text: str) -> str:
    """Return a number without the zeros that lead it."""
    sign = "-" if text.startswith("-") else ""
    whole, point, rest = text.lstrip("+-").partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}{point}{rest}"


# What looks like a number or a date and is refused. Few files hold such text, or anything like it,
# so these patterns are compiled when they are needed.
# Of numbers: pattern, message, help, and how to write it instead.
_NUMBERS: tuple[tuple[str, str, str, Callable[[str], str]], ...] = (
    (r"[-+]?0[0-9]+(?:\.[0-9]+)?", "{text} begins with a zero", _PLAINLY, _unpadded),
    (r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", "{text} holds a thousands comma",
     "write {plain}, or put it in quotes if it is text", _without(",")),
    (r"[-+]?[0-9][0-9.]*_[0-9_.]*", "{text} holds an underscore", _PLAINLY, _without("_")),
    (r"[-+]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?",
     "{text} may be read as a time, a ratio or a number in base 60",
     "put it in quotes: '{plain}'", str),
    (r"[-+]?0[xXoObB][0-9A-Fa-f_]+", "{text} is a number as computers write it",
     "write it in ordinary figures, or put it in quotes if it is a code", str),
    (r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+", "{text} is read as a power of ten",
     _IN_FULL, str),
    (r"[-+]?\.[0-9]+", "{text} begins with a point", _PLAINLY, _unpadded),
    (r"[-+]?[0-9]+\.", "{text} ends with a point", _PLAINLY,
     lambda text: _unpadded(text[:-1])),
    (r"\+[0-9]+(?:\.[0-9]+)?", "{text} begins with a plus sign", _PLAINLY, _without("+")),
    (r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "{text} is not a number here",
     "write a number, or put it in quotes if it is text", str),
)  # fmt: skip
_TIMESTAMP = (
    r"([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})(?:[Tt][0-9]|[Tt ] *[0-9]{1,2}:[0-9]{2})[-+0-9:.Zz ]*"
)
_OTHER_DATE = (
    r"(?P<d>[0-9]{1,2})(?:(?P<s>[/.-])(?P<m>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4})"
    r"|/(?P<m2>[0-9]{1,2})/(?P<y2>[0-9]{2}))"
    r"|(?P<y3>[0-9]{4})(?P<s3>[/.-])(?P<m3>[0-9]{1,2})(?P=s3)(?P<d3>[0-9]{1,2})"
)


@lru_cache(maxsize=2048)  # pages say the same few words, days and names over and over
def resolve(text: str) -> Scalar | Fault:
    """Return what a scalar without quotes means, or why it is not safe to say."""
    if text[0] not in _SPECIAL_START:
        word = _WORDS.get(text, text)
        return word if not isinstance(word, Fault) else _filled(word, text)
    if text[0] in CURLY:
        return CURLY_QUOTES
    whole = _INTEGER.fullmatch(text)
    if whole or _DECIMAL.fullmatch(text):
        if len(text) - text.count("-") - text.count(".") > MAX_DIGITS:
            return Fault(
                f"{quote(text)} has more than {MAX_DIGITS} figures",
                "put it in quotes if it is a code",
            )
        return int(text) if whole else Decimal(text)
    iso = _ISO_DATE.fullmatch(text)
    if iso:
        return _day(text, int(iso[1]), int(iso[2]), int(iso[3]))
    if text[-1] in "%s" or text.count("/") == 1:  # a percentage, weeks, a share, a period
        return text
    if len(text) > 40 or not _LIKE_A_NUMBER.fullmatch(text):
        return text
    return _unsafe(text) or text


def _filled(fault: Fault, text: str, plain: str = "") -> Fault:
    return Fault(
        fault.message.format(text=quote(text), plain=plain), fault.help.format(plain=plain)
    )


def _unsafe(text: str) -> Fault | None:
    """Return why a text that begins like a number or a date is refused, if it is."""
    for pattern, message, help, plain in _NUMBERS:
        if re.fullmatch(pattern, text):
            return _filled(Fault(message, help), text, plain(text))
    moment = re.fullmatch(_TIMESTAMP, text)
    if moment:
        return Fault(
            f"{quote(text)} is a time of day, not only a date",
            f"write the day alone: {moment[1]}",
        )
    other = re.fullmatch(_OTHER_DATE, text)
    if other:
        return _other_date(text, other)
    return None


def _other_date(text: str, parts: re.Match[str]) -> Fault:
    day, month = parts["d"] or parts["d3"], parts["m"] or parts["m2"] or parts["m3"]
    year = parts["y"] or parts["y3"] or f"20{parts['y2']}"
    meant = _day(text, int(year), int(month), int(day))
    example = meant.isoformat() if isinstance(meant, date) else "2026-10-31"
    return Fault(
        f"{quote(text)} is not a date as dates are written here",
        f"write dates as {example} (year-month-day), or put it in quotes if it is not a date",
    )


def _day(text: str, year: int, month: int, day: int) -> date | Fault:
    try:
        return date(year, month, day)
    except ValueError:
        pass
    if year < 1:
        reason = "there is no year 0000"
    elif not 1 <= month <= 12:
        reason = f"there is no month {month:02}"
    else:
        reason = f"{_MONTHS[month - 1]} {year} has {monthrange(year, month)[1]} days"
    return Fault(f"{quote(text)} is not a date: {reason}", "write a day that exists")
