"""What is held: values, their evidence and who is behind them, ready to be shown."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from msgspec import structs

from readiness.analysis.findings.expected import Expected, show_figure
from readiness.analysis.findings.sums import told_as, told_by_sums
from readiness.calendar import Duration, plus
from readiness.engine.atoms import answer_to
from readiness.engine.evaluate import Evaluation
from readiness.engine.situation import (
    Doubt,
    Held,
    benchmark_value,
    sure_magnitude,
)
from readiness.logic import Truth
from readiness.model.conditions import (
    ATOMS,
    All,
    AtLeast,
    Atom,
    Change,
    Compare,
    Condition,
    FactOperand,
    Fixed,
    Leaf,
    Not,
    Op,
    facts_in,
    facts_of,
    leaves,
    thresholds_of,
)
from readiness.model.disclosure import FEW, SMALL, WITHHELD, Disclosure, Shown
from readiness.model.expectation import Expectation
from readiness.model.facts import Fact, FactRef, Unit
from readiness.model.finding import Affected, EvidenceShown, Found, Member
from readiness.model.profile import NEIGHBOURS_NEEDED, ContextFigure, Entry, share_of
from readiness.model.values import Share, Value, amount, magnitude, show_threshold
from readiness.model.vocabulary import (
    NUMERIC_TYPES,
    WORST_FIRST,
    Better,
    FactType,
    Place,
    Verdict,
)
from readiness.rulebook.wording import in_sentence

COMPARABLE = NUMERIC_TYPES | {FactType.SURVEY}
"""Types of which published figures are compared with."""

_LIMITING = (Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN)

_VERDICT = {
    Truth.TRUE: Verdict.MET,
    Truth.FALSE: Verdict.NOT_MET,
    Truth.UNKNOWN: Verdict.UNKNOWN,
    Truth.NOT_APPLICABLE: Verdict.NOT_APPLICABLE,
}


class _Beside(NamedTuple):
    """Published figures beside a value, in words; `worse` is of England's."""

    england: str | None = None
    worse: bool | None = None
    region: str | None = None
    neighbours: str | None = None


class _Behind(NamedTuple):
    """How many are on the wrong side of a fact, of how many."""

    ref: FactRef
    size: int
    whole: int | None
    unit: Unit


