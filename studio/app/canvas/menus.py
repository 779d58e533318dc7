"""The context menus of nodes, links, groups, frames, notes and the canvas itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from studio.app import icons
from studio.app.canvas.hits import Hit
from studio.app.canvas.swatches import SWATCHES, swatch_icon
from studio.document.items import Link
from studio.document.layout import Direction

if TYPE_CHECKING:
    from studio.app.canvas.canvas import Canvas

_SAVED_AS = {"Table": "dataset", "Model": "trained model", "Transform": "transform"}
_LAYOUTS: tuple[tuple[str, str, Direction, str], ...] = (
    ("Arrange top to bottom", "workflow", "down", "Ctrl+Shift+L"),
    ("Arrange left to right", "move-horizontal", "right", ""),
)


class Menu(QMenu):
    """A menu of a canvas that goes away with its closing."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        if not isinstance(parent, QMenu):
            self.aboutToHide.connect(self.deleteLater)

    def add(
        self, text: str, icon: str, call: Callable[[], object], shortcut: str = "", on: bool = True
    ) -> QAction:
        """Add an entry; its shortcut is the window's and only shown."""
        action = self.addAction(icons.icon(icon), text)
        if shortcut:
            shown = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            action.setText(f"{text}\t{shown}")
        action.setEnabled(on)
        action.triggered.connect(lambda: call())
        return action


def menu_for(canvas: Canvas, found: Hit, place: QPointF) -> QMenu:
    """Return the menu of what is at a place in the scene."""
    if found.port is not None:
        return _node_menu(canvas, found.port.end.node)
    if found.thing is not None:
        id = found.thing.id
        experiment = canvas.draft.experiment
        if id in experiment.nodes:
            return _node_menu(canvas, id)
        if id in experiment.groups:
            return _group_menu(canvas, id)
        return _box_menu(canvas, id)
    if found.wire is not None:
        return _link_menu(canvas, found.wire.link, place)
    return _canvas_menu(canvas, place)


def _node_menu(canvas: Canvas, id: str) -> QMenu:
    menu = Menu(canvas, "node_menu")
    draft, session = canvas.draft, canvas.session
    node, module = draft.experiment.nodes[id], draft.module(id)
    edits = not draft.read_only
    runs = edits and not draft.is_running
    menu.add("Run to here", "play", lambda: draft.run((id,)), "Shift+F5", runs)
    again = "Run this again, ignoring the store"
    menu.add(again, "rotate-cw", lambda: draft.run((id,), (id,)), "Ctrl+F5", runs)
    if draft.is_running:
        menu.add("Cancel", "square", lambda: draft.cancel(id))
    menu.add("View log", "scroll-text", lambda: session.log_requested.emit(draft, id))
    _add_outputs(canvas, menu, id)
    menu.addSeparator()
    menu.add("Rename", "pencil", lambda: canvas.writing.rename(id), "F2", edits)
    menu.add("Comment", "message-square", lambda: canvas.writing.comment(id), "F3", edits)
    switch = "Enable" if node.disabled else "Disable"
    menu.add(switch, "power", canvas.toggle_disabled, "Ctrl+E", edits)
    menu.addSeparator()
    _add_clipboard(canvas, menu)
    menu.addSeparator()
    menu.add("Group", "group", canvas.group_selection, "Ctrl+G", edits)
    _add_moves(canvas, menu, node.group is not None)
    if module is not None:
        menu.addSeparator()
        menu.add("Help", "circle-help", lambda: session.help_requested.emit(node.module), "F1")
    return menu


def _add_outputs(canvas: Canvas, menu: Menu, id: str) -> None:
    """Add a menu for each output: look at it, and keep it where it can be kept."""
    draft, session = canvas.draft, canvas.session
    module = draft.module(id)
    for port in () if module is None else module.outputs():
        name = port.name
        part = Menu(menu, f"output_menu_{name}")
        part.setTitle(port.label or name)
        part.setIcon(icons.icon("table" if port.kind == "Table" else "eye"))
        part.add("Visualize", "eye", partial(session.output_requested.emit, draft, id, name))
        if port.kind in _SAVED_AS:
            part.add(
                f"Save as {_SAVED_AS[port.kind]}…",
                "save",
                partial(session.save_output, draft, id, name),
                on=draft.result_key(id) is not None,
            )
        menu.addMenu(part)


