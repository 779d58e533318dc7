"""The dialog that shows what differs between runs, and whose figures are better."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from studio.app.dialogs.dialog import Dialog
from studio.app.icons import icon
from studio.app.run_differences import (
    Difference,
    figures_side_by_side,
    settings_that_differ,
)
from studio.app.theme import theme
from studio.app.times import moment_head
from studio.engine.history import RunRecord, RunSummary
from studio.registry.discovery import Registry

SIZE = (900, 620)
_NODE, _LABEL, _RUN = 150, 190, 132
"""Widths of columns, in pixels."""
_ALIKE = "All settings are the same in these runs."
_NO_FIGURES = "None of these runs has figures to compare."


class CompareRunsDialog(Dialog):
    """Two tables: the settings that differ, and the figures side by side."""

    def __init__(
        self,
        runs: Sequence[RunSummary],
        records: Sequence[RunRecord],
        registry: Registry,
        title: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        """Compare runs, of which both the figures and the whole records are given."""
        count = f"Compare {len(runs)} runs"
        super().__init__("compare_runs_dialog", count, "", parent)
        heads = [moment_head(run.record.started) for run in runs]
        settings = settings_that_differ(records, registry)
        self._table("settings_table", "Settings that differ", heads, settings, _ALIKE)
        figures = figures_side_by_side(runs, title)
        self._table("figures_table", "Figures", heads, figures, _NO_FIGURES)
        self.button("close", "Close", self.reject, "primary")
        self.finish()
        self.resize(*SIZE)

    def _table(
        self, name: str, title: str, heads: Sequence[str], lines: Sequence[Difference], empty: str
    ) -> None:
        heading = QLabel(title)
        heading.setProperty("role", "strong")
        self.add(heading)
        if not lines:
            note = QLabel(empty)
            note.setObjectName(name)
            note.setProperty("role", "soft")
            self.add(note)
            return
        table = _table_of(heads, lines)
        table.setObjectName(name)
        table.setAccessibleName(title)
        self.add(table, min(max(len(lines), 4), 10))


def _table_of(heads: Sequence[str], lines: Sequence[Difference]) -> QTableWidget:
    table = QTableWidget(len(lines), 2 + len(heads))
    table.setHorizontalHeaderLabels(["Node", "", *heads])
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setProperty("kind", "rows")
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(30)
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setHighlightSections(False)
    head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    head.setDefaultSectionSize(_RUN)
    head.setStretchLastSection(True)
    table.setColumnWidth(0, _NODE)
    table.setColumnWidth(1, _LABEL)
    for row, line in enumerate(lines):
        repeated = row > 0 and lines[row - 1].node == line.node
        table.setItem(row, 0, QTableWidgetItem("" if repeated else line.node))
        table.setItem(row, 1, QTableWidgetItem(line.label))
        for place, text in enumerate(line.texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if place == line.best:
                item.setFont(theme().font("strong"))
                item.setIcon(icon("check", "good"))
                item.setToolTip("The better one")
            table.setItem(row, 2 + place, item)
    return table
