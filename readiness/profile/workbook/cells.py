"""What a cell of a filled workbook says, however it was written."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from readiness.model.vocabulary import EvidenceKind
from readiness.profile.workbook.layout import plain
from readiness.profile.workbook.opening import Read


def text_of(cell: Read) -> str:
    """Return the words of a cell."""
    value = cell.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return str(value).strip()


_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")


def number_of(cell: Read) -> Any:
    """Return a number however it was written, or the words that stand there."""
    value = cell.value
    if isinstance(value, (bool, date)):
        return text_of(cell)
    if isinstance(value, str):
        text = value.strip().replace("\u00a0", "")
        if not _THOUSANDS.fullmatch(text):
            return text
        number = Decimal(text.replace(",", ""))
    else:
        number = Decimal(repr(value))
    return int(number) if number == number.to_integral_value() else number


def share_of(cell: Read) -> Any:
    """Return a share as a percentage or counts, or a number that is neither."""
    value = cell.value
    if cell.percent and isinstance(value, (int, float)):
        return f"{(Decimal(repr(value)) * 100).normalize():f}%"
    if isinstance(value, str):
        text = value.strip()
        if _THOUSANDS.fullmatch(text):
            return number_of(cell)
        said = re.fullmatch(r"(\d+) (?:of|out of) (\d+)", text.replace(",", ""))
        return f"{said[1]}/{said[2]}" if said else text
    return number_of(cell)


def as_data(cell: Read) -> Any:
    """Return what a cell holds as the YAML of a profile would, where any value may stand."""
    value = cell.value
    if cell.percent:
        return share_of(cell)
    if isinstance(value, str):
        text = value.strip()
        return {"yes": True, "no": False}.get(text, text)
    if isinstance(value, (bool, date)):
        return value
    return number_of(cell)


def value_of(cell: Read) -> Any:
    """Return a value of any fact; a number that a spreadsheet holds as text is a number.

    Its decimals stay: a claim is compared as exactly as it is written.
    """
    value = as_data(cell)
    if isinstance(value, str) and _THOUSANDS.fullmatch(value):
        number = value.replace(",", "")
        return Decimal(number) if "." in number else int(number)
    return value


def period_of(cell: Read) -> str:
    """Return a period as a profile writes it, or the words that stand there.

    >>> [period_of(Read(text)) for text in ("Oct 2026", "2025/26", "2025 - Q1", "last year")]
    ['2026-10', '2025-26', '2025-Q1', 'last year']
    """
    text = text_of(cell)
    first, to, last = re.sub(r"\s+", " ", text).partition(" to ")
    if to and (start := as_day(first)) and (end := as_day(last)):
        return f"{start.isoformat()}/{end.isoformat()}"
    if day := as_day(text):
        return day.isoformat()
    if text[:1].isalpha() and (month := as_day(f"1 {text}")):
        return f"{month.year}-{month.month:02}"
    closed = text.replace(" ", "")
    if years := re.fullmatch(r"(\d{4})/(\d{2})", closed):
        return f"{years[1]}-{years[2]}"
    return closed if re.fullmatch(r"\d[0-9Qq/-]*", closed) else text


def items_of(text: str) -> list[str]:
    """Return the things of a list: one a line, or in one line set apart by semicolons."""
    parts = text.split("\n") if "\n" in text else text.split(";")
    return [part.strip() for part in parts if part.strip()]


_KINDS = {plain(kind): kind.value for kind in EvidenceKind}


def kind_of(cell: Read) -> str:
    return _KINDS.get(plain(cell.value), text_of(cell))


def slug(text: str) -> str:
    """Return a short id made of a title."""
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold()))[:60] or "item"


_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9}) (\d{4})")


def as_day(text: str) -> date | None:
    """Return the day that a text names, days before months; None where it names none.

    >>> as_day("03/04/2026"), as_day("3 Apr 2026"), as_day("31/02/2026")
    (datetime.date(2026, 4, 3), datetime.date(2026, 4, 3), None)
    """
    plainly = " ".join(text.casefold().replace(",", " ").split())
    if found := _DAY.fullmatch(plainly):
        day, month, year = (
            (found[1], found[2], found[3]) if found[3] else (found[6], found[5], found[4])
        )
    elif found := _NAMED.fullmatch(plainly):
        months = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(found[2][:3])]
        if not months or not _MONTHS[months[0] - 1].startswith(found[2]):
            return None
        day, month, year = found[1], str(months[0]), found[3]
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
