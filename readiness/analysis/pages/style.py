"""Habits of the house: what lint says of pages that load, each rule with its reason.

A rule here never repeats what reading a page refuses already. It says one thing that a reader of a
report, a council or a colleague would trip over, and it points at the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from readiness.calendar import Duration, Unit
from readiness.errors import Problem
from readiness.model.conditions import (
    Change,
    Compare,
    DateIs,
    Evidenced,
    Fixed,
    Leaf,
    NoWorseThan,
)
from readiness.model.expectation import Action, Expectation
from readiness.model.facts import Fact
from readiness.model.values import magnitude
from readiness.model.vocabulary import NUMERIC_TYPES, FactType, Holder, StrEnum, Verdict
from readiness.returns.records.load import counted
from readiness.rulebook.draft import MARK
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import Path

LONGEST_TITLE = 120
LONGEST_QUESTION = 160
LONGEST_STEP = 170
"""Characters: what a line of a report, or a person, takes in at once (policy choice)."""

LONGEST_ACTION = Duration.parse("12 months")
"""What takes longer is a strategy, and nobody will ask after it (policy choice)."""


class Level(StrEnum):
    """How much a remark weighs: an error stops, a matter of style only with `--strict`."""

    ERROR = "error"
    STYLE = "style"


@dataclass(frozen=True, slots=True)
class Rule:
    """One habit: its name, how much it weighs, and why it is worth having."""

    name: str
    level: Level
    because: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says of a page.

    Attributes:
        home: File below the rulebook's folder; one that ends in a slash is a folder, and the file
            is the one in it that has something at `path`.
        path: Where in the file; it is there.
        key: Whether to point at the key there and not at its value.
    """

    rule: Rule
    home: str
    path: Path
    message: str
    help: str
    key: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something that lint says, at its place.

    Attributes:
        rule: Name of the rule of style; empty where the page cannot be used.
    """

    problem: Problem
    level: Level
    rule: str = ""

    def __str__(self) -> str:
        return str(self.problem)


@dataclass(frozen=True, slots=True)
class Linted:
    """What lint says of a rulebook.

    Attributes:
        complaints: In order of place.
        files: How many files were looked at.
        pages: How many of them are for expectations.
        whole: Whether everything could be read; else matters of the whole were not looked into.
    """

    complaints: tuple[Complaint, ...]
    files: int
    pages: int
    whole: bool

    def of(self, level: Level) -> tuple[Complaint, ...]:
        """Return what is said at one level."""
        return tuple(one for one in self.complaints if one.level is level)


Said = tuple[Path, str, str]
"""Where in a page, what is wrong, and what to do; the path of a whole thing ends in a star."""

OfPage = Callable[[Expectation, Rulebook], Iterator[Said]]
OfFact = Callable[[Fact, Rulebook], Iterator[Said]]
OfWhole = Callable[[Rulebook], Iterator[tuple[str, Said]]]
F = TypeVar("F", OfPage, OfFact, OfWhole)

RULES: dict[str, Rule] = {
    MARK: Rule(MARK, Level.ERROR, "A page is finished before others rest on it."),
}
_PAGES: list[tuple[Rule, OfPage]] = []
_FACTS: list[tuple[Rule, OfFact]] = []
_WHOLE: list[tuple[Rule, OfWhole]] = []


def _rule(
    into: list[tuple[Rule, F]], name: str, because: str, level: Level = Level.STYLE
) -> Callable[[F], F]:
    """Add a rule to those of its kind."""

    def add(work: F) -> F:
        RULES[name] = Rule(name, level, because)
        into.append((RULES[name], work))
        return work

    return add


def remarks(rulebook: Rulebook, wrong: Collection[str] = ()) -> Iterator[Remark]:
    """Yield what there is to say of the pages of a rulebook, one page after another.

    Args:
        wrong: Files in which something is wrong. Nothing is said of their style, and, where there
            are any, nothing of what all pages together lack.
    """
    read = (id for id in rulebook.expectations if id in rulebook.conditions)
    yield from remarks_on(rulebook, [id for id in read if rulebook.files[id] not in wrong])
    for rule, of_whole in _WHOLE if not wrong else ():
        for home, said in of_whole(rulebook):
            yield _remark(rule, home, said)


def remarks_on(
    rulebook: Rulebook, ids: Iterable[str], facts: Iterable[str] | None = None
) -> Iterator[Remark]:
    """Yield what there is to say of some pages and facts, each by itself.

    Args:
        facts: Their ids; None for all.
    """
    for id in ids:
        for rule, of_page in _PAGES:
            for said in of_page(rulebook.expectations[id], rulebook):
                yield _remark(rule, rulebook.files[id], said)
    for fact in rulebook.facts if facts is None else facts:
        for rule, of_fact in _FACTS:
            for said in of_fact(rulebook.facts[fact], rulebook):
                yield _remark(rule, "facts/", said)


def unfinished(data: object, home: str, path: Path = ()) -> Iterator[Remark]:
    """Yield each text of a page that waits for its author."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from unfinished(value, home, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from unfinished(value, home, (*path, number))
    elif isinstance(data, str) and _MARKED.search(data):
        asked = _MARKED.sub("", data).strip(" :.?")
        help = f"say {asked}" if asked else "say it, and take the mark away"
        what = next((step for step in reversed(path) if isinstance(step, str)), "this")
        yield Remark(RULES[MARK], home, path, f"'{what}' waits for its author", help)


