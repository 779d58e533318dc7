"""Whether a folder that a person names can become the workspace; it is not made by asking."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from studio.engine.errors import WorkspaceUnusable


def workspace_problem(folder: Path) -> str:
    """Return why the engine could not use a folder as its workspace, or an empty text."""
    try:
        _try_to_write(folder, _nearest(folder))
    except OSError as error:
        # Without the file's name: it is one that only this check knows of.
        return WorkspaceUnusable(folder, OSError(error.errno, error.strerror)).in_full
    return ""


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there; raises OSError."""
    for place in (folder, *folder.parents):
        try:
            mode = place.stat().st_mode
        except FileNotFoundError:
            if place.is_symlink():
                raise FileExistsError(errno.EEXIST, "a link that leads nowhere") from None
            continue
        if not stat.S_ISDIR(mode):
            code = errno.EEXIST if place == folder else errno.ENOTDIR
            raise OSError(code, os.strerror(code))
        return place
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


def _try_to_write(folder: Path, place: Path) -> None:
    """Make a file in a folder and remove it: rights alone tell too little, above all to root."""
    probe = place / f".{secrets.token_hex(8)}.probe"
    try:
        probe.touch(mode=0o600, exist_ok=False)
    except FileNotFoundError:
        what = "file" if place == folder else "folder"
        raise OSError(errno.ENOTSUP, f"no {what} can be made in “{place}”") from None
    finally:
        with suppress(OSError):
            probe.unlink()
