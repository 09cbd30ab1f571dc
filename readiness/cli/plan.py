"""`readiness plan`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.options import (
    PATH,
    as_of_option,
    book_options,
    output_option,
    selection_options,
    severity_option,
    small_option,
    today,
)
from readiness.cli.output import say, write
from readiness.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from readiness.app.checking import Selection

_FORMATS = ("text", "json", "md", "xlsx", "docx", "oscal")


@click.command()
@click.argument("profile", type=PATH)
@book_options
@as_of_option
@selection_options
@severity_option
@click.option("--format", "form", type=click.Choice(_FORMATS), default="text")
@click.option(
    "--all", "everything", is_flag=True, help="Show every proposed action, and every gap."
)
@click.option("--check", "checking", is_flag=True, help="Say what is wrong with the plan.")
@click.option("--template", type=PATH, help="Word document to fill, with the council's own styles.")
@click.option("--new-template", type=PATH, help="Write the Word template, to be restyled.")
@click.option("--import", "workbook", type=PATH, help="Take back a workbook edited in Excel.")
@click.option("--dry-run", is_flag=True, help="With --import: say what would change, and stop.")
@small_option
@output_option
def command(
    profile: Path,
    book: RulebookChoice,
    as_of: date | None,
    selection: Selection,
    form: str,
    everything: bool,
    checking: bool,
    template: Path | None,
    new_template: Path | None,
    workbook: Path | None,
    dry_run: bool,
    show_small_counts: bool,
    output: Path | None,
) -> int:
    """Show the improvement plan: its actions, and those that rule pages propose for other gaps.

    With --check, say what its entries lack and which gaps no action addresses (exit 1 if any). With
    --import, take back status, owner, due date and aim from a workbook that --format xlsx wrote.
    """
    from readiness.app.planning import action_plan

    if new_template is not None:
        from readiness.render.plan.docx import default_template

        write(default_template(), new_template)
        say(f"{new_template.as_posix()}: change its styles, and name it with --template")
        return ExitCode.OK
    if workbook is not None:
        from readiness.app.plan_import import import_plan

        if output is not None or checking or form != "text":
            raise UsageError("--import changes the profile, and goes with --dry-run only")
        write(import_plan(profile, workbook, book=book, dry_run=dry_run))
        return ExitCode.OK
    if checking and form in ("xlsx", "docx", "oscal"):
        raise UsageError(f"--check is shown as text or json, not as {form}")
    if form in ("xlsx", "docx") and output is None:
        raise UsageError(f"name the {form} file with --output")
    plan = action_plan(
        profile,
        today=today,
        book=book,
        as_of=as_of,
        selection=selection,
        show_small_counts=show_small_counts,
    )
    content: str | bytes
    if form == "json":
        from readiness.render.plan.json import render_plan

        content = render_plan(plan)
    elif form == "md":
        from readiness.render.plan import md as plan_md

        content = plan_md.render(plan, everything=everything)
    elif form == "xlsx":
        from readiness.render.plan.xlsx import render as workbook_of

        content = workbook_of(plan)
    elif form == "docx":
        from readiness.render.plan.docx import render as document_of

        content = document_of(plan, template, everything=everything)
    elif form == "oscal":
        from readiness.render.machine import oscal

        if not (plan.planned or plan.proposed):
            raise UsageError(
                "there is no action and no gap to propose one for, and OSCAL has no empty plan: "
                "use --format json"
            )
        content = oscal.render_plan(plan)
    else:
        from readiness.render.plan import text as plan_text

        render = plan_text.render_check if checking else plan_text.render
        content = render(plan, everything=everything)
    write(content, output)
    return ExitCode.GAPS if checking and not plan.check.sound else ExitCode.OK
