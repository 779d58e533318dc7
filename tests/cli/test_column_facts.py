"""What is said of a column in one line of figures."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from studio.cli.statistics import column_facts
from studio.sdk import Table


def test_spans_of_time_have_ends() -> None:
    spans = pd.to_timedelta([90, None, 5, 5], unit="s")
    table = Table.from_pandas(pd.DataFrame({"span": spans}))
    assert column_facts(table, table.schema.column("span")) == {
        "name": "span",
        "type": "timespan",
        "role": "feature",
        "missing": 1,
        "distinct": 2,
        "min": timedelta(seconds=5),
        "max": timedelta(seconds=90),
    }


def test_times_have_ends_and_text_its_most_frequent_value() -> None:
    times = pd.to_datetime(["2024-01-31", "2023-05-01", None])
    table = Table.from_pandas(pd.DataFrame({"time": times, "word": ["b", "a", "b"]}))
    facts = column_facts(table, table.schema.column("time"))
    assert (facts["min"], facts["max"]) == (times[1], times[0])
    assert column_facts(table, table.schema.column("word"))["top"] == "b"
