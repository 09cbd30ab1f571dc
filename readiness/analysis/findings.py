"""From an evaluation to findings: what was expected, what is held, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from readiness.calendar import Duration, long_date, plus, short_date
from readiness.engine.atoms import Answer, Held, benchmark_value
from readiness.engine.evaluate import Evaluation, answers_behind, out_of_force
from readiness.logic import Truth
from readiness.model.conditions import (
    ATOMS,
    All,
    AtLeast,
    Change,
    Compare,
    Condition,
    FindingHas,
    FindingIs,
    Fixed,
    Not,
    Op,
    ThresholdRef,
    facts_of,
    leaves,
    thresholds_of,
)
from readiness.model.disclosure import Disclosure, Shown
from readiness.model.expectation import Expectation
from readiness.model.facts import Fact, FactRef, Unit
from readiness.model.finding import (
    AcceptanceShown,
    ActionShown,
    Affected,
    CitationShown,
    EvidenceShown,
    Finding,
    Found,
    Member,
    OperandShown,
    Planned,
    SettledBy,
    Step,
)
from readiness.model.profile import ContextFigure, PlanEntry, ShowsIn, share_of
from readiness.model.values import Share, Value, amount, magnitude, percent, show_threshold
from readiness.model.vocabulary import (
    NUMERIC_TYPES,
    REASON_ORDER,
    Basis,
    Better,
    FactType,
    Kind,
    Place,
    Reason,
    Severity,
    Verdict,
)
from readiness.rulebook.thresholds import Limit, fact_of, limits
from readiness.rulebook.wording import Wording, few, in_sentence, show_limit

_VERDICT_ORDER = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET, Verdict.NOT_APPLICABLE)
_WORST_FIRST = {verdict: number for number, verdict in enumerate(_VERDICT_ORDER)}
_SEVERITY = {severity: number for number, severity in enumerate(Severity)}
_KIND = {kind: number for number, kind in enumerate(Kind)}

_LIMITING = (Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN)

_TRUTH_VERDICT = {
    Truth.TRUE: Verdict.MET,
    Truth.FALSE: Verdict.NOT_MET,
    Truth.UNKNOWN: Verdict.UNKNOWN,
    Truth.NOT_APPLICABLE: Verdict.NOT_APPLICABLE,
}


def findings(evaluation: Evaluation, disclosure: Disclosure) -> tuple[Finding, ...]:
    """Return a finding for each expectation, in order of priority.

    The order: not met, unknown, met, not applicable; then severity; kind (duty, impact, signal,
    evidence); children affected, most first; worse than England before not; unplanned before
    planned; id. It is an order of reading, never a score.
    """
    builder = _Builder(evaluation, disclosure)
    made = [
        builder.finding(expectation) for expectation in evaluation.rulebook.expectations.values()
    ]
    made.sort(key=lambda pair: pair[0])
    return tuple(finding for _, finding in made)


def finding_of(evaluation: Evaluation, id: str, disclosure: Disclosure | None = None) -> Finding:
    """Return the finding of one expectation, with its proof."""
    builder = _Builder(evaluation, disclosure or Disclosure())
    return builder.finding(evaluation.rulebook.expectations[id], proof=True)[1]


@dataclass(slots=True)
class _Doubts:
    """Why something is not known, and for each fact that would settle it why it does not."""

    reasons: set[Reason] = field(default_factory=set)
    facts: dict[FactRef, set[Reason]] = field(default_factory=dict)

    @property
    def ordered(self) -> tuple[Reason, ...]:
        """The reasons, leading reason first."""
        return tuple(sorted(self.reasons, key=REASON_ORDER.__getitem__))

    def add(self, answer: Answer) -> None:
        """Take in why an atom is not known."""
        self.reasons.update(answer.reasons)
        for ref in answer.unsettled:
            self.facts.setdefault(ref, set()).update(answer.reasons)


class _Builder:
    def __init__(self, evaluation: Evaluation, disclosure: Disclosure) -> None:
        self.evaluation = evaluation
        self.rulebook = evaluation.rulebook
        self.situation = evaluation.situation
        self.profile = self.situation.profile
        self.as_of = self.situation.as_of
        self.disclosure = disclosure
        self.wording = Wording(self.rulebook, self._look_up)
        self.looked_up: dict[ThresholdRef, list[Limit]] = {}
        for answer_of in evaluation.given.answers.items():
            for ref in thresholds_of(answer_of[0]):
                found = [limit for limit in answer_of[1].limits if limit.name == ref.name]
                self.looked_up.setdefault(ref, []).extend(
                    limit for limit in found if limit not in self.looked_up.get(ref, [])
                )

    def finding(self, e: Expectation, *, proof: bool = False) -> tuple[tuple[object, ...], Finding]:
        """Return a finding with its place in the order of priority.

        Args:
            proof: Whether to write down each step of the proof too.
        """
        verdict = self.evaluation.verdict(e.id)
        conditions = self.rulebook.conditions[e.id]
        parts = [conditions.expect]
        if conditions.applies_when is not None:
            parts.append(conditions.applies_when)
        doubts = self._doubts(e, verdict)
        reasons = doubts.ordered
        applicability = {Reason.APPLICABILITY, Reason.DOES_NOT_APPLY}.intersection(reasons)
        refs = _facts(parts if applicability else [conditions.expect])
        found = [one for ref in refs for one in self._found(ref, conditions.expect)]
        affected, count = self._affected(e, verdict, conditions.expect)
        usable = [one for one in found if one.state == "value"]
        finding = Finding(
            id=e.id,
            title=e.title,
            framework=e.framework,
            criterion=e.criterion,
            also=e.also,
            kind=e.kind,
            force=e.force,
            theme=e.theme,
            holder=e.holder,
            owner=e.owner,
            depth=e.depth,
            severity=e.severity,
            verdict=verdict,
            reason=reasons[0] if reasons else None,
            reasons=reasons,
            issues=e.issues,
            expected=self.wording.words(conditions.expect),
            operands=tuple(self._operands(conditions.expect)),
            found=tuple(found),
            members=self._members(conditions.expect),
            affected=affected,
            known=_known(usable),
            known_facts=tuple(dict.fromkeys(one.fact for one in usable)),
            evidenced=self._evidenced(refs),
            planned=tuple(self._planned(entry) for entry in self.profile.plans_for(e.id)),
            settled_by=tuple(self._settled_by(ref, why) for ref, why in doubts.facts.items()),
            upstream=self._upstream(parts),
            citations=tuple(self._citations(e)),
            first_step=e.first_step,
            actions=tuple(ActionShown(a.do, a.owner, str(a.within)) for a in e.actions),
            acceptance=self._acceptance(e.id),
            why=e.why,
            ask=e.ask,
            details=self._details(conditions.expect),
            notes=_notes(e),
            steps=tuple(self._steps(e)) if proof else (),
        )
        worse = any(one.worse_than_england for one in found)
        order = (
            _WORST_FIRST[verdict],
            _SEVERITY[e.severity],
            _KIND[e.kind],
            -count,
            not worse,
            finding.has_plan,
            e.id,
        )
        return order, finding

    # ---- what was expected ----

    def _look_up(self, ref: ThresholdRef) -> Sequence[Limit]:
        """Return the values of a threshold that counted, or that count on the day."""
        if self.looked_up.get(ref):
            return self.looked_up[ref]
        threshold = self.rulebook.expectations[ref.rule].thresholds[ref.name]
        if threshold.basis is Basis.LOCAL:
            return self.situation.own_standard(ref)
        if threshold.by is not None:
            return ()
        fact = fact_of(self.rulebook, ref.rule, ref.name)
        return limits(ref, threshold, fact, self.as_of, None, None)

    def _operands(self, condition: Condition) -> Iterator[OperandShown]:
        seen: set[OperandShown] = set()
        for leaf in leaves(condition):
            for one in self._operands_of(leaf):
                if one not in seen:
                    seen.add(one)
                    yield one

    def _operands_of(self, leaf: Condition) -> Iterator[OperandShown]:
        for ref in thresholds_of(leaf):
            fact = fact_of(self.rulebook, ref.rule, ref.name)
            for limit in self._look_up(ref):
                unit = fact.unit if fact else None
                value = show_limit(limit, fact)
                yield OperandShown(
                    limit.name,
                    value,
                    unit,
                    limit.basis,
                    limit.start,
                    self._limit_source(ref, limit),
                )
        if isinstance(leaf, ATOMS):
            for figure in self.evaluation.answer(leaf).figures:
                fact = self.rulebook.fact(facts_of(leaf)[0])
                yield OperandShown(
                    figure.place.value,
                    show_figure(figure, fact),
                    fact.unit,
                    "benchmark",
                    figure.period.end,
                    figure.source,
                )

    def _limit_source(self, ref: ThresholdRef, limit: Limit) -> str | None:
        if limit.source is not None or limit.basis is not Basis.LAW:
            return limit.source
        return self.rulebook.expectations[ref.rule].citations[0].source

    # ---- what is held ----

    def _found(self, ref: FactRef, expect: Condition) -> Iterator[Found]:
        fact = self.rulebook.fact(ref)
        compared = self._compared(ref, expect)
        beside = magnitude(compared[1], fact) if compared else None
        held = self.situation.held(ref)
        unit = self.rulebook.unit_of(fact)
        all_shown = self.disclosure.values((one.value for one in held), fact, unit, beside)
        for one, shown in zip(held, all_shown, strict=True):
            england, worse = self._against_england(one, fact)
            entry = one.entry
            yield Found(
                ref.id,
                self.rulebook.fact_title(ref),
                ref.member,
                self._with_earlier(one, fact, expect, shown.text) if shown else _why_nothing(one),
                shown.value if shown else None,
                shown.numerator if shown else None,
                shown.denominator if shown else None,
                str(one.period) if one.period else None,
                one.dated if entry else None,
                self._source(one),
                entry.note if entry else None,
                "value" if one.reason is None else one.reason.value,
                england,
                worse,
                None
                if compared is None or shown is None
                else _distance(one, fact, *compared, shown),
                entry.place if entry is not None and len(held) > 1 else None,
            )

    def _with_earlier(self, one: Held, fact: Fact, expect: Condition, text: str) -> str:
        """Return a value in words, with the earlier one where the change is what counts."""
        for leaf in leaves(expect):
            if isinstance(leaf, Change) and leaf.fact == one.ref and one.reason is None:
                earlier = self.situation.earlier(one.ref, leaf.over)
                if earlier is not None:
                    unit = self.rulebook.unit_of(fact)
                    before = self.disclosure.value(earlier, fact, unit)
                    return f"{text}, {leaf.over} earlier {before.text}"
        return text

    def _compared(self, ref: FactRef, condition: Condition) -> tuple[Op, Value] | None:
        """Return the limit that a fact is compared with, and how; None where several count."""
        for leaf in leaves(condition):
            if isinstance(leaf, Compare) and leaf.fact == ref and leaf.op in _LIMITING:
                for threshold in thresholds_of(leaf):
                    values = {limit.value for limit in self._look_up(threshold)}
                    return (leaf.op, values.pop()) if len(values) == 1 else None
        return None

    def _source(self, one: Held) -> str | None:
        entry = one.entry
        if entry is None:
            return None
        items = [self.profile.evidence[id].title for id in entry.evidence or ()]
        return entry.source or "; ".join(items) or None

    def _against_england(self, one: Held, fact: Fact) -> tuple[str | None, bool | None]:
        if one.value is None or one.reason is not None or one.dated is None or not fact.better:
            return None, None
        figure = self.situation.benchmark(one.ref, Place.ENGLAND, one.dated)
        if figure is None:
            return None, None
        mine, theirs = magnitude(one.value, fact), benchmark_value(figure, fact)
        if mine is None:
            return None, None
        worse = mine < theirs if fact.better is Better.HIGHER else mine > theirs
        return f"{show_figure(figure, fact)} ({figure.period})", worse

    # ---- why it is not known, and what would settle it ----

    def _doubts(self, e: Expectation, verdict: Verdict) -> _Doubts:
        """Return why an expectation is not known or not applicable, and what would settle it."""
        conditions = self.rulebook.conditions[e.id]
        doubts = _Doubts()
        if verdict is Verdict.UNKNOWN:
            applies = conditions.applies_when
            unclear = applies is not None and self.evaluation.truth(applies) is Truth.UNKNOWN
            if applies is not None:
                self._unsettled(applies, doubts)
            self._unsettled(conditions.expect, doubts)
            if unclear:
                doubts.reasons = {Reason.APPLICABILITY}
        elif verdict is Verdict.NOT_APPLICABLE:
            doubts.reasons = self._why_not_applicable(e)
        return doubts

    def _unsettled(self, node: Condition, doubts: _Doubts) -> None:
        """Collect why a node is unknown from those of its children that are."""
        if self.evaluation.truth(node) is not Truth.UNKNOWN:
            return
        if isinstance(node, (All, AtLeast)):
            for child in node.children:
                self._unsettled(child, doubts)
        elif isinstance(node, Not):
            self._unsettled(node.child, doubts)
        elif isinstance(node, FindingHas) and self.evaluation.verdict(node.id) != Verdict.UNKNOWN:
            self._unsettled_property(node, doubts)
        elif isinstance(node, (FindingIs, FindingHas)):
            doubts.reasons.add(Reason.UPSTREAM)
        else:
            doubts.add(self.evaluation.answer(node))

    def _unsettled_property(self, node: FindingHas, doubts: _Doubts) -> None:
        """Collect why it is not known whether a finding is planned for, known or evidenced."""
        if node.has == "planned":
            doubts.reasons.add(Reason.MISSING)  # the profile says nothing of plans
            return
        for answer in answers_behind(self.situation, node.id, node.has):
            if answer.truth is Truth.UNKNOWN:
                doubts.add(answer)

    def _why_not_applicable(self, e: Expectation) -> set[Reason]:
        out = out_of_force(e.in_force, self.as_of)
        if out is not None:
            return {out}
        conditions = self.rulebook.conditions[e.id]
        applies = conditions.applies_when
        if applies is not None and self.evaluation.truth(applies) in (
            Truth.FALSE,
            Truth.NOT_APPLICABLE,
        ):
            return {Reason.DOES_NOT_APPLY}
        answers = [
            self.evaluation.answer(leaf)
            for leaf in leaves(conditions.expect)
            if isinstance(leaf, ATOMS)
        ]
        found = {
            reason
            for answer in answers
            if answer.truth is Truth.NOT_APPLICABLE
            for reason in answer.reasons
        }
        return found or {Reason.DOES_NOT_APPLY}

    def _settled_by(self, ref: FactRef, why: set[Reason]) -> SettledBy:
        fact = self.rulebook.fact(ref)
        title = self.rulebook.fact_title(ref)
        return SettledBy(
            ref.id,
            title,
            ref.member,
            fact.holder,
            fact.ask or f"{title}?",
            fact.accepts,
            tuple(sorted(why, key=REASON_ORDER.__getitem__)),
        )

    # ---- members, affected, how it is known, what is planned ----

    def _members(self, condition: Condition) -> tuple[Member, ...]:
        """Return the members of families inside a condition, worst first."""
        made: list[Member] = []
        stack: list[Condition] = [condition]
        while stack:
            node = stack.pop()
            if isinstance(node, (All, AtLeast)):
                if node.family is not None and node.family.label != "finding":
                    titles = self.rulebook.dimensions[node.family.label].members
                    for member, child in zip(node.family.members, node.children, strict=True):
                        made.append(self._member(member, titles[member], child))
                else:
                    stack.extend(reversed(node.children))
            elif isinstance(node, Not):
                stack.append(node.child)
        return tuple(sorted(made, key=lambda member: _WORST_FIRST[member.verdict]))

    def _member(self, member: str, title: str, child: Condition) -> Member:
        verdict = _TRUTH_VERDICT[self.evaluation.truth(child)]
        refs = [ref for ref in _facts([child]) if ref.member == member]
        found = []
        for ref in refs:
            for one in self._found(ref, child):
                words = f"{one.text}, {one.period}" if one.period else one.text
                fact_title = in_sentence(self.rulebook.fact(ref).title)
                found.append(words if len(refs) == 1 else f"{fact_title}: {words}")
        return Member(member, title, verdict, "; ".join(found))

    def _affected(
        self, e: Expectation, verdict: Verdict, condition: Condition
    ) -> tuple[Affected | None, int]:
        """Return who is affected by a gap, and their true number for the order of priority."""
        if verdict is not Verdict.NOT_MET:
            return None, 0
        named = [FactRef(e.affected)] if e.affected else []
        behind = self._behind(named) or self._behind(self._missed(condition))
        if not behind:
            return None, 0
        count, whole, unit = max(behind, key=lambda found: found[0])
        shown, of = self.disclosure.part(count, whole, unit)
        return Affected(shown, of, unit.one if shown == 1 else unit.many), count

    def _behind(self, refs: Iterable[FactRef]) -> list[tuple[int, int | None, Unit]]:
        """Return how many people are on the wrong side of facts, of how many, in which unit."""
        found = []
        for ref in refs:
            fact = self.rulebook.fact(ref)
            unit = self.rulebook.unit_of(fact)
            for one in self.situation.held(ref):
                count, whole = _behind(one, fact)
                if count and unit is not None and unit.people and one.reason is None:
                    found.append((count, whole, unit))
        return found

    def _missed(self, condition: Condition) -> list[FactRef]:
        """Return the facts whose comparison was missed and that count who is behind it.

        A share does; a count does where none at all is expected.
        """
        return [
            leaf.fact
            for leaf in leaves(condition)
            if isinstance(leaf, Compare)
            and leaf.op in _LIMITING
            and self.evaluation.answer(leaf).truth is Truth.FALSE
            and (
                self.rulebook.fact(leaf.fact).type is not FactType.COUNT
                or leaf.operands == (Fixed(0),)
            )
        ]

    def _evidenced(self, refs: Iterable[FactRef]) -> tuple[EvidenceShown, ...]:
        shown: dict[str, EvidenceShown] = {}
        for ref in refs:
            fact = self.rulebook.fact(ref)
            for one in self.situation.held(ref):
                for id in (one.entry.evidence or ()) if one.entry else ():
                    item = self.profile.evidence[id]
                    age = fact.goes_stale_after
                    stale = age is not None and plus(item.dated, age) < self.as_of
                    if id not in shown or stale:
                        shown[id] = EvidenceShown(
                            id, item.title, item.kind, item.dated, item.holder, stale
                        )
        return tuple(shown[id] for id in sorted(shown))

    def _planned(self, entry: PlanEntry) -> Planned:
        shows: str | None = None
        if isinstance(entry.shows_in, ShowsIn):
            fact = self.rulebook.facts[entry.shows_in.fact]
            shows = fact.title
            if entry.shows_in.reaches is not None:
                reaches = entry.shows_in.reaches
                shows += f" reaches {'yes' if reaches is True else reaches}"
            if entry.shows_in.by is not None:
                shows += f" by {short_date(entry.shows_in.by)}"
        elif entry.shows_in is not None:
            shows = entry.shows_in
        return Planned(
            entry.id,
            entry.do,
            entry.owner,
            entry.due,
            entry.status,
            shows,
            entry.overdue(self.as_of),
        )

    def _citations(self, e: Expectation) -> Iterator[CitationShown]:
        for citation in e.citations:
            source = self.rulebook.sources[citation.source]
            yield CitationShown(
                citation.source,
                source.title,
                source.short,
                citation.at,
                source.edition,
                citation.confidence,
            )

    def _acceptance(self, id: str) -> AcceptanceShown | None:
        accepted = [a for a in self.profile.acceptances if a.expectation == id]
        if not accepted:
            return None
        holding = [a for a in accepted if a.holds(self.as_of)]
        chosen = (holding or accepted)[-1]
        until = chosen.until.isoformat() if isinstance(chosen.until, date) else str(chosen.until)
        return AcceptanceShown(chosen.by, chosen.reason, until, not holding)

    def _details(self, condition: Condition) -> tuple[str, ...]:
        """Return what else a reader should know of the answers, in words."""
        answers = [
            self.evaluation.answer(leaf) for leaf in leaves(condition) if isinstance(leaf, ATOMS)
        ]
        details = [answer.detail for answer in answers if answer.detail]
        return tuple(dict.fromkeys([*details, *self._lacking(condition)]))

    def _upstream(self, conditions: Iterable[Condition]) -> tuple[tuple[str, Verdict], ...]:
        """Return the findings that conditions rest on, worst first."""
        ids = {
            leaf.id
            for condition in conditions
            for leaf in leaves(condition)
            if isinstance(leaf, (FindingIs, FindingHas))
        }
        found = [(id, self.evaluation.verdict(id)) for id in sorted(ids)]
        return tuple(sorted(found, key=lambda pair: _WORST_FIRST[pair[1]]))

    def _lacking(self, condition: Condition) -> list[str]:
        """Say which findings lack a plan, or what else each of them should have."""
        lacking: dict[str, list[str]] = {}
        for leaf in leaves(condition):
            if isinstance(leaf, FindingHas) and self.evaluation.truth(leaf) is Truth.FALSE:
                lacking.setdefault(leaf.has, []).append(leaf.id)
        return [f"not {has}: {few(ids)}" for has, ids in lacking.items()]

    # ---- the proof ----

    def _steps(self, e: Expectation) -> Iterator[Step]:
        conditions = self.rulebook.conditions[e.id]
        if conditions.applies_when is not None:
            yield Step(0, "It applies when", "", "")
            yield from self._step(conditions.applies_when, 1)
        yield Step(0, "It expects", "", "")
        yield from self._step(conditions.expect, 1)

    def _step(self, node: Condition, depth: int) -> Iterator[Step]:
        truth = self.evaluation.truth(node).value
        if isinstance(node, (All, AtLeast)):
            n = len(node.children)
            head = f"all {n}" if isinstance(node, All) else f"at least {node.need} of {n}"
            yield Step(depth, head, truth, "")
            for child in node.children:
                yield from self._step(child, depth + 1)
        elif isinstance(node, Not):
            yield Step(depth, "not so", truth, "")
            yield from self._step(node.child, depth + 1)
        else:
            found = [one.text for ref in facts_of(node) for one in self._found(ref, node)]
            if isinstance(node, (FindingIs, FindingHas)):
                found = [str(self.evaluation.verdict(node.id)).replace("_", " ")]
            elif isinstance(node, ATOMS):
                answer = self.evaluation.answer(node)
                found.extend([answer.detail] if answer.detail else [])
            yield Step(depth, self.wording.words(node), truth, "; ".join(found))


def _facts(conditions: Iterable[Condition]) -> list[FactRef]:
    """Return the facts that conditions read, in the order written, each once."""
    return list(
        dict.fromkeys(
            ref for condition in conditions for leaf in leaves(condition) for ref in facts_of(leaf)
        )
    )


def _notes(e: Expectation) -> tuple[str, ...]:
    """Return what the rule itself adds."""
    notes: list[str] = []
    if e.in_force.start is None and e.in_force.enacted and e.in_force.checked_on:
        notes.append(
            f"enacted {long_date(e.in_force.enacted)}, not commenced when last checked on "
            f"{long_date(e.in_force.checked_on)}"
        )
    return (*notes, e.note) if e.note else tuple(notes)


def _why_nothing(one: Held) -> str:
    words = one.reason.words if one.reason else "nothing is held"
    note = one.point.note if one.point else None
    return f"{words} ({note})" if note else words


def _known(found: Sequence[Found]) -> str:
    """Return what is known in one line: the values with their periods."""
    parts = [
        f"{one.title}: {one.text}" + (f", {one.period}" if one.period else "") for one in found
    ]
    return "; ".join(parts)


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


def _behind(one: Held, fact: Fact) -> tuple[int | None, int | None]:
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


def show_figure(figure: ContextFigure, fact: Fact) -> str:
    """Return a published figure in words; for neighbours their median."""
    if figure.place is Place.NEIGHBOURS:
        middle = benchmark_value(figure, fact)
        text = percent(middle) if fact.type is FactType.SHARE else amount(middle)
        return f"{text} (median of {len(figure.values)})"
    return show_threshold(figure.values[0], fact)
