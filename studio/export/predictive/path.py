"""The request path: from a scoring node up through first Table inputs to one source."""

from __future__ import annotations

from dataclasses import dataclass

from studio.engine.plan import Wire
from studio.export.predictive.flow import Flow


@dataclass(frozen=True)
class Hop:
    """A node of a request path.

    Attributes:
        node: Its id.
        port: The Table input through which the path comes in.
        came: What is wired into it.
        left: The Table output through which the path goes on.
    """

    node: str
    port: str
    came: Wire
    left: str

    @property
    def wire(self) -> Wire:
        """The wire by which the path goes on."""
        return self.node, self.left


@dataclass(frozen=True)
class Path:
    """A request path.

    Attributes:
        source: The output that the rows begin at: a source's, or that of the last web service input
            that is set on the path.
        hops: The nodes below it, in order; the last one answers.
    """

    source: Wire
    hops: tuple[Hop, ...]

    @property
    def nodes(self) -> frozenset[str]:
        """The nodes on it, the source among them."""
        return frozenset((self.source[0], *(hop.node for hop in self.hops)))


def request_path(flow: Flow, score: str) -> Path:
    """Return the path that ends at a node."""
    hops: list[Hop] = []
    wire = (score, flow.ports(score, "Table")[0].name)
    while not flow.marks(wire[0], "input") and (came := flow.data(wire[0])) is not None:
        hops.append(Hop(wire[0], *came, wire[1]))
        wire = came[1]
    return Path(wire, tuple(reversed(hops)))


def row_marks(flow: Flow, wire: Wire) -> tuple[Wire, ...]:
    """Return the wires up a data path at which rows were chosen or made, the nearest first."""
    found: list[Wire] = []
    while True:
        came = flow.data(wire[0])
        if came is None:
            return (*found, wire)
        if flow.effect(wire[0]).rows != "same":
            found.append(wire)
        wire = came[1]
