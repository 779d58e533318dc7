"""A line of an endpoint's log as a person reads it."""

from __future__ import annotations

import json
from typing import Any


def log_text(line: str) -> str:
    """Return a line that is a JSON object as “time  level  what, field value”; another as it is."""
    try:
        found = json.loads(line)
    except ValueError:
        return line
    if not isinstance(found, dict) or "event" not in found:
        return line
    fields = dict(found)
    time, level = str(fields.pop("time", "")), str(fields.pop("level", ""))
    event, traceback = str(fields.pop("event")), fields.pop("traceback", "")
    clock = time.partition("T")[2].rstrip("Z") or time
    told = "  ".join(f"{name} {_text(value)}" for name, value in fields.items())
    head = "  ".join(filter(None, (clock, level.upper().ljust(7), event, told)))
    return f"{head}\n{traceback}".rstrip()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
