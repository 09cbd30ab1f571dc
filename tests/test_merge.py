"""Several sources into one profile: nothing is chosen, nothing is lost, both places are shown."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from lantern import House, build
from said import bare, profiles

from readiness.errors import ExitCode, InvalidProfile
from readiness.model.facts import FactRef
from readiness.model.profile import Profile
from readiness.model.values import Share, share_from_counts
from readiness.profile.load import read_profile
from readiness.profile.merge import Merged, Outcome, Said, merge, same_value
from readiness.profile.write import to_yaml
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_text

RATE, ON_TIME, LIT = FactRef("lamp.rate"), FactRef("lamp.on_time"), FactRef("lamp.lit")


@pytest.fixture(scope="module")
def lantern(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    return build(tmp_path_factory.mktemp("house")).rulebook()


def said(rulebook: Rulebook, *texts: str) -> list[Said]:
    """Return sources called a.yaml, b.yaml … that say so much."""
    names = [f"{letter}.yaml" for letter, _ in zip("abcdef", texts, strict=False)]
    return [
        Said(name, read_profile([read_text(text, name)], rulebook, part=True))
        for name, text in zip(names, texts, strict=True)
    ]


def merged(rulebook: Rulebook, *texts: str) -> Merged:
    first = "council: {name: Lampton}\n"
    return merge(said(rulebook, first, *(f"facts:\n{text}" for text in texts)), rulebook.facts)


def tally(result: Merged) -> list[tuple[int, int, int, int]]:
    return [
        (t[Outcome.ADDED], t[Outcome.AGREES], t[Outcome.CONFLICTS], t[Outcome.BESIDE])
        for _, t in result.tallies[1:]
    ]


def test_what_is_new_is_added_and_what_agrees_is_joined(lantern: Rulebook) -> None:
    result = merged(
        lantern,
        "  lamp.lit: {value: yes, dated: 2025-01-01, source: Log}\n  lamp.children: 80\n",
        "  lamp.lit: {value: yes, dated: 2025-06-01, source: Walk}\n  lamp.score: 3\n",
    )
    assert tally(result) == [(2, 0, 0, 0), (1, 1, 0, 0)]
    (entry,) = result.profile.facts[LIT]
    assert (entry.source, str(entry.dated)) == ("Log; Walk", "2025-06-01")
    assert list(result.profile.facts) == [LIT, FactRef("lamp.children"), FactRef("lamp.score")]


def test_what_a_source_could_not_count_is_kept(lantern: Rulebook) -> None:
    exact = "  lamp.on_time: {numerator: 6, denominator: 9, period: 2025, left_out: {no day: 7}}\n"
    plain = "  lamp.on_time: {numerator: 6, denominator: 9, period: 2025, source: Log}\n"
    for texts in ((exact, plain), (plain, exact)):
        (entry,) = merged(lantern, *texts).profile.facts[ON_TIME]
        assert entry.left_out == (("no day", 7),)
        text = to_yaml(merged(lantern, *texts).profile, lantern.facts)
        assert "left_out:\n      no day: 7" in text


def test_two_values_for_one_period_stand_side_by_side(lantern: Rulebook) -> None:
    result = merged(
        lantern,
        "  lamp.on_time: {numerator: 6, denominator: 9, period: 2025}\n",
        "  lamp.on_time: {numerator: 7, denominator: 9, period: 2025, source: Returns}\n",
    )
    assert tally(result) == [(1, 0, 0, 0), (0, 0, 1, 0)]
    first, second = result.conflicts[ON_TIME]
    assert (first.source, second.source) == ("b.yaml, line 2", "Returns")
    assert result.profile.facts[ON_TIME] == (first, second)


def test_periods_that_follow_each_other_make_a_series(lantern: Rulebook) -> None:
    result = merged(
        lantern,
        "  lamp.rate: {series: {2023: 1, 2024: 2}, source: DfE}\n",
        "  lamp.rate: {value: 3, period: 2025, source: Own count}\n",
        "  lamp.rate: {value: 2, period: 2024}\n",
    )
    assert tally(result) == [(1, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0)]
    (entry,) = result.profile.facts[RATE]
    assert [(p.key, p.value) for p in entry.points] == [("2023", 1), ("2024", 2), ("2025", 3)]
    assert (entry.source, entry.note) == ("DfE; Own count", "2025: Own count")


def test_a_series_that_disagrees_in_one_period_is_kept_whole(lantern: Rulebook) -> None:
    result = merged(
        lantern,
        "  lamp.rate: {series: {2023: 1, 2024: 2}}\n",
        "  lamp.rate: {series: {2024: 2.5, 2025: 3}}\n",
    )
    assert tally(result)[1] == (0, 0, 1, 0)
    assert [len(entry.points) for entry in result.profile.facts[RATE]] == [2, 2]


def test_a_value_beside_a_marker_is_no_conflict(lantern: Rulebook) -> None:
    result = merged(
        lantern,
        "  lamp.rate: {not_collected: x, period: 2025}\n",
        "  lamp.rate: {value: 3, period: 2025}\n",
    )
    assert tally(result)[1] == (0, 0, 0, 1)
    assert result.conflicts == {}
    assert len(result.profile.facts[RATE]) == 2


def test_different_kinds_of_period_are_no_series(lantern: Rulebook) -> None:
    result = merged(
        lantern,
        "  lamp.rate: {value: 1, period: 2025-Q4}\n",
        "  lamp.rate: {value: 2, period: 2025}\n",
    )
    assert tally(result)[1] == (0, 0, 1, 0)


def test_a_period_takes_the_kind_of_key_of_its_series(lantern: Rulebook) -> None:
    result = merged(
        lantern,
        "  lamp.rate: {series: {2023-24: 1}}\n",
        "  lamp.rate: {value: 2, period: 2024-04-01/2025-03-31}\n",
    )
    (entry,) = result.profile.facts[RATE]
    assert [point.key for point in entry.points] == ["2023-24", "2024-25"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Decimal("42.13"), Decimal("42.1"), Decimal("42.13")),
        (Decimal("42.1"), Decimal("42.13"), Decimal("42.13")),
        (Decimal("42.15"), Decimal("42.1"), None),
        (Decimal("42.15"), Decimal("42.2"), Decimal("42.15")),
        (share_from_counts(1, 3), Share(Fraction(333, 1000)), share_from_counts(1, 3)),
        (share_from_counts(1, 3), Share(Fraction(334, 1000)), None),
        (share_from_counts(1, 3), share_from_counts(2, 6), None),
        (3, 4, None),
        (True, True, True),
    ],
)
def test_a_rounded_figure_agrees_with_the_exact_one(
    one: Decimal, other: Decimal, same: Decimal | None
) -> None:
    assert same_value(one, other) == same


def test_evidence_of_one_id_and_two_contents_gets_two_ids(lantern: Rulebook) -> None:
    item = "evidence:\n  log: {title: %s, kind: audit, dated: 2025-01-01}\n"
    fact = "facts:\n  %s: {value: %s, evidence: [log]}\n"
    sources = said(
        lantern,
        "council: {name: Lampton}\n" + item % "Log" + fact % ("lamp.lit", "yes"),
        item % "Another" + fact % ("lamp.score", "3"),
        item % "Log" + fact % ("lamp.rate", "3"),
    )
    result = merge(sources, lantern.facts)
    assert {id: one.title for id, one in result.profile.evidence.items()} == {
        "log": "Log",
        "log-2": "Another",
    }
    cited = {ref.id: entry.evidence for ref, (entry,) in result.profile.facts.items()}
    assert cited == {"lamp.lit": ("log",), "lamp.score": ("log-2",), "lamp.rate": ("log",)}
    assert result.notices == ("b.yaml: its evidence item 'log' is now 'log-2'",)


def test_headers_are_completed_and_other_councils_are_refused(lantern: Rulebook) -> None:
    sources = said(
        lantern,
        "council: {name: Lampton, code: E06009901}\nas_of: 2026-01-01\n",
        "council: {name: Borough of Lampton, region: london}\nas_of: 2025-01-01\n",
    )
    result = merge(sources, lantern.facts)
    assert (result.profile.council.region, str(result.profile.as_of)) == ("london", "2026-01-01")
    assert any("'Lampton' is kept" in line for line in result.notices)
    assert any("2025-01-01 gives way to 2026-01-01" in line for line in result.notices)
    other = said(lantern, "council: {name: Dale, code: E06009902}\n")
    with pytest.raises(InvalidProfile, match=r"of Dale \(E06009902\); a.yaml is of Lampton"):
        merge([*sources, *other], lantern.facts)
    with pytest.raises(InvalidProfile, match="no source says whose profile it is"):
        merge(said(lantern, "facts: {lamp.lit: yes}\n"), lantern.facts)


def test_what_has_room_for_one_answer_is_never_chosen(lantern: Rulebook) -> None:
    first = """\
