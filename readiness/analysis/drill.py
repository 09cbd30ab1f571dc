"""The day of the call: each dated step, and what of the information request is held.

Days are counted from the day of notification; nothing reads the clock. Whether something is fresh
enough is asked of the day on which it is due, not of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct

from readiness.calendar import (
    BankHolidaysUnknown,
    Duration,
    Unit,
    is_working_day,
    long_date,
    plus,
    weekday,
    working_days_between,
)
from readiness.model.expectation import Framework, InspectionKind, Milestone, Request
from readiness.model.profile import EvidenceItem, Profile
from readiness.model.vocabulary import Confidence, Holder, StrEnum


class Held(StrEnum):
    """How an item of the information request stands on the day it is due; best first."""

    READY = "held"
    LATE = "late"
    STALE = "stale"
    NOT_HELD = "not_held"

    @property
    def words(self) -> str:
        """The state as a reader sees it."""
        return {"late": "not ready in time", "stale": "too old by then"}.get(
            self.value, self.value.replace("_", " ")
        )


class Step(Struct, frozen=True):
    """A dated step.

    Attributes:
        day: The day; None where it cannot be worked out, with the reason in `why_not`.
        counted: How the day is counted, in words.
        wants: Items that are due by then.
    """

    id: str
    title: str
    day: date | None
    counted: str
    confidence: Confidence
    note: str | None
    wants: tuple[str, ...] = ()
    why_not: str | None = None


class Shown(Struct, frozen=True):
    """An evidence item that answers an item of the request.

    Attributes:
        goes_stale: Last day on which it is fresh enough; None where no age is too great.
        ready: Day on which it can be handed over.
    """

    id: str
    title: str
    dated: date
    holder: Holder
    goes_stale: date | None
    ready: date | None
    ready_in: str | None


class Item(Struct, frozen=True):
    """An item of the information request.

    Attributes:
        holder: Who has to hand it over: whoever holds the evidence, else whom the framework names.
        by: What is held for it: the best item, if there is one.
        others: How many other items answer it too.
        said: Why it stands so, in words.
    """

    id: str
    title: str
    holder: Holder
    confidence: Confidence
    due: date | None
    step: str | None
    fresh_within: str | None
    state: Held
    by: Shown | None
    others: int
    said: str

    @property
    def partner(self) -> bool:
        """Whether somebody other than the council holds it."""
        return self.holder is not Holder.LOCAL_AUTHORITY


class Drill(Struct, frozen=True):
    """A timetable, and how the information request stands against it."""

    council: str
    code: str | None
    framework: str
    title: str
    kind: str | None
    kind_title: str | None
    edition: str | None
    notified: date
    steps: tuple[Step, ...]
    items: tuple[Item, ...]
    notices: tuple[str, ...]

    def of(self, state: Held) -> tuple[Item, ...]:
        """Return the items in one state."""
        return tuple(item for item in self.items if item.state is state)


def drill(framework: Framework, kind: str | None, profile: Profile, notified: date) -> Drill:
    """Return the timetable of an inspection notified on a day, and how its request stands.

    Args:
        kind: One of the framework's kinds of inspection, or None where it has no kinds.
    """
    start = _first_day(notified)
    steps = tuple(_steps(framework, kind, start))
    about = framework.kinds[kind] if kind is not None else None
    items = tuple(_items(framework, steps, profile, start))
    edition = next(
        (
            e.title
            for e in framework.editions
            if e.start <= notified and (e.until is None or notified <= e.until)
        ),
        None,
    )
    return Drill(
        profile.council.name,
        profile.council.code,
        framework.id,
        framework.title,
        kind,
        about.title if about else None,
        edition,
        notified,
        steps,
        items,
        tuple(_notices(about, edition, steps, items, notified)),
    )


def _first_day(notified: date) -> date:
    """Return the day from which days are counted: that of the call, or the working day after it."""
    try:
        if not is_working_day(notified):
            return plus(notified, Duration(Fraction(1), Unit.WORKING_DAYS))
    except BankHolidaysUnknown:
        pass
    return notified


# ---- steps ---------------------------------------------------------------------------------------


def _steps(framework: Framework, kind: str | None, notified: date) -> Iterator[Step]:
    """Yield the steps of a kind of inspection, by day; those without a day last."""
    found = {
        id: step
        for id, step in framework.timeline.items()
        if kind is None or not step.kinds or kind in step.kinds
    }
    named = {id for step in found.values() if step.wants != "the rest" for id in step.wants}
    days: dict[str, date | None] = {}
    made: list[Step] = []
    for id, step in found.items():
        start = notified if step.after is None else days.get(step.after)
        why_not = None
        try:
            days[id] = None if start is None else _counted(start, step)
        except BankHolidaysUnknown as error:
            days[id], why_not = None, str(error)
        if start is None and why_not is None:
            why_not = "the day from which it is counted is not known"
        wants = step.wants
        if wants == "the rest":
            wants = tuple(request for request in framework.requests if request not in named)
        words = _words(step, framework)
        made.append(
            Step(id, step.title, days[id], words, step.confidence, step.note, wants, why_not)
        )
    yield from sorted(made, key=lambda step: (step.day is None, step.day or notified))


def _counted(start: date, step: Milestone) -> date:
    unit = Unit.WORKING_DAYS if step.count == "working days" else Unit.DAYS
    return plus(start, Duration(Fraction(step.day), unit))


def _words(step: Milestone, framework: Framework) -> str:
    if step.after is None:
        return f"{'calendar day' if step.count == 'calendar days' else 'day'} {step.day}"
    after = framework.timeline[step.after].title
    return f"{step.day} {step.count} after: {after[0].lower()}{after[1:]}"


# ---- the information request ---------------------------------------------------------------------


def _items(
    framework: Framework, steps: Sequence[Step], profile: Profile, notified: date
) -> Iterator[Item]:
    due = {id: step for step in steps for id in step.wants}
    for id, request in framework.requests.items():
        step = due.get(id)
        held = [
            (key, item)
            for key, item in profile.evidence.items()
            if f"{framework.id}/{id}" in item.serves
        ]
        day = step.day if step else None
        judged = [_judge(key, item, request, day, notified) for key, item in held]
        order = list(Held)
        judged.sort(key=lambda one: (order.index(one[0]), -one[1].dated.toordinal(), one[1].id))
        nothing = Held.NOT_HELD, None, "no evidence item of the profile answers it"
        state, by, said = judged[0] if judged else nothing
        yield Item(
            id,
            request.title,
            by.holder if by else request.holder,
            request.confidence,
            day,
            step.id if step else None,
            str(request.fresh_within) if request.fresh_within else None,
            state,
            by,
            max(0, len(judged) - 1),
            said,
        )


def _judge(
    id: str, item: EvidenceItem, request: Request, due: date | None, notified: date
) -> tuple[Held, Shown, str]:
    """Return how an evidence item stands on the day it is due, or on the first day."""
    stale = plus(item.dated, request.fresh_within) if request.fresh_within else None
    why_no_day = ""
    try:
        ready = plus(notified, item.ready_in) if item.ready_in else notified
    except ValueError as error:
        ready, why_no_day = None, str(error)
    shown = Shown(
        id,
        item.title,
        item.dated,
        item.holder,
        stale,
        ready,
        str(item.ready_in) if item.ready_in else None,
    )
    by = due or notified
    if item.dated > by:
        return Held.LATE, shown, f"dated {long_date(item.dated)}, after it is due"
    if stale is not None and stale < by:
        old = f"more than {request.fresh_within} old by {long_date(by)}"
        return Held.STALE, shown, f"dated {long_date(item.dated)}; {old}"
    if ready is None:
        return Held.LATE, shown, f"takes {item.ready_in}: {why_no_day}"
    if due is not None and ready > due:
        return (
            Held.LATE,
            shown,
            f"takes {item.ready_in}: ready on {long_date(ready)}, after it is due",
        )
    takes = f", takes {item.ready_in} to produce" if item.ready_in else ""
    return Held.READY, shown, f"dated {long_date(item.dated)}{takes}"


# ---- what a reader must know ---------------------------------------------------------------------


def _notices(
    kind: InspectionKind | None,
    edition: str | None,
    steps: Sequence[Step],
    items: Sequence[Item],
    notified: date,
) -> Iterator[str]:
    if edition is None:
        yield f"No edition of this framework that is in use on {long_date(notified)} is known here."
    try:
        working = is_working_day(notified)
    except BankHolidaysUnknown as error:
        yield f"{str(error)[0].upper()}{str(error)[1:]}: dates counted in them are left open."
    else:
        if not working:
            what = "is at a weekend" if notified.weekday() > 4 else "is a bank holiday"
            first = _first_day(notified)
            yield (
                f"{weekday(notified)} {long_date(notified)} {what}. Notice is given on working "
                f"days: days are counted as if it came on the next one, {weekday(first)} "
                f"{long_date(first)}."
            )
    if kind is not None and kind.note:
        yield kind.note
    unsure = sum(step.confidence is Confidence.MEMORY for step in steps)
    if unsure:
        verbs = (
            ("rests", "is a planning figure") if unsure == 1 else ("rest", "are planning figures")
        )
        yield (
            f"{unsure} of {len(steps)} steps {verbs[0]} on memory or {verbs[1]}: put the days that "
            "the inspectorate names in their place."
        )
    undue = [item.id for item in items if item.due is None]
    if undue:
        yield (
            f"For {len(undue)} of {len(items)} items of the information request no day is known; "
            "they are looked at as of the day of notification."
        )
    yield "School holidays are not in this timetable: look at the term dates of your schools."


def working_days_left(notified: date, due: date) -> int | None:
    """Return how many working days there are until something is due, or None where not known."""
    try:
        return working_days_between(notified, due)
    except BankHolidaysUnknown:
        return None
