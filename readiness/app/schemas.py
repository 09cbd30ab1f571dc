"""Writing the JSON Schemas of a rulebook, and seeing whether those written are up to date."""

from __future__ import annotations

from pathlib import Path

from readiness.app.choice import NEAREST, RulebookChoice
from readiness.app.rulebooks import open_rulebook
from readiness.schema import schemas


def make_schemas(*, book: RulebookChoice = NEAREST) -> dict[str, str]:
    """Return the text of each schema by its file's name.

    Raises:
        InvalidRulebook: With every problem found.
    """
    return schemas(open_rulebook(book))


def out_of_date(made: dict[str, str], folder: Path) -> list[str]:
    """Return what is wrong with the schemas in a folder, in words; nothing where they are right."""
    found = []
    for name, text in made.items():
        try:
            written = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        except OSError:
            found.append(f"{name} is not there")
            continue
        if written != text.encode():
            found.append(f"{name} is out of date")
    known = sorted(folder.glob("*.schema.json"))
    found += [f"{file.name} is of no page or output" for file in known if file.name not in made]
    return found
