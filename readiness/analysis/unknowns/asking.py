"""Requests: each thing that would settle something, as a question that can be put to somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from readiness.analysis.unknowns.needs import Thing, ThingKind
from readiness.analysis.unknowns.possible import needs_series
from readiness.analysis.unknowns.settle import Settlement, settling
from readiness.engine.evaluate import Evaluation
from readiness.model.conditions import Change, Compare, FactOperand, Stable, Trend
from readiness.model.facts import Fact, FactRef
from readiness.model.finding import Finding, Found, RulebookShown
from readiness.model.vocabulary import REASON_ORDER, FactType, Holder, Reason, Stands


class Request(Struct, frozen=True):
    """One thing to ask for.

    Attributes:
        holder: Who holds it; None for a published figure, which nobody has to be asked for.
        owner: Whom inside the council it concerns, where that is known.
        form: How to answer.
        members: Of a family, the members that are asked for.
        because: Why what is held does not do.
        held: What is held and does not do.
        settles: Expectations that it settles by itself, whatever the answer.
        helps: Expectations that it settles together with other requests.
        may: Expectations that some answers to it alone would settle.
        step: In which step it is asked for.
    """

    thing: Thing
    holder: Holder | None
    owner: str | None
    title: str
    ask: str
    form: str
    accepts: tuple[str, ...]
    members: tuple[str, ...]
    because: tuple[Reason, ...]
    held: tuple[Found, ...]
    settles: tuple[str, ...]
    helps: tuple[str, ...]
    may: tuple[str, ...]
    step: int


class Unsettled(Struct, frozen=True):
    """An expectation that no answer would settle for certain, and why."""

    id: str
    reasons: tuple[Reason, ...]


class Settled(Struct, frozen=True):
    """What would settle a council's unknown expectations.

    Attributes:
        unknown: The unknown findings, worst first.
        requests: What to ask for, in order.
        unsettled: What no answer would settle, and why.
    """

    council: str
    code: str | None
    as_of: date
    as_of_from: str
    rulebook: RulebookShown
    selected: str
    unknown: tuple[Finding, ...]
    settlement: Settlement
    requests: tuple[Request, ...]
    unsettled: tuple[Unsettled, ...]
    small_counts_shown: bool


def unsettled(settlement: Settlement) -> Iterator[Unsettled]:
    """Yield what stays unknown whatever is asked."""
    for id, waiting in settlement.waiting.items():
        if not waiting.sets:
            yield Unsettled(id, waiting.reasons)


def requests(
    evaluation: Evaluation, settlement: Settlement, unknown: Iterable[Finding]
) -> Iterator[Request]:
    """Yield a request for each thing to ask for, in order."""
    asking = _Asking(evaluation, settlement, tuple(unknown))
    for number, step in enumerate(settlement.steps, 1):
        for thing in step.things:
            yield asking.request(thing, number)


class _Asking:
    def __init__(
        self, evaluation: Evaluation, settlement: Settlement, unknown: tuple[Finding, ...]
    ) -> None:
        self.evaluation, self.settlement = evaluation, settlement
        self.rulebook, self.situation = evaluation.rulebook, evaluation.situation
        self.short = {one.fact: one for one in settling(unknown)}
        self.points = _points(evaluation)

    def request(self, thing: Thing, step: int) -> Request:
        """Return a thing as a request."""
        kind = thing.kind
        if kind is ThingKind.STANDARD:
            return self._standard(thing, step)
        if kind is ThingKind.PLAN:
            return self._make(
                thing,
                step,
                holder=Holder.LOCAL_AUTHORITY,
                title="The improvement plan",
                ask="What is planned for each gap?",
                form=(
                    "each action with the expectations that it addresses, its owner, its due date "
                    "and the fact in which impact will show; or that there is no plan"
                ),
                because=(Reason.MISSING,),
            )
        if kind is ThingKind.FIGURE:
            id = thing.id.split(",")[0].split("[")[0]
            return self._make(
                thing,
                step,
                title=f"{self.rulebook.facts[id].title}: {thing.id.rpartition(', ')[2]}",
                ask="Is a figure published for the same measure, at most 18 months older?",
                form="by 'readiness profile fill', or in the benchmarks of the rulebook",
                because=(Reason.NO_BENCHMARK,),
            )
        return self._fact(thing, step)

    def _standard(self, thing: Thing, step: int) -> Request:
        id, _, name = thing.id.partition(".")
        expectation = self.rulebook.expectations[id]
        return self._make(
            thing,
            step,
            holder=Holder.LOCAL_AUTHORITY,
            owner=expectation.owner,
            title=f"Own standard for {id}: {expectation.title}",
            ask=expectation.thresholds[name].ask or "What standard has been agreed?",
            form="the value, who agreed it and on which day; or that none has been agreed",
            because=(Reason.NO_STANDARD,),
        )

    def _fact(self, thing: Thing, step: int) -> Request:
        fact = self.rulebook.facts[thing.id]
        refs = self._refs(thing)
        short = self.short.get(thing.id)
        if thing.kind is ThingKind.EVIDENCE:
            ask = "Which dated evidence stands behind this?"
            form = "title, kind and date of each item; or that there is none"
        else:
            ask = fact.ask or f"{fact.title}?"
            form = _form(fact, self.points.get(fact.id))
        reasons = {h.reason for ref in refs for h in self.situation.held(ref) if h.reason}
        if thing.kind is ThingKind.EVIDENCE:
            reasons = {Reason.NO_EVIDENCE}
        if short is not None:
            reasons = set(short.because)
        members = (
            tuple(
                self.rulebook.dimensions[fact.for_each].members[ref.member]
                for ref in refs
                if ref.member is not None
            )
            if fact.for_each
            else ()
        )
        return self._make(
            thing,
            step,
            holder=fact.holder,
            title=fact.title,
            ask=ask,
            form=form,
            accepts=fact.accepts,
            members=members,
            because=tuple(sorted(reasons, key=REASON_ORDER.__getitem__)),
            held=short.held if short is not None else (),
        )

    def _refs(self, thing: Thing) -> list[FactRef]:
        """Return the members of a fact that are needed, in the order of their dimension."""
        needed = {
            ref
            for waiting in self.settlement.waiting.values()
            for ref in waiting.refs
            if ref.id == thing.id and waiting.sets
        }
        dimension = self.rulebook.facts[thing.id].for_each
        order = list(self.rulebook.dimensions[dimension].members) if dimension else []
        return sorted(needed, key=lambda ref: order.index(ref.member) if ref.member else 0)

    def _make(
        self,
        thing: Thing,
        step: int,
        *,
        title: str,
        ask: str,
        form: str,
        because: tuple[Reason, ...],
        holder: Holder | None = None,
        owner: str | None = None,
        accepts: tuple[str, ...] = (),
        members: tuple[str, ...] = (),
        held: tuple[Found, ...] = (),
    ) -> Request:
        waiting = self.settlement.waiting
        may = tuple(id for id, one in waiting.items() if thing in one.alone)
        return Request(
            thing,
            holder,
            owner,
            title,
            ask,
            form,
            accepts,
            members,
            because,
            held,
            self.settlement.settled_by(thing),
            self.settlement.helped_by(thing),
            may,
            step,
        )


def _points(evaluation: Evaluation) -> dict[str, str]:
    """Return, for each fact that is looked at over time, how much of its history is needed."""
    found: dict[str, str] = {}
    for atom in evaluation.compiled.atoms:
        if isinstance(atom, Stable):
            found[atom.fact.id] = f"the last {atom.points} months or quarters"
        elif isinstance(atom, Trend):
            found.setdefault(atom.fact.id, "the last 12 months or quarters")
        elif isinstance(atom, Change):
            found.setdefault(atom.fact.id, f"the newest, and that of {atom.over} before")
        elif isinstance(atom, Compare):
            for operand in atom.operands:
                if isinstance(operand, FactOperand) and operand.ago:
                    assert needs_series(atom, operand.fact)
                    words = f"the newest, and that of {operand.ago} before"
                    found.setdefault(operand.fact.id, words)
    return found


_FORMS = {
    FactType.YES_NO: "yes or no",
    FactType.COUNT: "a whole number",
    FactType.SHARE: "how many of how many",
    FactType.RATE: "a number",
    FactType.NUMBER: "a number",
    FactType.DURATION: "a number of",
    FactType.DATE: "a day, or that it has not happened yet",
    FactType.TEXT: "words",
    FactType.LIST: "a list",
    FactType.SURVEY: "the share, how many answered, how many were asked, and when",
}


def _form(fact: Fact, points: str | None) -> str:
    """Return how to answer for a fact, in words."""
    if fact.type is FactType.CHOICE:
        form = "one of: " + ", ".join(value.replace("_", " ") for value in fact.values)
    elif fact.type is FactType.JUDGEMENT:
        answers = ", ".join(stands.value.replace("_", " ") for stands in Stands)
        form = f"one of: {answers}; who judged it, when, and on what evidence"
    elif fact.type is FactType.DURATION:
        form = f"{_FORMS[fact.type]} {fact.unit or 'days, weeks or months, with its unit'}"
    else:
        unit = f" ({fact.unit})" if fact.unit else ""
        form = _FORMS[fact.type] + unit
    if fact.cadence is not None and fact.type not in (FactType.DATE, FactType.YES_NO):
        form += f", for the latest {fact.cadence}".replace("latest at ", "latest ")
    if points is not None:
        form += f"; {points}"
    return form + ("; or that it does not apply, and why" if fact.may_not_apply else "")


def by_holder(requests: Sequence[Request]) -> dict[Holder | None, list[Request]]:
    """Return requests by who holds the answer, most first; published figures come last."""
    found: dict[Holder | None, list[Request]] = {}
    for request in requests:
        found.setdefault(request.holder, []).append(request)
    order = sorted(
        found, key=lambda h: (h is None, -len(found[h]), list(Holder).index(h) if h else 0)
    )
    return {holder: found[holder] for holder in order}
