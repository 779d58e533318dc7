"""Transforms: applied to tables in batches, chained, kept and found again."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.base import BaseEstimator

from studio.sdk import Column, ColumnMissing, ColumnTypeWrong, Table, TableSchema
from studio.sdk.ops import Columns, Ops, Value
from studio.sdk.state import StateUnreadable, read_state, write_state
from studio.sdk.transform import (
    Chain,
    Transform,
    TransformNewer,
    TransformOlder,
    TransformUnknown,
    find_modules,
    keep_transform,
    load_transform,
    revive,
)


@dataclass(frozen=True, eq=False)
class Shift(Transform):
    """Subtracts numbers."""

    type: ClassVar[str] = "test_shift"
    version: ClassVar[int] = 2

    by: tuple[float, ...] = ()

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        pairs = zip(self.reads, self.by, strict=True)
        return columns | {name: ops.sub(columns[name], by) for name, by in pairs}


@dataclass(frozen=True, eq=False)
class Whole(Transform):
    """Keeps the rows where nothing that it reads is missing."""

    type: ClassVar[str] = "test_whole"

    @property
    def writes(self) -> tuple[str, ...]:
        return ()

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        return columns

    def keeps(self, columns: Columns, ops: Ops) -> Value:
        kept = ops.negate(ops.is_missing(columns[self.reads[0]]))
        for name in self.reads[1:]:
            kept = ops.both(kept, ops.negate(ops.is_missing(columns[name])))
        return kept


@dataclass(frozen=True, eq=False)
class Filled(Transform):
    """Puts a number where something is missing."""

    type: ClassVar[str] = "test_filled"

    def written(self, schema: TableSchema) -> tuple[Column, ...]:
        return tuple(schema.column(name) for name in self.reads)

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        return columns | {name: ops.fill(columns[name], 7.0) for name in self.reads}


@dataclass(frozen=True, eq=False)
class Spread(Transform):
    """Puts a column of zeros and ones in the place of a text column."""

    type: ClassVar[str] = "test_spread"

    levels: tuple[str, ...] = ()
    anything: Any = None

    @property
    def writes(self) -> tuple[str, ...]:
        return tuple(f"{self.reads[0]}-{level}" for level in self.levels)

    @property
    def drops(self) -> tuple[str, ...]:
        return self.reads

    def written(self, schema: TableSchema) -> tuple[Column, ...]:
        return tuple(Column(name, "boolean") for name in self.writes)

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        matrix = ops.onehot(columns[self.reads[0]], self.levels)
        return columns | {name: ops.take(matrix, i) for i, name in enumerate(self.writes)}


def table() -> Table:
    frame = pd.DataFrame(
        {
            "n": pd.array([1, 2, None, 4], dtype="Int64"),
            "x": [0.5, math.inf, 1.5, np.nan],
            "word": ["a", None, "b", "a"],
            "kind": pd.Categorical(["lo", "hi", None, "lo"], ["lo", "hi"]),
        }
    )
    made = Table.from_pandas(frame)
    return made.with_schema(made.schema.with_role("word", "id")).with_origin()


def shift(*pairs: tuple[str, float]) -> Shift:
    schema = table().schema
    return Shift(tuple(schema.column(n) for n, _ in pairs), tuple(by for _, by in pairs))


def test_what_is_written_changes_and_the_rest_passes_through() -> None:
    before = table()
    after = shift(("n", 1.0)).apply_table(before)
    assert after.to_arrow().column("n").to_pylist() == [0.0, 1.0, None, 3.0]
    assert after.schema.column("n") == Column("n", "double")
    for name in ("x", "word", "kind"):
        assert after.schema.column(name) == before.schema.column(name)
        assert after.to_arrow().column(name) == before.to_arrow().column(name)
    assert after.schema.has_origin


def test_what_a_written_column_keeps_is_kept_to_the_digit() -> None:
    whole = [2**53 + 1, None, -(2**63), 2**63 - 1, 5]
    far = [None if n is None else n // 3 * 2 + 1 for n in whole]
    before = Table.from_arrow(
        pa.table(
            {
                "id": pa.array(whole, pa.int64()),
                "when": pa.array(far, pa.timestamp("us")),
                "took": pa.array(far, pa.duration("us")),
                "kind": pa.array(["b", None, "b", "a", "a"]).dictionary_encode(),
            }
        )
    )
    fitted = Filled(before.schema.columns[:3])
    once = fitted.apply_table(before)
    twice = Chain.of(fitted, fitted).apply_table(before)
    for after in (once, twice):
        found = after.to_arrow()
        assert found["id"].to_pylist() == [7 if n is None else n for n in whole]
        for name in ("when", "took"):
            micros = found[name].cast(pa.int64()).to_pylist()
            assert micros == [7 if n is None else n for n in far]
        assert found["kind"] == before.to_arrow()["kind"]


def test_what_was_not_touched_keeps_its_values_under_its_new_type() -> None:
    same = Shift((Column("n", "integer"),), (0.0,))
    after = same.apply_table(Table.from_arrow(pa.table({"n": [2**53 + 1]})))
    assert after.to_arrow()["n"].to_pylist() == [float(2**53)]


def test_rows_are_left_out_and_origins_stay() -> None:
    whole = Whole((table().schema.column("n"), table().schema.column("word")))
    after = whole.apply_table(table())
    assert after.to_arrow(origin=True).column("__origin__").to_pylist() == [0, 3]


def test_a_transform_says_whether_it_chooses_rows() -> None:
    whole, shifted = Whole((table().schema.column("n"),)), shift(("n", 1.0))
    assert [t.chooses_rows for t in (whole, shifted)] == [True, False]
    assert Chain.of(shifted, whole).about()["chooses_rows"] is True
    assert Chain.of(shifted, shifted).about()["chooses_rows"] is False


def test_columns_are_dropped_and_made() -> None:
    spread = Spread((table().schema.column("word"),), ("a", "b"))
    after = spread.apply_table(table())
    assert after.schema.names == ("n", "x", "kind", "word-a", "word-b")
    assert after.to_arrow().column("word-a").to_pylist() == [True, False, False, True]
    assert after.to_arrow().column("word-b").to_pylist() == [False, False, True, False]


def test_a_chain_is_its_steps_one_after_another() -> None:
    steps = (
        Whole((table().schema.column("n"),)),
        shift(("n", 1.0)),
        shift(("n", 10.0), ("x", 0.5)),
        Spread((table().schema.column("word"),), ("a",)),
    )
    stepwise = table()
    for step in steps:
        stepwise = step.apply_table(stepwise).settled()
    at_once = Chain.of(*steps).apply_table(table())
    assert at_once.schema == stepwise.schema
    assert at_once.to_arrow(origin=True) == stepwise.to_arrow(origin=True)
    assert Chain.of(*steps).reads == ("n", "x", "word")
    assert Chain.of(*steps).drops == ("word",)


def test_batches_give_what_the_whole_gives() -> None:
    rng = np.random.default_rng(1)
    data = pa.table({"x": rng.normal(size=1_000), "y": rng.normal(size=1_000)})
    whole = Table.from_arrow(data)
    parts = Table.from_batches(whole.schema, lambda: data.to_batches(max_chunksize=7))
    fitted = Shift(tuple(whole.schema), (0.1, 1e-9))
    assert fitted.apply_table(parts).to_arrow() == fitted.apply_table(whole).to_arrow()


def test_an_empty_table_stays_empty() -> None:
    after = shift(("n", 1.0)).apply_table(table().head(0))
    assert after.rows == 0
    assert after.schema.column("n").type == "double"


def test_a_missing_column_and_one_of_another_kind_are_told() -> None:
    with pytest.raises(ColumnMissing, match="Column “x” is not in the input"):
        shift(("x", 1.0)).apply_table(table().select(["n", "word"]))
    with pytest.raises(ColumnTypeWrong, match="“x” is of type string; a number is needed"):
        shift(("x", 1.0)).apply_table(Table.from_arrow(pa.table({"x": ["a"]})))


def test_an_integer_may_come_where_a_double_was_fitted() -> None:
    after = shift(("x", 1.0)).apply_table(Table.from_arrow(pa.table({"x": [3]})))
    assert after.to_arrow().column("x").to_pylist() == [2.0]


def test_a_kept_transform_does_the_same_and_is_the_same_bytes(tmp_path: Path) -> None:
    chain = Chain.of(
        Whole((table().schema.column("n"),)),
        shift(("n", 0.1), ("x", -math.inf)),
        Spread((table().schema.column("word"),), ("a", "ü"), np.arange(3.0)),
    )
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        keep_transform(chain, folder)
    loaded = load_transform(first)
    assert loaded.apply_table(table()).to_arrow() == chain.apply_table(table()).to_arrow()
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert files == sorted(p.relative_to(second) for p in second.rglob("*") if p.is_file())
    for file in files:
        assert (first / file).read_bytes() == (second / file).read_bytes()


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -0.0,
        1e-300,
        math.inf,
        "ü\u2028\x00",
        (),
        (1, (2.5, None)),
        {"a": {"b": 1}},
        {1: "x", 2.5: None},
        {"$a": 1},
        Column("é", "category", "label", ("x", "")),
        TableSchema((Column("a", "timespan"),)),
    ],
    ids=repr,
)
def test_values_of_a_state_come_back(value: Any, tmp_path: Path) -> None:
    write_state({"value": value}, tmp_path / "state.json")
    back = read_state(tmp_path / "state.json")["value"]
    assert back == value
    assert type(back) is type(value)


def test_arrays_and_estimators_of_a_state_come_back(tmp_path: Path) -> None:
    from sklearn.preprocessing import StandardScaler

    matrix = np.array([[1.0, np.nan], [3.0, math.inf]])
    words = np.array(["a", None, "ß"], dtype=object)
    scaler = StandardScaler().fit(matrix[:, :1])
    write_state({"m": matrix, "w": words, "s": scaler, "f": np.float64(0.1)}, tmp_path / "s.json")
    back = read_state(tmp_path / "s.json")
    np.testing.assert_array_equal(back["m"], matrix)
    assert back["w"].tolist() == words.tolist()
    assert back["s"].transform([[3.0]]).tolist() == [[1.0]]
    assert back["f"] == 0.1


def test_nothing_else_is_kept(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="a state cannot hold object"):
        write_state(object(), tmp_path / "state.json")


class Own(BaseEstimator):
    """An estimator that is on nobody's list."""


