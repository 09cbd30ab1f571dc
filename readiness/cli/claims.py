"""`readiness claims`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

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
from readiness.cli.output import write
from readiness.errors import ExitCode


@click.command()
@click.argument("profile", type=PATH)
@book_options
@as_of_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@small_option
@output_option
def command(
    profile: Path,
    book: RulebookChoice,
    as_of: date | None,
    form: str,
    show_small_counts: bool,
    output: Path | None,
) -> int:
    """Compare what a council claims of itself with the facts and findings.

    Claims stand in the profile under 'self_evaluation', and in plan entries that are done. Exit 1
    where one is contradicted.
    """
    from readiness.app.planning import claims
    from readiness.model.claims import Match

    report = claims(
        profile, today=today, book=book, as_of=as_of, show_small_counts=show_small_counts
    )
    if form == "json":
        from readiness.render.plan.json import render_claims as render
    else:
        from readiness.render.plan.claims import render
    write(render(report), output)
    return ExitCode.GAPS if report.ledger.count(Match.CONTRADICTS) else ExitCode.OK
