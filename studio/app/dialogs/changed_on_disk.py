"""The question what to do when a file was changed by something else."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.draft import Draft

WIDTH = 480


class ChangedOnDiskDialog(Dialog):
    """Overwrite, save elsewhere or cancel: a signal says which of the first two."""

    overwrite_chosen = Signal()
    save_as_chosen = Signal()

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        """Ask about a draft's file."""
        name = draft.title if draft.path is None else draft.path.name
        sentence = (
            "Something else wrote to the file after it was opened here. Save under another name to"
            " keep both, or overwrite what is there now with what this window shows."
        )
        super().__init__("changed_dialog", f"“{name}” was changed on disk", sentence, parent)
        self.button("overwrite", "Overwrite", self._overwrite, "danger", left=True)
        self.button("cancel", "Cancel", self.reject)
        self.button("save_as", "Save as…", self._save_as, "primary").setFocus()
        self.finish(WIDTH)

    def _overwrite(self) -> None:
        self.accept()
        self.overwrite_chosen.emit()

    def _save_as(self) -> None:
        self.accept()
        self.save_as_chosen.emit()
