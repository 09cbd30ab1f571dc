"""`readiness batch`."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import (
    PATH,
    as_of_option,
    book_options,
    selection_options,
    severity_option,
    small_option,
    today,
)
from readiness.cli.output import say, write
from readiness.errors import ExitCode

if TYPE_CHECKING:
    from readiness.app.checking import Selection


@click.command()
@click.argument("folder", type=PATH, required=False)
@click.option("--all-areas", is_flag=True, help="Check every area of DfE's published files.")
@click.option("--from", "published", type=PATH, help="Folder of DfE's files, with --all-areas.")
@click.option(
    "--reference", type=PATH, help="Folder of la_lookup.csv and stat_neighbours_YEAR.csv."
)
@book_options
@as_of_option
@selection_options
@severity_option
@click.option(
    "--table", type=click.Choice(["text", "csv"]), default="text", help="The table's form."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "text"]),
    default="json",
    help="The form of each council's result.",
)
@click.option(
    "--output",
    "-o",
    "results",
    type=PATH,
    metavar="FOLDER",
    help="Write a result for each council, and summary.csv, into a folder.",
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes; default: as many as pay.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="What one council may take; one that takes longer is ended, and the others go on.",
)
@click.option(
    "--strict", is_flag=True, help="Exit 5 where nothing is missed but something is unknown."
)
@small_option
def command(
    folder: Path | None,
    all_areas: bool,
    published: Path | None,
    reference: Path | None,
    book: RulebookChoice,
    as_of: date | None,
    selection: Selection,
    table: str,
    form: Any,
    results: Path | None,
    jobs: int | None,
    time_limit: float,
    strict: bool,
    show_small_counts: bool,
) -> int:
    """Check many profiles: one table, and one result for each council.

    FOLDER holds profiles: files, folders of files, or scenarios. With --all-areas --from FOLDER
    every area's profile is made from the Department for Education's published files.
    """
    from readiness.app.batch import Settings, run_batch
    from readiness.render.batch import BatchRow, as_csv, as_text

    if all_areas and (published is None or folder is not None):
        raise click.UsageError("--all-areas takes --from FOLDER, and no other folder")
    if not all_areas and (folder is None or published is not None or reference is not None):
        raise click.UsageError("name a folder of profiles, or --all-areas --from FOLDER")
    settings = Settings(
        book=book,
        today=today(),
        as_of=as_of,
        selection=selection,
        show_small_counts=show_small_counts,
        strict=strict,
        results=results,
        form=form,
    )
    with Progress() as progress:
        batch = run_batch(
            settings,
            folder=folder,
            published=published,
            reference=reference,
            jobs=jobs,
            time_limit=time_limit,
            done=progress.show,
        )
    rows = [BatchRow(r.council, r.code, r.totals, r.problem, r.place) for r in batch.rows]
    if results is not None:
        write(as_csv(rows), results / "summary.csv")
    write(as_csv(rows) if table == "csv" else as_text(rows, batch.totals))
    for line in batch.left_out:
        say(line)
    for row in batch.rows:
        if row.problem:
            at_its_place = row.problem.startswith(row.place)
            say(row.problem if at_its_place else f"{row.place}: {row.problem}")
    return ExitCode(batch.exit_code)


class Progress:
    """A bar on the terminal, for work that takes longer than a second."""

    WIDTH = 30

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.shown = False

    def __enter__(self) -> Progress:
        return self

    def show(self, done: int, of: int) -> None:
        """Show how much is done, if it is worth showing and there is somebody to see it."""
        if not sys.stderr.isatty() or time.monotonic() - self.started < 1:
            return
        self.shown = True
        full = self.WIDTH * done // of
        bar = "#" * full + "-" * (self.WIDTH - full)
        sys.stderr.write(f"\r[{bar}] {done} of {of}")
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\r" + " " * (self.WIDTH + 24) + "\r")
            sys.stderr.flush()
