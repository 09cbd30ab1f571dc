"""Profiles from published statistics: what is filled, what is said, and that it reads back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from readiness.calendar import Duration, period_of
from readiness.cli import main
from readiness.errors import ExitCode
from readiness.model.facts import FactRef
from readiness.model.profile import (
    ContextFigure,
    CouncilHeader,
    Entry,
    EvidenceItem,
    Point,
    Profile,
    State,
)
from readiness.model.values import Share, Value, share_from_counts
from readiness.model.vocabulary import Council, EvidenceKind, FactType, Place, Region
from readiness.profile.load import read_profile
from readiness.profile.write import to_yaml
from readiness.returns.dfe import Reference, read_published
from readiness.returns.fill import Filled, fill
from readiness.rulebook.load import load_rulebook
from readiness.rulebook.rulebook import Rulebook
from readiness.yaml_reader import read_text

PAGES = {
    "rulebook.yaml": """\
id: lamps
title: Lamps
format: 1
examples_as_of: 2025-11-01
""",
    "sources.yaml": """\
lamps-2025:
  title: "Lamps in England: the yearly count"
  short: Lamps
  kind: statistics
  edition: 2025-06-26
  from: 2025-06-26
""",
    "units.yaml": "lamps: {one: lamp, many: lamps, people: no}\n",
    "dimensions.yaml": "room: {title: Room, members: {hall: Hall}}\n",
    "facts/lamps.yaml": """\
lamp.lit:
  title: Lamps that are lit
  type: share
  of: lamps
  better: higher
  cadence: calendar year
  smallest_base: 10
  definition: Lamps lit, over all lamps.
  published_as: {release: lamps-2025, file: lamps, column: pc, numerator: lit, denominator: lamps,
    series: yes}
lamp.lamps:
  title: Lamps
  type: count
  of: lamps
  cadence: calendar year
  may_not_apply: yes
  definition: All lamps.
  published_as: {release: lamps-2025, file: lamps, column: lamps}
lamp.keeper:
  title: A keeper is in post
  type: yes_no
  cadence: calendar year
  definition: Somebody holds the post.
  published_as: {release: lamps-2025, file: lamps, column: keeper,
    answers: {"Yes": yes, "Recruiting": no}}
lamp.oil:
  title: Oil for each lamp
  type: rate
  unit: pints
  cadence: financial year
  definition: Pints of oil.
  published_as: {release: lamps-2025, file: oil, column: oil}
lamp.brightest_neighbour:
  title: Highest share among the neighbours
  type: share
  of: lamps
  cadence: calendar year
  smallest_base: 10
  definition: The highest of the neighbours' shares.
  published_as: {release: lamps-2025, file: lamps, column: pc, numerator: lit, denominator: lamps,
    of_neighbours: highest}
lamp.wait:
  title: Wait for a lamp
  type: duration
  unit: weeks
  cadence: at 31 March
  definition: From asking to lighting.
lamp.grade:
  title: Grade of the oil
  type: choice
  values: [fine, fair, "a: grade, #1"]
  definition: As on the can.
