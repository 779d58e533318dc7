"""A table larger than a worker's memory passes; a small cut of it is as pandas has it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

import studio
from studio.engine import messages
from studio.engine.engine import Engine

MEMORY = 384 << 20
COLUMNS = 10
SQL = (
    "SELECT kind, count(*) AS rows, sum(n0) AS total, max(weight) AS weight "
    "FROM t1 GROUP BY kind ORDER BY kind"
)


def make_csv(path: Path, rows: int) -> None:
    """Write whole numbers that follow from the row's number, some of them missing."""
    numbers = ", ".join(f"(i * {7 + c} + {c}) % 100003 AS n{c}" for c in range(COLUMNS - 1))
    gap = "CASE WHEN i % 11 = 4 THEN NULL ELSE i % 1000 END AS gap"
    duckdb.sql(
        f"COPY (SELECT {numbers}, {gap}, i % 5 AS kind, i AS id FROM range({rows}) r(i)) "
        f"TO '{path}' (HEADER)"
    )


def make_experiment(folder: Path) -> tuple[studio.Experiment, dict[str, str]]:
    (folder / "kinds.csv").write_text("kind,weight\n0,1.5\n1,2.5\n2,3.5\n3,4.5\n", encoding="utf-8")
    e = studio.Experiment("large")
    data = e.add("import_data", path=str(folder / "large.csv"))
    kinds = e.add("import_data", path=str(folder / "kinds.csv"))
    kept = e.add("select_columns_in_dataset", data, columns=studio.columns(exclude=["n1"]))
    clean = e.add("clean_missing_data", kept, mode="remove_row")
    split = e.add("split_data", clean, fraction=0.75, randomized=False)
    join = e.add(
        "join_data",
        split["results_dataset1"],
        kinds,
        left_keys=studio.columns("kind"),
        right_keys=studio.columns("kind"),
        keep_right_keys=False,
    )
    sums = e.add("apply_sql_transformation", join, script=SQL)
    export = e.add("export_data", join, path=str(folder / "out.parquet"), file_format="parquet")
    return e, {"join": join.id, "sums": sums.id, "export": export.id, "data": data.id}


def run_with(
    folder: Path, e: studio.Experiment, memory: int | None
) -> tuple[dict[str, messages.NodeFinished], Engine]:
    engine = Engine(folder / "workspace", memory=memory, workers=1, threads=2)
    events = list(engine.run(e.document, folder))
    failed = [event for event in events if isinstance(event, messages.NodeFailed)]
    assert failed == []
    return {ev.node: ev for ev in events if isinstance(ev, messages.NodeFinished)}, engine


def test_a_small_cut_is_equal_to_pandas(tmp_path: Path) -> None:
    make_csv(tmp_path / "large.csv", 20_000)
    e, nodes = make_experiment(tmp_path)
    done, engine = run_with(tmp_path, e, None)
    frame = pd.read_csv(tmp_path / "large.csv").drop(columns=["n1"]).dropna()
    first = frame.iloc[: int(len(frame) * 0.75)]
    expected = first.merge(pd.read_csv(tmp_path / "kinds.csv"), on="kind").reset_index(drop=True)
    with engine:
        joined = engine.result(done[nodes["join"]].key, "results_dataset").to_pandas()
        sums = engine.result(done[nodes["sums"]].key, "results_dataset").to_pandas()
    pd.testing.assert_frame_equal(joined, expected, check_dtype=False)
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "out.parquet"), expected, check_dtype=False
    )
    grouped = expected.groupby("kind").agg(
        rows=("n0", "size"), total=("n0", "sum"), weight=("weight", "max")
    )
    pd.testing.assert_frame_equal(sums, grouped.reset_index(), check_dtype=False)


@pytest.mark.slow
def test_a_table_three_times_the_memory_passes(tmp_path: Path) -> None:
    rows = 12_000_000
    make_csv(tmp_path / "large.csv", rows)
    e, nodes = make_experiment(tmp_path)
    done, engine = run_with(tmp_path, e, MEMORY)
    with engine:
        whole = engine.result(done[nodes["data"]].key, "dataset")
        assert whole.to_arrow().nbytes > 2.5 * MEMORY
        joined = engine.result(done[nodes["join"]].key, "results_dataset")
        assert joined.rows == pd.read_parquet(tmp_path / "out.parquet", columns=["id"]).shape[0]
    path = tmp_path / "large.csv"
    counted = duckdb.sql(
        f"SELECT count(*) FROM (SELECT * FROM read_csv('{path}') WHERE gap IS NOT NULL "
        f"LIMIT (SELECT floor(count(gap) * 0.75)::BIGINT FROM read_csv('{path}'))) WHERE kind < 4"
    ).fetchall()
    assert counted == [(joined.rows,)]
