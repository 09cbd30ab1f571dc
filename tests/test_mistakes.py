"""Mistakes in whole rule pages: what is said, to the letter, and that nothing else is."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from conftest import Run
from lantern import House, page
from mistakes import FILE, MISTAKES, PAGE, Mistake

from readiness.analysis.pages.style import Level
from readiness.app.choice import RulebookChoice
from readiness.app.editing import lint

OTHER = "lantern/light/LAN-08.yaml"


@pytest.fixture
def lamps(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a house with the page in which the mistakes are made, and one that rests on it."""
    monkeypatch.chdir(house.folder)
    house.write(f"rules/{OTHER}", page("LAN-08", "{finding: LAN-07, is: [met]}"))
    house.write(f"rules/{FILE}", PAGE)
    return house


def errors() -> list[str]:
    linted = lint(book=RulebookChoice(Path("rules"), cache=False))
    return [str(complaint) for complaint in linted.of(Level.ERROR)]


def test_the_page_itself_is_right(lamps: House) -> None:
    assert errors() == []


def test_there_are_more_than_forty_and_each_has_its_name() -> None:
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES) > 40


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.name for mistake in MISTAKES])
def test_a_mistake(lamps: House, mistake: Mistake) -> None:
    lamps.edit(f"rules/{FILE}", (mistake.old, mistake.new))
    (said,) = errors()
    assert said == f"rules/{FILE}:{mistake.said}".rstrip("\n")
    assert "help: " in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ": the file is empty\n  help: write its keys and values"),
        (PAGE.encode("utf-16"), ": this file is saved as UTF-16\n  help: save it as UTF-8"),
        (b"\x00\x01PK", ": this is not a text file\n  help: name a YAML file; workbooks, PDFs and "
         "Word files cannot be read here"),
        (PAGE.replace("A lamp", "A caf\xe9 lamp").encode("cp1252"),
         ":16:8: byte 0xE9 is not UTF-8 text; it looks like 'é' in Windows-1252\n"
         "  16 |   A café lamp that smokes lights nobody, and children sit in the dark.\n"
         "     |        ^ help: save the file as UTF-8"),
    ],
    ids=["empty", "UTF-16", "a workbook", "Windows-1252"],
)  # fmt: skip
def test_a_file_that_is_no_page(lamps: House, content: bytes, said: str) -> None:
    lamps.write(f"rules/{FILE}", content)
    assert errors() == [f"rules/{FILE}{said}"]


def test_a_page_in_the_wrong_folder(lamps: House) -> None:
    lamps.write(f"rules/{FILE.replace('light', 'warmth')}", PAGE)
    (lamps.rules / FILE).unlink()
    (said,) = errors()
    assert said == (
        "rules/lantern/warmth/LAN-07.yaml:4:12: this page stands in the folder lantern/warmth\n"
        "  4 | criterion: light\n"
        "    |            ^^^^^ help: move it to lantern/light"
    )


def test_what_editors_do_without_asking_is_no_mistake(lamps: House) -> None:
    lamps.write(f"rules/{FILE}", b"\xef\xbb\xbf" + PAGE.replace("\n", "\r\n").encode())
    assert errors() == []
    lamps.write(f"rules/{FILE}", PAGE.rstrip("\n").replace("\n", "  \n").replace(">-  \n", ">-\n"))
    assert errors() == []


def test_mistakes_in_several_pages_are_said_at_once(lamps: House) -> None:
    for mistake in MISTAKES:
        if mistake.name in ("misspelt fact", "wrong severity", "unknown source"):
            lamps.edit(f"rules/{FILE}", (mistake.old, mistake.new))
    lamps.edit("rules/lantern/light/LAN-01.yaml", ("lamp.on_time", "lamp.ontime"))
    lamps.edit("rules/lantern/light/LAN-03.yaml", ("is: yes", "is: 'yes'"))
    lamps.edit("rules/lantern/warmth/LAN-04.yaml", ("severity: medium", "severity: midium"))
    said = [line for text in errors() for line in text.splitlines() if line.startswith("rules/")]
    assert said == [
        "rules/lantern/light/LAN-01.yaml:15:16: no fact is called 'lamp.ontime'",
        "rules/lantern/light/LAN-03.yaml:14:30: 'yes' in quotes is text",
        "rules/lantern/light/LAN-07.yaml:29:11: 'moderate' is not one of: critical, high, medium, "
        "low",
        "rules/lantern/warmth/LAN-04.yaml:19:11: 'midium' is not one of: critical, high, medium, "
        "low",
    ]


