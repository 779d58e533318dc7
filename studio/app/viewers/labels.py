"""Small pieces that viewers are set from: labels, rows and columns."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget


def label(text: str, role: str = "body", *, wraps: bool = False, picks: bool = False) -> QLabel:
    """Return a label in a role of the type scale; one that ``picks`` can be selected."""
    made = QLabel()
    made.setProperty("role", role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    made.setText(text)
    if picks:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def row(
    *widgets: QWidget | int | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QWidget:
    """Return widgets side by side; a number is a space, None takes what is left."""
    return _filled(QHBoxLayout(), widgets, margins, 8)


def column(
    *widgets: QWidget | int | None,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
    spacing: int = 8,
) -> QWidget:
    """Return widgets below one another; a number is a space, None takes what is left."""
    return _filled(QVBoxLayout(), widgets, margins, spacing)


def clear(layout_of: QWidget) -> None:
    """Take everything out of a widget's layout."""
    layout = layout_of.layout()
    while layout is not None and (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _filled(
    layout: QBoxLayout,
    widgets: Iterable[QWidget | int | None],
    margins: tuple[int, int, int, int],
    spacing: int,
) -> QWidget:
    holder = QWidget()
    holder.setLayout(layout)
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        elif isinstance(widget, int):
            layout.addSpacing(widget)
        else:
            layout.addWidget(widget)
    return holder
