"""The form of the retraining dialog: the version in use, new data, and what decides."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from studio.app.dialogs.retraining import RetrainOrder
from studio.app.serving.package_facts import KnownPackages, PackageFacts, is_package
from studio.app.theme import SPACE
from studio.app.widgets.path_line import TABLES, PathLine
from studio.session.figure_names import KNOWN, better, figure_name
from studio.session.new_data import Source

_ZIP = ".zip"
_UNFIT = re.compile(r"[^\w.-]+")
_OTHER = "Another package…"


class RetrainForm(QWidget):
    """Asks which version is in use, what is trained on, and by what both are judged.

    ``edited`` follows every change, ``wanted`` asks for what is known of a package.
    """

    edited = Signal()
    wanted = Signal(object)

    def __init__(self, packages: Sequence[PackageFacts], sources: Sequence[Source]) -> None:
        """Offer packages and the files that the experiment reads."""
        super().__init__()
        self._packages = {str(one.path): one for one in packages}
        self._sources = sources
        self._known = KnownPackages.of(one.manifest for one in packages)
        self._package = PathLine("retrain_package", "Package in use", "open")
        self._package.filter = "Model packages (*.zip manifest.json);;All files (*)"
        self._choose = QComboBox()
        self._choose.setObjectName("known_packages")
        self._choose.setAccessibleName("Package in use")
        for one in packages:
            self._choose.addItem(one.title, str(one.path))
        self._choose.addItem(_OTHER, "")
        self._data = [
            PathLine(f"data_{source.node}", f"Data for “{source.title}”", "open", source.path)
            for source in sources
        ]
        self._metric = QComboBox()
        self._metric.setObjectName("retrain_metric")
        self._metric.setAccessibleName("Figure that decides")
        self._metric.addItem("The usual one for the task", "")
        for name in KNOWN:
            if better(name):
                self._metric.addItem(figure_name(name), name)
        self._margin = QLineEdit("0")
        self._margin.setObjectName("retrain_margin")
        self._margin.setAccessibleName("Better by at least")
        self._margin.setToolTip("Below 0: how much worse it may be")
        self._held_out = PathLine("retrain_held_out", "Rows to judge on", "open")
        self._held_out.line.setPlaceholderText("Those that the experiment's own split leaves")
        for field in (*self._data, self._held_out):
            field.filter = TABLES
        self._changes = QCheckBox("Columns of requests and replies may differ")
        self._changes.setObjectName("retrain_changes")
        self._lay_out()
        self._margin.textChanged.connect(lambda _: self.edited.emit())
        self._choose.currentIndexChanged.connect(lambda _: self._package_chosen())
        self._package.edited.connect(self._package_typed)
        for field in (*self._data, self._held_out):
            field.edited.connect(lambda _: self.edited.emit())
        self._package_chosen()

    @property
    def package(self) -> Path:
        """The package in use; a manifest stands for the folder that it is in."""
        path = Path(self._package.text).expanduser()
        return path.parent if path.name == "manifest.json" else path

    @property
    def facts(self) -> PackageFacts | None:
        """What is known of the package in use."""
        return self._packages.get(str(self.package))

    @property
    def version(self) -> str:
        """The version that is made."""
        facts = self.facts
        return "" if facts is None else self._known.next_version(facts.manifest.name)

    @property
    def out(self) -> Path:
        """Where the next version goes: beside the one in use."""
        facts = self.facts
        name = self.package.name if facts is None else f"{facts.manifest.name}-{self.version}"
        ending = _ZIP if self.package.suffix.casefold() == _ZIP else ""
        return self.package.parent / (_UNFIT.sub("-", name).strip("-.") + ending)

    @property
    def order(self) -> RetrainOrder:
        """What the form asks for."""
        return RetrainOrder(
            self.package,
            self.out,
            self.version,
            {
                source.node: field.text
                for source, field in zip(self._sources, self._data, strict=True)
                if field.text != source.path
            },
            str(self._metric.currentData()),
            self._wanted_margin or 0.0,
            self._held_out.text,
            self._changes.isChecked(),
        )

    @property
    def problem(self) -> str:
        """Why the form cannot be followed; empty where it can."""
        if not self._package.text:
            return "Choose the package that is in use."
        if not is_package(self.package):
            return f"There is no model package at {self.package}."
        if self.facts is None:
            return "The package is being read."
        for field in self._data:
            if not field.text:
                return f"Choose a file: {field.line.accessibleName()}."
        if self._wanted_margin is None:
            return "By how much it must be better is a number, such as 0.01."
        return ""

    @property
    def _wanted_margin(self) -> float | None:
        """The margin; None where what is written is no number."""
        try:
            value = float(self._margin.text().strip().replace(",", "."))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def take_facts(self, facts: PackageFacts) -> None:
        """Take what was read of a package."""
        self._packages[str(facts.path)] = facts
        self._known = KnownPackages.of(one.manifest for one in self._packages.values())
        self.edited.emit()

    def _package_chosen(self) -> None:
        path = str(self._choose.currentData())
        self._package.setVisible(not path)
        self._package.text = path
        self._package_typed(path)

    def _package_typed(self, _text: str) -> None:
        if self.facts is None and is_package(self.package):
            self.wanted.emit(self.package)
        self.edited.emit()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4 * SPACE)
        grid.setVerticalSpacing(2 * SPACE)
        grid.setColumnStretch(1, 1)
        package = QWidget()
        down = QVBoxLayout(package)
        down.setContentsMargins(0, 0, 0, 0)
        down.setSpacing(2 * SPACE)
        down.addWidget(self._choose)
        down.addWidget(self._package)
        package.setFocusProxy(self._choose)
        rows: list[tuple[str, QWidget]] = [
            ("Package in use", package),
            *((field.line.accessibleName(), field) for field in self._data),
            ("Figure that decides", self._metric),
            ("Better by at least", self._margin),
            ("Rows to judge on", self._held_out),
            ("", self._changes),
        ]
        for row, (text, field) in enumerate(rows):
            label = QLabel(text)
            label.setProperty("role", "soft")
            label.setBuddy(field)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(field, row, 1)
