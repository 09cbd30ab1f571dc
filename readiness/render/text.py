"""The plain-text report: what a director can read in one minute, the rest one flag away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from textwrap import wrap

from readiness.analysis.unknowns.settle import Settling, settling
from readiness.calendar import long_date, short_date
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.finding import (
    AcceptanceShown,
    Affected,
    Finding,
    Found,
    Planned,
    Report,
    RulebookShown,
)
from readiness.model.vocabulary import WORST_FIRST, Kind, Reason, Verdict
from readiness.render.visible import in_lines
from readiness.rulebook.wording import few, in_sentence

WIDTH = 100
FIRST = 7
"""How many gaps and unknowns the short form shows: 144 of 150 areas miss the 20-week duty, so a
wall of red helps nobody."""

MOST_FOUND = 3
"""How many values a gap shows in the short form."""

_HEADINGS = {
    Verdict.NOT_MET: "GAPS",
    Verdict.UNKNOWN: "NOT KNOWN",
    Verdict.MET: "MET",
    Verdict.NOT_APPLICABLE: "NOT APPLICABLE",
}


def render(report: Report, *, everything: bool = False, profile: str = "PROFILE") -> str:
    """Return a report as text.

    Args:
        everything: Show every finding, not only the first gaps and unknowns.
        profile: How the profile was named, for the commands at the end.
    """
    lines = [*_head(report)]
    if everything:
        for verdict in _HEADINGS:
            lines += _all_of(report, verdict)
    else:
        lines += [*_gaps(report), *_unknowns(report), *_signs(report), *_actions(report)]
    lines += [*_claims(report), *_by_criterion(report), *_coming(report), *_accepted(report)]
    if not everything:
        lines += _foot(report, profile)
    return in_lines(lines)


def _head(report: Report) -> Iterator[str]:
    if report.small_counts_shown:
        yield SMALL_COUNTS_SHOWN
    code = f" ({report.code})" if report.code else ""
    day_from = {
        "--as-of": "",
        "profile": "",
        "today": " (today: neither --as-of nor the profile names a day)",
    }[report.as_of_from]
    yield f"{report.council}{code}: readiness check at {long_date(report.as_of)}{day_from}"
    book = report.rulebook
    yield from book_lines(book)
    if report.selected:
        shown = len(report.findings)
        yield f"Shown: {report.selected} ({shown} of {book.expectations} expectations)"
    totals = report.totals
    yield ""
    yield (
        f"  {totals.not_met} not met   {totals.unknown} not known   {totals.met} met   "
        f"{totals.not_applicable} not applicable   of {totals.all}"
    )
    yield "  Not a grade and not a score: which expectations are met, and what is not known."
    asked = report.questions
    yield ""
    yield f"  What is known     {asked.known} of {asked.apply} that apply are met or not met"
    yield f"  How it is known   {asked.evidenced} of those {asked.known} name an item of evidence"
    if asked.said_alone:
        yield f"{'':20}{asked.said_alone} of the {asked.met} met rest on what was said alone"
    yield f"  What is planned   {asked.planned} of {asked.gaps} gaps have an owner, day and sign"
    if report.notices:
        yield ""
    for notice in report.notices:
        yield from hang("  ! ", notice)


def book_lines(book: RulebookShown) -> Iterator[str]:
    """Yield which rulebook was used, and each of its overlays."""
    yield f"Rulebook {book.id} ({book.origin}, {book.hash}): {book.expectations} expectations"
    for one in book.overlays:
        yield f"  with overlay {one.id} ({one.origin}, {one.hash}): {one.title}"


def _gaps(report: Report) -> Iterator[str]:
    gaps = report.of(Verdict.NOT_MET)
    yield ""
    if not gaps:
        yield "GAPS: none found"
        return
    yield f"GAPS: {len(gaps)}, worst first" + _first(len(gaps))
    for gap in gaps[:FIRST]:
        yield ""
        yield from _finding(gap)


def _first(count: int) -> str:
    return f"; the first {FIRST}" if count > FIRST else ""


def _finding(finding: Finding, *, full: bool = False) -> Iterator[str]:
    """Show a finding: what a reader needs first or, in full, also how it is known."""
    yield from hang(f"  {finding.id}  ", finding.title)
    force = f", {finding.force}" if finding.force else ""
    yield f"    {finding.severity} {finding.kind}{force}; {finding.holder.words}: {finding.owner}"
    if finding.verdict in (Verdict.UNKNOWN, Verdict.NOT_APPLICABLE):
        yield from _row("because", "; ".join(reason.words for reason in finding.reasons))
    if full:
        if finding.applies:
            yield from _row("applies", f"where {finding.applies}")
        yield from _row("expected", finding.expected)
    shown = _worth_showing(finding)
    single = [f"{found.title}: {found_words(found)}" for found in shown]
    few_enough = single if full else single[:MOST_FOUND]
    rows = [*chain.from_iterable(_row("found", one) for one in few_enough)]
    members = [*_members(finding)] if finding.members else []
    decides = shown[:1] == list(finding.found[:1])
    yield from [*rows, *members] if decides else [*members, *rows]
    if finding.affected is not None:
        yield from _row(affected_label(finding.affected), affected_words(finding.affected))
    resting = [f"{id} {verdict.words}" for id, verdict in finding.upstream]
    if resting:
        yield from _row("rests on", few(resting, FIRST, FIRST))
    for detail in finding.details[:MOST_FOUND]:
        yield from _row("note", detail)
    if full:
        for note in finding.notes:
            yield from _row("note", note)
        if finding.found:
            yield from _row("known by", evidence_words(finding))
    for plan in finding.planned:
        yield from _row("plan", plan_words(plan))
    if finding.verdict is Verdict.NOT_MET and not finding.planned:
        yield from _row("plan", "none that addresses this")
    if finding.acceptance is not None:
        state = "lapsed" if finding.acceptance.lapsed else "accepted"
        yield from _row(state, acceptance_words(finding.acceptance))
    if finding.verdict in (Verdict.NOT_MET, Verdict.UNKNOWN):
        yield from _row("next", finding.first_step)


def affected_label(affected: Affected) -> str:
    """Return what the number is of: people who are affected, or things of another kind."""
    return "affected" if affected.persons else "how many"


def affected_words(affected: Affected) -> str:
    """Return who is affected, with thousands set apart."""
    return affected.words


def _worth_showing(finding: Finding) -> Sequence[Found]:
    """Return what is held beside members; of a gap only what can be used, where anything can."""
    single = beside_members(finding)
    held = [found for found in single if found.state == "value"]
    return held if finding.verdict is Verdict.NOT_MET and held else single


def beside_members(finding: Finding) -> list[Found]:
    """Return what is held that no member of a family tells."""
    told = {(fact, member.member) for member in finding.members for fact in member.facts}
    return [found for found in finding.found if (found.fact, found.member) not in told]


def _members(finding: Finding) -> Iterator[str]:
    """Show the members that matter for a verdict, worst first, and count the rest."""
    open = [m for m in finding.members if m.verdict is Verdict.NOT_MET]
    open = open or [m for m in finding.members if m.verdict is Verdict.UNKNOWN]
    shown = open or (list(finding.members) if finding.verdict is Verdict.MET else [])
    for member in shown[:FIRST]:
        yield from _row("found", f"{member.title}: {member.found}")
    yield from _row("in all", member_counts(finding))


def member_counts(finding: Finding) -> str:
    """Return for each family how many of its members are met, not met and not known."""
    families: dict[str, list[Verdict]] = {}
    for member in finding.members:
        families.setdefault(member.family, []).append(member.verdict)
    told = []
    for family, verdicts in families.items():
        counts = [
            f"{verdicts.count(verdict)} {verdict.words}"
            for verdict in WORST_FIRST
            if verdict in verdicts
        ]
        numbers = f"{', '.join(counts)} of {len(verdicts)}" if counts[1:] else f"all {counts[0]}"
        told.append(f"{numbers} ({in_sentence(family)})")
    return "; ".join(told)


def found_words(found: Found) -> str:
    parts = [found.text]
    if found.place:
        parts[0] += f" ({found.source or found.place})"
    if found.period:
        parts.append(found.period)
    text = ", ".join(parts)
    if found.earlier:
        text += f"; {found.earlier}"
    if found.state != "value" and found.value is not None:
        text += f" [{Reason(found.state).words}]"
    if found.distance:
        text += f"; {found.distance}"
    if found.england:
        text += f"; England {found.england}"
    if found.region:
        text += f"; the region {found.region}"
    if found.neighbours:
        text += f"; neighbours {found.neighbours}"
    return f"{text} ({found.note})" if found.note else text


def acceptance_words(acceptance: AcceptanceShown) -> str:
    """Return who accepted a gap, until when, and why."""
    return f"{acceptance.by}, {_until(acceptance)}: {acceptance.reason}"


def _until(acceptance: AcceptanceShown) -> str:
    if acceptance.until is None:
        return "without a last day"
    try:
        return f"until {long_date(date.fromisoformat(acceptance.until))}"
    except ValueError:
        return f"until '{acceptance.until}'"


def evidence_words(finding: Finding) -> str:
    if not finding.evidenced:
        said = "what was said alone: " if finding.said_alone else ""
        return f"{said}no evidence item is named"
    return "; ".join(
        f"{one.title} ({one.kind}, {short_date(one.dated)}{', stale' if one.stale else ''})"
        for one in finding.evidenced
    )


def plan_words(plan: Planned) -> str:
    due = f"due {short_date(plan.due)}" if plan.due else "no due date"
    parts = [f"{plan.id} {plan.do}", plan.owner or "no owner", due, plan.status.value]
    if plan.overdue:
        parts.append("overdue")
    parts.append(f"shows in: {plan.shows_in}" if plan.shows_in else "no measure of impact")
    return "; ".join(parts)


def _unknowns(report: Report) -> Iterator[str]:
    unknown = report.of(Verdict.UNKNOWN)
    yield ""
    if not unknown:
        yield "NOT KNOWN: nothing"
        return
    needed = settling(unknown, report.framework)
    if not needed:
        yield f"NOT KNOWN: {len(unknown)}"
        for finding in unknown[:FIRST]:
            words = finding.reasons[0].words if finding.reasons else ""
            yield from hang(f"  {finding.id}  ", f"{finding.title}: {words}")
        return
    what = "fact" if len(needed) == 1 else "facts"
    yield (
        f"NOT KNOWN: {len(unknown)}; {len(needed)} {what} would help to settle them, those that "
        f"settle most first" + _first(len(needed))
    )
    for one in needed[:FIRST]:
        yield ""
        yield from _needed(one)


def _needed(one: Settling) -> Iterator[str]:
    members = f" ({', '.join(one.members)})" if one.members else ""
    yield from hang("  ", f"{one.title}{members}")
    yield from _row("ask", f"{one.holder.words}: {one.ask}")
    yield from _row("because", "; ".join(reason.words for reason in one.because))
    for found in one.held[:2]:
        yield from _row("held", found_words(found))
    yield from _row("settles", few(one.findings, FIRST, FIRST))
    yield from _row("fact", one.fact)


def _signs(report: Report) -> Iterator[str]:
    """Yield figures that are worse than England's, and may yet be answered."""
    signs = [
        (finding, worse)
        for finding in report.of(Verdict.UNKNOWN)
        if finding.kind is Kind.SIGNAL
        and (worse := [found for found in finding.found if found.worse_than_england])
    ]
    if not signs:
        return
    yield ""
    yield (
        f"WORSE THAN ENGLAND, and not settled by neighbours or a look into why: {len(signs)}"
        + _first(len(signs))
    )
    yield ""
    for finding, worse in signs[:FIRST]:
        shown = (f"{found.title}: {found_words(found)}" for found in worse)
        yield from hang(f"  {finding.id}  ", "; and ".join(shown))


