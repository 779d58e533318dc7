"""The Open Inference Protocol, version 2: metadata, and questions made of tensors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

from studio.sdk.schema import Column, ColumnType
from studio.serve.asking.intake import Raw
from studio.serve.asking.parameters import read_parameters
from studio.serve.asking.shapes import require_keys
from studio.serve.asking.tensors import DATATYPES, read_tensor, write_tensor
from studio.serve.cells import found
from studio.serve.errors import ColumnUnknown, FormUnknown, TensorWrong
from studio.serve.json_text import read, write
from studio.serve.version import Answer, Question, Version, Written

OWN_PARAMETERS = frozenset(
    {
        "binary_data_output",
        "headers",
        "priority",
        "sequence_end",
        "sequence_id",
        "sequence_start",
        "timeout",
    }
)
"""Parameters of a request that are the protocol's, not the package's."""

_KEYS = frozenset({"id", "inputs", "model_name", "model_version", "outputs", "parameters"})


class _Wanted(NamedTuple):
    """An output that a request wants: its name as a tensor, where it is, and whether in bytes."""

    name: str
    output: str
    column: Column
    binary: bool


def server_metadata(product: str) -> dict[str, Any]:
    """Return what the server is."""
    return {"name": "wireloom", "version": product, "extensions": ["binary_tensor_data"]}


def model_metadata(version: Version, versions: Sequence[str]) -> dict[str, Any]:
    """Return what a package takes and gives, as tensors: one a column, its length the rows."""
    inputs = [
        _described(_name(port, field.name, version.intakes), field.type)
        for port, fields in version.signature.inputs.items()
        for field in fields
    ]
    outputs = [
        _described(_name(port, column.name, version.outputs), column.type)
        for port, columns in version.outputs.items()
        for column in columns
    ]
    return {
        "name": version.name,
        "versions": list(versions),
        "platform": f"wireloom_{version.path}",
        "inputs": inputs,
        "outputs": outputs,
    }


def _described(name: str, type_: ColumnType) -> dict[str, Any]:
    return {"name": name, "datatype": DATATYPES[type_], "shape": [-1]}


def _name(port: str, column: str, ports: Collection[str]) -> str:
    """Return a column's name as a tensor; where there are several ports, with the port's."""
    return column if len(ports) == 1 else f"{port}/{column}"


def read_inference(body: bytes, header_length: int | None, version: Version, most: int) -> Question:
    """Return the question of an inference request; raises a RequestWrong.

    ``header_length`` is how many bytes of the body are JSON; None where all are. NaN is a missing
    value here, as this protocol's clients write it.
    """
    if header_length is not None and not 0 <= header_length <= len(body):
        raise FormUnknown(
            reason=f"The header is said to be {header_length} bytes; the body has {len(body)}.",
            advice="Say in Inference-Header-Content-Length how many bytes of the body are JSON.",
        )
    header = read(body if header_length is None else body[:header_length], nan=True)
    if type(header) is not dict:
        raise FormUnknown(reason=f"The body is {found(header)}.", advice="Send an object.")
    require_keys(header, _KEYS)
    if not isinstance(header.get("id", ""), str):
        raise FormUnknown(reason="The id is no text.", advice="Send a text, or leave it out.")
    rest = b"" if header_length is None else body[header_length:]
    tables = _tables(header.get("inputs"), rest, version, most)
    given: Any = header.get("parameters")
    own = {} if type(given) is not dict else {k: given[k] for k in given if k in OWN_PARAMETERS}
    if own:
        given = {key: value for key, value in given.items() if key not in own}
    wanted = _wanted(header.get("outputs"), own.get("binary_data_output") is True, version)
    parameters = read_parameters(given, version.parameters)
    return Question(tables, parameters, "json", _writer(header.get("id"), wanted))


def _tables(tensors: Any, binary: bytes, version: Version, most: int) -> dict[str, Raw]:
    places = {
        _name(port, field.name, version.intakes): (port, field)
        for port, fields in version.signature.inputs.items()
        for field in fields
    }
    columns: dict[str, dict[str, Any]] = {port: {} for port in version.intakes}
    offset = 0
    for tensor in _objects(tensors, "inputs"):
        name = tensor["name"]
        if name not in places:
            known = tuple(places)
            raise ColumnUnknown(column=name, input=", ".join(version.intakes), known=known)
        port, field = places[name]
        if field.name in columns[port]:
            raise TensorWrong(column=name, reason="came twice")
        size = _parameters(tensor).get("binary_data_size")
        if size is not None and (type(size) is not int or not 0 <= size <= len(binary) - offset):
            raise TensorWrong(column=name, reason=f"has {found(size)} as its size in bytes")
        content = None if size is None else binary[offset : offset + size]
        offset += size or 0
        columns[port][field.name] = read_tensor(tensor, field.type, content)
    if offset != len(binary):
        raise FormUnknown(
            reason=f"{len(binary) - offset} bytes of the body belong to no tensor.",
            advice="Say in each tensor's “binary_data_size” how many bytes it has.",
        )
    return {
        port: version.intakes[port].from_columns(table, most) for port, table in columns.items()
    }


def _objects(items: Any, key: str) -> list[dict[str, Any]]:
    """Return a list of objects with a name each; raises FormUnknown."""
    if type(items) is not list or not items:
        what = "an empty list" if items == [] else found(items)
        raise FormUnknown(
            reason=f"“{key}” is {what}.", advice=f"Send “{key}” as a list of tensors."
        )
    for item in items:
        if type(item) is not dict or type(item.get("name")) is not str:
            raise FormUnknown(
                reason=f"A tensor of “{key}” is no object with a name.",
                advice="Send each tensor as an object; see the metadata of the model.",
            )
    return items


def _parameters(item: dict[str, Any]) -> dict[str, Any]:
    parameters = item.get("parameters")
    if parameters is None:
        return {}
    if type(parameters) is not dict:
        raise TensorWrong(column=item["name"], reason="has parameters that are no object")
    for name in ("shared_memory_region", "classification"):
        if name in parameters:
            raise TensorWrong(column=item["name"], reason=f"asks for “{name}”, which is not here")
    return parameters


def _wanted(outputs: Any, binary: bool, version: Version) -> tuple[_Wanted, ...]:
    places = {
        _name(port, column.name, version.outputs): (port, column)
        for port, columns in version.outputs.items()
        for column in columns
    }
    if outputs is None or outputs == []:
        return tuple(_Wanted(name, *place, binary) for name, place in places.items())
    wanted = []
    for output in _objects(outputs, "outputs"):
        name = output["name"]
        if name not in places:
            raise TensorWrong(column=name, reason=f"is no output; there are {', '.join(places)}")
        own = _parameters(output).get("binary_data", binary)
        wanted.append(_Wanted(name, *places[name], own is True))
    return tuple(wanted)


def _writer(id_: str | None, wanted: tuple[_Wanted, ...]) -> Callable[[Answer], Written]:
    def write_inference(answer: Answer) -> Written:
        tensors = [
            write_tensor(
                item.name,
                item.column.type,
                answer.values(item.output, item.column),
                binary=item.binary,
            )
            for item in wanted
        ]
        header = {"model_name": answer.version.name, "model_version": answer.version.version}
        body = write(
            header
            | ({} if id_ is None else {"id": id_})
            | {"outputs": [tensor.described for tensor in tensors]}
        )
        binary = [tensor.binary for tensor in tensors if tensor.binary is not None]
        if not binary:
            return Written(body)
        headers = (
            (b"content-type", b"application/octet-stream"),
            (b"inference-header-content-length", str(len(body)).encode()),
        )
        return Written(b"".join((body, *binary)), headers)

    return write_inference
