"""Roles, levels and types given back to what a module made."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from studio.sdk import Column, Table, TableSchema
from studio.sdk.arrow import Misfit
from studio.sdk.keep import keep_table
from studio.sdk.settle import PromiseBroken, settle

LIKE = TableSchema(
    (
        Column("kind", "category", levels=("b", "a")),
        Column("n", "integer", "weight"),
        Column("y", "double", "label"),
    )
)


def made(**columns: object) -> Table:
    return Table.from_pandas(pd.DataFrame(columns))


def kinds(table: Table) -> list[tuple[str, str, str]]:
    return [(c.name, c.type, c.role) for c in table.schema]


def test_what_a_back_end_lost_comes_back() -> None:
    settled = settle(made(y=[1.5], n=[2.0], kind=["a"], new=[True]), [LIKE]).settled()
    assert kinds(settled) == [
        ("y", "double", "label"),
        ("n", "integer", "weight"),
        ("kind", "category", "feature"),
        ("new", "boolean", "feature"),
    ]
    assert settled.schema.column("kind").levels == ("b", "a")
    assert settled.to_arrow().to_pylist() == [{"y": 1.5, "n": 2, "kind": "a", "new": True}]


def test_values_that_do_not_fit_keep_the_type_that_they_have(tmp_path: Path) -> None:
    given = settle(made(kind=["c"], n=[0.5], y=[1.0]), [LIKE])
    kept = keep_table(given, tmp_path / "table.arrow")
    assert kinds(kept) == [
        ("kind", "string", "feature"),
        ("n", "double", "weight"),
        ("y", "double", "label"),
    ]
    assert kept.to_arrow().to_pylist() == [{"kind": "c", "n": 0.5, "y": 1.0}]


def test_a_misfit_below_is_passed_on() -> None:
    lower = settle(made(kind=["c"], n=[0.5]), [TableSchema((LIKE.column("kind"),))])
    assert kinds(settle(lower, [LIKE]).settled())[0] == ("kind", "string", "feature")


def test_the_first_input_goes_first() -> None:
    other = TableSchema((Column("y", "double", "score"), Column("z", "double", "id")))
    assert kinds(settle(made(y=[1.0], z=[1.0]), [LIKE, other])) == [
        ("y", "double", "label"),
        ("z", "double", "id"),
    ]


def test_a_type_that_changed_stays_changed() -> None:
    assert kinds(settle(made(y=["text"]), [LIKE])) == [("y", "string", "label")]


def test_a_promise_is_kept_or_reported() -> None:
    promise = TableSchema((Column("kind", "category"), Column("n", "integer", "id")))
    frame = pd.DataFrame({"kind": pd.Categorical(["a"], ["a", "b"]), "n": [1]})
    given = Table.from_pandas(frame).with_origin()
    settled = settle(given, [LIKE], promise)
    assert kinds(settled) == [("kind", "category", "feature"), ("n", "integer", "id")]
    assert settled.schema.column("kind").levels == ("a", "b")
    assert settled.schema.has_origin
    with pytest.raises(PromiseBroken, match="promised the columns kind, n, and made n"):
        settle(made(n=[1]), [], promise)


def test_a_promise_that_values_break_is_a_misfit() -> None:
    settled = settle(made(n=[0.5]), [], TableSchema((Column("n", "integer"),)))
    with pytest.raises(Misfit):
        settled.settled()
