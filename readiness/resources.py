"""Where the folders that ship with the package stand: in a wheel, and in a checkout."""

from __future__ import annotations

from pathlib import Path

from readiness.errors import InternalError

_PACKAGE = Path(__file__).resolve().parent


def shipped_rules() -> Path:
    """Return the folder of the rulebook that ships with the package.

    Raises:
        InternalError: The installation is incomplete.
    """
    return _shipped("rules")


def shipped_scenarios() -> Path:
    """Return the folder of the synthetic councils that ship with the package.

    Raises:
        InternalError: The installation is incomplete.
    """
    return _shipped("scenarios")


def _shipped(name: str) -> Path:
    for folder in (_PACKAGE / "_shipped" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise InternalError(f"the folder '{name}' is missing: install readiness again")
