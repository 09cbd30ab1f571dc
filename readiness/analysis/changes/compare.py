"""What changed between two checks, and what changed it: proved by playing the check again.

Two checks differ in *factors*: what is said of each fact, each evidence item, the plan, each
standard, published figures, the rulebook, the date. A change of verdict is attributed to a factor
when the old check with that one factor taken from the new one gives the new verdict. Where no
factor does it alone, the smallest set is named that does it together. Nothing else is called a
cause: with every factor taken over the old check is the new one, so that something always is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import NamedTuple, TypeVar

from readiness.analysis.changes.rulebook_diff import compare as compare_rulebooks
from readiness.analysis.findings.doubts import doubts_of
from readiness.engine.builtin import Builtin
from readiness.engine.compile import Compiled
from readiness.engine.evaluate import Evaluation, ask_some, conclude
from readiness.engine.situation import Situation
from readiness.model.conditions import FindingHas, facts_of, thresholds_of
from readiness.model.facts import FactRef
from readiness.model.profile import Entry, PlanEntry, Profile
from readiness.model.vocabulary import Basis, Reason, StrEnum, Verdict
from readiness.rulebook.chaining import upstream_of
from readiness.rulebook.rulebook import Rulebook


class FactorKind(StrEnum):
    """In what two checks may differ."""

    FACT = "fact"
    EVIDENCE = "evidence"
    PLAN = "plan"
    STANDARD = "standard"
    FIGURES = "published figures"
    REGION = "region"
    PROFILE_DAY = "day of the profile"
    ACCEPTANCE = "acceptance"
    RULES = "rulebook"
    DATE = "date"


class Factor(NamedTuple):
    """One thing in which two checks differ."""

    kind: FactorKind
    id: str = ""
    member: str | None = None

    @property
    def ref(self) -> FactRef:
        """The fact that it is about."""
        return FactRef(self.id, self.member)


class Said(NamedTuple):
    """A verdict with its leading reason."""

    verdict: Verdict
    reason: Reason | None

    @property
    def words(self) -> str:
        """The verdict as a reader sees it."""
        why = f" ({self.reason.words})" if self.reason else ""
        return f"{self.verdict.words}{why}"


class Aspect(StrEnum):
    """What of an expectation changed."""

    VERDICT = "verdict"
    REASON = "reason"
    ACCEPTANCE = "acceptance"
    PLAN = "plan"
    ADDED = "added"
    REMOVED = "removed"


class Cause(NamedTuple):
    """Factors that, taken over together and no fewer of them, give the new answer."""

    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed of one expectation, and why.

    Attributes:
        causes: Each by itself gives the new answer; at least one.
    """

    id: str
    aspect: Aspect
    old: str
    new: str
    causes: tuple[Cause, ...]
    verdicts: tuple[Verdict | None, Verdict | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Side:
    """One of two checks."""

    rulebook: Rulebook
    compiled: Compiled
    profile: Profile
    as_of: date


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two checks and what changed between them."""

    old: Evaluation
    new: Evaluation
    factors: tuple[Factor, ...]
    changes: tuple[Change, ...]


def compare(old: Evaluation, new: Evaluation) -> Comparison:
    """Return what changed from one check to another, with the causes of each change."""
    replay = _Replay(_side(old), _side(new))
    return Comparison(old, new, replay.factors, tuple(_changes(old, new, replay)))


def _side(evaluation: Evaluation) -> Side:
    situation = evaluation.situation
    return Side(evaluation.rulebook, evaluation.compiled, situation.profile, situation.as_of)


def said(evaluation: Evaluation, id: str) -> Said:
    """Return a verdict with its leading reason."""
    verdict = evaluation.verdict(id)
    reasons = doubts_of(evaluation, evaluation.rulebook.expectations[id], verdict).ordered
    return Said(verdict, reasons[0] if reasons else None)


def _changes(old: Evaluation, new: Evaluation, replay: _Replay) -> Iterator[Change]:
    rules = (Cause((Factor(FactorKind.RULES),)),)
    gone = [i for i in old.rulebook.expectations if i not in replay.before.values()]
    for id in (*new.rulebook.expectations, *gone):
        if id not in replay.before and id in new.rulebook.expectations:
            now = said(new, id)
            yield Change(id, Aspect.ADDED, "", now.words, rules, (None, now.verdict))
            continue
        if id in gone:
            was = said(old, id)
            yield Change(id, Aspect.REMOVED, was.words, "", rules, (was.verdict, None))
            continue
        was, now = said(old, replay.before[id]), said(new, id)
        if was != now:
            aspect = Aspect.VERDICT if was.verdict is not now.verdict else Aspect.REASON
            causes = replay.causes(id, now)
            verdicts = was.verdict, now.verdict
            yield Change(id, aspect, was.words, now.words, causes, verdicts)
        for aspect, state in ((Aspect.ACCEPTANCE, _acceptance), (Aspect.PLAN, _plan)):
            if aspect is Aspect.PLAN and now.verdict is not Verdict.NOT_MET:
                continue
            before, after = state(replay.old, id), state(replay.new, id)
            if before != after:
                yield Change(id, aspect, before, after, replay.causes_of_state(id, state, after))


def _acceptance(side: Side, id: str) -> str:
    accepted = [a for a in side.profile.acceptances if a.expectation == id]
    if not accepted:
        return "not accepted"
    return "accepted" if any(a.holds(side.as_of) for a in accepted) else "acceptance lapsed"


def _plan(side: Side, id: str) -> str:
    entries = side.profile.plans_for(id)
    if any(entry.plans(side.as_of) for entry in entries):
        return "planned"
    if any(entry.overdue(side.as_of) for entry in entries):
        return "its plan is overdue"
    return "not planned" if not entries else "its plan has no owner, day or sign, or has ended"


# ---- playing it again ----------------------------------------------------------------------------

_MOST_SEARCHED = 8
"""Factors of one change among which every smaller set is tried."""


class _Replay:
    """The old check with some factors taken from the new one."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old, self.new = old, new
        self.factors = tuple(_differences(old, new))
        self.before = _before(old, new)
        self._upstream = [upstream_of(side.rulebook) for side in (old, new)]
        self._engines = {_key(side.compiled): Builtin() for side in (old, new)}
        self._cones: dict[tuple[bool, str], tuple[str, ...]] = {}
        self._days: dict[tuple[int, date], Situation] = {}

    def mixed(self, taken: Iterable[Factor]) -> Side:
        """Return the old check with some factors taken from the new one."""
        factors = set(taken)
        if len(factors) == len(self.factors):
            return self.new
        kinds = {factor.kind for factor in factors}
        rules = self.new if FactorKind.RULES in kinds else self.old
        day = self.new.as_of if FactorKind.DATE in kinds else self.old.as_of
        return Side(rules.rulebook, rules.compiled, self._profile(factors, kinds), day)

    def _profile(self, factors: set[Factor], kinds: set[FactorKind]) -> Profile:
        old, new = self.old.profile, self.new.profile

        def taken(kind: FactorKind) -> list[Factor]:
            return [factor for factor in factors if factor.kind is kind]

        council = old.council
        if FactorKind.REGION in kinds:
            council = new.council
        facts = [factor.ref for factor in taken(FactorKind.FACT)]
        figures = [factor.ref for factor in taken(FactorKind.FIGURES)]
        items = [factor.id for factor in taken(FactorKind.EVIDENCE)]
        standards = [factor.id for factor in taken(FactorKind.STANDARD)]
        return replace(
            old,
            council=council,
            as_of=new.as_of if FactorKind.PROFILE_DAY in kinds else old.as_of,
            facts=_patched(old.facts, new.facts, facts),
            context=_patched(old.context, new.context, figures),
            evidence=_patched(old.evidence, new.evidence, items),
            standards=_patched(old.standards, new.standards, standards),
            plan=new.plan if FactorKind.PLAN in kinds else old.plan,
            acceptances=new.acceptances if FactorKind.ACCEPTANCE in kinds else old.acceptances,
        )

    def said(self, id: str, taken: Iterable[Factor]) -> Said:
        """Return what the mixed check says of an expectation that is in both rulebooks."""
        side = self.mixed(taken)
        if side.rulebook is not self.new.rulebook:
            id = self.before[id]
        ids = self._cone(side.rulebook is self.new.rulebook, id)
        given = ask_some(self._situation(side), side.compiled, ids)
        engine = self._engines[_key(side.compiled)]
        return said(conclude(side.rulebook, side.compiled, given, engine), id)

    def _situation(self, side: Side) -> Situation:
        """Return the situation of a mixed check; what a rulebook says on a day is read once."""
        key = _key(side.compiled), side.as_of
        if key not in self._days:
            self._days[key] = Situation(side.rulebook, side.profile, side.as_of)
        return self._days[key].of(side.profile)

    def _cone(self, new: bool, id: str) -> tuple[str, ...]:
        """Return an expectation and all that it rests on."""
        key = new, id
        if key not in self._cones:
            upstream = self._upstream[new]
            found = {id: None}
            stack = [id]
            while stack:
                for other in upstream[stack.pop()]:
                    if other not in found:
                        found[other] = None
                        stack.append(other)
            self._cones[key] = tuple(found)
        return self._cones[key]

    def causes(self, id: str, now: Said) -> tuple[Cause, ...]:
        """Return what gives the new verdict."""
        relevant = self._relevant(id)
        if self.said(id, relevant) != now:
            relevant = self.factors
        return _smallest(relevant, lambda taken: self.said(id, taken) == now)

    def causes_of_state(
        self, id: str, state: Callable[[Side, str], str], after: str
    ) -> tuple[Cause, ...]:
        """Return what gives a new state of an acceptance or a plan."""
        kinds = {FactorKind.ACCEPTANCE, FactorKind.PLAN, FactorKind.DATE}
        relevant = [factor for factor in self.factors if factor.kind in kinds]
        return _smallest(relevant, lambda taken: state(self.mixed(taken), id) == after)

    def _relevant(self, id: str) -> tuple[Factor, ...]:
        """Return the factors on which the verdict of an expectation can depend."""
        refs: set[FactRef] = set()
        standards: set[str] = set()
        for new, side in enumerate((self.old, self.new)):
            for other in self._cone(bool(new), id if new else self.before[id]):
                for ref, standard in _read_by(side.rulebook, other):
                    refs |= {ref} if ref else set()
                    standards |= {standard} if standard else set()
        cited = {
            item
            for side in (self.old, self.new)
            for ref in refs
            for entry in side.profile.facts.get(ref, ())
            for item in entry.evidence or ()
        }
        return tuple(
            factor
            for factor in self.factors
            if (factor.kind in (FactorKind.FACT, FactorKind.FIGURES) and factor.ref in refs)
            or (factor.kind is FactorKind.EVIDENCE and factor.id in cited)
            or (factor.kind is FactorKind.STANDARD and factor.id in standards)
            or factor.kind
            in (
                FactorKind.PLAN,
                FactorKind.REGION,
                FactorKind.PROFILE_DAY,
                FactorKind.RULES,
                FactorKind.DATE,
            )
        )


def _before(old: Side, new: Side) -> dict[str, str]:
    """Return the old id of each expectation that is in both rulebooks, renamed or not."""
    same = {id: id for id in new.rulebook.expectations if id in old.rulebook.expectations}
    if old.rulebook.hash == new.rulebook.hash:
        return same
    changes = compare_rulebooks(old.rulebook, new.rulebook, new.as_of)
    renamed = {c.id: c.was for c in changes if c.kind == "expectation" and c.was is not None}
    return {**same, **renamed}


def _key(compiled: Compiled) -> int:
    return id(compiled)


def _smallest(
    factors: Sequence[Factor], holds: Callable[[Sequence[Factor]], bool]
) -> tuple[Cause, ...]:
    """Return the smallest sets of factors for which something holds; it holds for all of them.

    Among few factors every set is tried, smallest first. Among many, singles and pairs; where none
    will do, factors are left out one after another as long as it still holds.
    """
    most = len(factors) if len(factors) <= _MOST_SEARCHED else 2
    found: list[tuple[Factor, ...]] = []
    for size in range(1, most + 1):
        if size == 2 and len(factors) > 40:
            break
        for some in combinations(factors, size):
            if not any(set(one) <= set(some) for one in found) and holds(some):
                found.append(some)
        if found:
            return tuple(Cause(one) for one in found)
    left = list(factors)
    for factor in factors:
        fewer = [other for other in left if other != factor]
        if holds(fewer):
            left = fewer
    return (Cause(tuple(left)),)


def _read_by(rulebook: Rulebook, id: str) -> Iterator[tuple[FactRef | None, str | None]]:
    """Yield each fact and each of the council's own standards that an expectation looks at."""
    for leaf in rulebook.conditions[id].leaves:
        for ref in facts_of(leaf):
            yield ref, None
        if isinstance(leaf, FindingHas) and leaf.has != "planned":
            for ref in rulebook.conditions[leaf.id].asked_facts:
                yield ref, None
        for threshold in thresholds_of(leaf):
            page = rulebook.expectations[threshold.rule].thresholds[threshold.name]
            if page.by is not None:
                yield FactRef(page.by.fact), None
            if page.basis is Basis.LOCAL:
                yield None, f"{threshold.rule}.{threshold.name}"


# ---- in what two checks differ -------------------------------------------------------------------


def _differences(old: Side, new: Side) -> Iterator[Factor]:
    """Yield every factor in which two checks differ."""
    if old.rulebook.hash != new.rulebook.hash:
        yield Factor(FactorKind.RULES)
    if old.as_of != new.as_of:
        yield Factor(FactorKind.DATE)
    before, after = old.profile, new.profile
    if before.as_of != after.as_of:
        yield Factor(FactorKind.PROFILE_DAY)
    for ref in sorted(before.facts.keys() | after.facts.keys(), key=str):
        if _plain(before.facts.get(ref, ())) != _plain(after.facts.get(ref, ())):
            yield Factor(FactorKind.FACT, ref.id, ref.member)
    for id in sorted(before.evidence.keys() | after.evidence.keys()):
        if before.evidence.get(id) != after.evidence.get(id):
            yield Factor(FactorKind.EVIDENCE, id)
    if _plans(before.plan) != _plans(after.plan):
        yield Factor(FactorKind.PLAN)
    for id in sorted(before.standards.keys() | after.standards.keys()):
        if before.standards.get(id, ...) != after.standards.get(id, ...):
            yield Factor(FactorKind.STANDARD, id)
    for ref in sorted(before.context.keys() | after.context.keys(), key=str):
        if before.context.get(ref) != after.context.get(ref):
            yield Factor(FactorKind.FIGURES, ref.id, ref.member)
    if before.council.region != after.council.region:
        yield Factor(FactorKind.REGION)
    if before.acceptances != after.acceptances:
        yield Factor(FactorKind.ACCEPTANCE)


def _plain(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Return what is said of a fact, wherever in a profile it stands, in whatever order."""
    return tuple(sorted((replace(entry, place="") for entry in entries), key=str))


def _plans(plan: tuple[PlanEntry, ...] | None) -> Hashable:
    return None if plan is None else tuple(sorted(map(repr, plan)))


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _patched(
    old: Mapping[_Key, _Value], new: Mapping[_Key, _Value], keys: Iterable[_Key]
) -> dict[_Key, _Value]:
    """Return a mapping with some keys as they are in another; a key that is not there goes."""
    result = dict(old)
    for key in keys:
        if key in new:
            result[key] = new[key]
        else:
            result.pop(key, None)
    return result


class FactChange(StrEnum):
    """How what is said of a fact changed."""

    NEW = "now held"
    GONE = "no longer held"
    KNOWN = "now known"
    UNKNOWN = "no longer known"
    NEWER = "newer figures"
    OLDER = "figures of an earlier period"
    CORRECTED = "corrected"
    DECIDED = "sources no longer disagree"
    DISPUTED = "sources now disagree"
    EVIDENCE = "other evidence or date"


def fact_change(old: Profile, new: Profile, ref: FactRef, day: date) -> FactChange:
    """Return how what is said of a fact changed: newer figures, a correction, or something else."""
    before, after = old.facts.get(ref, ()), new.facts.get(ref, ())
    if not before or not after:
        return FactChange.NEW if after else FactChange.GONE
    if (len(before) > 1) != (len(after) > 1):
        return FactChange.DECIDED if len(before) > 1 else FactChange.DISPUTED
    one, other = before[0].current(day), after[0].current(day)
    if (one.value is None) != (other.value is None):
        return FactChange.KNOWN if one.value is None else FactChange.UNKNOWN
    ended = [point.period.end if point.period else None for point in (one, other)]
    if ended[0] is None or ended[1] is None:
        ended = [before[0].dated, after[0].dated]
    if ended[0] is not None and ended[1] is not None and ended[0] != ended[1]:
        return FactChange.NEWER if ended[0] < ended[1] else FactChange.OLDER
    same = [p.value for p in before[0].points] == [p.value for p in after[0].points]
    return FactChange.EVIDENCE if same and len(before) == len(after) else FactChange.CORRECTED
