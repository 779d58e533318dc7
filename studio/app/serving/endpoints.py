"""The endpoints of a window: the packages it knows, and which of them it serves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.app.program import Programs
from studio.app.serving.endpoint import Endpoint
from studio.app.serving.package_facts import PackageFacts, read_package

if TYPE_CHECKING:
    from studio.app.remembered import Remembered

Work = Callable[[Callable[[], Any], Callable[[Any], None]], None]
_REMEMBERED = "packages"
MOST = 50
"""So many packages are remembered."""


class Endpoints(QObject):
    """Packages, the one that was added last first; they are remembered, what runs is not.

    ``added`` carries an endpoint that is to be shown, ``changed`` says that the list is another.
    """

    changed = Signal()
    added = Signal(object)

    def __init__(
        self, programs: Programs, remembered: Remembered, work: Work, parent: QObject | None = None
    ) -> None:
        """Begin with the packages that are remembered; ``work`` reads them elsewhere."""
        super().__init__(parent)
        self._programs = programs
        self._remembered = remembered
        self._work = work
        names = [name for name in remembered.get(_REMEMBERED, []) if isinstance(name, str)]
        self._items = [self._made(Path(name)) for name in names]

    @property
    def items(self) -> tuple[Endpoint, ...]:
        """All endpoints."""
        return tuple(self._items)

    @property
    def running(self) -> list[Endpoint]:
        """Those that have a process."""
        return [item for item in self._items if item.is_running]

    @property
    def facts(self) -> list[PackageFacts]:
        """What is known of the packages that can be read."""
        return [item.facts for item in self._items if item.facts is not None]

    def add(self, path: Path) -> Endpoint:
        """Add a package, or find the one that is there; it is shown."""
        path = path.absolute()
        found = next((item for item in self._items if item.path == path), None)
        if found is None:
            found = self._made(path)
            self._items.insert(0, found)
            self._remember()
            self.changed.emit()
        else:
            self.look_at(found)
        self.added.emit(found)
        return found

    def remove(self, endpoint: Endpoint) -> None:
        """Forget a package; nothing is deleted, and one that is served stays."""
        if endpoint.is_running or endpoint not in self._items:
            return
        self._items.remove(endpoint)
        self._remember()
        self.changed.emit()
        endpoint.deleteLater()

    def look_at(self, endpoint: Endpoint) -> None:
        """Read what the package says of itself."""
        path = endpoint.path
        self._work(partial(read_package, path), endpoint.take_facts)

    def _made(self, path: Path) -> Endpoint:
        endpoint = Endpoint(path, self._programs, self)
        self.look_at(endpoint)
        return endpoint

    def _remember(self) -> None:
        self._remembered.set(_REMEMBERED, [str(item.path) for item in self._items[:MOST]])
