"""The canvas: one draft as a drawing, and everything that can be done with it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from studio.app.canvas import hover, ink
from studio.app.canvas.arranging import Arranging, Axis, Side
from studio.app.canvas.asking import Asking, MakeSearch
from studio.app.canvas.boxes import Box
from studio.app.canvas.clipboard import Clipboard
from studio.app.canvas.drawing import Drawing
from studio.app.canvas.ends import End
from studio.app.canvas.first_look import FirstLook
from studio.app.canvas.graph import CanvasGraph
from studio.app.canvas.grouping import Grouping
from studio.app.canvas.hint import Hint
from studio.app.canvas.hits import Hit, group_under
from studio.app.canvas.inline_editor import InlineEditor
from studio.app.canvas.keyboard import Keyboard
from studio.app.canvas.menus import menu_for
from studio.app.canvas.metrics import AROUND, GRID, MARGIN, TITLE_BAR
from studio.app.canvas.minimap import Minimap
from studio.app.canvas.stage import Stage
from studio.app.canvas.view_state import ViewState, read_view
from studio.app.canvas.viewer import CanvasViewer
from studio.app.canvas.wishes import Wishes
from studio.app.canvas.writing import Writing
from studio.app.draft import Draft
from studio.app.palette_entry import PaletteEntry
from studio.app.session import Session
from studio.app.theme import theme
from studio.document.change import Change
from studio.document.edits import AddFrame, AddNote
from studio.document.items import Frame, Link, Note
from studio.document.layout import Direction
from studio.document.naming import fresh_id

_NOTE = (200.0, 100.0)
_FRAME = (320.0, 200.0)


class Canvas(QWidget):
    """Shows a draft and hands on what the person does as edits of it.

    The document is the truth: nothing on the canvas changes but by a change of the document that
    the draft tells of.
    """

    def __init__(
        self,
        session: Session,
        draft: Draft,
        search: MakeSearch,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        ink.renew()
        self.session = session
        self.draft = draft
        self.stage = Stage(session, draft)
        self.wishes = Wishes(self.stage)
        self.viewer = CanvasViewer(self.stage)
        self.viewer.setObjectName("canvas_view")
        self.viewer.setAccessibleName("Canvas")
        self.graph = CanvasGraph(self.viewer, self.wishes, self)
        self.drawing = self.viewer.drawing = Drawing(self.stage, self.graph)
        self.wishes.attach(self.drawing)
        self.wishes.link_at = self._link_at
        self.wishes.group_at = partial(group_under, self.drawing)
        self.arranging = Arranging(draft, self.drawing, self.wishes)
        self.grouping = Grouping(draft, self.drawing, self.wishes)
        self.clipboard = Clipboard(draft, self.wishes)
        self.keyboard = Keyboard(self)
        self.inline = InlineEditor(self.viewer)
        self.writing = Writing(self.viewer, self.inline, self.wishes)
        self.asking = Asking(self.viewer, self.wishes, search, self)
        self._hint = Hint(self.viewport)
        self.minimap = Minimap(self.viewer, self.drawing)
        self._first_look = FirstLook(self.viewer, self.drawing, draft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.viewer)
        self.setFocusProxy(self.viewer)
        self._listen()
        self.drawing.fill()
        self._show_selection()
        self.minimap.refresh()

    def _listen(self) -> None:
        draft, viewer = self.draft, self.viewer
        draft.changed.connect(self._take_change)
        draft.selection_changed.connect(self._show_selection)
        draft.states_changed.connect(self._show_states)
        draft.problems_changed.connect(self._show_problems)
        theme().changed.connect(self._take_theme)
        self.session.field_requested.connect(self._show_field)
        self.session.recovered.connect(self._take_recovered)
        viewer.looked.connect(self._hint.place)
        viewer.key_pressed.connect(self._key_pressed)
        viewer.focused.connect(self._focus_changed)
        viewer.hovered.connect(self._hovered)
        viewer.double_clicked.connect(self._double_clicked)
        viewer.folded.connect(self._fold)
        viewer.box_resized.connect(self.wishes.resize)
        viewer.put_into_group.connect(self.grouping.put_into)
        viewer.link_refused.connect(self.wishes.say)
        viewer.module_wanted.connect(self.asking.ask_for_link)
        viewer.menu_wanted.connect(self.open_menu)

    # Looking.

    @property
    def viewport(self) -> QWidget:
        """The widget that takes the mouse."""
        return self.viewer.viewport()

    def zoom_to_fit(self) -> None:
        """Show all of it."""
        self._look_at(self.drawing.rect())

    def zoom_to_selection(self) -> None:
        """Show what is selected."""
        things = (self.drawing.thing(id) for id in self.draft.selection)
        self._look_at(self.drawing.rect([thing for thing in things if thing is not None]))

    def zoom_to_actual(self) -> None:
        """Show it at 100 %."""
        self.viewer.zoom_to(1.0)

    def zoom_in(self) -> None:
        """Show less of it, larger."""
        self.viewer.zoom_by(1)

    def zoom_out(self) -> None:
        """Show more of it, smaller."""
        self.viewer.zoom_by(-1)

    def set_snap(self, on: bool) -> None:
        """Let what is dragged keep to the grid and in line with others, or not."""
        self.viewer.snaps = on

    def set_minimap(self, on: bool) -> None:
        """Show the minimap where it is of use, or never."""
        self.minimap.set_wanted(on)

    def show_node(self, id: str) -> None:
        """Select a node and show it; a folded group that it is in is shown in its place."""
        shown = self.drawing.folding.holder(id) or id
        thing = self.drawing.thing(shown)
        if thing is not None:
            self.draft.select([id if shown == id else shown])
            self.keyboard.focus(shown)
            self.viewer.show_rect(thing.rect.adjusted(-AROUND, -AROUND, AROUND, AROUND))

    def picture(self) -> QImage:
        """Return a picture of the whole drawing, at twice its size."""
        area = self.drawing.rect().adjusted(-AROUND, -AROUND, AROUND, AROUND)
        image = QImage((area.size() * 2).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
        back = theme().colour("canvas")
        self.graph.set_grid_mode(0)
        self.graph.set_background_color(back.red(), back.green(), back.blue())
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.graph.scene().render(painter, QRectF(image.rect()), area)
        painter.end()
        return image

    def node_rect(self, id: str) -> QRect:
        """Return where a node, group, frame or note is, in the viewport."""
        thing = self.drawing.thing(id)
        return QRect() if thing is None else self.viewer.mapFromScene(thing.rect).boundingRect()

    def port_point(self, node: str, port: str, side: str) -> QPoint:
        """Return where a port is, in the viewport; ``side`` is "in" or "out"."""
        found = self.drawing.port(End(node, port, "in" if side == "in" else "out"))
        return QPoint() if found is None else self.viewer.mapFromScene(found.middle())

    def view_state(self) -> ViewState:
        """Return what the items of the scene show, to be compared with the document."""
        return read_view(self.graph.scene())

    # Selecting.

    def select_all(self) -> None:
        """Select everything that shows."""
        self.draft.select(thing.id for thing in self.drawing.things())

    # Adding.

    def add_module(self, entry: PaletteEntry | str, scene_pos: QPointF | None = None) -> str | None:
        """Put a module on the canvas, in the middle where no place is given."""
        id = self.wishes.add_module(entry, self._free_place() if scene_pos is None else scene_pos)
        self.keyboard.focus(id)
        return id

    def open_search(self, scene_pos: QPointF | None = None) -> None:
        """Ask for a module and put it at the mouse."""
        place = self._mouse_place() if scene_pos is None else scene_pos
        at = self.viewport.mapToGlobal(self.viewer.mapFromScene(place))
        self.asking.ask(at, None, partial(self.add_module, scene_pos=place))

    def add_note(self, scene_pos: QPointF | None = None) -> None:
        """Put an empty note on the canvas and begin to write on it."""
        at = self._free_place() if scene_pos is None else scene_pos
        id = fresh_id(self.draft.experiment, "note")
        if self.wishes.apply(AddNote(Note(id, rectangle=(*_on_grid(at), *_NOTE)))):
            self.draft.select([id])
            self.edit_in_place(id)

    def add_frame(self, scene_pos: QPointF | None = None) -> None:
        """Draw a frame around what is selected, or an empty one."""
        things = (self.drawing.thing(id) for id in self.draft.selection)
        around = self.drawing.rect([thing for thing in things if thing is not None])
        if around.isEmpty() or scene_pos is not None:
            at = self._free_place() if scene_pos is None else scene_pos
            rectangle = (*_on_grid(at), *_FRAME)
        else:
            around = around.adjusted(-MARGIN, -MARGIN - TITLE_BAR, MARGIN, MARGIN)
            rectangle = (around.x(), around.y(), around.width(), around.height())
        id = fresh_id(self.draft.experiment, "frame")
        if self.wishes.apply(AddFrame(Frame(id, rectangle=rectangle))):
            self.draft.select([id])

    # Changing.

    def remove_selection(self) -> None:
        """Take what is selected off the canvas."""
        self.wishes.remove(self.draft.selection, self.draft.selected_links)

    def copy(self) -> None:
        """Put what is selected on the clipboard, as text."""
        self.clipboard.copy(self.draft.selection)

    def cut(self) -> None:
        """Put what is selected on the clipboard and take it off the canvas."""
        if self.clipboard.copy(self.draft.selection):
            self.wishes.remove(self.draft.selection)

    def paste(self, scene_pos: QPointF | None = None) -> None:
        """Put in what is on the clipboard."""
        self.clipboard.paste(self.viewer.seen().center() if scene_pos is None else scene_pos)

    def duplicate(self) -> None:
        """Put in a copy of what is selected."""
        self.clipboard.duplicate(self.draft.selection)

    def align(self, side: Side) -> None:
        """Put what is selected in line."""
        self.arranging.align(side)

    def distribute(self, axis: Axis) -> None:
        """Put what is selected at equal distances."""
        self.arranging.distribute(axis)

    def auto_layout(self, direction: Direction = "down") -> None:
        """Place everything anew, or what is selected."""
        self.arranging.auto_layout(direction)

    def group_selection(self) -> None:
        """Make a group of what is selected and begin to name it."""
        id = self.grouping.make(self.draft.selection)
        if id is not None:
            self.writing.rename(id)

    def ungroup(self) -> None:
        """Take the selected groups apart."""
        self.grouping.take_apart(self.draft.selection)

    def toggle_group(self) -> None:
        """Fold the selected groups, or open them."""
        self.grouping.toggle(self.draft.selection)

    def take_out_of_group(self) -> None:
        """Move what is selected out of its group."""
        self.grouping.take_out(self.draft.selection)

    def rename_selection(self) -> None:
        """Edit the title of the one thing that is selected, or the text of a note."""
        for id in sorted(self.draft.selection)[:1]:
            self.edit_in_place(id)

    def comment_selection(self) -> None:
        """Edit the comment of the one node or group that is selected."""
        for id in sorted(self.draft.selection)[:1]:
            self.writing.comment(id)

    def toggle_disabled(self) -> None:
        """Switch the selected nodes off, or on again."""
        self.wishes.toggle_disabled(self.draft.selection)

    def edit_in_place(self, id: str) -> None:
        """Edit a title or a note where it stands."""
        self.writing.edit(id)

    # Menus and help.

    def open_menu(self, found: Hit, place: QPointF, at: QPoint) -> None:
        """Open the menu of what is at a place; it is selected where it was not."""
        if found.port is not None:
            found = Hit(thing=self.drawing.cards.get(found.port.end.node), part="inside")
        if found.thing is not None and found.thing.id not in self.draft.selection:
            self.draft.select([found.thing.id])
        if found.wire is not None:
            self.draft.select((), [found.wire.link])
        menu_for(self, found, place).popup(at)

    def open_menu_by_key(self) -> None:
        """Open the menu of what the keys act on."""
        id = self.keyboard.focused() or next(iter(sorted(self.draft.selection)), None)
        thing = None if id is None else self.drawing.thing(id)
        if thing is None:
            place = self.viewer.seen().center()
            self.open_menu(Hit(), place, self.viewport.mapToGlobal(self.viewer.mapFromScene(place)))
            return
        place = thing.rect.center()
        at = self.viewport.mapToGlobal(self.viewer.mapFromScene(place))
        self.open_menu(Hit(thing=thing, part="inside"), place, at)

    def show_hint(self, text: str) -> None:
        """Show a line of help, which screen readers hear too; an empty one takes it away."""
        self._hint.show_text(text)
        if text:
            self.tell_focus(text)

    def tell_focus(self, text: str) -> None:
        """Tell screen readers what the keys act on."""
        self.viewer.setAccessibleDescription(text)

    # What happens.

    @override
    def showEvent(self, event: Any) -> None:
        """Show all of it when it is first seen."""
        super().showEvent(event)
        self._first_look.take()

    def _take_recovered(self, draft: Draft) -> None:
        if draft is self.draft:
            self._first_look.look()

    def _take_change(self, change: Change) -> None:
        self.keyboard.stop()
        self.viewer.cancel_gesture()
        self.drawing.take(change)
        self.minimap.refresh()

    def _show_selection(self) -> None:
        chosen = self.draft.selection
        links = set(self.draft.selected_links)
        things = {thing.id: thing for thing in self.drawing.things()}
        scene = self.graph.scene()
        for item in scene.selectedItems():
            item.setSelected(False)
        for id in chosen & things.keys():
            things[id].setSelected(True)
        for link in links:
            if link in self.drawing.wires:
                self.drawing.wires[link].setSelected(True)
        if len(chosen) == 1:
            self.keyboard.focus(next(iter(chosen)))

    def _show_states(self, ids: Iterable[str]) -> None:
        self.drawing.show_states(ids)
        self.minimap.recolour()
        focused = self.stage.focused
        if focused is not None and focused in set(ids):
            self.keyboard.focus(focused)

    def _show_problems(self) -> None:
        self._show_states(self.draft.experiment.nodes)

    def _take_theme(self) -> None:
        ink.renew()
        self.viewer.resetCachedContent()
        self.viewport.update()
        self.minimap.refresh()

    def _show_field(self, draft: Draft, node: str, _field: str) -> None:
        if draft is self.draft and node in draft.experiment.nodes:
            self.show_node(node)

    def _key_pressed(self, event: QKeyEvent) -> None:
        self.keyboard.press(event)

    def _focus_changed(self, has_focus: bool) -> None:
        self.stage.has_focus = has_focus
        if not has_focus:
            self.keyboard.stop()
        thing = self.drawing.thing(self.stage.focused or "")
        if thing is not None:
            thing.update()

    def _hovered(self, found: Hit, at: QPoint) -> None:
        text = hover.tip(self.draft, found)
        if text:
            QToolTip.showText(at, text, self.viewport)
        else:
            QToolTip.hideText()

    def _double_clicked(self, found: Hit, place: QPointF) -> None:
        if found.port is not None and found.port.end.side == "out":
            end = found.port.end
            self.session.output_requested.emit(self.draft, end.node, end.port)
        elif found.card is not None and found.card.id in self.drawing.folded:
            self.grouping.fold(found.card.id, False)
        elif found.card is not None:
            self.viewer.node_double_clicked.emit(found.card.id)
        elif found.thing is not None and (found.part == "title" or isinstance(found.thing, Box)):
            self.edit_in_place(found.thing.id)
        elif found.wire is not None:
            self.asking.ask_on_link(found.wire.link, place)
        elif found.is_empty and not self.draft.read_only:
            self.open_search(place)

    def _fold(self, id: str) -> None:
        self.grouping.fold(id, True)

    # Places.

    def _look_at(self, rect: QRectF) -> None:
        if not rect.isEmpty():
            self.viewer.look_at(rect.adjusted(-AROUND, -AROUND, AROUND, AROUND))

    def _link_at(self, place: QPointF) -> Link | None:
        wire = self.viewer.link_under(place)
        return None if wire is None else wire.link

    def _mouse_place(self) -> QPointF:
        """Return the place in the scene under the mouse, or the middle where it is elsewhere."""
        at = self.viewer.mouse
        return self._free_place() if at is None else self.viewer.scene_at(at)

    def _free_place(self) -> QPointF:
        """Return a place in the middle of the view on which nothing stands."""
        place = self.viewer.seen().center()
        rects = [card.rect for card in self.drawing.shown_cards()]
        while any(rect.adjusted(-20, -40, 20, 40).contains(place) for rect in rects):
            place += QPointF(GRID * 4, GRID * 4)
        return place


def _on_grid(place: QPointF) -> tuple[float, float]:
    return (round(place.x() / GRID) * GRID, round(place.y() / GRID) * GRID)
