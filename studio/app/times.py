"""Times as people say them: how long something took, and when it was."""

from __future__ import annotations

import time
from datetime import datetime

from studio.app.figures import count


def duration(seconds: float) -> str:
    """Return a time span as a person reads it: “12 ms”, “3.4 s”, “2 min 5 s”, “1 h 20 min”."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def moment(seconds: float) -> str:
    """Return a time since 1970 as “today, 14:03:22”, “3 Mar, 14:03” or “3 Mar 2024, 14:03”."""
    then, now = time.localtime(seconds), time.localtime()
    if then[:3] == now[:3]:
        return time.strftime("today, %H:%M:%S", then)
    year = "" if then[0] == now[0] else f" {then[0]}"
    return f"{then[2]} {time.strftime('%b', then)}{year}, {time.strftime('%H:%M', then)}"


def moment_head(seconds: float) -> str:
    """Return a time since 1970 as it begins a line: “Today, 14:03:22”."""
    text = moment(seconds)
    return f"{text[:1].upper()}{text[1:]}"


def how_long_ago(then: datetime, now: datetime | None = None) -> str:
    """Return "just now", "5 minutes ago", "yesterday", "3 March" and the like, in local time."""
    then = then.astimezone()
    now = (now or datetime.now().astimezone()).astimezone()
    minutes = int((now - then).total_seconds() // 60)
    days = (now.date() - then.date()).days
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{count(minutes, 'minute')} ago"
    if days < 1:
        return f"{count(minutes // 60, 'hour')} ago"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{days} days ago"
    day = f"{then.day} {then:%B}"
    return day if then.year == now.year else f"{day} {then.year}"
