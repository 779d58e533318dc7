"""The view of the palette: a tree whose entries can be added, dragged, marked and asked about."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDrag, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget
from typing_extensions import override

from studio.app.panels.drag_picture import drag_picture
from studio.app.panels.entry_rows import EntryDelegate
from studio.app.panels.palette_model import PaletteModel

_GRIP = QPoint(24, 20)
"""Where a dragged node is held, in pixels from its corner."""


class PaletteTree(QTreeView):
    """Shows a :class:`PaletteModel`; says what the person wants, and does none of it."""

    chosen = Signal(QModelIndex)
    star_clicked = Signal(QModelIndex)
    help_asked = Signal(QModelIndex)
    menu_asked = Signal(QModelIndex, QPoint)
    typed = Signal(str)
    left_upwards = Signal()

    def __init__(self, model: PaletteModel, parent: QWidget) -> None:
        """Show a model."""
        super().__init__(parent)
        self._model = model
        self.rows = EntryDelegate(self, has_stars=True)
        self.setModel(model)
        self.setItemDelegate(self.rows)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(False)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(14)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a click on a star, or open and close a group."""
        at = event.position().toPoint()
        index = self.indexAt(at)
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
        elif self._is_star(index, at):
            self.star_clicked.emit(index)
        else:
            super().mousePressEvent(event)
            if self._model.entry(index) is None:
                self.setExpanded(index, not self.isExpanded(index))

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        index = self.indexAt(at)
        if self._model.row(index).entry is None or self._is_star(index, at):
            self.mousePressEvent(event)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(index)

    @override
    def event(self, event: QEvent) -> bool:
        """Keep the keys that mean something here from the shortcuts of the window."""
        is_key = event.type() == QEvent.Type.ShortcutOverride
        if is_key and _is_own(cast("QKeyEvent", event)):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with Enter, ask with F1, go back up to the field, or search for what is typed."""
        index = self.currentIndex()
        is_first = not self.indexAbove(index).isValid()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            if self._model.entry(index) is None:
                self.setExpanded(index, not self.isExpanded(index))
            else:
                self.chosen.emit(index)
        elif event.key() == Qt.Key.Key_F1:
            self.help_asked.emit(index)
        elif event.key() == Qt.Key.Key_Up and is_first:
            self.left_upwards.emit()
        elif _is_letter(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the entry under the mouse, or of the chosen one."""
        is_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if is_mouse else self.currentIndex()
        if index.isValid():
            at = event.pos() if is_mouse else self.visualRect(index).center()
            self.menu_asked.emit(index, self.viewport().mapToGlobal(at))

    @override
    def startDrag(self, supported: Qt.DropAction) -> None:
        """Drag the chosen entry, looking like the node that it will be."""
        indexes = self.selectedIndexes()
        entry = self._model.entry(indexes[0]) if indexes else None
        if entry is None:
            return
        drag = QDrag(self)
        drag.setMimeData(self._model.mimeData(indexes))
        drag.setPixmap(drag_picture(entry, self.devicePixelRatioF()))
        drag.setHotSpot(_GRIP)
        drag.exec(Qt.DropAction.CopyAction)

    def star_rect(self, index: QModelIndex) -> QRect:
        """Return where the star of an entry is, in the viewport."""
        return self.rows.star_rect(self.visualRect(index))

    def _is_star(self, index: QModelIndex, at: QPoint) -> bool:
        entry = self._model.entry(index)
        return bool(entry and entry.module) and self.rows.is_star(self.visualRect(index), at)


def _is_own(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_F1 or _is_letter(event)


def _is_letter(event: QKeyEvent) -> bool:
    """Whether something is typed that can begin a search."""
    shift = Qt.KeyboardModifier.ShiftModifier
    is_plain = not event.modifiers() & ~shift
    return is_plain and bool(event.text().strip()) and event.text().isprintable()
