"""Pens, brushes and fonts of the present theme, made once for each."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from studio.app import icons
from studio.app.theme import Role, Tokens, theme

KIND_TOKEN = {
    "Table": "table",
    "Learner": "learner",
    "Model": "model",
    "Transform": "transform",
    "Report": "report",
    "Files": "files",
}

_ICONS_KEPT = 500


class Ink:
    """What the items paint with; :func:`ink` returns the one for the theme."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._colours: dict[tuple[str, int], QColor] = {}
        self._pens: dict[tuple[str, float, Qt.PenStyle, int], QPen] = {}
        self._brushes: dict[tuple[str, int], QBrush] = {}
        self._fonts: dict[Role, tuple[QFont, QFontMetricsF]] = {}
        self._icons: dict[tuple[str, str, int], QPixmap] = {}
        self.is_dark = theme().is_dark

    def colour(self, token: str, alpha: int = 255) -> QColor:
        """Return a colour by the name of its token, or by ``#rrggbb`` where a document says so."""
        found = self._colours.get((token, alpha))
        if found is None:
            found = QColor(token if token.startswith("#") else getattr(self.tokens, token))
            found.setAlpha(alpha)
            self._colours[token, alpha] = found
        return found

    def pen(
        self,
        token: str,
        width: float = 1.0,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
        alpha: int = 255,
    ) -> QPen:
        """Return a pen with round ends."""
        key = (token, width, style, alpha)
        found = self._pens.get(key)
        if found is None:
            found = QPen(self.colour(token, alpha), width, style, Qt.PenCapStyle.RoundCap)
            found.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            self._pens[key] = found
        return found

    def brush(self, token: str, alpha: int = 255) -> QBrush:
        """Return a brush."""
        found = self._brushes.get((token, alpha))
        if found is None:
            found = self._brushes[token, alpha] = QBrush(self.colour(token, alpha))
        return found

    def font(self, role: Role) -> QFont:
        """Return the font of a role."""
        return self._font(role)[0]

    def metrics(self, role: Role) -> QFontMetricsF:
        """Return the measures of the font of a role."""
        return self._font(role)[1]

    def elided(self, text: str, role: Role, width: float) -> str:
        """Return a text in one line that is no wider than ``width``."""
        line = " ".join(text.split())
        return self.metrics(role).elidedText(line, Qt.TextElideMode.ElideRight, width)

    def icon(self, name: str, token: str, pixels: int) -> QPixmap:
        """Return an icon of a side of so many pixels."""
        key = (name, token, pixels)
        found = self._icons.get(key)
        if found is None:
            if len(self._icons) > _ICONS_KEPT:
                self._icons.clear()
            found = self._icons[key] = icons.pixmap(name, pixels, token)
        return found

    def draw_icon(
        self, painter: QPainter, name: str, token: str, rect: QRectF, detail: float
    ) -> None:
        """Draw an icon; ``detail`` is the scale that the painter draws at."""
        pixels = max(1, round(rect.width() * detail))
        picture = self.icon(name, token, pixels)
        painter.drawPixmap(rect, picture, QRectF(picture.rect()))

    def _font(self, role: Role) -> tuple[QFont, QFontMetricsF]:
        found = self._fonts.get(role)
        if found is None:
            font = theme().font(role)
            found = self._fonts[role] = (font, QFontMetricsF(font))
        return found


_present: list[Ink] = []


def ink() -> Ink:
    """Return the ink of the theme as it was at the last :func:`renew`."""
    return _present[0] if _present else renew()


def renew() -> Ink:
    """Take the colours of the present theme; returns the ink."""
    if not _present or _present[0].tokens is not theme().tokens:
        _present[:] = [Ink(theme().tokens)]
    return _present[0]
