"""Paths of files in an experiment, kept right when its document moves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from studio.document.edits import Batch, Edit, SetExperiment, SetParams
from studio.document.errors import DocumentInvalid, SaveFailed
from studio.document.experiment import Experiment
from studio.document.items import Training
from studio.document.storage import SUFFIX
from studio.export.predictive.convert import remembering
from studio.export.predictive.update import made_of
from studio.registry.discovery import Registry


def absolute(path: Path) -> Path:
    """Return a path from the root, without ``~`` and ``..``; links are not followed."""
    return Path(os.path.normpath(path.expanduser().absolute()))


def relative(path: Path, folder: Path) -> str:
    """Return a path as seen from a folder; where no way leads there, from the root."""
    try:
        return Path(os.path.relpath(absolute(path), folder)).as_posix()
    except ValueError:  # on another drive
        return str(absolute(path))


def new_document(path: Path) -> Path:
    """Return where a document is written that a person names so; the ending may be left out.

    Raises SaveFailed for what names no file.
    """
    if not path.name:
        raise SaveFailed(path=path, reason="this is not the name of a file")
    return path if path.suffix else path.with_name(path.name + SUFFIX)


def moved_paths(experiment: Experiment, registry: Registry, old: Path, new: Path) -> Iterator[Edit]:
    """Yield the edits that keep paths right when the base goes from ``old`` to ``new``.

    A path inside ``new`` becomes relative to it; a relative one that leads elsewhere, absolute.
    The file of a training experiment stays relative, so that both files can be moved together.
    """
    yield from _with_paths(experiment, registry, lambda value: _moved(value, old, new))
    if experiment.training and old != new:
        yield SetExperiment(training=_moved_training(experiment, registry, old, new))


def _moved_training(experiment: Experiment, registry: Registry, old: Path, new: Path) -> Training:
    """Return where a predictive experiment comes from, as seen from another folder."""
    training = experiment.training
    moved = replace(training, file=training.file and relative(old / training.file, new))
    try:
        made = made_of(experiment)
    except DocumentInvalid:
        return moved  # what was damaged outside the studio is no reason not to save
    edits = _with_paths(made, registry, lambda value: _moved(value, old, new))
    return replace(moved, made=remembering(Batch(tuple(edits)).changed(made)).training.made)


def absolute_paths(experiment: Experiment, registry: Registry, base: Path) -> Iterator[SetParams]:
    """Yield the edits that make every path of an experiment in ``base`` absolute."""
    return _with_paths(experiment, registry, lambda value: _full(value, base))


def _with_paths(
    experiment: Experiment, registry: Registry, change: Callable[[str], str]
) -> Iterator[SetParams]:
    """Yield the edits that change the paths in an experiment's nodes."""
    for node in experiment.nodes.values():
        cls = registry.get(node.module)
        files = () if cls is None else (p.name for p in cls.parameters() if p.kind == "file")
        values = {name: node.params[name] for name in files if name in node.params}
        moved = {
            name: change(value)
            for name, value in values.items()
            if isinstance(value, str) and value
        }
        changed = {name: value for name, value in moved.items() if value != values[name]}
        if changed:
            yield SetParams(node.id, changed)


def _full(value: str, base: Path) -> str:
    return value if "://" in value else str(absolute(base / Path(value).expanduser()))


def _moved(value: str, old: Path, new: Path) -> str:
    if "://" in value:
        return value
    path = Path(value).expanduser()
    full = absolute(old / path)
    if full.is_relative_to(new):
        return value if not path.is_absolute() and old == new else full.relative_to(new).as_posix()
    return value if path.is_absolute() or value.startswith("~") or old == new else str(full)
