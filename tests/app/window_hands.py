"""Hands for the whole window: what a person does with the mouse and the keys, and what is read."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.app.main_window import MainWindow

SECONDS = 60_000
LEFT = Qt.MouseButton.LeftButton


class WindowHands:
    """Acts on a window by events alone."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot

    def find(self, name: str, kind: type[QWidget] = QWidget) -> QWidget:
        """Return the widget of that name that is on the screen, waiting for it."""

        def there() -> list[QWidget]:
            tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
            found = [item for top in tops for item in top.findChildren(kind, name)]
            return [item for item in found if item.isVisible()]

        self.qtbot.waitUntil(lambda: bool(there()), timeout=SECONDS)
        return there()[0]

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        QTest.mouseClick(widget, LEFT, pos=widget.rect().center() if at is None else at)

    def press(self, name: str) -> None:
        """Click the button of that name."""
        self.click(self.find(name, QAbstractButton))

    def fill(self, name: str, text: str) -> None:
        """Click a field, type over what it holds, and press Enter."""
        field = self.find(name)
        line = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
        assert line is not None
        self.click(line)
        line.selectAll()
        QTest.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def choose(self, name: str, text: str) -> None:
        """Choose in a combo box by the keyboard."""
        box = self.find(name, QComboBox)
        assert isinstance(box, QComboBox)
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        while box.currentText() != text:
            before = box.currentIndex()
            QTest.keyClick(box, Qt.Key.Key_Down)
            assert box.currentIndex() > before, f"there is no “{text}”"

    def add(self, search: str, x: int, y: int) -> str:
        """Add a module at a place of the canvas by Tab and its name; return the node's id."""
        canvas = self.window.canvas
        before = set(self.window.draft.experiment.nodes)
        canvas.setFocus()
        QTest.mouseMove(canvas.viewport, QPoint(x, y))
        QTest.keyClick(canvas.viewer, Qt.Key.Key_Tab)
        QTest.keyClicks(self.find("module_search_field"), search)
        QTest.keyClick(self.find("module_search_field"), Qt.Key.Key_Return)
        (new,) = set(self.window.draft.experiment.nodes) - before
        return new

    def link(self, source: str, out: str, target: str, into: str) -> None:
        """Draw a link with the mouse."""
        canvas = self.window.canvas
        start, stop = canvas.port_point(source, out, "out"), canvas.port_point(target, into, "in")
        view = canvas.viewport
        QTest.mouseMove(view, start)
        QTest.mousePress(view, LEFT, pos=start)
        for step in range(1, 6):
            QTest.mouseMove(view, start + (stop - start) * step / 5)
        QTest.mouseRelease(view, LEFT, pos=stop)

    def select(self, node: str) -> None:
        """Click a node."""
        canvas = self.window.canvas
        canvas.setFocus()
        self.click(canvas.viewport, canvas.node_rect(node).center())
        assert self.window.draft.selection == {node}

    def run(self) -> None:
        """Press Run and wait for the end."""
        self.press("tool_run")
        draft = self.window.draft
        self.qtbot.waitUntil(lambda: not draft.is_running, timeout=3 * SECONDS)

    def read(self, name: str) -> str:
        """Return what a label on the screen says."""
        label = self.find(name, QLabel)
        assert isinstance(label, QLabel)
        return label.text()
