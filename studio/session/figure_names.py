"""The names of figures, tables and series in reports, as people read them, and what is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class FigureName(NamedTuple):
    """What a figure is called, and whether more of it (1) or less (-1) is better.

    ``short`` is for the heads of columns, ``title`` for pages; an empty one is the name in words.
    """

    short: str
    better: int = 0
    title: str = ""


KNOWN: Mapping[str, FigureName] = {
    "coefficient_of_determination": FigureName("R²", 1, "Coefficient of determination (R²)"),
    "root_mean_squared_error": FigureName("RMSE", -1),
    "mean_absolute_error": FigureName("MAE", -1),
    "auc": FigureName("AUC", 1, "AUC"),
    "accuracy": FigureName("", 1),
    "f_score": FigureName("F1 score", 1, "F1 score"),
    "overall_accuracy": FigureName("", 1),
    "average_accuracy": FigureName("", 1),
    "average_distance_to_cluster_center": FigureName("Distance to own centre", -1),
    "average_distance_to_other_center": FigureName("Distance to other centre", 1),
    "precision": FigureName("", 1),
    "recall": FigureName("", 1),
    "macro_averaged_precision": FigureName("Macro precision", 1, "Macro-averaged precision"),
    "macro_averaged_recall": FigureName("Macro recall", 1, "Macro-averaged recall"),
    "micro_averaged_precision": FigureName("Micro precision", 1, "Micro-averaged precision"),
    "micro_averaged_recall": FigureName("Micro recall", 1, "Micro-averaged recall"),
    "average_log_loss": FigureName("Log loss", -1),
    "training_log_loss": FigureName("", 1),
    "negative_log_likelihood": FigureName("", -1),
    "relative_absolute_error": FigureName("", -1),
    "relative_squared_error": FigureName("", -1),
    "maximal_distance_to_cluster_center": FigureName("Largest distance to centre", -1),
    "roc": FigureName("ROC", title="ROC"),
    "precision_recall": FigureName("", title="Precision / Recall"),
}
"""Those whose names say too little by themselves, in the order in which they matter."""
_UNKNOWN = FigureName("")


def figure_name(name: str) -> str:
    """Return the name of a figure on a page: “mean_absolute_error” as “Mean absolute error”."""
    return KNOWN.get(name, _UNKNOWN).title or _plain(name)


def short_name(name: str) -> str:
    """Return the name of a figure at the head of a column: “mean_absolute_error” as “MAE”."""
    return KNOWN.get(name, _UNKNOWN).short or figure_name(name)


def better(name: str) -> int:
    """Return 1 where more is better, -1 where less is, 0 where that cannot be said."""
    return KNOWN.get(name, _UNKNOWN).better


def _plain(name: str) -> str:
    """Return a name in words; one that is written with capitals stays as it is."""
    if "_" not in name and name != name.lower():
        return name
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]
