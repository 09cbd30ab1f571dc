"""The documentation site of a rulebook: plain files that open by a double click, online or not.

Pages are those that the terminal prints (`readiness.render.pages`), as HTML. They are made by
calls (`readiness.render.site.html`) and not from templates: what is nested is well formed and text
is escaped by construction, nothing has to be installed, and the whole site takes a few seconds. The
search index is a script, because a page that was opened from a folder may load scripts and no data.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readiness.analysis.pages.coverage import coverage_report
from readiness.analysis.pages.references import references
from readiness.calendar import long_date
from readiness.model.vocabulary import Kind
from readiness.render.pages.document import Entry, Page, To, Words, item, listed
from readiness.render.pages.reference import (
    criterion_page,
    dimension_page,
    expectation_words,
    framework_page,
    issue_page,
    release_page,
    source_page,
    unit_page,
    vocabulary_page,
)
from readiness.render.pages.rulebook import expectation_page, fact_page, which
from readiness.render.site.coverage import coverage_main
from readiness.render.site.fragments import (
    Row,
    body,
    expectation_count,
    heading,
    link,
    listing,
    path_of,
    table,
)
from readiness.render.site.html import Markup, element
from readiness.rulebook.rulebook import Rulebook

_ASSETS = Path(__file__).parent.parent / "assets"
_KINDS = {
    "expectation": "expectation",
    "fact": "fact",
    "source": "source",
    "framework": "framework",
    "criterion": "heading",
    "issue": "issue code",
    "release": "published figures",
    "dimension": "members of families",
    "vocabulary": "list of terms",
    "unit": "unit",
}
"""What readers call each kind of page."""

_NAVIGATION = (
    ("index.html", "Rulebook"),
    ("expectations.html", "Expectations"),
    ("facts.html", "Facts"),
    ("sources.html", "Sources"),
    ("issues.html", "Issue codes"),
    ("lists.html", "Figures and lists"),
    ("coverage.html", "Coverage"),
)


def site(rulebook: Rulebook, as_of: date) -> Iterator[tuple[str, str]]:
    """Yield each file of the site: its path, with forward slashes, and its text.

    Args:
        as_of: The day on which pages say what is in force and due.
    """
    yield from _Site(rulebook, as_of).files()


@dataclass(frozen=True, slots=True)
class _Made:
    """A page of the rulebook with the kind of thing that it is about."""

    kind: str
    page: Page
    index: str

    @property
    def path(self) -> str:
        return path_of(self.kind, self.page.id)


class _Site:
    def __init__(self, rulebook: Rulebook, as_of: date) -> None:
        self.rulebook = rulebook
        self.as_of = as_of
        self.refs = references(rulebook)
        self.report = coverage_report(rulebook, as_of)

    def files(self) -> Iterator[tuple[str, str]]:
        made = list(self._pages())
        for one in made:
            crumb = _KINDS[one.kind]
            head = heading("h1", one.page.id, one.page.title)
            yield (
                one.path,
                self._file(one.path, one.page.title, head, *body(one.page, "../"), crumb=crumb),
            )
        by_id = {one.page.id: one.page for one in made if one.kind == "expectation"}
        for id in self.rulebook.frameworks:
            yield self._to_print(id, by_id)
        yield self._index()
        yield self._expectations()
        yield self._facts()
        yield self._sources()
        yield self._issues()
        yield self._lists()
        coverage = coverage_main(self.rulebook, self.report)
        yield "coverage.html", self._file("coverage.html", "Coverage", *coverage)
        yield self._search()
        yield "search-index.js", _search_index(made)
        for name in ("style.css", "search.js"):
            yield name, (_ASSETS / name).read_text(encoding="utf-8")

    # ---- pages ----

    def _pages(self) -> Iterator[_Made]:
        book, refs = self.rulebook, self.refs
        for id, e in book.expectations.items():
            page = expectation_page(book, id, self.as_of)
            page = Page(page.id, page.title, page.head, (*page.groups, tuple(self._behind(id))))
            criterion = book.criterion_title(e.framework, e.criterion)
            words = f"{e.owner} {e.theme} {e.why} {e.ask} {criterion}"
            yield _Made("expectation", page, words)
        for id, fact in book.facts.items():
            yield _Made("fact", fact_page(book, refs, id), f"{fact.definition} {fact.ask or ''}")
        for id, source in book.sources.items():
            yield _Made("source", source_page(book, refs, id), source.short)
        for id, framework in book.frameworks.items():
            yield _Made("framework", framework_page(book, refs, id), "")
            for key in framework.criteria:
                yield _Made("criterion", criterion_page(book, refs, f"{id}/{key}"), "")
        for issues in book.issues:
            for code, issue in issues.codes.items():
                yield _Made("issue", issue_page(book, refs, code), issue.definition)
        for id in dict.fromkeys(page.source for page in book.benchmarks):
            yield _Made("release", release_page(book, id), "")
        for id in book.dimensions:
            yield _Made("dimension", dimension_page(book, id), "")
        for id, vocabulary in book.vocabularies.items():
            yield _Made("vocabulary", vocabulary_page(book, id), " ".join(vocabulary.terms))
        for id in book.units:
            yield _Made("unit", unit_page(book, id), "")

    def _behind(self, id: str) -> Iterator[Entry]:
        """Yield what only a site has room for: what rests on an expectation, and what it covers."""
        resting = self.refs.resting.get(id, ())
        if resting:
            rows = (item(*expectation_words(self.rulebook, other)) for other in resting)
            yield listed("What rests on it", rows)
        covers = [
            item(f"{entry.what} ({framework} {key})")
            for framework, entries in self.rulebook.coverage.items()
            for key, entry in entries.items()
            if id in entry.checked_by
        ]
        if covers:
            yield listed("Duties and lines of enquiry that it checks", covers)

    def _to_print(self, framework: str, pages: dict[str, Page]) -> tuple[str, str]:
        """Return all expectations of a framework on one page, to be printed."""
        title = f"{self.rulebook.frameworks[framework].title}: every page"
        parts: list[Markup] = []
        count = 0
        for id, e in self.rulebook.expectations.items():
            if e.framework == framework:
                count += 1
                page = pages[id]
                inside = (heading("h2", id, page.title), *body(page, "../", "h3"))
                parts.append(element("article", {"class": "page"}, *inside))
        path = f"print/{framework}.html"
        lead = element("p", None, expectation_count(count))
        return path, self._file(
            path, title, element("h1", None, title), lead, *parts, crumb="to print"
        )

    # ---- lists ----

    def _index(self) -> tuple[str, str]:
        book = self.rulebook
        rows: list[Row] = []
        for id, framework in book.frameworks.items():
            own = [e for e in book.expectations.values() if e.framework == id]
            counts = [sum(e.kind is kind for e in own) for kind in Kind]
            rows.append((link(To("framework", id, framework.title), ""), [*counts, len(own)]))
        kinds = [sum(e.kind is kind for e in book.expectations.values()) for kind in Kind]
        total = [*kinds, len(book.expectations)]
        head = ["Framework", *(kind.value for kind in Kind), "all"]
        figures = sum(len(page.figures) for page in book.benchmarks)
        counted = [
            ("expectations.html", f"{len(book.expectations)} expectations"),
            ("facts.html", f"{len(book.facts)} facts"),
            ("sources.html", f"{len(book.sources)} sources"),
            ("issues.html", f"{len(book.issue_codes())} issue codes"),
            (
                "lists.html",
                f"{figures} published figures, {len(book.dimensions)} families, "
                f"{len(book.vocabularies)} lists of terms and {len(book.units)} units",
            ),
            ("coverage.html", "what is checked and what is not"),
        ]
        prints = [
            element("li", None, element("a", {"href": f"print/{id}.html"}, framework.title))
            for id, framework in book.frameworks.items()
        ]
        main = (
            element("h1", None, book.page.title),
            element(
                "p",
                None,
                "Each expectation is one page: what law or an inspection framework asks of an "
                "area, how to tell whether it is met, where it is written, and what to do next. "
                "There is no score and no predicted grade.",
            ),
            element("h2", None, "Expectations by framework and kind"),
            table(
                "Expectations by the framework that asks first",
                head,
                rows,
                ("All frameworks", total),
            ),
            element("h2", None, "What is here"),
            element(
                "ul",
                None,
                *(element("li", None, element("a", {"href": p}, text)) for p, text in counted),
            ),
            element("h2", None, "To print: every page of a framework"),
            element("ul", None, *prints),
        )
        return "index.html", self._file("index.html", book.page.title, *main)

    def _expectations(self) -> tuple[str, str]:
        book = self.rulebook
        parts: list[Markup] = []
        for id, framework in book.frameworks.items():
            parts.append(element("h2", None, framework.title))
            for key, criterion in framework.criteria.items():
                own = [
                    e for e in book.expectations.values() if (e.framework, e.criterion) == (id, key)
                ]
                if own:
                    parts.append(
                        element(
                            "h3", None, link(To("criterion", f"{id}/{key}", criterion.title), "")
                        )
                    )
                    rows = ((expectation_words(book, e.id), f"{e.kind}, {e.severity}") for e in own)
                    parts.append(listing(rows))
        return self._list("expectations.html", "Expectations", len(book.expectations), parts)

    def _facts(self) -> tuple[str, str]:
        groups: dict[str, list[tuple[Words, str]]] = {}
        for id, fact in self.rulebook.facts.items():
            words: Words = (To("fact", id, id), f" {fact.title}")
            groups.setdefault(id.partition(".")[0], []).append((words, fact.type.value))
        parts = [
            part
            for group, rows in sorted(groups.items())
            for part in (element("h2", None, group.replace("_", " ")), listing(rows))
        ]
        return self._list("facts.html", "Facts", len(self.rulebook.facts), parts)

    def _sources(self) -> tuple[str, str]:
        groups: dict[str, list[tuple[Words, str]]] = {}
        for id, source in self.rulebook.sources.items():
            count = len(self.refs.sources.get(id, ()))
            words: Words = (To("source", id, source.title),)
            groups.setdefault(source.kind, []).append((words, f"named by {count}"))
        parts = [
            part
            for group, rows in groups.items()
            for part in (element("h2", None, group.capitalize()), listing(rows))
        ]
        return self._list("sources.html", "Sources", len(self.rulebook.sources), parts)

    def _issues(self) -> tuple[str, str]:
        parts: list[Markup] = []
        for page in self.rulebook.issues:
            parts.append(element("h2", None, self.rulebook.frameworks[page.framework].title))
            rows = (
                (
                    (To("issue", code, issue.title),),
                    f"{code}; raised by {len(self.refs.issues.get(code, ()))}",
                )
                for code, issue in page.codes.items()
            )
            parts.append(listing(rows))
        return self._list("issues.html", "Issue codes", len(self.rulebook.issue_codes()), parts)

    def _lists(self) -> tuple[str, str]:
        book = self.rulebook
        releases = dict.fromkeys(page.source for page in book.benchmarks)
        figures: list[tuple[Words, str]] = [
            (
                (To("release", id, book.sources[id].short),),
                f"{sum(len(p.figures) for p in book.benchmarks if p.source == id)} figures",
            )
            for id in releases
        ]
        families: list[tuple[Words, str]] = [
            ((To("dimension", id, d.title),), f"{id}; {len(d.members)} members")
            for id, d in book.dimensions.items()
        ]
        terms: list[tuple[Words, str]] = [
            ((To("vocabulary", id, v.title),), f"{id}; {len(v.terms)} terms")
            for id, v in book.vocabularies.items()
        ]
        units: list[tuple[Words, str]] = [
            ((To("unit", id, u.many),), "people" if u.people else "not people")
            for id, u in book.units.items()
        ]
        groups = (
            ("Published figures", figures),
            ("Members of fact families", families),
            ("Lists of terms", terms),
            ("Units", units),
        )
        parts = [
            part for name, rows in groups for part in (element("h2", None, name), listing(rows))
        ]
        count = sum(len(rows) for _, rows in groups)
        return self._list("lists.html", "Figures and lists", count, parts)

    def _list(self, path: str, title: str, count: int, parts: Sequence[Markup]) -> tuple[str, str]:
        head = element("h1", None, f"{title} ({count})")
        return path, self._file(path, title, head, *parts)

    # ---- search ----

    def _search(self) -> tuple[str, str]:
        main = (
            element("h1", None, "Search"),
            element(
                "p",
                {"id": "status", "role": "status"},
                "Search needs JavaScript; without it, the lists above hold every page.",
            ),
            element("ul", {"id": "results"}),
            element("script", {"src": "search-index.js"}),
            element("script", {"src": "search.js"}),
        )
        return "search.html", self._file("search.html", "Search", *main)

    # ---- frame ----

    def _file(self, path: str, title: str, *main: Markup, crumb: str | None = None) -> str:
        up = "../" if "/" in path else ""
        name = self.rulebook.page.title
        shown = title if title == name else f"{title} - {name}"
        links = (
            element(
                "li",
                None,
                element("a", {"href": up + p, "aria-current": "page" if p == path else None}, text),
            )
            for p, text in _NAVIGATION
        )
        form = element(
            "form",
            {"role": "search", "action": f"{up}search.html"},
            element("label", {"for": "q"}, "Search the rulebook"),
            element("input", {"type": "search", "id": "q", "name": "q"}),
            element("button", {"type": "submit"}, "Search"),
        )
        crumbs = [element("p", {"class": "crumbs"}, crumb.capitalize())] if crumb else []
        head = element(
            "head",
            None,
            element("meta", {"charset": "utf-8"}),
            element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            element("title", None, shown),
            element("link", {"rel": "stylesheet", "href": f"{up}style.css"}),
        )
        body = element(
            "body",
            None,
            element("a", {"class": "skip", "href": "#main"}, "Skip to the text"),
            "\n",
            element(
                "header",
                None,
                element("p", {"class": "name"}, name),
                element(
                    "nav", {"aria-label": "Parts of the rulebook"}, element("ul", None, *links)
                ),
                form,
            ),
            "\n",
            element("main", {"id": "main"}, *crumbs, *_lines(main)),
            "\n",
            element("footer", None, f"{which(self.rulebook)}, at {long_date(self.as_of)}."),
        )
        return f"<!DOCTYPE html>\n{element('html', {'lang': 'en-GB'}, head, body)}\n"


def _lines(parts: Iterable[Markup]) -> Iterator[str]:
    for part in parts:
        yield "\n"
        yield part


def _search_index(made: Iterable[_Made]) -> str:
    """Return the index as a script: a browser loads a script from a folder, and no data."""
    kinds = list(_KINDS)
    entries = [
        [kinds.index(one.kind), one.page.id, one.page.title, one.path, " ".join(one.index.split())]
        for one in made
    ]
    content = {"kinds": list(_KINDS.values()), "entries": entries}
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"window.readinessIndex = {data};\n"
