"""What came of making a package: what its proof says, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.app.dialogs.packaging import Packaged
from studio.app.figures import count
from studio.app.theme import SPACE
from studio.app.widgets.icon_label import IconLabel
from studio.app.widgets.selectable_text import selectable_text

PATH_NAMES: Mapping[str, str] = {
    "onnx": "One ONNX model",
    "program": "The program",
    "http": "Over HTTP",
    "mixed": "The program with ONNX models",
}
_ICON = 18


class PackageResult(QWidget):
    """Shows where a package is, how each way to answer compares with the studio, and why one
    is missing.
    """

    def __init__(self) -> None:
        """Begin with nothing made."""
        super().__init__()
        self.setObjectName("package_result")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, SPACE, 0, SPACE)
        self._layout.setSpacing(2 * SPACE)
        self._place = selectable_text("package_place", "soft")
        self._layout.addWidget(self._place)
        self._card: QFrame | None = None

    def show_package(self, made: Packaged) -> None:
        """Show a package that was made."""
        self._place.setText(str(made.path))
        self.show_proof(made.rows, made.paths)
        refusal = str(made.manifest.get("conversion", {}).get("refusal") or "")
        if refusal and "onnx" not in made.paths:
            note = selectable_text("package_refusal", "soft")
            note.setText(f"It is not one ONNX model: {refusal}")
            self._layout.addWidget(note)

    def show_proof(self, rows: int, paths: Mapping[str, str], *, is_equal: bool = True) -> None:
        """Show what a comparison with the studio's own answers gave."""
        if self._card is not None:
            self._layout.removeWidget(self._card)
            self._card.hide()
            self._card.deleteLater()
        self._card = card = QFrame()
        card.setProperty("kind", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 3 * SPACE)
        grid.setHorizontalSpacing(3 * SPACE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(2, 1)
        head = QLabel(f"Proven on {count(rows, 'real row')}" if is_equal else "It differs")
        head.setObjectName("package_proof")
        head.setProperty("role", "strong")
        look = ("circle-check", "good") if is_equal else ("octagon-x", "bad")
        grid.addWidget(IconLabel(*look, side=_ICON), 0, 0)
        grid.addWidget(head, 0, 1, 1, 2)
        for line, (name, said) in enumerate(paths.items(), 1):
            path, result = QLabel(PATH_NAMES.get(name, name)), selectable_text(f"proof_{name}")
            path.setProperty("role", "soft")
            result.setText(said[:1].upper() + said[1:])
            grid.addWidget(path, line, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(result, line, 2)
        self._layout.insertWidget(1, card)
