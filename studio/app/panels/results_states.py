"""What the Results panel shows where there is no result: what is the matter, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from studio.app.draft import Draft
from studio.app.icons import pixmap
from studio.app.node_state import STATUS_ICON, STATUS_TEXT, STATUS_TOKEN, NodeState
from studio.app.theme import theme
from studio.app.viewers.labels import label

_ICON = 32
_WIDEST = 520


class StatePage(QWidget):
    """An icon, a line, a sentence, and buttons for what can be done."""

    run_wanted = Signal()
    field_wanted = Signal()
    log_wanted = Signal()
    report_copied = Signal()

    def __init__(self) -> None:
        """Begin with nothing selected."""
        super().__init__()
        self.setObjectName("results_state")
        self._sign, self._token, self._report = "table", "text_faint", ""
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = label("", "title")
        self.title.setObjectName("results_title")
        self.sentence = label("", "soft", wraps=True, picks=True)
        self.sentence.setObjectName("results_sentence")
        self.sentence.setMaximumWidth(_WIDEST)
        self.progress = QProgressBar()
        self.progress.setObjectName("results_progress")
        self.progress.setAccessibleName("Progress")
        self.progress.setFixedWidth(240)
        self.run_button = _button("run_to_here", "Run to here", "primary")
        self.field_button = _button("show_problem", "Show the field")
        self.log_button = _button("show_log", "View log")
        self.copy_button = _button("copy_report", "Copy report")
        self.run_button.clicked.connect(self.run_wanted)
        self.field_button.clicked.connect(self.field_wanted)
        self.log_button.clicked.connect(self.log_wanted)
        self.copy_button.clicked.connect(self._copy)
        self._lay_out()
        theme().changed.connect(self._draw)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self.run_button, self.field_button, self.log_button, self.copy_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addStretch(1)
        centre = Qt.AlignmentFlag.AlignHCenter
        # Not aligned itself: an aligned label that wraps is as high as if it were not.
        sentence = QHBoxLayout()
        sentence.addStretch(1)
        sentence.addWidget(self.sentence, _WIDEST)
        sentence.addStretch(1)
        layout.addWidget(self._picture, 0, centre)
        layout.addWidget(self.title, 0, centre)
        layout.addLayout(sentence)
        layout.addWidget(self.progress, 0, centre)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        layout.addStretch(1)

    def say(self, title: str, sentence: str = "", sign: str = "table") -> None:
        """Show a line and a sentence, and nothing to do."""
        self._say(title, sentence, sign, "text_faint")
        for button in (self.run_button, self.field_button, self.log_button, self.copy_button):
            button.hide()
        self.progress.hide()

    def show_state(self, draft: Draft, node: str, state: NodeState) -> None:
        """Show how a node without a result stands."""
        status = state.status
        title = STATUS_TEXT[status] or "Not run yet"
        sentence = state.progress if status == "running" else state.sentence
        if status in ("ready", "unknown"):
            sentence = "Run it to see what comes out."
        self._say(title, sentence, STATUS_ICON[status] or "circle-dashed", STATUS_TOKEN[status])
        can_run = draft.record is None and status in ("ready", "unknown", "stale", "failed",
                                                      "cancelled", "skipped")  # fmt: skip
        self.run_button.setVisible(can_run)
        self.run_button.setEnabled(not draft.is_running)
        self.run_button.setText("Run again" if status == "failed" else "Run to here")
        has_field = any(problem.param for problem in draft.problems_of(node))
        self.field_button.setVisible(status == "incomplete" and has_field)
        self.log_button.setVisible(status in ("failed", "running"))
        self.copy_button.setVisible(status == "failed")
        self._report = _report(draft, node, state) if status == "failed" else ""
        self.progress.setVisible(status == "running")
        if status == "running":
            known = state.fraction is not None
            self.progress.setRange(0, 1000 if known else 0)
            self.progress.setValue(round(1000 * (state.fraction or 0.0)))

    def _say(self, title: str, sentence: str, sign: str, token: str) -> None:
        self._sign, self._token = sign, token
        self.title.setText(title)
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setAccessibleName(f"{title}. {sentence}")
        self._draw()

    def _draw(self) -> None:
        self._picture.setPixmap(
            pixmap(self._sign, _ICON, self._token, scale=self.devicePixelRatioF())
        )

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self.report_copied.emit()


def _button(name: str, text: str, kind: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    if kind:
        button.setProperty("kind", kind)
    return button


def _report(draft: Draft, node: str, state: NodeState) -> str:
    """Return what somebody who is asked for help needs to know of a failed node."""
    found = draft.experiment.nodes[node]
    lines = [
        f"{found.title} failed in “{draft.title}”.",
        state.sentence,
        "",
        f"Module: {found.module}",
        "Parameters:",
        *(f"  {name}: {value!r}" for name, value in found.params.items()),
        "Log:",
        *(f"  {line.text}" for line in draft.log(node)),
    ]
    return "\n".join(lines)
