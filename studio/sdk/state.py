"""The state of fitted things as files: JSON, arrays beside it, estimators without pickle."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.sdk.errors import StudioError
from studio.sdk.schema import Column, TableSchema

MARK = "$"
"""Begins the one key of an object that stands for something that JSON does not have."""


class StateUnreadable(StudioError):
    """A kept state is not what this version writes."""

    code = "state_unreadable"
    sentence = "A fitted transformation or model could not be read: {reason}."
    hint = "Run the step that made it again."


@dataclass
class StateWriter:
    """Turns states into JSON-able data, and writes arrays and estimators into a folder."""

    folder: Path
    count: int = 0

    def encode(self, value: Any) -> Any:
        """Return JSON-able data for a value; raises TypeError for what a state may not hold."""
        import numpy as np

        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {MARK + "float": repr(value)}
        if isinstance(value, list | tuple):
            return [self.encode(item) for item in value]
        if isinstance(value, Mapping):
            return self._pairs(value)
        if isinstance(value, Column):
            return {MARK + "column": value.to_dict()}
        if isinstance(value, TableSchema):
            return {MARK + "schema": value.to_dict()}
        if isinstance(value, np.generic):
            return self.encode(value.item())
        if isinstance(value, np.ndarray):
            return self._array(value)
        return self._fitted(value)

    def _pairs(self, value: Mapping[Any, Any]) -> Any:
        if all(isinstance(key, str) and not key.startswith(MARK) for key in value):
            return {key: self.encode(item) for key, item in value.items()}
        return {MARK + "pairs": [[self.encode(k), self.encode(v)] for k, v in value.items()]}

    def _array(self, value: Any) -> Any:
        import numpy as np

        if value.dtype == object:
            return {MARK + "objects": self.encode(value.tolist())}
        np.save(self.folder / self._name("npy"), value, allow_pickle=False)
        return {MARK + "array": self.count}

    def _fitted(self, value: Any) -> Any:
        from studio.sdk.transform import Transform
        from studio.sdk.trusted import save_estimator

        if isinstance(value, Transform):
            return {MARK + "transform": value.header(), "state": self.encode(value.state())}
        if not hasattr(value, "get_params"):
            raise TypeError(f"a state cannot hold {type(value).__name__}")
        save_estimator(value, self.folder / self._name("skops"))
        return {MARK + "estimator": self.count}

    def _name(self, suffix: str) -> str:
        self.count += 1
        return f"{self.count}.{suffix}"


@dataclass
class StateReader:
    """Turns what a :class:`StateWriter` wrote into values again; lists come back as tuples.

    Without ``estimators`` None stands in their places, and their libraries are not needed.
    """

    folder: Path
    trusted: tuple[str, ...] = ()
    estimators: bool = True
    readers: dict[str, Callable[[Any], Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.readers = {
            "float": float,
            "pairs": lambda items: {self.decode(k): self.decode(v) for k, v in items},
            "column": Column.from_dict,
            "schema": TableSchema.from_dict,
            "objects": self._objects,
            "array": self._array,
            "estimator": self._estimator,
        }

    def decode(self, data: Any) -> Any:
        """Return the value that the data stands for; raises StateUnreadable."""
        if isinstance(data, list):
            return tuple(self.decode(item) for item in data)
        if not isinstance(data, dict):
            return data
        mark = next((key for key in data if key.startswith(MARK)), None)
        if mark is None:
            return {key: self.decode(item) for key, item in data.items()}
        if mark == MARK + "transform":
            return self._transform(data[mark], data["state"])
        reader = self.readers.get(mark.removeprefix(MARK))
        if reader is None:
            raise StateUnreadable(reason=f"it holds an unknown kind of value, “{mark}”")
        return reader(data[mark])

    def _transform(self, header: Any, state: Any) -> Any:
        from studio.sdk.transform import find_class, revive

        trusted = (*self.trusted, *find_class(header).trusted)
        return revive(header, StateReader(self.folder, trusted, self.estimators).decode(state))

    def _objects(self, items: Any) -> Any:
        import numpy as np

        values = np.empty(len(items), dtype=object)
        values[:] = self.decode(items)
        return values

    def _array(self, number: int) -> Any:
        import numpy as np

        return np.load(self.folder / f"{int(number)}.npy", allow_pickle=False)

    def _estimator(self, number: int) -> Any:
        if not self.estimators:
            return None
        from studio.sdk.trusted import load_estimator

        return load_estimator(self.folder / f"{int(number)}.skops", self.trusted)


def write_state(value: Any, path: Path) -> None:
    """Write a value as a JSON file; arrays and estimators go beside it, into a folder so named."""
    beside = path.with_suffix("")
    beside.mkdir()
    data = StateWriter(beside).encode(value)
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
    path.write_text(text, encoding="utf-8")


def read_state(path: Path, trusted: tuple[str, ...] = (), *, estimators: bool = True) -> Any:
    """Return the value that :func:`write_state` wrote; raises StateUnreadable.

    Without ``estimators`` None stands in their places.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return StateReader(path.with_suffix(""), trusted, estimators).decode(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateUnreadable(reason=str(error)) from error
