"""The page of the documentation site that says what is checked and what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from readiness.analysis.pages.coverage import GROUPS, CoverageReport, FrameworkCoverage, Item, State
from readiness.calendar import long_date
from readiness.model.vocabulary import Confidence
from readiness.render.pages.coverage import MEANINGS, in_all, why_label
from readiness.render.pages.document import To, Words, named
from readiness.render.pages.reference import expectation_words
from readiness.render.site.fragments import Row, expectation_count, listing, table, words_html
from readiness.render.site.html import Markup, element
from readiness.rulebook.rulebook import Rulebook


def coverage_main(rulebook: Rulebook, report: CoverageReport) -> list[Markup]:
    """Return what the page says: counts, what they rest on, then every item."""
    main: list[Markup] = [
        element("h1", None, "Coverage"),
        element("p", None, f"What this rulebook checks, on {long_date(report.as_of)}."),
        element(
            "dl",
            None,
            *(
                element("div", None, element("dt", None, state), element("dd", None, meaning))
                for state, meaning in MEANINGS.items()
            ),
        ),
        element("h2", None, "Counts"),
        _coverage_table("All frameworks", lambda group: in_all(report, group)),
        element("h2", None, "Citations by how they were read"),
        _citations_table(report),
        element("h2", None, "Sources with a later text that was not read"),
        *_outdated(report),
        element("h2", None, "Due for review"),
        *_due(rulebook, report),
    ]
    for framework in report.frameworks:
        main.append(element("h2", None, framework.title))
        main.append(_coverage_table(framework.title, framework.counts))
        for group in GROUPS:
            inside = [one for one in framework.items if one.group == group]
            if inside:
                main.append(element("h3", None, f"{group.capitalize()} ({framework.id})"))
                main.append(element("ul", None, *(_covered(framework, one) for one in inside)))
    return main


def _outdated(report: CoverageReport) -> Iterator[Markup]:
    rows: list[tuple[Words, str]] = [
        ((To("source", o.id, o.title), f": {o.why}"), f"named by {len(o.cited_by)}")
        for o in report.outdated
    ]
    yield listing(rows) if rows else element("p", None, "None.")


def _due(rulebook: Rulebook, report: CoverageReport) -> Iterator[Markup]:
    review = rulebook.page.review
    if review is None:
        yield element("p", None, "The rulebook names no periods of review.")
        return
    count = f"{len(report.due)} of {expectation_count(report.reviewed)}."
    yield element("p", None, f"{count} A policy choice: {review.because}")
    rows: list[tuple[Words, str]] = [
        (expectation_words(rulebook, due.id), f"since {long_date(due.on)}; {due.why}")
        for due in report.due
    ]
    if rows:
        yield listing(rows)
    elif report.next_due is not None:
        yield element("p", None, f"The next is due on {long_date(report.next_due)}.")


def _covered(framework: FrameworkCoverage, one: Item) -> Markup:
    what: Words = (one.what,)
    if one.group == GROUPS[1]:
        what = (To("criterion", f"{framework.id}/{one.id}", one.what),)
    elif one.group == GROUPS[3]:
        what = (To("issue", one.id, one.what),)
    parts: list[str] = [element("strong", None, one.state), ": ", words_html(what, "")]
    if one.at:
        parts.append(f" ({one.at})")
    if one.checked_by and one.group in (GROUPS[0], GROUPS[2]):
        parts += [
            ". By ",
            words_html(named(To("expectation", id, id) for id in one.checked_by), ""),
        ]
    if one.prompt:
        parts.append(f". For people to answer: {one.prompt}")
    if one.why_not:
        parts.append(f"{' ' if one.prompt else '. '}{why_label(one)}: {one.why_not}")
    return element("li", None, *parts)


def _coverage_table(caption: str, counts: Callable[..., Mapping[State, int]]) -> Markup:
    rows: list[Row] = []
    for group in GROUPS:
        found = counts(group)
        if found:
            rows.append((group, [*(found[state] for state in State), sum(found.values())]))
    return table(f"{caption}: how much is checked", ["What is counted", *State, "all"], rows, None)


def _citations_table(report: CoverageReport) -> Markup:
    rows: list[Row] = []
    for framework in report.frameworks:
        counts = [framework.citations.get(each, 0) for each in Confidence]
        rows.append((framework.title, [*counts, sum(counts)]))
    total = [sum(column) for column in zip(*(counts for _, counts in rows), strict=True)]
    head = ["Framework", *Confidence, "all"]
    return table(
        "Citations of each framework's expectations", head, rows, ("All frameworks", total)
    )
