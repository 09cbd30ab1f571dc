"""The rulebook that ships, read once for all tests of returns."""

from __future__ import annotations

import pytest
from shipped import shipped_rulebook

from readiness.returns.records.load import Return, load_return
from readiness.rulebook.rulebook import Rulebook


@pytest.fixture(scope="session")
def shipped() -> Rulebook:
    """Return the rulebook that ships with the package."""
    return shipped_rulebook()


@pytest.fixture(scope="session")
def sen2(shipped: Rulebook) -> Return:
    """Return the definition of the SEN2 return."""
    return load_return("sen2", shipped)
