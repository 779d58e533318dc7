"""The forms of a request as schemas and examples, each with what is answered to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from studio.scoring.signature import Signature
from studio.serve.about import schemas
from studio.serve.about.schemas import Schema, closed, listed

_PARAMETERS = frozenset({"parameters", "params", "GlobalParameters"})
"""Where a form has its web service parameters."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a request.

    Attributes:
        name, summary: What it is called, and what it is.
        asked: The schema of its body.
        example: A body made of what training saw.
        answered: The schema of the answer.
    """

    name: str
    summary: str
    asked: Schema
    example: Any
    answered: Schema


def input_ref(number: int) -> Schema:
    """Return a reference to the schema of a record of an input."""
    return {"$ref": f"#/components/schemas/Input{number}"}


def output_ref(number: int) -> Schema:
    """Return a reference to the schema of a record of an output."""
    return {"$ref": f"#/components/schemas/Output{number}"}


def components(signature: Signature) -> dict[str, Schema]:
    """Return the schemas that forms refer to."""
    return {
        **{
            f"Input{number}": schemas.record(fields)
            for number, fields in enumerate(signature.inputs.values(), start=1)
        },
        **{
            f"Output{number}": schemas.answer_record(signature, name)
            for number, name in enumerate(signature.outputs, start=1)
        },
        "Parameters": schemas.parameters(signature.parameters),
    }


def score_forms(signature: Signature) -> list[Form]:
    """Return the forms that ``/score`` takes."""
    forms = [_tables(signature), _azure_records(signature), _azure_tables(signature)]
    if len(signature.inputs) > 1:
        return forms
    return [*_plain(signature), *invocation_forms(signature), *forms]


def shown_forms(forms: Sequence[Form], signature: Signature) -> list[Form]:
    """Return forms whose examples set what a request must set, without those that cannot set it."""
    if not any(item.required for item in signature.parameters):
        return list(forms)
    given = signature.needed
    keys = [_PARAMETERS.intersection(form.asked.get("properties", ())) for form in forms]
    return [
        replace(form, example={**form.example, key: given} if given else form.example)
        for form, found in zip(forms, keys, strict=True)
        for key in found
    ]


def invocation_forms(signature: Signature) -> list[Form]:
    """Return the forms that ``/invocations`` takes; none where there are several inputs."""
    if len(signature.inputs) > 1:
        return []
    fields = signature.inputs[signature.input]
    columns = {field.name: listed(schemas.cell(field), minItems=1) for field in fields}
    required = [field.name for field in fields if field.required]
    record = schemas.example(fields)
    predictions = closed({"predictions": listed(output_ref(1))})
    forms: list[tuple[str, Schema, Any]] = [
        ("dataframe_records", _records(1), [record]),
        ("dataframe_split", _frame(signature), _split(record)),
        ("instances", _records(1), [record]),
        ("inputs", closed(columns, required), {name: [value] for name, value in record.items()}),
    ]
    return [
        Form(
            key,
            f"MLflow's “{key}”",
            _with(signature, {key: schema}, "params"),
            {key: example},
            predictions,
        )
        for key, schema, example in forms
    ]


def _plain(signature: Signature) -> list[Form]:
    fields = signature.inputs[signature.input]
    record = schemas.example(fields)
    names = [field.name for field in fields]
    rows = {"columns": names, "rows": [list(record.values())]}
    lists = {"columns": schemas.names(names), "rows": _rows(names)}
    frame = _frame(signature)["properties"]
    return [
        Form("list", "A list of records", _records(1), [record], _answered(signature, _in_list)),
        Form(
            "records",
            "Records, with room for parameters",
            _with(signature, {"records": _records(1)}, "parameters"),
            {"records": [record]},
            _answered(signature, _in_records),
        ),
        Form(
            "rows",
            "Names of columns, and rows",
            _with(signature, lists, "parameters"),
            rows,
            _answered(signature, _in_rows),
        ),
        Form(
            "split",
            "A frame as pandas splits it",
            _with(signature, frame, "parameters", optional=("index",)),
            _split(record),
            _answered(signature, _in_parts),
        ),
    ]


def _tables(signature: Signature) -> Form:
    tables = {name: _records(n) for n, name in enumerate(signature.inputs, start=1)}
    example = {name: [schemas.example(fields)] for name, fields in signature.inputs.items()}
    answers = {name: listed(output_ref(n)) for n, name in enumerate(signature.outputs, start=1)}
    return Form(
        "tables",
        "The records of each input under its name",
        _with(signature, {"tables": closed(tables)}, "parameters"),
        {"tables": example},
        closed({"tables": closed(answers)}),
    )


def _azure_records(signature: Signature) -> Form:
    inputs = {name: listed({"type": "object"}, minItems=1) for name in signature.inputs}
    example = {name: [schemas.example(fields)] for name, fields in signature.inputs.items()}
    answers = {name: listed({"type": "object"}) for name in signature.outputs}
    return Form(
        "azure_records",
        "Azure Machine Learning's form, with records",
        _with(signature, {"Inputs": closed(inputs)}, "GlobalParameters", texts=True),
        {"Inputs": example, "GlobalParameters": {}},
        closed({"Results": closed(answers)}),
    )


def _azure_tables(signature: Signature) -> Form:
    inputs = {}
    example = {}
    for name, fields in signature.inputs.items():
        columns = [field.name for field in fields]
        lists = {"ColumnNames": schemas.names(columns), "Values": _rows(columns)}
        inputs[name] = closed(lists)
        values = [_azure_text(field.example) for field in fields]
        example[name] = {"ColumnNames": columns, "Values": [values]}
    answers = {name: schemas.data_table(columns) for name, columns in signature.outputs.items()}
    return Form(
        "azure_tables",
        "Azure Machine Learning's form, with tables; values may be text",
        _with(signature, {"Inputs": closed(inputs)}, "GlobalParameters", texts=True),
        {"Inputs": example, "GlobalParameters": {}},
        closed({"Results": closed(answers)}),
    )


def _azure_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _records(number: int) -> Schema:
    return listed(input_ref(number), minItems=1)


def _rows(names: Sequence[str]) -> Schema:
    return schemas.rows(names) | {"minItems": 1}


def _frame(signature: Signature) -> Schema:
    names = [field.name for field in signature.inputs[signature.input]]
    lists = {"columns": schemas.names(names), "index": {}, "data": _rows(names)}
    return closed(lists, ["columns", "data"])


def _split(record: dict[str, Any]) -> dict[str, Any]:
    return {"columns": list(record), "index": [0], "data": [list(record.values())]}


def _with(
    signature: Signature,
    properties: Schema,
    key: str,
    *,
    optional: Sequence[str] = (),
    texts: bool = False,
) -> Schema:
    """Return the schema of a body with the web service parameters under ``key``."""
    needed = [name for name in properties if name not in optional]
    if any(parameter.required for parameter in signature.parameters):
        needed.append(key)
    known: Schema = {"$ref": "#/components/schemas/Parameters"}
    if texts:
        known = closed({item.name: {} for item in signature.parameters}, [])
    if key not in needed:
        known = {"anyOf": [known, {"type": "null"}]}
    return closed({**properties, key: known}, needed)


def _answered(signature: Signature, shape: Callable[[Signature, int, str], Schema]) -> Schema:
    names = list(signature.outputs)
    if len(names) == 1:
        return shape(signature, 1, names[0])
    answers = {name: shape(signature, n, name) for n, name in enumerate(names, start=1)}
    return closed({"tables": closed(answers)})


def _in_list(_signature: Signature, number: int, _output: str) -> Schema:
    return listed(output_ref(number))


def _in_records(_signature: Signature, number: int, _output: str) -> Schema:
    return closed({"records": listed(output_ref(number))})


def _in_rows(signature: Signature, _number: int, output: str) -> Schema:
    names = [column.name for column in signature.outputs[output]]
    return closed({"columns": {"const": names}, "rows": schemas.rows(names)})


def _in_parts(signature: Signature, _number: int, output: str) -> Schema:
    names = [column.name for column in signature.outputs[output]]
    index = listed({"type": "integer"})
    return closed({"columns": {"const": names}, "index": index, "data": schemas.rows(names)})
