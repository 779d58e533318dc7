"""The proof asked over HTTP: a server on this computer, and what it answers, as arrays again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from studio.scoring.folder import Package
from studio.scoring.scorer import Tables
from studio.sdk.errors import StudioError
from studio.serve.answers import to_values
from studio.serve.json_text import read, write
from studio.serve.options import ServeOptions
from studio.serve.server import Endpoint
from studio.serve.switchboard import Switchboard
from studio.serve.times import read_time

if TYPE_CHECKING:
    from studio.scoring.signature import Signature
    from studio.sdk.arrays import Array, Columns
    from studio.sdk.schema import Column

_SECONDS = 120.0
_MOST = 1 << 30


class AnswerRefused(StudioError):
    """The server of a package refused a row of its own proof."""

    code = "answer_refused"
    sentence = "The package's server answered a row of its proof with {status}: {text}"


@contextmanager
def answering_server(package: Package) -> Iterator[Callable[[Tables], Tables]]:
    """Start a package's server for this process alone, and give what asks it."""
    options = ServeOptions(port=0, log_requests=False, max_body=_MOST, max_rows=_MOST)
    with Endpoint(Switchboard(package.scorer()), options) as endpoint:
        connection = HTTPConnection(urlsplit(endpoint.url).netloc, timeout=_SECONDS)
        try:
            yield lambda tables: _asked(connection, package.signature, tables)
        finally:
            connection.close()


def _asked(connection: HTTPConnection, signature: Signature, tables: Tables) -> Tables:
    body = {
        name: _rows(tables[name], [item.column for item in fields])
        for name, fields in signature.inputs.items()
    }
    parameters = signature.needed  # the proof's rows were asked with what the nodes held
    data = write({"tables": body, **({"parameters": parameters} if parameters else {})})
    connection.request("POST", "/score", data, {"Content-Type": "application/json"})
    reply = connection.getresponse()
    text = reply.read()
    if reply.status != 200:
        raise AnswerRefused(status=reply.status, text=text.decode("utf-8", "replace"))
    answered = read(text)["tables"]
    return {name: _arrays(answered[name], columns) for name, columns in signature.outputs.items()}


def _rows(columns: Columns, schema: Sequence[Column]) -> dict[str, Any]:
    values = [to_values(columns[column.name], column) for column in schema]
    return {
        "columns": [column.name for column in schema],
        "rows": list(zip(*values, strict=True)),
    }


def _arrays(table: Mapping[str, Any], schema: Sequence[Column]) -> dict[str, Array]:
    places = {name: place for place, name in enumerate(table["columns"])}
    return {
        column.name: _array([row[places[column.name]] for row in table["rows"]], column)
        for column in schema
    }


def _array(values: list[Any], column: Column) -> Array:
    import numpy as np

    if column.is_text:
        texts = np.empty(len(values), dtype=object)
        texts[:] = values
        return texts
    if column.type == "datetime":
        return np.array([np.nan if v is None else read_time(v) for v in values], np.float64)
    scale = 1e6 if column.type == "timespan" else 1.0
    return np.array([np.nan if v is None else float(v) * scale for v in values], np.float64)
