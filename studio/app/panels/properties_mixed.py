"""The page of several things that share no parameters."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from studio.app.figures import count
from studio.app.icons import icon
from studio.app.panels.properties_page import Page
from studio.app.panels.properties_parts import Caption
from studio.app.widgets.separator import separator
from studio.document.edits import Remove, SetDisabled

_KINDS = (("nodes", "node"), ("groups", "group"), ("frames", "frame"), ("notes", "note"))


class MixedPage(Page):
    """How many of what are selected, and what can be done with all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the parts."""
        super().__init__(parent)
        self._title = Caption("", "title", self)
        self._title.setObjectName("mixed_title")
        self._kinds = Caption("", "soft", self)
        self._kinds.setObjectName("mixed_kinds")
        self._run = self._button("Run to here", "play", "mixed_run")
        self._switch = self._button("Disable", "power", "mixed_disable")
        self._remove = self._button("Remove", "trash-2", "mixed_remove")
        self.column.addWidget(self._title)
        self.column.addWidget(self._kinds)
        self.column.addWidget(separator(self))
        buttons = QVBoxLayout()
        buttons.setSpacing(8)
        self.column.addLayout(buttons)
        for button in (self._run, self._switch, self._remove):
            buttons.addWidget(button)
        self._run.clicked.connect(self._run_to_here)
        self._switch.clicked.connect(self._switch_nodes)
        self._remove.clicked.connect(self._remove_all)

    @override
    def refresh(self) -> None:
        if self.draft is None:
            return
        experiment = self.draft.experiment
        parts = []
        for kind, word in _KINDS:
            number = sum(id in getattr(experiment, kind) for id in self.ids)
            if number:
                parts.append(count(number, word))
        links = len(self.draft.selected_links)
        if links:
            parts.append(count(links, "link"))
        self._title.setText(f"{len(self.ids) + links} selected")
        self._kinds.setText(", ".join(parts))
        nodes = self.draft.selected_nodes
        self._switch.setText("Enable" if self._all_disabled() else "Disable")
        for button in (self._run, self._switch):
            button.setVisible(bool(nodes))
        can_run = self.draft.record is None and not self.draft.is_running
        self._run.setEnabled(can_run)
        self._switch.setEnabled(not self.draft.read_only)
        self._remove.setEnabled(not self.draft.read_only)

    def _all_disabled(self) -> bool:
        return self.draft is not None and all(n.disabled for n in self.draft.selected_nodes)

    def _button(self, text: str, drawing: str, name: str) -> QPushButton:
        button = QPushButton(icon(drawing), text, self)
        button.setObjectName(name)
        return button

    def _run_to_here(self) -> None:
        if self.draft is not None:
            self.draft.run(tuple(node.id for node in self.draft.selected_nodes))

    def _switch_nodes(self) -> None:
        if self.draft is not None:
            ids = tuple(node.id for node in self.draft.selected_nodes)
            self.draft.apply(SetDisabled(ids, not self._all_disabled()))

    def _remove_all(self) -> None:
        if self.draft is not None:
            self.draft.apply(Remove(self.ids, self.draft.selected_links))
