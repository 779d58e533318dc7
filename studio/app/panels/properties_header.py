"""The head of a node's page: what it is called, how it stands, and its comment."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.draft import Draft
from studio.app.icons import icon, paint
from studio.app.node_state import STATUS_ICON, STATUS_TEXT, STATUS_TOKEN, NodeState
from studio.app.palette_entry import entry_of
from studio.app.panels.properties_parts import Caption, LateText, TitleLine
from studio.app.theme import RADIUS, theme
from studio.app.times import duration
from studio.app.widgets.icon_label import IconLabel
from studio.app.widgets.tool_button import tool_button
from studio.document.edits import Rename, SetComment

_TILE = 36


class NodeHeader(QWidget):
    """Icon, title, module, state, what can be done with the node, and a comment."""

    help_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the head; it shows no node yet."""
        super().__init__(parent)
        self._draft: Draft | None = None
        self._id = ""
        self._tile = _Tile(self)
        self._title = TitleLine("node_title", "Title of the node", self)
        self._module = Caption("", "soft", self)
        self._module.setObjectName("node_module")
        self._mark = IconLabel("circle-dashed", "text_faint", self)
        self._status = QLabel(self)
        self._status.setObjectName("node_status")
        self._status.setProperty("role", "soft")
        self._run = QPushButton("Run to here", self)
        self._run.setObjectName("node_run")
        self._status.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._run.setIcon(icon("play", "accent"))
        self._help = tool_button("node_help", "circle-help", "Help", parent=self)
        self._note = tool_button("node_comment_toggle", "message-square", "Comment", parent=self)
        self._note.setCheckable(True)
        for button in (self._help, self._note):
            button.setFixedSize(28, 28)
        self._comment = LateText(self)
        self._comment.setObjectName("node_comment")
        self._comment.setAccessibleName("Comment")
        self._comment.setPlaceholderText("What is this step for?")
        self._arrange()
        self._title.taken.connect(self._rename)
        self._comment.taken.connect(self._set_comment)
        self._note.clicked.connect(self._toggle_comment)
        self._help.clicked.connect(self.help_wanted)
        self._run.clicked.connect(self._run_to_here)

    def show_node(self, draft: Draft, id: str) -> None:
        """Show another node."""
        self.flush()
        is_new = (draft, id) != (self._draft, self._id)
        self._draft, self._id = draft, id
        if is_new:
            self._comment.setVisible(bool(draft.experiment.node(id).comment))
            cls = draft.module(id)
            self._tile.show_icon("box" if cls is None else entry_of(draft.registry, cls).icon)
        self.refresh()

    def refresh(self) -> None:
        """Show the node as it is now."""
        if self._draft is None or self._id not in self._draft.experiment.nodes:
            return
        node, cls = self._draft.experiment.node(self._id), self._draft.module(self._id)
        self._title.show_text(node.shown_title)
        self._title.setReadOnly(self._draft.read_only)
        module = node.module if cls is None else cls.meta.title
        self._module.setText(module)
        self._module.setVisible(module != node.shown_title)
        self._comment.show_text(node.comment)
        self._comment.setReadOnly(self._draft.read_only)
        if node.comment:
            self._comment.show()
        self._note.setChecked(not self._comment.isHidden())
        self._help.setVisible(cls is not None)
        self.refresh_state()

    def refresh_state(self) -> None:
        """Show how the node stands."""
        if self._draft is None or self._id not in self._draft.experiment.nodes:
            return
        state = self._draft.state(self._id)
        self._mark.show_icon(
            STATUS_ICON[state.status] or "circle-dashed", STATUS_TOKEN[state.status]
        )
        self._mark.setVisible(bool(STATUS_ICON[state.status]))
        self._status.setText(_status_text(state))
        self._status.setToolTip(state.sentence)
        can_run = not self._draft.is_running and self._draft.record is None
        self._run.setEnabled(can_run and state.status not in ("incomplete", "disabled"))

    def flush(self) -> None:
        """Set what was typed and not set yet."""
        self._title.flush()
        self._comment.flush()

    def _arrange(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self._module)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        status = QHBoxLayout()
        status.setSpacing(6)
        status.addWidget(self._mark)
        status.addWidget(self._status, 1)
        status.addWidget(self._note)
        status.addWidget(self._help)
        status.addWidget(self._run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addLayout(status)
        layout.addWidget(self._comment)

    def _rename(self, title: str) -> None:
        if self._draft is not None and title.strip():
            self._draft.apply(Rename(self._id, title.strip()))
        self.refresh()

    def _set_comment(self, comment: str) -> None:
        if self._draft is not None:
            self._draft.apply(SetComment(self._id, comment))

    def _toggle_comment(self, shown: bool) -> None:
        self._comment.setVisible(shown)
        if shown:
            self._comment.setFocus()

    def _run_to_here(self) -> None:
        if self._draft is not None:
            self._draft.run((self._id,))


class _Tile(QWidget):
    """The module's icon on a plate."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = "box"
        self.setFixedSize(QSize(_TILE, _TILE))

    def show_icon(self, name: str) -> None:
        """Show another icon."""
        self._icon = name
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().colour("accent_soft"))
        painter.drawRoundedRect(self.rect(), RADIUS + 2, RADIUS + 2)
        paint(painter, self._icon, QRectF(8, 8, _TILE - 16, _TILE - 16), "accent")
        painter.end()


def _status_text(state: NodeState) -> str:
    """Return the state in a few words, with its time."""
    text = STATUS_TEXT[state.status]
    if state.status == "running":
        if state.fraction is not None:
            return f"{text} · {state.fraction:.0%}"
        return f"{text} · {state.progress}" if state.progress else text
    timed = state.seconds is not None and state.status in ("finished", "failed", "stale", "reused")
    return f"{text} · {duration(state.seconds)}" if timed and state.seconds is not None else text
