"""Programs for tests: a path with every kind of step, made by the modules' own fits."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from studio.scoring.program import (
    OUTSIDE,
    ModuleStep,
    Program,
    ScoreStep,
    TableStep,
    TransformStep,
    Wire,
)
from studio.sdk import Context, Learner, Table, TableSchema
from studio.sdk.arrays import of_table
from studio.sdk.execution import execute
from studio.sdk.fitting import fit
from studio.sdk.module import Module, read_params

ROWS = 200
SCRIPT = "SELECT *, weight * 2 AS twice FROM t1"
START = Wire(OUTSIDE, "input1")


def data() -> Table:
    """Return a table with holes, text and a label that hangs together with the rest."""
    rng = np.random.default_rng(5)
    weight = rng.normal(10, 3, ROWS)
    kind = np.array(["oak", "elm", "ash"])[rng.integers(0, 3, ROWS)]
    label = np.where(weight + (kind == "elm") * 4 + rng.normal(size=ROWS) > 11, "tall", "low")
    frame = pd.DataFrame({"weight": weight, "kind": kind, "label": label})
    frame.loc[3, "weight"] = None
    frame.loc[7, "kind"] = None
    return Table.from_pandas(frame)


def configured(ctx: Context, module_id: str, **params: Any) -> Module:
    """Return a module, set."""
    module, problems = read_params(ctx.module(module_id), params)
    assert module is not None, problems
    return module


def table_of(value: Any) -> Table:
    """Return a value that is known to be a table."""
    assert isinstance(value, Table)
    return value.settled()


def make(ctx: Context) -> tuple[Program, Table, Table]:
    """Return a program, the rows it was made from, and the studio's own answers to them."""
    table = data()
    numeric = {"rules": [{"by": "type", "values": ["numeric"]}]}
    fill = configured(ctx, "clean_missing_data", columns=numeric, mode="median")
    filled = execute(fill, {"dataset": table}, ctx)
    scale = configured(ctx, "normalize_data", columns=numeric)
    cleaned = table_of(filled["cleaned_dataset"])
    scaled = execute(scale, {"dataset": cleaned}, ctx)
    transformed = table_of(scaled["transformed_dataset"])
    query = configured(ctx, "apply_sql_transformation", script=SCRIPT)
    asked = table_of(execute(query, {"t1": transformed}, ctx)["results_dataset"])
    names = Table.from_pandas(pd.DataFrame({"kind": ["oak", "elm"], "price": [1.5, 2.5]}))
    join = configured(
        ctx, "join_data", left_keys={"rules": [{"by": "name", "values": ["kind"]}]},
        right_keys={"rules": [{"by": "name", "values": ["kind"]}]}, join_type="left_outer",
        keep_right_keys=False,
    )  # fmt: skip
    joined = table_of(execute(join, {"dataset1": asked, "dataset2": names}, ctx)["results_dataset"])
    model = fit(
        Learner("two_class_logistic_regression", {}),
        joined.select(["weight", "kind", "twice", "label"]),
        ctx,
        "label",
    )
    answers = table_of(model.score(joined))

    def after(made: Table, port: str) -> dict[str, TableSchema]:
        return {port: made.schema}

    steps = (
        TransformStep(
            "fill", "Fill", {"dataset": START}, after(cleaned, "out"),
            transform=filled["cleaning_transformation"],
        ),
        TransformStep(
            "scale", "Scale", {"dataset": Wire("fill", "out")}, after(transformed, "out"),
            transform=scaled["transformation_function"],
        ),
        ModuleStep(
            "query", "Query", {"t1": Wire("scale", "out")}, after(asked, "results_dataset"),
            module=query,
            general=ModuleStep(
                "query", "Query", {"t1": Wire("scale", "out")}, after(asked, "results_dataset"),
                module=query, bindings={"script": "query"},
            ),
        ),
        TableStep(
            "names", "Names", {}, after(names, "dataset"),
            file="tables/1.arrow", load=partial(of_table, names),
        ),
        ModuleStep(
            "join", "Join",
            {"dataset1": Wire("query", "results_dataset"), "dataset2": Wire("names", "dataset")},
            after(joined, "results_dataset"), module=join,
        ),
        ScoreStep(
            "score", "Score", {"dataset": Wire("join", "results_dataset")},
            after(answers, "scored"), model=model,
        ),
    )  # fmt: skip
    outputs = {"output1": Wire("score", "scored")}
    program = Program({"input1": table.schema}, steps, outputs)
    return program, table, answers
