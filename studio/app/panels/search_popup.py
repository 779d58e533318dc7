"""A popup in which one types and chooses from a list: the frame, the field, the keys."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPoint,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.panels.search_field import SearchField
from studio.app.theme import theme

_RADIUS = 10
_LIST_MOST = 352
_PAGE = 7


class SearchPopup(QWidget):
    """Floats over the window until something is chosen, Escape is pressed or a click goes by.

    ``picked`` gives what was chosen, ``cancelled`` says that nothing was.

    Attributes:
        field: Where one types.
        list: What there is to choose from.
    """

    picked = Signal(QModelIndex)
    cancelled = Signal()

    def __init__(
        self, parent: QWidget | None, placeholder: str, width: int, model: QAbstractItemModel
    ) -> None:
        """Make the popup; it is shown by :meth:`show_at`."""
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setFixedWidth(width)
        self.caption = QLabel(self)
        self.caption.setProperty("role", "caption")
        self.caption.setContentsMargins(8, 0, 8, 0)
        self.field = SearchField(placeholder, self)
        self.nothing = QLabel(self)
        self.nothing.setProperty("role", "soft")
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(8, 4, 8, 8)
        self.list = QListView(self)
        self.list.setModel(model)
        self.list.setAccessibleName(placeholder)
        self._was_picked = False
        self._set_up_list()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        for widget in (self.caption, self.field, self.nothing, self.list):
            layout.addWidget(widget)

    def set_rows(self, delegate: QStyledItemDelegate) -> None:
        """Take what draws the rows."""
        self.list.setItemDelegate(delegate)

    def show_at(self, corner: QPoint) -> None:
        """Show the popup with its corner at a place, or as near as there is room."""
        self._was_picked = False
        self.fit()
        screen = QGuiApplication.screenAt(corner) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        size = self.size()
        x = min(max(corner.x(), room.left()), room.right() - size.width())
        y = min(max(corner.y(), room.top()), room.bottom() - size.height())
        self.move(x, y)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def fit(self, nothing: str = "") -> None:
        """Make the list as high as its rows, or say why it has none; the first row is chosen."""
        model = self.list.model()
        rows = min(model.rowCount(), 100)
        height = sum(self.list.sizeHintForRow(row) for row in range(rows))
        self.list.setFixedHeight(min(height, _LIST_MOST))
        self.list.setVisible(rows > 0)
        self.nothing.setText(nothing)
        self.nothing.setVisible(rows == 0 and bool(nothing))
        self.list.setCurrentIndex(model.index(0, 0))
        self.list.scrollToTop()
        self.setFixedHeight(self.sizeHint().height())

    @override
    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Move in the list and choose from it while the field has the keyboard."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        return is_key and watched is self.field and self._take_key(cast("QKeyEvent", event))

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Say that nothing was chosen, where nothing was."""
        super().hideEvent(event)
        if not self._was_picked:
            self.cancelled.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(self.rect(), theme().colour("raised"))
        painter.setPen(QPen(theme().colour("line_strong"), 1))
        painter.drawRoundedRect(frame, _RADIUS, _RADIUS)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Corners cut off, not translucent: without a compositor what is translucent is black.
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        self.setMask(QRegion(path.toFillPolygon().toPolygon()))

    def pick(self, index: QModelIndex) -> None:
        """Choose a row: the popup closes, then ``picked`` says so."""
        if index.isValid():
            self._was_picked = True
            self.hide()
            self.picked.emit(index)

    def _set_up_list(self) -> None:
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setStyleSheet("QListView { background: transparent; }")
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self.pick)
        self.field.installEventFilter(self)

    def _take_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _PAGE,
            Qt.Key.Key_PageUp: -_PAGE,
        }
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pick(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.hide()
        elif key in steps:
            self._move(steps[Qt.Key(key)])
        else:
            return False
        return True

    def _move(self, step: int) -> None:
        """Go up or down in the list; from an end a single step goes on at the other."""
        count = self.list.model().rowCount()
        if count == 0:
            return
        row = self.list.currentIndex().row() + step
        row = row % count if abs(step) == 1 else min(max(row, 0), count - 1)
        self.list.setCurrentIndex(self.list.model().index(row, 0))
