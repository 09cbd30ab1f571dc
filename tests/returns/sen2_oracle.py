"""Every figure of a SEN2 return in plain Python, sharing nothing with the code that it checks.

It reads trees of rows (see sen2.py), not files; and knows what each fact means, not how the
rulebook's page says it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from returns.sen2 import Row

FORMS = ("%Y-%m-%d", "%Y-%b-%d %H:%M:%S", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S")
LATER_ALLOWED = {"PhaseTransferDueDate", "LeavingDate"}
DATES = {
    "ReceivedDate",
    "RequestOutcomeDate",
    "AssessmentOutcomeDate",
    "StartDate",
    "ReviewMeeting",
    "LastReview",
    "PhaseTransferDueDate",
    "PhaseTransferFinalDate",
    "LeavingDate",
}
CODES = {
    "RequestOutcome": "Y N A W H",
    "AssessmentOutcome": "Y N A W H",
    "SENsetting": "OLA OPA EHE EYP OTH NEET NIEC NIEO",
}


@dataclass
class Result:
    """A figure: the numerator, the denominator, and rows left out by reason."""

    part: int = 0
    whole: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass
class Case:
    """A request with what belongs to it, as dates, codes and answers."""

    values: dict[str, date | str | bool | None]
    active: bool = False
    settings: list[tuple[str | None, date | None]] = field(default_factory=list)

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        assert value is None or isinstance(value, date)
        return value

    def code(self, name: str) -> str | None:
        value = self.values.get(name)
        assert value is None or isinstance(value, str)
        return value


@dataclass
class Return:
    """What is left of a return when all rows are accounted for."""

    cases: list[Case] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)


def value_of(name: str, text: str, day: date) -> date | str | bool | None:
    """Return what a cell says, or None."""
    text = text.strip()
    if not text:
        return None
    if name in DATES:
        for form in FORMS:
            try:
                found = datetime.strptime(text, form).date()  # noqa: DTZ007
            except ValueError:
                continue
            late = found > day and name not in LATER_ALLOWED
            return None if late or found.year < 1980 else found
        return None
    if name in CODES:
        return text.upper() if text.upper() in CODES[name].split() else None
    if name == "Week20":
        return {"1": True, "true": True, "0": False, "false": False}.get(text.lower())
    if name == "Exported":
        return None if text.lower() in ("0", "n", "no", "false") else text
    return text


def settle(rows: Sequence[Row], day: date) -> Return:
    """Return the cases of a return."""
    made = Return()
    persons: dict[str, str] = {}
    requests: dict[tuple[str, date], Case] = {}

    def values(row: Row) -> dict[str, date | str | bool | None]:
        return {name: value_of(name, text, day) for name, text in row.cells.items()}

    def take_once(row: Row, case: Case, below: str) -> Iterator[Row]:
        """Yield the first row of a module below a case, where it has none yet."""
        for one in row.below:
            if one.table == below:
                made.read[below] += 1
                if below in seen.setdefault(id(case), set()):
                    lost(one)
                else:
                    seen[id(case)].add(below)
                    made.used[below] += 1
                    yield one

    def lost(row: Row) -> None:
        for one in row.below:
            made.read[one.table] += 1
            lost(one)

    seen: dict[int, set[str]] = {}
    for number, row in enumerate(rows):
        made.read["person"] += 1
        upn = row.cells.get("UPN", "").strip()
        who = f"{number}"
        if upn:
            who = persons.setdefault(upn, who)
        made.used["person"] += who == f"{number}"
        for one in row.below:
            made.read["requests"] += 1
            case = Case(values(one))
            received = case.day("ReceivedDate")
            first = requests.setdefault((who, received), case) if received else case
            if first is case:
                made.used["requests"] += 1
                made.cases.append(case)
            for two in take_once(one, first, "assessment"):
                first.values.update(values(two))
                for three in take_once(two, first, "namedplan"):
                    first.values.update(values(three))
            for two in take_once(one, first, "activeplans"):
                first.active = True
                first.values.update(values(two))
                for three in two.below:
                    made.read["placementdetail"] += 1
                    made.used["placementdetail"] += 1
                    kept = values(three)
                    setting, leaving = kept["SENsetting"], kept["LeavingDate"]
                    assert setting is None or isinstance(setting, str)
                    assert leaving is None or isinstance(leaving, date)
                    first.settings.append((setting, leaving))
    return made


def a_year_before(day: date, years: int = 1) -> date:
    """Return the same day of an earlier year; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


Judge = Callable[[Case], str | bool | None]
"""Says of a case: None for not looked at, text for left out, else whether it is in the part."""


