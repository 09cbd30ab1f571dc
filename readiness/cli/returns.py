"""`readiness returns`: read a council's own returns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import PATH, book_options, day, output_option, small_option, today
from readiness.cli.output import say, write
from readiness.cli.program import Group
from readiness.errors import UsageError


@click.group(cls=Group)
def command() -> None:
    """Read a council's own returns into a part of its profile."""


@command.command()
@click.argument("kind", required=False)
@book_options
@output_option
def facts(kind: str | None, book: RulebookChoice, output: Path | None) -> None:
    """List what each return gives, from which of its elements, and what it cannot give and why."""
    from readiness.app.returns import facts_of

    write(facts_of(kind, book=book), output)


@command.command()
@click.argument("kind")
@click.argument("files", type=PATH, nargs=-1)
@click.option("--la", "council", help="DfE code (302) of the council that the return must be of.")
@click.option(
    "--as-of",
    type=day,
    metavar="YYYY-MM-DD",
    help="Evaluation date to write; also the day of a return whose header lacks it.",
)
@click.option(
    "--day",
    "of",
    type=day,
    metavar="YYYY-MM-DD",
    help="The day of the return, where its files do not say it: of lists, when they were run.",
)
@click.option(
    "--rows",
    type=PATH,
    help="Write which rows break which check to a CSV file; for the council's own use only.",
)
@click.option(
    "--dialect",
    help="Print the metrics as SQL instead, for the day of FILES, else --day, else today: "
    "bigquery, databricks, duckdb, fabric, postgres, redshift, snowflake, spark or tsql.",
)
@small_option
@book_options
@output_option
def read(
    kind: str,
    files: tuple[Path, ...],
    council: str | None,
    as_of: date | None,
    of: date | None,
    rows: Path | None,
    dialect: str | None,
    show_small_counts: bool,
    book: RulebookChoice,
    output: Path | None,
) -> None:
    """Read the FILES of a return into facts.

    \b
    KIND is a page of the rulebook's folder metrics; there are:
      sen2               SEN2: XML, COLLECT's CSV files, or the workbook
      area-send-annex-a  Area SEND Annex A, lists 1 and 2
      ilacs-annex-a      ILACS Annex A, lists 1 to 11
      cin                the census of children in need: XML
      ssda903            SSDA903: a set of CSV files

    FILES are one XML message, one workbook, or a set of CSV files; or the folder that holds them.
    """
    from readiness.app.returns import read_files, sql_of

    if dialect is not None:
        given = {"--la": council, "--rows": rows, "--show-small-counts": show_small_counts or None}
        if dropped := [option for option, value in given.items() if value is not None]:
            raise UsageError(f"--dialect prints SQL and counts nothing: leave out {dropped[0]}")
        write(sql_of(kind, dialect, files, of or as_of or today(), book=book), output)
        return
    made = read_files(
        kind,
        files,
        council=council,
        day=of,
        as_of=as_of,
        show_small=show_small_counts,
        book=book,
    )
    write(made.part, output)
    if rows is not None:
        write(made.rows, rows)
    for line in made.lines:
        say(line)
    if output is not None:
        part = output.as_posix()
        say(f"Next: readiness profile fill --into PROFILE --from {part} --output NEW.yaml")


@command.command("working-days")
@output_option
def working_days(output: Path | None) -> None:
    """Print England's working days as CSV: the table that some metrics read in a warehouse.

    Each day of the years whose bank holidays are known, and how many working days lie up to it.
    """
    from readiness.app.returns import working_days_table

    write(working_days_table(), output)
