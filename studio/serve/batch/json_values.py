"""JSON values as columns: read at once where they are plain, one by one where they are not."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from studio.scoring.signature import Field
from studio.serve.batch.lines import Lines
from studio.serve.batch.text_values import Reasons, from_seconds, is_finite, misfit, quick_values
from studio.serve.cells import to_column
from studio.serve.errors import ValueUnfit

if TYPE_CHECKING:
    import pyarrow as pa


def quick_columns(lines: Lines, fields: Sequence[Field]) -> dict[str, pa.Array] | None:
    """Return the columns of lines as a table keeps them, or None where a line has to be looked at.

    What is returned is what :func:`careful_columns` would return.
    """
    import pyarrow as pa
    import pyarrow.json as pj

    if not lines.data.strip():
        return None
    for whole in (pa.int64(), pa.float64()):
        schema = pa.schema([(field.name, _written_as(field, whole)) for field in fields])
        try:
            table = pj.read_json(
                io.BytesIO(lines.data),
                pj.ReadOptions(use_threads=False, block_size=len(lines.data) + 1),
                pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
            )
        except pa.ArrowInvalid:
            continue
        if table.num_rows != len(lines.texts):
            return None
        if any(_lacks(lines.texts, field.name, table) for field in fields if field.required):
            return None
        found = {field.name: _typed(table.column(field.name), field) for field in fields}
        return None if any(array is None for array in found.values()) else found
    return None


def _lacks(texts: pa.Array, name: str, table: pa.Table) -> bool:
    """Whether a line may be without a key; Arrow reads that as it reads null."""
    import pyarrow.compute as pc

    column = table.column(name).combine_chunks()
    if not column.null_count:
        return False
    empty = texts.filter(column.is_null())
    key = re.escape(json.dumps(name, ensure_ascii=False))
    # Most say null plainly; braces within may hold the same key further down.
    plain = rf"^\{{(?:[^{{]*,)?\s*{key}\s*:\s*null[^{{]*$"
    others = empty.filter(pc.invert(pc.match_substring_regex(empty, plain)))
    try:
        return any(name not in from_json(text) for text in others.to_pylist())
    except ValueError:
        return True


def _written_as(field: Field, whole: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if field.type == "integer":
        return whole
    if field.type == "boolean":
        return pa.bool_()
    return pa.float64() if field.type in ("double", "timespan") else pa.string()


def _typed(column: pa.ChunkedArray, field: Field) -> pa.Array | None:
    """Return a column as a table keeps it; None where a value may not fit."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = column.combine_chunks()
    if pa.types.is_floating(array.type) and not is_finite(array):
        return None
    if field.type == "timespan":
        return from_seconds(array)
    if field.type == "datetime":
        return quick_values(array, field)
    if field.type == "integer" and pa.types.is_floating(array.type):
        exact = pc.and_(pc.equal(pc.floor(array), array), pc.less(pc.abs(array), 2.0**53))
        return array.cast(pa.int64()) if pc.all(exact).as_py() is not False else None
    return array


def careful_columns(
    objects: Sequence[Mapping[str, Any]], fields: Sequence[Field]
) -> tuple[dict[str, pa.Array], dict[str, Reasons]]:
    """Return the columns of objects as a table keeps them, and why values do not fit."""
    values: dict[str, pa.Array] = {}
    reasons: dict[str, Reasons] = {}
    for field in fields:
        cells = [item.get(field.name) for item in objects]
        wrong: Reasons = {}
        try:
            array = to_column(cells, field, "")
        except ValueUnfit:
            wrong = _wrong(cells, field)
            cells = [None if index in wrong else cell for index, cell in enumerate(cells)]
            array = to_column(cells, field, "")
        values[field.name] = _kept(array, cells, field)
        reasons[field.name] = wrong
    return values, reasons


def _wrong(cells: Sequence[Any], field: Field) -> Reasons:
    wrong: Reasons = {}
    for index, cell in enumerate(cells):
        try:
            to_column([cell], field, "")
        except ValueUnfit as error:
            wrong[index] = misfit(error)
    return wrong


def _kept(array: Any, cells: Sequence[Any], field: Field) -> pa.Array:
    import pyarrow as pa

    from studio.sdk.arrays import to_arrow

    if field.column.is_text:
        return pa.array(array, pa.string())
    if field.type == "integer":  # a double does not hold every whole number
        return pa.array([None if cell is None else int(cell) for cell in cells], pa.int64())
    return to_arrow(array, field.column)
