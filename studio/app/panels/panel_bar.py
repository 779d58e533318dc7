"""The bar at the head of a panel: what narrows its content down, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton, QWidget

from studio.app.theme import SPACE
from studio.app.widgets.search_line import SearchLine
from studio.app.widgets.tool_button import tool_button


class PanelBar(QFrame):
    """A row of controls from the left; what follows :meth:`space` stands at the right."""

    def __init__(self) -> None:
        """Make an empty bar."""
        super().__init__()
        self.setProperty("kind", "toolbar")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
        self._layout.setSpacing(SPACE)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the end of the bar."""
        self._layout.addWidget(widget)

    def space(self) -> None:
        """Let what follows stand at the right."""
        self._layout.addStretch(1)

    def button(
        self,
        name: str,
        picture: str,
        tip: str,
        call: Callable[[], object] | None = None,
        *,
        text: str = "",
        token: str = "text_soft",
    ) -> QToolButton:
        """Add a button with an icon, and with a text beside it where one is given."""
        button = tool_button(name, picture, tip, call, token=token)
        if text:
            button.setText(text)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add(button)
        return button

    def search(self, name: str, hint: str, changed: Callable[[str], object]) -> QLineEdit:
        """Add a field that narrows the panel down to a text."""
        field = SearchLine(name, hint)
        field.setMaximumWidth(60 * SPACE)
        field.textChanged.connect(changed)
        self.add(field)
        return field
