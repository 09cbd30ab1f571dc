"""A new page: complete, with examples that pass, and marked where only its author can say it.

What a page expects is drafted from the type of its fact. Where that takes a number, none is made
up: a share that law binds is drafted as each case, because a duty is owed in each; anything else
asks each council for its own standard, until the author names a better basis.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from readiness.calendar import Duration, minus
from readiness.model.facts import Dimension, Fact
from readiness.model.vocabulary import Better, FactType, Kind, Severity
from readiness.rulebook.rulebook import Rulebook

MARK = "TODO"
"""Stands where only the author can say something; lint reports each."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a page before it is written.

    Attributes:
        start: First day on which it binds.
        overlay: The folder of the overlay that it is for, as it was named.
    """

    id: str
    title: str
    framework: str
    criterion: str
    kind: Kind
    force: str | None
    theme: str
    fact: str
    source: str
    start: date
    severity: Severity = Severity.MEDIUM
    overlay: str | None = None

    @property
    def lint(self) -> str:
        """The command that lists what its author still has to say."""
        return f"readiness rules lint {f'--overlay {self.overlay}' if self.overlay else self.id}"

    @property
    def binds(self) -> bool:
        """Whether law is said to ask it."""
        return self.force == "must"


def next_id(rulebook: Rulebook, framework: str, criterion: str, taken: Iterable[str]) -> str:
    """Return the next free id of a criterion: no id is used again, so gaps stay gaps.

    Args:
        taken: Ids that are in use besides those of the rulebook, such as those of broken pages.
    """
    ids = {*rulebook.expectations, *taken}
    pages = rulebook.expectations.values()
    same = [e.id for e in pages if (e.framework, e.criterion) == (framework, criterion)]
    series = Counter(stem for id in same if (stem := _series(id)))
    if series:
        stem = max(series, key=lambda one: (series[one], one))
    else:
        first = Counter(e.id.split("-")[0] for e in pages if e.framework == framework)
        head = first.most_common(1)[0][0] if first else framework.split("-")[0].upper()
        stem = f"{head}-{''.join(word[0] for word in criterion.split('-')).upper()}-"
    return next_number(stem, ids)


def next_number(stem: str, ids: Iterable[str]) -> str:
    """Return the id after the last of those that begin alike and end in a number."""
    numbers = [id.removeprefix(stem) for id in ids if id.startswith(stem)]
    used = [number for number in numbers if number.isdigit()]
    width = max((len(number) for number in used), default=3)
    return f"{stem}{max(map(int, used), default=0) + 1:0{width}}"


def _series(id: str) -> str:
    """Return an id without the number at its end."""
    return re.sub(r"\d+$", "", id)


def usual_theme(rulebook: Rulebook, framework: str, criterion: str) -> str:
    """Return the theme that most pages of a criterion have, or its own id."""
    pages = rulebook.expectations.values()
    themes = [e.theme for e in pages if (e.framework, e.criterion) == (framework, criterion)]
    return Counter(themes).most_common(1)[0][0] if themes else criterion


def usual_source(rulebook: Rulebook, framework: str) -> str:
    """Return the source of a framework's newest edition."""
    return max(rulebook.frameworks[framework].editions, key=lambda one: one.start).source


def usual_kind(fact: Fact) -> Kind:
    """Return what a page about a fact mostly asks: what is better for children, or what is held."""
    told = {FactType.YES_NO, FactType.DATE, FactType.TEXT, FactType.LIST, FactType.CHOICE}
    return Kind.EVIDENCE if fact.type in told else Kind.IMPACT


# ---- what is expected, and examples of it -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sketch:
    """A test of a fact, and values that meet and miss it, all as they are written.

    Attributes:
        test: What stands after the fact in its condition.
        met: A value that meets it.
        missed: A value that misses it.
        standard: The council's own standard in the examples; None where none is needed.
        law: What law asks, where that needs no number of its author.
        evidence: Whether the values name the evidence item `minutes`.
        note: What the author should think of.
    """

    test: str
    met: str
    missed: str
    standard: str | None = None
    law: str | None = None
    evidence: bool = False
    note: str = ""


LIMIT, EACH = "agreed", "each_one"
"""Names of the threshold of a draft: the council's own standard, and what law asks of each case."""


