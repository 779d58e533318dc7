"""A field of the test form: one column of a request, or one parameter, with its type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.app.column_types import TYPE_ICON
from studio.app.editors.field_editor import QuietCombo, outline
from studio.app.editors.numbers import number_text, read_number
from studio.app.figures import figure
from studio.app.theme import SPACE
from studio.app.widgets.icon_label import IconLabel
from studio.scoring.signature import Field, WebParameter

MISSING = "Missing"
NOT_NEEDED = "Need not be sent"
_WORDS: Mapping[str, Any] = {"Yes": True, "No": False}
_WANTED = {
    "integer": "a whole number",
    "double": "a number",
    "timespan": "a number of seconds",
    "any": "JSON",
}
_ICON = 14
_LETTERS = 6


class Unfit(Exception):
    """A text that is no value of its column; the message is a sentence."""


class RequestField(QWidget):
    """A label over an entry; an empty one stands for a missing value.

    Attributes:
        column: What the request calls it.
        is_required: Whether a request must have it.
        entry: The widget that is filled; ``entered`` says that Return was pressed in it.
    """

    entered = Signal()

    def __init__(self, column: str, kind: str, entry: Entry, *, required: bool, tip: str) -> None:
        """Put a column's label over its entry."""
        super().__init__()
        self.column = column
        self.is_required = required
        self.entry = entry
        self._kind = kind
        entry.setAccessibleName(column)
        entry.setToolTip(tip)
        line = line_of(entry)
        if line is not None:
            line.returnPressed.connect(self.entered)
        caption = QLabel(column)
        caption.setProperty("role", "soft")
        caption.setBuddy(entry)
        caption.setToolTip(tip)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        if kind in TYPE_ICON:
            head.addWidget(IconLabel(TYPE_ICON[kind], "text_faint", side=_ICON))
        head.addWidget(caption, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(head)
        layout.addWidget(entry)

    @classmethod
    def of_column(cls, name: str, field: Field) -> RequestField:
        """Return the field of a column of a request; ``name`` is its entry's."""
        entry = _entry(name, field.type, field.levels, field.required)
        return cls(field.name, field.type, entry, required=field.required, tip=_tip(field))

    @classmethod
    def of_parameter(cls, name: str, parameter: WebParameter) -> RequestField:
        """Return the field of a web service parameter; ``name`` is its entry's."""
        entry = _entry(name, parameter.type, None, parameter.required)
        tip = parameter.help or parameter.name
        return cls(parameter.name, parameter.type, entry, required=parameter.required, tip=tip)

    def show_value(self, value: Any) -> None:
        """Show a value as JSON has it."""
        self.entry.show_text(_text(value, self._kind))

    def value(self) -> Any:
        """Return the value as JSON has it, None where it is missing; raises Unfit."""
        text = self.entry.read_text()
        if not text.strip():
            return None
        try:
            return _READ.get(self._kind, str)(text)
        except ValueError as error:
            wanted = _WANTED.get(self._kind, "another value")
            raise Unfit(f"“{self.column}” needs {wanted}, not “{text}”.") from error

    def set_wrong(self, wrong: bool) -> None:
        """Outline the field, or no longer."""
        outline(self.entry, wrong)


class LineEntry(QLineEdit):
    """A line for a value of any kind."""

    def read_text(self) -> str:
        """Return what it holds."""
        return self.text()

    def show_text(self, text: str) -> None:
        """Show a text from its beginning."""
        self.setText(text)
        self.setCursorPosition(0)


class LevelEntry(QuietCombo):
    """A box with the values that training saw; another one can be typed."""

    def __init__(self, levels: Sequence[str]) -> None:
        """Offer some values, none chosen."""
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems(list(levels))
        self.setCurrentIndex(-1)
        self.setMinimumContentsLength(_LETTERS)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def read_text(self) -> str:
        """Return what is chosen or typed."""
        return self.currentText()

    def show_text(self, text: str) -> None:
        """Choose a value, or show another text."""
        self.setCurrentIndex(self.findText(text))
        self.setEditText(text)


class TruthEntry(QuietCombo):
    """A box for yes, no, or nothing."""

    def __init__(self, nothing: str) -> None:
        """Choose nothing, which is called as given."""
        super().__init__()
        self.addItems([nothing, *_WORDS])

    def read_text(self) -> str:
        """Return what is chosen, or an empty text for nothing."""
        return self.currentText() if self.currentIndex() > 0 else ""

    def show_text(self, text: str) -> None:
        """Choose a word; an empty text chooses nothing."""
        self.setCurrentIndex(max(self.findText(text), 0))


Entry = LineEntry | LevelEntry | TruthEntry


def _entry(name: str, kind: str, levels: Sequence[str] | None, required: bool) -> Entry:
    nothing = MISSING if required else NOT_NEEDED
    entry: Entry
    if kind == "boolean":
        entry = TruthEntry(nothing)
    elif levels is not None:
        entry = LevelEntry(levels)
    else:
        entry = LineEntry()
    line = line_of(entry)
    if line is not None:
        line.setPlaceholderText(nothing)
    entry.setObjectName(name)
    return entry


def line_of(entry: Entry) -> QLineEdit | None:
    """Return the line in which an entry is typed; None where one can only choose."""
    return entry if isinstance(entry, LineEntry) else entry.lineEdit()


def _tip(field: Field) -> str:
    """Return what training saw in a column."""
    if field.type in ("integer", "double") and field.low is not None and field.high is not None:
        return f"{field.name}: training saw {figure(field.low)} to {figure(field.high)}"
    return field.name


def _text(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        return number_text(value)
    return value if isinstance(value, str) and kind != "any" else json.dumps(value)


def _whole(text: str) -> int | float:
    return _number(text, whole=True)


def _number(text: str, *, whole: bool = False) -> int | float:
    value = read_number(text, whole)
    if value is None:
        raise ValueError(text)
    return value


def _truth(text: str) -> bool:
    return text == "Yes"


_READ: Mapping[str, Callable[[str], Any]] = {
    "integer": _whole,
    "double": _number,
    "timespan": _number,
    "boolean": _truth,
    "any": json.loads,
}