_MARKED = re.compile(rf"\b{MARK}\b")
_STAR = "*"


def _remark(rule: Rule, home: str, said: Said) -> Remark:
    path, message, help = said
    key = path[-1:] == (_STAR,)
    return Remark(rule, home, path[:-1] if key else path, message, help, key)


# ---- what a page says -------------------------------------------------------------------------

_MODAL = re.compile(r"\b(should|shall)\b")
_ASKING = re.compile(r"(?:Whether|Is|Are|Do|Does|Can|Will)\b")


@_rule(_PAGES, "title-statement", "A title is true or false of an area, as a verdict needs it.")
def _title_statement(e: Expectation, _: Rulebook) -> Iterator[Said]:
    at: Path = ("title",)
    help = "say what is so where it is met, such as 'Reviews are held within 12 months'"
    if modal := _MODAL.search(e.title):
        yield at, f"'{modal[0]}' asks for something: a title says what is so", help
    if e.title[-1] in ".!:;":
        yield at, f"a title has no '{e.title[-1]}' at its end", "take it away"
    elif e.title.endswith("?") or _ASKING.match(e.title):
        yield at, "this title asks a question", help
    elif len(e.title.split()) < 4:
        yield at, "this title is a heading, not a statement", help


@_rule(_PAGES, "too-long", "What is read in a meeting is taken in at once.")
def _too_long(e: Expectation, _: Rulebook) -> Iterator[Said]:
    texts: list[tuple[Path, str, int]] = [
        (("title",), e.title, LONGEST_TITLE),
        (("ask",), e.ask, LONGEST_QUESTION),
        (("first_step",), e.first_step, LONGEST_STEP),
        *((("actions", n, "do"), a.do, LONGEST_STEP) for n, a in enumerate(e.actions)),
    ]
    for path, text, most in texts:
        if len(text) > most:
            message = f"this has {len(text)} characters: at most {most} are read in one go"
            yield path, message, "say one thing, and move the rest to 'why' or 'note'"


@_rule(_PAGES, "question", "What is asked of somebody is a question.")
def _question(e: Expectation, _: Rulebook) -> Iterator[Said]:
    asked: list[tuple[Path, str]] = [(("ask",), e.ask)]
    asked += [(("thresholds", n, "ask"), t.ask) for n, t in e.thresholds.items() if t.ask]
    for path, text in asked:
        if not text.endswith("?"):
            yield path, "this is no question: it does not end in '?'", "put it as it is asked"


@_rule(_PAGES, "sentence", "What explains is written in whole sentences, which can be printed.")
def _sentence(e: Expectation, _: Rulebook) -> Iterator[Said]:
    texts: list[tuple[Path, str]] = [
        (("why",), e.why),
        (("severity_because",), e.severity_because),
        (("first_step",), e.first_step),
        *((("actions", n, "do"), a.do) for n, a in enumerate(e.actions)),
        *((("thresholds", n, "because"), t.because) for n, t in e.thresholds.items() if t.because),
    ]
    for path, text in texts:
        if not text.endswith((".", "?", ".)")):
            yield path, "this sentence does not end", "put a full stop at its end"


