"""The sample request and its reply, as data."""

from __future__ import annotations

import json
from typing import Any, NamedTuple


class Records(NamedTuple):
    """The list of rows in a request or a reply: the key it stands under, and the rows."""

    key: str
    rows: list[dict[str, Any]]


def records_of(text: str) -> Records | None:
    """Return the first list of records in JSON text; None where there is none at its top."""
    data = json.loads(text)
    if not isinstance(data, dict):
        return None
    for key, value in data.items():
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            return Records(key, value)
    return None
