"""The statistics and pictures of one column of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.app.column_types import type_icon
from studio.app.figures import count, figure, share
from studio.app.icons import pixmap
from studio.app.session import Session
from studio.app.theme import theme
from studio.app.viewers.column_compare import ColumnCompare
from studio.app.viewers.column_picture import ColumnPicture
from studio.app.viewers.facts import Facts
from studio.app.viewers.labels import clear, label
from studio.app.viewers.source import Source
from studio.app.widgets.separator import separator
from studio.app.widgets.tool_button import tool_button
from studio.engine import messages as say
from studio.engine.answers import ColumnProfile
from studio.engine.questions import Condition

_DAY = 86_400
_MARGIN = 16
WAIT_MS = 80
"""Somebody who walks over columns with the arrow keys asks for the one that they stop at."""


class ColumnPane(QFrame):
    """Shows what is known of the column that is chosen."""

    closed = Signal()

    def __init__(
        self,
        source: Source,
        columns: Sequence[str],
        types: Mapping[str, str],
        session: Session,
        parent: QWidget,
    ) -> None:
        """Take the table's source, its columns and, as far as known, their types."""
        super().__init__(parent)
        self._source, self._types = source, types
        self._column, self._request = "", ""
        self._where: tuple[Condition, ...] = ()
        self.setObjectName("column_pane")
        self.setAccessibleName("Statistics")
        self.setMinimumWidth(280)
        self._timer = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self.picture = ColumnPicture(session.say)
        self.compare = ColumnCompare(source, session.say)
        self._build(columns)
        self.picture.options_changed.connect(self._ask)
        # A timer's turn comes when all is laid out that was put in place before.
        self._laid_out = QTimer(self, singleShot=True, interval=0)
        self._laid_out.timeout.connect(self._show_comparison)
        self.compare.chosen_shown.connect(self._laid_out.start)
        theme().changed.connect(self._show_icon)

    @property
    def column(self) -> str:
        """The column that is shown."""
        return self._column

    def show_column(self, column: str) -> None:
        """Show another column."""
        if column == self._column:
            return
        self._column = column
        self._name.setText(column)
        self._show_icon()
        self.picture.begin(column)
        self.compare.show_column(column, self._where)
        self._timer.start()

    def show_rows(self, where: tuple[Condition, ...]) -> None:
        """Describe only the rows that fulfil the conditions."""
        self._where = where
        self.compare.show_column(self._column, where)
        if self._column:
            self._timer.start()

    def _build(self, columns: Sequence[str]) -> None:
        self._icon = QLabel()
        self._name = label("", "title", picks=True)
        self._name.setObjectName("pane_column")
        self._name.setSizePolicy(
            self._name.sizePolicy().Policy.Ignored, self._name.sizePolicy().Policy.Preferred
        )
        close = tool_button("pane_close", "x", "Close", self.closed.emit)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self._icon)
        title.addWidget(self._name, 1)
        title.addWidget(close)
        self._sampled = label("", "caption", wraps=True)
        self._sampled.hide()
        self._facts = QWidget()
        facts = QVBoxLayout(self._facts)
        facts.setContentsMargins(0, 0, 0, 0)
        self._other = _column_box(columns)
        self._other.currentTextChanged.connect(self._compare_to)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(16, 8, 12, _MARGIN)
        layout.setSpacing(12)
        layout.addLayout(title)
        layout.addWidget(self._facts)
        layout.addWidget(self._sampled)
        layout.addWidget(separator())
        layout.addWidget(self.picture)
        layout.addWidget(separator())
        together = QHBoxLayout()
        together.addWidget(label("Compare to", "soft"))
        together.addWidget(self._other, 1)
        layout.addLayout(together)
        layout.addWidget(self.compare)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = _scrolled(body)
        outer.addWidget(self._area)

    def _compare_to(self, text: str) -> None:
        """Compare to a column; what is still being typed is none."""
        exact = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchCaseSensitive
        self.compare.compare_to(text if self._other.findText(text, exact) > 0 else "")

    def _show_comparison(self) -> None:
        self._area.ensureWidgetVisible(self.compare, 0, _MARGIN)

    def _show_icon(self) -> None:
        scale = self.devicePixelRatioF()
        self._icon.setPixmap(pixmap(type_icon(self._types.get(self._column, "")), 16, scale=scale))

    def _ask(self) -> None:
        self._source.forget(self._request)
        self._request = self._source.profile(
            self._take, (self._column,), self.picture.bins, self.picture.log_x, self._where
        )

    def _take(self, answer: say.Profiled) -> None:
        if answer.problem is not None or not answer.columns:
            problem = answer.problem
            text = "" if problem is None else problem.in_full
            self._sampled.setText(text or "Nothing is known of this column.")
            self._sampled.show()
            return
        profile = answer.columns[0]
        clear(self._facts)
        layout = self._facts.layout()
        assert layout is not None
        layout.addWidget(Facts(_statistics(profile), "Statistics"))
        self._sampled.setVisible(answer.sampled_rows is not None)
        if answer.sampled_rows is not None:
            self._sampled.setText(
                f"Of {count(answer.sampled_rows, 'row')} spread evenly over all {answer.total:,}."
            )
        self.picture.show_profile(profile)


def _statistics(profile: ColumnProfile) -> list[tuple[str, object]]:
    """Return the list of statistics that people know from Azure, and the quartiles."""
    facts: list[tuple[str, object]] = []
    if profile.mean is not None or profile.median is not None:
        facts += [
            ("Mean", _number(profile.mean)),
            ("Median", _number(profile.median)),
            ("Min", _number(profile.minimum)),
            ("Max", _number(profile.maximum)),
        ]
        if profile.standard_deviation is not None:
            facts.append(("Standard deviation", _deviation(profile)))
    elif profile.minimum is not None:
        facts += [("First", profile.minimum), ("Last", profile.maximum)]
    facts += [
        ("Unique values", figure(profile.unique)),
        ("Missing values", _missing(profile)),
    ]
    if profile.infinite:
        facts.append(("Infinite values", f"{profile.infinite:,}"))
    facts.append(("Feature type", profile.feature_type))
    box = profile.box
    if box is not None and profile.type in ("integer", "double"):
        facts += [("First quartile", figure(box.q1)), ("Third quartile", figure(box.q3))]
    return facts


def _number(value: object) -> str:
    """Return a figure; of a time without the parts of a second."""
    return value.partition(".")[0] if isinstance(value, str) and ":" in value else figure(value)


def _deviation(profile: ColumnProfile) -> str:
    if profile.type not in ("datetime", "timespan"):
        return figure(profile.standard_deviation)
    seconds = profile.standard_deviation or 0.0
    if seconds < _DAY:
        return f"{figure(seconds, 4)} seconds"
    return f"{figure(seconds / _DAY, 4)} days"


def _missing(profile: ColumnProfile) -> str:
    if not profile.missing:
        return "0"
    return f"{profile.missing:,} ({share(profile.missing, profile.rows)})"


def _column_box(columns: Sequence[str]) -> QComboBox:
    box = QComboBox()
    box.setObjectName("compare_to")
    box.setAccessibleName("Compare to")
    box.addItem("None")
    box.addItems(list(columns))
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    completer = QCompleter(list(columns), box)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    box.setCompleter(completer)
    box.setMinimumSize(QSize(120, 0))
    box.setMaxVisibleItems(16)
    return box


def _scrolled(body: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName("pane_scroll")
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(body)
    area.viewport().setAutoFillBackground(False)
    body.setAutoFillBackground(False)
    return area
