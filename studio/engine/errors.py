"""What can go wrong while the engine works, each in one sentence."""

from __future__ import annotations

import errno
from pathlib import Path

from studio.document.atomic import said
from studio.sdk.errors import StudioError

_SPACE = "Free some space on its disk, or choose a folder on another one."
_RIGHTS = "Choose a folder that you may write to, or have the right to write there given to you."
_IN_THE_WAY = "Move away what stands there, or choose another folder."
_REMEDIES = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: _SPACE,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: "Choose a folder on a disk that can be written.",
    errno.EEXIST: _IN_THE_WAY,
    errno.EISDIR: _IN_THE_WAY,
    errno.ENOTDIR: _IN_THE_WAY,
    errno.EBUSY: "Close the other program that uses it, and try again.",
    errno.EIO: "Check the disk that it is on, or choose another folder.",
}
"""What to do about a workspace, by what is wrong with its folder."""


class OutOfMemory(StudioError):
    """A node needed more memory than its worker may use."""

    code = "out_of_memory"
    sentence = "“{title}” needs more memory than the {budget} it may use."
    hint = "Give it fewer rows or columns, or raise the memory setting."


class DiskFull(StudioError):
    """A result could not be written because the disk is full."""

    code = "disk_full"
    sentence = "The disk is full: what “{title}” made could not be kept."
    hint = "Free some space, or clean the store; nothing that was kept before is lost."


class WorkerDied(StudioError):
    """The process that ran a node ended by itself or was killed."""

    code = "worker_died"
    sentence = "The process that ran “{title}” ended unexpectedly ({reason})."
    hint = "Run it again; the other nodes are not affected."


class WorkerNotStarted(StudioError):
    """No worker process could be started."""

    code = "worker_not_started"
    sentence = "No process could be started to run “{title}”: {reason}."
    hint = "Look at the details, and at the installation."


class FileChanged(StudioError):
    """A file that a node reads was changed meanwhile."""

    code = "file_changed"
    sentence = "The file “{path}” changed while “{title}” was reading it."
    hint = "Run it again when the file is complete."


class Unexpected(StudioError):
    """A bug: of ours, or of a module."""

    code = "unexpected_error"
    sentence = "“{title}” failed with an unexpected error: {reason}."
    hint = "This is a bug, not your mistake; the details say where."


class ResultNotKept(StudioError):
    """A result could not be written into the store."""

    code = "result_not_kept"
    sentence = "The result could not be kept in “{folder}”: {reason}."
    hint = "Look at the rights of the workspace's folder, or choose another workspace."


class ResultGone(StudioError):
    """A result that the store had was removed or damaged."""

    code = "result_gone"
    sentence = "The result at “{port}” is no longer in the store."
    hint = "Run the experiment again."


class NoAnswer(StudioError):
    """A question about columns or rows was given up."""

    code = "no_answer"
    sentence = "There is no answer: the process that was asked ended or took too long."
    hint = "Ask again; if it stays so, a module's own check hangs."


class NotSaved(StudioError):
    """Something could not be written into the folder of saved things."""

    code = "not_saved"
    sentence = "“{name}” could not be saved: {reason}."
    hint = "Look at the folder {folder}."


class NotATable(StudioError):
    """Rows were asked for where there are none."""

    code = "not_a_table"
    sentence = "What is at “{port}” is not a table."


class ResultLost(StudioError):
    """A result was made several times and could not be read back."""

    code = "result_lost"
    sentence = "“{title}” could not read its input: the stored result is damaged again and again."
    hint = "Check the disk that the workspace is on."


class ModuleNotInstalled(StudioError):
    """A node names a module that is not there."""

    code = "module_unknown"
    sentence = "The module “{module}” is not installed."
    hint = "Install the package that brings it, or replace the node."


class HistoryNotWritten(StudioError):
    """A run could not be recorded."""

    code = "history_not_written"
    sentence = "The run could not be written into the history: {reason}."
    hint = "Its results are in the store all the same."


class EngineClosed(StudioError):
    """Something was asked of an engine that does not run any more."""

    code = "engine_closed"
    sentence = "The engine is closed."
    hint = "Open it again."


class WorkspaceUnusable(StudioError):
    """The folder of the store and the history cannot be used."""

    code = "workspace_unusable"
    sentence = "The workspace “{path}” cannot be used{place}: {reason}."
    hint = "{remedy}"

    def __init__(self, path: Path, error: OSError) -> None:
        place = ""
        if isinstance(error.filename, str) and path in Path(error.filename).parents:
            place = f" because of “{Path(error.filename).relative_to(path)}” in it"
        remedy = _REMEDIES.get(error.errno or 0, "Choose another folder.")
        super().__init__(path=path, place=place, reason=said(error), remedy=remedy)


def size_text(size: int) -> str:
    """Return a number of bytes as a person reads it."""
    for unit, scale in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= scale:
            return f"{size / scale:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size} bytes"
