"""What would follow if facts were otherwise, or plan entries done."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readiness.analysis.findings.build import findings, rulebook_shown
from readiness.analysis.findings.sums import guarded
from readiness.analysis.unknowns.whatif import (
    Addresses,
    Imagined,
    followed,
    reached,
    supposing,
    unlocks,
)
from readiness.app.checking import Selection, evaluation_date
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import compiled_rulebook, known_framework
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.errors import InvalidInput, InvalidProfile, Problem, UsageError
from readiness.model.disclosure import Disclosure
from readiness.model.facts import FactRef
from readiness.model.finding import Totals
from readiness.model.profile import Entry, PlanEntry, Profile, Standard
from readiness.model.values import near
from readiness.profile.load import load_profile, read_given
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_text


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed, as it was asked for.

    Attributes:
        facts: `FACT=VALUE` or `FACT[member]=VALUE`.
        standards: `ID.name=VALUE`.
        done: Ids of plan entries.
    """

    facts: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


def imagine(
    path: Path,
    supposed: Supposed,
    *,
    today: Callable[[], date],
    book: RulebookChoice = NEAREST,
    as_of: date | None = None,
    selection: Selection | None = None,
    unlock: bool = False,
    show_small_counts: bool = False,
) -> Imagined:
    """Return every verdict that would follow from what is supposed.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found, in the profile or an argument.
        UsageError: For a framework or plan entry that does not exist.
    """
    selection = selection or Selection()
    rulebook, compiled = compiled_rulebook(book)
    known_framework(rulebook, selection.framework)
    profile = load_profile(path, rulebook)
    day, _ = evaluation_date(as_of, profile, today)
    facts, standards = _read(rulebook, profile, supposed, day)
    entries = [_entry(profile, id) for id in dict.fromkeys(supposed.done)]
    completed: dict[FactRef, Entry] = {}
    for entry in entries:
        completed.update(reached(rulebook, entry, day))
    before = evaluate(rulebook, compiled, profile, day)
    ids = [entry.id for entry in entries]
    other = supposing(profile, {**completed, **facts}, standards, ids)
    after = evaluate(rulebook, compiled, other, day)
    plain = Disclosure(show_small_counts)
    disclosure = guarded(before.situation, plain, after.situation)
    both = tuple(findings(e, disclosure, selection) for e in (before, after))
    shown = {finding.id for finding in both[0]}
    changes = tuple(one for one in followed(before, after) if one.id in shown)
    changed = {one.id for one in changes}
    by_id = {finding.id: finding for finding in both[1]}
    old = tuple(finding for finding in both[0] if finding.id in changed)
    return Imagined(
        profile.council.name,
        profile.council.code,
        day,
        rulebook_shown(rulebook),
        selection.words(),
        (Totals.of(both[0]), Totals.of(both[1])),
        changes,
        old,
        tuple(by_id[finding.id] for finding in old),
        tuple(_said(after, {**completed, **facts}, standards, entries, plain)),
        tuple(
            Addresses(entry.id, id, before.verdict(id), after.verdict(id))
            for entry in entries
            for id in entry.addresses
        ),
        tuple(_notices(rulebook, entries, day)),
        unlocks(after, [f.id for f in both[1]], disclosure) if unlock else None,
        {id: e.title for id, e in rulebook.expectations.items()},
        show_small_counts,
    )


_NAMED = re.compile(
    r"\s*(?P<name>[^=\[\]\s]+)\s*(?:\[\s*(?P<member>[^\]=]+?)\s*\])?\s*=(?P<value>.*)", re.DOTALL
)


def _read(
    rulebook: Rulebook, profile: Profile, supposed: Supposed, day: date
) -> tuple[dict[FactRef, Entry], dict[str, Standard | None]]:
    """Return the facts and standards that arguments name, read as a profile is.

    Raises:
        InvalidProfile: With every problem found, each pointing at its argument.
    """
    problems: list[Problem] = []
    facts: dict[FactRef, Entry] = {}
    standards: dict[str, Standard | None] = {}
    for option, texts in (("--set", supposed.facts), ("--standard", supposed.standards)):
        for text in texts:
            source = f"{option} {' '.join(text.split())}"
            match = _NAMED.fullmatch(text)
            if match is None:
                example = "workforce.vacancy_rate=12%" if option == "--set" else "ID.name=20"
                help = f"write it as {option} {example}"
                problems.append(Problem(source, 0, 0, "this names no value", help))
                continue
            given = _given(option, match, source, rulebook, profile, day, problems)
            if given is None:
                continue
            for ref, entries in given.facts.items():
                if ref in facts or len(entries) > 1:
                    help = "keep one of them"
                    problems.append(Problem(source, 0, 0, f"'{ref}' is supposed twice", help))
                facts[ref] = entries[0]
            for name, standard in given.standards.items():
                if name in standards:
                    help = "keep one of them"
                    problems.append(Problem(source, 0, 0, f"'{name}' is supposed twice", help))
                standards[name] = standard
    if problems:
        raise InvalidProfile(problems)
    return facts, standards


def _given(
    option: str,
    match: re.Match[str],
    source: str,
    rulebook: Rulebook,
    profile: Profile,
    day: date,
    problems: list[Problem],
) -> Profile | None:
    """Return the small profile that one argument gives, or None where it cannot be read."""
    name, member, value = match["name"], match["member"], match["value"].strip()
    if option == "--standard":
        plain = f"{{value: {value}, agreed_by: supposed, dated: {day.isoformat()}}}"
        line = f"standards: {{{name}: {'none' if value == 'none' else plain}}}"
    else:
        line = f"{name}: {{{member}: {value}}}" if member else f"{name}: {value}"
    try:
        document = read_text(line, source)
    except InvalidInput as error:
        problems.extend(error.problems)
        return None
    return read_given(document.data, document, (), rulebook, problems, profile.evidence)


def _entry(profile: Profile, id: str) -> PlanEntry:
    entries = {entry.id: entry for entry in profile.plan or ()}
    if id not in entries:
        known = f"there are: {', '.join(entries)}" if entries else "the profile has no plan"
        raise UsageError(f"there is no plan entry '{id}'; {near(id, list(entries), known)}")
    return entries[id]


def _said(
    after: Evaluation,
    facts: dict[FactRef, Entry],
    standards: dict[str, Standard | None],
    entries: Sequence[PlanEntry],
    disclosure: Disclosure,
) -> list[str]:
    """Return what is supposed, in words."""
    rulebook = after.rulebook
    said = [f"plan entry {entry.id} is done: {entry.do}" for entry in entries]
    for ref, entry in facts.items():
        fact = rulebook.fact(ref)
        point = entry.points[-1]
        if point.value is None:
            text = point.state.value.replace("_", " ")
        else:
            text = disclosure.value(point.value, fact, rulebook.unit_of(fact)).text
        said.append(f"{rulebook.fact_title(ref)} ({ref}): {text}")
    for name, standard in standards.items():
        value = "none agreed" if standard is None else str(standard.value)
        said.append(f"the council's own standard {name}: {value}")
    return said


def _notices(rulebook: Rulebook, entries: Sequence[PlanEntry], day: date) -> list[str]:
    return [
        f"plan entry {entry.id} names no fact with a value that it reaches, so that being done "
        "changes no fact"
        for entry in entries
        if not reached(rulebook, entry, day)
    ]
