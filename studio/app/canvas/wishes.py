"""What a person wishes to do with what is on the canvas, as edits of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF

from studio.app.canvas import dropping
from studio.app.canvas.ends import End, link_between
from studio.app.canvas.metrics import CARD_HEIGHT, CARD_WIDTH, GRID
from studio.app.canvas.quest import LinkQuest, links_that_fit
from studio.app.canvas.stage import Stage
from studio.app.palette_entry import PaletteEntry, entry_of
from studio.document.edits import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    Edit,
    InsertOnLink,
    Move,
    Remove,
    Rename,
    SetComment,
    SetDisabled,
    SetFrame,
    SetNote,
)
from studio.document.errors import LinkRefused
from studio.document.experiment import Experiment
from studio.document.items import Frame, Group, Link, Node, Note
from studio.document.naming import new_node
from studio.document.wiring import connection

if TYPE_CHECKING:
    from studio.app.canvas.drawing import Drawing

Positions = Mapping[str, tuple[float, float]]


class Wishes:
    """Turns wishes into edits; each is one step of Undo. A wish that cannot be is said so."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._draft = stage.draft
        self._drawing: Drawing | None = None
        self.link_at: Callable[[QPointF], Link | None] = lambda _: None
        self.group_at: Callable[[QPointF], str | None] = lambda _: None

    def attach(self, drawing: Drawing) -> None:
        """Take the drawing, which puts back what an edit did not move."""
        self._drawing = drawing

    @property
    def _experiment(self) -> Experiment:
        return self._draft.experiment

    def apply(self, edit: Edit) -> bool:
        """Do an edit; returns whether it could be done."""
        return self._draft.apply(edit) is not None

    def select(self, ids: Iterable[str], links: Iterable[Link] = ()) -> None:
        """Select just these."""
        self._draft.select(ids, links)

    def say(self, sentence: str) -> None:
        """Tell the person why something cannot be."""
        self._stage.session.say("warning", sentence)

    # Links.

    def relink(self, gone: Iterable[Link], new: Iterable[Link]) -> bool:
        """Take links away and draw others, as one step; returns whether it was done."""
        there = self._there(gone)
        edits: list[Edit] = [Disconnect(there)] if there else []
        for link in new:
            edit = self._connection(link)
            if edit is None:
                return False
            edits.append(edit)
        return bool(edits) and self.apply(_one(edits))

    def place(self, link: Link, place: int) -> None:
        """Put a link elsewhere among those of its input."""
        self.apply(Connect(link, many=True, place=place))

    def insert(self, link: Link, node: str, positions: Positions) -> None:
        """Put a node that is on the canvas into a link, and move it there."""
        module = self._draft.module(node)
        ports = None if module is None else links_that_fit(self._draft, module, link)
        edits: list[Edit] = [Move(positions)] if positions else []
        if ports is not None:
            edits.append(InsertOnLink(link, node, ports[0].name, ports[1].name))
        if edits and not self.apply(_one(edits[::-1])):
            self._restore(positions)

    def _there(self, links: Iterable[Link]) -> tuple[Link, ...]:
        """Return the links of the document that have the ends of some links."""
        return tuple(
            dict.fromkeys(
                old
                for link in links
                for old in self._experiment.links_into(link.target)
                if old.ends == link.ends
            )
        )

    def _connection(self, link: Link) -> Connect | None:
        try:
            return connection(self._experiment, self._draft.registry, link)
        except LinkRefused as error:
            self.say(error.message)
            return None

    # Nodes.

    def add_module(
        self, what: PaletteEntry | str, place: QPointF, origin: End | None = None,
        moved: Link | None = None, into: Link | None = None,
    ) -> str | None:  # fmt: skip
        """Put a module on the canvas with its middle at a place; returns the node's id.

        With ``origin`` it is linked to that port (and the link ``moved`` is taken away); with
        ``into`` it is put into that link, where it fits. All of it is one step.
        """
        entry = self._entry(what)
        module = None if entry is None else self._draft.registry.get(entry.module)
        if entry is None or module is None:
            name = what if isinstance(what, str) else what.module
            self.say(f"The module “{name}” is not installed here.")
            return None
        corner = (place.x() - CARD_WIDTH / 2, place.y() - CARD_HEIGHT / 2)
        position = (_on_grid(corner[0]), _on_grid(corner[1]))
        node = new_node(
            self._experiment, module, entry.params, position=position, title=entry.title or None
        )
        node = replace(node, group=self.group_at(place))
        edits: list[Edit] = [AddNode(node)]
        if origin is not None:
            quest = LinkQuest(self._draft, origin)
            port = quest.port_of(module)
            if port is not None:
                side = "in" if origin.side == "out" else "out"
                link = link_between(origin, End(node.id, port.name, side))  # type: ignore[arg-type]
                after = AddNode(node).changed(self._experiment)
                edits += [Disconnect((moved,))] if moved is not None else []
                edits.append(connection(after, self._draft.registry, link))
        ports = None if into is None else links_that_fit(self._draft, module, into)
        if into is not None and ports is not None:
            edits.append(InsertOnLink(into, node.id, ports[0].name, ports[1].name))
        if not self.apply(_one(edits)):
            return None
        self.select([node.id])
        return node.id

    def _entry(self, what: PaletteEntry | str) -> PaletteEntry | None:
        if isinstance(what, PaletteEntry):
            return what
        module = self._draft.registry.get(what)
        return None if module is None else entry_of(self._draft.registry, module)

    def drop(self, mime: QMimeData, place: QPointF) -> None:
        """Add what is dropped: a module of the palette, or a file with data."""
        into = self.link_at(place)
        for number, entry in enumerate(dropping.entries(mime)):
            beside = QPointF(place.x() + number * (CARD_WIDTH + 40), place.y())
            self.add_module(entry, beside, into=into if number == 0 else None)

    def rename(self, id: str, title: str) -> None:
        """Give a node, a group or a frame another title; a node needs one."""
        text = " ".join(title.split())
        if text or not isinstance(self._experiment.item(id), Node):
            self.apply(Rename(id, text))

    def comment(self, id: str, comment: str) -> None:
        """Write a comment on a node or a group."""
        self.apply(SetComment(id, comment.strip()))

    def toggle_disabled(self, ids: Iterable[str]) -> None:
        """Switch nodes off, or on again where all of them are off."""
        nodes = [self._experiment.nodes[id] for id in ids if id in self._experiment.nodes]
        if nodes:
            off = not all(node.disabled for node in nodes)
            self.apply(SetDisabled(tuple(node.id for node in nodes), off))

    def look_into(self, id: str) -> None:
        """Show what comes out of a node, first of all its first output."""
        module = self._draft.module(id)
        if module is not None and module.outputs():
            self._stage.session.output_requested.emit(self._draft, id, module.outputs()[0].name)

    # Anything.

    def move(self, positions: Positions) -> None:
        """Put things somewhere else, as one step."""
        there = {id: place for id, place in positions.items() if id in self._experiment}
        if there and not self.apply(Move(there)):
            self._restore(there)

    def remove(self, ids: Iterable[str], links: Iterable[Link] = ()) -> None:
        """Take things off the canvas, as one step; a folded group goes with what is in it."""
        chosen = {id for id in ids if id in self._experiment}
        folded = {
            id for id in chosen
            if id in self._experiment.groups and self._experiment.groups[id].collapsed
        }  # fmt: skip
        items = sorted(chosen | self._experiment.within(folded))
        wires = tuple(link for link in links if link in self._experiment.links_into(link.target))
        if items or wires:
            self.apply(Remove(tuple(items), wires))

    def resize(self, id: str, rectangle: tuple[float, float, float, float]) -> None:
        """Give a frame or a note another place and size."""
        item = self._experiment.item(id)
        if isinstance(item, Frame):
            self.apply(SetFrame(replace(item, rectangle=rectangle)))
        elif isinstance(item, Note):
            self.apply(SetNote(replace(item, rectangle=rectangle)))

    def colour(self, id: str, colour: str) -> None:
        """Give a frame or a note another colour."""
        item = self._experiment.item(id)
        if isinstance(item, Frame):
            self.apply(SetFrame(replace(item, colour=colour)))
        elif isinstance(item, Note):
            self.apply(SetNote(replace(item, colour=colour)))

    def write(self, id: str, text: str) -> None:
        """Write on a note."""
        item = self._experiment.item(id)
        if isinstance(item, Note):
            self.apply(SetNote(replace(item, text=text)))

    def title_of(self, id: str) -> str:
        """Return the title of a node, a group or a frame."""
        item = self._experiment.item(id)
        if isinstance(item, Node):
            return item.shown_title
        return item.title if isinstance(item, Group | Frame) else ""

    def _restore(self, ids: Iterable[str]) -> None:
        if self._drawing is not None:
            self._drawing.restore(ids)


def _one(edits: list[Edit]) -> Edit:
    """Return one edit that does several."""
    if len(edits) == 1:
        return edits[0]
    return Batch(tuple(edits), edits[-1].phrase if "{" not in edits[-1].phrase else "")


def _on_grid(value: float) -> float:
    return round(value / GRID) * GRID
