"""A flat button with an icon."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from studio.app.icons import icon

ICON = QSize(16, 16)


def tool_button(
    name: str,
    picture: str,
    tip: str,
    call: Callable[[], object] | None = None,
    parent: QWidget | None = None,
    *,
    token: str = "text_soft",
) -> QToolButton:
    """Return a button that says what it does as its tooltip and its accessible name."""
    button = QToolButton(parent)
    button.setObjectName(name)
    button.setIcon(icon(picture, token))
    button.setIconSize(ICON)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    if call is not None:
        button.clicked.connect(lambda: call())
    return button
