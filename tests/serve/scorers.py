"""Small real packages to serve: formulas over columns of all types."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.scoring.scorer import Tables
from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.errors import StudioError
from studio.sdk.features import LevelUnknown
from studio.sdk.schema import Column

COLOURS = ("red", "green", "blue")
FIELDS = (
    Field("id", "integer", "id", example=17),
    Field("age", "integer", low=17, high=90, example=38),
    Field("hours", "double", low=1, high=99, example=40.5),
    Field("gain", "double", low=0, high=99999, example=0.0),
    Field("loss", "double", low=0, high=4356, example=12.25),
    Field("rate", "double", low=-1, high=1, example=0.125),
    Field("member", "boolean", example=True),
    Field("colour", "category", levels=COLOURS, example="green"),
    Field("city", "string", example="Zürich"),
    Field(
        "since",
        "datetime",
        low=0,
        high=1_700_000_000_000_000,
        example="2020-02-29T12:30:00",
    ),
    Field("stay", "timespan", low=0, high=3_600_000_000, example=90.5),
    Field("income", "double", "label", required=False),
)
OUTPUTS = (
    Column("id", "integer", "id"),
    Column("city", "string"),
    Column("Scored Labels", "string", "score"),
    Column("Scored Probabilities", "double", "score"),
    Column("whole", "integer"),
    Column("likely", "boolean"),
    Column("until", "datetime"),
    Column("spent", "timespan"),
)
ECHOES = {"output1": {"id": ("input1", "id"), "city": ("input1", "city")}}
WEIGHTS = {"red": 1.0, "green": 2.0, "blue": -1.5}


def expected(row: Mapping[str, Any]) -> float:
    """Return the score of a row of JSON values, computed in plain Python."""
    return (
        0.5 * row["age"]
        + 0.25 * row["hours"]
        - 0.125 * row["gain"]
        + row["loss"]
        + 8 * row["rate"]
        + (1 if row["member"] else 0)
        + WEIGHTS[row["colour"]]
    )


@dataclass
class Linear:
    """A linear formula over a dozen columns; a colour that it never saw is refused.

    ``shift`` is added to the score. While ``gate`` is shut, it does not answer.
    """

    name: str = "people"
    version: str = "1"
    shift: float = 0.0
    path: str = "program"
    signature: Signature = field(
        default_factory=lambda: Signature(
            {"input1": FIELDS}, {"output1": OUTPUTS}, missing_marks=("", "?"), echoes=ECHOES
        )
    )
    gate: threading.Event | None = None
    entered: threading.Event = field(default_factory=threading.Event)

    def score(self, tables: Tables, parameters: Mapping[str, Any] | None = None) -> Tables:
        """Return the outputs."""
        columns = tables["input1"]
        self.entered.set()
        if self.gate is not None:
            self.gate.wait()
        weights = []
        for colour in columns["colour"]:
            if colour is not None and colour not in WEIGHTS:
                raise LevelUnknown(column="colour", value=colour, known=COLOURS)
            weights.append(WEIGHTS.get(colour, np.nan))
        with np.errstate(over="ignore", invalid="ignore"):
            score = (
                0.5 * columns["age"]
                + 0.25 * columns["hours"]
                - 0.125 * columns["gain"]
                + columns["loss"]
                + 8 * columns["rate"]
                + columns["member"]
                + np.array(weights)
                + self.shift
            )
        known = ~np.isnan(score)
        labels = np.array(
            [None if s != s else "high" if s > 20 else "low" for s in score.tolist()], dtype=object
        )
        return {
            "output1": {
                "id": columns["id"],
                "city": columns["city"],
                "Scored Labels": labels,
                "Scored Probabilities": score,
                "whole": np.where(np.isinf(score), np.nan, np.floor(score)),
                "likely": np.where(known, score > 20, np.nan),
                "until": columns["since"] + columns["stay"],
                "spent": columns["stay"] * 2,
            }
        }


class RowsUnequal(StudioError):
    """Two tables that belong together have different numbers of rows."""

    code = "rows_unequal"
    sentence = "“left” has {left} rows and “right” has {right}."
    hint = "Send as many rows for each."


@dataclass
class Two:
    """Two inputs, two outputs, and parameters that scale and name."""

    name: str = "two"
    version: str = "1"
    path: str = "program"
    signature: Signature = field(
        default_factory=lambda: Signature(
            {
                "left": (Field("x", "double", example=1.5), Field("n", "integer", example=2)),
                "right": (Field("y", "double", example=4.0),),
            },
            {"sum": (Column("total", "double"),), "names": (Column("name", "string"),)},
            (
                WebParameter("factor", "double", 1.0, help="What the sum is multiplied by."),
                WebParameter("title", "string", required=True, help="What each row is called."),
                WebParameter("times", "integer", 1),
                WebParameter("loud", "boolean", False),
                WebParameter("extra", "any", None),
            ),
        )
    )

    def score(self, tables: Tables, parameters: Mapping[str, Any] | None = None) -> Tables:
        """Return the outputs."""
        given = parameters or {}
        left, right = tables["left"], tables["right"]
        if len(left["x"]) != len(right["y"]):
            raise RowsUnequal(left=len(left["x"]), right=len(right["y"]))
        with np.errstate(over="ignore", invalid="ignore"):
            total = (left["x"] + left["n"] + right["y"]) * given.get("factor", 1.0)
        name = str(given["title"]) * int(given.get("times", 1))
        name = name.upper() if given.get("loud") else name
        return {
            "sum": {"total": total},
            "names": {"name": np.array([name] * len(total), dtype=object)},
        }


@dataclass
class Halves:
    """One input and two outputs."""

    name: str = "halves"
    version: str = "1"
    path: str = "program"
    signature: Signature = field(
        default_factory=lambda: Signature(
            {"input1": (Field("x", "double", example=1.0),)},
            {"first": (Column("half", "double"),), "second": (Column("x", "double"),)},
        )
    )

    def score(self, tables: Tables, parameters: Mapping[str, Any] | None = None) -> Tables:
        """Return the outputs."""
        x = tables["input1"]["x"]
        return {"first": {"half": x / 2}, "second": {"x": x}}


def row(**changes: Any) -> dict[str, Any]:
    """Return a row as JSON has it."""
    return {item.name: item.example for item in FIELDS if item.required} | changes
