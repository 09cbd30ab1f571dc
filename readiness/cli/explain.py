"""`readiness explain`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import PATH, as_of_option, book_options, small_option, today
from readiness.cli.output import write


@click.command()
@click.argument("id")
@click.argument("profile", type=PATH, required=False)
@book_options
@as_of_option
@small_option
def command(
    id: str,
    profile: Path | None,
    book: RulebookChoice,
    as_of: date | None,
    show_small_counts: bool,
) -> None:
    """Explain an expectation and, with PROFILE, why its verdict is what it is."""
    from readiness.app.explaining import explain
    from readiness.render.pages import terminal as page

    explained = explain(
        id,
        profile,
        today=today,
        book=book,
        as_of=as_of,
        show_small_counts=show_small_counts,
    )
    rulebook, day = explained.rulebook, explained.as_of
    if explained.finding is None:
        write(page.render_page(rulebook, id, day))
    else:
        write(
            page.render_finding(
                rulebook, explained.finding, explained.council, day, show_small_counts
            )
        )
