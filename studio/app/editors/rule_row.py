"""One rule of a selection of columns, as a row of fields."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QPushButton, QWidget

from studio.app.editors.field_editor import outline
from studio.app.editors.names_line import NamesLine
from studio.app.editors.selection_words import join_names, split_names
from studio.app.widgets.tool_button import tool_button
from studio.sdk.schema import ROLES, TableSchema
from studio.sdk.selection import TYPE_GROUPS, By, Rule

_BY: dict[By, str] = {
    "name": "names",
    "type": "types",
    "role": "roles",
    "index": "numbers",
    "pattern": "a pattern",
    "all": "all columns",
}
_HINTS = {"name": "Names, separated by commas", "index": "For example 1-3, 7", "pattern": "price.*"}
_ROLE_TEXT: dict[str, str] = {role: f"All {role}s" for role in ROLES if role != "origin"}
_TYPE_TEXT = {name: name.capitalize() for name in TYPE_GROUPS}


class RuleRow(QWidget):
    """Include or exclude, by what, which; and buttons to move the rule and to take it away."""

    changed = Signal()
    removed = Signal()
    moved = Signal(int)

    def __init__(self, rule: Rule, schema: TableSchema | None, parent: QWidget) -> None:
        """Show a rule."""
        super().__init__(parent)
        self.problem = ""
        self._rule = rule
        self._values: dict[str, tuple[str, ...]] = {rule.by: rule.values}
        self._action = QComboBox(self)
        self._action.addItem("Include", "include")
        self._action.addItem("Exclude", "exclude")
        self._action.setCurrentIndex(self._action.findData(rule.action))
        self._by = QComboBox(self)
        for by, text in _BY.items():
            self._by.addItem(text, by)
        self._by.setCurrentIndex(self._by.findData(rule.by))
        self._line = NamesLine(self)
        self._line.set_schema(schema)
        self._menu_button = QPushButton(self)
        self._menu_button.setAutoDefault(False)
        self._menu = QMenu(self)
        self._menu_button.setMenu(self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._action)
        layout.addWidget(self._by)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._menu_button, 1)
        layout.addSpacing(4)
        up, down = partial(self.moved.emit, -1), partial(self.moved.emit, 1)
        self._up = tool_button("", "arrow-up", "Move up", up, self)
        self._down = tool_button("", "arrow-down", "Move down", down, self)
        self._minus = tool_button("", "minus", "Remove this rule", self.removed.emit, self)
        for button in (self._up, self._down, self._minus):
            button.setFixedSize(28, 30)
            layout.addWidget(button)
        self.setFocusProxy(self._line)
        self._show_value()
        self._action.activated.connect(self._read)
        self._by.activated.connect(self._turn)
        self._line.textEdited.connect(self._typed)

    def rule(self) -> Rule | None:
        """Return the rule, or None where it cannot be; then ``problem`` says why."""
        return None if self.problem else self._rule

    @property
    def last_stop(self) -> QWidget:
        """The last of its widgets that Tab stops at."""
        return self._minus

    def follow(self, before: QWidget) -> None:
        """Let Tab come here from a widget, and go through the row from left to right."""
        stops = [before, self._action, self._by, self._line, self._menu_button]
        stops += [self._up, self._down, self._minus]
        for left, right in pairwise(stops):
            QWidget.setTabOrder(left, right)

    def set_place(self, number: int, count: int) -> None:
        """Take its number among the rules."""
        self._up.setEnabled(number > 0)
        self._down.setEnabled(number < count - 1)
        for widget, name, label in (
            (self._action, "action", "Include or exclude"),
            (self._by, "by", "By what"),
            (self._line, "value", "Which columns"),
            (self._menu_button, "menu", "Which columns"),
            (self._up, "up", "Move up"),
            (self._down, "down", "Move down"),
            (self._minus, "remove", "Remove this rule"),
        ):
            widget.setObjectName(f"rule_{number}_{name}")
            widget.setAccessibleName(f"{label}, rule {number + 1}")

    def _turn(self) -> None:
        self._show_value()
        self._read()

    def _show_value(self) -> None:
        """Show the widget that takes values of the kind that the rule goes by."""
        by: By = self._by.currentData()
        values = self._values.get(by, ())
        self._line.setVisible(by in _HINTS)
        self._menu_button.setVisible(by in ("type", "role"))
        self._line.setPlaceholderText(_HINTS.get(by, ""))
        self._line.set_completes(by == "name")
        if by in ("type", "role"):
            self._fill_menu(_TYPE_TEXT if by == "type" else _ROLE_TEXT, values)
        elif by == "pattern":
            self._line.setText("|".join(values))
        else:
            self._line.setText(join_names(values))
        self._line.setCursorPosition(0)

    def _fill_menu(self, texts: dict[str, str], values: tuple[str, ...]) -> None:
        self._menu.clear()
        for value, text in texts.items():
            action = QAction(text, self._menu)
            action.setCheckable(True)
            action.setChecked(value in values)
            action.setData(value)
            action.triggered.connect(self._picked)
            self._menu.addAction(action)
        self._menu_button.setText(", ".join(texts[v] for v in values if v in texts) or "Choose…")

    def _picked(self) -> None:
        actions = [action for action in self._menu.actions() if action.isChecked()]
        self._values[self._by.currentData()] = tuple(str(action.data()) for action in actions)
        self._menu_button.setText(", ".join(action.text() for action in actions) or "Choose…")
        self._read()

    def _typed(self, text: str) -> None:
        by: By = self._by.currentData()
        values = (text,) if by == "pattern" and text else split_names(text)
        self._values[by] = tuple(values) if by != "pattern" or text else ()
        self._read()

    def _read(self) -> None:
        by: By = self._by.currentData()
        values = () if by == "all" else self._values.get(by, ())
        try:
            self._rule = Rule(action=self._action.currentData(), by=by, values=values)
            self.problem = ""
        except ValidationError as error:
            message = error.errors()[0]["msg"].removeprefix("Value error, ")
            self.problem = f"{message[:1].upper()}{message[1:]}."
        outline(self._line, bool(self.problem))
        self._line.setToolTip(self.problem)
        self.changed.emit()
