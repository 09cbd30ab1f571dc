"""`readiness settle`."""

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
@book_options
@as_of_option
@selection_options
@click.option("--holder", help="The request sheet for one holder, such as icb.")
@click.option("--format", "form", type=click.Choice(["text", "md", "json"]), default="text")
@click.option("--all", "everything", is_flag=True, help="Show every step, in text.")
@small_option
@output_option
def command(
    profile: Path,
    book: RulebookChoice,
    as_of: date | None,
    selection: Selection,
    holder: str | None,
    form: str,
    everything: bool,
    show_small_counts: bool,
    output: Path | None,
) -> None:
    """Show what to ask for, and of whom, so that what is not known can be decided."""
    from readiness.app.settling import settled
    from readiness.errors import UsageError
    from readiness.model.values import near
    from readiness.model.vocabulary import Holder
    from readiness.render import settle as renderer

    if holder is not None and holder not in list(Holder):
        help = near(holder, list(Holder), f"there are: {', '.join(Holder)}")
        raise UsageError(f"nobody is called '{holder}'; {help}")
    found = settled(
        profile,
        today=today,
        book=book,
        as_of=as_of,
        selection=selection,
        show_small_counts=show_small_counts,
    )
    asked = None if holder is None else Holder(holder)
    if form == "json":
        text = renderer.render_json(found, holder=asked)
    elif form == "md":
        text = renderer.render_markdown(found, holder=asked)
    else:
        text = renderer.render(found, holder=asked, everything=everything)
    write(text, output)
