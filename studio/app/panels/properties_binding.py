"""What a field offers besides its value: to reset it, to bind it, to try several values."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QWidget

from studio.app.icons import icon
from studio.app.widgets.icon_label import IconLabel
from studio.app.widgets.tool_button import tool_button
from studio.document.items import ExperimentParameter
from studio.sdk.params import Parameter


class BindingChip(QFrame):
    """Stands where the field was: what the parameter is bound to, and a button to let go."""

    unbound = Signal()

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the chip of a parameter."""
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setObjectName(f"binding_{parameter.name}")
        self._text = QLabel(self)
        self._button = tool_button(
            f"unbind_{parameter.name}", "x", "Give it a value of its own again",
            self.unbound.emit, self,
        )  # fmt: skip
        self._button.setFixedSize(26, 28)
        self._button.setAccessibleName(f"Unbind {parameter.label}")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 2, 0)
        layout.setSpacing(8)
        layout.addWidget(IconLabel("link-2", "accent", self))
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)

    def show_binding(
        self, name: str, known: tuple[ExperimentParameter, ...], can_edit: bool
    ) -> None:
        """Show the name that is bound to, and its value."""
        found = next((item for item in known if item.name == name), None)
        value = "" if found is None or found.default is None else f" = {found.default}"
        self._text.setText(f"{name}{value}")
        self._text.setToolTip(
            f"Takes the value of the experiment's parameter “{name}”. As a web service parameter, "
            "requests may set it."
        )
        self._button.setEnabled(can_edit)


class FieldMenu(QMenu):
    """The menu of a field."""

    reset_wanted = Signal()
    nothing_wanted = Signal()
    range_wanted = Signal()
    bind_wanted = Signal(str)
    publish_wanted = Signal()

    def __init__(
        self,
        parameter: Parameter,
        known: tuple[ExperimentParameter, ...],
        bound_to: str | None,
        is_ranged: bool | None,
        parent: QWidget,
    ) -> None:
        """Offer what fits the parameter; ``is_ranged`` is None where it cannot have a range."""
        super().__init__(parent)
        self.setObjectName(f"field_menu_{parameter.name}")
        self.aboutToHide.connect(self.deleteLater)
        self.addAction(icon("rotate-ccw"), "Reset to the default", self.reset_wanted.emit)
        if parameter.optional and parameter.default is not None:
            self.addAction(icon("x"), "Set to nothing", self.nothing_wanted.emit)
        if is_ranged is not None:
            text = "Remove the range" if is_ranged else "Try several values…"
            self.addAction(icon("sliders-horizontal"), text, self.range_wanted.emit)
        self.addSeparator()
        if bound_to is not None:
            self.addAction(icon("unlink"), "Unbind", lambda: self.bind_wanted.emit(""))
        else:
            text = "Make it a web service parameter"
            make = self.addAction(icon("cloud"), text, self.publish_wanted.emit)
            make.setObjectName("field_menu_publish")
        bind = self.addMenu(icon("link-2"), "Bind to an experiment or web service parameter")
        bind.setObjectName("field_menu_bind")
        for item in known:
            bind.addAction(item.name, partial(self.bind_wanted.emit, item.name))
        if not known:
            nothing = bind.addAction("There is none yet")
            nothing.setEnabled(False)
