"""The strict YAML reader: what it accepts, what it refuses, and where it points."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readiness import yaml_reader
from readiness.errors import InvalidInput, Problem
from readiness.yaml_reader import Document, builder, read_bytes, read_file, read_text, reading

SOURCE = "rules/area/ID-1.yaml"
FAST = getattr(yaml, "CSafeLoader", None)


@pytest.fixture(
    params=[
        pytest.param("c", marks=pytest.mark.skipif(FAST is None, reason="PyYAML without libyaml")),
        "python",
    ],
    autouse=True,
)
def loader(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run every test with the parser written in C and with the one written in Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "FAST_LOADER", FAST if request.param == "c" else None)
        yield request.param


def problems(text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        read_text(text, SOURCE) if isinstance(text, str) else read_bytes(text, SOURCE)
    assert all(problem.file == SOURCE for problem in caught.value.problems)
    return caught.value.problems


def places(text: str) -> list[tuple[int, int]]:
    return [(problem.line, problem.column) for problem in problems(text)]


def check(text: str | bytes, line: int, column: int, message: str, help: str) -> None:
    """Check that there is exactly this one problem."""
    found = problems(text)
    assert [(problem.line, problem.column) for problem in found] == [(line, column)], found
    assert message in found[0].message
    assert help in found[0].help
    assert not found[0].message.endswith(".")


# What is read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(word, True) for word in ("yes", "Yes", "true", "True")],
        *[(word, False) for word in ("no", "No", "false", "False")],
        ("0", 0),
        ("-5", -5),
        ("42", 42),
        ("999999999999999999", 999999999999999999),
        ("42.1", Decimal("42.1")),
        ("-0.5", Decimal("-0.5")),
        ("0.10", Decimal("0.10")),
        ("2026-10-31", date(2026, 10, 31)),
        ("2024-02-29", date(2024, 2, 29)),
        ("'012'", "012"),
        ('"no"', "no"),
        ("'2026-10-31'", "2026-10-31"),
        ("''", ""),
        ("[]", []),
        ("{}", {}),
        ("[1, two, 3.0]", [1, "two", Decimal("3.0")]),
        *[
            (text, text)
            for text in (
                "2025-26",
                "2025-Q1",
                "2025-03",
                "46.4%",
                "39/40",
                "14 weeks",
                "2025-09-01/2026-08-31",
                "regulation 13(2)",
                "9.14.21",
                "10/2026",
                "He said “no”",
                "it's",
                "E06009901",
                "http://example.org/a#b",
                "yes please",
                "y",
                "inf",
                "a - b",
                "1 000",
                "how many?",
                "5 points",
                "20 to 30",
                "30 000",
            )
        ],
    ],
)
def test_scalars(written: str, value: object) -> None:
    read = read_text(f"a: {written}\n", SOURCE).data["a"]
    assert read == value
    assert type(read) is type(value)


def test_decimals_keep_their_figures() -> None:
    assert str(read_text("a: 0.10\n", SOURCE).data["a"]) == "0.10"


def test_keys_are_text_as_written() -> None:
    text = "yes: 1\n2025: 2\n2025-Q1: 3\n1.50: 4\n'a b': 5\nnull: 6\n"
    assert list(read_text(text, SOURCE).data) == ["yes", "2025", "2025-Q1", "1.50", "a b", "null"]


def test_blocks_comments_and_markers() -> None:
    text = (
        "# yaml-language-server: $schema=x\n---\n"
        "why: >-\n  One line\n  and 'another': 012 #4\n"
        "what: |\n  yes\n   #kept\n"
        "plain: text # a comment\n"
        "list:\n- 1\n- - 2\n  - 3\n"
        "long: first\n  second\n...\n"
    )
    assert read_text(text, SOURCE).data == {
        "why": "One line and 'another': 012 #4",
        "what": "yes\n #kept\n",
        "plain": "text",
        "list": [1, [2, 3]],
        "long": "first second",
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(end: str, mark: str) -> None:
    text = mark + end.join(["a: 1", "b:", "  - 'x'", "c: |", "  y", "  z", ""])
    document = read_bytes(text.encode(), SOURCE)
    assert document.data == {"a": 1, "b": ["x"], "c": "y\nz\n"}
    problem = document.problem(("b", 0), "m")
    assert (problem.line, problem.column, problem.text) == (3, 5, "  - 'x'")


def test_trailing_tabs_and_blank_lines_do_no_harm() -> None:
    assert read_text("a: 1\t\n\t\n \t\nb: x y \t\n", SOURCE).data == {"a": 1, "b": "x y"}


# Where it points

PAGE = """\
title: A page
thresholds:
  on_time:
    values:
      - {from: 2014-09-01, value: 100%}
      - "quoted"
