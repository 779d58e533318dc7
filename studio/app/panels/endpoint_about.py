"""What a package says of itself, on an endpoint's page, and what can be done with its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.app.figures import count, figure
from studio.app.serving.package_facts import PackageFacts
from studio.app.theme import SPACE
from studio.app.viewers.facts import Facts
from studio.app.widgets.tool_button import tool_button
from studio.engine.errors import size_text

_PATHS = {
    "onnx": "as one ONNX model",
    "mixed": "as a program with ONNX models",
    "program": "as a program",
}


class PackageAbout(QWidget):
    """Facts, and buttons: ``verify_wanted``, ``score_wanted``, ``folder_wanted``,
    ``remove_wanted``.
    """

    verify_wanted = Signal()
    score_wanted = Signal()
    folder_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__()
        self.setObjectName("package_about")
        self._facts: PackageFacts | None = None
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName("The package")
        self._scroll.setWidgetResizable(True)
        self._verify = self._button("verify_package", "Verify", self.verify_wanted.emit)
        self._score = self._button("score_file", "Score a file…", self.score_wanted.emit)
        self._folder = self._button("open_package_folder", "Open folder", self.folder_wanted.emit)
        self._remove = tool_button(
            "forget_package",
            "trash-2",
            "Take it off this list; its files stay",
            self.remove_wanted.emit,
        )
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * SPACE, SPACE, 3 * SPACE, SPACE)
        foot.setSpacing(2 * SPACE)
        for button in (self._verify, self._score, self._folder):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self._remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(foot)

    def show_package(self, facts: PackageFacts | None, *, is_running: bool) -> None:
        """Show what is known of a package."""
        for button in (self._verify, self._score):
            button.setEnabled(facts is not None)
        self._remove.setEnabled(not is_running)
        if facts is self._facts:
            return
        self._facts = facts
        if facts is None:
            self._scroll.takeWidget()
            return
        shown = Facts(_facts(facts), "The package")
        inside = QWidget()
        inside.setProperty("kind", "panel")
        down = QVBoxLayout(inside)
        down.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        down.addWidget(shown, 0, Qt.AlignmentFlag.AlignTop)
        self._scroll.setWidget(inside)

    def _button(self, name: str, text: str, call: Callable[[], Any]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.clicked.connect(lambda: call())
        return button


def _facts(facts: PackageFacts) -> Iterator[tuple[str, object]]:
    """Yield what a person wants to know of a package."""
    manifest = facts.manifest
    if manifest.description:
        yield "Description", manifest.description
    yield "Place", str(facts.path)
    yield "Answers", " and ".join(_PATHS.get(path, path) for path in manifest.paths)
    refusal = str(manifest.conversion.get("refusal") or "")
    if refusal:
        yield "Not one ONNX model", refusal
    made = [str(manifest.made[name]) for name in ("at", "by") if manifest.made.get(name)]
    if made:
        yield "Made", ", ".join(made)
    for report, figures in manifest.metrics.items():
        texts = (f"{name.replace('_', ' ')} {figure(value)}" for name, value in figures.items())
        yield report, ", ".join(texts)
    for table in manifest.tables:
        size = f"{count(int(table['rows']), 'row')}, {size_text(int(table['bytes']))}"
        yield f"Table “{table['title']}”", size
    for item in manifest.trust:
        yield "Runs code of its own", f"“{item.title}” ({item.module})"
