"""`readiness profile`: write and check a council's profile."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import PATH, book_options, day, output_option
from readiness.cli.output import say, write


@click.group()
def command() -> None:
    """Write and check a council's profile."""


@command.command()
@click.argument("profile", type=PATH)
@book_options
def check(profile: Path, book: RulebookChoice) -> None:
    """Check that a profile can be read, and that nothing in it looks personal."""
    from readiness.app.profiles import check_profile

    summary, warnings = check_profile(profile, book=book)
    write(summary + "\n")
    for warning in warnings:
        say(f"warning: {warning}")


@command.command()
@click.option("--la", "code", required=True, help="DfE code (302) or ONS code (E09000003).")
@click.option(
    "--from", "folder", type=PATH, required=True, help="Folder of DfE's published CSV files."
)
@click.option(
    "--reference", type=PATH, help="Folder of la_lookup.csv and stat_neighbours_YEAR.csv."
)
@click.option(
    "--as-of", type=day, metavar="YYYY-MM-DD", help="Evaluation date to write into the profile."
)
@book_options
@output_option
def fill(
    code: str,
    folder: Path,
    reference: Path | None,
    as_of: date | None,
    book: RulebookChoice,
    output: Path | None,
) -> None:
    """Fill a profile from the Department for Education's published statistics."""
    from readiness.app.profiles import fill_profile

    text, summary = fill_profile(code, folder, reference=reference, as_of=as_of, book=book)
    write(text, output)
    for line in summary:
        say(line)