'odd key': |
  text
"""


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        (("title",), False, (1, 8, 6)),
        (("title",), True, (1, 1, 5)),
        (("thresholds",), False, (3, 3, 7)),
        (("thresholds",), True, (2, 1, 10)),
        (("thresholds", "on_time", "values"), False, (5, 7, 1)),
        (("thresholds", "on_time", "values", 0), False, (5, 9, 31)),
        (("thresholds", "on_time", "values", 0), True, (5, 9, 31)),
        (("thresholds", "on_time", "values", 0, "value"), False, (5, 35, 4)),
        (("thresholds", "on_time", "values", 0, "value"), True, (5, 28, 5)),
        (("thresholds", "on_time", "values", 1), False, (6, 9, 8)),
        (("odd key",), False, (7, 12, 1)),
        (("odd key",), True, (7, 1, 9)),
        ((), False, (1, 1, 5)),
        (("missing",), False, (1, 1, 5)),
        (("thresholds", "on_time", "basis"), False, (4, 5, 6)),
        (("thresholds", "on_time", "basis"), True, (3, 3, 7)),
        (("thresholds", "on_time", "values", 7, "value"), True, (4, 5, 6)),
        (("title", "deeper"), False, (1, 8, 6)),
    ],
)
def test_problem_points(path: yaml_reader.Path, key: bool, place: tuple[int, int, int]) -> None:
    problem = read_text(PAGE, SOURCE).problem(path, "message", "help", key=key)
    assert (problem.line, problem.column, problem.length) == place
    assert problem.text == PAGE.split("\n")[problem.line - 1]
    assert (problem.file, problem.message, problem.help) == (SOURCE, "message", "help")


def test_has_and_was_quoted() -> None:
    document = read_text(PAGE, SOURCE)
    values: yaml_reader.Path = ("thresholds", "on_time", "values")
    assert document.has(())
    assert document.has(values)
    assert document.has((*values, 1))
    assert not document.has((*values, 2))
    assert not document.has((*values, -1))
    assert not document.has(("title", "x"))
    assert document.was_quoted((*values, 1))
    assert document.was_quoted(("odd key",))
    assert not document.was_quoted(("title",))
    assert not document.was_quoted(values)
    assert not document.was_quoted((*values, 1, "x"))


# What is refused: scalars


@pytest.mark.parametrize(
    ("written", "message", "help"),
    [
        ("on", "'on' is not safe", "write yes or no, or put it in quotes if it is a word"),
        ("Off", "'Off' is not safe", "write yes or no"),
        ("NO", "'NO' is not safe", "write yes or no"),
        ("012", "begins with a zero", "write 12,"),
        ("-007", "begins with a zero", "write -7,"),
        ("000", "begins with a zero", "write 0,"),
        ("00.5", "begins with a zero", "write 0.5,"),
        ("1_000", "underscore", "write 1000,"),
        ("1,000", "thousands comma", "write 1000,"),
        ("-12,345,678.9", "thousands comma", "write -12345678.9,"),
        ("20:00", "base 60", "put it in quotes: '20:00'"),
        ("1:30:00", "base 60", "quotes"),
        ("0x1F", "as computers write it", "ordinary figures"),
        ("0o17", "as computers write it", "ordinary figures"),
        ("1e5", "power of ten", "in full"),
        ("1.5E-3", "power of ten", "in full"),
        (".5", "begins with a point", "write 0.5,"),
        ("-.5", "begins with a point", "write -0.5,"),
        ("5.", "ends with a point", "write 5,"),
        ("+5", "plus sign", "write 5,"),
        (".inf", "not a number", "write a number"),
        ("-.Inf", "not a number", "write a number"),
        (".nan", "not a number", "write a number"),
        ("~", "there is no value", "write a value"),
        ("null", "there is no value", "take the line away"),
        ("Null", "there is no value", "quotes if it is a word"),
        ("NULL", "there is no value", "write a value"),
        ("=", "a sign that YAML keeps", "quotes"),
        ("9" * 19, "more than 18 figures", "quotes"),
        ("9" * 9999, "more than 18 figures", "quotes"),
        ("2026-02-31", "February 2026 has 28 days", "a day that exists"),
        ("2024-02-30", "February 2024 has 29 days", "a day that exists"),
        ("2026-13-01", "there is no month 13", "a day that exists"),
        ("2026-04-00", "April 2026 has 30 days", "a day that exists"),
        ("0000-01-01", "no year 0000", "a day that exists"),
        ("2026-10-31 10:00", "time of day", "write the day alone: 2026-10-31"),
        ("2026-10-31T10:00:00Z", "time of day", "write the day alone: 2026-10-31"),
        ("2026-10-31t10:00:00 +01:00", "time of day", "write the day alone"),
        ("31/10/2026", "not a date as dates are written", "write dates as 2026-10-31"),
        ("31-10-2026", "not a date as dates are written", "write dates as 2026-10-31"),
        ("31.10.2026", "not a date as dates are written", "write dates as 2026-10-31"),
        ("3/4/26", "not a date as dates are written", "write dates as 2026-04-03"),
        ("2026/10/31", "not a date as dates are written", "write dates as 2026-10-31"),
        ("2026-1-5", "not a date as dates are written", "write dates as 2026-01-05"),
        ("45/45/2026", "not a date as dates are written", "write dates as 2026-10-31"),
        ("“plans issued”", "curly quotes", "use straight ones"),
        ("‘plans’", "curly quotes", "use straight ones"),
        ("’tis", "curly quotes", "use straight ones"),
        ("„plans“", "curly quotes", "use straight ones"),
        ("\u00a0plans", "a no-break space (U+00A0)", "delete it"),
        ("\u200bplans", "a zero width space (U+200B)", "delete it"),
        ("\u3000plans", "an ideographic space (U+3000)", "delete it"),
    ],
)
def test_refused_scalars(written: str, message: str, help: str) -> None:
    check(f"ok: 1\na:\n  - {written}\n", 3, 5, message, help)
    check(f"a: {written}\n", 1, 4, message, help)
    if "," not in written:
        check(f"a: {{b: {written}}}\n", 1, 8, message, help)
        check(f"a: [x, {written}]\n", 1, 8, message, help)


@pytest.mark.parametrize("written", ["on", "012", "20:00", "null", "~", "=", "“x”", "31/10/2026"])
def test_quotes_and_blocks_make_text(written: str) -> None:
    text = f"a: '{written}'\nb: \"{written}\"\nc: >-\n  {written}\nd: |\n  {written}\n"
    assert read_text(text, SOURCE).data == {
        "a": written,
        "b": written,
        "c": written,
        "d": written + "\n",
    }


# What is refused: structure, characters, syntax; each is one mistake and one problem

CASES = [
    # nothing where something should be
    ("a: 1\nb:\nc: 2\n", 2, 1, "'b' has no value", "write a value"),
    ("a:\n  b:   # nothing yet\nc: 2\n", 2, 3, "'b' has no value", "take the line away"),
    ("a: {b: , c: 1}\n", 1, 5, "'b' has no value", "write a value"),
    ("a:\n  - x\n  -\n", 3, 3, "list item is empty", "after the dash"),
    ("a:\n- - - 1\n-\n", 3, 1, "list item is empty", "after the dash"),
    (": x\n", 1, 1, "no key before this colon", "write a key"),
    ("a: {: x}\n", 1, 5, "no key before this colon", "write a key"),
    ("", 0, 0, "the file is empty", "keys and values"),
    ("\ufeff\r\n", 0, 0, "the file is empty", "keys and values"),
    ("# only\n# comments\n", 0, 0, "the file is empty", "keys and values"),
    ("---\n", 0, 0, "the file is empty", "keys and values"),
    ("just text\n", 1, 1, "must hold keys with values", "title: a text"),
    ("# c\n- a\n- b\n", 2, 1, "must hold keys with values", "title: a text"),
    ("[a]\n", 1, 1, "must hold keys with values", "title: a text"),
    # twice
    ("a: 1\nb: 2\na: 3\n", 3, 1, "'a' is here twice: the first is on line 1", "keep one"),
    ("x:\n  a: 1\n  'a': 3\n", 3, 3, "'a' is here twice: the first is on line 2", "keep one"),
    ("x: {a: 1, a: 3}\n", 1, 11, "the first is on line 1", "keep one"),
    # what pages do not need
    ("a: &x 1\n", 1, 4, "anchors are not used", "quotes"),
    ("a: &x\n  b: 1\n", 1, 4, "anchors are not used", "in full"),
    ("a: & more\n", 1, 4, "anchors are not used", "quotes"),
    ("a: *x\n", 1, 4, "aliases are not used", "in full"),
    ("*x : 1\n", 1, 1, "aliases are not used", "in full"),
    ("a:\n  * item\n", 2, 3, "aliases are not used", "quotes"),
    ("a: !x 1\n", 1, 4, "tags are not used", "quotes"),
    ("a: !important\n", 1, 4, "tags are not used", "quotes"),
    ("a: !!str 1\n", 1, 4, "tags are not used", "in full"),
    ("a: !x!y z\n", 1, 4, "tags are not used", "quotes"),
    ("a: !<x\n", 1, 4, "tags are not used", "quotes"),
    ("a: !x [1]\n", 1, 4, "tags are not used", "quotes"),
    ("b: {<<: {a: 1}}\n", 1, 5, "merge keys", "in full"),
    ("a: 1\n---\nb: 2\n", 2, 1, "second document", "file of its own"),
    ("a: 1\n...\nb: 2\n", 3, 1, "second document", "'...'"),
    ("%YAML 1.1\n---\na: 1\n", 1, 1, "begin with %", "delete the line"),
    ("# c\n%TAG ! x\n---\na: 1\n", 2, 1, "begin with %", "delete the line"),
    ("%x\n", 1, 1, "begin with %", "delete the line"),
    ("a: 1\n%b: 2\n", 2, 1, "directives are not used", "quotes"),
    ("? a\n: b\n", 1, 3, "'? ' are not used", "key: value"),
    ("a: 1\n?\n  b\n: c\n", 3, 3, "'? ' are not used", "key: value"),
    ("x: {? a : b}\n", 1, 7, "'? ' are not used", "key: value"),
    ("? |\n  a\n: b\n", 1, 3, "'? ' are not used", "key: value"),
    ("a: ? b\n", 1, 4, "'? ' are not used", "quotes"),
    ("[a]: b\n", 1, 1, "a key must be a plain word", "quotes"),
    ("{a: 1}: b\n", 1, 1, "a key must be a plain word", "quotes"),
    ("a: {{ name }}\n", 1, 5, "a key must be a plain word", "quotes"),
    ("a: [how many?, x]\n", 1, 13, "question mark inside", "quotes"),
    ("a: {b: why? because}\n", 1, 11, "question mark inside", "quotes"),
    # characters that cannot be seen
    ("a:\n\tb: 1\n", 2, 1, "a tab stands in the indentation", "spaces"),
    ("a:\n  \tb: 1\n", 2, 3, "a tab stands in the indentation", "spaces"),
    ("a: x\n\u00a0\u00a0b: 1\n", 2, 1, "a no-break space (U+00A0) stands in the", "spaces"),
    ("\ufeff\ufeffa: 1\n", 1, 1, "zero width no-break space (U+FEFF) stands in the", "spaces"),
    ("a: x\u00a0\n", 1, 5, "a no-break space (U+00A0)", "delete it"),
    ("a: 'x\u00a0'\n", 1, 6, "a no-break space (U+00A0)", "delete it"),
    ('a: "\u200bx"\n', 1, 5, "a zero width space (U+200B)", "delete it"),
    ("a\u00a0: x\n", 1, 2, "a no-break space (U+00A0)", "delete it"),
    ("a\u200bb: x\n", 1, 2, "a zero width space (U+200B)", "delete it"),
    ("a: 1\nb:\u00a02\n", 2, 3, "a no-break space (U+00A0)", "type a space"),
    ("x:\n  b:\u00a02\n", 2, 5, "a no-break space (U+00A0)", "type a space"),
    ("x:\n  -\u00a0b\n", 2, 4, "a no-break space (U+00A0)", "type a space"),
    ("a: b\tc\n", 1, 5, "a tab stands here", "spaces"),
    ("a:\tb\n", 1, 3, "a tab stands here", "spaces"),
    ("a: x\x07y\n", 1, 5, "a control character (U+0007)", "delete it"),
    ("a: 1\n\x0c\nb: 2\n", 2, 1, "a control character (U+000C)", "delete it"),
    ("a: x\u2028y\n", 1, 5, "a line separator (U+2028)", "delete it"),
    ("a: x\x85y\n", 1, 5, "a control character (U+0085)", "delete it"),
    ("a: \ud800\n", 1, 4, "(U+D800)", "delete it"),
    ('a: "\\0"\n', 1, 4, "escape in this text makes a control character (U+0000)", "take it out"),
    ('a: "\\ud83d"\n', 1, 4, "(U+D83D)", "take it out"),
    ('"\\e[1m": 1\n', 1, 1, "(U+001B)", "take it out"),
    ("a: 1\0\n", 0, 0, "not a text file", "YAML file"),
    # text that is lost or cut
    ("a: issue #4\nb: 1\n", 1, 10, "is lost", "quotes"),
    ("a: [issue  #4\n  ]\n", 1, 12, "is lost", "quotes"),
    ("a: see issue #4\n  and #5\n", 1, 14, "is lost", "quotes"),
    ("a: #4\nb: 1\n", 1, 1, "no value here: everything after #", "quotes"),
    ("a:\n  - #4\n", 2, 3, "no value here: everything after #", "quotes"),
    ("a: {title: plans issued, late}\n", 1, 26, "'late' has no value", "inside braces a comma"),
    ("a: {title: one, two, three, b: 1}\n", 1, 17, "'two' has no value", "block style"),
    ('a: {"b", c: 1}\n', 1, 5, "'b' has no value", "quotes"),
    ("a: [Plans issued late, old ones]\n", 1, 24, "one sentence cut at a comma", "block style"),
    ("a: [Plans issued late, B, old ones, x y]\n", 1, 27, "one sentence cut at", "quotes"),
    ("“a”: 1\n", 1, 1, "curly quotes", "straight"),
    ("a”: 1\n", 1, 1, "curly quotes", "straight"),
    ("a: ‘it’s: x’\n", 1, 4, "curly quotes", "straight"),
    # indentation
    ("a: 1\n b: 2\n", 2, 2, "indented further", "line it up"),
    ("- a: 1\n   b: 2\n", 2, 4, "indented further", "line it up"),
    ("a:\n- x\n y: 1\n", 3, 2, "indented further", "line it up"),
    ("a:\n  b: 1\n c: 2\n", 3, 2, "matches no line above", "two spaces"),
    ("a:\n  - x\n - y\n", 3, 2, "matches no line above", "two spaces"),
    ("  a: 1\nb: 2\n", 2, 1, "matches no line above", "two spaces"),
    ("w: |\n  foo\n bar: 1\n", 3, 2, "matches no line above", "two spaces"),
    ("a: 1\n- b\n", 2, 1, "side by side", "at one level"),
    ("- a\nb: 1\n", 2, 1, "side by side", "at one level"),
    # colons
    ("a: b: c\n", 1, 5, "colon followed by a space", "quotes"),
    ("a: some text\n  that says: more\n", 2, 12, "colon followed by a space", "quotes"),
    ("a:\n  some text\n  note: more\n", 3, 7, "colon followed by a space", "quotes"),
    ("a: 1\njust text\nc: 3\n", 2, 1, "no colon", "key: value"),
    ("just text\nc: 3\n", 1, 1, "no colon", "key: value"),
    ("title:foo\nname: x\n", 1, 6, "no space after this colon", "with a space"),
    ("name: x\ntitle:foo\n", 2, 6, "no space after this colon", "with a space"),
    ("a:\n  b:1\n  c: 2\n", 2, 4, "no space after this colon", "with a space"),
    # quotes and brackets
    ('a: "foo\nb: 2\n', 1, 4, "quote is never closed", "closing quote"),
    ('a: 1\nb: ["x, y]\nc: 1\n', 2, 5, "quote is never closed", "closing quote"),
    ('a: "foo\n---\n', 1, 4, "quote is never closed", "closing quote"),
    ('a: "foo\nb: "bar"\nc: 1\n', 1, 4, "runs on to line 2", "closing quote"),
    ("a: ['x, y]\nb: 'z'\n", 1, 5, "runs on to line 2", "closing quote"),
    ("a: 'it's late'\n", 1, 8, "text after the closing quote", "written twice"),
    ('a: "x" y\n', 1, 8, "text after the closing quote", "whole text in quotes"),
    ('"a" b: 1\n', 1, 5, "text after the closing quote", "whole text in quotes"),
    ("a: [x] y\n", 1, 8, "text after the closing bracket", "quotes"),
    ('a: "x"\n  "y"\n', 2, 3, "belongs to nothing", "quotes"),
    ("a: text # note\n  more\n", 2, 3, "belongs to nothing", "quotes"),
    ("a: [x, y", 1, 4, "'[' is never closed", "add the missing ']'"),
    ("a: [x,\n", 1, 4, "'[' is never closed", "add the missing ']'"),
    ("a: [x, y\nb: 1\n", 1, 4, "'[' is never closed", "before line 2"),
    ("a: {x: {y: 1}\nb: 1\n", 1, 4, "'{' is never closed", "before line 2"),
    ("a: [x,\n- y: 1\n", 1, 4, "'[' is never closed", "before line 2"),
    ("a: {b: [c}\n", 1, 10, "'}' cannot close the '['", "write ']'"),
    ("a: ]\n", 1, 4, "']' closes nothing", "quotes"),
    ("a: [x]]\n", 1, 7, "']' closes nothing", "quotes"),
    ("{a: 1}}\n", 1, 7, "'}' closes nothing", "quotes"),
    ('a: ["x" y]\n', 1, 9, "a comma is missing", "between items"),
    ("a: {x: 1 y: 2}\n", 1, 11, "a comma is missing", "between items"),
    ("a: [b: c: d]\n", 1, 9, "a text with a colon needs quotes", "quotes"),
    ("a: [x,,y]\n", 1, 7, "nothing between these commas", "one comma"),
    # signs that YAML keeps for itself
    ("a: @x\n", 1, 4, "cannot begin with '@'", "quotes"),
    ("a: `x`\n", 1, 4, "cannot begin with '`'", "quotes"),
    ("a: %5\n", 1, 4, "cannot begin with '%'", "quotes"),
    ("a: ,b\n", 1, 4, "cannot begin with ','", "quotes"),
    ("a: > 5\n", 1, 4, "cannot begin with '>'", "quotes"),
    ("a: >= 5%\n", 1, 4, "cannot begin with '>'", "quotes"),
    ("a: >-#x\n  y\n", 1, 4, "cannot begin with '>'", "next line"),
    ("a: | x\n", 1, 4, "cannot begin with '|'", "next line"),
    ("a: - b\n", 1, 4, "a list cannot begin on the line", "line of its own"),
    ('a: "C:\\data"\n', 1, 7, "begins an escape", "single quotes"),
    ('a: "\\x4"\n', 1, 6, "begins an escape", "single quotes"),
    ('a: "\\UFFFFFFFF"\n', 1, 5, "escape is no character", "single quotes"),
    ('b: 1\na: "\\U00110000"\n', 2, 5, "escape is no character", "single quotes"),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "help"), CASES, ids=[repr(case[0]) for case in CASES]
)
def test_refused(text: str, line: int, column: int, message: str, help: str) -> None:
    check(text, line, column, message, help)


def test_what_looks_like_a_mistake_and_is_none() -> None:
    text = (
        "a: text # comment\n"
        "b: 'issue #4'\n"
        "c: a#b\n"
        "d: [Waiting times, Short breaks, autism]\n"
        "e: [waiting times, short breaks]\n"
        "f: ['Plans issued', late ones]\n"
        "g: {h: 'plans issued, late'}\n"
        "#commented: out\n"
        "i: why? because\n"
        "j: 20\u00a0weeks\n"
        "k: |\n  ?\n"
        "l:\n  - x: 1\n    y: 2\n"
        "m: a\tb\n".replace("\t", " ")
    )
    assert list(read_text(text, SOURCE).data) == list("abcdefgijklm")


def test_everything_is_reported_in_order_and_once() -> None:
    text = "a: 012\nb: {c: on, c: 2}\nd:\n\te: 1,000\nf: “x”\na: 2\ng: [x\nh: 1\n"
    assert places(text) == [(1, 4), (2, 8), (2, 12), (4, 1), (4, 5), (5, 4), (6, 1), (7, 4)]


def test_both_curly_quotes_of_a_cut_text_are_shown() -> None:
    assert places("a: {b: “plans issued, late”}\n") == [(1, 8), (1, 23)]


def test_a_third_key_names_the_first() -> None:
    found = problems("a: 1\na: 2\na: 3\n")
    assert [problem.line for problem in found] == [2, 3]
    assert all("line 1" in problem.message for problem in found)


def test_hundreds_of_problems() -> None:
    found = problems("a:\n" + "  - 012\n" * 900)
    assert [problem.line for problem in found] == list(range(2, 902))


def test_a_missing_value_far_above_an_error_of_syntax_stays() -> None:
    assert places("a:\nb: 1\nc: [\n") == [(1, 1), (3, 4)]


def test_more_than_a_thousand_problems_end_the_reading() -> None:
    found = problems("a:\n" + "  - 012\n" * 3000)
    assert len(found) == yaml_reader.MAX_PROBLEMS + 1
    assert "the rest was not read" in found[-1].message


def test_control_characters_are_never_printed() -> None:
    for problem in problems("a\x1b[31m: 012\x9b\n") + problems('"\\e[1m": 1\n"\\e[1m": 2\n'):
        assert str(problem).replace("\n", "").isprintable()


# Bytes and files


@pytest.mark.parametrize(
    ("raw", "line", "column", "message", "help"),
    [
        (b"a: 1\r\nb: it\x92s\r\n", 2, 6, "’' in Windows-1252", "save the file as UTF-8"),
        ("é: ".encode() + b"\xe9\n", 1, 4, "byte 0xE9 is not UTF-8", "save the file as UTF-8"),
        (b"\xef\xbb\xbfa: \xff\n", 1, 4, "byte 0xFF", "UTF-8"),
        ("a: 1\n".encode("utf-16"), 0, 0, "UTF-16", "save it as UTF-8"),
        (b"\xfe\xff\0a", 0, 0, "UTF-16", "save it as UTF-8"),
        (b"PK\x03\x04\x14\0\xff\xfe", 0, 0, "not a text file", "workbooks"),
        (b"a: \x80\x01\n", 0, 0, "not a text file", "workbooks"),
        (b"a: 1\n\0", 0, 0, "not a text file", "workbooks"),
        (b"", 0, 0, "empty", "keys"),
    ],
)
def test_bytes(raw: bytes, line: int, column: int, message: str, help: str) -> None:
    check(raw, line, column, message, help)


def test_the_line_is_shown_as_it_was_meant() -> None:
    (problem,) = problems(b"a: it\x92s \x96 x\n")
    assert problem.text == "a: it’s – x"


def test_read_file(tmp_path: Path) -> None:
    path = tmp_path / "page.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")
    assert read_file(path).data == {"a": 1}
    assert read_file(path).source == path.as_posix()
    assert read_file(path, "rules/page.yaml").source == "rules/page.yaml"


def unreadable(path: Path) -> Problem:
    with pytest.raises(InvalidInput) as caught:
        read_file(path, "x.yaml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column) == ("x.yaml", 0, 0)
    return problem


def test_files_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no such file" in unreadable(tmp_path / "none.yaml").message
    assert "no such file" in unreadable(tmp_path / "a\0b").message
    assert "folder" in unreadable(tmp_path).message
    path = tmp_path / "page.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    assert "no such file" in unreadable(path / "inner").message

    def refuse(*_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read by you" in unreadable(path).message

    def fail(*_: object) -> object:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    assert "Input/output error" in unreadable(path).message


# Limits


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert "larger than 5 MB" in unreadable(path).message
    assert "larger than 5 MB" in problems("#" * 5_000_001)[0].message
    assert "larger than 5 MB" in problems(b"#" * 5_000_001)[0].message


@pytest.mark.parametrize("text", ["[", "{", "- ", "{a: ", "? ", "[{", "[{a: "])
def test_deep_nesting_answers_at_once(text: str) -> None:
    assert "40 levels deep" in problems(text * 100_000)[-1].message


def test_forty_levels_are_allowed() -> None:
    assert read_text("a: " + "[" * 39 + "]" * 39, SOURCE).has(("a", *[0] * 38))
    check("a: " + "[" * 40 + "]" * 40, 1, 43, "40 levels deep", "brackets")


def test_alias_bomb_answers_at_once() -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    lines = ["a: &a [x]"]
    for before, name in itertools.pairwise(names):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    found = problems("\n".join(lines))
    assert len(found) == 26 + 25 * 9


def test_too_many_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "MAX_NODES", 100)
    check("a: [" + "b, " * 200 + "]", 1, 5 + 97 * 3, "more than 100 keys", "split it")


@pytest.mark.parametrize(
    "text",
    [
        "a: b #c\n" * 100_000,
        "a:\n" + "\tb\n" * 100_000,
        "a: x\u00a0\n" * 100_000,
        "{" + ",".join(f"k{number}" for number in range(20_000)) + "}",
        "{" + ",".join(f"? k{number}: 1" for number in range(20_000)) + "}",
        "a: '" + "x" * 1_000_000,
        "a: " * 100_000,
        "\x01" * 1_000_000,
        "%\n" * 100_000,
        "-\n" * 100_000,
        "9" * 1_000_000,
        "a: 1_" + "0_" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_large_and_wrong_is_still_quick(text: str) -> None:
    if text.startswith("a: 1_"):
        assert read_text(text, SOURCE).has(("a",))
    else:
        assert problems(text)


# Anything at all

PLAIN = st.text(
    st.characters(
        exclude_categories=("Cc", "Cf", "Cn", "Cs", "Zl", "Zp", "Zs"), include_characters=" "
    ),
    max_size=12,
)
SCALARS = (
    PLAIN
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.decimals(-(10**9), 10**9, places=3)
    | st.dates()
)
DATA = st.dictionaries(
    PLAIN,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4),
        max_leaves=12,
    ),
    min_size=1,
    max_size=5,
)

Written = dict[yaml_reader.Path, tuple[int, int, str]]


def scalar(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


class Writer:
    """Writes data in block style and notes where each scalar and key was put."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.values: Written = {}
        self.keys: Written = {}

    def write(self, data: Any, path: yaml_reader.Path, indent: int) -> None:
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for step, value in items:
            here = (*path, step)
            head = " " * indent + (f"{scalar(step)}:" if isinstance(data, dict) else "-")
            if isinstance(data, dict):
                self.keys[here] = (len(self.lines) + 1, indent + 1, scalar(step))
            if isinstance(value, (dict, list)) and value:
                self.lines.append(head)
                self.write(value, here, indent + 2)
            else:
                token = {"[]": "[]", "{}": "{}"}.get(str(value), scalar(value))
                if isinstance(value, str):
                    token = scalar(value)
                self.values[here] = (len(self.lines) + 1, len(head) + 2, token)
                self.lines.append(f"{head} {token}")


