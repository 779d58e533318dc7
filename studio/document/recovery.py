"""What a crash left behind: journals of edits, and the experiments they lead to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio import paths
from studio.document.canonical import read_json
from studio.document.edits import read_edit
from studio.document.errors import DocumentInUse
from studio.document.experiment import Experiment
from studio.document.form import from_dict, require_sound
from studio.document.migrations import migrated
from studio.sdk.errors import StudioError
from studio.sdk.file_lock import FileLock

JOURNAL = 1
"""The format of journals."""


@dataclass(frozen=True)
class Recovery:
    """Unsaved work that was found again.

    Attributes:
        file: The journal.
        path: The document's file; None where it was never saved.
        experiment: The last state that the journal holds.
        edits: How many edits were made after the journal began.
        is_whole: Whether the journal was read to its end; only a torn last line is usual.
        saved_digest: Of the document's file when the journal began, or None.
        changed: When the last edit was written.
    """

    file: Path
    path: Path | None
    experiment: Experiment
    edits: int
    is_whole: bool
    saved_digest: str | None
    changed: datetime


@dataclass(frozen=True)
class Place:
    """Where the journals of one document are: by its id, and by its path where it has one."""

    folder: Path
    document: str
    path: Path | None

    @property
    def key(self) -> str:
        """What stands for the document's file; two windows on one file have the same."""
        if self.path is None:
            return self.document
        name = str(self.path.resolve()).encode("utf-8", "surrogateescape")
        return hashlib.blake2b(name, digest_size=8).hexdigest()

    @property
    def lock(self) -> Path:
        """The file that whoever has the document open holds locked."""
        return self.folder / f"{self.key}.lock"

    def journals(self) -> list[Path]:
        """Return the journals that are there, the newest first."""
        found = self.folder.glob(f"{self.document}.{self.key}.*.journal")
        return sorted(found, key=_number, reverse=True)

    def next_journal(self) -> Path:
        """Return the name of a journal that is not there yet."""
        number = max((_number(file) for file in self.journals()), default=0) + 1
        return self.folder / f"{self.document}.{self.key}.{number}.journal"

    def recoveries(self) -> list[Recovery]:
        """Return what earlier crashes left of this document, the newest first."""
        found = (read_journal(file) for file in self.journals())
        return [recovery for recovery in found if recovery is not None]


def journals_folder(folder: Path | None = None) -> Path:
    """Return the folder of journals, which may not be there yet."""
    return paths.journals() if folder is None else folder


def left_behind(folder: Path | None = None) -> list[Recovery]:
    """Return all unsaved work of documents that nobody has open, the newest first."""
    found = []
    for file in journals_folder(folder).glob("*.*.*.journal"):
        lock = _lock(file)
        if lock is not None:
            # Given back at once: who opens the document meanwhile would find it in use.
            lock.release()
            recovery = read_journal(file)
            found += [recovery] if recovery is not None else []
    return sorted(found, key=lambda recovery: recovery.changed, reverse=True)


def discard(recovery: Recovery) -> None:
    """Delete unsaved work that is not wanted; raises DocumentInUse where a window has it open."""
    lock = _lock(recovery.file)
    if lock is None:
        raise DocumentInUse(path=recovery.path.name if recovery.path else recovery.experiment.name)
    recovery.file.unlink(missing_ok=True)
    lock.release()


def read_journal(file: Path) -> Recovery | None:
    """Return what a journal leads to; None where it holds no edit or cannot be read at all."""
    try:
        header, *lines = file.read_bytes().split(b"\n")
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        begin = read_json(header)
        experiment = from_dict(migrated(begin["base"]))
        path, saved = begin["path"], begin["saved"]
    except (OSError, StudioError, KeyError, TypeError):
        return None
    experiment, edits = _replayed(experiment, lines[:-1])
    if begin.get("journal") != JOURNAL or (edits == 0 and not begin.get("unsaved")):
        return None
    return Recovery(
        file=file,
        path=Path(path) if isinstance(path, str) else None,
        experiment=experiment,
        edits=edits,
        is_whole=edits == len(lines) - 1 and not lines[-1],
        saved_digest=saved if isinstance(saved, str) else None,
        changed=changed,
    )


def header(place: Place, base: Experiment, saved: str | None, unsaved: bool) -> bytes:
    """Return the first line of a journal that begins at ``base``.

    ``unsaved`` says that ``base`` itself is in no file.
    """
    path = None if place.path is None else str(place.path.resolve())
    return line(
        {
            "journal": JOURNAL,
            "path": path,
            "saved": saved,
            "unsaved": unsaved,
            "base": base.to_dict(),
        }
    )


def line(data: dict[str, Any]) -> bytes:
    """Return data as one line of a journal."""
    return json.dumps(data, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _replayed(experiment: Experiment, lines: list[bytes]) -> tuple[Experiment, int]:
    """Return the last sound state that edits lead to, and how many of them were done."""
    after, done = _applied(experiment, lines, check_each=False)
    try:
        require_sound(after)
    except StudioError:
        return _applied(experiment, lines, check_each=True)
    return after, done


def _applied(
    experiment: Experiment, lines: list[bytes], check_each: bool
) -> tuple[Experiment, int]:
    for number, text in enumerate(lines):
        try:
            after = read_edit(read_json(text)).changed(experiment)
            if check_each:
                require_sound(after)
        except StudioError:
            return experiment, number
        experiment = after
    return experiment, len(lines)


def _lock(journal: Path) -> FileLock | None:
    """Take the lock of the document that a journal is of; None where a window has it open."""
    return FileLock.acquire(journal.parent / f"{journal.name.split('.')[1]}.lock")


def _number(journal: Path) -> int:
    number = journal.name.split(".")[-2]
    return int(number) if number.isdecimal() else 0
