"""Pages in a terminal, and one finding in full: what `rules show` and `explain` print."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from readiness.analysis.pages.references import references
from readiness.calendar import long_date
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.finding import Finding
from readiness.model.vocabulary import Verdict
from readiness.render.pages.document import page_lines
from readiness.render.pages.rulebook import expectation_page, fact_page
from readiness.render.text import (
    acceptance_words,
    affected_label,
    affected_words,
    beside_members,
    evidence_words,
    found_words,
    hang,
    plan_words,
)
from readiness.render.visible import in_lines
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.wording import overlay_notes


def render_page(rulebook: Rulebook, id: str, as_of: date) -> str:
    """Return an expectation as a reader sees it on a day."""
    return in_lines(page_lines(expectation_page(rulebook, id, as_of)))


def render_fact(rulebook: Rulebook, id: str) -> str:
    """Return a fact of the dictionary as a page."""
    return in_lines(page_lines(fact_page(rulebook, references(rulebook), id)))


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
    lines += page_lines(expectation_page(rulebook, finding.id, as_of))
    return in_lines(lines)


def _verdict(rulebook: Rulebook, f: Finding, council: str, as_of: date) -> Iterator[str]:
    verdict = f.verdict.words.upper()
    yield from hang(f"{verdict}  ", f"{f.id} {f.title}")
    yield f"  {council} at {long_date(as_of)}"
    for reason in f.reasons:
        yield f"  because {reason.words} ({reason.value})"
    if f.affected is not None:
        yield from hang(f"  {affected_label(f.affected)}: ", affected_words(f.affected))
    yield ""
    yield "What do you know?"
    for found in beside_members(f):
        yield from hang("  ", f"{found.title}: {found_words(found)}")
        for why, count in found.left_out:
            yield from hang("    ", f"left out: {count}, because {why}")
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
    own = {rulebook.expectations[f.id].note, *overlay_notes(rulebook, f.id)}  # on the page below
    for note in (note for note in (*f.details, *f.notes) if note not in own):
        yield from hang("  note: ", note)
