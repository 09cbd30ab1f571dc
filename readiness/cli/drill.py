"""`readiness drill`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import PATH, book_options, day, output_option
from readiness.cli.output import write


@click.command()
@click.argument("profile", type=PATH)
@book_options
@click.option("--framework", required=True, help="area-send, ilacs, jtai or youth-justice.")
@click.option("--kind", help="Kind of inspection, such as short; default: the usual one.")
@click.option("--notified", type=day, metavar="YYYY-MM-DD", required=True, help="Day of the call.")
@click.option(
    "--format", "form", type=click.Choice(["text", "html", "ics", "json"]), default="text"
)
@output_option
def command(
    profile: Path,
    book: RulebookChoice,
    framework: str,
    kind: str | None,
    notified: date,
    form: str,
    output: Path | None,
) -> None:
    """Show what the day of the call sets going, and what of the information request is held."""
    from readiness.app.drilling import call
    from readiness.render import drill as renderer

    renders = {
        "text": renderer.render,
        "html": renderer.render_html,
        "ics": renderer.render_calendar,
        "json": renderer.render_json,
    }
    write(renders[form](call(profile, framework, notified, kind=kind, book=book)), output)
