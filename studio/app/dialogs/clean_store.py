"""The dialog that removes kept results from the store."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QRadioButton, QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.session import Session
from studio.app.theme import SPACE
from studio.engine.errors import size_text
from studio.sdk.errors import StudioError
from studio.session.settings import SizeWrong, size_in_bytes

WIDTH = 440
_SENTENCE = (
    "Results are kept so that nothing is computed twice. What is removed is computed again when it"
    " is needed; experiments, saved datasets and models stay, and so does what a run uses now."
)


class CleanStoreDialog(Dialog):
    """Asks how much may stay."""

    def __init__(
        self, session: Session, then: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        """Offer to remove all results or the less useful ones; ``then`` follows when it is done."""
        super().__init__("clean_store_dialog", "Clean up the store", _SENTENCE, parent)
        self._session = session
        self._then = then
        self._all = QRadioButton("Remove all results")
        self._all.setObjectName("clean_all")
        self._some = QRadioButton("Keep the most useful ones, up to this size:")
        self._some.setObjectName("clean_some")
        self._all.setChecked(True)
        self._keep = QLineEdit("1 GB")
        self._keep.setObjectName("clean_keep")
        self._keep.setAccessibleName("How much may stay")
        self._keep.setMaximumWidth(40 * SPACE)
        self._keep.setEnabled(False)
        self._keep.textChanged.connect(lambda _: self._check())
        self._some.toggled.connect(self._keep.setEnabled)
        self._some.toggled.connect(lambda _: self._check())
        for widget in (self._all, self._some, self._keep):
            self.add(widget)
        self.button("cancel", "Cancel", self.reject)
        self._clean = self.button("clean", "Clean up", self.accept, "primary")
        self.accepted.connect(self._begin)
        self.finish(WIDTH)

    def _check(self) -> None:
        wrong = self._some.isChecked() and self._size() is None
        self._keep.setProperty("wrong", wrong)
        self._keep.setToolTip("Write a size such as “4 GB”." if wrong else "")
        self._keep.style().polish(self._keep)
        self._clean.setEnabled(not wrong)

    def _size(self) -> int | None:
        try:
            return size_in_bytes(self._keep.text())
        except SizeWrong:
            return None

    def _begin(self) -> None:
        engine = self._session.bridge.engine
        if engine is None:
            self._session.say("warning", "The engine has not started yet.")
            return
        store = engine.store
        keep = self._size() if self._some.isChecked() else 0
        work = (lambda: store.sweep(keep)) if keep else store.clean
        session, then = self._session, self._then
        session.bridge.work(work, lambda freed: _say(session, then, freed))


def _say(session: Session, then: Callable[[], object], freed: int | StudioError) -> None:
    if isinstance(freed, StudioError):
        session.say("error", freed.message)
        return
    session.results_removed()
    session.say("info", f"{size_text(freed)} freed in the store.")
    then()
