"""What an endpoint answered to a test: its columns and values, or why it refused."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.app.serving.http import Reply
from studio.app.serving.request import Refusal, Row, reply_rows
from studio.app.theme import SPACE
from studio.app.times import duration
from studio.app.viewers.facts import Facts
from studio.app.widgets.icon_label import IconLabel
from studio.app.widgets.tool_button import tool_button

_HINT = "Fill in a row and send it: the reply stands here."
_ICON = 16
SCORED = ("Scored", "Assignments", "DistancesToClusterCenter")
"""How the names of columns begin that scoring makes; they stand first."""


class ReplyView(QScrollArea):
    """Shows the last reply."""

    def __init__(self) -> None:
        """Show that there is none yet."""
        super().__init__()
        self.setObjectName("reply_view")
        self.setAccessibleName("Reply")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text = ""
        self.clear()

    def clear(self, hint: str = _HINT) -> None:
        """Show a hint and no reply."""
        label = QLabel(hint)
        label.setObjectName("reply_hint")
        label.setProperty("role", "soft")
        label.setWordWrap(True)
        self._show(label)

    def show_reply(self, reply: Reply) -> None:
        """Show what was answered."""
        self._text = reply.body
        try:
            tables = reply_rows(reply.body)
        except ValueError:
            self.show_refusal(Refusal("The reply is not one of an endpoint."), reply)
            return
        parts: list[QWidget] = [self._head("circle-check", "good", reply)]
        for name, row in tables.items():
            if name and len(tables) > 1:
                title = QLabel(name)
                title.setProperty("role", "strong")
                parts.append(title)
            parts.append(_facts(row))
        self._show(*parts)

    def show_refusal(self, refusal: Refusal, reply: Reply) -> None:
        """Show why a request was refused."""
        self._text = reply.body
        parts: list[QWidget] = [self._head("octagon-x", "bad", reply)]
        for name, role, text in (
            ("reply_problem", "", refusal.sentence),
            ("reply_advice", "soft", refusal.hint),
        ):
            label = QLabel(text)
            label.setObjectName(name)
            label.setProperty("role", role)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setVisible(bool(text))
            parts.append(label)
        self._show(*parts)

    def copy(self) -> None:
        """Copy the reply as it came."""
        QGuiApplication.clipboard().setText(self._text)

    def _head(self, picture: str, token: str, reply: Reply) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        status = f"Status {reply.status}" if reply.status else "No answer"
        text = QLabel(f"{status}  ·  {duration(reply.seconds)}")
        text.setObjectName("reply_status")
        text.setProperty("role", "soft")
        row.addWidget(IconLabel(picture, token, side=_ICON))
        row.addWidget(text, 1)
        row.addWidget(tool_button("copy_reply", "copy", "Copy the reply as JSON", self.copy))
        return head

    def _show(self, *parts: QWidget) -> None:
        inside = QFrame()
        inside.setProperty("kind", "panel")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        for part in parts:
            layout.addWidget(part)
        layout.addStretch(1)
        self.setWidget(inside)


def _facts(row: Row) -> Facts:
    """Return the values of a row, those that scoring made first."""
    return Facts(_ordered(row), "Reply")


def _ordered(row: Row) -> Iterator[tuple[str, object]]:
    for wanted in (True, False):
        for name, value in row.items():
            if name.startswith(SCORED) == wanted:
                yield name, value
