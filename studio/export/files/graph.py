"""The drawing of a predictive experiment, as an SVG picture that needs nothing else."""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape, quoteattr

from studio.export.files.facts import Drawing, DrawnLink, DrawnNode
from studio.export.files.template import filled

FILE = "graph.svg"

_WIDTH = 220.0
_HEIGHT = 56.0
_MARGIN = 24.0
_INSIDE = 14.0
"""The room between a card's edge and its text."""
_BOLD = 1.08
"""How much wider letters are in bold."""


def graph_svg(drawing: Drawing, title: str) -> str:
    """Return a picture of the nodes and links, readable on a light and on a dark page."""
    left = min((node.x for node in drawing.nodes), default=0.0) - _MARGIN
    top = min((node.y for node in drawing.nodes), default=0.0) - _MARGIN
    right = max((node.x for node in drawing.nodes), default=0.0) + _WIDTH + _MARGIN
    bottom = max((node.y for node in drawing.nodes), default=0.0) + _HEIGHT + _MARGIN
    box = " ".join(map(_number, (left, top, right - left, bottom - top)))
    by_id = {node.id: node for node in drawing.nodes}
    links = [
        _link(link, by_id[link.source], by_id[link.target])
        for link in drawing.links
        if link.source in by_id and link.target in by_id
    ]
    values = {
        "box": box,
        "width": _number(right - left),
        "height": _number(bottom - top),
        "left": _number(left),
        "top": _number(top),
        "title": _text(title),
        "description": _text(", ".join(node.title for node in _in_order(drawing))),
        "links": "\n    ".join(links),
        "nodes": "\n  ".join(map(_card, _in_order(drawing))),
    }
    return filled(FILE, values)


def _in_order(drawing: Drawing) -> list[DrawnNode]:
    return sorted(drawing.nodes, key=lambda node: (node.y, node.x, node.id))


def _card(node: DrawnNode) -> str:
    width = _WIDTH - 2 * _INSIDE
    title = _shortened(node.title, width, 13.0 * _BOLD)
    detail = _shortened(node.detail, width, 11.5)
    baseline = 24.0 if detail else 33.0
    place = quoteattr(f"translate({_number(node.x)} {_number(node.y)})")
    lines = [
        f'<g transform={place} clip-path="url(#card)">',
        f"<title>{_text(node.title)}</title>",
        f'<rect width="{_number(_WIDTH)}" height="{_number(_HEIGHT)}" rx="10"/>',
        f'<text class="title" x="{_number(_INSIDE)}" y="{_number(baseline)}">{_text(title)}</text>',
    ]
    if detail:
        lines.append(f'<text class="detail" x="{_number(_INSIDE)}" y="42">{_text(detail)}</text>')
    return "".join([*lines, "</g>"])


def _link(link: DrawnLink, source: DrawnNode, target: DrawnNode) -> str:
    """Return a curve that leaves a card downwards, and comes into the other from above."""
    x1, y1 = source.x + _WIDTH / 2 + link.start, source.y + _HEIGHT
    x2, y2 = target.x + _WIDTH / 2 + link.end, target.y
    bend = max(abs(y2 - y1) / 2, 24.0)
    points = map(_number, (x1, y1, x1, y1 + bend, x2, y2 - bend, x2, y2))
    return '<path d="M{} {} C{} {} {} {} {} {}"/>'.format(*points)


def _shortened(text: str, width: float, size: float) -> str:
    """Return text that fits, as far as that can be known without the font."""
    line = " ".join(text.split())
    if sum(map(_advance, line)) * size <= width:
        return line
    room, kept = width / size - 1.0, ""
    for sign in line:
        room -= _advance(sign)
        if room < 0:
            break
        kept += sign
    return kept.rstrip() + "…"


def _advance(sign: str) -> float:
    """Return about how wide a sign is, in parts of the font's size."""
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in "iljtfrI.,:;'| ()[]":
        return 0.34
    return 0.86 if sign in "mwMW" else 0.58


def _text(text: str) -> str:
    """Return text as XML has it; signs that XML cannot have are left out."""
    line = " ".join(text.split())
    return escape("".join(sign for sign in line if sign.isprintable() or sign == " "))


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
