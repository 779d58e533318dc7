"""Boxes in layers: each after those it needs, with few crossings and short links.

The steps are those of Sugiyama, Tagawa and Toda (1981): layers by the longest way, an order within
each layer by the means of neighbours, and places that keep boxes apart.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

Edge = tuple[str, str, float, float]
"""From which box to which, and where across them, from their middles, the link is fixed."""
Size = tuple[float, float]
"""How long a box is in the direction of links, and how wide across it."""

_SWEEPS = 12
_HEAVY = 6.0
"""How much more it counts that a long link is straight."""


def layered(
    sizes: Mapping[str, Size], edges: Iterable[Edge], gap_along: float, gap_across: float
) -> dict[str, tuple[float, float]]:
    """Return where the middle of each box is: along the links, and across them.

    Links that close a circle are not looked at. The same boxes and links give the same places.
    """
    names = sorted(sizes)
    forward = _without_circles(names, sorted(set(edges)))
    layer_of = _layers(names, forward)
    drawing = _Drawing(sizes, layer_of, forward, gap_across)
    drawing.reorder()
    across = drawing.places()
    middles = _middles(sizes, layer_of, gap_along)
    return {name: (middles[layer_of[name]], across[name]) for name in names}


def _without_circles(names: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """Return the links but those that lead back to where a walk along links came from."""
    targets: dict[str, list[str]] = {name: [] for name in names}
    for source, target, *_ in edges:
        if source != target:
            targets[source].append(target)
    state: dict[str, int] = {}
    back: set[tuple[str, str]] = set()
    for root in names:
        if root in state:
            continue
        state[root] = 1
        walk = [(root, iter(targets[root]))]
        while walk:
            name, rest = walk[-1]
            for target in rest:
                if state.get(target) == 1:
                    back.add((name, target))
                elif target not in state:
                    state[target] = 1
                    walk.append((target, iter(targets[target])))
                    break
            else:
                state[name] = 2
                walk.pop()
    return [edge for edge in edges if edge[0] != edge[1] and edge[:2] not in back]


def _layers(names: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Return each box's layer: after all it needs; what needs nothing just before its first use."""
    sources: dict[str, list[str]] = {name: [] for name in names}
    targets: dict[str, list[str]] = {name: [] for name in names}
    for source, target, *_ in edges:
        sources[target].append(source)
        targets[source].append(target)
    missing = {name: len(sources[name]) for name in names}
    ready = [name for name in names if not missing[name]]
    layers: dict[str, int] = {}
    for name in ready:
        layers[name] = max((layers[source] + 1 for source in sources[name]), default=0)
        for target in targets[name]:
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
    for name in names:
        if targets[name] and not sources[name]:
            layers[name] = min(layers[target] for target in targets[name]) - 1
    return layers


def _middles(
    sizes: Mapping[str, Size], layer_of: Mapping[str, int], gap: float
) -> dict[int, float]:
    """Return how far along the links the middle of each layer is."""
    thick: dict[int, float] = {}
    for name, layer in layer_of.items():
        thick[layer] = max(thick.get(layer, 0.0), sizes[name][0])
    middles: dict[int, float] = {}
    at = 0.0
    for layer in sorted(thick):
        middles[layer] = at + thick[layer] / 2
        at += thick[layer] + gap
    return middles


class _Near(NamedTuple):
    """A box that another is linked to, and where across both of them."""

    box: Hashable
    here: float
    there: float
    weight: float


