"""The card of a template: a picture of its graph, its title, and a line on what it shows."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.panels.card_button import CardButton
from studio.app.panels.graph_picture import GraphPicture
from studio.app.theme import theme
from studio.document.experiment import Experiment
from studio.document.storage import load
from studio.registry.discovery import Registry
from studio.sdk.errors import StudioError
from studio.session.templates import Template

PICTURE = 124
_PAD = 14
HEIGHT = PICTURE + 102 + _PAD
"""The text takes 102 at most: two lines of a title and three below it."""


class TemplateCard(CardButton):
    """Opens a template when it is pressed; its picture is drawn from the template's own file."""

    def __init__(
        self, template: Template, registry: Registry, parent: QWidget | None = None
    ) -> None:
        """Make the card; the file is read when the card is first drawn."""
        super().__init__(template.title, template.summary, parent)
        self.setObjectName(f"template_{template.name}")
        self.setToolTip(f"{template.title}\n{template.summary}")
        self.setFixedHeight(HEIGHT)
        self.template = template
        self._registry = registry

    @cached_property
    def picture(self) -> GraphPicture:
        """The picture of the template's graph; empty where the file cannot be read."""
        try:
            experiment = load(self.template.path, self._registry).experiment
        except StudioError:
            experiment = Experiment()
        return GraphPicture(experiment, self._registry)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = self.draw_frame(painter)
        picture = QRectF(frame.left(), frame.top(), frame.width(), PICTURE)
        inside = QPainterPath()
        inside.addRoundedRect(frame.adjusted(1, 1, -1, -1), 9, 9)
        painter.save()
        painter.setClipPath(inside)
        painter.fillRect(picture, theme().colour("canvas"))
        self.picture.paint(painter, picture)
        painter.restore()
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.drawLine(picture.bottomLeft(), picture.bottomRight())
        width = frame.width() - 2 * _PAD
        text = QRectF(frame.left() + _PAD, picture.bottom() + 10, width, 19)
        colour, strong, caption = theme().colour, theme().font("strong"), theme().font("caption")
        text = _draw_lines(painter, text, self.text(), strong, colour("text"), 2)
        below = QRectF(text.left(), text.top() + 3, width, 17)
        _draw_lines(painter, below, self.template.summary, caption, colour("text_soft"), 3)


def _draw_lines(
    painter: QPainter, first: QRectF, text: str, font: QFont, colour: QColor, most: int
) -> QRectF:
    """Draw a text in a few lines, from the place of the first; returns that of the next."""
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(colour)
    rest = text.split()
    place = QRectF(first)
    for number in range(most):
        line = ""
        while rest and metrics.horizontalAdvance(f"{line} {rest[0]}".strip()) <= place.width():
            line = f"{line} {rest.pop(0)}".strip()
        if rest and number == most - 1:
            everything = f"{line} {' '.join(rest)}"
            line = metrics.elidedText(everything, Qt.TextElideMode.ElideRight, place.width())
        if line:
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), line)
            place.translate(0, first.height())
    return place
