"""The drawing: what stands in the scene for the document, and the only writer of it."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from studio.app.canvas.boxes import Box, FrameItem, NoteItem, OutlineItem
from studio.app.canvas.card import Card, CardLook
from studio.app.canvas.card_look import group_look, node_look, node_ports
from studio.app.canvas.ends import End, PortLook, place_of, source_end, target_end
from studio.app.canvas.folding import Folding, state_of_group
from studio.app.canvas.graph import CanvasGraph
from studio.app.canvas.metrics import CARD_HEIGHT, CARD_WIDTH, MARGIN, TITLE_BAR
from studio.app.canvas.port_item import CardPort
from studio.app.canvas.stage import Stage
from studio.app.canvas.wire import Wire
from studio.document.change import Change
from studio.document.experiment import Experiment
from studio.document.items import Link

Thing = Card | Box

_LOOKS = frozenset({"module", "version", "params", "title", "comment", "disabled"})


class Drawing:
    """All items of the scene, by the ids of what they stand for.

    Attributes:
        cards: A card for every node; those in folded groups are hidden.
        folded: A card for every folded group that shows.
        outlines: An outline for every open group that shows.
        wires: A line for every link; those within folded groups are hidden.
    """

    def __init__(self, stage: Stage, graph: CanvasGraph) -> None:
        self._stage = stage
        self._graph = graph
        self.scene: QGraphicsScene = graph.scene()
        self.cards: dict[str, Card] = {}
        self.folded: dict[str, Card] = {}
        self.outlines: dict[str, OutlineItem] = {}
        self.frames: dict[str, FrameItem] = {}
        self.notes: dict[str, NoteItem] = {}
        self.wires: dict[Link, Wire] = {}
        self.folding = Folding(Experiment())

    @property
    def _experiment(self) -> Experiment:
        return self._stage.draft.experiment

    # Looking things up.

    def thing(self, id: str) -> Thing | None:
        """Return what shows for an id: a card, an outline, a frame or a note; hidden cards too."""
        for kind in (self.cards, self.folded, self.outlines, self.frames, self.notes):
            found: Thing | None = kind.get(id)
            if found is not None:
                return found
        return None

    def things(self) -> Iterator[Thing]:
        """Yield everything that shows, but links."""
        yield from self.shown_cards()
        yield from self.outlines.values()
        yield from self.frames.values()
        yield from self.notes.values()

    def shown_cards(self) -> Iterator[Card]:
        """Yield the cards that show, those of folded groups too."""
        yield from (card for card in self.cards.values() if card.isVisible())
        yield from self.folded.values()

    def port(self, end: End) -> CardPort | None:
        """Return the port that shows for an end, or None where it is hidden."""
        card = self.folded.get(self.folding.holder(end.node) or "") or self.cards.get(end.node)
        return None if card is None else card.port(end)

    def rect(self, things: Iterable[Thing] | None = None) -> QRectF:
        """Return the rectangle around some things, or around all that shows."""
        rects = [thing.rect for thing in (self.things() if things is None else things)]
        if not rects:
            return QRectF()
        left, top = min(rect.left() for rect in rects), min(rect.top() for rect in rects)
        right, bottom = max(rect.right() for rect in rects), max(rect.bottom() for rect in rects)
        return QRectF(left, top, right - left, bottom - top)

    # Writing.

    def fill(self) -> None:
        """Draw the whole document in one pass."""
        experiment = self._experiment
        self.folding = Folding(experiment)
        with self._in_bulk():
            for id in experiment.nodes:
                self._put_card(id)
            for id in (*experiment.frames, *experiment.notes):
                self._reconcile_box(id)
            self._refold()
            for link in experiment.links:
                self._put_wire(link)
            self._draw_outlines(self.outlines)

    def take(self, change: Change) -> None:
        """Draw what a change touches, as the document has it now."""
        experiment = self._experiment
        for link in change.links_removed:
            if link in self.wires and link not in experiment.links_into(link.target):
                self._drop_wire(link)
        touched = {*change.nodes_added, *change.nodes_removed, *change.nodes_changed}
        links = [*change.links_added, *change.links_removed]
        near = {id for link in links for id in (link.source, link.target)} - touched
        moved = {id for id in (*touched, *change.nodes_moved) if self._reconcile_node(id)}
        self._reconcile_ports(near)
        for id in (*change.frames, *change.notes):
            self._reconcile_box(id)
        self.folding = Folding(experiment)
        if self._must_refold(change):
            self._refold()
        for link in change.links_added:
            if link in experiment.links_into(link.target) and link not in self.wires:
                self._put_wire(link)
        for id in moved:
            self.cards[id].redraw_wires()
        for id in near:
            if id in self.cards:
                self._redraw_inputs(id)
        self._draw_outlines(self._outlines_of({*moved, *touched}) if not change.groups else None)

    def restore(self, ids: Iterable[str]) -> None:
        """Put things back to where the document has them."""
        experiment = self._experiment
        chosen = set(ids)
        for id in chosen:
            thing = self.thing(id)
            if thing is None or isinstance(thing, OutlineItem) or id not in experiment:
                continue
            x, y = place_of(experiment.item(id))
            thing.setPos(x, y)
            if isinstance(thing, Card):
                thing.redraw_wires()
        self._draw_outlines(None)

    def show_states(self, ids: Iterable[str]) -> None:
        """Show how some nodes stand."""
        for id in ids:
            card = self.cards.get(id)
            if card is not None:
                card.set_state(self._stage.draft.state(id))
        for group in {self.folding.holder(id) for id in ids} & self.folded.keys():
            self._show_group_state(group)

    def _show_group_state(self, group: str | None) -> None:
        if group is not None:
            members = self.folding.members(group)
            self.folded[group].set_state(state_of_group([self.cards[id].state for id in members]))

    def follow(self, ids: Iterable[str]) -> None:
        """Draw links and outlines where their moved cards are now."""
        wires = {
            wire
            for id in ids
            for card in (self.cards.get(id), self.folded.get(id))
            if card is not None
            for port in card.ports
            for wire in port.connected_pipes
        }
        for wire in wires:
            wire.redraw()  # type: ignore[attr-defined]
        self._draw_outlines(self._outlines_of(ids))

    # Cards.

    def _look(self, id: str) -> CardLook:
        node = self._experiment.nodes[id]
        return node_look(
            node, self._stage.draft.registry.get(node.module), self._stage.draft.registry
        )

    def _ports(self, id: str) -> list[PortLook]:
        experiment = self._experiment
        links = (*experiment.links_into(id), *experiment.links_from(id))
        return node_ports(experiment.nodes[id], self._stage.draft.module(id), links)

    def _put_card(self, id: str) -> None:
        card = self._new_card(
            id, self._look(id), self._ports(id), self._experiment.nodes[id].position
        )
        card.set_state(self._stage.draft.state(id))
        self.cards[id] = card

    def _new_card(
        self, id: str, look: CardLook, ports: Iterable[PortLook], place: tuple[float, float]
    ) -> Card:
        card = Card(self._stage, id, look, ports)
        card.setPos(*place)
        self.scene.addItem(card)
        self._graph.put(card)
        return card

    def _drop_card(self, cards: dict[str, Card], id: str) -> None:
        card = cards.pop(id)
        for port in card.ports:
            for wire in list(port.wires):
                self._drop_wire(wire.link)
        self._graph.take(card)
        self.scene.removeItem(card)
        card.let_go()

    def _reconcile_node(self, id: str) -> bool:
        """Make a card like its node; returns whether its links must be drawn again."""
        node = self._experiment.nodes.get(id)
        card = self.cards.get(id)
        if node is None:
            if card is not None:
                self._drop_card(self.cards, id)
            return False
        if card is None:
            self._put_card(id)
            return True
        self._reconcile_ports([id])
        card = self.cards[id]
        card.set_look(self._look(id))
        card.set_state(self._stage.draft.state(id))
        if card.pos() != QPointF(*node.position):
            card.setPos(*node.position)
        return True

    def _reconcile_ports(self, ids: Iterable[str]) -> None:
        """Make cards anew whose ports are others: unknown modules, and links that do not fit."""
        for id in ids:
            card = self.cards.get(id)
            if card is None or id not in self._experiment.nodes:
                continue
            if [port.look for port in card.ports] == self._ports(id):
                continue
            links = {wire.link for port in card.ports for wire in port.wires}
            shown, selected = card.isVisible(), card.isSelected()
            self._drop_card(self.cards, id)
            self._put_card(id)
            self.cards[id].setVisible(shown)
            self.cards[id].setSelected(selected)
            for link in links:
                if link in self._experiment.links_into(link.target):
                    self._put_wire(link)

    # Links.

    def _put_wire(self, link: Link) -> None:
        wire = self.wires[link] = Wire(link)
        self._attach(wire)
        self.scene.addItem(wire)

    def _attach(self, wire: Wire) -> None:
        """Draw a wire between the ports that show for its ends now."""
        start, stop = source_end(wire.link), target_end(wire.link)
        ports = []
        for end, other in ((start, stop), (stop, start)):
            id = self.folding.card_of(end, other)
            card = self.cards[id] if id == end.node else self.folded[id]
            ports.append(card.port(end) or self.cards[end.node].port(end))
        if wire._output_port is not None:
            self._graph.part(wire)
        wire.attach(ports[0], ports[1])  # type: ignore[arg-type]
        self._graph.join(wire)
        wire.redraw()
        self._redraw_many(wire.stop)

    def _drop_wire(self, link: Link) -> None:
        wire = self.wires.pop(link)
        stop = wire.stop
        self._graph.part(wire)
        wire.detach()
        self.scene.removeItem(wire)
        self._redraw_many(stop)

    def _redraw_many(self, port: CardPort) -> None:
        """Draw the other links of an input that takes several, which have moved up."""
        if port.look.many:
            port.card.arrange()
            port.card.redraw_wires()
        port.card.update()

    def _redraw_inputs(self, id: str) -> None:
        for port in self.cards[id].inputs_by_end.values():
            if port.look.many:
                self._redraw_many(port)

    # Groups.

    def _must_refold(self, change: Change) -> bool:
        if change.groups or any("group" in names for names in change.nodes_changed.values()):
            return True
        if not self._experiment.groups:
            return False
        has_nodes = bool(change.nodes_added or change.nodes_removed or change.nodes_changed)
        has_links = bool(change.links_added or change.links_removed)
        return has_nodes or (has_links and self.folding.has_folded)

    def _refold(self) -> None:
        """Show what is not in a folded group, hide what is, and draw links to what shows."""
        experiment, folding = self._experiment, self.folding
        for id, card in self.cards.items():
            shown = folding.holder(id) is None
            if card.isVisible() != shown:
                card.setVisible(shown)
        self._reconcile_folded(folding.folded())
        wanted = folding.opened()
        for id in [id for id in self.outlines if id not in wanted]:
            self.scene.removeItem(self.outlines.pop(id))
        for id in wanted:
            if id not in self.outlines:
                self.outlines[id] = OutlineItem(id)
                self.scene.addItem(self.outlines[id])
            group = experiment.groups[id]
            self.outlines[id].show_as(group.title, group.comment, self._depth(id))

    def _reconcile_folded(self, wanted: list[str]) -> None:
        """Make the cards of folded groups anew where their ports are others."""
        experiment = self._experiment
        of_nodes = {
            id: [port.look for port in card.ports]
            for id, card in self.cards.items()
            if self.folding.holder(id) is not None
        }
        ports = {id: self.folding.ports(id, of_nodes) for id in wanted}
        kept = {
            id
            for id in wanted
            if id in self.folded and [p.look for p in self.folded[id].ports] == _in_order(ports[id])
        }
        loose: list[Wire] = [
            wire
            for wire in self.wires.values()
            if self._is_elsewhere(wire)
            or {wire.start.card.id, wire.stop.card.id} & (self.folded.keys() - kept)
        ]
        for wire in loose:
            self._graph.part(wire)
            wire.detach()
        for id in [id for id in self.folded if id not in kept]:
            self._drop_card(self.folded, id)
        for id in wanted:
            group = experiment.groups[id]
            if id in kept:
                self.folded[id].setPos(*group.position)
                self.folded[id].set_look(group_look(experiment, id))
                self.folded[id].redraw_wires()
            else:
                look = group_look(experiment, id)
                self.folded[id] = self._new_card(id, look, _in_order(ports[id]), group.position)
            self._show_group_state(id)
        for wire in loose:
            self._attach(wire)

    def _is_elsewhere(self, wire: Wire) -> bool:
        """Whether a wire is drawn to something else than what shows for its ends now."""
        start, stop = source_end(wire.link), target_end(wire.link)
        wanted = (self.folding.card_of(start, stop), self.folding.card_of(stop, start))
        hidden = not (wire.start.card.isVisible() and wire.stop.card.isVisible())
        drawn = (wire.start.card.id, wire.stop.card.id)
        return drawn != wanted or hidden == wire.isVisible()

    def _depth(self, group: str) -> int:
        depth, parent = 0, self._experiment.groups[group].parent
        while parent is not None and parent in self._experiment.groups:
            depth, parent = depth + 1, self._experiment.groups[parent].parent
        return depth

    def _outlines_of(self, ids: Iterable[str]) -> set[str]:
        """Return the open groups around some nodes and groups."""
        found: set[str] = set()
        if not self.outlines:
            return found
        for id in ids:
            item = self._experiment.nodes.get(id) or self._experiment.groups.get(id)
            group = id if id in self.outlines else None if item is None else item.group
            while group is not None and group not in found:
                found.add(group)
                group = self._experiment.groups[group].parent
        return found

    def _draw_outlines(self, ids: Iterable[str] | None) -> None:
        """Draw open groups around what is in them, the innermost first."""
        chosen = self.outlines.keys() if ids is None else set(ids) & self.outlines.keys()
        for id in sorted(chosen, key=lambda id: (-self._depth(id), id)):
            self.outlines[id].set_rect(self._outline_rect(id))

    def _outline_rect(self, group: str) -> QRectF:
        around = QRectF()
        for id in self._experiment.members(group):
            thing = self.outlines.get(id) or self.folded.get(id) or self.cards.get(id)
            if thing is not None:
                around = around.united(thing.rect)
        if around.isNull():
            x, y = self._experiment.groups[group].position
            around = QRectF(x, y, CARD_WIDTH, CARD_HEIGHT)
        return around.adjusted(-MARGIN, -MARGIN - TITLE_BAR, MARGIN, MARGIN)

    # Frames and notes.

    def _reconcile_box(self, id: str) -> None:
        frame, note = self._experiment.frames.get(id), self._experiment.notes.get(id)
        if frame is None and id in self.frames:
            self.scene.removeItem(self.frames.pop(id))
        if note is None and id in self.notes:
            self.scene.removeItem(self.notes.pop(id))
        if frame is not None:
            if id not in self.frames:
                self.frames[id] = FrameItem(id)
                self.scene.addItem(self.frames[id])
            self.frames[id].show_as(frame.title, frame.colour, QRectF(*frame.rectangle))
        if note is not None:
            if id not in self.notes:
                self.notes[id] = NoteItem(id)
                self.scene.addItem(self.notes[id])
            self.notes[id].show_as(note.text, note.colour, QRectF(*note.rectangle))

    @contextmanager
    def _in_bulk(self) -> Iterator[None]:
        """Add many items without an index of the scene or a collection of garbage between them."""
        method = self.scene.itemIndexMethod()
        collects = gc.isenabled()
        gc.disable()
        self.scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        try:
            yield
        finally:
            self.scene.setItemIndexMethod(method)
            if collects:
                gc.enable()


def _in_order(ports: Iterable[PortLook]) -> list[PortLook]:
    """Return ports as a card has them: the inputs, then the outputs."""
    return sorted(ports, key=lambda look: look.end.side)
