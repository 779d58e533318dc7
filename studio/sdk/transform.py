"""A transform: a fitted column program that runs on any table, in batches, and elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from studio.sdk.errors import ColumnTypeWrong, StudioError
from studio.sdk.schema import Column, TableSchema

if TYPE_CHECKING:
    import pyarrow as pa

    from studio.sdk.module import Module
    from studio.sdk.ops import Columns, Ops, Value
    from studio.sdk.table import Table

FILE = "transform.json"
_CLASSES: dict[str, type[Transform]] = {}
_FINDERS: list[Callable[[str], type[Module] | None]] = []


class TransformUnknown(StudioError):
    """A kept transformation is of a kind that no installed module knows."""

    code = "transform_unknown"
    sentence = "The transformation “{type}” was made by “{made_by}”, which is not installed."
    hint = "Install the package that brings the module."


class TransformNewer(StudioError):
    """A kept transformation was made by a newer version of its module."""

    code = "transform_newer"
    sentence = "The transformation “{type}” has version {found}; version {known} is installed."
    hint = "Install the newer version, or run the step that made it again."


class TransformOlder(TransformNewer):
    """A kept transformation is of a version that its module no longer reads."""

    code = "transform_older"
    hint = "Run the step that made it again."


@dataclass(frozen=True, eq=False)
class Transform:
    """What a module learned from a table, as a program over columns; immutable.

    A subclass is a frozen dataclass (``@dataclass(frozen=True, eq=False)``). It names itself by
    ``type`` (permanent, unique) and ``made_by`` (the id of a module in the same file, or in one
    that imports it, which is how a process that never saw the class finds it), and its fields are
    its state: JSON scalars, tuples, mappings, numpy arrays, ``Column``, ``TableSchema``, other
    transforms and fitted scikit-learn transformers.

    Applying a row must depend on that row only.

    Attributes:
        inputs: The columns it reads, as they were when it was fitted.
        trusted: Types of its own, besides the studio's list, that its estimators' files may hold.
    """

    type: ClassVar[str] = ""
    version: ClassVar[int] = 1
    made_by: ClassVar[str] = ""
    trusted: ClassVar[tuple[str, ...]] = ()

    inputs: tuple[Column, ...]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.type:
            _CLASSES[cls.type] = cls

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the columns that it reads."""
        return tuple(column.name for column in self.inputs)

    @property
    def writes(self) -> tuple[str, ...]:
        """The names of the columns that :meth:`apply` computes: as it stands, those it reads."""
        return self.reads

    @property
    def drops(self) -> tuple[str, ...]:
        """The names of the columns that are no longer there afterwards."""
        return ()

    def written(self, schema: TableSchema) -> tuple[Column, ...]:
        """Return the columns that it writes, given the table's schema.

        As it stands: a double under the same name and role, or a new double feature.
        """
        return tuple(
            dataclasses.replace(schema.column(name), type="double", levels=None)
            if name in schema
            else Column(name, "double")
            for name in self.writes
        )

    @property
    def chooses_rows(self) -> bool:
        """Whether rows can be left out: a class that does so defines :meth:`keeps`."""
        return type(self).keeps is not Transform.keeps

    def output_schema(self, schema: TableSchema) -> TableSchema:
        """Return the schema of the result; raises ColumnMissing and ColumnTypeWrong."""
        self.check(schema)
        return schema.append(*self.written(schema)).drop(self.drops)

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the columns with those of :attr:`writes` computed, by ``ops`` alone.

        ``columns`` has at least those of :attr:`reads`: numbers, booleans (0 and 1), datetimes and
        timespans (microseconds) as numbers, strings and categories as text. Return ``columns |
        {name: …}``; an argument is never changed. A written column of type integer holds whole
        numbers, of type boolean 0 and 1, of type category its levels.
        """
        raise NotImplementedError

    def keeps(self, columns: Columns, ops: Ops) -> Value | None:
        """Return the mask of the rows that stay, by the columns as they come in; None keeps all."""

    def state(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}

    @classmethod
    def from_state(cls, state: Mapping[str, Any], version: int) -> Self:
        """Return the transform of a state; ``version`` is that of the class that wrote it.

        A subclass whose version rises reads the states of the older versions here.
        """
        if version != cls.version:
            raise TransformOlder(type=cls.type, found=version, known=cls.version)
        return cls(**state)

    def header(self) -> dict[str, Any]:
        """Return what is written beside the state to find the class again."""
        return {"type": self.type, "version": self.version, "made_by": self.made_by}

    def about(self) -> dict[str, Any]:
        """Return what can be said of the transform in a panel, as JSON-able data."""
        return {
            **self.header(),
            "reads": list(self.reads),
            "writes": list(self.writes),
            "drops": list(self.drops),
            "chooses_rows": self.chooses_rows,
        }

    def check(self, schema: TableSchema) -> None:
        """Raise ColumnMissing or ColumnTypeWrong where a table lacks what it reads."""
        for fitted in self.inputs:
            found = schema.column(fitted.name, port="dataset")
            if _kind(found) != _kind(fitted):
                raise ColumnTypeWrong(
                    column=found.name, found=found.type, wanted=_kind(fitted), port="dataset"
                )

    def apply_table(self, table: Table) -> Table:
        """Return the table that it makes, computed in batches when it is read.

        Columns that are not written pass through untouched, and so do whole numbers and times
        that stay what they were in a column that is, whose type stays: also those that doubles
        cannot hold. Raises ColumnMissing, ColumnTypeWrong.
        """
        before, after = table.schema, self.output_schema(table.schema)
        return table.map_batches(after, lambda batch: self.apply_batch(batch, before, after))

    def apply_batch(
        self, batch: pa.RecordBatch, before: TableSchema, after: TableSchema
    ) -> pa.RecordBatch:
        """Return one batch of the result."""
        import pyarrow as pa

        from studio.sdk.arrays import to_columns
        from studio.sdk.ops_numpy import NUMPY

        columns = to_columns(batch, before, self.reads)
        kept = self.keeps(columns, NUMPY)
        result = self.apply(columns, NUMPY)
        written = set(self.writes)
        arrays = [
            _made(column, result, columns, batch, before)
            if column.name in written
            else batch.column(column.name)
            for column in after.columns
        ]
        made = pa.RecordBatch.from_arrays(arrays, names=[column.name for column in after.columns])
        return made if kept is None else made.filter(pa.array(kept))


@dataclass(frozen=True, eq=False)
class Chain(Transform):
    """Several transforms, one after another, as one.

    Attributes:
        steps: The transforms, in the order in which they apply.
    """

    type: ClassVar[str] = "chain"

    steps: tuple[Transform, ...] = ()

    @classmethod
    def of(cls, *steps: Transform) -> Chain:
        """Return the chain of some transforms; what it reads follows from theirs."""
        made: set[str] = set()
        inputs: dict[str, Column] = {}
        for step in steps:
            inputs |= {c.name: c for c in step.inputs if c.name not in made | inputs.keys()}
            made |= set(step.writes)
        return cls(tuple(inputs.values()), steps)

    @property
    def writes(self) -> tuple[str, ...]:
        """What the steps write and no later step drops."""
        names: dict[str, None] = {}
        for step in self.steps:
            names |= dict.fromkeys(step.writes)
            names = {name: None for name in names if name not in step.drops}
        return tuple(names)

    @property
    def drops(self) -> tuple[str, ...]:
        """What the steps drop and no later step writes."""
        names: dict[str, None] = {}
        for step in self.steps:
            names = {name: None for name in names if name not in step.writes}
            names |= dict.fromkeys(step.drops)
        return tuple(names)

    @property
    def chooses_rows(self) -> bool:
        """Whether any step can leave rows out."""
        return any(step.chooses_rows for step in self.steps)

    def output_schema(self, schema: TableSchema) -> TableSchema:
        """Return the schema after the last step."""
        for step in self.steps:
            schema = step.output_schema(schema)
        return schema

    def apply(self, columns: Columns, ops: Ops) -> Columns:
        """Return the columns after the last step."""
        for step in self.steps:
            columns = step.apply(columns, ops)
        return columns

    def keeps(self, columns: Columns, ops: Ops) -> Value | None:
        """Return the mask of the rows that every step keeps."""
        kept: Value | None = None
        for step in self.steps:
            mask = step.keeps(columns, ops)
            if mask is not None:
                kept = mask if kept is None else ops.both(kept, mask)
            columns = step.apply(columns, ops)
        return kept


def find_modules(finder: Callable[[str], type[Module] | None]) -> None:
    """Say how this process finds a module by its id; called once by whoever opens the registry.

    Finding a module imports the file that defines it, and with it its transforms.
    """
    _FINDERS[:] = [finder]


def find_module(module_id: str) -> type[Module] | None:
    """Return a module by its id, or None where it is not installed."""
    found = (finder(module_id) for finder in _FINDERS)
    return next((cls for cls in found if cls is not None), None)


def find_class(header: Mapping[str, Any]) -> type[Transform]:
    """Return the class that a header names; raises TransformUnknown, TransformNewer."""
    name, made_by, version = str(header["type"]), str(header["made_by"]), int(header["version"])
    if name not in _CLASSES:
        _ = find_module(made_by) if made_by else _own()
    cls = _CLASSES.get(name)
    if cls is None:
        raise TransformUnknown(type=name, made_by=made_by)
    if version > cls.version:
        raise TransformNewer(type=name, found=version, known=cls.version)
    return cls


def _own() -> tuple[type[Transform], ...]:
    """Return the transforms that no module made; importing them makes them known."""
    from studio.sdk.features import Features
    from studio.sdk.rowwise import Reshape

    return Features, Reshape


def revive(header: Mapping[str, Any], state: Mapping[str, Any]) -> Transform:
    """Return the transform of a header and a state; raises TransformUnknown, TransformNewer."""
    return find_class(header).from_state(state, int(header["version"]))


def keep_transform(transform: Transform, folder: Path) -> None:
    """Write a transform into an existing folder: ``transform.json`` and its arrays."""
    from studio.sdk.state import write_state

    write_state(transform, folder / FILE)


def load_transform(folder: Path) -> Transform:
    """Return the transform that was kept in the folder; raises a StudioError."""
    from studio.sdk.state import StateUnreadable, read_state

    value = read_state(folder / FILE)
    if not isinstance(value, Transform):
        raise StateUnreadable(reason="the file does not hold a transformation")
    return value


def _made(
    column: Column, made: Columns, given: Columns, batch: pa.RecordBatch, before: TableSchema
) -> pa.Array:
    """Return a written column; whole numbers and times that did not change stay to the digit."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from studio.sdk.arrays import to_arrow

    name, values = column.name, made[column.name]
    same_type = name in given and before.column(name).type == column.type
    if same_type and values is given[name] and column.type != "category":
        return batch.column(name)
    if not same_type or column.type not in ("integer", "datetime", "timespan"):
        return to_arrow(values, column)
    same = values == given[name]
    # What stays is not converted: a double next to the largest whole number is none of a table's.
    changed = to_arrow(np.where(same, 0.0, values), column)
    return pc.if_else(pa.array(same), batch.column(name), changed)


def _kind(column: Column) -> str:
    if column.is_text:
        return "text"
    return "a number" if column.type in ("integer", "double", "boolean") else f"a {column.type}"
