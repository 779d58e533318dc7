"""Small request paths: tables, models fitted on them, and programs around those."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from studio.registry.discovery import open_registry
from studio.scoring.program import OUTSIDE, Program, ScoreStep, Step, TransformStep, Wire
from studio.sdk import Context, Learner, Table
from studio.sdk.features import Features, find_features
from studio.sdk.fitting import fit, fit_clusters
from studio.sdk.learners import LearnerModule
from studio.sdk.model import Model
from studio.sdk.schema import Column
from studio.sdk.transform import Transform

ROWS = 300
FEATURES = ("x", "z", "word", "flag", "when")
LABELS = {
    "binary": ("answer", "yes"),
    "multiclass": ("third", "answer", "yes", "whole"),
    "regression": ("y",),
    "clustering": ("",),
}


def frame() -> pd.DataFrame:
    """Return rows with numbers, zeros of every kind, text, gaps, and labels of every type."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=ROWS).round(2)
    word = rng.choice(np.array(["red", "green", "", "nan", "None", "ü"], object), ROWS)
    y = 2 * x + (word == "red") + rng.normal(size=ROWS) * 0.3
    made = pd.DataFrame(
        {
            "x": x,
            "z": rng.choice([0.0, -0.0, 1.0, -1.0, 2.5, 1e-35, -1e-36, 1e9], ROWS),
            "word": word,
            "flag": rng.random(ROWS) > 0.5,
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 999, ROWS), "h"),
            "y": y,
            "answer": np.where(y > 0, "yes", "no"),
            "third": np.array(["low", "mid", "ünten"])[np.digitize(y, [-1, 1])],
            "yes": y > 0.5,
            "whole": np.digitize(y, [-1, 1]) - 1,
        }
    )
    made.loc[::17, "x"] = np.nan
    made.loc[5::19, "word"] = None
    return made


def table(*columns: str) -> Table:
    """Return some columns of the frame as a table; without any, all of them."""
    return Table.from_pandas(frame()[list(columns)] if columns else frame())


def learners() -> list[tuple[str, str]]:
    """Return every learner with each kind of label that it takes; clusters have none."""
    return [
        (cls.meta.id, label)
        for cls in open_registry().modules()
        if issubclass(cls, LearnerModule)
        for label in LABELS[cls.task]
    ]


def context(folder: Path) -> Context:
    return Context(scratch=folder, base=folder, resolve=open_registry().get)


def trained(
    module_id: str, label: str, ctx: Context, features: Sequence[str] = FEATURES, **params: Any
) -> Model:
    """Return a model of some of the frame's columns."""
    learner = Learner(module_id, params)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if label:
            return fit(learner, table(*features, label), ctx, label)
        rows = table(*features)
        return fit_clusters(learner, rows, ctx, rows.schema.visible)


def around(
    estimator: Any, task: Any, *, classes: tuple[Any, ...] = (), names: Sequence[str] = ("x", "z")
) -> Model:
    """Return a model around an estimator that was fitted on columns of numbers."""
    inputs = tuple(Column(name, "double") for name in names)
    kind = "string" if classes and isinstance(classes[0], str) else "integer"
    label = Column("label", kind, "label") if classes else None
    return Model(task, Learner("test", {}), Features(inputs), estimator, label, classes)


def scoring(model: Model, rows: Table, *, append: bool = True) -> Program:
    """Return the program that scores rows."""
    schema = rows.schema.without_origin()
    after = model.scored_schema(schema, append=append)
    step = ScoreStep("s", "Score Model", _outside(), {"scored": after}, model=model)
    return Program({"rows": schema}, (step,), {"reply": Wire("s", "scored")})


def transforming(transform: Transform, rows: Table) -> Program:
    """Return the program that applies a transform to rows."""
    schema = rows.schema.without_origin()
    after = {"made": transform.output_schema(schema)}
    step = TransformStep("t", "Apply Transformation", _outside(), after, transform=transform)
    return Program({"rows": schema}, (step,), {"reply": Wire("t", "made")})


def both_steps(transform: Transform, model: Model, rows: Table) -> Program:
    """Return the program that applies a transform and scores what comes out."""
    first = transforming(transform, rows)
    between = first.schema(Wire("t", "made"))
    given = {"dataset": Wire("t", "made")}
    score: Step = ScoreStep(
        "s", "Score Model", given, {"scored": model.scored_schema(between)}, model=model
    )
    return Program(first.inputs, (*first.steps, score), {"reply": Wire("s", "scored")})


def strict_features(*names: str) -> Features:
    """Return features that take no level but those of the frame."""
    rows = table(*names)
    return find_features(rows, rows.schema.visible, allow_unknown=False)


def _outside() -> dict[str, Wire]:
    return {"dataset": Wire(OUTSIDE, "rows")}
