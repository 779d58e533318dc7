"""Drawings of points and lines: scatter plots, box plots, curves and clusters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from studio.app.figures import axis_texts, count, figure, span_text
from studio.app.viewers.charts import Chart, pen, shade
from studio.engine.answers import Box, Scatter

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ScatterDrawing:
    """Two columns of numbers, with the straight line through them."""

    x: str
    y: str
    scatter: Scatter
    x_type: str = "double"
    y_type: str = "double"
    zooms: bool = True

    def draw(self, chart: Chart) -> None:
        """Put the points and the line on the chart."""
        import pyqtgraph

        points = self.scatter.points
        chart.add(
            pyqtgraph.ScatterPlotItem(
                x=[point[0] for point in points],
                y=[point[1] for point in points],
                size=6,
                pen=None,
                brush=shade("accent", 0.45),
            )
        )
        if self.scatter.slope is not None and self.scatter.intercept is not None and points:
            ends = [min(p[0] for p in points), max(p[0] for p in points)]
            heights = [self.scatter.intercept + self.scatter.slope * end for end in ends]
            chart.add(pyqtgraph.PlotCurveItem(ends, heights, pen=pen(1, 2)))
        chart.set_tick_texts("bottom", tick_texts(self.x_type), few=self.x_type in _TIMES)
        chart.set_tick_texts("left", tick_texts(self.y_type))
        chart.name_axes(self.x, self.y)

    def say(self, spot: tuple[float, float]) -> str:
        """Return the place under the pointer."""
        x, y = spot
        across, up = tick_texts(self.x_type)([x]), tick_texts(self.y_type)([y])
        if self.x_type in _TIMES or self.y_type in _TIMES:
            return f"{across[0]}, {up[0]}"
        return f"{figure(x, 4)}, {figure(y, 4)}"


@dataclass(frozen=True)
class BoxDrawing:
    """Box plots side by side: quartiles, whiskers, outliers, and the mean as a diamond."""

    boxes: tuple[Box, ...]
    name: str
    kind: str = "double"
    category: str = ""
    zooms: bool = False

    def draw(self, chart: Chart) -> None:
        """Put the boxes on the chart."""
        import pyqtgraph

        for place, box in enumerate(self.boxes):
            chart.add(_line([place, place], [box.low, box.q1], "text_soft"))
            chart.add(_line([place, place], [box.q3, box.high], "text_soft"))
            for end in (box.low, box.high):
                chart.add(_line([place - 0.12, place + 0.12], [end, end], "text_soft"))
        chart.add(
            pyqtgraph.BarGraphItem(
                x=list(range(len(self.boxes))),
                width=0.5,
                y0=[box.q1 for box in self.boxes],
                height=[box.q3 - box.q1 for box in self.boxes],
                brush=shade("accent", 0.25),
                pen=pen("accent", 1),
            )
        )
        for place, box in enumerate(self.boxes):
            chart.add(_line([place - 0.25, place + 0.25], [box.median] * 2, "accent", 2))
        outliers = [(p, value) for p, box in enumerate(self.boxes) for value in box.outliers]
        chart.add(_dots(outliers, "o", 5, shade("text_faint", 0.6)))
        means = [(p, box.mean) for p, box in enumerate(self.boxes)]
        chart.add(_dots(means, "d", 8, shade(1)))
        names = [box.name if len(box.name) < 13 else box.name[:11] + "…" for box in self.boxes]
        chart.set_names("bottom", names if self.category else [])
        chart.set_range((-0.7, len(self.boxes) - 0.3), None)
        chart.set_tick_texts("left", tick_texts(self.kind))
        chart.name_axes(self.category, self.name)

    def say(self, spot: tuple[float, float]) -> str:
        """Return the box at a place."""
        place = round(spot[0])
        if not 0 <= place < len(self.boxes):
            return ""
        box = self.boxes[place]
        low, middle, high = (_texts(self.kind, v) for v in (box.q1, box.median, box.q3))
        name = f"{box.name}: " if self.category else ""
        return f"{name}quartiles {low} · {middle} · {high}, {count(box.count, 'row')}"


@dataclass(frozen=True)
class Curve:
    """One line of a chart of lines."""

    name: str
    x: tuple[float | None, ...]
    y: tuple[float | None, ...]
    place: int = 0
    is_strong: bool = True


@dataclass(frozen=True)
class LinesDrawing:
    """Curves over one another; ``reference`` is a dashed line, ``marks`` are places on curves."""

    curves: tuple[Curve, ...]
    x_label: str
    y_label: str
    reference: tuple[tuple[float, float], tuple[float, float]] | None = None
    marks: tuple[tuple[float, float, int], ...] = ()
    is_unit: bool = False
    zooms: bool = True

    def draw(self, chart: Chart) -> None:
        """Put the curves on the chart, the strong ones above."""
        import pyqtgraph

        if self.reference is not None:
            start, end = self.reference
            line = pen("text_faint", 1, dashed=True)
            chart.add(pyqtgraph.PlotCurveItem([start[0], end[0]], [start[1], end[1]], pen=line))
        for curve in sorted(self.curves, key=lambda item: item.is_strong):
            colour = shade(curve.place, 1.0 if curve.is_strong else 0.35)
            drawn = pyqtgraph.mkPen(colour, width=2 if curve.is_strong else 1.5)
            xs = [math.nan if x is None else float(x) for x in curve.x]
            ys = [math.nan if y is None else float(y) for y in curve.y]
            symbol = {"symbol": "o", "symbolSize": 6, "symbolBrush": colour, "symbolPen": None}
            few = symbol if len(xs) < 3 else {}
            chart.add(pyqtgraph.PlotDataItem(xs, ys, pen=drawn, connect="finite", **few))
        for x, y, place in self.marks:
            chart.add(_dots([(x, y)], "o", 9, shade(place), pen("surface", 2)))
        if self.is_unit:
            chart.set_range((0, 1), (0, 1), 0.03)
        chart.name_axes(self.x_label, self.y_label)

    def say(self, spot: tuple[float, float]) -> str:
        """Return the points of the curves that are nearest from left to right."""
        x, y = spot
        said = []
        for curve in self.curves:
            known = [(a, b) for a, b in zip(curve.x, curve.y, strict=False)
                     if a is not None and b is not None]  # fmt: skip
            if known:
                near = min(known, key=lambda point: abs(point[0] - x) * 4 + abs(point[1] - y))
                name = f"{curve.name}: " if len(self.curves) > 1 else ""
                said.append(f"{name}{figure(near[0], 3)}, {figure(near[1], 3)}")
        return "   ".join(said[:3])


@dataclass(frozen=True)
class ClustersDrawing:
    """The clusters of a model in the plane of the first two principal components."""

    picture: Mapping[str, Any]
    names: tuple[str, ...]
    zooms: bool = True

    def draw(self, chart: Chart) -> None:
        """Put an ellipse and a centre for each cluster on the chart."""
        import pyqtgraph

        for place, ellipse in enumerate(self.picture.get("ellipses") or ()):
            if ellipse is not None:
                xs, ys = _outline(ellipse)
                chart.add(
                    pyqtgraph.PlotCurveItem(
                        xs, ys, pen=pen(place, 2), fillLevel="enclosed", brush=shade(place, 0.14)
                    )
                )
        for place, centre in enumerate(self.picture["centers"]):
            chart.add(_dots([(centre[0], centre[1])], "o", 10, shade(place), pen("surface", 2)))
            text = pyqtgraph.TextItem(self.names[place], color=shade("text"), anchor=(0.5, 1.4))
            text.setPos(centre[0], centre[1])
            chart.add(text)
        explained = self.picture.get("explained") or ()
        labels = [str(self.picture.get("x_label", "")), str(self.picture.get("y_label", ""))]
        for place, part in enumerate(explained[:2]):
            labels[place] += f" ({100 * part:.0f} % of the variance)"
        chart.name_axes(labels[0], labels[1])

    def say(self, spot: tuple[float, float]) -> str:
        """Return the nearest cluster."""
        centres: Sequence[Sequence[float]] = self.picture["centers"]
        near = min(range(len(centres)), key=lambda i: math.dist(centres[i], spot))
        return f"Cluster {self.names[near]}"


def tick_texts(kind: str) -> Callable[[Sequence[float]], list[str]]:
    """Return what writes the numbers of an axis for a type of column."""
    if kind == "datetime":
        return _dates
    if kind == "timespan":
        return lambda values: [span_text(value) for value in values]
    return lambda values: axis_texts(values)


_TIMES = ("datetime", "timespan")


def _texts(kind: str, value: float) -> str:
    return tick_texts(kind)([value])[0] if kind in _TIMES else figure(value, 4)


def _dates(values: Sequence[float]) -> list[str]:
    apart = min((b - a for a, b in pairwise(values)), default=0)
    form = "%Y-%m" if apart > 28 * _DAY else "%m-%d %H:%M" if 0 < apart < _DAY else "%Y-%m-%d"
    limit = 2e11
    return [
        (_EPOCH + timedelta(seconds=value)).strftime(form) if -6e10 < value < limit else ""
        for value in values
    ]


def _line(xs: list[float], ys: list[float], token: str, width: float = 1) -> Any:
    import pyqtgraph

    return pyqtgraph.PlotCurveItem(xs, ys, pen=pen(token, width))


def _dots(
    points: Sequence[tuple[float, float]], symbol: str, size: int, colour: Any, edge: Any = None
) -> Any:
    import pyqtgraph

    return pyqtgraph.ScatterPlotItem(
        x=[point[0] for point in points],
        y=[point[1] for point in points],
        symbol=symbol,
        size=size,
        brush=colour,
        pen=edge,
    )


def _outline(ellipse: Mapping[str, float]) -> tuple[list[float], list[float]]:
    turn = math.radians(ellipse["angle"])
    xs, ys = [], []
    for step in range(73):
        angle = step * math.pi / 36
        a, b = ellipse["a"] * math.cos(angle), ellipse["b"] * math.sin(angle)
        xs.append(ellipse["x"] + a * math.cos(turn) - b * math.sin(turn))
        ys.append(ellipse["y"] + a * math.sin(turn) + b * math.cos(turn))
    return xs, ys
