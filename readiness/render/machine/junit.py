"""JUnit XML: results as tests, which pipelines show and count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from readiness.render.machine.results import Outcome, Result, Results

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(results: Results) -> str:
    """Return results as JUnit XML: one suite for each group, one test for each result.

    What is not known, or does not apply, is skipped: it is neither a pass nor a failure.
    """
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    groups: dict[str, list[Result]] = {}
    for one in results.results:
        groups.setdefault(one.group, []).append(one)
    counts = _counts(list(results.results))
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<testsuites {_attributes({'name': results.title, **counts})}>"
    for group, inside in groups.items():
        yield f"  <testsuite {_attributes({'name': group, **_counts(inside)})}>"
        if results.about:
            yield "    <properties>"
            for name, value in results.about.items():
                yield f"      <property {_attributes({'name': name, 'value': value})}/>"
            yield "    </properties>"
        for one in inside:
            yield from _test(one)
        yield "  </testsuite>"
    yield "</testsuites>"


def _counts(results: list[Result]) -> dict[str, str]:
    skipped = sum(one.outcome in (Outcome.OPEN, Outcome.LEFT_OUT) for one in results)
    failed = sum(one.outcome is Outcome.WRONG for one in results)
    numbers = {"tests": len(results), "failures": failed, "errors": 0, "skipped": skipped}
    return {name: str(number) for name, number in numbers.items()}


def _test(one: Result) -> Iterator[str]:
    head = {
        "classname": one.group,
        "name": one.name,
        "file": one.file,
        "line": str(one.line),
    }
    if one.outcome is Outcome.RIGHT:
        yield f"    <testcase {_attributes(head)}/>"
        return
    yield f"    <testcase {_attributes(head)}>"
    if one.outcome is Outcome.WRONG:
        told = {"message": one.message, "type": one.level.value}
        yield f"      <failure {_attributes(told)}>{_text(f'{one.file}:{one.line}')}</failure>"
    else:
        yield f"      <skipped {_attributes({'message': one.message})}/>"
    yield "    </testcase>"


def _attributes(values: Mapping[str, str]) -> str:
    quotes = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
    return " ".join(f'{name}="{_text(value, quotes)}"' for name, value in values.items())


def _text(text: str, more: Mapping[str, str] | None = None) -> str:
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text), dict(more or {}))