def sketch(fact: Fact, rulebook: Rulebook, day: date, *, binds: bool) -> Sketch:
    """Return a first test of a fact.

    Args:
        day: The day at which examples are looked at.
        binds: Whether law asks it, and so asks it in each case.
    """
    lately = minus(day, Duration.parse("1 month"))
    lower = fact.better is Better.LOWER
    limit = f"{{threshold: {LIMIT}}}"
    side = "at_most" if lower else "at_least"
    kind = fact.type
    if kind is FactType.YES_NO:
        return Sketch("is: yes", "yes", "no")
    if kind is FactType.SHARE and binds:
        good, bad, law = ("0/40", "1/40", "0%") if lower else ("40/40", "39/40", "100%")
        return Sketch(f"{side}: {{threshold: {EACH}}}", good, bad, law=law)
    if kind is FactType.SHARE:
        good, bad, own = ("1/40", "9/40", "10%") if lower else ("39/40", "31/40", "90%")
        return Sketch(f"{side}: {limit}", good, bad, own)
    if kind is FactType.SURVEY:
        shares, own = (("15%", "45%"), "30%") if lower else (("85%", "55%"), "70%")
        good, bad = (f"{{value: {s}, respondents: 120, dated: {lately}}}" for s in shares)
        return Sketch(f"{side}: {limit}", good, bad, own)
    if kind is FactType.DURATION:
        unit = fact.unit or "weeks"
        good, bad, own = "8", "20", "12"
        if fact.better is Better.HIGHER:
            good, bad = bad, good
        side = "at_least" if fact.better is Better.HIGHER else "at_most"
        return Sketch(f"{side}: {limit}", f"{good} {unit}", f"{bad} {unit}", f"{own} {unit}")
    if kind in {FactType.COUNT, FactType.RATE, FactType.NUMBER}:
        good, bad = ("20", "40") if lower else ("40", "20")
        return Sketch(f"{side}: {limit}", good, bad, "30")
    if kind is FactType.DATE:
        long_ago = minus(day, Duration.parse("3 years"))
        return Sketch(f"within: {limit}", str(lately), str(long_ago), "12 months")
    if kind is FactType.CHOICE and len(fact.values) > 1:
        note = f"the choices are: {', '.join(fact.values)}"
        ends = (fact.values[-1], fact.values[0]) if fact.ordered else fact.values[:2]
        good, bad = map(_word, ends)
        return Sketch(f"one_of: [{good}]", good, bad, note=note)
    if kind is FactType.JUDGEMENT:
        about = f"by: Head of service, dated: {lately}, evidence: [minutes]"
        good, bad = (f"{{stands: {stands}, {about}}}" for stands in ("mostly", "partly"))
        return Sketch("at_least: mostly", good, bad, evidence=True)
    words = list(rulebook.vocabularies[fact.of].terms) if fact.of and kind is FactType.LIST else []
    if len(words) > 1:
        note = f"the terms are: {', '.join(words)}"
        term, other = (_word(word) for word in words[:2])
        return Sketch(f"includes: {term}", f"[{term}]", f"[{other}]", note=note)
    good = "[one thing, another thing]" if kind is FactType.LIST else "in words"
    note = "met where anything is held; missed only where a council says that it does not know"
    return Sketch("known: yes", good, "unknown", note=note)


def _word(text: str) -> str:
    """Return a term as YAML takes it inside braces."""
    plain = re.fullmatch(r"[a-z][\w -]*", text) and text not in _NOT_WORDS
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_NOT_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null"})


def _held(value: str, dimension: Dimension | None, others: str) -> str:
    """Return what an example holds: for a family, a value for its first member and the others."""
    if dimension is None:
        return value
    first, *rest = dimension.members
    return f"{{{', '.join([f'{first}: {value}', *(f'{member}: {others}' for member in rest)])}}}"


# ---- the page ---------------------------------------------------------------------------------


def page_of(draft: Draft, rulebook: Rulebook) -> str:
    """Return the text of a new page."""
    return "\n".join(_lines(draft, rulebook)) + "\n"