""",
}

ROWS = """\
time_period,geographic_level,region_name,old_la_code,new_la_code,la_name,lit,lamps,pc,keeper
2023,National,,,,,500,1000,50,Yes
2024,National,,,,,600,1000,60,Yes
2024,Regional,North East,,,,60,80,75,Yes
2023,Local authority,North East,991,E06009901,Northmoor,2,20,10,Yes
2024,Local authority,North East,991,E06009901,Northmoor,3,20,15,Recruiting
2023,Local authority,North East,992,E06009902,Dale,x,x,x,n/a
2024,Local authority,North East,992,E06009902,Dale,10,40,25,n/a
2024,Local authority,North East,993,E06009903,"Lampton, City of",c,30,c,Yes
2023,Local authority,North East,994,E06009904,Oldbury,5,10,50,Yes
2024,Local authority,North East,995,E06009905,Few,1,2,50,Yes
2024,Local authority,North East,996,E06009906,Many,9,4,x,Yes
"""

NEIGHBOURS = Reference({"991": Council.COUNTY}, {"991": ("992", "993", "994", "995", "996", "999")})


def make_rulebook(folder: Path) -> Rulebook:
    for name, text in PAGES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_rulebook(folder, "rules")


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    return make_rulebook(tmp_path_factory.mktemp("rules"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "dfe"
    path.mkdir()
    (path / "lamps.csv").write_text(ROWS, encoding="utf-8")
    return path


def filled(
    folder: Path,
    rulebook: Rulebook,
    code: str = "991",
    reference: Reference | None = NEIGHBOURS,
    as_of: date | None = None,
) -> Filled:
    published = read_published(folder, rulebook.facts.values())
    return fill(published, code, rulebook.facts, rulebook.sources, reference=reference, as_of=as_of)


def read_back(text: str, rulebook: Rulebook) -> Profile:
    """Return what the reader of profiles makes of a text, without the places of its lines."""
    profile = read_profile([read_text(text, "profile.yaml")], rulebook)
    return replace(
        profile,
        facts={
            ref: tuple(replace(entry, place="") for entry in entries)
            for ref, entries in profile.facts.items()
        },
    )


def test_the_header(folder: Path, rulebook: Rulebook) -> None:
    profile = filled(folder, rulebook, as_of=date(2025, 10, 31)).profile
    assert profile.council == CouncilHeader(
        name="Northmoor", code="E06009901", kind=Council.COUNTY, region=Region.NORTH_EAST
    )
    assert profile.as_of == date(2025, 10, 31)
    plain = filled(folder, rulebook, reference=None).profile
    assert plain.council.kind is None
    assert plain.as_of is None


def test_a_series_and_a_single_figure(folder: Path, rulebook: Rulebook) -> None:
    facts = filled(folder, rulebook).profile.facts
    (series,) = facts[FactRef("lamp.lit")]
    assert series.series
    assert [(p.key, p.value) for p in series.points] == [
        ("2023", Share(Fraction(1, 10), 2, 20)),
        ("2024", Share(Fraction(3, 20), 3, 20)),
    ]
    (single,) = facts[FactRef("lamp.lamps")]
    assert not single.series
    assert (single.points[0].value, single.points[0].period) == (20, period_of("2024"))
    assert (single.source, single.evidence) == ("lamps.csv", ("lamps-2025",))


def test_what_is_particular_becomes_a_note(folder: Path, rulebook: Rulebook) -> None:
    (entry,) = filled(folder, rulebook).profile.facts[FactRef("lamp.keeper")]
    assert entry.points[0].value is False
    assert entry.note == "published as Recruiting"


def test_one_evidence_item_for_each_release(folder: Path, rulebook: Rulebook) -> None:
    evidence = filled(folder, rulebook).profile.evidence
    assert list(evidence) == ["lamps-2025"]
    item = evidence["lamps-2025"]
    assert (item.kind, item.dated) == (EvidenceKind.PUBLISHED_STATISTIC, date(2025, 6, 26))


def test_context_leaves_out_and_counts_what_cannot_be_used(
    folder: Path, rulebook: Rulebook
) -> None:
    context = filled(folder, rulebook).profile.context
    assert list(context) == [FactRef("lamp.lit")]  # counts are not compared
    england, region, neighbours = context[FactRef("lamp.lit")]
    assert (england.place, england.values) == (Place.ENGLAND, (Share(Fraction(3, 5), 600, 1000),))
    assert (region.place, region.values) == (Place.REGION, (Share(Fraction(3, 4), 60, 80),))
    # 993 is suppressed, 994 has an older year only, 995 two lamps, 996 is impossible, 999 is not
    # there
    assert neighbours.values == (Share(Fraction(1, 4), 10, 40),)
    assert neighbours.withheld == 5
    assert neighbours.published == date(2025, 6, 26)


@pytest.mark.parametrize(
    ("lit", "value", "note"),
    [
        ((4, 9, 6, 12, 7, 8), Share(Fraction(3, 5), 12, 20), None),
        ((4, 9, 6, 12, 7, 8, "c"), Share(Fraction(3, 5), 12, 20), "6 of 7 neighbours"),
        ((4, 9, 6, 12, 7, "c"), None, None),
    ],
    ids=["six", "one of seven withheld", "too few"],
)
def test_a_fact_may_be_the_neighbours_highest(
    folder: Path,
    rulebook: Rulebook,
    lit: tuple[int | str, ...],
    value: Share | None,
    note: str | None,
) -> None:
    head = ROWS.splitlines()[0]
    rows = [
        f"2024,Local authority,North East,{980 + i},,Near {i},{n},20,x,Yes"
        for i, n in enumerate(lit)
    ]
    own = "2024,Local authority,North East,991,E06009901,Northmoor,19,20,95,Yes"
    (folder / "lamps.csv").write_text("\n".join([head, own, *rows]), encoding="utf-8")
    near = Reference({}, {"991": tuple(str(980 + i) for i in range(len(lit)))})
    found = filled(folder, rulebook, reference=near)
    entries = found.profile.facts.get(FactRef("lamp.brightest_neighbour"), ())
    assert [entry.points[0].value for entry in entries] == ([] if value is None else [value])
    assert [entry.note for entry in entries] == ([] if value is None else [note])
    assert FactRef("lamp.brightest_neighbour") not in found.profile.context


def test_the_summary_names_what_is_not_there(folder: Path, rulebook: Rulebook) -> None:
    def summary(code: str, reference: Reference | None = NEIGHBOURS) -> str:
        return "\n".join(filled(folder, rulebook, code, reference).summary)

    assert summary("991").splitlines() == [
        "Northmoor (991): 3 of 5 published facts have a figure",
        "  no file oil.csv, so nothing of: lamp.oil",
    ]
    assert "not collected (n/a): lamp.keeper" in summary("992")
    assert "suppressed (c): lamp.lit" in summary("993")
    assert "unreadable (9 of 4: the part is larger than the whole): lamp.lit" in summary("996")
    assert "reorganised?), 2023 of 2023 to 2024: lamps.csv" in summary("994")
    assert "their file does not hold this area" in summary("994")
    assert "with --reference" in summary("991", None)
    early = filled(folder, rulebook, as_of=date(2025, 1, 31)).summary
    assert "  published after 2025-01-31: lamps-2025, 2025-06-26" in early


@pytest.mark.parametrize("code", ["991", "992", "993", "994", "995", "996"])
def test_what_is_filled_reads_back_equal(folder: Path, rulebook: Rulebook, code: str) -> None:
    profile = filled(folder, rulebook, code, as_of=date(2025, 10, 31)).profile
    assert read_back(to_yaml(profile, rulebook.facts), rulebook) == profile


def test_the_text_is_plain(folder: Path, rulebook: Rulebook) -> None:
    text = to_yaml(filled(folder, rulebook).profile, rulebook.facts)
    assert "      2024: 3/20  # 15%\n" in text
    assert "    evidence: [lamps-2025]\n" in text
    assert text == to_yaml(filled(folder, rulebook).profile, rulebook.facts)


# ---- anything that is written reads back equal ----

WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]), min_size=1, max_size=20
).filter(lambda text: bool(text.strip()))
MARKED = {
    State.SUPPRESSED,
    State.NOT_COLLECTED,
    State.UNREADABLE,
    State.UNKNOWN,
}
COUNTS = st.integers(0, 10**12)
DECIMALS = st.decimals(-(10**6), 10**6, places=3)
PERCENTAGES = st.integers(0, 10**4).map(lambda n: Share(Fraction(n, 10**4)))
SHARES = PERCENTAGES | st.tuples(COUNTS, COUNTS).map(
    lambda pair: share_from_counts(min(pair), max(pair))
)
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "lamp.lit": SHARES,
    "lamp.lamps": COUNTS,
    "lamp.keeper": st.booleans(),
    "lamp.oil": DECIMALS,
    "lamp.wait": st.integers(0, 400).map(lambda n: Duration.parse(f"{Decimal(n) / 4:f} weeks")),
    "lamp.grade": st.sampled_from(["fine", "fair", "a: grade, #1"]),
}
KEYS = st.integers(2013, 2030).map(str)


@st.composite
def entries(draw: st.DrawFn, rulebook: Rulebook) -> Entry:
    id = draw(st.sampled_from(sorted(VALUES)))
    fact = rulebook.facts[id]
    series = fact.type not in (FactType.YES_NO, FactType.CHOICE) and draw(st.booleans())

    def point(key: str) -> Point:
        period = period_of(key, fact.cadence)
        shown = key if series else None
        if draw(st.booleans()):
            return Point(State.VALUE, draw(VALUES[id]), None, period, shown)
        state = draw(st.sampled_from(sorted(MARKED)))
        return Point(state, None, draw(WORDS), period, shown)

    keys = sorted(draw(st.sets(KEYS, min_size=1, max_size=4))) if series else [draw(KEYS)]
    return Entry(
        FactRef(id),
        tuple(point(key) for key in keys),
        series,
        evidence=("an item",),
        source=draw(WORDS),
        note=draw(st.none() | WORDS),
    )


@st.composite
def profiles(draw: st.DrawFn, rulebook: Rulebook) -> Profile:
    drawn = draw(st.lists(entries(rulebook), max_size=6))
    facts = {entry.ref: (entry,) for entry in drawn}
    figure = ContextFigure(
        draw(st.sampled_from(list(Place))),
        (draw(SHARES),),
        period_of(draw(KEYS), rulebook.facts["lamp.lit"].cadence),
        date(2025, 6, 26),
        draw(WORDS),
    )
    if figure.place is Place.NEIGHBOURS:
        more = draw(st.lists(SHARES, max_size=9))
        figure = structs.replace(
            figure, values=(*figure.values, *more), withheld=draw(st.integers(0, 10))
        )
    item = EvidenceItem(
        title=draw(WORDS),
        kind=EvidenceKind.PUBLISHED_STATISTIC,
        dated=date(2025, 6, 26),
        note=draw(st.none() | WORDS),
    )
    return Profile(
        CouncilHeader(
            name=draw(WORDS),
            code=draw(st.none() | st.just("E06009901")),
            kind=draw(st.none() | st.sampled_from(list(Council))),
            region=draw(st.none() | st.sampled_from(list(Region))),
        ),
        draw(st.none() | st.dates(date(2000, 1, 1))),
        facts,
        {"an item": item},
        context={FactRef("lamp.lit"): (figure,)},
    )


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_written_reads_back_equal(data: st.DataObject, rulebook: Rulebook) -> None:
    profile = data.draw(profiles(rulebook))
    assert read_back(to_yaml(profile, rulebook.facts), rulebook) == profile


# ---- the command ----


Run = Callable[..., tuple[object, str, str]]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Return a function that runs the command and returns its exit code and what it wrote."""

    def run(*arguments: str) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["profile", "fill", *arguments])
        shown = capsysbinary.readouterr()
        return ended.value.code, shown.out.decode("utf-8"), shown.err.decode("utf-8")

    return run


