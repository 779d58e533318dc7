"""Triton's own client, asking an endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.serve.endpoints import Asked, serving
from tests.serve.scorers import Linear, expected, row
from tests.serve.tensors import tensors

ROWS = [row(), row(id=2**53 + 1, age=20, colour="red"), row(rate=-0.5, city="")]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with serving(Linear()) as found:
        yield found


@pytest.fixture(scope="module")
def triton(asked: Asked) -> Iterator[Any]:
    from tritonclient.http import InferenceServerClient

    with InferenceServerClient(asked.url.removeprefix("http://")) as client:
        yield client


NUMPY = {"INT64": np.int64, "FP64": np.float64, "BOOL": np.bool_, "BYTES": np.object_}


def inputs(rows: list[dict[str, Any]], *, binary: bool) -> list[Any]:
    from tritonclient.http import InferInput

    made = []
    for item in tensors(rows):
        tensor = InferInput(item["name"], item["shape"], item["datatype"])
        values = np.array(item["data"], dtype=NUMPY[item["datatype"]])
        tensor.set_data_from_numpy(values, binary_data=binary)
        made.append(tensor)
    return made


def test_triton_asks_what_there_is(triton: Any) -> None:
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.is_model_ready("people")
    assert triton.is_model_ready("people", "1")
    assert not triton.is_model_ready("people", "7")
    assert triton.get_server_metadata()["name"] == "wireloom"
    assert triton.get_model_metadata("people")["inputs"][0]["datatype"] == "INT64"


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("version", ["", "1"])
def test_triton_scores(triton: Any, binary: bool, version: str) -> None:
    result = triton.infer(
        "people", inputs(ROWS, binary=binary), model_version=version, request_id="r"
    )
    assert result.get_response()["id"] == "r"
    scores = result.as_numpy("Scored Probabilities")
    assert scores.dtype == np.float64
    assert scores.tolist() == [expected(item) for item in ROWS]
    assert result.as_numpy("id").tolist() == [17, 2**53 + 1, 17]
    assert result.as_numpy("likely").tolist() == [True, True, True]
    assert [text.decode() for text in result.as_numpy("city")] == ["Zürich", "Zürich", ""]


@pytest.mark.parametrize("binary", [True, False])
def test_triton_asks_for_some_outputs(triton: Any, binary: bool) -> None:
    from tritonclient.http import InferRequestedOutput

    wanted = [InferRequestedOutput(name, binary_data=binary) for name in ("until", "whole")]
    result = triton.infer("people", inputs(ROWS, binary=not binary), outputs=wanted)
    assert result.as_numpy("whole").tolist() == [45, 35, 40]
    (first, *_) = result.as_numpy("until").tolist()
    text = first.decode() if binary else first
    assert text == "2020-02-29T12:31:30.500000"
    assert result.as_numpy("city") is None


@pytest.mark.parametrize("binary", [True, False])
def test_triton_sends_nan_for_missing_values(triton: Any, binary: bool) -> None:
    rows = [row(hours=float("nan")), row()]
    result = triton.infer("people", inputs(rows, binary=binary))
    assert np.array_equal(result.as_numpy("Scored Probabilities"), [np.nan, 45.375], equal_nan=True)
    assert np.array_equal(result.as_numpy("whole"), [np.nan, 45.0], equal_nan=True)


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_triton_packs(triton: Any, packing: str) -> None:
    result = triton.infer(
        "people", inputs(ROWS, binary=True), request_compression_algorithm=packing
    )
    assert result.as_numpy("whole").tolist() == [45, 35, 40]


def test_triton_understands_errors(triton: Any) -> None:
    from tritonclient.utils import InferenceServerException

    with pytest.raises(InferenceServerException, match="“colour” has the value “pink”"):
        triton.infer("people", inputs([row(colour="pink")], binary=True))
    with pytest.raises(InferenceServerException, match="no model “other”"):
        triton.infer("other", inputs(ROWS, binary=True))
