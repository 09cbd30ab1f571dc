"""Profiles of the fictional house that say anything a profile can say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from readiness.calendar import Duration, period_of
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import (
    Acceptance,
    Claim,
    CouncilHeader,
    Entry,
    EvidenceItem,
    PlanEntry,
    Point,
    Profile,
    SelfEvaluation,
    ShowsIn,
    Standard,
    State,
)
from readiness.model.values import NOT_YET, Judgement, Share, Survey, Value, share_from_counts
from readiness.model.vocabulary import (
    NUMERIC_TYPES,
    EvidenceKind,
    FactType,
    Holder,
    PlanStatus,
    Region,
    Stands,
)
from readiness.rulebook.rulebook import Rulebook

WORDS = (
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
    | st.sampled_from(
        ["unknown", "none", "yes", "12", "=1+1", "@cmd", "-2", "a; b", "2026-10-31", "3/4", "a: b"]
    )
).filter(lambda text: text not in ("–", "'"))
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
COUNTS = st.integers(0, 10**9)
PAIRS = st.tuples(COUNTS, COUNTS).map(lambda pair: share_from_counts(min(pair), max(pair)))
SHARES = PAIRS | st.integers(0, 10**4).map(lambda n: Share(Fraction(n, 10**4)))
WEEKS = st.integers(0, 4000).map(lambda n: Duration.parse(f"{Decimal(n) / 4:f} weeks"))
ITEMS = ("log", "letter")


def bare(profile: Profile) -> Profile:
    """Return a profile without the places of its statements, which differ by how it was written."""
    return replace(
        profile,
        facts={
            ref: tuple(replace(entry, place="") for entry in entries)
            for ref, entries in profile.facts.items()
        },
    )


def _surveys() -> st.SearchStrategy[Value]:
    return st.builds(
        lambda share, more, asked: Survey(
            share,
            share.denominator if share.denominator is not None else more,
            (share.denominator or more) + asked if asked is not None else None,
        ),
        SHARES,
        st.integers(0, 500),
        st.none() | st.integers(0, 500),
    )


def values(fact: Fact) -> st.SearchStrategy[Value]:
    """Return values of a fact; judgements are made with the day and evidence beside them."""
    made: dict[FactType, st.SearchStrategy[Value]] = {
        FactType.YES_NO: st.booleans(),
        FactType.COUNT: COUNTS,
        FactType.SHARE: SHARES,
        FactType.RATE: st.decimals(-(10**5), 10**5, places=3),
        FactType.NUMBER: st.decimals(-(10**5), 10**5, places=2),
        FactType.DURATION: WEEKS,
        FactType.DATE: DAYS | st.just(NOT_YET),
        FactType.CHOICE: st.sampled_from(fact.values or ("",)),
        FactType.TEXT: WORDS,
        FactType.LIST: st.lists(WORDS, min_size=1, max_size=3).map(tuple),
        FactType.SURVEY: _surveys(),
    }
    return made[fact.type]


@st.composite
def entries(draw: st.DrawFn, fact: Fact, ref: FactRef) -> Entry:
    """Return a statement of a fact."""
    states = [state for state in State if state is not State.VALUE]
    if not fact.may_not_apply:
        states.remove(State.NOT_APPLICABLE)
    series = fact.type in NUMERIC_TYPES and draw(st.booleans())
    dated = draw(st.none() | DAYS)
    evidence = draw(
        st.none() | st.just(()) | st.lists(st.sampled_from(ITEMS), unique=True, min_size=1)
    )

    def point(key: str | None) -> Point:
        period = period_of(key, fact.cadence) if key is not None else None
        shown = key if series else None
        if draw(st.booleans()):
            state = draw(st.sampled_from(states))
            reason = WORDS if state is State.NOT_APPLICABLE else st.none() | WORDS
            return Point(state, None, draw(reason), period, shown)
        if fact.type is FactType.JUDGEMENT:
            by = draw(st.none() | WORDS)
            some = st.sampled_from(Stands)
            stands = draw(some if by is None else st.none() | some)
            value: Value = Judgement(stands, by, dated, bool(evidence))
        else:
            value = draw(values(fact))
        return Point(State.VALUE, value, None, period, shown)

    if series:
        years = draw(st.sets(st.integers(2013, 2025), min_size=1, max_size=5))
        keys: list[str | None] = [str(year) for year in sorted(years)]
    else:
        has_period = fact.type is not FactType.JUDGEMENT and draw(st.booleans())
        keys = [str(draw(st.integers(2013, 2025)))] if has_period else [None]
    return Entry(
        ref,
        tuple(point(key) for key in keys),
        series,
        dated,
        None if evidence is None else tuple(evidence),
        draw(st.none() | WORDS),
        draw(st.none() | WORDS),
    )


@st.composite
def profiles(draw: st.DrawFn, rulebook: Rulebook) -> Profile:
    """Return a profile of the fictional house."""
    refs = [FactRef(id) for id, fact in rulebook.facts.items() if fact.for_each is None]
    refs += [FactRef("room.seen", member) for member in ("hall", "attic", "cellar")]
    refs += [FactRef("room.wait", member) for member in ("hall", "cellar")]
    chosen = draw(st.lists(st.sampled_from(refs), unique=True, max_size=6))
    facts = {
        ref: tuple(draw(st.lists(entries(rulebook.fact(ref), ref), min_size=1, max_size=2)))
        for ref in sorted(chosen, key=refs.index)
    }
    evidence = {
        id: EvidenceItem(
            title=draw(WORDS),
            kind=draw(st.sampled_from(EvidenceKind)),
            dated=draw(DAYS),
            holder=draw(st.sampled_from(Holder)),
            serves=draw(st.sampled_from([(), ("lantern/ax-1",)])),
            ready_in=draw(st.none() | WEEKS),
            note=draw(st.none() | WORDS),
        )
        for id in ITEMS
    }
    standard = Standard(value="12 weeks", agreed_by=draw(WORDS), dated=draw(DAYS))
    shows = ShowsIn(fact="lamp.on_time", reaches="70%", by=date(2026, 3, 1))
    of_one = ShowsIn.model_validate({"fact": "room.wait", "for": "attic", "reaches": "12 weeks"})
    plan = PlanEntry(
        id=draw(WORDS),
        addresses=draw(st.sampled_from([(), ("LAN-01", "LAN-02")])),
        do=draw(WORDS),
        owner=draw(st.none() | WORDS),
        due=draw(st.none() | DAYS),
        shows_in=draw(st.none() | WORDS | st.sampled_from([shows, of_one])),
        status=draw(st.sampled_from(PlanStatus)),
    )
    period = draw(st.sampled_from([None, 2025, "2025-26"]))
    accepted = Acceptance(expectation="LAN-03", by="Keeper", reason="Winter", until=None)
    claims = (
        Claim(fact="lamp.on_time", value="72%", period=period),
        Claim.model_validate({"fact": "room.seen", "for": "attic", "value": "72%"}),
        Claim(criterion="lantern/light", rated=draw(WORDS)),
    )
    return Profile(
        CouncilHeader(
            name=draw(WORDS),
            code=draw(st.none() | st.just("E06009901")),
            region=draw(st.none() | st.sampled_from(Region)),
            icbs=draw(st.sampled_from([(), ("NHS Lampton", "NHS Dale")])),
        ),
        draw(st.none() | DAYS),
        facts,
        evidence,
        draw(st.sampled_from([{}, {"LAN-04.longest": None}, {"LAN-04.longest": standard}])),
        draw(st.sampled_from([None, (), (plan,)])),
        draw(st.none() | st.builds(SelfEvaluation, dated=DAYS, claims=st.just(claims))),
        draw(st.sampled_from([(), (accepted,)])),
    )
