"""One line of text in which some letters are bold, cut with … where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from studio.app.panels.palette_search import Spans


def draw_marked(
    painter: QPainter,
    rect: QRectF,
    text: str,
    font: QFont,
    colour: QColor,
    spans: Spans = (),
) -> float:
    """Draw a text at the left of a rectangle, the letters of ``spans`` bold; returns its width."""
    measured = QFont(font)
    if spans:
        measured.setWeight(QFont.Weight.DemiBold)
    line = QFontMetricsF(measured).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setPen(colour)
    if not spans:
        painter.setFont(font)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, int(align), line)
        return QFontMetricsF(font).horizontalAdvance(line)
    layout = QTextLayout(line, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    bold = QTextCharFormat()
    bold.setFontWeight(QFont.Weight.DemiBold)
    ranges = []
    for at, length in spans:
        piece = QTextLayout.FormatRange()
        piece.start, piece.length, piece.format = at, length, bold
        ranges.append(piece)
    layout.setFormats(ranges)
    layout.beginLayout()
    drawn = layout.createLine()
    drawn.setLineWidth(rect.width() + 1)
    layout.endLayout()
    top = rect.top() + (rect.height() - drawn.height()) / 2
    layout.draw(painter, QPointF(rect.left(), top))
    return drawn.naturalTextWidth()
