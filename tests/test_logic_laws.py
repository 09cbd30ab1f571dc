"""Laws that hold whatever the rulebook and whatever the council."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from random import Random
from typing import Any

import pytest
from generate import (
    DIMENSIONS,
    EVIDENCE,
    FACTS,
    Case,
    Data,
    build_profile,
    build_rulebook,
    cases,
    document,
    expectation,
    make_profile,
    modest,
    placeless,
    randoms,
    rulebook_pages,
)
from hypothesis import given
from hypothesis import strategies as st

from readiness.analysis.findings.build import findings
from readiness.app.checking import Selection, make_report
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.logic import Truth
from readiness.model.disclosure import Disclosure
from readiness.model.finding import Finding, Report
from readiness.model.vocabulary import Depth, Severity, Verdict
from readiness.profile.load import read_profile
from readiness.render import json as as_json
from readiness.render import text as as_text

TRUE, FALSE, UNKNOWN, NEUTRAL = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN, Truth.NOT_APPLICABLE

# ---- logic over yes and no ----------------------------------------------------------------------

NAMES = [f"say.{letter}" for letter in "abcdef"]
"""Facts that are yes or no; those in even places may not apply."""

SAID: Mapping[Truth, Any] = {TRUE: True, FALSE: False, NEUTRAL: {"not_applicable": "no such thing"}}

TRUTHS = {
    Verdict.MET: TRUE,
    Verdict.NOT_MET: FALSE,
    Verdict.UNKNOWN: UNKNOWN,
    Verdict.NOT_APPLICABLE: NEUTRAL,
}


def may_not_apply(name: str) -> bool:
    return NAMES.index(name) % 2 == 0


def atom(name: str) -> Data:
    return {"fact": name, "is": True}


class Judge:
    """Works out conditions over the facts of `NAMES`."""

    def __init__(self, *conditions: Data) -> None:
        pages = [expectation(f"X-{n:02}", one) for n, one in enumerate(conditions)]
        facts = {
            name: {
                "title": name,
                "type": "yes_no",
                "definition": "Said.",
                "may_not_apply": may_not_apply(name),
            }
            for name in NAMES
        }
        self.rulebook = build_rulebook(rulebook_pages(*pages, **{"facts/all.yaml": facts}))
        self.compiled = compile_rulebook(self.rulebook)

    def truths(self, given: Mapping[str, Truth]) -> list[Truth]:
        """Return what each condition comes to; unknown facts are those nothing is said of."""
        facts = {name: SAID[truth] for name, truth in given.items() if truth is not UNKNOWN}
        data = {"council": {"name": "Northmoor"}, "facts": facts}
        profile = build_profile(data, self.rulebook)
        evaluation = evaluate(self.rulebook, self.compiled, profile, date(2026, 10, 31))
        return [TRUTHS[evaluation.verdict(id)] for id in self.rulebook.expectations]


@st.composite
def trees(draw: st.DrawFn, names: Sequence[str]) -> Data:
    """Draw a condition in which each of the facts stands once."""
    if len(names) == 1:
        only = atom(names[0])
        return {"not": only} if draw(st.booleans()) else only
    cuts = draw(st.lists(st.integers(1, len(names) - 1), min_size=1, max_size=3, unique=True))
    edges = [0, *sorted(cuts), len(names)]
    parts = [names[a:b] for a, b in pairwise(edges)]
    children = [draw(trees(part)) for part in parts]
    counts: list[Data] = [{"at_least": k, "of": children} for k in range(1, len(children) + 1)]
    node: Data = draw(st.sampled_from([{"all": children}, {"any": children}, *counts]))
    return {"not": node} if draw(st.booleans()) else node


def states(name: str, *, unknown: bool) -> list[Truth]:
    certain = [TRUE, FALSE, NEUTRAL] if may_not_apply(name) else [TRUE, FALSE]
    return [*certain, UNKNOWN] if unknown else certain


def completions(said: Mapping[str, Truth]) -> Iterator[dict[str, Truth]]:
    """Yield every way in which what is not known may turn out."""
    options = [
        states(name, unknown=False) if truth is UNKNOWN else [truth] for name, truth in said.items()
    ]
    for chosen in product(*options):
        yield dict(zip(said, chosen, strict=True))


def agreed(answers: Iterable[Truth]) -> Truth:
    """Return the one answer that all give, else UNKNOWN."""
    seen = set(answers)
    return seen.pop() if len(seen) == 1 else Truth.UNKNOWN


@given(st.data(), st.integers(1, 4))
@modest(60)
def test_unknown_is_what_could_still_go_either_way_and_nothing_else(
    data: st.DataObject, size: int
) -> None:
    names = data.draw(st.permutations(NAMES))[:size]
    judge = Judge(data.draw(trees(names)))
    said = {name: data.draw(st.sampled_from(states(name, unknown=True))) for name in names}
    ends = {truth for whole in completions(said) for truth in judge.truths(whole)}
    assert judge.truths(said) == [agreed(ends)]


def every_state(names: Sequence[str]) -> Iterator[dict[str, Truth]]:
    for chosen in product(*(states(name, unknown=True) for name in names)):
        yield dict(zip(names, chosen, strict=True))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_counts_are_minimal_in_every_state(size: int) -> None:
    """The same, exhaustively, for one count over up to three facts."""
    children = [atom(name) for name in NAMES[:size]]
    counts = [{"at_least": k, "of": children} for k in range(1, size + 1)]
    judge = Judge({"all": children}, {"any": children}, *counts)
    for said in every_state(NAMES[:size]):
        ends = [judge.truths(whole) for whole in completions(said)]
        assert judge.truths(said) == [agreed(column) for column in zip(*ends, strict=True)]


def test_not_twice_is_nothing() -> None:
    inner = {"any": [atom("say.a"), {"all": [atom("say.b"), atom("say.c")]}]}
    judge = Judge(inner, {"not": {"not": inner}}, {"not": {"not": {"not": inner}}}, {"not": inner})
    for said in every_state(NAMES[:3]):
        once, twice, thrice, opposite = judge.truths(said)
        assert once is twice
        assert thrice is opposite


def test_de_morgan() -> None:
    """Where everything applies; what does not is true in `all` and false in `any`."""
    names = NAMES[1::2]
    children = [atom(name) for name in names]
    opposites = [{"not": child} for child in children]
    judge = Judge(
        {"not": {"all": children}},
        {"any": opposites},
        {"not": {"any": children}},
        {"all": opposites},
        {"not": {"at_least": 2, "of": children}},
        {"at_least": len(children) - 1, "of": opposites},
    )
    for said in every_state(names):
        first, second, third, fourth, fifth, sixth = judge.truths(said)
        assert (first, third, fifth) == (second, fourth, sixth)


def test_more_is_harder() -> None:
    """At least k+1 of n never stands better than at least k of n."""
    children = [atom(name) for name in NAMES[:4]]
    judge = Judge(*({"at_least": k, "of": children} for k in range(1, 5)))
    rank = {FALSE: 0, UNKNOWN: 1, TRUE: 2}
    for said in every_state(NAMES[:4]):
        truths = judge.truths(said)
        if NEUTRAL in truths:
            assert set(truths) == {NEUTRAL}
        else:
            ranks = [rank[truth] for truth in truths]
            assert ranks == sorted(ranks, reverse=True)


# ---- adding what was not known ------------------------------------------------------------------


def evaluated(case: Case, data: Data) -> Evaluation:
    profile = placeless(build_profile(data, case.rulebook))
    return evaluate(case.rulebook, compile_rulebook(case.rulebook), profile, case.as_of)


def additions(random: Random, case: Case) -> Iterator[Data]:
    """Yield the profile with something more: a value where it was silent, or an evidence item."""
    other = make_profile(random, case.rulebook)["facts"]
    for id, said in other.items():
        if id not in case.data["facts"]:
            more = deepcopy(case.data)
            more["facts"][id] = said
            yield more
        elif isinstance(said, dict) and isinstance(case.data["facts"][id], dict):
            members = DIMENSIONS.get(FACTS[id].get("for_each", ""), {}).get("members", {})
            for member in members:
                if member in said and member not in case.data["facts"][id]:
                    more = deepcopy(case.data)
                    more["facts"][id][member] = said[member]
                    yield more
    for id in case.data["facts"]:
        if "for_each" not in FACTS[id]:
            more = deepcopy(case.data)
            added = with_evidence(more["facts"][id], random.choice(list(EVIDENCE)))
            if added is not None:
                more["facts"][id] = added
                yield more


def with_evidence(said: Any, item: str) -> Any:
    """Return what is said of a fact with one more evidence item, or None where it says none."""
    if not isinstance(said, dict):
        return {"unknown" if said == "unknown" else "value": _long(said), "evidence": [item]}
    if "conflicting" in said:
        statements = said["conflicting"]
        if any(isinstance(one, dict) and one.get("evidence") == "none" for one in statements):
            return None
        first = with_evidence(statements[0], item)
        return {"conflicting": [first, *statements[1:]]} if first is not None else None
    held = said.get("evidence", [])
    if held == "none" or item in held:
        return None
    return {**said, "evidence": [*held, item]}


def _long(said: Any) -> Any:
    return "for a reason" if said == "unknown" else said


@given(cases(), randoms())
@modest(25)
def test_more_information_never_turns_met_into_not_met_or_back(case: Case, random: Random) -> None:
    compiled = compile_rulebook(case.rulebook)

    def verdicts(data: Data) -> dict[str, Verdict]:
        profile = build_profile(data, case.rulebook)
        evaluation = evaluate(case.rulebook, compiled, profile, case.as_of)
        return {id: evaluation.verdict(id) for id in case.rulebook.expectations}

    before = verdicts(case.data)
    firm = {Verdict.MET, Verdict.NOT_MET}
    for data in additions(random, case):
        after = verdicts(data)
        flipped = {
            id: (before[id], after[id])
            for id in before
            if before[id] is not after[id] and {before[id], after[id]} == firm
        }
        assert not flipped, data


# ---- the same in, the same out ------------------------------------------------------------------


def report(evaluation: Evaluation, selection: Selection | None = None) -> Report:
    return make_report(evaluation, "profile", selection or Selection(), Disclosure())


@given(cases())
@modest(25)
def test_the_same_twice_is_the_same_to_the_last_byte(case: Case) -> None:
    first, second = (
        report(evaluate(rulebook, compile_rulebook(rulebook), case.profile, case.as_of))
        for rulebook in (case.rulebook, build_rulebook(deepcopy(case.pages)))
    )
    assert first.findings == second.findings
    assert as_json.render(first).encode() == as_json.render(second).encode()
    for everything in (False, True):
        shown = [as_text.render(one, everything=everything).encode() for one in (first, second)]
        assert shown[0] == shown[1]


def shuffled(random: Random, data: Data) -> Data:
    """Return data whose keys stand in another order, all the way down but for lists."""
    keys = list(data)
    random.shuffle(keys)
    return {
        key: shuffled(random, data[key]) if isinstance(data[key], dict) else data[key]
        for key in keys
    }


@given(cases(), randoms())
@modest(40)
def test_the_order_of_facts_pages_and_files_does_not_matter(case: Case, random: Random) -> None:
    expected = report(evaluated(case, case.data))
    pages = {name: case.pages[name] for name in shuffled(random, dict.fromkeys(case.pages, None))}
    data = shuffled(random, case.data)
    keys = [key for key in data["facts"] if random.random() < 0.5]
    halves = [
        {"facts": {key: data["facts"][key] for key in keys}},
        {**data, "facts": {key: one for key, one in data["facts"].items() if key not in keys}},
    ]
    random.shuffle(halves)
    rulebook = build_rulebook(pages)
    files = [document(half, f"{number}.yaml") for number, half in enumerate(halves)]
    profile = placeless(read_profile(files, rulebook))
    found = report(evaluate(rulebook, compile_rulebook(rulebook), profile, case.as_of))
    assert found.findings == expected.findings
    assert as_json.render(found) == as_json.render(expected)


def gist(finding: Finding) -> tuple[object, ...]:
    """Return a finding but for the order in which a fact's statements are shown."""
    members = sorted((one.member, one.verdict) for one in finding.members)
    settled = sorted((one.fact, one.member or "") for one in finding.settled_by)
    return (
        finding.id,
        finding.verdict,
        finding.reasons,
        members,
        settled,
        finding.upstream,
        finding.affected,
        finding.evidenced,
        frozenset(finding.found),
        sorted(finding.known_facts),
    )


