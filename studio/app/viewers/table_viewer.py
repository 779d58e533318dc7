"""The viewer of tables: the grid, what can be done with it, and the chosen column's statistics."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QSplitter, QWidget

from studio.app.draft import Draft
from studio.app.figures import count
from studio.app.icons import icon
from studio.app.session import Session
from studio.app.viewers.column_pane import ColumnPane
from studio.app.viewers.labels import column as stacked
from studio.app.viewers.labels import label
from studio.app.viewers.profiles import Profiles
from studio.app.viewers.source import Result, Source
from studio.app.viewers.table_copy import TableCopy
from studio.app.viewers.table_filter import TableFilter
from studio.app.viewers.table_find import TableFind
from studio.app.viewers.table_model import TableModel
from studio.app.viewers.table_view import TableView
from studio.app.viewers.viewer import Viewer
from studio.app.widgets.tool_button import tool_button
from studio.engine import messages as say
from studio.engine.questions import Sort
from studio.sdk.errors import Problem
from studio.sdk.schema import TableSchema

PANE_WIDTH = 320
COMPACT_ROWS = 100
"""A report's table that has no more rows than this needs no pictures in its header."""
PANE_MS = 80
"""The first rows come before the statistics beside them."""
BUSY_MS = 150
"""A sort or filter that takes longer than this shows that it is at work."""


