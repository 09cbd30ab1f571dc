"""Inspection readiness as code, for English councils' children's services.

    import readiness
    report = readiness.check("scenarios/northmoor")
    [finding.id for finding in report.findings if finding.is_gap]

The way of a check, and where it is written:

    load       yaml_reader, pages; rulebook, profile and returns read what is there
    facts      model holds what a rulebook and a profile say
    verdicts   engine works out what follows
    findings   analysis.findings explains it; the rest of analysis settles, compares and plans
    report     render lays it out, for people and machines
    commands   app holds the use cases, cli the commands

The names below are loaded when they are first used, so that commands start quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from readiness.model.finding import Report

__all__ = ["__version__", "check"]


def check(
    profile: str | Path,
    rulebook: str | Path | None = None,
    as_of: date | None = None,
    overlays: Sequence[str | Path] = (),
) -> Report:
    """Return the report of a readiness check: the same content as `--format json`.

    Args:
        profile: A profile file, a folder of them, or a scenario.
        rulebook: Folder of a rulebook; default: the nearest `rules/`, else the packaged one.
        as_of: Evaluation date; default: the profile's own. There is no other default: a program
            that checks a profile without a date says which day it means.
        overlays: Folders to lay over the rulebook, in order.

    Raises:
        readiness.errors.InvalidRulebook, readiness.errors.InvalidProfile: With every problem found.
        readiness.errors.UsageError: If neither the caller nor the profile names a day.
    """
    from pathlib import Path

    from readiness.analysis.findings.build import DRAWN
    from readiness.app.checking import check as check_profile
    from readiness.app.choice import RulebookChoice
    from readiness.errors import UsageError

    def no_day() -> date:
        raise UsageError("name the evaluation date: neither as_of nor the profile gives one")

    folder = None if rulebook is None else Path(rulebook)
    book = RulebookChoice(folder, overlays=tuple(Path(overlay) for overlay in overlays))
    return check_profile(Path(profile), today=no_day, book=book, as_of=as_of, extent=DRAWN).report
