"""The menu of an entry of the palette."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from studio.app import icons
from studio.app.palette_entry import PaletteEntry


class EntryMenu(QMenu):
    """What can be done with an entry; whoever shows it connects the actions.

    Attributes:
        add, help, favourite: For every entry.
        rename, remove: Seen for saved things only.
    """

    def __init__(
        self, entry: PaletteEntry, is_favourite: bool, can_add: bool, parent: QWidget
    ) -> None:
        """Make the menu; it is gone when it is closed."""
        super().__init__(parent)
        self.setObjectName("entry_menu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add = self.addAction(icons.icon("plus"), "Add to the experiment")
        self.add.setEnabled(can_add)
        self.help = self.addAction(icons.icon("circle-question-mark"), "Help")
        self.help.setShortcut(Qt.Key.Key_F1)
        self.favourite = self.addAction(
            icons.icon("star"),
            "Remove from favourites" if is_favourite else "Add to favourites",
        )
        self.addSeparator()
        self.rename = self.addAction(icons.icon("pencil"), "Rename…")
        self.remove = self.addAction(icons.icon("trash-2", "bad"), "Remove…")
        for action in (self.rename, self.remove):
            action.setVisible(entry.saved is not None)
