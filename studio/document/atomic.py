"""Files written as a whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from studio.sdk.file_lock import FileLock
from studio.sdk.folder_sync import sync_folder

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by new content, so that at any moment it is all old or all new.

    A link is followed, permissions are kept, and what an earlier write that was cut off has left
    beside the file is removed. Raises OSError; the old file is then as it was.
    """
    target = path.resolve()
    _remove_abandoned(target)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.saving")
    lock = FileLock.acquire(temporary, mode=0o666)
    if lock is None:
        raise FileExistsError(errno.EEXIST, "another save is under way")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        if os.name != "posix":
            lock.forget()  # a file that is open cannot be renamed there
        temporary.replace(target)
    except BaseException:
        lock.forget()
        with suppress(OSError):
            temporary.unlink()
        raise
    lock.forget()
    sync_folder(target.parent)


def said(error: OSError) -> str:
    """Return what went wrong with a file, as the end of a sentence without its full stop."""
    if error.errno in _FULL:
        return "the disk is full"
    known = {
        errno.EACCES: "access is denied",
        errno.EPERM: "access is denied",
        errno.EROFS: "the disk can only be read",
        errno.ENOENT: "the folder or file does not exist",
        errno.EEXIST: "something else has its name",
        errno.EISDIR: "it is a folder",
        errno.ENOTDIR: "a part of its path is not a folder",
        errno.ENAMETOOLONG: "its name is too long",
        errno.ELOOP: "its links go round in a circle",
    }
    return known.get(error.errno or 0, error.strerror or str(error))


def _remove_abandoned(target: Path) -> None:
    """Remove temporary files whose writer is gone: they are not locked any more."""
    for file in target.parent.glob(f".{_literal(target.name)}.*.saving"):
        with suppress(OSError):
            lock = FileLock.acquire(file)
            if lock is not None:
                lock.release()


def _literal(name: str) -> str:
    """Return a name as a pattern that matches only itself."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
