"""Pieces of the documentation site: what entries, links, lists and tables look like as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from readiness.render.pages.document import Entry, Page, To, Words
from readiness.render.site.html import Markup, element, joined

FOLDERS = {
    "expectation": "expectations",
    "fact": "facts",
    "source": "sources",
    "framework": "frameworks",
    "criterion": "headings",
    "issue": "issues",
    "release": "figures",
    "dimension": "members",
    "vocabulary": "terms",
    "unit": "units",
}
"""In which folder of the site the pages of each kind are."""

Row = tuple[str, Sequence[int]]
"""A row of a table of counts: its name, which may be markup, and its counts."""


def path_of(kind: str, id: str) -> str:
    """Return the path of a page below the site's folder."""
    return f"{FOLDERS[kind]}/{id.replace('/', '--')}.html"


def heading(tag: str, id: str, title: str) -> Markup:
    """Return a heading with the id above the title."""
    return element(tag, None, element("span", {"class": "id"}, id), title)


def body(page: Page, up: str, tag: str = "h2") -> Iterator[Markup]:
    """Yield what a page says: its head as a list of terms, then an entry under each heading."""
    if page.head:
        yield element(
            "dl",
            None,
            *(
                element(
                    "div", None, element("dt", None, e.label), element("dd", None, *_inside(e, up))
                )
                for e in page.head
            ),
        )
    for group in page.groups:
        for entry in group:
            yield element(tag, None, entry.label)
            if entry.words:
                expected = {"class": "expected"} if entry.label == "Expected" else None
                yield element("p", expected, words_html(entry.words, up))
            if entry.rows:
                yield _rows(entry.rows, up)


def _inside(entry: Entry, up: str) -> Iterator[Markup]:
    yield words_html(entry.words, up)
    if entry.rows:
        yield _rows(entry.rows, up)


def _rows(rows: Iterable[Entry], up: str) -> Markup:
    return element("ul", None, *(element("li", None, *_inside(row, up)) for row in rows))


def words_html(words: Words, up: str) -> Markup:
    """Return words with their links; `up` leads from the page to the site's folder."""
    return joined(*(word if isinstance(word, str) else link(word, up) for word in words))


def link(to: To, up: str) -> Markup:
    """Return a link to another page."""
    href = to.id if to.kind == "web" else up + path_of(to.kind, to.id)
    return element("a", {"href": href}, to.text)


def listing(rows: Iterable[tuple[Words, str]]) -> Markup:
    """Return a list of pages, each with a few words more; for a page in the site's folder."""
    return element(
        "ul",
        None,
        *(
            element(
                "li",
                None,
                words_html(words, ""),
                " ",
                element("span", {"class": "meta"}, f"({more})"),
            )
            for words, more in rows
        ),
    )


def table(caption: str, head: Sequence[str], rows: Sequence[Row], total: Row | None) -> Markup:
    """Return a table of counts, the first column of which names each row."""
    first, *others = head
    columns = element(
        "tr",
        None,
        element("th", {"scope": "col"}, first),
        *(element("th", {"scope": "col", "class": "number"}, name) for name in others),
    )
    parts = [
        element("caption", None, caption),
        element("thead", None, columns),
        element("tbody", None, *map(_table_row, rows)),
    ]
    if total is not None:
        parts.append(element("tfoot", None, _table_row(total)))
    region = {"class": "scroll", "role": "region", "aria-label": caption, "tabindex": "0"}
    return element("div", region, element("table", None, *parts))


def _table_row(row: Row) -> Markup:
    name, counts = row
    cells = (element("td", {"class": "number"}, str(count)) for count in counts)
    return element("tr", None, element("th", {"scope": "row"}, name), *cells)


def expectation_count(count: int) -> str:
    """Return so many expectations, in words."""
    return f"{count} expectation{'' if count == 1 else 's'}"
