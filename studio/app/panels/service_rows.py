"""The list of what a conversion did: its rows, its model, and how a row is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from typing_extensions import override

from studio.app.icons import paint
from studio.app.panels.row_delegate import NOWHERE, Index, RowDelegate, draw_text
from studio.app.serving.report import ReportLine
from studio.app.theme import SPACE

ICON = 16
_OTHER = ("check", "text_soft")
_LOOKS: Mapping[str, tuple[str, str]] = {
    "kept": ("check", "text_soft"),
    "saved": ("package", "model"),
    "applied": ("waypoints", "transform"),
    "frozen": ("lock", "table"),
    "added": ("plus", "accent"),
    "gone": ("circle-minus", "text_faint"),
    "yours": ("pencil", "accent"),
    "lost": ("triangle-alert", "warn"),
}
"""By what was done: the icon and the token of its colour."""


class ServiceModel(QAbstractListModel):
    """The rows that are shown."""

    def __init__(self) -> None:
        """Begin with no rows."""
        super().__init__()
        self.rows: Sequence[ReportLine] = ()

    def show(self, rows: Sequence[ReportLine]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (row.what, row.why)))
        return None


class ServiceDelegate(RowDelegate):
    """Draws an icon for what was done, the sentence, and the reason in soft letters."""

    @override
    def paint_row(self, painter: QPainter, rect: QRect, value: ReportLine) -> None:
        name, token = _LOOKS.get(value.action, _OTHER)
        square = QRectF(rect.left(), rect.center().y() - ICON / 2 + 1, ICON, ICON)
        paint(painter, name, square, token)
        place = rect.adjusted(ICON + 2 * SPACE, 0, 0, 0)
        used = draw_text(
            painter, place, value.what, "text_soft" if value.action == "gone" else "text"
        )
        place.setLeft(place.left() + used + 2 * SPACE)
        if place.width() > 8 * SPACE:
            draw_text(painter, place, value.why, "text_faint")
