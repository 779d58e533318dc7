"""MLflow's own client, asking an endpoint."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest

from tests.serve.endpoints import serving
from tests.serve.scorers import Halves, Linear, expected, row

if TYPE_CHECKING:
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient


@pytest.fixture(scope="module")
def client_of() -> Iterator[Any]:
    """The class of MLflow's client; it warns when it is imported, and reports nothing home."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        patch.setenv("DO_NOT_TRACK", "true")
        warnings.simplefilter("ignore")
        from mlflow.pyfunc.scoring_server.client import ScoringServerClient

        yield ScoringServerClient


@pytest.fixture(scope="module")
def client(client_of: Any) -> Iterator[ScoringServerClient]:
    with serving(Linear()) as asked:
        address = urlsplit(asked.url)
        yield client_of(address.hostname, address.port)


def test_it_finds_the_endpoint_ready(client: ScoringServerClient) -> None:
    client.ping()
    client.wait_server_ready(timeout=30)
    assert client.get_version().count(".") == 2


def test_a_frame(client: ScoringServerClient) -> None:
    rows = [row(), row(age=20, colour="red", id=2**53 + 1)]
    frame = pd.DataFrame(rows).assign(since=lambda f: pd.to_datetime(f["since"]))
    answer = client.invoke(frame).get_predictions()
    assert answer["Scored Probabilities"].tolist() == [expected(item) for item in rows]
    assert answer["id"].tolist() == [17, 2**53 + 1]
    assert answer["likely"].tolist() == [True, True]


def test_missing_values_of_a_frame(client: ScoringServerClient) -> None:
    """The client writes NaN for them, numbers and text alike."""
    frame = pd.DataFrame([row(), row(hours=None, city=None)])
    answer = client.invoke(frame).get_predictions()
    assert np.isnan(answer["Scored Probabilities"][1])
    assert answer["city"][1] is None or np.isnan(answer["city"][1])


def test_records(client: ScoringServerClient) -> None:
    answer = client.invoke([row(), row(rate=1.0)]).get_predictions()
    assert answer["Scored Probabilities"].tolist() == [45.375, 52.375]


def test_params(client: ScoringServerClient) -> None:
    assert len(client.invoke([row()], params={}).get_predictions()) == 1
    with pytest.raises(Exception, match="parameter_unknown"):
        client.invoke([row()], params={"strange": 1})


def test_an_array_has_no_names(client_of: Any) -> None:
    with serving(Halves()) as asked:
        address = urlsplit(asked.url)
        client = client_of(address.hostname, address.port)
        with pytest.raises(Exception, match="form_unknown"):
            client.invoke(np.zeros((2, 1)))
