"""Which verdicts of a council an edit of the rulebook flips, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import Literal

from readiness.analysis.changes.rulebook_diff import Effect, PageChange
from readiness.analysis.findings.build import finding_of
from readiness.engine.evaluate import Evaluation
from readiness.model.conditions import NoWorseThan
from readiness.model.disclosure import Disclosure
from readiness.model.finding import Found
from readiness.model.vocabulary import Reason, Verdict
from readiness.rulebook.chaining import upstream_of
from readiness.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict with its leading reason."""

    verdict: Verdict
    reason: Reason | None

    def __str__(self) -> str:
        return self.verdict.words + (f" ({self.reason})" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Flip:
    """A verdict that an edit changes, brings or takes away.

    Attributes:
        was: The expectation's id before, where it was renamed.
        old: What was said; None for a new expectation.
        new: What is said; None for one that is gone.
        because: What of the edit does it; at least one line.
        found: What is held of the facts that it reads.
    """

    id: str
    title: str
    was: str | None
    old: Said | None
    new: Said | None
    because: tuple[str, ...]
    found: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many verdicts stay and how many do not."""

    unchanged: int = 0
    changed: int = 0
    new: int = 0
    gone: int = 0

    @property
    def compared(self) -> int:
        """Verdicts of expectations that are in both rulebooks."""
        return self.unchanged + self.changed

    @property
    def before(self) -> int:
        """Verdicts by the old rulebook."""
        return self.compared + self.gone

    @property
    def after(self) -> int:
        """Verdicts by the new one."""
        return self.compared + self.new

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.unchanged + other.unchanged,
            self.changed + other.changed,
            self.new + other.new,
            self.gone + other.gone,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an edit changes for one council."""

    counts: Counts
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class CouncilImpact:
    """What an edit changes for one council.

    Attributes:
        name: Its folder or file.
        as_of: The day on which it is looked at, by both rulebooks.
        failing: What the scenario expects and would no longer get; empty for a profile.
        unreadable: Why one of the rulebooks cannot read the profile; there are no verdicts then.
        by: Which of the two cannot.
    """

    name: str
    council: str
    as_of: date
    counts: Counts
    flips: tuple[Flip, ...]
    failing: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    by: Literal["", "old", "new"] = ""


@dataclass(frozen=True, slots=True)
class Impact:
    """What an edit changes: pages, verdicts, and what rests on them."""

    old: Rulebook
    new: Rulebook
    as_of: date
    changes: tuple[PageChange, ...]
    councils: tuple[CouncilImpact, ...]
    rests: dict[str, tuple[str, ...]]

    @property
    def counts(self) -> Counts:
        """Verdicts of all councils together."""
        return reduce(add, (council.counts for council in self.councils), Counts())

    @property
    def changes_verdicts(self) -> bool:
        """Whether any verdict differs, or can no longer be given."""
        return any(c.flips or c.failing or c.unreadable for c in self.councils)


def outcome(
    old: Evaluation, new: Evaluation, changes: Iterable[PageChange], disclosure: Disclosure
) -> Outcome:
    """Return what changes for one council on one day between two rulebooks.

    Args:
        old: The council by the old rulebook.
        new: The council by the new one, on the same day.
        changes: What differs between the two rulebooks.
    """
    why = Why(old.rulebook, new.rulebook, tuple(changes))
    flipped: dict[str, tuple[Verdict, Verdict]] = {}
    added: list[str] = []
    for id in new.rulebook.expectations:
        before = why.before.get(id)
        if before is None:
            added.append(id)
        elif old.verdict(before) is not new.verdict(id):
            flipped[id] = old.verdict(before), new.verdict(id)
    gone = [id for id in old.rulebook.expectations if id not in why.before.values()]
    flips = [_flip(id, old, new, why, flipped, disclosure) for id in flipped]
    flips += [_flip(id, None, new, why, flipped, disclosure) for id in added]
    flips += [_flip(id, old, None, why, flipped, disclosure) for id in gone]
    unchanged = len(new.rulebook.expectations) - len(flipped) - len(added)
    return Outcome(Counts(unchanged, len(flipped), len(added), len(gone)), tuple(flips))


def _flip(
    id: str,
    old: Evaluation | None,
    new: Evaluation | None,
    why: Why,
    flipped: Mapping[str, tuple[Verdict, Verdict]],
    disclosure: Disclosure,
) -> Flip:
    was = why.before.get(id, id)
    before = finding_of(old, was, disclosure) if old is not None else None
    after = finding_of(new, id, disclosure) if new is not None else None
    shown = after or before
    assert shown is not None
    if before is None:
        because: tuple[str, ...] = ("the expectation is new",)
    elif after is None:
        because = ("the expectation was taken away",)
    else:
        because = tuple(why.lines(id, flipped))
    return Flip(
        id=id,
        title=shown.title,
        was=was if was != id else None,
        old=Said(before.verdict, before.reason) if before else None,
        new=Said(after.verdict, after.reason) if after else None,
        because=because,
        found=shown.found if before and after else (),
    )


class Why:
    """Says what of an edit flips a verdict."""

    def __init__(self, old: Rulebook, new: Rulebook, changes: tuple[PageChange, ...]) -> None:
        self.new = new
        self.deciding = {
            (change.kind, change.id): change
            for change in changes
            if Effect.VERDICT in change.effects
        }
        renamed = {c.id: c.was for c in changes if c.kind == "expectation" and c.was is not None}
        same = {id: id for id in new.expectations if id in old.expectations}
        self.before = {**same, **renamed}
        self.upstream = upstream_of(new)

    def lines(self, id: str, flipped: Mapping[str, tuple[Verdict, Verdict]]) -> Iterator[str]:
        """Yield what flipped the verdict of an expectation that is in both rulebooks."""
        yield from self._edits("expectation", id)
        leaves = self.new.conditions[id].leaves
        facts = self._facts(id)
        for ref in facts:
            yield from self._edits("fact", ref, f"fact {ref}, ")
        for word in dict.fromkeys(self.new.facts[ref].of or "" for ref in facts):
            yield from self._edits("vocabulary", word, f"vocabulary {word}, ")
        compared = {str(leaf.fact) for leaf in leaves if isinstance(leaf, NoWorseThan)}
        for kind, key in self.deciding:
            if kind == "figure" and key.split(",")[0] in compared:
                yield from self._edits(kind, key, f"published figure {key}, ")
        for other in self.upstream[id]:
            if other in flipped:
                before, after = flipped[other]
                yield f"it rests on {other}, which was {before.words} and is {after.words}"
            elif ("expectation", other) in self.deciding:
                yield f"it rests on {other}, whose page differs"
            else:  # whether it is known or evidenced may differ though its verdict does not
                for ref in self._facts(other):
                    yield from self._edits("fact", ref, f"it rests on {other}; fact {ref}, ")

    def _facts(self, id: str) -> dict[str, None]:
        """Return the facts that an expectation reads, in the order written."""
        return {ref.id: None for ref in self.new.conditions[id].facts}

    def _edits(self, kind: str, id: str, lead: str = "") -> Iterator[str]:
        change = self.deciding.get((kind, id))
        if change is not None and change.edits:
            yield from (f"{lead}{edit}" for edit in change.of(Effect.VERDICT))
        elif change is not None:
            yield f"{lead}{change.state}"


def downstream(new: Rulebook, changes: Iterable[PageChange]) -> dict[str, tuple[str, ...]]:
    """Return the expectations that rest on something changed, each with what it rests on.

    They are those that read a fact whose page differs, and those that rest, directly or through
    others, on an expectation whose verdict may differ. Pages that differ themselves are left out.
    """
    deciding = {(c.kind, c.id) for c in changes if Effect.VERDICT in c.effects}
    facts = {id for kind, id in deciding if kind == "fact"}
    edited = {id for kind, id in deciding if kind == "expectation"}
    rests: dict[str, tuple[str, ...]] = {}
    for id, conditions in new.conditions.items():
        read = dict.fromkeys(ref.id for ref in conditions.facts if ref.id in facts)
        if read and id not in edited:
            rests[id] = tuple(read)
    upstream = upstream_of(new)
    grown = True
    while grown:
        grown = False
        for id, others in upstream.items():
            on = tuple(other for other in others if other in edited or other in rests)
            if on and id not in edited and id not in rests:
                rests[id] = on
                grown = True
    return dict(sorted(rests.items()))
