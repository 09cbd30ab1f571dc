"""The fact dictionary: what a council can be asked, each with one definition.

A fact is defined once so that two councils count the same. A fact *family* (`for_each`) holds one
value for each member of a dimension, such as a wait for each health service.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from readiness.calendar import Cadence, Duration
from readiness.model.values import Unfit, written
from readiness.model.vocabulary import Better, FactType, Holder


class Page(BaseModel):
    """Base of everything read from YAML: frozen, and unknown keys are errors."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True
    )


def _as_duration(raw: Any) -> Any:
    try:
        return raw if isinstance(raw, Duration) else Duration.parse(str(raw))
    except ValueError as error:
        raise Unfit(str(error), "write a number and a unit, such as 12 weeks") from None


DurationText = Annotated[Duration, BeforeValidator(_as_duration)]
"""A duration written with its unit, such as `15 months`."""


def _as_day(raw: Any) -> Any:
    """Refuse numbers, which pydantic would count from 1970, and days written in other ways."""
    if isinstance(raw, date) or re.fullmatch(r"\d{4}-\d\d-\d\d", str(raw)):
        return raw
    raise Unfit(f"{written(raw)} is not a date", "write a day as 2026-10-31")


Day = Annotated[date, BeforeValidator(_as_day)]
"""A day as YAML writes one, such as `2026-10-31`."""


def _says_something(text: str) -> str:
    if not text.strip():
        raise Unfit("there is no text here", "write it, or take the line away")
    return text


Text = Annotated[str, AfterValidator(_says_something)]
"""Text that is not blank."""


