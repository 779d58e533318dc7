"""The command palette: every action by a few letters of its name."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from studio.app.panels.command_list import COMMAND, CommandList, Extra, Found, commands
from studio.app.panels.marked_text import draw_marked
from studio.app.panels.search_popup import SearchPopup
from studio.app.theme import theme

WIDTH = 560
_TOP = 72
"""How far below the window's top it stands, in pixels."""
_ROW = 36
_ICON = 16
_PAD = 12


class CommandPalette(SearchPopup):
    """Lists actions and does the one that is chosen; it remembers nothing."""

    def __init__(self, parent: QWidget) -> None:
        """Make the popup over a window; it is shown by :meth:`open_with`."""
        self._commands = CommandList()
        self._over = parent
        super().__init__(parent, "Search actions", WIDTH, self._commands)
        self.setObjectName("command_palette")
        self.field.setObjectName("command_palette_field")
        self.list.setObjectName("command_palette_list")
        self.set_rows(_Rows(self.list))
        self.caption.hide()
        self.field.textChanged.connect(self._fill)
        self.picked.connect(self._do)

    def open_with(self, actions: Iterable[QAction], extras: Iterable[Extra] = ()) -> None:
        """Show the palette with some actions, and extras as (title, detail, icon, function)."""
        self._commands.set_commands(commands(actions, extras))
        if self.field.text():
            self.field.clear()
        self.fit()
        window = self._over.window()
        left = (window.width() - WIDTH) // 2
        self.show_at(window.mapToGlobal(QPoint(left, _TOP)))

    @override
    def pick(self, index: QModelIndex) -> None:
        """Choose a command, where it can be done now."""
        if index.isValid() and self._commands.command(index).is_enabled:
            super().pick(index)

    def _fill(self, query: str) -> None:
        self._commands.show_matches(query)
        self.fit(f"No action is called “{query.strip()}”.")

    def _do(self, index: QModelIndex) -> None:
        self._commands.command(index).do()


class _Rows(QStyledItemDelegate):
    """Draws a command: icon, title, the menu that it is in, its keys."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, _ROW)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        found: Found = index.data(COMMAND)
        command = found.command
        rect = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().colour("selection" if is_chosen else "sunken"))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
        if not command.is_enabled:
            painter.setOpacity(0.45)
        icon = QRect(rect.left() + _PAD, rect.center().y() - _ICON // 2 + 1, _ICON, _ICON)
        command.icon.paint(painter, icon)
        right = _draw_keys(painter, rect, command.keys)
        left = icon.right() + 10
        colour = theme().colour
        room = QRectF(left, rect.top(), right - left, rect.height())
        used = draw_marked(
            painter, room, command.title, theme().font(), colour("text"), found.spans
        )
        room.setLeft(left + used + 10)
        if command.detail and room.width() > 40:
            draw_marked(
                painter, room, command.detail, theme().font("caption"), colour("text_faint")
            )
        painter.restore()


def _draw_keys(painter: QPainter, rect: QRect, keys: tuple[str, ...]) -> float:
    """Draw keys as chips at the right; returns where the leftmost begins."""
    font = theme().font("caption")
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    right = float(rect.right() - _PAD)
    for key in reversed(keys):
        width = max(20.0, metrics.horizontalAdvance(key) + 10)
        chip = QRectF(right - width, rect.center().y() - 9.5, width, 20)
        painter.setPen(QPen(theme().colour("line_strong"), 1))
        painter.setBrush(theme().colour("surface"))
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(theme().colour("text_soft"))
        painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), key)
        right = chip.left() - 4
    return right - 4