@_rule(_PAGES, "reason", "Severity, and why it matters, are open to challenge: they give a reason.")
def _reason(e: Expectation, _: Rulebook) -> Iterator[Said]:
    for key, text in (("why", e.why), ("severity_because", e.severity_because)):
        if len(text.split()) < 5:
            yield (key,), f"'{key}' gives no reason", "say what it means to a child, or what it is"
    if e.why == e.severity_because:
        yield ("severity_because",), "this repeats 'why'", "say why a gap is as serious as that"


_NOT_AN_ACT = re.compile(
    r"(?:The|A|An|This|That|These|There|It|We|You|They|Our|Your|To|Please|Should|\w{3,}ing)\b"
)
_LIKE_AN_ACT = frozenset({"Bring", "Ring"})


def _is_an_act(text: str) -> bool:
    """Whether a text tells somebody to do something: it does not begin as other sentences do."""
    first = _NOT_AN_ACT.match(text)
    return first is None or first[0] in _LIKE_AN_ACT


@_rule(_PAGES, "act", "A step tells somebody what to do, in the words in which it is done.")
def _act(e: Expectation, _: Rulebook) -> Iterator[Said]:
    steps: list[tuple[Path, str]] = [(("first_step",), e.first_step)]
    steps += [(("actions", n, "do"), a.do) for n, a in enumerate(e.actions)]
    for path, text in steps:
        if not _is_an_act(text):
            yield path, "this does not say what to do", "begin with the act: 'List', 'Agree', 'Ask'"


_NOBODY = re.compile(
    r"\b(?:all|anybody|anyone|everybody|everyone|staff|team|tbc|tbd)\b|^\W*$", re.I
)


@_rule(_PAGES, "owner", "One named role owns an action; what everybody owns is done by nobody.")
def _owner(e: Expectation, _: Rulebook) -> Iterator[Said]:
    owners: list[tuple[Path, str]] = [(("owner",), e.owner)]
    owners += [(("actions", n, "owner"), a.owner) for n, a in enumerate(e.actions)]
    for path, owner in owners:
        nobody = _NOBODY.search(owner)
        if nobody and "manager" not in owner and "lead" not in owner:
            yield path, f"'{owner}' is no one role", "name the role that answers for it"


_DAYS = {
    Unit.DAYS: Fraction(1),
    Unit.WORKING_DAYS: Fraction(7, 5),
    Unit.WEEKS: Fraction(7),
    Unit.MONTHS: Fraction(365, 12),
    Unit.YEARS: Fraction(365),
}


def _length(duration: Duration) -> Fraction:
    """Return about how many days a duration has: enough to say whether it is plausible."""
    return duration.amount * _DAYS[duration.unit]


@_rule(_PAGES, "action-time", "An action has a time in which somebody will ask after it.")
def _action_time(e: Expectation, _: Rulebook) -> Iterator[Said]:
    def wrong(action: Action) -> bool:
        return not 1 <= _length(action.within) <= _length(LONGEST_ACTION)

    for number, action in enumerate(e.actions):
        if wrong(action):
            message = f"'{action.within}' is no time for an action"
            help = f"at most {LONGEST_ACTION}: name the first part of what takes longer"
            yield ("actions", number, "within"), message, help


@_rule(_PAGES, "actions", "Two or three actions are done; one is a slogan, five are a strategy.")
def _actions(e: Expectation, _: Rulebook) -> Iterator[Said]:
    if len(e.actions) < 2:
        yield (
            ("actions", _STAR),
            "there is one action only",
            "add what keeps the gap from returning",
        )
    if len(e.actions) > 3:
        help = "keep the three that change most"
        yield ("actions", _STAR), f"there are {len(e.actions)} actions", help


@_rule(_PAGES, "source-time", "What no longer holds binds nobody.")
def _source_time(e: Expectation, rulebook: Rulebook) -> Iterator[Said]:
    for name, threshold in e.thresholds.items():
        source = rulebook.sources.get(threshold.source or "")
        for number, value in enumerate(threshold.values):
            if source and source.until and value.start > source.until:
                message = f"this value begins after '{threshold.source}' ended"
                help = "name the source that sets it"
                yield ("thresholds", name, "values", number, "from"), message, help
    day = rulebook.page.examples_as_of
    if e.in_force.start is None or (e.in_force.until and e.in_force.until < day):
        return

    def ended(id: str) -> date | None:
        until = rulebook.sources[id].until
        return until if until and until < day else None

    if all(ended(citation.source) for citation in e.citations):
        message = "every source cited has ended, and this page has not"
        yield ("citations", _STAR), message, "cite what replaced it, or give 'in_force' its 'until'"


