"""`readiness diff`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import PATH, day, output_option, small_option, today
from readiness.cli.output import write
from readiness.errors import ExitCode


@click.command()
@click.argument("old", type=PATH)
@click.argument("new", type=PATH, required=False)
@click.option("--old-rules", help="Rulebook of the old check: a folder, or a git revision.")
@click.option("--new-rules", help="Rulebook of the new check: a folder, or a git revision.")
@click.option("--old-overlay", type=PATH, multiple=True, help="Overlay of the old check.")
@click.option("--new-overlay", type=PATH, multiple=True, help="Overlay of the new check.")
@click.option("--no-cache", is_flag=True, help="Read every rule page again.")
@click.option("--old-as-of", type=day, metavar="YYYY-MM-DD", help="Date of the old check.")
@click.option("--new-as-of", type=day, metavar="YYYY-MM-DD", help="Date of the new check.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@small_option
@output_option
def command(
    old: Path,
    new: Path | None,
    old_rules: str | None,
    new_rules: str | None,
    old_overlay: tuple[Path, ...],
    new_overlay: tuple[Path, ...],
    no_cache: bool,
    old_as_of: date | None,
    new_as_of: date | None,
    form: str,
    show_small_counts: bool,
    output: Path | None,
) -> int:
    """Show what changed between two checks, and what changed it.

    OLD and NEW are profiles, scenarios, or results of 'check --format json'. Without NEW, OLD is
    compared with itself by another rulebook or on another day. A git revision is one of the
    repository that holds the working rulebook: a branch, a tag, HEAD~3, a hash.
    """
    from readiness.analysis.changes.earlier import Differences
    from readiness.app.comparing import Input, difference
    from readiness.render.changes import diff as renderer

    found = difference(
        Input(old, RulebookChoice(None, not no_cache, old_overlay), old_rules, old_as_of),
        Input(new or old, RulebookChoice(None, not no_cache, new_overlay), new_rules, new_as_of),
        today=today,
    )
    if isinstance(found, Differences):
        as_json = form == "json"
        text = (renderer.render_results_json if as_json else renderer.render_results)(found)
    else:
        as_text = renderer.render if form == "text" else renderer.render_json
        text = as_text(found, show_small_counts=show_small_counts)
    write(text, output)
    return ExitCode.GAPS if found.changes else ExitCode.OK
