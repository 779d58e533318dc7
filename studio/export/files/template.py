"""Templates: the texts of files that differ from package to package in a few places."""

from __future__ import annotations

import re
from collections.abc import Mapping

from studio import paths

_PLACE = re.compile(r"@\{(\w+)\}")


def filled(name: str, values: Mapping[str, str]) -> str:
    """Return a template's text with its places ``@{name}`` filled; raises KeyError for others."""
    text = (paths.resources() / "package" / name).read_text(encoding="utf-8")
    return _PLACE.sub(lambda place: values[place[1]], text)
