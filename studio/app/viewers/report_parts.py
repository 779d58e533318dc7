"""The parts of reports: a table, a chart of lines, a text, an image."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QImage, QPixmap
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from studio.app.theme import theme
from studio.app.viewers.charts import Chart
from studio.app.viewers.legend import Legend
from studio.app.viewers.pictures import PictureButton
from studio.app.viewers.point_drawings import Curve, LinesDrawing
from studio.app.viewers.row_numbers import ROW_HEIGHT
from studio.app.widgets.names import name_of

if TYPE_CHECKING:
    from studio.app.viewers.viewer import Viewer

TABLE_HEIGHT = 360
CHART_HEIGHT = 320
MOST_LINES = 24
_AROUND = 100
"""What a table has above and below its rows, in pixels."""


class TablePart(QWidget):
    """One of a report's tables, in the viewer of tables."""

    def __init__(self, viewer: Viewer, table: str, height: int = TABLE_HEIGHT) -> None:
        """Take the report's viewer and the name of the table."""
        from studio.app.viewers.table_viewer import TableViewer

        super().__init__()
        self.viewer = TableViewer(
            viewer.session,
            viewer.draft,
            viewer.result,
            viewer.source.of_table(table),
            opens_pane=False,
        )
        self.viewer.setObjectName(f"table_{name_of(table)}")
        self._most = height
        self.setFixedHeight(height)
        self.viewer.built.connect(self._fit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.viewer)

    def _fit(self) -> None:
        """Be no higher than the rows need."""
        rows = self.viewer.model.rowCount()
        self.setFixedHeight(min(self._most, _AROUND + rows * ROW_HEIGHT))


class SeriesPart(QWidget):
    """A chart of lines with a legend."""

    def __init__(
        self,
        name: str,
        lines: Sequence[Mapping[str, Any]],
        say: Callable[[str, str], None],
    ) -> None:
        """Take the lines as the report has them."""
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        if len(lines) > 1:
            layout.addWidget(Legend([str(line["name"]) for line in lines]))
        chart = Chart(name, say)
        chart.setFixedHeight(CHART_HEIGHT)
        layout.addWidget(chart)
        chart.show_drawing(lines_drawing(lines))


class TextPart(QPlainTextEdit):
    """A text in letters of equal width, as high as its lines need."""

    def __init__(self, name: str, text: str) -> None:
        """Take the text."""
        super().__init__(text)
        self.setObjectName(f"text_{name_of(name)}")
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setFont(theme().font("mono"))
        self.setStyleSheet('font-family: "JetBrains Mono"')
        self.setTabChangesFocus(True)
        lines = min(MOST_LINES, text.count("\n") + 1)
        self.setFixedHeight(lines * QFontMetrics(theme().font("mono")).lineSpacing() + 28)


class ImagePart(QLabel):
    """An image, no larger than it is."""

    def __init__(self, name: str, data: str, say: Callable[[str, str], None]) -> None:
        """Take a PNG as base64 text."""
        super().__init__()
        self.setObjectName(f"image_{name_of(name)}")
        self.setAccessibleName(name)
        image = QImage.fromData(base64.b64decode(data))
        self.setPixmap(QPixmap.fromImage(image))
        self.setFixedSize(image.size())
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button = PictureButton(self, say)
        button.move(max(0, image.width() - button.sizeHint().width()), 0)
        self.customContextMenuRequested.connect(
            lambda point: button.open_menu(self.mapToGlobal(point))
        )


def lines_drawing(lines: Sequence[Mapping[str, Any]], strong: int | None = None) -> LinesDrawing:
    """Return the lines of a report as a drawing; with ``strong`` the others are pale."""
    curves = tuple(
        Curve(str(line["name"]), tuple(line["x"]), tuple(line["y"]), place,
              strong is None or strong == place)
        for place, line in enumerate(lines)
    )  # fmt: skip
    first = lines[0] if lines else {}
    return LinesDrawing(curves, str(first.get("x_label", "")), str(first.get("y_label", "")))