def _as_list(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


Columns = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
"""One column, or a list of columns whose numbers are added."""


class PublishedAs(Page):
    """Where the same measure is published, so that like is compared with like.

    A share is worked out from its counts where both are published, because published percentages
    are rounded; the column of the percentage then stands in only where a count is withheld. Where
    it is the whole that is suppressed, it does not: so few cases compare with nothing.

    Attributes:
        release: Source id of the statistical release.
        file: Name of the release's file, without its ending.
        column: Column of the figure itself; may be left out where there are counts.
        numerator: Column of the count in the part; a list of columns is added up.
        denominator: Column of the count in the whole; a list of columns is added up.
        where: Columns that must hold a value, to pick the right rows.
        denominator_where: The same for the row of the whole, where that is another row; columns
            that it does not name hold what `where` says.
        members: For a family, the members that are published, each with what more `where` says.
        answers: For a yes/no or choice, what each published word means; any other word means that
            there is no answer.
        series: Whether earlier periods are read too, as a series.
        of_neighbours: Which of the statistical neighbours' figures is the fact, where it is not the
            council's own.
    """

    release: str
    file: str
    column: str | None = None
    numerator: Columns = ()
    denominator: Columns = ()
    where: dict[str, str] = Field(default_factory=dict)
    denominator_where: dict[str, str] = Field(default_factory=dict)
    members: dict[str, dict[str, str]] = Field(default_factory=dict)
    answers: dict[str, bool | str] = Field(default_factory=dict)
    series: bool = False
    of_neighbours: Literal["lowest", "highest"] | None = None

    @model_validator(mode="after")
    def _has_a_figure(self) -> PublishedAs:
        if bool(self.numerator) != bool(self.denominator):
            message = "numerator and denominator are named together"
            raise Unfit(message, "add the one that is missing")
        if self.column is None and not self.numerator:
            message = "name the column, or a numerator and a denominator"
            raise Unfit(message, "such as 'column: rate'")
        if self.denominator_where and not self.denominator:
            message = "denominator_where picks a row for no denominator"
            raise Unfit(message, "name numerator and denominator")
        if self.of_neighbours and self.series:
            message = "the neighbours' figure is the newest one, and no series"
            raise Unfit(message, "take 'series' away")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that must be there, in order."""
        own = () if self.column is None else (self.column,)
        picking = (*self.where, *self.denominator_where)
        return tuple(dict.fromkeys((*picking, *own, *self.numerator, *self.denominator)))

    @property
    def formula(self) -> str:
        """How the figure is read: its column, or the counts whose quotient it is."""
        if not self.numerator:
            return f"{self.column}"
        whole = " + ".join(self.denominator)
        whole = f"({whole})" if len(self.denominator) > 1 else whole
        row = ", ".join(self.denominator_where.values())
        return f"{' + '.join(self.numerator)} / {whole}" + (f" of the row '{row}'" if row else "")


class Fact(Page):
    """One thing a council can be asked.

    Attributes:
        id: Dotted name, stable for ever.
        title: What it is, as a heading.
        type: Kind of value.
        definition: Precise enough that two councils count the same.
        of: Unit of what is counted (`rules/units.yaml`), or for a list its vocabulary.
        unit: Unit of a duration, rate or number, in words.
        better: Which way is better for children, where one is.
        cadence: What a year key of a series means.
        goes_stale_after: Age at which a value says nothing any more.
        smallest_base: Denominator below which a comparison with others is not made.
        holder: Organisation that can answer.
        published_as: Where the same measure is published.
        for_each: Dimension of a family.
        may_not_apply: Whether a council may say that it does not apply.
        values: Allowed values of a choice, worst first where `ordered`.
        ordered: Whether `values` stand in an order.
        ask: The question to put to the holder.
        accepts: Kinds of evidence that would do.
        sums: What else adds up to it, such as a family, `a.share of + b.share in`, `a.new monthly`
            or `a.few + others`; for a share, what adds up to its numerator (`in = …`) or its
            denominator (`of = …`). A reader could subtract, so they are hidden together.
        flows: For a count at the end of each month, the counts of those who came and who went.
        overdue: For the share of what was done in time, the count of what is overdue today.
    """

    id: str
    title: str
    type: FactType
    definition: str
    of: str | None = None
    unit: str | None = None
    better: Better | None = None
    cadence: Cadence | None = None
    goes_stale_after: DurationText | None = None
    smallest_base: int | None = Field(default=None, ge=1)
    holder: Holder = Holder.LOCAL_AUTHORITY
    published_as: PublishedAs | None = None
    for_each: str | None = None
    may_not_apply: bool = False
    values: tuple[str, ...] = ()
    ordered: bool = False
    ask: str | None = None
    accepts: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    flows: tuple[str, str] | None = None
    overdue: str | None = None


SPANS = {"monthly": 1, "quarterly": 3}
"""How many months lie in each part of a count that adds up over time."""


class Term(NamedTuple):
    """A number in a sum.

    Attributes:
        fact: A count or share; none for `others`, who are counted nowhere else.
        side: Of a share its numerator (`in`) or denominator (`of`); of a count that is measured by
            the month or quarter all of them in the whole's period (`monthly`, `quarterly`), and
            where that is the last day of a month, that month.
    """

    fact: str
    side: str = ""


class Sum(NamedTuple):
    """What adds up to a count, or to the numerator or denominator of a share."""

    whole: Term
    parts: tuple[Term, ...]

    @staticmethod
    @cache
    def read(fact: str, text: str) -> Sum:
        """Return a sum as a fact has it."""
        side, equals, rest = text.partition("=")
        words = (part.split() for part in (rest if equals else text).split("+"))
        parts = (
            Term("") if one == ["others"] else Term(" ".join(one[:1]), " ".join(one[1:]))
            for one in words
        )
        return Sum(Term(fact, side.strip() if equals else ""), tuple(parts))


class Unit(Page):
    """What is counted: its nouns, and whether small counts of it could point at a person.

    Attributes:
        one: The noun for one.
        many: The noun for more.
        people: Whether small counts could point at a person.
        persons: Whether each of it is a person, such as a child; a visit or a complaint is not.
    """

    one: str
    many: str
    people: bool
    persons: bool = False

    def noun(self, count: int) -> str:
        """Return the noun for a count."""
        return self.one if count == 1 else self.many


class Dimension(Page):
    """The members of fact families, in the order in which they are shown.

    Attributes:
        title: What the members are, as a heading.
        members: The title of each member, by id.
        apart: Whether nobody is counted in two members, so that their counts may be added.
    """

    title: str
    members: dict[str, str] = Field(min_length=1)
    apart: bool = False


class Service(Page):
    """A service of the council that is asked for facts, with the sheet of the workbook that is its.

    Attributes:
        title: Name of its sheet.
        asks: Beginnings of the ids of its facts.
    """

    title: str = Field(max_length=31)
    asks: tuple[str, ...] = Field(min_length=1)


class Vocabulary(Page):
    """A controlled list of terms, each with the other words that people use for it.

    Attributes:
        title: What the words are, as a heading.
        terms: For each term the other words that people use for it.
    """

    title: str
    terms: dict[str, tuple[str, ...]]

    def settle(self, word: str) -> str | None:
        """Return the term that a word stands for, or None."""
        plain = word.strip().casefold()
        for term, aliases in self.terms.items():
            if plain == term.casefold() or plain in {alias.casefold() for alias in aliases}:
                return term
        return None


class FactRef(NamedTuple):
    """A fact, or one member of a fact family.

    A tuple, because it is the key under which nearly everything is looked up.
    """

    id: str
    member: str | None = None

    def __str__(self) -> str:
        return self.id if self.member is None else f"{self.id}[{self.member}]"

    @classmethod
    def read(cls, text: str) -> FactRef:
        """Return the reference that is written like this."""
        id, _, member = text.removesuffix("]").partition("[")
        return cls(id, member or None)
