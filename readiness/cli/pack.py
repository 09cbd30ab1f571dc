"""`readiness pack`."""

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
    day,
    selection_options,
    severity_option,
    small_option,
    today,
)
from readiness.cli.output import make_folder, say, write
from readiness.errors import UsageError

if TYPE_CHECKING:
    from readiness.app.checking import Selection


@click.command()
@click.argument("profile", type=PATH)
@book_options
@as_of_option
@selection_options
@severity_option
@click.option("--notified", type=day, metavar="YYYY-MM-DD", help="Day of the call, with a drill.")
@click.option("--kind", help="Kind of inspection, such as short; default: the usual one.")
@small_option
@click.option("--output", "-o", type=PATH, required=True, help="Folder to write into.")
def command(
    profile: Path,
    book: RulebookChoice,
    as_of: date | None,
    selection: Selection,
    notified: date | None,
    kind: str | None,
    show_small_counts: bool,
    output: Path,
) -> None:
    """Write every format of one check into a folder, with a page that says what is for whom.

    Begin with index.html in it. With --framework and --notified it has the day of the call too.
    """
    from readiness.app import packing
    from readiness.render import pack as renderer
    from readiness.rulebook.wording import few

    if notified is not None and selection.framework is None:
        raise UsageError("--notified is the day of one inspection: say which with --framework")
    if kind is not None and notified is None:
        raise UsageError("--kind goes with --notified")
    made = packing.pack(
        profile,
        today=today,
        book=book,
        as_of=as_of,
        selection=selection,
        notified=notified,
        kind=kind,
        show_small_counts=show_small_counts,
    )
    files = list(renderer.render(made))
    for name, content in files:
        make_folder((output / name).parent)
        write(content, output / name)
    write(f"{output.as_posix()}: {len(files)} files; begin with {renderer.INDEX}\n")
    made_now = {output / name for name, _ in files}
    beside = {path for folder in {one.parent for one in made_now} for path in folder.iterdir()}
    others = sorted(path.as_posix() for path in beside - made_now if path.is_file())
    if others:
        say(f"not of this pack, and left as they are: {few(others)}")
