"""Law and frameworks have dates: which edition and which expectations hold on which day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from shipped import shipped_compiled, shipped_rulebook

from readiness.engine.builtin import Builtin
from readiness.engine.evaluate import Evaluation, ask, conclude, out_of_force
from readiness.model.profile import CouncilHeader, Profile
from readiness.model.vocabulary import Reason, Verdict

RULEBOOK = shipped_rulebook()
COMPILED = shipped_compiled()
ENGINE = Builtin()
NOBODY = Profile(council=CouncilHeader(name="Nobody"))
DAY = timedelta(days=1)

SPANS = {id: e.in_force for id, e in RULEBOOK.expectations.items()}
CHANGES = sorted(
    {span.start for span in SPANS.values() if span.start}
    | {span.until + DAY for span in SPANS.values() if span.until}
)


@cache
def verdicts(day: date) -> Evaluation:
    return conclude(RULEBOOK, COMPILED, ask(RULEBOOK, COMPILED, NOBODY, day), ENGINE)


def bound(day: date) -> set[str]:
    """Return the expectations that bind on a day; what does not bind is not applicable."""
    evaluation = verdicts(day)
    return {
        id
        for id in RULEBOOK.expectations
        if evaluation.verdict(id) is not Verdict.NOT_APPLICABLE
        or out_of_force(SPANS[id], day) is None
    }


@pytest.mark.parametrize("day", CHANGES, ids=str)
def test_expectations_begin_and_end_on_their_days(day: date) -> None:
    before, on, after = bound(day - DAY), bound(day), bound(day + DAY)
    begin = {id for id, span in SPANS.items() if span.start == day}
    end = {id for id, span in SPANS.items() if span.until == day - DAY}
    assert on - before == begin
    assert before - on == end
    later = {id for id, span in SPANS.items() if span.start == day + DAY}
    ended = {id for id, span in SPANS.items() if span.until == day}
    assert (after - on, on - after) == (later, ended)


@pytest.mark.parametrize("id", [id for id, span in SPANS.items() if span.start is None])
def test_what_is_not_commenced_binds_nobody(id: str) -> None:
    for day in (date(2026, 11, 23), date(2030, 1, 1)):
        assert out_of_force(SPANS[id], day) is Reason.NOT_COMMENCED
        assert verdicts(day).verdict(id) is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("framework", list(RULEBOOK.frameworks))
def test_editions_follow_each_other_without_gap_or_overlap(framework: str) -> None:
    editions = sorted(RULEBOOK.frameworks[framework].editions, key=lambda one: one.start)
    for earlier, later in pairwise(editions):
        assert earlier.until is not None
        assert later.start == earlier.until + DAY
    assert editions[-1].until is None


@pytest.mark.parametrize(
    ("framework", "last_day", "before", "after"),
    [
        ("ilacs", date(2026, 3, 31), "ilacs-2018", "ilacs-2026"),
        ("area-send", date(2025, 6, 5), "area-send-2022", "area-send-2025"),
    ],
)
def test_the_day_picks_the_edition(framework: str, last_day: date, before: str, after: str) -> None:
    def source_on(day: date) -> list[str]:
        return [
            one.source
            for one in RULEBOOK.frameworks[framework].editions
            if one.start <= day and (one.until is None or day <= one.until)
        ]

    assert source_on(last_day) == [before]
    assert source_on(last_day + DAY) == [after]
