"""`readiness rules`: read and test the rulebook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import (
    PATH,
    as_of_option,
    book_options,
    day,
    framework_option,
    output_option,
    pipeline_option,
    small_option,
    today,
)
from readiness.cli.output import MACHINES, make_folder, problems_told, write, write_results
from readiness.errors import ExitCode

day_option = click.option(
    "--as-of", type=day, metavar="YYYY-MM-DD", help="The day looked at; default: today."
)
form_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print."
)


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
@click.option("--gaps", is_flag=True, help="Only what is not wholly checked.")
@day_option
@form_option
def coverage(
    book: RulebookChoice, framework: str | None, gaps: bool, as_of: date | None, form: str
) -> None:
    """Say what the rulebook checks and what not, what its citations are worth, what to reread."""
    from readiness.app.coverage import coverage as coverage_of
    from readiness.render import coverage as rendering

    rulebook, report = coverage_of(framework, as_of or today(), book=book)
    render = rendering.render_json if form == "json" else rendering.render
    write(render(rulebook, report, gaps))


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
@pipeline_option
@output_option
def test(ids: tuple[str, ...], book: RulebookChoice, form: str, output: Path | None) -> int:
    """Run the examples that rule pages carry; all of them, or those of IDS."""
    from readiness.app.testing import run_rule_examples
    from readiness.render import lists

    with problems_told(form, output):
        results = run_rule_examples(ids, book=book)
    if form in MACHINES:
        from readiness.render.results import of_examples

        write_results(of_examples(results), form, output)
    else:
        write(lists.examples(results), output)
    return ExitCode.OK if all(result.passed for result in results) else ExitCode.GAPS


@command.command()
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
@book_options
@click.option("--profiles", type=PATH, multiple=True, help="More councils; may be repeated.")
@as_of_option
@small_option
@form_option
def impact(
    old: str,
    new: str | None,
    book: RulebookChoice,
    profiles: tuple[Path, ...],
    as_of: date | None,
    show_small_counts: bool,
    form: str,
) -> int:
    """Say what an edit changes: pages in words, and the verdicts that flip.

    OLD and NEW are folders of rulebooks, or git revisions of the repository that holds the
    working rulebook: a branch, a tag, HEAD~3, a hash. OLD is HEAD where it is not named, and NEW
    the working rulebook: "rules impact" alone says what edits change that are not committed yet.
    """
    from readiness.app.impact import impact as impact_of
    from readiness.render import impact as rendering

    found = impact_of(
        old,
        new,
        today=today,
        profiles=profiles,
        book=book,
        as_of=as_of,
        show_small_counts=show_small_counts,
    )
    render = rendering.render_json if form == "json" else rendering.render
    write(render(found, show_small_counts))
    return ExitCode.GAPS if found.changes_verdicts else ExitCode.OK


@command.command()
@book_options
@click.option(
    "--output", "-o", type=PATH, default=Path("rulebook-docs"), help="Folder; rulebook-docs."
)
@day_option
def docs(book: RulebookChoice, output: Path, as_of: date | None) -> None:
    """Write the rulebook as a documentation site: open index.html in it by a double click."""
    from readiness.app.documenting import document

    count = document(output, as_of or today(), book=book)
    write(f"{count} files in {output.as_posix()}; open {(output / 'index.html').as_posix()}\n")


@command.command()
@click.argument("folder", type=PATH)
@book_options
def overlay(folder: Path, book: RulebookChoice) -> None:
    """Say what an overlay changes, expectation by expectation, or why it may not."""
    from readiness.app.overlays import lay_over
    from readiness.render import overlay as renderer

    laid = lay_over(folder, book=book)
    write(renderer.render(laid.before, laid.after))


@command.command()
@click.option(
    "--output",
    "-o",
    type=PATH,
    default=Path("schema"),
    show_default=True,
    help="Folder of the schemas.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where one is out of date.")
@book_options
def schema(output: Path, check: bool, book: RulebookChoice) -> int:
    """Write JSON Schemas, by which editors complete, explain and check pages as they are typed."""
    from readiness.app.schemas import make_schemas, out_of_date

    made = make_schemas(book=book)
    stale = out_of_date(made, output)
    shown = output.as_posix()
    if check:
        write("".join(f"{shown}/{line}\n" for line in stale))
        help = "run: readiness rules schema"
        write(f"{len(made)} schemas are up to date\n" if not stale else f"{help}\n")
        return ExitCode.GAPS if stale else ExitCode.OK
    make_folder(output)
    for name, text in made.items():
        write(text, output / name)
    write(f"{len(made)} schemas are in {shown}\n")
    return ExitCode.OK


@command.command()
@click.argument("folder", type=PATH, required=False)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where something would change.")
@book_options
def migrate(folder: Path | None, check: bool, book: RulebookChoice) -> int:
    """Bring the pages of a rulebook or overlay to the format that is read now.

    FOLDER is the rulebook's or overlay's; without it, the rulebook is the one asked for. Comments
    stay. Nothing is written unless the pages can be used afterwards.
    """
    from readiness.app.migrating import migrate as migrate_pages
    from readiness.render import lists

    migrated = migrate_pages(folder, book=book)
    if not check:
        for name, text in migrated.pages.items():
            write(text, migrated.folder / name)
    made = "written" if not check else "to write"
    write(lists.migrated(migrated.origin, migrated.start, migrated.says, migrated.pages, made))
    return ExitCode.GAPS if check and migrated.pages else ExitCode.OK
