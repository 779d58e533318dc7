"""A ledger: which files of a folder are scored already, so that the others are gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.serve.batch.identity import source_identity
from studio.serve.batch.journal import Journal
from studio.serve.batch.one_file import FileResult
from studio.serve.batch.places import Places
from studio.serve.batch.task import Task


class Ledger:
    """The files of a folder that are scored; it lies in the folder of answers."""

    def __init__(self, folder: Path, identity: dict[str, Any], *, resume: bool) -> None:
        self._folder = folder
        self._journal = Journal(folder / ".batch.journal", identity, folder.name, resume=resume)
        self._done = {step["target"]: step for step in self._journal.steps}

    def found(self, task: Task) -> FileResult | None:
        """Return what became of a file, where it is scored and has not changed since."""
        step = self._done.get(self._name(task))
        if step is None or not task.target.exists():
            return None
        if step["source"] != source_identity(task.source):
            return None
        rejected = Places(task.target).refused if step["refused"] else None
        rows, scored, refused = step["rows"], step["scored"], step["refused"]
        return FileResult(task.source, task.target, rejected, rows, scored, refused, rows)

    def add(self, task: Task, result: FileResult) -> None:
        """Write down that a file is scored."""
        counts = {"rows": result.rows, "scored": result.scored, "refused": result.refused}
        source = source_identity(task.source)
        self._journal.add({"target": self._name(task), "source": source, **counts})

    def close(self) -> None:
        """Close the ledger."""
        self._journal.close()

    def remove(self) -> None:
        """Remove the ledger: every file is scored."""
        self._journal.remove()

    def _name(self, task: Task) -> str:
        return task.target.relative_to(self._folder).as_posix()