class Holdings:
    """Shows what a profile holds of the facts behind an expectation."""

    def __init__(self, evaluation: Evaluation, disclosure: Disclosure, expected: Expected) -> None:
        self.evaluation = evaluation
        self.situation = evaluation.situation
        self.rulebook = evaluation.rulebook
        self.profile = evaluation.situation.profile
        self.disclosure = disclosure
        self.expected = expected
        self._told_by_sums = told_by_sums(self.situation, disclosure)

    # ---- values ----

    def found(
        self, refs: Iterable[FactRef], leaves: Sequence[Leaf]
    ) -> dict[FactRef, tuple[Found, ...]]:
        """Return what is held of facts, for each one for each place that says something.

        Args:
            refs: Facts that are shown together, so that none tells what another hides.
            leaves: What is expected of them, for how far they are from it.
        """
        tests = tests_of(leaves)
        compared = {ref: self._compared(of_fact) for ref, of_fact in tests.items()}
        shown = {ref: self._shown(ref, compared.get(ref), leaves) for ref in refs}
        by_unit: dict[str, list[Shown]] = {}
        for ref, pairs in shown.items():
            of = self.rulebook.fact(ref).of or ""
            by_unit.setdefault(of, []).extend(one for _, one in pairs if one is not None)
        return {
            ref: tuple(self._found(ref, pairs, tests.get(ref, ()), compared.get(ref), by_unit))
            for ref, pairs in shown.items()
        }

    def _shown(
        self, ref: FactRef, compared: tuple[Op, Value] | None, leaves: Sequence[Leaf]
    ) -> list[tuple[Held, Shown | None]]:
        """Return what is held of a fact, each ready to be shown."""
        fact, held = self.rulebook.fact(ref), self.situation.held(ref)
        unit = self.rulebook.unit_of(fact)
        beside = magnitude(compared[1], fact) if compared else None
        shown = self.disclosure.values((one.value for one in held), fact, unit, beside)
        shown = [
            one and (WITHHELD if self._withheld(ref, number) else one)
            for number, one in enumerate(shown)
        ]
        if any(one is not None and one.hidden for one in shown):
            tests = [leaf for leaf in leaves if isinstance(leaf, ATOMS) and ref in facts_of(leaf)]
            shown = [
                one and self.disclosure.alone(one, said.value, unit, self._asked(said, tests))
                for said, one in zip(held, shown, strict=True)
            ]
        return list(zip(held, shown, strict=True))

    def _asked(self, said: Held, tests: Sequence[Atom]) -> Callable[[Value], object]:
        """Return what gives the answers to tests, if what is held were another value."""
        held = self.situation.held(said.ref)

        def entry_with(one: Held, value: Value) -> Entry:
            assert one.entry is not None
            points = (
                structs.replace(point, value=value) if one is said and point is one.point else point
                for point in one.entry.points
            )
            return replace(one.entry, points=tuple(points))

        def answers(value: Value) -> object:
            entries = tuple(entry_with(one, value) for one in held)
            supposed = self.situation.supposing({said.ref: entries})
            return [answer_to(supposed, test).truth for test in tests]

        return answers

    def _withheld(self, ref: FactRef, number: int) -> bool:
        """Return whether nothing is shown of what a source says, here or in what stands beside."""
        return told_as(ref, number) in self._told_by_sums or ref.id in self.disclosure.telling

    def _found(
        self,
        ref: FactRef,
        pairs: Sequence[tuple[Held, Shown | None]],
        tests: Sequence[Leaf],
        compared: tuple[Op, Value] | None,
        by_unit: Mapping[str, Sequence[Shown]],
    ) -> Iterator[Found]:
        fact = self.rulebook.fact(ref)
        unit = self.rulebook.unit_of(fact)
        for number, (one, told) in enumerate(pairs):
            withheld = self._withheld(ref, number)
            shown = told and self.disclosure.beside(told, one.value, unit, by_unit[fact.of or ""])
            beside = self._beside(one, fact, shown)
            entry = one.entry
            yield Found(
                ref.id,
                self.rulebook.fact_title(ref),
                ref.member,
                shown.text if shown else _why_nothing(one),
                shown.value if shown else None,
                shown.numerator if shown else None,
                shown.denominator if shown else None,
                str(one.period) if one.period else None,
                one.dated if entry else None,
                self._source(one),
                entry.note if entry else None,
                "value" if one.reason is None else one.reason.value,
                beside.england,
                beside.worse,
                None
                if compared is None or shown is None
                else _distance(one, fact, *compared, shown),
                entry.place if entry is not None and len(pairs) > 1 else None,
                beside.region,
                beside.neighbours,
                self._earlier(one, fact, tests) if shown and not withheld else None,
                tuple(
                    (reason, self.disclosure.count(count, unit))
                    for reason, count in (entry.left_out if entry else ())
                ),
            )

    def _earlier(self, one: Held, fact: Fact, leaves: Sequence[Leaf]) -> str | None:
        """Return the earlier value that a value is held against, with its period, in words."""
        for leaf in leaves:
            over = _held_against_earlier(leaf)
            if over is not None and one.reason is None:
                with contextlib.suppress(Doubt):
                    value, period = self.situation.earlier_with_period(one.ref, over)
                    both = (one.value, value)
                    shown = self.disclosure.values(both, fact, self.rulebook.unit_of(fact))[1]
                    if shown is not None:
                        return f"{over} earlier {shown.text}" + (f", {period}" if period else "")
        return None

    def _compared(self, leaves: Sequence[Leaf]) -> tuple[Op, Value] | None:
        """Return the limit that a fact is compared with, and how; None where several count."""
        for leaf in leaves:
            if isinstance(leaf, Compare) and leaf.op in _LIMITING:
                for threshold in thresholds_of(leaf):
                    values = {limit.value for limit in self.expected.look_up(threshold)}
                    return (leaf.op, values.pop()) if len(values) == 1 else None
        return None

    def _source(self, one: Held) -> str | None:
        entry = one.entry
        if entry is None:
            return None
        items = [self.profile.evidence[id].title for id in entry.evidence or ()]
        return entry.source or "; ".join(items) or None

    def _beside(self, one: Held, fact: Fact, shown: Shown | None) -> _Beside:
        """Return the published figures that a value stands beside.

        Where the value is hidden, nothing tells on which side of them it lies.
        """
        if one.value is None or one.reason is not None or one.dated is None:
            return _Beside()
        if next(self.situation.figures(one.ref), None) is None:  # of most facts there are none
            return _Beside()
        mine = magnitude(one.value, fact) if fact.type in COMPARABLE else None
        if mine is None:
            return _Beside()
        told: dict[Place, str] = {}
        worse: bool | None = None
        visible = shown is not None and not shown.hidden
        for place in Place:
            figure = self.situation.benchmark(one.ref, place, one.dated, needed=1)
            if figure is None:
                continue
            if place is Place.NEIGHBOURS:
                told[place] = _among(mine if visible else None, figure, fact)
            else:
                told[place] = f"{show_figure(figure, fact)} ({figure.period})"
            if place is Place.ENGLAND and fact.better and visible:
                theirs = benchmark_value(figure, fact)
                worse = mine < theirs if fact.better is Better.HIGHER else mine > theirs
        return _Beside(
            told.get(Place.ENGLAND), worse, told.get(Place.REGION), told.get(Place.NEIGHBOURS)
        )

    def has_england(self, refs: Iterable[FactRef]) -> bool:
        """Return whether any of these facts may be compared with a published figure of England."""
        return any(
            figure.place is Place.ENGLAND
            for ref in refs
            if self.rulebook.fact(ref).better
            for figure in self.situation.figures(ref)
        )

    def evidenced(self, refs: Iterable[FactRef]) -> tuple[EvidenceShown, ...]:
        """Return the evidence items behind facts, in order of id."""
        shown: dict[str, EvidenceShown] = {}
        for ref in refs:
            fact = self.rulebook.fact(ref)
            for one in self.situation.held(ref):
                for id in (one.entry.evidence or ()) if one.entry else ():
                    item = self.profile.evidence[id]
                    age = fact.goes_stale_after
                    stale = age is not None and plus(item.dated, age) < self.situation.as_of
                    if id not in shown or stale:
                        shown[id] = EvidenceShown(
                            id, item.title, item.kind, item.dated, item.holder, stale
                        )
        return tuple(shown[id] for id in sorted(shown))

    # ---- members of families ----

    def members(
        self, condition: Condition, found: Mapping[FactRef, Sequence[Found]]
    ) -> tuple[Member, ...]:
        """Return the members of families inside a condition, worst first.

        Args:
            found: What is held of each fact in the condition.
        """
        made: list[Member] = []
        stack: list[Condition] = [condition]
        while stack:
            node = stack.pop()
            if isinstance(node, (All, AtLeast)):
                if node.family is not None and node.family.label != "finding":
                    for member, child in zip(node.family.members, node.children, strict=True):
                        made.append(self._member(node.family.label, member, child, found))
                else:
                    stack.extend(reversed(node.children))
            elif isinstance(node, Not):
                stack.append(node.child)
        return tuple(sorted(made, key=lambda member: WORST_FIRST[member.verdict]))

    def _member(
        self,
        dimension: str,
        member: str,
        child: Condition,
        found: Mapping[FactRef, Sequence[Found]],
    ) -> Member:
        verdict = _VERDICT[self.evaluation.truth(child)]
        refs = [ref for ref in facts_in(leaves(child)) if ref.member == member]
        told = []
        for ref in refs:
            for one in found[ref]:
                words = f"{one.text}, {one.period}" if one.period else one.text
                words += "".join(f"; {more}" for more in (one.earlier, one.distance) if more)
                fact_title = in_sentence(self.rulebook.fact(ref).title)
                told.append(words if len(refs) == 1 else f"{fact_title}: {words}")
        family = self.rulebook.dimensions[dimension]
        facts = tuple(ref.id for ref in refs)
        title = family.members[member]
        return Member(member, title, verdict, "; ".join(told), facts, family.title)

    # ---- who is behind ----

    def affected(
        self, e: Expectation, verdict: Verdict, leaves: Sequence[Leaf]
    ) -> tuple[Affected | None, int]:
        """Return who is affected by a gap, and for the order of priority how many.

        Where the number is hidden, the order does not tell it either.
        """
        if verdict is not Verdict.NOT_MET:
            return None, 0
        named = [FactRef(e.affected)] if e.affected else []
        refs = self._missed(leaves)
        behind = self._behind(named) or self._behind(refs)
        if not behind:
            return None, 0
        worst = max(behind, key=lambda one: one.size)
        groups = len({one.ref.member for one in behind if one.ref.id == worst.ref.id})
        if groups > 1:
            together = self._together(worst, behind)
            if together is not None:
                return together, together.count if isinstance(together.count, int) else 0
        shown, of = self.disclosure.part(worst.size, worst.whole, worst.unit)
        affected = Affected(
            shown,
            of,
            worst.unit.one if shown == 1 else worst.unit.many,
            worst.unit.persons,
            self._group(worst.ref) if groups > 1 else None,
            groups,
        )
        if isinstance(shown, int):
            return affected, worst.size
        return affected, worst.whole if worst.whole is not None and shown != FEW else SMALL - 1

    def _group(self, ref: FactRef) -> str | None:
        family = self.rulebook.fact(ref).for_each
        if family is None or ref.member is None:
            return None
        return self.rulebook.dimensions[family].members[ref.member]

    def _together(self, worst: _Behind, behind: Sequence[_Behind]) -> Affected | None:
        """Return who is behind a family in all; None where its members cannot be added up.

        They cannot where somebody may be in two of them. One in which a small count is hidden is
        left out, so that the sum does not tell it.
        """
        fact = self.rulebook.fact(worst.ref)
        if fact.for_each is None or not self.rulebook.dimensions[fact.for_each].apart:
            return None
        same = [one for one in behind if one.ref.id == fact.id]
        if len({one.ref for one in same}) < len(same):
            return None  # a member of which two things are said
        shown = [self.disclosure.part(one.size, one.whole, worst.unit) for one in same]
        counted = [
            (size, of) for size, of in shown if isinstance(size, int) and isinstance(of, int)
        ]
        if len(counted) < 2:
            return None
        total, whole = sum(size for size, _ in counted), sum(of for _, of in counted)
        persons = worst.unit.persons
        left = len(same) - len(counted)
        return Affected(total, whole, worst.unit.many, persons, None, len(counted), left)

    def _behind(self, refs: Iterable[FactRef]) -> list[_Behind]:
        """Return how many people are on the wrong side of facts, of how many, in which unit."""
        found = []
        for ref in refs:
            fact = self.rulebook.fact(ref)
            unit = self.rulebook.unit_of(fact)
            for number, one in enumerate(self.situation.held(ref)):
                count, whole = _wrong_side(one, fact)
                withheld = self._withheld(ref, number) or one.reason is not None
                if count and unit is not None and unit.people and not withheld:
                    found.append(_Behind(ref, count, whole, unit))
        return found

    def _missed(self, leaves: Sequence[Leaf]) -> list[FactRef]:
        """Return the facts whose comparison was missed and that count who is behind it.

        A share does; a count does where none at all is expected.
        """
        return [
            leaf.fact
            for leaf in leaves
            if isinstance(leaf, Compare)
            and leaf.op in _LIMITING
            and self.evaluation.answer(leaf).truth is Truth.FALSE
            and (
                self.rulebook.fact(leaf.fact).type is not FactType.COUNT
                or leaf.operands == (Fixed(0),)
            )
        ]


