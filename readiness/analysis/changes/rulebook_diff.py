"""What differs between two rulebooks, page by page and in words.

Differences are told apart by what they can do: flip a verdict, change how a finding is reported,
or change wording only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel

from readiness.calendar import Duration, long_date
from readiness.model.conditions import Condition, FindingHas, FindingIs, facts_of, leaves
from readiness.model.expectation import Expectation, InForce, Threshold
from readiness.model.facts import Fact
from readiness.model.vocabulary import Basis, StrEnum
from readiness.rulebook.conditions import threshold_value
from readiness.rulebook.rulebook import Rulebook
from readiness.rulebook.thresholds import Limit, fact_of
from readiness.rulebook.wording import comparison, show_limit, wording_on


class Effect(StrEnum):
    """What a difference can do, the most first."""

    VERDICT = "verdict"
    REPORT = "report"
    WORDING = "wording"


State = Literal["added", "removed", "renamed", "changed"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference in a page.

    Attributes:
        what: What differs, as readers call it.
        old: How it was, in words; None where it is new.
        new: How it is, in words; None where it is gone.
    """

    what: str
    old: str | None
    new: str | None
    effect: Effect

    def __str__(self) -> str:
        if self.old is None:
            return f'{self.what}: added "{self.new}"'
        if self.new is None:
            return f'{self.what}: "{self.old}" was taken away'
        return f'{self.what}: "{self.old}" became "{self.new}"'


@dataclass(frozen=True, slots=True)
class PageChange:
    """What became of a page, or of an entry of one.

    Attributes:
        kind: What it is: an expectation, a fact, a source…
        id: Its id, in the new rulebook where it is there.
        was: Its id before, where it was renamed.
        edits: What differs; none for what was added or removed.
        deciding: Whether adding or removing it can flip a verdict.
    """

    kind: str
    id: str
    title: str
    state: State
    was: str | None = None
    edits: tuple[Edit, ...] = ()
    deciding: bool = False

    def of(self, effect: Effect) -> tuple[Edit, ...]:
        """Return the differences that can do one thing."""
        return tuple(edit for edit in self.edits if edit.effect is effect)

    @property
    def effects(self) -> set[Effect]:
        """What the change can do."""
        found = {edit.effect for edit in self.edits}
        if self.state in ("added", "removed"):
            found.add(Effect.VERDICT if self.deciding else Effect.REPORT)
        elif self.state == "renamed":
            found.add(Effect.REPORT)
        return found


def compare(old: Rulebook, new: Rulebook, as_of: date) -> tuple[PageChange, ...]:
    """Return what differs between two rulebooks, expectations first; nothing for equal ones.

    Args:
        as_of: Day on which thresholds inside conditions are looked up for their words.
    """
    words = _Words(old, new, as_of)
    return (
        *_changes("expectation", old.expectations, new.expectations, words.expectation, True),
        *_changes("fact", old.facts, new.facts, _by_table(_FACT), True),
        *_changes("dimension", old.dimensions, new.dimensions, _by_table(_DIMENSION)),
        *_changes("vocabulary", old.vocabularies, new.vocabularies, _by_table(_VOCABULARY)),
        *_changes("unit", old.units, new.units, _by_table({})),
        *_changes("figure", _figures(old), _figures(new), _by_table(_FIGURE), True),
        *_changes("source", old.sources, new.sources, _by_table(_SOURCE)),
        *_changes("framework", old.frameworks, new.frameworks, _by_table(_FRAMEWORK)),
        *_changes("issue code", _issues(old), _issues(new), _by_table(_ISSUE)),
        *_changes("coverage entry", _coverage(old), _coverage(new), _by_table(_COVERAGE)),
        *_changes("question", old.questions, new.questions, _by_table(_QUESTION)),
        *_changes("rulebook", {"rulebook": old.page}, {"rulebook": new.page}, _by_table({})),
    )


def _figures(rulebook: Rulebook) -> dict[str, BaseModel]:
    found: dict[str, BaseModel] = {}
    for page in rulebook.benchmarks:
        for figure in page.figures:
            member = f"[{figure.member}]" if figure.member else ""
            key = f"{figure.fact}{member}, {figure.place}, {figure.period} ({page.source})"
            found[key] = _Figure(value=_say(figure.value), published=page.published)
    return found


class _Figure(BaseModel):
    value: str
    published: date


def _issues(rulebook: Rulebook) -> dict[str, BaseModel]:
    return {code: issue for page in rulebook.issues for code, issue in page.codes.items()}


