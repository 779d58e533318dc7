"""The form of Azure Machine Learning Studio's web services, asked and answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studio.sdk.schema import Column, ColumnType
from studio.serve.asking.intake import Intake, Raw
from studio.serve.asking.parameters import read_parameters
from studio.serve.asking.shapes import records, require_inputs, require_keys
from studio.serve.cells import found
from studio.serve.errors import FormUnknown
from studio.serve.json_text import write
from studio.serve.texts import write_column
from studio.serve.version import Answer, Question, Version, Written

TYPES: dict[ColumnType, str] = {
    "integer": "Int64",
    "double": "Double",
    "boolean": "Boolean",
    "string": "String",
    "category": "String",
    "datetime": "DateTime",
    "timespan": "TimeSpan",
}
"""What Azure's tables call the types of columns."""


def read_form(body: dict[str, Any], version: Version, most: int) -> Question:
    """Return the question of a body with ``Inputs`` and ``GlobalParameters``.

    An input is a list of records, or an object with ``ColumnNames`` and ``Values``. Values may be
    text whatever their type, as this form's clients send them. The answer is a table or a list of
    records, as the first input was. Raises a RequestWrong.
    """
    require_keys(body, frozenset({"Inputs", "GlobalParameters"}))
    given = require_inputs(body["Inputs"], tuple(version.intakes))
    tables = {name: _table(intake, given[name], most) for name, intake in version.intakes.items()}
    parameters = read_parameters(body.get("GlobalParameters"), version.parameters, texts=True)
    in_records = type(next(iter(given.values()))) is list
    write_answer = _write_records if in_records else _write_tables
    return Question(tables, parameters, "lenient", write_answer)


def _table(intake: Intake, table: Any, most: int) -> Raw:
    if type(table) is list:
        return intake.from_records(table, most)
    if type(table) is not dict:
        raise FormUnknown(
            reason=f"The rows of “{intake.name}” are {found(table)}.",
            advice="Send a list of records, or an object with “ColumnNames” and “Values”.",
            input=intake.name,
        )
    require_keys(table, frozenset({"ColumnNames", "Values"}))
    return intake.from_rows(table.get("ColumnNames"), table.get("Values"), most)


def _write_records(answer: Answer) -> Written:
    outputs = answer.version.outputs
    return Written(write({"Results": {name: records(answer, name) for name in outputs}}))


def _write_tables(answer: Answer) -> Written:
    outputs = answer.version.outputs
    return Written(write({"Results": {name: _data_table(answer, name) for name in outputs}}))


def _data_table(answer: Answer, output: str) -> dict[str, Any]:
    columns = answer.version.outputs[output]
    texts = [_texts(answer, output, column) for column in columns]
    return {
        "type": "DataTable",
        "value": {
            "ColumnNames": [column.name for column in columns],
            "ColumnTypes": [TYPES[column.type] for column in columns],
            "Values": list(zip(*texts, strict=True)),
        },
    }


def _texts(answer: Answer, output: str, column: Column) -> Sequence[str | None]:
    """Return a column as text; a whole double has no “.0” here."""
    echo = answer.echo(output, column)
    if echo is not None:
        return [v if v is None or isinstance(v, str) else write(v).decode() for v in echo]
    texts = write_column(answer.tables[output][column.name], column)
    if column.type == "double":
        return [None if text is None else text.removesuffix(".0") for text in texts]
    return texts
