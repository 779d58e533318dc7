"""Weights and importances of features, as bars in a list that can be sorted and filtered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QObject,
    QRectF,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from studio.app.figures import count, figure
from studio.app.theme import theme
from studio.app.viewers.charts import shade
from studio.app.viewers.index import ROOT, Index
from studio.app.viewers.labels import label, row
from studio.app.viewers.pictures import PictureButton
from studio.app.widgets.search_line import SearchLine

_SORT = Qt.ItemDataRole.UserRole
_ROW = 28


class _Bars(QAbstractTableModel):
    """Features and one number each."""

    def __init__(self, names: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self.values: Sequence[float] = [0.0] * len(names)
        self.title = "Weight"

    def set_values(self, values: Sequence[float], title: str) -> None:
        """Show other numbers of the same features."""
        self.beginResetModel()
        self.values, self.title = values, title
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._names)

    @override
    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 3

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        value = self.values[index.row()]
        if role == _SORT:
            return (self._names[index.row()], value, abs(value))[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (self._names[index.row()], figure(value, 5), "")[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self._names[index.row()]}: {value}"
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 1:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == 1 else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return (
            ("Feature", self.title, "Size")[section]
            if role == Qt.ItemDataRole.DisplayRole
            else None
        )


class _BarCells(QStyledItemDelegate):
    """Draws a number as a bar from the middle, or from the left where none is negative."""

    def __init__(self, model: _Bars, parent: QObject) -> None:
        super().__init__(parent)
        self._bars = model

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect).adjusted(8, 6, -16, -6)
        sizes = [abs(value) for value in self._bars.values]
        largest = max(sizes, default=0.0) or 1.0
        has_negative = min(self._bars.values, default=0.0) < 0
        size = index.data(_SORT)
        value = index.sibling(index.row(), 1).data(_SORT)
        zero = rect.center().x() if has_negative else rect.left()
        room = rect.width() / 2 if has_negative else rect.width()
        width = max(1.0, room * size / largest) if size else 0.0
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade("accent" if value >= 0 else 1, 0.8))
        left = zero - width if value < 0 else zero
        painter.drawRoundedRect(QRectF(left, rect.top(), width, rect.height()), 2, 2)
        painter.setPen(theme().colour("line_strong"))
        painter.drawLine(int(zero), option.rect.top(), int(zero), option.rect.bottom())
        painter.restore()


class WeightsPart(QWidget):
    """Shows what a model makes of each feature, the largest first."""

    def __init__(
        self,
        title: str,
        features: Sequence[str],
        values_by_class: Mapping[str, Sequence[float]],
        in_all: int,
        viewer_say: Any,
        note: str = "",
    ) -> None:
        """Take the features, and their numbers for each class (or for one, named "")."""
        super().__init__()
        self._title, self._values = title, dict(values_by_class)
        self.setObjectName("weights")
        self.setAccessibleName(f"{title} of features")
        self._model = _Bars(features, self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setSortRole(_SORT)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filter = SearchLine("weights_filter", "Filter features")
        self.filter.setMaximumWidth(260)
        self.filter.textChanged.connect(self._proxy.setFilterFixedString)
        self.classes = self._make_classes()
        shown = count(len(features), "feature")
        text = shown if in_all <= len(features) else f"the {shown} of {in_all:,} that weigh most"
        self.table = self._make_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(
            row(
                self.filter, self.classes, label(" · ".join(filter(None, (text, note))), "soft"),
                None, PictureButton(self.table, viewer_say),
            )
        )  # fmt: skip
        layout.addWidget(self.table, 1)
        self._show_class(next(iter(self._values), ""))

    def _make_classes(self) -> QComboBox:
        classes = QComboBox()
        classes.setObjectName("weights_class")
        classes.setAccessibleName("Class")
        classes.addItems(list(self._values))
        classes.setVisible(len(self._values) > 1)
        classes.currentTextChanged.connect(self._show_class)
        return classes

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("weights_table")
        table.setAccessibleName(f"{self._title} of features")
        table.setModel(self._proxy)
        table.setItemDelegateForColumn(2, _BarCells(self._model, table))
        table.setShowGrid(False)
        table.setStyleSheet("QTableView::item { padding: 0 8px; }")
        table.setSortingEnabled(True)
        table.sortByColumn(2, Qt.SortOrder.DescendingOrder)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        table.setColumnWidth(0, 260)
        table.setColumnWidth(1, 130)
        return table

    def _show_class(self, name: str) -> None:
        title = f"{self._title} ({name})" if name and len(self._values) > 1 else self._title
        self._model.set_values(self._values.get(name, ()), title)
