"""What a council claims of itself beside the facts."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st
from lantern import House, build

from readiness.analysis.plan.claims import _Ledger
from readiness.app.planning import claims
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import evaluate
from readiness.model.claims import ClaimShown, Leaning, Match
from readiness.model.disclosure import Disclosure
from readiness.model.finding import Totals
from readiness.model.vocabulary import Verdict
from readiness.resources import shipped_scenarios

RATINGS = """\
self_evaluation_rating:
  title: Ratings
  terms:
    strength: [good]
    area for development: [weakness]
"""


def compare(house: House, said: str, *changes: tuple[str, str], small: bool = False) -> ClaimShown:
    """Return what comes of one claim."""
    house.write("rules/vocabularies/ratings.yaml", RATINGS)
    if changes:
        house.edit("profile.yaml", *changes)
    text = house.profile.read_text(encoding="utf-8")
    text += f"self_evaluation:\n  dated: 2025-12-01\n  claims:\n    - {said}\n"
    house.write("claims.yaml", text)
    report = claims(
        house.folder / "claims.yaml", today=lambda: date(2026, 1, 1), show_small_counts=small
    )
    (one,) = report.ledger.claims
    return one


@pytest.mark.parametrize(
    ("said", "match", "leaning"),
    [
        ("{fact: lamp.on_time, value: 67%}", Match.AGREES, None),  # of 66.67%
        ("{fact: lamp.on_time, value: 66.7%}", Match.AGREES, None),
        ("{fact: lamp.on_time, value: 66%}", Match.CONTRADICTS, Leaning.UNDER),
        ("{fact: lamp.on_time, value: 70.0%}", Match.CONTRADICTS, Leaning.OVER),
        ("{fact: lamp.on_time, value: 60/90}", Match.AGREES, None),
        ("{fact: lamp.on_time, value: 40/60}", Match.CONTRADICTS, None),  # another whole
        ("{fact: lamp.on_time, value: 60/60}", Match.CONTRADICTS, Leaning.OVER),
        ('{fact: lamp.on_time, value: 67%, period: "2025"}', Match.AGREES, None),
        ('{fact: lamp.on_time, value: 67%, period: "2024"}', Match.NOT_CHECKED, None),
        ("{fact: lamp.late, value: 5%}", Match.CONTRADICTS, Leaning.OVER),  # lower is better
        ("{fact: lamp.late, value: 30%}", Match.CONTRADICTS, Leaning.UNDER),
        ("{fact: lamp.children, value: 80}", Match.AGREES, None),
        ("{fact: lamp.children, value: 79}", Match.CONTRADICTS, Leaning.OVER),
        ("{fact: lamp.lit, value: yes}", Match.AGREES, None),
        ("{fact: lamp.lit, value: no}", Match.CONTRADICTS, None),
        ("{fact: lamp.wait, value: 14 weeks}", Match.AGREES, None),
        ("{fact: lamp.wait, value: 3 weeks}", Match.CONTRADICTS, Leaning.OVER),  # by the page
        ("{fact: lamp.rate, value: 3}", Match.NOT_CHECKED, None),  # nothing is held
        ("{fact: lamp.on_time}", Match.NOT_CHECKED, None),
        ("{fact: room.seen, value: 70%}", Match.NOT_CHECKED, None),  # of which room?
        ("{fact: room.seen, for: hall, value: 75%}", Match.AGREES, None),
        ("{fact: room.seen, for: attic, value: 75%}", Match.CONTRADICTS, Leaning.OVER),
        ("{fact: room.seen, for: attic, value: 10/30}", Match.AGREES, None),
        ("{fact: room.seen, for: cellar, value: 75%}", Match.NOT_CHECKED, None),  # not known
    ],
)
def test_a_value(house: House, run: Run, said: str, match: Match, leaning: Leaning | None) -> None:
    one = compare(house, said)
    assert (one.match, one.leaning) == (match, leaning), one.how


def test_a_value_says_how_it_was_compared(house: House, run: Run) -> None:
    one = compare(house, "{fact: lamp.on_time, value: 72%}")
    assert one.claimed == "72%"
    assert one.found == "60 of 90 visits (66.7%), 2025"
    assert one.source == "The log of the lamps"
    assert one.how == (
        "the claim is 5.3 percentage points above what is held; compared to 1 percentage point, as "
        "the claim is written; it names no period, so the newest value held counts"
    )


def test_a_claim_of_one_member_is_set_beside_that_member(house: House, run: Run) -> None:
    one = compare(house, "{fact: room.seen, for: attic, value: 50%}")
    assert (one.about, one.member) == ("room.seen", "attic")
    assert one.title == "Children who saw the light (Attic)"
    assert one.found == "10 of 30 children (33.3%)"
    one = compare(house, "{fact: room.seen, value: 50%}")
    assert one.how == (
        "it is held for each room, and the claim does not say of which; add such as 'for: hall'"
    )


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        (
            "{fact: room.seen, for: atic, value: 50%}",
            ["27:30: no room is called 'atic'", "did you mean 'attic'?"],
        ),
        (
            "{fact: lamp.lit, for: hall, value: yes}",
            ["27:29: 'lamp.lit' is not held for each of anything", "take 'for' away"],
        ),
        (
            "{fact: room.seen, for: atic, value: many}",
            ["no room is called 'atic'", "27:43: 'many' is not a share"],
        ),
        (
            "{fact: lamp.lit, value: yes, rated: strength}",
            ["27:36: a claim about a fact takes no 'rated'"],
        ),
        (
            "{criterion: lantern/light, rated: strength, value: 5, for: hall}",
            ["a claim about a criterion takes no 'value'", "takes no 'for'"],
        ),
    ],
)
def test_what_a_claim_may_not_say(house: House, run: Run, said: str, errors: list[str]) -> None:
    text = f"self_evaluation:\n  dated: 2025-12-01\n  claims:\n    - {said}\n"
    house.write("profile.yaml", house.profile.read_text(encoding="utf-8") + text)
    ran = run("claims", "profile.yaml")
    assert ran.code == 4
    for error in errors:
        assert error in ran.err


@pytest.mark.parametrize(
    ("member", "match"), [("hall", Match.AGREES), ("attic", Match.CONTRADICTS)]
)
def test_an_action_for_one_member_claims_that_member_alone(
    house: House, run: Run, member: str, match: Match
) -> None:
    house.edit(
        "profile.yaml",
        ("on track", "done"),
        ("2026-06-30", "2025-06-30"),
        ("addresses: [LAN-01]", "addresses: [LAN-02]"),
        (
            "fact: lamp.on_time, reaches: 90%, by: 2026-12-31",
            f"fact: room.seen, for: {member}, reaches: 60%, by: 2025-12-31",
        ),
        ("room.seen: {hall", "room.seen: {period: 2025, hall"),
    )
    (one,) = claims(house.profile, today=lambda: date(2026, 1, 1)).ledger.claims
    assert (one.about, one.member, one.match) == ("room.seen", member, match)


@given(part=st.integers(0, 400), places=st.integers(0, 2))
def test_a_share_agrees_with_itself_rounded(part: int, places: int) -> None:
    from readiness.analysis.plan.claims import _exactness
    from readiness.model.facts import Fact
    from readiness.model.values import _percent
    from readiness.model.vocabulary import FactType

    share = Fraction(part, 401)
    written = f"{_percent(share, places):.{places}f}"
    fact = Fact(id="f", title="f", type=FactType.SHARE, definition="f")
    step, _ = _exactness(f"{written}%", fact)
    assert abs(Fraction(written) / 100 - share) <= step / 2
    assert abs(Fraction(written) / 100 - share - step) > step / 2 or step / 2 == abs(
        Fraction(written) / 100 - share
    )


TWICE = "lamp.late:\n    conflicting: [{value: 20/80, source: A}, {value: 16/80, source: B}]"


@pytest.mark.parametrize(
    ("value", "match"),
    [("5%", Match.CONTRADICTS), ("25%", Match.NOT_CHECKED), ("20%", Match.NOT_CHECKED)],
)
def test_sources_that_disagree(house: House, run: Run, value: str, match: Match) -> None:
    one = compare(house, f"{{fact: lamp.late, value: {value}}}", ("lamp.late: 20/80", TWICE))
    assert one.match is match
    assert ("25%" in one.found, "20%" in one.found) == (True, True)
    if match is Match.CONTRADICTS:
        assert one.how.startswith("sources disagree, and the claim agrees with none of them;")


@pytest.mark.parametrize("value", ["5%", "0%", "4/80", "90%"])
def test_a_small_number_is_not_told_by_comparing(house: House, run: Run, value: str) -> None:
    changed = ("lamp.late: 20/80", "lamp.late: 4/80")
    one = compare(house, f"{{fact: lamp.late, value: {value}}}", changed)
    assert (one.match, one.leaning) == (Match.NOT_CHECKED, None)
    assert one.found == "fewer than 6 of 80 children"
    assert "4" not in one.claimed + one.found + one.how
    shown = compare(house, f"{{fact: lamp.late, value: {value}}}", small=True)
    assert shown.match is not Match.NOT_CHECKED


@pytest.mark.parametrize(
    ("said", "match", "how"),
    [
        ("{criterion: lantern/light, rated: strength}", Match.CONTRADICTS, "more are missed"),
        ("{criterion: lantern/light, rated: Good}", Match.CONTRADICTS, "more are missed"),
        ("{criterion: lantern/light, rated: weakness}", Match.AGREES, "something is missed"),
        ("{criterion: lantern/warmth, rated: strength}", Match.CONTRADICTS, "more are missed"),
        ("{criterion: lantern/light, rated: sparkling}", Match.NOT_CHECKED, "no rating that is"),
        ("{criterion: lantern/light}", Match.NOT_CHECKED, "no rating that is known"),
    ],
)
def test_a_rating(house: House, run: Run, said: str, match: Match, how: str) -> None:
    one = compare(house, said)
    assert one.match is match
    assert how in one.how
    if "light" in said:
        assert one.counts == Totals(1, 2, 0, 0)
        assert one.found == "1 met, 2 not met, 0 not known of 3 that apply"
        assert one.gaps == ("LAN-01", "LAN-02")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> _Ledger:
    house = build(tmp_path_factory.mktemp("house"))
    house.write("rules/vocabularies/ratings.yaml", RATINGS)
    rulebook = house.rulebook()
    evaluation = evaluate(rulebook, compile_rulebook(rulebook), house.load(), date(2026, 1, 1))
    return _Ledger(evaluation, Disclosure())


@given(
    rated=st.sampled_from(["strength", "weakness"]),
    verdicts=st.lists(st.tuples(st.sampled_from(Verdict), st.booleans()), max_size=6),
    data=st.data(),
)
def test_knowing_more_settles_a_rating_and_never_turns_it(
    ledger: _Ledger, rated: str, verdicts: list[tuple[Verdict, bool]], data: st.DataObject
) -> None:
    def judged(all: list[tuple[Verdict, bool]]) -> Match:
        counts = Totals(*(sum(v is verdict for v, _ in all) for verdict in Verdict))
        return ledger._judge(rated, counts, [v for v, critical in all if critical]).match

    before = judged(verdicts)
    known = st.sampled_from([Verdict.MET, Verdict.NOT_MET])
    after = judged([(data.draw(known) if v is Verdict.UNKNOWN else v, c) for v, c in verdicts])
    if before is not Match.NOT_CHECKED:
        assert after is before
    elif any(v is not Verdict.NOT_APPLICABLE for v, _ in verdicts):
        assert after is not Match.NOT_CHECKED


def test_a_strength_with_a_critical_gap(ledger: _Ledger) -> None:
    critical = [Verdict.MET, Verdict.NOT_MET]
    answer = ledger._judge("strength", Totals(20, 1, 0, 0), critical)
    assert answer.how == "not borne out: 1 of 2 critical expectations are missed"
    assert answer.leaning is Leaning.OVER
    answer = ledger._judge("weakness", Totals(20, 0, 0, 1), [])
    assert (answer.match, answer.leaning) == (Match.CONTRADICTS, Leaning.UNDER)


@pytest.mark.parametrize(
    ("due", "by", "aim", "match"),
    [
        ("2025-06-30", "2025-12-31", "60%", Match.AGREES),
        ("2025-06-30", "2025-12-31", "90%", Match.CONTRADICTS),
        ("2026-01-01", "2025-12-31", "90%", Match.NOT_CHECKED),
        ("2025-06-30", "2026-12-31", "90%", Match.NOT_CHECKED),
    ],
)
def test_an_action_that_is_done_claims_its_aim(
    house: House, run: Run, due: str, by: str, aim: str, match: Match
) -> None:
    house.edit(
        "profile.yaml",
        ("on track", "done"),
        ("2026-06-30", due),
        ("2026-12-31", by),
        ("90%", aim),
    )
    (one,) = claims(house.profile, today=lambda: date(2026, 1, 1)).ledger.claims
    assert (one.said_in, one.match) == ("plan, P-1", match)


def test_a_claim_may_be_made_elsewhere(house: House, run: Run) -> None:
    one = compare(house, "{fact: lamp.lit, value: yes, said_in: Lamp strategy 2025}")
    assert one.said_in == "Lamp strategy 2025"


def test_a_period_that_is_none_is_an_error(house: House, run: Run) -> None:
    said = "{fact: lamp.on_time, value: 67%, period: lately}"
    house.write(
        "profile.yaml",
        house.profile.read_text(encoding="utf-8")
        + f"self_evaluation:\n  dated: 2025-12-01\n  claims:\n    - {said}\n",
    )
    ran = run("claims", "profile.yaml")
    assert ran.code == 4
    assert "profile.yaml:27:48" in ran.err


def test_the_command(house: House, run: Run) -> None:
    compare(house, "{fact: lamp.on_time, value: 72%}")
    ran = run("claims", "claims.yaml")
    assert ran.code == 1
    assert "1 claim: 1 contradicted (1 over-confident, 0 under-confident)" in ran.out
    content = json.loads(run("claims", "claims.yaml", "--format", "json").out)
    assert content["counts"] == {
        "agrees": 0,
        "contradicts": 1,
        "over_confident": 1,
        "under_confident": 0,
        "cannot_be_checked": 0,
        "all": 1,
    }
    assert run("claims", "profile.yaml").code == 0
    assert (
        json.loads(run("check", "claims.yaml", "--format", "json").out)["claims"]["counts"]["all"]
        == 1
    )
    assert "CLAIMS BESIDE THE FACTS" in run("check", "claims.yaml").out


def test_a_self_evaluation_more_confident_than_its_evidence() -> None:
    report = claims(shipped_scenarios() / "dunsmarch", today=lambda: date(2026, 1, 1))
    values = {c.about: c for c in report.ledger.claims if c.said_in == "self-evaluation"}
    values = {about: c for about, c in values.items() if c.counts is None}
    over = [about for about, c in values.items() if c.leaning is Leaning.OVER]
    assert over == [
        "enquiries.conference_within_15_working_days",
        "assessments.within_45_working_days",
        "cin.rereferral_share",
        "cla.visits_on_time",
        "cla.initial_health_assessments_on_time",
        "care_leavers.in_work_or_study",
    ]
    assert values["leadership.audits_good"].match is Match.AGREES
    ratings = [c for c in report.ledger.claims if c.counts is not None]
    assert [c.match for c in ratings].count(Match.CONTRADICTS) == 3
    assert report.ledger.count(Match.CONTRADICTS, Leaning.UNDER) == 0
