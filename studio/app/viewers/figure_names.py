"""The names of figures, tables and series in reports, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "auc": "AUC",
    "f_score": "F1 Score",
    "roc": "ROC",
    "coefficient_of_determination": "Coefficient of Determination (R²)",
    "overall_accuracy": "Overall accuracy",
    "average_accuracy": "Average accuracy",
    "micro_averaged_precision": "Micro-averaged precision",
    "macro_averaged_precision": "Macro-averaged precision",
    "micro_averaged_recall": "Micro-averaged recall",
    "macro_averaged_recall": "Macro-averaged recall",
    "metrics": "Metrics",
    "precision_recall": "Precision / Recall",
    "error_histogram": "Error histogram",
}


def figure_name(name: str) -> str:
    """Return the name of a figure: “mean_absolute_error” as “Mean Absolute Error”."""
    known = NAMES.get(name)
    if known is not None:
        return known
    if "_" not in name and name != name.lower():
        return name
    return " ".join(word[:1].upper() + word[1:] for word in name.split("_"))
