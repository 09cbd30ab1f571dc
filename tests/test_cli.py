"""Commands: exit codes, where output goes, and what may stand in it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from lantern import COVERAGE, PROFILE, House, page

from readiness import cli
from readiness.app import checking, rulebooks
from readiness.engine import running
from readiness.engine.rete import rete_available
from readiness.errors import ExitCode, InternalError

GOOD = """\
council: {name: Lampton}
as_of: 2026-01-01
facts:
  lamp.lit: yes
  lamp.children: 80
  lamp.on_time: {numerator: 90, denominator: 90, period: 2025}
  lamp.late: 0/80
  lamp.wait: 3 weeks
  room.seen: {hall: 30/40, attic: 20/30, cellar: 20/20}
standards:
  LAN-04.longest: {value: 12 weeks, agreed_by: Board, dated: 2025-01-01}
"""

ROOT = Path(cli.__file__).parents[2]


def readiness(
    *args: str | Path, cwd: Path, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from readiness.cli import run; run()", *map(str, args)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


# ---- exit codes


def test_no_gap_is_0(house: House, run: Run) -> None:
    house.write("profile.yaml", GOOD)
    ran = run("check", "profile.yaml", "--strict")
    assert (ran.code, ran.err) == (0, "")
    assert "GAPS: none found" in ran.out
    assert "NOT KNOWN: nothing" in ran.out


def test_a_gap_is_1(run: Run) -> None:
    assert run("check", "profile.yaml").code == 1


def test_a_gap_below_the_severity_asked_for_is_0(run: Run) -> None:
    assert run("check", "profile.yaml", "--severity", "high").code == 1
    ran = run("check", "profile.yaml", "--severity", "critical")
    assert ran.code == 0
    assert "Shown: severity critical and above (0 of 6 expectations)" in ran.out


@pytest.mark.parametrize(
    ("until", "options", "code"),
    [
        ("2026-01-01", [], 1),
        ("2026-01-01", ["--accepted-ok"], 0),
        ("2025-12-31", ["--accepted-ok"], 1),
        ("soon", ["--accepted-ok"], 1),
    ],
)
def test_accepted_gaps_count_unless_told(
    house: House, run: Run, until: str, options: list[str], code: int
) -> None:
    gap = GOOD.replace("lamp.lit: yes", "lamp.lit: no")
    accepted = f"{{expectation: LAN-03, by: Head of Lamps, reason: oil, until: {until}}}"
    house.write("profile.yaml", f"{gap}acceptances:\n  - {accepted}\n")
    ran = run("check", "profile.yaml", *options)
    assert ran.code == code
    assert "LAN-03" in ran.out
    assert "1 not met" in ran.out


def test_unknowns_alone_are_0_and_with_strict_5(house: House, run: Run) -> None:
    house.write("profile.yaml", GOOD.replace("lamp.lit: yes", "lamp.lit: unknown"))
    assert run("check", "profile.yaml").code == 0
    assert run("check", "profile.yaml", "--strict").code == 5
    assert run("check", "profile.yaml", "--strict", "--severity", "high").code == 0


def test_a_gap_weighs_more_than_an_unknown(run: Run) -> None:
    assert run("check", "profile.yaml", "--strict").code == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["check"], "Missing argument 'PROFILE'"),
        (["check", "profile.yaml", "--frameworks", "x"], "--framework"),
        (["check", "profile.yaml", "--format", "pdf"], "'pdf' is not one of"),
        (["check", "profile.yaml", "--as-of", "31/01/2026"], "'31/01/2026' is not a day; write it"),
        (["check", "profile.yaml", "--as-of", "20260131"], "'20260131' is not a day; write it"),
        (["check", "profile.yaml", "--as-of", "2026-02-30"], "'2026-02-30' is not a day; write it"),
        (["check", "profile.yaml", "--framework", "lantren"], "did you mean 'lantern'?"),
        (["check", "profile.yaml", "--output", "no/such/folder.txt"], "cannot be written"),
        (["rules", "list", "--framework", "stove"], "there are: lantern"),
        (["rules", "show", "lan-01"], "did you mean 'LAN-01'?"),
        (["rules", "test", "LAN-1"], "did you mean 'LAN-01'?"),
        (["explain", "LAN-011", "profile.yaml"], "did you mean 'LAN-01'?"),
        (["facts", "show", "lamp.lti"], "did you mean 'lamp.lit'?"),
        (["scenarios", "test", "."], "no scenario.yaml is there"),
        (["chekc", "profile.yaml"], "No such command"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_is_2(run: Run, args: list[str], said: str) -> None:
    ran = run(*args)
    assert ran.code == ExitCode.USAGE
    assert said in ran.err
    assert ran.out == ""


def test_an_engine_that_is_not_installed_is_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "rete_available", lambda: False)
    ran = run("check", "profile.yaml", "--engine", "rete")
    assert ran.code == 2
    assert "the rete engine is not installed" in ran.err
    assert run("check", "profile.yaml", "--engine", "auto").code == 1


@pytest.mark.parametrize(
    "args",
    [
        ["check", "profile.yaml"],
        ["explain", "LAN-01"],
        ["rules", "list"],
        ["rules", "coverage"],
        ["rules", "show", "LAN-01"],
        ["rules", "test"],
        ["facts", "list"],
        ["profile", "check", "profile.yaml"],
    ],
    ids=" ".join,
)
def test_a_wrong_rulebook_is_3(house: House, run: Run, args: list[str]) -> None:
    house.edit("rules/lantern/light/LAN-01.yaml", ("thresholds:", "threshhold:"))
    ran = run(*args)
    assert (ran.code, ran.out) == (ExitCode.RULEBOOK, "")
    assert ran.err.startswith("rules/lantern/light/LAN-01.yaml:17:1: unknown key 'threshhold'\n")
    assert run(*args, "--rules", "nowhere").err.startswith("nowhere: there is no such folder\n")


def test_an_example_that_no_profile_could_say_is_3(house: House, run: Run) -> None:
    house.edit(
        "rules/lantern/light/LAN-03.yaml", ("given: {lamp.lit: no}", "given: {lamp.lti: no}")
    )
    ran = run("rules", "test")
    assert ran.code == 3
    assert "LAN-03.yaml:24:28: unknown fact 'lamp.lti'" in ran.err


def test_examples_that_fail_are_1(run: Run) -> None:
    assert run("rules", "test", "LAN-03").code == 0
    ran = run("rules", "test", "LAN-04")
    assert ran.code == 1
    assert "LAN-04, 'so': expected met, got unknown (missing)" in ran.out


@pytest.mark.parametrize("command", [["check"], ["explain", "LAN-01"], ["profile", "check"]])
def test_a_wrong_profile_is_4(house: House, run: Run, command: list[str]) -> None:
    house.edit("profile.yaml", ("lamp.lit: yes", "lamp.lit: 'yes'"))
    ran = run(*command, "profile.yaml")
    assert (ran.code, ran.out) == (ExitCode.PROFILE, "")
    assert ran.err == (
        "profile.yaml:4:13: 'yes' in quotes is text\n"
        "  4 |   lamp.lit: 'yes'\n"
        "    |             ^^^^^ help: take the quotes away\n"
    )
    ran = run(*command, "nowhere.yaml")
    assert (ran.code, ran.out) == (ExitCode.PROFILE, "")
    assert ran.err.startswith("nowhere.yaml: there is no such file or folder\n")


def test_the_included_councils_are_listed_with_folders_to_check(run: Run) -> None:
    listed = dict(line.split(maxsplit=1) for line in run("scenarios", "list").out.splitlines())
    assert {Path(folder).name for folder in listed.values()} == set(listed)
    assert all((Path(folder) / "scenario.yaml").is_file() for folder in listed.values())
    assert "readiness scenarios list" in run("check", "northmoor").err


def test_facts_are_found_by_words_of_their_ids_and_titles(run: Run) -> None:
    every = run("facts", "list").out.splitlines()
    found = run("facts", "list", "LAMP", "lit").out.splitlines()
    assert found[-1] in ("1 fact", f"{len(found) - 1} facts")
    assert 0 < len(found) - 1 < len(every) - 1
    assert all("lamp" in line.lower() and "lit" in line.lower() for line in found[:-1])
    assert run("facts", "list", "no such word").out == "0 facts\n"


@pytest.mark.parametrize("group", [[], ["rules"], ["profile"], ["returns"], ["facts"]])
def test_help_names_commands_in_whole_sentences(run: Run, group: list[str]) -> None:
    shown = run(*group, "--help").out
    assert "..." not in shown.partition("Commands:")[2]


def test_scenarios_pass_differ_or_cannot_be_read(house: House, run: Run) -> None:
    house.write("s/dark/profile.yaml", PROFILE)
    story = "title: Dark\nstory: It is dark.\nas_of: 2026-01-01\nverdicts: {LAN-01: not_met}\n"
    house.write("s/dark/scenario.yaml", story)
    ran = run("scenarios", "test", "s")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 of 1 scenarios passed")
    house.write("s/dark/scenario.yaml", story.replace("not_met", "met"))
    ran = run("scenarios", "test", "s")
    assert ran.code == 1
    assert "LAN-01: expected met, got not_met" in ran.out
    house.write("s/dark/scenario.yaml", story.replace("LAN-01: not_met", "LAN-0: {unknown: no}"))
    ran = run("scenarios", "test", "s")
    assert ran.code == 4
    assert "scenario.yaml:4:12: no expectation is called 'LAN-0'" in ran.err


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("it broke\nin two lines"), "internal error: RuntimeError at test_cli.py:"),
        (KeyError("x"), "internal error: KeyError at test_cli.py:"),
        (MemoryError(), "internal error: MemoryError at test_cli.py:"),
        (RecursionError(), "this is nested too deeply to be worked out"),
        (InternalError("the folder 'rules' is missing"), "the folder 'rules' is missing"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_fault_of_ours_is_70_and_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error

    monkeypatch.setattr(checking, "check", fail)
    ran = run("check", "profile.yaml")
    assert (ran.code, ran.out) == (ExitCode.INTERNAL, "")
    assert ran.err.startswith(said)
    assert ran.err.count("\n") == 1


def test_being_stopped_is_said_in_a_word(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*args: Any, **kwargs: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "check", stop)
    ran = run("check", "profile.yaml")
    assert ran.code == 130
    assert ran.err.strip() == "stopped"


def test_a_reader_that_leaves_is_no_fault(house: House) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from readiness.cli import run; run()", "rules", "list"],
        cwd=house.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    process.wait(60)
    assert b"Traceback" not in said


# ---- where output goes


def test_a_file_holds_what_would_be_printed(house: House, run: Run) -> None:
    printed = run("check", "profile.yaml", "--format", "json").out
    ran = run("check", "profile.yaml", "--format", "json", "--output", "out.json")
    assert (ran.code, ran.out) == (1, "")
    assert (house.folder / "out.json").read_bytes() == printed.encode("utf-8")


def left(house: House) -> set[str]:
    return {path.name for path in house.folder.iterdir()} - {"cache", "profile.yaml", "rules"}


def test_a_folder_is_not_written_over(house: House, run: Run) -> None:
    (house.folder / "out").mkdir()
    ran = run("check", "profile.yaml", "--output", "out")
    assert ran.code == 2
    assert ran.err.startswith("out cannot be written: ")
    assert left(house) == {"out"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_no_half_file_is_left(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    write = Path.write_bytes

    def half(self: Path, data: bytes) -> int:
        if self.parent.name != "rules" and "out.txt" in self.name:
            write(self, data[: len(data) // 2])
            raise error
        return write(self, data)

    house.write("out.txt", "as it was")
    monkeypatch.setattr(Path, "write_bytes", half)
    ran = run("check", "profile.yaml", "--output", "out.txt", "--no-cache")
    assert ran.code in (2, 130)
    assert (house.folder / "out.txt").read_text(encoding="utf-8") == "as it was"
    assert left(house) == {"out.txt"}


def test_a_crash_leaves_the_file_as_it_was(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from readiness.render import text

    def fail(*args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError

    house.write("out.txt", "as it was")
    monkeypatch.setattr(text, "render", fail)
    assert run("check", "profile.yaml", "--output", "out.txt").code == 70
    assert (house.folder / "out.txt").read_text(encoding="utf-8") == "as it was"
    assert left(house) == {"out.txt"}


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_output_is_utf_8_whatever_the_console(house: House, encoding: str, form: str) -> None:
    house.edit("profile.yaml", ("name: Lampton", "name: Łámpton – ☀"))
    ran = readiness(
        *("check", "profile.yaml", "--format", form, "--engine", "builtin"),
        cwd=house.folder,
        PYTHONIOENCODING=encoding,
        PYTHONUTF8="0",
        LC_ALL="C",
    )
    assert ran.returncode == 1
    assert "Łámpton – ☀" in ran.stdout.decode("utf-8")
    assert b"\r" not in ran.stdout


def test_errors_are_utf_8_whatever_the_console(house: House) -> None:
    house.edit("profile.yaml", ("lamp.lit: yes", "lamp.lit: ‘nó’"))
    ran = readiness("check", "profile.yaml", cwd=house.folder, PYTHONIOENCODING="ascii")
    assert ran.returncode == 4
    assert "lamp.lit: ‘nó’" in ran.stderr.decode("utf-8")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no such names")
@pytest.mark.parametrize("args", [["check"], ["profile", "check"]])
def test_a_file_name_that_is_no_text_is_shown_as_far_as_it_can_be(
    run: Run, args: list[str]
) -> None:
    """File names are bytes or half characters; Python keeps the rest as lone surrogates."""
    ran = run(*args, "caf\udce9.yaml")
    assert ran.code == ExitCode.PROFILE
    assert ran.err.startswith("caf?.yaml: there is no such file or folder")


@pytest.mark.parametrize("args", [["--help"], ["check", "--help"], ["--version"]])
def test_help_on_a_poor_console(house: House, args: list[str]) -> None:
    ran = readiness(*args, cwd=house.folder, PYTHONIOENCODING="ascii")
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_nothing_goes_over_the_network(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a connection was tried")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert run("check", "profile.yaml", "--all").code == 1
    assert run("explain", "LAN-01", "profile.yaml").code == 0
    assert run("rules", "test", "LAN-03").code == 0


# ---- which rulebook, which day


def test_the_nearest_rulebook_is_used_and_named(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = house.folder / "north" / "2026"
    inner.mkdir(parents=True)
    here = run("check", "profile.yaml", "--format", "json").out
    monkeypatch.chdir(inner)
    assert "Rulebook lantern (../../rules, " in run("check", "../../profile.yaml").out
    assert run("check", "../../profile.yaml", "--format", "json").out == here
    assert run("check", house.profile, "--format", "json").out == here
    other = House(inner)
    other.write("rules/rulebook.yaml", "id: other\n")
    assert run("check", "../../profile.yaml").err.startswith("rules/rulebook.yaml:1:1: ")


def test_a_rulebook_may_be_named(
    house: House,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    here = run("check", "profile.yaml", "--format", "json").out
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    ran = run("check", house.profile, "--rules", house.rules)
    assert f"Rulebook lantern ({house.rules.as_posix()}, " in ran.out
    named = run("check", house.profile, "--rules", house.rules, "--format", "json")
    assert named.out == here
    monkeypatch.setattr(rulebooks, "shipped_rules", lambda: house.rules)
    assert "Rulebook lantern (packaged, " in run("check", house.profile).out


def test_the_evaluation_date_is_said(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "readiness check at 1 January 2026\n" in run("check", "profile.yaml").out
    ran = run("check", "profile.yaml", "--as-of", "2026-03-04")
    assert "readiness check at 4 March 2026\n" in ran.out
    monkeypatch.setattr("readiness.cli.check.today", lambda: date(2026, 5, 6))
    house.edit("profile.yaml", ("as_of: 2026-01-01\n", ""))
    ran = run("check", "profile.yaml")
    assert "at 6 May 2026 (today: neither --as-of nor the profile names a day)" in ran.out


# ---- the JSON contract

TOP = ["schema_version", "council", "as_of", "rulebook", "totals", "findings", "acceptances"]
FINDING = """
    id title framework criterion also kind force theme holder owner depth severity verdict reason
    reasons issues expected found members affected known evidenced planned settled_by upstream
    citations first_step actions acceptance
