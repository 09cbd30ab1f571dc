"""A pack: every format of one check, each the same as its command writes, and a page about them."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import hostile
import pytest
from conftest import Run
from lantern import House
from test_drill import TIMELINE

from readiness.render.visible import _MISLEADING, visible

CLAIMS = """\
self_evaluation:
  dated: 2025-12-01
  claims:
    - {fact: lamp.on_time, value: 72%}
"""

COMMANDS = {
    "report.html": ("check", "profile.yaml", "--format", "html"),
    "briefing.docx": ("check", "profile.yaml", "--format", "docx"),
    "claims.txt": ("claims", "profile.yaml"),
    "plan.docx": ("plan", "profile.yaml", "--format", "docx"),
    "plan.xlsx": ("plan", "profile.yaml", "--format", "xlsx"),
    "requests/local-authority.txt": ("settle", "profile.yaml", "--holder", "local_authority"),
    "data/check.json": ("check", "profile.yaml", "--format", "json"),
    "data/check.oscal.json": ("check", "profile.yaml", "--format", "oscal"),
    "data/check.junit.xml": ("check", "profile.yaml", "--format", "junit"),
    "data/check.sarif": ("check", "profile.yaml", "--format", "sarif"),
    "data/plan.json": ("plan", "profile.yaml", "--format", "json"),
    "data/plan.oscal.json": ("plan", "profile.yaml", "--format", "oscal"),
}

CALL = {
    "call.html": ("drill", "--format", "html"),
    "call.ics": ("drill", "--format", "ics"),
}
DAY = ("--framework", "lantern", "--notified", "2026-01-05")


class Links(HTMLParser):
    """Takes the addresses of a page's links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


def files(folder: Path) -> list[str]:
    return sorted(
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()
    )


def written(run: Run, house: House, *args: str) -> bytes:
    """Return what a command writes into a file; two of them take no file and print."""
    if args[0] in ("settle", "claims"):
        return run(*args).out.encode("utf-8")
    run(*args, "--output", "alone")
    return (house.folder / "alone").read_bytes()


@pytest.fixture
def claiming(house: House) -> House:
    house.write("profile.yaml", house.profile.read_text(encoding="utf-8") + CLAIMS)
    return house


def test_each_file_is_what_its_command_writes(claiming: House, run: Run) -> None:
    ran = run("pack", "profile.yaml", "--output", "out")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"out: {len(COMMANDS) + 1} files; begin with index.html\n"
    folder = claiming.folder / "out"
    assert files(folder) == sorted([*COMMANDS, "index.html"])
    for name, args in COMMANDS.items():
        assert (folder / name).read_bytes() == written(run, claiming, *args), name


def test_the_day_of_the_call_is_in_it_where_it_is_named(claiming: House, run: Run) -> None:
    page = claiming.rules / "lantern" / "framework.yaml"
    claiming.write("rules/lantern/framework.yaml", page.read_text(encoding="utf-8") + TIMELINE)
    run("pack", "profile.yaml", *DAY, "--kind", "short", "--output", "out")
    folder = claiming.folder / "out"
    assert files(folder) == sorted([*COMMANDS, *CALL, "index.html"])
    for name, (command, *options) in CALL.items():
        alone = written(run, claiming, command, "profile.yaml", *DAY, "--kind", "short", *options)
        assert (folder / name).read_bytes() == alone, name


def test_the_index_leads_to_every_file_and_nowhere_else(claiming: House, run: Run) -> None:
    run("pack", "profile.yaml", "--output", "out")
    index = (claiming.folder / "out" / "index.html").read_text(encoding="utf-8")
    assert sorted([*Links(index).found, "index.html"]) == files(claiming.folder / "out")
    said = re.sub(r"<[^>]+>", " ", index)
    totals = json.loads((claiming.folder / "out" / "data/check.json").read_text("utf-8"))["totals"]
    counted = "{not_met} not met, {unknown} not known, {met} met, {not_applicable} not applicable"
    assert f"{counted.format(**totals)}, of {totals['all']} expectations" in said
    assert "the lead member and the chief executive" in said
    assert "SMALL COUNTS" not in said


def test_small_counts_are_announced_on_every_page(claiming: House, run: Run) -> None:
    run("pack", "profile.yaml", "--output", "out", "--show-small-counts")
    for name in ("index.html", "report.html", "claims.txt", "requests/local-authority.txt"):
        assert (
            "small counts are shown" in (claiming.folder / "out" / name).read_text("utf-8").lower()
        )


def test_what_there_is_nothing_of_has_no_file(house: House, run: Run) -> None:
    house.edit("profile.yaml", ("cellar: unknown", "cellar: 30/30"))
    house.write("rules/lantern/warmth/LAN-04.yaml", "")
    (house.rules / "lantern/warmth/LAN-04.yaml").unlink()
    assert run("pack", "profile.yaml", "--output", "out").code == 0
    assert [name for name in files(house.folder / "out") if "request" in name] == []
    assert not (house.folder / "out" / "claims.txt").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Missing option '--output'"),
        (("--output", "out", "--notified", "2026-01-05"), "say which with --framework"),
        (("--output", "out", "--kind", "short"), "--kind goes with --notified"),
        (("--output", "out", "--framework", "lantrn"), "there is no framework 'lantrn'"),
        (("--output", "profile.yaml"), "profile.yaml cannot be made"),
    ],
)
def test_what_cannot_be_done(house: House, run: Run, args: tuple[str, ...], said: str) -> None:
    ran = run("pack", "profile.yaml", *args)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not (house.folder / "out").exists()


def test_files_of_an_earlier_pack_are_left_and_named(house: House, run: Run) -> None:
    first = run("pack", "profile.yaml", "--output", "pack")
    assert first.err == ""
    house.write("pack/requests/police.txt", "an old sheet")
    again = run("pack", "profile.yaml", "--output", "pack")
    assert again.err == "not of this pack, and left as they are: pack/requests/police.txt\n"
    assert (house.folder / "pack/requests/police.txt").read_text("utf-8") == "an old sheet"


def test_a_profile_that_is_wrong_leaves_no_folder(house: House, run: Run) -> None:
    house.edit("profile.yaml", ("lamp.lit: yes", "lamp.lit: maybe"))
    assert run("pack", "profile.yaml", "--output", "out").code == 4
    assert not (house.folder / "out").exists()


def test_hostile_text_stays_text_in_the_index(house: House, run: Run) -> None:
    hostile.write(house)
    assert run("pack", "profile.yaml", "--output", "out").code == 0
    index = (house.folder / "out" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in index
    assert "<img" not in index
    assert "<svg" not in index
    assert "\u202e" not in index
    assert sorted([*Links(index).found, "index.html"]) == files(house.folder / "out")


def test_what_misleads_is_never_printable() -> None:
    """So that a text which is all printable need not be looked at further."""
    misleading = [chr(n) for n in range(sys.maxunicode + 1) if _MISLEADING.match(chr(n))]
    assert [character for character in misleading if character.isprintable()] == []
    assert {visible(f"a{character}b") for character in misleading} == {"a\ufffdb"}
