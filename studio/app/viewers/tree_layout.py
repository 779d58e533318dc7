"""Where the nodes of a drawn tree stand: leaves in a row, others above what follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from studio.engine.answers import TreeNode

WIDTH, HEIGHT = 208.0, 58.0
ACROSS, DOWN = 20.0, 52.0
"""Room between nodes side by side, and between levels."""


def places(nodes: Sequence[TreeNode], closed: Collection[int]) -> dict[int, tuple[float, float]]:
    """Return the upper left corner of each node in sight; what follows closed ones is not."""
    found: dict[int, tuple[float, float]] = {}
    cursor = 0.0
    stack: list[tuple[int, int, bool]] = [(0, 0, False)] if nodes else []
    while stack:
        place, depth, is_after = stack.pop()
        inner = children(nodes, place, closed)
        if not inner:
            found[place] = (cursor, depth * (HEIGHT + DOWN))
            cursor += WIDTH + ACROSS
        elif is_after:
            middle = sum(found[child][0] for child in inner) / len(inner)
            found[place] = (middle, depth * (HEIGHT + DOWN))
        else:
            stack.append((place, depth, True))
            stack.extend((child, depth + 1, False) for child in reversed(inner))
    return found


def children(nodes: Sequence[TreeNode], place: int, closed: Collection[int]) -> list[int]:
    """Return the places of what follows a node and is in sight."""
    if place in closed:
        return []
    node = nodes[place]
    return [child for child in (node.left, node.right) if child is not None]


def below(nodes: Sequence[TreeNode], depth: int) -> set[int]:
    """Return the nodes of one level that have something after them."""
    level, found = [0] if nodes else [], set()
    for _ in range(depth):
        level = [child for place in level for child in children(nodes, place, ())]
    for place in level:
        if nodes[place].left is not None:
            found.add(place)
    return found
