"""The actions of one window as Qt has them: in menus, in the toolbar, with their shortcuts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from studio.app.actions import ACTIONS, MENUS, Action, Need
from studio.app.icons import icon

if TYPE_CHECKING:
    from studio.app.docks import Docks
    from studio.app.draft import Draft
    from studio.app.main_window import MainWindow

_AFTER_SPACE = "run"
_AFTER_LINE = ("undo", "zoom_fit", "set_up_service")


class ActionSet:
    """Makes the actions from the table once, and keeps them possible or not."""

    def __init__(self, window: MainWindow, canvas_area: QWidget) -> None:
        """Make the actions; shortcuts of scope "canvas" hold inside ``canvas_area``."""
        self._window = window
        self._rows = {row.name: row for row in ACTIONS}
        self.actions: dict[str, QAction] = {}
        for row in ACTIONS:
            self.actions[row.name] = self._made(row, canvas_area)

    def build_menus(self) -> None:
        """Fill the window's menu bar."""
        bar = self._window.menuBar()
        menus: dict[str, QMenu] = {name: bar.addMenu(name) for name in MENUS}
        for row in ACTIONS:
            if row.menu not in menus:
                parent, _, name = row.menu.partition("/")
                menus[row.menu] = menus[parent].addMenu(name)
            if row.begins:
                menus[row.menu].addSeparator()
            menus[row.menu].addAction(self.actions[row.name])
        self._view_menu = menus["&View"]

    def add_docks(self, docks: Docks) -> None:
        """Let the menu show and hide the docks."""
        docks.add_to_menu(self._view_menu)

    def build_toolbar(self) -> QToolBar:
        """Return the toolbar: what is done to the document at left, running at right."""
        bar = QToolBar("Toolbar")
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(18, 18))
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for row in ACTIONS:
            if not row.toolbar:
                continue
            if row.name == _AFTER_SPACE:
                space = QWidget()
                space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
                bar.addWidget(space)
            elif row.begins or row.name in _AFTER_LINE:
                bar.addSeparator()
            bar.addAction(self.actions[row.name])
            button = bar.widgetForAction(self.actions[row.name])
            button.setObjectName(f"tool_{row.name}")
            button.setAccessibleName(row.text)
            if row.name in ("run", "cancel") and isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            if row.name == "run":
                button.setProperty("kind", "primary")
                self.actions["run"].setIcon(icon("play", "text_on_accent"))
        return bar

    def update(self) -> None:
        """Let each action be possible where it is, and say what Undo would take back."""
        window = self._window
        draft = window.session.current
        met = _met(draft)
        for name, action in self.actions.items():
            row = self._rows[name]
            action.setEnabled(row.needs in met)
            if row.is_on is not None:
                action.setChecked(row.is_on(window))
        undo = draft.undo_text if draft is not None and draft.can_undo else ""
        redo = draft.redo_text if draft is not None and draft.can_redo else ""
        self.actions["undo"].setText(f"Undo: {undo}" if undo else "Undo")
        self.actions["redo"].setText(f"Redo: {redo}" if redo else "Redo")

    def _made(self, row: Action, canvas_area: QWidget) -> QAction:
        action = QAction(row.text, self._window)
        action.setObjectName(row.name)
        if row.icon:
            action.setIcon(icon(row.icon))
        action.setIconVisibleInMenu(False)
        if row.keys:
            action.setShortcuts([QKeySequence(key) for key in row.keys])
            shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{row.hint or row.text.rstrip('…')} ({shown})")
        elif row.hint:
            action.setToolTip(row.hint)
        if row.is_on is not None:
            action.setCheckable(True)
        if row.scope == "canvas":
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            canvas_area.addAction(action)
        else:
            self._window.addAction(action)
        action.triggered.connect(partial(self._do, row))
        return action

    def _do(self, row: Action, _checked: bool = False) -> None:
        if row.needs in _met(self._window.session.current):
            row.do(self._window)
            self.update()


def _met(draft: Draft | None) -> frozenset[Need]:
    """Return what is so, of what actions need, with a draft in front or none."""
    if draft is None:
        return frozenset([""])
    chosen = bool(draft.selection) or bool(draft.selected_links)
    can_run = not draft.is_running and draft.record is None
    answers: dict[Need, bool] = {
        "": True,
        "draft": True,
        "editable": not draft.read_only,
        "selection": chosen,
        "editable_selection": chosen and not draft.read_only,
        "undo": draft.can_undo,
        "redo": draft.can_redo,
        "idle": can_run and bool(draft.experiment.nodes),
        "idle_nodes": can_run and bool(draft.selected_nodes),
        "running": draft.is_running,
        "service": draft.record is None and bool(draft.experiment.nodes),
    }
    return frozenset(need for need, is_met in answers.items() if is_met)
