"""What `returns read` prints of a small council, attacked: no hidden count can be worked out.

The attacker knows the page, reads every line, and tries every council that would print the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readiness.model.disclosure import is_small
from readiness.returns.records.lines import NOT_TOLD, summary
from readiness.returns.records.load import load_return
from readiness.returns.records.read import read_return
from readiness.rulebook.rulebook import Rulebook
from returns.test_checks import book

FACTS = """\
late.all:
  title: All that are late
  type: count
  of: boats
  sums: [late.each, late.excused in + late.share of]
  definition: Late boats.
late.each:
  title: Late on each shore
  type: count
  of: boats
  for_each: shore
  definition: Late boats on each shore.
late.excused:
  title: Late with an excuse
  type: share
  of: boats
  definition: Of the late boats those with an excuse.
late.share:
  title: Late without an excuse, from the north
  type: share
  of: boats
  definition: Of the late boats without an excuse those from the north.
"""
PAGE = """\
id: boats
title: Boats
year: financial year
asks_day: the day
tables:
  boat:
    title: Boats
    elements:
      Shore: {type: code, codes: [N, S]}
      Late: {type: flag}
      Excuse: {type: flag}
conditions:
  late: {element: Late, is: yes}
metrics:
  - fact: late.all
    at: day
    counts: boat
    among: {condition: late}
  - fact: late.each
    at: day
    counts: boat
    among: {condition: late}
    members: {north: {element: Shore, is: N}, south: {element: Shore, is: S}}
  - fact: late.excused
    at: day
    counts: boat
    among: {condition: late}
    part: {element: Excuse, is: yes}
  - fact: late.share
    at: day
    counts: boat
    among: {condition: late}
    leave_out:
      - {reason: excused, when: {element: Excuse, is: yes}}
    part: {element: Shore, is: N}
checks:
  - {id: "1", of: boat, title: no shore, missing: [Shore]}
"""


class Council(NamedTuple):
    """How many boats there are of each kind; `n` north, `s` south, `x` excused."""

    n: int
    s: int
    nx: int
    sx: int
    nowhere: int
    in_time: int

    def rows(self) -> Iterator[str]:
        kinds = ("N,yes,no", "S,yes,no", "N,yes,yes", "S,yes,yes", ",yes,no", "N,no,no")
        for count, row in zip(self, kinds, strict=True):
            yield from [row] * count

    def figures(self) -> dict[str, tuple[int, int | None]]:
        """Return what each line tells, as a count, or a part and a whole."""
        late = self.n + self.s + self.nx + self.sx + self.nowhere
        excused = self.nx + self.sx
        return {
            "late.all": (late, None),
            "late.each[north]": (self.n + self.nx, None),
            "late.each[south]": (self.s + self.sx, None),
            "late.excused": (excused, late),
            "late.share": (self.n, late - excused),
            "left out: excused": (excused, None),
            "left out: regime not recorded": (self.nowhere, None),
            "Boats (boat)": (late + self.in_time, None),
            "1 (boat)": (self.nowhere, None),
        }


def shown(lines: tuple[str, ...]) -> dict[str, str]:
    """Return what each line shows, by the name of its figure."""
    found = {}
    for line in lines:
        left = re.fullmatch(r" +left out: (.*): (.*)", line)
        other = re.fullmatch(r" +(\S.*?): (not shown.*?count|[^:(]*)( \(.*|: .*|)", line)
        if left:
            found[f"left out: {left[2]}"] = left[1]
        elif other:
            found[other[1]] = other[2].strip()
    return found


def reader(text: str) -> Callable[[int, int | None], bool]:
    """Return a test of what a figure may be that shows like this."""
    if text == NOT_TOLD:
        return lambda part, whole: whole is not None or not is_small(part)
    if text == "no cases":
        return lambda part, whole: whole == 0
    if text.startswith("a share of fewer than 6"):
        return lambda part, whole: is_small(whole)
    found = re.match(r"(all but )?(fewer than 6|some|\d+)(?: of (\d+))?", text)
    assert found, text
    if found[3] is None:
        return lambda part, _: is_small(part) if "fewer" in found[2] else part == int(found[2])
    of = int(found[3])
    if found[1]:
        return lambda part, whole: whole == of and is_small(of - part)
    if found[2] == "some":
        return lambda part, whole: whole == of
    if "fewer" in found[2]:
        return lambda part, whole: whole == of and is_small(part)
    return lambda part, whole: whole == of and part == int(found[2])


@pytest.fixture(scope="module")
def boats(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rulebook, Path]:
    """Return the rulebook, and a folder for files."""
    folder = tmp_path_factory.mktemp("boats")
    return book(folder, PAGE, FACTS), folder


counts = st.one_of(st.integers(0, 4), st.integers(0, 9))


@settings(deadline=None, max_examples=12)
@given(st.builds(Council, counts, counts, counts, counts, st.integers(0, 3), st.integers(0, 3)))
@example(Council(9, 3, 0, 0, 0, 2))
@example(Council(7, 7, 1, 1, 0, 3))
@example(Council(8, 8, 3, 0, 1, 0))
@example(Council(0, 9, 0, 0, 2, 1))
def test_no_hidden_count_can_be_worked_out(boats: tuple[Rulebook, Path], council: Council) -> None:
    rulebook, folder = boats
    path = folder / "boat.csv"
    path.write_text("\n".join(("Shore,Late,Excuse", *council.rows(), "N,no,no", "")))
    council = council._replace(in_time=council.in_time + 1)
    reading = read_return(
        load_return("boats", rulebook), [path], rulebook.facts, day=date(2026, 6, 30)
    )
    told = shown(summary(reading, rulebook))
    mine = council.figures()
    tests = [(name, reader(text)) for name, text in told.items() if name in mine]
    assert all(test(*mine[name]) for name, test in tests), (told, mine)
    could: dict[tuple[str, str], set[int]] = {}
    ranges = [sorted({*range(11), *council}) for _ in council[:4]]
    for n, s, nx, sx in product(*ranges):
        for nowhere, in_time in product(range(7), repeat=2):
            other = Council(n, s, nx, sx, nowhere, in_time)
            figures = other.figures()
            if all(test(*figures[name]) for name, test in tests):
                for name, (part, whole) in figures.items():
                    could.setdefault((name, "part"), set()).add(part)
                    could.setdefault((name, "whole"), set()).add(whole or 0)
                    could.setdefault((name, "rest"), set()).add((whole or 0) - part)
                if all(len(values) > 1 for key, values in could.items() if secret(mine, key)):
                    return
    for key, values in could.items():
        assert not secret(mine, key) or len(values) > 1, (key, told)


def secret(mine: dict[str, tuple[int, int | None]], key: tuple[str, str]) -> bool:
    """Return whether a number of a figure is small, and so must not be known."""
    part, whole = mine[key[0]]
    if whole is None:
        return key[1] == "part" and is_small(part)
    return is_small({"part": part, "whole": whole, "rest": whole - part}[key[1]])
