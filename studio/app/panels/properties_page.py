"""A page of the Properties panel: what all pages can be told."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.app.draft import Draft
from studio.document.change import Change


class Page(QWidget):
    """Shows one kind of selection. It is made once and then shows whatever is selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty page."""
        super().__init__(parent)
        self.draft: Draft | None = None
        self.ids: tuple[str, ...] = ()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(16)

    def show_selection(self, draft: Draft, ids: tuple[str, ...]) -> None:
        """Show other things, after taking what was typed for those before."""
        self.flush()
        self.draft, self.ids = draft, ids
        self.refresh()

    def take_change(self, change: Change) -> None:  # noqa: ARG002
        """React to an edit."""
        self.refresh()

    def refresh(self) -> None:
        """Show things as they are in the document."""

    def flush(self) -> None:
        """Set what was typed and not set yet."""

    def take_states(self, ids: frozenset[str]) -> None:
        """React to new states of nodes."""

    def take_problems(self) -> None:
        """React to new problems."""

    def take_schemas(self) -> None:
        """React to columns that are known now, or no longer."""

    def let_go(self) -> None:
        """Give the focus up, so that it does not jump to whatever is next."""
        focused = self.focusWidget()
        if focused is not None and focused.hasFocus():
            focused.clearFocus()

    def help_module(self) -> str:
        """Return the module that the quick help is about, or an empty text."""
        return ""

    def focus_field(self, name: str) -> None:
        """Give a field the focus, where there is such a field."""
