"""JSON-able values that cannot change: maps, tuples and scalars."""

from __future__ import annotations

import math
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, TypeVar

from studio.document.errors import NotStorable

MAX_DEPTH = 60
"""How deeply values may be nested; far more than anything a module asks for."""
_MAX_INTEGER = 2**64

V = TypeVar("V", covariant=True)


class FrozenMap(Mapping[str, V]):
    """A mapping from text that cannot be changed; equal when keys, values and their types are.

    Unlike a dict's, its equality tells ``1``, ``1.0`` and ``True`` apart, as files do.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, V] | None = None) -> None:
        self._items: dict[str, V] = dict(items or {})

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def keys(self) -> KeysView[str]:
        """Return the keys."""
        return self._items.keys()

    def values(self) -> ValuesView[V]:
        """Return the values."""
        return self._items.values()

    def items(self) -> ItemsView[str, V]:
        """Return keys and values."""
        return self._items.items()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Mapping) or len(self) != len(other):
            return False
        return all(key in other and same(value, other[key]) for key, value in self._items.items())

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"FrozenMap({self._items!r})"

    def with_items(
        self, put: Mapping[str, Any], drop: frozenset[str] = frozenset()
    ) -> FrozenMap[V]:
        """Return a copy in which ``drop`` is gone and ``put`` is set."""
        kept = {key: value for key, value in self._items.items() if key not in drop}
        return FrozenMap({**kept, **put})


def same(left: object, right: object) -> bool:
    """Whether two frozen values are equal and of the same types all the way down."""
    if left is right:
        return True
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def freeze(value: object, depth: int = 0) -> Any:
    """Return the value with lists as tuples and mappings as frozen maps; raises NotStorable."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _double(value)
    if depth >= MAX_DEPTH:
        raise NotStorable(reason=f"A value is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, list | tuple):
        return tuple(freeze(item, depth + 1) for item in value)
    if isinstance(value, Mapping):
        return freeze_map(value, depth)
    raise NotStorable(reason=f"A value of type {type(value).__name__} cannot be kept in a document")


def freeze_map(value: Mapping[Any, Any], depth: int = 0) -> FrozenMap[Any]:
    """Return a mapping as a frozen map, with everything in it frozen; raises NotStorable."""
    if isinstance(value, FrozenMap) and depth == 0:
        return value
    frozen = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise NotStorable(reason=f"The name of a value must be text, not {type(key).__name__}")
        frozen[plain_text(key)] = freeze(item, depth + 1)
    return FrozenMap(frozen)


def thaw(value: Any) -> Any:
    """Return a frozen value as plain dicts and lists, ready for JSON."""
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [thaw(item) for item in value]
    return value


def plain_text(value: str) -> str:
    """Return text that any file can hold; raises NotStorable for NUL and halves of characters."""
    if "\0" in value:
        raise NotStorable(reason="A text holds a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotStorable(reason="A text holds half of a character (a lone surrogate)") from None
    return str(value)


def _integer(value: int) -> int:
    if abs(value) > _MAX_INTEGER:
        raise NotStorable(reason="A whole number is larger than 64 bits")
    return int(value)


def _double(value: float) -> float:
    if not math.isfinite(value):
        raise NotStorable(reason="A number is infinite or not a number")
    return float(value) + 0.0


EMPTY: FrozenMap[Any] = FrozenMap()
