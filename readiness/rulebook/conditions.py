"""Reading conditions: from the plain data of a page to a typed tree, with every mistake pointed at.

The vocabulary is closed. Each form is one function here; `FORMS` names the key by which a form is
known, so that a misspelt key can be met with the nearest right one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal, cast, get_args, get_type_hints

from readiness.calendar import Duration, YearlyDay
from readiness.model.conditions import (
    AS_OF,
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
    Family,
    FindingHas,
    FindingIs,
    Fixed,
    Known,
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
from readiness.model.expectation import Expectation, Threshold
from readiness.model.facts import Dimension, Fact, FactRef, Vocabulary
from readiness.model.values import NOT_YET, Judgement, Share, Unfit, Value, near, parse
from readiness.model.vocabulary import (
    NUMERIC_TYPES,
    FactType,
    Place,
    Stands,
    Verdict,
)
from readiness.yaml_reader import Path

Report = Callable[[Path, str, str, bool], None]
"""Takes a problem: path, message, help, and whether it points at the key."""

ORDERING = frozenset({Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN, Op.BETWEEN})
_EQUALITY = frozenset({Op.IS, Op.IS_NOT})
_MEMBERSHIP = frozenset({Op.INCLUDES, Op.INCLUDES_ALL})

SELECTORS = ("framework", "criterion", "theme", "kind", "holder", "severity", "depth")
"""What a group of findings may be picked by."""

HAS = get_args(get_type_hints(FindingHas)["has"])
"""What each of a group of findings may be asked to have."""

MEASURES = get_args(get_type_hints(Change)["measure"])
"""Which way a change may be counted."""

DIRECTIONS = get_args(get_type_hints(Trend)["direction"])
"""Where a trend may go."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "all": ("all",),
    "any": ("any",),
    "not": ("not",),
    "of": ("at_least", "of"),
    "of_each": ("at_least", "of_each", "satisfies"),
    "every": ("every", "satisfies"),
    "some": ("some", "satisfies"),
    "date": ("date", *DateOp),
    "finding": ("finding", "is"),
    "findings": ("findings", "at_least", "at_most", "every"),
    "group": ("is", "ids", *SELECTORS),
    "threshold": ("threshold",),
    "operand": ("fact", "for", "ago"),
    "overlaps": ("fact", "for", "by"),
    "no_worse_than": ("benchmark", "by"),
    "stable": ("method", "points", "look_at"),
    "trend": ("is", "not", "by"),
    "change": ("over", "as", "in"),
    "evidenced": ("within", "by"),
    "term": ("fact", "for", "yearly", "next", "date", "plus", "minus"),
}
"""The keys of each group that a condition may hold; those of a test of a fact stand in `TESTS`."""

_OPS: Mapping[FactType, frozenset[Op]] = {
    FactType.YES_NO: _EQUALITY,
    FactType.COUNT: _EQUALITY | ORDERING,
    FactType.SHARE: _EQUALITY | ORDERING,
    FactType.RATE: _EQUALITY | ORDERING,
    FactType.NUMBER: _EQUALITY | ORDERING,
    FactType.DURATION: _EQUALITY | ORDERING,
    FactType.SURVEY: ORDERING,
    FactType.DATE: _EQUALITY,
    FactType.CHOICE: _EQUALITY | {Op.ONE_OF},
    FactType.TEXT: _EQUALITY | {Op.ONE_OF},
    FactType.LIST: _MEMBERSHIP,
    FactType.JUDGEMENT: _EQUALITY | ORDERING | {Op.ONE_OF},
}


def ops_for(fact: Fact) -> frozenset[Op]:
    """Return the comparisons that make sense for a fact."""
    ops = _OPS[fact.type]
    return ops | ORDERING if fact.ordered else ops


def operand_fact(fact: Fact) -> Fact:
    """Return the fact as which an operand is read: what is compared with a survey is a share."""
    return (
        fact.model_copy(update={"type": FactType.SHARE}) if fact.type is FactType.SURVEY else fact
    )