@dataclass(frozen=True, eq=False)
class Holding(Transform):
    """Holds an estimator of a type of its own."""

    type: ClassVar[str] = "test_holding"
    trusted: ClassVar[tuple[str, ...]] = (f"{Own.__module__}.Own",)

    estimator: Any = None


def test_a_transform_names_the_types_that_its_estimators_may_have(tmp_path: Path) -> None:
    write_state(Chain.of(Holding((), Own())), tmp_path / "state.json")
    loaded = read_state(tmp_path / "state.json")
    assert type(loaded.steps[0].estimator) is Own
    write_state((Holding((), Own()), Own()), tmp_path / "beside.json")
    with pytest.raises(StateUnreadable, match=r"not trusted: .*test_transform\.Own"):
        read_state(tmp_path / "beside.json")


def test_a_type_that_is_not_trusted_is_not_loaded(tmp_path: Path) -> None:
    import skops.io
    from sklearn.preprocessing import FunctionTransformer

    write_state({"s": FunctionTransformer(print)}, tmp_path / "state.json")
    skops.io.dump(FunctionTransformer(Path.unlink), tmp_path / "state" / "1.skops")
    with pytest.raises(StateUnreadable, match="types that are not trusted"):
        read_state(tmp_path / "state.json")


@pytest.mark.parametrize(
    "content",
    ["", "[1", '{"$strange": 1}', '{"$array": 1}', '{"$transform": {}}', '{"$column": {}}', "[]"],
)
def test_a_damaged_transform_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "transform.json").write_text(content)
    with pytest.raises(StateUnreadable):
        load_transform(tmp_path)


