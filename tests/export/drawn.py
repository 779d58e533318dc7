"""Experiments for tests of packages: small tables in files, and predictive experiments drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import studio
from studio.api.experiment import Experiment

ROWS = 240


def trees_file(folder: Path) -> Path:
    """Write a table of trees: numbers with holes, kinds, a day, and whether they are tall."""
    rng = np.random.default_rng(11)
    girth = rng.normal(40, 9, ROWS).round(1)
    kind = rng.choice(["oak", "elm", "ash"], ROWS)
    day = pd.date_range("2024-01-01", periods=ROWS, freq="12h").strftime("%Y-%m-%d %H:%M:%S")
    tall = np.where(girth + 12 * (kind == "elm") + rng.normal(0, 4, ROWS) > 44, "tall", "low")
    frame = pd.DataFrame({"girth": girth, "kind": kind, "day": day, "tall": tall})
    frame.loc[5, "girth"] = np.nan
    path = folder / "trees.csv"
    frame.to_csv(path, index=False, na_rep="?")
    return path


def training(path: Path, learner: str = "two_class_logistic_regression") -> Experiment:
    """Return a training experiment: fill, scale, split, train, score, evaluate."""
    e = studio.Experiment("Tall trees", seed=3)
    numeric = {"rules": [{"by": "name", "values": ["girth"]}]}
    data = e.add("import_data", path=str(path), missing_values=["?"])
    clean = e.add("clean_missing_data", data, columns=numeric, mode="median")
    scale = e.add("normalize_data", clean, columns=numeric)
    split = e.add("split_data", scale, fraction=0.7, seed=1)
    train = e.add("train_model", e.add(learner), split["results_dataset1"], label="tall")
    score = e.add("score_model", train, split["results_dataset2"])
    e.add("evaluate_model", score)
    return e


def served(path: Path, **steps: Any) -> Experiment:
    """Return a predictive experiment that scores after a step of a module with parameters.

    ``steps`` maps ids of modules to their parameters, in the order of the path.
    """
    e = studio.Experiment("Served", seed=3)
    data = e.add("import_data", path=str(path), missing_values=["?"])
    train = e.add("train_model", e.add("two_class_decision_forest"), data, label="tall")
    last: Any = e.add("web_service_input", data)
    for module, params in steps.items():
        last = e.add(module, last, **params)
    last = e.add("score_model", train, last)
    e.add("web_service_output", last)
    return e
