"""Text that is edited where it stands: titles, comments and notes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget
from typing_extensions import override

from studio.app.canvas.viewer import CanvasViewer
from studio.app.theme import theme

Done = Callable[[str], None]
_LEAST_SCALE = 0.7


class InlineEditor(QObject):
    """One field over the canvas at a time; Enter or a click elsewhere takes it, Esc does not."""

    def __init__(self, viewer: CanvasViewer) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._field: QLineEdit | QPlainTextEdit | None = None
        self._done: Done = lambda _: None
        self._closed: Callable[[], None] = lambda: None
        self._rect = QRectF()
        viewer.looked.connect(self._place)

    @property
    def field(self) -> QWidget | None:
        """The field that is open, if one is."""
        return self._field

    def open_line(self, rect: QRectF, text: str, name: str, done: Done) -> None:
        """Edit one line of text at a rectangle of the scene; ``name`` says what it is."""
        field = QLineEdit(text, self._viewer.viewport())
        field.selectAll()
        self._open(field, rect, name, done)

    def open_text(
        self, rect: QRectF, text: str, name: str, done: Done, closed: Callable[[], None]
    ) -> None:
        """Edit several lines of text; Ctrl+Enter takes it, as a click elsewhere does."""
        field = QPlainTextEdit(text, self._viewer.viewport())
        field.moveCursor(QTextCursor.MoveOperation.End)
        field.setTabChangesFocus(True)
        self._open(field, rect, name, done)
        self._closed = closed

    def close(self, take: bool) -> None:
        """Close the field, and take what was written or not."""
        field, self._field = self._field, None
        if field is None:
            return
        field.removeEventFilter(self)
        text = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
        had_focus = field.hasFocus()
        field.hide()
        field.deleteLater()
        closed, self._closed = self._closed, lambda: None
        closed()
        if take:
            self._done(text)
        if had_focus:
            self._viewer.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._field:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.close(take=True)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            # Ctrl+Enter ends the writing here; it does not run the experiment.
            event.setAccepted(self._ends(event))
            return event.isAccepted()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            self.close(take=False)
        elif self._ends(event):
            self.close(take=True)
        else:
            return False
        return True

    def _ends(self, event: QKeyEvent) -> bool:
        """Whether a key ends the writing: Enter in a line, Ctrl+Enter in a text."""
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return enters and (control or isinstance(self._field, QLineEdit))

    def _open(self, field: QLineEdit | QPlainTextEdit, rect: QRectF, name: str, done: Done) -> None:
        self.close(take=True)
        field.setObjectName("inline_editor")
        field.setAccessibleName(name)
        self._field, self._rect, self._done = field, rect, done
        field.installEventFilter(self)
        self._place()
        field.show()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        if self._field is None:
            return
        scale = max(self._viewer.scale_now, _LEAST_SCALE)
        font = theme().font("strong" if isinstance(self._field, QLineEdit) else "body")
        font.setPixelSize(round(font.pixelSize() * min(scale, 1.6)))
        self._field.setFont(font)
        corner = self._viewer.mapFromScene(self._rect.topLeft())
        width = max(round(self._rect.width() * scale), 140)
        height = max(round(self._rect.height() * scale), 28)
        self._field.setGeometry(corner.x(), corner.y(), width, height)
