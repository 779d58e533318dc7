"""Refusals: the rows that could not be scored, in a file of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from studio.serve.batch.batch import Refused
from studio.serve.batch.outputs import Grown

HEADER = ("row", "column", "reason", "text")
"""The columns of such a file: the row's number in its file, from 1 and without the header; the
column that is to blame, where one is; why; and the row as it stands in its file."""


class Refusals:
    """A file of refused rows that is begun with the first of them.

    Attributes:
        path: The file; it is not there while nothing was refused.
    """

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self._file: Grown | None = Grown(path, size) if size else None
        if not size:
            path.unlink(missing_ok=True)

    def add(self, rows: Sequence[Refused]) -> None:
        """Write rows at the end."""
        if not rows:
            return
        if self._file is None:
            self._file = Grown(self.path, 0)
            self._file.append(_lines([HEADER]))
        self._file.append(_lines(rows))

    def save(self) -> int:
        """Make what was written last; return the file's size, 0 where there is none."""
        return 0 if self._file is None else self._file.save()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "backslashreplace")
