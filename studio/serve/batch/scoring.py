"""Scoring a batch: what is asked, what is answered, and which rows are to blame for an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.scoring.scorer import Scorer
from studio.sdk.schema import Column
from studio.serve.batch.batch import Batch
from studio.serve.batch.blame import Inputs, Search
from studio.serve.batch.layout import to_arrow
from studio.serve.batch.progress import Stop, never

if TYPE_CHECKING:
    import pyarrow as pa

    from studio.sdk.arrays import Array, Columns


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
        search = Search(self._score, self._inputs(batch))
        found = search.run(batch.rows) or {c.name: to_array(None, c, 0) for c in self.answers}
        kept = batch.without(search.blamed)
        return kept, self._echoed(kept, to_arrow(found, self.answers, kept.rows))

    def _score(self, inputs: Inputs) -> Columns:
        self.stop()
        return self.scorer.score(inputs, self.parameters)[self.output]

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
