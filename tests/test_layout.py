"""Laying pages out: what they say stays, and so do comments; doing it twice changes nothing."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from lantern import FILES, House, page
from mistakes import PAGE

from readiness.errors import InternalError, InvalidInput, UsageError
from readiness.model.expectation import Expectation
from readiness.resources import shipped_rules
from readiness.rulebook import layout
from readiness.rulebook.layout import ORDER, WIDTH, tidy
from readiness.yaml_reader import read_text

SHIPPED = sorted(shipped_rules().rglob("*.yaml"))
FILE = "lantern/light/LAN-03.yaml"


def same(text: str) -> str:
    """Return a page laid out, after checking that it says the same and is laid out for good."""
    tidied = tidy(text, "page.yaml")
    assert read_text(tidied, "page.yaml").data == read_text(text, "page.yaml").data
    assert tidy(tidied, "page.yaml") == tidied
    return tidied


@pytest.mark.parametrize("file", SHIPPED[::40], ids=lambda file: file.stem)
def test_shipped_pages_say_the_same_and_are_laid_out_once(file: Path) -> None:
    same(file.read_text(encoding="utf-8"))


def test_a_page_in_the_style_of_the_house_stays_to_the_letter() -> None:
    assert same(PAGE) == PAGE


def test_keys_stand_in_the_order_of_the_page() -> None:
    assert ORDER[0] == "id"
    assert set(ORDER) == {field.alias or name for name, field in Expectation.model_fields.items()}
    lines = PAGE.splitlines(keepends=True)
    blocks = ["id: LAN-07\n", *reversed([line for line in lines[1:10] if ":" in line])]
    assert same("".join(blocks) + "".join(lines[10:])) == PAGE


def test_comments_go_with_what_they_are_about() -> None:
    text = """\
# A page of the lamps

id: LAN-01
# Why it is asked.
# In two lines.
why: So it is.  # short
expect: {fact: lamp.lit, is: yes}  # nothing else
# Its title.
title: The lamp is lit

# The end.
"""
    assert (
        same(text)
        == """\
