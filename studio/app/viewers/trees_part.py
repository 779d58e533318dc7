"""The trees of a model: a list of them, and the chosen one drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QListView, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from studio.app.viewers.index import ROOT, Index
from studio.app.viewers.labels import label, row
from studio.app.viewers.pictures import PictureButton
from studio.app.viewers.tree_view import TreeView
from studio.app.widgets.tool_button import tool_button
from studio.engine import messages as say

if TYPE_CHECKING:
    from studio.app.viewers.viewer import Viewer


class _Names(QAbstractListModel):
    """The names of the trees, by their numbers."""

    def __init__(self, total: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._total = total

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._total

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return f"Tree {index.row() + 1}" if role == Qt.ItemDataRole.DisplayRole else None


class TreesPart(QSplitter):
    """Lists trees at the left and draws one at the right; each is asked for when it is chosen."""

    def __init__(self, viewer: Viewer, total: int) -> None:
        """Take the model's viewer and how many trees there are."""
        super().__init__(Qt.Orientation.Horizontal)
        self._viewer, self._request = viewer, ""
        self.setObjectName("trees")
        self.setChildrenCollapsible(False)
        self.list = QListView()
        self.list.setObjectName("tree_list")
        self.list.setAccessibleName("Trees")
        self.list.setModel(_Names(total, self))
        self.list.setUniformItemSizes(True)
        self.list.setContentsMargins(8, 8, 8, 8)
        self.view = TreeView(())
        self._title = label("", "strong")
        self._title.setObjectName("tree_title")
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(
            row(
                self._title,
                label("Click a node to open or close it", "caption"),
                None,
                tool_button("tree_out", "zoom-out", "Smaller (-)", lambda: self.view.zoom(-1)),
                tool_button("tree_in", "zoom-in", "Larger (+)", lambda: self.view.zoom(1)),
                tool_button("tree_fit", "maximize", "Whole tree (0)", self.view.fit),
                PictureButton(self.view, viewer.session.say),
                margins=(12, 4, 8, 4),
            )
        )
        layout.addWidget(self.view, 1)
        self.addWidget(self.list)
        self.addWidget(side)
        self.setSizes([140, 900])
        self.setStretchFactor(1, 1)
        self.list.selectionModel().currentChanged.connect(self._choose)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.list.model().index(0, 0))

    def _choose(self, index: QModelIndex) -> None:
        self._viewer.source.forget(self._request)
        self._request = self._viewer.source.trees(self._take, index.row())

    def _take(self, answer: say.TreesShown) -> None:
        if answer.problem is not None or not answer.trees:
            self._title.setText("" if answer.problem is None else answer.problem.sentence)
            return
        self._title.setText(answer.trees[0].title)
        self.view.show_tree(answer.trees[0], answer.classes)
