"""`readiness check`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import (
    PATH,
    as_of_option,
    book_options,
    output_option,
    small_option,
    today,
)
from readiness.cli.output import MACHINES, problems_told, say, write, write_results
from readiness.errors import ExitCode

FORMATS = ("text", "json", *MACHINES)


@click.command()
@click.argument("profile", type=PATH)
@book_options
@as_of_option
@click.option("--framework", help="Report one framework only.")
@click.option("--depth", type=click.Choice(["essential", "full"]), default="full")
@click.option("--severity", type=click.Choice(["critical", "high", "medium", "low"]), default="low")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text")
@click.option("--all", "everything", is_flag=True, help="Show every finding, in text.")
@click.option("--engine", type=click.Choice(["auto", "rete", "builtin"]), default="auto")
@click.option(
    "--strict", is_flag=True, help="Exit 5 where nothing is missed but something is unknown."
)
@click.option("--accepted-ok", is_flag=True, help="Do not count accepted gaps in the exit code.")
@small_option
@output_option
def command(
    profile: Path,
    book: RulebookChoice,
    as_of: date | None,
    framework: str | None,
    depth: str,
    severity: str,
    form: str,
    everything: bool,
    engine: Any,
    strict: bool,
    accepted_ok: bool,
    show_small_counts: bool,
    output: Path | None,
) -> int:
    """Check a council's profile: gaps, what is not known, why, and recommended actions.

    PROFILE is a profile file, a folder of them, or a scenario.
    """
    from readiness.app import checking
    from readiness.model.vocabulary import Depth, Severity, Verdict
    from readiness.render.text import FIRST

    selection = checking.Selection(framework, Depth(depth), Severity(severity))
    with problems_told(form, output):
        checked = checking.check(
            profile,
            today=today,
            book=book,
            as_of=as_of,
            selection=selection,
            engine=engine,
            show_small_counts=show_small_counts,
            first=FIRST if form == "text" and not everything else None,
        )
    report = checked.report
    if form == "json":
        from readiness.render import json as renderer

        write(renderer.render(report), output)
    elif form in MACHINES:
        from readiness.profile.load import profile_files
        from readiness.render.results import of_report, places_of

        start = (profile_files(profile)[0].as_posix(), 1)
        write_results(of_report(report, places_of(checked.profile), start), form, output)
    else:
        from readiness.render import text as text_renderer

        named = profile.as_posix()
        shown = f'"{named}"' if " " in named else named
        write(text_renderer.render(report, everything=everything, profile=shown), output)
    if checked.notice:
        say(checked.notice)
    gaps = report.of(Verdict.NOT_MET)
    if accepted_ok:
        gaps = tuple(g for g in gaps if g.acceptance is None or g.acceptance.lapsed)
    if gaps:
        return ExitCode.GAPS
    return ExitCode.UNKNOWNS if strict and report.of(Verdict.UNKNOWN) else ExitCode.OK
