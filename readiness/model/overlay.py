"""An overlay: what a council or region adds to a rulebook, and what it changes in it."""

from __future__ import annotations

from pydantic import Field, model_validator

from readiness.model.expectation import Action, DatedValue, Example
from readiness.model.facts import Page
from readiness.model.profile import Standard
from readiness.model.values import Unfit
from readiness.model.vocabulary import OWN, Basis


class OverlayPage(Page):
    """`overlay.yaml`: whose overlay it is.

    Attributes:
        id: One short word; the overlay's own expectations and facts carry it in their ids.
        title: Whose it is, as reports name it.
        format: The format of the overlay's files.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9]{1,19}$")
    title: str
    format: int

    @property
    def prefix(self) -> str:
        """How the ids of its own expectations begin."""
        return f"{OWN}-{self.id.upper()}-"


class ThresholdChange(Page):
    """Values that are stricter than those of the rulebook, from a day on.

    Attributes:
        values: Each holds from its day to its `until`, to the next one, or for good.
        because: Why this number, and who agreed it; the page's own reason where it is left out.
        basis: What the new values rest on: a policy choice, or a figure or standard with `source`.
        source: Source id of a national figure or named standard.
    """

    values: tuple[DatedValue, ...] = Field(min_length=1)
    because: str | None = None
    basis: Basis = Basis.POLICY
    source: str | None = None

    @model_validator(mode="after")
    def _sourced(self) -> ThresholdChange:
        if self.basis in {Basis.LAW, Basis.LOCAL}:
            message = f"what an overlay asks does not rest on {self.basis.words}"
            raise Unfit(message, "write policy, or national or standard with 'source'", "basis")
        if self.basis is not Basis.POLICY and not self.source:
            message = f"a threshold based on a {self.basis.words} needs 'source'"
            raise Unfit(message, "add 'source:' with an id of sources.yaml")
        return self


class ChangePage(Page):
    """What an overlay changes in one expectation of the rulebook; all else stays as it is.

    Attributes:
        expectation: Id of the expectation; also the name of the file.
        because: Why the council or region wants it otherwise.
        owner: The role that owns it here.
        actions: Recommended actions to add to those of the rulebook.
        thresholds: Stricter values, by the name of the threshold.
        standards: What has been agreed where the rulebook asks for a local standard.
        examples: Small councils and the verdict that each must get with the new values; at least
            one where values change.
    """

    expectation: str
    because: str
    owner: str | None = None
    actions: tuple[Action, ...] = ()
    thresholds: dict[str, ThresholdChange] = Field(default_factory=dict)
    standards: dict[str, Standard] = Field(default_factory=dict)
    examples: tuple[Example, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> ChangePage:
        if not (self.owner or self.actions or self.thresholds or self.standards):
            message = "this changes nothing"
            raise Unfit(message, "add 'owner', 'actions', 'thresholds' or 'standards'")
        if self.thresholds and not self.examples:
            message = "values change, but no example shows what the change does"
            raise Unfit(message, "add 'examples:' with one that was met and is not met now")
        if self.examples and not self.thresholds:
            message = "examples show what new values do, and no value changes here"
            raise Unfit(message, "take 'examples' away", "examples")
        return self
