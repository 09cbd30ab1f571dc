"""The pages behind expectations: sources, frameworks, criteria, issue codes, figures and lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.analysis.pages.references import References
from readiness.calendar import Period, long_date, short_date
from readiness.model.expectation import Benchmarks, Edition, Figure
from readiness.model.facts import FactRef
from readiness.model.values import show_threshold
from readiness.render.pages.document import Entry, Page, To, Words, item, line, listed, named
from readiness.rulebook.conditions import parse_operand
from readiness.rulebook.rulebook import Rulebook


def source_page(rulebook: Rulebook, refs: References, id: str) -> Page:
    """Return a source: its edition, its days in force, and who names it."""
    source = rulebook.sources[id]
    until = f" to {long_date(source.until)}" if source.until else " on"
    head = [
        line("Kind", source.kind),
        line("Edition", long_date(source.edition)),
        line("In force or use", f"from {long_date(source.start)}{until}"),
    ]
    if source.read:
        head.append(line("Text read", f"that of {long_date(source.read)}"))
    if source.next_edition:
        later = source.next_edition
        seen = "out since" if later.seen else "expected by"
        note = f": {later.note}" if later.note else ""
        head.append(line("Later edition", f"{seen} {long_date(later.on)}{note}"))
    if source.note:
        head.append(line("Note", source.note))
    if source.url:
        head.append(line("Address", To("web", source.url, source.url)))
    body = [_expectations(rulebook, "Named by", refs.sources.get(id, ()))]
    facts = [f for f in rulebook.facts.values() if f.published_as and f.published_as.release == id]
    if facts:
        body.append(listed("Facts it publishes", (item(_fact(f.id, f.title)) for f in facts)))
    if any(page.source == id for page in rulebook.benchmarks):
        body.append(line("Figures", To("release", id, f"figures of {source.short}")))
    return Page(id, source.title, tuple(head), (tuple(body),))


def framework_page(rulebook: Rulebook, refs: References, id: str) -> Page:
    """Return a framework: editions, headings, information request, timeline and outcomes."""
    framework = rulebook.frameworks[id]
    own = sum(e.framework == id for e in rulebook.expectations.values())
    body = [
        listed("Editions", (_edition(rulebook, edition) for edition in framework.editions)),
        listed(
            "Headings",
            (
                item(
                    To("criterion", f"{id}/{key}", criterion.title),
                    f" ({_count(len(refs.criteria.get(f'{id}/{key}', ())), 'expectation')})",
                )
                for key, criterion in framework.criteria.items()
            ),
        ),
    ]
    if framework.requests:
        body.append(listed("Information request", _requests(rulebook, id)))
    if framework.timeline:
        rows = (
            item(f"day {step.day} ({step.count}): {step.title} ({step.confidence})")
            for step in sorted(framework.timeline.values(), key=lambda step: step.day)
        )
        body.append(listed("Timeline, counted from notification", rows))
    if framework.outcomes:
        outcomes = (
            Entry("", "  - ", (outcome.title,), tuple(item(f) for f in outcome.follows))
            for outcome in framework.outcomes.values()
        )
        body.append(listed("What an inspection may come to, and what follows", outcomes))
    head = (line("Expectations", f"{own}, first asked by this framework"),)
    return Page(id, framework.title, head, (tuple(body),))


def _edition(rulebook: Rulebook, edition: Edition) -> Entry:
    until = f" to {short_date(edition.until)}" if edition.until else " on"
    note = f". {edition.note}" if edition.note else ""
    source = To("source", edition.source, rulebook.sources[edition.source].short)
    return item(f"{edition.title} (from {short_date(edition.start)}{until}; ", source, f"){note}")


def _requests(rulebook: Rulebook, id: str) -> Iterator[Entry]:
    for key, request in rulebook.frameworks[id].requests.items():
        fresh = f", not older than {request.fresh_within}" if request.fresh_within else ""
        words: list[str | To] = [
            f"{key}: {request.title} ({request.holder.words}{fresh}; {request.confidence})"
        ]
        if request.shows:
            words += [
                ". Facts that it shows: ",
                *named(_fact(fact, fact) for fact in request.shows),
            ]
        if request.why_not:
            words.append(f". {request.why_not}")
        yield item(*words)


def criterion_page(rulebook: Rulebook, refs: References, place: str) -> Page:
    """Return a heading of a framework and what is expected under it."""
    framework, _, id = place.partition("/")
    criterion = rulebook.frameworks[framework].criteria[id]
    head = [line("Framework", To("framework", framework, rulebook.frameworks[framework].title))]
    if criterion.at:
        head.append(line("Place", criterion.at))
    head.append(line("Heading", f"{criterion.confidence}{_days(criterion.start, criterion.until)}"))
    ids = refs.criteria.get(place, ())
    return Page(place, criterion.title, tuple(head), ((_expectations(rulebook, "Expected", ids),),))


def _days(start: object, until: object) -> str:
    parts = [f"from {start}" if start else "", f"to {until}" if until else ""]
    said = " ".join(filter(None, parts))
    return f"; in use {said}" if said else ""


def issue_page(rulebook: Rulebook, refs: References, code: str) -> Page:
    """Return an issue code: what inspectors mean by it, and which expectations raise it."""
    page = next(page for page in rulebook.issues if code in page.codes)
    issue = page.codes[code]
    framework = To("framework", page.framework, rulebook.frameworks[page.framework].title)
    head = (
        line("What it means", issue.definition),
        line("Framework", framework),
        line("Area", issue.area),
        line("Taken from", page.source),
    )
    raised = _expectations(rulebook, "Raised by", refs.issues.get(code, ()))
    return Page(code, issue.title, head, ((raised,),))


def release_page(rulebook: Rulebook, source: str) -> Page:
    """Return the published figures of one source, for context."""
    pages = [page for page in rulebook.benchmarks if page.source == source]
    title = f"Figures of {rulebook.sources[source].short}"
    head = (
        line("Source", To("source", source, rulebook.sources[source].title)),
        line("What they are for", "context; never a pass mark unless a page says why"),
    )
    body = tuple(_release(rulebook, page) for page in pages)
    return Page(source, title, head, (body,))


def _release(rulebook: Rulebook, page: Benchmarks) -> Entry:
    rows = (_figure(rulebook, figure) for figure in page.figures)
    return listed(f"Published on {long_date(page.published)}", rows)


def _figure(rulebook: Rulebook, figure: Figure) -> Entry:
    fact = rulebook.facts[figure.fact]
    title = rulebook.fact_title(FactRef(figure.fact, figure.member))
    value = show_threshold(parse_operand(fact, figure.value), fact)
    period = Period.parse(figure.period, fact.cadence)
    return item(_fact(figure.fact, title), f": {value}, {figure.place.title()}, {period}")


def dimension_page(rulebook: Rulebook, id: str) -> Page:
    """Return the members of fact families, and the facts held for each of them."""
    dimension = rulebook.dimensions[id]
    rows = (item(f"{member}: {title}") for member, title in dimension.members.items())
    body = listed("Members", rows), _facts_where(rulebook, "for_each", id, "Facts held for each")
    return Page(id, dimension.title, (), (body,))


def vocabulary_page(rulebook: Rulebook, id: str) -> Page:
    """Return the terms of a list, with the other words that people use."""
    vocabulary = rulebook.vocabularies[id]
    rows = (
        item(term + (f" (also: {', '.join(others)})" if others else ""))
        for term, others in vocabulary.terms.items()
    )
    body = listed("Terms", rows), _facts_where(rulebook, "of", id, "Facts that use them")
    return Page(id, vocabulary.title, (), (body,))


def unit_page(rulebook: Rulebook, id: str) -> Page:
    """Return what is counted."""
    unit = rulebook.units[id]
    small = "yes: counts of 1 to 5 are not shown" if unit.people else "no"
    head = line("One", unit.one), line("Many", unit.many), line("Counts people", small)
    return Page(
        id, unit.many, head, ((_facts_where(rulebook, "of", id, "Facts that count them"),),)
    )


def _facts_where(rulebook: Rulebook, field: str, id: str, label: str) -> Entry:
    facts = [fact for fact in rulebook.facts.values() if getattr(fact, field) == id]
    rows = [item(_fact(fact.id, fact.title)) for fact in facts]
    return listed(label, rows) if rows else line(label, "none")


def _fact(id: str, text: str) -> To:
    return To("fact", id, text)


def _expectations(rulebook: Rulebook, label: str, ids: Sequence[str]) -> Entry:
    rows = [item(*expectation_words(rulebook, id)) for id in ids]
    return listed(f"{label} {_count(len(rows), 'expectation')}", rows)


def expectation_words(rulebook: Rulebook, id: str) -> Words:
    """Return an expectation by id and title."""
    return To("expectation", id, id), f" {rulebook.expectations[id].title}"


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
