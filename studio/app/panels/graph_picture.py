"""A small picture of an experiment: its nodes in the colours of what they give, and its links."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from studio.app import icons
from studio.app.palette_entry import entry_of
from studio.app.theme import theme
from studio.document.experiment import Experiment
from studio.document.layout import COLUMN, ROW, arranged, is_placed
from studio.registry.discovery import Registry

_WIDEST_COLUMN = 76.0
_HIGHEST_ROW = 46.0
_NODE = QSizeF(44, 26)
_SHARE = 0.66
"""How much of a column a node takes."""
_ICON = 14.0
_DOTS = 12
_RADIUS = 5.0
"""All in pixels of the picture."""


class GraphPicture:
    """Draws an experiment into any rectangle; what was drawn last is kept for the theme it has."""

    def __init__(self, experiment: Experiment, registry: Registry) -> None:
        """Take what there is to draw."""
        self._experiment = experiment
        self._look: dict[str, tuple[str, str]] = {}
        for node in experiment.nodes.values():
            module = registry.get(node.module)
            entry = None if module is None else entry_of(registry, module)
            look = ("text_faint", "box") if entry is None else (entry.token, entry.icon)
            self._look[node.id] = look
        self._kept: QPixmap | None = None
        self._kept_for: object = None

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the picture: dots of the canvas, links, nodes."""
        scale = painter.device().devicePixelRatioF()
        wanted = (id(theme().tokens), rect.size().toTuple(), scale)
        if self._kept is None or self._kept_for != wanted:
            self._kept = self._drawn(rect.size(), scale)
            self._kept_for = wanted
        painter.drawPixmap(rect.topLeft(), self._kept)

    def places(self, size: QSizeF) -> dict[str, QRectF]:
        """Return where each node is drawn in a picture of a size."""
        at = self._positions()
        if not at:
            return {}
        xs, ys = [x for x, _ in at.values()], [y for _, y in at.values()]
        wide, high = max(xs) - min(xs), max(ys) - min(ys)
        room = QSizeF(size.width() - 40, size.height() - 28)
        across = min(room.width() / (wide + COLUMN), _WIDEST_COLUMN / COLUMN)
        width = min(max(COLUMN * across * _SHARE, 10), _NODE.width())
        height = min(width + 2, _NODE.height())
        down = min((room.height() - height) / high if high else 1, _HIGHEST_ROW / ROW)
        left = (size.width() - wide * across - width) / 2
        top = (size.height() - high * down - height) / 2
        return {
            id: QRectF(left + (x - min(xs)) * across, top + (y - min(ys)) * down, width, height)
            for id, (x, y) in at.items()
        }

    def _positions(self) -> dict[str, tuple[float, float]]:
        """Return where nodes stand; a drawing that runs down is turned, for pictures are wide."""
        if not is_placed(self._experiment):
            return arranged(self._experiment)
        at = {node.id: node.position for node in self._experiment.nodes.values()}
        steps = [
            (at[link.target][0] - at[link.source][0], at[link.target][1] - at[link.source][1])
            for link in self._experiment.links
            if link.source in at and link.target in at
        ]
        if sum(abs(x) for x, _ in steps) >= sum(abs(y) for _, y in steps):
            return at
        return {id: (y * COLUMN / ROW, x * ROW / COLUMN) for id, (x, y) in at.items()}

    def _drawn(self, size: QSizeF, scale: float) -> QPixmap:
        picture = QPixmap((size * scale).toSize())
        picture.setDevicePixelRatio(scale)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_dots(painter, size)
        places = self.places(size)
        for link in self._experiment.links:
            if link.source in places and link.target in places:
                token = self._look[link.source][0]
                _draw_link(painter, places[link.source], places[link.target], token)
        for id, rect in places.items():
            _draw_node(painter, rect, *self._look[id])
        painter.end()
        return picture


def _draw_dots(painter: QPainter, size: QSizeF) -> None:
    painter.setPen(QPen(theme().colour("grid"), 1.5))
    for x in range(_DOTS // 2, int(size.width()), _DOTS):
        painter.drawPoints([QPointF(x, y) for y in range(_DOTS // 2, int(size.height()), _DOTS)])


def _draw_link(painter: QPainter, source: QRectF, target: QRectF, token: str) -> None:
    begin = QPointF(source.right(), source.center().y())
    end = QPointF(target.left(), target.center().y())
    reach = max(abs(end.x() - begin.x()) / 2, 8)
    path = QPainterPath(begin)
    path.cubicTo(begin + QPointF(reach, 0), end - QPointF(reach, 0), end)
    colour = QColor(theme().colour(token))
    colour.setAlphaF(0.65)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _draw_node(painter: QPainter, rect: QRectF, token: str, icon: str) -> None:
    tint = QColor(theme().colour(token))
    painter.setPen(QPen(tint, 1.25))
    painter.setBrush(theme().colour("surface"))
    painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
    tint.setAlphaF(0.12)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint)
    painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
    side = min(_ICON, rect.width() - 4)
    square = QRectF(0, 0, side, side)
    square.moveCenter(rect.center())
    icons.paint(painter, icon, square, token)
