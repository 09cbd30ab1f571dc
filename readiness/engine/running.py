"""Which engine answers: durable-rules where it is installed, checked against the built-in one.

The built-in engine always runs, and its answer is the one shown, so that no byte of a report
depends on native code; durable-rules confirms it, or a notice says that it did not.

A command that wants to be quick starts the child first, works while the child does, and asks for
the verdict on the engines last:

    child = start_rete(choice)              # before files are read
    child.prepare(program)                  # as soon as the rulebook is compiled
    derivation = begin(program, given, child)
    ...                                     # render from derivation.literals
    notice = derivation.finish().notice
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from readiness.engine.builtin import Builtin
from readiness.engine.program import Program
from readiness.engine.rete import Rete, ReteFailed, rete_available
from readiness.errors import UsageError

Choice = Literal["auto", "rete", "builtin"]


class Derived(Struct, frozen=True):
    """What follows from the given literals.

    Attributes:
        literals: Every literal that holds, the given ones included.
        engine: `rete` when durable-rules gave the same answer as the built-in engine, or `builtin`.
        notice: One line for stderr when durable-rules was asked and did not confirm the answer.
    """

    literals: frozenset[int]
    engine: Literal["rete", "builtin"]
    notice: str | None = None


class Derivation(Struct, frozen=True):
    """The built-in engine's answer, while durable-rules may still be at work on its own."""

    program: Program
    literals: frozenset[int]
    child: Rete | None

    def finish(self) -> Derived:
        """Wait for durable-rules, within its time limit, and compare. To be called once."""
        if self.child is None:
            return Derived(self.literals, "builtin")
        try:
            answer = self.child.answer()
        except ReteFailed as failed:
            what = f"rete stopped ({failed.reason})"
        else:
            differing = sorted(answer ^ self.literals)
            if not differing:
                return Derived(self.literals, "rete")
            what = f"rete gave another answer ({_named(self.program, differing)})"
        notice = f"{what}; the built-in engine's answer is shown"
        return Derived(self.literals, "builtin", notice)


def start_rete(choice: Choice) -> Rete | None:
    """Start the child process that the choice asks for; the caller closes it.

    Returns:
        The child, or nothing where the built-in engine is to answer alone.

    Raises:
        UsageError: The choice is `rete` and durable-rules is not installed.
    """
    if choice == "builtin":
        return None
    if rete_available():
        return Rete.start()
    if choice == "rete":
        raise UsageError(
            "the rete engine is not installed; see 'Engines' in the README, "
            "or choose --engine builtin"
        )
    return None


def begin(
    program: Program, given: Iterable[int], child: Rete | None, builtin: Builtin | None = None
) -> Derivation:
    """Ask the child, if there is one, and answer with the built-in engine in the meantime.

    Args:
        program: What is to be worked out.
        given: The literals known to hold.
        child: A started child, or nothing for the built-in engine alone.
        builtin: The built-in engine to use, where many runs share a program.
    """
    literals = frozenset(given)
    if child is not None:
        child.ask(program, literals)
    return Derivation(program, (builtin or Builtin()).run(program, literals), child)


def derive(
    program: Program,
    given: Iterable[int],
    choice: Choice = "auto",
    child: Rete | None = None,
    builtin: Builtin | None = None,
) -> Derived:
    """Return what follows, confirmed by durable-rules where the choice allows and it is installed.

    Args:
        program: What is to be worked out.
        given: The literals known to hold.
        choice: `auto` uses durable-rules where it is installed, `rete` insists on it.
        child: A started child, left open; without one, one is started and closed.
        builtin: The built-in engine to use, where many runs share a program.

    Raises:
        UsageError: The choice is `rete` and durable-rules is not installed.
    """
    if choice == "builtin" or child is not None:
        return begin(program, given, None if choice == "builtin" else child, builtin).finish()
    own = start_rete(choice)
    try:
        return begin(program, given, own, builtin).finish()
    finally:
        if own is not None:
            own.close()


def _named(program: Program, literals: list[int]) -> str:
    """Return a few literals' names, and how many more there are."""
    known = range(len(program.names))
    names = [program.names[each] if each in known else str(each) for each in literals[:3]]
    more = f" and {len(literals) - 3} more" if len(literals) > 3 else ""
    return ", ".join(names) + more
