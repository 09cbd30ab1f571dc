"""What machines are told: each thing that was looked at, how it came out, and in which line it is.

Problems of files, examples of rule pages and findings of a check all become results. `sarif` and
`junit` write them down, so that a council's own pipeline shows them beside the right line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from readiness.analysis.pages.examples import ExampleResult
from readiness.analysis.pages.style import RULES, Complaint
from readiness.analysis.pages.style import Level as Weight
from readiness.errors import Problem
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.finding import Finding, Report
from readiness.model.profile import Profile
from readiness.model.vocabulary import Severity, StrEnum, Verdict
from readiness.render.text import acceptance_words, affected_words, found_words
from readiness.render.visible import visible


class Outcome(StrEnum):
    """How something came out."""

    RIGHT = "right"
    WRONG = "wrong"
    OPEN = "open"
    LEFT_OUT = "left_out"


class Level(StrEnum):
    """How much it weighs, where it is wrong."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked for.

    Attributes:
        id: Stable for ever.
        help: Why, and what to do.
        url: Where it is written, if that is known.
    """

    id: str
    title: str
    help: str
    level: Level = Level.ERROR
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """How one thing came out, at its place.

    Attributes:
        check: Id of what was looked for.
        name: What was looked at, in a few words.
        group: What it belongs to: a file, an expectation, a criterion.
        message: How it came out, in words that may be shown to anybody.
        line: Line from 1.
        column: Column from 1; 0 where the whole line is meant.
        length: How many characters are meant.
        lasting: What stays the same when nothing but other lines, days or figures change.
    """

    check: str
    outcome: Outcome
    level: Level
    name: str
    group: str
    message: str
    file: str
    line: int
    column: int = 0
    length: int = 0
    lasting: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What tells this result from others from one run to the next."""
        return sha256("\n".join((self.check, *self.lasting)).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that was looked at.

    Attributes:
        title: What was done.
        about: What a reader must know of all of it, by name.
    """

    title: str
    checks: tuple[Check, ...]
    results: tuple[Result, ...]
    about: Mapping[str, str]

    def named_from(self, folder: Path) -> Results:
        """Return the same, with each file below a folder named from it."""

        def inside(file: str) -> str:
            path = Path(file)
            below = path.is_absolute() and path.is_relative_to(folder)
            return path.relative_to(folder).as_posix() if below else file

        named = (replace(one, file=inside(one.file)) for one in self.results)
        return replace(self, results=tuple(named))


# ---- problems of files ------------------------------------------------------------------------

UNUSABLE = Check(
    "cannot-be-used", "A file cannot be used", "What is wrong stands in the message, with the fix."
)
"""The check of a problem that has no rule of its own."""


def of_problems(
    problems: Iterable[Problem],
    title: str,
    check_of: Callable[[Problem], Check] = lambda problem: UNUSABLE,
) -> Results:
    """Return the results of problems.

    Args:
        check_of: Gives what each is a case of.
    """
    checks: dict[str, Check] = {}
    results: list[Result] = []
    seen: dict[tuple[str, ...], int] = {}
    for problem in problems:
        check = check_of(problem)
        checks[check.id] = check
        lasting = (problem.file, problem.message, problem.text.strip())
        count = seen[lasting] = seen.get(lasting, 0) + 1
        help = f"; {problem.help}" if problem.help else ""
        results.append(
            Result(
                check.id,
                Outcome.WRONG,
                check.level,
                problem.message,
                problem.file,
                f"{problem.message}{help}",
                problem.file,
                max(1, problem.line),
                problem.column if problem.line else 0,
                problem.length,
                (*lasting, str(count)),
            )
        )
    return Results(title, tuple(checks.values()), tuple(results), {})


def of_complaints(complaints: Sequence[Complaint]) -> Results:
    """Return the results of what lint says: what cannot be used, and matters of style."""
    rules = {one.problem: one.rule for one in complaints if one.rule}

    def check_of(problem: Problem) -> Check:
        name = rules.get(problem)
        if name is None or name not in RULES:
            return UNUSABLE
        rule = RULES[name]
        level = Level.ERROR if rule.level is Weight.ERROR else Level.WARNING
        return Check(name, name.replace("-", " ").capitalize(), rule.because, level)

    return of_problems([one.problem for one in complaints], "readiness rules lint", check_of)


# ---- examples of rule pages -------------------------------------------------------------------

EXAMPLE = Check(
    "example",
    "An example gets another verdict than the page says",
    "Either the condition does not say what it means to, or the example expects the wrong verdict.",
)


def of_examples(examples: Iterable[ExampleResult]) -> Results:
    """Return the results of examples."""
    results = [
        Result(
            EXAMPLE.id,
            Outcome.RIGHT if one.passed else Outcome.WRONG,
            EXAMPLE.level,
            one.example.name,
            one.id,
            str(one).partition(": ")[2],
            one.file,
            one.line,
            lasting=(one.id, one.example.name),
        )
        for one in examples
    ]
    return Results("readiness rules test", (EXAMPLE,), tuple(results), {})


# ---- findings of a check ----------------------------------------------------------------------

Places = Mapping[tuple[str, str | None], tuple[str, int]]
"""For each fact and member, the file and line in which a profile speaks of it."""


def places_of(profile: Profile) -> Places:
    """Return where a profile speaks of each fact; where it does so twice, the first place."""
    return {
        (ref.id, ref.member): entry.at
        for ref, entries in profile.facts.items()
        for entry in entries[:1]
        if entry.at is not None
    }


_LEVELS = {
    Severity.CRITICAL: Level.ERROR,
    Severity.HIGH: Level.ERROR,
    Severity.MEDIUM: Level.WARNING,
    Severity.LOW: Level.NOTE,
}

_OUTCOMES = {
    Verdict.MET: Outcome.RIGHT,
    Verdict.NOT_MET: Outcome.WRONG,
    Verdict.UNKNOWN: Outcome.OPEN,
    Verdict.NOT_APPLICABLE: Outcome.LEFT_OUT,
}


def of_report(report: Report, places: Places, start: tuple[str, int]) -> Results:
    """Return the results of a check.

    Args:
        start: Where to point where the profile does not speak of a fact.
    """
    checks = tuple(
        Check(f.id, f.title, f"{f.why} {f.first_step}", _LEVELS[f.severity], _url(f))
        for f in sorted(report.findings, key=lambda f: f.id)
    )
    book = report.rulebook
    about = {
        "council": visible(report.council),
        "as_of": report.as_of.isoformat(),
        "rulebook": f"{book.id} ({book.hash})",
        **{f"overlay {one.id}": one.hash for one in book.overlays},
    }
    if report.selected:
        about["selected"] = report.selected
    if report.small_counts_shown:
        about = {"notice": SMALL_COUNTS_SHOWN, **about}
    results = tuple(_of_finding(report, f, places, start) for f in report.findings)
    return Results("readiness check", checks, results, about)


def _url(finding: Finding) -> str | None:
    return next((one.url for one in finding.citations if one.url), None)


def _of_finding(report: Report, f: Finding, places: Places, start: tuple[str, int]) -> Result:
    spoken = [places[key] for one in f.found if (key := (one.fact, one.member)) in places]
    file, line = spoken[0] if spoken else start
    return Result(
        f.id,
        _OUTCOMES[f.verdict],
        _LEVELS[f.severity],
        f"{f.id}: {f.title}",
        f"{f.framework}/{f.criterion}",
        visible(". ".join(_message(f))),
        file,
        line,
        lasting=(report.code or report.council,),
    )


MOST_FOUND = 3
"""How many values a message shows."""


def _message(f: Finding) -> Iterator[str]:
    """Yield what is so, as reports show it."""
    yield f"{f.verdict.words.capitalize()}: {f.title}"
    if f.reasons:
        yield f"Because {'; '.join(reason.words for reason in f.reasons)}"
    held = [one for one in f.found if one.state == "value"]
    if held and f.verdict in (Verdict.NOT_MET, Verdict.UNKNOWN):
        yield f"Found: {'; '.join(f'{one.title}: {found_words(one)}' for one in held[:MOST_FOUND])}"
    if f.affected is not None:
        yield f"Affected: {affected_words(f.affected)}"
    if f.acceptance is not None:
        lapsed = " (lapsed)" if f.acceptance.lapsed else ""
        yield f"Accepted by {acceptance_words(f.acceptance)}{lapsed}"
    if f.verdict in (Verdict.NOT_MET, Verdict.UNKNOWN):
        yield f"Next: {f.first_step}"