def _actions(report: Report) -> Iterator[str]:
    gaps = [gap for gap in report.of(Verdict.NOT_MET) if not gap.has_plan][:FIRST]
    if not gaps:
        return
    yield ""
    yield "RECOMMENDED ACTIONS: for the first gaps without a plan that still holds"
    for gap in gaps:
        action = gap.actions[0]
        yield ""
        yield from hang(f"  {gap.id}  ", action.do)
        yield f"    {action.owner}, within {action.within}"


def _claims(report: Report) -> Iterator[str]:
    """Show the claims that are contradicted, and count the rest."""
    if report.claims is None:
        return
    from readiness.model.claims import Match
    from readiness.render.plan.claims import counted, rows

    yield ""
    yield from hang("CLAIMS BESIDE THE FACTS: ", counted(report.claims))
    against = [c for c in report.claims.claims if c.match is Match.CONTRADICTS]
    for claim in against[:FIRST]:
        yield ""
        yield from rows(claim, full=False)
    if len(against) > FIRST:
        yield ""
        yield f"  … and {len(against) - FIRST} more that are contradicted"


def _by_criterion(report: Report) -> Iterator[str]:
    """Count findings by criterion; the columns add up to the totals at the top."""
    yield ""
    yield f"{'BY CRITERION':<62}{'not met':>9}{'not known':>11}{'met':>6}{'n/a':>6}{'all':>6}"
    total = [0, 0, 0, 0]
    for framework, title in report.frameworks.items():
        inside = [f for f in report.findings if f.framework == framework]
        if not inside:
            continue
        yield f"  {title}"
        criteria = dict.fromkeys(
            key.split("/", 1)[1] for key in report.criteria if key.startswith(f"{framework}/")
        )
        for criterion in criteria:
            some = [f for f in inside if f.criterion == criterion]
            if not some:
                continue
            counts = [
                sum(f.verdict is verdict for f in some)
                for verdict in (
                    Verdict.NOT_MET,
                    Verdict.UNKNOWN,
                    Verdict.MET,
                    Verdict.NOT_APPLICABLE,
                )
            ]
            total = [a + b for a, b in zip(total, counts, strict=True)]
            name = report.criteria[f"{framework}/{criterion}"]
            yield f"    {_cut(name, 57):<58}" + _counts(counts)
    yield f"  {'all':<60}" + _counts(total)


