"""A shadow: a candidate's answer beside the one that was given, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from studio.serve.version import Answer

if TYPE_CHECKING:
    from studio.sdk.arrays import Array

NEAR = 1e-9
"""Numbers that differ by no more than this part of them are the same answer."""


def differing(given: Answer, other: Answer) -> Mapping[str, int]:
    """Return how many values of each column differ; a column that one lacks differs throughout."""
    counts: dict[str, int] = {}
    for output, columns in given.version.outputs.items():
        others = other.tables.get(output, {})
        for column in columns:
            name = column.name
            values = given.tables[output][name]
            there = others.get(name)
            count = len(values) if there is None else _differing(values, there)
            if count:
                counts[name] = counts.get(name, 0) + count
    return counts


def _differing(one: Array, two: Array) -> int:
    if one.dtype == object or two.dtype == object:
        return int(np.count_nonzero(one.astype(object) != two.astype(object)))
    return int(np.count_nonzero(~np.isclose(one, two, rtol=NEAR, atol=0, equal_nan=True)))
