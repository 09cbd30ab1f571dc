"""The machine form of a check: stable keys in a stable order, no floats, no clock, no paths."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

import msgspec

from readiness.model.finding import Finding, Report
from readiness.render.charts_json import charts_data
from readiness.render.plain import head_data, indented, rulebook_data, totals_data
from readiness.render.plan.json import check_data, claims_data

if TYPE_CHECKING:
    from readiness.render.shapes.check import AcceptanceData, CheckData, FindingData


class Encoded:
    """Findings as JSON; one that comes again, in another report, is encoded once for all."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[Finding, Any]] = {}

    def data(self, finding: Finding) -> FindingData:
        """Return a finding as plain data, or as it was encoded, which the encoder takes for it."""
        last, encoded = self._last.get(finding.id, (None, None))
        if last is not finding:
            self._last[finding.id] = finding, None
            return finding_data(finding)
        if encoded is None:
            encoded = msgspec.Raw(msgspec.json.encode(finding_data(finding)))
            self._last[finding.id] = finding, encoded
        return cast("FindingData", encoded)


def render(report: Report, encoded: Encoded | None = None) -> str:
    """Return a report as JSON: two spaces of indent, UTF-8, one newline at the end.

    Args:
        encoded: Findings of the reports before, where there are many.
    """
    asked, data = report.questions, finding_data if encoded is None else encoded.data
    content: CheckData = {
        **head_data(report.council, report.code, report.as_of),
        "rulebook": rulebook_data(report.rulebook),
        "totals": totals_data(report.totals),
        "findings": [data(finding) for finding in report.findings],
        "acceptances": [
            {"expectation": f.id, **_acceptance(f)} for f in report.findings if f.acceptance
        ],
        "three_questions": {
            "apply": asked.apply,
            "known": asked.known,
            "evidenced": asked.evidenced,
            "gaps": asked.gaps,
            "planned": asked.planned,
            "said_alone": asked.said_alone,
        },
        "selected": report.selected,
        "notices": list(report.notices),
        "small_counts_shown": report.small_counts_shown,
        "claims": None if report.claims is None else claims_data(report.claims),
        "plan_check": None if report.plan_check is None else check_data(report.plan_check),
        "charts": charts_data(report.findings),
    }
    return indented(content) + "\n"


def finding_data(finding: Finding) -> FindingData:
    """Return a finding as plain data, keys in their published order."""
    return {
        "id": finding.id,
        "title": finding.title,
        "framework": finding.framework,
        "criterion": finding.criterion,
        "also": list(finding.also),
        "kind": finding.kind,
        "force": finding.force,
        "theme": finding.theme,
        "holder": finding.holder,
        "owner": finding.owner,
        "depth": finding.depth,
        "severity": finding.severity,
        "verdict": finding.verdict,
        "reason": finding.reason,
        "reasons": list(finding.reasons),
        "issues": list(finding.issues),
        "expected": {
            "text": finding.expected,
            "operands": [
                {
                    "name": one.name,
                    "value": one.value,
                    "unit": one.unit,
                    "basis": one.basis,
                    "from": _day(one.start),
                    "source": one.source,
                }
                for one in finding.operands
            ],
        },
        "found": [
            {
                "fact": one.fact,
                "member": one.member,
                "value": one.value,
                "numerator": one.numerator,
                "denominator": one.denominator,
                "period": one.period,
                "dated": _day(one.dated),
                "source": one.source,
                "state": one.state,
                "title": one.title,
                "text": one.text,
                "england": one.england,
                "worse_than_england": one.worse_than_england,
                "distance": one.distance,
                "place": one.place,
                "note": one.note,
                "region": one.region,
                "neighbours": one.neighbours,
                "earlier": one.earlier,
                "left_out": [{"reason": reason, "count": count} for reason, count in one.left_out],
            }
            for one in finding.found
        ],
        "members": [
            {
                "member": one.member,
                "verdict": one.verdict,
                "found": one.found,
                "title": one.title,
                "facts": list(one.facts),
                "family": one.family,
            }
            for one in finding.members
        ],
        "affected": None
        if finding.affected is None
        else {
            "count": finding.affected.count,
            "of": finding.affected.of,
            "unit": finding.affected.unit,
            "persons": finding.affected.persons,
            "group": finding.affected.group,
            "groups": finding.affected.groups,
            "left_out": finding.affected.left_out,
        },
        "known": {"text": finding.known, "facts": list(finding.known_facts)},
        "evidenced": [
            {
                "id": one.id,
                "title": one.title,
                "kind": one.kind,
                "dated": _day(one.dated),
                "holder": one.holder,
                "stale": one.stale,
            }
            for one in finding.evidenced
        ],
        "planned": [
            {
                "id": one.id,
                "do": one.do,
                "owner": one.owner,
                "due": _day(one.due),
                "status": one.status,
                "shows_in": one.shows_in,
                "overdue": one.overdue,
            }
            for one in finding.planned
        ],
        "settled_by": [
            {
                "fact": one.fact,
                "member": one.member,
                "holder": one.holder,
                "ask": one.ask,
                "accepts": list(one.accepts),
                "reasons": list(one.reasons),
            }
            for one in finding.settled_by
        ],
        "upstream": [{"id": id, "verdict": verdict} for id, verdict in finding.upstream],
        "citations": [
            {
                "source": one.source,
                "title": one.title,
                "at": one.at,
                "edition": _day(one.edition),
                "confidence": one.confidence,
            }
            for one in finding.citations
        ],
        "first_step": finding.first_step,
        "actions": [
            {"do": one.do, "owner": one.owner, "within": one.within} for one in finding.actions
        ],
        "acceptance": _acceptance(finding) if finding.acceptance else None,
        "why": finding.why,
        "ask": finding.ask,
        "notes": [*finding.details, *finding.notes],
        "applies_when": finding.applies or None,
    }


def _acceptance(finding: Finding) -> AcceptanceData:
    assert finding.acceptance is not None
    return {
        "by": finding.acceptance.by,
        "reason": finding.acceptance.reason,
        "until": finding.acceptance.until,
        "lapsed": finding.acceptance.lapsed,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
