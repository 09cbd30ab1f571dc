"""Many councils at once: one table, whatever goes wrong in one and however many processes work."""

from __future__ import annotations

import csv
import io
import itertools
import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import msgspec
import pytest
from conftest import Run
from generate import (
    Case,
    build_profile,
    build_rulebook,
    cases,
    expectation,
    modest,
    rulebook_pages,
)
from hypothesis import given
from lantern import PROFILE, House, build
from shipped import shipped_compiled, shipped_rulebook

from readiness.analysis.findings.build import DRAWN, Silent, findings
from readiness.app.checking import Selection, make_report
from readiness.app.pool import work
from readiness.cli.batch import Progress
from readiness.engine.compile import compile_rulebook
from readiness.engine.evaluate import Silence, ask, evaluate
from readiness.errors import ExitCode
from readiness.model.disclosure import Disclosure
from readiness.model.finding import Totals
from readiness.model.vocabulary import Verdict
from readiness.profile.load import load_profile
from readiness.render import json as render_json
from readiness.render.batch import BatchRow, as_csv, as_text
from readiness.resources import shipped_scenarios

# ---- a pool of processes


def start_squaring(shared: int) -> Callable[[int], int]:
    """Return a task that squares, but for one number that ends its process."""

    def square(number: int) -> int:
        if number == shared:
            os._exit(7)
        return number * number

    return square


def start_hanging(shared: int) -> Callable[[int], int]:
    """Return a task that squares, but for one number that it never comes back from."""

    def square(number: int) -> int:
        if number == shared:
            threading.Event().wait()
        return number * number

    return square


def _lost(number: int, exit_code: int | None) -> int:
    assert exit_code == 7
    return -number


class _Clock:
    """Stands still until it is told to run; then each look at it is a minute later."""

    def __init__(self) -> None:
        self.runs = False
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 60.0 * self.runs
        return self.now


def _late(number: int) -> int:
    return -1000 - number


def test_a_process_that_dies_costs_its_own_task_alone() -> None:
    expected = {n: n * n for n in range(6)} | {3: -3}
    assert dict(work(start_squaring, 3, range(6), 2, lost=_lost, late=_late)) == expected
    assert multiprocessing.active_children() == []


def test_one_process_takes_tasks_in_order() -> None:
    results = work(start_squaring, -1, range(3), 1, lost=_lost, late=_late)
    assert list(results) == [(0, 0), (1, 1), (2, 4)]


@pytest.mark.parametrize("jobs", [2, 3])
def test_a_task_that_hangs_costs_its_own_result_alone(jobs: int) -> None:
    """Time stands still until the others are done, so that none of them can be late."""
    clock = _Clock()
    results = work(
        start_hanging,
        1,
        range(6),
        jobs,
        lost=_lost,
        late=_late,
        limit=60,
        clock=clock,
    )
    others = [next(results) for _ in range(5)]
    assert sorted(others) == [(n, n * n) for n in (0, 2, 3, 4, 5)]
    clock.runs = True
    assert list(results) == [(1, -1001)]
    assert multiprocessing.active_children() == []


def test_another_process_takes_over_from_one_that_hangs() -> None:
    """The clock shows nothing when the first task begins, and a minute later from then on."""
    clock = itertools.chain([0.0], itertools.repeat(60.0))
    results = work(
        start_hanging,
        0,
        range(3),
        1,
        lost=_lost,
        late=_late,
        limit=60,
        clock=lambda: next(clock),
    )
    assert list(results) == [(0, -1000), (1, 1), (2, 4)]


