"""The forms of MLflow's scoring protocol, asked and answered."""

from __future__ import annotations

import csv
import io
from typing import Any

from studio.serve.asking.intake import Intake, Raw
from studio.serve.asking.parameters import read_parameters
from studio.serve.asking.shapes import records, require_keys
from studio.serve.cells import found
from studio.serve.errors import FormUnknown
from studio.serve.json_text import write
from studio.serve.version import Answer, Question, Version, Written

KEYS = frozenset({"dataframe_split", "dataframe_records", "instances", "inputs"})
"""Where the rows stand; a body has one of these."""


def read_form(body: Any, version: Version, most: int) -> Question:
    """Return the question of a body with one of :data:`KEYS`, and perhaps ``params``.

    ``inputs`` and ``instances`` are lists of records, or lists of values by column. Of several
    outputs the first is answered, under ``predictions``. Raises a RequestWrong.
    """
    keys = KEYS.intersection(body) if type(body) is dict else ()
    if len(keys) != 1:
        raise FormUnknown(
            reason="The body has not exactly one of the keys of MLflow's protocol.",
            advice=f"Send an object with one of {', '.join(sorted(KEYS))}.",
        )
    (key,) = keys
    require_keys(body, frozenset({key, "params"}))
    raw = _table(version.intake, body[key], key, most)
    parameters = read_parameters(body.get("params"), version.parameters)
    return Question({version.intake.name: raw}, parameters, "json", write_predictions)


def _table(intake: Intake, table: Any, key: str, most: int) -> Raw:
    if key == "dataframe_records":
        return intake.from_records(table, most)
    if key == "dataframe_split":
        if type(table) is not dict:
            raise FormUnknown(
                reason=f"“{key}” is {found(table)}, not an object.",
                advice="Send an object with “columns” and “data”.",
            )
        require_keys(table, frozenset({"columns", "index", "data"}))
        return intake.from_rows(table.get("columns"), table.get("data"), most)
    if type(table) is list:
        return intake.from_records(table, most)
    return intake.from_columns(table, most)


def read_csv(body: bytes, version: Version, most: int) -> Question:
    """Return the question of a delimited file with a header; raises a RequestWrong."""
    try:
        text = body.decode("utf-8-sig")
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except UnicodeDecodeError as error:
        raise FormUnknown(
            reason=f"Byte {error.start} of the body is not UTF-8.", advice="Send text in UTF-8."
        ) from None
    except csv.Error as error:
        raise FormUnknown(
            reason=f"The body is not comma-separated text: {error}.",
            advice="Send a header, and a line with as many values for each row.",
        ) from None
    intake = version.intake
    raw = intake.from_rows(rows[0] if rows else None, rows[1:], most)
    parameters = read_parameters(None, version.parameters)
    return Question({intake.name: raw}, parameters, "texts", write_predictions)


def write_predictions(answer: Answer) -> Written:
    """Return the first output as MLflow answers a frame."""
    return Written(write({"predictions": records(answer, next(iter(answer.version.outputs)))}))
