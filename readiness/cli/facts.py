"""`readiness facts`: the fact dictionary."""

from __future__ import annotations

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import book_options
from readiness.cli.output import write
from readiness.cli.program import Group


@click.group(cls=Group)
def command() -> None:
    """The fact dictionary: what a council can be asked."""


@command.command("list")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@book_options
def list_(words: tuple[str, ...], book: RulebookChoice) -> None:
    """List every fact, or those whose id or title holds all of the words."""
    from readiness.app.rulebooks import open_rulebook
    from readiness.render import lists

    write(lists.facts(open_rulebook(book), words))


@command.command()
@click.argument("id")
@book_options
def show(id: str, book: RulebookChoice) -> None:
    """Show what a fact means, and how to write it in a profile."""
    from readiness.app.rulebooks import known_fact, open_rulebook
    from readiness.render.pages import terminal as page

    rulebook = open_rulebook(book)
    known_fact(rulebook, id)
    write(page.render_fact(rulebook, id))
