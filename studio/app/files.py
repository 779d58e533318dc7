"""Opening, saving and closing, with the questions that go with them; none of them blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from studio.app.dialogs.changed_on_disk import ChangedOnDiskDialog
from studio.app.dialogs.recovery import RecoveryDialog
from studio.app.dialogs.running import RunningDialog
from studio.app.dialogs.unsaved import UnsavedDialog
from studio.app.draft import Draft
from studio.app.pairs import keep_files
from studio.document.errors import ChangedOnDisk

if TYPE_CHECKING:
    from studio.app.main_window import MainWindow

SUFFIX = ".experiment"
_FILTER = f"Experiments (*{SUFFIX});;All files (*)"
Then = Callable[[], object]


class Files(QObject):
    """What a window does with files of experiments."""

    def __init__(self, window: MainWindow) -> None:
        """Work for a window."""
        super().__init__(window)
        self._window = window
        self._session = window.session

    def ask_open(self) -> None:
        """Ask for files and open them."""
        dialog = self._dialog("Open experiment", QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.open_all)
        dialog.open()

    def open_all(self, names: Sequence[str]) -> None:
        """Open files; unsaved work that a crash left of them is offered."""
        for name in names:
            self.open(Path(name))

    def open(self, path: Path) -> Draft | None:
        """Open one file; unsaved work that a crash left of it is offered."""
        draft = self._session.open(path)
        if draft is not None and draft.document is not None and draft.document.recoveries:
            RecoveryDialog(self._session, draft.document.recoveries, self._window).open()
        return draft

    def save(self, draft: Draft | None = None, then: Then | None = None) -> None:
        """Save a draft, the one in front by default, asking for a file where it has none."""
        draft = draft or self._session.current
        if draft is None or draft.document is None:
            self._session.say("warning", "The record of a run cannot be saved; restore it first.")
        elif draft.path is None or draft.read_only:
            self.ask_save(draft, then)
        else:
            self._save(draft, draft.path, then)

    def ask_save(self, draft: Draft | None = None, then: Then | None = None) -> None:
        """Ask for a file and save a draft there."""
        draft = draft or self._session.current
        if draft is None or draft.document is None:
            return
        dialog = self._dialog("Save experiment as", QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.lstrip("."))
        dialog.selectFile(str(draft.path or f"{draft.title}{SUFFIX}"))
        dialog.fileSelected.connect(lambda name: self._save(draft, Path(name), then))
        dialog.open()

    def ask_save_picture(self) -> None:
        """Ask for a file and save the picture of the graph there."""
        canvas = self._window.canvas
        dialog = self._dialog("Save picture of the graph", QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("PNG picture (*.png)")
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(lambda name: self._save_picture(canvas.picture().save, name))
        dialog.open()

    def close_current(self) -> None:
        """Close the draft in front, asking first where something would be lost."""
        if self._session.current is not None:
            self.close(self._session.current)

    def close(self, draft: Draft) -> None:
        """Close a draft, asking first where something would be lost."""
        self.ask_to_close([draft], partial(self._session.close, draft))

    def ask_to_close(self, drafts: Sequence[Draft], then: Then) -> None:
        """Do ``then``, but first ask whether runs are stopped, and what becomes of changes."""
        running = [draft for draft in drafts if draft.is_running]
        if not running:
            self._ask_unsaved(drafts, then)
            return
        dialog = RunningDialog(running, self._window)
        dialog.accepted.connect(partial(self._ask_unsaved, drafts, then))
        dialog.open()

    def _ask_unsaved(self, drafts: Sequence[Draft], then: Then) -> None:
        """Do ``then``, but first ask what becomes of unsaved changes in some drafts."""
        unsaved = [draft for draft in drafts if draft.is_modified and draft.document is not None]
        if not unsaved:
            then()
            return
        dialog = UnsavedDialog(unsaved, self._window)
        dialog.discarded.connect(then)
        dialog.save_chosen.connect(partial(self._save_all, unsaved, then))
        dialog.open()

    def _save_all(self, drafts: Sequence[Draft], then: Then) -> None:
        """Save drafts one after the other, each when the one before is saved."""
        if drafts:
            self.save(drafts[0], partial(self._save_all, drafts[1:], then))
        else:
            then()

    def _save(self, draft: Draft, path: Path, then: Then | None) -> None:
        keep_files(self._session, draft, path)
        try:
            if self._session.save(draft, path) and then is not None:
                then()
        except ChangedOnDisk:
            dialog = ChangedOnDiskDialog(draft, self._window)
            dialog.overwrite_chosen.connect(partial(self._overwrite, draft, path, then))
            dialog.save_as_chosen.connect(partial(self.ask_save, draft, then))
            dialog.open()

    def _overwrite(self, draft: Draft, path: Path, then: Then | None) -> None:
        if self._session.save(draft, path, overwrite=True) and then is not None:
            then()

    def _save_picture(self, save: Callable[[str], bool], name: str) -> None:
        if not save(name):
            self._session.say("error", f"The picture could not be written to “{name}”.")

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setObjectName("file_dialog")
        dialog.setAcceptMode(mode)
        dialog.setNameFilter(_FILTER)
        current = self._session.current
        recent = self._session.remembered.recent_files
        folder = recent[0].parent if recent else Path.home()
        dialog.setDirectory(str(current.path.parent if current and current.path else folder))
        dialog.finished.connect(dialog.deleteLater)
        return dialog
