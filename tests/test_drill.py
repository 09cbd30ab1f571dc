"""The day of the call: dated steps, what is held by then, and a calendar that others can read."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st
from lantern import House
from shipped import shipped_rulebook

from readiness.analysis.drill import Drill, Held, drill
from readiness.calendar import BankHolidaysUnknown, Duration, is_working_day, plus
from readiness.errors import InvalidRulebook
from readiness.model.profile import CouncilHeader, Profile
from readiness.model.vocabulary import Confidence
from readiness.render.calendar_file import Event, calendar_file
from readiness.render.drill import render_calendar, render_html
from readiness.rulebook.rulebook import Rulebook

TIMELINE = """\
  ax-2: {title: The book of the keepers, holder: icb, confidence: memory, fresh_within: 1 month}
  ax-3: {title: The list of rooms, holder: local_authority, confidence: memory}
kinds:
  long: {title: Long visit, confidence: verified, note: Two days on site.}
  short: {title: Short visit, confidence: verified}
timeline:
  call: {title: The keeper is told, day: 0, confidence: verified}
  lists: {title: Lists are sent, day: 2, wants: the rest, confidence: memory}
  rooms: {title: Rooms are chosen, day: 4, wants: [ax-3], confidence: secondary}
  on-site: {title: They come, day: 5, kinds: [long], confidence: verified}
  letter: {title: The letter, day: 20, count: calendar days, confidence: secondary}
  answer: {title: The answer, day: 10, after: letter, confidence: verified}
"""


@pytest.fixture
def timed(house: House) -> House:
    """Return the house with a timetable of its own."""
    file = house.rules / "lantern" / "framework.yaml"
    house.write("rules/lantern/framework.yaml", file.read_text(encoding="utf-8") + TIMELINE)
    return house


def made(house: House, notified: date, kind: str | None = "long") -> Drill:
    rulebook = house.rulebook()
    return drill(rulebook.frameworks["lantern"], kind, house.load(), notified)


def days(found: Drill) -> dict[str, date | None]:
    return {step.id: step.day for step in found.steps}


def test_steps_are_counted_in_working_days_of_england(timed: House) -> None:
    found = made(timed, date(2026, 4, 1))  # a Wednesday before Easter
    assert days(found) == {
        "call": date(2026, 4, 1),
        "lists": date(2026, 4, 7),
        "rooms": date(2026, 4, 9),
        "on-site": date(2026, 4, 10),
        "letter": date(2026, 4, 21),
        "answer": date(2026, 5, 6),  # over the bank holiday of 4 May
    }


def test_a_call_at_a_weekend_counts_from_the_next_working_day(timed: House) -> None:
    found = made(timed, date(2026, 4, 4))
    assert days(found)["call"] == date(2026, 4, 7)
    assert "Saturday 4 April 2026 is at a weekend" in found.notices[0]
    assert "Tuesday 7 April 2026" in found.notices[0]


def test_beyond_the_known_bank_holidays_a_day_is_left_open(timed: House) -> None:
    found = made(timed, date(2028, 12, 20))
    steps = {step.id: step for step in found.steps}
    assert steps["lists"].day == date(2028, 12, 22)
    assert steps["letter"].day == date(2029, 1, 9)
    assert steps["answer"].day is None
    assert "2029" in (steps["answer"].why_not or "")
    assert found.steps[-1].day is None
    assert "2029" not in render_calendar(found).split("SUMMARY:The answer")[-1][:20]
    assert "SUMMARY:The answer" not in render_calendar(found)


def test_a_kind_has_its_own_steps(timed: House) -> None:
    assert "on-site" not in days(made(timed, date(2026, 4, 1), "short"))


def test_freshness_is_asked_of_the_day_it_is_due(timed: House) -> None:
    timed.edit(
        "profile.yaml",
        (
            "evidence:\n",
            "evidence:\n  book: {title: The book, kind: report, dated: 2026-03-05, holder: icb, "
            "serves: [lantern/ax-2]}\n",
        ),
    )

    def book(notified: date) -> Held:
        return {item.id: item.state for item in made(timed, notified).items}["ax-2"]

    assert book(date(2026, 3, 30)) is Held.READY  # due on Wednesday 1 April
    assert book(date(2026, 4, 1)) is Held.STALE  # due on 7 April, more than a month later


def test_what_takes_longer_than_there_is_comes_late(timed: House) -> None:
    timed.edit(
        "profile.yaml",
        ("    serves: [lantern/ax-1]", "    serves: [lantern/ax-1]\n    ready_in: 3 working days"),
    )
    item = {one.id: one for one in made(timed, date(2026, 4, 1)).items}["ax-1"]
    assert item.state is Held.LATE
    assert "ready on 8 April 2026" in item.said


def test_an_item_stands_as_its_best_evidence_does(timed: House) -> None:
    timed.edit(
        "profile.yaml",
        (
            "evidence:\n",
            "evidence:\n  old: {title: Old, kind: report, dated: 2020-01-01, serves: "
            "[lantern/ax-2]}\n  new: {title: New, kind: report, dated: 2026-03-30, serves: "
            "[lantern/ax-2]}\n",
        ),
    )
    item = {one.id: one for one in made(timed, date(2026, 4, 1)).items}["ax-2"]
    assert (item.state, item.others) == (Held.READY, 1)
    assert item.by is not None
    assert item.by.id == "new"


def test_partners_are_named_where_nothing_is_held(timed: House) -> None:
    items = {one.id: one for one in made(timed, date(2026, 4, 1)).items}
    assert items["ax-2"].state is Held.NOT_HELD
    assert items["ax-2"].partner
    assert not items["ax-1"].partner


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("kinds: [long]", "kinds: [longest]", "no kind is called 'longest'"),
        ("wants: [ax-3]", "wants: [ax-9]", "no request item is called 'ax-9'"),
        ("after: letter", "after: letters", "no step before it is called 'letters'"),
        ("wants: [ax-3]", "wants: the rest", "'the rest' is wanted twice"),
    ],
)
def test_a_timetable_that_does_not_fit_is_refused(
    timed: House, old: str, new: str, message: str
) -> None:
    timed.edit("rules/lantern/framework.yaml", (old, new))
    with pytest.raises(InvalidRulebook, match=re.escape(message)):
        timed.rulebook()


# ---- what ships ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    return shipped_rulebook()


@pytest.mark.parametrize("framework", ["area-send", "ilacs", "jtai", "youth-justice"])
def test_every_kind_that_ships_has_a_day_for_what_it_asks_for(
    shipped: Rulebook, framework: str
) -> None:
    page = shipped.frameworks[framework]
    nobody = Profile(CouncilHeader(name="Nobody"))
    for kind in page.kinds or (None,):
        found = drill(page, kind, nobody, date(2026, 11, 2))
        assert found.steps[0].day == date(2026, 11, 2)
        assert len(found.items) == len(page.requests)
        undated = [item.id for item in found.items if item.due is None]
        assert undated == [] or any("no day is known" in notice for notice in found.notices)
        memory = any(step.confidence is Confidence.MEMORY for step in found.steps)
        assert memory == any("on memory or" in notice for notice in found.notices)


# ---- the calendar --------------------------------------------------------------------------------


def unfolded(text: str) -> list[str]:
    """Return the lines of a calendar file as one who reads it joins them."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    for line in text.split("\r\n"):
        assert len(line.encode("utf-8")) <= 75
    return text[:-2].replace("\r\n ", "").split("\r\n")


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], text)