def test_an_interrupt_ends_the_processes() -> None:
    def interrupted() -> Iterator[int]:
        yield from (1, 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(work(start_squaring, -1, interrupted(), 2, lost=_lost, late=_late))
    assert multiprocessing.active_children() == []


# ---- silence


@pytest.mark.parametrize("name", ["fenhurst", "northmoor"])
def test_silence_answers_as_asking_does(name: str) -> None:
    rulebook, compiled = shipped_rulebook(), shipped_compiled()
    profile = load_profile(shipped_scenarios() / name, rulebook)
    assert profile.as_of is not None
    silence = Silence(rulebook, compiled, profile.as_of)
    asked = ask(rulebook, compiled, profile, profile.as_of)
    quick = ask(rulebook, compiled, profile, profile.as_of, silence)
    assert quick.answers == asked.answers
    assert quick.literals == asked.literals


def test_a_standard_is_no_silence(tmp_path: Path) -> None:
    house = build(tmp_path)
    text = house.edit("profile.yaml", ("plan:", "standards: {LAN-04.longest: none}\nplan:"))
    assert "lamp.wait" in text
    house.edit("profile.yaml", ("  lamp.wait: 14 weeks\n", ""))
    rulebook, profile = house.rulebook(), house.load()
    assert profile.as_of is not None
    compiled = compile_rulebook(rulebook)
    silence = Silence(rulebook, compiled, profile.as_of)
    asked = ask(rulebook, compiled, profile, profile.as_of)
    assert ask(rulebook, compiled, profile, profile.as_of, silence).answers == asked.answers


@pytest.mark.parametrize("name", ["fenhurst", "northmoor", "wychford"])
@pytest.mark.parametrize("small", [False, True])
def test_silence_gets_the_finding_that_is_worked_out(name: str, small: bool) -> None:
    rulebook, compiled = shipped_rulebook(), shipped_compiled()
    profile = load_profile(shipped_scenarios() / name, rulebook)
    assert profile.as_of is not None
    evaluation = evaluate(rulebook, compiled, profile, profile.as_of)
    disclosure = Disclosure(small)
    silent = Silent(Silence(rulebook, compiled, profile.as_of), compiled, disclosure)
    quick = findings(evaluation, disclosure, silent=silent)
    assert quick == findings(evaluation, disclosure)
    shared = [one for one in quick if silent.finding(profile, rulebook.expectations[one.id])]
    assert shared, "nothing was taken from silence"


@given(cases(most=6))
@modest(40)
def test_silence_gets_the_finding_that_is_worked_out_in_any_rulebook(case: Case) -> None:
    compiled = compile_rulebook(case.rulebook)
    evaluation = evaluate(case.rulebook, compiled, case.profile, case.as_of)
    silent = Silent(Silence(case.rulebook, compiled, case.as_of), compiled, Disclosure())
    quick = findings(evaluation, Disclosure(), extent=DRAWN, silent=silent)
    assert quick == findings(evaluation, Disclosure(), extent=DRAWN)


def test_the_size_that_picks_a_limit_is_read_too() -> None:
    values = [
        {"from": date(2010, 1, 1), "value": "30 days"},
        {"from": date(2010, 1, 1), "value": "6 months", "below": 10},
    ]
    limit = {"basis": "policy", "because": "Few.", "values": values, "by": {"fact": "cases.open"}}
    page = expectation(
        "X-00",
        {"date": {"yearly": "15 February"}, "within": {"threshold": "span"}},
        thresholds={"span": limit},
    )
    rulebook = build_rulebook(rulebook_pages(page))
    compiled = compile_rulebook(rulebook)
    data = {"council": {"name": "Northmoor"}, "facts": {"cases.open": 5}}
    profile, day = build_profile(data, rulebook), date(2026, 5, 1)
    silent = Silent(Silence(rulebook, compiled, day), compiled, Disclosure())
    evaluation = evaluate(rulebook, compiled, profile, day)
    (found,) = findings(evaluation, Disclosure(), silent=silent)
    assert found.verdict is Verdict.MET
    shared = silent.finding(replace(profile, facts={}), rulebook.expectations["X-00"])
    assert shared is not None
    assert shared[1].verdict is Verdict.UNKNOWN


def test_what_is_said_of_a_finding_is_no_silence(house: House) -> None:
    """A plan or an acceptance speaks of an expectation, of whose facts nothing is said."""
    rulebook = house.rulebook()
    compiled = compile_rulebook(rulebook)
    profile = house.load()
    assert profile.as_of is not None
    silent = Silent(Silence(rulebook, compiled, profile.as_of), compiled, Disclosure())
    nothing = replace(profile, facts={}, plan=None, acceptances=(), standards={})
    asked = [e for e in rulebook.expectations.values() if silent.finding(nothing, e) is not None]
    planned = {id for entry in profile.plan or () for id in entry.addresses}
    accepted = {one.expectation for one in profile.acceptances}
    assert planned & {e.id for e in asked}
    for e in asked:
        found = silent.finding(replace(nothing, plan=profile.plan), e)
        assert (found is None) is (e.id in planned)
        found = silent.finding(replace(nothing, acceptances=profile.acceptances), e)
        assert (found is None) is (e.id in accepted)


def test_a_finding_that_comes_again_is_encoded_alike(house: House) -> None:
    rulebook, profile = house.rulebook(), house.load()
    assert profile.as_of is not None
    evaluation = evaluate(rulebook, compile_rulebook(rulebook), profile, profile.as_of)
    report = make_report(evaluation, "profile", Selection(), Disclosure())
    encoded = render_json.Encoded()
    texts = {render_json.render(report, encoded) for _ in range(3)}
    assert texts == {render_json.render(report)}
    odd = msgspec.structs.replace(report, council="North\udcffmoor")  # no character
    assert render_json.render(odd, encoded) == render_json.render(odd)


# ---- a folder of profiles


@pytest.fixture
def councils(house: House) -> Path:
    """Return a folder of profiles: one good, one in a folder, one that cannot be used."""
    met = PROFILE.replace("name: Lampton", "name: Ashby").replace(
        "lamp.late: 20/80", "lamp.late: 0/80"
    )
    house.write("all/b.yaml", PROFILE)
    house.write("all/a/facts.yaml", met)
    house.write("all/c.yaml", "council: {name: Dale}\nfacts: {lamp.lti: yes}\n")
    house.write("all/notes.txt", "not a profile")
    house.write("all/empty/readme.md", "neither is this")
    return house.folder / "all"


def test_a_bad_profile_costs_the_others_nothing(house: House, councils: Path, run: Run) -> None:
    ran = run("batch", "all", "--table", "csv")
    assert ran.code == ExitCode.PROFILE
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["council"] for row in rows] == ["Ashby", "c", "Lampton"]
    assert "all/c.yaml:2" in rows[1]["problem"]
    assert rows[1]["all"] == ""
    for row, name in ((rows[0], "all/a"), (rows[2], "all/b.yaml")):
        report = json.loads(run("check", name, "--format", "json").out)
        totals = report["totals"]
        told = [row[key] for key in ("not_met", "not_known", "met", "not_applicable", "all")]
        names = ("not_met", "unknown", "met", "not_applicable", "all")
        assert told == [str(totals[key]) for key in names]
    (house.folder / "all" / "c.yaml").unlink()
    assert run("batch", "all").code == ExitCode.GAPS


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe that nobody writes to, to read")
def test_a_council_that_hangs_costs_the_others_nothing(
    house: House, councils: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time stands still until the others are done."""
    (councils / "d").mkdir()
    os.mkfifo(councils / "d" / "facts.yaml")
    clock = _Clock()

    def show(progress: Progress, done: int, of: int) -> None:
        clock.runs = done == of - 1

    monkeypatch.setattr(Progress, "show", show)
    monkeypatch.setattr("readiness.app.batch.work", partial(work, clock=clock))
    ran = run("batch", "all", "--table", "csv", "--output", "out", "--jobs", "2")
    rows = {row["council"]: row for row in csv.DictReader(io.StringIO(ran.out))}
    assert rows.keys() == {"Ashby", "c", "Lampton", "d"}
    assert rows["d"]["problem"].startswith("not finished within 60 seconds")
    assert "--time-limit" in ran.err
    assert ran.code == ExitCode.INTERNAL
    out = house.folder / "out"
    assert sorted(file.name for file in out.iterdir()) == ["a.json", "b.json", "summary.csv"]


def test_results_are_those_of_a_check(house: House, councils: Path, run: Run) -> None:
    run("batch", "all", "--output", "out")
    out = house.folder / "out"
    assert sorted(file.name for file in out.iterdir()) == ["a.json", "b.json", "summary.csv"]
    checked = run("check", "all/b.yaml", "--format", "json", "--engine", "builtin").out
    assert (out / "b.json").read_text(encoding="utf-8") == checked
    run("batch", "all", "--output", "out", "--format", "text")
    checked = run("check", "all/b.yaml", "--all", "--engine", "builtin").out
    assert (out / "b.txt").read_text(encoding="utf-8") == checked


def test_processes_do_not_change_a_byte(house: House, councils: Path, run: Run) -> None:
    one = run("batch", "all", "--output", "one", "--jobs", "1")
    two = run("batch", "all", "--output", "two", "--jobs", "2")
    assert (one.out, one.err, one.code) == (two.out, two.err, two.code)
    files = {file.name: file.read_bytes() for file in (house.folder / "one").iterdir()}
    assert files == {file.name: file.read_bytes() for file in (house.folder / "two").iterdir()}


def test_a_selection_is_counted_alone(house: House, councils: Path, run: Run) -> None:
    (councils / "c.yaml").unlink()
    ran = run("batch", "all", "--severity", "high", "--table", "csv")
    checked = run("check", "all/b.yaml", "--severity", "high", "--format", "json")
    total = json.loads(checked.out)["totals"]["all"]
    assert [row["all"] for row in csv.DictReader(io.StringIO(ran.out))] == [str(total)] * 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["batch"], "name a folder of profiles"),
        (["batch", "all/empty"], "holds no profiles"),
        (["batch", "--all-areas"], "--all-areas takes --from"),
        (["batch", "all", "--from", "dfe"], "name a folder of profiles"),
        (["batch", "all", "--framework", "lantren"], "did you mean 'lantern'?"),
    ],
)
def test_a_batch_that_cannot_be_run(councils: Path, run: Run, args: list[str], words: str) -> None:
    ran = run(*args)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert words in ran.err


def test_a_folder_that_is_not_there(run: Run) -> None:
    ran = run("batch", "none")
    assert (ran.code, "there is no such folder" in ran.err) == (ExitCode.PROFILE, True)


# ---- every area of published files

HEAD = "time_period,geographic_level,region_name,old_la_code,new_la_code,la_name,on_time"
ROWS = """\
2024,National,,,,,60
2024,Local authority,North East,991,E06009901,Northmoor,95
2024,Local authority,North East,992,E06009902,Dale,x
2023,Local authority,North East,992,E06009902,Dale,50
2024,Local authority,North East,993,E06009903,=Lampton,40
2022,Local authority,North East,994,E06009904,Oldshire,40
"""


def test_every_area_of_published_files(house: House, run: Run) -> None:
    house.write("dfe/lamps.csv", f"{HEAD}\n{ROWS}")
    common = ("batch", "--all-areas", "--from", "dfe", "--as-of", "2025-12-31")
    ran = run(*common, "--table", "csv", "--output", "out")
    rows = list(csv.reader(io.StringIO(ran.out)))
    assert [row[:2] for row in rows[1:]] == [["'=Lampton", "E06009903"], ["Northmoor", "E06009901"]]
    assert "left out" in ran.err
    assert "992 Dale, 994 Oldshire" in ran.err
    names = sorted(file.name for file in (house.folder / "out").iterdir())
    assert names == ["991-northmoor.json", "993-lampton.json", "summary.csv"]
    filled = run("profile", "fill", "--la", "991", "--from", "dfe", "--output", "p.yaml")
    assert filled.code == ExitCode.OK
    checked = run("check", "p.yaml", "--as-of", "2025-12-31", "--format", "json").out
    held = json.loads((house.folder / "out" / "991-northmoor.json").read_text(encoding="utf-8"))
    assert held == json.loads(checked)
    assert run(*common, "--jobs", "2").out == run(*common).out


# ---- the table


def test_the_columns_add_up() -> None:
    rows = [
        BatchRow("Ashby", "E06009901", Totals(1, 2, 3, 4), "", "a"),
        BatchRow("Dale", "", None, "it is broken", "b"),
        BatchRow("Lampton", "E06009902", Totals(10, 20, 30, 40), "", "c"),
    ]
    text = as_text(rows, Totals(11, 22, 33, 44)).splitlines()
    assert text[2].endswith("not checked: it is broken")
    assert text[4].split() == ["2", "of", "3", "checked", "22", "33", "11", "44", "110"]
    assert "not a ranking and not a score" in text[5]
    assert as_csv(rows).splitlines()[1] == "Ashby,E06009901,2,3,1,4,10,"
    assert [verdict.value for verdict in Verdict] == ["met", "not_met", "unknown", "not_applicable"]


def test_progress_is_shown_to_people_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Progress() as progress:
        progress.started -= 5
        progress.show(1, 2)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with Progress() as progress:
        progress.show(1, 2)
        assert capsys.readouterr().err == "", "not for less than a second"
        progress.started -= 5
        progress.show(1, 2)
    assert "1 of 2" in capsys.readouterr().err
