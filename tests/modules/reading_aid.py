"""Running a source module on a small file, and what came out of it as plain values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.sdk import Context, Module, Table
from studio.sdk.context import Notes
from studio.sdk.execution import execute
from studio.sdk.keep import keep, load
from studio.sdk.module import read_params


def configured(cls: type[Module], **params: Any) -> Module:
    """Return a configured module; fails with its problems."""
    module, problems = read_params(cls, params)
    assert module is not None, [problem.sentence for problem in problems]
    return module


def made(cls: type[Module], ctx: Context, **params: Any) -> Table:
    """Return the first output after it was kept and loaded, as the engine does it."""
    outputs = execute(configured(cls, **params), {}, ctx)
    folder = ctx.scratch / f"kept{len(list(ctx.scratch.iterdir()))}"
    folder.mkdir()
    keep(next(iter(outputs.values())), folder)
    table = load(folder)
    assert isinstance(table, Table)
    return table


def values(table: Table) -> dict[str, list[Any]]:
    """Return the columns as lists."""
    found: dict[str, list[Any]] = table.to_arrow().to_pydict()
    return found


def types(table: Table) -> dict[str, str]:
    """Return the columns' types."""
    return {column.name: column.type for column in table.schema}


def notes(ctx: Context) -> Notes:
    """Return what the module logged."""
    assert isinstance(ctx.listener, Notes)
    return ctx.listener


def written(folder: Path, name: str, content: str | bytes) -> str:
    """Write a file and return its name."""
    data = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(data)
    return name