def tests_of(leaves: Sequence[Leaf]) -> dict[FactRef, list[Leaf]]:
    """Return for each fact the leaves that compare it, or its change, in the order written."""
    tests: dict[FactRef, list[Leaf]] = {}
    for leaf in leaves:
        if isinstance(leaf, (Compare, Change)):
            tests.setdefault(leaf.fact, []).append(leaf)
    return tests


def _among(mine: Fraction | None, figure: ContextFigure, fact: Fact) -> str:
    """Return the neighbours' median, and on which side of how many of them a value lies.

    It counts and does not rank: "7th of 11" would read as a grade.
    """
    theirs = [sure_magnitude(value, fact) for value in figure.values]
    if len(theirs) < NEIGHBOURS_NEEDED:
        of = len(theirs) + figure.withheld
        return f"too few to compare with: {len(theirs)} of {of} have a figure ({figure.period})"
    median = f"{show_figure(figure, fact)}"
    if mine is None:
        return f"{median} ({figure.period})"
    counts = {
        "above": sum(mine > other for other in theirs),
        "below": sum(mine < other for other in theirs),
        "level with": sum(mine == other for other in theirs),
    }
    sides = [f"{words} {count}" for words, count in counts.items() if count]
    *before, last = sides
    listed = f"{', '.join(before)} and {last}" if before else last
    return f"{median}, {listed} ({figure.period})"


