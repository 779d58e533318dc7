"""Journals: how far work has got, so that what was cut off goes on exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.serve.batch.identity import require_same
from studio.serve.batch.outputs import Grown


class Journal:
    """A file with a line for what is done, and a line for each step that was taken.

    Attributes:
        steps: What was written down, as JSON-able data, in order.
    """

    def __init__(self, path: Path, identity: Mapping[str, Any], name: str, *, resume: bool) -> None:
        """Begin a journal, or go on with one where there is one that says anything.

        Raises ResumeRefused where something else was begun, and OSError.
        """
        lines = _whole_lines(path) if resume else []
        self.steps: list[dict[str, Any]] = [json.loads(line) for line in lines[1:]]
        if lines:
            require_same(json.loads(lines[0]), identity, name)
        self._path = path
        self._file = Grown(path, sum(map(len, lines)))
        if not lines:
            self._write(identity)

    def add(self, step: Mapping[str, Any]) -> None:
        """Write a step down, for good."""
        self._write(step)
        self.steps.append(dict(step))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def remove(self) -> None:
        """Remove the journal: the work is done."""
        self.close()
        self._path.unlink(missing_ok=True)

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.append(json.dumps(line, sort_keys=True).encode() + b"\n")
        self._file.save()


@dataclass(frozen=True, slots=True)
class Saved:
    """How far a file's answers have got.

    Attributes:
        position: Where in the source the next batch begins.
        read: Rows of the source that are done, with those that were refused.
        scored, refused: How many of them were scored, and how many refused.
        output: The size of what is written of the answers.
        refusals: The size of the file of refused rows; 0 where there is none.
        complete: Whether that is all, and only names are to be changed.
    """

    position: int = 0
    read: int = 0
    scored: int = 0
    refused: int = 0
    output: int = 0
    refusals: int = 0
    complete: bool = False

    @classmethod
    def last(cls, journal: Journal) -> Saved:
        """Return the state that was written down last."""
        return cls(**journal.steps[-1]) if journal.steps else cls()

    def to_dict(self) -> dict[str, Any]:
        """Return the state as JSON-able data."""
        return asdict(self)


def _whole_lines(path: Path) -> list[bytes]:
    """Return the lines of a journal up to the first that was cut off."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    lines: list[bytes] = []
    for line in content.splitlines(keepends=True):
        try:
            json.loads(line)
        except ValueError:
            break
        if not line.endswith(b"\n"):
            break
        lines.append(line)
    return lines
