"""Small pieces that viewers are set from: labels, buttons, lines and rows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from studio.app.icons import icon


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


def tool(
    name: str, text: str, call: Callable[..., object] | None, sign: str, *, checks: bool = False
) -> QToolButton:
    """Return a flat button with an icon; ``text`` is its tooltip and accessible name."""
    made = QToolButton()
    made.setObjectName(name)
    made.setIcon(icon(sign))
    made.setIconSize(QSize(16, 16))
    made.setToolTip(text)
    made.setAccessibleName(text)
    made.setCheckable(checks)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if call is not None:
        (made.toggled if checks else made.clicked).connect(call)
    return made


def separator() -> QFrame:
    """Return a hairline across."""
    made = QFrame()
    made.setProperty("kind", "separator")
    return made


def row(
    *widgets: QWidget | int | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QWidget:
    """Return widgets side by side; a number is a space, None takes what is left."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(*margins)
    layout.setSpacing(8)
    for widget in widgets:
        if widget is None:
            layout.addStretch(1)
        elif isinstance(widget, int):
            layout.addSpacing(widget)
        else:
            layout.addWidget(widget)
    return holder


def column(
    *widgets: QWidget | int | None,
    margins: tuple[int, int, int, int] = (0, 0, 0, 0),
    spacing: int = 8,
) -> QWidget:
    """Return widgets below one another; a number is a space, None takes what is left."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
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


def clear(layout_of: QWidget) -> None:
    """Take everything out of a widget's layout."""
    layout = layout_of.layout()
    while layout is not None and (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
