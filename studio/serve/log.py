"""The log of an endpoint: one JSON object a line on standard error."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, TextIO


def stamp(moment: float) -> str:
    """Return a moment, in seconds since 1970, as ISO 8601 text in UTC."""
    second = int(moment)
    return f"{_second(second)}.{int((moment - second) * 1000):03}Z"


@lru_cache(maxsize=4)
def _second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


class Log:
    """Writes lines to a stream, or standard error; used by several threads at once."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream
        self._lock = threading.Lock()

    def event(self, level: str, event: str, **fields: Any) -> None:
        """Write what happened."""
        head = {"time": stamp(time.time()), "level": level, "event": event}
        self.write([json.dumps(head | fields, ensure_ascii=False, default=str)])

    def failure(self, event: str, error: BaseException, **fields: Any) -> None:
        """Write what nobody expected, with its traceback, which no answer has."""
        self.event("error", event, traceback="".join(traceback.format_exception(error)), **fields)

    def write(self, lines: Sequence[str]) -> None:
        """Write lines, each of them JSON."""
        text = "".join(f"{line}\n" for line in lines)
        stream = self.stream or sys.stderr
        with self._lock, suppress(OSError, ValueError):  # nobody may read the log any more
            stream.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))
            stream.flush()


class LogHandler(logging.Handler):
    """Brings what libraries log into the same log."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record as a line."""
        fields: dict[str, Any] = {"logger": record.name, "message": record.getMessage()}
        if record.exc_info and record.exc_info[1] is not None:
            fields["traceback"] = "".join(traceback.format_exception(record.exc_info[1]))
        self._log.event(record.levelname.lower(), "library", **fields)
