"""The Endpoints panel: model packages, which of them are served here, and how they do."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.app.icons import icon
from studio.app.panels.empty_note import EmptyNote
from studio.app.panels.endpoint_list import EndpointDelegate, EndpointModel
from studio.app.panels.endpoint_page import EndpointPage
from studio.app.panels.panel_pages import panel_list
from studio.app.serving.endpoint import Endpoint
from studio.app.session import Session
from studio.app.theme import SPACE
from studio.app.widgets.turning_split import TurningSplit

_SHARES = (1, 4)
_NONE = (
    "No model packages yet",
    "Export one, or add one that there is: it is served here with a click, and tried.",
)


class EndpointsPanel(QWidget):
    """A list of packages at the left, the page of the chosen one at the right."""

    def __init__(self, session: Session) -> None:
        """Follow the endpoints of a session."""
        super().__init__()
        self.setObjectName("endpoints_panel")
        self.setProperty("kind", "panel")
        self._session = session
        self._endpoints = session.endpoints
        self._model = EndpointModel()
        self._pages_of: dict[Endpoint, EndpointPage] = {}
        self._build()
        self._endpoints.changed.connect(self._follow)
        self._endpoints.added.connect(self.show_endpoint)
        self._follow()

    @property
    def page(self) -> EndpointPage | None:
        """The page in front, or None where there is no package."""
        found = self._right.currentWidget()
        return found if isinstance(found, EndpointPage) else None

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Choose an endpoint."""
        index = self._model.index(self._model.rows.index(endpoint))
        self._list.setCurrentIndex(index)

    def _build(self) -> None:
        self._add = QPushButton(icon("plus"), "Add a package…")
        self._add.setObjectName("add_package")
        self._add.setProperty("kind", "quiet")
        self._add.setToolTip("Add a model package that there is already")
        self._add.clicked.connect(self._ask_what)
        self._list = panel_list("endpoint_list", "Model packages", self._model, self._copy)
        self._list.setItemDelegate(EndpointDelegate(self._list))
        self._list.selectionModel().currentChanged.connect(self._chosen)
        left = QWidget()
        left.setProperty("kind", "panel")
        down = QVBoxLayout(left)
        down.setContentsMargins(0, SPACE, 0, SPACE)
        down.setSpacing(SPACE)
        self._note = EmptyNote("server", *_NONE)
        down.addWidget(self._list, 1)
        down.addWidget(self._note, 1)
        down.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        self._right = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(TurningSplit((left, self._right), _SHARES))

    def _follow(self) -> None:
        """Show the endpoints that there are now."""
        items = self._endpoints.items
        chosen = self.page.endpoint if self.page is not None else None
        for endpoint in [one for one in self._pages_of if one not in items]:
            page = self._pages_of.pop(endpoint)
            self._right.removeWidget(page)
            page.deleteLater()
        for endpoint in items:
            if not endpoint.property("listed"):
                endpoint.setProperty("listed", True)
                endpoint.changed.connect(partial(self._model.redraw, endpoint))
                endpoint.measured.connect(partial(self._model.redraw, endpoint))
        self._model.show(items)
        self._list.setVisible(bool(items))
        self._note.setVisible(not items)
        self._right.setVisible(bool(items))
        if items:
            self.show_endpoint(chosen if chosen in items and chosen is not None else items[0])

    def _chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        endpoint = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        if not isinstance(endpoint, Endpoint):
            return
        if endpoint not in self._pages_of:
            self._pages_of[endpoint] = page = EndpointPage(self._session, endpoint)
            self._right.addWidget(page)
        self._right.setCurrentWidget(self._pages_of[endpoint])
        select = self._list.selectionModel()
        select.select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _ask_what(self) -> None:
        """Ask whether the package is a folder or a file: one dialog cannot choose both."""
        menu = QMenu(self)
        menu.setObjectName("add_package_menu")
        menu.aboutToHide.connect(menu.deleteLater)
        folder, file = QFileDialog.FileMode.Directory, QFileDialog.FileMode.ExistingFile
        menu.addAction(icon("folder"), "A folder…", partial(self._ask, folder))
        menu.addAction(icon("archive"), "A .zip file…", partial(self._ask, file))
        menu.popup(self._add.mapToGlobal(self._add.rect().bottomLeft()))

    def _ask(self, mode: QFileDialog.FileMode) -> None:
        start = self._session.remembered.get("package_folder", str(Path.home()))
        dialog = QFileDialog(self, "Add a model package", start)
        dialog.setObjectName("add_package_dialog")
        dialog.setFileMode(mode)
        if mode == QFileDialog.FileMode.ExistingFile:
            dialog.setNameFilter("Model packages (*.zip)")
        dialog.fileSelected.connect(lambda name: self._endpoints.add(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _copy(self) -> None:
        index = self._list.currentIndex()
        if index.isValid():
            endpoint: Endpoint = index.data(Qt.ItemDataRole.UserRole)
            QGuiApplication.clipboard().setText(endpoint.url or str(endpoint.path))
