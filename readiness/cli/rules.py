"""`readiness rules`: write, read and test the rulebook."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

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
    rules_options,
    small_option,
    today,
)
from readiness.cli.output import (
    MACHINES,
    make_folder,
    problems_told,
    say,
    write,
    write_results,
)
from readiness.cli.program import Group
from readiness.errors import ExitCode

day_option = click.option(
    "--as-of", type=day, metavar="YYYY-MM-DD", help="The day looked at; default: today."
)
form_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print."
)


@click.group(cls=Group)
def command() -> None:
    """Write, read and test the rulebook."""


@command.command()
@book_options
@click.option("--framework", help="Whose expectation it is, such as area-send.")
@click.option("--criterion", help="The criterion of the framework.")
@click.option("--fact", help="The fact that decides it; see: readiness facts list.")
@click.option("--title", help="What is so in an area that meets it.")
@click.option("--id", help="Default: the next free one of the criterion.")
@click.option("--kind", type=click.Choice(["duty", "evidence", "impact", "signal"]))
@click.option("--force", type=click.Choice(["must", "should"]), help="Of a duty; default: must.")
@click.option("--source", help="An id of sources.yaml; default: the framework's newest edition.")
@click.option("--from", "start", type=day, metavar="YYYY-MM-DD", help="Its first day in force.")
@click.option("--severity", type=click.Choice(["critical", "high", "medium", "low"]))
@click.option("--ask/--no-ask", default=None, help="Ask for the rest; default: on a terminal.")
def new(book: RulebookChoice, ask: bool | None, **given: Any) -> None:
    """Write a new rule page: complete, with examples, marked where only you can say something.

    With --overlay it is an expectation of the overlay's own, in the folder named last.
    """
    from readiness.app.writing import Author
    from readiness.cli.asking import wish

    author = Author(book)
    asked = sys.stdin.isatty() if ask is None else ask
    page = author.write(wish(author, given, ask=asked))
    write(f"{page.file}\n")
    say(f"Now say what is marked in it: {page.lint}")
    if author.overlay is None:
        say("and which duty it checks: add it to the framework's coverage.yaml.")


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
@output_option
def coverage(
    book: RulebookChoice,
    framework: str | None,
    gaps: bool,
    as_of: date | None,
    form: str,
    output: Path | None,
) -> None:
    """Say what the rulebook checks and what not, what its citations are worth, what to reread."""
    from readiness.app.coverage import coverage as coverage_of
    from readiness.render.pages import coverage as rendering

    rulebook, report = coverage_of(framework, as_of or today(), book=book)
    render = rendering.render_json if form == "json" else rendering.render
    write(render(rulebook, report, gaps), output)


@command.command()
@click.argument("id")
@book_options
@day_option
def show(id: str, book: RulebookChoice, as_of: date | None) -> None:
    """Show an expectation's page as a reader sees it."""
    from readiness.app.explaining import explain
    from readiness.render.pages import terminal as page

    explained = explain(id, None, today=today, book=book, as_of=as_of)
    write(page.render_page(explained.rulebook, id, explained.as_of))


@command.command()
@click.argument("targets", nargs=-1, metavar="[PATH or ID]...")
@book_options
@click.option("--strict", is_flag=True, help="Exit 3 for matters of style too.")
@pipeline_option
@output_option
def lint(
    targets: tuple[str, ...], book: RulebookChoice, strict: bool, form: str, output: Path | None
) -> int:
    """Say everything that is wrong in rule pages, and what is not in the style of the house.

    Everything is read; only what is named is spoken of, or all of it where nothing is.
    """
    from readiness.analysis.pages.style import Level
    from readiness.app.editing import lint as lint_pages
    from readiness.render import editing

    linted = lint_pages(targets, book=book)
    if form in MACHINES:
        from readiness.render.machine.results import of_complaints

        write_results(of_complaints(linted.complaints), form, output)
    else:
        write(editing.linted(linted), output)
    wrong = linted.complaints if strict else linted.of(Level.ERROR)
    return ExitCode.RULEBOOK if wrong else ExitCode.OK


@command.command()
@click.argument("targets", nargs=-1, metavar="[PATH or ID]...")
@book_options
@click.option("--coverage", is_flag=True, help="Name what no example turns on.")
@pipeline_option
@output_option
def test(
    targets: tuple[str, ...], book: RulebookChoice, coverage: bool, form: str, output: Path | None
) -> int:
    """Run the examples that rule pages carry; all of them, or those of what is named.

    It counts on how many branches of their conditions the examples turn.
    """
    from readiness.app.editing import try_examples
    from readiness.render import editing

    with problems_told(form, output):
        trials = try_examples(targets, book=book, untried=coverage)
    if form in MACHINES:
        from readiness.render.machine.results import of_examples

        write_results(of_examples(trials.results), form, output)
    else:
        write(editing.trials(trials.results, trials.tally, trials.untried), output)
    return ExitCode.OK if trials.passed else ExitCode.GAPS


@command.command()
@click.argument("targets", nargs=-1, metavar="[PATH or ID]...")
@rules_options
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a file would change.")
def fmt(targets: tuple[str, ...], book: RulebookChoice, check: bool) -> int:
    """Lay rule pages out in the style of the house; comments stay, and what a page says."""
    from readiness.app.editing import lay_out
    from readiness.render import editing

    laid_out = lay_out(targets, book=book, write=not check)
    write(editing.laid_out(laid_out.files, laid_out.other, written=not check))
    return ExitCode.GAPS if check and laid_out.other else ExitCode.OK


@command.command()
@click.argument("targets", nargs=-1, metavar="[PATH or ID]...")
@book_options
def watch(targets: tuple[str, ...], book: RulebookChoice) -> None:
    """Lint rule pages and run their examples each time that a file is saved, until Ctrl-C."""
    from readiness.analysis.pages.style import Linted
    from readiness.app.editing import Trials
    from readiness.app.watching import Changed
    from readiness.app.watching import watch as watch_pages
    from readiness.render import editing

    for seen in watch_pages(targets, book=book):
        if isinstance(seen, Changed):
            write(editing.changed(seen.files))
        elif isinstance(seen, Linted):
            write(editing.linted(seen))
        elif isinstance(seen, Trials):
            write(editing.trials(seen.results, seen.tally, seen.untried))
        else:
            write(f"{seen}\n")


@command.command()
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
@book_options
@click.option("--profiles", type=PATH, multiple=True, help="More councils; may be repeated.")
@as_of_option
@small_option
@form_option
@output_option
def impact(
    old: str,
    new: str | None,
    book: RulebookChoice,
    profiles: tuple[Path, ...],
    as_of: date | None,
    show_small_counts: bool,
    form: str,
    output: Path | None,
) -> int:
    """Say what an edit changes: pages in words, and the verdicts that flip.

    OLD and NEW are folders of rulebooks, or git revisions of the repository that holds the
    working rulebook: a branch, a tag, HEAD~3, a hash. OLD is HEAD where it is not named, and NEW
    the working rulebook: "rules impact" alone says what edits change that are not committed yet.
    """
    from readiness.app.impact import impact as impact_of
    from readiness.render.changes import impact as rendering

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
    write(render(found, show_small_counts), output)
    return ExitCode.GAPS if found.changes_verdicts else ExitCode.OK


@command.command()
@book_options
@click.option(
    "--output",
    "-o",
    type=PATH,
    default=Path("rulebook-docs"),
    show_default=True,
    help="Folder to write into.",
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
    from readiness.render.changes import overlay as renderer

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
