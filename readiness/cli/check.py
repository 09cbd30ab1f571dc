"""`readiness check`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import (
    PATH,
    as_of_option,
    book_options,
    output_option,
    selection_options,
    severity_option,
    small_option,
    today,
)
from readiness.cli.output import MACHINES, problems_told, say, write, write_results
from readiness.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from readiness.analysis.findings.build import Extent
    from readiness.app.checking import Selection
    from readiness.model.finding import Report

_BINARY = frozenset({"docx"})


def _write_template(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    """Write the template of the Word document, and stop."""
    if path is None or ctx.resilient_parsing:
        return
    from readiness.render.word import new_template

    write(new_template(), path)
    ctx.exit()


FORMATS = ("text", "json", "html", "md", "docx", "oscal", *MACHINES)


@click.command()
@click.argument("profile", type=PATH)
@book_options
@as_of_option
@selection_options
@severity_option
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    help="html is the report; md and docx are the lead member's briefing.",
)
@click.option("--template", type=PATH, help="Word template with the council's own look, for docx.")
@click.option(
    "--new-template",
    type=PATH,
    is_eager=True,
    expose_value=False,
    callback=_write_template,
    help="Write the Word template to this file, to restyle it, and stop.",
)
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
    selection: Selection,
    form: str,
    template: Path | None,
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
    if form in _BINARY and output is None:
        raise UsageError(f"--format {form} is not text: name a file with --output")
    if template is not None and form != "docx":
        raise UsageError("--template is for --format docx")
    from readiness.app import checking
    from readiness.model.vocabulary import Verdict

    with problems_told(form, output):
        checked = checking.check(
            profile,
            today=today,
            book=book,
            as_of=as_of,
            selection=selection,
            engine=engine,
            show_small_counts=show_small_counts,
            extent=_extent(form, everything),
        )
    report = checked.report
    if form in MACHINES:
        from readiness.profile.load import profile_files
        from readiness.render.machine.results import of_report, places_of

        start = (profile_files(profile)[0].as_posix(), 1)
        write_results(of_report(report, places_of(checked.profile), start), form, output)
    else:
        write(_rendered(report, form, template, everything, profile), output)
    if checked.notice:
        say(checked.notice)
    gaps = report.of(Verdict.NOT_MET)
    if accepted_ok:
        gaps = tuple(g for g in gaps if g.acceptance is None or g.acceptance.lapsed)
    if gaps:
        return ExitCode.GAPS
    return ExitCode.UNKNOWNS if strict and report.of(Verdict.UNKNOWN) else ExitCode.OK


def _extent(form: str, everything: bool) -> Extent:
    """Return how much of findings a format says."""
    from readiness.analysis.findings.build import DRAWN, EVERYTHING, REPORT, Extent
    from readiness.render.text import FIRST

    if form == "text" and not everything:
        return Extent(first=FIRST)
    return {"html": REPORT, "json": DRAWN}.get(form, EVERYTHING)


def _rendered(
    report: Report, form: str, template: Path | None, everything: bool, profile: Path
) -> str | bytes:
    """Return a report in a format; only what that format needs is loaded."""
    if form == "json":
        from readiness.render import json

        return json.render(report)
    if form == "html":
        from readiness.render import report as html

        return html.render(report)
    if form == "md":
        from readiness.render import markdown

        return markdown.render(report)
    if form == "docx":
        from readiness.render import word

        return word.render(report, template)
    if form == "oscal":
        from readiness.render.machine import oscal

        return oscal.render(report)
    from readiness.render import text

    named = profile.as_posix()
    shown = f'"{named}"' if " " in named else named
    return text.render(report, everything=everything, profile=shown)
