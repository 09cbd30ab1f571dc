"""Time of evaluation alone, for both engines, on generated rulebooks.

    python -m benchmarks.engines [--sizes 100 500 2000] [--runs 20]

Every generated expectation joins two to four facts with `all`, `any` or `at_least ... of`; three in
ten also rest on two other findings. The profile holds 85 of 100 facts.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from readiness.engine.builtin import Builtin  # noqa: E402
from readiness.engine.compile import compile_rulebook  # noqa: E402
from readiness.engine.evaluate import ask  # noqa: E402
from readiness.engine.rete import Rete, rete_available  # noqa: E402
from readiness.model.facts import FactRef  # noqa: E402
from readiness.model.profile import CouncilHeader, Entry, Point, Profile, State  # noqa: E402
from readiness.rulebook.load import load_rulebook  # noqa: E402
from readiness.rulebook.rulebook import Rulebook  # noqa: E402

FACTS = 250
DAY = date(2026, 11, 1)

BASE = {
    "rulebook.yaml": "id: generated\ntitle: Generated\nformat: 1\nexamples_as_of: 2026-11-01\n",
    "units.yaml": "things: {one: thing, many: things, people: no}\n",
    "dimensions.yaml": "place:\n  title: Place\n  members: {here: Here, there: There}\n",
    "sources.yaml": (
        "act:\n  title: An Act\n  short: Act\n  kind: act\n  edition: 2014-01-01\n"
        "  from: 2014-01-01\n"
    ),
    "fw/framework.yaml": (
        "id: fw\ntitle: Framework\neditions:\n"
        "  - {id: '1', title: First, source: act, from: 2014-01-01}\n"
        "criteria:\n  one: {title: One, confidence: verified}\n"
    ),
}

PAGE = """\
id: {id}
title: Expectation {id}
framework: fw
criterion: one
kind: impact
theme: t
holder: local_authority
owner: Somebody
in_force: {{from: 2014-01-01}}
citations:
  - {{source: act, at: section 1, confidence: verified}}
why: Because.
ask: What?
expect:
{expect}
severity: low
severity_because: Because.
evidence: [Something]
first_step: Begin.
actions:
  - {{do: Do it., owner: Somebody, within: 4 weeks}}
examples:
  - {{name: a, given: {{}}, verdict: met}}
  - {{name: b, given: {{}}, verdict: not_met}}
  - {{name: c, given: {{}}, verdict: unknown}}
"""


def write_rulebook(folder: Path, size: int, chance: random.Random) -> None:
    """Write a rulebook of so many expectations."""
    for name, text in BASE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    facts = "".join(
        f"f.n{n}:\n  title: Fact {n}\n  type: count\n  of: things\n  definition: Counted.\n"
        for n in range(FACTS)
    )
    (folder / "facts").mkdir()
    (folder / "facts" / "all.yaml").write_text(facts, encoding="utf-8")
    (folder / "fw" / "one").mkdir()
    ids: list[str] = []
    for number in range(size):
        id = f"GEN-{number:04}"
        parts = [
            f"- {{fact: f.n{chance.randrange(FACTS)}, at_least: {number * 10 + n}}}"
            for n in range(chance.randint(2, 4))
        ]
        if len(ids) > 2 and chance.random() < 0.3:
            parts += [f"- {{finding: {one}, is: [not_met]}}" for one in chance.sample(ids, 2)]
        head = chance.choice(["all:", "any:", "at_least: 2\n  of:"])
        expect = f"  {head}\n" + "\n".join(f"    {part}" for part in parts)
        page = PAGE.format(id=id, expect=expect)
        (folder / "fw" / "one" / f"{id}.yaml").write_text(page, encoding="utf-8")
        ids.append(id)


def profile(chance: random.Random) -> Profile:
    """Return a profile that holds 85 of 100 facts."""
    facts = {}
    for number in range(FACTS):
        if chance.random() < 0.85:
            ref = FactRef(f"f.n{number}")
            facts[ref] = (Entry(ref, (Point(State.VALUE, chance.randrange(5000)),)),)
    return Profile(CouncilHeader(name="Generated"), DAY, facts)


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """Return the median time of some work."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def measure(rulebook: Rulebook, runs: int) -> dict[str, float]:
    """Return milliseconds by step."""
    compiled = compile_rulebook(rulebook)
    council = profile(random.Random(2))
    given = ask(rulebook, compiled, council, DAY)
    builtin = Builtin()
    figures = {
        "clauses": float(len(compiled.program.clauses)),
        "compile": milliseconds(lambda: compile_rulebook(rulebook), 3),
        "atoms": milliseconds(lambda: ask(rulebook, compiled, council, DAY), runs),
        "builtin": milliseconds(lambda: builtin.run(compiled.program, given.literals), runs),
    }
    if rete_available():
        with Rete.start(seconds=60) as child:
            answer = child.run(compiled.program, given.literals)
            assert answer == builtin.run(compiled.program, given.literals)
            figures["rete"] = milliseconds(
                lambda: child.run(compiled.program, given.literals), max(3, runs // 4)
            )
    return figures


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 500, 2000])
    parser.add_argument("--runs", type=int, default=20)
    chosen = parser.parse_args()
    print(
        f"{'expectations':>12}{'clauses':>9}{'compile ms':>12}{'atoms ms':>10}"
        f"{'builtin ms':>12}{'rete ms':>9}"
    )
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory() as folder:
            write_rulebook(Path(folder), size, random.Random(1))
            figures = measure(load_rulebook(Path(folder), "generated"), chosen.runs)
        rete = f"{figures['rete']:>9.1f}" if "rete" in figures else f"{'-':>9}"
        print(
            f"{size:>12}{figures['clauses']:>9.0f}{figures['compile']:>12.1f}"
            f"{figures['atoms']:>10.1f}{figures['builtin']:>12.2f}{rete}"
        )


if __name__ == "__main__":
    main()
