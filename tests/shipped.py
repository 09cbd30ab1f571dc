"""The rulebook that ships with the package, read and compiled once for all tests of a process."""

from __future__ import annotations

from functools import cache

from readiness.engine.compile import Compiled, compile_rulebook
from readiness.resources import shipped_rules
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.rulebook import Rulebook


@cache
def shipped_rulebook() -> Rulebook:
    return load_rulebook(shipped_rules(), "rules")


@cache
def shipped_compiled() -> Compiled:
    return compile_rulebook(shipped_rulebook())
