"""Tests of rows that a person writes: a column and a pattern, or a column and comparisons."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modules.conversion.casting import WANTED, ValueUnreadable, cast
from studio.sdk import Column, ColumnTypeWrong, ModuleError, TableSchema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

RowTest = Callable[["pa.RecordBatch"], "NDArray[np.bool_]"]

_COLUMN = re.compile(r'\s*(?:\\?"(?P<name>[^"]+)"|\(\\(?P<index>\d+)\)|\\(?P<bare>\d+))\s*')
_COMPARISON = re.compile(
    r"\s*(?P<sign><=|>=|==|!=|<|>|=)\s*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<plain>[^&|\"']+?))\s*(?P<link>[&|]|$)"
)
_SIGNS = {
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "==": "equal",
    "!=": "not_equal",
}


class ExpressionWrong(ModuleError):
    """An expression that chooses rows cannot be read."""

    code = "expression_wrong"
    sentence = "The expression “{expression}” cannot be read: {reason}."
    hint = "It looks like {example}."


class _Misread(Exception):
    """Why an expression cannot be read."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison with a value; ``link`` joins it to the next by ``&`` or ``|``."""

    sign: str
    text: str
    link: str


def pattern_test(expression: str, schema: TableSchema) -> RowTest:
    """Return the test of ``\\"Column" pattern``: whether the pattern is found in the value's text.

    Raises ExpressionWrong and ColumnMissing.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        column, rest = _column(expression, schema)
        if not rest:
            raise _Misread("a pattern must follow the column")
        try:
            pc.match_substring_regex(pa.array([""]), rest)
        except pa.ArrowInvalid as error:
            reason = str(error).removeprefix("Invalid regular expression: ").rstrip(".")
            raise _Misread(f"“{rest}” is not a regular expression ({reason})") from None
    except _Misread as error:
        raise _wrong(expression, error, '\\"Column" ^pattern') from None

    def test(batch: pa.RecordBatch) -> NDArray[np.bool_]:
        text = cast(batch.column(column.name), column, "string")
        return _mask(pc.match_substring_regex(text, rest))

    return test


def relative_test(expression: str, schema: TableSchema) -> RowTest:
    """Return the test of ``\\"Column" > 40 & <= 60 | == 99``; ``&`` binds closer than ``|``.

    Text and booleans know == and != only. Raises ExpressionWrong, ColumnMissing and
    ColumnTypeWrong.
    """
    try:
        column, rest = _column(expression, schema)
        comparisons = _comparisons(rest)
        steps = [(_compiled(item, column), item.link) for item in comparisons]
    except _Misread as error:
        raise _wrong(expression, error, '\\"Column" > 40 & <= 60') from None

    def test(batch: pa.RecordBatch) -> NDArray[np.bool_]:
        import numpy as np

        array = batch.column(column.name)
        any_of = np.zeros(len(array), dtype=np.bool_)
        all_of = np.ones(len(array), dtype=np.bool_)
        for compare, link in steps:
            all_of &= compare(array)
            if link != "&":
                any_of |= all_of
                all_of = np.ones(len(array), dtype=np.bool_)
        return any_of

    return test


def _column(expression: str, schema: TableSchema) -> tuple[Column, str]:
    """Return the column that an expression begins with, and the rest of it."""
    found = _COLUMN.match(expression)
    if found is None:
        raise _Misread("it does not begin with a column")
    rest = expression[found.end() :].strip()
    if found["name"] is not None:
        return schema.column(found["name"], param="expression"), rest
    index = int(found["index"] or found["bare"])
    if index >= len(schema.visible):
        raise _Misread(f"there is no column number {index}, counted from 0")
    return schema.visible[index], rest


def _comparisons(text: str) -> list[Comparison]:
    result: list[Comparison] = []
    position = 0
    while position < len(text) or not result or result[-1].link:
        found = _COMPARISON.match(text, position)
        if found is None:
            raise _Misread(f"a comparison is expected at “{text[position:]}”")
        quoted = found["double"] if found["double"] is not None else found["single"]
        value = found["plain"].strip() if quoted is None else quoted
        sign = "==" if found["sign"] == "=" else found["sign"]
        result.append(Comparison(sign, value, found["link"]))
        position = found.end()
    return result


def _compiled(comparison: Comparison, column: Column) -> Callable[[pa.Array], NDArray[np.bool_]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    ordered = comparison.sign not in ("==", "!=")
    if ordered and (column.is_text or column.type == "boolean"):
        raise ColumnTypeWrong(
            column=column.name,
            found=column.type,
            wanted=f"a number or a date for “{comparison.sign}”",
            param="expression",
        )
    value = _value(comparison.text, column)
    function: Any = getattr(pc, _SIGNS[comparison.sign])

    def compare(array: pa.Array) -> NDArray[np.bool_]:
        if isinstance(array.type, pa.DictionaryType):
            array = array.cast(pa.string())
        return _mask(function(array, value))

    return compare


def _value(text: str, column: Column) -> pa.Scalar:
    """Return the value that a column is compared with; whole numbers stay exact."""
    import pyarrow as pa

    if column.is_text:
        return pa.scalar(text, pa.string())
    written = Column(column.name, "string")
    kind = column.type
    if kind == "integer" and not re.fullmatch(r"[-+]?\d+", text.strip()):
        kind = "double"
    try:
        value = cast(pa.array([text.removeprefix("+")], pa.string()), written, kind)[0]
    except ValueUnreadable:
        raise _Misread(f"“{text}” is not {WANTED[column.type]}") from None
    if not value.is_valid:
        raise _Misread("a value to compare with is missing")
    return value


def _mask(values: pa.Array) -> NDArray[np.bool_]:
    """Return a test's outcome; where it is missing the row does not pass."""
    import numpy as np

    mask: NDArray[np.bool_] = np.asarray(values.fill_null(False).to_numpy(zero_copy_only=False))
    return mask


def _wrong(expression: str, error: _Misread, example: str) -> ExpressionWrong:
    return ExpressionWrong(
        expression=expression, reason=str(error), example=example, param="expression"
    )
