"""The page of one node, and the page of several nodes of one module."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from studio.app.draft import Draft
from studio.app.panels.properties_flash import flash
from studio.app.panels.properties_form import ParameterForm
from studio.app.panels.properties_header import NodeHeader
from studio.app.panels.properties_page import Page
from studio.app.panels.properties_parts import Caption
from studio.app.panels.properties_unknown import UnknownModule
from studio.app.widgets.separator import separator
from studio.document.change import Change
from studio.sdk.module import Module

_FORMS_KEPT = 24


class FormPage(Page):
    """A page with the form of a module below its head; forms are made once and kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make a page without a form."""
        super().__init__(parent)
        self._forms: OrderedDict[type[Module], ParameterForm] = OrderedDict()
        self.form: ParameterForm | None = None

    def show_form(self, cls: type[Module] | None) -> None:
        """Show the form of a module."""
        if self.form is not None and self.form.cls is not cls:
            self.let_go()
            self.form.flush()
            self.form.hide()
        self.form = None
        if cls is None:
            return
        if cls not in self._forms:
            self._forms[cls] = ParameterForm(cls, self)
            self._forms[cls].hide()
            self.column.addWidget(self._forms[cls])
        self._forms.move_to_end(cls)
        self.form = self._forms[cls]
        if len(self._forms) > _FORMS_KEPT:
            _, oldest = self._forms.popitem(last=False)
            self.column.removeWidget(oldest)
            oldest.deleteLater()

    @override
    def flush(self) -> None:
        if self.form is not None:
            self.form.flush()

    @override
    def take_problems(self) -> None:
        if self.form is not None:
            self.form.refresh_problems()

    @override
    def take_schemas(self) -> None:
        if self.form is not None:
            self.form.refresh_surroundings()

    @override
    def help_module(self) -> str:
        return "" if self.form is None else self.form.cls.meta.id

    @override
    def focus_field(self, name: str) -> None:
        """Unfold what hides a field, give it the focus and let it flash."""
        field = None if self.form is None else self.form.field(name)
        if self.form is None or field is None:
            return
        if field.parameter.advanced:
            self.form.unfold(True)
        field.editor.setFocus()
        QTimer.singleShot(0, field, lambda: flash(field))


class NodePage(FormPage):
    """One node: its head, and a field for each of its module's parameters."""

    help_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the head."""
        super().__init__(parent)
        self._header = NodeHeader(self)
        self._header.help_wanted.connect(lambda: self.help_wanted.emit(self.help_module()))
        self._unknown = UnknownModule(self)
        self._nothing = Caption("There is nothing to set.", "soft", self)
        self.column.addWidget(self._header)
        self.column.addWidget(separator(self))
        self.column.addWidget(self._nothing)
        self.column.addWidget(self._unknown)

    @override
    def show_selection(self, draft: Draft, ids: tuple[str, ...]) -> None:
        self.flush()
        self.draft, self.ids = draft, ids
        self._header.show_node(draft, ids[0])
        cls = draft.module(ids[0])
        self.show_form(cls)
        if self.form is not None:
            self.form.show_nodes(draft, ids)
            self.form.show()
        self._nothing.setVisible(cls is not None and not cls.parameters())
        self._unknown.setVisible(cls is None)
        if cls is None:
            self._unknown.show_node(draft.experiment.node(ids[0]))

    @override
    def take_change(self, change: Change) -> None:
        """Show what an edit changed, where it is about this node or what it stands on."""
        if self.draft is None or self.ids[0] not in self.draft.experiment.nodes:
            return
        names = change.nodes_changed.get(self.ids[0])
        links = (*change.links_added, *change.links_removed)
        if names is not None and names & {"module", "version"}:
            self.show_selection(self.draft, self.ids)
        elif names is not None or "parameters" in change.meta:
            self._header.refresh()
            if self.form is not None:
                self.form.refresh()
        if any(link.target == self.ids[0] for link in links):
            self.take_schemas()

    @override
    def take_states(self, ids: frozenset[str]) -> None:
        if self.ids[0] in ids:
            self._header.refresh_state()
            self.take_problems()

    @override
    def refresh(self) -> None:
        self._header.refresh_state()

    @override
    def flush(self) -> None:
        super().flush()
        self._header.flush()


class SeveralPage(FormPage):
    """Several nodes of one module: what they share is edited in all of them at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the head."""
        super().__init__(parent)
        self._title = Caption("", "title", self)
        self._title.setObjectName("several_title")
        self._names = Caption("", "soft", self)
        self.column.addWidget(self._title)
        self.column.addWidget(self._names)
        self.column.addWidget(separator(self))

    @override
    def show_selection(self, draft: Draft, ids: tuple[str, ...]) -> None:
        self.flush()
        self.draft, self.ids = draft, ids
        cls = draft.module(ids[0])
        self.show_form(cls)
        if self.form is not None and cls is not None:
            self._title.setText(f"{len(ids)} nodes · {cls.meta.title}")
            names = ", ".join(draft.experiment.node(id).shown_title for id in ids)
            self._names.setText(f"{names}. What you set here is set in all of them.")
            self.form.show_nodes(draft, ids)
            self.form.show()

    @override
    def take_change(self, change: Change) -> None:
        """Show what an edit changed."""
        if self.form is None:
            return
        if "parameters" in change.meta or any(id in change.nodes_changed for id in self.ids):
            self.form.refresh()
