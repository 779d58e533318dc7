"""What is shown of a node whose module is not installed: its settings, as they are kept."""

from __future__ import annotations

import json

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.editors.texts import TextBox
from studio.app.panels.properties_parts import Caption
from studio.app.theme import theme
from studio.document.frozen import thaw
from studio.document.items import Node


class UnknownModule(QWidget):
    """Says that the module is missing, and shows the parameters to read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the parts."""
        super().__init__(parent)
        self._text = Caption("", "soft", self)
        self._params = TextBox(self, 3, 16)
        self._params.setFont(theme().font("mono"))
        self._params.setReadOnly(True)
        self._params.setAccessibleName("Parameters of the node")
        self._params.setObjectName("unknown_params")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._text)
        layout.addWidget(self._params)

    def show_node(self, node: Node) -> None:
        """Show a node."""
        self._text.setText(
            f"The module “{node.module}” is not installed here. The node keeps its settings and "
            "links. Install the package it comes from, or replace it."
        )
        self._params.setPlainText(json.dumps(thaw(node.params), indent=1, ensure_ascii=False))
