"""How each built-in module is tried by the contract tests, where its defaults do not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from studio.registry.discovery import open_registry
from studio.sdk import Context, Table, columns
from studio.sdk.bench import Case, Trial, odd_tables, ordinary
from studio.sdk.execution import execute
from studio.sdk.keep import keep
from studio.sdk.module import read_params
from studio.sdk.saved import pack

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
    book = Path(ctx.base) / "book.xlsx"
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame({"a": [1]}).to_excel(writer, sheet_name="first", index=False)
        pd.DataFrame({"b": [2]}).to_excel(writer, sheet_name="second", index=False)
    by_marks = ("quote", "decimal", "dates", "trim", "skip_lines")
    return Case(
        {"path": str(path), "missing_values": ["?"]},
        trials={
            "path": Trial(values=(str(path), str(ragged)), params={"ragged_rows": "skip"}),
            "ragged_rows": Trial(params={"path": str(ragged)}),
            "sheet": Trial(values=("first", "second"), params={"path": str(book)}),
            **{name: Trial(params={"path": str(marked)}) for name in by_marks},
        },
    )


def _export(ctx: Context) -> Case:
    paths = [str(Path(ctx.base) / name) for name in ("out.csv", "other.csv")]
    return Case(
        {"path": paths[0]},
        trials={
            "path": Trial(values=tuple(paths)),
            "file_format": Trial(values=("csv", "tsv")),
            "separator": Trial(values=("auto", "semicolon")),
            "missing_value": Trial(values=("", "NA")),
            "encoding": Trial(values=("utf-8", "utf-16")),
        },
    )


def _two_tables(first: str, second: str) -> Callable[[Context], Case]:
    def case(_: Context) -> Case:
        return Case({}, {first: ordinary(), second: ordinary()})

    return case


def _join(_: Context) -> Case:
    prices = pd.DataFrame({"word": ["red", "blue", "violet"], "price": [1.5, 2.5, 9.0]})
    shouted = prices.assign(word=prices["word"].str.upper())
    return Case(
        {"left_keys": columns("word"), "right_keys": columns("word")},
        {"dataset1": ordinary(), "dataset2": Table.from_pandas(prices)},
        trials={"match_case": Trial(inputs={"dataset2": Table.from_pandas(shouted)})},
    )


def _constant() -> Table:
    """Return the ordinary table with a column of one value."""
    frame = ordinary().to_pandas().assign(x=1.0)
    return Table.from_pandas(frame)


def _partition(ctx: Context) -> Case:
    folds = made("partition_and_sample", ctx, {"dataset": ordinary()}, mode="assign_to_folds")
    picked = Trial(inputs={"dataset": folds["results_dataset"]})
    more = Trial(params={"rate": 0.5}, values=(0, 1))
    return Case(trials={"fold": picked, "complement": picked, "seed": more})


def _saved_dataset(ctx: Context) -> Case:
    paths = [Path(ctx.base) / name for name in ("one.arrow", "other.arrow")]
    ordinary().write(paths[0])
    numbers().write(paths[1])
    return Case({"path": str(paths[0])}, trials={"path": Trial(values=tuple(map(str, paths)))})


def _saved(make: Callable[[Context], list[Any]]) -> Callable[[Context], Case]:
    """Return the case of a module that brings back the things made here."""

    def case(ctx: Context) -> Case:
        paths = []
        for number, value in enumerate(make(ctx)):
            folder = Path(ctx.base) / f"kept{number}"
            folder.mkdir()
            keep(value, folder)
            paths.append(Path(ctx.base) / f"saved{number}")
            pack(folder, paths[-1])
        return Case({"path": str(paths[0])}, trials={"path": Trial(values=tuple(map(str, paths)))})

    return case


def _scalings(ctx: Context) -> list[Any]:
    modes = ("zscore", "minmax")
    return [
        made("normalize_data", ctx, {"dataset": ordinary()}, method=mode)["transformation_function"]
        for mode in modes
    ]


CASES: dict[str, Callable[[Context], Case]] = {
    "partition_and_sample": _partition,
    "clean_missing_data": lambda _: Case(
        trials={
            "all_missing": Trial(
                params={"mode": "mean", "columns": columns("x")},
                inputs={"dataset": odd_tables()["a column without values"]},
            )
        }
    ),
    "normalize_data": lambda _: Case(
        trials={"zero_for_constant": Trial(inputs={"dataset": _constant()})}
    ),
    "import_data": _import,
    "export_data": _export,
    "saved_dataset": _saved_dataset,
    "saved_model": _saved(lambda ctx: [_trained(ctx), _clusters(ctx)]),
    "saved_transform": _saved(_scalings),
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
