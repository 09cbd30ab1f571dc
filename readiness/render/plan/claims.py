"""Claims beside the facts, as text."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.calendar import long_date
from readiness.model.claims import ClaimShown, ClaimsReport, Leaning, Ledger, Match
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.render.text import hang
from readiness.render.visible import in_lines
from readiness.rulebook.wording import few

_ORDER = (Match.CONTRADICTS, Match.NOT_CHECKED, Match.AGREES)

_POLICY = (
    "How ratings are compared is a policy choice of this tool and no grade. A strength is not "
    "borne out where a critical expectation under the heading is missed, or where more are missed "
    "than met whatever is not known. An area for development is not borne out where all is known "
    "and nothing is missed."
)


def render(report: ClaimsReport) -> str:
    """Return the claims of an area as text: contradicted, cannot be checked, agreeing."""
    return in_lines(_lines(report))


def _lines(report: ClaimsReport) -> Iterator[str]:
    if report.small_counts_shown:
        yield SMALL_COUNTS_SHOWN
    code = f" ({report.code})" if report.code else ""
    yield f"{report.council}{code}: claims beside the facts at {long_date(report.as_of)}"
    ledger = report.ledger
    if ledger.dated is not None:
        yield f"Self-evaluation of {long_date(ledger.dated)}"
    yield ""
    if not ledger.claims:
        yield "The profile makes no claims: add them under 'self_evaluation', 'claims'."
        return
    yield from hang("  ", counted(ledger))
    yield "  Not a grade and not a score: each claim beside what is held and found."
    for match in _ORDER:
        some = [claim for claim in ledger.claims if claim.match is match]
        yield ""
        yield f"{match.words.upper()}: {len(some)} of {len(ledger.claims)}"
        for claim in some:
            yield ""
            yield from rows(claim)
    if any(claim.counts is not None for claim in ledger.claims):
        yield ""
        yield from hang("", _POLICY)


def counted(ledger: Ledger) -> str:
    """Return how many claims came to what; the parts add up."""
    against = ledger.count(Match.CONTRADICTS)
    over = ledger.count(Match.CONTRADICTS, Leaning.OVER)
    under = ledger.count(Match.CONTRADICTS, Leaning.UNDER)
    sides = [f"{over} over-confident", f"{under} under-confident"]
    if rest := against - over - under:
        sides.append(f"{rest} to neither side")
    count = len(ledger.claims)
    return (
        f"{count} claim{'' if count == 1 else 's'}: {against} contradicted ({', '.join(sides)}), "
        f"{ledger.count(Match.NOT_CHECKED)} not to be checked, "
        f"{ledger.count(Match.AGREES)} borne out"
    )


def rows(claim: ClaimShown, *, full: bool = True) -> Iterator[str]:
    """Yield the lines that show one claim, or what a reader needs first."""
    side = f", {claim.leaning.words}" if claim.leaning else ""
    yield from hang("  ", f"{claim.title}: {claim.match.words}{side}")
    yield from _row("claimed", f"{claim.claimed} ({claim.said_in})")
    yield from _row("found", claim.found)
    if not full:
        return
    if claim.source:
        yield from _row("source", claim.source)
    yield from _row("how", claim.how)
    if claim.gaps:
        yield from _row("gaps", few(claim.gaps, 7, 7))
    member = f"[{claim.member}]" if claim.member else ""
    yield from _row("about", claim.about + member)


def _row(label: str, text: str) -> Iterator[str]:
    return hang(f"    {label:<10}", text)
