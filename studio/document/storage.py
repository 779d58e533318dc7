"""Experiments as files: canonical text, read without running code, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from studio.document.atomic import said, write_whole
from studio.document.canonical import read_text, write_text
from studio.document.errors import DocumentUnreadable, SaveFailed
from studio.document.experiment import Experiment
from studio.document.form import from_dict, to_dict
from studio.document.migrations import migrated, renamed
from studio.document.problems import Found, find_problems
from studio.registry.discovery import Registry
from studio.sdk.errors import StudioError

SUFFIX = ".experiment"
MAX_SIZE = 64 * 2**20
"""The largest file that is read, in bytes."""


@dataclass(frozen=True)
class Opened:
    """A document that was read.

    Attributes:
        experiment: What it holds, with names as they are today.
        problems: What is wrong with it, found without running anything.
        is_current: Whether saving it now would write the same text that was read.
        digest: Of the bytes that were read, to see whether the file changes later.
    """

    experiment: Experiment
    problems: tuple[Found, ...]
    is_current: bool
    digest: str


def dumps(experiment: Experiment) -> str:
    """Return the canonical text of an experiment."""
    return write_text(to_dict(experiment))


def loads(text: str | bytes, registry: Registry | None = None) -> Experiment:
    """Return the experiment in a text, of any format there ever was.

    Raises DocumentInvalid or DocumentTooNew, whatever the text is. With a registry, old names of
    modules, parameters and ports become current ones.
    """
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    experiment = from_dict(migrated(read_text(raw)))
    return experiment if registry is None else renamed(experiment, registry)


def load(path: str | os.PathLike[str], registry: Registry) -> Opened:
    """Read an experiment from a file; raises DocumentUnreadable with the reason. Runs no code."""
    file = Path(path)
    raw = _bytes(file)
    try:
        experiment = loads(raw, registry)
    except StudioError as error:
        raise DocumentUnreadable(path=file, reason=error.message) from error
    return Opened(
        experiment=experiment,
        problems=tuple(find_problems(experiment, registry)),
        is_current=dumps(experiment).encode() == raw,
        digest=digest(raw),
    )


def save(experiment: Experiment, path: str | os.PathLike[str]) -> str:
    """Write an experiment to a file, whole or not at all, and return the digest of its bytes.

    Raises SaveFailed; the file is then as it was before.
    """
    file = Path(path)
    raw = dumps(experiment).encode()
    try:
        write_whole(file, raw)
    except (OSError, ValueError) as error:
        reason = said(error) if isinstance(error, OSError) else "its name is not possible"
        if not file.parent.exists():
            reason = f"the folder “{file.parent}” does not exist"
        raise SaveFailed(path=file.name, reason=reason) from error
    return digest(raw)


def digest(raw: bytes) -> str:
    """Return a text that stands for some bytes."""
    return hashlib.blake2b(raw, digest_size=16).hexdigest()


def digest_of(path: Path) -> str | None:
    """Return the digest of a file's bytes, or None where there is no readable file."""
    try:
        return digest(_bytes(path))
    except DocumentUnreadable:
        return None


def _bytes(file: Path) -> bytes:
    """Return a file's bytes; refuses what is no ordinary file, or too large to be a document."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise DocumentUnreadable(path=file, reason="It is not a file.")
            raw = opened.read(MAX_SIZE + 1)
    except IsADirectoryError:
        raise DocumentUnreadable(path=file, reason="It is a folder.") from None
    except FileNotFoundError:
        raise DocumentUnreadable(
            path=file,
            reason="It does not exist.",
            advice=f"It was looked for in {file.absolute().parent}.",
        ) from None
    except (OSError, ValueError) as error:
        reason = said(error) if isinstance(error, OSError) else "its name is not possible"
        sentence = f"{reason[:1].upper()}{reason[1:]}."
        raise DocumentUnreadable(path=file, reason=sentence) from error
    if len(raw) > MAX_SIZE:
        reason = f"It is larger than {MAX_SIZE // 2**20} MB."
        raise DocumentUnreadable(path=file, reason=reason)
    return raw
