"""The census of children in need: figures of a small message, and what is wrong in one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from readiness.calendar import Duration, minus, plus
from readiness.errors import InvalidProfile
from readiness.returns.records.load import load_return
from readiness.returns.records.read import Reading, read_return
from readiness.rulebook.rulebook import Rulebook
from returns.lists import cin_message, element

END = date(2024, 3, 31)


def read(shipped: Rulebook, folder: Path, message: str) -> Reading:
    path = folder / "cin.xml"
    path.write_text(message, encoding="utf-8")
    return read_return(load_return("cin", shipped), [path], shipped.facts, council="999")


def child(id: object, *needs: str, born: object = "2015-01-01", **more: object) -> str:
    more = {"Sex": "1", **more}
    identifiers = element("ChildIdentifiers", LAchildID=id, PersonBirthDate=born, **more)
    about = element("ChildCharacteristics", Ethnicity="WBRI")
    return element("Child", identifiers, about, *needs)


def need(*inside: str, on: object, **more: object) -> str:
    return element(
        "CINdetails", *inside, CINreferralDate=on, ReferralNFA=more.pop("nfa", "0"), **more
    )


def assessed(start: date, end: object) -> str:
    return element("Assessments", AssessmentActualStartDate=start, AssessmentAuthorisationDate=end)


def enquiry(start: object, conference: object, **more: object) -> str:
    return element("Section47", S47ActualStartDate=start, DateOfInitialCPC=conference, **more)


def protected(start: object, end: object = "", before: object = "0") -> str:
    return element(
        "ChildProtectionPlans",
        element("Reviews", CPPreviewDate=END),
        CPPstartDate=start,
        CPPendDate=end,
        InitialCategoryOfAbuse="NEG",
        LatestCategoryOfAbuse="NEG",
        NumberOfPreviousCPP=before,
    )


def after(day: date, working_days: int) -> date:
    return plus(day, Duration.parse(f"{working_days} working days"))


def test_figures(shipped: Rulebook, tmp_path: Path) -> None:
    may = date(2023, 5, 10)
    last = date(2024, 3, 28)  # the last working day before Easter
    open_late = minus(last, Duration.parse("45 working days"))
    open_just = minus(last, Duration.parse("44 working days"))
    closed = {"CINclosureDate": "2024-01-05"}
    message = cin_message(
        child(
            1,
            need(assessed(may, after(may, 45)), enquiry(may, after(may, 15)), on=may),
            need(on="2022-01-01", CINclosureDate="2023-04-01", ReasonForClosure="RC1"),
        ),
        child(
            2,
            need(
                assessed(may, after(may, 46)),
                enquiry(may, after(may, 16), ICPCnotRequired="false"),
                protected(date(2022, 3, 31)),
                on=may,
            ),
        ),
        child(3, need(on=may, nfa="true")),
        child(4, need(on=may, ReasonForClosure="RC8", **closed)),
        child(5, need(on=may, ReasonForClosure="RC2", **closed)),
        child(6, need(assessed(open_late, ""), protected(date(2022, 4, 1)), on=open_late)),
        child(
            7,
            need(
                assessed(open_just, ""),
                protected("2023-11-30", "2024-02-29", "1"),
                protected("2023-11-29", "2024-03-01", ""),
                on=open_just,
            ),
        ),
        child(8, need(on="2023-03-31")),
        child(9, need(on="")),
    )
    reading = read(shipped, tmp_path, message)
    given = {
        str(f.ref): (f.numerator, f.denominator) for f in reading.figures if f.metric.months is None
    }
    assert given == {
        "cp.review_conference_on_time[first]": (0, 1),
        "cp.review_conference_on_time[later]": (0, 2),
        "activity.referrals_in_year": (7, 7),
        "activity.in_need_at_year_end": (5, 5),
        "cp.plans_at_year_end": (2, 2),
        "activity.plans_in_year": (2, 2),
        "cin.ended_without_help_share": (2, 7),
        "assessments.within_45_working_days": (1, 2),
        "assessments.open_past_45_working_days": (1, 2),
        "enquiries.conference_within_15_working_days": (1, 2),
        "cp.repeat_plan_share": (1, 1),
        "cp.two_years_or_more_share": (1, 2),
        "cp.ended_in_three_months_share": (1, 2),
    }
    assert str(reading.figures[0].period) == "Apr 2023 to Mar 2024"
    months: dict[str, list[int | None]] = {}
    for figure in reading.figures:
        if figure.metric.months is not None:
            months.setdefault(figure.ref.id, []).append(figure.numerator)
    assert months == {
        "activity.referrals_received": [0, 5, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0],
        "activity.enquiries_begun": [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        "activity.conferences_held": [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        "activity.plans_started": [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0],
        "activity.plans_ended": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],
        "cp.plans_open": [2, 2, 2, 2, 2, 2, 2, 4, 4, 4, 3, 2],
        "enquiries.to_conference": [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    }
    undated = next(f for f in reading.figures if f.ref.id == "activity.referrals_received")
    assert undated.left_out == {"CINreferralDate is not recorded": 1}
    for module in reading.modules.values():
        assert module.read == module.used + sum(r.count for r in module.left_out.values())


WRONG = {
    "C-01": child("", need(on="2023-05-01"), UPNunknown="UN1"),
    "C-04": child(91, need(on="2023-05-01"), UPNunknown=""),
    "C-05": child(92, need(on="2023-05-01"), born="", UPNunknown="UN1"),
    "C-06": child(93, need(on="2023-05-01"), born="2024-04-01", UPNunknown="UN1"),
    "C-10": child(94, UPNunknown="UN1"),
    "N-01": child(95, need(on=""), UPNunknown="UN1"),
    "N-02": child(96, need(on="2024-04-01"), UPNunknown="UN1"),
    "N-07": child(97, need(enquiry("2023-05-02", ""), on="2023-05-01", nfa="1"), UPNunknown="UN1"),
    "A-04": child(
        98,
        need(assessed(date(2023, 4, 30), "2023-05-02"), on="2023-05-01"),
        UPNunknown="UN1",
    ),
    "S-03": child(99, need(enquiry("2023-05-02", "2023-05-01"), on="2023-05-01"), UPNunknown="UN1"),
    "P-03": child(
        90, need(protected("2023-06-01", "2023-05-31"), on="2023-05-01"), UPNunknown="UN1"
    ),
    "P-06": child(89, need(protected("2023-06-01", before=""), on="2023-05-01"), UPNunknown="UN1"),
}


def test_each_check_finds_its_row_and_no_other(shipped: Rulebook, tmp_path: Path) -> None:
    well = child(
        1,
        need(
            assessed(date(2023, 5, 1), "2023-05-02"),
            element("CINPlanDates", CINPlanStartDate="2023-05-03"),
            enquiry("2023-05-02", "2023-05-03", ICPCnotRequired="0"),
            protected("2023-05-03"),
            on="2023-05-01",
            PrimaryNeedCode="N1",
        ),
        UPNunknown="UN1",
    )
    reading = read(shipped, tmp_path, cin_message(well, *WRONG.values()))
    broken = {one.check.page.id: one.lines for one in reading.broken if one.lines}
    assert set(broken) == set(WRONG)
    assert {id: len(lines) for id, lines in broken.items()} == dict.fromkeys(WRONG, 1)
    assert not reading.not_checked


def test_elements_that_came_and_went_are_passed_over(shipped: Rulebook, tmp_path: Path) -> None:
    later = element("PreProceedingsandFGDM", PPStartDate="2024-01-01", PPOutcome="A")
    message = cin_message(
        child(1, need(later, on="2023-05-01"), Sex="", GenderCurrent="1"),
        child(2, need(on="2023-05-01"), Sex="F"),
    ).replace("</LAchildID>", "</LAchildID>stray text")
    reading = read(shipped, tmp_path, message)
    assert next(f for f in reading.figures).numerator == 2
    (note,) = (note for note in reading.notes if "PreProceedings" in note)
    assert "is in the message and is not read: facts on work before care proceedings" in note


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (cin_message(child(1, need(on="2023-05-01")))[:-40], "ends too early"),
        (
            cin_message(child(1, need(on="2023-05-01"))).replace(">CIN<", ">SEN2<"),
            "its header names another collection",
        ),
        (cin_message(child(1, need(on="2023-05-01")), council="302"), "of council 302, not of 999"),
        ("<!DOCTYPE a>" + cin_message(), "declares a document type"),
    ],
)
def test_a_message_that_cannot_be_used(
    shipped: Rulebook, tmp_path: Path, message: str, expected: str
) -> None:
    with pytest.raises(InvalidProfile, match=expected):
        read(shipped, tmp_path, message)


def test_a_closure_that_cannot_be_read_is_not_an_open_case(
    shipped: Rulebook, tmp_path: Path
) -> None:
    message = cin_message(
        child(1, need(on="2023-05-01", CINclosureDate="soon", ReasonForClosure="RC1")),
        child(2, need(on=END - timedelta(days=1))),
        child(3, need(on="2023-05-01", CINclosureDate="2024-04-02", ReasonForClosure="RC1")),
    )
    reading = read(shipped, tmp_path, message)
    given = {str(f.ref): f.numerator for f in reading.figures}
    assert given["activity.in_need_at_year_end"] == 2  # that of the third ended after the day
    assert {one.check.page.id for one in reading.broken if one.lines} >= {"N-11"}
