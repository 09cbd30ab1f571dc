"""A return as a workbook: modules one below the other on a sheet, or on sheets of their own.

A module begins below a row that holds its title, or with a sheet of that name; the first row that
looks like its headings are its headings. What a workbook can do to a reader is looked for before it
is opened: parts that unfold to more than is sensible, and declarations of document types. Macros
are never run. The value that was saved with a formula is what counts.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from readiness.errors import InvalidProfile, UsageError
from readiness.returns.records.pages import Kind, TablePage
from readiness.returns.records.source import File, Headings, Taken, plain, words_of
from readiness.returns.records.store import BATCH, SHOWN, Rows, Store

_MAX_PART = 64 << 20
_MAX_SHEET = 400 << 20
_MAX_PARTS = 2_000
_MAX_RATIO = 400
_RATIO_FROM = 1 << 20
_MAX_COLUMNS = 300
_CHUNK = 1 << 20
_OVERLAP = 64
_MAX_MERGES = 100_000

_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_FORMULA = re.compile(rb"<f[ >/]")
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})

NO_VALUE = "is a formula without a saved value"
ERROR = "holds the error of a formula"
MERGED = "is inside a merged cell"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a look at the raw text of a sheet found."""

    formulas: bool
    merges: tuple[tuple[int, int, int, int], ...]


def read_workbook(file: File, store: Store) -> Taken:
    """Take the rows of a workbook into a store.

    Raises:
        InvalidProfile: It is no workbook, is dangerous, or holds no module of the return.
        UsageError: openpyxl is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        message = "reading a workbook needs openpyxl; install it with: pip install"
        raise UsageError(f"{message} 'readiness[excel]'") from None
    looks = _look(file)
    reader = _Reader(file, store)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's warnings quote cells
        try:
            values = openpyxl.load_workbook(file.path, read_only=True, data_only=True)
            formulas = None
            if any(sheet.formulas for sheet in looks.values()):
                formulas = openpyxl.load_workbook(file.path, read_only=True)
            sheets: list[Any] = values.worksheets
            for sheet in sheets:
                look = looks.get(sheet._worksheet_path.lstrip("/"), _Sheet(False, ()))
                beside = formulas[sheet.title] if formulas and look.formulas else None
                reader.sheet(sheet, beside, look, values.epoch)
        except (InvalidProfile, UsageError):
            raise
        except Exception:  # openpyxl fails in many ways on what is no proper workbook
            help = "open it in a spreadsheet and save it as .xlsx"
            raise InvalidProfile([file.problem("this workbook cannot be read", help)]) from None
    return reader.finish()


# ---- before it is opened ----


def _look(file: File) -> dict[str, _Sheet]:
    """Return what is to be known of each sheet, by the name of its part.

    Raises:
        InvalidProfile: The workbook is dangerous, or none.
    """
    try:
        with zipfile.ZipFile(file.path) as archive:
            parts = archive.infolist()
            _check_sizes(file, parts)
            looks = {}
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    look = _look_at(file, archive, part)
                    if part.filename.startswith("xl/worksheets/"):
                        looks[part.filename] = look
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        help = "it may be cut short or have a password: save it again as .xlsx"
        raise InvalidProfile([file.problem("this workbook cannot be opened", help)]) from None
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        help = "save the return as .xlsx, or give its CSV files"
        raise InvalidProfile([file.problem("this is a zip file, but no workbook", help)])
    return looks


def _check_sizes(file: File, parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > _MAX_PARTS:
        message = f"the workbook has more than {_MAX_PARTS:,} parts"
        raise InvalidProfile([file.problem(message, "save the sheets that matter on their own")])
    total = 0
    for part in parts:
        sheet = part.filename.startswith("xl/worksheets/")
        total += part.file_size
        ratio = part.file_size / max(1, part.compress_size)
        bomb = part.file_size > _RATIO_FROM and ratio > _MAX_RATIO
        if bomb or total > _MAX_SHEET or (part.file_size > _MAX_PART and not sheet):
            message = f"the workbook would unfold to {total >> 20:,} MB or more, and is not opened"
            help = "save the sheets that matter on their own, or give the return's CSV files"
            raise InvalidProfile([file.problem(message, help)])


def _look_at(file: File, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> _Sheet:
    """Look through one part without parsing it."""
    formulas, before = False, b""
    merges: list[tuple[int, int, int, int]] = []
    with archive.open(part) as opened:
        while chunk := opened.read(_CHUNK):
            text = before + chunk
            if _DOCTYPE.search(text) or b"\0" in chunk:
                message = (
                    "the workbook declares a document type, or is not UTF-8, and is not opened"
                )
                raise InvalidProfile([file.problem(message, "save it again as .xlsx")])
            formulas = formulas or bool(_FORMULA.search(text))
            if len(merges) < _MAX_MERGES:
                merges += [
                    (int(found[2]), int(found[4]), _column(found[1]), _column(found[3]))
                    for found in _MERGE.finditer(text)
                ]
            before = text[-_OVERLAP:]
    return _Sheet(formulas, tuple(dict.fromkeys(merges)))


def _column(letters: bytes) -> int:
    """Return the position of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


# ---- rows ----


@dataclass(slots=True)
class _Block:
    """The rows of one module, from its title on."""

    table: str
    headings: Headings | None = None
    tried: int = 0


