"""What the header and the pane say of columns that are constant, missing or counted."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QScrollArea, QToolTip
from pytestqt.qtbot import QtBot

from studio.app.draft import Draft
from studio.app.session import Session
from studio.app.viewers.bar_drawings import HistogramDrawing, frequencies_drawing
from studio.app.viewers.charts import Chart, Drawing
from studio.app.viewers.column_pane import ColumnPane
from studio.app.viewers.column_picture import ColumnPicture
from studio.app.viewers.point_drawings import BoxDrawing
from studio.app.viewers.table_viewer import TableViewer
from studio.engine.answers import Box, ColumnProfile, Frequencies, Histogram
from tests.app.looking import SECONDS, build, result, run

SCRIPT = """
import pandas
def azureml_main(one=None, two=None):
    return pandas.DataFrame({
        "seven": [7, 7], "half": [0.5, 0.5], "n": [3, 12], "close": [1000000.1, 1000000.2],
        "day": pandas.Timestamp("2024-03-01"), "none": pandas.Series([None, None], dtype="string"),
    }),
"""


def opened(session: Session, draft: Draft, qtbot: QtBot) -> TableViewer:
    build(draft, [("made", "execute_python_script", {"script": SCRIPT})])
    run(draft, qtbot)
    made = TableViewer(session, draft, result(draft, "made", "result_dataset"))
    qtbot.addWidget(made, before_close_func=lambda _, kept=made: kept.release())
    made.resize(1300, 560)
    made.show()
    qtbot.waitUntil(lambda: made.profiles.get("none") is not None, timeout=SECONDS)
    return made


def pane_at(viewer: TableViewer, column: str, qtbot: QtBot) -> ColumnPane:
    viewer.choose_column(viewer.model.columns.index(column))
    pane = viewer.pane
    assert pane is not None
    qtbot.waitUntil(lambda: fact(pane, "missing_values") != "", timeout=SECONDS)
    return pane


def fact(pane: ColumnPane, name: str) -> str:
    found = pane.findChild(QLabel, f"fact_{name}")
    return found.text() if isinstance(found, QLabel) else ""


def tip(viewer: TableViewer, column: str) -> str:
    """Return the last line of what hovering over a header says."""
    header = viewer.view.header
    place = header.sectionViewportPosition(viewer.model.columns.index(column)) + 12
    spot = QPoint(place, 12)
    event = QHelpEvent(QEvent.Type.ToolTip, spot, header.mapToGlobal(spot))
    QApplication.sendEvent(header.viewport(), event)
    return QToolTip.text().splitlines()[-1]


def ticks(drawing: Drawing, side: str, qtbot: QtBot) -> list[str]:
    """Return what is written at an axis."""
    chart = Chart("Chart")
    qtbot.addWidget(chart)
    chart.resize(300, 240)
    chart.show_drawing(BoxDrawing((Box("x", 2, 0, 0, 0.5, 1, 1, 0.5, (), 0),), "x"))
    chart.show_drawing(drawing)
    chart.show()
    return written(chart, side)


def written(chart: Chart, side: str) -> list[str]:
    return [text for _, text in placed(chart, side)]


def placed(chart: Chart, side: str) -> list[tuple[QRectF, str]]:
    """Return what is written at an axis, and where."""
    chart.grab()
    image = QImage(chart.size(), QImage.Format.Format_ARGB32)
    painter = QPainter(image)
    _, _, texts = chart.plot.getPlotItem().getAxis(side).generateDrawSpecs(painter)
    painter.end()
    return [(place, text) for place, _, text in texts]


def test_a_header_says_the_least_and_the_greatest_value(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    viewer = opened(session, draft, qtbot)
    assert tip(viewer, "seven") == "7 · 0 missing"
    assert tip(viewer, "half") == "0.5 · 0 missing"
    assert tip(viewer, "n") == "3 – 12 · 0 missing"
    assert tip(viewer, "close") == "1,000,000.1 – 1,000,000.2 · 0 missing"
    assert tip(viewer, "day") == "2024-03-01 · 0 missing"


def test_a_sentence_stands_where_all_values_are_missing(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    viewer = opened(session, draft, qtbot)
    picture = pane_at(viewer, "none", qtbot).picture
    note = picture.findChild(QLabel, "picture_note")
    assert isinstance(note, QLabel)
    qtbot.waitUntil(note.isVisible, timeout=SECONDS)
    assert note.text() == "All values are missing: there is nothing to draw."
    assert not picture.chart.isVisible()
    assert not picture.tabs.isVisible()
    assert not picture.bins_box.isVisible()
    pane_at(viewer, "n", qtbot)
    qtbot.waitUntil(picture.chart.isVisible, timeout=SECONDS)
    assert not note.isVisible()


@pytest.mark.parametrize(
    ("rows", "missing", "sentence"),
    [
        (0, 0, "There are no rows to draw."),
        (3, 1, "All values are missing or infinite: there is nothing to draw."),
    ],
)
def test_why_else_there_is_no_picture(rows: int, missing: int, sentence: str, qtbot: QtBot) -> None:
    picture = ColumnPicture(lambda _, __: None)
    qtbot.addWidget(picture)
    picture.show_profile(ColumnProfile("x", "double", "feature", "Numeric", rows, missing, 0))
    note = picture.findChild(QLabel, "picture_note")
    assert isinstance(note, QLabel)
    assert note.text() == sentence


@pytest.mark.parametrize("most", [1, 2, 3, 7, 40, 5000, 3_000_000])
@pytest.mark.parametrize("log", [False, True])
def test_rows_are_counted_in_whole_numbers(most: int, log: bool, qtbot: QtBot) -> None:
    bars = frequencies_drawing(Frequencies(("a", "b"), (most, 1), 0, 0), log)
    histogram = HistogramDrawing("x", Histogram((0.0, 1.0, 2.0), (most, 1), 0), log_y=log)
    for found in (ticks(bars, "bottom", qtbot), ticks(histogram, "left", qtbot)):
        assert len(found) >= 1
        assert len(set(found)) == len(found)
        assert all("." not in text or text.endswith("M") for text in found), found


@pytest.mark.parametrize(("size", "all_fit"), [(QSize(300, 240), False), (QSize(900, 1600), True)])
def test_names_stand_beside_as_many_bars_as_they_have_room_for(
    size: QSize, all_fit: bool, qtbot: QtBot
) -> None:
    names = tuple(f"value {number}" for number in range(60))
    bars = frequencies_drawing(Frequencies(names, tuple(range(60, 0, -1)), 0, 0))
    boxes = BoxDrawing(
        tuple(Box(name[-6:], 2, 0, 0, 0.5, 1, 1, 0.5, (), 0) for name in names[:12]), "x", "double",
        "kind",
    )  # fmt: skip
    for drawing, side, most in ((bars, "left", 60), (boxes, "bottom", 12)):
        chart = Chart("Chart")
        qtbot.addWidget(chart)
        chart.resize(size)
        chart.show_drawing(drawing)
        chart.show()
        qtbot.waitUntil(lambda chart=chart, side=side: len(placed(chart, side)) >= 3)
        found = [place for place, _ in placed(chart, side)]
        assert not any(one.intersects(other) for one, other in itertools.pairwise(found))
        assert (len(found) == most) == all_fit


def test_an_axis_that_does_not_count_keeps_its_fractions(qtbot: QtBot) -> None:
    chart = Chart("Chart")
    qtbot.addWidget(chart)
    chart.resize(300, 240)
    chart.show()
    chart.show_drawing(HistogramDrawing("x", Histogram((0.0, 1.0), (1,), 0)))
    assert written(chart, "left") == ["0", "1"]
    chart.show_drawing(BoxDrawing((Box("x", 2, 0, 0, 0.5, 1, 1, 0.5, (), 0),), "x"))
    assert "0.4" in written(chart, "left")


def test_more_bins_than_possible_become_the_most(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    viewer = opened(session, draft, qtbot)
    box = pane_at(viewer, "n", qtbot).picture.bins_box
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "99999")
    assert box.text() == "99999"
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert (box.text(), box.value()) == ("200", 200)
    assert box.toolTip() == "From 1 to 200."
    box.selectAll()
    qtbot.keyClicks(box, "25x")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 25


def test_what_is_compared_to_is_scrolled_into_sight(
    session: Session, draft: Draft, qtbot: QtBot
) -> None:
    viewer = opened(session, draft, qtbot)
    pane = pane_at(viewer, "n", qtbot)
    area = pane.findChild(QScrollArea, "pane_scroll")
    box = pane.findChild(QComboBox, "compare_to")
    assert isinstance(area, QScrollArea)
    assert isinstance(box, QComboBox)
    qtbot.waitUntil(pane.picture.chart.isVisible, timeout=SECONDS)
    assert area.verticalScrollBar().value() == 0
    box.setCurrentText("close")

    def whole() -> bool:
        charts = pane.compare.findChildren(Chart)
        return bool(charts) and charts[-1].visibleRegion().boundingRect() == charts[-1].rect()

    qtbot.waitUntil(whole, timeout=SECONDS)
    area.verticalScrollBar().setValue(0)
    pane_at(viewer, "half", qtbot)
    caption = pane.findChild(QLabel, "compare_caption")
    assert isinstance(caption, QLabel)
    qtbot.waitUntil(lambda: "r =" not in caption.text(), timeout=SECONDS)
    qtbot.wait(50)
    assert area.verticalScrollBar().value() == 0
