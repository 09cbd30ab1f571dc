"""Comparing results of earlier checks, of which nothing is left but their JSON.

A result holds no profile, so that nothing can be played again: what differs is shown beside each
change, and no cause is claimed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from readiness.calendar import long_date
from readiness.errors import InvalidProfile, Problem
from readiness.files import too_large
from readiness.model.vocabulary import Reason


@dataclass(frozen=True, slots=True)
class EarlierFinding:
    """What a result says of one expectation: its verdict, and what was found."""

    title: str
    verdict: str
    reason: str | None
    found: Mapping[tuple[str, str | None], str]
    accepted: str | None


@dataclass(frozen=True, slots=True)
class EarlierResult:
    """A result of `readiness check --format json`."""

    council: str
    as_of: date
    rulebook: str
    findings: Mapping[str, EarlierFinding]


@dataclass(frozen=True, slots=True)
class ResultChange:
    """A change between two results, and what differs beside it.

    Attributes:
        differs: What of the expectation differs; no cause, because nothing can be played again.
    """

    id: str
    title: str
    old: str
    new: str
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Two results and what changed between them.

    Attributes:
        shared: What differs beside every change: the day, the rulebook.
    """

    old: EarlierResult
    new: EarlierResult
    shared: tuple[str, ...]
    changes: tuple[ResultChange, ...]


LARGEST_RESULT = 50_000_000
"""Bytes of a result; one has about five million."""


def read_result(path: Path, text: str | None = None) -> EarlierResult:
    """Return a result from a file, or from text that stands for it.

    Raises:
        InvalidProfile: If it is not the result of a check.
    """
    name = path.as_posix()
    try:
        if text is None and (what := too_large(path, LARGEST_RESULT)):
            help = "name a file that 'readiness check --format json' wrote"
            raise InvalidProfile([Problem(name, 0, 0, what, help)])
        data = json.loads(path.read_text(encoding="utf-8-sig") if text is None else text)
        return EarlierResult(
            str(data["council"]["name"]),
            date.fromisoformat(data["as_of"]),
            str(data["rulebook"]["hash"]),
            {str(finding["id"]): _finding(finding) for finding in data["findings"]},
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise InvalidProfile([Problem(name, 0, 0, f"it cannot be read: {reason}")]) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        help = "name a file that 'readiness check --format json' wrote, or a profile"
        raise InvalidProfile([Problem(name, 0, 0, "this is no result of a check", help)]) from None


def _finding(data: Mapping[str, Any]) -> EarlierFinding:
    accepted = data.get("acceptance")
    found: dict[tuple[str, str | None], list[str]] = {}
    for one in data["found"]:
        found.setdefault((str(one["fact"]), one["member"]), []).append(_held(one))
    return EarlierFinding(
        str(data["title"]),
        str(data["verdict"]),
        None if data["reason"] is None else str(data["reason"]),
        {fact: " and ".join(said) for fact, said in found.items()},
        None if not accepted else "acceptance lapsed" if accepted["lapsed"] else "accepted",
    )


def _held(one: Mapping[str, Any]) -> str:
    """Return what was found, with its period, as the result shows it."""
    text = str(one.get("text") or one["value"] or one["state"])
    return text + (f", {one['period']}" if one.get("period") else "")


def compare_results(old: EarlierResult, new: EarlierResult) -> Differences:
    """Return what changed between two results."""
    changes: list[ResultChange] = []
    shared = []
    if old.as_of != new.as_of:
        shared.append(f"the date: {long_date(old.as_of)}, then {long_date(new.as_of)}")
    if old.rulebook != new.rulebook:
        shared.append(f"the rulebook: {old.rulebook}, then {new.rulebook}")
    for id in dict.fromkeys((*new.findings, *old.findings)):
        before, after = old.findings.get(id), new.findings.get(id)
        was, now = _said(before), _said(after)
        if was == now:
            continue
        differs = [
            f"{_name(fact, member)}: {one or 'nothing'}, then {other or 'nothing'}"
            for fact, member in dict.fromkeys(
                (*(before.found if before else ()), *(after.found if after else ()))
            )
            if (one := before.found.get((fact, member)) if before else None)
            != (other := after.found.get((fact, member)) if after else None)
        ]
        shown = after or before
        assert shown is not None
        said = (*differs, *shared) or ("nothing else that a result shows",)
        changes.append(ResultChange(id, shown.title, was, now, said))
    return Differences(old, new, tuple(shared), tuple(changes))


def _name(fact: str, member: str | None) -> str:
    return f"{fact}[{member}]" if member else fact


def _said(finding: EarlierFinding | None) -> str:
    if finding is None:
        return "not among the findings"
    reason = finding.reason
    words = Reason(reason).words if reason in list(Reason) else reason
    why = f" ({words})" if words else ""
    accepted = f", {finding.accepted}" if finding.accepted else ""
    return finding.verdict.replace("_", " ") + why + accepted
