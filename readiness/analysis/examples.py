"""Running the examples that rule pages carry: documentation and tests at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from readiness.analysis.findings import finding_of
from readiness.engine.compile import Compiled
from readiness.engine.evaluate import ask_one, conclude
from readiness.errors import InvalidRulebook, Problem
from readiness.model.expectation import Example
from readiness.model.vocabulary import Reason, Verdict
from readiness.profile.load import read_given
from readiness.rulebook.chaining import upstream_of
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import Document, Path, read_file

OTHERS = "others"
"""The key of `findings` for every upstream expectation that an example does not name."""


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What became of an example.

    Attributes:
        reason: The leading reason that was given, if any.
    """

    id: str
    example: Example
    verdict: Verdict
    reason: Reason | None
    file: str
    line: int

    @property
    def passed(self) -> bool:
        """Whether the verdict, and the reason where one is named, are as written."""
        because = self.example.because
        return self.verdict is self.example.verdict and because in (None, self.reason)

    def __str__(self) -> str:
        def words(verdict: Verdict, because: object) -> str:
            return verdict.value + (f" ({because})" if because else "")

        wanted = words(self.example.verdict, self.example.because)
        got = words(self.verdict, self.reason)
        where = f"{self.file}:{self.line}: {self.id}, '{self.example.name}'"
        return f"{where}: expected {wanted}, got {got}"


def run_examples(
    rulebook: Rulebook, compiled: Compiled, ids: Iterable[str]
) -> Iterator[ExampleResult]:
    """Yield the result of every example of the expectations named.

    Raises:
        InvalidRulebook: If an example says something that a profile could not say.
    """
    problems: list[Problem] = []
    for id in ids:
        document = read_file(*rulebook.examples_of(id))
        for number, example in enumerate(rulebook.expectations[id].examples):
            path: Path = ("examples", number)
            result = _run(rulebook, compiled, id, example, document, path, problems)
            if result is not None:
                yield result
    if problems:
        raise InvalidRulebook(problems)


def _run(
    rulebook: Rulebook,
    compiled: Compiled,
    id: str,
    example: Example,
    document: Document,
    path: Path,
    problems: list[Problem],
) -> ExampleResult | None:
    before = len(problems)
    given = dict(example.given)
    findings = given.pop("findings", {})
    as_of = given.pop("as_of", example.as_of or rulebook.page.examples_as_of)
    if not isinstance(as_of, date):
        problems.append(document.problem((*path, "given", "as_of"), f"'{as_of}' is not a date"))
    if example.because is not None and example.because not in list(Reason):
        message = f"'{example.because}' is not a reason"
        problems.append(
            document.problem((*path, "because"), message, f"one of: {', '.join(Reason)}")
        )
    place = (*path, "given", "findings")
    others = _others(rulebook, id, findings, document, place, problems)
    profile = read_given(given, document, (*path, "given"), rulebook, problems)
    if len(problems) > before:
        return None
    asked = ask_one(rulebook, compiled, profile, as_of, id, others)
    evaluation = conclude(rulebook, compiled, asked)
    finding = finding_of(evaluation, id)
    at = document.problem(path, "")
    return ExampleResult(id, example, finding.verdict, finding.reason, at.file, at.line)


def _others(
    rulebook: Rulebook,
    id: str,
    raw: Any,
    document: Document,
    path: Path,
    problems: list[Problem],
) -> dict[str, Verdict]:
    """Return the verdicts that an example gives to the expectations it rests on."""
    upstream = upstream_of(rulebook)[id]
    verdicts: dict[str, Verdict] = {}
    for other, word in raw.items() if isinstance(raw, dict) else ():
        if other != OTHERS and other not in upstream:
            message = f"'{id}' does not rest on '{other}'"
            problems.append(document.problem((*path, other), message, key=True))
        elif word not in list(Verdict):
            message = f"'{word}' is not a verdict"
            problems.append(document.problem((*path, other), message))
        else:
            verdicts[other] = Verdict(word)
    default = verdicts.pop(OTHERS, None)
    if default is not None:
        verdicts = {other: verdicts.get(other, default) for other in upstream}
    return verdicts
