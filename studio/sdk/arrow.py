"""Arrow types and ours: what each column type is kept as, and how foreign types become ours."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from studio.sdk.errors import ModuleError
from studio.sdk.schema import Column, ColumnType, TableSchema, unique_names

if TYPE_CHECKING:
    import pyarrow as pa

METADATA_KEY = b"wireloom.schema"


class ColumnUnsupported(ModuleError):
    """A column of values that a table cannot hold."""

    code = "column_unsupported"
    sentence = "Column “{column}” holds {found}, which a table cannot hold."
    hint = "Turn it into numbers, text, booleans or dates first."


class Misfit(Exception):
    """A value does not fit the type that a column was expected to have."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def arrow_type(column: Column) -> pa.DataType:
    """Return the Arrow type that a column is kept as."""
    import pyarrow as pa

    if column.type == "category":
        return pa.dictionary(pa.int32(), pa.string())
    kept: dict[ColumnType, pa.DataType] = {
        "integer": pa.int64(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
        "string": pa.string(),
        "datetime": pa.timestamp("us"),
        "timespan": pa.duration("us"),
    }
    return kept[column.type]


def arrow_schema(schema: TableSchema) -> pa.Schema:
    """Return the Arrow schema of a table, its roles and levels in the metadata."""
    import pyarrow as pa

    metadata = {METADATA_KEY: json.dumps(schema.to_dict(), ensure_ascii=False).encode()}
    return pa.schema([(c.name, arrow_type(c)) for c in schema.columns], metadata=metadata)


def stored_schema(schema: pa.Schema) -> TableSchema | None:
    """Return our schema from Arrow metadata, or None when the file is not one of ours."""
    kept = (schema.metadata or {}).get(METADATA_KEY)
    return None if kept is None else TableSchema.from_dict(json.loads(kept))


def natural_type(name: str, arrow: pa.DataType) -> ColumnType:
    """Return our type for an Arrow type; raises ColumnUnsupported for lists and the like."""
    import pyarrow.types as pt

    if pt.is_dictionary(arrow):
        inner = natural_type(name, arrow.value_type)
        return "category" if inner == "string" else inner
    tests: list[tuple[ColumnType, Iterable[bool]]] = [
        ("integer", (pt.is_integer(arrow),)),
        ("double", (pt.is_floating(arrow), pt.is_decimal(arrow))),
        ("boolean", (pt.is_boolean(arrow),)),
        (
            "string",
            (
                pt.is_string(arrow),
                pt.is_large_string(arrow),
                pt.is_string_view(arrow),
                pt.is_null(arrow),
            ),
        ),
        ("datetime", (pt.is_timestamp(arrow), pt.is_date(arrow))),
        ("timespan", (pt.is_duration(arrow), pt.is_time(arrow))),
    ]
    for found, fits in tests:
        if any(fits):
            return found
    raise ColumnUnsupported(column=name, found=_spoken(arrow))


def natural_schema(schema: pa.Schema) -> TableSchema:
    """Return our schema for any Arrow schema: names made unique, levels still unknown."""
    names = unique_names(schema.names)
    return TableSchema(
        tuple(
            Column(name, natural_type(name, field.type))
            for name, field in zip(names, schema, strict=True)
        )
    )


def with_levels(schema: TableSchema, table: pa.Table) -> TableSchema:
    """Return the schema with the levels of its categories, from the table's dictionaries."""
    import pyarrow.compute as pc

    columns = []
    for column, data in zip(schema.columns, table.columns, strict=True):
        if column.type != "category":
            columns.append(column)
            continue
        unified = data.unify_dictionaries() if data.num_chunks else data
        levels = unified.chunk(0).dictionary if unified.num_chunks else []
        seen = list(dict.fromkeys(pc.drop_null(levels).to_pylist() if len(levels) else []))
        columns.append(Column(column.name, "category", column.role, tuple(seen)))
    return TableSchema(tuple(columns))


def fit_array(array: pa.Array, column: Column) -> pa.Array:
    """Return the array as the column is kept; raises Misfit when a value does not fit.

    NaN in doubles becomes missing, times with a zone become UTC without one.
    """
    import pyarrow as pa

    try:
        return _fitted(array, column)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise Misfit(column.name) from error


def fit_batch(batch: pa.RecordBatch, schema: TableSchema, target: pa.Schema) -> pa.RecordBatch:
    """Return a batch whose columns come in the schema's order as the table keeps them."""
    import pyarrow as pa

    if batch.schema.equals(target) and not any(
        c.type in ("double", "category") for c in schema.columns
    ):
        return batch
    arrays = [fit_array(a, c) for a, c in zip(batch.columns, schema.columns, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=target)


def _fitted(array: pa.Array, column: Column) -> pa.Array:
    import pyarrow as pa
    import pyarrow.types as pt

    if column.type == "category":
        return _as_category(array, column)
    if pt.is_dictionary(array.type):
        array = array.dictionary_decode()
    if column.type == "double":
        return _as_double(array)
    if column.type == "datetime" and pt.is_timestamp(array.type) and array.type.tz is not None:
        array = array.cast(pa.timestamp(array.type.unit, "UTC")).cast(pa.timestamp(array.type.unit))
    if column.type in ("datetime", "timespan"):
        return _as_time(array, column)
    if column.type == "integer" and pt.is_floating(array.type):
        array = _without_nan(array)
    if column.type == "boolean" and not (pt.is_boolean(array.type) or pt.is_null(array.type)):
        raise Misfit(column.name)
    return array.cast(arrow_type(column))


def _as_time(array: pa.Array, column: Column) -> pa.Array:
    """Return times as microseconds; what is finer is cut off, what is out of range is a misfit."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as pt

    wanted = arrow_type(column)
    if pt.is_date32(array.type):
        array = array.cast(pa.timestamp("s"))
    if pt.is_time(array.type):
        unit = "us" if pt.is_time64(array.type) else "ms"
        width = pa.time64("us") if pt.is_time64(array.type) else pa.time32("ms")
        whole = pa.int64() if pt.is_time64(array.type) else pa.int32()
        array = array.cast(width, safe=False).cast(whole).cast(pa.int64()).cast(pa.duration(unit))
    if pt.is_integer(array.type):
        return array.cast(pa.int64()).cast(wanted)
    finer = getattr(array.type, "unit", "us") == "ns"
    return pc.cast(array, wanted, safe=not finer)


def _as_category(array: pa.Array, column: Column) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as pt

    levels = pa.array(column.levels or (), pa.string())
    if pt.is_dictionary(array.type):
        if array.dictionary.equals(levels) and array.type.index_type == pa.int32():
            return array
        array = array.dictionary_decode()
    array = array.cast(pa.string())
    indices = pc.index_in(array, value_set=levels)
    if indices.null_count > array.null_count:
        raise Misfit(column.name)
    return pa.DictionaryArray.from_arrays(indices, levels)


def _as_double(array: pa.Array) -> pa.Array:
    import pyarrow as pa

    return _without_nan(array.cast(pa.float64(), safe=False))


def _without_nan(array: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    nan = pc.is_nan(array)
    if not pc.any(nan).as_py():
        return array
    return pc.if_else(nan, pa.scalar(None, array.type), array)


def _spoken(arrow: pa.DataType) -> str:
    import pyarrow.types as pt

    if pt.is_nested(arrow):
        return "lists" if pt.is_list(arrow) or pt.is_large_list(arrow) else "nested values"
    if pt.is_binary(arrow) or pt.is_large_binary(arrow) or pt.is_binary_view(arrow):
        return "raw bytes"
    return f"values of type {arrow}"
