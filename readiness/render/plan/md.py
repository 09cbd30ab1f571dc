"""A plan as Markdown: tables that a council can paste into a paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.model.actions import Action, ActionPlan
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.render.markdown import escaped
from readiness.render.plan.words import (
    addressed_words,
    affected_words,
    citation_words,
    due_words,
    fault_lines,
    first_of,
    impact_words,
    owner_words,
    rulebook_words,
    summary,
    title,
)

_COLUMNS = (
    "Id", "What will be done", "Owner", "Held by", "Due", "Status", "Severity", "Addresses",
    "Written in", "How impact will show", "Now", "Affected",
)  # fmt: skip


def render(plan: ActionPlan, *, everything: bool = False) -> str:
    """Return a plan as Markdown; of what is proposed only the first, unless all are asked for."""
    return "\n".join(_lines(plan, everything)) + "\n"


def _lines(plan: ActionPlan, everything: bool) -> Iterator[str]:
    if plan.small_counts_shown:
        yield f"**{SMALL_COUNTS_SHOWN}**"
        yield ""
    yield f"# {escaped(title(plan))}"
    yield ""
    for line in summary(plan):
        yield f"- {escaped(line)}"
    yield ""
    yield "## The plan"
    yield ""
    yield from _table(plan.planned)
    if plan.check.faults:
        yield ""
        yield "## What to mend in it"
        yield ""
        for line in fault_lines(plan.check):
            yield f"- {escaped(line)}"
        yield ""
        for problem in plan.problems:
            yield f"- {escaped(problem.message)}: {escaped(problem.help)}"
    if plan.proposed:
        shown, more = first_of(plan, everything)
        yield ""
        yield "## Proposed, and agreed by nobody yet"
        yield ""
        yield from _table(shown)
        if more:
            yield ""
            yield f"{escaped(more)}."
    yield ""
    yield f"{escaped(rulebook_words(plan))} Nothing here is a mark or a grade."


def _table(actions: Sequence[Action]) -> Iterator[str]:
    if not actions:
        yield "None."
        return
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{'---|' * len(_COLUMNS)}"
    for action in actions:
        cells = (
            action.id,
            action.do,
            owner_words(action),
            action.holders,
            due_words(action),
            action.status,
            action.worst or "",
            addressed_words(action),
            citation_words(action),
            impact_words(action),
            (action.measure.now or "") if action.measure else "",
            affected_words(action),
        )
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return "<br>".join(escaped(line) for line in text.split("\n"))
