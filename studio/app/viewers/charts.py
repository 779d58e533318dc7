"""Charts: drawings on axes in the theme's colours, with the value under the pointer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from studio.app.figures import axis_texts
from studio.app.theme import theme
from studio.app.viewers.labels import label
from studio.app.viewers.pictures import PictureButton

_GAP = 8
"""Pixels between two names side by side."""


class Drawing(Protocol):
    """What can be drawn on a chart."""

    @property
    def zooms(self) -> bool:
        """Whether it can be panned and, with Ctrl and the wheel, zoomed."""

    def draw(self, chart: Chart) -> None:
        """Put its items on the chart."""

    def say(self, spot: tuple[float, float]) -> str:
        """Return what stands at a place of the chart, or an empty text."""


class Chart(QWidget):
    """A pair of axes that a drawing is put on; drawn again when the theme changes."""

    def __init__(self, name: str, say: Callable[[str, str], None] | None = None) -> None:
        """Take what the picture shows; nothing is imported before something is drawn."""
        super().__init__()
        self._plot: Any = None
        self._drawing: Drawing | None = None
        self.setObjectName("chart")
        self.setAccessibleName(name)
        self.setMinimumSize(QSize(220, 160))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.readout = label("", "caption")
        self.readout.setObjectName("chart_readout")
        self.readout.setParent(self)
        self.readout.hide()
        self.button = PictureButton(self, say)
        self.customContextMenuRequested.connect(self._open_menu)
        theme().changed.connect(self._draw_again)

    @property
    def drawing(self) -> Drawing | None:
        """What is drawn."""
        return self._drawing

    @property
    def plot(self) -> Any:
        """The plot that drawings put their items on."""
        return self._plot

    def show_drawing(self, drawing: Drawing) -> None:
        """Draw something instead of what was there."""
        self._drawing = drawing
        self._draw_again()

    def add(self, item: Any) -> None:
        """Put an item on the chart."""
        self._plot.addItem(item)

    def name_axes(self, x: str, y: str) -> None:
        """Write names at the axes."""
        style = {"color": theme().tokens.text_soft, "font-size": "11px"}
        for side, text in (("bottom", x), ("left", y)):
            axis = self._plot.getPlotItem().getAxis(side)
            if text:
                axis.setLabel(text, **style)
                axis.label.setFont(theme().font("caption"))
                axis.enableAutoSIPrefix(False)
            else:
                axis.showLabel(False)

    def set_ticks(self, side: str, ticks: Sequence[tuple[float, str]] | None) -> None:
        """Write given texts at given places of an axis."""
        axis = self._plot.getPlotItem().getAxis(side)
        axis.setTicks(None if ticks is None else [list(ticks)])

    def set_names(self, side: str, names: Sequence[str]) -> None:
        """Write names at the places 0, 1, … of an axis; at some of them where all have no room."""
        axis = self._plot.getPlotItem().getAxis(side)
        metrics = QFontMetrics(theme().font("caption"))
        room = metrics.height()
        if side == "bottom":
            room = max(map(metrics.horizontalAdvance, names), default=0) + _GAP

        def shown(low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
            every = max(math.ceil(room * abs(high - low) / max(size, 1.0)), 1)
            return [(every, [float(place) for place in range(every // 2, len(names), every)])]

        axis.tickValues = shown
        axis.tickStrings = lambda places, _scale, _spacing: [names[int(place)] for place in places]

    def set_tick_texts(
        self, side: str, texts: Callable[[Sequence[float]], list[str]], *, few: bool = False
    ) -> None:
        """Write the numbers of an axis with a function of one's own; ``few`` where it is long."""
        axis = self._plot.getPlotItem().getAxis(side)
        axis.setTickDensity(0.35 if few else 0.7)
        axis.tickStrings = lambda values, _scale, _spacing: texts(list(values))

    def set_whole_ticks(self, side: str) -> None:
        """Write whole numbers alone on an axis that counts."""
        import pyqtgraph

        axis, spaced = self._plot.getPlotItem().getAxis(side), pyqtgraph.AxisItem.tickSpacing
        axis.tickSpacing = lambda low, high, size: [
            (max(1.0, step), start) for step, start in spaced(axis, low, high, size)
        ]

    def set_range(
        self, x: tuple[float, float] | None, y: tuple[float, float] | None, padding: float = 0.02
    ) -> None:
        """Show a part of the plane; None for what holds all items."""
        view = self._plot.getPlotItem().getViewBox()
        if x is None or y is None:
            view.enableAutoRange(x=x is None, y=y is None)
        if x is not None:
            view.setXRange(*x, padding=padding)
        if y is not None:
            view.setYRange(*y, padding=padding)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent):
            zooms = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if not (zooms and self._drawing is not None and self._drawing.zooms):
                event.ignore()
                return True
        elif isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            self._hover(event.position().toPoint())
        elif event.type() == QEvent.Type.Leave:
            self.readout.hide()
        return super().eventFilter(watched, event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.button.move(self.width() - self.button.sizeHint().width(), 0)
        self.button.raise_()

    def _draw_again(self) -> None:
        if self._drawing is None:
            return
        if self._plot is None:
            self._plot = self._make_plot()
            self._layout.addWidget(self._plot)
            self.button.raise_()
        self._plot.clear()
        self._style()
        self._plot.setMouseEnabled(self._drawing.zooms, self._drawing.zooms)
        self._drawing.draw(self)

    def _make_plot(self) -> Any:
        import pyqtgraph

        plot = pyqtgraph.PlotWidget(background=None)
        plot.setAntialiasing(True)
        plot.setStyleSheet("background: transparent; border: none")
        plot.hideButtons()
        plot.setMenuEnabled(False)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.viewport().installEventFilter(self)
        plot.viewport().setMouseTracking(True)
        plot.getPlotItem().setContentsMargins(4, 24, 12, 4)
        plot.getPlotItem().getViewBox().setDefaultPadding(0.02)
        return plot

    def _style(self) -> None:
        import pyqtgraph

        look = theme()
        item = self._plot.getPlotItem()
        for side in ("bottom", "left"):
            axis = item.getAxis(side)
            axis.setStyle(
                tickFont=look.font("caption"), tickLength=0, tickTextOffset=6, maxTickLevel=0,
                hideOverlappingLabels=True,
            )  # fmt: skip
            axis.setTicks(None)
            axis.__dict__.pop("tickStrings", None)
            axis.__dict__.pop("tickValues", None)
            axis.__dict__.pop("tickSpacing", None)
            axis.tickStrings = lambda values, _scale, _spacing: axis_texts(list(values))
            axis.setPen(pyqtgraph.mkPen(look.colour("line_strong"), width=1))
            axis.setTextPen(look.colour("text_soft"))
            axis.setTickPen(pyqtgraph.mkPen(look.colour("line"), width=1))
            axis.setGrid(255 if side == "left" else False)
            axis.enableAutoSIPrefix(False)
            axis.setZValue(-1000)
        item.getAxis("left").setPen(None)
        item.getAxis("left").setTickDensity(0.7)
        item.getAxis("bottom").setTickDensity(0.7)
        item.getViewBox().invertY(False)
        self.name_axes("", "")
        self.set_range(None, None)

    def _hover(self, point: QPoint) -> None:
        if self._drawing is None:
            return
        box = self._plot.getPlotItem().getViewBox()
        scene = self._plot.mapToScene(point)
        inside = box.sceneBoundingRect().contains(scene)
        place = box.mapSceneToView(scene)
        text = self._drawing.say((place.x(), place.y())) if inside else ""
        self._show_readout(self.readout, text)

    def _show_readout(self, readout: QLabel, text: str) -> None:
        readout.setText(text)
        readout.setVisible(bool(text))
        readout.adjustSize()
        readout.move(self.width() - readout.width() - 36, 6)
        readout.raise_()

    def _open_menu(self, point: QPoint) -> None:
        self.button.open_menu(self.mapToGlobal(point))


def shade(token_or_place: str | int, alpha: float = 1.0) -> QColor:
    """Return a colour of the theme: a token's, or that of a series by its place."""
    look = theme()
    if isinstance(token_or_place, str):
        colour = QColor(look.colour(token_or_place))
    else:
        colour = QColor(look.tokens.chart[token_or_place % len(look.tokens.chart)])
    colour.setAlphaF(alpha)
    return colour


def pen(token_or_place: str | int, width: float = 1.5, *, dashed: bool = False) -> Any:
    """Return a pen of pyqtgraph in a colour of the theme."""
    import pyqtgraph

    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    return pyqtgraph.mkPen(shade(token_or_place), width=width, style=style)
