"""MLmodel: what makes a package's folder a model of MLflow's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from studio.export.files.environment import CONDA, PYTHON_ENV
from studio.export.files.facts import PackageFacts
from studio.export.files.pins import MLFLOW
from studio.export.files.sample import records_of
from studio.export.files.yaml_text import Data, yaml_text
from studio.scoring.signature import Field, Signature, WebParameter
from studio.sdk.schema import Column, ColumnType

FILE = "MLmodel"
LOADER = "studio.scoring.mlflow"
"""The file of the package's own code whose ``_load_pyfunc`` opens the package."""
EXAMPLE = "input_example.json"
SERVING_EXAMPLE = "serving_input_example.json"

_ANSWERS: dict[ColumnType, str] = {
    "integer": "long",
    "double": "double",
    "boolean": "boolean",
    "string": "string",
    "category": "string",
    "datetime": "datetime",
    "timespan": "double",
}
_PARAMETERS = {"integer": "long", "double": "double", "boolean": "boolean", "string": "string"}


def mlflow_files(facts: PackageFacts) -> dict[str, str]:
    """Return MLmodel, and the example of an input that it names."""
    table = _split(facts)
    data: dict[str, Data] = {
        "flavors": {"python_function": _flavor(facts)},
        "metadata": _metadata(facts),
        "mlflow_version": MLFLOW,
        "model_uuid": facts.identity[:32],
    }
    if table is not None:
        data["saved_input_example_info"] = {
            "artifact_path": EXAMPLE,
            "pandas_orient": "split",
            "serving_input_path": SERVING_EXAMPLE,
            "type": "dataframe",
        }
    if len(facts.signature.inputs) == 1:
        data["signature"] = _signature(facts.signature)
    files = {FILE: yaml_text(data)}
    if table is not None:
        files[EXAMPLE] = _json(table) + "\n"
        files[SERVING_EXAMPLE] = _json({"dataframe_split": table, **_set(facts)}) + "\n"
    return files


def _flavor(facts: PackageFacts) -> dict[str, Data]:
    return {
        "code": "code",
        "data": ".",
        "env": {"conda": CONDA, "virtualenv": PYTHON_ENV},
        "loader_module": LOADER,
        "python_version": facts.python,
    }


def _metadata(facts: PackageFacts) -> dict[str, Data]:
    """Return what MLflow shows beside the signature: what the columns really are."""
    columns = [
        f"{item.name}: {item.type}" for item in facts.signature.inputs[facts.signature.input]
    ]
    return {"name": facts.name, "version": facts.version, "columns": columns}


def _signature(signature: Signature) -> dict[str, Data]:
    inputs = [_input(item) for item in signature.inputs[signature.input]]
    outputs = [_output(column) for column in signature.outputs[signature.output]]
    params = [_parameter(item) for item in signature.parameters]
    return {
        "inputs": _json(inputs),
        "outputs": _json(outputs),
        "params": _json(params) if params else None,
    }


def _input(item: Field) -> dict[str, Any]:
    """Return a column as MLflow lets it pass.

    Each of its own types refuses or changes what is right here: “double” refuses a column of whole
    numbers, “long” one with a missing value, “string” a category, and “boolean” makes False of what
    is missing. So MLflow lets all pass, and the loader checks.
    """
    return {"type": "any", "name": item.name, "required": item.required}


def _output(column: Column) -> dict[str, Any]:
    return {"type": _ANSWERS[column.type], "name": column.name, "required": True}


def _parameter(item: WebParameter) -> dict[str, Any]:
    """Return a parameter; one that takes any JSON has it as text, for MLflow has no such type."""
    kind = _PARAMETERS.get(item.type)
    default = None if item.required else item.default
    if kind is None and default is not None:
        default = _json(default)
    return {"name": item.name, "type": kind or "string", "default": default, "shape": None}


def _split(facts: PackageFacts) -> Mapping[str, Any] | None:
    """Return the sample's rows as MLflow keeps a table; None where the sample has none."""
    sample = records_of(facts.sample_request)
    if sample is None or len(facts.signature.inputs) != 1:
        return None
    names = _unique(name for row in sample.rows for name in row)
    return {"columns": names, "data": [[row.get(name) for name in names] for row in sample.rows]}


def _set(facts: PackageFacts) -> dict[str, Any]:
    """Return the parameters that the sample sets, as MLflow takes them; nothing where it sets none.

    MLflow has no type of any JSON, so those have it as text.
    """
    known = {item.name: item.type for item in facts.signature.parameters}
    given = json.loads(facts.sample_request).get("parameters")
    params = {
        name: value if known.get(name) in _PARAMETERS else _json(value)
        for name, value in (given or {}).items()
    }
    return {"params": params} if params else {}


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False)
