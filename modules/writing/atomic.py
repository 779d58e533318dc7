"""A file written whole or not at all: a temporary file beside it, renamed when it is complete."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from modules.reading.faults import NotWritten
from modules.reading.source import spoken


@contextmanager
def replacing(name: str, path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; put the file there when the block ends well.

    When anything goes wrong the old file is left as it was and the temporary one is removed. What
    the system complains of (a full disk, no right to write) becomes NotWritten.
    """
    _require_place(name, path)
    temporary: Path | None = None
    try:
        handle, made = tempfile.mkstemp(
            prefix=f".{path.name[:80]}.", suffix=".part", dir=path.parent
        )
        os.close(handle)
        temporary = Path(made)
        yield temporary
        _finish(temporary, path)
    except OSError as error:
        advice = "Make room or choose another place; what was there before is unchanged."
        raise NotWritten(path=name, reason=spoken(error), advice=advice, param="path") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _require_place(name: str, path: Path) -> None:
    if path.is_dir():
        raise NotWritten(path=name, reason="it is a folder", advice="Name a file.", param="path")
    if not path.parent.is_dir():
        reason = f"the folder “{path.parent}” does not exist"
        raise NotWritten(path=name, reason=reason, advice="Make the folder first.", param="path")


def _finish(temporary: Path, path: Path) -> None:
    """Bring the file to the disk, give it the rights that a new file gets, and rename it."""
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    mask = os.umask(0)
    os.umask(mask)
    temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
    temporary.replace(path)
