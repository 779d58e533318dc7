"""Scoring a batch: what is asked, what is answered, and which rows are to blame for an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.scoring.scorer import Scorer
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column
from studio.serve.batch.batch import Batch
from studio.serve.batch.layout import to_arrow
from studio.serve.batch.progress import Stop, never
from studio.serve.errors import PACKAGE_FAULTS

if TYPE_CHECKING:
    import pyarrow as pa

    from studio.sdk.arrays import Array

Blamed = dict[int, tuple[str, str]]
"""Rows by their index, with the column that is to blame, where one is, and the reason."""


@dataclass(frozen=True)
class Question:
    """How a package is asked about batches.

    Attributes:
        scorer: The package.
        output: The output whose columns are the answers.
        answers: These columns.
        parameters: Values of web service parameters.
        stop: Raises Cancelled when the work is to end.
    """

    scorer: Scorer
    output: str
    answers: tuple[Column, ...]
    parameters: Mapping[str, Any]
    stop: Stop = never

    def ask(self, batch: Batch) -> tuple[Batch, list[pa.Array]]:
        """Return the answers to a batch, and the batch without the rows that have none.

        Raises StudioError where no row is to blame, and Cancelled.
        """
        inputs = self._inputs(batch)
        blamed: Blamed = {}
        parts = self._scored(inputs, 0, batch.rows, blamed)
        kept = batch.without(blamed)
        return kept, self._echoed(kept, self._joined(parts))

    def _echoed(self, batch: Batch, answers: list[pa.Array]) -> list[pa.Array]:
        """Return the answers, columns that passed through as they were read.

        A double does not hold every whole number.
        """
        echoes = self.scorer.signature.echoes.get(self.output, {})
        kept = []
        for column, array in zip(self.answers, answers, strict=True):
            source = echoes.get(column.name, ("", ""))[1]
            read = batch.values.get(source)
            kept.append(array if read is None else read.cast(array.type))
        return kept

    def _inputs(self, batch: Batch) -> dict[str, dict[str, Array]]:
        signature = self.scorer.signature
        made: dict[str, Array] = {}
        tables = {}
        for name, fields in signature.inputs.items():
            for item in fields:
                if item.name not in made:
                    made[item.name] = to_array(batch.values.get(item.name), item.column, batch.rows)
            tables[name] = {item.name: made[item.name] for item in fields}
        return tables

    def _scored(
        self, inputs: Mapping[str, Mapping[str, Array]], start: int, end: int, blamed: Blamed
    ) -> list[list[pa.Array]]:
        """Return the answers to rows, part by part; those that cannot be scored are blamed.

        Rows that fail together are asked about in halves.
        """
        if start == end:
            return []
        self.stop()
        rows = {
            name: {column: values[start:end] for column, values in columns.items()}
            for name, columns in inputs.items()
        }
        try:
            found = self.scorer.score(rows, self.parameters)[self.output]
        except PACKAGE_FAULTS:
            raise
        except StudioError as error:
            if end - start == 1:
                column = error.fields.get("column")
                blamed[start] = (str(column) if column else "", error.message.rstrip("."))
                return []
            middle = (start + end) // 2
            first = self._scored(inputs, start, middle, blamed)
            return first + self._scored(inputs, middle, end, blamed)
        return [to_arrow(found, self.answers, end - start)]

    def _joined(self, parts: Sequence[Sequence[pa.Array]]) -> list[pa.Array]:
        import pyarrow as pa

        if not parts:
            return to_arrow({c.name: nothing(c) for c in self.answers}, self.answers, 0)
        return [pa.concat_arrays(columns) for columns in zip(*parts, strict=True)]


def nothing(column: Column) -> Array:
    """Return a column without rows."""
    return to_array(None, column, 0)


def to_array(values: pa.Array | None, column: Column, rows: int) -> Array:
    """Return a column as the package is asked with; all missing where there is none.

    Texts that are equal are one object.
    """
    import numpy as np
    import pyarrow as pa

    from studio.sdk import arrays

    if values is None:
        return np.full(rows, None, dtype=object) if column.is_text else np.full(rows, np.nan)
    if not column.is_text:
        return arrays.to_array(values, column)
    if not pa.types.is_dictionary(values.type):
        values = values.dictionary_encode()
    levels: Array = np.array([*values.dictionary.to_pylist(), None], dtype=object)
    codes = values.indices.fill_null(len(levels) - 1).to_numpy(zero_copy_only=False)
    return np.asarray(levels[codes])
