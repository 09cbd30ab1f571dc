"""The lead member's briefing as Markdown, in which text of a profile stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.analysis.briefing import Told, briefing
from readiness.calendar import long_date
from readiness.model.disclosure import SMALL_COUNTS_SHOWN
from readiness.model.finding import Report
from readiness.render.visible import visible

_MARKS = re.compile(r"([\\`*_\[\]<>&|~#$])")
_SCHEME = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data|www)([:.])")


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is: no link, no element, no heading."""
    plain = " ".join(visible(text).split())
    plain = _SCHEME.sub(r"\1\\\2", _MARKS.sub(r"\\\1", plain))
    return re.sub(r"^([-+=]|\d+[.)])", r"\\\1", plain)


def render(report: Report) -> str:
    """Return the lead member's briefing."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    made = briefing(report)
    if report.small_counts_shown:
        yield f"**{SMALL_COUNTS_SHOWN}**"
        yield ""
    yield f"# {escaped(report.council)}: briefing for the lead member"
    yield ""
    yield (
        f"Readiness check at {long_date(report.as_of)}. Not a grade and not a score: which "
        "expectations of law and inspection frameworks are met, and what is not known."
    )
    if report.selected:
        yield ""
        yield f"Shown: {escaped(report.selected)}."
    yield ""
    yield f"- **What is known.** {made.known}"
    yield f"- **How it is known.** {made.evidenced}"
    yield f"- **What is planned.** {made.planned}"
    for notice in report.notices:
        yield f"- **Note:** {escaped(notice)}."
    if made.first:
        yield ""
        yield "## What comes first"
        yield ""
        for told in made.first:
            yield _told(told)
    for number, answer in enumerate(made.answers, 1):
        yield ""
        yield f"## {number}. {escaped(answer.ask)}"
        yield ""
        yield answer.counts
        yield ""
        for told in answer.told:
            yield _told(told)
        for ask in answer.next:
            yield ""
            yield f"**Ask next:** {escaped(ask)}"
    yield ""
    yield (
        f"*Rulebook {escaped(report.rulebook.passed_on)}. The ids lead to the full report: "
        "readiness explain ID PROFILE.*"
    )


def _told(told: Told) -> str:
    text = f" {escaped(told.text)}" if told.text else ""
    return f"- **{told.label}:** {escaped(told.title)}.{text} ({told.id})"
