"""Files outside the store that nodes read and write: their content's hash, and their marks."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from studio.engine.errors import FileChanged
from studio.engine.memory import Mark
from studio.sdk.errors import Cancelled
from studio.sdk.module import Module

_BLOCK = 1 << 20


def never() -> bool:
    """Answer that nobody asks to stop."""
    return False


def content_hash(path: Path, stop: Callable[[], bool] = never) -> str:
    """Return the hash of a file's content; raises OSError, and Cancelled when ``stop`` says so."""
    total = hashlib.sha256()  # processors have instructions for it: twice as fast as BLAKE2
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if stop():
                raise Cancelled
            total.update(block)
    return total.hexdigest()


def located(base: Path, name: str) -> Path:
    """Return the full path of a file that a person named."""
    return (base / Path(name).expanduser()).resolve()


def written_files(module: Module, base: Path) -> dict[str, list[Any]]:
    """Return size, time and hash of each file that a module has just written."""
    found: dict[str, list[Any]] = {}
    if module.meta.world == "writes":
        for path in (located(base, name) for name in module.files()):
            if path.is_file():
                mark = Mark.of(path)
                found[os.fspath(path)] = [mark.size, mark.mtime_ns, content_hash(path)]
    return found


def unchanged(path: Path, seen: list[Any]) -> bool:
    """Whether a file that a module wrote is still as :func:`written_files` saw it."""
    size, mtime, content = seen
    try:
        mark = Mark.of(path)
        if mark.size != size:
            return False
        return bool(mark.mtime_ns == mtime) or content_hash(path) == content
    except OSError:
        return False


def require_unchanged(marks: Mapping[str, str], title: str) -> None:
    """Raise FileChanged when a file is not the one that the key was made from."""
    for name, text in marks.items():
        try:
            same = Mark.of(Path(name)).text == text
        except OSError:
            same = False
        if not same:
            raise FileChanged(path=name, title=title)