class _Drawing:
    """Boxes in their layers; a long link has a bend, a box of no size, in each layer it passes."""

    def __init__(
        self,
        sizes: Mapping[str, Size],
        layer_of: Mapping[str, int],
        edges: Sequence[Edge],
        gap: float,
    ) -> None:
        self._gap = gap
        self._width: dict[Hashable, float] = {name: size[1] for name, size in sizes.items()}
        self._before: dict[Hashable, list[_Near]] = {name: [] for name in sizes}
        self._after: dict[Hashable, list[_Near]] = {name: [] for name in sizes}
        rows: dict[int, list[Hashable]] = {}
        for name in sorted(sizes, key=lambda name: (layer_of[name], name)):
            rows.setdefault(layer_of[name], []).append(name)
        for edge in edges:
            source, target, start, stop = edge
            last: Hashable = source
            for layer in range(layer_of[source] + 1, layer_of[target]):
                bend = (*edge, layer)
                self._width[bend] = 0.0
                self._before[bend], self._after[bend] = [], []
                rows[layer].append(bend)
                self._link(last, bend, start, 0.0, _HEAVY)
                last, start = bend, 0.0
            self._link(last, target, start, stop, 1.0 if last == source else _HEAVY)
        self._rows = [rows[layer] for layer in sorted(rows)]

    def _link(
        self, source: Hashable, target: Hashable, start: float, stop: float, weight: float
    ) -> None:
        self._after[source].append(_Near(target, start, stop, weight))
        self._before[target].append(_Near(source, stop, start, weight))

    def reorder(self) -> None:
        """Order each layer by the means of its neighbours; keep the order that crosses least."""
        best, least = self._rows, self._crossings()
        for sweep in range(_SWEEPS):
            if not least:
                break
            down = sweep % 2 == 0
            rows = self._rows if down else self._rows[::-1]
            near = self._before if down else self._after
            done: list[list[Hashable]] = []
            for row in rows:
                place = {box: number for number, box in enumerate(done[-1])} if done else {}
                done.append(_by_means(row, near, place))
            self._rows = done if down else done[::-1]
            crossings = self._crossings()
            if crossings < least:
                best, least = self._rows, crossings
        self._rows = best

    def places(self) -> dict[str, float]:
        """Return how far across the middle of each box is."""
        at: dict[Hashable, float] = {}
        for row in self._rows:
            at.update(zip(row, self._apart(row, [(0.0, 1.0)] * len(row)), strict=True))
        for sweep in range(_SWEEPS):
            down = sweep % 2 == 0
            near = self._before if down else self._after
            for row in self._rows if down else self._rows[::-1]:
                wanted = [_wanted(near[box], at, at[box]) for box in row]
                at.update(zip(row, self._apart(row, wanted), strict=True))
        return {box: place for box, place in at.items() if isinstance(box, str)}

    def _apart(self, row: Sequence[Hashable], wanted: Sequence[tuple[float, float]]) -> list[float]:
        """Return the places nearest to those wanted that keep the boxes apart and in order."""
        offsets = [0.0]
        for left, right in pairwise(row):
            offsets.append(offsets[-1] + (self._width[left] + self._width[right]) / 2 + self._gap)
        level = _rising(
            [
                (want - offset, weight)
                for (want, weight), offset in zip(wanted, offsets, strict=True)
            ]
        )
        return [value + offset for value, offset in zip(level, offsets, strict=True)]

    def _crossings(self) -> int:
        count = 0
        for upper, lower in pairwise(self._rows):
            place = {box: number for number, box in enumerate(lower)}
            links = sorted(
                (number, place[near.box])
                for number, box in enumerate(upper)
                for near in self._after[box]
            )
            seen: list[int] = []
            for _, end in links:
                count += len(seen) - bisect_right(seen, end)
                insort(seen, end)
        return count


def _by_means(
    row: Sequence[Hashable],
    near: Mapping[Hashable, list[_Near]],
    place: Mapping[Hashable, int],
) -> list[Hashable]:
    """Return a layer in the order of the means of its neighbours' places."""
    if not place:
        return list(row)
    stretch = len(place) / max(len(row), 1)

    def mean(item: tuple[int, Hashable]) -> float:
        number, box = item
        ends = [place[other.box] for other in near[box]]
        return sum(ends) / len(ends) if ends else number * stretch

    return [box for _, box in sorted(enumerate(row), key=mean)]


def _wanted(near: Sequence[_Near], at: Mapping[Hashable, float], now: float) -> tuple[float, float]:
    """Return where a box would have straight links, and how much that counts."""
    if not near:
        return now, 0.1
    weight = sum(other.weight for other in near)
    place = sum((at[other.box] + other.there - other.here) * other.weight for other in near)
    return place / weight, weight


def _rising(wanted: Sequence[tuple[float, float]]) -> list[float]:
    """Return the nearest values, by their weights, that never fall (pool adjacent violators)."""
    pools: list[tuple[float, float, int]] = []
    for value, weight in wanted:
        total, weights, count = value * weight, weight, 1
        while pools and pools[-1][0] / pools[-1][1] > total / weights:
            before = pools.pop()
            total, weights, count = total + before[0], weights + before[1], count + before[2]
        pools.append((total, weights, count))
    return [total / weights for total, weights, count in pools for _ in range(count)]
