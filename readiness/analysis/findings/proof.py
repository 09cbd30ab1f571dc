"""The proof of a finding: each node of its conditions with what it came to, and on what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from readiness.analysis.findings.held import Holdings
from readiness.model.conditions import ATOMS, All, AtLeast, Condition, Not, facts_of
from readiness.model.facts import FactRef
from readiness.model.finding import Found, Step
from readiness.rulebook.rulebook import Conditions


def steps(
    conditions: Conditions, holdings: Holdings, found: Mapping[FactRef, Sequence[Found]]
) -> Iterator[Step]:
    """Yield each step of a proof, from the whole to its parts.

    Args:
        found: What is held already of facts; where it lacks one, all are worked out together.
    """
    refs = conditions.facts
    together = found.keys() == set(refs)
    held = found if together else holdings.found(refs, conditions.asked)
    if conditions.applies_when is not None:
        yield Step(0, "It applies when", "", "")
        yield from _step(conditions.applies_when, 1, holdings, held)
    yield Step(0, "It expects", "", "")
    yield from _step(conditions.expect, 1, holdings, held)


def _step(
    node: Condition, depth: int, holdings: Holdings, held: Mapping[FactRef, Sequence[Found]]
) -> Iterator[Step]:
    evaluation = holdings.evaluation
    truth = evaluation.truth(node).value
    if isinstance(node, (All, AtLeast)):
        n = len(node.children)
        head = f"all {n}" if isinstance(node, All) else f"at least {node.need} of {n}"
        yield Step(depth, head, truth, "")
        for child in node.children:
            yield from _step(child, depth + 1, holdings, held)
    elif isinstance(node, Not):
        yield Step(depth, "not so", truth, "")
        yield from _step(node.child, depth + 1, holdings, held)
    else:
        if isinstance(node, ATOMS):
            found = [one.text for ref in facts_of(node) for one in held[ref]]
            detail = evaluation.answer(node).detail
            found.extend([detail] if detail else [])
        else:
            found = [evaluation.verdict(node.id).words]
        yield Step(depth, holdings.expected.wording.words(node), truth, "; ".join(found))
