"""The list in the Endpoints panel: its model, and how a row is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter
from typing_extensions import override

from studio.app.figures import figure
from studio.app.icons import paint
from studio.app.panels.row_delegate import RowDelegate, draw_text
from studio.app.panels.row_model import RowModel
from studio.app.serving.endpoint import STATE_TEXT, Endpoint, State
from studio.app.theme import SPACE, theme

ICON = 18
ROW = 46
STATE_LOOKS: Mapping[State, tuple[str, str]] = {
    "stopped": ("package", "text_faint"),
    "starting": ("loader-circle", "accent"),
    "ready": ("server", "good"),
    "stopping": ("loader-circle", "text_soft"),
    "failed": ("octagon-x", "bad"),
}
_LINE = 18


class EndpointModel(RowModel[Endpoint]):
    """The endpoints that are shown."""

    def redraw(self, endpoint: Endpoint) -> None:
        """Draw an endpoint anew."""
        if endpoint in self.rows:
            index = self.index(self.rows.index(endpoint))
            self.dataChanged.emit(index, index)

    @override
    def text(self, row: Endpoint) -> str:
        return f"{row.title}: {detail(row)}"

    @override
    def tip(self, row: Endpoint) -> str | None:
        return str(row.path)


class EndpointDelegate(RowDelegate):
    """Draws an icon of the state, the package's name, and below it how the endpoint stands."""

    height = ROW

    @override
    def paint_row(self, painter: QPainter, rect: QRect, value: Endpoint) -> None:
        name, token = STATE_LOOKS[value.state]
        square = QRectF(rect.left(), rect.center().y() - ICON / 2, ICON, ICON)
        paint(painter, name, square, token)
        above = rect.adjusted(ICON + 3 * SPACE, 5, 0, 0)
        above.setHeight(_LINE)
        below = above.translated(0, _LINE)
        if value.state == "ready":
            text = f"{figure(value.figures.rate, 3)}/s"
            caption = theme().font("caption")
            taken = draw_text(painter, above, text, "text_faint", caption, right=True)
            above.setRight(above.right() - taken - 2 * SPACE)
        is_there = value.facts is not None
        draw_text(painter, above, value.title, "text" if is_there else "text_faint")
        is_wrong = value.state == "failed" or not is_there
        soft = "bad" if is_wrong and value.problem else "text_soft"
        draw_text(painter, below, detail(value), soft, theme().font("caption"))


def detail(endpoint: Endpoint) -> str:
    """Return how an endpoint stands, in a line."""
    if endpoint.state == "ready":
        return endpoint.url
    return endpoint.problem or STATE_TEXT[endpoint.state]
