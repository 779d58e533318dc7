"""The title of a dock, with buttons to let it float and to close it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from studio.app.icons import icon
from studio.app.theme import SPACE


class DockTitle(QWidget):
    """Says what the dock is; a drag moves the dock, a double click puts it back or lets it float.

    The style sheet cannot give the buttons of Qt's own title bar a size that can be hit.
    """

    def __init__(self, dock: QDockWidget) -> None:
        """Stand over a dock."""
        super().__init__(dock)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "dock_title")
        label = QLabel(dock.windowTitle())
        label.setProperty("role", "strong")
        dock.windowTitleChanged.connect(label.setText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(label, 1)
        self._float = self._button(f"float_{dock.objectName()}")
        self._float.clicked.connect(lambda: _switch(dock))
        close = self._button(f"close_{dock.objectName()}")
        close.clicked.connect(dock.close)
        _show(close, "x", "Close")
        for button in (self._float, close):
            layout.addWidget(button)
        dock.topLevelChanged.connect(self._show_floating)
        self._show_floating(dock.isFloating())

    def _show_floating(self, is_floating: bool) -> None:
        if is_floating:
            _show(self._float, "panel-bottom-close", "Put it back into the window")
        else:
            _show(self._float, "picture-in-picture-2", "Let it float")

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(QSize(24, 24))
        return button


def _switch(dock: QDockWidget) -> None:
    """Let a dock float, or put it back in front of those that share its place."""
    dock.setFloating(not dock.isFloating())
    dock.raise_()


def _show(button: QToolButton, shape: str, does: str) -> None:
    button.setIcon(icon(shape))
    button.setToolTip(does)
    button.setAccessibleName(does)
