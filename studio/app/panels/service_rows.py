"""The list of what a conversion did: its rows, its model, and how a row is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter
from typing_extensions import override

from studio.app.icons import paint
from studio.app.panels.row_delegate import RowDelegate, draw_text
from studio.app.panels.row_model import RowModel
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


class ServiceModel(RowModel[ReportLine]):
    """The lines of what a conversion did."""

    @override
    def text(self, row: ReportLine) -> str:
        return row.text

    @override
    def tip(self, row: ReportLine) -> str | None:
        return "\n".join(filter(None, (row.what, row.why)))


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
