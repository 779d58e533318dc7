"""A stored value saved under a name, for good."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.document.atomic import said
from studio.engine.errors import NotSaved, ResultGone
from studio.engine.look.opened import value_of
from studio.engine.look.settings import spoken, title_of
from studio.sdk.saved import About, NotSavable, SavedKind, line_about, pack, place_for, write_saved

if TYPE_CHECKING:
    from studio.engine.worker import Worker

_KINDS: Mapping[str, SavedKind] = {"Table": "dataset", "Model": "model", "Transform": "transform"}


def answer(worker: Worker, job: Mapping[str, Any]) -> dict[str, Any]:
    """Save a table, model or transform; raises SavedNameWrong, SavedNameTaken, NotSavable."""
    value_of(worker, job)  # so that what is damaged is not saved
    entry = worker.store.find(job["key"])
    if entry is None:
        raise ResultGone(port=job["port"])
    description = entry.outputs[job["port"]]
    kind = _KINDS.get(description["kind"])
    if kind is None:
        raise NotSavable(port=job["port"])
    about = About(line_about(description, _title(description)), job["source"], time.time())
    kept = worker.store.folder_of(job["key"]) / job["port"]
    folder = Path(job["folder"])
    try:
        path = place_for(folder, kind, job["name"], replace=job["replace"])
        write_saved(path, _writer(kind, kept), about)
    except FileNotFoundError as error:
        raise ResultGone(port=job["port"]) from error
    except OSError as error:
        raise NotSaved(name=job["name"], reason=said(error), folder=folder) from error
    return {"kind": kind, "path": str(path)}


def _writer(kind: SavedKind, kept: Path) -> Callable[[Path], None]:
    if kind == "dataset":
        return lambda path: _copy(kept / "table.arrow", path)
    return lambda path: pack(kept, path)


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)


def _title(description: Mapping[str, Any]) -> str:
    """Return what made a model or transform, as people call it."""
    if description["kind"] == "Model":
        return title_of(description["learner"]["module"])
    made_by = description.get("made_by")
    return title_of(made_by) if made_by else spoken(str(description.get("type", "")))
