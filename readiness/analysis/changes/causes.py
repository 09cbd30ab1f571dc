"""Causes in words: what of a factor differs between two checks, with small counts protected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from readiness.analysis.changes.compare import (
    Cause,
    Change,
    Comparison,
    Factor,
    FactorKind,
    fact_change,
)
from readiness.analysis.changes.impact import Why
from readiness.analysis.changes.rulebook_diff import compare as compare_rulebooks
from readiness.analysis.findings.expected import Expected
from readiness.analysis.findings.held import Holdings
from readiness.analysis.findings.sums import guarded
from readiness.calendar import long_date
from readiness.engine.evaluate import Evaluation
from readiness.model.disclosure import Disclosure
from readiness.model.facts import FactRef
from readiness.model.finding import Found
from readiness.model.profile import PlanEntry
from readiness.model.values import written
from readiness.model.vocabulary import Reason
from readiness.rulebook.wording import few


class CauseWords:
    """Says causes of changes in words."""

    def __init__(self, comparison: Comparison, disclosure: Disclosure) -> None:
        self.comparison = comparison
        self.sides = comparison.old, comparison.new
        old, new = (side.rulebook for side in self.sides)
        day = comparison.new.situation.as_of
        changes = compare_rulebooks(old, new, day) if old.hash != new.hash else ()
        self.why = Why(old, new, changes)
        self.flipped = {
            change.id: (old_verdict, new_verdict)
            for change in comparison.changes
            for old_verdict, new_verdict in [change.verdicts]
            if old_verdict is not None and new_verdict is not None
        }
        old_held, new_held = (side.situation for side in self.sides)
        disclosure = guarded(old_held, disclosure, new_held)
        self.expected = [Expected(side) for side in self.sides]
        self.holdings = [
            Holdings(side, disclosure, expected)
            for side, expected in zip(self.sides, self.expected, strict=True)
        ]

    def cause(self, change: Change, cause: Cause) -> tuple[str, ...]:
        """Return each factor of a cause in words."""
        return tuple(line for factor in cause.factors for line in self.factor(change, factor))

    def factor(self, change: Change, factor: Factor) -> Iterator[str]:
        """Yield what of a factor differs, as far as it bears on a change."""
        old, new = (side.situation for side in self.sides)
        kind = factor.kind
        if kind is FactorKind.DATE:
            aged = self._aged(change.id)
            because = f"; too old by then: {few(aged, 3, 2)}" if aged else ""
            yield f"the date: {long_date(old.as_of)}, then {long_date(new.as_of)}{because}"
        elif kind is FactorKind.PROFILE_DAY:
            yield (
                f"the profile's own day, from which facts without a date count: "
                f"{_day(old.profile.as_of)}, then {_day(new.profile.as_of)}"
            )
        elif kind is FactorKind.RULES:
            yield from self._rules(change.id)
        elif kind is FactorKind.FACT:
            yield self._fact(change.id, factor.ref)
        elif kind is FactorKind.EVIDENCE:
            one, other = old.profile.evidence.get(factor.id), new.profile.evidence.get(factor.id)
            days = [long_date(item.dated) if item else "not there" for item in (one, other)]
            title = (other or one).title if (other or one) else factor.id  # type: ignore[union-attr]
            yield f"the evidence item {factor.id} ({title}): {days[0]}, then {days[1]}"
        elif kind is FactorKind.STANDARD:
            said = [_standard(side, factor.id) for side in self.sides]
            yield f"the council's own standard {factor.id}: {said[0]}, then {said[1]}"
        elif kind is FactorKind.PLAN:
            yield from self._plan(change.id)
        elif kind is FactorKind.FIGURES:
            title = self._title(factor.ref)
            yield f"the published figures to compare with: {title} ({factor.ref})"
        elif kind is FactorKind.REGION:
            regions = [str(s.profile.council.region or "not said") for s in (old, new)]
            yield f"the region of the council: {regions[0]}, then {regions[1]}"
        else:
            yield from self._acceptance(change.id)

    def _aged(self, id: str) -> list[str]:
        """Return the facts of an expectation that only the later of the two dates finds too old."""
        old, new = (side.situation for side in self.sides)
        conditions = self.sides[1].rulebook.conditions.get(id)
        found: list[str] = []
        for ref in conditions.facts if conditions else ():
            stale = [any(h.reason is Reason.STALE for h in s.held(ref)) for s in (old, new)]
            if stale == [False, True]:
                dated = max(h.dated for h in new.held(ref) if h.dated)
                found.append(f"{self._title(ref)}, of {long_date(dated)}")
        return found

    def _title(self, ref: FactRef) -> str:
        for side in reversed(self.sides):
            if ref.id in side.rulebook.facts:
                return side.rulebook.fact_title(ref)
        return str(ref)

    def _fact(self, id: str, ref: FactRef) -> str:
        new = self.sides[1].situation
        how = fact_change(self.sides[0].situation.profile, new.profile, ref, new.as_of)
        shown = [self._shown(number, id, ref) for number in (0, 1)]
        return f"{how.value}: {self._title(ref)} ({ref}): {shown[0]}, then {shown[1]}"

    def _shown(self, number: int, id: str, ref: FactRef) -> str:
        side = self.sides[number]
        if ref.id not in side.rulebook.facts:
            return "not asked for"
        conditions = side.rulebook.conditions.get(id)
        leaves = conditions.asked if conditions else ()
        found = self.holdings[number].found([ref], leaves)
        words = [_found(one) for entries in found.values() for one in entries]
        return " and ".join(words) or "nothing held"

    def _rules(self, id: str) -> Iterator[str]:
        old, new = self.sides
        books = f"{old.rulebook.hash}, then {new.rulebook.hash}"
        if id not in self.why.before and id in new.rulebook.expectations:
            yield f"the rulebook: the expectation is new ({books})"
            return
        if id not in new.rulebook.expectations:
            yield f"the rulebook: the expectation was taken away ({books})"
            return
        lines = list(self.why.lines(id, self.flipped))
        yield from (f"the rulebook: {line}" for line in lines)
        if not lines:
            yield f"the rulebook: what it rests on differs ({books})"

    def _plan(self, id: str) -> Iterator[str]:
        plans = [side.situation.profile.plan for side in self.sides]
        if (plans[0] is None) != (plans[1] is None):
            words = ["nothing said" if p is None else f"{len(p)} entries" for p in plans]
            yield f"the plan: {words[0]}, then {words[1]}"
            return
        before, after = ({e.id: e for e in plan or ()} for plan in plans)
        differing = [
            key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)
        ]
        own = [
            key
            for key in differing
            if any(id in one[key].addresses for one in (before, after) if key in one)
        ]
        for key in (own or differing)[:3]:
            yield f"plan entry {key}: {_entry(before.get(key))}, then {_entry(after.get(key))}"
        if len(own or differing) > 3:
            yield f"and {len(own or differing) - 3} more plan entries"

    def _acceptance(self, id: str) -> Iterator[str]:
        said = []
        for side in self.sides:
            held = [a for a in side.situation.profile.acceptances if a.expectation == id]
            until = held[-1].until if held else None
            day = long_date(until) if isinstance(until, date) else written(until)
            said.append(f"{held[-1].by}, until {day}" if held else "none")
        yield f"the acceptance: {said[0]}, then {said[1]}"


def _found(found: Found) -> str:
    text = found.text + (f", {found.period}" if found.period else "")
    if found.state != "value" and found.value is not None:
        text += f" [{Reason(found.state).words}]"
    return text


def _day(day: date | None) -> str:
    return "none" if day is None else long_date(day)


def _standard(side: Evaluation, name: str) -> str:
    standards = side.situation.profile.standards
    if name not in standards:
        return "not set"
    standard = standards[name]
    if standard is None:
        return "none agreed"
    return f"{standard.value}, agreed {long_date(standard.dated)} by {standard.agreed_by}"


def _entry(entry: PlanEntry | None) -> str:
    if entry is None:
        return "not there"
    due = f"due {long_date(entry.due)}" if entry.due else "no due date"
    return f"{entry.status}, {entry.owner or 'no owner'}, {due}"
