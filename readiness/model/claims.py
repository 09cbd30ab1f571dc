"""What a council claims of itself, beside what is held and found."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from readiness.model.finding import Totals
from readiness.model.vocabulary import StrEnum


class Match(StrEnum):
    """What came of comparing a claim."""

    CONTRADICTS = "contradicts"
    AGREES = "agrees"
    NOT_CHECKED = "cannot_be_checked"

    @property
    def words(self) -> str:
        """The answer as a reader sees it."""
        return _MATCH_WORDS[self]


_MATCH_WORDS = {
    Match.CONTRADICTS: "contradicted",
    Match.AGREES: "borne out",
    Match.NOT_CHECKED: "cannot be checked",
}


class Leaning(StrEnum):
    """To which side a claim that is contradicted leans."""

    OVER = "over_confident"
    UNDER = "under_confident"

    @property
    def words(self) -> str:
        """The side as a reader sees it."""
        return self.value.replace("_", "-")


class ClaimShown(Struct, frozen=True):
    """One claim beside the facts; small counts have passed through `disclosure`.

    Attributes:
        said_in: Where it is claimed: the self-evaluation, or an entry of the plan.
        about: Id of the fact, or framework and criterion.
        member: Of a family, which member.
        claimed, found: In words, each with its period where there is one.
        how: How it was compared, or why it cannot be.
        source: Where what was found comes from.
        counts: For a rating, the findings of the criterion by verdict.
        gaps: For a rating, the worst gaps of the criterion, worst first.
    """

    said_in: str
    about: str
    title: str
    claimed: str
    found: str
    match: Match
    leaning: Leaning | None
    how: str
    source: str | None = None
    counts: Totals | None = None
    gaps: tuple[str, ...] = ()
    member: str | None = None


class Ledger(Struct, frozen=True):
    """Every claim of a profile beside the facts, in the order in which they are made.

    Attributes:
        dated: Day of the self-evaluation.
    """

    dated: date | None
    claims: tuple[ClaimShown, ...]

    def count(self, match: Match, leaning: Leaning | None = None) -> int:
        """Return how many claims came to this, or leaned to this side."""
        return sum(
            c.match is match and (leaning is None or c.leaning is leaning) for c in self.claims
        )


class ClaimsReport(Struct, frozen=True):
    """The claims of one area on one day."""

    council: str
    code: str | None
    as_of: date
    as_of_from: str
    ledger: Ledger
    small_counts_shown: bool
