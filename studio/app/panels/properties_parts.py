"""Small parts that the pages of the Properties panel share."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.editors.texts import TextBox
from studio.app.icons import paint
from studio.app.theme import theme
from studio.app.widgets.icon_label import IconLabel
from studio.sdk.errors import Problem

_SHORT = 120
PAUSE_MS = 600
"""A pause this long in typing makes what was typed an edit."""


class ProblemLine(QWidget):
    """A problem under a field: its icon and its sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make a line that shows nothing yet."""
        super().__init__(parent)
        self._icon = IconLabel("octagon-x", "bad", self)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.text, 1)

    def show_problem(self, problem: Problem, known: str = "") -> None:
        """Show a problem in the colour of its severity; a hint that is known is not said again."""
        token = "bad" if problem.severity == "error" else "warn"
        self._icon.show_icon("octagon-x" if token == "bad" else "triangle-alert", token)
        if self.text.property("role") != problem.severity:
            self.text.setProperty("role", problem.severity)
            self.text.style().unpolish(self.text)
            self.text.style().polish(self.text)
        hint = "" if problem.hint == known else problem.hint
        self.text.setToolTip(hint)
        self.text.setText(f"{problem.sentence} {hint if len(hint) <= _SHORT else ''}".strip())


class ResetDot(QToolButton):
    """A dot where a value is not the default; under the pointer it shows what a click does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the button."""
        super().__init__(parent)
        self.setFixedSize(QSize(22, 22))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse() or self.hasFocus():
            painter.end()
            super().paintEvent(event)
            painter = QPainter(self)
            paint(painter, "rotate-ccw", QRect(4, 4, 14, 14).toRectF(), "accent")
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("accent"))
            painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), 3.0, 3.0)
        painter.end()


class LateLine(QLineEdit):
    """A line whose text is taken when typing pauses or ends; Escape takes it back."""

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty line."""
        super().__init__(parent)
        self._shown = ""
        self._timer = _pause(self, self.flush)
        self.textEdited.connect(self._timer.start)
        self.editingFinished.connect(self.flush)

    def show_text(self, text: str) -> None:
        """Show a text, unless another is being typed."""
        self._shown = text
        if not self._timer.isActive() and self.text() != text:
            self.setText(text)

    def flush(self) -> None:
        """Tell what was typed, if it is new."""
        self._timer.stop()
        if self.text() != self._shown:
            self._shown = self.text()
            self.taken.emit(self._shown)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take back what was typed, or type."""
        if event.key() == Qt.Key.Key_Escape and self.text() != self._shown:
            self._timer.stop()
            self.setText(self._shown)
        else:
            super().keyPressEvent(event)


class LateText(TextBox):
    """A text of several lines that is taken when typing pauses or ends."""

    taken = Signal(str)

    def __init__(self, parent: QWidget | None = None, least: int = 2, most: int = 8) -> None:
        """Make an empty text."""
        super().__init__(parent, least, most)
        self._shown = ""
        self._timer = _pause(self, self.flush)
        self.textChanged.connect(self._timer.start)
        self.left.connect(self.flush)

    def show_text(self, text: str) -> None:
        """Show a text, unless another is being typed."""
        self._shown = text
        if not self._timer.isActive() and self.toPlainText() != text:
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)

    def flush(self) -> None:
        """Tell what was typed, if it is new."""
        self._timer.stop()
        if self.toPlainText() != self._shown:
            self._shown = self.toPlainText()
            self.taken.emit(self._shown)


class TitleLine(LateLine):
    """A title that looks like one until it is pointed at."""

    def __init__(self, name: str, label: str, parent: QWidget | None = None) -> None:
        """Take its names for those who look for it."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setStyleSheet(
            "QLineEdit { font-size: 15px; font-weight: 600; padding: 2px 6px; margin-left: -9px; }"
            "QLineEdit:!focus:!hover { border-color: transparent; background: transparent; }"
        )


class Caption(QLabel):
    """A label above a field, or a line of soft text that wraps."""

    def __init__(self, text: str = "", role: str = "soft", parent: QWidget | None = None) -> None:
        """Take the text and its role in the type scale."""
        super().__init__(text, parent)
        self.setProperty("role", role)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)


def labelled(label: str, field: QWidget, parent: QWidget) -> QWidget:
    """Return a field with its label above it."""
    box = QWidget(parent)
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    caption = Caption(label, "soft", box)
    caption.setBuddy(field)
    layout.addWidget(caption)
    layout.addWidget(field)
    return box


def _pause(parent: QLineEdit | QPlainTextEdit, call: Callable[[], None]) -> QTimer:
    timer = QTimer(parent, singleShot=True, interval=PAUSE_MS)
    timer.timeout.connect(call)
    return timer
