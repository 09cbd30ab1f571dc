"""Reading what a profile says of its facts: short and long forms, series, markers, families."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from readiness.calendar import Period, kind_of, period_of
from readiness.model.facts import Dimension, Fact, FactRef
from readiness.model.profile import Entry, Point, State
from readiness.model.values import (
    Judgement,
    Share,
    Survey,
    Unfit,
    Value,
    near,
    parse,
    share_from_counts,
    written,
)
from readiness.model.vocabulary import NUMERIC_TYPES, FactType, Stands
from readiness.yaml_reader import Document, Path

ABOUT = ("period", "dated", "evidence", "source", "note", "left_out")
"""Keys that say where a value comes from."""

INSTEAD = {
    "unknown": State.UNKNOWN,
    "not_applicable": State.NOT_APPLICABLE,
    "suppressed": State.SUPPRESSED,
    "not_collected": State.NOT_COLLECTED,
    "unreadable": State.UNREADABLE,
}
"""Keys that stand instead of a value, each with its reason or marker."""

VALUE_KEYS: Mapping[FactType, tuple[str, ...]] = {
    FactType.SHARE: ("value", "numerator", "denominator", "series"),
    FactType.SURVEY: ("value", "numerator", "denominator", "respondents", "asked"),
    FactType.JUDGEMENT: ("stands", "by"),
    **dict.fromkeys(NUMERIC_TYPES - {FactType.SHARE}, ("value", "series")),
}

Say = Callable[..., None]


class _Wrong(Exception):
    """A problem has been reported; this entry cannot be read."""


@lru_cache(maxsize=4)
def groups_of(facts: tuple[str, ...]) -> frozenset[str]:
    """Return everything that facts may be nested under, from their ids.

    It is kept, because the thousands of examples of a rulebook are all read with the same facts.
    """
    steps = (id.split(".")[:-1] for id in facts)
    return frozenset(".".join(inside[:n]) for inside in steps for n in range(1, len(inside) + 1))


@dataclass(frozen=True, slots=True)
class FactReader:
    """Reads the facts of one document.

    Attributes:
        say: Takes a problem: path, message, help and whether it points at the key.
        groups: What facts may be nested under.
    """

    document: Document
    facts: Mapping[str, Fact]
    dimensions: Mapping[str, Dimension]
    say: Callable[[Path, str, str, bool], None]
    groups: frozenset[str]

    def read(self, raw: Any, path: Path, prefix: str = "") -> Iterator[Entry]:
        """Yield what a group of facts says; dotted and nested keys are the same."""
        if not isinstance(raw, dict):
            self.say(
                path, "this takes a group of facts", "such as 'local_offer.published: yes'", False
            )
            return
        for key, value in raw.items():
            name = f"{prefix}{key}"
            fact = self.facts.get(name)
            if fact is not None:
                yield from self._fact(fact, value, (*path, key))
            elif name in self.groups:
                yield from self.read(value, (*path, key), f"{name}.")
            else:
                help = near(name, list(self.facts), "see: readiness facts list")
                self.say((*path, key), f"unknown fact '{name}'", help, True)

    def _fact(self, fact: Fact, raw: Any, path: Path) -> Iterator[Entry]:
        if fact.for_each is None:
            yield from self._entries(fact, FactRef(fact.id), raw, path, {})
            return
        members = self.dimensions[fact.for_each].members
        if raw == "unknown" or (isinstance(raw, dict) and raw.keys() == {"unknown"}):
            for member in members:
                yield from self._entries(fact, FactRef(fact.id, member), raw, path, {})
            return
        if not isinstance(raw, dict):
            first = next(iter(members))
            help = f"write {{{first}: …}}, one for each {fact.for_each}"
            self.say(path, f"'{fact.id}' holds one value for each {fact.for_each}", help, False)
            return
        shared = {key: (raw[key], (*path, key)) for key in ABOUT if key in raw}
        for key, value in raw.items():
            if key in members:
                yield from self._entries(fact, FactRef(fact.id, key), value, (*path, key), shared)
            elif key not in shared:
                help = near(key, list(members), f"there are: {', '.join(members)}")
                self.say((*path, key), f"no {fact.for_each} is called '{key}'", help, True)

    def _entries(
        self,
        fact: Fact,
        ref: FactRef,
        raw: Any,
        path: Path,
        shared: Mapping[str, tuple[Any, Path]],
    ) -> Iterator[Entry]:
        if isinstance(raw, dict) and "conflicting" in raw:
            said = raw["conflicting"]
            if len(raw) > 1 or not isinstance(said, list) or len(said) < 2:
                help = "such as {conflicting: [{value: 12, source: …}, {value: 14, source: …}]}"
                message = "'conflicting' takes a list of two or more statements, and nothing beside"
                self.say(path, message, help, False)
                return
            for number, one in enumerate(said):
                yield from self._entries(fact, ref, one, (*path, "conflicting", number), shared)
            return
        try:
            yield self._entry(fact, ref, raw, path, shared)
        except Unfit as error:
            place = (*path, error.key) if error.key else path
            self.say(place, str(error), error.help, False)
        except _Wrong:
            pass

    def _entry(
        self,
        fact: Fact,
        ref: FactRef,
        raw: Any,
        path: Path,
        shared: Mapping[str, tuple[Any, Path]],
    ) -> Entry:
        document, where = self.document, self.document.place_of(path)
        about = dict(shared)
        if not isinstance(raw, dict):
            points: tuple[Point, ...] = (self._short(fact, raw, path),)
            series = False
        else:
            self._only(fact, raw, path)
            about.update({key: (raw[key], (*path, key)) for key in ABOUT if key in raw})
            series = "series" in raw
            points = self._series(fact, raw["series"], (*path, "series")) if series else ()
            if not series:
                whole = raw
                if fact.type is FactType.JUDGEMENT:  # its day and evidence may stand beside it
                    whole = {**{key: value for key, (value, _) in shared.items()}, **raw}
                points = (self._long(fact, whole, path),)
        period = self._period(fact, about)
        if period is not None:
            if series:
                help = "take 'period' away"
                self.say(about["period"][1], "a series has its periods in its keys", help, False)
                raise _Wrong
            points = (Point(points[0].state, points[0].value, points[0].note, period),)
        return Entry(
            ref,
            points,
            series,
            dated=self._dated(about),
            evidence=self._evidence(about),
            source=self._words(about, "source"),
            note=self._words(about, "note"),
            left_out=self._left_out(about),
            place=where,
            at=(document.source, document.line_of(path)),
        )

    def _only(self, fact: Fact, raw: Mapping[str, Any], path: Path) -> None:
        values = VALUE_KEYS.get(fact.type, ("value",))
        allowed = (*values, *INSTEAD, *ABOUT)
        wrong = [key for key in raw if key not in allowed]
        for key in wrong:
            help = near(key, allowed, f"the keys here are: {', '.join(allowed)}")
            self.say((*path, key), f"unknown key '{key}'", help, True)
        if wrong:
            raise _Wrong
        held = [key for key in raw if key not in ABOUT and key not in INSTEAD]
        instead = [key for key in raw if key in INSTEAD]
        if len(instead) + bool(held) != 1:
            if held or instead:
                message = f"'{fact.id}' is given in two ways: {', '.join([*held[:1], *instead])}"
                help = "keep one of them"
            else:
                message = f"there is no value for '{fact.id}'"
                help = f"give one of: {', '.join(values)}, unknown"
            self.say(path, message, help, False)
            raise _Wrong

    def _short(self, fact: Fact, raw: Any, path: Path) -> Point:
        quoted = self.document.was_quoted(path)
        if raw == "unknown" and not quoted:
            return Point(State.UNKNOWN)
        return Point(State.VALUE, parse(fact, raw, quoted=quoted))

    def _long(self, fact: Fact, raw: Mapping[str, Any], path: Path) -> Point:
        for key, state in INSTEAD.items():
            if key in raw:
                if state is State.NOT_APPLICABLE and not fact.may_not_apply:
                    none = ", and 0 where there are none" if fact.type is FactType.COUNT else ""
                    help = f"write unknown if it is not known{none}"
                    raise Unfit(f"'{fact.id}' applies everywhere", help, key)
                note = raw[key] if isinstance(raw[key], str) and raw[key].strip() else None
                if note is None and raw[key] is not True:
                    raise Unfit("this takes a reason in words", "such as 'no such service'", key)
                if state is State.NOT_APPLICABLE and note is None:
                    raise Unfit("say why it does not apply", "not_applicable: reason", key)
                return Point(state, note=note)
        if fact.type is FactType.JUDGEMENT:
            return Point(State.VALUE, self._judgement(raw))
        if fact.type is FactType.SURVEY:
            return Point(State.VALUE, self._survey(fact, raw))
        if fact.type is FactType.SHARE and "value" not in raw:
            return Point(State.VALUE, self._counted(raw))
        if fact.type is FactType.SHARE and ("numerator" in raw or "denominator" in raw):
            raise Unfit("the share is given twice", "keep numerator and denominator", "value")
        try:
            return self._short(fact, raw["value"], (*path, "value"))
        except Unfit as error:
            raise Unfit(str(error), error.help, "value") from None

    @staticmethod
    def _count(raw: Mapping[str, Any], key: str) -> int:
        value = raw.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            if key not in raw:
                raise Unfit(f"'{key}' is missing", f"add '{key}:' with a whole number")
            raise Unfit(f"{written(value)} is not a count", "write a whole number", key)
        if value < 0:
            raise Unfit("a count cannot be negative", "write 0 or more", key)
        return value

    def _counted(self, raw: Mapping[str, Any]) -> Share:
        return share_from_counts(self._count(raw, "numerator"), self._count(raw, "denominator"))

    def _survey(self, fact: Fact, raw: Mapping[str, Any]) -> Survey:
        if "value" in raw:
            as_share = fact.model_copy(update={"type": FactType.SHARE})
            try:
                share = parse(as_share, raw["value"])
            except Unfit as error:
                raise Unfit(str(error), error.help, "value") from None
            assert isinstance(share, Share)
        else:
            share = self._counted(raw)
        respondents = share.denominator if share.denominator is not None else None
        if respondents is None or "respondents" in raw:
            respondents = self._count(raw, "respondents")
        asked = self._count(raw, "asked") if "asked" in raw else None
        if asked is not None and asked < respondents:
            message = f"more answered ({respondents}) than were asked ({asked})"
            raise Unfit(message, "'asked' is how many people the survey went to", "asked")
        return Survey(share, respondents, asked)

    @staticmethod
    def _judgement(raw: Mapping[str, Any]) -> Judgement:
        stands = raw.get("stands")
        if stands is not None and stands not in list(Stands):
            raise Unfit(
                f"{written(stands)} is not one of: {', '.join(Stands)}",
                near(stands, list(Stands)),
                "stands",
            )
        by = raw.get("by")
        if by is not None and not isinstance(by, str):
            raise Unfit("'by' names a role", "such as Head of SEND", "by")
        dated = raw.get("dated")
        return Judgement(
            Stands(stands) if stands is not None else None,
            by,
            dated if isinstance(dated, date) else None,
            raw.get("evidence") not in (None, "none", []),
        )

    def _series(self, fact: Fact, raw: Any, path: Path) -> tuple[Point, ...]:
        if not isinstance(raw, dict) or not raw:
            raise Unfit("a series takes values by period", "such as {2025-Q1: 42.1}", "series")
        points: list[Point] = []
        wrong = False
        first: tuple[str, object] | None = None
        for key, value in raw.items():
            place = (*path, key)
            try:
                kind, period = kind_of(key), period_of(key, fact.cadence)
            except ValueError as error:
                self.say(place, str(error), "such as {2025-Q1: …, 2025-Q2: …}", True)
                wrong = True
                continue
            if first is None:
                first = key, kind
            elif kind is not first[1]:
                help = "use one kind of period in a series"
                self.say(place, f"'{key}' and '{first[0]}' are different kinds", help, True)
                wrong = True
            try:
                point = (
                    self._long(fact, value, place)
                    if isinstance(value, dict)
                    else self._short(fact, value, place)
                )
                points.append(Point(point.state, point.value, point.note, period, key))
            except Unfit as error:
                self.say((*place, error.key) if error.key else place, str(error), error.help, False)
                wrong = True
        if wrong:
            raise _Wrong
        points.sort(key=lambda point: point.period.end if point.period else date.min)
        return tuple(points)

    def _period(self, fact: Fact, about: Mapping[str, tuple[Any, Path]]) -> Period | None:
        if "period" not in about:
            return None
        raw, path = about["period"]
        try:
            return Period.parse(str(raw), fact.cadence)
        except ValueError as error:
            self.say(path, str(error), "such as 2025-09-01/2026-08-31", False)
            raise _Wrong from None

    def _dated(self, about: Mapping[str, tuple[Any, Path]]) -> date | None:
        if "dated" not in about:
            return None
        raw, path = about["dated"]
        if not isinstance(raw, date):
            self.say(path, f"'{raw}' is not a date", "write a day as 2026-10-31", False)
            raise _Wrong
        return raw

    def _evidence(self, about: Mapping[str, tuple[Any, Path]]) -> tuple[str, ...] | None:
        if "evidence" not in about:
            return None
        raw, path = about["evidence"]
        if raw == "none":
            return ()
        items = [raw] if isinstance(raw, str) else raw
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            self.say(
                path,
                "'evidence' takes ids of evidence items",
                "such as [sen2-2026], or none",
                False,
            )
            raise _Wrong
        return tuple(items)

    def _left_out(self, about: Mapping[str, tuple[Any, Path]]) -> tuple[tuple[str, int], ...]:
        if "left_out" not in about:
            return ()
        raw, path = about["left_out"]
        if not isinstance(raw, dict):
            help = "such as {no date is recorded: 3}"
            self.say(path, "'left_out' takes reasons, each with a count", help, False)
            raise _Wrong
        for reason, count in raw.items():
            if isinstance(count, bool) or not isinstance(count, int) or count < 0:
                help = "write a whole number"
                self.say((*path, reason), f"{written(count)} is not a count", help, False)
                raise _Wrong
        return tuple(raw.items())

    def _words(self, about: Mapping[str, tuple[Any, Path]], key: str) -> str | None:
        if key not in about:
            return None
        raw, path = about[key]
        if not isinstance(raw, str) or not raw.strip():
            help = "write them, or take the line away" if raw == "" else "put them in quotes"
            self.say(path, f"'{key}' takes words", help, False)
            raise _Wrong
        return raw


def read_value(fact: Fact, raw: Any) -> Value:
    """Return a value in its short form, for claims, standards and published figures.

    Raises:
        Unfit: With a message and the fix.
    """
    if fact.type is FactType.SURVEY:
        fact = fact.model_copy(update={"type": FactType.SHARE})
    return parse(fact, raw)
