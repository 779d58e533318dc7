"""Where things are: the ends of links, which are ports of nodes, and the places of items."""

from __future__ import annotations

from typing import Literal, NamedTuple

from studio.document.items import Group, Item, Link, Node
from studio.sdk.module import Port

Side = Literal["in", "out"]


class End(NamedTuple):
    """An input or an output of a node."""

    node: str
    port: str
    side: Side


class PortLook(NamedTuple):
    """What the canvas shows of a port; ``kind`` is empty where the module is not installed."""

    end: End
    kind: str
    label: str
    optional: bool = False
    many: bool = False

    @classmethod
    def of(cls, node: str, port: Port, side: Side) -> PortLook:
        """Return the look of a port that a module declares."""
        end = End(node, port.name, side)
        return cls(end, port.kind, port.label or port.name, port.optional, port.many)


def link_between(one: End, other: End) -> Link:
    """Return the link between an input and an output, given in any order."""
    start, stop = (one, other) if one.side == "out" else (other, one)
    return Link(start.node, start.port, stop.node, stop.port)


def source_end(link: Link) -> End:
    """Return where a link begins."""
    return End(link.source, link.source_port, "out")


def target_end(link: Link) -> End:
    """Return where a link ends."""
    return End(link.target, link.target_port, "in")


def place_of(item: Item) -> tuple[float, float]:
    """Return where something stands: a node or group itself, a frame or note by its corner."""
    return item.position if isinstance(item, Node | Group) else item.rectangle[:2]
