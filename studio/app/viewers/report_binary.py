"""The layout of an evaluation of two classes: curves, a threshold, and what follows of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QTabBar, QWidget

from studio.app.viewers.charts import Chart
from studio.app.viewers.confusion import Confusion
from studio.app.viewers.counts import Counts
from studio.app.viewers.facts import Facts, Figures
from studio.app.viewers.labels import column, label, row
from studio.app.viewers.legend import Legend
from studio.app.viewers.page import Page
from studio.app.viewers.point_drawings import Curve, LinesDrawing
from studio.app.viewers.report_parts import TablePart
from studio.engine import messages as say

if TYPE_CHECKING:
    from studio.app.viewers.viewer import Viewer

SUFFIXES = ("", "_to_compare")
CHARTS = (("roc", "ROC"), ("precision_recall", "Precision / Recall"), ("lift", "Lift"))
STEPS = 1000
"""The report has counts at so many thresholds, from 0 to 1."""
_AT_ONCE = 1000
_BINS_HEIGHT = 420


class BinaryReport(Page):
    """Shows curves, and the confusion matrix and figures at a threshold that can be moved."""

    def __init__(self, viewer: Viewer, content: Mapping[str, Any]) -> None:
        """Take the viewer, whose source has the counts, and the report's content."""
        super().__init__(viewer.result.title)
        self._viewer, self._content = viewer, content
        self._suffixes = [s for s in SUFFIXES if f"thresholds{s}" in content["tables"]]
        self._shown = 0
        self._counts: list[dict[int, Counts]] = [{} for _ in self._suffixes]
        names = [str(line["name"]) for line in content["series"].get("roc", [])]
        if len(self._suffixes) > 1:
            legend = Legend(names, chooses=True)
            legend.chosen.connect(self._choose)
            self.add(legend)
        self.figures = Figures(self._figures(None))
        self.add(self.figures)
        self.add(self._middle())
        self.bins = [TablePart(viewer, f"score_bins{s}", _BINS_HEIGHT) for s in self._suffixes]
        self.add(self.bins[0], "Score bins")
        for part in self.bins[1:]:
            self.add(part)
            part.hide()
        for place, suffix in enumerate(self._suffixes):
            source = viewer.source.of_table(f"thresholds{suffix}")
            for offset in range(0, STEPS + 1, _AT_ONCE):
                source.preview(partial(self._take, place), offset, _AT_ONCE)
        self._draw()

    @property
    def threshold(self) -> float:
        """Scores above this are called positive."""
        return self.slider.value() / STEPS

    def _middle(self) -> QWidget:
        self._make_curves()
        self._make_slider()
        self.labels = self._class_names()
        self.matrix = Confusion(self.labels, [[0, 0], [0, 0]], self._viewer.session.say)
        facts = Facts(
            [("Positive label", self.labels[0]), ("Negative label", self.labels[1])], "Labels"
        )
        panel = column(
            row(label("Threshold", "title"), None, self._value),
            self.slider,
            label("Rows that score higher are called positive.", "caption"),
            8,
            self.matrix,
            8,
            facts,
            None,
        )
        panel.setMinimumWidth(300)
        panel.setMaximumWidth(380)
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(32)
        layout.addWidget(column(self.tabs, self.chart, None, spacing=4), 1)
        layout.addWidget(panel)
        return holder

    def _make_curves(self) -> None:
        self.tabs = QTabBar()
        self.tabs.setObjectName("curve_tabs")
        self.tabs.setAccessibleName("Curve")
        self.tabs.setExpanding(False)
        for _, text in CHARTS:
            self.tabs.addTab(text)
        self.tabs.currentChanged.connect(self._draw)
        self.chart = Chart("ROC", self._viewer.session.say)
        self.chart.setFixedHeight(340)

    def _make_slider(self) -> None:
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("threshold")
        self.slider.setAccessibleName("Threshold")
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(50)
        self.slider.setMinimumHeight(22)
        self.slider.setValue(STEPS // 2)
        self.slider.valueChanged.connect(self._move)
        self._value = label("0.500", "strong")
        self._value.setObjectName("threshold_value")

    def _class_names(self) -> tuple[str, str]:
        texts = self._content.get("texts", {})
        return (texts.get("positive_label", "Positive"), texts.get("negative_label", "Negative"))

    def _take(self, place: int, answer: say.Previewed) -> None:
        if answer.problem is not None:
            self._viewer.session.say("error", answer.problem.sentence)
            return
        for threshold, *numbers in answer.rows:
            hit, missed, false, right = (int(number or 0) for number in numbers)
            self._counts[place][round(threshold * STEPS)] = Counts(hit, missed, false, right)
        self._move()

    def _choose(self, place: int) -> None:
        self._shown = place
        for number, part in enumerate(self.bins):
            part.setVisible(number == place)
        self._move()

    def _move(self) -> None:
        self._value.setText(f"{self.threshold:.3f}")
        counts = self._counts[self._shown].get(self.slider.value())
        self.figures.show_figures(self._figures(counts))
        if counts is not None:
            rows = [[counts.hit, counts.missed], [counts.false, counts.right]]
            self.matrix.table.heat.set_counts(rows)
        self._draw()

    def _figures(self, counts: Counts | None) -> list[tuple[str, float | None]]:
        metrics, suffix = self._content["metrics"], self._suffixes[self._shown]

        def known(name: str) -> float | None:
            value = metrics.get(name + suffix)
            return None if value is None else float(value)

        return [
            ("Accuracy", known("accuracy") if counts is None else counts.accuracy),
            ("Precision", known("precision") if counts is None else counts.precision),
            ("Recall", known("recall") if counts is None else counts.recall),
            ("F1 score", known("f_score") if counts is None else counts.f1),
            ("AUC", known("auc")),
            ("Average log loss", known("average_log_loss")),
            ("Training log loss", known("training_log_loss")),
        ]

    def _draw(self) -> None:
        name, text = CHARTS[self.tabs.currentIndex()]
        lines = self._content["series"].get(name, [])
        if not lines:
            return
        curves = tuple(
            Curve(str(line["name"]), tuple(line["x"]), tuple(line["y"]), i, i == self._shown)
            for i, line in enumerate(lines)
        )
        counts = self._counts[self._shown].get(self.slider.value())
        mark = None if counts is None else _mark(name, counts)
        self.chart.setAccessibleName(text)
        self.chart.show_drawing(
            LinesDrawing(
                curves,
                str(lines[0]["x_label"]),
                str(lines[0]["y_label"]),
                ((0, 0), (1, 1)) if name == "roc" else ((0, 1), (1, 1)) if name == "lift" else None,
                () if mark is None else ((*mark, self._shown),),
                is_unit=name != "lift",
            )
        )


def _mark(name: str, counts: Counts) -> tuple[float, float] | None:
    """Return where the threshold stands on a curve."""
    x, y = {
        "roc": (counts.false_share, counts.recall),
        "precision_recall": (counts.recall, counts.precision),
        "lift": (counts.positive_share, counts.lift),
    }[name]
    return None if x is None or y is None else (x, y)
