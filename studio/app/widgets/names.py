"""Names of widgets."""

from __future__ import annotations


def name_of(text: str) -> str:
    """Return a text that people read as the name of a widget: “Last run” as “last_run”."""
    return "_".join(text.lower().split())
