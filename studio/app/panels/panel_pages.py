"""What a panel shows below its bar: its rows, or a note where there are none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QListView, QStackedLayout, QVBoxLayout, QWidget

from studio.app.panels.empty_note import EmptyNote
from studio.app.panels.panel_bar import PanelBar
from studio.app.theme import SPACE


class PanelPages:
    """Fills a panel with a bar and, below it, a view that gives way to a note."""

    def __init__(
        self,
        panel: QWidget,
        bar: PanelBar,
        view: QWidget,
        note: EmptyNote,
        *,
        space: int = SPACE,
    ) -> None:
        """Lay them out in the panel, with a space above the view and below it, in pixels."""
        self.note = note
        self._pages = QStackedLayout()
        self._pages.setContentsMargins(0, space, 0, space)
        self._pages.addWidget(view)
        self._pages.addWidget(note)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addLayout(self._pages, 1)

    def show_view(self, there: bool) -> None:
        """Show the view, or the note where there is nothing to view."""
        self._pages.setCurrentIndex(0 if there else 1)


def panel_list(
    name: str, label: str, model: QAbstractItemModel, copy: Callable[[], object]
) -> QListView:
    """Return a list of rows that are all as high, copied with the keys that copy."""
    view = QListView()
    view.setObjectName(name)
    view.setAccessibleName(label)
    view.setUniformItemSizes(True)
    view.setMouseTracking(True)
    view.setModel(model)
    copied = QShortcut(QKeySequence.StandardKey.Copy, view, copy)
    copied.setContext(Qt.ShortcutContext.WidgetShortcut)
    return view
