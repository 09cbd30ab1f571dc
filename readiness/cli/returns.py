"""`readiness returns`: read a council's own returns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import PATH, book_options, day, output_option, small_option, today
from readiness.cli.output import say, write


@click.group()
def command() -> None:
    """Read a council's own returns into a part of its profile."""


@command.command()
@click.argument("kind")
@click.argument("files", type=PATH, nargs=-1)
@click.option("--la", "council", help="DfE code (302) of the council that the return must be of.")
@click.option(
    "--as-of",
    type=day,
    metavar="YYYY-MM-DD",
    help="Evaluation date to write; also the day of the return, where its files do not say it.",
)
@click.option(
    "--dialect",
    help="Print the metrics as SQL instead, for the day of FILES or else --as-of: tsql, spark, …",
)
@small_option
@book_options
@output_option
def read(
    kind: str,
    files: tuple[Path, ...],
    council: str | None,
    as_of: date | None,
    dialect: str | None,
    show_small_counts: bool,
    book: RulebookChoice,
    output: Path | None,
) -> None:
    """Read the FILES of a return, such as sen2, into facts.

    FILES are one XML message, one workbook, or a set of CSV files; or the folder that holds them.
    """
    from readiness.app.returns import read_files, sql_of

    if dialect is not None:
        write(sql_of(kind, dialect, files, as_of or today(), book=book), output)
        return
    text, lines = read_files(
        kind,
        files,
        council=council,
        as_of=as_of,
        show_small=show_small_counts,
        book=book,
    )
    write(text, output)
    for line in lines:
        say(line)
