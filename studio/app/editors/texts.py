"""The editor of a text of several lines, and of values that are written as JSON."""

from __future__ import annotations

import json

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from studio.app.editors.field_editor import MIXED, FieldEditor, Shown
from studio.app.theme import theme
from studio.sdk.params import Parameter


class TextBox(QPlainTextEdit):
    """A plain text that grows with its lines, and says when the focus leaves it."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None, least: int = 3, most: int = 10) -> None:
        """Take how many lines are seen at least and at most."""
        super().__init__(parent)
        self._least, self._most = least, most
        self.setTabChangesFocus(True)
        self.document().blockCountChanged.connect(self._fit)
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        lines = min(max(self.blockCount(), self._least), self._most)
        return QSize(200, lines * self.fontMetrics().lineSpacing() + 24)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the same: the panel scrolls, not the text in a slit."""
        return self.sizeHint()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())


class TextEditor(FieldEditor):
    """A text of several lines, as it is."""

    is_typed = True

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the box."""
        super().__init__(parameter, parent)
        self.box = TextBox(self, 4, 14)
        self.box.setFont(theme().font("mono"))
        self._adopt(self.box)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        self.box.textChanged.connect(self._typed)
        self.box.left.connect(self.left)

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        self.box.setPlaceholderText(MIXED if shown.mixed else "")
        text = "" if shown.value is None else str(shown.value)
        if self.box.toPlainText() != text:
            self.box.blockSignals(True)
            self.box.setPlainText(text)
            self.box.blockSignals(False)

    def _typed(self) -> None:
        text = self.box.toPlainText()
        if text or self.parameter.default:
            self.edited.emit(text)
        else:
            self.emptied.emit()


class JsonEditor(TextEditor):
    """A value of a shape that has no editor of its own, written as JSON."""

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        if not fresh and self._value() == (shown.value,):
            return
        text = "" if shown.value is None else json.dumps(shown.value, indent=1, ensure_ascii=False)
        super()._draw(Shown(text, shown.is_set, shown.mixed), fresh)
        self.refused.emit("")

    @override
    def _typed(self) -> None:
        text, value = self.box.toPlainText(), self._value()
        self.refused.emit("" if value or not text.strip() else text)
        if value:
            self.edited.emit(value[0])
        elif not text.strip():
            self.emptied.emit()

    def _value(self) -> tuple[object, ...]:
        """Return the value in a tuple of one; an empty one where the text is not JSON."""
        try:
            return (json.loads(self.box.toPlainText()),)
        except ValueError:
            return ()
