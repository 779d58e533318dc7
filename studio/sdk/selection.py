"""A selection of columns by rules, evaluated against a schema."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from studio.sdk.errors import ColumnMissing, ModuleError, NoColumns
from studio.sdk.schema import COLUMN_TYPES, ROLES, Column, TableSchema

By = Literal["all", "name", "index", "type", "role", "pattern"]
TYPE_GROUPS: dict[str, tuple[str, ...]] = {
    "numeric": ("integer", "double"),
    "text": ("string", "category"),
    **{name: (name,) for name in COLUMN_TYPES},
}


class IndexOutOfRange(ModuleError):
    """A rule names a column by a number that the table does not have."""

    code = "column_index_out_of_range"
    sentence = "There is no column number {index}: the input has {count} columns."
    hint = "Numbers start at 1."


class SelectionWrong(ModuleError):
    """A selection of columns that cannot be."""

    code = "column_selection_wrong"
    sentence = "Columns cannot be selected so: {reason}."


class Rule(BaseModel):
    """One rule of a selection: include or exclude columns by name, number, type, role or pattern.

    ``index`` values are 1-based numbers or ranges, ``"1-20"``. ``pattern`` values are regular
    expressions that must fit the whole name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Literal["include", "exclude"] = "include"
    by: By = "name"
    values: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _values_fit(self) -> Rule:
        allowed = {"type": tuple(TYPE_GROUPS), "role": ROLES}.get(self.by)
        for value in self.values:
            if allowed is not None and value not in allowed:
                raise ValueError(
                    f"“{value}” is not a {self.by}; choose one of {', '.join(allowed)}"
                )
            if self.by == "index" and not re.fullmatch(r"[1-9]\d{0,6}(-[1-9]\d{0,6})?", value):
                raise ValueError(f"“{value}” is not a column number like 3, nor a range like 2-5")
            if self.by == "pattern":
                try:
                    re.compile(value)
                except re.error as error:
                    raise ValueError(f"“{value}” is not a regular expression: {error}") from None
        return self

    def chooses(self, schema: TableSchema) -> list[str]:
        """Return the names that the rule speaks of, in the order of its values."""
        if self.by == "all":
            return list(schema.names)
        if self.by == "name":
            return [schema.column(name).name for name in self.values]
        if self.by == "index":
            return [name for value in self.values for name in _numbered(value, schema)]
        return [
            column.name
            for value in self.values
            for column in schema.visible
            if self._fits(column, value)
        ]

    def _fits(self, column: Column, value: str) -> bool:
        if self.by == "type":
            return column.type in TYPE_GROUPS[value]
        if self.by == "role":
            return column.role == value
        return re.fullmatch(value, column.name) is not None


class ColumnSelection(BaseModel):
    """Which columns: begin with all or none, then include and exclude by rules, in order.

    A name or a list of names may stand for the selection of just these.

    ``keep_order`` gives the columns in the order of the rules, a column asked for twice twice;
    otherwise they come in the table's own order, each once.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    begin: Literal["all", "none"] = "none"
    rules: tuple[Rule, ...] = ()
    keep_order: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_names(cls, data: Any) -> Any:
        named = [data] if isinstance(data, str) else data
        if isinstance(named, list | tuple) and all(isinstance(name, str) for name in named):
            return {"rules": [{"by": "name", "values": list(named)}] if named else []}
        return data

    def names(
        self, schema: TableSchema, *, param: str | None = None, allow_none: bool = False
    ) -> list[str]:
        """Return the names of the chosen columns.

        Raises ColumnMissing for a name that is not in the schema and NoColumns when nothing is
        chosen (unless ``allow_none``); both name ``param``.
        """
        chosen: list[str] = list(schema.names) if self.begin == "all" else []
        try:
            for rule in self.rules:
                spoken = rule.chooses(schema)
                if rule.action == "exclude":
                    chosen = [name for name in chosen if name not in set(spoken)]
                else:
                    chosen += spoken
        except (ColumnMissing, IndexOutOfRange) as error:
            error.param = param
            raise
        if not self.keep_order:
            wanted = set(chosen)
            chosen = [name for name in schema.names if name in wanted]
        if not chosen and not allow_none:
            raise NoColumns(available=schema.names, param=param)
        return chosen


def _numbered(value: str, schema: TableSchema) -> Iterable[str]:
    first, _, last = value.partition("-")
    start, stop = int(first), int(last or first)
    if max(start, stop) > len(schema.names):
        raise IndexOutOfRange(index=max(start, stop), count=len(schema.names))
    return schema.names[min(start, stop) - 1 : max(start, stop)]


def columns(
    *names: str,
    exclude: Iterable[str] = (),
    types: Iterable[str] = (),
    roles: Iterable[str] = (),
    pattern: str | None = None,
    indices: Iterable[int | str] = (),
    keep_order: bool = False,
) -> ColumnSelection:
    """Return a selection: these names, types, roles, numbers and patterns, or all but ``exclude``.

    With only ``exclude``, every other column is chosen: ``columns(exclude=["id"])``. Raises
    SelectionWrong for a type, a role, a number or a pattern that cannot be.
    """
    include: list[tuple[By, Iterable[str]]] = [
        ("name", names),
        ("type", types),
        ("role", roles),
        ("index", map(str, indices)),
        ("pattern", () if pattern is None else (pattern,)),
    ]
    left_out = tuple(exclude)
    try:
        rules = [Rule(by=by, values=chosen) for by, values in include if (chosen := tuple(values))]
        begin: Literal["all", "none"] = "none" if rules else "all"
        if left_out:
            rules.append(Rule(action="exclude", values=left_out))
    except ValidationError as error:
        found = error.errors()[0]
        reason = found["ctx"]["error"] if found["type"] == "value_error" else "names are text"
        raise SelectionWrong(reason=reason) from None
    return ColumnSelection(begin=begin, rules=tuple(rules), keep_order=keep_order)


ALL = ColumnSelection(begin="all")
"""Every column."""
NUMERIC = ColumnSelection(rules=(Rule(by="type", values=("numeric",)),))
"""Every integer or double column."""
CATEGORIES = ColumnSelection(rules=(Rule(by="type", values=("category",)),))
"""Every category column."""
