"""What packages are called where few signs may stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.export.files.names import inference_path, resource_name, version_tag


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Adult income", "adult-income"),
        ("  Préço — total!  ", "preco-total"),
        ("2nd try", "model-2nd-try"),
        ("a" * 60, "a" * 40),
    ],
)
def test_names_of_latin_letters_stay_readable(name: str, expected: str) -> None:
    assert resource_name(name) == expected


def test_names_in_other_letters_are_kept_apart() -> None:
    assert resource_name("収入") != resource_name("支出")
    assert resource_name("Modell 収入").startswith("modell-")


@settings(deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_every_name_is_one_that_kubernetes_takes(name: str) -> None:
    found = resource_name(name)
    assert re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", found)
    assert len(found) <= 40


def test_a_version_becomes_a_tag() -> None:
    assert version_tag("1.0+local") == "1.0-local"
    assert version_tag("3") == "3"
    assert version_tag("1.0.") == "1.0"


def test_a_name_in_an_address() -> None:
    found = inference_path("Cancer: two-class / 50 % `trees`\né")
    assert found == "/v2/models/Cancer%3A%20two-class%20%2F%2050%20%25%20%60trees%60%0A%C3%A9/infer"
