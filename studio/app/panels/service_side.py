"""What a conversion leaves to the person: problems with their repairs, and frozen tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.figures import count
from studio.app.serving.report import FrozenTable, ReportProblem, ServiceReport
from studio.app.theme import SPACE
from studio.app.widgets.icon_label import IconLabel
from studio.engine.errors import size_text

_ICON = 16
_PADDING = 8 * SPACE
_LOOKS = {"error": ("octagon-x", "bad"), "warning": ("triangle-alert", "warn")}
Name = Callable[[str], str]


class ServiceSide(QScrollArea):
    """Cards from the top; ``repair_wanted`` carries a repair, ``node_wanted`` a node's id."""

    repair_wanted = Signal(object)
    node_wanted = Signal(str)

    def __init__(self, name: Name) -> None:
        """Take the function that gives what a node is called."""
        super().__init__()
        self.setObjectName("service_side")
        self.setAccessibleName("Problems and frozen tables")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._name = name

    def show_report(self, report: ServiceReport) -> None:
        """Show what a report leaves to the person."""
        inside = QWidget()
        inside.setProperty("kind", "panel")
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        cards.setSpacing(2 * SPACE)
        for place, problem in enumerate(report.problems):
            cards.addWidget(self._problem(place, problem))
        if report.frozen:
            cards.addWidget(self._tables(report.frozen))
        cards.addStretch(1)
        self.setWidget(inside)
        self.setVisible(bool(report.problems or report.frozen))

    def _problem(self, place: int, found: ReportProblem) -> QFrame:
        card, lines = _card(f"service_problem_{place}")
        picture, token = _LOOKS[found.problem.severity]
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        sentence = _label(found.problem.sentence)
        head.addWidget(IconLabel(picture, token, side=_ICON), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(sentence, 1)
        lines.addLayout(head)
        if found.problem.hint:
            hint = _label(found.problem.hint, "soft")
            hint.setContentsMargins(_ICON + 2 * SPACE, 0, 0, 0)
            lines.addWidget(hint)
        ways = QVBoxLayout()
        ways.setContentsMargins(0, SPACE, 0, 0)
        ways.setSpacing(SPACE)
        for number, repair in enumerate(found.repairs):
            kind = "primary" if number == 0 else ""
            button = _LongButton(f"repair_{place}_{number}", repair.text, kind)
            button.clicked.connect(partial(self._repair, repair))
            ways.addWidget(button)
        if found.node:
            ways.addWidget(self._way_to(f"problem_node_{place}", found.node))
        lines.addLayout(ways)
        return card

    def _tables(self, frozen: tuple[FrozenTable, ...]) -> QFrame:
        card, lines = _card("service_frozen")
        lines.addWidget(_label("Tables that go into the package as they are", "strong"))
        for table in frozen:
            row = QHBoxLayout()
            row.setSpacing(2 * SPACE)
            row.addWidget(IconLabel("table", "table", side=_ICON))
            row.addWidget(_label(table.title), 1)
            size = f"{count(table.rows, 'row')}, {size_text(table.bytes)}"
            row.addWidget(_label(size, "soft", wraps=False))
            lines.addLayout(row)
        return card

    def _way_to(self, name: str, node: str) -> QPushButton:
        button = _LongButton(name, f"Go to “{self._name(node)}”", "link")
        button.clicked.connect(lambda: self.node_wanted.emit(node))
        return button

    def _repair(self, repair: object, _checked: bool = False) -> None:
        self.repair_wanted.emit(repair)


def _card(name: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setObjectName(name)
    card.setProperty("kind", "card")
    lines = QVBoxLayout(card)
    lines.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 3 * SPACE)
    lines.setSpacing(SPACE)
    return card, lines


class _LongButton(QPushButton):
    """A button that cuts its text with “…” where there is no room for all of it."""

    def __init__(self, name: str, text: str, kind: str) -> None:
        super().__init__(text)
        self._whole = text
        self.setObjectName(name)
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(30 * SPACE)

    @override
    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._whole) + _PADDING
        return QSize(width, super().sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        right, room = Qt.TextElideMode.ElideRight, self.width() - _PADDING
        self.setText(self.fontMetrics().elidedText(self._whole, right, room))


def _label(text: str, role: str = "", *, wraps: bool = True) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if role:
        label.setProperty("role", role)
    return label
