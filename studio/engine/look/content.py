"""What there is to say of a stored value that is not a table, as bounded data with labels."""

from __future__ import annotations

import base64
import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from studio.engine.look.cells import plain
from studio.engine.look.model_content import model_content
from studio.engine.look.settings import labelled, title_of
from studio.engine.look.transform_content import transform_content

if TYPE_CHECKING:
    from studio.engine.store import Store
    from studio.sdk.data import Learner, Report, Series, Value


def content_of(value: Value, store: Store, key: str) -> dict[str, Any]:
    """Return what a learner, model, transform, report or list of files has to say."""
    from studio.sdk.data import Files, Learner, Report
    from studio.sdk.model import Model
    from studio.sdk.transform import Transform

    if isinstance(value, Report):
        return _report(value)
    if isinstance(value, Learner):
        return _learner(value)
    if isinstance(value, Model):
        return model_content(value, store, key)
    if isinstance(value, Transform):
        return transform_content(value)
    if isinstance(value, Files):
        return {"kind": "Files", "files": value.index.rows}
    raise TypeError(f"a {type(value).__name__} is looked at row by row")


def _learner(learner: Learner) -> dict[str, Any]:
    labels = labelled(learner.module, learner.params)
    names = {item["name"]: item["label"] for item in labels}
    return {
        "kind": "Learner",
        "module": learner.module,
        "title": title_of(learner.module),
        "settings": labels,
        "ranges": [
            {"name": name, "label": names.get(name, name), "values": plain(values)}
            for name, values in learner.ranges.items()
        ],
        "learners": [_learner(inner) for inner in learner.learners],
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "kind": "Report",
        "metrics": {name: plain(figure) for name, figure in report.metrics.items()},
        "tables": list(report.tables),
        "series": {
            chart: [_series(line) for line in lines] for chart, lines in report.series.items()
        },
        "texts": dict(report.texts),
        "images": {
            name: base64.b64encode(image).decode("ascii") for name, image in report.images.items()
        },
    }


def _series(line: Series) -> Mapping[str, Any]:
    """Return a line; a point that is not finite is a gap."""
    said = dataclasses.asdict(line)
    return {**said, "x": _drawn(line.x), "y": _drawn(line.y)}


def _drawn(numbers: tuple[float, ...]) -> list[float | None]:
    return [number if math.isfinite(number) else None for number in numbers]
