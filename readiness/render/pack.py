"""A pack: every format of one check in a folder, with a page that says what is for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from readiness.analysis.drill import Drill
from readiness.analysis.unknowns.asking import Settled, by_holder
from readiness.calendar import long_date
from readiness.model.actions import ActionPlan
from readiness.model.claims import ClaimsReport
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.finding import Report
from readiness.render import drill, json, report, settle, word
from readiness.render.machine import junit, oscal, sarif
from readiness.render.machine.results import Results
from readiness.render.plan import claims, docx, xlsx
from readiness.render.plan import json as actions_json
from readiness.render.site.html import document, element

INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that one check of one area says.

    Attributes:
        results: The findings, each at its line, for pipelines.
        claims: None where the profile makes no claims.
        drill: The day of the call; None where no day was named.
    """

    report: Report
    results: Results
    plan: ActionPlan
    settled: Settled
    claims: ClaimsReport | None
    drill: Drill | None


class File(NamedTuple):
    """A file of a pack.

    Attributes:
        group: The heading under which the index names it.
        whom: Whom it is for.
        what: What it holds.
    """

    name: str
    group: str
    whom: str
    what: str
    content: str | bytes


READ = "To read"
WORK = "To work with"
ASK = "To send to those who can answer"
CALL = "For the day of the call"
MACHINES = "For programs"


def render(pack: Pack) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every file, that of the index last."""
    files = list(_files(pack))
    for file in files:
        yield file.name, _bytes(file.content)
    yield INDEX, _bytes(_index(pack, files))


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "replace") if isinstance(content, str) else content


def _files(pack: Pack) -> Iterator[File]:
    yield File(
        "report.html",
        READ,
        "the director, the SEND lead and the performance team",
        "Every finding, worst first: what is expected, what was found, who is affected, what next.",
        report.render(pack.report),
    )
    yield File(
        "briefing.docx",
        READ,
        "the lead member and the chief executive",
        "Two pages: the questions that leaders are asked, each answered from the findings.",
        word.render(pack.report),
    )
    if pack.claims is not None:
        yield File(
            "claims.txt",
            READ,
            "whoever writes the self-evaluation",
            "What the council says of itself beside what is held: contradicted, borne out, or not "
            "to be checked.",
            claims.render(pack.claims),
        )
    yield File(
        "plan.docx",
        READ,
        "the improvement board",
        "The improvement plan as a document, with what is to be mended in it.",
        docx.render(pack.plan),
    )
    yield File(
        "plan.xlsx",
        WORK,
        "whoever keeps the improvement plan, and the owners of its actions",
        "One action a row, with those that rule pages propose. Changes come back into the profile "
        "with 'readiness plan --import'.",
        xlsx.render(pack.plan),
    )
    for holder, requests in by_holder(pack.settled.requests).items():
        if holder is not None:
            yield File(
                f"requests/{holder.value.replace('_', '-')}.txt",
                ASK,
                holder.words,
                f"{len(requests)} questions, those first whose answers settle most of what is not "
                "known."
                if len(requests) > 1
                else "One question.",
                settle.render(pack.settled, holder=holder),
            )
    if pack.drill is not None:
        yield File(
            "call.html",
            CALL,
            "whoever leads the inspection team",
            "One page to print: each dated step, and what of the information request is held.",
            drill.render_html(pack.drill),
        )
        yield File(
            "call.ics",
            CALL,
            "everybody's calendar",
            "The same steps as appointments.",
            drill.render_calendar(pack.drill),
        )
    yield from _for_programs(pack)


def _for_programs(pack: Pack) -> Iterator[File]:
    yield File(
        "data/check.json",
        MACHINES,
        "whoever checks again next time",
        "The whole check. Keep it: 'readiness diff' says what changed since.",
        json.render(pack.report),
    )
    plan = pack.plan
    yield File(
        "data/plan.json",
        MACHINES,
        "the performance team",
        "The plan, the proposed actions and the check of the plan.",
        actions_json.render_plan(plan),
    )
    whom, what = "tools of audit and assurance", "OSCAL, the format of NIST"
    yield File(
        "data/check.oscal.json", MACHINES, whom, f"The check as {what}.", oscal.render(pack.report)
    )
    if plan.planned or plan.proposed:  # OSCAL has no plan without an action
        yield File(
            "data/plan.oscal.json", MACHINES, whom, f"The plan as {what}.", oscal.render_plan(plan)
        )
    whom = "the council's own pipeline"
    yield File(
        "data/check.junit.xml", MACHINES, whom, "Findings as JUnit.", junit.render(pack.results)
    )
    yield File("data/check.sarif", MACHINES, whom, "Findings as SARIF.", sarif.render(pack.results))


# ---- the index -----------------------------------------------------------------------------------

_STYLE = """\
:root { color-scheme: light; }
body { font: 1rem/1.45 Arial, Helvetica, sans-serif; color: #0b0c0c; background: #fff;
  margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 1.6rem 0 .2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #b1b4b6; padding: .45rem 1rem .45rem 0; text-align: left;
  vertical-align: top; }
th[scope=row] { width: 14rem; }
td.whom { width: 15rem; color: #505a5f; }
a { color: #1d70b8; }
a:focus { background: #fd0; color: #0b0c0c; outline: 3px solid #fd0; }
.warning { font-weight: bold; color: #942514; }
@media (max-width: 40rem) {
  thead { position: absolute; left: -999rem; }
  tr, td, th[scope=row], td.whom { display: block; width: auto; border: 0; padding: 0; }
  tr { border-bottom: 1px solid #b1b4b6; padding: .5rem 0; }
}
@media print { @page { size: A4; margin: 15mm; } body { font-size: 10pt; padding: 0; } }
"""


def _index(pack: Pack, files: list[File]) -> str:
    about = pack.report
    code = f" ({about.code})" if about.code else ""
    title = f"{about.council}{code}: readiness for inspection at {long_date(about.as_of)}"
    counts = about.totals
    body = [element("h1", None, title)]
    if about.small_counts_shown:
        body.append(element("p", {"class": "warning"}, SMALL_COUNTS_SHOWN))
    body.append(
        element(
            "p",
            None,
            f"{counts.not_met} not met, {counts.unknown} not known, {counts.met} met, "
            f"{counts.not_applicable} not applicable, of {counts.all} expectations. Not a grade "
            "and not a score.",
        )
    )
    if about.selected:
        body.append(element("p", None, f"Shown: {about.selected}"))
    for group, some in groupby(files, key=lambda file: file.group):
        head = element("tr", None, *(element("th", {"scope": "col"}, w) for w in _COLUMNS))
        rows = element("tbody", None, *map(_row, some))
        body += [element("h2", None, group)]
        body += [element("table", None, element("thead", None, head), rows)]
    return document(title, _STYLE, *body)


_COLUMNS = ("File", "For", "What it is")


def _row(file: File) -> str:
    link = element("a", {"href": file.name}, file.name)
    return element(
        "tr",
        None,
        element("th", {"scope": "row"}, link),
        element("td", {"class": "whom"}, file.whom),
        element("td", None, file.what),
    )
