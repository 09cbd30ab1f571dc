"""The format of rule files: what is said of others, and how pages become the one that is read."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pytest
from conftest import Run
from lantern import House

from readiness.errors import InvalidRulebook
from readiness.rulebook import formats
from readiness.rulebook.formats import Migration, rename_key


def renamed(name: str, page: MutableMapping[str, Any]) -> None:
    """Give the reason of a severity a new name, as a made-up second format would have it."""
    rename_key(page, "because_severity", "severity_because")


def shorter(name: str, page: MutableMapping[str, Any]) -> None:
    """Take a note away, as a made-up third format would have it."""
    if name == "rulebook.yaml":
        page.pop("remark", None)


TWO = {1: Migration("'because_severity' is now 'severity_because'.", renamed)}
THREE = {**TWO, 2: Migration("'remark' is gone.", shorter)}


@pytest.fixture
def second(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a rulebook of format 1 where format 2 is read, with its migration."""
    monkeypatch.setattr(formats, "FORMAT", 2)
    monkeypatch.setattr(formats, "MIGRATIONS", TWO)
    house.edit(
        "rules/lantern/light/LAN-03.yaml",
        (
            "severity_because: A dark house is a cold house.",
            "# Weighed.\nbecause_severity: A dark house is a cold house.  # for our readers",
        ),
    )
    return house


def test_no_migration_ships_before_there_is_a_second_format() -> None:
    assert 1 + len(formats.MIGRATIONS) == formats.FORMAT
    assert list(formats.MIGRATIONS) == list(range(1, formats.FORMAT))


def test_there_is_nothing_to_do(house: House, run: Run) -> None:
    for args in ([], ["rules"], ["--check"]):
        shown = run("rules", "migrate", *args)
        assert shown.code == 0
        assert shown.out == "rules is of format 1, the one that is read now: nothing to do\n"


WRONG = {
    "newer": ("format: 7", "this is of format 7; this version of readiness reads format 1",
              "bring readiness up to date"),
    "none": ("format: 0", "there is no format 0", "write 'format: 1'"),
    "in quotes": ("format: '1'", "a format is a whole number", "write 'format: 1'"),
    "yes": ("format: yes", "a format is a whole number", "write 'format: 1'"),
    "a part": ("format: 1.5", "a format is a whole number", "write 'format: 1'"),
    "left out": ("", "this does not say its format", "add 'format: 1'"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG.values(), ids=list(WRONG))
def test_another_format_is_refused_with_the_edit(house: House, case: tuple[str, str, str]) -> None:
    written, message, help = case
    house.edit("rules/rulebook.yaml", ("format: 1", written))
    house.edit("rules/lantern/light/LAN-01.yaml", ("severity", "severty"))
    with pytest.raises(InvalidRulebook) as refused:
        house.rulebook()
    (problem,) = refused.value.problems
    assert problem.file == "rules/rulebook.yaml"
    assert (problem.message, help in problem.help) == (message, True)


def test_an_overlay_has_a_format_too(house: House, run: Run) -> None:
    house.write("over/overlay.yaml", "id: lampton\ntitle: Lampton\nformat: 3\n")
    shown = run("rules", "list", "--overlay", "over")
    assert shown.code == 3
    assert shown.err.startswith("over/overlay.yaml:3:9: this is of format 3; ")


def test_an_older_format_is_refused_with_the_command(second: House, run: Run) -> None:
    shown = run("rules", "list")
    assert shown.code == 3
    assert "this is of format 1, which is older than format 2" in shown.err
    assert "help: run: readiness rules migrate rules" in shown.err
    assert "because_severity" not in shown.err


def test_an_older_format_without_a_way_is_refused(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "FORMAT", 3)
    monkeypatch.setattr(formats, "MIGRATIONS", {2: THREE[2]})
    for command in (["rules", "list"], ["rules", "migrate"]):
        shown = run(*command)
        assert shown.code == 3
        assert "this is of format 1, which is read no more" in shown.err
        assert "write the pages in format 3, then 'format: 3'" in shown.err


def test_pages_are_migrated_with_their_comments(second: House, run: Run) -> None:
    second.edit("rules/rulebook.yaml", ("id: lantern", "# Ours.\nid: lantern"))
    before = {file: file.read_bytes() for file in second.rules.rglob("*.yaml")}
    checked = run("rules", "migrate", "--check")
    assert checked.code == 1
    assert {file: file.read_bytes() for file in second.rules.rglob("*.yaml")} == before
    shown = run("rules", "migrate")
    assert shown.code == 0
    assert shown.out == (
        "rules, from format 1 to 2\n"
        "'because_severity' is now 'severity_because'.\n"
        "2 pages written:\n"
        "  rules/lantern/light/LAN-03.yaml\n"
        "  rules/rulebook.yaml\n"
    )
    changed = {file.name for file, text in before.items() if file.read_bytes() != text}
    assert changed == {"LAN-03.yaml", "rulebook.yaml"}
    text = (second.rules / "lantern/light/LAN-03.yaml").read_text(encoding="utf-8")
    assert (
        "severity: medium\n# Weighed.\n"
        "severity_because: A dark house is a cold house.  # for our readers\nevidence:"
    ) in text
    assert "because_severity" not in text
    book = (second.rules / "rulebook.yaml").read_text(encoding="utf-8")
    assert "# Ours.\nid: lantern" in book
    assert "format: 2" in book
    assert run("rules", "list").code == 0
    assert run("rules", "migrate").out.endswith("nothing to do\n")


def test_steps_follow_each_other(second: House, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMAT", 3)
    monkeypatch.setattr(formats, "MIGRATIONS", THREE)
    second.edit("rules/rulebook.yaml", ("format: 1", "format: 1\nremark: as it was"))
    shown = run("rules", "migrate", "rules")
    assert shown.code == 0
    assert "from format 1 to 3\n" in shown.out
    assert "remark" not in (second.rules / "rulebook.yaml").read_text(encoding="utf-8")
    assert second.rulebook().page.format == 3


def test_nothing_is_written_unless_it_can_be_used(second: House, run: Run) -> None:
    second.edit("rules/lantern/light/LAN-01.yaml", ("kind: duty", "kind: duti"))
    before = {file: file.read_bytes() for file in second.rules.rglob("*.yaml")}
    shown = run("rules", "migrate")
    assert shown.code == 3
    assert "rules/lantern/light/LAN-01.yaml:5:7: 'duti' is not one of" in shown.err
    assert {file: file.read_bytes() for file in second.rules.rglob("*.yaml")} == before


def test_an_overlay_is_migrated(second: House, run: Run) -> None:
    assert run("rules", "migrate").code == 0
    second.write("over/overlay.yaml", "id: lampton  # us\ntitle: Lampton\nformat: 1\n")
    second.write(
        "over/changes/LAN-01.yaml", "expectation: LAN-01\nbecause: So.\nowner: Head of lamps\n"
    )
    shown = run("rules", "migrate", "over")
    assert (shown.code, shown.err) == (0, "")
    assert (second.folder / "over/overlay.yaml").read_text(encoding="utf-8") == (
        "id: lampton  # us\ntitle: Lampton\nformat: 2\n"
    )
    assert run("rules", "overlay", "over").code == 0


def test_without_the_library_the_extra_is_named(
    second: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ruamel.yaml", None)
    shown = run("rules", "migrate")
    assert shown.code == 2
    assert "pip install 'readiness[edit]'" in shown.err


def test_a_folder_that_is_none(house: House, run: Run) -> None:
    shown = run("rules", "migrate", "nowhere")
    assert shown.code == 3
    assert "nowhere: there is no such folder" in shown.err
