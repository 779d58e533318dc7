"""The warm-up: what the start page does without is there when the first experiment needs it."""

from __future__ import annotations

import pkgutil
import time
from collections.abc import Callable, Iterator
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

from studio.app.engine_bridge import EngineBridge

SLICE_SECONDS = 0.008
PAUSE_MS = 4
"""The window is lent for this long at a time, and has this long to itself in between."""

_WITHOUT_QT = (
    "colorama",
    "decimal",
    "html",
    "importlib.resources",
    "mmap",
    "multiprocessing.connection",
    "numpy.typing",
    "pydoc",
    "sqlite3",
    "subprocess",
    "xml.etree.ElementTree",
    "studio.engine.history",
    "studio.export.predictive",
    "studio.scoring.folder",
    "studio.session.file_paths",
)
"""What canvas, panels and charts stand on and is slow to import."""

_FOLDERS = ("widgets", "canvas", "serving", "editors", "viewers", "dialogs", "panels")
"""Folders of ``studio.app``, those that others stand on first: so each file brings few others."""

_CHARTS = ("QtOpenGL", "QtOpenGLWidgets", "QtTest", "QtCore", "QtGui", "QtWidgets")
"""The parts of Qt of which pyqtgraph looks up every name when it is imported."""

_Making = Callable[[], Iterator[None]]


class WarmUp(QObject):
    """Imports in the background: what knows Qt in small slices of the window's own thread.

    A class of Qt's that is made in another thread while the window draws ends the process now and
    then: once in some sixty starts.
    """

    def __init__(self, bridge: EngineBridge, then: _Making, parent: QObject) -> None:
        """Take the bridge, for a thread, and the steps of what is made then, before charts."""
        super().__init__(parent)
        self._bridge = bridge
        self._steps = _steps(then)
        self._timer = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Begin with what knows nothing of Qt."""
        self._bridge.work(_import_without_qt, lambda _: self._timer.start())

    def _go_on(self) -> None:
        end = time.monotonic() + SLICE_SECONDS
        for _ in self._steps:
            if time.monotonic() > end:
                self._timer.start()
                return


def _import_without_qt() -> None:
    for name in _WITHOUT_QT:
        import_module(name)


def _steps(then: _Making) -> Iterator[None]:
    """Import a file, or look up a class, at a time."""
    import_module("studio.app.canvas.nodegraphqt")
    yield
    for folder in _FOLDERS:
        package = import_module(f"studio.app.{folder}")
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            import_module(found.name)
            yield
    yield from then()
    yield
    for part in _CHARTS:
        library = import_module(f"PySide6.{part}")
        yield
        for name in dir(library):
            getattr(library, name)
            yield
    import_module("pyqtgraph")
