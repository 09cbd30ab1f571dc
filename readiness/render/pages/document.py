"""A page to be read: what the terminal prints and the documentation site shows, written once.

A page is made of entries. An entry has a label, which the site shows as a heading or term; a lead,
which is what stands before its words in a terminal; the words, in which other pages are named; and
rows that hang below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from readiness.render.text import hang

Kind = Literal[
    "expectation",
    "fact",
    "source",
    "framework",
    "criterion",
    "issue",
    "release",
    "dimension",
    "vocabulary",
    "unit",
    "web",
]


@dataclass(frozen=True, slots=True)
class To:
    """Words that name another page; a terminal shows the words alone.

    Attributes:
        id: The id of what is named, or an address for `web`.
    """

    kind: Kind
    id: str
    text: str


Words = tuple[str | To, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that a page says.

    Attributes:
        lead: What stands before the words in a terminal, its indent included.
    """

    label: str
    lead: str
    words: Words = ()
    rows: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page.

    Attributes:
        head: What is said at once, below the title.
        groups: What follows; a terminal leaves a line empty between groups.
    """

    id: str
    title: str
    head: tuple[Entry, ...]
    groups: tuple[tuple[Entry, ...], ...] = ()


def line(label: str, *words: str | To) -> Entry:
    """Return an entry that a terminal shows as `label: words`."""
    return Entry(label, f"{label}: ", words)


def item(*words: str | To) -> Entry:
    """Return an entry of a list."""
    return Entry("", "  - ", words)


def listed(label: str, rows: Iterable[Entry]) -> Entry:
    """Return a label with rows below it."""
    return Entry(label, label, (), tuple(rows))


def named(links: Iterable[To], between: str = ", ") -> Words:
    """Return links in a row."""
    words: list[str | To] = []
    for link in links:
        words += [between, link] if words else [link]
    return tuple(words)


def plain(words: Words) -> str:
    """Return words without links."""
    return "".join(word if isinstance(word, str) else word.text for word in words)


def page_lines(page: Page) -> Iterator[str]:
    """Yield a page line by line, as a terminal shows it."""
    yield from hang(f"{page.id}  ", page.title)
    for entry in page.head:
        yield from _entry(entry)
    for group in page.groups:
        yield ""
        for entry in group:
            yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield from hang(entry.lead, plain(entry.words))
    for row in entry.rows:
        yield from _entry(row)