def _group_menu(canvas: Canvas, id: str) -> QMenu:
    menu = Menu(canvas, "group_menu")
    edits = not canvas.draft.read_only
    folded = canvas.draft.experiment.groups[id].collapsed
    members = tuple(
        node
        for node in canvas.draft.experiment.within([id])
        if node in canvas.draft.experiment.nodes
    )
    runs = edits and not canvas.draft.is_running and bool(members)
    menu.add("Run to here", "play", lambda: canvas.draft.run(members), on=runs)
    menu.addSeparator()
    text = "Open" if folded else "Fold into one box"
    icon = "maximize" if folded else "chevron-down"
    menu.add(text, icon, lambda: canvas.grouping.fold(id, not folded), "Ctrl+.", edits)
    menu.add("Rename", "pencil", lambda: canvas.writing.rename(id), "F2", edits)
    menu.add("Comment", "message-square", lambda: canvas.writing.comment(id), "F3", edits)
    take_apart = partial(canvas.grouping.take_apart, [id])
    menu.add("Take apart", "ungroup", take_apart, "Ctrl+Shift+G", edits)
    menu.addSeparator()
    menu.add("Group", "group", canvas.group_selection, "Ctrl+G", edits)
    _add_moves(canvas, menu, canvas.draft.experiment.groups[id].parent is not None)
    menu.addSeparator()
    _add_clipboard(canvas, menu)
    return menu


def _box_menu(canvas: Canvas, id: str) -> QMenu:
    is_frame = id in canvas.draft.experiment.frames
    menu = Menu(canvas, "frame_menu" if is_frame else "note_menu")
    edits = not canvas.draft.read_only
    text, icon = ("Rename", "pencil") if is_frame else ("Edit", "pencil")
    menu.add(text, icon, lambda: canvas.edit_in_place(id), "F2", edits)
    for name, colour in SWATCHES:
        action = menu.add(name, "square", partial(canvas.wishes.colour, id, colour), on=edits)
        action.setObjectName(f"colour_{name.lower()}")
        action.setIcon(swatch_icon(colour))
    menu.addSeparator()
    _add_clipboard(canvas, menu)
    return menu


def _link_menu(canvas: Canvas, link: Link, place: QPointF) -> QMenu:
    menu = Menu(canvas, "link_menu")
    edits = not canvas.draft.read_only
    siblings = [
        other for other in canvas.draft.experiment.links_into(link.target) if other.end == link.end
    ]
    menu.add(
        "Insert a module here…", "plus", lambda: canvas.asking.ask_on_link(link, place), on=edits
    )
    if len(siblings) > 1:
        order, last = link.order, len(siblings) - 1
        menu.add(
            "Move to the left",
            "chevron-left",
            lambda: canvas.wishes.place(link, order - 1),
            on=edits and order > 0,
        )
        menu.add(
            "Move to the right",
            "chevron-right",
            lambda: canvas.wishes.place(link, order + 1),
            on=edits and order < last,
        )
    menu.add(
        "Visualize what passes",
        "eye",
        lambda: canvas.session.output_requested.emit(canvas.draft, link.source, link.source_port),
    )
    menu.addSeparator()
    menu.add("Remove the link", "trash-2", lambda: canvas.wishes.relink([link], []), "Del", edits)
    return menu


def _canvas_menu(canvas: Canvas, place: QPointF) -> QMenu:
    menu = Menu(canvas, "canvas_menu")
    edits = not canvas.draft.read_only
    some = bool(canvas.draft.experiment.ids())
    menu.add("Add a module…", "plus", lambda: canvas.open_search(place), "Tab", edits)
    menu.add("Add a note", "sticky-note", lambda: canvas.add_note(place), "Ctrl+Shift+N", edits)
    menu.add("Add a frame", "frame", lambda: canvas.add_frame(place), "Ctrl+Shift+F", edits)
    menu.add("Paste", "clipboard-paste", lambda: canvas.paste(place), "Ctrl+V", edits)
    menu.addSeparator()
    menu.add("Select all", "list-checks", canvas.select_all, "Ctrl+A", some)
    for text, icon, direction, keys in _LAYOUTS:
        menu.add(text, icon, partial(canvas.auto_layout, direction), keys, edits and some)
    menu.addSeparator()
    menu.add("Zoom to fit", "maximize", canvas.zoom_to_fit, "Ctrl+0", some)
    menu.add("Zoom to 100 %", "scan", canvas.zoom_to_actual, "Ctrl+1")
    return menu


def _add_moves(canvas: Canvas, menu: Menu, is_in_group: bool) -> None:
    """Add what moves the selection into a group and out of its own."""
    edits = not canvas.draft.read_only
    if is_in_group:
        menu.add("Move out of the group", "ungroup", canvas.take_out_of_group, on=edits)
    chosen = canvas.draft.selection
    groups = canvas.grouping.others(chosen)
    if not groups or not edits:
        return
    part = Menu(menu, "group_moves")
    part.setTitle("Move into a group")
    part.setIcon(icons.icon("group"))
    for group in groups:
        title = group.title or "Group"
        part.add(title, "group", partial(canvas.grouping.move_into, group.id, chosen))
    menu.addMenu(part)


def _add_clipboard(canvas: Canvas, menu: Menu) -> None:
    edits = not canvas.draft.read_only
    menu.add("Cut", "scissors", canvas.cut, "Ctrl+X", edits)
    menu.add("Copy", "copy", canvas.copy, "Ctrl+C")
    menu.add("Duplicate", "copy", canvas.duplicate, "Ctrl+D", edits)
    menu.add("Delete", "trash-2", canvas.remove_selection, "Del", edits)
