"""SVMLight text (``label index:value …``) as a table."""

from __future__ import annotations

import pyarrow as pa

from modules.reading.faults import TextUnreadable
from studio.sdk import Column, Table, TableSchema

_MOST_COLUMNS = 20_000


def read_svmlight(text: str) -> Table:
    """Return the label and Col1, Col2, … up to the largest index; what a line leaves out is 0.

    Text after ``#`` is a comment, ``qid:`` is left out, values are taken as they are. Raises
    TextUnreadable, naming the line.
    """
    labels: list[float] = []
    rows: list[dict[int, float]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        items = line.partition("#")[0].split()
        if not items:
            continue
        labels.append(_number(items[0], number))
        rows.append(dict(_pair(item, number) for item in items[1:] if not item.startswith("qid:")))
    if not rows:
        raise TextUnreadable(reason="it has no rows", param="data")
    width = max((max(row, default=0) for row in rows), default=0)
    columns = [pa.array([row.get(i, 0.0) for row in rows]) for i in range(1, width + 1)]
    schema = TableSchema(
        (
            Column("Labels", "double", "label"),
            *(Column(f"Col{i}", "double") for i in range(1, width + 1)),
        )
    )
    data = pa.Table.from_arrays([pa.array(labels), *columns], names=list(schema.names))
    return Table.from_arrow(data, schema)


def _pair(item: str, number: int) -> tuple[int, float]:
    index, colon, value = item.partition(":")
    if not colon or not index.isdigit() or not 1 <= int(index) <= _MOST_COLUMNS:
        reason = f"line {number} holds “{item}”, which is not index:value with an index from 1 to"
        raise TextUnreadable(reason=f"{reason} {_MOST_COLUMNS:,}", param="data")
    return int(index), _number(value, number)


def _number(text: str, line: int) -> float:
    try:
        return float(text)
    except ValueError:
        reason = f"line {line} holds “{text}” where a number is needed"
        raise TextUnreadable(reason=reason, param="data") from None
