"""`readiness rules`: read and test the rulebook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import PATH, as_of_option, book_options, framework_option, today
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
@click.argument("ids", nargs=-1)
@book_options
def test(ids: tuple[str, ...], book: RulebookChoice) -> int:
    """Run the examples that rule pages carry; all of them, or those of IDS."""
    from readiness.app.testing import run_rule_examples
    from readiness.render import lists

    results = run_rule_examples(ids, book=book)
    write(lists.examples(results))
    return ExitCode.OK if all(result.passed for result in results) else ExitCode.GAPS


@command.command()
@click.argument("folder", type=PATH)
@book_options
def overlay(folder: Path, book: RulebookChoice) -> None:
    """Say what an overlay changes, expectation by expectation, or why it may not."""
    from readiness.app.overlays import lay_over
    from readiness.render import overlay as renderer

    laid = lay_over(folder, book=book)
    write(renderer.render(laid.before, laid.after))
