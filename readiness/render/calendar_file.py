"""Calendar files as RFC 5545 has them: whole days, stable ids, and no clock.

Source:
    RFC 5545, sections 3.1 (folding), 3.3.11 (escaping of text), 3.6.1 (events), 3.8.7.2 (DTSTAMP).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

_FOLD = 75
"""Octets of a line, without its end."""


class Event(NamedTuple):
    """An event of one whole day.

    Attributes:
        uid: The same for the same event whenever the file is made, so that it is replaced.
    """

    uid: str
    day: date
    title: str
    about: str


def calendar_file(name: str, events: Iterable[Event], stamp: date) -> str:
    """Return a calendar file.

    Args:
        stamp: The day that every event carries as the day it was made.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//readiness//drill//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(event.uid)}",
            f"DTSTAMP:{stamp:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(event.title)}",
            f"DESCRIPTION:{_text(event.about)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _text(text: str) -> str:
    """Return text with what has a meaning in a calendar escaped, and without control characters."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        text = text.replace(plain, escaped)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = ["".join(c if c.isprintable() else " " for c in line) for line in lines]
    return "\\n".join(kept)


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, never cut inside a character."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode("utf-8", "replace"))
        if size + octets > _FOLD:
            yield part
            part, size = " ", 1
        part += character
        size += octets
    yield part
