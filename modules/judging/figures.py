"""The figures that say how good answers are; formulas as documented for Azure Machine Learning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Numbers = NDArray[np.float64]
    Mask = NDArray[np.bool_]

Figures = dict[str, float | None]

TITLES: Mapping[str, str] = {
    "accuracy": "Accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f_score": "F-Score",
    "auc": "AUC",
    "average_log_loss": "Average Log Loss",
    "training_log_loss": "Training Log Loss",
    "overall_accuracy": "Overall accuracy",
    "average_accuracy": "Average accuracy",
    "micro_averaged_precision": "Micro-averaged precision",
    "macro_averaged_precision": "Macro-averaged precision",
    "micro_averaged_recall": "Micro-averaged recall",
    "macro_averaged_recall": "Macro-averaged recall",
    "negative_log_likelihood": "Negative Log Likelihood",
    "mean_absolute_error": "Mean Absolute Error",
    "root_mean_squared_error": "Root Mean Squared Error",
    "relative_absolute_error": "Relative Absolute Error",
    "relative_squared_error": "Relative Squared Error",
    "coefficient_of_determination": "Coefficient of Determination",
    "average_distance_to_cluster_center": "Average Distance to Cluster Center",
    "average_distance_to_other_center": "Average Distance to Other Center",
    "number_of_points": "Number of Points",
    "maximal_distance_to_cluster_center": "Maximal Distance To Cluster Center",
}
"""What people read for each figure."""

SMALLEST = 1e-15
"""Probabilities are held this far from 0 and 1 before their logarithm is taken."""


def binary_figures(actual: Mask, chance: Numbers, predicted: Mask) -> Figures:
    """Return the figures of a two-class answer; None where one is not defined.

    ``actual`` and ``predicted`` are true for the positive class. The training log loss is the
    percentage by which the log loss is below that of always answering with the share of positives.
    """
    hit = float((actual & predicted).sum())
    loss, floor = _log_loss(actual, chance), _prior_loss(actual)
    return {
        "accuracy": _share(float((actual == predicted).sum()), len(actual)),
        "precision": _share(hit, float(predicted.sum())),
        "recall": _share(hit, float(actual.sum())),
        "f_score": _share(2 * hit, float(predicted.sum() + actual.sum())),
        "auc": area(actual, chance),
        "average_log_loss": loss,
        "training_log_loss": None if not floor or loss is None else (1 - loss / floor) * 100,
    }


def multiclass_figures(counts: Array) -> Figures:
    """Return the figures of a confusion matrix: rows actual, columns predicted.

    A class that is never predicted counts with precision 0 in the macro average; classes that never
    occur are left out of the macro averages.
    """
    import numpy as np

    total = float(counts.sum())
    right = np.diag(counts).astype(np.float64)
    predicted, actual = counts.sum(axis=0), counts.sum(axis=1)
    met = (predicted + actual) > 0
    wrong = (predicted + actual)[met] - 2 * right[met]
    precision = right / np.maximum(predicted, 1)
    recall = right / np.maximum(actual, 1)
    overall = _share(float(right.sum()), total)
    return {
        "overall_accuracy": overall,
        "average_accuracy": _mean(1 - wrong / total) if total else None,
        "micro_averaged_precision": overall,
        "macro_averaged_precision": _mean(precision[met]),
        "micro_averaged_recall": overall,
        "macro_averaged_recall": _mean(recall[actual > 0]),
    }


def regression_figures(
    actual: Numbers, predicted: Numbers, deviation: Numbers | None = None
) -> Figures:
    """Return the figures of predicted quantities; the likelihood where deviations are known too.

    RAE = Σ|e| / Σ|y - ȳ|, RSE = Σe² / Σ(y - ȳ)², R² = 1 - RSE; None where all y are equal.
    """
    import numpy as np

    errors = actual - predicted
    apart = actual - actual.mean() if len(actual) else actual
    squared = _share(float((errors**2).sum()), float((apart**2).sum()))
    figures: Figures = {
        "mean_absolute_error": _mean(np.abs(errors)),
        "root_mean_squared_error": float(np.sqrt((errors**2).mean())) if len(errors) else None,
        "relative_absolute_error": _share(float(np.abs(errors).sum()), float(np.abs(apart).sum())),
        "relative_squared_error": squared,
        "coefficient_of_determination": None if squared is None else 1 - squared,
    }
    if deviation is None:
        return figures
    certain = bool((deviation <= 0).any())
    variance = np.where(deviation > 0, deviation, 1.0) ** 2
    unlikely = float((np.log(2 * np.pi * variance) + errors**2 / variance).sum() / 2)
    return {"negative_log_likelihood": None if certain else unlikely, **figures}


def cluster_figures(distances: Numbers) -> Figures:
    """Return the figures of rows by their distances to all centers, one column a center.

    The other center is the nearest but one.
    """
    import numpy as np

    nearest = np.sort(distances, axis=1)[:, :2]
    return {
        "average_distance_to_cluster_center": _mean(nearest[:, 0]),
        "average_distance_to_other_center": _mean(nearest[:, 1]) if nearest.shape[1] > 1 else None,
        "number_of_points": float(len(distances)),
        "maximal_distance_to_cluster_center": float(nearest[:, 0].max()) if len(nearest) else None,
    }


def confusion(actual: Array, predicted: Array, classes: Sequence[Any]) -> Array:
    """Return how many rows of each class (rows) were predicted as each class (columns)."""
    import numpy as np

    number = {label: index for index, label in enumerate(classes)}
    rows = np.fromiter((number[v] for v in actual.tolist()), np.intp, len(actual))
    columns = np.fromiter((number[v] for v in predicted.tolist()), np.intp, len(predicted))
    flat = np.bincount(rows * len(classes) + columns, minlength=len(classes) ** 2)
    return np.asarray(flat.reshape(len(classes), len(classes)))


def area(actual: Mask, chance: Numbers) -> float | None:
    """Return the area under the ROC curve, ties counted half; None where there is one class."""
    import numpy as np

    positives, negatives = int(actual.sum()), int((~actual).sum())
    if not positives or not negatives:
        return None
    _, where, counts = np.unique(chance, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = last - (counts - 1) / 2
    total = float(ranks[where][actual].sum())
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


def _log_loss(actual: Mask, chance: Numbers) -> float | None:
    import numpy as np

    held = np.clip(chance, SMALLEST, 1 - SMALLEST)
    return _mean(-np.log(np.where(actual, held, 1 - held)))


def _prior_loss(actual: Mask) -> float | None:
    import math

    if not len(actual):
        return None
    share = float(actual.mean())
    return -sum(part * math.log(part) for part in (share, 1 - share) if part > 0)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _mean(values: Numbers) -> float | None:
    return float(values.mean()) if len(values) else None
