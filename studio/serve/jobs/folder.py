"""The folder of the jobs: what is kept where, and never by a name that a client chose."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from studio.serve.batch.places import Places
from studio.serve.jobs.job import Job

_ABANDONED = 3600.0
"""An upload into which nothing came for so many seconds has no sender any more."""
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class JobFolder:
    """The folder of the jobs: one in it for each.

    Attributes:
        path: Where it is.
    """

    path: Path

    def new(self) -> str:
        """Return a new name, which nobody guesses; a folder of that name is there."""
        id_ = secrets.token_hex(16)
        self.of(id_).mkdir(mode=0o700)
        return id_

    def of(self, id_: str) -> Path:
        """Return the folder of a job."""
        return self.path / id_

    def source(self, job: Job) -> Path:
        """Return the file that was submitted."""
        return self.of(job.id) / job.source

    def places(self, job: Job) -> Places:
        """Return the files of the answers."""
        return Places(self.of(job.id) / job.target)

    def remove(self, id_: str) -> None:
        """Remove a job's files."""
        shutil.rmtree(self.of(id_), ignore_errors=True)

    def tidy(self, is_known: Callable[[str], bool]) -> None:
        """Remove what belongs to no job: uploads that broke off when their process was killed."""
        for folder in self.path.iterdir():
            is_upload = _ID.fullmatch(folder.name) and not is_known(folder.name)
            if is_upload and _age(folder) > _ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)


def _age(folder: Path) -> float:
    """Return for how many seconds nothing has changed in a folder."""
    newest = 0.0
    with suppress(OSError), os.scandir(folder) as entries:
        newest = max((entry.stat().st_mtime for entry in entries), default=folder.stat().st_mtime)
    return time.time() - newest
