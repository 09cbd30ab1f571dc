"""On which branches of a page's conditions its examples turn."""

from __future__ import annotations

from itertools import product

import pytest
from conftest import Run
from lantern import House, page
from shipped import shipped_compiled, shipped_rulebook

from readiness.analysis.pages.branches import Tally, branches_of, turned_on, words_of
from readiness.analysis.pages.examples import Examples, Tried
from readiness.engine.compile import compile_rulebook
from readiness.logic import Truth, all_of, at_least, negated
from readiness.model.conditions import All, AtLeast, Condition, Not
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_file

T, F, U, N = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN, Truth.NOT_APPLICABLE
FILE = "lantern/light/LAN-03.yaml"


def examples(*given: tuple[str, str]) -> str:
    """Return the examples of a page: what each holds, and its verdict."""
    lines = [
        f"  - {{name: example {n}, given: {{{held}}}, verdict: {verdict}}}\n"
        for n, (held, verdict) in enumerate(given)
    ]
    return "examples:\n" + "".join(lines)


def tally(house: House, expect: str, *given: tuple[str, str], more: str = "") -> Tally:
    """Return what the examples of a page turn on."""
    text = page("LAN-03", expect, more=more).split("examples:")[0] + examples(*given)
    house.write(f"rules/{FILE}", text)
    rulebook = house.rulebook()
    tried = list(Examples(rulebook, compile_rulebook(rulebook)).run("LAN-03"))
    assert [str(t.result) for t in tried if not t.result.passed] == []
    found = Tally()
    found.add(rulebook, "LAN-03", tried)
    return found


def untried(house: House, found: Tally) -> list[tuple[int, str]]:
    document = read_file(house.rules / FILE)
    return [(one.at(document).line, one.message) for one in found.untried]


LIT = "{fact: lamp.lit, is: yes}"
BRIGHT = "{fact: lamp.score, more_than: 0}"
DARK = ("lamp.lit: no", "not_met")
NOTHING = ("", "unknown")


def test_a_single_test_has_two_sides(house: House) -> None:
    found = tally(house, LIT, ("lamp.lit: yes", "met"), DARK, NOTHING)
    assert (found.sides, found.sides_tried, untried(house, found)) == (2, 2, [])


def test_all_needs_each_part_to_fail_alone(house: House) -> None:
    both = f"\n  all:\n    - {LIT}\n    - {BRIGHT}"
    held = ("lamp.lit: yes, lamp.score: 3", "met")
    neither = ("lamp.lit: no, lamp.score: 0", "not_met")
    found = tally(house, both, held, neither, NOTHING)
    assert (found.sides, found.sides_tried) == (4, 2)
    assert untried(house, found) == [
        (16, "no example turns on this failing: The lamp is lit: yes"),
        (17, "no example turns on this failing: Brightness: more than 0"),
    ]
    one = ("lamp.lit: no, lamp.score: 3", "not_met")
    assert tally(house, both, held, one, NOTHING).sides_tried == 3
    other = ("lamp.lit: yes, lamp.score: 0", "not_met")
    assert tally(house, both, held, one, other, NOTHING).sides_tried == 4


def test_alternatives_that_both_hold_hide_each_other(house: House) -> None:
    either = f"{{any: [{LIT}, {BRIGHT}]}}"
    both = ("lamp.lit: yes, lamp.score: 3", "met")
    neither = ("lamp.lit: no, lamp.score: 0", "not_met")
    assert tally(house, either, both, neither, NOTHING).sides_tried == 2
    one = ("lamp.lit: yes, lamp.score: 0", "met")
    assert tally(house, either, one, neither, NOTHING).sides_tried == 3


def test_a_doubt_beside_it_does_not_hide_what_decides(house: House) -> None:
    both = f"{{all: [{LIT}, {BRIGHT}]}}"
    held = ("lamp.lit: yes, lamp.score: 3", "met")
    found = tally(house, both, held, ("lamp.lit: no", "not_met"), NOTHING)
    assert [message for _, message in untried(house, found)] == [
        "no example turns on this failing: Brightness: more than 0"
    ]


