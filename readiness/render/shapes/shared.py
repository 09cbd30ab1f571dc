"""What several outputs say alike."""

from __future__ import annotations

from typing import Literal, TypedDict

from readiness.render.shapes.forms import Day


class CouncilData(TypedDict):
    """Whose profile it is.

    Attributes:
        name: As the profile names it.
        code: The code of the Office for National Statistics; null where the profile has none.
    """

    name: str
    code: str | None


class OverlayData(TypedDict):
    """An overlay that was laid over the rulebook.

    Attributes:
        id: As the overlay names itself.
        title: In words.
        hash: Of all its pages: the same pages have the same hash.
    """

    id: str
    title: str
    hash: str


class RulebookData(TypedDict):
    """Which rulebook was used.

    Attributes:
        id: As the rulebook names itself.
        hash: Of all its pages and those of overlays: the same pages have the same hash.
        expectations: How many it has.
        overlays: What was laid over it, in order.
    """

    id: str
    hash: str
    expectations: int
    overlays: list[OverlayData]


class TotalsData(TypedDict):
    """Counts of findings by verdict; they add up. They are no score.

    Attributes:
        met: Expectations that are met.
        not_met: Expectations that are missed: gaps.
        unknown: Expectations of which neither can be said, each with a reason.
        not_applicable: Expectations that do not apply here or on this day.
        all: The sum of the four.
    """

    met: int
    not_met: int
    unknown: int
    not_applicable: int
    all: int


class HeadData(TypedDict):
    """What every output about one area begins with.

    Attributes:
        schema_version: Which version of this format it is. Keys may be added within one.
        council: Whose profile it is.
        as_of: The evaluation date: the day on which it is so.
        rulebook: Which rulebook was used.
        selected: What findings were narrowed to, in words; empty where they are all there.
        notices: What a reader must know beside the rest, such as a lapsed acceptance.
        small_counts_shown: Whether counts of people from 1 to 5 are shown, for the council's own
            use.
    """

    schema_version: Literal[1]
    council: CouncilData
    as_of: Day
