"""OSCAL 1.1: a check as assessment results, a plan as a plan of action and milestones, in JSON.

OSCAL says of an objective that it is satisfied or that it is not, and has no third word. Only what
is met or not met therefore becomes a `finding`. What is not known, and what does not apply, is an
`observation` that says so, and no finding: nothing is claimed of it.

Identifiers are made of what they name, so that they stay the same from one run to the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from readiness.calendar import long_date
from readiness.model.actions import Action, ActionPlan, Addressed
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.finding import CitationShown, EvidenceShown, Finding, Found, Report
from readiness.model.finding import RulebookShown as Rulebook
from readiness.model.vocabulary import PlanStatus, Verdict
from readiness.render.markdown import escaped
from readiness.render.plain import indented
from readiness.render.plan.words import impact_words
from readiness.render.text import acceptance_words, affected_words, found_words
from readiness.render.visible import visible

OSCAL_VERSION = "1.1.3"

NAMESPACE = UUID("5b0cb0c5-6a0f-4b0e-9d43-2f1f6d0c7a5e")
"""What every identifier is made from; it never changes."""

NS = "https://readiness.invalid/ns/oscal"
"""Marks the properties that are this program's own; a name, and not an address."""

_UUIDS = "http://ietf.org/rfc/rfc4122"

_STATES = {Verdict.MET: ("satisfied", "pass"), Verdict.NOT_MET: ("not-satisfied", "fail")}
"""The only verdicts for which OSCAL has a state, with its word for why."""

_CLOSED = frozenset({PlanStatus.DONE.value, PlanStatus.STOPPED.value})

Json = dict[str, Any]
_Pair = tuple[str, "str | date | None"]


class _Ids:
    """Makes identifiers for what belongs to one council."""

    def __init__(self, council: str, code: str | None) -> None:
        self.council = code or council

    def of(self, kind: str, *names: str) -> str:
        return _uuid(kind, self.council, *names)


def _uuid(*names: str) -> str:
    return str(uuid5(NAMESPACE, json.dumps(names)))


# ---- assessment results -----------------------------------------------------------------------


def render(report: Report) -> str:
    """Return a check as assessment results: an observation for each finding of the report."""
    ids = _Ids(report.council, report.code)
    plan = ids.of("rulebook", report.rulebook.hash)
    evidence = {item.id: item for f in report.findings for item in f.evidenced}
    by_id = sorted(report.findings, key=lambda finding: finding.id)
    objectives = [_objective(finding) for finding in by_id]
    content = {
        "metadata": _metadata("Readiness check", ids, report),
        "import-ap": {
            "href": f"#{plan}",
            "remarks": "There is no other assessment plan: the rulebook says what is looked at.",
        },
        **_some("local-definitions", objectives and {"objectives-and-methods": objectives}),
        "results": [_result(ids, report)],
        "back-matter": {
            "resources": [
                _rulebook(plan, report.rulebook),
                *(_resource(ids, evidence[id]) for id in sorted(evidence)),
            ]
        },
    }
    return _document("assessment-results", content)


def _result(ids: _Ids, report: Report) -> Json:
    totals = report.totals
    counts = {
        "met": totals.met,
        "not-met": totals.not_met,
        "unknown": totals.unknown,
        "not-applicable": totals.not_applicable,
        "all": totals.all,
    }
    reviewed = [{"control-id": id} for id in sorted(f.id for f in report.findings)]
    shown = f" Shown: {escaped(report.selected)}." if report.selected else ""
    return {
        "uuid": ids.of("result", report.as_of.isoformat(), report.rulebook.hash, report.selected),
        "title": f"Readiness check at {long_date(report.as_of)}",
        "description": (
            "Which expectations of law and inspection frameworks are met. Not a grade and not a "
            "score. What is not known, or does not apply, is observed and is no finding." + shown
        ),
        "start": _at(report.as_of),
        "props": _props((name, str(count)) for name, count in counts.items()),
        "reviewed-controls": {
            "control-selections": [
                {"include-controls": reviewed}
                if reviewed
                else {"description": "No expectation was selected."}
            ]
        },
        **_some("observations", [_observation(ids, report, f) for f in report.findings]),
        **_some("findings", [_of_finding(ids, f) for f in report.findings if f.verdict in _STATES]),
        **_some("remarks", _paragraphs(report.notices)),
    }


def _objective(f: Finding) -> Json:
    return {
        "control-id": f.id,
        "description": escaped(f.title),
        "parts": [
            {
                "id": _objective_id(f.id),
                "name": "assessment-objective",
                "title": escaped(f.title),
                "prose": escaped(f.expected),
            }
        ],
        **_some("remarks", _paragraphs(map(_citation, f.citations))),
    }


def _objective_id(expectation: str) -> str:
    return f"{expectation}_obj"


def _citation(one: CitationShown) -> str:
    return f"{one.title}, {one.at} (edition of {long_date(one.edition)}; {one.confidence})"


