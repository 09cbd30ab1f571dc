"""The situation: what a profile says on a day, seen through a rulebook.

Which statements of a fact can be used and why the others cannot, earlier points of series,
thresholds in force, and published figures to compare with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct

from readiness.calendar import Duration, Period, minus, plus, step_back
from readiness.model.conditions import ThresholdRef
from readiness.model.expectation import Benchmarks, Figure, SizeOf
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import (
    NEIGHBOURS_NEEDED,
    ContextFigure,
    Entry,
    Point,
    Profile,
    State,
    share_of,
)
from readiness.model.values import Judgement, Survey, Value, magnitude
from readiness.model.vocabulary import Basis, Place, Reason
from readiness.profile.facts import read_value
from readiness.rulebook.conditions import threshold_value
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.thresholds import Limit, fact_of, limits

SMALLEST_SURVEY = 30
"""Respondents below which a survey of many says nothing (policy choice)."""

SMALLEST_HALF = 15
"""Respondents who are enough where they are half of all who were asked (policy choice).

Where half of a small group has answered, fewer are left to think otherwise: 15 of 30 are as exact
as 30 of a great many, by the usual correction for a small population.
"""

OLDEST_BENCHMARK = Duration.parse("18 months")
"""How much older than the fact a published figure may be."""

NEUTRAL = frozenset({Reason.SAID_NOT_APPLICABLE, Reason.NO_CASES})
"""Reasons for which a fact has no value without anything being in doubt."""

_BY_STATE: Mapping[State, Reason] = {
    State.UNKNOWN: Reason.SAID_UNKNOWN,
    State.NOT_APPLICABLE: Reason.SAID_NOT_APPLICABLE,
    State.SUPPRESSED: Reason.SUPPRESSED,
    State.NOT_COLLECTED: Reason.NOT_COLLECTED,
    State.UNREADABLE: Reason.UNREADABLE,
}


class Held(Struct, frozen=True):
    """What one place of a profile says of a fact, on the evaluation date.

    Attributes:
        value: The usable value; None where there is a reason why there is none.
        reason: Why there is no usable value.
        dated: Day on which it was true.
    """

    ref: FactRef
    entry: Entry | None = None
    point: Point | None = None
    value: Value | None = None
    reason: Reason | None = None
    dated: date | None = None

    @property
    def period(self) -> Period | None:
        """The period that the value is of."""
        return self.point.period if self.point else None


class Doubt(Exception):
    """Something cannot be said of a profile (or does not apply) for a reason.

    Attributes:
        unsettled: Facts that would settle it.
        detail: What else a reader should know, in words.
        neutral: Whether it does not apply, so that nothing is in doubt.
    """

    def __init__(
        self,
        *reasons: Reason,
        unsettled: Iterable[FactRef] = (),
        detail: str = "",
        neutral: bool = False,
    ) -> None:
        super().__init__(*reasons)
        self.reasons = reasons
        self.unsettled = tuple(unsettled)
        self.detail = detail
        self.neutral = neutral


class NoneAgreed(Exception):
    """The council says that it has agreed no standard where one is asked for: that is an answer."""


class _Read(Struct):
    """What has been read of a rulebook on a day: the same whatever a profile says.

    Attributes:
        facts: As which fact a threshold is read.
        limits: The values of a threshold that count, for a period and a size.
        pages: Published figures of a fact as its pages have them; None before any is asked for.
        figures: The same, read, by the name of their place.
    """

    facts: dict[ThresholdRef, Fact | None] = {}
    limits: dict[tuple[ThresholdRef, Period | None, Fraction | None], tuple[Limit, ...]] = {}
    pages: dict[FactRef, list[tuple[Benchmarks, Figure]]] | None = None
    figures: dict[FactRef, dict[str, list[ContextFigure]]] = {}


class Situation:
    """A profile on a day, seen through a rulebook."""

    def __init__(self, rulebook: Rulebook, profile: Profile, as_of: date) -> None:
        self.rulebook = rulebook
        self.profile = profile
        self.as_of = as_of
        self._held: dict[FactRef, tuple[Held, ...]] = {}
        self._read = _Read()

    def of(self, profile: Profile) -> Situation:
        """Return the situation of another profile on the same day."""
        other = Situation(self.rulebook, profile, self.as_of)
        other._read = self._read
        return other

    def supposing(self, said: Mapping[FactRef, tuple[Entry, ...]]) -> Situation:
        """Return the same situation with other statements of some facts."""
        other = self.of(self.profile)
        for ref, entries in said.items():
            other._held[ref] = tuple(other._hold(ref, entry) for entry in entries)
        return other

    # ---- what is held ----

    def held(self, ref: FactRef) -> tuple[Held, ...]:
        """Return what the profile says of a fact, one for each place that says something."""
        if ref not in self._held:
            entries = self.profile.facts.get(ref, ())
            if len(entries) > 1:
                entries = tuple(sorted(entries, key=str))  # whatever file came first
            self._held[ref] = tuple(self._hold(ref, entry) for entry in entries) or (
                Held(ref, reason=Reason.MISSING),
            )
        return self._held[ref]

    def _hold(self, ref: FactRef, entry: Entry) -> Held:
        fact = self.rulebook.fact(ref)
        point = entry.current(self.as_of)
        dated = self._dated(entry, point)
        return Held(
            ref,
            entry,
            point,
            value=point.value,
            reason=self._why_unusable(fact, point, dated),
            dated=dated,
        )

    def _dated(self, entry: Entry, point: Point) -> date:
        """Return the day of a fact: end of period, own date, newest evidence, profile, today."""
        if point.period is not None:
            return point.period.end
        if isinstance(point.value, Judgement) and point.value.dated:
            return point.value.dated
        if entry.dated is not None:
            return entry.dated
        dates = [
            self.profile.evidence[id].dated
            for id in entry.evidence or ()
            if id in self.profile.evidence
        ]
        return max(dates) if dates else self.profile.as_of or self.as_of

    def _why_unusable(self, fact: Fact, point: Point, dated: date) -> Reason | None:
        if point.state in _BY_STATE:
            return _BY_STATE[point.state]
        if point.period is not None and point.period.start > self.as_of:
            return Reason.LATER
        value = point.value
        share = share_of(value)
        if share is not None and share.value is None:
            return Reason.NO_CASES
        if isinstance(value, Survey) and _says_nothing(value):
            return Reason.TOO_FEW_CASES
        if isinstance(value, Judgement) and not value.complete:
            return Reason.NEEDS_JUDGEMENT
        if fact.goes_stale_after is not None:
            try:
                if plus(dated, fact.goes_stale_after) < self.as_of:
                    return Reason.STALE
            except ValueError:
                return Reason.UNREADABLE
        return None

    def usable(self, ref: FactRef) -> tuple[Held, ...]:
        """Return the statements of a fact that have a usable value.

        Raises:
            Doubt: If none has.
        """
        held = self.held(ref)
        usable = tuple(one for one in held if one.reason is None)
        if not usable:
            if is_neutral(held):
                raise Doubt(*reasons_of(held), neutral=True)
            reasons = [reason for reason in reasons_of(held) if reason not in NEUTRAL]
            raise Doubt(*reasons, unsettled=[ref])
        return usable

    def contested(self, ref: FactRef) -> bool:
        """Return whether a statement of a fact says that it has no value to give."""
        return any(one.reason in NEUTRAL for one in self.held(ref))

    def values(self, ref: FactRef) -> tuple[Value, ...]:
        """Return the usable values of a fact, one for each statement that has one.

        Raises:
            Doubt: If none has, or another statement says that there is none to give.
        """
        usable = self.usable(ref)
        if self.contested(ref):
            raise Doubt(Reason.CONFLICTING, unsettled=[ref])
        return tuple(one.value for one in usable if one.value is not None)

    # ---- series ----

    def series(self, ref: FactRef) -> tuple[Point, ...]:
        """Return the points of a series whose periods had ended.

        Raises:
            Doubt: If there is no single series.
        """
        held = self.held(ref)
        series = [one.entry for one in held if one.entry is not None and one.entry.series]
        if not series:
            if is_neutral(held):
                raise Doubt(*reasons_of(held), neutral=True)
            reasons = reasons_of(held) or (Reason.TOO_FEW_POINTS,)
            raise Doubt(*reasons, unsettled=[ref])
        if len(series) > 1:
            raise Doubt(Reason.CONFLICTING, unsettled=[ref])
        if all(one.reason is Reason.STALE for one in held):
            raise Doubt(Reason.STALE, unsettled=[ref])
        return tuple(
            p for p in series[0].points if p.period is not None and p.period.end <= self.as_of
        )

    def newest(self, ref: FactRef) -> tuple[Value, Period | None]:
        """Return the newest value of a series, and its period.

        Raises:
            Doubt: If there is none, or it has no value.
        """
        points = self.series(ref)
        key = self._newest_key(ref, points)
        return self._at(ref, key, points), points[-1].period

    def earlier(self, ref: FactRef, ago: Duration) -> Value:
        """Return the value of a series so long before its newest.

        Raises:
            Doubt: If there is none.
        """
        return self.earlier_with_period(ref, ago)[0]

    def earlier_with_period(self, ref: FactRef, ago: Duration) -> tuple[Value, Period | None]:
        """Return the value of a series so long before its newest, and its period.

        Raises:
            Doubt: If there is none.
        """
        points = self.series(ref)
        try:
            key = step_back(self._newest_key(ref, points), ago)
        except ValueError as error:
            raise Doubt(Reason.TOO_FEW_POINTS, unsettled=[ref], detail=str(error)) from None
        value = self._at(ref, key, points)
        return value, next(point.period for point in points if point.key == key)

    def _newest_key(self, ref: FactRef, points: tuple[Point, ...]) -> str:
        key = points[-1].key if points else None
        if key is None:
            raise Doubt(Reason.TOO_FEW_POINTS, unsettled=[ref])
        return key

    def _at(self, ref: FactRef, key: str, points: Iterable[Point]) -> Value:
        point = next((p for p in points if p.key == key), None)
        if point is None:
            detail = f"no value is held for {key}"
            raise Doubt(Reason.TOO_FEW_POINTS, unsettled=[ref], detail=detail)
        if point.value is None:
            why = f" ({point.note})" if point.note else ""
            detail = f"no usable value is held for {key}{why}"
            raise Doubt(_BY_STATE[point.state], unsettled=[ref], detail=detail)
        share = share_of(point.value)
        if share is not None and share.value is None:
            raise Doubt(Reason.NO_CASES, neutral=True, detail=f"there were none in {key}")
        return point.value

    # ---- thresholds ----

    def limits(self, ref: ThresholdRef, period: Period | None) -> tuple[Limit, ...]:
        """Return the values of a threshold that count.

        Args:
            period: The period of the fact that is compared with it.

        Raises:
            Doubt: If there is none, or its size band is not known.
            NoneAgreed: If the council says that it has agreed none.
        """
        threshold = self.rulebook.expectations[ref.rule].thresholds[ref.name]
        if threshold.basis is Basis.LOCAL:
            if self.profile.standards.get(f"{ref.rule}.{ref.name}", ...) is None:
                raise NoneAgreed
            found = self.own_standard(ref)
            if not found:
                asked = f"the council is asked to agree its own standard: {threshold.ask}"
                raise Doubt(Reason.NO_STANDARD, detail=asked)
            return found
        if threshold.by is None:
            found = self.standing(ref, period)
        else:
            bands = {self.standing(ref, period, size) for size in self._sizes(threshold.by)}
            if len(bands) > 1:
                raise Doubt(Reason.CONFLICTING, unsettled=[FactRef(threshold.by.fact)])
            found = bands.pop()
        if not found:
            raise Doubt(Reason.NO_STANDARD, detail="no value is in force on this date")
        return found

    def standing(
        self, ref: ThresholdRef, period: Period | None = None, size: Fraction | None = None
    ) -> tuple[Limit, ...]:
        """Return the values that the rulebook gives a threshold on the day, whoever asks."""
        key = ref, period, size
        if key not in self._read.limits:
            threshold = self.rulebook.expectations[ref.rule].thresholds[ref.name]
            fact = self.threshold_fact(ref)
            self._read.limits[key] = limits(ref, threshold, fact, self.as_of, period, size)
        return self._read.limits[key]

    def own_standard(self, ref: ThresholdRef) -> tuple[Limit, ...]:
        """Return the council's own standard for a threshold that asks for one, if it is set."""
        standard = self.profile.standards.get(f"{ref.rule}.{ref.name}")
        if standard is None:
            return ()
        value = threshold_value(standard.value, self.threshold_fact(ref))
        return (Limit(ref.name, value, Basis.LOCAL, standard.dated, standard.agreed_by),)

    def threshold_fact(self, ref: ThresholdRef) -> Fact | None:
        """Return the fact as which a threshold is read; None where its values are durations."""
        if ref not in self._read.facts:
            self._read.facts[ref] = fact_of(self.rulebook, ref.rule, ref.name)
        return self._read.facts[ref]

    def _sizes(self, by: SizeOf) -> set[Fraction | None]:
        """Return the sizes that usable statements of a fact give."""
        ref = FactRef(by.fact)
        values = self.values(ref) if by.ago is None else (self.earlier(ref, by.ago),)
        return {magnitude(value, self.rulebook.fact(ref)) for value in values}

    # ---- published figures ----

    def benchmark(
        self, ref: FactRef, place: Place, dated: date, *, needed: int = NEIGHBOURS_NEEDED
    ) -> ContextFigure | None:
        """Return the newest figure published by the evaluation date, at most 18 months older.

        Args:
            needed: Fewest neighbours that must have a figure.
        """
        oldest = minus(dated, OLDEST_BENCHMARK)
        usable = [
            figure
            for figure in self.figures(ref)
            if figure.place is place
            and figure.published <= self.as_of
            and figure.period.end >= oldest
            and len(figure.values) >= (needed if place is Place.NEIGHBOURS else 1)
        ]
        return max(usable, key=lambda f: (f.period.end, f.published), default=None)

    def figures(self, ref: FactRef) -> Iterator[ContextFigure]:
        """Yield every published figure of a fact that is held."""
        yield from self.profile.context.get(ref, ())
        published, region = self._published(ref), self.profile.council.region
        yield from published.get(Place.ENGLAND.value, ())
        if region is not None:
            yield from published.get(region.value, ())

    def _published(self, ref: FactRef) -> Mapping[str, Sequence[ContextFigure]]:
        """Return the figures of a fact on the rulebook's pages, by the name of their place."""
        read = self._read
        if read.pages is None:
            read.pages = {}
            for page in self.rulebook.benchmarks:
                for figure in page.figures:
                    of = FactRef(figure.fact, figure.member)
                    read.pages.setdefault(of, []).append((page, figure))
        if ref not in read.figures:
            fact, by_place = self.rulebook.fact(ref), read.figures.setdefault(ref, {})
            for page, figure in read.pages.get(ref, ()):
                national = figure.place == Place.ENGLAND.value
                by_place.setdefault(figure.place, []).append(
                    ContextFigure(
                        Place.ENGLAND if national else Place.REGION,
                        (read_value(fact, figure.value),),
                        Period.parse(figure.period, fact.cadence),
                        page.published,
                        page.source,
                    )
                )
        return read.figures[ref]


def is_neutral(held: Iterable[Held]) -> bool:
    """Return whether every statement of a fact says that it has no value to give."""
    return all(one.reason in NEUTRAL for one in held)


def reasons_of(held: Iterable[Held]) -> tuple[Reason, ...]:
    """Return why statements of a fact cannot be used."""
    return tuple(one.reason for one in held if one.reason is not None)


def benchmark_value(figure: ContextFigure, fact: Fact) -> Fraction:
    """Return the figure to compare with: itself, or the median of the neighbours."""
    numbers = sorted(sure_magnitude(value, fact) for value in figure.values)
    middle = len(numbers) // 2
    return (numbers[middle] + numbers[~middle]) / 2


def sure_magnitude(value: Value, fact: Fact) -> Fraction:
    """Return what a value is compared by, where it is sure to have it."""
    found = magnitude(value, fact)
    assert found is not None
    return found


def _says_nothing(survey: Survey) -> bool:
    """Return whether too few answered a survey for it to say anything of those asked."""
    answered, asked = survey.respondents, survey.asked
    half = asked is not None and 2 * answered >= asked
    return answered < (SMALLEST_HALF if half else SMALLEST_SURVEY)
