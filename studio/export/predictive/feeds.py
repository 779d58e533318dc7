"""What feeds each input of an experiment, and how two people's changes of that become one."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from studio.document.experiment import Experiment
from studio.engine.plan import Wire

End = tuple[str, str]
"""A node and one of its inputs."""
Feeds = dict[End, tuple[Wire, ...]]
"""For each linked input the outputs that feed it, in order."""


def feeds_of(experiment: Experiment) -> Feeds:
    """Return what feeds each input."""
    found: Feeds = {}
    for link in experiment.links:
        end = (link.target, link.target_port)
        found[end] = (*found.get(end, ()), (link.source, link.source_port))
    return found


def merged_feeds(mine: Feeds, base: Feeds, new: Feeds, nodes: Container[str]) -> Feeds:
    """Return what feeds each input of ``nodes``, where a person and a new conversion changed it.

    An input that only one of them changed is as that one has it. Where both did, what the person
    set before the input stays there and takes from where the new one does. A source that is gone
    is passed over: what fed it feeds in its place.
    """
    found: Feeds = {}
    moved: Feeds = {}
    for end in dict.fromkeys((*new, *mine)):
        own, old, made = (feeds.get(end, ()) for feeds in (mine, base, new))
        if own == old:
            found[end] = made
        else:
            found[end] = own
            if made != old and own != made and (root := _root(mine, base, end)) is not None:
                moved[root] = made
    found |= moved
    ends = {end: wires for end, wires in found.items() if end[0] in nodes}
    return {
        end: tuple(wire for start in wires if (wire := _there(start, mine, new, nodes)) is not None)
        for end, wires in ends.items()
    }


def _root(mine: Feeds, base: Feeds, end: End) -> End | None:
    """Return the input at which what a person set before ``end`` takes what fed it at first."""
    old = base.get(end, ())
    waiting, seen = list(mine.get(end, ())), set()
    while waiting:
        node = waiting.pop()[0]
        if node in seen:
            continue
        seen.add(node)
        for other, wires in _into(mine, node):
            if wires == base.get(other, ()):
                continue
            if wires == old:
                return other
            waiting += wires
    return None


def _there(wire: Wire, mine: Feeds, new: Feeds, nodes: Container[str]) -> Wire | None:
    """Return a wire, or in place of one from a node that is gone what fed that node."""
    seen: set[str] = set()
    while wire[0] not in nodes:
        if wire[0] in seen:
            return None
        seen.add(wire[0])
        fed = [wires[0] for _, wires in (*_into(new, wire[0]), *_into(mine, wire[0])) if wires]
        if not fed:
            return None
        wire = fed[0]
    return wire


def _into(
    feeds: Mapping[End, tuple[Wire, ...]], node: str
) -> Iterator[tuple[End, tuple[Wire, ...]]]:
    return ((end, wires) for end, wires in feeds.items() if end[0] == node)
