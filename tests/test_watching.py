"""Watching rule pages: what is said after each save, whatever state files are in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Run
from lantern import House, page

from readiness import cli
from readiness.analysis.pages.style import Level, Linted
from readiness.app.choice import RulebookChoice
from readiness.app.editing import Trials
from readiness.app.watching import Changed, Sight, watch
from readiness.errors import InvalidRulebook
from readiness.yaml_reader import Document, read_bytes

FILE = "lantern/light/LAN-03.yaml"
LIT = page("LAN-03", "{fact: lamp.lit, is: yes}", kind="evidence")
Step = Callable[[], object]


class Editor:
    """Somebody who saves files while the watch waits: one step for each wait."""

    def __init__(self, house: House, *steps: Step | None) -> None:
        self.house = house
        self.steps = iter(steps)
        self.clock = 1_000_000_000

    def __call__(self) -> None:
        step = next(self.steps, KeyboardInterrupt)
        if step is KeyboardInterrupt:
            raise KeyboardInterrupt
        if step is not None:
            step()

    def save(self, name: str, text: str) -> Step:
        """Return a step that saves a file, with a time of its own."""

        def step() -> None:
            file = self.house.write(f"rules/{name}", text)
            self.clock += 1_000_000_000
            os.utime(file, ns=(self.clock, self.clock))

        return step


def seen(house: House, *steps: Step | None, targets: tuple[str, ...] = ()) -> list[Sight]:
    """Return what a watch says until it is interrupted."""
    found: list[Sight] = []
    editor = Editor(house, *steps)
    rounds = watch(targets, book=RulebookChoice(house.rules, cache=False), wait=editor)
    with pytest.raises(KeyboardInterrupt):
        found.extend(iter_until(rounds, found))
    return found


def iter_until(rounds: Iterator[Sight], found: list[Sight]) -> Iterator[Sight]:
    for one in rounds:
        found.append(one)
    yield from ()


def edit(house: House, text: str, name: str = FILE) -> Step:
    return Editor(house).save(name, text)


def test_the_first_look_is_at_everything(house: House) -> None:
    start, linted, problem = seen(house, None)
    assert start == Changed(())
    assert isinstance(linted, Linted)
    assert linted.of(Level.ERROR) == ()
    assert isinstance(problem, (Trials, InvalidRulebook))


def test_an_overlay_is_watched_with_the_rulebook(house: House) -> None:
    sound(house)
    house.write("over/overlay.yaml", "id: lampton\ntitle: Lampton's own\nformat: 1\n")
    name = "over/lantern/light/LOCAL-LAMPTON-001.yaml"
    text = page("LOCAL-LAMPTON-001", "{fact: lamp.lit, is: yes}", kind="evidence")
    editor = Editor(house)
    steps = iter(
        [
            lambda: house.write(name, text),
            None,
            lambda: house.write(name, text.replace("lamp.lit, is", "lamp.lti, is")),
            None,
            KeyboardInterrupt,
        ]
    )
    editor.steps = steps
    found: list[Sight] = []
    book = RulebookChoice(house.rules, cache=False, overlays=(house.folder / "over",))
    with pytest.raises(KeyboardInterrupt):
        found.extend(iter_until(watch((), book=book, wait=editor), found))
    shown = (house.folder / name).as_posix()
    assert [one.files for one in found if isinstance(one, Changed)] == [(), (shown,), (shown,)]
    start, added, wrong = (one for one in found if isinstance(one, Linted))
    assert [one.whole for one in (start, added, wrong)] == [True, True, False]
    assert "did you mean 'lamp.lit'" in "".join(c.problem.help for c in wrong.complaints)
    before, after = (one for one in found if isinstance(one, Trials))
    assert len(after.results) > len(before.results)


def sound(house: House) -> None:
    """Take away the pages whose examples are not about their tests."""
    for name in ("light/LAN-01", "light/LAN-02", "warmth/LAN-04", "warmth/LAN-05", "warmth/LAN-06"):
        (house.rules / f"lantern/{name}.yaml").unlink()
    house.write("rules/lantern/coverage.yaml", "{}\n")
    out = page("LAN-08", "{fact: lamp.lit, is_not: no}", title="The lamp is not out")
    house.write("rules/lantern/light/LAN-08.yaml", out)


def test_only_the_page_that_was_saved_is_tested(house: House) -> None:
    sound(house)
    broken = LIT.replace("lamp.lit: no}, verdict: not_met", "lamp.lit: yes}, verdict: not_met")
    *first, changed, linted, tested = seen(house, None, edit(house, broken), None)
    assert isinstance(first[-1], Trials)
    assert {result.id for result in first[-1].results} == {"LAN-03", "LAN-08"}
    assert changed == Changed((f"{house.rules.as_posix()}/{FILE}",))
    assert isinstance(linted, Linted)
    assert isinstance(tested, Trials)
    assert [(result.id, result.passed) for result in tested.results] == [
        ("LAN-03", True), ("LAN-03", False), ("LAN-03", True)]  # fmt: skip


def test_a_page_on_which_others_rest_tests_them_all(house: House) -> None:
    sound(house)
    text = (house.rules / "units.yaml").read_text(encoding="utf-8") + "# more\n"
    *_, tested = seen(house, edit(house, text, "units.yaml"), None)
    assert isinstance(tested, Trials)
    assert {result.id for result in tested.results} == {"LAN-03", "LAN-08"}


def test_a_save_in_two_steps_is_looked_at_when_it_has_come_to_rest(house: House) -> None:
    sound(house)
    editor = Editor(house)
    half, whole = editor.save(FILE, ""), editor.save(FILE, LIT + "# saved\n")
    found = seen(house, half, whole, None)
    assert [one for one in found if isinstance(one, Changed)][1:] == [
        Changed((f"{house.rules.as_posix()}/{FILE}",))
    ]
    assert all(one.of(Level.ERROR) == () for one in found if isinstance(one, Linted))


@pytest.mark.parametrize("text", ["", "id: LAN-03\ntitle: [", "\x00", "id"], ids=repr)
def test_what_is_half_written_is_an_error_like_any_other(house: House, text: str) -> None:
    sound(house)
    *_, changed, wrong, again, mended, tested = seen(
        house, edit(house, text), None, edit(house, LIT + "# mended\n"), None
    )
    assert isinstance(changed, Changed)
    assert isinstance(wrong, Linted)
    assert len(wrong.of(Level.ERROR)) == 1
    assert isinstance(again, Changed)
    assert isinstance(mended, Linted)
    assert mended.of(Level.ERROR) == ()
    assert isinstance(tested, Trials)


def test_files_that_are_renamed_added_and_taken_away(house: House) -> None:
    sound(house)
    file = house.rules / FILE
    other = file.with_name("LAN-09.yaml")
    steps: list[Step | None] = [
        lambda: file.rename(other), None,
        lambda: other.rename(file), None,
        lambda: file.unlink(), None,
        edit(house, LIT), None,
    ]  # fmt: skip
    found = seen(house, *steps, targets=(str(file),))
    names = [[Path(f).name for f in one.files] for one in found if isinstance(one, Changed)]
    assert names == [
        [], ["LAN-03.yaml", "LAN-09.yaml"], ["LAN-03.yaml", "LAN-09.yaml"], ["LAN-03.yaml"],
        ["LAN-03.yaml"],
    ]  # fmt: skip
    errors = [len(one.of(Level.ERROR)) for one in found if isinstance(one, Linted)]
    assert errors == [0, 1, 0, 0, 0]


def test_a_rulebook_that_is_gone_for_a_while(house: House) -> None:
    sound(house)
    away = house.folder / "away"
    found = seen(
        house, lambda: house.rules.rename(away), None, lambda: away.rename(house.rules), None
    )
    assert [type(one) for one in found[3:]] == [
        Changed, InvalidRulebook, Changed, Linted, Trials]  # fmt: skip


def test_an_example_that_says_what_no_profile_could(house: House) -> None:
    sound(house)
    *_, last = seen(house, edit(house, LIT.replace("lamp.lit: no", "lamp.lti: no")), None)
    assert isinstance(last, InvalidRulebook)
    assert "did you mean 'lamp.lit'?" in str(last)


def test_what_has_not_changed_is_not_read_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound(house)
    read: list[str] = []

    def reading(content: bytes, source: str) -> Document:
        read.append(Path(source).name)
        return read_bytes(content, source)

    monkeypatch.setattr("readiness.app.editing.read_bytes", reading)
    seen(house, edit(house, LIT + "# saved\n"), None)
    assert read.count("LAN-08.yaml") == 1
    assert read.count("LAN-03.yaml") == 2


# ---- the command


def test_the_command_prints_each_look_and_ends_with_130(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound(house)
    editor = Editor(house, edit(house, LIT.replace("severity: medium", "severity: midium")), None)
    monkeypatch.setattr(time, "sleep", lambda seconds: editor())
    ran = run("rules", "watch", "LAN-03")
    assert (ran.code, ran.err.strip()) == (130, "stopped")
    assert ran.out.startswith("Watching the rule pages; Ctrl-C ends it.\n")
    assert "3 of 3 examples of 1 expectation passed" in ran.out
    assert f"\nChanged: rules/{FILE}\n" in ran.out
    assert "'midium' is not one of" in ran.out


def test_a_target_that_is_none_is_said_at_once(run: Run) -> None:
    ran = run("rules", "watch", "LAN-33")
    assert ran.code == 2
    assert "did you mean 'LAN-03'?" in ran.err


HEEDING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever started the tests ignores
from readiness.cli import run
run()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a signal is sent as POSIX has it")
def test_ctrl_c_ends_the_process_cleanly(house: House) -> None:
    started = subprocess.Popen(
        [sys.executable, "-c", HEEDING, "rules", "watch"],
        cwd=house.folder,
        env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert started.stdout is not None
    first = started.stdout.readline()
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=60)
    assert first == b"Watching the rule pages; Ctrl-C ends it.\n"
    assert (started.returncode, said.decode().strip()) == (130, "stopped")
