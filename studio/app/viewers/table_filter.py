"""The filter bar of a table: conditions as chips, and a line to add another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.app.icons import icon
from studio.app.viewers.labels import clear, label
from studio.engine.questions import Condition, Test

TESTS: dict[Test, str] = {
    "contains": "contains",
    "not_contains": "does not contain",
    "equals": "is",
    "not_equals": "is not",
    "greater": "is greater than",
    "at_least": "is at least",
    "less": "is less than",
    "at_most": "is at most",
    "missing": "is missing",
    "present": "is not missing",
}
_WITHOUT_VALUE = ("missing", "present")
_IN_ORDER = ("integer", "double", "datetime", "timespan")


class TableFilter(QFrame):
    """Holds the conditions that rows must fulfil to be shown."""

    changed = Signal()

    def __init__(self, columns: Sequence[str], types: dict[str, str], parent: QWidget) -> None:
        """Take the columns that can be asked about."""
        super().__init__(parent)
        self._types = types
        self.conditions: tuple[Condition, ...] = ()
        self.setProperty("kind", "toolbar")
        self.setObjectName("table_filter")
        self._columns = tuple(columns)
        self._is_built = False

    def begin(self, column: str = "") -> None:
        """Make ready for a condition on a column."""
        self._build()
        if column:
            self.column.setCurrentText(column)
        self.value.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.value.selectAll()

    def add(self) -> None:
        """Add the condition that is written in the line."""
        name, test = self.column.currentText(), self._test()
        if self.column.findText(name, Qt.MatchFlag.MatchExactly) < 0:
            self.column.setFocus()
            return
        value = None if test in _WITHOUT_VALUE else self.value.text().strip()
        if value == "" and test not in ("equals", "not_equals"):
            self.value.setFocus()
            return
        condition = Condition(name, test, value)
        if condition not in self.conditions:
            self.value.clear()
            self.set_conditions((*self.conditions, condition))

    def set_conditions(self, conditions: Sequence[Condition]) -> None:
        """Hold just these conditions."""
        self._build()
        self.conditions = tuple(conditions)
        self._show_chips()
        self.changed.emit()

    def _build(self) -> None:
        """Make the line, once: most tables are never filtered."""
        if self._is_built:
            return
        self._is_built = True
        self.column = QComboBox()
        self.column.setObjectName("filter_column")
        self.column.setAccessibleName("Column")
        self.column.setEditable(True)
        self.column.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.column.addItems(list(self._columns))
        self.column.setMinimumWidth(180)
        self.column.setMaxVisibleItems(16)
        completer = QCompleter(list(self._columns), self.column)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.column.setCompleter(completer)
        self.test = QComboBox()
        self.test.setObjectName("filter_test")
        self.test.setAccessibleName("Test")
        for key, text in TESTS.items():
            self.test.addItem(text, key)
        self.value = QLineEdit()
        self.value.setObjectName("filter_value")
        self.value.setAccessibleName("Value")
        self.value.setPlaceholderText("Value")
        self.value.setMaximumWidth(240)
        self.add_button = QPushButton("Add")
        self.add_button.setObjectName("filter_add")
        self.add_button.setProperty("kind", "primary")
        self._place()
        self.value.returnPressed.connect(self.add)
        self.add_button.clicked.connect(self.add)
        self.test.currentIndexChanged.connect(self._test_changed)
        self.column.currentTextChanged.connect(self._column_changed)
        self._column_changed(self.column.currentText())

    def _place(self) -> None:
        editing = QHBoxLayout()
        editing.setSpacing(8)
        for widget in (label("Show rows where", "soft"), self.column, self.test, self.value):
            editing.addWidget(widget)
        editing.addWidget(self.add_button)
        editing.addStretch(1)
        self._chips = QWidget()
        chips = QHBoxLayout(self._chips)
        chips.setContentsMargins(0, 0, 0, 0)
        chips.setSpacing(6)
        self._chips.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(editing)
        layout.addWidget(self._chips)

    def _show_chips(self) -> None:
        clear(self._chips)
        layout = self._chips.layout()
        assert isinstance(layout, QHBoxLayout)
        for place, condition in enumerate(self.conditions):
            chip = QToolButton()
            chip.setObjectName(f"filter_chip_{place}")
            value = "" if condition.value is None else f" {condition.value}"
            chip.setText(f"{condition.column} {TESTS[condition.test]}{value}")
            chip.setIcon(icon("x"))
            chip.setIconSize(QSize(12, 12))
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            chip.setToolTip("Remove this condition")
            chip.setAccessibleName(f"Remove: {chip.text()}")
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.clicked.connect(partial(self._remove, condition))
            layout.addWidget(chip)
        layout.addStretch(1)
        self._chips.setVisible(bool(self.conditions))

    def _remove(self, condition: Condition) -> None:
        self.set_conditions([item for item in self.conditions if item != condition])

    def _test(self) -> Test:
        found: Test = self.test.currentData()
        return found

    def _test_changed(self) -> None:
        self.value.setEnabled(self._test() not in _WITHOUT_VALUE)

    def _column_changed(self, name: str) -> None:
        """Offer first the test that people mostly mean."""
        likely = "at_least" if self._types.get(name) in _IN_ORDER else "contains"
        if self._types.get(name) == "boolean":
            likely = "equals"
        self.test.setCurrentIndex(self.test.findData(likely))
