"""The texts of a card: its title, a second line, the time it took and its comment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QStaticText

from studio.app.canvas.ink import Ink
from studio.app.canvas.metrics import CARD_HEIGHT, DETAILS_FROM
from studio.app.node_state import STATUS_TEXT
from studio.app.theme import Role

if TYPE_CHECKING:
    from studio.app.canvas.card import Card

_LEFT = 54.0
_RIGHT = 14.0
_MARK = 18.0
_TITLE_TOP = 10.0
_DETAIL_TOP = 30.0
_TOLD = ("finished", "reused", "cancelled", "skipped", "stale")


class Line(NamedTuple):
    """A text that is laid out once, until it or the look is another."""

    text: str
    role: Role
    room: float
    rows: int = 1

    def laid_out(self, ink: Ink) -> QStaticText:
        """Return the text, cut to its room."""
        line = QStaticText(
            ink.elided(self.text, self.role, self.room * (self.rows - 0.1 * (self.rows > 1)))
        )
        line.setTextFormat(Qt.TextFormat.PlainText)
        if self.rows > 1:
            line.setTextWidth(self.room)
        return line


def paint_texts(card: Card, painter: QPainter, ink: Ink, scale: float) -> bool:
    """Paint the texts of a card at a scale; returns whether something stands in the lower row."""
    detailed = scale >= DETAILS_FROM
    taken = _paint_time(card, painter, ink) if detailed else 0.0
    room = card.body.width() - _LEFT - _RIGHT
    beside = room - (_MARK if card.state.status not in ("unknown", "ready") else 0.0)
    is_long = ink.metrics("strong").horizontalAdvance(card.look.title) > beside
    detail, token = second_line(card, is_long)
    title, top = Line(card.look.title, "strong", beside), _TITLE_TOP
    if not (detail and detailed):
        title = title._replace(rows=2 if is_long else 1)
        top = CARD_HEIGHT / 2 - (17.0 if is_long else 8.0)
    painter.setPen(ink.colour("text_soft" if card.look.unknown else "text"))
    _draw(card, painter, ink, "title", title, QPointF(_LEFT, top))
    if detailed and detail:
        painter.setPen(ink.colour(token))
        line = Line(detail, "caption", room - taken)
        _draw(card, painter, ink, "detail", line, QPointF(_LEFT, _DETAIL_TOP))
    if detailed and card.look.comment:
        _paint_comment(card, painter, ink, scale)
    return bool(taken or (detailed and detail))


def second_line(card: Card, is_long: bool) -> tuple[str, str]:
    """Return the second line of a card and the token of its colour.

    Where the title is long, it takes the place of what the mark says too.
    """
    state = card.state
    if state.status == "running":
        return state.progress or STATUS_TEXT["running"] + "…", "accent"
    if state.status == "queued":
        return STATUS_TEXT["queued"], "info"
    if state.status == "failed" and state.sentence:
        return state.sentence, "bad"
    told = STATUS_TEXT[state.status] if state.status in _TOLD and not is_long else ""
    return card.look.detail or told, "text_soft"


def seconds_text(seconds: float | None) -> str:
    """Return a time as a person says it."""
    if seconds is None:
        return ""
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def _paint_time(card: Card, painter: QPainter, ink: Ink) -> float:
    """Paint the time that a node took at the right; returns how much room that takes."""
    is_done = card.state.status in ("finished", "reused")
    time = seconds_text(card.state.seconds) if is_done else ""
    if not time:
        return 0.0
    width = ink.metrics("caption").horizontalAdvance(time)
    painter.setPen(ink.colour("text_faint"))
    at = QPointF(card.body.width() - _RIGHT - width, _DETAIL_TOP)
    _draw(card, painter, ink, "time", Line(time, "caption", width + 4.0), at)
    return width + 8.0


def _paint_comment(card: Card, painter: QPainter, ink: Ink, scale: float) -> None:
    mark = QRectF(2.0, CARD_HEIGHT + 8.0, 12.0, 12.0)
    width = ink.metrics("caption").horizontalAdvance(card.look.comment)
    painter.fillRect(
        QRectF(0.0, mark.top() - 1.0, min(width + 22.0, card.body.width()), 15.0),
        ink.brush("canvas"),
    )
    ink.draw_icon(painter, "message-square", "text_faint", mark, scale)
    painter.setPen(ink.colour("text_soft"))
    line = Line(card.look.comment, "caption", card.body.width() - 20.0)
    _draw(card, painter, ink, "comment", line, QPointF(18.0, CARD_HEIGHT + 6.0))


def _draw(card: Card, painter: QPainter, ink: Ink, key: str, line: Line, at: QPointF) -> None:
    """Draw a text, laid out anew where it or the look is another than the last time."""
    found = card.lines.get(key)
    if found is None or found[0] != line or found[2] is not ink:
        found = card.lines[key] = (line, line.laid_out(ink), ink)
    painter.setFont(ink.font(line.role))
    painter.drawStaticText(at, found[1])
