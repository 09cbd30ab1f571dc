"""What those who write rule pages read: complaints, and what examples leave untried."""

from __future__ import annotations

from dataclasses import replace

from readiness.analysis.style import Complaint, Level, Linted


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


def _shown(complaint: Complaint) -> str:
    if not complaint.rule:
        return str(complaint)
    message = f"{complaint.problem.message} [{complaint.rule}]"
    return str(replace(complaint.problem, message=message))


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
