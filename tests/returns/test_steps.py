"""Reviews in time, worked out from the days on which they were held: as plain Python does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readiness.calendar import Duration, plus
from readiness.returns.records.figures import Figure
from readiness.returns.records.load import load_return
from readiness.returns.records.read import read_return
from readiness.rulebook.rulebook import Rulebook
from returns.lists import Cell, Rows, cin_message, csv_set, element

START, END = date(2024, 4, 1), date(2025, 3, 31)


def after(day: date, length: str) -> date:
    return plus(day, Duration.parse(length))


@dataclass(frozen=True)
class Run:
    """A time in care, or a plan: how it began and ended, and what was done in it.

    Attributes:
        began: Its first day, or a day by which it had begun where that is not `known`.
    """

    began: date
    done: Sequence[date] = ()
    ended: date | None = None
    known: bool = True


@dataclass
class Counted:
    """Steps by class, and by what they are."""

    classes: Counter[str] = field(default_factory=Counter)

    def add(self, run: Run, step: int, due: date | None) -> None:
        """Count one step: 0 is the beginning, and each number what was done."""
        days = sorted(run.done)
        since = days[step - 1] if step else run.began
        then = days[step] if step < len(days) else date.max
        ended = run.ended or date.max
        half = after(START, "6 months")
        what = "first" if step == 0 and since >= START else "later"
        if due is not None and START <= due <= END:
            if then <= due:
                self.classes[f"{what} in time"] += 1
            elif ended > due:
                self.classes[f"{what} late"] += 1
        elif due is None and step == 0 and since < START <= min(then, ended):
            late = min(then, ended) > half and self.surely(since)
            self.classes["later late" if late else "before is not known"] += 1
        elif due is None and START <= since <= END:
            self.classes["number is not known"] += 1

    def surely(self, since: date) -> bool:
        """Whether what fell due first in the year is surely not the first of all."""
        return True


class Conferences(Counted):
    def surely(self, since: date) -> bool:
        return since < date(2024, 1, 1)


def in_care(runs: Sequence[Run]) -> Counter[str]:
    counted = Counted()
    for run in runs:
        for step in range(len(run.done) + 1):
            since = sorted(run.done)[step - 1] if step else run.began
            due = None
            if step == 0 and run.known and since >= START:
                due = after(since, "20 working days")
            elif step and run.began < date(2023, 11, 1):
                due = after(since, "6 months")
            elif step and run.known and run.began >= START:
                due = after(since, "3 months" if step == 1 else "6 months")
            counted.add(run, step, due)
    return counted.classes


def on_plans(runs: Sequence[Run]) -> Counter[str]:
    counted = Conferences()
    for run in runs:
        for step in range(len(run.done) + 1):
            since = sorted(run.done)[step - 1] if step else run.began
            due = after(since, "6 months") if step else None
            if step == 0 and since >= START:
                due = after(since, "3 months")
            counted.add(run, step, due)
    return counted.classes


def found(figures: Sequence[Figure], fact: str) -> Counter[str]:
    """Return the classes that a return's figures say."""
    classes: Counter[str] = Counter()
    mine = [figure for figure in figures if figure.ref.id == fact]
    for figure in mine:
        what = figure.ref.member or "all"
        assert figure.numerator is not None
        assert figure.denominator is not None
        classes[f"{what} in time"] = figure.numerator
        classes[f"{what} late"] = figure.denominator - figure.numerator
    for reason, count in mine[0].left_out.items():
        number = reason.startswith("which")
        classes["number is not known" if number else "before is not known"] = count
    return +classes


days = st.one_of(
    st.dates(date(2023, 9, 1), END),
    st.sampled_from([START, START - timedelta(days=1), date(2024, 9, 30), date(2024, 10, 1), END]),
)


@st.composite
def runs(draw: st.DrawFn, known: bool = True) -> Run:
    every = sorted(draw(st.sets(days, min_size=1, max_size=6)))
    ends = len(every) > 1 and draw(st.booleans())
    done = every[1:-1] if ends else every[1:]
    return Run(every[0], done, every[-1] if ends else None, known)


def many(run: st.SearchStrategy[Run]) -> st.SearchStrategy[list[Run]]:
    """Return lists of so many that few readings, which cost most, try much."""
    return st.lists(run, max_size=40) | st.lists(run, min_size=20, max_size=40)


SURE = Run(date(2024, 5, 1), [date(2024, 5, 31), date(2024, 8, 31), date(2025, 3, 1)])
"""In care from 1 May: the first review a day late, as 20 working days end on 30 May."""