def parse_operand(fact: Fact, raw: Any) -> Value:
    """Return a value to compare a fact with.

    Raises:
        Unfit: With a message and the fix.
    """
    if fact.type is FactType.JUDGEMENT:
        if raw not in list(Stands):
            raise Unfit(f"'{raw}' is not one of: {', '.join(Stands)}", near(raw, list(Stands)))
        return Judgement(Stands(raw), None, None, False)
    if fact.type is FactType.DATE:
        if raw != "not_yet":
            raise Unfit(
                "days are compared with before, after, on_or_before, on_or_after or within",
                "'is' and 'is_not' take not_yet only",
            )
        return NOT_YET
    return parse(operand_fact(fact), raw)


def parse_margin(fact: Fact, raw: Any) -> Value:
    """Return by how much worse than a benchmark is still accepted.

    Raises:
        Unfit: With a message and the fix.
    """
    if fact.type in {FactType.SHARE, FactType.SURVEY}:
        text = str(raw).removesuffix("points").removesuffix("point").strip()
        if isinstance(raw, str) and raw.endswith(("point", "points")):
            try:
                return Share(Fraction(text) / 100)
            except ValueError:
                pass
        raise Unfit(f"'{raw}' is not a number of percentage points", "write 5 points")
    return parse(fact, raw)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a condition may speak of, and where its problems go.

    Attributes:
        bound: The member that is meant of each dimension over which a test is repeated.
        unread: Expectations whose pages are wrong, so that nothing can be said of them.
    """

    rule: str
    facts: Mapping[str, Fact]
    dimensions: Mapping[str, Dimension]
    vocabularies: Mapping[str, Vocabulary]
    expectations: Mapping[str, Expectation]
    report: Report
    bound: Mapping[str, str] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()

    @property
    def thresholds(self) -> Mapping[str, Threshold]:
        """The thresholds of the rule that is being read."""
        return self.expectations[self.rule].thresholds


class _Wrong(Exception):
    """A problem has been reported; this part of the tree cannot be read."""


def read_condition(raw: Any, path: Path, scope: Scope) -> Condition | None:
    """Return the condition at a path, or None when problems were reported."""
    try:
        return _read(raw, path, scope)
    except _Wrong:
        return None


def _fail(scope: Scope, path: Path, message: str, help: str = "", *, key: bool = False) -> _Wrong:
    scope.report(path, message, help, key)
    return _Wrong()


def _read(raw: Any, path: Path, scope: Scope) -> Condition:
    if not isinstance(raw, dict):
        raise _fail(
            scope,
            path,
            "a condition is a group of keys",
            "such as {fact: ehcp.issued_on_time, at_least: {threshold: on_time}}",
        )
    for key, form in FORMS.items():
        if key in raw:
            return form(raw, path, scope)
    if "at_least" in raw and ("of" in raw or "of_each" in raw):
        return _at_least_of(raw, path, scope)
    first = next(iter(raw), "")
    raise _fail(
        scope,
        (*path, first) if raw else path,
        f"'{first}' does not begin a condition" if raw else "the condition is empty",
        near(first, [*FORMS, "at_least"], f"a condition begins with one of: {', '.join(FORMS)}"),
        key=bool(raw),
    )


def _only(raw: Mapping[str, Any], path: Path, scope: Scope, form: str) -> None:
    """Refuse keys that a form does not have, each once."""
    allowed = KEYS[form]
    wrong = [key for key in raw if key not in allowed]
    for key in wrong:
        help = near(key, allowed, f"the keys here are: {', '.join(allowed)}")
        scope.report((*path, key), f"unknown key '{key}'", help, True)
    if wrong:
        raise _Wrong


def _is_one_of(raw: Any, known: Iterable[str]) -> bool:
    """Return whether a raw value, which may be a list or a group, is one of these words."""
    return isinstance(raw, str) and raw in known


def _children(raw: Any, path: Path, scope: Scope) -> tuple[Condition, ...]:
    if not isinstance(raw, list) or not raw:
        raise _fail(scope, path, "this takes a list of conditions", "begin each with '- '")
    read = [read_condition(item, (*path, number), scope) for number, item in enumerate(raw)]
    if any(child is None for child in read):
        raise _Wrong
    children = tuple(child for child in read if child is not None)
    if len(set(children)) < len(children):
        second = next(n for n, child in enumerate(children) if child in children[:n])
        place = (*path, second)
        raise _fail(scope, place, "the same condition stands here twice", "take one away")
    return children


# ---- logic ------------------------------------------------------------------------------------


def _all(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    _only(raw, path, scope, "all")
    children = _children(raw["all"], (*path, "all"), scope)
    return children[0] if len(children) == 1 else All(children)


def _any(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    _only(raw, path, scope, "any")
    children = _children(raw["any"], (*path, "any"), scope)
    return children[0] if len(children) == 1 else AtLeast(1, children)


def _not(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    _only(raw, path, scope, "not")
    return Not(_read(raw["not"], (*path, "not"), scope))


def _at_least_of(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    if "of_each" in raw:
        _only(raw, path, scope, "of_each")
        children, family = _each(raw, "of_each", path, scope)
    else:
        _only(raw, path, scope, "of")
        children, family = _children(raw["of"], (*path, "of"), scope), None
    need = _whole(raw["at_least"], (*path, "at_least"), scope, len(children))
    return AtLeast(need, children, family)


def _whole(raw: Any, path: Path, scope: Scope, most: int, least: int = 1) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
        raise _fail(scope, path, f"this takes a whole number from {least} to {most}")
    return raw


def _every(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    _only(raw, path, scope, "every")
    children, family = _each(raw, "every", path, scope)
    return All(children, family)


def _some(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    _only(raw, path, scope, "some")
    children, family = _each(raw, "some", path, scope)
    return AtLeast(1, children, family)


def _each(
    raw: dict[str, Any], key: str, path: Path, scope: Scope
) -> tuple[tuple[Condition, ...], Family]:
    """Read one test once for each member of a dimension."""
    dimension = raw[key]
    if not _is_one_of(dimension, scope.dimensions):
        known = list(scope.dimensions)
        help = near(dimension, known, f"there are: {', '.join(known)}")
        raise _fail(scope, (*path, key), f"no dimension is called '{dimension}'", help)
    if "satisfies" not in raw:
        raise _fail(scope, path, f"'{key}' needs 'satisfies': the test for each member")
    members = scope.dimensions[dimension].members
    children = []
    for member in members:
        inner = replace(scope, bound={**scope.bound, dimension: member})
        children.append(_read(raw["satisfies"], (*path, "satisfies"), inner))
    if len(set(children)) < len(children):
        raise _fail(
            scope,
            (*path, "satisfies"),
            f"the test is the same for each {dimension}",
            f"it needs a fact that is held for each {dimension}",
        )
    return tuple(children), Family(dimension, tuple(members))


# ---- facts ------------------------------------------------------------------------------------


def _fact_ref(raw: Any, path: Path, scope: Scope, member: Any = None) -> tuple[Fact, FactRef]:
    """Return a fact by its id; a family's fact gets the member that is meant."""
    fact = scope.facts.get(raw) if isinstance(raw, str) else None
    if fact is None:
        raise _fail(
            scope,
            path,
            f"no fact is called '{raw}'",
            near(raw, list(scope.facts), "see: readiness facts list"),
        )
    if fact.for_each is None:
        if member is not None:
            message = f"'{raw}' is not held for each of anything"
            raise _fail(scope, (*path[:-1], "for"), message, "take 'for' away")
        return fact, FactRef(fact.id)
    members = scope.dimensions[fact.for_each].members
    if member is None:
        member = scope.bound.get(fact.for_each)
    if member is None:
        raise _fail(
            scope,
            path,
            f"'{raw}' holds one value for each {fact.for_each}",
            f"put it inside 'every: {fact.for_each}', "
            f"or name one with 'for: {next(iter(members))}'",
        )
    if not _is_one_of(member, members):
        help = near(member, list(members), f"there are: {', '.join(members)}")
        place = (*path[:-1], "for")
        raise _fail(scope, place, f"no {fact.for_each} is called '{member}'", help)
    return fact, FactRef(fact.id, member)


