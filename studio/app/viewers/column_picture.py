"""The pictures of one column: histogram or frequencies, box plot, and what they are drawn with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QTabBar, QVBoxLayout, QWidget

from studio.app.figures import count
from studio.app.viewers.bar_drawings import frequencies_drawing, histogram_drawing
from studio.app.viewers.charts import Chart
from studio.app.viewers.column_bins import BinsBox
from studio.app.viewers.labels import label, row
from studio.app.viewers.point_drawings import BoxDrawing
from studio.engine.answers import ColumnProfile, Frequencies

HEIGHT = 220


class ColumnPicture(QWidget):
    """Draws a profiled column; ``options_changed`` when other bars must be asked for."""

    options_changed = Signal()

    def __init__(self, say: Callable[[str, str], None]) -> None:
        """Take what says a sentence to the person."""
        super().__init__()
        self._profile: ColumnProfile | None = None
        self._column = ""
        self.chart = Chart("Histogram", say)
        self.chart.setFixedHeight(HEIGHT)
        self.tabs = QTabBar()
        self.tabs.setObjectName("picture_tabs")
        self.tabs.setAccessibleName("Picture")
        self.tabs.setExpanding(False)
        self.bins_box = BinsBox()
        self._bins_label = label("Bins", "soft")
        self.boxes = {
            name: _check(name, text)
            for name, text in (
                ("log_x", "Column log scale"),
                ("log_y", "Frequency log scale"),
                ("cumulative", "Cumulative distribution"),
                ("density", "Probability density"),
            )
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.tabs)
        layout.addWidget(self.chart)
        layout.addWidget(self._options())
        self._note = label("", "caption", wraps=True)
        self._note.setObjectName("picture_note")
        layout.addWidget(self._note)
        self.tabs.currentChanged.connect(self._draw)
        self.bins_box.valueChanged.connect(self.options_changed)
        self.boxes["log_x"].toggled.connect(self.options_changed)
        for name in ("log_y", "cumulative", "density"):
            self.boxes[name].toggled.connect(self._draw)

    @property
    def bins(self) -> int:
        """How many bars are wanted."""
        return self.bins_box.value()

    @property
    def log_x(self) -> bool:
        """Whether bars are wanted that are of equal width in logarithms."""
        return self.boxes["log_x"].isChecked()

    def begin(self, column: str) -> None:
        """Make ready for another column."""
        if self._column and column != self._column and self.log_x:
            self.boxes["log_x"].blockSignals(True)
            self.boxes["log_x"].setChecked(False)
            self.boxes["log_x"].blockSignals(False)
        self._column = column

    def show_profile(self, profile: ColumnProfile) -> None:
        """Draw a column."""
        self._profile = profile
        texts = []
        if profile.histogram is not None:
            texts.append("Histogram")
        if profile.frequencies is not None and profile.frequencies.counts:
            texts.append("Frequencies")
        if profile.box is not None:
            texts.append("Box plot")
        have = [self.tabs.tabText(place) for place in range(self.tabs.count())]
        if have != texts:
            self.tabs.blockSignals(True)
            while self.tabs.count():
                self.tabs.removeTab(0)
            for text in texts:
                self.tabs.addTab(text)
            self.tabs.blockSignals(False)
        self.tabs.setVisible(bool(texts))
        self._draw()

    def _options(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.addWidget(row(self._bins_label, self.bins_box, None), 0, 0)
        for line, box in enumerate(self.boxes.values(), start=1):
            grid.addWidget(box, line, 0)
        return holder

    def _draw(self) -> None:
        profile = self._profile
        shown = self.tabs.tabText(self.tabs.currentIndex()) if self.tabs.count() else ""
        self.chart.setVisible(bool(shown))
        is_histogram, is_box = shown == "Histogram", shown == "Box plot"
        is_number = profile is not None and profile.type in ("integer", "double")
        for name, box in self.boxes.items():
            numeric_only = name in ("log_x", "density")
            fits = is_histogram and (is_number or not numeric_only)
            box.setVisible(fits or (name == "log_y" and shown == "Frequencies"))
        self.bins_box.setVisible(bool(shown) and not is_box)
        self._bins_label.setVisible(bool(shown) and not is_box)
        self._bins_label.setText("Bins" if is_histogram else "Values")
        self._note.hide()
        if profile is None:
            return
        if not shown:
            self._note.setText(_why_nothing(profile))
            self._note.show()
            return
        self.chart.setAccessibleName(f"{shown} of {profile.name}")
        if is_box and profile.box is not None:
            self.chart.show_drawing(BoxDrawing((profile.box,), profile.name, profile.type))
        elif is_histogram and profile.histogram is not None:
            self._draw_histogram(profile)
        elif profile.frequencies is not None:
            drawing = frequencies_drawing(profile.frequencies, self.boxes["log_y"].isChecked())
            self.chart.show_drawing(drawing)
            self._say_rest(profile.frequencies)

    def _say_rest(self, found: Frequencies) -> None:
        if found.rest:
            values, rows = count(found.rest_values, "other value"), count(found.rest, "row")
            self._note.setText(f"{values} in {rows}.")
            self._note.show()

    def _draw_histogram(self, profile: ColumnProfile) -> None:
        assert profile.histogram is not None
        drawing = histogram_drawing(
            profile,
            profile.histogram,
            log_x=self.log_x and profile.type in ("integer", "double"),
            log_y=self.boxes["log_y"].isChecked(),
            cumulative=self.boxes["cumulative"].isChecked(),
            density=self.boxes["density"].isChecked(),
        )
        left_out = profile.histogram.left_out
        if left_out:
            self._note.setText(f"{count(left_out, 'value')} left out: not on this axis.")
            self._note.show()
        self.chart.show_drawing(drawing)


def _why_nothing(profile: ColumnProfile) -> str:
    """Return why there is no picture of a column."""
    if not profile.rows:
        return "There are no rows to draw."
    if profile.missing == profile.rows:
        return "All values are missing: there is nothing to draw."
    return "All values are missing or infinite: there is nothing to draw."


def _check(name: str, text: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setObjectName(name)
    return box