def _counts(counts: Sequence[int]) -> str:
    not_met, unknown, met, not_applicable = counts
    return f"{not_met:>9}{unknown:>11}{met:>6}{not_applicable:>6}{sum(counts):>6}"


def _coming(report: Report) -> Iterator[str]:
    coming = [f for f in report.findings if f.reason is Reason.NOT_COMMENCED]
    if coming:
        yield ""
        yield "COMING: enacted but not commenced, and not held against anyone"
        for finding in coming:
            yield from hang(f"  {finding.id}  ", finding.title)


def _accepted(report: Report) -> Iterator[str]:
    accepted = [f for f in report.findings if f.acceptance and f.verdict is not Verdict.MET]
    if accepted:
        yield ""
        yield "ACCEPTED: a named person's dated decision; the verdict stands"
        for f in accepted:
            assert f.acceptance is not None
            lapsed = " (lapsed)" if f.acceptance.lapsed else ""
            yield from hang(f"  {f.id}  ", f"{acceptance_words(f.acceptance)}{lapsed}")


def _all_of(report: Report, verdict: Verdict) -> Iterator[str]:
    some = report.of(verdict)
    yield ""
    yield f"{_HEADINGS[verdict]}: {len(some)}"
    for finding in some:
        yield ""
        yield from _finding(finding, full=True)


def _foot(report: Report, profile: str) -> Iterator[str]:
    first = next(iter(report.findings), None)
    yield ""
    if first is not None:
        yield f"Why, in full:      readiness explain {first.id} {profile}"
    yield f"Every finding:     readiness check {profile} --all"
    yield f"Actions:           readiness plan {profile}"
    if report.claims is not None:
        yield f"Claims:            readiness claims {profile}"
    signals = any(f.kind is Kind.SIGNAL and f.verdict is Verdict.NOT_MET for f in report.findings)
    if signals:
        yield ""
        yield from hang(
            "", "A signal is a sign of risk to ask about. It is no forecast of a grade."
        )


def _row(label: str, text: str) -> Iterator[str]:
    return hang(f"    {label:<10}", text)


def hang(head: str, text: str) -> Iterator[str]:
    lines = wrap(text, WIDTH - len(head), break_on_hyphens=False) or [""]
    yield (head + lines[0]).rstrip()
    for line in lines[1:]:
        yield " " * len(head) + line


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
