"""YAML as it is written, read by a reader of YAML."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.export.files.yaml_text import yaml_text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers() | TEXTS
DATA = st.dictionaries(
    TEXTS,
    st.recursive(
        SCALARS,
        lambda inner: (
            st.lists(SCALARS | st.dictionaries(TEXTS, inner, max_size=3), max_size=3)
            | st.dictionaries(TEXTS, inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@settings(max_examples=50, deadline=None)
@given(DATA)
def test_what_is_written_is_read_again(data: dict[str, Any]) -> None:
    assert yaml.safe_load(yaml_text(data)) == (data or None)


@pytest.mark.parametrize(
    "text", ["no", "1.0", "1e3", "null", "~", "a: b", "- a", "#", "'", "", " a", "0x1f", "12:30"]
)
def test_text_stays_text(text: str) -> None:
    assert yaml.safe_load(yaml_text({"key": text})) == {"key": text}


def test_plain_text_is_written_without_quotes() -> None:
    assert yaml_text({"a": "code", "b": ["x y", {"c": True}]}) == "a: code\nb:\n- x y\n- c: true\n"
