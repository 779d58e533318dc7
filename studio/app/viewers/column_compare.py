"""How one column goes together with another: a scatter plot, boxes or a cross-tab."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.figures import count, figure
from studio.app.viewers.charts import Chart, Drawing
from studio.app.viewers.heat_table import HeatTable
from studio.app.viewers.labels import clear, label
from studio.app.viewers.pictures import PictureButton
from studio.app.viewers.point_drawings import BoxDrawing, ScatterDrawing
from studio.app.viewers.source import Source
from studio.engine import messages as say
from studio.engine.answers import CrossTab
from studio.engine.questions import Condition

HEIGHT = 240


class ColumnCompare(QWidget):
    """Draws the shown column against the one that was chosen to compare it to.

    ``chosen_shown`` when the answer stands that somebody chose another column for.
    """

    chosen_shown = Signal()

    def __init__(self, source: Source, tell: Callable[[str, str], None]) -> None:
        """Take the table's source, and what says a sentence to the person."""
        super().__init__()
        self._source, self._tell = source, tell
        self._column, self._other, self._request = "", "", ""
        self._where: tuple[Condition, ...] = ()
        self._is_new = False
        self.setObjectName("column_compare")
        self._caption = label("", "caption", wraps=True, picks=True)
        self._caption.setObjectName("compare_caption")
        self._picture = QWidget()
        holder = QVBoxLayout(self._picture)
        holder.setContentsMargins(0, 0, 0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._picture)
        layout.addWidget(self._caption)

    def show_column(self, column: str, where: tuple[Condition, ...]) -> None:
        """Compare another column, of some rows."""
        self._column, self._where = column, where
        self._ask()

    def compare_to(self, other: str) -> None:
        """Compare to another column; an empty text to none."""
        self._other = other
        self._is_new = True
        self._ask()

    def _ask(self) -> None:
        self._source.forget(self._request)
        if not self._other or not self._column or self._other == self._column:
            clear(self._picture)
            self._caption.clear()
            return
        self._request = self._source.compare(self._take, self._column, self._other, self._where)

    def _take(self, answer: say.Compared) -> None:
        self._show(answer)
        if self._is_new:
            self._is_new = False
            self.chosen_shown.emit()

    def _show(self, answer: say.Compared) -> None:
        clear(self._picture)
        if answer.problem is not None:
            self._caption.setText(answer.problem.in_full)
            return
        said = [count(answer.rows, "row")]
        if answer.scatter is not None:
            if answer.scatter.correlation is not None:
                said.insert(0, f"r = {figure(answer.scatter.correlation, 3)}")
            self._draw(
                ScatterDrawing(answer.x, answer.y, answer.scatter, answer.x_type, answer.y_type)
            )
        elif answer.boxes is not None:
            boxes = answer.boxes
            kind = answer.y_type if boxes.number == answer.y else answer.x_type
            self._draw(BoxDrawing(boxes.boxes, boxes.number, kind, boxes.category))
            if boxes.left_out:
                said.append(
                    f"{count(boxes.left_out, 'other category', 'other categories')} left out"
                )
        elif answer.cross_tab is not None:
            self._show_cross_tab(answer, answer.cross_tab)
            said.append("percentages of each row")
        if answer.missing:
            said.append(f"{answer.missing:,} with a missing value left out")
        if answer.sampled_rows is not None:
            said.append(f"of {answer.sampled_rows:,} rows spread evenly over all")
        self._caption.setText(" · ".join(said))

    def _draw(self, drawing: Drawing) -> None:
        chart = Chart(f"{self._column} and {self._other}", self._tell)
        chart.setFixedHeight(HEIGHT)
        self._add(chart)
        chart.show_drawing(drawing)

    def _show_cross_tab(self, answer: say.Compared, found: CrossTab) -> None:
        rows = [*found.x_values, *(["Others"] if found.x_rest else [])]
        columns = [*found.y_values, *(["Others"] if found.y_rest else [])]
        table = HeatTable(f"{answer.x} and {answer.y}", rows, columns, found.counts)
        button = PictureButton(table, self._tell)
        button.move(2, 2)
        table.setFixedHeight(min(table.whole_size().height() + 12, 2 * HEIGHT))
        self._add(table)

    def _add(self, widget: QWidget) -> None:
        layout = self._picture.layout()
        assert layout is not None
        layout.addWidget(widget)