@settings(deadline=None, max_examples=8)
@given(many(st.one_of(runs(), runs(known=False))))
@example([Run(date(2019, 1, 1), [date(2024, 10, 1)])])
@example([Run(date(2019, 1, 1), [date(2024, 10, 2)], None, False)])
@example([Run(date(2019, 1, 1), [date(2024, 3, 31), date(2024, 9, 30)])])
@example([Run(date(2024, 2, 1), [date(2024, 5, 1)])])
def test_reviews_of_children_in_care(
    shipped: Rulebook, tmp_path_factory: pytest.TempPathFactory, children: list[Run]
) -> None:
    every = [SURE, *children]
    rows: dict[str, Rows] = {
        "header": [{"CHILD": n, "SEX": 1, "DOB": date(2015, 1, 1)} for n, _ in enumerate(every)],
        "episodes": [
            {
                "CHILD": n,
                "DECOM": run.began,
                "RNE": "S" if run.known else "P",
                "LS": "C2",
                "CIN": "N1",
                "PLACE": "U1",
                "DEC": run.ended,
                "REC": "E11" if run.ended else None,
            }
            for n, run in enumerate(every)
        ],
        "reviews": [
            {"CHILD": n, "REVIEW": day, "REVIEW_CODE": "PN1"}
            for n, run in enumerate(every)
            for day in run.done
        ],
    }
    paths = csv_set(tmp_path_factory.mktemp("903"), rows)
    reading = read_return(load_return("ssda903", shipped), paths, shipped.facts, day=END)
    expected = in_care(every)
    together: Counter[str] = Counter()
    for what, count in expected.items():
        together[what.replace("first", "all").replace("later", "all")] += count
    assert found(reading.figures, "cla.reviews_on_time") == together


def test_a_child_who_comes_back_begins_anew(shipped: Rulebook, tmp_path: Path) -> None:
    def episode(first: date, last: date | None, rne: str = "S", ls: str = "C2") -> dict[str, Cell]:
        cells: dict[str, Cell] = {
            "CHILD": 1,
            "DECOM": first,
            "RNE": rne,
            "LS": ls,
            "CIN": "N1",
            "PLACE": "U1",
        }
        return {**cells, "DEC": last, "REC": "E11" if last else None}

    rows: dict[str, Rows] = {
        "header": [{"CHILD": 1, "SEX": 1, "DOB": date(2015, 1, 1)}],
        "episodes": [
            episode(date(2024, 5, 1), date(2024, 8, 1)),
            episode(date(2024, 6, 3), date(2024, 6, 5), ls="V4"),
            episode(date(2024, 8, 1), None),
        ],
        "reviews": [
            {"CHILD": 1, "REVIEW": day, "REVIEW_CODE": "PN1"}
            for day in (date(2024, 5, 20), date(2024, 8, 20), date(2024, 11, 21))
        ],
    }
    paths = csv_set(tmp_path, rows)
    reading = read_return(load_return("ssda903", shipped), paths, shipped.facts, day=END)
    # In time: both first reviews. Late: the second of the second time. Not due: all others.
    assert found(reading.figures, "cla.reviews_on_time") == {"all in time": 2, "all late": 1}


def plan(run: Run, wrapped: bool) -> str:
    """Return a child with a plan; each conference in a group of its own, or all in one."""
    dates = [element("CPPreviewDate", "").replace("></", f">{day}</") for day in run.done]
    groups = [element("Reviews", one) for one in dates] if wrapped else [element("Reviews", *dates)]
    more = {"CPPendDate": run.ended} if run.ended else {}
    return element(
        "CINdetails",
        element("ChildProtectionPlans", *groups, CPPstartDate=run.began, **more),
        CINreferralDate=run.began,
    )


@settings(deadline=None, max_examples=8)
@given(many(runs()), st.booleans())
@example([Run(date(2023, 12, 31), [date(2024, 10, 1)])], True)
@example([Run(date(2023, 12, 31), [date(2024, 10, 2)])], True)
@example([Run(date(2024, 1, 1), [date(2024, 10, 2)])], False)
@example([Run(date(2024, 11, 30), [date(2025, 2, 28)], date(2025, 2, 28))], False)
def test_review_conferences(
    shipped: Rulebook, tmp_path_factory: pytest.TempPathFactory, plans: list[Run], wrapped: bool
) -> None:
    every = [SURE, *plans]
    path = tmp_path_factory.mktemp("cin") / "cin.xml"
    children = (
        element(
            "Child",
            element("ChildIdentifiers", LAchildID=n, PersonBirthDate="2015-01-01", Sex="1"),
            plan(run, wrapped),
        )
        for n, run in enumerate(every)
    )
    path.write_text(cin_message(*children, day=END.isoformat()), encoding="utf-8")
    reading = read_return(load_return("cin", shipped), [path], shipped.facts)
    assert reading.moment.day == END
    assert found(reading.figures, "cp.review_conference_on_time") == on_plans(every)


def test_without_days_of_reviews_nothing_is_said_of_them(shipped: Rulebook, tmp_path: Path) -> None:
    path = tmp_path / "cin.xml"
    run = Run(date(2023, 5, 1))
    path.write_text(cin_message(element("Child", plan(run, True))), encoding="utf-8")
    reading = read_return(load_return("cin", shipped), [path], shipped.facts)
    assert not found_any(reading.figures)
    (why,) = (one.why for one in reading.cannot if one.fact == "cp.review_conference_on_time")
    assert "Review conferences" in why


def found_any(figures: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in figures if figure.ref.id == "cp.review_conference_on_time"]
