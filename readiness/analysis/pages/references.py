"""What names what: for each fact, source, criterion and issue code the expectations that use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from readiness.rulebook.chaining import upstream_of
from readiness.rulebook.rulebook import Rulebook

Index = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class References:
    """The expectations that name something, by its id, each in order of id.

    Attributes:
        facts: Those that read a fact.
        sources: Those that cite a source, or take a threshold from it.
        criteria: Those that a criterion asks, first or also, by `framework/criterion`.
        issues: Those that an issue code is raised by.
        resting: Those that rest on an expectation.
        requests: The information-request items that show a fact.
    """

    facts: Index
    sources: Index
    criteria: Index
    issues: Index
    resting: Index
    requests: Index


def references(rulebook: Rulebook) -> References:
    """Return what names what in a rulebook."""
    expectations = rulebook.expectations.values()
    upstream = upstream_of(rulebook)
    requests = [
        (fact, f"{framework.id}/{key}")
        for framework in rulebook.frameworks.values()
        for key, request in framework.requests.items()
        for fact in request.shows
    ]
    return References(
        facts=_index(
            (ref.id, id)
            for id, conditions in rulebook.conditions.items()
            for ref in conditions.facts
        ),
        sources=_index(
            (source, e.id)
            for e in expectations
            for source in (
                *(citation.source for citation in e.citations),
                *(t.source for t in e.thresholds.values() if t.source),
            )
        ),
        criteria=_index(
            (place, e.id)
            for e in expectations
            for place in (f"{e.framework}/{e.criterion}", *e.also)
        ),
        issues=_index((code, e.id) for e in expectations for code in e.issues),
        resting=_index((other, id) for id, others in upstream.items() for other in others),
        requests=_index(requests),
    )


def _index(pairs: Iterable[tuple[str, str]]) -> Index:
    found: dict[str, dict[str, None]] = {}
    for key, id in pairs:
        found.setdefault(key, {})[id] = None
    return {key: tuple(ids) for key, ids in found.items()}
