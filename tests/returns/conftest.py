"""The rulebook that ships, read once for all tests of returns."""

from __future__ import annotations

import pytest

from readiness.resources import shipped_rules
from readiness.returns.records.load import Return, load_return
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.rulebook import Rulebook


@pytest.fixture(scope="session")
def shipped() -> Rulebook:
    """Return the rulebook that ships with the package."""
    return load_rulebook(shipped_rules(), "rules")


@pytest.fixture(scope="session")
def sen2(shipped: Rulebook) -> Return:
    """Return the definition of the SEN2 return."""
    return load_return("sen2", shipped)
