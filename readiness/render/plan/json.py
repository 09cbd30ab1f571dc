"""Plans, their check and claims as plain data, keys in their published order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from readiness.errors import Problem
from readiness.model.actions import Action, ActionPlan, Addressed, PlanCheck
from readiness.model.claims import ClaimShown, ClaimsReport, Leaning, Ledger, Match
from readiness.render.plain import head_data, indented, rulebook_data, totals_data

if TYPE_CHECKING:
    from readiness.render.shapes.check import ClaimData, LedgerData, PlaceData, PlanCheckData
    from readiness.render.shapes.commands import ActionData, AddressedData, ClaimsData, PlanData


def render_plan(plan: ActionPlan) -> str:
    """Return a plan as JSON."""
    content: PlanData = {
        **head_data(plan.council, plan.code, plan.as_of),
        "rulebook": rulebook_data(plan.rulebook),
        "selected": plan.selected,
        "planned": [_action(action) for action in plan.planned],
        "proposed": [_action(action) for action in plan.proposed],
        "check": check_data(plan.check, plan.problems),
        "small_counts_shown": plan.small_counts_shown,
    }
    return indented(content) + "\n"


def render_claims(report: ClaimsReport) -> str:
    """Return claims as JSON."""
    content: ClaimsData = {
        **head_data(report.council, report.code, report.as_of),
        **claims_data(report.ledger),
        "small_counts_shown": report.small_counts_shown,
    }
    return indented(content) + "\n"


def _action(action: Action) -> ActionData:
    measure = action.measure
    return {
        "id": action.id,
        "proposed": action.proposed,
        "do": action.do,
        "owner": action.owner,
        "due": _day(action.due),
        "status": action.status,
        "overdue": action.overdue,
        "severity": action.worst,
        "addresses": [_addressed(one) for one in action.addresses],
        "shows_in": measure
        and {
            "fact": measure.fact,
            "member": measure.member,
            "text": measure.title,
            "reaches": measure.reaches,
            "by": _day(measure.by),
            "now": measure.now,
        },
        "place": action.place or None,
    }


def _addressed(one: Addressed) -> AddressedData:
    return {
        "id": one.id,
        "title": one.title,
        "verdict": one.verdict,
        "severity": one.severity,
        "kind": one.kind,
        "holder": one.holder,
        "citation": one.citation,
        "affected": one.affected,
    }


def check_data(check: PlanCheck, problems: Iterable[Problem] = ()) -> PlanCheckData:
    """Return the check of a plan as plain data.

    Args:
        problems: The faults again, each with its place, where places are known.
    """
    places = {problem.message: problem for problem in problems}
    return {
        "plan_is_written": check.written,
        "entries": {
            "open": check.open,
            "done": check.done,
            "stopped": check.stopped,
            "all": check.entries,
        },
        "counts": [
            {"fault": fault, "text": fault.words, "count": count, "of": of}
            for fault, count, of in check.counts()
        ],
        "faults": [
            {
                "fault": fault.fault,
                "entry": fault.entry,
                "message": fault.message,
                "help": fault.help,
                "place": _place(places.get(fault.message)),
            }
            for fault in check.faults
        ],
        "gaps": [
            {
                "severity": gap.severity,
                "gaps": gap.gaps,
                "planned": gap.planned,
                "lacking": gap.lacking,
                "accepted": gap.accepted,
                "none": gap.none,
            }
            for gap in check.gaps
        ],
        "gaps_without_action": [one.id for one in check.without],
        "most_due_in_one_week": [
            {
                "owner": load.owner,
                "week_of": _day(load.week),
                "due": load.due,
                "open": load.open,
            }
            for load in check.loads
        ],
    }


def _place(problem: Problem | None) -> PlaceData | None:
    if problem is None:
        return None
    return {
        "file": problem.file.rpartition("/")[2],
        "line": problem.line,
        "column": problem.column,
    }


def claims_data(ledger: Ledger) -> LedgerData:
    """Return claims as plain data."""
    return {
        "dated": _day(ledger.dated),
        "counts": {
            "agrees": ledger.count(Match.AGREES),
            "contradicts": ledger.count(Match.CONTRADICTS),
            "over_confident": ledger.count(Match.CONTRADICTS, Leaning.OVER),
            "under_confident": ledger.count(Match.CONTRADICTS, Leaning.UNDER),
            "cannot_be_checked": ledger.count(Match.NOT_CHECKED),
            "all": len(ledger.claims),
        },
        "claims": [_claim(claim) for claim in ledger.claims],
    }


def _claim(claim: ClaimShown) -> ClaimData:
    counts = claim.counts
    return {
        "said_in": claim.said_in,
        "about": claim.about,
        "member": claim.member,
        "title": claim.title,
        "claimed": claim.claimed,
        "found": claim.found,
        "outcome": claim.match,
        "leaning": claim.leaning,
        "how": claim.how,
        "source": claim.source,
        "findings": None if counts is None else totals_data(counts),
        "gaps": list(claim.gaps),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
