"""Conditions in words: the same text in `explain`, in reports and in the rule's documentation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from readiness.calendar import Duration, long_date
from readiness.model.conditions import (
    All,
    AsOf,
    AtLeast,
    Change,
    Compare,
    Condition,
    DateIs,
    DateOp,
    DateTerm,
    Evidenced,
    FactOperand,
    FindingHas,
    FindingIs,
    Fixed,
    Known,
    Leaf,
    Not,
    NoWorseThan,
    Op,
    Operand,
    Overlaps,
    Stable,
    ThresholdRef,
    Trend,
    Yearly,
)
from readiness.model.facts import Fact, FactRef
from readiness.model.values import NOT_YET, Share, Value, show_threshold
from readiness.model.vocabulary import Basis, FactType, Place, Verdict
from readiness.rulebook.conditions import change_fact
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.thresholds import Limit, fact_of, limits

LookUp = Callable[[ThresholdRef], Sequence[Limit] | None]
"""Gives the values of a threshold that count; None where no council is asked."""

_OPS = {
    Op.IS: "",
    Op.IS_NOT: "not ",
    Op.AT_LEAST: "at least ",
    Op.AT_MOST: "at most ",
    Op.MORE_THAN: "more than ",
    Op.LESS_THAN: "less than ",
    Op.BETWEEN: "between ",
    Op.ONE_OF: "one of ",
    Op.INCLUDES: "includes ",
    Op.INCLUDES_ALL: "includes ",
}

_DATE_OPS = {
    DateOp.WITHIN: "within the last ",
    DateOp.BEFORE: "before ",
    DateOp.AFTER: "after ",
    DateOp.ON_OR_BEFORE: "on or before ",
    DateOp.ON_OR_AFTER: "on or after ",
}


class Wording:
    """Writes conditions in words.

    Attributes:
        rulebook: Where titles come from.
        look_up: Values of thresholds; a threshold that has none is named.
    """

    def __init__(self, rulebook: Rulebook, look_up: LookUp) -> None:
        self.rulebook = rulebook
        self.look_up = look_up
        self._leaves: dict[tuple[Condition, str | None], str] = {}

    def words(self, condition: Condition, family: str | None = None) -> str:
        """Return a condition in words.

        Args:
            family: Dimension whose members are spoken of together, so that none is named.
        """
        if isinstance(condition, All):
            return self._all(condition, family)
        if isinstance(condition, AtLeast):
            return self._at_least(condition, family)
        if isinstance(condition, Not):
            return self._not(condition.child, family)
        if isinstance(condition, FindingIs):
            return f"{condition.id} is {_or(condition.verdicts)}"
        if isinstance(condition, FindingHas):
            return f"{condition.id}, where {_or(condition.verdicts)}, is {condition.has}"
        key = (condition, family)
        if key not in self._leaves:  # a proof says again what is expected
            self._leaves[key] = self._leaf(condition, family)
        return self._leaves[key]

    # ---- nodes ----

    def _all(self, node: All, family: str | None) -> str:
        if node.family is None:
            return "; and ".join(self._part(child, family) for child in node.children)
        if node.family.label == "finding":
            first = node.children[0]
            assert isinstance(first, FindingHas)
            ids = few(node.family.members)
            return f"every one that is {_or(first.verdicts)} is {first.has}: {ids}"
        label = self._dimension(node.family.label)
        return f"for each {label}: {self.words(node.children[0], node.family.label)}"

    def _at_least(self, node: AtLeast, family: str | None) -> str:
        n = len(node.children)
        if node.family is None:
            parts = [self._part(child, family) for child in node.children]
            if node.need == 1:
                return "; or ".join(parts)
            return f"at least {node.need} of these {n}: {'; '.join(parts)}"
        if node.family.label == "finding":
            first = node.children[0]
            assert isinstance(first, FindingIs)
            ids = few(node.family.members)
            return f"at least {node.need} of {n} findings are {_or(first.verdicts)}: {ids}"
        label = self._dimension(node.family.label)
        inner = self.words(node.children[0], node.family.label)
        how = "for one or more" if node.need == 1 else f"for at least {node.need}"
        return f"{how} of {n} ({label}): {inner}"

    def _part(self, child: Condition, family: str | None) -> str:
        """Return a condition inside another; one that has parts itself stands in brackets."""
        words = self.words(child, family)
        inner = isinstance(child, (All, AtLeast)) and child.family is None
        return f"({words})" if inner else words

    def _not(self, child: Condition, family: str | None) -> str:
        if isinstance(child, AtLeast) and child.need > 1:
            return self._at_least(child, family).replace(
                f"at least {child.need} of", f"at most {child.need - 1} of", 1
            )
        return f"not so: {self.words(child, family)}"

    def _dimension(self, id: str) -> str:
        return in_sentence(self.rulebook.dimensions[id].title)

    # ---- leaves ----

    def title(self, ref: FactRef, family: str | None) -> str:
        """Return a fact's title, without its member where all members are spoken of."""
        fact = self.rulebook.fact(ref)
        return fact.title if fact.for_each == family else self.rulebook.fact_title(ref)

    def _leaf(self, leaf: Condition, family: str | None) -> str:
        if isinstance(leaf, DateIs):
            subject = self._day(leaf.subject, family)
            return f"{subject}: {_DATE_OPS[leaf.op]}{self._until(leaf.operand, family)}"
        assert not isinstance(leaf, (All, AtLeast, Not, FindingIs, FindingHas))
        title, fact = self.title(leaf.fact, family), self.rulebook.fact(leaf.fact)
        if isinstance(leaf, Compare):
            if leaf.op is Op.IS_NOT and leaf.operands == (Fixed(NOT_YET),):
                return f"{title}: has happened"
            return (
                f"{title}: {_plainly(self._operands(leaf.op, leaf.operands, fact, family), fact)}"
            )
        if isinstance(leaf, Overlaps):
            other = self.title(leaf.other, family)
            return f"{title}: at least {leaf.by} the same as in {in_sentence(other)}"
        if isinstance(leaf, NoWorseThan):
            margin = ""
            if leaf.by is not None:
                margin = f" by more than {self._margin(leaf.by, fact)}"
            median = "the median of " if leaf.place is Place.NEIGHBOURS else ""
            return f"{title}: not worse than {median}{leaf.place.words}{margin}"
        if isinstance(leaf, Stable):
            newest = f"{leaf.look_at} of {leaf.points} points"
            return f"{title}: steady on an XmR chart, without a signal in the last {newest}"
        if isinstance(leaf, Trend):
            return f"{title}: {'' if leaf.holds else 'not '}{leaf.direction} (XmR run of seven)"
        if isinstance(leaf, Change):
            measured = change_fact(fact, leaf.relative)
            how = {"rise": "rise", "fall": "fall", "size": "change either way"}[leaf.measure]
            operands = self._operands(leaf.op, leaf.operands, measured, family)
            if fact.type is FactType.SHARE and not leaf.relative:
                operands = in_points(operands)
            return f"{title}: {how} over {leaf.over} of {operands}"
        if isinstance(leaf, Known):
            return f"{title}: known"
        assert isinstance(leaf, Evidenced)
        within = "" if leaf.within is None else f" from the last {self._span(leaf.within)}"
        kinds = "evidenced" if leaf.kinds == 1 else f"evidenced by {leaf.kinds} independent kinds"
        return f"{title}: {kinds}{within}"

    def _operands(
        self, op: Op, operands: tuple[Operand, ...], fact: Fact, family: str | None
    ) -> str:
        shown = [self._operand(operand, fact, family) for operand in operands]
        joiner = " and " if op in (Op.BETWEEN, Op.INCLUDES_ALL) else ", "
        return _OPS[op] + joiner.join(shown)

    def _operand(self, operand: Operand, fact: Fact, family: str | None) -> str:
        if isinstance(operand, Fixed):
            return show_threshold(operand.value, fact)
        if isinstance(operand, FactOperand):
            title = in_sentence(self.title(operand.fact, family))
            return title if operand.ago is None else f"its value {operand.ago} earlier"
        return self._limit(operand)

    def _limit(self, ref: ThresholdRef) -> str:
        """Return a threshold's value with what it rests on."""
        threshold = self.rulebook.expectations[ref.rule].thresholds[ref.name]
        found = self.look_up(ref)
        if not found:
            if threshold.basis is Basis.LOCAL:
                return "the council's own standard" + ("" if found is None else " (not set)")
            return f"a limit that depends on size ({ref.name})"
        words = (show_limit(self.rulebook, ref.rule, limit) for limit in found)
        shown = " or ".join(dict.fromkeys(words))
        rests = " or ".join(dict.fromkeys(limit.basis.words for limit in found))
        return f"{shown} ({rests})"

    def _margin(self, margin: Fixed | ThresholdRef, fact: Fact) -> str:
        if isinstance(margin, ThresholdRef):
            return self._limit(margin)
        return show_margin(margin.value, fact)

    def _span(self, span: Duration | ThresholdRef) -> str:
        return str(span) if isinstance(span, Duration) else self._limit(span)

    def _until(self, operand: DateTerm | Duration | ThresholdRef, family: str | None) -> str:
        return self._day(operand, family) if isinstance(operand, DateTerm) else self._span(operand)

    def _day(self, term: DateTerm, family: str | None) -> str:
        base = term.base
        if isinstance(base, date):
            text = long_date(base)
        elif isinstance(base, AsOf):
            text = "the evaluation date"
        elif isinstance(base, Yearly):
            text = f"{'the coming' if base.coming else 'the latest'} {base.day}"
        else:
            text = self.title(base, family)
        if term.step is None:
            return text
        return f"{self._span(term.step)} {'before' if term.back else 'after'} {in_sentence(text)}"


