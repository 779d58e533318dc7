"""A program: the request path of a predictive experiment, ready to answer rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from studio.scoring.scorer import Tables
from studio.sdk.errors import StudioError
from studio.sdk.schema import Column, TableSchema

if TYPE_CHECKING:
    from studio.sdk.arrays import Columns
    from studio.sdk.model import Model
    from studio.sdk.module import Module
    from studio.sdk.transform import Transform

OUTSIDE = ""
"""The node of a wire that begins at a web service input; its port is the input's name."""


class RowsChanged(StudioError):
    """A module on the request path gave more or fewer rows than it got."""

    code = "rows_changed"
    sentence = "“{title}” made {after} rows of {before}; a request is answered row by row."
    hint = "Leave the step out of the predictive experiment, or set it so that it keeps every row."


class Wire(NamedTuple):
    """Where a table comes from: a node's output port, or a web service input."""

    node: str
    port: str


@dataclass(frozen=True, eq=False)
class Frame:
    """A table as the program holds it: its schema, and its columns as arrays."""

    schema: TableSchema
    columns: Columns

    @property
    def rows(self) -> int:
        """The number of rows; 0 where there is no column."""
        return next((len(values) for values in self.columns.values()), 0)


@dataclass(frozen=True, eq=False)
class Step:
    """A node of the request path.

    Attributes:
        node, title: The node's id, and what a person calls it.
        inputs: The wires of its Table inputs, by port.
        after: The schema at each of its Table outputs, as the studio's own run had it.
        general: How it is done with parameters that a request sets; None where it takes none.
    """

    node: str
    title: str
    inputs: Mapping[str, Wire]
    after: Mapping[str, TableSchema]
    general: ModuleStep | None = field(default=None, kw_only=True)

    def run(self, given: Mapping[str, Frame], threads: int) -> Mapping[str, Columns]:
        """Return the columns at each output; raises a StudioError."""
        raise NotImplementedError

    def set_to(self, parameters: Mapping[str, Any]) -> Step:
        """Return the step as it is with a request's parameters; raises ParameterWrong."""
        if self.general is None:
            return self
        from studio.scoring.module_run import bound

        return bound(self, self.general, parameters)


@dataclass(frozen=True, eq=False)
class TransformStep(Step):
    """A fitted transform, or a module that is one; it keeps every row."""

    transform: Transform = field(kw_only=True)

    def run(self, given: Mapping[str, Frame], threads: int) -> Mapping[str, Columns]:
        """Return the transform's columns."""
        del threads
        from studio.sdk.ops_numpy import NUMPY

        (frame,) = given.values()
        ((port, after),) = self.after.items()
        made = self.transform.apply(dict(frame.columns), NUMPY)
        return {port: {name: made[name] for name in after.names}}


@dataclass(frozen=True, eq=False)
class ScoreStep(Step):
    """A model's answers beside the columns, or alone."""

    model: Model = field(kw_only=True)

    def run(self, given: Mapping[str, Frame], threads: int) -> Mapping[str, Columns]:
        """Return the columns with the scores among them; raises InfiniteValue, LevelUnknown."""
        (frame,) = given.values()
        ((port, after),) = self.after.items()
        scores, _ = self.model.score_rows(dict(frame.columns), threads=threads)
        return {
            port: {
                name: scores[name] if name in scores else frame.columns[name]
                for name in after.names
            }
        }


@dataclass(frozen=True, eq=False)
class TableStep(Step):
    """A table that was frozen into the package; ``load`` brings its columns when first needed."""

    file: str = field(kw_only=True)
    load: Callable[[], Columns] = field(kw_only=True)

    def run(self, given: Mapping[str, Frame], threads: int) -> Mapping[str, Columns]:
        """Return the frozen columns."""
        del given, threads
        return dict.fromkeys(self.after, self.load())


@dataclass(frozen=True, eq=False)
class ModuleStep(Step):
    """A module that runs as it does in the studio, on a table made of the rows.

    Attributes:
        module: The configured module.
        bindings: Names of web service parameters, by the parameter that takes their value.
        seed: The node's effective seed.
        values: What its Learner, Model and Transform inputs hold, by port.
    """

    module: Module = field(kw_only=True)
    bindings: Mapping[str, str] = field(kw_only=True, default_factory=dict)
    seed: int = field(kw_only=True, default=0)
    values: Mapping[str, Any] = field(kw_only=True, default_factory=dict)

    def run(self, given: Mapping[str, Frame], threads: int) -> Mapping[str, Columns]:
        """Return what the module makes of the tables; raises a StudioError and RowsChanged."""
        from studio.scoring.module_run import run_module

        return run_module(self, given, threads)


@dataclass(frozen=True, eq=False)
class Program:
    """The steps between a package's inputs and its outputs, each after what it needs.

    Attributes:
        inputs: The schema of each web service input.
        steps: What is done.
        outputs: Where each web service output takes its table from.
    """

    inputs: Mapping[str, TableSchema]
    steps: tuple[Step, ...]
    outputs: Mapping[str, Wire]

    def run(
        self, tables: Tables, threads: int = 1, parameters: Mapping[str, Any] | None = None
    ) -> dict[str, Columns]:
        """Return the columns of each output; raises a StudioError.

        ``tables`` has every column of every input; see :meth:`Scorer.score`. ``parameters`` are
        web service parameters that are not as they usually are.
        """
        frames = dict(self.trace(tables, threads, parameters))
        answers: dict[str, Columns] = {}
        for name, (wire, columns) in self.answers.items():
            answers[name] = {c.name: frames[wire].columns[c.name] for c in columns}
        return answers

    def trace(
        self, tables: Tables, threads: int = 1, parameters: Mapping[str, Any] | None = None
    ) -> Iterator[tuple[Wire, Frame]]:
        """Yield the table at each input and at each step's outputs, in order."""
        frames: dict[Wire, Frame] = {}
        for name, schema in self.inputs.items():
            columns = {column: tables[name][column] for column in schema.names}
            frames[Wire(OUTSIDE, name)] = Frame(schema, columns)
        yield from list(frames.items())
        for step in self.steps:
            done = step.set_to(parameters) if parameters else step
            given = {port: frames[wire] for port, wire in step.inputs.items()}
            for port, made in done.run(given, threads).items():
                wire = Wire(step.node, port)
                frames[wire] = Frame(step.after[port], made)
                yield wire, frames[wire]

    @cached_property
    def answers(self) -> Mapping[str, tuple[Wire, tuple[Column, ...]]]:
        """For each output the wire it takes its table from, and the columns of its reply."""
        return {name: (wire, self.schema(wire).visible) for name, wire in self.outputs.items()}

    def schema(self, wire: Wire) -> TableSchema:
        """Return the schema at a wire."""
        if wire.node == OUTSIDE:
            return self.inputs[wire.port]
        step = next(step for step in self.steps if step.node == wire.node)
        return step.after[wire.port]
