"""Trials: the tables that a conversion is tried on, made of real rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from studio.export.onnx.edges import edge_rows
from studio.scoring.program import Program
from studio.scoring.scorer import Tables
from studio.sdk.arrays import all_missing
from studio.sdk.schema import Column

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns

    Rows = NDArray[np.intp]

EACH = 16
"""Rows in which one column at a time is changed."""
SINGLE = 200
"""Rows that come one at a time."""
STRANGE = ("☃ never seen", "", " ", "nan", "NaN", "None", "null", "NA", "0")
"""Texts that are hardly a level, and some that careless code takes for missing."""


@dataclass(frozen=True, eq=False)
class Trial:
    """Rows to be answered.

    Attributes:
        name: What is tried.
        tables: The rows; as many in each table.
        pieces: The rows that come together, in the order in which they come.
    """

    name: str
    tables: Tables
    pieces: tuple[Rows, ...]


def trials(program: Program, tables: Tables) -> Iterator[Trial]:
    """Yield what a conversion of a program must stand; ``tables`` hold real rows."""
    tables = _even(program, tables)
    rows = count(tables)
    everything = np.arange(rows)
    yield Trial("real rows", tables, (everything,))
    single = min(rows, SINGLE)
    yield Trial("one row at a time", taken(tables, everything[:single]), _singly(single))
    yield Trial("shuffled", tables, (np.random.default_rng(0).permutation(rows),))
    yield _whole("a column missing", _each(program, tables, _without))
    yield _whole("every column missing", _all_missing(program))
    yield _whole("unseen categories", _each(program, tables, _unseen))
    yield _whole("infinite numbers", _each(program, tables, _infinite))
    yield _whole("at the edges", list(edge_rows(program, tables)))


def count(tables: Tables) -> int:
    """Return the number of rows."""
    return max(
        (len(values) for columns in tables.values() for values in columns.values()), default=0
    )


def taken(tables: Tables, rows: Rows) -> dict[str, Columns]:
    """Return some of the rows."""
    return {
        port: {name: values[rows] for name, values in columns.items()}
        for port, columns in tables.items()
    }


def _whole(name: str, parts: list[Tables]) -> Trial:
    """Return a trial of several tables as one."""
    joined = {
        port: {
            column: np.concatenate([part[port][column] for part in parts])
            for column in parts[0][port]
        }
        for port in (parts[0] if parts else ())
    }
    return Trial(name, joined, (np.arange(count(joined)),) if parts else ())


def _singly(rows: int) -> tuple[Rows, ...]:
    return tuple(np.array([row]) for row in range(rows))


def _even(program: Program, tables: Tables) -> dict[str, Columns]:
    """Return as many rows of each input, with the columns that the program reads."""
    given = {
        port: {name: tables[port][name] for name in schema.names}
        for port, schema in program.inputs.items()
    }
    shortest = min(len(values) for columns in given.values() for values in columns.values())
    return taken(given, np.arange(shortest))


def _each(
    program: Program, tables: Tables, changes: Callable[[Column, list[Any]], list[Any]]
) -> list[Tables]:
    """Return the first rows once for each change of each column."""
    some = taken(tables, np.arange(min(EACH, count(tables))))
    rows = count(some)
    return [
        {**some, port: {**some[port], column.name: _full(column, value, rows)}}
        for port, schema in program.inputs.items()
        for column in schema
        for value in changes(column, tables[port][column.name].tolist())
    ]


def _all_missing(program: Program) -> list[Tables]:
    return [
        {
            port: {column.name: all_missing(2, column) for column in schema}
            for port, schema in program.inputs.items()
        }
    ]


def _without(column: Column, values: list[Any]) -> list[Any]:
    del column, values
    return [None]


def _unseen(column: Column, values: list[Any]) -> list[Any]:
    if not column.is_text:
        return []
    real = next((value for value in values if value), "")
    return [*STRANGE, f"{real} ", real.swapcase()]


def _infinite(column: Column, values: list[Any]) -> list[Any]:
    del values
    return [] if column.is_text else [np.inf, -np.inf]


def _full(column: Column, value: Any, rows: int) -> NDArray[Any]:
    if value is None:
        return all_missing(rows, column)
    return np.full(rows, value, object if column.is_text else np.float64)
