"""The use cases, one function each: what the commands and the Python door both call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.analysis.findings import finding_of, findings
from readiness.engine.compile import Compiled, compile_rulebook
from readiness.engine.evaluate import Evaluation, ask, evaluate
from readiness.engine.running import Choice, begin, start_rete
from readiness.errors import UsageError
from readiness.model.disclosure import Disclosure
from readiness.model.facts import Fact
from readiness.model.finding import Finding, Report, RulebookShown
from readiness.model.profile import Profile
from readiness.model.values import near
from readiness.model.vocabulary import SEVERITY_ORDER, Depth, Severity
from readiness.profile.load import load_profile, personal_looking, profile_files
from readiness.resources import shipped_rules, shipped_scenarios
from readiness.rulebook.cache import Cache, default_folder
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_file

if TYPE_CHECKING:
    from readiness.analysis.examples import ExampleResult
    from readiness.analysis.scenarios import ScenarioResult


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a check is reported; everything is evaluated whatever is selected.

    Attributes:
        severity: The least severe that is still reported.
    """

    framework: str | None = None
    depth: Depth | None = None
    severity: Severity = Severity.LOW

    def __call__(self, finding: Finding) -> bool:
        """Whether a finding is reported."""
        inside = self.framework is None or any(
            place.split("/")[0] == self.framework for place in (finding.framework, *finding.also)
        )
        return (
            inside
            and (self.depth is not Depth.ESSENTIAL or finding.depth is Depth.ESSENTIAL)
            and SEVERITY_ORDER[finding.severity] <= SEVERITY_ORDER[self.severity]
        )

    def words(self) -> str:
        """Return what was selected, or nothing where everything is reported."""
        parts = []
        if self.framework is not None:
            parts.append(f"framework {self.framework}")
        if self.depth is Depth.ESSENTIAL:
            parts.append("essential depth")
        if self.severity is not Severity.LOW:
            parts.append(f"severity {self.severity} and above")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Explained:
    """An expectation on a day and, where a profile was named, whose finding it is."""

    rulebook: Rulebook
    as_of: date
    council: str = ""
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A report, and one line for stderr where durable-rules did not confirm it."""

    report: Report
    notice: str | None


def open_rulebook(rules: Path | None, use_cache: bool = True) -> Rulebook:
    """Return the rulebook to use: the folder named, the nearest `rules/`, or the packaged one.

    Raises:
        InvalidRulebook: With every problem found.
    """
    cache = Cache(default_folder()) if use_cache else None
    if rules is not None:
        return load_rulebook(rules, rules.as_posix(), cache)
    nearest = _nearest_rules(Path.cwd())
    if nearest is not None:
        return load_rulebook(nearest[0], nearest[1], cache)
    return load_rulebook(shipped_rules(), "packaged", cache)


def _nearest_rules(here: Path) -> tuple[Path, str] | None:
    """Return the nearest `rules/` folder at or above a folder, and how to name it."""
    for up, folder in enumerate((here, *here.parents)):
        rules = folder / "rules"
        if (rules / "rulebook.yaml").is_file():
            return rules, "../" * up + "rules"
    return None


def evaluation_date(
    as_of: date | None, profile: Profile, today: Callable[[], date]
) -> tuple[date, str]:
    """Return the evaluation date and where it came from."""
    if as_of is not None:
        return as_of, "--as-of"
    if profile.as_of is not None:
        return profile.as_of, "profile"
    return today(), "today"


def check(
    path: Path,
    *,
    today: Callable[[], date],
    rules: Path | None = None,
    as_of: date | None = None,
    selection: Selection | None = None,
    engine: Choice = "auto",
    use_cache: bool = True,
    show_small_counts: bool = False,
    first: int | None = None,
) -> Checked:
    """Check a profile against a rulebook.

    Args:
        first: Say what is held only of so many gaps, and of what is not known; None for all.
        path: Profile file or folder, or a scenario.
        today: Gives today, where neither `as_of` nor the profile names a day.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
        UsageError: For an engine that is not installed, or a framework that does not exist.
    """
    selection = selection or Selection()
    child = start_rete(engine)
    try:
        rulebook = open_rulebook(rules, use_cache)
        known_framework(rulebook, selection.framework)
        compiled = compile_rulebook(rulebook)
        if child is not None:
            child.prepare(compiled.program)
        profile = load_profile(path, rulebook)
        day, day_from = evaluation_date(as_of, profile, today)
        given = ask(rulebook, compiled, profile, day)
        derivation = begin(compiled.program, given.literals, child)
        evaluation = Evaluation(rulebook, compiled, given, derivation.literals)
        report = make_report(evaluation, day_from, selection, Disclosure(show_small_counts), first)
        derived = derivation.finish()
    finally:
        if child is not None:
            child.close()
    return Checked(report, derived.notice)


def known_framework(rulebook: Rulebook, id: str | None) -> None:
    """Check that a framework exists, where one is named.

    Raises:
        UsageError: With the nearest id.
    """
    if id is not None and id not in rulebook.frameworks:
        known = list(rulebook.frameworks)
        help = near(id, known, f"there are: {', '.join(known)}")
        raise UsageError(f"there is no framework '{id}'; {help}")


def make_report(
    evaluation: Evaluation,
    day_from: str,
    selection: Selection,
    disclosure: Disclosure,
    first: int | None = None,
) -> Report:
    """Return the report of an evaluation, with what is held only of the `first` gaps if given."""
    rulebook, profile = evaluation.rulebook, evaluation.situation.profile
    as_of = evaluation.situation.as_of
    return Report(
        council=profile.council.name,
        code=profile.council.code,
        as_of=as_of,
        as_of_from=day_from,
        rulebook=RulebookShown(
            rulebook.page.id, rulebook.origin, rulebook.hash, len(rulebook.expectations)
        ),
        findings=findings(evaluation, disclosure, selection, first),
        criteria={
            f"{f.id}/{id}": c.title
            for f in rulebook.frameworks.values()
            for id, c in f.criteria.items()
        },
        frameworks={f.id: f.title for f in rulebook.frameworks.values()},
        selected=selection.words(),
        notices=tuple(_notices(profile, as_of)),
        small_counts_shown=disclosure.show_small,
    )


def _notices(profile: Profile, as_of: date) -> Iterator[str]:
    for acceptance in profile.acceptances:
        if not acceptance.holds(as_of):
            ended = (
                f"lapsed on {acceptance.until.isoformat()}"
                if isinstance(acceptance.until, date)
                else f"counts as lapsed: '{acceptance.until}' is not a day"
            )
            yield (
                f"the acceptance of {acceptance.expectation} by {acceptance.by} {ended}; "
                "its gap is open again"
            )


def explain(
    id: str,
    path: Path | None,
    *,
    today: Callable[[], date],
    rules: Path | None = None,
    as_of: date | None = None,
    use_cache: bool = True,
    show_small_counts: bool = False,
) -> Explained:
    """Return an expectation with its rulebook and, where a profile is named, its finding.

    Raises:
        UsageError: If there is no such expectation.
    """
    rulebook = open_rulebook(rules, use_cache)
    known_expectation(rulebook, id)
    if path is None:
        return Explained(rulebook, as_of or today())
    profile = load_profile(path, rulebook)
    day, _ = evaluation_date(as_of, profile, today)
    evaluation = evaluate(rulebook, compile_rulebook(rulebook), profile, day)
    finding = finding_of(evaluation, id, Disclosure(show_small_counts))
    return Explained(rulebook, day, profile.council.name, finding)


def known_expectation(rulebook: Rulebook, id: str) -> None:
    """Check that an expectation exists.

    Raises:
        UsageError: With the nearest id.
    """
    if id not in rulebook.expectations:
        help = near(id, list(rulebook.expectations), "see: readiness rules list")
        raise UsageError(f"there is no expectation '{id}'; {help}")


def compiled_rulebook(rules: Path | None, use_cache: bool = True) -> tuple[Rulebook, Compiled]:
    """Return a rulebook with its program."""
    rulebook = open_rulebook(rules, use_cache)
    return rulebook, compile_rulebook(rulebook)


def known_fact(rulebook: Rulebook, id: str) -> None:
    """Check that a fact exists.

    Raises:
        UsageError: With the nearest id.
    """
    if id not in rulebook.facts:
        help = near(id, list(rulebook.facts), "see: readiness facts list")
        raise UsageError(f"there is no fact '{id}'; {help}")


def run_rule_examples(
    ids: tuple[str, ...], *, rules: Path | None = None, use_cache: bool = True
) -> list[ExampleResult]:
    """Run the examples of the expectations named, or of all.

    Raises:
        InvalidRulebook: With every problem found.
        UsageError: For an id that does not exist.
    """
    from readiness.analysis.examples import run_examples

    rulebook, compiled = compiled_rulebook(rules, use_cache)
    for id in ids:
        known_expectation(rulebook, id)
    return list(run_examples(rulebook, compiled, ids or rulebook.expectations))


def run_scenarios(
    folders: tuple[Path, ...], *, rules: Path | None = None, use_cache: bool = True
) -> list[ScenarioResult]:
    """Run the scenarios in the folders named, or those that ship with the package.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
        UsageError: Where there is no scenario.
    """
    from readiness.analysis.scenarios import run_scenario, scenario_folders

    rulebook, compiled = compiled_rulebook(rules, use_cache)
    found = [
        folder for root in folders or (shipped_scenarios(),) for folder in scenario_folders(root)
    ]
    if not found:
        raise UsageError("no scenario.yaml is there")
    return [run_scenario(folder, rulebook, compiled) for folder in found]


def check_profile(
    path: Path, *, rules: Path | None = None, use_cache: bool = True
) -> tuple[str, list[str]]:
    """Check that a profile can be read.

    Returns:
        A line that says what it holds, and a warning for each text that looks personal.

    Raises:
        InvalidProfile: With every problem found.
    """
    rulebook = open_rulebook(rules, use_cache)
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


def fill_profile(
    code: str,
    folder: Path,
    *,
    reference: Path | None = None,
    as_of: date | None = None,
    rules: Path | None = None,
    use_cache: bool = True,
) -> tuple[str, tuple[str, ...]]:
    """Fill the profile of one area from published statistics.

    Args:
        code: DfE or ONS code of the area.
        folder: Holds the CSV files of the releases.
        reference: Holds types of council and statistical neighbours; when not given, the folder
            `reference` beside `folder`, if there is one.

    Returns:
        The profile as YAML, and lines that say what was filled and what was not.

    Raises:
        InvalidProfile: With every problem found in the files.
        UsageError: If no area has the code.
    """
    from readiness.returns.dfe import read_published, read_reference
    from readiness.returns.fill import fill, to_yaml

    rulebook = open_rulebook(rules, use_cache)
    beside = folder.parent / "reference"
    if reference is None and beside.is_dir():
        reference = beside
    published = read_published(folder, rulebook.facts.values())
    known = read_reference(reference)
    filled = fill(published, code, rulebook.facts, rulebook.sources, reference=known, as_of=as_of)
    return to_yaml(filled.profile, rulebook.facts), filled.summary
