"""A request to an endpoint as JSON text, the command that sends it, and the rows of a reply."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """Why a request was refused: a sentence, what to do, and where."""

    sentence: str
    hint: str = ""
    input: str = ""
    column: str = ""


def request_text(rows: Mapping[str, Row], parameters: Row) -> str:
    """Return the request that sends one row for each input, in the shortest form there is."""
    first = next(iter(rows.values()), {})
    if len(rows) > 1:
        body: Any = {"tables": {name: [row] for name, row in rows.items()}}
    else:
        body = {"records": [first]} if parameters else [first]
    if parameters:
        body["parameters"] = parameters
    return json.dumps(body, ensure_ascii=False)


def curl(url: str, body: str) -> str:
    """Return the command line that sends a request."""
    return (
        f"curl -X POST {shlex.quote(f'{url}/score')} -H 'Content-Type: application/json' "
        f"--data {shlex.quote(body)}"
    )


def reply_rows(text: str) -> dict[str, Row]:
    """Return the first row of each output of a reply; raises ValueError for what is none."""
    data = json.loads(text)
    tables = data.get("tables") if isinstance(data, dict) else None
    if not isinstance(tables, dict):
        tables = {"": data}
    return {str(name): _first(table) for name, table in tables.items()}


def read_refusal(text: str) -> Refusal:
    """Return why a request was refused; of what is not in the usual form, the text itself."""
    try:
        data = json.loads(text)
    except ValueError:
        return Refusal(text.strip()[:300] or "It was refused without a reason.")
    found = data.get("error", data) if isinstance(data, dict) else {}
    if not isinstance(found, dict) or "message" not in found:
        return Refusal(text.strip()[:300])
    names = ("message", "hint", "input", "column")
    return Refusal(*(str(found.get(name) or "") for name in names))


def _first(table: Any) -> Row:
    rows = table.get("records") if isinstance(table, dict) else table
    if isinstance(rows, list) and rows and isinstance(rows[0], dict):
        row: Row = rows[0]
        return row
    raise ValueError("the reply has no rows")
