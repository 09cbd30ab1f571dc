"""A plan and its check, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.model.actions import Action, ActionPlan
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.render.plan.words import (
    addressed_words,
    affected_words,
    citation_words,
    due_words,
    fault_lines,
    first_of,
    impact_words,
    load_words,
    owner_words,
    rulebook_words,
    summary,
    title,
)
from readiness.render.text import hang
from readiness.render.visible import in_lines

MOST_WITHOUT = 10
"""How many gaps without an action the check names for each severity."""


def render(plan: ActionPlan, *, everything: bool = False) -> str:
    """Return a plan as text; of what is proposed only the first, unless everything is asked for."""
    return _text([*_head(plan), *_planned(plan), *_proposed(plan, everything)])


def render_check(plan: ActionPlan, *, everything: bool = False) -> str:
    """Return the check of a plan as text: counts first, then each fault at its place."""
    return _text([*_head(plan), *_check(plan, everything)])


def _text(lines: list[str]) -> str:
    return in_lines(lines)


def _head(plan: ActionPlan) -> Iterator[str]:
    if plan.small_counts_shown:
        yield SMALL_COUNTS_SHOWN
    yield title(plan)
    yield from hang("", rulebook_words(plan))
    yield ""
    for line in summary(plan):
        yield from hang("  ", line)


def _planned(plan: ActionPlan) -> Iterator[str]:
    yield ""
    yield f"THE PLAN: {len(plan.planned)}"
    for action in plan.planned:
        yield ""
        yield from _action(action)


def _proposed(plan: ActionPlan, everything: bool) -> Iterator[str]:
    if not plan.proposed:
        return
    shown, more = first_of(plan, everything)
    yield ""
    yield f"PROPOSED: {len(plan.proposed)}, for the worst gaps first; nobody has agreed them"
    for action in shown:
        yield ""
        yield from _action(action)
    if more:
        yield ""
        yield f"  … {more}; --all shows them here"


def _action(action: Action) -> Iterator[str]:
    yield from hang(f"  {action.id}  ", " ".join(action.do.split()))
    worst = f"; {action.worst} gap" if action.worst else ""
    yield from hang(
        "    ", f"{action.status}; {owner_words(action)}; due {due_words(action)}{worst}"
    )
    for line in addressed_words(action).split("\n"):
        yield from _row("for", line or "no expectation")
    if action.addresses:
        yield from _row("held by", action.holders)
        yield from _row("cited", "; ".join(citation_words(action).split("\n")))
    for line in filter(None, affected_words(action).split("\n")):
        yield from _row("affected", line)
    yield from _row("shows in", impact_words(action))
    if action.measure is not None and action.measure.now:
        yield from _row("now", action.measure.now)


def _check(plan: ActionPlan, everything: bool) -> Iterator[str]:
    check = plan.check
    yield ""
    yield f"ENTRIES: {len({fault.entry for fault in check.faults})} of {check.entries} to mend"
    for line in fault_lines(check):
        yield from hang("  ", line)
    yield ""
    yield _counts("GAPS BY SEVERITY", ("gaps", "planned", "lacking", "accepted", "none"))
    for gap in check.gaps:
        yield _counts(f"  {gap.severity.value}", gap[1:])
    yield _counts(
        "  all", [sum(counts) for counts in zip(*(g[1:] for g in check.gaps), strict=True)]
    )
    yield from hang(
        "  ",
        "planned: an open action with owner, day to come and a sign of impact; lacking: open "
        "actions that lack one of these or are overdue; accepted: by a named person; none: none "
        "of these",
    )
    yield from _without(plan, everything)
    if plan.problems:
        yield ""
        yield "WHERE"
    for problem in plan.problems:
        yield ""
        yield from str(problem).split("\n")
    if check.loads:
        yield ""
        yield "MOST DUE IN ONE WEEK: for information; how much is too much is for the owner to say"
        for load in check.loads if everything else check.loads[:5]:
            yield from hang("  ", load_words(load))


def _counts(name: str, counts: Iterable[int | str]) -> str:
    return f"{name:<20}" + "".join(f"{count:>10}" for count in counts)


def _without(plan: ActionPlan, everything: bool) -> Iterator[str]:
    if not plan.check.without:
        return
    yield ""
    yield f"GAPS WITH NO ACTION: {len(plan.check.without)}, most severe first"
    shown = plan.check.without if everything else plan.check.without[:MOST_WITHOUT]
    for one in shown:
        yield from hang(f"  {one.id}  ", f"{one.title} ({one.severity})")
    if left := len(plan.check.without) - len(shown):
        yield f"  … and {left} more; --all shows them"


def _row(label: str, text: str) -> Iterator[str]:
    return hang(f"    {label:<10}", text)
