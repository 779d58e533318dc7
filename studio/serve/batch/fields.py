"""Fields: the columns of delimited rows, typed while they are read where they are plain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from studio.scoring.signature import Field
from studio.sdk.text_style import TextStyle
from studio.serve.batch.records import Marks
from studio.serve.batch.text_values import Reasons, is_finite, quick_values, read_texts

if TYPE_CHECKING:
    import pyarrow as pa

Refusals = dict[int, str]


@dataclass(frozen=True, eq=False)
class Found:
    """The fields of rows.

    Attributes:
        ragged: The rows, by index, that have more or fewer fields than the header, and the reason.
        values: The package's columns, without the ragged rows.
        reasons: Why values do not fit, by column and index, without the ragged rows.
        texts: Columns as text, by their places, without the ragged rows.
    """

    ragged: Refusals
    values: Mapping[str, pa.Array]
    reasons: Mapping[str, Reasons]
    texts: Mapping[int, pa.Array]


@dataclass
class FieldReader:
    """Splits rows into fields.

    Attributes:
        width: How many fields a row has.
        marks: What separates them.
        fields: The package's columns, by their places.
        missing: The texts that stand for a missing value.
        style: How values are written.
        texts: The places of columns that are wanted as text too.
        wide: Whether these may be columns of the package.
    """

    width: int
    marks: Marks
    fields: Mapping[int, Field]
    missing: Collection[str]
    style: TextStyle
    texts: Sequence[int]
    wide: bool
    _odd: set[str] = field(default_factory=set)

    def read(self, data: bytes) -> Found:
        """Return the fields of rows."""
        import pyarrow as pa

        if not self.wide:
            try:
                return self._typed(data)
            except (pa.ArrowInvalid, _Odd):
                pass
        return self._as_text(data)

    def _typed(self, data: bytes) -> Found:
        """Return the fields, read into their types at once; raises _Odd and ArrowInvalid."""
        import pyarrow as pa

        hexadecimal = any(x in data and b"0" + x in data for x in (b"x", b"X"))
        types = {place: self._type(item, hexadecimal) for place, item in self.fields.items()}
        types |= dict.fromkeys(self.texts, pa.string())
        missing = ("",) if self.texts else tuple(self.missing)
        columns, ragged = self._split(data, types, missing)
        values, reasons = dict[str, pa.Array](), dict[str, Reasons]()
        for place, item in self.fields.items():
            array = columns[place]
            if pa.types.is_string(array.type):
                array, reasons[item.name] = self._values(array, item)
            elif pa.types.is_floating(array.type) and not is_finite(array):
                raise _Odd
            elif pa.types.is_dictionary(array.type) and self._has_mark(array.dictionary):
                array, _ = self._values(array.cast(pa.string()), item)
            values[item.name] = array
        return Found(ragged, values, reasons, {place: columns[place] for place in self.texts})

    def _type(self, item: Field, hexadecimal: bool) -> pa.DataType:
        import pyarrow as pa

        if item.column.is_text:
            return pa.string() if self.style.trim else pa.dictionary(pa.int32(), pa.string())
        if item.name in self._odd or item.type in ("datetime", "timespan"):
            return pa.string()
        if item.type == "integer":  # Arrow reads 0x1F, and nobody else
            return pa.string() if hexadecimal else pa.int64()
        return pa.bool_() if item.type == "boolean" else pa.float64()

    def _has_mark(self, levels: pa.Array) -> bool:
        import pyarrow as pa
        import pyarrow.compute as pc

        marks = [mark for mark in self.missing if mark]
        return bool(marks) and bool(
            pc.any(pc.is_in(levels, value_set=pa.array(marks, pa.string()))).as_py()
        )

    def _as_text(self, data: bytes) -> Found:
        import pyarrow as pa

        places = sorted({*self.fields, *self.texts})
        columns, ragged = self._split(data, dict.fromkeys(places, pa.string()), ("",))
        values, reasons = dict[str, pa.Array](), dict[str, Reasons]()
        for place, item in self.fields.items():
            text = columns[place]
            if not item.column.is_text and quick_values(text, item) is None:
                self._odd.add(item.name)
            values[item.name], reasons[item.name] = self._values(text, item)
        return Found(ragged, values, reasons, {place: columns[place] for place in self.texts})

    def _values(self, text: pa.Array, item: Field) -> tuple[pa.Array, Reasons]:
        return read_texts(text, item, self.missing, self.style)

    def _split(
        self, data: bytes, types: Mapping[int, Any], missing: Sequence[str]
    ) -> tuple[dict[int, pa.Array], Refusals]:
        import pyarrow as pa
        import pyarrow.csv as pc

        ragged: Refusals = {}
        if not data:
            return {place: pa.array([], kept) for place, kept in types.items()}, ragged

        def put_aside(row: Any) -> str:
            ragged[row.number - 1] = (
                f"it has {_fields(row.actual_columns)}; the header has {self.width}"
            )
            return "skip"

        table = pc.read_csv(
            pa.BufferReader(data),
            pc.ReadOptions(
                block_size=len(data) + 1,
                column_names=[str(place) for place in range(self.width)],
                use_threads=False,
            ),
            self._parsing(put_aside),
            pc.ConvertOptions(
                check_utf8=False,
                column_types={str(place): kept for place, kept in types.items()},
                include_columns=[str(place) for place in types],
                null_values=list(missing),
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                decimal_point=self.style.decimal,
            ),
        )
        columns = zip(types, table.columns, strict=True)
        return {place: column.combine_chunks() for place, column in columns}, ragged

    def _parsing(self, put_aside: Callable[[Any], str]) -> Any:
        import pyarrow.csv as pc

        return pc.ParseOptions(
            delimiter=self.marks.separator.decode(),
            quote_char=self.marks.quote.decode() or False,
            newlines_in_values=bool(self.marks.quote),
            ignore_empty_lines=self.width != 1,
            invalid_row_handler=put_aside,
        )


class _Odd(Exception):
    """A column is not written plainly."""


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"
