"""The engine that is always there: one counter for each clause."""

from __future__ import annotations

from collections.abc import Iterable

from readiness.engine.program import Program


class _Network:
    """A program turned round: for each literal, the clauses that count it."""

    __slots__ = ("counted_by", "heads", "needs", "program")

    def __init__(self, program: Program) -> None:
        self.program = program
        self.heads: list[int] = []
        self.needs: list[int] = []
        self.counted_by: list[list[int]] = [[] for _ in program.names]
        for number, clause in enumerate(program.clauses):
            if clause.need < 1:
                name = program.names[clause.head]
                raise ValueError(f"a clause for {name} needs {clause.need} literals, not 1 or more")
            self.heads.append(clause.head)
            self.needs.append(clause.need)
            for literal in dict.fromkeys(clause.body):
                self.counted_by[literal].append(number)


class Builtin:
    """Counts in plain Python. It keeps the network of the last program, so runs after it are quick.

    An instance may be shared between threads: what it keeps is replaced whole, never changed.
    """

    def __init__(self) -> None:
        self._network: _Network | None = None

    def run(self, program: Program, given: Iterable[int]) -> frozenset[int]:
        """Return every literal that holds, the given ones included.

        Raises:
            ValueError: A given literal is not in the program, or a clause needs less than 1.
        """
        network = self._network
        if network is None or network.program is not program:
            network = self._network = _Network(program)
        fresh = list(set(given))
        if fresh and not 0 <= min(fresh) <= max(fresh) < len(program.names):
            raise ValueError(f"given literals must be from 0 to {len(program.names) - 1}")
        holds = set(fresh)
        heads, counted_by = network.heads, network.counted_by
        lacking = network.needs.copy()
        while fresh:
            for clause in counted_by[fresh.pop()]:
                lacking[clause] -= 1
                if not lacking[clause] and heads[clause] not in holds:
                    holds.add(heads[clause])
                    fresh.append(heads[clause])
        return frozenset(holds)
