"""Which facts would settle most of what is not known."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from readiness.model.finding import Finding, Found, SettledBy
from readiness.model.vocabulary import REASON_ORDER, SEVERITY_ORDER, Holder, Reason, Verdict


class Settling(Struct, frozen=True):
    """A fact that is needed, and the unknown findings that wait for it.

    Attributes:
        members: Members of a family that are needed; empty for a single fact.
        because: Why it is not settled.
        held: Values that are held and cannot be used, such as one that is too old.
        findings: Ids of the findings, worst first.
    """

    fact: str
    title: str
    holder: Holder
    ask: str
    accepts: tuple[str, ...]
    members: tuple[str, ...]
    because: tuple[Reason, ...]
    held: tuple[Found, ...]
    findings: tuple[str, ...]


def settling(findings: Iterable[Finding]) -> tuple[Settling, ...]:
    """Return the facts that unknown findings wait for, those with most findings first.

    Among facts with as many findings, the one whose worst finding is more severe comes first.
    """
    waiting: dict[str, dict[str, Finding]] = {}
    members: dict[str, dict[str, None]] = {}
    asks: dict[str, SettledBy] = {}
    held: dict[str, dict[Found, None]] = {}
    because: dict[str, set[Reason]] = {}
    for finding in findings:
        if finding.verdict is not Verdict.UNKNOWN:
            continue
        for found in finding.found:
            if found.value is not None and (found.state != "value" or found.place):
                held.setdefault(found.fact, {})[found] = None
        for one in finding.settled_by:
            asks.setdefault(one.fact, one)
            waiting.setdefault(one.fact, {})[finding.id] = finding
            because.setdefault(one.fact, set()).update(one.reasons)
            if one.member is not None:
                members.setdefault(one.fact, {})[one.member] = None

    def order(fact: str) -> tuple[int, int, str]:
        worst = min(SEVERITY_ORDER[finding.severity] for finding in waiting[fact].values())
        return -len(waiting[fact]), worst, fact

    return tuple(
        Settling(
            fact,
            asks[fact].title.removesuffix(_member_suffix(asks[fact])),
            asks[fact].holder,
            asks[fact].ask,
            asks[fact].accepts,
            tuple(members.get(fact, ())),
            tuple(sorted(because[fact], key=REASON_ORDER.__getitem__)),
            tuple(held.get(fact, ())),
            tuple(waiting[fact]),
        )
        for fact in sorted(waiting, key=order)
    )


def _member_suffix(one: SettledBy) -> str:
    """Return the end of a title that names the member of a family."""
    return one.title[one.title.rfind(" (") :] if one.member is not None else ""
