"""A hairline between what stands above and below it."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget


def separator(parent: QWidget | None = None) -> QFrame:
    """Return a hairline across."""
    line = QFrame(parent)
    line.setProperty("kind", "separator")
    return line
