"""Checking a profile, filling one from its sources, and the workbook that asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import known_framework, open_rulebook
from readiness.calendar import Period
from readiness.errors import InvalidInput, InvalidProfile, Problem, UsageError
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import Entry, Point, Profile
from readiness.model.vocabulary import Depth, Holder
from readiness.profile.load import load_profile, personal_looking, profile_files
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_file

if TYPE_CHECKING:
    from readiness.profile.merge import Said


def check_profile(path: Path, *, book: RulebookChoice = NEAREST) -> tuple[str, list[str]]:
    """Check that a profile can be read.

    Returns:
        A line that says what it holds, and a warning for each text that looks personal.

    Raises:
        InvalidProfile: With every problem found.
    """
    rulebook = open_rulebook(book)
    profile = load_profile(path, rulebook)
    warnings = [
        str(problem)
        for file in profile_files(path)
        for problem in personal_looking(read_file(file, file.as_posix()))
    ]
    facts = len(profile.facts)
    known = len([f for fact in rulebook.facts.values() for f in _members_of(rulebook, fact)])
    plan = "says nothing of a plan" if profile.plan is None else f"{len(profile.plan)} plan entries"
    summary = (
        f"{profile.council.name}: the profile can be used; {facts} of {known} facts are spoken of, "
        f"{len(profile.evidence)} evidence items, {plan}"
    )
    return summary, warnings


def _members_of(rulebook: Rulebook, fact: Fact) -> list[str]:
    if fact.for_each is None:
        return [fact.id]
    return list(rulebook.dimensions[fact.for_each].members)


@dataclass(frozen=True, slots=True)
class FilledProfile:
    """A profile from its sources, as YAML, and lines that say what each of them gave."""

    text: str
    summary: tuple[str, ...]


_HEAD = ("Written by readiness profile fill, for readiness check.",)
_HEAD_PUBLISHED = (
    "Contains public sector information licensed under the Open Government Licence v3.0.",
    "Figures are as published: small counts stand here as they are. Where there is none, the",
    "marker of the release stands instead.",
)


def fill_profile(
    sources: Sequence[Path],
    *,
    into: Path | None = None,
    code: str | None = None,
    reference: Path | None = None,
    as_of: date | None = None,
    book: RulebookChoice = NEAREST,
) -> FilledProfile:
    """Make one profile from sources, in their order.

    Args:
        sources: Folders of DfE's CSV files, workbooks, profiles and parts of profiles.
        into: The profile to which they are added.
        code: DfE or ONS code of the area, for DfE's files; when not given, the code that the other
            sources name.
        reference: Holds types of council and statistical neighbours; when not given, the folder
            `reference` beside a folder of DfE's files, if there is one.

    Raises:
        InvalidProfile: With every problem found in a source, or in what they say together.
        UsageError: If no area has the code, or DfE's files are given and no source has one.
    """
    from readiness.profile.merge import merge, tally_words
    from readiness.profile.write import to_yaml

    rulebook = open_rulebook(book)
    paths = ([] if into is None else [into]) + list(sources)
    said: dict[int, Said] = {}
    problems: list[Problem] = []
    published = [number for number, path in enumerate(paths) if is_published(path)]
    for number, path in enumerate(paths):
        if number not in published:
            try:
                said[number] = _said(path, rulebook)
            except InvalidInput as error:
                problems += error.problems
    if problems:
        raise InvalidProfile(problems)
    if published and code is None:
        codes = [one.profile.council.code for one in said.values() if one.profile.council.code]
        if not codes:
            raise UsageError(
                "whose figures are wanted? name the area with --la, such as --la 302 or E09000003"
            )
        code = codes[0]
    for number in published:
        assert code is not None
        folder, profile_of = paths[number], code
        said[number] = _published(folder, profile_of, reference, as_of, rulebook)
    in_order = [said[number] for number in range(len(paths))]
    merged = merge(in_order, rulebook.facts)
    profile = merged.profile if as_of is None else replace(merged.profile, as_of=as_of)
    names = ", ".join(one.name for one in in_order)
    head = [f"{profile.council.name}, from {names}.", *_HEAD]
    head += _HEAD_PUBLISHED if published else ()
    text = to_yaml(profile, rulebook.facts, head)
    lines: list[str] = []
    for one, (name, tally) in zip(in_order, merged.tallies, strict=True):
        lines += [tally_words(name, tally), *one.words]
    lines += merged.notices
    lines += _conflicts(merged.conflicts, profile, rulebook)
    return FilledProfile(text, tuple(lines))


def is_published(path: Path) -> bool:
    """Whether a source is a folder of published CSV files."""
    return path.is_dir() and not any(path.glob("*.yaml")) and any(path.glob("*.csv"))


def _said(path: Path, rulebook: Rulebook) -> Said:
    """Return what a workbook, a profile or a part of one says."""
    from readiness.profile.merge import Said

    ending = path.suffix.lower()
    if path.is_file() and ending in {".xlsx", ".xlsm", ".xls", ".xltx"}:
        from readiness.profile.workbook.reading import read_workbook

        read = read_workbook(path, rulebook)
        return Said(path.as_posix(), read.profile, read.words)
    if path.is_file() and ending not in {".yaml", ".yml"}:
        help = (
            "a profile is filled from .yaml and .xlsx files, and from folders of DfE's .csv files"
        )
        message = f"a '{ending or path.name}' file is no source of a profile"
        raise InvalidProfile([Problem(path.as_posix(), 0, 0, message, help)])
    from readiness.returns.records.fragment import WRONG_YEAR

    profile = load_profile(path, rulebook, part=True)
    notes = (f"  {id}: {item.note}" for id, item in profile.evidence.items() if item.note)
    return Said(path.as_posix(), profile, tuple(note for note in notes if WRONG_YEAR in note))


def _published(
    folder: Path, code: str, reference: Path | None, as_of: date | None, rulebook: Rulebook
) -> Said:
    """Return what DfE's files say of an area."""
    from readiness.profile.merge import Said
    from readiness.returns.dfe import read_published, read_reference
    from readiness.returns.fill import fill

    published = read_published(folder, rulebook.facts.values())
    known = read_reference(reference_beside(folder, reference))
    filled = fill(published, code, rulebook.facts, rulebook.sources, reference=known, as_of=as_of)
    profile = replace(filled.profile, as_of=None)
    return Said(folder.as_posix(), profile, tuple(f"  {line.strip()}" for line in filled.summary))


