"""Labels from clusters: what the rows of a cluster are called, given those that have a label."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from studio.sdk import Column, ModuleError, Table
from studio.sdk.model import ASSIGNMENTS, distance_name

if TYPE_CHECKING:
    import pyarrow as pa

LabelMode = Literal["fill_missing_values", "overwrite_from_closest_to_center"]


class LabelUnmarked(ModuleError):
    """Labels were to come from the clusters, and it is not known which column they are in."""

    code = "label_unmarked"
    sentence = "Labels are to be filled in by cluster, and {found}."
    hint = (
        "Mark the column as label with Edit Metadata, or let the learner ignore the label column."
    )


def with_labels(results: Table, clusters: int, mode: LabelMode) -> Table:
    """Return the rows, assigned to clusters, with labels of their clusters.

    ``fill_missing_values``: a row without a label gets the most frequent one of its cluster, of
    equally frequent ones the first in order. ``overwrite_from_closest_to_center``: each row of a
    cluster gets the label of that row of it which is closest to its center, of those that have one.
    A row without a cluster, or in a cluster without labels, keeps its own. Raises LabelUnmarked.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    marked = results.schema.by_role("label")
    if len(marked) != 1:
        found = "several columns are marked as label" if marked else "no column is marked as label"
        raise LabelUnmarked(found=found, port="dataset")
    label = marked[0]
    if mode == "fill_missing_values":
        names = _most_frequent(results, label, clusters)
    else:
        names = _closest(results, label, clusters)

    def change(batch: pa.RecordBatch) -> pa.RecordBatch:
        own = _plain(batch.column(label.name))
        given = pa.array(names, own.type).take(batch.column(ASSIGNMENTS))
        first = (own, given) if mode == "fill_missing_values" else (given, own)
        position = batch.schema.get_field_index(label.name)
        return batch.set_column(position, label.name, pc.coalesce(*first))

    return results.map_batches(results.schema, change)


def _most_frequent(results: Table, label: Column, clusters: int) -> list[Any]:
    """Return the most frequent label of each cluster, None where there is none."""
    import pyarrow as pa

    counts: list[Counter[Any]] = [Counter() for _ in range(clusters)]
    for batch in results.batches():
        pairs = pa.table(
            {"cluster": batch.column(ASSIGNMENTS), "label": _plain(batch.column(label.name))}
        )
        grouped = pairs.drop_null().group_by(["cluster", "label"]).aggregate([([], "count_all")])
        for row in grouped.to_pylist():
            counts[row["cluster"]][row["label"]] += row["count_all"]
    return [
        min(count, key=lambda name: (-count[name], name)) if count else None for count in counts
    ]


def _closest(results: Table, label: Column, clusters: int) -> list[Any]:
    """Return the label of the row closest to each cluster's center, of its rows with a label."""
    import numpy as np

    found: list[Any] = [None] * clusters
    best = np.full(clusters, np.inf)
    for batch in results.batches():
        labels = _plain(batch.column(label.name))
        known = labels.is_valid().to_numpy(zero_copy_only=False)
        cluster = batch.column(ASSIGNMENTS).to_numpy(zero_copy_only=False)
        for number in range(clusters):
            rows = np.flatnonzero(known & (cluster == number))
            far = batch.column(distance_name(number)).to_numpy(zero_copy_only=False)[rows]
            if len(far) and far.min() < best[number]:
                best[number] = far.min()
                found[number] = labels[int(rows[far.argmin()])].as_py()
    return found


def _plain(array: pa.Array) -> pa.Array:
    """Return an array, categories as text."""
    import pyarrow as pa

    return array.cast(pa.string()) if isinstance(array.type, pa.DictionaryType) else array
