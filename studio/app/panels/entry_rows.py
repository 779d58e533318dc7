"""How entries and groups of the palette are drawn, in the tree and in lists of hits."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget
from typing_extensions import override

from studio.app import icons
from studio.app.panels.marked_text import draw_marked
from studio.app.panels.palette_model import ROW, Row
from studio.app.theme import theme

ROW_HEIGHT = 28
GROUP_HEIGHT = 30
HIT_HEIGHT = 44
_ICON = 16.0
_CHEVRON = 14.0
_INDENT = 12
_EDGE = 4
_GAP = 8
"""All in pixels."""
_DIMMED = 0.5

Index = QModelIndex | QPersistentModelIndex


class EntryDelegate(QStyledItemDelegate):
    """Draws rows of :class:`PaletteModel`.

    Attributes:
        is_dimmed: Whether entries cannot be added now and are drawn so.
        has_stars: Whether a star shows at the row under the mouse.
    """

    def __init__(self, parent: QWidget, *, has_stars: bool = False) -> None:
        """Draw with stars where ``has_stars``."""
        super().__init__(parent)
        self.is_dimmed = False
        self.has_stars = has_stars

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: Row = index.data(ROW)
        if row.hit is not None:
            return QSize(0, HIT_HEIGHT)
        return QSize(0, GROUP_HEIGHT if row.entry is None else ROW_HEIGHT)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_back(painter, option)
        if row.entry is None:
            view = option.widget
            is_open = isinstance(view, QTreeView) and view.isExpanded(_fleeting(index))
            _paint_group(painter, QRectF(option.rect), row, is_open)
        else:
            if self.is_dimmed or not row.entry.module:
                painter.setOpacity(_DIMMED)
            self._paint_entry(painter, option, row)
        painter.restore()

    def star_rect(self, rect: QRect) -> QRect:
        """Return where the star of a row is, given the row's rectangle."""
        middle = rect.center().y()
        side = int(_ICON)
        return QRect(rect.right() - _EDGE - _GAP - side, middle - side // 2 + 1, side, side)

    def is_star(self, rect: QRect, at: QPoint) -> bool:
        """Whether a point of a row is on its star."""
        return self.has_stars and self.star_rect(rect).adjusted(-4, -4, 4, 4).contains(at)

    @override
    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Leave the mouse to the view."""
        return False

    def _paint_entry(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        entry = row.entry
        assert entry is not None
        rect = QRectF(option.rect)
        left = rect.left() + _EDGE + _GAP
        if row.hit is None:
            left += max(0, row.depth) * _INDENT
        right = rect.right() - _EDGE - _GAP
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if self.has_stars and entry.module and (row.is_favourite or is_hovered):
            star = QRectF(self.star_rect(option.rect))
            icons.paint(painter, "star", star, "warn" if row.is_favourite else "text_faint")
            right = star.left() - _GAP / 2
        if entry.problem:
            mark = QRectF(right - _ICON, rect.center().y() - _ICON / 2, _ICON, _ICON)
            icons.paint(painter, "triangle-alert", mark, "warn")
            right = mark.left() - _GAP / 2
        icon = QRectF(left, rect.center().y() - _ICON / 2, _ICON, _ICON)
        icons.paint(painter, row.icon, icon, entry.token)
        text = QRectF(icon.right() + _GAP, rect.top(), right - icon.right() - _GAP, rect.height())
        if row.hit is None:
            draw_marked(painter, text, row.title, theme().font(), theme().colour("text"))
        else:
            _paint_hit(painter, text, row)


def _fleeting(index: Index) -> QModelIndex:
    """Return an index that is not kept."""
    return index if isinstance(index, QModelIndex) else index.model().index(index.row(), 0)


def _paint_hit(painter: QPainter, rect: QRectF, row: Row) -> None:
    """Draw the title of a hit, and below it why it was found or where it stands."""
    hit = row.hit
    assert hit is not None
    colour = theme().colour
    above = QRectF(rect.left(), rect.top() + 4, rect.width(), 20)
    draw_marked(painter, above, row.title, theme().font(), colour("text"), hit.spans)
    below = QRectF(rect.left(), rect.top() + 23, rect.width(), 16)
    caption = theme().font("caption")
    if hit.reason:
        draw_marked(painter, below, hit.reason, caption, colour("text_soft"), hit.reason_spans)
    else:
        draw_marked(painter, below, hit.entry.place, caption, colour("text_faint"))


def _paint_group(painter: QPainter, rect: QRectF, row: Row, is_open: bool) -> None:
    """Draw the head of a group: whether it is open, its icon, its title, how much is in it."""
    is_top = row.depth == 0
    middle = rect.center().y()
    left = rect.left() + _EDGE + 4 + row.depth * _INDENT
    chevron = QRectF(left, middle - _CHEVRON / 2, _CHEVRON, _CHEVRON)
    icons.paint(painter, "chevron-down" if is_open else "chevron-right", chevron, "text_faint")
    left = chevron.right() + 4
    if is_top:
        icon = QRectF(left, middle - _ICON / 2, _ICON, _ICON)
        icons.paint(painter, row.icon, icon, "text_soft")
        left = icon.right() + _GAP
    count = str(row.count)
    font = theme().font("caption")
    painter.setFont(font)
    painter.setPen(theme().colour("text_faint"))
    edge = rect.right() - _EDGE - _GAP
    painter.drawText(
        QRectF(edge - 32, rect.top(), 32, rect.height()),
        int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
        count,
    )
    text = QRectF(left, rect.top(), edge - 28 - left, rect.height())
    title = theme().font("body")
    if is_top:
        title.setWeight(QFont.Weight.DemiBold)
    draw_marked(painter, text, row.title, title, theme().colour("text" if is_top else "text_soft"))


def _paint_back(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """Draw whether a row is chosen, under the mouse, or has the keyboard."""
    rect = QRectF(option.rect).adjusted(_EDGE, 1, -_EDGE, -1)
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    if is_selected or is_hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("selection" if is_selected else "sunken"))
        painter.drawRoundedRect(rect, 5, 5)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(theme().colour("focus"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
