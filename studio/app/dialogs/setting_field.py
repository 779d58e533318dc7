"""One setting in the Preferences: its label, the control for its type, and its problem."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from studio.app.theme import SPACE
from studio.app.widgets.tool_button import tool_button
from studio.engine.errors import size_text
from studio.session.settings import Size, size_in_bytes

AUTOMATIC = "Automatic"
_CONTROL = 56 * SPACE
_LARGEST = 2**31 - 1


class SettingField(QWidget):
    """A setting with its control; ``edited`` gives the value that was entered."""

    edited = Signal(str, object)

    def __init__(self, name: str, field: FieldInfo) -> None:
        """Make the control from the declaration of the field."""
        super().__init__()
        self.setObjectName(f"setting_{name}")
        self.name = name
        self._field = field
        self._title = QLabel(field.title or name)
        self._about = QLabel(field.description or "")
        self._about.setProperty("role", "soft")
        self._about.setWordWrap(True)
        self._problem = QLabel()
        self._problem.setObjectName(f"problem_{name}")
        self._problem.setProperty("role", "error")
        self._problem.setWordWrap(True)
        self._problem.setFixedWidth(_CONTROL)
        self._problem.hide()
        self._choose: QPushButton | None = None
        self.control = self._made()
        self.control.setObjectName(name)
        self.control.setAccessibleName(field.title or name)
        self.control.setAccessibleDescription(field.description or "")
        self._title.setBuddy(self.control)
        self.reset = tool_button(
            f"reset_{name}", "rotate-ccw", "Back to the default",
            lambda: self.edited.emit(name, field.default),
        )  # fmt: skip
        self.reset.setAccessibleName(f"{field.title}: back to the default")
        kept = self.reset.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(kept)
        self._lay_out()

    def show_value(self, value: Any) -> None:
        """Show a value, without telling that it was edited."""
        self.control.blockSignals(True)
        match self.control:
            case QCheckBox():
                self.control.setChecked(bool(value))
            case QComboBox():
                self.control.setCurrentIndex(self.control.findData(value))
            case QSpinBox():
                self.control.setValue(self.control.minimum() if value is None else value)
            case QLineEdit():
                is_size = _holds(self._field, Size)
                self.control.setText(
                    "" if value is None else _size(value) if is_size else str(value)
                )
        self.control.blockSignals(False)
        self.reset.setVisible(value != self._field.default)
        self.show_problem("")

    @property
    def is_wrong(self) -> bool:
        """Whether something is wrong with what stands in the control."""
        return bool(self._problem.text())

    def show_problem(self, sentence: str) -> None:
        """Show what is wrong below the control and the way back, or with an empty text nothing."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        if sentence:
            self.reset.show()
        self.control.setProperty("wrong", bool(sentence))
        self.control.style().polish(self.control)

    def _made(self) -> QWidget:
        annotation: Any = self._field.annotation
        if annotation is bool:
            box = QCheckBox()
            box.toggled.connect(self._tell)
            return box
        if get_origin(annotation) is Literal:
            combo = QComboBox()
            for choice in get_args(annotation):
                combo.addItem(str(choice).capitalize(), choice)
            combo.currentIndexChanged.connect(lambda at: self._tell(combo.itemData(at)))
            return combo
        if _holds(self._field, int):
            return self._spin_box()
        line = QLineEdit()
        line.setPlaceholderText(AUTOMATIC)
        line.editingFinished.connect(lambda: self._tell(line.text().strip() or None))
        if _holds(self._field, Path):
            self._choose = QPushButton("Choose…")
            self._choose.setObjectName(f"choose_{self.name}")
            self._choose.setAutoDefault(False)
            self._choose.clicked.connect(self._ask_folder)
        return line

    def _spin_box(self) -> QSpinBox:
        """Return a field for whole numbers; one below the least stands for what is automatic."""
        bounds = {type(item).__name__.casefold(): item for item in self._field.metadata}
        low = getattr(bounds.get("ge"), "ge", 0)
        spin = QSpinBox()
        automatic = self._field.default is None
        # No upper bound: too much is refused in a sentence, not cut to fewer digits.
        spin.setRange(low - 1 if automatic else low, _LARGEST)
        spin.setSpecialValueText(AUTOMATIC if automatic else "")
        spin.setKeyboardTracking(False)
        spin.lineEdit().setTextMargins(2 * SPACE + 1, 0, 0, 0)
        spin.valueChanged.connect(
            lambda value: self._tell(None if automatic and value < low else value)
        )
        return spin

    def _lay_out(self) -> None:
        side = QHBoxLayout()
        side.setSpacing(2 * SPACE)
        side.setAlignment(Qt.AlignmentFlag.AlignTop)
        if isinstance(self.control, QCheckBox):
            side.addStretch(1)
        side.addWidget(self.control, 0 if isinstance(self.control, QCheckBox) else 1)
        if self._choose is not None:
            side.addWidget(self._choose)
        side.addWidget(self.reset)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, SPACE, 0, SPACE)
        layout.setHorizontalSpacing(6 * SPACE)
        layout.setVerticalSpacing(2)
        layout.addWidget(self._title, 0, 0)
        layout.addWidget(self._about, 1, 0)
        layout.addLayout(side, 0, 1, 2, 1)
        layout.addWidget(self._problem, 2, 1)
        layout.setColumnStretch(0, 1)
        layout.setColumnMinimumWidth(1, _CONTROL)
        layout.setRowStretch(1, 1)

    def _tell(self, value: object) -> None:
        self.edited.emit(self.name, value)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, self._field.title or "")
        dialog.setObjectName("folder_dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._tell)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _holds(field: FieldInfo, kind: object) -> bool:
    """Whether the values of a field are of a type, or absent."""
    return field.annotation is kind or kind in get_args(field.annotation)


def _size(value: int) -> str:
    """Return a size as a person writes it, where that is exactly it."""
    text = size_text(value)
    return text if "bytes" not in text and size_in_bytes(text) == value else str(value)
