"""The editor of a list: a row for each item."""

from __future__ import annotations

from typing import get_args

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.editors.field_editor import MIXED, Shown, outline
from studio.app.editors.item_types import item_text, item_type, read_item
from studio.app.editors.rows_editor import RowsEditor
from studio.sdk.params import Parameter


class ListEditor(RowsEditor):
    """Items of one type, one in each row; an item that is none of the type leaves all as it was."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        """Make the rows."""
        self._type = item_type(parameter)
        super().__init__(parameter, parent, ("item",) if get_args(self._type) else ("",))

    @override
    def set_wrong(self, wrong: bool) -> None:
        """Outline the items that are wrong, or all where each is right by itself."""
        lines = self._rows.lines()[:-1] or self._rows.lines()
        bad = [line for line in lines if read_item(line.text(), self._type) is None]
        for line in self._rows.lines():
            outline(line, wrong and (line in bad if bad else line in lines))

    @override
    def _draw(self, shown: Shown, fresh: bool) -> None:
        value = [item_text(item) for item in shown.value or ()]
        now = [read_item(cells[0], self._type) for cells in self._rows.values()]
        if fresh or now != list(shown.value or ()):
            self._rows.show_values([(text,) for text in value])
            self.refused.emit("")
        last = self._rows.lines()[-1]
        last.setPlaceholderText(MIXED if shown.mixed else "Add an item")

    @override
    def _changed(self) -> None:
        self._rows.lines()[-1].setPlaceholderText("Add an item")
        for line in self._rows.lines()[:-1]:
            line.setPlaceholderText("")
        texts = [cells[0] for cells in self._rows.values()]
        items = [read_item(text, self._type) for text in texts]
        wrong = [text for text, item in zip(texts, items, strict=True) if item is None]
        self.refused.emit(wrong[0] if wrong else "")
        if not wrong:
            self.edited.emit(items)
