"""A label that is cut where there is no room."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.app.widgets.cut_label import CutLabel

LONG = "a title that is far too long for the narrow bar in which it stands"


def test_a_long_text_makes_nothing_beside_it_narrower(qtbot: QtBot) -> None:
    bar, label, button = QWidget(), CutLabel("title", "strong"), QPushButton("Export")
    qtbot.addWidget(bar)
    label.say(LONG)
    row = QHBoxLayout(bar)
    row.addWidget(label)
    row.addWidget(button)
    bar.resize(bar.minimumSizeHint())
    bar.show()
    assert bar.width() < label.fontMetrics().horizontalAdvance(LONG)
    assert button.width() >= button.sizeHint().width()
    assert label.geometry().right() < button.geometry().left()
    assert (label.text(), label.toolTip()) == (LONG, LONG)
    cut = label.grab().toImage()
    label.say(LONG + " and goes on")
    assert label.grab().toImage() == cut
