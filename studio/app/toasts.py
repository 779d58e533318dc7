"""Toasts: short sentences at the bottom right of the window that go away by themselves."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QEvent,
    QObject,
    QPropertyAnimation,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QEnterEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.icons import icon
from studio.app.theme import SPACE, theme
from studio.app.widgets.tool_button import tool_button

MOST = 3
"""So many are shown at once; the oldest makes room."""
WIDTH = 380
FADE_MS = 160
_LINE = 26
_MARGIN, _ABOVE_STATUS = 4 * SPACE, 10 * SPACE
_LOOKS: dict[str, tuple[str, str, int]] = {
    "info": ("info", "info", 6_000),
    "warning": ("triangle-alert", "warn", 12_000),
    "error": ("octagon-x", "bad", 20_000),
}
"""By severity: the icon, its colour, and how many milliseconds it stays."""


class Toasts(QObject):
    """Shows sentences over a window, the latest at the bottom."""

    def __init__(self, parent: QWidget) -> None:
        """Show them over ``parent``, whose size they follow."""
        super().__init__(parent)
        self._over = parent
        self._toasts: list[Toast] = []
        parent.installEventFilter(self)

    @property
    def shown(self) -> list[Toast]:
        """The toasts that are shown, the oldest first."""
        return list(self._toasts)

    def say(self, severity: str, sentence: str) -> None:
        """Show a sentence; one that is shown already stays longer instead."""
        for toast in self._toasts:
            if (toast.severity, toast.sentence) == (severity, sentence):
                toast.stay()
                return
        toast = Toast(severity, sentence, self._over)
        toast.closing.connect(self._drop)
        self._toasts.append(toast)
        for old in self._toasts[:-MOST]:
            old.leave()
        self._place()
        toast.appear()

    def _drop(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._place()

    def _place(self) -> None:
        """Stack the toasts upwards from the bottom right."""
        area = self._over.rect()
        width = min(WIDTH, area.width() - 2 * _MARGIN)
        bottom = area.bottom() - _ABOVE_STATUS
        for toast in reversed(self._toasts):
            toast.setFixedWidth(width)
            height = toast.heightForWidth(width)
            toast.setFixedHeight(height if height > 0 else toast.sizeHint().height())
            bottom -= toast.height()
            toast.move(area.right() - _MARGIN - width, bottom)
            toast.raise_()
            bottom -= 2 * SPACE

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._toasts:
            self._place()
        return super().eventFilter(watched, event)


class Toast(QFrame):
    """One sentence, with buttons that copy and close it."""

    closing = Signal(object)

    def __init__(self, severity: str, sentence: str, parent: QWidget) -> None:
        """Show a sentence as serious as its severity: "info", "warning" or "error"."""
        super().__init__(parent)
        name, token, stays = _LOOKS.get(severity, _LOOKS["info"])
        self.severity, self.sentence = severity, sentence
        self._icon = icon(name, token)
        self._is_leaving = False
        self.setObjectName("toast")
        self.setProperty("kind", "card")
        self.setAccessibleName(sentence)
        self._timer = QTimer(self, singleShot=True, interval=stays)
        self._timer.timeout.connect(self.leave)
        self._lay_out()
        self._effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(FADE_MS)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.finished.connect(self._faded)
        theme().changed.connect(self._draw)
        self._draw()

    def _lay_out(self) -> None:
        self._picture = QLabel()
        self._picture.setFixedHeight(_LINE)
        self._text = QLabel(self.sentence)
        self._text.setObjectName("toast_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setContentsMargins(0, SPACE, 0, SPACE)
        column = QVBoxLayout()
        column.addWidget(self._picture)
        column.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(column)
        layout.addWidget(self._text, 1, Qt.AlignmentFlag.AlignTop)
        for button, picture, tip, call in (
            ("copy_toast", "copy", "Copy this text", self._copy),
            ("close_toast", "x", "Close", self.leave),
        ):
            made = tool_button(button, picture, tip, call)
            layout.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)

    def appear(self) -> None:
        """Fade in, tell screen readers, and begin to count the time."""
        self._effect.setOpacity(0.0)
        self.show()
        self._fade_to(1.0)
        event = QAccessibleAnnouncementEvent(self, self.sentence)
        urgent = QAccessible.AnnouncementPoliteness.Assertive
        event.setPoliteness(
            urgent if self.severity == "error" else QAccessible.AnnouncementPoliteness.Polite
        )
        QAccessible.updateAccessibility(event)
        self.stay()

    def stay(self) -> None:
        """Count the time anew."""
        if not self._is_leaving:
            self._timer.start()

    def leave(self) -> None:
        """Fade out and be gone."""
        if not self._is_leaving:
            self._is_leaving = True
            self._timer.stop()
            self.closing.emit(self)
            self._fade_to(0.0)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._timer.stop()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.stay()

    def _fade_to(self, opacity: float) -> None:
        if self._fade.state() == QAbstractAnimation.State.Running:
            self._fade.stop()
        self._effect.setEnabled(True)
        self._fade.setStartValue(self._effect.opacity())
        self._fade.setEndValue(opacity)
        self._fade.start()

    def _faded(self) -> None:
        if self._is_leaving:
            self.hide()
            self.deleteLater()
        else:
            # An effect costs at every repaint; a toast that is fully there needs none.
            self._effect.setEnabled(False)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.sentence)

    def _draw(self) -> None:
        self._picture.setPixmap(self._icon.pixmap(18, 18))
