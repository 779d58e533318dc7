"""The table viewer shows tables of any size in pages, sorted and filtered by the engine."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.session import Session
from studio.app.theme import theme
from studio.app.viewers.bar_drawings import BarsDrawing, HistogramDrawing
from studio.app.viewers.column_pane import ColumnPane
from studio.app.viewers.heat_table import HeatTable
from studio.app.viewers.point_drawings import BoxDrawing, ScatterDrawing
from studio.app.viewers.table_viewer import TableViewer
from studio.app.widgets.names import name_of
from studio.engine import messages as say
from tests.app.looking import SECONDS, build, result, run

ROWS = 2_000_000
LARGE = f"""
import numpy, pandas
def azureml_main(one=None, two=None):
    n = numpy.arange({ROWS})
    return pandas.DataFrame({{"n": n, "half": n / 2, "word": numpy.where(n % 2, "odd", "even")}}),
"""
WIDE = """
import pandas
def azureml_main(one=None, two=None):
    return pandas.DataFrame({f"c{i}": [i, i + 1, None] for i in range(1000)}),
"""


def opened(
    session: Session,
    draft: Draft,
    qtbot: QtBot,
    node: tuple[str, str, dict[str, object]],
    port: str,
) -> TableViewer:
    build(draft, [node])
    run(draft, qtbot)
    viewer = TableViewer(session, draft, result(draft, node[0], port))
    qtbot.addWidget(viewer, before_close_func=lambda _, kept=viewer: kept.release())
    viewer.resize(1300, 600)
    viewer.show()
    qtbot.waitUntil(lambda: shown(viewer, 0, 0) is not None, timeout=SECONDS)
    return viewer


def shown(viewer: TableViewer, row: int, column: int) -> str | None:
    """Return what a cell shows."""
    model = viewer.view.model()
    text: str | None = model.data(model.index(row, column))
    return text


def size(viewer: TableViewer) -> str:
    found = viewer.findChild(QLabel, "table_size")
    assert isinstance(found, QLabel)
    return found.text()


def pane_of(viewer: TableViewer, qtbot: QtBot) -> ColumnPane:
    qtbot.waitUntil(lambda: viewer.pane is not None, timeout=SECONDS)
    assert viewer.pane is not None
    return viewer.pane


def fact(viewer: TableViewer, name: str) -> str:
    found = viewer.findChild(QLabel, f"fact_{name_of(name)}")
    return found.text() if isinstance(found, QLabel) else ""


def arrow_click(viewer: TableViewer, qtbot: QtBot, column: int) -> None:
    spot = viewer.view.header.arrow_rect(column).center()
    qtbot.mouseClick(viewer.view.header.viewport(), Qt.MouseButton.LeftButton, pos=spot)


IRIS = ("iris", "sample_dataset", {"name": "iris"})


def test_iris_and_its_statistics(session: Session, draft: Draft, qtbot: QtBot) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    assert size(viewer) == "150 rows × 5 columns"
    assert shown(viewer, 0, 0) == "5.1"
    assert viewer.view.header.roles["species"] == "label"
    qtbot.waitUntil(lambda: fact(viewer, "Mean") == "5.84333", timeout=SECONDS)
    assert fact(viewer, "Median") == "5.8"
    assert fact(viewer, "Unique values") == "35"
    assert fact(viewer, "Feature Type") == "Numeric Feature"
    assert fact(viewer, "Third Quartile") == "6.4"
    pane = pane_of(viewer, qtbot)
    assert isinstance(pane.picture.chart.drawing, HistogramDrawing)
    assert sum(pane.picture.chart.drawing.histogram.counts) == 150
    qtbot.waitUntil(lambda: viewer.profiles.get("species") is not None, timeout=SECONDS)
    position = QPoint(viewer.view.header.sectionViewportPosition(4) + 12, 12)
    qtbot.mouseClick(viewer.view.header.viewport(), Qt.MouseButton.LeftButton, pos=position)
    qtbot.waitUntil(lambda: fact(viewer, "Feature Type") == "Categorical Label", timeout=SECONDS)
    assert isinstance(pane.picture.chart.drawing, BarsDrawing)
    assert pane.picture.chart.drawing.values == (50, 50, 50)


def test_options_of_the_histogram(session: Session, draft: Draft, qtbot: QtBot) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    pane = pane_of(viewer, qtbot)
    picture = pane.picture

    def drawing() -> HistogramDrawing:
        assert isinstance(picture.chart.drawing, HistogramDrawing)
        return picture.chart.drawing

    qtbot.waitUntil(lambda: picture.chart.drawing is not None, timeout=SECONDS)
    picture.bins_box.setValue(4)
    qtbot.waitUntil(lambda: len(drawing().histogram.counts) == 4, timeout=SECONDS)
    for name in ("log_y", "cumulative", "density"):
        picture.boxes[name].click()
    assert drawing().log_y
    assert drawing().cumulative
    assert drawing().density is not None
    picture.boxes["log_x"].click()
    qtbot.waitUntil(lambda: drawing().log_x, timeout=SECONDS)
    edges = [float(edge or 0) for edge in drawing().histogram.edges]
    assert edges[1] / edges[0] == pytest.approx(edges[2] / edges[1])
    picture.tabs.setCurrentIndex(1)
    assert isinstance(picture.chart.drawing, BoxDrawing)
    assert picture.boxes["log_x"].isHidden()


def comparing(viewer: TableViewer, qtbot: QtBot) -> tuple[ColumnPane, QComboBox, QLabel]:
    """The pane of the shown column, the box of what it is compared to, and what is said of both."""
    pane = pane_of(viewer, qtbot)
    box = pane.findChild(QComboBox, "compare_to")
    caption = pane.findChild(QLabel, "compare_caption")
    assert isinstance(box, QComboBox)
    assert isinstance(caption, QLabel)
    return pane, box, caption


def test_compare_to_another_column(session: Session, draft: Draft, qtbot: QtBot) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    pane, box, caption = comparing(viewer, qtbot)
    box.setCurrentText("petal length (cm)")
    qtbot.waitUntil(lambda: "r = 0.872" in caption.text(), timeout=SECONDS)
    from studio.app.viewers.charts import Chart

    chart = pane.compare.findChildren(Chart)[-1]
    assert isinstance(chart.drawing, ScatterDrawing)
    box.setCurrentText("species")
    qtbot.waitUntil(
        lambda: any(isinstance(c.drawing, BoxDrawing) for c in pane.compare.findChildren(Chart)),
        timeout=SECONDS,
    )
    viewer.choose_column(4)
    box.setCurrentText("None")
    assert caption.text() == ""


def test_a_column_that_is_typed_is_asked_for_once(
    session: Session, draft: Draft, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    _, box, caption = comparing(viewer, qtbot)
    asked: list[object] = []
    ask = session.bridge.ask
    monkeypatch.setattr(
        session.bridge, "ask", lambda what, *rest: asked.append(what) or ask(what, *rest)
    )
    line = box.lineEdit()
    assert line is not None
    line.selectAll()
    qtbot.keyClicks(line, "petal length (cm)")
    qtbot.waitUntil(lambda: "r = 0.872" in caption.text(), timeout=SECONDS)
    assert sum(isinstance(what, say.Compare) for what in asked) == 1


def test_a_cross_tab_of_two_categories(session: Session, draft: Draft, qtbot: QtBot) -> None:
    churn = ("churn", "sample_dataset", {"name": "customer_churn"})
    viewer = opened(session, draft, qtbot, churn, "dataset")
    viewer.choose_column(viewer.model.columns.index("plan"))
    box = pane_of(viewer, qtbot).findChild(QComboBox, "compare_to")
    assert isinstance(box, QComboBox)
    box.setCurrentText("churned")
    qtbot.waitUntil(lambda: viewer.findChild(HeatTable) is not None, timeout=SECONDS)
    table = viewer.findChild(HeatTable)
    assert isinstance(table, HeatTable)
    assert sum(table.heat.sums) == 5000
    assert shown(viewer, 2, viewer.model.columns.index("region")) == ""
    assert shown(viewer, 0, viewer.model.columns.index("signup_date")) == "2022-09-09"


def test_sorting_by_the_arrow_of_a_header(session: Session, draft: Draft, qtbot: QtBot) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    arrow_click(viewer, qtbot, 0)
    qtbot.waitUntil(lambda: shown(viewer, 0, 0) == "4.3", timeout=SECONDS)
    arrow_click(viewer, qtbot, 0)
    qtbot.waitUntil(lambda: shown(viewer, 0, 0) == "7.9", timeout=SECONDS)
    assert viewer.sort[0].descending
    arrow_click(viewer, qtbot, 0)
    qtbot.waitUntil(lambda: shown(viewer, 0, 0) == "5.1", timeout=SECONDS)
    assert viewer.sort == ()


def test_filters_are_chips_that_can_be_taken_away(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    button = viewer.findChild(QToolButton, "filter_button")
    assert isinstance(button, QToolButton)
    button.click()
    viewer.filter.column.setCurrentText("species")
    value = viewer.findChild(QLineEdit, "filter_value")
    add = viewer.findChild(QPushButton, "filter_add")
    assert isinstance(value, QLineEdit)
    assert isinstance(add, QPushButton)
    qtbot.keyClicks(value, "virgin")
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: size(viewer) == "50 of 150 rows × 5 columns", timeout=SECONDS)
    qtbot.waitUntil(lambda: shown(viewer, 0, 0) == "6.3", timeout=SECONDS)
    qtbot.waitUntil(lambda: fact(viewer, "Mean") == "6.588", timeout=SECONDS)
    chip = viewer.findChild(QToolButton, "filter_chip_0")
    assert isinstance(chip, QToolButton)
    assert chip.text() == "species contains virgin"
    chip.click()
    qtbot.waitUntil(lambda: size(viewer) == "150 rows × 5 columns", timeout=SECONDS)


def test_what_cannot_be_read_as_a_number_is_said(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    viewer.filter_button.click()
    viewer.filter.value.setText("wide")
    viewer.filter.add()
    problem = viewer.findChild(QLabel, "table_problem")
    assert isinstance(problem, QLabel)
    qtbot.waitUntil(problem.isVisible, timeout=SECONDS)
    assert "wide" in problem.text()
    viewer.filter.set_conditions([])
    qtbot.waitUntil(lambda: shown(viewer, 0, 0) == "5.1", timeout=SECONDS)
    assert not problem.isVisible()


def test_cells_are_copied_as_text(session: Session, draft: Draft, qtbot: QtBot) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    viewer.view.setCurrentIndex(viewer.model.index(0, 3))
    for _ in range(2):
        qtbot.keyClick(viewer.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(viewer.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(session.said, timeout=SECONDS) as said:
        qtbot.keyClick(viewer.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert said.args == ["info", "Copied 3 rows × 2 columns."]
    assert QGuiApplication.clipboard().text() == "0.2\tsetosa\n0.2\tsetosa\n0.2\tsetosa"


def test_going_to_a_row_and_a_column(session: Session, draft: Draft, qtbot: QtBot) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    qtbot.keyClicks(viewer.go_to, "140")
    qtbot.keyClick(viewer.go_to, Qt.Key.Key_Return)
    assert viewer.view.currentIndex().row() == 139
    viewer.go_to.setText("petal w")
    qtbot.keyClick(viewer.go_to, Qt.Key.Key_Return)
    assert viewer.view.header.chosen == 3


def test_a_column_is_hidden_and_comes_back(session: Session, draft: Draft, qtbot: QtBot) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    viewer.hide_column(1)
    assert viewer.view.isColumnHidden(1)
    button = viewer.findChild(QToolButton, "columns_button")
    assert isinstance(button, QToolButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not viewer.view.isColumnHidden(1)


def test_a_thousand_columns(session: Session, draft: Draft, qtbot: QtBot) -> None:
    node = ("wide", "execute_python_script", {"script": WIDE})
    viewer = opened(session, draft, qtbot, node, "result_dataset")
    assert size(viewer) == "3 rows × 1,000 columns"
    pane = pane_of(viewer, qtbot)
    qtbot.waitUntil(pane.isVisible, timeout=SECONDS)
    qtbot.waitUntil(lambda: viewer.profiles.get("c0") is not None, timeout=SECONDS)
    bar = viewer.view.horizontalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: shown(viewer, 1, 999) == "1000", timeout=SECONDS)
    assert shown(viewer, 0, 500) is None
    qtbot.waitUntil(lambda: viewer.profiles.get("c999") is not None, timeout=SECONDS)
    assert viewer.profiles.get("c500") is None


@pytest.mark.slow
def test_two_million_rows(session: Session, draft: Draft, qtbot: QtBot) -> None:
    node = ("large", "execute_python_script", {"script": LARGE})
    viewer = opened(session, draft, qtbot, node, "result_dataset")
    asked: list[int] = []
    preview = viewer.source.preview

    def counted(*args: object, **kwargs: object) -> str:
        asked.append(1)
        return preview(*args, **kwargs)  # type: ignore[arg-type]

    viewer.source.preview = counted  # type: ignore[method-assign]
    bar = viewer.view.verticalScrollBar()
    for step in range(200):
        bar.setValue(bar.maximum() * step // 200)
    bar.setValue(bar.maximum())
    last = f"{ROWS - 1}"
    qtbot.waitUntil(lambda: shown(viewer, ROWS - 1, 0) == last, timeout=SECONDS)
    assert len(asked) < 20
    viewer.sort_by(0, descending=True)
    qtbot.waitUntil(lambda: shown(viewer, 0, 0) == last, timeout=SECONDS)
    viewer.filter_button.click()
    viewer.filter.column.setCurrentText("n")
    viewer.filter.value.setText("1999990")
    viewer.filter.add()
    qtbot.waitUntil(lambda: viewer.model.total == 10, timeout=SECONDS)
    assert size(viewer) == "10 of 2,000,000 rows × 3 columns"
    assert viewer.model.rowCount(QModelIndex()) == 10


def test_closing_gives_all_questions_up(session: Session, draft: Draft, qtbot: QtBot) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    viewer.sort_by(1)
    viewer.choose_column(2)
    viewer.release()
    assert not viewer.source.is_waiting
    assert viewer.source.preview(lambda _: None) == ""


def test_the_look_follows_the_theme(session: Session, draft: Draft, qtbot: QtBot) -> None:
    viewer = opened(session, draft, qtbot, IRIS, "dataset")
    light = viewer.grab().toImage().pixelColor(3, 3)
    theme().choose("dark")
    assert viewer.grab().toImage().pixelColor(3, 3) != light
    theme().choose("light")
