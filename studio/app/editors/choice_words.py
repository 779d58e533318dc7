"""Choices of a parameter in words."""

from __future__ import annotations

_NAMES = {
    "csv": "CSV", "tsv": "TSV", "json_lines": "JSON lines", "mice": "MICE", "zscore": "z-score",
    "minmax": "Min–max", "k_means_plus_plus": "k-means++",
    "k_means_plus_plus_fast": "k-means++ (fast)", "probabilistic_pca": "Probabilistic PCA",
}  # fmt: skip
"""Choices that are names of their own."""


def choice_text(choice: object) -> str:
    """Return a choice as it is shown."""
    text = str(choice)
    return _NAMES.get(text) or text[:1].upper() + text[1:].replace("_", " ")
