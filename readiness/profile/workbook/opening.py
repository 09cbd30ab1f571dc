"""Opening a workbook that somebody sent: what could harm is refused before anything is read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from io import BytesIO
from itertools import repeat
from pathlib import Path
from typing import Any

from readiness.errors import InvalidProfile, Problem, UsageError
from readiness.files import too_large
from readiness.yaml_reader.characters import printable

LARGEST_FILE = 50_000_000
LARGEST_CONTENT = 200_000_000
"""Bytes of a file, and of what it holds unpacked; a full workbook has about 1 and 10 million."""

MOST_ROWS = 20_000
MOST_COLUMNS = 400
"""Of a sheet; the largest that is sent out has under 1,000 rows and 100 columns."""

_MERGED = re.compile(rb'<mergeCell\s[^>]*?ref="([A-Z0-9:]+)"')


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in a cell.

    Attributes:
        value: Text, number, day or nothing; of a formula the value that it last had.
        percent: Whether a number is shown as a percentage.
        formula: Whether it is a formula.
    """

    value: str | int | float | bool | date | None
    percent: bool = False
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as it was sent.

    Attributes:
        rows: The cells that hold something, by row and column from 1.
        merged: Ranges of cells that were merged into one.
    """

    name: str
    rows: dict[int, dict[int, Read]]
    merged: tuple[str, ...]


def open_workbook(path: Path) -> list[Grid]:
    """Return the sheets of a workbook.

    Raises:
        InvalidProfile: It is not there, is no workbook, is too large, or holds macros.
        UsageError: openpyxl is not installed.
    """
    name = path.as_posix()
    content = _content(path)
    try:
        import openpyxl
    except ImportError:
        raise UsageError(
            "workbooks need the extra 'excel'; install it with: pip install 'readiness[excel]'"
        ) from None
    parts = _parts(content, name)
    try:
        values = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        formulas = (
            openpyxl.load_workbook(BytesIO(content), read_only=True) if parts.formulas else None
        )
        return [
            Grid(
                sheet.title,
                _rows(sheet, formulas and formulas[sheet.title], name),
                _merges(parts.file, getattr(sheet, "_worksheet_path", "")),
            )
            for sheet in values.worksheets
        ]
    except InvalidProfile:
        raise
    except Exception as error:  # whatever a damaged file does to its reader
        what = f"the workbook is damaged ({type(error).__name__})"
        help = "open it in Excel or LibreOffice, and save it again as .xlsx"
        raise _refused(name, what, help) from None


def _refused(name: str, message: str, help: str) -> InvalidProfile:
    return InvalidProfile([Problem(name, 0, 0, message, help)])


def _content(path: Path) -> bytes:
    name = path.as_posix()
    try:
        if what := too_large(path, LARGEST_FILE):
            help = "send the workbook alone, without pictures or other data in it"
            raise _refused(name, what, help)
        return path.read_bytes()
    except OSError as error:
        help = "check its name and that you may read it"
        raise _refused(name, f"the file cannot be read: {error.strerror}", help) from None


@dataclass(frozen=True, slots=True)
class _Parts:
    """The files inside a workbook, and whether any sheet holds a formula."""

    file: zipfile.ZipFile
    formulas: bool


def _parts(content: bytes, name: str) -> _Parts:
    """Return the parts of a workbook, once none of them can do harm."""
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        what = "this is an old .xls workbook, or one with a password"
        raise _refused(name, what, "take the password off, and save it as .xlsx")
    try:
        parts = zipfile.ZipFile(BytesIO(content))
        infos = parts.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        help = "a workbook ends in .xlsx; save it again as Excel workbook"
        raise _refused(name, "this is not a workbook", help) from None
    if sum(info.file_size for info in infos) > LARGEST_CONTENT or len(infos) > 2000:
        what = "unpacked, this file would be far larger than any workbook of answers"
        raise _refused(name, what, "ask its sender for the workbook that was sent out, filled")
    if any(info.filename.lower().endswith("vbaproject.bin") for info in infos):
        help = "save it as .xlsx, which holds none"
        raise _refused(name, "this workbook holds macros", help)
    unpacked, formulas = 0, False
    for info in infos:
        if not info.filename.lower().endswith((".xml", ".rels")):
            continue
        try:
            with parts.open(info) as part:
                head = tail = part.read(4096)
                unpacked += len(head)
                formulas = formulas or _has_formula(head)
                for chunk in iter(partial(part.read, 1 << 20), b""):
                    unpacked += len(chunk)
                    formulas = formulas or _has_formula(tail[-8:] + chunk)
                    tail = chunk
                    if unpacked > LARGEST_CONTENT:  # whatever its list of contents says
                        raise zipfile.BadZipFile
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
            help = "open it in Excel or LibreOffice, and save it again as .xlsx"
            raise _refused(name, "the workbook is damaged", help) from None
        except Exception as error:  # zlib.error is no OSError
            what = f"the workbook is damaged ({type(error).__name__})"
            raise _refused(name, what, "save it again as .xlsx") from None
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            help = "no spreadsheet program writes one; ask its sender what made this file"
            raise _refused(name, "a part of this workbook declares entities", help)
    return _Parts(parts, formulas)


def _has_formula(text: bytes) -> bool:
    return b"<f>" in text or b"<f " in text or b"<f/" in text


def _merges(parts: zipfile.ZipFile, path: str) -> tuple[str, ...]:
    """Return the merged ranges of a sheet, which a streaming reader does not tell."""
    if not path:
        return ()
    found: list[str] = []
    tail = b""
    with parts.open(path.lstrip("/")) as part:
        for chunk in iter(partial(part.read, 1 << 20), b""):
            text = tail + chunk
            cut = text.rfind(b"<mergeCell ")
            keep = cut if cut >= 0 and b">" not in text[cut:] else len(text)
            found += [match.decode() for match in _MERGED.findall(text[:keep])]
            tail = text[keep:][-4096:]
    return tuple(found)


def _rows(sheet: Any, formulas: Any, name: str) -> dict[int, dict[int, Read]]:
    rows: dict[int, dict[int, Read]] = {}
    others = repeat(None) if formulas is None else formulas.iter_rows()
    for number, (cells, written) in enumerate(zip(sheet.iter_rows(), others, strict=False), 1):
        if number > MOST_ROWS:
            if any(cell.value is not None for cell in cells):
                what = f"sheet '{sheet.title}' has more than {MOST_ROWS:,} rows"
                raise _refused(name, what, "take out what is not an answer")
            if number > 10 * MOST_ROWS:
                break
            continue
        row = dict(_cells(cells, written))
        if row and max(row) > MOST_COLUMNS:
            what = f"sheet '{sheet.title}' has more than {MOST_COLUMNS} columns"
            raise _refused(name, what, "take out what is not an answer")
        if row:
            rows[number] = row
    return rows


def _plain(text: str) -> str:
    """Return a text as its cell shows it: a line break may stand there as `_x000D_`."""
    from openpyxl.utils.escape import unescape

    return printable(unescape(text)) if "_x" in text else text


def _cells(cells: Any, written: Any) -> Iterator[tuple[int, Read]]:
    others = repeat(None) if written is None else written
    for at, (cell, source) in enumerate(zip(cells, others, strict=False), 1):
        formula = source is not None and source.data_type == "f"
        value = cell.value
        if isinstance(value, datetime):
            value = value.date()
        elif value is not None and not isinstance(value, (int, float, bool, date)):
            value = _plain(str(value))
        if value is None and not formula:
            continue
        if isinstance(value, str) and not value.strip() and not formula:
            continue
        percent = isinstance(value, (int, float)) and "%" in str(cell.number_format or "")
        yield at, Read(value, percent, formula)
