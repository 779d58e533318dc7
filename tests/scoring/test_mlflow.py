"""What MLflow gets when it loads a package: rows in any of its forms, a data frame out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

from studio.scoring.mlflow import Predictor
from studio.scoring.scorer import Tables
from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column

ONE = Signature(
    {"input": (Field("a", "integer"), Field("b", "string", required=False))},
    {"output": (Column("twice", "integer"), Column("b", "string"))},
    (WebParameter("factor", "any", 2), WebParameter("name", "string", required=True)),
)
TWO = Signature(
    {"left": (Field("a", "integer"),), "right": (Field("a", "integer"),)},
    {"output": (Column("sum", "integer"),)},
)


@dataclass
class Doubling:
    """Multiplies a by the parameter factor, and keeps what it was given."""

    signature: Signature = ONE
    name: str = "doubling"
    version: str = "1"
    path: str = "program"
    given: list[Mapping[str, Any]] = field(default_factory=list)

    def score(self, tables: Tables, parameters: Mapping[str, Any] | None = None) -> Tables:
        self.given.append(dict(parameters or {}))
        if self.signature is TWO:
            return {"output": {"sum": tables["left"]["a"] + tables["right"]["a"]}}
        factor = (parameters or {}).get("factor", 2)
        columns = tables["input"]
        return {"output": {"twice": columns["a"] * factor, "b": columns["b"]}}


@pytest.mark.parametrize(
    "given",
    [
        pd.DataFrame({"b": ["x", None], "a": [1, 2]}),
        [{"a": 1, "b": "x"}, {"a": 2}],
        {"a": [1, 2], "b": ["x", None]},
        {"a": np.array([1, 2]), "b": np.array(["x", None], dtype=object)},
    ],
)
def test_rows_in_every_form(given: Any) -> None:
    found = Predictor(Doubling()).predict(given)
    pd.testing.assert_frame_equal(found, pd.DataFrame({"twice": [2, 4], "b": ["x", None]}))


def test_one_record_is_one_row() -> None:
    assert Predictor(Doubling()).predict({"a": 3, "b": "xyz"})["twice"].tolist() == [6]


def test_rows_keep_their_index() -> None:
    frame = pd.DataFrame({"a": [1, 2]}, index=[7, 3])
    assert Predictor(Doubling()).predict(frame).index.tolist() == [7, 3]


def test_no_rows_give_no_rows() -> None:
    assert Predictor(Doubling()).predict(pd.DataFrame({"a": []})).shape == (0, 2)


def test_parameters_reach_the_scorer() -> None:
    scorer = Doubling()
    model = Predictor(scorer)
    assert model.predict([{"a": 2}], params={"factor": 5})["twice"].tolist() == [10]
    assert model.predict([{"a": 2}], {"factor": "5", "name": "5"})["twice"].tolist() == [10]
    model.predict([{"a": 2}], {"factor": None, "name": None})
    assert scorer.given == [{"factor": 5}, {"factor": 5, "name": "5"}, {}]


def test_text_that_is_no_json_is_itself() -> None:
    scorer = Doubling()
    with pytest.raises(TypeError):
        Predictor(scorer).predict([{"a": 2}], {"factor": "{not json"})
    assert scorer.given == [{"factor": "{not json"}]


def test_several_inputs_come_by_name() -> None:
    model = Predictor(Doubling(TWO))
    found = model.predict({"left": [{"a": 1}, {"a": 2}], "right": pd.DataFrame({"a": [10, 20]})})
    assert found["sum"].tolist() == [11, 22]


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(StudioError, match="“a” holds “old” in row 2"):
        Predictor(Doubling()).predict([{"a": 1}, {"a": "old"}])
