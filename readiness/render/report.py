"""The report as one HTML file that opens anywhere, offline, and runs nothing.

Everything is in the file: no script, no request, and a policy that forbids both. What comes from a
profile is escaped. The template stands in `templates/report.html`, the look in `assets/`.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from readiness.analysis.findings.drawn import drawn
from readiness.analysis.unknowns.settle import Settling, settling
from readiness.calendar import long_date, short_date
from readiness.errors import UsageError
from readiness.model.finding import Finding, Position, Report, SeriesShown
from readiness.model.vocabulary import (
    WORST_FIRST,
    Confidence,
    Force,
    Holder,
    Kind,
    Place,
    Reason,
    Verdict,
)
from readiness.render import drawing
from readiness.render.text import (
    acceptance_words,
    affected_label,
    affected_words,
    beside_members,
    found_words,
    member_counts,
    plan_words,
)
from readiness.render.visible import visible
from readiness.version import __version__

_HERE = Path(__file__).parent
FIRST = 7
"""How many gaps, facts to ask for and actions the first screen shows."""


class Row(NamedTuple):
    """A row of counts: its name, counts by verdict (worst first) and in all, and what is in it."""

    name: str
    counts: tuple[int, ...]
    findings: tuple[Finding, ...]
    head: bool = False


class Trended(NamedTuple):
    """A series with its chart, and the findings that look at it."""

    series: SeriesShown
    trend: drawing.Trend
    findings: tuple[str, ...]


class Placed(NamedTuple):
    """A figure among others with its drawing, and the findings that look at it."""

    position: Position
    strip: drawing.Strip
    beside: Mapping[str, str]
    findings: tuple[str, ...]


def render(report: Report) -> str:
    """Return a report as one HTML file.

    Args:
        report: Made with the extent `REPORT`: with what is drawn, and proofs.

    Raises:
        UsageError: jinja2 is not installed.
    """
    page, style = _template()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    return visible(page.render(**_content(report), style=_markup(style), style_hash=digest))


@cache
def _template() -> tuple[Any, str]:
    """Return the template and the style of the page."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError:
        raise UsageError(
            "a report in HTML needs jinja2, which is not installed; "
            "help: pip install 'readiness[reports]'"
        ) from None
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        long_date=long_date,
        short_date=short_date,
        affected_label=affected_label,
        affected_words=affected_words,
        found_words=found_words,
        kind_words=_kind_words,
        plan_brief=_plan_brief,
        plan_words=plan_words,
        sentence=_sentence,
        who=_who,
        acceptance_words=acceptance_words,
        member_counts=member_counts,
        beside_members=beside_members,
    )
    style = "".join(
        (_HERE / "assets" / name).read_text("utf-8") for name in ("style.css", "report.css")
    )
    return environment.get_template("report.html"), style


