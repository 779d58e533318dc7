"""The Log panel: what the last run of the experiment in front said."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QWidget,
)

from studio.app.draft import Draft
from studio.app.node_titles import node_title
from studio.app.panels.empty_note import EmptyNote
from studio.app.panels.log_list import LogDelegate, LogModel, Narrowed
from studio.app.panels.panel_bar import PanelBar
from studio.app.panels.panel_pages import PanelPages, panel_list
from studio.app.run_log import Level, LogLine
from studio.app.session import Session
from studio.document.atomic import said
from studio.engine import messages as say

GATHER_MS = 60
_LEVELS: tuple[tuple[str, frozenset[Level]], ...] = (
    ("All lines", frozenset(get_args(Level))),
    ("Warnings and errors", frozenset({"warning", "error"})),
    ("Errors only", frozenset({"error"})),
)
_NOTHING = ("Nothing has been said yet", "Run the experiment, and its nodes report here.")
_NO_LINE = ("No line fits", "Change or clear what the log is narrowed down to.")


class LogPanel(QWidget):
    """Shows the lines of a log, all of them or those of one node, with a text, of a level."""

    def __init__(self, session: Session) -> None:
        """Follow the draft in front."""
        super().__init__()
        self.setObjectName("log_panel")
        self.setProperty("kind", "panel")
        self._session = session
        self._draft: Draft | None = None
        self._run = ""
        self._node = ""
        self._new: list[LogLine] = []
        self._reports: dict[str, str] = {}
        self._model = LogModel(self._title)
        self._timer = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._timer.timeout.connect(self._add)
        self._build()
        session.current_changed.connect(self._follow)
        session.log_requested.connect(self.show_node)
        self._follow(session.current)

    def show_node(self, draft: Draft, node: str) -> None:
        """Show the lines of one node; with an empty text, those of all."""
        self._session.set_current(draft)
        self._node = node
        self._chip.setVisible(bool(node))
        self._chip.setText(self._title(node))
        self._narrow()

    def copy(self) -> None:
        """Copy the selected lines, or all that are shown."""
        rows = sorted(index.row() for index in self._list.selectedIndexes())
        QGuiApplication.clipboard().setText(self._model.text_of(rows or None))

    def copy_report(self) -> None:
        """Copy what is needed to look into an unexpected failure."""
        found = {node: text for node, text in self._reports.items() if self._node in ("", node)}
        text = "\n\n".join(f"{self._title(node)}\n{text}" for node, text in found.items())
        QGuiApplication.clipboard().setText(text)
        self._session.say("info", "The report is copied. Please add what you were doing.")

    def ask_save(self) -> None:
        """Ask for a file and save the lines that are shown."""
        dialog = QFileDialog(self, "Save the log")
        dialog.setObjectName("save_log_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Text (*.txt);;All files (*)")
        dialog.setDefaultSuffix("txt")
        dialog.fileSelected.connect(self.save)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, name: str) -> None:
        """Save the lines that are shown to a file."""
        text = self._model.text_of()
        self._session.bridge.work(lambda: _write(Path(name), text), self._saved)

    def _build(self) -> None:
        bar = PanelBar()
        self._search = bar.search("log_search", "Find in the log", lambda _: self._narrow())
        self._level = QComboBox()
        self._level.setObjectName("log_level")
        self._level.setAccessibleName("Which lines are shown")
        self._level.addItems([name for name, _ in _LEVELS])
        self._level.currentIndexChanged.connect(lambda _: self._narrow())
        bar.add(self._level)
        self._chip = bar.button("log_node", "x", "Show the lines of all nodes", self._show_all)
        self._chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._chip.setCheckable(True)
        self._chip.hide()
        bar.space()
        self._report = bar.button(
            "copy_report", "clipboard-paste", "Copy the report of the unexpected failure",
            self.copy_report, text="Copy report",
        )  # fmt: skip
        self._report.hide()
        self._copy = bar.button("copy_log", "copy", "Copy the lines", self.copy)
        self._save = bar.button("save_log", "save", "Save the lines as text…", self.ask_save)
        self._list = panel_list("log_list", "Log", self._model, self.copy)
        self._list.setItemDelegate(LogDelegate(self._model, self._list))
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._pages = PanelPages(self, bar, self._list, EmptyNote("terminal", *_NOTHING))

    def _follow(self, draft: Draft | None) -> None:
        """Show the log of another draft."""
        if self._draft is not None:
            self._draft.logged.disconnect(self._take)
            self._draft.happened.disconnect(self._take_event)
            self._draft.run_changed.disconnect(self._run_changed)
        self._draft = draft
        if draft is not None:
            draft.logged.connect(self._take)
            draft.happened.connect(self._take_event)
            draft.run_changed.connect(self._run_changed)
        self._start()

    def _run_changed(self) -> None:
        run = None if self._draft is None else self._draft.last_run
        if run is not None and run.id != self._run:
            self._start()

    def _start(self) -> None:
        """Begin with what there is already."""
        draft = self._draft
        self._run = "" if draft is None or draft.last_run is None else draft.last_run.id
        self._new.clear()
        self._reports.clear()
        self._report.hide()
        if self._node and (draft is None or self._node not in draft.experiment.nodes):
            self._node = ""
            self._chip.hide()
        self._model.start([] if draft is None else draft.log())
        self._narrow()

    def _take(self, line: LogLine) -> None:
        self._new.append(line)
        if not self._timer.isActive():
            self._timer.start()

    def _take_event(self, event: say.RunEvent) -> None:
        if isinstance(event, say.NodeFailed) and event.details:
            self._reports[event.node] = event.details
            self._report.show()

    def _add(self) -> None:
        bar = self._list.verticalScrollBar()
        follows = bar.value() >= bar.maximum()
        new, self._new = self._new, []
        self._model.add(new)
        self._show_page()
        if follows:
            self._list.scrollToBottom()

    def _show_all(self) -> None:
        if self._draft is not None:
            self.show_node(self._draft, "")

    def _narrow(self) -> None:
        _, levels = _LEVELS[self._level.currentIndex()]
        self._chip.setChecked(True)
        self._model.narrow(Narrowed(self._node, self._search.text().strip().casefold(), levels))
        self._show_page()
        self._list.scrollToBottom()

    def _show_page(self) -> None:
        there = self._model.rowCount() > 0
        said_something = self._draft is not None and bool(self._draft.log())
        self._pages.note.say(*(_NO_LINE if said_something else _NOTHING))
        self._pages.show_view(there)
        self._copy.setEnabled(there)
        self._save.setEnabled(there)

    def _title(self, node: str) -> str:
        return "" if self._draft is None or not node else node_title(self._draft, node)

    def _saved(self, found: Any) -> None:
        if isinstance(found, str):
            self._session.say("error", found)
        else:
            self._session.say("info", "The log is saved.")


def _write(path: Path, text: str) -> str | None:
    """Write a text; return a sentence where that cannot be done."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        return f"The log could not be written to “{path.name}”: {said(error)}."
    return None
