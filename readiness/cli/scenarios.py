"""`readiness scenarios`: made-up councils with expected verdicts."""

from __future__ import annotations

from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import PATH, book_options
from readiness.cli.output import write
from readiness.cli.program import Group
from readiness.errors import ExitCode


@click.group(cls=Group)
def command() -> None:
    """Synthetic councils with expected verdicts."""


@command.command("list")
def list_() -> None:
    """List the councils that come with the package, each with the folder that commands take."""
    from readiness.app.testing import included

    write("".join(f"{folder.name:<14}{folder.as_posix()}\n" for folder in included()))


@command.command()
@click.argument("folders", nargs=-1, type=PATH)
@book_options
def test(folders: tuple[Path, ...], book: RulebookChoice) -> int:
    """Check that each scenario gets the verdicts that it expects; all, or those in FOLDERS."""
    from readiness.app.testing import run_scenarios
    from readiness.render import lists

    results = run_scenarios(folders, book=book)
    write(lists.scenarios(results))
    return ExitCode.OK if all(result.passed for result in results) else ExitCode.GAPS