def _header(**changes: Any) -> Mapping[str, Any]:
    return {"type": "test_shift", "version": 2, "made_by": ""} | changes


def test_other_versions_are_told() -> None:
    with pytest.raises(TransformNewer, match="version 3; version 2 is installed"):
        revive(_header(version=3), {"inputs": (), "by": ()})
    with pytest.raises(TransformOlder, match="version 1; version 2 is installed"):
        revive(_header(version=1), {"inputs": (), "by": ()})


def test_the_class_is_found_through_the_module_that_made_it() -> None:
    asked: list[str] = []

    def finder(module_id: str) -> None:
        asked.append(module_id)

        @dataclass(frozen=True, eq=False)
        class Late(Transform):
            """Comes with its module's file."""

            type: ClassVar[str] = "test_late"

    find_modules(finder)
    try:
        found = revive(_header(type="test_late", version=1, made_by="late_module"), {"inputs": ()})
        assert found.header()["type"] == "test_late"
        assert asked == ["late_module"]
        with pytest.raises(TransformUnknown, match="made by “nobody”, which is not installed"):
            revive(_header(type="test_none", made_by="nobody"), {})
    finally:
        from studio.registry.discovery import open_registry

        find_modules(open_registry().get)


def test_the_state_file_is_readable_text(tmp_path: Path) -> None:
    keep_transform(shift(("n", 1.0)), tmp_path)
    data = json.loads((tmp_path / "transform.json").read_text())
    assert data["$transform"] == {"type": "test_shift", "version": 2, "made_by": ""}
    assert data["state"]["by"] == [1.0]
