"""The documentation site: each page there and reachable, well formed, and readable by everybody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from html.parser import HTMLParser
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from conftest import Run
from lantern import House
from shipped import shipped_rulebook

from readiness.render.pages.document import Entry, Page, page_lines, plain
from readiness.render.pages.rulebook import expectation_page
from readiness.render.site.files import site
from readiness.render.site.fragments import FOLDERS
from readiness.render.site.html import Markup, element, joined

DAY = date(2026, 11, 1)
RULEBOOK = shipped_rulebook()
_VOID = {"link", "meta", "input", "br"}


class Read(HTMLParser):
    """A page as a browser would take it, with what is not in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.levels: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in _VOID:
            self.open.append(tag)
        if found := given.get("id"):
            self.ids.append(found)
        for name in ("href", "src", "action"):
            if (address := given.get(name)) is not None:
                self.links.append(address)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        """Check that it closes what was opened last."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of each element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


@lru_cache(maxsize=1)
def files() -> dict[str, str]:
    """Return the site of the rulebook that ships."""
    return dict(site(RULEBOOK, DAY))


@lru_cache(maxsize=1)
def pages() -> dict[str, Read]:
    """Return each HTML page, read."""
    return {path: Read(text) for path, text in files().items() if path.endswith(".html")}


def _inside(path: str, link: str) -> str:
    return normpath(join(dirname(path), unquote(link.split("#")[0].split("?")[0])))


def _local(page: Read) -> Iterator[str]:
    for link in page.links:
        if not link.startswith(("https://", "http://", "#")):
            yield link


def test_no_link_is_broken() -> None:
    known = set(files())
    broken = {
        (path, link)
        for path, page in pages().items()
        for link in _local(page)
        if _inside(path, link) not in known
    }
    assert broken == set()


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, ahead = {"index.html"}, ["index.html"]
    while ahead:
        path = ahead.pop()
        if path in pages():
            found = {_inside(path, link) for link in _local(pages()[path])} - reached
            reached |= found
            ahead += found
    assert set(files()) - reached == set()


def test_everything_in_the_rulebook_has_its_page() -> None:
    book = RULEBOOK
    expected = {
        "expectations": len(book.expectations),
        "facts": len(book.facts),
        "sources": len(book.sources),
        "frameworks": len(book.frameworks),
        "headings": sum(len(f.criteria) for f in book.frameworks.values()),
        "issues": len(book.issue_codes()),
        "figures": len({page.source for page in book.benchmarks}),
        "members": len(book.dimensions),
        "terms": len(book.vocabularies),
        "units": len(book.units),
    }
    assert set(expected) == set(FOLDERS.values())
    for folder, count in expected.items():
        assert sum(path.startswith(f"{folder}/") for path in files()) == count, folder
    assert len({path.casefold() for path in files()}) == len(files()), "Windows knows no capitals"


def test_pages_are_well_formed_with_ids_of_their_own() -> None:
    for path, page in pages().items():
        assert page.wrong == [], path
        assert len(set(page.ids)) == len(page.ids), path
        assert files()[path].startswith('<!DOCTYPE html>\n<html lang="en-GB">'), path


def test_headings_are_in_order() -> None:
    for path, page in pages().items():
        assert page.levels.count(1) == 1, path
        assert page.levels[0] == 1, path
        steps = zip(page.levels, page.levels[1:], strict=False)
        assert all(later <= earlier + 1 for earlier, later in steps), path


def test_landmarks_labels_and_table_headers() -> None:
    for path, page in pages().items():
        assert [len(page.all(tag)) for tag in ("header", "main", "footer", "nav")] == [1] * 4, path
        assert page.all("a")[0] == {"class": "skip", "href": "#main"}, path
        assert page.all("main") == [{"id": "main"}], path
        fields = {field["id"] for field in page.all("input")}
        assert fields == {label["for"] for label in page.all("label")}, path
        assert all(head.get("scope") in ("col", "row") for head in page.all("th")), path
        assert len(page.all("caption")) == len(page.all("table")), path


def test_titles_tell_pages_apart() -> None:
    titles = [
        "".join(re.findall(r"<title>(.*?)</title>", text))
        for path, text in files().items()
        if path in pages() and path.startswith("expectations/")
    ]
    assert all(titles)
    assert len(set(titles)) == len(titles)


def test_nothing_is_asked_of_another_machine() -> None:
    for path, page in pages().items():
        for tag in ("script", "link", "img"):
            for attributes in page.all(tag):
                address = attributes.get("src") or attributes.get("href") or ""
                assert "//" not in address, path
    for name in ("style.css", "search.js"):
        assert not re.search(r"https?:|@import|url\(", files()[name])


@pytest.mark.parametrize("id", ["SEND-EHC-001", "SEND-SIG-003", "ILACS-CL-020", "WF-CASE-001"])
def test_a_page_says_what_the_terminal_prints(id: str) -> None:
    shown = " ".join(" ".join(pages()[f"expectations/{id}.html"].words).split())

    def check(entry: Entry) -> None:
        words = " ".join(plain(entry.words).split())
        assert re.sub(r"\W", "", words) in re.sub(r"\W", "", shown), words
        for row in entry.rows:
            check(row)

    page = expectation_page(RULEBOOK, id, DAY)
    for entry in (*page.head, *(entry for group in page.groups for entry in group)):
        check(entry)
    assert any(line.startswith("Why it matters: ") for line in page_lines(page))


def test_counts_of_the_first_page_reconcile() -> None:
    text = files()["index.html"]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text)
    counts = [[int(n) for n in re.findall(r"<td class=\"number\">(\d+)", row)] for row in rows]
    *frameworks, total = counts
    assert len(frameworks) == len(RULEBOOK.frameworks)
    assert [sum(column) for column in zip(*frameworks, strict=True)] == total
    assert all(sum(row[:-1]) == row[-1] for row in counts)
    assert total[-1] == len(RULEBOOK.expectations)


def test_the_search_index_holds_every_page_of_the_rulebook() -> None:
    text = files()["search-index.js"]
    data = json.loads(text.removeprefix("window.readinessIndex = ").rstrip().removesuffix(";"))
    paths = {entry[3] for entry in data["entries"]}
    assert paths == {path for path in pages() if dirname(path) not in ("", "print")}
    assert all(data["kinds"][entry[0]] for entry in data["entries"])


def test_all_pages_of_a_framework_stand_on_one_to_print() -> None:
    for id in RULEBOOK.frameworks:
        own = sum(e.framework == id for e in RULEBOOK.expectations.values())
        assert len(pages()[f"print/{id}.html"].all("article")) == own


def test_text_is_escaped_and_markup_is_not() -> None:
    inner = element("b", None, "a < b & c")
    assert element("p", {"title": 'say "so" & <more>', "id": None}, inner, "<i>") == (
        '<p title="say &quot;so&quot; &amp; &lt;more&gt;"><b>a &lt; b &amp; c</b>&lt;i&gt;</p>'
    )
    assert isinstance(joined("<", inner), Markup)
    assert element("br") == "<br>"


def test_a_title_of_the_rulebook_cannot_break_the_page(house: House, run: Run) -> None:
    house.edit(
        "rules/lantern/light/LAN-01.yaml",
        ("title: Every visit is made on time", "title: <script>alert(1)</script> & more"),
    )
    assert run("rules", "docs", "-o", "docs", "--as-of", "2026-01-01").code == 0
    for file in (house.folder / "docs").rglob("*.html"):
        assert "<script>alert" not in file.read_text(encoding="utf-8"), file
        assert Read(file.read_text(encoding="utf-8")).wrong == []


# ---- the command


def test_the_same_rulebook_gives_the_same_bytes(house: House, run: Run) -> None:
    for name in ("one", "two"):
        assert run("rules", "docs", "--output", name, "--as-of", "2026-01-01").code == 0
    one, two = (
        {p.relative_to(top).as_posix(): p.read_bytes() for p in top.rglob("*") if p.is_file()}
        for top in (house.folder / "one", house.folder / "two")
    )
    assert one == two
    assert "index.html" in one


def test_a_site_is_replaced_as_a_whole(house: House, run: Run) -> None:
    ran = run("rules", "docs")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("files in rulebook-docs; open rulebook-docs/index.html\n")
    house.write("rulebook-docs/expectations/LAN-99.html", "gone")
    assert run("rules", "docs").code == 0
    assert not (house.folder / "rulebook-docs/expectations/LAN-99.html").exists()
    assert [p.name for p in house.folder.glob(".rulebook-docs*")] == []


def test_nobodys_own_files_are_overwritten(house: House, run: Run) -> None:
    house.write("mine/letter.txt", "dear")
    ran = run("rules", "docs", "--output", "mine")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("mine is there already and was not made by 'rules docs'")
    assert (house.folder / "mine/letter.txt").read_text(encoding="utf-8") == "dear"
    assert run("rules", "docs", "--output", "profile.yaml").code == 2
    assert run("rules", "docs", "--output", "profile.yaml/below").code == 2
    (house.folder / "empty").mkdir()
    assert run("rules", "docs", "--output", "empty").code == 0


def test_a_page_without_groups_is_its_head() -> None:
    page = Page("a", "A title", (Entry("Label", "  label ", ("words",)),))
    assert list(page_lines(page)) == ["a  A title", "  label words"]
