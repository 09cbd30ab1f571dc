"""The compiled form of a rulebook: literals, and clauses that count them.

A clause says "`head` holds when at least `need` of the literals in `body` hold". That one form
expresses all, any, not and k-of-n over three-valued logic, because every node of a condition has
separate literals for *known true*, *known false* and *not applicable* (a dual rail with a third
line); unknown is when none of them holds. The program has no negation, so what holds does not
depend on the order in which clauses fire, and any engine that is correct gives the same set.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from msgspec import Struct


class Clause(NamedTuple):
    """`head` holds when at least `need` (1 or more) of the distinct literals of `body` hold."""

    head: int
    need: int
    body: tuple[int, ...]


class Program(Struct, frozen=True):
    """Clauses over literals 0 .. len(names)-1; no literal depends on itself.

    Attributes:
        names: One readable name for each literal, for traces and tests.
        clauses: Several clauses may share a head: any of them is enough.
    """

    names: tuple[str, ...]
    clauses: tuple[Clause, ...]


class Engine(Protocol):
    """Anything that can work out which literals follow."""

    def run(self, program: Program, given: Iterable[int]) -> frozenset[int]:
        """Return every literal that holds, the given ones included."""
        ...