def test_pages_that_rest_on_a_broken_one_are_not_blamed(lamps: House) -> None:
    lamps.edit(f"rules/{FILE}", ("severity: medium", "severity: grave"))
    lamps.edit("rules/lantern/coverage.yaml", ("checked_by: [LAN-01]", "checked_by: [LAN-07]"))
    lamps.write(
        "rules/lantern/light/LAN-09.yaml",
        page("LAN-09", "{findings: {theme: lamps, is: [met]}, at_least: 8}"),
    )
    assert len(errors()) == 1


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_done_to_a_page_lint_says_something_or_nothing(lamps: House, seed: int) -> None:
    """Lines are lost, doubled and swapped, signs are put in: every problem points into its file."""
    chance = Random(seed)
    lines = PAGE.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(lines))
        line = lines[place]
        column = chance.randrange(len(line))
        sign = chance.choice(
            ["\t", ": ", "- ", "{", "]", "'", " #", "  ", "\u00a0", "&", "\n", "é"]
        )
        lines[place] = chance.choice(
            ["", line * 2, line[:column] + sign + line[column:], line[column:], lines[-place]]
        )
    text = "".join(lines)
    lamps.write(f"rules/{FILE}", text)
    shown = text.replace("\r", "\n").split("\n")
    for complaint in lint(book=RulebookChoice(Path("rules"), cache=False)).complaints:
        problem = complaint.problem
        if problem.file == f"rules/{FILE}" and problem.line:
            assert problem.text == shown[problem.line - 1]
        assert problem.message


# ---- what only running an example shows


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("given: {lamp.lamps: 4, lamp.wait: unknown", "given: {lamp.lamps: 4, lamp.wiat: unknown",
         "47:28: unknown fact 'lamp.wiat'\n"
         "  47 |     given: {lamp.lamps: 4, lamp.wiat: unknown, lamp.lit: yes}\n"
         "     |                            ^^^^^^^^^ help: did you mean 'lamp.wait'?"),
        ("because: said_unknown", "because: said_unknwon",
         "49:14: 'said_unknwon' is not a reason\n"
         "  49 |     because: said_unknwon\n"
         "     |              ^^^^^^^^^^^^ help: did you mean 'said_unknown'?"),
        ("lamp.wait: 3 weeks", "lamp.wait: 21 days",
         "44:39: '21 days' is in days; this fact is in weeks\n"
         "  44 |     given: {lamp.lamps: 4, lamp.wait: 21 days, lamp.lit: yes}\n"
         "     |                                       ^^^^^^^ help: give it in weeks: units are "
         "never converted into each other"),
        ("lamp.wait: 3 weeks", "findings: {LAN-01: met}",
         "44:39: 'LAN-07' does not rest on 'LAN-01'\n"
         "  44 |     given: {lamp.lamps: 4, findings: {LAN-01: met}, lamp.lit: yes}\n"
         "     |                                       ^^^^^^ help: name one that its condition "
         "names"),
    ],
    ids=["misspelt fact", "misspelt reason", "wrong unit", "finding of another page"],
)  # fmt: skip
def test_a_mistake_in_an_example(lamps: House, run: Run, old: str, new: str, said: str) -> None:
    lamps.edit(f"rules/{FILE}", (old, new))
    ran = run("rules", "test", "LAN-07", "--rules", "rules")
    assert (ran.code, ran.out) == (3, "")
    first = ran.err.strip("\n").split(f"rules/{FILE}:")[1]
    assert first.rstrip("\n").startswith(said)
