"""The experiment's own parameters: values that parameters of nodes can be bound to."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from studio.app.draft import Draft
from studio.app.editors.field_editor import QuietCombo, outline
from studio.app.editors.numbers import number_text, read_number
from studio.app.icons import icon
from studio.app.panels.properties_parts import Caption, LateLine
from studio.app.widgets.tool_button import tool_button
from studio.document.edits import Batch, Edit, SetBindings, SetExperiment
from studio.document.fields import IDENTIFIER
from studio.document.frozen import thaw
from studio.document.items import PARAMETER_TYPES, ExperimentParameter, ParameterType

Parameters = tuple[ExperimentParameter, ...]


class ExperimentParameters(QWidget):
    """A card for each parameter; ``edited`` carries all of them after a change, and a new name."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty list."""
        super().__init__(parent)
        self._parameters: Parameters = ()
        self._cards: list[_Card] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)
        help = (
            "Values that fields of nodes can be bound to. In a web service they are the web "
            "service parameters: requests may set them."
        )
        self._layout.addWidget(Caption(help, "caption", self))
        self._add = QPushButton(icon("plus"), "Add a parameter", self)
        self._add.setProperty("kind", "quiet")
        self._add.setObjectName("parameter_add")
        self._add.setStyleSheet("text-align: left; padding-left: 2px;")
        self._add.clicked.connect(self._add_one)
        self._layout.addWidget(self._add)

    def show_parameters(self, parameters: Parameters, read_only: bool) -> None:
        """Show parameters; cards that are there are used again."""
        self._parameters = parameters
        while len(self._cards) > len(parameters):
            card = self._cards.pop()
            card.setParent(None)
            card.deleteLater()
        while len(self._cards) < len(parameters):
            card = _Card(len(self._cards), self)
            card.edited.connect(self._edit_one)
            card.removed.connect(self._remove_one)
            self._cards.append(card)
            self._layout.insertWidget(self._layout.count() - 1, card)
            card.show()
        for card, parameter in zip(self._cards, parameters, strict=True):
            card.show_parameter(parameter)
            card.setEnabled(not read_only)
        self._add.setEnabled(not read_only)

    def apply_to(self, draft: Draft, edit: object) -> None:
        """Do a change in a draft; fields that are bound follow a new name."""
        parameters, old, new = edit if isinstance(edit, tuple) else ((), "", "")
        edits: list[Edit] = [SetExperiment(parameters=parameters)]
        if old != new:
            for node in draft.experiment.nodes.values():
                bound = {field: new for field, name in node.bindings.items() if name == old}
                if bound:
                    edits.append(SetBindings(node.id, bound))
        draft.apply(edits[0] if len(edits) == 1 else Batch(tuple(edits), f"Rename “{old}”"))

    def _edit_one(self, number: int, parameter: ExperimentParameter) -> None:
        old = self._parameters[number]
        names = [item.name for item in self._parameters if item is not old]
        if parameter.name in names:
            self._cards[number].complain(f"There is a parameter “{parameter.name}” already.")
            return
        new = (*self._parameters[:number], parameter, *self._parameters[number + 1 :])
        self.edited.emit((new, old.name, parameter.name))

    def _remove_one(self, number: int) -> None:
        rest = (*self._parameters[:number], *self._parameters[number + 1 :])
        self.edited.emit((rest, "", ""))

    def _add_one(self) -> None:
        names = {item.name for item in self._parameters}
        number = next(n for n in range(1, len(names) + 2) if f"parameter_{n}" not in names)
        new = ExperimentParameter(f"parameter_{number}", "double")
        self.edited.emit(((*self._parameters, new), "", ""))
        if self._cards:
            self._cards[-1].setFocus()


class _Card(QWidget):
    """The fields of one parameter."""

    edited = Signal(int, object)
    removed = Signal(int)

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        self._parameter = ExperimentParameter("parameter")
        self._name, self._default, self._about = (LateLine(self) for _ in range(3))
        self._type = QuietCombo(self)
        self._type.addItems([str(kind) for kind in PARAMETER_TYPES])
        self._remove = tool_button("", "x", "Remove this parameter", parent=self)
        self._remove.setFixedSize(26, 30)
        self._wrong = Caption("", "error", self)
        self._wrong.setObjectName(f"parameter_{number}_wrong")
        self._wrong.hide()
        for field, name, label in (
            (self._name, "name", "Name"),
            (self._type, "type", "Type"),
            (self._default, "default", "Default"),
            (self._about, "description", "Description"),
            (self._remove, "remove", "Remove"),
        ):
            field.setObjectName(f"parameter_{number}_{name}")
            field.setAccessibleName(f"{label} of parameter {number + 1}")
            if isinstance(field, LateLine):
                field.setPlaceholderText(label)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        grid.addWidget(self._name, 0, 0)
        grid.addWidget(self._type, 0, 1)
        grid.addWidget(self._remove, 0, 2)
        grid.addWidget(self._about, 1, 0)
        grid.addWidget(self._default, 1, 1)
        grid.addWidget(self._wrong, 2, 0, 1, 3)
        self.setFocusProxy(self._name)
        self._name.taken.connect(self._take_name)
        self._default.taken.connect(self._take_default)
        self._about.taken.connect(lambda text: self._tell(description=text))
        self._type.activated.connect(self._take_type)
        self._remove.clicked.connect(lambda: self.removed.emit(self._number))

    def show_parameter(self, parameter: ExperimentParameter) -> None:
        """Show a parameter."""
        if parameter != self._parameter:
            self.complain("")
        self._parameter = parameter
        self._name.show_text(parameter.name)
        self._default.show_text(_default_text(parameter.default))
        self._about.show_text(parameter.description)
        self._type.setCurrentIndex(PARAMETER_TYPES.index(parameter.type))
        if parameter.default is not None and not parameter.accepts(parameter.default):
            self.complain(f"The default is no {parameter.type}.", self._default)

    def complain(self, sentence: str, field: LateLine | None = None) -> None:
        """Say what is wrong, or with an empty text that nothing is."""
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))
        for each in (self._name, self._default):
            outline(each, bool(sentence) and each is (field or self._name))

    def _take_name(self, text: str) -> None:
        if re.fullmatch(IDENTIFIER, text.strip()):
            self._tell(name=text.strip())
        else:
            self.complain("A name is 1 to 120 letters, digits, “-” or “_”.")

    def _take_default(self, text: str) -> None:
        value = _read_default(text, self._parameter.type)
        if text.strip() and value is None:
            self.complain(f"“{text}” is no {self._parameter.type}.", self._default)
        else:
            self._tell(default=value)

    def _take_type(self) -> None:
        kind = PARAMETER_TYPES[self._type.currentIndex()]
        value = _read_default(self._default.text(), kind)
        self._tell(type=kind, default=value)

    def _tell(self, **fields: Any) -> None:
        self.complain("")
        self.edited.emit(self._number, replace(self._parameter, **fields))


def _default_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float) or value is None:
        return number_text(value)
    return value if isinstance(value, str) else json.dumps(thaw(value), ensure_ascii=False)


def _read_default(text: str, kind: ParameterType) -> Any:
    """Return the default that a text stands for; None where it is none of the type."""
    if kind in ("integer", "double"):
        return read_number(text, kind == "integer")
    if kind == "boolean":
        words = {"yes": True, "true": True, "no": False, "false": False}
        return words.get(text.strip().casefold())
    if kind == "any" and text:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text or None
