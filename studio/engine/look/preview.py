"""Some rows of a stored table, read from its mapped file, never more than fit a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.engine.look.cells import cells
from studio.engine.look.content import content_of
from studio.engine.look.opened import table_of, value_of
from studio.engine.look.rows import rows_of

if TYPE_CHECKING:
    from studio.engine.worker import Worker
    from studio.sdk.table import Table

MAX_ROWS = 1000
MAX_CELLS = 50_000
MAX_BYTES = 4 << 20


def answer(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Return rows of a table, or what another value has to say."""
    from studio.sdk.data import Files
    from studio.sdk.table import Table

    value = value_of(worker, job)
    if isinstance(value, Table) or job["table"] is not None:
        return _rows(table_of(value, job), job)
    content = {"content": content_of(value, worker.store, job["key"])}
    return {**_rows(value.index, job), **content} if isinstance(value, Files) else content


def _rows(table: Table, job: Mapping[str, Any]) -> dict[str, Any]:
    schema = table.schema.without_origin()
    columns = [
        schema.column(n) for n in (schema.names if job["columns"] is None else job["columns"])
    ]
    rows = rows_of(table, job)
    most = min(MAX_ROWS, max(MAX_CELLS // max(len(columns), 1), 1))
    offset, limit = max(job["offset"], 0), min(max(job["limit"], 0), most)
    part = rows.part([column.name for column in columns], offset, limit)
    values = [cells(data, column) for data, column in zip(part.columns, columns, strict=True)]
    return {
        "total": len(rows),
        "rows_in_all": table.rows,
        "offset": offset,
        "columns": [column.name for column in columns],
        "rows": _bounded(list(zip(*values, strict=True))),
    }


def _bounded(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return as many of the rows as a message may hold, one at least."""
    size = 0
    for number, row in enumerate(rows):
        size += sum(len(cell) if isinstance(cell, str) else 8 for cell in row)
        if size > MAX_BYTES and number:
            return rows[:number]
    return rows
