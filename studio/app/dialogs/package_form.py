"""The form of the export dialog: what a package is called, and where it goes."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from studio.app.dialogs.packaging import PackageOrder
from studio.app.serving.package_facts import KnownPackages
from studio.app.theme import SPACE
from studio.app.widgets.path_line import PathLine

LONGEST_NAME = 200
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,49}")
_UNFIT = re.compile(r"[^\w.-]+")
_VERSION_WIDTH = 28 * SPACE
_ZIP = ".zip"


class PackageForm(QWidget):
    """Asks for name, version, description, folder and form; ``edited`` follows every change."""

    edited = Signal()

    def __init__(self, name: str, description: str, folder: Path) -> None:
        """Offer a name, a description, and a folder that the package is put into."""
        super().__init__()
        self._known = KnownPackages()
        self._has_own_version = False
        self._name = _line("package_name", "Name", name)
        self._version = _line("package_version", "Version", "1")
        self._version.setFixedWidth(_VERSION_WIDTH)
        self._description = _line("package_description", "Description", description)
        self._description.setPlaceholderText("What is it for?")
        self._folder = PathLine("package_folder", "Put it into", "folder", str(folder))
        self._as_folder = _radio("package_as_folder", "A folder")
        self._as_zip = _radio("package_as_zip", "A .zip file")
        self._as_folder.setChecked(True)
        self._lay_out()
        self._name.textChanged.connect(lambda _: self._offer_version())
        self._version.textEdited.connect(self._version_typed)
        for line in (self._name, self._version, self._description, self._folder.line):
            line.textChanged.connect(lambda _: self.edited.emit())
        self._as_zip.toggled.connect(lambda _: self.edited.emit())

    @property
    def out(self) -> Path:
        """Where the package goes."""
        words = _UNFIT.sub("-", f"{self._name.text().strip()}-{self._version.text().strip()}")
        name = words.strip("-.") + (_ZIP if self._as_zip.isChecked() else "")
        return Path(self._folder.text).expanduser() / name

    @property
    def folder(self) -> Path:
        """The folder that the package is put into."""
        return self.out.parent

    @property
    def order(self) -> PackageOrder:
        """What the form asks for."""
        return PackageOrder(
            self.out,
            self._name.text().strip(),
            self._version.text().strip(),
            self._description.text().strip(),
        )

    @property
    def problem(self) -> str:
        """Why the form cannot be followed; empty where it can."""
        if not self._name.text().strip():
            return "Give it a name."
        if not _VERSION.fullmatch(self._version.text().strip()):
            return "A version is up to 50 letters, digits and “. _ + -”, a letter or digit first."
        if not self._folder.text:
            return "Say which folder it is put into."
        if not self.folder.is_absolute():
            return "Write the folder from the root on."
        return ""

    def take_known(self, known: KnownPackages) -> None:
        """Take the packages that there are, and offer a version that is free."""
        self._known = known
        self._offer_version()

    def _offer_version(self) -> None:
        if not self._has_own_version:
            self._version.setText(self._known.next_version(self._name.text().strip()))

    def _version_typed(self, text: str) -> None:
        self._has_own_version = bool(text.strip())

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(0, 1)
        self._put(grid, 0, 0, "Name", self._name)
        self._put(grid, 0, 1, "Version", self._version)
        self._put(grid, 2, 0, "Description", self._description, span=2)
        self._put(grid, 4, 0, "Put it into", self._folder, span=2)
        forms = _row(QLabel("As"), self._as_folder, self._as_zip)
        grid.addWidget(forms, 6, 0, 1, 2)

    def _put(
        self, grid: QGridLayout, row: int, column: int, text: str, field: QWidget, span: int = 1
    ) -> None:
        label = QLabel(text)
        label.setProperty("role", "soft")
        label.setContentsMargins(0, SPACE, 0, 0)
        line = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
        if line is not None:
            label.setBuddy(line)
        grid.addWidget(label, row, column, 1, span)
        grid.addWidget(field, row + 1, column, 1, span)


def _line(name: str, label: str, text: str) -> QLineEdit:
    line = QLineEdit(text)
    line.setObjectName(name)
    line.setAccessibleName(label)
    line.setMaxLength(LONGEST_NAME)
    return line


def _radio(name: str, text: str) -> QRadioButton:
    button = QRadioButton(text)
    button.setObjectName(name)
    return button


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4 * SPACE)
    for widget in widgets:
        layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    layout.addStretch(1)
    return row