def _observation(ids: _Ids, report: Report, f: Finding) -> Json:
    return {
        "uuid": ids.of("observation", f.id),
        "title": f"{escaped(f.id)}: {escaped(f.title)}",
        "description": _paragraphs(_observed(f)),
        "props": _props(_characteristics(f)),
        "methods": ["EXAMINE"],
        "types": ["control-objective"],
        "subjects": [
            {"subject-uuid": ids.of("council"), "type": "party", "title": escaped(report.council)}
        ],
        **_some(
            "relevant-evidence",
            [*map(_held, f.found), *(_evidence(ids, one) for one in f.evidenced)],
        ),
        "collected": _at(report.as_of),
        **_some("remarks", _paragraphs([*f.details, *f.notes])),
    }


def _observed(f: Finding) -> Iterator[str]:
    """Yield what is so and what follows, as reports show it."""
    yield f"{f.verdict.words.capitalize()}: {f.title}"
    yield f"Expected: {f.expected}"
    if f.reasons:
        yield f"Because {'; '.join(reason.words for reason in f.reasons)}"
    if f.affected is not None:
        yield f"Affected: {affected_words(f.affected)}"
    yield from _accepted(f)
    for one in f.settled_by:
        yield f"Would settle it ({one.holder.words}): {one.ask}"
    if f.verdict in (Verdict.NOT_MET, Verdict.UNKNOWN):
        yield f"Next: {f.first_step}"


def _characteristics(f: Finding) -> Iterator[_Pair]:
    yield "expectation", f.id
    yield "verdict", f.verdict
    for reason in f.reasons:
        yield "reason", reason
    yield "severity", f.severity
    yield "framework", f.framework
    yield "criterion", f.criterion
    yield "kind", f.kind
    yield "force", f.force
    yield "holder", f.holder
    yield "owner", f.owner
    for issue in f.issues:
        yield "issue", issue


def _held(one: Found) -> Json:
    return {
        "description": f"{escaped(one.title)}: {escaped(found_words(one))}",
        "props": _props([
            ("fact", one.fact),
            ("member", one.member),
            ("state", one.state),
            ("period", one.period),
            ("dated", one.dated),
            ("source", one.source),
        ]),
    }  # fmt: skip


def _evidence(ids: _Ids, one: EvidenceShown) -> Json:
    return {"href": f"#{ids.of('evidence', one.id)}", "description": escaped(one.title)}


def _resource(ids: _Ids, one: EvidenceShown) -> Json:
    return {
        "uuid": ids.of("evidence", one.id),
        "title": escaped(one.title),
        "props": _props([
            ("evidence", one.id),
            ("kind", one.kind),
            ("dated", one.dated),
            ("holder", one.holder),
        ]),
    }  # fmt: skip


def _of_finding(ids: _Ids, f: Finding) -> Json:
    return {
        **_finding(ids, f.id, f.title, f.verdict),
        "related-observations": [{"observation-uuid": ids.of("observation", f.id)}],
        **_some("remarks", _paragraphs(_accepted(f))),
    }


def _accepted(f: Finding) -> Iterator[str]:
    if f.acceptance is not None:
        lapsed = " (lapsed)" if f.acceptance.lapsed else ""
        yield f"Accepted by {acceptance_words(f.acceptance)}{lapsed}"


def _finding(ids: _Ids, id: str, title: str, verdict: Verdict) -> Json:
    """Return what is known of an expectation; the verdict is one of `_STATES`."""
    state, reason = _STATES[verdict]
    return {
        "uuid": ids.of("finding", id),
        "title": f"{escaped(id)}: {escaped(title)}",
        "description": f"{verdict.words.capitalize()}: {escaped(title)}",
        "target": {
            "type": "objective-id",
            "target-id": _objective_id(id),
            "title": escaped(title),
            "status": {"state": state, "reason": reason},
        },
    }


# ---- plan of action and milestones ------------------------------------------------------------


def render_plan(plan: ActionPlan) -> str:
    """Return a plan as a plan of action and milestones.

    Each action is an item, and a remediation of what it addresses: `planned` or `completed` where
    the plan has it, `recommendation` where a rule page proposes it.

    Args:
        plan: Has at least one action: OSCAL knows no plan without.
    """
    ids = _Ids(plan.council, plan.code)
    actions = (*plan.planned, *plan.proposed)
    about = {one.id: one for action in actions for one in action.addresses}
    meant: dict[str, list[Action]] = {id: [] for id in sorted(about)}
    for action in actions:
        for id in dict.fromkeys(one.id for one in action.addresses):
            meant[id].append(action)
    known = [one for id, one in sorted(about.items()) if one.verdict in _STATES]
    content = {
        "metadata": _metadata("Improvement plan", ids, plan),
        "system-id": {"identifier-type": _UUIDS, "id": ids.of("council")},
        **_some("risks", [_risk(ids, about[id], mine) for id, mine in meant.items()]),
        **_some("findings", [_finding(ids, one.id, one.title, one.verdict) for one in known]),
        "poam-items": [_item(ids, action) for action in actions],
        "back-matter": {
            "resources": [_rulebook(ids.of("rulebook", plan.rulebook.hash), plan.rulebook)]
        },
    }
    return _document("plan-of-action-and-milestones", content)


