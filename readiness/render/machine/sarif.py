"""SARIF 2.1.0: results for code scanning, which shows each beside its line."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from readiness.render.machine.results import Check, Outcome, Result, Results
from readiness.render.plain import indented
from readiness.version import __version__

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_KINDS = {
    Outcome.RIGHT: "pass",
    Outcome.WRONG: "fail",
    Outcome.OPEN: "open",
    Outcome.LEFT_OUT: "notApplicable",
}

FINGERPRINT = "readiness/v1"


def render(results: Results) -> str:
    """Return results as SARIF: those that are wrong, and those that are open.

    What came out right is left out, because readers of the format list whatever they are given.
    """
    told = [one for one in results.results if one.outcome in (Outcome.WRONG, Outcome.OPEN)]
    numbers = {check.id: number for number, check in enumerate(results.checks)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "readiness",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(check) for check in results.checks],
            }
        },
        "automationDetails": {"id": f"{results.title}/"},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, numbers[one.check]) for one in told],
    }
    if results.about:
        run["properties"] = dict(results.about)
    content = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return indented(content) + "\n"


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "help": {"text": check.help},
        **({"helpUri": check.url} if check.url else {}),
        "defaultConfiguration": {"level": check.level.value},
    }


def _result(one: Result, number: int) -> dict[str, Any]:
    region = {"startLine": one.line}
    if one.column:
        region |= {"startColumn": one.column, "endColumn": one.column + max(1, one.length)}
    wrong = one.outcome is Outcome.WRONG
    return {
        "ruleId": one.check,
        "ruleIndex": number,
        "kind": _KINDS[one.outcome],
        "level": one.level.value if wrong else "none",
        "message": {"text": one.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(one.file)},
                    "region": region,
                }
            }
        ],
        "partialFingerprints": {FINGERPRINT: one.fingerprint},
    }


def _uri(file: str) -> str:
    """Return a file as a reference that is relative where the file is."""
    path = quote(file, errors="replace")
    if path.startswith("/"):
        return f"file://{path}"
    return f"file:///{file[:2]}{path[4:]}" if file[1:2] == ":" else path
