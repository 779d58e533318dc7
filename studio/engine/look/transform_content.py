"""What a fitted transform does, as settings and small tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.engine.look.cells import plain
from studio.engine.look.settings import MAX_ITEMS, fact, spoken, title_of

if TYPE_CHECKING:
    from studio.sdk.transform import Transform

MAX_WIDTH = 50
"""So many columns a table of an answer has at most."""


def transform_content(transform: Transform) -> dict[str, Any]:
    """Return what a transform reads, writes and drops, and what it learned."""
    from studio.sdk.transform import Chain

    made_by = type(transform).made_by
    parts = _Parts(transform)
    steps = transform.steps if isinstance(transform, Chain) else ()
    return {
        "kind": "Transform",
        "type": transform.type,
        "title": title_of(made_by) if made_by else spoken(transform.type),
        "reads": list(transform.reads[:MAX_ITEMS]),
        "writes": list(transform.writes[:MAX_ITEMS]),
        "drops": list(transform.drops[:MAX_ITEMS]),
        "settings": parts.settings,
        "tables": parts.tables,
        "steps": [transform_content(step) for step in steps[:MAX_ITEMS]],
    }


class _Parts:
    """The fields of a transform sorted by form: values by column, tables, and single values."""

    def __init__(self, transform: Transform) -> None:
        self._names = transform.reads
        self._by_column: dict[str, list[Any]] = {}
        self.settings: list[dict[str, Any]] = []
        self.tables: list[dict[str, Any]] = []
        for item in dataclasses.fields(transform):
            if item.name not in ("inputs", "steps"):
                self._take(item.name, getattr(transform, item.name))
        if self._by_column:
            rows = zip(self._names, *self._by_column.values(), strict=True)
            columns = ["Column", *(spoken(name) for name in self._by_column)]
            self.tables.insert(0, _table("Columns", columns, [list(row) for row in rows]))

    def _take(self, name: str, value: Any) -> None:
        value = value.tolist() if hasattr(value, "tolist") else value
        if isinstance(value, Mapping):
            self._pairs(name, value)
        elif isinstance(value, list | tuple):
            self._list(name, list(value))
        elif hasattr(value, "get_params"):
            self.settings.append(fact(name, type(value).__name__))
            self.settings += [fact(key, item) for key, item in value.get_params().items()]
        else:
            self.settings.append(fact(name, value))

    def _pairs(self, name: str, pairs: Mapping[Any, Any]) -> None:
        if pairs and set(pairs) <= set(self._names):
            self._by_column[name] = [_short(pairs.get(column)) for column in self._names]
        elif pairs:
            rows = [[_short(key), _short(value)] for key, value in pairs.items()]
            self.tables.append(_table(spoken(name), ["Name", "Value"], rows))

    def _list(self, name: str, items: list[Any]) -> None:
        from studio.sdk.schema import Column

        if not items:
            return
        if isinstance(items[0], Column):
            rows = [[column.name, column.type] for column in items]
            self.tables.append(_table(spoken(name), ["Column", "Type"], rows))
        elif len(items) == len(self._names):
            self._by_column[name] = [_short(item) for item in items]
        elif isinstance(items[0], list | tuple):
            width = max(len(item) for item in items)
            columns = [str(number) for number in range(1, width + 1)]
            self.tables.append(_table(spoken(name), columns, [list(item) for item in items]))
        else:
            self.settings.append(fact(name, _short(items)))


def _table(title: str, columns: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    kept = [plain(row[:MAX_WIDTH]) for row in rows[:MAX_ITEMS]]
    return {
        "title": title,
        "columns": columns[:MAX_WIDTH],
        "rows": kept,
        "rows_in_all": len(rows),
    }


def _short(value: Any) -> Any:
    """Return a value for one cell; a list becomes a text."""
    from studio.sdk.schema import Column

    if isinstance(value, Column):
        return value.name
    if isinstance(value, list | tuple):
        return ", ".join(str(_short(item)) for item in value[:MAX_WIDTH]) + (
            ", …" if len(value) > MAX_WIDTH else ""
        )
    return plain(value)
