"""The editor of a mapping: a table of names and values."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.editors.field_editor import Shown, outline
from studio.app.editors.item_types import item_text, item_type, read_item
from studio.app.editors.rows_editor import RowsEditor
from studio.sdk.params import Parameter


class MappingEditor(RowsEditor):
    """Names and their values, one pair in each row; each name once."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the rows."""
        self._type = item_type(parameter)
        is_choice = get_origin(self._type) is Literal
        choices = [str(choice) for choice in get_args(self._type)] if is_choice else []
        super().__init__(parameter, parent, ("name", "value"), choices)

    @override
    def set_wrong(self, wrong: bool) -> None:
        for line in self._rows.lines()[:-1]:
            outline(line, wrong)

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        value = shown.value or {}
        if fresh or self._read()[0] != value:
            self._rows.show_values([(name, item_text(item)) for name, item in value.items()])
            self.refused.emit("")

    @override
    def _changed(self) -> None:
        value, wrong = self._read()
        self.refused.emit(wrong)
        if not wrong:
            self.edited.emit(value)

    def _read(self) -> tuple[dict[str, Any], str]:
        """Return what stands in the rows, and the first text that cannot be."""
        value: dict[str, Any] = {}
        for name, text in self._rows.values():
            item = read_item(text, self._type)
            if item is None:
                return value, text or name
            if name in value:
                return value, name
            value[name] = item
        return value, ""
