"""Everything that one check of an area says, for the weeks before an inspection."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from readiness.analysis.findings.build import REPORT
from readiness.app.checking import Selection, evaluated, make_report
from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.drilling import call
from readiness.app.planning import claims_of, plan_of
from readiness.app.settling import settled_of
from readiness.model.disclosure import Disclosure
from readiness.profile.load import profile_files
from readiness.render.machine.results import of_report, places_of
from readiness.render.pack import Pack


def pack(
    path: Path,
    *,
    today: Callable[[], date],
    book: RulebookChoice = NEAREST,
    as_of: date | None = None,
    selection: Selection | None = None,
    notified: date | None = None,
    kind: str | None = None,
    show_small_counts: bool = False,
) -> Pack:
    """Check a profile once, and return all that follows from it.

    Args:
        notified: The day of the call, for the framework that is selected.
        kind: The kind of inspection that is called; default: the framework's first.

    Raises:
        InvalidRulebook, InvalidProfile: With every problem found.
        UsageError: For a framework that does not exist or has no timetable.
    """
    selection = selection or Selection()
    evaluation, day_from = evaluated(path, today, book, as_of, selection.framework)
    profile = evaluation.situation.profile
    disclosure = Disclosure(show_small_counts)
    report = make_report(evaluation, day_from, selection, disclosure, REPORT)
    drill = None
    if notified is not None and selection.framework is not None:
        drill = call(path, selection.framework, notified, kind=kind, book=book)
    return Pack(
        report,
        of_report(report, places_of(profile), (profile_files(path)[0].as_posix(), 1)),
        plan_of(evaluation, day_from, path, selection, disclosure),
        settled_of(evaluation, day_from, selection, disclosure),
        claims_of(evaluation, day_from, disclosure) if report.claims else None,
        drill,
    )
