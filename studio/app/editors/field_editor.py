"""The field editor: what all widgets that edit one parameter have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget
from typing_extensions import override

from studio.document.frozen import freeze, same
from studio.sdk.params import Parameter
from studio.sdk.schema import TableSchema

MIXED = "Mixed"


@dataclass(frozen=True)
class Shown:
    """What a field shows: the value that counts, as JSON-able data.

    Attributes:
        is_set: Whether the value stands in the document; otherwise it is the module's default.
        mixed: Whether several nodes differ in it; the value is then None.
    """

    value: Any = None
    is_set: bool = False
    mixed: bool = False

    def same_as(self, other: Shown | None) -> bool:
        """Whether a field that shows the other has nothing to change."""
        return (
            other is not None
            and (self.is_set, self.mixed) == (other.is_set, other.mixed)
            and same(freeze(self.value), freeze(other.value))
        )


@dataclass(frozen=True)
class Surroundings:
    """What a field knows of the node around it.

    Attributes:
        title: What the node is called.
        base: The folder that relative paths start from.
        schema: The columns to choose from; None where they are not known.
        why: Why they are not known.
        ports: What arrives at each Table input, by the input's name.
        writes: Whether files are written, not read.
    """

    title: str = ""
    base: Path = field(default_factory=Path)
    schema: TableSchema | None = None
    why: str = ""
    ports: Mapping[str, TableSchema | None] = field(default_factory=dict)
    writes: bool = False


class FieldEditor(QWidget):
    """Edits one parameter. It shows what it is told, and says what the person wants.

    ``edited`` carries a new value, ``emptied`` asks for the default, ``refused`` carries a text
    that cannot be a value (empty once it can be), ``left`` says that typing has ended.
    """

    edited = Signal(object)
    emptied = Signal()
    refused = Signal(str)
    left = Signal()

    is_typed = False
    """Whether values come key by key, so that several belong to one step of Undo."""
    has_label = False
    """Whether the widget shows the parameter's label itself."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the widget of a parameter; it shows nothing yet."""
        super().__init__(parent)
        self.parameter = parameter
        self.shown: Shown | None = None
        self.surroundings = Surroundings()
        self.head_button: QToolButton | None = None

    def show_value(self, shown: Shown, *, fresh: bool = False) -> None:
        """Show a value; ``fresh`` also forgets a text that could not be one."""
        if fresh or not shown.same_as(self.shown):
            self.shown = shown
            self._draw(shown, fresh)

    def set_surroundings(self, surroundings: Surroundings) -> None:
        """Take in what is new around the node."""
        if surroundings != self.surroundings:
            self.surroundings = surroundings
            self._take_surroundings()

    def set_wrong(self, wrong: bool) -> None:
        """Outline the field, or no longer."""
        outline(self.entry(), wrong)

    def set_read_only(self, read_only: bool) -> None:
        """Let the field be looked at only."""
        self.setEnabled(not read_only)

    def entry(self) -> QWidget:
        """Return the widget that has the focus while the field is edited."""
        entry: QWidget = self
        while (proxy := entry.focusProxy()) is not None:
            entry = proxy
        return entry

    def remark(self) -> str:
        """Return what the field itself notices about its value, or an empty text."""
        return ""

    def _adopt(self, entry: QWidget) -> None:
        """Make a widget the one that is found, read out and focused as this field."""
        entry.setObjectName(f"param_{self.parameter.name}")
        entry.setAccessibleName(self.parameter.label)
        self.setFocusProxy(entry)

    def _draw(self, shown: Shown, fresh: bool) -> None:
        raise NotImplementedError

    def _take_surroundings(self) -> None:
        """React to new surroundings, where it matters."""


class QuietCombo(QComboBox):
    """A combo box that the wheel scrolls past instead of changing it."""

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the panel scroll."""
        event.ignore()


def outline(widget: QWidget, wrong: bool) -> None:
    """Give a widget the look of something wrong, or take it away."""
    if bool(widget.property("wrong")) != wrong:
        widget.setProperty("wrong", wrong)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def plain_value(value: Any) -> Any:
    """Return a declared default as JSON-able data, as a document would keep it."""
    dump = getattr(value, "model_dump", None)
    if dump is not None:
        return dump(mode="json")
    if isinstance(value, tuple | list):
        return [plain_value(item) for item in value]
    return value
