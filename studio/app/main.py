"""How the window starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from studio import __version__
from studio.app import theme
from studio.app.garbage import collect_on
from studio.app.icons import icon
from studio.app.main_window import MainWindow
from studio.app.session import Session
from studio.app.warm_up import WarmUp

_NO_SCREEN = (
    "There is no screen to open the window on. Start it where there is one; without, the verbs of "
    "the command line do the same: wireloom --help lists them."
)

_OF_SMALL_SCREEN = 0.85
"""What the window takes of a small screen when it is no longer maximised."""


def start(files: Sequence[str] = ()) -> int:
    """Open the window, with files where some are given; returns the exit code when it closes."""
    if not has_screen():
        sys.stderr.write(f"{_NO_SCREEN}\n")
        return 1
    application = QApplication(["wireloom"])
    window = open_window(application, files)
    _show(window)
    return application.exec()


def open_window(application: QApplication, files: Sequence[str] = ()) -> MainWindow:
    """Return the window of a new session; the engine begins when it has been drawn."""
    application.setApplicationName("Wireloom")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("wireloom")
    collect_on(application)
    session = Session()
    theme.install(application, session.settings.theme)
    application.setWindowIcon(icon("workflow", "accent"))
    window = MainWindow(session)
    QTimer.singleShot(0, lambda: _begin(window, files))
    return window


def has_screen() -> bool:
    """Whether there is a screen, or a platform of Qt's was chosen that needs none."""
    names = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


def _show(window: MainWindow) -> None:
    """Show the window, over the whole screen where it would not fit on it with its frame."""
    room, size = window.screen().availableGeometry().size(), window.size()
    if size.width() < room.width() and size.height() < room.height():
        window.show()
        return
    window.resize(room * _OF_SMALL_SCREEN)
    window.showMaximized()


def _begin(window: MainWindow, files: Sequence[str]) -> None:
    session = window.session
    session.start()
    if session.settings_problem:
        session.say("warning", session.settings_problem)
    for name in files:
        window.files.open(Path(name))
    WarmUp(session.bridge, window.documents.prepare, window).start()
