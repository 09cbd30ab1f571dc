"""Hostile text through every format: it comes out as text, whole, and moves nothing around it.

What the report, the plan and OSCAL do with it in detail is tested beside them. The last part opens
workbooks, documents and CSV in LibreOffice, and is left out where that is not there.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import hostile
import openpyxl
import pytest
from conftest import Run
from lantern import House
from test_drill import TIMELINE, unescaped, unfolded

DAY = ("--framework", "lantern", "--notified", "2026-01-05")

TEXTS = {
    "check": ("check", "profile.yaml"),
    "check all": ("check", "profile.yaml", "--all"),
    "check md": ("check", "profile.yaml", "--format", "md"),
    "claims": ("claims", "profile.yaml"),
    "diff": ("diff", "profile.yaml", "--new-as-of", "2028-01-01"),
    "drill": ("drill", "profile.yaml", *DAY),
    "explain": ("explain", "LAN-01", "profile.yaml"),
    "impact": ("rules", "impact", "rules", "--profiles", "profile.yaml"),
    "plan": ("plan", "profile.yaml", "--all"),
    "plan check": ("plan", "profile.yaml", "--check"),
    "plan md": ("plan", "profile.yaml", "--format", "md"),
    "settle": ("settle", "profile.yaml", "--all"),
    "settle md": ("settle", "profile.yaml", "--format", "md"),
    "settle sheet": ("settle", "profile.yaml", "--holder", "local_authority"),
    "what-if": ("what-if", "profile.yaml", "--set", "lamp.lit=yes"),
    "batch": ("batch", "councils"),
}

PAGES = {
    "report": ("check", "profile.yaml", "--format", "html"),
    "drill": ("drill", "profile.yaml", *DAY, "--format", "html"),
}

DATA = {
    "check": ("check", "profile.yaml", "--format", "json"),
    "oscal": ("check", "profile.yaml", "--format", "oscal"),
    "sarif": ("check", "profile.yaml", "--format", "sarif"),
    "claims": ("claims", "profile.yaml", "--format", "json"),
    "diff": ("diff", "profile.yaml", "--new-as-of", "2028-01-01", "--format", "json"),
    "drill": ("drill", "profile.yaml", *DAY, "--format", "json"),
    "plan": ("plan", "profile.yaml", "--format", "json"),
    "plan oscal": ("plan", "profile.yaml", "--format", "oscal"),
    "settle": ("settle", "profile.yaml", "--format", "json"),
    "what-if": ("what-if", "profile.yaml", "--set", "lamp.lit=yes", "--format", "json"),
}


@pytest.fixture
def council(house: House) -> House:
    """Return the house of a hostile council whose name begins as a formula does."""
    hostile.write(house, "=1+1")
    page = house.rules / "lantern" / "framework.yaml"
    house.write("rules/lantern/framework.yaml", page.read_text(encoding="utf-8") + TIMELINE)
    house.write("councils/one.yaml", house.profile.read_bytes())
    return house


def out(run: Run, args: tuple[str, ...]) -> str:
    ran = run(*args)
    assert ran.code in (0, 1), ran.err
    assert ran.out
    return ran.out


@pytest.mark.parametrize("args", TEXTS.values(), ids=TEXTS.keys())
def test_a_terminal_shows_nothing_that_moves_or_hides(
    council: House, run: Run, args: tuple[str, ...]
) -> None:
    text = out(run, args)
    lines = text.split("\n")
    assert [line for line in lines if not line.isprintable()] == []
    assert not [line for line in lines if line.startswith(("END:VEVENT", "ATTACH:"))]


@pytest.mark.parametrize("args", DATA.values(), ids=DATA.keys())
def test_data_can_be_read_back(council: House, run: Run, args: tuple[str, ...]) -> None:
    text = out(run, args)
    assert json.loads(text)
    if args[-1] != "json":  # which is the data itself; of the others people read messages
        assert "\u202e" not in text


def test_junit_can_be_read_back(council: House, run: Run) -> None:
    root = ElementTree.fromstring(out(run, ("check", "profile.yaml", "--format", "junit")))
    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase"),
        *("failure", "skipped", "system-out"),
    }
    names = {p.attrib["value"] for p in root.iter("property") if p.attrib["name"] == "council"}
    assert all(hostile.SCRIPT in name for name in names)
    assert len(names) == 1


class Page(HTMLParser):
    """Takes what would act on a page, and all that it shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.acting: list[str] = []
        self.shown = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {"svg"} if tag == "svg" and dict(attrs).get("viewbox") else set()  # a chart of ours
        if tag in {"script", "img", "iframe", "object", "embed", "form", "base", "svg"} - own:
            self.acting.append(tag)
        self.acting += [name for name, _ in attrs if name.startswith("on")]
        outside = [value or "" for name, value in attrs if name in ("href", "src")]
        self.acting += [value for value in outside if ":" in value]

    def handle_data(self, data: str) -> None:
        self.shown += data


@pytest.mark.parametrize("args", PAGES.values(), ids=PAGES.keys())
def test_nothing_acts_on_a_page(council: House, run: Run, args: tuple[str, ...]) -> None:
    page = Page(out(run, args))
    assert page.acting == []
    for text in (hostile.SCRIPT, hostile.ELEMENT, hostile.TEMPLATE, hostile.LINK):
        assert text in page.shown
    assert "\u202e" not in page.shown


