"""England's figures of 2024, from the columns that the shipped dictionary reads them in.

Source: DfE, Education, health and care plans, reporting year 2025 (Open Government Licence v3.0).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped import shipped_rulebook

from readiness.model.values import Share, percent
from readiness.returns.dfe import ENGLAND, read_published

PLACE = {
    "time_period": "2024",
    "time_identifier": "Calendar year",
    "geographic_level": "National",
    "region_name": "",
    "old_la_code": "",
    "new_la_code": "",
    "la_name": "",
}
TIMELINESS = {
    "plans_issued_20_weeks_ex": "39407",
    "plans_issued_den_ex": "84866",
    "PC_plans_issued_20_weeks_ex": "46.4",
    "plans_issued_within_20_weeks": "41448",
    "plans_issued_den": "90392",
    "pc_plans_issued_within_20_weeks": "45.9",
}
REQUESTS = {
    "requests_received_in_year": "154489",
    "requests_decided_not_to_assess": "38889",
    "request_outcome_six_weeks": "126160",
    "request_outcome_over_6_weeks": "22593",
}
REVIEWS = {
    "review_expected": "524654",
    "review_meeting_24": "318369",
    "number_decsion_4weeks": "154924",
    "number_decision_gt_4weeks": "193835",
}


@pytest.mark.parametrize(
    ("fact", "columns", "counts", "published"),
    [
        ("ehcp.issued_on_time", TIMELINESS, (39407, 84866), "46.4%"),
        ("ehcp.issued_on_time_all", TIMELINESS, (41448, 90392), "45.9%"),
        ("ehcp.decided_in_6_weeks", REQUESTS, (126160, 148753), "84.8%"),
        ("ehcp.refused_share", REQUESTS, (38889, 154489), "25.2%"),
        ("ehcp.review_held", REVIEWS, (318369, 524654), "60.7%"),
        ("ehcp.review_decided_in_4_weeks", REVIEWS, (154924, 348759), "44.4%"),
    ],
)
def test_england_in_2024(
    tmp_path: Path,
    fact: str,
    columns: dict[str, str],
    counts: tuple[int, int],
    published: str,
) -> None:
    definition = shipped_rulebook().facts[fact]
    assert definition.published_as is not None
    row = {**PLACE, **definition.published_as.where, **columns}
    lacking = set(definition.published_as.columns) - row.keys()
    row |= dict.fromkeys(lacking, "x")  # a percentage that the counts make unneeded
    text = f"{','.join(row)}\n{','.join(row.values())}\n"
    (tmp_path / f"{definition.published_as.file}.csv").write_text(text, encoding="utf-8")
    (point,) = read_published(tmp_path, [definition]).figures[fact][ENGLAND]
    assert isinstance(point.value, Share)
    assert (point.value.numerator, point.value.denominator) == counts
    assert point.value.value is not None
    assert percent(point.value.value) == published
    assert str(point.period) == "2024"
