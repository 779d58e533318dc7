"""Houses and their prices: data that drifts, and the experiment that learns from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.engine.drawing import Drawing

TOWNS = {"Aa": 0.0, "Bb": 20_000.0, "Cc": -15_000.0}
Inputs = dict[str, Any]


def houses(seed: int, rows: int = 400, metre: float = 2000.0) -> pd.DataFrame:
    """Return houses whose price follows their area, rooms and town, with some noise."""
    rng = np.random.default_rng(seed)
    area = rng.uniform(40, 200, rows).round(1)
    rooms = rng.integers(1, 7, rows)
    town = rng.choice(list(TOWNS), rows)
    extra = pd.Series(town).map(TOWNS).to_numpy()
    price = (metre * area + 8000 * rooms + extra + rng.normal(0, 5000, rows)).round(2)
    return pd.DataFrame({"area": area, "rooms": rooms, "town": town, "price": price})


def garbage(seed: int, rows: int = 400) -> pd.DataFrame:
    """Return houses whose prices belong to other houses."""
    found = houses(seed, rows)
    return found.assign(price=np.random.default_rng(seed).permutation(found["price"].to_numpy()))


def written(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV."""
    frame.to_csv(path, index=False)
    return path


def training(file: str = "houses.csv", label: str = "price", **learner: Any) -> Drawing:
    """Return a training experiment: split, train, score, evaluate."""
    drawing = Drawing(id="houses").add("data", "import_data", path=file)
    drawing.add("split", "split_data", {"dataset": "data.dataset"}, fraction=0.7, seed=3)
    drawing.add("learner", learner.pop("module", "linear_regression"), **learner)
    rows: Inputs = {"untrained_model": "learner.untrained_model"}
    rows["dataset"] = "split.results_dataset1"
    drawing.add("train", "train_model", rows, label=label)
    scored: Inputs = {"trained_model": "train.trained_model", "dataset": "split.results_dataset2"}
    drawing.add("score", "score_model", scored)
    return drawing.add("evaluate", "evaluate_model", {"scored_dataset": "score.scored_dataset"})
