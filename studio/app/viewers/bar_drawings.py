"""Drawings of counts: histograms with their overlays, and bars of values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from studio.app.figures import count, figure, share
from studio.app.viewers.charts import Chart, pen, shade
from studio.engine.answers import ColumnProfile, Frequencies, Histogram

_OVERLAY_POINTS = 120
_TICKS = (0.15, 0.5, 0.85)
"""Where times are written below a histogram, as parts of its width."""
_ACROSS = 4
"""So many powers of ten find room side by side."""


@dataclass(frozen=True)
class HistogramDrawing:
    """A histogram; its overlays are scaled to its height.

    Attributes:
        log_x: Whether the edges stand apart by their logarithms.
        log_y: Whether heights are logarithms of counts.
        cumulative: Whether the share of rows up to each edge is drawn over it.
        density: Whether the normal curve of the same mean and deviation is drawn over it.
    """

    name: str
    histogram: Histogram
    log_x: bool = False
    log_y: bool = False
    cumulative: bool = False
    density: tuple[float, float] | None = None
    zooms: bool = False

    def draw(self, chart: Chart) -> None:
        """Put the bars and overlays on the chart."""
        import pyqtgraph

        places, heights = self._places(), self._heights()
        gap = (places[-1] - places[0]) / len(heights) * 0.04
        chart.add(
            pyqtgraph.BarGraphItem(
                x0=[place + gap for place in places[:-1]],
                x1=[place - gap for place in places[1:]],
                y0=0,
                height=heights,
                brush=shade("accent", 0.75),
                pen=None,
            )
        )
        top = max(heights, default=1) or 1
        if self.cumulative:
            self._draw_cumulative(chart, places, top)
        if self.density is not None and not self.log_x and self._is_numeric():
            self._draw_density(chart, places, self.density)
        chart.set_range((places[0], places[-1]), (0, top * 1.06))
        self._draw_ticks(chart, places)
        chart.name_axes(self.name, "Rows (log scale)" if self.log_y else "Rows")

    def say(self, spot: tuple[float, float]) -> str:
        """Return the bar at a place."""
        places = self._places()
        for place, number in enumerate(self.histogram.counts):
            if places[place] <= spot[0] < places[place + 1]:
                low, high = self.histogram.edges[place], self.histogram.edges[place + 1]
                part = share(number, sum(self.histogram.counts))
                return f"{figure(low)} to {figure(high)}: {count(number, 'row')} ({part})"
        return ""

    def _is_numeric(self) -> bool:
        return all(isinstance(edge, int | float) for edge in self.histogram.edges)

    def _places(self) -> list[float]:
        if not self._is_numeric():
            return [float(place) for place in range(len(self.histogram.edges))]
        edges = [float(edge) for edge in self.histogram.edges if edge is not None]
        if edges[0] == edges[-1]:
            edges = [edges[0] - 0.5 + place / len(edges) for place in range(len(edges))]
        return [math.log10(edge) for edge in edges] if self.log_x else edges

    def _heights(self) -> list[float]:
        counts = self.histogram.counts
        return [math.log10(1 + number) for number in counts] if self.log_y else list(counts)

    def _draw_ticks(self, chart: Chart, places: Sequence[float]) -> None:
        if self.log_x and self._is_numeric():
            chart.set_tick_texts("bottom", lambda v: [figure(10**place, 3) for place in v])
        elif not self._is_numeric():
            texts = _short_times([str(edge) for edge in self.histogram.edges])
            last = len(texts) - 1
            shown = sorted({round(last * part) for part in _TICKS})
            chart.set_ticks("bottom", [(places[place], texts[place]) for place in shown])
        if self.log_y:
            chart.set_ticks("left", _powers(max(self.histogram.counts, default=1)))
        else:
            chart.set_whole_ticks("left")

    def _draw_cumulative(self, chart: Chart, places: Sequence[float], top: float) -> None:
        import pyqtgraph

        total, sofar, heights = sum(self.histogram.counts) or 1, 0, [0.0]
        for number in self.histogram.counts:
            sofar += number
            heights.append(top * sofar / total)
        chart.add(pyqtgraph.PlotCurveItem(list(places), heights, pen=pen(1, 2)))

    def _draw_density(
        self, chart: Chart, places: Sequence[float], density: tuple[float, float]
    ) -> None:
        import pyqtgraph

        mean, deviation = density
        if not deviation or not math.isfinite(deviation):
            return
        width = (places[-1] - places[0]) / len(self.histogram.counts)
        scale = sum(self.histogram.counts) * width / (deviation * math.sqrt(2 * math.pi))
        step = (places[-1] - places[0]) / _OVERLAY_POINTS
        xs = [places[0] + step * place for place in range(_OVERLAY_POINTS + 1)]
        ys = [scale * math.exp(-(((x - mean) / deviation) ** 2) / 2) for x in xs]
        if self.log_y:
            ys = [math.log10(1 + y) for y in ys]
        chart.add(pyqtgraph.PlotCurveItem(xs, ys, pen=pen(2, 2)))


@dataclass(frozen=True)
class BarsDrawing:
    """Named counts as bars from left to right, the first at the top."""

    names: tuple[str, ...]
    values: tuple[int, ...]
    unit: str = ""
    log: bool = False
    zooms: bool = False

    def draw(self, chart: Chart) -> None:
        """Put the bars on the chart."""
        import pyqtgraph

        lengths = self._lengths()
        places = list(range(len(lengths)))
        chart.add(
            pyqtgraph.BarGraphItem(
                x0=0,
                width=lengths,
                y=places,
                height=0.7,
                brush=shade("accent", 0.75),
                pen=None,
            )
        )
        chart.plot.getPlotItem().getViewBox().invertY(True)
        chart.set_range((0.0, max(lengths, default=1.0)), (-0.6, len(lengths) - 0.4), 0.02)
        chart.plot.getPlotItem().getAxis("left").setGrid(False)
        chart.plot.getPlotItem().getAxis("bottom").setGrid(255)
        chart.set_names("left", [_short(name) for name in self.names])
        if self.log:
            chart.set_ticks("bottom", _powers(max(self.values, default=1), _ACROSS))
        else:
            chart.set_whole_ticks("bottom")
        chart.name_axes(self.unit, "")

    def say(self, spot: tuple[float, float]) -> str:
        """Return the bar at a place."""
        place = round(spot[1])
        if not 0 <= place < len(self.values):
            return ""
        return f"{self.names[place]}: {figure(self.values[place])}"

    def _lengths(self) -> list[float]:
        if self.log:
            return [math.log10(1 + value) for value in self.values]
        return list(map(float, self.values))


def frequencies_drawing(found: Frequencies, log: bool = False) -> BarsDrawing:
    """Return the most frequent values as bars."""
    unit = "Rows (log scale)" if log else "Rows"
    return BarsDrawing(found.values, found.counts, unit, log)


def histogram_drawing(
    profile: ColumnProfile,
    histogram: Histogram,
    *,
    log_x: bool = False,
    log_y: bool = False,
    cumulative: bool = False,
    density: bool = False,
) -> HistogramDrawing:
    """Return the histogram of a profiled column."""
    normal = None
    if density and isinstance(profile.mean, int | float):
        normal = (float(profile.mean), profile.standard_deviation or 0.0)
    return HistogramDrawing(profile.name, histogram, log_x, log_y, cumulative, normal)


def _short_times(texts: Sequence[str]) -> list[str]:
    """Return times as days where they lie on different days, else as times of day."""
    days = [text.partition(" ")[0] for text in texts]
    if len(set(days)) == len(days):
        return days
    return [text.partition(" ")[2][:8] or text for text in texts]


def _powers(top: int, most: int = 99) -> list[tuple[float, str]]:
    """Return the ticks of a logarithmic axis of counts: 0 and, evenly, so many powers of ten."""
    every = math.ceil(len(str(top)) / most)
    powers = range(every - 1, math.ceil(math.log10(top + 1)) + 1, every)
    return [(0.0, "0"), *((math.log10(1 + 10**power), f"{10**power:,}") for power in powers)]


def _short(name: str) -> str:
    return name if len(name) <= 18 else name[:17] + "…"
