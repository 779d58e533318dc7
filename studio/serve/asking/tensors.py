"""Tensors of the Open Inference Protocol: from JSON and from bytes, and back."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from studio.sdk.schema import ColumnType
from studio.serve.cells import found
from studio.serve.errors import TensorWrong, ValueUnheld

DATATYPES: dict[ColumnType, str] = {
    "integer": "INT64",
    "double": "FP64",
    "boolean": "BOOL",
    "string": "BYTES",
    "category": "BYTES",
    "datetime": "BYTES",
    "timespan": "FP64",
}
"""The datatype of each type of column; times are ISO 8601 text, spans of time seconds."""

_NUMBERS = {
    "INT8": "<i1",
    "INT16": "<i2",
    "INT32": "<i4",
    "INT64": "<i8",
    "UINT8": "<u1",
    "UINT16": "<u2",
    "UINT32": "<u4",
    "UINT64": "<u8",
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
}
_TAKEN: dict[ColumnType, frozenset[str]] = {
    "integer": frozenset(_NUMBERS),
    "double": frozenset(_NUMBERS),
    "timespan": frozenset(_NUMBERS),
    "boolean": frozenset({"BOOL"}),
    "string": frozenset({"BYTES"}),
    "category": frozenset({"BYTES"}),
    "datetime": frozenset({"BYTES"}),
}


class Tensor(NamedTuple):
    """An output as a tensor of one dimension: its description, and its bytes if it is binary."""

    described: dict[str, Any]
    binary: bytes | None


def read_tensor(tensor: dict[str, Any], type_: ColumnType, binary: bytes | None) -> list[Any]:
    """Return the values of an input tensor, one a row; raises TensorWrong.

    Its shape is [N] or [N, 1]. A missing value is null; among numbers in bytes NaN.
    """
    name = tensor["name"]
    datatype = tensor.get("datatype")
    if not isinstance(datatype, str) or datatype not in _TAKEN[type_]:
        wanted = ", ".join(sorted(_TAKEN[type_]))
        raise TensorWrong(column=name, reason=f"is {found(datatype)}; {wanted} is needed")
    rows = _rows(tensor)
    if binary is not None:
        values = _texts(name, binary) if datatype == "BYTES" else _numbers(name, binary, datatype)
    else:
        values = _flat(name, tensor.get("data"))
    if len(values) != rows:
        raise TensorWrong(
            column=name, reason=f"has {len(values)} values, and its shape says {rows}"
        )
    return values


def _rows(tensor: dict[str, Any]) -> int:
    shape: Any = tensor.get("shape")
    whole = type(shape) is list and all(type(size) is int and size >= 0 for size in shape)
    if not whole or len(shape) not in (1, 2) or (len(shape) == 2 and shape[1] != 1):
        raise TensorWrong(column=tensor["name"], reason="has another shape than [N] or [N, 1]")
    rows: int = shape[0]
    return rows


def _flat(name: str, data: Any) -> list[Any]:
    if type(data) is not list:
        raise TensorWrong(column=name, reason="has no list of data")
    if data and type(data[0]) is list:
        if not all(type(row) is list and len(row) == 1 for row in data):
            raise TensorWrong(column=name, reason="has rows without exactly one value")
        return [row[0] for row in data]
    return data


def _numbers(name: str, binary: bytes, datatype: str) -> list[Any]:
    dtype = np.dtype("?" if datatype == "BOOL" else _NUMBERS[datatype])
    if len(binary) % dtype.itemsize:
        raise TensorWrong(column=name, reason=f"has {len(binary)} bytes, no whole number of values")
    if datatype == "BOOL":
        return list((np.frombuffer(binary, np.uint8) != 0).tolist())
    return list(np.frombuffer(binary, dtype).tolist())


def _texts(name: str, binary: bytes) -> list[Any]:
    values = []
    offset = 0
    try:
        while offset < len(binary):
            (size,) = struct.unpack_from("<I", binary, offset)
            end = offset + 4 + size
            if end > len(binary):
                raise TensorWrong(column=name, reason="ends within a text")
            values.append(binary[offset + 4 : end].decode())
            offset = end
    except struct.error:
        raise TensorWrong(column=name, reason="ends within the length of a text") from None
    except UnicodeDecodeError:
        raise TensorWrong(column=name, reason="has a text that is not UTF-8") from None
    return values


def write_tensor(name: str, type_: ColumnType, values: Sequence[Any], *, binary: bool) -> Tensor:
    """Return an output column as a tensor; raises ValueUnheld.

    Whole numbers and truth values become FP64 where some are missing: NaN in bytes, null in JSON.
    A missing text is null in JSON and empty in bytes.
    """
    datatype = DATATYPES[type_]
    values = [None if value != value else value for value in values]
    if datatype in ("INT64", "BOOL"):
        if None in values:
            datatype = "FP64"
            values = [None if value is None else float(value) for value in values]
        elif datatype == "INT64":
            values = list(map(int, values))
    described: dict[str, Any] = {"name": name, "datatype": datatype, "shape": [len(values)]}
    if binary:
        content = _pack(datatype, values)
        return Tensor(described | {"parameters": {"binary_data_size": len(content)}}, content)
    if datatype == "FP64":
        _refuse_infinite(name, values)
    return Tensor(described | {"data": values}, None)


def _pack(datatype: str, values: Sequence[Any]) -> bytes:
    if datatype == "BYTES":
        texts = [b"" if text is None else text.encode() for text in values]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    dtype = {"FP64": "<f8", "INT64": "<i8", "BOOL": "?"}[datatype]
    if datatype == "FP64":
        values = [float(value) if isinstance(value, str) else value for value in values]
    return np.array(values, dtype=dtype).tobytes()


def _refuse_infinite(name: str, values: Sequence[Any]) -> None:
    for row, value in enumerate(values, start=1):
        if isinstance(value, str):
            raise ValueUnheld(
                column=name,
                row=row,
                form="a tensor in JSON",
                advice="Ask for the output with “binary_data”: true.",
            )
