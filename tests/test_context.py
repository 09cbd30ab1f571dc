"""Where a value stands beside published figures: dated, counted, and never a place in an order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Run
from lantern import House

CONTEXT = """\
context:
  lamp.late:
    - {place: england, value: 9%, period: "2025", published: 2025-12-01, source: lamp-stats}
    - {place: region, value: 12%, period: "2025", published: 2025-12-01, source: lamp-stats}
    - place: neighbours
      values: [5%, 10%, 20%, 25%, 30%, 35%, 40%]
      withheld: 3
      period: "2025"
      published: 2025-12-01
      source: lamp-stats
"""


def found(house: House, run: Run, *changes: tuple[str, str]) -> dict[str, Any]:
    """Return what is found of children put to bed late."""
    house.edit("profile.yaml", ("plan:", f"{CONTEXT}plan:"), *changes)
    report = json.loads(run("check", "profile.yaml", "--format", "json").out)
    findings = {finding["id"]: finding for finding in report["findings"]}
    (one,) = findings["LAN-06"]["found"]
    assert isinstance(one, dict)
    return one


def test_a_value_stands_beside_all_three(house: House, run: Run) -> None:
    one = found(house, run)
    assert (one["england"], one["worse_than_england"]) == ("9% (2025)", True)
    assert one["region"] == "12% (2025)"
    assert one["neighbours"] == "25% (median of 7), above 3, below 3 and level with 1 (2025)"
    told = " ".join(run("explain", "LAN-06", "profile.yaml").out.split())
    assert "England 9% (2025); the region 12% (2025); neighbours 25% (median of 7), above 3" in told


def test_too_few_neighbours_are_no_comparison(house: House, run: Run) -> None:
    few = ("25%, 30%, 35%, 40%]\n      withheld: 3", "25%, 30%]\n      withheld: 5")
    one = found(house, run, few)
    assert one["neighbours"] == "too few to compare with: 5 of 10 have a figure (2025)"


def test_a_hidden_value_is_on_no_side(house: House, run: Run) -> None:
    one = found(house, run, ("lamp.late: 20/80", "lamp.late: 4/80"))
    assert one["text"] == "fewer than 6 of 80 children"
    assert one["worse_than_england"] is None
    assert one["neighbours"] == "25% (median of 7) (2025)"


@pytest.mark.parametrize("change", [("published: 2025-12-01", "published: 2026-12-01")])
def test_what_was_not_published_yet_is_not_known(
    house: House, run: Run, change: tuple[str, str]
) -> None:
    one = found(house, run, change)
    assert one["england"] is None
    assert one["region"] == "12% (2025)"


def test_rates_without_a_better_side_are_compared_too(house: House, run: Run) -> None:
    figure = "{place: england, value: 3, period: '2025', published: 2025-12-01, source: x}"
    house.edit("profile.yaml", ("plan:", f"context:\n  lamp.rate: {figure}\nplan:"))
    house.edit("profile.yaml", ("  lamp.lit: yes", "  lamp.lit: yes\n  lamp.rate: 4"))
    house.edit(
        "rules/lantern/light/LAN-03.yaml",
        (
            "{fact: lamp.lit, is: yes}",
            "{all: [{fact: lamp.lit, is: yes}, {fact: lamp.rate, at_least: 1}]}",
        ),
    )
    report = json.loads(run("check", "profile.yaml", "--format", "json").out)
    (one,) = [f for f in report["findings"] if f["id"] == "LAN-03"]
    rate = one["found"][1]
    assert (rate["fact"], rate["england"], rate["worse_than_england"]) == (
        "lamp.rate",
        "3 (2025)",
        None,
    )
