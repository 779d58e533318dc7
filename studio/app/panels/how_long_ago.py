"""When something was, as people say it."""

from __future__ import annotations

from datetime import datetime


def how_long_ago(then: datetime, now: datetime | None = None) -> str:
    """Return "just now", "5 minutes ago", "yesterday", "3 March" and the like, in local time."""
    then = then.astimezone()
    now = (now or datetime.now().astimezone()).astimezone()
    minutes = int((now - then).total_seconds() // 60)
    days = (now.date() - then.date()).days
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return _counted(minutes, "minute")
    if days < 1:
        return _counted(minutes // 60, "hour")
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{days} days ago"
    day = f"{then.day} {then:%B}"
    return day if then.year == now.year else f"{day} {then.year}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'} ago"
