"""The Properties panel: everything that can be set of what is selected."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.draft import Draft
from studio.app.panels.properties_experiment import ExperimentPage
from studio.app.panels.properties_items import FramePage, GroupPage, LinkPage, NotePage
from studio.app.panels.properties_mixed import MixedPage
from studio.app.panels.properties_node import NodePage, SeveralPage
from studio.app.panels.properties_page import Page
from studio.app.panels.properties_parts import Caption
from studio.app.session import Session
from studio.app.widgets.icon_label import IconLabel
from studio.app.widgets.separator import separator
from studio.document.change import Change

_WIDTH = 340


class PropertiesPanel(QWidget):
    """Follows the selection of the draft that is in front."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """Show what is selected in the session."""
        super().__init__(parent)
        self.setObjectName("properties")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(300)
        self._session = session
        self._draft: Draft | None = None
        self._page: Page | None = None
        self._pages: dict[type[Page], Page] = {}
        self._banner = _banner(self)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget(self._area)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 16, 16, 24)
        self._column.addStretch(1)
        self._area.setWidget(inside)
        inside.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        self._help = _QuickHelp(session, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._banner)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._help)
        session.current_changed.connect(self._follow)
        session.field_requested.connect(self._go_to_field)
        session.bridge.ready.connect(self._take_engine)
        self._follow(session.current)

    @override
    def sizeHint(self) -> QSize:
        """Return the width at which fields are pleasant to read."""
        return QSize(_WIDTH, 600)

    def _follow(self, draft: Draft | None) -> None:
        """Listen to another draft, and no longer to the one before."""
        if self._page is not None:
            self._page.flush()
        for each, connect in ((self._draft, False), (draft, True)):
            for signal, slot in () if each is None else self._wires(each):
                if connect:
                    signal.connect(slot)
                else:
                    signal.disconnect(slot)
        self._draft = draft
        self._select()

    def _wires(self, draft: Draft) -> tuple[tuple[Any, Any], ...]:
        return (
            (draft.selection_changed, self._select),
            (draft.changed, self._take_change),
            (draft.problems_changed, self._take_problems),
            (draft.described, self._take_schemas),
            (draft.states_changed, self._take_states),
            (draft.run_changed, self._take_run),
            (draft.title_changed, self._take_run),
        )

    def _select(self) -> None:
        """Show the page of what is selected."""
        self._area.setUpdatesEnabled(False)
        draft = self._draft
        kind = None if draft is None else _page_of(draft)
        page = None if kind is None else self._page_for(kind)
        if self._page is not None and self._page is not page:
            self._page.let_go()
            self._page.flush()
            self._page.hide()
        self._page = page
        self._banner.setVisible(draft is not None and draft.read_only)
        if draft is not None and page is not None:
            page.show_selection(draft, tuple(sorted(draft.selection)))
            page.show()
            self._area.verticalScrollBar().setValue(0)
        self._area.setUpdatesEnabled(True)
        self._help.show_module("" if page is None else page.help_module())

    def _page_for(self, kind: type[Page]) -> Page:
        if kind not in self._pages:
            page = kind(self._area.widget())
            if isinstance(page, NodePage):
                page.help_wanted.connect(self._session.help_requested)
            self._pages[kind] = page
            self._column.insertWidget(0, page)
        return self._pages[kind]

    def _take_engine(self) -> None:
        """Ask for the last run again: before there was an engine, none was known."""
        if isinstance(self._page, ExperimentPage):
            self._page.ask_history()

    def _take_change(self, change: Change) -> None:
        if self._page is not None:
            self._page.take_change(change)

    def _take_problems(self) -> None:
        if self._page is not None:
            self._page.take_problems()

    def _take_schemas(self) -> None:
        if self._page is not None:
            self._page.take_schemas()

    def _take_states(self, ids: object) -> None:
        if self._page is not None:
            self._page.take_states(cast("frozenset[str]", ids))

    def _take_run(self) -> None:
        if self._page is not None:
            self._page.refresh()

    def _go_to_field(self, draft: Draft, node: str, name: str) -> None:
        """Show a node, and lead to one of its fields."""
        if draft is not self._draft or node not in draft.experiment.nodes:
            return
        draft.select([node])
        if self._page is not None and name:
            self._page.focus_field(name)


class _QuickHelp(QFrame):
    """One sentence on the module, and the way to the rest."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._module = ""
        self.setObjectName("quick_help")
        self._text = Caption("", "caption", self)
        self._text.setObjectName("quick_help_text")
        self._more = QPushButton("More help", self)
        self._more.setProperty("kind", "link")
        self._more.setObjectName("quick_help_more")
        self._more.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        row.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(separator(self))
        layout.addLayout(row)

    def show_module(self, module: str) -> None:
        """Show the help of a module, or with an empty text none."""
        cls = self._session.registry.get(module) if module else None
        self._module = module
        self.setVisible(cls is not None)
        if cls is not None:
            self._text.setText(cls.help().partition("\n\n")[0].replace("\n", " "))

    def _ask(self) -> None:
        self._session.help_requested.emit(self._module)


def _banner(parent: QWidget) -> QFrame:
    """Return the line that says that nothing can be changed."""
    frame = QFrame(parent)
    frame.setProperty("kind", "banner")
    frame.setObjectName("read_only_banner")
    layout = QHBoxLayout(frame)
    layout.setContentsMargins(16, 8, 16, 8)
    layout.setSpacing(8)
    layout.addWidget(IconLabel("eye", "info", frame))
    layout.addWidget(QLabel("Read-only", frame), 1)
    return frame


def _page_of(draft: Draft) -> type[Page]:
    """Return which page shows what is selected in a draft."""
    experiment, ids, links = draft.experiment, draft.selection, draft.selected_links
    if not ids and not links:
        return ExperimentPage
    if not ids and len(links) == 1:
        return LinkPage
    nodes = [experiment.nodes[id] for id in ids if id in experiment.nodes]
    if len(nodes) == len(ids):
        known = {draft.registry.get(node.module) for node in nodes}
        if len(nodes) == 1:
            return NodePage
        return SeveralPage if len(known) == 1 and None not in known else MixedPage
    if len(ids) > 1:
        return MixedPage
    id = next(iter(ids))
    if id in experiment.groups:
        return GroupPage
    return FramePage if id in experiment.frames else NotePage