def _held_against_earlier(leaf: Leaf) -> Duration | None:
    """Return how long before its newest the value lies that a leaf holds a series against."""
    if isinstance(leaf, Change):
        return leaf.over
    if isinstance(leaf, Compare):
        for operand in leaf.operands:
            if isinstance(operand, FactOperand) and operand.fact == leaf.fact:
                return operand.ago
    return None


def _why_nothing(one: Held) -> str:
    words = one.reason.words if one.reason else "nothing is held"
    note = one.point.note if one.point else None
    return f"{words} ({note})" if note else words


def _distance(one: Held, fact: Fact, op: Op, limit: Value, shown: Shown) -> str | None:
    """Return how far a value is from a limit that it misses; nothing where it is not shown."""
    if one.reason is not None or one.value is None or shown.hidden:
        return None
    mine, theirs = magnitude(one.value, fact), magnitude(limit, fact)
    if mine is None or theirs is None or mine == theirs:
        return None
    below = mine < theirs
    if below is not (op in (Op.AT_LEAST, Op.MORE_THAN)):
        return None
    gap = abs(mine - theirs)
    if share_of(one.value) is not None:
        size = f"{amount(round(gap * 100, 1) or gap * 100)} percentage points"
    elif isinstance(one.value, Duration):
        size = str(Duration(gap, one.value.unit))
    elif fact.type in NUMERIC_TYPES:
        size = amount(gap) + (f" {fact.unit}" if fact.unit else "")
    else:
        return None
    return f"{size} {'below' if below else 'above'} {show_threshold(limit, fact)}"


def _wrong_side(one: Held, fact: Fact) -> tuple[int | None, int | None]:
    """Return how many are on the wrong side of a share, or a count, and of how many."""
    share = share_of(one.value)
    if isinstance(share, Share):
        if share.numerator is None:
            return None, None
        behind = share.numerator if fact.better is Better.LOWER else share.rest
        return behind, share.denominator
    if fact.type is FactType.COUNT and isinstance(one.value, int):
        return one.value, None
    return None, None