def _fact(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    fact, ref = _fact_ref(raw["fact"], (*path, "fact"), scope, raw.get("for"))
    tests = [key for key in raw if key not in {"fact", "for"}]
    if "change" in raw:
        return _change(raw, fact, ref, path, scope)
    if len(tests) != 1:
        if not tests:
            help = f"one of: {', '.join(sorted(tests_for(fact)))}"
            raise _fail(scope, path, f"what is asked of '{fact.id}'?", help)
        first = next((key for key in tests if key not in TESTS), tests[1])
        if first in TESTS:
            raise _fail(
                scope, (*path, first), "one test at a time", "join two tests with 'all'", key=True
            )
        tests = [first]
    test = tests[0]
    place = (*path, test)
    if test not in TESTS:
        help = near(test, list(TESTS), f"for {fact.id}: {', '.join(sorted(tests_for(fact)))}")
        raise _fail(scope, place, f"'{test}' is not a test", help, key=True)
    if test not in tests_for(fact):
        raise _fail(
            scope,
            place,
            f"'{test}' does not fit '{fact.id}', which is a {fact.type.value}",
            f"what fits: {', '.join(sorted(tests_for(fact)))}",
            key=True,
        )
    return TESTS[test](raw[test], test, fact, ref, place, scope)


def _compare(raw: Any, test: str, fact: Fact, ref: FactRef, path: Path, scope: Scope) -> Condition:
    op = Op(test)
    return Compare(ref, op, _operands(raw, op, fact, ref, path, scope))


def _operands(
    raw: Any, op: Op, fact: Fact, ref: FactRef, path: Path, scope: Scope
) -> tuple[Operand, ...]:
    if op is Op.BETWEEN:
        if not isinstance(raw, list) or len(raw) != 2:
            raise _fail(scope, path, "'between' takes two values", "between: [lowest, highest]")
    elif op is Op.ONE_OF:
        if not isinstance(raw, list) or not raw:
            raise _fail(scope, path, "'one_of' takes a list", "one_of: [this, that]")
    elif op is Op.INCLUDES_ALL:
        if not isinstance(raw, list) or not raw:
            raise _fail(scope, path, "'includes_all' takes a list", "includes_all: [this, that]")
        return tuple(_term(item, fact, (*path, n), scope) for n, item in enumerate(raw))
    elif op is Op.INCLUDES:
        return (_term(raw, fact, path, scope),)
    else:
        return (_operand(raw, fact, ref, path, scope),)
    return tuple(_operand(item, fact, ref, (*path, n), scope) for n, item in enumerate(raw))


def _term(raw: Any, fact: Fact, path: Path, scope: Scope) -> Fixed:
    """Return a word of a list; where the list has a vocabulary, one of its terms."""
    if not isinstance(raw, str):
        raise _fail(scope, path, f"'{raw}' is not a word", "put it in quotes")
    vocabulary = scope.vocabularies.get(fact.of or "")
    if vocabulary is None:
        return Fixed(raw)
    term = vocabulary.settle(raw)
    if term is None:
        help = near(raw, list(vocabulary.terms), "see rules/vocabularies")
        raise _fail(scope, path, f"'{raw}' is not in the vocabulary '{fact.of}'", help)
    return Fixed(term)


def _operand(raw: Any, fact: Fact, ref: FactRef, path: Path, scope: Scope) -> Operand:
    if isinstance(raw, dict):
        if "threshold" in raw:
            _only(raw, path, scope, "threshold")
            return _threshold(raw["threshold"], (*path, "threshold"), scope, fact)
        if "fact" in raw:
            _only(raw, path, scope, "operand")
            other, other_ref = _fact_ref(raw["fact"], (*path, "fact"), scope, raw.get("for"))
            if (other.type, other.unit) != (fact.type, fact.unit):
                raise _fail(
                    scope,
                    (*path, "fact"),
                    f"a {fact.type.value} cannot be compared with '{other.id}', "
                    f"a {other.type.value}",
                    "compare facts of one type and unit",
                )
            ago = None
            if "ago" in raw:
                ago = _duration(raw["ago"], (*path, "ago"), scope)
                if other.type not in NUMERIC_TYPES:
                    raise _fail(scope, (*path, "ago"), f"'{other.id}' is not held as a series")
            elif other_ref == ref:
                raise _fail(scope, path, "this compares a fact with itself", "add 'ago: 3 months'")
            return FactOperand(other_ref, ago)
        raise _fail(scope, path, "this takes a value, {threshold: name} or {fact: id}")
    try:
        return Fixed(parse_operand(fact, raw))
    except Unfit as error:
        raise _fail(scope, path, str(error), error.help) from None


def _threshold(raw: Any, path: Path, scope: Scope, fact: Fact | None) -> ThresholdRef:
    """Return a threshold by name; its values must fit the fact (or, without one, be durations)."""
    threshold = scope.thresholds.get(raw) if isinstance(raw, str) else None
    if threshold is None:
        known = list(scope.thresholds)
        otherwise = f"this page has: {', '.join(known)}" if known else "add it under 'thresholds'"
        raise _fail(scope, path, f"no threshold is called '{raw}'", near(raw, known, otherwise))
    read_threshold_values(threshold, raw, fact, scope.report)
    return ThresholdRef(scope.rule, raw)


def read_threshold_values(
    threshold: Threshold, name: str, fact: Fact | None, report: Report
) -> None:
    """Check that each value of a threshold fits what it is compared with.

    Raises:
        _Wrong: After reporting each value that does not.
    """
    wrong = False
    for number, dated in enumerate(threshold.values):
        try:
            threshold_value(dated.value, fact)
        except ValueError as error:
            help = error.help if isinstance(error, Unfit) else "write 12 weeks"
            report(("thresholds", name, "values", number, "value"), str(error), help, False)
            wrong = True
    if wrong:
        raise _Wrong


def threshold_value(raw: Any, fact: Fact | None) -> Value:
    """Return a threshold's value as its fact is compared, or as a duration where no fact is given.

    Raises:
        ValueError: `Unfit` or a duration that cannot be read.
    """
    if fact is None:
        if not isinstance(raw, str):
            raise Unfit(f"'{raw}' is not a duration: it has no unit", f"write {raw} months")
        return Duration.parse(raw)
    if isinstance(raw, str) and raw.endswith(("point", "points")):
        return parse_margin(fact, raw)
    return parse_operand(fact, raw)


def _overlaps(raw: Any, test: str, fact: Fact, ref: FactRef, path: Path, scope: Scope) -> Condition:
    if not isinstance(raw, dict) or "fact" not in raw:
        raise _fail(scope, path, "'overlaps' takes {fact: another list, by: how many}")
    _only(raw, path, scope, "overlaps")
    other, other_ref = _fact_ref(raw["fact"], (*path, "fact"), scope, raw.get("for"))
    if other.type is not FactType.LIST or other.of != fact.of or fact.of is None:
        raise _fail(
            scope, (*path, "fact"), f"'{other.id}' and '{fact.id}' are not lists of one vocabulary"
        )
    by = _whole(raw.get("by", 1), (*path, "by"), scope, 99)
    return Overlaps(ref, other_ref, by)


def _no_worse_than(
    raw: Any, test: str, fact: Fact, ref: FactRef, path: Path, scope: Scope
) -> Condition:
    if not isinstance(raw, dict) or "benchmark" not in raw:
        raise _fail(scope, path, "'no_worse_than' takes {benchmark: england, by: 5 points}")
    _only(raw, path, scope, "no_worse_than")
    if raw["benchmark"] not in list(Place):
        help = near(raw["benchmark"], list(Place), f"one of: {', '.join(Place)}")
        raise _fail(scope, (*path, "benchmark"), f"no benchmark '{raw['benchmark']}'", help)
    if fact.better is None:
        raise _fail(scope, path, f"'{fact.id}' does not say which way is better", "add 'better'")
    by: Fixed | ThresholdRef | None = None
    if "by" in raw:
        margin = raw["by"]
        if isinstance(margin, dict):
            _only(margin, (*path, "by"), scope, "threshold")
            by = _threshold(margin.get("threshold"), (*path, "by", "threshold"), scope, fact)
        else:
            try:
                by = Fixed(parse_margin(fact, margin))
            except Unfit as error:
                raise _fail(scope, (*path, "by"), str(error), error.help) from None
    return NoWorseThan(ref, Place(raw["benchmark"]), by)


def _stable(raw: Any, test: str, fact: Fact, ref: FactRef, path: Path, scope: Scope) -> Condition:
    if not isinstance(raw, dict) or raw.get("method") != "xmr":
        raise _fail(scope, path, "'stable' takes {method: xmr, points: 12, look_at: 6}")
    _only(raw, path, scope, "stable")
    points = _whole(raw.get("points", 12), (*path, "points"), scope, 120, 12)
    return Stable(ref, points, _whole(raw.get("look_at", 6), (*path, "look_at"), scope, points))


def _trend(raw: Any, test: str, fact: Fact, ref: FactRef, path: Path, scope: Scope) -> Condition:
    if not isinstance(raw, dict) or ("is" in raw) == ("not" in raw):
        raise _fail(scope, path, "'trend' takes {not: worsening, by: xmr_run}")
    _only(raw, path, scope, "trend")
    if raw.get("by") != "xmr_run":
        raise _fail(scope, path, "a trend is told by a named method", "add 'by: xmr_run'")
    key = "is" if "is" in raw else "not"
    if raw[key] not in DIRECTIONS:
        raise _fail(scope, (*path, key), "a trend is worsening or improving")
    if fact.better is None:
        raise _fail(scope, path, f"'{fact.id}' does not say which way is better", "add 'better'")
    return Trend(ref, cast(Literal["worsening", "improving"], raw[key]), key == "is")


def _change(raw: dict[str, Any], fact: Fact, ref: FactRef, path: Path, scope: Scope) -> Condition:
    if fact.type not in NUMERIC_TYPES:
        raise _fail(scope, path, f"'{fact.id}' is not held as a series")
    how = raw["change"]
    place = (*path, "change")
    if not isinstance(how, dict) or how.get("as") not in MEASURES:
        raise _fail(scope, place, "'change' takes {over: 1 year, as: rise, fall or size}")
    _only(how, place, scope, "change")
    over = _duration(how.get("over"), (*place, "over"), scope)
    relative = how.get("in") == "percent"
    if "in" in how and not relative:
        raise _fail(scope, (*place, "in"), "the only other measure is 'in: percent'")
    tests = [key for key in raw if key not in {"fact", "for", "change"}]
    if len(tests) != 1 or tests[0] not in {op.value for op in ORDERING}:
        allowed = ", ".join(sorted(op.value for op in ORDERING))
        raise _fail(scope, path, "a change is compared once", f"with one of: {allowed}")
    op = Op(tests[0])
    measured = change_fact(fact, relative)
    operands = _operands(raw[op.value], op, measured, ref, (*path, op.value), scope)
    return Change(ref, over, how["as"], relative, op, operands)


def change_fact(fact: Fact, relative: bool) -> Fact:
    """Return the fact as which a change is read: a share where it is relative, else a number."""
    if relative:
        return fact.model_copy(update={"type": FactType.SHARE, "of": None, "unit": None})
    if fact.type is FactType.COUNT:
        return fact.model_copy(update={"type": FactType.NUMBER})
    return fact


def _known(raw: Any, test: str, fact: Fact, ref: FactRef, path: Path, scope: Scope) -> Condition:
    if not isinstance(raw, bool):
        raise _fail(scope, path, "'known' takes yes or no")
    return Known(ref) if raw else Not(Known(ref))


def _evidenced(
    raw: Any, test: str, fact: Fact, ref: FactRef, path: Path, scope: Scope
) -> Condition:
    if raw is True:
        return Evidenced(ref, None, 1)
    if not isinstance(raw, dict):
        raise _fail(scope, path, "'evidenced' takes {within: 6 months, by: 2}, or yes")
    _only(raw, path, scope, "evidenced")
    within = _span(raw["within"], (*path, "within"), scope) if "within" in raw else None
    return Evidenced(ref, within, _whole(raw.get("by", 1), (*path, "by"), scope, 9))


# ---- dates ------------------------------------------------------------------------------------


def _duration(raw: Any, path: Path, scope: Scope) -> Duration:
    try:
        if not isinstance(raw, str):
            raise ValueError("a duration needs a unit: days, weeks, months, years or working days")
        return Duration.parse(raw)
    except ValueError as error:
        raise _fail(scope, path, str(error), "such as 12 months") from None


def _span(raw: Any, path: Path, scope: Scope) -> Duration | ThresholdRef:
    if isinstance(raw, dict):
        _only(raw, path, scope, "threshold")
        return _threshold(raw.get("threshold"), (*path, "threshold"), scope, None)
    return _duration(raw, path, scope)


def _date_test(
    raw: Any, test: str, fact: Fact, ref: FactRef, path: Path, scope: Scope
) -> Condition:
    return _date_is(DateTerm(ref), DateOp(test), raw, path, scope)


def _date_is(subject: DateTerm, op: DateOp, raw: Any, path: Path, scope: Scope) -> Condition:
    if op is DateOp.WITHIN:
        return DateIs(subject, op, _span(raw, path, scope))
    return DateIs(subject, op, _date_term(raw, path, scope))


def _date(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    ops = [key for key in raw if key in list(DateOp)]
    _only(raw, path, scope, "date")
    if len(ops) != 1:
        raise _fail(scope, path, "a day is compared once", f"with one of: {', '.join(DateOp)}")
    subject = _date_term(raw["date"], (*path, "date"), scope)
    return _date_is(subject, DateOp(ops[0]), raw[ops[0]], (*path, ops[0]), scope)


def _date_term(raw: Any, path: Path, scope: Scope) -> DateTerm:
    if isinstance(raw, date):
        return DateTerm(raw)
    if raw == "as_of":
        return DateTerm(AS_OF)
    if not isinstance(raw, dict):
        raise _fail(
            scope,
            path,
            f"'{raw}' is not a day",
            "a day is 2026-10-31, as_of, {fact: a date} or {yearly: 15 February}",
        )
    _only(raw, path, scope, "term")
    base: date | AsOf | FactRef | Yearly
    if "fact" in raw:
        fact, base = _fact_ref(raw["fact"], (*path, "fact"), scope, raw.get("for"))
        if fact.type is not FactType.DATE:
            raise _fail(scope, (*path, "fact"), f"'{fact.id}' is a {fact.type.value}, not a date")
    elif "yearly" in raw:
        try:
            base = Yearly(YearlyDay.parse(str(raw["yearly"])), raw.get("next") is True)
        except ValueError as error:
            raise _fail(scope, (*path, "yearly"), str(error), "such as 15 February") from None
    elif raw.get("date") == "as_of":
        base = AS_OF
    elif isinstance(raw.get("date"), date):
        base = raw["date"]
    else:
        raise _fail(scope, path, "a day needs 'fact', 'yearly' or 'date'")
    if "plus" in raw and "minus" in raw:
        raise _fail(scope, path, "a day is moved once", "keep 'plus' or 'minus'")
    for key in ("plus", "minus"):
        if key in raw:
            return DateTerm(base, _span(raw[key], (*path, key), scope), key == "minus")
    return DateTerm(base)


# ---- other findings ---------------------------------------------------------------------------


def _verdicts(raw: Any, path: Path, scope: Scope) -> tuple[Verdict, ...]:
    words = [raw] if isinstance(raw, str) else raw
    allowed = [v.value for v in Verdict if v is not Verdict.UNKNOWN]
    if not isinstance(words, list) or not words:
        raise _fail(scope, path, "'is' takes a list of verdicts", f"of: {', '.join(allowed)}")
    for word in words:
        if word == "unknown":
            raise _fail(
                scope,
                path,
                "a rule cannot rest on another being unknown",
                "doubt must stay doubt: name met, not_met or not_applicable",
            )
        if word not in allowed:
            raise _fail(scope, path, f"'{word}' is not a verdict", near(word, allowed))
    return tuple(sorted({Verdict(word) for word in words}))


def _finding(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    _only(raw, path, scope, "finding")
    id = raw["finding"]
    if isinstance(id, str) and id in scope.unread:
        raise _Wrong
    if not _is_one_of(id, scope.expectations):
        help = near(id, list(scope.expectations), "see: readiness rules list")
        raise _fail(scope, (*path, "finding"), f"no expectation is called '{id}'", help)
    if "is" not in raw:
        raise _fail(scope, path, "'finding' needs 'is': the verdicts that count")
    return FindingIs(id, _verdicts(raw["is"], (*path, "is"), scope))


def _findings(raw: dict[str, Any], path: Path, scope: Scope) -> Condition:
    _only(raw, path, scope, "findings")
    group = raw["findings"]
    place = (*path, "findings")
    if not isinstance(group, dict) or "is" not in group:
        raise _fail(scope, place, "'findings' takes {theme: workforce-signs, is: [not_met]}")
    _only(group, place, scope, "group")
    if len(group) < 2:
        raise _fail(scope, place, "which findings?", f"pick by: ids, {', '.join(SELECTORS)}")
    verdicts = _verdicts(group["is"], (*place, "is"), scope)
    if scope.unread:  # some of the group may not be there
        raise _Wrong
    ids = _group(group, place, scope)
    family = Family("finding", ids)
    counts = [key for key in ("at_least", "at_most", "every") if key in raw]
    if len(counts) != 1:
        raise _fail(scope, path, "say once how many: at_least, at_most or every")
    if counts == ["every"]:
        has = raw["every"]
        if has not in HAS:
            raise _fail(scope, (*path, "every"), f"'{has}' is not one of: {', '.join(HAS)}")
        return All(tuple(FindingHas(id, verdicts, has) for id in ids), family)
    children = tuple(FindingIs(id, verdicts) for id in ids)
    place = (*path, counts[0])
    if counts == ["at_least"]:
        return AtLeast(_whole(raw["at_least"], place, scope, len(ids)), children, family)
    most = _whole(raw["at_most"], place, scope, len(ids) - 1, 0)
    return Not(AtLeast(most + 1, children, family))


def _group(group: Mapping[str, Any], path: Path, scope: Scope) -> tuple[str, ...]:
    """Return the ids that a group picks, without the expectation that asks."""
    wanted: Sequence[str] = group.get("ids", list(scope.expectations))
    if not isinstance(wanted, list):
        raise _fail(scope, (*path, "ids"), "'ids' takes a list of expectations")
    for number, id in enumerate(wanted):
        if not _is_one_of(id, scope.expectations):
            help = near(id, list(scope.expectations))
            raise _fail(scope, (*path, "ids", number), f"no expectation is called '{id}'", help)
    picked = [scope.expectations[id] for id in wanted if id != scope.rule]
    for key in SELECTORS:
        if key in group:
            known = sorted({str(getattr(e, key)) for e in scope.expectations.values()})
            if group[key] not in known:
                help = near(group[key], known, f"there are: {', '.join(known)}")
                raise _fail(scope, (*path, key), f"no expectation has {key} '{group[key]}'", help)
            picked = [e for e in picked if getattr(e, key) == group[key]]
    if not picked:
        raise _fail(scope, path, "no other expectation is in this group")
    return tuple(e.id for e in picked)


_Test = Callable[[Any, str, Fact, FactRef, Path, Scope], Condition]

TESTS: Mapping[str, _Test] = {
    **{op.value: _compare for op in Op},
    **{op.value: _date_test for op in DateOp},
    "overlaps": _overlaps,
    "no_worse_than": _no_worse_than,
    "stable": _stable,
    "trend": _trend,
    "known": _known,
    "evidenced": _evidenced,
}


def tests_for(fact: Fact) -> set[str]:
    """Return the tests that fit a fact."""
    tests = {op.value for op in ops_for(fact)} | {"known", "evidenced"}
    if fact.type is FactType.DATE:
        tests |= {op.value for op in DateOp}
    if fact.type is FactType.LIST and fact.of:
        tests |= {"overlaps"}
    if fact.type in NUMERIC_TYPES:
        tests |= {"no_worse_than", "stable", "trend", "change"}
    return tests


FORMS: Mapping[str, Callable[[dict[str, Any], Path, Scope], Condition]] = {
    "fact": _fact,
    "date": _date,
    "finding": _finding,
    "findings": _findings,  # before 'every', which is also a key of this form
    "every": _every,
    "some": _some,
    "all": _all,
    "any": _any,
    "not": _not,
}
"""Each form of condition by the key that it is known by; `at_least ... of` is the other."""

__all__ = [
    "DIRECTIONS",
    "FORMS",
    "HAS",
    "KEYS",
    "MEASURES",
    "ORDERING",
    "SELECTORS",
    "TESTS",
    "Scope",
    "change_fact",
    "operand_fact",
    "parse_margin",
    "parse_operand",
    "read_condition",
    "tests_for",
    "threshold_value",
]
