"""A line with a path: typed, dropped, or looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from studio.app.theme import SPACE
from studio.app.widgets.tool_button import tool_button

Purpose = Literal["open", "save", "folder"]
TABLES = "Tables (*.csv *.tsv *.parquet);;All files (*)"
_LONGEST = 4096


class PathLine(QWidget):
    """A line edit and a button that browses; the line is its focus proxy and has its name.

    ``edited`` carries the text whenever it is another, ``typed`` when a person typed it.
    """

    edited = Signal(str)
    typed = Signal(str)

    def __init__(self, name: str, label: str, purpose: Purpose, text: str = "") -> None:
        """Begin with a path; ``label`` is what it is called, also over the file dialog."""
        super().__init__()
        self._label = label
        self._purpose = purpose
        self.filter = ""
        self.line = DropLine(text)
        self.line.dropped.connect(self.line.setText)
        self.line.setObjectName(name)
        self.line.setAccessibleName(label)
        self.line.setMaxLength(_LONGEST)
        self.line.textChanged.connect(self.edited)
        self.line.textEdited.connect(self.typed)
        self.setFocusProxy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.line, 1)
        row.addWidget(tool_button(f"browse_{name}", "folder-open", "Browse…", self._browse))

    @property
    def text(self) -> str:
        """What the line holds, without the blanks around it."""
        return self.line.text().strip()

    @text.setter
    def text(self, text: str) -> None:
        self.line.setText(text)

    def _browse(self) -> None:
        dialog = QFileDialog(self, self._label, str(self._folder()), self.filter)
        dialog.setObjectName(f"{self.line.objectName()}_dialog")
        if self._purpose == "folder":
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        elif self._purpose == "open":
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        else:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.line.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _folder(self) -> Path:
        """Return the folder that the dialog begins in."""
        now = Path(self.text).expanduser()
        if self.text and now.is_absolute():
            place = now if self._purpose == "folder" else now.parent
            if place.is_dir():
                return place
        return Path.home()


class DropLine(QLineEdit):
    """A line onto which a file can be dropped; ``dropped`` carries its path."""

    dropped = Signal(str)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        """Take the path of the first file."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths[0])
        else:
            super().dropEvent(event)