def _coverage(rulebook: Rulebook) -> dict[str, BaseModel]:
    return {f"{f}/{id}": e for f, entries in rulebook.coverage.items() for id, e in entries.items()}


# ---- pages ------------------------------------------------------------------------------------


def _changes(
    kind: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    edits_of: Callable[[Any, Any], Iterable[Edit]],
    deciding: bool = False,
) -> Iterator[PageChange]:
    gone = {id: page for id, page in old.items() if id not in new}
    come = {id: page for id, page in new.items() if id not in old}
    renamed = _renamed(gone, come)
    before = {**{id: id for id in new if id in old}, **renamed}
    for id, page in new.items():
        was = before.get(id)
        title = _title(page, id)
        if was is None:
            yield PageChange(kind, id, title, "added", deciding=deciding)
        elif edits := tuple(edits_of(old[was], page)):
            state: State = "changed" if was == id else "renamed"
            yield PageChange(kind, id, title, state, None if was == id else was, edits)
        elif was != id:
            yield PageChange(kind, id, title, "renamed", was)
    for id, page in gone.items():
        if id not in renamed.values():
            yield PageChange(kind, id, _title(page, id), "removed", deciding=deciding)


def _title(page: Any, id: str) -> str:
    named = (getattr(page, name, "") for name in ("title", "what", "ask"))
    return next((str(name) for name in named if name), id)


def _renamed(gone: Mapping[str, Any], come: Mapping[str, Any]) -> dict[str, str]:
    """Return the id before of each page that only has another id now.

    A page is taken for another's where both say the same of themselves and no third one does.
    """
    signatures: dict[Hashable, tuple[list[str], list[str]]] = {}
    for side, pages in enumerate((gone, come)):
        for id, page in pages.items():
            signatures.setdefault(_signature(page), ([], []))[side].append(id)
    return {
        after[0]: before[0]
        for before, after in signatures.values()
        if len(before) == len(after) == 1
    }


def _signature(page: Any) -> Hashable:
    if isinstance(page, Expectation):
        return (page.framework, page.title)
    if isinstance(page, Fact):
        return (page.type, page.title, page.definition)
    return repr(page)


# ---- fields -----------------------------------------------------------------------------------

_Table = Mapping[str, tuple[str, Effect]]
"""For a field, how readers call it and what a change of it can do."""

_V, _R, _W = Effect.VERDICT, Effect.REPORT, Effect.WORDING

_EXPECTATION: _Table = {
    "framework": ("framework", _R),
    "criterion": ("criterion", _R),
    "also": ("also asked by", _R),
    "kind": ("kind", _R),
    "force": ("force", _R),
    "theme": ("theme", _R),
    "holder": ("holder", _R),
    "owner": ("owner", _R),
    "depth": ("depth", _R),
    "citations": ("citation", _R),
    "affected": ("who is affected", _R),
    "severity": ("severity", _R),
    "issues": ("issue raised", _R),
    "actions": ("recommended action", _W),
    "title": ("title", _W),
    "why": ("why it matters", _W),
    "ask": ("inspector's question", _W),
    "severity_because": ("reason for the severity", _W),
    "evidence": ("evidence to have ready", _W),
    "first_step": ("first step", _W),
    "examples": ("example", _W),
    "note": ("note", _W),
}
_FACT: _Table = {
    "title": ("title", _W),
    "ask": ("question to the holder", _W),
    "definition": ("definition, by which councils count", _R),
    "holder": ("holder", _R),
    "accepts": ("evidence accepted", _R),
    "type": ("type", _V),
    "of": ("what is counted", _V),
    "unit": ("unit", _V),
    "better": ("which way is better", _V),
    "cadence": ("what a year means", _V),
    "goes_stale_after": ("goes stale after", _V),
    "smallest_base": ("smallest base for a comparison", _V),
    "for_each": ("held for each", _V),
    "may_not_apply": ("a council may say that it does not apply", _V),
    "values": ("choice", _V),
    "ordered": ("choices are ordered", _V),
    "overdue": ("what is overdue beside it", _R),
    "published_as": ("published as", _R),
}
_DIMENSION: _Table = {
    "title": ("title", _W),
    "members": ("member", _V),
    "apart": ("nobody is in two members", _R),
}
_VOCABULARY: _Table = {"title": ("title", _W), "terms": ("term", _V)}
_FIGURE: _Table = {"value": ("value", _V), "published": ("day of publication", _V)}
_SOURCE: _Table = {"title": ("title", _W), "short": ("short title", _W), "note": ("note", _W)}
_FRAMEWORK: _Table = {"title": ("title", _W), "editions": ("edition", _R)}
_ISSUE: _Table = {"title": ("title", _W), "definition": ("definition", _W)}
_QUESTION: _Table = {"ask": ("question", _W), "answered_by": ("answered by", _R)}
_COVERAGE: _Table = {"what": ("what it asks", _W), "why_not": ("what is left, and why", _W)}


