"""What an endpoint answered to a test: its columns and values, or why it refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.panels.row_delegate import NOWHERE, Index
from studio.app.serving.http import Reply
from studio.app.serving.request import Refusal, Row, reply_rows
from studio.app.theme import SPACE, theme
from studio.app.times import duration
from studio.app.viewers.facts import value_text
from studio.app.widgets.icon_label import IconLabel
from studio.app.widgets.tool_button import tool_button

SCORED = ("Scored", "Assignments", "DistancesToClusterCenter")
"""How the names of columns begin that scoring makes; they stand first."""
_HINT = "Fill in a row and send it: the reply stands here."
_WAITING = "Waiting for the reply…"
_ICON = 16
_LINE = 24


class ReplyModel(QAbstractTableModel):
    """The columns of a reply and their values, a line each."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.lines: Sequence[tuple[str, Any]] = ()

    def show(self, tables: Mapping[str, Row]) -> None:
        """Show the first row of each output, named where there are several."""
        lines: list[tuple[str, Any]] = []
        for name, row in tables.items():
            if len(tables) > 1:
                lines.append((name, ""))
            lines += sorted(row.items(), key=lambda item: not item[0].startswith(SCORED))
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else 2

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name, value = self.lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return name if index.column() == 0 else value_text(value)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0:
            return theme().colour("text_soft")
        if role == Qt.ItemDataRole.FontRole and name.startswith(SCORED) and index.column() == 1:
            return theme().font("strong")
        return None


class ReplyView(QWidget):
    """Shows the last reply."""

    def __init__(self) -> None:
        """Show that there is none yet."""
        super().__init__()
        self.setObjectName("reply_view")
        self._text = ""
        self.model = ReplyModel()
        self._picture = IconLabel("circle-check", "good", side=_ICON)
        self._status = QLabel()
        self._status.setObjectName("reply_status")
        self._status.setProperty("role", "soft")
        self._copy = tool_button("copy_reply", "copy", "Copy the reply as JSON", self.copy)
        self._problem = _label("reply_problem", "")
        self._advice = _label("reply_advice", "soft")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._made_note())
        self._pages.addWidget(self._made_table())
        self._lay_out()
        self._say("", _HINT)
        for part in (self._picture, self._copy):
            part.hide()

    def wait(self) -> None:
        """Show that a reply is on its way."""
        self._status.setText(_WAITING)
        self._picture.show_icon("loader-circle", "accent")
        self._picture.show()

    def show_reply(self, reply: Reply) -> None:
        """Show what was answered."""
        try:
            tables = reply_rows(reply.body)
        except ValueError:
            self.show_refusal(Refusal("The reply is not one of an endpoint."), reply)
            return
        self._show_head("circle-check", "good", reply)
        self.model.show(tables)
        self._pages.setCurrentIndex(1)

    def show_refusal(self, refusal: Refusal, reply: Reply) -> None:
        """Show why a request was refused."""
        self._show_head("octagon-x", "bad", reply)
        self._say(refusal.sentence, refusal.hint)
        self._pages.setCurrentIndex(0)

    def copy(self) -> None:
        """Copy the reply as it came."""
        QGuiApplication.clipboard().setText(self._text)

    def _show_head(self, picture: str, token: str, reply: Reply) -> None:
        self._text = reply.body
        status = f"Status {reply.status}" if reply.status else "No answer"
        self._status.setText(f"{status}  ·  {duration(reply.seconds)}")
        self._picture.show_icon(picture, token)
        self._picture.show()
        self._copy.show()

    def _say(self, sentence: str, hint: str) -> None:
        for label, text in ((self._problem, sentence), (self._advice, hint)):
            label.setText(text)
            label.setVisible(bool(text))

    def _made_note(self) -> QWidget:
        note = QWidget()
        down = QVBoxLayout(note)
        down.setContentsMargins(3 * SPACE, 0, 3 * SPACE, 2 * SPACE)
        down.setSpacing(SPACE)
        down.addWidget(self._problem)
        down.addWidget(self._advice)
        down.addStretch(1)
        return note

    def _made_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("reply_table")
        table.setAccessibleName("Reply")
        table.setModel(self.model)
        table.setProperty("kind", "rows")
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_LINE)
        head = table.horizontalHeader()
        head.hide()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        return table

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(3 * SPACE, SPACE, 2 * SPACE, 0)
        head.setSpacing(2 * SPACE)
        head.addWidget(self._picture)
        head.addWidget(self._status, 1)
        head.addWidget(self._copy)
        down = QVBoxLayout(self)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(SPACE)
        down.addLayout(head)
        down.addWidget(self._pages, 1)


def _label(name: str, role: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
