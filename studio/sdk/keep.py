"""Values in a folder: what travels on wires, written down and read back as data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.sdk.data import Files, Learner, Report, Series
from studio.sdk.errors import StudioError
from studio.sdk.table import Table

if TYPE_CHECKING:
    from studio.sdk.data import Value

FORMAT = 1


class KeptValueDamaged(StudioError):
    """A kept value cannot be read: a file is missing, cut short or not what it should be."""

    code = "kept_value_damaged"
    sentence = "The kept result in “{folder}” is damaged: {reason}."
    hint = "Run the node again."


def keep(value: Value, folder: Path) -> dict[str, Any]:
    """Write a value into an existing, empty folder; return what :func:`describe` says of it.

    Tables become uncompressed Arrow IPC files; nothing is pickled. An unread table is read here.
    """
    from studio.sdk.model import Model, keep_model
    from studio.sdk.transform import Transform, keep_transform

    kind: str
    content: dict[str, Any] = {}
    if isinstance(value, Table):
        kind, value = "Table", keep_table(value, folder / "table.arrow")
    elif isinstance(value, Learner):
        kind, content = "Learner", value.to_dict()
    elif isinstance(value, Report):
        kind, content = "Report", _keep_report(value, folder)
    elif isinstance(value, Files):
        kind = "Files"
        keep_table(value.index, folder / "index.arrow")
        shutil.copytree(value.folder, folder / "files")
    elif isinstance(value, Model):
        kind = "Model"
        keep_model(value, folder)
    elif isinstance(value, Transform):
        kind = "Transform"
        keep_transform(value, folder)
    else:
        raise TypeError(f"{type(value).__name__} does not travel on wires")
    said = describe(value)
    head = {"format": FORMAT, "kind": kind, "content": content, "about": said}
    (folder / "value.json").write_text(json.dumps(head, ensure_ascii=False), encoding="utf-8")
    return said


def keep_table(table: Table, path: Path) -> Table:
    """Write a table into a new file and return a handle on that file."""
    table.write(path)
    return open_table(path)


def load(folder: Path) -> Value:
    """Return the value kept in a folder; tables are mapped, not read. Raises KeptValueDamaged."""
    from studio.sdk.model import load_model
    from studio.sdk.transform import load_transform

    try:
        head = json.loads((folder / "value.json").read_text(encoding="utf-8"))
        kind, content = head["kind"], head["content"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeptValueDamaged(folder=folder, reason=_reason(error)) from error
    if kind == "Table":
        return open_table(folder / "table.arrow")
    if kind == "Learner":
        return Learner.from_dict(content)
    if kind == "Report":
        return _load_report(content, folder)
    if kind == "Files":
        return Files(folder / "files", open_table(folder / "index.arrow"))
    if kind == "Model":
        return load_model(folder)
    if kind == "Transform":
        return load_transform(folder)
    raise KeptValueDamaged(folder=folder, reason=f"it says it is a {kind}")


def about(folder: Path) -> dict[str, Any]:
    """Return what :func:`describe` said when the value was kept, without opening it."""
    try:
        head = json.loads((folder / "value.json").read_text(encoding="utf-8"))
        found: dict[str, Any] = head["about"]
        return found
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeptValueDamaged(folder=folder, reason=_reason(error)) from error


def describe(value: Value) -> dict[str, Any]:
    """Return what can be said of a value in a line or a panel, as JSON-able data."""
    from studio.sdk.model import Model
    from studio.sdk.transform import Transform

    if isinstance(value, Table):
        return {"kind": "Table", "rows": value.rows, "schema": value.schema.to_dict()}
    if isinstance(value, Learner):
        return {"kind": "Learner", **value.to_dict()}
    if isinstance(value, Report):
        return {
            "kind": "Report",
            "metrics": dict(value.metrics),
            "tables": list(value.tables),
            "series": list(value.series),
            "texts": list(value.texts),
            "images": list(value.images),
        }
    if isinstance(value, Files):
        return {"kind": "Files", "files": value.index.rows}
    if isinstance(value, Model):
        return {"kind": "Model", **value.about()}
    if isinstance(value, Transform):
        return {"kind": "Transform", **value.about()}
    raise TypeError(f"{type(value).__name__} does not travel on wires")


def open_table(path: Path) -> Table:
    """Return a handle on an Arrow file of ours, mapped; raises KeptValueDamaged."""
    import pyarrow as pa

    try:
        return Table.mapped(pa.ipc.open_file(pa.memory_map(str(path))).read_all())
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise KeptValueDamaged(folder=path.parent, reason=_reason(error)) from error


def _keep_report(report: Report, folder: Path) -> dict[str, Any]:
    for number, table in enumerate(report.tables.values()):
        keep_table(table, folder / f"table{number}.arrow")
    for number, image in enumerate(report.images.values()):
        (folder / f"image{number}.png").write_bytes(image)
    return {
        "metrics": dict(report.metrics),
        "tables": list(report.tables),
        "series": {
            chart: [[s.name, list(s.x), list(s.y), s.x_label, s.y_label] for s in lines]
            for chart, lines in report.series.items()
        },
        "texts": dict(report.texts),
        "images": list(report.images),
    }


def _load_report(content: dict[str, Any], folder: Path) -> Report:
    try:
        series = {
            chart: tuple(Series(n, tuple(x), tuple(y), xl, yl) for n, x, y, xl, yl in lines)
            for chart, lines in content["series"].items()
        }
        return Report(
            metrics=content["metrics"],
            tables={
                name: open_table(folder / f"table{number}.arrow")
                for number, name in enumerate(content["tables"])
            },
            series=series,
            texts=content["texts"],
            images={
                name: (folder / f"image{number}.png").read_bytes()
                for number, name in enumerate(content["images"])
            },
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeptValueDamaged(folder=folder, reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
