"""A return as a set of CSV files, one a module, as COLLECT exports it (`…_requests.csv`).

Only the first line is read here; DuckDB reads the rows, which may be millions.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TextIO

from readiness.errors import InvalidProfile, Problem
from readiness.model.values import near
from readiness.returns.records.source import File, Headings, Taken, words_of
from readiness.returns.records.store import BATCH, OTHER_COLUMNS, SHOWN, Rows, Store

_DELIMITERS = (",", ";", "\t", "|")
_MAX_HEADER = 100_000
_DAY_IN_NAME = re.compile(r"(?<![0-9])([0-3][0-9])-([01][0-9])-(20[0-9]{2})(?![0-9])")


def read_csv_set(files: Sequence[File], store: Store) -> Taken:
    """Take the rows of CSV files into a store.

    Raises:
        InvalidProfile: With every problem found: no file is of this return, two are of one module,
            a file lacks the column that ties its rows to others.
    """
    definition, taken = store.definition, Taken()
    problems: list[Problem] = []
    days: set[date] = set()
    strange: list[File] = []
    endings = {name: (name, *page.files) for name, page in definition.in_files.items()}
    endings |= {name: (name,) for name in definition.page.unused}
    for file in files:
        table = _module_of(file.path.stem, endings)
        if table in definition.page.unused:
            continue
        if table is None:
            strange.append(file)
        elif table in taken.files:
            other = taken.files[table][0].name
            problems.append(file.problem(f"{other} holds this module already", "name one of them"))
        else:
            taken.files[table] = (file,)
            days |= _days_in(file.name)
            _take(file, table, store, taken, problems)
    known = list(definition.in_files)
    for file in strange:
        guess = near(file.path.stem.rpartition("_")[2].lower(), known)
        said = f"not read, because its name ends in no module of the return: {file.name}"
        taken.notes.append(f"{said}; {guess}" if guess else said)
    if not taken.files:
        strange = strange or list(files)
        help = f"names end in one of: {', '.join(known)}, such as …_{known[-1]}.csv"
        problems += [file.problem("this is no module of the return", help) for file in strange]
    if problems:
        raise InvalidProfile(problems)
    if len(days) == 1:
        taken.dated = days.pop()
    return taken


def _module_of(stem: str, endings: Mapping[str, Sequence[str]]) -> str | None:
    """Return the module in whose words a file's name ends: the one with the most words.

    Other numbers at the very end say nothing: `reviews_2025` and `reviews (2)` are reviews.
    """
    words = words_of(stem)
    while True:
        found = [
            (len(ending), name)
            for name, spellings in endings.items()
            for spelling in spellings
            if words[-len(ending := words_of(spelling)) :] == ending
        ]
        if found or len(words) < 2 or not words[-1].isdigit():
            return max(found)[1] if found else None
        words.pop()


def _days_in(name: str) -> set[date]:
    days = set()
    for found in _DAY_IN_NAME.finditer(name):
        try:
            days.add(date(int(found[3]), int(found[2]), int(found[1])))
        except ValueError:
            continue
    return days


def _take(file: File, table: str, store: Store, taken: Taken, problems: list[Problem]) -> None:
    tables = store.definition.tables
    page = tables[table]
    above = tables[page.of] if page.of else None
    if not file.utf_8:
        said = "is not UTF-8; it was read as Windows text, which dates and codes survive"
        taken.notes.append(f"{file.name} {said}")
    headings, delimiter = _header(file)
    found = Headings.of(page, above, headings)
    module = store.module(table)
    module.files = (file.told,)
    elements = [name for name in page.elements if name in found.places]
    if not elements:
        wanted = ", ".join(list(page.elements)[:3])
        guess = next((g for g in found.lacking.values() if g), "")
        help = guess or f"the first line should hold headings such as {wanted}"
        problems.append(file.problem(f"no column of {page.title} is in this file", help, 1))
        return
    if above is not None and "up" not in found.places:
        message = f"the column '{above.key}' is missing, which ties these rows to {above.title}"
        help = found.lacking["up"] or "export the module again with all its columns"
        problems.append(file.problem(message, help, 1))
    below = [name for name, other in tables.items() if other.of == table]
    if "own" in found.lacking and below and page.key is not None:
        message = f"the column '{page.key}' is missing, to which {', '.join(below)} refer"
        help = found.lacking["own"] or "export the module again with all its columns"
        problems.append(file.problem(message, help, 1))
    module.lacking = {name: guess for name, guess in found.lacking.items() if name in page.elements}
    if file.utf_8:
        store.add_csv(table, file.path, len(headings), delimiter, found.places)
    else:
        _take_as_windows(file, table, store, len(headings), delimiter, found.places)


def _open(file: File) -> TextIO:
    """Open a file as text; what is no text in it becomes a mark that no code or date has."""
    codec = "utf-8-sig" if file.utf_8 else "cp1252"
    return file.path.open(encoding=codec, errors="replace", newline="")


def _take_as_windows(
    file: File, table: str, store: Store, width: int, delimiter: str, places: Mapping[str, int]
) -> None:
    """Take the rows of a file in another encoding, which DuckDB does not read."""
    names = ("own", "up", *store.definition.tables[table].elements)
    batch: list[list[Any]] = []
    rejected: list[int] = []
    with _open(file) as opened:
        rows = csv.reader(opened, delimiter=delimiter)
        next(rows, None)
        for line, row in enumerate(rows, 2):
            if not any(row):
                continue
            if len(row) < width or any(row[width:]):
                rejected.append(line)
                continue
            cells = (row[places[n]].strip() or None if n in places else None for n in names)
            batch.append([line, *cells])
            if len(batch) >= BATCH:
                store.add(table, batch)
                batch.clear()
    store.add(table, batch)
    rows_lost = Rows(len(rejected), tuple(rejected[:SHOWN]))
    store.module(table).leave_out(OTHER_COLUMNS, rows_lost)


def _header(file: File) -> tuple[list[str], str]:
    """Return the headings in the first line, and what stands between them."""
    with _open(file) as opened:
        line = opened.readline(_MAX_HEADER)
    rows = [(next(csv.reader([line], delimiter=d), []), d) for d in _DELIMITERS]
    return max(rows, key=lambda row: len(row[0]))
