"""The report and the briefing: what they say adds up, and what a profile says stays text."""

from __future__ import annotations

import base64
import builtins
import hashlib
import re
import zipfile
from collections import Counter
from datetime import date
from fractions import Fraction
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import hostile
import pytest
from conftest import Run
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lantern import PROFILE, House, page

from readiness.analysis.briefing import LONGEST, briefing
from readiness.analysis.findings.build import DRAWN, REPORT
from readiness.app.checking import check
from readiness.app.choice import RulebookChoice
from readiness.model.finding import LimitsShown, PointShown, Report, SeriesShown
from readiness.model.vocabulary import Verdict
from readiness.render import drawing, markdown, report, word
from readiness.resources import shipped_rules, shipped_scenarios


class Page(HTMLParser):
    """A page as a browser would read it: elements, texts, ids and links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in {"meta", "rect", "line", "path", "circle", "polyline"}:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"path", "rect", "line", "circle", "polyline"}:
            return
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)
            if self.open and {"td", "th"} & set(self.open):
                self.tables[-1][-1][-1] += data

    def of(self, name: str) -> list[str]:
        """Return the values of an attribute."""
        return [value for _, attribute, value in self.attributes if attribute == name]


@pytest.fixture(scope="module")
def northmoor() -> Report:
    return check(
        shipped_scenarios() / "northmoor",
        today=lambda: date(2026, 1, 1),
        book=RulebookChoice(shipped_rules()),
        engine="builtin",
        extent=REPORT,
    ).report


@pytest.fixture(scope="module")
def made(northmoor: Report) -> str:
    return report.render(northmoor)


# ---- one file, whole and quiet


def test_nothing_is_asked_for_and_nothing_runs(made: str) -> None:
    read = Page(made)
    assert not read.open
    loading = {"script", "link", "img", "iframe", "object", "embed", "audio", "video", "form"}
    assert not loading & set(read.tags)
    assert not [name for _, name, _ in read.attributes if name.startswith("on") or name == "style"]
    assert not read.of("src")
    assert all(href.startswith("#") for href in read.of("href"))
    assert "url(" not in made
    assert "@import" not in made


def test_the_policy_lets_only_its_own_style_in(made: str) -> None:
    style = made.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = next(value for value in Page(made).of("content") if "default-src" in value)
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_every_link_leads_to_one_place(made: str) -> None:
    read = Page(made)
    ids = read.of("id")
    assert [id for id, count in Counter(ids).items() if count > 1] == []
    named = [id for value in read.of("aria-labelledby") for id in value.split()]
    assert {href.removeprefix("#") for href in read.of("href")} | set(named) <= set(ids)


def test_every_finding_is_there_once(made: str, northmoor: Report) -> None:
    cards = re.findall(r'<article class="finding [a-z -]+" id="([^"]+)"', made)
    assert sorted(cards) == sorted(finding.id for finding in northmoor.findings)


def test_tables_of_counts_add_up(made: str, northmoor: Report) -> None:
    totals = northmoor.totals
    whole = [totals.not_met, totals.unknown, totals.met, totals.not_applicable, totals.all]
    heads = ("Framework and criterion", "Organisation", "Owner")
    tables = [table for table in Page(made).tables if table[0][0] in heads]
    assert len(tables) == 3
    frameworks = set(northmoor.frameworks.values())
    for head, *rows, foot in tables:
        assert [int(cell) for cell in foot[1:]] == whole
        parts = [row for row in rows if head[0] != heads[0] or row[0] not in frameworks]
        sums = [sum(int(row[column]) for row in parts) for column in range(1, 6)]
        assert sums == whole


def test_what_is_not_known_is_there_for_paper_by_owner(made: str, northmoor: Report) -> None:
    table = next(table for table in Page(made).tables if table[0] == ["Expectation", "Because"])
    unknown = northmoor.of(Verdict.UNKNOWN)
    heads = [row[0] for row in table[1:] if len(row) == 1]
    rows = [row[0].split()[0] for row in table[1:] if len(row) == 2]
    assert sorted(rows) == sorted(finding.id for finding in unknown)
    assert len(heads) == len({(finding.holder, finding.owner) for finding in unknown})


@pytest.mark.parametrize(
    ("planned", "said"),
    [
        ("", "No plan."),
        (
            "{do: See them, owner: Head, due: 2026-03-01, status: on track, shows_in: Calls}",
            "Plan P-1, due 1 Mar 2026, on track.",
        ),
        (
            "{do: See them, owner: Head, due: 2025-03-01, status: at risk, shows_in: Calls}",
            "Plan P-1 does not hold: it is overdue.",
        ),
        ("{do: See them, due: 2026-03-01, status: on track}", "it has no owner, it names no sign"),
        (
            "{do: See them, owner: Head, due: 2026-03-01, status: stopped, shows_in: Calls}",
            "Plan P-1 does not hold: it is stopped.",
        ),
    ],
)
def test_a_gap_says_whether_a_plan_covers_it(
    house: House, run: Run, planned: str, said: str
) -> None:
    entry = planned.replace("{", "{id: P-1, addresses: [LAN-01], ") if planned else ""
    house.write("profile.yaml", f"{PROFILE.partition('plan:')[0]}plan: [{entry}]\n")
    made = run("check", "profile.yaml", "--format", "html").out
    brief = made.split('id="LAN-01"')[1].split("</summary>")[0]
    assert said in brief


def test_the_same_bytes_every_time(northmoor: Report, made: str) -> None:
    assert report.render(northmoor) == made
    assert markdown.render(northmoor) == markdown.render(northmoor)
    assert word.render(northmoor) == word.render(northmoor)


def test_nothing_of_the_machine(made: str, northmoor: Report) -> None:
    document = zipfile.ZipFile(BytesIO(word.render(northmoor)))
    for text in (
        made,
        markdown.render(northmoor),
        *(document.read(name).decode("utf-8", "replace") for name in document.namelist()),
    ):
        assert str(Path.home()) not in text
        assert str(shipped_rules().parent) not in text


def test_a_drawing_has_its_text_beside_it(made: str) -> None:
    drawings = re.findall(r"<svg[^>]*>", made)
    assert drawings
    for one in drawings:
        assert 'aria-hidden="true"' in one or 'role="img"' in one
        assert 'role="img"' not in one or "aria-label" in one
    trends = made.count('<figure class="trend"')
    assert trends == made.count("<details><summary>Values")


# ---- what a profile says stays text


def test_hostile_text_stays_text_in_html(house: House, run: Run) -> None:
    hostile.write(house)
    ran = run("check", "profile.yaml", "--format", "html")
    assert (ran.code, ran.err) == (1, "")
    read = Page(ran.out)
    assert not read.open
    assert not {"script", "img"} & set(read.tags)
    assert not [name for _, name, _ in read.attributes if name.startswith("on")]
    assert all(href.startswith("#") for href in read.of("href"))
    texts = " ".join(read.texts)
    for text in (hostile.SCRIPT, hostile.ELEMENT, hostile.STYLE, hostile.TEMPLATE, hostile.LINK):
        assert text in texts
    assert "49" not in texts.replace("149", "")
    assert not set("\u202e\u2066") & set(ran.out)
    assert "How many" in texts or "Affected" in texts


def test_hostile_text_stays_text_in_markdown(house: House, run: Run) -> None:
    hostile.write(house)
    ran = run("check", "profile.yaml", "--format", "md")
    assert ran.code == 1
    assert not re.search(r"(?<!\\)[<>\[\]`]", ran.out)
    assert not set("\u202e\u2066") & set(ran.out)
    library = pytest.importorskip("markdown_it")
    shown = library.MarkdownIt("commonmark").render(ran.out)
    tags = {tag.strip("/") for tag in re.findall(r"<(/?\w+)", shown)}
    assert tags <= {"h1", "h2", "p", "ul", "li", "strong", "em"}
    for text in (hostile.SCRIPT, hostile.LINK, hostile.HEADING):
        assert Page(shown).texts
        assert text in "".join(Page(shown).texts)


def test_hostile_text_stays_text_in_word(house: House, run: Run) -> None:
    hostile.write(house)
    ran = run("check", "profile.yaml", "--format", "docx", "-o", "briefing.docx")
    assert (ran.code, ran.out, ran.err) == (1, "", "")
    document = Document(str(house.folder / "briefing.docx"))
    title = document.paragraphs[0].text
    for text in (hostile.SCRIPT, hostile.ELEMENT, hostile.TEMPLATE, hostile.LINK, hostile.LONG):
        assert text in title
    assert not set("\u202e\u2066") & set(title)
    parts = zipfile.ZipFile(house.folder / "briefing.docx").namelist()
    assert not [name for name in parts if "vba" in name.lower() or "embed" in name.lower()]


# ---- signals, and who is affected, in words


def test_a_signal_says_what_moved_which_way_and_when(house: House, run: Run) -> None:
    hostile.write(house)
    out = re.sub(r"\s+", " ", run("check", "profile.yaml", "--all").out)
    assert (
        "Children in the house: Dec 2025 lies above the upper limit of the chart; 10 points in a "
        "row below the average of the chart (Jan 2025 to Oct 2025); two of three points in a row "
        "near the upper limit of the chart (Oct 2025 to Dec 2025). Chance alone seldom does that"
    ) in out


CHANGE = "{fact: lamp.children, change: {over: 1 year, as: rise}, at_most: 2}"


def test_an_earlier_value_has_its_own_period(house: House, run: Run) -> None:
    house.write("rules/lantern/light/LAN-07.yaml", page("LAN-07", CHANGE))
    series = "lamp.children: {series: {2024-Q4: 30, 2025-Q4: 41}}"
    house.edit("profile.yaml", ("lamp.children: 80", series))
    out = re.sub(r"\s+", " ", run("check", "profile.yaml", "--all").out)
    assert (
        "Children in the house: 41 children, Oct 2025 to Dec 2025; "
        "1 year earlier 30 children, Oct 2024 to Dec 2024"
    ) in out


SEEN_BY_ALL = "{every: room, satisfies: {fact: room.seen, at_least: 50%}}"


@pytest.mark.parametrize(
    ("apart", "seen", "said"),
    [
        (
            "yes",
            "{hall: 30/40, attic: 10/30, cellar: 8/40}",
            "52 of 70 children in the 2 groups that miss it",
        ),
        (
            "no",
            "{hall: 30/40, attic: 10/30, cellar: 8/40}",
            "32 of 40 children (Cellar); the most in any one of 2 groups",
        ),
        ("yes", "{hall: 30/40, attic: 10/30, cellar: 35/40}", "20 of 30 children"),
        (  # the sum does not tell the small count
            "yes",
            "{hall: 10/40, attic: 10/30, cellar: 3/40}",
            "50 of 70 children in the 2 groups that miss it; not counted here: 1 more, in which "
            "few are",
        ),
        (
            "yes",
            "{hall: 30/40, attic: 10/30, cellar: 3/40}",
            "all but fewer than 6 of 40 children (Cellar); the most in any one of 2 groups",
        ),
    ],
)
def test_who_is_affected_in_a_family(
    house: House, run: Run, apart: str, seen: str, said: str
) -> None:
    house.edit("rules/dimensions.yaml", ("  title: Room\n", f"  title: Room\n  apart: {apart}\n"))
    house.write("rules/lantern/light/LAN-02.yaml", page("LAN-02", SEEN_BY_ALL))
    house.edit("profile.yaml", ("{hall: 30/40, attic: 10/30, cellar: unknown}", seen))
    out = re.sub(r"\s+", " ", run("explain", "LAN-02", "profile.yaml").out)
    assert f" affected: {said} What do you know?" in out


def test_visits_are_not_affected(run: Run) -> None:
    out = run("check", "profile.yaml").out
    assert "how many  30 of 90 visits" in out
    assert "affected  20 of 80 children" in out


def test_members_say_how_far_they_are_and_all_are_counted(run: Run) -> None:
    out = re.sub(r"\s+", " ", run("check", "profile.yaml").out)
    assert "Attic: 10 of 30 children (33.3%); 16.7 percentage points below 50%" in out
    assert "1 not met, 1 unknown, 1 met of 3 (room)" in out


def test_all_is_said_where_all_is_meant_and_when_it_applies(run: Run) -> None:
    out = re.sub(r"\s+", " ", run("check", "profile.yaml", "--all").out)
    assert "expected Visits made on time: all (law)" in out
    assert "applies where Children in the house: more than 0 (held: 80 children)" in out


def test_what_is_overdue_names_a_count(house: House, run: Run) -> None:
    for wrong, said in (
        ("lamp.latte", "no fact is called 'lamp.latte'"),
        ("lamp.views", "'lamp.views' is not a count beside a share"),
    ):
        text = f"title: Visits made on time\n  overdue: {wrong}\n"
        house.edit("rules/facts/lamps.yaml", ("title: Visits made on time\n", text))
        ran = run("rules", "list")
        assert ran.code == 3
        assert said in ran.err
        house.edit("rules/facts/lamps.yaml", (f"  overdue: {wrong}\n", ""))


def test_a_question_names_expectations(house: House, run: Run) -> None:
    house.write("rules/questions.yaml", "light: {ask: Who, answered_by: [LAN-01, LAN-99]}\n")
    ran = run("rules", "list")
    assert ran.code == 3
    assert "no expectation is called 'LAN-99'" in ran.err


# ---- drawings


LEVELS = st.lists(st.fractions(0, 500, max_denominator=50) | st.none(), min_size=2, max_size=20)


@given(LEVELS, st.booleans())
def test_a_trend_stays_on_its_paper(levels: list[Fraction | None], limited: bool) -> None:
    held = [level for level in levels if level is not None]
    limits = None
    if limited and held:
        limits = LimitsShown(sum(held, Fraction()) / len(held), Fraction(0), max(held) + 9, "")
    points = tuple(PointShown("2025", "", level) for level in levels)
    charted = len(levels) if limits else 0
    trend = drawing.trend(SeriesShown("f", None, "F", "", None, points, limits, charted, ()))
    assert (trend is None) == (len(held) < 2)
    if trend is not None:
        assert len(trend.marks) == len(held)
        for mark in trend.marks:
            assert 0 <= float(mark.x) <= 580
            assert 0 <= float(mark.y) <= 170
        heights = [float(line.text_y) for line in trend.lines]
        assert heights == sorted(heights)
        assert all(b - a >= 14.9 for a, b in pairwise(heights))


def test_the_bar_is_whole(northmoor: Report) -> None:
    segments = drawing.bar(northmoor.totals)
    assert sum(segment.size for segment in segments) == northmoor.totals.all
    assert abs(sum(float(segment.width) for segment in segments) - drawing.WIDTH) < 1


# ---- the briefing


def test_every_question_is_answered_from_its_findings(northmoor: Report) -> None:
    made = briefing(northmoor)
    assert [answer.ask for answer in made.answers] == [q.ask for q in northmoor.leaders]
    for question, answer in zip(northmoor.leaders, made.answers, strict=True):
        assert {told.id for told in answer.told} <= set(question.findings)
        assert answer.told
        assert answer.next
        assert all(len(told.text) < LONGEST + 40 for told in answer.told)


def test_a_selection_that_leaves_a_question_out_says_so(house: House, run: Run) -> None:
    hostile.write(house)
    out = run("check", "profile.yaml", "--format", "md", "--severity", "high").out
    last = out[out.rindex("## ") :]
    assert "What else leaders are asked" in last
    assert "Nothing of what stands behind these is in this report: " in last
    asked = [line for line in out.splitlines() if line.startswith("## ")]
    assert not any(heading.partition(". ")[2] in last for heading in asked[:-1] if ". " in heading)


def test_a_council_restyles_the_template(house: House, run: Run) -> None:
    hostile.write(house)
    assert run("check", "--new-template", "our.docx").code == 0
    ours = Document(str(house.folder / "our.docx"))
    ours.add_paragraph("With the arms of {{ council[:7] }}")
    ours.save(str(house.folder / "our.docx"))
    args = ("check", "profile.yaml", "--format", "docx", "-o", "made.docx")
    assert run(*args, "--template", "our.docx").code == 1
    made = Document(str(house.folder / "made.docx"))
    assert made.paragraphs[-1].text == "With the arms of Lampton"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "docx"], "name a file with --output"),
        (["--format", "md", "--template", "profile.yaml"], "--template is for --format docx"),
        (["--format", "docx", "-o", "x.docx", "--template", "no.docx"], "cannot be read"),
        (
            ["--format", "docx", "-o", "x.docx", "--template", "profile.yaml"],
            "is not a template that can be filled in",
        ),
        (
            ["--format", "docx", "-o", "x.docx", "--template", "wrong.docx"],
            "is not a template that can be filled in",
        ),
    ],
)
def test_a_document_that_cannot_be_made_is_2(
    house: House, run: Run, options: list[str], said: str
) -> None:
    wrong = Document()
    wrong.add_paragraph("{{ no_such_thing }}")
    wrong.save(str(house.folder / "wrong.docx"))
    ran = run("check", "profile.yaml", *options)
    assert ran.code == 2
    assert said in ran.err
    assert not (house.folder / "x.docx").exists()


@pytest.mark.parametrize(
    ("form", "library", "extra"),
    [("html", "jinja2", "reports"), ("docx", "docxtpl", "word")],
)
def test_a_library_that_is_not_there_is_2(
    run: Run, monkeypatch: pytest.MonkeyPatch, form: str, library: str, extra: str
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == library:
            raise ImportError(name)
        return real(name, *args, **kwargs)

    report._template.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    ran = run("check", "profile.yaml", "--format", form, "-o", "x")
    assert ran.code == 2
    assert f"pip install 'readiness[{extra}]'" in ran.err


def test_disagreeing_sources_are_each_told_with_their_own_rest(tmp_path: Path) -> None:
    """What the first source says is not taken for what the others say; nor old for today's."""
    (tmp_path / "vale.yaml").write_text(
        """
council: {name: Vale}
as_of: 2026-11-02
facts:
  ehcp.issued_on_time:
    conflicting:
      - {numerator: 328, denominator: 670, period: 2025, source: A}
      - {numerator: 312, denominator: 480, period: 2025, source: B}
  ehcp.open_over_20_weeks: {value: 14, dated: 2024-01-16}
""",
        encoding="utf-8",
    )
    found = check(
        tmp_path / "vale.yaml",
        today=lambda: date(2026, 11, 2),
        book=RulebookChoice(shipped_rules()),
        engine="builtin",
        extent=DRAWN,
    ).report
    told = {
        (one.text, one.missed, one.overdue)
        for finding in found.findings
        for one in finding.timely
        if one.fact == "ehcp.issued_on_time"
    }
    late = "14 requests, what is held is too old"
    assert told == {
        ("328 of 670 plans (49%)", "342 plans", late),
        ("312 of 480 plans (65%)", "168 plans", late),
    }
