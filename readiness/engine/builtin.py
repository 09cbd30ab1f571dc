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


class Assumptions:
    """What follows when literals are taken for granted, one set after another, and given back.

    Because a program has no negation, taking in more never takes anything away; so each step costs
    only what it adds, where a run from the beginning costs the whole program.

        assumed = Assumptions(program, given)
        assumed.assume([7])      # everything that follows from 7 beside what is given
        assumed.withdraw()       # as it was before
    """

    def __init__(self, program: Program, given: Iterable[int]) -> None:
        self._network = _Network(program)
        self.restart(given)

    def restart(self, given: Iterable[int]) -> None:
        """Begin again from other literals."""
        self._lacking = self._network.needs.copy()
        self._trail: list[tuple[list[int], list[int]]] = []
        self.holds: set[int] = set()
        self.assume(given)
        self._trail.clear()

    def assume(self, literals: Iterable[int]) -> None:
        """Take literals for granted, and with them all that follows."""
        holds, lacking = self.holds, self._lacking
        heads, counted_by = self._network.heads, self._network.counted_by
        added = [literal for literal in dict.fromkeys(literals) if literal not in holds]
        holds.update(added)
        counted: list[int] = []
        for literal in added:  # it grows on the way
            for clause in counted_by[literal]:
                lacking[clause] -= 1
                counted.append(clause)
                if not lacking[clause] and heads[clause] not in holds:
                    holds.add(heads[clause])
                    added.append(heads[clause])
        self._trail.append((added, counted))

    def withdraw(self) -> None:
        """Give back what was taken in last."""
        added, counted = self._trail.pop()
        self.holds.difference_update(added)
        for clause in counted:
            self._lacking[clause] += 1