def wording_on(rulebook: Rulebook, as_of: date) -> Wording:
    """Return what writes conditions for a reader of pages: thresholds are those of the day."""

    def look_up(ref: ThresholdRef) -> Sequence[Limit] | None:
        threshold = rulebook.expectations[ref.rule].thresholds[ref.name]
        if threshold.basis is Basis.LOCAL or threshold.by is not None:
            return None
        fact = fact_of(rulebook, ref.rule, ref.name)
        return limits(ref, threshold, fact, as_of, None, None)

    return Wording(rulebook, look_up)


def comparison(leaf: Leaf) -> str:
    """Return how a leaf compares with its threshold, such as `at most `; may be empty."""
    if isinstance(leaf, (Compare, Change)):
        return _OPS[leaf.op]
    return _DATE_OPS[leaf.op] if isinstance(leaf, DateIs) else ""


def _plainly(operands: str, fact: Fact) -> str:
    """Return "all" for "at least 100%" of cases, and "none" for at most none of them."""
    limit, bracket, rest = operands.partition(" (")
    plain = {
        (FactType.SHARE, "at least 100%"): "all",
        (FactType.SHARE, "at most 0%"): "none",
        (FactType.COUNT, "at most 0"): "none",
    }.get((fact.type, limit), limit)
    return f"{plain}{bracket}{rest}"


