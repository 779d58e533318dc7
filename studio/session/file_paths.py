"""Paths of files in an experiment, kept right when its document moves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from studio.document.edits import SetParams
from studio.document.errors import SaveFailed
from studio.document.experiment import Experiment
from studio.document.storage import SUFFIX
from studio.registry.discovery import Registry


def absolute(path: Path) -> Path:
    """Return a path from the root, without ``~`` and ``..``; links are not followed."""
    return Path(os.path.normpath(path.expanduser().absolute()))


def new_document(path: Path) -> Path:
    """Return where a document is written that a person names so; the ending may be left out.

    Raises SaveFailed for what names no file.
    """
    if not path.name:
        raise SaveFailed(path=path, reason="this is not the name of a file")
    return path if path.suffix else path.with_name(path.name + SUFFIX)


def moved_paths(
    experiment: Experiment, registry: Registry, old: Path, new: Path
) -> Iterator[SetParams]:
    """Yield the edits that keep paths right when the base goes from ``old`` to ``new``.

    A path inside ``new`` becomes relative to it; a relative one that leads elsewhere, absolute.
    """
    for node in experiment.nodes.values():
        cls = registry.get(node.module)
        files = () if cls is None else (p.name for p in cls.parameters() if p.kind == "file")
        values = {name: node.params[name] for name in files if name in node.params}
        moved = {
            name: _moved(value, old, new)
            for name, value in values.items()
            if isinstance(value, str) and value
        }
        changed = {name: value for name, value in moved.items() if value != values[name]}
        if changed:
            yield SetParams(node.id, changed)


def _moved(value: str, old: Path, new: Path) -> str:
    if "://" in value:
        return value
    path = Path(value).expanduser()
    full = absolute(old / path)
    if full.is_relative_to(new):
        return value if not path.is_absolute() and old == new else full.relative_to(new).as_posix()
    return value if path.is_absolute() or value.startswith("~") or old == new else str(full)