"""
INSIDE = {
    "expected": "text operands",
    "operands": "name value unit basis from source",
    "found": "fact member value numerator denominator period dated source state",
    "members": "member verdict found",
    "affected": "count of unit",
    "known": "text facts",
    "evidenced": "id title kind dated holder stale",
    "planned": "id do owner due status shows_in overdue",
    "settled_by": "fact member holder ask accepts",
    "upstream": "id verdict",
    "actions": "do owner within",
    "rulebook": "id hash expectations",
    "totals": "met not_met unknown not_applicable all",
}


def no_float(text: str) -> Any:
    raise AssertionError(f"{text} is a float")


def groups(data: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every group of keys in a report with the key it stands under."""
    if isinstance(data, dict):
        yield name, data
        for key, value in data.items():
            yield from groups(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from groups(value, name)


def test_the_json_contract(house: House, run: Run) -> None:
    accepted = "acceptances:\n  - {expectation: LAN-06, by: Head, reason: oil, until: 2026-02-01}\n"
    house.write("profile.yaml", PROFILE.replace("lamp.lit: yes", "lamp.lit: unknown") + accepted)
    out = run("check", "profile.yaml", "--format", "json").out
    assert out.endswith("}\n")
    assert "\n\n" not in out
    report = json.loads(out, parse_float=no_float, parse_constant=no_float)
    assert list(report)[: len(TOP)] == TOP
    assert (report["schema_version"], report["as_of"]) == (1, "2026-01-01")
    assert report["acceptances"][0]["expectation"] == "LAN-06"
    seen = set()
    for name, group in groups(report):
        if name in INSIDE:
            keys = INSIDE[name].split()
            assert list(group)[: len(keys)] == keys
            seen.add(name)
    assert seen == set(INSIDE)
    for finding in report["findings"]:
        assert list(finding)[: len(FINDING.split())] == FINDING.split()
    totals, asked = report["totals"], report["three_questions"]
    assert totals.pop("all") == sum(totals.values()) == len(report["findings"]) == 6
    assert asked["apply"] == 6 - totals["not_applicable"]
    assert asked["known"] == totals["met"] + totals["not_met"]
    assert asked["gaps"] == totals["not_met"]
    assert asked["evidenced"] == sum(
        bool(f["evidenced"]) for f in report["findings"] if f["verdict"] in ("met", "not_met")
    )
    assert asked["planned"] <= asked["gaps"]
    assert asked["said_alone"] == sum(
        bool(f["known"]["facts"]) and not f["evidenced"]
        for f in report["findings"]
        if f["verdict"] == "met"
    )


def test_json_names_no_machine_engine_or_clock(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_clock() -> date:
        raise AssertionError("the clock was read")

    monkeypatch.setattr("readiness.cli.check.today", no_clock)
    out = run("check", house.profile, "--format", "json", "--rules", house.rules).out
    assert json.loads(out)["as_of"] == "2026-01-01"
    for word in (str(house.folder), house.folder.as_posix(), "rete", "builtin", "profile.yaml"):
        assert word not in out


def test_the_same_bytes_every_time(house: House, run: Run) -> None:
    check = ["check", "profile.yaml", "--format", "json"]
    first = run(*check, "--engine", "builtin").out
    assert run(*check, "--engine", "builtin").out == first
    assert run(*check, "--engine", "builtin", "--no-cache").out == first
    for seed in ("0", "1"):
        ran = readiness(*check, "--engine", "builtin", cwd=house.folder, PYTHONHASHSEED=seed)
        assert ran.stdout.decode("utf-8") == first


@pytest.mark.skipif(not rete_available(), reason="durable-rules is not installed")
@pytest.mark.parametrize("form", ["text", "json"])
def test_the_same_bytes_from_both_engines(run: Run, form: str) -> None:
    check = ["check", "profile.yaml", "--format", form, "--engine"]
    ran = run(*check, "rete")
    assert ran.err == ""
    assert ran.out == run(*check, "builtin").out


# ---- the text


def test_totals_reconcile_with_the_table(run: Run) -> None:
    for options in ([], ["--severity", "high"], ["--framework", "lantern"]):
        out = run("check", "profile.yaml", *options).out
        head = re.search(
            r"(\d+) not met +(\d+) not known +(\d+) met +(\d+) not app.* of (\d+)", out
        )
        assert head is not None
        table = out[out.index("BY CRITERION") :].split("\n\n")[0].splitlines()[1:]
        rows = [[int(n) for n in re.findall(r" (\d+)(?= |$)", row)] for row in table]
        *inside, last = [row for row in rows if row]
        assert last == [int(number) for number in head.groups()]
        assert [sum(column) for column in zip(*inside, strict=True)] == last
        assert all(sum(row[:4]) == row[4] for row in inside)


def test_text_is_plain(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("check", "profile.yaml").out
    assert "\x1b" not in plain
    for variable in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.setenv(variable, "1")
        assert run("check", "profile.yaml").out == plain
    assert all(len(line) <= 100 for line in plain.splitlines())


LOOKED_INTO = """\
thresholds:
  looked_into:
    basis: policy
    because: A look that is older saw other lamps.
    values:
      - {from: 2010-01-01, value: 12 months}
"""


@pytest.mark.parametrize(
    ("on_time", "looked", "shown"),
    [
        (50, "", True),
        (50, "lamp.checked: not_yet", False),
        (50, "lamp.checked: 2025-10-01", False),
        (54, "", False),
    ],
    ids=["nobody says", "nobody looked", "looked into", "no worse"],
)
def test_a_figure_worse_than_england_stands_out_while_nobody_says_why(
    house: House, run: Run, on_time: int, looked: str, shown: bool
) -> None:
    """It is no gap, and yet what an inspector asks about first."""
    either = """{any: [
  {fact: lamp.on_time, no_worse_than: {benchmark: england}},
  {fact: lamp.checked, within: {threshold: looked_into}}]}"""
    signal = page("LAN-07", either, kind="signal", more=LOOKED_INTO)
    house.write("rules/lantern/light/LAN-07.yaml", signal)
    covered = "lamp-years:\n  what: Lamps over the years\n  checked_by: [LAN-07]\n"
    house.write("rules/lantern/coverage.yaml", COVERAGE + covered)
    profile = PROFILE.replace("numerator: 60", f"numerator: {on_time}")
    house.write("profile.yaml", profile.replace("facts:\n", f"facts:\n  {looked}\n", 1))
    out = run("check", "profile.yaml").out
    heading = "WORSE THAN ENGLAND, and not settled by neighbours or a look into why: 1"
    line = "  LAN-07  Visits made on time: 50 of 90 visits (55.6%)"
    assert (heading in out, line in out) == (shown, shown)


def test_the_order_of_findings(house: House, run: Run) -> None:
    """Each two neighbours differ in one respect, and by id alone would stand the other way."""
    missed = "{fact: lamp.lit, is: no}"
    behind = "{fact: lamp.late, less_than: 1%}"
    order = [
        ("critical evidence", page("A-99", missed, kind="evidence", severity="critical")),
        ("high duty", page("A-98", missed, kind="duty", severity="high")),
        (
            "high evidence, 60 affected",
            page(
                "A-971",
                missed,
                kind="evidence",
                severity="high",
                more="affected: lamp.children\n",
            ),
        ),
        ("high impact", page("A-97", missed, kind="impact", severity="high")),
        ("high signal", page("A-96", missed, kind="signal", severity="high")),
        ("high evidence", page("A-95", missed, kind="evidence", severity="high")),
        ("60 affected", page("A-94", missed, more="affected: lamp.children\n")),
        ("20 affected, worse than England", page("A-93", behind)),
        ("20 affected", page("A-92", "{fact: lamp.on_time, at_least: 100%}")),
        ("none affected, no plan", page("A-91", missed)),
        ("no plan, a later id", page("A-911", missed)),
        ("planned", page("A-90", missed)),
        ("low", page("A-89", missed, severity="low")),
        ("critical unknown", page("A-88", "{fact: lamp.score, is: 1}", severity="critical")),
        ("low unknown", page("A-87", "{fact: lamp.score, is: 2}", severity="low")),
        ("critical and met", page("A-86", "{fact: lamp.lit, is: yes}", severity="critical")),
        ("low and met", page("A-85", "{fact: lamp.lit, is: yes}", severity="low")),
        (
            "not applicable",
            page("A-84", missed, severity="critical", more="applies_when: " + missed + "\n"),
        ),
    ]
    for file in house.rules.glob("lantern/*/*.yaml"):
        file.unlink()
    house.write("rules/lantern/coverage.yaml", "{}\n")
    for _, text in order:
        id = text.split("\n", 1)[0].removeprefix("id: ")
        house.write(f"rules/lantern/light/{id}.yaml", text)
    house.edit(
        "rules/benchmarks/lamp-stats-2025.yaml",
        (
            "figures:\n",
            'figures:\n  - {fact: lamp.late, place: england, period: "2025", value: 9%}\n',
        ),
    )
    house.write(
        "profile.yaml",
        "council: {name: Lampton}\nas_of: 2026-01-01\nfacts:\n  lamp.lit: yes\n"
        "  lamp.children: 60\n  lamp.late: {numerator: 20, denominator: 80, period: 2025}\n"
        "  lamp.on_time: {numerator: 70, denominator: 90, period: 2025}\n"
        "plan:\n  - {id: P-1, addresses: [A-90], do: x, owner: y, due: 2026-02-01, shows_in: z}\n",
    )
    report = json.loads(run("check", "profile.yaml", "--format", "json").out)
    assert [finding["id"] for finding in report["findings"]] == [
        text.split("\n", 1)[0].removeprefix("id: ") for _, text in order
    ]
