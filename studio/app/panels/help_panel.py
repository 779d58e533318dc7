"""The help panel: the page of a module, with back and forward."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from studio.app.panels.help_page import SCHEME, page, style_sheet
from studio.app.session import Session
from studio.app.theme import theme
from studio.app.widgets.tool_button import tool_button

_MARGIN = 16
_INDENT = 18
"""In pixels."""


class HelpPanel(QWidget):
    """Shows the help page of the module that was asked about last."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Begin with a word on how to ask."""
        super().__init__(parent)
        self.setObjectName("help_panel")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Help")
        self._session = session
        self._visited: list[str] = []
        self._place = -1
        self.back = tool_button("help_back", "arrow-left", "Back", self.go_back)
        self.forward = tool_button("help_forward", "arrow-right", "Forward", self.go_forward)
        self._title = QLabel(self)
        self._title.setProperty("role", "soft")
        self.page = QTextBrowser(self)
        self.page.setObjectName("help_page")
        self.page.setAccessibleName("Help page")
        self.page.setOpenLinks(False)
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setStyleSheet(
            "QTextBrowser { border: none; background: transparent; padding: 0; }"
        )
        self.page.document().setDocumentMargin(_MARGIN)
        self.page.document().setIndentWidth(_INDENT)
        self.page.setPlaceholderText("Choose a module and press F1: its help page shows here.")
        self._lay_out()
        self.page.anchorClicked.connect(self._follow)
        session.help_requested.connect(self.show_module)
        theme().changed.connect(self._draw)
        self._draw()

    @property
    def module(self) -> str:
        """The id of the module whose page is shown, or an empty text."""
        return self._visited[self._place] if self._visited else ""

    def show_module(self, module: str) -> None:
        """Show the page of a module; what was ahead is forgotten."""
        if self._session.registry.get(module) is not None and module != self.module:
            self._visited[self._place + 1 :] = [module]
            self._go(len(self._visited) - 1)

    def go_back(self) -> None:
        """Show the page that was shown before."""
        self._go(self._place - 1)

    def go_forward(self) -> None:
        """Show the page that one came back from."""
        self._go(self._place + 1)

    def _lay_out(self) -> None:
        bar = QFrame(self)
        bar.setProperty("kind", "toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 4, 12, 4)
        row.setSpacing(4)
        row.addWidget(self.back)
        row.addWidget(self.forward)
        row.addWidget(self._title, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(self.page, 1)

    def _go(self, place: int) -> None:
        if 0 <= place < len(self._visited):
            self._place = place
            self._draw()

    def _follow(self, address: QUrl) -> None:
        self.show_module(address.toString().removeprefix(SCHEME))

    def _draw(self) -> None:
        self.back.setEnabled(self._place > 0)
        self.forward.setEnabled(self._place < len(self._visited) - 1)
        module = self._session.registry.get(self.module)
        if module is None:
            return
        self._title.setText(module.meta.title)
        tokens = theme().tokens
        self.page.document().setDefaultStyleSheet(style_sheet(tokens))
        self.page.setHtml(page(self._session.registry, module, tokens))