def _by_table(table: _Table) -> Callable[[BaseModel, BaseModel], Iterable[Edit]]:
    return lambda old, new: _fields(old, new, table)


def _fields(
    old: BaseModel, new: BaseModel, table: _Table, apart: Sequence[str] = ("id",)
) -> Iterator[Edit]:
    """Yield what differs in the fields of two pages; a field without a name keeps its own."""
    for field, about in type(new).model_fields.items():
        before, after = getattr(old, field), getattr(new, field)
        if field in apart or before == after:
            continue
        own = (about.alias or field).replace("_", " ")
        what, effect = table.get(field, (own, Effect.REPORT))
        yield from _differences(what, before, after, effect)


def _differences(what: str, old: Any, new: Any, effect: Effect) -> Iterator[Edit]:
    """Yield what differs between two values: of lists and groups only the items that do."""
    before, after = _items(old), _items(new)
    if before is None or after is None:
        yield Edit(what, _or_none(old), _or_none(new), effect)
        return
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        name = f"{what} {key}" if isinstance(key, str) else what
        if isinstance(key, str) and isinstance(one, BaseModel) and isinstance(other, BaseModel):
            inside = {field: (field.replace("_", " "), effect) for field in type(one).model_fields}
            for edit in _fields(one, other, inside):
                yield replace(edit, what=f"{name}, {edit.what}")
        else:
            yield Edit(name, _or_none(one), _or_none(other), effect)
    if list(before) != list(after) and before.items() == after.items():
        yield Edit(f"order of each {what}", _say(list(before)), _say(list(after)), effect)


def _items(value: Any) -> dict[Hashable, Any] | None:
    """Return the items of a list or group by what makes each the same in both rulebooks."""
    if isinstance(value, dict):
        return dict(value)
    if not isinstance(value, (tuple, list)):
        return None
    found: dict[Hashable, Any] = {}
    for item in value:
        if isinstance(item, BaseModel) and isinstance(id := getattr(item, "id", None), str):
            found[id] = item
            continue
        key, number = _key(item), 1
        while (key, number) in found:
            number += 1
        found[key, number] = item
    return found


def _key(item: Any) -> Hashable:
    """Return what makes an item of a list the same in both rulebooks."""
    for names in (("source", "at"), ("name",), ("do",)):
        if all(hasattr(item, name) for name in names):
            return tuple(getattr(item, name) for name in names)
    return repr(item)


def _or_none(value: Any) -> str | None:
    return None if value is None else _say(value)