def assert_points(document: Document, written: Written, *, key: bool) -> None:
    for path, place in written.items():
        problem = document.problem(path, "m", key=key)
        shown = problem.text[problem.column - 1 :][: problem.length]
        assert (problem.line, problem.column, shown) == place


ANYTHING = settings(
    deadline=2_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@ANYTHING
@given(DATA)
def test_what_is_written_is_read_and_found(data: dict[str, Any]) -> None:
    writer = Writer()
    writer.write(data, (), 0)
    document = read_text("\n".join(writer.lines) + "\n", SOURCE)
    assert document.data == data
    assert list(document.data) == list(data)
    assert_points(document, writer.values, key=False)
    assert_points(document, writer.keys, key=True)
    for path, (_, _, token) in writer.values.items():
        assert document.has(path)
        assert document.was_quoted(path) == token.startswith("'")


PIECES = st.sampled_from(
    [
        "a", "b c", "key: v\n", "k: ", "l: ", "- ", ": ", ":", "\n", "\n  ", "\n ", " ", "[", "]",
        "{", "}", ", ", ",", '"', '"x y"', "'", "'q'", "#", " # c", " #", "?", "? ", "|\n", ">-\n",
        "!", "!t ", "&x ", "*x", "---\n", "...\n", "%", "@", "`", "<<: ", "~", "é", "= ", "012",
        "2026-01-01", "yes", "\r", "\r\n", "\ufeff", "\u00a0", "\t", "\x07", "“", "\\", "\\x41",
        "\\U00110000", "\u2028", "\ud800", "Abc d", "|2\n", "\U0001f600", "1", "x:y", "\0",
    ]
)  # fmt: skip


def outcome(text: str | bytes) -> tuple[object, str]:
    """Return the data and places that were read, or the problems, and either as text."""
    try:
        read = read_text(text, SOURCE) if isinstance(text, str) else read_bytes(text, SOURCE)
    except InvalidInput as error:
        return error.problems, str(error)
    return read, repr(read)


@ANYTHING
@given(st.lists(PIECES, max_size=20).map("".join) | st.text())
def test_any_text_gives_a_document_or_problems_alike_for_both_parsers(text: str) -> None:
    here = outcome(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "FAST_LOADER", None)
        assert outcome(text) == here


@ANYTHING
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_a_document_or_problems(raw: bytes) -> None:
    read, shown = outcome(raw)
    assert read
    assert shown
