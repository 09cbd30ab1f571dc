"""The check of an improvement plan: what its entries lack, and which gaps nothing addresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from readiness.analysis.plan.effects import Effects
from readiness.calendar import long_date, short_date
from readiness.engine.evaluate import Evaluation
from readiness.logic import Truth
from readiness.model.actions import Addressed, Fault, GapCount, Load, PlanCheck, PlanFault
from readiness.model.disclosure import Disclosure
from readiness.model.expectation import Expectation
from readiness.model.profile import PlanEntry, ShowsIn
from readiness.model.values import written
from readiness.model.vocabulary import SEVERITY_ORDER, PlanStatus, Severity, Verdict
from readiness.rulebook.wording import few


def check_plan(evaluation: Evaluation, disclosure: Disclosure | None = None) -> PlanCheck:
    """Return what is wrong with the plan of a profile on a day."""
    return _Check(evaluation, disclosure or Disclosure()).check()


class _Check:
    def __init__(self, evaluation: Evaluation, disclosure: Disclosure) -> None:
        self.evaluation = evaluation
        self.rulebook = evaluation.rulebook
        self.as_of = evaluation.situation.as_of
        self.profile = evaluation.situation.profile
        self.plan = self.profile.plan or ()
        self.effects = Effects(evaluation, disclosure)
        self.open_for: dict[str, list[PlanEntry]] = {}
        for entry in self.plan:
            for id in entry.addresses if entry.open else ():
                self.open_for.setdefault(id, []).append(entry)

    def check(self) -> PlanCheck:
        """Return everything that is to be said of the plan."""
        open = sum(entry.open for entry in self.plan)
        done = sum(entry.status is PlanStatus.DONE for entry in self.plan)
        counts, without = self._gaps()
        return PlanCheck(
            written=self.profile.plan is not None,
            open=open,
            done=done,
            stopped=len(self.plan) - open - done,
            faults=tuple(fault for entry in self.plan for fault in self._entry(entry)),
            gaps=counts,
            without=without,
            loads=self._loads(),
        )

    # ---- entries ----

    def _entry(self, entry: PlanEntry) -> Iterator[PlanFault]:
        if entry.status is PlanStatus.DONE:
            found = self._done(entry)
        elif entry.open:
            found = self._open(entry)
        else:
            return
        for fault, key, message, help in found:
            yield PlanFault(fault, entry.id, key, f"{entry.id} {message}", help)

    def _open(self, entry: PlanEntry) -> Iterator[tuple[Fault, str, str, str]]:
        if not entry.owner:
            yield Fault.NO_OWNER, "id", "has no owner", "name the role that owns it ('owner')"
        if entry.due is None:
            yield Fault.NO_DUE, "id", "has no due date", "agree a day ('due')"
        elif entry.due < self.as_of:
            days = (self.as_of - entry.due).days
            late = f"is overdue: it was due on {long_date(entry.due)}, {_days(days)} ago"
            yield Fault.OVERDUE, "due", late, "finish it, stop it, or agree a new day and say why"
        yield from self._measure(entry)
        yield from self._addresses(entry)

    def _measure(self, entry: PlanEntry) -> Iterator[tuple[Fault, str, str, str]]:
        """Say what an open entry's measure of impact lacks."""
        shows = entry.shows_in
        help = "name the fact in which it will show, the aim and its day ('shows_in')"
        if shows is None:
            yield Fault.NO_MEASURE, "id", "does not say in what its impact will show", help
            return
        if not isinstance(shows, ShowsIn):
            message = "has no measured impact: its sign is given in words"
            yield Fault.WORDS_ONLY, "shows_in", message, help
            return
        fact = self.rulebook.facts[shows.fact]
        if not any(fact.id in self.effects.facts_of_theme(id) for id in entry.addresses):
            facts = sorted({f for id in entry.addresses for f in self.effects.facts_behind(id)})
            message = (
                f"is measured by '{fact.id}', on which neither what it addresses nor anything of "
                "its theme rests"
            )
            rests = f"they rest on: {few(facts)}" if facts else "say what it addresses"
            yield Fault.NOT_READ, "shows_in", message, rests
        elif self.effects.is_output(fact, entry.addresses):
            message = f"is measured by '{fact.id}', which says what was done and not what changed"
            better = "name a fact that counts how it is for children"
            yield Fault.OUTPUT, "shows_in", message, better
        lacking = [
            word for word, value in (("aim", shows.reaches), ("day", shows.by)) if value is None
        ]
        if lacking:
            message = f"has no {' and no '.join(lacking)} for '{shows.ref}'"
            help = "say what the fact is to reach, and by when ('reaches' and 'by')"
            yield Fault.NO_AIM, "shows_in", message, help
        if shows.by is not None and shows.by < self.as_of:
            effect = self.effects.effect(shows, entry.addresses)
            if effect.reached is Truth.FALSE:
                message = f"aimed at {_aim(shows)}; found {effect.found}"
                help = "say what will be done otherwise, and by when it will show"
                yield Fault.AIM_MISSED, "shows_in", message, help

    def _addresses(self, entry: PlanEntry) -> Iterator[tuple[Fault, str, str, str]]:
        verdicts = [self.evaluation.verdict(id) for id in entry.addresses]
        if not verdicts:
            help = "say which expectations it is for ('addresses')"
            yield Fault.NO_GAP, "id", "addresses no expectation", help
        elif not {Verdict.NOT_MET, Verdict.UNKNOWN} & set(verdicts):
            said = few([
                f"{id} is {verdict.words}"
                for id, verdict in zip(entry.addresses, verdicts, strict=True)
            ])  # fmt: skip
            help = "close it as done or stopped, or say which gap it is for"
            yield Fault.NO_GAP, "addresses", f"addresses no gap: {said}", help

    def _done(self, entry: PlanEntry) -> Iterator[tuple[Fault, str, str, str]]:
        shows = entry.shows_in
        if not isinstance(shows, ShowsIn) or shows.reaches is None:
            said = "names no measure" if shows is None else "has no measure with an aim"
            message = f"is done and {said}, so that nobody can tell whether it helped"
            help = "name the fact in which it shows, and the aim"
            yield Fault.DONE_UNSEEN, "shows_in" if shows else "id", message, help
        elif shows.by is None or shows.by < self.as_of:
            yield from self._effect(entry, shows)
        left = [
            id
            for id in entry.addresses
            if self.evaluation.verdict(id) is Verdict.NOT_MET and id not in self.open_for
        ]
        if left:
            verb = "is" if len(left) == 1 else "are"
            message = f"is done; {few(left)} {verb} not met, and no open action addresses it"
            help = "plan the next action, or open this one again"
            yield Fault.DONE_GAP, "addresses", message, help

    def _effect(self, entry: PlanEntry, shows: ShowsIn) -> Iterator[tuple[Fault, str, str, str]]:
        effect = self.effects.effect(shows, entry.addresses)
        if effect.reached is Truth.TRUE:
            return
        before = entry.due is not None and effect.dated is not None and effect.dated < entry.due
        if effect.reached is Truth.FALSE and not before:
            message = (
                f"is done, and missed its own measure: aim {_aim(shows)}; found {effect.found}"
            )
            help = "open it again, or plan what comes next"
            yield Fault.DONE_MISSED, "shows_in", message, help
            return
        why, help = f"nothing usable is held of '{shows.ref}'", "load a newer value"
        if effect.few:
            why = f"what is held, {effect.found}, is of few people, and an answer would tell it"
            help = "look at the figure itself; a sign in words can stand in the plan"
        elif before and entry.due is not None:
            due = short_date(entry.due)
            why = f"what is held, {effect.found}, is from before {due}, when it was due"
        message = f"is done, and whether it reached {_aim(shows)} cannot be told: {why}"
        yield Fault.DONE_UNSEEN, "shows_in", message, help

    # ---- gaps ----

    def _gaps(self) -> tuple[tuple[GapCount, ...], tuple[Addressed, ...]]:
        """Return gaps by severity, and those that nothing addresses, in order of severity."""
        accepted = {a.expectation for a in self.profile.acceptances if a.holds(self.as_of)}
        by: dict[Severity, list[int]] = {severity: [0, 0, 0, 0] for severity in Severity}
        without: list[Addressed] = []
        for e in self.rulebook.expectations.values():
            if self.evaluation.verdict(e.id) is not Verdict.NOT_MET:
                continue
            entries = self.open_for.get(e.id, [])
            if any(entry.plans(self.as_of) for entry in entries):
                by[e.severity][0] += 1
            elif entries:
                by[e.severity][1] += 1
            elif e.id in accepted:
                by[e.severity][2] += 1
            else:
                by[e.severity][3] += 1
                without.append(addressed(self.evaluation, e))
        without.sort(key=lambda one: (SEVERITY_ORDER[one.severity], one.id))
        counts = tuple(GapCount(severity, sum(parts), *parts) for severity, parts in by.items())
        return counts, tuple(without)

    def _loads(self) -> tuple[Load, ...]:
        """Return for each owner the week in which most is due, where it is more than one."""
        weeks: dict[str, dict[date, int]] = {}
        open: dict[str, int] = {}
        for entry in self.plan:
            if entry.open and entry.owner:
                open[entry.owner] = open.get(entry.owner, 0) + 1
                if entry.due is not None and entry.due >= self.as_of:
                    monday = entry.due - timedelta(days=entry.due.weekday())
                    due = weeks.setdefault(entry.owner, {})
                    due[monday] = due.get(monday, 0) + 1
        loads = []
        for owner, due in weeks.items():
            week = min(due, key=lambda monday: (-due[monday], monday))
            if due[week] > 1:
                loads.append(Load(owner, week, due[week], open[owner]))
        return tuple(sorted(loads, key=lambda load: (-load.due, load.week, load.owner)))


def addressed(evaluation: Evaluation, e: Expectation, affected: str | None = None) -> Addressed:
    """Return an expectation as what an action addresses."""
    citation = e.citations[0]
    source = evaluation.rulebook.sources[citation.source]
    return Addressed(
        e.id,
        e.title,
        evaluation.verdict(e.id),
        e.severity,
        e.kind,
        e.holder,
        f"{source.short}, {citation.at}",
        affected,
    )


def _aim(shows: ShowsIn) -> str:
    by = f" by {short_date(shows.by)}" if shows.by else ""
    return f"{written(shows.reaches).strip(chr(39))}{by}"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
