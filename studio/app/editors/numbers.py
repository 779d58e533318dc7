"""Editors of whole numbers and of doubles: a line that reads the same in every language."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from studio.app.editors.field_editor import MIXED, FieldEditor, Shown
from studio.sdk.params import Parameter

_INTEGER = re.compile(r"[+-]?\d+")
_DOUBLE = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_BEGUN = re.compile(r"[+-]?|[+-]?\.|[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?")
_KEYS = {
    Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10,
}  # fmt: skip


def read_number(text: str, whole: bool) -> int | float | None:
    """Return the number that a text is, or None where it is none of that kind."""
    text = text.strip()
    if whole:
        return int(text) if _INTEGER.fullmatch(text) else None
    value = float(text) if _DOUBLE.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


def number_text(value: object) -> str:
    """Return a number as a person writes it: no more digits than it needs."""
    if not isinstance(value, float):
        return "" if value is None else str(value)
    short = f"{value:g}"
    text = short if float(short) == value else repr(value)
    return re.sub(r"e([+-])0*(\d)", lambda m: f"e{m[1].replace('+', '')}{m[2]}", text)


class NumberLine(QLineEdit):
    """A line for a number; Up, Down, Page Up and Page Down ask for a step."""

    stepped = Signal(int)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, or type."""
        count = _KEYS.get(Qt.Key(event.key()))
        if count is None or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(count)


class NumberEditor(FieldEditor):
    """A number. What is no number stays in the line and leaves the document as it is."""

    is_typed = True

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the line; an empty one stands for the default."""
        super().__init__(parameter, parent)
        self._whole = parameter.kind == "integer"
        self._line = NumberLine(self)
        self._adopt(self._line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line)
        self._line.textEdited.connect(self._typed)
        self._line.stepped.connect(self._step)
        self._line.editingFinished.connect(self._finish)

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        default = number_text(self.parameter.default)
        self._line.setPlaceholderText(MIXED if shown.mixed else default)
        text = self._line.text()
        value = read_number(text, self._whole)
        is_there = value == shown.value if text and value is not None else not shown.is_set
        if fresh or not is_there or (text and value is None):
            self._line.setText(number_text(shown.value) if shown.is_set else "")
            self.refused.emit("")

    def _typed(self, text: str) -> None:
        value = read_number(text, self._whole)
        if value is not None:
            self.refused.emit("")
            self.edited.emit(value)
        elif not text.strip():
            self.refused.emit("")
            self.emptied.emit()
        else:
            self.refused.emit("" if _BEGUN.fullmatch(text.strip()) else text)

    def _finish(self) -> None:
        text = self._line.text().strip()
        if text and read_number(text, self._whole) is None:
            self.refused.emit(text)
        self.left.emit()

    def _step(self, count: int) -> None:
        now = read_number(self._line.text(), self._whole)
        if now is None:
            now = self.shown.value if self.shown is not None else None
        if now is None:
            now = self.parameter.ge or 0
        value = self._within(now + count if self._whole else _stepped(float(now), count))
        if value is not None:
            self._line.setText(number_text(value))
            self._line.selectAll()
            self._typed(self._line.text())

    def _within(self, value: float) -> float | None:
        """Return the value, held within the bounds; None where a bound itself is not allowed."""
        bounds = self.parameter
        low = bounds.ge if bounds.ge is not None else -math.inf
        high = bounds.le if bounds.le is not None else math.inf
        held = min(max(value, low), high)
        if (bounds.gt is not None and held <= bounds.gt) or (
            bounds.lt is not None and held >= bounds.lt
        ):
            return None
        return int(held) if self._whole else float(held)


def _stepped(value: float, count: int) -> float:
    """Return a double one or ten steps away; a step is a tenth of its leading digit's place."""
    place = math.floor(math.log10(abs(value))) if value else 0
    step = 10.0 ** (place - 1)
    return float(f"{value + count * step:.10g}")
