"""A package for the tests of batches and jobs: a formula over columns of all seven types."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.scoring.scorer import Tables
from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column

FIELDS = (
    Field("age", "integer", low=17, high=90, example=39),
    Field("income", "double", low=0, high=1e6, example=1234.5),
    Field("member", "boolean", example=True),
    Field("city", "string", example="Bern"),
    Field("grade", "category", levels=("A", "B", "C"), example="B"),
    Field("since", "datetime", example="2024-05-01T13:30:00"),
    Field("spent", "timespan", example=90.5),
    Field("outcome", "category", "label", required=False, levels=("no", "yes")),
)
SCORES = (
    Column("Scored Labels", "category", "score", ("no", "yes")),
    Column("Scored Probabilities", "double", "score"),
    Column("points", "integer"),
    Column("large", "boolean"),
    Column("ends", "datetime"),
    Column("left", "timespan"),
)
SIGNATURE = Signature(
    {"people": FIELDS},
    {"answers": (*(f.column for f in FIELDS if f.name != "outcome"), *SCORES)},
    (WebParameter("shift", "double", 0.0),),
    ("", "?"),
)
GRADES = {"A": 1.0, "B": 2.0, "C": 3.0}


class LevelUnknown(StudioError):
    code = "level_unknown"
    sentence = "Column “{column}” has the value “{value}”, which training did not see."


@dataclass
class Formula:
    """Answers by a formula; ``calls`` counts the rows of each call."""

    signature: Signature = SIGNATURE
    name: str = "people"
    version: str = "1"
    path: str = "program"
    calls: list[int] | None = None

    def score(self, tables: Tables, parameters: Mapping[str, Any] | None = None) -> Tables:
        columns = tables["people"]
        rows = len(columns["age"])
        if self.calls is not None:
            self.calls.append(rows)
        for value in columns["grade"]:
            if value is not None and value not in GRADES:
                raise LevelUnknown(column="grade", value=value, row=1)
        grade = np.array([math.nan if g is None else GRADES[g] for g in columns["grade"]])
        city = np.array([math.nan if c is None else float(len(c)) for c in columns["city"]])
        shift = float((parameters or {}).get("shift", 0.0))
        total = (
            columns["age"] / 100
            + columns["income"] / 1e5
            + columns["member"]
            + city / 10
            + grade
            + columns["since"] / 1e18
            + columns["spent"] / 1e12
            + shift
        )
        chance = 1 / (1 + np.exp(3 - total))
        labels = np.array(["no", "yes"], dtype=object)[(chance > 0.5).astype(int)]
        labels[np.isnan(chance)] = None
        return {
            "answers": {
                **columns,
                "Scored Labels": labels,
                "Scored Probabilities": chance,
                "points": np.floor(total * 100),
                "large": np.where(np.isnan(total), np.nan, total > 3),
                "ends": columns["since"] + columns["spent"],
                "left": columns["spent"] / 2 // 1,
            }
        }


def chance_of(row: Mapping[str, Any], shift: float = 0.0) -> float:
    """The formula over one row of Python values: microseconds for times; by Python's own floats."""
    if any(row[name] is None for name in ("age", "income", "member", "city", "grade", "since", "spent")):
        return math.nan
    total = (
        row["age"] / 100
        + row["income"] / 1e5
        + float(row["member"])
        + len(row["city"]) / 10
        + GRADES[row["grade"]]
        + row["since"] / 1e18
        + row["spent"] / 1e12
        + shift
    )
    return 1 / (1 + math.exp(3 - total))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
