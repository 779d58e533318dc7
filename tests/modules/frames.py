"""Small tables, and modules run on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from studio.sdk import Context, Module, ModuleError, Table
from studio.sdk.context import Notes
from studio.sdk.execution import execute
from studio.sdk.module import promised, read_params

if TYPE_CHECKING:
    from studio.sdk.data import Value


def table(**columns: Any) -> Table:
    """Return a table of these columns; a name's spaces are written as underscores."""
    return Table.from_pandas(pd.DataFrame(columns))


def configured(cls: type[Module], **params: Any) -> Module:
    """Return the configured module; fails where its parameters are refused."""
    module, problems = read_params(cls, params)
    assert module is not None, problems
    return module


def run(module: Module, ctx: Context, **inputs: Any) -> dict[str, Value]:
    """Run a module; its tables are read, and have the columns that it promised."""
    scratch = ctx.scratch / str(len(list(ctx.scratch.iterdir())))
    scratch.mkdir()
    own = Context(scratch=scratch, seed=ctx.seed, base=ctx.base, listener=ctx.listener)
    schemas = {n: v.schema for n, v in inputs.items() if isinstance(v, Table)}
    outputs = execute(module, inputs, own)
    for port, promise in promised(module, schemas).items():
        made = outputs[port]
        if promise is not None and isinstance(made, Table):
            assert [(c.name, c.type, c.role) for c in made.schema] == [
                (c.name, c.type, c.role) for c in promise
            ]
    return {n: v.settled() if isinstance(v, Table) else v for n, v in outputs.items()}


def first(module: Module, ctx: Context, **inputs: Any) -> Table:
    """Return the first output of a module, a table."""
    made = next(iter(run(module, ctx, **inputs).values()))
    assert isinstance(made, Table)
    return made


def rows(made: Table) -> list[tuple[Any, ...]]:
    """Return the visible rows of a table as tuples of Python values."""
    return [tuple(row.values()) for row in made.to_arrow().to_pylist()]


def sentence(module: Module, ctx: Context, **inputs: Any) -> str:
    """Return the sentence with which a module refuses its inputs."""
    try:
        run(module, ctx, **inputs)
    except ModuleError as error:
        return error.message
    raise AssertionError("it was not refused")


def notes(ctx: Context) -> Notes:
    """Return what the modules have logged and warned of."""
    assert isinstance(ctx.listener, Notes)
    return ctx.listener
