"""Autosave: every edit is appended to a journal, off the caller's thread."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from studio.document.atomic import said, write_whole
from studio.document.edit import Edit
from studio.document.errors import AutosaveFailed, DocumentInUse
from studio.document.experiment import Experiment
from studio.document.recovery import Place, Recovery, header, journals_folder, line
from studio.sdk.errors import Problem
from studio.sdk.file_lock import FileLock

INTERVAL = 1.0
"""Seconds between two writes, at least."""
_PATIENCE = 0.02
"""Seconds for which a lock is asked for: who looks for unsaved work holds it for a moment."""
MAX_SIZE = 16 * 2**20
"""The size in bytes at which a journal begins anew with the present state."""


@dataclass(frozen=True)
class Claim:
    """The place that a document will have once it is saved, and its lock where that is another."""

    place: Place
    lock: FileLock | None

    def give_up(self) -> None:
        """Give the lock back: the document was not saved."""
        if self.lock is not None:
            self.lock.release()


class Journal:
    """The unsaved edits of one open document, on disk; holds the document's lock while it is open.

    A journal is deleted when the document is saved or closed in good order. Its file begins with
    the state that the edits start from, so that it leads to the unsaved state whatever happens to
    the document's own file.
    """

    def __init__(
        self,
        experiment: Experiment,
        path: Path | None,
        *,
        saved: str | None = None,
        folder: Path | None = None,
        interval: float = INTERVAL,
        on_failure: Callable[[Problem], None] | None = None,
    ) -> None:
        """Take the document's lock and find what a crash has left.

        Raises DocumentInUse, and AutosaveFailed where journals cannot be kept.

        Args:
            experiment: The state from which edits will be recorded.
            path: The document's file; None where it has none yet.
            saved: The digest of that file.
            folder: Where journals are; the user's data folder where None.
            interval: Seconds between two writes, at least.
            on_failure: Told, on the journal's thread, when a write fails (once until one succeeds).
        """
        self._place = Place(journals_folder(folder), experiment.id, path)
        self._lock = _locked(self._place)
        self._left: list[Recovery] = self._place.recoveries()
        self._saved = saved
        self._recorded = self._base = experiment
        self._base_is_saved = path is not None
        self._interval = interval
        self._on_failure = on_failure
        self._failure: Problem | None = None
        self._pending: list[Edit] = []
        self._file: BinaryIO | None = None
        self._next_write = 0.0
        self._number = self._tried = self._hurry_to = 0
        self._closing = False
        self._state = threading.Condition()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="autosave", daemon=True)
        self._thread.start()

    @property
    def recoveries(self) -> tuple[Recovery, ...]:
        """Unsaved work that crashes left, the newest first."""
        return tuple(self._left)

    @property
    def failure(self) -> Problem | None:
        """Why the last write failed; None after one that did not."""
        return self._failure

    def discard_recoveries(self) -> None:
        """Delete what crashes left: it was taken over, or is not wanted."""
        for recovery in self._left:
            recovery.file.unlink(missing_ok=True)
        self._left.clear()

    def discard_recovery(self, recovery: Recovery) -> None:
        """Delete one thing that a crash left, and leave the others."""
        recovery.file.unlink(missing_ok=True)
        self._left = [other for other in self._left if other.file != recovery.file]

    def record(self, edit: Edit, experiment: Experiment) -> None:
        """Remember an edit that was done and the state after it; returns at once."""
        with self._state:
            if self._pending and _retyped(self._pending[-1], edit):
                self._pending.pop()
            self._pending.append(edit)
            self._number += 1
            self._recorded = experiment
            self._state.notify()

    def flush(self) -> None:
        """Write everything that was recorded, now, and wait for it."""
        with self._state:
            self._number += 1
            number = self._hurry_to = self._number
            self._state.notify()
            self._state.wait_for(lambda: self._tried >= number or self._closing)

    def claim(self, path: Path) -> Claim:
        """Take the lock of the file that the document will be saved to.

        Raises DocumentInUse, and AutosaveFailed where journals cannot be kept any more.
        """
        place = Place(self._place.folder, self._place.document, path)
        return Claim(place, None if place.key == self._place.key else _locked(place))

    def document_saved(self, claim: Claim, experiment: Experiment, digest: str) -> None:
        """Forget all edits: this state is now in the file that was claimed."""
        with self._writing, self._state:
            self._pending.clear()
            self._delete()
            if claim.lock is not None:
                self._lock.release()
                self._lock = claim.lock
            self._place = claim.place
            self._recorded = self._base = experiment
            self._saved = digest
            self._base_is_saved = True

    def close(self) -> None:
        """Stop writing, delete the journal and give the lock back: the document was closed."""
        with self._state:
            self._closing = True
            self._state.notify_all()
        self._thread.join()
        self._delete()
        self._lock.release()

    def _work(self) -> None:
        """Write what is recorded, at most once an interval, until the journal is closed."""
        while self._wait():
            with self._writing:
                with self._state:
                    edits, self._pending = self._pending, []
                    state, number = self._recorded, self._number
                done = not edits or self._try_to_write(edits, state)
                with self._state:
                    if not done:
                        self._pending[:0] = edits
                    self._tried = number
                    self._next_write = time.monotonic() + self._interval
                    self._state.notify_all()

    def _wait(self) -> bool:
        """Wait until it is time to write; False when the journal is closed."""
        with self._state:
            while not self._closing and self._tried >= self._hurry_to:
                left = self._next_write - time.monotonic()
                if self._pending and left <= 0:
                    break
                self._state.wait(left if self._pending else None)
            return not self._closing

    def _try_to_write(self, edits: list[Edit], state: Experiment) -> bool:
        try:
            self._write(edits, state)
        except OSError as error:
            first = self._failure is None
            self._failure = AutosaveFailed(reason=said(error)).to_problem()
            if first and self._on_failure is not None:
                self._on_failure(self._failure)
            return False
        self._failure = None
        return True

    def _write(self, edits: list[Edit], state: Experiment) -> None:
        """Append edits; where a write fails, what it wrote is taken back."""
        if self._file is None:
            self._file = self._begin(self._base, unsaved=not self._base_is_saved)
        self._append(self._file, b"".join(line(edit.to_dict()) for edit in edits))
        if self._file.tell() > MAX_SIZE:
            with suppress(OSError):
                self._begin_anew(self._file, state)

    def _begin_anew(self, old: BinaryIO, state: Experiment) -> None:
        """Put a journal that starts from the present state in the place of a long one."""
        self._file = self._begin(state, unsaved=True)
        old.close()
        Path(old.name).unlink(missing_ok=True)

    def _append(self, file: BinaryIO, content: bytes) -> None:
        end = file.seek(0, os.SEEK_END)
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):
                file.truncate(end)
            raise

    def _begin(self, base: Experiment, unsaved: bool) -> BinaryIO:
        """Make a new journal that starts from a state, and open it."""
        path = self._place.next_journal()
        write_whole(path, header(self._place, base, self._saved, unsaved))
        return path.open("ab", buffering=0)

    def _delete(self) -> None:
        if self._file is not None:
            self._file.close()
            Path(self._file.name).unlink(missing_ok=True)
            self._file = None


def _locked(place: Place) -> FileLock:
    try:
        place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock.acquire(place.lock, patience=_PATIENCE)
    except OSError as error:
        raise AutosaveFailed(reason=said(error)) from error
    if lock is None:
        name = place.document if place.path is None else place.path.name
        raise DocumentInUse(path=name)
    return lock


def _retyped(earlier: Edit, later: Edit) -> bool:
    """Whether a later edit types over what an earlier one typed."""
    field = earlier.field_typed_into
    return field is not None and field == later.field_typed_into
