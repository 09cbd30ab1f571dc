"""Files, bytes and texts into documents: decoding, and which parser reads."""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Any

import yaml

from readiness.errors import InvalidInput, Problem
from readiness.yaml_reader.builder import Builder
from readiness.yaml_reader.characters import printable
from readiness.yaml_reader.document import Document, Misread
from readiness.yaml_reader.messages import Fault
from readiness.yaml_reader.source import Source, Stop, unified

MAX_SIZE = 5_000_000  # bytes, or characters of a text
FAST_LOADER: Any = getattr(yaml, "CSafeLoader", None)


def read_file(path: FilePath, source: str | None = None) -> Document:
    """Return the file as a document; no more than 5 MB of it are ever read.

    Args:
        path: The file.
        source: How to name it in messages; the path when not given.

    Raises:
        InvalidInput: Everything that is wrong with it, also when it cannot be opened.
    """
    name = path.as_posix() if source is None else source
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        fault = _unopened(path, error)
        raise InvalidInput([Problem(name, 0, 0, *fault)]) from error
    return read_bytes(raw, name)


def _unopened(path: FilePath, error: OSError | ValueError) -> Fault:
    try:
        folder = path.is_dir()
    except (OSError, ValueError):
        folder = False
    if folder:
        return Fault("this is a folder, not a file", "name a file inside it")
    if isinstance(error, (FileNotFoundError, NotADirectoryError, ValueError)):
        return Fault("there is no such file", "check the spelling of the path")
    if isinstance(error, PermissionError):
        return Fault(
            "this file may not be read by you",
            "close it in other programs, or ask its owner to let you read it",
        )
    return Fault(f"this file cannot be read: {error.strerror or error}", "check the path")


def read_bytes(raw: bytes, source: str) -> Document:
    """Return UTF-8 bytes as a document; a byte order mark is allowed.

    Raises:
        InvalidInput: Everything that is wrong with them.
    """
    if len(raw) > MAX_SIZE:
        raise _too_large(source)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _whole_file(source, "this file is saved as UTF-16", "save it as UTF-8")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if re.search(b"[\x00-\x08\x0e-\x1a\x1c-\x1f]", raw):
            raise _not_text(source) from error
        raise InvalidInput([_undecoded(raw, error.start, source)]) from error
    return read_text(text, source)


def _undecoded(raw: bytes, at: int, source: str) -> Problem:
    lines = unified(raw[:at].decode("utf-8")).split("\n")
    rest = re.split(b"[\r\n]", raw[at:], maxsplit=1)[0].decode("cp1252", "replace")
    shown = bytes([raw[at]]).decode("cp1252", "replace")
    return Problem(
        source,
        len(lines),
        len(lines[-1]) + 1,
        f"byte 0x{raw[at]:02X} is not UTF-8 text; it looks like '{shown}' in Windows-1252",
        "save the file as UTF-8",
        printable(lines[-1] + rest),
    )


def read_text(text: str, source: str) -> Document:
    """Return a text as a document.

    Args:
        text: The text; lines may end in LF, CRLF or CR.
        source: How to name it in messages, with forward slashes.

    Raises:
        InvalidInput: Everything that is wrong with it, in order of place; after a thousand
            problems, or an error of syntax, the rest of the text is not read. Where only single
            keys and values are wrong it is `Misread`, which holds the rest.
    """
    if len(text) > MAX_SIZE:
        raise _too_large(source)
    if "\0" in text:
        raise _not_text(source)
    page = Source(text, source)
    try:
        page.inspect()
        builder = Builder(page)
        if FAST_LOADER is not None and page.is_ordinary() and builder.try_to_read(FAST_LOADER):
            return builder.document()
        builder = Builder(page)
        whole = _read_to_the_end(builder)
    except Stop:
        raise InvalidInput(page.problems) from None
    if not page.problems:
        return builder.document()
    if whole and builder.top.data and isinstance(builder.top.data[0], dict):
        raise Misread(page.problems, builder.document())
    raise InvalidInput(page.problems)


def _read_to_the_end(builder: Builder) -> bool:
    """Read all events and return whether the text had an end.

    An error of syntax becomes a problem like any other.
    """
    try:
        builder.read(yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        from readiness.yaml_reader import syntax  # most files have no such error

        syntax.note(error, builder)
        return False
    return True


def _whole_file(source: str, message: str, help: str) -> InvalidInput:
    return InvalidInput([Problem(source, 0, 0, message, help)])


def _too_large(source: str) -> InvalidInput:
    return _whole_file(source, "this file is larger than 5 MB", "split it into smaller files")


def _not_text(source: str) -> InvalidInput:
    return _whole_file(
        source,
        "this is not a text file",
        "name a YAML file; workbooks, PDFs and Word files cannot be read here",
    )
