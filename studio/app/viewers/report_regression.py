"""The layout of an evaluation of quantities: figures, and a histogram of errors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.app.viewers.bar_drawings import HistogramDrawing
from studio.app.viewers.charts import Chart
from studio.app.viewers.facts import Figures
from studio.app.viewers.labels import column, label
from studio.app.viewers.page import Page
from studio.app.viewers.report_multiclass import figures_of
from studio.engine import messages as say
from studio.engine.answers import Histogram

if TYPE_CHECKING:
    from studio.app.viewers.viewer import Viewer

_NAMES = {"": "Scored dataset", "_to_compare": "Scored dataset to compare"}
HEIGHT = 300
WIDEST = 720


class RegressionReport(Page):
    """Shows how far answers are off."""

    def __init__(self, viewer: Viewer, content: Mapping[str, Any]) -> None:
        """Take the viewer, whose source has the histograms, and the report's content."""
        super().__init__(viewer.result.title)
        suffixes = [s for s in _NAMES if f"error_histogram{s}" in content["tables"]]
        for suffix in suffixes:
            title = _NAMES[suffix] if len(suffixes) > 1 else ""
            self.add(Figures(figures_of(content["metrics"], suffix)), title)
        holder = QWidget()
        side_by_side = QHBoxLayout(holder)
        side_by_side.setContentsMargins(0, 0, 0, 0)
        side_by_side.setSpacing(24)
        self.add(holder, "Error histogram")
        self._sources = [viewer.source.of_table(f"error_histogram{s}") for s in suffixes]
        for suffix, source in zip(suffixes, self._sources, strict=True):
            chart = Chart(f"Error histogram {_NAMES[suffix]}", viewer.session.say)
            chart.setFixedHeight(HEIGHT)
            chart.setMaximumWidth(WIDEST)
            above = [label(_NAMES[suffix], "strong")] if len(suffixes) > 1 else []
            side_by_side.addWidget(column(*above, chart), 1)
            source.preview(partial(self._take, chart), 0, 1000)
        if len(suffixes) == 1:
            side_by_side.addStretch(0)

    def _take(self, chart: Chart, answer: say.Previewed) -> None:
        if answer.problem is not None or not answer.rows:
            return
        edges = (*(row[0] for row in answer.rows), answer.rows[-1][1])
        counts = tuple(int(row[2] or 0) for row in answer.rows)
        chart.show_drawing(HistogramDrawing("Absolute error", Histogram(edges, counts)))
