"""What an exception in a worker means to the person: memory, disk, their own problem, or a bug."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from studio.engine.errors import DiskFull, OutOfMemory, Unexpected, size_text
from studio.sdk.errors import Problem, StudioError

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MEMORY_WORDS = (
    "bad_alloc", "bad allocation", "cannot allocate memory", "out of memory", "malloc of size",
    "can't start new thread", "memoryerror",
)  # fmt: skip
_SPACE_WORDS = ("no space left on device", "file too large", "disk quota exceeded")


def problem_of(error: BaseException, title: str, budget: int) -> tuple[Problem, bool]:
    """Return what to tell the person, and whether it is a bug."""
    chain = list(_causes(error))
    if any(_is_memory(one) for one in chain):
        return OutOfMemory(title=title, budget=size_text(budget)).to_problem(), False
    if any(_is_disk(one) for one in chain):
        return DiskFull(title=title).to_problem(), False
    if isinstance(error, StudioError):
        return error.to_problem(), False
    text = str(error).rstrip(".")
    reason = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return Unexpected(title=title, reason=reason).to_problem(), True


def speaks_of_memory(text: str) -> bool:
    """Whether the last words of a process are about memory."""
    return any(word in text.lower() for word in _MEMORY_WORDS)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        yield current
        current = current.__cause__ or current.__context__


def _is_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    if type(error).__name__ == "OutOfMemoryException":
        return True
    foreign = not isinstance(error, StudioError) and isinstance(
        error, RuntimeError | OSError | ValueError
    )
    library = type(error).__module__.split(".")[0] in ("lightgbm", "duckdb", "pyarrow", "_duckdb")
    return (foreign or library) and speaks_of_memory(str(error))


def _is_disk(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        return True
    return isinstance(error, Exception) and any(w in str(error).lower() for w in _SPACE_WORDS)
