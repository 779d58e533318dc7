"""What a worker keeps between questions: values that it has open, and what it worked out."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from studio.engine.errors import NotATable, ResultGone

if TYPE_CHECKING:
    from studio.engine.worker import Worker
    from studio.sdk.data import Value
    from studio.sdk.table import Table

MAX_VALUES = 16
MAX_KEPT = 256 << 20
"""Bytes of what was worked out, where that is no more than a quarter of the worker's memory."""
INDEX = "index"
FITTED = ("Learner", "Model", "Transform")

T = TypeVar("T")


class Kept:
    """What was worked out, by what it was worked out from; the oldest goes when it is too much."""

    def __init__(self, limit: int = MAX_KEPT) -> None:
        self._limit = limit
        self._items: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._size = 0

    def get(self, name: str, make: Callable[[], tuple[T, int]], limit: int = MAX_KEPT) -> T:
        """Return what is kept under a name, or make it: a value and its size in bytes."""
        if name in self._items:
            self._items.move_to_end(name)
            found: T = self._items[name][0]
            return found
        value, size = make()
        self._items[name] = value, size
        self._size += size
        while self._size > min(limit, self._limit) and len(self._items) > 1:
            _, (_, freed) = self._items.popitem(last=False)
            self._size -= freed
        return value


class Opened:
    """Values that were looked at, mapped or loaded; dropped when the store no longer has them."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[str, str], tuple[str, Value]] = OrderedDict()

    def value(self, worker: Worker, job: Mapping[str, Any]) -> Value:
        """Return the stored value that a question is about; raises ResultGone."""
        key, port, mark = job["key"], job["port"], job["mark"]
        found = self._values.pop((key, port), None)
        if mark is None:
            raise ResultGone(port=port)
        value = found[1] if found is not None and found[0] == mark else _load(worker, key, port)
        self._values[key, port] = mark, value
        if len(self._values) > MAX_VALUES:
            self._values.popitem(last=False)
        return value


def _load(worker: Worker, key: str, port: str) -> Value:
    entry = worker.store.find(key)
    about = {} if entry is None else entry.outputs.get(port, {})
    if about.get("kind") in FITTED:
        # Their classes are found by the registry, which a table has no need of.
        _ = worker.registry
    return worker.store.load(key, port)


_opened = Opened()
kept = Kept()


def value_of(worker: Worker, job: Mapping[str, Any]) -> Value:
    """Return the value that a question is about; raises ResultGone."""
    return _opened.value(worker, job)


def name_of(kind: str, job: Mapping[str, Any], *what: Any) -> str:
    """Return the name under which something is kept that was worked out from a stored table."""
    return json.dumps([kind, job["key"], job["port"], job["mark"], job["table"], *what])


def table_of(value: Value, job: Mapping[str, Any]) -> Table:
    """Return the table that a question is about: the value, or one in it; raises NotATable."""
    from studio.sdk.data import Files, Report
    from studio.sdk.table import Table

    name = job["table"]
    if isinstance(value, Report) and name in value.tables:
        value = value.tables[name]
    elif isinstance(value, Files) and name in (None, INDEX):
        value = value.index
    if not isinstance(value, Table):
        raise NotATable(port=job["port"])
    return value
