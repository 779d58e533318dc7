"""The log of an endpoint: one JSON object a line on standard error."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
import time
import traceback
from contextlib import suppress
from typing import Any, TextIO

_TOGETHER = 0.2
"""Seconds for which lines about requests are kept, to be written together."""


class Log:
    """Writes lines; those about requests a little later, all together."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._lines: list[str] = []
        self._lock = threading.Lock()
        self._due: asyncio.TimerHandle | None = None
        self._second = 0
        self._time = ""

    def event(self, level: str, event: str, **fields: Any) -> None:
        """Write a line at once, after those that were kept."""
        head = {"time": self._now(), "level": level, "event": event}
        self._lines.append(json.dumps(head | fields, ensure_ascii=False, default=str))
        self.flush()

    def failure(self, event: str, error: BaseException, **fields: Any) -> None:
        """Write what nobody expected, with its traceback, which no answer has."""
        self.event("error", event, traceback="".join(traceback.format_exception(error)), **fields)

    def request(self, fields: str) -> None:
        """Keep a line about a request, to be written soon; ``fields`` are JSON without braces."""
        self._lines.append(f'{{"time": "{self._now()}", "level": "info", {fields}}}')
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(_TOGETHER, self.flush)

    def flush(self) -> None:
        """Write what was kept."""
        self._due = None
        with self._lock:
            lines, self._lines = self._lines, []
            if not lines:
                return
            text = "\n".join(lines) + "\n"
            stream = self._stream or sys.stderr
            with suppress(OSError, ValueError):  # nobody reads the log any more
                stream.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))
                stream.flush()

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._time = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._time}.{int((now - second) * 1000):03}Z"


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