def test_at_least_so_many(house: House) -> None:
    two = f"{{at_least: 2, of: [{LIT}, {BRIGHT}, {{fact: lamp.children, is: 0}}]}}"
    given = [
        ("lamp.lit: yes, lamp.score: 3, lamp.children: 4", "met"),
        ("lamp.lit: yes, lamp.score: 0, lamp.children: 4", "not_met"),
        ("lamp.lit: no, lamp.score: 3, lamp.children: 4", "not_met"),
        NOTHING,
    ]
    found = tally(house, two, *given)
    assert (found.sides, found.sides_tried) == (6, 5)
    assert "holding: Children in the house: 0" in untried(house, found)[0][1]


def test_not_turns_its_part_round(house: House) -> None:
    found = tally(house, f"{{not: {LIT}}}", ("lamp.lit: no", "met"), ("lamp.lit: yes", "not_met"),
                  NOTHING)  # fmt: skip
    assert (found.sides, found.sides_tried) == (2, 2)


def test_members_of_a_family_are_one_branch(house: House) -> None:
    each = "{every: room, satisfies: {fact: room.seen, at_least: {threshold: half}}}"
    half = (
        "thresholds:\n  half:\n    basis: policy\n    because: Half is light.\n    values:\n"
        "      - {from: 2000-01-01, until: 2009-12-31, value: 40%}\n"
        "      - {from: 2010-01-01, value: 50%}\n"
    )
    held = ("room.seen: {hall: 4/4, attic: 4/4, cellar: 3/4}", "met")
    found = tally(house, each, held, ("room.seen: {attic: 0/4}", "not_met"), NOTHING, more=half)
    assert (found.sides, found.sides_tried) == (2, 2)
    assert (found.values, found.values_tried) == (2, 1)
    assert untried(house, found) == [
        (20, "no example turns on this value of 'half': 40% from 1 Jan 2000")
    ]
    found = tally(house, each, held, NOTHING, ("room.seen: {hall: 0/1, attic: 0/1}", "not_met"),
                  more=half)  # fmt: skip
    assert found.sides_tried == 1
    assert untried(house, found)[0] == (
        14,
        "no example turns on this failing: Children who saw the light: at least 50% "
        "(policy choice)",
    )


def test_where_it_applies_is_a_branch_too(house: House) -> None:
    more = "applies_when: {fact: lamp.children, more_than: 0}\n"
    given = [
        ("lamp.lit: yes, lamp.children: 2", "met"),
        ("lamp.lit: no, lamp.children: 2", "not_met"),
    ]
    found = tally(house, LIT, *given, NOTHING, more=more)
    assert untried(house, found) == [
        (15, "no example turns on this failing: Children in the house: more than 0")
    ]
    none = ("lamp.lit: no, lamp.children: 0", "not_applicable")
    assert tally(house, LIT, *given, NOTHING, none, more=more).sides_tried == 4


def test_a_finding_of_another_and_a_group_of_them(house: House) -> None:
    one = "{finding: LAN-01, is: [met]}"
    many = "{findings: {criterion: warmth, is: [not_met]}, at_most: 1}"
    given = [
        ("findings: {LAN-01: met, others: met}", "met"),
        ("findings: {LAN-01: not_met, others: met}", "not_met"),
        ("findings: {LAN-01: met, others: not_met}", "not_met"),
        NOTHING,
    ]
    found = tally(house, f"{{all: [{one}, {many}]}}", *given)
    assert (found.sides, found.sides_tried) == (4, 4)


def test_known_no_and_a_part_that_stands_alone_in_a_list(house: House) -> None:
    given = [("lamp.name: unknown", "met"), ("lamp.name: Big", "not_met"), NOTHING]
    found = tally(house, "{all: [{any: [{fact: lamp.name, known: no}]}]}", *given)
    assert (found.sides, found.sides_tried) == (2, 2)


def test_what_is_not_commenced_is_counted_apart(house: House) -> None:
    text = page("LAN-03", LIT).split("examples:")[0] + examples(("", "not_applicable"))
    later = "{from: not_commenced, enacted: 2025-01-01, checked_on: 2025-06-01}"
    house.write(f"rules/{FILE}", text.replace("{from: 2010-01-01}", later))
    rulebook = house.rulebook()
    found = Tally()
    found.add(rulebook, "LAN-03", [])
    assert (found.pages, found.not_commenced, found.sides) == (0, 1, 0)


def test_an_example_that_fails_tries_nothing(house: House) -> None:
    text = page("LAN-03", LIT).replace("given: {lamp.lit: no}", "given: {lamp.lit: yes}")
    house.write(f"rules/{FILE}", text)
    rulebook = house.rulebook()
    tried = list(Examples(rulebook, compile_rulebook(rulebook)).run("LAN-03"))
    branches = list(branches_of(rulebook, "LAN-03"))
    assert [(one.result.passed, len(list(turned_on(one, branches)))) for one in tried] == [
        (True, 1),
        (False, 0),
        (True, 0),
    ]


