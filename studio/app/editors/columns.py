"""The editor of a selection of columns: says which they are, and opens the dialog."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from studio.app.editors.columns_dialog import ColumnsDialog
from studio.app.editors.field_editor import MIXED, FieldEditor, Shown, plain_value
from studio.app.editors.selection_words import chosen_names, read_selection, selection_text
from studio.app.icons import paint
from studio.app.theme import theme
from studio.sdk.params import Parameter


class _SelectionButton(QPushButton):
    """A wide button: what is chosen at the left, how many columns these are at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = ""
        self._count = ""
        self._is_faint = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_words(self, words: str, count: str, faint: bool) -> None:
        """Show what is chosen."""
        self._words, self._count, self._is_faint = words, count, faint
        self.setToolTip(words)
        self.setAccessibleDescription(f"{words} {count}".strip())
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, 30)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look, painter = theme(), QPainter(self)
        if self.property("wrong"):
            painter.setPen(look.colour("bad"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
        paint(
            painter, "columns-3", QRect(9, (self.height() - 14) // 2, 14, 14).toRectF(), "text_soft"
        )
        painter.setFont(look.font("caption"))
        wide = painter.fontMetrics().horizontalAdvance(self._count)
        painter.setPen(look.colour("text_faint"))
        right = QRect(QPoint(self.width() - wide - 10, 0), QSize(wide, self.height()))
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter, self._count)
        painter.setFont(look.font())
        is_faint = self._is_faint or not self.isEnabled()
        painter.setPen(look.colour("text_faint" if is_faint else "text"))
        left = QRect(QPoint(31, 0), QSize(right.left() - 31 - (8 if wide else 0), self.height()))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class ColumnsEditor(FieldEditor):
    """A selection of columns in words; a click opens the dialog that makes it."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the button."""
        super().__init__(parameter, parent)
        self._button = _SelectionButton(self)
        self._adopt(self._button)
        self._button.clicked.connect(self._open)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._button)

    @override
    def remark(self) -> str:
        """Say which names will not arrive."""
        selection = None if self.shown is None else read_selection(self.shown.value)
        schema = self.surroundings.schema
        if selection is None or schema is None:
            return ""
        missing = chosen_names(selection, schema)[1]
        if not missing:
            return ""
        names = ", ".join(f"“{name}”" for name in missing[:3])
        return f"No column {names}{' …' if len(missing) > 3 else ''} will arrive."

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        selection = read_selection(shown.value)
        if shown.mixed:
            self._button.show_words(MIXED, "", True)
        elif selection is None or (self.parameter.required and not shown.is_set):
            self._button.show_words("Choose columns…", "", True)
        else:
            schema, count = self.surroundings.schema, ""
            if schema is not None:
                count = f"{len(chosen_names(selection, schema)[0])} of {len(schema)}"
            self._button.show_words(selection_text(selection), count, False)

    @override
    def _take_surroundings(self) -> None:
        if self.shown is not None:
            self._draw(self.shown, False)

    def _open(self) -> None:
        value = None if self.shown is None else self.shown.value
        selection = read_selection(value if value is not None else {})
        around = self.surroundings
        dialog = ColumnsDialog(
            self.parameter.label, around.title, around.schema, around.why, selection, self
        )
        dialog.chosen.connect(self._chosen)
        dialog.open()

    def _chosen(self, selection: Any) -> None:
        self.edited.emit(plain_value(selection))
        self.left.emit()
