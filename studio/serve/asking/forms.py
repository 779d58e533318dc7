"""Forms of a request: which one a body has, and what it asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from studio.serve.asking import azure, invocations
from studio.serve.asking.parameters import read_parameters
from studio.serve.asking.shapes import Shape, read_table, require_inputs, require_keys, writer
from studio.serve.cells import found
from studio.serve.errors import FormUnknown
from studio.serve.json_text import write
from studio.serve.version import Answer, Question, Version, Written

FORMS = (
    "Send a list of records, {“records”: […]}, {“columns”: […], “rows”: [[…]]}, {“tables”: {…}}, "
    "or MLflow's or Azure's form."
)


def read_form(body: Any, version: Version, most: int) -> Question:
    """Return the question that a body of ``/score`` asks; raises a RequestWrong.

    ``most`` is the number of rows that an input may have.
    """
    parameters = None
    if type(body) is dict:
        if "Inputs" in body:
            return azure.read_form(body, version, most)
        if "tables" in body:
            return _read_tables(body, version, most)
        if not invocations.KEYS.isdisjoint(body):
            return invocations.read_form(body, version, most)
        if "parameters" in body:
            parameters = body["parameters"]
            body = {key: value for key, value in body.items() if key != "parameters"}
    elif type(body) is not list:
        raise FormUnknown(reason=f"The body is {found(body)}.", advice=FORMS)
    intake = version.intake
    raw, shape = read_table(intake, body, most)
    checked = read_parameters(parameters, version.parameters)
    return Question({intake.name: raw}, checked, "json", writer(shape))


def _read_tables(body: dict[str, Any], version: Version, most: int) -> Question:
    require_keys(body, frozenset({"tables", "parameters"}))
    given = require_inputs(body["tables"], tuple(version.intakes))
    read = {name: read_table(intake, given[name], most) for name, intake in version.intakes.items()}
    tables = {name: raw for name, (raw, _) in read.items()}
    parameters = read_parameters(body.get("parameters"), version.parameters)
    return Question(tables, parameters, "json", _tables_writer(next(iter(read.values()))[1]))


def _tables_writer(shape: Shape) -> Callable[[Answer], Written]:
    return lambda answer: Written(
        write({"tables": {name: shape(answer, name) for name in answer.version.outputs}})
    )
