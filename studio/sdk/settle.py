"""The schema is ours, not the back end's: roles, levels and types given back to results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studio.sdk.arrow import Misfit
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column, TableSchema
from studio.sdk.table import Table

_RESTORABLE = {
    "category": ("string",),
    "integer": ("double",),
    "timespan": ("integer",),
}


class PromiseBroken(StudioError):
    """A module's result does not have the columns that the module said it would have (our bug)."""

    code = "promise_broken"
    sentence = "The module promised the columns {promised}, and made {made}."
    hint = "This is a fault of the module; please report it."


def settle(
    result: Table, like: Sequence[TableSchema] = (), promise: TableSchema | None = None
) -> Table:
    """Return a module's result under the studio's schema.

    Where the module promised a schema, the result gets it: types, roles and levels (columns that
    the promise leaves without levels keep their own). Otherwise columns get roles and types back by
    name from the inputs, the first input first. Raises PromiseBroken when the columns' names
    differ.
    """
    if promise is not None:
        return _promised(result, promise)
    known: dict[str, Column] = {}
    for schema in reversed(like):
        known.update({column.name: column for column in schema.visible})
    return restored(result, TableSchema(tuple(known.values())))


def restored(table: Table, like: TableSchema) -> Table:
    """Return the table with roles, levels and types of ``like``'s columns of the same names.

    A type comes back only where a back end lost it: levels of a category that became text, integers
    that gaps made doubles. Where a value does not fit, that column stays as it came.
    """
    return _restored(table, like, frozenset())


def _restored(table: Table, like: TableSchema, left_alone: frozenset[str]) -> Table:
    columns = tuple(_merged(column, like, left_alone) for column in table.schema.columns)
    schema = TableSchema(columns)
    if schema == table.schema:
        return table
    made = Table.from_batches(schema, table._batches)

    def relax(column: str) -> Table:
        before, after = table.schema.column(column), schema.column(column)
        if (before.type, before.levels) == (after.type, after.levels):
            return _restored(table.relaxed(Misfit(column)), like, left_alone)
        return _restored(table, like, left_alone | {column})

    return Table(schema, made._batches, relax=relax)


def _merged(column: Column, like: TableSchema, left_alone: frozenset[str]) -> Column:
    if column.name not in like or column.role == "origin":
        return column
    before = like.column(column.name)
    role = before.role if column.role == "feature" else column.role
    same_kind = column.type == before.type
    if same_kind and before.type != "category":
        return replace(column, role=role)
    can_return = column.type in _RESTORABLE.get(before.type, ()) or same_kind
    if column.name in left_alone or not can_return:
        return replace(column, role=role)
    return replace(column, type=before.type, levels=before.levels, role=role)


def _promised(result: Table, promise: TableSchema) -> Table:
    made = result.schema
    if promise.names != made.names:
        raise PromiseBroken(promised=promise.names, made=made.names)
    columns = []
    for wanted, found in zip(promise.visible, made.visible, strict=True):
        levels = found.levels if wanted.type == "category" and wanted.levels is None else None
        columns.append(wanted if levels is None else replace(wanted, levels=levels))
    hidden = made.by_role("origin")
    return result.with_schema(TableSchema((*columns, *hidden)))
