"""The question what becomes of unsaved changes when something is closed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.dialogs.name_list import NameList
from studio.app.draft import Draft

WIDTH = 460


class UnsavedDialog(Dialog):
    """Save, discard or cancel; ``save_chosen`` or ``discarded`` says which."""

    save_chosen = Signal()
    discarded = Signal()

    def __init__(self, drafts: Sequence[Draft], parent: QWidget | None = None) -> None:
        """Ask about one draft or several."""
        one = len(drafts) == 1
        title = f"Save changes to “{drafts[0].title}”?" if one else "Save changes before closing?"
        sentence = "What is not saved is lost when it is closed."
        super().__init__("unsaved_dialog", title, sentence, parent)
        self.setWindowTitle("Unsaved changes")
        if not one:
            rows = [(draft.title, _place(draft)) for draft in drafts]
            self.add(NameList("unsaved_drafts", "Experiments with unsaved changes", rows))
        discard = self.button("discard", "Discard", self._discard, "danger", left=True)
        discard.setToolTip("Close without saving")
        self.button("cancel", "Cancel", self.reject)
        self.button("save", "Save" if one else "Save all", self._save, "primary").setFocus()
        self.finish(WIDTH)

    def _save(self) -> None:
        self.accept()
        self.save_chosen.emit()

    def _discard(self) -> None:
        self.accept()
        self.discarded.emit()


def _place(draft: Draft) -> str:
    return "never saved" if draft.path is None else str(draft.path.parent)
