"""One parameter in the Properties panel: label, editor, help, problems, range and binding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from studio.app.editors.choice_words import choice_text
from studio.app.editors.field_editor import Shown, Surroundings, plain_value
from studio.app.editors.making import make_editor
from studio.app.editors.numbers import number_text
from studio.app.editors.selection_words import read_selection, selection_text
from studio.app.editors.value_lists import ValuesEditor
from studio.app.icons import icon
from studio.app.panels.properties_binding import BindingChip, FieldMenu
from studio.app.panels.properties_parts import Caption, ProblemLine, ResetDot
from studio.app.panels.properties_values import differs, range_complaint
from studio.document.items import ExperimentParameter
from studio.sdk.errors import Problem
from studio.sdk.params import Parameter

_LONG = 40


class ParameterField(QWidget):
    """Shows and edits one parameter; says what is wanted, and lets others do it.

    ``edited`` and ``ranged`` carry the parameter's name and a value, ``bound`` the name of an
    experiment parameter; None takes the range or the binding away. ``published`` asks for an
    experiment parameter of its own.
    """

    edited = Signal(str, object)
    emptied = Signal(str)
    ranged = Signal(str, object)
    bound = Signal(str, object)
    published = Signal(str)
    left = Signal()

    def __init__(
        self, parameter: Parameter, explain: Callable[[str, str], str], parent: QWidget
    ) -> None:
        """Make the field; ``explain`` says why a text cannot be a parameter's value."""
        super().__init__(parent)
        self.parameter = parameter
        self.editor = make_editor(parameter, self)
        self.setObjectName(f"field_{parameter.name}")
        self._explain = explain
        self._complaint = ""
        self._range_complaint = ""
        self._problems: tuple[Problem, ...] = ()
        self._bound_to: str | None = None
        self._can_edit = True
        self._known: tuple[ExperimentParameter, ...] = ()
        self._lines: list[ProblemLine] = []
        self._reset: ResetDot | None = None
        self._menu_button: QToolButton | None = None
        self._values: ValuesEditor | None = None
        self._values_label: Caption | None = None
        self._chip: BindingChip | None = None
        self._range_button = self._make_range_button() if parameter.sweep is not None else None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._head = QHBoxLayout()
        self._head.setSpacing(2)
        self._layout.addLayout(self._head)
        self._arrange()
        self._connect()

    def show_value(self, shown: Shown, *, fresh: bool) -> None:
        """Show a value, and whether it is the default."""
        if fresh:
            self.complain("")
            self._complain_of_range("")
        self.editor.show_value(shown, fresh=fresh)
        self._show_dot(self._can_edit and differs(self.parameter, shown))

    def show_surroundings(self, around: Surroundings) -> None:
        """Take in what is known of the node around."""
        self.editor.set_surroundings(around)
        self._show_problems()

    def complain(self, sentence: str) -> None:
        """Say why what was typed is not taken, or with an empty text no longer."""
        if sentence != self._complaint:
            self._complaint = sentence
            self._show_problems()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is wrong, under the field."""
        self._problems = tuple(dict.fromkeys(problems))
        self._show_problems()

    def show_range(self, values: Sequence[Any] | None) -> None:
        """Show the values that a tuner tries, or that there are none."""
        if self._range_button is None:
            return
        self._range_button.setChecked(values is not None)
        if values is not None and self._values is None:
            self._make_values()
        if self._values is not None and self._values_label is not None:
            self._values.setVisible(values is not None)
            self._values_label.setVisible(values is not None)
            self._values.show_values(values or ())

    def show_binding(
        self, name: str | None, known: tuple[ExperimentParameter, ...], can_bind: bool
    ) -> None:
        """Show what the parameter is bound to, or that it has a value of its own."""
        self._known = known if can_bind else ()
        self._bound_to = name
        if name is not None and self._chip is None:
            self._chip = BindingChip(self.parameter, self)
            self._chip.unbound.connect(lambda: self.bound.emit(self.parameter.name, None))
            self._layout.insertWidget(self._layout.indexOf(self.editor) + 1, self._chip)
        if self._chip is not None:
            self._chip.setVisible(name is not None)
            if name is not None:
                self._chip.show_binding(name, known, self._can_edit)
        self.editor.setVisible(name is None)

    def set_read_only(self, read_only: bool) -> None:
        """Let the field be looked at only."""
        self._can_edit = not read_only
        self.editor.set_read_only(read_only)
        if self._range_button is not None:
            self._range_button.setEnabled(not read_only)
        if self._values is not None:
            self._values.setEnabled(not read_only)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        """Show the button that opens the menu."""
        super().enterEvent(event)
        if self._menu_button is None:
            self._menu_button = self._button("ellipsis", "More for this field (Ctrl+.)")
            self._menu_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._menu_button.clicked.connect(self.open_menu)
            # Before the others: a button that comes must not push another from under the mouse.
            self._head.insertWidget(1, self._menu_button, 0, Qt.AlignmentFlag.AlignTop)
        self._menu_button.setVisible(self._can_edit)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._menu_button is not None:
            self._menu_button.hide()

    def open_menu(self) -> None:
        """Open the menu of what can be done with the field besides editing it."""
        if not self._can_edit:
            return
        menu = FieldMenu(self.parameter, self._known, self._bound_to, self._is_ranged(), self)
        menu.reset_wanted.connect(lambda: self.emptied.emit(self.parameter.name))
        menu.nothing_wanted.connect(lambda: self.edited.emit(self.parameter.name, None))
        menu.range_wanted.connect(self._toggle_range)
        menu.bind_wanted.connect(lambda name: self.bound.emit(self.parameter.name, name or None))
        menu.publish_wanted.connect(lambda: self.published.emit(self.parameter.name))
        anchor = self._menu_button or self
        menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 2)))

    def _arrange(self) -> None:
        parameter = self.parameter
        tip = f"{parameter.label}: {parameter.bounds}" if parameter.bounds else ""
        self.editor.setToolTip(tip)
        self.editor.entry().setAccessibleDescription(f"{parameter.help} {parameter.bounds}".strip())
        if self.editor.has_label:
            self._head.addWidget(self.editor, 1)
        else:
            label = Caption(parameter.label + (" *" if parameter.required else ""), "soft", self)
            label.setMinimumHeight(22)
            label.setToolTip("Must be set" if parameter.required else tip)
            label.setBuddy(self.editor)
            self._head.addWidget(label, 1)
            self._layout.addWidget(self.editor)
        for button in (self.editor.head_button, self._range_button):
            if button is not None:
                _make_small(button)
                self._head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        if parameter.help:
            text = Caption(parameter.help, "caption", self)
            text.setContentsMargins(24 if self.editor.has_label else 0, 0, 0, 0)
            self._layout.addWidget(text)

    def _connect(self) -> None:
        name, editor = self.parameter.name, self.editor
        editor.edited.connect(lambda value: self.edited.emit(name, value))
        editor.emptied.connect(lambda: self.emptied.emit(name))
        editor.refused.connect(self._refused)
        editor.left.connect(self.left)
        keys = QShortcut(QKeySequence("Ctrl+."), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.open_menu)

    def _refused(self, text: str) -> None:
        self.complain(self._explain(self.parameter.name, text) if text else "")

    def _complain_of_range(self, sentence: str) -> None:
        if sentence != self._range_complaint:
            self._range_complaint = sentence
            self._show_problems()

    def _show_problems(self) -> None:
        """Show the text that cannot be a value first; then it is what has to be changed."""
        found = [
            Problem("typed", text) for text in (self._complaint, self._range_complaint) if text
        ]
        if not self._complaint:
            found += self._problems
        remark = "" if found else self.editor.remark()
        if remark:
            found.append(Problem("remark", remark, severity="warning"))
        while len(self._lines) < len(found):
            self._lines.append(ProblemLine(self))
            self._layout.addWidget(self._lines[-1])
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(found))
            if number < len(found):
                line.show_problem(found[number], self.parameter.help)
        errors = [problem for problem in found if problem.severity == "error"]
        self.editor.set_wrong(bool(errors) and not (self._range_complaint and len(errors) == 1))
        if self._values is not None:
            self._values.set_wrong(bool(self._range_complaint))

    def _show_dot(self, differing: bool) -> None:
        if differing and self._reset is None:
            self._reset = ResetDot(self)
            self._reset.setObjectName(f"reset_{self.parameter.name}")
            tip = f"Reset to {_default_text(self.parameter)}"
            self._reset.setToolTip(tip)
            self._reset.setAccessibleName(f"{self.parameter.label}: {tip}")
            self._reset.clicked.connect(lambda: self.emptied.emit(self.parameter.name))
            QWidget.setTabOrder(self.editor.entry(), self._reset)
            place = 1 if self._menu_button is None else 2
            self._head.insertWidget(place, self._reset, 0, Qt.AlignmentFlag.AlignTop)
        if self._reset is not None:
            if not differing and self._reset.hasFocus():
                self.editor.setFocus()
            self._reset.setVisible(differing)

    def _make_range_button(self) -> QToolButton:
        button = self._button("sliders-horizontal", "Range: values that a tuner tries")
        button.setCheckable(True)
        button.setObjectName(f"range_toggle_{self.parameter.name}")
        button.setAccessibleName(f"Range of {self.parameter.label}")
        button.clicked.connect(self._toggle_range)
        return button

    def _make_values(self) -> None:
        self._values_label = Caption("A tuner tries", "caption", self)
        self._values = ValuesEditor(self.parameter, self)
        name = self.parameter.name
        self._values.edited.connect(lambda values: self.ranged.emit(name, values))
        self._values.refused.connect(
            lambda text: self._complain_of_range(
                range_complaint(self.parameter, text) if text else ""
            )
        )
        self._values.left.connect(self.left)
        QWidget.setTabOrder(self.editor.entry(), self._values.line)
        place = self._layout.indexOf(self.editor) + 1
        self._layout.insertWidget(place, self._values_label)
        self._layout.insertWidget(place + 1, self._values)

    def _is_ranged(self) -> bool | None:
        """Whether there is a range; None where there can be none."""
        return None if self._range_button is None else self._values_are_seen()

    def _values_are_seen(self) -> bool:
        return self._values is not None and self._values.isVisibleTo(self)

    def _toggle_range(self) -> None:
        values = None if self._values_are_seen() else list(self.parameter.sweep or ())
        self._complain_of_range("")
        self.ranged.emit(self.parameter.name, values)

    def _button(self, drawing: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(drawing))
        _make_small(button)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button


def _make_small(button: QToolButton) -> None:
    button.setIconSize(QSize(14, 14))
    button.setFixedSize(QSize(22, 22))


def _default_text(parameter: Parameter) -> str:
    """Return a default as a tooltip names it."""
    value = plain_value(parameter.default)
    if value is None or value in ("", [], {}):
        return "nothing"
    if parameter.kind == "boolean":
        return "on" if value else "off"
    if parameter.kind == "columns":
        selection = read_selection(value)
        return "the default" if selection is None else f"“{selection_text(selection)}”"
    if parameter.kind in ("integer", "double"):
        return number_text(value)
    text = choice_text(value) if parameter.kind == "choice" else str(value)
    return "the default" if len(text) > _LONG or "\n" in text else f"“{text}”"
