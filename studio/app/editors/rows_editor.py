"""An editor whose value stands in rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.editors.field_editor import FieldEditor
from studio.app.editors.rows import Rows
from studio.sdk.params import Parameter


class RowsEditor(FieldEditor):
    """Shows rows of cells under heads, the last cell of each a choice where there are choices."""

    is_typed = True

    def __init__(
        self,
        parameter: Parameter,
        parent: QWidget | None,
        heads: Sequence[str],
        choices: Sequence[str] = (),
    ) -> None:
        """Make the rows."""
        super().__init__(parameter, parent)
        self._rows = Rows(heads, choices, self)
        self._rows.set_names(f"param_{parameter.name}", parameter.label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._rows)
        self.setFocusProxy(self._rows)
        self._rows.changed.connect(self._changed)
        self._rows.left.connect(self.left)

    def _changed(self) -> None:
        raise NotImplementedError
