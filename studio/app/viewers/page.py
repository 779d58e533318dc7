"""A page: sections below one another that scroll, with one margin and one rhythm."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from studio.app.viewers.labels import label


class Page(QScrollArea):
    """Scrolls what is added to it, section by section."""

    def __init__(self, name: str) -> None:
        """Begin an empty page."""
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QWidget()
        self.body = QVBoxLayout(body)
        self.body.setContentsMargins(16, 16, 16, 24)
        self.body.setSpacing(12)
        self.body.addStretch(1)
        self.setWidget(body)
        self.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)

    def add(self, widget: QWidget, title: str = "") -> None:
        """Add a section, under a title where it has one."""
        if title:
            if self.body.count() > 1:
                self.body.insertSpacing(self.body.count() - 1, 12)
            self.body.insertWidget(self.body.count() - 1, label(title, "title"))
        self.body.insertWidget(self.body.count() - 1, widget)
