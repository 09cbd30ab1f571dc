"""The machine form: the same bytes as the standard library writes, whatever stands in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.model.vocabulary import Verdict
from readiness.render.plain import indented

PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
DATA = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(DATA)
def test_it_is_written_as_the_standard_library_does(data: Any) -> None:
    assert indented(data) == json.dumps(data, ensure_ascii=False, indent=2)


@pytest.mark.parametrize("data", [Verdict.NOT_MET, "\ud800", {"\udcff": [{}, []]}])
def test_words_and_half_characters(data: Any) -> None:
    assert indented(data) == json.dumps(data, ensure_ascii=False, indent=2)
