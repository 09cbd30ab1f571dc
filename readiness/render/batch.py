"""The table of a batch: a row for each council, in order of name. It is no ranking."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readiness.model.finding import Totals
from readiness.render.visible import in_lines


class BatchRow(NamedTuple):
    """A row of the table.

    Attributes:
        totals: Counts by verdict; None where the council could not be checked.
        problem: Why it could not, in one line.
    """

    council: str
    code: str
    totals: Totals | None
    problem: str
    place: str


HEADINGS = ("council", "code", "not_met", "not_known", "met", "not_applicable", "all", "problem")


def as_text(rows: Sequence[BatchRow], totals: Totals) -> str:
    """Return the table for the eye; its columns add up to the last row."""
    width = min(40, max([len(row.council) for row in rows], default=7))
    head = f"{'council':<{width}}  {'code':<9}" + _columns(
        "not met", "not known", "met", "not applicable", "of all"
    )
    lines = [head]
    for row in rows:
        name = row.council if len(row.council) <= width else row.council[: width - 1] + "…"
        start = f"{name:<{width}}  {row.code:<9}"
        if row.totals is None:
            lines.append(f"{start}  not checked: {row.problem}")
        else:
            lines.append(start + _counts(row.totals))
    checked = sum(row.totals is not None for row in rows)
    label = f"{checked} of {len(rows)} checked"
    lines.append(f"{label:<{width}}  {'':<9}" + _counts(totals))
    lines.append("Counts of expectations, in order of name: not a ranking and not a score.")
    return in_lines(lines)


def _columns(*headings: str) -> str:
    widths = (9, 11, 7, 16, 9)
    return "".join(f"{text:>{width}}" for text, width in zip(headings, widths, strict=True))


def _counts(totals: Totals) -> str:
    return _columns(*(str(count) for count in _in_order(totals)))


def _in_order(totals: Totals) -> Iterator[int]:
    yield from (totals.not_met, totals.unknown, totals.met, totals.not_applicable, totals.all)


def as_csv(rows: Sequence[BatchRow]) -> str:
    """Return the table as CSV, without a row of sums, so that it can be read by programs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    for row in rows:
        counts = [*_in_order(row.totals)] if row.totals is not None else [""] * 5
        writer.writerow([_safe(row.council), _safe(row.code), *counts, _safe(row.problem)])
    return out.getvalue()


def _safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
