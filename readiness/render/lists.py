"""Lists: expectations, facts, and the results of scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from readiness.analysis.pages.scenarios import ScenarioResult
from readiness.render.visible import in_lines
from readiness.rulebook.rulebook import Rulebook


def expectations(rulebook: Rulebook, framework: str | None) -> str:
    """Return every expectation by framework and criterion."""
    return _joined(_expectations(rulebook, framework))


def _expectations(rulebook: Rulebook, wanted: str | None) -> Iterator[str]:
    count = 0
    for framework in rulebook.frameworks.values():
        if wanted is not None and framework.id != wanted:
            continue
        yield f"{framework.title} ({framework.id})"
        for criterion, heading in framework.criteria.items():
            inside = [
                e
                for e in rulebook.expectations.values()
                if (e.framework, e.criterion) == (framework.id, criterion)
            ]
            if inside:
                yield f"  {heading.title} ({criterion})"
            for e in inside:
                count += 1
                yield f"    {e.id:<16}{e.severity:<9}{e.kind:<9} {e.title}"
    yield f"{count} expectations, rulebook {rulebook.named}"


def facts(rulebook: Rulebook, words: Sequence[str] = ()) -> str:
    """Return every fact with its type and title, or those whose id or title holds all words."""
    found = [
        fact
        for fact in rulebook.facts.values()
        if all(word.casefold() in f"{fact.id} {fact.title}".casefold() for word in words)
    ]
    width = max((len(fact.id) for fact in found), default=0) + 2
    lines = [f"{f.id:<{width}}{f.type:<10} {f.title}" for f in found]
    return _joined([*lines, f"{len(lines)} fact{'' if len(lines) == 1 else 's'}"])


def scenarios(results: Sequence[ScenarioResult]) -> str:
    """Return what differs in each scenario, and how many passed."""
    lines: list[str] = []
    for result in results:
        state = "passed" if result.passed else "failed"
        lines.append(f"{result.name}: {state}, {result.checked} expected verdicts")
        lines += [f"  {difference}" for difference in result.differences]
    passed = sum(result.passed for result in results)
    return _joined([*lines, f"{passed} of {len(results)} scenarios passed"])


def migrated(origin: str, start: int, says: Sequence[str], pages: Iterable[str], made: str) -> str:
    """Return what it takes to bring pages to the format that is read now."""
    names = [f"  {origin}/{name}" for name in pages]
    if not says:
        return f"{origin} is of format {start}, the one that is read now: nothing to do\n"
    count = f"{len(names)} page{'s' if len(names) != 1 else ''} {made}:"
    return _joined([f"{origin}, from format {start} to {start + len(says)}", *says, count, *names])


def _joined(lines: Iterable[str]) -> str:
    return in_lines(lines)
