"""What those who write rule pages read: complaints, and what examples leave untried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from readiness.analysis.pages.branches import Tally
from readiness.analysis.pages.examples import ExampleResult
from readiness.analysis.pages.style import Complaint, Level, Linted
from readiness.errors import Problem
from readiness.rulebook.wording import few


def linted(linted: Linted) -> str:
    """Return each complaint with its place, and how many there are of how many files."""
    lines = [_shown(complaint) for complaint in linted.complaints]
    errors, style = len(linted.of(Level.ERROR)), len(linted.of(Level.STYLE))
    counts = f"{_many(errors, 'error')}, {_many(style, 'matter')} of style"
    looked = f"{_many(linted.files, 'file')} ({_many(linted.pages, 'expectation')})"
    lines.append(f"{counts} in {looked}")
    if not linted.whole:
        lines.append("What all pages together lack is looked into when they can all be read.")
    return "\n".join(lines) + "\n"


def trials(results: Sequence[ExampleResult], tally: Tally, untried: Sequence[Problem]) -> str:
    """Return the examples that failed, how many passed, and on how much they turn.

    Args:
        untried: Each branch and value on which none turns, where these are to be named.
    """
    lines = [str(result) for result in results if not result.passed]
    lines += map(str, untried)
    passed = sum(result.passed for result in results)
    ids = len({result.id for result in results})
    lines.append(f"{passed} of {len(results)} examples of {_many(ids, 'expectation')} passed")
    if tally.pages:
        turn = f"they turn on {tally.sides_tried:,} of {tally.sides:,} sides of conditions"
        if tally.values:
            turn += f", and on {tally.values_tried:,} of {tally.values:,} values of thresholds"
        unnamed = len(tally.untried) - len(untried)
        lines.append(turn + ("; --coverage names the others" if unnamed else ""))
    if tally.not_commenced:
        pages = _many(tally.not_commenced, "page")
        lines.append(f"not counted: {pages} of law that is not commenced")
    return "\n".join(lines) + "\n"


def changed(files: Sequence[str]) -> str:
    """Return which files have changed since they were last looked at."""
    if not files:
        return "Watching the rule pages; Ctrl-C ends it.\n"
    return f"\nChanged: {few(files)}\n"


def laid_out(files: int, other: Sequence[str], *, written: bool) -> str:
    """Return the files that were laid out anew, or would be, and how many there are."""
    what = "laid out anew" if written else "would be laid out anew"
    lines = [*other, f"{len(other):,} of {_many(files, 'file')} {what}"]
    return "\n".join(lines) + "\n"


def _shown(complaint: Complaint) -> str:
    if not complaint.rule:
        return str(complaint)
    message = f"{complaint.problem.message} [{complaint.rule}]"
    return str(replace(complaint.problem, message=message))


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
