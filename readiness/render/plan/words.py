"""Words that every form of a plan shares."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.calendar import long_date, short_date
from readiness.model.actions import Action, ActionPlan, GapCount, Load, PlanCheck
from readiness.model.vocabulary import Verdict

FIRST = 10
"""How many proposed actions a document shows unless all are asked for; the workbook has all."""


def title(plan: ActionPlan) -> str:
    """Return whose plan it is, on which day."""
    code = f" ({plan.code})" if plan.code else ""
    return f"{plan.council}{code}: improvement plan at {long_date(plan.as_of)}"


def rulebook_words(plan: ActionPlan) -> str:
    """Return which rulebook was used, and what was laid over it."""
    book = plan.rulebook
    over = "".join(f", with overlay {one.id} ({one.hash})" for one in book.overlays)
    return f"Rulebook {book.id}, {book.hash}{over}: {book.expectations} expectations."


def summary(plan: ActionPlan) -> Iterator[str]:
    """Yield what the plan holds, in counts that add up."""
    check = plan.check
    if not check.written:
        yield "The profile says nothing of a plan."
    else:
        entries = _count(check.entries, "action")
        yield (
            f"{entries} in the plan: {check.open} open, {check.done} done, {check.stopped} stopped."
        )
    gaps = sum(gap.gaps for gap in check.gaps)
    planned = sum(gap.planned for gap in check.gaps)
    lacking = sum(gap.lacking for gap in check.gaps)
    accepted = sum(gap.accepted for gap in check.gaps)
    whole = " in the whole check, and not only in what is shown" if plan.selected else ""
    yield (
        f"{_count(gaps, 'gap')}{whole}: {planned} with an open action that has owner, day to come "
        f"and a sign of impact; {lacking} with open actions that lack one of these or are "
        f"overdue; {accepted} accepted; {len(check.without)} with none."
    )
    if plan.proposed:
        about = len({one.id for action in plan.proposed for one in action.addresses})
        yield (
            f"{_count(len(plan.proposed), 'action')} proposed by rule pages for "
            f"{_count(about, 'gap')} with none. "
            "Nobody has agreed them: owner, day and aim are the page's suggestion."
        )
    if plan.selected:
        yield f"Shown: {plan.selected}."


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def first_of(plan: ActionPlan, everything: bool) -> tuple[tuple[Action, ...], str]:
    """Return the proposed actions to show, and what to say of the others."""
    shown = plan.proposed if everything else plan.proposed[:FIRST]
    left = len(plan.proposed) - len(shown)
    more = f"{left} more are proposed, and the workbook of the plan holds them" if left else ""
    return shown, more


def due_words(action: Action) -> str:
    """Return when an action is due, and whether that day has passed."""
    if action.due is None:
        return "no day"
    return short_date(action.due) + (" (overdue)" if action.overdue else "")


def owner_words(action: Action) -> str:
    """Return who owns an action."""
    return action.owner or "nobody yet"


def impact_words(action: Action) -> str:
    """Return how the impact of an action will show."""
    measure = action.measure
    if measure is None:
        return "nothing said" if not action.proposed else "to be agreed"
    by = f" by {short_date(measure.by)}" if measure.by else ""
    if measure.fact is None:
        return f"in words only: {measure.title}"
    return f"{measure.words}{by}"


def addressed_words(action: Action) -> str:
    """Return what an action addresses, one expectation a line."""
    return "\n".join(
        f"{one.id} {one.title}"
        + ("" if one.verdict is Verdict.NOT_MET else f" ({one.verdict.words})")
        for one in action.addresses
    )


def citation_words(action: Action) -> str:
    """Return where what an action addresses is written."""
    return "\n".join(dict.fromkeys(one.citation for one in action.addresses))


def affected_words(action: Action) -> str:
    """Return who is affected by the gaps that an action addresses."""
    told = [one for one in action.addresses if one.affected]
    if len(action.addresses) == 1:
        return told[0].affected or "" if told else ""
    return "\n".join(f"{one.id}: {one.affected}" for one in told)


def fault_lines(check: PlanCheck) -> Iterator[str]:
    """Yield each fault with how many entries have it, of how many; those that none has last."""
    counts = check.counts()
    for fault, count, of in counts:
        if count:
            kind = "done" if fault.of_done else "open"
            yield f"{count} of {of} {kind}: {fault.words}"
    clear = [fault.words for fault, count, _ in counts if not count]
    if clear and check.entries:
        yield f"looked for and not found: {'; '.join(clear)}"


def gap_words(gap: GapCount) -> str:
    """Return the gaps of one severity in one line, parts that add up."""
    return (
        f"{gap.severity}: {_count(gap.gaps, 'gap')}, {gap.planned} of them with a plan that holds, "
        f"{gap.lacking} with open actions that lack something or are overdue, {gap.accepted} "
        f"accepted, {gap.none} with none of these"
    )


def load_words(load: Load) -> str:
    """Return in which week most of an owner's actions are due."""
    week = short_date(load.week)
    return f"{load.owner}: {load.due} of {load.open} open actions due in the week of {week}"
