"""The search for the other end of a link: which ports fit, and why the others do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from studio.app.canvas.ends import End, link_between
from studio.app.draft import Draft
from studio.document import problems
from studio.document.items import Link
from studio.sdk.module import Module, Port


class LinkQuest:
    """A link with one end that looks for the other.

    Attributes:
        origin: The end that is there.
        moved: The link that is taken from where it ended, or None for a new one.
    """

    def __init__(self, draft: Draft, origin: End, moved: Link | None = None) -> None:
        self._draft = draft
        self.origin = origin
        self.moved = moved
        experiment = draft.experiment
        walk = experiment.upstream if origin.side == "out" else experiment.downstream
        self._circle = walk([origin.node])
        self._known: dict[End, str | None] = {}

    def misfit(self, end: End) -> str | None:
        """Return why a port cannot be the other end, as a sentence; None where it can."""
        if end not in self._known:
            self._known[end] = self._reason(end)
        return self._known[end]

    def fitting(self, ends: Iterable[End]) -> list[End]:
        """Return the ports that can be the other end, in the order given."""
        return [end for end in ends if self.misfit(end) is None]

    def fits_module(self, module: type[Module]) -> bool:
        """Whether a module has a port that can be the other end."""
        return self.port_of(module) is not None

    def port_of(self, module: type[Module]) -> Port | None:
        """Return the first port of a module that can be the other end, required ones first."""
        kind = self._kind()
        ports = module.inputs() if self.origin.side == "out" else module.outputs()
        fitting = [port for port in ports if kind is None or port.kind == kind]
        return min(fitting, key=lambda port: port.optional, default=None)

    def _kind(self) -> str | None:
        module = self._draft.module(self.origin.node)
        if module is None:
            return None
        look = problems.output_port if self.origin.side == "out" else problems.input_port
        port = look(module, self.origin.port)
        return None if port is None else port.kind

    def _reason(self, end: End) -> str | None:
        if end.side == self.origin.side:
            both = "outputs" if end.side == "out" else "inputs"
            return f"A link goes from an output to an input; these are both {both}."
        if end.node == self.origin.node:
            return "A node cannot be its own input."
        if end.node in self._circle:
            return "This link would close a circle: the nodes would wait for one another."
        link = link_between(self.origin, end)
        nodes, registry = self._draft.experiment.nodes, self._draft.registry
        source, target = (
            registry.get(nodes[link.source].module),
            registry.get(nodes[link.target].module),
        )
        reason = problems.misfit(source, link, target)
        return None if reason is None else f"{reason[:1].upper()}{reason[1:]}."


def links_that_fit(draft: Draft, module: type[Module], link: Link) -> tuple[Port, Port] | None:
    """Return the input and output by which a module fits into a link, or None."""
    source, target = draft.module(link.source), draft.module(link.target)
    start = None if source is None else problems.output_port(source, link.source_port)
    stop = None if target is None else problems.input_port(target, link.target_port)
    takes = _first(module.inputs(), lambda port: start is None or port.kind == start.kind)
    gives = _first(module.outputs(), lambda port: stop is None or port.kind == stop.kind)
    return None if takes is None or gives is None else (takes, gives)


def _first(ports: Iterable[Port], fits: Callable[[Port], bool]) -> Port | None:
    return min(filter(fits, ports), key=lambda port: port.optional, default=None)
