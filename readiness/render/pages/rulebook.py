"""The pages of a rulebook, each written once for the terminal and the documentation site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from readiness.analysis.pages.references import References
from readiness.calendar import in_force, short_date
from readiness.model.conditions import FindingHas, FindingIs
from readiness.model.expectation import Expectation, OwnValue, Threshold
from readiness.model.vocabulary import Basis, FactType
from readiness.render.pages.document import Entry, Page, To, Words, item, line, listed, named
from readiness.rulebook.conditions import threshold_value
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.thresholds import Limit, fact_of
from readiness.rulebook.wording import overlay_notes, show_limit, wording_on


def expectation_page(rulebook: Rulebook, id: str, as_of: date) -> Page:
    """Return an expectation as a reader sees it on a day."""
    e = rulebook.expectations[id]
    conditions = rulebook.conditions[id]
    words = wording_on(rulebook, as_of).words
    applies: tuple[Entry, ...] = ()
    if conditions.applies_when is not None:
        applies = (line("Applies when", words(conditions.applies_when)),)
    thresholds = [_threshold(rulebook, id, name, t) for name, t in e.thresholds.items()]
    titles = rulebook.issue_codes()
    issues = [To("issue", code, titles[code]) for code in e.issues]
    reads = dict.fromkeys(ref.id for ref in conditions.facts)
    rests = dict.fromkeys(
        leaf.id for leaf in conditions.leaves if isinstance(leaf, (FindingIs, FindingHas))
    )
    body = (
        line("Why it matters", e.why),
        *applies,
        line("Expected", words(conditions.expect)),
        *thresholds,
        *_some("Facts read", [To("fact", fact, fact) for fact in reads]),
        *_some("Rests on", [To("expectation", other, other) for other in rests]),
        line("Inspector's question", e.ask),
    )
    rest = (
        listed("Written in", _citations(rulebook, e)),
        listed("Evidence to have ready", map(item, e.evidence)),
        line("First step", e.first_step),
        listed(
            "Recommended actions",
            (item(f"{a.do} ({a.owner}, within {a.within})") for a in e.actions),
        ),
        *_some("Issues raised", issues, "; "),
        *((line("Note", e.note),) if e.note else ()),
        listed("Examples", _examples(e)),
        *(line("Overlay", note) for note in overlay_notes(rulebook, id)),
        line("Page", f"{rulebook.files[id]} in {which(rulebook)}"),
    )
    return Page(id, e.title, tuple(_about(rulebook, e, as_of)), (body, rest))


def _some(label: str, links: list[To], between: str = ", ") -> tuple[Entry, ...]:
    return (line(label, *named(links, between)),) if links else ()


def _about(rulebook: Rulebook, e: Expectation, as_of: date) -> Iterator[Entry]:
    yield Entry("Asked by", "  ", _place(rulebook, f"{e.framework}/{e.criterion}"))
    for place in e.also:
        yield Entry("Also asked by", "  also ", _place(rulebook, place))
    force = f", {e.force}" if e.force else ""
    kind = f"{e.kind}{force}; {e.holder.words}: {e.owner}; {e.depth} depth; {_in_force(e, as_of)}"
    yield Entry("Kind", "  ", (kind,))
    yield Entry("Severity", "  severity ", (f"{e.severity}: {e.severity_because}",))


def _place(rulebook: Rulebook, place: str) -> Words:
    """Return a framework and criterion by their titles."""
    framework, _, criterion = place.partition("/")
    return (
        To("framework", framework, rulebook.frameworks[framework].title),
        ": ",
        To("criterion", place, rulebook.criterion_title(framework, criterion)),
    )


def _citations(rulebook: Rulebook, e: Expectation) -> Iterator[Entry]:
    for citation in e.citations:
        source = rulebook.sources[citation.source]
        note = f"; {citation.note}" if citation.note else ""
        about = f"edition of {short_date(source.edition)}; {citation.confidence}{note}"
        words = (To("source", citation.source, source.title), f", {citation.at} ({about})")
        yield Entry("", "  ", words)


def _examples(e: Expectation) -> Iterator[Entry]:
    for example in e.examples:
        because = f" ({example.because})" if example.because else ""
        yield item(f"{example.name}: {example.verdict.words}{because}")


def _in_force(e: Expectation, as_of: date) -> str:
    span = e.in_force
    if span.start is None:
        return "enacted, not commenced"
    until = f" to {short_date(span.until)}" if span.until else ""
    when = "in force" if in_force(span.start, span.until, as_of) else "not in force"
    return f"{when} ({short_date(span.start)}{until or ' on'})"


def _threshold(rulebook: Rulebook, id: str, name: str, threshold: Threshold) -> Entry:
    label, lead = f"Threshold {name}", f"  {name}: "
    fact = fact_of(rulebook, id, name)
    if threshold.basis is Basis.LOCAL:
        return Entry(label, lead, (f"{threshold.basis.words}. {threshold.ask}",))
    because: list[str | To] = [threshold.basis.words]
    if threshold.source:
        because += ["; ", To("source", threshold.source, rulebook.sources[threshold.source].short)]
    if threshold.because:
        because.append(f"; {threshold.because}")
    rows: list[Entry] = []
    for dated in threshold.values:
        basis, source = threshold.rests_on(dated)
        limit = Limit(name, threshold_value(dated.value, fact), basis, dated.start)
        until = f" to {short_date(dated.until)}" if dated.until else " on"
        value = show_limit(rulebook, id, limit)
        words: list[str | To] = [f"{value} from {short_date(dated.start)}{until}"]
        if threshold.by:
            size = f" is below {dated.below}" if dated.below else " is as large or larger"
            words += [", where ", To("fact", threshold.by.fact, threshold.by.fact), size]
        if isinstance(dated, OwnValue):
            words.append(f" (overlay {dated.overlay}, {basis.words}")
            if source:
                words += [", ", To("source", source, rulebook.sources[source].short)]
            words.append(f": {dated.because})")
        rows.append(Entry("", "    ", tuple(words)))
    return Entry(label, lead, tuple(because), tuple(rows))


def which(rulebook: Rulebook) -> str:
    """Return which rulebook is meant, so that nobody checks another copy than they edit."""
    return f"rulebook {rulebook.named}, {len(rulebook.expectations)} expectations"


# ---- facts ------------------------------------------------------------------------------------


def fact_page(rulebook: Rulebook, refs: References, id: str) -> Page:
    """Return a fact of the dictionary as a reader sees it."""
    return Page(id, rulebook.facts[id].title, tuple(_fact(rulebook, refs, id)))


def _fact(rulebook: Rulebook, refs: References, id: str) -> Iterator[Entry]:
    fact = rulebook.facts[id]
    yield Entry("What it means", "  ", (fact.definition,))
    kind: list[str | To] = [f"{fact.type}"]
    if fact.of and fact.type is FactType.LIST:
        kind += [", of ", To("vocabulary", fact.of, fact.of)]
    elif fact.of:
        kind += [", of ", To("unit", fact.of, fact.of)]
    if fact.unit:
        kind.append(f", in {fact.unit}")
    yield Entry("Type", "  type ", tuple(kind))
    if fact.values:
        ordered = " (worst first)" if fact.ordered else ""
        yield Entry("One of", "  one of: ", (", ".join(fact.values) + ordered,))
    if fact.for_each:
        members = rulebook.dimensions[fact.for_each].members
        shown = ", ".join(f"{member} ({title})" for member, title in members.items())
        dimension = To("dimension", fact.for_each, fact.for_each)
        yield Entry("For each", "  for each ", (dimension, f": {shown}"))
    if fact.better:
        yield Entry("Better", "  better: ", (f"{fact.better}",))
    if fact.cadence:
        yield Entry("Period", "  period: ", (f"{fact.cadence}",))
    if fact.goes_stale_after:
        stale = f"{fact.goes_stale_after}"
        yield Entry("Says nothing any more after", "  says nothing any more after ", (stale,))
    yield Entry("Held by", "  held by ", (fact.holder.words,))
    if fact.ask:
        yield Entry("Question to ask", "  ask: ", (fact.ask,))
    if fact.accepts:
        yield Entry("Evidence accepted", "  accepted: ", (", ".join(fact.accepts),))
    if fact.published_as:
        published = fact.published_as
        release = To("source", published.release, rulebook.sources[published.release].title)
        where = f", {published.file}.csv, {published.formula}"
        yield Entry("Published as", "  published as: ", (release, where))
    seen = [To("framework", place.partition("/")[0], place) for place in refs.requests.get(id, ())]
    if seen:
        yield Entry("Seen in", "  seen in: ", named(seen))
    used = [To("expectation", e, e) for e in refs.facts.get(id, ())]
    yield Entry("Used by", "  used by: ", named(used) or ("no expectation",))
    yield Entry("How to write it", "  write: ", (_how_to_write(rulebook, id),))


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
