"""Which editor a parameter has."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.app.editors.choices import ChoiceEditor
from studio.app.editors.code import CodeEditor
from studio.app.editors.column import ColumnEditor
from studio.app.editors.columns import ColumnsEditor
from studio.app.editors.field_editor import FieldEditor
from studio.app.editors.file_path import FileEditor
from studio.app.editors.item_types import is_plain, item_type
from studio.app.editors.lines import LineEditor
from studio.app.editors.lists import ListEditor
from studio.app.editors.mappings import MappingEditor
from studio.app.editors.numbers import NumberEditor
from studio.app.editors.switch import SwitchEditor
from studio.app.editors.texts import JsonEditor, TextEditor
from studio.sdk.params import Kind, Parameter

_EDITORS: dict[Kind, type[FieldEditor]] = {
    "integer": NumberEditor,
    "double": NumberEditor,
    "boolean": SwitchEditor,
    "string": LineEditor,
    "choice": ChoiceEditor,
    "text": TextEditor,
    "column": ColumnEditor,
    "columns": ColumnsEditor,
    "file": FileEditor,
    "list": ListEditor,
    "mapping": MappingEditor,
}


def make_editor(parameter: Parameter, parent: QWidget | None = None) -> FieldEditor:
    """Return a new editor that fits a parameter's declaration."""
    return _class_of(parameter)(parameter, parent)


def _class_of(parameter: Parameter) -> type[FieldEditor]:
    if parameter.kind == "text" and parameter.language:
        return CodeEditor
    if parameter.kind in ("list", "mapping") and not is_plain(item_type(parameter)):
        return JsonEditor
    return _EDITORS[parameter.kind]