def _markup(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


def _content(report: Report) -> dict[str, Any]:
    gaps, unknown, met = map(report.of, (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.MET))
    coming = [f for f in report.findings if f.reason is Reason.NOT_COMMENCED]
    other = [f for f in report.of(Verdict.NOT_APPLICABLE) if f.reason is not Reason.NOT_COMMENCED]
    needed = settling(unknown)
    once = drawn(report.findings)
    positions = [_placed(*one) for one in once.positions]
    return {
        "report": report,
        "totals": report.totals,
        "asked": report.questions,
        "bar": drawing.bar(report.totals),
        "first_gaps": gaps[:FIRST],
        "first_needed": needed[:FIRST],
        "first_actions": [gap for gap in gaps if not gap.has_plan][:FIRST],
        "needed": needed,
        "asks": _by_holder(needed),
        "waiting": [f for f in unknown if not f.settled_by],
        "frameworks": _by_criterion(report),
        "holders": _rows(report.findings, _holder, _holder_order),
        "owners": _rows(report.findings, _owner, _most_gaps_first),
        "lists": [
            ("gaps", "Gaps", _by_severity(gaps), len(gaps)),
            ("not-known", "Not known", _by_severity(unknown), len(unknown)),
            ("met", "Met", [("", met)], len(met)),
            ("not-applicable", "Not applicable", [("", other)], len(other)),
            (
                "coming",
                "Coming law: enacted, not commenced, and held against nobody",
                [("", coming)],
                len(coming),
            ),
        ],
        "opened": {gap.id for gap in gaps[:FIRST]},
        "unknown_by_owner": _by_owner(unknown),
        "sure": _SURE,
        "titles": {f.id: f for f in report.findings},
        "accepted": [f for f in report.findings if f.acceptance],
        "positions": positions,
        "places": [
            one.value for one in Place if any(one.value in each.beside for each in positions)
        ],
        "trends": _trends(once.series),
        "timely": [one for one, _ in once.timely],
        "reach": drawing.reach,
        "day_from": {
            "--as-of": "",
            "profile": "",
            "today": " (today: neither --as-of nor the profile names a day)",
        }[report.as_of_from],
        "place": {one.value: one.words for one in Place},
        "version": __version__,
    }


def _by_severity(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Return findings in order of priority, which begins with severity, under each severity."""
    return [
        (severity.value, list(some))
        for severity, some in groupby(findings, key=lambda finding: finding.severity)
    ]


def _by_owner(findings: Iterable[Finding]) -> list[tuple[str, str, list[Finding]]]:
    """Return findings under each organisation and owner, the council first."""
    by: dict[tuple[Holder, str], list[Finding]] = {}
    for finding in findings:
        by.setdefault((finding.holder, finding.owner), []).append(finding)
    order = list(Holder)
    return [
        (_who(holder), owner, some)
        for (holder, owner), some in sorted(
            by.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        )
    ]


def _by_holder(needed: Iterable[Settling]) -> dict[Holder, list[Settling]]:
    """Return facts to ask for by who can answer, those that settle most first."""
    asks: dict[Holder, list[Settling]] = {}
    for one in needed:
        asks.setdefault(one.holder, []).append(one)
    return asks


# ---- counts ----------------------------------------------------------------------------------


def _counts(findings: Iterable[Finding]) -> tuple[int, ...]:
    by = Counter(finding.verdict for finding in findings)
    return (*(by[verdict] for verdict in WORST_FIRST), sum(by.values()))


def _by_criterion(report: Report) -> list[Row]:
    """Return a row for each framework and one for each of its criteria."""
    rows = []
    for framework, title in report.frameworks.items():
        inside = [f for f in report.findings if f.framework == framework]
        if inside:
            rows.append(Row(title, _counts(inside), (), head=True))
        for key, heading in report.criteria.items():
            some = tuple(f for f in inside if key == f"{framework}/{f.criterion}")
            if some:
                rows.append(Row(heading, _counts(some), some))
    return rows


def _rows(
    findings: Iterable[Finding],
    name: Callable[[Finding], str],
    order: Callable[[Row], Any],
) -> list[Row]:
    by: dict[str, list[Finding]] = {}
    for finding in findings:
        by.setdefault(name(finding), []).append(finding)
    rows = [Row(name, _counts(some), tuple(some)) for name, some in by.items()]
    return sorted(rows, key=order)


def _holder(finding: Finding) -> str:
    return _who(finding.holder)


def _holder_order(row: Row) -> int:
    return [_who(holder) for holder in Holder].index(row.name)


def _owner(finding: Finding) -> str:
    return finding.owner


def _most_gaps_first(row: Row) -> tuple[object, ...]:
    return -row.counts[0], -row.counts[1], row.name


# ---- words ----------------------------------------------------------------------------------


_SURE = {
    Confidence.VERIFIED: "",
    Confidence.SECONDARY: "; read of in another source",
    Confidence.MEMORY: "; from memory, not yet checked",
}

_KINDS = {
    Kind.DUTY: "duty",
    Kind.IMPACT: "impact on children",
    Kind.SIGNAL: "sign of risk",
    Kind.EVIDENCE: "something to be able to show",
}


def _who(holder: Holder) -> str:
    """Return an organisation as readers of the report know it."""
    named = {
        Holder.LOCAL_AUTHORITY: "Council",
        Holder.PARTNERSHIP: "Council, ICB and partners together",
        Holder.ICB: "ICB",
        Holder.NHS_ENGLAND: "NHS England",
    }
    return named.get(holder) or holder.words.capitalize()


def _sentence(text: str) -> str:
    """Return words as a sentence: a capital first, a stop last."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _kind_words(finding: Finding) -> str:
    """Return what kind of expectation a finding is of, and how serious a gap would be."""
    kind = _KINDS[finding.kind]
    if finding.kind is Kind.DUTY:
        kind = "duty in law" if finding.force is Force.MUST else "expected by guidance"
    return f"{kind.capitalize()}, {finding.severity} severity"


def _plan_brief(finding: Finding) -> str:
    """Return whether a plan covers a gap and, where one is there and does not, why not."""
    if not finding.planned:
        return "No plan."
    holding = [one for one in finding.planned if not one.faults]
    if holding:
        one = holding[0]
        due = f", due {short_date(one.due)}" if one.due else ""
        return f"Plan {one.id}{due}, {one.status.value}."
    return " ".join(
        f"Plan {one.id} does not hold: {', '.join(one.faults)}." for one in finding.planned
    )


# ---- drawings --------------------------------------------------------------------------------


def _placed(position: Position, findings: tuple[str, ...]) -> Placed:
    return Placed(
        position,
        drawing.strip(position),
        {b.place.value: f"{b.text}, {b.period} ({b.source})" for b in position.beside},
        findings,
    )


def _trends(series: Iterable[tuple[SeriesShown, tuple[str, ...]]]) -> list[Trended]:
    """Return each series that can be drawn; those with a signal first."""
    made = []
    for one, findings in series:
        trend = drawing.trend(one)
        if trend is not None:
            made.append(Trended(one, trend, findings))
    return sorted(made, key=lambda one: (not one.series.signals, one.series.limits is None))
