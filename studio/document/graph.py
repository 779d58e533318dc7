"""Walks over a directed graph that is given by functions from a node to its neighbours."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence

from studio.document.errors import CycleFound

Neighbours = Callable[[str], Sequence[str]]


def reached(start: Iterable[str], neighbours: Neighbours) -> frozenset[str]:
    """Return everything that can be reached, the start included."""
    found = set(start)
    waiting = list(found)
    while waiting:
        for node in neighbours(waiting.pop()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return frozenset(found)


def topological(nodes: Iterable[str], sources: Neighbours, targets: Neighbours) -> list[str]:
    """Return the nodes, each after its sources, ties in sorted order; raises CycleFound."""
    missing = {node: len(sources(node)) for node in nodes}
    ready = [node for node, count in missing.items() if count == 0]
    heapq.heapify(ready)
    order = []
    while ready:
        node = heapq.heappop(ready)
        order.append(node)
        for target in targets(node):
            missing[target] -= 1
            if missing[target] == 0:
                heapq.heappush(ready, target)
    if len(order) < len(missing):
        raise CycleFound(nodes=cycles(missing, sources)[0])
    return order


def cycles(nodes: Iterable[str], neighbours: Neighbours) -> list[list[str]]:
    """Return the sets of nodes from which each reaches the others (Tarjan 1972), sorted."""
    found: list[list[str]] = []
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: dict[str, None] = {}
    for root in nodes:
        if root in index:
            continue
        _enter(root, index, low, open_nodes)
        walk = [(root, iter(neighbours(root)))]
        while walk:
            node, rest = walk[-1]
            for other in rest:
                if other not in index:
                    _enter(other, index, low, open_nodes)
                    walk.append((other, iter(neighbours(other))))
                    break
                if other in open_nodes:
                    low[node] = min(low[node], index[other])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_close(node, open_nodes))
    return sorted(sorted(part) for part in found if len(part) > 1 or part[0] in neighbours(part[0]))


def _enter(
    node: str, index: dict[str, int], low: dict[str, int], open_nodes: dict[str, None]
) -> None:
    index[node] = low[node] = len(index)
    open_nodes[node] = None


def _close(node: str, open_nodes: dict[str, None]) -> list[str]:
    """Take the nodes that were opened since ``node``, and it, off the pile of open ones."""
    part = []
    while True:
        other, _ = open_nodes.popitem()
        part.append(other)
        if other == node:
            return part
