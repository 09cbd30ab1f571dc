"""`readiness rules`: read and test the rulebook."""

from __future__ import annotations

from datetime import date

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import as_of_option, book_options, framework_option, today
from readiness.cli.output import write
from readiness.errors import ExitCode


@click.group()
def command() -> None:
    """Read and test the rulebook."""


@command.command("list")
@book_options
@framework_option
def list_(book: RulebookChoice, framework: str | None) -> None:
    """List every expectation."""
    from readiness.app.rulebooks import known_framework, open_rulebook
    from readiness.render import lists

    rulebook = open_rulebook(book)
    known_framework(rulebook, framework)
    write(lists.expectations(rulebook, framework))


@command.command()
@book_options
@framework_option
def coverage(book: RulebookChoice, framework: str | None) -> None:
    """List every duty and line of enquiry, and which expectations check it."""
    from readiness.app.rulebooks import known_framework, open_rulebook
    from readiness.render import lists

    rulebook = open_rulebook(book)
    known_framework(rulebook, framework)
    write(lists.coverage(rulebook, framework))


@command.command()
@click.argument("id")
@book_options
@as_of_option
def show(id: str, book: RulebookChoice, as_of: date | None) -> None:
    """Show an expectation's page as a reader sees it."""
    from readiness.app.explaining import explain
    from readiness.render import page

    explained = explain(id, None, today=today, book=book, as_of=as_of)
    write(page.render_page(explained.rulebook, id, explained.as_of))


@command.command()
@click.argument("targets", nargs=-1, metavar="[PATH or ID]...")
@book_options
@click.option("--strict", is_flag=True, help="Exit 3 for matters of style too.")
def lint(targets: tuple[str, ...], book: RulebookChoice, strict: bool) -> int:
    """Say everything that is wrong in rule pages, and what is not in the style of the house.

    Everything is read; only what is named is spoken of, or all of it where nothing is.
    """
    from readiness.analysis.style import Level
    from readiness.app.editing import lint as lint_pages
    from readiness.render import editing

    linted = lint_pages(targets, book=book)
    write(editing.linted(linted))
    wrong = linted.complaints if strict else linted.of(Level.ERROR)
    return ExitCode.RULEBOOK if wrong else ExitCode.OK


@command.command()
@click.argument("targets", nargs=-1, metavar="[PATH or ID]...")
@book_options
@click.option("--coverage", is_flag=True, help="Name what no example turns on.")
def test(targets: tuple[str, ...], book: RulebookChoice, coverage: bool) -> int:
    """Run the examples that rule pages carry; all of them, or those of what is named.

    It counts on how many branches of their conditions the examples turn.
    """
    from readiness.app.editing import try_examples
    from readiness.render import editing

    tested = try_examples(targets, book=book)
    write(editing.tested(tested.results, tested.tally, coverage=coverage))
    return ExitCode.OK if tested.passed else ExitCode.GAPS
