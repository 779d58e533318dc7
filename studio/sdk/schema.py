"""The schema of a table: names, types and roles of its columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

from studio.sdk.errors import ColumnMissing

ColumnType = Literal["integer", "double", "boolean", "string", "datetime", "timespan", "category"]
Role = Literal["feature", "label", "weight", "score", "id", "fold", "origin"]

COLUMN_TYPES: tuple[ColumnType, ...] = get_args(ColumnType)
ROLES: tuple[Role, ...] = get_args(Role)

ORIGIN = "__origin__"
"""The hidden column that keeps, for each row, its number in the source it came from."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, what it stands for, and a category's levels in order."""

    name: str
    type: ColumnType
    role: Role = "feature"
    levels: tuple[str, ...] | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether arithmetic on the column makes sense (integer or double)."""
        return self.type in ("integer", "double")

    @property
    def is_text(self) -> bool:
        """Whether the column holds strings, free or from a set of levels."""
        return self.type in ("string", "category")

    def to_dict(self) -> dict[str, Any]:
        """Return the column as JSON-able data; what is default is left out."""
        data: dict[str, Any] = {"name": self.name, "type": self.type}
        if self.role != "feature":
            data["role"] = self.role
        if self.levels is not None:
            data["levels"] = list(self.levels)
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Column:
        """Read what :meth:`to_dict` wrote; raises ValueError for an unknown type or role."""
        levels = data.get("levels")
        column = cls(
            data["name"],
            data["type"],
            data.get("role", "feature"),
            None if levels is None else tuple(levels),
        )
        if column.type not in COLUMN_TYPES or column.role not in ROLES:
            raise ValueError(f"unknown type or role: {data}")
        return column


@dataclass(frozen=True)
class TableSchema:
    """The columns of a table, in order; names are non-empty and unique.

    The hidden column of origins, when there is one, is the last and is not among :attr:`visible`.
    """

    columns: tuple[Column, ...] = ()

    def __iter__(self) -> Iterator[Column]:
        return iter(self.visible)

    def __len__(self) -> int:
        return len(self.visible)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def visible(self) -> tuple[Column, ...]:
        """The columns that people see: all but the hidden origin."""
        return tuple(column for column in self.columns if column.role != "origin")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the visible columns, in order."""
        return tuple(column.name for column in self.visible)

    @property
    def has_origin(self) -> bool:
        """Whether each row still knows which row of its source it came from."""
        return ORIGIN in self._by_name

    def column(self, name: str, *, param: str | None = None, port: str | None = None) -> Column:
        """Return the column of that name; raises ColumnMissing, naming ``param`` and ``port``."""
        found = self._by_name.get(name)
        if found is None:
            raise ColumnMissing(column=name, available=self.names, param=param, port=port)
        return found

    def by_role(self, role: Role) -> tuple[Column, ...]:
        """Return the columns that stand for ``role``, in order."""
        return tuple(column for column in self.columns if column.role == role)

    def where(self, test: Callable[[Column], bool]) -> tuple[str, ...]:
        """Return the names of the visible columns that pass ``test``."""
        return tuple(column.name for column in self.visible if test(column))

    def select(self, names: Iterable[str]) -> TableSchema:
        """Return these columns in this order, and the hidden origin with them."""
        chosen = [self.column(name) for name in names]
        return TableSchema((*chosen, *self.by_role("origin")))

    def drop(self, names: Collection[str]) -> TableSchema:
        """Return the schema without these columns."""
        return TableSchema(tuple(c for c in self.columns if c.name not in names))

    def replace(self, *columns: Column) -> TableSchema:
        """Return the schema with the columns of the same names replaced by these."""
        new = {column.name: column for column in columns}
        return TableSchema(tuple(new.get(c.name, c) for c in self.columns))

    def append(self, *columns: Column) -> TableSchema:
        """Return the schema with these columns after the visible ones; equal names are replaced."""
        new = {column.name: column for column in columns}
        kept = [new.pop(c.name, c) for c in self.visible]
        return TableSchema((*kept, *new.values(), *self.by_role("origin")))

    def rename(self, mapping: Mapping[str, str]) -> TableSchema:
        """Return the schema with columns renamed, roles and levels kept."""
        return TableSchema(
            tuple(replace(c, name=mapping.get(c.name, c.name)) for c in self.columns)
        )

    def with_role(self, name: str, role: Role) -> TableSchema:
        """Return the schema with one column's role changed."""
        return self.replace(replace(self.column(name), role=role))

    def without_origin(self) -> TableSchema:
        """Return the schema without the hidden origin."""
        return TableSchema(self.visible)

    def to_dict(self) -> list[dict[str, Any]]:
        """Return the schema as JSON-able data."""
        return [column.to_dict() for column in self.columns]

    @classmethod
    def from_dict(cls, data: Iterable[Mapping[str, Any]]) -> TableSchema:
        """Read what :meth:`to_dict` wrote."""
        return cls(tuple(Column.from_dict(item) for item in data))


def unique_names(names: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """Return the names made non-empty and unique: a second ``Name`` becomes ``Name (1)``.

    An empty name becomes ``Col`` and its 1-based number. ``taken`` are names that are already used.
    """
    used = set(taken)
    result = []
    for number, name in enumerate(names, start=1):
        base = name if name.strip() else f"Col{number}"
        candidate, count = base, 0
        while candidate in used or candidate == ORIGIN:
            count += 1
            candidate = f"{base} ({count})"
        used.add(candidate)
        result.append(candidate)
    return result
