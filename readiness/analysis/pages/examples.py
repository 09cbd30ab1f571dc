"""Running the examples that rule pages carry: documentation and tests at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from readiness.analysis.findings.doubts import doubts_of
from readiness.engine.builtin import Builtin
from readiness.engine.compile import Compiled
from readiness.engine.evaluate import Evaluation, ask_one, conclude
from readiness.engine.situation import Situation
from readiness.errors import InvalidRulebook, Problem
from readiness.model.expectation import Example
from readiness.model.values import near
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


@dataclass(frozen=True, slots=True)
class Tried:
    """An example that was run: how it came out, and what everything inside it came to."""

    result: ExampleResult
    evaluation: Evaluation


class Examples:
    """The examples of a rulebook; what they all need is worked out once.

    Attributes:
        problems: What examples say that a profile could not say.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        compiled: Compiled,
        read: Callable[[str], Document] | None = None,
    ) -> None:
        """Take a rulebook and its program.

        Args:
            read: Gives the page of an expectation, by its file below the rulebook's folder.
        """
        self.rulebook = rulebook
        self.compiled = compiled
        self.problems: list[Problem] = []
        self._read = read or self._from_disk
        self._engine = Builtin()
        self._upstream = upstream_of(rulebook)

    def _from_disk(self, file: str) -> Document:
        return read_file(self.rulebook.folder / file, f"{self.rulebook.origin}/{file}")

    def _document(self, id: str) -> Document:
        """Return the page on which an expectation's examples stand; it may be an overlay's."""
        file, name = self.rulebook.examples_of(id)
        if self.rulebook.overlays and file != self.rulebook.folder / self.rulebook.files[id]:
            return read_file(file, name)
        return self._read(self.rulebook.files[id])

    def run(self, id: str) -> Iterator[Tried]:
        """Yield each example of an expectation that can be run; `problems` takes the others."""
        document = self._document(id)
        for number, example in enumerate(self.rulebook.expectations[id].examples):
            tried = self._run(id, example, document, ("examples", number))
            if tried is not None:
                yield tried

    def _run(self, id: str, example: Example, document: Document, path: Path) -> Tried | None:
        problems: list[Problem] = []
        given = dict(example.given)
        findings = given.pop("findings", {})
        as_of = given.pop("as_of", example.as_of or self.rulebook.page.examples_as_of)
        if not isinstance(as_of, date):
            problems.append(document.problem((*path, "given", "as_of"), f"'{as_of}' is not a date"))
        if example.because is not None and example.because not in list(Reason):
            message = f"'{example.because}' is not a reason"
            help = near(example.because, list(Reason), f"one of: {', '.join(Reason)}")
            problems.append(document.problem((*path, "because"), message, help))
        others = self._others(id, findings, document, (*path, "given", "findings"), problems)
        profile = read_given(given, document, (*path, "given"), self.rulebook, problems)
        if problems:
            self.problems += problems
            return None
        situation = Situation(self.rulebook, profile, as_of)
        asked = ask_one(situation, self.compiled, id, others)
        evaluation = conclude(self.rulebook, self.compiled, asked, self._engine)
        verdict = evaluation.verdict(id)
        reasons = doubts_of(evaluation, self.rulebook.expectations[id], verdict).ordered
        at = document.problem(path, "")
        reason = reasons[0] if reasons else None
        return Tried(ExampleResult(id, example, verdict, reason, at.file, at.line), evaluation)

    def _others(
        self, id: str, raw: Any, document: Document, path: Path, problems: list[Problem]
    ) -> dict[str, Verdict]:
        """Return the verdicts that an example gives to the expectations it rests on."""
        upstream = self._upstream[id]
        verdicts: dict[str, Verdict] = {}
        for other, word in raw.items() if isinstance(raw, dict) else ():
            if other != OTHERS and other not in upstream:
                message = f"'{id}' does not rest on '{other}'"
                help = near(other, upstream, "name one that its condition names")
                problems.append(document.problem((*path, other), message, help, key=True))
            elif word not in list(Verdict):
                help = near(word, list(Verdict), f"one of: {', '.join(Verdict)}")
                message = f"'{word}' is not a verdict"
                problems.append(document.problem((*path, other), message, help))
            else:
                verdicts[other] = Verdict(word)
        default = verdicts.pop(OTHERS, None)
        if default is not None:
            verdicts = {other: verdicts.get(other, default) for other in upstream}
        return verdicts


def run_examples(
    rulebook: Rulebook, compiled: Compiled, ids: Iterable[str]
) -> Iterator[ExampleResult]:
    """Yield the result of every example of the expectations named.

    Raises:
        InvalidRulebook: If an example says something that a profile could not say.
    """
    examples = Examples(rulebook, compiled)
    for id in ids:
        for tried in examples.run(id):
            yield tried.result
    if examples.problems:
        raise InvalidRulebook(examples.problems)
