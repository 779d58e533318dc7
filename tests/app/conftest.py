"""Fixtures of the window's tests: a session of its own, and an empty draft in it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from studio.app import theme
from studio.app.canvas.canvas import Canvas
from studio.app.draft import Draft
from studio.app.garbage import collect_on
from studio.app.main_window import MainWindow
from studio.app.panels.module_search import ModuleSearch
from studio.app.session import Session
from tests.app.canvas_hands import Hands
from tests.app.canvas_view import assert_shows_document
from tests.app.shop import write_package, write_shop

# Tests need no screen; a chosen platform, such as xcb under Xvfb, is left alone.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PATIENCE = 60_000
"""Milliseconds after which nothing is expected any more."""

_HARMLESS = (
    "This plugin does not support propagateSizeHints()",
    "This plugin does not support raise()",
    "This plugin does not support grabbing the keyboard",
    "This plugin does not support setting window masks",
)


class PatientBot(QtBot):
    """A bot that waits as long as a busy machine may need; a test that passes waits no longer."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE, **more: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """The mouse and the keyboard."""
    return PatientBot(request)


@pytest.fixture(autouse=True)
def _no_qt_warnings() -> Iterator[None]:
    """Fail a test during which Qt had something to say."""
    said: list[str] = []

    def take(kind: QtMsgType, context: object, text: str) -> None:
        if kind != QtMsgType.QtDebugMsg and text not in _HARMLESS:
            said.append(text)

    previous = qInstallMessageHandler(take)
    yield
    qInstallMessageHandler(previous)
    assert not said


@pytest.fixture(autouse=True)
def _nothing_left(qapp: QApplication) -> Iterator[None]:
    """Let widgets go that are done with, and fail a test that leaves one behind."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if qapp.allWidgets():
        # The menus of charts hold one another.
        gc.collect()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not qapp.allWidgets()


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    """Give the application its look, and what else the program has from its start."""
    collect_on(qapp)
    if qapp.findChild(theme.Theme) is None:
        theme.install(qapp, "light")
    elif theme.theme().choice != "light":
        theme.theme().choose("light")


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[Session]:
    """A session with a workspace of its own, its engine begun."""
    opened = Session(tmp_path / "workspace")
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    """The main window of the session, shown, with the start page in front."""
    opened = MainWindow(session)
    opened.show()
    qtbot.waitExposed(opened)
    yield opened
    opened.hide()
    opened.deleteLater()


@pytest.fixture
def draft(session: Session) -> Draft:
    """An empty experiment, open."""
    return session.new()


@pytest.fixture
def canvas(qtbot, session: Session, draft: Draft) -> Iterator[Canvas]:
    """The canvas of the empty experiment; at the end it still shows just what the document says."""
    made = Canvas(session, draft, ModuleSearch)
    made.resize(1000, 800)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    assert_shows_document(made)


@pytest.fixture
def hands(canvas: Canvas) -> Hands:
    """Hands for the canvas."""
    return Hands(canvas)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model package that the command line made; nothing writes into it."""
    return write_package(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The file of a training experiment that stands beside its table."""
    folder = tmp_path / "shop"
    folder.mkdir()
    return write_shop(folder)