# ---- the command


def test_totals_and_the_places_of_what_is_untried(house: House, run: Run) -> None:
    house.write(f"rules/{FILE}", page("LAN-03", LIT))
    ran = run("rules", "test", "LAN-03")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "3 of 3 examples of 1 expectation passed\nthey turn on 2 of 2 sides of conditions\n"
    )
    one_sided = page("LAN-03", f"{{any: [{LIT}, {{fact: lamp.score, more_than: 9}}]}}")
    one_sided = one_sided.split("examples:")[0] + examples(
        ("lamp.lit: yes", "met"), ("lamp.lit: no, lamp.score: 1", "not_met"), NOTHING
    )
    house.write(f"rules/{FILE}", one_sided)
    assert (
        "they turn on 3 of 4 sides of conditions; --coverage names the others"
        in run("rules", "test", f"rules/{FILE}").out
    )
    ran = run("rules", "test", "LAN-03", "--coverage")
    assert ran.out.startswith(
        f"rules/{FILE}:14:43: no example turns on this holding: Brightness: more than 9\n"
    )
    assert ran.code == 0


# ---- the shipped rulebook


@pytest.fixture(scope="module")
def shipped() -> tuple[Rulebook, list[Tried]]:
    """Return the shipped rulebook, and every fourth page's examples, run."""
    rulebook = shipped_rulebook()
    runs = Examples(rulebook, shipped_compiled())
    return rulebook, [one for id in list(rulebook.expectations)[::4] for one in runs.run(id)]


def test_what_branches_come_to_is_what_the_engine_says(
    shipped: tuple[Rulebook, list[Tried]],
) -> None:
    _, tried = shipped

    def worked_out(node: Condition, one: Tried) -> Truth:
        if isinstance(node, Not):
            return negated(worked_out(node.child, one))
        if isinstance(node, (All, AtLeast)) and not (
            node.family and node.family.label == "finding"
        ):
            inside = [worked_out(child, one) for child in node.children]
            return all_of(inside) if isinstance(node, All) else at_least(node.need, inside)
        return one.evaluation.truth(node)

    assert len(tried) > 500
    for one in tried:
        conditions = one.evaluation.rulebook.conditions[one.result.id]
        for node in (conditions.applies_when, conditions.expect):
            if node is None:
                continue
            assert worked_out(node, one) is one.evaluation.truth(node), str(one.result)


def test_every_branch_has_words_and_a_place(shipped: tuple[Rulebook, list[Tried]]) -> None:
    rulebook, _ = shipped
    for id, file in rulebook.files.items():
        branches = list(branches_of(rulebook, id))
        assert branches
        assert all(branch.spots and words_of(rulebook, id, branch) for branch in branches)
        if file.startswith("ilacs/care-leavers"):
            document = read_file(rulebook.folder / file)
            assert all(document.has(branch.path) for branch in branches)


# ---- logic


def meanings(truth: Truth) -> tuple[Truth, ...]:
    """Return what an answer may turn out to be."""
    return (T, F, N) if truth is U else (truth,)


def all_by_definition(truths: tuple[Truth, ...]) -> Truth:
    applying = [truth for truth in truths if truth is not N]
    return N if not applying else Truth.of(all(truth is T for truth in applying))


def at_least_by_definition(need: int, truths: tuple[Truth, ...]) -> Truth:
    applying = [truth for truth in truths if truth is not N]
    return N if not applying else Truth.of(applying.count(T) >= need)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_doubt_stays_doubt_where_it_could_go_either_way(size: int) -> None:
    """An answer is given where every meaning of what is unknown gives it, and there alone."""
    for truths in product(Truth, repeat=size):
        could_be = set(map(all_by_definition, product(*map(meanings, truths))))
        assert all_of(truths) is (could_be.pop() if len(could_be) == 1 else U)
        for need in range(1, size + 1):
            could_be = {
                at_least_by_definition(need, meant) for meant in product(*map(meanings, truths))
            }
            assert at_least(need, truths) is (could_be.pop() if len(could_be) == 1 else U)
    assert [negated(truth) for truth in (T, F, U, N)] == [F, T, U, N]
