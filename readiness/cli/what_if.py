"""`readiness what-if`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import (
    PATH,
    as_of_option,
    book_options,
    output_option,
    selection_options,
    small_option,
    today,
)
from readiness.cli.output import write

if TYPE_CHECKING:
    from readiness.app.checking import Selection


@click.command()
@click.argument("profile", type=PATH)
@click.option("--set", "facts", multiple=True, metavar="FACT=VALUE", help="Suppose a fact.")
@click.option(
    "--complete", "done", multiple=True, metavar="PLAN-ID", help="Suppose a plan entry done."
)
@click.option(
    "--standard", "standards", multiple=True, metavar="ID.name=VALUE", help="Suppose a standard."
)
@click.option("--unlock", is_flag=True, help="List the single facts that would turn most.")
@book_options
@as_of_option
@selection_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--all", "everything", is_flag=True, help="List every fact of --unlock, in text.")
@small_option
@output_option
def command(
    profile: Path,
    facts: tuple[str, ...],
    done: tuple[str, ...],
    standards: tuple[str, ...],
    unlock: bool,
    book: RulebookChoice,
    as_of: date | None,
    selection: Selection,
    form: str,
    everything: bool,
    show_small_counts: bool,
    output: Path | None,
) -> None:
    """Show every verdict that would follow if facts were otherwise. No forecast of a grade."""
    from readiness.app.imagining import Supposed, imagine
    from readiness.render.changes import what_if as renderer

    imagined = imagine(
        profile,
        Supposed(facts, standards, done),
        today=today,
        book=book,
        as_of=as_of,
        selection=selection,
        unlock=unlock,
        show_small_counts=show_small_counts,
    )
    if form == "json":
        text = renderer.render_json(imagined)
    else:
        text = renderer.render(imagined, everything=everything)
    write(text, output)
