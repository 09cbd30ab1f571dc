"""Options that commands share."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from readiness.app.choice import RulebookChoice
from readiness.cli.output import MACHINES

F = TypeVar("F", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)


def today() -> date:
    """Return today: the one place where the clock is read."""
    return datetime.now().astimezone().date()


def day(text: str) -> date:
    """Return a day written as 2026-10-31, the one form that every Python version reads alike."""
    with contextlib.suppress(ValueError):
        found = date.fromisoformat(text)
        if found.isoformat() == text:
            return found
    raise click.BadParameter(f"'{text}' is not a day; write it as 2026-10-31")


def book_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command be told which rulebook to use, and what to lay over it: it gets `book`."""

    @rules_options
    @click.option(
        "--overlay",
        "overlays",
        type=PATH,
        multiple=True,
        help="Folder of an overlay to lay over the rulebook; may be given more than once.",
    )
    @functools.wraps(command)
    def with_overlays(
        *args: Any, book: RulebookChoice, overlays: tuple[Path, ...], **kwargs: Any
    ) -> Any:
        return command(*args, book=replace(book, overlays=overlays), **kwargs)

    return with_overlays


def rules_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command be told which rulebook to use; it gets that as `book`."""

    @click.option("--rules", type=PATH, help="Folder of another rulebook.")
    @click.option("--no-cache", is_flag=True, help="Read every rule page again.")
    @functools.wraps(command)
    def with_book(*args: Any, rules: Path | None, no_cache: bool, **kwargs: Any) -> Any:
        return command(*args, book=RulebookChoice(rules, not no_cache), **kwargs)

    return with_book


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command be told what of a check to report: it gets that as `selection`.

    With `severity_option` below it, by severity too.
    """

    @framework_option
    @depth_option
    @functools.wraps(command)
    def with_selection(
        *args: Any, framework: str | None, depth: str, severity: str = "low", **kwargs: Any
    ) -> Any:
        from readiness.app.checking import Selection
        from readiness.model.vocabulary import Depth, Severity

        selection = Selection(framework, Depth(depth), Severity(severity))
        return command(*args, selection=selection, **kwargs)

    return with_selection


as_of_option = click.option(
    "--as-of", type=day, metavar="YYYY-MM-DD", help="Evaluation date; default: the profile's."
)
framework_option = click.option("--framework", help="One framework only, such as area-send.")
depth_option = click.option(
    "--depth",
    type=click.Choice(["essential", "full"]),
    default="full",
    help="essential: what to look at in the first hour; default: full.",
)
severity_option = click.option(
    "--severity",
    type=click.Choice(["critical", "high", "medium", "low"]),
    default="low",
    help="Only what is as severe as that, or more.",
)
small_option = click.option(
    "--show-small-counts",
    is_flag=True,
    help="Show counts of 1 to 5; for the council's own use only.",
)
pipeline_option = click.option(
    "--format",
    "form",
    type=click.Choice(("text", *MACHINES)),
    default="text",
    help="For people, or for the pipeline that shows results beside their lines.",
)
output_option = click.option("--output", "-o", type=PATH, help="Write to a file.")
