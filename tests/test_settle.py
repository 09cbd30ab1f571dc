"""What settles what is not known: against trying everything, and in made-up rulebooks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, combinations, product
from typing import Any

import pytest
from conftest import Run
from generate import (
    EVIDENCE,
    Case,
    Data,
    build_profile,
    build_rulebook,
    cases,
    expectation,
    make_profile,
    modest,
    placeless,
    randoms,
    rulebook_pages,
)
from hypothesis import given
from hypothesis import strategies as st
from lantern import House
from msgspec import structs

from readiness.analysis.unknowns.needs import Questions, Thing, ThingKind
from readiness.analysis.unknowns.settle import Settlement, settle, smallest_choice
from readiness.engine.builtin import Assumptions, Builtin
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.engine.situation import NEUTRAL, Situation
from readiness.model.facts import FactRef
from readiness.model.profile import Entry
from readiness.model.vocabulary import Reason, Verdict

DAY = date(2026, 10, 31)
DAY_OF_CHANGE = date(2026, 4, 1)

# ---- a small world in which everything can be tried ----------------------------------------------

YES_NO = ("say.a", "say.b", "say.c")
FACTS: Mapping[str, Data] = {
    **{
        name: {
            "title": name,
            "type": "yes_no",
            "definition": "Said.",
            "may_not_apply": name == "say.b",
        }
        for name in YES_NO
    },
    "cases.n": {"title": "n", "type": "count", "definition": "Counted."},
    "cases.m": {"title": "m", "type": "count", "definition": "Counted."},
}
VALUES: Mapping[str, Sequence[Any]] = {
    "say.a": (True, False),
    "say.b": (True, False, {"not_applicable": "no such thing"}),
    "say.c": (True, False),
    "cases.n": tuple(range(8)),
    "cases.m": tuple(range(8)),
}
HELD = {**VALUES, "cases.n": (0, 2, 3, 5, 6), "cases.m": (0, 2, 3, 5, 6)}
"""Values that are held: an answer can still be larger than any of them."""


def leaves() -> st.SearchStrategy[Data]:
    numbers = st.sampled_from([1, 3, 5])
    return st.one_of(
        st.builds(lambda fact: {"fact": fact, "is": True}, st.sampled_from(YES_NO)),
        st.builds(lambda n: {"fact": "cases.n", "at_least": n}, numbers),
        st.builds(lambda n: {"fact": "cases.n", "less_than": n}, numbers),
        st.just({"fact": "cases.n", "at_most": {"fact": "cases.m"}}),
        st.builds(lambda fact: {"fact": fact, "known": True}, st.sampled_from(list(FACTS))),
    )


def conditions() -> st.SearchStrategy[Data]:
    def grown(inner: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
        some = st.lists(inner, min_size=2, max_size=3, unique_by=repr)
        return st.one_of(
            st.builds(lambda children: {"all": children}, some),
            st.builds(lambda children: {"any": children}, some),
            st.builds(lambda children: {"at_least": 2, "of": children}, some),
            st.builds(lambda child: {"not": child}, inner),
        )

    return st.recursive(leaves(), grown, max_leaves=5)


class World:
    """A rulebook over five facts, some of which are held."""

    def __repr__(self) -> str:
        return f"World({self.expects!r}, {self.held!r})"

    def __init__(self, expects: Sequence[Data], held: Mapping[str, Any]) -> None:
        self.expects = expects
        pages = [expectation(f"X-{n:02}", one) for n, one in enumerate(expects)]
        pages.append(expectation("Y-01", {"finding": "X-00", "is": ["met"]}))
        self.rulebook = build_rulebook(rulebook_pages(*pages, **{"facts/all.yaml": dict(FACTS)}))
        self.compiled = compile_rulebook(self.rulebook)
        self.held = dict(held)
        self.silent = [name for name in FACTS if held.get(name, "unknown") == "unknown"]
        self.tried: dict[tuple[tuple[str, str], ...], dict[str, Verdict]] = {}

    def evaluated(self, more: Mapping[str, Any]) -> Evaluation:
        data = {"council": {"name": "Northmoor"}, "facts": {**self.held, **more}}
        profile = build_profile(data, self.rulebook)
        return evaluate(self.rulebook, self.compiled, profile, DAY)

    def verdicts(self, more: Mapping[str, Any]) -> dict[str, Verdict]:
        key = tuple(sorted((name, repr(value)) for name, value in more.items()))
        if key not in self.tried:
            evaluation = self.evaluated(more)
            self.tried[key] = {id: evaluation.verdict(id) for id in self.rulebook.expectations}
        return self.tried[key]

    def always_settled(self, names: Sequence[str]) -> set[str]:
        """Return the expectations that are definite whatever is answered for some facts."""
        found = set(self.rulebook.expectations)
        for chosen in product(*(VALUES[name] for name in names)):
            said = self.verdicts(dict(zip(names, chosen, strict=True)))
            found -= {id for id, verdict in said.items() if verdict is Verdict.UNKNOWN}
        return found

    def smallest_sets(self) -> dict[str, set[frozenset[str]]]:
        """Return, for each unknown expectation, every smallest set of facts that settles it."""
        unknown = [i for i, v in self.verdicts({}).items() if v is Verdict.UNKNOWN]
        found: dict[str, set[frozenset[str]]] = {id: set() for id in unknown}
        for names in subsets(self.silent):
            some = frozenset(names)
            settled = self.always_settled(names)
            for id in unknown:
                if id in settled and not any(smaller <= some for smaller in found[id]):
                    found[id].add(some)
        return found


def subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


def asks_whether_known(condition: object, name: str) -> bool:
    """Return whether a condition asks anywhere whether a fact is known."""
    if isinstance(condition, dict):
        if condition.get("fact") == name and "known" in condition:
            return True
        return any(asks_whether_known(inner, name) for inner in condition.values())
    return isinstance(condition, list) and any(asks_whether_known(c, name) for c in condition)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    expects = draw(st.lists(conditions(), min_size=1, max_size=3))
    held = {
        name: draw(st.sampled_from([*HELD[name], "unknown"]))
        for name in draw(st.sets(st.sampled_from(list(FACTS)), max_size=3))
    }
    # That somebody looked in vain is a definite answer to whether a fact is known; asking again
    # would change an answer, which is not what settling is.
    held = {n: v for n, v in held.items() if v != "unknown" or not asks_whether_known(expects, n)}
    if "cases.n" not in held and "cases.m" not in held:  # 49 pairs for each of the others
        held["cases.m"] = draw(st.sampled_from(HELD["cases.m"]))
    return World(expects, held)


def facts_of(things: frozenset[Thing]) -> frozenset[str]:
    assert all(thing.kind is ThingKind.FACT for thing in things)
    return frozenset(thing.id for thing in things)


@given(worlds())
@modest(30)
def test_smallest_sets_are_those_that_trying_everything_finds(world: World) -> None:
    found = settle(world.evaluated({}), list(world.rulebook.expectations))
    expected = world.smallest_sets()
    assert {id: {facts_of(s) for s in w.sets} for id, w in found.waiting.items()} == expected
    for id, waiting in found.waiting.items():
        for thing, verdicts in waiting.alone.items():
            ends = {world.verdicts({thing.id: value})[id] for value in VALUES[thing.id]}
            assert verdicts == ends - {Verdict.UNKNOWN}


@given(worlds())
@modest(30)
def test_all_that_is_asked_for_is_the_smallest_that_settles_all(world: World) -> None:
    found = settle(world.evaluated({}), list(world.rulebook.expectations))
    assert found.smallest
    sets = world.smallest_sets()
    wanted = [id for id in sets if sets[id]]
    enough = [
        len(names)
        for names in subsets(world.silent)
        if all(any(one <= set(names) for one in sets[id]) for id in wanted)
    ]
    assert len(found.things) == min(enough)
    asked: list[str] = []
    settled: set[str] = set()
    for step in found.steps:
        asked += [thing.id for thing in step.things]
        assert set(step.settles) <= world.always_settled(asked)
        settled |= set(step.settles)
        assert step.after == len(settled)
    assert settled == set(wanted)


def test_two_facts_that_are_compared_are_needed_together() -> None:
    world = World([{"fact": "cases.n", "at_most": {"fact": "cases.m"}}], {})
    found = settle(world.evaluated({}), ["X-00"])
    assert [facts_of(s) for s in found.waiting["X-00"].sets] == [{"cases.n", "cases.m"}]
    assert not found.waiting["X-00"].alone


def test_any_answer_to_one_fact_is_enough_where_its_regions_cover_everything() -> None:
    either = {"any": [{"fact": "cases.n", "at_least": 3}, {"fact": "cases.n", "less_than": 5}]}
    world = World([{"any": [either, {"fact": "say.a", "is": True}]}], {})
    found = settle(world.evaluated({}), ["X-00"])
    assert [facts_of(s) for s in found.waiting["X-00"].sets] == [{"cases.n"}]


def test_a_choice_is_made_so_that_as_little_as_possible_is_asked_for() -> None:
    a, b, c = (Thing(ThingKind.FACT, name) for name in "abc")
    options = {
        "one": (frozenset({a}), frozenset({b})),
        "two": (frozenset({b}), frozenset({c})),
        "three": (frozenset({a, c}), frozenset({b})),
    }
    chosen, exact = smallest_choice(options)
    assert exact
    assert set(chosen.values()) == {frozenset({b})}


# ---- every form of condition ---------------------------------------------------------------------


@given(cases(most=5), randoms())
@modest(30)
def test_a_set_settles_whatever_a_council_then_says(case: Case, random: Any) -> None:
    """Answers are those of another made-up council or, where it gives none, possible ones."""
    compiled = compile_rulebook(case.rulebook)
    evaluation = evaluate(case.rulebook, compiled, case.profile, case.as_of)
    found = settle(evaluation, list(case.rulebook.expectations))
    questions = Questions(evaluation)
    other = placeless(build_profile(other_council(case, random), case.rulebook))
    elsewhere = Situation(case.rulebook, other, case.as_of)
    for id, waiting in found.waiting.items():
        for one in waiting.sets:
            refs = [ref for ref in waiting.refs if Thing(ThingKind.FACT, ref.id) in one]
            only_facts = all(thing.kind is ThingKind.FACT for thing in one)
            if not only_facts or any(_over_time(case, ref.id) for ref in refs):
                continue
            said = {
                ref: _answer(questions, elsewhere, ref, random)
                for ref in refs
                if questions.entries(ref)
            }
            if len(said) < len(refs):
                continue
            profile = replace(case.profile, facts={**case.profile.facts, **said})
            after = evaluate(case.rulebook, compiled, profile, case.as_of)
            free = [ref for ref in refs if said[ref] not in questions.entries(ref)]
            if not _is_out_of_place(after, free):
                assert after.verdict(id) is not Verdict.UNKNOWN, (id, one)


def other_council(case: Case, random: Any) -> Data:
    return {
        **make_profile(random, case.rulebook),
        "evidence": case.data.get("evidence", {}),
    }


def _answer(
    questions: Questions, elsewhere: Situation, ref: FactRef, random: Any
) -> tuple[Entry, ...]:
    """Return an answer to a fact: of the day, and of no period."""
    held = elsewhere.held(ref)
    usable = all(h.entry and (h.reason is None or h.reason in NEUTRAL) for h in held)
    undecided = len(questions.situation.held(ref)) > 1
    if len(held) > 1 or not usable or undecided:
        entries = questions.entries(ref)
        return entries[random.randrange(len(entries))]
    entry = held[0].entry
    assert entry is not None
    point = structs.replace(entry.current(elsewhere.as_of), period=None, key=None)
    return (replace(entry, points=(point,), series=False, dated=elsewhere.as_of),)


def _over_time(case: Case, fact: str) -> bool:
    forms = ("stable", "trend", "change", "ago", "no_worse_than")
    return any(
        fact in repr(page) and any(f"'{form}'" in repr(page) for form in forms)
        for page in case.pages.values()
    )


def _is_out_of_place(after: Evaluation, refs: Collection[FactRef]) -> bool:
    """Return whether an answer is in another unit, in no vocabulary, or of too few cases."""
    wrong = {Reason.UNREADABLE, Reason.TOO_FEW_CASES}
    return any(
        not wrong.isdisjoint(answer.reasons) and not set(refs).isdisjoint(answer.unsettled)
        for answer in after.given.answers.values()
    )


def made_up(facts: Data, *expectations: Data) -> Evaluation:
    rulebook = build_rulebook(rulebook_pages(*expectations))
    data = {"council": {"name": "Northmoor"}, "facts": facts, "evidence": dict(EVIDENCE)}
    profile = build_profile(data, rulebook)
    return evaluate(rulebook, compile_rulebook(rulebook), profile, DAY)


@pytest.mark.parametrize(
    ("fact", "said", "expect"),
    [
        pytest.param(
            "wait.longest",
            ["3 months", "6 weeks"],
            {"less_than": "6 weeks"},
            id="in another unit",
        ),
        pytest.param(
            "strategy.priorities",
            [["moonlight"], ["transport"]],
            {"includes": "transport"},
            id="in no vocabulary",
        ),
        pytest.param(
            "plans.on_time",
            [{"value": "60%", "period": "2025-09-01/2026-08-31"}, "90%"],
            {"at_least": {"threshold": "enough"}},
            id="of a period in which a threshold changed",
        ),
    ],
)
def test_what_a_rule_can_make_nothing_of_is_asked_for_anew(
    fact: str, said: list[Any], expect: Data
) -> None:
    values = [{"from": date(2010, 1, 1), "value": "50%"}, {"from": DAY_OF_CHANGE, "value": "80%"}]
    enough = {"basis": "policy", "because": "It is defensible.", "values": values}
    thresholds = {"enough": enough} if "threshold" in str(expect) else {}
    page = expectation("X-00", {"fact": fact, **expect}, thresholds=thresholds)
    before = made_up({fact: {"conflicting": said}}, page)
    assert [facts_of(one) for one in settle(before, ["X-00"]).waiting["X-00"].sets] == [{fact}]
    situation = before.situation
    ends: set[Verdict] = set()
    for answer in Questions(before).entries(FactRef(fact)):
        profile = replace(situation.profile, facts={FactRef(fact): answer})
        after = evaluate(before.rulebook, before.compiled, profile, DAY)
        ends.add(after.verdict("X-00"))
    assert {Verdict.MET, Verdict.NOT_MET} <= ends
    assert Verdict.UNKNOWN not in ends


def test_what_no_answer_can_be_compared_with_is_not_settled_by_asking() -> None:
    page = expectation("X-00", {"fact": "wait.longest", "between": ["6 weeks", "3 months"]})
    waiting = settle(made_up({}, page), ["X-00"]).waiting["X-00"]
    assert waiting.sets == ()
    assert waiting.reasons == (Reason.UNREADABLE,)


def test_that_nothing_is_evidenced_is_not_said_of_what_turns_out_to_have_no_cases() -> None:
    few = {"value": "50%", "respondents": 12, "evidence": "none"}
    published = {"fact": "offer.published", "is": True}
    before = made_up(
        {"voice.satisfied": few, "cases.open": 5},
        expectation("X-00", {"fact": "voice.satisfied", "evidenced": True}),
        expectation(
            "X-01",
            {"any": [{"finding": "X-00", "is": ["not_met"]}, published]},
            applies_when={
                "all": [
                    {"fact": "voice.satisfied", "less_than": "80%"},
                    {"fact": "cases.open", "at_least": 1},
                ]
            },
        ),
    )
    sets = [facts_of(one) for one in settle(before, ["X-01"]).waiting["X-01"].sets]
    assert sets == [{"voice.satisfied", "offer.published"}]


def test_evidence_is_asked_for_where_two_sources_have_it_only_together() -> None:
    """Whoever decides between two sources may be left with the evidence of one."""
    both = [
        {"fact": "plans.on_time", "at_least": "80%"},
        {"fact": "plans.on_time", "evidenced": {"by": 2}},
    ]
    said = [
        {"value": "90%", "evidence": ["audit-new"]},
        {"value": "60%", "evidence": ["survey-new"]},
    ]
    page = expectation("X-00", {"all": both})
    evaluation = made_up({"plans.on_time": {"conflicting": said}}, page)
    things = [Thing(kind, "plans.on_time") for kind in (ThingKind.FACT, ThingKind.EVIDENCE)]
    assert settle(evaluation, ["X-00"]).waiting["X-00"].sets == (frozenset(things),)


def test_earlier_points_that_pick_a_limit_may_turn_out_either_way() -> None:
    values = [
        {"from": date(2010, 1, 1), "value": 10},
        {"from": date(2010, 1, 1), "value": 5, "below": 10},
    ]
    size = {"fact": "cases.open", "ago": "1 year"}
    most = {"basis": "policy", "because": "It is defensible.", "by": size, "values": values}
    page = expectation(
        "X-00", {"fact": "visits.rate", "at_most": {"threshold": "most"}}, thresholds={"most": most}
    )
    waiting = settle(made_up({"visits.rate": 7}, page), ["X-00"]).waiting["X-00"]
    assert [facts_of(one) for one in waiting.sets] == [{"cases.open"}]


@given(cases(), randoms())
@modest(25)
def test_assumptions_give_what_a_run_from_the_beginning_gives(case: Case, random: Any) -> None:
    compiled = compile_rulebook(case.rulebook)
    given_ = evaluate(case.rulebook, compiled, case.profile, case.as_of).given.literals
    program = compiled.program
    assumed = Assumptions(program, given_)
    before = set(assumed.holds)
    more = random.sample(range(len(program.names)), min(5, len(program.names)))
    for number in range(len(more)):
        assumed.assume(more[number : number + 1])
        assert assumed.holds == Builtin().run(program, {*given_, *more[: number + 1]})
    for _ in more:
        assumed.withdraw()
    assert assumed.holds == before


# ---- the fictional house -------------------------------------------------------------------------


def of_house(house: House) -> Settlement:
    rulebook = house.rulebook()
    compiled = compile_rulebook(rulebook)
    profile = house.load()
    assert profile.as_of
    evaluation = evaluate(rulebook, compiled, profile, profile.as_of)
    return settle(evaluation, list(rulebook.expectations))


def test_a_standard_of_the_council_is_a_thing_to_settle(house: House) -> None:
    found = of_house(house)
    assert found.settled_by(Thing(ThingKind.STANDARD, "LAN-04.longest")) == ("LAN-04",)


def test_evidence_the_plan_and_a_published_figure_are_things_to_settle(house: House) -> None:
    for id, expect in {
        "LAN-11": "{fact: lamp.lit, evidenced: {within: 6 months, by: 2}}",
        "LAN-12": "{findings: {framework: lantern, is: [not_met]}, every: planned}",
        "LAN-13": "{fact: lamp.late, no_worse_than: {benchmark: england}}",
    }.items():
        from lantern import page

        house.write(f"rules/lantern/light/{id}.yaml", page(id, expect))
    text = house.profile.read_text(encoding="utf-8")
    house.write("profile.yaml", text[: text.index("plan:")])
    found = of_house(house)
    assert found.settled_by(Thing(ThingKind.EVIDENCE, "lamp.lit")) == ("LAN-11",)
    assert "LAN-12" in found.settled_by(Thing(ThingKind.PLAN, "plan")) + found.helped_by(
        Thing(ThingKind.PLAN, "plan")
    )
    assert found.settled_by(Thing(ThingKind.FIGURE, "lamp.late, England")) == ("LAN-13",)


def test_who_decides_between_two_sources_brings_no_other_value(house: House) -> None:
    house.edit("profile.yaml", ("lamp.late: 20/80", "lamp.late: {conflicting: [5/80, 20/80]}"))
    waiting = of_house(house).waiting["LAN-06"]
    assert [facts_of(s) for s in waiting.sets] == [{"lamp.late"}]


def test_too_few_cases_are_not_settled_by_asking(house: House) -> None:
    from lantern import page

    house.edit(
        "rules/facts/lamps.yaml",
        (
            "better: lower\n  definition: Children in",
            "better: lower\n  smallest_base: 100\n  definition: Children in",
        ),
    )
    house.write(
        "rules/benchmarks/more.yaml",
        "source: lamp-stats\npublished: 2025-06-01\nfigures:\n"
        '  - {fact: lamp.late, place: england, period: "2025-01-01/2025-12-31", value: 20%}\n',
    )
    house.write(
        "rules/lantern/light/LAN-13.yaml",
        page("LAN-13", "{fact: lamp.late, no_worse_than: {benchmark: england}}"),
    )
    waiting = of_house(house).waiting["LAN-13"]
    assert waiting.sets == ()
    assert [reason.value for reason in waiting.reasons] == ["too_few_cases"]


def test_command_says_what_to_ask_for(run: Run) -> None:
    shown = run("settle", "profile.yaml")
    assert shown.code == 0
    assert "What is the longest wait that your board has agreed?" in shown.out
    assert "LAN-04" in shown.out
    assert run("settle", "profile.yaml").out == shown.out


def test_a_sheet_counts_its_answers_in_words_that_fit(run: Run, house: House) -> None:
    def letter() -> str:
        return " ".join(run("settle", "profile.yaml", "--holder", "local_authority").out.split())

    assert "One answer would settle 1 expectation. Please send" in letter()
    house.edit("profile.yaml", ("lamp.lit: yes", "lamp.lit: unknown"), ("20/80", "unknown"))
    assert "3 answers would settle 3 expectations. Those that help most come first." in letter()


def test_sheet_goes_to_one_holder(run: Run, house: House) -> None:
    house.edit("rules/facts/lamps.yaml", ("room.seen:", "room.seen:\n  holder: icb"))
    house.edit("profile.yaml", ("attic: 10/30", "attic: 20/30"))
    for form in ("text", "md"):
        shown = run("settle", "profile.yaml", "--holder", "icb", "--format", form)
        assert shown.code == 0
        assert "Children who saw the light" in shown.out
        assert "Cellar" in shown.out
        assert "longest wait" not in shown.out
    wrong = run("settle", "profile.yaml", "--holder", "icbs")
    assert wrong.code == 2
    assert "did you mean 'icb'?" in wrong.err


def test_markdown_shows_what_a_profile_says_as_it_is(run: Run, house: House) -> None:
    house.edit("profile.yaml", ("name: Lampton", 'name: "<b>[x](javascript:1)|`"'))
    shown = run("settle", "profile.yaml", "--format", "md")
    assert "<b>" not in shown.out.replace("\\<b\\>", "")
    assert "\\[x\\]" in shown.out


def test_json_adds_up(run: Run) -> None:
    data = json.loads(run("settle", "profile.yaml", "--format", "json").out)
    totals = data["totals"]
    assert totals["unknown"] == totals["settled_by_answers"] + totals["not_settled"]
    assert totals["unknown"] == len(data["expectations"])
    assert sum(len(step["settles"]) for step in data["steps"]) == totals["settled_by_answers"]
    assert len(data["requests"]) == sum(len(step["things"]) for step in data["steps"])


@pytest.mark.parametrize("form", ["text", "md", "json"])
def test_no_small_count_is_shown(run: Run, house: House, form: str) -> None:
    house.edit("profile.yaml", ("lamp.late: 20/80", "lamp.late: {conflicting: [3/80, 20/80]}"))
    assert "3 of 80" not in run("settle", "profile.yaml", "--format", form).out
