"""Shapes: a table of a request as records, rows or a frame's parts, and an answer likewise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from studio.serve.asking.intake import Intake, Raw
from studio.serve.cells import found
from studio.serve.errors import FormUnknown
from studio.serve.json_text import write
from studio.serve.version import Answer, Written

Shape = Callable[[Answer, str], Any]
"""Makes data of one output of an answer."""


class _Read(NamedTuple):
    """How an object with certain keys is read as a table, and the shape of its answer."""

    keys: frozenset[str]
    read: Callable[[Intake, dict[str, Any], int], Raw]
    shape: Shape


def records(answer: Answer, output: str) -> list[dict[str, Any]]:
    """Return an output as a list of objects."""
    names = answer.version.names[output]
    return [dict(zip(names, row, strict=True)) for row in rows(answer, output)]


def rows(answer: Answer, output: str) -> list[tuple[Any, ...]]:
    """Return an output as a list of rows."""
    return list(zip(*answer.columns(output), strict=True))


def _in_records(answer: Answer, output: str) -> Any:
    return {"records": records(answer, output)}


def _in_rows(answer: Answer, output: str) -> Any:
    return {"columns": answer.version.names[output], "rows": rows(answer, output)}


def _in_parts(answer: Answer, output: str) -> Any:
    data = rows(answer, output)
    return {
        "columns": answer.version.names[output],
        "index": list(range(len(data))),
        "data": data,
    }


_READ = {
    "records": _Read(
        frozenset({"records"}),
        lambda intake, table, most: intake.from_records(table["records"], most),
        _in_records,
    ),
    "rows": _Read(
        frozenset({"columns", "rows"}),
        lambda intake, table, most: intake.from_rows(table.get("columns"), table["rows"], most),
        _in_rows,
    ),
    "data": _Read(
        frozenset({"columns", "index", "data"}),
        lambda intake, table, most: intake.from_rows(table.get("columns"), table["data"], most),
        _in_parts,
    ),
}


def read_table(intake: Intake, table: Any, most: int) -> tuple[Raw, Shape]:
    """Return the rows of an input, and the shape that its answer has; raises a RequestWrong.

    A table is a list of records, or an object with ``records``, with ``columns`` and ``rows``, or
    with ``columns``, ``data`` and perhaps ``index`` as pandas splits a frame.
    """
    if type(table) is list:
        return intake.from_records(table, most), records
    if type(table) is dict:
        for key, kind in _READ.items():
            if key in table:
                require_keys(table, kind.keys)
                return kind.read(intake, table, most), kind.shape
    what = f"an object with {_keys(table)}" if type(table) is dict else found(table)
    raise FormUnknown(
        reason=f"The rows of “{intake.name}” are {what}.",
        advice="Send a list of records, or an object with “records”, or “columns” and “rows”.",
        input=intake.name,
    )


def require_keys(body: dict[str, Any], known: frozenset[str]) -> None:
    """Raise FormUnknown where an object has other keys than a form has."""
    strange = [key for key in body if key not in known]
    if strange:
        raise FormUnknown(
            reason=f"The request has the key “{strange[0]}”, which its form does not have.",
            advice=f"The keys of this form are: {', '.join(sorted(known))}.",
        )


def require_inputs(tables: Any, inputs: Sequence[str]) -> dict[str, Any]:
    """Return what came for each input of a package; raises FormUnknown where one is missing."""
    advice = f"Send the rows of each input under its name: {', '.join(inputs)}."
    if type(tables) is not dict:
        raise FormUnknown(reason=f"The inputs are {found(tables)}, not an object.", advice=advice)
    for name in (*tables, *inputs):
        if name not in inputs:
            raise FormUnknown(reason=f"There is no input “{name}”.", advice=advice)
        if name not in tables:
            reason = f"The rows of input “{name}” are missing."
            raise FormUnknown(reason=reason, advice=advice, input=name)
    return tables


def writer(shape: Shape) -> Callable[[Answer], Written]:
    """Return what writes an answer's one output in a shape; several stand under “tables”."""

    def write_shape(answer: Answer) -> Written:
        outputs = answer.version.outputs
        if len(outputs) > 1:
            return Written(write({"tables": {name: shape(answer, name) for name in outputs}}))
        (output,) = outputs
        return Written(write(shape(answer, output)))

    return write_shape


def _keys(table: dict[str, Any]) -> str:
    return ", ".join(f"“{key}”" for key in list(table)[:10]) or "no keys"
