"""Small counts of people: hidden wherever a report shows anything, and not to be worked out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction

import pytest
from conftest import Run
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lantern import House, build, page

from readiness.analysis.findings.build import REPORT
from readiness.app.checking import Selection, make_report
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import evaluate
from readiness.model.disclosure import (
    FEW,
    NOT_SHOWN,
    SMALL_COUNTS_SHOWN,
    WITHHELD,
    Disclosure,
    is_small,
)
from readiness.model.facts import Fact, Unit
from readiness.model.finding import Report
from readiness.model.values import Share, Survey, Value, magnitude, share_from_counts
from readiness.model.vocabulary import FactType
from readiness.profile.load import load_profile
from readiness.render import json as as_json
from readiness.render import markdown as as_markdown
from readiness.render import report as as_html
from readiness.render import text as as_text
from readiness.render.pages import terminal as as_page

CHILDREN = Unit(one="child", many="children", people=True)
LAMPS = Unit(one="lamp", many="lamps", people=False)
COUNT = Fact(id="x", title="X", type=FactType.COUNT, definition="x", of="children")
SHARE = COUNT.model_copy(update={"type": FactType.SHARE})
SURVEY = COUNT.model_copy(update={"type": FactType.SURVEY})


def shown(value: Value, fact: Fact, unit: Unit | None = CHILDREN) -> tuple[object, ...]:
    made = Disclosure().value(value, fact, unit)
    return made.text, made.value, made.numerator, made.denominator


@pytest.mark.parametrize(
    ("count", "text", "value"),
    [
        (0, "0 children", "0"),
        (1, "fewer than 6 children", FEW),
        (5, "fewer than 6 children", FEW),
        (6, "6 children", "6"),
        (1200, "1,200 children", "1,200"),
    ],
)
def test_counts(count: int, text: str, value: str) -> None:
    assert shown(count, COUNT) == (text, value, None, None)


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (0, 0, ("no cases", "no cases", 0, 0)),
        (0, 40, ("0 of 40 children (0%)", "0%", 0, 40)),
        (40, 40, ("40 of 40 children (100%)", "100%", 40, 40)),
        (6, 40, ("6 of 40 children (15%)", "15%", 6, 40)),
        (5, 40, ("fewer than 6 of 40 children", NOT_SHOWN, FEW, 40)),
        (35, 40, ("all but fewer than 6 of 40 children", NOT_SHOWN, None, 40)),
        (34, 40, ("34 of 40 children (85%)", "85%", 34, 40)),
        (0, 5, ("a share of fewer than 6 children", NOT_SHOWN, None, FEW)),
        (5, 5, ("a share of fewer than 6 children", NOT_SHOWN, None, FEW)),
        (3, 8, ("some of 8 children", NOT_SHOWN, None, 8)),
        (6, 7, ("some of 7 children", NOT_SHOWN, None, 7)),
        (1, 10, ("some of 10 children", NOT_SHOWN, None, 10)),
        (0, 7, ("0 of 7 children (0%)", "0%", 0, 7)),
        (7, 7, ("7 of 7 children (100%)", "100%", 7, 7)),
        (1, 11, ("fewer than 6 of 11 children", NOT_SHOWN, FEW, 11)),
        (6, 11, ("all but fewer than 6 of 11 children", NOT_SHOWN, None, 11)),
    ],
)
def test_shares(numerator: int, denominator: int, expected: tuple[object, ...]) -> None:
    assert shown(share_from_counts(numerator, denominator), SHARE) == expected


def test_what_is_not_people_is_not_hidden() -> None:
    assert shown(3, COUNT, LAMPS) == ("3 lamps", "3", None, None)
    assert shown(share_from_counts(3, 4), SHARE, LAMPS) == ("3 of 4 lamps (75%)", "75%", 3, 4)


def test_what_is_counted_by_no_unit_may_be_people() -> None:
    assert shown(3, COUNT, None)[1] == FEW


@pytest.mark.parametrize(
    ("survey", "text", "value"),
    [
        (Survey(Share(Fraction(61, 100)), 200, 900), "61%; 200 answered of 900 asked", "61%"),
        (
            Survey(Share(Fraction(10, 100)), 30),
            "fewer than 6 of 30 children; 30 answered",
            NOT_SHOWN,
        ),
        (
            Survey(Share(Fraction(90, 100)), 30),
            "all but fewer than 6 of 30 children; 30 answered",
            NOT_SHOWN,
        ),
        (
            Survey(share_from_counts(3, 40), 40),
            "fewer than 6 of 40 children; 40 answered",
            NOT_SHOWN,
        ),
        (
            Survey(Share(Fraction(1, 2)), 4),
            "a share of fewer than 6 children; fewer than 6 answered",
            NOT_SHOWN,
        ),
        (Survey(Share(Fraction(1, 2)), 40, 43), "50%; 40 answered", "50%"),
    ],
)
def test_surveys(survey: Survey, text: str, value: str) -> None:
    assert shown(survey, SURVEY)[:2] == (text, value)


@pytest.mark.parametrize(
    ("count", "whole", "expected"),
    [
        (20, 80, (20, 80)),
        (20, None, (20, None)),
        (3, 80, (FEW, 80)),
        (3, None, (FEW, None)),
        (3, 4, (FEW, FEW)),
        (3, 6, ("some", 6)),
        (9, 10, ("some", 10)),
        (77, 80, ("all but fewer than 6", 80)),
        (80, 80, (80, 80)),
    ],
)
def test_a_part_does_not_tell_the_rest(
    count: int, whole: int | None, expected: tuple[object, object]
) -> None:
    assert Disclosure().part(count, whole, CHILDREN) == expected
    assert Disclosure(show_small=True).part(count, whole, CHILDREN) == (count, whole)


def test_a_percentage_does_not_tell_what_is_hidden_beside_it() -> None:
    said = [share_from_counts(3, 40), Share(Fraction(3, 40)), None, share_from_counts(20, 60)]
    texts = [one and one.text for one in Disclosure().values(said, SHARE, CHILDREN)]
    assert texts == [
        "fewer than 6 of 40 children",
        "a percentage, not shown beside a small count",
        None,
        "20 of 60 children (33.3%)",
    ]
    texts = [one and one.text for one in Disclosure().values(said[1:], SHARE, CHILDREN)]
    assert texts == ["7.5%", None, "20 of 60 children (33.3%)"]


# ---- in whole reports

CHILDREN_AT_MOST = "{fact: lamp.children, at_most: 0}"


@pytest.fixture
def few(house: House) -> House:
    """Return a house in which every count of people is small, each a number of its own."""
    house.write("rules/lantern/light/LAN-07.yaml", page("LAN-07", CHILDREN_AT_MOST))
    house.write(
        "rules/lantern/light/LAN-08.yaml", page("LAN-08", "{fact: lamp.lamps, more_than: 4}")
    )
    house.write(
        "rules/lantern/light/LAN-09.yaml", page("LAN-09", "{fact: lamp.views, at_least: 90%}")
    )
    house.write(
        "profile.yaml",
        "council: {name: Lampton}\nas_of: 2026-01-01\nfacts:\n"
        "  lamp.children: 3\n  lamp.lamps: 3\n"
        "  lamp.on_time: {numerator: 68, denominator: 71, period: 2025}\n"
        "  lamp.late: 69/71\n"
        "  lamp.views: {value: 6%, respondents: 50}\n"
        "  room.seen: {hall: 3/70, attic: 2/4, cellar: 70/72}\n",
    )
    return house


TELLING = re.compile(
    r"\b(?:[1-5]|4\.\d|95\.\d|97\.\d|50|6) ?%|\b[1-5] (?:of|child|visit|above|below)"
)


@pytest.mark.parametrize(
    "args",
    [
        ["check", "profile.yaml"],
        ["check", "profile.yaml", "--all"],
        ["check", "profile.yaml", "--format", "json"],
        *(["explain", f"LAN-0{n}", "profile.yaml"] for n in (1, 2, 6, 7, 9)),
    ],
    ids=" ".join,
)
def test_small_counts_are_nowhere(few: House, run: Run, args: list[str]) -> None:
    ran = run(*args)
    out = ran.out.split("Why it matters")[0]  # what follows is the rule's own page
    out = re.sub(r'"expected": \{.*?\n      \}', "", out, flags=re.DOTALL)
    out = re.sub(r"(?m)^.*\b(?:at least|less than|at most) .*$", "", out)
    assert "ewer than 6" in out
    assert not TELLING.search(out.replace(FEW, "").replace("3 lamps", "")), out
    assert args[0] != "check" or "3 lamps" in out


def test_the_number_affected_does_not_tell_the_rest(few: House, run: Run) -> None:
    report = json.loads(run("check", "profile.yaml", "--format", "json").out)
    affected = {f["id"]: f["affected"] for f in report["findings"]}
    told = {id: (one["count"], one["of"], one["unit"]) for id, one in affected.items() if one}
    assert told["LAN-01"] == (FEW, 71, "visits")
    assert told["LAN-06"] == ("all but fewer than 6", 71, "children")
    assert told["LAN-07"] == (FEW, None, "children")


def test_how_far_a_small_count_is_from_its_limit_is_not_said(few: House, run: Run) -> None:
    report = json.loads(run("check", "profile.yaml", "--format", "json").out)
    for finding in report["findings"]:
        for found in finding["found"]:
            assert found["value"] not in (FEW, NOT_SHOWN) or found.get("distance") is None


def test_cases_left_out_are_told_and_small_counts_of_them_hidden(house: House, run: Run) -> None:
    text = house.profile.read_text(encoding="utf-8")
    new = "period: 2025, left_out: {no date is recorded: 3, late for a reason: 12}, evidence"
    house.profile.write_text(text.replace("period: 2025, evidence", new), encoding="utf-8")
    shown = run("explain", "LAN-01", house.profile).out
    assert "left out: fewer than 6, because no date is recorded" in shown
    assert "left out: 12, because late for a reason" in shown
    findings = json.loads(run("check", house.profile, "--format", "json").out)["findings"]
    found = next(f for f in findings if f["id"] == "LAN-01")["found"]
    assert [one["left_out"] for one in found if one["fact"] == "lamp.on_time"] == [
        [
            {"reason": "no date is recorded", "count": "fewer than 6"},
            {"reason": "late for a reason", "count": 12},
        ]
    ]


def test_who_asks_sees_them_and_the_file_says_so(few: House, run: Run) -> None:
    for form in ("html", "md"):
        shown = run("check", "profile.yaml", "--format", form, "--show-small-counts").out
        assert "for the council's own use only" in shown
        assert ("3 children" in shown) == (form == "html")
    for args in (["check", "profile.yaml"], ["explain", "LAN-07", "profile.yaml"]):
        ran = run(*args, "--show-small-counts")
        assert ran.out.splitlines()[0] == SMALL_COUNTS_SHOWN
        assert "3 children" in ran.out
        assert SMALL_COUNTS_SHOWN not in run(*args).out
    check = ["check", "profile.yaml", "--format", "json"]
    assert json.loads(run(*check).out)["small_counts_shown"] is False
    report = json.loads(run(*check, "--show-small-counts").out)
    assert report["small_counts_shown"] is True
    found = {one["fact"]: one for f in report["findings"] for one in f["found"]}
    assert (found["lamp.late"]["numerator"], found["lamp.late"]["denominator"]) == (69, 71)


def test_verdicts_are_worked_out_on_true_values(few: House, run: Run) -> None:
    hidden = json.loads(run("check", "profile.yaml", "--format", "json").out)
    open = json.loads(run("check", "profile.yaml", "--format", "json", "--show-small-counts").out)
    assert [(f["id"], f["verdict"]) for f in hidden["findings"]] == [
        (f["id"], f["verdict"]) for f in open["findings"]
    ]


# ---- nothing can be worked out


class Checks:
    """Checks of one rulebook, with everything that is printed of each."""

    def __init__(self, house: House) -> None:
        self.house = house
        house.write("rules/lantern/light/LAN-07.yaml", page("LAN-07", CHILDREN_AT_MOST))
        views = "{fact: lamp.views, at_least: 90%}"
        house.write("rules/lantern/light/LAN-09.yaml", page("LAN-09", views))
        self.rulebook = house.rulebook()
        self.compiled = compile_rulebook(self.rulebook)

    def report(self, facts: list[str]) -> tuple[Report, list[str]]:
        """Return the report of a profile with these facts, and the lines of its texts."""
        head = "council: {name: Lampton}\nas_of: 2026-01-01\nfacts:\n  "
        profile = load_profile(
            self.house.write("profile.yaml", head + "\n  ".join(facts) + "\n"), self.rulebook
        )
        evaluation = evaluate(self.rulebook, self.compiled, profile, date(2026, 1, 1))
        report = make_report(evaluation, "profile", Selection(), Disclosure(), REPORT)
        texts = [as_json.render(report), as_text.render(report, everything=True)]
        texts += [without_ids(as_markdown.render(report)), in_html(as_html.render(report))]
        for finding in report.findings:
            shown = as_page.render_finding(self.rulebook, finding, "Lantern", report.as_of)
            texts.append(shown.split("\nWhy it matters")[0])
        return report, [line for text in texts for line in unwrapped(text).splitlines()]


def in_html(text: str) -> str:
    """Return what a page says, each element on lines of its own."""
    plain = re.sub(r"<[^>]*>", "\n", re.sub(r"(?s)<style>.*</style>", "", text))
    return without_ids(plain)


def without_ids(text: str) -> str:
    return re.sub(r"LAN-\d+", "", text)


def unwrapped(text: str) -> str:
    return re.sub(r"\n {14,}(?=\S)", " ", text) if not text.startswith("{") else text


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Checks:
    return Checks(build(tmp_path_factory.mktemp("house")))


HOUSE = "Children in the house: "
TITLES = {
    "lamp.on_time": "Visits made on time: ",
    "lamp.late": "Children put to bed late: ",
    "lamp.views": "Children who like the lamp: ",
    "hall": "Great hall: ",
    "attic": "Attic: ",
    "cellar": "Cellar: ",
}
SHARES = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def said_of(title: str, lines: list[str]) -> Iterator[str]:
    """Yield what lines say of one fact, up to where they speak of another."""
    others = "|".join(map(re.escape, (*TITLES.values(), HOUSE)))
    for line in lines:
        for part in re.split(f"(?={others})", line):
            if part.startswith(title):
                yield part


def recovered(line: str, whole: int) -> set[int]:
    """Return the parts of a whole that the numbers and percentages of a line could stand for."""
    public = r"(at least|less than|at most) [\d.]+%?|; England [^;]+"
    line = re.sub(public, "", line.replace(FEW, ""))
    counts = {int(n.replace(",", "")) for n in re.findall(r"(?<![\d.])(\d[\d,]*)(?![\d.%])", line)}
    for percentage in re.findall(r"([\d.]+)%", line):
        low, high = (Fraction(percentage) + Fraction(d, 20) for d in (-1, 1))
        counts |= {n for n in range(whole + 1) if low * whole <= 100 * n <= high * whole}
    return counts - {whole}


@settings(max_examples=50, deadline=None)
@given(count=st.integers(0, 9), parts=st.fixed_dictionaries(dict.fromkeys(TITLES, SHARES)))
@example(count=3, parts=dict.fromkeys(TITLES, (5, 40)))
@example(count=5, parts=dict.fromkeys(TITLES, (35, 40)))
@example(count=1, parts=dict.fromkeys(TITLES, (2, 4)))
@example(count=6, parts=dict.fromkeys(TITLES, (3, 6)))
def test_no_small_count_can_be_read_back(
    checks: Checks, count: int, parts: dict[str, tuple[int, int]]
) -> None:
    said = {
        fact: f"{fact}: {{numerator: {n}, denominator: {of}}}" for fact, (n, of) in parts.items()
    }
    rooms = ", ".join(said.pop(room) for room in ("hall", "attic", "cellar"))
    report, lines = checks.report(
        [f"lamp.children: {count}", *said.values(), f"room.seen: {{{rooms}}}"]
    )
    for fact, (numerator, whole) in parts.items():
        small = {n for n in (numerator, whole, whole - numerator) if is_small(n)}
        secret = small | {whole - n for n in small}
        for words in said_of(TITLES[fact], lines):
            assert not secret & recovered(words, whole), words
    if is_small(count):
        for words in said_of(HOUSE, lines):
            assert count not in recovered(words, 0), words
    for finding in report.findings:
        affected = finding.affected
        wholes = [found.denominator for found in finding.found] if not finding.members else []
        numbers = [found.numerator for found in finding.found]
        if affected is not None:
            numbers.append(affected.count)
            wholes.append(affected.of)
            for whole_shown in wholes:
                if isinstance(whole_shown, int) and isinstance(affected.count, int):
                    assert not is_small(whole_shown - affected.count)
        assert not any(isinstance(n, int) and is_small(n) for n in (*numbers, *wholes))


def at_least(limit: Fraction) -> Callable[[Value], bool]:
    def holds(value: Value) -> bool:
        at = magnitude(value, COUNT)
        return at is not None and at >= limit

    return holds


@pytest.mark.parametrize(
    ("value", "limit", "alone"),
    [
        (share_from_counts(10, 11), Fraction(9, 10), True),  # met, so one of eleven at most
        (share_from_counts(9, 11), Fraction(9, 10), False),  # missed by two, three, four or five
        (share_from_counts(38, 40), Fraction(9, 10), False),
        (share_from_counts(30, 40), Fraction(9, 10), False),  # nothing is hidden
        (5, Fraction(5), True),
        (4, Fraction(5), False),
        (40, Fraction(5), False),
    ],
)
def test_a_verdict_and_its_limit_leave_no_value_alone(
    value: Value, limit: Fraction, alone: bool
) -> None:
    fact = COUNT if isinstance(value, int) else SHARE
    before = Disclosure().value(value, fact, CHILDREN)
    after = Disclosure().alone(before, value, CHILDREN, at_least(limit))
    assert (after == WITHHELD) is alone
    assert alone or after == before


@pytest.mark.parametrize("whole", range(6, 31))
def test_no_part_is_told_by_its_words_the_limit_and_the_verdict(whole: int) -> None:
    """Whatever the limit, what is shown and whether it is met fit no part of 1 to 5, or several."""
    for limit in {Fraction(n, 20) for n in range(21)}:
        seen: dict[tuple[str, bool], list[int]] = {}
        for part in range(whole + 1):
            value = share_from_counts(part, whole)
            plain = Disclosure().value(value, SHARE, CHILDREN)
            told = Disclosure().alone(plain, value, CHILDREN, at_least(limit))
            seen.setdefault((told.text, Fraction(part, whole) >= limit), []).append(part)
        for parts in seen.values():
            small = [n for n in parts if is_small(n) or is_small(whole - n)]
            assert not small or len(parts) > 1 or told_nothing(parts, whole, limit)


def told_nothing(parts: list[int], whole: int, limit: Fraction) -> bool:
    """Return whether nothing was said of the only part that fits, not even its whole."""
    value = share_from_counts(parts[0], whole)
    plain = Disclosure().value(value, SHARE, CHILDREN)
    return Disclosure().alone(plain, value, CHILDREN, at_least(limit)) == WITHHELD


@pytest.mark.parametrize(
    ("percentage", "beside", "told"),
    [
        (Fraction(2, 3), 3, False),  # two of "fewer than 6"
        (Fraction(6, 7), 7, False),  # all but one of seven
        (Fraction(1, 2), 40, True),
        (Fraction(1, 40), 40, False),
        (Fraction(1), 40, True),
    ],
)
def test_a_percentage_does_not_tell_a_count_of_another_fact(
    percentage: Fraction, beside: int, told: bool
) -> None:
    value = Share(percentage)
    plain = Disclosure().value(value, SHARE, CHILDREN)
    count = Disclosure().value(beside, COUNT, CHILDREN)
    assert (Disclosure().beside(plain, value, CHILDREN, [plain, count]) == plain) is told
    assert Disclosure(show_small=True).beside(plain, value, CHILDREN, [count]) == plain


# ---- sums


SUMS = """\
lamp.broken:
  title: Children whose lamp is broken
  type: count
  of: children
  sums: [room.broken, lamp.mended of]
  definition: All of them.
