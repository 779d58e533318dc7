"""The editor of a path: a line that takes dropped files, and a button to look for one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from typing_extensions import override

from studio.app.editors.lines import LineEditor
from studio.app.widgets.tool_button import tool_button
from studio.sdk.params import Parameter


class _PathLine(QLineEdit):
    """A line onto which a file can be dropped."""

    def __init__(self, editor: FileEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        """Set the path of the first file."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self._editor.take_path(paths[0])
        else:
            super().dropEvent(event)


class FileEditor(LineEditor):
    """A path; one below the experiment's folder is kept relative to it."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the line and the button."""
        super().__init__(parameter, parent)
        self._button = tool_button(
            f"browse_{parameter.name}", "folder-open", "Browse…", self._browse, self
        )
        self._button.setFixedSize(30, 30)
        self._button.setAccessibleName(f"Browse for {parameter.label}")
        self.row.addWidget(self._button)

    @override
    def _make_line(self) -> QLineEdit:
        return _PathLine(self)

    def take_path(self, path: str) -> None:
        """Set a path that was chosen or dropped."""
        base, chosen = self.surroundings.base, Path(path)
        below = chosen.is_relative_to(base)
        self.edited.emit(chosen.relative_to(base).as_posix() if below else str(chosen))
        self.left.emit()

    def _browse(self) -> None:
        writes = self.surroundings.writes
        dialog = QFileDialog(self, self.parameter.label, str(self._folder()))
        dialog.setFileMode(
            QFileDialog.FileMode.AnyFile if writes else QFileDialog.FileMode.ExistingFile
        )
        dialog.setAcceptMode(
            QFileDialog.AcceptMode.AcceptSave if writes else QFileDialog.AcceptMode.AcceptOpen
        )
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(self.take_path)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _folder(self) -> Path:
        base = self.surroundings.base
        now = base / self.line.text()
        return now.parent if self.line.text() and now.parent.is_dir() else base