@given(cases())
@modest(40)
def test_which_of_two_statements_comes_first_does_not_matter(case: Case) -> None:
    turned = replace(
        case.profile,
        facts={ref: tuple(reversed(entries)) for ref, entries in case.profile.facts.items()},
    )
    compiled = compile_rulebook(case.rulebook)
    first, second = (
        findings(evaluate(case.rulebook, compiled, profile, case.as_of), Disclosure())
        for profile in (case.profile, turned)
    )
    assert list(map(gist, first)) == list(map(gist, second))


# ---- reports ------------------------------------------------------------------------------------

SELECTIONS = [
    Selection(framework, depth, severity)
    for framework in (None, "first", "second")
    for depth in (None, Depth.ESSENTIAL)
    for severity in (Severity.LOW, Severity.HIGH)
]


@given(cases())
@modest(25)
def test_totals_add_up_and_selecting_changes_no_finding(case: Case) -> None:
    evaluation = evaluated(case, case.data)
    whole = report(evaluation)
    by_id = {finding.id: finding for finding in whole.findings}
    assert sorted(by_id) == sorted(case.rulebook.expectations)
    for selection in SELECTIONS:
        part = report(evaluation, selection)
        totals = part.totals
        assert totals.all == len(part.findings)
        assert totals.all == sum(len(part.of(verdict)) for verdict in Verdict)
        assert [totals.met, totals.not_met, totals.unknown, totals.not_applicable] == [
            len(part.of(verdict)) for verdict in Verdict
        ]
        assert part.findings == tuple(f for f in whole.findings if f in part.findings)
        assert all(finding == by_id[finding.id] for finding in part.findings)


@given(cases())
@modest(40)
def test_every_doubt_has_a_reason_and_nothing_else_does(case: Case) -> None:
    for finding in findings(evaluated(case, case.data), Disclosure()):
        doubtful = finding.verdict in (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
        assert bool(finding.reasons) is doubtful
        assert finding.reason is (finding.reasons[0] if doubtful else None)
        if finding.verdict is not Verdict.UNKNOWN:
            assert not finding.settled_by
