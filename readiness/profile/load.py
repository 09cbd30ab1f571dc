"""From a file or folder to a council profile, or every problem at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from readiness.calendar import Period
from readiness.errors import InvalidInput, InvalidProfile, Problem
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import (
    Acceptance,
    Claim,
    ContextFigure,
    CouncilHeader,
    Entry,
    EvidenceItem,
    PlanEntry,
    Profile,
    SelfEvaluation,
    ShowsIn,
    Standard,
)
from readiness.model.values import Unfit, near, nearest, written
from readiness.model.vocabulary import Basis, Place
from readiness.pages import check
from readiness.profile.facts import FactReader, groups_of, read_value
from readiness.rulebook.conditions import threshold_value
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import Document, Misread, Path, read_file, with_others

KEYS = (
    "council",
    "as_of",
    "facts",
    "evidence",
    "standards",
    "plan",
    "self_evaluation",
    "acceptances",
    "context",
)
_ONCE = ("council", "as_of", "self_evaluation")
_ALL = "*"
"""Stands for every id of a section that cannot be read at all."""

NOBODY = CouncilHeader(name="?")
"""The header of a part of a profile that does not say whose it is."""


def profile_files(path: FilePath) -> list[FilePath]:
    """Return the files of a profile: itself, the YAML files of a folder, or those of a scenario.

    Raises:
        InvalidProfile: If there is nothing to read.
    """
    shown = path.as_posix()
    if path.is_file():
        return [path]
    if not path.is_dir():
        help = "name a profile file, or a folder of them; made-up ones: readiness scenarios list"
        raise InvalidProfile([Problem(shown, 0, 0, "there is no such file or folder", help)])
    if (path / "scenario.yaml").is_file():
        inner = path / "profile.yaml"
        path = path / "profile"
        if inner.is_file():
            return [inner]
    inside = sorted(path.iterdir(), key=lambda file: file.name) if path.is_dir() else []
    unread = [file for file in inside if file.suffix.lower() in {".yml", ".yaml"}]
    found = [file for file in unread if file.suffix == ".yaml"]
    problems = [
        Problem(
            file.as_posix(),
            0,
            0,
            f"files that end in '{file.suffix}' are not read",
            f"name it {file.stem}.yaml",
        )
        for file in unread
        if file not in found
    ]
    if not unread:
        help = "a profile is a .yaml file, or a folder of them"
        problems.append(Problem(shown, 0, 0, "no profile is in this folder", help))
    if problems:
        raise InvalidProfile(problems)
    return found


def load_profile(path: FilePath, rulebook: Rulebook, *, part: bool = False) -> Profile:
    """Return the profile in a file or folder.

    Args:
        part: Whether it may leave out whose profile it is, to be merged with others.

    Raises:
        InvalidProfile: With every problem found, in all of its files.
    """
    documents: list[Document] = []
    misread: list[Misread] = []
    unread: list[Problem] = []
    for file in profile_files(path):
        try:
            documents.append(read_file(file, file.as_posix()))
        except Misread as error:
            misread.append(error)
            documents.append(error.document)
        except InvalidInput as error:
            unread.extend(error.problems)
    if unread:
        raise InvalidProfile([*unread, *(p for error in misread for p in error.problems)])
    try:
        profile = read_profile(documents, rulebook, part=part)
    except InvalidProfile as error:
        if not misread:
            raise
        others: list[Problem] = list(error.problems)
    else:
        others = []
    if misread:
        raise InvalidProfile(with_others(misread, others))
    return profile


def read_profile(
    documents: Sequence[Document], rulebook: Rulebook, *, part: bool = False
) -> Profile:
    """Return the profile that documents hold together.

    Args:
        part: Whether they may leave out whose profile it is.

    Raises:
        InvalidProfile: With every problem found.
    """
    build = _Build(rulebook, part=part)
    for document in documents:
        build.add(document)
    build.add_agreed()
    profile = build.finish(documents[0])
    if build.problems:
        raise InvalidProfile(build.problems)
    return profile


_GIVEN = {
    "evidence": "_evidence",
    "plan": "_plan",
    "standards": "_standards",
    "benchmarks": "_context",
}


def read_given(
    raw: dict[str, Any],
    document: Document,
    path: Path,
    rulebook: Rulebook,
    problems: list[Problem],
    evidence: Mapping[str, EvidenceItem] | None = None,
) -> Profile:
    """Return the small profile that an example gives: facts, and the sections beside them.

    Args:
        raw: Facts by id, and any of `evidence`, `plan`, `standards`, `benchmarks`.
        problems: Takes every problem found; the profile is to be used only when there are none.
        evidence: Evidence items that are there already.
    """
    build = _Build(rulebook, problems=problems, evidence=dict(evidence or {}))
    build.once["council"] = document, {"name": "Example"}
    for key, section in _GIVEN.items():
        if key in raw:
            getattr(build, section)(document, raw[key], (*path, key))
    facts = {key: value for key, value in raw.items() if key not in _GIVEN}
    build._facts(document, facts, path)
    build.cited = [(id, d, p) for id, d, p in build.cited if p[len(path)] not in _GIVEN]
    return build.finish(document)


@dataclass(slots=True)
class _Build:
    """A profile on its way, and what is wrong with it."""

    rulebook: Rulebook
    problems: list[Problem] = field(default_factory=list)
    part: bool = False
    once: dict[str, tuple[Document, Any]] = field(default_factory=dict)
    facts: dict[FactRef, list[Entry]] = field(default_factory=dict)
    evidence: dict[str, EvidenceItem] = field(default_factory=dict)
    unsound: set[str] = field(default_factory=set)
    cited: list[tuple[str, Document, Path]] = field(default_factory=list)
    standards: dict[str, Standard | None] = field(default_factory=dict)
    plan: list[PlanEntry] | None = None
    acceptances: list[Acceptance] = field(default_factory=list)
    context: dict[FactRef, list[ContextFigure]] = field(default_factory=dict)
    first: dict[str, tuple[Document, Path]] = field(default_factory=dict)
    groups: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = groups_of(tuple(self.rulebook.facts))

    def add(self, document: Document) -> None:
        """Take in what one document says."""
        for key, raw in document.data.items():
            path: Path = (key,)
            if key not in KEYS:
                help = near(key, KEYS, f"a profile has: {', '.join(KEYS)}")
                if nearest(key, KEYS) == ["evidence"]:
                    self.unsound.add(_ALL)
                self._say(document, path, f"unknown key '{key}'", help, key=True)
            elif key in _ONCE:
                if key in self.once:
                    self._twice(document, path, f"'{key}'", key=True)
                else:
                    self.once[key] = document, raw
                    self.first[f"'{key}'"] = document, path
            else:
                getattr(self, f"_{key}")(document, raw, path)

    def finish(self, first: Document) -> Profile:
        """Return the profile; it is to be used only when there are no problems."""
        council = NOBODY
        if "council" not in self.once:
            if not self.problems and not self.part:
                help = "add 'council: {name: …}'"
                self._say(first, (), "the profile does not say whose it is", help)
        else:
            document, raw = self.once["council"]
            council = check(CouncilHeader, raw, document, ("council",), self.problems) or council
        as_of = None
        if "as_of" in self.once:
            document, as_of = self.once["as_of"]
            if not isinstance(as_of, date):
                help = "write a day as 2026-10-31"
                self._say(document, ("as_of",), f"'{as_of}' is not a date", help)
        evaluation = None
        if "self_evaluation" in self.once:
            evaluation = self._self_evaluation(*self.once["self_evaluation"])
        for id, document, path in self.cited:
            if id not in self.evidence and not {id, _ALL} & self.unsound:
                help = near(id, list(self.evidence), "add it under 'evidence', or write none")
                self._say(document, path, f"no evidence item is called '{id}'", help)
        return Profile(
            council,
            as_of,
            {ref: tuple(entries) for ref, entries in self.facts.items()},
            self.evidence,
            self.standards,
            None if self.plan is None else tuple(self.plan),
            evaluation,
            tuple(self.acceptances),
            {ref: tuple(figures) for ref, figures in self.context.items()},
        )

    def _say(
        self, document: Document, path: Path, message: str, help: str = "", *, key: bool = False
    ) -> None:
        self.problems.append(document.problem(path, message, help, key=key))

    def _twice(self, document: Document, path: Path, what: str, *, key: bool = False) -> None:
        """Say that something is given twice, and where it stands already."""
        first, there = self.first[what]
        at = first.problem(there, "", key=key)
        help = f"it stands already in {at.file}:{at.line}; keep one of them"
        self._say(document, path, f"{what} is given twice", help, key=key)

    def _list(self, document: Document, raw: Any, path: Path) -> Iterator[tuple[Any, Path]]:
        if not isinstance(raw, list):
            help = "begin each item with '- ', or write [] if there is none"
            self._say(document, path, "this takes a list", help)
            return
        for number, item in enumerate(raw):
            yield item, (*path, number)

    def _group(self, document: Document, raw: Any, path: Path) -> Iterator[tuple[str, Any, Path]]:
        if not isinstance(raw, dict):
            help = "put its keys on lines of their own below it"
            self._say(document, path, "this takes a group of keys", help)
            return
        for key, item in raw.items():
            yield key, item, (*path, key)

    # ---- sections ----

    def _facts(self, document: Document, raw: Any, path: Path) -> None:
        reader = FactReader(
            document,
            self.rulebook.facts,
            self.rulebook.dimensions,
            lambda p, message, help, key: self._say(document, p, message, help, key=key),
            self.groups,
        )
        for entry in reader.read(raw, path):
            self.facts.setdefault(entry.ref, []).append(entry)
        self.cited.extend((id, document, p) for id, p in _evidence_cited(raw, path))

    def _evidence(self, document: Document, raw: Any, path: Path) -> None:
        items = self.rulebook.request_items()
        if not isinstance(raw, dict):
            self.unsound.add(_ALL)
        for id, data, place in self._group(document, raw, path):
            if id in self.evidence:
                self._twice(document, place, f"the evidence item '{id}'", key=True)
            item = check(EvidenceItem, data, document, place, self.problems)
            if item is None:
                self.unsound.add(id)
                continue
            self.first[f"the evidence item '{id}'"] = document, place
            self.evidence[id] = item
            for number, served in enumerate(item.serves):
                if served not in items:
                    help = near(served, sorted(items), "written as area-send/ax-10")
                    where = (*place, "serves", number)
                    self._say(document, where, f"no request item is called '{served}'", help)

    def _standards(self, document: Document, raw: Any, path: Path) -> None:
        for name, data, place in self._group(document, raw, path):
            id, _, threshold_name = name.partition(".")
            expectation = self.rulebook.expectations.get(id)
            threshold = expectation.thresholds.get(threshold_name) if expectation else None
            if threshold is None:
                known = [
                    f"{e.id}.{t}"
                    for e in self.rulebook.expectations.values()
                    for t, threshold in e.thresholds.items()
                    if threshold.basis is Basis.LOCAL
                ]
                its = [one for one in known if one.startswith(f"{id}.")]
                otherwise = f"those of {id}: {', '.join(its)}" if its else "take it away"
                help = near(name, known, otherwise)
                self._say(
                    document, place, f"no rule asks for the standard '{name}'", help, key=True
                )
            elif threshold.basis is not Basis.LOCAL:
                message = (
                    f"'{name}' is not the council's to set: it rests on {threshold.basis.words}"
                )
                self._say(document, place, message, "take it away", key=True)
            elif name in self.standards:
                self._twice(document, place, f"the standard '{name}'", key=True)
            elif data == "none":
                self._standard(document, place, name, None)
            else:
                standard = check(Standard, data, document, place, self.problems)
                if standard is not None and self._standard_fits(document, name, standard, place):
                    self._standard(document, place, name, standard)

    def _standard(
        self, document: Document, place: Path, name: str, standard: Standard | None
    ) -> None:
        self.standards[name] = standard
        self.first[f"the standard '{name}'"] = document, place

    def add_agreed(self) -> None:
        """Add the standards that overlays set, which the profile then does not set too."""
        for name, agreed in self.rulebook.standards.items():
            if name in self.standards:
                document, place = self.first[f"the standard '{name}'"]
                _, file = self.rulebook.in_overlay(agreed.overlay, agreed.file)
                message = f"the standard '{name}' is set by an overlay"
                help = f"it stands in {file}:{agreed.line}; keep one of them"
                self._say(document, place, message, help, key=True)
            else:
                self.standards[name] = agreed.standard

    def _standard_fits(
        self, document: Document, name: str, standard: Standard, place: Path
    ) -> bool:
        from readiness.rulebook.thresholds import fact_of

        id, _, threshold = name.partition(".")
        try:
            threshold_value(standard.value, fact_of(self.rulebook, id, threshold))
        except ValueError as error:
            help = error.help if isinstance(error, Unfit) else ""
            self._say(document, (*place, "value"), str(error), help)
            return False
        return True

    def _plan(self, document: Document, raw: Any, path: Path) -> None:
        self.plan = self.plan if self.plan is not None else []
        for data, place in self._list(document, raw, path):
            entry = check(PlanEntry, data, document, place, self.problems)
            if entry is None:
                continue
            what = f"the plan entry '{entry.id}'"
            if what in self.first:
                self._twice(document, (*place, "id"), what)
            self.first.setdefault(what, (document, (*place, "id")))
            self.plan.append(entry)
            for number, id in enumerate(entry.addresses):
                self._expectation(document, (*place, "addresses", number), id)
            if isinstance(entry.shows_in, ShowsIn):
                shows = entry.shows_in
                self._value(document, (*place, "shows_in"), "reaches", shows.ref, shows.reaches)

    def _acceptances(self, document: Document, raw: Any, path: Path) -> None:
        for data, place in self._list(document, raw, path):
            acceptance = check(Acceptance, data, document, place, self.problems)
            if acceptance is not None:
                self._expectation(document, (*place, "expectation"), acceptance.expectation)
                self.acceptances.append(acceptance)

    def _self_evaluation(self, document: Document, raw: Any) -> SelfEvaluation | None:
        path: Path = ("self_evaluation",)
        evaluation = check(SelfEvaluation, raw, document, path, self.problems)
        criteria = [f"{f.id}/{c}" for f in self.rulebook.frameworks.values() for c in f.criteria]
        for number, claim in enumerate(evaluation.claims if evaluation else ()):
            place = (*path, "claims", number)
            if (claim.fact is None) == (claim.criterion is None):
                message = "a claim is about a fact or about a criterion"
                self._say(document, place, message, "give 'fact' or 'criterion', not both")
                continue
            about, astray = ("fact", _OF_RATINGS) if claim.fact else ("criterion", _OF_VALUES)
            for key in (key for key in astray if key in raw["claims"][number]):
                message = f"a claim about a {about} takes no '{key}'"
                help = f"make it a claim of its own, or take '{key}' away"
                self._say(document, (*place, key), message, help, key=True)
            if claim.fact is not None:
                ref = FactRef(claim.fact, claim.member)
                self._value(document, place, "value", ref, claim.value)
                self._claimed_period(document, place, claim)
            elif claim.criterion not in criteria:
                message = f"no criterion is called '{claim.criterion}'"
                help = near(claim.criterion, criteria, "written as area-send/needs-identified")
                self._say(document, (*place, "criterion"), message, help)
        return evaluation

    def _claimed_period(self, document: Document, place: Path, claim: Claim) -> None:
        fact = self.rulebook.facts.get(claim.fact or "")
        if claim.period is None or fact is None:
            return
        try:
            Period.parse(str(claim.period), fact.cadence)
        except ValueError as error:
            self._say(
                document,
                (*place, "period"),
                str(error),
                "such as 2025, 2025-26 or 2025-09-01/2026-08-31",
            )

    def _context(self, document: Document, raw: Any, path: Path) -> None:
        for ref, figure in read_context(document, raw, path, self.rulebook, self.problems):
            self.context.setdefault(ref, []).append(figure)

    # ---- what sections share ----

    def _expectation(self, document: Document, path: Path, id: str) -> None:
        if id not in self.rulebook.expectations:
            help = near(id, list(self.rulebook.expectations), "see: readiness rules list")
            self._say(document, path, f"no expectation is called '{id}'", help)

    def _value(self, document: Document, path: Path, key: str, ref: FactRef, raw: Any) -> None:
        fact = self.rulebook.facts.get(ref.id)
        if fact is None:
            help = near(ref.id, list(self.rulebook.facts), "see: readiness facts list")
            self._say(document, (*path, "fact"), f"unknown fact '{ref.id}'", help)
            return
        try:
            if ref.member is not None:
                _member_fits(fact, ref.member, self.rulebook)
        except Unfit as error:
            self._say(document, (*path, "for"), str(error), error.help)
        try:
            if raw is not None:
                read_value(fact, raw)
        except Unfit as error:
            self._say(document, (*path, key), str(error), error.help)


_OF_VALUES = ("for", "value", "period")
"""Keys that only a claim about a fact takes."""

_OF_RATINGS = ("rated",)
"""Keys that only a claim about a criterion takes."""


def _member_fits(fact: Fact, member: object, rulebook: Rulebook) -> None:
    """Check which member of a family `for` names.

    Raises:
        Unfit: The fact is no family, or has no such member.
    """
    if fact.for_each is None:
        raise Unfit(f"'{fact.id}' is not held for each of anything", "take 'for' away", "for")
    members = rulebook.dimensions[fact.for_each].members
    if member not in members:
        kind = fact.for_each.replace("_", " ")
        help = near(member, list(members), f"'for' takes one of: {', '.join(members)}")
        raise Unfit(f"no {kind} is called {written(member)}", help, "for")


def _evidence_cited(raw: Any, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the evidence ids named anywhere below a group of facts."""
    stack: list[tuple[Any, Path]] = [(raw, path)]
    while stack:
        here, place = stack.pop()
        if isinstance(here, dict):
            for key, value in here.items():
                if key == "evidence" and value != "none":
                    items = [value] if isinstance(value, str) else value
                    for number, item in enumerate(items if isinstance(items, list) else ()):
                        one = (*place, key) if isinstance(value, str) else (*place, key, number)
                        yield str(item), one
                else:
                    stack.append((value, (*place, key)))
        elif isinstance(here, list):
            stack.extend((item, (*place, number)) for number, item in enumerate(here))