def _risk(ids: _Ids, one: Addressed, meant: Sequence[Action]) -> Json:
    affected = f"Affected: {one.affected}" if one.affected else "Who is affected is not counted"
    return {
        "uuid": ids.of("risk", one.id),
        "title": f"{escaped(one.id)}: {escaped(one.title)}",
        "description": f"{one.verdict.words.capitalize()}: {escaped(one.title)}",
        "statement": escaped(affected),
        "props": _props([
            ("expectation", one.id),
            ("verdict", one.verdict),
            ("severity", one.severity),
            ("holder", one.holder),
            ("citation", one.citation),
        ]),
        "status": _status(one.verdict, meant),
        "remediations": [_remediation(ids, one, action) for action in meant],
    }  # fmt: skip


def _status(verdict: Verdict, actions: Iterable[Action]) -> str:
    """Return how it stands with what could go wrong: what is not known is being looked into."""
    if verdict is Verdict.UNKNOWN:
        return "investigating"
    if verdict is not Verdict.NOT_MET:
        return "closed"
    worked_on = any(not one.proposed and one.status not in _CLOSED for one in actions)
    return "remediating" if worked_on else "open"


def _lifecycle(action: Action) -> str:
    if action.proposed:
        return "recommendation"
    return {PlanStatus.DONE.value: "completed", PlanStatus.STOPPED.value: "stopped"}.get(
        action.status, "planned"
    )


def _remediation(ids: _Ids, about: Addressed, action: Action) -> Json:
    measure = action.measure
    days = [("due", "Done", action.due), ("impact", "Impact shows", measure and measure.by)]
    tasks = [
        {
            "uuid": ids.of("milestone", action.id, about.id, name),
            "type": "milestone",
            "title": title,
            "timing": {"on-date": {"date": _at(day)}},
        }
        for name, title, day in days
        if day
    ]
    return {
        "uuid": ids.of("remediation", action.id, about.id),
        "lifecycle": _lifecycle(action),
        "title": escaped(action.do),
        "description": escaped(f"How the impact will show: {impact_words(action)}"),
        "props": _props(_of_action(action)),
        **_some("tasks", tasks),
    }


def _item(ids: _Ids, action: Action) -> Json:
    about = action.addresses
    return {
        "uuid": ids.of("action", action.id),
        "title": escaped(action.do),
        "description": escaped(f"How the impact will show: {impact_words(action)}"),
        "props": _props(_of_action(action)),
        **_some(
            "related-findings",
            [{"finding-uuid": ids.of("finding", o.id)} for o in about if o.verdict in _STATES],
        ),
        **_some("related-risks", [{"risk-uuid": ids.of("risk", o.id)} for o in about]),
    }


def _of_action(action: Action) -> Iterator[_Pair]:
    measure = action.measure
    yield "action", action.id
    yield "status", action.status
    yield "owner", action.owner
    yield "due", action.due
    yield "overdue", "yes" if action.overdue else None
    if measure:
        yield "measure", measure.fact
        yield "reaches", measure.reaches
        yield "by", measure.by
        yield "now", measure.now


# ---- what both have ---------------------------------------------------------------------------


def _document(kind: str, content: Json) -> str:
    """Return a document; its identifier is that of its content, as OSCAL asks."""
    uuid = _uuid(kind, indented(content))
    return indented({kind: {"uuid": uuid, **content}}) + "\n"


def _metadata(what: str, ids: _Ids, of: Report | ActionPlan) -> Json:
    book = of.rulebook
    return {
        "title": f"{what}: {escaped(of.council)}",
        "last-modified": _at(of.as_of),
        "version": of.as_of.isoformat(),
        "oscal-version": OSCAL_VERSION,
        "props": _props([
            ("as-of", of.as_of),
            ("council-code", of.code),
            ("rulebook", f"{book.id} {book.hash}"),
            *(("overlay", f"{one.id} {one.hash}") for one in book.overlays),
            ("selected", of.selected),
        ]),
        "parties": [
            {
                "uuid": ids.of("council"),
                "type": "organization",
                "name": _line(of.council),
            }
        ],
        **_some("remarks", SMALL_COUNTS_SHOWN if of.small_counts_shown else ""),
    }  # fmt: skip


def _rulebook(uuid: str, book: Rulebook) -> Json:
    return {
        "uuid": uuid,
        "title": f"Rulebook {escaped(book.id)}",
        "description": f"{book.expectations} expectations of law and inspection frameworks.",
        "props": _props([("hash", book.hash)]),
    }


def _props(pairs: Iterable[_Pair]) -> list[Json]:
    """Return properties of this program's own; those that say nothing are left out."""
    lines = ((name, _line(str(value))) for name, value in pairs if value)
    return [{"name": name, "ns": NS, "value": value} for name, value in lines if value]


def _some(key: str, value: Any) -> Json:
    """Return a value under its key, if there is any: OSCAL has no empty lists."""
    return {key: value} if value else {}


def _paragraphs(texts: Iterable[str]) -> str:
    return "\n\n".join(map(escaped, texts))


def _line(text: str) -> str:
    """Return a text as the value of a property, which is not Markdown."""
    return " ".join(visible(text).split())


def _at(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