@pytest.fixture
def rules(tmp_path: Path) -> str:
    make_rulebook(tmp_path / "rules")
    return str(tmp_path / "rules")


def test_the_command_writes_a_profile(run: Run, folder: Path, rules: str, tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "la_lookup.csv").write_text(
        "la_code,ons_la_type\n991,Unitary Authority\n", encoding="utf-8"
    )
    output = tmp_path / "northmoor.yaml"
    common = ("--from", str(folder), "--rules", rules, "--no-cache")
    code, out, err = run("--la", "991", *common, "--output", str(output))
    assert (code, out) == (ExitCode.OK, "")
    assert "3 of 5 published facts have a figure" in err
    text = output.read_text(encoding="utf-8")
    assert text.startswith("# Northmoor, from ")
    assert "Contains public sector information licensed under the Open Government Licence" in text
    assert "kind: unitary" in text
    told, _, after = err.partition("Next: ")
    assert after == f"readiness check {output.as_posix()}\n"
    assert run("--la", "E06009901", *common) == (ExitCode.OK, text, told)


def test_the_area_may_come_from_another_source(
    run: Run, folder: Path, rules: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "council: {name: Northmoor, code: E06009901}\n"
        "facts: {lamp.lit: {numerator: 4, denominator: 20, period: 2025}, lamp.keeper: yes}\n",
        encoding="utf-8",
    )
    code, out, err = run("--into", str(own), "--from", str(folder), "--rules", rules)
    assert code == ExitCode.OK
    assert "2025: 4/20  # 20%" in out, "the series of DfE goes on with the council's own count"
    assert "2 facts given; 2 added, 0 agreeing, 0 conflicting" in err
    assert "3 facts given; 2 added, 0 agreeing, 1 conflicting" in err
    assert "lamp.keeper: yes (own.yaml, line 2); no, 2024 (lamps.csv)" in err


def test_the_command_refuses_an_unknown_area(
    run: Run, folder: Path, rules: str, tmp_path: Path
) -> None:
    output = tmp_path / "none.yaml"
    arguments = ("--from", str(folder), "--rules", rules, "--output", str(output))
    code, _, err = run("--la", "Dale", *arguments)
    assert code == ExitCode.USAGE
    assert "992 is Dale" in err
    assert not output.exists()


def test_the_command_refuses_files_that_cannot_be_used(run: Run, folder: Path, rules: str) -> None:
    (folder / "lamps.csv").write_text("time_period\n2024\n", encoding="utf-8")
    code, out, err = run("--la", "991", "--from", str(folder), "--rules", rules)
    assert (code, out) == (ExitCode.PROFILE, "")
    assert "the column 'la_name' is missing" in err
