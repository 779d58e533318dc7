"""What the evaluation of answers shows besides figures: curves, bins, matrices, histograms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modules.judging.figures import TITLES, Figures
from studio.sdk import Column, ColumnType, Series, Table, TableSchema, unique_names
from studio.sdk.arrays import to_batch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MOST_POINTS = 1_000
"""Points that a curve keeps."""
BINS = 10
_TEXT: ColumnType = "string"
_NUMBER: ColumnType = "double"


def table_of(columns: Sequence[tuple[str, ColumnType, Sequence[Any]]]) -> Table:
    """Return a small table of columns: name, type (string, integer or double) and values."""
    import numpy as np

    names = unique_names(name for name, _, _ in columns)
    described = [Column(n, kind) for n, (_, kind, _) in zip(names, columns, strict=True)]
    values = {
        column.name: np.array(items, dtype=object if column.is_text else np.float64)
        for column, (_, _, items) in zip(described, columns, strict=True)
    }
    schema = TableSchema(tuple(described))
    batch = to_batch(values, schema)
    return Table.from_batches(schema, lambda: [batch])


def metrics_table(rows: Sequence[tuple[str, Figures]]) -> Table:
    """Return one row a dataset: its name and its figures."""
    columns: list[tuple[str, ColumnType, Sequence[Any]]] = [
        ("Dataset", _TEXT, [name for name, _ in rows])
    ]
    columns += [
        (TITLES[figure], "double", [figures.get(figure) for _, figures in rows])
        for figure in dict.fromkeys(name for _, figures in rows for name in figures)
    ]
    return table_of(columns)


def confusion_table(counts: Array, classes: Sequence[str]) -> Table:
    """Return the confusion matrix: a row for each actual class, a column for each predicted one."""
    columns: list[tuple[str, ColumnType, Sequence[Any]]] = [("Actual", _TEXT, classes)]
    columns += [(name, "integer", counts[:, i].tolist()) for i, name in enumerate(classes)]
    return table_of(columns)


def score_bins(actual: Array, chance: Array) -> Table:
    """Return ten bins of scores from the highest down, with figures at each bin's lower bound."""
    import numpy as np

    positives, negatives = int(actual.sum()), int((~actual).sum())
    bounds = np.arange(BINS, -1, -1) / BINS
    above = np.array([_above(actual, chance, t) for t in bounds], dtype=np.float64)
    hit, false = above[:, 0], above[:, 1]
    hit[-1], false[-1] = positives, negatives
    heights, widths = hit / max(positives, 1), false / max(negatives, 1)
    areas = np.cumsum(_cumulative(actual, chance, bounds))
    rows = slice(1, None)
    tp, fp = hit[rows], false[rows]
    fn, tn = positives - tp, negatives - fp
    names = [f"({bounds[i + 1]:.3f},{bounds[i]:.3f}]" for i in range(BINS)]
    figures: list[tuple[str, Any]] = [
        ("Fraction Above Threshold", (tp + fp) / len(actual)),
        ("Accuracy", (tp + tn) / len(actual)),
        ("F1 Score", _ratio(2 * tp, 2 * tp + fp + fn)),
        ("Precision", _ratio(tp, tp + fp)),
        ("Recall", heights[rows] if positives else np.full(BINS, np.nan)),
        ("Negative Precision", _ratio(tn, tn + fn)),
        ("Negative Recall", 1 - widths[rows] if negatives else np.full(BINS, np.nan)),
        ("Cumulative AUC", areas if positives and negatives else np.full(BINS, np.nan)),
    ]
    return table_of(
        [
            ("Score Bin", _TEXT, names),
            ("Positive Examples", "integer", np.diff(hit).tolist()),
            ("Negative Examples", "integer", np.diff(false).tolist()),
            *[(name, _NUMBER, values.tolist()) for name, values in figures],
        ]
    )


def thresholds(actual: Array, chance: Array) -> Table:
    """Return the counts of right and wrong answers at thresholds from 0 to 1, 0.001 apart."""
    import numpy as np

    steps = np.arange(1001) / 1000
    positives, negatives = int(actual.sum()), int((~actual).sum())
    hit = positives - np.searchsorted(np.sort(chance[actual]), steps, side="right")
    false = negatives - np.searchsorted(np.sort(chance[~actual]), steps, side="right")
    return table_of(
        [
            ("Threshold", "double", steps.tolist()),
            ("True Positive", "integer", hit.tolist()),
            ("False Negative", "integer", (positives - hit).tolist()),
            ("False Positive", "integer", false.tolist()),
            ("True Negative", "integer", (negatives - false).tolist()),
        ]
    )


def curves(name: str, actual: Array, chance: Array) -> dict[str, Series]:
    """Return the ROC, precision/recall and lift curves, thinned to a thousand points."""
    import numpy as np

    hit, false = _steps(actual, chance)
    kept = np.unique(np.linspace(0, len(hit) - 1, min(len(hit), MOST_POINTS)).astype(int))
    hit, false = hit[kept], false[kept]
    positives, negatives = max(hit[-1], 1), max(false[-1], 1)
    some = hit + false > 0
    share = (hit + false)[some] / len(actual)
    recall, precision = (hit / positives)[some], _ratio(hit, hit + false)[some]
    return {
        "roc": _series(
            name, false / negatives, hit / positives, "False positive rate", "True positive rate"
        ),
        "precision_recall": _series(name, recall, precision, "Recall", "Precision"),
        "lift": _series(name, share, recall / share, "Positive rate", "Lift"),
    }


def error_histogram(errors: Array) -> Table:
    """Return how many absolute errors fall into each of ten bins of equal width."""
    import numpy as np

    counts, edges = np.histogram(np.abs(errors), bins=BINS)
    return table_of(
        [
            ("From", "double", edges[:-1].tolist()),
            ("To", "double", edges[1:].tolist()),
            ("Frequency", "integer", counts.tolist()),
        ]
    )


def _series(name: str, x: Array, y: Array, x_label: str, y_label: str) -> Series:
    return Series(name, tuple(x.tolist()), tuple(y.tolist()), x_label, y_label)


def _ratio(part: Array, whole: Array) -> Array:
    import numpy as np

    none = np.full(len(part), np.nan)
    return np.asarray(np.divide(part, whole, out=none, where=whole != 0))


def _above(actual: Array, chance: Array, threshold: float) -> tuple[int, int]:
    over = chance > threshold
    return int((over & actual).sum()), int((over & ~actual).sum())


def _steps(actual: Array, chance: Array) -> tuple[Array, Array]:
    """Return how many positives and negatives lie at or above each score, from the highest."""
    import numpy as np

    order = np.argsort(-chance, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(chance[order])), len(chance) - 1)
    hit = np.cumsum(actual[order])[ends]
    false = np.cumsum(~actual[order])[ends]
    return np.insert(hit, 0, 0).astype(float), np.insert(false, 0, 0).astype(float)


def _cumulative(actual: Array, chance: Array, bounds: Array) -> Array:
    """Return the area under the ROC curve that each bin of scores adds."""
    import numpy as np

    hit, false = _steps(actual, chance)
    values = np.concatenate([[np.inf], np.unique(chance)[::-1]])
    pieces = (hit[1:] + hit[:-1]) / 2 * np.diff(false)
    pieces = pieces / max(hit[-1], 1) / max(false[-1], 1)
    bins = np.clip(np.searchsorted(-bounds, -values[1:], side="right") - 1, 0, BINS - 1)
    return np.asarray(np.bincount(bins, weights=pieces, minlength=BINS))
