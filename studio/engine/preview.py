"""Some rows of a stored table, read from its mapped file, never more than fit a message."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.engine.errors import NotATable
from studio.engine.faults import problem_of

if TYPE_CHECKING:
    from studio.engine.worker import Worker
    from studio.sdk.data import Report
    from studio.sdk.table import Table

MAX_ROWS = 1000
MAX_CELLS = 50_000
MAX_BYTES = 4 << 20
MAX_TEXT = 1000


def run(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return rows of a table, or what a report says."""
    from studio.sdk.data import Report
    from studio.sdk.table import Table

    try:
        worker.limit(dict(job))
        value = worker.store.load(job["key"], job["port"])
        if isinstance(value, Report) and job["table"] is None:
            return {"outcome": "previewed", "content": _content(value)}
        if isinstance(value, Report) and job["table"] in value.tables:
            value = value.tables[job["table"]]
        if not isinstance(value, Table):
            raise NotATable(port=job["port"])
        return {"outcome": "previewed", **_rows(value, job)}
    except Exception as error:
        problem, _ = problem_of(error, job["port"], job["memory"])
        return {"outcome": "failed", "problem": problem.to_dict()}


def _rows(table: Table, job: Mapping[str, Any]) -> dict[str, Any]:
    columns = list(
        job["columns"] if job["columns"] is not None else table.schema.without_origin().names
    )
    data = table.to_arrow().select(columns)
    limit = min(job["limit"], MAX_ROWS, max(MAX_CELLS // max(len(columns), 1), 1))
    part = data.slice(job["offset"], limit)
    rows: list[list[Any]] = []
    size = 0
    for values in zip(*(column.to_pylist() for column in part.columns), strict=True):
        row = [_cell(value) for value in values]
        size += sum(len(cell) if isinstance(cell, str) else 8 for cell in row)
        if size > MAX_BYTES and rows:
            break
        rows.append(row)
    return {"total": data.num_rows, "offset": job["offset"], "columns": columns, "rows": rows}


def _cell(value: object) -> object:
    """Return a value as JSON has it: times as text, long text cut."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"


def _content(report: Report) -> dict[str, Any]:
    return {
        "metrics": dict(report.metrics),
        "tables": list(report.tables),
        "series": {
            chart: [
                {"name": s.name, "x": s.x, "y": s.y, "x_label": s.x_label, "y_label": s.y_label}
                for s in lines
            ]
            for chart, lines in report.series.items()
        },
        "texts": dict(report.texts),
        "images": {
            name: base64.b64encode(image).decode("ascii") for name, image in report.images.items()
        },
    }
