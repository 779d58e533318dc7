"""Tables and values to try a module on: an ordinary table, and those that break careless code."""

from __future__ import annotations

import filecmp
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.sdk.schema import Column
from studio.sdk.table import Table

if TYPE_CHECKING:
    from studio.sdk.data import Value

ROWS = 80


@dataclass(frozen=True)
class Trial:
    """How one parameter shows that it matters, where the case itself cannot show it.

    Attributes:
        values: The values to try; by default those that the declaration suggests.
        params: Other parameters to set (another file to read, say).
        inputs: Other values for input ports.
    """

    values: tuple[Any, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One way to try a module: its parameters, and values for its input ports.

    Attributes:
        params: Parameters that differ from the defaults.
        inputs: Values by port; a Table port without one gets the ordinary table.
        odd: Whether the tables that break careless code may take the place of the first table.
        trials: Parameter -> how it shows that it matters.
    """

    params: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Value] = field(default_factory=dict)
    odd: bool = True
    trials: Mapping[str, Trial] = field(default_factory=dict)


def ordinary() -> Table:
    """Return eighty rows with a column of every type, some gaps, and a label of two levels."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(7)
    n = np.arange(ROWS)
    x = rng.normal(size=ROWS).round(3)
    y = (2 * x + rng.normal(scale=0.5, size=ROWS)).round(3)
    word = np.array(["red", "green", "blue"], dtype=object)[n % 3]
    word[n % 19 == 5] = None
    frame = pd.DataFrame(
        {
            "number": n % 13,
            "x": np.where(n % 17 == 3, np.nan, x),
            "y": y,
            "flag": n % 3 == 0,
            "word": word,
            "kind": pd.Categorical(np.array(["low", "mid", "high"])[n % 3], ["low", "mid", "high"]),
            "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(n * 7, "h"),
            "took": pd.to_timedelta(n * 90, "s"),
            "target": pd.Categorical(np.where(y + rng.normal(size=ROWS) > 0, "yes", "no")),
        }
    )
    table = Table.from_pandas(frame)
    return table.with_schema(table.schema.with_role("target", "label")).with_origin().settled()


def odd_tables() -> dict[str, Table]:
    """Return tables that break careless code, by what is odd about them."""
    import pyarrow as pa

    whole = ordinary()
    gap = whole.to_arrow(origin=False)
    position = gap.column_names.index("x")
    gap = gap.set_column(position, "x", pa.nulls(ROWS, pa.float64()))
    wide = {f"c{i}": pa.array([float(i), 1.0, None]) for i in range(1_000)}
    spoken = {"Größe": "x", "名前": "word", "Приз 🏆": "target"}
    return {
        "no rows": whole.head(0).settled(),
        "one row": whole.head(1).settled(),
        "a column without values": Table.from_arrow(gap, whole.schema.without_origin()),
        "names that differ in case": whole.rename({"y": "X", "word": "Kind"}).settled(),
        "a thousand columns": Table.from_arrow(pa.table(wide)),
        "names beyond ASCII": whole.rename({old: new for new, old in spoken.items()}).settled(),
        "one constant column": Table.from_arrow(pa.table({"x": pa.array([1.0] * 5)})),
    }


def sliced(table: Table, start: int, stop: int) -> Table:
    """Return some rows of a table, their origins with them."""
    data = table.settled().to_arrow(origin=True).slice(start, stop - start)
    return Table.from_arrow(data, table.schema).settled()


def same_table(left: Table, right: Table, tolerance: float = 1e-12) -> bool:
    """Whether two tables have the same schema and values; doubles may differ by ``tolerance``."""
    if left.schema != right.schema:
        return False
    one, other = left.to_arrow(origin=True), right.to_arrow(origin=True)
    if one.num_rows != other.num_rows:
        return False
    return all(_same_column(one, other, column, tolerance) for column in left.schema.columns)


def same_folder(left: Path, right: Path) -> bool:
    """Whether two folders hold the same files, byte for byte."""
    names = sorted(str(p.relative_to(left)) for p in left.rglob("*") if p.is_file())
    others = sorted(str(p.relative_to(right)) for p in right.rglob("*") if p.is_file())
    return names == others and not filecmp.cmpfiles(left, right, names, shallow=False)[1]


def _same_column(one: Any, other: Any, column: Column, tolerance: float) -> bool:
    import numpy as np

    left, right = one.column(column.name), other.column(column.name)
    if column.type != "double":
        return bool(left.combine_chunks().equals(right.combine_chunks()))
    return bool(
        np.allclose(
            left.to_numpy(), right.to_numpy(), rtol=tolerance, atol=tolerance, equal_nan=True
        )
    )
