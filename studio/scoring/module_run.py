"""A module of the request path, run on the rows of a request as it runs in the studio."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.scoring.program import Frame, ModuleStep, RowsChanged, Step
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column, TableSchema

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns
    from studio.sdk.table import Table

MEMORY = 2 << 30
"""Bytes that a module may use for one request."""
_ONE = threading.Lock()
"""DuckDB's connection is one for the process, and modules expect to be alone in theirs."""


class ParameterWrong(StudioError):
    """A parameter that a request sets is refused by the module that takes it."""

    code = "parameter_wrong"
    sentence = "The parameter “{parameter}” cannot be {value}: {reason}"
    hint = "The package's description says what it may be."


class InputUnfit(StudioError):
    """A value that comes to a module is none of its column's type."""

    code = "input_unfit"
    sentence = "A value of column “{column}” does not fit its type, {type}."
    hint = "Send whole numbers and times as the package's description says."


class OutputChanged(StudioError):
    """A module gives other columns than when the package was made."""

    code = "output_changed"
    sentence = "“{title}” gave {found}; when the package was made it was {wanted}."
    hint = "Leave its parameters as they are by default."


def bound(step: Step, general: ModuleStep, parameters: Mapping[str, Any]) -> Step:
    """Return a step set to a request's parameters: itself where none of them concerns it."""
    from studio.sdk.validation import configure

    given = {
        field: parameters[name] for field, name in general.bindings.items() if name in parameters
    }
    if not given:
        return step
    cls = type(general.module)
    params = {**general.module.model_dump(mode="json"), **given}
    module, problems = configure(cls, params)
    if module is None:
        problem = problems[0]
        name = general.bindings.get(problem.param or "", "")
        raise ParameterWrong(
            parameter=name,
            value=json.dumps(given.get(problem.param or ""), ensure_ascii=False),
            reason=problem.sentence,
        )
    return replace(general, module=module)


def run_module(step: ModuleStep, given: Mapping[str, Frame], threads: int) -> dict[str, Columns]:
    """Return the columns at the module's outputs; raises a StudioError and RowsChanged."""
    from studio.sdk.context import Context
    from studio.sdk.execution import execute
    from studio.sdk.table import Table
    from studio.sdk.transform import find_module

    inputs = {port: table_of(frame) for port, frame in given.items()}
    rows = next((frame.rows for frame in given.values()), 0)
    with _ONE, tempfile.TemporaryDirectory(prefix="wireloom-") as folder:
        scratch = Path(folder)
        _prepare(threads)
        context = Context(
            scratch, seed=step.seed, threads=threads, memory=MEMORY, base=scratch,
            resolve=find_module,
        )  # fmt: skip
        outputs = execute(step.module, {**step.values, **inputs}, context)
        return {
            port: _columns(step, outputs[port], after, rows)
            for port, after in step.after.items()
            if isinstance(outputs[port], Table)
        }


@cache
def _prepare(threads: int) -> None:
    """Set DuckDB's limits once: opening a database takes longer than most requests."""
    from studio.sdk import duck

    folder = tempfile.mkdtemp(prefix="wireloom-duckdb-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    duck.configure(MEMORY, threads, Path(folder))


def table_of(frame: Frame) -> Table:
    """Return a frame as a table; a category takes in the levels that only the rows have."""
    from studio.sdk.arrays import to_batch
    from studio.sdk.arrow import Misfit
    from studio.sdk.table import Table

    schema = frame.schema.without_origin()
    widened = TableSchema(tuple(_widened(c, frame.columns) for c in schema.columns))
    try:
        batch = to_batch(frame.columns, widened)
    except Misfit as misfit:
        unfit = schema.column(misfit.column)
        raise InputUnfit(column=unfit.name, type=unfit.type) from misfit
    return Table.from_batches(widened, lambda: [batch])


def _widened(column: Column, columns: Columns) -> Column:
    if column.type != "category":
        return column
    known = dict.fromkeys(column.levels or ())
    seen = dict.fromkeys(value for value in columns[column.name].tolist() if value is not None)
    return replace(column, levels=tuple(known | seen))


def _columns(step: ModuleStep, table: Any, after: TableSchema, rows: int) -> Columns:

    data = table.to_arrow()
    if data.num_rows != rows:
        raise RowsChanged(title=step.title, before=rows, after=data.num_rows)
    return {column.name: _column(step, table, data, column, rows) for column in after.visible}


def _column(step: ModuleStep, table: Any, data: Any, after: Column, rows: int) -> Any:
    from studio.sdk.arrays import all_missing, to_array

    if after.name not in table.schema:
        found = f"no column “{after.name}”"
        raise OutputChanged(title=step.title, found=found, wanted=f"of type {after.type}")
    made = table.schema.column(after.name)
    values = data.column(after.name)
    if made.is_text != after.is_text:
        if values.null_count == rows:
            return all_missing(rows, after)
        found = f"column “{made.name}” as {made.type}"
        raise OutputChanged(title=step.title, found=found, wanted=after.type)
    return to_array(values, made)
