"""A window of its own for one result, and a pane for one that is pinned."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from studio.app.draft import Draft
from studio.app.session import Session
from studio.app.viewers.kinds import open_viewer
from studio.app.viewers.labels import label
from studio.app.viewers.source import Result
from studio.app.widgets.tool_button import tool_button


class ResultWindow(QWidget):
    """Shows one result in a window of its own, however the selection goes on."""

    def __init__(
        self, session: Session, draft: Draft | None, result: Result, parent: QWidget
    ) -> None:
        """Take what is to be shown, and the window that it goes with."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("kind", "panel")
        self.setObjectName("result_window")
        self.setWindowTitle(result.title)
        self.viewer = open_viewer(session, draft, result)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.viewer)
        self.resize(1120, 760)
        for keys in (QKeySequence(QKeySequence.StandardKey.Close), QKeySequence("Esc")):
            shortcut = QShortcut(keys, self)
            shortcut.activated.connect(self.close)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.viewer.release()
        super().closeEvent(event)


class PinnedResult(QFrame):
    """Shows one result beside the others until it is closed."""

    closed = Signal()

    def __init__(self, session: Session, draft: Draft | None, result: Result) -> None:
        """Take what is to be shown."""
        super().__init__()
        self.setObjectName("pinned_result")
        self.viewer = open_viewer(session, draft, result)
        bar = QFrame()
        bar.setProperty("kind", "toolbar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 4, 8, 4)
        line.addWidget(label(result.title, "strong"))
        line.addStretch(1)
        line.addWidget(tool_button("unpin", "x", "Close the pinned result", self.closed.emit))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.viewer, 1)