def test_a_calendar_holds_its_own_lines_only(council: House, run: Run) -> None:
    lines = unfolded(out(run, ("drill", "profile.yaml", *DAY, "--format", "ics")))
    assert {re.split("[:;]", line)[0] for line in lines} == {
        *("BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME"),
        *("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "TRANSP"),
    }
    assert lines.count("END:VEVENT") == lines.count("BEGIN:VEVENT")
    assert hostile.SCRIPT in unescaped(next(line for line in lines if "CALNAME" in line))


def test_the_table_of_a_batch_is_one_row_a_council(council: House, run: Run) -> None:
    out(run, ("batch", "councils", "--output", "results"))
    text = (council.folder / "results" / "summary.csv").read_text(encoding="utf-8")
    heads, row = csv.reader(io.StringIO(text))
    assert len(heads) == len(row)
    assert row[0].startswith("'=1+1 <script>")


def workbooks(council: House, run: Run) -> Iterator[Path]:
    """Yield each workbook that there is, written."""
    for name, args in (
        ("plan.xlsx", ("plan", "profile.yaml", "--format", "xlsx")),
        ("filled.xlsx", ("profile", "template", "--filled", "profile.yaml")),
    ):
        assert run(*args, "--output", name).code == 0
        yield council.folder / name


def test_a_workbook_holds_no_formula_and_no_link(council: House, run: Run) -> None:
    for file in workbooks(council, run):
        cells = [c for sheet in openpyxl.load_workbook(file) for row in sheet for c in row]
        assert [c.coordinate for c in cells if c.data_type == "f"] == []
        links = [c.hyperlink for c in cells if c.hyperlink]
        assert [link.target for link in links if link.target] == []  # to its own sheets only
        assert any(hostile.SCRIPT in str(c.value) for c in cells)
        parts = zipfile.ZipFile(file).namelist()
        assert [part for part in parts if "extern" in part or "vba" in part.lower()] == []


def test_a_filled_workbook_comes_back_as_it_was(council: House, run: Run) -> None:
    assert run("profile", "template", "--filled", "profile.yaml", "--output", "b.xlsx").code == 0
    assert run("profile", "fill", "--from", "b.xlsx", "--output", "back.yaml").code == 0
    for command in ("check", "claims", "plan"):
        then, now = (
            json.loads(out(run, (command, name, "--format", "json")))
            for name in ("profile.yaml", "back.yaml")
        )
        assert texts(now) == texts(then), command


def texts(data: Any) -> list[str]:
    """Return every text in data, without the lines of the profile at which things stand."""
    if isinstance(data, dict):
        kept = {key: value for key, value in data.items() if key != "place"}
        return [text for value in kept.values() for text in texts(value)]
    if isinstance(data, list):
        return [text for value in data for text in texts(value)]
    return [re.sub(r"\w+\.yaml, line \d+", "", data)] if isinstance(data, str) else []


# ---- in a real office --------------------------------------------------------------------------

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
in_office = pytest.mark.skipif(OFFICE is None, reason="no LibreOffice")


Convert = Callable[[Iterable[Path], str], list[ElementTree.Element]]


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Return a function that gives files as LibreOffice opens and saves them."""
    home = f"-env:UserInstallation={tmp_path_factory.mktemp('home').as_uri()}"

    def convert(files: Iterable[Path], to: str) -> list[ElementTree.Element]:
        assert OFFICE
        into, named = tmp_path_factory.mktemp("saved"), list(files)
        args = [OFFICE, home, "--headless", "--convert-to", to, "--outdir", str(into)]
        subprocess.run([*args, *map(str, named)], check=True, capture_output=True, timeout=300)
        return [ElementTree.parse(into / f"{file.stem}.{to}").getroot() for file in named]

    return convert


ACTING = {"event-listener", "dde-source", "dde-connection-decl", "object", "plugin", "applet"}


def acting(root: ElementTree.Element) -> list[str]:
    """Return what a document that was opened would work out, load or lead to."""
    found = [element.tag for element in root.iter() if element.tag.rpartition("}")[2] in ACTING]
    for element in root.iter():
        for name, value in element.attrib.items():
            leads = name.endswith("}href") and value[:1] not in ("", "#")
            if leads or name.endswith(("}formula", "}macro-name")):
                found.append(f"{name}={value}")
    return found


@in_office
def test_a_spreadsheet_works_nothing_out(council: House, run: Run, converted: Convert) -> None:
    for root in converted(workbooks(council, run), "fods"):
        assert acting(root) == []
        assert hostile.SCRIPT in "".join(root.itertext())


@in_office
def test_a_spreadsheet_opens_the_table_of_a_batch(
    council: House, run: Run, converted: Convert
) -> None:
    out(run, ("batch", "councils", "--output", "results"))
    (root,) = converted([council.folder / "results" / "summary.csv"], "fods")
    assert acting(root) == []
    assert "=1+1 <script>" in "".join(root.itertext())


@in_office
def test_a_word_processor_shows_it_as_text(council: House, run: Run, converted: Convert) -> None:
    run("check", "profile.yaml", "--format", "docx", "--output", "briefing.docx")
    run("plan", "profile.yaml", "--format", "docx", "--output", "plan.docx")
    documents = [council.folder / "briefing.docx", council.folder / "plan.docx"]
    for root in converted(documents, "fodt"):
        assert acting(root) == []
        shown = "".join(root.itertext())
        assert hostile.SCRIPT in shown
        assert hostile.TEMPLATE in shown