# A page of the lamps
id: LAN-01
# Its title.
title: The lamp is lit
# Why it is asked.
# In two lines.
why: So it is.  # short
expect: {fact: lamp.lit, is: yes}  # nothing else
# The end.
"""
    )


def test_indentation_and_line_ends_are_set_right() -> None:
    text = "\ufeffid: A-1\ncitations:\n- source: x\n  at: y\nexpect:\n    all:\n    -   a\n"
    text = text.replace("\n", "\r\n")
    assert same(text) == (
        "id: A-1\ncitations:\n  - source: x\n    at: y\nexpect:\n  all:\n    - a\n"
    )


def test_blank_lines_are_none_in_an_expectation_and_one_elsewhere() -> None:
    text = "a: 1\n\n\n\nb: 2\n\n"
    assert same(text) == "a: 1\n\nb: 2\n"
    assert same(f"{text}expect: {{}}\n") == "a: 1\nb: 2\nexpect: {}\n".replace(
        "a: 1\nb: 2\nexpect: {}\n", "expect: {}\na: 1\nb: 2\n"
    )


WORDS = " ".join(["lamp"] * 40)


def test_prose_that_is_too_long_is_broken_and_other_prose_is_not() -> None:
    short = "a: >-\n  one line\n  and another\n  that could be one\n"
    assert same(short) == short
    for text in (f"why: {WORDS}.\n", f"why: >-\n  {WORDS}.\n", f'why: "{WORDS}."\n'):
        first, *rest = same(text).splitlines()
        assert first == "why: >-"
        assert max(map(len, rest)) <= WIDTH
        assert " ".join(line.strip() for line in rest) == f"{WORDS}."
    item = same(f"actions:\n  - do: {WORDS}.\n    owner: x\n").splitlines()
    assert item[1:3] == ["  - do: >-", "      " + " ".join(["lamp"] * 19)]


@pytest.mark.parametrize(
    "text",
    [
        f"at: {WORDS}\n",
        f"why: {WORDS}  # a reason\n",
        f"why: |-\n  {WORDS}\n",
        f"why: >-\n  {WORDS}\n    further in\n",
        f"why: {{a: {WORDS}}}\n",
        f"why: >-\n  two  spaces {WORDS}\n",
    ],
    ids=["no prose", "comment", "lines of their own", "further in", "braces", "spaces"],
)
def test_what_could_read_otherwise_is_left_on_its_line(text: str) -> None:
    assert same(text) == text


def test_a_paragraph_stays_one() -> None:
    text = f"why: >-\n  {WORDS}\n\n  {WORDS}\n"
    assert same(text).count("\n\n") == 1


_PLAIN = st.text("abc,.:;#-'\"{}[]é ?!%&*|>\n", min_size=1, max_size=300).map(str.strip)


@given(st.dictionaries(st.sampled_from(ORDER), _PLAIN.filter(bool), min_size=1), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_a_page_says_it_says_afterwards(texts: dict[str, str], block: bool) -> None:
    lines = []
    for key, text in texts.items():
        if block and text == " ".join(text.split()):
            lines.append(f"{key}: >-\n  {text}\n")
        else:
            plain = " ".join(text.split())
            lines.append(f"{key}: '" + plain.replace("'", "''") + "'\n")
    try:
        read_text("".join(lines), "page.yaml")
    except InvalidInput:
        return
    same("".join(lines))


def test_a_page_that_would_read_otherwise_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_spaced", lambda lines, most: lines[:-1])
    with pytest.raises(InternalError, match=r"page\.yaml would not read the same"):
        tidy("a: 1\nb: 2\n", "page.yaml")


# ---- the command

MESSY = page("LAN-03", "{fact: lamp.lit, is: yes}", kind="evidence").replace(
    "theme: lamps\n", "", 1
).replace("why:", "theme: lamps\nwhy:")  # fmt: skip


def test_check_names_files_and_writes_nothing(house: House, run: Run) -> None:
    file = house.write(f"rules/{FILE}", MESSY)
    ran = run("rules", "fmt", "--check", "LAN-03")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out == f"rules/{FILE}\n1 of 1 file would be laid out anew\n"
    assert file.read_text(encoding="utf-8") == MESSY


def test_files_are_laid_out_and_then_stay(house: House, run: Run) -> None:
    file = house.write(f"rules/{FILE}", MESSY)
    ran = run("rules", "fmt")
    assert (ran.code, ran.err) == (0, "")
    assert f"rules/{FILE}\n" in ran.out
    assert file.read_text(encoding="utf-8") == page("LAN-03", "{fact: lamp.lit, is: yes}",
                                                    kind="evidence")  # fmt: skip
    assert run("rules", "fmt", "--check").code == 0
    assert len(house.rulebook().expectations) == 6
    assert sorted(path.name for path in file.parent.iterdir()) == [
        "LAN-01.yaml", "LAN-02.yaml", "LAN-03.yaml"]  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"id: [\n", "why: caf\xe9\n".encode("cp1252"), b"\xff\xfe\x00"]
)
def test_nothing_is_written_where_a_file_cannot_be_read(
    house: House, run: Run, content: bytes
) -> None:
    messy = house.write(f"rules/{FILE}", MESSY)
    house.write("rules/lantern/light/LAN-09.yaml", content)
    ran = run("rules", "fmt")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("rules/lantern/light/LAN-09.yaml")
    assert messy.read_text(encoding="utf-8") == MESSY
    assert run("rules", "fmt", "LAN-03").code == 0


def test_a_file_that_cannot_be_written(
    house: House, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write(f"rules/{FILE}", MESSY)

    def refuse(self: Path, *args: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    ran = run("rules", "fmt", "LAN-03")
    assert (ran.code, ran.out) == (2, "")
    assert "LAN-03.yaml cannot be written: Permission denied" in ran.err
    left = sorted(path.name for path in (house.rules / "lantern/light").iterdir())
    assert left == ["LAN-01.yaml", "LAN-02.yaml", "LAN-03.yaml"]


def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("ruamel"):
            raise ImportError(name)
        return found(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError, match=r"pip install 'readiness\[edit\]'"):
        tidy(FILES[FILE], FILE)