@_rule(_PAGES, "bare-number", "A reader sees what each number rests on.")
def _bare_number(e: Expectation, rulebook: Rulebook) -> Iterator[Said]:
    for leaf in rulebook.conditions[e.id].asked:
        if (found := bare(leaf, rulebook)) is not None:
            message = f"{found} stands in 'expect' without saying what it rests on"
            help = "put it under 'thresholds' with its basis, and write {threshold: NAME} here"
            yield ("expect", _STAR), message, help


def bare(leaf: Leaf, rulebook: Rulebook) -> str | None:
    """Return a number or span that a leaf compares with directly; nought needs no basis."""
    if isinstance(leaf, (Compare, Change)):
        fact = rulebook.fact(leaf.fact)
        if fact.type in NUMERIC_TYPES | {FactType.SURVEY}:
            for operand in leaf.operands:
                if isinstance(operand, Fixed) and magnitude(operand.value, fact) != 0:
                    return f"a number for '{fact.id}'"
    elif isinstance(leaf, DateIs) and isinstance(leaf.operand, Duration):
        return f"'{leaf.operand}'"
    elif isinstance(leaf, Evidenced) and isinstance(leaf.within, Duration):
        return f"'{leaf.within}'"
    elif isinstance(leaf, NoWorseThan) and isinstance(leaf.by, Fixed):
        return f"a margin for '{leaf.fact.id}'"
    return None


@_rule(_PAGES, "example-name", "The name of an example says what it shows, and no other does.")
def _example_name(e: Expectation, _: Rulebook) -> Iterator[Said]:
    first: dict[str, int] = {}
    for number, example in enumerate(e.examples):
        name = example.name.casefold()
        if name in first:
            help = "say what is different about this one"
            yield ("examples", number, "name"), "another example has this name", help
        first.setdefault(name, number)


@_rule(_PAGES, "example-reason", "One example of unknown says why, so that another doubt is seen.")
def _example_reason(e: Expectation, _: Rulebook) -> Iterator[Said]:
    unknown = [x for x in e.examples if x.verdict is Verdict.UNKNOWN]
    if unknown and not any(x.because for x in unknown):
        number = e.examples.index(unknown[0])
        help = "add 'because:' with the reason, such as missing"
        yield ("examples", number, "verdict"), "no example of unknown says why", help


_NOT_OURS = {
    "kpi": ("KPIs?", "threshold, or the measure by its name"),
    "client": ("clients?", "children, or families"),
    "service user": ("service users?", "children, or families"),
    "customer": ("customers?", "children, or families"),
    "tenant": ("tenants?", "the council, by its name"),
    "waiver": ("waivers?", "acceptance"),
    "stakeholder": ("stakeholders?", "who is meant"),
    "violation": ("violations?", "gap"),
    "deliverable": ("deliverables?", "what is done"),
    "rag": ("RAG(?:[- ]rat(?:ed|ing))?", "what is known"),
    "going forward": ("going forward", "from when"),
    "asap": ("asap", "by when"),
    "leverag": ("leverag(?:e|es|ed|ing)", "use"),
    "e.g.": (r"e\.g\.", "such as"),
    "i.e.": (r"i\.e\.", "that is"),
    "etc": (r"etc\.?", "the rest, or leave it out"),
}
"""For each beginning, in small letters, what is looked for and what to write instead."""

_AMERICAN = {
    "behavior": (r"behaviors?", "behaviour"),
    "color": (r"colors?", "colour"),
    "center": (r"center(?:s|ed)?", "centre"),
    "program": (r"programs?", "programme"),
    "enrollment": (r"enrollments?", "enrolment"),
    "counselor": (r"counselors?", "counsellor"),
    "fulfill": (r"fulfills?", "fulfil"),
    "pediatric": (r"pediatric\w*", "paediatric"),
    **{f"{w}ed": (f"{w}ed", f"{w}led") for w in ("label", "travel", "model", "cancel")},
    **{
        f"{w}z": (rf"{w}z\w+", f"{w}s…")
        for w in (
            "organi",
            "prioriti",
            "recogni",
            "utili",
            "minimi",
            "summari",
            "standardi",
            "analy",
        )
    },
}


