"""What a council claims of itself beside what is held and found.

A claim agrees, is contradicted (and then leans to one side), or cannot be checked. Nothing here is
a grade: a rating stands beside the counts of its criterion's findings, and is "not borne out" only
by the rule of `_rating`, which is a policy choice and documented as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from readiness.analysis.findings.sums import guarded
from readiness.analysis.plan.effects import Effects
from readiness.calendar import Period
from readiness.engine.evaluate import Evaluation
from readiness.engine.situation import Held
from readiness.logic import Truth
from readiness.model.claims import ClaimShown, Leaning, Ledger, Match
from readiness.model.conditions import Op
from readiness.model.disclosure import Disclosure
from readiness.model.facts import Fact, FactRef
from readiness.model.finding import Totals
from readiness.model.profile import Claim, PlanEntry, ShowsIn
from readiness.model.values import Judgement, Share, Value, amount, magnitude, percent
from readiness.model.vocabulary import (
    SEVERITY_ORDER,
    FactType,
    PlanStatus,
    Reason,
    Severity,
    Verdict,
)
from readiness.profile.facts import read_value
from readiness.rulebook.wording import few

SELF_EVALUATION = "self-evaluation"
RATINGS = "self_evaluation_rating"
"""A vocabulary of the rulebook: its first term is a strength, its second an area to develop."""

_FEW_PEOPLE = "the figure is of few people, and comparing would tell it"

_HOW_FAR = "the claim is of few people, and how far it is from what is held would tell it"


def ledger_of(evaluation: Evaluation, disclosure: Disclosure | None = None) -> Ledger:
    """Return every claim of a profile beside the facts, in the order in which they are made."""
    maker = _Ledger(evaluation, disclosure or Disclosure())
    own = evaluation.situation.profile.self_evaluation
    return Ledger(own.dated if own else None, tuple(maker.claims()))


class _Answer(NamedTuple):
    """What came of a comparison."""

    match: Match
    how: str
    leaning: Leaning | None = None


class _Ledger:
    def __init__(self, evaluation: Evaluation, disclosure: Disclosure) -> None:
        self.evaluation = evaluation
        self.rulebook = evaluation.rulebook
        self.situation = evaluation.situation
        self.profile = evaluation.situation.profile
        self.disclosure = guarded(self.situation, disclosure)
        self.effects = Effects(evaluation, disclosure)

    def claims(self) -> Iterator[ClaimShown]:
        """Yield the claims of the self-evaluation, and then those of the plan."""
        own = self.profile.self_evaluation
        for claim in own.claims if own else ():
            where = claim.said_in or SELF_EVALUATION
            yield self._rating(claim, where) if claim.criterion else self._value(claim, where)
        for entry in self.profile.plan or ():
            shows = entry.shows_in
            aimed = isinstance(shows, ShowsIn) and shows.reaches is not None
            if entry.status is PlanStatus.DONE and aimed:
                assert isinstance(shows, ShowsIn)
                yield self._done(entry, shows)

    # ---- values ----

    def _value(self, claim: Claim, where: str) -> ClaimShown:
        assert claim.fact is not None
        fact = self.rulebook.facts[claim.fact]
        ref = FactRef(fact.id, claim.member)
        period = None if claim.period is None else Period.parse(str(claim.period), fact.cadence)
        if claim.value is None:
            return self._unchecked(where, ref, "no value", "the claim gives no value")
        claimed = read_value(fact, claim.value)
        if fact.for_each is not None and claim.member is None:
            first = next(iter(self.rulebook.dimensions[fact.for_each].members))
            why = (
                f"it is held for each {fact.for_each.replace('_', ' ')}, and the claim does not "
                f"say of which; add such as 'for: {first}'"
            )
            return self._unchecked(where, ref, self._plain(claimed, fact), why)
        held = self._held(ref, period)
        values = [one.value for one in held]
        unit = self.rulebook.unit_of(fact)
        mine, *theirs = self.disclosure.values([claimed, *values], fact, unit)
        assert mine is not None
        words = mine.text + (f", {period}" if period else "")
        shown = "; ".join(
            f"{one.text}{f', {said.period}' if said.period else ''}"
            for said, one in zip(held, theirs, strict=True)
            if one is not None
        )
        if any(one is not None and one.hidden for one in theirs):
            answer = _Answer(Match.NOT_CHECKED, _FEW_PEOPLE)
        else:
            answer = self._compare(claim, claimed, fact, held, period)
            if mine.hidden:
                answer = answer._replace(how=_HOW_FAR)
        return ClaimShown(
            where,
            ref.id,
            self.rulebook.fact_title(ref),
            words,
            shown or "nothing usable",
            answer.match,
            answer.leaning,
            answer.how,
            self._source(held),
            member=ref.member,
        )

    def _unchecked(self, where: str, ref: FactRef, claimed: str, why: str) -> ClaimShown:
        return ClaimShown(
            where,
            ref.id,
            self.rulebook.fact_title(ref),
            claimed,
            "not compared",
            Match.NOT_CHECKED,
            None,
            why,
            member=ref.member,
        )

    def _plain(self, value: Value, fact: Fact) -> str:
        return self.disclosure.value(value, fact, self.rulebook.unit_of(fact)).text

    def _held(self, ref: FactRef, period: Period | None) -> list[Held]:
        """Return what is held: of the period claimed where it is held, else the newest."""
        newest = list(self.situation.held(ref))
        if period is None:
            return newest
        same = [
            Held(ref, entry, point, point.value, None, period.end)
            for entry in self.profile.facts.get(ref, ())
            for point in entry.points
            if point.period == period
        ]
        return same or newest

    def _compare(
        self,
        claim: Claim,
        claimed: Value,
        fact: Fact,
        held: Sequence[Held],
        period: Period | None,
    ) -> _Answer:
        usable = [one for one in held if one.value is not None and _has_cases(one.value)]
        if not usable:
            return _Answer(Match.NOT_CHECKED, _why_nothing(held))
        if period is not None and any(one.period != period for one in usable):
            return _Answer(Match.NOT_CHECKED, f"nothing is held of {period}, the period claimed")
        answers = [self._one(claim.value, claimed, fact, one) for one in usable]
        matches = {answer.match for answer in answers}
        if len(matches) > 1:
            return _Answer(Match.NOT_CHECKED, "sources disagree, and the claim agrees with some")
        leanings = {answer.leaning for answer in answers}
        several = len(usable) > 1
        how = answers[0].how
        if several:
            with_whom = "each" if answers[0].match is Match.AGREES else "none"
            how = f"sources disagree, and the claim agrees with {with_whom} of them"
        if period is None:
            how += "; it names no period, so the newest value held counts"
            how += " of each source" if several else ""
        if any(one.reason is Reason.STALE for one in usable):
            how += f"; {'one of them' if several else 'that value'} is too old to go by now"
        return _Answer(answers[0].match, how, leanings.pop() if len(leanings) == 1 else None)

    def _one(self, raw: Any, claimed: Value, fact: Fact, held: Held) -> _Answer:
        assert held.value is not None
        mine, theirs = _magnitude(claimed, fact), _magnitude(held.value, fact)
        if mine is None or theirs is None:
            same = _plainly(claimed) == _plainly(held.value)
            return _Answer(Match.AGREES if same else Match.CONTRADICTS, "compared word for word")
        if differ := _counts_differ(claimed, held.value):
            return (
                _Answer(Match.CONTRADICTS, differ)
                if mine == theirs
                else self._apart(fact, mine, theirs, differ)
            )
        step, words = _exactness(raw, fact)
        if abs(mine - theirs) <= step / 2:
            return _Answer(Match.AGREES, f"compared {words}")
        return self._apart(fact, mine, theirs, f"compared {words}")

    def _apart(self, fact: Fact, mine: Fraction, theirs: Fraction, how: str) -> _Answer:
        way = self.effects.way(fact, ()) or self.effects.way(fact, self.rulebook.expectations)
        leaning = None
        if way is not None:
            better = (mine > theirs) is (way is Op.AT_LEAST)
            leaning = Leaning.OVER if better else Leaning.UNDER
        side = "above" if mine > theirs else "below"
        gap = _gap(abs(mine - theirs), fact)
        return _Answer(Match.CONTRADICTS, f"the claim is {gap} {side} what is held; {how}", leaning)

    def _source(self, held: Sequence[Held]) -> str | None:
        told: dict[str, None] = {}
        for one in held:
            if one.entry is not None and one.value is not None:
                items = [self.profile.evidence[id].title for id in one.entry.evidence or ()]
                told[one.entry.source or "; ".join(items) or one.entry.place] = None
        return "; ".join(word for word in told if word) or None

    # ---- the plan ----

    def _done(self, entry: PlanEntry, shows: ShowsIn) -> ClaimShown:
        """Return the claim of an action that it is done, beside its own measure."""
        fact = self.rulebook.facts[shows.fact]
        effect = self.effects.effect(shows, entry.addresses)
        match, leaning = Match.NOT_CHECKED, None
        before = entry.due is not None and effect.dated is not None and effect.dated < entry.due
        if effect.few:
            how = _FEW_PEOPLE
        elif effect.reached is Truth.UNKNOWN:
            how = "nothing usable is held, or nothing says which way is better"
        elif effect.reached is Truth.TRUE:
            match, how = Match.AGREES, "what is held has reached the aim"
        elif shows.by is not None and shows.by >= self.situation.as_of:
            how = "the day for its effect is still to come"
        elif before:
            how = "what is held is from before the day on which it was due"
        else:
            match, leaning = Match.CONTRADICTS, Leaning.OVER
            how = "what is held has not reached the action's own aim"
        aim = self._plain(read_value(fact, shows.reaches), fact)
        return ClaimShown(
            f"plan, {entry.id}",
            fact.id,
            self.rulebook.fact_title(shows.ref),
            f"done; aim {aim}",
            effect.found or "nothing usable",
            match,
            leaning,
            how,
            member=shows.member,
        )

    # ---- ratings ----

    def _rating(self, claim: Claim, where: str) -> ClaimShown:
        """Return a rating beside the findings of its criterion.

        A policy choice, as `docs/actions-and-claims.md` says: a strength is not borne out where a
        critical expectation of the criterion is missed, or where more are missed than met; an area
        for development is not borne out where nothing is missed. What is not known makes a rating
        one that cannot be checked wherever it could turn the answer.
        """
        assert claim.criterion is not None
        rated = claim.rated or "no rating"
        framework, _, criterion = claim.criterion.partition("/")
        inside = [
            (e, self.evaluation.verdict(e.id))
            for e in self.rulebook.expectations.values()
            if claim.criterion in (f"{e.framework}/{e.criterion}", *e.also)
        ]
        by = {v: sum(verdict is v for _, verdict in inside) for v in Verdict}
        counts = Totals(*(by[verdict] for verdict in Verdict))
        gaps = [e for e, verdict in inside if verdict is Verdict.NOT_MET]
        gaps.sort(key=lambda e: (SEVERITY_ORDER[e.severity], e.id))
        critical = [v for e, v in inside if e.severity is Severity.CRITICAL]
        answer = self._judge(rated, counts, critical)
        apply = counts.all - counts.not_applicable
        found = (
            f"{counts.met} met, {counts.not_met} not met, {counts.unknown} not known "
            f"of {apply} that apply"
        )
        return ClaimShown(
            where,
            claim.criterion,
            self.rulebook.criterion_title(framework, criterion),
            rated,
            found,
            answer.match,
            answer.leaning,
            answer.how,
            None,
            counts,
            tuple(e.id for e in gaps),
        )

    def _judge(self, rated: str, counts: Totals, critical: Sequence[Verdict]) -> _Answer:
        words = self.rulebook.vocabularies.get(RATINGS)
        terms = list(words.terms) if words else []
        term = words.settle(rated) if words else None
        if term is None:
            known = few(terms) if terms else "none"
            return _Answer(Match.NOT_CHECKED, f"'{rated}' is no rating that is known: {known}")
        if counts.all == counts.not_applicable:
            return _Answer(Match.NOT_CHECKED, "no expectation of it applies")
        met, missed, unknown = counts.met, counts.not_met, counts.unknown
        if term == terms[0]:
            missed_critical = sum(verdict is Verdict.NOT_MET for verdict in critical)
            if missed_critical:
                of = len([v for v in critical if v is not Verdict.NOT_APPLICABLE])
                what = f"{missed_critical} of {of} critical expectations are missed"
                return _Answer(Match.CONTRADICTS, f"not borne out: {what}", Leaning.OVER)
            if missed > met + unknown:
                what = "more are missed than met, whatever is not known"
                return _Answer(Match.CONTRADICTS, f"not borne out: {what}", Leaning.OVER)
            if met >= missed + unknown and Verdict.UNKNOWN not in critical:
                return _Answer(
                    Match.AGREES,
                    "no critical expectation is missed, and no more are missed than met",
                )
            return _Answer(Match.NOT_CHECKED, "what is not known could turn the answer")
        if missed:
            return _Answer(Match.AGREES, "something is missed, as an area to develop says")
        if unknown:
            return _Answer(Match.NOT_CHECKED, "nothing is known to be missed, and not all is known")
        return _Answer(Match.CONTRADICTS, "not borne out: nothing is missed", Leaning.UNDER)


def _has_cases(value: Value) -> bool:
    return not isinstance(value, Share) or value.value is not None


def _why_nothing(held: Sequence[Held]) -> str:
    reasons = dict.fromkeys(one.reason for one in held if one.reason is not None)
    if not reasons:  # a point of a series that has no value
        states = {one.point.state for one in held if one.point is not None}
        return "it has no value: " + ", ".join(sorted(s.value.replace("_", " ") for s in states))
    return "; ".join(reason.words for reason in reasons)


def _magnitude(value: Value, fact: Fact) -> Fraction | None:
    if isinstance(value, bool):
        return None
    try:
        return magnitude(value, fact)
    except TypeError:
        return None


def _plainly(value: Value) -> object:
    if isinstance(value, Judgement):
        return value.stands
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def _counts_differ(claimed: Value, held: Value) -> str:
    """Say that both are counted and the wholes differ; empty where they do not."""
    if not isinstance(claimed, Share) or not isinstance(held, Share):
        return ""
    if None in (claimed.denominator, held.denominator) or claimed.denominator == held.denominator:
        return ""
    return (
        f"it counts {amount(claimed.denominator or 0)} in all, and "
        f"{amount(held.denominator or 0)} are held"
    )


_PLACES = re.compile(r"\d+(?:\.(\d+))?")


def _exactness(raw: Any, fact: Fact) -> tuple[Fraction, str]:
    """Return the step to which a claim was written, and how to say that it was compared so."""
    if fact.type is FactType.COUNT:
        return Fraction(0), "exactly"
    text = f"{raw:f}" if isinstance(raw, Decimal) else str(raw)
    found = _PLACES.search(text)
    places = len(found[1] or "") if found else 0
    if fact.type in (FactType.SHARE, FactType.SURVEY):
        if "/" in text:
            return Fraction(1, 1000), "to 0.1 percentage points"
        step = Fraction(1, 100 * 10**places)
        return step, f"to {_percent_point(step)}"
    if fact.type is FactType.CHOICE or fact.type is FactType.JUDGEMENT:
        return Fraction(0), "by place in their order"
    unit = f" {fact.unit or 'numbers'}"
    return Fraction(1, 10**places), f"to {_one(places)}{unit}, as the claim is written"


def _one(places: int) -> str:
    return "whole" if not places else f"{places} decimal place{'s' * (places > 1)} of"


def _percent_point(step: Fraction) -> str:
    """Return a step of a share in words, such as `1 percentage point`."""
    points = step * 100
    return f"{amount(points)} percentage point{'' if points == 1 else 's'}, as the claim is written"


def _gap(gap: Fraction, fact: Fact) -> str:
    if fact.type in (FactType.SHARE, FactType.SURVEY):
        points = percent(gap).rstrip("%")
        return f"{points} percentage point{'' if points == '1' else 's'}"
    if fact.type in (FactType.CHOICE, FactType.JUDGEMENT):
        return f"{amount(gap)} step{'' if gap == 1 else 's'}"
    unit = f" {fact.unit}" if fact.unit and fact.type is not FactType.COUNT else ""
    return f"{amount(gap)}{unit}"