@dataclass(slots=True)
class _Reader:
    file: File
    store: Store
    batches: dict[str, list[list[Any]]] = field(default_factory=dict)
    faults: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    counts: dict[tuple[str, str, str], int] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)

    def sheet(self, sheet: Any, beside: Any, look: _Sheet, epoch: datetime) -> None:
        """Read one sheet.

        Args:
            beside: The same sheet with formulas instead of their values, where it has any.
        """
        self.titles.append(sheet.title)
        tables = self.store.definition.in_files
        titles = {plain(page.sheet): name for name, page in tables.items() if page.sheet}
        named = _module_of(sheet.title, tables)
        block = _Block(named) if named is not None else None
        formulas: Iterator[Sequence[Any]] = iter(())
        if beside is not None:
            beside.reset_dimensions()
            formulas = beside.iter_rows(max_col=_MAX_COLUMNS, values_only=True)
        sheet.reset_dimensions()
        hidden = _hidden(look)
        for line, cells in enumerate(sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True), 1):
            written = next(formulas, ())
            first = next((cell for cell in cells if cell is not None), None)
            if first is None and not any(written):
                continue
            if isinstance(first, str) and plain(first) in titles:
                block = _Block(titles[plain(first)])
            elif block is not None and block.headings is None:
                self._headings(block, cells)
            elif block is not None:
                self._row(block, line, cells, written, hidden, epoch)

    def _headings(self, block: _Block, cells: Sequence[Any]) -> None:
        """Take a row as the headings of a module, if it looks like them."""
        page = self.store.definition.tables[block.table]
        above = self.store.definition.tables[page.of] if page.of else None
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        found = Headings.of(page, above, texts)
        if found.fit >= min(2, len(page.elements)):
            block.headings = found
            module = self.store.module(block.table)
            module.files = (self.file.told,)
            module.lacking = {n: g for n, g in found.lacking.items() if n in page.elements}

    def _row(
        self,
        block: _Block,
        line: int,
        cells: Sequence[Any],
        written: Sequence[Any],
        hidden: Mapping[int, list[tuple[int, int]]],
        epoch: datetime,
    ) -> None:
        page = self.store.definition.tables[block.table]
        assert block.headings is not None
        places = block.headings.places
        row: list[Any] = [line]
        for name in ("own", "up", *page.elements):
            at = places.get(name, len(cells))
            cell = cells[at] if at < len(cells) else None
            kind = page.elements[name].type if name in page.elements else Kind.TEXT
            if cell is None and at < len(written) and _is_formula(written[at]):
                self._fault(block.table, name, NO_VALUE, line)
            elif cell is None and any(low <= at <= high for low, high in hidden.get(line, ())):
                self._fault(block.table, name, MERGED, line)
            elif isinstance(cell, str) and cell in _ERRORS:
                self._fault(block.table, name, ERROR, line)
                cell = None
            row.append(_text(cell, kind, epoch))
        if all(value is None for value in row[1:]):
            return
        batch = self.batches.setdefault(block.table, [])
        batch.append(row)
        if len(batch) >= BATCH:
            self.store.add(block.table, batch)
            batch.clear()

    def _fault(self, table: str, name: str, fault: str, line: int) -> None:
        page = self.store.definition.tables[table]
        shown = {"own": page.key or "key", "up": page.of or "key"}.get(name, name)
        key = (table, shown, fault)
        self.counts[key] = self.counts.get(key, 0) + 1
        lines = self.faults.setdefault(key, [])
        if len(lines) < SHOWN:
            lines.append(line)

    def finish(self) -> Taken:
        """Hand over what is left.

        Raises:
            InvalidProfile: Nothing was found, or a module lacks the column that ties its rows.
        """
        definition = self.store.definition
        for table, batch in self.batches.items():
            self.store.add(table, batch)
        found = [table for table in definition.tables if table in self.store.modules]
        if all(definition.tables[table].single for table in found):
            titles = [page.sheet for page in definition.tables.values() if page.sheet]
            message = f"no module of the {definition.page.title} is in this workbook"
            help = f"its sheets are {', '.join(self.titles[:5])}; "
            help += f"a module begins below a title such as '{titles[-1]}'"
            raise InvalidProfile([self.file.problem(message, help)])
        for (table, name, fault), lines in self.faults.items():
            rows = Rows(self.counts[table, name, fault], tuple(lines))
            self.store.module(table).unread[name, fault] = rows
        return Taken(dict.fromkeys(found, (self.file,)))


def _module_of(title: str, tables: Mapping[str, TablePage]) -> str | None:
    """Return the module with whose words a sheet's name begins: the one with the most words."""
    words = words_of(title)
    found = [
        (len(start), name)
        for name, page in tables.items()
        for spelling in (name, page.sheet or name)
        if (start := words_of(spelling)) == words[: len(start)]
    ]
    return max(found)[1] if found else None


def _hidden(look: _Sheet) -> dict[int, list[tuple[int, int]]]:
    """Return, for each row, the columns that a merged cell covers but for its first cell."""
    hidden: dict[int, list[tuple[int, int]]] = {}
    for top, bottom, left, right in look.merges:
        for line in range(top, min(bottom, top + _MAX_MERGES) + 1):
            start = left + 1 if line == top else left
            if start <= right:
                hidden.setdefault(line, []).append((start, right))
    return hidden


def _is_formula(written: Any) -> bool:
    return (isinstance(written, str) and written.startswith("=")) or (
        written is not None and not isinstance(written, (str, int, float, bool, date))
    )


def _text(cell: Any, kind: Kind, epoch: datetime) -> str | None:
    """Return a cell as the text that a CSV file would hold."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (int, float)):
        if kind is Kind.DATE:
            return _day(cell, epoch)
        return str(int(cell)) if cell == int(cell) else str(cell)
    return str(cell).strip()[:200] or None


def _day(serial: float, epoch: datetime) -> str:
    """Return the day of a number that a spreadsheet keeps, by the workbook's first day."""
    from openpyxl.utils.datetime import from_excel

    try:
        found = from_excel(serial, epoch)
    except (ValueError, OverflowError):
        return "no day"
    return found.date().isoformat() if isinstance(found, datetime) else "no day"
