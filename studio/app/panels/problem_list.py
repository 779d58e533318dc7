"""The list in the Problems panel: its model, and how a row is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from typing_extensions import override

from studio.app.icons import paint
from studio.app.panels.problem_rows import ProblemRow
from studio.app.panels.row_delegate import NOWHERE, Index, RowDelegate, draw_text
from studio.app.theme import SPACE, theme

ICON = 16
_ICONS = {"error": ("octagon-x", "bad"), "warning": ("triangle-alert", "warn")}


class ProblemModel(QAbstractListModel):
    """The rows that are shown."""

    def __init__(self) -> None:
        """Begin with no rows."""
        super().__init__()
        self.rows: Sequence[ProblemRow] = ()

    def show(self, rows: Sequence[ProblemRow]) -> None:
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
            return row.text.strip()
        if role == Qt.ItemDataRole.ToolTipRole and row.problem is not None:
            return "\n".join(filter(None, (row.problem.sentence, row.problem.hint)))
        return None

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