def _misused(
    e: Expectation, words: Mapping[str, tuple[str, str]]
) -> Iterator[tuple[Path, str, str]]:
    """Yield where a page uses one of some words: the place, the word, and what to write instead."""
    texts = [(path, text) for path, text in prose(e)]
    whole = "\n".join(text for _, text in texts).lower()
    for begins, (pattern, instead) in words.items():
        if begins not in whole:  # nearly always, and quickly said
            continue
        for path, text in texts:
            for found in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
                yield path, found[0], instead


def prose(e: Expectation) -> Iterator[tuple[Path, str]]:
    """Yield every text of a page that a reader may see."""
    for key in ("title", "why", "ask", "severity_because", "first_step", "owner", "note"):
        if text := getattr(e, key):
            yield (key,), text
    for number, action in enumerate(e.actions):
        yield ("actions", number, "do"), action.do
        yield ("actions", number, "owner"), action.owner
    for number, item in enumerate(e.evidence):
        yield ("evidence", number), item
    for name, threshold in e.thresholds.items():
        for key, text in (("ask", threshold.ask), ("because", threshold.because)):
            if text:
                yield ("thresholds", name, key), text
    for number, example in enumerate(e.examples):
        yield ("examples", number, "name"), example.name


@_rule(_PAGES, "word", "The words are those of councils and families, one for each thing.")
def _word(e: Expectation, _: Rulebook) -> Iterator[Said]:
    for path, word, instead in _misused(e, _NOT_OURS):
        yield path, f"'{word}' is not a word of ours", f"write {instead}"


@_rule(_PAGES, "spelling", "One spelling, the British one, so that a search finds everything.")
def _spelling(e: Expectation, _: Rulebook) -> Iterator[Said]:
    for path, word, british in _misused(e, _AMERICAN):
        yield path, f"'{word}' is American spelling", f"write {british}"


_ODD = re.compile("[\u00a0\u00ad\u2000-\u200f\u2018-\u201f\u2028-\u202f\u2060\ufeff]")


@_rule(_PAGES, "pasted", "Signs that come with pasted text look right and are found by no search.")
def _pasted(e: Expectation, _: Rulebook) -> Iterator[Said]:
    for path, text in prose(e):
        if not text.isascii() and (found := _ODD.search(text)):
            near = text[max(0, found.start() - 12) : found.end() + 12].strip()
            message = f"a sign that no keyboard has (U+{ord(found[0]):04X}) stands in '{near}'"
            yield path, message, "type it again: an ordinary space, or a straight quote"


# ---- what the dictionary says -----------------------------------------------------------------

_LASTING = frozenset({FactType.DATE, FactType.YES_NO, FactType.LIST})


@_rule(_FACTS, "fact-question", "A fact is put to its holder as a question.")
def _fact_question(fact: Fact, _: Rulebook) -> Iterator[Said]:
    help = "add 'ask:' with the question to its holder"
    if not fact.ask:
        yield (fact.id, _STAR), f"'{fact.id}' has no question", help
    elif not fact.ask.endswith("?"):
        yield (
            (fact.id, "ask"),
            "this is no question: it does not end in '?'",
            "put it as it is asked",
        )


@_rule(_FACTS, "fact-definition", "Two councils that read a definition count the same.")
def _fact_definition(fact: Fact, _: Rulebook) -> Iterator[Said]:
    if not fact.definition.endswith("."):
        yield (fact.id, "definition"), "this sentence does not end", "put a full stop at its end"


@_rule(_FACTS, "fact-age", "A figure says nothing for ever: somebody says when it is too old.")
def _fact_age(fact: Fact, _: Rulebook) -> Iterator[Said]:
    if fact.goes_stale_after is None and fact.type not in _LASTING:
        help = "add 'goes_stale_after:', such as 15 months"
        yield (fact.id, _STAR), f"'{fact.id}' never goes stale", help


@_rule(
    _FACTS, "fact-prefix", "A dotted name is read from its beginning on, so none may be another's.",
    Level.ERROR,
)  # fmt: skip
def _fact_prefix(fact: Fact, rulebook: Rulebook) -> Iterator[Said]:
    steps = fact.id.split(".")
    for size in range(1, len(steps)):
        if (shorter := ".".join(steps[:size])) in rulebook.facts:
            message = f"'{fact.id}' begins with the name of another fact, '{shorter}'"
            yield (fact.id, _STAR), message, "give one of them another name"


# ---- what the whole says ----------------------------------------------------------------------