def reference_beside(folder: Path, reference: Path | None) -> Path | None:
    """Return the folder of reference files: the one named, else `reference` beside DfE's files."""
    beside = folder.parent / "reference"
    return beside if reference is None and beside.is_dir() else reference


def _conflicts(
    conflicts: Mapping[FactRef, tuple[Entry, ...]], profile: Profile, rulebook: Rulebook
) -> Iterator[str]:
    """Yield each conflict with what every source says; small counts are not shown."""
    from readiness.analysis.findings.sums import told_as, told_by_sums
    from readiness.engine.situation import Situation
    from readiness.model.disclosure import WITHHELD, Disclosure

    if not conflicts:
        return
    disclosure = Disclosure()
    situation = Situation(rulebook, profile, profile.as_of or date.max)
    telling = told_by_sums(situation, disclosure)
    yield "conflicts: all values are kept; a verdict that depends on which is right is unknown"
    for ref, entries in conflicts.items():
        fact = rulebook.fact(ref)
        unit = rulebook.unit_of(fact)
        points = _apart(entries)
        shown = disclosure.values((point.value for _, point in points), fact, unit)
        held = [one.entry for one in situation.held(ref)]
        told = []
        for (entry, point), one in zip(points, shown, strict=True):
            words = one.text if one else point.state.value.replace("_", " ")
            if one and told_as(ref, held.index(entry)) in telling:
                words = WITHHELD.text
            period = f", {point.period}" if point.period else ""
            told.append(f"{words}{period} ({entry.source or entry.place})")
        yield f"  {ref}: {'; '.join(told)}"


def _apart(entries: Sequence[Entry]) -> list[tuple[Entry, Point]]:
    """Return what sources say of the newest period of which they say different things.

    Where they speak of no period in common, it is the newest that each of them has.
    """
    said: dict[Period, list[tuple[Entry, Point]]] = {}
    for entry in entries:
        for point in entry.points:
            if point.period is not None:
                said.setdefault(point.period, []).append((entry, point))
    different = [
        period for period, each in said.items() if len({point.value for _, point in each}) > 1
    ]
    if different:
        return said[max(different, key=lambda period: period.end)]
    return [(entry, entry.points[-1]) for entry in entries]


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook file, and a line that says what it holds."""

    content: bytes
    summary: str


def make_template(
    *,
    depth: Depth = Depth.FULL,
    frameworks: Sequence[str] = (),
    holder: Holder | None = None,
    filled: Path | None = None,
    book: RulebookChoice = NEAREST,
) -> Template:
    """Make the workbook that asks for the facts of a profile.

    Args:
        holder: Only what this organisation holds.
        filled: A profile whose answers stand in it.

    Raises:
        InvalidProfile: The profile cannot be used.
        UsageError: XlsxWriter is not installed, a framework does not exist, or nothing is asked.
    """
    from readiness.profile.workbook.sheets import Choice, make
    from readiness.profile.workbook.template import write_workbook

    rulebook = open_rulebook(book)
    for framework in frameworks:
        known_framework(rulebook, framework)
    profile = None if filled is None else load_profile(filled, rulebook)
    workbook = make(rulebook, Choice(depth, tuple(frameworks), holder), profile)
    asked = [sheet for sheet in workbook.sheets if sheet.name in workbook.asking]
    if not asked:
        raise UsageError("nothing is asked for with these choices")
    rows = sum(sheet.questions for sheet in asked)
    sheets = f"{len(asked)} {'sheet' if len(asked) == 1 else 'sheets'}"
    summary = f"{rows:,} questions on {sheets}: {', '.join(sheet.name for sheet in asked)}"
    if workbook.left_out:
        count = len(workbook.left_out)
        what = "fact of the profile is" if count == 1 else "facts of the profile are"
        summary += f"\n{count:,} {what} not among them, such as {workbook.left_out[0]}"
    return Template(write_workbook(workbook), summary)
