"""What a version answers to rows that were held out, as a table that can be judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from studio.scoring.program import OUTSIDE, Frame, Program, ScoreStep, Step, Wire
from studio.scoring.proof import chosen
from studio.scoring.signature import Field, Signature
from studio.sdk.arrays import all_missing
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column, ColumnType, TableSchema
from studio.serve.errors import PACKAGE_FAULTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.sdk.arrays import Array, Columns
    from studio.sdk.table import Table

BATCH = 65_536
"""Rows that are scored at once."""
MOST_REFUSED = 1000
"""Rows that may fail before it matters whether most of them do."""


class CannotAnswer(StudioError):
    """A version cannot be asked about the rows that were held out."""

    code = "cannot_answer"
    sentence = "{version} cannot answer the rows held out: {reason}."
    hint = "Hold out rows with the columns that both versions know."


class NothingAnswered(StudioError):
    """There is no row that both versions answered and that has a label."""

    code = "nothing_answered"
    sentence = "None of the {rows} rows held out has a label and an answer of both versions{why}."
    hint = "Hold out rows with their labels, whose features are not missing."


class NoScores(StudioError):
    """A version gives no scores that could be judged."""

    code = "no_scores"
    sentence = "{version} answers with no scores that could be judged."
    hint = "Give it a web service output below the node that scores."


@dataclass(frozen=True, eq=False)
class Version:
    """A version that is judged: what it is called in sentences, how it answers, and to what."""

    name: str
    program: Program
    signature: Signature


@dataclass(frozen=True, eq=False)
class Answers:
    """What a version answered to each row, where it scores.

    Attributes:
        schema: The columns there.
        columns: Their values; missing where a row could not be answered.
        refusals: Why rows could not be answered, with how often that was so.
    """

    schema: TableSchema
    columns: Columns
    refusals: Mapping[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> NDArray[Any]:
        """The mask of the rows that have all scores, and a label where the model predicts one."""
        import numpy as np

        from studio.sdk.ops_numpy import NUMPY

        wanted = (*self.schema.by_role("score"), *self.schema.by_role("label"))
        blank = [NUMPY.is_missing(self.columns[column.name]) for column in wanted]
        return np.asarray(~np.any(blank, axis=0))

    @property
    def labels(self) -> list[Array]:
        """The labels, as they are where the version scores."""
        return [self.columns[column.name] for column in self.schema.by_role("label")]

    def table(self, rows: NDArray[Any]) -> Table:
        """Return the chosen rows as a scored table."""
        from studio.scoring.module_run import table_of

        columns = {name: values[rows] for name, values in self.columns.items()}
        schema = TableSchema(tuple(_fitting(c, columns[c.name]) for c in self.schema))
        return table_of(Frame(schema, columns))


def answers_of(version: Version, tables: Mapping[str, Table]) -> Answers:
    """Return what a version answers to rows, given at each of its web service inputs.

    Rows that it refuses, such as those of a category that it does not know, are counted and have
    no answer. Raises CannotAnswer and NoScores.
    """
    wire = _scoring(version)
    schema = version.program.schema(wire).without_origin()
    given = {
        name: _columns(version, tables[name], fields) if name in tables else _lacking(version, name)
        for name, fields in version.signature.inputs.items()
    }
    count = next(table.rows for table in tables.values())
    asked = _Asked(version, wire, schema, given)
    parts = [asked.answer(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]
    return Answers(schema, _joined(schema, parts), asked.refusals)


@dataclass
class _Asked:
    """A version that is being asked."""

    version: Version
    wire: Wire
    schema: TableSchema
    given: Mapping[str, Columns]
    refusals: dict[str, int] = field(default_factory=dict)
    answered: int = 0

    def answer(self, start: int, end: int) -> Columns:
        """Return the columns for some rows; those that fail together are asked in halves."""
        import numpy as np

        rows = chosen(self.given, np.arange(start, end))
        try:
            for wire, frame in self.version.program.trace(rows):
                if wire == self.wire:
                    self.answered += end - start
                    return frame.columns
            raise NoScores(version=self.version.name)
        except (*PACKAGE_FAULTS, NoScores):
            raise
        except StudioError as error:
            if end - start == 1:
                self._refused(error)
                return {column.name: all_missing(1, column) for column in self.schema}
        middle = (start + end) // 2
        return _joined(self.schema, [self.answer(start, middle), self.answer(middle, end)])

    def _refused(self, error: StudioError) -> None:
        why = error.message.rstrip(".")
        self.refusals[why] = self.refusals.get(why, 0) + 1
        refused = sum(self.refusals.values())
        if refused > max(MOST_REFUSED, self.answered):
            raise CannotAnswer(version=self.version.name, reason=why) from error


def _joined(schema: TableSchema, parts: Iterable[Columns]) -> dict[str, Array]:
    import numpy as np

    found = list(parts)
    if not found:
        return {column.name: all_missing(0, column) for column in schema}
    return {c.name: np.concatenate([part[c.name] for part in found]) for c in schema}


def _scoring(version: Version) -> Wire:
    """Return the wire at which a program's rows have their scores; raises NoScores.

    It is where the model nearest to the reply gives them. Where no step of the program is a model,
    it is the first of the steps before the reply at which there are scores.
    """
    program = version.program
    steps = {step.node: step for step in program.steps}
    wire = next(iter(program.outputs.values()))
    found = None
    while wire.node != OUTSIDE and wire.node in steps:
        step: Step = steps[wire.node]
        if program.schema(wire).by_role("score"):
            found = wire
        if isinstance(step, ScoreStep) or not step.inputs:
            break
        wire = next(iter(step.inputs.values()))
    if found is None:
        raise NoScores(version=version.name)
    return found


def _columns(version: Version, table: Table, fields: Iterable[Field]) -> dict[str, Array]:
    """Return a table's columns as a version is asked with them; raises CannotAnswer."""
    from studio.sdk.arrays import to_array

    found: dict[str, Array] = {}
    for item in fields:
        if item.name not in table.schema:
            if item.required:
                reason = f"they have no column “{item.name}”"
                raise CannotAnswer(version=version.name, reason=reason)
            found[item.name] = all_missing(table.rows, item.column)
            continue
        column = table.schema.column(item.name)
        data = table.select([item.name]).to_arrow().column(item.name)
        if data.null_count == table.rows:
            found[item.name] = all_missing(table.rows, item.column)
        elif _kind(column.type) != _kind(item.type):
            reason = f"column “{item.name}” is of type {column.type}, and {item.type} is needed"
            raise CannotAnswer(version=version.name, reason=reason)
        else:
            found[item.name] = to_array(data, column)
    return found


def _lacking(version: Version, name: str) -> dict[str, Array]:
    raise CannotAnswer(version=version.name, reason=f"there are none for its input “{name}”")


def _kind(type_: ColumnType) -> str:
    if type_ in ("string", "category"):
        return "text"
    return "number" if type_ in ("integer", "double", "boolean") else type_


def _fitting(column: Column, values: Array) -> Column:
    """Return a column that takes values of other data: whole numbers may have become others."""
    import numpy as np

    if column.type != "integer":
        return column
    there = values[np.isfinite(values)]
    is_whole = (
        len(there) == len(values) - np.isnan(values).sum() and (there == np.floor(there)).all()
    )
    return column if is_whole else replace(column, type="double")
