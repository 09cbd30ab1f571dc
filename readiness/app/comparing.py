"""What changed between two checks, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from readiness.analysis.changes.compare import Comparison, compare
from readiness.analysis.changes.earlier import (
    Differences,
    EarlierResult,
    compare_results,
    read_result,
)
from readiness.app.checking import Selection, evaluation_date, make_report
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.revisions import rulebook_named
from readiness.app.rulebooks import compiled_rulebook
from readiness.engine.compile import Compiled
from readiness.engine.evaluate import Evaluation, evaluate
from readiness.errors import InvalidProfile
from readiness.model.disclosure import Disclosure
from readiness.profile.load import load_profile
from readiness.render.json import render as as_json
from readiness.rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Input:
    """One of the two checks, as it was asked for.

    Attributes:
        path: A profile, a scenario, or the JSON of an earlier check.
        book: What to lay over the rulebook, and which it is where `rules` names no other.
        rules: Folder of the rulebook, or a revision of the working one.
    """

    path: Path
    book: RulebookChoice = NEAREST
    rules: str | None = None
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
    books = {(one.rules, one.book): _rulebook(one) for one in (old, new)}
    return compare(*(_evaluation(one, books[one.rules, one.book], today) for one in (old, new)))


def _rulebook(one: Input) -> tuple[Rulebook, Compiled]:
    return compiled_rulebook(one.book) if one.rules is None else rulebook_named(one.rules, one.book)


def _evaluation(
    one: Input, book: tuple[Rulebook, Compiled], today: Callable[[], date]
) -> Evaluation:
    rulebook, compiled = book
    try:
        profile = load_profile(one.path, rulebook)
    except InvalidProfile as error:
        if one.rules is None:
            raise
        by = f" (read by the rulebook {one.rules})"
        raise InvalidProfile(replace(p, message=p.message + by) for p in error.problems) from None
    day, _ = evaluation_date(one.as_of, profile, today)
    return evaluate(rulebook, compiled, profile, day)


def _result(one: Input, today: Callable[[], date]) -> EarlierResult:
    if one.is_result:
        return read_result(one.path)
    report = make_report(_evaluation(one, _rulebook(one), today), "", Selection(), Disclosure())
    return read_result(one.path, as_json(report))
