"""Tables put into an engine's store, to be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from studio.engine import messages as say
from studio.engine.engine import Engine
from studio.sdk import Column, Table, TableSchema
from tests.engine.drawing import Drawing, run

PORT = "dataset"


def request() -> str:
    return uuid4().hex


def table(columns: Mapping[str, Any], roles: Mapping[str, Any] | None = None) -> Table:
    """Return a table of Arrow arrays or lists."""
    made = Table.from_arrow(pa.table(dict(columns)))
    schema = made.schema
    for name, role in (roles or {}).items():
        schema = schema.with_role(name, role)
    return made.with_schema(schema).settled()


def stored(engine: Engine, folder: Path, made: Table) -> str:
    """Return the key under which the store has a table, in batches of a few rows."""
    path = folder / f"{uuid4().hex}.arrow"
    many = Table.from_batches(made.schema, lambda: iter(made.to_arrow().to_batches(7)))
    many.write(path)
    told = run(engine, Drawing().add("a", "saved_dataset", path=str(path)))
    assert told.outcome == "finished", told.problems
    return told.keys["a"]


def page(engine: Engine, key: str, **more: Any) -> say.Previewed:
    """Return a page of a stored table; fails where there is a problem."""
    answer = engine.preview(key, PORT, **more)
    assert answer.problem is None, answer.problem
    return answer


def column(engine: Engine, key: str, name: str, **more: Any) -> list[Any]:
    """Return the values of one column as a page shows them."""
    return [row[0] for row in page(engine, key, columns=[name], limit=1000, **more).rows]


def where(column: str, test: Any, value: Any = None) -> tuple[say.Condition, ...]:
    return (say.Condition(column, test, value),)


def category(name: str, values: Sequence[str | None], levels: Sequence[str]) -> Table:
    """Return a table of one category."""
    codes = pa.array([None if v is None else list(levels).index(v) for v in values], pa.int32())
    data = pa.table({name: pa.DictionaryArray.from_arrays(codes, pa.array(levels))})
    return Table.from_arrow(data, TableSchema((Column(name, "category", levels=tuple(levels)),)))
