"""The dialog that keeps what came out of a port as a dataset, a trained model or a transform."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from studio.app.dialogs.dialog import Dialog
from studio.app.draft import Draft
from studio.app.node_titles import node_title
from studio.app.session import Session
from studio.engine import messages as say

WIDTH = 460
KINDS = {"Table": "dataset", "Model": "model", "Transform": "transform"}
TITLES = {"dataset": "dataset", "model": "trained model", "transform": "transform"}
TAKEN = "saved_name_taken"


class SaveOutputDialog(Dialog):
    """Asks for a name and has the result saved; it then stands in the palette."""

    def __init__(
        self, session: Session, draft: Draft, node: str, port: str, parent: QWidget | None = None
    ) -> None:
        """Offer to save what a port of a node has."""
        module = draft.module(node)
        ports = () if module is None else module.outputs()
        found = next((item for item in ports if item.name == port), None)
        self._kind = KINDS.get("" if found is None else found.kind, "")
        self._key = draft.result_key(node)
        title = node_title(draft, node)
        what = TITLES.get(self._kind, "output")
        sentence = f"What “{title}” has now is kept as it is, apart from the experiment."
        super().__init__("save_output_dialog", f"Save as {what}", sentence, parent)
        self._session = session
        self._port = port
        self._source = f"{draft.title}, {title}"
        self._taken: set[str] = set()
        self._request = ""
        several = sum(item.kind == found.kind for item in ports) > 1 if found else False
        self._name = QLineEdit(f"{title}, {found.label}" if found and several else title)
        self._name.setObjectName("output_name")
        self._name.setAccessibleName("Name")
        self._name.selectAll()
        self._name.textChanged.connect(lambda _: self._look())
        self._note = QLabel()
        self._note.setObjectName("output_note")
        self._note.setWordWrap(True)
        label = QLabel("Name")
        label.setBuddy(self._name)
        for widget in (label, self._name, self._note):
            self.add(widget)
        self.button("cancel", "Cancel", self.reject)
        self._save = self.button("save", "Save", self._ask, "primary")
        self.rejected.connect(lambda: session.bridge.forget(self._request))
        self._look()
        self.finish(WIDTH)
        session.bridge.work(session.library.items, self._take_library)

    def _take_library(self, found: Any) -> None:
        if isinstance(found, tuple):
            self._taken = {item.name.casefold() for item in found if item.kind == self._kind}
            self._look()

    def _look(self, wrong: str = "") -> None:
        """Say what will happen, and let Save be pressed where something can."""
        name = self._name.text().strip()
        if not self._kind:
            wrong = "Only tables, models and transforms can be saved."
        elif self._key is None:
            wrong = "There is no result yet. Run the node first."
        replaces = self._replaces and not wrong
        what = TITLES.get(self._kind, "output")
        text = f"Replaces the saved {what} of this name." if replaces else wrong
        self._note.setText(text)
        self._note.setProperty("role", "error" if wrong else "warning")
        self._note.style().polish(self._note)
        self._note.setVisible(bool(text))
        self._save.setText("Replace" if replaces else "Save")
        self._save.setEnabled(bool(name and self._kind and self._key) and not wrong)

    @property
    def _replaces(self) -> bool:
        return self._name.text().strip().casefold() in self._taken

    def _ask(self) -> None:
        if self._key is None:
            return
        name = self._name.text().strip()
        self._save.setEnabled(False)
        self._name.setEnabled(False)
        self._request = uuid4().hex
        question = say.Snapshot(
            self._request, self._key, self._port, name, self._replaces, self._source
        )
        self._session.bridge.ask(question, partial(self._take, name))

    def _take(self, name: str, answer: say.Snapshotted) -> None:
        self._name.setEnabled(True)
        problem = answer.problem
        if problem is None:
            what = TITLES[self._kind]
            self._session.say("info", f"The {what} “{name}” is saved and stands in the palette.")
            self._session.library_changed.emit()
            self.accept()
        elif problem.code == TAKEN:
            self._taken.add(name.casefold())
            self._look()
        else:
            self._look(problem.in_full)
            self._name.setFocus()
