"""A line of an endpoint's log as a person reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from studio.app.figures import count

METRICS = "/metrics"
"""Where figures are read; the window itself does so every second."""


def log_text(line: str) -> str:
    """Return a line that is a JSON object as “time  what  field value”; another as it is.

    Empty for a reading of figures that went well: the window's own would hide all else.
    """
    try:
        found = json.loads(line)
    except ValueError:
        return line
    if not isinstance(found, dict) or "event" not in found:
        return line
    if found.get("path") == METRICS and found.get("status") == 200:
        return ""
    what = _request(found) if found["event"] == "request" else _event(found)
    text = f"{_clock(str(found.get('time', '')))}  {what}"
    return f"{text}\n{found['traceback']}".rstrip() if "traceback" in found else text


def _request(found: Mapping[str, Any]) -> str:
    words = [f"{found.get('method', '')} {found.get('path', '')}", str(found.get("status", ""))]
    if found.get("rows"):
        words.append(count(int(found["rows"]), "row"))
    if found.get("ms") is not None:
        words.append(f"{found['ms']:.3g} ms")
    return "  ".join(words)


def _event(found: Mapping[str, Any]) -> str:
    level = str(found.get("level", ""))
    head = str(found["event"]) if level == "info" else f"{level.upper()} {found['event']}"
    plain = (str, int, float)
    told = (
        f"{name} {value}"
        for name, value in found.items()
        if name not in ("time", "level", "event", "traceback") and isinstance(value, plain)
    )
    return "  ".join((head, *told))


def _clock(text: str) -> str:
    try:
        return datetime.fromisoformat(text).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return text