def show_limit(rulebook: Rulebook, rule: str, limit: Limit) -> str:
    """Return a threshold's value in words; a difference of shares in percentage points."""
    fact = fact_of(rulebook, rule, limit.name)
    if fact is None or isinstance(limit.value, Duration):
        return str(limit.value)
    leaf = rulebook.conditions[rule].compared[limit.name]
    if isinstance(leaf, NoWorseThan):
        return show_margin(limit.value, fact)
    shown = show_threshold(limit.value, fact)
    apart = isinstance(leaf, Change) and not leaf.relative and fact.type is FactType.SHARE
    return in_points(shown) if apart else shown


def show_margin(value: Value, fact: Fact) -> str:
    """Return by how much worse is accepted, in words."""
    shown = show_threshold(value, fact)
    return in_points(shown) if isinstance(value, Share) else shown


def in_points(text: str) -> str:
    """Return a difference of shares in percentage points: 5% of 40% would be something else.

    >>> in_points("at most 1%")
    'at most 1 percentage point'
    """
    return re.sub(r"(\S+)%", lambda m: f"{m[1]} percentage point{'s' * (m[1] != '1')}", text)


def few(words: Sequence[str], most: int = 8, first: int = 5) -> str:
    """Return words in a row, only the first where there are more than `most`."""
    if len(words) <= most:
        return ", ".join(words)
    return f"{', '.join(words[:first])} and {len(words) - first} more"


def _or(verdicts: Sequence[Verdict]) -> str:
    return " or ".join(verdict.words for verdict in verdicts)


def in_sentence(title: str) -> str:
    """Return a title for the middle of a sentence: abbreviations keep their capitals."""
    first = title.split(" ", 1)[0]
    plain = first.istitle() and (len(first) == 1 or not first.isupper())
    return title[0].lower() + title[1:] if plain else title


def overlay_notes(rulebook: Rulebook, id: str) -> list[str]:
    """Return which overlays added or changed an expectation, in which parts, and why."""
    notes = []
    if id in rulebook.added:
        page = rulebook.overlays[rulebook.added[id]]
        notes.append(f"added by the overlay {page.id} ({page.title})")
    for change in rulebook.changes.get(id, ()):
        page, changed = rulebook.overlays[change.overlay], change.page
        parts = [part for part in ("owner", "actions") if getattr(changed, part)]
        parts += [*changed.thresholds, *changed.standards]
        what = ", ".join(parts)
        notes.append(f"the overlay {page.id} ({page.title}) changes {what}: {changed.because}")
    return notes