def figures(made: Return, day: date) -> dict[str, Result]:
    """Return every figure, by the name of its fact."""
    year = day.year - 1 if (day.month, day.day) != (12, 31) else day.year
    end = date(year, 12, 31)
    judges = Judges(day, year, a_year_before(end))
    results = {}
    for name, judge in judges.all().items():
        result = results[name] = Result()
        for case in made.cases:
            said = judge(case)
            if isinstance(said, str):
                result.left_out[said] += 1
            elif said is not None:
                result.whole += 1
                result.part += said
    return results


@dataclass
class Judges:
    """How each figure looks at a case."""

    day: date
    year: int
    due_from: date

    def all(self) -> Mapping[str, Judge]:
        return {
            "ehcp.requests_in_year": self.requests_in_year,
            "ehcp.decided_in_6_weeks": self.decided,
            "ehcp.refused_share": self.refused,
            "ehc_request.undecided_over_6_weeks": self.undecided,
            "ehcp.issued_in_year": lambda c: self.issued(c, lambda: True),
            "ehcp.issued_on_time": self.on_time,
            "ehcp.issued_on_time_all": lambda c: self.issued(c, lambda: self.took(c, 140)),
            "ehcp.issued_over_a_year": self.over_a_year,
            "ehcp.issued_with_exception": self.excepted,
            "ehcp.no_plan_in_16_weeks": self.no_plan,
            "ehcp.requests_open": lambda c: self.open(c, lambda: True),
            "ehcp.open_over_20_weeks": lambda c: self.open(c, lambda: self.waits(c)),
            "ehcp.open_over_20_weeks_ex": self.open_ex,
            "ehcp.plans_in_force": lambda c: True if c.active else None,
            "ehcp.reviews_due": lambda c: self.due(c, lambda: True),
            "ehcp.review_held": lambda c: self.due(c, lambda: self.in_year(c.day("ReviewMeeting"))),
            "ehcp.review_due_no_meeting": lambda c: self.due(
                c, lambda: c.day("ReviewMeeting") is None
            ),
            "ehcp.review_decided_in_4_weeks": self.review_decided,
            "ehcp.reviews_overdue": self.overdue,
            "ehcp.review_decisions_overdue": self.decision_overdue,
            "reviews.untouched_two_years": self.untouched,
            "ehe.with_plan": self.at_home,
            **{f"ehc_overdue.open[{name}]": self.aged(name) for name in _AGES},
            **{f"ehcp.phase_transfers_on_time[{name}]": self.moved(name) for name in _DAYS},
        }

    def in_year(self, day: date | None) -> bool:
        return day is not None and day.year == self.year

    @staticmethod
    def took(case: Case, days: int) -> bool | str:
        """Return whether the plan came within so many days of the request."""
        received, issued = case.day("ReceivedDate"), case.day("AssessmentOutcomeDate")
        if received is None:
            return "ReceivedDate is not recorded"
        assert issued is not None
        if issued < received:
            return "AssessmentOutcomeDate is before ReceivedDate"
        return (issued - received).days <= days

    def requests_in_year(self, case: Case) -> str | bool | None:
        received = case.day("ReceivedDate")
        if received is None:
            return "ReceivedDate is not recorded"
        return True if self.in_year(received) else None

    def decided(self, case: Case) -> str | bool | None:
        if case.code("RequestOutcome") not in ("Y", "N"):
            return None
        if (said := self.requests_in_year(case)) is not True:
            return said
        received, decided = case.day("ReceivedDate"), case.day("RequestOutcomeDate")
        if decided is None:
            return "RequestOutcomeDate is not recorded"
        assert received is not None
        if decided < received:
            return "RequestOutcomeDate is before ReceivedDate"
        return (decided - received).days <= 42

    def refused(self, case: Case) -> str | bool | None:
        if (said := self.requests_in_year(case)) is not True:
            return said
        outcome = case.code("RequestOutcome")
        return "RequestOutcome is not recorded" if outcome is None else outcome == "N"

    def undecided(self, case: Case) -> str | bool | None:
        outcome, received = case.code("RequestOutcome"), case.day("ReceivedDate")
        if outcome is None:
            return "RequestOutcome is not recorded"
        if outcome != "A":
            return None
        if received is None:
            return "ReceivedDate is not recorded"
        return (self.day - received).days > 42

    def issued(self, case: Case, judge: Callable[[], str | bool]) -> str | bool | None:
        if case.code("AssessmentOutcome") != "Y":
            return None
        day = case.day("AssessmentOutcomeDate")
        if day is None:
            return "AssessmentOutcomeDate is not recorded"
        return judge() if self.in_year(day) else None

    def on_time(self, case: Case) -> str | bool | None:
        def judge() -> str | bool:
            if case.values.get("Week20") is True:
                return "an exception is recorded (Week20)"
            if case.values.get("Week20") is None:
                return "Week20 is not recorded"
            return self.took(case, 140)

        return self.issued(case, judge)

    def over_a_year(self, case: Case) -> str | bool | None:
        def judge() -> str | bool:
            said = self.took(case, 365)
            return said if isinstance(said, str) else not said

        return self.issued(case, judge)

    def excepted(self, case: Case) -> str | bool | None:
        week20 = case.values.get("Week20")
        return self.issued(
            case, lambda: "Week20 is not recorded" if week20 is None else week20 is True
        )

    def no_plan(self, case: Case) -> str | bool | None:
        if case.code("AssessmentOutcome") != "N":
            return None
        day = case.day("AssessmentOutcomeDate")
        if day is None:
            return "AssessmentOutcomeDate is not recorded"
        return self.took(case, 112) if self.in_year(day) else None

    def open(self, case: Case, judge: Callable[[], str | bool | None]) -> str | bool | None:
        asked, assessed = case.code("RequestOutcome"), case.code("AssessmentOutcome")
        if asked in ("N", "W") or assessed in ("N", "W", "H"):
            return None
        if assessed == "Y" and case.day("AssessmentOutcomeDate") is not None:
            return None
        if asked is None:
            return "RequestOutcome is not recorded"
        if asked == "H" and assessed is None:
            return "decided before the year, and no assessment recorded"
        if case.values.get("Exported"):
            return "the child has moved to another area (Exported)"
        return judge()

    def waits(self, case: Case) -> str | bool:
        received = case.day("ReceivedDate")
        if received is None:
            return "ReceivedDate is not recorded"
        return (self.day - received).days > 140

    def open_ex(self, case: Case) -> str | bool | None:
        excepted = case.values.get("Week20") is True
        why = "an exception is recorded (Week20)"
        return self.open(case, lambda: why if excepted else self.waits(case))

    def aged(self, name: str) -> Judge:
        def judge(case: Case) -> str | bool | None:
            received = case.day("ReceivedDate")
            if received is not None:
                days = (self.day - received).days
                if days <= 140:
                    return None
                low, high = _AGES[name]
                # Rows of another member are not looked at by this one.
                fits = low < days <= high
                return self.open(case, lambda: True if fits else None)
            return self.open(case, lambda: "ReceivedDate is not recorded")

        return judge

    def due(self, case: Case, judge: Callable[[], bool]) -> str | bool | None:
        if not case.active:
            return None
        start = case.day("StartDate")
        if start is None:
            return "the start of the plan is not recorded"
        return judge() if start <= self.due_from else None

    def review_decided(self, case: Case) -> str | bool | None:
        meeting, decision = case.day("ReviewMeeting"), case.day("LastReview")
        if not case.active or meeting is None:
            return None
        if decision is None:
            return "LastReview is not recorded"
        if decision < meeting:
            return "LastReview is before ReviewMeeting"
        return (decision - meeting).days <= 28

    def overdue(self, case: Case) -> str | bool | None:
        if not case.active:
            return None
        last = case.day("LastReview") or case.day("StartDate")
        if last is None:
            return "neither a review decision nor the start of the plan is recorded"
        return last < a_year_before(self.day)

    def decision_overdue(self, case: Case) -> str | bool | None:
        meeting, decision = case.day("ReviewMeeting"), case.day("LastReview")
        if not case.active or meeting is None or (decision is not None and decision >= meeting):
            return None
        return (self.day - meeting).days > 28

    def untouched(self, case: Case) -> str | bool | None:
        if not case.active:
            return None
        start, decision = case.day("StartDate"), case.day("LastReview")
        if start is None:
            return "the start of the plan is not recorded"
        before = a_year_before(self.day, 2)
        return start < before and (decision is None or decision < before)

    def at_home(self, case: Case) -> str | bool | None:
        if not case.active:
            return None
        return any(
            setting == "EHE" and (leaving is None or leaving > self.day)
            for setting, leaving in case.settings
        )

    def moved(self, name: str) -> Judge:
        def judge(case: Case) -> str | bool | None:
            due, final = case.day("PhaseTransferDueDate"), case.day("PhaseTransferFinalDate")
            if not case.active or due is None or due.year != self.year:
                return None
            if (due.month, due.day) not in _DAYS.values():
                return "regime not recorded"
            if (due.month, due.day) != _DAYS[name]:
                return None
            return final is not None and final <= due

        return judge


_AGES = {
    "weeks_20_to_30": (140, 210),
    "weeks_30_to_52": (210, 364),
    "over_52_weeks": (364, 10**6),
}
_DAYS = {"february": (2, 15), "march": (3, 31)}
