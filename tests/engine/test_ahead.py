"""Columns of files, known before anything ran."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from modules import data_io
from studio.engine.engine import Engine
from studio.sdk import Context
from tests.engine.drawing import Drawing, run

CSV = "id,when,word,price\n1,2024-01-02,red,1.5\n2,2024-02-03,,2\n"
KNOWN = [
    {"name": "id", "type": "integer"},
    {"name": "when", "type": "datetime"},
    {"name": "word", "type": "string"},
    {"name": "price", "type": "double"},
]


def known(engine: Engine, base: Path, **params: Any) -> Any:
    drawing = Drawing().add("a", "import_data", **params)
    drawing.add("s", "select_columns_in_dataset", {"dataset": "a.dataset"}, columns=["word"])
    answer = engine.describe(drawing.experiment, base)
    assert answer.problem is None
    assert answer.guessed == ()
    return answer.schemas["a"]["dataset"], answer.schemas["s"]["results_dataset"]


def test_a_relative_csv_file_tells_its_columns(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "cars.csv").write_text(CSV, encoding="utf-8")
    columns, chosen = known(engine, tmp_path, path="cars.csv")
    assert columns == KNOWN
    assert chosen == [KNOWN[2]]


def test_options_count(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "cars.csv").write_text(CSV, encoding="utf-8")
    types = {"word": "category", "id": "string"}
    columns, _ = known(engine, tmp_path, path="cars.csv", column_types=types)
    assert [column["type"] for column in columns] == ["string", "datetime", "category", "double"]
    columns, _ = known(engine, tmp_path, path="cars.csv", has_header=False)
    assert [column["name"] for column in columns] == ["Col1", "Col2", "Col3", "Col4"]


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.jsonl", "t.xlsx", "t.csv.gz"])
def test_other_formats_do_too(engine: Engine, tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"id": [1, 2], "word": ["a", "b"]})
    path = tmp_path / name
    if name.endswith("xlsx"):
        frame.to_excel(path, index=False)
    elif name.endswith("jsonl"):
        frame.to_json(path, orient="records", lines=True)
    elif name.endswith("gz"):
        frame.to_csv(path, index=False)
    elif name.endswith("parquet"):
        pq.write_table(pa.Table.from_pandas(frame), path)
    else:
        frame.to_feather(path)
    columns, _ = known(engine, tmp_path, path=name)
    assert columns == [{"name": "id", "type": "integer"}, {"name": "word", "type": "string"}]


@pytest.mark.parametrize("path", ["gone.csv", "empty.csv", "what.bin", "folder", "picture.csv"])
def test_what_cannot_be_read_is_unknown_and_no_problem(
    engine: Engine, tmp_path: Path, path: str
) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "what.bin").write_bytes(b"abc")
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n0000")
    (tmp_path / "folder").mkdir()
    drawing = Drawing().add("a", "import_data", path=path)
    drawing.add("d", "saved_dataset", path=path)
    answer = engine.describe(drawing.experiment, tmp_path)
    assert answer.schemas == {"a": {"dataset": None}, "d": {"dataset": None}}
    assert answer.problems == {}


def test_a_large_workbook_is_unknown_before_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pd.DataFrame({"a": [1]}).to_excel(tmp_path / "t.xlsx", index=False)
    ctx = Context(scratch=tmp_path, base=tmp_path)
    module = data_io.ImportData(path="t.xlsx")
    schema = module.output_schema(ctx)
    assert schema is not None
    assert schema.names == ("a",)
    monkeypatch.setattr(data_io, "SMALL_FILE", 10)
    assert module.output_schema(ctx) is None


def test_a_changed_file_is_looked_at_again(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "cars.csv").write_text(CSV, encoding="utf-8")
    assert known(engine, tmp_path, path="cars.csv")[0] == KNOWN
    (tmp_path / "cars.csv").write_text(CSV.replace("price", "cost"), encoding="utf-8")
    assert known(engine, tmp_path, path="cars.csv")[0][3]["name"] == "cost"


def test_after_a_run_the_result_is_believed_not_the_head(engine: Engine, tmp_path: Path) -> None:
    rows = "".join(f"{n},x\n" for n in range(600_000)) + "late,x\n"
    (tmp_path / "long.csv").write_text("id,word\n" + rows, encoding="utf-8")
    assert known(engine, tmp_path, path="long.csv")[0][0] == {"name": "id", "type": "integer"}
    drawing = Drawing().add("a", "import_data", path="long.csv")
    assert run(engine, drawing, tmp_path).outcome == "finished"
    answer = engine.describe(drawing.experiment, tmp_path)
    assert answer.stored == ("a",)
    assert answer.schemas["a"]["dataset"][0] == {"name": "id", "type": "string"}


def scored(learner: str, data: str) -> Drawing:
    drawing = Drawing().add("l", learner).add("d", "sample_dataset", name=data)
    wires: dict[str, str | list[str]] = {"untrained_model": "l.untrained_model"}
    drawing.add("t", "train_model", {**wires, "dataset": "d.dataset"})
    return drawing.add(
        "s", "score_model", {"trained_model": "t.trained_model", "dataset": "d.dataset"}
    )


@pytest.mark.parametrize(
    ("learner", "data"),
    [
        ("linear_regression", "diabetes"),
        ("decision_forest_regression", "diabetes"),
        ("two_class_logistic_regression", "breast_cancer"),
    ],
)
def test_scores_are_known_before_training(engine: Engine, learner: str, data: str) -> None:
    drawing = scored(learner, data)
    before = engine.describe(drawing.experiment)
    assert before.guessed == ()
    columns = before.schemas["s"]["scored_dataset"]
    assert [column.get("role") for column in columns].count("label") == 1
    told = run(engine, drawing)
    assert told.outcome == "finished", told.problems
    made = told.value("s", "scored_dataset").schema.visible
    expected = [(column["name"], column["type"]) for column in columns]
    assert [(column.name, column.type) for column in made] == expected


def test_where_classes_are_unknown_the_last_result_tells(engine: Engine) -> None:
    drawing = scored("multiclass_decision_forest", "iris")
    assert engine.describe(drawing.experiment).schemas["s"] == {"scored_dataset": None}
    run(engine, drawing)
    drawing.change("l", params={"num_trees": 3})
    answer = engine.describe(drawing.experiment)
    assert answer.guessed == ("s",)
    names = [column["name"] for column in answer.schemas["s"]["scored_dataset"]]
    assert 'Scored Probabilities for Class "setosa"' in names


def test_without_a_label_nothing_is_promised(engine: Engine) -> None:
    drawing = scored("linear_regression", "diabetes").change("t", params={"label": "nothing"})
    assert engine.describe(drawing.experiment).schemas["s"] == {"scored_dataset": None}
