"""Places: the files beside a file of answers while it is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from studio.sdk.file_lock import FileLock
from studio.sdk.folder_sync import sync_folder
from studio.serve.batch.errors import TargetBusy, unwritable

REFUSED = ".rejected.csv"
"""What is added to the name of a file of answers for the rows that could not be scored."""


@dataclass(frozen=True, slots=True)
class Places:
    """The files beside a file of answers; those that are only there for a time are hidden ones.

    Attributes:
        target: The file of answers.
    """

    target: Path

    @property
    def refused(self) -> Path:
        """The rows that could not be scored."""
        return self.target.with_name(f"{self.target.name}{REFUSED}")

    @property
    def partial(self) -> Path:
        """The answers while they are made."""
        return self._hidden("partial")

    @property
    def partly_refused(self) -> Path:
        """The rows that could not be scored, while the work goes on."""
        return self._hidden("partial-rejected")

    @property
    def spool(self) -> Path:
        """What a columnar file can be made from again."""
        return self._hidden("batches")

    @property
    def journal(self) -> Path:
        """How far the work has got."""
        return self._hidden("journal")

    def publish(self, refused: int) -> None:
        """Give the files that are complete their names; may be done again. Raises OSError."""
        if refused and self.partly_refused.exists():
            self.partly_refused.replace(self.refused)
        if not refused:
            self.refused.unlink(missing_ok=True)
        if self.partial.exists():
            self.partial.replace(self.target)
        sync_folder(self.target.parent)
        self.spool.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove what unfinished work has left."""
        for path in (self.journal, self.partial, self.partly_refused, self.spool):
            path.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from the files; raises TargetBusy and TargetUnwritable."""
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock.acquire(self._hidden("lock"))
        except OSError as error:
            raise unwritable(self.target, error) from error
        if lock is None:
            raise TargetBusy(name=self.target.name)
        try:
            yield
        finally:
            lock.release()

    def _hidden(self, kind: str) -> Path:
        return self.target.with_name(f".{self.target.name}.{kind}")
