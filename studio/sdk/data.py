"""What travels on wires besides tables: learners, reports and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from studio.sdk.table import Table

if TYPE_CHECKING:
    from studio.sdk.model import Model
    from studio.sdk.transform import Transform

    Value: TypeAlias = "Table | Learner | Model | Transform | Report | Files"


@dataclass(frozen=True)
class Learner:
    """A configured learner that has not been fitted: a module's id and its parameters.

    Attributes:
        module: Id of the learner's module.
        params: Its parameters, of the declared types.
        ranges: What a tuner tries, by parameter.
        learners: Learners inside it (one-vs-all and its like).
    """

    module: str
    params: Mapping[str, Any] = field(default_factory=dict)
    ranges: Mapping[str, list[Any]] = field(default_factory=dict)
    learners: tuple[Learner, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the learner as JSON-able data."""
        return {
            "module": self.module,
            "params": dict(self.params),
            "ranges": dict(self.ranges),
            "learners": [learner.to_dict() for learner in self.learners],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Learner:
        """Read what :meth:`to_dict` wrote."""
        inner = tuple(cls.from_dict(item) for item in data.get("learners", ()))
        return cls(data["module"], data["params"], data.get("ranges", {}), inner)


@dataclass(frozen=True)
class Series:
    """A named line or set of points for a chart: x and y of equal length, and what they mean."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_label: str = ""
    y_label: str = ""


@dataclass(frozen=True)
class Report:
    """What a module has to say about its input: figures, tables, lines, texts and pictures.

    Attributes:
        metrics: Name -> figure; None where it is not defined for this data.
        tables: Name -> small table.
        series: Lines and points for charts, by chart name.
        texts: Name -> text (printed output, say).
        images: Name -> PNG bytes.
    """

    metrics: Mapping[str, float | None] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    series: Mapping[str, tuple[Series, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Files:
    """Files, listed in a table whose ``path`` column is relative to ``folder``."""

    folder: Path
    index: Table