_FIGURE_KEYS = ("place", "value", "values", "period", "published", "source", "withheld", "for")


def read_context(
    document: Document, raw: Any, path: Path, rulebook: Rulebook, problems: list[Problem]
) -> Iterator[tuple[FactRef, ContextFigure]]:
    """Yield the published figures of a `context:` section, each with its fact."""
    if not isinstance(raw, dict):
        help = "write them as 'profile fill' does"
        problems.append(document.problem(path, "this takes a group of facts", help))
        return
    for id, listed in raw.items():
        fact = rulebook.facts.get(id)
        if fact is None:
            help = near(id, list(rulebook.facts), "see: readiness facts list")
            problems.append(document.problem((*path, id), f"unknown fact '{id}'", help, key=True))
            continue
        for number, data in enumerate(listed if isinstance(listed, list) else [listed]):
            place = (*path, id, number) if isinstance(listed, list) else (*path, id)
            try:
                yield _figure(fact, data, rulebook)
            except Unfit as error:
                where = (*place, error.key) if error.key else place
                key = error.key is not None and error.key not in _FIGURE_KEYS
                problems.append(document.problem(where, str(error), error.help, key=key))


def _figure(fact: Fact, data: Any, rulebook: Rulebook) -> tuple[FactRef, ContextFigure]:
    if not isinstance(data, dict):
        example = "{place: england, value: 46.4%, period: 2024, published: 2025-06-26, source: …}"
        raise Unfit("a figure takes a group of keys", f"such as {example}")
    for key in data:
        if key not in _FIGURE_KEYS:
            help = near(key, _FIGURE_KEYS, f"the keys here are: {', '.join(_FIGURE_KEYS)}")
            raise Unfit(f"unknown key '{key}'", help, key)
    place = data.get("place")
    key = "values" if place == Place.NEIGHBOURS else "value"
    for needed in ("place", key, "period", "published", "source"):
        if needed not in data:
            raise Unfit(f"'{needed}' is missing", f"add '{needed}:'")
    if place not in list(Place):
        words = list(Place)
        raise Unfit(
            f"{written(place)} is not one of: {', '.join(words)}", near(place, words), "place"
        )
    if not isinstance(data["published"], date):
        raise Unfit(
            f"{written(data['published'])} is not a date", "such as 2025-06-26", "published"
        )
    given = data["values"] if key == "values" else [data["value"]]
    if not isinstance(given, list) or not given:
        raise Unfit("'values' takes a list of figures", "one for each neighbour", "values")
    try:
        values = tuple(read_value(fact, value) for value in given)
    except Unfit as error:
        raise Unfit(str(error), error.help, key) from None
    try:
        period = Period.parse(str(data["period"]), fact.cadence)
    except ValueError as error:
        raise Unfit(str(error), "such as 2025, or 2025-09-01/2026-08-31", "period") from None
    withheld = data.get("withheld", 0)
    if isinstance(withheld, bool) or not isinstance(withheld, int):
        raise Unfit(f"{written(withheld)} is not a count", "write a whole number", "withheld")
    member = data.get("for")
    if member is not None or fact.for_each is not None:
        _member_fits(fact, member, rulebook)
    source = str(data["source"])
    figure = ContextFigure(Place(place), values, period, data["published"], source, withheld)
    return FactRef(fact.id, member), figure


_PERSONAL: Mapping[str, re.Pattern[str]] = {
    "a UPN": re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z]\b"),
    "an NHS number": re.compile(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b"),
    "a postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),
    "a date of birth": re.compile(
        r"\b(?:dob|d\.o\.b|date of birth|born)\b.{0,15}\d", re.IGNORECASE
    ),
}


def personal_looking(document: Document) -> list[Problem]:
    """Return a warning for each text that looks as if it were about one person.

    Comments and keys are looked at too; the text itself is not repeated in the warning.
    """
    help = "a profile holds no data about single children: take it out"
    return [
        Problem(document.source, number, found.start() + 1, f"this looks like {what}", help)
        for number, line in enumerate(document.lines, 1)
        for what, pattern in _PERSONAL.items()
        if (found := pattern.search(line))
    ]