@given(st.text(max_size=200), st.text(max_size=200), st.dates(date(1900, 1, 1), date(9998, 1, 1)))
def test_text_comes_out_of_a_calendar_as_it_went_in(title: str, about: str, day: date) -> None:
    lines = unfolded(calendar_file("Name", [Event("id", day, title, about)], day))
    read = dict(line.split(":", 1) for line in lines if line.startswith(("SUMMARY", "DESCR")))

    def plain(text: str) -> str:
        parts = re.split(r"\r\n|\r|\n", text)
        return "\n".join("".join(c if c.isprintable() else " " for c in one) for one in parts)

    assert unescaped(read["SUMMARY"]) == plain(title)
    assert unescaped(read["DESCRIPTION"]) == plain(about)


def test_a_calendar_is_the_same_to_the_last_byte_and_reads_no_clock(timed: House) -> None:
    found = made(timed, date(2026, 4, 1))
    text = render_calendar(found)
    assert text == render_calendar(made(timed, date(2026, 4, 1)))
    lines = unfolded(text)
    assert {line for line in lines if line.startswith("DTSTAMP")} == {"DTSTAMP:20260401T000000Z"}
    uids = [line for line in lines if line.startswith("UID:")]
    assert len(set(uids)) == len(uids) == 6
    assert "DTSTART;VALUE=DATE:20260410" in lines
    assert "DTEND;VALUE=DATE:20260411" in lines


# ---- the page, the command -----------------------------------------------------------------------


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_the_page_stands_alone_and_runs_nothing(timed: House) -> None:
    timed.edit("profile.yaml", ("The log of the lamps", "<script>alert(1)</script>"))
    page = _Page()
    text = render_html(made(timed, date(2026, 4, 1)))
    page.feed(text)
    assert "script" not in page.tags
    assert page.links == []
    assert "&lt;script&gt;" in text
    assert "Content-Security-Policy" in text


def test_command_adds_up(run: Run, timed: House) -> None:
    args = ("drill", "profile.yaml", "--framework", "lantern", "--notified", "2026-04-01")
    shown = run(*args)
    assert shown.code == 0
    assert "Tue 7 Apr 2026" in shown.out
    assert "from memory" in shown.out
    data = json.loads(run(*args, "--format", "json").out)
    totals = data["totals"]
    assert totals["all"] == len(data["requests"]) == 3
    assert sum(totals[state.value] for state in Held) == totals["all"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--kind", "longs"), "did you mean 'long'?"),
        (("--framework", "lantrn"), "did you mean 'lantern'?"),
    ],
)
def test_what_is_not_there_is_said(
    run: Run, timed: House, more: tuple[str, ...], message: str
) -> None:
    args = ["drill", "profile.yaml", "--framework", "lantern", "--notified", "2026-04-01", *more]
    shown = run(*args)
    assert shown.code == 2
    assert message in shown.err


def test_a_framework_without_a_timetable_is_refused(run: Run, house: House) -> None:
    shown = run("drill", "profile.yaml", "--framework", "lantern", "--notified", "2026-04-01")
    assert shown.code == 2
    assert "no timetable" in shown.err


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_no_step_counted_in_working_days_falls_on_another_day(notified: date) -> None:
    try:
        day = plus(notified, Duration.parse("10 working days"))
    except BankHolidaysUnknown:
        return
    assert is_working_day(day)
