"""The editor of the values that a tuner tries, and the builder of such lists."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.app.editors.field_editor import outline
from studio.app.editors.numbers import number_text, read_number
from studio.app.widgets.tool_button import tool_button
from studio.sdk.params import Parameter

MOST_POINTS = 1000


def read_values(text: str, parameter: Parameter) -> list[Any] | str:
    """Return the values that a text lists, or the first part of it that is none."""
    parts = [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]
    values: list[Any] = []
    for part in parts:
        value = _read(part, parameter)
        if value is None:
            return part
        values.append(value)
    return values


def values_text(values: Sequence[Any]) -> str:
    """Return values as a person lists them."""
    return ", ".join(
        "yes" if v is True else "no" if v is False else v if isinstance(v, str) else number_text(v)
        for v in values
    )


def build_range(
    low: float, high: float, count: int, *, log: bool = False, whole: bool = False
) -> list[Any]:
    """Return ``count`` values from low to high, evenly apart, or by factor with ``log``.

    Whole numbers are rounded, and each comes once.
    """
    if count == 1:
        steps = [low]
    elif log:
        ratio = math.log(high / low) / (count - 1)
        steps = [low * math.exp(ratio * number) for number in range(count)]
    else:
        steps = [low + (high - low) * number / (count - 1) for number in range(count)]
    if whole:
        return list(dict.fromkeys(round(step) for step in steps))
    return list(dict.fromkeys(float(f"{step:.6g}") for step in steps))


def _read(part: str, parameter: Parameter) -> Any:
    if parameter.kind in ("integer", "double"):
        return read_number(part, parameter.kind == "integer")
    if parameter.kind == "boolean":
        return {"yes": True, "true": True, "no": False, "false": False}.get(part.casefold())
    if parameter.choices:
        named = part.replace(" ", "_")
        return next((c for c in parameter.choices if c in (part, named)), None)
    return part


class ValuesEditor(QWidget):
    """A line with the values that a tuner tries, and a button to build them."""

    edited = Signal(list)
    refused = Signal(str)
    left = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the line; numbers have the builder too."""
        super().__init__(parent)
        self._parameter = parameter
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.line = QLineEdit(self)
        self.line.setObjectName(f"range_{parameter.name}")
        self.line.setAccessibleName(f"Values that a tuner tries for {parameter.label}")
        self.line.setPlaceholderText("Values, separated by commas")
        layout.addWidget(self.line, 1)
        self._button = tool_button(
            f"build_range_{parameter.name}", "spline", "Build a range…", self._build, self
        )
        self._button.setFixedSize(30, 30)
        self._button.setVisible(parameter.kind in ("integer", "double"))
        layout.addWidget(self._button)
        self.line.textEdited.connect(self._typed)
        self.line.editingFinished.connect(self.left)

    def show_values(self, values: Sequence[Any]) -> None:
        """Show values; a text that says the same stays as it was typed."""
        if read_values(self.line.text(), self._parameter) != list(values):
            self.line.setText(values_text(values))

    def set_wrong(self, wrong: bool) -> None:
        """Outline the line, or no longer."""
        outline(self.line, wrong)

    def _typed(self, text: str) -> None:
        values = read_values(text, self._parameter)
        if isinstance(values, str):
            self.refused.emit(values)
        else:
            self.refused.emit("")
            self.edited.emit(values)

    def _build(self) -> None:
        values = read_values(self.line.text(), self._parameter)
        builder = RangeBuilder(self._parameter, [] if isinstance(values, str) else values, self)
        builder.built.connect(self._built)
        builder.open_below(self)

    def _built(self, values: list[Any]) -> None:
        self.line.setText(values_text(values))
        self._typed(self.line.text())
        self.left.emit()


class RangeBuilder(QFrame):
    """A popup: from, to, how many, and whether each is a multiple of the one before."""

    built = Signal(list)

    def __init__(self, parameter: Parameter, values: Sequence[Any], parent: QWidget) -> None:
        """Begin with the ends and the number of the values that are there."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("kind", "card")
        self.setObjectName("range_builder")
        self._whole = parameter.kind == "integer"
        numbers = [v for v in values if isinstance(v, int | float)] or list(parameter.sweep or ())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(12)
        title = QLabel("Build a range", self)
        title.setProperty("role", "strong")
        layout.addWidget(title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        layout.addLayout(grid)
        self._low = self._field(grid, 0, "From", number_text(min(numbers, default=0)))
        self._high = self._field(grid, 1, "To", number_text(max(numbers, default=1)))
        self._count = self._field(grid, 2, "Points", str(max(2, len(numbers))))
        self._log = QCheckBox("Logarithmic (equal factors)", self)
        self._log.setObjectName("range_log")
        self._log.toggled.connect(self._preview)
        layout.addWidget(self._log)
        self._shown = QLabel(self)
        self._shown.setProperty("role", "soft")
        self._shown.setWordWrap(True)
        self._shown.setObjectName("range_preview")
        layout.addWidget(self._shown)
        self._button = QPushButton("Use these values", self)
        self._button.setProperty("kind", "primary")
        self._button.setObjectName("range_use")
        self._button.clicked.connect(self._use)
        layout.addWidget(self._button)
        self.setFixedWidth(300)
        self._preview()

    def open_below(self, widget: QWidget) -> None:
        """Open under a widget, the first field ready to be typed into."""
        self.adjustSize()
        corner = widget.mapToGlobal(QPoint(widget.width() - self.width(), widget.height() + 4))
        self.move(corner)
        self.show()
        self._low.setFocus()
        self._low.selectAll()

    def _field(self, grid: QGridLayout, column: int, label: str, text: str) -> QLineEdit:
        caption = QLabel(label, self)
        caption.setProperty("role", "soft")
        line = QLineEdit(text, self)
        line.setObjectName(f"range_{label.lower()}")
        line.setAccessibleName(label)
        caption.setBuddy(line)
        line.textEdited.connect(self._preview)
        line.returnPressed.connect(self._use)
        grid.addWidget(caption, 0, column)
        grid.addWidget(line, 1, column)
        return line

    def _values(self) -> list[Any] | str:
        """Return the values, or why there are none."""
        low = read_number(self._low.text(), self._whole)
        high = read_number(self._high.text(), self._whole)
        count = read_number(self._count.text(), True)
        if low is None or high is None:
            return "From and To must be " + ("whole numbers." if self._whole else "numbers.")
        if count is None or not 1 <= count <= MOST_POINTS:
            return f"Points must be a whole number from 1 to {MOST_POINTS}."
        if high < low:
            return "To must not be below From."
        if self._log.isChecked() and low <= 0:
            return "A logarithmic range must begin above 0."
        return build_range(low, high, int(count), log=self._log.isChecked(), whole=self._whole)

    def _preview(self) -> None:
        values = self._values()
        text = values if isinstance(values, str) else values_text(values[:12])
        more = "…" if not isinstance(values, str) and len(values) > 12 else ""
        self._shown.setText(text + more)
        self._button.setEnabled(not isinstance(values, str))

    def _use(self) -> None:
        values = self._values()
        if not isinstance(values, str):
            self.built.emit(values)
            self.close()
