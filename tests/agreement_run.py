"""Compare the built-in engine with the oracle, and durable-rules with both, on many evaluations.

    python tests/agreement_run.py --evaluations 20000 --rete 2000

Each rulebook is checked for several profiles. Prints figures, and every disagreement with the seed
that made it; ends with exit code 1 where there is one.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from time import perf_counter

from generate import DAYS, build_profile, build_rulebook, make_pages, make_profile
from oracle import disagreements

from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import Evaluation, ask, conclude
from readiness.engine.rete import Rete, rete_available
from readiness.engine.running import begin
from readiness.logic import Truth
from readiness.model.vocabulary import Reason

PROFILES = 5
"""Profiles for each rulebook."""


@dataclass(slots=True)
class Figures:
    """What was compared."""

    evaluations: int = 0
    nodes: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    atoms: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    rete: int = 0
    seconds_builtin: float = 0.0
    seconds_rete: float = 0.0
    wrong: list[str] = field(default_factory=list)


def generated(first_seed: int) -> Iterator[tuple[int, Evaluation]]:
    """Yield evaluations without end, each with the seed of its rulebook."""
    seed = first_seed
    while True:
        random = Random(seed)
        rulebook = build_rulebook(make_pages(random, random.randint(1, 14)))
        compiled = compile_rulebook(rulebook)
        for _ in range(PROFILES):
            profile = build_profile(make_profile(random, rulebook), rulebook)
            given = ask(rulebook, compiled, profile, random.choice(DAYS))
            yield seed, conclude(rulebook, compiled, given)
        seed += 1


def run(evaluations: int, with_rete: int, first_seed: int = 0) -> Figures:
    """Return the figures of so many evaluations; the first `with_rete` of them by durable-rules."""
    figures = Figures()
    child = Rete.start() if with_rete else None
    try:
        for seed, evaluation in generated(first_seed):
            if figures.evaluations == evaluations:
                break
            figures.evaluations += 1
            _compare(figures, seed, evaluation)
            if child is not None and figures.rete < with_rete:
                _compare_rete(figures, seed, evaluation, child)
    finally:
        if child is not None:
            child.close()
    return figures


def _compare(figures: Figures, seed: int, evaluation: Evaluation) -> None:
    began = perf_counter()
    conclude(evaluation.rulebook, evaluation.compiled, evaluation.given)
    figures.seconds_builtin += perf_counter() - began
    figures.nodes += len(evaluation.compiled.nodes)
    for id in evaluation.rulebook.expectations:
        figures.verdicts[evaluation.verdict(id)] += 1
    for atom, answer in evaluation.given.answers.items():
        figures.atoms[f"{type(atom).__name__} {answer.truth.value}"] += 1
        figures.reasons.update(answer.reasons)
        if evaluation.truth(atom) is not answer.truth:
            figures.wrong.append(f"seed {seed}: an answer was lost: {atom} is {answer}")
        if answer.truth is Truth.UNKNOWN and not answer.reasons:
            figures.wrong.append(f"seed {seed}: an unknown without a reason: {atom}")
        if Reason.RULE_ERROR in answer.reasons:
            figures.wrong.append(f"seed {seed}: {answer.detail}: {atom}")
    figures.wrong += [f"seed {seed}: {line}" for line in disagreements(evaluation)]


def _compare_rete(figures: Figures, seed: int, evaluation: Evaluation, child: Rete) -> None:
    began = perf_counter()
    derived = begin(evaluation.compiled.program, evaluation.given.literals, child).finish()
    figures.seconds_rete += perf_counter() - began
    figures.rete += 1
    if derived.engine != "rete" or derived.literals != evaluation.holds:
        figures.wrong.append(f"seed {seed}: {derived.notice}")


def main() -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evaluations", type=int, default=20_000)
    parser.add_argument("--rete", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.rete and not rete_available():
        print("durable-rules is not installed: compared without it")
        options.rete = 0
    began = perf_counter()
    figures = run(options.evaluations, options.rete, options.seed)
    print(f"evaluations: {figures.evaluations}, by rete too: {figures.rete}")
    print(f"findings: {sum(figures.verdicts.values())}, nodes compared: {figures.nodes}")
    for title, counts in (
        ("verdicts", figures.verdicts),
        ("atoms", figures.atoms),
        ("reasons", figures.reasons),
    ):
        print(f"{title}: " + ", ".join(f"{name} {n}" for name, n in sorted(counts.items())))
    print(
        f"seconds: {perf_counter() - began:.0f} in all, built-in engine "
        f"{figures.seconds_builtin:.1f}, rete {figures.seconds_rete:.1f}"
    )
    print(f"disagreements: {len(figures.wrong)}")
    print("\n".join(figures.wrong[:20]))
    return 1 if figures.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
