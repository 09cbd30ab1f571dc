"""Plans, their check and claims as plain data, keys in their published order."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from readiness.errors import Problem
from readiness.model.actions import Action, ActionPlan, Addressed, PlanCheck
from readiness.model.claims import ClaimShown, ClaimsReport, Leaning, Ledger, Match
from readiness.render.plain import rulebook_data


def render_plan(plan: ActionPlan) -> str:
    """Return a plan as JSON."""
    return _text({
        **_head(plan.council, plan.code, plan.as_of),
        "rulebook": rulebook_data(plan.rulebook),
        "selected": plan.selected,
        "planned": [_action(action) for action in plan.planned],
        "proposed": [_action(action) for action in plan.proposed],
        "check": check_data(plan.check, plan.problems),
        "small_counts_shown": plan.small_counts_shown,
    })  # fmt: skip


def render_claims(report: ClaimsReport) -> str:
    """Return claims as JSON."""
    return _text({
        **_head(report.council, report.code, report.as_of),
        **claims_data(report.ledger),
        "small_counts_shown": report.small_counts_shown,
    })  # fmt: skip


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _head(council: str, code: str | None, as_of: date) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "council": {"name": council, "code": code},
        "as_of": as_of.isoformat(),
    }


def _action(action: Action) -> dict[str, Any]:
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
            "text": measure.title,
            "reaches": measure.reaches,
            "by": _day(measure.by),
            "now": measure.now,
        },
        "place": action.place or None,
    }


def _addressed(one: Addressed) -> dict[str, Any]:
    return {**one._asdict()}


def check_data(check: PlanCheck, problems: Iterable[Problem] = ()) -> dict[str, Any]:
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
                "place": (at := places.get(fault.message))
                and {"file": at.file.rpartition("/")[2], "line": at.line, "column": at.column},
            }
            for fault in check.faults
        ],
        "gaps": [gap._asdict() for gap in check.gaps],
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


def claims_data(ledger: Ledger) -> dict[str, Any]:
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


def _claim(claim: ClaimShown) -> dict[str, Any]:
    counts = claim.counts
    return {
        "said_in": claim.said_in,
        "about": claim.about,
        "title": claim.title,
        "claimed": claim.claimed,
        "found": claim.found,
        "outcome": claim.match,
        "leaning": claim.leaning,
        "how": claim.how,
        "source": claim.source,
        "findings": counts
        and {
            "met": counts.met,
            "not_met": counts.not_met,
            "unknown": counts.unknown,
            "not_applicable": counts.not_applicable,
            "all": counts.all,
        },
        "gaps": list(claim.gaps),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
