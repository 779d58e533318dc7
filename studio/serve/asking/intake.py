"""Intake: one input of a package, and how rows of any shape become its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from studio.scoring.signature import Field
from studio.serve.cells import Cells, Converter, found, to_column
from studio.serve.errors import (
    ColumnAbsent,
    ColumnLength,
    ColumnTwice,
    ColumnUnknown,
    FormUnknown,
    RowLength,
    RowsNone,
    RowsTooMany,
)
from studio.serve.texts import read_column

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns

Raw = dict[str, Cells]
"""A table as it was sent: the values of every column, None where an optional one did not come."""


class Intake:
    """One input of a package: checks that a table has its columns, and brings them into arrays."""

    def __init__(self, name: str, fields: Sequence[Field], marks: Sequence[str] = ("",)) -> None:
        self.name = name
        self.fields = tuple(fields)
        self.names = tuple(field.name for field in fields)
        self._known = frozenset(self.names)
        self._required = frozenset(field.name for field in fields if field.required)
        self._marks = frozenset(marks)
        self._converter = Converter(fields, name)
        self._pick = itemgetter(*self.names)

    def from_records(self, records: Any, most: int) -> Raw:
        """Return the columns of a list of objects; raises a RequestWrong."""
        self._require_list(records, most, "a list of records")
        alike = self._alike(records)
        if alike is not None:
            return alike
        for number, record in enumerate(records, start=1):
            if type(record) is not dict:
                raise FormUnknown(
                    reason=f"Row {number} of “{self.name}” is {found(record)}, not an object.",
                    advice="Send records as objects with a value for each column.",
                    input=self.name,
                    row=number,
                )
            if record.keys() != self._known:
                self._require_columns(record, number)
        return {name: [record.get(name) for record in records] for name in self.names}

    def from_rows(self, columns: Any, rows: Any, most: int) -> Raw:
        """Return the columns of a list of names and a list of lists; raises a RequestWrong."""
        names = self._names(columns)
        self._require_list(rows, most, "a list of rows")
        for number, row in enumerate(rows, start=1):
            if type(row) is not list:
                raise FormUnknown(
                    reason=f"Row {number} of “{self.name}” is {found(row)}, not a list.",
                    advice="Send each row as a list with a value for each column.",
                    input=self.name,
                    row=number,
                )
            if len(row) != len(names):
                raise RowLength(input=self.name, row=number, found=len(row), wanted=len(names))
        self._require_columns(names, 1)
        return self._completed(dict(zip(names, zip(*rows, strict=True), strict=True)), len(rows))

    def from_columns(self, columns: Any, most: int) -> Raw:
        """Return columns that came as lists by name; raises a RequestWrong."""
        if type(columns) is not dict:
            raise FormUnknown(
                reason=f"“{self.name}” is {found(columns)}, not an object of columns.",
                advice="Send a list of values for each column.",
                input=self.name,
            )
        self._require_columns(columns, 1)
        rows = None
        for name, values in columns.items():
            self._require_list(values, most, f"a list of the values of “{name}”")
            if rows is not None and len(values) != rows:
                raise ColumnLength(input=self.name, column=name, found=len(values), wanted=rows)
            rows = len(values)
        if rows is None:
            raise RowsNone(input=self.name)
        return self._completed(columns, rows)

    def read(self, raw: Raw) -> Columns:
        """Return the arrays of JSON values; raises ValueUnfit."""
        return self._converter.to_columns(raw)

    def read_texts(self, raw: Raw) -> Columns:
        """Return the arrays of a delimited file's texts; raises ValueUnfit."""
        return {
            field.name: read_column(raw[field.name], field, self.name, self._marks)
            for field in self.fields
        }

    def read_lenient(self, raw: Raw) -> Columns:
        """Return the arrays of values that may be text whatever their type; raises ValueUnfit."""
        columns = {}
        for field in self.fields:
            values = raw[field.name]
            if field.column.is_text or str not in set(map(type, values)):
                columns[field.name] = to_column(values, field, self.name)
            else:
                texts = [_as_text(value) for value in values]
                columns[field.name] = read_column(texts, field, self.name, self._marks)
        return columns

    def _alike(self, records: list[Any]) -> Raw | None:
        """Return the columns of records that have every column and no other; else None."""
        size = len(self.names)
        if size == 1 or set(map(type, records)) != {dict} or set(map(len, records)) != {size}:
            return None
        try:
            columns = zip(*map(self._pick, records), strict=True)
        except KeyError:
            return None
        return dict(zip(self.names, columns, strict=True))

    def _require_list(self, rows: Any, most: int, wanted: str) -> None:
        if type(rows) is not list:
            raise FormUnknown(
                reason=f"“{self.name}” has {found(rows)} in the place of {wanted}.",
                advice="See the forms of a request at /openapi.json.",
                input=self.name,
            )
        if not rows:
            raise RowsNone(input=self.name)
        if len(rows) > most:
            raise RowsTooMany(found=len(rows), limit=most, input=self.name)

    def _names(self, columns: Any) -> list[str]:
        if type(columns) is not list or not all(type(name) is str for name in columns):
            raise FormUnknown(
                reason=f"The columns of “{self.name}” are not a list of names.",
                advice="Send the names of the columns as a list of texts.",
                input=self.name,
            )
        if len(set(columns)) < len(columns):
            seen: set[str] = set()
            for name in columns:
                if name in seen:
                    raise ColumnTwice(input=self.name, column=name)
                seen.add(name)
        return columns

    def _require_columns(self, names: Mapping[str, Any] | Sequence[str], row: int) -> None:
        given = set(names)
        for name in names:
            if name not in self._known:
                raise ColumnUnknown(input=self.name, column=name, row=row, known=self.names)
        if not self._required <= given:
            absent = next(n for n in self.names if n in self._required and n not in given)
            raise ColumnAbsent(input=self.name, column=absent, row=row, known=self.names)

    def _completed(self, columns: dict[str, Any], rows: int) -> Raw:
        return {name: columns.get(name) or [None] * rows for name in self.names}


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)
