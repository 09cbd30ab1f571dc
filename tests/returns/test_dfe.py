"""Reading published CSV files: of fictional areas, written by the tests themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from readiness.errors import InvalidProfile, UsageError
from readiness.model.expectation import Source
from readiness.model.facts import Fact, FactRef
from readiness.model.profile import Point, State
from readiness.model.values import Share
from readiness.model.vocabulary import Council, Region
from readiness.returns import dfe
from readiness.returns.dfe import Published, published_facts, read_published, read_reference
from readiness.returns.fill import fill

HEAD = "time_period,time_identifier,geographic_level,region_name,old_la_code,new_la_code,la_name"
ENGLAND = "National,,,,"
NORTH = "Regional,North East,,,"
MOOR = "Local authority,North East,991,E06009901,Northmoor"
DALE = "Local authority,North East,992,E06009902,Dale"
TOWN = "Local authority,Inner London,993,E09009903,Lampton"
WHERE = {"breakdown_topic": "All"}
LAMPS = {
    "lamps": Source.model_validate(
        {
            "title": "Lamps",
            "short": "Lamps",
            "kind": "statistics",
            "edition": date(2025, 6, 1),
            "from": date(2025, 6, 1),
            "url": "https://example.org/lamps",
        }
    )
}


def fact(id: str = "lamp.lit", type: str = "share", **more: Any) -> Fact:
    """Return a published fact; what is not a key of a fact is one of its `published_as`."""
    keys = ("cadence", "unit", "may_not_apply", "values", "for_each")
    own = {key: more.pop(key) for key in keys if key in more}
    base = {"title": "Lit", "definition": "Seen.", "cadence": "calendar year", "of": "lamps"}
    published = {"release": "lamps", "file": "lamps", **more}
    return Fact(**{**base, "id": id, "type": type, **own, "published_as": published})


COUNTED = fact(column="pc", numerator="lit", denominator="lamps")


def write(folder: Path, columns: str, *rows: str, name: str = "lamps") -> Path:
    path = folder / f"{name}.csv"
    path.write_text("\n".join([f"{HEAD},{columns}", *rows]) + "\n", encoding="utf-8")
    return path


def row(whom: str, figures: str, year: str = "2024") -> str:
    return f"{year},Calendar year,{whom},{figures}"


def read(folder: Path, *facts: Fact) -> Published:
    return read_published(folder, facts)


def last(published: Published, place: str, id: str = "lamp.lit") -> Point:
    return published.figures[id][place][-1]


def fails(folder: Path, *facts: Fact) -> list[str]:
    with pytest.raises(InvalidProfile) as caught:
        read_published(folder, facts)
    return [str(problem) for problem in caught.value.problems]


def test_counts_come_before_the_rounded_percentage(tmp_path: Path) -> None:
    write(tmp_path, "lit,lamps,pc", row(MOOR, "2,3,66.7"), row(ENGLAND, "20,30,66.7"))
    published = read(tmp_path, COUNTED)
    assert last(published, "991").value == Share(Fraction(2, 3), 2, 3)
    assert last(published, "england").value == Share(Fraction(2, 3), 20, 30)


def test_the_percentage_stands_in_for_withheld_counts(tmp_path: Path) -> None:
    write(tmp_path, "lit,lamps,pc", row(MOOR, "c,30,6.5"), row(DALE, "c,30,c"))
    published = read(tmp_path, COUNTED)
    assert last(published, "991").value == Share(Fraction(65, 1000))
    assert last(published, "992").state is State.SUPPRESSED


def test_no_percentage_stands_in_where_the_whole_is_suppressed(tmp_path: Path) -> None:
    write(tmp_path, "lit,lamps,pc", row(MOOR, "0,c,0"), row(DALE, "1,30,3.3"))
    point = last(read(tmp_path, COUNTED), "991")
    assert (point.state, point.note) == (State.SUPPRESSED, "c")


def test_columns_are_added_up(tmp_path: Path) -> None:
    write(tmp_path, "soon,late", row(MOOR, "3,1"), row(DALE, "3,x"))
    either = fact(numerator="soon", denominator=["soon", "late"])
    published = read(tmp_path, either)
    assert last(published, "991").value == Share(Fraction(3, 4), 3, 4)
    assert last(published, "992").note == "x"


def test_none_of_none_is_no_cases(tmp_path: Path) -> None:
    write(tmp_path, "lit,lamps,pc", row(MOOR, "0,0,x"))
    assert last(read(tmp_path, COUNTED), "991").value == Share(None, 0, 0)


APART = fact(
    column="pc",
    numerator="n",
    denominator="n",
    where={"kind": "lit"},
    denominator_where={"kind": "all"},
)
"""A share whose whole stands in a row of its own."""


def test_the_whole_may_stand_in_a_row_of_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        "kind,n,pc",
        row(MOOR, "all,3,100"),
        row(MOOR, "lit,2,67"),
        row(MOOR, "dark,1,33"),
        row(DALE, "lit,1,50"),
        row(DALE, "all,2,100"),
        row(DALE, "all,4,100", "2023"),
        row(DALE, "lit,3,75", "2023"),
    )
    published = read(tmp_path, APART)
    assert last(published, "991").value == Share(Fraction(2, 3), 2, 3)
    assert [point.value for point in published.figures["lamp.lit"]["992"]] == [
        Share(Fraction(3, 4), 3, 4),
        Share(Fraction(1, 2), 1, 2),
    ]


@pytest.mark.parametrize(
    ("rows", "value", "state"),
    [
        (["lit,c,7", "all,30,100"], Share(Fraction(7, 100)), State.VALUE),
        (["lit,2,7"], Share(Fraction(7, 100)), State.VALUE),
        (["lit,0,0", "all,c,c"], None, State.SUPPRESSED),
        (["lit,4,x", "all,3,100"], None, State.UNREADABLE),
        (["lit,0,z", "all,0,z"], Share(None, 0, 0), State.VALUE),
    ],
    ids=["part withheld", "no whole", "whole withheld", "part larger", "none of none"],
)
def test_two_rows_are_read_as_one_would_be(
    tmp_path: Path, rows: list[str], value: Share | None, state: State
) -> None:
    others = [row(DALE, "lit,1,50"), row(DALE, "all,2,100")]
    write(tmp_path, "kind,n,pc", *(row(MOOR, figures) for figures in rows), *others)
    point = last(read(tmp_path, APART), "991")
    assert (point.value, point.state) == (value, state)


def test_two_wholes_for_one_place_and_period_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, "kind,n,pc", row(MOOR, "all,3,100"), row(MOOR, "all,4,100"))
    (message,) = fails(tmp_path, APART)
    assert "a second row of lamp.lit for 991 in 2024, with another figure" in message


def test_text_in_the_whole_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "kind,n,pc", row(MOOR, "all,three,100"), row(MOOR, "lit,2,67"))
    (message,) = fails(tmp_path, APART)
    assert "'three' in the column 'n' is not a number" in message


def test_areas_published_together_share_the_whole(tmp_path: Path) -> None:
    both = "Local authority,North East,991/992,E06009901/E06009902,Northmoor/Dale"
    write(tmp_path, "kind,n,pc", row(both, "all,3,100"), row(both, "lit,2,67"))
    point = last(read(tmp_path, APART), "992")
    assert point.value == Share(Fraction(2, 3), 2, 3)
    assert point.note == "published for Northmoor and Dale together"


@pytest.mark.parametrize(
    ("marker", "state", "note"),
    [
        ("x", State.NOT_COLLECTED, "x"),
        ("-", State.NOT_COLLECTED, "-"),
        ("", State.NOT_COLLECTED, "empty"),
        ("z", State.NOT_COLLECTED, "z"),
        ("c", State.SUPPRESSED, "c"),
        ("low", State.SUPPRESSED, "low"),
        ("u", State.UNREADABLE, "u, unreliable"),
        (" C ", State.SUPPRESSED, "c"),
    ],
)
def test_a_marker_is_never_a_number(tmp_path: Path, marker: str, state: State, note: str) -> None:
    write(tmp_path, "n", row(MOOR, marker), row(DALE, "7"))
    point = last(read(tmp_path, fact(type="count", column="n")), "991")
    assert (point.state, point.value, point.note) == (state, None, note)


def test_not_applicable_only_where_the_dictionary_allows_it(tmp_path: Path) -> None:
    write(tmp_path, "n", row(MOOR, "z"), row(DALE, "7"))
    point = last(read(tmp_path, fact(type="count", column="n", may_not_apply=True)), "991")
    assert point.state is State.NOT_APPLICABLE
    assert point.note == "z, not applicable"


@pytest.mark.parametrize(
    ("figures", "note"),
    [("4,3,x", "the part is larger than the whole"), ("-1,3,x", "cannot be negative")],
)
def test_an_impossible_share_is_unreadable(tmp_path: Path, figures: str, note: str) -> None:
    write(tmp_path, "lit,lamps,pc", row(MOOR, figures), row(DALE, "1,2,50"))
    point = last(read(tmp_path, COUNTED), "991")
    assert point.state is State.UNREADABLE
    assert note in (point.note or "")


def test_more_than_the_whole_is_unreadable(tmp_path: Path) -> None:
    write(tmp_path, "pc", row(MOOR, "120"), row(DALE, "-3"), row(TOWN, "20"))
    published = read(tmp_path, fact(column="pc"))
    assert last(published, "991").note == "120% is more than the whole"
    assert last(published, "992").note == "a share cannot be negative"


def test_counts_that_are_not_whole_give_way_to_the_percentage(tmp_path: Path) -> None:
    write(tmp_path, "lit,lamps,pc", row(MOOR, "1.5,3,50"))
    assert last(read(tmp_path, COUNTED), "991").value == Share(Fraction(1, 2))


def test_every_kind_of_number(tmp_path: Path) -> None:
    write(tmp_path, "n,wait", row(MOOR, "32.799999999999997,14"))
    published = read(
        tmp_path,
        fact("a.rate", "rate", column="n"),
        fact("a.wait", "duration", column="wait", unit="weeks"),
        fact("a.count", "count", column="n"),
    )
    assert last(published, "991", "a.rate").value == Decimal("32.8")
    assert str(last(published, "991", "a.wait").value) == "14 weeks"
    assert published.empty == ("a.count",)  # 32.8 is no count, and nobody else has one


def test_words_are_read_by_their_answers(tmp_path: Path) -> None:
    write(tmp_path, "post", row(MOOR, "Yes"), row(DALE, "Recruiting"), row(TOWN, "Not returned"))
    answers = {"Yes": True, "No": False, "Recruiting": False}
    published = read(tmp_path, fact(type="yes_no", column="post", answers=answers))
    assert last(published, "991").value is True
    assert last(published, "992").value is False
    assert last(published, "992").note == "published as Recruiting"
    other = last(published, "993")
    assert (other.state, other.note) == (State.NOT_COLLECTED, "Not returned")


def test_a_choice_is_read_by_its_answers(tmp_path: Path) -> None:
    write(tmp_path, "grade", row(MOOR, "1"), row(DALE, "9"))
    graded = fact(type="choice", column="grade", values=["good", "poor"], answers={"1": "good"})
    published = read(tmp_path, graded)
    assert last(published, "991").value == "good"
    assert last(published, "992").note == "9"


def test_only_the_rows_asked_for_are_read(tmp_path: Path) -> None:
    write(tmp_path, "breakdown_topic,n", row(MOOR, "All,7"), row(MOOR, "Sex,3"), row(DALE, "Sex,?"))
    published = read(tmp_path, fact(type="count", column="n", where=WHERE))
    assert last(published, "991").value == 7
    assert "992" not in published.figures["lamp.lit"]


def test_two_rows_for_one_place_and_period_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, "n", row(MOOR, "7"), row(MOOR, "7"), row(MOOR, "8"))
    (problem,) = fails(tmp_path, fact(type="count", column="n"))
    assert "lamps.csv:4: a second row of lamp.lit for 991 in 2024" in problem
    assert "'where'" in problem


def test_periods_follow_the_cadence_and_not_the_label(tmp_path: Path) -> None:
    write(tmp_path, "n", row(MOOR, "8", "202425"), row(MOOR, "7", "2023"))
    at_census = fact("a.census", "count", column="n", cadence="at January census")
    points = read(tmp_path, at_census).figures["a.census"]["991"]
    assert [(point.key, str(point.period)) for point in points] == [
        ("2023", "at 31 January 2023"),
        ("2024-25", "at 31 January 2025"),
    ]


def test_a_year_that_could_be_a_month_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "n", row(MOOR, "8", "201011"), row(MOOR, "7", "202425"))
    (point,) = read(tmp_path, fact(type="count", column="n")).figures["lamp.lit"]["991"]
    assert point.key == "2024-25"


def test_periods_without_any_figure_are_left_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        "n",
        row(MOOR, "x", "2022"),
        row(DALE, "x", "2022"),
        row(MOOR, "x", "2023"),
        row(DALE, "5", "2023"),
    )
    points = read(tmp_path, fact(type="count", column="n")).figures["lamp.lit"]
    assert [point.key for point in points["991"]] == ["2023"]


def test_areas_published_together(tmp_path: Path) -> None:
    both = "Local authority,North East,991 / 992,E06009901 / E06009902,Northmoor / Dale"
    write(tmp_path, "n,pc", row(both, "70,12.5"))
    published = read(
        tmp_path, fact("a.count", "count", column="n"), fact("a.share", "share", column="pc")
    )
    assert published.empty == ("a.count",)
    share = last(published, "992", "a.share")
    assert share.value == Share(Fraction(1, 8))
    assert share.note == "published for Northmoor and Dale together"
    assert published.areas["992"].name == "Dale"
    assert published.areas["992"].ons == "E06009902"


def test_a_row_of_its_own_comes_before_a_shared_one(tmp_path: Path) -> None:
    both = "Local authority,North East,991 / 992,E06009901 / E06009902,Northmoor / Dale"
    shared, own = row(both, "12.5"), row(MOOR, "20")
    for rows in ((shared, own), (own, shared)):
        write(tmp_path, "pc", *rows)
        point = last(read(tmp_path, fact(column="pc")), "991")
        assert (point.value, point.note) == (Share(Fraction(1, 5)), None)


def test_areas_keep_their_code_and_take_their_newest_name(tmp_path: Path) -> None:
    old = "Local authority,North East,991,E10009900,Old Northmoor"
    write(tmp_path, "n", row(MOOR, "7"), row(old, "6", "2022"))
    published = read(tmp_path, fact(type="count", column="n"))
    assert published.areas["991"].name == "Northmoor"
    assert [point.value for point in published.figures["lamp.lit"]["991"]] == [6, 7]


def test_regions(tmp_path: Path) -> None:
    inner = "Regional,Inner London,,,"
    london = "Regional,London,,,"
    write(tmp_path, "n", row(NORTH, "1"), row(inner, "2"), row(london, "3"), row(TOWN, "4"))
    published = read(tmp_path, fact(type="count", column="n"))
    assert set(published.figures["lamp.lit"]) == {"north-east", "london", "993"}
    assert last(published, "london").value == 3
    assert published.areas["993"].region is Region.LONDON


def test_the_long_layout(tmp_path: Path) -> None:
    lines = [
        "measure,period,la_code,la_name,value",
        "Lit,2024-25 (OT),991,Northmoor,3.5",
        "Lit,2024-25 (OT),970,England,4",
        "Lit,2024-25 (OT),982,Yorkshire and the Humber,5",
        "Lit,2024-25 (OT),987,London (Inner),6",
        "Other,2024-25 (OT),991,Northmoor,9",
    ]
    (tmp_path / "lamps.csv").write_text("\n".join(lines), encoding="utf-8")
    published = read(tmp_path, fact(type="rate", column="value", where={"measure": "Lit"}))
    figures = published.figures["lamp.lit"]
    assert set(figures) == {"991", "england", "yorkshire-and-the-humber"}
    assert (figures["991"][0].value, figures["991"][0].key) == (Decimal("3.5"), "2024-25")


def test_members_of_a_family_that_are_published(tmp_path: Path) -> None:
    lines = [
        "measure,period,la_code,la_name,value",
        "LitHall,2024,991,Northmoor,35",
        "LitAttic,2024,991,Northmoor,-",
        "LitAttic,2024,992,Dale,70",
        "LitCellar,2024,991,Northmoor,9",
    ]
    (tmp_path / "lamps.csv").write_text("\n".join(lines), encoding="utf-8")
    members = {name: {"measure": f"Lit{name.title()}"} for name in ("hall", "attic")}
    family = fact(for_each="room", column="value", members=members)
    assert [one.id for one in published_facts([family])] == ["lamp.lit[hall]", "lamp.lit[attic]"]
    published = read(tmp_path, family)
    assert set(published.figures) == {"lamp.lit[hall]", "lamp.lit[attic]"}
    assert last(published, "991", "lamp.lit[hall]").value == Share(Fraction(35, 100))
    assert last(published, "991", "lamp.lit[attic]").state is not State.VALUE
    filled = fill(published, "991", {family.id: family}, LAMPS).profile
    assert set(filled.facts) == {FactRef("lamp.lit", "hall"), FactRef("lamp.lit", "attic")}
    assert set(fill(published, "992", {family.id: family}, LAMPS).profile.facts) == {
        FactRef("lamp.lit", "attic")
    }


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = write(tmp_path, "n", row(MOOR, "7"))
    text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert last(read(tmp_path, fact(type="count", column="n")), "991").value == 7


def test_text_in_a_number_column_is_one_error(tmp_path: Path) -> None:
    write(tmp_path, "n", row(MOOR, "7"), row(DALE, "1,2".replace(",", ";")), row(TOWN, "many"))
    (problem,) = fails(tmp_path, fact(type="count", column="n"))
    assert "lamps.csv:3: '1;2' in the column 'n' is not a number (and on 1 more line)" in problem
    assert "x z c u low -" in problem


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    write(tmp_path, "lit,lamp,pc", row(MOOR, "1,2,50"))
    (problem,) = fails(tmp_path, COUNTED)
    assert "the column 'lamps', which lamp.lit reads, is missing" in problem
    assert "did you mean 'lamp'?" in problem


def test_a_year_that_is_none(tmp_path: Path) -> None:
    write(tmp_path, "n", row(MOOR, "7", "202427"), row(MOOR, "7", "soon"))
    (problem,) = fails(tmp_path, fact(type="count", column="n"))
    assert "'202427' in the column 'time_period' is no year (and on 1 more line)" in problem


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    path = write(tmp_path, "n", row(MOOR, "7"))
    path.write_bytes(path.read_bytes() + b"2024,Calendar year,National,\xe9,,,,8\n")
    (problem,) = fails(tmp_path, fact(type="count", column="n"))
    assert "lamps.csv:3: this line is not UTF-8 text" in problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        (f'{HEAD},n\n2024,"open', "this is not CSV"),
        (f"{HEAD},n\n2024,x\n", "this row has 2 cells, the header 8"),
    ],
)
def test_files_that_are_broken(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "lamps.csv").write_text(text, encoding="utf-8")
    (problem,) = fails(tmp_path, fact(type="count", column="n"))
    assert message in problem


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "n", *[row(MOOR, "7")] * 20)
    monkeypatch.setattr(dfe, "LARGEST_FILE", 100)
    (problem,) = fails(tmp_path, fact(type="count", column="n"))
    assert "bytes are more than the 100 that are read" in problem


def test_missing_files_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    write(tmp_path, "n", row(MOOR, "7"))
    other = fact("b.other", "count", column="n", file="oil")
    published = read(tmp_path, fact(type="count", column="n"), other)
    assert published.missing == {"oil.csv": ("b.other",)}
    assert last(published, "991").value == 7


def test_a_folder_without_any_of_the_files(tmp_path: Path) -> None:
    assert "such as lamps.csv" in fails(tmp_path, COUNTED)[0]
    assert "there is no such folder" in fails(tmp_path / "none", COUNTED)[0]


def test_problems_of_all_files_come_together(tmp_path: Path) -> None:
    write(tmp_path, "n", row(MOOR, "many"))
    write(tmp_path, "n", row(MOOR, "few"), name="oil")
    other = fact("b.other", "count", column="n", file="oil")
    assert len(fails(tmp_path, fact(type="count", column="n"), other)) == 2


def test_areas_are_found_by_either_code(tmp_path: Path) -> None:
    write(tmp_path, "n", row(MOOR, "7"), row(DALE, "8"))
    published = read(tmp_path, fact(type="count", column="n"))
    assert published.area("991").name == "Northmoor"
    assert published.area("e06009902").name == "Dale"


@pytest.mark.parametrize(
    ("code", "near"),
    [
        ("northmoor", "991 is Northmoor"),
        ("99", "991 is Northmoor, 992 is Dale"),
        ("E06009903", "991 is Northmoor, 992 is Dale"),
        ("moor", "991 is Northmoor"),
        ("qqqqqq", "give a DfE code such as 302"),
    ],
)
def test_an_unknown_code_names_the_nearest(tmp_path: Path, code: str, near: str) -> None:
    write(tmp_path, "n", row(MOOR, "7"), row(DALE, "8"))
    published = read(tmp_path, fact(type="count", column="n"))
    with pytest.raises(UsageError) as caught:
        published.area(code)
    told = str(caught.value)
    assert f"no area in these files has the code '{code}'" in told
    assert all(part in told for part in near.split(", "))


def test_reference_files(tmp_path: Path) -> None:
    (tmp_path / "la_lookup.csv").write_text(
        "la_code,name,ons_la_type\n991,Northmoor,County\n992,Dale,Kingdom\n", encoding="utf-8"
    )
    ten = ",".join(f"SN_{number}" for number in range(1, 11))
    for year, first in (("2024", "992"), ("2025", "993")):
        (tmp_path / f"stat_neighbours_{year}.csv").write_text(
            f"old_la_code,{ten}\n991,{first}{',994' * 9}\n", encoding="utf-8"
        )
    reference = read_reference(tmp_path)
    assert reference.kinds == {"991": Council.COUNTY}
    assert reference.neighbours["991"] == ("993", *["994"] * 9)


def test_without_reference_files(tmp_path: Path) -> None:
    assert read_reference(None) == read_reference(tmp_path)
    with pytest.raises(InvalidProfile, match="there is no such folder"):
        read_reference(tmp_path / "none")
    (tmp_path / "la_lookup.csv").write_text("la_code,kind\n", encoding="utf-8")
    with pytest.raises(InvalidProfile, match="the column 'ons_la_type' is missing"):
        read_reference(tmp_path)


@pytest.mark.parametrize(
    ("published", "message"),
    [
        ({"numerator": "lit"}, "are named together"),
        ({}, "name the column"),
        ({"column": "pc", "denominator_where": {"kind": "all"}}, "for no denominator"),
    ],
)
def test_a_dictionary_entry_says_where_its_figure_is(
    published: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fact(**published)
