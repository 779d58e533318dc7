"""What stands for what while groups are folded: holders of nodes, and ports of folded groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studio.app.canvas.ends import End, PortLook
from studio.app.node_state import STATUS_TEXT, NodeState, Status
from studio.document.experiment import Experiment

Ports = dict[str, list[PortLook]]

_FIRST: tuple[Status, ...] = (
    "failed", "running", "queued", "incomplete", "cancelled", "skipped", "stale", "ready",
    "finished", "reused",
)  # fmt: skip
"""Of the states of the nodes in a group, the one that it shows."""


class Folding:
    """Which folded group stands for a node or group, if one does; the outermost one."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._known: dict[str, str | None] = {}
        self.has_folded = any(group.collapsed for group in experiment.groups.values())

    def holder(self, id: str) -> str | None:
        """Return the folded group that a node or group is hidden in, or None where it shows."""
        if not self.has_folded:
            return None
        item = self._experiment.nodes.get(id) or self._experiment.groups.get(id)
        return None if item is None or item.group is None else self._around(item.group)

    def _around(self, group: str) -> str | None:
        """Return the outermost folded group of a group and those around it."""
        if group not in self._known:
            item = self._experiment.groups.get(group)
            self._known[group] = None
            if item is not None:
                outer = None if item.parent is None else self._around(item.parent)
                self._known[group] = outer or (group if item.collapsed else None)
        return self._known[group]

    def folded(self) -> list[str]:
        """Return the folded groups that show."""
        groups = self._experiment.groups
        return [id for id, item in groups.items() if item.collapsed and self.holder(id) is None]

    def opened(self) -> list[str]:
        """Return the open groups that show."""
        groups = self._experiment.groups
        return [id for id, item in groups.items() if not item.collapsed and self.holder(id) is None]

    def members(self, group: str) -> list[str]:
        """Return the nodes that a folded group stands for, in the order of their places."""
        nodes = self._experiment.nodes
        inside = [id for id in self._experiment.within([group]) if id in nodes]
        return sorted(inside, key=lambda id: (*nodes[id].position[::-1], id))

    def ports(self, group: str, of_nodes: Ports) -> list[PortLook]:
        """Return the ports of a folded group: all that are not linked within it alone.

        An optional input is left out where nothing is linked to it, and an output where all that
        it gives is used within.
        """
        members = self.members(group)
        inside = set(members)
        looks = [look for id in members for look in of_nodes[id]]
        return [look for look in looks if self._shows(look, inside)]

    def _shows(self, look: PortLook, inside: Iterable[str]) -> bool:
        end = look.end
        if end.side == "in":
            links = [
                link
                for link in self._experiment.links_into(end.node)
                if link.target_port == end.port
            ]
            return any(link.source not in inside for link in links) or not (links or look.optional)
        links = [
            link for link in self._experiment.links_from(end.node) if link.source_port == end.port
        ]
        return not links or any(link.target not in inside for link in links)

    def card_of(self, end: End, other: End) -> str:
        """Return what a link's end is drawn to: its node, or the folded group that stands for it.

        A link within one folded group stays with its own nodes, which are hidden.
        """
        mine, others = self.holder(end.node), self.holder(other.node)
        return end.node if mine is None or mine == others else mine


def state_of_group(states: Sequence[NodeState]) -> NodeState:
    """Return how a folded group stands, from how the nodes in it do."""
    there = {state.status for state in states}
    status: Status = next((status for status in _FIRST if status in there), "unknown")
    of_status = [state for state in states if state.status == status]
    seconds = [state.seconds for state in states if state.seconds is not None]
    sentence = f"{STATUS_TEXT[status]}: {len(of_status)} of {len(states)} nodes." if there else ""
    done = sum(state.status in ("finished", "reused") for state in states)
    return NodeState(
        status,
        sentence=sentence,
        fraction=done / len(states) if status == "running" else None,
        seconds=sum(seconds) if seconds else None,
    )