def _say(value: Any) -> str:
    """Return a value of a page in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, Duration):
        return str(value)
    if isinstance(value, InForce):
        return _bounds(value)
    if isinstance(value, BaseModel):
        said = [
            f"{(about.alias or name).replace('_', ' ')} {_say(inner)}"
            for name, about in type(value).model_fields.items()
            if (inner := getattr(value, name)) not in (None, (), {})
        ]
        return "; ".join(said)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_say(inner)}" for key, inner in value.items())
    if isinstance(value, (tuple, list)):
        return ", ".join(map(_say, value)) or "none"
    return " ".join(str(value).split())


def _bounds(span: InForce) -> str:
    checked = f" (checked on {long_date(span.checked_on)})" if span.checked_on else ""
    if span.start is None:
        return f"enacted, not commenced{checked}"
    until = f" to {long_date(span.until)}" if span.until else ""
    return f"from {long_date(span.start)}{until}{checked}"


# ---- expectations -----------------------------------------------------------------------------


class _Words:
    """Compares expectations; conditions and thresholds are said in words."""

    def __init__(self, old: Rulebook, new: Rulebook, as_of: date) -> None:
        self.old, self.new, self.as_of = old, new, as_of

    def expectation(self, old: Expectation, new: Expectation) -> Iterator[Edit]:
        """Yield what differs in an expectation, its conditions first."""
        before, after = self.old.conditions[old.id], self.new.conditions[new.id]
        own = (old.id, new.id)
        for what, one, other, raw in (
            ("expected", before.expect, after.expect, (old.expect, new.expect)),
            (
                "applies when",
                before.applies_when,
                after.applies_when,
                (old.applies_when, new.applies_when),
            ),
        ):
            if not _same(one, other, own):
                yield Edit(what, *self._conditions(one, other, raw), Effect.VERDICT)
        if old.in_force != new.in_force:
            moved = old.in_force.bounds != new.in_force.bounds
            effect = Effect.VERDICT if moved else Effect.REPORT
            yield Edit("in force", _say(old.in_force), _say(new.in_force), effect)
        for name in dict.fromkeys((*old.thresholds, *new.thresholds)):
            yield from self._threshold(name, old, new)
        apart = ("id", "expect", "applies_when", "thresholds", "in_force")
        yield from _fields(old, new, _EXPECTATION, apart)

    def _conditions(
        self, old: Condition | None, new: Condition | None, raw: tuple[Any, Any]
    ) -> tuple[str | None, str | None]:
        """Return two conditions that differ in words that differ."""
        before, after = self._words(self.old, old), self._words(self.new, new)
        if before == after:  # other facts of the same title, or more than the words tell
            before, after = (f"{before} [{_ids(one)}]" for one in (old, new))
        if before == after:
            before, after = map(_say, raw)
        return before, after

    def _words(self, rulebook: Rulebook, condition: Condition | None) -> str | None:
        return None if condition is None else wording_on(rulebook, self.as_of).words(condition)

    def _threshold(self, name: str, old: Expectation, new: Expectation) -> Iterator[Edit]:
        before, after = old.thresholds.get(name), new.thresholds.get(name)
        what = f"threshold {name}"
        if before == after:
            return
        was = self._history(self.old, old.id, name, before)
        now = self._history(self.new, new.id, name, after)
        for key in sorted({*was, *now}, key=lambda key: (key[0], key[1] or 0)):
            if was.get(key) == now.get(key):
                continue
            replaced = was.get(key) or (_in_force_before(was, key) if key in now else None)
            yield Edit(what, replaced, now.get(key), Effect.VERDICT)
        if before is None or after is None:
            if not was and not now:  # a local standard
                yield Edit(what, _asked(before), _asked(after), Effect.VERDICT)
            return
        deciding = Effect.VERDICT if Basis.LOCAL in (before.basis, after.basis) else Effect.REPORT
        table: _Table = {
            "basis": (f"basis of {what}", deciding),
            "by": (f"size by which {what} is picked", Effect.VERDICT),
            "ask": (f"question for {what}", Effect.WORDING),
            "because": (f"reason for {what}", Effect.WORDING),
            "source": (f"source of {what}", Effect.REPORT),
        }
        yield from _fields(before, after, table, ("values",))

    def _history(
        self, rulebook: Rulebook, id: str, name: str, threshold: Threshold | None
    ) -> dict[tuple[date, int | None], str]:
        """Return each value in words by its first day and band, such as `at most 12 weeks…`."""
        if threshold is None:
            return {}
        fact = fact_of(rulebook, id, name)
        leaf = rulebook.conditions[id].compared.get(name)
        op = comparison(leaf) if leaf is not None else ""
        found: dict[tuple[date, int | None], str] = {}
        for dated in threshold.values:
            value = threshold_value(dated.value, fact)
            limit = Limit(name, value, threshold.basis, dated.start)
            band = "" if dated.below is None else f" for sizes below {dated.below}"
            until = "" if dated.until is None else f" to {long_date(dated.until)}"
            words = (
                f"{op}{show_limit(rulebook, id, limit)}{band} from {long_date(dated.start)}{until}"
            )
            found[dated.start, dated.below] = words
        return found


def _asked(local: Threshold | None) -> str | None:
    return None if local is None else f"{local.basis.words}: {local.ask}"


def _in_force_before(
    history: Mapping[tuple[date, int | None], str], key: tuple[date, int | None]
) -> str | None:
    """Return the words of the value that a later one of the same band takes over from."""
    earlier = [known for known in history if known[1] == key[1] and known[0] < key[0]]
    return history[max(earlier, key=lambda known: known[0])] if earlier else None


def _same(old: Condition | None, new: Condition | None, own: tuple[str, str]) -> bool:
    """Whether two conditions are the same, but for the page's id, which its thresholds name."""
    if old == new or own[0] == own[1]:
        return old == new
    return repr(old).replace(repr(own[0]), "''") == repr(new).replace(repr(own[1]), "''")


def _ids(condition: Condition | None) -> str:
    """Return the facts and expectations that a condition reads."""
    found: dict[str, None] = {}
    for leaf in leaves(condition) if condition is not None else ():
        if isinstance(leaf, (FindingIs, FindingHas)):
            found[leaf.id] = None
        found.update({str(ref): None for ref in facts_of(leaf)})
    return ", ".join(found)
