"""What the window remembers of itself: recent files, favourites, where its parts stood."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from studio import paths

RECENT = 12
"""How many recent files and modules are remembered."""
_LOG = logging.getLogger(__name__)


class Remembered:
    """Values by name in a small file of the user's; what cannot be read counts as not there."""

    def __init__(self, path: Path | None = None) -> None:
        """Read the file; by default ``window.json`` in the user's folder."""
        self._path = path or paths.user_data() / "window.json"
        self._values = _read(self._path)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, or the default where there is none of the default's type."""
        value = self._values.get(name, default)
        return value if default is None or isinstance(value, type(default)) else default

    def set(self, name: str, value: Any) -> None:
        """Remember a JSON-able value; it is written at once, and a failure only logged."""
        if self._values.get(name) == value:
            return
        self._values[name] = value
        part = self._path.with_suffix(f".{os.getpid()}.part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Not forced to the disk: that may take long, and little is lost.
            part.write_text(json.dumps(self._values, indent=1), encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            _LOG.info("What the window remembers could not be written: %s", error)

    @property
    def recent_files(self) -> list[Path]:
        """The files that were opened or saved last, the latest first, that are still there."""
        return [path for name in self._texts("recent_files") if (path := Path(name)).is_file()]

    def file_used(self, path: Path) -> None:
        """Put a file at the head of the recent ones."""
        self._to_front("recent_files", str(path.absolute()))

    def forget_file(self, path: Path) -> None:
        """Take a file out of the recent ones."""
        rest = [name for name in self._texts("recent_files") if name != str(path.absolute())]
        self.set("recent_files", rest)

    @property
    def recent_modules(self) -> list[str]:
        """The ids of the modules that were added last, the latest first."""
        return self._texts("recent_modules")

    def module_used(self, module: str) -> None:
        """Put a module at the head of the recent ones."""
        self._to_front("recent_modules", module)

    @property
    def favourites(self) -> list[str]:
        """The ids of the modules that the person marked, in the order of marking."""
        return self._texts("favourites")

    def set_favourite(self, module: str, marked: bool) -> None:
        """Mark a module as a favourite, or no longer."""
        rest = [name for name in self.favourites if name != module]
        self.set("favourites", [*rest, module] if marked else rest)

    def _texts(self, name: str) -> list[str]:
        found: Iterable[Any] = self.get(name, [])
        return [item for item in found if isinstance(item, str)]

    def _to_front(self, name: str, item: str) -> None:
        rest = [other for other in self._texts(name) if other != item]
        self.set(name, [item, *rest][:RECENT])


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
