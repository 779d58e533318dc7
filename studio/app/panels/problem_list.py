"""The list in the Problems panel: its model, and how a row is drawn."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from typing_extensions import override

from studio.app.icons import paint
from studio.app.panels.problem_rows import ProblemRow
from studio.app.panels.row_delegate import Index, RowDelegate, draw_text
from studio.app.panels.row_model import RowModel
from studio.app.theme import SPACE, theme

ICON = 16
_ICONS = {"error": ("octagon-x", "bad"), "warning": ("triangle-alert", "warn")}


class ProblemModel(RowModel[ProblemRow]):
    """The problems, and the headings between them."""

    @override
    def text(self, row: ProblemRow) -> str:
        return row.text.strip()

    @override
    def tip(self, row: ProblemRow) -> str | None:
        if row.problem is None:
            return None
        return "\n".join(filter(None, (row.problem.sentence, row.problem.hint)))

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.rows[index.row()].problem is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class ProblemDelegate(RowDelegate):
    """Draws a heading, or a problem: icon, sentence, hint, and its place at the right."""

    @override
    def paint_row(self, painter: QPainter, rect: QRect, value: ProblemRow) -> None:
        if value.problem is None:
            self._paint_heading(painter, rect, value)
            return
        name, token = _ICONS[value.problem.severity]
        paint(painter, name, _square(rect), token)
        left = rect.left() + ICON + 2 * SPACE
        place = f"{value.place}  ·  last run" if value.place else "Last run"
        place = place if value.is_of_run else value.place
        end = QRect(rect)
        end.setLeft(rect.right() - rect.width() // 3)
        taken = draw_text(painter, end, place, "text_faint", theme().font("caption"), right=True)
        middle = QRect(rect)
        middle.setLeft(left)
        middle.setRight(rect.right() - taken - 3 * SPACE)
        used = draw_text(painter, middle, value.problem.sentence)
        middle.setLeft(left + used + 2 * SPACE)
        if middle.width() > 8 * SPACE:
            draw_text(painter, middle, value.problem.hint, "text_soft")

    def _paint_heading(self, painter: QPainter, rect: QRect, value: ProblemRow) -> None:
        used = draw_text(painter, rect, value.title, "text", theme().font("strong"))
        rest = rect.adjusted(used + 2 * SPACE, 0, 0, 0)
        draw_text(painter, rest, str(value.count), "text_faint", theme().font("caption"))


def _square(rect: QRect) -> QRectF:
    return QRectF(rect.left(), rect.center().y() - ICON / 2 + 1, ICON, ICON)
