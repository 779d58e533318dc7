"""The Web service panel: what was done to make the predictive experiment, and what is left."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QSplitter, QWidget

from studio.app.draft import Draft
from studio.app.node_titles import node_title
from studio.app.pairs import is_predictive, predictive_of, training_of
from studio.app.panels.empty_note import EmptyNote
from studio.app.panels.panel_bar import PanelBar
from studio.app.panels.panel_pages import PanelPages, panel_list
from studio.app.panels.service_rows import ServiceDelegate, ServiceModel
from studio.app.panels.service_side import ServiceSide
from studio.app.serving.report import ReportLine, ServiceReport
from studio.app.session import Session
from studio.app.widgets.cut_label import CutLabel

_NONE = (
    "No web service yet",
    "“Set up web service” makes an experiment that answers requests of the one that trains.",
)
_NOTHING_SAID = (
    "Nothing was changed since this was opened",
    "“Update” takes over what the training experiment has now, and says here what it did and why.",
)
_SHARES = (1, 1)


class ServicePanel(QWidget):
    """Follows the draft in front; a click, or Enter, on a line goes to its node."""

    set_up_wanted = Signal()
    update_wanted = Signal()
    export_wanted = Signal()
    repair_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        """Follow the draft in front."""
        super().__init__()
        self.setObjectName("service_panel")
        self.setProperty("kind", "panel")
        self._session = session
        self._predictive: Draft | None = None
        self._model = ServiceModel()
        self._build()
        session.current_changed.connect(self._look)
        session.drafts_changed.connect(self._look)
        session.report_changed.connect(self._look)
        self._look()

    def copy(self) -> None:
        """Copy the list as text."""
        QGuiApplication.clipboard().setText("\n".join(row.text for row in self._model.rows))

    def _build(self) -> None:
        bar = PanelBar()
        self._title = CutLabel("service_title", "strong")
        bar.add(self._title)
        bar.space()
        self._set_up = QPushButton("Set up web service")
        self._set_up.setObjectName("service_set_up")
        self._set_up.clicked.connect(self.set_up_wanted)
        bar.add(self._set_up)
        self._update = bar.button(
            "service_update", "rotate-cw", "Take over what the training experiment has now",
            self.update_wanted.emit, text="Update",
        )  # fmt: skip
        self._export = bar.button(
            "service_export", "package", "Make a package that answers without the studio",
            self.export_wanted.emit, text="Export model package…",
        )  # fmt: skip
        self._copy = bar.button("copy_service", "copy", "Copy the list as text", self.copy)
        self._list = panel_list("service_list", "What was done", self._model, self.copy)
        self._list.setItemDelegate(ServiceDelegate(self._list))
        self._list.clicked.connect(self._open_row)
        self._list.activated.connect(self._open_row)
        self._side = ServiceSide(self._name)
        self._side.repair_wanted.connect(self.repair_wanted)
        self._side.node_wanted.connect(self._go_to)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        for place, part in enumerate((self._list, self._side)):
            split.addWidget(part)
            split.setStretchFactor(place, _SHARES[place])
        self._pages = PanelPages(self, bar, split, EmptyNote("cloud", *_NONE))

    def _look(self, *_: Any) -> None:
        """Show the pair in front."""
        draft = self._session.current
        if draft is None:
            self._predictive = None
        elif is_predictive(draft):
            self._predictive = draft
        else:
            self._predictive = predictive_of(self._session, draft)
        found = self._predictive
        report = None if found is None else self._session.report_of(found)
        self._title.say("" if found is None else found.title)
        self._set_up.setVisible(found is None and draft is not None and draft.record is None)
        for button in (self._update, self._export):
            button.setVisible(found is not None)
        self._show(report or ServiceReport())
        self._pages.note.say(*(_NONE if found is None else _NOTHING_SAID))
        self._pages.show_view(report is not None)

    def _show(self, report: ServiceReport) -> None:
        self._model.show(report.lines)
        self._copy.setVisible(bool(report.lines))
        self._side.show_report(report)

    def _open_row(self, index: QModelIndex) -> None:
        row: ReportLine = index.data(Qt.ItemDataRole.UserRole)
        self._go_to(row.node)

    def _sides(self) -> list[Draft]:
        """Return the predictive experiment, and its training one where that is open."""
        found = self._predictive
        training = None if found is None else training_of(self._session, found)
        return [draft for draft in (found, training) if draft is not None]

    def _go_to(self, node: str) -> None:
        """Show a node in the predictive experiment; one that is gone, where it was."""
        for draft in self._sides():
            if node in draft.experiment.nodes:
                draft.select([node])
                self._session.field_requested.emit(draft, node, "")
                return

    def _name(self, node: str) -> str:
        for draft in self._sides():
            if node in draft.experiment.nodes:
                return node_title(draft, node)
        return node
