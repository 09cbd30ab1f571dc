"""`readiness profile`: write and check a council's profile."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import PATH, book_options, day, depth_option, output_option
from readiness.cli.output import say, write
from readiness.cli.program import Group
from readiness.model.vocabulary import Depth, Holder


@click.group(cls=Group)
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
@click.option(
    "--from",
    "sources",
    type=PATH,
    multiple=True,
    help="A source: folder of DfE's CSV files, workbook, profile or part of one. Repeat for more.",
)
@click.option("--into", type=PATH, metavar="PROFILE", help="The profile to which they are added.")
@click.option("--la", "code", help="DfE code (302) or ONS code (E09000003), for DfE's files.")
@click.option(
    "--reference", type=PATH, help="Folder of la_lookup.csv and stat_neighbours_YEAR.csv."
)
@click.option(
    "--as-of", type=day, metavar="YYYY-MM-DD", help="Evaluation date to write into the profile."
)
@book_options
@output_option
def fill(
    sources: tuple[Path, ...],
    into: Path | None,
    code: str | None,
    reference: Path | None,
    as_of: date | None,
    book: RulebookChoice,
    output: Path | None,
) -> None:
    """Fill a profile from published statistics, workbooks and parts of profiles.

    Nothing is chosen where sources disagree: the profile holds what each of them says.
    """
    from readiness.app.profiles import fill_profile

    if not sources:
        raise click.UsageError("name a source with --from")
    filled = fill_profile(
        sources, into=into, code=code, reference=reference, as_of=as_of, book=book
    )
    write(filled.text, output)
    for line in filled.summary:
        say(line)
    if output is not None:
        say(f"Next: readiness check {output.as_posix()}")


@command.command()
@depth_option
@click.option("--framework", "frameworks", multiple=True, help="Only what this framework asks.")
@click.option(
    "--holder",
    type=click.Choice([holder.value.replace("_", "-") for holder in Holder]),
    help="Only the sheets of this organisation, to be sent to it.",
)
@click.option("--filled", type=PATH, metavar="PROFILE", help="Put a profile's answers in.")
@book_options
@output_option
def template(
    depth: str,
    frameworks: tuple[str, ...],
    holder: str | None,
    filled: Path | None,
    book: RulebookChoice,
    output: Path | None,
) -> None:
    """Make the workbook that asks services and partners for the facts of a profile.

    Read it back with: readiness profile fill --from FILE.xlsx
    """
    from readiness.app.profiles import make_template

    if output is None:
        raise click.UsageError("a workbook is a file: name it with --output FILE.xlsx")
    if output.suffix.lower() != ".xlsx":
        raise click.UsageError("the name of a workbook ends in .xlsx")
    made = make_template(
        depth=Depth(depth),
        frameworks=frameworks,
        holder=None if holder is None else Holder(holder.replace("-", "_")),
        filled=filled,
        book=book,
    )
    write(made.content, output)
    say(made.summary)
    say(f"Once filled: readiness profile fill --from {output.as_posix()} --output profile.yaml")
