"""Which expectations rest on the findings of others, and where they go round in a circle."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.model.conditions import FindingHas, FindingIs
from readiness.rulebook.rulebook import Conditions, Rulebook


def upstream_of(rulebook: Rulebook) -> dict[str, tuple[str, ...]]:
    """Return, for each expectation, those whose verdicts it rests on, in order of id."""

    def ids(conditions: Conditions) -> set[str]:
        return {leaf.id for leaf in conditions.leaves if isinstance(leaf, (FindingIs, FindingHas))}

    return {id: tuple(sorted(ids(c))) for id, c in sorted(rulebook.conditions.items())}


def find_cycles(upstream: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return one cycle for each knot of expectations that rest on each other, first id repeated."""
    done: set[str] = set()
    knotted: set[str] = set()
    cycles: list[tuple[str, ...]] = []
    for start in upstream:
        trail: list[str] = []
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            id, leaving = stack.pop()
            if leaving:
                done.add(trail.pop())
            elif id in trail:
                cycle = trail[trail.index(id) :]
                if knotted.isdisjoint(cycle):
                    cycles.append((*cycle, id))
                knotted.update(cycle)
            elif id not in done:
                trail.append(id)
                stack.append((id, True))
                stack.extend((other, False) for other in reversed(upstream.get(id, ())))
    return cycles