council: {name: Lampton}
standards: {LAN-04.longest: {value: 12 weeks, agreed_by: Board, dated: 2025-01-01}}
plan: [{id: P-1, do: Light it}]
self_evaluation: {dated: 2025-01-01}
"""
    second = """\
standards: {LAN-04.longest: {value: 13 weeks, agreed_by: Board, dated: 2025-01-01}}
plan: [{id: P-1, do: Put it out}, {id: P-2, do: Wait}]
self_evaluation: {dated: 2025-02-01}
"""
    with pytest.raises(InvalidProfile) as caught:
        merge(said(lantern, first, second), lantern.facts)
    told = str(caught.value)
    for what in ("the standard 'LAN-04.longest'", "the plan entry 'P-1'", "the self-evaluation"):
        assert f"b.yaml: {what} differs from the one in a.yaml" in told
    with pytest.raises(InvalidProfile, match="says that there is no plan"):
        merge(said(lantern, first, "plan: []\n"), lantern.facts)
    result = merge(said(lantern, first, "plan: [{id: P-2, do: Wait}]\n"), lantern.facts)
    assert [entry.id for entry in result.profile.plan or ()] == ["P-1", "P-2"]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_profile_merged_with_itself_or_with_nothing_is_itself(
    data: st.DataObject, lantern: Rulebook
) -> None:
    profile = data.draw(profiles(lantern))
    nothing = Profile(profile.council)
    for others in ([nothing], [profile]):
        sources = [Said("a", profile), *(Said("b", other) for other in others)]
        result = merge(sources, lantern.facts).profile
        assert bare(result) == bare(profile)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_value_is_lost(data: st.DataObject, lantern: Rulebook) -> None:
    one, other = data.draw(profiles(lantern)), data.draw(profiles(lantern))
    sources = [
        Said("a", Profile(one.council, facts=one.facts, evidence=one.evidence)),
        Said("b", Profile(facts=other.facts, evidence=other.evidence, council=one.council)),
    ]
    result = merge(sources, lantern.facts)
    for profile in (one, other):
        for ref, entries in profile.facts.items():
            kept = [p.value for entry in result.profile.facts[ref] for p in entry.points]
            for value in (point.value for entry in entries for point in entry.points):
                assert value is None or any(
                    held is not None and same_value(held, value) is not None for held in kept
                )
    text = to_yaml(result.profile, lantern.facts)
    assert bare(read_profile([read_text(text, "x.yaml")], lantern)) == bare(result.profile)


# ---- the command


def test_fill_merges_and_shows_conflicts(house: House, run: Run) -> None:
    house.write("more.yaml", "facts: {lamp.late: 4/80, lamp.lit: yes, lamp.score: 7}\n")
    ran = run("profile", "fill", "--into", "profile.yaml", "--from", "more.yaml", "-o", "new.yaml")
    assert ran.code == ExitCode.OK
    assert "more.yaml: 3 facts given; 1 added, 1 agreeing, 1 conflicting" in ran.err
    assert "lamp.late: 20 of 80 children (25%) (profile.yaml, line" in ran.err
    assert "fewer than 6 of 80 children (more.yaml, line 1)" in ran.err, "small counts are hidden"
    again = run("profile", "fill", "--into", "profile.yaml", "--from", "more.yaml")
    assert again.out == (house.folder / "new.yaml").read_text(encoding="utf-8")
    assert "sources disagree" in run("check", "new.yaml", "--all").out


def test_a_conflict_shows_one_period(house: House, run: Run) -> None:
    house.write("old.yaml", "facts: {lamp.rate: {series: {2023: 1, 2024: 2}}}\n")
    house.write("new.yaml", "facts: {lamp.rate: {series: {2024: 2.5, 2025: 3}}}\n")
    house.write("who.yaml", "council: {name: Vale}\n")
    sources = ("--from", "who.yaml", "--from", "old.yaml", "--from", "new.yaml")
    (line,) = (
        line
        for line in run("profile", "fill", *sources).err.splitlines()
        if line.startswith("  lamp.rate: ")
    )
    assert (line.count("2024"), "2023" in line, "2025" in line) == (2, False, False)


def test_every_source_is_read_before_anything_is_said(house: House, run: Run) -> None:
    house.write("one.yaml", "facts: {lamp.lti: yes}\n")
    house.write("two.yaml", "facts: {lamp.children: many}\n")
    ran = run("profile", "fill", "--from", "one.yaml", "--from", "two.yaml", "--from", "x.xml")
    assert (ran.code, ran.out) == (ExitCode.PROFILE, "")
    assert "one.yaml:1" in ran.err
    assert "two.yaml:1" in ran.err


def test_sources_of_other_kinds_are_refused(house: House, run: Run) -> None:
    Path(house.write("return.xml", "<x/>"))
    ran = run("profile", "fill", "--from", "return.xml")
    assert (ran.code, "is no source of a profile" in ran.err) == (ExitCode.PROFILE, True)
    assert run("profile", "fill").code == ExitCode.USAGE
    house.write("dfe/lamps.csv", "time_period\n")
    ran = run("profile", "fill", "--from", "dfe")
    assert (ran.code, "name the area with --la" in ran.err) == (ExitCode.USAGE, True)
