"""What a profile answers to each form of condition, case by case, with every reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from generate import (
    FACTS,
    Data,
    build_profile,
    build_rulebook,
    expectation,
    rulebook_pages,
)

from readiness.engine.atoms import Answer, answer_to
from readiness.engine.situation import Situation
from readiness.logic import Truth
from readiness.model.conditions import ATOMS, Not, leaves

DAY = date(2026, 10, 31)

MORE: Mapping[str, Data] = {
    **FACTS,
    "flow.month": {"title": "F", "type": "rate", "definition": "D", "better": "lower"},
    "flow.seen": {
        "title": "F",
        "type": "share",
        "of": "plans",
        "definition": "D",
        "better": "higher",
    },
    "plans.now": {
        "title": "P",
        "type": "share",
        "of": "plans",
        "definition": "D",
        "goes_stale_after": "12 months",
        "cadence": "academic year",
    },
}
"""The facts of generated rulebooks, and some for series and dates."""

EVIDENCE: Data = {
    "audit": {"title": "Audit", "kind": "audit", "dated": date(2026, 9, 1)},
    "audit-2": {"title": "Second audit", "kind": "audit", "dated": date(2026, 10, 1)},
    "survey": {"title": "Survey", "kind": "survey", "dated": date(2026, 4, 30)},
    "old": {"title": "Old letter", "kind": "letter", "dated": date(2024, 1, 1)},
    "later": {"title": "Letter to come", "kind": "letter", "dated": date(2026, 11, 1)},
}


def ask(
    condition: Data,
    facts: Data,
    *,
    as_of: date = DAY,
    thresholds: Data | None = None,
    benchmarks: Data | None = None,
    profile_day: date | None = None,
    **sections: Any,
) -> Answer:
    """Return what a profile with these facts answers to a condition of one leaf."""
    page = expectation("X-01", condition, **({"thresholds": thresholds} if thresholds else {}))
    more: Data = {"facts/all.yaml": dict(MORE)}
    if benchmarks:
        more["benchmarks/stats.yaml"] = benchmarks
    rulebook = build_rulebook(rulebook_pages(page, **more))
    data = {
        "council": {"name": "Northmoor", "region": "north-east"},
        "facts": facts,
        "evidence": EVIDENCE,
        **sections,
        **({"as_of": profile_day} if profile_day else {}),
    }
    profile = build_profile(data, rulebook)
    expect = rulebook.conditions["X-01"].expect
    (leaf,) = leaves(expect)
    assert isinstance(leaf, ATOMS)
    answer = answer_to(Situation(rulebook, profile, as_of), leaf)
    assert not isinstance(expect, Not)
    return answer


def words(answer: Answer) -> str:
    """Return an answer in short: `true`, `false`, or its reasons."""
    if answer.truth in (Truth.TRUE, Truth.FALSE):
        assert not answer.reasons
        assert not answer.unsettled
        return str(answer.truth.value)
    prefix = "n/a: " if answer.truth is Truth.NOT_APPLICABLE else ""
    return prefix + ", ".join(answer.reasons)


# ---- states of a fact ---------------------------------------------------------------------------

AT_MOST_5 = {"fact": "cases.late", "at_most": 5}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (5, "true"),
        (6, "false"),
        ("unknown", "said_unknown"),
        ({"unknown": "system change"}, "said_unknown"),
        ({"suppressed": "c"}, "suppressed"),
        ({"not_collected": "z"}, "not_collected"),
        ({"unreadable": "x"}, "unreadable"),
        ({"not_applicable": "no such cases"}, "n/a: said_not_applicable"),
        ({"conflicting": [5, 4]}, "true"),
        ({"conflicting": [6, 7]}, "false"),
        ({"conflicting": [5, 6]}, "conflicting"),
        ({"conflicting": [5, "unknown"]}, "true"),
        ({"conflicting": [5, {"not_applicable": "none"}]}, "conflicting"),
        ({"conflicting": ["unknown", {"suppressed": "c"}]}, "said_unknown, suppressed"),
        ({"conflicting": ["unknown", {"not_applicable": "none"}]}, "said_unknown"),
        ({"conflicting": [{"not_applicable": "a"}] * 2}, "n/a: said_not_applicable"),
        ({"value": 5, "dated": date(2025, 7, 31)}, "true"),
        ({"value": 5, "dated": date(2025, 7, 30)}, "stale"),
        ({"value": 5, "period": "2025-07-31"}, "true"),
        ({"value": 5, "period": "2025-01-01/2025-07-30"}, "stale"),
        ({"value": 5, "evidence": ["audit"]}, "true"),
        ({"value": 5, "evidence": ["old"]}, "stale"),
        ({"value": 5, "evidence": ["old", "audit"]}, "true"),
        ({"value": 5, "dated": date(2026, 1, 1), "evidence": ["old"]}, "true"),
        ({"conflicting": [5, {"value": 9, "evidence": ["old"]}]}, "true"),
        ({"series": {"2026-Q2": 5, "2026-Q3": 6, "2026-Q4": 1}}, "false"),
        ({"series": {"2026-Q2": 5, "2026-Q3": "unknown"}}, "said_unknown"),
        ({"series": {"2024-Q1": 5}}, "stale"),
    ],
)
def test_states_of_a_fact(said: Any, expected: str) -> None:
    assert words(ask(AT_MOST_5, {"cases.late": said})) == expected


def test_silence_is_missing_and_names_the_fact_that_would_settle_it() -> None:
    answer = ask(AT_MOST_5, {})
    assert words(answer) == "missing"
    assert [str(ref) for ref in answer.unsettled] == ["cases.late"]


def test_without_any_date_a_fact_is_of_the_profile_day() -> None:
    said = {"cases.late": 5}
    assert words(ask(AT_MOST_5, said, profile_day=date(2025, 7, 31))) == "true"
    assert words(ask(AT_MOST_5, said, profile_day=date(2025, 7, 30))) == "stale"
    assert words(ask(AT_MOST_5, said, as_of=date(2030, 1, 1))) == "true"


# ---- comparisons --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "test", "said", "expected"),
    [
        ("offer.reviewed", {"is": True}, True, "true"),
        ("offer.reviewed", {"is": True}, False, "false"),
        ("offer.reviewed", {"is_not": True}, False, "true"),
        ("cases.open", {"between": [1, 5]}, 1, "true"),
        ("cases.open", {"between": [1, 5]}, 5, "true"),
        ("cases.open", {"between": [1, 5]}, 0, "false"),
        ("cases.open", {"between": [1, 5]}, 6, "false"),
        ("cases.open", {"more_than": 5}, 5, "false"),
        ("cases.open", {"less_than": 5}, 5, "false"),
        ("cases.open", {"less_than": 5}, 4, "true"),
        ("cases.open", {"is": 5}, 5, "true"),
        ("plans.on_time", {"at_least": "1/3"}, "1/3", "true"),
        ("plans.on_time", {"at_least": "1/3"}, "33.33%", "false"),
        ("plans.on_time", {"at_least": "50%"}, {"numerator": 1, "denominator": 2}, "true"),
        ("plans.on_time", {"at_least": "50%"}, "0/0", "n/a: no_cases"),
        ("plans.on_time", {"is": "50%"}, "2/4", "true"),
        ("spend.total", {"at_least": 10}, 9, "false"),
        ("wait.median", {"at_most": "12 weeks"}, "12 weeks", "true"),
        ("wait.median", {"at_most": "12 weeks"}, "12.5 weeks", "false"),
        ("wait.longest", {"at_most": "12 weeks"}, "3 months", "unreadable"),
        ("wait.longest", {"is": "12 weeks"}, "12 weeks", "true"),
        ("wait.longest", {"is": "12 weeks"}, "12 months", "unreadable"),
        ("wait.longest", {"is_not": "12 weeks"}, "12 months", "unreadable"),
        ("review.held", {"is": "not_yet"}, "not_yet", "true"),
        ("review.held", {"is": "not_yet"}, date(2026, 1, 1), "false"),
        ("audit.grade", {"at_least": "fair"}, "strong", "true"),
        ("audit.grade", {"at_least": "fair"}, "fair", "true"),
        ("audit.grade", {"at_least": "fair"}, "weak", "false"),
        ("audit.grade", {"between": ["weak", "fair"]}, "strong", "false"),
        ("audit.grade", {"one_of": ["weak", "strong"]}, "strong", "true"),
        ("model.kind", {"one_of": ["central"]}, "local", "false"),
        ("model.kind", {"is_not": "central"}, "local", "true"),
        ("lead.title", {"is": "Director"}, "Director", "true"),
        ("lead.title", {"one_of": ["Director"]}, "Head", "false"),
    ],
)
def test_comparisons(fact: str, test: Data, said: Any, expected: str) -> None:
    assert words(ask({"fact": fact, **test}, {fact: said})) == expected


def survey(respondents: int, asked: int | None = None) -> Data:
    said: Data = {"value": "60%", "respondents": respondents}
    return said if asked is None else {**said, "asked": asked}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (survey(30), "true"),
        (survey(29), "too_few_cases"),
        (survey(30, 4000), "true"),
        (survey(22, 40), "true"),
        (survey(22, 44), "true"),  # half of all who were asked
        (survey(22, 45), "too_few_cases"),
        (survey(15, 15), "true"),
        (survey(14, 15), "too_few_cases"),  # one answer moves it by seven points
        ({"numerator": 24, "denominator": 40}, "true"),
        ({"numerator": 0, "denominator": 0}, "n/a: no_cases"),
    ],
)
def test_a_survey_needs_thirty_answers_or_half_of_a_small_group(said: Data, expected: str) -> None:
    condition = {"fact": "voice.satisfied", "at_least": "60%"}
    assert words(ask(condition, {"voice.satisfied": said})) == expected


JUDGED: Data = {
    "stands": "mostly",
    "by": "Head of service",
    "dated": date(2026, 5, 1),
    "evidence": ["audit"],
}


@pytest.mark.parametrize("lacking", ["stands", "by", "dated", "evidence"])
def test_a_judgement_needs_its_four_parts(lacking: str) -> None:
    condition = {"fact": "culture.open", "at_least": "mostly"}
    part = {key: value for key, value in JUDGED.items() if key != lacking}
    assert words(ask(condition, {"culture.open": JUDGED})) == "true"
    assert words(ask(condition, {"culture.open": {**JUDGED, "stands": "partly"}})) == "false"
    assert words(ask(condition, {"culture.open": part})) == "needs_judgement"


@pytest.mark.parametrize(
    ("said", "other", "expected"),
    [
        (5, 5, "true"),
        (6, 5, "false"),
        (5, "unknown", "said_unknown"),
        (5, {"conflicting": [6, 7]}, "true"),
        (5, {"conflicting": [4, 7]}, "conflicting"),
        ({"conflicting": [4, 5]}, {"conflicting": [6, 7]}, "true"),
        (5, {"not_applicable": "none"}, "n/a: said_not_applicable"),
    ],
)
def test_against_another_fact(said: Any, other: Any, expected: str) -> None:
    condition = {"fact": "cases.open", "at_most": {"fact": "cases.late"}}
    assert words(ask(condition, {"cases.open": said, "cases.late": other})) == expected


def test_what_would_settle_a_comparison_of_facts_is_the_one_that_is_not_known() -> None:
    condition = {"fact": "cases.open", "at_most": {"fact": "cases.late"}}
    assert [str(ref) for ref in ask(condition, {"cases.open": 5}).unsettled] == ["cases.late"]
    conflict = ask(condition, {"cases.open": 5, "cases.late": {"conflicting": [4, 7]}})
    assert [str(ref) for ref in conflict.unsettled] == ["cases.late", "cases.open"]


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ({"2026-Q2": 5, "2026-Q3": 5}, "true"),
        ({"2026-Q2": 5, "2026-Q3": 6}, "false"),
        ({"2026-Q1": 5, "2026-Q3": 5}, "too_few_points"),
        ({"2026-Q2": "unknown", "2026-Q3": 5}, "said_unknown"),
        ({"2026-Q3": 5}, "too_few_points"),
        ({"2026-Q2": 5, "2026-Q3": 4, "2026-Q4": 99}, "true"),
        ({"2025": 5, "2024": 5}, "too_few_points"),
    ],
)
def test_against_an_earlier_value(series: Data, expected: str) -> None:
    condition = {"fact": "visits.rate", "at_most": {"fact": "visits.rate", "ago": "3 months"}}
    assert words(ask(condition, {"visits.rate": {"series": series}})) == expected


@pytest.mark.parametrize("op", ["at_least", "at_most", "is", "is_not"])
def test_an_earlier_value_of_no_cases_is_nothing_to_compare_with(op: str) -> None:
    condition = {"fact": "plans.on_time", op: {"fact": "plans.on_time", "ago": "1 year"}}
    said = {"series": {"2024": "0/0", "2025": "50%"}}
    assert words(ask(condition, {"plans.on_time": said})) == "n/a: no_cases"


def test_an_earlier_value_needs_a_series() -> None:
    condition = {"fact": "visits.rate", "at_most": {"fact": "visits.rate", "ago": "3 months"}}
    assert words(ask(condition, {"visits.rate": 4})) == "too_few_points"


# ---- thresholds ---------------------------------------------------------------------------------

ON_TIME = {"fact": "plans.now", "at_least": {"threshold": "limit"}}


def dated(*values: tuple[date, str], until: bool = False) -> Data:
    """Return a threshold with these values; with `until` each earlier one says its last day."""
    listed: list[Data] = [{"from": start, "value": value} for start, value in values]
    if until:
        for one, (start, _) in zip(listed, values[1:], strict=False):
            one["until"] = date.fromordinal(start.toordinal() - 1)
    return {"limit": {"basis": "law", "values": listed}}


HIGHER = ((date(2010, 1, 1), "60%"), (date(2026, 4, 1), "90%"))
THERE_AND_BACK = (*HIGHER, (date(2026, 7, 1), "60%"))


@pytest.mark.parametrize("until", [False, True], ids=["open-ended", "ended"])
@pytest.mark.parametrize(
    ("history", "said", "as_of", "expected"),
    [
        (HIGHER, "75%", DAY, "false"),
        (HIGHER, "75%", date(2026, 3, 31), "true"),
        (HIGHER, "75%", date(2026, 4, 1), "false"),
        (HIGHER, {"value": "75%", "period": "2026-01-01/2026-03-31"}, DAY, "true"),
        (HIGHER, {"value": "55%", "period": "2026-01-01/2026-03-31"}, DAY, "false"),
        (HIGHER, {"value": "75%", "period": "2026-04-01/2026-06-30"}, DAY, "false"),
        (HIGHER, {"value": "75%", "period": "2026-03-01/2026-04-30"}, DAY, "straddles_change"),
        (HIGHER, {"value": "95%", "period": "2026-03-01/2026-04-30"}, DAY, "true"),
        (HIGHER, {"value": "55%", "period": "2026-03-01/2026-04-30"}, DAY, "false"),
        (THERE_AND_BACK, "75%", DAY, "true"),
        # between the same value before and after stood another
        (
            THERE_AND_BACK,
            {"value": "75%", "period": "2026-01-01/2026-09-30"},
            DAY,
            "straddles_change",
        ),
        # the period ended before today's value began, and straddles the change before that
        (
            THERE_AND_BACK,
            {"value": "75%", "period": "2026-03-01/2026-05-31"},
            DAY,
            "straddles_change",
        ),
        # a change that is still to come does not count, though the period reaches over it
        (
            HIGHER,
            {"value": "75%", "period": "2026-01-01/2026-12-31"},
            date(2026, 3, 31),
            "true",
        ),
    ],
)
def test_thresholds_by_date(
    history: tuple[tuple[date, str], ...], said: Any, as_of: date, expected: str, until: bool
) -> None:
    thresholds = dated(*history, until=until)
    answer = ask(ON_TIME, {"plans.now": said}, as_of=as_of, thresholds=thresholds)
    assert words(answer) == expected


def test_the_value_that_counted_is_named() -> None:
    earlier = {"value": "75%", "period": "2026-01-01/2026-03-31"}
    answer = ask(ON_TIME, {"plans.now": earlier}, thresholds=dated(*HIGHER))
    assert [limit.start for limit in answer.limits] == [date(2010, 1, 1)]
    straddling = {"value": "75%", "period": "2026-03-01/2026-04-30"}
    answer = ask(ON_TIME, {"plans.now": straddling}, thresholds=dated(*HIGHER))
    assert [limit.start for limit in answer.limits] == [date(2010, 1, 1), date(2026, 4, 1)]


BANDED: Data = {
    "limit": {
        "basis": "policy",
        "because": "Small councils swing.",
        "by": {"fact": "cases.open"},
        "values": [
            {"from": date(2010, 1, 1), "value": "50%", "below": 10},
            {"from": date(2010, 1, 1), "value": "70%", "below": 100},
            {"from": date(2010, 1, 1), "value": "90%"},
        ],
    }
}


@pytest.mark.parametrize(
    ("size", "said", "expected"),
    [
        (9, "50%", "true"),
        (9, "49%", "false"),
        (10, "69%", "false"),
        (10, "70%", "true"),
        (100, "89%", "false"),
        (100, "90%", "true"),
        ("unknown", "95%", "said_unknown"),
        ({"conflicting": [5, 8]}, "60%", "true"),
        ({"conflicting": [9, 10]}, "60%", "conflicting"),
    ],
)
def test_thresholds_by_size(size: Any, said: str, expected: str) -> None:
    facts = {"plans.now": said, "cases.open": size}
    assert words(ask(ON_TIME, facts, thresholds=BANDED)) == expected


def test_a_size_may_be_an_earlier_one() -> None:
    limit = {**BANDED["limit"], "by": {"fact": "cases.open", "ago": "1 year"}}
    facts = {"plans.now": "60%", "cases.open": {"series": {"2024": 9, "2025": 200}}}
    assert words(ask(ON_TIME, facts, thresholds={"limit": limit})) == "true"


def test_a_size_that_is_not_held_would_settle_it() -> None:
    answer = ask(ON_TIME, {"plans.now": "60%"}, thresholds=BANDED)
    assert words(answer) == "missing"
    assert [str(ref) for ref in answer.unsettled] == ["cases.open"]


def test_local_standards() -> None:
    local = {"limit": {"basis": "local", "ask": "What has your board agreed?"}}
    unset = ask(ON_TIME, {"plans.now": "60%"}, thresholds=local)
    assert words(unset) == "no_standard"
    assert unset.detail == (
        "the council is asked to agree its own standard: What has your board agreed?"
    )
    for value, expected in (("60%", "true"), ("61%", "false")):
        standard = {"value": value, "agreed_by": "Board", "dated": date(2026, 3, 1)}
        standards = {"X-01.limit": standard}
        answer = ask(ON_TIME, {"plans.now": "60%"}, thresholds=local, standards=standards)
        assert words(answer) == expected
        assert answer.limits[0].source == "Board"


# ---- lists --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "said", "expected"),
    [
        ({"includes": "communication"}, ["communication"], "true"),
        ({"includes": "communication"}, ["speech"], "true"),
        ({"includes": "speech"}, ["Communication"], "true"),
        ({"includes": "communication"}, ["waits"], "false"),
        ({"includes": "communication"}, [], "false"),
        ({"includes": "communication"}, ["moonlight"], "unreadable"),
        ({"includes": "communication"}, ["moonlight", "speech"], "true"),
        ({"includes_all": ["communication", "transport"]}, ["speech", "transport"], "true"),
        ({"includes_all": ["communication", "transport"]}, ["speech"], "false"),
        ({"includes_all": ["communication", "transport"]}, ["speech", "moonlight"], "unreadable"),
        ({"includes_all": ["communication", "transport"]}, ["moonlight"], "false"),
    ],
)
def test_lists_with_a_vocabulary(test: Data, said: list[str], expected: str) -> None:
    condition = {"fact": "family.priorities", **test}
    assert words(ask(condition, {"family.priorities": said})) == expected


def test_lists_without_a_vocabulary_hold_words_as_they_are() -> None:
    condition = {"fact": "board.topics", "includes": "money"}
    assert words(ask(condition, {"board.topics": ["money", "moonlight"]})) == "true"
    assert words(ask(condition, {"board.topics": ["moonlight"]})) == "false"


@pytest.mark.parametrize(
    ("ours", "theirs", "by", "expected"),
    [
        (["waits", "speech"], ["waiting times", "transport"], 1, "true"),
        (["waits", "speech"], ["waiting times", "transport"], 2, "false"),
        (["waits"], ["speech"], 1, "false"),
        (["waits", "moonlight"], ["waits", "transport"], 1, "true"),
        (["waits", "moonlight"], ["waits", "transport"], 2, "unreadable"),
        (["waits", "moonlight"], ["waits", "transport"], 3, "false"),
        (["moonlight"], ["waits"], 1, "unreadable"),
        (["moonlight"], [], 1, "false"),
        (["moonlight"], ["starlight"], 1, "unreadable"),
        # one strange word may be the other's known one, on both sides at once
        (["waits", "moonlight"], ["transport", "starlight"], 2, "unreadable"),
        (["waits", "moonlight"], ["transport", "starlight"], 3, "false"),
        ({"conflicting": [["waits"], ["speech"]]}, ["transport"], 1, "false"),
        ({"conflicting": [["waits"], ["transport"]]}, ["transport"], 1, "conflicting"),
        ("unknown", ["transport"], 1, "said_unknown"),
    ],
)
def test_overlaps(ours: Any, theirs: Any, by: int, expected: str) -> None:
    condition = {
        "fact": "family.priorities",
        "overlaps": {"fact": "strategy.priorities", "by": by},
    }
    facts = {"family.priorities": ours, "strategy.priorities": theirs}
    answer = ask(condition, facts)
    assert words(answer) == expected
    if expected == "unreadable":
        assert "moonlight" in answer.detail


# ---- days ---------------------------------------------------------------------------------------

FEB_15 = {"yearly": "15 February"}


@pytest.mark.parametrize(
    ("test", "said", "expected"),
    [
        ({"within": "12 months"}, DAY, "true"),
        ({"within": "12 months"}, date(2025, 10, 31), "true"),
        ({"within": "12 months"}, date(2025, 10, 30), "false"),
        ({"within": "12 months"}, date(2026, 11, 1), "false"),
        ({"within": "12 months"}, "not_yet", "false"),
        ({"within": "12 months"}, "unknown", "said_unknown"),
        ({"within": "12 months"}, {"conflicting": [DAY, date(2026, 1, 1)]}, "true"),
        ({"within": "12 months"}, {"conflicting": [DAY, "not_yet"]}, "conflicting"),
        ({"within": "2 weeks"}, date(2026, 10, 17), "true"),
        ({"within": "2 weeks"}, date(2026, 10, 16), "false"),
        ({"within": "5 working days"}, date(2026, 10, 26), "true"),
        ({"within": "5 working days"}, date(2026, 10, 23), "false"),
        ({"before": date(2026, 5, 1)}, date(2026, 4, 30), "true"),
        ({"before": date(2026, 5, 1)}, date(2026, 5, 1), "false"),
        ({"on_or_before": date(2026, 5, 1)}, date(2026, 5, 1), "true"),
        ({"after": date(2026, 5, 1)}, date(2026, 5, 1), "false"),
        ({"on_or_after": date(2026, 5, 1)}, date(2026, 5, 1), "true"),
        ({"on_or_before": "as_of"}, DAY, "true"),
        ({"on_or_before": "as_of"}, date(2026, 11, 1), "false"),
        ({"after": FEB_15}, date(2026, 2, 16), "true"),
        ({"after": FEB_15}, date(2026, 2, 15), "false"),
        ({"before": {**FEB_15, "next": True}}, date(2027, 2, 14), "true"),
        ({"before": {**FEB_15, "next": True}}, date(2027, 2, 15), "false"),
        ({"on_or_after": {**FEB_15, "minus": "2 weeks"}}, date(2026, 2, 1), "true"),
        ({"on_or_after": {**FEB_15, "minus": "2 weeks"}}, date(2026, 1, 31), "false"),
        ({"on_or_before": {**FEB_15, "plus": "3 months"}}, date(2026, 5, 15), "true"),
        ({"on_or_before": {**FEB_15, "plus": "3 months"}}, date(2026, 5, 16), "false"),
        (
            {"on_or_before": {"date": date(2026, 4, 2), "plus": "1 working day"}},
            date(2026, 4, 7),
            "true",
        ),
        (
            {"on_or_before": {"date": date(2026, 4, 2), "plus": "1 working day"}},
            date(2026, 4, 8),
            "false",
        ),
        ({"before": date(2026, 5, 1)}, "not_yet", "false"),
        ({"after": date(2026, 5, 1)}, "not_yet", "false"),
    ],
)
def test_days(test: Data, said: Any, expected: str) -> None:
    assert words(ask({"fact": "review.held", **test}, {"review.held": said})) == expected


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 6, 1), "true"),
        (date(2026, 5, 31), "false"),
        ("not_yet", "false"),
        ("unknown", "said_unknown"),
        ({"not_applicable": "no review"}, "n/a: said_not_applicable"),
    ],
)
def test_a_day_against_another_fact(due: Any, expected: str) -> None:
    condition = {
        "fact": "review.held",
        "on_or_before": {"fact": "review.due", "plus": "1 month"},
    }
    facts = {"review.held": date(2026, 7, 1), "review.due": due}
    assert words(ask(condition, facts)) == expected


def test_the_evaluation_date_itself_may_be_compared() -> None:
    condition = {"date": "as_of", "on_or_before": {"fact": "review.due"}}
    assert words(ask(condition, {"review.due": DAY})) == "true"
    assert words(ask(condition, {"review.due": date(2026, 10, 30)})) == "false"
    assert words(ask(condition, {})) == "missing"


@pytest.mark.parametrize(
    ("as_of", "held", "expected"),
    [
        (date(2026, 2, 15), date(2026, 2, 15), "true"),
        (date(2026, 2, 14), date(2025, 2, 15), "true"),
        (date(2026, 2, 14), date(2025, 2, 14), "false"),
    ],
)
def test_the_latest_yearly_day_may_be_today(as_of: date, held: date, expected: str) -> None:
    condition = {"fact": "review.held", "on_or_after": FEB_15}
    assert words(ask(condition, {"review.held": held}, as_of=as_of)) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"), [(date(2026, 3, 31), "true"), (date(2026, 4, 1), "false")]
)
def test_a_span_may_be_a_threshold(as_of: date, expected: str) -> None:
    condition = {"fact": "review.held", "within": {"threshold": "limit"}}
    thresholds = dated((date(2010, 1, 1), "24 months"), (date(2026, 4, 1), "12 months"))
    facts = {"review.held": date(2025, 1, 1)}
    assert words(ask(condition, facts, as_of=as_of, thresholds=thresholds)) == expected


OWN = {"limit": {"basis": "local", "ask": "What have you agreed?"}}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("60%", "false"),
        ("unknown", "said_unknown"),
    ],
)
def test_that_no_standard_was_agreed_is_an_answer(said: Any, expected: str) -> None:
    standards = {"X-01.limit": "none"}
    answer = ask(ON_TIME, {"plans.now": said}, thresholds=OWN, standards=standards)
    assert words(answer) == expected
    assert ("agreed no standard" in answer.detail) == (expected == "false")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [(date(2025, 12, 31), "later"), (date(2026, 1, 1), "true"), (date(2026, 10, 31), "true")],
)
def test_a_figure_of_a_later_period_does_not_count(as_of: date, expected: str) -> None:
    held = {"value": "60%", "period": "2026-01-01/2026-12-31"}
    condition = {"fact": "plans.now", "at_least": "50%"}
    assert words(ask(condition, {"plans.now": held}, as_of=as_of)) == expected


@pytest.mark.parametrize(("said", "expected"), [("not_yet", "false"), (DAY, "no_standard")])
def test_what_has_not_happened_needs_no_span(said: Any, expected: str) -> None:
    condition = {"fact": "review.held", "within": {"threshold": "limit"}}
    assert words(ask(condition, {"review.held": said}, thresholds=OWN)) == expected


# ---- published figures --------------------------------------------------------------------------


def stats(*figures: tuple[str, str, str], published: date = date(2026, 6, 26)) -> Data:
    return {
        "source": "act",
        "published": published,
        "figures": [
            {"fact": "plans.on_time", "place": place, "period": period, "value": value}
            for place, period, value in figures
        ],
    }


ENGLAND = ("england", "2025", "50%")


@pytest.mark.parametrize(
    ("test", "said", "figures", "expected"),
    [
        ({}, "50%", [ENGLAND], "true"),
        ({}, "49.9%", [ENGLAND], "false"),
        ({"by": "5 points"}, "45%", [ENGLAND], "true"),
        ({"by": "5 points"}, "44.9%", [ENGLAND], "false"),
        ({}, "45%", [ENGLAND, ("england", "2024", "40%")], "false"),
        ({}, "45%", [], "no_benchmark"),
        ({}, "45%", [("england", "2024", "40%")], "no_benchmark"),
        ({}, {"value": "45%", "period": "2025"}, [("england", "2024", "40%")], "true"),
        ({}, {"value": "45%", "period": "2026-06-30"}, [("england", "2024", "40%")], "true"),
        (
            {},
            {"value": "45%", "period": "2026-07-01"},
            [("england", "2024", "40%")],
            "no_benchmark",
        ),
        ({}, "9/9", [ENGLAND], "too_few_cases"),
        ({}, "10/10", [ENGLAND], "true"),
        ({}, "0/0", [ENGLAND], "n/a: no_cases"),
        ({"benchmark": "region"}, "45%", [ENGLAND, ("north-east", "2025", "45%")], "true"),
        ({"benchmark": "region"}, "45%", [ENGLAND, ("london", "2025", "45%")], "no_benchmark"),
    ],
)
def test_no_worse_than_a_published_figure(
    test: Data, said: Any, figures: list[tuple[str, str, str]], expected: str
) -> None:
    condition = {"fact": "plans.on_time", "no_worse_than": {"benchmark": "england", **test}}
    benchmarks = stats(*figures) if figures else None
    assert words(ask(condition, {"plans.on_time": said}, benchmarks=benchmarks)) == expected


def test_a_figure_counts_from_the_day_of_publication() -> None:
    condition = {"fact": "plans.on_time", "no_worse_than": {"benchmark": "england"}}
    figures = stats(ENGLAND, published=DAY)
    assert words(ask(condition, {"plans.on_time": "60%"}, benchmarks=figures)) == "true"
    late = stats(ENGLAND, published=date(2026, 11, 1))
    assert words(ask(condition, {"plans.on_time": "60%"}, benchmarks=late)) == "no_benchmark"


def neighbours(*values: int) -> Data:
    return {
        "place": "neighbours",
        "values": list(values),
        "period": "2026-Q1",
        "published": date(2026, 6, 1),
        "source": "act",
    }


@pytest.mark.parametrize(
    ("said", "expected"), [("4/9", "too_few_cases"), ("4/10", "false"), ("40%", "false")]
)
def test_a_national_figure_as_limit_is_a_comparison_with_others(said: str, expected: str) -> None:
    limit = {
        "basis": "national",
        "source": "act",
        "values": [{"from": date(2020, 1, 1), "value": "50%"}],
    }
    condition = {"fact": "plans.on_time", "at_least": {"threshold": "elsewhere"}}
    asked = ask(condition, {"plans.on_time": said}, thresholds={"elsewhere": limit})
    assert words(asked) == expected
    of_law = {**limit, "basis": "law"}
    asked = ask(condition, {"plans.on_time": said}, thresholds={"elsewhere": of_law})
    assert words(asked) == "false"


@pytest.mark.parametrize(
    ("said", "values", "expected"),
    [
        (35, (10, 20, 30, 40, 50, 60), "true"),  # lower is better; the median is 35
        (36, (10, 20, 30, 40, 50, 60), "false"),
        (40, (10, 20, 30, 40, 50, 60, 70), "true"),
        (41, (10, 20, 30, 40, 50, 60, 70), "false"),
        (1, (10, 20, 30, 40, 50), "no_benchmark"),
    ],
)
def test_no_worse_than_the_median_of_six_neighbours(
    said: int, values: tuple[int, ...], expected: str
) -> None:
    condition = {"fact": "visits.rate", "no_worse_than": {"benchmark": "neighbours"}}
    context = {"visits.rate": [neighbours(*values)]}
    answer = ask(condition, {"visits.rate": said}, context=context)
    assert words(answer) == expected


def test_lower_is_better_with_a_margin() -> None:
    condition = {"fact": "visits.rate", "no_worse_than": {"benchmark": "neighbours", "by": 2}}
    context = {"visits.rate": [neighbours(*[30] * 6)]}
    assert words(ask(condition, {"visits.rate": 32}, context=context)) == "true"
    assert words(ask(condition, {"visits.rate": 33}, context=context)) == "false"


# ---- series -------------------------------------------------------------------------------------


def months(*values: Any, first: int = 0) -> Data:
    """Return a monthly series that ends in October 2026, or later by `first`."""
    start = 2026 * 12 + 9 - len(values) + 1 + first
    keys = [divmod(start + number, 12) for number in range(len(values))]
    names = [f"{year}-{month + 1:02}" for year, month in keys]
    return {"series": dict(zip(names, values, strict=True))}


STABLE = {"fact": "flow.month", "stable": {"method": "xmr", "points": 12, "look_at": 6}}
SAW = (10, 12) * 6


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (months(*SAW), "true"),
        (months(*SAW, 40), "false"),
        (months(*SAW[:11]), "too_few_points"),
        (months(*SAW[:11], "unknown"), "too_few_points"),
        (months(*SAW[:5], "unknown", *SAW[5:]), "too_few_points"),
        (months(*SAW[:5], "unknown", *SAW), "true"),
        (months(90, 90, 90, *SAW), "true"),
        (months(*SAW, first=1), "too_few_points"),
        (months(*SAW, 40, first=1), "true"),
        ({"series": {str(year): 10 for year in range(2012, 2026)}}, "too_few_points"),
        (11, "too_few_points"),
        ("unknown", "said_unknown"),
        ({"conflicting": [months(*SAW), months(*SAW, 40)]}, "conflicting"),
    ],
)
def test_stable(said: Any, expected: str) -> None:
    assert words(ask(STABLE, {"flow.month": said})) == expected


RISING = (*[10, 12, 10, 12, 10, 12], *range(11, 18))
FALLING = (*[10, 12, 10, 12, 10, 12], *range(11, 4, -1))


@pytest.mark.parametrize(
    ("fact", "values", "worsening", "improving"),
    [
        ("flow.month", RISING, "true", "false"),
        ("flow.month", FALLING, "false", "true"),
        ("flow.month", SAW, "false", "false"),
        ("flow.seen", RISING, "false", "true"),
        ("flow.seen", FALLING, "true", "false"),
    ],
)
def test_trend(fact: str, values: tuple[int, ...], worsening: str, improving: str) -> None:
    said = months(*(f"{value}%" if fact == "flow.seen" else value for value in values))
    opposite = {"true": "false", "false": "true"}
    for direction, expected in (("worsening", worsening), ("improving", improving)):
        for key, answer in (("is", expected), ("not", opposite[expected])):
            condition = {"fact": fact, "trend": {key: direction, "by": "xmr_run"}}
            assert words(ask(condition, {fact: said})) == answer


def test_a_trend_needs_twelve_points() -> None:
    condition = {"fact": "flow.month", "trend": {"not": "worsening", "by": "xmr_run"}}
    assert words(ask(condition, {"flow.month": months(*RISING[:11])})) == "too_few_points"


def change(measure: str, test: Data, **more: str) -> Data:
    return {"fact": "visits.rate", "change": {"over": "1 year", "as": measure, **more}, **test}


@pytest.mark.parametrize(
    ("condition", "series", "expected"),
    [
        (change("rise", {"at_most": 2}), {"2024": 10, "2025": 12}, "true"),
        (change("rise", {"at_most": 2}), {"2024": 10, "2025": 13}, "false"),
        (change("rise", {"at_most": 2}), {"2024": 10, "2025": 1}, "true"),
        (change("fall", {"at_least": 2}), {"2024": 10, "2025": 8}, "true"),
        (change("fall", {"at_least": 2}), {"2024": 10, "2025": 12}, "false"),
        (change("size", {"at_most": 2}), {"2024": 10, "2025": 7}, "false"),
        (change("size", {"between": [2, 3]}), {"2024": 10, "2025": 13}, "true"),
        (change("rise", {"at_most": "10%"}, **{"in": "percent"}), {"2024": 10, "2025": 11}, "true"),
        (
            change("rise", {"at_most": "10%"}, **{"in": "percent"}),
            {"2024": 10, "2025": 12},
            "false",
        ),
        (
            change("rise", {"at_most": "10%"}, **{"in": "percent"}),
            {"2024": 0, "2025": 12},
            "too_few_cases",
        ),
        (change("rise", {"at_most": 2}), {"2023": 10, "2025": 12}, "too_few_points"),
        (change("rise", {"at_most": 2}), {"2025": 12}, "too_few_points"),
        (change("rise", {"at_most": 2}), {"2024": {"suppressed": "c"}, "2025": 1}, "suppressed"),
        (change("rise", {"at_most": 2}), {"2025-Q1": 10, "2026-Q1": 12}, "true"),
    ],
)
def test_change(condition: Data, series: Data, expected: str) -> None:
    assert words(ask(condition, {"visits.rate": {"series": series}})) == expected


# ---- known and evidenced ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (5, "true"),
        ("unknown", "false"),
        ({"conflicting": ["unknown", "unknown"]}, "false"),
        ({"conflicting": ["unknown", 5]}, "true"),
        ({"conflicting": [4, 5]}, "true"),
        ({"suppressed": "c"}, "suppressed"),
        ({"conflicting": ["unknown", {"suppressed": "c"}]}, "said_unknown, suppressed"),
        ({"value": 5, "dated": date(2020, 1, 1)}, "stale"),
        ({"not_applicable": "none"}, "n/a: said_not_applicable"),
    ],
)
def test_known(said: Any, expected: str) -> None:
    assert words(ask({"fact": "cases.late", "known": True}, {"cases.late": said})) == expected


def test_silence_is_not_the_same_as_not_known() -> None:
    assert words(ask({"fact": "cases.late", "known": True}, {})) == "missing"


def with_evidence(*items: str) -> Data:
    return {"value": 5, "evidence": list(items)}


@pytest.mark.parametrize(
    ("test", "said", "expected"),
    [
        (True, with_evidence("audit"), "true"),
        (True, 5, "no_evidence"),
        (True, {"value": 5, "evidence": "none"}, "false"),
        (True, with_evidence("later"), "no_evidence"),
        (True, {"unknown": "lost", "evidence": ["audit"]}, "true"),
        (True, {"not_applicable": "none"}, "n/a: said_not_applicable"),
        ({"by": 2}, with_evidence("audit"), "one_kind_only"),
        ({"by": 2}, with_evidence("audit", "audit-2"), "one_kind_only"),
        ({"by": 2}, with_evidence("audit", "survey"), "true"),
        ({"by": 2}, {"value": 5, "evidence": "none"}, "false"),
        ({"within": "6 months"}, with_evidence("survey"), "true"),
        ({"within": "5 months"}, with_evidence("survey"), "stale_evidence"),
        ({"within": "6 months", "by": 2}, with_evidence("audit", "survey"), "true"),
        ({"within": "5 months", "by": 2}, with_evidence("audit", "survey"), "one_kind_only"),
        ({"within": "6 months", "by": 2}, with_evidence("old"), "stale_evidence"),
        (True, {"conflicting": [5, with_evidence("audit")]}, "true"),
        ({"by": 2}, {"conflicting": [with_evidence("audit"), with_evidence("survey")]}, "true"),
    ],
)
def test_evidenced(test: Any, said: Any, expected: str) -> None:
    assert words(ask({"fact": "cases.late", "evidenced": test}, {"cases.late": said})) == expected


def test_nothing_said_is_missing_not_without_evidence() -> None:
    assert words(ask({"fact": "cases.late", "evidenced": True}, {})) == "missing"


# ---- the order in which a profile says things ---------------------------------------------------


def test_doubts_about_two_statements_do_not_depend_on_their_order() -> None:
    condition = {"fact": "plans.on_time", "no_worse_than": {"benchmark": "england"}}
    few, old = "1/2", {"value": "50%", "period": "2026"}
    earlier = stats(("england", "2024", "50%"))
    answers = [
        ask(condition, {"plans.on_time": {"conflicting": said}}, benchmarks=earlier)
        for said in ([few, old], [old, few])
    ]
    assert answers[0] == answers[1]
    assert words(answers[0]) == "too_few_cases, no_benchmark"
