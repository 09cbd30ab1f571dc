"""SSDA903 returns: figures as plain Python gives them, and what varies in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readiness.app.profiles import fill_profile
from readiness.errors import InvalidProfile
from readiness.returns.records.fragment import part_of, to_yaml
from readiness.returns.records.lines import summary
from readiness.returns.records.load import load_return
from readiness.returns.records.read import Reading, read_return
from readiness.rulebook.rulebook import Rulebook
from returns.lists import Cell, Rows, csv_set

END = date(2025, 3, 31)
START = date(2024, 4, 1)
AWAY = ("T0", "T4", "Z1")


def read(shipped: Rulebook, paths: Sequence[Path]) -> Reading:
    return read_return(load_return("ssda903", shipped), paths, shipped.facts, day=END)


def figures(reading: Reading) -> dict[str, tuple[int | None, int | None]]:
    return {str(f.ref): (f.numerator, f.denominator) for f in reading.figures}


def found(reading: Reading) -> dict[str, tuple[int, ...]]:
    return {one.check.page.id: one.lines for one in reading.broken if one.lines}


def episode(child: int, **cells: Cell) -> dict[str, Cell]:
    return {"CHILD": child, "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "U1", **cells}


days = st.one_of(
    st.sampled_from(
        [START - timedelta(days=1), START, END - timedelta(days=1), END, date(2024, 2, 29)]
    ),
    st.dates(date(2023, 12, 1), END),
)
episodes = st.fixed_dictionaries(
    {
        "DECOM": days,
        "RNE": st.sampled_from(["S", "P", "L", "T"]),
        "LS": st.sampled_from(["C2", "C2", "C2", "V4"]),
        "PLACE": st.sampled_from(["U1", "K2", "T0"]),
        "DEC": st.one_of(st.none(), st.none(), days),
        "REC": st.sampled_from(["X1", "E11", ""]),
    }
)


def expected(children: Sequence[Sequence[Mapping[str, Cell]]]) -> dict[str, tuple[int, int]]:
    """Return the figures of children, each with its episodes, in plain Python."""
    stay = begun = left = moved = 0
    for child in children:
        once: dict[tuple[Cell, Cell], Mapping[str, Cell]] = {}
        for one in child:
            once.setdefault((one["DECOM"], one["RNE"]), one)
        here = starts = before = came = went = 0
        for one in once.values():
            first, last = one["DECOM"], one["DEC"]
            assert isinstance(first, date)
            ends = last if isinstance(last, date) else date.max
            if one["LS"] == "V4":
                continue
            here += ends > END
            came += one["RNE"] == "S" and first >= START
            went += START <= ends <= END and one["REC"] == "E11"
            if one["PLACE"] not in AWAY:
                starts += one["RNE"] in ("S", "P", "T") and first >= START
                before += first < START <= ends
        stay += here > 0
        begun += came > 0
        left += went > 0
        moved += here > 0 and starts + (before > 0) >= 3
    return {
        "activity.in_care_at_year_end": (stay, stay),
        "activity.care_begun_in_year": (begun, begun),
        "activity.care_left_in_year": (left, left),
        "cla.three_placements_share": (moved, stay),
    }


def of_episodes(folder: Path, children: Sequence[Sequence[Mapping[str, Cell]]]) -> list[Path]:
    """Return the files of children with these episodes, written."""
    rows: dict[str, Rows] = {
        "header": [{"CHILD": n, "SEX": 1, "DOB": date(2015, 1, 1)} for n, _ in enumerate(children)],
        "episodes": [episode(n, **one) for n, child in enumerate(children) for one in child],
    }
    return csv_set(folder, rows)


SURE: list[dict[str, Cell]] = [
    {"DECOM": START, "RNE": "S", "LS": "C2", "PLACE": "U1", "DEC": None, "REC": "E11"}
]


@settings(deadline=None, max_examples=8)
@given(st.lists(st.lists(episodes, max_size=5), max_size=6))
def test_children_in_care(
    shipped: Rulebook,
    tmp_path_factory: pytest.TempPathFactory,
    children: list[list[dict[str, Cell]]],
) -> None:
    every: list[Sequence[Mapping[str, Cell]]] = [SURE, *children]
    reading = read(shipped, of_episodes(tmp_path_factory.mktemp("903"), every))
    given = figures(reading)
    assert {name: given[name] for name in expected(every)} == expected(every)
    for module in reading.modules.values():
        assert module.read == module.used + sum(r.count for r in module.left_out.values())


def test_health_and_care_leavers(shipped: Rulebook, tmp_path: Path) -> None:
    whole = date(2020, 1, 1)
    born = {
        1: date(2022, 1, 1),
        2: date(2021, 4, 1),
        3: date(2014, 6, 1),
        4: date(2008, 3, 31),
        5: date(2008, 4, 1),
        6: date(2010, 1, 1),
        10: date(2003, 4, 1),
        11: date(2006, 3, 31),
        12: date(2006, 4, 1),
        13: date(2003, 3, 31),
        14: date(2005, 1, 1),
        15: date(2005, 1, 1),
        16: date(2005, 1, 1),
    }
    oc2: dict[str, Cell] = {
        "HEALTH_CHECK": "",
        "IMMUNISATIONS": 1,
        "TEETH_CHECK": 0,
        "CONVICTED": 0,
    }
    rows: dict[str, Rows] = {
        "header": [{"CHILD": n, "SEX": 1, "DOB": day} for n, day in born.items()],
        "episodes": [
            *(episode(n, DECOM=whole) for n in range(1, 6)),
            episode(6, DECOM=START + timedelta(days=1)),
        ],
        "oc2": [
            {"CHILD": 1, **oc2, "HEALTH_CHECK": 1},
            {"CHILD": 2, **oc2, "HEALTH_CHECK": 0, "TEETH_CHECK": "true"},
            {"CHILD": 3, **oc2, "SDQ_SCORE": 12, "CONVICTED": 1},
            {"CHILD": 4, **oc2, "SDQ_SCORE": 12, "CONVICTED": 1, "TEETH_CHECK": "maybe"},
            {"CHILD": 5, **oc2, "SDQ_SCORE": 41},
            {"CHILD": 6, **oc2, "SDQ_SCORE": 12, "CONVICTED": 1},
        ],
        "oc3": [
            {"CHILD": 10, "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "K1"},
            {"CHILD": 11, "IN_TOUCH": "YES", "ACTIV": "G4", "ACCOM": "U2"},
            {"CHILD": 12, "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "K1"},
            {"CHILD": 13, "IN_TOUCH": "YES", "ACTIV": "F2", "ACCOM": "K1"},
            {"CHILD": 14, "IN_TOUCH": "DIED", "ACTIV": "0", "ACCOM": "0"},
            {"CHILD": 15, "IN_TOUCH": "NO", "ACTIV": "0", "ACCOM": "0"},
            {"CHILD": 16, "IN_TOUCH": "NO", "ACTIV": "0", "ACCOM": "K9"},
        ],
        "uasc": [{"CHILD": 3, "DUC": END + timedelta(days=1)}, {"CHILD": 4, "DUC": END}],
    }
    reading = read(shipped, csv_set(tmp_path, rows, "SSDA903_2025_{}.csv"))
    given = figures(reading)
    assert given["cla_health.up_to_date[dental]"] == (1, 4)
    assert given["cla_health.up_to_date[immunisations]"] == (5, 5)
    assert given["cla_health.up_to_date[development]"] == (1, 2)
    assert given["cla_health.sdq_held"] == (1, 2)
    assert given["cla.offending_share"] == (2, 3)
    assert given["care_leavers.suitable_accommodation"] == (1, 3)
    assert given["care_leavers.in_work_or_study"] == (1, 4)
    assert given["care_leavers.suitable_accommodation_17_18"] == (1, 1)
    assert given["uasc.children"] == (1, 1)
    suitable = next(f for f in reading.figures if f.ref.id == "care_leavers.suitable_accommodation")
    assert suitable.left_out == {"died since": 1, "ACCOM is not recorded": 1}
    broken = found(reading)
    assert broken["O2-02"] == (6,)
    assert broken["O2-03"] == (5,)
    assert broken["O2-05"] == (7,)
    assert broken["O3-01"] == (8,)
    assert broken["O3-02"] == (5,)


workers = st.lists(st.tuples(st.sampled_from("ABCD"), days, st.one_of(st.none(), days)), max_size=5)


@settings(deadline=None, max_examples=8)
@given(st.lists(workers, max_size=5))
@example([[("A", START, END), ("B", START, END), ("A", END, None), ("B", END, None)]])
@example([[("A", START, END), ("B", START, END), ("C", END, None)]])
def test_changes_of_social_worker(
    shipped: Rulebook,
    tmp_path_factory: pytest.TempPathFactory,
    children: list[list[tuple[str, date, date | None]]],
) -> None:
    sure: list[tuple[str, date, date | None]] = [("A", START, None)]
    every = [sure, *children]
    rows: dict[str, Rows] = {
        "header": [{"CHILD": n, "SEX": 1, "DOB": date(2015, 1, 1)} for n, _ in enumerate(every)],
        "episodes": [episode(n, DECOM=date(2020, 1, 1)) for n, _ in enumerate(every)],
        "sw_episodes": [
            {"CHILD": n, "SW_ID": who, "SW_DECOM": first, "SW_DEC": last}
            for n, worked in enumerate(every)
            for who, first, last in worked
        ],
    }
    reading = read(shipped, csv_set(tmp_path_factory.mktemp("903"), rows))
    had = [
        {who for who, first, last in worked if first <= END and (last or END) >= START}
        for worked in every
    ]
    changed = [who for who in had if len(who) >= 3]
    assert figures(reading)["cla.three_social_workers"] == (len(changed), len([*filter(None, had)]))
    (mine,) = (f for f in reading.figures if f.ref.id == "cla.three_social_workers")
    assert sum(mine.left_out.values()) == sum(not who for who in had)


@settings(deadline=None, max_examples=8)
@given(st.lists(st.lists(episodes, max_size=4), max_size=6))
def test_children_in_care_by_the_month(
    shipped: Rulebook,
    tmp_path_factory: pytest.TempPathFactory,
    children: list[list[dict[str, Cell]]],
) -> None:
    every: list[Sequence[Mapping[str, Cell]]] = [SURE, *children]
    reading = read(shipped, of_episodes(tmp_path_factory.mktemp("903"), every))
    begun: dict[tuple[int, int], set[int]] = {}
    left: dict[tuple[int, int], set[int]] = {}
    for n, child in enumerate(every):
        once: dict[tuple[Cell, Cell], Mapping[str, Cell]] = {}
        for one in child:
            once.setdefault((one["DECOM"], one["RNE"]), one)
        for one in once.values():
            first, last = one["DECOM"], one["DEC"]
            assert isinstance(first, date)
            if one["LS"] != "V4" and one["RNE"] == "S":
                begun.setdefault((first.year, first.month), set()).add(n)
            if one["LS"] != "V4" and isinstance(last, date) and one["REC"] == "E11":
                left.setdefault((last.year, last.month), set()).add(n)
    for fact, expected in (("activity.care_begun", begun), ("activity.care_left", left)):
        months = [f for f in reading.figures if f.ref.id == fact]
        assert [f.key for f in months][::11] == ["2024-04", "2025-03"]
        for figure in months:
            month = figure.period.start.year, figure.period.start.month
            assert figure.numerator == len(expected.get(month, ())), (fact, month)


YEARS = [
    (END, "", None),
    (date(2024, 3, 31), "began", "Apr 2024 to Mar 2025"),
    (date(2026, 3, 31), "outside it: 8 rows (Episodes)", "Apr 2024 to Mar 2025"),
]


@pytest.mark.parametrize(("day", "said", "likely"), YEARS)
def test_a_return_read_with_the_wrong_year_says_so_first(
    shipped: Rulebook, tmp_path: Path, day: date, said: str, likely: str | None
) -> None:
    rows: dict[str, Rows] = {
        "header": [{"CHILD": n, "SEX": 1, "DOB": date(2015, 1, 1)} for n in range(9)],
        "episodes": [
            episode(n, DECOM=START, DEC=None if n == 8 else date(2024, 9, n + 1), REC="E11")
            for n in range(9)
        ],
    }
    definition = load_return("ssda903", shipped)
    reading = read_return(definition, csv_set(tmp_path, rows), shipped.facts, day=day)
    assert reading.spread is not None
    told = str(reading.spread.likely) if reading.spread.likely else None
    assert told == likely
    head = list(summary(reading, shipped))
    head = head[1 : head.index("Read")]
    assert f"the year is {reading.moment.year}: the last that had ended on" in head[0]
    assert said in " ".join(head)
    assert any("WRONG YEAR?" in line for line in head) is (likely is not None)
    note = next(iter(part_of(reading).evidence.values())).note
    assert note is not None
    assert ("a wrong year?" in note) is (likely is not None)
    (tmp_path / "who.yaml").write_text("council: {name: Vale}\n")
    (tmp_path / "part.yaml").write_text(to_yaml(reading, shipped))
    filled = fill_profile([tmp_path / "who.yaml", tmp_path / "part.yaml"])
    assert any("a wrong year?" in line for line in filled.summary) is (likely is not None)


def test_checks_of_episodes(shipped: Rulebook, tmp_path: Path) -> None:
    rows: dict[str, Rows] = {
        "header": [
            {"CHILD": 1, "SEX": 1, "DOB": date(2015, 1, 1)},
            {"CHILD": 2, "SEX": 3, "DOB": date(2006, 1, 1)},
            {"CHILD": 3, "SEX": 1},
            {"CHILD": 1, "SEX": 1, "DOB": date(2015, 1, 1)},
        ],
        "episodes": [
            episode(1, DECOM=date(2014, 1, 1)),
            episode(1, DECOM=date(2020, 1, 2), DEC=date(2020, 1, 1), REC="X1"),
            episode(1, DECOM=date(2021, 1, 1), LS="Q9"),
            episode(2, DECOM=date(2021, 1, 1), PLACE=None),
            episode(2, DECOM=date(2021, 1, 1), RNE="P", DEC="31/02/2025", REC="X1"),
            episode(2, DECOM=date(2025, 4, 1), RNE="P"),
            episode(9, DECOM=date(2021, 1, 1)),
        ],
    }
    reading = read(shipped, csv_set(tmp_path, rows))
    assert found(reading) == {
        "H-01": (4,),
        "H-03": (3,),
        "E-02": (7,),
        "E-03": (6,),
        "E-04": (3,),
        "E-05": (2,),
        "E-06": (4,),
        "E-07": (5,),
        "E-09": (5, 7),
        "E-10": (3,),
    }
    header, episodes_ = reading.modules["header"], reading.modules["episodes"]
    assert header.left_out["its key is that of an earlier row"].first == (5,)
    assert episodes_.left_out["it belongs to no used row of Header"].first == (8,)
    assert episodes_.left_out["DEC cannot be used"].first == (6,)


@pytest.mark.parametrize(
    "name", ["{}.csv", "2025 {}.csv", "LA-999_{}_2025.csv", "{} (1).csv", "ssda903-{}.CSV"]
)
def test_names_of_files_may_vary(shipped: Rulebook, tmp_path: Path, name: str) -> None:
    rows: dict[str, Rows] = {
        "header": [{"CHILD": 1, "SEX": 1, "DOB": date(2015, 1, 1)}],
        "episodes": [episode(1, DECOM=START)],
    }
    paths = csv_set(tmp_path, rows, name)
    reading = read(shipped, paths)
    assert figures(reading)["activity.care_begun_in_year"] == (1, 1)
    assert reading.notes == ()


def test_windows_text_a_byte_order_mark_and_semicolons(shipped: Rulebook, tmp_path: Path) -> None:
    header = tmp_path / "header.csv"
    header.write_bytes("CHILD;ETHNIC;DOB;SEX\n1;\xe9\xe8;01/01/2015;1\n".encode("cp1252"))
    episodes_ = tmp_path / "episodes.csv"
    episodes_.write_bytes(
        b"\xef\xbb\xbfDECOM,CHILD,rne,LS,CIN,PLACE,DEC,REC\r\n01/04/2024,1,s,c2,N1,U1,,\r\n"
    )
    reading = read(shipped, [header, episodes_])
    assert figures(reading)["activity.care_begun_in_year"] == (1, 1)


def test_without_the_child_nothing_can_be_joined(shipped: Rulebook, tmp_path: Path) -> None:
    (tmp_path / "header.csv").write_text("CHLD,DOB,SEX\n1,01/01/2015,1\n")
    with pytest.raises(InvalidProfile, match="the column 'CHILD' is missing") as error:
        read(shipped, [tmp_path / "header.csv"])
    assert "did you mean 'CHLD'" in str(error.value)
