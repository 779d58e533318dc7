"""The types of columns: their icons, and their names in words."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_ICON: Mapping[str, str] = {
    "integer": "hash",
    "double": "pi",
    "boolean": "toggle-left",
    "string": "type",
    "datetime": "calendar",
    "timespan": "timer",
    "category": "tags",
}
TYPE_TEXT: Mapping[str, str] = {
    "integer": "Whole numbers",
    "double": "Numbers",
    "boolean": "True or false",
    "string": "Text",
    "datetime": "Dates and times",
    "timespan": "Spans of time",
    "category": "Categories",
}
NUMBERS = ("integer", "double", "datetime", "timespan")
"""Types that have a histogram; the others have frequencies."""


def type_icon(kind: str) -> str:
    """Return the name of a type's icon."""
    return TYPE_ICON.get(kind, "circle-help")
