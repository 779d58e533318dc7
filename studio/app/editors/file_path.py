"""The editor of a path: a line that takes dropped files, and a button to look for one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget
from typing_extensions import override

from studio.app.editors.lines import LineEditor
from studio.app.widgets.path_line import DropLine
from studio.app.widgets.tool_button import tool_button
from studio.sdk.params import Parameter


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
        line = DropLine(self)
        line.dropped.connect(self.take_path)
        return line

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