@_rule(_WHOLE, "orphan-fact", "What nobody rests on is asked of councils for nothing.")
def _orphan_fact(rulebook: Rulebook) -> Iterator[tuple[str, Said]]:
    used = {ref.id for c in rulebook.conditions.values() for ref in c.facts}
    for e in rulebook.expectations.values():
        used |= {e.affected or ""}
        used |= {t.by.fact for t in e.thresholds.values() if t.by}
    used |= counted(rulebook, [])
    for fact in rulebook.facts.values():
        if fact.id not in used and fact.published_as is None:
            help = "take it away, or write the expectation that rests on it"
            yield "facts/", ((fact.id, _STAR), f"nothing rests on '{fact.id}'", help)


@_rule(_WHOLE, "unasked-fact", "What no service is asked for is answered by nobody.")
def _unasked_fact(rulebook: Rulebook) -> Iterator[tuple[str, Said]]:
    for fact in rulebook.facts.values() if rulebook.services else ():
        if fact.holder is Holder.LOCAL_AUTHORITY and rulebook.service_of(fact) is None:
            start = fact.id.split(".")[0]
            help = f"add '{start}' to 'asks:' of a service in services.yaml"
            yield "facts/", ((fact.id, _STAR), f"no service is asked for '{fact.id}'", help)


@_rule(_WHOLE, "orphan-issue", "What inspectors raise is asked about somewhere.")
def _orphan_issue(rulebook: Rulebook) -> Iterator[tuple[str, Said]]:
    carried = {code for e in rulebook.expectations.values() for code in e.issues}
    for page in rulebook.issues:
        for code in page.codes:
            if code not in carried:
                help = "name it under 'issues:' of the expectation that asks about it"
                yield "issues/", (("codes", code, _STAR), f"no expectation carries '{code}'", help)


@_rule(_WHOLE, "orphan-source", "A source that nothing cites is read by nobody.")
def _orphan_source(rulebook: Rulebook) -> Iterator[tuple[str, Said]]:
    pages = rulebook.expectations.values()
    cited = {c.source for e in pages for c in e.citations}
    cited |= {t.source or "" for e in pages for t in e.thresholds.values()}
    cited |= {edition.source for f in rulebook.frameworks.values() for edition in f.editions}
    cited |= {benchmarks.source for benchmarks in rulebook.benchmarks}
    cited |= {f.published_as.release for f in rulebook.facts.values() if f.published_as}
    for id in rulebook.sources:
        if id not in cited:
            yield "sources.yaml", ((id, _STAR), f"nothing cites '{id}'", "cite it, or take it away")


@_rule(_WHOLE, "same-text", "Two pages that say the same to a reader cannot be told apart.")
def _same_text(rulebook: Rulebook) -> Iterator[tuple[str, Said]]:
    first: dict[tuple[str, str], str] = {}
    for e in rulebook.expectations.values():
        for key in ("title", "why", "ask", "first_step"):
            text = " ".join(getattr(e, key).casefold().split())
            other = first.setdefault((key, text), e.id)
            if other != e.id:
                help = "say what is particular to this page"
                said = (key,), f"'{key}' is that of {other}, word for word", help
                yield rulebook.files[e.id], said


@_rule(_WHOLE, "same-test", "A gap is counted once, however many pages ask about it.")
def _same_test(rulebook: Rulebook) -> Iterator[tuple[str, Said]]:
    first: dict[tuple[str, ...], str] = {}
    for id, e in rulebook.expectations.items():
        limits = {name: (t.basis, t.values) for name, t in e.thresholds.items()}
        test = tuple(map(repr, (e.applies_when, e.expect, limits)))
        other = first.setdefault(test, id)
        if other != id:
            help = f"keep one page, and name the other's place there under 'also'; see {other}"
            said = ("expect", _STAR), f"this is the test of {other}", help
            yield rulebook.files[id], said


@_rule(_WHOLE, "coverage", "Every page stands where a reader looks up a duty.")
def _coverage(rulebook: Rulebook) -> Iterator[tuple[str, Said]]:
    named = {
        id for duties in rulebook.coverage.values() for d in duties.values() for id in d.checked_by
    }
    for e in rulebook.expectations.values():
        if e.id not in named and e.framework in rulebook.coverage:
            help = f"add it under 'checked_by' in {e.framework}/coverage.yaml"
            yield rulebook.files[e.id], (("id",), f"no coverage.yaml names {e.id}", help)
