"""Rows as tensors of the Open Inference Protocol."""

from __future__ import annotations

from typing import Any

from tests.serve.scorers import FIELDS

DATATYPES = {
    "integer": "INT64",
    "double": "FP64",
    "boolean": "BOOL",
    "string": "BYTES",
    "category": "BYTES",
    "datetime": "BYTES",
    "timespan": "FP64",
}


def tensors(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name,
            "shape": [len(rows)],
            "datatype": DATATYPES[field.type],
            "data": [item[field.name] for item in rows],
        }
        for field in FIELDS
        if field.required
    ]
