"""How each built-in module is tried by the contract tests, where its defaults do not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from studio.registry.discovery import open_registry
from studio.sdk import Context, Table, columns
from studio.sdk.bench import Case, ordinary
from studio.sdk.execution import execute
from studio.sdk.module import read_params

CSV = "a,b,when,word\n1,2.5,2024-01-02,red\n2,?,2024-02-03,\n3,4.5,,blå\n"


def made(
    module_id: str, ctx: Context, inputs: Mapping[str, Any] | None = None, **params: Any
) -> dict[str, Any]:
    """Run a built-in module and return its outputs."""
    cls = open_registry().get(module_id)
    assert cls is not None, module_id
    module, problems = read_params(cls, params)
    assert module is not None, problems
    return execute(module, inputs or {}, ctx)


def learner(module_id: str, ctx: Context, **params: Any) -> Any:
    """Return a configured learner."""
    return made(module_id, ctx, **params)["untrained_model"]


def numbers() -> Table:
    """Return the ordinary table without gaps, numbers and the label alone."""
    frame = ordinary().to_pandas()[["number", "y", "target"]]
    table = Table.from_pandas(frame)
    return table.with_schema(table.schema.with_role("target", "label")).with_origin().settled()


def _train(ctx: Context) -> Case:
    return Case(
        {"label": "target"},
        {"untrained_model": learner("two_class_boosted_decision_tree", ctx, num_trees=5)},
    )


def _trained(ctx: Context) -> Any:
    case = _train(ctx)
    inputs = {**case.inputs, "dataset": ordinary()}
    return made("train_model", ctx, inputs, label="target")["trained_model"]


def _clusters(ctx: Context) -> Any:
    inputs = {"untrained_model": learner("k_means_clustering", ctx), "dataset": numbers()}
    return made("train_clustering_model", ctx, inputs)["trained_model"]


def _score(ctx: Context) -> Case:
    return Case({}, {"trained_model": _trained(ctx)})


def _evaluate(ctx: Context) -> Case:
    inputs = {"trained_model": _trained(ctx), "dataset": ordinary()}
    return Case({}, {"scored_dataset": made("score_model", ctx, inputs)["scored_dataset"]})


def _apply(ctx: Context) -> Case:
    outputs = made("normalize_data", ctx, {"dataset": ordinary()})
    return Case({}, {"transformation": outputs["transformation_function"]})


def _import(ctx: Context) -> Case:
    path = Path(ctx.base) / "table.csv"
    path.write_text(CSV, encoding="utf-8")
    ragged = Path(ctx.base) / "ragged.csv"
    ragged.write_text("a,b\n1,2\n3\n4,5\n", encoding="utf-8")
    marked = Path(ctx.base) / "marked.csv"
    marked.write_text("a;b;c\n'x';1,5;01.02.2024\n y ;2;03.04.2024\n", encoding="utf-8")
    by_marks = ("quote", "decimal", "dates", "trim", "skip_lines")
    return Case(
        {"path": str(path), "missing_values": ["?"]},
        shows={
            "ragged_rows": {"path": str(ragged)},
            **{name: {"path": str(marked)} for name in by_marks},
        },
    )


def _export(ctx: Context) -> Case:
    return Case({"path": str(Path(ctx.base) / "out.csv")})


def _two_tables(first: str, second: str) -> Callable[[Context], Case]:
    def case(_: Context) -> Case:
        return Case({}, {first: ordinary(), second: ordinary()})

    return case


def _join(_: Context) -> Case:
    prices = pd.DataFrame({"word": ["red", "blue", "violet"], "price": [1.5, 2.5, 9.0]})
    return Case(
        {"left_keys": columns("word"), "right_keys": columns("word")},
        {"dataset1": ordinary(), "dataset2": Table.from_pandas(prices)},
    )


CASES: dict[str, Callable[[Context], Case]] = {
    "import_data": _import,
    "export_data": _export,
    "enter_data_manually": lambda _: Case({"data": CSV}),
    "select_columns_in_dataset": lambda _: Case({"columns": columns("x", "word", "target")}),
    "train_model": _train,
    "cross_validate_model": _train,
    "score_model": _score,
    "evaluate_model": _evaluate,
    "train_clustering_model": lambda ctx: Case(
        {}, {"untrained_model": learner("k_means_clustering", ctx), "dataset": numbers()}
    ),
    "assign_data_to_clusters": lambda ctx: Case(
        {}, {"trained_model": _clusters(ctx), "dataset": numbers()}
    ),
    "apply_transformation": _apply,
    "join_data": _join,
    "add_columns": _two_tables("left", "right"),
    "add_rows": _two_tables("dataset1", "dataset2"),
    "execute_python_script": lambda _: Case({}, {"dataset1": ordinary()}),
    "apply_sql_transformation": lambda _: Case(
        {"script": "SELECT * FROM t1 WHERE number > 3 ORDER BY y"}
    ),
}
