"""An expectation as a page, and one finding in full: what `rules show` and `explain` print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from readiness.calendar import in_force, long_date, short_date
from readiness.model.conditions import ThresholdRef, facts_of
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.expectation import Expectation, OwnValue, Threshold
from readiness.model.finding import Finding
from readiness.model.vocabulary import Basis, Verdict
from readiness.render.text import (
    acceptance_words,
    affected_words,
    beside_members,
    evidence_words,
    found_words,
    hang,
    plan_words,
)
from readiness.rulebook.conditions import threshold_value
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.thresholds import Limit, fact_of, limits
from readiness.rulebook.wording import Wording, overlay_notes, show_limit


def render_page(rulebook: Rulebook, id: str, as_of: date) -> str:
    """Return an expectation as a reader sees it on a day."""
    return "\n".join(_page(rulebook, id, as_of)) + "\n"


def render_finding(
    rulebook: Rulebook,
    finding: Finding,
    council: str,
    as_of: date,
    small_counts_shown: bool = False,
) -> str:
    """Return one finding in full: verdict, the three questions, the proof, then the page."""
    lines = [SMALL_COUNTS_SHOWN] if small_counts_shown else []
    lines += [*_verdict(rulebook, finding, council, as_of), ""]
    lines += _page(rulebook, finding.id, as_of)
    return "\n".join(lines) + "\n"


def _verdict(rulebook: Rulebook, f: Finding, council: str, as_of: date) -> Iterator[str]:
    verdict = f.verdict.words.upper()
    yield from hang(f"{verdict}  ", f"{f.id} {f.title}")
    yield f"  {council} at {long_date(as_of)}"
    for reason in f.reasons:
        yield f"  because {reason.words} ({reason.value})"
    if f.affected is not None:
        yield f"  affected: {affected_words(f.affected)}"
    yield ""
    yield "What do you know?"
    for found in beside_members(f):
        yield from hang("  ", f"{found.title}: {found_words(found)}")
    for member in f.members:
        yield from hang("  ", f"{member.title}: {member.verdict.words} ({member.found})")
    for id, verdict in f.upstream:
        yield from hang("  ", f"{id} {rulebook.expectations[id].title}: {verdict.words}")
    yield "How do you know it?"
    if f.found or not f.upstream:
        yield from hang("  ", evidence_words(f))
        titles = {item.title for item in f.evidenced}
        for source in dict.fromkeys(found.source for found in f.found if found.source):
            if not titles.issuperset(source.split("; ")):
                yield from hang("  ", f"source: {source}")
    else:
        yield "  as each of those is known: explain its id"
    yield "What are your plans?"
    for plan in f.planned:
        yield from hang("  ", plan_words(plan))
    if not f.planned:
        open = f.verdict in (Verdict.NOT_MET, Verdict.UNKNOWN)
        yield "  no plan entry addresses this" if open else "  none is needed here"
    if f.acceptance is not None:
        lapsed = " (lapsed)" if f.acceptance.lapsed else ""
        yield from hang("  accepted by ", f"{acceptance_words(f.acceptance)}{lapsed}")
    if f.settled_by:
        yield ""
        yield "What would settle it?"
        for one in f.settled_by:
            accepts = f" (accepted: {', '.join(one.accepts)})" if one.accepts else ""
            yield from hang("  ", f"{one.holder.words}: {one.ask}{accepts} [{one.fact}]")
    yield ""
    yield "Why this verdict"
    for step in f.steps:
        truth = f"{step.truth}: " if step.truth else ""
        yield from hang("  " * (step.depth + 1), f"{truth}{step.text}")
        if step.found:
            yield from hang("  " * (step.depth + 2), f"held: {step.found}")
    for note in (*f.details, *f.notes):
        yield from hang("  note: ", note)


def _page(rulebook: Rulebook, id: str, as_of: date) -> Iterator[str]:
    e = rulebook.expectations[id]
    conditions = rulebook.conditions[id]

    def look_up(ref: ThresholdRef) -> Sequence[Limit] | None:
        threshold = e.thresholds[ref.name]
        if threshold.basis is Basis.LOCAL or threshold.by is not None:
            return None
        return limits(ref, threshold, fact_of(rulebook, id, ref.name), as_of, None, None)

    wording = Wording(rulebook, look_up)
    yield from hang(f"{e.id}  ", e.title)
    framework = rulebook.frameworks[e.framework].title
    yield from hang("  ", f"{framework}: {rulebook.criterion_title(e.framework, e.criterion)}")
    for place in e.also:
        other, _, criterion = place.partition("/")
        title = rulebook.frameworks[other].title
        yield from hang("  also ", f"{title}: {rulebook.criterion_title(other, criterion)}")
    force = f", {e.force}" if e.force else ""
    yield f"  {e.kind}{force}; {e.holder.words}: {e.owner}; {e.depth} depth; {_in_force(e, as_of)}"
    yield from hang("  severity ", f"{e.severity}: {e.severity_because}")
    yield ""
    yield from hang("Why it matters: ", e.why)
    if conditions.applies_when is not None:
        yield from hang("Applies when: ", wording.words(conditions.applies_when))
    yield from hang("Expected: ", wording.words(conditions.expect))
    for name, threshold in e.thresholds.items():
        yield from _threshold(rulebook, id, name, threshold, as_of)
    yield from hang("Inspector's question: ", e.ask)
    yield ""
    yield "Written in"
    for citation in e.citations:
        source = rulebook.sources[citation.source]
        note = f"; {citation.note}" if citation.note else ""
        yield from hang(
            "  ",
            f"{source.title}, {citation.at} (edition of {short_date(source.edition)}; "
            f"{citation.confidence}{note})",
        )
    yield "Evidence to have ready"
    for item in e.evidence:
        yield from hang("  - ", item)
    yield from hang("First step: ", e.first_step)
    yield "Recommended actions"
    for action in e.actions:
        yield from hang("  - ", f"{action.do} ({action.owner}, within {action.within})")
    if e.issues:
        titles = rulebook.issue_codes()
        yield from hang("Issues raised: ", "; ".join(titles[code] for code in e.issues))
    yield "Examples"
    for example in e.examples:
        because = f" ({example.because})" if example.because else ""
        verdict = example.verdict.words
        yield from hang("  - ", f"{example.name}: {verdict}{because}")
    for note in overlay_notes(rulebook, id):
        yield from hang("Overlay: ", note)
    yield from hang("Page: ", f"{rulebook.files[id]} in {which(rulebook)}")


def which(rulebook: Rulebook) -> str:
    """Return which rulebook is meant, so that nobody checks another copy than they edit."""
    return f"rulebook {rulebook.named}, {len(rulebook.expectations)} expectations"


def _in_force(e: Expectation, as_of: date) -> str:
    span = e.in_force
    if span.start is None:
        return "enacted, not commenced"
    until = f" to {short_date(span.until)}" if span.until else ""
    when = "in force" if in_force(span.start, span.until, as_of) else "not in force"
    return f"{when} ({short_date(span.start)}{until or ' on'})"


def _threshold(
    rulebook: Rulebook, id: str, name: str, threshold: Threshold, as_of: date
) -> Iterator[str]:
    fact = fact_of(rulebook, id, name)
    if threshold.basis is Basis.LOCAL:
        yield from hang(f"  {name}: ", f"{threshold.basis.words}. {threshold.ask}")
        return
    source = rulebook.sources[threshold.source].short if threshold.source else ""
    because = "; ".join(filter(None, [threshold.basis.words, source, threshold.because]))
    yield from hang(f"  {name}: ", because)
    for dated in threshold.values:
        basis, from_source = threshold.rests_on(dated)
        limit = Limit(name, threshold_value(dated.value, fact), basis, dated.start)
        until = f" to {short_date(dated.until)}" if dated.until else " on"
        band = f", where {threshold.by.fact} is " if threshold.by else ""
        if threshold.by:
            band += f"below {dated.below}" if dated.below else "as large or larger"
        value = show_limit(limit, fact)
        own = ""
        if isinstance(dated, OwnValue):
            named = f", {rulebook.sources[from_source].short}" if from_source else ""
            own = f" (overlay {dated.overlay}, {basis.words}{named}: {dated.because})"
        yield from hang("    ", f"{value} from {short_date(dated.start)}{until}{band}{own}")


def render_fact(rulebook: Rulebook, id: str) -> str:
    """Return a fact of the dictionary as a page."""
    return "\n".join(_fact(rulebook, id)) + "\n"


def _fact(rulebook: Rulebook, id: str) -> Iterator[str]:
    fact = rulebook.facts[id]
    yield from hang(f"{id}  ", fact.title)
    yield from hang("  ", fact.definition)
    yield (
        f"  type {fact.type}"
        + (f", of {fact.of}" if fact.of else "")
        + (f", in {fact.unit}" if fact.unit else "")
    )
    if fact.values:
        ordered = " (worst first)" if fact.ordered else ""
        yield from hang("  one of: ", ", ".join(fact.values) + ordered)
    if fact.for_each:
        members = rulebook.dimensions[fact.for_each].members
        listed = ", ".join(f"{member} ({title})" for member, title in members.items())
        yield from hang(f"  for each {fact.for_each}: ", listed)
    if fact.better:
        yield f"  better: {fact.better}"
    if fact.cadence:
        yield f"  period: {fact.cadence}"
    if fact.goes_stale_after:
        yield f"  says nothing any more after {fact.goes_stale_after}"
    yield f"  held by {fact.holder.words}"
    if fact.ask:
        yield from hang("  ask: ", fact.ask)
    if fact.accepts:
        yield from hang("  accepted: ", ", ".join(fact.accepts))
    if fact.published_as:
        published = fact.published_as
        release = rulebook.sources[published.release].title
        where = f"{release}, {published.file}.csv, {published.formula}"
        yield from hang("  published as: ", where)
    used = [e for e in rulebook.conditions if id in _fact_ids(rulebook, e)]
    yield from hang("  used by: ", ", ".join(used) or "no expectation")
    yield from hang("  write: ", _how_to_write(rulebook, id))


def _fact_ids(rulebook: Rulebook, id: str) -> set[str]:

    return {ref.id for leaf in rulebook.conditions[id].leaves for ref in facts_of(leaf)}


_FORMS = {
    "yes_no": "yes",
    "count": "12",
    "share": "{numerator: 312, denominator: 480, period: 2025-09-01/2026-08-31}",
    "rate": "{series: {2025-Q1: 42.1, 2025-Q2: 45}}",
    "number": "15.2",
    "duration": "14 weeks",
    "date": "2026-03-31",
    "choice": "",
    "text": "'some words'",
    "list": "[one thing, another thing]",
    "survey": "{value: 61%, respondents: 212, asked: 900, dated: 2026-05-01}",
    "judgement": "{stands: mostly, by: Head of SEND, dated: 2026-05-01, evidence: [item]}",
}


def _how_to_write(rulebook: Rulebook, id: str) -> str:
    fact = rulebook.facts[id]
    form = fact.values[0] if fact.values else _FORMS[fact.type.value]
    if fact.for_each:
        member = next(iter(rulebook.dimensions[fact.for_each].members))
        form = f"{{{member}: {form}}}"
    return f"{id}: {form}"
