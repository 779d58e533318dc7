"""The library's graph: it keeps the cards and links, and hands the person's wishes on as edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF
from PySide6.QtGui import QUndoStack
from typing_extensions import override

from studio.app.canvas.card import Card
from studio.app.canvas.ends import link_between
from studio.app.canvas.nodegraphqt import BaseNode, NodeGraph, NodeModel, Port
from studio.app.canvas.wire import Wire

if TYPE_CHECKING:
    from studio.app.canvas.port_item import CardPort
    from studio.app.canvas.viewer import CanvasViewer
    from studio.app.canvas.wishes import Wishes


class CardNode(BaseNode):
    """The library's node of a card; its id is the document's."""

    __identifier__ = "wireloom"
    NODE_NAME = "card"

    def __init__(self, card: Card) -> None:
        # The library's own constructor makes the item, names it and lays it out.
        self._graph: CanvasGraph | None = None
        self._model = NodeModel()
        self._view: Card | None = card
        self._model.id, self._model.name = card.id, card.look.title
        self._inputs: list[Port] = []
        self._outputs: list[Port] = []
        self.ports: dict[CardPort, Port] = {}
        for item in card.ports:
            port = self.ports[item] = Port(self, item)
            port.model.type_, port.model.name = item.end.side, item.name
            port.model.multi_connection = item.multi_connection
            is_input = item.end.side == "in"
            (self._inputs if is_input else self._outputs).append(port)
            (self.model.inputs if is_input else self.model.outputs)[item.name] = port.model

    def let_go(self) -> None:
        """Let go of the item, so that it is gone at once."""
        for port in self.ports.values():
            port.model.node = None
        self.ports.clear()
        self._inputs.clear()
        self._outputs.clear()
        self._view = self._graph = None


class CanvasGraph(NodeGraph):
    """A graph whose slots change no card and no link: they ask for edits of the document.

    Its own stack of undo stays empty; what it holds is written by the drawing alone.
    """

    def __init__(self, viewer: CanvasViewer, wishes: Wishes, parent: QObject) -> None:
        self._wishes = wishes
        super().__init__(parent, viewer=viewer, undo_stack=QUndoStack(parent), layout_direction=1)

    @override
    def get_unique_name(self, name: str) -> str:
        """Return the name: titles are the document's."""
        # WORKAROUND https://github.com/jchanvfx/NodeGraphQt: it looks through all nodes each time.
        return name

    # What the drawing writes.

    def put(self, card: Card) -> None:
        """Keep a card."""
        node = CardNode(card)
        node._graph = self
        self.model.nodes[card.id] = node

    def take(self, card: Card) -> None:
        """Forget a card."""
        node = self.model.nodes.pop(card.id, None)
        if node is not None:
            node.let_go()

    def join(self, wire: Wire) -> None:
        """Keep the link between the ports of a wire."""
        start, stop = self._models(wire)
        start.connected_ports[wire.stop.card.id].append(wire.stop.name)
        stop.connected_ports[wire.start.card.id].append(wire.start.name)

    def part(self, wire: Wire) -> None:
        """Forget the link between the ports of a wire."""
        start, stop = self._models(wire)
        for model, other in ((start, wire.stop), (stop, wire.start)):
            names = model.connected_ports[other.card.id]
            names.remove(other.name)
            if not names:
                del model.connected_ports[other.card.id]

    def _models(self, wire: Wire) -> tuple[Any, Any]:
        nodes = self.model.nodes
        return (
            nodes[wire.start.card.id].ports[wire.start].model,
            nodes[wire.stop.card.id].ports[wire.stop].model,
        )

    # What the person wishes.

    @override
    def delete_nodes(self, nodes: list[CardNode], push_undo: bool = True) -> None:
        """Take nodes off the canvas."""
        self._wishes.remove([node.model.id for node in nodes])

    @override
    def _on_connection_changed(
        self,
        disconnected: list[tuple[CardPort, CardPort]],
        connected: list[tuple[CardPort, CardPort]],
    ) -> None:
        self._wishes.relink(
            [link_between(one.end, other.end) for one, other in disconnected],
            [link_between(one.end, other.end) for one, other in connected],
        )

    @override
    def _on_connection_sliced(self, ports: list[tuple[CardPort, CardPort]]) -> None:
        self._wishes.relink([link_between(one.end, other.end) for one, other in ports], [])

    @override
    def _on_nodes_moved(self, node_data: dict[Any, list[float]]) -> None:
        self._wishes.move({item.id: tuple(item.xy_pos) for item in node_data})

    @override
    def _on_insert_node(self, pipe: Wire, node_id: str, prev_node_pos: dict[Any, Any]) -> None:
        positions = {item.id: tuple(item.xy_pos) for item in prev_node_pos}
        self._wishes.insert(pipe.link, node_id, positions)

    @override
    def _on_node_name_changed(self, node_id: str, name: str) -> None:
        self._wishes.rename(node_id, name)

    @override
    def _on_node_data_dropped(self, mimedata: QMimeData, pos: QPoint) -> None:
        self._wishes.drop(mimedata, QPointF(pos))

    @override
    def _on_node_double_clicked(self, node_id: str) -> None:
        self._wishes.look_into(node_id)

    @override
    def _on_search_triggered(self, node_type: str, pos: tuple[float, float]) -> None:
        self._wishes.add_module(node_type, QPointF(*pos))

    @override
    def _on_node_selected(self, node_id: str) -> None:
        self._wishes.select([node_id])

    @override
    def _on_node_selection_changed(self, sel_ids: list[str], desel_ids: list[str]) -> None:
        self._wishes.select(sel_ids)

    @override
    def _on_node_backdrop_updated(self, node_id: str, update_property: str, value: Any) -> None:
        """Do nothing: frames are the document's."""

    @override
    def _on_context_menu_prompt(self, menu_name: str, node_id: str) -> None:
        """Do nothing: menus are the canvas' own."""
