"""What changed between two checks, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from readiness.analysis.compare import Comparison, compare
from readiness.analysis.earlier import Differences, EarlierResult, compare_results, read_result
from readiness.app.checking import check, evaluation_date
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import compiled_rulebook
from readiness.engine.compile import Compiled
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.profile.load import load_profile
from readiness.render.json import render as as_json
from readiness.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Input:
    """One of the two checks, as it was asked for.

    Attributes:
        path: A profile, a scenario, or the JSON of an earlier check.
    """

    path: Path
    book: RulebookChoice = NEAREST
    as_of: date | None = None

    @property
    def is_result(self) -> bool:
        """Whether it is the JSON of an earlier check."""
        return self.path.suffix.lower() == ".json"


def difference(old: Input, new: Input, *, today: Callable[[], date]) -> Comparison | Differences:
    """Return what changed from one check to another.

    Returns:
        A comparison whose causes are proved; or, where one of the two is the JSON of an earlier
        check, the differences between results, of which no cause can be proved.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
    """
    if old.is_result or new.is_result:
        return compare_results(_result(old, today), _result(new, today))
    books = {one.book: compiled_rulebook(one.book) for one in (old, new)}
    return compare(*(_evaluation(one, books[one.book], today) for one in (old, new)))


def _evaluation(
    one: Input, book: tuple[Rulebook, Compiled], today: Callable[[], date]
) -> Evaluation:
    rulebook, compiled = book
    profile = load_profile(one.path, rulebook)
    day, _ = evaluation_date(one.as_of, profile, today)
    return evaluate(rulebook, compiled, profile, day)


def _result(one: Input, today: Callable[[], date]) -> EarlierResult:
    if one.is_result:
        return read_result(one.path)
    checked = check(one.path, today=today, book=one.book, as_of=one.as_of, engine="builtin")
    return read_result(one.path, as_json(checked.report))
