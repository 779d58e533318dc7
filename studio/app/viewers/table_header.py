"""The header of a table: type, name, role, missing share and a small histogram of each column."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QToolTip, QWidget
from typing_extensions import override

from studio.app.column_types import TYPE_TEXT, type_icon
from studio.app.figures import count, figure, share
from studio.app.icons import paint
from studio.app.theme import theme
from studio.app.viewers.profiles import Profiles
from studio.app.viewers.table_model import TableModel
from studio.engine.answers import ColumnProfile
from studio.engine.questions import Sort

HEIGHT, COMPACT = 76, 36
BARS = 22
"""How high the bars of the small histogram are."""
_MARGIN = 10
_ZONE = 20


class TableHeader(QHeaderView):
    """Draws what is known of each column; a click chooses one, its arrow sorts by it."""

    column_chosen = Signal(int)
    sort_wanted = Signal(int)

    def __init__(self, model: TableModel, profiles: Profiles, parent: QWidget) -> None:
        """Take where names and profiles come from."""
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._table = model
        self._profiles = profiles
        self._chosen = -1
        self._hovered = -1
        self.sort: Sequence[Sort] = ()
        self.roles: dict[str, str] = {}
        self.is_compact = False
        self.setObjectName("table_header")
        self.setAccessibleName("Columns")
        self.setSectionsClickable(False)
        self.setSectionsMovable(False)
        self.setMinimumSectionSize(64)
        self.setDefaultSectionSize(132)
        self.setMouseTracking(True)
        profiles.arrived.connect(self.viewport().update)

    @property
    def chosen(self) -> int:
        """The column that is chosen, or -1."""
        return self._chosen

    def choose(self, column: int) -> None:
        """Mark a column as chosen."""
        self._chosen = column
        self.viewport().update()

    def arrow_rect(self, column: int) -> QRect:
        """Return where the arrow of a column is clicked."""
        x = self.sectionViewportPosition(column) + self.sectionSize(column) - _ZONE - 4
        return QRect(x, 6, _ZONE, _ZONE)

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, COMPACT if self.is_compact else HEIGHT)

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        if not rect.isValid():
            return
        look, name = theme(), self._table.columns[logicalIndex]
        profile = self._profiles.get(name)
        is_chosen = logicalIndex == self._chosen
        painter.fillRect(rect, look.colour("accent_soft" if is_chosen else "surface"))
        painter.setPen(look.colour("line"))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(look.colour("accent" if is_chosen else "line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(_MARGIN, 8, -_MARGIN, -6)
        self._paint_name(painter, inner, logicalIndex, name)
        if self.is_compact:
            return
        self._paint_caption(painter, inner.adjusted(0, 20, 0, 0), name, profile)
        if profile is not None:
            bars = QRect(inner.left(), inner.bottom() - BARS, inner.width(), BARS)
            _paint_bars(painter, bars, _counts(profile), is_chosen)

    def _paint_name(self, painter: QPainter, inner: QRect, column: int, name: str) -> None:
        look = theme()
        kind = self._table.types.get(name)
        indent = 0 if kind is None else 20
        if kind is not None:
            icon = QRectF(inner.left(), inner.top() + 2, 14, 14)
            paint(painter, type_icon(kind), icon, "text_faint")
        order = next((item for item in self.sort if item.column == name), None)
        room = inner.width() - indent
        if order is not None or column == self._hovered:
            room -= _ZONE
            sign = "arrow-up-down"
            if order is not None:
                sign = "arrow-down" if order.descending else "arrow-up"
            arrow = QRectF(self.arrow_rect(column)).adjusted(4, 3, -2, -3)
            paint(painter, sign, arrow, "text_faint" if order is None else "accent")
        font = look.font("strong")
        painter.setFont(font)
        painter.setPen(look.colour("text"))
        text = QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideRight, room)
        line = QRect(inner.left() + indent, inner.top(), room, 18)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_caption(
        self, painter: QPainter, inner: QRect, name: str, profile: ColumnProfile | None
    ) -> None:
        look = theme()
        font = look.font("caption")
        painter.setFont(font)
        line = QRect(inner.left(), inner.top(), inner.width(), 15)
        role = self.roles.get(name, "feature")
        if role != "feature":
            width = QFontMetrics(font).horizontalAdvance(role) + 10
            pill = QRectF(line.left(), line.top(), width, 15)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent_soft" if role == "label" else "sunken"))
            painter.drawRoundedRect(pill, 4, 4)
            painter.setPen(look.colour("text" if role == "label" else "text_soft"))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, role)
            line.setLeft(line.left() + width + 6)
        if profile is not None and profile.missing:
            painter.setPen(look.colour("warn"))
            text = f"{share(profile.missing, profile.rows)} missing"
            text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)
        elif profile is not None:
            painter.setPen(look.colour("text_faint"))
            text = _extent(profile)
            text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton or self._is_at_edge(point):
            super().mousePressEvent(event)
            return
        column = self.logicalIndexAt(point)
        if column >= 0 and self.arrow_rect(column).contains(point):
            self.sort_wanted.emit(column)
        elif column >= 0:
            self.column_chosen.emit(column)
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.logicalIndexAt(event.position().toPoint()))
        super().mouseMoveEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            column = self.logicalIndexAt(event.pos())
            if column >= 0:
                QToolTip.showText(event.globalPos(), self._tip(column), self)
                return True
        return super().viewportEvent(event)

    def _tip(self, column: int) -> str:
        name = self._table.columns[column]
        kind = TYPE_TEXT.get(self._table.types.get(name, ""), "")
        lines = [name, " · ".join(text for text in (kind, self.roles.get(name, "")) if text)]
        profile = self._profiles.get(name)
        if profile is not None:
            lines.append(f"{_extent(profile)} · {profile.missing:,} missing")
        return "\n".join(line for line in lines if line)

    def _hover(self, column: int) -> None:
        if column != self._hovered:
            self._hovered = column
            self.viewport().update()

    def _is_at_edge(self, point: QPoint) -> bool:
        """Whether the point is where a column is made wider."""
        return any(
            self.logicalIndexAt(point.x() + step) != self.logicalIndexAt(point) for step in (-4, 4)
        )


def _extent(profile: ColumnProfile) -> str:
    """Return how many values a column has, or from where to where they go."""
    if profile.unique is not None:
        return count(profile.unique, "value")
    low, high = profile.minimum, profile.maximum
    if low is None or low == high:
        return "" if low is None else _end(low, 4)
    digits = 4 if _end(low, 4) != _end(high, 4) else 15
    return f"{_end(low, digits)} – {_end(high, digits)}"


def _end(value: object, digits: int) -> str:
    return figure(value, digits).removesuffix(" 00:00:00")


def _counts(profile: ColumnProfile) -> tuple[int, ...]:
    if profile.histogram is not None:
        return profile.histogram.counts
    return () if profile.frequencies is None else profile.frequencies.counts


def _paint_bars(painter: QPainter, rect: QRect, counts: Sequence[int], is_chosen: bool) -> None:
    highest = max(counts, default=0)
    if not highest:
        return
    look = theme()
    colour = look.colour("accent")
    colour.setAlphaF(0.85 if is_chosen else 0.4)
    step = min(rect.width() / len(counts), 24.0)
    for place, number in enumerate(counts):
        height = max(1.0, rect.height() * number / highest) if number else 0.0
        left, right = round(place * step), round((place + 1) * step)
        bar = QRectF(rect.left() + left, rect.bottom() + 1 - height, right - left - 1, height)
        painter.fillRect(bar, colour)
    painter.fillRect(QRect(rect.left(), rect.bottom() + 1, rect.width(), 1), look.colour("line"))