room.broken:
  title: Children whose lamp is broken, by room
  type: count
  of: children
  for_each: room
  definition: In each room.
lamp.mended:
  title: Broken lamps that were mended
  type: share
  of: children
  definition: Of all that are broken.
"""


@pytest.fixture(scope="module")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Checks:
    house = build(tmp_path_factory.mktemp("sums"))
    house.write("rules/facts/sums.yaml", SUMS)
    house.write(
        "rules/lantern/light/LAN-08.yaml", page("LAN-08", "{fact: lamp.broken, at_most: 0}")
    )
    each = "{every: room, satisfies: {fact: room.broken, at_most: 0}}"
    house.write("rules/lantern/light/LAN-10.yaml", page("LAN-10", each))
    house.write(
        "rules/lantern/light/LAN-11.yaml", page("LAN-11", "{fact: lamp.mended, at_least: 50%}")
    )
    return Checks(house)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=3), st.integers(0, 27))
@example([3, 20, 40], 30)
@example([1, 1, 9], 2)
@example([0, 3, 8], 11)
@example([0, 5, 5], 0)
def test_no_member_is_told_by_its_familys_total(
    sums: Checks, rooms: list[int], mended: int
) -> None:
    names = ("hall", "attic", "cellar")
    total, mended = sum(rooms), min(mended, sum(rooms))
    members = ", ".join(f"{name}: {count}" for name, count in zip(names, rooms, strict=True))
    report, lines = sums.report(
        [
            f"lamp.broken: {total}",
            f"room.broken: {{{members}}}",
            f"lamp.mended: {{numerator: {mended}, denominator: {total}}}",
        ]
    )
    shown: dict[str, set[int]] = {}
    for finding in report.findings:
        for found in finding.found:
            if found.fact not in ("lamp.broken", "room.broken", "lamp.mended"):
                continue
            of = found.denominator if found.fact == "lamp.mended" else found.value
            name = found.member or found.fact
            low, high = (1, 5) if of == FEW else (0, 80)
            exact = int(str(of).replace(",", "")) if str(of).isdigit() else None
            shown[name] = {exact} if exact is not None else {*range(low, high + 1)}
            if of not in (FEW,) and exact is None:
                shown[name] -= {1, 2, 3, 4, 5}
        if finding.affected is not None and isinstance(finding.affected.count, int):
            assert not is_small(finding.affected.count)
    assert set(shown) == {"lamp.broken", "lamp.mended", *names}
    totals = shown["lamp.broken"] & shown["lamp.mended"]
    hall, attic, cellar = (shown[name] for name in names)
    worlds = [(a, b, c) for a in hall for b in attic for c in cellar if a + b + c in totals]
    assert tuple(rooms) in worlds
    for place, count in enumerate(rooms):
        if is_small(count):
            assert len({world[place] for world in worlds}) > 1, (rooms, shown)
    if all(len(shown[name]) > 1 for name in ("lamp.broken", "lamp.mended")):
        assert not any(re.search(rf"\b{total} children\b", line) for line in lines if total > 5)
