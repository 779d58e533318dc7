"""The clusters of a model: their centers, and a picture on the two principal components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from studio.engine.look.cells import plain
from studio.engine.look.rows import Rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.engine.store import Store
    from studio.sdk.model import Model
    from studio.sdk.table import Table

    Matrix = NDArray[np.float64]

MAX_CENTERS = 100
MAX_FEATURES = 100
MAX_POINTS = 2000
DEVIATIONS = 2.0
"""An ellipse reaches so many standard deviations from the middle of its cluster's rows."""


def clusters_of(model: Model, store: Store, key: str) -> dict[str, Any]:
    """Return the centers of a model and their picture, drawn on the rows that it assigned."""
    import numpy as np

    centers = np.asarray(model.estimator.cluster_centers_, dtype=np.float64)
    names = [str(number) for number in range(len(centers))]
    return {
        "names": names[:MAX_CENTERS],
        "clusters_in_all": len(centers),
        "features": list(model.features.spoken[:MAX_FEATURES]),
        "features_in_all": centers.shape[1],
        "centers": plain(centers[:MAX_CENTERS, :MAX_FEATURES].tolist()),
        "sizes": _sizes(model, len(centers)),
        "picture": _picture(model, centers, _assigned(model, store, key)),
    }


def _sizes(model: Model, count: int) -> list[int] | None:
    import numpy as np

    labels = getattr(model.estimator, "labels_", None)
    if labels is None:
        return None
    sizes: list[int] = np.bincount(labels, minlength=count)[:MAX_CENTERS].tolist()
    return sizes


def _assigned(model: Model, store: Store, key: str) -> Table | None:
    """Return the table beside the model in the store that says which row is in which cluster."""
    from studio.sdk.model import ASSIGNMENTS
    from studio.sdk.table import Table

    entry = store.find(key)
    for port, about in {} if entry is None else entry.outputs.items():
        names = {column["name"] for column in about.get("schema", ())}
        if names.issuperset({ASSIGNMENTS, *model.features.reads}):
            value = store.load(key, port)
            return value if isinstance(value, Table) else None
    return None


def _picture(model: Model, centers: Matrix, table: Table | None) -> dict[str, Any] | None:
    """Return rows and centers on the two directions in which they vary most."""
    import numpy as np

    if centers.shape[1] < 2:
        return None
    rows, of = (centers, np.arange(len(centers))) if table is None else _rows(model, table)
    if len(rows) < 2:
        return None
    middle = rows.mean(axis=0)
    _, sizes, directions = np.linalg.svd(rows - middle, full_matrices=False)
    if len(directions) < 2:
        return None
    flat, flat_centers = ((part - middle) @ directions[:2].T for part in (rows, centers))
    shares = sizes[:2] ** 2 / (float((sizes**2).sum()) or 1.0)
    ellipses = [] if table is None else [_ellipse(flat[of == n]) for n in range(len(centers))]
    return {
        "x_label": "Principal Component 1",
        "y_label": "Principal Component 2",
        "explained": plain(shares.tolist()),
        "points": [] if table is None else [[*p, c] for p, c in _pairs(flat, of)],
        "centers": plain(flat_centers[:MAX_CENTERS].tolist()),
        "ellipses": ellipses[:MAX_CENTERS],
    }


def _pairs(flat: Matrix, of: Any) -> list[tuple[Sequence[float], int]]:
    return list(zip(flat.tolist(), of.tolist(), strict=True))


def _rows(model: Model, table: Table) -> tuple[Matrix, NDArray[np.int64]]:
    """Return evenly spaced rows as the model sees them, and their clusters."""
    import numpy as np

    from studio.sdk.arrays import to_columns
    from studio.sdk.features import MATRIX
    from studio.sdk.model import ASSIGNMENTS
    from studio.sdk.ops_numpy import NUMPY

    names = [*model.features.reads, ASSIGNMENTS]
    part = Rows(table).spaced(MAX_POINTS).part(names, 0, MAX_POINTS).combine_chunks()
    batches = part.to_batches()
    if not batches:
        return np.empty((0, 2)), np.empty(0, np.int64)
    columns = to_columns(batches[0], table.schema.select(names).without_origin(), names)
    complete = ~model.features.missing(columns, NUMPY) & ~np.isnan(columns[ASSIGNMENTS])
    matrix = np.asarray(model.features.apply(columns, NUMPY)[MATRIX])[complete]
    if getattr(model.estimator, "metric", "") == "cosine":
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        matrix = matrix / np.where(lengths == 0, 1.0, lengths)
    return matrix, columns[ASSIGNMENTS][complete].astype(np.int64)


def _ellipse(points: Matrix) -> dict[str, float] | None:
    """Return the ellipse of some points: its middle, half axes, and the angle of the first."""
    import numpy as np

    if len(points) < 3:
        return None
    sizes, directions = np.linalg.eigh(np.cov(points.T))
    a, b = DEVIATIONS * np.sqrt(np.maximum(sizes[::-1], 0.0))
    x, y = points.mean(axis=0)
    angle = np.degrees(np.arctan2(directions[1, 1], directions[0, 1]))
    return {"x": float(x), "y": float(y), "a": float(a), "b": float(b), "angle": float(angle)}