class TableViewer(Viewer):
    """Shows a table of any size; rows come in pages, sorted and chosen by the engine."""

    built = Signal()

    def __init__(
        self,
        session: Session,
        draft: Draft | None,
        result: Result,
        source: Source | None = None,
        *,
        opens_pane: bool = True,
    ) -> None:
        """Take a table, or with ``source`` one of a report's tables."""
        super().__init__(session, draft, result)
        self._opens_pane = opens_pane
        self.pane: ColumnPane | None = None
        if source is not None:
            self.source.close()
            self.source = source
        schema = result.about.get("schema")
        if source is None and schema is not None:
            known = TableSchema.from_dict(schema).visible
            types = {item.name: str(item.type) for item in known}
            roles = {item.name: str(item.role) for item in known}
            self._build(tuple(types), types, roles, int(result.about.get("rows", 0)))
        else:
            self.source.preview(self._take_columns, 0, 1)

    @property
    def sort(self) -> tuple[Sort, ...]:
        """The order of the rows."""
        return self.model.pages.sort

    def sort_by(self, column: int, descending: bool | None = None) -> None:
        """Order the rows by a column; again: the other way, and a third time as they were."""
        name, present = self.model.columns[column], self.sort
        order: tuple[Sort, ...]
        if descending is not None:
            order = (Sort(name, descending),)
        elif not present or present[0].column != name:
            order = (Sort(name),)
        else:
            order = () if present[0].descending else (Sort(name, True),)
        self._show(order)

    def unsort(self) -> None:
        """Order the rows as they are stored."""
        self._show(())

    def choose_column(self, column: int) -> None:
        """Show the statistics of a column."""
        if 0 <= column < len(self.model.columns):
            self.view.header.choose(column)
            self._make_pane().show_column(self.model.columns[column])
            self.pane_button.setChecked(True)

    def _take_columns(self, answer: say.Previewed) -> None:
        if answer.problem is not None:
            self.say_problem(answer.problem)
            return
        self._build(answer.columns, {}, {}, answer.rows_in_all)
        self.built.emit()

    def _build(
        self,
        names: tuple[str, ...],
        types: dict[str, str],
        roles: dict[str, str],
        rows: int,
    ) -> None:
        self._types = types
        self.model = TableModel(self.source, names, types, rows, self)
        self.profiles = Profiles(self.source, self)
        self.view = TableView(self.model, self.profiles, self)
        self.view.header.roles = roles
        self.view.header.is_compact = not types and rows <= COMPACT_ROWS
        self.filter = TableFilter(names, types, self)
        self.filter.hide()
        self._copy = TableCopy(self.source, self.model.pages, self.session.say)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setObjectName("table_busy")
        self._busy.setAccessibleName("Reading")
        self._busy.setMaximumHeight(2)
        policy = self._busy.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._busy.setSizePolicy(policy)
        self._busy.hide()
        self._busy_timer = QTimer(self, singleShot=True, interval=BUSY_MS)
        self._first_timer = QTimer(self, singleShot=True, interval=PANE_MS)
        self._place()
        self._connect()
        self._say_size()
        if self._opens_pane and names:
            self.view.header.choose(0)
            self._first_timer.start()

    def _place(self) -> None:
        self._problem = label("", "error", wraps=True)
        self._problem.setObjectName("table_problem")
        self._problem.setContentsMargins(12, 6, 12, 6)
        self._problem.hide()
        self._size = label("", "soft", picks=True)
        self._size.setObjectName("table_size")
        self.go_to = TableFind(self.model.columns, self)
        self.filter_button = tool_button("filter_button", "list-filter", "Filter rows")
        self.filter_button.setCheckable(True)
        self.filter_button.toggled.connect(self._toggle_filter)
        self._columns_button = tool_button(
            "columns_button", "eye", "Show all columns", self._show_all
        )
        self._columns_button.hide()
        about = "Statistics of the chosen column"
        self.pane_button = tool_button("pane_button", "panel-right", about)
        self.pane_button.setCheckable(True)
        bar = QWidget()
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 4, 8, 4)
        line.setSpacing(4)
        line.addWidget(self._size)
        line.addStretch(1)
        for widget in (
            self._columns_button, self.go_to, self.filter_button, self.pane_button
        ):  # fmt: skip
            line.addWidget(widget)
        self.go_to.setHidden(self.view.header.is_compact)
        split = self._split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(stacked(self._busy, self.view, spacing=0))
        split.setStretchFactor(0, 1)
        for part in (bar, self.filter, self._problem):
            self._layout.addWidget(part)
        self._layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.model.counted.connect(self._say_size)
        self.model.failed.connect(self._fail)
        self.model.busy_changed.connect(self._busy_changed)
        self.profiles.arrived.connect(self._take_types)
        self._busy_timer.timeout.connect(self._busy.show)
        self.view.header.column_chosen.connect(self.choose_column)
        self.view.header.sort_wanted.connect(self.sort_by)
        self.view.menu_wanted.connect(self._open_menu)
        self.view.header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.header.customContextMenuRequested.connect(self._open_header_menu)
        self.view.copy_wanted.connect(self.copy)
        self.filter.changed.connect(self._filter_changed)
        self.go_to.row_wanted.connect(self.view.show_row)
        self.go_to.column_wanted.connect(self._find_column)
        self.pane_button.toggled.connect(self._toggle_pane)
        self._first_timer.timeout.connect(partial(self.choose_column, 0))
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for keys, call in (("Ctrl+G", self.go_to.begin), ("Ctrl+F", self._begin_filter)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(call)

    def copy(self, with_names: bool) -> None:
        """Copy the selected cells to the clipboard."""
        self._copy.copy(self.view.selectionModel().selection(), with_names)

    def _show(self, order: tuple[Sort, ...]) -> None:
        self._problem.hide()
        self.view.header.sort = order
        self.view.header.viewport().update()
        self.model.pages.show(order, self.filter.conditions)
        self.view.verticalScrollBar().setValue(0)
        self.view.viewport().update()

    def _filter_changed(self) -> None:
        conditions = self.filter.conditions
        self.profiles.show(conditions)
        if self.pane is not None:
            self.pane.show_rows(conditions)
        self._show(self.sort)
        self.view.look()

    def _make_pane(self) -> ColumnPane:
        """Return the pane of statistics; it is made when it is first wanted."""
        if self.pane is None:
            names = self.model.columns
            self.pane = ColumnPane(self.source, names, self._types, self.session, self._split)
            self.pane.closed.connect(partial(self.pane_button.setChecked, False))
            self.pane.show_rows(self.filter.conditions)
            self._split.addWidget(self.pane)
            self._split.setSizes([max(400, self._split.width() - PANE_WIDTH), PANE_WIDTH])
        return self.pane

    def _toggle_pane(self, on: bool) -> None:
        if on and self.pane is None:
            self.choose_column(max(0, self.view.header.chosen))
        if self.pane is not None:
            self.pane.setVisible(on)

    def _toggle_filter(self, on: bool) -> None:
        if on:
            self.filter.begin()
        self.filter.setVisible(on)

    def _begin_filter(self, column: int = -1) -> None:
        self.filter_button.setChecked(True)
        chosen = column if column >= 0 else self.view.header.chosen
        self.filter.begin(self.model.columns[chosen] if chosen >= 0 else "")

    def _find_column(self, name: str) -> None:
        column = self.model.columns.index(name)
        self.view.show_column(column)
        self.choose_column(column)

    def _show_all(self) -> None:
        for column in range(len(self.model.columns)):
            self.view.setColumnHidden(column, False)
        self._columns_button.hide()
        self.view.look()

    def hide_column(self, column: int) -> None:
        """Leave a column out until all are shown again."""
        self.view.setColumnHidden(column, True)
        self._columns_button.show()
        self.view.look()

    def _say_size(self) -> None:
        shown, in_all = self.model.total, self.model.rows_in_all
        text = count(in_all, "row") if shown == in_all else f"{shown:,} of {count(in_all, 'row')}"
        self._size.setText(f"{text} × {count(len(self.model.columns), 'column')}")

    def _take_types(self) -> None:
        """Take the types of columns that the schema did not say."""
        for name in self.model.columns:
            profile = self.profiles.get(name)
            if profile is not None and name not in self.model.types:
                self.model.types[name] = self._types[name] = profile.type

    def _fail(self, problem: Problem) -> None:
        self._problem.setText(problem.in_full)
        self._problem.show()

    def _busy_changed(self, busy: bool) -> None:
        if not busy:
            self._busy_timer.stop()
            self._busy.hide()
        elif not self._busy.isVisible() and not self._busy_timer.isActive():
            self._busy_timer.start()

    def _open_header_menu(self, point: QPoint) -> None:
        place = self.view.header.mapToGlobal(point)
        self._open_menu(self.view.header.logicalIndexAt(point), place)

    def _open_menu(self, column: int, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.view.selectionModel().hasSelection():
            menu.addAction(icon("copy"), "Copy", partial(self.copy, False))
            menu.addAction("Copy with column names", partial(self.copy, True))
            menu.addSeparator()
        if column >= 0:
            menu.addAction(icon("arrow-up"), "Sort ascending", partial(self.sort_by, column, False))
            menu.addAction(
                icon("arrow-down"), "Sort descending", partial(self.sort_by, column, True)
            )
            if self.sort:
                menu.addAction("Order as stored", self.unsort)
            menu.addSeparator()
            menu.addAction(
                icon("list-filter"), "Filter by this column", partial(self._begin_filter, column)
            )
            menu.addAction("Statistics", partial(self.choose_column, column))
            menu.addAction("Hide this column", partial(self.hide_column, column))
        menu.popup(place)