def _lines(draft: Draft, rulebook: Rulebook) -> Iterator[str]:
    fact = rulebook.facts[draft.fact]
    drawn = sketch(fact, rulebook, _day(draft, rulebook), binds=draft.binds)
    each = fact.for_each
    test = f"{{fact: {fact.id}, {drawn.test}}}"
    yield "# This page can be read and its examples pass. What is marked is for its author to say;"
    yield f"# '{draft.lint}' lists it. Take comments away as you go."
    yield f"id: {draft.id}"
    yield "# A statement that is true of an area that meets it, and false of one that does not."
    yield f"title: {_text(draft.title)}"
    yield f"framework: {draft.framework}"
    yield f"criterion: {draft.criterion}"
    yield "# duty: the law asks it. evidence: can you show it? impact: is it better for children?"
    yield "# signal: a sign that somebody should look."
    yield f"kind: {draft.kind}"
    if draft.force:
        yield f"force: {draft.force}  # must where law binds, should where guidance is regarded"
    yield f"theme: {draft.theme}"
    yield f"holder: {fact.holder}"
    yield f"owner: {MARK} the role that answers for it"
    yield "# The first day on which it binds; add 'until' for the last, which counts."
    yield f"in_force: {{from: {draft.start}}}"
    yield "# confidence: verified once you have read the words there; secondary if others have."
    yield "citations:"
    yield f"  - source: {draft.source}"
    yield f"    at: {MARK} the section, regulation or paragraph"
    yield "    confidence: memory"
    yield "# Two sentences: what it means to a child where it is missed."
    yield f"why: {MARK} what it means to a child."
    yield "# What an inspector, or a good lead member, would ask."
    yield f"ask: {MARK} what is asked about it?"
    yield "# If it does not apply everywhere, say where: applies_when: {fact: …, more_than: 0}"
    if drawn.note:
        yield f"# {drawn.note}"
    yield f"expect: {test}" if each is None else f"expect: {{every: {each}, satisfies: {test}}}"
    if fact.type in {FactType.COUNT, FactType.SHARE} and each is None:
        yield "# The fact that counts who is affected where it is missed; take it out if none does."
        yield f"affected: {fact.id}"
    if drawn.law is not None:
        yield "# A duty is owed in each case. Where the law names another number, write that one,"
        yield "# with the day from which it holds; a number that no law names has another basis."
        yield "thresholds:"
        yield f"  {EACH}:"
        yield "    basis: law"
        yield "    values:"
        yield f"      - {{from: {draft.start}, value: {drawn.law}}}"
    if drawn.standard is not None:
        yield "# local: each council's own. A number of law, a national figure or a named standard"
        yield "# has 'values' with the day from which each holds, and is never made up."
        yield "thresholds:"
        yield f"  {LIMIT}:"
        yield "    basis: local"
        yield f"    ask: {MARK} what has your board agreed about this?"
    yield f"severity: {draft.severity}"
    yield f"severity_because: {MARK} why a gap is as serious as that."
    yield "evidence:"
    yield f"  - {MARK} what a council would show"
    yield "# Something that somebody can do this week."
    yield f"first_step: {MARK} what to do first."
    yield "actions:"
    for what in ("what closes the gap", "what keeps it closed"):
        yield f"  - do: {MARK} {what}."
        yield f"    owner: {MARK} the role that does it"
        yield "    within: 8 weeks"
    yield "# Codes of the pages in issues/ that this is about, such as [one-code, another-code]."
    yield "issues: []"
    yield "# Small councils with the verdict that each must get. Exactly at the limit is worth one."
    yield "examples:"
    dimension = rulebook.dimensions[each] if each else None
    met, missed = _held(drawn.met, dimension, drawn.met), _held(drawn.missed, dimension, drawn.met)
    yield from _example(draft, rulebook, drawn, "as it should be", f"{fact.id}: {met}", "met")
    yield from _example(draft, rulebook, drawn, "not as it should be", f"{fact.id}: {missed}",
                        "not_met")  # fmt: skip
    yield from _example(draft, rulebook, drawn, "nothing is held", "", "unknown", "missing")
    if drawn.standard is not None:
        bare = replace(drawn, standard=None)
        yield from _example(draft, rulebook, bare, "no standard is agreed", f"{fact.id}: {met}",
                            "unknown", "no_standard")  # fmt: skip
    if fact.type is FactType.SHARE and each is None:
        yield from _example(draft, rulebook, drawn, "there are none to count", f"{fact.id}: 0/0",
                            "not_applicable", "no_cases")  # fmt: skip


def _day(draft: Draft, rulebook: Rulebook) -> date:
    """Return the day at which the examples of a page are looked at, so that it binds by then."""
    return max(rulebook.page.examples_as_of, draft.start)


def _text(text: str) -> str:
    """Return a text as YAML takes it on the line of its key."""
    if re.search(r"^[^\w(]|: | #|:$|\s$", text):
        return _quoted(text)
    return text


def _example(
    draft: Draft,
    rulebook: Rulebook,
    drawn: Sketch,
    name: str,
    held: str,
    verdict: str,
    because: str = "",
) -> Iterator[str]:
    as_of = _day(draft, rulebook)
    day = minus(as_of, Duration.parse("1 month"))
    given = [f"as_of: {as_of}"] if as_of != rulebook.page.examples_as_of else []
    given += [held] if held else []
    if drawn.standard is not None:
        agreed = f"{{value: {drawn.standard}, agreed_by: Board, dated: {day}}}"
        given.append(f"standards: {{{draft.id}.{LIMIT}: {agreed}}}")
    if drawn.evidence and held:
        item = f"{{title: Minutes, kind: minutes, dated: {day}}}"
        given.append(f"evidence: {{minutes: {item}}}")
    yield f"  - name: {name}"
    if given:
        yield "    given:"
        yield from (f"      {line}" for line in given)
    else:
        yield "    given: {}"
    yield f"    verdict: {verdict}"
    if because:
        yield f"    because: {because}"
